/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/ending.c -- how a call ends: each leg by the state it is in, the record, the memory. */
#include "datapath/call/room.h"
#include "shell/running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers and phrases -------------------------------------------------------------------------------------- */

struct status_row { uint16_t status; uint8_t cause; const char *phrase; };

/* RFC 3261 21 and its extensions; the Q.850 cause of RFC 3398 8.2.6.1 as IOS prints it. */
static const struct status_row rows[] = {
	{ 180, 0, "Ringing" }, { 181, 0, "Call Is Being Forwarded" }, { 182, 0, "Queued" },
	{ 183, 0, "Session Progress" }, { 200, 16, "OK" }, { 202, 16, "Accepted" },
	{ 300, 23, "Multiple Choices" }, { 301, 23, "Moved Permanently" },
	{ 302, 23, "Moved Temporarily" }, { 305, 23, "Use Proxy" },
	{ 380, 23, "Alternative Service" }, { 400, 127, "Bad Request" }, { 401, 57, "Unauthorized" },
	{ 402, 21, "Payment Required" }, { 403, 57, "Forbidden" }, { 404, 1, "Not Found" },
	{ 405, 127, "Method Not Allowed" }, { 406, 127, "Not Acceptable" },
	{ 407, 21, "Proxy Authentication Required" }, { 408, 102, "Request Timeout" },
	{ 410, 22, "Gone" }, { 413, 127, "Request Entity Too Large" },
	{ 414, 127, "Request-URI Too Long" }, { 415, 79, "Unsupported Media Type" },
	{ 416, 127, "Unsupported URI Scheme" }, { 420, 127, "Bad Extension" },
	{ 421, 127, "Extension Required" }, { 422, 127, "Session Interval Too Small" },
	{ 423, 127, "Interval Too Brief" }, { 480, 18, "Temporarily Unavailable" },
	{ 481, 127, "Call/Transaction Does Not Exist" }, { 482, 127, "Loop Detected" },
	{ 483, 127, "Too Many Hops" }, { 484, 28, "Address Incomplete" }, { 485, 1, "Ambiguous" },
	{ 486, 17, "Busy Here" }, { 487, 16, "Request Terminated" },
	{ 488, 65, "Not Acceptable Here" }, { 491, 127, "Request Pending" },
	{ 493, 127, "Undecipherable" }, { 500, 41, "Internal Server Error" },
	{ 501, 79, "Not Implemented" }, { 502, 38, "Bad Gateway" },
	{ 503, 63, "Service Unavailable" }, { 504, 102, "Server Time-out" },
	{ 505, 127, "Version Not Supported" }, { 513, 127, "Message Too Large" },
	{ 580, 47, "Precondition Failure" }, { 600, 17, "Busy Everywhere" }, { 603, 21, "Decline" },
	{ 604, 1, "Does Not Exist Anywhere" }, { 606, 58, "Not Acceptable" },
};

static const struct status_row *
row_of(int status)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].status == status)
			return &rows[i];
	return NULL;
}

const char *
reason_phrase(int status)
{
	static const char *const class[] = { "", "Progress", "OK", "Redirection", "Client Error",
		"Server Error", "Global Failure" };
	const struct status_row *r = row_of(status);

	return r ? r->phrase : class[status >= 100 && status < 700 ? status / 100 : 0];
}

uint8_t
cause_of_status(int status)
{
	const struct status_row *r = row_of(status);

	return r && r->cause ? r->cause : 127;
}

/* ---- each leg as its state asks ------------------------------------------------------------------------------- */

/* A 3xx of ours must name another number than the one that was called, or the caller comes round. */
static int
redirection(struct leg *l, int status)
{
	if (status < 300 || status >= 400)
		return status;
	if (!*l->call->redirected || !strcmp(l->call->redirected, l->call->called))
		return 480;
	leg_redirect(l, l->call->redirected);
	return status;
}

/* A caller that still waits is told; 3xx carry a Contact of ours, so that nobody is bypassed. */
static void
refuse_caller(struct leg *l, int status)
{
	struct call *c = l->call;
	char more[600];

	if (!l->invite_in || server_finished(l->invite_in))
		return;
	status = status < 300 ? 480 : redirection(l, status);
	snprintf(more, sizeof(more), "Reason: Q.850;cause=%u\r\n%s%s%s", c->cause,
	    status < 400 ? "Contact: " : "", status < 400 ? l->contact : "",
	    status < 400 ? "\r\n" : "");
	leg_respond(l, l->invite_in, status, reason_phrase(status), more, NULL);
}

static void
bye_with_cause(struct leg *l)
{
	char reason[64];

	snprintf(reason, sizeof(reason), "Reason: Q.850;cause=%u\r\n", l->call->cause);
	leg_bye(l, reason);
}

static void
end_leg(struct leg *l, int status)
{
	enum leg_state was = l->state;

	leg_enter(l, LEG_OVER);
	if (l->internal)
		return;
	switch (was) {
	case LEG_INVITED:
		refuse_caller(l, status);
		break;
	case LEG_ANSWERED:
		if (l->invite_in && !server_finished(l->invite_in)) {
			refuse_caller(l, status);       /* our 2xx still waited for a PRACK */
		} else if (l->originate && !l->invite_in) {
			leg_make_ack(l, l->invite_cseq, NULL);  /* it waited for the caller's */
			bye_with_cause(l);
		} else {
			l->bye_due = true;      /* RFC 3261 15: not before the ACK */
		}
		break;
	case LEG_TALKING:
		refuse_caller(l, 487);  /* a re-INVITE that still waits gets its answer first */
		bye_with_cause(l);
		break;
	case LEG_DIALLING:
	case LEG_RINGING:
	case LEG_IDLE:
	case LEG_OVER:
		break;
	}
	/* Whatever INVITE is under way ends too, also of a side that has said BYE (15.1.2). */
	refuse_caller(l, 487);
	if (l->invite_out)
		client_cancel(l->invite_out);
	if (l->refresh_out)
		client_cancel(l->refresh_out);
}

static void
on_last(void *arg)
{
	call_done(arg);
}

void
call_end(struct call *c, int status, uint8_t cause, enum release by, const char *why)
{
	if (c->state == CALL_ENDED)
		return;
	c->cause = cause;
	c->status = status;
	c->release_source = (uint8_t)by;
	snprintf(c->why, sizeof(c->why), "%s", why ? why : "");
	c->end_ms = worker_now_ms(c->worker);
	if (!c->connect_ms)
		c->worker->stats.calls_failed++;
	record_keep(c);
	c->state = CALL_ENDED;
	timer_stop(&c->worker->wheel, &c->ring);
	pass_end(c);
	end_leg(&c->leg[SIDE_A], status);
	end_leg(&c->leg[SIDE_B], status);
	c->invite.active = false;
	exchange_free(c->media);
	c->media = NULL;
	if (c->resolving) {
		resolve_forget(c->resolving);
		c->resolving = NULL;
		c->busy--;
	}
	/* Even a call that nothing points to goes by the clock: its caller may still stand in it. */
	c->busy++;
	timer_start(&c->worker->wheel, &c->ring, 0, on_last, c);
}

static void
call_free(struct call *c)
{
	timer_stop(&c->worker->wheel, &c->ring);
	hash_remove(&c->worker->calls->by_id, &c->link);
	leg_clear(&c->leg[SIDE_A]);
	leg_clear(&c->leg[SIDE_B]);
	pass_clear(c);
	exchange_free(c->media);
	body_free(c->offer);
	running_drop(c->config);
	free(c);
}

void
call_idle(struct call *c)
{
	if (c->state == CALL_ENDED && !c->busy)
		call_free(c);
}

void
call_done(struct call *c)
{
	c->busy--;
	call_idle(c);
}

/* ---- the room --------------------------------------------------------------------------------------------------- */

int
calls_new(struct worker *w)
{
	w->calls = calloc(1, sizeof(*w->calls));
	if (!w->calls)
		return -ENOMEM;
	w->calls->history = calloc(HISTORY_KEPT, sizeof(*w->calls->history));
	return w->calls->history ? route_new(&w->calls->route) : -ENOMEM;
}

bool
calls_live_at(const struct worker *w, const addr_t *local)
{
	for (struct link *l = NULL; (l = hash_walk(&w->calls->by_id, l));) {
		const struct call *c = OWNER(l, struct call, link);

		for (int i = 0; i < SIDES; i++)
			if (!c->leg[i].internal && addr_same(&c->leg[i].flow.local, local))
				return true;
	}
	return false;
}

/* Without a word: the box stops.  Transactions forget their calls first. */
void
calls_free(struct worker *w)
{
	struct link *l;

	if (!w->calls)
		return;
	transactions_quiet(w);
	while ((l = hash_take(&w->calls->by_id))) {
		struct call *c = OWNER(l, struct call, link);

		if (c->resolving)
			resolve_forget(c->resolving);
		call_free(c);
	}
	names_free(w);
	hash_clear(&w->calls->by_id);
	hash_clear(&w->calls->by_tag);
	route_free(w->calls->route);
	free(w->calls->history);
	free(w->calls);
	w->calls = NULL;
}

/* Calls keep the snapshot that they began with: nothing to do but to let the index follow. */
void
calls_changed(struct worker *w, const struct config *was)
{
	names_changed(w, was);
	route_follow(w->calls->route, w->config->dial_peers);
}
