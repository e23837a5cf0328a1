/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/hello.h -- what a ClientHello offers and a ServerHello chooses (RFC 8446 4.1), read from the bytes of a
 * peer: nothing of them is believed but their own length. */
#ifndef PKI_HELLO_H
#define PKI_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HELLO_VERSIONS = 8, HELLO_SUITES = 96 };

struct hello {
	bool heard, client;
	uint16_t versions[HELLO_VERSIONS], suites[HELLO_SUITES]; /* as they stand there, GREASE left out */
	size_t version_count, suite_count;
	char sni[256]; /* printable, or "" */
};

/* `bytes': a whole handshake message.  false: it is neither, or broken; what was read before stays. */
bool hello_read(const uint8_t *bytes, size_t size, struct hello *);

#endif
