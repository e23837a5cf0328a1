/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/tls.c -- OpenSSL between a connection and its bytes: memory BIOs, the contexts of
 * `crypto signaling', the handshake in its turn.  With tls_debug.c (what the debugs see of it) and probe.c the
 * only files of the datapath that call OpenSSL's SSL functions. */
#include "datapath/sip/room.h"
#include "datapath/sip/identity.h"
#include "pki/report.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CONTEXTS_MAX = 32, ARRIVED_MOST = 128 << 10 };

/* One identity in one role; made when first needed, dropped when what it is made of changes. */
/* until: what it is made of holds no longer then; 0: for good. */
struct context { struct tls_identity identity; SSL_CTX *ctx; bool waits; time_t until; };

struct tls_room {
	struct worker *worker;
	struct context contexts[CONTEXTS_MAX];
	size_t count;
	struct map *trustpoints, *chains, *maps, *profiles, *ciphers;   /* what they were made of */
	uint8_t tls_version;
	struct trustpool_policy pool_policy;    /* its map is held */
	unsigned pool;                  /* its generation */
};

/* ---- contexts ---------------------------------------------------------------------------------------- */

static void
drop_contexts(struct tls_room *r)
{
	for (size_t i = 0; i < r->count; i++)
		SSL_CTX_free(r->contexts[i].ctx);
	r->count = 0;
}

static void
drop_maps(struct tls_room *r)
{
	map_drop(r->trustpoints);
	map_drop(r->chains);
	map_drop(r->maps);
	map_drop(r->pool_policy.matches);
	map_drop(r->profiles);
	map_drop(r->ciphers);
}

void
tls_changed(struct tls_room *r, const struct config *was, const struct config *now)
{
	(void)was;
	if (r->trustpoints == now->trustpoints && r->chains == now->chains &&
	    r->maps == now->certificate_maps && r->profiles == now->tls_profiles && r->ciphers == now->tls_ciphers &&
	    r->tls_version == now->sip_ua.tls_version &&
	    !memcmp(&r->pool_policy, &now->trustpool, sizeof(r->pool_policy)))
		return;
	drop_contexts(r);
	drop_maps(r);
	r->trustpoints = map_hold(now->trustpoints);
	r->chains = map_hold(now->chains);
	r->maps = map_hold(now->certificate_maps);
	r->profiles = map_hold(now->tls_profiles);
	r->ciphers = map_hold(now->tls_ciphers);
	r->tls_version = now->sip_ua.tls_version;
	memcpy(&r->pool_policy, &now->trustpool, sizeof(r->pool_policy));
	map_hold(r->pool_policy.matches);
}

static int
context_make(struct tls_room *r, struct context *x, char *why, size_t size)
{
	struct tls_material m;
	int rc = tls_material(r->worker->config, &x->identity, NULL, false, &m, why, size);

	if (rc < 0)
		return rc;
	rc = pki_ctx(r->worker->datapath->pki, &m.profile, &x->ctx, why, size);
	x->waits = pki_may_wait(r->worker->datapath->pki, &m.profile);
	x->until = m.until;
	tls_material_clear(&m);
	tls_say_context(r->worker, &x->identity, rc < 0 ? why : NULL);
	if (rc == 0)
		tls_listen(x->ctx);
	return rc;
}

static bool
same_identity(const struct tls_identity *a, const struct tls_identity *b)
{
	return a->server == b->server && a->strict == b->strict && a->ecdsa == b->ecdsa &&
	    a->check_name == b->check_name && a->curve == b->curve && a->profile == b->profile &&
	    !strcmp(a->trustpoint, b->trustpoint) && !strcmp(a->client_vtp, b->client_vtp);
}

static const struct dial_peer *
peer_of(const struct config *config, uint32_t tag)
{
	char key[16];

	snprintf(key, sizeof(key), "%u", tag);
	return tag ? map_find(config->dial_peers, key) : NULL;
}

static uint16_t
profile_of(const struct config *config, uint32_t tag)
{
	const struct dial_peer *p = peer_of(config, tag);

	return p ? p->tls_profile : 0;
}

static struct context *
context_for(struct tls_room *r, const struct conn *c, char *why, size_t size)
{
	const struct config *config = r->worker->config;
	uint16_t profile = c->outbound ? profile_of(config, c->tag) : 0;
	struct context want = { .ctx = NULL };
	int rc = profile ? tls_identity_of_profile(config, profile, false, &want.identity, why, size)
	    : tls_identity_of(config, &c->remote, !c->outbound, &want.identity, why, size);
	unsigned pool = pki_pool_generation(r->worker->datapath->pki);

	if (rc < 0)
		return NULL;
	if (pool != r->pool)
		drop_contexts(r);
	r->pool = pool;
	for (size_t i = 0; i < r->count; i++) {
		if (!same_identity(&r->contexts[i].identity, &want.identity))
			continue;
		if (!r->contexts[i].until || time(NULL) < r->contexts[i].until)
			return &r->contexts[i];
		drop_contexts(r);
	}
	if (r->count == CONTEXTS_MAX)
		drop_contexts(r);
	if (context_make(r, &want, why, size) < 0)
		return NULL;
	r->contexts[r->count] = want;
	return &r->contexts[r->count++];
}

/* ---- bytes ---------------------------------------------------------------------------------------------- */

static int
flush(struct conn *c)
{
	size_t size = BIO_ctrl_pending(c->out);
	char *bytes;
	int rc;

	if (!size)
		return 0;
	bytes = malloc(size);
	if (bytes)
		BIO_read(c->out, bytes, (int)size);
	rc = conn_write(c, bytes, size);
	/* A record that is lost is a gap: what follows it could not be read any more. */
	if (rc < 0 && !c->closing)
		conn_close(c, rc == -ENOBUFS ? "the peer does not read what is sent to it"
		    : "the connection could not be written");
	return rc;
}

/* Whom the configuration calls there: a name, else the address. */
static void
called_host(struct conn *c, uint32_t tag, char host[257])
{
	const struct dial_peer *p = peer_of(c->worker->config, tag);
	char address[ADDR_TEXT];

	snprintf(host, 257, "%s", p && p->target.type == TARGET_DNS ? p->target.host
	    : addr_host(&c->remote, address));
}

/* RFC 6066 3: a peer that is dialled by its name is told which; an address is no name. */
static int
say_name(struct conn *c, bool check)
{
	const struct dial_peer *p = peer_of(c->worker->config, c->tag);

	called_host(c, c->tag, c->host);
	if (p && p->target.type == TARGET_DNS)
		SSL_set_tlsext_host_name(c->ssl, c->host);
	c->named = check;
	return check ? pki_expect(c->ssl, c->host) : 0;
}

/* Whose name was checked serves that name alone; a profile of its own, those with the same. */
bool
tls_serves(struct conn *c, uint32_t tag)
{
	const struct config *config = c->worker->config;
	char host[257];

	if (tag == c->tag)
		return true;
	if (profile_of(config, tag) != profile_of(config, c->tag))
		return false;
	if (!c->named)
		return true;
	called_host(c, tag, host);
	return !strcmp(host, c->host);
}

bool
tls_fits(struct conn *c)
{
	const struct context *x;
	char why[256];

	if (!c->ssl)
		return true;
	x = context_for(c->worker->transport->tls, c, why, sizeof(why));
	return x && SSL_get_SSL_CTX(c->ssl) == x->ctx;
}

int
tls_start(struct conn *c)
{
	const struct context *x = context_for(c->worker->transport->tls, c, c->why, sizeof(c->why));

	if (!x)
		return -ENOENT;
	c->ssl = SSL_new(x->ctx);
	c->waits = x->waits;
	snprintf(c->trustpoint, sizeof(c->trustpoint), "%s", x->identity.trustpoint);
	c->in = BIO_new(BIO_s_mem());
	c->out = BIO_new(BIO_s_mem());
	if (!c->ssl || !c->in || !c->out || pki_watch(c->ssl) < 0 ||
	    (c->outbound && say_name(c, x->identity.check_name) < 0)) {
		BIO_free(c->in);
		BIO_free(c->out);
		SSL_free(c->ssl);
		c->ssl = NULL;
		snprintf(c->why, sizeof(c->why), "no memory");
		return -ENOMEM;
	}
	BIO_set_mem_eof_return(c->in, -1);
	SSL_set_bio(c->ssl, c->in, c->out);
	SSL_set_app_data(c->ssl, c);
	c->said_state = -1;
	tls_say_state(c, "0000 opssl_SetPKIInfo entry");
	tls_say_state(c, "0000 opssl_SetPKIInfo done.");
	if (c->outbound)
		SSL_set_connect_state(c->ssl);
	else
		SSL_set_accept_state(c->ssl);
	if (c->outbound)
		tls_advance(c);
	return 0;
}

/* On the thread of the step: the reason is in that thread's queue of errors. */
static void
keep_reason(struct conn *c)
{
	if ((c->report = malloc(sizeof(*c->report))))
		pki_report(c->ssl, NULL, c->report);
	ERR_clear_error();
}

static void
handshake_failed(struct conn *c)
{
	char why[384];

	snprintf(why, sizeof(why), "%.383s", c->report ? c->report->why : "no memory");
	flush(c);                       /* the alert */
	conn_close(c, why);
}

/* What the peer has sent beyond the handshake, or since the last time. */
static void
read_plain(struct conn *c)
{
	static _Thread_local char room[16384];
	int n = -1, error;

	ERR_clear_error();
	while (!c->closing && (n = SSL_read(c->ssl, room, sizeof(room))) > 0)
		conn_input(c, room, (size_t)n);
	if (c->closing)
		return;
	error = SSL_get_error(c->ssl, n);
	flush(c);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return;
	if (error == SSL_ERROR_ZERO_RETURN) {
		c->worker->transport->stats[c->transport].remote_closures++;
		conn_close(c, NULL);
		return;
	}
	/* In TLS 1.3 a client learns here that the server refused its certificate. */
	if (c->outbound && !c->messages_in) {
		c->state = CONN_HANDSHAKE;
		c->worker->transport->handshakes++;
		keep_reason(c);
		handshake_failed(c);
		return;
	}
	pki_ssl_error(c->why, sizeof(c->why));
	conn_close(c, c->why);
}

/* As far as the bytes go that are here.  Touches the SSL, its BIOs and the report alone. */
static enum tls_step
step(struct conn *c)
{
	int rc, error;

	ERR_clear_error();
	rc = SSL_do_handshake(c->ssl);
	error = rc == 1 ? 0 : SSL_get_error(c->ssl, rc);
	if (rc == 1)
		return TLS_STEP_DONE;
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return TLS_STEP_AGAIN;
	keep_reason(c);
	return TLS_STEP_FAILED;
}

static void
follow(struct conn *c, enum tls_step result)
{
	if (result != TLS_STEP_AGAIN)
		tls_say_validation(c, result == TLS_STEP_DONE);
	if (result == TLS_STEP_DONE) {
		flush(c);
		seen_keep(c);
		conn_established(c);
		read_plain(c);
	} else if (result == TLS_STEP_AGAIN) {
		flush(c);
	} else {
		handshake_failed(c);
	}
	if (c->has_ended && !c->closing && !c->arrived.size)
		conn_remote_closed(c, UV_EOF);
}

/* ---- steps that may wait ------------------------------------------------------------------------------- */

/* Where a server of CRLs or OCSP may have to be asked the step runs on a thread of libuv's pool.  Until it is back
 * nobody else touches the SSL: what arrives is kept, and a connection that is closed meanwhile is freed then. */
static void
on_away(uv_work_t *work)
{
	struct conn *c = work->data;

	c->step = step(c);
}

static void
park(struct conn *c)
{
	struct transport_room *t = c->worker->transport;

	if (c->is_parked)
		return;
	if (!t->parked)
		t->parked_end = &t->parked;
	c->is_parked = true;
	c->next_parked = NULL;
	*t->parked_end = c;
	t->parked_end = &c->next_parked;
}

void
tls_unpark(struct conn *c)
{
	struct transport_room *t = c->worker->transport;

	for (struct conn **p = &t->parked; c->is_parked && *p; p = &(*p)->next_parked) {
		if (*p != c)
			continue;
		*p = c->next_parked;
		if (!*p)
			t->parked_end = p;
		c->is_parked = false;
		break;
	}
}

static void
next_parked(struct transport_room *t)
{
	struct conn *next = t->parked;

	if (!next)
		return;
	tls_unpark(next);
	tls_advance(next);
}

static void
on_back(uv_work_t *work, int status)
{
	struct conn *c = work->data;
	struct transport_room *t = c->worker->transport;
	size_t size = c->arrived.size;

	(void)status;
	c->away = false;
	t->away--;
	tls_post_late(c);
	next_parked(t);
	if (c->gone) {
		conn_free(c);
		return;
	}
	if (c->closing)
		return;
	follow(c, c->step);
	if (!size || c->closing)
		return;
	tls_received(c, c->arrived.bytes, size);
	text_clear(&c->arrived);
}

void
tls_advance(struct conn *c)
{
	if (c->closing || !c->ssl || c->away)
		return;
	if (!c->waits) {
		follow(c, step(c));
		return;
	}
	if (c->worker->transport->away >= AWAY_MOST) {
		park(c);
		return;
	}
	c->away = true;
	c->worker->transport->away++;
	c->late_end = &c->late;
	c->work.data = c;
	if (uv_queue_work(&c->worker->loop, &c->work, on_away, on_back) < 0) {
		c->away = false;
		c->worker->transport->away--;
		conn_close(c, "no thread for the handshake");
	}
}

static void
wait_turn(struct conn *c)
{
	struct transport_room *t = c->worker->transport;

	if (c->in_queue)
		return;
	c->in_queue = true;
	c->next_waiting = NULL;
	*t->waiting_end = c;
	t->waiting_end = &c->next_waiting;
	transport_wake_handshakes(c->worker);
}

void
tls_received(struct conn *c, const char *bytes, size_t size)
{
	if (c->away) {
		bool fits = c->arrived.size + size <= ARRIVED_MOST;

		if (fits)
			text_bytes(&c->arrived, bytes, size);
		if (!fits || c->arrived.failed)
			conn_close(c, "the peer sends too much before the handshake is over");
		return;
	}
	if (!c->ssl || BIO_write(c->in, bytes, (int)size) != (int)size) {
		conn_close(c, "no memory");
		return;
	}
	if (c->state == CONN_ESTABLISHED)
		read_plain(c);
	else
		wait_turn(c);
}

/* Who closes behind its hello wants nothing of us: no handshake is computed for it. */
bool
tls_hear_out(struct conn *c)
{
	bool unread = c->away || ((c->in_queue || c->is_parked) && SSL_get_state(c->ssl) != TLS_ST_BEFORE);

	if (!c->ssl || c->has_ended || !unread)
		return false;
	c->has_ended = true;
	return true;
}

int
tls_send(struct conn *c, const char *bytes, size_t size)
{
	int n;

	ERR_clear_error();
	n = SSL_write(c->ssl, bytes, (int)size);
	if (n != (int)size) {
		c->worker->transport->stats[c->transport].send_failures++;
		ERR_clear_error();
		conn_close(c, "a message could not be encrypted");
		return -EIO;
	}
	return flush(c);
}

/* What is known of a handshake that failed: by TLS itself, or because nobody spoke any more. */
void
tls_tell(struct conn *c, struct pki_report *r)
{
	if (c->report && !c->away) {
		*r = *c->report;        /* its sentence is whole, where c->why may be cut */
		return;
	}
	if (c->ssl && !c->away)
		pki_report(c->ssl, c->why, r);
	else
		*r = (struct pki_report){ .culprit = -1 };
	snprintf(r->why, sizeof(r->why), "%s", c->why);
}

void
tls_finish(struct conn *c)
{
	text_clear(&c->arrived);
	free(c->report);
	c->report = NULL;
	SSL_free(c->ssl);               /* with its BIOs */
	c->ssl = NULL;
}

/* ---- show ------------------------------------------------------------------------------------------------- */

static const char *
curve_name(SSL *ssl)
{
	switch (SSL_get_negotiated_group(ssl)) {
	case NID_X9_62_prime256v1:
		return "P-256";
	case NID_secp384r1:
		return "P-384";
	case NID_secp521r1:
		return "P-521";
	case NID_X25519:
		return "X25519";
	default:
		return "";
	}
}

void
tls_describe(const struct conn *c, struct conn_info *i)
{
	const char *vouched, *forgiven;
	X509 *peer;

	if (c->state != CONN_ESTABLISHED)
		return;
	peer = SSL_get1_peer_certificate(c->ssl);
	vouched = pki_vouched(c->ssl);
	forgiven = pki_forgiven(c->ssl);
	snprintf(i->forgiven, sizeof(i->forgiven), "%s", forgiven ? forgiven : "");
	snprintf(i->version, sizeof(i->version), "%s", SSL_get_version(c->ssl));
	snprintf(i->cipher, sizeof(i->cipher), "%s", SSL_get_cipher_name(c->ssl));
	snprintf(i->curve, sizeof(i->curve), "%s", curve_name(c->ssl));
	snprintf(i->vouched, sizeof(i->vouched), "%s", vouched ? vouched : "");
	snprintf(i->own, sizeof(i->own), "%s", c->trustpoint);
	pki_own_serial(c->ssl, i->own_serial, sizeof(i->own_serial));
	if (peer)
		X509_NAME_oneline(X509_get_subject_name(peer), i->peer, sizeof(i->peer));
	pki_peer_serial(c->ssl, i->peer_serial, sizeof(i->peer_serial));
	snprintf(i->matched, sizeof(i->matched), "%s", pki_matched(c->ssl) ? pki_matched(c->ssl) : "");
	X509_free(peer);
}

int
tls_new(struct tls_room **rp, struct worker *w)
{
	*rp = calloc(1, sizeof(**rp));
	if (!*rp)
		return -ENOMEM;
	(*rp)->worker = w;
	return 0;
}

void
tls_free(struct tls_room *r)
{
	if (!r)
		return;
	drop_contexts(r);
	drop_maps(r);
	free(r);
}
