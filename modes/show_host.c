/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_host.c -- what the kernel says of this process: `show processes' (its threads), `show
 * memory', `show inventory'. */
#include "modes/box.h"
#include "modes/exec.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* ---- show processes --------------------------------------------------------------------------------- */

enum { THREADS_MAX = 256 };
struct thread { int id; char name[32], state; unsigned long long ms, switches; double share; };

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
	if (!open || !close || sscanf(close + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
	    &t->state, &user, &kernel) != 3)
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

/* `show processes' alone: what each one does.  The kernel shows no counters of programs or stacks. */
static void
print_state(struct session *s, const struct thread *t)
{
	session_print(s, "%4d C%c%-2s %8x %12llu %10llu %7llu %11s %3d %.16s\n", t->id, t->state, "", 0,
	    t->ms, t->switches, t->switches ? t->ms * 1000 / t->switches : 0, "0/0", 0, t->name);
}

/* One figure over the life of the process stands for all three times: the box keeps no averages. */
static int
print_threads(struct session *s, bool cpu, bool sorted)
{
	struct thread *threads = calloc(THREADS_MAX, sizeof(*threads));
	size_t n = threads ? read_threads(threads) : 0;
	int64_t up_ms = (time(NULL) - BOX(s)->started_s) * 1000 + 1;
	double all = 0;

	if (!threads)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		all += threads[i].share = (double)threads[i].ms * 100 / (double)up_ms;
	if (sorted)
		qsort(threads, n, sizeof(*threads), by_share);
	session_print(s, "CPU utilization for five seconds: %.0f%%/0%%; one minute: %.0f%%; "
	    "five minutes: %.0f%%\n", all, all, all);
	session_print(s, cpu
	    ? " PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process\n"
	    : " PID QTy       PC Runtime (ms)    Invoked   uSecs      Stacks TTY Process\n");
	for (size_t i = 0; i < n; i++)
		(cpu ? print_thread : print_state)(s, &threads[i]);
	free(threads);
	return 0;
}

/* ---- memory -------------------------------------------------------------------------------------------------- */

struct memory { unsigned long long total, used, unused; };

static struct memory
read_memory(const struct mallinfo2 *i)
{
	unsigned long long total = i->arena + i->hblkhd, used = i->uordblks + i->hblkhd;
	FILE *f = total ? NULL : fopen("/proc/self/statm", "r");        /* another allocator tells nothing */
	unsigned long resident = 0;
	struct rusage most;

	if (f) {
		if (fscanf(f, "%*u %lu", &resident) == 1 && getrusage(RUSAGE_SELF, &most) == 0) {
			total = (unsigned long long)most.ru_maxrss * 1024;
			used = (unsigned long long)resident * (unsigned long long)sysconf(_SC_PAGESIZE);
		}
		fclose(f);
		if (used > total)
			used = total;
	}
	return (struct memory){ total, used, total - used };
}

/* Threads share their memory: the process as a whole is one row. */
static int
print_process_memory(struct session *s)
{
	struct mallinfo2 info = mallinfo2();
	struct memory m = read_memory(&info);
	FILE *f = fopen("/proc/self/comm", "r");
	char name[32] = "parapetd";

	if (f && fgets(name, sizeof(name), f))
		name[strcspn(name, "\n")] = '\0';
	if (f)
		fclose(f);
	session_print(s, "Processor Pool Total: %10llu Used: %10llu Free: %10llu\n\n"
	    " PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process\n"
	    "%4d %3d %10llu %10llu %10llu %10d %10d %s\n"
	    "                        %10llu Total\n", m.total, m.used, m.unused, (int)getpid(), 0, m.total,
	    m.unused, m.used, 0, 0, name, m.used);
	return 0;
}

int
show_processes(struct session *s, const struct match *m)
{
	if (match_text(m, "memory"))
		return print_process_memory(s);
	if (match_text(m, "history")) {
		session_refused(s, "No history of the processor's time is kept");
		return -ENOENT;
	}
	return print_threads(s, match_text(m, "cpu") != NULL, match_text(m, "sorted") != NULL);
}

/* How the allocator's bytes are used; it knows no caller's address. */
static void
print_blocks(struct session *s, const struct mallinfo2 *i)
{
	const struct { size_t blocks, bytes; const char *what; } rows[] = {
		{ 0, i->uordblks, "In use" }, { i->hblks, i->hblkhd, "In use, mapped" },
		{ i->ordblks, i->fordblks, "(free)" }, { i->smblks, i->fsmblks, "(free, small)" },
	};

	session_print(s, "\n          Processor memory\n\n  Alloc PC        Size     Blocks      Bytes    What\n\n");
	for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++)
		session_print(s, "0x%08X  %010zu %010zu %010zu    %s\n", 0, rows[r].blocks
		    ? rows[r].bytes / rows[r].blocks : 0, rows[r].blocks, rows[r].bytes, rows[r].what);
}

int
show_memory(struct session *s, const struct match *m)
{
	struct mallinfo2 i = mallinfo2();
	struct memory k = read_memory(&i);

	session_print(s, "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n"
	    "%9s  %10s %11llu %11llu %11llu %11llu %11llu\n", "Processor", "heap", k.total, k.used,
	    k.unused, (unsigned long long)i.keepcost, (unsigned long long)i.fordblks);
	if (!match_text(m, "statistics"))
		print_blocks(s, &i);
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
