/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/crl_shelf.h -- CRLs that need no network: those that were put here by hand, kept in NVRAM/crls, and those of
 * the CAs of this box itself, which are asked for when they are needed. */
#ifndef PKI_CRL_SHELF_H
#define PKI_CRL_SHELF_H

#include "pki/openssl.h"
#include <openssl/x509.h>

struct crl_shelf;

int  crl_shelf_new(struct crl_shelf **, const char *nvram); /* reads what is there; 0; -ENOMEM */
void crl_shelf_free(struct crl_shelf *);

/* See pki_crl_import(). */
int  crl_shelf_put(struct crl_shelf *, const char *name, X509_CRL *, char *why, size_t size);
int  crl_shelf_drop(struct crl_shelf *, const char *name); /* -ENOENT */
/* See pki_crl_source(). */
void crl_shelf_source(struct crl_shelf *, pki_crl_source_h *, void *arg);

/* X509_CRL_free() it.  Of that CA: signed by it and not ended; NULL: there is none. */
X509_CRL *crl_shelf_of(struct crl_shelf *, X509 *issuer);
X509_CRL *crl_shelf_own(struct crl_shelf *, X509 *issuer);
/* The n-th that was put there, and the name by which; NULL: there are no more. */
X509_CRL *crl_shelf_nth(struct crl_shelf *, size_t n, char name[65], time_t *since);

/* Is a CRL signed by this CA, which may do so?  And has it ended? */
bool crl_is_of(X509_CRL *, X509 *issuer);
bool crl_has_ended(X509_CRL *, uint32_t extend_s);   /* so long after its nextUpdate */

#endif
