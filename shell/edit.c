/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/edit.c -- one configuration line as one edit.
 *
 * The object that the line stands on is found again by its keys, owned, changed, and checked with
 * those above it; nothing else is looked at.  While a file is loaded all lines work on one draft,
 * so a line that a check refuses is taken back there. */
#include "shell/session_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void *
session_walk(const struct session *s, const void *config, int depth, bool own)
{
	void *object = (void *)config;

	for (int i = 0; i < depth && object; i++) {
		const struct place *p = &s->at[i];

		if (!p->list)
			object = (char *)object + p->by->at;
		else if (own)
			object = line_own(p->by, object, p->key);
		else
			object = (void *)line_find(p->by, object, p->key);
	}
	return object;
}

const void *
session_object(const struct session *s, const void *config)
{
	return session_walk(s, config, s->depth, false);
}

/* ---- checks -------------------------------------------------------------------------------- */

struct edit {
	struct session *s;
	const struct match *m;
	int depth;
	char key[KEY_MAX];     /* of the list's object that the line names */
	running_edit_h *other; /* session_edit() */
	void *arg;
};

static bool
names_one(const struct edit *e)
{
	return ((const struct syntax *)e->m->compiled)->list && !e->m->no && !e->m->dflt;
}

/* The object that the line made or changed, then what it stands in, up to the root. */
static int
check_touched(const struct edit *e, const void *draft, char *why, size_t size)
{
	const struct line *l = e->m->line;
	const void *object = session_walk(e->s, draft, e->depth, false), *one;
	int rc = 0;

	if (names_one(e) && line_mode(l)->check && (one = line_find(l, object, e->key)))
		rc = line_mode(l)->check(one, draft, why, size);
	for (int d = e->depth; rc == 0 && d >= 0; d--) {
		const struct mode *m = session_mode_at(e->s, d);

		if (m->check && (object = session_walk(e->s, draft, d, false)))
			rc = m->check(object, draft, why, size);
	}
	return rc;
}

static bool
is_checked(const struct edit *e)
{
	if (names_one(e) && line_mode(e->m->line)->check)
		return true;
	for (int d = e->depth; d >= 0; d--)
		if (session_mode_at(e->s, d)->check)
			return true;
	return false;
}

/* ---- the edit ------------------------------------------------------------------------------ */

static void
note_stored(const struct edit *e, const void *object)
{
	const struct line *l = e->m->line;
	const void *one = l->each ? line_find(l, object, e->key) : object;

	e->s->stored = l->stored || (one && line_is_stored(l, one));
}

static void
put_back(const struct edit *e, void *object, void *saved)
{
	const struct mode *m = session_mode_at(e->s, e->depth);
	size_t head = e->depth && e->s->at[e->depth - 1].list ? sizeof(struct node) : 0;

	mode_clear(m, object);
	memcpy((char *)object + head, (char *)saved + head, m->size - head);
}

/* Set, check; what is refused is taken back if the draft lives on. */
static int
set_checked(const struct edit *e, void *draft, void *object, char *why, size_t size)
{
	const struct mode *m = session_mode_at(e->s, e->depth);
	void *saved = NULL;
	int rc;

	if (e->s->draft && is_checked(e)) {
		if (!(saved = malloc(m->size)))
			return -ENOMEM;
		mode_copy(m, saved, object);
	}
	if ((rc = line_set(e->m, object, why, size)) == 0 &&
	    (rc = check_touched(e, draft, why, size)) < 0)
		rc = rc == -ENOMEM ? rc : -EPERM; /* a check's no: see load.c */
	if (saved && rc < 0)
		put_back(e, object, saved);
	else if (saved)
		mode_clear(m, saved);
	free(saved);
	return rc;
}

static int
edit_line(void *draft, void *arg, char *why, size_t size)
{
	struct edit *e = arg;
	void *object;
	int rc;

	if (!e->s->draft)
		running_by(e->s->o.running, *e->s->o.user ? e->s->o.user : "console");
	if (!(object = session_walk(e->s, draft, e->depth, true))) {
		snprintf(why, size, "%s is gone", session_key(e->s));
		return -ENOENT;
	}
	if ((rc = set_checked(e, draft, object, why, size)) == 0)
		note_stored(e, object);
	return rc;
}

int
session_apply(struct session *s, const struct match *m, int depth)
{
	struct edit e = {.s = s, .m = m, .depth = depth};
	char why[WHY] = "";
	int rc;

	if (((const struct syntax *)m->compiled)->list && line_key(m, e.key, sizeof(e.key)) < 0)
		e.key[0] = '\0';
	if (s->draft)
		rc = edit_line(s->draft, &e, why, sizeof(why));
	else
		rc = running_edit(s->o.running, edit_line, &e, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	return rc;
}

/* ---- rows that act ------------------------------------------------------------------------- */

static int
edit_other(void *draft, void *arg, char *why, size_t size)
{
	struct edit *e = arg;

	running_by(e->s->o.running, *e->s->o.user ? e->s->o.user : "console");
	return e->other(draft, e->arg, why, size);
}

int
session_edit(struct session *s, running_edit_h *edit, void *arg, char *why, size_t size)
{
	struct edit e = {.s = s, .other = edit, .arg = arg};

	if (size)
		why[0] = '\0';
	if (s->draft)
		return edit(s->draft, arg, why, size);
	return running_edit(s->o.running, edit_other, &e, why, size);
}
