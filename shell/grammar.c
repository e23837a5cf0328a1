/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/grammar.c -- which word may follow which, and the cache of compiled modes.
 *
 * The positions' sets are those of Glushkov: first, last and follow, as bits.  The cache is the
 * one global state of the engine: it only grows, its slots are written once under a mutex and
 * read without one.  It is never freed, as modes are constants. */
#include "shell/syntax.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

uint32_t
letter_bit(char ch)
{
	int c = tolower((unsigned char)ch);

	return c >= 'a' && c <= 'z' ? 1u << (c - 'a') : 1u << 26;
}

/* ---- positions ----------------------------------------------------------------------------- */

struct ends {
	uint64_t first, last, all;
	bool nullable;
};

static struct ends ends_of(struct syntax *, int t);

static void
link_atoms(struct syntax *s, uint64_t from, uint64_t to)
{
	for (; from; from &= from - 1)
		s->atom[__builtin_ctzll(from)].follow |= to;
}

static struct ends
leaf_ends(struct syntax *s, const struct tree *t)
{
	struct ends e = {0};

	for (int i = t->first; i < t->first + t->atoms; i++) {
		const struct atom *a = &s->atom[i];
		bool chain = i > t->first && a->kind == ATOM_KEYWORD && a[-1].choice == a->choice &&
			     !a[-1].choice_end;
		bool text = i > t->first && a->kind == ATOM_SECRET;

		e.all |= 1ull << i;
		if (chain || text)
			link_atoms(s, 1ull << (i - 1), 1ull << i);
		if (!chain)
			e.first |= 1ull << i;
		if (a->kind == ATOM_KEYWORD ? a->choice < 0 || a->choice_end
					    : a->kind != ATOM_SECRET_TYPE)
			e.last |= 1ull << i;
	}
	return e;
}

static struct ends
sequence_ends(struct syntax *s, const struct tree *t)
{
	struct ends e = {.nullable = true}, x;

	for (int i = t->child; i >= 0; i = s->tree[i].next) {
		if (s->tree[i].type == TREE_STOP) {
			s->stops |= e.last;
			continue;
		}
		x = ends_of(s, i);
		link_atoms(s, e.last, x.first);
		if (e.nullable)
			e.first |= x.first;
		e.last = x.last | (x.nullable ? e.last : 0);
		e.nullable &= x.nullable;
		e.all |= x.all;
	}
	return e;
}

static struct ends
choice_ends(struct syntax *s, const struct tree *t)
{
	struct ends e = {0}, x;

	for (int i = t->child; i >= 0; i = s->tree[i].next) {
		x = ends_of(s, i);
		e.first |= x.first;
		e.last |= x.last;
		e.all |= x.all;
		e.nullable |= x.nullable;
	}
	return e;
}

/* In any order, each once: each branch may follow each other one. */
static struct ends
any_ends(struct syntax *s, const struct tree *t)
{
	struct ends e = {.nullable = true}, x[NODES_MAX];
	int n = 0;

	for (int i = t->child; i >= 0; i = s->tree[i].next) {
		x[n] = ends_of(s, i);
		e.first |= x[n].first;
		e.last |= x[n].last;
		e.all |= x[n].all;
		for (uint64_t b = x[n].all; b; b &= b - 1)
			if (!s->atom[__builtin_ctzll(b)].branch)
				s->atom[__builtin_ctzll(b)].branch = x[n].all;
		n++;
	}
	for (int i = 0; i < n; i++)
		link_atoms(s, x[i].last, e.first & ~x[i].all);
	return e;
}

static struct ends
ends_of(struct syntax *s, int index)
{
	const struct tree *t = &s->tree[index];
	struct ends e = {0};

	switch ((enum tree_type)t->type) {
	case TREE_LEAF:
		return leaf_ends(s, t);
	case TREE_SEQ:
		return sequence_ends(s, t);
	case TREE_ALT:
		return choice_ends(s, t);
	case TREE_ANY:
		return any_ends(s, t);
	case TREE_OPT:
		e = ends_of(s, t->child);
		e.nullable = true;
		break;
	case TREE_PLUS:
		e = ends_of(s, t->child);
		link_atoms(s, e.last, e.first);
		break;
	case TREE_STOP:
		break;
	}
	return e;
}

void
syntax_follow(struct syntax *s)
{
	struct ends e = ends_of(s, s->root);

	s->first = e.first;
	s->last = e.last;
	s->nullable = e.nullable;
}

/* ---- the cache ----------------------------------------------------------------------------- */

enum { SLOTS = 1024 };

static struct grammar *_Atomic slot[SLOTS];
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

static size_t
slot_of(const struct mode *m)
{
	uint64_t h = (uint64_t)(uintptr_t)m * 0x9E3779B97F4A7C15ull;

	return h >> 54;
}

static const struct grammar *
slot_find(const struct mode *m, size_t *where)
{
	struct grammar *g;
	size_t i = slot_of(m);

	for (int n = 0; n < SLOTS; n++, i = (i + 1) % SLOTS) {
		*where = i;
		if (!(g = atomic_load_explicit(&slot[i], memory_order_acquire)) || g->mode == m)
			return g;
	}
	return NULL;
}

/* Remember the row's place once: two rows may write one field. */
static void
remember(const struct line **list, int *n, const struct line *l)
{
	for (int i = 0; i < *n; i++)
		if (list[i]->at == l->at)
			return;
	list[(*n)++] = l;
}

static void
grammar_free(struct grammar *g)
{
	if (!g)
		return;
	for (size_t i = 0; g->row && i < g->mode->count; i++)
		syntax_clear(&g->row[i]);
	free(g->row);
	free(g->map);
	free(g->sub);
	free(g);
}

static struct grammar *
grammar_new(const struct mode *m)
{
	struct grammar *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->mode = m;
	g->row = calloc(m->count + 1, sizeof(*g->row));
	g->map = calloc(m->count + 1, sizeof(*g->map));
	g->sub = calloc(m->count + 1, sizeof(*g->sub));
	if (!g->row || !g->map || !g->sub) {
		grammar_free(g);
		return NULL;
	}
	for (size_t i = 0; i < m->count; i++) {
		struct syntax *s = &g->row[i];

		if (syntax_compile(s, m, &m->lines[i]) < 0) {
			grammar_free(g);
			return NULL;
		}
		if (s->list && !s->fault)
			remember(g->map, &g->maps, s->line);
		else if (s->sub && s->line->size && !s->fault)
			remember(g->sub, &g->subs, s->line);
	}
	return g;
}

const struct grammar *
grammar_of(const struct mode *m)
{
	const struct grammar *g;
	struct grammar *made;
	size_t where;

	if ((g = slot_find(m, &where)))
		return g;
	pthread_mutex_lock(&writing);
	if (!(g = slot_find(m, &where)) && !atomic_load(&slot[where]) && (made = grammar_new(m))) {
		atomic_store_explicit(&slot[where], made, memory_order_release);
		g = made;
	}
	pthread_mutex_unlock(&writing);
	return g;
}
