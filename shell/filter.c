/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/filter.c -- output filters, chained, with regular expressions.
 *
 * Bytes come in, whole lines are judged, and what is let through goes to the next filter or to
 * the terminal.  IOS's `_` is mapped to what it means there; braces are plain characters. */
#include "shell/filter.h"
#include "shell/session_own.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum filter_kind { APPEND, BEGIN, COUNT, EXCLUDE, INCLUDE, REDIRECT, SECTION, TEE, KINDS };

static const struct {
	const char *word, *help;
} kinds[KINDS] = {
    [APPEND] = {"append",
	"Append redirected output to URL (URLs supporting append operation only)"},
    [BEGIN] = {"begin", "Begin with the line that matches"},
    [COUNT] = {"count", "Count number of lines which match regexp"},
    [EXCLUDE] = {"exclude", "Exclude lines that match"},
    [INCLUDE] = {"include", "Include lines that match"},
    [REDIRECT] = {"redirect", "Redirect output to URL"},
    [SECTION] = {"section", "Filter a section of output"},
    [TEE] = {"tee", "Copy output to URL"},
};

struct filter {
	enum filter_kind kind;
	regex_t regex;
	bool has_regex, inverted; /* section exclude */
	bool on;                  /* begin: matched; section: inside one */
	int depth;                /* section: its heading's indent */
	unsigned long lines;      /* count */
	FILE *file;
	char *line; /* not complete yet */
	size_t used, room;
	struct filter *next; /* NULL: write */
	filter_write_h *write;
	void *arg;
};

/* ---- reading the text after the pipe ------------------------------------------------------- */

static int
invalid(struct filter_fault *f, int what, int column)
{
	f->what = what;
	f->column = column;
	return -EINVAL;
}

/* The filter that `word` of `n` characters abbreviates. */
static int
kind_find(const char *word, size_t n, struct filter_fault *f, int column)
{
	size_t far = 0;

	for (int k = 0; k < KINDS; k++) {
		size_t i = 0;

		while (i < n && tolower((unsigned char)word[i]) == kinds[k].word[i])
			i++;
		if (i == n && n)
			return k; /* the first letters differ: no two can fit */
		if (i > far)
			far = i;
	}
	return invalid(f, n ? FILTER_INVALID : FILTER_INCOMPLETE, column + (int)far);
}

/* A repetition of a repetition of ... takes the library more memory with each, twice as much: this
 * many may stand within each other. */
enum { NESTED = 3, PATTERN_MOST = 512 };

static bool
repeats(char ch)
{
	return ch == '*' || ch == '+' || ch == '?';
}

/* What comes behind the set of "[...]": a bracket that comes first is one of it. */
static size_t
set_behind(const char *p, size_t n, size_t i)
{
	i += 1 + (i + 1 < n && p[i + 1] == '^');
	for (i += i < n && p[i] == ']'; i < n && p[i] != ']'; i++)
		;
	return i + 1;
}

static bool
is_modest(const char *p, size_t n)
{
	int inside[64] = {0}, depth = 0;

	if (n > PATTERN_MOST)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool again = i + 1 < n && repeats(p[i + 1]);

		if (p[i] == '\\') {
			i++;
		} else if (p[i] == '[') {
			i = set_behind(p, n, i) - 1;
		} else if (p[i] == '(') {
			if (++depth == 64)
				return false;
			inside[depth] = 0;
		} else if (p[i] == ')' && depth) {
			int within = inside[depth--] + again;

			if (within > NESTED)
				return false;
			if (within > inside[depth])
				inside[depth] = within;
		} else if (repeats(p[i]) && i && repeats(p[i - 1])) {
			return false; /* "a**" */
		} else if (repeats(p[i]) && !inside[depth]) {
			inside[depth] = 1;
		}
	}
	return true;
}

/* IOS's expression as a POSIX one. */
static void
map_regex(const char *from, size_t n, char *to)
{
	size_t set = 0; /* what comes behind the last set */

	for (size_t i = 0; i < n; i++) {
		if (from[i] == '\\' && i + 1 < n) {
			if (from[i + 1] != '_')
				*to++ = '\\';
			*to++ = from[++i];
			continue;
		}
		if (i >= set && from[i] == '[')
			set = set_behind(from, n, i);
		if (i >= set && (from[i] == '{' || from[i] == '}'))
			*to++ = '\\';
		if (i >= set && from[i] == '_')
			to = stpcpy(to, "(^|$|[ ,{}()])");
		else
			*to++ = from[i];
	}
	*to = '\0';
}

static int
read_pattern(struct filter *f, const char *text, size_t n, struct filter_fault *fault)
{
	char *mapped;
	int rc;

	while (n && text[n - 1] == ' ')
		n--;
	if (!n)
		return invalid(fault, FILTER_INCOMPLETE, 0);
	if (!(mapped = malloc(n * 16 + 1)))
		return -ENOMEM;
	map_regex(text, n, mapped);
	rc = !is_modest(text, n) || regcomp(&f->regex, mapped, REG_EXTENDED | REG_NOSUB);
	free(mapped);
	if (rc) {
		snprintf(fault->why, sizeof(fault->why), "Failed to compile regular expression");
		return invalid(fault, FILTER_REFUSED, 0);
	}
	f->has_regex = true;
	return 0;
}

/* "flash:name" below the directory: one plain name, no path. */
static int
open_file(
    struct filter *f, const char *text, size_t n, const char *files, struct filter_fault *fault)
{
	bool append = f->kind == APPEND;
	char name[NAME_MAX + 1], path[4096];
	const char *colon;
	int fd = -1;

	if (f->kind == TEE && n > 8 && !strncmp(text, "/append ", 8)) {
		append = true;
		text += 8, n -= 8;
	}
	n = strcspn(text, " ") < n ? strcspn(text, " ") : n;
	if (!n)
		return invalid(fault, FILTER_INCOMPLETE, 0);
	snprintf(name, sizeof(name), "%.*s", (int)n, text);
	colon = strrchr(name, ':') ? strrchr(name, ':') + 1 : name;
	colon += *colon == '/';
	if (files && *colon && *colon != '.' && !strchr(colon, '/') &&
	    (size_t)snprintf(path, sizeof(path), "%s/%s", files, colon) < sizeof(path))
		fd = open(path,
		    O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | (append ? O_APPEND : O_TRUNC),
		    0600);
	if (fd >= 0 && !(f->file = fdopen(fd, "w")))
		close(fd);
	if (f->file)
		return 0;
	snprintf(fault->why, sizeof(fault->why), "Error opening %.80s (%s)", name,
	    files ? "Permission denied" : "No files may be written here");
	return invalid(fault, FILTER_REFUSED, 0);
}

/* Where the next filter of the chain begins: ` | word` with a filter's name; else the end. */
static size_t
stage_length(const char *text)
{
	struct filter_fault ignore;
	const char *p = text;

	while ((p = strstr(p, " | "))) {
		const char *word = p + 3 + strspn(p + 3, " ");

		if (kind_find(word, strcspn(word, " "), &ignore, 0) >= 0)
			return p - text;
		p += 3;
	}
	return strlen(text);
}

static int
read_stage(struct filter *f, const char *text, size_t n, const char *files,
    struct filter_fault *fault, int column)
{
	size_t blank = strspn(text, " "), word;
	int kind;

	text += blank, column += (int)blank;
	n = n > blank ? n - blank : 0;
	word = strcspn(text, " ") < n ? strcspn(text, " ") : n;
	if ((kind = kind_find(text, word, fault, column)) < 0)
		return kind;
	f->kind = kind;
	text += word, n -= word;
	while (n && *text == ' ')
		text++, n--;
	if (kind == SECTION && n >= 8 &&
	    (!strncmp(text, "include ", 8) || !strncmp(text, "exclude ", 8))) {
		f->inverted = *text == 'e';
		text += 8, n -= 8;
	}
	if (kind == REDIRECT || kind == APPEND || kind == TEE)
		return open_file(f, text, n, files, fault);
	return read_pattern(f, text, n, fault);
}

int
filter_new(struct filter **fp, const char *text, const char *files, filter_write_h *write,
    void *arg, struct filter_fault *fault)
{
	struct filter *first = NULL, **link = &first;
	const char *p = text;
	size_t n;
	int rc;

	do {
		struct filter *f = calloc(1, sizeof(*f));

		if (!f) {
			filter_free(first);
			return -ENOMEM;
		}
		*link = f;
		link = &f->next;
		f->write = write;
		f->arg = arg;
		n = stage_length(p);
		if ((rc = read_stage(f, p, n, files, fault, (int)(p - text))) < 0) {
			filter_free(first);
			return rc;
		}
		p += n;
		p += *p ? 3 : 0;
	} while (*p);
	*fp = first;
	return 0;
}

void
filter_free(struct filter *f)
{
	struct filter *next;

	for (; f; f = next) {
		next = f->next;
		if (f->has_regex)
			regfree(&f->regex);
		if (f->file)
			fclose(f->file);
		free(f->line);
		free(f);
	}
}

/* ---- lines --------------------------------------------------------------------------------- */

/* A line (with its end, if it has one) to whoever comes next. */
static void
pass(struct filter *f, const char *line, size_t n)
{
	if (f->next)
		filter_feed(f->next, line, n);
	else
		f->write(f->arg, line, n);
}

static bool
in_section(struct filter *f, const char *line, bool match)
{
	int indent = (int)strspn(line, " ");

	if (f->on && (indent > f->depth || !line[indent]) && line[0] != '!')
		return true;
	f->on = match;
	f->depth = indent;
	return match;
}

/* May it pass?  `line` ends in NUL, without its newline. */
static bool
judge(struct filter *f, const char *line)
{
	bool match = f->has_regex && regexec(&f->regex, line, 0, NULL, 0) == 0;

	switch (f->kind) {
	case INCLUDE:
		return match;
	case EXCLUDE:
		return !match;
	case BEGIN:
		return f->on |= match;
	case SECTION:
		return in_section(f, line, match) != f->inverted;
	case COUNT:
		f->lines += match;
		return false;
	case REDIRECT:
	case APPEND:
	case TEE:
		fprintf(f->file, "%s\n", line);
		return f->kind == TEE;
	case KINDS:
		break;
	}
	return false;
}

static void
take_line(struct filter *f, char *line, size_t n, bool whole)
{
	char last = line[n];
	bool may;

	line[n] = '\0';
	may = judge(f, line);
	line[n] = last;
	if (may)
		pass(f, line, n + whole);
}

static bool
make_room(struct filter *f, size_t size)
{
	size_t room = f->room ? f->room : 1024;
	char *line;

	while (room < f->used + size + 1)
		room *= 2;
	if (room == f->room)
		return true;
	if (!(line = realloc(f->line, room)))
		return false;
	f->line = line;
	f->room = room;
	return true;
}

void
filter_feed(struct filter *f, const char *bytes, size_t size)
{
	const char *end;

	while (size) {
		size_t n = (end = memchr(bytes, '\n', size)) ? (size_t)(end - bytes) + 1 : size;

		if (!make_room(f, n)) {
			f->used = 0; /* a line that memory does not hold is lost, not the rest */
			return;
		}
		memcpy(f->line + f->used, bytes, n);
		f->used += n;
		if (end) {
			take_line(f, f->line, f->used - 1, true);
			f->used = 0;
		}
		bytes += n, size -= n;
	}
}

void
filter_end(struct filter *f)
{
	char sum[64];
	int n;

	for (; f; f = f->next) {
		if (f->used) {
			f->line[f->used] = '\0';
			take_line(f, f->line, f->used, false);
			f->used = 0;
		}
		if (f->kind == COUNT) {
			n = snprintf(sum, sizeof(sum), "Number of lines which match regexp = %lu\n",
			    f->lines);
			pass(f, sum, n);
		}
	}
}

void
filter_help(const char *text, FILE *out)
{
	size_t n;

	text += strspn(text, " ");
	n = strcspn(text, " ");
	if (text[n]) {
		fputs("  LINE  Regular Expression\n", out);
		return;
	}
	for (int k = 0; k < KINDS; k++)
		if (!strncasecmp(text, kinds[k].word, n))
			fprintf(out, "  %-8s  %s\n", kinds[k].word, kinds[k].help);
}

/* ---- before a session's terminal ----------------------------------------------------------- */

static void
to_terminal(void *arg, const char *bytes, size_t size)
{
	struct session *s = arg;

	if (s->o.terminal.write)
		s->o.terminal.write(s->o.terminal.arg, bytes, size);
}

int
filter_begin(struct session *s, const char *line, int column)
{
	struct filter_fault fault = {0};
	char prompt[256], print[LINE_BYTES + 512];
	int rc;

	rc = filter_new(
	    &s->filter, line + column, s->level == 15 ? s->o.files : NULL, to_terminal, s, &fault);
	if (rc == 0)
		return 0;
	if (rc == -ENOMEM) {
		session_refused(s, "Cannot allocate memory");
	} else if (fault.what == FILTER_INCOMPLETE) {
		session_complain(s, "% Incomplete command.\n\n", "incomplete command");
	} else if (fault.what == FILTER_REFUSED) {
		session_refused(s, "%s", fault.why);
	} else {
		session_prompt(s, prompt, sizeof(prompt));
		snprintf(print, sizeof(print), "%*s^\n%% Invalid input detected at '^' marker.\n\n",
		    (int)strlen(prompt) + column + fault.column, "");
		session_complain(s, print, "invalid output filter");
	}
	return rc;
}

void
filter_finish(struct session *s)
{
	filter_end(s->filter);
	filter_free(s->filter);
	s->filter = NULL;
}
