/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/query.c -- asks name servers, on a thread that may wait (RFC 3263 4, without NAPTR).
 *
 * Where `ip name-server' is configured those are asked, and nobody else; else the host's resolver
 * goes by its own files.  A name without a dot is completed: by `ip domain list', else by `ip domain
 * name'. */
#include "datapath/call/names.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ANSWER_BYTES = 4096, LOOKUP_MS = 6000, HOST_S = 3 };

/* ---- servers ----------------------------------------------------------------------------------------- */

/* What is asked, and until when: whoever waits has gone by then (PATIENCE_MS of resolve.c), and threads that
 * ask are few. */
struct lookup { const struct config *c; const struct asked *asked; uint64_t dice; int64_t until_ms; };

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Bytes of the answer; -ENOENT; -EAGAIN.  `server' NULL: the host's own. */
static int
ask_server(const struct in_addr *server, int timeout_s, const char *name, int type, unsigned char *answer)
{
	struct __res_state state = { 0 };
	int n;

	if (res_ninit(&state) < 0)
		return -EAGAIN;
	if (server) {
		state.nsaddr_list[0] = (struct sockaddr_in){ .sin_family = AF_INET,
			.sin_port = htons(NS_DEFAULTPORT), .sin_addr = *server };
		state.nscount = 1;
		state.retry = 1;
	} else if (state.retry > 2) {
		state.retry = 2;
	}
	if (server || state.retrans > timeout_s)
		state.retrans = timeout_s;
	n = res_nquery(&state, name, ns_c_in, type, answer, ANSWER_BYTES);
	if (n > ANSWER_BYTES)
		n = -ENOENT;                    /* its true length: what does not fit is no answer */
	else if (n < 0)
		n = state.res_h_errno == TRY_AGAIN ? -EAGAIN : -ENOENT;
	res_nclose(&state);
	return n;
}

/* Each server once, then all of them again: `ip domain timeout' and `retry', as far as the time goes. */
static int
ask(const struct lookup *l, const char *name, int type, unsigned char *answer)
{
	const struct config *c = l->c;
	int n = -EAGAIN;

	if (!c->name_servers.set)
		return ask_server(NULL, HOST_S, name, type, answer);
	for (unsigned round = 0; round <= c->dns_retry; round++)
		for (size_t i = 0; n == -EAGAIN && i < NAME_SERVERS && c->name_servers.at[i].s_addr; i++) {
			int64_t left_s = (l->until_ms - now_ms() + 999) / 1000;

			if (left_s <= 0)
				return -EAGAIN;
			n = ask_server(&c->name_servers.at[i], left_s < c->dns_timeout_s ? (int)left_s
			    : c->dns_timeout_s, name, type, answer);
		}
	return n;
}

/* ---- records ------------------------------------------------------------------------------------------ */

/* The addresses of an answer; how many. */
static size_t
read_addresses(const unsigned char *answer, int size, struct in_addr *at, size_t most)
{
	size_t n = 0;
	ns_msg msg;
	ns_rr rr;

	if (ns_initparse(answer, size, &msg) < 0)
		return 0;
	for (int i = 0; i < ns_msg_count(msg, ns_s_an) && n < most; i++)
		if (ns_parserr(&msg, ns_s_an, i, &rr) == 0 && ns_rr_type(rr) == ns_t_a &&
		    ns_rr_rdlen(rr) == sizeof(*at))
			memcpy(&at[n++], ns_rr_rdata(rr), sizeof(*at));
	return n;
}

static size_t
read_srvs(const unsigned char *answer, int size, struct srv *srv)
{
	size_t n = 0;
	ns_msg msg;
	ns_rr rr;

	if (ns_initparse(answer, size, &msg) < 0)
		return 0;
	for (int i = 0; i < ns_msg_count(msg, ns_s_an) && n < SRV_MAX; i++) {
		const unsigned char *data;

		if (ns_parserr(&msg, ns_s_an, i, &rr) < 0 || ns_rr_type(rr) != ns_t_srv ||
		    ns_rr_rdlen(rr) < 7)
			continue;
		data = ns_rr_rdata(rr);
		srv[n] = (struct srv){ ns_get16(data), ns_get16(data + 2), ns_get16(data + 4), "" };
		if (ns_name_uncompress(ns_msg_base(msg), ns_msg_end(msg), data + 6, srv[n].target,
		    sizeof(srv[n].target)) >= 0)
			n++;
	}
	return n;
}

/* ---- addresses ----------------------------------------------------------------------------------------- */

/* By the host's own resolver, /etc/hosts and all. */
static int
by_host(const char *name, struct in_addr *at, size_t most, size_t *count)
{
	struct addrinfo hint = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM }, *list = NULL;
	int rc = getaddrinfo(name, NULL, &hint, &list);

	*count = 0;
	for (const struct addrinfo *a = rc ? NULL : list; a && *count < most; a = a->ai_next)
		at[(*count)++] = ((const struct sockaddr_in *)(const void *)a->ai_addr)->sin_addr;
	if (list)
		freeaddrinfo(list);
	return *count ? 0 : rc == EAI_AGAIN ? -EAGAIN : -ENOENT;
}

static int
address_of(const struct lookup *l, const char *name, struct in_addr *found)
{
	const struct config *c = l->c;
	unsigned char answer[ANSWER_BYTES];
	struct in_addr at[16];
	size_t count = 0;
	int n;

	if (hosts_address(c, name, l->dice, found) || inet_pton(AF_INET, name, found) == 1)
		return 0;
	if (!c->name_servers.set) {
		if ((n = by_host(name, at, 16, &count)) < 0)
			return n;
	} else {
		if ((n = ask(l, name, ns_t_a, answer)) < 0)
			return n;
		count = read_addresses(answer, n, at, 16);
	}
	if (!count)
		return -ENOENT;
	*found = at[c->round_robin ? (l->dice >> 32) % count : 0];
	return 0;
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static int
query_one(const struct lookup *l, const char *name, addr_t *found)
{
	const struct asked *q = l->asked;
	unsigned char answer[ANSWER_BYTES];
	char service[600];
	struct srv srv[SRV_MAX];
	struct in_addr address;
	size_t count = 0;
	int n, rc = -ENOENT;

	if (!q->port) {
		snprintf(service, sizeof(service), "%s.%s", srv_service[q->transport % TRANSPORTS], name);
		if ((n = ask(l, service, ns_t_srv, answer)) > 0)
			count = read_srvs(answer, n, srv);
	}
	if (!count) {
		if ((rc = address_of(l, name, &address)) == 0)
			*found = addr_ipv4(address, asked_port(q));
		return rc;
	}
	srv_order(srv, count, l->dice);
	for (size_t i = 0; i < count && rc < 0; i++)
		if ((rc = address_of(l, srv[i].target, &address)) == 0)
			*found = addr_ipv4(address, srv[i].port);
	return rc;
}

/* A server that has no part in a domain may just refuse: the next form of the name is tried still. */
static int
query_in(const struct lookup *l, const char *domain, addr_t *found)
{
	char name[520];

	snprintf(name, sizeof(name), "%s.%s", l->asked->host, domain);
	return query_one(l, name, found);
}

int
query(const struct config *c, const struct asked *q, uint64_t dice, addr_t *found)
{
	struct lookup l = { c, q, dice, now_ms() + LOOKUP_MS };
	size_t count = 0;
	const struct node **list = NULL;
	int rc = -ENOENT;

	if (!strchr(q->host, '.')) {
		list = (const struct node **)map_by_birth(c->domain_list, &count);
		for (size_t i = 0; list && i < count && rc < 0; i++)
			rc = query_in(&l, list[i]->key, found);
		free(list);
		if (!count && *c->domain)
			rc = query_in(&l, c->domain, found);
	}
	return rc < 0 ? query_one(&l, q->host, found) : rc;
}
