/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/rows.c -- every row that can be typed, typed.
 *
 * The tables of the whole CLI hold no fault.  Then every mode below `configure' is entered, and
 * every typed form of each of its rows goes there and back: it matches its own row, a session that
 * stands in the mode accepts it, `show running-config all' prints it as it was typed (what
 * normalises is listed here), what is printed loads into an empty box and prints the same, `no' and
 * `default' take it back, and `?' knows what to say at each of its words.  Rows that act (.run) are
 * matched and not run; those of EXEC too. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/show_config.h"
#include "startup-config/startup.h"

#include <stdlib.h>
#include <string.h>

enum { DEEP = 6, FORMS = 4096, GAP = 512, TEXT = LINE_BYTES };

static struct running *running;
static struct session *session;
static struct box box;
static char *said;
static size_t said_size;
static FILE *say;
static unsigned failures, rows, forms, modes;

/* The lines that open the mode under test. */
static char path[DEEP][TEXT];
static int depth;

/* ---- rows that differ -------------------------------------------------------------------- */

/* A form that the generator cannot guess: what is typed in its place. */
static const struct instead { const char *sample, *typed; } instead[] = {
	{ "ip address 192.0.2.1 192.0.2.1", "ip address 192.0.2.1 255.255.255.0" },
	{ "clock summer-time word recurring some | text ! of it",
	  "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00" },
	{ "fingerprint some | text ! of it", "fingerprint 0123456789ABCDEF 0123456789abcdef" },
	{ "rtp-port range 5500 5500", "rtp-port range 5500 5502" },
	{ "rtp-port range 65498 5500", "rtp-port range 16384 32767" },
	{ "rtp-port range 65498 65498", "rtp-port range 5500 65498" },
};

/* Printed otherwise than typed: the words it begins with, those that are printed. */
static const struct normal { const char *typed, *printed; } normal[] = {
	{ "bind all source-interface", "bind control source-interface" },
	{ "ip domain-name", "ip domain name" },
	{ "crypto ca ", "crypto pki " },
	{ "crl optional", "revocation-check crl none" },
};

/* What stands for `nothing is set': such a form is never printed. */
static const char *const nothing[] = {
	"srtp system", "session transport system", "session protocol cisco",
	"url system", "voice-class sip url system", "rel1xx supported \"100rel\"",
};

static const char *
typed_form(const char *sample)
{
	for (size_t i = 0; i < sizeof(instead) / sizeof(*instead); i++)
		if (!strcmp(sample, instead[i].sample))
			return instead[i].typed;
	return sample;
}

static const char *
printed_form(const char *typed)
{
	for (size_t i = 0; i < sizeof(normal) / sizeof(*normal); i++)
		if (!strncmp(typed, normal[i].typed, strlen(normal[i].typed)))
			return normal[i].printed;
	return NULL;
}

static bool
says_nothing(const char *typed)
{
	for (size_t i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		if (!strcmp(typed, nothing[i]))
			return true;
	return false;
}

/* ---- the box ----------------------------------------------------------------------------- */

static void
on_text(void *arg, const char *bytes, size_t size)
{
	(void)arg;
	fwrite(bytes, 1, size, say);
}

static const char *
heard(void)
{
	fputc('\0', say);
	fflush(say);
	return said;
}

static void
die(const char *what)
{
	printf("rows: %s\n", what);
	exit(2);
}

static void
begin(void)
{
	struct session_options o = { .cli = &parapet_cli, .box = &box, .source = FROM_CONSOLE,
		.level = 15, .terminal = { on_text, NULL, NULL } };

	if (running_new(&running, &mode_config, NULL, NULL) < 0)
		die("no memory");
	o.running = box.running = running;
	if (session_new(&session, &o) < 0)
		die("no memory");
	session_configure(session);
	for (int i = 0; i < depth; i++) {
		rewind(say);
		if (session_line(session, path[i]) < 0) {
			printf("%s: does not open its mode: %s", path[i], heard());
			failures++;
		}
	}
}

static void
finish(void)
{
	session_free(session);
	running_free(running);
}

static int
type(const char *text)
{
	rewind(say);
	return session_line(session, text);
}

/* Without the remarks at its head, which hold the time. */
static char *
print(struct running *of, bool all)
{
	const void *config = running_hold(of);
	size_t size;
	char *text = config_text(of, config, all, &size), *body;

	running_drop(config);
	body = text ? strstr(text, "\nversion ") : NULL;
	if (!body)
		die("nothing printed");
	body = strdup(body + 1);
	free(text);
	return body;
}

/* Is `line` one of the lines of `text`, blanks around it aside? */
static bool
has_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	while (n && line[n - 1] == ' ')
		n--;
	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		const char *at = p + strspn(p, " ");

		if (!strncmp(at, line, n) && at[n + strspn(at + n, " ")] == '\n')
			return true;
	}
	return false;
}

static bool
has_beginning(const char *text, const char *words)
{
	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (!strncmp(p + strspn(p, " "), words, strlen(words)))
			return true;
	return false;
}

/* ---- one form ---------------------------------------------------------------------------- */

static void
fault(const struct mode *m, const char *sample, const char *what, const char *text)
{
	printf("%s: %s: %s\n%s%s", m->name, sample, what, text ? text : "", text ? "\n" : "");
	failures++;
}

static void
on_said(void *arg, unsigned number, const char *line, const char *why)
{
	if (why)
		printf("  refused %u: %s: %s\n", number, line, why);
	*(bool *)arg |= why != NULL;
}

/* What is printed can be typed, and prints the same. */
static void
loads_back(const struct mode *m, const char *sample, bool all)
{
	char *once = print(running, all), *twice;
	struct running *other;
	struct session_load load;
	bool refused = false;

	if (running_new(&other, &mode_config, NULL, NULL) < 0)
		die("no memory");
	if (startup_load(other, &box, once, on_said, &refused, &load) < 0 || refused)
		fault(m, sample, "what is printed is refused", once);
	twice = print(other, all);
	if (strcmp(once, twice))
		fault(m, sample, "printed and loaded, it prints otherwise", twice);
	free(once);
	free(twice);
	running_free(other);
}

static void
taken_back(const struct mode *m, const char *typed, const char *before)
{
	char line[TEXT + 16], *after;
	bool same;

	snprintf(line, sizeof(line), "no %s", typed);
	if (type(line) < 0)
		fault(m, line, "refused", heard());
	after = print(running, false);
	same = !strcmp(after, before);
	/* `no' may be something to say: `no vad', `no srtp' */
	if (!same && (!has_beginning(after, "no ") ||
	    (has_line(after, typed) && strncmp(typed, "no ", 3))))
		fault(m, line, "takes nothing back", after);
	free(after);
	if (!same)
		loads_back(m, line, false);
	snprintf(line, sizeof(line), "default %s", typed);
	if (type(typed) < 0)
		fault(m, typed, "refused when typed again", heard());
	if (type(line) < 0)
		fault(m, line, "refused", heard());
	after = print(running, false);
	if (strcmp(after, before))
		fault(m, line, "does not bring the default back", after);
	free(after);
}

/* `?' behind each word, and within it. */
static void
helps(const struct mode *m, const char *typed)
{
	char part[TEXT];

	for (size_t i = 0; i <= strlen(typed); i++) {
		const char *text;

		if (i && typed[i - 1] != ' ' && typed[i] != ' ' && typed[i] != '\0')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)i, typed);
		rewind(say);
		session_help(session, part);
		text = heard();
		if (strstr(text, "% Unrecognized") || strspn(text, " \n") == strlen(text))
			fault(m, part, "`?' has nothing to say", text);
	}
}

static void
type_form(const struct mode *m, const struct line *l, const char *typed)
{
	const char *other = printed_form(typed);
	char *before, *after;

	begin();
	before = print(running, false);
	if (type(typed) < 0) {
		fault(m, typed, "refused", heard());
	} else {
		after = print(running, true);
		if (says_nothing(typed)) {
			if (has_line(after, typed))
				fault(m, typed, "is printed after all", after);
		} else if (other ? !has_beginning(after, other) : !has_line(after, typed))
			fault(m, typed, "not printed as it was typed", after);
		free(after);
		loads_back(m, typed, false);
		loads_back(m, typed, true);
		/* the mode that it opened is left, so that `no' finds it */
		if (l->enter)
			type("exit");
		taken_back(m, typed, before);
	}
	free(before);
	finish();
}

static void
one_form(const struct mode *m, const struct line *l, const char *typed, bool config)
{
	static struct words words;
	struct match k;

	forms++;
	if (words_split(&words, typed) < 0)
		fault(m, typed, "cannot be cut into words", NULL);
	k = line_match(m, &words);
	if (k.verdict != LINE_OK)
		fault(m, typed, "matches nothing", NULL);
	else if (k.line != l)
		fault(m, typed, "matches another row", k.line->syntax);
	if (!config)
		return;
	if (!l->hidden) {
		begin();
		helps(m, typed);
		finish();
	}
	if (!l->run)
		type_form(m, l, typed);
}

/* ---- all of them ------------------------------------------------------------------------- */

/* All of them, or the first FORMS of a row that combines many. */
static unsigned
all_forms(const struct mode *m, const struct line *l, bool config)
{
	static char last[TEXT];
	char sample[TEXT];
	unsigned n = 0;

	last[0] = '\0';
	for (unsigned i = 0; i < FORMS && line_sample(m, l, i, sample, sizeof(sample)); i++) {
		if (!strcmp(last, sample))
			continue;
		snprintf(last, sizeof(last), "%s", sample);
		one_form(m, l, typed_form(sample), config);
		n++;
	}
	return n;
}

static void
walk(const struct mode *m, bool config)
{
	modes++;
	for (size_t i = 0; i < m->count; i++) {
		const struct line *l = &m->lines[i];

		rows++;
		if (!all_forms(m, l, config)) {
			printf("%s: %s: has no form\n", m->name, l->syntax);
			failures++;
		}
		if (!l->enter || !config || depth == DEEP)
			continue;
		line_sample(m, l, 0, path[depth], sizeof(path[depth]));
		depth++;
		walk(l->enter, config);
		depth--;
	}
}

static void
no_faults(const char *name, const struct mode *root)
{
	unsigned n = mode_faults(root, stdout);

	if (n)
		printf("%s: %u rows with a fault\n", name, n);
	failures += n;
}

int
main(void)
{
	say = open_memstream(&said, &said_size);
	if (!say)
		die("no memory");
	no_faults("exec", &mode_exec);
	no_faults("config", &mode_config);
	no_faults("always", &mode_always);
	walk(&mode_exec, false);
	walk(&mode_always, false);
	walk(&mode_config, true);
	fclose(say);
	free(said);
	printf("rows: %u modes, %u rows, %u forms, %u faults\n", modes, rows, forms, failures);
	return failures || modes < 10 || rows < 100;
}
