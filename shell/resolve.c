/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/resolve.c -- the mode that a typed line belongs to: where the session stands, what can always be
 * said, the modes above; and at last the block of free lines that it stands in. */
#include "shell/session_own.h"

#include <string.h>
#include <strings.h>

/* How far it was understood: the best of several complaints is the furthest. */
static int
progress(const struct match *m)
{
	return m->verdict == LINE_INVALID ? m->column : LINE_BYTES;
}

/* Is its first word typed in full? */
static bool
begins_in_full(const struct match *m)
{
	const struct syntax *s = m->compiled;
	int first = m->no || m->dflt;
	const struct atom *a = m->bound[first] < 0 ? NULL : &s->atom[m->bound[first]];
	const char *w = m->words->w[first];
	struct choice whole = {0};
	bool many;

	if (a && a->kind == ATOM_CHOICE)
		whole = a->choices->table[choice_find(a->choices, w, &many)];
	if (!a || (a->kind != ATOM_KEYWORD && !whole.words))
		return false;
	return strlen(w) == (whole.words ? strlen(whole.words) : (size_t)a->length) &&
	       !strncasecmp(w, whole.words ? whole.words : a->word, strlen(w));
}

static bool
is_free(const struct mode *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->lines[i].last_resort)
			return true;
	return false;
}

/* Does it stand in a block of free lines, or below one? */
static bool
in_free_block(const struct session *s)
{
	for (int d = s->depth; d > 0; d--)
		if (is_free(session_mode_at(s, d)))
			return true;
	return false;
}

/* In a block of free lines: is this row meant?  If its first word is typed in full.  Else a free
 * line may look like an abbreviated one of a mode above (`network 10.0.0.0' and `network-clock
 * LINE'): that is meant if its next word is none that fits everything, and if the line is not an
 * abbreviated one of the block itself (`mine'). */
static bool
is_meant(const struct match *m, bool above, enum verdict mine)
{
	const struct syntax *s = m->compiled;
	int second = (m->no || m->dflt) + 1;
	enum atom_kind kind;

	if (begins_in_full(m))
		return true;
	if (!above || mine == LINE_OK || second >= m->words->n || m->bound[second] < 0)
		return false;
	kind = s->atom[m->bound[second]].kind;
	return kind != ATOM_WORD && kind != ATOM_NAME && kind != ATOM_LINE && kind != ATOM_SECRET;
}

/* The free block that a line belongs to which nobody else takes: the deepest, and where the text
 * is indented the one whose lines stand there.  In a file EXEC's lines belong to none. */
static struct match
resolve_last(const struct session *s, const struct words *w, int *depth)
{
	struct match m = {.verdict = LINE_INVALID};
	struct reach reach = session_reach(s);
	int column = w->n ? w->col[0] : 0;

	if (s->load && (m = match_in((const struct mode *const[]){s->o.cli->exec, NULL}, w,
	    &reach)).verdict == LINE_OK && begins_in_full(&m)) {
		m.verdict = LINE_INVALID;
		return m;
	}
	m.verdict = LINE_INVALID;
	for (int d = s->depth; d > 0; d--) {
		const struct place *p = &s->at[d - 1];
		const struct mode *here = session_mode_at(s, d);

		if (!is_free(here) || (p->body >= 0 ? column < p->body : column < p->column + (p->column > 0)))
			continue;
		*depth = d;
		return match_last(here, w, &reach);
	}
	return m;
}

/* Where the line is valid: the mode, what can always be said, the modes above.  A word that is
 * ambiguous here but a whole word above (`ip' among `ipv4' and `ipv6') is meant above. */
static struct match
resolve_first(const struct session *s, const struct words *w, int *depth)
{
	struct match best = {.verdict = LINE_EMPTY}, mine = best, m;
	struct reach reach = session_reach(s);
	bool free = in_free_block(s);

	for (int d = s->depth; d >= 0; d--) {
		const struct mode *here = session_mode_at(s, d);
		const struct mode *const modes[] = {
		    here, d == s->depth ? s->o.cli->always : NULL, NULL};

		m = match_in(modes, w, &reach);
		*depth = d;
		if (m.verdict == LINE_OK && free && !is_meant(&m, d < s->depth, mine.verdict)) {
			if (d == s->depth)
				mine = m; /* unless it is a whole word above */
			m.verdict = LINE_INVALID;
		}
		if (m.verdict == LINE_EMPTY || (m.verdict == LINE_OK &&
		    (best.verdict != LINE_AMBIGUOUS || begins_in_full(&m))))
			return m;
		if (best.verdict == LINE_EMPTY || progress(&m) > progress(&best))
			best = m;
		if (m.verdict != LINE_INVALID && m.verdict != LINE_AMBIGUOUS)
			break;
	}
	*depth = s->depth;
	return mine.verdict == LINE_OK ? mine : best;
}

/* And if it is valid nowhere, the block of free lines that takes it. */
struct match
session_resolve(const struct session *s, const struct words *w, int *depth)
{
	struct match m = resolve_first(s, w, depth), last;
	struct reach reach = session_reach(s);
	int at;

	if (m.verdict == LINE_OK || m.verdict == LINE_EMPTY || !in_free_block(s))
		return m;
	if (match_in((const struct mode *const[]){session_mode(s), s->o.cli->always, NULL}, w,
	    &reach).verdict == LINE_INCOMPLETE)
		return m; /* its own line, begun */
	last = resolve_last(s, w, &at);
	if (last.verdict != LINE_OK)
		return m;
	*depth = at;
	return last;
}
