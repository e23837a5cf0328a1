/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/telnet.c -- the only file that knows libtelnet: RFC 854 on one side, a pty on
 * the other.
 *
 * A thread carries bytes between the two and touches nothing else.  What it holds is bounded: it
 * reads from either side only while the other has room.  The operator's keys keep their order, and
 * those that came before the connection's end are all delivered before the console learns of it;
 * what the console says is sent on even then, as the peer may have closed one direction only. */
#include "shell/terminal/telnet.h"
#include "shell/terminal/pty.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libtelnet.h>

enum {
	PIECE = 4096,
	REPLY = 2 * PIECE, /* what a piece can become when it is escaped or answered */
	OUT_BYTES = 65536,
	IN_BYTES = 2 * PIECE,
	DRAIN_MS = 2000,
	CTRL_C = 3,
	CTRL_U = 0x15,
	RUBOUT = 0x7f
};

struct telnet {
	telnet_t *protocol;
	pthread_t thread;
	int tcp, master, news;
	atomic_bool ended, broken, over; /* over: all that came was given to the pty */
	_Atomic uint64_t given;          /* bytes written to the pty */
	struct buffer in, out;           /* to the pty, to the connection */
	char in_bytes[IN_BYTES], out_bytes[OUT_BYTES];
};

/* ---- the protocol -------------------------------------------------------------------------- */

static void
tell(struct telnet *t)
{
	uint64_t one = 1;

	if (write(t->news, &one, sizeof(one)) < 0)
		return; /* it is told already */
}

static void
set_size(struct telnet *t, const unsigned char *naws, size_t size)
{
	struct winsize w = {0};

	if (size != 4)
		return;
	w.ws_col = (unsigned short)(naws[0] << 8 | naws[1]);
	w.ws_row = (unsigned short)(naws[2] << 8 | naws[3]);
	ioctl(t->master, TIOCSWINSZ, &w);
	tell(t);
}

/* The operator's keys that telnet has commands for. */
static void
on_command(struct telnet *t, unsigned char command)
{
	static const char yes[] = "\r\n[Yes]\r\n";
	char key = 0;

	switch (command) {
	case TELNET_IP:
	case TELNET_BREAK:
		key = CTRL_C;
		break;
	case TELNET_EC:
		key = RUBOUT;
		break;
	case TELNET_EL:
		key = CTRL_U;
		break;
	case TELNET_AYT:
		buffer_put(&t->out, yes, sizeof(yes) - 1);
		break;
	}
	if (key)
		buffer_put(&t->in, &key, 1);
}

static void
on_event(telnet_t *protocol, telnet_event_t *e, void *arg)
{
	struct telnet *t = arg;

	(void)protocol;
	switch (e->type) {
	case TELNET_EV_DATA:
		if (!buffer_put(&t->in, e->data.buffer, e->data.size))
			t->broken = true;
		break;
	case TELNET_EV_SEND:
		if (!buffer_put(&t->out, e->data.buffer, e->data.size))
			t->broken = true;
		break;
	case TELNET_EV_IAC:
		on_command(t, e->iac.cmd);
		break;
	case TELNET_EV_SUBNEGOTIATION:
		if (e->sub.telopt == TELNET_TELOPT_NAWS)
			set_size(t, (const unsigned char *)e->sub.buffer, e->sub.size);
		break;
	case TELNET_EV_ERROR:
		t->broken = true;
		break;
	default:
		break;
	}
}

/* ---- carrying ------------------------------------------------------------------------------ */

static void
from_peer(struct telnet *t)
{
	char piece[PIECE];
	ssize_t n = recv(t->tcp, piece, sizeof(piece), MSG_DONTWAIT);

	if (n > 0) {
		telnet_recv(t->protocol, piece, n);
		explicit_bzero(piece, n);
	} else if (n == 0) {
		t->ended = true;
	} else if (errno != EAGAIN && errno != EINTR) {
		t->broken = true;
	}
}

static void
to_peer(struct telnet *t)
{
	struct buffer *b = &t->out;
	ssize_t n =
	    send(t->tcp, b->bytes + b->head, b->used - b->head, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n >= 0)
		buffer_gone(b, n);
	else if (errno != EAGAIN && errno != EINTR)
		t->broken = true;
}

static void
to_console(struct telnet *t)
{
	struct buffer *b = &t->in;
	ssize_t n = write(t->master, b->bytes + b->head, b->used - b->head);

	if (n <= 0)
		return;
	t->given += n;
	buffer_gone(b, n);
}

/* false: the console has closed its end and all that it said was read. */
static bool
from_console(struct telnet *t)
{
	char piece[PIECE];
	ssize_t n = read(t->master, piece, sizeof(piece));

	if (n > 0 && !t->broken)
		telnet_send(t->protocol, piece, n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* The console has left while the peer does not read: wait a little, then let go. */
static void
hurry(struct telnet *t)
{
	struct pollfd p = {.fd = t->tcp, .events = POLLOUT};

	if (poll(&p, 1, DRAIN_MS) <= 0)
		t->broken = true;
	else
		to_peer(t);
}

static void
notice_end(struct telnet *t)
{
	bool over = t->broken || (t->ended && !buffer_any(&t->in));

	if (!over || t->over)
		return;
	t->over = true;
	tell(t);
}

/* One turn.  false: the console is done. */
static bool
carry(struct telnet *t)
{
	bool hear = !t->ended && !t->broken && buffer_room(&t->in) >= PIECE &&
		    buffer_room(&t->out) >= REPLY;
	bool room = buffer_room(&t->out) >= REPLY || t->broken, more = true;
	struct pollfd p[] = {
	    {.fd = t->tcp, .events = (hear ? POLLIN : 0) | (buffer_any(&t->out) ? POLLOUT : 0)},
	    {.fd = t->master, .events = (room ? POLLIN : 0) | (buffer_any(&t->in) ? POLLOUT : 0)}};

	if (t->broken || !p[0].events)
		p[0].fd = -1; /* its hang-up would wake us for ever */
	if (poll(p, 2, -1) < 0)
		return true;
	if (hear && p[0].revents & (POLLIN | POLLHUP | POLLERR))
		from_peer(t);
	if (buffer_any(&t->out) && p[0].revents & (POLLOUT | POLLERR))
		to_peer(t);
	if (p[1].revents & POLLOUT)
		to_console(t);
	if (room && p[1].revents & (POLLIN | POLLHUP))
		more = from_console(t);
	else if (p[1].revents & POLLHUP)
		hurry(t);
	notice_end(t);
	return more;
}

/* What is left to say is said, but a peer that does not read is not waited for. */
static void
drain(struct telnet *t)
{
	struct pollfd p = {.fd = t->tcp, .events = POLLOUT};

	while (!t->broken && buffer_any(&t->out) && poll(&p, 1, DRAIN_MS) > 0)
		to_peer(t);
	shutdown(t->tcp, SHUT_RDWR);
}

static void *
telnet_main(void *arg)
{
	struct telnet *t = arg;

	while (carry(t))
		;
	drain(t);
	return NULL;
}

/* ---- open and close ------------------------------------------------------------------------ */

static void
bridge_free(struct telnet *t)
{
	if (t->protocol)
		telnet_free(t->protocol);
	if (t->master >= 0)
		close(t->master);
	if (t->news >= 0)
		close(t->news);
	close(t->tcp);
	free(t);
}

/* The peer is told at once, before any text: we echo, nothing waits for a go-ahead, and we should
 * like to know the size of the screen. */
static int
start_protocol(struct telnet *t)
{
	static const telnet_telopt_t options[] = {{TELNET_TELOPT_ECHO, TELNET_WILL, TELNET_DONT},
	    {TELNET_TELOPT_SGA, TELNET_WILL, TELNET_DO},
	    {TELNET_TELOPT_NAWS, TELNET_WONT, TELNET_DO},
	    {TELNET_TELOPT_BINARY, TELNET_WILL, TELNET_DO}, {-1, 0, 0}};

	if (!(t->protocol = telnet_init(options, on_event, 0, t)))
		return -ENOMEM;
	telnet_negotiate(t->protocol, TELNET_WILL, TELNET_TELOPT_ECHO);
	telnet_negotiate(t->protocol, TELNET_WILL, TELNET_TELOPT_SGA);
	telnet_negotiate(t->protocol, TELNET_DO, TELNET_TELOPT_NAWS);
	return 0;
}

int
telnet_open(struct telnet **tp, int tcp, int *fd)
{
	struct telnet *t = calloc(1, sizeof(*t));
	int rc = -ENOMEM;

	*fd = -1;
	if (!t) {
		close(tcp);
		return rc;
	}
	t->tcp = tcp;
	t->master = -1;
	t->in = (struct buffer){.bytes = t->in_bytes, .size = sizeof(t->in_bytes)};
	t->out = (struct buffer){.bytes = t->out_bytes, .size = sizeof(t->out_bytes)};
	if ((t->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
		rc = -errno;
	else if ((rc = pty_open(&t->master, fd)) == 0)
		rc = start_protocol(t);
	if (rc == 0)
		rc = -pthread_create(&t->thread, NULL, telnet_main, t);
	if (rc == 0) {
		*tp = t;
		return 0;
	}
	if (*fd >= 0)
		close(*fd);
	bridge_free(t);
	return rc;
}

void
telnet_close(struct telnet *t, int fd)
{
	close(fd); /* the thread reads what is left and ends */
	pthread_join(t->thread, NULL);
	bridge_free(t);
}

int
telnet_news_fd(const struct telnet *t)
{
	return t->news;
}

bool
telnet_news(void *arg)
{
	struct telnet *t = arg;
	uint64_t times;

	if (read(t->news, &times, sizeof(times)) < 0)
		times = 0;
	return !t->broken;
}

bool
telnet_ended(void *arg, uint64_t taken)
{
	struct telnet *t = arg;

	return t->over && taken >= t->given;
}
