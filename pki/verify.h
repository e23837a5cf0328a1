/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/verify.h -- whom an SSL_CTX trusts, and what became of one peer's certificate. */
#ifndef PKI_VERIFY_H
#define PKI_VERIFY_H

#include "pki/openssl.h"

/* Puts the anchors of `profile` into `ctx`, and our verification with them; `level` is the least
 * strength of keys (OpenSSL's security level). */
int verify_install(SSL_CTX *ctx, const struct pki_profile *profile, int level, char *why,
    size_t size);

/* The peer of a server that sent none, though it was asked. */
extern const char verify_no_certificate[];

#endif
