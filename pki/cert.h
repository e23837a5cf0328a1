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

/* Bytes as base 64 in lines of 64 characters. */
void base64_print(const struct der *, FILE *);

#endif
