/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/ssh.h -- an SSH connection, as a pty or as one command. */
#ifndef SHELL_TERMINAL_SSH_H
#define SHELL_TERMINAL_SSH_H

#include "shell/terminal/box.h"

#include <stdbool.h>
#include <stdint.h>

struct ssh;

/* Be the server on a connected socket: RFC 4253 and 4252 up to the shell (*command NULL) or the one
 * command that the user asks for (RFC 4254 6.5); the box says what to offer and judges.  Then *fd is
 * the terminal: a pty, or for a command a stream.  Takes the socket.  0; -errno: nobody came in. */
int  ssh_open(struct ssh **, int tcp, struct box *, int *fd, const char **command);
/* Send what is still to be sent (for two seconds at most) and `status`, hang up; closes `fd` first. */
void ssh_close(struct ssh *, int fd, int status);

/* For console_options, as those of telnet.h. */
int  ssh_news_fd(const struct ssh *);
bool ssh_news(void *ssh);
bool ssh_ended(void *ssh, uint64_t taken);

#endif
