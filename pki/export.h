/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/export.h -- private keys on their way out: only exportable ones, only encrypted. */
#ifndef PKI_EXPORT_H
#define PKI_EXPORT_H

#include "pki/bundle.h"

enum { PKI_PASSPHRASE_LEAST = 8 };      /* characters, as IOS asks */

enum pki_cipher { PKI_CIPHER_AES, PKI_CIPHER_3DES, PKI_CIPHER_DES };

struct pki_export {
	const char *label;              /* of the key pair */
	const char *passphrase;
	const char *name;               /* PKCS#12: the friendly name */
	const struct der *own;          /* PKCS#12: our certificate */
	const struct der *chain;        /* and what stands above it */
	size_t chains;
	enum pki_cipher cipher;         /* PEM */
};

/* Both: 0; -ENOENT: no such key; -EPERM: it is not exportable; -EINVAL: the passphrase is too short;
 * -ENOTSUP: OpenSSL has not got that cipher here. */

/* The key pair as encrypted PKCS#8 (PBES2, PBKDF2 with SHA-256) in PEM, malloc()ed. */
int pki_key_pem(struct pki *, const struct pki_export *, char **pem, char *why, size_t size);
/* Key pair, certificate and chain, AES-256 and SHA-256. */
int pki_pkcs12(struct pki *, const struct pki_export *, struct der *, char *why, size_t size);
/* The public half in PEM, malloc()ed; anybody may have it.  -ENOENT. */
int pki_key_public_pem(struct pki *, const char *label, char **pem, char *why, size_t size);

/* ---- `crypto key encrypt | decrypt | lock | unlock' ---- */

/* A passphrase of its own for the private half: in NVRAM it is encrypted with it at once, and after a
 * restart it is locked.  -EINVAL: too short; -EEXIST: it has one. */
int pki_key_guard(struct pki *, const char *label, const char *passphrase, char *why, size_t size);
/* -EACCES: another passphrase; -ENOENT: it has none; these three. */
int pki_key_unguard(struct pki *, const char *label, const char *passphrase, char *why, size_t size);
int pki_key_lock(struct pki *, const char *label, const char *passphrase, char *why, size_t size);
int pki_key_unlock(struct pki *, const char *label, const char *passphrase, char *why, size_t size);

/* This room's: a private half encrypted, malloc()ed PEM. */
int export_seal(struct evp_pkey_st *, const char *passphrase, char **pem, char *why, size_t size);

/* This room's: a count of the pair, if it may leave. */
int export_hold(struct pki *, const struct pki_export *, struct evp_pkey_st **, char *why, size_t size);

#endif
