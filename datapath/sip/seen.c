/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/seen.c -- which certificates the peers have shown last: what `show crypto pki expiry' counts the
 * days of and `crypto pki what-if remove' tries again.  One place per host and role; the oldest makes room. */
#include "datapath/sip/room.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
place_clear(struct seen_peer *p)
{
	for (size_t i = 0; i < p->count; i++)
		der_clear(&p->chain[i]);
	*p = (struct seen_peer){ .at_s = 0 };
}

/* That of the host in that role, else the oldest. */
static struct seen_peer *
place_of(struct transport_room *t, const struct conn *c)
{
	struct seen_peer *oldest = &t->seen[0];

	for (size_t i = 0; i < SEEN_KEPT; i++) {
		struct seen_peer *p = &t->seen[i];

		if (p->count && p->outbound == c->outbound && addr_same_host(&p->remote, &c->remote))
			return p;
		if (p->at_s < oldest->at_s)
			oldest = p;
	}
	return oldest;
}

/* A peer that suddenly shows another certificate has renewed it, or is somebody else: worth a line. */
static void
tell_change(struct conn *c, const struct seen_peer *was, const struct seen_peer *is)
{
	struct pki_brief old, new;
	char remote[ADDR_TEXT];

	if (!was->count || !is->count || (was->chain[0].size == is->chain[0].size &&
	    !memcmp(was->chain[0].bytes, is->chain[0].bytes, is->chain[0].size)))
		return;
	pki_brief(&was->chain[0], &old);
	pki_brief(&is->chain[0], &new);
	event_log(c->worker, 5, "SIP-5-TLS_PEER_CHANGED", "The certificate of %s has changed: %s (serial %s) was "
	    "%s (serial %s)", addr_host(&c->remote, remote), new.subject, new.serial, old.subject, old.serial);
}

void
seen_keep(struct conn *c)
{
	struct seen_peer *p = place_of(c->worker->transport, c);
	struct seen_peer now = { .remote = c->remote, .outbound = c->outbound, .tag = c->tag,
		.at_s = time(NULL) };
	const char *vouched = pki_vouched(c->ssl);

	now.count = pki_peer_chain(c->ssl, now.chain);
	snprintf(now.vouched, sizeof(now.vouched), "%s", vouched ? vouched : "");
	if (!now.count)
		return;
	if (addr_same_host(&p->remote, &now.remote) && p->outbound == now.outbound)
		tell_change(c, p, &now);
	place_clear(p);
	*p = now;
}

void
seen_free(struct transport_room *t)
{
	for (size_t i = 0; i < SEEN_KEPT; i++)
		place_clear(&t->seen[i]);
}

static bool
copy(const struct seen_peer *from, struct seen_peer *to)
{
	*to = *from;
	for (to->count = 0; to->count < from->count; to->count++) {
		struct der *d = &to->chain[to->count];

		*d = (struct der){ malloc(from->chain[to->count].size), from->chain[to->count].size };
		if (!d->bytes)
			return false;
		memcpy(d->bytes, from->chain[to->count].bytes, d->size);
	}
	return true;
}

void
transport_seen(struct worker *w, struct seen_peers *to)
{
	struct seen_peer *list = realloc(to->of, (to->count + SEEN_KEPT) * sizeof(*list));

	if (!list)
		return;
	to->of = list;
	for (size_t i = 0; i < SEEN_KEPT; i++)
		if (w->transport->seen[i].count && copy(&w->transport->seen[i], &list[to->count]))
			to->count++;
}

void
seen_peers_clear(struct seen_peers *s)
{
	for (size_t i = 0; i < s->count; i++)
		place_clear(&s->of[i]);
	free(s->of);
	*s = (struct seen_peers){ .count = 0 };
}
