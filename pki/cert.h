/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cert.h -- certificates as OpenSSL objects, for this room. */
#ifndef PKI_CERT_H
#define PKI_CERT_H

#include "pki/openssl.h"

/* NULL unless the bytes are one whole certificate; leaves the error queue empty. */
X509 *cert_open(const uint8_t *bytes, size_t size);

/* Name and signature; dates and extensions do not matter here. */
bool cert_issued_by(X509 *, X509 *ca);

/* It may issue: basicConstraints say so, or it is a self-signed one of before there were any. */
bool cert_is_ca(X509 *);
void cert_info(X509 *, struct pki_cert_info *);

/* "0A12", as IOS prints it. */
void cert_serial(const X509 *, char *text, size_t size);
time_t cert_time(const ASN1_TIME *);

/* Why the bytes are not a certificate: "this is a certificate request, not a certificate". */
const char *cert_other_kind(const uint8_t *bytes, size_t size);

/* Base 64 between `p' and `end', white space anywhere in it, into `out', which has room for as many
 * bytes as there are characters.  `line': the number of the first, for `why'.  0; -EINVAL. */
int base64_decode(const char *p, const char *end, int line, struct der *out, char *why,
    size_t size);

/* Bytes as base 64 in lines of 64 characters. */
void base64_print(const struct der *, FILE *);

#endif
