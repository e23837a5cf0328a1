/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/resolve.c -- names into addresses (RFC 3263 4, without NAPTR): SRV where no port is
 * said, else the address.  The blocking look-up runs on libuv's pool; nothing of a worker is
 * touched there. */
#include "datapath/call/room.h"

#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct resolution {
	uv_work_t work;
	struct worker *worker;
	char host[256];
	uint16_t port;
	enum transport transport;
	void (*on)(void *arg, int rc, const addr_t *);
	void *arg;
	int rc;
	addr_t found;
};

/* The first of the SRV records by priority; false: there are none. */
static bool
by_srv(struct resolution *r, char *target, size_t size, uint16_t *port)
{
	static const char *const service[TRANSPORTS] = { "_sip._udp", "_sip._udp", "_sip._tcp",
		"_sips._tcp" };
	unsigned char answer[4096];
	char name[300];
	struct __res_state state = { 0 };
	unsigned best = 0x10000;
	ns_msg msg;
	int n;

	snprintf(name, sizeof(name), "%s.%s", service[r->transport % TRANSPORTS], r->host);
	if (res_ninit(&state) < 0)
		return false;
	n = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, sizeof(answer));
	res_nclose(&state);
	if (n < 0 || ns_initparse(answer, n, &msg) < 0)
		return false;
	for (int i = 0; i < ns_msg_count(msg, ns_s_an); i++) {
		ns_rr rr;

		if (ns_parserr(&msg, ns_s_an, i, &rr) < 0 || ns_rr_type(rr) != ns_t_srv ||
		    ns_rr_rdlen(rr) < 7 || ns_get16(ns_rr_rdata(rr)) >= best)
			continue;
		if (ns_name_uncompress(ns_msg_base(msg), ns_msg_end(msg), ns_rr_rdata(rr) + 6,
		    target, size) < 0)
			continue;
		best = ns_get16(ns_rr_rdata(rr));
		*port = ns_get16(ns_rr_rdata(rr) + 4);
	}
	return best < 0x10000;
}

static void
on_work(uv_work_t *work)
{
	struct resolution *r = work->data;
	struct addrinfo hint = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM }, *list = NULL;
	uint16_t port = r->port;
	char target[256];
	int rc;

	snprintf(target, sizeof(target), "%s", r->host);
	if (!port && !by_srv(r, target, sizeof(target), &port))
		port = r->transport == TRANSPORT_TLS ? 5061 : 5060;
	rc = getaddrinfo(target, NULL, &hint, &list);
	if (rc != 0 || !list) {
		r->rc = rc == EAI_AGAIN ? -EAGAIN : -ENOENT;
		return;
	}
	memcpy(&r->found, list->ai_addr, list->ai_addrlen);
	addr_set_port(&r->found, port);
	freeaddrinfo(list);
}

static void
on_worked(uv_work_t *work, int status)
{
	struct resolution *r = work->data;

	if (status < 0)
		r->rc = status;
	if (r->on) {
		if (r->rc == 0)
			transport_learned(r->worker, &r->found);
		r->on(r->arg, r->rc, &r->found);
	}
	free(r);
}

struct resolution *
resolve(struct worker *w, const char *host, uint16_t port, enum transport transport,
    void (*on)(void *arg, int rc, const addr_t *), void *arg)
{
	struct resolution *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->worker = w;
	snprintf(r->host, sizeof(r->host), "%s", host);
	r->port = port;
	r->transport = transport;
	r->on = on;
	r->arg = arg;
	r->work.data = r;
	if (uv_queue_work(&w->loop, &r->work, on_work, on_worked) < 0) {
		free(r);
		return NULL;
	}
	return r;
}

void
resolve_forget(struct resolution *r)
{
	r->on = NULL;
}
