/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/box.c -- talking to the box: one frame out, one frame in. */
#include "shell/terminal/box.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
wait_for(struct box *b, short events)
{
	struct pollfd p = {.fd = b->fd, .events = events};

	while (poll(&p, 1, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int
box_send(struct box *b, struct wire_out *out)
{
	int rc;

	while ((rc = wire_flush(out, b->fd)) == 0)
		if ((rc = wait_for(b, POLLOUT)) < 0)
			break;
	return rc < 0 ? rc : 0;
}

void
box_open(struct box *b, int fd)
{
	b->fd = fd;
	b->owed = 0;
	wire_in_init(&b->in);
}

int
box_connect(struct box *b, const char *path)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd, rc = 0;

	if (strlen(path) >= sizeof(un.sun_path))
		return -ENAMETOOLONG;
	strcpy(un.sun_path, path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	box_open(b, fd);
	return 0;
}

void
box_close(struct box *b)
{
	close(b->fd);
	b->fd = -1;
	explicit_bzero(&b->in, sizeof(b->in));
}

int
box_hello(struct box *b, int flags, int rows, int columns)
{
	struct wire_out out;

	wire_begin(&out, WIRE_HELLO);
	wire_put_u8(&out, WIRE_VERSION);
	wire_put_u8(&out, flags);
	wire_put_u16(&out, rows);
	wire_put_u16(&out, columns);
	wire_put_u32(&out, BOX_CREDIT);
	return box_send(b, &out);
}

int
box_resize(struct box *b, int rows, int columns)
{
	struct wire_out out;

	wire_begin(&out, WIRE_RESIZE);
	wire_put_u16(&out, rows);
	wire_put_u16(&out, columns);
	return box_send(b, &out);
}

int
box_interrupt(struct box *b, bool at_prompt)
{
	struct wire_out out;

	wire_begin(&out, WIRE_INTERRUPT);
	wire_put_u8(&out, at_prompt);
	return box_send(b, &out);
}

int
box_say(struct box *b, enum wire_type type, const char *text)
{
	struct wire_out out;
	int rc;

	wire_begin(&out, type);
	if (type == WIRE_BYE)
		wire_put_u8(&out, 0);
	wire_put(&out, text, strlen(text));
	rc = box_send(b, &out);
	explicit_bzero(out.bytes, out.size); /* a line may hold a secret too */
	return rc;
}

int
box_answer(struct box *b, uint8_t serial, const char *text)
{
	struct wire_out out;
	int rc;

	wire_begin(&out, WIRE_ANSWER);
	wire_put_u8(&out, serial);
	wire_put(&out, text, strlen(text));
	rc = box_send(b, &out);
	explicit_bzero(out.bytes, out.size);
	return rc;
}

/* A quarter of the window at a time, so that neither side waits nor chatters. */
int
box_shown(struct box *b, size_t size)
{
	struct wire_out out;

	b->owed += size;
	if (b->owed < BOX_CREDIT / 4)
		return 0;
	wire_begin(&out, WIRE_CREDIT);
	wire_put_u32(&out, b->owed);
	b->owed = 0;
	return box_send(b, &out);
}

int
box_next(struct box *b, struct wire_frame *f)
{
	int rc;

	while ((rc = wire_next(&b->in, f)) == 0) {
		rc = wire_fill(&b->in, b->fd);
		if (rc < 0)
			return rc == -EAGAIN ? 0 : rc;
	}
	return rc;
}

int
box_wait(struct box *b, struct wire_frame *f)
{
	int rc;

	while ((rc = box_next(b, f)) == 0)
		if ((rc = wait_for(b, POLLIN)) < 0)
			break;
	return rc;
}
