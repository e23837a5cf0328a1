/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca.h -- what a certificate authority signs: its own certificate, those of others out of
 * PKCS#10 requests, and revocation lists (RFC 5280, RFC 2986).  Nothing here keeps anything:
 * ca_base.h does.  The private key is that of a label of the key table and stays there.
 * 0 or -errno with words in `why'; a struct der that is handed out is the caller's. */
#ifndef PKI_CA_H
#define PKI_CA_H

#include "pki/pki.h"

enum { CA_NAME = 65, CA_SUBJECT = 512, CA_REQUEST_MOST = 16384, CA_SMALLEST_RSA = 1024,
	CA_LARGEST_RSA = 8192 };

/* Extended key usages, as bits: the order of ca_eku_words(). */
enum ca_eku {
	CA_EKU_SERVER = 1 << 0, CA_EKU_CLIENT = 1 << 1, CA_EKU_CODE = 1 << 2, CA_EKU_EMAIL = 1 << 3,
	CA_EKU_IPSEC_END = 1 << 4, CA_EKU_IPSEC_TUNNEL = 1 << 5, CA_EKU_IPSEC_USER = 1 << 6,
	CA_EKU_OCSP = 1 << 7, CA_EKU_SSH_CLIENT = 1 << 8, CA_EKU_SSH_SERVER = 1 << 9,
	CA_EKU_TIME = 1 << 10,
	CA_EKU_RA = 1 << 11,            /* cmcRA (RFC 6402): it may speak for the CA; of registration authorities alone */
	/* Of who asks for nothing else: both ends of a TLS trunk, and IPsec. */
	CA_EKU_USUAL = CA_EKU_SERVER | CA_EKU_CLIENT | CA_EKU_IPSEC_END
};

/* Who signs. */
struct ca_signer {
	struct pki *pki;
	const char *label;              /* of the key */
	const struct der *cert;         /* the CA's */
	const char *hash;               /* "sha256" */
};

/* ---- the CA's own certificate -------------------------------------------------------------- */

struct ca_wish {
	const char *label, *hash;
	const char *issuer_name;        /* "cn=Example CA,o=Example", as typed */
	uint64_t serial;
	int64_t lifetime_s;
	const struct der *after;        /* NULL, or the certificate that it follows: it takes over the name of that
	                                   one (issuer_name is not looked at) and begins when that one ends */
};
int ca_self(struct pki *, const struct ca_wish *, struct der *cert, char *why, size_t size);

/* ---- requests ------------------------------------------------------------------------------ */

/* What the certificate is for: a CA below ours, a registration authority (by its name: `ioscs RA'), anything else. */
enum ca_kind { CA_FOR_END, CA_FOR_CA, CA_FOR_RA };
struct ca_asked {
	enum ca_kind kind;
	char subject[CA_SUBJECT];       /* "hostname=edge1.example.com,cn=edge1" */
	uint8_t md5[16], sha256[32];    /* of the request */
	uint8_t key[32];                /* SHA-256 of its public key */
	char password[128];             /* its challenge; "": none.  Who has read it wipes it */
};
/* A request in pasted text: PEM, or base 64 alone. */
int ca_request_from_text(const char *text, struct der *, char *why, size_t size);
/* It is one, made by the owner of its key (the signature is good), of a key that is worth it. */
int ca_request_read(const struct der *, struct ca_asked *, char *why, size_t size);
/* A part of a name ("ou=ioscs RA") by which IOS knows a registration authority. */
bool ca_is_ra_name(const char *rdn);

/* ---- certificates -------------------------------------------------------------------------- */

struct ca_terms {
	uint64_t serial;
	int64_t lifetime_s;             /* cut where the CA's own certificate ends */
	uint32_t ekus;
	const char *cdp;                /* where the CRL is; NULL or "": not said */
	bool ca;                        /* it is for a CA: without EKUs, and no deeper than ours allows */
};
int ca_issue(const struct ca_signer *, const struct der *request, const struct ca_terms *,
    struct der *cert, char *why, size_t size);

/* ---- revocation lists ---------------------------------------------------------------------- */

struct ca_revoked { uint64_t serial; int64_t at_s; };
struct ca_crl {
	uint64_t number;
	int64_t this_s, next_s;
	struct ca_revoked *of;          /* by serial; free() */
	size_t count;
};
int  ca_crl_sign(const struct ca_signer *, const struct ca_crl *, struct der *, char *why,
         size_t size);
/* Only a list that was signed by this CA certificate. */
int  ca_crl_read(const struct der *, const struct der *cert, struct ca_crl *, char *why, size_t size);
bool ca_crl_has(const struct ca_crl *, uint64_t serial);

/* ---- words --------------------------------------------------------------------------------- */

/* The serial number of a certificate that this room has issued; 0: it has a larger one. */
uint64_t ca_serial(const struct der *cert);
/* "cn=Example CA,o=Example" of its subject. */
void ca_subject(const struct der *cert, char *text, size_t size);
/* Any PEM of ours. */
void ca_pem(const char *what, const struct der *, FILE *);

#endif
