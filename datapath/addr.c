/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/addr.c -- see addr.h. */
#include "datapath/addr.h"
#include "datapath/hash.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct sockaddr_in *
in4(const addr_t *a)
{
	return (const struct sockaddr_in *)a;
}

static const struct sockaddr_in6 *
in6(const addr_t *a)
{
	return (const struct sockaddr_in6 *)a;
}

addr_t
addr_ipv4(struct in_addr host, uint16_t port)
{
	addr_t a = { 0 };
	struct sockaddr_in *s = (struct sockaddr_in *)&a;

	s->sin_family = AF_INET;
	s->sin_addr = host;
	s->sin_port = htons(port);
	return a;
}

int
addr_parse(addr_t *a, const char *host, uint16_t port)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)a;
	struct in_addr four;
	char bare[ADDR_TEXT];
	size_t n = strlen(host);

	if (inet_pton(AF_INET, host, &four) == 1) {
		*a = addr_ipv4(four, port);
		return 0;
	}
	if (n > 2 && host[0] == '[' && host[n - 1] == ']' && n - 2 < sizeof(bare)) {
		memcpy(bare, host + 1, n - 2);
		bare[n - 2] = '\0';
		host = bare;
	}
	*a = (addr_t){ 0 };
	if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1)
		return -EINVAL;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	return 0;
}

uint16_t
addr_port(const addr_t *a)
{
	return ntohs(a->ss_family == AF_INET6 ? in6(a)->sin6_port : in4(a)->sin_port);
}

void
addr_set_port(addr_t *a, uint16_t port)
{
	if (a->ss_family == AF_INET6)
		((struct sockaddr_in6 *)a)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)a)->sin_port = htons(port);
}

bool
addr_same_host(const addr_t *a, const addr_t *b)
{
	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET6)
		return !memcmp(&in6(a)->sin6_addr, &in6(b)->sin6_addr, sizeof(struct in6_addr));
	return in4(a)->sin_addr.s_addr == in4(b)->sin_addr.s_addr;
}

bool
addr_same(const addr_t *a, const addr_t *b)
{
	return addr_same_host(a, b) && addr_port(a) == addr_port(b);
}

bool
addr_is_any(const addr_t *a)
{
	if (a->ss_family == AF_INET6)
		return IN6_IS_ADDR_UNSPECIFIED(&in6(a)->sin6_addr);
	return in4(a)->sin_addr.s_addr == INADDR_ANY;
}

uint64_t
addr_hash_host(const addr_t *a)
{
	if (a->ss_family == AF_INET6)
		return hash_bytes(HASH_START, &in6(a)->sin6_addr, sizeof(struct in6_addr));
	return hash_bytes(HASH_START, &in4(a)->sin_addr, sizeof(struct in_addr));
}

socklen_t
addr_size(const addr_t *a)
{
	return a->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

const char *
addr_host(const addr_t *a, char buf[ADDR_TEXT])
{
	const void *host = a->ss_family == AF_INET6 ? (const void *)&in6(a)->sin6_addr
	                                             : (const void *)&in4(a)->sin_addr;

	if (!inet_ntop(a->ss_family == AF_INET6 ? AF_INET6 : AF_INET, host, buf, ADDR_TEXT))
		buf[0] = '\0';
	return buf;
}

const char *
addr_text(const addr_t *a, char buf[ADDR_TEXT])
{
	char host[ADDR_TEXT];

	addr_host(a, host);
	snprintf(buf, ADDR_TEXT, a->ss_family == AF_INET6 ? "[%.48s]:%u" : "%.48s:%u", host,
	    addr_port(a));
	return buf;
}
