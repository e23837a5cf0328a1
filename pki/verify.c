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
#include "pki/key.h"
#include "pki/name.h"
#include "pki/pool.h"
#include "pki/report.h"
#include "pki/revocation.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>

struct verdict {
	char *why;        /* refused */
	char hint[PKI_HINT]; /* the lines to try */
	char *vouched;    /* accepted: the trustpoint */
	char *matched;    /* and the name of the certificate that was asked for */
	char *forgiven;   /* and what was overlooked */
	char *host;       /* whom a client has called */
	STACK_OF(X509) *received;
	int culprit;      /* in `received'; -1: none of them */
};

/* In bits of security (NIST SP 800-57). */
enum { RSA_1024_BITS = 80, RSA_2048_BITS = 112 };
enum { POOL_NAMES = 32 };

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
		free(t->anchors[i].ocsp_url);
		free(t->anchors[i].parent);
	}
	for (size_t i = 0; i < t->names; i++)
		free(t->name[i]);
	free(t->name);
	cert_maps_clear(&t->maps);
	free(t->only);
	X509_STORE_free(t->pool);
	free(t->pool_anchor.name);
	free(t->pool_anchor.ocsp_url);
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
	free(v->matched);
	free(v->forgiven);
	free(v->host);
	chain_free(&v->received);
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

/* The one of this SSL, made when it is first wanted; NULL: no memory, and so no words. */
static struct verdict *
verdict_open(SSL *ssl)
{
	struct verdict *v = ssl && have_indexes() ? SSL_get_ex_data(ssl, verdict_index) : NULL;

	if (v || !ssl || !have_indexes())
		return v;
	v = calloc(1, sizeof(*v));
	if (v && SSL_set_ex_data(ssl, verdict_index, v)) {
		v->culprit = -1;
		return v;
	}
	free(v);
	return NULL;
}

int
pki_expect(SSL *ssl, const char *host)
{
	struct verdict *v = verdict_open(ssl);

	if (!v || !(v->host = strdup(host)))
		return -ENOMEM;
	return 0;
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

const char *
pki_matched(const SSL *ssl)
{
	const struct verdict *v = verdict_of(ssl);

	return v ? v->matched : NULL;
}

const char *
pki_forgiven(const SSL *ssl)
{
	const struct verdict *v = verdict_of(ssl);

	return v ? v->forgiven : NULL;
}

const STACK_OF(X509) *
verify_received(const SSL *ssl, int *culprit)
{
	const struct verdict *v = verdict_of(ssl);

	*culprit = v ? v->culprit : -1;
	return v ? v->received : NULL;
}

const char *
verify_hint(const SSL *ssl)
{
	const struct verdict *v = verdict_of(ssl);

	return v && v->why ? v->hint : sent_nothing(ssl) ? pki_hint(HINT_NO_CERTIFICATE) : NULL;
}

bool
pki_reason(const SSL *ssl, char *why, size_t size)
{
	const struct verdict *v = verdict_of(ssl);

	if (v && v->why)
		snprintf(why, size, "%s", v->why);
	else if ((!v || !v->received) && sent_nothing(ssl))
		snprintf(why, size, "%s", verify_no_certificate);
	else
		return false;
	return true;
}

const struct anchor *
trust_same(const struct trust *t, X509 *x, bool pinned)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->anchors[i].pinned == pinned && !X509_cmp(t->anchors[i].cert, x))
			return &t->anchors[i];
	return NULL;
}

static void
fill_address(char hint[PKI_HINT], const char *more)
{
	const char *end = strstr(more, ": ");
	char url[PKI_HINT];

	snprintf(url, sizeof(url), "%.*s", end ? (int)(end - more) : (int)strlen(more), more);
	hint_fill(hint, PKI_HINT_URL, url);
}

static void
refuse(struct verdict *v, X509_STORE_CTX *ctx, const struct trust *t, const struct anchor *a, const char *more,
    bool as_client)
{
	X509 *leaf = X509_STORE_CTX_get0_cert(ctx), *cert = X509_STORE_CTX_get_current_cert(ctx);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	size_t size;
	struct refusal r = {.trust = t,
	    .leaf = leaf,
	    .cert = cert ? cert : leaf,
	    .depth = X509_STORE_CTX_get_error_depth(ctx),
	    .error = X509_STORE_CTX_get_error(ctx),
	    .as_client = as_client,
	    .host = v->host,
	    .more = more,
	    .anchor = a,
	    .at = X509_VERIFY_PARAM_get_flags(param) & X509_V_FLAG_USE_CHECK_TIME
	        ? X509_VERIFY_PARAM_get_time(param) : 0,
	    .out = open_memstream(&v->why, &size)};

	if (r.out) {
		refusal_say(&r);
		fclose(r.out);
	}
	hint_put(r.hint, r.anchor && r.anchor->cert ? r.anchor->name : NULL, t->class_tag, v->hint);
	if (r.hint == HINT_CRL_FETCH) /* "CRL: http://ca.example/a.crl: connect timeout" */
		fill_address(v->hint, more + strlen("CRL: "));
	for (int i = 0; i < sk_X509_num(v->received) && v->culprit < 0; i++)
		if (!X509_cmp(sk_X509_value(v->received, i), r.cert))
			v->culprit = i;
}

/* ---- verification ---- */

/* What the trustpoint of an anchor says of the peer. */
struct fate { const struct anchor *anchor; struct cert_fate of; char lacks[200]; };

static bool
is_meant(const struct trust *t, const struct anchor *a, X509 *leaf, struct fate *f)
{
	f->anchor = a;
	f->lacks[0] = '\0';
	f->of = (struct cert_fate){ .fits = true };
	if (t->own) /* what we ask of peers is not asked of ourselves */
		return true;
	cert_maps_judge(&t->maps, a->name, leaf, &f->of);
	return !cert_lacks_ekus(leaf, a->check.ekus, f->lacks, sizeof(f->lacks)) && f->of.fits;
}

/* Of the trustpoints that hold this anchor the first that means the peer, else the first. */
static const struct anchor *
choose_anchor(const struct trust *t, X509 *leaf, X509 *x, bool pinned, struct fate *f)
{
	const struct anchor *first = trust_same(t, x, pinned);
	struct fate other;

	if (!first || is_meant(t, first, leaf, f))
		return first;
	for (const struct anchor *a = first + 1; a < t->anchors + t->count; a++)
		if (a->pinned == pinned && !a->check.above && !X509_cmp(a->cert, x) && is_meant(t, a, leaf, &other)) {
			*f = other;
			return a;
		}
	return first;
}

/* The anchor nearest to the peer. */
static const struct anchor *
chain_anchor(const struct trust *t, X509_STORE_CTX *ctx, struct fate *f)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	const struct anchor *a = NULL;

	*f = (struct fate){ .of.fits = true };
	if (t->pool && X509_STORE_CTX_get0_store(ctx) == t->pool) {
		is_meant(t, &t->pool_anchor, sk_X509_value(chain, 0), f);
		return &t->pool_anchor;
	}
	for (int i = 0; !a && i < sk_X509_num(chain); i++)
		a = choose_anchor(t, sk_X509_value(chain, 0), sk_X509_value(chain, i), false, f);
	return a;
}

/* Before anything else is asked about the peer: it costs nothing, and says the most. */
static bool
meant(const struct fate *f, X509_STORE_CTX *ctx, char *more, size_t size)
{
	bool lacks = f->lacks[0];

	if (f->of.fits && !lacks)
		return true;
	if (lacks)
		snprintf(more, size, "%s, which trustpoint %s asks for", f->lacks, f->anchor->name);
	else
		snprintf(more, size, "%s (match certificate of %s%s)", f->of.why,
		    f->anchor->cert ? "trustpoint " : "the trustpool", f->anchor->cert ? f->anchor->name : "");
	X509_STORE_CTX_set_error(ctx, lacks ? X509_V_ERR_CERT_REJECTED : X509_V_ERR_APPLICATION_VERIFICATION);
	X509_STORE_CTX_set_error_depth(ctx, 0);
	X509_STORE_CTX_set_current_cert(ctx, X509_STORE_CTX_get0_cert(ctx));
	return false;
}

static void
forgive(struct verdict *v, const struct fate *f)
{
	if (!v->forgiven && asprintf(&v->forgiven, "has expired, which certificate map %s of %s%s allows", f->of.map,
	    f->anchor->cert ? "trustpoint " : "the trustpool", f->anchor->cert ? f->anchor->name : "") < 0)
		v->forgiven = NULL;
}

/* OpenSSL's question about each fault, when the chain is built: the dates of a peer may be forgiven. */
static int
on_fault(int ok, X509_STORE_CTX *ctx)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
	const struct trust *t = verify_trust(SSL_get_SSL_CTX(ssl));
	struct fate f;

	if (ok || !t || X509_STORE_CTX_get_error(ctx) != X509_V_ERR_CERT_HAS_EXPIRED ||
	    X509_STORE_CTX_get_error_depth(ctx) != 0 || !chain_anchor(t, ctx, &f) || !f.of.expired_too)
		return ok;
	forgive(verdict_open(ssl), &f);
	X509_STORE_CTX_set_error(ctx, X509_V_OK);
	return 1;
}

static int
pinned_error(const struct trust *t, X509 *leaf, X509_STORE_CTX *ctx)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	time_t at = X509_VERIFY_PARAM_get_flags(param) & X509_V_FLAG_USE_CHECK_TIME
	    ? X509_VERIFY_PARAM_get_time(param) : time(NULL);

	if (X509_cmp_time(X509_get0_notBefore(leaf), &at) > 0)
		return X509_V_ERR_CERT_NOT_YET_VALID;
	if (X509_cmp_time(X509_get0_notAfter(leaf), &at) < 0)
		return X509_V_ERR_CERT_HAS_EXPIRED;
	if (EVP_PKEY_get_security_bits(X509_get0_pubkey(leaf)) < t->least_bits)
		return X509_V_ERR_EE_KEY_TOO_SMALL;
	return X509_V_OK;
}

static bool
pinned_ok(const struct trust *t, X509 *leaf, X509_STORE_CTX *ctx, struct verdict *v, const struct fate *f)
{
	int error = pinned_error(t, leaf, ctx);

	if (error == X509_V_ERR_CERT_HAS_EXPIRED && f->of.expired_too) {
		forgive(v, f);
		error = X509_V_OK;
	}
	X509_STORE_CTX_set_error(ctx, error);
	return error == X509_V_OK;
}

/* OpenSSL's level is that of the whole handshake: TLS 1.0 needs 0.  What is weak in a certificate is allowed by
 * itself.  The anchor's own signature proves nothing and does not count. */
static int
weakness_of(const struct trust *t, X509 *x, bool leaf, bool anchor)
{
	EVP_PKEY *pkey = X509_get0_pubkey(x);
	int hash_bits = 0;

	if (!pkey || EVP_PKEY_get_security_bits(pkey) < t->least_bits)
		return leaf ? X509_V_ERR_EE_KEY_TOO_SMALL : X509_V_ERR_CA_KEY_TOO_SMALL;
	if (anchor || t->allow_sha1)
		return X509_V_OK;
	return X509_get_signature_info(x, NULL, NULL, &hash_bits, NULL) && hash_bits >= RSA_2048_BITS
	           ? X509_V_OK : X509_V_ERR_CA_MD_TOO_WEAK;
}

static bool
strong_enough(const struct trust *t, X509_STORE_CTX *ctx)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	int count = sk_X509_num(chain);

	for (int i = 0; i < count; i++) {
		X509 *x = sk_X509_value(chain, i);
		int error = weakness_of(t, x, i == 0, i + 1 == count);

		if (error == X509_V_OK)
			continue;
		X509_STORE_CTX_set_error(ctx, error);
		X509_STORE_CTX_set_error_depth(ctx, i);
		X509_STORE_CTX_set_current_cert(ctx, x);
		return false;
	}
	return true;
}

static bool
chain_ok(const struct trust *t, X509_STORE_CTX *ctx)
{
	X509_STORE_CTX_set_verify_cb(ctx, on_fault);
	if (X509_verify_cert(ctx) > 0)
		return strong_enough(t, ctx);
	if (X509_STORE_CTX_get_error(ctx) == X509_V_OK) /* it failed itself: out of memory */
		X509_STORE_CTX_set_error(ctx, X509_V_ERR_UNSPECIFIED);
	return false;
}

/* Its name, where names are checked: the host that was called, or one of the list. */
static bool
name_ok(const struct trust *t, struct verdict *v, X509_STORE_CTX *ctx)
{
	X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
	char matched[PKI_NAME];
	bool ok;

	if (!t->check_name)
		return true;
	ok = v->host && peer_name_matches(leaf, v->host, matched, sizeof(matched));
	for (size_t i = 0; i < t->names && !ok; i++)
		ok = peer_name_matches(leaf, t->name[i], matched, sizeof(matched));
	if (ok) {
		v->matched = strdup(matched);
		return true;
	}
	X509_STORE_CTX_set_current_cert(ctx, leaf);
	X509_STORE_CTX_set_error_depth(ctx, 0);
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_HOSTNAME_MISMATCH);
	return false;
}

/* A chain to one of the anchors, and what its trustpoint says. */
static bool
vouched_for(const struct trust *t, X509_STORE_CTX *ctx, const struct anchor **ap, struct fate *f, char *more, size_t size)
{
	if (!chain_ok(t, ctx))
		return false;
	*ap = chain_anchor(t, ctx, f);
	return meant(f, ctx, more, size) && vouch_parents(t, *ap, ctx, more, size) &&
	    (f->of.unchecked || vouch_unrevoked(t, *ap, &f->of, ctx, more, size));
}

/* Nobody is known here who has issued it. */
static bool
is_unknown(int error)
{
	static const int unknown[] = { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
		X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED,
		X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN };

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		if (error == unknown[i])
			return true;
	return false;
}

/* The same question, with the trustpool's certificates as anchors. */
static X509_STORE_CTX *
pool_question(const struct trust *t, X509_STORE_CTX *ctx)
{
	int ssl = SSL_get_ex_data_X509_STORE_CTX_idx();
	X509_STORE_CTX *other = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	if (!other || !X509_STORE_CTX_init(other, t->pool, X509_STORE_CTX_get0_cert(ctx),
	    X509_STORE_CTX_get0_untrusted(ctx)) ||
	    !X509_STORE_CTX_set_ex_data(other, ssl, X509_STORE_CTX_get_ex_data(ctx, ssl)) ||
	    !X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(other), X509_STORE_CTX_get0_param(ctx))) {
		X509_STORE_CTX_free(other);
		return NULL;
	}
	param = X509_STORE_CTX_get0_param(other);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_TRUSTED_FIRST);
	if (t->pool_to_root)
		X509_VERIFY_PARAM_clear_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	else
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	return other;
}

/* What it says becomes the verdict, unless it knows no more of the chain: then the trustpoints' words stand. */
static bool
pool_vouches(const struct trust *t, X509_STORE_CTX *ctx, const struct anchor **ap, struct fate *f, char *more, size_t size)
{
	X509_STORE_CTX *other = t->pool && is_unknown(X509_STORE_CTX_get_error(ctx)) ? pool_question(t, ctx) : NULL;
	bool ok = other && vouched_for(t, other, ap, f, more, size);

	if (other && (ok || !is_unknown(X509_STORE_CTX_get_error(other)) ||
	    X509_STORE_CTX_get_error_depth(other) > X509_STORE_CTX_get_error_depth(ctx))) {
		X509_STORE_CTX_set_error(ctx, X509_STORE_CTX_get_error(other));
		X509_STORE_CTX_set_error_depth(ctx, X509_STORE_CTX_get_error_depth(other));
		X509_STORE_CTX_set_current_cert(ctx, X509_STORE_CTX_get_current_cert(other));
		X509_STORE_CTX_set0_verified_chain(ctx, X509_STORE_CTX_get1_chain(other));
	}
	X509_STORE_CTX_free(other);
	return ok;
}

/* What the peer has sent, and the CAs that vouch only if one above them does; the caller frees the list.  NULL: there is
 * none of these, or no memory: then they are not found, and the peer is refused. */
static STACK_OF(X509) *
with_onward(const struct trust *t, const STACK_OF(X509) *sent)
{
	STACK_OF(X509) *list = NULL;

	for (size_t i = 0; i < t->count; i++) {
		if (!t->anchors[i].onward)
			continue;
		if (!list && !(list = sent ? sk_X509_dup(sent) : sk_X509_new_null()))
			return NULL;
		sk_X509_push(list, t->anchors[i].cert);
	}
	return list;
}

/* OpenSSL's hook in place of X509_verify_cert(): 1 is good.  Also called without a connection, by
 * pki_judge(). */
int
verify_peer(X509_STORE_CTX *ctx, void *arg)
{
	const struct trust *t = arg;
	SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
	X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
	struct fate f = { .of.fits = true };
	const struct anchor *a = choose_anchor(t, leaf, leaf, true, &f);
	struct verdict *v = verdict_open(ssl);
	STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(ctx), *all;
	char more[640] = "";
	bool ok;

	if (!v)
		return 0;
	if (!t->own) /* a session is one with a peer */
		revocations_counters(t->revocations, &(struct pki_counters){ .started = 1 });
	if (!v->received)
		v->received = X509_chain_up_ref(sent);
	if ((all = with_onward(t, sent)))
		X509_STORE_CTX_set0_untrusted(ctx, all);
	if (a) {
		ok = pinned_ok(t, leaf, ctx, v, &f) && meant(&f, ctx, more, sizeof(more));
	} else {
		ok = vouched_for(t, ctx, &a, &f, more, sizeof(more)) ||
		    pool_vouches(t, ctx, &a, &f, more, sizeof(more));
	}
	ok = ok && name_ok(t, v, ctx);
	if (ok)
		v->vouched = a ? strdup(a->name) : NULL;
	else
		refuse(v, ctx, t, a, more, SSL_is_server(ssl));
	if (!t->own)
		revocations_counters(t->revocations, &(struct pki_counters){ .validations = ok, .refusals = !ok,
		    .bypassed = ok && (v->forgiven || f.of.unchecked) });
	if (all)
		X509_STORE_CTX_set0_untrusted(ctx, sent);
	sk_X509_free(all);
	ERR_clear_error();
	return ok;
}

/* ---- building ---- */

static bool
trust_names(struct trust *t, const struct pki_profile *profile)
{
	t->check_name = profile->check_name;
	t->own = profile->own;
	if (profile->only && !(t->only = strdup(profile->only)))
		return false;
	t->name = calloc(profile->names_count + 1, sizeof(*t->name));
	for (; t->name && t->names < profile->names_count; t->names++)
		if (!(t->name[t->names] = strdup(profile->names[t->names])))
			return false;
	return t->name;
}

static bool
anchor_check(struct anchor *a, const struct pki_check *check)
{
	a->check = *check;
	if (check->ocsp_url)
		a->check.ocsp_url = a->ocsp_url = strdup(check->ocsp_url);
	if (check->parent)
		a->check.parent = a->parent = strdup(check->parent);
	/* a root has nothing above it */
	a->onward = check->onward && a->cert && !a->pinned && !cert_issued_by(a->cert, a->cert);
	return (!check->ocsp_url || a->ocsp_url) && (!check->parent || a->parent);
}

static bool
trust_pool(struct trust *t, struct pki *p, const struct pki_profile *profile)
{
	t->pool = profile->pool ? pool_hold(pki_pool(p)) : NULL;
	t->pool_to_root = profile->pool_to_root;
	t->pool_anchor.name = strdup(PKI_POOL);
	return t->pool_anchor.name && anchor_check(&t->pool_anchor, &profile->pool_check);
}

static struct trust *
trust_new(const struct pki_profile *profile, char *why, size_t size)
{
	size_t count = profile->anchorss;
	struct trust *t = calloc(1, sizeof(*t) + count * sizeof(*t->anchors));

	if (!t || !trust_names(t, profile) || !cert_maps_copy(&t->maps, profile)) {
		pki_why(why, size, -ENOMEM, "out of memory");
		trust_free(t);
		return NULL;
	}
	t->least_bits = profile->allow_rsa_1024 ? RSA_1024_BITS : RSA_2048_BITS;
	t->allow_sha1 = profile->allow_sha1;
	t->class_tag = profile->class_tag;
	memcpy(t->ended, profile->ended, sizeof(t->ended));
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
		if (profile->checks && !anchor_check(a, &profile->checks[t->count])) {
			t->count++;
			pki_why(why, size, -ENOMEM, "out of memory");
			trust_free(t);
			return NULL;
		}
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

/* The pool's too, while they are few: more than so many would fill a handshake, and an empty list means any. */
static bool
offer_pool(STACK_OF(X509_NAME) *names, X509_STORE *pool)
{
	STACK_OF(X509) *certs = pool ? X509_STORE_get1_all_certs(pool) : NULL;
	bool ok = !pool || certs, few = sk_X509_num(certs) <= POOL_NAMES;

	for (int i = 0; ok && few && i < sk_X509_num(certs); i++)
		ok = offer_name(names, X509_get_subject_name(sk_X509_value(certs, i)));
	while (!few && sk_X509_NAME_num(names) > 0)
		X509_NAME_free(sk_X509_NAME_pop(names));
	chain_free(&certs);
	return ok;
}

/* It is no end of a chain: it has to go on, or stands above others and is one of them itself. */
static bool
goes_on(const struct trust *t, const struct anchor *a)
{
	bool onward = a->onward;

	for (size_t i = 0; a->check.above && i < t->count && !onward; i++)
		onward = t->anchors[i].onward && !X509_cmp(t->anchors[i].cert, a->cert);
	return onward;
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
			     (goes_on(t, &t->anchors[i]) || X509_STORE_add_cert(store, x));
	}
	ok = ok && offer_pool(names, t->pool);
	if (!ok) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return false;
	}
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
	SSL_CTX_set_client_CA_list(ctx, names);
	return true;
}

const struct trust *
verify_trust(const SSL_CTX *ctx)
{
	return have_indexes() ? SSL_CTX_get_ex_data(ctx, trust_index) : NULL;
}

int
verify_install(SSL_CTX *ctx, struct pki *p, const struct pki_profile *profile, char *why, size_t size)
{
	struct trust *t;

	if (!have_indexes())
		return openssl_why(why, size, "OpenSSL has no room for our verdicts");
	t = trust_new(profile, why, size);
	if (!t)
		return -EINVAL;
	t->revocations = pki_revocations(p);
	if (!trust_pool(t, p, profile)) {
		trust_free(t);
		return pki_why(why, size, -ENOMEM, "out of memory");
	}
	if (!SSL_CTX_set_ex_data(ctx, trust_index, t)) {
		trust_free(t);
		return openssl_why(why, size, "the anchors cannot be kept");
	}
	if (!trust_offer(ctx, t)) /* from here on `ctx` owns `t` */
		return openssl_why(why, size, "the anchors cannot be used");
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, verify_peer, t);
	return 0;
}
