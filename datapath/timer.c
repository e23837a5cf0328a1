/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/timer.c -- see timer.h. */
#include "datapath/timer.h"

static void
unlink_timer(struct wheel *w, struct timer *t)
{
	*t->prev = t->next;
	if (t->next)
		t->next->prev = t->prev;
	t->next = NULL;
	t->prev = NULL;
	w->running--;
}

/* One slot: what is due fires; what is due in a later turn of the wheel stays.  A handler may
 * stop or start any timer, so the due ones move to a list of their own first. */
static void
fire_slot(struct wheel *w)
{
	struct timer *due = NULL, *t, *next;

	for (t = w->slots[w->now % WHEEL_SLOTS]; t; t = next) {
		next = t->next;
		if (t->due > w->now)
			continue;
		*t->prev = t->next;
		if (t->next)
			t->next->prev = t->prev;
		t->next = due;
		t->prev = &due;
		if (due)
			due->prev = &t->next;
		due = t;
	}
	while ((t = due)) {
		unlink_timer(w, t);
		t->fire(t->arg);
	}
}

static void
on_tick(uv_timer_t *handle)
{
	struct wheel *w = handle->data;
	uint64_t now = (uv_now(handle->loop) - w->start_ms) / TICK_MS;

	while (w->now < now) {
		w->now++;
		fire_slot(w);
	}
	if (!w->running)
		uv_timer_stop(handle);
}

int
wheel_open(struct wheel *w, uv_loop_t *loop)
{
	*w = (struct wheel){ .start_ms = uv_now(loop) };
	w->tick.data = w;
	return uv_timer_init(loop, &w->tick);
}

void
wheel_close(struct wheel *w)
{
	uv_close((uv_handle_t *)&w->tick, NULL);
}

void
timer_stop(struct wheel *w, struct timer *t)
{
	if (t->prev)
		unlink_timer(w, t);
}

void
timer_start(struct wheel *w, struct timer *t, uint64_t ms, void (*fire)(void *), void *arg)
{
	struct timer **slot;

	timer_stop(w, t);
	if (!w->running && !uv_is_active((uv_handle_t *)&w->tick)) {
		w->now = (uv_now(w->tick.loop) - w->start_ms) / TICK_MS;
		uv_timer_start(&w->tick, on_tick, TICK_MS, TICK_MS);
	}
	t->fire = fire;
	t->arg = arg;
	/* Counted from the true time, not from the last tick, and rounded up: never early. */
	t->due = (uv_now(w->tick.loop) - w->start_ms + ms + TICK_MS - 1) / TICK_MS;
	if (t->due <= w->now)
		t->due = w->now + 1;
	slot = &w->slots[t->due % WHEEL_SLOTS];
	t->next = *slot;
	t->prev = slot;
	if (*slot)
		(*slot)->prev = &t->next;
	*slot = t;
	w->running++;
}

bool
timer_running(const struct timer *t)
{
	return t->prev != NULL;
}
