/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/match.c -- which row a typed line means.
 *
 * Word by word the rows are narrowed to those whose next atom fits best (exact, then prefix, then
 * value); each row keeps the set of positions that it may stand at.  The row that is left tells
 * afterwards, walking back, which atom took which word. */
#include "shell/syntax.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* ---- where a row stands -------------------------------------------------------------------- */

/* May `a` be entered from the positions in `state`?  Of an any-order group each branch once. */
static bool
may_enter(const struct syntax *s, uint64_t state, uint64_t taken, int a)
{
	uint64_t branch = s->atom[a].branch;

	if (!branch || !(taken & branch))
		return true;
	for (uint64_t b = state & branch; b; b &= b - 1)
		if (s->atom[__builtin_ctzll(b)].follow >> a & 1)
			return true;
	return false;
}

static uint64_t
next_atoms(const struct syntax *s, uint64_t state, uint64_t taken, bool begun)
{
	uint64_t next = 0, out = 0;

	if (!begun)
		return s->first;
	for (uint64_t b = state; b; b &= b - 1)
		next |= s->atom[__builtin_ctzll(b)].follow;
	for (uint64_t b = next; b; b &= b - 1)
		if (may_enter(s, state, taken, __builtin_ctzll(b)))
			out |= b & -b;
	return out;
}

uint64_t
thread_next(const struct thread *t)
{
	return next_atoms(t->s, t->state, t->taken, t->begun);
}

uint64_t
atoms_behind(const struct syntax *s, uint64_t state)
{
	uint64_t all = 0, more = state;

	while (more) {
		uint64_t next = s->atom[__builtin_ctzll(more)].follow & ~all;

		more &= more - 1;
		all |= next;
		more |= next;
	}
	return all;
}

bool
thread_ends(const struct thread *t, bool no)
{
	const struct syntax *s = t->s;

	if (t->begun ? (t->state & s->last) != 0 : s->nullable)
		return true;
	if (!no || !t->begun)
		return false;
	if (t->state & s->stops)
		return true;
	if (s->list)
		return (t->taken & s->keys) && !(atoms_behind(s, t->state) & s->keys);
	return !(t->taken & s->values) && (thread_next(t) & s->values);
}

/* ---- narrowing ----------------------------------------------------------------------------- */

/* The keyword that a prefix fits, to tell whether two prefixes fit the same. */
struct seen {
	const char *word;
	int length;
};

static struct seen
spelled(const struct atom *a, const char *word)
{
	struct seen k = {a->word, a->length};
	bool many;

	if (a->kind == ATOM_CHOICE) {
		k.word = a->choices->table[choice_find(a->choices, word, &many)].words;
		k.length = (int)strlen(k.word);
	}
	return k;
}

struct best {
	enum fit fit;
	struct seen seen;
	bool unclear;
	int column;
};

/* How well can the thread take `word`, and by which atoms? */
static enum fit
thread_fit(const struct thread *t, const char *word, struct best *best, uint64_t *atoms)
{
	enum fit mine = FIT_NO, f;
	struct seen seen;
	int column;
	bool many;

	*atoms = 0;
	for (uint64_t b = thread_next(t); b; b &= b - 1) {
		const struct atom *a = &t->s->atom[__builtin_ctzll(b)];

		f = atom_fit(t->s, a, word, &column, &many);
		if (f == FIT_PREFIX && t->s->line->hidden)
			f = FIT_HIDDEN;
		if (f == FIT_NO && column > best->column)
			best->column = column;
		if (f == FIT_NO || f < mine)
			continue;
		*atoms = (f == mine ? *atoms : 0) | (b & -b);
		mine = f;
		if (f < best->fit || (f != FIT_PREFIX && f == best->fit))
			continue;
		seen = f >= FIT_HIDDEN ? spelled(a, word) : (struct seen){0};
		if (f > best->fit)
			best->unclear = many;
		else
			best->unclear |= many || seen.length != best->seen.length ||
					 strncasecmp(seen.word, best->seen.word, seen.length) != 0;
		best->fit = f;
		best->seen = seen;
	}
	return mine;
}

static void
narrow_word(struct narrowed *n, const struct words *w, int i)
{
	struct best best = {0};
	enum fit fit[2 * LINES_MAX];
	uint64_t atoms[2 * LINES_MAX];
	int kept = 0;

	for (int k = 0; k < n->n; k++)
		fit[k] = thread_fit(&n->thread[k], w->w[i], &best, &atoms[k]);
	n->column = w->col[i];
	if (!best.fit) {
		n->column += best.column;
		n->verdict = LINE_INVALID;
		return;
	}
	for (int k = 0; k < n->n; k++) {
		struct thread *t = &n->thread[kept];

		if (fit[k] != best.fit)
			continue;
		*t = n->thread[k];
		t->state = atoms[k];
		t->taken |= atoms[k];
		t->begun = true;
		kept++;
	}
	n->n = kept;
	n->verdict = best.fit == FIT_PREFIX && best.unclear ? LINE_AMBIGUOUS : LINE_OK;
}

/* Does a remark begin here: `! text` or `; text` behind a command that is complete? */
static bool
is_remark(const struct narrowed *n, const char *word)
{
	bool complete = false;

	if (*word != '!' && *word != ';')
		return false;
	for (int k = 0; k < n->n; k++) {
		const struct thread *t = &n->thread[k];

		if (thread_next(t) & t->s->rests)
			return false;
		complete |= thread_ends(t, n->no || n->dflt);
	}
	return complete;
}

/* If a row takes the rest of the line here, only such rows go on.  True: nothing more to read. */
static bool
takes_rest(struct narrowed *n, bool more)
{
	int kept = 0;

	for (int k = 0; k < n->n; k++)
		kept += (n->thread[k].state & n->thread[k].s->rests) != 0;
	if (!kept || !more)
		return false;
	kept = 0;
	for (int k = 0; k < n->n; k++)
		if (n->thread[k].state & n->thread[k].s->rests)
			n->thread[kept++] = n->thread[k];
	n->n = kept;
	return true;
}

/* The narrowing itself, from the threads that were put into `n`. */
static void
narrow(struct narrowed *n, const struct words *w, int upto)
{
	int start = n->no || n->dflt, i;

	n->verdict = LINE_OK;
	for (i = start; i < upto; i++) {
		if (i > start && is_remark(n, w->w[i]))
			break;
		narrow_word(n, w, i);
		if (n->verdict != LINE_OK)
			return;
		if (takes_rest(n, i + 1 < w->n)) {
			i++;
			break;
		}
	}
	n->used = i;
}

/* `no` and `default` in front; neither where the mode has such a word of its own. */
static void
read_prefix(struct narrowed *n, const struct words *w, int upto)
{
	n->n = 0;
	n->used = n->column = 0;
	n->no = upto > 0 && !strcasecmp(w->w[0], "no");
	n->dflt = upto > 0 && !strcasecmp(w->w[0], "default");
}

static bool
may_begin(const struct narrowed *n, const struct syntax *s, uint32_t letter, const struct reach *r)
{
	const struct line *l = s->line;

	if (s->fault || !(s->letters & letter))
		return false;
	if (r->level < 15 && (r->level_of ? r->level_of(r->arg, s->mode, l) : l->level) > r->level)
		return false;
	return !(n->no || n->dflt) || !l->run || l->negates;
}

enum which { ROWS_ALL, ROWS_FIRST, ROWS_LAST };

static void
narrow_rows(struct narrowed *n, const struct mode *const *modes, const struct words *w, int upto,
    const struct reach *r, enum which which)
{
	const struct grammar *g;
	uint32_t letter;

	read_prefix(n, w, upto);
	letter = upto > n->no + n->dflt ? letter_bit(*w->w[n->no || n->dflt]) : ~0u;
	for (; *modes; modes++) {
		if (!(g = grammar_of(*modes)))
			continue;
		for (size_t i = 0; i < g->mode->count && n->n < 2 * LINES_MAX; i++)
			if ((which == ROWS_ALL ||
			    g->mode->lines[i].last_resort == (which == ROWS_LAST)) &&
			    may_begin(n, &g->row[i], letter, r))
				n->thread[n->n++] = (struct thread){.s = &g->row[i]};
	}
	narrow(n, w, upto);
}

void
match_narrow(
    struct narrowed *n, const struct mode *const *modes, const struct words *w, int upto,
    const struct reach *r)
{
	narrow_rows(n, modes, w, upto, r, ROWS_ALL);
}

/* ---- who took what ------------------------------------------------------------------------- */

/* The last atom of the path: one that ends the row, if there is. */
static int
last_atom(const struct syntax *s, uint64_t state)
{
	uint64_t b = state & s->last;

	if (!b)
		b = state & s->stops;
	if (!b)
		b = state;
	return __builtin_ctzll(b);
}

/* Once more, for the one row: its positions at each word, then the path backwards. */
static void
bind_words(struct match *m, const struct syntax *s, const struct narrowed *n)
{
	uint64_t mask[WORDS_MAX];
	struct thread t = {.s = s};
	int start = n->no || n->dflt, atom;
	struct best best;

	for (int i = 0; i < m->words->n; i++)
		m->bound[i] = -1;
	if (n->used == start)
		return;
	for (int i = start; i < n->used; i++) {
		best = (struct best){0};
		thread_fit(&t, m->words->w[i], &best, &mask[i]);
		t.state = mask[i];
		t.taken |= mask[i];
		t.begun = true;
	}
	atom = last_atom(s, t.state);
	for (int i = n->used - 1; i >= start; i--) {
		m->bound[i] = atom;
		for (uint64_t b = i > start ? mask[i - 1] : 0; b; b &= b - 1) {
			if (s->atom[__builtin_ctzll(b)].follow >> atom & 1) {
				atom = __builtin_ctzll(b);
				break;
			}
		}
	}
}

static struct match
conclude(const struct narrowed *n, const struct words *w)
{
	struct match m;

	m.verdict = n->verdict;
	m.column = n->column;
	m.no = n->no;
	m.dflt = n->dflt;
	m.line = NULL;
	m.words = w;
	m.compiled = NULL;
	if (n->verdict != LINE_OK)
		return m;
	m.verdict = LINE_INCOMPLETE;
	for (int k = 0; k < n->n; k++) {
		if (n->used == (n->no || n->dflt) || !thread_ends(&n->thread[k], n->no || n->dflt))
			continue;
		m.verdict = LINE_OK;
		m.line = n->thread[k].s->line;
		m.compiled = (void *)n->thread[k].s;
		bind_words(&m, n->thread[k].s, n);
		break;
	}
	return m;
}

struct match
match_in(const struct mode *const *modes, const struct words *w, const struct reach *r)
{
	struct narrowed n;

	if (!w->n || *w->w[0] == '!')
		return (struct match){.verdict = LINE_EMPTY, .words = w};
	narrow_rows(&n, modes, w, w->n, r, ROWS_FIRST);
	return conclude(&n, w);
}

struct match
match_last(const struct mode *m, const struct words *w, const struct reach *r)
{
	struct narrowed n;

	narrow_rows(&n, (const struct mode *const[]){m, NULL}, w, w->n, r, ROWS_LAST);
	return conclude(&n, w);
}

struct match
match_row(const struct syntax *s, const struct words *w)
{
	struct narrowed n;

	read_prefix(&n, w, w->n);
	n.thread[n.n++] = (struct thread){.s = s};
	narrow(&n, w, w->n);
	return conclude(&n, w);
}

struct match
line_match(const struct mode *m, const struct words *w)
{
	static const struct reach all = {.level = 15};
	struct match k = match_in((const struct mode *const[]){m, NULL}, w, &all), last;

	if (k.verdict != LINE_OK && k.verdict != LINE_EMPTY &&
	    (last = match_last(m, w, &all)).verdict == LINE_OK)
		return last;
	return k;
}

/* ---- reading a match ----------------------------------------------------------------------- */

static bool
has_name(const struct atom *a, const char *name)
{
	return a->name_length == (int)strlen(name) && !strncmp(a->name, name, a->name_length);
}

/* The last word bound to `name`; -1: none. */
static int
word_named(const struct match *m, const char *name)
{
	const struct syntax *s = m->compiled;
	int found = -1;

	for (int i = 0; s && i < m->words->n; i++) {
		const struct atom *a = m->bound[i] < 0 ? NULL : &s->atom[m->bound[i]];

		if (!a || (a->kind == ATOM_KEYWORD && a->choice < 0 && !a->name))
			continue;
		if (name ? has_name(a, name) : !a->name_length && found < 0)
			found = i;
	}
	return found;
}

const char *
match_text(const struct match *m, const char *name)
{
	const struct syntax *s = m->compiled;
	int i = word_named(m, name);

	if (i < 0)
		return NULL;
	return s->atom[m->bound[i]].rest ? m->words->text + m->words->col[i] : m->words->w[i];
}

long
match_number(const struct match *m, const char *name, long none)
{
	const struct syntax *s = m->compiled;
	int i = word_named(m, name);
	const struct atom *a;
	long long v;
	bool many;

	if (i < 0)
		return none;
	a = &s->atom[m->bound[i]];
	if (a->choice >= 0)
		return a->choice;
	if (a->kind == ATOM_KEYWORD)
		return a->value;
	if (a->kind == ATOM_CHOICE)
		return choice_find(a->choices, m->words->w[i], &many);
	return number_parse(m->words->w[i], &v) ? (long)v : none;
}

static int
spell_word(const struct match *m, int i, bool hide, char *buf, size_t size)
{
	const struct syntax *s = m->compiled;
	const struct atom *a = m->bound[i] < 0 ? NULL : &s->atom[m->bound[i]];
	bool many;

	if (a && a->kind == ATOM_KEYWORD)
		return snprintf(buf, size, "%.*s", a->length, a->word);
	if (a && hide && (a->kind == ATOM_SECRET || (s->line->secret && a->kind != ATOM_CHOICE)))
		return snprintf(buf, size, "*****");
	if (a && a->kind == ATOM_CHOICE)
		return snprintf(buf, size, "%s",
		    a->choices->table[choice_find(a->choices, m->words->w[i], &many)].words);
	if (a && a->rest)
		return snprintf(buf, size, "%s", m->words->text + m->words->col[i]);
	return snprintf(buf, size, "%s", m->words->w[i]);
}

static void
spell(const struct match *m, bool hide, char *buf, size_t size)
{
	const struct syntax *s = m->compiled;
	size_t n = 0;

	if (size)
		buf[0] = '\0';
	if (m->no || m->dflt)
		n += snprintf(buf, size, "%s", m->no ? "no" : "default");
	for (int i = m->no || m->dflt; s && i < m->words->n && n < size; i++) {
		if (m->bound[i] < 0)
			break; /* a remark, or what a LINE has taken */
		if (n)
			n += snprintf(buf + n, size - n, " ");
		if (n < size)
			n += spell_word(m, i, hide, buf + n, size - n);
	}
}

void
match_spell(const struct match *m, char *buf, size_t size)
{
	spell(m, false, buf, size);
}

void
match_say(const struct match *m, char *buf, size_t size)
{
	spell(m, true, buf, size);
}
