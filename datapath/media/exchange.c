/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exchange.c -- the door of media: the media of one call from its first body to its last packet.
 * What may be said when is decided here (one open offer, answered by the side that it went to);
 * offer.c and answer.c do the work. */
#include "datapath/media/exchange_private.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

/* No packet for too long: told once, until packets come again. */
static void
check_silence(struct exchange *x, uint64_t now_ms)
{
	for (int side = 0; side < SIDES && x->inactive_s; side++) {
		struct half *h = &x->half[side];
		const struct stream *s = &h->stream;
		uint64_t since = h->silence_since_ms;

		if (s->last_in_ms > since) {
			since = h->silence_since_ms = s->last_in_ms;
			h->silence_told = false;
		}
		if (!s->running || s->ending != END_WIRE || !s->peer_sends ||
		    !s->other->peer_receives || h->silence_told ||
		    now_ms - since < x->inactive_s * UINT64_C(1000))
			continue;
		h->silence_told = true;
		if (x->on_inactive)
			x->on_inactive(x->arg, (enum side)side);
		return; /* the call may be gone now */
	}
}

static void
on_tick(struct member *m, uint64_t now_ms)
{
	struct exchange *x = (struct exchange *)m;

	for (int side = 0; side < SIDES; side++) {
		srtp_way_reserve(x->half[side].stream.in);
		srtp_way_reserve(x->half[side].stream.out);
	}
	check_silence(x, now_ms);
}

/* o= wants a token: no blank, and never empty. */
static void
name_session(struct exchange *x, const char *name)
{
	snprintf(x->session_name, sizeof(x->session_name), "%s", name && *name ? name : "-");
	for (char *p = x->session_name; *p; p++)
		if (!isgraph((unsigned char)*p))
			*p = '-';
}

static int
half_init(struct exchange *x, enum side side, enum ending ending, const struct media_policy *policy)
{
	struct half *h = &x->half[side];
	uint32_t id;

	if (RAND_bytes((unsigned char *)&id, sizeof(id)) != 1)
		return -EIO;
	h->side = side;
	h->ending = ending;
	h->policy = *policy;
	h->id = id | 1u << 31; /* ten digits, as peers are used to */
	h->version = 1;
	h->stream.engine = x->engine;
	h->stream.other = &x->half[other_side(side)].stream;
	h->stream.ending = h->ending;
	h->stream.any_source = h->policy.any_source;
	memset(h->stream.route_of, NO_ROUTE, sizeof(h->stream.route_of));
	return 0;
}

/* The ports of a side whose address is known. */
static int
half_open(struct exchange *x, struct half *h)
{
	struct refusal ignored = {0, ""};

	return h->policy.local.ss_family == AF_UNSPEC ? 0 : half_ready(x, h, &ignored);
}

static void
half_clear(struct exchange *x, struct half *h)
{
	engine_tone(x->engine, &h->stream, false);
	sockets_close(h->stream.sockets, x->engine);
	standing_clear(&h->now);
	standing_clear(&h->before);
	half_forget_keys(h);
	memset(h, 0, sizeof(*h));
}

static void
forget_early(struct exchange *x)
{
	body_free(x->open.early);
	x->open.early = NULL;
}

int
exchange_new(struct exchange **xp, const struct exchange_options *options)
{
	struct exchange *x = calloc(1, sizeof(*x));
	int rc = 0;

	if (!x)
		return -ENOMEM;
	x->engine = options->engine;
	x->inactive_s = options->inactive_s;
	x->on_inactive = options->on_inactive;
	x->arg = options->arg;
	name_session(x, options->session_name);
	x->member.on_tick = on_tick;
	engine_join(x->engine, &x->member);
	for (int s = 0; s < SIDES && !rc; s++) {
		rc = half_init(x, (enum side)s, options->ending[s], &options->policy[s]);
		if (!rc)
			rc = half_open(x, &x->half[s]);
	}
	if (rc)
		exchange_free(x);
	else
		*xp = x;
	return rc;
}

void
exchange_free(struct exchange *x)
{
	if (!x)
		return;
	engine_leave(x->engine, &x->member);
	for (int s = 0; s < SIDES; s++)
		half_clear(x, &x->half[s]);
	terms_clear(&x->open.from_terms);
	sdp_free(x->open.sdp);
	sdp_free(x->answered);
	forget_early(x);
	free(x);
}

void
exchange_policy(struct exchange *x, enum side side, const struct media_policy *policy)
{
	struct half *h = &x->half[side];
	union address old = address_from(&h->policy.local), new = address_from(&policy->local);

	h->policy = *policy;
	h->stream.any_source = policy->any_source;
	if (address_same_host(&old, &new) || h->now.terms.valid)
		return;
	sockets_close(h->stream.sockets, x->engine);
	h->stream.sockets = NULL; /* opened again when a body needs it */
}

static int
read_body(const char *text, size_t size, struct sdp **sdp, struct refusal *r)
{
	int rc = sdp_read(sdp, text, size, r->why, sizeof(r->why));

	if (!rc)
		return 0;
	return refused_with(r, rc == -ENOMEM ? 500 : 488);
}

int
exchange_offer(struct exchange *x, enum side from, const char *text, size_t size, char **out,
    struct refusal *r)
{
	int rc = offer_begin(x, OFFER_RELAYED, other_side(from), r);

	*out = NULL;
	if (rc)
		return rc;
	if ((rc = read_body(text, size, &x->open.sdp, r)) || (rc = offer_accept(x, r)) ||
	    (rc = offer_write(x, out, r)))
		offer_undo(x);
	return rc;
}

int
exchange_invent(struct exchange *x, enum side to, char **out, struct refusal *r)
{
	int rc = offer_begin(x, OFFER_INVENTED, to, r);

	*out = NULL;
	if (rc)
		return rc;
	if ((rc = offer_invent(x, r)) || (rc = offer_write(x, out, r)))
		offer_undo(x);
	return rc;
}

int
exchange_onward(struct exchange *x, enum side to, char **out, struct refusal *r)
{
	int rc = offer_begin(x, OFFER_ONWARD, to, r);

	*out = NULL;
	if (rc)
		return rc;
	if ((rc = offer_onward(x, r)) || (rc = offer_write(x, out, r)))
		offer_undo(x);
	return rc;
}

static int
check_turn(const struct exchange *x, enum side by, struct refusal *r)
{
	if (x->open.kind == OFFER_NONE || x->open.to != by)
		return refused(r, 500, "an SDP answer came where no offer is open");
	return 0;
}

/* The body last sent to the offerer, for an answer that changes nothing. */
static int
repeat_answer(const struct exchange *x, char **out, struct refusal *r)
{
	const char *sent = x->half[x->open.from].now.sent;

	if (x->open.kind != OFFER_RELAYED || !sent)
		return 0;
	*out = strdup(sent);
	return *out ? 0 : refused(r, 500, "out of memory");
}

static bool
repeats_early(const struct exchange *x, const char *text, size_t size)
{
	const char *early = x->open.early;

	return early && strlen(early) == size && !memcmp(early, text, size);
}

int
exchange_early(struct exchange *x, enum side from, const char *text, size_t size, char **out,
    struct refusal *r)
{
	struct sdp *sdp = NULL;
	char *copy;
	int rc = check_turn(x, from, r);

	*out = NULL;
	if (rc)
		return rc;
	if (repeats_early(x, text, size))
		return repeat_answer(x, out, r);
	if (!(copy = strndup(text, size)))
		return refused(r, 500, "out of memory");
	if (!(rc = read_body(text, size, &sdp, r)) && !(rc = answer_apply(x, sdp, out, r))) {
		forget_early(x);
		x->open.early = copy;
		copy = NULL;
	}
	body_free(copy);
	sdp_free(sdp);
	return rc;
}

/* The answer stands: what an onward offer needs is kept. */
static void
close_answered(struct exchange *x, struct sdp *sdp)
{
	bool keep = x->open.kind == OFFER_INVENTED && x->half[x->open.from].ending == END_WIRE;

	sdp_free(x->answered);
	x->answered = keep ? sdp : NULL;
	if (!keep)
		sdp_free(sdp);
	forget_early(x);
	offer_close(x);
}

int
exchange_answer(struct exchange *x, enum side from, const char *text, size_t size, char **out,
    struct refusal *r)
{
	struct sdp *sdp = NULL;
	int rc = check_turn(x, from, r);

	*out = NULL;
	if (rc || (rc = read_body(text, size, &sdp, r)))
		return rc;
	if (repeats_early(x, text, size))
		rc = repeat_answer(x, out, r);
	else
		rc = answer_apply(x, sdp, out, r);
	if (rc)
		sdp_free(sdp);
	else
		close_answered(x, sdp);
	return rc;
}

int
exchange_early_stands(struct exchange *x, enum side from, char **out, struct refusal *r)
{
	int rc = check_turn(x, from, r);

	*out = NULL;
	if (rc)
		return rc;
	if (!x->open.early) {
		refused(r, 488, "the called side answered without SDP");
		return -ENOENT;
	}
	return exchange_answer(x, from, x->open.early, strlen(x->open.early), out, r);
}

int
exchange_self_answer(struct exchange *x, enum side by, char **out, struct refusal *r)
{
	struct sdp *sdp = NULL;
	int rc = check_turn(x, by, r);

	*out = NULL;
	if (rc)
		return rc;
	if (x->half[by].ending == END_WIRE)
		return refused(r, 500, "this side has a peer, which must answer itself");
	if (!(rc = answer_invent(x, &sdp, r)))
		rc = answer_apply(x, sdp, out, r);
	if (rc)
		sdp_free(sdp);
	else
		close_answered(x, sdp);
	return rc;
}

const char *
exchange_repeat(const struct exchange *x, enum side to)
{
	return x->half[to].now.sent;
}

void
exchange_cancel_offer(struct exchange *x)
{
	if (x->open.kind == OFFER_NONE)
		return;
	forget_early(x);
	offer_undo(x);
}

bool
exchange_can_fall_back(const struct exchange *x, enum side to)
{
	return x->open.kind != OFFER_NONE && x->open.to == to && x->open.wire[to] == WIRE_SRTP &&
	       x->half[to].policy.srtp == SRTP_FALLBACK;
}

int
exchange_fall_back(struct exchange *x, enum side to, char **out, struct refusal *r)
{
	*out = NULL;
	if (!exchange_can_fall_back(x, to))
		return refused(r, 488,
		    "the peer refused SRTP and this leg must not fall back to RTP: "
		    "configure 'srtp fallback' on its dial-peer");
	forget_early(x); /* it answered what is not offered any more */
	x->open.wire[to] = WIRE_RTP;
	return offer_write(x, out, r);
}

int
exchange_retry(
    struct exchange *x, enum side to, enum ending ending, const struct media_policy *policy)
{
	struct half *h = &x->half[to];
	int rc;

	forget_early(x);
	offer_abandon(x, to);
	sdp_free(x->answered);
	x->answered = NULL;
	half_clear(x, h);
	rc = half_init(x, to, ending, policy);
	streams_install(x); /* the other side has nobody to talk to */
	return rc ? rc : half_open(x, h);
}

static void
info_codec(const struct exchange *x, enum side side, struct stream_info *info)
{
	for (size_t i = x->cells.n; i-- > 0;) {
		const struct cell *c = &x->cells.cell[i];

		if (c->kind == FORMAT_NTE) {
			info->nte_payload = c->ours[side];
		} else if (c->kind == FORMAT_AUDIO) {
			info->codec = c->codec;
			info->payload = c->ours[side];
		}
	}
}

void
exchange_info(const struct exchange *x, enum side side, struct stream_info *info)
{
	const struct half *h = &x->half[side];
	const struct stream *s = &h->stream;
	const struct terms *t = &h->now.terms;

	*info = s->count;
	if (s->sockets)
		address_store(&s->sockets->local, &info->local);
	address_store(&s->remote[CHANNEL_RTP], &info->remote);
	info->srtp = t->valid && t->wire == WIRE_SRTP;
	info->running = s->running;
	info->held = t->valid && t->direction != SDP_BOTH;
	if (info->srtp) {
		info->suite_in = srtp_way_sdes(t->in)->suite;
		info->suite_out = srtp_way_sdes(t->out)->suite;
	}
	info_codec(x, side, info);
	info->lost = reception_lost(&s->reception);
	info->ssrc_in = s->reception.ssrc;
	info->roc_in = srtp_way_roc(t->in, s->reception.ssrc);
	if (s->reception.clock)
		info->jitter_us =
		    (uint32_t)((uint64_t)s->reception.jitter16 * 1000000 / 16 / s->reception.clock);
	info->last_in_ms = s->last_in_ms ? engine_now_ms(x->engine) - s->last_in_ms : UINT64_MAX;
}
