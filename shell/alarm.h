/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/alarm.h -- what the box does later: `reload in', a change that has to be confirmed, an archive
 * every day.  One thread rings; between two rings it sleeps. */
#ifndef SHELL_ALARM_H
#define SHELL_ALARM_H

#include <stdbool.h>
#include <stdint.h>

struct alarms;

enum { ALARM_NAME = 24, ALARMS_MAX = 16 };

int  alarms_start(struct alarms **);            /* 0; -errno */
void alarms_stop(struct alarms *);              /* NULL: nothing; no alarm rings any more */

/* Ring once, `ms` from now, on the alarms' thread, which holds no lock then; the alarm of that name
 * (ALARM_NAME - 1 characters at most) is replaced.  0; -ENOSPC. */
int  alarm_set(struct alarms *, const char *name, int64_t ms, void (*ring)(void *arg), void *arg);
bool alarm_cancel(struct alarms *, const char *name);           /* false: there was none */
int64_t alarm_left_ms(struct alarms *, const char *name);       /* -1: there is none */

#endif
