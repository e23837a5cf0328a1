/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_host.c -- what the kernel says of this process: `show processes cpu' (its threads),
 * `show memory statistics', `show inventory'. */
#include "modes/box.h"
#include "modes/exec.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- show processes cpu --------------------------------------------------------------------------------- */

enum { THREADS_MAX = 256 };
struct thread { int id; char name[32]; unsigned long long ms, switches; double share; };

/* Fields 14 and 15 of its stat: ticks in user and kernel; the name stands in parentheses. */
static bool
read_stat(struct thread *t)
{
	char path[64], line[512], *open, *close;
	unsigned long user, kernel;
	FILE *f;
	bool good;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", t->id);
	if (!(f = fopen(path, "r")))
		return false;
	good = fgets(line, sizeof(line), f) != NULL;
	fclose(f);
	open = good ? strchr(line, '(') : NULL;
	close = good ? strrchr(line, ')') : NULL;
	if (!open || !close || sscanf(close + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
	    &user, &kernel) != 2)
		return false;
	snprintf(t->name, sizeof(t->name), "%.*s", (int)(close - open - 1), open + 1);
	t->ms = (user + kernel) * 1000ull / (unsigned long)sysconf(_SC_CLK_TCK);
	return true;
}

static void
read_switches(struct thread *t)
{
	char path[64], line[128];
	unsigned long long n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", t->id);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "voluntary_ctxt_switches: %llu", &n) == 1 ||
		    sscanf(line, "nonvoluntary_ctxt_switches: %llu", &n) == 1)
			t->switches += n;
	if (f)
		fclose(f);
}

static size_t
read_threads(struct thread *threads)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *e;
	size_t n = 0;

	while (dir && n < THREADS_MAX && (e = readdir(dir))) {
		threads[n] = (struct thread){ .id = atoi(e->d_name) };
		if (threads[n].id <= 0 || !read_stat(&threads[n]))
			continue;
		read_switches(&threads[n++]);
	}
	if (dir)
		closedir(dir);
	return n;
}

static int
by_share(const void *a, const void *b)
{
	const struct thread *x = a, *y = b;

	return x->share == y->share ? x->id - y->id : x->share < y->share ? 1 : -1;
}

static void
print_thread(struct session *s, const struct thread *t)
{
	session_print(s, "%4d %11llu %11llu %10llu %5.2f%% %5.2f%% %5.2f%% %3d %-17.16s\n", t->id, t->ms,
	    t->switches, t->switches ? t->ms * 1000 / t->switches : 0, t->share, t->share, t->share, 0,
	    t->name);
}

/* One figure over the life of the process stands for all three times: the box keeps no averages. */
int
show_processes(struct session *s, const struct match *m)
{
	struct thread *threads = calloc(THREADS_MAX, sizeof(*threads));
	size_t n = threads ? read_threads(threads) : 0;
	int64_t up_ms = (time(NULL) - BOX(s)->started_s) * 1000 + 1;
	double all = 0;

	if (!threads)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		all += threads[i].share = (double)threads[i].ms * 100 / (double)up_ms;
	if (match_text(m, "sorted"))
		qsort(threads, n, sizeof(*threads), by_share);
	session_print(s, "CPU utilization for five seconds: %.0f%%/0%%; one minute: %.0f%%; "
	    "five minutes: %.0f%%\n PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY "
	    "Process\n", all, all, all);
	for (size_t i = 0; i < n; i++)
		print_thread(s, &threads[i]);
	free(threads);
	return 0;
}

/* ---- show memory statistics ------------------------------------------------------------------------------- */

int
show_memory(struct session *s, const struct match *m)
{
	struct mallinfo2 i = mallinfo2();
	unsigned long long total = i.arena + i.hblkhd, used = i.uordblks + i.hblkhd;

	(void)m;
	session_print(s, "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n"
	    "%9s  %10s %11llu %11llu %11llu %11llu %11llu\n", "Processor", "00000000", total, used,
	    total - used, (unsigned long long)i.keepcost, (unsigned long long)i.fordblks);
	return 0;
}

/* ---- show inventory ----------------------------------------------------------------------------------------- */

int
show_inventory(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "NAME: \"Chassis\", DESCR: \"Parapet border element\"\n"
	    "PID: %-18s, VID: V00  , SN: %s\n\n", "PARAPET", BOX_SERIAL);
	return 0;
}
