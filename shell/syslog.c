/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/syslog.c -- see syslog.h.  The lock is held over the options and the counters, never while
 * something is sent or looked up. */
#include "shell/syslog.h"
#include "shell/log.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE = 262144, TAKE = 16384, AGAIN_S = 10, SEND_MS = 2000 };

struct server { struct syslog_state state; int fd; time_t tried; };

struct syslog {
	struct log *log;
	struct log_sink *sink;
	pthread_t thread;
	pthread_mutex_t lock;
	int wake;
	atomic_bool stop, changed;
	struct syslog_options next;     /* under the lock */
	/* the thread's own, but for the states, which are read under the lock */
	struct syslog_options now;
	struct server servers[SYSLOG_HOSTS];
	uint64_t number;
};

/* ---- servers ------------------------------------------------------------------------------------------------ */

static void
server_close(struct syslog *s, struct server *to)
{
	if (to->fd >= 0)
		close(to->fd);
	to->fd = -1;
	pthread_mutex_lock(&s->lock);
	to->state.up = false;
	pthread_mutex_unlock(&s->lock);
}

static bool
bind_source(int fd, const char *source)
{
	static const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST };
	struct addrinfo *a = NULL;
	bool good;

	if (!*source)
		return true;
	if (getaddrinfo(source, NULL, &hints, &a) != 0)
		return false;
	good = bind(fd, a->ai_addr, a->ai_addrlen) == 0;
	freeaddrinfo(a);
	return good;
}

static int
dial(const struct syslog_host *to, const char *source)
{
	struct addrinfo hints = { .ai_socktype = to->tcp ? SOCK_STREAM : SOCK_DGRAM }, *a = NULL;
	struct timeval most = { SEND_MS / 1000, 0 };
	char port[8];
	int fd;

	snprintf(port, sizeof(port), "%u", to->port);
	if (getaddrinfo(to->host, port, &hints, &a) != 0 || !a)
		return -1;
	fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most)); /* connect() too */
		if (!bind_source(fd, source) || connect(fd, a->ai_addr, a->ai_addrlen) < 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(a);
	return fd;
}

/* A server that could not be reached is tried again after a while. */
static bool
server_open(struct syslog *s, struct server *to)
{
	time_t now = time(NULL);

	if (to->fd >= 0)
		return true;
	if (to->tried && now - to->tried < AGAIN_S)
		return false;
	to->tried = now;
	to->fd = dial(&to->state.to, s->now.source);
	pthread_mutex_lock(&s->lock);
	to->state.up = to->fd >= 0;
	pthread_mutex_unlock(&s->lock);
	return to->fd >= 0;
}

static void
server_send(struct syslog *s, struct server *to, const char *line, size_t size)
{
	bool sent = server_open(s, to) &&
	    send(to->fd, line, to->state.to.tcp ? size : size - 1, MSG_NOSIGNAL) > 0;

	/* UDP: the word that nobody listens there is of an earlier one; this one goes again. */
	if (!sent && to->fd >= 0 && !to->state.to.tcp && errno == ECONNREFUSED)
		sent = send(to->fd, line, size - 1, MSG_NOSIGNAL) > 0;
	if (!sent && to->fd >= 0 && to->state.to.tcp)
		server_close(s, to);
	pthread_mutex_lock(&s->lock);
	to->state.sent += sent;
	to->state.dropped += !sent;
	pthread_mutex_unlock(&s->lock);
}

/* ---- lines -------------------------------------------------------------------------------------------------- */

/* The severity in `%FACILITY-N-MNEMONIC:', and where that begins; 7 for a debug line. */
static int
severity_of(const char *line, const char **mnemonic)
{
	const char *p = strchr(line, '%'), *end = p ? strchr(p, ':') : NULL;

	*mnemonic = NULL;
	for (const char *d = p; d && d + 2 < end; d++)
		if (d[0] == '-' && d[1] >= '0' && d[1] <= '7' && d[2] == '-') {
			*mnemonic = p;
			return d[1] - '0';
		}
	return LOG_DEBUGGING;
}

static size_t
frame_5424(const struct syslog *s, int pri, const char *line, const char *mnemonic, char *out,
    size_t size)
{
	char at[40], id[48] = "-";
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%S", &tm);
	if (mnemonic)
		snprintf(id, sizeof(id), "%.*s", (int)strcspn(mnemonic + 1, ": "), mnemonic + 1);
	return (size_t)snprintf(out, size, "<%d>1 %s.%03dZ %s parapet - %s - %s\n", pri, at,
	    (int)(now.tv_nsec / 1000000), *s->now.hostname ? s->now.hostname : "-", id,
	    mnemonic ? mnemonic : line);
}

static void
send_line(struct syslog *s, const char *line)
{
	char out[4096];
	const char *mnemonic, *origin = s->now.origin;
	int pri = s->now.facility * 8 + severity_of(line, &mnemonic);
	size_t n;

	s->number++;
	if (s->now.rfc5424)
		n = frame_5424(s, pri, line, mnemonic, out, sizeof(out));
	else
		n = (size_t)snprintf(out, sizeof(out), "<%d>%llu: %s%s%s\n", pri,
		    (unsigned long long)s->number, origin, *origin ? ": " : "", line);
	if (n >= sizeof(out)) {
		n = sizeof(out) - 1;
		out[n - 1] = '\n';
	}
	for (size_t i = 0; i < s->now.count; i++)
		server_send(s, &s->servers[i], out, n);
}

static void
send_text(struct syslog *s, char *text)
{
	char *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l && !s->stop; l = strtok_r(NULL, "\n", &save))
		send_line(s, l);
}

/* ---- the thread ------------------------------------------------------------------------------------------------ */

static void
take_options(struct syslog *s)
{
	for (size_t i = 0; i < SYSLOG_HOSTS; i++)
		server_close(s, &s->servers[i]);
	pthread_mutex_lock(&s->lock);
	s->now = s->next;
	for (size_t i = 0; i < SYSLOG_HOSTS; i++)
		s->servers[i] = (struct server){ .state.to = s->now.hosts[i], .fd = -1 };
	pthread_mutex_unlock(&s->lock);
}

static void *
syslog_main(void *arg)
{
	struct syslog *s = arg;
	struct pollfd p = { .fd = s->wake, .events = POLLIN };
	static _Thread_local char text[TAKE + 1];
	uint64_t calls;
	sigset_t all;
	size_t n;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	pthread_setname_np(pthread_self(), "Syslog");
	while (!s->stop) {
		if (poll(&p, 1, -1) > 0 && read(s->wake, &calls, sizeof(calls)) < 0)
			calls = 0;
		if (atomic_exchange(&s->changed, false))
			take_options(s);
		while (!s->stop && (n = log_take(s->sink, text, TAKE)) > 0) {
			text[n] = '\0';
			send_text(s, text);
		}
	}
	return NULL;
}

static void
wake_up(void *arg)
{
	struct syslog *s = arg;
	uint64_t one = 1;

	if (write(s->wake, &one, sizeof(one)) < 0)
		return;                 /* it is awake already */
}

int
syslog_start(struct syslog **sp, struct log *log)
{
	struct syslog *s = calloc(1, sizeof(*s));
	int rc = -ENOMEM;

	if (!s)
		return rc;
	s->log = log;
	for (size_t i = 0; i < SYSLOG_HOSTS; i++)
		s->servers[i].fd = -1;
	pthread_mutex_init(&s->lock, NULL);
	s->wake = eventfd(0, EFD_CLOEXEC);
	if (s->wake >= 0)
		rc = log_follow(&s->sink, log, LOG_TO_TRAP, QUEUE, wake_up, s);
	if (rc == 0)
		rc = -pthread_create(&s->thread, NULL, syslog_main, s);
	if (rc == 0) {
		*sp = s;
		return 0;
	}
	log_unfollow(s->sink);
	if (s->wake >= 0)
		close(s->wake);
	free(s);
	return rc;
}

void
syslog_stop(struct syslog *s)
{
	if (!s)
		return;
	s->stop = true;
	wake_up(s);
	pthread_join(s->thread, NULL);
	log_unfollow(s->sink);
	for (size_t i = 0; i < SYSLOG_HOSTS; i++)
		if (s->servers[i].fd >= 0)
			close(s->servers[i].fd);
	close(s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void
syslog_set(struct syslog *s, const struct syslog_options *o)
{
	bool same;

	pthread_mutex_lock(&s->lock);
	same = !memcmp(&s->next, o, sizeof(*o));
	s->next = *o;
	pthread_mutex_unlock(&s->lock);
	if (same)
		return;
	s->changed = true;
	wake_up(s);
}

size_t
syslog_states(struct syslog *s, struct syslog_state states[SYSLOG_HOSTS])
{
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = s->now.count;
	for (size_t i = 0; i < n; i++)
		states[i] = s->servers[i].state;
	pthread_mutex_unlock(&s->lock);
	return n;
}
