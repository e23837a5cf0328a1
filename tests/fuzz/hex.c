/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/hex.c -- the lines of a certificate in `crypto pki certificate chain'. */
#include "tests/fuzz/fuzz.h"

#include "pki/bundle.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *rest = text, *line, why[256];
	struct der d = { 0 };
	size_t digits = 0;
	int rc = 0;

	while (rc == 0 && (line = strsep(&rest, "\n"))) {
		rc = pki_hex_add(&d, line);
		for (const char *c = line; *c; c++)
			digits += !strchr(" \t\r\v\f", *c);
	}
	HOLDS(rc != 0 || d.size * 2 == digits);
	HOLDS(d.size <= 65536);
	if (d.size)
		pki_cert_from_der(d.bytes, d.size, why, sizeof(why));
	der_clear(&d);
	free(text);
	return 0;
}
