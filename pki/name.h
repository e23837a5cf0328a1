/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/name.h -- distinguished names as IOS writes and prints them: most specific first, which is
 * the reverse of their order in the DER. */
#ifndef PKI_NAME_H
#define PKI_NAME_H

#include "pki/openssl.h"

/* Text that a peer wrote, made safe for a terminal: control characters and broken UTF-8 become
 * \XX, too long is cut between characters. */
void name_escape(const uint8_t *bytes, size_t count, char *text, size_t size);

/* One "cn=Example" per RDN, the parts of a multi-valued one joined by '+'; the number of them. */
int name_rdns(const X509_NAME *, char rdns[][PKI_NAME], int max);

/* The most specific common name, "" when there is none. */
void name_common(const X509_NAME *, char *text, size_t size);

/* For a sentence: "CN=cucm1"; without common name all of it: "O=Example,C=DE". */
void name_brief(const X509_NAME *, char *text, size_t size);

/* Adds "cn=edge1,o=\"Example, Inc.\",c=DE" (types in any case, quotes, backslashes) under what is
 * there, so that the first typed stays the most specific of them. */
int name_parse(X509_NAME *, const char *typed, char *why, size_t size);

/* Adds one that is more specific than all before. */
int name_add(X509_NAME *, const char *type, const char *value, char *why, size_t size);

#endif
