/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sockets.c -- the pair of UDP sockets of one side, bound to a port pair of the worker.  A port
 * that cannot be bound (somebody else has it) is put back to rest and the next one is tried. */
#include "datapath/media/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DSCP_EF = 0xb8, TRIES = 64, PARKED_MOST = 8192, REST_MS = 2000 };

/* What still comes for the call that is over; bounded, the rest at the next pass. */
static void
drain(int fd)
{
	char byte;

	for (int i = 0; i < 64 && recv(fd, &byte, 1, MSG_DONTWAIT) >= 0; i++)
		;
}

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	struct sockets *s = poll->data;

	(void)status, (void)events; /* an error is read, and so cleared, like a packet */
	if (!s->owner)
		drain(s->fd[poll == &s->poll[CHANNEL_RTCP]]);
	else
		relay_readable(s->owner, poll == &s->poll[CHANNEL_RTCP], s->owner->engine);
}

static int
open_one(const union address *local)
{
	int fd = socket(local->sa.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
	int dscp = DSCP_EF, rc;

	if (fd < 0)
		return -errno;
	if (local->sa.sa_family == AF_INET6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
		setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &dscp, sizeof(dscp));
	} else {
		setsockopt(fd, IPPROTO_IP, IP_TOS, &dscp, sizeof(dscp));
	}
	if (!bind(fd, &local->sa, address_bytes(local)))
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

static int
open_pair(int fd[CHANNELS], const union address *local)
{
	union address rtcp = address_with_port(local, (uint16_t)(address_port(local) + 1));

	if ((fd[CHANNEL_RTP] = open_one(local)) < 0)
		return fd[CHANNEL_RTP];
	if ((fd[CHANNEL_RTCP] = open_one(&rtcp)) >= 0)
		return 0;
	close(fd[CHANNEL_RTP]);
	return fd[CHANNEL_RTCP];
}

/* -EADDRINUSE after all tries: none is free. */
static int
bind_pair(struct sockets *s, struct ports *ports)
{
	int rc = -EADDRINUSE;

	for (int i = 0; i < TRIES && rc == -EADDRINUSE && (s->port = ports_take(ports)); i++) {
		s->local = address_with_port(&s->local, s->port);
		if ((rc = open_pair(s->fd, &s->local)))
			ports_give(ports, s->port);
	}
	return rc;
}

static void
on_closed(uv_handle_t *handle)
{
	struct sockets *s = handle->data;

	if (!--s->open)
		free(s);
}

static int
watch(struct sockets *s, struct engine *e)
{
	for (int c = 0; c < CHANNELS; c++) {
		int rc = uv_poll_init(engine_loop(e), &s->poll[c], s->fd[c]);

		if (rc)
			return rc;
		s->open++;
		s->poll[c].data = s;
		if ((rc = uv_poll_start(&s->poll[c], UV_READABLE, on_poll)))
			return rc;
	}
	return 0;
}

static void
say(char *why, size_t size, const struct sockets *s, int rc)
{
	char local[ADDRESS_TEXT];

	address_text(&s->local, local);
	if (rc == -EADDRINUSE)
		snprintf(why, size, "no RTP port pair is free on %s: widen rtp-port range", local);
	else
		snprintf(why, size, "cannot open an RTP socket on %s: %s (check bind media)", local,
		    strerror(-rc));
}

/* ---- parking ------------------------------------------------------------------------------- */

static struct sockets *
parked_first(struct parking *p)
{
	struct sockets *s = p->first;

	p->first = s->next;
	if (!p->first)
		p->last = &p->first;
	p->count--;
	s->next = NULL;
	return s;
}

/* The pair that has rested longest, if that is long enough and it is bound to this address. */
static struct sockets *
unpark(struct engine *e, const union address *local)
{
	struct parking *p = engine_parking(e);
	struct sockets *s = p->first;

	if (!s || engine_now_ms(e) - s->parked_ms < REST_MS || !address_same_host(&s->local, local))
		return NULL;
	s = parked_first(p);
	for (int c = 0; c < CHANNELS; c++)
		drain(s->fd[c]);
	return s;
}

static void
shut(struct sockets *s, struct engine *e)
{
	int open = s->open;

	ports_give(engine_port_ring(e), s->port);
	for (int c = 0; c < open; c++)
		uv_close((uv_handle_t *)&s->poll[c], on_closed);
	for (int c = 0; c < CHANNELS; c++)
		close(s->fd[c]); /* the loop has let go of them */
	if (!open)
		free(s);
}

void
sockets_unpark_all(struct engine *e)
{
	while (engine_parking(e)->count)
		shut(parked_first(engine_parking(e)), e);
}

int
sockets_open(struct sockets **sp, struct engine *e, const addr_t *local,
    struct stream *owner, char *why, size_t size)
{
	union address at = address_from(local);
	struct sockets *s = unpark(e, &at);
	int rc;

	if (s) {
		s->owner = owner;
		*sp = s;
		return 0;
	}
	if (!(s = calloc(1, sizeof(*s)))) {
		snprintf(why, size, "out of memory");
		return -ENOMEM;
	}
	s->local = at;
	s->owner = owner;
	rc = address_bytes(&s->local) ? bind_pair(s, engine_port_ring(e)) : -EAFNOSUPPORT;
	if (rc == -EADDRINUSE && engine_parking(e)->count) {
		sockets_unpark_all(e); /* before a call is refused, rest is cut short */
		s->local = at;
		rc = bind_pair(s, engine_port_ring(e));
	}
	if (rc) {
		say(why, size, s, rc);
		free(s);
		return rc;
	}
	if ((rc = watch(s, e))) {
		say(why, size, s, rc);
		sockets_close(s, e);
		return rc;
	}
	*sp = s;
	return 0;
}

void
sockets_close(struct sockets *s, struct engine *e)
{
	struct parking *p = engine_parking(e);

	if (!s)
		return;
	s->owner = NULL;
	if (s->open < CHANNELS || p->count >= PARKED_MOST) {
		shut(s, e);
		return;
	}
	s->parked_ms = engine_now_ms(e);
	*p->last = s;
	p->last = &s->next;
	p->count++;
}
