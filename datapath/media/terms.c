/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terms.c -- what stands between one side and us: addresses, keys, payload numbers, m= lines and
 * the last body.  Nothing here knows of the other side. */
#include "datapath/media/exchange_private.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
refused(struct refusal *r, int status, const char *form, ...)
{
	va_list args;

	va_start(args, form);
	vsnprintf(r->why, sizeof(r->why), form, args);
	va_end(args);
	return refused_with(r, status);
}

/* The words travel in the quoted string of a Warning header (RFC 3261 20.43), and some of them are
 * the peer's own. */
static void
make_quotable(char *why, size_t size)
{
	for (char *end = why + size; why < end && *why; why++)
		if (*why == '"')
			*why = '\'';
		else if (*why == '\\' || iscntrl((unsigned char)*why))
			*why = '?';
}

int
refused_with(struct refusal *r, int status)
{
	make_quotable(r->why, sizeof(r->why));
	r->status = status;
	return status == 491 ? -EBUSY : status >= 500 ? -ENOBUFS : -EPROTONOSUPPORT;
}

void
terms_clear(struct terms *t)
{
	srtp_way_drop(t->in);
	srtp_way_drop(t->out);
	memset(t, 0, sizeof(*t));
}

void
terms_copy(struct terms *to, const struct terms *from)
{
	struct terms copy = *from;

	srtp_way_hold(copy.in);
	srtp_way_hold(copy.out);
	terms_clear(to);
	*to = copy;
}

void
terms_read(struct terms *t, const struct sdp_stream *m)
{
	t->valid = true;
	t->wire = m->wire;
	t->direction = m->direction;
	if (m->hold_by_address)
		return;
	t->remote = m->remote;
	t->rtcp = m->rtcp;
}

void
body_free(char *body)
{
	if (body)
		OPENSSL_cleanse(body, strlen(body));
	free(body);
}

void
standing_clear(struct standing *s)
{
	terms_clear(&s->terms);
	body_free(s->sent);
	free(s->slots);
	memset(s, 0, sizeof(*s));
}

int
standing_copy(struct standing *to, const struct standing *from)
{
	standing_clear(to);
	if (from->sent && !(to->sent = strdup(from->sent)))
		return -ENOMEM;
	if (from->slots_n) {
		if (!(to->slots = malloc(from->slots_n * sizeof(*to->slots))))
			return -ENOMEM;
		memcpy(to->slots, from->slots, from->slots_n * sizeof(*to->slots));
	}
	to->slots_n = from->slots_n;
	to->audio = from->audio;
	to->sent_version = from->sent_version;
	terms_copy(&to->terms, &from->terms);
	return 0;
}

int
standing_slots(struct standing *s, const struct sdp *sdp, const struct sdp_stream *audio)
{
	struct sdp_slot *slots = NULL;

	if (sdp->media_n < s->slots_n)
		return 0; /* a peer that loses lines: keep ours in their places */
	if (sdp->media_n > 1 && !(slots = calloc(sdp->media_n, sizeof(*slots))))
		return -ENOMEM;
	for (size_t i = 0; slots && i < sdp->media_n; i++) {
		memcpy(slots[i].kind, sdp->media[i].kind, sizeof(slots[i].kind));
		memcpy(slots[i].proto, sdp->media[i].proto, sizeof(slots[i].proto));
		memcpy(slots[i].format, sdp->media[i].format, sizeof(slots[i].format));
	}
	free(s->slots);
	s->slots = slots;
	s->slots_n = slots ? sdp->media_n : 0;
	s->audio = slots ? (size_t)(audio - sdp->media) : 0;
	return 0;
}

struct srtp_way *
half_own_key(struct half *h, enum suite suite)
{
	struct sdes fresh;

	if (!h->own[suite] && !sdes_generate(&fresh, 1, suite)) {
		if (srtp_way_new(&h->own[suite], &fresh, true))
			h->own[suite] = NULL;
		sdes_clear(&fresh);
	}
	return h->own[suite];
}

void
half_forget_keys(struct half *h)
{
	for (int s = 0; s < SUITES; s++) {
		srtp_way_drop(h->own[s]);
		h->own[s] = NULL;
	}
}

int
half_ready(struct exchange *x, struct half *h, struct refusal *r)
{
	if (h->ending != END_WIRE || h->stream.sockets)
		return 0;
	if (!sockets_open(&h->stream.sockets, x->engine, &h->policy.local, &h->stream, r->why,
		sizeof(r->why)))
		return 0;
	return refused_with(r, 500);
}

static int
write_version(struct half *h, struct sdp_plan *plan, char **out)
{
	int rc;

	plan->version = h->now.sent ? h->now.sent_version : h->version;
	if ((rc = sdp_write(out, plan)) || !h->now.sent || !strcmp(*out, h->now.sent))
		return rc;
	body_free(*out);
	*out = NULL;
	plan->version = ++h->version;
	return sdp_write(out, plan);
}

int
half_write(struct exchange *x, struct half *h, struct sdp_plan *plan, char **out, struct refusal *r)
{
	char *text = NULL, *copy;

	plan->session_name = x->session_name;
	plan->id = h->id;
	plan->local = h->stream.sockets->local;
	plan->slots = h->now.slots;
	plan->slots_n = h->now.slots_n;
	plan->audio = h->now.audio;
	if (write_version(h, plan, &text) || !(copy = strdup(text))) {
		body_free(text);
		return refused(r, 500, "out of memory while an SDP was written");
	}
	body_free(h->now.sent);
	h->now.sent = copy;
	h->now.sent_version = plan->version;
	*out = text;
	return 0;
}

/* What a payload number must go on to mean in a session (RFC 3264 8.3.2). */
static uint32_t
meaning(const struct sdp_format *f)
{
	uint32_t hash = 2166136261u;

	for (const char *p = f->encoding; *p; p++)
		hash = (hash ^ (uint32_t)tolower((unsigned char)*p)) * 16777619u;
	hash = (hash ^ f->clock) * 16777619u;
	hash = (hash ^ f->channels) * 16777619u;
	for (const char *p = f->fmtp; f->kind == FORMAT_AUDIO && p && *p; p++)
		hash = (hash ^ (uint32_t)*p) * 16777619u;
	return hash ? hash : 1;
}

static bool
number_free(const struct half *h, unsigned number, uint32_t means, const bool used[128])
{
	return !used[number] && (!h->numbers[number] || h->numbers[number] == means);
}

static uint8_t
dynamic_number(struct half *h, const struct sdp_format *f, const bool used[128])
{
	uint32_t means = meaning(f);
	bool events = f->kind == FORMAT_NTE && f->clock == 8000;
	uint8_t wish = events ? h->policy.nte_payload : f->payload;

	for (unsigned n = 96; n < 128; n++)
		if (h->numbers[n] == means && !used[n])
			return (uint8_t)n;
	if (wish > 95 && wish < 128 && (events || wish != h->policy.nte_payload) &&
	    number_free(h, wish, means, used))
		return wish;
	for (unsigned n = 96; n < 128; n++)
		if (number_free(h, n, means, used) && n != h->policy.nte_payload)
			return (uint8_t)n;
	for (unsigned n = 96; n < 128; n++) /* all have meant something: take any */
		if (!used[n])
			return (uint8_t)n;
	return NO_ROUTE;
}

uint8_t
half_number(struct half *h, const struct sdp_format *f, const bool used[128])
{
	const struct codec_row *row = codec_row(f->codec);
	uint8_t n;

	if (row && row->payload >= 0 && !used[row->payload])
		return (uint8_t)row->payload;
	if (f->kind == FORMAT_NOISE && f->clock == 8000 && !used[13])
		return 13;
	if (f->payload < 96 && f->kind == FORMAT_AUDIO && !row && !used[f->payload])
		return f->payload; /* static, but no codec that we have a name for */
	if ((n = dynamic_number(h, f, used)) != NO_ROUTE)
		h->numbers[n] = meaning(f);
	return n;
}

void
half_learn_numbers(struct half *h, const struct sdp_stream *m)
{
	for (size_t i = 0; i < m->formats_n; i++)
		if (m->formats[i].payload >= 96)
			h->numbers[m->formats[i].payload] = meaning(&m->formats[i]);
}
