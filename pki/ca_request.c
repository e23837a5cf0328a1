/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_request.c -- PKCS#10 requests as a certificate authority reads them.
 *
 * They come from strangers.  What costs time is bounded before it is done: the size, and the size
 * and kind of the key before its signature is tried. */
#include "pki/ca.h"
#include "pki/name.h"
#include "pki/openssl.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

/* ---- pasted text --------------------------------------------------------------------------- */

/* What stands between the dashes of a header and those of a footer; without them all of it.  NULL:
 * the header says that it is something else. */
static const char *
body_of(const char *text, size_t *count, const char **reason)
{
	const char *begin = strstr(text, "-BEGIN "), *end;

	*count = strlen(text);
	if (!begin)
		return text;
	end = strchr(begin + 7, '-');
	*reason =
	    strncmp(begin + 7, "CERTIFICATE REQUEST", 19) &&
		    strncmp(begin + 7, "NEW CERTIFICATE REQUEST", 23)
		? (strstr(begin, "PRIVATE KEY")
			  ? "this is a private key, not a certificate request: it was not kept"
			  : "this is not a certificate request")
		: NULL;
	if (*reason || !end)
		return NULL;
	end += strspn(end, "- \t\r");
	*count = strcspn(end, "-");
	return end;
}

static bool
base64_bytes(const char *p, size_t count, struct der *to)
{
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	int n = 0, last = 0, rc = -1;

	to->bytes = malloc(count + 4);
	if (ctx && to->bytes) {
		EVP_DecodeInit(ctx);
		rc = EVP_DecodeUpdate(ctx, to->bytes, &n, (const unsigned char *)p, (int)count);
		if (rc >= 0)
			rc = EVP_DecodeFinal(ctx, to->bytes + n, &last) == 1 ? 0 : -1;
	}
	EVP_ENCODE_CTX_free(ctx);
	ERR_clear_error();
	to->size = rc == 0 ? (size_t)(n + last) : 0;
	return to->size > 0;
}

int
ca_request_from_text(const char *text, struct der *to, char *why, size_t size)
{
	const char *reason = "there is no certificate request in the text", *body;
	struct ca_asked asked;
	struct der d = {0};
	size_t count;
	int rc;

	body = body_of(text, &count, &reason);
	if (!body)
		return pki_why(why, size, -EINVAL, "%s",
		    reason ? reason : "the header of the request is broken");
	if (count > 2 * CA_REQUEST_MOST)
		return pki_why(
		    why, size, -E2BIG, "a request has %d bytes at most", CA_REQUEST_MOST);
	if (!base64_bytes(body, count, &d)) {
		der_clear(&d);
		return pki_why(why, size, -EINVAL, "%s",
		    text[strspn(text, " \t\r\n")] ? "the base 64 text is broken"
						  : "there is no certificate request in the text");
	}
	rc = ca_request_read(&d, &asked, why, size);
	OPENSSL_cleanse(asked.password, sizeof(asked.password));
	if (rc == 0) {
		*to = d;
		return 0;
	}
	OPENSSL_cleanse(d.bytes, d.size);
	der_clear(&d);
	return rc;
}

/* ---- what it asks -------------------------------------------------------------------------- */

static int
check_key(const EVP_PKEY *pkey, char *why, size_t size)
{
	int bits = pkey ? EVP_PKEY_get_bits(pkey) : 0;

	if (!pkey)
		return pki_why(
		    why, size, -EINVAL, "the public key of the request is of an unknown kind");
	if (EVP_PKEY_is_a(pkey, "EC"))
		return bits >= 224 && bits <= 521 ? 0
						  : pki_why(why, size, -EINVAL,
							"an EC key of %d bits is not signed", bits);
	if (!EVP_PKEY_is_a(pkey, "RSA"))
		return pki_why(why, size, -EINVAL, "only RSA and EC keys are signed");
	if (bits < CA_SMALLEST_RSA)
		return pki_why(why, size, -EINVAL,
		    "an RSA key of %d bits is too weak: %d bits at least", bits, CA_SMALLEST_RSA);
	if (bits > CA_LARGEST_RSA)
		return pki_why(why, size, -EINVAL,
		    "an RSA key of %d bits is too long: %d bits at most", bits, CA_LARGEST_RSA);
	return 0;
}

static bool
is_for_ca(X509_REQ *req)
{
	OWNED(extensions_free) STACK_OF(X509_EXTENSION) *list = X509_REQ_get_extensions(req);
	BASIC_CONSTRAINTS *b = X509V3_get_d2i(list, NID_basic_constraints, NULL, NULL);
	bool ca = b && b->ca;

	BASIC_CONSTRAINTS_free(b);
	ERR_clear_error();
	return ca;
}

bool
ca_is_ra_name(const char *rdn)
{
	return !strcasecmp(rdn, "cn=ioscs RA") || !strcasecmp(rdn, "ou=ioscs RA");
}

static void
read_password(X509_REQ *req, char *text, size_t size)
{
	int at = X509_REQ_get_attr_by_NID(req, NID_pkcs9_challengePassword, -1);
	X509_ATTRIBUTE *a = at < 0 ? NULL : X509_REQ_get_attr(req, at);
	const ASN1_TYPE *value = a ? X509_ATTRIBUTE_get0_type(a, 0) : NULL;
	const ASN1_STRING *s;
	size_t n;

	text[0] = '\0';
	if (!value || (value->type != V_ASN1_PRINTABLESTRING && value->type != V_ASN1_UTF8STRING &&
			  value->type != V_ASN1_IA5STRING && value->type != V_ASN1_T61STRING))
		return;
	s = value->value.asn1_string;
	n = (size_t)ASN1_STRING_length(s);
	if (n >= size || memchr(ASN1_STRING_get0_data(s), '\0', n))
		n = 0;
	memcpy(text, ASN1_STRING_get0_data(s), n);
	text[n] = '\0';
}

static bool
digest(const void *bytes, size_t size, const EVP_MD *md, uint8_t *to)
{
	return EVP_Digest(bytes, size, to, NULL, md, NULL) == 1;
}

static int
read_prints(X509_REQ *req, const struct der *d, struct ca_asked *to, char *why, size_t size)
{
	OWNED(bytes_free) unsigned char *spki = NULL;
	int count = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(req), &spki);

	if (count > 0 && digest(spki, (size_t)count, EVP_sha256(), to->key) &&
	    digest(d->bytes, d->size, EVP_sha256(), to->sha256) &&
	    digest(d->bytes, d->size, EVP_md5(), to->md5))
		return 0;
	return openssl_why(why, size, "the fingerprints of the request cannot be made");
}

static void
read_subject(X509_REQ *req, char *text, size_t size, enum ca_kind *kind)
{
	char rdns[PKI_NAMES][PKI_NAME];
	int count = name_rdns(X509_REQ_get_subject_name(req), rdns, PKI_NAMES);
	size_t n = 0;

	text[0] = '\0';
	*kind = is_for_ca(req) ? CA_FOR_CA : CA_FOR_END;
	for (int i = 0; i < count && n < size; i++) {
		n += (size_t)snprintf(text + n, size - n, "%s%s", i ? "," : "", rdns[i]);
		if (*kind == CA_FOR_END && ca_is_ra_name(rdns[i]))
			*kind = CA_FOR_RA;
	}
}

int
ca_request_read(const struct der *d, struct ca_asked *to, char *why, size_t size)
{
	const uint8_t *p = d->bytes;
	OWNED(x509_req_free) X509_REQ *req = NULL;
	EVP_PKEY *pkey;
	int rc;

	memset(to, 0, sizeof(*to));
	if (d->size > CA_REQUEST_MOST)
		return pki_why(
		    why, size, -E2BIG, "a request has %d bytes at most", CA_REQUEST_MOST);
	req = d->size ? d2i_X509_REQ(NULL, &p, (long)d->size) : NULL;
	ERR_clear_error();
	if (!req || p != d->bytes + d->size)
		return pki_why(why, size, -EINVAL, "this is not a certificate request");
	pkey = X509_REQ_get0_pubkey(req);
	ERR_clear_error();
	if ((rc = check_key(pkey, why, size)) < 0)
		return rc;
	if (X509_REQ_verify(req, pkey) != 1) {
		ERR_clear_error();
		return pki_why(
		    why, size, -EBADMSG, "the signature of the request is not that of its key");
	}
	read_subject(req, to->subject, sizeof(to->subject), &to->kind);
	read_password(req, to->password, sizeof(to->password));
	return read_prints(req, d, to, why, size);
}
