/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_ra.c -- a registration authority (`mode ra'): what its operator has granted goes to the CA above by SCEP, in
 * messages that are signed with the certificate of the authority, and what comes back is kept for who has asked.
 *
 * One thread for all of them, and for what is published (pki_publish.c), because a server may keep one waiting; it begins when
 * there is something to do.  Which request
 * goes by which transaction is on the disk before it is sent, so that a restart asks for it instead of sending it twice. */
#include "datapath/event.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/enroll_talk.h"
#include "modes/pki_serve.h"
#include "shell/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDLE_S = 3600, AGAIN_S = 300 };

struct pki_ra {
	struct box *box;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	bool started, look;
	atomic_bool closing;
};

int
pki_ra_upper(struct box *b, const char *name, struct der *to)
{
	const struct config *c = running_hold(b->running);
	const struct pki_server *o = map_find(c->pki_servers, name);
	const struct certificate *ca = o && o->mode >= MODE_RA ? certificate_of(c, name, CERT_CA) : NULL;
	int rc = ca ? 0 : -ENOENT;

	*to = (struct der){ 0 };
	if (ca && (to->bytes = malloc(ca->size))) {
		memcpy(to->bytes, ca->der, ca->size);
		to->size = ca->size;
	} else if (ca) {
		rc = -ENOMEM;
	}
	running_drop(c);
	return rc;
}

/* ---- one request ------------------------------------------------------------------------------------------------ */

struct errand {
	struct pki_ra *ra;
	struct ca *ca;
	const struct ca_request *request;
	struct enroll_patience patience;
	struct enroll_talk talk;
	char upper[CA_TRANSACTION];
	struct scep_answer answer;
};

static bool
is_closing(void *arg)
{
	return ((struct pki_ra *)arg)->closing;
}

static int
exchange(struct errand *e, enum scep_type type, char *why, size_t size)
{
	struct enroll_talk *k = &e->talk;
	struct scep_order o = { .pki = k->box->pki, .request = &e->request->csr, .signer = &k->own,
		.signer_label = k->label, .ca = &k->ca, .ras = k->ras, .ras_count = k->ras_count, .caps = k->caps,
		.transaction = e->upper };
	struct fetched answer = { 0 };
	struct der message;
	uint8_t nonce[16];
	int rc = scep_ask(&o, type, &message, nonce, why, size);

	if (rc == 0)
		rc = scep_carry(k, &message, &answer, why, size);
	if (rc == 0)
		rc = scep_hear(&o, nonce, answer.body.bytes, answer.body.size, &e->answer, why, size);
	der_clear(&message);
	fetched_clear(&answer);
	return rc;
}

/* Where CA and authority are of one box, GetCACert names us: nobody asks himself. */
static void
forget_self(struct enroll_talk *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->ras_count; i++)
		if (k->ras[i].size != k->own.size || memcmp(k->ras[i].bytes, k->own.bytes, k->own.size) != 0)
			k->ras[n++] = k->ras[i];
	k->ras_count = n;
}

static int
open_talk(struct errand *e, const struct config *c, char *why, size_t size)
{
	int rc;

	e->patience = (struct enroll_patience){ is_closing, e->ra };
	rc = enroll_talk_open(&e->talk, e->ra->box, c, ca_name(e->ca), FOR_RENEWAL, &e->patience, why,
	    size);
	if (rc == 0 && e->talk.way.by != BY_SCEP) {
		snprintf(why, size, "a registration authority reaches its CA by SCEP: 'enrollment url http://...'");
		rc = -EINVAL;
	}
	if (rc == 0 && !e->talk.own.size) {
		snprintf(why, size, "the certificate of the registration authority is missing, or has ended: 'crypto pki "
		    "enroll %.64s'", ca_name(e->ca));
		rc = -EINVAL;
	}
	if (rc == 0)
		rc = scep_open(&e->talk, why, size);
	if (rc == 0)
		forget_self(&e->talk);
	return rc;
}

/* What the CA above has said. */
static int
conclude(struct errand *e, int64_t again_s, char *why, size_t size)
{
	unsigned id = e->request->id;

	switch (e->answer.status) {
	case SCEP_SUCCESS:
		return ca_answered(e->ca, id, &e->answer.cert, why, size);
	case SCEP_PENDING:
		return ca_sent(e->ca, id, e->upper, again_s, why, size);
	case SCEP_FAILURE:
		break;
	}
	snprintf(why, size, "the CA above refuses it: %s", scep_fail_words(e->answer.fail));
	return ca_answered(e->ca, id, NULL, why, size) < 0 ? -EIO : -EACCES;
}

static int
ask(struct errand *e, int64_t again_s, char *why, size_t size)
{
	bool poll = *e->request->upper;
	int rc = 0;

	snprintf(e->upper, sizeof(e->upper), "%s", e->request->upper);
	if (!poll && (rc = scep_transaction(e->upper)) == 0)
		rc = ca_sent(e->ca, e->request->id, e->upper, again_s, why, size);
	if (rc == 0)
		rc = exchange(e, poll ? SCEP_POLL : SCEP_PKCS_REQ, why, size);
	if (rc == 0 && poll && e->answer.status == SCEP_FAILURE && e->answer.fail == SCEP_BAD_CERT_ID)
		rc = exchange(e, SCEP_PKCS_REQ, why, size);     /* it has never heard of it */
	if (rc == 0)
		rc = conclude(e, again_s, why, size);
	der_clear(&e->answer.cert);
	return rc;
}

static void
run(struct pki_ra *ra, const struct config *c, struct ca *ca, const struct ca_request *r, int64_t again_s)
{
	struct errand e = { .ra = ra, .ca = ca, .request = r };
	char why[400] = "", ignored[80];
	int rc = open_talk(&e, c, why, sizeof(why));

	if (rc == 0)
		rc = ask(&e, again_s, why, sizeof(why));
	scep_close(&e.talk);
	enroll_talk_close(&e.talk);
	if (rc == -EINTR)
		return;
	pki_debug(ra->box, DEBUG_PKI_SERVER, "CRYPTO_CS: %s: request %u, asked of the CA above: %s", ca_name(ca), r->id,
	    rc < 0 ? why : e.answer.status == SCEP_SUCCESS ? "granted" : "it waits");
	if (rc < 0)
		log_put(ra->box->log, 3, "PKI-3-CS_RA", "Certificate server %s: request %u (%s): %s", ca_name(ca), r->id,
		    r->subject, *why ? why : strerror(-rc));
	else if (e.answer.status == SCEP_SUCCESS)
		log_put(ra->box->log, 6, "PKI-6-CS_REQUEST_GRANTED", "Certificate server %s: request %u (%s) granted by the CA "
		    "above", ca_name(ca), r->id, r->subject);
	if (rc < 0 && rc != -EACCES)
		ca_sent(ca, r->id, *e.upper ? e.upper : r->upper, again_s, ignored, sizeof(ignored));
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

/* When the next one is due. */
static int64_t
serve(struct pki_ra *ra, const struct config *c, struct ca *ca)
{
	const struct trustpoint *t = map_find(c->trustpoints, ca_name(ca));
	int64_t now = time(NULL), again = now + 60 * (t && t->retry_min ? t->retry_min : RETRY_MIN), next = now + IDLE_S;
	struct ca_request *list;
	size_t n = ca_requests(ca, &list);

	for (size_t i = 0; i < n; i++) {
		bool mine = list[i].state == CA_AUTHORIZED && !ra->closing;

		if (mine && list[i].again_s <= now)
			run(ra, c, ca, &list[i], again);
		if (mine && list[i].again_s <= now && again < next)
			next = again;
		if (mine && list[i].again_s > now && list[i].again_s < next)
			next = list[i].again_s;
		ca_request_clear(&list[i]);
	}
	free(list);
	return next;
}

static int64_t
serve_all(struct pki_ra *ra)
{
	const struct config *c = running_hold(ra->box->running);
	int64_t next = time(NULL) + IDLE_S, one;
	struct ca *ca;

	for (unsigned n = 0; !ra->closing && (ca = pki_server_nth(ra->box, n)); n++) {
		const struct pki_server *o = map_find(c->pki_servers, ca_name(ca));

		if (o && o->mode >= MODE_RA && (one = serve(ra, c, ca)) < next)
			next = one;
		if (o && !pki_publish(ra->box, o, ca, is_closing, ra) && (one = time(NULL) + AGAIN_S) < next)
			next = one;
		ca_drop(ca);
	}
	running_drop(c);
	return next;
}

static void *
ra_main(void *arg)
{
	struct pki_ra *ra = arg;
	struct timespec until = { 0 };
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	pthread_setname_np(pthread_self(), "RA");
	while (!ra->closing) {
		until.tv_sec = (time_t)serve_all(ra);
		pthread_mutex_lock(&ra->lock);
		while (!ra->look && !ra->closing)
			if (pthread_cond_timedwait(&ra->wake, &ra->lock, &until) == ETIMEDOUT)
				break;
		ra->look = false;
		pthread_mutex_unlock(&ra->lock);
	}
	return NULL;
}

static bool
is_any(struct box *b)
{
	const struct config *c = running_hold(b->running);
	bool any = false;

	for (const struct pki_server *o = map_first(c->pki_servers); o && !any; o = map_after(c->pki_servers, o->node.key))
		any = !o->shutdown && (o->mode >= MODE_RA || map_first(o->database_urls) || map_first(o->publish_urls) || pki_server_is_away(o));
	running_drop(c);
	return any;
}

void
pki_ra_look(struct box *b)
{
	struct pki_ra *ra = pki_servers_ra(b);

	if (!ra || !is_any(b))
		return;
	pthread_mutex_lock(&ra->lock);
	ra->look = true;
	if (!ra->started && !ra->closing)
		ra->started = pthread_create(&ra->thread, NULL, ra_main, ra) == 0;
	pthread_cond_signal(&ra->wake);
	pthread_mutex_unlock(&ra->lock);
}

int
pki_ra_new(struct pki_ra **rp, struct box *b)
{
	struct pki_ra *ra = calloc(1, sizeof(*ra));

	if (!ra)
		return -ENOMEM;
	ra->box = b;
	pthread_mutex_init(&ra->lock, NULL);
	pthread_cond_init(&ra->wake, NULL);
	*rp = ra;
	return 0;
}

void
pki_ra_stop(struct pki_ra *ra)
{
	bool started;

	pthread_mutex_lock(&ra->lock);
	ra->closing = true;
	started = ra->started;
	ra->started = false;
	pthread_cond_signal(&ra->wake);
	pthread_mutex_unlock(&ra->lock);
	if (started)
		pthread_join(ra->thread, NULL);
}

void
pki_ra_free(struct pki_ra *ra)
{
	if (!ra)
		return;
	pki_ra_stop(ra);
	pthread_cond_destroy(&ra->wake);
	pthread_mutex_destroy(&ra->lock);
	free(ra);
}
