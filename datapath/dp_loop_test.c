/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/dp_loop_test.c -- what a worker's loop is made of: the hash, the wheel of timers and the
 * mailbox, each used as the datapath does, the last one from several threads. */
#include "datapath/hash.h"
#include "datapath/mailbox.h"
#include "datapath/timer.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { OBJECTS = 5000, TIMERS = 200, WRITERS = 4, LETTERS = 20000 };

static int failures;

static void
check(bool good, const char *what)
{
	if (good)
		return;
	printf("loop: %s\n", what);
	failures++;
}

/* ---- the hash ------------------------------------------------------------------------------ */

struct object { struct link link; int number; };

static void
hashes(void)
{
	static struct object o[OBJECTS];
	struct hash h = { 0 };
	int found = 0;

	for (int i = 0; i < OBJECTS; i++) {
		o[i].number = i;
		/* every third has the hash of another: they share it and are told apart */
		hash_add(&h, &o[i].link, (uint64_t)(i % 3 ? i : i / 3 * 3 % 900) * 977);
	}
	for (struct link *l = NULL; (l = hash_walk(&h, l));)
		found++;
	check(found == OBJECTS, "a walk meets each once");
	for (struct link *l = hash_find(&h, 300 * 977); l; l = hash_next(l))
		found -= OWNER(l, struct object, link)->number % 900 == 300;
	check(found == OBJECTS - 6, "those of one hash");
	for (int i = 0; i < OBJECTS; i += 2)
		hash_remove(&h, &o[i].link);
	hash_remove(&h, &o[0].link);
	check(h.count == OBJECTS / 2, "half are left");
	for (found = 0; hash_take(&h); found++)
		;
	check(found == OBJECTS / 2 && !h.count, "taking empties it");
	hash_clear(&h);
}

/* ---- timers -------------------------------------------------------------------------------- */

struct alarm { struct timer timer; uint64_t due_ms, fired_ms; int fired; };
static struct alarm alarms[TIMERS];
static struct wheel wheel;
static uv_loop_t loop;
static int again;

static void
on_alarm(void *arg)
{
	struct alarm *a = arg;

	a->fired++;
	a->fired_ms = uv_now(&loop);
	/* one that stops its neighbour and starts itself anew, once */
	if (a == &alarms[10] && a->fired == 1) {
		timer_stop(&wheel, &alarms[11].timer);
		timer_start(&wheel, &a->timer, 50, on_alarm, a);
		again++;
	}
}

static void
timers(void)
{
	uv_loop_init(&loop);
	wheel_open(&wheel, &loop);
	for (int i = 0; i < TIMERS; i++) {
		alarms[i].due_ms = uv_now(&loop) + (uint64_t)i * 5;
		timer_start(&wheel, &alarms[i].timer, (uint64_t)i * 5, on_alarm, &alarms[i]);
	}
	timer_stop(&wheel, &alarms[20].timer);
	timer_stop(&wheel, &alarms[20].timer);
	while (wheel.running)
		uv_run(&loop, UV_RUN_ONCE);
	check(again == 1 && alarms[10].fired == 2, "a timer starts itself anew");
	check(!alarms[11].fired && !alarms[20].fired, "a stopped one is silent");
	for (int i = 0; i < TIMERS; i++) {
		if (i == 10 || i == 11 || i == 20)
			continue;
		check(alarms[i].fired == 1, "each fires once");
		check(alarms[i].fired_ms >= alarms[i].due_ms, "never early");
	}
	/* more than one turn of the wheel away: it stays until its turn */
	timer_start(&wheel, &alarms[0].timer, (uint64_t)WHEEL_SLOTS * TICK_MS + 20, on_alarm, &alarms[0]);
	timer_start(&wheel, &alarms[1].timer, 30, on_alarm, &alarms[1]);
	while (alarms[1].fired < 2)
		uv_run(&loop, UV_RUN_ONCE);
	check(alarms[0].fired == 1 && timer_running(&alarms[0].timer), "a far one waits");
	timer_stop(&wheel, &alarms[0].timer);
	wheel_close(&wheel);
	uv_run(&loop, UV_RUN_DEFAULT);
	check(uv_loop_close(&loop) == 0, "the wheel leaves the loop");
}

/* ---- the mailbox ----------------------------------------------------------------------------- */

struct letter { struct mail mail; int writer, number; };
static struct mailbox box;
static int next_of[WRITERS], delivered;

static void
deliver(struct worker *w, struct mail *mail)
{
	struct letter *l = (struct letter *)mail;

	(void)w;
	check(l->number == next_of[l->writer], "a writer's letters keep their order");
	next_of[l->writer]++;
	delivered++;
	free(l);
}

static void *
writer(void *arg)
{
	for (int i = 0; i < LETTERS; i++) {
		struct letter *l = calloc(1, sizeof(*l));

		if (!l)
			abort();
		l->mail.deliver = deliver;
		l->writer = (int)(intptr_t)arg;
		l->number = i;
		while (mailbox_post(&box, &l->mail) < 0)
			sched_yield();          /* full: the letter is still ours */
	}
	return NULL;
}

static void
mailboxes(void)
{
	pthread_t threads[WRITERS];

	uv_loop_init(&loop);
	mailbox_open(&box, &loop, NULL);
	for (int i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, writer, (void *)(intptr_t)i);
	while (delivered < WRITERS * LETTERS)
		uv_run(&loop, UV_RUN_ONCE);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	check(delivered == WRITERS * LETTERS, "each letter once");
	mailbox_close(&box);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
}

int
main(void)
{
	hashes();
	timers();
	mailboxes();
	printf("loop: %d failures\n", failures);
	return failures != 0;
}
