/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/publish.c -- who changes the configuration and asks the datapath then gets his answer from
 * what he changed, even where a busy worker finds the change and the question in one pass. */
#include "datapath/worker.h"
#include "tests/box_inside.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t busy, let_go;
static struct inside in;

static void
hold(struct worker *w, void *arg)
{
	(void)w;
	(void)arg;
	sem_post(&busy);
	sem_wait(&let_go);
}

static void *
keep_busy(void *arg)
{
	datapath_ask_one(in.box.datapath, 0, hold, NULL);
	return arg;
}

static void *
ask(void *arg)
{
	datapath_routes(in.box.datapath, "1001", arg);
	return NULL;
}

static void
change(void)
{
	struct session_load load;

	if (startup_load(in.box.running, &in.box, "dial-peer voice 1 voip\n"
	    " destination-pattern 1...\n session protocol sipv2\n"
	    " session target ipv4:192.0.2.1\n", NULL, NULL, &load) < 0)
		inside_fail("load", "refused");
}

int
main(void)
{
	pthread_t holder, asker;
	struct routes routes;
	struct mailbox *mail;
	unsigned letters;

	inside_own_network();
	inside_open(&in, true);
	sem_init(&busy, 0, 0);
	sem_init(&let_go, 0, 0);
	pthread_create(&holder, NULL, keep_busy, NULL);
	sem_wait(&busy);
	change();
	mail = &worker_of(in.box.datapath, 0)->mail;
	letters = atomic_load(&mail->depth);
	pthread_create(&asker, NULL, ask, &routes);
	while (atomic_load(&mail->depth) == letters)
		usleep(1000);
	sem_post(&let_go);
	pthread_join(asker, NULL);
	pthread_join(holder, NULL);
	inside_close(&in);
	printf("publish: asked behind %u letters: %zu route(s)\n", letters, routes.count);
	return routes.count != 1;
}
