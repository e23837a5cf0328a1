/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/telnet.c -- what a telnet client sends, through the whole of telnet.c: every byte of it is
 * taken, the console sees the end, and nothing hangs or grows. */
#include "tests/fuzz/fuzz.h"

#include "shell/terminal/telnet.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000 };

/* The console's side: take what comes until that was all. */
static void
take_all(struct telnet *t, int fd)
{
	struct pollfd p[] = {{.fd = fd, .events = POLLIN}, {.fd = telnet_news_fd(t), .events = POLLIN}};
	uint64_t taken = 0;
	char bytes[4096];
	ssize_t n;

	while (!telnet_ended(t, taken)) {
		HOLDS(poll(p, 2, PATIENCE_MS) > 0);
		if (p[1].revents && !telnet_news(t))
			break;
		if (p[0].revents & POLLIN && (n = read(fd, bytes, sizeof(bytes))) > 0)
			taken += (uint64_t)n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct telnet *t = NULL;
	int pair[2], fd;
	char answers[4096];

	HOLDS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	HOLDS(telnet_open(&t, pair[0], &fd) == 0);
	for (size_t at = 0; at < size;) {
		ssize_t n = send(pair[1], data + at, size - at, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EPIPE)
			break;                  /* it has hung up on us */
		if (n > 0)
			at += (size_t)n;
		else
			break;                  /* more than it takes without being read */
	}
	shutdown(pair[1], SHUT_WR);
	take_all(t, fd);
	telnet_close(t, fd);
	while (recv(pair[1], answers, sizeof(answers), MSG_DONTWAIT) > 0)
		;
	close(pair[1]);
	return 0;
}
