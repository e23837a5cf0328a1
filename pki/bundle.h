/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/bundle.h -- certificates, and perhaps a private key, as people have them.
 *
 * PEM with any text around it (mail, `openssl s_client', a terminal's log), several blocks of it,
 * indentation, CR, a byte order mark, UTF-16 of a Windows editor, no newline at the end; base 64
 * without header lines; DER; PKCS#7 in PEM or DER; PKCS#12; private keys in PKCS#8, PKCS#1, SEC 1,
 * encrypted or not.  The private key stays opaque: it goes into the table of keys by
 * pki_key_import() and is cleared with the bundle. */
#ifndef PKI_BUNDLE_H
#define PKI_BUNDLE_H

#include "pki/pki.h"

struct pki_bundle {
	/* Duplicates dropped, and in the order of chains: each certificate that has issued none of
	 * the others, in the order found, with those above it behind it (leaf ... root). */
	struct der *certs;
	size_t count;
	size_t duplicates;              /* that were dropped */
	struct der crl;                 /* the first revocation list; size 0: none */
	struct evp_pkey_st *key;        /* the private key (RSA or EC); NULL: none */
	bool encrypted;                 /* it was opened with the passphrase */
	struct der public_key;          /* the first public key (SubjectPublicKeyInfo); size 0: none */
};

enum pki_bundle_want {
	PKI_CERTIFICATES,               /* a private key is refused, so that its owner learns it */
	PKI_KEYS_TOO
};

enum { PKI_BUNDLE_BYTES = 4 << 20, PKI_BUNDLE_CERTS = 1024 };

/* Reads all that there is.  `passphrase' NULL: none was given.  0: at least one certificate or the
 * private key (with PKI_KEYS_TOO a public key will do) is in *b (clear it after); -EACCES: the passphrase is missing or wrong; -EBADMSG: it
 * is damaged; -EINVAL: it is something else; -E2BIG; -ENOMEM; `why' says what, never repeats a piece
 * of it, and *b is empty then. */
int  pki_bundle_read(struct pki_bundle *b, const void *bytes, size_t size, enum pki_bundle_want,
         const char *passphrase, char *why, size_t why_size);
void pki_bundle_clear(struct pki_bundle *);

/* Is the private key of the bundle the one of this certificate, of this public key? */
bool pki_bundle_fits(const struct pki_bundle *, const struct der *cert);
bool pki_bundle_fits_public(const struct pki_bundle *, const struct der *public_key);
bool pki_bundle_is_ec(const struct pki_bundle *);
/* The number of the certificate that it is the key of; -ENOENT: none. */
int  pki_bundle_own(const struct pki_bundle *);
/* The first certificate that may issue others and is no leaf's own; how authenticate chooses: the
 * issuer nearest to the first leaf, where the bundle has one.  Its number; -ENOENT: none is a CA. */
int  pki_bundle_ca(const struct pki_bundle *);
/* Takes certs[from..] away that do not belong to the chain that begins there: how many follow it. */
size_t pki_bundle_chain(const struct pki_bundle *, size_t from);

/* Keeps the private key of the bundle as key pair `label' (see pki_key_generate()).  -ENOENT: it has
 * none. */
int  pki_key_import(struct pki *, const char *label, const struct pki_bundle *, bool exportable,
         char *why, size_t size);

/* It may no longer be exported, and that cannot be taken back.  -ENOENT. */
int  pki_key_lock_in(struct pki *, const char *label, char *why, size_t size);

/* "3082 0A..": hexadecimal digits in groups, blanks between, as `crypto pki certificate chain' has
 * them, added to `d' (malloc()ed; der_clear()).  0; -EINVAL: something else stands there; -E2BIG;
 * -ENOMEM. */
int  pki_hex_add(struct der *d, const char *line);

#endif
