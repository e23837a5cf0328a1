/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_net.h -- the rows of `show' that ask the kernel's network, and what their files share:
 * which interface of the kernel is which of the configuration. */
#ifndef MODES_SHOW_NET_H
#define MODES_SHOW_NET_H

#include <linux/if_link.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct interface;
struct match;
struct session;

int show_interfaces(struct session *, const struct match *);
int show_ip_interface(struct session *, const struct match *);
int show_ipv6_interface(struct session *, const struct match *);
int show_ip_route(struct session *, const struct match *);
int show_arp(struct session *, const struct match *);
int show_hosts(struct session *, const struct match *);
int show_tcp_brief(struct session *, const struct match *);
int show_udp(struct session *, const struct match *);

/* clang-format off */
#define SHOW_IP SHOW_HELP "|Internet Protocol"
#define SHOW_NET_ROWS                                                                            \
	{ .syntax = "show interfaces [description=description | WORD=name]",                         \
	  .help = SHOW_HELP "|Interface status and configuration|One line each|Name",                \
	  .run = show_interfaces },                                                                  \
	{ .syntax = "show ip interface [brief=brief | WORD=name]",                                   \
	  .help = SHOW_IP "|Interfaces|One line each|Name", .run = show_ip_interface },              \
	{ .syntax = "show ipv6 interface [brief=brief]",                                             \
	  .help = SHOW_HELP "|Internet Protocol version 6|Interfaces|One line each",                 \
	  .run = show_ipv6_interface },                                                              \
	{ .syntax = "show ip route [summary=summary | connected=connected | static=static]",         \
	  .help = SHOW_IP "|Routing table|How many|Connected networks|Static routes",                \
	  .run = show_ip_route },                                                                    \
	{ .syntax = "show ip arp", .help = SHOW_IP "|The ARP table", .run = show_arp },              \
	{ .syntax = "show arp", .help = SHOW_HELP "|The ARP table", .run = show_arp },               \
	{ .syntax = "show hosts", .help = SHOW_HELP "|Domain name and name servers",                 \
	  .run = show_hosts },                                                                       \
	{ .syntax = "show tcp brief [all=all] [numeric]",                                            \
	  .help = SHOW_HELP "|TCP connections|One line each|Those that listen too|Names are never shown",\
	  .run = show_tcp_brief },                                                                   \
	{ .syntax = "show udp", .help = SHOW_HELP "|UDP sockets", .run = show_udp },
/* clang-format on */

/* ---- interfaces.c: an interface of the kernel, of the configuration, or of both ------------------ */

/* What the kernel says of one. */
struct net_link {
	int index;                      /* 0: the kernel has none */
	char name[IFNAMSIZ], qdisc[32];
	unsigned flags;                 /* IFF_UP ... */
	unsigned mtu, queue;            /* queue: packets that it may hold */
	unsigned carrier_lost;          /* how often */
	uint8_t mac[6];
	bool has_mac;
	struct rtnl_link_stats64 n;
};

struct net_interface {
	const char *name;               /* of the configuration, else the kernel's */
	const struct interface *configured;     /* NULL: only the kernel knows it */
	struct net_link link;
	bool has_address;               /* these of the kernel, if it has them */
	struct in_addr address, broadcast;
	unsigned prefix;
};

/* All of them: those of the configuration, in its order, then the kernel's own.  An address makes the
 * two the same interface.  They point into the configuration; free() them.  0; -errno. */
struct net_interfaces { size_t count; struct net_interface at[]; };
int net_interfaces_read(struct net_interfaces **, const struct config *);
/* What the kernel's number is called: "GigabitEthernet0/0"; "?": it is gone. */
const char *net_interface_name(const struct net_interfaces *, int index);

#endif
