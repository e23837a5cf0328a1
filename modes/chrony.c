/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/chrony.c -- see chrony.h. */
#include "modes/chrony.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 3000 };

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
	return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* It has nothing of ours but the pipe that it speaks into. */
static int
start(const char *const *words, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	extern char **environ;
	int rc;

	if ((rc = posix_spawn_file_actions_init(&files)) != 0)
		return -rc;
	if ((rc = posix_spawnattr_init(&attr)) != 0) {
		posix_spawn_file_actions_destroy(&files);
		return -rc;
	}
	rc = attributes(&attr);
	if (rc == 0)
		rc = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&files, out, 1);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&files, 1, 2);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(&files, 3);
	if (rc == 0)
		rc = posix_spawnp(pid, "chronyc", &files, &attr, (char *const *)words, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -rc;
}

/* Until it has closed its end; what does not fit is read and forgotten. */
static int
listen_to(int in, char *said, size_t size)
{
	int64_t until = now_ms() + PATIENCE_MS, left;
	char rest[512];
	size_t n = 0;

	said[0] = '\0';
	while ((left = until - now_ms()) > 0) {
		struct pollfd p = { .fd = in, .events = POLLIN };
		bool fits = n + 1 < size;
		ssize_t got;

		if (poll(&p, 1, (int)left) <= 0)
			continue;
		got = read(in, fits ? said + n : rest, fits ? size - 1 - n : sizeof(rest));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		n += fits ? (size_t)got : 0;
		said[n] = '\0';
	}
	return -ETIMEDOUT;
}

int
chrony_ask(const char *const *words, char *said, size_t size)
{
	int ends[2], rc, status = -1;
	pid_t pid;

	said[0] = '\0';
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	rc = start(words, ends[1], &pid);
	close(ends[1]);
	if (rc == 0) {
		rc = listen_to(ends[0], said, size);
		if (rc < 0)
			kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		if (rc == 0 && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
			rc = -EIO;
	}
	close(ends[0]);
	return rc;
}

size_t
chrony_fields(char *line, char **fields, size_t most)
{
	size_t n = 0;

	while (line && n < most)
		fields[n++] = strsep(&line, ",");
	return n;
}
