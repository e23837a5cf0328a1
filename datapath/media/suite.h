/* SPDX-License-Identifier: GPL-3.0-or-later */
/* suite.h -- what the box knows of SRTP suites and of codecs: one row each. */
#ifndef DATAPATH_MEDIA_SUITE_H
#define DATAPATH_MEDIA_SUITE_H

#include "modes/media_types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest master key with its salt: AEAD_AES_256_GCM. */
enum { SUITE_KEYING_MAX = 44 };

struct suite_row {
	const char *name;              /* in a=crypto and in the configuration */
	uint8_t key_bytes, salt_bytes; /* master key and master salt */
	uint8_t tag_rtp, tag_rtcp;     /* authentication tags, bytes */
};
/* NULL for SUITE_NONE and for what is no suite. */
const struct suite_row *suite_row(enum suite);
/* SUITE_NONE: a name that we do not know. */
enum suite suite_find(const char *name);

struct codec_row {
	const char *name;     /* in the configuration: g711ulaw */
	const char *encoding; /* in a=rtpmap: PCMU */
	uint32_t clock;
	uint8_t channels;
	int16_t payload;     /* static number of RFC 3551; -1: dynamic */
	uint8_t ptime_ms;    /* when nobody says */
	uint8_t frame_bytes; /* of 10 ms, where every packet is a multiple of it; or 0 */
	const char *fmtp;    /* in offers that we make ourselves; or NULL */
};
/* NULL for CODEC_NONE and TRANSPARENT, which are no codec of their own. */
const struct codec_row *codec_row(enum codec);
/* The codec of a format line; `fmtp` may be NULL.  CODEC_NONE: none that has a name here. */
enum codec codec_find(const char *encoding, uint32_t clock, const char *fmtp);
/* The encoding of a static payload number that came without a=rtpmap; CODEC_NONE: none. */
enum codec codec_static(uint8_t payload);
/* Do two names of the configuration stand for one encoding (g729r8 and g729br8)? */
bool codec_same_encoding(enum codec, enum codec);

#endif
