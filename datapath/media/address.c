/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address.c -- addresses of media: compare, read, write, and find one inside a text, so that
 * nothing that carries an address of one side is ever passed to the other. */
#include "datapath/media/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

union address
address_from(const addr_t *from)
{
	union address a = {.sa.sa_family = AF_UNSPEC};

	if (from->ss_family == AF_INET)
		memcpy(&a.in4, from, sizeof(a.in4));
	else if (from->ss_family == AF_INET6)
		memcpy(&a.in6, from, sizeof(a.in6));
	return a;
}

void
address_store(const union address *a, addr_t *to)
{
	memset(to, 0, sizeof(*to));
	memcpy(to, a, address_bytes(a));
}

socklen_t
address_bytes(const union address *a)
{
	if (a->sa.sa_family == AF_INET)
		return sizeof(a->in4);
	return a->sa.sa_family == AF_INET6 ? sizeof(a->in6) : 0;
}

uint16_t
address_port(const union address *a)
{
	if (a->sa.sa_family == AF_INET)
		return ntohs(a->in4.sin_port);
	return a->sa.sa_family == AF_INET6 ? ntohs(a->in6.sin6_port) : 0;
}

union address
address_with_port(const union address *from, uint16_t port)
{
	union address a = *from;

	if (a.sa.sa_family == AF_INET)
		a.in4.sin_port = htons(port);
	else if (a.sa.sa_family == AF_INET6)
		a.in6.sin6_port = htons(port);
	return a;
}

bool
address_same_host(const union address *a, const union address *b)
{
	if (a->sa.sa_family != b->sa.sa_family)
		return false;
	if (a->sa.sa_family == AF_INET)
		return a->in4.sin_addr.s_addr == b->in4.sin_addr.s_addr;
	return a->sa.sa_family == AF_INET6 &&
	       !memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr, sizeof(a->in6.sin6_addr));
}

bool
address_same(const union address *a, const union address *b)
{
	return address_same_host(a, b) && address_port(a) == address_port(b);
}

bool
address_unspecified(const union address *a)
{
	if (a->sa.sa_family == AF_INET)
		return a->in4.sin_addr.s_addr == htonl(INADDR_ANY);
	return a->sa.sa_family != AF_INET6 || IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr);
}

bool
address_parse(union address *a, int family, const char *text, uint16_t port)
{
	void *to = family == AF_INET ? (void *)&a->in4.sin_addr : (void *)&a->in6.sin6_addr;

	memset(a, 0, sizeof(*a));
	if (inet_pton(family, text, to) != 1)
		return false;
	a->sa.sa_family = (sa_family_t)family;
	*a = address_with_port(a, port);
	return true;
}

const char *
address_text(const union address *a, char text[ADDRESS_TEXT])
{
	const void *from =
	    a->sa.sa_family == AF_INET6 ? (const void *)&a->in6.sin6_addr : &a->in4.sin_addr;

	text[0] = '\0';
	if (a->sa.sa_family != AF_UNSPEC)
		inet_ntop(a->sa.sa_family, from, text, ADDRESS_TEXT);
	return text;
}

/* Four numbers with three dots between them begin here. */
static bool
dotted_quad(const char *p)
{
	for (int group = 0; group < 4; group++) {
		int digits = 0;

		for (; isdigit((unsigned char)*p) && digits < 4; p++)
			digits++;
		if (!digits || digits > 3)
			return false;
		if (group < 3 && *p++ != '.')
			return false;
	}
	return true;
}

bool
address_within(const char *text)
{
	int colons = 0;

	for (const char *p = text; *p; p++) {
		bool first = p == text || !isdigit((unsigned char)p[-1]);

		if (isdigit((unsigned char)*p) && first && dotted_quad(p))
			return true;
		if (*p == ':') {
			colons++;
			if (p[1] == ':')
				return true;
		} else if (!isxdigit((unsigned char)*p)) {
			colons = 0;
		}
		if (colons >= 6)
			return true;
	}
	return false;
}
