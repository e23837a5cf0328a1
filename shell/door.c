/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/door.c -- listening for terminals, and starting a thread, or a login process, for each.
 *
 * One thread accepts and buries; it never waits for a terminal.  The door's lock is held over the
 * list of visits only, for as long as it takes to look at it. */
#include "shell/spawn.h"
#include "shell/visit.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { VTYS = 5, VTYS_MAX = 1000, LOCALS_MAX = 64, BACKLOG = 16 };

struct door {
	struct door_options o;
	pthread_mutex_t lock;
	pthread_t thread;
	bool started;
	atomic_bool closing;
	int local, wake;
	int listener[DOOR_WAYS]; /* under the lock; -1: none */
	atomic_int vtys;
	struct visit *visits;
	struct sockaddr_un path;
};

static const char full[] = "\r\n% Connection refused by remote host\r\n";

static int
refuse(char *why, size_t size, int rc, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, size, format, ap);
	va_end(ap);
	return rc;
}

static void
call_thread(struct door *d)
{
	uint64_t one = 1;

	if (write(d->wake, &one, sizeof(one)) < 0)
		return; /* it is called already */
}

/* ---- visits -------------------------------------------------------------------------------- */

static void
visit_free(struct visit *v)
{
	if (!v)
		return;
	if (v->fd >= 0)
		close(v->fd);
	if (v->wake >= 0)
		close(v->wake);
	explicit_bzero(&v->in, sizeof(v->in));
	free(v);
}

static struct visit *
visit_new(struct door *d, enum visit_way way, int fd)
{
	struct visit *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->door = d;
	v->o = &d->o;
	v->lock = &d->lock;
	v->on_done = call_thread;
	v->way = way;
	v->fd = fd;
	v->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	v->user.since_s = time(NULL);
	snprintf(v->user.tty, sizeof(v->user.tty), "con0");
	return v;
}

/* Give it its thread, and the door's list its place.  It owns `v`, whatever comes of it. */
static int
visit_start(struct door *d, struct visit *v)
{
	int rc = v->wake < 0 ? EMFILE : 0;

	pthread_mutex_lock(&d->lock);
	if (rc == 0)
		rc = pthread_create(&v->thread, NULL, visit_main, v);
	if (rc == 0) {
		v->next = d->visits;
		d->visits = v;
	}
	pthread_mutex_unlock(&d->lock);
	if (rc) {
		pid_t child = v->child;

		visit_free(v); /* its terminal sees the end of the wire and ends */
		if (child) {
			kill(child, SIGKILL);
			waitpid(child, NULL, 0);
		}
	}
	return -rc;
}

/* How many of a way there are, and which numbers are taken. */
static int
count(struct door *d, enum visit_way way, bool used[VTYS_MAX])
{
	int n = 0;

	memset(used, 0, VTYS_MAX);

	pthread_mutex_lock(&d->lock);
	for (struct visit *v = d->visits; v; v = v->next) {
		if (v->way != way || v->done)
			continue;
		n++;
		used[v->vty] = true;
	}
	pthread_mutex_unlock(&d->lock);
	return n;
}

/* The first free line that takes this one: 0 or more; -EBUSY: none is free; -EACCES: some are. */
static int
find_vty(struct door *d, enum door_way way, const struct sockaddr *from)
{
	bool used[VTYS_MAX];
	int rc = -EBUSY;

	count(d, VISIT_LOGIN, used);
	for (int vty = 0; vty < d->vtys; vty++) {
		if (used[vty])
			continue;
		if (!d->o.admit || d->o.admit(d->o.box, way, vty, from))
			return vty;
		rc = -EACCES;
	}
	return rc;
}

/* Join the threads that are at their end. */
static void
bury_visits(struct door *d)
{
	struct visit **link, *v, *dead = NULL;

	pthread_mutex_lock(&d->lock);
	for (link = &d->visits; (v = *link);) {
		if (v->done) {
			*link = v->next;
			v->next = dead;
			dead = v;
		} else {
			link = &v->next;
		}
	}
	pthread_mutex_unlock(&d->lock);
	while ((v = dead)) {
		dead = v->next;
		pthread_join(v->thread, NULL);
		visit_free(v);
	}
}

/* ---- starting a terminal ------------------------------------------------------------------- */

/* tcp -1: the console, which keeps our uid and our terminal. */
static int
spawn_terminal(const struct door_options *o, bool ssh, int tcp, int box, pid_t *pid)
{
	static char *const console[] = {"parapet", "--box-fd", "4", NULL};
	char *const login[] = {"parapet", ssh ? "--ssh-fd" : "--login-fd", "3", "--box-fd", "4", NULL};
	const struct spawn s = {.program = o->terminal_program, .argv = tcp >= 0 ? login : console,
	    .fd = {tcp, box}, .keeps_terminal = tcp < 0, .uid = o->login_uid, .gid = o->login_gid};

	return spawn_child(&s, pid);
}

/* A visit whose terminal is a process of ours on the other end of a socketpair.  Takes `tcp`. */
static int
visit_spawn(struct door *d, enum visit_way way, bool ssh, int tcp, struct visit **vp)
{
	int pair[2] = {-1, -1}, rc = -ENOMEM;
	struct visit *v = NULL;

	if (tcp >= 0 && (tcp = spawn_raise(tcp)) < 0)
		return -EMFILE;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		rc = -errno;
		goto out;
	}
	if ((pair[1] = spawn_raise(pair[1])) < 0) {
		rc = -EMFILE;
		goto out;
	}
	if (!(v = visit_new(d, way, pair[0])))
		goto out;
	pair[0] = -1;
	v->user.ssh = ssh;
	rc = spawn_terminal(&d->o, ssh, tcp, pair[1], &v->child);
out:
	if (rc < 0)
		visit_free(v);
	else
		*vp = v;
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
	if (tcp >= 0)
		close(tcp);
	return rc;
}

/* ---- who comes ----------------------------------------------------------------------------- */

static void
welcome_local(struct door *d, int fd)
{
	bool used[VTYS_MAX];
	struct visit *v;

	if (count(d, VISIT_LOCAL, used) >= LOCALS_MAX || !(v = visit_new(d, VISIT_LOCAL, fd))) {
		close(fd);
		return;
	}
	visit_start(d, v);
}

static void
welcome_login(struct door *d, enum door_way way, int fd, const struct sockaddr *from,
    socklen_t length)
{
	static const int on = 1, dead_ms = 120000;
	int vty = find_vty(d, way, from), rc;
	struct visit *v = NULL;

	if (vty < 0) {
		if (vty == -EBUSY && way == DOOR_TELNET)
			send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms, sizeof(dead_ms));
	if ((rc = visit_spawn(d, VISIT_LOGIN, way == DOOR_SSH, fd, &v)) == 0) {
		v->vty = vty;
		snprintf(v->user.tty, sizeof(v->user.tty), "vty%d", vty);
		getnameinfo(
		    from, length, v->user.from, sizeof(v->user.from), NULL, 0, NI_NUMERICHOST);
		rc = visit_start(d, v);
	}
	if (rc < 0 && d->o.log)
		log_put(d->o.log, 3, "SYS-3-TTY", "No login on vty%d: %s", vty, strerror(-rc));
}

static int
accept_local(struct door *d)
{
	int fd = accept4(d->local, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return -errno;
	welcome_local(d, fd);
	return 0;
}

static int
accept_login(struct door *d, enum door_way way, int listener)
{
	struct sockaddr_storage from;
	socklen_t length = sizeof(from);
	int fd = accept4(listener, (struct sockaddr *)&from, &length, SOCK_CLOEXEC);

	if (fd < 0)
		return -errno;
	welcome_login(d, way, fd, (struct sockaddr *)&from, length);
	return 0;
}

enum { POLL_WAKE, POLL_LOCAL, POLL_WAYS, POLLS = POLL_WAYS + DOOR_WAYS };

/* The listeners as they are now.  Those of the ways may be closed meanwhile: we hold copies. */
static void
door_pause(struct door *d, struct pollfd p[POLLS])
{
	p[POLL_WAKE] = (struct pollfd){.fd = d->wake, .events = POLLIN};
	p[POLL_LOCAL] = (struct pollfd){.fd = d->local, .events = POLLIN};
	pthread_mutex_lock(&d->lock);
	for (int way = 0; way < DOOR_WAYS; way++) {
		int fd = d->listener[way] < 0 ? -1 : fcntl(d->listener[way], F_DUPFD_CLOEXEC, 0);

		p[POLL_WAYS + way] = (struct pollfd){.fd = fd, .events = POLLIN};
	}
	pthread_mutex_unlock(&d->lock);
	if (poll(p, POLLS, -1) < 0)
		for (int i = 0; i < POLLS; i++)
			p[i].revents = 0;
}

static void *
door_main(void *arg)
{
	struct door *d = arg;
	struct pollfd p[POLLS];
	uint64_t calls;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are main's */
	pthread_setname_np(pthread_self(), "Line door");
	while (!d->closing) {
		bool short_of = false;

		door_pause(d, p);
		if (p[POLL_WAKE].revents && read(d->wake, &calls, sizeof(calls)) < 0)
			calls = 0;
		bury_visits(d);
		if (p[POLL_LOCAL].revents)
			short_of |= accept_local(d) == -EMFILE;
		for (int way = 0; way < DOOR_WAYS; way++) {
			int fd = p[POLL_WAYS + way].fd;

			if (fd >= 0 && p[POLL_WAYS + way].revents)
				short_of |= accept_login(d, way, fd) == -EMFILE;
			if (fd >= 0)
				close(fd);
		}
		if (short_of) /* of descriptors: the listener would wake us at once again */
			poll(NULL, 0, 100);
	}
	return NULL;
}

/* ---- listening ----------------------------------------------------------------------------- */

/* Is somebody at home there?  A socket that nobody listens at is what a crash left. */
static int
clear_path(const struct sockaddr_un *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), rc = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)path, sizeof(*path)) == 0)
		rc = -EADDRINUSE;
	else if (lstat(path->sun_path, &st) == 0)
		rc = S_ISSOCK(st.st_mode) && unlink(path->sun_path) == 0 ? 0 : -EEXIST;
	close(fd);
	return rc;
}

/* The mode is set before the path exists, so that it is never more open than it should be. */
static int
listen_local(struct door *d, char *why, size_t size)
{
	const char *path = d->o.socket_path;
	struct sockaddr_un *un = &d->path;
	int rc;

	if (strlen(path) >= sizeof(un->sun_path))
		return refuse(why, size, -ENAMETOOLONG, "%s: the path is too long", path);
	un->sun_family = AF_UNIX;
	strcpy(un->sun_path, path);
	if ((rc = clear_path(un)) < 0)
		return refuse(why, size, rc, "%s: %s", path,
		    rc == -EADDRINUSE ? "another box listens there" : strerror(-rc));
	d->local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (d->local < 0 || fchmod(d->local, d->o.socket_mode ? d->o.socket_mode : 0600) < 0 ||
	    bind(d->local, (struct sockaddr *)un, sizeof(*un)) < 0 ||
	    (d->o.socket_gid && chown(path, -1, d->o.socket_gid) < 0) ||
	    (d->o.socket_mode && chmod(path, d->o.socket_mode) < 0) ||
	    listen(d->local, BACKLOG) < 0)
		return refuse(why, size, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

/* "ADDR:PORT" or "[ADDR]:PORT" into its halves. */
static int
split_address(const char *text, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(text, ':');
	size_t n;

	if (!colon || !colon[1])
		return -EINVAL;
	*port = colon + 1;
	n = colon - text;
	if (n > 2 && text[0] == '[' && text[n - 1] == ']')
		text++, n -= 2;
	if (n >= size)
		return -EINVAL;
	memcpy(host, text, n);
	host[n] = '\0';
	return 0;
}

static int
listen_at(const struct addrinfo *at)
{
	int on = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), rc;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, at->ai_addr, at->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	return fd;
}

int
door_listen(struct door *d, enum door_way way, const char *address, char *why, size_t size)
{
	static const struct addrinfo hints = {
	    .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char host[64];
	const char *port;
	int fd = -1;

	pthread_mutex_lock(&d->lock);
	if (d->listener[way] >= 0) {
		shutdown(d->listener[way], SHUT_RDWR); /* our thread holds a copy while it waits */
		close(d->listener[way]);
	}
	d->listener[way] = -1;
	pthread_mutex_unlock(&d->lock);
	call_thread(d);
	if (!address)
		return 0;
	if (split_address(address, host, sizeof(host), &port) < 0 ||
	    getaddrinfo(*host ? host : NULL, port, &hints, &found) != 0)
		return refuse(why, size, -EINVAL, "%s: not an address and a port", address);
	fd = listen_at(found);
	freeaddrinfo(found);
	if (fd < 0)
		return refuse(why, size, fd, "%s: %s", address, strerror(-fd));
	pthread_mutex_lock(&d->lock);
	d->listener[way] = fd;
	pthread_mutex_unlock(&d->lock);
	call_thread(d);
	return 0;
}

void
door_vtys(struct door *d, int vtys)
{
	d->vtys = vtys < VTYS_MAX ? vtys : VTYS_MAX;
}

/* ---- open and close ------------------------------------------------------------------------ */

int
door_open(struct door **dp, const struct door_options *o, char *why, size_t size)
{
	struct door *d = calloc(1, sizeof(*d));
	int rc = -ENOMEM;

	*why = '\0';
	if (!d)
		return refuse(why, size, rc, "no memory");
	d->o = *o;
	d->vtys = o->vtys > 0 && o->vtys < VTYS_MAX ? o->vtys : VTYS;
	d->local = -1;
	for (int way = 0; way < DOOR_WAYS; way++)
		d->listener[way] = -1;
	pthread_mutex_init(&d->lock, NULL);
	if ((d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
		rc = refuse(why, size, -errno, "%s", strerror(errno));
	else
		rc = o->socket_path ? listen_local(d, why, size) : 0;
	if (rc < 0)
		goto out;
	for (int way = 0; way < DOOR_WAYS; way++)
		if (o->at[way] && door_listen(d, way, o->at[way], why, size) < 0 && o->log)
			log_put(o->log, 3, "SYS-3-TTY", "No %s: %s", way == DOOR_SSH ? "SSH" : "telnet", why);
	*dp = d; /* who comes first may ask for it */
	if ((rc = -pthread_create(&d->thread, NULL, door_main, d)) < 0)
		refuse(why, size, rc, "%s", strerror(-rc));
	d->started = rc == 0;
out:
	if (rc < 0) {
		door_close(d);
		*dp = NULL;
	}
	return rc;
}

static void
hang_up(struct visit *v)
{
	v->closing = true;
	visit_wake(v);
}

void
door_close(struct door *d)
{
	struct visit *v;

	if (!d)
		return;
	d->closing = true;
	if (d->started) {
		call_thread(d);
		pthread_join(d->thread, NULL);
	}
	for (v = d->visits; v; v = v->next)
		hang_up(v);
	while ((v = d->visits)) {
		d->visits = v->next;
		pthread_join(v->thread, NULL);
		visit_free(v);
	}
	if (d->local >= 0) {
		close(d->local);
		unlink(d->path.sun_path);
	}
	for (int way = 0; way < DOOR_WAYS; way++)
		if (d->listener[way] >= 0)
			close(d->listener[way]);
	if (d->wake >= 0)
		close(d->wake);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

int
door_console(struct door *d)
{
	struct visit *v = NULL;
	int rc = visit_spawn(d, VISIT_CONSOLE, false, -1, &v);

	return rc < 0 ? rc : visit_start(d, v);
}

/* ---- who is there -------------------------------------------------------------------------- */

int
door_clear(struct door *d, const char *tty)
{
	int rc = -ENOENT;

	pthread_mutex_lock(&d->lock);
	for (struct visit *v = d->visits; v; v = v->next) {
		if (v->done || strcmp(v->user.tty, tty))
			continue;
		hang_up(v);
		rc = 0;
	}
	pthread_mutex_unlock(&d->lock);
	return rc;
}

size_t
door_users(struct door *d, struct door_user *users, size_t most)
{
	int64_t now = visit_now_ms();
	size_t n = 0;

	pthread_mutex_lock(&d->lock);
	for (struct visit *v = d->visits; v && n < most; v = v->next) {
		if (v->done)
			continue;
		users[n] = v->user;
		users[n++].idle_s = (now - v->key_ms) / 1000;
	}
	pthread_mutex_unlock(&d->lock);
	return n;
}
