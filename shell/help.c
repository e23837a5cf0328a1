/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/help.c -- `?` and TAB: what may come next.
 *
 * The line so far is narrowed as if it had been typed; what the rows that are left may take next
 * is gathered, sorted as IOS does (types, then keywords, then `|`, then <cr>) and printed. */
#include "shell/syntax.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ITEMS_MAX = 1024 };

struct item {
	const char *word, *help;
	int length, help_length;
	bool keyword;
};

struct list {
	struct item item[ITEMS_MAX];
	int n;
	bool cr;      /* the line may end here */
	bool negates; /* some row takes `no` */
};

/* ---- gathering ----------------------------------------------------------------------------- */

static void
add(struct list *l, struct item it)
{
	for (int i = 0; i < l->n; i++)
		if (l->item[i].length == it.length &&
		    !strncasecmp(l->item[i].word, it.word, it.length))
			return;
	if (l->n < ITEMS_MAX)
		l->item[l->n++] = it;
}

static bool
begins(const char *word, int length, const char *part)
{
	return (int)strlen(part) <= length && !strncasecmp(word, part, strlen(part));
}

static void
add_choices(struct list *l, const struct choice *c, size_t count, const char *part, bool keyword)
{
	for (size_t i = 0; i < count; i++) {
		const char *w = c[i].words;

		if (w && (!keyword || begins(w, (int)strlen(w), part)))
			add(l, (struct item){w, c[i].help ? c[i].help : "", (int)strlen(w),
				   c[i].help ? (int)strlen(c[i].help) : 0, keyword});
	}
}

static size_t
kind_help_count(const struct choice *c)
{
	size_t n = 0;

	while (c && c[n].words)
		n++;
	return n;
}

static void
add_atom(struct list *l, const struct syntax *s, const struct atom *a, const char *part)
{
	const char *types = a->hashes ? "05789" : "067";
	const struct choice *help;
	int column;
	bool many;

	if (a->kind == ATOM_CHOICE) {
		add_choices(l, a->choices->table, a->choices->count, part, true);
	} else if (a->kind == ATOM_SECRET_TYPE) {
		for (size_t i = 0; i < a->choices->count; i++)
			if (strchr(types, *a->choices->table[i].words))
				add_choices(l, &a->choices->table[i], 1, part, true);
	} else if (a->kind == ATOM_KEYWORD) {
		if (begins(a->word, a->length, part))
			add(l, (struct item){a->word, a->help, a->length, a->help_length, true});
	} else if (*part && atom_fit(s, a, part, &column, &many) == FIT_NO) {
		return;
	} else if (a->kind == ATOM_KIND) {
		help = s->line->kind->help;
		add_choices(l, help, kind_help_count(help), part, false);
	} else {
		const char *word = a->kind == ATOM_SECRET ? (a->rest ? "LINE" : "WORD") : a->word;
		int n = a->kind == ATOM_SECRET ? 4 : a->kind == ATOM_NAME ? 4 : a->length;

		if (a->kind == ATOM_NAME)
			word = "WORD";
		add(l, (struct item){word, a->help, n, a->help_length, false});
	}
}

/* The first word of a choice `no srtp': the `no' of all rows says it. */
static bool
is_no(const struct atom *a)
{
	return a->kind == ATOM_KEYWORD && a->length == 2 && !strncmp(a->word, "no", 2);
}

static void
gather(struct list *l, const struct narrowed *n, const char *part)
{
	for (int k = 0; k < n->n; k++) {
		const struct thread *t = &n->thread[k];
		const struct line *row = t->s->line;

		l->negates |= !row->hidden && (!row->run || row->negates);
		if (row->hidden)
			continue;
		l->cr |= t->begun && thread_ends(t, n->no || n->dflt);
		/* a LINE goes on for as long as it is typed */
		for (uint64_t b = thread_next(t) | (t->state & t->s->rests); b; b &= b - 1) {
			const struct atom *a = &t->s->atom[__builtin_ctzll(b)];

			if (t->begun || !is_no(a))
				add_atom(l, t->s, a, part);
		}
	}
}

static int
item_compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int n = x->length < y->length ? x->length : y->length, c;

	if (x->keyword != y->keyword)
		return x->keyword ? 1 : -1;
	c = strncmp(x->word, y->word, n);
	return c ? c : x->length - y->length;
}

/* ---- printing ------------------------------------------------------------------------------ */

/* The description, wrapped at the terminal's width below itself. */
static void
print_text(const char *text, int length, int column, int width, FILE *out)
{
	int room = width > column + 20 ? width - column : 1 << 20, cut;

	while (length > room) {
		for (cut = room; cut > 0 && text[cut] != ' '; cut--)
			;
		if (cut <= 0)
			break;
		fprintf(out, "%.*s\n%*s", cut, text, column, "");
		text += cut + 1;
		length -= cut + 1;
	}
	fprintf(out, "%.*s\n", length, text);
}

static void
print_list(const struct list *l, bool pipes, int width, FILE *out)
{
	int longest = l->cr ? 4 : 1;

	for (int i = 0; i < l->n; i++)
		if (l->item[i].length > longest)
			longest = l->item[i].length;
	for (int i = 0; i < l->n; i++) {
		const struct item *it = &l->item[i];

		fprintf(out, "  %-*.*s  ", longest, it->length, it->word);
		print_text(it->help ? it->help : "", it->help ? it->help_length : 0, longest + 4,
		    width, out);
	}
	if (l->cr && pipes)
		fprintf(out, "  %-*s  %s\n", longest, "|", "Output modifiers");
	if (l->cr)
		fprintf(out, "  %-*s  %s\n", longest, "<cr>", "<cr>");
}

/* `sh?`: the words only, in columns. */
static void
print_words(const struct list *l, int width, FILE *out)
{
	int longest = 0, per_line;

	for (int i = 0; i < l->n; i++)
		if (l->item[i].length > longest)
			longest = l->item[i].length;
	per_line = width > 0 ? width / (longest + 2) : 80 / (longest + 2);
	for (int i = 0; i < l->n; i++) {
		bool last = i + 1 == l->n || (per_line && (i + 1) % per_line == 0);

		fprintf(out, "%-*.*s%s", last ? l->item[i].length : longest + 2, l->item[i].length,
		    l->item[i].word, last ? "\n" : "");
	}
}

/* ---- the line so far ----------------------------------------------------------------------- */

struct asked {
	struct words words;
	struct narrowed narrowed;
	struct list list;
	const char *part; /* the word under the cursor; "" at a new one */
};

/* All that may come next after `text`; NULL: no memory. */
static struct asked *
ask(const struct mode *const *modes, const char *text, const struct reach *r)
{
	struct asked *a = calloc(1, sizeof(*a));
	size_t length = strlen(text);
	int upto;

	if (!a)
		return NULL;
	if (words_split(&a->words, text) < 0) {
		a->narrowed.verdict = LINE_INVALID;
		return a;
	}
	upto = a->words.n;
	a->part = "";
	if (length && upto && !strchr(" \t", text[length - 1]))
		a->part = a->words.w[--upto];
	match_narrow(&a->narrowed, modes, &a->words, upto, r);
	if (a->narrowed.verdict != LINE_OK)
		return a;
	gather(&a->list, &a->narrowed, a->part);
	if (!upto && a->list.negates && begins("no", 2, a->part))
		add(&a->list,
		    (struct item){"no", "Negate a command or set its defaults", 2, 36, true});
	if (!upto && a->list.negates && begins("default", 7, a->part))
		add(&a->list,
		    (struct item){"default", "Set a command to its defaults", 7, 29, true});
	qsort(a->list.item, a->list.n, sizeof(*a->list.item), item_compare);
	return a;
}

int
help_list(
    const struct mode *const *modes, const char *text, const struct reach *r, int width, bool pipes,
    FILE *out)
{
	struct asked *a = ask(modes, text, r);

	if (!a)
		return -1;
	if (*a->part)
		a->list.cr = false;
	if (a->narrowed.verdict == LINE_AMBIGUOUS)
		fprintf(out, "%% Ambiguous command:  \"%s\"\n", a->words.text);
	else if (a->narrowed.verdict != LINE_OK || (!a->list.n && !a->list.cr))
		fputs("% Unrecognized command\n", out);
	else if (*a->part)
		print_words(&a->list, width, out);
	else
		print_list(&a->list, pipes, width, out);
	free(a);
	return 0;
}

int
line_help(const struct mode *const *modes, const char *text, int level, int width, FILE *out)
{
	return help_list(modes, text, &(struct reach){.level = level}, width, false, out);
}

/* What all keywords of the list have in common. */
static int
common_length(const struct list *l, const struct item *first)
{
	int n = first->length;

	for (int i = 0; i < l->n; i++) {
		const struct item *it = &l->item[i];
		int k = 0;

		if (!it->keyword)
			continue;
		while (
		    k < n && k < it->length &&
		    tolower((unsigned char)it->word[k]) == tolower((unsigned char)first->word[k]))
			k++;
		n = k;
	}
	return n;
}

bool
complete_within(const struct mode *const *modes, const char *text, const struct reach *r, char *buf,
    size_t size)
{
	struct asked *a = ask(modes, text, r);
	const struct item *only = NULL;
	size_t typed;
	int count = 0, n;
	bool done = false;

	if (!a || a->narrowed.verdict != LINE_OK || !*a->part)
		goto out;
	typed = strlen(a->part);
	for (int i = 0; i < a->list.n; i++) {
		if (a->list.item[i].keyword) {
			only = &a->list.item[i];
			count++;
		}
	}
	if (!only)
		goto out;
	n = count == 1 ? only->length : common_length(&a->list, only);
	if (count > 1 && (size_t)n <= typed)
		goto out;
	done = (size_t)snprintf(buf, size, "%.*s%.*s%s", (int)(strlen(text) - typed), text, n,
		   only->word, count == 1 ? " " : "") < size;
out:
	free(a);
	return done;
}

bool
line_complete(const struct mode *const *modes, const char *text, int level, char *buf, size_t size)
{
	return complete_within(modes, text, &(struct reach){.level = level}, buf, size);
}
