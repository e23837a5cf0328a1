/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/reference.c -- all rows at once: the command reference, their faults, their samples.
 *
 * A sample is a typed form of a row.  They are counted as in a mixed base: each choice in the
 * syntax (an alternative, an optional part, a word of a table) is one digit of `n`. */
#include "shell/syntax.h"

#include <stdlib.h>
#include <string.h>

/* ---- walking all modes --------------------------------------------------------------------- */

enum { MODES_MAX = 512 };

struct modes {
	const struct mode *mode[MODES_MAX];
	int n;
};

static void
modes_add(struct modes *all, const struct mode *m)
{
	for (int i = 0; i < all->n; i++)
		if (all->mode[i] == m)
			return;
	if (all->n == MODES_MAX)
		return;
	all->mode[all->n++] = m;
	for (size_t i = 0; i < m->count; i++)
		if (line_mode(&m->lines[i]))
			modes_add(all, line_mode(&m->lines[i]));
}

static void
clean_syntax(const char *syntax, FILE *out)
{
	bool mark = false;

	for (; *syntax; syntax++) {
		if (*syntax == '<')
			mark = false;
		if (*syntax == '=' && syntax[1] != ' ')
			mark = true;
		if (strchr(" ]}|", *syntax))
			mark = false;
		if (!mark)
			fputc(*syntax, out);
	}
}

void
mode_reference(const struct mode *root, FILE *out)
{
	struct modes *all = calloc(1, sizeof(*all));

	if (!all)
		return;
	modes_add(all, root);
	for (int k = 0; k < all->n; k++) {
		const struct mode *m = all->mode[k];

		if (!m->count)
			continue;
		fprintf(out, "## %s `%s`\n\n", m->name ? m->name : "", m->prompt ? m->prompt : "");
		for (size_t i = 0; i < m->count; i++) {
			const struct line *l = &m->lines[i];

			if (l->hidden)
				continue;
			fputs("- `", out);
			clean_syntax(l->syntax, out);
			fputc('`', out);
			if (l->dflt)
				fprintf(out, " (default: %s)", l->dflt);
			fputs(l->stored ? " *stored without effect*\n" : "\n", out);
		}
		fputc('\n', out);
	}
	free(all);
}

unsigned
mode_faults(const struct mode *root, FILE *out)
{
	struct modes *all = calloc(1, sizeof(*all));
	const struct grammar *g;
	unsigned faults = 0;

	if (!all)
		return 1;
	modes_add(all, root);
	for (int k = 0; k < all->n; k++) {
		const struct mode *m = all->mode[k];

		if (m->count > LINES_MAX) {
			fprintf(out, "%s: more than %d rows\n", m->name, LINES_MAX);
			faults++;
		}
		if (!(g = grammar_of(m)))
			continue;
		for (size_t i = 0; i < m->count; i++) {
			if (!g->row[i].fault)
				continue;
			fprintf(out, "%s: %s: %s\n", m->name, m->lines[i].syntax, g->row[i].fault);
			faults++;
		}
	}
	free(all);
	return faults;
}

/* ---- samples ------------------------------------------------------------------------------- */

struct sampler {
	const struct syntax *s;
	unsigned left; /* of `n`, not used up yet */
	FILE *out;
	bool blank;
};

static void sample_tree(struct sampler *, int tree);

/* One digit of the number: 0..base-1. */
static unsigned
digit(struct sampler *p, unsigned base)
{
	unsigned d = base ? p->left % base : 0;

	p->left = base ? p->left / base : p->left;
	return d;
}

static void
say(struct sampler *p, const char *word, int length)
{
	fprintf(p->out, "%s%.*s", p->blank ? " " : "", length, word);
	p->blank = true;
}

static void
sample_choice(struct sampler *p, const struct choices *c)
{
	unsigned words = 0, want;

	for (size_t i = 0; i < c->count; i++)
		words += c->table[i].words != NULL;
	want = digit(p, words);
	for (size_t i = 0; i < c->count; i++)
		if (c->table[i].words && !want--)
			say(p, c->table[i].words, (int)strlen(c->table[i].words));
}

static void
sample_kind(struct sampler *p)
{
	const char *const *all = p->s->line->kind->samples;
	unsigned n = 0;

	while (all && all[n])
		n++;
	if (n) {
		const char *w = all[digit(p, n)];

		say(p, w, (int)strlen(w));
	}
}

static void
sample_leaf(struct sampler *p, const struct tree *t)
{
	const struct atom *a = &p->s->atom[t->atom];
	char number[32];

	if (!t->value) {
		say(p, a->word, a->length);
	} else if (a->choices && a->kind != ATOM_SECRET_TYPE) {
		sample_choice(p, a->choices);
	} else if (a->kind == ATOM_NUMBER) {
		int n = snprintf(number, sizeof(number), "%lld",
		    digit(p, 2) ? a->hi
		    : a->lo     ? a->lo
				: a->hi > 0);
		say(p, number, n);
	} else if (a->kind == ATOM_KIND) {
		sample_kind(p);
	} else {
		const char *w = a->kind == ATOM_IPV4     ? "192.0.2.1"
				: a->kind == ATOM_IPV6   ? "2001:db8::1"
				: a->kind == ATOM_SECRET ? "7 070C285F4D06"
				: a->kind == ATOM_LINE   ? "some | text ! of it"
							 : "word";
		say(p, w, (int)strlen(w));
	}
}

static void
sample_alternative(struct sampler *p, const struct tree *t)
{
	unsigned n = 0;
	int i;

	for (i = t->child; i >= 0; i = p->s->tree[i].next)
		n++;
	n = digit(p, n);
	for (i = t->child; n--; i = p->s->tree[i].next)
		;
	sample_tree(p, i);
}

static void
sample_tree(struct sampler *p, int tree)
{
	const struct tree *t = &p->s->tree[tree];

	switch ((enum tree_type)t->type) {
	case TREE_LEAF:
		sample_leaf(p, t);
		break;
	case TREE_SEQ:
		for (int i = t->child; i >= 0; i = p->s->tree[i].next)
			sample_tree(p, i);
		break;
	case TREE_ALT:
		sample_alternative(p, t);
		break;
	case TREE_OPT:
		if (!digit(p, 2))
			sample_tree(p, t->child);
		break;
	case TREE_ANY:
		for (int i = t->child; i >= 0; i = p->s->tree[i].next)
			if (!digit(p, 2))
				sample_tree(p, i);
		break;
	case TREE_PLUS:
		sample_tree(p, t->child);
		break;
	case TREE_STOP:
		break;
	}
}

bool
line_sample(const struct mode *m, const struct line *l, unsigned n, char *buf, size_t size)
{
	const struct grammar *g = grammar_of(m);
	struct sampler p = {.left = n};

	if (!g || l < m->lines || l >= m->lines + m->count)
		return false;
	p.s = &g->row[l - m->lines];
	if (p.s->fault || !(p.out = fmemopen(buf, size, "w")))
		return false;
	sample_tree(&p, p.s->root);
	fputc('\0', p.out);
	return fclose(p.out) == 0 && p.left == 0;
}
