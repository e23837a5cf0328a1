/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/log.c -- framing, the buffer, the followers.
 *
 * Buffer and queues are the same thing: a ring of whole messages that forgets its oldest when a
 * new one needs room.  One mutex guards all; nothing under it waits. */
#include "shell/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

enum { MESSAGE_MAX = 65536, HEAD = sizeof(uint32_t) };

struct ring {
	char *bytes;
	size_t room, start, used; /* each message: its length, its bytes */
};

struct log_sink {
	struct log_sink *next;
	struct log *log;
	enum log_to to;
	struct ring ring;
	uint64_t lost; /* not told yet */
	void (*wake)(void *);
	void *arg;
};

struct log {
	pthread_mutex_t lock;
	struct ring buffer;
	struct log_counts counts[LOG_DESTINATIONS];
	struct log_sink *sinks;
	struct log_frame frame;
	uint64_t sequence, limited;
	int64_t began_s, second; /* CLOCK_BOOTTIME; the second that `in_second' counts */
	unsigned per_second, in_second;
	int except;
	bool limits_all;
};

/* ---- the ring ------------------------------------------------------------------------------ */

static int
ring_init(struct ring *r, size_t room)
{
	*r = (struct ring){.room = room};
	return (r->bytes = malloc(room)) ? 0 : -ENOMEM;
}

static void
ring_in(struct ring *r, const void *from, size_t n)
{
	size_t end = (r->start + r->used) % r->room, first = r->room - end;

	if (first > n)
		first = n;
	memcpy(r->bytes + end, from, first);
	memcpy(r->bytes, (const char *)from + first, n - first);
	r->used += n;
}

static void
ring_peek(const struct ring *r, size_t at, void *to, size_t n)
{
	size_t from = (r->start + at) % r->room, first = r->room - from;

	if (first > n)
		first = n;
	memcpy(to, r->bytes + from, first);
	memcpy((char *)to + first, r->bytes, n - first);
}

static void
ring_drop(struct ring *r, size_t n)
{
	r->start = (r->start + n) % r->room;
	r->used -= n;
}

/* How many messages had to go; one that is larger than the ring is itself lost. */
static uint64_t
ring_add(struct ring *r, const char *text, size_t n)
{
	uint32_t length = (uint32_t)n, old;
	uint64_t lost = 0;

	if (n + HEAD > r->room)
		return 1;
	while (r->used + n + HEAD > r->room) {
		ring_peek(r, 0, &old, HEAD);
		ring_drop(r, HEAD + old);
		lost++;
	}
	ring_in(r, &length, HEAD);
	ring_in(r, text, n);
	return lost;
}

/* ---- putting ------------------------------------------------------------------------------- */

static int
put_uptime(int64_t up, char *buf, size_t size)
{
	long long d = up / 86400, h = up / 3600 % 24;

	if (d >= 7)
		return snprintf(buf, size, "%lldw%lldd: ", d / 7, d % 7);
	if (d)
		return snprintf(buf, size, "%lldd%02lldh: ", d, h);
	return snprintf(buf, size, "%02lld:%02lld:%02lld: ", h, (long long)(up / 60 % 60),
	    (long long)(up % 60));
}

/* `*': the clock is not kept right by anybody. */
static bool
clock_is_kept(void)
{
	struct timex ask = {0};

	return adjtimex(&ask) >= 0 && !(ask.status & STA_UNSYNC);
}

static int
put_date(const struct log_stamps *o, const struct zone *here, char *buf, size_t size)
{
	static const char *const months[] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static const struct zone utc;
	char year[16] = "", msec[16] = "";
	struct timespec now;
	const char *zone;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	zone_local(o->localtime ? here : &utc, now.tv_sec, &tm, &zone);
	if (o->year)
		snprintf(year, sizeof(year), " %d", tm.tm_year + 1900);
	if (o->msec)
		snprintf(msec, sizeof(msec), ".%03d", (int)(now.tv_nsec / 1000000));
	return snprintf(buf, size, "%s%s %2d%s %02d:%02d:%02d%s%s%s: ", clock_is_kept() ? "" : "*",
	    months[tm.tm_mon], tm.tm_mday, year, tm.tm_hour, tm.tm_min, tm.tm_sec, msec,
	    o->zone ? " " : "", o->zone ? zone : "");
}

/* What stands before the text of a line. */
static size_t
stamp(struct log *l, bool debug, char *buf, size_t size)
{
	struct log_frame f;
	struct timespec up;
	const struct log_stamps *o = debug ? &f.debugs : &f.logs;
	uint64_t number;
	int n = 0;

	pthread_mutex_lock(&l->lock);
	f = l->frame;
	number = ++l->sequence;
	pthread_mutex_unlock(&l->lock);
	if (f.sequence)
		n = snprintf(buf, size, "%06llu: ", (unsigned long long)number);
	clock_gettime(CLOCK_BOOTTIME, &up);
	if (o->kind == LOG_STAMP_UPTIME)
		n += put_uptime(up.tv_sec - l->began_s, buf + n, size - n);
	else if (o->kind == LOG_STAMP_DATETIME)
		n += put_date(o, &f.zone, buf + n, size - n);
	return n;
}

static void
sink_add(struct log_sink *k, const char *text, size_t n)
{
	struct log_counts *c = &k->log->counts[k->to];
	bool empty = k->ring.used == 0;
	uint64_t lost = ring_add(&k->ring, text, n);

	k->lost += lost;
	c->dropped += lost;
	if (empty && k->wake)
		k->wake(k->arg);
}

/* Has this second had its share? */
static bool
beyond_limit(struct log *l, int severity)
{
	struct timespec now;

	if (!l->per_second || severity <= l->except)
		return false;
	clock_gettime(CLOCK_BOOTTIME, &now);
	if (now.tv_sec != l->second)
		l->in_second = 0;
	l->second = now.tv_sec;
	if (l->in_second++ < l->per_second)
		return false;
	l->limited++;
	return true;
}

/* To all that take this severity.  `text` ends in a newline. */
static void
spread(struct log *l, int severity, const char *text, size_t n)
{
	bool takes[LOG_DESTINATIONS], beyond;

	pthread_mutex_lock(&l->lock);
	beyond = beyond_limit(l, severity);
	for (int to = 0; to < LOG_DESTINATIONS; to++) {
		takes[to] = severity <= l->counts[to].level &&
			    !(beyond && (l->limits_all || to == LOG_TO_CONSOLE));
		l->counts[to].logged += takes[to];
	}
	if (takes[LOG_TO_BUFFER])
		ring_add(&l->buffer, text, n);
	for (struct log_sink *k = l->sinks; k; k = k->next)
		if (takes[k->to])
			sink_add(k, text, n);
	pthread_mutex_unlock(&l->lock);
}

void
log_put(struct log *l, int severity, const char *mnemonic, const char *format, ...)
{
	char line[2048];
	size_t n = stamp(l, false, line, sizeof(line));
	va_list ap;

	n += snprintf(line + n, sizeof(line) - n, "%%%s: ", mnemonic);
	if (n < sizeof(line) - 1) {
		va_start(ap, format);
		n += vsnprintf(line + n, sizeof(line) - 1 - n, format, ap);
		va_end(ap);
	}
	if (n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	spread(l, severity, line, n);
}

void
log_debug(struct log *l, const char *text, bool raw)
{
	size_t n = strlen(text), head = 0;
	char *line;

	if (n > MESSAGE_MAX)
		n = MESSAGE_MAX;
	if (!(line = malloc(n + 64)))
		return;
	if (!raw)
		head = stamp(l, true, line, 64);
	memcpy(line + head, text, n);
	n += head;
	if (!n || line[n - 1] != '\n')
		line[n++] = '\n';
	spread(l, LOG_DEBUGGING, line, n);
	free(line);
}

/* ---- the buffer ---------------------------------------------------------------------------- */

int
log_new(struct log **lp, size_t buffer_bytes)
{
	struct log *l = calloc(1, sizeof(*l));
	struct timespec now;

	if (!l)
		return -ENOMEM;
	if (ring_init(&l->buffer, buffer_bytes ? buffer_bytes : LOG_BUFFER_BYTES) < 0) {
		free(l);
		return -ENOMEM;
	}
	for (int to = 0; to < LOG_DESTINATIONS; to++)
		l->counts[to].level = LOG_DEBUGGING;
	l->frame.logs = l->frame.debugs =
	    (struct log_stamps){.kind = LOG_STAMP_DATETIME, .msec = true};
	clock_gettime(CLOCK_BOOTTIME, &now);
	l->began_s = now.tv_sec;
	pthread_mutex_init(&l->lock, NULL);
	*lp = l;
	return 0;
}

void
log_free(struct log *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l->buffer.bytes);
	free(l);
}

void
log_frame(struct log *l, const struct log_frame *f)
{
	pthread_mutex_lock(&l->lock);
	l->frame = *f;
	pthread_mutex_unlock(&l->lock);
}

void
log_limit(struct log *l, unsigned per_second, int except, bool all)
{
	pthread_mutex_lock(&l->lock);
	l->per_second = per_second;
	l->except = except;
	l->limits_all = all;
	pthread_mutex_unlock(&l->lock);
}

uint64_t
log_limited(struct log *l)
{
	uint64_t n;

	pthread_mutex_lock(&l->lock);
	n = l->limited;
	pthread_mutex_unlock(&l->lock);
	return n;
}

void
log_level(struct log *l, enum log_to to, int level)
{
	pthread_mutex_lock(&l->lock);
	l->counts[to].level = level;
	pthread_mutex_unlock(&l->lock);
}

struct log_counts
log_counts(struct log *l, enum log_to to)
{
	struct log_counts c;

	pthread_mutex_lock(&l->lock);
	c = l->counts[to];
	pthread_mutex_unlock(&l->lock);
	return c;
}

size_t
log_buffer_bytes(struct log *l)
{
	size_t room;

	pthread_mutex_lock(&l->lock);
	room = l->buffer.room;
	pthread_mutex_unlock(&l->lock);
	return room;
}

int
log_resize(struct log *l, size_t buffer_bytes)
{
	struct ring fresh, old;

	if (!buffer_bytes || ring_init(&fresh, buffer_bytes) < 0)
		return -ENOMEM;
	pthread_mutex_lock(&l->lock);
	old = l->buffer;
	l->buffer = fresh;
	pthread_mutex_unlock(&l->lock);
	free(old.bytes);
	return 0;
}

void
log_clear(struct log *l)
{
	pthread_mutex_lock(&l->lock);
	l->buffer.start = l->buffer.used = 0;
	pthread_mutex_unlock(&l->lock);
}

/* Whole messages from the ring's beginning into `buf`; how many bytes, *taken of the ring. */
static size_t
ring_read(const struct ring *r, char *buf, size_t size, size_t *taken)
{
	size_t n = 0, at = 0;
	uint32_t length;

	while (at < r->used) {
		ring_peek(r, at, &length, HEAD);
		if (n + length > size)
			break;
		ring_peek(r, at + HEAD, buf + n, length);
		n += length;
		at += HEAD + length;
	}
	*taken = at;
	return n;
}

char *
log_copy(struct log *l, size_t *size)
{
	size_t taken;
	char *text;

	pthread_mutex_lock(&l->lock);
	if ((text = malloc(l->buffer.used + 1))) {
		*size = ring_read(&l->buffer, text, l->buffer.used, &taken);
		text[*size] = '\0';
	}
	pthread_mutex_unlock(&l->lock);
	return text;
}

/* ---- followers ----------------------------------------------------------------------------- */

int
log_follow(struct log_sink **kp, struct log *l, enum log_to to, size_t queue_bytes,
    void (*wake)(void *arg), void *arg)
{
	struct log_sink *k = calloc(1, sizeof(*k));

	if (!k || ring_init(&k->ring, queue_bytes) < 0) {
		free(k);
		return -ENOMEM;
	}
	k->log = l;
	k->to = to;
	k->wake = wake;
	k->arg = arg;
	pthread_mutex_lock(&l->lock);
	k->next = l->sinks;
	l->sinks = k;
	pthread_mutex_unlock(&l->lock);
	*kp = k;
	return 0;
}

void
log_unfollow(struct log_sink *k)
{
	struct log_sink **link;

	if (!k)
		return;
	pthread_mutex_lock(&k->log->lock);
	for (link = &k->log->sinks; *link != k; link = &(*link)->next)
		;
	*link = k->next;
	pthread_mutex_unlock(&k->log->lock);
	free(k->ring.bytes);
	free(k);
}

/* A message that is larger than `size` is cut: a reader with a small buffer still gets on. */
static size_t
take_cut(struct ring *r, char *buf, size_t size)
{
	uint32_t length;

	if (!r->used)
		return 0;
	ring_peek(r, 0, &length, HEAD);
	ring_peek(r, HEAD, buf, size);
	buf[size - 1] = '\n';
	ring_drop(r, HEAD + length);
	return size;
}

size_t
log_take(struct log_sink *k, char *buf, size_t size)
{
	size_t n = 0, taken;

	pthread_mutex_lock(&k->log->lock);
	if (k->lost && size > 64) {
		n = snprintf(buf, size, "%llu messages dropped\n", (unsigned long long)k->lost);
		k->lost = 0;
	}
	n += ring_read(&k->ring, buf + n, size - n, &taken);
	ring_drop(&k->ring, taken);
	if (!n && size)
		n = take_cut(&k->ring, buf, size);
	pthread_mutex_unlock(&k->log->lock);
	return n;
}
