/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/ntp.c -- see ntp.h. */
#include "modes/ntp.h"
#include "modes/box.h"
#include "modes/chrony.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/kinds.h"
#include "shell/alarm.h"
#include "shell/log.h"
#include "shell/zone.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

#define ALARM "ntp"
enum { SOON_MS = 50, SAID = 8192, WORDS = 16, MASTER_STRATUM = 8 };

struct ntp {
	struct box *box;
	/* What chronyd was told: the alarms' thread's own. */
	struct map *servers, *peers;    /* held */
	struct ntp_master master;
	bool complained;                /* the log knows that nobody is driven */
	atomic_bool told;               /* something, some time */
	atomic_bool was_kept, by_user;  /* by `clock set' */
};

/* ---- rows --------------------------------------------------------------------------------------------------- */

const struct mode mode_ntp_source = { .name = "ntp server", .size = sizeof(struct ntp_source) };
const struct mode mode_ntp_key = { .name = "ntp authentication-key", .size = sizeof(struct ntp_key) };
const struct mode mode_ntp_name = { .name = "ntp", .size = sizeof(struct node) };

#define END_PARTS { NULL, 0, 0, 0 }
#define SOURCE(name) PART(struct ntp_source, name)
const struct part ntp_source_parts[] = {
	SOURCE(version), SOURCE(key), SOURCE(minpoll), SOURCE(maxpoll), SOURCE(prefer), SOURCE(burst),
	SOURCE(iburst), END_PARTS
};
const struct part ntp_key_parts[] = {
	PART(struct ntp_key, secret), PART(struct ntp_key, encryption), END_PARTS
};
const struct part ntp_master_parts[] = { PART(struct ntp_master, stratum), END_PARTS };
const struct part ntp_interface_parts[] = { PART(struct ntp_interface, name), END_PARTS };

const struct choice month_choices[13] = {
	[1] = { "January", "Month of the year" }, [2] = { "February", "Month of the year" },
	[3] = { "March", "Month of the year" }, [4] = { "April", "Month of the year" },
	[5] = { "May", "Month of the year" }, [6] = { "June", "Month of the year" },
	[7] = { "July", "Month of the year" }, [8] = { "August", "Month of the year" },
	[9] = { "September", "Month of the year" }, [10] = { "October", "Month of the year" },
	[11] = { "November", "Month of the year" }, [12] = { "December", "Month of the year" },
};

int
ntp_new(struct ntp **np, struct box *b)
{
	struct ntp *n = calloc(1, sizeof(*n));

	if (!n)
		return -ENOMEM;
	n->box = b;
	*np = n;
	return 0;
}

void
ntp_free(struct ntp *n)
{
	if (!n)
		return;
	map_drop(n->servers);
	map_drop(n->peers);
	free(n);
}

/* ---- chronyd is told ---------------------------------------------------------------------------------------- */

static void
tell(struct ntp *n, const char *const *words)
{
	char said[256];
	int rc = chrony_ask(words, said, sizeof(said));

	said[strcspn(said, "\r\n")] = '\0';
	if (rc < 0)
		log_put(n->box->log, 4, "NTP-4-NOT_DRIVEN", "chronyc %s %s %s: %s", words[1], words[2],
		    words[3] ? words[3] : "", *said ? said : strerror(-rc));
}

static void
say_number(const char **words, size_t *count, const char *name, unsigned value, char text[16])
{
	if (!value)
		return;
	snprintf(text, 16, "%u", value);
	words[(*count)++] = name;
	words[(*count)++] = text;
}

struct tell { struct ntp *ntp; const char *kind; };

static void
on_source(void *arg, const void *was, const void *is)
{
	const struct tell *t = arg;
	const struct ntp_source *old = was, *now = is;
	const char *words[WORDS] = { "chronyc", "add", t->kind };
	char key[16], minpoll[16], maxpoll[16], version[16];
	size_t n = 4;

	if (old)
		tell(t->ntp, (const char *const[]){ "chronyc", "delete", old->node.key, NULL });
	if (!now)
		return;
	words[3] = now->node.key;
	say_number(words, &n, "key", now->key, key);
	say_number(words, &n, "minpoll", now->minpoll, minpoll);
	say_number(words, &n, "maxpoll", now->maxpoll, maxpoll);
	say_number(words, &n, "version", now->version, version);
	if (now->prefer)
		words[n++] = "prefer";
	if (now->burst)
		words[n++] = "burst";
	if (now->iburst)
		words[n++] = "iburst";
	tell(t->ntp, words);
}

static void
follow_sources(struct ntp *n, struct map **told, struct map *now, const char *kind)
{
	struct tell t = { n, kind };

	map_diff(*told, now, on_source, &t);
	map_drop(*told);
	*told = map_hold(now);
}

static void
follow_master(struct ntp *n, const struct ntp_master *now)
{
	char stratum[16];

	if (now->set == n->master.set && now->stratum == n->master.stratum)
		return;
	n->master = *now;
	snprintf(stratum, sizeof(stratum), "%u", now->stratum ? now->stratum : MASTER_STRATUM);
	if (now->set)
		tell(n, (const char *const[]){ "chronyc", "local", "stratum", stratum, NULL });
	else
		tell(n, (const char *const[]){ "chronyc", "local", "off", NULL });
}

static bool
wants(const struct config *c)
{
	return map_count(c->ntp_servers) || map_count(c->ntp_peers) || c->ntp_master.set;
}

/* Once for each time that there begins to be something to tell. */
static void
complain(struct ntp *n, int rc)
{
	if (!n->complained)
		log_put(n->box->log, 4, "NTP-4-NOT_DRIVEN", "The 'ntp' lines are only stored: the host keeps "
		    "the clock, and %s", rc == -ENOENT ? "has no chronyc to tell its chronyd by"
		    : "its chronyd does not answer");
	n->complained = true;
}

static void
on_alarm(void *arg)
{
	struct ntp *n = arg;
	const struct config *c = running_hold(n->box->running);
	bool any = wants(c);
	char said[512];
	int rc;

	if (any || atomic_load(&n->told)) {
		rc = chrony_ask((const char *const[]){ "chronyc", "-c", "tracking", NULL }, said, sizeof(said));
		if (rc < 0) {
			complain(n, rc);
		} else {
			follow_sources(n, &n->servers, c->ntp_servers, "server");
			follow_sources(n, &n->peers, c->ntp_peers, "peer");
			follow_master(n, &c->ntp_master);
			atomic_store(&n->told, any);
		}
		n->complained &= rc < 0;
	}
	n->complained &= any;
	running_drop(c);
}

void
ntp_follow(struct box *b, const struct config *c)
{
	if (b->ntp && b->alarms && (wants(c) || atomic_load(&b->ntp->told)))
		alarm_set(b->alarms, ALARM, SOON_MS, on_alarm, b->ntp);
}

/* ---- who keeps the clock ------------------------------------------------------------------------------------- */

static bool
ask_kernel(struct timex *t)
{
	memset(t, 0, sizeof(*t));
	return adjtimex(t) >= 0 && !(t->status & STA_UNSYNC);
}

enum clock_kept
clock_kept(const struct box *b)
{
	struct timex t;

	if (ask_kernel(&t)) {
		if (b && b->ntp)
			atomic_store(&b->ntp->was_kept, true);
		return t.status & STA_PLL ? CLOCK_BY_NTP : CLOCK_KEPT;
	}
	if (b && b->ntp && atomic_load(&b->ntp->by_user))
		return CLOCK_BY_USER;
	return b && b->ntp && atomic_load(&b->ntp->was_kept) ? CLOCK_WAS_KEPT : CLOCK_BY_NOBODY;
}

const char *
clock_mark(enum clock_kept k)
{
	return k == CLOCK_BY_NOBODY ? "*" : k == CLOCK_BY_USER || k == CLOCK_WAS_KEPT ? "." : "";
}

/* ---- clock set ------------------------------------------------------------------------------------------------ */

static void
say_time(const struct config *c, int64_t s, char *buf, size_t size)
{
	char day[8], month[8];
	struct zone here;
	const char *name;
	struct tm tm;

	clock_zone(c, &here);
	zone_local(&here, s, &tm, &name);
	strftime(day, sizeof(day), "%a", &tm);
	strftime(month, sizeof(month), "%b", &tm);
	snprintf(buf, size, "%02d:%02d:%02d %s %s %s %d %d", tm.tm_hour, tm.tm_min, tm.tm_sec, name, day,
	    month, tm.tm_mday, tm.tm_year + 1900);
}

/* Seconds since the epoch of a time of the box's zone; -1: there is no such time. */
static int64_t
moment_of(const struct config *c, const struct match *m)
{
	struct tm tm = { .tm_mday = (int)match_number(m, "day", 1),
		.tm_mon = (int)match_number(m, "month", 1) - 1,
		.tm_year = (int)match_number(m, "year", 1970) - 1900 }, same;
	const char *typed = match_text(m, "time");
	struct zone here;
	int used = 0;
	int64_t s;

	if (sscanf(typed, "%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &used) != 3 ||
	    typed[used] || tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 ||
	    tm.tm_sec < 0 || tm.tm_sec > 59)
		return -1;
	same = tm;
	s = timegm(&same);
	if (same.tm_mday != tm.tm_mday)
		return -1;
	clock_zone(c, &here);
	s -= here.offset_min * 60;
	return zone_in_summer(&here, s - here.summer_min * 60) ? s - here.summer_min * 60 : s;
}

int
exec_clock_set(struct session *s, const struct match *m)
{
	const struct session_options *o = session_options(s);
	const struct config *c = session_config(s);
	struct timeval to = { .tv_sec = moment_of(c, m) };
	char was[64], is[64];

	if (to.tv_sec < 0) {
		session_refused(s, "There is no such time: hh:mm:ss, and a day of that month");
		return -EINVAL;
	}
	say_time(c, time(NULL), was, sizeof(was));
	if (settimeofday(&to, NULL) < 0) {
		int rc = -errno;

		session_refused(s, "The clock is not set: the host keeps it (%s)", strerror(-rc));
		return rc;
	}
	if (BOX(s)->ntp)
		atomic_store(&BOX(s)->ntp->by_user, true);
	say_time(c, to.tv_sec, is, sizeof(is));
	log_put(BOX(s)->log, 6, "SYS-6-CLOCKUPDATE", "System clock has been updated from %s to %s, configured "
	    "from console by %s on %s%s%s%s.", was, is, *o->user ? o->user : "console", o->tty,
	    *o->from ? " (" : "", o->from, *o->from ? ")" : "");
	return 0;
}

/* ---- show ntp status ------------------------------------------------------------------------------------------ */

/* What can be said of the clock: of the kernel, and of chronyd where it answers. */
struct status {
	bool kept, asked;               /* asked: of chronyd */
	struct timex kernel;
	char reference[64];
	unsigned stratum;               /* 0: nobody says */
	double reference_s, offset_ms, delay_ms, dispersion_ms, poll_s;
};

/* `chronyc -c tracking': id, name, stratum, reference time, offset, last and RMS offset, frequency,
 * residual, skew, root delay, root dispersion, interval, leap. */
static void
ask_chrony(struct status *st)
{
	char said[1024], *f[14];

	if (chrony_ask((const char *const[]){ "chronyc", "-c", "-n", "tracking", NULL }, said,
	    sizeof(said)) < 0)
		return;
	said[strcspn(said, "\r\n")] = '\0';
	if (chrony_fields(said, f, 14) < 13)
		return;
	st->asked = true;
	snprintf(st->reference, sizeof(st->reference), "%.63s", *f[1] ? f[1] : f[0]);
	st->stratum = (unsigned)strtoul(f[2], NULL, 10);
	st->reference_s = strtod(f[3], NULL);
	st->offset_ms = strtod(f[4], NULL) * 1000;
	st->delay_ms = strtod(f[10], NULL) * 1000;
	st->dispersion_ms = strtod(f[11], NULL) * 1000;
	st->poll_s = strtod(f[12], NULL);
}

static void
gather(struct status *st)
{
	memset(st, 0, sizeof(*st));
	st->kept = ask_kernel(&st->kernel);
	st->offset_ms = (double)st->kernel.offset / (st->kernel.status & STA_NANO ? 1e6 : 1e3);
	st->dispersion_ms = (double)st->kernel.esterror / 1e3;
	ask_chrony(st);
}

static void
print_first(const struct status *st, FILE *out)
{
	if (!st->kept)
		fprintf(out, "Clock is unsynchronized, stratum 16, no reference clock\n");
	else if (st->stratum)
		fprintf(out, "Clock is synchronized, stratum %u, reference is %s\n", st->stratum, st->reference);
	else
		fprintf(out, "Clock is synchronized, stratum unknown, reference is the host's\n");
}

/* Seconds since 1900, and their fraction. */
static void
print_reference(const struct status *st, FILE *out)
{
	int64_t s = (int64_t)st->reference_s;
	double part = st->reference_s - (double)s;
	int ms = (int)(part * 1000 + 0.001);    /* what a double has lost */
	char day[8], month[8];
	time_t at = s;
	struct tm tm;

	if (!st->asked || s <= 0) {
		fprintf(out, "reference time is 00000000.00000000 (00:00:00.000 UTC Mon Jan 1 1900)\n");
		return;
	}
	gmtime_r(&at, &tm);
	strftime(day, sizeof(day), "%a", &tm);
	strftime(month, sizeof(month), "%b", &tm);
	fprintf(out, "reference time is %08X.%08X (%02d:%02d:%02d.%03d UTC %s %s %d %d)\n",
	    (unsigned)(s + 2208988800), (unsigned)(part * 4294967295.0), tm.tm_hour, tm.tm_min, tm.tm_sec,
	    ms < 1000 ? ms : 999, day, month, tm.tm_mday, tm.tm_year + 1900);
}

/* 1 us is 2**20 of a second. */
static int
precision_of(const struct timex *t)
{
	int bits = 20;

	for (long us = t->precision; us > 1 && bits > 0; us /= 2)
		bits--;
	return bits;
}

static void
print_status(const struct status *st, int64_t up_s, FILE *out)
{
	double ppm = (double)st->kernel.freq / 65536;
	int64_t ago = time(NULL) - (int64_t)st->reference_s;

	print_first(st, out);
	fprintf(out,
	    "nominal freq is 250.0000 Hz, actual freq is %.4f Hz, precision is 2**%d\n"
	    "ntp uptime is %lld (1/100 of seconds), resolution is %ld\n", 250 * (1 + ppm / 1e6),
	    precision_of(&st->kernel), (long long)up_s * 100, st->kernel.precision);
	print_reference(st, out);
	fprintf(out,
	    "clock offset is %.4f msec, root delay is %.2f msec\n"
	    "root dispersion is %.2f msec, peer dispersion is %.2f msec\n"
	    "loopfilter state is %s, drift is %.9f s/s\n", st->offset_ms, st->delay_ms, st->dispersion_ms,
	    (double)st->kernel.esterror / 1e3, st->kept ? "'CTRL' (Normal Controlled Loop)"
	    : "'NSET' (Never set)", ppm / 1e6);
	fprintf(out, "system poll interval is %.0f, ", st->poll_s > 0 ? st->poll_s : 64);
	if (st->asked && st->reference_s > 0)
		fprintf(out, "last update was %lld sec ago.\n", (long long)(ago > 0 ? ago : 0));
	else
		fprintf(out, "never updated.\n");
}

int
show_ntp_status(struct session *s, const struct match *m)
{
	struct status st;

	(void)m;
	gather(&st);
	if (!st.kept && !st.asked && !wants(session_config(s)))
		session_print(s, "%%NTP is not enabled.\n");
	else
		print_status(&st, time(NULL) - BOX(s)->started_s, session_out(s));
	return 0;
}

/* ---- show ntp associations -------------------------------------------------------------------------------------- */

static void
print_head(FILE *out)
{
	fprintf(out, "\n  address         ref clock       st   when   poll reach  delay  offset   disp\n");
}

static void
print_source(char mark, const char *who, const char *clock, int stratum, const char *when, int poll,
    unsigned reach, double offset_ms, double dispersion_ms, FILE *out)
{
	char dispersion[32];

	snprintf(dispersion, sizeof(dispersion), "%6.3f", dispersion_ms);
	fprintf(out, "%c~%-16s%-15s%3d %6s %6d %5o %6.3f %7.3f %.6s\n", mark, who, clock, stratum, when,
	    poll, reach, 0.0, offset_ms, dispersion);
}

/* `chronyc -c sources': kind, state, name, stratum, poll, reach, last, offset, measured, error. */
static void
print_chrony_line(char *line, FILE *out)
{
	static const char states[] = "*+-?x~", marks[] = "*+- xx";
	char *f[10], when[16] = "-";
	const char *at;
	unsigned reach;
	int poll;

	if (chrony_fields(line, f, 10) < 10)
		return;
	poll = atoi(f[4]);
	reach = (unsigned)strtoul(f[5], NULL, 8);
	if (reach)
		snprintf(when, sizeof(when), "%.15s", f[6]);
	at = *f[1] ? strchr(states, *f[1]) : NULL;
	print_source(at ? marks[at - states] : ' ', f[2], reach ? "-" : ".INIT.",
	    reach ? atoi(f[3]) : 16, when, 1 << (poll > 0 && poll < 31 ? poll : 0), reach,
	    strtod(f[7], NULL) * 1000, reach ? strtod(f[9], NULL) * 1000 : 15937.0, out);
}

static void
print_kept_only(const struct map *sources, FILE *out)
{
	for (const struct ntp_source *n = map_first(sources); n; n = map_after(sources, n->node.key))
		print_source(' ', n->node.key, ".INIT.", 16, "-", 1 << (n->minpoll ? n->minpoll : 6), 0, 0,
		    15937.0, out);
}

int
show_ntp_associations(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	FILE *out = session_out(s);
	char *said = malloc(SAID), *rest = said, *line;
	int rc;

	(void)m;
	if (!said)
		return -ENOMEM;
	rc = chrony_ask((const char *const[]){ "chronyc", "-c", "-n", "sources", NULL }, said, SAID);
	if (rc < 0 && !wants(c)) {
		fprintf(out, "%%NTP is not enabled.\n");
	} else {
		print_head(out);
		while (rc == 0 && (line = strsep(&rest, "\r\n")))
			print_chrony_line(line, out);
		if (rc < 0) {
			print_kept_only(c->ntp_servers, out);
			print_kept_only(c->ntp_peers, out);
		}
		fprintf(out, " * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured\n");
	}
	free(said);
	return 0;
}
