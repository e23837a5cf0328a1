/* SPDX-License-Identifier: GPL-3.0-or-later */
/* install.c -- what was agreed becomes what the relay runs on: routes, keys, addresses, latches.
 * Counters, replay windows and roll-over counters live on across it. */
#include "datapath/media/exchange_private.h"

#include <openssl/rand.h>
#include <string.h>

static void
add_route(struct stream *s, const struct cell *c, enum side side)
{
	const struct codec_row *row = codec_row(c->codec);
	size_t i = 0;

	while (i < ROUTES_MAX && s->route[i].clock)
		i++;
	if (i == ROUTES_MAX)
		return;
	s->route[i] = (struct route){.clock = c->clock,
	    .in = c->ours[side],
	    .out = c->theirs[other_side(side)],
	    .kind = (uint8_t)c->kind,
	    .codec = (uint8_t)c->codec,
	    .frame_bytes = row ? row->frame_bytes : 0};
	s->route_of[c->ours[side]] = (uint8_t)i;
}

/* A peer may also send in the numbers of its own SDP, as many do that answer in their own. */
static void
add_their_number(struct stream *s, const struct cell *c, enum side side)
{
	uint8_t ours = c->ours[side], theirs = c->theirs[side];

	if (theirs < 128 && s->route_of[theirs] == NO_ROUTE && ours < 128)
		s->route_of[theirs] = s->route_of[ours];
}

static void
install_routes(const struct exchange *x, enum side side, struct stream *s)
{
	memset(s->route, 0, sizeof(s->route));
	memset(s->route_of, NO_ROUTE, sizeof(s->route_of));
	for (size_t i = 0; i < x->cells.n; i++) {
		const struct cell *c = &x->cells.cell[i];

		if (c->ours[side] < 128 && c->theirs[other_side(side)] < 128 && c->clock)
			add_route(s, c, side);
	}
	for (size_t i = 0; i < x->cells.n; i++)
		add_their_number(s, &x->cells.cell[i], side);
}

/* An unchanged address leaves us sending to where the peer was last heard, if that counts. */
static void
install_remote(struct half *h)
{
	const struct terms *t = &h->now.terms;
	struct stream *s = &h->stream;

	if (!relay_follows(s) || !address_same(&h->told[CHANNEL_RTP], &t->remote) ||
	    !address_same(&h->told[CHANNEL_RTCP], &t->rtcp) || !address_bytes(&t->remote)) {
		s->remote[CHANNEL_RTP] = t->remote;
		s->remote[CHANNEL_RTCP] = t->rtcp;
		h->told[CHANNEL_RTP] = t->remote;
		h->told[CHANNEL_RTCP] = t->rtcp;
	}
	s->latched[CHANNEL_RTP] = s->latched[CHANNEL_RTCP] = false;
}

static bool
expects_packets(const struct half *h)
{
	const struct stream *s = &h->stream;

	return s->running && s->ending == END_WIRE && s->peer_sends && s->other->peer_receives;
}

static void
install_half(struct exchange *x, struct half *h, bool running)
{
	const struct terms *t = &h->now.terms;
	struct stream *s = &h->stream;

	s->in = t->in;
	s->out = t->out;
	srtp_way_reserve(s->in);
	srtp_way_reserve(s->out);
	s->running = running;
	s->any_source = h->policy.any_source;
	s->peer_receives = t->direction & SDP_RECEIVES;
	s->peer_sends = t->direction & SDP_SENDS;
	if (running)
		relay_connect(s, t->wire, x->half[other_side(h->side)].now.terms.wire);
	install_remote(h);
	install_routes(x, h->side, s);
	if (h->ending == END_TONE && running && !s->tone.ssrc)
		RAND_bytes((unsigned char *)&s->tone,
		    sizeof(s->tone.timestamp) + sizeof(s->tone.ssrc) + sizeof(s->tone.sequence));
	engine_tone(x->engine, s, h->ending == END_TONE && running);
}

void
streams_install(struct exchange *x)
{
	bool running = x->half[SIDE_A].now.terms.valid && x->half[SIDE_B].now.terms.valid;
	bool expected[SIDES];

	for (int s = 0; s < SIDES; s++)
		expected[s] = expects_packets(&x->half[s]);
	for (int s = 0; s < SIDES; s++)
		install_half(x, &x->half[s], running);
	for (int s = 0; s < SIDES; s++) {
		struct half *h = &x->half[s];

		if (!expected[s] && expects_packets(h)) {
			h->silence_since_ms = engine_now_ms(x->engine);
			h->silence_told = false;
		}
	}
}
