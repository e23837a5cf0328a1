/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/resolve.c -- who waits for a name's address, and what was found before.
 *
 * What `ip host' knows is answered from the current configuration.  The blocking look-up of all else
 * runs on libuv's pool; nothing of a worker is touched there, and the snapshot that it goes by is
 * held.  A name is asked for once, however many calls wait for it, its answer holds for a while, and
 * nobody waits longer than PATIENCE_MS: a name server that is dead delays no call to another name's
 * peer.  When the way of asking changes (a name server, a domain) all names are asked for anew. */
#include "datapath/call/names.h"
#include "datapath/call/room.h"
#include "shell/running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 1024, GOOD_MS = 30000, BAD_MS = 5000, PATIENCE_MS = 6000 };

/* A name, its answer, and who waits for it. */
struct name {
	struct link link;
	uv_work_t work;
	struct worker *worker;          /* NULL: the room is gone, and nobody waits any more */
	struct asked asked;
	uint32_t epoch;
	bool asking;
	const struct config *config;    /* held while it is asked for */
	uint64_t dice;
	int rc;
	addr_t found;
	uint64_t until_ms;
	struct resolution *waiting;
};

struct resolution {
	struct resolution *next;
	struct worker *worker;
	struct name *name;              /* NULL: what is known is here */
	int rc;
	addr_t found;
	struct timer due;
	void (*on)(void *arg, int rc, const addr_t *);
	void *arg;
};

static void
on_work(uv_work_t *work)
{
	struct name *n = work->data;

	n->rc = query(n->config, &n->asked, n->dice, &n->found);
}

/* ---- who waits ------------------------------------------------------------------------------------- */

static void
leave(struct resolution *r)
{
	struct resolution **at = r->name ? &r->name->waiting : NULL;

	while (at && *at && *at != r)
		at = &(*at)->next;
	if (at && *at)
		*at = r->next;
	timer_stop(&r->worker->wheel, &r->due);
}

static void
tell(struct resolution *r, int rc)
{
	addr_t found = r->name ? r->name->found : r->found;

	leave(r);
	r->on(r->arg, rc, &found);
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

	tell(r, r->name ? r->name->rc : r->rc);
}

static void
on_worked(uv_work_t *work, int status)
{
	struct name *n = work->data;

	running_drop(n->config);
	n->config = NULL;
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
hash_of(const struct worker *w, const struct asked *q)
{
	uint32_t more[3] = { q->port, (uint32_t)q->transport, w->calls->names_epoch };

	return hash_bytes(hash_text(w->datapath->secret, q->host), more, sizeof(more));
}

static struct name *
name_find(struct worker *w, const struct asked *q)
{
	struct link *l = hash_find(&w->calls->names, hash_of(w, q));

	for (; l; l = hash_next(l)) {
		struct name *n = OWNER(l, struct name, link);

		if (!strcmp(n->asked.host, q->host) && n->asked.port == q->port &&
		    n->asked.transport == q->transport && n->epoch == w->calls->names_epoch)
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
name_get(struct worker *w, const struct asked *q)
{
	struct name *n = name_find(w, q);

	if (n)
		return n;
	if (w->calls->names.count >= NAMES_MAX)
		forget_idle(w);
	if (w->calls->names.count >= NAMES_MAX || !(n = calloc(1, sizeof(*n))))
		return NULL;
	n->worker = w;
	n->work.data = n;
	n->asked = *q;
	n->epoch = w->calls->names_epoch;
	if (hash_add(&w->calls->names, &n->link, hash_of(w, q)) < 0) {
		free(n);
		return NULL;
	}
	return n;
}

static bool
ask(struct name *n)
{
	if (n->asking)
		return true;
	n->config = running_again(n->worker->config);
	n->dice = worker_random(n->worker);
	n->asking = uv_queue_work(&n->worker->loop, &n->work, on_work, on_worked) == 0;
	if (!n->asking) {
		running_drop(n->config);
		n->config = NULL;
	}
	return n->asking;
}

static struct resolution *
known_now(struct worker *w, int rc, const addr_t *found)
{
	struct resolution *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	*r = (struct resolution){ .worker = w, .rc = rc, .found = *found };
	if (rc == 0 && !transport_trusts(w, found))
		transport_learned(w, found);
	timer_start(&w->wheel, &r->due, 0, on_known, r);
	return r;
}

static struct resolution *
wait_for(struct worker *w, const struct asked *q)
{
	struct name *n = name_get(w, q);
	bool known = n && !n->asking && n->until_ms > worker_now_ms(w);
	struct resolution *r = n && (known || ask(n)) ? calloc(1, sizeof(*r)) : NULL;

	if (!r)
		return NULL;
	*r = (struct resolution){ .worker = w, .next = n->waiting, .name = n };
	n->waiting = r;
	timer_start(&w->wheel, &r->due, known ? 0 : PATIENCE_MS, known ? on_known : on_late, r);
	return r;
}

struct resolution *
resolve(struct worker *w, const char *host, uint16_t port, enum transport transport,
    void (*on)(void *arg, int rc, const addr_t *), void *arg)
{
	struct asked q = { .port = port, .transport = transport };
	struct resolution *r;
	addr_t found = { 0 };

	snprintf(q.host, sizeof(q.host), "%s", host);
	if (hosts_ask(w->config, &q, worker_random(w), &found) == HOSTS_FOUND)
		r = known_now(w, 0, &found);
	else
		r = w->config->domain_lookup ? wait_for(w, &q) : known_now(w, -ENOENT, &found);
	if (r) {
		r->on = on;
		r->arg = arg;
	}
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

static bool
asks_otherwise(const struct config *a, const struct config *b)
{
	return memcmp(&a->name_servers, &b->name_servers, sizeof(a->name_servers)) ||
	    a->hosts != b->hosts || a->domain_list != b->domain_list || strcmp(a->domain, b->domain) ||
	    a->round_robin != b->round_robin;
}

/* Who waits is told as it was asked; whoever comes now asks anew. */
void
names_changed(struct worker *w, const struct config *was)
{
	if (!was || !asks_otherwise(was, w->config))
		return;
	w->calls->names_epoch++;
	forget_idle(w);
}

void
names_known(struct worker *w, struct known_names *to)
{
	uint64_t now = worker_now_ms(w);

	for (struct link *l = hash_walk(&w->calls->names, NULL); l; l = hash_walk(&w->calls->names, l)) {
		const struct name *n = OWNER(l, struct name, link);
		struct known_name *more;

		if (n->asking || n->rc < 0 || n->until_ms <= now || n->epoch != w->calls->names_epoch)
			continue;
		if (!(more = realloc(to->of, (to->count + 1) * sizeof(*more))))
			return;
		to->of = more;
		more += to->count++;
		memcpy(more->host, n->asked.host, sizeof(more->host));
		more->address = n->found.in4.sin_addr;
		more->left_s = (uint32_t)((n->until_ms - now + 999) / 1000);
	}
}
