/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/worker.h -- one worker: its loop and all that lives on it.  Private to datapath/. */
#ifndef DATAPATH_WORKER_H
#define DATAPATH_WORKER_H

#include "datapath/datapath.h"
#include "datapath/hash.h"
#include "datapath/mailbox.h"
#include "datapath/timer.h"
#include "modes/config.h"

#include <pthread.h>

struct engine;
struct transport_room;
struct transactions;
struct call_room;
struct peer_room;

struct worker {
	struct datapath *datapath;
	unsigned index;
	pthread_t thread;
	uv_loop_t loop;
	uv_prepare_t top;               /* takes a new snapshot before each pass */
	struct mailbox mail;
	struct wheel wheel;
	struct event_ring events;
	const struct config *config;    /* held */
	struct engine *engine;
	struct transport_room *transport;
	struct transactions *transactions;
	struct call_room *calls;
	struct peer_room *peers;
	struct sip_stats stats;
	uint64_t random[512];           /* worker_random()'s */
	unsigned random_left;
	bool stopping;
};

struct datapath {
	struct running *running;
	struct pki *pki;
	unsigned count;
	struct worker *workers;
	atomic_uint debug;
	atomic_ullong version;          /* of the newest snapshot */
	uint64_t secret;                /* keys the hash that spreads calls over workers */
	int news;                       /* eventfd */
	atomic_bool reading;            /* the reader sleeps: wake it */
	atomic_uint next_conn, next_call, next_leg;
	uint64_t start_ms;              /* monotonic */
};

void     datapath_news(struct datapath *);
uint64_t worker_now_ms(const struct worker *);          /* since the box came up */
uint64_t worker_random(struct worker *);                /* for names, never for keys */
/* Run on another worker's thread; fills *mail's deliver.  -ENOBUFS. */
int      worker_post(struct worker *to, struct mail *);
struct worker *worker_of(struct datapath *, unsigned index);
/* Ask every worker in turn and wait for each. */
int      datapath_ask(struct datapath *, void (*ask)(struct worker *, void *arg), void *arg);
int      datapath_ask_one(struct datapath *, unsigned index, void (*ask)(struct worker *, void *),
             void *arg);

#endif
