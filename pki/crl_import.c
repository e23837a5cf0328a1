/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/crl_import.c -- a CRL by hand: read in whatever form it comes, checked against its CA, and put on the shelf. */
#include "pki/cert.h"
#include "pki/crl_shelf.h"
#include "pki/key.h"
#include "pki/revocation.h"
#include <errno.h>
#include <stdlib.h>
#include <openssl/err.h>
#include <openssl/pem.h>

OWNER(crl_free, X509_CRL, X509_CRL_free)

/* PEM, DER, or base 64 without its header lines. */
static X509_CRL *
read_crl(const void *bytes, size_t n)
{
	OWNED(bio_free) BIO *in = BIO_new_mem_buf(bytes, (int)n);
	X509_CRL *crl = in ? PEM_read_bio_X509_CRL(in, NULL, NULL, NULL) : NULL;
	const uint8_t *p = bytes;
	struct der der = { NULL, 0 };
	char why[160];

	if (!crl)
		crl = d2i_X509_CRL(NULL, &p, (long)n);
	if (!crl)
		der.bytes = malloc(n);
	if (der.bytes && base64_decode(bytes, (const char *)bytes + n, 1, &der, why, sizeof(why)) == 0) {
		p = der.bytes;
		crl = d2i_X509_CRL(NULL, &p, (long)der.size);
	}
	der_clear(&der);
	ERR_clear_error();
	return crl;
}

int
pki_crl_import(struct pki *p, const char *name, const void *bytes, size_t n, const struct der *ca,
    struct pki_crl_info *info, char *why, size_t size)
{
	OWNED(x509_free) X509 *issuer = cert_open(ca->bytes, ca->size);
	OWNED(crl_free) X509_CRL *list = n && n <= PKI_CRL_BYTES ? read_crl(bytes, n) : NULL;

	if (!issuer || !list)
		return pki_why(why, size, -EINVAL, issuer ? "this is no CRL in PEM, base 64 or DER"
		                                          : "the CA certificate cannot be read");
	revocations_describe(list, info);
	if (!crl_is_of(list, issuer))
		return pki_why(why, size, -EINVAL, "the CRL is of %.100s, and not signed by the CA of trustpoint %s",
		    info->issuers ? info->issuer[0] : "nobody", name);
	if (crl_has_ended(list, 0))
		return pki_why(why, size, -EINVAL, "the CRL has ended: its CA has to publish a new one");
	return crl_shelf_put(revocations_shelf(pki_revocations(p)), name, list, why, size);
}

int
pki_crl_drop(struct pki *p, const char *name)
{
	return crl_shelf_drop(revocations_shelf(pki_revocations(p)), name);
}

void
pki_crl_source(struct pki *p, pki_crl_source_h *source, void *arg)
{
	crl_shelf_source(revocations_shelf(pki_revocations(p)), source, arg);
}
