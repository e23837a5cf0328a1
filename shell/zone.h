/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/zone.h -- the box's own time zone (`clock timezone', `clock summer-time ... recurring'): a
 * value, so that nothing of the process's environment is touched. */
#ifndef SHELL_ZONE_H
#define SHELL_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* The `week'th `day' of a month, at a minute of local time: week 1-4, or 5: the last one. */
struct zone_when { uint8_t week, day, month; uint16_t minute; };

struct zone {
	char name[8];                   /* "": UTC */
	int16_t offset_min;             /* east of UTC */
	char summer[8];                 /* "": none */
	int16_t summer_min;             /* how much further east then */
	struct zone_when begins, ends;  /* in standard time; in summer time */
};

/* The rule of summer time as it is typed behind `recurring': "2 Sun Mar 2:00 1 Sun Nov 2:00 [60]"
 * with `first' and `last' for weeks; "": the USA's.  0; -EINVAL, and nothing is changed. */
int zone_rule(struct zone *, const char *rule);

/* The local time of a moment, and the name to print with it. */
void zone_local(const struct zone *, int64_t s, struct tm *, const char **name);
bool zone_in_summer(const struct zone *, int64_t s);

#endif
