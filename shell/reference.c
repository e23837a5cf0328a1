/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/reference.c -- all rows at once: the command reference, their faults, their samples.
 *
 * A sample is a typed form of a row.  They are numbered without gaps: alternatives one after the
 * other, the parts of a sequence as the digits of a number in a mixed base. */
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

/* The words of a choice, or the forms of a kind: `{a | b}`. */
static void
print_forms(const struct choice *c, size_t count, FILE *out)
{
	bool first = true;

	fputc('{', out);
	for (size_t i = 0; i < count; i++) {
		if (!c[i].words)
			continue;
		fprintf(out, "%s%s", first ? "" : " | ", c[i].words);
		first = false;
	}
	fputc('}', out);
}

static size_t
kind_forms(const struct kind *k)
{
	size_t n = 0;

	while (k->help[n].words)
		n++;
	return n;
}

static void
print_word(const struct line *l, const char *word, size_t n, FILE *out)
{
	n = strcspn(word, "=") < n ? strcspn(word, "=") : n;
	if (n == 6 && !strncmp(word, "CHOICE", n))
		print_forms(l->choices.table, l->choices.count, out);
	else if (n == 7 && !strncmp(word, "CHOICE2", n))
		print_forms(l->choices2.table, l->choices2.count, out);
	else if (n == 4 && !strncmp(word, "KIND", n) && l->kind)
		print_forms(l->kind->help, kind_forms(l->kind), out);
	else
		fprintf(out, "%.*s", (int)n, word);
}

/* A row's syntax as a reader wants it: without where its values go. */
void
line_write_syntax(const struct line *l, FILE *out)
{
	const char *p = l->syntax;

	while (*p) {
		size_t n = strcspn(p, " {}[]|");

		if (!n) {
			fputc(*p++, out);
			continue;
		}
		if (n == 1 && *p == '/') {
			p += 1 + (p[1] == ' ');
			continue;
		}
		print_word(l, p, n, out);
		p += n;
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
			line_write_syntax(l, out);
			fputc('`', out);
			if (l->dflt)
				fprintf(out, " (default: %s)", l->dflt);
			if (l->stored)
				fputs(" *stored without effect*", out);
			else if (l->has_effect)
				fputs(" *some forms are stored without effect*", out);
			fputc('\n', out);
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
	FILE *out;
	bool blank;
};

enum { FORMS_MAX = 1 << 24 };   /* beyond it a row's forms are not told apart */

static unsigned forms_of(const struct syntax *, int tree);
static void     sample_tree(struct sampler *, int tree, unsigned n);

/* The next digit of the number `n`, whose base is `base`. */
static unsigned
digit(unsigned *n, unsigned base)
{
	unsigned d = *n % base;

	*n /= base;
	return d;
}

static void
say(struct sampler *p, const char *word, int length)
{
	fprintf(p->out, "%s%.*s", p->blank ? " " : "", length, word);
	p->blank = true;
}

static unsigned
choice_forms(const struct choices *c)
{
	unsigned words = 0;

	for (size_t i = 0; i < c->count; i++)
		words += c->table[i].words != NULL;
	return words;
}

static void
sample_choice(struct sampler *p, const struct choices *c, unsigned n)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->table[i].words && !n--)
			say(p, c->table[i].words, (int)strlen(c->table[i].words));
}

static unsigned
kind_samples(const struct kind *k)
{
	unsigned n = 0;

	while (k->samples && k->samples[n])
		n++;
	return n;
}

/* How many forms a value has: numbers have their two ends. */
static unsigned
leaf_forms(const struct syntax *s, const struct tree *t)
{
	const struct atom *a = &s->atom[t->atom];
	unsigned n = 1;

	if (!t->value)
		return 1;
	if (a->choices && a->kind != ATOM_SECRET_TYPE)
		n = choice_forms(a->choices);
	else if (a->kind == ATOM_NUMBER)
		n = 2;
	else if (a->kind == ATOM_KIND)
		n = kind_samples(s->line->kind);
	return n ? n : 1;
}

static void
sample_leaf(struct sampler *p, const struct tree *t, unsigned n)
{
	const struct atom *a = &p->s->atom[t->atom];
	char number[32];

	if (!t->value) {
		say(p, a->word, a->length);
	} else if (a->choices && a->kind != ATOM_SECRET_TYPE) {
		sample_choice(p, a->choices, n);
	} else if (a->kind == ATOM_NUMBER) {
		say(p, number, snprintf(number, sizeof(number), "%lld",
		    n ? a->hi : a->lo ? a->lo : a->hi > 0));
	} else if (a->kind == ATOM_KIND) {
		const char *w = kind_samples(p->s->line->kind) ? p->s->line->kind->samples[n] : "";

		if (*w)
			say(p, w, (int)strlen(w));
	} else {
		const char *w = a->kind == ATOM_IPV4     ? "192.0.2.1"
				: a->kind == ATOM_IPV6   ? "2001:db8::1"
				: a->kind == ATOM_SECRET ? "7 070C285F4D06"
				: a->kind == ATOM_LINE   ? "some | text ! of it"
							 : "word";
		say(p, w, (int)strlen(w));
	}
}

/* Of all children: their product, each `extra` richer (it may be left out); or their sum. */
static unsigned
children_forms(const struct syntax *s, const struct tree *t, bool sum, unsigned extra)
{
	uint64_t n = sum ? 0 : 1;

	for (int i = t->child; i >= 0; i = s->tree[i].next) {
		n = sum ? n + forms_of(s, i) : n * (forms_of(s, i) + extra);
		n = n < FORMS_MAX ? n : FORMS_MAX;
	}
	return (unsigned)n;
}

static unsigned
forms_of(const struct syntax *s, int tree)
{
	const struct tree *t = &s->tree[tree];

	switch ((enum tree_type)t->type) {
	case TREE_LEAF:
		return leaf_forms(s, t);
	case TREE_ALT:
		return children_forms(s, t, true, 0);
	case TREE_OPT:
		return 1 + forms_of(s, t->child);
	case TREE_ANY:
		return children_forms(s, t, false, 1);
	case TREE_SEQ:
		return children_forms(s, t, false, 0);
	case TREE_PLUS:
		return forms_of(s, t->child);
	case TREE_STOP:
		break;
	}
	return 1;
}

static void
sample_alternative(struct sampler *p, const struct tree *t, unsigned n)
{
	for (int i = t->child; i >= 0; i = p->s->tree[i].next) {
		unsigned forms = forms_of(p->s, i);

		if (n < forms) {
			sample_tree(p, i, n);
			return;
		}
		n -= forms;
	}
}

/* All children in turn; those that may be left out (`extra`) are said by the lower numbers. */
static void
sample_children(struct sampler *p, const struct tree *t, unsigned n, unsigned extra)
{
	for (int i = t->child; i >= 0; i = p->s->tree[i].next) {
		unsigned forms = forms_of(p->s, i), d = digit(&n, forms + extra);

		if (d < forms)
			sample_tree(p, i, d);
	}
}

static void
sample_tree(struct sampler *p, int tree, unsigned n)
{
	const struct tree *t = &p->s->tree[tree];

	switch ((enum tree_type)t->type) {
	case TREE_LEAF:
		sample_leaf(p, t, n);
		break;
	case TREE_SEQ:
		sample_children(p, t, n, 0);
		break;
	case TREE_ANY:
		sample_children(p, t, n, 1);
		break;
	case TREE_ALT:
		sample_alternative(p, t, n);
		break;
	case TREE_OPT:
		if (n < forms_of(p->s, t->child))
			sample_tree(p, t->child, n);
		break;
	case TREE_PLUS:
		sample_tree(p, t->child, n);
		break;
	case TREE_STOP:
		break;
	}
}

bool
line_sample(const struct mode *m, const struct line *l, unsigned n, char *buf, size_t size)
{
	const struct grammar *g = grammar_of(m);
	struct sampler p = { 0 };

	if (!g || l < m->lines || l >= m->lines + m->count)
		return false;
	p.s = &g->row[l - m->lines];
	if (p.s->fault || n >= forms_of(p.s, p.s->root) || !(p.out = fmemopen(buf, size, "w")))
		return false;
	sample_tree(&p, p.s->root, n);
	fputc('\0', p.out);
	return fclose(p.out) == 0;
}
