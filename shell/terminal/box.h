/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/box.h -- the terminal's end of the wire. */
#ifndef SHELL_TERMINAL_BOX_H
#define SHELL_TERMINAL_BOX_H

#include "shell/wire.h"

enum { BOX_CREDIT = 65536 };

struct box {
	int fd;
	uint32_t owed;          /* shown, but not yet given back as credit */
	struct wire_in in;
};

/* Connect to the socket of the box.  0; -errno. */
int  box_connect(struct box *, const char *path);
/* Use a descriptor that is connected already. */
void box_open(struct box *, int fd);
void box_close(struct box *);

/* Any frame.  0; -errno: the box is gone. */
int  box_send(struct box *, struct wire_out *);
int  box_hello(struct box *, int flags, int rows, int columns);
int  box_resize(struct box *, int rows, int columns);
int  box_interrupt(struct box *, bool at_prompt);
/* A LINE, HELP, COMPLETE or BYE.  0; -errno: the box is gone. */
int  box_say(struct box *, enum wire_type, const char *text);
/* The answer to an ASK; the copy of it that is sent is wiped. */
int  box_answer(struct box *, uint8_t serial, const char *text);
/* `size` bytes of OUTPUT or LOG have been shown: grant as much again. */
int  box_shown(struct box *, size_t size);
/* The next frame.  1; 0: none is complete, and the box has not more to read; -errno. */
int  box_next(struct box *, struct wire_frame *);
/* The same, waiting for it. */
int  box_wait(struct box *, struct wire_frame *);

#endif
