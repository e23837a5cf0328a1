/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pool.h -- the trustpool: many anchors without names of their own, parsed once per change and shared by all
 * contexts.  OpenSSL finds them by their subject, so their number costs a handshake nothing. */
#ifndef PKI_POOL_H
#define PKI_POOL_H

#include "pki/openssl.h"

struct pool;

int  pool_new(struct pool **);  /* an empty one; 0; -ENOMEM */
void pool_free(struct pool *);
int  pool_set(struct pool *, const struct der *certs, size_t count);
/* A count of it, X509_STORE_free(); NULL: it is empty. */
X509_STORE *pool_hold(struct pool *);
unsigned pool_generation(struct pool *);
bool pool_look(struct pool *, struct pki_pool_info *);

#endif
