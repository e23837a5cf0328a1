/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_system.c -- the box itself: `show version', `show clock', `show logging', `show
 * privilege'.  What the host knows is asked of the host. */
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/show.h"
#include "modes/config.h"
#include "shell/zone.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* ---- times --------------------------------------------------------------------------------- */

static void
cut_time(int64_t s, struct tm *tm, char day[8], char month[8])
{
	time_t at = s;

	gmtime_r(&at, tm);
	strftime(day, 8, "%a", tm);
	strftime(month, 8, "%b", tm);
}

const char *
when_clock(int64_t wall_us, char buf[WHEN])
{
	char day[8], month[8];
	struct tm tm;

	cut_time(wall_us / 1000000, &tm, day, month);
	snprintf(buf, WHEN, "%02d:%02d:%02d.%03d UTC %s %s %d %d", tm.tm_hour, tm.tm_min, tm.tm_sec,
	    (int)(wall_us / 1000 % 1000), day, month, tm.tm_mday, tm.tm_year + 1900);
	return buf;
}

const char *
when_second(int64_t s, char buf[WHEN])
{
	char day[8], month[8];
	struct tm tm;

	cut_time(s, &tm, day, month);
	snprintf(buf, WHEN, "%02d:%02d:%02d UTC %s %s %d %d", tm.tm_hour, tm.tm_min, tm.tm_sec, day,
	    month, tm.tm_mday, tm.tm_year + 1900);
	return buf;
}

const char *
when_pki(int64_t s, char buf[WHEN])
{
	char day[8], month[8];
	struct tm tm;

	cut_time(s, &tm, day, month);
	snprintf(buf, WHEN, "%02d:%02d:%02d UTC %s %d %d", tm.tm_hour, tm.tm_min, tm.tm_sec, month,
	    tm.tm_mday, tm.tm_year + 1900);
	return buf;
}

/* As `show clock detail' says it. */
static const char *const kept_by[] = {
	[CLOCK_BY_NOBODY] = "No time source", [CLOCK_BY_USER] = "Time source is user configuration",
	[CLOCK_WAS_KEPT] = "No time source", [CLOCK_KEPT] = "Time source is the host's clock",
	[CLOCK_BY_NTP] = "Time source is NTP",
};

int
show_clock(struct session *s, const struct match *m)
{
	enum clock_kept kept = clock_kept(BOX(s));
	struct timespec now;
	const char *zone;
	struct zone here;
	char day[8], month[8];
	struct tm tm;

	clock_zone(session_config(s), &here);
	clock_gettime(CLOCK_REALTIME, &now);
	zone_local(&here, now.tv_sec, &tm, &zone);
	strftime(day, sizeof(day), "%a", &tm);
	strftime(month, sizeof(month), "%b", &tm);
	session_print(s, "%s%02d:%02d:%02d.%03d %s %s %s %d %d\n", clock_mark(kept), tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)(now.tv_nsec / 1000000), zone, day, month, tm.tm_mday,
	    tm.tm_year + 1900);
	if (match_text(m, "detail"))
		session_print(s, "%s\n", kept_by[kept]);
	return 0;
}

/* ---- show version -------------------------------------------------------------------------- */

static const struct unit {
	const char *name;
	int64_t s;
} units[] = {
    {"year", 365 * 86400}, {"week", 7 * 86400}, {"day", 86400}, {"hour", 3600}, {"minute", 60}};

static void
print_uptime(int64_t s, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		long long n = s / units[i].s;

		s %= units[i].s;
		if (!n && (any || units[i].s != 60))
			continue;
		fprintf(out, "%s%lld %s%s", any ? ", " : "", n, units[i].name, n == 1 ? "" : "s");
		any = true;
	}
}

/* A line of /proc/meminfo, kB. */
static unsigned long
memory_kb(const char *name)
{
	FILE *f = fopen("/proc/meminfo", "r");
	unsigned long kb = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			kb = strtoul(line + strlen(name) + 1, NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

static unsigned
count_interfaces(const struct config *c, const char *kind)
{
	unsigned n = 0;

	for (const struct interface *i = map_first(c->interfaces); i;
	     i = map_after(c->interfaces, i->node.key))
		n += !strncmp(i->node.key, kind, strlen(kind));
	return n;
}

static void
print_software(const struct config *c, const struct box *b, FILE *out)
{
	char image[PATH_MAX] = "parapetd", when[WHEN];
	int64_t up = time(NULL) - b->started_s;
	struct utsname host;
	ssize_t n = readlink("/proc/self/exe", image, sizeof(image) - 1);

	if (n > 0)
		image[n] = '\0';
	if (uname(&host) < 0)
		strcpy(host.release, "unknown");
	fprintf(out,
	    "IOS (compatible) Parapet Edge Software (X86_64_LINUX-PARAPET-M), "
	    "Version " PARAPET_VERSION ", RELEASE SOFTWARE (fc1)\n"
	    "Copyright (c) 2024-2026 the Parapet authors\n\n"
	    "ROM: Linux-%s\n\n%s uptime is ",
	    host.release, c->hostname);
	print_uptime(up, out);
	fprintf(out,
	    "\nSystem returned to ROM by start of the process\n"
	    "System restarted at %s\n"
	    "System image file is \"file:%s\"\n"
	    "Last reload reason: start of the process\n\n",
	    when_second(b->started_s, when), image);
}

static void
print_hardware(const struct config *c, const struct box *b, FILE *out)
{
	/* Main memory and what is set apart for packets: numbers that stay, for who compares two shows. */
	unsigned long total = memory_kb("MemTotal"), apart = total / 16;
	unsigned gigabit = count_interfaces(c, "GigabitEthernet");
	struct statvfs disk;

	fprintf(out,
	    "Parapet PARAPET (revision 1.0) processor with %luK/%luK bytes of memory.\n"
	    "Processor board ID " BOX_SERIAL "\n"
	    "Router operating mode: Autonomous\n"
	    "%u Gigabit Ethernet interface%s\n"
	    "%luK bytes of physical memory.\n",
	    total - apart, apart, gigabit, gigabit == 1 ? "" : "s", total);
	if (statvfs(b->nvram, &disk) == 0)
		fprintf(out, "%lluK bytes of virtual hard disk at nvram:.\n",
		    (unsigned long long)disk.f_blocks * disk.f_frsize / 1024);
	fprintf(out, "\nConfiguration register is 0x2102\n");
}

int
show_version(struct session *s, const struct match *m)
{
	(void)m;
	print_software(session_config(s), BOX(s), session_out(s));
	print_hardware(session_config(s), BOX(s), session_out(s));
	return 0;
}

int
show_privilege(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "Current privilege level is %d\n", session_level(s));
	return 0;
}
