/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/timer.h -- many timers on one libuv timer: a wheel of 10 ms slots.
 *
 * Starting and stopping is O(1) whatever the number; a timer fires up to 10 ms late, never early.
 * The struct lies in its owner and is zeroed before its first start.  Belongs to one worker. */
#ifndef DATAPATH_TIMER_H
#define DATAPATH_TIMER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum { WHEEL_SLOTS = 4096, TICK_MS = 10 };

struct timer {
	struct timer *next, **prev;     /* prev NULL: not running */
	uint64_t due;                   /* tick */
	void (*fire)(void *arg);
	void *arg;
};

struct wheel {
	uv_timer_t tick;
	struct timer *slots[WHEEL_SLOTS];
	uint64_t now;                   /* ticks since the start */
	uint64_t start_ms;
	uint64_t running;
};

int  wheel_open(struct wheel *, uv_loop_t *);
void wheel_close(struct wheel *);               /* uv_close()s its handle */

/* Restarts one that runs.  ms 0 fires with the next tick. */
void timer_start(struct wheel *, struct timer *, uint64_t ms, void (*fire)(void *), void *arg);
void timer_stop(struct wheel *, struct timer *);
bool timer_running(const struct timer *);

#endif
