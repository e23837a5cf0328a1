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

struct links { size_t count, room; struct net_link *at; bool lost; };

/* ---- what the kernel has ----------------------------------------------------------------------------- */

/* Room for one more; NULL: there is no memory. */
static struct net_link *
link_add(struct links *all)
{
	size_t room = all->room ? all->room * 2 : 16;
	struct net_link *at;

	if (all->count == all->room) {
		if (!(at = realloc(all->at, room * sizeof(*at)))) {
			all->lost = true;
			return NULL;
		}
		all->at = at;
		all->room = room;
	}
	return &all->at[all->count++];
}

static void
on_link(void *arg, const struct nlmsghdr *h)
{
	struct net_link *l = h->nlmsg_type == RTM_NEWLINK ? link_add(arg) : NULL;
	struct ifinfomsg info;
	const struct rtattr *mac;

	if (!l)
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
}

static int
by_index(const void *a, const void *b)
{
	return ((const struct net_link *)a)->index - ((const struct net_link *)b)->index;
}

static int
read_links(struct links *all)
{
	int rc;

	*all = (struct links){ 0 };
	if ((rc = netlink_dump(RTM_GETLINK, AF_UNSPEC, on_link, all)) < 0 || all->lost)
		return rc < 0 ? rc : -ENOMEM;
	if (all->count)
		qsort(all->at, all->count, sizeof(*all->at), by_index);
	return 0;
}

/* Does an address belong to that link?  It may have a label: "eth0:1". */
static bool
is_of(const char *label, const char *link)
{
	size_t n = strcspn(label, ":");

	return strlen(link) == n && !strncmp(label, link, n);
}

static const struct net_link *
link_of(const struct links *all, const char *label)
{
	for (size_t i = 0; i < all->count; i++)
		if (is_of(label, all->at[i].name))
			return &all->at[i];
	return NULL;
}

static struct in_addr
ipv4_of(const struct sockaddr *a)
{
	return a ? ((const struct sockaddr_in *)a)->sin_addr : (struct in_addr){ 0 };
}

/* The first address of that link (NULL: of any) that is `address' (NULL: any). */
static const struct ifaddrs *
host_address(const struct ifaddrs *a, const char *name, const struct in_addr *address)
{
	for (; a; a = a->ifa_next)
		if (a->ifa_addr && a->ifa_addr->sa_family == AF_INET &&
		    (!name || is_of(a->ifa_name, name)) &&
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
		const struct net_link *l = a ? link_of(links, a->ifa_name) : NULL;

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
		if (known || links->at[k].flags & IFF_LOOPBACK)
			continue;               /* the host's own loopback is nobody's interface */
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
	struct net_interfaces *all = NULL;
	struct ifaddrs *host = NULL;
	struct links links;
	int rc = read_links(&links);

	if (rc == 0 && getifaddrs(&host) < 0)
		rc = -errno;
	if (rc == 0 && !(all = calloc(1, sizeof(*all) +
	    (map_count(c->interfaces) + links.count) * sizeof(*all->at))))
		rc = -ENOMEM;
	if (rc == 0) {
		add_configured(all, c, &links, host);
		add_own(all, &links, host);
		*out = all;
	}
	if (host)
		freeifaddrs(host);
	free(links.at);
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
