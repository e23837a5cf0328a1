/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/scep_own.h -- what both ends of SCEP read messages by: scep.c, and scep_client.c. */
#ifndef PKI_SCEP_OWN_H
#define PKI_SCEP_OWN_H

#include "pki/openssl.h"
#include <openssl/cms.h>

/* CMS of that type in DER, with nothing behind it, of `most' bytes at most; free it.  NULL: it is none. */
CMS_ContentInfo *scep_cms(const void *bytes, size_t count, size_t most, int nid);
/* The signed attribute of that type, which has to be there once; the signer's.  NULL. */
const ASN1_STRING *scep_attribute(CMS_SignerInfo *, const char *oid, int type);

#endif
