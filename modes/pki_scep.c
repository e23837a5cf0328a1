/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_scep.c -- what a certificate authority answers to a message of SCEP. */
#include "pki/scep.h"
#include "datapath/event.h"
#include "modes/box.h"
#include "modes/http.h"
#include "modes/pki_serve.h"
#include "shell/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct talk {
	struct box *box;
	struct ca *ca;
	bool next;                      /* it is for the certificate that follows */
	const char *from;
	const struct scep_message *m;
	struct scep_reply reply;
	struct der cert, crl;           /* what reply points to */
	char why[200];
};

static void
fail(struct talk *t, enum scep_fail fail)
{
	t->reply.status = SCEP_FAILURE;
	t->reply.fail = fail;
}

/* What has become of a request. */
static void
tell(struct talk *t, struct ca_request *r)
{
	switch (r->state) {
	case CA_GRANTED:
		t->cert = r->cert;
		r->cert = (struct der){ 0 };
		t->reply.status = SCEP_SUCCESS;
		t->reply.cert = &t->cert;
		break;
	case CA_PENDING:
	case CA_AUTHORIZED:
		t->reply.status = SCEP_PENDING;
		break;
	case CA_REJECTED:
	case CA_STATES:
		snprintf(t->why, sizeof(t->why), "request %u was rejected", r->id);
		fail(t, SCEP_BAD_REQUEST);
		break;
	}
}

static void
say_state(struct talk *t, const struct ca_request *r)
{
	if (r->state == CA_GRANTED)
		log_put(t->box->log, 6, "PKI-6-CS_REQUEST_GRANTED", "Certificate server %s: request %u of %s "
		    "(%s) granted, serial number %" PRIX64, ca_name(t->ca), r->id, t->from, r->subject,
		    ca_serial(&r->cert));
	else if (r->state == CA_AUTHORIZED)
		log_put(t->box->log, 6, "PKI-6-CS_REQUEST_AUTHORIZED", "Certificate server %s: request %u of %s (%s) goes to "
		    "the CA above", ca_name(t->ca), r->id, t->from, r->subject);
	else
		log_put(t->box->log, 6, "PKI-6-CS_REQUEST_PENDING", "Certificate server %s: request %u of %s "
		    "(%s) waits to be granted", ca_name(t->ca), r->id, t->from, r->subject);
}

/* The message is signed by the key of the request, or by that of a certificate that we know. */
static bool
is_entitled(struct talk *t, bool *own)
{
	const struct scep_message *m = t->m;

	*own = !memcmp(m->signer_key, m->asked.key, sizeof(m->signer_key));
	if (*own || pki_server_knows(t->box, t->ca, &m->signer))
		return true;
	snprintf(t->why, sizeof(t->why), "the message is signed by a key that is not that of the request, nor of "
	    "a certificate that is known and good");
	return false;
}

static void
on_request(struct talk *t)
{
	const struct scep_message *m = t->m;
	struct applicant a = { .password = m->asked.password, .signer = &m->signer,
		.subject = m->asked.subject, .rollover = t->next || m->type == SCEP_RENEWAL,
		.kind = m->asked.kind };
	struct ca_sender from = { m->transaction, m->signer_key, .next = t->next };
	enum request_verdict verdict;
	struct ca_request r;
	bool own;

	if (!is_entitled(t, &own)) {
		fail(t, SCEP_BAD_REQUEST);
		return;
	}
	from.renewal = !own || m->type == SCEP_RENEWAL;
	verdict = pki_server_judge(t->box, ca_name(t->ca), &a, t->why, sizeof(t->why));
	if (verdict == REQUEST_REFUSED || ca_submit(t->ca, &m->request, &from, verdict == REQUEST_GRANTED, &r,
	    t->why, sizeof(t->why)) < 0) {
		fail(t, SCEP_BAD_REQUEST);
		return;
	}
	if (r.fresh)
		say_state(t, &r);
	if (r.state == CA_AUTHORIZED || r.fresh)
		pki_ra_look(t->box);
	tell(t, &r);
	ca_request_clear(&r);
}

static void
on_poll(struct talk *t)
{
	struct ca_request r;

	if (!ca_find_transaction(t->ca, t->m->transaction, t->m->signer_key, &r)) {
		snprintf(t->why, sizeof(t->why), "there is no request of that transaction and that key");
		fail(t, SCEP_BAD_CERT_ID);
		return;
	}
	tell(t, &r);
	ca_request_clear(&r);
}

static void
on_get_cert(struct talk *t)
{
	if (ca_issued_cert(t->ca, t->m->serial, &t->cert, t->why, sizeof(t->why)) < 0) {
		fail(t, SCEP_BAD_CERT_ID);
		return;
	}
	t->reply.status = SCEP_SUCCESS;
	t->reply.cert = &t->cert;
}

static void
on_get_crl(struct talk *t)
{
	if (ca_crl(t->ca, &t->crl) < 0) {
		fail(t, SCEP_BAD_REQUEST);
		return;
	}
	t->reply.status = SCEP_SUCCESS;
	t->reply.crl = &t->crl;
}

static void
handle(struct talk *t)
{
	static const struct { int type; void (*on)(struct talk *); } rows[] = {
		{ SCEP_PKCS_REQ, on_request }, { SCEP_RENEWAL, on_request }, { SCEP_POLL, on_poll },
		{ SCEP_GET_CERT, on_get_cert }, { SCEP_GET_CRL, on_get_crl },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].type == t->m->type) {
			rows[i].on(t);
			return;
		}
	snprintf(t->why, sizeof(t->why), "messages of type %d are not known", t->m->type);
	fail(t, SCEP_BAD_REQUEST);
}

static void
say(struct talk *t)
{
	static const char *const words[] = { "SUCCESS", "", "FAILURE", "PENDING" };

	pki_debug(t->box, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: %s from %s, transaction %.64s: %s%s%s",
	    scep_type_name(t->m->type), t->from, t->m->transaction, words[t->reply.status & 3],
	    t->reply.status == SCEP_FAILURE ? " " : "",
	    t->reply.status == SCEP_FAILURE ? scep_fail_name(t->reply.fail) : "");
	if (*t->why)
		pki_debug(t->box, DEBUG_PKI_SERVER, "CRYPTO_CS: %s: %s", ca_name(t->ca), t->why);
}

/* Who may be meant: each CA, and what follows it. */
struct meant { struct ca *ca; bool next; const struct der *cert; struct der own; char label[CA_NAME + 1]; };
enum { MEANT_MOST = 2 * PKI_SERVERS_MOST + 1 };

/* broken: why the message cannot be read; NULL: it can. */
static int
answer(struct box *b, const struct meant *meant, const struct ca_signer *s, const char *from,
    const struct scep_message *m, const char *broken, struct der *to)
{
	struct talk t = { .box = b, .ca = meant->ca, .next = meant->next, .from = from, .m = m };
	int rc;

	if (broken) {
		snprintf(t.why, sizeof(t.why), "%s", broken);
		fail(&t, SCEP_BAD_MESSAGE);
	} else {
		handle(&t);
	}
	say(&t);
	rc = scep_write(s, m, &t.reply, to, t.why, sizeof(t.why));
	if (rc < 0)
		pki_debug(b, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: %s", t.why);
	der_clear(&t.cert);
	der_clear(&t.crl);
	return rc < 0 ? -EIO : 0;
}

static size_t
all_meant(struct box *b, struct meant *m)
{
	struct ca *ca;
	size_t count = 0;

	for (unsigned n = 0; n < PKI_SERVERS_MOST && (ca = pki_server_nth(b, n)); n++) {
		m[count].ca = ca;
		snprintf(m[count].label, sizeof(m[count].label), "%s", ca_name(ca));
		m[count++].cert = ca_certificate(ca);
		if (ca_next(ca, &m[count].own, m[count].label) == 0) {
			m[count].ca = ca_hold(ca);
			m[count].next = true;
			m[count].cert = &m[count].own;
			count++;
		}
	}
	return count;
}

/* To whom it is sealed is found by asking each; where it is to none, the last one says that it is broken. */
int
pki_scep_answer(struct box *b, const char *from, const void *bytes, size_t count, struct der *to)
{
	struct meant meant[MEANT_MOST] = { 0 };
	size_t n = all_meant(b, meant);
	struct scep_message m;
	char why[200] = "";
	int rc = -ENOKEY;

	for (size_t i = 0; i < n; i++) {
		struct ca_signer s = { ca_pki(meant[i].ca), meant[i].label, meant[i].cert, "sha256" };

		if (rc == -ENOKEY) {
			rc = scep_read(&s, bytes, count, &m, why, sizeof(why));
			if (rc == -EINVAL)
				pki_debug(b, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: from %s: %s", from, why);
			else if (rc != -ENOKEY || i + 1 == n)
				rc = answer(b, &meant[i], &s, from, &m, rc < 0 ? why : NULL, to);
			scep_message_clear(&m);
		}
		ca_drop(meant[i].ca);
		der_clear(&meant[i].own);
	}
	return n ? rc : -EINVAL;
}
