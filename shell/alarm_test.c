/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/alarm_test.c -- alarms ring once, in their order, the replaced and the cancelled ones not; and an
 * alarm may set the next one. */
#include "shell/alarm.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct alarms *alarms;
static atomic_int rings[4], again;
static _Atomic char order[8];
static atomic_size_t ordered, written;
static int failures;

static void
check(bool good, const char *what)
{
	if (good)
		return;
	printf("alarm: %s\n", what);
	failures++;
}

static void
ring(void *arg)
{
	atomic_int *count = arg;

	order[atomic_fetch_add(&ordered, 1) % sizeof(order)] = (char)('0' + (count - rings));
	atomic_fetch_add(&written, 1);
	atomic_fetch_add(count, 1);
}

static void
ring_again(void *arg)
{
	if (atomic_fetch_add((atomic_int *)arg, 1) < 2)
		alarm_set(alarms, "again", 10, ring_again, arg);
}

static void *
fiddle(void *arg)
{
	char name[16];

	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "%s%d", (const char *)arg, i % 3);
		alarm_set(alarms, name, 100000, ring, &rings[3]);
		alarm_left_ms(alarms, name);
		alarm_cancel(alarms, name);
	}
	return NULL;
}

int
main(void)
{
	pthread_t threads[2];
	char name[ALARM_NAME];

	check(alarms_start(&alarms) == 0, "starts");
	alarm_set(alarms, "b", 120, ring, &rings[1]);
	alarm_set(alarms, "a", 60, ring, &rings[0]);
	alarm_set(alarms, "c", 20, ring, &rings[2]);
	alarm_set(alarms, "c", 180, ring, &rings[2]);  /* later than it was */
	alarm_set(alarms, "never", 20, ring, &rings[3]);
	check(alarm_cancel(alarms, "never") && !alarm_cancel(alarms, "never"), "cancelled once");
	check(alarm_left_ms(alarms, "a") > 0 && alarm_left_ms(alarms, "never") == -1, "what is left");
	alarm_set(alarms, "again", 10, ring_again, &again);
	pthread_create(&threads[0], NULL, fiddle, "x");
	pthread_create(&threads[1], NULL, fiddle, "y");
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 200 && (written < 3 || again < 3); i++)
		usleep(10000);
	check(written == 3 && order[0] == '0' && order[1] == '1' && order[2] == '2', "in their order, each once");
	check(again == 3, "one that sets itself");
	check(rings[3] == 0, "what was cancelled does not ring");
	for (int i = 0; i < ALARMS_MAX; i++) {
		snprintf(name, sizeof(name), "full%d", i);
		check(alarm_set(alarms, name, 100000, ring, &rings[3]) == 0, "there is room");
	}
	check(alarm_set(alarms, "more", 1, ring, &rings[3]) == -ENOSPC, "and no more");
	alarms_stop(alarms);
	check(rings[3] == 0, "none rings after the end");
	printf("alarm: %d failures\n", failures);
	return failures != 0;
}
