/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exchange_private.h -- what the files of the exchange share: the two halves of a call's media,
 * what stands between each and us, and the offer that is open.
 *
 * exchange.c is the door; policy.c decides what a leg may do; offer.c and answer.c carry bodies
 * across; install.c turns what was agreed into streams. */
#ifndef DATAPATH_MEDIA_EXCHANGE_PRIVATE_H
#define DATAPATH_MEDIA_EXCHANGE_PRIVATE_H

#include "datapath/media/stream.h"

/* One format that crosses the box.  `ours` is its number in our SDP to a side (so what that side
 * sends), `theirs` the number in that side's own SDP (so what it wants to receive). */
struct cell {
	enum format_kind kind;
	enum codec codec;
	uint32_t clock;
	uint8_t ours[SIDES], theirs[SIDES]; /* NO_ROUTE: not known (yet) */
	const struct sdp_format *offered;   /* while the offer is open */
};
struct cells {
	struct cell cell[ROUTES_MAX];
	size_t n;
};

/* What one side has agreed to.  Holds its two ways. */
struct terms {
	bool valid;
	enum wire wire;
	struct srtp_way *in, *out;
	union address remote, rtcp; /* AF_UNSPEC: nothing is to be sent */
	uint8_t direction;          /* of the peer */
};

/* What stands between a side and us; saved when an offer opens, restored when it fails. */
struct standing {
	struct terms terms;
	char *sent; /* our last body; holds keys */
	uint64_t sent_version;
	struct sdp_slot *slots; /* the m= lines, where there are others than ours */
	size_t slots_n, audio;
};

struct half {
	enum side side;
	enum ending ending;
	struct media_policy policy;
	struct stream stream;
	struct standing now, before;
	struct srtp_way *own[SUITES]; /* our keys, offered or in use */
	uint64_t id, version;         /* of o=; version is the highest used */
	uint32_t numbers[128];        /* hash of the format that a number stood for */
	union address told[CHANNELS]; /* the remote addresses last installed */
	bool silence_told;
	uint64_t silence_since_ms;
};

enum offer_kind { OFFER_NONE, OFFER_RELAYED, OFFER_INVENTED, OFFER_ONWARD };

struct open_offer {
	enum offer_kind kind;
	enum side from, to;
	struct sdp *sdp;                /* the offerer's, or made by us */
	const struct sdp_stream *media; /* its audio */
	struct cells cells;
	enum wire wire[SIDES];
	struct terms from_terms; /* what the offerer gets if this is answered */
	uint32_t from_tag;       /* of its a=crypto that we take */
	bool committed;          /* an early answer was installed */
	char *early;             /* the last early answer, as it came; holds keys */
};

struct exchange {
	struct member member; /* first: the engine's list */
	struct engine *engine;
	struct half half[SIDES];
	struct cells cells, cells_before;
	struct open_offer open;
	struct sdp *answered; /* to an invented offer; for exchange_onward() */
	char session_name[64];
	uint32_t inactive_s;
	void (*on_inactive)(void *arg, enum side);
	void *arg;
};

static inline enum side
other_side(enum side side)
{
	return side == SIDE_A ? SIDE_B : SIDE_A;
}

/* Fills the refusal in; returns the -errno that goes with its status. */
__attribute__((format(printf, 3, 4))) int refused(struct refusal *, int status, const char *, ...);

/* The same where the words are there already.  Both take out of them what would end a quoted
 * string. */
int refused_with(struct refusal *, int status);

/* -- policy.c: what a leg may do -- */

/* The audio line of an offer that this leg may take; 0, or refused. */
int policy_pick_media(
    const struct half *, const struct sdp *, const struct sdp_stream **, struct refusal *);
/* The wire of our offer to this leg; `from` is the wire of the other side (WIRE_NONE: none yet). */
int policy_offer_wire(const struct half *, enum wire from, enum wire *, struct refusal *);
/* May this answer's wire follow that offer's? */
int policy_answer_wire(
    const struct half *, enum wire offered, const struct sdp_stream *, struct refusal *);
/* The first of the offered a=crypto lines that this leg may take. */
int policy_pick_crypto(
    const struct half *, const struct sdp_stream *, const struct sdes **, struct refusal *);
/* The answered a=crypto line: one of those that we offered. */
int policy_answer_crypto(
    const struct half *, const struct sdp_stream *, const struct sdes **, struct refusal *);
/* The suites of this leg by preference; returns how many. */
size_t policy_suites(const struct half *, enum suite suites[SUITES]);
/* May this format cross between the legs? */
bool policy_format(const struct half *, const struct half *, const struct sdp_format *);
/* Does the pair of legs demand G.729 without annex B? */
bool policy_no_annex_b(const struct half *, const struct half *);
/* The audio codecs of an offer that we make ourselves; returns how many. */
size_t policy_codecs(const struct half *to, const struct half *from, enum codec list[CODECS]);

/* -- terms.c: what stands -- */

void terms_clear(struct terms *);
void terms_copy(struct terms *to, const struct terms *from); /* holds the ways too */
/* Remote addresses and direction of a media line. */
void terms_read(struct terms *, const struct sdp_stream *);
void standing_clear(struct standing *);
int standing_copy(struct standing *to, const struct standing *from);
/* Remembers the m= lines of a body of this side. */
int standing_slots(struct standing *, const struct sdp *, const struct sdp_stream *audio);
/* Our key for a suite on this side, made when there is none; NULL: out of memory or randomness. */
struct srtp_way *half_own_key(struct half *, enum suite);
void half_forget_keys(struct half *);
/* Opens the sockets of a side that has a wire and none open. */
int half_ready(struct exchange *, struct half *, struct refusal *);
/* Writes a body to this side: `plan` without id, version, name, address and slots.  The version
 * grows only where the body differs from the last one. */
int half_write(
    struct exchange *, struct half *, struct sdp_plan *plan, char **out, struct refusal *);
/* The payload number for a format in our SDP to this side: the same as ever in this session. */
uint8_t half_number(struct half *, const struct sdp_format *, const bool used[128]);
void half_learn_numbers(struct half *, const struct sdp_stream *);

/* -- offer.c -- */

/* Takes the offer of x->open.sdp apart: terms of its side, cells, wire of the other side. */
int offer_accept(struct exchange *, struct refusal *);
/* Writes the open offer to x->open.to; *out is NULL where that side is not on the wire. */
int offer_write(struct exchange *, char **out, struct refusal *);
/* An offer of ours out of the policies of both; kind INVENTED. */
int offer_invent(struct exchange *, struct refusal *);
/* An offer of ours out of what the other side agreed to; kind ONWARD. */
int offer_onward(struct exchange *, struct refusal *);
/* Begins an offer, saving what stands; and two ways out of it. */
int offer_begin(struct exchange *, enum offer_kind, enum side to, struct refusal *);
void offer_close(struct exchange *);
void offer_undo(struct exchange *);
/* The third: `lost` goes, and the other side keeps what it has been told. */
void offer_abandon(struct exchange *, enum side lost);
/* Can this side send to where the body says?  0 or refused. */
int offer_reach(const struct half *, const struct sdp_stream *, struct refusal *);
/* The fmtp of a cell on the other side: G.729 may have to lose annex B. */
const char *offer_fmtp(const struct exchange *, const struct cell *, const struct sdp_format *);

/* -- answer.c -- */

/* The open offer is answered by its x->open.to with this body, which stays the caller's.  *out is
 * NULL where nobody on the wire waits for it. */
int answer_apply(struct exchange *, const struct sdp *, char **out, struct refusal *);
/* The answer that a side without a wire gives: 0 or refused. */
int answer_invent(struct exchange *, struct sdp **, struct refusal *);

/* -- install.c -- */

/* Streams follow what stands now; the latches are armed again. */
void streams_install(struct exchange *);

#endif
