/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/reload.c -- see reload.h.  One restart can be scheduled at a time; nothing of it survives one. */
#include "modes/reload.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/files.h"
#include "modes/show.h"
#include "shell/alarm.h"
#include "shell/log.h"
#include "shell/zone.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ALARM "reload"
enum { MINUTES_MOST = 24 * 24 * 60 };

struct schedule {
	struct box *box;
	pthread_mutex_t lock;   /* over all that follows */
	int64_t at_s;           /* 0: none */
	char by[160], reason[128];
};

int
schedule_new(struct schedule **sp, struct box *b)
{
	struct schedule *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->box = b;
	pthread_mutex_init(&s->lock, NULL);
	*sp = s;
	return 0;
}

void
schedule_free(struct schedule *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void
say_by(const struct session_options *o, char *buf, size_t size)
{
	snprintf(buf, size, "%s on %s%s%s%s", *o->user ? o->user : "console", o->tty, *o->from ? " (" : "",
	    o->from, *o->from ? ")" : "");
}

/* ---- now -------------------------------------------------------------------------------------------------------- */

/* What is not saved is asked about first.  1: go on. */
static int
offer_to_save(struct session *s)
{
	int rc;

	if (!BOX(s)->unsaved(BOX(s)))
		return 1;
	session_print(s, "\n");
	rc = session_yes(s, "System configuration has been modified. Save? [yes/no]: ", 0);
	if (rc == 1)
		rc = save_running(s);
	return rc < 0 ? rc : 1;
}

static void
log_reload(struct box *b, const char *by, const char *reason)
{
	log_put(b->log, 5, "SYS-5-RELOAD", "Reload requested by %s. Reload Reason: %s.", by, reason);
}

int
exec_reload(struct session *s, const struct match *m)
{
	const char *reason = match_text(m, "reason");
	char by[160];
	int rc = offer_to_save(s);

	if (rc == 1)
		rc = session_confirm(s, "Proceed with reload? [confirm]");
	if (rc != 1)
		return rc;
	session_print(s, "\n");
	say_by(session_options(s), by, sizeof(by));
	log_reload(BOX(s), by, reason ? reason : "Reload Command");
	BOX(s)->reload(BOX(s));
	session_end(s);
	return 0;
}

/* ---- later ------------------------------------------------------------------------------------------------------ */

static void
on_alarm(void *arg)
{
	struct schedule *d = arg;
	char by[160], reason[128];

	pthread_mutex_lock(&d->lock);
	memcpy(by, d->by, sizeof(by));
	memcpy(reason, d->reason, sizeof(reason));
	d->at_s = 0;
	pthread_mutex_unlock(&d->lock);
	log_reload(d->box, by, reason);
	d->box->reload(d->box);
}

/* "90", "1:30"; -1: neither. */
static long
minutes_of(const char *typed)
{
	char *end;
	long n = strtol(typed, &end, 10), more;

	if (end == typed || n < 0 || n > MINUTES_MOST)
		return -1;
	if (!*end)
		return n > 0 ? n : -1;
	if (*end != ':' || strlen(end) != 3)
		return -1;
	more = strtol(end + 1, &end, 10);
	n = n * 60 + more;
	return *end || more > 59 || !n || n > MINUTES_MOST ? -1 : n;
}

/* Seconds until it is hh:mm in the box's zone; -1: it is no time. */
static long
seconds_until(const struct config *c, const char *typed)
{
	int hour, minute, used = 0;
	const char *name;
	struct zone zone;
	struct tm tm;
	long left;

	if (sscanf(typed, "%2d:%2d%n", &hour, &minute, &used) != 2 || typed[used] || hour > 23 || minute > 59 ||
	    hour < 0 || minute < 0)
		return -1;
	clock_zone(c, &zone);
	zone_local(&zone, time(NULL), &tm, &name);
	left = (hour - tm.tm_hour) * 3600L + (minute - tm.tm_min) * 60L - tm.tm_sec;
	return left > 0 ? left : left + 86400;
}

static void
say_left(int64_t left_s, char *buf, size_t size)
{
	long long hours = left_s / 3600, minutes = left_s / 60 % 60, seconds = left_s % 60;

	buf[0] = '\0';
	if (hours)
		snprintf(buf, size, "%lld hour%s", hours, hours == 1 ? "" : "s");
	if (minutes)
		snprintf(buf + strlen(buf), size - strlen(buf), "%s%lld minute%s", *buf ? " and " : "",
		    minutes, minutes == 1 ? "" : "s");
	if (seconds && !hours)
		snprintf(buf + strlen(buf), size - strlen(buf), "%s%lld second%s", *buf ? " and " : "",
		    seconds, seconds == 1 ? "" : "s");
}

static void
print_schedule(struct session *s, int64_t at_s, int64_t left_s, const char *by, const char *reason)
{
	char when[WHEN], left[96];

	say_left(left_s, left, sizeof(left));
	session_print(s, "Reload scheduled for %s (in %s) by %s\n", when_second(at_s, when), left, by);
	if (*reason)
		session_print(s, "Reload reason: %s\n", reason);
}

static int
set_schedule(struct session *s, int64_t at_s, int64_t seconds, const char *by, const char *reason)
{
	struct schedule *d = BOX(s)->schedule;
	char when[WHEN];
	int rc = alarm_set(BOX(s)->alarms, ALARM, seconds * 1000, on_alarm, d);

	if (rc < 0)
		return rc;
	pthread_mutex_lock(&d->lock);
	d->at_s = at_s;
	snprintf(d->by, sizeof(d->by), "%s", by);
	snprintf(d->reason, sizeof(d->reason), "%s", reason);
	pthread_mutex_unlock(&d->lock);
	log_put(BOX(s)->log, 5, "SYS-5-SCHEDULED_RELOAD", "Reload requested for %s by %s. Reload Reason: %s.",
	    when_second(at_s, when), by, reason);
	return 0;
}

int
exec_reload_later(struct session *s, const struct match *m)
{
	const char *in = match_text(m, "in"), *typed = match_text(m, "reason");
	long seconds = in ? minutes_of(in) : seconds_until(session_config(s), match_text(m, "at"));
	char by[160], reason[128];
	int64_t at_s;
	int rc;

	if (seconds < 0) {
		session_refused(s, in ? "Bad time: mmm or hhh:mm, 24 days at most" : "Bad time: hh:mm");
		return -EINVAL;
	}
	if (in)
		seconds *= 60;
	if ((rc = offer_to_save(s)) != 1)
		return rc;
	at_s = time(NULL) + seconds;
	say_by(session_options(s), by, sizeof(by));
	snprintf(reason, sizeof(reason), "%.127s", typed ? typed : "Reload Command");
	print_schedule(s, at_s, seconds, by, typed ? reason : "");
	rc = session_confirm(s, "Proceed with reload? [confirm]");
	return rc != 1 ? rc : set_schedule(s, at_s, seconds, by, reason);
}

int
exec_reload_cancel(struct session *s, const struct match *m)
{
	struct schedule *d = BOX(s)->schedule;
	bool was = alarm_cancel(BOX(s)->alarms, ALARM);

	(void)m;
	pthread_mutex_lock(&d->lock);
	d->at_s = 0;
	pthread_mutex_unlock(&d->lock);
	if (!was) {
		session_print(s, "%%No reload is scheduled.\n");
		return 0;
	}
	session_print(s, "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n");
	log_put(BOX(s)->log, 5, "SYS-5-SCHEDULED_RELOAD_CANCELLED", "Scheduled reload cancelled");
	return 0;
}

int
show_reload(struct session *s, const struct match *m)
{
	struct schedule *d = BOX(s)->schedule;
	char by[160], reason[128];
	int64_t at_s;

	(void)m;
	pthread_mutex_lock(&d->lock);
	at_s = d->at_s;
	memcpy(by, d->by, sizeof(by));
	memcpy(reason, d->reason, sizeof(reason));
	pthread_mutex_unlock(&d->lock);
	if (!at_s)
		session_print(s, "No reload is scheduled.\n");
	else
		print_schedule(s, at_s, at_s - time(NULL), by, reason);
	return 0;
}
