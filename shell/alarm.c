/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/alarm.c -- see alarm.h.  A handful of alarms in an array: the next one is looked for whenever
 * one changes. */
#include "shell/alarm.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct alarm {
	char name[ALARM_NAME]; /* empty: free */
	int64_t at_ms;
	void (*ring)(void *arg);
	void *arg;
};

struct alarms {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool closing;
	struct alarm of[ALARMS_MAX];
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static struct alarm *
next_alarm(struct alarms *a)
{
	struct alarm *next = NULL;

	for (int i = 0; i < ALARMS_MAX; i++)
		if (*a->of[i].name && (!next || a->of[i].at_ms < next->at_ms))
			next = &a->of[i];
	return next;
}

static void
sleep_until(struct alarms *a, const struct alarm *next)
{
	struct timespec t;

	if (!next) {
		pthread_cond_wait(&a->changed, &a->lock);
		return;
	}
	t.tv_sec = next->at_ms / 1000;
	t.tv_nsec = next->at_ms % 1000 * 1000000;
	pthread_cond_timedwait(&a->changed, &a->lock, &t);
}

static void *
alarms_main(void *arg)
{
	struct alarms *a = arg;
	struct alarm *next, due;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are main's */
	pthread_setname_np(pthread_self(), "Alarms");
	pthread_mutex_lock(&a->lock);
	while (!a->closing) {
		next = next_alarm(a);
		if (!next || next->at_ms > now_ms()) {
			sleep_until(a, next);
			continue;
		}
		due = *next;
		*next = (struct alarm){.at_ms = 0};
		pthread_mutex_unlock(&a->lock);
		due.ring(due.arg);
		pthread_mutex_lock(&a->lock);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

int
alarms_start(struct alarms **ap)
{
	struct alarms *a = calloc(1, sizeof(*a));
	pthread_condattr_t attr;
	int rc;

	if (!a)
		return -ENOMEM;
	pthread_mutex_init(&a->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&a->changed, &attr);
	pthread_condattr_destroy(&attr);
	rc = -pthread_create(&a->thread, NULL, alarms_main, a);
	if (rc == 0)
		*ap = a;
	else
		free(a);
	return rc;
}

void
alarms_stop(struct alarms *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->closing = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* The one of that name; else, for an empty name, a free one; NULL: none.  Under the lock. */
static struct alarm *
find(struct alarms *a, const char *name)
{
	for (int i = 0; i < ALARMS_MAX; i++)
		if (!strcmp(a->of[i].name, name))
			return &a->of[i];
	return NULL;
}

int
alarm_set(struct alarms *a, const char *name, int64_t ms, void (*ring)(void *arg), void *arg)
{
	struct alarm *to;

	pthread_mutex_lock(&a->lock);
	to = find(a, name);
	if (!to)
		to = find(a, "");
	if (to) {
		*to = (struct alarm){.at_ms = now_ms() + ms, .ring = ring, .arg = arg};
		snprintf(to->name, sizeof(to->name), "%s", name);
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return to ? 0 : -ENOSPC;
}

bool
alarm_cancel(struct alarms *a, const char *name)
{
	struct alarm *of;

	pthread_mutex_lock(&a->lock);
	of = find(a, name);
	if (of)
		*of = (struct alarm){.at_ms = 0};
	pthread_mutex_unlock(&a->lock);
	return of != NULL;
}

int64_t
alarm_left_ms(struct alarms *a, const char *name)
{
	const struct alarm *of;
	int64_t left = -1;

	pthread_mutex_lock(&a->lock);
	if ((of = find(a, name)))
		left = of->at_ms > now_ms() ? of->at_ms - now_ms() : 0;
	pthread_mutex_unlock(&a->lock);
	return left;
}
