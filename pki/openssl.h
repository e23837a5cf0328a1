/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/openssl.h -- this room's manners with OpenSSL: objects that free themselves when they leave
 * their block (hand over by clearing the local), and its error queue turned into words.  Whoever
 * fails here leaves the queue of the thread empty, because SSL_get_error() reads the same one. */
#ifndef PKI_OPENSSL_H
#define PKI_OPENSSL_H

#include <stddef.h>
#include <stdint.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include "pki/pki.h"

#define OWNED(free_fn) __attribute__((cleanup(free_fn)))

/* clang-format off */
#define OWNER(fn, type, free_fn) static inline void fn(type **p) { free_fn(*p); }
OWNER(bio_free, BIO, BIO_free)
OWNER(bn_free, BIGNUM, BN_free)
OWNER(pkey_free, EVP_PKEY, EVP_PKEY_free)
OWNER(pkey_ctx_free, EVP_PKEY_CTX, EVP_PKEY_CTX_free)
OWNER(x509_free, X509, X509_free)
OWNER(x509_req_free, X509_REQ, X509_REQ_free)
OWNER(name_free, X509_NAME, X509_NAME_free)
OWNER(extension_free, X509_EXTENSION, X509_EXTENSION_free)
OWNER(object_free, ASN1_OBJECT, ASN1_OBJECT_free)
OWNER(bits_free, ASN1_BIT_STRING, ASN1_BIT_STRING_free)
OWNER(eku_free, EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free)
OWNER(general_names_free, GENERAL_NAMES, GENERAL_NAMES_free)
OWNER(crl_points_free, CRL_DIST_POINTS, CRL_DIST_POINTS_free)
OWNER(access_free, AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free)
OWNER(ssl_ctx_free, SSL_CTX, SSL_CTX_free)
OWNER(bytes_free, unsigned char, OPENSSL_free)

static inline void
chain_free(STACK_OF(X509) **list)
{
	sk_X509_pop_free(*list, X509_free);
}

static inline void
extensions_free(STACK_OF(X509_EXTENSION) **list)
{
	sk_X509_EXTENSION_pop_free(*list, X509_EXTENSION_free);
}
/* clang-format on */

/* Fills `why` and returns `rc`: "return pki_why(why, size, -EINVAL, ...)". */
int pki_why(char *why, size_t size, int rc, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The same, and the oldest error of OpenSSL's queue after it ("...: string too long"); empties the
 * queue; -EINVAL, or -ENOMEM when that was the error. */
int openssl_why(char *why, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A malloc()ed copy. */
int der_copy(struct der *, const void *bytes, size_t size);

#endif
