/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/transcript.c -- golden transcripts: transcript [--accept] FILE.t...
 *
 * One file is input and expectation.  It looks as the operator's screen does: a line that begins
 * with the current prompt is typed, the rest has to come out, to the blank.  The box behind it is
 * whole (modes, keys, log, one worker), and stands in this process.
 *
 *   Router#show version          typed; the lines below it, up to the next prompt, must come out
 *   Router#show ?                a question mark at the end asks for help
 *   Router#sh ver<TAB>           completes; what the line becomes is the output
 *   Router(config)#a<CR>         <CR>, <HT> and <^Z> within a line are those characters
 *   % Accept? [yes/no]: yes      what follows an open question on its line answers it (what is not
 *                                echoed, a password, stands there as well)
 *   < AAAA                       answers an open question that shows nothing: a paste.  Without a
 *                                `< ' line where one is asked for, the terminal has hung up
 *   << root.pem                  the same for all lines of a file of tests/peers/
 *   # words                      a remark
 *   #level 1                     in the head: privilege to begin with (15)
 *   #source vty                  in the head: console (else), vty, socket
 *
 * What changes from run to run is written as {N} a number, {HEX} hexadecimal digits and blanks,
 * {B64} base 64, {TIME} 12:42:12.660 with or without the fraction, {DATE} Fri Nov 23 2012,
 * {LINES} alone: any number of lines, {*} anything.  After `exit' from EXEC a new session begins.
 *
 * At the end of each transcript the running configuration is printed, loaded into an empty box
 * with no line refused, and prints the same there.  --accept rewrites the files to what came out,
 * keeping placeholders that still hold: the diff is the review. */
#include "tests/box_inside.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <regex.h>

enum { LINES = 20000 };

struct script {
	const char *name;
	char dir[PATH_MAX];             /* of the pastes */
	char *text, *line[LINES];
	size_t count, at;
	char *paste, *paste_at;         /* what is left of a `<<' file */
	FILE *accept;                   /* --accept: the new text */
	unsigned typed, wrong;
};

struct talk {
	struct script *script;
	struct inside in;
	struct session *session;
	char *text;
	size_t size;
	FILE *out;
	int level;
	enum session_source source;
};

/* ---- lines ------------------------------------------------------------------------------- */

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "transcript: %s: %s\n", what, why);
	exit(2);
}

static void
script_read(struct script *s, const char *path)
{
	char copy[PATH_MAX];

	memset(s, 0, sizeof(*s));
	s->name = path;
	snprintf(copy, sizeof(copy), "%s", path);
	snprintf(s->dir, sizeof(s->dir), "%s/../peers", dirname(copy));
	s->text = startup_read(path);
	if (!s->text)
		die(path, strerror(errno));
	for (char *p = s->text; *p;) {
		size_t n = strcspn(p, "\n");

		if (s->count == LINES)
			die(path, "too long");
		s->line[s->count++] = p;
		p += n;
		if (*p)
			*p++ = '\0';
	}
}

static bool
begins(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

static bool
is_remark(const char *line)
{
	return line[0] == '#';
}

/* ---- expectations ------------------------------------------------------------------------ */

static const struct placeholder { const char *word, *regex; } placeholders[] = {
	{ "{N}", "[0-9]+" },
	{ "{HEX}", "[0-9A-Fa-f ]+" },
	{ "{B64}", "[A-Za-z0-9+/=]+" },
	{ "{TIME}", "[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?" },
	{ "{DATE}", "[A-Z][a-z]{2} [A-Z][a-z]{2} +[0-9]{1,2} [0-9]{4}" },
	{ "{*}", ".*" },
};

static const struct placeholder *
placeholder_at(const char *p)
{
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(*placeholders); i++)
		if (begins(p, placeholders[i].word))
			return &placeholders[i];
	return NULL;
}

static bool
line_fits(const char *expected, const char *line)
{
	const struct placeholder *h;
	char *pattern = NULL;
	size_t size;
	regex_t re;
	bool fits;
	FILE *f;

	if (!strchr(expected, '{'))
		return !strcmp(expected, line);
	f = open_memstream(&pattern, &size);
	fputc('^', f);
	for (const char *p = expected; *p;) {
		if ((h = placeholder_at(p))) {
			fputs(h->regex, f);
			p += strlen(h->word);
			continue;
		}
		if (strchr("\\^$.[]|()*+?{}", *p))
			fputc('\\', f);
		fputc(*p++, f);
	}
	fputc('$', f);
	fclose(f);
	fits = regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) == 0;
	if (!fits)
		die(expected, "not a pattern");
	fits = regexec(&re, line, 0, NULL, 0) == 0;
	regfree(&re);
	free(pattern);
	return fits;
}

static bool
block_fits(char **expected, size_t n, char **got, size_t m)
{
	for (; n && strcmp(*expected, "{LINES}"); n--, m--)
		if (!m || !line_fits(*expected++, *got++))
			return false;
	if (!n)
		return m == 0;
	for (size_t skip = 0; skip <= m; skip++)
		if (block_fits(expected + 1, n - 1, got + skip, m - skip))
			return true;
	return false;
}

/* ---- what came out ----------------------------------------------------------------------- */

struct block { char **line; size_t count; };

static struct block
cut(char *text)
{
	struct block b = { calloc(LINES, sizeof(*b.line)), 0 };

	for (char *p = text; *p;) {
		if (b.count == LINES)
			die("output", "too long");
		b.line[b.count++] = p;
		p += strcspn(p, "\n");
		if (*p)
			*p++ = '\0';
	}
	return b;
}

static void
show_difference(struct script *s, size_t from, char **expected, size_t n, const struct block *got)
{
	size_t i = 0;

	while (i < n && i < got->count && strcmp(expected[i], "{LINES}") &&
	    line_fits(expected[i], got->line[i]))
		i++;
	printf("%s:%zu: expected: %s\n", s->name, from + i + 1,
	    i < n ? expected[i] : "(nothing more)");
	printf("%s:%zu: came out: %s\n", s->name, from + i + 1,
	    i < got->count ? got->line[i] : "(nothing more)");
	for (size_t k = 0; k < got->count; k++)
		printf("%s%s\n", k == i ? "> " : "  ", got->line[k]);
}

/* A placeholder that still holds is kept. */
static void
accept_block(struct script *s, char **expected, size_t n, const struct block *got)
{
	if (block_fits(expected, n, got->line, got->count)) {
		for (size_t i = 0; i < n; i++)
			fprintf(s->accept, "%s\n", expected[i]);
		return;
	}
	for (size_t i = 0; i < got->count; i++) {
		const char *line = got->line[i];

		for (size_t k = 0; k < n; k++)
			if (strchr(expected[k], '{') && strcmp(expected[k], "{*}") &&
			    strcmp(expected[k], "{LINES}") && line_fits(expected[k], line))
				line = expected[k];
		fprintf(s->accept, "%s\n", line);
	}
}

/* Lines of the script up to `end` against the text; remarks among them are no expectation. */
static void
compare(struct script *s, size_t end, char *text)
{
	struct block got = cut(text);
	char **expected = calloc(end - s->at + 1, sizeof(*expected));
	size_t n = 0, from = s->at;

	for (size_t i = s->at; i < end; i++)
		if (!is_remark(s->line[i]))
			expected[n++] = s->line[i];
	if (s->accept) {
		accept_block(s, expected, n, &got);
		for (size_t i = s->at; i < end; i++)
			if (is_remark(s->line[i]))
				fprintf(s->accept, "%s\n", s->line[i]);
	} else if (!block_fits(expected, n, got.line, got.count)) {
		s->wrong++;
		show_difference(s, from, expected, n, &got);
	}
	s->at = end;
	free(got.line);
	free(expected);
}

/* What has been said since the last time; begins anew. */
static char *
heard(struct talk *t)
{
	char *text;

	fputc('\0', t->out);
	fflush(t->out);
	text = strdup(t->text);
	rewind(t->out);
	return text;
}

/* ---- answers ----------------------------------------------------------------------------- */

static bool
next_pasted(struct script *s, char *answer, size_t size)
{
	size_t n;

	if (!s->paste)
		return false;
	if (!*s->paste_at) {
		free(s->paste);
		s->paste = NULL;
		return false;
	}
	n = strcspn(s->paste_at, "\n");
	snprintf(answer, size, "%.*s", (int)n, s->paste_at);
	s->paste_at += n + (s->paste_at[n] == '\n');
	return true;
}

static bool
is_typed(const struct talk *t, const char *line)
{
	const struct config *c = running_hold(t->in.box.running);
	size_t n = strlen(c->hostname);
	bool typed;

	if (n > 20 && strchr("(", line[20]))
		n = 20;
	typed = !strncmp(line, c->hostname, n) && line[n] && strchr("#>(", line[n]);
	running_drop(c);
	return typed;
}

/* The line that answers `question`; the script's end: nobody does. */
static size_t
find_answer(const struct talk *t, const char *question)
{
	const struct script *s = t->script;

	for (size_t i = s->at; i < s->count && !is_typed(t, s->line[i]); i++)
		if (*question ? begins(s->line[i], question) : s->line[i][0] == '<')
			return i;
	return s->count;
}

static int
take_pasted(struct script *s, char *answer, size_t size)
{
	const char *line = s->line[s->at++];
	char path[PATH_MAX + 256];

	if (s->accept)
		fprintf(s->accept, "%s\n", line);
	if (!begins(line, "<<")) {
		snprintf(answer, size, "%s", line + (line[1] == ' ' ? 2 : 1));
		return 0;
	}
	snprintf(path, sizeof(path), "%s/%s", s->dir, line + 2 + strspn(line + 2, " "));
	s->paste = s->paste_at = startup_read(path);
	if (!s->paste)
		die(path, strerror(errno));
	return next_pasted(s, answer, size) ? 0 : -EPIPE;
}

static int
on_ask(void *arg, const char *prompt, enum ask_for how, char *answer, size_t size)
{
	struct talk *t = arg;
	struct script *s = t->script;
	char question[1024], *text, *tail;
	size_t end;

	(void)how;
	if (!*prompt && next_pasted(s, answer, size))
		return 0;
	text = heard(t);
	tail = strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text;
	snprintf(question, sizeof(question), "%s%s", tail, prompt);
	*tail = '\0';
	end = find_answer(t, question);
	if (end == s->count) {
		printf("%s:%zu: nobody answers: %s\n", s->name, s->at + 1, question);
		fprintf(t->out, "%s%s\n", text, question);
		free(text);
		s->wrong++;
		return -EPIPE;
	}
	compare(s, end, text);
	free(text);
	if (!*question)
		return take_pasted(s, answer, size);
	if (s->accept)
		fprintf(s->accept, "%s\n", s->line[end]);
	snprintf(answer, size, "%s", s->line[end] + strlen(question));
	s->at++;
	return 0;
}

static void
on_text(void *arg, const char *bytes, size_t size)
{
	fwrite(bytes, 1, size, ((struct talk *)arg)->out);
}

/* ---- typing ------------------------------------------------------------------------------ */

static const struct { const char *word, *byte; } keys[] = {
	{ "<CR>", "\r" }, { "<HT>", "\t" }, { "<^Z>", "\x1a" },
};

static void
press(const char *typed, char *buf, size_t size)
{
	size_t n = 0;

	while (*typed && n + 1 < size) {
		size_t i = 0;

		while (i < 3 && !begins(typed, keys[i].word))
			i++;
		buf[n++] = i < 3 ? *keys[i].byte : *typed;
		typed += i < 3 ? strlen(keys[i].word) : 1;
	}
	buf[n] = '\0';
}

static void
type(struct talk *t, const char *typed)
{
	static char line[2 * LINE_BYTES], done[2 * LINE_BYTES];
	size_t n;

	press(typed, line, sizeof(line));
	n = strlen(line);
	if (n && line[n - 1] == '?') {
		line[n - 1] = '\0';
		session_help(t->session, line);
	} else if (n >= 5 && !strcmp(line + n - 5, "<TAB>")) {
		line[n - 5] = '\0';
		if (session_complete(t->session, line, done, sizeof(done)))
			fprintf(t->out, "%s\n", done);
	} else {
		session_line(t->session, line);
	}
}

static void
begin_session(struct talk *t)
{
	struct session_options o = { .cli = &parapet_cli, .running = t->in.box.running,
		.box = &t->in.box, .source = t->source, .level = t->level,
		.terminal = { on_text, on_ask, t }, .files = t->in.flash };

	snprintf(o.tty, sizeof(o.tty), "%s", t->source == FROM_VTY ? "vty0" : "con0");
	session_free(t->session);
	if (session_new(&t->session, &o) < 0)
		die("session", "no memory");
}

static void
read_head(struct talk *t)
{
	struct script *s = t->script;

	t->level = 15;
	t->source = FROM_CONSOLE;
	for (; s->at < s->count && is_remark(s->line[s->at]); s->at++) {
		const char *line = s->line[s->at];

		if (begins(line, "#level "))
			t->level = atoi(line + 7);
		if (begins(line, "#source "))
			t->source = !strcmp(line + 8, "vty") ? FROM_VTY
			    : !strcmp(line + 8, "socket") ? FROM_SOCKET : FROM_CONSOLE;
		if (s->accept)
			fprintf(s->accept, "%s\n", line);
	}
}

/* What has come out since the last typed line, up to the next prompt. */
static void
expect_up_to_prompt(struct talk *t)
{
	struct script *s = t->script;
	size_t end = s->at;
	char prompt[256], *text = heard(t);

	if (s->paste) {
		printf("%s:%zu: the dialog ended before its paste did\n", s->name, s->at);
		s->wrong++;
		free(s->paste);
		s->paste = NULL;
	}
	session_prompt(t->session, prompt, sizeof(prompt));
	while (end < s->count && !begins(s->line[end], prompt))
		end++;
	if (end == s->count)                    /* lost: say at which prompt it stands */
		for (end = s->at; end < s->count && !is_typed(t, s->line[end]); end++)
			;
	compare(s, end, text);
	if (end < s->count && !begins(s->line[end], prompt)) {
		printf("%s:%zu: the prompt is %s\n", s->name, end + 1, prompt);
		s->wrong++;
	}
	free(text);
}

/* ---- at the end -------------------------------------------------------------------------- */

static void
on_said(void *arg, unsigned number, const char *line, const char *why)
{
	struct script *s = arg;

	if (!why)
		return;
	printf("%s: what is printed at the end is refused: line %u: %s: %s\n", s->name, number,
	    line, why);
	s->wrong++;
}

static void
loads_back(struct talk *t)
{
	for (int all = 0; all < 2; all++) {
		char *once = inside_print(t->in.box.running, all), *twice;
		struct box empty = { 0 };
		struct session_load load;

		if (running_new(&empty.running, &mode_config, NULL, NULL) < 0)
			die("load", "no memory");
		if (startup_load(empty.running, &empty, once, on_said, t->script, &load) < 0)
			die("load", "failed");
		twice = inside_print(empty.running, all);
		if (strcmp(once, twice)) {
			printf("%s: what is printed loads as something else:\n%s---\n%s",
			    t->script->name, once, twice);
			t->script->wrong++;
		}
		running_free(empty.running);
		free(once);
		free(twice);
	}
}

static unsigned
run(const char *path, bool accept)
{
	static struct script s;
	struct talk t = { .script = &s };
	char *fresh = NULL, why[160], prompt[256];
	size_t size;

	script_read(&s, path);
	if (accept)
		s.accept = open_memstream(&fresh, &size);
	read_head(&t);
	inside_open(&t.in, true);
	t.out = open_memstream(&t.text, &t.size);
	begin_session(&t);
	expect_up_to_prompt(&t);
	while (s.at < s.count) {
		session_prompt(t.session, prompt, sizeof(prompt));
		if (!begins(s.line[s.at], prompt))
			break;
		if (s.accept)
			fprintf(s.accept, "%s\n", s.line[s.at]);
		s.typed++;
		type(&t, s.line[s.at++] + strlen(prompt));
		if (session_over(t.session))
			begin_session(&t);
		expect_up_to_prompt(&t);
	}
	if (!s.typed || s.at < s.count) {
		printf("%s:%zu: not reached\n", path, s.at + 1);
		s.wrong++;
	}
	loads_back(&t);
	session_free(t.session);
	inside_close(&t.in);
	fclose(t.out);
	free(t.text);
	if (s.accept)
		fclose(s.accept);
	if (accept && s.at == s.count && startup_write(path, fresh, size, why, sizeof(why)) < 0)
		die(path, why);
	free(fresh);
	free(s.text);
	printf("%s: %u lines typed, %u faults\n", path, s.typed, s.wrong);
	return s.wrong;
}

int
main(int argc, char **argv)
{
	bool accept = argc > 1 && !strcmp(argv[1], "--accept");
	unsigned wrong = 0;

	if (argc < 2 + accept)
		die("usage", "transcript [--accept] FILE.t...");
	inside_own_network();
	for (int i = 1 + accept; i < argc; i++)
		wrong += run(argv[i], accept);
	return wrong != 0;
}
