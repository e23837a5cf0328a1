/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_route.c -- `show ip route': the kernel's main table, and the addresses of its own.  IOS
 * gathers routes below their classful network; so do we. */
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum route_kind { ROUTE_CONNECTED, ROUTE_LOCAL, ROUTE_LEARNT };

struct route {
	enum route_kind kind;
	uint32_t network;               /* in the host's order */
	struct in_addr gateway;         /* 0: none */
	unsigned prefix, metric;
	int index;                      /* of the interface; 0: none (it goes nowhere) */
	const struct source *source;
};
struct routes { size_t count, room; struct route *at; bool lost; };

/* Who has told the kernel; it knows no administrative distances: IOS's. */
static const struct source { unsigned char protocol; const char *code, *name; unsigned distance; } sources[] = {
	{ RTPROT_BOOT,   "S", "static", 1 },   { RTPROT_STATIC, "S", "static", 1 },
	{ RTPROT_DHCP,   "S", "static", 254 }, { RTPROT_BGP,    "B", "bgp", 20 },
	{ RTPROT_EIGRP,  "D", "eigrp", 90 },   { RTPROT_ISIS,   "i", "isis", 115 },
	{ RTPROT_OSPF,   "O", "ospf", 110 },   { RTPROT_RIP,    "R", "rip", 120 },
};

/* ---- what the kernel has ------------------------------------------------------------------------------ */

static const struct source *
source_of(unsigned char protocol)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		if (sources[i].protocol == protocol)
			return &sources[i];
	return sources;
}

static void
add(struct routes *all, const struct route *r)
{
	size_t room = all->room ? all->room * 2 : 64;
	struct route *at;

	if (all->count == all->room) {
		if (!(at = realloc(all->at, room * sizeof(*at)))) {
			all->lost = true;
			return;
		}
		all->at = at;
		all->room = room;
	}
	all->at[all->count++] = *r;
}

/* One route by several gateways is several routes. */
static void
add_hops(struct routes *all, struct route r, const struct rtattr *hops)
{
	const struct rtnexthop *hop = RTA_DATA(hops);
	int left = (int)RTA_PAYLOAD(hops);

	for (; RTNH_OK(hop, left); left -= NLMSG_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop)) {
		const struct rtattr *a = RTNH_DATA(hop);

		r.index = hop->rtnh_ifindex;
		r.gateway.s_addr = 0;
		if (hop->rtnh_len >= sizeof(*hop) + RTA_LENGTH(4) && a->rta_type == RTA_GATEWAY)
			memcpy(&r.gateway, RTA_DATA(a), sizeof(r.gateway));
		add(all, &r);
	}
}

static void
on_route(void *arg, const struct nlmsghdr *h)
{
	const struct rtattr *hops;
	struct in_addr network;
	struct route r = { 0 };
	unsigned table;
	struct rtmsg m;

	memcpy(&m, NLMSG_DATA(h), sizeof(m));
	if (!netlink_get(h, sizeof(m), RTA_TABLE, &table, sizeof(table)))
		table = m.rtm_table;
	if (h->nlmsg_type != RTM_NEWROUTE || m.rtm_family != AF_INET ||
	    !((table == RT_TABLE_LOCAL && m.rtm_type == RTN_LOCAL) || (table == RT_TABLE_MAIN &&
	    (m.rtm_type == RTN_UNICAST || m.rtm_type == RTN_BLACKHOLE))))
		return;
	netlink_get(h, sizeof(m), RTA_DST, &network, sizeof(network));
	netlink_get(h, sizeof(m), RTA_GATEWAY, &r.gateway, sizeof(r.gateway));
	netlink_get(h, sizeof(m), RTA_OIF, &r.index, sizeof(r.index));
	netlink_get(h, sizeof(m), RTA_PRIORITY, &r.metric, sizeof(r.metric));
	r.network = ntohl(network.s_addr);
	r.prefix = m.rtm_dst_len;
	r.source = source_of(m.rtm_protocol);
	r.kind = m.rtm_type == RTN_LOCAL && r.prefix == 32 ? ROUTE_LOCAL
	    : m.rtm_protocol == RTPROT_KERNEL && !r.gateway.s_addr ? ROUTE_CONNECTED : ROUTE_LEARNT;
	if (m.rtm_type == RTN_LOCAL && r.network >> 24 == 127)
		return;
	if ((hops = netlink_attribute(h, sizeof(m), RTA_MULTIPATH)))
		add_hops(arg, r, hops);
	else
		add(arg, &r);
}

static uint32_t
mask(unsigned prefix)
{
	return prefix ? ~0u << (32 - prefix) : 0;
}

static int
by_network(const void *a, const void *b)
{
	const struct route *x = a, *y = b;

	if (x->network != y->network)
		return x->network < y->network ? -1 : 1;
	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->metric < y->metric ? -1 : x->metric > y->metric;
}

static bool
same(const struct route *a, const struct route *b)
{
	return a->network == b->network && a->prefix == b->prefix;
}

/* Of several for one network those that are used: the best metric.  An address without a network
 * around it (a loopback's) is the network. */
static void
choose(struct routes *all)
{
	size_t kept = 0;

	if (all->count)
		qsort(all->at, all->count, sizeof(*all->at), by_network);
	for (size_t i = 0; i < all->count; i++) {
		const struct route *r = &all->at[i], *best = kept ? &all->at[kept - 1] : NULL;

		if (!best || !same(best, r) || (best->kind == r->kind && best->metric == r->metric))
			all->at[kept++] = *r;
	}
	all->count = kept;
	for (size_t i = 0; i < all->count; i++) {
		struct route *r = &all->at[i];
		bool inside = false;

		for (size_t k = 0; k < all->count && r->kind == ROUTE_LOCAL; k++)
			inside |= all->at[k].kind == ROUTE_CONNECTED && all->at[k].index == r->index &&
			    (r->network & mask(all->at[k].prefix)) == all->at[k].network;
		if (r->kind == ROUTE_LOCAL && !inside)
			r->kind = ROUTE_CONNECTED;
	}
}

static int
read_routes(struct routes *all)
{
	int rc;

	*all = (struct routes){ 0 };
	rc = netlink_dump(RTM_GETROUTE, AF_INET, on_route, all);
	if (rc == 0 && all->lost)
		rc = -ENOMEM;
	if (rc < 0)
		free(all->at);
	else
		choose(all);
	return rc;
}

/* ---- show ip route ------------------------------------------------------------------------------------------ */

static const char *
address_text(uint32_t host_order, char buf[INET_ADDRSTRLEN])
{
	struct in_addr a = { htonl(host_order) };

	return inet_ntop(AF_INET, &a, buf, INET_ADDRSTRLEN);
}

/* How long its classful network's mask is. */
static unsigned
class_prefix(uint32_t network)
{
	return network >> 31 == 0 ? 8 : network >> 30 == 2 ? 16 : network >> 29 == 6 ? 24 : 32;
}

static bool
in_class(const struct route *r, uint32_t network)
{
	unsigned prefix = class_prefix(network);

	return r->prefix >= prefix && (r->network & mask(prefix)) == (network & mask(prefix));
}

static void
print_hop(const struct route *r, const struct net_interfaces *names, FILE *out)
{
	char text[INET_ADDRSTRLEN];

	if (r->gateway.s_addr)
		fprintf(out, "[%u/%u] via %s\n", r->source->distance, r->metric,
		    inet_ntop(AF_INET, &r->gateway, text, sizeof(text)));
	else
		fprintf(out, "is directly connected, %s\n",
		    r->index ? net_interface_name(names, r->index) : "Null0");
}

/* `more': another gateway of the one before. */
static void
print_route(const struct route *r, bool child, bool more, const struct net_interfaces *names, FILE *out)
{
	char text[INET_ADDRSTRLEN], prefix[64], code[8];

	snprintf(code, sizeof(code), "%s%s", r->kind == ROUTE_CONNECTED ? "C" : r->kind == ROUTE_LOCAL
	    ? "L" : r->source->code, r->prefix ? "" : "*");
	snprintf(prefix, sizeof(prefix), "%-*s%s/%u ", child ? 9 : 6, code,
	    address_text(r->network, text), r->prefix);
	if (more)
		fprintf(out, "%*s", (int)strlen(prefix), "");
	else
		fputs(prefix, out);
	print_hop(r, names, out);
}

/* The line above the routes of one classful network, `n' of them. */
static void
print_class(const struct route *first, size_t n, FILE *out)
{
	unsigned subnets = 0, masks = 0;
	char text[INET_ADDRSTRLEN];
	uint64_t seen = 0;

	for (size_t i = 0; i < n; i++) {
		subnets += !i || !same(&first[i], &first[i - 1]);
		seen |= 1ull << first[i].prefix;
	}
	masks = (unsigned)__builtin_popcountll(seen);
	address_text(first->network & mask(class_prefix(first->network)), text);
	if (masks == 1)
		fprintf(out, "      %s/%u is subnetted, %u subnets\n", text, first->prefix, subnets);
	else
		fprintf(out, "      %s/%u is variably subnetted, %u subnets, %u masks\n", text,
		    class_prefix(first->network), subnets, masks);
}

static void
print_routes(const struct routes *all, const struct net_interfaces *names, FILE *out)
{
	size_t n;

	for (size_t i = 0; i < all->count; i += n) {
		const struct route *r = &all->at[i];
		bool child = false;

		for (n = 1; i + n < all->count && (same(r, &r[n]) ||
		    (in_class(r, r->network) && in_class(&r[n], r->network))); n++)
			;
		for (size_t k = 0; k < n; k++)
			child |= r[k].prefix > class_prefix(r->network);
		if (child)
			print_class(r, n, out);
		for (size_t k = 0; k < n; k++)
			print_route(&r[k], child, k && same(&r[k], &r[k - 1]), names, out);
	}
}

static void
print_head(const struct routes *all, FILE *out)
{
	const struct route *last = all->count && !all->at[0].prefix ? all->at : NULL;
	char text[INET_ADDRSTRLEN] = "0.0.0.0";

	fprintf(out, "Codes: L - local, C - connected, S - static, R - RIP, B - BGP\n"
	    "       D - EIGRP, O - OSPF, i - IS-IS, * - candidate default\n\n");
	if (last && last->gateway.s_addr)
		inet_ntop(AF_INET, &last->gateway, text, sizeof(text));
	if (last)
		fprintf(out, "Gateway of last resort is %s to network 0.0.0.0\n\n", text);
	else
		fprintf(out, "Gateway of last resort is not set\n\n");
}

/* ---- show ip route summary ---------------------------------------------------------------------------------- */

/* What a route costs the kernel, it does not say. */
static void
print_summary(const struct routes *all, FILE *out)
{
	static const char *const names[] = { "connected", "static", "bgp", "eigrp", "isis", "ospf", "rip" };
	unsigned total[2] = { 0, 0 };

	fprintf(out, "IP routing table name is default (0x0)\n%-16s%-12s%-12s%-12s%-12s%s\n",
	    "Route Source", "Networks", "Subnets", "Replicates", "Overhead", "Memory (bytes)");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		unsigned n[2] = { 0, 0 };

		for (size_t k = 0; k < all->count; k++) {
			const struct route *r = &all->at[k];
			const char *name = r->kind == ROUTE_LEARNT ? r->source->name : "connected";

			if (!(k && same(r, r - 1)) && !strcmp(name, names[i]))
				n[r->prefix > class_prefix(r->network)]++;
		}
		total[0] += n[0];
		total[1] += n[1];
		if (i < 2 || n[0] || n[1])
			fprintf(out, "%-16s%-12u%-12u%-12u%-12u%u\n", names[i], n[0], n[1], 0, 0, 0);
	}
	fprintf(out, "%-16s%-12u%-12u%-12u%-12u%u\n", "Total", total[0], total[1], 0, 0, 0);
}

/* ---- the command --------------------------------------------------------------------------------------------- */

static void
keep(struct routes *all, bool learnt)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->count; i++)
		if ((all->at[i].kind == ROUTE_LEARNT) == learnt &&
		    (!learnt || !strcmp(all->at[i].source->code, "S")))
			all->at[kept++] = all->at[i];
	all->count = kept;
}

int
show_ip_route(struct session *s, const struct match *m)
{
	struct net_interfaces *names = NULL;
	FILE *out = session_out(s);
	struct routes all;
	int rc = read_routes(&all);

	if (rc < 0)
		return rc;
	if (match_text(m, "summary")) {
		print_summary(&all, out);
	} else if ((rc = net_interfaces_read(&names, session_config(s))) == 0) {
		print_head(&all, out);
		if (match_text(m, "static") || match_text(m, "connected"))
			keep(&all, match_text(m, "static") != NULL);
		print_routes(&all, names, out);
		free(names);
	}
	free(all.at);
	return rc;
}
