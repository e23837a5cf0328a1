/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/bundle_own.h -- what the readers of a bundle share. */
#ifndef PKI_BUNDLE_OWN_H
#define PKI_BUNDLE_OWN_H

#include "pki/bundle.h"
#include "pki/openssl.h"

/* One reading.  Functions return 0, or -errno with the reason in `why'. */
struct bundle_reader {
	struct pki_bundle *to;
	enum pki_bundle_want want;
	const char *passphrase;         /* NULL: none */
	const char *other;              /* what stood there and is of no use; NULL: nothing */
	/* A library context of its own, with the legacy provider where there is one: RC2, DES and
	 * their like open old files here and nowhere else in the process. */
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *base, *legacy;
	char *why;
	size_t size;
};

OSSL_LIB_CTX *bundle_lib(struct bundle_reader *);       /* NULL: no memory */

/* DER of whatever kind. */
int bundle_der(struct bundle_reader *, const uint8_t *bytes, size_t size);
int bundle_pkcs12(struct bundle_reader *, const uint8_t *bytes, size_t size);
/* A block with `Proc-Type: 4,ENCRYPTED' in a text of its own. */
int bundle_old_key(struct bundle_reader *, const char *pem, size_t size);

int bundle_add(struct bundle_reader *, const X509 *);
int bundle_add_crl(struct bundle_reader *, const X509_CRL *);
/* Takes the count over.  What came of the private context is made anew in the box's. */
int bundle_add_key(struct bundle_reader *, EVP_PKEY *);
int bundle_add_encrypted(struct bundle_reader *, const X509_SIG *);

/* Deriving a key from a passphrase may cost what the file says: 0 when that is a sane number. */
int bundle_cost(struct bundle_reader *, const X509_ALGOR *);
int bundle_no_memory(struct bundle_reader *);
/* The text of a passphrase that is missing or wrong; -EACCES. */
int bundle_locked(struct bundle_reader *, const char *what);

#endif
