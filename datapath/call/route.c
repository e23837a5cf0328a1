/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/route.c -- see route.h.  The tries follow the map of dial-peers by its differences,
 * so neither a new snapshot nor a call walks the peers. */
#include "datapath/call/route.h"
#include "datapath/call/digits.h"

#include <errno.h>
#include <stdlib.h>

struct route {
	struct digits_trie *called, *calling, *destination;
	struct map *peers;              /* what the tries hold */
};

struct row { struct digits_trie *trie; const char *pattern; };

/* A peer takes calls with sipv2 only; it is dialled only where it has a target. */
static void
rows_of(const struct route *r, const struct dial_peer *p, struct row rows[3])
{
	rows[0] = (struct row){ r->called, p->incoming };
	rows[1] = (struct row){ r->calling, p->answer };
	rows[2] = (struct row){ r->destination, p->destination };
}

static bool
in_service(const struct dial_peer *p)
{
	return p && !p->shutdown && p->protocol == PROTOCOL_SIPV2;
}

static void
on_peer(void *arg, const void *was, const void *is)
{
	const struct dial_peer *old = was, *now = is;
	struct row rows[3];

	if (in_service(old)) {
		rows_of(arg, old, rows);
		for (int i = 0; i < 3; i++)
			if (*rows[i].pattern)
				digits_remove(rows[i].trie, rows[i].pattern,
				    (uint32_t)strtoul(old->node.key, NULL, 10));
	}
	if (in_service(now)) {
		rows_of(arg, now, rows);
		for (int i = 0; i < 3; i++)
			if (*rows[i].pattern)
				digits_add(rows[i].trie, rows[i].pattern,
				    (uint32_t)strtoul(now->node.key, NULL, 10), now->preference);
	}
}

void
route_follow(struct route *r, const struct map *peers)
{
	struct map *held;

	if (r->peers == peers)
		return;
	held = map_hold(peers);
	map_diff(r->peers, held, on_peer, r);
	map_drop(r->peers);
	r->peers = held;
}

uint32_t
route_incoming(const struct route *r, const char *called, const char *calling, const char **how)
{
	struct digits_match m;

	*how = "DP_MATCH_INCOMING_DNIS";
	if (digits_find(r->called, called, &m, 1))
		return m.tag;
	*how = "DP_MATCH_ANSWER";
	if (*calling && digits_find(r->calling, calling, &m, 1))
		return m.tag;
	*how = "DP_MATCH_ORIGINATE";
	if (*calling && digits_find(r->destination, calling, &m, 1))
		return m.tag;
	*how = "NO_MATCH";
	return 0;
}

void
route_outgoing(const struct route *r, const char *number, struct routes *to)
{
	struct digits_match m[ROUTES_MAX];

	to->count = digits_find(r->destination, number, m, ROUTES_MAX);
	for (size_t i = 0; i < to->count; i++) {
		to->of[i].tag = m[i].tag;
		to->of[i].digits = m[i].explicit_digits;
	}
}

int
route_new(struct route **rp)
{
	struct route *r = calloc(1, sizeof(*r));

	if (!r || digits_new(&r->called) < 0 || digits_new(&r->calling) < 0 ||
	    digits_new(&r->destination) < 0) {
		route_free(r);
		return -ENOMEM;
	}
	*rp = r;
	return 0;
}

void
route_free(struct route *r)
{
	if (!r)
		return;
	digits_free(r->called);
	digits_free(r->calling);
	digits_free(r->destination);
	map_drop(r->peers);
	free(r);
}
