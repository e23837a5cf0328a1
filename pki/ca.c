/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca.c -- what a certificate authority signs: see ca.h.
 *
 * Of a request only what names its owner is taken over: the subject, the alternative names that a
 * TLS peer compares, and the uses of a key that is no CA's.  Whatever else it asks for is the
 * CA's to say. */
#include "pki/ca.h"
#include "pki/cert.h"
#include "pki/key.h"
#include "pki/name.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>

enum { SHORTEST_S = 60, USAGE_BITS = 5 }; /* digitalSignature .. keyAgreement: what no CA needs */

OWNER(integer_free, ASN1_INTEGER, ASN1_INTEGER_free)
OWNER(time_free, ASN1_TIME, ASN1_TIME_free)
OWNER(crl_free, X509_CRL, X509_CRL_free)

/* ---- what all of them need ----------------------------------------------------------------- */

static const EVP_MD *
hash_of(const char *name, char *why, size_t size)
{
	static const char *const hashes[] = {"md5", "sha1", "sha256", "sha384", "sha512"};

	for (size_t i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
		if (!strcasecmp(name ? name : "sha256", hashes[i]))
			return EVP_get_digestbyname(hashes[i]);
	pki_why(why, size, 0, "'%s' is not a hash for signatures", name);
	return NULL;
}

static int
der_take(struct der *to, unsigned char *bytes, int count, char *why, size_t size)
{
	OWNED(bytes_free) unsigned char *own = bytes;

	if (count <= 0 || der_copy(to, own, (size_t)count) < 0)
		return pki_why(why, size, -ENOMEM, "out of memory");
	return 0;
}

static int
cert_take(struct der *to, X509 *x, char *why, size_t size)
{
	unsigned char *bytes = NULL;
	int count = i2d_X509(x, &bytes);

	return der_take(to, bytes, count, why, size);
}

/* The CA's own, or -errno: a key of that name may have been made anew meanwhile. */
static int
signing_key(const struct ca_signer *s, X509 *ca, EVP_PKEY **pkey, char *why, size_t size)
{
	*pkey = key_hold(s->pki, s->label);
	if (!*pkey)
		return pki_why(why, size, -ENOENT, "there is no key pair named %s", s->label);
	if (ca && EVP_PKEY_eq(X509_get0_pubkey(ca), *pkey) == 1)
		return 0;
	ERR_clear_error();
	return pki_why(
	    why, size, -EKEYREJECTED, "key pair %s is not the one of the CA certificate", s->label);
}

static int
add_extension(X509 *x, X509_EXTENSION *e, char *why, size_t size)
{
	OWNED(extension_free) X509_EXTENSION *own = e;

	return own && X509_add_ext(x, own, -1)
		   ? 0
		   : openssl_why(why, size, "an extension cannot be made");
}

/* `value' in the words of OpenSSL: for constants only, never for what somebody typed. */
static int
add_words(X509 *x, X509 *issuer, int nid, const char *value, char *why, size_t size)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	return add_extension(x, X509V3_EXT_nconf_nid(NULL, &ctx, nid, value), why, size);
}

/* What is issued lives within its CA: under one that begins later, so does it. */
static int
set_validity(X509 *x, time_t from, int64_t lifetime_s, const X509 *ca, char *why, size_t size)
{
	time_t first = ca ? cert_time(X509_get0_notBefore(ca)) : from, end;
	time_t last = ca ? cert_time(X509_get0_notAfter(ca)) : 0;

	if (lifetime_s < SHORTEST_S)
		return pki_why(why, size, -EINVAL, "a lifetime below a minute");
	if (ca && last <= from)
		return pki_why(why, size, -EINVAL, "the certificate of the CA has expired");
	if (first > from)
		from = first;
	end = from + lifetime_s;
	if (ca && end > last)
		end = last;
	if (!ASN1_TIME_set(X509_getm_notBefore(x), from) ||
	    !ASN1_TIME_set(X509_getm_notAfter(x), end))
		return openssl_why(why, size, "the validity cannot be set");
	return 0;
}

/* ---- the CA's own certificate -------------------------------------------------------------- */

static int
self_extensions(X509 *x, char *why, size_t size)
{
	static const struct {
		int nid;
		const char *value;
	} rows[] = {
	    {NID_basic_constraints, "critical,CA:TRUE"},
	    {NID_key_usage, "critical,digitalSignature,keyCertSign,cRLSign"},
	    {NID_subject_key_identifier, "hash"}, /* the authority's is copied from it */
	    {NID_authority_key_identifier, "keyid:always"},
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(rows) / sizeof(*rows); i++)
		rc = add_words(x, x, rows[i].nid, rows[i].value, why, size);
	return rc;
}

static int
self_fill(X509 *x, EVP_PKEY *pkey, const struct ca_wish *w, char *why, size_t size)
{
	OWNED(x509_free) X509 *after = w->after ? cert_open(w->after->bytes, w->after->size) : NULL;
	OWNED(name_free)
	X509_NAME *name = after ? X509_NAME_dup(X509_get_subject_name(after)) : X509_NAME_new();
	time_t from = after ? cert_time(X509_get0_notAfter(after)) : time(NULL);
	int rc = name ? 0 : pki_why(why, size, -ENOMEM, "out of memory");

	if (rc == 0 && w->after && !after)
		rc = openssl_why(why, size, "the certificate before it cannot be read");
	if (rc == 0 && !after)
		rc = name_parse(name, w->issuer_name, why, size);
	if (rc == 0)
		rc = set_validity(x, from, w->lifetime_s, NULL, why, size);
	if (rc < 0)
		return rc;
	if (!X509_set_version(x, X509_VERSION_3) ||
	    !ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), w->serial) ||
	    !X509_set_subject_name(x, name) || !X509_set_issuer_name(x, name) ||
	    !X509_set_pubkey(x, pkey))
		return openssl_why(why, size, "the certificate cannot be made");
	return self_extensions(x, why, size);
}

int
ca_self(struct pki *p, const struct ca_wish *w, struct der *cert, char *why, size_t size)
{
	OWNED(x509_free) X509 *x = X509_new();
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(p, w->label);
	const EVP_MD *hash = hash_of(w->hash, why, size);
	int rc;

	if (!hash)
		return -EINVAL;
	if (!x || !pkey)
		return pki_why(why, size, -ENOENT, "there is no key pair named %s", w->label);
	rc = self_fill(x, pkey, w, why, size);
	if (rc == 0 && X509_sign(x, pkey, hash) <= 0)
		rc = openssl_why(
		    why, size, "the certificate cannot be signed with %s", EVP_MD_get0_name(hash));
	return rc == 0 ? cert_take(cert, x, why, size) : rc;
}

/* ---- certificates -------------------------------------------------------------------------- */

/* By the bits of enum ca_eku. */
static const int eku_nids[] = {NID_server_auth, NID_client_auth, NID_code_sign, NID_email_protect,
    NID_ipsecEndSystem, NID_ipsecTunnel, NID_ipsecUser, NID_OCSP_sign, NID_sshClient, NID_sshServer,
    NID_time_stamp, NID_cmcRA};

static int
add_ekus(X509 *x, uint32_t ekus, char *why, size_t size)
{
	OWNED(eku_free) EXTENDED_KEY_USAGE *list = EXTENDED_KEY_USAGE_new();

	for (size_t i = 0; list && i < sizeof(eku_nids) / sizeof(*eku_nids); i++)
		if (ekus >> i & 1 && !sk_ASN1_OBJECT_push(list, OBJ_nid2obj(eku_nids[i])))
			return pki_why(why, size, -ENOMEM, "out of memory");
	if (!list || !sk_ASN1_OBJECT_num(list))
		return 0;
	return add_extension(x, X509V3_EXT_i2d(NID_ext_key_usage, 0, list), why, size);
}

/* Built, not parsed: a URL may hold what OpenSSL's words would take for its own. */
static bool
push_url(GENERAL_NAMES *names, const char *url)
{
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();
	GENERAL_NAME *name = GENERAL_NAME_new();

	if (names && text && name && ASN1_STRING_set(text, url, -1) &&
	    sk_GENERAL_NAME_push(names, name)) {
		GENERAL_NAME_set0_value(name, GEN_URI, text);
		return true;
	}
	GENERAL_NAME_free(name);
	ASN1_IA5STRING_free(text);
	return false;
}

static int
add_cdp(X509 *x, const char *url, char *why, size_t size)
{
	OWNED(crl_points_free) CRL_DIST_POINTS *list = sk_DIST_POINT_new_null();
	DIST_POINT *point = DIST_POINT_new();

	if (!list || !point || !sk_DIST_POINT_push(list, point)) {
		DIST_POINT_free(point);
		return pki_why(why, size, -ENOMEM, "out of memory");
	}
	point->distpoint = DIST_POINT_NAME_new();
	if (!point->distpoint)
		return pki_why(why, size, -ENOMEM, "out of memory");
	point->distpoint->type = 0; /* a full name */
	point->distpoint->name.fullname = sk_GENERAL_NAME_new_null();
	if (!push_url(point->distpoint->name.fullname, url))
		return pki_why(why, size, -ENOMEM, "out of memory");
	return add_extension(x, X509V3_EXT_i2d(NID_crl_distribution_points, 0, list), why, size);
}

static const X509_EXTENSION *
find_extension(const STACK_OF(X509_EXTENSION) * list, int nid)
{
	int i = X509v3_get_ext_by_NID(list, nid, -1);

	return i < 0 ? NULL : X509v3_get_ext(list, i);
}

/* The names that a peer compares; a directory name or a kind of its own is not for the asking. */
static int
add_alt_names(X509 *x, const STACK_OF(X509_EXTENSION) * asked, char *why, size_t size)
{
	const X509_EXTENSION *e = find_extension(asked, NID_subject_alt_name);
	OWNED(general_names_free)
	GENERAL_NAMES *names = e ? X509V3_EXT_d2i((X509_EXTENSION *)e) : NULL;

	if (!names)
		return e ? openssl_why(why, size, "the alternative names of the request are broken")
			 : 0;
	for (int i = sk_GENERAL_NAME_num(names); i-- > 0;) {
		GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);

		if (n->type == GEN_DNS || n->type == GEN_IPADD || n->type == GEN_EMAIL ||
		    n->type == GEN_URI)
			continue;
		GENERAL_NAME_free(sk_GENERAL_NAME_delete(names, i));
	}
	if (!sk_GENERAL_NAME_num(names))
		return 0;
	return add_extension(x, X509V3_EXT_i2d(NID_subject_alt_name, 0, names), why, size);
}

/* As asked, without what makes a CA; unasked, what TLS needs of that kind of key. */
static int
add_usage(X509 *x, const STACK_OF(X509_EXTENSION) * asked, char *why, size_t size)
{
	const X509_EXTENSION *e = find_extension(asked, NID_key_usage);
	OWNED(bits_free) ASN1_BIT_STRING *bits = e ? X509V3_EXT_d2i((X509_EXTENSION *)e) : NULL;
	OWNED(bits_free) ASN1_BIT_STRING *given = ASN1_BIT_STRING_new();
	bool rsa = EVP_PKEY_is_a(X509_get0_pubkey(x), "RSA"), some = false;

	if (!given)
		return pki_why(why, size, -ENOMEM, "out of memory");
	for (int i = 0; bits && i < USAGE_BITS; i++)
		if (ASN1_BIT_STRING_get_bit(bits, i))
			some |= ASN1_BIT_STRING_set_bit(given, i, 1);
	if (!some) {
		ASN1_BIT_STRING_set_bit(given, 0, 1);
		ASN1_BIT_STRING_set_bit(given, rsa ? 2 : 4, 1);
	}
	return add_extension(x, X509V3_EXT_i2d(NID_key_usage, 1, given), why, size);
}

/* How many CAs may stand below one that asks for it; -1: any number; -2: we may not have one. */
static long
depth_below(X509 *ca, const STACK_OF(X509_EXTENSION) * asked)
{
	const X509_EXTENSION *e = find_extension(asked, NID_basic_constraints);
	BASIC_CONSTRAINTS *b = e ? X509V3_EXT_d2i((X509_EXTENSION *)e) : NULL;
	long ours = X509_get_pathlen(ca), wanted = b && b->pathlen ? ASN1_INTEGER_get(b->pathlen) : -1;

	BASIC_CONSTRAINTS_free(b);
	if (ours == 0)
		return -2;
	if (ours > 0 && (wanted < 0 || wanted > ours - 1))
		return ours - 1;
	return wanted;
}

static int
issue_basic(X509 *x, X509 *ca, bool for_ca, const STACK_OF(X509_EXTENSION) * asked, char *why, size_t size)
{
	long depth = for_ca ? depth_below(ca, asked) : -1;
	char words[64];

	if (!for_ca)
		return add_words(x, ca, NID_basic_constraints, "critical,CA:FALSE", why, size);
	if (depth == -2)
		return pki_why(why, size, -EACCES, "no CA may stand below this one: its certificate says so (path length 0)");
	if (depth < 0)
		snprintf(words, sizeof(words), "critical,CA:TRUE");
	else
		snprintf(words, sizeof(words), "critical,CA:TRUE,pathlen:%ld", depth);
	return add_words(x, ca, NID_basic_constraints, words, why, size);
}

/* What it is for: of a CA, to sign certificates and lists. */
static int
issue_uses(X509 *x, X509 *ca, const struct ca_terms *t, const STACK_OF(X509_EXTENSION) * asked, char *why,
    size_t size)
{
	int rc;

	if (t->ca)
		return add_words(
		    x, ca, NID_key_usage, "critical,digitalSignature,keyCertSign,cRLSign", why, size);
	rc = add_usage(x, asked, why, size);
	return rc == 0 ? add_ekus(x, t->ekus, why, size) : rc;
}

static int
issue_extensions(X509 *x, X509 *ca, X509_REQ *req, const struct ca_terms *t, char *why, size_t size)
{
	OWNED(extensions_free) STACK_OF(X509_EXTENSION) *asked = X509_REQ_get_extensions(req);
	int rc = issue_basic(x, ca, t->ca, asked, why, size);

	if (rc == 0 && t->cdp && *t->cdp)
		rc = add_cdp(x, t->cdp, why, size);
	if (rc == 0)
		rc = issue_uses(x, ca, t, asked, why, size);
	if (rc == 0)
		rc = add_alt_names(x, asked, why, size);
	if (rc == 0)
		rc = add_words(x, ca, NID_subject_key_identifier, "hash", why, size);
	if (rc == 0)
		rc = add_words(x, ca, NID_authority_key_identifier, "keyid:always", why, size);
	return rc;
}

/* The name that IOS asks for beside the subject, in an attribute of the request. */
static int
add_unstructured(X509_NAME *name, X509_REQ *req, char *why, size_t size)
{
	int at = X509_REQ_get_attr_by_NID(req, NID_pkcs9_unstructuredName, -1);
	X509_ATTRIBUTE *a = at < 0 ? NULL : X509_REQ_get_attr(req, at);
	const ASN1_TYPE *value = a ? X509_ATTRIBUTE_get0_type(a, 0) : NULL;
	OWNED(bytes_free) unsigned char *text = NULL;

	if (!value || X509_NAME_get_index_by_NID(name, NID_pkcs9_unstructuredName, -1) >= 0)
		return 0;
	if ((value->type != V_ASN1_IA5STRING && value->type != V_ASN1_UTF8STRING &&
		value->type != V_ASN1_PRINTABLESTRING) ||
	    ASN1_STRING_to_UTF8(&text, value->value.asn1_string) <= 0)
		return ERR_clear_error(), 0;
	return name_add(name, "hostname", (const char *)text, why, size);
}

static int
issue_fill(X509 *x, X509 *ca, X509_REQ *req, const struct ca_terms *t, char *why, size_t size)
{
	OWNED(name_free) X509_NAME *name = X509_NAME_dup(X509_REQ_get_subject_name(req));
	int rc = name ? add_unstructured(name, req, why, size)
		      : pki_why(why, size, -ENOMEM, "out of memory");

	if (rc == 0)
		rc = set_validity(x, time(NULL), t->lifetime_s, ca, why, size);
	if (rc < 0)
		return rc;
	if (!X509_set_version(x, X509_VERSION_3) ||
	    !ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), t->serial) ||
	    !X509_set_subject_name(x, name) ||
	    !X509_set_issuer_name(x, X509_get_subject_name(ca)) ||
	    !X509_set_pubkey(x, X509_REQ_get0_pubkey(req)))
		return openssl_why(why, size, "the certificate cannot be made");
	return issue_extensions(x, ca, req, t, why, size);
}

static X509_REQ *
request_open(const struct der *d)
{
	const uint8_t *p = d->bytes;

	return d2i_X509_REQ(NULL, &p, (long)d->size);
}

int
ca_issue(const struct ca_signer *s, const struct der *request, const struct ca_terms *t,
    struct der *cert, char *why, size_t size)
{
	OWNED(x509_free) X509 *x = X509_new(), *ca = cert_open(s->cert->bytes, s->cert->size);
	OWNED(x509_req_free) X509_REQ *req = request_open(request);
	OWNED(pkey_free) EVP_PKEY *pkey = NULL;
	const EVP_MD *hash = hash_of(s->hash, why, size);
	int rc;

	if (!hash)
		return -EINVAL;
	if (!x || !ca || !req)
		return openssl_why(why, size, "the request cannot be read");
	rc = signing_key(s, ca, &pkey, why, size);
	if (rc == 0)
		rc = issue_fill(x, ca, req, t, why, size);
	if (rc == 0 && X509_sign(x, pkey, hash) <= 0)
		rc = openssl_why(
		    why, size, "the certificate cannot be signed with %s", EVP_MD_get0_name(hash));
	return rc == 0 ? cert_take(cert, x, why, size) : rc;
}

/* ---- revocation lists ---------------------------------------------------------------------- */

static int
crl_add(X509_CRL *crl, const struct ca_revoked *r)
{
	OWNED(integer_free) ASN1_INTEGER *serial = ASN1_INTEGER_new();
	OWNED(time_free) ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)r->at_s);
	X509_REVOKED *one = X509_REVOKED_new();

	if (one && serial && at && ASN1_INTEGER_set_uint64(serial, r->serial) &&
	    X509_REVOKED_set_serialNumber(one, serial) &&
	    X509_REVOKED_set_revocationDate(one, at) && X509_CRL_add0_revoked(crl, one))
		return 0;
	X509_REVOKED_free(one);
	return -ENOMEM;
}

static int
crl_extensions(X509_CRL *crl, X509 *ca, uint64_t number)
{
	OWNED(integer_free) ASN1_INTEGER *n = ASN1_INTEGER_new();
	OWNED(extension_free) X509_EXTENSION *aki = NULL;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, ca, NULL, NULL, crl, 0);
	X509V3_set_ctx_nodb(&ctx);
	aki = X509V3_EXT_nconf_nid(NULL, &ctx, NID_authority_key_identifier, "keyid:always");
	return n && aki && ASN1_INTEGER_set_uint64(n, number) && X509_CRL_add_ext(crl, aki, -1) &&
		       X509_CRL_add1_ext_i2d(crl, NID_crl_number, n, 0, 0)
		   ? 0
		   : -EINVAL;
}

static int
crl_fill(X509_CRL *crl, X509 *ca, const struct ca_crl *c)
{
	OWNED(time_free)
	ASN1_TIME *this = ASN1_TIME_set(NULL, (time_t)c->this_s),
		  *next = ASN1_TIME_set(NULL, (time_t)c->next_s);
	int rc = 0;

	if (!this || !next || !X509_CRL_set_version(crl, X509_CRL_VERSION_2) ||
	    !X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca)) ||
	    !X509_CRL_set1_lastUpdate(crl, this) || !X509_CRL_set1_nextUpdate(crl, next))
		return -ENOMEM;
	for (size_t i = 0; rc == 0 && i < c->count; i++)
		rc = crl_add(crl, &c->of[i]);
	return rc == 0 ? crl_extensions(crl, ca, c->number) : rc;
}

int
ca_crl_sign(
    const struct ca_signer *s, const struct ca_crl *c, struct der *to, char *why, size_t size)
{
	OWNED(x509_free) X509 *ca = cert_open(s->cert->bytes, s->cert->size);
	OWNED(crl_free) X509_CRL *crl = X509_CRL_new();
	OWNED(pkey_free) EVP_PKEY *pkey = NULL;
	const EVP_MD *hash = hash_of(s->hash, why, size);
	unsigned char *bytes = NULL;
	int count, rc;

	if (!hash)
		return -EINVAL;
	if ((rc = signing_key(s, ca, &pkey, why, size)) < 0)
		return rc;
	if (!ca || !crl || crl_fill(crl, ca, c) < 0 || X509_CRL_sign(crl, pkey, hash) <= 0)
		return openssl_why(why, size, "the revocation list cannot be signed with %s",
		    EVP_MD_get0_name(hash));
	count = i2d_X509_CRL(crl, &bytes);
	return der_take(to, bytes, count, why, size);
}

static int
crl_copy(X509_CRL *crl, struct ca_crl *to)
{
	STACK_OF(X509_REVOKED) *list = X509_CRL_get_REVOKED(crl);
	int count = list ? sk_X509_REVOKED_num(list) : 0;

	to->of = calloc(count > 0 ? (size_t)count : 1, sizeof(*to->of));
	if (!to->of)
		return -ENOMEM;
	for (int i = 0; i < count; i++) {
		const X509_REVOKED *r = sk_X509_REVOKED_value(list, i);

		if (!ASN1_INTEGER_get_uint64(&to->of[i].serial, X509_REVOKED_get0_serialNumber(r)))
			return -EINVAL;
		to->of[i].at_s = cert_time(X509_REVOKED_get0_revocationDate(r));
	}
	to->count = (size_t)count;
	return 0;
}

int
ca_crl_read(const struct der *d, const struct der *cert, struct ca_crl *to, char *why, size_t size)
{
	const uint8_t *p = d->bytes;
	OWNED(crl_free) X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)d->size);
	OWNED(x509_free) X509 *ca = cert_open(cert->bytes, cert->size);
	OWNED(integer_free) ASN1_INTEGER *n = NULL;

	*to = (struct ca_crl){0};
	if (!crl || !ca || X509_CRL_verify(crl, X509_get0_pubkey(ca)) != 1)
		return openssl_why(why, size, "this is not a revocation list of the CA");
	n = X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
	if (n && !ASN1_INTEGER_get_uint64(&to->number, n))
		to->number = 0;
	to->this_s = cert_time(X509_CRL_get0_lastUpdate(crl));
	to->next_s = cert_time(X509_CRL_get0_nextUpdate(crl));
	if (crl_copy(crl, to) == 0)
		return 0;
	free(to->of);
	*to = (struct ca_crl){0};
	return openssl_why(why, size, "the revocation list has entries that are not ours");
}

bool
ca_crl_has(const struct ca_crl *c, uint64_t serial)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->of[i].serial == serial)
			return true;
	return false;
}

/* ---- words --------------------------------------------------------------------------------- */

uint64_t
ca_serial(const struct der *cert)
{
	OWNED(x509_free) X509 *x = cert_open(cert->bytes, cert->size);
	uint64_t serial = 0;

	if (!x || !ASN1_INTEGER_get_uint64(&serial, X509_get0_serialNumber(x)))
		serial = 0;
	ERR_clear_error();
	return serial;
}

void
ca_subject(const struct der *cert, char *text, size_t size)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	size_t n = 0;

	text[0] = '\0';
	if (i && pki_cert_info(cert, i) == 0)
		for (int k = 0; k < i->subjects && n < size; k++)
			n += (size_t)snprintf(
			    text + n, size - n, "%s%s", k ? "," : "", i->subject[k]);
	free(i);
}

void
ca_pem(const char *what, const struct der *d, FILE *out)
{
	fprintf(out, "-----BEGIN %s-----\n", what);
	base64_print(d, out);
	fprintf(out, "-----END %s-----\n", what);
}
