/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/datapath.c -- starts and stops the workers, tells them of new snapshots and puts
 * questions to them.  A worker's loop: new snapshot, mail, sockets, timers; nothing blocks. */
#include "datapath/call/call.h"
#include "datapath/call/peer.h"
#include "datapath/sip/arena.h"
#include "datapath/sip/transaction.h"
#include "datapath/sip/transport.h"
#include "datapath/worker.h"
#include "shell/running.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

/* ---- small services --------------------------------------------------------------------------- */

uint64_t
worker_now_ms(const struct worker *w)
{
	return uv_now(&w->loop) - w->datapath->start_ms;
}

/* From the kernel by the page: tags and branches are secrets of their dialogs (RFC 3261 19.3), so
 * that nobody guesses another's from those that he sees. */
uint64_t
worker_random(struct worker *w)
{
	enum { ALL = sizeof(w->random) / sizeof(*w->random) };

	if (!w->random_left) {
		while (getrandom(w->random, sizeof(w->random), 0) != sizeof(w->random))
			;               /* interrupted: it does not fail once it has begun */
		w->random_left = ALL;
	}
	return w->random[--w->random_left];
}

int
worker_post(struct worker *to, struct mail *mail)
{
	return mailbox_post(&to->mail, mail);
}

struct worker *
worker_of(struct datapath *d, unsigned index)
{
	return &d->workers[index % d->count];
}

void
datapath_news(struct datapath *d)
{
	if (atomic_exchange_explicit(&d->reading, false, memory_order_acq_rel))
		(void)!write(d->news, &(uint64_t){ 1 }, sizeof(uint64_t));
}

/* ---- snapshots --------------------------------------------------------------------------------- */

static struct port_range
worker_ports(const struct worker *w)
{
	struct port_range r = w->config->voip.rtp_ports;
	unsigned pairs, share;

	if (!r.set)
		r = (struct port_range){ 1, 8000, 48198 };
	r.min = (uint16_t)(r.min + 1) & ~1u;
	pairs = ((unsigned)r.max + 1 - r.min) / 2;
	share = pairs / w->datapath->count;
	r.min = (uint16_t)(r.min + w->index * share * 2);
	r.max = (uint16_t)(r.min + share * 2 - 1);
	return r;
}

static void
take_snapshot(struct worker *w)
{
	const struct config *now = running_hold(w->datapath->running), *was = w->config;
	struct port_range ports;

	w->config = now;
	ports = worker_ports(w);
	engine_ports(w->engine, ports.min, ports.max);
	transport_changed(w, was);
	peers_changed(w, was);
	calls_changed(w, was);
	running_drop(was);
}

/* One load when nothing has changed. */
static void
see_snapshot(struct worker *w)
{
	if (!w->stopping && running_version(w->config) !=
	    atomic_load_explicit(&w->datapath->version, memory_order_acquire))
		take_snapshot(w);
}

/* At the top of each pass: also where no memory was left for a nudge. */
static void
on_top(uv_prepare_t *top)
{
	see_snapshot(top->data);
}

struct nudge { struct mail mail; };

/* Not only at the next pass: who published and asks then gets his answer from what he published,
 * though both letters are delivered in one pass. */
static void
deliver_nudge(struct worker *w, struct mail *mail)
{
	free(mail);
	see_snapshot(w);
}

void
datapath_changed(struct datapath *d)
{
	const void *now = running_hold(d->running);

	atomic_store_explicit(&d->version, running_version(now), memory_order_release);
	running_drop(now);
	for (unsigned i = 0; i < d->count; i++) {
		struct nudge *n = calloc(1, sizeof(*n));

		if (!n)
			continue;               /* it will see the version at its next pass */
		n->mail.deliver = deliver_nudge;
		if (worker_post(&d->workers[i], &n->mail) < 0)
			free(n);
	}
}

/* ---- questions ---------------------------------------------------------------------------------- */

struct question {
	struct mail mail;
	void (*ask)(struct worker *, void *);
	void *arg;
	sem_t answered;
};

static void
deliver_question(struct worker *w, struct mail *mail)
{
	struct question *q = (struct question *)mail;

	q->ask(w, q->arg);
	sem_post(&q->answered);
}

int
datapath_ask_one(struct datapath *d, unsigned index, void (*ask)(struct worker *, void *), void *arg)
{
	struct question q = { .mail.deliver = deliver_question, .ask = ask, .arg = arg };
	int rc;

	sem_init(&q.answered, 0, 0);
	rc = worker_post(worker_of(d, index), &q.mail);
	while (rc == 0 && sem_wait(&q.answered) < 0 && errno == EINTR)
		;
	sem_destroy(&q.answered);
	return rc;
}

int
datapath_ask(struct datapath *d, void (*ask)(struct worker *, void *arg), void *arg)
{
	int rc = 0;

	for (unsigned i = 0; i < d->count && rc == 0; i++)
		rc = datapath_ask_one(d, i, ask, arg);
	return rc;
}

/* ---- news ---------------------------------------------------------------------------------------- */

void
datapath_debug(struct datapath *d, uint32_t set, uint32_t clear)
{
	atomic_fetch_and(&d->debug, ~clear);
	atomic_fetch_or(&d->debug, set);
}

uint32_t
datapath_debugging(const struct datapath *d)
{
	return atomic_load(&d->debug);
}

unsigned
datapath_workers(const struct datapath *d)
{
	return d->count;
}

/* The oldest record of all workers, so that lines come out in the order of time. */
static struct event_ring *
oldest(struct datapath *d)
{
	struct event_ring *best = NULL;
	uint64_t when = UINT64_MAX;

	for (unsigned i = 0; i < d->count; i++) {
		const struct event *e = event_next(&d->workers[i].events);

		if (e && e->wall_us < when) {
			when = e->wall_us;
			best = &d->workers[i].events;
		}
	}
	return best;
}

int
datapath_read(struct datapath *d, int ms, void (*on)(void *arg, const struct event *), void *arg,
    unsigned *dropped)
{
	struct pollfd p = { .fd = d->news, .events = POLLIN };
	struct event_ring *r;
	int count = 0;

	atomic_store_explicit(&d->reading, true, memory_order_release);
	if (!oldest(d) && poll(&p, 1, ms) > 0)
		(void)!read(d->news, &(uint64_t){ 0 }, sizeof(uint64_t));
	atomic_store_explicit(&d->reading, false, memory_order_release);
	while ((r = oldest(d))) {
		const struct event *e = event_next(r);

		on(arg, e);
		event_done(r, e);
		count++;
	}
	for (unsigned i = 0; dropped && i < d->count; i++)
		*dropped += atomic_exchange(&d->workers[i].events.dropped, 0);
	return count;
}

/* ---- start and stop -------------------------------------------------------------------------------- */

static void *
run_worker(void *arg)
{
	struct worker *w = arg;
	sigset_t all;
	char name[24];

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	snprintf(name, sizeof(name), "SIP worker %u", w->index);
	pthread_setname_np(pthread_self(), name);
	peers_changed(w, NULL);         /* here: it writes to the others, who are all open now */
	uv_run(&w->loop, UV_RUN_DEFAULT);
	arena_free();
	return NULL;
}

static int
worker_open(struct worker *w, struct datapath *d, unsigned index)
{
	struct engine_options engine = { .loop = &w->loop };
	struct port_range ports;
	int rc;

	w->datapath = d;
	w->index = index;
	if ((rc = uv_loop_init(&w->loop)) < 0)
		return rc;
	w->config = running_hold(d->running);
	ports = worker_ports(w);
	engine.port_min = ports.min;
	engine.port_max = ports.max;
	if ((rc = mailbox_open(&w->mail, &w->loop, w)) < 0 ||
	    (rc = wheel_open(&w->wheel, &w->loop)) < 0 || (rc = event_open(&w->events)) < 0 ||
	    (rc = engine_new(&w->engine, &engine)) < 0 || (rc = transactions_new(w)) < 0 ||
	    (rc = calls_new(w)) < 0 || (rc = peers_new(w)) < 0 || (rc = transport_new(w)) < 0)
		return rc;
	uv_prepare_init(&w->loop, &w->top);
	w->top.data = w;
	return uv_prepare_start(&w->top, on_top);
}

/* On the worker's own thread: everything that holds a handle lets go of it. */
static void
stop_worker(struct worker *w, void *arg)
{
	(void)arg;
	w->stopping = true;
	peers_free(w);
	calls_free(w);
	transactions_free(w);
	transport_free(w);
	engine_free(w->engine);
	wheel_close(&w->wheel);
	uv_close((uv_handle_t *)&w->top, NULL);
}

/* Once no worker posts any more: what lies there still is delivered, and the loop ends. */
static void
close_mail(struct worker *w, void *arg)
{
	(void)arg;
	mailbox_close(&w->mail);
}

static void
worker_join(struct worker *w)
{
	pthread_join(w->thread, NULL);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	transport_gone(w);
	uv_loop_close(&w->loop);
	event_close(&w->events);
	running_drop(w->config);
}

/* A full mailbox empties: no worker may miss this. */
static void
tell_all(struct datapath *d, void (*tell)(struct worker *, void *))
{
	for (unsigned i = 0; i < d->count; i++)
		while (datapath_ask_one(d, i, tell, NULL) < 0)
			poll(NULL, 0, 1);
}

void
datapath_stop(struct datapath *d)
{
	if (!d)
		return;
	tell_all(d, stop_worker);
	tell_all(d, close_mail);
	for (unsigned i = 0; i < d->count; i++)
		worker_join(&d->workers[i]);
	if (d->news >= 0)
		close(d->news);
	free(d->workers);
	free(d);
}

static int
start_workers(struct datapath *d)
{
	int rc;

	for (unsigned i = 0; i < d->count; i++)
		if ((rc = worker_open(&d->workers[i], d, i)) < 0)
			return rc;
	for (unsigned i = 0; i < d->count; i++)
		if (pthread_create(&d->workers[i].thread, NULL, run_worker, &d->workers[i]))
			return -EAGAIN;
	return 0;
}

int
datapath_start(struct datapath **dp, const struct datapath_options *o, char *why, size_t size)
{
	struct datapath *d = calloc(1, sizeof(*d));
	const void *now;
	int rc;

	if (!d)
		return -ENOMEM;
	d->running = o->running;
	d->pki = o->pki;
	d->count = o->workers ? o->workers : uv_available_parallelism();
	d->start_ms = uv_hrtime() / 1000000;
	d->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	d->workers = calloc(d->count, sizeof(*d->workers));
	now = running_hold(o->running);
	atomic_init(&d->version, running_version(now));
	running_drop(now);
	atomic_init(&d->next_call, 0x11cb);
	if (!d->workers || getrandom(&d->secret, sizeof(d->secret), 0) != sizeof(d->secret))
		rc = -ENOMEM;
	else
		rc = start_workers(d);
	/* A box that cannot start its workers exits: what they hold goes with the process. */
	if (rc < 0)
		snprintf(why, size, "the workers did not start: %s", strerror(-rc));
	else
		*dp = d;
	return rc;
}
