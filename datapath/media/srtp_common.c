/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_common.c -- RFC 3711 without its ciphers: which packet is this, was it here before, and
 * which keys come out of the master key. */
#include "datapath/media/srtp_common.h"

#include <errno.h>
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

/* Where the source is, or goes.  At most half of the slots are taken; who picks sources that
 * collide makes us look at SRTP_SOURCES_MAX of them, and no more. */
static uint16_t *
slot_of(const struct sources *list, uint32_t ssrc)
{
	uint32_t mask = 2 * list->room - 1, i = (ssrc * 2654435761u >> 16) & mask;

	while (list->slot[i] && list->list[list->slot[i] - 1].ssrc != ssrc)
		i = (i + 1) & mask;
	return &list->slot[i];
}

/* A packet must not wait for memory, so there is always room for more sources than a call brings
 * within a second, and the engine's tick and every answer look after it: when more than half is
 * taken, it doubles.  An ordinary call stays with the first 16 (under 2 KB for each key), and who
 * invents sources gets no memory faster than by the tick. */
enum { SOURCES_FIRST = 16 };

int
sources_reserve(struct sources *l)
{
	uint32_t room = l->room ? 2 * l->room : SOURCES_FIRST;
	struct source *list;
	uint16_t *slot;

	if (l->room && (l->count <= l->room / 2 || room > SRTP_SOURCES_MAX))
		return 0;
	if (!(list = realloc(l->list, room * sizeof(*list))))
		return -ENOMEM;
	l->list = list;
	if (!(slot = calloc(2 * room, sizeof(*slot))))
		return -ENOMEM;
	free(l->slot);
	l->slot = slot;
	l->room = room;
	for (uint32_t i = 0; i < l->count; i++)
		*slot_of(l, list[i].ssrc) = (uint16_t)(i + 1);
	return 0;
}

void
sources_clear(struct sources *l)
{
	free(l->list);
	free(l->slot);
	memset(l, 0, sizeof(*l));
}

struct source *
source_find(struct sources *list, uint32_t ssrc)
{
	uint16_t place;

	if (list->last < list->count && list->list[list->last].ssrc == ssrc)
		return &list->list[list->last];
	if (!list->room || !(place = *slot_of(list, ssrc)))
		return NULL;
	list->last = place - 1u;
	return &list->list[list->last];
}

struct source *
source_add(struct sources *list, struct source *s, uint32_t ssrc)
{
	if (s)
		return s;
	if (list->count == list->room)
		return NULL;
	list->last = list->count++;
	*slot_of(list, ssrc) = (uint16_t)list->count;
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
	uint16_t place = list->room ? *slot_of(list, ssrc) : 0;

	return place ? (uint32_t)(list->list[place - 1].rtp.highest >> 16) : 0;
}
