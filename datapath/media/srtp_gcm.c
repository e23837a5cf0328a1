/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_gcm.c -- AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714) on OpenSSL's ciphers, which keep
 * their expanded keys from packet to packet. */
#include "datapath/media/srtp_common.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { IV = 12, TAG = 16, RTCP_INDEX = 4, RTCP_HEADER = 8 };

struct gcm_keys {
	EVP_CIPHER_CTX *cipher;
	uint8_t salt[IV];
};

struct gcm {
	struct gcm_keys rtp, rtcp;
	struct sources sources;
};

static bool
keys_start(struct gcm_keys *k, const struct sdes *sdes, uint8_t label, bool outbound)
{
	int bytes = suite_row(sdes->suite)->key_bytes;
	const EVP_CIPHER *cipher = bytes == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
	uint8_t key[32];
	bool good =
	    srtp_derive(sdes, label, key, bytes) && srtp_derive(sdes, label + 2, k->salt, IV);

	k->cipher = good ? EVP_CIPHER_CTX_new() : NULL;
	good = k->cipher && EVP_CipherInit_ex(k->cipher, cipher, NULL, key, NULL, outbound);
	OPENSSL_cleanse(key, sizeof(key));
	return good;
}

static void
gcm_stop(void *context)
{
	struct gcm *g = context;

	EVP_CIPHER_CTX_free(g->rtp.cipher); /* cleanses its key */
	EVP_CIPHER_CTX_free(g->rtcp.cipher);
	sources_clear(&g->sources);
	OPENSSL_cleanse(g, sizeof(*g));
	free(g);
}

static int
gcm_start(void **context, const struct sdes *sdes, bool outbound)
{
	const struct suite_row *row = suite_row(sdes->suite);
	struct gcm *g;

	if (!row || row->salt_bytes != IV)
		return -ENOTSUP;
	if (!(g = calloc(1, sizeof(*g))))
		return -ENOMEM;
	if (!keys_start(&g->rtp, sdes, 0, outbound) || !keys_start(&g->rtcp, sdes, 3, outbound)) {
		gcm_stop(g);
		return -ENOTSUP;
	}
	*context = g;
	return 0;
}

/* RFC 7714 8.1, 9.1: the source, and the last 48 bits of the index. */
static bool
begin(struct gcm_keys *k, uint32_t ssrc, uint64_t index)
{
	uint8_t iv[IV];

	memcpy(iv, k->salt, IV);
	srtp_put32(iv + 2, srtp_get32(iv + 2) ^ ssrc);
	for (int i = 0; i < 6; i++)
		iv[6 + i] ^= (uint8_t)(index >> (8 * (5 - i)));
	return EVP_CipherInit_ex(k->cipher, NULL, NULL, NULL, iv, -1);
}

/* One pass in either direction: what is only authenticated, then what is hidden. */
static bool
pass(struct gcm_keys *k, const uint8_t *clear, int clear_bytes, uint8_t *body, int bytes)
{
	int n;

	return EVP_CipherUpdate(k->cipher, NULL, &n, clear, clear_bytes) &&
	       (!bytes || EVP_CipherUpdate(k->cipher, body, &n, body, bytes));
}

static bool
seal_tag(struct gcm_keys *k, uint8_t *tag)
{
	uint8_t none[TAG];
	int n;

	return EVP_CipherFinal_ex(k->cipher, none, &n) &&
	       EVP_CIPHER_CTX_ctrl(k->cipher, EVP_CTRL_AEAD_GET_TAG, TAG, tag);
}

static bool
good_tag(struct gcm_keys *k, uint8_t *tag)
{
	uint8_t none[TAG];
	int n;

	return EVP_CIPHER_CTX_ctrl(k->cipher, EVP_CTRL_AEAD_SET_TAG, TAG, tag) &&
	       EVP_CipherFinal_ex(k->cipher, none, &n) > 0;
}

static enum srtp_fate
gcm_open(void *context, uint8_t *p, int *size)
{
	struct gcm *g = context;
	uint32_t ssrc = srtp_get32(p + 8);
	struct source *s = source_find(&g->sources, ssrc);
	int end = *size - TAG, header = srtp_header_bytes(p, end);
	uint64_t index;

	if (!header)
		return SRTP_BROKEN;
	if (source_place(s, p, &index) != SRTP_GOOD)
		return SRTP_REPLAYED;
	if (!begin(&g->rtp, ssrc, index) || !pass(&g->rtp, p, header, p + header, end - header))
		return SRTP_BROKEN;
	if (!good_tag(&g->rtp, p + end))
		return SRTP_FORGED;
	if (!(s = source_add(&g->sources, s, ssrc)))
		return SRTP_FULL;
	window_remember(&s->rtp, index);
	*size = end;
	return SRTP_GOOD;
}

static enum srtp_fate
gcm_seal(void *context, uint8_t *p, int *size)
{
	struct gcm *g = context;
	uint32_t ssrc = srtp_get32(p + 8);
	struct source *s = source_find(&g->sources, ssrc);
	int header = srtp_header_bytes(p, *size);
	uint64_t index;

	if (!header)
		return SRTP_BROKEN;
	if (source_place(s, p, &index) != SRTP_GOOD)
		return SRTP_REPLAYED; /* a nonce used twice would give the key away */
	if (!(s = source_add(&g->sources, s, ssrc)))
		return SRTP_FULL;
	window_remember(&s->rtp, index);
	if (!begin(&g->rtp, ssrc, index) || !pass(&g->rtp, p, header, p + header, *size - header) ||
	    !seal_tag(&g->rtp, p + *size))
		return SRTP_BROKEN;
	*size += TAG;
	return SRTP_GOOD;
}

/* RFC 7714 9.2, 9.3: the index word is authenticated with the header, and follows the tag. */
static bool
rtcp_pass(struct gcm_keys *k, uint32_t ssrc, uint32_t word, uint8_t *p, int end)
{
	uint8_t clear[RTCP_HEADER + RTCP_INDEX];

	memcpy(clear, p, RTCP_HEADER);
	srtp_put32(clear + RTCP_HEADER, word);
	return begin(k, ssrc, word & 0x7fffffff) &&
	       pass(k, clear, sizeof(clear), p + RTCP_HEADER, end - RTCP_HEADER);
}

static enum srtp_fate
gcm_open_rtcp(void *context, uint8_t *p, int *size)
{
	struct gcm *g = context;
	uint32_t ssrc = srtp_get32(p + 4), word = srtp_get32(p + *size - RTCP_INDEX);
	struct source *s = source_find(&g->sources, ssrc);
	int end = *size - RTCP_INDEX - TAG;

	if (!(word >> 31))
		return SRTP_BROKEN; /* not encrypted: never agreed */
	if (!source_rtcp_new(s, word & 0x7fffffff))
		return SRTP_REPLAYED;
	if (!rtcp_pass(&g->rtcp, ssrc, word, p, end))
		return SRTP_BROKEN;
	if (!good_tag(&g->rtcp, p + end))
		return SRTP_FORGED;
	if (!(s = source_add(&g->sources, s, ssrc)))
		return SRTP_FULL;
	window_remember(&s->rtcp, word & 0x7fffffff);
	*size = end;
	return SRTP_GOOD;
}

static enum srtp_fate
gcm_seal_rtcp(void *context, uint8_t *p, int *size)
{
	struct gcm *g = context;
	uint32_t ssrc = srtp_get32(p + 4);
	struct source *s = source_add(&g->sources, source_find(&g->sources, ssrc), ssrc);
	uint64_t index;

	if (!s)
		return SRTP_FULL;
	index = s->rtcp.begun ? s->rtcp.highest + 1 : 1;
	if (index >> 31)
		return SRTP_BROKEN; /* a key ends after 2^31 of them */
	window_remember(&s->rtcp, index);
	if (!rtcp_pass(&g->rtcp, ssrc, (uint32_t)index | 1u << 31, p, *size) ||
	    !seal_tag(&g->rtcp, p + *size))
		return SRTP_BROKEN;
	srtp_put32(p + *size + TAG, (uint32_t)index | 1u << 31);
	*size += TAG + RTCP_INDEX;
	return SRTP_GOOD;
}

static uint32_t
gcm_roc(const void *context, uint32_t ssrc)
{
	return source_roc(&((const struct gcm *)context)->sources, ssrc);
}

static struct sources *
gcm_sources(void *context)
{
	return &((struct gcm *)context)->sources;
}

const struct srtp_backend srtp_backend_gcm = {
    .name = "OpenSSL",
    .start = gcm_start,
    .stop = gcm_stop,
    .open = {gcm_open, gcm_open_rtcp},
    .seal = {gcm_seal, gcm_seal_rtcp},
    .roc = gcm_roc,
    .sources = gcm_sources,
};
