/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/verify.c -- is this peer one of those whom we trust, and if not: why, and what to do.
 *
 * An anchor that is a CA vouches for what it issued, root or not (so the chain may stop at a
 * subordinate CA).  Any other anchor is pinned: it vouches for exactly itself, whatever its
 * extensions say, for its owner has chosen this very certificate; only its dates and the strength
 * of its key still count.  OpenSSL checks chains; the reasons are ours and name the certificate.
 * The anchors hang on the SSL_CTX and the verdict on the SSL, by two ex_data indexes: those are
 * numbers of the process in OpenSSL's own bookkeeping, taken once. */
#include "pki/verify.h"
#include "pki/cert.h"
#include "pki/name.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>

struct anchor {
	X509 *cert;
	char *name;  /* its trustpoint */
	bool pinned; /* for exactly itself */
};

struct trust {
	size_t count;
	int level;
	struct anchor anchors[];
};

struct verdict {
	char *why;     /* refused */
	char *vouched; /* accepted: the trustpoint */
};

const char verify_no_certificate[] =
    "the peer sent no certificate: it must present one (a mutual TLS trunk), whose CA is "
    "authenticated in a trustpoint here";

/* ---- what hangs on OpenSSL's objects ---- */

static int trust_index, verdict_index;

static void
trust_free(struct trust *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++) {
		X509_free(t->anchors[i].cert);
		free(t->anchors[i].name);
	}
	free(t);
}

static void
on_trust_free(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int index, long argl, void *argp)
{
	(void)parent, (void)ad, (void)index, (void)argl, (void)argp;
	trust_free(ptr);
}

static void
on_verdict_free(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int index, long argl, void *argp)
{
	struct verdict *v = ptr;

	(void)parent, (void)ad, (void)index, (void)argl, (void)argp;
	if (!v)
		return;
	free(v->why);
	free(v->vouched);
	free(v);
}

/* A copied SSL (SSL_dup) has its own fate. */
static int
on_verdict_dup(
    CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **data, int index, long argl, void *argp)
{
	(void)to, (void)from, (void)index, (void)argl, (void)argp;
	*data = NULL;
	return 1;
}

static void
take_indexes(void)
{
	trust_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, on_trust_free);
	verdict_index = SSL_get_ex_new_index(0, NULL, NULL, on_verdict_dup, on_verdict_free);
}

static bool
have_indexes(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, take_indexes);
	return trust_index > 0 && verdict_index > 0;
}

/* Takes `text` over; a verdict that cannot be kept is one without words. */
static void
verdict_set(SSL *ssl, char *why, char *vouched)
{
	struct verdict *v = calloc(1, sizeof(*v)), *old;

	old = ssl && have_indexes() ? SSL_get_ex_data(ssl, verdict_index) : NULL;
	if (v && ssl && have_indexes() && SSL_set_ex_data(ssl, verdict_index, v)) {
		*v = (struct verdict){why, vouched};
		on_verdict_free(NULL, old, NULL, 0, 0, NULL);
		return;
	}
	free(v);
	free(why);
	free(vouched);
}

static const struct verdict *
verdict_of(const SSL *ssl)
{
	return have_indexes() ? SSL_get_ex_data(ssl, verdict_index) : NULL;
}

const char *
pki_vouched(const SSL *ssl)
{
	const struct verdict *v = verdict_of(ssl);

	return v ? v->vouched : NULL;
}

/* OpenSSL calls nobody when the peer's list is empty: the handshake then ends in that state. */
static bool
sent_nothing(const SSL *ssl)
{
	unsigned long error = ERR_peek_error();

	return SSL_is_server(ssl) && SSL_get_state(ssl) == TLS_ST_SR_CERT &&
	       !SSL_get0_peer_certificate(ssl) &&
	       (!error || ERR_GET_REASON(error) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE);
}

bool
pki_reason(const SSL *ssl, char *why, size_t size)
{
	const struct verdict *v = verdict_of(ssl);

	if (v && v->why)
		snprintf(why, size, "%s", v->why);
	else if (!v && sent_nothing(ssl))
		snprintf(why, size, "%s", verify_no_certificate);
	else
		return false;
	return true;
}

/* ---- reasons ---- */

struct refusal {
	const struct trust *trust;
	X509 *leaf, *cert; /* the peer's, and the one at fault (maybe the same) */
	int depth;         /* of `cert` above the leaf */
	int error;
	bool as_client; /* the peer is the TLS client */
	FILE *out;
};

static void
put_name(FILE *out, const X509_NAME *name)
{
	char text[PKI_NAME];

	name_brief(name, text, sizeof(text));
	fputs(text, out);
}

static void
put_cert(FILE *out, X509 *x)
{
	char serial[129];

	cert_serial(x, serial, sizeof(serial));
	put_name(out, X509_get_subject_name(x));
	fprintf(out, " (serial %s)", serial);
}

static const struct anchor *
anchor_same(const struct trust *t, X509 *x, bool pinned)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->anchors[i].pinned == pinned && !X509_cmp(t->anchors[i].cert, x))
			return &t->anchors[i];
	return NULL;
}

/* "the peer's certificate CN=cucm1 (serial 0A12)", and when one above it is at fault " depends on
 * CN=Sub CA (serial 02), which": what follows is said of the last one. */
static void
put_culprit(const struct refusal *r)
{
	const struct anchor *a;

	fputs("the peer's certificate ", r->out);
	put_cert(r->out, r->leaf);
	if (r->depth == 0 || r->cert == r->leaf)
		return;
	fputs(" depends on ", r->out);
	put_cert(r->out, r->cert);
	a = anchor_same(r->trust, r->cert, false);
	if (a)
		fprintf(r->out, " of trustpoint %s", a->name);
	fputs(", which", r->out);
}

static void
put_time(FILE *out, time_t t)
{
	struct tm tm;
	char text[64];

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%H:%M:%S UTC %b %e %Y", &tm);
	for (char *blank = strstr(text, "  "); blank; blank = NULL)
		memmove(blank, blank + 1, strlen(blank)); /* "Nov  3" */
	fputs(text, out);
}

/* The first anchor with that subject. */
static const struct anchor *
anchor_named(const struct trust *t, const X509_NAME *subject, bool pinned)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->anchors[i].pinned == pinned &&
		    !X509_NAME_cmp(X509_get_subject_name(t->anchors[i].cert), subject))
			return &t->anchors[i];
	return NULL;
}

/* What an engineer meets most: the peer renewed a certificate that is pinned here, or a CA was
 * made again with its old name. */
static void
put_hint(const struct refusal *r)
{
	const struct anchor *a = anchor_named(r->trust, X509_get_subject_name(r->leaf), true);
	char serial[129];

	if (a) {
		cert_serial(a->cert, serial, sizeof(serial));
		fprintf(r->out,
		    " (trustpoint %s holds another certificate of that name, serial %s, "
		    "and trusts only that one: was the peer's renewed?)",
		    a->name, serial);
		return;
	}
	a = anchor_named(r->trust, X509_get_issuer_name(r->cert), false);
	if (a)
		fprintf(r->out,
		    " (trustpoint %s holds a CA of that name, but another key: was the CA "
		    "renewed?)",
		    a->name);
}

static void
say_unknown_issuer(const struct refusal *r)
{
	put_culprit(r);
	fputs(" was issued by ", r->out);
	put_name(r->out, X509_get_issuer_name(r->cert));
	fputs(", which no trustpoint holds: authenticate that CA in a trustpoint", r->out);
	put_hint(r);
}

static void
say_self_signed(const struct refusal *r)
{
	put_culprit(r);
	fputs(
	    " is self-signed and no trustpoint holds it: authenticate exactly this certificate in "
	    "a trustpoint",
	    r->out);
	put_hint(r);
}

static void
say_unknown_root(const struct refusal *r)
{
	fputs("the peer's certificate ", r->out);
	put_cert(r->out, r->leaf);
	fputs(" leads to the root CA ", r->out);
	put_cert(r->out, r->cert);
	fputs(", which no trustpoint holds: authenticate that CA in a trustpoint", r->out);
	put_hint(r);
}

static void
say_dates(const struct refusal *r)
{
	put_culprit(r);
	fputs(
	    r->error == X509_V_ERR_CERT_HAS_EXPIRED ? " has expired" : " is not valid yet", r->out);
	fputs(": it is valid from ", r->out);
	put_time(r->out, cert_time(X509_get0_notBefore(r->cert)));
	fputs(" to ", r->out);
	put_time(r->out, cert_time(X509_get0_notAfter(r->cert)));
	fputs(", and the clock of this box says ", r->out);
	put_time(r->out, time(NULL));
	fputs(": renew the certificate, or set the clock that is wrong", r->out);
}

static void
say_signature(const struct refusal *r)
{
	put_culprit(r);
	fputs(" is not what ", r->out);
	put_name(r->out, X509_get_issuer_name(r->cert));
	fputs(" signed: its signature is wrong, so it is damaged or forged", r->out);
}

static void
say_purpose(const struct refusal *r)
{
	struct pki_cert_info info;
	const char *needed = r->as_client ? "Client Auth" : "Server Auth";
	bool lacks = true;

	cert_info(r->cert, &info);
	put_culprit(r);
	for (int i = 0; i < info.ekus; i++)
		lacks = lacks && strcmp(info.eku[i], needed) != 0;
	if (!info.has_eku || !lacks) {
		fprintf(r->out,
		    " has a key usage (%08X) that does not fit a TLS %s: have it reissued "
		    "with Digital Signature and Key Encipherment",
		    info.key_usage, r->as_client ? "client" : "server");
		return;
	}
	fputs(" may not be used as a TLS ", r->out);
	fprintf(r->out, "%s: its extended key usage (", r->as_client ? "client" : "server");
	for (int i = 0; i < info.ekus; i++)
		fprintf(r->out, "%s%s", i ? ", " : "", info.eku[i]);
	fprintf(r->out, ") lacks %s: have it reissued with Server Auth and Client Auth", needed);
}

static void
say_not_ca(const struct refusal *r)
{
	put_culprit(r);
	fputs(" is not a CA certificate and may issue none", r->out);
}

static void
say_weak(const struct refusal *r)
{
	const EVP_PKEY *pkey = X509_get0_pubkey(r->cert);

	put_culprit(r);
	if (r->error == X509_V_ERR_CA_MD_TOO_WEAK)
		fputs(" is signed with a hash that is too weak (SHA256 is the least)", r->out);
	else
		fprintf(r->out, " has a key of %d bits, which is too weak",
		    pkey ? EVP_PKEY_get_bits(pkey) : 0);
	fputs(": have it reissued, or allow TLS 1.0 for that peer if it is that old", r->out);
}

static void
say_other(const struct refusal *r)
{
	put_culprit(r);
	fprintf(r->out, " is refused: %s", X509_verify_cert_error_string(r->error));
}

static void
say(const struct refusal *r)
{
	/* clang-format off */
	static const struct { int error; void (*words)(const struct refusal *); } reasons[] = {
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,   say_unknown_issuer },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,           say_unknown_issuer },
		{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,     say_unknown_issuer },
		{ X509_V_ERR_CERT_UNTRUSTED,                      say_unknown_issuer },
		{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,         say_self_signed },
		{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,           say_unknown_root },
		{ X509_V_ERR_CERT_HAS_EXPIRED,                    say_dates },
		{ X509_V_ERR_CERT_NOT_YET_VALID,                  say_dates },
		{ X509_V_ERR_CERT_SIGNATURE_FAILURE,              say_signature },
		{ X509_V_ERR_INVALID_PURPOSE,                     say_purpose },
		{ X509_V_ERR_INVALID_CA,                          say_not_ca },
		{ X509_V_ERR_EE_KEY_TOO_SMALL,                    say_weak },
		{ X509_V_ERR_CA_KEY_TOO_SMALL,                    say_weak },
		{ X509_V_ERR_CA_MD_TOO_WEAK,                      say_weak },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].error == r->error) {
			reasons[i].words(r);
			return;
		}
	say_other(r);
}

static void
refuse(SSL *ssl, X509_STORE_CTX *ctx, const struct trust *t)
{
	X509 *leaf = X509_STORE_CTX_get0_cert(ctx), *cert = X509_STORE_CTX_get_current_cert(ctx);
	char *why = NULL;
	size_t size;
	struct refusal r = {.trust = t,
	    .leaf = leaf,
	    .cert = cert ? cert : leaf,
	    .depth = X509_STORE_CTX_get_error_depth(ctx),
	    .error = X509_STORE_CTX_get_error(ctx),
	    .as_client = ssl && SSL_is_server(ssl),
	    .out = open_memstream(&why, &size)};

	if (r.out) {
		say(&r);
		fclose(r.out);
	}
	verdict_set(ssl, why, NULL);
	ERR_clear_error();
}

/* ---- verification ---- */

/* The anchor nearest to the peer. */
static const struct anchor *
chain_anchor(const struct trust *t, X509_STORE_CTX *ctx)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	const struct anchor *a = NULL;

	for (int i = 0; !a && i < sk_X509_num(chain); i++)
		a = anchor_same(t, sk_X509_value(chain, i), false);
	return a;
}

static int
pinned_error(const struct trust *t, X509 *leaf)
{
	static const int least_bits[] = {0, 80, 112, 128, 192, 256}; /* of OpenSSL's levels */

	if (X509_cmp_time(X509_get0_notBefore(leaf), NULL) > 0)
		return X509_V_ERR_CERT_NOT_YET_VALID;
	if (X509_cmp_time(X509_get0_notAfter(leaf), NULL) < 0)
		return X509_V_ERR_CERT_HAS_EXPIRED;
	if (EVP_PKEY_get_security_bits(X509_get0_pubkey(leaf)) < least_bits[t->level])
		return X509_V_ERR_EE_KEY_TOO_SMALL;
	return X509_V_OK;
}

static bool
chain_ok(X509_STORE_CTX *ctx)
{
	if (X509_verify_cert(ctx) > 0)
		return true;
	if (X509_STORE_CTX_get_error(ctx) == X509_V_OK) /* it failed itself: out of memory */
		X509_STORE_CTX_set_error(ctx, X509_V_ERR_UNSPECIFIED);
	return false;
}

/* OpenSSL's hook in place of X509_verify_cert(): 1 is good. */
static int
on_peer_cert(X509_STORE_CTX *ctx, void *arg)
{
	const struct trust *t = arg;
	SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
	X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
	const struct anchor *a = anchor_same(t, leaf, true);
	bool ok;

	if (a) {
		X509_STORE_CTX_set_error(ctx, pinned_error(t, leaf));
		ok = X509_STORE_CTX_get_error(ctx) == X509_V_OK;
	} else if ((ok = chain_ok(ctx))) {
		a = chain_anchor(t, ctx);
	}
	if (ok)
		verdict_set(ssl, NULL, a ? strdup(a->name) : NULL);
	else
		refuse(ssl, ctx, t);
	return ok;
}

/* ---- building ---- */

static struct trust *
trust_new(const struct pki_profile *profile, int level, char *why, size_t size)
{
	size_t count = profile->anchorss;
	struct trust *t = calloc(1, sizeof(*t) + count * sizeof(*t->anchors));

	if (!t) {
		pki_why(why, size, -ENOMEM, "out of memory");
		return NULL;
	}
	t->level = level;
	for (t->count = 0; t->count < count; t->count++) {
		const char *name = profile->anchor_names ? profile->anchor_names[t->count] : "?";
		struct anchor *a = &t->anchors[t->count];

		a->cert =
		    cert_open(profile->anchors[t->count].bytes, profile->anchors[t->count].size);
		a->name = strdup(name ? name : "?");
		if (!a->cert || !a->name || !X509_get0_pubkey(a->cert)) {
			t->count++;
			pki_why(why, size, -EINVAL,
			    "the CA certificate of trustpoint %s cannot be read", name);
			trust_free(t);
			ERR_clear_error();
			return NULL;
		}
		a->pinned = !cert_is_ca(a->cert);
	}
	return t;
}

/* Names for the CertificateRequest, so that a peer with several certificates sends the right one;
 * a pinned certificate is found by its issuer. */
static bool
offer_name(STACK_OF(X509_NAME) * names, const X509_NAME *name)
{
	X509_NAME *copy;

	for (int i = 0; i < sk_X509_NAME_num(names); i++)
		if (!X509_NAME_cmp(sk_X509_NAME_value(names, i), name))
			return true;
	copy = X509_NAME_dup(name);
	if (copy && sk_X509_NAME_push(names, copy) > 0)
		return true;
	X509_NAME_free(copy);
	return false;
}

static bool
trust_offer(SSL_CTX *ctx, const struct trust *t)
{
	STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	bool ok = names;

	for (size_t i = 0; ok && i < t->count; i++) {
		X509 *x = t->anchors[i].cert;

		if (t->anchors[i].pinned)
			ok = offer_name(names, X509_get_issuer_name(x));
		else
			ok = offer_name(names, X509_get_subject_name(x)) &&
			     X509_STORE_add_cert(store, x);
	}
	if (!ok) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return false;
	}
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
	SSL_CTX_set_client_CA_list(ctx, names);
	return true;
}

int
verify_install(SSL_CTX *ctx, const struct pki_profile *profile, int level, char *why, size_t size)
{
	struct trust *t;

	if (!have_indexes())
		return openssl_why(why, size, "OpenSSL has no room for our verdicts");
	t = trust_new(profile, level, why, size);
	if (!t)
		return -EINVAL;
	if (!SSL_CTX_set_ex_data(ctx, trust_index, t)) {
		trust_free(t);
		return openssl_why(why, size, "the anchors cannot be kept");
	}
	if (!trust_offer(ctx, t)) /* from here on `ctx` owns `t` */
		return openssl_why(why, size, "the anchors cannot be used");
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, on_peer_cert, t);
	return 0;
}
