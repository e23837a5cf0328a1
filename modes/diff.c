/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/diff.c -- see diff.h.  Both texts become trees by their indentation; at each level the lines of
 * one are looked up among those of the other, so that a configuration of any size takes n log n.  The
 * order of lines within a mode is no difference. */
#include "modes/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 8 };

/* A line; its children follow it, up to the next one that stands as far left. */
struct item { const char *text; int length, indent; size_t end; const struct item *other; };

struct tree { struct item *of; size_t count; const struct item **sorted; };

/* ---- trees --------------------------------------------------------------------------------------------------- */

static bool
is_line(const char *p, int n)
{
	static const char *const heads[] = { "Building configuration", "Current configuration", "Using ",
		"version " };

	if (!n || *p == '!' || (n == 3 && !strncmp(p, "end", 3)))
		return false;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (!strncmp(p, heads[i], strlen(heads[i])))
			return false;
	return true;
}

static void
take_line(struct tree *t, const char *line, size_t n)
{
	size_t indent = 0;

	while (n && strchr("\r ", line[n - 1]))
		n--;
	while (indent < n && line[indent] == ' ')
		indent++;
	if (!is_line(line + indent, (int)(n - indent)))
		return;
	t->of[t->count++] = (struct item){ line + indent, (int)(n - indent), (int)indent, 0, NULL };
}

static void
close_items(struct tree *t)
{
	for (size_t i = t->count; i-- > 0;) {
		size_t end = i + 1;

		while (end < t->count && t->of[end].indent > t->of[i].indent)
			end = t->of[end].end;
		t->of[i].end = end;
	}
}

static int
tree_of(struct tree *t, const char *text)
{
	size_t lines = 1;

	for (const char *p = text; (p = strchr(p, '\n')); p++)
		lines++;
	t->count = 0;
	t->of = calloc(lines, sizeof(*t->of));
	t->sorted = calloc(lines, sizeof(*t->sorted));
	if (!t->of || !t->sorted)
		return -ENOMEM;
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");

		take_line(t, p, n);
		p += n + (p[n] == '\n');
	}
	close_items(t);
	return 0;
}

static void
tree_clear(struct tree *t)
{
	free(t->of);
	free(t->sorted);
}

static int
item_compare(const struct item *a, const struct item *b)
{
	int n = a->length < b->length ? a->length : b->length, order = strncmp(a->text, b->text, (size_t)n);

	return order ? order : a->length - b->length;
}

static int
by_text(const void *a, const void *b)
{
	const struct item *x = *(const struct item *const *)a, *y = *(const struct item *const *)b;
	int order = item_compare(x, y);

	return order ? order : (x > y) - (x < y);
}

/* ---- comparing ------------------------------------------------------------------------------------------------- */

struct diff {
	enum diff_form form;
	struct tree a, b;
	FILE *out;
	long count;
	const struct item *context[DEPTH];      /* parents that both have and that are not printed yet */
	int depth, printed;
};

static void
print_context(struct diff *d)
{
	for (; d->printed < d->depth; d->printed++) {
		const struct item *i = d->context[d->printed];

		fprintf(d->out, "%*s%.*s\n", i->indent, "", i->length, i->text);
	}
}

static void
print_signed(struct diff *d, char sign, const struct tree *t, size_t at)
{
	for (size_t i = at; i < t->of[at].end; i++)
		fprintf(d->out, "%*s%c%.*s\n", t->of[i].indent, "", sign, t->of[i].length, t->of[i].text);
}

static void
print_plain(struct diff *d, const struct tree *t, size_t at)
{
	for (size_t i = at; i < t->of[at].end; i++)
		fprintf(d->out, "%*s%.*s\n", t->of[i].indent, "", t->of[i].length, t->of[i].text);
}

/* What takes a line away: `no LINE', and for `no LINE' its own words. */
static void
print_removal(struct diff *d, const struct item *i)
{
	if (i->length > 3 && !strncmp(i->text, "no ", 3))
		fprintf(d->out, "%*s%.*s\n", i->indent, "", i->length - 3, i->text + 3);
	else
		fprintf(d->out, "%*sno %.*s\n", i->indent, "", i->length, i->text);
}

static void
print_gone(struct diff *d, size_t at)
{
	d->count++;
	print_context(d);
	if (d->form == DIFF_SIGNS)
		print_signed(d, '-', &d->a, at);
	else if (d->form == DIFF_MISSING)
		print_plain(d, &d->a, at);
	else
		print_removal(d, &d->a.of[at]);
}

static void
print_new(struct diff *d, size_t at)
{
	d->count += d->form != DIFF_MISSING;
	if (d->form == DIFF_MISSING)
		return;
	print_context(d);
	if (d->form == DIFF_SIGNS)
		print_signed(d, '+', &d->b, at);
	else
		print_plain(d, &d->b, at);
}

/* The lines of one level, sorted, from `sorted' on: at most as many as there are lines there. */
static size_t
sort_level(struct tree *t, size_t from, size_t end)
{
	size_t n = 0;

	for (size_t i = from; i < end; i = t->of[i].end)
		t->sorted[from + n++] = &t->of[i];
	qsort(t->sorted + from, n, sizeof(*t->sorted), by_text);
	return n;
}

/* The first line of the level with that text that has no other yet. */
static struct item *
meet(struct tree *t, size_t from, size_t n, const struct item *wanted)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (item_compare(t->sorted[from + mid], wanted) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < n && item_compare(t->sorted[from + low], wanted) == 0; low++)
		if (!t->sorted[from + low]->other)
			return &t->of[t->sorted[from + low] - t->of];
	return NULL;
}

static void compare(struct diff *d, size_t a, size_t a_end, size_t b, size_t b_end);

static void
compare_children(struct diff *d, const struct item *x, const struct item *y)
{
	size_t a = (size_t)(x - d->a.of), b = (size_t)(y - d->b.of);

	if (d->depth == DEPTH || (x->end == a + 1 && y->end == b + 1))
		return;
	d->context[d->depth++] = y;
	compare(d, a + 1, x->end, b + 1, y->end);
	d->depth--;
	if (d->printed > d->depth)
		d->printed = d->depth;
}

static void
print_all_gone(struct diff *d, size_t a, size_t a_end)
{
	for (size_t i = a; i < a_end; i = d->a.of[i].end)
		if (!d->a.of[i].other)
			print_gone(d, i);
}

/* One level.  What is gone is said last, in commands first: what is replaced makes room. */
static void
compare(struct diff *d, size_t a, size_t a_end, size_t b, size_t b_end)
{
	size_t n = sort_level(&d->a, a, a_end);
	struct item *other;

	for (size_t i = b; i < b_end; i = d->b.of[i].end) {
		if (!(other = meet(&d->a, a, n, &d->b.of[i])))
			continue;
		other->other = &d->b.of[i];
		d->b.of[i].other = other;
	}
	if (d->form == DIFF_COMMANDS)
		print_all_gone(d, a, a_end);
	for (size_t i = b; i < b_end; i = d->b.of[i].end) {
		if (d->b.of[i].other)
			compare_children(d, d->b.of[i].other, &d->b.of[i]);
		else
			print_new(d, i);
	}
	if (d->form != DIFF_COMMANDS)
		print_all_gone(d, a, a_end);
}

long
config_diff(const char *from, const char *to, enum diff_form form, FILE *out)
{
	struct diff d = { .form = form, .out = out };
	int rc = tree_of(&d.a, from);

	if (rc == 0)
		rc = tree_of(&d.b, to);
	if (rc == 0)
		compare(&d, 0, d.a.count, 0, d.b.count);
	tree_clear(&d.a);
	tree_clear(&d.b);
	return rc < 0 ? rc : d.count;
}
