/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/pem.c -- pasted text: refused with a reason, or a certificate of which all can be
 * told. */
#include "tests/fuzz/fuzz.h"

#include "pki/pki.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), why[256] = "", *pem = NULL;
	struct pki_cert_info info;
	struct der der = { 0 }, again = { 0 };
	size_t n;
	FILE *out;

	if (pki_cert_from_text(text, &der, why, sizeof(why)) < 0) {
		HOLDS(*why && !der.bytes);
		pki_cert_from_der((const uint8_t *)text, size, why, sizeof(why));
		free(text);
		return 0;
	}
	HOLDS(pki_cert_from_der(der.bytes, der.size, why, sizeof(why)) == 0);
	if (pki_cert_info(&der, &info) == 0) {
		HOLDS(info.issuers <= PKI_NAMES && info.san_dnss <= PKI_SANS);
		HOLDS(strlen(info.serial) < sizeof(info.serial));
	}
	pki_cert_issued_by(&der, &der);
	out = open_memstream(&pem, &n);
	pki_cert_pem(&der, out);
	fclose(out);
	HOLDS(pki_cert_from_text(pem, &again, why, sizeof(why)) == 0);
	HOLDS(again.size == der.size && !memcmp(again.bytes, der.bytes, der.size));
	free(pem);
	der_clear(&again);
	der_clear(&der);
	free(text);
	return 0;
}
