/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/wire.c -- frames between a terminal and the box: bounded, in place, never blocking. */
#include "shell/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

/* What a payload may weigh.  A type without a row does not exist. */
static const struct {
	uint16_t least, most;
} limits[WIRE_TYPES] = {
    [WIRE_HELLO] = {10, 10},
    [WIRE_BYE] = {1, 1 + WIRE_PROMPT_MAX},
    [WIRE_LINE] = {0, WIRE_LINE_MAX},
    [WIRE_HELP] = {0, WIRE_LINE_MAX},
    [WIRE_COMPLETE] = {0, 1 + WIRE_LINE_MAX},
    [WIRE_OUTPUT] = {1, WIRE_MAX},
    [WIRE_ASK] = {2, 2 + WIRE_QUESTION_MAX},
    [WIRE_ANSWER] = {1, 1 + WIRE_LINE_MAX},
    [WIRE_INTERRUPT] = {1, 1},
    [WIRE_RESIZE] = {4, 4},
    [WIRE_LOG] = {1, WIRE_MAX},
    [WIRE_PROMPT] = {1, 1 + WIRE_PROMPT_MAX},
    [WIRE_CREDIT] = {4, 4},
    [WIRE_HISTORY] = {2, 2},
    [WIRE_SSH] = {1, 1 + WIRE_SSH_MAX},
    [WIRE_SECURED] = {0, 256},
    [WIRE_CLAIM] = {2, 2 + WIRE_USER_MAX + WIRE_SSH_MAX},
    [WIRE_VERDICT] = {1, 1},
    [WIRE_TRUST] = {1, WIRE_MAX},
    [WIRE_URL] = {1, 1 + WIRE_SSH_MAX},
    [WIRE_DATA] = {0, WIRE_MAX},
    [WIRE_HOST_KEY] = {3, WIRE_SSH_MAX},
    [WIRE_WIDTH] = {2, 2},
    [WIRE_OUTCOME] = {2, 2 + WIRE_PROMPT_MAX},
};

static uint32_t
load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void
store32(uint8_t *p, uint32_t value)
{
	p[0] = value >> 24, p[1] = value >> 16, p[2] = value >> 8, p[3] = value;
}

/* ---- reading ------------------------------------------------------------------------------- */

void
wire_in_init(struct wire_in *in)
{
	in->head = in->used = 0;
}

/* Half of the buffer holds the largest frame, so that after the move there is always room. */
uint8_t *
wire_room(struct wire_in *in, size_t *size)
{
	if (in->head == in->used) {
		in->head = in->used = 0;
	} else if (in->head > sizeof(in->bytes) / 2) {
		memmove(in->bytes, in->bytes + in->head, in->used - in->head);
		in->used -= in->head;
		in->head = 0;
	}
	*size = sizeof(in->bytes) - in->used;
	return in->bytes + in->used;
}

void
wire_filled(struct wire_in *in, size_t size)
{
	in->used += size;
}

int
wire_fill(struct wire_in *in, int fd)
{
	size_t size;
	uint8_t *room = wire_room(in, &size);
	ssize_t n;

	do
		n = recv(fd, room, size, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return -EPIPE;
	if (n < 0)
		return errno == EWOULDBLOCK ? -EAGAIN : -errno;
	wire_filled(in, n);
	return (int)n;
}

int
wire_next(struct wire_in *in, struct wire_frame *f)
{
	uint8_t *head = in->bytes + in->head, type;
	size_t have = in->used - in->head;
	uint32_t size;

	if (have < WIRE_HEAD)
		return 0;
	size = load32(head);
	type = head[4];
	if (type >= WIRE_TYPES || !limits[type].most || size < limits[type].least ||
	    size > limits[type].most)
		return -EPROTO;
	if (have - WIRE_HEAD < size)
		return 0;
	*f = (struct wire_frame){type, head + WIRE_HEAD, size};
	in->head += WIRE_HEAD + size;
	return 1;
}

uint8_t
wire_u8(const struct wire_frame *f, size_t at)
{
	return at < f->size ? f->payload[at] : 0;
}

uint16_t
wire_u16(const struct wire_frame *f, size_t at)
{
	return (uint16_t)(wire_u8(f, at) << 8 | wire_u8(f, at + 1));
}

uint32_t
wire_u32(const struct wire_frame *f, size_t at)
{
	return (uint32_t)wire_u16(f, at) << 16 | wire_u16(f, at + 2);
}

int
wire_text(const struct wire_frame *f, size_t at, char *buf, size_t size)
{
	size_t n = f->size > at ? f->size - at : 0;

	if (n >= size)
		return -E2BIG;
	if (n && memchr(f->payload + at, '\0', n))
		return -EPROTO;
	if (n)
		memcpy(buf, f->payload + at, n);
	buf[n] = '\0';
	return 0;
}

/* ---- writing ------------------------------------------------------------------------------- */

void
wire_begin(struct wire_out *out, enum wire_type type)
{
	store32(out->bytes, 0);
	out->bytes[4] = type;
	out->size = WIRE_HEAD;
	out->sent = 0;
}

void
wire_put(struct wire_out *out, const void *bytes, size_t size)
{
	size_t room = WIRE_HEAD + limits[out->bytes[4]].most - out->size;

	if (size > room)
		size = room;
	if (size)
		memcpy(out->bytes + out->size, bytes, size);
	out->size += size;
	store32(out->bytes, (uint32_t)(out->size - WIRE_HEAD));
}

void
wire_put_u8(struct wire_out *out, uint8_t value)
{
	wire_put(out, &value, 1);
}

void
wire_put_u16(struct wire_out *out, uint16_t value)
{
	wire_put_u8(out, value >> 8);
	wire_put_u8(out, value);
}

void
wire_put_u32(struct wire_out *out, uint32_t value)
{
	wire_put_u16(out, value >> 16);
	wire_put_u16(out, value);
}

int
wire_flush(struct wire_out *out, int fd)
{
	while (out->sent < out->size) {
		ssize_t n = send(
		    fd, out->bytes + out->sent, out->size - out->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0)
			out->sent += n;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			return 0;
		else if (errno != EINTR)
			return -errno;
	}
	return 1;
}
