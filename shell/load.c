/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/load.c -- a whole file, typed in one edit.
 *
 * The lines work on one draft that is published at the end.  A line that only a check refuses is
 * put aside and tried again when all the others are in: what a check asks for may stand below.
 * Captured screens load too: headers, prompts and EXEC lines in them are passed over. */
#include "shell/session_own.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A line that a check refused, and where it stood. */
struct aside {
	struct aside *next;
	unsigned number;
	int depth;
	struct place at[DEPTH_MAX];
	char *text;
};

struct load {
	struct session *s;
	const char *p;
	unsigned number; /* of the line under way */
	session_said_h *said;
	void *arg;
	struct session_load sum;
	struct aside *first, **last;
	bool whole; /* in the place of all that is there; all or nothing */
};

/* ---- its lines ----------------------------------------------------------------------------- */

/* The next line without its end, cut to `size`. */
bool
load_next_line(struct load *l, char *line, size_t size)
{
	size_t n = strcspn(l->p, "\n"), k = n;

	if (!*l->p)
		return false;
	if (k && l->p[k - 1] == '\r')
		k--;
	snprintf(line, size, "%.*s", (int)k, l->p);
	l->p += n + (l->p[n] == '\n');
	l->number++;
	return true;
}

int
load_peek_answer(struct load *l, bool *yes)
{
	static const char *const words[] = {"no", "n", "yes", "y"};
	size_t n = strcspn(l->p, "\r\n");
	char skip[8];

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (n == strlen(words[i]) && !strncasecmp(l->p, words[i], n)) {
			*yes = i >= 2;
			return load_next_line(l, skip, sizeof(skip));
		}
	}
	return false;
}

/* What a terminal's capture has between the lines. */
static bool
is_capture(const char *line)
{
	static const char *const heads[] = {"Building configuration...",
	    "Current configuration :", "Using ", "Load for five secs", "Time source is"};

	line += strspn(line, " \t\b");
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (!strncmp(line, heads[i], strlen(heads[i])))
			return true;
	return !strncmp(line, "--More--", 8) && !line[8 + strspn(line + 8, " \b\r")];
}

/* ---- what became of them ------------------------------------------------------------------- */

static void
tell(struct load *l, unsigned number, const char *line, const char *why)
{
	if (l->said)
		l->said(l->arg, number, line, why);
}

static void
count(struct load *l, unsigned number, const char *line, int rc)
{
	l->sum.lines++;
	if (rc < 0) {
		l->sum.refused++;
		tell(l, number, line, *l->s->why ? l->s->why : strerror(-rc));
	} else if (l->s->stored) {
		l->sum.stored++;
		tell(l, number, line, NULL);
	} else {
		l->sum.applied++;
	}
}

static bool
put_aside(struct load *l, unsigned number, const char *line)
{
	struct aside *a = calloc(1, sizeof(*a));

	if (!a || !(a->text = strdup(line))) {
		free(a);
		return false;
	}
	a->number = number;
	a->depth = l->s->depth;
	memcpy(a->at, l->s->at, sizeof(a->at));
	*l->last = a;
	l->last = &a->next;
	return true;
}

static void
retry_aside(struct load *l)
{
	struct aside *a;
	int rc;

	while ((a = l->first)) {
		l->first = a->next;
		l->s->depth = a->depth;
		memcpy(l->s->at, a->at, sizeof(a->at));
		rc = session_do(l->s, a->text);
		count(l, a->number, a->text, rc);
		free(a->text);
		free(a);
	}
	l->last = &l->first;
}

static void
load_line(struct load *l, const char *line)
{
	unsigned number = l->number;
	int rc;

	if (is_capture(line))
		return;
	l->s->why[0] = '\0';
	rc = session_do(l->s, line);
	if (rc == 1 || (rc == -EPERM && put_aside(l, number, line)))
		return;
	count(l, number, line, rc);
}

/* ---- the edit ------------------------------------------------------------------------------ */

static int
load_edit(void *draft, void *arg, char *why, size_t size)
{
	struct load *l = arg;
	struct session *s = l->s;
	size_t longest = LINE_BYTES * 2;
	char *line = malloc(longest);

	(void)why, (void)size;
	if (!line)
		return -ENOMEM;
	if (l->whole) {
		mode_clear(s->o.cli->top, draft);
		memset(draft, 0, s->o.cli->top->size);
		mode_defaults(s->o.cli->top, draft);
	}
	if (*s->o.user)
		running_by(s->o.running, s->o.user);
	s->draft = draft;
	s->load = l;
	session_configure(s);
	while (load_next_line(l, line, longest))
		load_line(l, line);
	retry_aside(l);
	s->draft = NULL;
	s->load = NULL;
	explicit_bzero(line, longest);
	free(line);
	return l->whole && l->sum.refused ? -ECANCELED : 0;
}

static int
load_text(struct session *s, const char *text, bool whole, session_said_h *said, void *arg,
    struct session_load *sum)
{
	struct load l = {.s = s, .p = text, .said = said, .arg = arg, .whole = whole};
	bool configuring = s->configuring;
	int depth = s->depth, rc;
	char why[WHY] = "";

	l.last = &l.first;
	if (s->load)
		return -EBUSY;
	rc = running_edit(s->o.running, load_edit, &l, why, sizeof(why));
	s->configuring = configuring;
	s->depth = depth;
	s->refused = s->stored = false;
	if (sum)
		*sum = l.sum;
	return rc;
}

int
session_load(
    struct session *s, const char *text, session_said_h *said, void *arg, struct session_load *sum)
{
	return load_text(s, text, false, said, arg, sum);
}

int
session_replace(
    struct session *s, const char *text, session_said_h *said, void *arg, struct session_load *sum)
{
	return load_text(s, text, true, said, arg, sum);
}
