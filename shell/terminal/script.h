/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/script.h -- lines that nobody types: -c, -f and what comes through a pipe. */
#ifndef SHELL_TERMINAL_SCRIPT_H
#define SHELL_TERMINAL_SCRIPT_H

#include "shell/terminal/box.h"

#include <stddef.h>

/* One `-c LINE` or `-f FILE`, in the order of the command line. */
struct script_item { const char *line, *file; };

/* Say the items' lines, or those of standard input if there are none, one after the other, and
 * print what the box says.  A question is answered by the next line; when the items have no more,
 * by standard input.  The exit status: 0; 1: a line was refused, a question remained, or the box
 * is gone. */
int script_run(struct box *, const struct script_item *, size_t count);

#endif
