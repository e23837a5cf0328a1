/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/kept.c -- see kept.h. */
#include "modes/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
path_of(const struct box *b, const char *name, const char *suffix, char path[KEPT_PATH])
{
	if (!b->nvram)
		return -ENOENT;
	return (size_t)snprintf(path, KEPT_PATH, "%s/%s%s", b->nvram, name, suffix) < KEPT_PATH ? 0 : -ENAMETOOLONG;
}

/* The directory that the file is in, opened; made where it is not there. */
static int
open_directory(const char *path)
{
	char dir[KEPT_PATH];
	int fd;

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(path, '/') - path), path);
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int
write_synced(const char *path, const char *text, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600), rc = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	for (; size && rc == 0; text += n, size -= (size_t)n)
		if ((n = write(fd, text, size)) < 0) {
			rc = errno == EINTR ? 0 : -errno;
			n = 0;
		}
	if (rc == 0 && fsync(fd) < 0)
		rc = -errno;
	return close(fd) < 0 && rc == 0 ? -errno : rc;
}

int
kept_write(const struct box *b, const char *name, const char *text, size_t size)
{
	char path[KEPT_PATH], fresh[KEPT_PATH];
	int rc = path_of(b, name, "~", fresh), dir;

	if (rc < 0 || (rc = path_of(b, name, "", path)) < 0)
		return rc;
	if ((dir = open_directory(path)) < 0)
		return dir;
	rc = write_synced(fresh, text, size);
	if (rc == 0 && rename(fresh, path) < 0)
		rc = -errno;
	if (rc < 0)
		unlink(fresh);
	else if (fsync(dir) < 0)
		rc = -errno;
	close(dir);
	return rc;
}

int
kept_remove(const struct box *b, const char *name)
{
	char path[KEPT_PATH];
	int rc = path_of(b, name, "", path), dir;

	if (rc < 0)
		return rc;
	if (unlink(path) < 0)
		return errno == ENOENT ? 0 : -errno;
	if ((dir = open_directory(path)) < 0)
		return dir;
	rc = fsync(dir) < 0 ? -errno : 0;
	close(dir);
	return rc;
}

char *
kept_read(const struct box *b, const char *name, size_t most, size_t *size)
{
	char path[KEPT_PATH], *text = NULL;
	FILE *f = path_of(b, name, "", path) < 0 ? NULL : fopen(path, "re");
	struct stat st;
	size_t n = 0;

	if (f && fstat(fileno(f), &st) == 0 && st.st_size > 0 && (size_t)st.st_size <= most)
		text = calloc(1, (size_t)st.st_size + 1);
	if (text)
		n = fread(text, 1, (size_t)st.st_size, f);
	if (f)
		fclose(f);
	if (!n) {
		free(text);
		return NULL;
	}
	if (size)
		*size = n;
	return text;
}
