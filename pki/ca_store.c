/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_store.c -- see ca_store.h.  A file is written beside the old one as NAME~, synced, renamed
 * over it, and the directory synced: a power cut leaves the old or the new one. */
#include "pki/ca_store.h"
#include "pki/openssl.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LEFT_S = 60 };

static void
fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* A directory is there for good when what holds it is synced. */
static void
make_one(const char *path, size_t n)
{
	OWNED(fd_close) int above = -1;
	char part[PATH_MAX], *slash;

	snprintf(part, sizeof(part), "%.*s", (int)n, path);
	if (mkdir(part, 0700) < 0)
		return;
	slash = strrchr(part, '/');
	if (slash)
		*slash = '\0';
	above = open(!slash ? "." : *part ? part : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (above >= 0)
		fsync(above);
}

/* Each missing part of the path. */
static void
make_path(const char *path)
{
	for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/'))
		make_one(path, (size_t)(p - path));
	make_one(path, strlen(path));
}

int
ca_store_open(int *dirp, const char *path, bool make, char *why, size_t size)
{
	int dir, rc;

	if (make)
		make_path(path);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return rc = -errno,
		       pki_why(why, size, rc, "the database cannot be opened: %s", strerror(-rc));
	*dirp = dir;
	return 0;
}

static int
write_all(int fd, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t n = write(fd, bytes, count);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		bytes += n;
		count -= (size_t)n;
	}
	return 0;
}

static int
write_fresh(int dir, const char *name, const void *bytes, size_t count)
{
	OWNED(fd_close) int fd = -1;
	int rc;

	unlinkat(dir, name, 0);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, bytes, count);
	return rc < 0 ? rc : fsync(fd) < 0 ? -errno : 0;
}

int
ca_store_write(int dir, const char *name, const void *bytes, size_t count, char *why, size_t size)
{
	char fresh[CA_FILE + 2];
	int rc;

	snprintf(fresh, sizeof(fresh), "%s~", name);
	rc = write_fresh(dir, fresh, bytes, count);
	if (rc == 0 && renameat(dir, fresh, dir, name) < 0)
		rc = -errno;
	if (rc == 0 && fsync(dir) < 0)
		rc = -errno;
	if (rc == 0)
		return 0;
	unlinkat(dir, fresh, 0);
	return pki_why(why, size, rc, "%s cannot be written: %s", name, strerror(-rc));
}

static int
read_all(int fd, struct der *to)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > CA_FILE_MOST)
		return -EFBIG;
	to->bytes = calloc(1, (size_t)st.st_size + 1);
	if (!to->bytes)
		return -ENOMEM;
	while (to->size < (size_t)st.st_size &&
	       (n = read(fd, to->bytes + to->size, (size_t)st.st_size - to->size)) > 0)
		to->size += (size_t)n;
	return to->size == (size_t)st.st_size ? 0 : -EIO;
}

int
ca_store_read(int dir, const char *name, struct der *to, char *why, size_t size)
{
	OWNED(fd_close) int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	int rc;

	*to = (struct der){0};
	rc = fd < 0 ? -errno : read_all(fd, to);
	if (rc == 0)
		return 0;
	der_clear(to);
	return pki_why(why, size, rc, "%s cannot be read: %s", name, strerror(-rc));
}

int
ca_store_remove(int dir, const char *name)
{
	int rc = unlinkat(dir, name, 0) < 0 ? -errno : 0;

	if (rc == 0 && fsync(dir) < 0)
		rc = -errno;
	return rc;
}

/* A fresh one is being written at this moment, by another thread. */
static void
remove_left(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime + LEFT_S < time(NULL))
		unlinkat(dir, name, 0);
}

void
ca_store_each(int dir, void (*on)(const char *name, void *arg), void *arg)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (e->d_name[0] == '.')
			continue;
		if (e->d_name[n - 1] == '~')
			remove_left(dir, e->d_name);
		else
			on(e->d_name, arg);
	}
	closedir(d);
}
