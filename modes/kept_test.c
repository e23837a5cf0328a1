/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "modes/kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failures;

#define CHECK(cond) check(cond, #cond, __LINE__)

static void
check(bool ok, const char *what, int line)
{
	if (ok)
		return;
	printf("%s:%d: %s\n", __FILE__, line, what);
	failures++;
}

static bool
holds(const struct box *b, const char *name, const char *expected)
{
	size_t size = 0;
	char *text = kept_read(b, name, 100, &size);
	bool same = text ? expected && size == strlen(expected) && !strcmp(text, expected) : !expected;

	free(text);
	return same;
}

static void
test_life(const struct box *b)
{
	char path[KEPT_PATH];
	struct stat st;

	CHECK(holds(b, "requests/a", NULL));
	CHECK(kept_write(b, "requests/a", "one", 3) == 0 && holds(b, "requests/a", "one"));
	CHECK(kept_write(b, "requests/a", "number two", 10) == 0 && holds(b, "requests/a", "number two"));
	snprintf(path, sizeof(path), "%s/requests/a", b->nvram);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	snprintf(path, sizeof(path), "%s/requests/a~", b->nvram);
	CHECK(access(path, F_OK) < 0);
	CHECK(!kept_read(b, "requests/a", 9, NULL));
	CHECK(kept_remove(b, "requests/a") == 0 && holds(b, "requests/a", NULL) && kept_remove(b, "requests/a") == 0);
	CHECK(kept_write(b, "empty", "", 0) == 0 && holds(b, "empty", NULL) && kept_remove(b, "empty") == 0);
}

/* What was there is there still, and nothing lies beside it. */
static void
test_refused(const struct box *b)
{
	char fresh[KEPT_PATH], target[KEPT_PATH], name[KEPT_PATH + 1];
	struct box none = { 0 };

	memset(name, 'a', KEPT_PATH);
	name[KEPT_PATH] = '\0';
	CHECK(kept_write(b, name, "x", 1) == -ENAMETOOLONG && kept_remove(b, name) == -ENAMETOOLONG);
	CHECK(kept_write(&none, "a", "x", 1) == -ENOENT && !kept_read(&none, "a", 9, NULL));
	CHECK(kept_write(b, "b", "old", 3) == 0);
	snprintf(fresh, sizeof(fresh), "%s/b~", b->nvram);
	snprintf(target, sizeof(target), "%s/elsewhere", b->nvram);
	CHECK(symlink(target, fresh) == 0 && kept_write(b, "b", "new", 3) == -ELOOP);
	CHECK(holds(b, "b", "old") && access(target, F_OK) < 0);
	CHECK(kept_write(b, "b/c", "x", 1) < 0 && holds(b, "b", "old"));
	CHECK(kept_write(b, "no/such/place", "x", 1) == -ENOENT);
	CHECK(kept_remove(b, "b") == 0);
}

int
main(void)
{
	char dir[] = "/tmp/parapet-kept-XXXXXX", command[64];
	struct box b = { 0 };

	if (!mkdtemp(dir))
		return 2;
	b.nvram = dir;
	test_life(&b);
	test_refused(&b);
	snprintf(command, sizeof(command), "%s/requests", dir);
	rmdir(command);
	CHECK(rmdir(dir) == 0);
	printf("kept: %d failures\n", failures);
	return failures != 0;
}
