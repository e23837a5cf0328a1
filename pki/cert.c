/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cert.c -- certificates in and out as text.
 *
 * What people paste is rarely clean: headers lose dashes, mail clients wrap lines, a bundle begins
 * with the issuer, and sometimes it is the private key.  So the text is read leniently (any white
 * space anywhere, header and footer optional, the first certificate of several) and refused with
 * the reason in words, never with a piece of the text.  Decoded bytes that turn out not to be a
 * certificate are cleared before they are freed. */
#include "pki/cert.h"
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

/* ---- pasted text ---- */

struct block { /* what stands between a header and the next dash; no header: all of the text */
	char label[48];
	const char *begin, *end;
	int line;
};

/* "-----BEGIN X-----" from *p on; *p and *line move behind it.  Lost dashes do not matter. */
static bool
next_block(const char **p, int *line, struct block *b)
{
	const char *at = strstr(*p, "-BEGIN "), *label;
	size_t n;

	if (!at)
		at = strstr(*p, "- BEGIN ");
	if (!at)
		return false;
	label = strstr(at, "BEGIN ") + 6;
	label += strspn(label, " \t");
	n = strcspn(label, "-\r\n");
	while (n > 0 && isblank((unsigned char)label[n - 1]))
		n--;
	snprintf(b->label, sizeof(b->label), "%.*s", (int)(n < 47 ? n : 47), label);
	b->begin = label + n + strspn(label + n, "- \t");
	b->end = b->begin + strcspn(b->begin, "-");
	for (const char *c = *p; c < b->begin; c++)
		*line += *c == '\n';
	b->line = *line;
	*p = b->begin;
	return true;
}

/* What the header says when it does not say CERTIFICATE. */
static const char *
label_kind(const char *label)
{
	static const struct {
		const char *part, *kind;
	} kinds[] = {
	    {"PRIVATE KEY", private_key},
	    {"CERTIFICATE REQUEST", "this is a certificate request, not a certificate"},
	    {"PKCS7", "this is PKCS#7, not a certificate: paste the certificates in it one by one"},
	    {"CMS", "this is PKCS#7, not a certificate: paste the certificates in it one by one"},
	    {"PUBLIC KEY", "this is a public key, not a certificate"},
	    {"CRL", "this is a revocation list, not a certificate"},
	    {"CERTIFICATE", NULL},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strstr(label, kinds[i].part))
			return kinds[i].kind;
	return "there is no certificate in the text";
}

/* Finds the block to decode; the reason why there is none.  Parameters and the like may stand
 * before a certificate, but a paste that begins with a private key is refused whole, so that its
 * owner learns what has just been shown. */
static const char *
choose_block(const char *text, struct block *b)
{
	const char *reason = NULL, *kind;
	int line = 1;

	*b = (struct block){.begin = text, .end = text + strlen(text), .line = 1};
	while (next_block(&text, &line, b)) {
		kind = label_kind(b->label);
		if (!kind || kind == private_key)
			return kind;
		if (!reason)
			reason = kind;
	}
	if (!reason && b->begin[strspn(b->begin, " \t\r\n")] == 0)
		reason = "there is no certificate in the text";
	return reason;
}

/* Without header the text may still end in a footer, or in the word that ended the paste. */
static void
trim_raw(struct block *b)
{
	const char *dash = memchr(b->begin, '-', (size_t)(b->end - b->begin)), *last;

	if (dash)
		b->end = dash;
	while (b->end > b->begin && isspace((unsigned char)b->end[-1]))
		b->end--;
	last = b->end - 4;
	if (last > b->begin && last[-1] == '\n' && !strncasecmp(last, "quit", 4))
		b->end = last;
}

/* A certificate may have more behind it (trust settings of "TRUSTED CERTIFICATE"): cut it off. */
static void
trim_der(struct der *der)
{
	const uint8_t *p = der->bytes;
	long size;
	int tag;

	if (der->size > 0 && der_enter(&p, p + der->size, &tag, &size) && tag == V_ASN1_SEQUENCE &&
	    (size_t)(p - der->bytes) + (size_t)size <= der->size && size > 0)
		der->size = (size_t)(p - der->bytes) + (size_t)size;
}

int
pki_cert_from_text(const char *text, struct der *out, char *why, size_t size)
{
	struct block b;
	const char *reason = choose_block(text, &b);
	struct der der = {0};
	size_t room;
	int rc;

	if (reason)
		return pki_why(why, size, -EINVAL, "%s", reason);
	trim_raw(&b);
	room = (size_t)(b.end - b.begin) + 1;
	der.bytes = malloc(room);
	if (!der.bytes)
		return pki_why(why, size, -ENOMEM, "out of memory");
	rc = base64_decode(b.begin, b.end, b.line, &der, why, size);
	if (rc == 0) {
		trim_der(&der);
		rc = pki_cert_from_der(der.bytes, der.size, why, size);
	}
	if (rc == 0) {
		*out = der;
		return 0;
	}
	OPENSSL_cleanse(der.bytes, room);
	der_clear(&der);
	return rc;
}
