/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/pty.c -- see pty.h. */
#include "shell/terminal/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* ---- buffers ------------------------------------------------------------------------------- */

size_t
buffer_room(const struct buffer *b)
{
	return b->size - (b->used - b->head);
}

bool
buffer_put(struct buffer *b, const char *bytes, size_t size)
{
	if (size > buffer_room(b))
		return false;
	if (size > b->size - b->used) {
		memmove(b->bytes, b->bytes + b->head, b->used - b->head);
		b->used -= b->head;
		b->head = 0;
	}
	memcpy(b->bytes + b->used, bytes, size);
	b->used += size;
	return true;
}

bool
buffer_any(const struct buffer *b)
{
	return b->head < b->used;
}

void
buffer_gone(struct buffer *b, size_t n)
{
	explicit_bzero(b->bytes + b->head, n); /* keys may be of a password */
	b->head += n;
	if (b->head == b->used)
		b->head = b->used = 0;
}

/* ---- the pair ------------------------------------------------------------------------------ */

/* Quiet before anything can arrive: the line discipline echoes nothing and means nothing. */
static void
quiet(int slave)
{
	struct termios raw;

	if (tcgetattr(slave, &raw) < 0)
		return;
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
}

int
pty_open(int *master, int *slave)
{
	char name[64];

	*master = *slave = -1;
	if ((*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return -errno;
	if (grantpt(*master) < 0 || unlockpt(*master) < 0 ||
	    ptsname_r(*master, name, sizeof(name)) != 0 ||
	    (*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return -errno;
	fcntl(*master, F_SETFL, O_NONBLOCK);
	quiet(*slave);
	return 0;
}
