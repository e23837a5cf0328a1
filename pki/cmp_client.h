/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cmp_client.h -- CMP (RFC 4210, 9480, the profile of RFC 9483) as one that enrolls speaks it; who calls carries the
 * messages (application/pkixcmp over HTTP, RFC 6712).
 *
 * An answer counts only when it is protected by the secret that we share with the CA, or signed by the CA of the
 * trustpoint or by a registration authority that this CA has certified as one (cmcRA), and belongs to this
 * transaction and this nonce.  A certificate that it brings has to be one of that CA for our key: any other is
 * rejected, to the CA too (certConf), and refused with words. */
#ifndef PKI_CMP_CLIENT_H
#define PKI_CMP_CLIENT_H

#include "pki/bundle.h"

/* Initialization: whom the CA does not know by a certificate of its own; another certificate for whom it knows; the
 * same by PKCS#10, for a CA that reads nothing else; the next of a certificate. */
enum cmp_kind { CMP_IR, CMP_CR, CMP_P10CR, CMP_KUR, CMP_KINDS };
const char *cmp_kind_word(enum cmp_kind);       /* "ir" */

struct cmp_order {
	struct pki *pki;
	enum cmp_kind kind;
	const char *label;              /* of the key that is to be certified */
	const struct der *request;      /* PKCS#10: its names and extensions are what is asked for */
	/* Who asks: the owner of a certificate (of CMP_KUR the one that is renewed); size 0: who knows a secret. */
	struct der signer;
	const char *signer_label;
	const char *reference, *secret; /* NULL, or both; the secret protects the answers too */
	const struct der *ca;           /* of the trustpoint; NULL: none yet (cmp_ca) */
	bool ra;                        /* whomever that CA has certified may speak for it */
	struct der first, last;         /* of one that waits: as the answer had them; else empty */
	/* One message there and one back (malloc()ed); -errno with words. */
	int (*carry)(void *arg, const struct der *message, struct der *answer, char *why, size_t size);
	void *arg;
};

enum cmp_status { CMP_GRANTED, CMP_WAITING, CMP_REFUSED };
struct cmp_answer {
	enum cmp_status status;
	struct der cert;                /* CMP_GRANTED: confirmed to the CA */
	long retry_s;                   /* CMP_WAITING: when it wants to be asked again */
	struct der first, last;         /* CMP_WAITING: what to come back with.  No secret is in it */
};
/* Asks, or asks again where `first' is there.  0: see the status, and CMP_REFUSED has words; -EBADMSG with words: the
 * answer is not to be believed; else what carry() said.  Clear the answer in any case. */
int  cmp_ask(const struct cmp_order *, struct cmp_answer *, char *why, size_t size);
void cmp_answer_clear(struct cmp_answer *);

/* The certificates of the CA (caCerts of RFC 9480), which only a shared secret vouches for: kind, label, request and
 * signer do not matter.  -ENOTSUP with words: there is no secret, or the server offers none; clear the bundle at 0. */
int  cmp_ca(const struct cmp_order *, struct pki_bundle *, char *why, size_t size);

#endif
