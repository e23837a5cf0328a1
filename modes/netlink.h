/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/netlink.h -- what the kernel's tables of links, routes and neighbours hold (rtnetlink). */
#ifndef MODES_NETLINK_H
#define MODES_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>

/* Every message of a dump (RTM_GETLINK, RTM_GETROUTE, RTM_GETNEIGH) is given to `on'.  0; -errno. */
typedef void netlink_on_h(void *arg, const struct nlmsghdr *);
int netlink_dump(int type, int family, netlink_on_h *, void *arg);

/* The attribute of that type among those behind the message's own header of `header' bytes; NULL: it
 * has none.  Its bytes lie as they came: memcpy() them. */
const struct rtattr *netlink_attribute(const struct nlmsghdr *, size_t header, int type);
/* A copy of at most `size' bytes of it, the rest zero; false: it has none. */
bool netlink_get(const struct nlmsghdr *, size_t header, int type, void *value, size_t size);

#endif
