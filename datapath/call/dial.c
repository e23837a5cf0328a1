/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/dial.c -- one dial-peer after the other, until one takes the call. */
#include "datapath/call/names.h"
#include "datapath/call/room.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a leg may do with media ------------------------------------------------------------------------- */

static void
suites_of(const struct config *c, const struct dial_peer *p, uint8_t suites[SUITES])
{
	static const uint8_t all[SUITES] = { AEAD_AES_256_GCM, AEAD_AES_128_GCM,
		AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32 };
	uint16_t tag = p && p->srtp_crypto ? p->srtp_crypto : c->voip.sip.srtp_crypto;
	const struct srtp_class *class;
	char key[16];
	int n = 0;

	snprintf(key, sizeof(key), "%u", tag);
	class = tag ? map_find(c->srtp_classes, key) : NULL;
	if (!class) {
		memcpy(suites, all, sizeof(all));
		return;
	}
	for (const struct crypto_preference *s = map_first(class->suites); s && n < SUITES - 1;
	     s = map_after(class->suites, s->node.key))
		suites[n++] = s->suite;
}

/* voice-class codec, else codec, else G.729 as IOS has it; `transparent' means whatever they like. */
static void
codecs_of(const struct config *c, const struct dial_peer *p, uint8_t codecs[CODECS_MAX])
{
	const struct codec_class *class;
	char key[16];
	int n = 0;

	if (!p || (p->codec.set && p->codec.codec == TRANSPARENT))
		return;
	if (!p->codec_class.set) {
		codecs[0] = p->codec.set ? p->codec.codec : G729R8;
		return;
	}
	snprintf(key, sizeof(key), "%u", p->codec_class.tag);
	class = map_find(c->codec_classes, key);
	for (const struct codec_preference *i = class ? map_first(class->codecs) : NULL;
	     i && n < CODECS_MAX - 1; i = map_after(class->codecs, i->node.key))
		codecs[n++] = i->codec;
}

static enum srtp_policy
srtp_of(const struct config *c, const struct dial_peer *p)
{
	if (p && p->srtp != SRTP_SYSTEM)
		return p->srtp;
	return c->voip.srtp == SRTP_SYSTEM ? SRTP_OFF : c->voip.srtp;
}

static bool
has_nte(const struct dial_peer *p)
{
	if (!p)
		return true;
	for (size_t i = 0; i < DTMFS && p->dtmf.digits[i]; i++)
		if (p->dtmf.digits[i] == DTMF_RTP_NTE)
			return true;
	return false;
}

static void
local_media(const struct call *c, const struct leg *l, addr_t *local)
{
	*local = datapath_addresses(c->config).media;
	if (!addr_is_any(local))
		return;
	if (l->internal)
		*local = addr_ipv4((struct in_addr){ htonl(INADDR_LOOPBACK) }, 0);
	else
		*local = l->flow.local;
}

int
policy_of(const struct call *c, enum side side, struct media_policy *to, const char **why)
{
	const struct leg *l = &c->leg[side];
	const struct dial_peer *p = l->peer;

	*to = (struct media_policy){ .srtp = srtp_of(c->config, p), .rtp_nte = has_nte(p),
		.nte_payload = p ? p->nte_payload : 101,
		.secure_signalling = l->internal || l->transport == TRANSPORT_TLS,
		.keys_in_clear = c->config->voip.sip.keys_in_clear, .vad = !p || p->vad,
		.any_source = c->config->voip.sip.nat == NAT_FORCE_ON };
	/* csim and loopback:rtp are of the box: nothing travels, nothing needs a key. */
	if (l->internal)
		to->srtp = SRTP_OFF;
	if (to->srtp == SRTP_PASS_THRU) {
		*why = "'srtp pass-thru' is stored but not carried out by this version";
		return -ENOTSUP;
	}
	if (to->srtp == SRTP_FALLBACK && !to->secure_signalling && !to->keys_in_clear)
		to->srtp = SRTP_OFF;
	local_media(c, l, &to->local);
	suites_of(c->config, p, to->suites);
	codecs_of(c->config, p, to->codecs);
	return 0;
}

/* ---- one attempt --------------------------------------------------------------------------------------------- */

static void
on_inactive(void *arg, enum side side)
{
	struct call *c = arg;
	char why[160];

	snprintf(why, sizeof(why), "no packet from the %s for %u s (timer receive-rtp)",
	    side == SIDE_A ? "calling side" : "called side", c->config->gateway.receive_rtp_s);
	call_end(c, 0, 44, RELEASE_INTERNAL, why);
}

/* The first attempt makes the call's media.  The next ones keep the caller's half, who may have heard
 * early media of the peer before: RFC 3261 13.2.1 lets it keep the SDP that it got then. */
static int
open_media(struct call *c, struct refusal *r)
{
	struct exchange_options o = { .engine = c->worker->engine, .session_name = "Parapet",
		.inactive_s = c->config->gateway.receive_rtp_s, .on_inactive = on_inactive,
		.arg = c };
	const char *why = "";
	int rc;

	o.ending[SIDE_A] = c->leg[SIDE_A].internal ? END_TONE : END_WIRE;
	o.ending[SIDE_B] = c->leg[SIDE_B].internal ? END_LOOP : END_WIRE;
	for (int i = 0; i < SIDES; i++) {
		rc = policy_of(c, i, &o.policy[i], &why);
		if (rc < 0) {
			*r = (struct refusal){ .status = 488 };
			snprintf(r->why, sizeof(r->why), "%s", why);
			return rc;
		}
	}
	if (c->media)
		rc = exchange_retry(c->media, SIDE_B, o.ending[SIDE_B], &o.policy[SIDE_B]);
	else
		rc = exchange_new(&c->media, &o);
	if (rc < 0) {
		*r = (struct refusal){ .status = 503 };
		snprintf(r->why, sizeof(r->why), "no RTP ports: %s", strerror(-rc));
		exchange_free(c->media);
		c->media = NULL;
	}
	return rc;
}

static bool
forces_early(const struct call *c)
{
	const struct dial_peer *p = c->leg[SIDE_B].peer;

	return (p && p->early_offer.set) || c->config->voip.sip.early_offer.set;
}

/* The body of our INVITE: the caller's offer as we say it, one of our own, or none. */
static int
first_offer(struct call *c, char **body, struct refusal *r)
{
	*body = NULL;
	if (c->offer) {
		c->invite.offer = OFFER_EARLY;
		return exchange_offer(c->media, SIDE_A, c->offer, c->offer_size, body, r);
	}
	if (c->leg[SIDE_B].internal && !c->leg[SIDE_A].internal) {
		c->invite.offer = OFFER_INVENTED;       /* to the caller, in the 200 */
		return 0;
	}
	if (c->leg[SIDE_A].internal || forces_early(c)) {
		c->invite.offer = OFFER_INVENTED;
		return exchange_invent(c->media, SIDE_B, body, r);
	}
	c->invite.offer = OFFER_DELAYED;
	return 0;
}

static void
on_ring_timeout(void *arg)
{
	struct call *c = arg;

	call_end(c, 480, 19, RELEASE_INTERNAL, "nobody answered in time (timers expires)");
}

static void
send_invite(struct call *c)
{
	struct leg *b = &c->leg[SIDE_B];
	struct refusal r = { 0 };
	char *body = NULL;
	int rc = open_media(c, &r);

	if (rc == 0)
		rc = first_offer(c, &body, &r);
	if (rc < 0) {
		call_dial_next(c, r.status, r.why);     /* whichever leg's fault it is: it says so */
		return;
	}
	if (b->internal) {
		body_free(body);
		leg_enter(b, LEG_TALKING);
		invite_self_answered(c);
		return;
	}
	c->state = CALL_DIALLING;
	c->worker->stats.calls_out++;
	rc = leg_invite(b, body);
	body_free(body);
	if (rc < 0) {
		call_end(c, 503, 47, RELEASE_INTERNAL, "no memory");
		return;
	}
	leg_enter(b, LEG_DIALLING);
	timer_start(&c->worker->wheel, &c->ring, c->config->sip_ua.expires_ms, on_ring_timeout, c);
}

static void
dial_address(struct call *c, const addr_t *remote)
{
	struct leg *b = &c->leg[SIDE_B];
	const char *host = b->peer->target.type == TARGET_DNS ? b->peer->target.host : "";

	if (leg_dial(b, remote, host) < 0)
		call_end(c, 503, 47, RELEASE_INTERNAL, "no memory");
	else
		send_invite(c);
}

static void
on_resolved(void *arg, int rc, const addr_t *remote)
{
	struct call *c = arg;
	char why[256];

	c->resolving = NULL;
	c->busy--;
	if (c->state == CALL_ENDED) {
		call_idle(c);
		return;
	}
	if (rc == 0) {
		dial_address(c, remote);
		return;
	}
	snprintf(why, sizeof(why), "dial-peer %u: the name %.100s cannot be resolved: %s",
	    c->leg[SIDE_B].peer_tag, c->leg[SIDE_B].peer->target.host, strerror(-rc));
	call_dial_next(c, 503, why);
}

/* ---- choosing --------------------------------------------------------------------------------------------------- */

static enum transport
transport_of(const struct config *c, const struct dial_peer *p)
{
	if (p->transport != TRANSPORT_SYSTEM)
		return p->transport;
	return c->voip.sip.transport == TRANSPORT_SYSTEM ? TRANSPORT_UDP : c->voip.sip.transport;
}

static bool
wants_sips(const struct config *c, const struct dial_peer *p)
{
	uint8_t url = p->url == URL_SYSTEM ? c->voip.sip.url : p->url;

	return url == URL_SIPS;
}

/* Why this peer cannot even be tried; NULL: it can. */
static const char *
unusable(struct call *c, const struct dial_peer *p, uint32_t tag)
{
	static const char *const target[] = {
		[TARGET_NONE] = "has no session target",
		[TARGET_IPV6] = "has an IPv6 session target, which this version does not dial",
		[TARGET_SIP_SERVER] = "has 'session target sip-server', which is stored only",
		[TARGET_REGISTRAR] = "has 'session target registrar', which is stored only",
		[TARGET_SIP_URI] = "has 'session target sip-uri', which is stored only",
		[TARGET_RAS] = "has 'session target ras', which is stored only",
	};
	struct leg *b = &c->leg[SIDE_B];

	if (peer_is_down(c->worker, tag))
		return "does not answer its OPTIONS keepalive";
	if (p->target.type < sizeof(target) / sizeof(*target) && target[p->target.type])
		return target[p->target.type];
	if (p->target.type == TARGET_DNS && !c->config->domain_lookup &&
	    !hosts_know(c->worker->config, p->target.host, p->target.port, b->transport))
		return "names its target, and 'no ip domain lookup' is configured";
	if (p->target.type != TARGET_LOOPBACK && wants_sips(c->config, p) &&
	    b->transport != TRANSPORT_TLS)
		return "is to send 'url sips' but its next hop is not TLS: configure 'session "
		    "transport tcp tls' there, or 'url sip'";
	return NULL;
}

static void
try_peer(struct call *c, const struct dial_peer *p)
{
	struct leg *b = &c->leg[SIDE_B];
	uint16_t port = p->target.port;
	addr_t remote;

	b->internal = p->target.type == TARGET_LOOPBACK;
	if (b->internal) {
		if (!b->id)
			b->id = atomic_fetch_add(&c->worker->datapath->next_leg, 1) + 1;
		b->originate = true;
		send_invite(c);
	} else if (p->target.type == TARGET_DNS) {
		c->busy++;
		c->resolving = resolve(c->worker, p->target.host, port, b->transport, on_resolved, c);
		if (!c->resolving)
			on_resolved(c, -ENOMEM, NULL);
	} else {
		if (!port)
			port = b->transport == TRANSPORT_TLS ? 5061 : 5060;
		remote = addr_ipv4(p->target.ipv4, port);
		dial_address(c, &remote);
	}
}

static void
forget_attempt(struct call *c)
{
	struct leg *b = &c->leg[SIDE_B];

	b->remote_tag[0] = '\0';
	b->has_timer = b->has_update = false;
	b->session.interval_s = b->session.min_s = 0;
	text_clear(&b->routes);
	leg_enter(b, LEG_IDLE);
	c->invite.fell_back = false;
	timer_stop(&c->worker->wheel, &c->ring);
}

static void
nobody_left(struct call *c, int status, const char *why)
{
	char none[256];

	if (!why) {
		snprintf(none, sizeof(none), "no dial-peer has a destination-pattern that matches %s",
		    *c->called ? c->called : "an empty number");
		why = none;
	}
	call_end(c, status, cause_of_status(status), RELEASE_INTERNAL, why);
}

/* `huntstop' of the peer that was tried, however it failed. */
static bool
stops_here(const struct leg *b)
{
	return b->peer && b->peer->huntstop;
}

void
call_dial_next(struct call *c, int status, const char *why)
{
	struct leg *b = &c->leg[SIDE_B];
	char reason[256], key[16];

	while (c->next_route < c->routes.count && !stops_here(b)) {
		uint32_t tag = c->routes.of[c->next_route++].tag;
		const char *not;

		snprintf(key, sizeof(key), "%u", tag);
		forget_attempt(c);
		b->peer = map_find(c->config->dial_peers, key);
		if (!b->peer)
			continue;
		b->peer_tag = tag;
		b->transport = (uint8_t)transport_of(c->config, b->peer);
		not = unusable(c, b->peer, tag);
		if (!not) {
			try_peer(c, b->peer);
			return;
		}
		snprintf(reason, sizeof(reason), "dial-peer %u %s", tag, not);
		status = 503;
		why = reason;
	}
	nobody_left(c, status, why);
}
