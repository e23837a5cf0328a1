/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/peer.c -- see peer.h.
 *
 * One worker, chosen by the tag, sends a peer's OPTIONS and tells the others what it learnt; each
 * keeps its own copy, so that routing asks nobody.  States: not probed, up, down, each with since
 * when and because of what. */
#include "datapath/call/peer.h"
#include "datapath/call/room.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct peer {
	struct link link;
	uint32_t tag;
	struct peer_status status;
	struct peer_calls calls;
	struct worker *worker;
	bool probing;                   /* this worker sends its OPTIONS */
	unsigned failures;
	struct timer next;
	struct client_tx *tx;
	struct resolution *resolving;   /* of its name, for an OPTIONS */
};

struct peer_room { struct hash peers; struct map *dial_peers; };

static uint64_t
hash_of(uint32_t tag)
{
	return hash_bytes(HASH_START, &tag, sizeof(tag));
}

static struct peer *
peer_find(struct worker *w, uint32_t tag)
{
	for (struct link *l = hash_find(&w->peers->peers, hash_of(tag)); l; l = hash_next(l))
		if (OWNER(l, struct peer, link)->tag == tag)
			return OWNER(l, struct peer, link);
	return NULL;
}

static struct peer *
peer_get(struct worker *w, uint32_t tag)
{
	struct peer *p = peer_find(w, tag);

	if (p || !(p = calloc(1, sizeof(*p))))
		return p;
	p->tag = tag;
	p->worker = w;
	if (hash_add(&w->peers->peers, &p->link, hash_of(tag)) < 0) {
		free(p);
		return NULL;
	}
	return p;
}

/* ---- telling the others -------------------------------------------------------------------------------------- */

struct tidings { struct mail mail; uint32_t tag; struct peer_status status; };

static void
deliver_tidings(struct worker *w, struct mail *mail)
{
	struct tidings *t = (struct tidings *)mail;
	struct peer *p = w->stopping ? NULL : peer_get(w, t->tag);

	if (p)
		p->status = t->status;
	free(t);
}

static void
tell_others(struct peer *p)
{
	struct datapath *d = p->worker->datapath;

	for (unsigned i = 0; i < d->count; i++) {
		struct tidings *t = i == p->worker->index ? NULL : calloc(1, sizeof(*t));

		if (!t)
			continue;
		*t = (struct tidings){ .mail.deliver = deliver_tidings, .tag = p->tag,
			.status = p->status };
		if (worker_post(worker_of(d, i), &t->mail) < 0)
			free(t);
	}
}

/* The one door through which a peer's state changes. */
static void
peer_enter(struct peer *p, enum peer_state next, const char *because)
{
	snprintf(p->status.because, sizeof(p->status.because), "%s", because);
	if (p->status.state != next) {
		if (p->status.state != PEER_UNPROBED || next == PEER_DOWN)
			event_log(p->worker, next == PEER_DOWN ? 4 : 5, next == PEER_DOWN ?
			    "SIP-4-KEEPALIVE_DOWN" : "SIP-5-KEEPALIVE_UP",
			    "dial-peer %u is %s: %s", p->tag, next == PEER_DOWN ? "down" : "up",
			    because);
		p->status.state = next;
		p->status.since_s = time(NULL);
	}
	tell_others(p);
}

static bool
probes(const struct dial_peer *d)
{
	return d && d->keepalive.set && !d->shutdown &&
	    (d->target.type == TARGET_IPV4 || d->target.type == TARGET_DNS);
}

/* ---- probing --------------------------------------------------------------------------------------------------- */

static void probe(void *arg);

static const struct dial_peer *
configured(const struct peer *p)
{
	char key[16];

	snprintf(key, sizeof(key), "%u", p->tag);
	return map_find(p->worker->config->dial_peers, key);
}

static void
again(struct peer *p)
{
	const struct dial_peer *d = configured(p);
	unsigned s;

	if (!d || !d->keepalive.set)
		return;
	if (p->status.state == PEER_DOWN)
		s = d->keepalive.down_s ? d->keepalive.down_s : 30;
	else
		s = d->keepalive.up_s ? d->keepalive.up_s : 60;
	/* While it is failing it is asked sooner, so that retry is reached before an interval. */
	if (p->failures && p->status.state != PEER_DOWN)
		s = 2;
	timer_start(&p->worker->wheel, &p->next, s * 1000u, probe, p);
}

static void
failed(struct peer *p, const char *because)
{
	const struct dial_peer *d = configured(p);
	unsigned most = d && d->keepalive.retry ? d->keepalive.retry : 5;

	if (++p->failures >= most)
		peer_enter(p, PEER_DOWN, because);
	again(p);
}

static void
on_response(void *arg, struct client_tx *tx, const struct message *m)
{
	struct peer *p = arg;
	char because[128];

	(void)tx;
	if (m->status < 200)
		return;
	snprintf(because, sizeof(because), "it answered OPTIONS with %d %.60s", m->status,
	    message_reason(m));
	if (m->status == 503 || m->status == 408) {
		failed(p, because);
		return;
	}
	p->failures = 0;
	peer_enter(p, PEER_UP, because);
	again(p);
}

static void
on_failed(void *arg, struct client_tx *tx, int status, const char *why)
{
	char because[160];

	(void)tx;
	snprintf(because, sizeof(because), "%s (%d)", why, status);
	failed(arg, because);
}

static void
on_end(void *arg, struct client_tx *tx)
{
	struct peer *p = arg;

	if (p->tx == tx)
		p->tx = NULL;
}

static const struct client_user probe_user = {
	.on_response = on_response, .on_failed = on_failed, .on_end = on_end
};

static void
write_options(struct worker *w, const struct flow *f, const char *branch, struct text *t)
{
	static const char *const word[TRANSPORTS] = { "UDP", "UDP", "TCP", "TLS" };
	char local[ADDR_TEXT], remote[ADDR_TEXT], host[ADDR_TEXT], tag[NAME_SIZE];

	addr_text(&f->local, local);
	addr_text(&f->remote, remote);
	addr_host(&f->local, host);
	name_tag(w, tag);
	text_format(t, "OPTIONS sip:%s SIP/2.0\r\n"
	    "Via: SIP/2.0/%s %s;branch=%s\r\nMax-Forwards: 70\r\n"
	    "From: <sip:%s>;tag=%s\r\nTo: <sip:%s>\r\nCall-ID: %016llX@%s\r\n"
	    "CSeq: 101 OPTIONS\r\nContact: <sip:%s>\r\nUser-Agent: Parapet\r\n"
	    "Content-Length: 0\r\n\r\n", remote, word[f->transport % TRANSPORTS], local, branch,
	    host, tag, remote, (unsigned long long)worker_random(w), host, local);
}

static enum transport
transport_of(const struct peer *p, const struct dial_peer *d)
{
	enum transport t = d->transport != TRANSPORT_SYSTEM ? d->transport
	    : p->worker->config->voip.sip.transport;

	return t == TRANSPORT_SYSTEM ? TRANSPORT_UDP : t;
}

static void
probe_at(struct peer *p, enum transport transport, const addr_t *remote)
{
	struct text t = { 0 };
	char branch[NAME_SIZE];
	struct flow flow;

	transport_flow(p->worker, transport, remote, &flow);
	flow.tag = p->tag;
	name_branch(p->worker, branch);
	write_options(p->worker, &flow, branch, &t);
	p->tx = client_send(p->worker, METHOD_OPTIONS, branch, &flow, &t, &probe_user, p, 0, "");
	if (!p->tx)
		again(p);
}

static void
on_address(void *arg, int rc, const addr_t *remote)
{
	struct peer *p = arg;
	const struct dial_peer *d = configured(p);
	char because[192];

	p->resolving = NULL;
	if (!probes(d))
		return;
	if (rc == 0) {
		probe_at(p, transport_of(p, d), remote);
		return;
	}
	snprintf(because, sizeof(because), "the name %.100s cannot be resolved: %s", d->target.host,
	    strerror(-rc));
	failed(p, because);
}

static void
probe(void *arg)
{
	struct peer *p = arg;
	const struct dial_peer *d = configured(p);
	enum transport transport;
	addr_t remote;

	if (!probes(d))
		return;
	transport = transport_of(p, d);
	if (d->target.type == TARGET_DNS) {
		p->resolving = resolve(p->worker, d->target.host, d->target.port, transport,
		    on_address, p);
		if (!p->resolving)
			again(p);
		return;
	}
	remote = addr_ipv4(d->target.ipv4, d->target.port ? d->target.port
	    : transport == TRANSPORT_TLS ? 5061 : 5060);
	probe_at(p, transport, &remote);
}

/* ---- following the configuration ---------------------------------------------------------------------------------- */

static void
leave_probe(struct peer *p)
{
	if (p->tx)
		client_leave(p->tx);
	p->tx = NULL;
	if (p->resolving)
		resolve_forget(p->resolving);
	p->resolving = NULL;
}

static void
on_changed(void *arg, const void *was, const void *is)
{
	struct worker *w = arg;
	const struct dial_peer *old = was, *now = is;
	uint32_t tag = (uint32_t)strtoul((now ? now : old)->node.key, NULL, 10);
	struct peer *p;

	if (tag % w->datapath->count != w->index || (!probes(old) && !probes(now)))
		return;
	p = peer_get(w, tag);
	if (!p)
		return;
	timer_stop(&w->wheel, &p->next);
	leave_probe(p);
	p->failures = 0;
	p->probing = probes(now);
	p->status = (struct peer_status){ .state = PEER_UNPROBED, .since_s = time(NULL) };
	tell_others(p);
	if (p->probing)
		timer_start(&w->wheel, &p->next, 100, probe, p);
}

void
peers_changed(struct worker *w, const struct config *was)
{
	struct map *now = map_hold(w->config->dial_peers);

	(void)was;
	map_diff(w->peers->dial_peers, now, on_changed, w);
	map_drop(w->peers->dial_peers);
	w->peers->dial_peers = now;
}

int
peers_new(struct worker *w)
{
	w->peers = calloc(1, sizeof(*w->peers));
	return w->peers ? 0 : -ENOMEM;
}

void
peers_free(struct worker *w)
{
	struct link *l;

	if (!w->peers)
		return;
	while ((l = hash_take(&w->peers->peers))) {
		struct peer *p = OWNER(l, struct peer, link);

		timer_stop(&w->wheel, &p->next);
		leave_probe(p);
		free(p);
	}
	hash_clear(&w->peers->peers);
	map_drop(w->peers->dial_peers);
	free(w->peers);
	w->peers = NULL;
}

/* ---- asked --------------------------------------------------------------------------------------------------------- */

bool
peer_is_down(struct worker *w, uint32_t tag)
{
	const struct peer *p = peer_find(w, tag);

	return p && p->status.state == PEER_DOWN;
}

struct peer_calls *
peer_counters(struct worker *w, uint32_t tag)
{
	struct peer *p = peer_get(w, tag);

	return p ? &p->calls : NULL;
}

struct ask { uint32_t tag; struct peer_status status; struct peer_calls calls; };

static void
ask_peer(struct worker *w, void *arg)
{
	struct ask *a = arg;
	const struct peer *p = peer_find(w, a->tag);

	if (!p)
		return;
	if (p->probing || a->status.state == PEER_UNPROBED)
		a->status = p->status;
	a->calls.connected += p->calls.connected;
	a->calls.failed += p->calls.failed;
	a->calls.incomplete += p->calls.incomplete;
	a->calls.accepted += p->calls.accepted;
	a->calls.refused += p->calls.refused;
	a->calls.connect_s += p->calls.connect_s;
	if (p->calls.last_cause) {
		a->calls.last_cause = p->calls.last_cause;
		memcpy(a->calls.last_text, p->calls.last_text, sizeof(a->calls.last_text));
	}
}

struct peer_status
datapath_peer(struct datapath *d, uint32_t tag)
{
	struct ask a = { .tag = tag };

	datapath_ask(d, ask_peer, &a);
	return a.status;
}

struct peer_calls
datapath_peer_calls(struct datapath *d, uint32_t tag)
{
	struct ask a = { .tag = tag };

	datapath_ask(d, ask_peer, &a);
	return a.calls;
}
