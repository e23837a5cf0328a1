/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/tls.c -- OpenSSL between a connection and its bytes: memory BIOs, the contexts of
 * `crypto signaling', the handshake in its turn, and what the debugs see of it.  The only file of
 * the datapath that calls OpenSSL's SSL functions. */
#include "datapath/sip/room.h"
#include "pki/pki.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ABOVE_MAX = 8 };
enum { CONTEXTS_MAX = 32 };

/* One identity in one role; made when first needed, dropped when what it is made of changes. */
struct context { char trustpoint[65]; bool server, strict; char client_vtp[65]; SSL_CTX *ctx; };

struct tls_room {
	struct worker *worker;
	struct context contexts[CONTEXTS_MAX];
	size_t count;
	struct map *trustpoints, *chains;       /* what they were made of */
	uint8_t tls_version;
};

/* ---- contexts ---------------------------------------------------------------------------------------- */

static void
drop_contexts(struct tls_room *r)
{
	for (size_t i = 0; i < r->count; i++)
		SSL_CTX_free(r->contexts[i].ctx);
	r->count = 0;
}

void
tls_changed(struct tls_room *r, const struct config *was, const struct config *now)
{
	(void)was;
	if (r->trustpoints == now->trustpoints && r->chains == now->chains &&
	    r->tls_version == now->sip_ua.tls_version)
		return;
	drop_contexts(r);
	map_drop(r->trustpoints);
	map_drop(r->chains);
	r->trustpoints = map_hold(now->trustpoints);
	r->chains = map_hold(now->chains);
	r->tls_version = now->sip_ua.tls_version;
}

struct anchors { struct der *ders; const char **names; size_t count; };

static void
add_anchors(struct anchors *a, const struct cert_chain *chain)
{
	for (const struct certificate *c = map_first(chain->certificates); c;
	     c = map_after(chain->certificates, c->node.key)) {
		if (c->role != CERT_CA && c->role != CERT_SELF_SIGNED)
			continue;
		a->ders[a->count] = (struct der){ (uint8_t *)c->der, c->size };
		a->names[a->count++] = chain->node.key;
	}
}

/* Every authenticated trustpoint vouches for peers, unless `only' (client-vtp) narrows it. */
static int
collect_anchors(const struct config *c, const char *only, struct anchors *a)
{
	size_t most = 0;

	for (const struct cert_chain *ch = map_first(c->chains); ch;
	     ch = map_after(c->chains, ch->node.key))
		most += map_count(ch->certificates);
	a->ders = calloc(most + 1, sizeof(*a->ders));
	a->names = calloc(most + 1, sizeof(*a->names));
	if (!a->ders || !a->names)
		return -ENOMEM;
	for (const struct cert_chain *ch = map_first(c->chains); ch;
	     ch = map_after(c->chains, ch->node.key))
		if (!*only || !strcmp(only, ch->node.key))
			add_anchors(a, ch);
	return 0;
}

static void
versions(uint8_t configured, struct pki_profile *p)
{
	static const struct { int min, max; } of[TLS_VERSIONS] = {
		[TLS_VERSION_ANY] = { TLS12, TLS13 }, [TLS_VERSION_10] = { TLS10, TLS10 },
		[TLS_VERSION_11] = { TLS11, TLS11 }, [TLS_VERSION_12] = { TLS12, TLS12 },
		[TLS_VERSION_12_UP] = { TLS12, TLS13 }, [TLS_VERSION_13] = { TLS13, TLS13 },
	};

	p->min_version = of[configured % TLS_VERSIONS].min;
	p->max_version = of[configured % TLS_VERSIONS].max;
}

const char *
tls_key_label(const struct trustpoint *t, char *buf, size_t size)
{
	snprintf(buf, size, "%.64s", t->ec[0] ? t->ec : t->rsa.set ? t->rsa.label : t->node.key);
	return buf;
}

static void
on_tls_state(const SSL *ssl, int where, int value);
static void
on_tls_message(int sent, int version, int type, const void *bytes, size_t size, SSL *ssl,
    void *arg);

/* Of all that the trustpoints hold: what stands above our certificate, up to the root and without it
 * (RFC 8446 4.4.2): a peer may know the root alone. */
static size_t
certificates_above(const struct config *c, struct der of, struct der above[ABOVE_MAX])
{
	size_t n = 0;
	bool found = true;

	while (found && n < ABOVE_MAX) {
		found = false;
		for (const struct cert_chain *ch = map_first(c->chains); ch && !found;
		     ch = map_after(c->chains, ch->node.key))
			for (const struct certificate *i = map_first(ch->certificates); i && !found;
			     i = map_after(ch->certificates, i->node.key)) {
				struct der ca = { (uint8_t *)i->der, i->size };

				found = i->role == CERT_CA && pki_cert_issued_by(&of, &ca) &&
				    !pki_cert_issued_by(&ca, &ca);
				if (found)
					above[n++] = of = ca;
			}
	}
	return n;
}

static int
context_make(struct tls_room *r, struct context *x, char *why, size_t size)
{
	const struct config *c = r->worker->config;
	const struct trustpoint *t = map_find(c->trustpoints, x->trustpoint);
	const struct cert_chain *chain = map_find(c->chains, x->trustpoint);
	const struct certificate *own = NULL;
	struct pki_profile p = { .strict_cipher = x->strict, .server = x->server };
	struct anchors a = { 0 };
	struct der identity, above[ABOVE_MAX];
	char label[130];
	int rc;

	if (!t) {
		snprintf(why, size, "trustpoint %s of crypto signaling is not configured",
		    x->trustpoint);
		return -ENOENT;
	}
	for (const struct certificate *i = chain ? map_first(chain->certificates) : NULL; i && !own;
	     i = map_after(chain->certificates, i->node.key))
		if (i->role != CERT_CA)
			own = i;
	if (!own) {
		snprintf(why, size, "trustpoint %s has no certificate of ours: enroll it and import "
		    "the certificate", x->trustpoint);
		return -ENOENT;
	}
	identity = (struct der){ (uint8_t *)own->der, own->size };
	p.label = tls_key_label(t, label, sizeof(label));
	p.identity = &identity;
	p.chain = above;
	p.chains = certificates_above(c, identity, above);
	versions(r->tls_version, &p);
	rc = collect_anchors(c, x->client_vtp, &a);
	p.anchors = a.ders;
	p.anchor_names = a.names;
	p.anchorss = a.count;
	if (rc == 0)
		rc = pki_ctx(r->worker->datapath->pki, &p, &x->ctx, why, size);
	free(a.ders);
	free(a.names);
	if (rc == 0) {
		SSL_CTX_set_info_callback(x->ctx, on_tls_state);
		SSL_CTX_set_msg_callback(x->ctx, on_tls_message);
	}
	return rc;
}

/* `crypto signaling': the longest mask that holds the peer, else default. */
static bool
identity_of(const struct config *c, const addr_t *remote, struct context *x)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)remote;
	const struct signaling_remote *best = NULL;

	for (const struct signaling_remote *s = map_first(c->sip_ua.remote); s;
	     s = map_after(c->sip_ua.remote, s->node.key)) {
		if (remote->ss_family != AF_INET ||
		    ((in->sin_addr.s_addr ^ s->address.s_addr) & s->mask.s_addr))
			continue;
		if (!best || ntohl(s->mask.s_addr) > ntohl(best->mask.s_addr))
			best = s;
	}
	if (!best && !c->sip_ua.by_default.set)
		return false;
	snprintf(x->trustpoint, sizeof(x->trustpoint), "%s",
	    best ? best->trustpoint : c->sip_ua.by_default.trustpoint);
	snprintf(x->client_vtp, sizeof(x->client_vtp), "%s",
	    best ? best->client_vtp : c->sip_ua.by_default.client_vtp);
	x->strict = best ? best->strict : c->sip_ua.by_default.strict;
	return true;
}

static SSL_CTX *
context_for(struct tls_room *r, const addr_t *remote, bool server, char *why, size_t size)
{
	struct context want = { .server = server };

	if (!identity_of(r->worker->config, remote, &want)) {
		snprintf(why, size, "no certificate serves this peer: configure "
		    "'crypto signaling default trustpoint' under sip-ua");
		return NULL;
	}
	for (size_t i = 0; i < r->count; i++) {
		struct context *x = &r->contexts[i];

		if (x->server == server && x->strict == want.strict &&
		    !strcmp(x->trustpoint, want.trustpoint) &&
		    !strcmp(x->client_vtp, want.client_vtp))
			return x->ctx;
	}
	if (r->count == CONTEXTS_MAX)
		drop_contexts(r);
	if (context_make(r, &want, why, size) < 0)
		return NULL;
	r->contexts[r->count++] = want;
	return want.ctx;
}

/* ---- what the debugs see ------------------------------------------------------------------------------ */

static struct conn *
conn_of(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

static void
say_state(struct conn *c, const char *format, ...)
{
	char line[256];
	va_list args;

	if (!event_wanted(c->worker, DEBUG_TLS_STATES))
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	event_post(c->worker, EVENT_TLS_STATE, 0, NULL, line, strlen(line), NULL, 0);
}

/* The version that a ClientHello leads to: what it offers, but no more than we speak.  OpenSSL says
 * our own best until it has answered, which is not what the debugs are read for. */
static int
offered(const SSL *ssl, const uint8_t *p, size_t size)
{
	int best = (int)SSL_get_max_proto_version((SSL *)ssl), version;
	size_t at = 38, n;

	if (size < at + 1 || p[0] != SSL3_MT_CLIENT_HELLO)
		return SSL_version(ssl);
	version = p[4] << 8 | p[5];
	at += 1 + p[at];                                        /* session id */
	at += at + 2 <= size ? 2 + (size_t)(p[at] << 8 | p[at + 1]) : size;   /* ciphers */
	at += at + 1 <= size ? 1 + (size_t)p[at] + 2 : size;    /* compression; extensions' size */
	for (; at + 4 <= size; at += 4 + n) {
		n = (size_t)(p[at + 2] << 8 | p[at + 3]);
		if ((p[at] << 8 | p[at + 1]) != TLSEXT_TYPE_supported_versions || at + 5 > size)
			continue;
		for (size_t i = at + 5; i + 1 < at + 4 + n && i + 1 < size; i += 2)
			if (p[i] == 3 && p[i + 1] <= 4 && (p[i] << 8 | p[i + 1]) > version)
				version = p[i] << 8 | p[i + 1];
	}
	return best && version > best ? best : version;
}

/* As a server the hello lies in the buffer when the handshake starts: look at it there. */
static int
version_of(struct conn *c, const SSL *ssl)
{
	uint8_t *record;
	long size;

	if (c->outbound || SSL_get_state(ssl) != TLS_ST_BEFORE)
		return SSL_version(ssl);
	size = BIO_get_mem_data(c->in, &record);
	return size > 5 && record[0] == SSL3_RT_HANDSHAKE
	    ? offered(ssl, record + 5, (size_t)size - 5) : SSL_version(ssl);
}

/* OpenSSL shows every message but a received ChangeCipherSpec, which is one byte that is 1. */
static void
say_change_cipher(struct conn *c, const SSL *ssl)
{
	struct tls_record record = { (uint16_t)SSL_version(ssl), 0, SSL3_RT_CHANGE_CIPHER_SPEC };
	OSSL_HANDSHAKE_STATE state = SSL_get_state(ssl);

	if ((state == TLS_ST_SR_CHANGE || state == TLS_ST_CR_CHANGE) &&
	    event_wanted(c->worker, DEBUG_TLS_MESSAGES))
		event_post(c->worker, EVENT_TLS_MESSAGE, 0, NULL, &record, sizeof(record), "\1", 1);
}

/* The number in front is the version of the handshake, so that the reader can choose between the
 * names that OpenSSL gives its states and those that engineers know from TLS 1.2 and before. */
static void
on_tls_state(const SSL *ssl, int where, int value)
{
	struct conn *c = conn_of(ssl);
	const char *role = where & SSL_ST_ACCEPT ? "SSL_accept" : "SSL_connect";
	int version = c ? version_of(c, ssl) : 0, state = SSL_get_state(ssl);

	if (!c)
		return;
	/* A state that waits for its peer is come to again and again: it is said once. */
	if ((where & SSL_CB_LOOP) && state == c->said_state)
		return;
	if (where & SSL_CB_LOOP) {
		c->said_state = state;
		say_change_cipher(c, ssl);
	}
	if (where & SSL_CB_HANDSHAKE_START)
		say_state(c, "%04x Handshake start: %s", version, SSL_state_string_long(ssl));
	else if (where & SSL_CB_HANDSHAKE_DONE)
		say_state(c, "%04x Handshake done: %s", version, SSL_state_string_long(ssl));
	else if (where & SSL_CB_ALERT)
		say_state(c, "%04x SSL3 alert %s:%s:%s", version, where & SSL_CB_READ ? "read" : "write",
		    SSL_alert_type_string_long(value), SSL_alert_desc_string_long(value));
	else if (where & SSL_CB_LOOP)
		say_state(c, "%04x %s:%s", version, role, SSL_state_string_long(ssl));
	else if ((where & SSL_CB_EXIT) && value == 0)
		say_state(c, "%04x %s:failed in %s", version, role, SSL_state_string_long(ssl));
}

static void
on_tls_message(int sent, int version, int type, const void *bytes, size_t size, SSL *ssl, void *arg)
{
	struct tls_record record = { (uint16_t)SSL_version(ssl), (uint8_t)sent, (uint8_t)type };
	struct conn *c = conn_of(ssl);

	(void)arg;
	(void)version;
	if (!sent && type == SSL3_RT_HANDSHAKE && size && *(const uint8_t *)bytes == 1)
		record.version = (uint16_t)offered(ssl, bytes, size);
	/* Record headers and the like are pseudo types; application data is never shown. */
	if (!c || type > 23 || type == SSL3_RT_APPLICATION_DATA ||
	    !event_wanted(c->worker, DEBUG_TLS_MESSAGES))
		return;
	event_post(c->worker, EVENT_TLS_MESSAGE, 0, NULL, &record, sizeof(record), bytes, size);
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

/* RFC 6066 3: a peer that is dialled by its name is told which; an address is no name. */
static void
say_name(struct conn *c)
{
	const struct dial_peer *p;
	char key[16];

	snprintf(key, sizeof(key), "%u", c->tag);
	p = c->tag ? map_find(c->worker->config->dial_peers, key) : NULL;
	if (p && p->target.type == TARGET_DNS)
		SSL_set_tlsext_host_name(c->ssl, p->target.host);
}

bool
tls_fits(struct conn *c)
{
	char why[256];

	return !c->ssl || SSL_get_SSL_CTX(c->ssl) == context_for(c->worker->transport->tls,
	    &c->remote, !c->outbound, why, sizeof(why));
}

int
tls_start(struct conn *c)
{
	SSL_CTX *ctx = context_for(c->worker->transport->tls, &c->remote, !c->outbound, c->why,
	    sizeof(c->why));

	if (!ctx)
		return -ENOENT;
	c->ssl = SSL_new(ctx);
	c->in = BIO_new(BIO_s_mem());
	c->out = BIO_new(BIO_s_mem());
	if (!c->ssl || !c->in || !c->out) {
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
	say_state(c, "0000 opssl_SetPKIInfo entry");
	say_state(c, "0000 opssl_SetPKIInfo done.");
	say_name(c);
	if (c->outbound)
		SSL_set_connect_state(c->ssl);
	else
		SSL_set_accept_state(c->ssl);
	if (c->outbound)
		tls_advance(c);
	return 0;
}

static void
handshake_failed(struct conn *c)
{
	char why[384];

	if (!pki_reason(c->ssl, why, sizeof(why)))
		pki_ssl_error(why, sizeof(why));
	ERR_clear_error();
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
	pki_ssl_error(c->why, sizeof(c->why));
	if (c->outbound && !c->messages_in) {
		c->state = CONN_HANDSHAKE;
		c->worker->transport->handshakes++;
	}
	conn_close(c, c->why);
}

void
tls_advance(struct conn *c)
{
	int rc, error;

	if (c->closing || !c->ssl)
		return;
	ERR_clear_error();
	rc = SSL_do_handshake(c->ssl);
	error = rc == 1 ? 0 : SSL_get_error(c->ssl, rc);
	if (rc == 1) {
		flush(c);
		conn_established(c);
		read_plain(c);
	} else if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		flush(c);
	} else {
		handshake_failed(c);
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
	if (!c->ssl || BIO_write(c->in, bytes, (int)size) != (int)size) {
		conn_close(c, "no memory");
		return;
	}
	if (c->state == CONN_ESTABLISHED)
		read_plain(c);
	else
		wait_turn(c);
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

void
tls_finish(struct conn *c)
{
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
	X509 *peer = SSL_get1_peer_certificate(c->ssl);
	const char *vouched = pki_vouched(c->ssl);

	if (c->state != CONN_ESTABLISHED) {
		X509_free(peer);
		return;
	}
	snprintf(i->version, sizeof(i->version), "%s", SSL_get_version(c->ssl));
	snprintf(i->cipher, sizeof(i->cipher), "%s", SSL_get_cipher_name(c->ssl));
	snprintf(i->curve, sizeof(i->curve), "%s", curve_name(c->ssl));
	snprintf(i->vouched, sizeof(i->vouched), "%s", vouched ? vouched : "");
	if (peer)
		X509_NAME_oneline(X509_get_subject_name(peer), i->peer, sizeof(i->peer));
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
	map_drop(r->trustpoints);
	map_drop(r->chains);
	free(r);
}
