/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine.c -- one worker's share of media: its ports, its buffers, and the two timers that all of
 * its calls share (a second's tick, and 20 ms while any stream makes a tone). */
#include "datapath/media/stream.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 425 Hz at 8 kHz: 17 whole periods are 320 samples, two packets of 20 ms. */
enum { TONE_HZ = 425, TONE_SAMPLES = 320, TONE_PACKET = 160, TONE_MS = 20, TICK_MS = 1000 };

struct engine {
	uv_loop_t *loop;
	struct ports ports;
	struct parking parking;
	uv_timer_t tick, tone;
	int open;                      /* timers not yet closed */
	struct member *members, *next; /* next: where a tick goes on, whoever leaves meanwhile */
	struct stream *tones;
	uint8_t ulaw[TONE_SAMPLES], alaw[TONE_SAMPLES];
	struct batch batch;
};

/* ITU-T G.711. */
static uint8_t
ulaw(int sample)
{
	int sign = sample < 0 ? 0x80 : 0, x = (sample < 0 ? -sample : sample) + 132, exponent = 7;

	for (int mask = 0x4000; exponent > 0 && !(x & mask); mask >>= 1)
		exponent--;
	return (uint8_t) ~(sign | exponent << 4 | (x >> (exponent + 3) & 15));
}

static uint8_t
alaw(int sample)
{
	int sign = sample < 0 ? 0 : 0x80, x = sample < 0 ? -sample - 1 : sample, exponent = 7;

	for (int mask = 0x4000; exponent > 0 && !(x & mask); mask >>= 1)
		exponent--;
	x = exponent ? x >> (exponent + 3) & 15 : x >> 4;
	return (uint8_t)((sign | exponent << 4 | x) ^ 0x55);
}

static void
make_tone(struct engine *e)
{
	for (int i = 0; i < TONE_SAMPLES; i++) {
		int sample = (int)(8000 * sin(2 * M_PI * TONE_HZ * i / 8000));

		e->ulaw[i] = ulaw(sample);
		e->alaw[i] = alaw(sample);
	}
}

static void
prepare_batch(struct batch *b)
{
	for (int i = 0; i < BATCH; i++) {
		b->in_iov[i] = (struct iovec){b->packet[i], PACKET_MAX};
		b->in[i].msg_hdr = (struct msghdr){.msg_name = &b->from[i],
		    .msg_namelen = sizeof(b->from[i]),
		    .msg_iov = &b->in_iov[i],
		    .msg_iovlen = 1};
		b->out[i].msg_hdr = (struct msghdr){.msg_iov = &b->out_iov[i], .msg_iovlen = 1};
	}
}

static void
on_tick(uv_timer_t *timer)
{
	struct engine *e = timer->data;

	for (struct member *m = e->members; m; m = e->next) {
		e->next = m->next;
		m->on_tick(m, uv_now(e->loop));
	}
}

static const struct route *
g711_route(const struct stream *s)
{
	for (int i = 0; i < ROUTES_MAX; i++)
		if (s->route[i].codec == G711ULAW || s->route[i].codec == G711ALAW)
			return &s->route[i];
	return NULL;
}

/* One packet of one stream's tone, in its own numbers, as if it had come from the wire. */
static void
tone_packet(struct engine *e, struct stream *s)
{
	const struct route *r = g711_route(s);
	uint8_t *p = e->batch.packet[0];
	const uint8_t *from = r && r->codec == G711ALAW ? e->alaw : e->ulaw;
	uint32_t fields[2] = {htonl(s->tone.timestamp), htonl(s->tone.ssrc)};

	if (!r)
		return;
	p[0] = 0x80;
	p[1] = (uint8_t)(r->in | (s->tone.marked ? 0 : 0x80));
	p[2] = (uint8_t)(s->tone.sequence >> 8);
	p[3] = (uint8_t)s->tone.sequence;
	memcpy(p + 4, fields, sizeof(fields));
	memcpy(p + 12, from + (s->tone.sequence % 2 ? TONE_PACKET : 0), TONE_PACKET);
	s->tone.marked = true;
	s->tone.sequence++;
	s->tone.timestamp += TONE_PACKET;
	relay_inject(s, p, 12 + TONE_PACKET);
}

static void
on_tone(uv_timer_t *timer)
{
	struct engine *e = timer->data;

	for (struct stream *s = e->tones; s; s = s->tone_next)
		tone_packet(e, s);
}

void
engine_tone(struct engine *e, struct stream *s, bool on)
{
	if (on && !s->tone_link) {
		s->tone_next = e->tones;
		s->tone_link = &e->tones;
		if (e->tones)
			e->tones->tone_link = &s->tone_next;
		e->tones = s;
		if (!uv_is_active((uv_handle_t *)&e->tone))
			uv_timer_start(&e->tone, on_tone, TONE_MS, TONE_MS);
	} else if (!on && s->tone_link) {
		*s->tone_link = s->tone_next;
		if (s->tone_next)
			s->tone_next->tone_link = s->tone_link;
		s->tone_link = NULL;
		if (!e->tones)
			uv_timer_stop(&e->tone);
	}
}

void
engine_join(struct engine *e, struct member *m)
{
	m->next = e->members;
	m->link = &e->members;
	if (e->members)
		e->members->link = &m->next;
	else
		uv_timer_start(&e->tick, on_tick, TICK_MS, TICK_MS);
	e->members = m;
}

void
engine_leave(struct engine *e, struct member *m)
{
	if (!m->link)
		return;
	if (e->next == m)
		e->next = m->next;
	*m->link = m->next;
	if (m->next)
		m->next->link = m->link;
	m->link = NULL;
	if (!e->members)
		uv_timer_stop(&e->tick);
}

int
engine_new(struct engine **ep, const struct engine_options *options)
{
	struct engine *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return -ENOMEM;
	if ((rc = ports_init(&e->ports, options->port_min, options->port_max))) {
		free(e);
		return rc;
	}
	e->loop = options->loop;
	uv_timer_init(e->loop, &e->tick);
	uv_timer_init(e->loop, &e->tone);
	e->tick.data = e->tone.data = e;
	e->open = 2;
	e->parking.last = &e->parking.first;
	prepare_batch(&e->batch);
	make_tone(e);
	*ep = e;
	return 0;
}

static void
on_closed(uv_handle_t *handle)
{
	struct engine *e = handle->data;

	if (--e->open)
		return;
	ports_clear(&e->ports);
	free(e);
}

void
engine_free(struct engine *e)
{
	if (!e)
		return;
	assert(!e->members); /* its exchanges go first */
	sockets_unpark_all(e);
	uv_close((uv_handle_t *)&e->tick, on_closed);
	uv_close((uv_handle_t *)&e->tone, on_closed);
}

void
engine_ports(struct engine *e, uint16_t port_min, uint16_t port_max)
{
	uint16_t min = e->ports.min, max = e->ports.max;

	ports_range(&e->ports, port_min, port_max);
	if (e->ports.min != min || e->ports.max != max)
		sockets_unpark_all(e); /* what is parked may be outside of it now */
}

struct engine_info
engine_info(const struct engine *e)
{
	return (struct engine_info){
		e->ports.available + e->parking.count, e->ports.in_use - e->parking.count};
}

uint64_t
engine_now_ms(const struct engine *e)
{
	return uv_now(e->loop);
}

struct batch *
engine_batch(struct engine *e)
{
	return &e->batch;
}

struct parking *
engine_parking(struct engine *e)
{
	return &e->parking;
}

struct ports *
engine_port_ring(struct engine *e)
{
	return &e->ports;
}

uv_loop_t *
engine_loop(struct engine *e)
{
	return e->loop;
}
