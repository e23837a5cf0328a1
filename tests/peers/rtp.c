/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/peers/rtp.c -- many RTP telephones in one process, which count.
 *
 * stdin: a line per stream, "LOCAL-ADDR LOCAL-PORT REMOTE-ADDR REMOTE-PORT", then an empty line;
 * it says "ready" when all of them listen, and begins at the next line.  argv[1]: seconds.  Each
 * stream sends 160 bytes of G.711 every 20 ms, the streams spread over the 20 ms; then they listen
 * for another second.  A payload carries the time when it was sent, the kernel says when it came.
 * stdout: "SENT RECEIVED OUT-OF-ORDER LONGEST-US" per stream, the last one the longest way. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { STREAMS_MAX = 1024, FRAME = 160, SLOTS = 20 };

struct stream {
	int fd;
	struct sockaddr_in remote;
	uint64_t sent, received, disorder, longest_us;
	uint16_t next;
};
static struct stream streams[STREAMS_MAX];
static int count, epoll;

static uint64_t
us_of(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_nsec / 1000;
}

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return us_of(&t);
}

static void
add(const char *local, unsigned local_port, const char *remote, unsigned remote_port)
{
	struct stream *s = &streams[count];
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)local_port) };
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = s };
	int bytes = 1 << 20, on = 1;

	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	s->remote = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t)remote_port) };
	setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	if (inet_pton(AF_INET, local, &a.sin_addr) != 1 ||
	    inet_pton(AF_INET, remote, &s->remote.sin_addr) != 1 ||
	    bind(s->fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, s->fd, &e) < 0) {
		perror("rtp");
		exit(2);
	}
	count++;
}

static void
play(struct stream *s, int i)
{
	uint8_t p[12 + FRAME] = { 0x80, 0 };
	uint64_t n = s->sent, us;
	struct timespec now;
	uint32_t stamp = htonl((uint32_t)(n * FRAME)), ssrc = htonl(0x10000u + (uint32_t)i);

	p[2] = (uint8_t)(n >> 8);
	p[3] = (uint8_t)n;
	memcpy(p + 4, &stamp, 4);
	memcpy(p + 8, &ssrc, 4);
	clock_gettime(CLOCK_REALTIME, &now);
	us = us_of(&now);
	memcpy(p + 12, &us, sizeof(us));
	if (sendto(s->fd, p, sizeof(p), 0, (struct sockaddr *)&s->remote, sizeof(s->remote)) > 0)
		s->sent++;
}

static void
took(struct stream *s, const uint8_t *payload, struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct timespec came;
	uint64_t us;

	if (!c || c->cmsg_type != SCM_TIMESTAMPNS)
		return;
	memcpy(&came, CMSG_DATA(c), sizeof(came));
	memcpy(&us, payload, sizeof(us));
	if (us_of(&came) > us && us_of(&came) - us > s->longest_us)
		s->longest_us = us_of(&came) - us;
}

static void
hear(struct stream *s)
{
	uint8_t p[2048], control[128];
	uint16_t sequence;

	for (;;) {
		struct iovec v = { p, sizeof(p) };
		struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control,
			.msg_controllen = sizeof(control) };

		if (recvmsg(s->fd, &m, 0) < 12 + (ssize_t)sizeof(uint64_t))
			return;
		took(s, p + 12, &m);
		sequence = (uint16_t)(p[2] << 8 | p[3]);
		s->disorder += s->received && sequence != s->next;
		s->next = (uint16_t)(sequence + 1);
		s->received++;
	}
}

static void
listen_until(uint64_t until)
{
	struct epoll_event e[64];
	uint64_t now;

	while ((now = now_us()) < until) {
		int n = epoll_wait(epoll, e, 64, (int)((until - now) / 1000));

		for (int i = 0; i < n; i++)
			hear(e[i].data.ptr);
	}
}

int
main(int argc, char **argv)
{
	char local[64], remote[64], line[256];
	unsigned local_port, remote_port;
	uint64_t next, end;

	epoll = epoll_create1(0);
	while (fgets(line, sizeof(line), stdin) && count < STREAMS_MAX &&
	    sscanf(line, "%63s %u %63s %u", local, &local_port, remote, &remote_port) == 4)
		add(local, local_port, remote, remote_port);
	printf("ready\n");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 2;
	next = now_us();
	end = next + (uint64_t)(argc > 1 ? atoi(argv[1]) : 10) * 1000000;
	while (next < end) {
		for (int slot = 0; slot < SLOTS; slot++) {
			for (int i = slot; i < count; i += SLOTS)
				play(&streams[i], i);
			next += 1000;
			listen_until(next);
		}
	}
	listen_until(now_us() + 1000000);
	for (int i = 0; i < count; i++)
		printf("%llu %llu %llu %llu\n", (unsigned long long)streams[i].sent,
		    (unsigned long long)streams[i].received,
		    (unsigned long long)streams[i].disorder,
		    (unsigned long long)streams[i].longest_us);
	return 0;
}
