/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.c -- the answer to the open offer (RFC 3264 6): what the answerer took of it, told to
 * the offerer in the offerer's own numbers, and then the packets.  Nothing changes until all of it
 * is known to be good. */
#include "datapath/media/exchange_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int
pick_answered(const struct half *h, const struct sdp *sdp, const struct sdp_stream **picked,
    struct refusal *r)
{
	const struct sdp_stream *m = NULL;

	if (h->now.audio < sdp->media_n && sdp->media[h->now.audio].audio)
		m = &sdp->media[h->now.audio];
	for (size_t i = 0; i < sdp->media_n && !m; i++)
		if (sdp->media[i].audio)
			m = &sdp->media[i];
	if (!m || !m->port)
		return refused(r, 488, "the peer refused the audio stream (port 0 in its answer)");
	*picked = m;
	return 0;
}

/* The key of the peer that we know already keeps its context and its replay window. */
static int
inbound_way(const struct half *h, const struct sdes *key, struct srtp_way **way)
{
	const struct terms *known[] = {&h->now.terms, &h->before.terms};

	for (int i = 0; i < 2; i++)
		if (known[i]->in && sdes_same(srtp_way_sdes(known[i]->in), key)) {
			*way = srtp_way_hold(known[i]->in);
			return 0;
		}
	return srtp_way_new(way, key, false);
}

/* The most that an answer may say to this offer (RFC 3264 6.1): who only sends is sent nothing. */
static uint8_t
reverse(uint8_t direction)
{
	return (uint8_t)((direction & SDP_SENDS ? SDP_RECEIVES : 0) |
			 (direction & SDP_RECEIVES ? SDP_SENDS : 0));
}

static int
answered_terms(struct half *h, enum wire offered, const struct sdp_stream *m, struct terms *t,
    struct refusal *r)
{
	const struct sdes *key = NULL;
	int rc;

	if ((rc = policy_answer_wire(h, offered, m, r)) || (rc = offer_reach(h, m, r)))
		return rc;
	terms_read(t, m);
	if (t->wire != WIRE_SRTP)
		return 0;
	if ((rc = policy_answer_crypto(h, m, &key, r)))
		return rc;
	t->out = srtp_way_hold(half_own_key(h, key->suite));
	if (!t->out || inbound_way(h, key, &t->in))
		return refused(r, 500, "SRTP keys could not be made");
	return 0;
}

static bool
same_format(const struct sdp_format *a, const struct sdp_format *b)
{
	return a->kind == b->kind && a->clock == b->clock && a->channels == b->channels &&
	       !strcasecmp(a->encoding, b->encoding);
}

/* By number and name; or, for a peer that answers in its own numbers, by name. */
static struct cell *
cell_of(struct open_offer *o, const struct sdp_format *f, const bool *gone)
{
	struct cell *by_name = NULL;

	for (size_t i = 0; i < o->cells.n; i++) {
		struct cell *c = &o->cells.cell[i];

		if (gone[i] || !same_format(c->offered, f))
			continue;
		if (c->ours[o->to] == f->payload)
			return c;
		if (!by_name)
			by_name = c;
	}
	return by_name;
}

/* The cells that were answered, in the answerer's order, and the formats for the offerer. */
static size_t
answered_cells(
    struct exchange *x, const struct sdp_stream *m, struct cells *cells, struct sdp_format *formats)
{
	struct open_offer *o = &x->open;
	bool gone[ROUTES_MAX] = {false};
	size_t audio = 0;

	for (size_t i = 0; i < m->formats_n; i++) {
		struct cell *c = cell_of(o, &m->formats[i], gone);
		struct sdp_format *f = &formats[cells->n];

		if (!c)
			continue;
		gone[c - o->cells.cell] = true;
		audio += c->kind == FORMAT_AUDIO;
		*f = *c->offered;
		f->payload = c->ours[o->from];
		f->fmtp = (char *)offer_fmtp(x, c, &m->formats[i]);
		cells->cell[cells->n] = *c;
		cells->cell[cells->n++].theirs[o->to] = m->formats[i].payload;
	}
	return audio;
}

static int
write_answer(struct exchange *x, const struct sdp *sdp, const struct sdp_stream *m,
    uint8_t direction, const struct sdp_format *formats, size_t n, char **out, struct refusal *r)
{
	struct half *from = &x->half[x->open.from];
	struct sdes key;
	struct sdp_plan plan = {.wire = x->open.wire[x->open.from],
	    .direction = direction,
	    .formats = formats,
	    .formats_n = n,
	    .crypto = &key,
	    .ptime_ms = m->ptime_ms,
	    .maxptime_ms = m->maxptime_ms,
	    .session = sdp,
	    .like = m};
	int rc;

	*out = NULL;
	if (x->open.kind != OFFER_RELAYED || from->ending != END_WIRE)
		return 0;
	if ((rc = half_ready(x, from, r)))
		return rc;
	if (plan.wire == WIRE_SRTP) {
		key = *srtp_way_sdes(x->open.from_terms.out);
		key.tag = x->open.from_tag;
		plan.crypto_n = 1;
	}
	rc = half_write(x, from, &plan, out, r);
	sdes_clear(&key);
	return rc;
}

static int
start_ways(const struct terms *t, struct refusal *r)
{
	int rc;

	if (t->wire != WIRE_SRTP || !t->valid)
		return 0;
	if (!(rc = srtp_way_start(t->in)) && !(rc = srtp_way_start(t->out)))
		return 0;
	if (rc == -ENOMEM)
		return refused(r, 500, "out of memory");
	return refused(r, 500, "SRTP suite %s is not in the installed libsrtp2",
	    suite_name(srtp_way_sdes(t->in)->suite));
}

static void
commit(struct exchange *x, const struct terms *by, const struct cells *cells)
{
	struct open_offer *o = &x->open;

	terms_copy(&x->half[o->to].now.terms, by);
	terms_copy(&x->half[o->from].now.terms, &o->from_terms);
	x->cells = *cells;
	o->committed = true;
	streams_install(x);
}

int
answer_apply(struct exchange *x, const struct sdp *sdp, char **out, struct refusal *r)
{
	struct open_offer *o = &x->open;
	struct half *by = &x->half[o->to];
	const struct sdp_stream *m = NULL;
	struct sdp_format formats[ROUTES_MAX];
	struct cells cells = {.n = 0};
	struct terms terms = {.valid = false};
	int rc;

	if ((rc = pick_answered(by, sdp, &m, r)) ||
	    (rc = answered_terms(by, o->wire[o->to], m, &terms, r)))
		goto out;
	terms.direction &= reverse(o->media->direction);
	if (!answered_cells(x, m, &cells, formats)) {
		rc =
		    refused(r, 488, "the peer answered none of the codecs that were offered to it");
		goto out;
	}
	if (o->from_terms.valid && !relay_possible(o->from_terms.wire, terms.wire)) {
		rc = refused(
		    r, 488, "there is no relay between the media protocols of the two legs");
		goto out;
	}
	if ((rc = start_ways(&terms, r)) || (rc = start_ways(&o->from_terms, r)))
		goto out;
	rc = write_answer(x, sdp, m, terms.direction, formats, cells.n, out, r);
	if (!rc) {
		half_learn_numbers(by, m);
		commit(x, &terms, &cells);
	}
out:
	terms_clear(&terms);
	return rc;
}

static bool
ending_takes(enum ending ending, const struct cell *c, bool audio)
{
	if (ending == END_TONE)
		return !audio && (c->codec == G711ULAW || c->codec == G711ALAW);
	return c->kind == FORMAT_AUDIO ? !audio : c->kind == FORMAT_NTE;
}

int
answer_invent(struct exchange *x, struct sdp **sdp, struct refusal *r)
{
	struct open_offer *o = &x->open;
	enum ending ending = x->half[o->to].ending;
	struct sdp_format formats[ROUTES_MAX];
	bool audio = false;
	size_t n = 0;

	for (size_t i = 0; i < o->cells.n; i++) {
		const struct cell *c = &o->cells.cell[i];

		if (!ending_takes(ending, c, audio))
			continue;
		audio |= c->kind == FORMAT_AUDIO;
		formats[n] = *c->offered;
		formats[n++].payload = c->ours[o->to];
	}
	if (!audio)
		return refused(r, 488,
		    "the test endpoint needs G.711: add g711ulaw or g711alaw to the "
		    "voice class codec");
	*sdp = sdp_made(formats, n, reverse(o->media->direction), o->media->ptime_ms);
	return *sdp ? 0 : refused(r, 500, "out of memory");
}
