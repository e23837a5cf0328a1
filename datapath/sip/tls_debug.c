/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/tls_debug.c -- what `debug ssl openssl' and `debug crypto pki' see of a handshake: its messages, its
 * states, the verdict on the peer's certificate. */
#include "datapath/sip/identity.h"
#include "datapath/sip/room.h"
#include "pki/report.h"

#include <openssl/ssl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct conn *
conn_of(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

/* What a step says that is not on the worker's thread waits until it is back: the ring has one writer. */
struct late { struct late *next; uint8_t kind; size_t head, size; char bytes[]; };

static void
post(struct conn *c, enum event_kind kind, const void *head, size_t head_size, const void *bytes, size_t size)
{
	struct late *l;

	if (!c->away) {
		event_post(c->worker, kind, 0, NULL, head, head_size, bytes, size);
		return;
	}
	if (!(l = malloc(sizeof(*l) + head_size + size)))
		return;
	*l = (struct late){ .kind = (uint8_t)kind, .head = head_size, .size = size };
	memcpy(l->bytes, head, head_size);
	if (size)
		memcpy(l->bytes + head_size, bytes, size);
	*c->late_end = l;
	c->late_end = &l->next;
}

void
tls_post_late(struct conn *c)
{
	struct late *l;

	while ((l = c->late)) {
		c->late = l->next;
		event_post(c->worker, l->kind, 0, NULL, l->bytes, l->head, l->bytes + l->head, l->size);
		free(l);
	}
	c->late_end = &c->late;
}

void
tls_say_state(struct conn *c, const char *format, ...)
{
	char line[256];
	va_list args;

	if (!event_wanted(c->worker, DEBUG_TLS_STATES))
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	post(c, EVENT_TLS_STATE, line, strlen(line), NULL, 0);
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
	    ? pki_hello_version(ssl, record + 5, (size_t)size - 5) : SSL_version(ssl);
}

/* OpenSSL shows every message but a received ChangeCipherSpec, which is one byte that is 1. */
static void
say_change_cipher(struct conn *c, const SSL *ssl)
{
	struct tls_record record = { (uint16_t)SSL_version(ssl), 0, SSL3_RT_CHANGE_CIPHER_SPEC };
	OSSL_HANDSHAKE_STATE state = SSL_get_state(ssl);

	if ((state == TLS_ST_SR_CHANGE || state == TLS_ST_CR_CHANGE) &&
	    event_wanted(c->worker, DEBUG_TLS_MESSAGES))
		post(c, EVENT_TLS_MESSAGE, &record, sizeof(record), "\1", 1);
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
		tls_say_state(c, "%04x Handshake start: %s", version, SSL_state_string_long(ssl));
	else if (where & SSL_CB_HANDSHAKE_DONE)
		tls_say_state(c, "%04x Handshake done: %s", version, SSL_state_string_long(ssl));
	else if (where & SSL_CB_ALERT)
		tls_say_state(c, "%04x SSL3 alert %s:%s:%s", version, where & SSL_CB_READ ? "read" : "write",
		    SSL_alert_type_string_long(value), SSL_alert_desc_string_long(value));
	else if (where & SSL_CB_LOOP)
		tls_say_state(c, "%04x %s:%s", version, role, SSL_state_string_long(ssl));
	else if ((where & SSL_CB_EXIT) && value == 0)
		tls_say_state(c, "%04x %s:failed in %s", version, role, SSL_state_string_long(ssl));
}

static void
on_tls_message(int sent, int version, int type, const void *bytes, size_t size, SSL *ssl, void *arg)
{
	struct tls_record record = { (uint16_t)SSL_version(ssl), (uint8_t)sent, (uint8_t)type };
	struct conn *c = conn_of(ssl);

	(void)arg;
	(void)version;
	pki_saw(ssl, sent, type, bytes, size);
	if (!sent && type == SSL3_RT_HANDSHAKE && size && *(const uint8_t *)bytes == 1)
		record.version = (uint16_t)pki_hello_version(ssl, bytes, size);
	/* Record headers and the like are pseudo types; application data is never shown. */
	if (!c || type > 23 || type == SSL3_RT_APPLICATION_DATA ||
	    !event_wanted(c->worker, DEBUG_TLS_MESSAGES))
		return;
	post(c, EVENT_TLS_MESSAGE, &record, sizeof(record), bytes, size);
}

void
tls_listen(SSL_CTX *ctx)
{
	SSL_CTX_set_info_callback(ctx, on_tls_state);
	SSL_CTX_set_msg_callback(ctx, on_tls_message);
}

/* ---- verdicts ------------------------------------------------------------------------------------------- */

/* `debug crypto pki': as IOS numbers and words it; what only we know stands at the end. */
static void
say_pki(struct conn *c, uint32_t flag, const char *format, ...)
{
	char line[1100];
	va_list args;

	if (!event_wanted(c->worker, flag))
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	event_post(c->worker, EVENT_PKI, 0, NULL, line, strlen(line), NULL, 0);
}

static void
say_good(struct conn *c)
{
	const char *vouched = pki_vouched(c->ssl), *matched = pki_matched(c->ssl);

	vouched = vouched ? vouched : "(none)";
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X) Using %s to validate certificate", c->id, vouched);
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X)Certificate is verified", c->id);
	if (matched)
		say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X) Its name was checked: %s", c->id, matched);
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X) chain cert was anchored to trustpoint %s, and chain "
	    "validation result was: CRYPTO_VALID_CERT%s", c->id, vouched, c->waits ? "" : "_WITHOUT_REVOCATION");
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X) Validation TP is %s", c->id, vouched);
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X) Certificate validation succeeded", c->id);
}

void
tls_say_validation(struct conn *c, bool good)
{
	struct pki_briefs peer = { .count = 0 };
	char remote[ADDR_TEXT];

	if (!event_wanted(c->worker, DEBUG_PKI_VALIDATION | DEBUG_PKI_CALLBACKS))
		return;
	if (good)
		pki_peer_briefs(c->ssl, &peer);
	else if (c->report)
		peer = c->report->received;
	say_pki(c, DEBUG_PKI_CALLBACKS, "CRYPTO_PKI: (%05X) TLS asks for a verdict on %s of %s", c->id,
	    peer.count ? peer.of[0].subject : "no certificate", addr_text(&c->remote, remote));
	if (!peer.count)
		return;
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X) Adding peer certificate", c->id);
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: Added x509 peer certificate -(%u) bytes", peer.of[0].size);
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X)validation path has %u certs", c->id, peer.count);
	say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI : (%05X) Validating non-trusted cert", c->id);
	if (good)
		say_good(c);
	else
		say_pki(c, DEBUG_PKI_VALIDATION, "CRYPTO_PKI: (%05X) Certificate validation failed: %s", c->id,
		    c->report->why);
}

void
tls_say_context(struct worker *w, const struct tls_identity *x, const char *why)
{
	char line[400];

	if (!event_wanted(w, DEBUG_PKI_API))
		return;
	snprintf(line, sizeof(line), "CRYPTO_PKI: CRYPTO_PKI_OPSSL context of trustpoint %s as %s: %s", x->trustpoint,
	    x->server ? "server" : "client", why ? why : "made");
	event_post(w, EVENT_PKI, 0, NULL, line, strlen(line), NULL, 0);
}
