/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/record.c -- what show wants of calls: copies of the live ones, and the history. */
#include "datapath/call/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
describe_leg(const struct leg *l, uint32_t index, struct leg_info *i)
{
	const struct call *c = l->call;

	*i = (struct leg_info){ .call_id = l->id, .peer_tag = l->peer_tag, .index = index,
		.originate = l->originate || l->internal, .transport = l->transport,
		.signalling = l->flow.remote };
	if (l->internal && l->side == SIDE_A)
		i->originate = false;
	snprintf(i->number, sizeof(i->number), "%s", l->side == SIDE_A ? c->calling : c->called);
	snprintf(i->sip_call_id, sizeof(i->sip_call_id), "%s", l->sip_call_id);
	if (l->internal)
		snprintf(i->session_target, sizeof(i->session_target), "%s",
		    l->side == SIDE_A ? "csim" : "loopback:rtp");
	else
		addr_host(&l->flow.remote, i->session_target);
	if (c->media)
		exchange_info(c->media, l->side, &i->stream);
}

static void
describe(const struct call *c, struct call_info *i)
{
	*i = (struct call_info){ .id = c->id, .setup_wall_us = c->setup_wall_us,
		.setup_ms = c->setup_ms, .connect_ms = c->connect_ms, .disconnect_ms = c->end_ms,
		.cause = c->cause, .status = (uint16_t)c->status,
		.release_source = c->release_source };
	memcpy(i->guid, c->guid, sizeof(i->guid));
	i->phase = c->end_ms ? CALL_OVER : c->state >= CALL_ANSWERED ? CALL_ACTIVE
	    : CALL_CONNECTING;
	snprintf(i->calling, sizeof(i->calling), "%s", c->calling);
	snprintf(i->called, sizeof(i->called), "%s", c->called);
	snprintf(i->why, sizeof(i->why), "%s", c->why);
	for (int s = 0; s < SIDES; s++)
		if (c->leg[s].id)
			describe_leg(&c->leg[s], 1, &i->leg[i->legs++]);
}

static void
count_for(struct call *c, const struct leg *l)
{
	struct peer_calls *p = l->id ? peer_counters(c->worker, l->peer_tag) : NULL;

	if (!p)
		return;
	if (c->connect_ms) {
		p->connected++;
		p->connect_s += (c->end_ms - c->connect_ms) / 1000;
	} else if (c->cause == 16 || c->cause == 17 || c->cause == 18 || c->cause == 19) {
		p->incomplete++;
	} else {
		p->failed++;
	}
	if (l->side == SIDE_A && c->leg[SIDE_B].id)
		p->accepted++;
	else if (l->side == SIDE_A)
		p->refused++;
	p->last_cause = c->cause;
	snprintf(p->last_text, sizeof(p->last_text), "%.60s", c->why);
}

void
record_keep(struct call *c)
{
	struct call_room *r = c->worker->calls;

	describe(c, &r->history[r->history_count++ % HISTORY_KEPT]);
	count_for(c, &c->leg[SIDE_A]);
	count_for(c, &c->leg[SIDE_B]);
}

/* ---- asked from outside -------------------------------------------------------------------------------------------- */

struct ask { enum which_calls which; struct calls *to; bool failed; };

static struct call_info *
one_more(struct ask *a)
{
	struct call_info *more;

	/* By powers of two: a show of thousands of calls copies each of them a few times only. */
	if (a->to->count & (a->to->count - 1))
		return &a->to->calls[a->to->count++];
	more = realloc(a->to->calls, (a->to->count ? a->to->count * 2 : 1) * sizeof(*more));
	if (!more) {
		a->failed = true;
		return NULL;
	}
	a->to->calls = more;
	return &more[a->to->count++];
}

static void
ask_calls(struct worker *w, void *arg)
{
	struct call_room *r = w->calls;
	struct ask *a = arg;
	struct call_info *i;
	size_t from = r->history_count > HISTORY_KEPT ? r->history_count - HISTORY_KEPT : 0;

	if (a->which == CALLS_HISTORY) {
		for (; from < r->history_count && (i = one_more(a)); from++)
			*i = r->history[from % HISTORY_KEPT];
		return;
	}
	for (struct link *l = NULL; (l = hash_walk(&r->by_id, l));) {
		const struct call *c = OWNER(l, struct call, link);

		if (c->state == CALL_ENDED)
			continue;
		if (!(i = one_more(a)))
			return;
		describe(c, i);
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct call_info *x = a, *y = b;

	if (x->setup_wall_us != y->setup_wall_us)
		return x->setup_wall_us < y->setup_wall_us ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

int
datapath_calls(struct datapath *d, enum which_calls which, struct calls *to)
{
	struct ask a = { .which = which, .to = to };
	int rc;

	*to = (struct calls){ 0 };
	rc = datapath_ask(d, ask_calls, &a);
	if (rc == 0 && to->count)
		qsort(to->calls, to->count, sizeof(*to->calls), by_time);
	return rc < 0 ? rc : a.failed ? -1 : 0;
}

void
calls_clear(struct calls *c)
{
	free(c->calls);
	*c = (struct calls){ 0 };
}
