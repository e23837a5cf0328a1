/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_common.h -- what RFC 3711 asks of every suite: key derivation, packet indices, replay
 * windows.  For the implementations on OpenSSL; libsrtp2 has its own. */
#ifndef DATAPATH_MEDIA_SRTP_COMMON_H
#define DATAPATH_MEDIA_SRTP_COMMON_H

#include "datapath/media/srtp_backend.h"

enum { SRTP_WINDOW = 128 };

/* What has been sealed or opened of one source: RFC 3711 3.3.1, 3.3.2. */
struct window {
	uint64_t highest;       /* packet index */
	unsigned __int128 seen; /* bit n: highest - n */
	bool begun;
};

struct source {
	uint32_t ssrc;
	struct window rtp, rtcp;
};

/* The sources of one way, found by a hash of their SSRC.  Their number is bounded, because on the
 * sealing side anyone who can send plain RTP could invent them.  Zero is an empty one. */
struct sources {
	struct source *list;
	uint16_t *slot; /* twice the room: 1 + index in list; 0: free */
	uint32_t count, room, last;
};

/* A session key of RFC 3711 4.3.1 (RFC 6188 for AES-256, RFC 7714 11 for a short salt). */
bool srtp_derive(const struct sdes *, uint8_t label, uint8_t *to, int size);
/* See srtp_way_reserve(): 0 or -ENOMEM. */
int sources_reserve(struct sources *);
void sources_clear(struct sources *);
/* NULL: not seen yet. */
struct source *source_find(struct sources *, uint32_t ssrc);
/* The source, made if `s` is NULL: only once a packet of it was good.  NULL: no room. */
struct source *source_add(struct sources *, struct source *s, uint32_t ssrc);
uint32_t source_roc(const struct sources *, uint32_t ssrc);
/* The index of an RTP packet, if it is a new one of its source (NULL: not seen yet). */
enum srtp_fate source_place(const struct source *, const uint8_t *packet, uint64_t *index);
/* The same for the index that an RTCP packet carries. */
bool source_rtcp_new(const struct source *, uint32_t index);
void window_remember(struct window *, uint64_t index);
/* Bytes before the payload of an RTP packet; 0: no header fits. */
int srtp_header_bytes(const uint8_t *packet, int size);

static inline void
srtp_put32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

static inline uint32_t
srtp_get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

#endif
