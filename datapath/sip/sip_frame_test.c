/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/sip_frame_test.c -- messages in a stream: whole, torn at every byte, glued together,
 * with keepalives between them; and what is no SIP. */
#include "datapath/sip/frame.h"
#include "datapath/sip/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static const char invite[] = "INVITE sip:1@a SIP/2.0\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\r\n"
    "Content-Length: 5\r\n\r\nv=0\r\n";
static const char compact[] = "SIP/2.0 200 OK\r\nv: SIP/2.0/TLS a;branch=z9hG4bK1\r\nl :  3 \r\n\r\nabc";

/* clang-format off */
static const struct row { const char *bytes; enum frame frame; size_t size; } rows[] = {
	{ "",                                FRAME_MORE, 0 },
	{ "\r\n\r\n",                        FRAME_PING, 4 },
	{ "\r\n\r\nINVITE",                  FRAME_PING, 4 },
	{ "\r\nINVITE sip:",                 FRAME_PONG, 2 },
	{ "\r",                              FRAME_MORE, 0 },
	{ "INVITE sip:",                     FRAME_MORE, 0 },
	{ "\x16\x03\x01 tls",                FRAME_BAD,  0 },
	{ "INVITE sip:a SIP/2.0\r\nContent-Length: x\r\n\r\n",       FRAME_BAD, 0 },
	{ "INVITE sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",      FRAME_BAD, 0 },
	{ "INVITE sip:a SIP/2.0\r\nContent-Length: 9999999\r\n\r\n", FRAME_BAD, 0 },
	{ "INVITE sip:a SIP/2.0\r\nContent-Length: 70000\r\n\r\n",   FRAME_BAD, 0 },
	{ "BYE sip:a SIP/2.0\r\n\r\n",       FRAME_MESSAGE, 21 },
};
/* clang-format on */

static void
check(bool good, const char *what, size_t n)
{
	if (good)
		return;
	printf("frame: %s (%zu)\n", what, n);
	failures++;
}

/* Every first part of a message wants more; with its last byte it is whole. */
static void
torn(const char *message, size_t size)
{
	size_t n;

	for (size_t have = 1; have < size; have++) {
		char *copy = malloc(have);      /* its own block: a byte too far is seen */

		memcpy(copy, message, have);
		check(frame_next(copy, have, &n) == FRAME_MORE, "torn, it does not wait", have);
		free(copy);
	}
	check(frame_next(message, size, &n) == FRAME_MESSAGE && n == size, "whole, it is not", size);
}

static void
headers(void)
{
	size_t n = 0;
	const char *v = frame_header(compact, sizeof(compact) - 1, "Via", "v", &n);

	check(v && n == 29 && !strncmp(v, "SIP/2.0/TLS", 11), "the compact Via", n);
	check(!frame_header(compact, sizeof(compact) - 1, "To", "t", &n), "a header of the body", n);
	check(!frame_header("abc", 3, "To", "t", &n), "a cut line", n);
}

static void
mutated(void)
{
	char bytes[sizeof(invite)];
	size_t n;

	srand(1);
	for (int i = 0; i < 200000; i++) {
		memcpy(bytes, invite, sizeof(invite));
		for (int k = rand() % 4; k >= 0; k--)
			bytes[(size_t)rand() % (sizeof(invite) - 1)] = (char)rand();
		if (frame_next(bytes, sizeof(invite) - 1, &n) == FRAME_MESSAGE)
			check(n <= sizeof(invite) - 1, "longer than what is there", n);
	}
}

int
main(void)
{
	char large[SIP_MESSAGE_MOST + 16];
	size_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(frame_next(rows[i].bytes, strlen(rows[i].bytes), &n) == rows[i].frame &&
		    n == rows[i].size, rows[i].bytes, n);
	torn(invite, sizeof(invite) - 1);
	torn(compact, sizeof(compact) - 1);
	memset(large, 'A', sizeof(large));
	memcpy(large, "INVITE ", 7);
	check(frame_next(large, sizeof(large), &n) == FRAME_BAD, "headers without an end", n);
	headers();
	mutated();
	printf("frame: %d failures\n", failures);
	return failures != 0;
}
