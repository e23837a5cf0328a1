/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/event.c -- see event.h.  One writer (the worker), one reader; a record never wraps: what
 * does not fit before the end of the ring is skipped by a mark. */
#include "datapath/event.h"
#include "datapath/worker.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { ALIGN = 16 };
#define SKIPPED 0xffffffffu

int
event_open(struct event_ring *r)
{
	atomic_init(&r->head, 0);
	atomic_init(&r->tail, 0);
	atomic_init(&r->dropped, 0);
	r->bytes = aligned_alloc(ALIGN, EVENT_RING);
	return r->bytes ? 0 : -ENOMEM;
}

void
event_close(struct event_ring *r)
{
	free(r->bytes);
	r->bytes = NULL;
}

bool
event_wanted(const struct worker *w, enum debug_flag flag)
{
	return atomic_load_explicit(&w->datapath->debug, memory_order_relaxed) & flag;
}

static size_t
whole(size_t size)
{
	return (sizeof(struct event) + size + ALIGN - 1) / ALIGN * ALIGN;
}

/* Room for a record of `need' bytes, the rest of the ring skipped where it is too short. */
static struct event *
reserve(struct event_ring *r, size_t need, uint64_t *head)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	size_t at, rest;

	*head = atomic_load_explicit(&r->head, memory_order_relaxed);
	at = *head % EVENT_RING;
	rest = EVENT_RING - at;
	if (rest < need) {
		if (*head + rest + need - tail > EVENT_RING)
			return NULL;
		((struct event *)(r->bytes + at))->mark = SKIPPED;
		*head += rest;
		at = 0;
	}
	return *head + need - tail > EVENT_RING ? NULL : (struct event *)(r->bytes + at);
}

void
event_post(struct worker *w, enum event_kind kind, uint32_t call_id, const char *guid,
    const void *bytes, size_t size, const void *more, size_t more_size)
{
	struct event_ring *r = &w->events;
	struct timeval now;
	struct event *e;
	uint64_t head;

	if (size + more_size > EVENT_MOST)
		more_size = size > EVENT_MOST ? 0 : EVENT_MOST - size;
	if (size > EVENT_MOST)
		size = EVENT_MOST;
	e = reserve(r, whole(size + more_size), &head);
	if (!e) {
		atomic_fetch_add_explicit(&r->dropped, 1, memory_order_relaxed);
		return;
	}
	gettimeofday(&now, NULL);
	*e = (struct event){ .wall_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_usec,
		.size = (uint32_t)(size + more_size), .kind = kind, .call_id = call_id };
	snprintf(e->guid, sizeof(e->guid), "%s", guid ? guid : "");
	memcpy(e->bytes, bytes, size);
	if (more_size)
		memcpy(e->bytes + size, more, more_size);
	atomic_store_explicit(&r->head, head + whole(e->size), memory_order_release);
	datapath_news(w->datapath);
}

void
event_log(struct worker *w, int severity, const char *mnemonic, const char *format, ...)
{
	struct log_head head = { .severity = (uint8_t)severity };
	char text[1024];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0)
		return;
	snprintf(head.mnemonic, sizeof(head.mnemonic), "%s", mnemonic);
	event_post(w, EVENT_LOG, 0, NULL, &head, sizeof(head), text, strlen(text));
}

const struct event *
event_next(struct event_ring *r)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	uint64_t head = atomic_load_explicit(&r->head, memory_order_acquire);
	size_t at = tail % EVENT_RING;

	if (tail == head)
		return NULL;
	if (((const struct event *)(r->bytes + at))->mark == SKIPPED) {
		atomic_store_explicit(&r->tail, tail + EVENT_RING - at, memory_order_release);
		return event_next(r);
	}
	return (const struct event *)(r->bytes + at);
}

void
event_done(struct event_ring *r, const struct event *e)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	atomic_store_explicit(&r->tail, tail + whole(e->size), memory_order_release);
}
