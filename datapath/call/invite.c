/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/invite.c -- INVITE and re-INVITE across the box: provisional and final answers, the
 * three ways of an offer, and the ACKs that close them.
 *
 * OFFER_EARLY: the offer is in the INVITE, the answer in the 2xx, both ACKs are empty.
 * OFFER_DELAYED: the offer is in the 2xx and the answer in the ACK: the far side's ACK waits for
 * the near side's.  OFFER_INVENTED: the box offers to the far side; what was agreed there is the
 * offer in the near side's 2xx, whose ACK brings the answer. */
#include "datapath/call/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct leg *
asking(struct call *c)
{
	return &c->leg[c->invite.from];
}

static struct leg *
asked(struct call *c)
{
	return leg_other(asking(c));
}

/* ---- answering the asking side ------------------------------------------------------------------------------ */

static void
on_csim_over(void *arg)
{
	call_end(arg, 0, 16, RELEASE_CALLING, "csim's call has lasted its time");
}

static void
connected(struct call *c)
{
	if (!c->invite.initial || c->connect_ms)
		return;
	timer_stop(&c->worker->wheel, &c->ring);
	if (c->csim_s)
		timer_start(&c->worker->wheel, &c->ring, c->csim_s * 1000u, on_csim_over, c);
	c->connect_ms = worker_now_ms(c->worker);
	c->state = CALL_ANSWERED;
}

static void
settled(struct call *c)
{
	c->invite.active = false;
	if (c->state == CALL_ANSWERED)
		c->state = CALL_TALKING;
}

static void
accept_asking(struct call *c, const char *body)
{
	struct leg *l = asking(c);
	struct text more = { 0 };

	connected(c);
	if (l->internal) {
		leg_enter(l, LEG_TALKING);
		settled(c);
		return;
	}
	timing_headers(l, &more, true);
	leg_enter(l, LEG_ANSWERED);
	leg_respond(l, l->invite_in, 200, "OK", more.bytes, body);
	text_clear(&more);
	timing_start(l);
}

/* The media cannot be agreed: the far side is up already and must be taken down again. */
static void
give_up(struct call *c, const struct refusal *r)
{
	struct leg *far = asked(c);

	if (c->invite.initial || far->internal) {
		call_end(c, r->status, cause_of_status(r->status), RELEASE_INTERNAL, r->why);
		return;
	}
	exchange_cancel_offer(c->media);
	leg_respond(asking(c), asking(c)->invite_in, r->status, reason_phrase(r->status), NULL, NULL);
	c->invite.active = false;
	midcall_restore(far);
}

/* A 2xx without a body after an answer in a reliable 1xx: that one stands. */
static int
take_answer(struct call *c, const char *sdp, size_t size, char **out, struct refusal *r)
{
	enum side from = asked(c)->side;

	if (!sdp)
		return exchange_early_stands(c->media, from, out, r);
	return exchange_answer(c->media, from, sdp, size, out, r);
}

static void
answered_early(struct call *c, const char *sdp, size_t size)
{
	struct leg *far = asked(c);
	struct refusal r = { 0 };
	char *out = NULL;

	leg_make_ack(far, far->invite_cseq, NULL);
	if (take_answer(c, sdp, size, &out, &r) < 0)
		give_up(c, &r);
	else
		accept_asking(c, out);
	body_free(out);
}

static void
answered_delayed(struct call *c, const char *sdp, size_t size)
{
	struct leg *far = asked(c);
	struct refusal r = { .status = 488, .why = "the called side answered without an offer" };
	char *out = NULL;

	if (!sdp || exchange_offer(c->media, far->side, sdp, size, &out, &r) < 0) {
		leg_make_ack(far, far->invite_cseq, NULL);
		give_up(c, &r);
		return;
	}
	leg_enter(far, LEG_ANSWERED);           /* its ACK waits for ours */
	accept_asking(c, out);
	body_free(out);
}

static void
answered_invented(struct call *c, const char *sdp, size_t size)
{
	struct leg *far = asked(c), *near = asking(c);
	struct refusal r = { 0 };
	char *out = NULL;
	int rc;

	leg_make_ack(far, far->invite_cseq, NULL);
	rc = take_answer(c, sdp, size, &out, &r);
	body_free(out);
	out = NULL;
	if (rc == 0 && !near->internal)
		rc = exchange_onward(c->media, near->side, &out, &r);
	if (rc < 0)
		give_up(c, &r);
	else
		accept_asking(c, out);
	body_free(out);
}

/* The other side is loopback:rtp: the box answers for it. */
void
invite_self_answered(struct call *c)
{
	struct leg *near = asking(c);
	struct refusal r = { 0 };
	char *out = NULL;
	int rc;

	/* A caller that has offered nothing is offered what the box would send. */
	if (c->invite.offer == OFFER_EARLY || near->internal)
		rc = exchange_self_answer(c->media, asked(c)->side, &out, &r);
	else
		rc = exchange_invent(c->media, near->side, &out, &r);
	if (rc < 0)
		call_end(c, r.status, cause_of_status(r.status), RELEASE_INTERNAL, r.why);
	else
		accept_asking(c, out);
	body_free(out);
}

/* ---- responses of the asked side ---------------------------------------------------------------------------------- */

/* False: a repetition, which is not passed on (RFC 3262 4). */
static bool
prack(struct leg *l, const struct message *m)
{
	if (l->call->invite.initial)
		leg_learn(l, m);                /* the PRACK goes to the dialog of this response */
	return midcall_prack(l, m);
}

static void
provisional(struct leg *l, const struct message *m)
{
	struct call *c = l->call;
	struct refusal r = { 0 };
	char *out = NULL;
	size_t size = 0;
	const char *sdp = message_body(m, &size);

	if (m->status == 100 || c->state == CALL_ENDED)
		return;
	if (message_lists(m, "require", NULL, "100rel") && !prack(l, m))
		return;                         /* repeated */
	if (!c->invite.initial)
		return;
	if (l->state == LEG_DIALLING)
		leg_enter(l, LEG_RINGING);
	leg_learn(l, m);
	if (sdp && c->invite.offer != OFFER_DELAYED &&
	    exchange_early(c->media, l->side, sdp, size, &out, &r) < 0) {
		call_end(c, r.status, cause_of_status(r.status), RELEASE_INTERNAL, r.why);
		return;
	}
	if (!asking(c)->internal)
		leg_respond(asking(c), asking(c)->invite_in, m->status, reason_phrase(m->status),
		    NULL, c->invite.offer == OFFER_EARLY ? out : NULL);
	body_free(out);
}

/* A 2xx that nothing waits for: it crossed our CANCEL, or the call is over. */
static void
accepted_late(struct leg *l, const struct message *m)
{
	leg_learn(l, m);
	leg_make_ack(l, m->cseq, NULL);
	if (!l->bye_sent)
		leg_bye(l, NULL);
}

/* The asker has cancelled its re-INVITE, and this 2xx was on its way: the far side holds what the
 * asker does not. */
static void
accepted_for_nobody(struct leg *l, const struct message *m)
{
	struct call *c = l->call;
	bool delayed = c->invite.offer == OFFER_DELAYED;

	leg_make_ack(l, m->cseq, delayed ? exchange_repeat(c->media, l->side) : NULL);
	exchange_cancel_offer(c->media);
	c->invite.active = c->invite.cancelled = false;
	midcall_restore(l);
}

/* RFC 3261 13.2.2.4: every 2xx is acknowledged, of every fork and as often as it comes. */
static void
accepted(struct leg *l, struct client_tx *tx, const struct message *m)
{
	struct call *c = l->call;
	size_t size = 0;
	const char *sdp = message_body(m, &size);

	if (leg_declines(l, m))
		return;
	if (l->ack.size && m->cseq == l->ack_cseq) {
		leg_repeat_ack(l);
		return;
	}
	if (c->state == CALL_ENDED || l->state == LEG_OVER) {
		accepted_late(l, m);
		return;
	}
	if (tx != l->invite_out || !c->invite.active)
		return;
	if (l->state == LEG_ANSWERED && c->invite.offer == OFFER_DELAYED)
		return;                         /* repeated while the ACK is not there yet */
	timer_stop(&c->worker->wheel, &l->patience);
	if (c->invite.initial)
		leg_learn(l, m);
	else
		leg_aim_at(l, m);               /* the route set stays (RFC 3261 12.2) */
	if (c->invite.cancelled) {
		accepted_for_nobody(l, m);
		return;
	}
	leg_enter(l, LEG_TALKING);
	timing_agreed(l, m);
	switch (c->invite.offer) {
	case OFFER_EARLY:
		answered_early(c, sdp, size);
		break;
	case OFFER_DELAYED:
		answered_delayed(c, sdp, size);
		break;
	case OFFER_INVENTED:
		answered_invented(c, sdp, size);
		break;
	}
}

/* SRTP was refused and the peer's `srtp fallback' allows RTP: once more, as RTP. */
static bool
fall_back(struct leg *l, int status)
{
	struct call *c = l->call;
	struct refusal r = { 0 };
	char *out = NULL;
	int rc;

	if ((status != 488 && status != 415 && status != 606) || c->invite.fell_back ||
	    !exchange_can_fall_back(c->media, l->side) ||
	    exchange_fall_back(c->media, l->side, &out, &r) < 0)
		return false;
	c->invite.fell_back = true;
	if (c->invite.initial)
		l->remote_tag[0] = '\0';
	rc = leg_invite(l, out);
	body_free(out);
	return rc == 0;
}

/* IOS hunts on but where the called party itself has answered (busy, refused, no such number); a
 * redirection and RFC 3261's global failures (6xx) are final too. */
static bool
hunts_on(int status)
{
	static const uint16_t final[] = { 404, 410, 484, 485, 486, 487, 600, 603, 604 };

	for (size_t i = 0; i < sizeof(final) / sizeof(*final); i++)
		if (final[i] == status)
			return false;
	return status >= 400;
}

/* RFC 3261 22: the caller cannot answer a challenge that was meant for us. */
static int
passed_status(int status)
{
	return status == 401 || status == 407 ? 403 : status;
}

static void
again_refused(struct leg *l, int status, const char *why)
{
	struct call *c = l->call;

	timer_stop(&c->worker->wheel, &l->patience);
	exchange_cancel_offer(c->media);
	if (!c->invite.cancelled)
		leg_respond(asking(c), asking(c)->invite_in, status, reason_phrase(status), NULL, NULL);
	c->invite.active = c->invite.cancelled = false;
	if (status == 408 || status == 481)
		call_end(c, 0, 102, RELEASE_CALLED, why);
}

static void
refused(struct leg *l, int status, const char *words)
{
	struct call *c = l->call;
	char why[256];

	if (c->state == CALL_ENDED) {
		leg_enter(l, LEG_OVER);
		return;
	}
	if (!c->invite.active || asked(c) != l)
		return;
	if (!c->invite.cancelled && fall_back(l, status))
		return;
	snprintf(why, sizeof(why), "dial-peer %u: %s", l->peer_tag, words);
	if (!c->invite.initial) {
		again_refused(l, status, why);
		return;
	}
	leg_enter(l, LEG_IDLE);
	if (hunts_on(status))
		call_dial_next(c, passed_status(status), why);
	else
		call_end(c, passed_status(status), cause_of_status(status), RELEASE_CALLED, why);
}

/* 422: the same INVITE again, with an interval that the peer takes (RFC 4028 7.3). */
static bool
ask_longer(struct leg *l, const struct message *m)
{
	struct call *c = l->call;

	if (m->status != 422 || c->state == CALL_ENDED || !c->invite.active || asked(c) != l ||
	    !timing_raise(l, m))
		return false;
	if (c->invite.initial)
		l->remote_tag[0] = '\0';
	return leg_invite(l, c->invite.offer == OFFER_DELAYED ? NULL :
	    exchange_repeat(c->media, l->side)) == 0;
}

/* Where a 3xx sends the caller: the number only, so that it comes by us again. */
static void
remember_redirection(struct call *c, const struct message *m)
{
	char target[320];
	struct uri u;

	if (m->status < 400 && message_contact(m, target, sizeof(target)) && uri_parse(target, &u) == 0)
		snprintf(c->redirected, sizeof(c->redirected), "%.64s", u.user);
}

static void
on_response(void *arg, struct client_tx *tx, const struct message *m)
{
	struct leg *l = arg;
	char words[128];

	if (m->status < 200) {
		if (tx == l->invite_out)
			provisional(l, m);
	} else if (m->status < 300) {
		accepted(l, tx, m);
	} else if (tx == l->invite_out && !ask_longer(l, m)) {
		remember_redirection(l->call, m);
		snprintf(words, sizeof(words), "the peer answered %d %.80s", m->status,
		    message_reason(m));
		refused(l, m->status, words);
	}
}

static void
on_failed(void *arg, struct client_tx *tx, int status, const char *why)
{
	struct leg *l = arg;

	if (tx == l->invite_out)
		refused(l, status, why);
}

static void
on_client_end(void *arg, struct client_tx *tx)
{
	struct leg *l = arg;

	if (l->invite_out == tx)
		l->invite_out = NULL;
	call_done(l->call);
}

const struct client_user invite_user = {
	.on_response = on_response, .on_failed = on_failed, .on_end = on_client_end
};

/* ---- the asking side: CANCEL, the end of its transaction, ACK ------------------------------------------------------ */

static void
on_cancel(void *arg, struct server_tx *s)
{
	struct leg *l = arg;
	struct call *c = l->call;

	if (s != l->invite_in)
		return;
	if (c->invite.initial) {
		call_end(c, 487, 16, RELEASE_CALLING, "the caller gave up (CANCEL)");
	} else if (c->invite.active && asking(c) == l) {
		leg_respond(l, s, 487, reason_phrase(487), NULL, NULL);
		c->invite.cancelled = true;
		if (asked(c)->invite_out)
			client_cancel(asked(c)->invite_out);
	}
}

static void
on_server_end(void *arg, struct server_tx *s, bool acked)
{
	struct leg *l = arg;
	struct call *c = l->call;

	if (l->invite_in == s) {
		l->invite_in = NULL;
		if (l->bye_due) {
			l->bye_due = false;
			leg_bye(l, NULL);
		} else if (!acked && l->state == LEG_ANSWERED && c->state != CALL_ENDED) {
			leg_enter(l, LEG_TALKING);      /* as far as a BYE is concerned */
			call_end(c, 0, 102, RELEASE_INTERNAL, "the ACK of our 200 never came");
		}
	}
	call_done(c);
}

static void
on_unacknowledged(void *arg, struct server_tx *s)
{
	struct leg *l = arg;

	if (s == l->invite_in)
		call_end(l->call, 504, 102, RELEASE_INTERNAL,
		    "the caller acknowledged no provisional response (PRACK, RFC 3262)");
}

const struct server_user invite_server = {
	.on_cancel = on_cancel, .on_unacknowledged = on_unacknowledged, .on_end = on_server_end
};

static void
answer_in_ack(struct call *c, struct leg *l, const struct message *m)
{
	struct leg *far = leg_other(l);
	struct refusal r = { .status = 488, .why = "the ACK carried no answer to our offer" };
	size_t size = 0;
	const char *sdp = message_body(m, &size);
	char *out = NULL;
	int rc = sdp ? exchange_answer(c->media, l->side, sdp, size, &out, &r) : -1;

	if (c->invite.offer == OFFER_DELAYED && !far->internal) {
		leg_make_ack(far, far->invite_cseq, rc == 0 ? out : NULL);
		leg_enter(far, LEG_TALKING);
	}
	body_free(out);
	if (rc < 0)
		call_end(c, 0, cause_of_status(r.status), RELEASE_INTERNAL, r.why);
}

void
invite_acked(struct leg *l, const struct message *m)
{
	struct call *c = l->call;

	if (l->invite_in)
		server_acked(l->invite_in);
	if (l->bye_due) {
		l->bye_due = false;
		leg_bye(l, NULL);
		return;
	}
	if (l->state != LEG_ANSWERED || asking(c) != l)
		return;
	leg_enter(l, LEG_TALKING);
	if (c->invite.offer != OFFER_EARLY && c->invite.active)
		answer_in_ack(c, l, m);
	if (c->state != CALL_ENDED)
		settled(c);
}

/* ---- re-INVITE ------------------------------------------------------------------------------------------------------- */

static void
refuse_again(struct leg *l, struct server_tx *s, int status, const char *more)
{
	leg_respond(l, s, status, reason_phrase(status), more, NULL);
}

void
invite_again(struct leg *l, struct server_tx *s, const struct message *m)
{
	struct call *c = l->call;
	struct leg *far = leg_other(l);
	struct refusal r = { 0 };
	size_t size = 0;
	const char *sdp = message_body(m, &size);
	char *out = NULL, warning[320];

	server_take(s, &invite_server, l);
	c->busy++;
	if (midcall_busy(c) || l->state != LEG_TALKING ||
	    (!far->internal && far->state != LEG_TALKING)) {
		refuse_again(l, s, 491, NULL);
		return;
	}
	leg_aim_at(l, m);
	l->invite_in = s;
	l->their_cseq = m->cseq;
	c->invite.from = l->side;
	c->invite.initial = c->invite.fell_back = c->invite.cancelled = false;
	c->invite.offer = sdp ? OFFER_EARLY : far->internal ? OFFER_INVENTED : OFFER_DELAYED;
	if (timing_asked(l, s, m) < 0)
		return;
	if (sdp && exchange_offer(c->media, l->side, sdp, size, &out, &r) < 0) {
		snprintf(warning, sizeof(warning), "Warning: 399 parapet \"%s\"\r\n", r.why);
		refuse_again(l, s, r.status, warning);
		return;
	}
	c->invite.active = true;
	server_respond(s, 100, "Trying", NULL, NULL, NULL);
	if (far->internal)
		invite_self_answered(c);
	else if (leg_invite(far, out) < 0)
		refused(far, 503, "no memory");
	body_free(out);
}
