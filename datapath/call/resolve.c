/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/resolve.c -- names into addresses (RFC 3263 4, without NAPTR): SRV where no port is
 * said, else the address.
 *
 * The blocking look-up runs on libuv's pool; nothing of a worker is touched there.  A name is asked
 * for once, however many calls wait for it, its answer holds for a while, and nobody waits longer
 * than PATIENCE_MS: a name server that is dead delays no call to another name's peer. */
#include "datapath/call/room.h"

#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 1024, GOOD_MS = 30000, BAD_MS = 5000, PATIENCE_MS = 6000 };

/* A name, its answer, and who waits for it. */
struct name {
	struct link link;
	uv_work_t work;
	struct worker *worker;          /* NULL: the room is gone, and nobody waits any more */
	char host[256];
	uint16_t port;
	enum transport transport;
	bool asking;
	int rc;
	addr_t found;
	uint64_t until_ms;
	struct resolution *waiting;
};

struct resolution {
	struct resolution *next;
	struct name *name;
	struct timer due;
	void (*on)(void *arg, int rc, const addr_t *);
	void *arg;
};

/* The first of the SRV records by priority; false: there are none. */
static bool
by_srv(const struct name *r, char *target, size_t size, uint16_t *port)
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
	struct name *n = work->data;
	struct addrinfo hint = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM }, *list = NULL;
	uint16_t port = n->port;
	char target[256];
	int rc;

	snprintf(target, sizeof(target), "%s", n->host);
	if (!port && !by_srv(n, target, sizeof(target), &port))
		port = n->transport == TRANSPORT_TLS ? 5061 : 5060;
	rc = getaddrinfo(target, NULL, &hint, &list);
	n->rc = rc == 0 && list ? 0 : rc == EAI_AGAIN ? -EAGAIN : -ENOENT;
	if (n->rc == 0) {
		memcpy(&n->found, list->ai_addr, sizeof(struct sockaddr_in));
		addr_set_port(&n->found, port);
	}
	if (list)
		freeaddrinfo(list);
}

/* ---- who waits ------------------------------------------------------------------------------------- */

static void
leave(struct resolution *r)
{
	struct resolution **at = &r->name->waiting;

	while (*at && *at != r)
		at = &(*at)->next;
	if (*at)
		*at = r->next;
	timer_stop(&r->name->worker->wheel, &r->due);
}

static void
tell(struct resolution *r, int rc)
{
	struct name *n = r->name;

	leave(r);
	r->on(r->arg, rc, &n->found);
	free(r);
}

static void
on_late(void *arg)
{
	tell(arg, -ETIMEDOUT);
}

static void
on_known(void *arg)
{
	struct resolution *r = arg;

	tell(r, r->name->rc);
}

static void
on_worked(uv_work_t *work, int status)
{
	struct name *n = work->data;

	if (!n->worker) {
		free(n);
		return;
	}
	if (status < 0)
		n->rc = status;
	n->until_ms = worker_now_ms(n->worker) + (n->rc == 0 ? GOOD_MS : BAD_MS);
	if (n->rc == 0)
		transport_learned(n->worker, &n->found);
	while (n->waiting)
		tell(n->waiting, n->rc);
	n->asking = false;              /* only now: who was told may have made room among the names */
}

/* ---- names ------------------------------------------------------------------------------------------ */

static uint64_t
hash_of(const struct worker *w, const char *host, uint16_t port, enum transport transport)
{
	uint16_t more[2] = { port, (uint16_t)transport };

	return hash_bytes(hash_text(w->datapath->secret, host), more, sizeof(more));
}

static struct name *
name_find(struct worker *w, const char *host, uint16_t port, enum transport transport)
{
	struct link *l = hash_find(&w->calls->names, hash_of(w, host, port, transport));

	for (; l; l = hash_next(l)) {
		struct name *n = OWNER(l, struct name, link);

		if (!strcmp(n->host, host) && n->port == port && n->transport == transport)
			return n;
	}
	return NULL;
}

/* Those that nobody asks or waits for. */
static void
forget_idle(struct worker *w)
{
	struct link *next;

	for (struct link *l = hash_walk(&w->calls->names, NULL); l; l = next) {
		struct name *n = OWNER(l, struct name, link);

		next = hash_walk(&w->calls->names, l);
		if (n->asking || n->waiting)
			continue;
		hash_remove(&w->calls->names, l);
		free(n);
	}
}

static struct name *
name_get(struct worker *w, const char *host, uint16_t port, enum transport transport)
{
	struct name *n = name_find(w, host, port, transport);

	if (n)
		return n;
	if (w->calls->names.count >= NAMES_MAX)
		forget_idle(w);
	if (w->calls->names.count >= NAMES_MAX || !(n = calloc(1, sizeof(*n))))
		return NULL;
	n->worker = w;
	n->work.data = n;
	snprintf(n->host, sizeof(n->host), "%s", host);
	n->port = port;
	n->transport = transport;
	if (hash_add(&w->calls->names, &n->link, hash_of(w, host, port, transport)) < 0) {
		free(n);
		return NULL;
	}
	return n;
}

static bool
ask(struct name *n)
{
	if (!n->asking)
		n->asking = uv_queue_work(&n->worker->loop, &n->work, on_work, on_worked) == 0;
	return n->asking;
}

struct resolution *
resolve(struct worker *w, const char *host, uint16_t port, enum transport transport,
    void (*on)(void *arg, int rc, const addr_t *), void *arg)
{
	struct name *n = name_get(w, host, port, transport);
	bool known = n && !n->asking && n->until_ms > worker_now_ms(w);
	struct resolution *r = n && (known || ask(n)) ? calloc(1, sizeof(*r)) : NULL;

	if (!r)
		return NULL;
	*r = (struct resolution){ .next = n->waiting, .name = n, .on = on, .arg = arg };
	n->waiting = r;
	timer_start(&w->wheel, &r->due, known ? 0 : PATIENCE_MS, known ? on_known : on_late, r);
	return r;
}

void
resolve_forget(struct resolution *r)
{
	leave(r);
	free(r);
}

void
names_free(struct worker *w)
{
	struct link *l;

	while ((l = hash_take(&w->calls->names))) {
		struct name *n = OWNER(l, struct name, link);

		while (n->waiting)
			resolve_forget(n->waiting);
		n->worker = NULL;
		if (!n->asking)
			free(n);
	}
	hash_clear(&w->calls->names);
}
