/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/spawn.h -- starting `parapet' for something that a stranger speaks to: a login, a transfer.  The
 * child keeps nothing but what it is handed. */
#ifndef SHELL_SPAWN_H
#define SHELL_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

enum { SPAWN_FD = 3 };                  /* fd[i] is the child's SPAWN_FD + i */

struct spawn {
	const char *program;            /* the path of `parapet' */
	char *const *argv;              /* at most a dozen, ended by NULL */
	int fd[2];                      /* numbered above SPAWN_FD + 1; -1: none */
	bool keeps_terminal;            /* our own standard descriptors; else /dev/null */
	uid_t uid;                      /* what it becomes if we are root */
	gid_t gid;
};

/* 0, and its pid, which is to be waited for; -errno. */
int spawn_child(const struct spawn *, pid_t *pid);
/* The same descriptor where it is in no child's way; the old one is closed.  -1: there is none. */
int spawn_raise(int fd);

#endif
