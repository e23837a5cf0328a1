/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_ipv6.c -- `show ipv6 interface': the addresses that the host has.  SIP is spoken over IPv4. */
#include "modes/config.h"
#include "modes/exec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ctype.h>

/* In capitals, as IOS writes them. */
static const char *
spell(const struct sockaddr *a, char buf[INET6_ADDRSTRLEN])
{
	inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)a)->sin6_addr, buf, INET6_ADDRSTRLEN);
	for (char *p = buf; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return buf;
}

static bool
is_here(const struct ifaddrs *a, const struct net_interface *i)
{
	return a->ifa_addr && a->ifa_addr->sa_family == AF_INET6 && !strcmp(a->ifa_name, i->link.name);
}

static unsigned
prefix_of(const struct ifaddrs *a)
{
	const struct sockaddr_in6 *mask = (const struct sockaddr_in6 *)a->ifa_netmask;
	unsigned n = 0;

	for (int i = 0; mask && i < 16; i++)
		n += (unsigned)__builtin_popcount(mask->sin6_addr.s6_addr[i]);
	return n;
}

static void
print_one(const struct net_interface *i, const struct ifaddrs *host, bool brief, FILE *out)
{
	bool up = i->link.flags & 1, any = false;       /* IFF_UP */
	char text[INET6_ADDRSTRLEN];

	for (const struct ifaddrs *a = host; a; a = a->ifa_next) {
		bool local = is_here(a, i) &&
		    IN6_IS_ADDR_LINKLOCAL(&((const struct sockaddr_in6 *)a->ifa_addr)->sin6_addr);

		if (!is_here(a, i))
			continue;
		if (!any && brief)
			fprintf(out, "%-22s [%s/%s]\n", i->name, up ? "up" : "down", up ? "up" : "down");
		else if (!any)
			fprintf(out, "%s is %s, line protocol is %s\n", i->name, up ? "up" : "down",
			    up ? "up" : "down");
		any = true;
		if (brief)
			fprintf(out, "    %s\n", spell(a->ifa_addr, text));
		else if (local)
			fprintf(out, "  IPv6 is enabled, link-local address is %s\n", spell(a->ifa_addr, text));
		else
			fprintf(out, "  Global unicast address(es):\n    %s, subnet is %s/%u\n",
			    spell(a->ifa_addr, text), text, prefix_of(a));
	}
}

int
show_ipv6_interface(struct session *s, const struct match *m)
{
	struct net_interfaces *all;
	struct ifaddrs *host;
	int rc = net_interfaces_read(&all, session_config(s));

	if (rc < 0)
		return rc;
	if (getifaddrs(&host) < 0) {
		free(all);
		return -errno;
	}
	for (size_t i = 0; i < all->count; i++)
		print_one(&all->at[i], host, match_text(m, "brief") != NULL, session_out(s));
	freeifaddrs(host);
	free(all);
	return 0;
}
