/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/session.c -- the whole CLI, without a terminal.
 *
 * A line is looked for where the session stands, then among what can always be said, then in the
 * modes above, down to the top: where it is valid, there it is done.  What nobody knows is
 * complained about in IOS's words. */
#include "shell/session_own.h"
#include "shell/filter.h"
#include "shell/libcli.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <strings.h>

enum { HOST_SHOWN = 20, CTRL_Z = 0x1a };

/* ---- where it stands ----------------------------------------------------------------------- */

const struct mode *
session_mode_at(const struct session *s, int depth)
{
	return depth ? line_mode(s->at[depth - 1].by) : s->o.cli->top;
}

const struct mode *
session_mode(const struct session *s)
{
	return s->configuring ? session_mode_at(s, s->depth) : s->o.cli->exec;
}

const char *
session_key(const struct session *s)
{
	return s->depth ? s->at[s->depth - 1].key : "";
}

void
session_configure(struct session *s)
{
	s->configuring = true;
	s->depth = 0;
}

void
session_leave(struct session *s)
{
	if (s->depth)
		s->depth--;
	else if (s->configuring && !s->load)
		s->configuring = false;
	else if (!s->configuring)
		s->over = true;
}

/* In a file what follows `end` is taken as if `configure terminal` had been typed. */
void
session_leave_all(struct session *s)
{
	s->depth = 0;
	s->configuring = s->load != NULL;
}

bool
session_configuring(const struct session *s)
{
	return s->configuring;
}

void
session_prompt(const struct session *s, char *buf, size_t size)
{
	const void *config = s->draft ? s->draft : running_hold(s->o.running);
	const char *name = s->o.cli->hostname(config);
	const struct mode *m = session_mode(s);

	if (s->configuring)
		snprintf(buf, size, "%.*s%s#", HOST_SHOWN, name, m->prompt);
	else
		snprintf(buf, size, "%s%s%c", name, m->prompt ? m->prompt : "",
		    s->level > 1 ? '#' : '>');
	if (!s->draft)
		running_drop(config);
}

/* Open the mode of a line that has been done. */
static void
enter(struct session *s, const struct match *m, int depth)
{
	struct place *p = &s->at[depth];

	p->by = m->line;
	p->column = m->words->col[0];
	p->body = -1;
	p->list = ((const struct syntax *)m->compiled)->list;
	if (!p->list || line_key(m, p->key, sizeof(p->key)) < 0)
		p->key[0] = '\0';
	s->depth = depth + 1;
}

/* ---- complaints ---------------------------------------------------------------------------- */

void
session_complain(struct session *s, const char *print, const char *reason, ...)
{
	va_list ap;

	va_start(ap, reason);
	vsnprintf(s->why, sizeof(s->why), reason, ap);
	va_end(ap);
	s->refused = true;
	if (!s->load)
		fputs(print, s->out);
	s->told = true;
}

static void
complain_invalid(struct session *s, const char *text, int column)
{
	char prompt[256], *print = NULL;
	int word = column;
	size_t n;
	FILE *out;

	session_prompt(s, prompt, sizeof(prompt));
	while (word > 0 && word <= (int)strlen(text) && text[word - 1] != ' ')
		word--;
	n = word < (int)strlen(text) ? strcspn(text + word, " ") : 0;
	if ((out = open_memstream(&print, &n))) {
		fprintf(out, "%*s^\n%% Invalid input detected at '^' marker.\n\n",
		    (int)strlen(prompt) + column, "");
		fclose(out);
	}
	session_complain(s, print ? print : "% Invalid input detected at '^' marker.\n\n",
	    "invalid input at \"%.*s\"", (int)strcspn(text + word, " "), text + word);
	free(print);
}

static void
complain(struct session *s, const struct match *m)
{
	char print[LINE_BYTES + 64];
	const char *text = m->words->text + strspn(m->words->text, " ");

	switch (m->verdict) {
	case LINE_INVALID:
		complain_invalid(s, m->words->text, m->column);
		break;
	case LINE_AMBIGUOUS:
		snprintf(print, sizeof(print), "%% Ambiguous command:  \"%s\"\n", text);
		session_complain(s, print, "ambiguous command");
		break;
	case LINE_INCOMPLETE:
		if (!s->configuring && m->words->n == 1 &&
		    !strncasecmp(m->words->w[0], "show", strlen(m->words->w[0])))
			session_complain(s, "% Type \"show ?\" for a list of subcommands\n",
			    "incomplete command");
		else
			session_complain(s, "% Incomplete command.\n\n", "incomplete command");
		break;
	case LINE_OK:
	case LINE_EMPTY:
		break;
	}
}

/* ---- finding it ---------------------------------------------------------------------------- */

static int
level_of(void *session, const struct mode *m, const struct line *l)
{
	struct session *s = session;
	const struct cli *cli = s->o.cli;

	if (!cli->row_level || m == cli->always)
		return l->level;
	return cli->row_level(session_config(s), m == cli->exec, l);
}

struct reach
session_reach(const struct session *s)
{
	return (struct reach){.level = s->level, .level_of = level_of, .arg = (void *)s};
}

/* "255.255.255.0!Provider": a remark without a blank.  Cut it; true: try again. */
static bool
cut_glued_remark(struct words *w, const struct match *m)
{
	char copy[LINE_BYTES];

	if (m->verdict != LINE_INVALID || m->column <= 0 || m->column >= (int)strlen(w->text) ||
	    !strchr("!;", w->text[m->column]) || !isdigit((unsigned char)w->text[m->column - 1]))
		return false;
	memcpy(copy, w->text, m->column);
	copy[m->column] = '\0';
	words_split(w, copy);
	return true;
}

/* A pasted `Router(config-if)#` in front of the line becomes blanks, so that columns stay. */
static void
blank_prompt(const struct session *s, struct words *w)
{
	const void *config = s->draft ? s->draft : running_hold(s->o.running);
	const char *name = s->o.cli->hostname(config);
	size_t at = strspn(w->text, " "), host = 0, n;
	char copy[LINE_BYTES], *p = w->text + at;

	while (isalnum((unsigned char)p[host]) || (p[host] && strchr("._-", p[host])))
		host++;
	n = host;
	if (host && p[n] == '(') {
		for (n++;
		     islower((unsigned char)p[n]) || isdigit((unsigned char)p[n]) || p[n] == '-';
		     n++)
			;
		n = p[n] == ')' && p[n + 1] == '#' ? n + 2 : 0;
	} else {
		n = host == strlen(name) && !strncmp(p, name, host) && (p[n] == '#' || p[n] == '>')
			? n + 1
			: 0;
	}
	if (!s->draft)
		running_drop(config);
	if (!n)
		return;
	memcpy(copy, w->text, sizeof(copy));
	memset(copy + at, ' ', n);
	words_split(w, copy);
}

/* ---- doing it ------------------------------------------------------------------------------ */

/* Does the row hold something that is not to be shown? */
static bool
has_secret(const struct match *m)
{
	const struct syntax *x = m->compiled;

	for (int i = 0; i < x->atoms; i++)
		if (x->atom[i].kind == ATOM_SECRET)
			return true;
	return m->line->secret;
}

/* Into the history, without what is secret: once for each line. */
static void
remember(struct session *s, const struct match *m)
{
	char said[LINE_BYTES];

	if (s->nested != 1 || s->load || !s->raw)
		return;
	if (m && has_secret(m))
		match_say(m, said, sizeof(said));
	history_add(s, m && has_secret(m) ? said : s->raw);
	s->raw = NULL;
}

static int
run_row(struct session *s, const struct match *m, bool exec)
{
	int rc = exec && !s->in_libcli ? libcli_run(s, m) : m->line->run(s, m);

	if (rc < 0 && !s->refused && rc != -EPIPE && rc != -EINTR)
		session_refused(s, "%s", strerror(-rc));
	return rc;
}

static void
tell_configured(struct session *s, const struct match *m, int depth)
{
	char said[LINE_BYTES];

	if (s->load || !s->o.cli->configured || (!m->line->size && !m->line->enter && m->line->run))
		return;
	match_say(m, said, sizeof(said));
	s->o.cli->configured(s, depth, said);
}

static int
do_config(struct session *s, const struct match *m, int depth)
{
	const struct line *l = m->line;
	bool opens = l->enter && !m->no && !m->dflt;
	int rc;

	remember(s, m);
	if (opens && depth == DEPTH_MAX) {
		session_refused(s, "Modes nested too deeply");
		return -E2BIG;
	}
	if (!l->run || l->enter || l->size)
		s->depth = depth; /* a line of a mode above leaves the modes below */
	if (!l->run)
		rc = session_apply(s, m, depth);
	else if ((rc = run_row(s, m, false)) == 0)
		s->stored = l->stored;
	if (rc == 0 && !s->refused)
		tell_configured(s, m, depth);
	if (rc == 0 && depth && s->at[depth - 1].body < 0)
		s->at[depth - 1].body = m->words->col[0];
	if (rc == 0 && opens && !s->refused)
		enter(s, m, depth);
	return rc;
}

/* The first word, where it stands for others. */
static void
expand_alias(struct session *s, struct words *w, bool exec)
{
	const char *stands;
	char text[LINE_BYTES];
	int end;

	if (s->load || s->nested != 1 || !w->n || !s->o.cli->alias ||
	    !(stands = s->o.cli->alias(session_config(s), exec, w->w[0])))
		return;
	end = w->col[0] + (int)strlen(w->w[0]);
	if (snprintf(text, sizeof(text), "%.*s%s%s", w->col[0], w->text, stands, w->text + end) <
	    (int)sizeof(text))
		words_split(w, text);
}

/* One EXEC line, filters and all.  The columns of `w` count in what was typed. */
static int
do_exec(struct session *s, struct words *w)
{
	const struct mode *const modes[] = {s->o.cli->exec, NULL};
	struct reach reach = session_reach(s);
	char text[LINE_BYTES];
	char *pipe;
	struct match m;
	int rc = 0;

	expand_alias(s, w, true);
	memcpy(text, w->text, sizeof(text));
	if ((pipe = strchr(text, '|'))) {
		*pipe = '\0';
		words_split(w, text);
	}
	m = match_in(modes, w, &reach);
	if (pipe)
		*pipe = '|';
	if (m.verdict != LINE_OK) {
		if (m.verdict == LINE_AMBIGUOUS)
			memcpy(w->text, text, sizeof(text));
		complain(s, &m);
		return m.verdict == LINE_EMPTY ? 0 : -EINVAL;
	}
	if (s->load)
		return 0; /* an EXEC line in a file is consumed, never run */
	remember(s, &m);
	if (pipe && (rc = filter_begin(s, text, (int)(pipe + 1 - text))) < 0)
		return rc;
	rc = run_row(s, &m, true);
	session_flush(s);
	if (pipe)
		filter_finish(s);
	return rc;
}

/* `do LINE`: the word becomes blanks, the rest is an EXEC line. */
static bool
is_do(struct session *s, struct words *w)
{
	char copy[LINE_BYTES];

	if (!s->configuring || w->n < 2 || strcasecmp(w->w[0], "do"))
		return false;
	memcpy(copy, w->text, sizeof(copy));
	memset(copy + w->col[0], ' ', 2);
	words_split(w, copy);
	return true;
}

static int
do_words(struct session *s, struct words *w)
{
	struct match m;
	int depth, rc;

	blank_prompt(s, w);
	if (!w->n || *w->w[0] == '!')
		return 1;
	if (!s->configuring || is_do(s, w))
		return do_exec(s, w);
	if (!s->depth)
		expand_alias(s, w, false);
	m = session_resolve(s, w, &depth);
	if (cut_glued_remark(w, &m))
		m = session_resolve(s, w, &depth);
	if (m.verdict == LINE_OK)
		return do_config(s, &m, depth);
	if (s->load && m.verdict == LINE_INVALID && (rc = do_exec(s, w)) == 0) {
		s->refused = false;
		return 0;
	}
	s->refused = false;
	complain(s, &m);
	return m.verdict == LINE_EMPTY ? 1 : -EINVAL;
}

static int
do_line(struct session *s, const char *text)
{
	struct words *w = malloc(sizeof(*w));
	int rc = -ENOMEM;

	s->refused = s->told = s->stored = false;
	if (s->nested == 1)
		s->raw = text;
	if (!w)
		session_refused(s, "Cannot allocate memory");
	else if ((rc = words_split(w, text)) < 0)
		session_refused(s, "The line is longer than %d characters", LINE_BYTES - 1);
	else
		rc = do_words(s, w);
	if (rc != -E2BIG)
		remember(s, NULL);
	if (w) { /* it may have held a password */
		explicit_bzero(w->text, strnlen(text, LINE_BYTES));
		explicit_bzero(w->buf, strnlen(text, LINE_BYTES));
	}
	free(w);
	return rc;
}

/* Ctrl-Z: what precedes it is done, then `end`. */
static int
do_text(struct session *s, const char *text)
{
	const char *z = strchr(text, CTRL_Z);
	char *before;
	int rc = 0;

	if (!z)
		return do_line(s, text);
	if (z > text && (before = strndup(text, z - text))) {
		rc = do_line(s, before);
		free(before);
	}
	if (s->configuring && s->nested == 1) {
		bool refused = s->refused;
		int end = do_line(s, "end");

		rc = rc < 0 ? rc : end;
		s->refused |= refused;
	}
	return rc;
}

/* The snapshot of a line lives no longer. */
static void
let_go(struct session *s)
{
	if (s->nested || !s->held)
		return;
	running_drop(s->held);
	s->held = NULL;
}

/* As session_line(), but 1 for a line that says nothing. */
int
session_do(struct session *s, const char *text)
{
	int rc;

	s->nested++;
	rc = do_text(s, text);
	if (rc >= 0 && s->refused)
		rc = -EINVAL;
	session_flush(s);
	s->nested--;
	let_go(s);
	return rc;
}

int
session_line(struct session *s, const char *text)
{
	int rc = session_do(s, text);

	return rc < 0 ? rc : 0;
}

int
session_exec(struct session *s, const char *text)
{
	bool configuring = s->configuring;
	int rc, depth = s->depth;

	s->configuring = false;
	rc = session_line(s, text);
	if (!s->configuring) {
		s->configuring = configuring;
		s->depth = depth;
	}
	return rc;
}

/* ---- help ---------------------------------------------------------------------------------- */

/* The modes that `text` is typed in; `do` is left out of it.  `pair` has room for three. */
static const char *
help_modes(const struct session *s, const char *text, const struct mode **pair)
{
	size_t n = strspn(text, " \t");

	pair[0] = session_mode(s);
	pair[1] = s->configuring ? s->o.cli->always : NULL;
	pair[2] = NULL;
	if (s->configuring && !strncasecmp(text + n, "do ", 3)) {
		pair[0] = s->o.cli->exec;
		pair[1] = NULL;
		return text + n + 3;
	}
	return text;
}

static void
help_heading(const struct session *s, const struct mode *m, FILE *out)
{
	if (m == s->o.cli->exec)
		fputs("Exec commands:\n", out);
	else if (m == s->o.cli->top)
		fputs("Configure commands:\n", out);
	else
		fprintf(out, "%s configuration commands:\n", m->name);
}

void
session_help(struct session *s, const char *text)
{
	const struct mode *pair[3];
	const char *rest = help_modes(s, text, pair), *pipe = strchr(rest, '|');
	bool exec = pair[0] == s->o.cli->exec;
	struct reach reach = session_reach(s);

	if (exec && pipe) {
		filter_help(pipe + 1, s->out);
	} else {
		if (rest[strspn(rest, " \t")] == '\0')
			help_heading(s, pair[0], s->out);
		help_list(pair, rest, &reach, s->width,
		    exec && !strncasecmp(rest + strspn(rest, " "), "sh", 2), s->out);
	}
	fputc('\n', s->out);
	session_flush(s);
	let_go(s);
}

void
session_set_width(struct session *s, int columns)
{
	s->width = columns;
}

bool
session_complete(struct session *s, const char *text, char *buf, size_t size)
{
	const struct mode *pair[3];
	const char *rest = help_modes(s, text, pair);
	size_t n = rest - text;
	struct reach reach = session_reach(s);
	bool done;

	if (n >= size)
		return false;
	memcpy(buf, text, n);
	done = complete_within(pair, rest, &reach, buf + n, size - n);
	let_go(s);
	return done;
}

/* ---- the rest ------------------------------------------------------------------------------ */

static ssize_t
on_write(void *arg, const char *bytes, size_t size)
{
	struct session *s = arg;

	if (s->in_libcli)
		libcli_write(s, bytes, size);
	else
		session_emit(s, bytes, size);
	return (ssize_t)size;
}

void
session_emit(struct session *s, const char *bytes, size_t size)
{
	if (s->filter)
		filter_feed(s->filter, bytes, size);
	else if (s->o.terminal.write)
		s->o.terminal.write(s->o.terminal.arg, bytes, size);
}

void
session_flush(struct session *s)
{
	fflush(s->out);
	if (s->in_libcli)
		libcli_flush(s);
}

static int64_t
monotonic_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

int64_t
session_age_s(const struct session *s)
{
	return monotonic_s() - s->began_s;
}

int
session_new(struct session **sp, const struct session_options *o)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->o = *o;
	s->level = o->level;
	s->began_s = monotonic_s();
	s->history_size = HISTORY_LINES;
	s->width = SESSION_WIDTH;
	s->out = fopencookie(s, "w", (cookie_io_functions_t){.write = on_write});
	if (!s->out) {
		free(s);
		return -ENOMEM;
	}
	setvbuf(s->out, NULL, _IOFBF, 16384);
	*sp = s;
	return 0;
}

void
session_free(struct session *s)
{
	if (!s)
		return;
	fclose(s->out);
	filter_free(s->filter);
	libcli_free(s->libcli);
	running_drop(s->held);
	history_free(s);
	free(s);
}

bool
session_over(const struct session *s)
{
	return s->over;
}

void
session_end(struct session *s)
{
	s->over = true;
}

void
session_print(struct session *s, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(s->out, format, ap);
	va_end(ap);
}

void
session_refused(struct session *s, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(s->why, sizeof(s->why), format, ap);
	va_end(ap);
	s->refused = s->told = true;
	if (!s->load)
		fprintf(s->out, "%% %s\n", s->why);
}

void
session_refused_as(struct session *s, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(s->why, sizeof(s->why), format, ap);
	va_end(ap);
	s->refused = s->told = true;
	if (!s->load) {
		va_start(ap, format);
		vfprintf(s->out, format, ap);
		va_end(ap);
	}
}

FILE *
session_out(struct session *s)
{
	return s->out;
}

void *
session_box(struct session *s)
{
	return s->o.box;
}

struct running *
session_running(struct session *s)
{
	return s->o.running;
}

const void *
session_config(struct session *s)
{
	if (s->draft)
		return s->draft;
	if (!s->held)
		s->held = running_hold(s->o.running);
	return s->held;
}

const void *
session_refresh(struct session *s)
{
	if (s->held)
		running_drop(s->held);
	s->held = NULL;
	return session_config(s);
}

const struct mode *
session_mode_here(const struct session *s)
{
	return s->configuring ? session_mode(s) : s->o.cli->exec;
}

const struct session_options *
session_options(const struct session *s)
{
	return &s->o;
}

int
session_level(const struct session *s)
{
	return s->level;
}

void
session_set_level(struct session *s, int level)
{
	s->level = level;
}
