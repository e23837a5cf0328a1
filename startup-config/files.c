/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup-config/files.c -- see files.h.  A path is cut into its components and checked before any of them
 * is used: no `..', no hidden name, nothing but what can be typed.  The operator cannot make links. */
#include "startup-config/files.h"
#include "modes/box.h"
#include "startup-config/startup.h"
#include "startup-config/transfer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { FILES_MOST = 4096 };

static const struct store_system systems[] = {
	{ "system:", "opaque", "rw", false },
	{ "null:", "opaque", "rw", false },
	{ "flash:", "disk", "rw", true },
	{ "bootflash:", "disk", "rw", true },
	{ "nvram:", "nvram", "rw", true },
	{ "tftp:", "network", "rw", false },
	{ "ftp:", "network", "rw", false },
	{ "http:", "network", "rw", false },
	{ "https:", "network", "ro", false },
	{ "scp:", "network", "rw", false },
	{ "sftp:", "network", "rw", false },
};

static const struct store_system *
system_row(size_t n)
{
	return n < sizeof(systems) / sizeof(*systems) ? &systems[n] : NULL;
}

/* ---- paths --------------------------------------------------------------------------------------------------- */

static int
refuse(char *why, size_t size, int rc)
{
	if (size)
		snprintf(why, size, "%s", strerror(-rc));
	return rc;
}

static bool
good_component(const char *p, size_t n)
{
	if (!n || n >= 128 || *p == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] <= ' ' || strchr("\\:~|\"'", p[i]) || p[i] == 0x7f)
			return false;
	return true;
}

/* "a//b/" becomes "a/b".  -EINVAL: one of them must not be. */
static int
clean(const char *p, char *to, size_t size)
{
	size_t used = 0, n;

	to[0] = '\0';
	for (p += strspn(p, "/"); *p; p += n, p += strspn(p, "/")) {
		n = strcspn(p, "/");
		if (!good_component(p, n) || used + n + 2 > size)
			return -EINVAL;
		used += (size_t)snprintf(to + used, size - used, "%s%.*s", used ? "/" : "", (int)n, p);
	}
	return 0;
}

/* Its file system, flash where none is named; *rest: what stands behind. */
static const struct store_system *
system_of(const char *path, const char **rest)
{
	size_t n = strcspn(path, ":/");

	*rest = path;
	if (path[n] != ':')
		return &systems[2];
	for (const struct store_system *s = systems; s < systems + sizeof(systems) / sizeof(*systems); s++)
		if (strlen(s->prefix) == n + 1 && !strncmp(s->prefix, path, n + 1)) {
			*rest = path + n + 1;
			return s;
		}
	return NULL;
}

static int
spell(const char *path, char *buf, size_t size)
{
	const char *rest;
	const struct store_system *s = system_of(path, &rest);
	char cleaned[PATH_MAX];

	if (!s || !s->local || clean(rest, cleaned, sizeof(cleaned)) < 0)
		return -EINVAL;
	return (size_t)snprintf(buf, size, "%s%s", s->prefix, cleaned) < size ? 0 : -ENAMETOOLONG;
}

/* Where it lies in the host.  Of nvram: there is startup-config, and nothing else to be seen. */
static int
host_path(struct box *b, const char *path, char host[PATH_MAX], char *why, size_t size)
{
	const char *rest;
	const struct store_system *s = system_of(path, &rest);
	char cleaned[PATH_MAX];
	bool nvram;
	int n;

	if (!s || !s->local || clean(rest, cleaned, sizeof(cleaned)) < 0)
		return refuse(why, size, -EINVAL);
	nvram = !strcmp(s->type, "nvram");
	if (nvram && *cleaned && strcmp(cleaned, "startup-config"))
		return refuse(why, size, -ENOENT);
	n = snprintf(host, PATH_MAX, "%s%s%s%s", b->nvram, nvram ? "" : "/flash", *cleaned ? "/" : "",
	    cleaned);
	return n < PATH_MAX ? 0 : refuse(why, size, -ENAMETOOLONG);
}

static bool
is_root(const char *path)
{
	const char *rest;

	return system_of(path, &rest) && !rest[strspn(rest, "/")];
}

static bool
is_nvram(const char *path)
{
	return !strncmp(path, "nvram:", 6);
}

/* What a save has left that was killed: the file it was to replace stands. */
static int
on_left_over(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)ftw;
	if (kind == FTW_F && path[strlen(path) - 1] == '~' && !strstr(path, "/keys/"))
		unlink(path);                   /* those of keys are wiped by who owns them */
	return 0;
}

int
files_open(const char *nvram, char *path, size_t size)
{
	if ((size_t)snprintf(path, size, "%s/flash", nvram) >= size)
		return -ENAMETOOLONG;
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	nftw(nvram, on_left_over, 16, FTW_PHYS);
	return 0;
}

/* ---- files ----------------------------------------------------------------------------------------------------- */

static char *
read_file(struct box *b, const char *path, size_t *size, char *why, size_t why_size)
{
	char host[PATH_MAX], *text;
	struct stat st;

	if (host_path(b, path, host, why, why_size) < 0)
		return NULL;
	if (lstat(host, &st) == 0 && S_ISDIR(st.st_mode)) {
		refuse(why, why_size, -EISDIR);
		return NULL;
	}
	text = startup_read(host);
	if (!text)
		refuse(why, why_size, -errno);
	else
		*size = lstat(host, &st) == 0 ? (size_t)st.st_size : strlen(text);
	return text;
}

static int
write_file(struct box *b, const char *path, const void *bytes, size_t size, char *why, size_t why_size)
{
	char host[PATH_MAX];
	struct stat st;
	int rc = host_path(b, path, host, why, why_size);

	if (rc < 0)
		return rc;
	if (is_root(path) || (lstat(host, &st) == 0 && S_ISDIR(st.st_mode)))
		return refuse(why, why_size, -EISDIR);
	return startup_write(host, bytes, size, why, why_size);
}

static int
remove_file(struct box *b, const char *path, char *why, size_t size)
{
	char host[PATH_MAX];
	int rc = is_root(path) ? refuse(why, size, -EISDIR) : host_path(b, path, host, why, size);

	if (rc == 0 && remove(host) < 0)
		rc = refuse(why, size, -errno);
	return rc;
}

static int
rename_file(struct box *b, const char *from, const char *to, char *why, size_t size)
{
	char old[PATH_MAX], new[PATH_MAX];
	struct stat st;
	int rc = host_path(b, from, old, why, size);

	if (rc == 0)
		rc = host_path(b, to, new, why, size);
	if (rc < 0)
		return rc;
	if (is_root(from) || is_root(to) || is_nvram(from) || is_nvram(to))
		return refuse(why, size, -EPERM);
	if (lstat(new, &st) == 0)
		return refuse(why, size, -EEXIST);
	return rename(old, new) < 0 ? refuse(why, size, -errno) : 0;
}

static int
make_directory(struct box *b, const char *path, char *why, size_t size)
{
	char host[PATH_MAX];
	int rc = is_nvram(path) ? refuse(why, size, -EPERM) : host_path(b, path, host, why, size);

	if (rc == 0 && mkdir(host, 0700) < 0)
		rc = refuse(why, size, -errno);
	return rc;
}

/* ---- looking ----------------------------------------------------------------------------------------------------- */

static void
describe(const char *name, const struct stat *st, struct store_file *f)
{
	snprintf(f->name, sizeof(f->name), "%.255s", name);
	f->bytes = (uint64_t)st->st_size;
	f->inode = st->st_ino;
	f->changed_s = st->st_mtime;
	f->directory = S_ISDIR(st->st_mode);
}

static int
find_file(struct box *b, const char *path, struct store_file *f, char *why, size_t size)
{
	char host[PATH_MAX];
	const char *slash;
	struct stat st;
	int rc = host_path(b, path, host, why, size);

	if (rc < 0)
		return rc;
	if (lstat(host, &st) < 0)
		return refuse(why, size, -errno);
	slash = strrchr(host, '/');
	describe(slash ? slash + 1 : host, &st, f);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct store_file *)a)->name, ((const struct store_file *)b)->name);
}

/* Half-written files (a `~' behind the name) and hidden ones are not shown; of nvram: one is. */
static bool
is_shown(const char *name, bool nvram)
{
	return nvram ? !strcmp(name, "startup-config") : good_component(name, strlen(name));
}

static int
gather(DIR *d, bool nvram, struct store_file **list, size_t *count)
{
	struct dirent *e;
	struct stat st;

	*count = 0;
	*list = calloc(FILES_MOST, sizeof(**list));
	if (!*list)
		return -ENOMEM;
	while (*count < FILES_MOST && (e = readdir(d)))
		if (is_shown(e->d_name, nvram) &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			describe(e->d_name, &st, &(*list)[(*count)++]);
	qsort(*list, *count, sizeof(**list), by_name);
	return 0;
}

static int
list_files(struct box *b, const char *path, struct store_file **list, size_t *count, char *why, size_t size)
{
	char host[PATH_MAX];
	int rc = host_path(b, path, host, why, size);
	DIR *d = rc == 0 ? opendir(host) : NULL;

	if (rc < 0)
		return rc;
	if (!d)
		return refuse(why, size, -errno);
	rc = gather(d, is_nvram(path), list, count);
	closedir(d);
	return rc < 0 ? refuse(why, size, rc) : 0;
}

static void
space(struct box *b, const char *path, uint64_t *total, uint64_t *free_bytes)
{
	struct statvfs v;

	(void)path;
	*total = *free_bytes = 0;
	if (statvfs(b->nvram, &v) < 0)
		return;
	*total = (uint64_t)v.f_blocks * v.f_frsize;
	*free_bytes = (uint64_t)v.f_bavail * v.f_frsize;
}

/* ---- the end ------------------------------------------------------------------------------------------------------ */

static int
on_wiped(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	static const char zero[4096];
	int fd;

	if (ftw->level == 0)
		return 0;                       /* NVRAM itself stays */
	if (kind == FTW_F && S_ISREG(st->st_mode) && (fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)) >= 0) {
		for (off_t at = 0; at < st->st_size; at += (off_t)sizeof(zero))
			if (pwrite(fd, zero, sizeof(zero), at) < 0)
				break;
		fsync(fd);
		close(fd);
	}
	return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

static int
wipe(struct box *b, char *why, size_t size)
{
	return nftw(b->nvram, on_wiped, 16, FTW_DEPTH | FTW_PHYS) < 0 ? refuse(why, size, -errno) : 0;
}

const struct store box_store = {
	.read = read_file, .write = write_file, .remove = remove_file, .rename = rename_file,
	.make_directory = make_directory, .find = find_file, .list = list_files, .space = space,
	.spell = spell, .system = system_row, .fetch = transfer_fetch, .send = transfer_send, .wipe = wipe
};
