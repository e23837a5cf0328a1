/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/archive.c -- see archive.h.  A copy of the configuration is a file of its own: PATH, the time and a
 * number.  Those that a directory of the box holds are found by their names, so that they survive a
 * restart; beyond `maximum' the oldest goes. */
#include "modes/archive.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/diff.h"
#include "modes/exec.h"
#include "modes/show_config.h"
#include "modes/store.h"
#include "modes/url.h"
#include "shell/alarm.h"
#include "shell/door.h"
#include "shell/log.h"

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ALARM "archive"
enum { MINUTE_MS = 60000, ENTRIES = 1000, SAID = 256, PATH_TEXT = 512 };

struct entry { unsigned number, session; char user[65], tty[16], said[SAID]; };

struct archive {
	struct box *box;
	pthread_mutex_t lock;
	uint32_t minutes;               /* what the alarm was set for */
	unsigned entries;               /* of all time; entry n is in of[n % ENTRIES] */
	unsigned sessions;              /* that have configured; and of which the last was */
	char last_tty[16], last_user[65];
	struct entry of[ENTRIES];

	/* A copy by time may go to a server that does not answer: not on the alarms' thread. */
	pthread_t writer;
	bool started;                   /* the alarms' thread alone: `writer' is to be joined */
	atomic_bool busy, closing;
};

/* ---- rows ----------------------------------------------------------------------------------------------------- */

static const struct choice notify_choices[] = {
	[1] = { "syslog", "The log" },
	[2] = { "syslog contenttype plaintext", "The log|Form of the text|Plain text" },
	[3] = { "syslog contenttype xml", "The log|Form of the text|XML" },
};

#define OBJECT struct archive_log
static const struct line log_lines[] = { ARCHIVE_LOG_LINES(LINE_ROW) };
#undef OBJECT
#define OBJECT struct archive_config
static const struct line archive_lines[] = { ARCHIVE_CONFIG_LINES(LINE_ROW) };
#undef OBJECT

const struct mode mode_archive = {
	.name = "Archive", .prompt = "(config-archive)", .lines = LINES(archive_lines),
	.size = sizeof(struct archive_config)
};
const struct mode mode_archive_log = {
	.name = "Archive log", .prompt = "(config-archive-log-cfg)", .lines = LINES(log_lines),
	.size = sizeof(struct archive_log), .parent = &mode_archive
};

int
archive_new(struct archive **ap, struct box *b)
{
	struct archive *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->box = b;
	pthread_mutex_init(&a->lock, NULL);
	*ap = a;
	return 0;
}

void
archive_free(struct archive *a)
{
	if (!a)
		return;
	a->closing = true;
	if (a->started)
		pthread_join(a->writer, NULL);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* ---- copies ------------------------------------------------------------------------------------------------------ */

/* "Mar-14-10-15-22.969", and what any such looks like. */
#define STAMP "Jan-00-00-00-00.000"
static void
stamp(char *buf, size_t size)
{
	struct timespec now;
	char day[32];
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(day, sizeof(day), "%b-%d-%H-%M-%S", &tm);
	snprintf(buf, size, "%s.%03ld", day, now.tv_nsec / 1000000);
}

/* PATH with $h and $t filled in; without $t the time stands behind it. */
static void
expand(const struct config *c, const char *when, char *to, size_t size)
{
	FILE *out = fmemopen(to, size, "w");

	to[0] = '\0';
	if (!out)
		return;
	for (const char *p = c->archive.path; *p; p++) {
		if (p[0] == '$' && (p[1] == 'h' || p[1] == 't'))
			fputs(*++p == 'h' ? c->hostname : when, out);
		else
			fputc(*p, out);
	}
	if (!strstr(c->archive.path, "$t"))
		fputs(when, out);
	fclose(out);
	to[size - 1] = '\0';
}

/* The copies of a directory of the box, the oldest first. */
struct copies { struct store_file *of; size_t count; char directory[PATH_TEXT], base[STORE_NAME]; };

static unsigned
number_of(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash ? (unsigned)strtoul(dash + 1, NULL, 10) : 0;
}

static int
by_age(const void *x, const void *y)
{
	const struct store_file *a = x, *b = y;

	if (a->changed_s != b->changed_s)
		return a->changed_s < b->changed_s ? -1 : 1;
	return (number_of(a->name) > number_of(b->name)) - (number_of(a->name) < number_of(b->name));
}

/* A name as expand() makes it, a dash, a number: anything else was not written here, and stays. */
static bool
is_copy(const struct copies *c, const struct store_file *f)
{
	const char *p = f->name, *stamp = strstr(c->base, STAMP);

	for (const char *t = c->base; *t; t++, p++) {
		bool any = stamp && t >= stamp && t < stamp + strlen(STAMP);

		if (any && isdigit((unsigned char)*t) ? !isdigit((unsigned char)*p)
		    : any && isalpha((unsigned char)*t) ? !isalpha((unsigned char)*p) : *p != *t)
			return false;
	}
	return !f->directory && *p == '-' && p[1] && !p[1 + strspn(p + 1, "0123456789")];
}

/* false: PATH names no directory of the box. */
static bool
find_copies(struct box *b, const struct config *c, struct copies *to)
{
	char path[PATH_TEXT], base[PATH_TEXT], why[80];
	size_t kept = 0;
	char *slash;

	*to = (struct copies){ .count = 0 };
	expand(c, STAMP, base, sizeof(base));
	if (b->store->spell(base, path, sizeof(path)) < 0)
		return false;
	slash = strrchr(path, '/');
	if (!slash)
		slash = strchr(path, ':');
	snprintf(to->base, sizeof(to->base), "%.255s", slash + 1);
	snprintf(to->directory, sizeof(to->directory), "%.*s", (int)(slash + 1 - path), path);
	if (b->store->list(b, to->directory, &to->of, &to->count, why, sizeof(why)) < 0)
		to->count = 0;
	for (size_t i = 0; i < to->count; i++)
		if (is_copy(to, &to->of[i]))
			to->of[kept++] = to->of[i];
	to->count = kept;
	if (kept)
		qsort(to->of, kept, sizeof(*to->of), by_age);
	return true;
}

static void
remove_oldest(struct box *b, const struct copies *c, size_t most)
{
	char path[2 * PATH_TEXT], why[80];

	for (size_t i = 0; i + most < c->count; i++) {
		snprintf(path, sizeof(path), "%s%s", c->directory, c->of[i].name);
		b->store->remove(b, path, why, sizeof(why));
	}
}

static void
next_name(const struct config *c, const struct copies *copies, char *name, size_t size)
{
	unsigned number = copies->count ? number_of(copies->of[copies->count - 1].name) + 1 : 0;
	char when[48], base[PATH_TEXT];

	stamp(when, sizeof(when));
	expand(c, when, base, sizeof(base));
	snprintf(name, size, "%s-%u", base, number);
}

/* Who asks for it may end it. */
struct patience { bool (*stop)(void *arg); void *arg; };

static int
write_copy(struct box *b, const struct config *c, struct patience until, char *why, size_t size)
{
	char name[PATH_TEXT + 80];
	struct copies copies;
	bool local = find_copies(b, c, &copies);
	size_t bytes;
	char *text = config_text(b->running, c, false, &bytes);
	int rc = -ENOMEM;

	next_name(c, &copies, name, sizeof(name));
	if (text)
		rc = local ? b->store->write(b, name, text, bytes, why, size)
		    : b->store->send(b, name, text, bytes, until.stop, until.arg, why, size);
	free(text);
	free(copies.of);
	if (rc == 0 && find_copies(b, c, &copies)) {
		remove_oldest(b, &copies, c->archive.maximum);
		free(copies.of);
	}
	return rc;
}

/* Where nobody listens: what fails is said in the log. */
static void
copy_silently(struct box *b, struct patience until)
{
	const struct config *c = running_hold(b->running);
	char why[160] = "", shown[PATH_TEXT];

	if (*c->archive.path && write_copy(b, c, until, why, sizeof(why)) < 0)
		log_put(b->log, 3, "ARCHIVE-3-FAILED", "The configuration was not archived: %s: %s",
		    url_shown(c->archive.path, shown, sizeof(shown)), why);
	running_drop(c);
}

static bool
is_closing(void *arg)
{
	return ((struct archive *)arg)->closing;
}

static void *
writer_main(void *arg)
{
	struct archive *a = arg;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	pthread_setname_np(pthread_self(), "Archive");
	copy_silently(a->box, (struct patience){ is_closing, a });
	a->busy = false;
	return NULL;
}

/* One at a time: while a server keeps the last one waiting, the next is left out. */
static void
start_writer(struct archive *a)
{
	if (a->busy) {
		log_put(a->box->log, 3, "ARCHIVE-3-FAILED", "The configuration was not archived: the last copy "
		    "is not written yet");
		return;
	}
	if (a->started)
		pthread_join(a->writer, NULL);
	a->busy = true;
	a->started = pthread_create(&a->writer, NULL, writer_main, a) == 0;
	if (!a->started) {
		a->busy = false;
		log_put(a->box->log, 3, "ARCHIVE-3-FAILED", "The configuration was not archived: no thread");
	}
}

static void
on_alarm(void *arg)
{
	struct archive *a = arg;

	start_writer(a);
	pthread_mutex_lock(&a->lock);
	if (a->minutes)
		alarm_set(a->box->alarms, ALARM, a->minutes * (int64_t)MINUTE_MS, on_alarm, a);
	pthread_mutex_unlock(&a->lock);
}

void
archive_follow(struct box *b, const struct config *c)
{
	struct archive *a = b->archive;
	uint32_t minutes = *c->archive.path ? c->archive.minutes : 0;

	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	if (a->minutes != minutes && minutes)
		alarm_set(b->alarms, ALARM, minutes * (int64_t)MINUTE_MS, on_alarm, a);
	else if (a->minutes != minutes)
		alarm_cancel(b->alarms, ALARM);
	a->minutes = minutes;
	pthread_mutex_unlock(&a->lock);
}

static bool
is_interrupted(void *arg)
{
	return door_interrupted(arg);
}

void
archive_saved(struct session *s)
{
	const struct config *c = session_config(s);

	session_flush(s);
	if (c->archive.on_write)
		copy_silently(BOX(s), (struct patience){ is_interrupted, s });
}

int
exec_archive(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	char why[160] = "", shown[PATH_TEXT];
	int rc;

	(void)m;
	if (!*c->archive.path) {
		session_refused_as(s, "%%Archive feature not enabled: no path is set\n");
		return -ENOENT;
	}
	rc = write_copy(BOX(s), c, (struct patience){ is_interrupted, s }, why, sizeof(why));
	if (rc < 0)
		session_refused_as(s, "%%Error writing %s (%s)\n",
		    url_shown(c->archive.path, shown, sizeof(shown)), why);
	return rc;
}

int
show_archive(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	char name[PATH_TEXT + 80], shown[PATH_TEXT + 80];
	struct copies copies;

	(void)m;
	if (!*c->archive.path) {
		session_print(s, " Archive feature not enabled\n");
		return 0;
	}
	find_copies(BOX(s), c, &copies);
	next_name(c, &copies, name, sizeof(name));
	session_print(s, "The maximum archive configurations allowed is %u.\n", c->archive.maximum);
	session_print(s, "There are currently %zu archive configurations saved.\n", copies.count);
	session_print(s, "The next archive file will be named %s\n Archive #  Name\n",
	    url_shown(name, shown, sizeof(shown)));
	for (size_t i = 0; i < c->archive.maximum || i < copies.count; i++) {
		if (i >= copies.count)
			session_print(s, "   %zu\n", i + 1);
		else
			session_print(s, "   %-8zu %s%s%s\n", i + 1, copies.directory, copies.of[i].name,
			    i + 1 == copies.count ? " <- Most Recent" : "");
	}
	free(copies.of);
	return 0;
}

/* ---- differences --------------------------------------------------------------------------------------------------- */

/* NULL: it cannot be read, and that was said. */
static char *
text_of(struct session *s, const char *name)
{
	char why[160] = "", *text;
	size_t size;

	if (!name || !strcmp(name, "system:running-config"))
		return config_text(session_running(s), session_config(s), false, &size);
	text = BOX(s)->store->read(BOX(s), name, &size, why, sizeof(why));
	if (!text)
		session_refused_as(s, "%%Error opening %s (%s)\n", name, why);
	return text;
}

int
show_archive_differences(struct session *s, const struct match *m)
{
	bool missing = match_text(m, "missing") != NULL;
	const char *first = match_text(m, "first");
	char *from = text_of(s, first ? first : "nvram:startup-config");
	char *to = from ? text_of(s, match_text(m, "second")) : NULL;
	char *out = NULL;
	long count = -ENOENT;
	size_t size;
	FILE *f = to ? open_memstream(&out, &size) : NULL;

	if (f) {
		count = missing ? config_diff(to, from, DIFF_MISSING, f) : config_diff(from, to, DIFF_SIGNS, f);
		fclose(f);
	}
	if (count >= 0) {
		session_print(s, missing ? "!List of Commands:\n" : "!Contextual Config Diffs:\n");
		fputs(count ? out : missing ? "" : "!No changes were found\n", session_out(s));
		session_print(s, missing ? "end\n\n" : "\n");
	}
	free(out);
	free(from);
	free(to);
	return count < 0 ? (int)count : 0;
}

/* ---- the log of what was configured ----------------------------------------------------------------------------------- */

static void
put_entry(struct archive *a, const struct session_options *o, int depth, const char *user, const char *said)
{
	struct entry *e;

	pthread_mutex_lock(&a->lock);
	if (strcmp(a->last_tty, o->tty) || strcmp(a->last_user, user)) {
		a->sessions++;
		snprintf(a->last_tty, sizeof(a->last_tty), "%s", o->tty);
		snprintf(a->last_user, sizeof(a->last_user), "%s", user);
	}
	e = &a->of[a->entries % ENTRIES];
	*e = (struct entry){ .number = ++a->entries, .session = a->sessions };
	snprintf(e->user, sizeof(e->user), "%s", user);
	snprintf(e->tty, sizeof(e->tty), "%s", o->tty);
	snprintf(e->said, sizeof(e->said), "%*s%.*s", depth, "", SAID - 1 - depth, said);
	pthread_mutex_unlock(&a->lock);
}

void
archive_typed(struct session *s, int depth, const char *said)
{
	const struct session_options *o = session_options(s);
	const struct config *c = session_config(s);
	const struct archive_log *l = &c->archive.log;
	const char *user = *o->user ? o->user : "console";

	if (!l->enable || !BOX(s)->archive)
		return;
	put_entry(BOX(s)->archive, o, depth, user, said);
	if (l->notify)
		log_put(BOX(s)->log, 5, "PARSER-5-CFGLOG_LOGGEDCMD", "User:%s  logged command:%s", user, said);
}

/* An entry as it stands now; false: it is not kept any more. */
static bool
entry_of(struct archive *a, unsigned number, unsigned most, struct entry *e)
{
	bool kept;

	pthread_mutex_lock(&a->lock);
	kept = number && number <= a->entries && a->entries - number < most;
	if (kept)
		*e = a->of[(number - 1) % ENTRIES];
	pthread_mutex_unlock(&a->lock);
	return kept;
}

int
show_archive_log(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	struct archive *a = BOX(s)->archive;
	const char *user = match_text(m, "user");
	unsigned last = a ? a->entries : 0, first = last > ENTRIES ? last - ENTRIES + 1 : 1;
	char at[96];
	struct entry e;

	if (match_text(m, "first") && match_number(m, "first", 1) > (long)first)
		first = (unsigned)match_number(m, "first", 1);
	if (match_text(m, "last") && match_number(m, "last", 1) < (long)last)
		last = (unsigned)match_number(m, "last", 1);
	session_print(s, " idx   sess           user@line      Logged command\n");
	for (unsigned n = first; n <= last; n++) {
		if (!entry_of(a, n, c->archive.log.size, &e) || (user && strcmp(user, e.user)))
			continue;
		snprintf(at, sizeof(at), "%s@%s", e.user, e.tty);
		session_print(s, "%5u %5u %19s     |%s\n", e.number, e.session, at, e.said);
	}
	return 0;
}
