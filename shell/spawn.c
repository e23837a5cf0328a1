/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/spawn.c -- see spawn.h. */
#include "shell/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FD_FREE = 16, ARGUMENTS = 16 };

static int
attributes(posix_spawnattr_t *attr, bool own_session)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
	return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						  (own_session ? POSIX_SPAWN_SETSID : 0));
}

/* Both descriptors are numbered above those that they become, so that neither overwrites the other. */
static int
files(posix_spawn_file_actions_t *actions, const struct spawn *s)
{
	int rc = 0;

	for (int fd = 0; !s->keeps_terminal && fd < SPAWN_FD && rc == 0; fd++)
		rc = posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_RDWR, 0);
	for (int i = 0; i < 2 && rc == 0; i++)
		if (s->fd[i] >= 0)
			rc = posix_spawn_file_actions_adddup2(actions, s->fd[i], SPAWN_FD + i);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(actions, SPAWN_FD + 2);
	return rc;
}

/* posix_spawn() cannot change the uid: `parapet --drop UID:GID` does that before anything else.  The
 * console keeps our uid with our terminal. */
int
spawn_child(const struct spawn *s, pid_t *pid)
{
	char owner[48], *argv[ARGUMENTS], *nothing[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int n = 0, rc;

	while (s->argv[n] && n < ARGUMENTS - 3) {
		argv[n] = s->argv[n];
		n++;
	}
	snprintf(owner, sizeof(owner), "%u:%u", (unsigned)s->uid, (unsigned)s->gid);
	if (!s->keeps_terminal && geteuid() == 0) {
		argv[n++] = "--drop";
		argv[n++] = owner;
	}
	argv[n] = NULL;
	if ((rc = posix_spawn_file_actions_init(&actions)) != 0)
		return -rc;
	if ((rc = posix_spawnattr_init(&attr)) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return -rc;
	}
	rc = attributes(&attr, !s->keeps_terminal);
	if (rc == 0)
		rc = files(&actions, s);
	if (rc == 0)
		rc = posix_spawn(pid, s->program, &actions, &attr, argv, nothing);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return -rc;
}

int
spawn_raise(int fd)
{
	int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FD_FREE);

	if (fd >= 0)
		close(fd);
	return high;
}
