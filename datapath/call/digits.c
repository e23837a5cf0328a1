/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/digits.c -- see digits.h. */
#include "datapath/call/digits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 80, PLUS_SIGN = 16 };
#define ANY_DIGIT 0xffffu               /* 0-9 * # A-D */

enum repeat { ONCE, ANY_TIMES, MAYBE, AT_LEAST_ONCE };
struct step { uint32_t set; uint8_t repeat; };

struct leaf { uint32_t tag; uint8_t preference; bool to_end; };
struct branch { struct step step; struct digits_node *to; };
struct digits_node {
	struct branch *branches;
	struct leaf *leaves;
	uint16_t branch_count, leaf_count;
};
struct digits_trie { struct digits_node root; };

/* ---- patterns -------------------------------------------------------------------------------------- */

static int
symbol(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'D')
		return c - 'A' + 12;
	if (c >= 'a' && c <= 'd')
		return c - 'a' + 12;
	return c == '*' ? 10 : c == '#' ? 11 : -1;
}

/* [1-5,7]: p stands behind the bracket; past the closing one afterwards, NULL when it is broken. */
static const char *
class(const char *p, uint32_t *set)
{
	bool not = *p == '^';
	int from = -1, to;

	*set = 0;
	for (p += not; *p && *p != ']'; p++) {
		if (*p == ',')
			continue;
		if (*p == '-' && from >= 0) {
			to = symbol(*++p);
			if (to < from)
				return NULL;
			for (; from <= to; from++)
				*set |= 1u << from;
			continue;
		}
		from = symbol(*p);
		if (from < 0)
			return NULL;
		*set |= 1u << from;
	}
	if (not)
		*set = ANY_DIGIT & ~*set;
	return *p && *set ? p + 1 : NULL;
}

struct pattern { struct step steps[STEPS_MAX]; int count; bool to_end; };

static int
add_step(struct pattern *p, uint32_t set, enum repeat repeat)
{
	if (p->count == STEPS_MAX)
		return -EINVAL;
	p->steps[p->count++] = (struct step){ set, (uint8_t)repeat };
	return 0;
}

static int
repeat_last(struct pattern *p, enum repeat repeat)
{
	if (!p->count)
		return -EINVAL;
	p->steps[p->count - 1].repeat = (uint8_t)repeat;
	return 0;
}

static int
one_more(struct pattern *p, const char **text, bool first)
{
	char c = *(*text)++;
	uint32_t set;

	switch (c) {
	case '.':
		return add_step(p, ANY_DIGIT, ONCE);
	case 'T':
		return add_step(p, ANY_DIGIT | 1u << PLUS_SIGN, ANY_TIMES);
	case '$':
		p->to_end = true;
		return **text ? -EINVAL : 0;
	case '%':
		return repeat_last(p, ANY_TIMES);
	case '?':
		return repeat_last(p, MAYBE);
	case '+':
		return first ? add_step(p, 1u << PLUS_SIGN, ONCE) : repeat_last(p, AT_LEAST_ONCE);
	case '(': case ')': case ',': case '^':
		return 0;
	case '[':
		*text = class(*text, &set);
		return *text ? add_step(p, set, ONCE) : -EINVAL;
	default:
		return symbol(c) < 0 ? -EINVAL : add_step(p, 1u << symbol(c), ONCE);
	}
}

static int
compile(const char *text, struct pattern *p)
{
	bool first = true;
	int rc = 0;

	*p = (struct pattern){ 0 };
	/* `.' and `.T' alone take every number, an E.164 one with its + too. */
	if (!strcmp(text, ".") || !strcmp(text, ".T")) {
		add_step(p, ANY_DIGIT | 1u << PLUS_SIGN, ONCE);
		first = false;
		text++;
	}
	while (rc == 0 && *text) {
		rc = one_more(p, &text, first);
		first = false;
	}
	return rc == 0 && p->count ? 0 : -EINVAL;
}

/* ---- the trie ---------------------------------------------------------------------------------------- */

static struct digits_node *
follow(struct digits_node *n, struct step s, bool make)
{
	struct branch *more;

	for (int i = 0; i < n->branch_count; i++)
		if (n->branches[i].step.set == s.set && n->branches[i].step.repeat == s.repeat)
			return n->branches[i].to;
	if (!make)
		return NULL;
	more = realloc(n->branches, (n->branch_count + 1u) * sizeof(*more));
	if (!more)
		return NULL;
	n->branches = more;
	more[n->branch_count] = (struct branch){ s, calloc(1, sizeof(*n)) };
	return more[n->branch_count].to ? more[n->branch_count++].to : NULL;
}

int
digits_add(struct digits_trie *t, const char *text, uint32_t tag, uint8_t preference)
{
	struct digits_node *n = &t->root;
	struct pattern p;
	struct leaf *more;

	if (compile(text, &p) < 0)
		return -EINVAL;
	for (int i = 0; i < p.count && n; i++)
		n = follow(n, p.steps[i], true);
	more = n ? realloc(n->leaves, (n->leaf_count + 1u) * sizeof(*more)) : NULL;
	if (!more)
		return -ENOMEM;
	n->leaves = more;
	more[n->leaf_count++] = (struct leaf){ tag, preference, p.to_end };
	return 0;
}

/* Empty nodes stay: the pattern most likely comes back, and all go with the trie. */
void
digits_remove(struct digits_trie *t, const char *text, uint32_t tag)
{
	struct digits_node *n = &t->root;
	struct pattern p;

	if (compile(text, &p) < 0)
		return;
	for (int i = 0; i < p.count && n; i++)
		n = follow(n, p.steps[i], false);
	for (int i = 0; n && i < n->leaf_count; i++) {
		if (n->leaves[i].tag != tag)
			continue;
		n->leaves[i] = n->leaves[--n->leaf_count];
		return;
	}
}

static void
node_clear(struct digits_node *n)
{
	for (int i = 0; i < n->branch_count; i++) {
		node_clear(n->branches[i].to);
		free(n->branches[i].to);
	}
	free(n->branches);
	free(n->leaves);
}

int
digits_new(struct digits_trie **tp)
{
	*tp = calloc(1, sizeof(**tp));
	return *tp ? 0 : -ENOMEM;
}

void
digits_free(struct digits_trie *t)
{
	if (t)
		node_clear(&t->root);
	free(t);
}

/* ---- look-up --------------------------------------------------------------------------------------------- */

/* A pattern of many repetitions and a number made for it could walk for ever: the walk is bounded,
 * and what was found until then stands. */
enum { STEPS_BUDGET = 20000 };
struct search { struct digits_match *found; size_t count, most; unsigned steps; };

static bool
better(const struct digits_match *a, const struct digits_match *b)
{
	if (a->explicit_digits != b->explicit_digits)
		return a->explicit_digits > b->explicit_digits;
	if (a->preference != b->preference)
		return a->preference < b->preference;
	return a->tag < b->tag;
}

/* Keep the best, in order; one that matches in two ways counts with its better one. */
static void
keep(struct search *s, struct digits_match m)
{
	size_t at;

	for (size_t i = 0; i < s->count; i++) {
		if (s->found[i].tag != m.tag)
			continue;
		if (!better(&m, &s->found[i]))
			return;
		memmove(&s->found[i], &s->found[i + 1], (s->count - i - 1) * sizeof(m));
		s->count--;
		break;
	}
	for (at = s->count; at && better(&m, &s->found[at - 1]); at--)
		;
	if (at >= s->most)
		return;
	if (s->count == s->most)
		s->count--;
	memmove(&s->found[at + 1], &s->found[at], (s->count - at) * sizeof(m));
	s->found[at] = m;
	s->count++;
}

static int
at_symbol(const char *p)
{
	return *p == '+' ? PLUS_SIGN : *p ? symbol(*p) : -1;
}

static void
search(struct search *s, const struct digits_node *n, const char *p, unsigned explicit_digits)
{
	if (++s->steps > STEPS_BUDGET)
		return;
	for (int i = 0; i < n->leaf_count; i++)
		if (!n->leaves[i].to_end || !*p)
			keep(s, (struct digits_match){ n->leaves[i].tag,
			    (uint16_t)explicit_digits, n->leaves[i].preference });
	for (int i = 0; i < n->branch_count; i++) {
		const struct step *st = &n->branches[i].step;
		unsigned worth = !(st->set & (st->set - 1));
		const char *q = p;
		int sym;

		if (st->repeat == ANY_TIMES || st->repeat == MAYBE)
			search(s, n->branches[i].to, q, explicit_digits);
		while ((sym = at_symbol(q)) >= 0 && (st->set >> sym & 1)) {
			q++;
			search(s, n->branches[i].to, q,
			    explicit_digits + worth * (unsigned)(q - p));
			if (st->repeat == ONCE || st->repeat == MAYBE)
				break;
		}
	}
}

size_t
digits_find(const struct digits_trie *t, const char *number, struct digits_match *found, size_t most)
{
	struct search s = { .found = found, .most = most };

	search(&s, &t->root, number, 0);
	return s.count;
}
