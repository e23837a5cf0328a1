/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/ocsp.c -- an OCSP responder that answers anything: what is not signed by the CA is worth nothing. */
#include "tests/fuzz/fuzz.h"

#include "pki/ca_test.h"
#include "pki/revocation.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static EVP_PKEY *key;
	static X509 *root, *leaf;
	char why[256] = "";
	time_t until;

	if (!root) {
		struct spec s = { .cn = "leaf" };

		root = test_root("Root", &key);
		leaf = test_issue(key, &s, root, key);
	}
	HOLDS(revocation_read_ocsp(data, size, NULL, leaf, root, &until, why, sizeof(why)) == REVOCATION_UNKNOWN);
	HOLDS(*why);
	return 0;
}
