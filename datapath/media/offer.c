/* SPDX-License-Identifier: GPL-3.0-or-later */
/* offer.c -- an offer across the box (RFC 3264 5, 8): what one side offers, taken apart, and what
 * we offer to the other in its place: the formats that both legs' policies allow, in the
 * offerer's order, under numbers and keys and addresses of ours. */
#include "datapath/media/exchange_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
offer_begin(struct exchange *x, enum offer_kind kind, enum side to, struct refusal *r)
{
	if (x->open.kind != OFFER_NONE)
		return refused(r, 491, "an offer is still open on this call");
	memset(&x->open, 0, sizeof(x->open));
	if (standing_copy(&x->half[SIDE_A].before, &x->half[SIDE_A].now) ||
	    standing_copy(&x->half[SIDE_B].before, &x->half[SIDE_B].now))
		return refused(r, 500, "out of memory");
	x->cells_before = x->cells;
	x->open.kind = kind;
	x->open.to = to;
	x->open.from = other_side(to);
	return 0;
}

/* The keys in use are the ones that later offers repeat. */
static void
adopt_keys(struct half *h)
{
	const struct terms *t = &h->now.terms;
	enum suite suite;

	if (!t->valid || t->wire != WIRE_SRTP || !t->out)
		return;
	suite = srtp_way_sdes(t->out)->suite;
	if (h->own[suite] == t->out)
		return;
	srtp_way_drop(h->own[suite]);
	h->own[suite] = srtp_way_hold(t->out);
}

static void
forget_open(struct exchange *x)
{
	for (size_t i = 0; i < x->cells.n; i++)
		x->cells.cell[i].offered = NULL;
	for (int s = 0; s < SIDES; s++)
		standing_clear(&x->half[s].before);
	terms_clear(&x->open.from_terms);
	sdp_free(x->open.sdp);
	body_free(x->open.early);
	memset(&x->open, 0, sizeof(x->open));
}

void
offer_close(struct exchange *x)
{
	adopt_keys(&x->half[SIDE_A]);
	adopt_keys(&x->half[SIDE_B]);
	forget_open(x);
}

void
offer_undo(struct exchange *x)
{
	bool committed = x->open.committed;

	x->cells = x->cells_before;
	for (int s = 0; s < SIDES; s++) {
		struct half *h = &x->half[s];

		standing_clear(&h->now);
		h->now = h->before;
		memset(&h->before, 0, sizeof(h->before));
		if (!h->now.terms.valid)
			half_forget_keys(h); /* the next peer must not know the last one's */
	}
	forget_open(x);
	if (committed)
		streams_install(x); /* else nothing has moved, and the latches stay shut */
}

void
offer_abandon(struct exchange *x, enum side lost)
{
	struct half *h = &x->half[other_side(lost)];

	if (x->open.committed) {
		adopt_keys(h);
	} else if (x->open.kind != OFFER_NONE) {
		standing_clear(&h->now);
		h->now = h->before;
		memset(&h->before, 0, sizeof(h->before));
	}
	x->cells.n = 0; /* the numbers of a pair of which one is gone */
	forget_open(x);
}

int
offer_reach(const struct half *h, const struct sdp_stream *m, struct refusal *r)
{
	if (h->ending != END_WIRE || m->hold_by_address ||
	    m->remote.sa.sa_family == h->policy.local.ss_family)
		return 0;
	return refused(r, 488,
	    "the peer's media address is %s and this leg's is %s: correct bind "
	    "media",
	    m->remote.sa.sa_family == AF_INET6 ? "IPv6" : "IPv4",
	    h->policy.local.ss_family == AF_INET6 ? "IPv6" : "IPv4");
}

/* The same key as before keeps its context; another one begins a new session in both directions,
 * so that nobody has to guess a roll-over counter. */
static int
accept_keys(struct exchange *x, struct half *h, struct refusal *r)
{
	struct terms *t = &x->open.from_terms, *now = &h->now.terms;
	const struct sdes *picked = NULL;
	struct sdes fresh;
	int rc;

	if (t->wire != WIRE_SRTP)
		return 0;
	if ((rc = policy_pick_crypto(h, x->open.media, &picked, r)))
		return rc;
	x->open.from_tag = picked->tag;
	if (now->valid && now->wire == WIRE_SRTP && sdes_same(srtp_way_sdes(now->in), picked) &&
	    srtp_way_sdes(now->out)->suite == picked->suite) {
		t->in = srtp_way_hold(now->in);
		t->out = srtp_way_hold(now->out);
		return 0;
	}
	rc = sdes_generate(&fresh, picked->tag, picked->suite);
	if (!rc)
		rc = srtp_way_new(&t->out, &fresh, true);
	if (!rc)
		rc = srtp_way_new(&t->in, picked, false);
	sdes_clear(&fresh);
	return rc ? refused(r, 500, "SRTP keys could not be made: %s", strerror(-rc)) : 0;
}

static void
add_cell(struct exchange *x, const struct sdp_format *f, bool used[128])
{
	struct half *to = &x->half[x->open.to];
	struct cell *c = &x->open.cells.cell[x->open.cells.n];
	uint8_t number = to->ending == END_WIRE ? half_number(to, f, used) : f->payload;

	if (number == NO_ROUTE)
		return;
	used[number] = true;
	*c = (struct cell){.kind = f->kind, .codec = f->codec, .clock = f->clock, .offered = f};
	c->ours[x->open.from] = c->theirs[x->open.from] = f->payload;
	c->ours[x->open.to] = c->theirs[x->open.to] = number;
	x->open.cells.n++;
}

static void
list_encodings(const struct sdp_stream *m, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < m->formats_n && used < size; i++)
		if (m->formats[i].kind == FORMAT_AUDIO)
			used += (size_t)snprintf(
			    text + used, size - used, " %s", m->formats[i].encoding);
}

static int
accept_formats(struct exchange *x, struct refusal *r)
{
	const struct half *from = &x->half[x->open.from], *to = &x->half[x->open.to];
	const struct sdp_stream *m = x->open.media;
	bool used[128] = {false}, audio = false;
	char offered[96];

	for (size_t i = 0; i < m->formats_n && x->open.cells.n < ROUTES_MAX; i++)
		if (policy_format(from, to, &m->formats[i])) {
			add_cell(x, &m->formats[i], used);
			audio |= m->formats[i].kind == FORMAT_AUDIO;
		}
	if (audio)
		return 0;
	list_encodings(m, offered, sizeof(offered));
	return refused(r, 488,
	    "no offered codec (%s) is allowed on both legs: add one to the voice "
	    "class codec of both dial-peers",
	    offered[0] ? offered + 1 : "none");
}

int
offer_accept(struct exchange *x, struct refusal *r)
{
	struct half *from = &x->half[x->open.from], *to = &x->half[x->open.to];
	struct open_offer *o = &x->open;
	int rc;

	if ((rc = policy_pick_media(from, o->sdp, &o->media, r)) ||
	    (rc = offer_reach(from, o->media, r)) ||
	    (rc = policy_offer_wire(to, o->media->wire, &o->wire[o->to], r)))
		return rc;
	o->wire[o->from] = o->media->wire;
	if (!relay_possible(o->wire[o->from], o->wire[o->to]))
		return refused(
		    r, 488, "there is no relay between the media protocols of the two legs");
	terms_read(&o->from_terms, o->media);
	if ((rc = accept_keys(x, from, r)) || (rc = accept_formats(x, r)))
		return rc;
	half_learn_numbers(from, o->media);
	if (standing_slots(&from->now, o->sdp, o->media))
		return refused(r, 500, "out of memory");
	return 0;
}

const char *
offer_fmtp(const struct exchange *x, const struct cell *c, const struct sdp_format *said)
{
	if (!codec_same_encoding(c->codec, G729R8))
		return said->fmtp;
	if (policy_no_annex_b(&x->half[SIDE_A], &x->half[SIDE_B]) || said->codec == G729R8 ||
	    (c->offered && c->offered->codec == G729R8))
		return "annexb=no";
	return said->fmtp;
}

static size_t
offered_formats(const struct exchange *x, struct sdp_format *formats)
{
	const struct cells *cells = &x->open.cells;

	for (size_t i = 0; i < cells->n; i++) {
		formats[i] = *cells->cell[i].offered;
		formats[i].payload = cells->cell[i].ours[x->open.to];
		formats[i].fmtp = (char *)offer_fmtp(x, &cells->cell[i], cells->cell[i].offered);
	}
	return cells->n;
}

static int
offered_keys(struct half *h, struct sdes *list, size_t *n, struct refusal *r)
{
	enum suite suites[SUITES];

	*n = policy_suites(h, suites);
	for (size_t i = 0; i < *n; i++) {
		const struct srtp_way *way = half_own_key(h, suites[i]);

		if (!way)
			return refused(r, 500, "SRTP keys could not be made");
		list[i] = *srtp_way_sdes(way);
		list[i].tag = (uint32_t)i + 1;
	}
	return 0;
}

int
offer_write(struct exchange *x, char **out, struct refusal *r)
{
	struct half *to = &x->half[x->open.to];
	const struct sdp_stream *m = x->open.media;
	struct sdp_format formats[ROUTES_MAX];
	struct sdes keys[SUITES];
	struct sdp_plan plan = {.wire = x->open.wire[x->open.to],
	    .direction = m->direction,
	    .formats = formats,
	    .formats_n = offered_formats(x, formats),
	    .crypto = keys,
	    .ptime_ms = m->ptime_ms,
	    .maxptime_ms = m->maxptime_ms,
	    .session = x->open.sdp,
	    .like = m};
	int rc;

	*out = NULL;
	if (to->ending != END_WIRE)
		return 0;
	if ((rc = half_ready(x, to, r)))
		return rc;
	if (plan.wire == WIRE_SRTP)
		rc = offered_keys(to, keys, &plan.crypto_n, r);
	if (!rc)
		rc = half_write(x, to, &plan, out, r);
	for (size_t i = 0; i < plan.crypto_n; i++)
		sdes_clear(&keys[i]);
	return rc;
}

/* A side that is not asked keeps the numbers it had, or is an ending that takes any. */
static void
numbers_of_other(const struct exchange *x, struct cell *c)
{
	enum side from = x->open.from;

	if (x->half[from].ending != END_WIRE)
		return; /* as on the side that is asked */
	c->ours[from] = c->theirs[from] = NO_ROUTE;
	for (size_t i = 0; i < x->cells.n; i++)
		if (x->half[from].now.terms.valid && x->cells.cell[i].kind == c->kind &&
		    x->cells.cell[i].codec == c->codec && x->cells.cell[i].clock == c->clock) {
			c->ours[from] = x->cells.cell[i].ours[from];
			c->theirs[from] = x->cells.cell[i].theirs[from];
			return;
		}
}

static size_t
invented_formats(const struct exchange *x, struct sdp_format *formats)
{
	const struct half *from = &x->half[x->open.from], *to = &x->half[x->open.to];
	enum codec list[CODECS];
	size_t n = policy_codecs(to, from, list);

	if (n > ROUTES_MAX - 1)
		n = ROUTES_MAX - 1;
	for (size_t i = 0; i < n; i++) {
		const struct codec_row *row = codec_row(list[i]);

		formats[i] = (struct sdp_format){.codec = list[i],
		    .channels = row->channels,
		    .payload = (uint8_t)(row->payload < 0 ? 96 : row->payload),
		    .clock = row->clock,
		    .fmtp = (char *)row->fmtp};
		snprintf(formats[i].encoding, sizeof(formats[i].encoding), "%s", row->encoding);
	}
	if (n && from->policy.rtp_nte && to->policy.rtp_nte)
		formats[n++] = (struct sdp_format){.kind = FORMAT_NTE,
		    .clock = 8000,
		    .channels = 1,
		    .payload = to->policy.nte_payload,
		    .encoding = "telephone-event",
		    .fmtp = (char *)"0-16"};
	return n;
}

int
offer_invent(struct exchange *x, struct refusal *r)
{
	struct open_offer *o = &x->open;
	struct half *from = &x->half[o->from];
	struct sdp_format formats[ROUTES_MAX];
	bool used[128] = {false};
	size_t n = invented_formats(x, formats);
	int rc;

	if (!n)
		return refused(r, 488,
		    "the codecs of the two legs have none in common: add one to the "
		    "voice class codec of both dial-peers");
	terms_copy(&o->from_terms, &from->now.terms);
	if (from->ending != END_WIRE)
		o->from_terms =
		    (struct terms){.valid = true, .wire = WIRE_RTP, .direction = SDP_BOTH};
	if ((rc = policy_offer_wire(&x->half[o->to], WIRE_NONE, &o->wire[o->to], r)))
		return rc;
	o->sdp = sdp_made(formats, n, SDP_BOTH, codec_row(formats[0].codec)->ptime_ms);
	if (!o->sdp)
		return refused(r, 500, "out of memory");
	o->media = o->sdp->media;
	for (size_t i = 0; i < n; i++) {
		add_cell(x, &o->media->formats[i], used);
		o->cells.cell[i].ours[o->from] = o->cells.cell[i].theirs[o->from] =
		    o->cells.cell[i].ours[o->to];
		numbers_of_other(x, &o->cells.cell[i]);
	}
	return 0;
}

static const struct sdp_format *
answered_format(const struct sdp_stream *m, uint8_t payload)
{
	for (size_t i = 0; i < m->formats_n; i++)
		if (m->formats[i].payload == payload)
			return &m->formats[i];
	return NULL;
}

/* Only the codec that the other side put first goes on, so that the two answers cannot differ. */
static void
onward_cells(struct exchange *x)
{
	enum side from = x->open.from;
	bool used[128] = {false}, audio = false;

	for (size_t i = 0; i < x->cells.n; i++) {
		const struct cell *c = &x->cells.cell[i];
		const struct sdp_format *f = answered_format(x->open.media, c->theirs[from]);
		size_t n = x->open.cells.n;

		if (!f || (c->kind == FORMAT_AUDIO && audio))
			continue;
		audio |= c->kind == FORMAT_AUDIO;
		add_cell(x, f, used);
		if (x->open.cells.n > n) {
			x->open.cells.cell[n].ours[from] = c->ours[from];
			x->open.cells.cell[n].theirs[from] = c->theirs[from];
		}
	}
}

int
offer_onward(struct exchange *x, struct refusal *r)
{
	struct open_offer *o = &x->open;
	struct half *from = &x->half[o->from], *to = &x->half[o->to];
	int rc;

	if (!x->answered || !from->now.terms.valid)
		return refused(
		    r, 500, "nothing was agreed with the other side that could be offered");
	o->sdp = x->answered;
	x->answered = NULL;
	for (size_t i = 0; i < o->sdp->media_n && !o->media; i++)
		if (o->sdp->media[i].audio && o->sdp->media[i].port)
			o->media = &o->sdp->media[i];
	if (!o->media)
		return refused(
		    r, 500, "nothing was agreed with the other side that could be offered");
	terms_copy(&o->from_terms, &from->now.terms);
	o->wire[o->from] = from->now.terms.wire;
	if ((rc = policy_offer_wire(to, from->now.terms.wire, &o->wire[o->to], r)))
		return rc;
	onward_cells(x);
	return 0;
}
