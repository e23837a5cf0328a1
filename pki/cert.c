/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cert.c -- certificates in and out as text.
 *
 * What people paste is rarely clean: headers lose dashes, mail clients wrap lines, a bundle begins
 * with the issuer, and sometimes it is the private key.  So the text is read leniently (any white
 * space anywhere, header and footer optional, the first certificate of several) and refused with
 * the reason in words, never with a piece of the text.  Decoded bytes that turn out not to be a
 * certificate are cleared before they are freed. */
#include "pki/cert.h"
#include "pki/bundle.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>

static const char private_key[] = "this is a private key, not a certificate: it was not kept";

X509 *
cert_open(const uint8_t *bytes, size_t size)
{
	const uint8_t *p = bytes;
	X509 *x = size > 0 && size < INT_MAX ? d2i_X509(NULL, &p, (long)size) : NULL;

	if (x && p != bytes + size) {
		X509_free(x);
		x = NULL;
	}
	ERR_clear_error();
	return x;
}

/* ---- what it is when it is no certificate ---- */

/* One DER header; false when it is broken.  *p moves to the contents. */
static bool
der_enter(const uint8_t **p, const uint8_t *end, int *tag, long *size)
{
	int class, rc = ASN1_get_object(p, size, tag, &class, end - *p);

	ERR_clear_error();
	return !(rc & 0x80) && class == V_ASN1_UNIVERSAL;
}

/* SEQUENCE { INTEGER version, ...: a private key of any kind has 0 or 1, a PKCS#12 has 3.  It is
 * told by its shape alone: no decoder has to see the private numbers. */
static const char *
numbered_kind(uint8_t version)
{
	return version <= 1   ? private_key
	       : version == 3 ? "this is PKCS#12, not a certificate"
			      : NULL;
}

static const char *
sequence_kind(const uint8_t *p, const uint8_t *end)
{
	static const uint8_t pkcs7[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07};
	int tag;
	long size;

	if (!der_enter(&p, end, &tag, &size))
		return NULL;
	if (tag == V_ASN1_INTEGER && size == 1 && p < end)
		return numbered_kind(*p);
	if (tag == V_ASN1_OBJECT && size > 8 && !memcmp(p, pkcs7, sizeof(pkcs7)))
		return "this is PKCS#7, not a certificate: paste the certificates in it one by one";
	return NULL;
}

static const char *
decoded_kind(const uint8_t *bytes, size_t size)
{
	static const struct {
		ASN1_ITEM_EXP *item;
		const char *kind;
	} kinds[] = {
	    {ASN1_ITEM_ref(X509_REQ), "this is a certificate request, not a certificate"},
	    {ASN1_ITEM_ref(X509_CRL), "this is a revocation list, not a certificate"},
	    {ASN1_ITEM_ref(X509_PUBKEY), "this is a public key, not a certificate"},
	    {ASN1_ITEM_ref(X509_SIG), private_key}, /* an encrypted one */
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const ASN1_ITEM *item = ASN1_ITEM_ptr(kinds[i].item);
		const uint8_t *p = bytes;
		ASN1_VALUE *object = ASN1_item_d2i(NULL, &p, (long)size, item);

		ASN1_item_free(object, item);
		if (object)
			return kinds[i].kind;
	}
	return NULL;
}

const char *
cert_other_kind(const uint8_t *bytes, size_t size)
{
	const uint8_t *p = bytes, *end = bytes + size;
	const char *kind;
	long inner = 0;
	int tag = 0;
	bool whole = size < INT_MAX && der_enter(&p, end, &tag, &inner);

	if (p == bytes || bytes[0] != 0x30)
		return "this is not a certificate";
	kind = sequence_kind(p, end); /* also of a text that is cut off */
	if (!kind && !whole)
		return "the certificate is cut off: its end is missing";
	if (!kind)
		kind = decoded_kind(bytes, size);
	if (!kind && inner > 0 && inner < end - p)
		return "something follows the end of the certificate";
	return kind ? kind : "this is not a certificate";
}

int
pki_cert_from_der(const uint8_t *bytes, size_t size, char *why, size_t why_size)
{
	OWNED(x509_free) X509 *x = cert_open(bytes, size);
	const EVP_PKEY *pkey = x ? X509_get0_pubkey(x) : NULL;
	const char *reason = NULL;

	if (!x)
		reason = cert_other_kind(bytes, size);
	else if (!pkey)
		reason = "the public key in the certificate is of an unknown kind";
	ERR_clear_error();
	return reason ? pki_why(why, why_size, -EINVAL, "%s", reason) : 0;
}

/* ---- base 64 ---- */

static int
base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static int
base64_broken(int line, char *why, size_t size)
{
	return pki_why(why, size, -EINVAL, "the base 64 text is broken in line %d", line);
}

/* Decodes [p, end), whose first line has number `line`, into out (which has room for it). */
int
base64_decode(const char *p, const char *end, int line, struct der *out, char *why, size_t size)
{
	uint32_t bits = 0;
	int digits = 0, padding = 0, at = line;

	for (; p < end; p++) {
		int digit = base64_digit(*p);

		line += *p == '\n';
		if (isspace((unsigned char)*p))
			continue;
		at = line;
		if (*p == '=' && digits % 4 >= 2 && digits % 4 + padding < 4) {
			padding++;
			continue;
		}
		if (digit < 0 || padding)
			return base64_broken(line, why, size);
		bits = bits << 6 | (uint32_t)digit;
		if (++digits % 4 != 1) /* 12, 18, 24 bits: one byte more each */
			out->bytes[out->size++] = (uint8_t)(bits >> (-digits & 3) * 2);
	}
	if (digits % 4 == 1 || (padding && (digits + padding) % 4))
		return base64_broken(at, why, size);
	return 0;
}

void
base64_print(const struct der *der, FILE *out)
{
	uint8_t line[65];

	for (size_t i = 0; i < der->size; i += 48) {
		int n = der->size - i < 48 ? (int)(der->size - i) : 48;

		EVP_EncodeBlock(line, der->bytes + i, n);
		fprintf(out, "%s\n", (char *)line);
	}
}

void
pki_base64(const struct der *der, FILE *out)
{
	base64_print(der, out);
}

void
pki_cert_pem(const struct der *der, FILE *out)
{
	fprintf(out, "-----BEGIN CERTIFICATE-----\n");
	base64_print(der, out);
	fprintf(out, "-----END CERTIFICATE-----\n");
}

/* ---- one certificate ---- */

int
pki_cert_from_text(const char *text, struct der *out, char *why, size_t size)
{
	struct pki_bundle b;
	int rc = pki_bundle_read(&b, text, strlen(text), PKI_CERTIFICATES, NULL, why, size);

	if (rc < 0)
		return rc == -ENOMEM ? rc : -EINVAL;
	if (b.count == 1) {
		*out = b.certs[0];
		b.certs[0] = (struct der){0};
	} else {
		rc = pki_why(why, size, -EINVAL, "one certificate was expected, and there are %zu", b.count);
	}
	pki_bundle_clear(&b);
	return rc;
}
