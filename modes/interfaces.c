/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/interfaces.c -- the kernel's interfaces and those of the configuration, as one list. */
#include "modes/config.h"
#include "modes/netlink.h"
#include "modes/show_net.h"

#include <errno.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { LINKS_MAX = 1024 };

struct links { size_t count, room; struct net_link *at; };

/* ---- what the kernel has ----------------------------------------------------------------------------- */

static void
on_link(void *arg, const struct nlmsghdr *h)
{
	struct links *all = arg;
	struct net_link *l = &all->at[all->count];
	struct ifinfomsg info;
	const struct rtattr *mac;

	if (h->nlmsg_type != RTM_NEWLINK || all->count == all->room)
		return;
	memcpy(&info, NLMSG_DATA(h), sizeof(info));
	*l = (struct net_link){ .index = info.ifi_index, .flags = info.ifi_flags };
	netlink_get(h, sizeof(info), IFLA_IFNAME, l->name, sizeof(l->name) - 1);
	netlink_get(h, sizeof(info), IFLA_QDISC, l->qdisc, sizeof(l->qdisc) - 1);
	netlink_get(h, sizeof(info), IFLA_MTU, &l->mtu, sizeof(l->mtu));
	netlink_get(h, sizeof(info), IFLA_TXQLEN, &l->queue, sizeof(l->queue));
	netlink_get(h, sizeof(info), IFLA_CARRIER_DOWN_COUNT, &l->carrier_lost, sizeof(l->carrier_lost));
	netlink_get(h, sizeof(info), IFLA_STATS64, &l->n, sizeof(l->n));
	mac = netlink_attribute(h, sizeof(info), IFLA_ADDRESS);
	l->has_mac = mac && RTA_PAYLOAD(mac) == sizeof(l->mac) && !(l->flags & IFF_LOOPBACK);
	if (l->has_mac)
		memcpy(l->mac, RTA_DATA(mac), sizeof(l->mac));
	all->count++;
}

static const struct net_link *
link_named(const struct links *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->at[i].name, name))
			return &all->at[i];
	return NULL;
}

static struct in_addr
ipv4_of(const struct sockaddr *a)
{
	return a ? ((const struct sockaddr_in *)a)->sin_addr : (struct in_addr){ 0 };
}

/* The first address of that name (NULL: of any interface) that is `address' (NULL: any). */
static const struct ifaddrs *
host_address(const struct ifaddrs *a, const char *name, const struct in_addr *address)
{
	for (; a; a = a->ifa_next)
		if (a->ifa_addr && a->ifa_addr->sa_family == AF_INET &&
		    (!name || !strcmp(name, a->ifa_name)) &&
		    (!address || ipv4_of(a->ifa_addr).s_addr == address->s_addr))
			return a;
	return NULL;
}

/* ---- one list ------------------------------------------------------------------------------------------ */

static void
take_address(struct net_interface *i, const struct ifaddrs *a)
{
	i->has_address = true;
	i->address = ipv4_of(a->ifa_addr);
	i->prefix = (unsigned)__builtin_popcount(ipv4_of(a->ifa_netmask).s_addr);
	if (a->ifa_flags & IFF_BROADCAST)
		i->broadcast = ipv4_of(a->ifa_broadaddr);
}

static void
add_configured(struct net_interfaces *all, const struct config *c, const struct links *links,
    const struct ifaddrs *host)
{
	for (const struct interface *i = map_first(c->interfaces); i;
	     i = map_after(c->interfaces, i->node.key)) {
		struct net_interface *n = &all->at[all->count++];
		const struct ifaddrs *a = i->ip.set ? host_address(host, NULL, &i->ip.address) : NULL;
		const struct net_link *l = a ? link_named(links, a->ifa_name) : NULL;

		*n = (struct net_interface){ .name = i->node.key, .configured = i };
		if (a)
			take_address(n, a);
		if (l)
			n->link = *l;
	}
}

static void
add_own(struct net_interfaces *all, const struct links *links, const struct ifaddrs *host)
{
	size_t configured = all->count;

	for (size_t k = 0; k < links->count; k++) {
		struct net_interface *n = &all->at[all->count];
		const struct ifaddrs *a = host_address(host, links->at[k].name, NULL);
		bool known = false;

		for (size_t i = 0; i < configured; i++)
			known |= all->at[i].link.index == links->at[k].index;
		if (known)
			continue;
		*n = (struct net_interface){ .link = links->at[k] };
		n->name = n->link.name;
		if (a)
			take_address(n, a);
		all->count++;
	}
}

int
net_interfaces_read(struct net_interfaces **out, const struct config *c)
{
	struct links links = { .room = LINKS_MAX, .at = calloc(LINKS_MAX, sizeof(*links.at)) };
	struct net_interfaces *all = NULL;
	struct ifaddrs *host = NULL;
	int rc = -ENOMEM;

	if (!links.at)
		return rc;
	if ((rc = netlink_dump(RTM_GETLINK, AF_UNSPEC, on_link, &links)) < 0)
		goto out;
	rc = -ENOMEM;
	if (!(all = calloc(1, sizeof(*all) + (map_count(c->interfaces) + links.count) * sizeof(*all->at))))
		goto out;
	rc = getifaddrs(&host) < 0 ? -errno : 0;
	if (rc == 0) {
		add_configured(all, c, &links, host);
		add_own(all, &links, host);
		freeifaddrs(host);
	}
out:
	free(links.at);
	if (rc < 0)
		free(all);
	else
		*out = all;
	return rc;
}

/* An address of a loopback may stand on any link: the link is called by another name if it has one. */
const char *
net_interface_name(const struct net_interfaces *all, int index)
{
	const char *name = NULL;

	for (size_t i = 0; i < all->count; i++)
		if (all->at[i].link.index == index && (!name || !strncmp(name, "Loopback", 8)))
			name = all->at[i].name;
	return name ? name : "?";
}
