/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pki_tls_test.c -- two ends and a wire in memory: who gets in, who does not, and whether the
 * reason names the certificate and the cure.  All of it runs under an openssl.cnf that forbids
 * everything, because nothing here may depend on the distribution's. */
#include "pki/ca_test.h"
#include <errno.h>
#include <time.h>
#include <openssl/err.h>

enum { ANCHORS = 4 };

struct side {
	const char *label;
	struct der *cert, *chain;
	struct der anchors[ANCHORS];
	const char *names[ANCHORS];
	int min, max;
	bool strict, rsa_1024, sha1;
};

struct outcome {
	bool ok;
	char server[1024], client[1024];             /* pki_reason() */
	char server_error[1024], client_error[1024]; /* pki_ssl_error() */
	char suite[64], version[16], server_vouched[64], client_vouched[64];
};

static char dir[64], why[1024];
static struct pki *pki;
static EVP_PKEY *root_key, *other_key, *sub_key;
static X509 *root, *other, *sub;
static struct der root_der, other_der, sub_der;

/* ---- the two ends ---- */

static SSL_CTX *
context(const struct side *s, bool server)
{
	struct pki_profile p = {.label = s->label,
	    .identity = s->cert,
	    .chain = s->chain,
	    .chains = s->chain ? 1 : 0,
	    .anchors = s->anchors,
	    .anchor_names = s->names,
	    .min_version = s->min,
	    .max_version = s->max,
	    .strict_cipher = s->strict,
	    .allow_rsa_1024 = s->rsa_1024,
	    .allow_sha1 = s->sha1,
	    .server = server};
	SSL_CTX *ctx = NULL;

	while (p.anchorss < ANCHORS && s->anchors[p.anchorss].bytes)
		p.anchorss++;
	why[0] = 0;
	if (pki_ctx(pki, &p, &ctx, why, sizeof(why)) < 0)
		fprintf(stderr, "pki_ctx: %s\n", why);
	return ctx;
}

/* One step of one end; true when it is done, well or not. */
static bool
step(SSL *ssl, bool *failed, char *reason, char *error)
{
	char byte;
	int rc = SSL_is_init_finished(ssl) ? SSL_read(ssl, &byte, 1) : SSL_do_handshake(ssl), what;

	if (*failed)
		return true;
	what = SSL_get_error(ssl, rc);
	if (rc > 0 || what == SSL_ERROR_WANT_READ || what == SSL_ERROR_WANT_WRITE)
		return SSL_is_init_finished(ssl);
	*failed = true;
	if (!pki_reason(ssl, reason, 1024))
		reason[0] = 0;
	pki_ssl_error(error, 1024);
	CHECK(ERR_peek_error() == 0);
	return true;
}

static void
describe(SSL *server, SSL *client, struct outcome *o)
{
	const char *text = pki_vouched(server);

	snprintf(o->server_vouched, sizeof(o->server_vouched), "%s", text ? text : "");
	text = pki_vouched(client);
	snprintf(o->client_vouched, sizeof(o->client_vouched), "%s", text ? text : "");
	snprintf(o->suite, sizeof(o->suite), "%s", SSL_get_cipher_name(server));
	snprintf(o->version, sizeof(o->version), "%s", SSL_get_version(server));
	CHECK(!SSL_session_reused(server));
	CHECK(!o->ok || !SSL_SESSION_is_resumable(SSL_get_session(client)));
}

static void
shake(SSL_CTX *sctx, SSL_CTX *cctx, struct outcome *o)
{
	SSL *server = SSL_new(sctx), *client = SSL_new(cctx);
	bool sfailed = false, cfailed = false;
	BIO *a, *b;

	*o = (struct outcome){0};
	BIO_new_bio_pair(&a, 65536, &b, 65536);
	SSL_set_bio(server, a, a);
	SSL_set_bio(client, b, b);
	SSL_set_accept_state(server);
	SSL_set_connect_state(client);
	for (int i = 0; i < 20; i++) { /* long enough for an alert after the handshake */
		step(client, &cfailed, o->client, o->client_error);
		step(server, &sfailed, o->server, o->server_error);
	}
	o->ok =
	    SSL_is_init_finished(server) && SSL_is_init_finished(client) && !sfailed && !cfailed;
	describe(server, client, o);
	SSL_free(server);
	SSL_free(client);
}

static struct outcome
run(const struct side *s, const struct side *c)
{
	SSL_CTX *sctx = context(s, true), *cctx = context(c, false);
	struct outcome o = {0};

	CHECK(sctx && cctx);
	if (sctx && cctx)
		shake(sctx, cctx, &o);
	SSL_CTX_free(sctx);
	SSL_CTX_free(cctx);
	return o;
}

/* A certificate over our key pair `label`. */
static struct der
issue(const char *label, struct spec s, X509 *issuer, EVP_PKEY *issuer_key)
{
	struct pki_key_info info;
	const uint8_t *p;
	EVP_PKEY *pub;
	X509 *x;
	struct der der;

	CHECK(pki_key_find(pki, label, &info));
	p = info.spki.bytes;
	pub = d2i_PUBKEY(NULL, &p, (long)info.spki.size);
	x = test_issue(pub, &s, issuer, issuer_key);
	der = test_der(x);
	X509_free(x);
	EVP_PKEY_free(pub);
	pki_key_info_clear(&info);
	return der;
}

/* By `root`, good for both ends. */
static struct der
leaf(const char *label, const char *cn)
{
	return issue(
	    label, (struct spec){.cn = cn, .eku = "serverAuth,clientAuth"}, root, root_key);
}

static void
setup(void)
{
	struct spec s = {.cn = "Sub CA", .basic = "critical,CA:TRUE", .usage = "keyCertSign"};

	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	CHECK(!pki_key_generate(pki, "rsa", PKI_RSA, 2048, false, NULL, NULL, why, sizeof(why)));
	CHECK(!pki_key_generate(pki, "rsa2", PKI_RSA, 2048, false, NULL, NULL, why, sizeof(why)));
	CHECK(!pki_key_generate(pki, "weak", PKI_RSA, 1024, false, NULL, NULL, why, sizeof(why)));
	CHECK(!pki_key_generate(pki, "ec", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)));
	CHECK(!pki_key_generate(pki, "ec521", PKI_EC, 521, false, NULL, NULL, why, sizeof(why)));
	root = test_root("Root CA", &root_key);
	other = test_root("Other CA", &other_key);
	sub_key = EVP_EC_gen("P-256");
	sub = test_issue(sub_key, &s, root, root_key);
	root_der = test_der(root);
	other_der = test_der(other);
	sub_der = test_der(sub);
}

static void
teardown(void)
{
	der_clear(&root_der);
	der_clear(&other_der);
	der_clear(&sub_der);
	X509_free(root);
	X509_free(other);
	X509_free(sub);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(other_key);
	EVP_PKEY_free(sub_key);
	pki_close(pki);
}

/* The box: RSA, by the root CA.  Each test changes one end. */
#define BOX(der)                                                                                   \
	{                                                                                          \
		.label = "rsa", .cert = (der), .anchors = {root_der}, .names = { "rootca-01" }     \
	}
#define PEER(der)                                                                                  \
	{                                                                                          \
		.label = "rsa2", .cert = (der), .anchors = {root_der}, .names = { "rootca-02" }    \
	}

/* ---- who gets in ---- */

static void
test_good(void)
{
	struct der box = leaf("rsa", "edge1"), peer = leaf("rsa2", "cucm1"), ec = leaf("ec", "ec");
	struct der ec521 = leaf("ec521", "ec521");
	struct side s = BOX(&box), c = PEER(&peer);
	struct outcome o = run(&s, &c);

	CHECK(o.ok && !strcmp(o.version, "TLSv1.3") && !strcmp(o.suite, "TLS_AES_256_GCM_SHA384"));
	CHECK(!strcmp(o.server_vouched, "rootca-01") && !strcmp(o.client_vouched, "rootca-02"));
	c.max = TLS12;
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.version, "TLSv1.2"));
	CHECK(!strcmp(o.suite, "ECDHE-RSA-AES128-GCM-SHA256"));
	s = (struct side){.label = "ec", .cert = &ec, .anchors = {root_der}, .names = {"r"}};
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.suite, "ECDHE-ECDSA-AES128-GCM-SHA256"));
	s = (struct side){.label = "ec521", .cert = &ec521, .anchors = {root_der}, .names = {"r"}};
	CHECK(run(&s, &c).ok);
	c.max = TLS13;
	CHECK(run(&s, &c).ok);
	der_clear(&box), der_clear(&peer), der_clear(&ec), der_clear(&ec521);
}

static void
test_strict(void)
{
	struct der box = leaf("rsa", "edge1"), peer = leaf("rsa2", "cucm1"), ec = leaf("ec", "ec");
	struct side s = BOX(&box), c = PEER(&peer);
	struct outcome o;
	struct pki_profile p = {
	    .label = "ec", .identity = &ec, .strict_cipher = true, .server = true};
	SSL_CTX *ctx = NULL;

	s.strict = true;
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.suite, "AES128-SHA") && !strcmp(o.version, "TLSv1.2"));
	s.strict = false, c.strict = true;
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.suite, "AES128-SHA") && !strcmp(o.version, "TLSv1.2"));
	s.min = TLS13;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server_error, "TLS version");
	CHECK_SAYS(o.client_error, "alert protocol version");
	CHECK(pki_ctx(pki, &p, &ctx, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "strict-cipher needs an RSA key pair, and ec is EC");
	p.min_version = TLS13;
	CHECK(pki_ctx(pki, &p, &ctx, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "does not exist in TLS 1.3");
	der_clear(&box), der_clear(&peer), der_clear(&ec);
}

/* RSA-1024, SHA-1, TLS 1.0: the box of the seed's time, only where the configuration says so. */
static void
test_old(void)
{
	struct spec spec = {.cn = "old", .hash = EVP_sha1(), .old = true};
	struct der old = issue("weak", spec, root, root_key), box = leaf("rsa", "edge1");
	struct side s = BOX(&box), c = {.label = "weak",
				       .cert = &old,
				       .anchors = {root_der},
				       .names = {"r"},
				       .min = TLS10,
				       .max = TLS10};
	struct outcome o;

	s.anchors[1] = old, s.names[1] = "old-01";
	o = run(&s, &c);
	CHECK(!o.ok && !o.server[0]);
	CHECK_SAYS(o.server_error, "TLS version is not allowed here");
	CHECK_SAYS(o.client_error, "alert protocol version");
	s.min = TLS10; /* which names the version, and nothing else */
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "has a key of 1024 bits, which is too weak: have it reissued, or allow it for "
			     "that peer alone (compatibility rsa-1024");
	s.rsa_1024 = true; /* the certificate is pinned: its hash proves nothing */
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.version, "TLSv1") && !strcmp(o.server_vouched, "old-01"));
	c.max = TLS11;
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.version, "TLSv1.1"));
	c.max = TLS12, s.min = TLS12, s.rsa_1024 = false;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "the peer's certificate CN=old (serial 0A12) has a key of 1024 bits");
	der_clear(&old), der_clear(&box);
}

/* ---- pinned certificates ---- */

static void
test_pinned(void)
{
	struct der box = leaf("rsa", "edge1"), peer = leaf("rsa2", "cucm1");
	struct der renewed =
	    issue("rsa2", (struct spec){.cn = "cucm1", .serial = 0x0A13}, root, root_key);
	struct side s = BOX(&box), c = PEER(&peer);
	struct outcome o;

	s.anchors[0] = peer, s.names[0] = "CCM-cert-02";
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.server_vouched, "CCM-cert-02"));
	c.cert = &renewed;
	o = run(&s, &c);
	CHECK(!o.ok && !o.server_vouched[0]);
	CHECK_SAYS(o.server,
	    "the peer's certificate CN=cucm1 (serial 0A13) was issued by CN=Root CA, "
	    "which no trustpoint holds: authenticate that CA in a trustpoint "
	    "(trustpoint CCM-cert-02 holds another certificate of that name, serial "
	    "0A12, and trusts only that one");
	CHECK_SAYS(o.client_error, "the peer refused our certificate: alert unknown ca");
	s.anchors[1] = root_der, s.names[1] = "rootca-01";
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.server_vouched, "rootca-01"));
	der_clear(&box), der_clear(&peer), der_clear(&renewed);
}

/* A pinned certificate that could issue by its key usage (CUCM's look like that) still vouches
 * for nothing but itself. */
static void
test_pinned_issues_nothing(void)
{
	struct spec spec = {.cn = "cucm1", .usage = "digitalSignature,keyEncipherment,keyCertSign"};
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = test_issue(key, &spec, NULL, key);
	struct der pin = test_der(x), box = leaf("rsa", "edge1");
	struct der child = issue("rsa2", (struct spec){.cn = "child"}, x, key);
	struct side s = BOX(&box), c = PEER(&child);
	struct outcome o;

	s.anchors[0] = pin, s.names[0] = "CCM-cert-02";
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(
	    o.server, "the peer's certificate CN=child (serial 0A12) was issued by CN=cucm1");
	der_clear(&pin), der_clear(&box), der_clear(&child);
	X509_free(x);
	EVP_PKEY_free(key);
}

/* Our own self-signed certificates, which are CAs by their extensions, pinned on both sides. */
static void
test_self_signed(void)
{
	struct pki_request r = {.label = "rsa", .subject = "cn=edge1"};
	struct der box = {0}, peer = {0};
	struct side s = {.label = "rsa", .cert = &box, .names = {"a"}};
	struct side c = {.label = "ec", .cert = &peer, .names = {"b"}};
	struct outcome o;

	CHECK(pki_self_sign(pki, &r, 365, &box, why, sizeof(why)) == 0);
	r.label = "ec", r.subject = "cn=edge2";
	CHECK(pki_self_sign(pki, &r, 365, &peer, why, sizeof(why)) == 0);
	s.anchors[0] = peer, c.anchors[0] = box;
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.server_vouched, "a") && !strcmp(o.client_vouched, "b"));
	s.anchors[0] = root_der;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "the peer's certificate CN=edge2 (serial ");
	CHECK_SAYS(o.server,
	    ") is self-signed and no trustpoint holds it: authenticate exactly this "
	    "certificate in a trustpoint");
	der_clear(&box), der_clear(&peer);
}

/* ---- chains ---- */

static void
test_chains(void)
{
	struct der box = leaf("rsa", "edge1"), again_der;
	struct der peer = issue("rsa2", (struct spec){.cn = "cucm1"}, sub, sub_key);
	struct side s = BOX(&box), c = PEER(&peer);
	EVP_PKEY *again_key;
	X509 *again = test_root("Other CA", &again_key);
	struct outcome o = run(&s, &c);

	CHECK(!o.ok);
	CHECK_SAYS(o.server, "CN=cucm1 (serial 0A12) was issued by CN=Sub CA, which no trustpoint");
	c.chain = &sub_der;
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.server_vouched, "rootca-01"));
	s.anchors[0] = other_der;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "the peer's certificate CN=cucm1 (serial 0A12) depends on CN=Sub CA "
			     "(serial 0A12), which was issued by CN=Root CA, which no trustpoint");
	c.chain = NULL;
	s.anchors[0] = sub_der, s.names[0] = "subca";
	o = run(&s, &c); /* a subordinate CA is anchor enough */
	CHECK(o.ok && !strcmp(o.server_vouched, "subca"));
	s.anchors[1] = root_der, s.names[1] = "rootca-01";
	o = run(&s, &c);
	CHECK(o.ok && !strcmp(o.server_vouched, "subca"));
	again_der = test_der(again); /* the CA's name with another key */
	s.anchors[0] = again_der, s.anchors[1] = (struct der){0};
	der_clear(&peer);
	peer = issue("rsa2", (struct spec){.cn = "cucm1"}, other, other_key);
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "trustpoint subca holds a CA of that name, but another key");
	der_clear(&box), der_clear(&peer), der_clear(&again_der);
	X509_free(again);
	EVP_PKEY_free(again_key);
}

static void
test_chain_with_root(void)
{
	struct der box = leaf("rsa", "edge1");
	struct der peer = issue("rsa2", (struct spec){.cn = "cucm1"}, other, other_key);
	struct side s = BOX(&box), c = PEER(&peer);
	struct outcome o;

	c.chain = &other_der;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "the peer's certificate CN=cucm1 (serial 0A12) leads to the root CA "
			     "CN=Other CA (serial 0A12), which no trustpoint holds");
	der_clear(&box), der_clear(&peer);
}

/* ---- who does not get in ---- */

static void
test_unknown(void)
{
	struct der box = leaf("rsa", "edge1");
	struct der peer = issue("rsa2", (struct spec){.cn = "cucm1"}, other, other_key);
	struct side s = BOX(&box), c = PEER(&peer);
	struct outcome o;

	for (c.max = TLS12; c.max <= TLS13; c.max++) {
		o = run(&s, &c);
		CHECK(!o.ok);
		CHECK_SAYS(o.server,
		    "the peer's certificate CN=cucm1 (serial 0A12) was issued by "
		    "CN=Other CA, which no trustpoint holds: authenticate that CA in "
		    "a trustpoint");
		CHECK_SAYS(o.server_error, "the peer's certificate was refused");
		CHECK_SAYS(o.client_error, "alert unknown ca");
		CHECK(!o.client[0]);
	}
	c.max = TLS13;
	o = run(&c, &s); /* and the other way round: the client refuses */
	CHECK(!o.ok);
	CHECK_SAYS(o.client, "CN=cucm1 (serial 0A12) was issued by CN=Other CA");
	CHECK_SAYS(o.server_error, "alert unknown ca");
	der_clear(&box), der_clear(&peer);
}

static void
test_no_certificate(void)
{
	struct der box = leaf("rsa", "edge1");
	struct side s = BOX(&box), c = {.anchors = {root_der}, .names = {"r"}};
	struct pki_profile p = {.server = true};
	SSL_CTX *ctx = NULL;

	for (c.max = TLS12; c.max <= TLS13; c.max++) {
		struct outcome o = run(&s, &c);

		CHECK(!o.ok);
		CHECK_SAYS(o.server, "the peer sent no certificate");
		CHECK_SAYS(o.server_error, "the peer sent no certificate");
		CHECK_SAYS(o.client_error, "alert");
	}
	CHECK(pki_ctx(pki, &p, &ctx, why, sizeof(why)) == -EINVAL && !ctx);
	CHECK_SAYS(why, "a TLS server needs a certificate of its own");
	der_clear(&box);
}

/* As a CA's child and pinned: dates count both ways. */
static void
expect_dates(struct spec spec, const char *words, const char *from_words)
{
	struct der box = leaf("rsa", "edge1"), peer = issue("rsa2", spec, root, root_key);
	struct side s = BOX(&box), c = PEER(&peer);

	for (int pinned = 0; pinned < 2; pinned++) {
		time_t from = time(NULL) + spec.from * 86400L;
		char day[64];
		struct tm tm;
		struct outcome o;

		if (pinned)
			s.anchors[0] = peer, s.names[0] = "CCM-cert-02";
		strftime(day, sizeof(day), "UTC %b ", gmtime_r(&from, &tm));
		o = run(&s, &c);
		CHECK(!o.ok);
		CHECK_SAYS(o.server, words);
		CHECK_SAYS(o.server, ": it is valid from ");
		CHECK_SAYS(o.server, day);
		CHECK_SAYS(o.server, ", and the clock of this box says ");
		CHECK_SAYS(o.client_error, from_words);
	}
	der_clear(&box), der_clear(&peer);
}

static void
test_dates(void)
{
	expect_dates((struct spec){.cn = "cucm1", .from = -30, .to = -3},
	    "the peer's certificate CN=cucm1 (serial 0A12) has expired",
	    "alert certificate expired");
	expect_dates((struct spec){.cn = "cucm1", .from = 3, .to = 30},
	    "the peer's certificate CN=cucm1 (serial 0A12) is not valid yet",
	    "alert bad certificate");
}

/* A CA above the peer, and one that is none. */
static void
test_faults_above(void)
{
	struct spec spec = {.cn = "Old CA", .basic = "CA:TRUE", .from = -30, .to = -3};
	X509 *x = test_issue(sub_key, &spec, root, root_key);
	struct der box = leaf("rsa", "edge1"), old = test_der(x), no;
	struct der peer = issue("rsa2", (struct spec){.cn = "cucm1"}, x, sub_key);
	struct side s = BOX(&box), c = PEER(&peer);
	struct outcome o;

	c.chain = &old;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "the peer's certificate CN=cucm1 (serial 0A12) depends on CN=Old CA "
			     "(serial 0A12), which has expired: it is valid from ");
	s.anchors[0] = old, c.chain = NULL;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "CN=Old CA (serial 0A12) of trustpoint rootca-01, which has expired");
	X509_free(x);
	der_clear(&peer);
	spec = (struct spec){.cn = "no CA", .basic = "CA:FALSE"};
	x = test_issue(sub_key, &spec, root, root_key);
	no = test_der(x);
	peer = issue("rsa2", (struct spec){.cn = "cucm1"}, x, sub_key);
	s.anchors[0] = root_der, c.chain = &no;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "depends on CN=no CA (serial 0A12), which is not a CA certificate");
	X509_free(x);
	der_clear(&box), der_clear(&peer), der_clear(&old), der_clear(&no);
}

static void
test_purpose(void)
{
	struct der box = leaf("rsa", "edge1"), peer, none;
	struct side s = BOX(&box), c = PEER(&peer);
	struct outcome o;

	peer = issue("rsa2", (struct spec){.cn = "web", .eku = "serverAuth"}, root, root_key);
	none = issue("rsa2", (struct spec){.cn = "any"}, root, root_key);
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server,
	    "the peer's certificate CN=web (serial 0A12) may not be used as a TLS "
	    "client: its extended key usage (Server Auth) lacks Client Auth: have it "
	    "reissued with Server Auth and Client Auth");
	CHECK(run(&c, &s).ok); /* as a server it may */
	s.anchors[0] = peer, s.names[0] = "pinned";
	CHECK(run(&s, &c).ok); /* whoever pins it means it */
	s.anchors[0] = root_der;
	c.cert = &none;
	CHECK(run(&s, &c).ok);
	der_clear(&peer);
	peer = issue("rsa2", (struct spec){.cn = "odd", .usage = "keyCertSign"}, root, root_key);
	c.cert = &peer;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "key usage (04000000) that does not fit a TLS client");
	der_clear(&box), der_clear(&peer), der_clear(&none);
}

static void
test_forged(void)
{
	struct der box = leaf("rsa", "edge1"), peer = leaf("rsa2", "cucm1");
	struct side s = BOX(&box), c = PEER(&peer);
	struct outcome o;

	peer.bytes[peer.size - 1] ^= 1;
	o = run(&s, &c);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "the peer's certificate CN=cucm1 (serial 0A12) is not what CN=Root CA "
			     "signed: its signature is wrong");
	der_clear(&box), der_clear(&peer);
}

static void
test_weak_hash(void)
{
	struct spec spec = {.cn = "sha1", .hash = EVP_sha1()};
	struct der box = leaf("rsa", "edge1"), peer = issue("rsa2", spec, root, root_key);
	struct side s = BOX(&box), c = PEER(&peer);
	SSL_CTX *cctx, *sctx;
	struct outcome o;

	c.min = TLS10; /* lets the peer use it */
	sctx = context(&s, true), cctx = context(&c, false);
	SSL_CTX_set_min_proto_version(cctx, TLS12);
	shake(sctx, cctx, &o);
	CHECK(!o.ok);
	CHECK_SAYS(o.server, "CN=sha1 (serial 0A12) is signed with a hash that is too weak");
	SSL_CTX_free(sctx);
	SSL_CTX_free(cctx);
	s.rsa_1024 = true;
	CHECK(!run(&s, &c).ok);
	s.sha1 = true, s.rsa_1024 = false;
	CHECK(run(&s, &c).ok);
	der_clear(&box), der_clear(&peer);
}

/* ---- what is not TLS ---- */

static void
plain(const char *text, bool server, const char *words)
{
	struct der box = leaf("rsa", "edge1");
	struct side s = BOX(&box);
	SSL_CTX *ctx = context(&s, server);
	SSL *ssl = SSL_new(ctx);
	BIO *in = BIO_new_mem_buf(text, -1), *out = BIO_new(BIO_s_mem());
	char error[1024];

	SSL_set_bio(ssl, in, out);
	if (server)
		SSL_set_accept_state(ssl);
	else
		SSL_set_connect_state(ssl);
	CHECK(SSL_do_handshake(ssl) <= 0 && !pki_reason(ssl, error, sizeof(error)));
	pki_ssl_error(error, sizeof(error));
	CHECK_SAYS(error, words);
	CHECK(!pki_vouched(ssl));
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	der_clear(&box);
}

static void
test_plain(void)
{
	char error[256];

	plain("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP c\r\n\r\n", true, "plain SIP or HTTP");
	plain("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true, "plain HTTP request");
	plain("SIP/2.0 400 Bad Request\r\nVia: x\r\n\r\n", false, "wrong version number");
	pki_ssl_error(error, sizeof(error));
	CHECK_SAYS(error, "no reason");
}

/* No group of suites in common: an EC identity and a peer of RSA key exchange alone. */
static void
test_no_shared_cipher(void)
{
	struct der ec = leaf("ec", "edge1"), peer = leaf("rsa2", "cucm1");
	struct side s = {.label = "ec", .cert = &ec, .anchors = {root_der}, .names = {"r"}};
	struct side c = PEER(&peer);
	struct outcome o;

	c.strict = true;
	o = run(&s, &c);
	CHECK(!o.ok && !o.server[0]);
	CHECK_SAYS(o.server_error, "no shared cipher");
	CHECK_SAYS(o.client_error, "alert handshake failure");
	der_clear(&ec), der_clear(&peer);
}

static void
test_refused_profiles(void)
{
	struct der box = leaf("rsa", "edge1"), junk = {(uint8_t *)"junk", 4};
	const char *names[] = {"tp"};
	struct pki_profile p = {.label = "gone", .identity = &box, .server = true};
	SSL_CTX *ctx = NULL;

	CHECK(pki_ctx(pki, &p, &ctx, why, sizeof(why)) == -ENOENT);
	CHECK_SAYS(why, "no key pair named gone");
	p.label = "rsa2";
	CHECK(pki_ctx(pki, &p, &ctx, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "our certificate is not of key pair rsa2");
	p.label = "rsa", p.identity = NULL;
	CHECK(pki_ctx(pki, &p, &ctx, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "key pair rsa has no certificate yet");
	p.identity = &box, p.anchors = &junk, p.anchor_names = names, p.anchorss = 1;
	CHECK(pki_ctx(pki, &p, &ctx, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "the CA certificate of trustpoint tp cannot be read");
	p.anchorss = 0, p.min_version = TLS13, p.max_version = TLS12;
	CHECK(pki_ctx(pki, &p, &ctx, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "above the highest");
	CHECK(!ctx && ERR_peek_error() == 0);
	der_clear(&box);
}

/* Before OpenSSL reads its configuration. */
static void
hostile_configuration(void)
{
	char path[128];
	SSL_CTX *ctx;
	FILE *f;

	snprintf(path, sizeof(path), "%s/openssl.cnf", dir);
	f = fopen(path, "w");
	fputs("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
	      "MinProtocol = TLSv1.3\nMaxProtocol = TLSv1.3\nGroups = secp521r1\n"
	      "CipherString = NULL:@SECLEVEL=5\nCiphersuites = TLS_AES_128_CCM_SHA256\n"
	      "SignatureAlgorithms = ed448\nOptions = Compression,UnsafeLegacyRenegotiation\n",
	    f);
	fclose(f);
	setenv("OPENSSL_CONF", path, 1);
	ctx = SSL_CTX_new(TLS_server_method());
	CHECK(SSL_CTX_get_min_proto_version(ctx) == TLS13 && SSL_CTX_get_security_level(ctx) == 5);
	SSL_CTX_free(ctx);
}

int
main(void)
{
	test_dir_make(dir);
	hostile_configuration();
	setup();
	test_good();
	test_strict();
	test_old();
	test_pinned();
	test_pinned_issues_nothing();
	test_self_signed();
	test_chains();
	test_chain_with_root();
	test_unknown();
	test_no_certificate();
	test_dates();
	test_faults_above();
	test_purpose();
	test_forged();
	test_weak_hash();
	test_plain();
	test_no_shared_cipher();
	test_refused_profiles();
	teardown();
	test_dir_remove(dir);
	return failures != 0;
}
