/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/ask.c -- the questions that modes/ puts to the workers: sums and copies. */
#include "datapath/call/room.h"
#include "datapath/sip/transport.h"
#include "datapath/worker.h"

#include <stdlib.h>

struct ask_conns { enum transport transport; struct conns *to; };

static void
ask_conns(struct worker *w, void *arg)
{
	struct ask_conns *a = arg;

	transport_conns(w, a->transport, a->to);
}

int
datapath_conns(struct datapath *d, enum transport transport, struct conns *to)
{
	*to = (struct conns){ 0 };
	return datapath_ask(d, ask_conns, &(struct ask_conns){ transport, to });
}

void
conns_clear(struct conns *c)
{
	free(c->conns);
	free(c->listeners);
	free(c->failures);
	*c = (struct conns){ 0 };
}

struct ask_clear { enum transport transport; uint32_t id; const addr_t *remote; int n; };

static void
ask_clear(struct worker *w, void *arg)
{
	struct ask_clear *a = arg;

	a->n += transport_clear(w, a->transport, a->id, a->remote);
}

int
datapath_clear_conn(struct datapath *d, enum transport transport, uint32_t id, const addr_t *remote)
{
	struct ask_clear a = { transport, id, remote, 0 };
	int rc = datapath_ask(d, ask_clear, &a);

	return rc < 0 ? rc : a.n;
}

static void
ask_strangers(struct worker *w, void *arg)
{
	transport_strangers(w, arg);
}

int
datapath_strangers(struct datapath *d, struct strangers *to)
{
	*to = (struct strangers){ 0 };
	return datapath_ask(d, ask_strangers, to);
}

static void
ask_seen(struct worker *w, void *arg)
{
	transport_seen(w, arg);
}

int
datapath_seen(struct datapath *d, struct seen_peers *to)
{
	*to = (struct seen_peers){ 0 };
	return datapath_ask(d, ask_seen, to);
}

static void
ask_stats(struct worker *w, void *arg)
{
	w->stats.calls_held = w->calls->by_id.count;
	transactions_held(w, &w->stats.servers_held, &w->stats.clients_held);
	sip_stats_add(arg, &w->stats);
}

int
datapath_sip_stats(struct datapath *d, struct sip_stats *sum)
{
	*sum = (struct sip_stats){ 0 };
	return datapath_ask(d, ask_stats, sum);
}

static void
ask_ports(struct worker *w, void *arg)
{
	struct engine_info i = engine_info(w->engine), *sum = arg;

	sum->ports_available += i.ports_available;
	sum->ports_in_use += i.ports_in_use;
}

struct engine_info
datapath_ports(struct datapath *d)
{
	struct engine_info sum = { 0 };

	datapath_ask(d, ask_ports, &sum);
	return sum;
}

struct ask_routes { const char *number; struct routes *to; };

static void
ask_routes(struct worker *w, void *arg)
{
	struct ask_routes *a = arg;

	route_follow(w->calls->route, w->config->dial_peers);
	route_outgoing(w->calls->route, a->number, a->to);
}

int
datapath_routes(struct datapath *d, const char *number, struct routes *to)
{
	*to = (struct routes){ 0 };
	return datapath_ask_one(d, 0, ask_routes, &(struct ask_routes){ number, to });
}

struct ask_trust { const addr_t *who; bool yes; };

static void
ask_trust(struct worker *w, void *arg)
{
	struct ask_trust *a = arg;

	a->yes |= transport_trusts(w, a->who);
}

bool
datapath_trusts(struct datapath *d, const addr_t *who)
{
	struct ask_trust a = { who, false };

	datapath_ask(d, ask_trust, &a);
	return a.yes;
}

static void
ask_names(struct worker *w, void *arg)
{
	names_known(w, arg);
}

int
datapath_names(struct datapath *d, struct known_names *to)
{
	*to = (struct known_names){ 0 };
	return datapath_ask(d, ask_names, to);
}
