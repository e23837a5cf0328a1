/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_common.c -- RFC 3711 without its ciphers: which packet is this, was it here before, and
 * which keys come out of the master key. */
#include "datapath/media/srtp_common.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

bool
srtp_derive(const struct sdes *sdes, uint8_t label, uint8_t *to, int size)
{
	const struct suite_row *row = suite_row(sdes->suite);
	const EVP_CIPHER *cipher = row->key_bytes == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr();
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t iv[16] = {0};
	int n;
	bool good;

	memcpy(iv, sdes->keying + row->key_bytes, row->salt_bytes);
	iv[7] ^= label;
	memset(to, 0, (size_t)size);
	good = c && EVP_EncryptInit_ex(c, cipher, NULL, sdes->keying, iv) &&
	       EVP_EncryptUpdate(c, to, &n, to, size) && n == size;
	EVP_CIPHER_CTX_free(c);
	return good;
}

struct source *
source_find(struct sources *list, uint32_t ssrc)
{
	if (list->last < list->count && list->list[list->last].ssrc == ssrc)
		return &list->list[list->last];
	for (uint32_t i = 0; i < list->count; i++)
		if (list->list[i].ssrc == ssrc) {
			list->last = i;
			return &list->list[i];
		}
	return NULL;
}

struct source *
source_add(struct sources *list, struct source *s, uint32_t ssrc)
{
	if (s)
		return s;
	if (list->count == list->room) {
		uint32_t room = list->room ? 2 * list->room : 2;
		struct source *more = realloc(list->list, room * sizeof(*more));

		if (!more)
			return NULL;
		list->list = more;
		list->room = room;
	}
	list->last = list->count++;
	list->list[list->last] = (struct source){.ssrc = ssrc};
	return &list->list[list->last];
}

/* The 48 bits that a sequence number stands for; false: before the first. */
static bool
guess(const struct window *w, uint16_t sequence, uint64_t *index)
{
	uint64_t roc = w->highest >> 16;
	uint16_t last = (uint16_t)w->highest;

	if (!w->begun) {
		*index = sequence;
		return true;
	}
	if (last < 32768 && sequence - last > 32768) {
		if (!roc)
			return false;
		roc--;
	} else if (last >= 32768 && last - 32768 > sequence) {
		roc++;
	}
	*index = roc << 16 | sequence;
	return !(roc >> 32);
}

static bool
is_new(const struct window *w, uint64_t index)
{
	if (!w->begun || index > w->highest)
		return true;
	return w->highest - index < SRTP_WINDOW && !(w->seen >> (w->highest - index) & 1);
}

void
window_remember(struct window *w, uint64_t index)
{
	if (!w->begun || index > w->highest) {
		uint64_t ahead = w->begun ? index - w->highest : SRTP_WINDOW;

		w->seen = ahead < SRTP_WINDOW ? w->seen << ahead : 0;
		w->highest = index;
		w->begun = true;
	}
	w->seen |= (unsigned __int128)1 << (w->highest - index);
}

int
srtp_header_bytes(const uint8_t *p, int size)
{
	int n = 12 + (p[0] & 15) * 4;

	if (size < n)
		return 0;
	if (p[0] & 0x10) {
		if (size < n + 4)
			return 0;
		n += 4 + (p[n + 2] << 8 | p[n + 3]) * 4;
	}
	return size < n ? 0 : n;
}

static const struct window nothing;

enum srtp_fate
source_place(const struct source *s, const uint8_t *p, uint64_t *index)
{
	const struct window *w = s ? &s->rtp : &nothing;

	if (!guess(w, (uint16_t)(p[2] << 8 | p[3]), index) || !is_new(w, *index))
		return SRTP_REPLAYED;
	return SRTP_GOOD;
}

bool
source_rtcp_new(const struct source *s, uint32_t index)
{
	return is_new(s ? &s->rtcp : &nothing, index);
}

uint32_t
source_roc(const struct sources *list, uint32_t ssrc)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->list[i].ssrc == ssrc)
			return (uint32_t)(list->list[i].rtp.highest >> 16);
	return 0;
}
