/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/midcall.c -- requests inside a dialog: BYE, PRACK, UPDATE, INFO, OPTIONS, REFER; what
 * crosses the box, what is answered here, and what is refused in words. */
#include "datapath/call/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
simply(struct leg *l, struct server_tx *s, int status)
{
	leg_respond(l, s, status, reason_phrase(status), NULL, NULL);
}

static void
refuse(struct leg *l, struct server_tx *s, int status, const char *why)
{
	char warning[320];

	snprintf(warning, sizeof(warning), "Warning: 399 parapet \"%s\"\r\n", why);
	leg_respond(l, s, status, reason_phrase(status), warning, NULL);
}

/* ---- requests that cross -------------------------------------------------------------------------------------- */

bool
midcall_busy(const struct call *c)
{
	return c->invite.active || pass_offering(c) || c->leg[SIDE_A].refresh_out ||
	    c->leg[SIDE_B].refresh_out;
}

/* ---- method by method ------------------------------------------------------------------------------------------ */

static void
on_bye(struct leg *l, struct server_tx *s, const struct message *m)
{
	struct call *c = l->call;
	const char *reason = message_header(m, "reason", NULL);
	const char *cause = reason ? strcasestr(reason, "cause=") : NULL;
	uint8_t q850 = cause && strcasestr(reason, "Q.850") ? (uint8_t)atoi(cause + 6) : 16;

	simply(l, s, 200);
	if (l->state == LEG_OVER || c->state == CALL_ENDED) {
		leg_enter(l, LEG_OVER);
		return;
	}
	leg_enter(l, LEG_OVER);
	call_end(c, 487, q850 ? q850 : 16, l->side == SIDE_A ? RELEASE_CALLING : RELEASE_CALLED,
	    l->side == SIDE_A ? "the calling side hung up" : "the called side hung up");
}

/* RFC 3262: it names the response it acknowledges by RSeq and the INVITE's CSeq. */
static void
on_prack(struct leg *l, struct server_tx *s, const struct message *m)
{
	const char *rack = message_header(m, "rack", NULL);
	unsigned rseq = 0, cseq = 0;
	size_t size;

	if (!rack || sscanf(rack, "%u %u", &rseq, &cseq) != 2 || !l->invite_in ||
	    cseq != l->their_cseq || !reliable_pracked(l, rseq)) {
		simply(l, s, 481);
		return;
	}
	if (message_body(m, &size))
		refuse(l, s, 488, "an offer in a PRACK is not carried by this version");
	else
		simply(l, s, 200);
	reliable_next(l);
}

static void
on_update(struct leg *l, struct server_tx *s, const struct message *m)
{
	struct call *c = l->call;
	struct leg *far = leg_other(l);
	struct refusal r = { 0 };
	struct text more = { 0 };
	size_t size = 0;
	const char *sdp = message_body(m, &size);
	char *out = NULL;

	if (timing_asked(l, s, m) < 0)
		return;
	leg_aim_at(l, m);
	if (!sdp) {
		timing_headers(l, &more, true);
		leg_respond(l, s, 200, "OK", more.bytes, NULL);
		text_clear(&more);
		timing_start(l);
		return;
	}
	if (midcall_busy(c)) {
		simply(l, s, 491);
	} else if (far->internal || !far->has_update ||
	    (far->state != LEG_TALKING && far->state != LEG_RINGING)) {
		refuse(l, s, 488, "the other side takes no UPDATE: send a re-INVITE");
	} else if (exchange_offer(c->media, l->side, sdp, size, &out, &r) < 0) {
		refuse(l, s, r.status, r.why);
	} else if (!pass_request(l, s, METHOD_UPDATE, "application/sdp", out, true)) {
		exchange_cancel_offer(c->media);
		refuse(l, s, 503, "no memory");
	}
	body_free(out);
}

static void
on_info(struct leg *l, struct server_tx *s, const struct message *m)
{
	char type[128], *copy;
	size_t size = 0;
	const char *body = message_any_body(m, type, &size);

	if (leg_other(l)->internal) {
		simply(l, s, 200);
		return;
	}
	if (leg_other(l)->state != LEG_TALKING && leg_other(l)->state != LEG_RINGING) {
		refuse(l, s, 480, "there is no dialog on the other side yet");
		return;
	}
	copy = body ? strndup(body, size) : NULL;
	if ((body && !copy) || !pass_request(l, s, METHOD_INFO, type, copy, false))
		refuse(l, s, 503, "too many requests wait for their answer");
	body_free(copy);
}

void
midcall_request(struct leg *l, struct server_tx *s, const struct message *m)
{
	if (m->cseq < l->remote_cseq && l->remote_cseq) {
		refuse(l, s, 500, "CSeq went backwards");
		return;
	}
	l->remote_cseq = m->cseq;
	if (l->state == LEG_OVER && m->method != METHOD_BYE) {
		refuse(l, s, 481, "this call has ended");
		return;
	}
	/* Its requests tell where it is now: a connection that was closed is replaced. */
	if (m->flow.transport == l->transport && m->flow.transport != TRANSPORT_UDP) {
		addr_t local = l->flow.local;

		l->flow = m->flow;
		l->flow.local = local;
		l->flow.tag = l->peer_tag;
	}
	switch (m->method) {
	case METHOD_INVITE:
		invite_again(l, s, m);
		break;
	case METHOD_BYE:
		on_bye(l, s, m);
		break;
	case METHOD_PRACK:
		on_prack(l, s, m);
		break;
	case METHOD_UPDATE:
		on_update(l, s, m);
		break;
	case METHOD_INFO:
		on_info(l, s, m);
		break;
	case METHOD_OPTIONS:
		simply(l, s, 200);
		break;
	case METHOD_REFER:
		refuse(l, s, 603, "this version carries no transfer by REFER");
		break;
	default:
		simply(l, s, 405);
		break;
	}
}

/* ---- PRACK of ours, and refreshes -------------------------------------------------------------------------------- */

bool
midcall_prack(struct leg *l, const struct message *m)
{
	const char *rseq = message_header(m, "rseq", NULL);
	unsigned long number = rseq ? strtoul(rseq, NULL, 10) : 0;
	uint64_t tag = hash_text(HASH_START, m->to_tag ? m->to_tag : "");
	char rack[64];

	if (!number || (number <= l->rack && tag == l->rack_tag))
		return false;           /* our PRACK is under way, or something came late */
	l->rack = (uint32_t)number;
	l->rack_tag = tag;
	snprintf(rack, sizeof(rack), "RAck: %lu %u INVITE\r\n", number, l->invite_cseq);
	leg_request(l, METHOD_PRACK, rack, NULL, NULL, &leg_nobody);
	return true;
}

/* RFC 3261 14.1, RFC 4028 7.4: after any refusal but those that end a call it is tried again, by
 * another method or for a longer interval where that was the reason. */
static void
refresh_refused(struct leg *l, const struct message *m)
{
	if (m->status == 408 || m->status == 481) {
		call_end(l->call, 0, 102, RELEASE_INTERNAL,
		    "the session refresh found the call gone at the peer");
		return;
	}
	if (m->status == 405 || m->status == 501)
		l->has_update = false;
	if (m->status == 422)
		timing_raise(l, m);
	timing_again(l);
}

static void
on_refreshed(void *arg, struct client_tx *tx, const struct message *m)
{
	struct leg *l = arg;

	if (m->status < 200)
		return;
	if (m->method == METHOD_INVITE && m->status < 300) {
		if (l->ack.size && m->cseq == l->ack_cseq) {
			leg_repeat_ack(l);
			return;
		}
		leg_make_ack(l, m->cseq, NULL);
	}
	if (tx == l->refresh_out)
		l->refresh_out = NULL;
	timer_stop(&l->call->worker->wheel, &l->patience);
	if (l->call->state == CALL_ENDED)
		return;
	if (m->status < 300) {
		leg_aim_at(l, m);
		timing_agreed(l, m);
	} else
		refresh_refused(l, m);
}

static void
on_not_refreshed(void *arg, struct client_tx *tx, int status, const char *why)
{
	struct leg *l = arg;

	(void)tx;
	(void)status;
	if (l->call->state != CALL_ENDED)
		call_end(l->call, 0, 102, RELEASE_INTERNAL, why);
}

static void
on_refresh_end(void *arg, struct client_tx *tx)
{
	struct leg *l = arg;

	if (tx == l->refresh_out)
		l->refresh_out = NULL;
	call_done(l->call);
}

static const struct client_user refresh_user = {
	.on_response = on_refreshed, .on_failed = on_not_refreshed, .on_end = on_refresh_end
};

static void
on_refresh_late(void *arg)
{
	struct leg *l = arg;

	if (l->refresh_out)
		client_cancel(l->refresh_out);
}

static bool
say_again(struct leg *l, bool update)
{
	struct call *c = l->call;
	struct text more = { 0 };
	struct client_tx *tx;

	text_format(&more, "Contact: %s\r\nSupported: timer\r\n", l->contact);
	timing_headers(l, &more, false);
	tx = leg_request(l, update ? METHOD_UPDATE : METHOD_INVITE, more.bytes, "application/sdp",
	    update ? NULL : exchange_repeat(c->media, l->side), &refresh_user);
	text_clear(&more);
	if (tx && !update) {
		l->refresh_out = tx;
		timer_start(&c->worker->wheel, &l->patience, c->config->sip_ua.expires_ms,
		    on_refresh_late, l);
	}
	return tx != NULL;
}

bool
midcall_refresh(struct leg *l)
{
	return l->state == LEG_TALKING && !midcall_busy(l->call) && say_again(l, l->has_update);
}

void
midcall_restore(struct leg *l)
{
	if (l->state == LEG_TALKING && !l->internal && !say_again(l, false))
		call_end(l->call, 0, 47, RELEASE_INTERNAL, "no memory");
}
