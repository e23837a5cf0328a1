/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp.h -- a session description as the exchange sees it (RFC 4566, 3264, 4568).
 *
 * Reading yields a `struct sdp` that nobody changes afterwards; writing takes a plan.  What names
 * a way to the peer (addresses, ICE, DTLS, bundles, SSRCs) is not in the model at all, so that
 * nothing can pass it on; other attributes are kept as they came. */
#ifndef DATAPATH_MEDIA_SDP_H
#define DATAPATH_MEDIA_SDP_H

#include "datapath/media/address.h"
#include "datapath/media/sdes.h"

enum {
	SDP_BYTES_MAX = 65536,
	SDP_LINES_MAX = 1000,
	SDP_MEDIA_MAX = 16,
	SDP_FORMATS_MAX = 64,
	SDP_CRYPTO_MAX = 16,
	SDP_KEPT_MAX = 64
};

enum wire { WIRE_NONE, WIRE_RTP, WIRE_SRTP, WIRES }; /* WIRE_NONE: a protocol unknown here */

/* What the writer of the description does: bits. */
enum { SDP_INACTIVE = 0, SDP_SENDS = 1, SDP_RECEIVES = 2, SDP_BOTH = 3 };

enum format_kind { FORMAT_AUDIO, FORMAT_NTE /* RFC 4733 */, FORMAT_NOISE /* RFC 3389 */ };

struct sdp_format {
	enum format_kind kind;
	enum codec codec; /* CODEC_NONE: no name of ours */
	uint8_t payload, channels;
	uint32_t clock;
	char encoding[24];
	char *fmtp; /* or NULL */
};

struct sdp_kept {
	char *name, *value;
}; /* a=name:value, b=name:value; value or NULL */

struct sdp_stream {
	char kind[16], proto[24], format[16]; /* as written; the first format */
	uint16_t port;                        /* 0: refused or closed */
	enum wire wire;
	bool audio;
	bool hold_by_address; /* c=0.0.0.0: never send there */
	const char *bad;      /* why its address cannot be used, or NULL */
	union address remote, rtcp;
	uint8_t direction;              /* of its writer */
	uint16_t ptime_ms, maxptime_ms; /* 0: not said */
	struct sdp_format *formats;
	struct sdes *crypto;
	struct sdp_kept *kept, *bandwidth;
	size_t formats_n, crypto_n, kept_n, bandwidth_n;
};

struct sdp {
	struct sdp_stream *media;
	struct sdp_kept *kept, *bandwidth;
	size_t media_n, kept_n, bandwidth_n;
};

/* 0, or -EINVAL / -ENOMEM with why.  Any bytes are survived. */
int sdp_read(struct sdp **, const char *body, size_t size, char *why, size_t why_size);
/* One that nobody sent: a single audio line, RTP/AVP, without an address.  NULL: no memory. */
struct sdp *sdp_made(
    const struct sdp_format *, size_t formats, uint8_t direction, uint16_t ptime_ms);
/* Cleanses the keys in it.  NULL is fine. */
void sdp_free(struct sdp *);

/* One m= line of a session with one peer: it keeps its place for ever (RFC 3264 8). */
struct sdp_slot {
	char kind[16], proto[24], format[16];
};

/* Everything borrowed. */
struct sdp_plan {
	const char *session_name;
	uint64_t id, version;
	union address local; /* with the RTP port */
	enum wire wire;
	uint8_t direction;
	const struct sdp_format *formats;
	const struct sdes *crypto;
	size_t formats_n, crypto_n;
	uint16_t ptime_ms, maxptime_ms;
	const struct sdp *session;     /* whose kept lines go along; or NULL */
	const struct sdp_stream *like; /* the same for the audio stream; or NULL */
	const struct sdp_slot *slots;  /* all m= lines; the others are written with port 0 */
	size_t slots_n, audio;         /* which of them is the audio; none at all: one line */
};
/* *out is malloc()ed.  0 or -ENOMEM. */
int sdp_write(char **out, const struct sdp_plan *);

#endif
