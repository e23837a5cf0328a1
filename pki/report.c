/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/report.c -- see report.h.  What both sides said hangs on the SSL while the handshake runs. */
#include "pki/report.h"
#include "pki/cert.h"
#include "pki/hello.h"
#include "pki/name.h"
#include "pki/verify.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>

struct said {
	struct hello client, server;
	int alert_sent, alert_received; /* -1: none */
};

/* ---- watching ---- */

static int said_index;

static void
on_said_free(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int index, long argl, void *argp)
{
	(void)parent, (void)ad, (void)index, (void)argl, (void)argp;
	free(ptr);
}

static void
take_index(void)
{
	said_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, on_said_free);
}

static struct said *
said_of(const SSL *ssl)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, take_index);
	return said_index > 0 ? SSL_get_ex_data(ssl, said_index) : NULL;
}

int
pki_watch(SSL *ssl)
{
	struct said *s = said_of(ssl);

	if (s)
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s || !SSL_set_ex_data(ssl, said_index, s)) {
		free(s);
		return -ENOMEM;
	}
	s->alert_sent = s->alert_received = -1;
	return 0;
}

void
pki_saw(SSL *ssl, bool sent, int type, const void *bytes, size_t size)
{
	struct said *s = said_of(ssl);
	const uint8_t *p = bytes;

	if (!s || !size)
		return;
	if (type == SSL3_RT_ALERT && size == 2 && p[1] != SSL_AD_CLOSE_NOTIFY)
		*(sent ? &s->alert_sent : &s->alert_received) = p[1];
	else if (type == SSL3_RT_HANDSHAKE && *p == SSL3_MT_CLIENT_HELLO)
		hello_read(bytes, size, &s->client);
	else if (type == SSL3_RT_HANDSHAKE && *p == SSL3_MT_SERVER_HELLO)
		hello_read(bytes, size, &s->server);
}

int
pki_hello_version(const SSL *ssl, const void *bytes, size_t size)
{
	int best = (int)SSL_get_max_proto_version((SSL *)ssl), version = 0;
	struct hello h;

	if (!hello_read(bytes, size, &h) || !h.client)
		return SSL_version(ssl);
	for (size_t i = 0; i < h.version_count; i++)
		if (h.versions[i] > version && h.versions[i] <= TLS13)
			version = h.versions[i];
	return best && version > best ? best : version;
}

/* ---- lists ---- */

/* ", NAME" as long as there is room for that and for the dots that say that there is more. */
static void
add_word(char *list, size_t size, const char *word)
{
	size_t used = strlen(list);

	if (used >= 4 && !strcmp(list + used - 3, "..."))
		return;
	if (used + strlen(word) + 8 < size)
		snprintf(list + used, size - used, "%s%s", used ? ", " : "", word);
	else
		snprintf(list + used, size - used, ", ...");
}

static void
add_version(char *list, unsigned version)
{
	char word[16];

	if (version >= TLS10 && version <= TLS13)
		snprintf(word, sizeof(word), "TLS 1.%u", version - TLS10);
	else if (version == 0x0300)
		snprintf(word, sizeof(word), "SSL 3.0");
	else
		snprintf(word, sizeof(word), "0x%04X", version);
	add_word(list, PKI_VERSIONS_TEXT, word);
}

static void
add_suite(SSL *ssl, char *list, unsigned suite)
{
	const unsigned char bytes[2] = {(uint8_t)(suite >> 8), (uint8_t)suite};
	const SSL_CIPHER *known = SSL_CIPHER_find(ssl, bytes);
	char word[16];

	snprintf(word, sizeof(word), "0x%04X", suite);
	add_word(list, PKI_SUITES_TEXT, known ? SSL_CIPHER_get_name(known) : word);
}

/* What a client would read of a hello before there was supported_versions: all up to that one. */
static bool
offers_version(const struct hello *h, int version)
{
	for (size_t i = 0; i < h->version_count; i++)
		if (h->versions[i] == version)
			return true;
	return h->client && h->version_count == 1 && h->versions[0] <= TLS12 && version <= h->versions[0];
}

static bool
offers_suite(const struct hello *h, unsigned suite)
{
	for (size_t i = 0; i < h->suite_count; i++)
		if (h->suites[i] == suite)
			return true;
	return false;
}

static void
tell_hello(SSL *ssl, const struct hello *h, struct pki_offer *o)
{
	for (size_t i = 0; i < h->version_count; i++)
		add_version(o->versions, h->versions[i]);
	for (size_t i = 0; i < h->suite_count; i++)
		add_suite(ssl, o->suites, h->suites[i]);
}

/* What the configuration allows us, and what of it `theirs' has too. */
static void
tell_ours(SSL *ssl, const struct hello *theirs, struct pki_offer *ours, struct pki_offer *common)
{
	STACK_OF(SSL_CIPHER) *list = SSL_get_ciphers(ssl);
	int min = (int)SSL_get_min_proto_version(ssl), max = (int)SSL_get_max_proto_version(ssl);

	for (int version = max; version >= min && version >= TLS10; version--) {
		add_version(ours->versions, (unsigned)version);
		if (offers_version(theirs, version))
			add_version(common->versions, (unsigned)version);
	}
	for (int i = 0; i < sk_SSL_CIPHER_num(list); i++) {
		const SSL_CIPHER *c = sk_SSL_CIPHER_value(list, i);

		add_word(ours->suites, sizeof(ours->suites), SSL_CIPHER_get_name(c));
		if (offers_suite(theirs, SSL_CIPHER_get_protocol_id(c)))
			add_word(common->suites, sizeof(common->suites), SSL_CIPHER_get_name(c));
	}
}

static void
tell_offers(SSL *ssl, const struct said *s, struct pki_report *r)
{
	if (SSL_is_server(ssl)) {
		tell_hello(ssl, &s->client, &r->theirs);
		tell_ours(ssl, &s->client, &r->ours, &r->common);
	} else {
		tell_hello(ssl, &s->server, &r->theirs);
		tell_ours(ssl, &s->server, &r->ours, &r->common);
	}
	snprintf(r->sni, sizeof(r->sni), "%s", s->client.sni);
}

/* OpenSSL 3.0 has no words for those of TLS 1.3 (RFC 8446 6.2). */
static const char *
alert_name(int alert)
{
	switch (alert) {
	case SSL_AD_MISSING_EXTENSION:
		return "missing extension";
	case SSL_AD_CERTIFICATE_REQUIRED:
		return "certificate required";
	case SSL_AD_NO_APPLICATION_PROTOCOL:
		return "no application protocol";
	default:
		return SSL_alert_desc_string_long(alert);
	}
}

static void
tell_alert(char *text, int alert)
{
	if (alert >= 0)
		snprintf(text, PKI_ALERT, "%s (%d)", alert_name(alert), alert);
}

/* ---- chains ---- */

static void
brief_of(X509 *x, struct pki_brief *b)
{
	char name[PKI_NAME];

	*b = (struct pki_brief){.from = cert_time(X509_get0_notBefore(x)),
	    .to = cert_time(X509_get0_notAfter(x)),
	    .size = (uint32_t)i2d_X509(x, NULL)};
	name_brief(X509_get_subject_name(x), name, sizeof(name));
	snprintf(b->subject, sizeof(b->subject), "%.*s", PKI_BRIEF_NAME - 1, name);
	name_brief(X509_get_issuer_name(x), name, sizeof(name));
	snprintf(b->issuer, sizeof(b->issuer), "%.*s", PKI_BRIEF_NAME - 1, name);
	cert_serial(x, name, sizeof(name));
	snprintf(b->serial, sizeof(b->serial), "%.47s", name);
}

static void
add_brief(struct pki_briefs *b, X509 *x)
{
	if (x && b->count < PKI_BRIEFS)
		brief_of(x, &b->of[b->count++]);
}

void
pki_brief(const struct der *der, struct pki_brief *b)
{
	OWNED(x509_free) X509 *x = cert_open(der->bytes, der->size);

	*b = (struct pki_brief){.from = 0};
	if (x)
		brief_of(x, b);
}

/* The server's own library leaves the peer's own certificate out of its chain. */
void
pki_peer_briefs(SSL *ssl, struct pki_briefs *b)
{
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);

	b->count = 0;
	if (SSL_is_server(ssl))
		add_brief(b, SSL_get0_peer_certificate(ssl));
	for (int i = 0; i < sk_X509_num(chain); i++)
		add_brief(b, sk_X509_value(chain, i));
}

static void
tell_serial(const X509 *x, char *text, size_t size)
{
	char serial[129] = "";

	if (x)
		cert_serial(x, serial, sizeof(serial));
	snprintf(text, size, "%s", serial);
}

void
pki_own_serial(SSL *ssl, char *text, size_t size)
{
	tell_serial(SSL_get_certificate(ssl), text, size);
}

void
pki_peer_serial(SSL *ssl, char *text, size_t size)
{
	tell_serial(SSL_get0_peer_certificate(ssl), text, size);
}

static size_t
add_der(struct der *to, X509 *x)
{
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int size = x ? i2d_X509(x, &bytes) : 0;

	return size > 0 && der_copy(to, bytes, (size_t)size) == 0;
}

size_t
pki_peer_chain(SSL *ssl, struct der chain[PKI_BRIEFS])
{
	STACK_OF(X509) *list = SSL_get_peer_cert_chain(ssl);
	size_t n = 0;

	if (SSL_is_server(ssl))
		n += add_der(&chain[n], SSL_get0_peer_certificate(ssl));
	for (int i = 0; i < sk_X509_num(list) && n < PKI_BRIEFS; i++)
		n += add_der(&chain[n], sk_X509_value(list, i));
	return n;
}

static bool
is_root(X509 *x)
{
	return !X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x));
}

static void
tell_missing(X509 *last, char *text, size_t size)
{
	char issuer[PKI_NAME], subject[PKI_NAME];
	struct pki_cert_info info;

	name_brief(X509_get_issuer_name(last), issuer, sizeof(issuer));
	name_brief(X509_get_subject_name(last), subject, sizeof(subject));
	cert_info(last, &info);
	snprintf(text, size, "the issuer of %.60s, %.100s, is in no trustpoint here: if it is an intermediate CA, "
	    "a peer that knows only the root cannot verify us; authenticate it in a trustpoint%s%.120s", subject,
	    issuer, info.ca_issuerss ? ", its address is " : "", info.ca_issuerss ? info.ca_issuers[0] : "");
}

bool
pki_missing(const struct der *chain, size_t count, const struct der *anchors, size_t anchor_count, char *text,
    size_t size)
{
	OWNED(x509_free)
	X509 *last = count ? cert_open(chain[count - 1].bytes, chain[count - 1].size) : NULL;
	bool known = !last || is_root(last);

	for (size_t i = 0; i < anchor_count && !known; i++)
		known = pki_cert_issued_by(&chain[count - 1], &anchors[i]);
	if (!known)
		tell_missing(last, text, size);
	return !known;
}

/* Ours, as it went out, or would have. */
static void
tell_sent(SSL *ssl, struct pki_report *r)
{
	const struct trust *t = verify_trust(SSL_get_SSL_CTX(ssl));
	X509 *last = SSL_get_certificate(ssl);
	STACK_OF(X509) *above = NULL;
	bool known = false;

	if (!last || !*r->theirs.versions) /* nobody sends its chain before it has heard the other's hello */
		return;
	add_brief(&r->sent, last);
	SSL_get0_chain_certs(ssl, &above);
	for (int i = 0; i < sk_X509_num(above); i++)
		add_brief(&r->sent, last = sk_X509_value(above, i));
	for (size_t i = 0; t && i < t->count && !known; i++)
		known = cert_issued_by(last, t->anchors[i].cert);
	if (!known && !is_root(last))
		tell_missing(last, r->missing, sizeof(r->missing));
}

static void
tell_received(SSL *ssl, struct pki_report *r)
{
	const STACK_OF(X509) *received = verify_received(ssl, &r->culprit);

	for (int i = 0; i < sk_X509_num(received); i++)
		add_brief(&r->received, sk_X509_value(received, i));
	if (!received)
		pki_peer_briefs(ssl, &r->received);
	if (r->culprit >= r->received.count)
		r->culprit = -1;
}

/* ---- telling ---- */

/* First of all: what is looked at later empties OpenSSL's queue. */
static void
tell_why(SSL *ssl, const struct said *said, const char *otherwise, struct pki_report *r)
{
	const char *hint = verify_hint(ssl);
	/* of a record behind a hello: it does speak TLS, another version */
	bool wrong = ERR_GET_REASON(ERR_peek_error()) == SSL_R_WRONG_VERSION_NUMBER;

	snprintf(r->hint, sizeof(r->hint), "%s", hint ? hint : "");
	if (pki_reason(ssl, r->why, sizeof(r->why)))
		ERR_clear_error();
	else if (otherwise && !ERR_peek_error())
		snprintf(r->why, sizeof(r->why), "%s", otherwise);
	else
		pki_ssl_error(r->why, sizeof(r->why));
	if (wrong && said && said->client.version_count)
		snprintf(r->why, sizeof(r->why), "the peer does not take the TLS version that was chosen: compare the TLS "
		    "versions of both sides");
}

/* What has to be allowed so that the newest version of the peer is: of today's none is, it was taken away here. */
static enum hint
version_hint(const struct pki_offer *theirs)
{
	if (strstr(theirs->versions, "TLS 1.3") || strstr(theirs->versions, "TLS 1.2"))
		return HINT_VERSIONS;
	return strstr(theirs->versions, "TLS 1.1") ? HINT_TLS_11 : HINT_TLS_10;
}

/* Where no certificate of the peer was at fault. */
static enum hint
hint_of(const struct said *s, const struct pki_report *r)
{
	if (s->alert_received == SSL_AD_PROTOCOL_VERSION ||
	    (s->alert_received == SSL_AD_HANDSHAKE_FAILURE && !*r->theirs.versions))
		return HINT_VERSIONS;
	if (*r->alert_received && r->sent.count)
		return HINT_CHAIN;
	if (*r->theirs.versions && !*r->common.versions)
		return version_hint(&r->theirs);
	return *r->theirs.versions && !*r->common.suites ? HINT_SUITE : HINT_NONE;
}

/* No version is left that both speak, and one more was allowed once. */
static void
tell_ended(const struct trust *t, char *why, size_t size)
{
	size_t used = strlen(why);
	FILE *out = used + 1 < size ? fmemopen(why + used, size - used, "w") : NULL;

	if (!out)
		return;
	say_ended(t, PKI_TLS_11, out);
	say_ended(t, PKI_TLS_10, out);
	fclose(out);
}

void
pki_report(SSL *ssl, const char *otherwise, struct pki_report *r)
{
	static const struct said nothing = {.alert_sent = -1, .alert_received = -1};
	const struct said *s = said_of(ssl);
	const struct trust *trust = verify_trust(SSL_get_SSL_CTX(ssl));

	*r = (struct pki_report){.culprit = -1};
	tell_why(ssl, s, otherwise, r);
	if (!s)
		s = &nothing;
	tell_alert(r->alert_sent, s->alert_sent);
	tell_alert(r->alert_received, s->alert_received);
	tell_offers(ssl, s, r);
	tell_received(ssl, r);
	tell_sent(ssl, r);
	if (!*r->hint)
		hint_put(hint_of(s, r), NULL, trust ? trust->class_tag : 0, r->hint);
	if (trust && (s->alert_received == SSL_AD_PROTOCOL_VERSION || (*r->theirs.versions && !*r->common.versions)))
		tell_ended(trust, r->why, sizeof(r->why));
	ERR_clear_error();
}
