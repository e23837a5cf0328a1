/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/running_test.c -- readers and writers at once; a refused edit changes nothing. */
#include "shell/test_modes.h"

#include <pthread.h>

enum { READERS = 3, EDITS = 2000 };

static atomic_bool stop;
static atomic_uint published;

static void
on_published(void *arg, const void *snapshot)
{
	(void)arg, (void)snapshot;
	published++;
}

static void *
read_on(void *arg)
{
	uint64_t last = 0;

	while (!stop) {
		const struct top *t = running_hold(arg);
		uint64_t version = running_version(t);

		CHECK(version >= last);
		CHECK(map_count(t->peers) == map_count(t->peers2)); /* one edit writes both */
		last = version;
		running_drop(t);
	}
	return NULL;
}

static int
add_both(void *draft, void *arg, char *why, size_t size)
{
	struct top *t = draft;
	unsigned *n = arg;
	char key[16];

	snprintf(key, sizeof(key), "%u", *n % 100);
	CHECK(map_put(&t->peers, mode_new(&mode_peer, key, 0)) == 0);
	if (*n % 7 == 0) {
		snprintf(why, size, "seven");
		return -EINVAL;
	}
	CHECK(map_put(&t->peers2, mode_new(&mode_peer, key, 0)) == 0);
	return 0;
}

static void *
write_on(void *arg)
{
	char why[32];

	for (unsigned n = 1; n <= EDITS; n++) {
		why[0] = '\0';
		CHECK((running_edit(arg, add_both, &n, why, sizeof(why)) == 0) == (n % 7 != 0));
		CHECK(n % 7 || !strcmp(why, "seven"));
	}
	return NULL;
}

int
main(void)
{
	pthread_t reader[READERS], writer[2];
	struct running *r;
	const struct top *t;

	(void)test_cli;
	CHECK(running_new(&r, &mode_top, on_published, NULL) == 0);
	for (int i = 0; i < READERS; i++)
		pthread_create(&reader[i], NULL, read_on, r);
	for (int i = 0; i < 2; i++)
		pthread_create(&writer[i], NULL, write_on, r);
	for (int i = 0; i < 2; i++)
		pthread_join(writer[i], NULL);
	stop = true;
	for (int i = 0; i < READERS; i++)
		pthread_join(reader[i], NULL);
	t = running_hold(r);
	CHECK(map_count(t->peers) == 100 && published == running_version(t));
	running_saved(r, t, 7);
	CHECK(running_when(r).saved_version == running_version(t) && running_when(r).saved_s == 7);
	running_free(r);
	CHECK(!strcmp(t->hostname, "Router")); /* a snapshot outlives what made it */
	running_drop(t);
	return failures != 0;
}
