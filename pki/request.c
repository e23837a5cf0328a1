/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/request.c -- what we say of ourselves: PKCS#10 requests and self-signed certificates.
 *
 * The subject is what was typed, first typed = most specific, and over it (so printed before it)
 * serialNumber and the unstructuredName that IOS makes of the fqdn.  Without a typed subject the
 * fqdn is the common name as well: peers that compare the subject compare that.  Both ends of a
 * SIP trunk are TLS server and TLS client in turn, so both extended key usages are asked for. */
#include "pki/cert.h"
#include "pki/key.h"
#include "pki/name.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>

enum { HOST_NAME = 253, MAX_DAYS = 36500, SERIAL_BITS = 127 };

/* ---- subject ---- */

static int
subject_fill(X509_NAME *name, const struct pki_request *r, char *why, size_t size)
{
	int rc = 0;

	if (r->subject && *r->subject)
		rc = name_parse(name, r->subject, why, size);
	else if (r->fqdn)
		rc = name_add(name, "cn", r->fqdn, why, size);
	else
		return pki_why(
		    why, size, -EINVAL, "neither a subject name nor an fqdn is configured");
	if (rc == 0 && r->serial_number)
		rc = name_add(name, "serialNumber", r->serial_number, why, size);
	if (rc == 0 && r->fqdn)
		rc = name_add(name, "hostname", r->fqdn, why, size);
	return rc;
}

/* ---- extensions ---- */

static int
extension_add(STACK_OF(X509_EXTENSION) * *list, X509_EXTENSION *e, char *why, size_t size)
{
	OWNED(extension_free) X509_EXTENSION *own = e;

	return own && X509v3_add_ext(list, own, -1)
		   ? 0
		   : openssl_why(why, size, "an extension cannot be made");
}

/* `value` in the words of OpenSSL: for constants only, never for what somebody typed. */
static int
extension_words(STACK_OF(X509_EXTENSION) * *list, X509V3_CTX *ctx, int nid, const char *value,
    char *why, size_t size)
{
	return extension_add(list, X509V3_EXT_nconf_nid(NULL, ctx, nid, value), why, size);
}

static bool
is_host_name(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("-._*", text[i]))
			return false;
	return n > 0 && n <= HOST_NAME;
}

static int
san_add(GENERAL_NAMES *names, int type, ASN1_STRING *value)
{
	GENERAL_NAME *name = GENERAL_NAME_new();

	if (name && value && sk_GENERAL_NAME_push(names, name)) {
		GENERAL_NAME_set0_value(name, type, value);
		return 0;
	}
	GENERAL_NAME_free(name);
	ASN1_STRING_free(value);
	return -ENOMEM;
}

static int
san_dns(GENERAL_NAMES *names, const char *text, char *why, size_t size)
{
	ASN1_IA5STRING *value;

	if (!is_host_name(text))
		return pki_why(why, size, -EINVAL, "'%s' is not a host name", text);
	value = ASN1_IA5STRING_new();
	if (value && !ASN1_STRING_set(value, text, -1)) {
		ASN1_STRING_free(value);
		value = NULL;
	}
	return san_add(names, GEN_DNS, value) ? pki_why(why, size, -ENOMEM, "out of memory") : 0;
}

static int
san_ip(GENERAL_NAMES *names, const char *text, char *why, size_t size)
{
	ASN1_OCTET_STRING *value = a2i_IPADDRESS(text);

	if (!value)
		return openssl_why(why, size, "'%s' is not an IP address", text);
	return san_add(names, GEN_IPADD, value) ? pki_why(why, size, -ENOMEM, "out of memory") : 0;
}

static int
san_fill(GENERAL_NAMES *names, const struct pki_request *r, char *why, size_t size)
{
	int rc = r->fqdn ? san_dns(names, r->fqdn, why, size) : 0;

	for (const char *const *n = r->alt_names; rc == 0 && n && *n; n++)
		if (!r->fqdn || strcasecmp(*n, r->fqdn) != 0)
			rc = san_dns(names, *n, why, size);
	if (rc == 0 && r->ip)
		rc = san_ip(names, r->ip, why, size);
	return rc;
}

static int
extension_san(STACK_OF(X509_EXTENSION) * *list, const struct pki_request *r, char *why, size_t size)
{
	OWNED(general_names_free) GENERAL_NAMES *names = GENERAL_NAMES_new();
	int rc =
	    names ? san_fill(names, r, why, size) : pki_why(why, size, -ENOMEM, "out of memory");

	if (rc == 0 && sk_GENERAL_NAME_num(names) > 0)
		rc = extension_add(list, X509V3_EXT_i2d(NID_subject_alt_name, 0, names), why, size);
	return rc;
}

/* Only an RSA key can encipher another one; an EC key agrees on one; the signature pair of usage-keys
 * does neither, and the encryption pair nothing else (but sign itself, where it has to). */
static const char *
usage_words(const EVP_PKEY *pkey, bool ca, enum pki_key_usage usage)
{
	if (usage == PKI_USAGE_SIGNATURE)
		return ca ? "critical,digitalSignature,keyCertSign" : "critical,digitalSignature";
	if (usage == PKI_USAGE_ENCRYPTION && !ca)
		return "critical,keyEncipherment";
	if (EVP_PKEY_is_a(pkey, "RSA"))
		return ca ? "critical,digitalSignature,keyEncipherment,keyCertSign"
			  : "critical,digitalSignature,keyEncipherment";
	return ca ? "critical,digitalSignature,keyAgreement,keyCertSign"
		  : "critical,digitalSignature,keyAgreement";
}

static int
extensions_fill(STACK_OF(X509_EXTENSION) * *list, X509V3_CTX *ctx, const EVP_PKEY *pkey, bool ca,
    const struct pki_request *r, char *why, size_t size)
{
	int rc = extension_words(list, ctx, NID_key_usage, usage_words(pkey, ca, r->usage), why, size);

	if (rc == 0)
		rc = extension_words(
		    list, ctx, NID_ext_key_usage, r->ekus ? r->ekus : "serverAuth,clientAuth", why, size);
	return rc == 0 ? extension_san(list, r, why, size) : rc;
}

static int
extensions_ca(STACK_OF(X509_EXTENSION) * *list, X509V3_CTX *ctx, char *why, size_t size)
{
	int rc = extension_words(list, ctx, NID_basic_constraints, "critical,CA:TRUE", why, size);

	return rc == 0 ? extension_words(list, ctx, NID_key_usage, "critical,digitalSignature,keyCertSign,cRLSign", why,
			     size)
		       : rc;
}

/* ---- what both need ---- */

static bool
is_locked(struct pki *p, const char *label)
{
	struct pki_key_info info;

	if (!pki_key_find(p, label, &info))
		return false;
	pki_key_info_clear(&info);
	return info.locked;
}

static int
request_open(struct pki *p, const struct pki_request *r, EVP_PKEY **pkey, const EVP_MD **hash,
    char *why, size_t size)
{
	static const char *const hashes[] = {"md5", "sha1", "sha256", "sha384", "sha512"};
	const char *wanted = r->hash ? r->hash : "sha256";

	*hash = NULL;
	for (size_t i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
		if (!strcasecmp(wanted, hashes[i]))
			*hash = EVP_get_digestbyname(hashes[i]);
	if (!*hash)
		return pki_why(why, size, -EINVAL, "'%s' is not a hash for signatures", wanted);
	*pkey = r->label ? key_hold(p, r->label) : NULL;
	if (!*pkey && r->label && is_locked(p, r->label))
		return pki_why(why, size, -EACCES, "key pair %s is locked: 'crypto key unlock'", r->label);
	if (!*pkey)
		return pki_why(why, size, -ENOENT, "there is no key pair named %s",
		    r->label ? r->label : "(none configured)");
	return 0;
}

/* ---- PKCS#10 ---- */

static int
csr_fill(X509_REQ *req, EVP_PKEY *pkey, const EVP_MD *hash, const struct pki_request *r, char *why,
    size_t size)
{
	OWNED(extensions_free) STACK_OF(X509_EXTENSION) *list = NULL;
	X509V3_CTX ctx;
	int rc = subject_fill(X509_REQ_get_subject_name(req), r, why, size);

	X509V3_set_ctx(&ctx, NULL, NULL, req, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	if (rc == 0 && r->ca)
		rc = extensions_ca(&list, &ctx, why, size);
	else if (rc == 0)
		rc = extensions_fill(&list, &ctx, pkey, false, r, why, size);
	if (rc < 0)
		return rc;
	if (!X509_REQ_set_version(req, X509_REQ_VERSION_1) || !X509_REQ_set_pubkey(req, pkey) ||
	    !X509_REQ_add_extensions(req, list) ||
	    (r->password && !X509_REQ_add1_attr_by_NID(req, NID_pkcs9_challengePassword, MBSTRING_UTF8,
				(const unsigned char *)r->password, -1)) || X509_REQ_sign(req, pkey, hash) <= 0)
		return openssl_why(why, size, "the request cannot be signed");
	return 0;
}

static int
csr_text(X509_REQ *req, char **base64, char *why, size_t size)
{
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int count = i2d_X509_REQ(req, &bytes);
	size_t length;
	FILE *out = count > 0 ? open_memstream(base64, &length) : NULL;

	if (!out)
		return pki_why(why, size, -ENOMEM, "out of memory");
	base64_print(&(struct der){bytes, (size_t)count}, out);
	if (fclose(out) == 0)
		return 0;
	free(*base64);
	*base64 = NULL;
	return pki_why(why, size, -ENOMEM, "out of memory");
}

static void
request_prints(const X509_REQ *req, struct pki_fingerprints *print)
{
	X509_REQ_digest(req, EVP_md5(), print->md5, NULL);
	X509_REQ_digest(req, EVP_sha1(), print->sha1, NULL);
	X509_REQ_digest(req, EVP_sha256(), print->sha256, NULL);
}

int
pki_csr(struct pki *p, const struct pki_request *r, char **base64, struct pki_fingerprints *print,
    char *why, size_t size)
{
	OWNED(x509_req_free) X509_REQ *req = X509_REQ_new();
	OWNED(pkey_free) EVP_PKEY *pkey = NULL;
	const EVP_MD *hash;
	int rc = req ? request_open(p, r, &pkey, &hash, why, size)
		     : pki_why(why, size, -ENOMEM, "out of memory");

	if (rc == 0)
		rc = csr_fill(req, pkey, hash, r, why, size);
	if (rc < 0)
		return rc;
	request_prints(req, print);
	return csr_text(req, base64, why, size);
}

int
pki_request_info(const char *pem, struct pki_request_info *info)
{
	OWNED(bio_free) BIO *in = BIO_new_mem_buf(pem, -1);
	OWNED(x509_req_free) X509_REQ *req = in ? PEM_read_bio_X509_REQ(in, NULL, NULL, NULL) : NULL;

	ERR_clear_error();
	*info = (struct pki_request_info){0};
	if (!req)
		return -EINVAL;
	name_common(X509_REQ_get_subject_name(req), info->common_name, sizeof(info->common_name));
	request_prints(req, &info->print);
	return 0;
}

/* ---- self-signed ---- */

/* 126 random bits under a set one: positive, never zero, always 16 bytes. */
static bool
random_serial(X509 *x)
{
	OWNED(bn_free) BIGNUM *n = BN_new();

	return n && BN_rand(n, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
	       BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
}

/* The subject key identifier first: the authority's is copied from it. */
static int
self_extensions(X509 *x, EVP_PKEY *pkey, const struct pki_request *r, char *why, size_t size)
{
	OWNED(extensions_free) STACK_OF(X509_EXTENSION) *list = NULL;
	X509V3_CTX ctx;
	int rc;

	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	rc = extension_words(&list, &ctx, NID_basic_constraints, "critical,CA:TRUE", why, size);
	if (rc == 0)
		rc = extensions_fill(&list, &ctx, pkey, true, r, why, size);
	if (rc == 0)
		rc = extension_words(&list, &ctx, NID_subject_key_identifier, "hash", why, size);
	for (int i = 0; rc == 0 && i < sk_X509_EXTENSION_num(list); i++)
		if (!X509_add_ext(x, sk_X509_EXTENSION_value(list, i), -1))
			rc = openssl_why(why, size, "an extension cannot be added");
	extensions_free(&list);
	list = NULL;
	if (rc == 0)
		rc = extension_words(
		    &list, &ctx, NID_authority_key_identifier, "keyid:always", why, size);
	if (rc == 0 && !X509_add_ext(x, sk_X509_EXTENSION_value(list, 0), -1))
		rc = openssl_why(why, size, "an extension cannot be added");
	return rc;
}

static int
self_fill(X509 *x, EVP_PKEY *pkey, const struct pki_request *r, int days, char *why, size_t size)
{
	OWNED(name_free) X509_NAME *name = X509_NAME_new();
	int rc =
	    name ? subject_fill(name, r, why, size) : pki_why(why, size, -ENOMEM, "out of memory");

	if (rc < 0)
		return rc;
	if (!X509_set_version(x, X509_VERSION_3) || !random_serial(x) ||
	    !X509_gmtime_adj(X509_getm_notBefore(x), 0) ||
	    !X509_time_adj_ex(X509_getm_notAfter(x), days, 0, NULL) ||
	    !X509_set_subject_name(x, name) || !X509_set_issuer_name(x, name) ||
	    !X509_set_pubkey(x, pkey))
		return openssl_why(why, size, "the certificate cannot be made");
	return self_extensions(x, pkey, r, why, size);
}

int
pki_self_sign(
    struct pki *p, const struct pki_request *r, int days, struct der *cert, char *why, size_t size)
{
	OWNED(x509_free) X509 *x = X509_new();
	OWNED(pkey_free) EVP_PKEY *pkey = NULL;
	OWNED(bytes_free) unsigned char *bytes = NULL;
	const EVP_MD *hash;
	int rc, count;

	if (days < 1 || days > MAX_DAYS)
		return pki_why(why, size, -EINVAL, "a certificate lives 1 to %d days", MAX_DAYS);
	rc = x ? request_open(p, r, &pkey, &hash, why, size)
	       : pki_why(why, size, -ENOMEM, "out of memory");
	if (rc == 0)
		rc = self_fill(x, pkey, r, days, why, size);
	if (rc < 0)
		return rc;
	if (X509_sign(x, pkey, hash) <= 0)
		return openssl_why(why, size, "the certificate cannot be signed");
	count = i2d_X509(x, &bytes);
	if (count <= 0 || der_copy(cert, bytes, (size_t)count) < 0)
		return pki_why(why, size, -ENOMEM, "out of memory");
	return 0;
}
