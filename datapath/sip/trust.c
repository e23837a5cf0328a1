/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/trust.c -- who may speak to us: the trusted list, the session targets of the
 * dial-peers, and what their names resolved to.
 *
 * The targets are kept as counted addresses in a hash and follow the configuration by its
 * differences, so a new snapshot costs what it changed and a look-up is O(1) in the number of
 * dial-peers. */
#include "datapath/sip/room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LEARNT_MAX = 256, LEARNT_MS = 24 * 3600 * 1000 };

struct target { struct link link; addr_t addr; unsigned users; };
struct trust {
	struct hash targets;
	struct learnt { addr_t addr; uint64_t until_ms; } learnt[LEARNT_MAX];   /* of names */
	bool everybody;                 /* no ip address trusted authenticate */
	struct map *list;               /* held: what `prefixes' was made of */
	struct prefix { uint32_t address, mask; } *prefixes;
	size_t prefix_count;
	struct map *peers;              /* what `targets' was made of */
};

static struct target *
target_find(const struct trust *t, const addr_t *a)
{
	for (struct link *l = hash_find(&t->targets, addr_hash_host(a)); l; l = hash_next(l))
		if (addr_same_host(&OWNER(l, struct target, link)->addr, a))
			return OWNER(l, struct target, link);
	return NULL;
}

static void
target_add(struct trust *t, const addr_t *a)
{
	struct target *is = target_find(t, a);

	if (!is) {
		is = calloc(1, sizeof(*is));
		if (!is)
			return;
		is->addr = *a;
		if (hash_add(&t->targets, &is->link, addr_hash_host(a)) < 0) {
			free(is);
			return;
		}
	}
	is->users++;
}

static void
target_remove(struct trust *t, const addr_t *a)
{
	struct target *is = target_find(t, a);

	if (!is || --is->users)
		return;
	hash_remove(&t->targets, &is->link);
	free(is);
}

/* A peer that is shut down vouches for nobody. */
static bool
peer_target(const struct dial_peer *p, addr_t *a)
{
	if (!p || p->shutdown || p->target.type != TARGET_IPV4)
		return false;
	*a = addr_ipv4(p->target.ipv4, 0);
	return true;
}

static void
on_peer_changed(void *arg, const void *was, const void *is)
{
	struct trust *t = arg;
	addr_t a;

	if (peer_target(is, &a))
		target_add(t, &a);
	if (peer_target(was, &a))
		target_remove(t, &a);
}

/* An address without a mask is a host; 0.0.0.0 without one is everybody, as 0.0.0.0 0.0.0.0 is. */
static void
flatten(struct trust *t)
{
	size_t n = 0;

	free(t->prefixes);
	t->prefix_count = 0;
	t->prefixes = calloc(map_count(t->list) + 1, sizeof(*t->prefixes));
	if (!t->prefixes)
		return;
	for (const struct trusted_ipv4 *i = map_first(t->list); i;
	     i = map_after(t->list, i->node.key)) {
		uint32_t mask = i->mask.s_addr;

		if (!mask && i->address.s_addr)
			mask = 0xffffffff;
		t->prefixes[n++] = (struct prefix){ i->address.s_addr & mask, mask };
	}
	t->prefix_count = n;
}

static bool
listed(const struct trust *t, struct in_addr a)
{
	for (size_t i = 0; i < t->prefix_count; i++)
		if ((a.s_addr & t->prefixes[i].mask) == t->prefixes[i].address)
			return true;
	return false;
}

bool
trust_allows(const struct trust *t, const addr_t *a)
{
	if (t->everybody)
		return true;
	if (a->ss_family == AF_INET &&
	    listed(t, ((const struct sockaddr_in *)a)->sin_addr))
		return true;
	return target_find(t, a) != NULL;
}

/* What a name resolved to is trusted for a day; the last LEARNT_MAX of them are. */
void
trust_learn(struct trust *t, const addr_t *a, uint64_t now_ms)
{
	struct learnt *oldest = &t->learnt[0];

	for (size_t i = 0; i < LEARNT_MAX; i++) {
		struct learnt *l = &t->learnt[i];

		if (l->until_ms && addr_same_host(&l->addr, a)) {
			l->until_ms = now_ms + LEARNT_MS;
			return;
		}
		if (l->until_ms < oldest->until_ms)
			oldest = l;
	}
	if (oldest->until_ms)
		target_remove(t, &oldest->addr);
	*oldest = (struct learnt){ *a, now_ms + LEARNT_MS };
	target_add(t, a);
}

void
trust_age(struct trust *t, uint64_t now_ms)
{
	for (size_t i = 0; i < LEARNT_MAX; i++) {
		if (!t->learnt[i].until_ms || t->learnt[i].until_ms > now_ms)
			continue;
		target_remove(t, &t->learnt[i].addr);
		t->learnt[i].until_ms = 0;
	}
}

void
trust_changed(struct trust *t, const struct config *was, const struct config *now)
{
	struct map *list = map_hold(now->voip.trust.ipv4), *peers = map_hold(now->dial_peers);

	(void)was;
	map_diff(t->peers, peers, on_peer_changed, t);
	map_drop(t->peers);
	t->peers = peers;
	if (list != t->list || !t->prefixes) {
		map_drop(t->list);
		t->list = list;
		flatten(t);
	} else {
		map_drop(list);
	}
	t->everybody = !now->voip.authenticate;
}

int
trust_new(struct trust **tp)
{
	*tp = calloc(1, sizeof(**tp));
	return *tp ? 0 : -ENOMEM;
}

void
trust_free(struct trust *t)
{
	struct link *next;

	if (!t)
		return;
	for (struct link *l = hash_walk(&t->targets, NULL); l; l = next) {
		next = hash_walk(&t->targets, l);
		free(OWNER(l, struct target, link));
	}
	hash_clear(&t->targets);
	map_drop(t->list);
	map_drop(t->peers);
	free(t->prefixes);
	free(t);
}
