/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/verify.h -- whom an SSL_CTX trusts, and what became of one peer's certificate. */
#ifndef PKI_VERIFY_H
#define PKI_VERIFY_H

#include "pki/cert_map.h"

/* ---- verify.c ---- */

struct anchor {
	X509 *cert;
	char *name;  /* its trustpoint */
	bool pinned; /* for exactly itself */
	bool onward; /* not trusted by itself: its chain has to go on */
	struct pki_check check;
	char *ocsp_url, *parent; /* of `check' */
};

/* What hangs on an SSL_CTX. */
struct trust {
	char **name; /* that a peer may have */
	size_t names, count;
	int least_bits; /* of a key's strength */
	unsigned class_tag;             /* as in the profile */
	time_t ended[PKI_COMPATS];
	bool allow_sha1;
	bool check_name, own;
	char *only;                     /* as in the profile */
	struct revocations *revocations;
	struct cert_maps maps;
	X509_STORE *pool;               /* NULL: it does not vouch here, or is empty */
	struct anchor pool_anchor;      /* stands for each of it; has no certificate */
	bool pool_to_root;
	struct anchor anchors[];
};
const struct anchor *trust_same(const struct trust *, X509 *, bool pinned);

/* Puts the anchors of `profile` into `ctx`, and our verification with them. */
int verify_install(SSL_CTX *ctx, struct pki *, const struct pki_profile *, char *why, size_t size);
int verify_peer(X509_STORE_CTX *, void *trust);
const struct trust *verify_trust(const SSL_CTX *);

/* The chain as the peer has sent it (NULL: none), and which of it was at fault (-1: none of it). */
const STACK_OF(X509) *verify_received(const SSL *, int *culprit);
/* The lines that help; NULL: none. */
const char *verify_hint(const SSL *);

/* The peer of a server that sent none, though it was asked. */
extern const char verify_no_certificate[];

/* ---- vouch.c ---- */

/* Of the chain that was built, which `a' vouches for: do the trustpoints above it hold what `chain-validation continue'
 * asks for; is nothing in it revoked?  Else false, with the error in the context, and more about it. */
bool vouch_parents(const struct trust *, const struct anchor *, X509_STORE_CTX *, char *more, size_t size);
bool vouch_unrevoked(const struct trust *, const struct anchor *, const struct cert_fate *, X509_STORE_CTX *, char *more,
    size_t size);

/* ---- reason.c ---- */

enum hint {
	HINT_NONE, HINT_CLOCK, HINT_AUTHENTICATE, HINT_IF_CLIENT, HINT_IF_SERVER, HINT_RSA_1024, HINT_SHA_1, HINT_CN_SAN,
	HINT_CRLS, HINT_CRL_FETCH, HINT_CRL_PASTE, HINT_TRUSTPOINT, HINT_TRUSTPOOL, HINT_MAPS, HINT_NO_CERTIFICATE, HINT_CHAIN,
	HINT_TLS_10, HINT_TLS_11, HINT_VERSIONS, HINT_SUITE, HINTS
};

struct refusal {
	const struct trust *trust;
	X509 *leaf, *cert; /* the peer's, and the one at fault (maybe the same) */
	int depth;         /* of `cert` above the leaf */
	int error;         /* X509_V_ERR_... */
	bool as_client;    /* the peer is the TLS client */
	const char *host;  /* whom we have called; NULL: nobody, or no name */
	time_t at;         /* the moment that was asked for; 0: now */
	const char *more;  /* what revocation, a certificate map or match eku has found out */
	const struct anchor *anchor;    /* whose trustpoint has judged; NULL: nobody's */
	enum hint hint;    /* set */
	FILE *out;
};
/* "; compatibility sha-1 of voice class tls-profile 2 has ended on 2026-11-01"; nothing: it has not. */
void say_ended(const struct trust *, enum pki_compat, FILE *out);
/* One sentence to `out`, and the hint. */
void refusal_say(struct refusal *);

/* ---- hint.c ---- */

/* The lines to try.  trustpoint: that they are of, NULL: the reader has to choose it; so the tag of a class, and 0. */
void hint_put(enum hint, const char *trustpoint, unsigned class_tag, char to[PKI_HINT]);
/* Each `word' (PKI_HINT_URL) becomes `value'; it stays where that is NULL, or there is no room. */
void hint_fill(char text[PKI_HINT], const char *word, const char *value);

/* ---- peer_name.c ---- */

/* Does the certificate belong to that name (a host, an address, or "*.example.com" for any host right in that
 * domain)?  RFC 6125: a wildcard is a whole left-most label, on one side or the other.  Its names are the DNS
 * names, addresses and SIP URIs of its subjectAltName (RFC 5922) and, as IOS has it, its common name too.
 * `matched': which of them it was. */
bool peer_name_matches(X509 *, const char *name, char *matched, size_t size);

/* ---- tls.c ---- */

/* As pki_ctx(), without an identity. */
int tls_ctx_bare(struct pki *, const struct pki_profile *, SSL_CTX **, char *why, size_t size);

#endif
