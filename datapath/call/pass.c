/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/pass.c -- requests inside a dialog that cross the box: each waits for the other
 * side's answer and is answered with it.  INFO hinders nobody; an UPDATE with an offer is alone. */
#include "datapath/call/room.h"

#include <stdlib.h>
#include <string.h>

enum { PASSED_MAX = 16 };

struct passed {
	struct passed *next;
	struct leg *from;
	struct server_tx *in;           /* NULL: it has its answer */
	enum method method;
	bool offered;
};

bool
pass_offering(const struct call *c)
{
	for (const struct passed *p = c->passed; p; p = p->next)
		if (p->offered)
			return true;
	return false;
}

static void
on_server_end(void *arg, struct server_tx *s, bool acked)
{
	(void)s;
	(void)acked;
	call_done(((struct leg *)arg)->call);
}

static const struct server_user passed_server = { .on_end = on_server_end };

static void
answer(struct passed *p, int status, const char *body)
{
	struct server_tx *in = p->in;
	struct text more = { 0 };

	if (!in)
		return;
	p->in = NULL;
	if (p->method == METHOD_UPDATE && status < 300) {
		timing_headers(p->from, &more, true);
		timing_start(p->from);
	}
	leg_respond(p->from, in, status, reason_phrase(status), more.bytes, body);
	text_clear(&more);
}

static void
forget(struct passed *p)
{
	struct passed **at = &p->from->call->passed;

	while (*at && *at != p)
		at = &(*at)->next;
	if (*at)
		*at = p->next;
	free(p);
}

static void
on_response(void *arg, struct client_tx *tx, const struct message *m)
{
	struct passed *p = arg;
	struct call *c = p->from->call;
	struct leg *far = leg_other(p->from);
	struct refusal r = { 0 };
	size_t size = 0;
	const char *sdp = message_body(m, &size);
	char *out = NULL;
	int status = m->status;

	(void)tx;
	if (status < 200 || c->state == CALL_ENDED || !p->in)
		return;
	if (p->method == METHOD_UPDATE && status < 300) {
		leg_aim_at(far, m);
		timing_agreed(far, m);
	}
	if (p->offered && status < 300 &&
	    (!sdp || exchange_answer(c->media, far->side, sdp, size, &out, &r) < 0))
		status = r.status ? r.status : 488;
	if (p->offered && status >= 300)
		exchange_cancel_offer(c->media);
	p->offered = false;
	answer(p, status, out);
	body_free(out);
	if (m->status == 481)
		call_end(c, 0, 102, RELEASE_INTERNAL, "the peer no longer knows the call (481)");
}

static void
on_failed(void *arg, struct client_tx *tx, int status, const char *why)
{
	struct passed *p = arg;
	struct call *c = p->from->call;

	(void)tx;
	if (c->state == CALL_ENDED)
		return;
	if (p->offered)
		exchange_cancel_offer(c->media);
	p->offered = false;
	answer(p, status, NULL);
	call_end(c, 0, 102, RELEASE_INTERNAL, why);
}

static void
on_client_end(void *arg, struct client_tx *tx)
{
	struct passed *p = arg;
	struct call *c = p->from->call;

	(void)tx;
	forget(p);
	call_done(c);
}

static const struct client_user passed_user = {
	.on_response = on_response, .on_failed = on_failed, .on_end = on_client_end
};

static unsigned
count(const struct call *c)
{
	unsigned n = 0;

	for (const struct passed *p = c->passed; p; p = p->next)
		n++;
	return n;
}

/* What the far side gets beside the body: where we are, and of an UPDATE how the session is kept. */
static void
headers(struct leg *far, enum method method, struct text *more)
{
	if (method != METHOD_UPDATE)
		return;
	text_format(more, "Contact: %s\r\nSupported: timer\r\n", far->contact);
	timing_headers(far, more, false);
}

bool
pass_request(struct leg *l, struct server_tx *s, enum method method, const char *type,
    const char *body, bool offered)
{
	struct call *c = l->call;
	struct passed *p = count(c) < PASSED_MAX ? calloc(1, sizeof(*p)) : NULL;
	struct text more = { 0 };

	if (!p)
		return false;
	headers(leg_other(l), method, &more);
	*p = (struct passed){ .next = c->passed, .from = l, .in = s, .method = method,
		.offered = offered };
	c->passed = p;
	if (more.failed || !leg_request_for(leg_other(l), method, more.bytes, type, body,
	    &passed_user, p)) {
		text_clear(&more);
		forget(p);
		return false;
	}
	text_clear(&more);
	server_take(s, &passed_server, l);
	c->busy++;
	return true;
}

void
pass_clear(struct call *c)
{
	while (c->passed)
		forget(c->passed);
}

/* RFC 3261 15.1.2: what still waits when a call ends is answered. */
void
pass_end(struct call *c)
{
	for (struct passed *p = c->passed; p; p = p->next) {
		p->offered = false;
		answer(p, 487, NULL);
	}
}
