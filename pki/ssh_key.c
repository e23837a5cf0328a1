/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ssh_key.c -- key pairs as SSH wants them: the host key that a login process is given, and public
 * keys in the form of RFC 4253 6.6 and RFC 5656 3.1. */
#include "pki/key.h"
#include <errno.h>
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

enum { BLOB = 4096, MD5_SIZE = 16 };

struct blob {
	uint8_t bytes[BLOB];
	size_t size;
};

static void
put(struct blob *b, const void *bytes, size_t size)
{
	if (b->size + 4 + size > sizeof(b->bytes))
		return; /* no key of ours is that large */
	for (int shift = 24; shift >= 0; shift -= 8)
		b->bytes[b->size++] = (uint8_t)(size >> shift);
	memcpy(b->bytes + b->size, bytes, size);
	b->size += size;
}

/* RFC 4251 5: with a zero in front where the highest bit is set. */
static void
put_mpint(struct blob *b, const EVP_PKEY *pkey, const char *name)
{
	uint8_t bytes[1 + 4096 / 8] = {0};
	BIGNUM *n = NULL;
	int size;

	if (!EVP_PKEY_get_bn_param(pkey, name, &n))
		return;
	size = BN_num_bytes(n);
	if (size < (int)sizeof(bytes)) {
		BN_bn2bin(n, bytes + 1);
		if (bytes[1] & 0x80)
			put(b, bytes, (size_t)size + 1);
		else
			put(b, bytes + 1, (size_t)size);
	}
	BN_free(n);
}

static void
put_ec(struct blob *b, const EVP_PKEY *pkey)
{
	uint8_t point[256];
	char type[32], curve[16];
	size_t size = 0;

	snprintf(curve, sizeof(curve), "nistp%d", EVP_PKEY_get_bits(pkey));
	snprintf(type, sizeof(type), "ecdsa-sha2-%s", curve);
	if (!EVP_PKEY_get_octet_string_param(
		pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &size))
		return;
	put(b, type, strlen(type));
	put(b, curve, strlen(curve));
	put(b, point, size);
}

int
pki_ssh_public(struct pki *p, const char *label, char *text, size_t size)
{
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(p, label);
	char base64[4 * (BLOB / 3) + 8];
	struct blob b = {.size = 0};

	if (!pkey)
		return -ENOENT;
	if (EVP_PKEY_is_a(pkey, "RSA")) {
		put(&b, "ssh-rsa", 7);
		put_mpint(&b, pkey, OSSL_PKEY_PARAM_RSA_E);
		put_mpint(&b, pkey, OSSL_PKEY_PARAM_RSA_N);
	} else {
		put_ec(&b, pkey);
	}
	ERR_clear_error();
	if (b.size < 4)
		return -EINVAL;
	EVP_EncodeBlock((unsigned char *)base64, b.bytes, (int)b.size);
	if (snprintf(text, size, "%.*s %s", b.bytes[3], b.bytes + 4, base64) >= (int)size)
		return -E2BIG;
	return 0;
}

int
pki_ssh_private(struct pki *p, const char *label, char **pem)
{
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(p, label);
	OWNED(bio_free) BIO *text = pkey ? BIO_new(BIO_s_secmem()) : NULL;
	char *bytes;
	long size;

	*pem = NULL;
	if (!pkey)
		return -ENOENT;
	if (!text || !PEM_write_bio_PrivateKey(text, pkey, NULL, NULL, 0, NULL, NULL)) {
		ERR_clear_error();
		return -ENOMEM;
	}
	size = BIO_get_mem_data(text, &bytes);
	*pem = size > 0 ? strndup(bytes, (size_t)size) : NULL;
	return *pem ? 0 : -ENOMEM;
}

/* The type and what belongs to it, nothing missing and nothing behind; NULL: it is no key. */
static const uint8_t *
blob_type(const uint8_t *blob, size_t size, size_t *length)
{
	size_t strings = 0, at = 0, n;

	for (; at < size; at += n, strings++) {
		if (size - at < 4 || blob[at] || blob[at + 1])
			return NULL;
		n = (size_t)blob[at + 2] << 8 | blob[at + 3];
		at += 4;
		if (!n || n > size - at)
			return NULL;
		if (!strings)
			*length = n;
	}
	return strings >= 2 && strings == (blob[4] == 's' && blob[8] == 'e' ? 2 : 3) ? blob + 4 : NULL;
}

int
pki_ssh_hash(const char *base64, char *type, size_t size, char hex[33])
{
	size_t n = strlen(base64), pads = 0, length = 0;
	const uint8_t *name;
	uint8_t blob[BLOB], md5[MD5_SIZE];
	int got;

	while (pads < 2 && n > pads && base64[n - pads - 1] == '=')
		pads++;
	if (!n || n % 4 || n / 4 * 3 > sizeof(blob))
		return -EINVAL;
	got = EVP_DecodeBlock(blob, (const unsigned char *)base64, (int)n);
	if (got < 0 || (size_t)got < 8 + pads)
		return -EINVAL;
	got -= (int)pads;
	name = blob_type(blob, (size_t)got, &length);
	if (!name || length >= size || memchr(name, 0, length))
		return -EINVAL;
	memcpy(type, name, length);
	type[length] = '\0';
	if (!EVP_Q_digest(NULL, "MD5", NULL, blob, (size_t)got, md5, NULL))
		return -EINVAL;
	for (int i = 0; i < MD5_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02X", md5[i]);
	return 0;
}
