/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/wire_test.c -- frames split at every byte, hostile lengths, full sockets. */
#include "shell/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK(x)                                                                                   \
	do {                                                                                       \
		if (!(x)) {                                                                        \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x);                    \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

static struct wire_in in;
static struct wire_out out;

static void
feed(const void *bytes, size_t size)
{
	size_t room;
	uint8_t *p = wire_room(&in, &room);

	CHECK(room >= size);
	memcpy(p, bytes, size);
	wire_filled(&in, size);
}

static void
make_ask(const char *question)
{
	wire_begin(&out, WIRE_ASK);
	wire_put_u8(&out, 7);
	wire_put_u8(&out, WIRE_SILENT);
	wire_put(&out, question, strlen(question));
}

static void
test_split_everywhere(void)
{
	uint8_t two[64];
	size_t n;
	char text[32];
	struct wire_frame f;

	make_ask("Password: ");
	n = out.size;
	memcpy(two, out.bytes, n);
	wire_begin(&out, WIRE_CREDIT);
	wire_put_u32(&out, 0x01020304);
	memcpy(two + n, out.bytes, out.size);
	n += out.size;
	for (size_t cut = 0; cut <= n; cut++) {
		int frames = 0;

		wire_in_init(&in);
		feed(two, cut);
		for (int half = 0; half < 2; half++) {
			while (wire_next(&in, &f) == 1) {
				if (frames++ == 0) {
					CHECK(f.type == WIRE_ASK && wire_u8(&f, 0) == 7);
					CHECK(wire_u8(&f, 1) == WIRE_SILENT);
					CHECK(wire_text(&f, 2, text, sizeof(text)) == 0);
					CHECK(!strcmp(text, "Password: "));
				} else {
					CHECK(f.type == WIRE_CREDIT);
					CHECK(wire_u32(&f, 0) == 0x01020304);
				}
			}
			if (!half)
				feed(two + cut, n - cut);
		}
		CHECK(frames == 2);
	}
}

static void
test_byte_by_byte(void)
{
	struct wire_frame f;
	size_t n;

	make_ask("Overwrite? ");
	n = out.size;
	wire_in_init(&in);
	for (int again = 0; again < 8000; again++) {
		for (size_t i = 0; i < n; i++) {
			CHECK(wire_next(&in, &f) == 0);
			feed(out.bytes + i, 1);
		}
		CHECK(wire_next(&in, &f) == 1 && f.size == n - WIRE_HEAD);
	}
}

static int
verdict(uint32_t length, uint8_t type)
{
	const uint8_t head[] = {length >> 24, length >> 16, length >> 8, length, type};
	struct wire_frame f;

	wire_in_init(&in);
	feed(head, sizeof(head));
	return wire_next(&in, &f);
}

static void
test_hostile(void)
{
	static const uint32_t lengths[] = {
	    WIRE_MAX + 1, 65536, 0x7fffffff, 0x80000000, 0xfffffffb, 0xffffffff};

	for (int type = 0; type < 256; type++) {
		for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
			CHECK(verdict(lengths[i], type) == -EPROTO);
		if (type == 0 || type >= WIRE_TYPES)
			CHECK(verdict(1, type) == -EPROTO);
	}
	CHECK(verdict(9, WIRE_HELLO) == -EPROTO && verdict(11, WIRE_HELLO) == -EPROTO);
	CHECK(verdict(10, WIRE_HELLO) == 0);
	CHECK(verdict(0, WIRE_LINE) == 1 && verdict(WIRE_LINE_MAX + 1, WIRE_LINE) == -EPROTO);
	CHECK(verdict(0, WIRE_OUTPUT) == -EPROTO && verdict(3, WIRE_CREDIT) == -EPROTO);
}

static void
test_texts(void)
{
	struct wire_frame f = {WIRE_LINE, (uint8_t *)"ab\0c", 4};
	char text[5];

	CHECK(wire_text(&f, 0, text, sizeof(text)) == -EPROTO);
	CHECK(wire_text(&f, 3, text, sizeof(text)) == 0 && !strcmp(text, "c"));
	CHECK(wire_text(&f, 4, text, sizeof(text)) == 0 && !*text);
	CHECK(wire_text(&f, 9, text, sizeof(text)) == 0 && !*text);
	CHECK(wire_text(&f, 0, text, 4) == -E2BIG);
	CHECK(wire_u32(&f, 2) == 0x630000 && wire_u8(&f, 4) == 0);
}

static void
test_cut_when_too_long(void)
{
	static char big[WIRE_MAX + 100];
	struct wire_frame f;

	memset(big, 'x', sizeof(big));
	wire_begin(&out, WIRE_OUTPUT);
	wire_put(&out, big, sizeof(big));
	wire_put_u8(&out, 1);
	CHECK(out.size == WIRE_HEAD + WIRE_MAX);
	wire_in_init(&in);
	feed(out.bytes, out.size);
	CHECK(wire_next(&in, &f) == 1 && f.size == WIRE_MAX);
	wire_begin(&out, WIRE_LINE);
	wire_put(&out, big, sizeof(big));
	CHECK(out.size == WIRE_HEAD + WIRE_LINE_MAX);
}

static void
test_full_socket(void)
{
	static char big[WIRE_MAX];
	int fd[2], rc, got = 0, sent = 0;
	struct wire_frame f;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	wire_in_init(&in);
	CHECK(wire_fill(&in, fd[1]) == -EAGAIN);
	while (sent < 200) {
		memset(big, 'a' + sent % 26, sizeof(big));
		wire_begin(&out, WIRE_OUTPUT);
		wire_put(&out, big, 1 + sent * 80);
		while ((rc = wire_flush(&out, fd[0])) == 0) {
			CHECK(wire_fill(&in, fd[1]) > 0);
			while ((rc = wire_next(&in, &f)) == 1) {
				CHECK(f.size == 1 + (size_t)got * 80);
				CHECK(f.payload[f.size - 1] == 'a' + got % 26);
				got++;
			}
			CHECK(rc == 0);
		}
		CHECK(rc == 1);
		sent++;
	}
	close(fd[0]);
	while ((rc = wire_fill(&in, fd[1])) > 0)
		while (wire_next(&in, &f) == 1)
			got++;
	CHECK(rc == -EPIPE && got == sent);
	close(fd[1]);
	wire_begin(&out, WIRE_BYE);
	wire_put_u8(&out, 0);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	close(fd[1]);
	CHECK(wire_flush(&out, fd[0]) == -EPIPE);
	close(fd[0]);
}

int
main(void)
{
	test_split_everywhere();
	test_byte_by_byte();
	test_hostile();
	test_texts();
	test_cut_when_too_long();
	test_full_socket();
	puts("wire: passed");
	return 0;
}
