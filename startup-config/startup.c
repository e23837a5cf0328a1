/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup-config/startup.c -- see startup.h. */
#include "startup-config/startup.h"
#include "modes/apply.h"
#include "modes/box.h"
#include "modes/show_config.h"
#include "shell/running.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MOST = 64 << 20 };

/* ---- files ---------------------------------------------------------------------------------------------- */

static char *
read_all(int fd, size_t size)
{
	char *text = malloc(size + 1);
	size_t have = 0;
	ssize_t n = 1;

	while (text && have < size && (n = read(fd, text + have, size - have)) > 0)
		have += (size_t)n;
	if (!text || n < 0) {
		free(text);
		return NULL;
	}
	text[have] = '\0';
	return text;
}

char *
startup_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MOST)
		text = read_all(fd, (size_t)st.st_size);
	else
		errno = EFBIG;
	close(fd);
	return text;
}

static int
write_all(int fd, const char *text, size_t size)
{
	ssize_t n;

	for (; size; text += n, size -= (size_t)n) {
		n = write(fd, text, size);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return -errno;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int
sync_directory(const char *path)
{
	char dir[PATH_MAX], *slash;
	int fd, rc;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

int
startup_write(const char *path, const char *text, size_t size, char *why, size_t why_size)
{
	char fresh[PATH_MAX];
	int fd, rc;

	if ((size_t)snprintf(fresh, sizeof(fresh), "%s~", path) >= sizeof(fresh))
		return -ENAMETOOLONG;
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	rc = fd < 0 ? -errno : write_all(fd, text, size);
	if (fd >= 0 && close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && rename(fresh, path) < 0)
		rc = -errno;
	if (rc == 0)
		rc = sync_directory(path);
	else
		unlink(fresh);
	if (rc < 0)
		snprintf(why, why_size, "%s", strerror(-rc));
	return rc;
}

/* ---- load ------------------------------------------------------------------------------------------------- */

int
startup_load(struct running *running, void *box, const char *text, session_said_h *said, void *arg,
    struct session_load *load)
{
	return config_apply(running, box, text, "", said, arg, load);
}

/* ---- the box's doors ---------------------------------------------------------------------------------------- */

static void
path_of(const struct box *b, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/startup-config", b->nvram);
}

int
startup_save(struct box *b, char *why, size_t size)
{
	const void *config = running_hold(b->running);
	char path[PATH_MAX], *text;
	size_t n;
	int rc;

	path_of(b, path);
	text = config_text(b->running, config, false, &n);
	rc = text ? startup_write(path, text, n, why, size) : -ENOMEM;
	free(text);
	if (rc == 0)
		running_saved(b->running, config, time(NULL));
	running_drop(config);
	return rc;
}

int
startup_erase(struct box *b, char *why, size_t size)
{
	char path[PATH_MAX];

	path_of(b, path);
	if (unlink(path) < 0 && errno != ENOENT) {
		snprintf(why, size, "%s", strerror(errno));
		return -errno;
	}
	return sync_directory(path);
}

char *
startup_text(struct box *b)
{
	char path[PATH_MAX];

	path_of(b, path);
	return startup_read(path);
}

bool
startup_unsaved(struct box *b)
{
	struct running_when w = running_when(b->running);
	const void *c = running_hold(b->running);
	bool unsaved = w.changed_s && running_version(c) != w.saved_version;

	running_drop(c);
	return unsaved;
}
