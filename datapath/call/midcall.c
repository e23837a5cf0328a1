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

/* ---- one request that waits for the other side's answer ----------------------------------------------------- */

static void
on_passed_end(void *arg, struct server_tx *s, bool acked)
{
	struct leg *l = arg;
	struct call *c = l->call;

	(void)acked;
	if (c->passed.tx == s)
		c->passed.tx = NULL;
	call_done(c);
}

static const struct server_user passed_server = { .on_end = on_passed_end };

static void
answer_passed(struct call *c, int status, const char *body)
{
	struct server_tx *s = c->passed.tx;
	struct leg *l = &c->leg[c->passed.from];
	struct text more = { 0 };

	if (!s)
		return;
	c->passed.tx = NULL;
	if (c->passed.method == METHOD_UPDATE && status < 300)
		timing_headers(l, &more, true);
	leg_respond(l, s, status, reason_phrase(status), more.bytes, body);
	text_clear(&more);
}

static void
on_response(void *arg, struct client_tx *tx, const struct message *m)
{
	struct leg *l = arg;
	struct call *c = l->call;
	struct refusal r = { 0 };
	size_t size = 0;
	const char *sdp = message_body(m, &size);
	char *out = NULL;
	int status = m->status;

	(void)tx;
	if (status < 200 || c->state == CALL_ENDED)
		return;
	if (c->passed.offered && status < 300 &&
	    (!sdp || exchange_answer(c->media, l->side, sdp, size, &out, &r) < 0))
		status = r.status ? r.status : 488;
	if (c->passed.offered && status >= 300)
		exchange_cancel_offer(c->media);
	c->passed.offered = false;
	answer_passed(c, status, out);
	free(out);
	if (status == 481)
		call_end(c, 0, 102, RELEASE_INTERNAL, "the peer no longer knows the call (481)");
}

static void
on_failed(void *arg, struct client_tx *tx, int status, const char *why)
{
	struct leg *l = arg;
	struct call *c = l->call;

	(void)tx;
	if (c->state == CALL_ENDED)
		return;
	if (c->passed.offered)
		exchange_cancel_offer(c->media);
	c->passed.offered = false;
	answer_passed(c, status, NULL);
	call_end(c, 0, 102, RELEASE_INTERNAL, why);
}

static void
on_end(void *arg, struct client_tx *tx)
{
	(void)tx;
	call_done(((struct leg *)arg)->call);
}

static const struct client_user passed_user = {
	.on_response = on_response, .on_failed = on_failed, .on_end = on_end
};

static bool
busy(const struct call *c)
{
	return c->invite.active || c->passed.tx;
}

static void
pass(struct leg *l, struct server_tx *s, enum method method, const char *type, const char *body,
    bool offered)
{
	struct call *c = l->call;
	char contact[360];

	snprintf(contact, sizeof(contact), "Contact: %s\r\n", leg_other(l)->contact);
	server_take(s, &passed_server, l);
	c->busy++;
	c->passed.tx = s;
	c->passed.from = l->side;
	c->passed.method = method;
	c->passed.offered = offered;
	if (!leg_request(leg_other(l), method, offered ? contact : NULL, type, body, &passed_user))
		answer_passed(c, 503, NULL);
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
	if (!sdp) {
		timing_headers(l, &more, true);
		leg_respond(l, s, 200, "OK", more.bytes, NULL);
		text_clear(&more);
		timing_start(l);
		return;
	}
	if (busy(c)) {
		simply(l, s, 491);
	} else if (far->internal || !far->has_update ||
	    (far->state != LEG_TALKING && far->state != LEG_RINGING)) {
		refuse(l, s, 488, "the other side takes no UPDATE: send a re-INVITE");
	} else if (exchange_offer(c->media, l->side, sdp, size, &out, &r) < 0) {
		refuse(l, s, r.status, r.why);
	} else {
		pass(l, s, METHOD_UPDATE, "application/sdp", out, true);
	}
	free(out);
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
	if (busy(l->call) || leg_other(l)->state != LEG_TALKING) {
		simply(l, s, 491);
		return;
	}
	copy = body ? strndup(body, size) : NULL;
	pass(l, s, METHOD_INFO, type, copy, false);
	free(copy);
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

void
midcall_prack(struct leg *l, const struct message *m)
{
	const char *rseq = message_header(m, "rseq", NULL);
	unsigned long number = rseq ? strtoul(rseq, NULL, 10) : 0;
	char rack[64];

	if (!number || number == l->rack)
		return;                 /* its repetition: our PRACK is under way */
	l->rack = (uint32_t)number;
	snprintf(rack, sizeof(rack), "RAck: %lu %u INVITE\r\n", number, l->invite_cseq);
	leg_request(l, METHOD_PRACK, rack, NULL, NULL, &leg_nobody);
}

static void
on_refreshed(void *arg, struct client_tx *tx, const struct message *m)
{
	struct leg *l = arg;

	(void)tx;
	if (m->status < 200 || l->call->state == CALL_ENDED)
		return;
	if (m->status < 300) {
		if (m->method == METHOD_INVITE)
			leg_make_ack(l, NULL);
		timing_agreed(l, m);
	} else if (m->status == 408 || m->status == 481) {
		call_end(l->call, 0, 102, RELEASE_INTERNAL,
		    "the session refresh found the call gone at the peer");
	}
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

static const struct client_user refresh_user = {
	.on_response = on_refreshed, .on_failed = on_not_refreshed, .on_end = on_end
};

bool
midcall_refresh(struct leg *l)
{
	struct text more = { 0 };
	const char *body = NULL;
	bool update = l->has_update;
	struct client_tx *tx;

	if (l->state != LEG_TALKING || busy(l->call))
		return false;
	text_format(&more, "Contact: %s\r\nSupported: timer\r\n", l->contact);
	timing_headers(l, &more, false);
	if (!update)
		body = exchange_repeat(l->call->media, l->side);
	tx = leg_request(l, update ? METHOD_UPDATE : METHOD_INVITE, more.bytes, "application/sdp",
	    body, &refresh_user);
	if (tx && !update)
		l->invite_cseq = l->local_cseq;
	text_clear(&more);
	return tx != NULL;
}
