/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/pty.h -- what the ways in by network share: the pty between the protocol and the
 * console, and the bytes that wait on either side of it. */
#ifndef SHELL_TERMINAL_PTY_H
#define SHELL_TERMINAL_PTY_H

#include <stdbool.h>
#include <stddef.h>

/* A pair whose line discipline echoes nothing and means nothing; the master does not block.
 * 0; -errno: what was opened is in the two (else -1) and the caller's to close. */
int pty_open(int *master, int *slave);

/* Bytes in order, `size` at most: bytes[head] .. bytes[used - 1]. */
struct buffer { size_t head, used, size; char *bytes; };

size_t buffer_room(const struct buffer *);
bool   buffer_put(struct buffer *, const char *bytes, size_t size);  /* false: nothing was taken */
bool   buffer_any(const struct buffer *);
void   buffer_gone(struct buffer *, size_t n);  /* `n` of its bytes are; they are wiped */

#endif
