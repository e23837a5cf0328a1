/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relay.c -- the way of a packet: received in a batch, checked, opened, measured, renumbered,
 * sealed and sent, all in the buffer that it came in.  Nothing is allocated, locked or logged per
 * packet; what is dropped is counted where show can find it.
 *
 * Who may send: an SRTP side latches to the source of the first packet that authenticates; a
 * plain one takes packets of the address in its SDP only (whatever their port, once), unless any
 * source is allowed.  Each answered offer arms the latch again.
 *
 * Where we send is another matter: to the address and port of the SDP.  A peer may well send from a
 * port on which it does not listen, so the source moves that only where the packet proves who sent
 * it (SRTP), or where the operator says that the SDP cannot be right (nat symmetric). */
#include "datapath/media/stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

typedef enum srtp_fate packet_h(struct srtp_way *, uint8_t *packet, int *size);

/* What must happen to a packet between the two sides of a call.  NULL: nothing. */
struct relay {
	packet_h *open[CHANNELS], *seal[CHANNELS];
};

/* clang-format off */
static const struct relay pass = {{NULL, NULL}, {NULL, NULL}},
	protect = {{NULL, NULL}, {srtp_seal, srtp_seal_rtcp}},
	unprotect = {{srtp_open, srtp_open_rtcp}, {NULL, NULL}},
	both = {{srtp_open, srtp_open_rtcp}, {srtp_seal, srtp_seal_rtcp}};

/* An empty cell refuses the call: what we do not know, we do not relay. */
static const struct relay *const relays[WIRES][WIRES] = {
	[WIRE_RTP]  = {[WIRE_RTP] = &pass, [WIRE_SRTP] = &protect},
	[WIRE_SRTP] = {[WIRE_RTP] = &unprotect,  [WIRE_SRTP] = &both},
};
/* clang-format on */

bool
relay_possible(enum wire in, enum wire out)
{
	return in < WIRES && out < WIRES && relays[in][out] && relays[out][in];
}

void
relay_connect(struct stream *s, enum wire in, enum wire out)
{
	s->relay = relays[in][out];
}

bool
relay_follows(const struct stream *s)
{
	return s->any_source || (s->relay && s->relay->open[CHANNEL_RTP]);
}

static uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Bytes before the payload; 0: not RTP. */
static int
header_bytes(const uint8_t *p, int size)
{
	int bytes = 12 + (p[0] & 15) * 4;

	if (size < bytes || p[0] >> 6 != 2)
		return 0;
	if (p[0] & 0x10) {
		if (size < bytes + 4)
			return 0;
		bytes += 4 + be16(p + bytes + 2) * 4;
	}
	return size < bytes ? 0 : bytes;
}

static bool
source_allowed(const struct stream *s, enum channel c, const union address *from)
{
	if (s->latched[c])
		return address_same(from, &s->source[c]);
	if (relay_follows(s))
		return true; /* SRTP must authenticate first; latched[] comes after */
	return address_same_host(from, &s->remote[CHANNEL_RTP]);
}

static void
latch(struct stream *s, enum channel c, const union address *from)
{
	if (s->latched[c])
		return;
	s->source[c] = *from;
	s->latched[c] = true;
	if (relay_follows(s))
		s->remote[c] = *from;
}

/* A packet that does not authenticate but has the size of whole frames without a tag is most
 * likely plain RTP: the operator reads of it under its own name. */
static bool
looks_plain(const struct route *r, int payload)
{
	return r->frame_bytes && payload > 0 && payload % r->frame_bytes == 0;
}

static bool
opened(struct stream *s, enum channel c, uint8_t *p, int *size)
{
	enum srtp_fate fate = s->relay->open[c] ? s->relay->open[c](s->in, p, size) : SRTP_GOOD;

	switch (fate) {
	case SRTP_GOOD:
		return true;
	case SRTP_REPLAYED:
		s->count.dropped_replay++;
		return false;
	case SRTP_SHORT:
		s->count.dropped_plain++;
		return false;
	case SRTP_FORGED:
		if (c == CHANNEL_RTP &&
		    looks_plain(&s->route[s->route_of[p[1] & 127]], *size - header_bytes(p, *size)))
			s->count.dropped_plain++;
		else
			s->count.dropped_auth++;
		return false;
	case SRTP_FULL:
		s->count.dropped_ssrc++;
		return false;
	case SRTP_BROKEN:
		break;
	}
	s->count.dropped_other++;
	return false;
}

uint64_t
reception_lost(const struct reception *r)
{
	uint32_t expected = r->cycles + r->highest - r->base + 1;

	if (!r->begun || expected <= r->received || expected - r->received > 1u << 30)
		return r->lost_before;
	return r->lost_before + expected - r->received;
}

static void
reception_begin(struct reception *r, uint32_t ssrc, uint16_t sequence)
{
	uint64_t before = reception_lost(r);

	*r = (struct reception){.begun = true,
	    .ssrc = ssrc,
	    .highest = sequence,
	    .base = sequence,
	    .received = 1,
	    .lost_before = before};
}

/* True: the packet is in its place (not late and not a jump). */
static bool
reception_sequence(struct reception *r, uint16_t sequence, uint64_t *out_of_order)
{
	uint16_t ahead = (uint16_t)(sequence - r->highest);

	if (!ahead)
		return false; /* a copy */
	r->received++;
	if (ahead < 3000) {
		if (sequence < r->highest)
			r->cycles += 1u << 16;
		r->highest = sequence;
		return true;
	}
	if (ahead <= 65536 - 100) {
		r->received--;
		reception_begin(r, r->ssrc, sequence); /* the source began anew */
		return true;
	}
	++*out_of_order;
	return false;
}

/* RFC 3550 6.4.1, in units of the payload's clock, scaled by 16. */
static void
reception_jitter(struct reception *r, uint32_t timestamp, uint32_t clock, uint64_t now_ns)
{
	uint32_t arrival = (uint32_t)(now_ns / 1000 * clock / 1000000);
	uint32_t transit = arrival - timestamp;
	int32_t d = (int32_t)(transit - r->transit);

	if (r->transit_valid && r->clock == clock)
		r->jitter16 += (uint32_t)(d < 0 ? -d : d) - ((r->jitter16 + 8) >> 4);
	r->transit = transit;
	r->transit_valid = 1;
	r->clock = clock;
}

static void
measure(struct stream *s, const struct route *route, const uint8_t *p, uint64_t now_ns)
{
	struct reception *r = &s->reception;
	uint32_t ssrc = be32(p + 8);
	bool in_place = true;

	if (!r->begun || r->ssrc != ssrc)
		reception_begin(r, ssrc, be16(p + 2));
	else
		in_place = reception_sequence(r, be16(p + 2), &s->count.out_of_order);
	if (route->kind == FORMAT_NTE)
		s->count.nte_in++; /* its timestamp stands still (RFC 4733 2.2) */
	else if (in_place)
		reception_jitter(r, be32(p + 4), route->clock, now_ns);
}

static void
flush(struct batch *b)
{
	int sent = 0;

	while (sent < b->outs) {
		int n =
		    sendmmsg(b->out_fd, b->out + sent, (unsigned)(b->outs - sent), MSG_DONTWAIT);

		if (n > 0)
			sent += n;
		else if (errno != EINTR)
			sent++; /* this one is lost, as on any network; go on after it */
	}
	b->outs = 0;
}

static void
queue(struct batch *b, struct stream *to, enum channel c, uint8_t *p, int size)
{
	struct msghdr *m = &b->out[b->outs].msg_hdr;

	b->out_fd = to->sockets->fd[c];
	b->out_iov[b->outs] = (struct iovec){p, (size_t)size};
	m->msg_name = &to->remote[c];
	m->msg_namelen = address_bytes(&to->remote[c]);
	b->outs++;
}

static void
send_sealed(struct batch *b, struct stream *to, enum channel c, uint8_t *p, int size)
{
	packet_h *act = to->other->relay->seal[c];
	enum srtp_fate fate = act ? act(to->out, p, &size) : SRTP_GOOD;

	if (fate == SRTP_GOOD)
		queue(b, to, c, p, size);
	else if (fate == SRTP_REPLAYED)
		to->other->count.dropped_replay++; /* a copy from the plain side */
	else if (fate == SRTP_FULL)
		to->other->count.dropped_ssrc++;
	else
		to->other->count.dropped_other++;
}

/* `payload` bytes of RTP go to the side `to`, in the numbers of the side that they come from. */
static void
deliver(struct batch *b, struct stream *to, uint8_t *p, int size, int payload)
{
	const struct stream *from = to->other;
	uint8_t index = from->route_of[p[1] & 127];

	if (!to->running || !to->peer_receives || index == NO_ROUTE ||
	    (to->ending == END_WIRE && !address_bytes(&to->remote[CHANNEL_RTP]))) {
		to->other->count.dropped_other++;
		return;
	}
	p[1] = (uint8_t)((p[1] & 0x80) | from->route[index].out);
	to->count.packets_out++;
	to->count.bytes_out += (uint64_t)payload;
	switch (to->ending) {
	case END_WIRE:
		send_sealed(b, to, CHANNEL_RTP, p, size);
		break;
	case END_LOOP: /* as if it came from there */
		to->count.packets_in++;
		to->count.bytes_in += (uint64_t)payload;
		to->last_in_ms = engine_now_ms(to->engine);
		if (from->ending != END_LOOP)
			deliver(b, to->other, p, size, payload);
		break;
	case END_TONE:
		break;
	}
}

/* Payload without its padding, whose length is the last byte. */
static int
payload_bytes(const uint8_t *p, int size, int header)
{
	int padding = p[0] & 0x20 && size > header ? p[size - 1] : 0;

	return padding > size - header ? 0 : size - header - padding;
}

static void
take_rtp(struct batch *b, struct stream *s, const union address *from, uint8_t *p, int size)
{
	int header = size < 12 ? 0 : header_bytes(p, size), payload;
	uint8_t index = header ? s->route_of[p[1] & 127] : NO_ROUTE;

	if (!source_allowed(s, CHANNEL_RTP, from)) {
		s->count.dropped_source++;
		return;
	}
	if (index == NO_ROUTE) {
		s->count.dropped_other++;
		return;
	}
	if (!opened(s, CHANNEL_RTP, p, &size))
		return;
	if (!(header = header_bytes(p, size))) {
		s->count.dropped_other++;
		return;
	}
	latch(s, CHANNEL_RTP, from);
	payload = payload_bytes(p, size, header);
	s->count.packets_in++;
	s->count.bytes_in += (uint64_t)payload;
	s->last_in_ms = engine_now_ms(s->engine);
	measure(s, &s->route[index], p, b->now_ns);
	deliver(b, s->other, p, size, payload);
}

/* A report block about what the other side sent: RFC 3550 6.4.1, seen from here. */
static void
report_block(struct stream *s, const uint8_t *block, uint64_t now_ns)
{
	uint32_t lsr = be32(block + 16), dlsr = be32(block + 20);
	uint64_t passed_us, delay_us = (uint64_t)dlsr * 1000000 >> 16;

	if (!lsr || lsr != s->other->sr_middle)
		return;
	passed_us = (now_ns - s->other->sr_at_ns) / 1000;
	if (passed_us >= delay_us && passed_us - delay_us < 60000000)
		s->count.rtt_us = (uint32_t)(passed_us - delay_us);
}

static void
read_rtcp(struct stream *s, const uint8_t *p, int size, uint64_t now_ns)
{
	while (size >= 8) {
		int bytes = (be16(p + 2) + 1) * 4, type = p[1], block = type == 200 ? 28 : 8;

		if (bytes > size)
			return;
		if (type == 200 && bytes >= 28) {
			s->sr_middle = be32(p + 10);
			s->sr_at_ns = now_ns;
		}
		for (int i = 0;
		     (type == 200 || type == 201) && i < (p[0] & 31) && block + 24 <= bytes;
		     i++, block += 24)
			report_block(s, p + block, now_ns);
		p += bytes;
		size -= bytes;
	}
}

static void
take_rtcp(struct batch *b, struct stream *s, const union address *from, uint8_t *p, int size)
{
	struct stream *to = s->other;

	if (!source_allowed(s, CHANNEL_RTCP, from)) {
		s->count.dropped_source++;
		return;
	}
	if (size < 8 || p[0] >> 6 != 2 || p[1] < 192 || p[1] > 223) {
		s->count.dropped_other++;
		return;
	}
	if (!opened(s, CHANNEL_RTCP, p, &size))
		return;
	latch(s, CHANNEL_RTCP, from);
	s->count.rtcp_in++;
	s->last_in_ms = engine_now_ms(s->engine);
	read_rtcp(s, p, size, b->now_ns);
	if (to->ending != END_WIRE || !address_bytes(&to->remote[CHANNEL_RTCP]))
		return;
	to->count.rtcp_out++;
	send_sealed(b, to, CHANNEL_RTCP, p, size);
}

static void
take(struct batch *b, struct stream *s, enum channel c, int i)
{
	uint8_t *p = b->packet[i];
	int size = (int)b->in[i].msg_len;

	if (!s->running || (b->in[i].msg_hdr.msg_flags & MSG_TRUNC))
		s->count.dropped_other++;
	else if (c == CHANNEL_RTP)
		take_rtp(b, s, &b->from[i], p, size);
	else
		take_rtcp(b, s, &b->from[i], p, size);
}

void
relay_readable(struct stream *s, enum channel c, struct engine *e)
{
	struct batch *b = engine_batch(e);
	int n, rounds = 4; /* then the other sockets have their turn */

	b->now_ns = uv_hrtime();
	do {
		n = recvmmsg(s->sockets->fd[c], b->in, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < n; i++) {
			take(b, s, c, i);
			b->in[i].msg_hdr.msg_namelen = sizeof(b->from[i]);
		}
		if (b->outs)
			flush(b);
	} while (n == BATCH && --rounds);
}

void
relay_inject(struct stream *s, uint8_t *packet, int size)
{
	struct batch *b = engine_batch(s->engine);
	int payload = size - 12;

	if (!s->running || !s->peer_sends)
		return;
	s->count.packets_in++;
	s->count.bytes_in += (uint64_t)payload;
	s->last_in_ms = engine_now_ms(s->engine);
	deliver(b, s->other, packet, size, payload);
	flush(b);
}
