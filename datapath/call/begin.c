/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/begin.c -- a call begins: its INVITE is judged, its dial-peers are found. */
#include "datapath/call/room.h"
#include "shell/running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static int64_t
wall_us(void)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return (int64_t)now.tv_sec * 1000000 + now.tv_usec;
}

static struct call *
call_new(struct worker *w)
{
	struct call *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->worker = w;
	c->config = running_again(w->config);
	c->id = atomic_fetch_add(&w->datapath->next_call, 1);
	for (int i = 0; i < 4; i++)
		c->guid[i] = (uint32_t)worker_random(w);
	snprintf(c->guid_text, sizeof(c->guid_text), "%08X%04X", c->guid[0], c->guid[2] >> 16);
	c->setup_wall_us = wall_us();
	c->setup_ms = worker_now_ms(w);
	c->max_forwards = c->config->sip_ua.max_forwards;
	for (int i = 0; i < SIDES; i++) {
		c->leg[i].call = c;
		c->leg[i].side = i;
	}
	if (hash_add(&w->calls->by_id, &c->link, c->id) < 0) {
		running_drop(c->config);
		free(c);
		return NULL;
	}
	return c;
}

/* ---- dial-peers ------------------------------------------------------------------------------------------ */

static const struct dial_peer *
peer_of(const struct call *c, uint32_t tag)
{
	char key[16];

	snprintf(key, sizeof(key), "%u", tag);
	return tag ? map_find(c->config->dial_peers, key) : NULL;
}

static void
tell_dialpeer(struct call *c, bool incoming, uint32_t tag, const char *how)
{
	struct dialpeer_news n = { .tag = tag, .incoming = incoming };
	size_t at = 0;

	if (!event_wanted(c->worker, DEBUG_DIALPEER))
		return;
	snprintf(n.called, sizeof(n.called), "%s", c->called);
	snprintf(n.calling, sizeof(n.calling), "%s", c->calling);
	snprintf(n.match, sizeof(n.match), "%s", how);
	for (size_t i = 0; !incoming && i < c->routes.count && at < sizeof(n.list); i++)
		at += (size_t)snprintf(n.list + at, sizeof(n.list) - at, "%s%u", i ? " " : "",
		    c->routes.of[i].tag);
	event_post(c->worker, EVENT_DIALPEER, c->leg[SIDE_A].id, c->guid_text, &n, sizeof(n),
	    NULL, 0);
}

static void
find_incoming(struct call *c)
{
	struct leg *a = &c->leg[SIDE_A];
	const char *how;

	route_follow(c->worker->calls->route, c->config->dial_peers);
	a->peer_tag = route_incoming(c->worker->calls->route, c->called, c->calling, &how);
	a->peer = peer_of(c, a->peer_tag);
	tell_dialpeer(c, true, a->peer_tag, how);
}

/* A call that would leave by the peer it came in by, to the host it came from, runs in a circle. */
static bool
runs_back(const struct call *c, uint32_t tag)
{
	const struct leg *a = &c->leg[SIDE_A];
	addr_t target;

	if (a->internal || tag != a->peer_tag || !a->peer || a->peer->target.type != TARGET_IPV4)
		return false;
	target = addr_ipv4(a->peer->target.ipv4, 0);
	return addr_same_host(&target, &a->flow.remote);
}

static void
find_outgoing(struct call *c)
{
	struct routes all;

	route_follow(c->worker->calls->route, c->config->dial_peers);
	route_outgoing(c->worker->calls->route, c->called, &all);
	for (size_t i = 0; i < all.count; i++)
		if (!runs_back(c, all.of[i].tag))
			c->routes.of[c->routes.count++] = all.of[i];
	tell_dialpeer(c, false, c->routes.count ? c->routes.of[0].tag : 0,
	    c->routes.count ? "DP_MATCH_DEST" : "NO_MATCH");
}

/* ---- judging an INVITE ------------------------------------------------------------------------------------- */

static bool
sip_to_sip(const struct config *c)
{
	for (const struct allow *a = map_first(c->voip.allow); a;
	     a = map_after(c->voip.allow, a->node.key))
		if (a->from == ALLOW_SIP && a->to == ALLOW_SIP)
			return true;
	return false;
}

const char *const *
call_extensions(const struct config *c)
{
	static const char *const all[] = { "100rel", "timer", NULL };

	return c->voip.sip.rel1xx == REL1XX_DISABLE ? all + 1 : all;
}

static bool
requires_unknown(const struct call *c, const struct message *m, char *more, size_t size)
{
	struct text unknown = { 0 };
	bool any = message_requires(m, call_extensions(c->config), &unknown);

	if (any && !unknown.failed)
		snprintf(more, size, "Unsupported: %.120s\r\n", unknown.bytes);
	text_clear(&unknown);
	return any;
}

/* 0, or the status that refuses the call, with the reason for its record. */
static int
judge(struct call *c, const struct message *m, const char **why, char *more, size_t size)
{
	int hops = message_max_forwards(m);

	if (c->config->voip.shutdown) {
		*why = "'shutdown' under voice service voip refuses all new calls";
		return 503;
	}
	if (!sip_to_sip(c->config)) {
		*why = "'allow-connections sip to sip' is not configured under voice service voip";
		return 403;
	}
	if (hops == 0) {
		*why = "Max-Forwards has run out: the call goes in a circle";
		return 483;
	}
	if (!message_fits(m)) {
		*why = "its Call-ID, tag or URI is longer than a dialog here can hold";
		return 400;
	}
	if (requires_unknown(c, m, more, size)) {
		*why = "the caller requires an extension that is not supported";
		return 420;
	}
	if (c->config->voip.sip.rel1xx == REL1XX_REQUIRE &&
	    !message_lists(m, "supported", "k", "100rel") &&
	    !message_lists(m, "require", NULL, "100rel")) {
		*why = "'rel1xx require' is configured, and the caller does not know 100rel";
		snprintf(more, size, "Require: 100rel\r\n");
		return 421;
	}
	if (hops > 0)
		c->max_forwards = hops - 1;
	return 0;
}

static void
read_invite(struct call *c, const struct message *m)
{
	const char *body = message_body(m, &c->offer_size);

	message_number(m, "from", c->calling, sizeof(c->calling));
	message_number(m, "request", c->called, sizeof(c->called));
	message_display(m, c->display, sizeof(c->display));
	c->sips = message_request_is_sips(m);
	c->invite.offer = body ? OFFER_EARLY : OFFER_DELAYED;
	c->offer = body ? strndup(body, c->offer_size) : NULL;
}

static void
begin(struct worker *w, struct server_tx *s, const struct message *m)
{
	struct call *c = call_new(w);
	char more[160] = "";
	const char *why = NULL;
	struct leg *a;
	int status;

	if (!c) {
		server_respond(s, 503, "Service Unavailable", NULL, NULL, NULL);
		return;
	}
	w->stats.calls_in++;
	a = &c->leg[SIDE_A];
	server_take(s, &invite_server, a);
	c->busy++;
	read_invite(c, m);
	if (leg_accept(a, s, m) < 0) {
		call_end(c, 503, 47, RELEASE_INTERNAL, "no memory");
		return;
	}
	server_label(s, a->id, c->guid_text);
	c->invite.active = c->invite.initial = true;
	c->invite.from = SIDE_A;
	server_respond(s, 100, "Trying", NULL, NULL, NULL);
	find_incoming(c);
	status = judge(c, m, &why, more, sizeof(more));
	if (*more)
		leg_respond(a, s, status, reason_phrase(status), more, NULL);
	if (status) {
		w->stats.calls_refused++;
		call_end(c, status, cause_of_status(status), RELEASE_INTERNAL, why);
		return;
	}
	if (timing_asked(a, s, m) < 0) {
		call_end(c, 422, 127, RELEASE_INTERNAL,
		    "the caller's session interval is smaller than min-se");
		return;
	}
	find_outgoing(c);
	call_dial_next(c, 404, NULL);
}

void
call_request(struct worker *w, struct server_tx *s, const struct message *m)
{
	struct leg *l;

	if (!m->to_tag) {
		begin(w, s, m);
		return;
	}
	l = leg_find(w, m);
	if (!l || (*l->remote_tag && strcmp(l->remote_tag, m->from_tag))) {
		server_respond(s, 481, "Call Leg/Transaction Does Not Exist", NULL, NULL, NULL);
		return;
	}
	server_label(s, l->id, l->call->guid_text);
	midcall_request(l, s, m);
}

bool
call_ack(struct worker *w, const struct message *m)
{
	struct leg *l = leg_find(w, m);

	if (!l || m->cseq != l->their_cseq || l->state < LEG_ANSWERED)
		return false;
	invite_acked(l, m);
	return true;
}

/* ---- csim ------------------------------------------------------------------------------------------------------ */

struct csim { const char *number; uint32_t seconds; int rc; };

static void
start_csim(struct worker *w, void *arg)
{
	struct csim *sim = arg;
	struct call *c = call_new(w);

	if (!c) {
		sim->rc = -ENOMEM;
		return;
	}
	snprintf(c->called, sizeof(c->called), "%s", sim->number);
	snprintf(c->calling, sizeof(c->calling), "csim");
	c->csim_s = sim->seconds;
	c->leg[SIDE_A].internal = true;
	c->leg[SIDE_A].id = atomic_fetch_add(&w->datapath->next_leg, 1) + 1;
	c->leg[SIDE_A].state = LEG_INVITED;
	c->invite.active = c->invite.initial = true;
	c->invite.offer = OFFER_INVENTED;
	find_outgoing(c);
	sim->rc = (int)c->id;
	call_dial_next(c, 404, NULL);
}

int
datapath_csim(struct datapath *d, const char *number, uint32_t seconds)
{
	struct csim sim = { .number = number, .seconds = seconds ? seconds : 1 };
	int rc = datapath_ask_one(d, 0, start_csim, &sim);

	return rc < 0 ? rc : sim.rc;
}
