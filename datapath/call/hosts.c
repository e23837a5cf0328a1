/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/hosts.c -- names that `ip host' knows, and the order of SRV records (RFC 2782).
 *
 * The records of a name stand together in their map, so a look-up costs what one of a map does. */
#include "datapath/call/names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *const srv_service[TRANSPORTS] = { "_sip._udp", "_sip._udp", "_sip._tcp", "_sips._tcp" };

uint16_t
asked_port(const struct asked *q)
{
	return q->port ? q->port : q->transport == TRANSPORT_TLS ? 5061 : 5060;
}

/* ---- RFC 2782 -------------------------------------------------------------------------------------- */

/* Of those with the lowest priority one by its weight; those without any have a small chance. */
static size_t
srv_pick(const struct srv *s, size_t count, uint64_t dice)
{
	unsigned best = 0x10000, sum = 0, run = 0, at;
	size_t last = 0;

	for (size_t i = 0; i < count; i++)
		if (s[i].priority < best)
			best = s[i].priority;
	for (size_t i = 0; i < count; i++)
		sum += s[i].priority == best ? s[i].weight : 0;
	at = (unsigned)(dice % (sum + 1u));
	for (size_t i = 0; i < count; i++)
		if (s[i].priority == best && !s[i].weight && !at)
			return i;
	for (size_t i = 0; i < count; i++) {
		if (s[i].priority != best || !s[i].weight)
			continue;
		last = i;
		if ((run += s[i].weight) >= at)
			break;
	}
	return last;
}

void
srv_order(struct srv *s, size_t count, uint64_t dice)
{
	for (size_t i = 0; i + 1 < count; i++) {
		size_t pick = i + srv_pick(s + i, count - i, dice >> 8);
		struct srv first = s[pick];

		s[pick] = s[i];
		s[i] = first;
		dice = dice * 6364136223846793005ull + 1442695040888963407ull;
	}
}

/* ---- ip host ----------------------------------------------------------------------------------------- */

static void
small(char *to, size_t size, const char *name)
{
	size_t n = 0;

	for (; name[n] && n + 1 < size; n++)
		to[n] = (char)tolower((unsigned char)name[n]);
	to[n] = '\0';
}

bool
hosts_address(const struct config *c, const char *name, uint64_t dice, struct in_addr *found)
{
	const struct host *h;
	char key[256];
	size_t n = 0;

	if (!c->hosts)
		return false;
	small(key, sizeof(key), name);
	if (!(h = map_find(c->hosts, key)))
		return false;
	while (n < HOST_ADDRESSES && h->at[n].s_addr)
		n++;
	if (n)
		*found = h->at[c->round_robin ? (dice >> 32) % n : 0];
	return n > 0;
}

static size_t
srvs_of(const struct config *c, const char *name, struct srv *srv)
{
	size_t n = 0, length;
	char key[600];

	small(key, sizeof(key), name);
	length = strlen(key);
	for (const struct host_srv *h = map_after(c->host_srvs, key); h && n < SRV_MAX &&
	     !strncmp(h->node.key, key, length) && h->node.key[length] == ' ';
	     h = map_after(c->host_srvs, h->node.key)) {
		srv[n] = (struct srv){ .priority = h->priority, .weight = h->weight, .port = h->port };
		snprintf(srv[n++].target, sizeof(srv->target), "%s", h->target);
	}
	return n;
}

/* Those of the name itself, and of its service: `_sip._udp.NAME'. */
static size_t
srvs(const struct config *c, const struct asked *q, struct srv *srv)
{
	char name[300];
	size_t n;

	if (!c->host_srvs || q->port)
		return 0;
	snprintf(name, sizeof(name), "%s.%s", srv_service[q->transport % TRANSPORTS], q->host);
	n = srvs_of(c, name, srv);
	return n ? n : srvs_of(c, q->host, srv);
}

enum hosts_say
hosts_ask(const struct config *c, struct asked *q, uint64_t dice, addr_t *found)
{
	struct srv srv[SRV_MAX];
	struct in_addr address;
	size_t n = srvs(c, q, srv);

	srv_order(srv, n, dice);
	for (size_t i = 0; i < n; i++) {        /* a name server could not be asked: the next that we know */
		if (hosts_address(c, srv[i].target, dice, &address)) {
			*found = addr_ipv4(address, srv[i].port);
			return HOSTS_FOUND;
		}
		if (!c->domain_lookup)
			continue;
		memcpy(q->host, srv[i].target, sizeof(q->host));
		q->port = srv[i].port;
		return HOSTS_REFER;
	}
	if (!hosts_address(c, q->host, dice, &address))
		return HOSTS_SILENT;
	*found = addr_ipv4(address, asked_port(q));
	return HOSTS_FOUND;
}

bool
hosts_know(const struct config *c, const char *host, uint16_t port, enum transport transport)
{
	struct asked q = { .port = port, .transport = transport };
	addr_t found;

	snprintf(q.host, sizeof(q.host), "%s", host);
	return hosts_ask(c, &q, 0, &found) == HOSTS_FOUND;
}
