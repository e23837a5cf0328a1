/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/zone.c -- see zone.h. */
#include "shell/zone.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DAY_S = 86400 };

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };
static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

/* Names may be written out: their first three letters count. */
static int
index_of(const char *const *table, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(word) >= 3 && !strncasecmp(table[i], word, 3))
			return (int)i;
	return -1;
}

static int
week_of(const char *word)
{
	if (!strcasecmp(word, "first"))
		return 1;
	if (!strcasecmp(word, "last"))
		return 5;
	return strlen(word) == 1 && *word >= '1' && *word <= '4' ? *word - '0' : -1;
}

static bool
read_when(const char *week, const char *day, const char *month, const char *at, struct zone_when *to)
{
	int w = week_of(week), d = index_of(days, 7, day), m = index_of(months, 12, month), end = 0;
	unsigned hour, minute;

	if (sscanf(at, "%2u:%2u%n", &hour, &minute, &end) != 2 || at[end] || hour > 23 || minute > 59)
		return false;
	*to = (struct zone_when){ (uint8_t)w, (uint8_t)d, (uint8_t)m,
		(uint16_t)(hour * 60 + minute) };
	return w >= 0 && d >= 0 && m >= 0;
}

int
zone_rule(struct zone *z, const char *rule)
{
	struct zone_when begins = { 2, 0, 2, 120 }, ends = { 1, 0, 10, 120 };
	char word[9][16], end;
	int offset = 60, n;

	n = sscanf(rule, "%15s %15s %15s %15s %15s %15s %15s %15s %d %c", word[0], word[1], word[2],
	    word[3], word[4], word[5], word[6], word[7], &offset, &end);
	if (n > 0 && n != 8 && n != 9)
		return -EINVAL;
	if (n > 0 && (!read_when(word[0], word[1], word[2], word[3], &begins) ||
	    !read_when(word[4], word[5], word[6], word[7], &ends)))
		return -EINVAL;
	if (offset < 1 || offset > 1440)
		return -EINVAL;
	z->begins = begins;
	z->ends = ends;
	z->summer_min = (int16_t)offset;
	return 0;
}

/* Seconds since the epoch of that moment in a year, as a clock without a zone counts them. */
static int64_t
moment(const struct zone_when *w, int year)
{
	struct tm first = { .tm_year = year, .tm_mon = w->month, .tm_mday = 1 };
	struct tm next = { .tm_year = year, .tm_mon = w->month + 1, .tm_mday = 1 };
	int64_t begin = timegm(&first), end = timegm(&next), at;

	at = begin + (int64_t)((w->day - first.tm_wday + 7) % 7) * DAY_S;
	for (int week = 1; week < w->week && at + 7 * DAY_S < end; week++)
		at += 7 * DAY_S;
	return at + w->minute * 60;
}

bool
zone_in_summer(const struct zone *z, int64_t s)
{
	time_t standard = s + z->offset_min * 60;
	int64_t begins, ends;
	struct tm tm;

	if (!*z->summer)
		return false;
	gmtime_r(&standard, &tm);
	begins = moment(&z->begins, tm.tm_year);
	ends = moment(&z->ends, tm.tm_year) - z->summer_min * 60;
	if (begins <= ends)
		return standard >= begins && standard < ends;
	return standard >= begins || standard < ends;   /* south of the equator */
}

void
zone_local(const struct zone *z, int64_t s, struct tm *tm, const char **name)
{
	bool summer = zone_in_summer(z, s);
	time_t local = s + (z->offset_min + (summer ? z->summer_min : 0)) * 60;

	gmtime_r(&local, tm);
	*name = summer ? z->summer : *z->name ? z->name : "UTC";
}
