/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/bundle.c -- whatever people have: refused with a reason and nothing kept, or
 * certificates that are whole, each once. */
#include "tests/fuzz/fuzz.h"

#include "pki/bundle.h"

static void
check(const struct pki_bundle *b)
{
	char why[256] = "";

	HOLDS(b->count || b->key || b->public_key.size);
	HOLDS(b->count <= PKI_BUNDLE_CERTS);
	for (size_t i = 0; i < b->count; i++) {
		HOLDS(pki_cert_from_der(b->certs[i].bytes, b->certs[i].size, why, sizeof(why)) == 0);
		for (size_t k = 0; k < i; k++)
			HOLDS(b->certs[i].size != b->certs[k].size ||
			    memcmp(b->certs[i].bytes, b->certs[k].bytes, b->certs[i].size));
	}
	HOLDS(pki_bundle_own(b) < (int)b->count && pki_bundle_ca(b) < (int)b->count);
	HOLDS(!b->count || pki_bundle_chain(b, 0) < b->count);
	if (b->public_key.size)
		pki_bundle_fits_public(b, &b->public_key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const passphrases[] = { NULL, "cisco12345" };
	char *text = fuzz_text(data, size), why[256];
	struct pki_bundle b;

	for (int want = PKI_CERTIFICATES; want <= PKI_KEYS_TOO; want++)
		for (size_t i = 0; i < 2; i++) {
			why[0] = '\0';
			if (pki_bundle_read(&b, text, size, want, passphrases[i], why, sizeof(why)) == 0)
				check(&b);
			else
				HOLDS(*why && !b.count && !b.key && !b.certs && !b.crl.bytes);
			HOLDS(want == PKI_KEYS_TOO || !b.key);
			pki_bundle_clear(&b);
		}
	free(text);
	return 0;
}
