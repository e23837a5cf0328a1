/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/strangers.c -- who was turned away without an answer: the last ones by host and
 * transport, for show, and a line in the log for each new one, though not for a flood of them. */
#include "datapath/sip/room.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUIET_MS = 10000 };              /* between two lines of a worker's log */

/* The row of this host; else the one that was silent for longest, emptied. */
static struct stranger *
row_of(struct transport_room *t, const addr_t *remote, enum transport transport)
{
	struct stranger *oldest = &t->strangers[0];

	for (size_t i = 0; i < STRANGERS_KEPT; i++) {
		struct stranger *s = &t->strangers[i];

		if (s->count && s->transport == transport && addr_same_host(&s->remote, remote))
			return s;
		if (s->last_s < oldest->last_s)
			oldest = s;
	}
	*oldest = (struct stranger){ .transport = transport };
	return oldest;
}

void
stranger_seen(struct worker *w, const addr_t *remote, enum transport transport)
{
	static const char *const names[TRANSPORTS] = { "UDP", "UDP", "TCP", "TLS" };
	struct transport_room *t = w->transport;
	struct stranger *s = row_of(t, remote, transport);
	uint64_t now = worker_now_ms(w);
	char host[ADDR_TEXT];

	w->stats.untrusted++;
	s->remote = *remote;
	s->last_s = time(NULL);
	if (s->count++ || now < t->strangers_quiet_until_ms)
		return;
	t->strangers_quiet_until_ms = now + QUIET_MS;
	event_log(w, 4, "SIP-4-UNTRUSTED", "What came from %s (%s) was discarded: the address is "
	    "neither in 'ip address trusted list' nor the session target of a dial-peer",
	    addr_host(remote, host), names[transport % TRANSPORTS]);
}

void
transport_strangers(struct worker *w, struct strangers *to)
{
	const struct stranger *of = w->transport->strangers;
	struct stranger *list = realloc(to->of, (to->count + STRANGERS_KEPT) * sizeof(*list));

	if (!list)
		return;
	to->of = list;
	for (size_t i = 0; i < STRANGERS_KEPT; i++)
		if (of[i].count)
			list[to->count++] = of[i];
}
