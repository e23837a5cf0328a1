/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/console.h -- a session at a keyboard. */
#ifndef SHELL_TERMINAL_CONSOLE_H
#define SHELL_TERMINAL_CONSOLE_H

#include "shell/terminal/box.h"

struct console_options {
	struct box *box;
	int in, out;            /* the terminal, or a pty */
	/* A descriptor that becomes readable when the terminal has changed its size or is gone;
	 * -1: none.  Whoever made it reads it in `news`, which says whether to go on. */
	int news_fd;
	bool (*news)(void *arg);
	/* May be NULL: has the terminal ended after `taken` bytes?  (On a pty no read() says so.) */
	bool (*ended)(void *arg, uint64_t taken);
	void *arg;
};

/* Sit there until the session is over.  0: it ended as it should; -errno: the terminal or the box
 * is gone.  Only one console at a time: GNU readline's state is the process's. */
int console_run(const struct console_options *);

#endif
