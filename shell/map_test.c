/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/map_test.c -- maps against a plain array: order, sharing, differences, births. */
#include "shell/test_modes.h"

#include <time.h>

enum { KEYS = 2000 };

static struct node *
object(unsigned number)
{
	char key[16];

	snprintf(key, sizeof(key), "%u", number);
	return mode_new(&mode_rule, key, 8);
}

static void
count_change(void *arg, const void *was, const void *is)
{
	unsigned *n = arg;

	n[was && is ? 1 : was ? 2 : 0]++;
}

static void
keys_order(void)
{
	CHECK(key_compare("9", "10") < 0);
	CHECK(key_compare("a9", "a10") > 0);
	CHECK(key_compare("10", "a") < 0);
	CHECK(key_compare("x 9", "x 10") < 0);
	CHECK(key_compare("x", "x 1") < 0);
	CHECK(key_compare("7", "007") && !key_compare("7", "7"));
}

static void
versions(void)
{
	struct map *m = NULL, *old, *copy = NULL;
	unsigned n[3] = {0};
	struct node *o;
	bool sorted = true;

	for (unsigned i = 0; i < KEYS; i++)
		CHECK(map_put(&m, object(i * 7919 % KEYS)) == 0);
	CHECK(map_count(m) == KEYS);
	for (const struct node *k = map_first(m); k && (o = (void *)map_after(m, k->key)); k = o)
		sorted &= key_compare(k->key, o->key) < 0;
	CHECK(sorted);
	old = map_hold(m);
	CHECK(map_remove(&m, "17") == 0 && map_remove(&m, "17") == -ENOENT);
	CHECK(map_put(&m, object(5000)) == 0);
	o = map_own(&m, "100");
	CHECK(o && o != map_find(old, "100"));
	CHECK(o == map_own(&m, "100"));
	CHECK(map_find(old, "17") && !map_find(m, "17") && map_count(m) == KEYS);
	map_diff(old, m, count_change, n);
	CHECK(n[0] == 1 && n[1] == 1 && n[2] == 1);
	for (unsigned i = KEYS; i--;) /* another way to the same keys: nothing but objects differ */
		map_put(&copy, object(i));
	memset(n, 0, sizeof(n));
	map_diff(old, copy, count_change, n);
	CHECK(n[0] == 0 && n[1] == KEYS && n[2] == 0);
	memset(n, 0, sizeof(n));
	map_diff(NULL, m, count_change, n);
	CHECK(n[0] == KEYS);
	map_drop(old);
	map_drop(m);
	while (map_count(copy))
		CHECK(map_remove(&copy, ((const struct node *)map_first(copy))->key) == 0);
	CHECK(!copy);
}

static void
births(void)
{
	struct map *m = NULL;
	const void **all;
	size_t n;

	map_put(&m, object(30));
	map_put(&m, object(10));
	map_put(&m, object(20));
	map_put(&m, object(30)); /* replaced: it keeps its place */
	all = map_by_birth(m, &n);
	CHECK(n == 3 && !strcmp(((const struct node *)all[0])->key, "30") &&
	      !strcmp(((const struct node *)all[2])->key, "20"));
	free(all);
	map_drop(m);
}

static void
ascending(void)
{
	struct map *m = NULL;
	clock_t began = clock();

	for (unsigned i = 0; i < 100000; i++)
		map_put(&m, object(i));
	CHECK(map_count(m) == 100000);
	map_drop(m);
	printf("100000 ascending: %.0f ms\n", (clock() - began) * 1e3 / CLOCKS_PER_SEC);
}

int
main(void)
{
	(void)test_cli;
	keys_order();
	versions();
	births();
	ascending();
	return failures != 0;
}
