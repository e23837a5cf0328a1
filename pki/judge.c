/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/judge.c -- what would become of a peer's certificate: the verification of a handshake, without one.
 * An SSL is made as for a connection and OpenSSL's steps before our hook are repeated, so that the verdict and
 * its words are those of a handshake. */
#include "pki/cert.h"
#include "pki/key.h"
#include "pki/pool.h"
#include "pki/revocation.h"
#include "pki/verify.h"
#include <errno.h>
#include <string.h>
#include <openssl/err.h>

OWNER(ssl_free, SSL, SSL_free)
OWNER(store_free, X509_STORE, X509_STORE_free)
OWNER(store_ctx_free, X509_STORE_CTX, X509_STORE_CTX_free)

static STACK_OF(X509) *
open_chain(const struct der *chain, size_t count)
{
	STACK_OF(X509) *list = sk_X509_new_null();

	for (size_t i = 0; list && i < count; i++) {
		X509 *x = cert_open(chain[i].bytes, chain[i].size);

		if (x && sk_X509_push(list, x) > 0)
			continue;
		X509_free(x);
		chain_free(&list);
		return NULL;
	}
	return list;
}

/* As ssl_verify_cert_chain() of libssl does it. */
static bool
verify(SSL *ssl, SSL_CTX *ctx, STACK_OF(X509) *chain, time_t at)
{
	OWNED(store_ctx_free) X509_STORE_CTX *store = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	if (!store || !X509_STORE_CTX_init(store, SSL_CTX_get_cert_store(ctx), sk_X509_value(chain, 0), chain) ||
	    !X509_STORE_CTX_set_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx(), ssl))
		return false;
	param = X509_STORE_CTX_get0_param(store);
	X509_VERIFY_PARAM_set_auth_level(param, SSL_get_security_level(ssl));
	if (verify_trust(ctx)->own && cert_is_ca(sk_X509_value(chain, 0)))
		X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY); /* it issues, and speaks no TLS */
	else
		X509_STORE_CTX_set_default(store, SSL_is_server(ssl) ? "ssl_client" : "ssl_server");
	X509_VERIFY_PARAM_set1(param, SSL_get0_param(ssl));
	if (at)
		X509_VERIFY_PARAM_set_time(param, at);
	return verify_peer(store, (void *)verify_trust(ctx)) == 1;
}

static void
read_verdict(const SSL *ssl, struct pki_verdict *v)
{
	const char *hint = verify_hint(ssl), *vouched = pki_vouched(ssl), *matched = pki_matched(ssl);
	const char *forgiven = pki_forgiven(ssl);

	if (!v->good && !pki_reason(ssl, v->why, sizeof(v->why)))
		snprintf(v->why, sizeof(v->why), "it could not be judged: no memory");
	snprintf(v->hint, sizeof(v->hint), "%s", hint && !v->good ? hint : "");
	snprintf(v->vouched, sizeof(v->vouched), "%s", vouched ? vouched : "");
	snprintf(v->matched, sizeof(v->matched), "%s", matched ? matched : "");
	snprintf(v->forgiven, sizeof(v->forgiven), "%s", forgiven ? forgiven : "");
	verify_received(ssl, &v->culprit);
}

int
pki_judge(struct pki *p, const struct pki_profile *profile, const struct der *chain, size_t count, const char *host, time_t at,
    struct pki_verdict *v, char *why, size_t size)
{
	OWNED(ssl_ctx_free) SSL_CTX *ctx = NULL;
	OWNED(ssl_free) SSL *ssl = NULL;
	OWNED(chain_free) STACK_OF(X509) *list = open_chain(chain, count);
	int rc;

	*v = (struct pki_verdict){.culprit = -1};
	if (!count || !list)
		return pki_why(why, size, -EINVAL, count ? "a certificate of the chain cannot be read"
		                                         : "there is no certificate");
	if ((rc = tls_ctx_bare(p, profile, &ctx, why, size)) < 0)
		return rc;
	ssl = SSL_new(ctx);
	if (!ssl || (host && pki_expect(ssl, host) < 0))
		return openssl_why(why, size, "no memory");
	if (profile->server)
		SSL_set_accept_state(ssl);
	else
		SSL_set_connect_state(ssl);
	v->good = verify(ssl, ctx, list, at);
	read_verdict(ssl, v);
	ERR_clear_error();
	return 0;
}

/* ---- revocation, asked by itself ---- */

bool
pki_may_wait(struct pki *p, const struct pki_profile *profile)
{
	OWNED(store_free) X509_STORE *pool = profile->pool ? pool_hold(pki_pool(p)) : NULL;

	for (size_t i = 0; profile->checks && i < profile->anchorss; i++)
		if (profile->checks[i].methods[0] > PKI_CHECK_NONE)
			return true;
	return pool && profile->pool_check.methods[0] > PKI_CHECK_NONE;
}

size_t
pki_crls(struct pki *p, struct pki_crl_info **list)
{
	return revocations_crls(pki_revocations(p), list);
}

void
pki_crls_forget(struct pki *p)
{
	revocations_forget(pki_revocations(p));
}

int
pki_crl_request(struct pki *p, const struct der *cert, const struct der *ca, char *why, size_t size)
{
	OWNED(x509_free) X509 *x = cert_open(cert->bytes, cert->size);
	OWNED(x509_free) X509 *issuer = cert_open(ca->bytes, ca->size);

	if (!x || !issuer)
		return pki_why(why, size, -EINVAL, "a certificate cannot be read");
	return revocations_request(pki_revocations(p), x, issuer, why, size);
}

struct pki_counters
pki_counters(struct pki *p)
{
	return revocations_counters(pki_revocations(p), &(struct pki_counters){ 0 });
}

size_t
pki_crls_room(void)
{
	return revocations_room();
}

size_t
pki_sessions(struct pki *p, struct pki_session *list, size_t room)
{
	return revocations_asked(pki_revocations(p), list, room);
}
