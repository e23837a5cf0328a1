/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy.c -- what a leg may do with media, decided in one place: its wire, its SRTP suites, its
 * codecs.  Whatever is not known to be allowed is refused, with the line that would allow it.
 *
 * `srtp` (SRTP_ON): the leg is SRTP or there is no call.  `srtp fallback`: what the peer offers
 * stays what it is; our own offer is SRTP if the other leg is SRTP (or nothing is known of it)
 * and RTP if the other leg is RTP; a peer that answers RTP, or refuses SRTP with 488, gets RTP.
 * Keys never travel outside TLS unless configured, so a fallback leg without TLS offers RTP. */
#include "datapath/media/exchange_private.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define KEYS_IN_CLEAR                                                                              \
	"SRTP keys would travel in clear on this leg, whose signalling is not TLS: configure "     \
	"'session transport tcp tls' on its dial-peer (or allow it: 'srtp keys-in-clear')"

static bool
keys_may_travel(const struct half *h)
{
	return h->policy.secure_signalling || h->policy.keys_in_clear;
}

static bool
takes_rtp(const struct half *h)
{
	return h->policy.srtp == SRTP_OFF || h->policy.srtp == SRTP_SYSTEM ||
	       h->policy.srtp == SRTP_FALLBACK;
}

static bool
takes_srtp(const struct half *h)
{
	return h->policy.srtp == SRTP_ON || h->policy.srtp == SRTP_FALLBACK;
}

static int
check_offered(const struct half *h, const struct sdp_stream *m, struct refusal *r)
{
	if (m->bad)
		return refused(r, 488, "the offered audio stream cannot be used: %s", m->bad);
	switch (m->wire) {
	case WIRE_RTP:
		if (takes_rtp(h))
			return 0;
		return refused(r, 488,
		    "plain RTP (RTP/AVP) was offered on a leg that has 'srtp': "
		    "configure 'srtp fallback' on its dial-peer to let RTP calls through");
	case WIRE_SRTP:
		if (!takes_srtp(h))
			return refused(r, 488,
			    "SRTP (RTP/SAVP) was offered on a leg without "
			    "'srtp': configure 'srtp' or 'srtp fallback' on its dial-peer");
		return keys_may_travel(h) ? 0 : refused(r, 488, KEYS_IN_CLEAR);
	case WIRE_NONE:
	case WIRES:
		break;
	}
	return refused(r, 488,
	    "the offered media protocol %.20s is not supported: only RTP/AVP and "
	    "RTP/SAVP are",
	    address_within(m->proto) ? "" : m->proto);
}

static int
no_audio(const struct sdp *sdp, struct refusal *r)
{
	for (size_t i = 0; i < sdp->media_n; i++)
		if (!strcasecmp(sdp->media[i].kind, "image") && sdp->media[i].port)
			return refused(r, 488,
			    "only a fax stream (T.38) was offered, which is not "
			    "supported: let the peer use fax pass-through over G.711");
	return refused(r, 488, "no active audio stream was offered: only audio is supported");
}

int
policy_pick_media(const struct half *h, const struct sdp *sdp, const struct sdp_stream **picked,
    struct refusal *r)
{
	struct refusal ignored, *first = r;

	*picked = NULL;
	for (size_t i = 0; i < sdp->media_n && !*picked; i++) {
		const struct sdp_stream *m = &sdp->media[i];

		if (!m->audio || !m->port)
			continue;
		if (!check_offered(h, m, first))
			*picked = m;
		first = &ignored; /* the peer's preferred stream gives the reason */
	}
	if (*picked)
		return 0;
	return first == r ? no_audio(sdp, r) : refused_with(r, r->status);
}

int
policy_offer_wire(const struct half *h, enum wire from, enum wire *wire, struct refusal *r)
{
	*wire = WIRE_RTP;
	if (h->ending != END_WIRE)
		return 0;
	switch (h->policy.srtp) {
	case SRTP_SYSTEM:
	case SRTP_OFF:
		return 0;
	case SRTP_ON:
		*wire = WIRE_SRTP;
		return keys_may_travel(h) ? 0 : refused(r, 488, KEYS_IN_CLEAR);
	case SRTP_FALLBACK:
		if (h->now.terms.valid)
			*wire = h->now.terms.wire;
		else if (from != WIRE_RTP && keys_may_travel(h))
			*wire = WIRE_SRTP;
		return 0;
	case SRTP_PASS_THRU:
		break;
	}
	return refused(r, 488,
	    "'srtp pass-thru' is not supported: configure 'srtp' or 'srtp "
	    "fallback', which protect each leg with keys of its own");
}

int
policy_answer_wire(
    const struct half *h, enum wire offered, const struct sdp_stream *m, struct refusal *r)
{
	if (m->bad)
		return refused(r, 488, "the answered audio stream cannot be used: %s", m->bad);
	if (m->wire == offered)
		return 0;
	if (offered == WIRE_SRTP && m->wire == WIRE_RTP) {
		if (h->policy.srtp == SRTP_FALLBACK)
			return 0;
		return refused(r, 488,
		    "SRTP was offered and the peer answered plain RTP: configure "
		    "'srtp fallback' on this leg's dial-peer to accept that");
	}
	return refused(r, 488,
	    "the peer answered %.20s to an offer of %s, which RFC 3264 forbids: "
	    "correct the peer's configuration",
	    address_within(m->proto) ? "another protocol" : m->proto,
	    offered == WIRE_SRTP ? "RTP/SAVP" : "RTP/AVP");
}

size_t
policy_suites(const struct half *h, enum suite suites[SUITES])
{
	size_t n = 0;

	for (; n < SUITES && suite_row(h->policy.suites[n]); n++)
		suites[n] = (enum suite)h->policy.suites[n];
	if (n)
		return n;
	for (int s = SUITE_NONE + 1; s < SUITES; s++)
		suites[n++] = (enum suite)s;
	return n;
}

static bool
has_suite(const struct half *h, enum suite suite)
{
	enum suite list[SUITES];
	size_t n = policy_suites(h, list);

	for (size_t i = 0; i < n; i++)
		if (list[i] == suite)
			return true;
	return false;
}

/* Why none of the lines could be taken, for somebody who has to change one of two configurations.
 */
static int
no_suite(const struct half *h, const struct sdp_stream *m, struct refusal *r)
{
	enum suite list[SUITES];
	size_t n = policy_suites(h, list), used = 0;
	char ours[160] = "";

	if (!m->crypto_n)
		return refused(r, 488,
		    "the peer's RTP/SAVP has no a=crypto line: it must offer SRTP "
		    "keys by SDES (RFC 4568)");
	for (size_t i = 0; i < m->crypto_n; i++)
		if (m->crypto[i].bad && m->crypto_n == 1)
			return refused(
			    r, 488, "the peer's a=crypto cannot be used: %s", m->crypto[i].bad);
	for (size_t i = 0; i < n && used < sizeof(ours); i++)
		used +=
		    (size_t)snprintf(ours + used, sizeof(ours) - used, " %s", suite_name(list[i]));
	for (size_t i = 0; i < m->crypto_n; i++)
		if (!m->crypto[i].bad)
			return refused(r, 488,
			    "the peer's SRTP suites (%s ...) are not among this "
			    "leg's:%s; change voice class srtp-crypto",
			    suite_name(m->crypto[i].suite), ours);
	return refused(r, 488, "none of the peer's a=crypto lines can be used (the first: %s)",
	    m->crypto[0].bad);
}

int
policy_pick_crypto(
    const struct half *h, const struct sdp_stream *m, const struct sdes **picked, struct refusal *r)
{
	for (size_t i = 0; i < m->crypto_n; i++)
		if (!m->crypto[i].bad && has_suite(h, m->crypto[i].suite)) {
			*picked = &m->crypto[i];
			return 0;
		}
	return no_suite(h, m, r);
}

int
policy_answer_crypto(
    const struct half *h, const struct sdp_stream *m, const struct sdes **picked, struct refusal *r)
{
	enum suite list[SUITES];
	size_t n = policy_suites(h, list);
	const struct sdes *s = m->crypto_n == 1 ? m->crypto : NULL;

	if (!keys_may_travel(h))
		return refused(r, 488, KEYS_IN_CLEAR);
	if (!s)
		return refused(r, 488,
		    "the peer answered SRTP with %zu a=crypto lines instead of "
		    "one: correct the peer's configuration",
		    m->crypto_n);
	if (s->bad)
		return refused(r, 488, "the peer's a=crypto cannot be used: %s", s->bad);
	if (!s->tag || s->tag > n || list[s->tag - 1] != s->suite)
		return refused(r, 488,
		    "the peer answered SRTP suite %s with tag %u, which was not "
		    "offered: correct the peer's configuration",
		    suite_name(s->suite), s->tag);
	*picked = s;
	return 0;
}

static bool
has_codec(const struct half *h, enum codec codec)
{
	const uint8_t *list = h->policy.codecs;

	if (list[0] == CODEC_NONE)
		return true;
	for (size_t i = 0; i < CODECS_MAX && list[i] != CODEC_NONE; i++)
		if (list[i] == TRANSPARENT || list[i] == codec ||
		    codec_same_encoding((enum codec)list[i], codec))
			return true;
	return false;
}

bool
policy_format(const struct half *a, const struct half *b, const struct sdp_format *f)
{
	if (f->kind == FORMAT_NTE)
		return a->policy.rtp_nte && b->policy.rtp_nte;
	if (f->kind == FORMAT_NOISE)
		return a->policy.vad && b->policy.vad;
	return has_codec(a, f->codec) && has_codec(b, f->codec);
}

/* Only g729r8 is listed, not g729br8. */
static bool
lists_r8_only(const struct half *h)
{
	bool r8 = false;

	for (size_t i = 0; i < CODECS_MAX && h->policy.codecs[i] != CODEC_NONE; i++) {
		if (h->policy.codecs[i] == G729BR8 || h->policy.codecs[i] == TRANSPARENT)
			return false;
		r8 |= h->policy.codecs[i] == G729R8;
	}
	return r8;
}

bool
policy_no_annex_b(const struct half *a, const struct half *b)
{
	return !a->policy.vad || !b->policy.vad || lists_r8_only(a) || lists_r8_only(b);
}

size_t
policy_codecs(const struct half *to, const struct half *from, enum codec list[CODECS])
{
	static const uint8_t usual[CODECS_MAX] = {G711ULAW, G711ALAW, G729R8};
	bool tone = to->ending == END_TONE || from->ending == END_TONE;
	const uint8_t *order = to->policy.codecs;
	size_t n = 0;

	if (order[0] == CODEC_NONE || order[0] == TRANSPARENT)
		order = from->policy.codecs;
	if (order[0] == CODEC_NONE || order[0] == TRANSPARENT)
		order = usual;
	for (size_t i = 0; i < CODECS_MAX && order[i] != CODEC_NONE; i++) {
		enum codec c = (enum codec)order[i];
		bool again = false;

		for (size_t j = 0; j < n; j++)
			again |= codec_same_encoding(list[j], c);
		if (!again && codec_row(c) && has_codec(to, c) && has_codec(from, c) &&
		    (!tone || c == G711ULAW || c == G711ALAW))
			list[n++] = c;
	}
	return n;
}
