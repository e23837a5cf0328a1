/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/hello.c -- a handshake message of a stranger: read as far as it goes, and never further. */
#include "tests/fuzz/fuzz.h"

#include "pki/hello.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);        /* so that a byte behind it is seen */
	struct hello h = { .heard = false };

	memcpy(copy, data, size);
	if (hello_read(copy, size, &h))
		HOLDS(h.version_count >= 1 || h.suite_count <= HELLO_SUITES);
	HOLDS(h.version_count <= HELLO_VERSIONS && h.suite_count <= HELLO_SUITES);
	HOLDS(memchr(h.sni, 0, sizeof(h.sni)));
	for (const char *p = h.sni; *p; p++)
		HOLDS(*p >= ' ' && *p <= '~');
	free(copy);
	return 0;
}
