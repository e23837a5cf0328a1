/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/netlink.c -- see netlink.h. */
#include "modes/netlink.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER = 32768 };        /* what the kernel puts into one datagram, at most */

static int
ask(int fd, int type, int family)
{
	struct { struct nlmsghdr h; struct rtgenmsg m; } question = {
		.h = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)), .nlmsg_type = (uint16_t)type,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.m = { .rtgen_family = (unsigned char)family }
	};

	return send(fd, &question, sizeof(question), 0) < 0 ? -errno : 0;
}

/* One datagram's messages.  1: there are more to come; 0: that was all; -errno. */
static int
take(const struct nlmsghdr *h, int size, netlink_on_h *on, void *arg)
{
	struct nlmsgerr e;

	for (; NLMSG_OK(h, (unsigned)size); h = NLMSG_NEXT(h, size)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return 0;
		if (h->nlmsg_type == NLMSG_ERROR) {
			memcpy(&e, NLMSG_DATA(h), sizeof(e));
			return e.error;
		}
		on(arg, h);
	}
	return 1;
}

int
netlink_dump(int type, int family, netlink_on_h *on, void *arg)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), rc;

	if (fd < 0)
		return -errno;
	for (rc = ask(fd, type, family); rc == 0 || rc == 1;) {
		ssize_t n = recv(fd, answer, sizeof(answer), 0);

		if (n < 0 && errno == EINTR)
			continue;
		rc = n < 0 ? -errno : take((const struct nlmsghdr *)answer, (int)n, on, arg);
		if (rc <= 0)
			break;
	}
	close(fd);
	return rc;
}

const struct rtattr *
netlink_attribute(const struct nlmsghdr *h, size_t header, int type)
{
	int left = (int)(h->nlmsg_len - NLMSG_SPACE(header));
	const struct rtattr *a = (const struct rtattr *)((const char *)h + NLMSG_SPACE(header));

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

bool
netlink_get(const struct nlmsghdr *h, size_t header, int type, void *value, size_t size)
{
	const struct rtattr *a = netlink_attribute(h, header, type);
	size_t n = a ? RTA_PAYLOAD(a) : 0;

	memset(value, 0, size);
	if (a)
		memcpy(value, RTA_DATA(a), n < size ? n : size);
	return a != NULL;
}
