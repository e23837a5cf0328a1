/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/call_digits_test.c -- number patterns: every sign of theirs, the order of what
 * matches, removal, many patterns, and numbers made to make the search long. */
#include "datapath/call/digits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failures;

static void
check(bool good, const char *what)
{
	if (good)
		return;
	printf("digits: %s\n", what);
	failures++;
}

/* clang-format off */
static const struct row { const char *pattern, *number; int digits; } rows[] = {
	{ "1...",     "1001",   1 }, { "1...",    "2001",  -1 }, { "1...",   "100",   -1 },
	{ "1...",     "10015",  1 }, { "1...$",   "10015", -1 }, { "1...$",  "1001",   1 },
	{ ".T",       "+49301",      0 }, { ".", "+49301", 0 }, { "..", "+49", -1 },
	{ ".T",       "1",      0 }, { ".T",      "12345",  0 }, { ".T",     "",      -1 },
	{ "T",        "",       0 }, { "+49T",    "+4930",  3 }, { "+49T",   "4930",  -1 },
	{ "[1-3,7].", "25",     0 }, { "[1-3,7].", "75",    0 }, { "[1-3,7].", "45",  -1 },
	{ "[^1-3].",  "45",     0 }, { "[^1-3].", "15",    -1 }, { "5551234", "5551234", 7 },
	{ "555",      "5551234", 3 }, { "12%3$",  "13",     2 }, { "12%3$",  "12223",  5 },
	{ "12?3$",    "13",     2 }, { "12?3$",   "1223",  -1 }, { "12+3$",  "13",    -1 },
	{ "12+3$",    "1223",   4 }, { "*9#",     "*9#",    3 }, { "A1D",    "A1D",    3 },
	{ "BAD.BAD",  "1234567", -1 }, { "9(8)7", "987",    3 },
};
static const char *const broken[] = { "", "[1-", "[]", "x12", "1$2", "%1", "[3-1]", "9-8" };
/* clang-format on */

static void
each_row(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct digits_match m = { 0 };
		struct digits_trie *t;
		size_t n;

		if (digits_new(&t) < 0)
			abort();
		check(digits_add(t, r->pattern, 7, 0) == 0, r->pattern);
		n = digits_find(t, r->number, &m, 1);
		if (n != (r->digits >= 0) || (n && (m.tag != 7 || m.explicit_digits != r->digits)))
			printf("digits: %s against %s: %zu, %d digits\n", r->pattern, r->number, n,
			    m.explicit_digits), failures++;
		digits_remove(t, r->pattern, 7);
		check(digits_find(t, r->number, &m, 1) == 0, "removed, it still matches");
		digits_free(t);
	}
}

static void
order(void)
{
	struct digits_match m[3];
	struct digits_trie *t;

	if (digits_new(&t) < 0)
		abort();
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		check(digits_add(t, broken[i], 1, 0) < 0, broken[i]);
	digits_add(t, ".T", 1, 0);
	digits_add(t, "98..", 30, 2);
	digits_add(t, "98..", 20, 1);
	digits_add(t, "98..", 10, 1);
	digits_add(t, "989.", 40, 9);
	check(digits_find(t, "9898", m, 3) == 3, "three are wanted");
	check(m[0].tag == 40 && m[1].tag == 10 && m[2].tag == 20,
	    "the longest match, then preference, then the lower tag");
	digits_remove(t, "98..", 10);
	check(digits_find(t, "9898", m, 3) == 3 && m[1].tag == 20 && m[2].tag == 30, "one is gone");
	digits_free(t);
}

static double
seconds_of(const struct digits_trie *t, const char *number, int times)
{
	clock_t began = clock();
	struct digits_match m[16];

	for (int i = 0; i < times; i++)
		digits_find(t, number, m, 16);
	return (double)(clock() - began) / CLOCKS_PER_SEC;
}

static void
many_and_hostile(void)
{
	struct digits_trie *t;
	struct digits_match m;
	char pattern[32];

	if (digits_new(&t) < 0)
		abort();
	for (int i = 0; i < 10000; i++) {
		snprintf(pattern, sizeof(pattern), "%d..", 100000 + i);
		digits_add(t, pattern, (uint32_t)i + 1, 0);
	}
	check(digits_find(t, "10432199", &m, 1) == 1 && m.tag == 4322, "one of ten thousand");
	check(seconds_of(t, "10432199", 10000) < 2, "a look-up is slow");
	digits_add(t, ".%.%.%.%.%.%.%.%9$", 99999, 0);
	check(seconds_of(t, "1111111111111111111111111111111111111111111111111111111111111111", 20) < 5,
	    "a number made for a pattern walks for ever");
	digits_free(t);
}

int
main(void)
{
	each_row();
	order();
	many_and_hostile();
	printf("digits: %d failures\n", failures);
	return failures != 0;
}
