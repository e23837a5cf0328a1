/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/log_test.c -- frames, the bounded buffer, and a follower that stands still. */
#include "shell/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned failures, wakes;
#define CHECK(what) ((what) ? (void)0 : (failures++, (void)printf("%d: %s\n", __LINE__, #what)))

static void
on_wake(void *arg)
{
	(*(unsigned *)arg)++;
}

static void *
put_many(void *arg)
{
	for (int i = 0; i < 5000; i++)
		log_put(arg, 6, "TEST-6-MANY", "message %d", i);
	return NULL;
}

static void
frames(struct log *l)
{
	char *text;
	size_t n;

	log_put(l, 5, "SYS-5-CONFIG_I", "Configured from console by %s", "console");
	log_debug(l, "a debug line", false);
	log_debug(l, "and its text", true);
	text = log_copy(l, &n);
	CHECK(text && *text == '*' && text[20] == ':' && text[16] == '.');
	CHECK(strstr(text, ": %SYS-5-CONFIG_I: Configured from console by console\n*"));
	CHECK(strstr(text, ": a debug line\nand its text\n"));
	CHECK(strlen(text) == n && log_counts(l, LOG_TO_BUFFER).logged == 3);
	free(text);
	log_level(l, LOG_TO_BUFFER, 4);
	log_put(l, 5, "X-5-Y", "not kept");
	text = log_copy(l, &n);
	CHECK(!strstr(text, "not kept"));
	free(text);
	log_level(l, LOG_TO_BUFFER, LOG_DEBUGGING);
	log_clear(l);
}

int
main(void)
{
	pthread_t thread[3];
	struct log_sink *slow;
	struct log *l;
	char buf[256], *text;
	size_t n, took = 0;

	CHECK(log_new(&l, 4096) == 0);
	frames(l);
	CHECK(log_follow(&slow, l, LOG_TO_MONITOR, 1024, on_wake, &wakes) == 0);
	for (int i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, put_many, l);
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	CHECK(wakes == 1);
	n = log_take(slow, buf, sizeof(buf));
	CHECK(n && strstr(buf, " messages dropped\n*"));
	CHECK(log_counts(l, LOG_TO_MONITOR).dropped > 14000);
	while ((n = log_take(slow, buf, sizeof(buf)))) {
		CHECK(buf[n - 1] == '\n');
		took += n;
	}
	CHECK(took && took < 1024);
	log_put(l, 6, "TEST-6-AGAIN", "x");
	CHECK(wakes == 2 && log_take(slow, buf, 8) == 8);
	text = log_copy(l, &n);
	CHECK(n && n < 4096 && strstr(text, "message 4999\n"));
	free(text);
	log_unfollow(slow);
	log_free(l);
	return failures != 0;
}
