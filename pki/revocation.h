/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/revocation.h -- has a CA taken a certificate back?  By its CRL (RFC 5280 6.3) or its OCSP responder (RFC
 * 6960), in the order of `revocation-check'; what was fetched is kept until it ends. */
#ifndef PKI_REVOCATION_H
#define PKI_REVOCATION_H

#include "pki/openssl.h"
#include <openssl/ocsp.h>

struct revocations;
struct crl_shelf;

int  revocations_new(struct revocations **, const char *nvram); /* 0; -ENOMEM */
void revocations_free(struct revocations *);

enum revocation_state { REVOCATION_GOOD, REVOCATION_REVOKED, REVOCATION_UNKNOWN };

/* What the methods say of a certificate whose issuer is known to be right.  Blocks while something is fetched, five
 * seconds per address at most.  `why': of REVOKED by whom, when and why; of UNKNOWN what each method met. */
enum revocation_state revocation_of(struct revocations *, const struct pki_check *, X509 *, X509 *issuer,
    char *why, size_t size);

size_t revocations_crls(struct revocations *, struct pki_crl_info **list);
void   revocations_forget(struct revocations *);
size_t revocations_room(void);                 /* bytes */
/* Adds to what is counted of the peers that were judged; all of it since boot. */
struct pki_counters revocations_counters(struct revocations *, const struct pki_counters *more);
/* The servers that are being asked now, `room' of them at most; how many. */
size_t revocations_asked(struct revocations *, struct pki_session *, size_t room);
int    revocations_request(struct revocations *, X509 *, X509 *issuer, char *why, size_t size);

struct crl_shelf *revocations_shelf(struct revocations *);
void   revocations_describe(const X509_CRL *, struct pki_crl_info *);

/* The bytes of an OCSP responder about that certificate, judged: for revocation_of(), and for fuzzing.  asked: the request,
 * whose nonce an answer that has one has to repeat; NULL: it had none. */
enum revocation_state revocation_read_ocsp(const uint8_t *bytes, size_t size, OCSP_REQUEST *asked, X509 *, X509 *issuer,
    time_t *until, char *why, size_t why_size);

#endif
