/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/tls.c -- SSL_CTX: versions, suites, our identity.
 *
 * Nothing is left to the distribution's openssl.cnf: what it set is overwritten here, so the same
 * configuration makes the same box everywhere.  No session is ever resumed and no ticket issued:
 * SIP keeps its connections, a full handshake without tickets costs less than one with, and a
 * resumed session would carry an old verdict past a changed trustpoint. */
#include "pki/key.h"
#include "pki/cert.h"
#include "pki/verify.h"
#include <errno.h>
#include <openssl/err.h>

/* Our order, and forward secrecy first.  The last four have none and the last two not even AEAD:
 * they stay because a border element has to talk to call managers that offer nothing better
 * (TLS_RSA_WITH_AES_128_CBC_SHA is what CUCM before 10.5 knows). */
#define SUITES                                                                                     \
	"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"                               \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"                               \
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"                               \
	"DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:"                                     \
	"AES128-GCM-SHA256:AES256-GCM-SHA384:AES256-SHA:AES128-SHA"

/* For TLS 1.0 and 1.1, which know CBC alone; an EC identity needs the first two there. */
#define OLD_SUITES                                                                                 \
	":ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA"

#define SIGNATURES                                                                                 \
	"ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:"                    \
	"rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"                             \
	"rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"                                \
	"rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512"
#define OLD_SIGNATURES ":ECDSA+SHA1:RSA+SHA1"

static const char suites[] = SUITES, old_suites[] = SUITES OLD_SUITES, strict[] = "AES128-SHA";
static const char signatures[] = SIGNATURES, old_signatures[] = SIGNATURES OLD_SIGNATURES;
static const char suites13[] = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
			       "TLS_AES_128_GCM_SHA256";
/* P-521 last and without a key share of its own: only for who has such a certificate. */
static const char groups[] = "X25519:P-256:P-384:P-521";

struct versions {
	int min, max, level;
};

static int
versions_of(const struct pki_profile *profile, struct versions *v, char *why, size_t size)
{
	v->min = profile->min_version ? profile->min_version : TLS12;
	v->max = profile->max_version ? profile->max_version : TLS13;
	/* OpenSSL: TLS before 1.2 and SHA-1 need level 0, RSA-1024 level 1. */
	v->level = v->min < TLS12 || profile->allow_sha1 ? 0 : profile->allow_rsa_1024 ? 1 : 2;
	if (profile->strict_cipher && v->max > TLS12)
		v->max = TLS12;
	if (v->min < TLS10 || v->max > TLS13)
		return pki_why(why, size, -EINVAL, "TLS versions are 1.0 to 1.3");
	if (v->min > v->max)
		return pki_why(why, size, -EINVAL, "%s",
		    profile->strict_cipher ? "strict-cipher does not exist in TLS 1.3"
					   : "the least TLS version is above the highest");
	return 0;
}

static int
set_suites(SSL_CTX *ctx, const struct pki_profile *profile, const struct versions *v, char *why,
    size_t size)
{
	bool old = v->min < TLS12 || profile->allow_sha1;
	const char *list = profile->strict_cipher ? strict : profile->suites ? profile->suites
	    : old ? old_suites : suites;

	SSL_CTX_set_security_level(ctx, v->level);
	if (!SSL_CTX_set_min_proto_version(ctx, v->min) ||
	    !SSL_CTX_set_max_proto_version(ctx, v->max) || !SSL_CTX_set_cipher_list(ctx, list) ||
	    !SSL_CTX_set_ciphersuites(ctx, profile->suites13 ? profile->suites13 : suites13) || !SSL_CTX_set1_groups_list(ctx, profile->groups ? profile->groups : groups) ||
	    !SSL_CTX_set1_sigalgs_list(ctx, old ? old_signatures : signatures))
		return openssl_why(why, size, "this OpenSSL lacks what TLS needs here");
	SSL_CTX_set_dh_auto(ctx, 1);
	return 0;
}

static void
set_options(SSL_CTX *ctx, const struct versions *v)
{
	SSL_CTX_clear_options(
	    ctx, SSL_CTX_get_options(ctx) & ~(uint64_t)(SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 |
							SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3));
	SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
				     SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |
				     SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
	if (v->min < TLS12) /* peers that old may not know of RFC 5746 */
		SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_num_tickets(ctx, 0);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	/* Whole messages only: what we write to is memory, which never blocks. */
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				  SSL_MODE_NO_AUTO_CHAIN);
}

static int
set_chain(SSL_CTX *ctx, const struct pki_profile *profile, char *why, size_t size)
{
	for (size_t i = 0; i < profile->chains; i++) {
		OWNED(x509_free)
		X509 *x = cert_open(profile->chain[i].bytes, profile->chain[i].size);

		if (!x)
			return pki_why(
			    why, size, -EINVAL, "a certificate above ours cannot be read");
		if (!SSL_CTX_add1_chain_cert(ctx, x))
			return openssl_why(why, size, "a certificate above ours cannot be used");
	}
	return 0;
}

static int
set_pair(SSL_CTX *ctx, const struct pki_profile *profile, EVP_PKEY *pkey, X509 *x, char *why,
    size_t size)
{
	if (EVP_PKEY_eq(X509_get0_pubkey(x), pkey) != 1)
		return ERR_clear_error(), pki_why(why, size, -EINVAL,
					      "our certificate is not of key pair %s: enroll again "
					      "or configure its key pair",
					      profile->label);
	if (profile->strict_cipher && profile->server && !EVP_PKEY_is_a(pkey, "RSA"))
		return pki_why(why, size, -EINVAL,
		    "strict-cipher needs an RSA key pair, and %s is EC", profile->label);
	if (SSL_CTX_use_certificate(ctx, x) <= 0 || SSL_CTX_use_PrivateKey(ctx, pkey) <= 0)
		return openssl_why(why, size, "our certificate cannot be used in TLS");
	return set_chain(ctx, profile, why, size);
}

static bool
is_locked(struct pki *p, const char *label)
{
	struct pki_key_info info = {0};
	bool locked = pki_key_find(p, label, &info) && info.locked;

	pki_key_info_clear(&info);
	return locked;
}

static int
set_identity(struct pki *p, SSL_CTX *ctx, const struct pki_profile *profile, char *why, size_t size)
{
	OWNED(pkey_free) EVP_PKEY *pkey = profile->label ? key_hold(p, profile->label) : NULL;
	OWNED(x509_free) X509 *x = NULL;

	if (!profile->label && !profile->identity) {
		if (!profile->server)
			return 0;
		return pki_why(why, size, -EINVAL, "a TLS server needs a certificate of its own");
	}
	if (!pkey && profile->label && is_locked(p, profile->label))
		return pki_why(why, size, -EACCES, "key pair %s is locked: 'crypto key unlock' makes it usable",
		    profile->label);
	if (!pkey)
		return pki_why(why, size, -ENOENT, "there is no key pair named %s",
		    profile->label ? profile->label : "(none configured)");
	if (!profile->identity)
		return pki_why(why, size, -EINVAL, "key pair %s has no certificate yet: enroll",
		    profile->label);
	x = cert_open(profile->identity->bytes, profile->identity->size);
	if (!x)
		return pki_why(why, size, -EINVAL, "our certificate cannot be read");
	return set_pair(ctx, profile, pkey, x, why, size);
}

int
tls_ctx_bare(struct pki *p, const struct pki_profile *profile, SSL_CTX **ctxp, char *why, size_t size)
{
	OWNED(ssl_ctx_free) SSL_CTX *ctx = NULL;
	struct versions v;
	int rc = versions_of(profile, &v, why, size);

	if (rc < 0)
		return rc;
	ctx = SSL_CTX_new(profile->server ? TLS_server_method() : TLS_client_method());
	if (!ctx)
		return openssl_why(why, size, "TLS cannot be started");
	set_options(ctx, &v);
	rc = set_suites(ctx, profile, &v, why, size);
	if (rc == 0)
		rc = verify_install(ctx, p, profile, why, size);
	if (rc < 0)
		return rc;
	*ctxp = ctx;
	ctx = NULL; /* handed over */
	return 0;
}

int
pki_ctx(struct pki *p, const struct pki_profile *profile, SSL_CTX **ctxp, char *why, size_t size)
{
	OWNED(ssl_ctx_free) SSL_CTX *ctx = NULL;
	int rc = tls_ctx_bare(p, profile, &ctx, why, size);

	if (rc == 0)
		rc = set_identity(p, ctx, profile, why, size);
	if (rc < 0)
		return rc;
	*ctxp = ctx;
	ctx = NULL; /* handed over */
	return 0;
}
