/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/scep_client.h -- the messages of SCEP (RFC 8894) as one that enrolls writes and reads them; fetch.h carries
 * them.
 *
 * An answer counts only when it is signed by the CA of the trustpoint or by a registration authority that this CA
 * has certified, belongs to this transaction and this nonce, and, where it grants, brings a certificate of that CA
 * for our key.  Anything else is refused with words. */
#ifndef PKI_SCEP_CLIENT_H
#define PKI_SCEP_CLIENT_H

#include "pki/bundle.h"
#include "pki/scep.h"

enum { SCEP_RAS = 4, SCEP_ID = 33, SCEP_ANSWER_MOST = 1 << 20 };

/* What the CA can do; all false: it does not say. */
struct scep_caps { bool post, aes, sha256, sha1, des3, renewal, next; };
void scep_caps_read(struct scep_caps *, const char *text, size_t size);

struct scep_order {
	struct pki *pki;
	const char *label;              /* of the key that is to be certified; NULL: that of the request, which is not
	                                   ours (a registration authority passes it on) */
	const struct der *request;      /* PKCS#10 (PKCSReq, RenewalReq) */
	const struct der *signer;       /* whose key signs and opens the answer: a certificate that signs itself,
	                                   or for a renewal the one that we have */
	const char *signer_label;       /* its key */
	const struct der *ca;           /* the CA of the trustpoint, or its next certificate */
	const struct der *now;          /* of its next: the present one, which speaks for it; else NULL */
	const struct der *ras;          /* registration authorities of that CA */
	size_t ras_count;
	struct scep_caps caps;
	const char *transaction;        /* SCEP_ID - 1 hexadecimal digits: scep_transaction() */
};
int  scep_transaction(char id[SCEP_ID]);        /* a new one.  0; -EIO */

/* Those of a GetCACert that may speak for the CA: issued by it, valid, no CA themselves, and for that purpose (extended
 * key usage cmcRA or Microsoft's certificate request agent; `any': whatever it is for, because nobody vouches for the
 * list itself).  How many. */
size_t scep_ras(const struct der *certs, size_t count, const struct der *ca, bool any, const struct der **ras);

/* type: SCEP_PKCS_REQ, SCEP_RENEWAL, SCEP_POLL.  The message is the caller's; `nonce' is for the answer. */
int  scep_ask(const struct scep_order *, enum scep_type, struct der *message, uint8_t nonce[16], char *why,
         size_t size);

struct scep_answer {
	enum scep_status status;
	int fail;                       /* of SCEP_FAILURE: enum scep_fail, or another number */
	struct der cert;                /* of SCEP_SUCCESS */
};
/* 0; -EBADMSG with words: it is not to be believed, or not to be understood.  Clear the certificate. */
int  scep_hear(const struct scep_order *, const uint8_t nonce[16], const void *bytes, size_t count,
         struct scep_answer *, char *why, size_t size);
/* The answer to GetNextCACert, which the CA of the order has signed itself.  0: clear the bundle; -EBADMSG with words. */
int  scep_next_ca(const struct scep_order *, const void *bytes, size_t count, struct pki_bundle *, char *why,
         size_t size);
/* What a failInfo means, and what to do: a sentence. */
const char *scep_fail_words(int fail);

/* The message of a GET, URL and all, malloc()ed; NULL: no memory. */
char *scep_get_url(const char *url, const char *operation, const struct der *message);

/* EST (RFC 7030) and GetCACert speak of certificates in the same way: of `certs' (DER, any number) the one of that
 * key that the CA has issued.  Its number; -ENOENT, with words. */
int  scep_find_ours(struct pki *, const char *label, const struct der *ca, const struct der *certs, size_t count,
         char *why, size_t size);

#endif
