/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/print.c -- an object's lines, as they can be typed.
 *
 * A row is printed by walking its syntax with the object's values in their places.  What the
 * object holds decides between alternatives and whether an optional part is there. */
#include "shell/syntax.h"

#include <stdlib.h>
#include <string.h>

struct printer {
	const struct syntax *s;
	const char *base; /* the field; the object itself for a list's row */
	const char *key;  /* of the object, as far as it is not printed yet */
	FILE *out;
	size_t element; /* of the arrays inside { }+ */
	bool blank;     /* a word has been printed */
};

/* ---- what is there ------------------------------------------------------------------------- */

static const void *
place_of(const struct printer *p, const struct atom *a)
{
	return p->base + a->at + (a->plus ? p->element * a->element : 0);
}

/* How much of the key at `key` the leaf's word(s) take; 0: it does not fit. */
static size_t
key_part(const struct printer *p, const struct tree *leaf, const char *key)
{
	const struct atom *a = &p->s->atom[leaf->atom];
	char word[KEY_MAX];
	size_t n = strcspn(key, " "), best = 0;
	int column;
	bool many;

	if (a->choices && a->choice >= 0) {
		for (size_t i = 0; i < a->choices->count; i++) {
			const char *w = a->choices->table[i].words;
			size_t k = w ? strlen(w) : 0;

			if (k > best && !strncmp(key, w, k) && (!key[k] || key[k] == ' '))
				best = k;
		}
		return best;
	}
	if (p->s->keys >> leaf->atom == 1 && a->kind != ATOM_KEYWORD && a->kind != ATOM_CHOICE)
		return strlen(key); /* the last one: all that is left */
	memcpy(word, key, n);
	word[n] = '\0';
	return atom_fit(p->s, a, word, &column, &many) != FIT_NO ? n : 0;
}

/* A keyword holds if its value is there, or one that a later keyword has put over it:
 * `srtp=:1 [fallback=:2]`. */
static int
keyword_holds(const struct printer *p, int index)
{
	const struct atom *a = &p->s->atom[index], *other;
	long long v = number_load(place_of(p, a), a->element, a->value < 0);

	if (v == a->value)
		return 1;
	for (uint64_t b = atoms_behind(p->s, 1ull << index); b; b &= b - 1) {
		other = &p->s->atom[__builtin_ctzll(b)];
		if (other->kind == ATOM_KEYWORD && other->choice < 0 && other->stores &&
		    other->at == a->at && other->value == v)
			return 1;
	}
	return -1;
}

/* 1: it says something that is set; 0: it says nothing; -1: it says what is not so. */
static int
leaf_holds(const struct printer *p, const struct tree *t, const char **key)
{
	const struct atom *a = &p->s->atom[t->atom];
	size_t n;

	if (a->key && p->key) {
		if (!(n = key_part(p, t, *key)))
			return -1;
		*key += n + ((*key)[n] == ' ');
		return 1;
	}
	if (!a->stores || (a->plus && (p->element + 1) * a->element > a->size))
		return a->plus && a->stores ? -1 : 0;
	if (!t->value)
		return keyword_holds(p, t->atom);
	return value_holds(p->s, a, place_of(p, a));
}

static int holds(const struct printer *, int tree, const char **key);

static int
sequence_holds(const struct printer *p, const struct tree *t, const char **key)
{
	int sum = 0, one;

	for (int i = t->child; i >= 0; i = p->s->tree[i].next) {
		if ((one = holds(p, i, key)) < 0)
			return -1;
		sum |= one;
	}
	return sum;
}

/* Of several: the best; *bestp says which. */
static int
alternative_holds(const struct printer *p, const struct tree *t, const char **key, int *bestp)
{
	const char *at = *key, *after;
	int best = -1, one;

	*bestp = -1;
	for (int i = t->child; i >= 0; i = p->s->tree[i].next) {
		after = at;
		if ((one = holds(p, i, &after)) > best) {
			best = one;
			*bestp = i;
			*key = after;
		}
	}
	return best;
}

static int
any_holds(const struct printer *p, const struct tree *t, const char **key)
{
	const char *after;
	int some = 0;

	for (int i = t->child; i >= 0; i = p->s->tree[i].next) {
		after = *key;
		if (holds(p, i, &after) > 0) {
			some = 1;
			*key = after;
		}
	}
	return some;
}

static int
holds(const struct printer *p, int tree, const char **key)
{
	const struct tree *t = &p->s->tree[tree];
	const char *after = *key;
	int some, which;

	switch ((enum tree_type)t->type) {
	case TREE_LEAF:
		return leaf_holds(p, t, key);
	case TREE_SEQ:
		return sequence_holds(p, t, key);
	case TREE_ALT:
		return alternative_holds(p, t, key, &which);
	case TREE_OPT:
		if ((some = holds(p, t->child, &after)) > 0)
			*key = after;
		return some > 0;
	case TREE_ANY:
		return any_holds(p, t, key);
	case TREE_PLUS:
		return holds(p, t->child, key) > 0 ? 1 : -1;
	case TREE_STOP:
		break;
	}
	return 0;
}

/* ---- printing it --------------------------------------------------------------------------- */

static void write_tree(struct printer *, int tree);

static void
write_leaf(struct printer *p, const struct tree *t)
{
	const struct atom *a = &p->s->atom[t->atom];
	size_t n;

	if (p->blank)
		fputc(' ', p->out);
	p->blank = true;
	if (a->key && p->key) {
		n = key_part(p, t, p->key);
		fwrite(p->key, 1, n, p->out);
		p->key += n + (p->key[n] == ' ');
	} else if (!t->value) {
		fwrite(a->word, 1, a->length, p->out);
	} else if (a->stores) {
		value_print(p->s, a, place_of(p, a), p->out);
	}
}

static void
write_repeated(struct printer *p, const struct tree *t)
{
	const char *after = p->key ? p->key : "";

	for (p->element = 0; holds(p, t->child, &after) > 0; p->element++)
		write_tree(p, t->child);
	p->element = 0;
}

static void
write_tree(struct printer *p, int tree)
{
	const struct tree *t = &p->s->tree[tree];
	const char *after = p->key ? p->key : "";
	int which = t->child;

	switch ((enum tree_type)t->type) {
	case TREE_LEAF:
		write_leaf(p, t);
		break;
	case TREE_SEQ:
		for (int i = t->child; i >= 0; i = p->s->tree[i].next)
			write_tree(p, i);
		break;
	case TREE_ALT:
		if (alternative_holds(p, t, &after, &which) >= 0)
			write_tree(p, which);
		break;
	case TREE_OPT:
		if (holds(p, t->child, &after) > 0)
			write_tree(p, t->child);
		break;
	case TREE_ANY:
		for (int i = t->child; i >= 0; i = p->s->tree[i].next) {
			after = p->key ? p->key : "";
			if (holds(p, i, &after) > 0)
				write_tree(p, i);
		}
		break;
	case TREE_PLUS:
		write_repeated(p, t);
		break;
	case TREE_STOP:
		break;
	}
}

static struct printer
printer_of(const struct syntax *s, const void *object, const struct node *one, FILE *out)
{
	return (struct printer){.s = s,
	    .base = s->list ? (const char *)one : (const char *)object + s->line->at,
	    .key = one ? one->key : NULL,
	    .out = out};
}

bool
syntax_says(const struct syntax *s, const void *object, const struct node *one)
{
	struct printer p = printer_of(s, object, one, NULL);
	const char *after = p.key ? p.key : "";

	return holds(&p, s->root, &after) >= 0;
}

void
syntax_write(const struct syntax *s, const void *object, const struct node *one, FILE *out)
{
	struct printer p = printer_of(s, object, one, out);

	write_tree(&p, s->root);
}

/* "no" and the keywords: a value that is unset where the default is not. */
static void
write_no(const struct syntax *s, FILE *out)
{
	fputs("no", out);
	for (int t = s->tree[s->root].child; t >= 0; t = s->tree[t].next) {
		const struct atom *a = &s->atom[s->tree[t].atom];

		if (s->tree[t].type != TREE_LEAF || s->tree[t].value || (a->stores && !s->flag))
			break;
		fprintf(out, " %.*s", a->length, a->word);
	}
}

/* ---- a whole object ------------------------------------------------------------------------ */

struct writer {
	FILE *out;
	int indent;
	bool all;
	bool plain; /* a plain line was printed last, and no `!` after it */
};

static void
begin_line(struct writer *w)
{
	fprintf(w->out, "%*s", w->indent, "");
}

static void
end_line(struct writer *w, const struct line *l)
{
	fputs(l->trail ? " \n" : "\n", w->out);
}

/* Blocks at the top stand between `!`. */
static void
begin_block(struct writer *w)
{
	if (w->plain && !w->indent)
		fputs("!\n", w->out);
	w->plain = false;
}

static void
end_block(struct writer *w)
{
	if (!w->indent)
		fputs("!\n", w->out);
}

static int
body_indent(const struct writer *w, const struct mode *m)
{
	return w->indent + (m->indent ? m->indent : 1);
}

static void
write_field(struct writer *w, const struct syntax *s, const void *object)
{
	const struct line *l = s->line;
	const char *field = (const char *)object + l->at;
	bool empty = all_zero(field, l->size), says = syntax_says(s, object, NULL);
	bool same = s->dflt ? !memcmp(field, s->dflt, l->size) : empty;

	if (same && !l->always && !(w->all && (s->dflt || s->flag)))
		return;
	if (empty && !s->dflt && !s->flag)
		return; /* nothing to say, `always` or not */
	if (!says && !empty)
		return;
	begin_line(w);
	if (empty && (s->flag || l->off || !says))
		write_no(s, w->out);
	else
		syntax_write(s, object, NULL, w->out);
	end_line(w, l);
	w->plain = true;
}

static void
write_sub(struct writer *w, const struct syntax *s, const void *object)
{
	const struct line *l = s->line;
	const char *sub = (const char *)object + l->at;

	if (!*sub) /* its `set` */
		return;
	begin_block(w);
	begin_line(w);
	syntax_write(s, object, NULL, w->out);
	end_line(w, l);
	mode_write(l->enter, sub, body_indent(w, l->enter), w->all, w->out);
	end_block(w);
}

static bool
same_list(const struct syntax *a, const struct syntax *b)
{
	return a->list && b->list && !a->fault && !b->fault && !a->line->hidden &&
	       !b->line->hidden && a->line->at == b->line->at &&
	       line_mode(a->line) == line_mode(b->line);
}

/* One object of many, by the first of the rows over its map that can say it. */
static void
write_one(struct writer *w, const struct grammar *g, const struct syntax *s, const struct node *o)
{
	const struct syntax *end = g->row + g->mode->count, *r;
	const struct mode *m = line_mode(s->line);

	if (o->mode && o->mode != m)
		return;
	for (r = s; r < end; r++)
		if (same_list(s, r) && syntax_says(r, NULL, o))
			break;
	if (r == end)
		return;
	if (s->line->enter)
		begin_block(w);
	begin_line(w);
	if (r->line->keeps_no && *(const uint8_t *)(o + 1))
		fputs("no ", w->out);
	syntax_write(r, NULL, o, w->out);
	end_line(w, r->line);
	w->plain = !s->line->enter;
	mode_write(m, o, body_indent(w, m), w->all, w->out);
	if (s->line->enter)
		end_block(w);
}

static void
write_list(struct writer *w, const struct grammar *g, const struct syntax *s, const void *object)
{
	const struct map *map = *line_map(s->line, object);
	const struct node *o;
	const void **all;
	size_t n;

	for (const struct syntax *r = g->row; r < s; r++)
		if (same_list(r, s))
			return; /* printed with that one */
	if (s->line->by_birth && (all = map_by_birth(map, &n))) {
		for (size_t i = 0; i < n; i++)
			write_one(w, g, s, all[i]);
		free(all);
		return;
	}
	for (o = map_first(map); o; o = map_after(map, o->key))
		write_one(w, g, s, o);
}

void
mode_write(const struct mode *m, const void *object, int indent, bool all, FILE *out)
{
	struct writer w = {.out = out, .indent = indent, .all = all};
	const struct grammar *g = grammar_of(m);

	for (size_t i = 0; g && i < m->count; i++) {
		const struct syntax *s = &g->row[i];

		if (s->fault || s->line->hidden || !s->line->size)
			continue;
		if (s->list)
			write_list(&w, g, s, object);
		else if (s->sub)
			write_sub(&w, s, object);
		else
			write_field(&w, s, object);
	}
	if (m->write)
		m->write(object, indent, out);
	if (w.plain && !indent)
		fputs("!\n", out);
}
