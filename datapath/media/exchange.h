/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/media/exchange.h -- offer and answer across the box, and the packets that follow.
 *
 * One exchange is the media of one call: two sides (A called us, B was called by us), their SDP
 * rewritten in both directions (RFC 3264, 4566, 4568), their ports, keys and packet counters.
 * The call hands in bodies as it gets them and sends out what comes back; nothing else of the
 * box reads SDP.  Addresses, ports and keys of one side never show on the other.  Every refusal
 * has its reason in words and a SIP status (488, 415, 500).  Belongs to one worker. */
#ifndef DATAPATH_MEDIA_EXCHANGE_H
#define DATAPATH_MEDIA_EXCHANGE_H

#include "datapath/addr.h"
#include "modes/media_types.h"

#include <stdio.h>
#include <sys/socket.h>
#include <uv.h>

enum side { SIDE_A, SIDE_B, SIDES };

struct engine;                          /* one per worker: its ports, its sockets, its timers */
struct exchange;

struct engine_options {
	uv_loop_t *loop;
	uint16_t port_min, port_max;    /* this worker's own share, even first port */
};
int  engine_new(struct engine **, const struct engine_options *);
/* Every exchange goes first.  It only begins here: the owner of the loop then runs it until its
 * handles are closed (uv_run(loop, UV_RUN_DEFAULT) once nothing else is on it), and after that
 * closes the loop; the memory goes in the last callback.  exchange_free() is the same: it returns
 * at once, and its sockets go when the loop has turned. */
void engine_free(struct engine *);
/* A changed rtp-port range holds for ports taken from now on. */
void engine_ports(struct engine *, uint16_t port_min, uint16_t port_max);
struct engine_info { uint32_t ports_available, ports_in_use; };
struct engine_info engine_info(const struct engine *);

/* What one leg may do with media: out of its dial-peer and the global settings. */
struct media_policy {
	addr_t local;  /* the address to bind and to say in c= (port unused) */
	enum srtp_policy srtp;          /* SRTP_OFF, SRTP_ON (no RTP), SRTP_FALLBACK */
	uint8_t suites[SUITES];         /* enum suite by preference, SUITE_NONE ends it */
	uint8_t codecs[CODECS_MAX];     /* enum codec by preference; CODEC_NONE ends it; none at
	                                   all: whatever the peers agree on */
	bool rtp_nte;                   /* telephone-event is negotiated (dtmf-relay rtp-nte) */
	uint8_t nte_payload;            /* its number in our offers: 101 */
	bool secure_signalling;         /* the leg's SDP travels over TLS */
	bool keys_in_clear;             /* configured: a=crypto may travel without TLS */
	bool any_source;                /* plain RTP is taken from any address (nat symmetric) */
	bool vad;                       /* false: annexb=no, no comfort noise in our offers */
};

/* Where a side's packets go when there is no peer on the wire. */
enum ending { END_WIRE, END_LOOP /* loopback:rtp */, END_TONE /* csim: 425 Hz, counts echoes */ };

struct exchange_options {
	struct engine *engine;
	enum ending ending[SIDES];
	struct media_policy policy[SIDES];
	const char *session_name;       /* s= and o= of the box; no address in it */
	/* No packet (RTP, RTCP) from this side for `inactive_s` seconds of a running, not held
	 * stream; told once until packets come again.  exchange_free() may be called from it. */
	uint32_t inactive_s;            /* 0: never */
	void (*on_inactive)(void *arg, enum side);
	void *arg;
};
/* Takes the port pair of each side that is END_WIRE; one whose policy has no local address yet
 * (AF_UNSPEC) takes its pair when exchange_policy() has named it and a body goes there. */
int  exchange_new(struct exchange **, const struct exchange_options *);
void exchange_free(struct exchange *);          /* zeroises the keys, gives back the ports */
/* For the next offer.  Another local address holds only while nothing is agreed with that side. */
void exchange_policy(struct exchange *, enum side, const struct media_policy *);

/* SIP status for the peer, words for the record; they fit into a quoted string as they are. */
struct refusal { int status; char why[256]; };

/* Bodies hold SRTP keys: the caller owns each one that comes out of here, and frees it by this, which
 * zeroises it first.  NUL-terminated; NULL is fine. */
void body_free(char *);

/* A body came from `from` with an offer: *out gets the offer for the other side (malloc()ed,
 * NUL-terminated; NULL where that side is not END_WIRE).  At most one offer is open; a second one
 * is 491.  0, or -errno with why; refused, everything is as before.
 * The wire of an outgoing offer: RTP for SRTP_OFF, SRTP for SRTP_ON; for SRTP_FALLBACK what the leg
 * has already, else RTP if the offerer is RTP or keys must not travel, else SRTP. */
int  exchange_offer(struct exchange *, enum side from, const char *sdp, size_t size, char **out,
         struct refusal *);
/* The answer to the open offer came from `from`: *out gets the answer for the offerer, and from
 * now on packets flow as agreed (latching is re-armed).  Refused: the open offer stands. */
int  exchange_answer(struct exchange *, enum side from, const char *sdp, size_t size, char **out,
         struct refusal *);
/* Early media: the same as exchange_answer() for a provisional answer; may be repeated and is
 * followed by the real one.  Where the peer repeats the same body nothing changes. */
int  exchange_early(struct exchange *, enum side from, const char *sdp, size_t size, char **out,
         struct refusal *);
/* A 2xx came from `from` without a body after exchange_early() had taken an answer (RFC 3261
 * 13.2.1): that one closes the open offer, and *out gets what exchange_answer() gives for the same
 * body.  -ENOENT with 488: no early answer was taken for the open offer, which stands. */
int  exchange_early_stands(struct exchange *, enum side from, char **out, struct refusal *);
/* The box itself offers to `to` (early-offer forced on a delayed offer; a re-INVITE without
 * body): codecs of the policy of both, ports and keys of ours.  The answer comes by
 * exchange_answer(), with *out NULL: nobody on the other side has offered. */
int  exchange_invent(struct exchange *, enum side to, char **out, struct refusal *);
/* After exchange_invent() was answered by one side: the offer for the other one, made of what
 * was agreed (delayed offer in, early offer out: the 200's offer to the caller). */
int  exchange_onward(struct exchange *, enum side to, char **out, struct refusal *);
/* The box answers the open offer itself for a side that is END_LOOP or END_TONE.  (Such a side
 * needs nothing when the offer was invented for the other one: that answer completes both.) */
int  exchange_self_answer(struct exchange *, enum side by, char **out, struct refusal *);
/* The body last sent to `to`, for a session refresh or a mid-call request that is not passed. */
const char *exchange_repeat(const struct exchange *, enum side to);
void exchange_cancel_offer(struct exchange *);  /* refused or timed out: as before the offer */
/* A 488 came back to an SRTP offer on a leg with `srtp fallback`: the same offer as RTP.  It can
 * while an SRTP offer to `to` is open. */
bool exchange_can_fall_back(const struct exchange *, enum side to);
int  exchange_fall_back(struct exchange *, enum side to, char **out, struct refusal *);

/* Hunting goes on to another peer on side `to`, before anything but early media was agreed: of that
 * side everything is forgotten (other ports, keys, o= id; its counters begin again), and with it the
 * open offer, which must not be cancelled before.  The other side keeps its port, its o= line (the
 * version grows if a body differs) and its keys, so that what it has heard as early media holds for
 * the next peer too.  Goes on with exchange_offer() or exchange_invent() as at the beginning.
 * 0 or -errno (no ports): then only exchange_free() is left. */
int  exchange_retry(struct exchange *, enum side to, enum ending, const struct media_policy *);

/* What show wants: a copy. */
struct stream_info {
	addr_t local, remote;  /* RTP; remote is where we send */
	bool srtp, held, running;
	enum suite suite_in, suite_out;
	enum codec codec;
	uint8_t payload, nte_payload;
	uint64_t packets_in, bytes_in, packets_out, bytes_out;          /* payload bytes, RTP */
	uint64_t rtcp_in, rtcp_out, nte_in;
	uint64_t lost, out_of_order;
	uint64_t dropped_source, dropped_auth, dropped_replay, dropped_plain, dropped_other;
	uint64_t dropped_ssrc;                  /* too many sources (SSRC) under one SRTP key */
	uint32_t ssrc_in, roc_in, jitter_us, rtt_us;
	uint64_t last_in_ms;                    /* ago; UINT64_MAX: never */
};
void exchange_info(const struct exchange *, enum side, struct stream_info *);
const char *suite_name(enum suite);     /* "AES_CM_128_HMAC_SHA1_80" */
const char *codec_name(enum codec);     /* "g711ulaw" */

#endif
