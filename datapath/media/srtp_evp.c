/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_evp.c -- AES_CM_128_HMAC_SHA1_80 and _32 (RFC 3711) on OpenSSL's ciphers.  The cipher
 * context keeps its expanded key, and the two hash states of HMAC (RFC 2104) are kept with the key
 * already in them: a packet costs one counter mode run and one hash, and no allocation.  The hash
 * is used by its old interface because the new one allocates whenever a kept state is copied. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "datapath/media/srtp_common.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

enum { KEY = 16, SALT = 14, AUTH = 20, RTCP_TAG = 10, RTCP_INDEX = 4 };

/* The keys of RTP, or those of RTCP: each derived on its own (RFC 3711 4.3). */
struct half_keys {
	EVP_CIPHER_CTX *cipher;
	SHA_CTX inner, outer;
	uint8_t salt[SALT];
	uint8_t tag; /* bytes */
};

struct evp {
	struct half_keys rtp, rtcp;
	struct sources sources;
};

static void
hash_key(struct half_keys *k, const uint8_t auth[AUTH])
{
	uint8_t pad[SHA_CBLOCK];

	memset(pad, 0x36, sizeof(pad));
	for (int i = 0; i < AUTH; i++)
		pad[i] ^= auth[i];
	SHA1_Init(&k->inner);
	SHA1_Update(&k->inner, pad, sizeof(pad));
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	SHA1_Init(&k->outer);
	SHA1_Update(&k->outer, pad, sizeof(pad));
	OPENSSL_cleanse(pad, sizeof(pad));
}

static bool
half_start(struct half_keys *k, const struct sdes *sdes, uint8_t label, uint8_t tag)
{
	uint8_t key[KEY], auth[AUTH];
	bool good = srtp_derive(sdes, label, key, KEY) &&
		    srtp_derive(sdes, label + 1, auth, AUTH) &&
		    srtp_derive(sdes, label + 2, k->salt, SALT);

	k->tag = tag;
	k->cipher = good ? EVP_CIPHER_CTX_new() : NULL;
	good = k->cipher && EVP_EncryptInit_ex(k->cipher, EVP_aes_128_ctr(), NULL, key, NULL);
	hash_key(k, auth);
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(auth, sizeof(auth));
	return good;
}

static void
evp_stop(void *context)
{
	struct evp *e = context;

	EVP_CIPHER_CTX_free(e->rtp.cipher); /* cleanses its key */
	EVP_CIPHER_CTX_free(e->rtcp.cipher);
	sources_clear(&e->sources);
	OPENSSL_cleanse(e, sizeof(*e));
	free(e);
}

static int
evp_start(void **context, const struct sdes *sdes, bool outbound)
{
	const struct suite_row *row = suite_row(sdes->suite);
	struct evp *e;

	(void)outbound; /* a stream cipher: both directions are one */
	if (!row || row->key_bytes != KEY || row->salt_bytes != SALT)
		return -ENOTSUP;
	if (!(e = calloc(1, sizeof(*e))))
		return -ENOMEM;
	if (!half_start(&e->rtp, sdes, 0, row->tag_rtp) ||
	    !half_start(&e->rtcp, sdes, 3, row->tag_rtcp)) {
		evp_stop(e);
		return -ENOTSUP;
	}
	*context = e;
	return 0;
}

/* Counter mode over `size` bytes: the initial value of RFC 3711 4.1.1. */
static bool
keystream(struct half_keys *k, uint32_t ssrc, uint64_t index, uint8_t *bytes, int size)
{
	uint8_t iv[16] = {0}, *p = iv + 8;
	int n;

	memcpy(iv, k->salt, SALT);
	srtp_put32(iv + 4, srtp_get32(iv + 4) ^ ssrc);
	for (int i = 0; i < 6; i++)
		p[i] ^= (uint8_t)(index >> (8 * (5 - i)));
	return EVP_EncryptInit_ex(k->cipher, NULL, NULL, NULL, iv) &&
	       EVP_EncryptUpdate(k->cipher, bytes, &n, bytes, size);
}

/* HMAC over the packet, and over the roll-over counter where that is not in it. */
static void
authenticate(const struct half_keys *k, const uint8_t *packet, int size, const uint8_t *roc,
    uint8_t digest[SHA_DIGEST_LENGTH])
{
	SHA_CTX hash = k->inner;

	SHA1_Update(&hash, packet, (size_t)size);
	if (roc)
		SHA1_Update(&hash, roc, 4);
	SHA1_Final(digest, &hash);
	hash = k->outer;
	SHA1_Update(&hash, digest, SHA_DIGEST_LENGTH);
	SHA1_Final(digest, &hash);
}

static enum srtp_fate
evp_open(void *context, uint8_t *p, int *size)
{
	struct evp *e = context;
	uint32_t ssrc = srtp_get32(p + 8);
	struct source *s = source_find(&e->sources, ssrc);
	int body = *size - e->rtp.tag, header = srtp_header_bytes(p, body);
	uint8_t digest[SHA_DIGEST_LENGTH], roc[4];
	uint64_t index;

	if (!header)
		return SRTP_BROKEN;
	if (source_place(s, p, &index) != SRTP_GOOD)
		return SRTP_REPLAYED;
	srtp_put32(roc, (uint32_t)(index >> 16));
	authenticate(&e->rtp, p, body, roc, digest);
	if (CRYPTO_memcmp(digest, p + body, e->rtp.tag))
		return SRTP_FORGED;
	if (!(s = source_add(&e->sources, s, ssrc)))
		return SRTP_FULL;
	if (!keystream(&e->rtp, ssrc, index, p + header, body - header))
		return SRTP_BROKEN;
	window_remember(&s->rtp, index);
	*size = body;
	return SRTP_GOOD;
}

static enum srtp_fate
evp_seal(void *context, uint8_t *p, int *size)
{
	struct evp *e = context;
	uint32_t ssrc = srtp_get32(p + 8);
	struct source *s = source_find(&e->sources, ssrc);
	int header = srtp_header_bytes(p, *size);
	uint8_t digest[SHA_DIGEST_LENGTH], roc[4];
	uint64_t index;

	if (!header)
		return SRTP_BROKEN;
	if (source_place(s, p, &index) != SRTP_GOOD)
		return SRTP_REPLAYED; /* sealed twice, a keystream would be used twice */
	if (!(s = source_add(&e->sources, s, ssrc)))
		return SRTP_FULL;
	if (!keystream(&e->rtp, ssrc, index, p + header, *size - header))
		return SRTP_BROKEN;
	srtp_put32(roc, (uint32_t)(index >> 16));
	authenticate(&e->rtp, p, *size, roc, digest);
	memcpy(p + *size, digest, e->rtp.tag);
	window_remember(&s->rtp, index);
	*size += e->rtp.tag;
	return SRTP_GOOD;
}

/* RFC 3711 3.4: a flag and an index of 31 bits stand between the packet and its tag. */
static enum srtp_fate
evp_open_rtcp(void *context, uint8_t *p, int *size)
{
	struct evp *e = context;
	uint32_t ssrc = srtp_get32(p + 4), index;
	struct source *s = source_find(&e->sources, ssrc);
	int body = *size - RTCP_TAG - RTCP_INDEX;
	uint8_t digest[SHA_DIGEST_LENGTH];

	index = srtp_get32(p + body);
	if (!(index >> 31))
		return SRTP_BROKEN; /* not encrypted: never agreed */
	index &= 0x7fffffff;
	if (!source_rtcp_new(s, index))
		return SRTP_REPLAYED;
	authenticate(&e->rtcp, p, body + RTCP_INDEX, NULL, digest);
	if (CRYPTO_memcmp(digest, p + body + RTCP_INDEX, RTCP_TAG))
		return SRTP_FORGED;
	if (!(s = source_add(&e->sources, s, ssrc)))
		return SRTP_FULL;
	if (!keystream(&e->rtcp, ssrc, index, p + 8, body - 8))
		return SRTP_BROKEN;
	window_remember(&s->rtcp, index);
	*size = body;
	return SRTP_GOOD;
}

static enum srtp_fate
evp_seal_rtcp(void *context, uint8_t *p, int *size)
{
	struct evp *e = context;
	uint32_t ssrc = srtp_get32(p + 4);
	struct source *s = source_find(&e->sources, ssrc);
	uint8_t digest[SHA_DIGEST_LENGTH];
	uint64_t index;

	if (!(s = source_add(&e->sources, s, ssrc)))
		return SRTP_FULL;
	index = s->rtcp.begun ? s->rtcp.highest + 1 : 1;
	if (index >> 31 || !keystream(&e->rtcp, ssrc, index, p + 8, *size - 8))
		return SRTP_BROKEN; /* a key ends after 2^31 of them */
	srtp_put32(p + *size, (uint32_t)index | 1u << 31);
	authenticate(&e->rtcp, p, *size + RTCP_INDEX, NULL, digest);
	memcpy(p + *size + RTCP_INDEX, digest, RTCP_TAG);
	window_remember(&s->rtcp, index);
	*size += RTCP_INDEX + RTCP_TAG;
	return SRTP_GOOD;
}

static uint32_t
evp_roc(const void *context, uint32_t ssrc)
{
	return source_roc(&((const struct evp *)context)->sources, ssrc);
}

static struct sources *
evp_sources(void *context)
{
	return &((struct evp *)context)->sources;
}

const struct srtp_backend srtp_backend_evp = {
    .name = "OpenSSL",
    .start = evp_start,
    .stop = evp_stop,
    .open = {evp_open, evp_open_rtcp},
    .seal = {evp_seal, evp_seal_rtcp},
    .roc = evp_roc,
    .sources = evp_sources,
};
