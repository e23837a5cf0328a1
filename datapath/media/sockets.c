/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sockets.c -- the pair of UDP sockets of one side, bound to a port pair of the worker.  A port
 * that cannot be bound (somebody else has it) is put back to rest and the next one is tried. */
#include "datapath/media/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DSCP_EF = 0xb8, TRIES = 64 };

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	struct sockets *s = poll->data;

	(void)status, (void)events; /* an error is read, and so cleared, like a packet */
	if (s->owner)
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

int
sockets_open(struct sockets **sp, struct engine *e, const struct sockaddr_storage *local,
    struct stream *owner, char *why, size_t size)
{
	struct sockets *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return -ENOMEM;
	s->local = address_from(local);
	s->owner = owner;
	rc = address_bytes(&s->local) ? bind_pair(s, engine_port_ring(e)) : -EAFNOSUPPORT;
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
	int open;

	if (!s)
		return;
	s->owner = NULL;
	ports_give(engine_port_ring(e), s->port);
	open = s->open;
	for (int c = 0; c < open; c++)
		uv_close((uv_handle_t *)&s->poll[c], on_closed);
	for (int c = 0; c < CHANNELS; c++)
		close(s->fd[c]); /* the loop has let go of them */
	if (!open)
		free(s);
}
