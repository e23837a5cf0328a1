/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_cmp.c -- one exchange with a CA by CMP: who asks, for what, and the way there (enroll_talk.h). */
#include "modes/box.h"
#include "modes/crypto.h"
#include "modes/enroll_talk.h"
#include "datapath/event.h"
#include "pki/cmp_client.h"
#include "shell/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SECRET = 160 };

/* One message there and one back (RFC 6712). */
static int
carry(void *arg, const struct der *message, struct der *answer, char *why, size_t size)
{
	struct enroll_talk *k = arg;
	struct fetched said;
	int rc;

	enroll_dump(k, "sent", message->bytes, message->size);
	rc = enroll_fetch(k, &(struct fetch){ .url = k->url, .type = "application/pkixcmp", .body = message->bytes,
	    .size = message->size }, &said, why, size);
	if (rc == 0 && said.status != 200 && strcmp(said.type, "application/pkixcmp") != 0) {
		snprintf(why, size, "the server answers with HTTP status %d: is the URL that of CMP?", said.status);
		rc = -EPROTO;
	}
	if (rc == 0) {
		*answer = said.body;
		said.body = (struct der){ 0 };
	}
	fetched_clear(&said);
	return rc;
}

/* What is shared with the CA: `enrollment cmp reference' and `password'; false: nothing, or not readable. */
static bool
shared(const struct enroll_talk *k, struct cmp_order *o, char secret[SECRET])
{
	if (!*k->t->cmp_reference || !k->t->password.set || secret_reveal(&k->t->password, secret, SECRET) < 0 || !*secret)
		return false;
	o->reference = k->t->cmp_reference;
	o->secret = secret;
	return true;
}

static enum cmp_kind
kind_of(const struct enroll_talk *k)
{
	if (k->own.size)
		return CMP_KUR;
	if (k->t->cmp_pkcs10)
		return CMP_P10CR;
	return k->credential.size && pki_cert_issued_by(&k->credential, &k->ca) ? CMP_CR : CMP_IR;
}

/* Who asks: the owner of the certificate that is renewed, of that of another trustpoint, or who knows the secret. */
static int
introduce(const struct enroll_talk *k, struct cmp_order *o, char secret[SECRET], char *why, size_t size)
{
	if (o->kind == CMP_KUR && !k->own.size) {
		snprintf(why, size, "the certificate that was to be renewed has gone, or has ended");
		return -ECANCELED;
	}
	if (o->kind == CMP_KUR) {
		o->signer = k->own;
		o->signer_label = k->label;
	} else if (k->credential.size) {
		o->signer = k->credential;
		o->signer_label = k->credential_label;
	} else if (!shared(k, o, secret)) {
		snprintf(why, size, "CMP has to know who asks: 'enrollment cmp reference' with 'password', or a profile with "
		    "'enrollment credential'");
		return -EINVAL;
	}
	return 0;
}

static int
take(struct pending *p, const struct cmp_order *o, struct enroll_answer *to, char *why, size_t size)
{
	struct cmp_answer a;
	int rc = cmp_ask(o, &a, why, size);

	if (rc == 0 && a.status == CMP_GRANTED) {
		to->rc = ENROLLED;
		to->cert = a.cert;
		a.cert = (struct der){ 0 };
	} else if (rc == 0 && a.status == CMP_WAITING) {
		der_clear(&p->first);
		der_clear(&p->last);
		p->first = a.first;
		p->last = a.last;
		a.first = a.last = (struct der){ 0 };
		to->rc = ENROLL_PENDING;
		to->retry_s = a.retry_s;
	} else if (rc == 0) {
		to->rc = -EACCES;
	}
	cmp_answer_clear(&a);
	return rc;
}

int
cmp_exchange(struct enroll_talk *k, struct pending *p, bool poll, struct enroll_answer *to, char *why, size_t size)
{
	char secret[SECRET] = "";
	struct cmp_order o = { .pki = k->box->pki, .label = p->label, .request = &p->request, .ca = &k->ca,
		.ra = k->t->enrollment_ra, .carry = carry, .arg = k };
	int rc;

	if (!poll)
		p->cmp_kind = kind_of(k);
	o.kind = (enum cmp_kind)p->cmp_kind;
	if (poll) {
		o.first = p->first;
		o.last = p->last;
	}
	rc = introduce(k, &o, secret, why, size);
	if (rc == 0)
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: CMP: sending %s, protected by %s", poll ? "pollReq"
		    : cmp_kind_word(o.kind), o.secret ? "the password" : "a certificate");
	if (rc == 0)
		rc = take(p, &o, to, why, size);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

int
cmp_get_ca(struct enroll_talk *k, struct pki_bundle *b, char *why, size_t size)
{
	char secret[SECRET] = "";
	struct cmp_order o = { .pki = k->box->pki, .carry = carry, .arg = k };
	int rc;

	shared(k, &o, secret);
	rc = cmp_ca(&o, b, why, size);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}
