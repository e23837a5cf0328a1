/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_interface.c -- `show interfaces', `show ip interface'.  What nobody knows stands as 0. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/kinds.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- of all or of one ---------------------------------------------------------------------------------- */

typedef void print_h(const struct net_interface *, FILE *);

/* What was typed, as the configuration or the kernel spells it. */
static bool
is_named(const struct net_interface *i, const char *typed)
{
	text64 full;

	if (interface_kind.parse(full, sizeof(full), typed) == 0 && !strcasecmp(full, i->name))
		return true;
	return !strcasecmp(typed, i->name) || !strcmp(typed, i->link.name);
}

static int
print_interfaces(struct session *s, const char *typed, print_h *print)
{
	struct net_interfaces *all;
	int rc = net_interfaces_read(&all, session_config(s));
	bool any = false;

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < all->count; i++) {
		if (typed && !is_named(&all->at[i], typed))
			continue;
		print(&all->at[i], session_out(s));
		any = true;
		if (typed)
			break;
	}
	free(all);
	if (typed && !any) {
		session_refused(s, "There is no interface %s", typed);
		return -ENOENT;
	}
	return 0;
}

static bool
is_shut(const struct net_interface *i)
{
	return (i->configured && i->configured->shutdown) || (i->link.index && !(i->link.flags & IFF_UP));
}

static bool
is_up(const struct net_interface *i)
{
	return !is_shut(i) && i->link.flags & IFF_RUNNING;
}

static void
print_state(const struct net_interface *i, FILE *out)
{
	fprintf(out, "%s is %s, line protocol is %s\n", i->name,
	    is_up(i) ? "up" : is_shut(i) ? "administratively down" : "down", is_up(i) ? "up" : "down");
}

/* ---- the wire ------------------------------------------------------------------------------------------- */

struct wire { unsigned mbit; bool known, full; char driver[32]; };

static bool
ask_driver(const struct net_link *l, void *request)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good;

	if (fd < 0)
		return false;
	memcpy(ifr.ifr_name, l->name, sizeof(ifr.ifr_name));
	ifr.ifr_data = request;
	good = ioctl(fd, SIOCETHTOOL, &ifr) == 0;
	close(fd);
	return good;
}

static void
ask_wire(const struct net_link *l, struct wire *w)
{
	struct ethtool_cmd speed = { .cmd = ETHTOOL_GSET };
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };
	uint32_t mbit;

	*w = (struct wire){ 0 };
	if (!l->index)
		return;
	if (!ask_driver(l, &speed))
		speed.speed = speed.speed_hi = UINT16_MAX;
	mbit = (uint32_t)speed.speed_hi << 16 | speed.speed;
	if (mbit != (uint32_t)SPEED_UNKNOWN) {
		w->known = speed.duplex != DUPLEX_UNKNOWN;
		w->full = speed.duplex == DUPLEX_FULL;
		w->mbit = mbit;
	}
	if (ask_driver(l, &driver))
		snprintf(w->driver, sizeof(w->driver), "%.31s", driver.driver);
	for (char *p = w->driver; (p = strchr(p, '_'));)
		*p = '-';       /* "virtio_net": who reads this knows no underscores in it */
}

/* A number of /proc/sys/net/ipv4/KIND/NAME; 0: there is none. */
static unsigned
setting(const struct net_link *l, const char *kind, const char *what)
{
	unsigned value = 0;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s/%s/%s", kind, l->name, what);
	if (!l->index || !(f = fopen(path, "r")))
		return 0;
	if (fscanf(f, "%u", &value) != 1)
		value = 0;
	fclose(f);
	return value;
}

/* ---- show interfaces ------------------------------------------------------------------------------------- */

/* Of the time of the kernel's: 255 if no packet was lost to an error. */
static unsigned
reliability(const struct rtnl_link_stats64 *n)
{
	unsigned long long bad = n->rx_errors + n->tx_errors, all = n->rx_packets + n->tx_packets + bad;

	return all ? (unsigned)((all - bad) * 255 / all) : 255;
}

static void
print_hardware(const struct net_interface *i, const struct wire *w, FILE *out)
{
	const uint8_t *m = i->link.mac;

	if (i->link.flags & IFF_LOOPBACK)
		fprintf(out, "  Hardware is Loopback\n");
	else if (i->link.has_mac)
		fprintf(out, "  Hardware is %s, address is %02x%02x.%02x%02x.%02x%02x (bia "
		    "%02x%02x.%02x%02x.%02x%02x)\n", *w->driver ? w->driver : "unknown",
		    m[0], m[1], m[2], m[3], m[4], m[5], m[0], m[1], m[2], m[3], m[4], m[5]);
	else
		fprintf(out, "  Hardware is %s\n", *w->driver ? w->driver : "not present");
}

static void
print_address(const struct net_interface *i, FILE *out)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr a = i->address;
	unsigned prefix = i->prefix;

	if (!i->has_address && i->configured && i->configured->ip.set) {
		a = i->configured->ip.address;
		prefix = (unsigned)__builtin_popcount(i->configured->ip.mask.s_addr);
	}
	if (a.s_addr)
		fprintf(out, "  Internet address is %s/%u\n",
		    inet_ntop(AF_INET, &a, text, sizeof(text)), prefix);
}

/* Kernel and driver keep no time of the last packet. */
static const char *
last(unsigned long long packets)
{
	return packets ? "unknown" : "never";
}

static void
print_settings(const struct net_interface *i, const struct wire *w, FILE *out)
{
	unsigned arp = setting(&i->link, "neigh", "base_reachable_time");
	bool loopback = i->link.flags & IFF_LOOPBACK;

	fprintf(out,
	    "  MTU %u bytes, BW %u Kbit/sec, DLY 0 usec,\n"
	    "     reliability %u/255, txload 1/255, rxload 1/255\n"
	    "  Encapsulation %s, loopback not set\n"
	    "  Keepalive not set\n", i->link.mtu, w->mbit * 1000, reliability(&i->link.n),
	    loopback ? "LOOPBACK" : "ARPA");
	if (!loopback && w->known)
		fprintf(out, "  %s Duplex, %uMbps, link type is auto, media type is unknown\n",
		    w->full ? "Full" : "Half", w->mbit);
	else if (!loopback)
		fprintf(out, "  Auto Duplex, Auto Speed, link type is auto, media type is unknown\n");
	if (!loopback)
		fprintf(out, "  output flow-control is unsupported, input flow-control is unsupported\n"
		    "  ARP type: ARPA, ARP Timeout %02u:%02u:%02u\n", arp / 3600, arp / 60 % 60, arp % 60);
}

static void
print_queues(const struct net_link *l, FILE *out)
{
	fprintf(out,
	    "  Last input %s, output %s, output hang never\n"
	    "  Last clearing of \"show interface\" counters never\n"
	    "  Input queue: 0/0/%llu/0 (size/max/drops/flushes); Total output drops: %llu\n"
	    "  Queueing strategy: %s\n"
	    "  Output queue: 0/%u (size/max)\n"
	    "  5 minute input rate 0 bits/sec, 0 packets/sec\n"
	    "  5 minute output rate 0 bits/sec, 0 packets/sec\n", last(l->n.rx_packets),
	    last(l->n.tx_packets), (unsigned long long)l->n.rx_dropped,
	    (unsigned long long)l->n.tx_dropped, *l->qdisc ? l->qdisc : "none", l->queue);
}

#define N(field) (unsigned long long)n->field
static void
print_input(const struct rtnl_link_stats64 *n, FILE *out)
{
	fprintf(out,
	    "     %llu packets input, %llu bytes, %llu no buffer\n"
	    "     Received 0 broadcasts (%llu IP multicasts)\n"
	    "     0 runts, %llu giants, 0 throttles\n"
	    "     %llu input errors, %llu CRC, %llu frame, %llu overrun, %llu ignored\n"
	    "     0 watchdog, %llu multicast, 0 pause input\n", N(rx_packets), N(rx_bytes),
	    N(rx_missed_errors), N(multicast), N(rx_length_errors), N(rx_errors), N(rx_crc_errors),
	    N(rx_frame_errors), N(rx_over_errors), N(rx_fifo_errors), N(multicast));
}

static void
print_output(const struct net_link *l, FILE *out)
{
	const struct rtnl_link_stats64 *n = &l->n;

	fprintf(out,
	    "     %llu packets output, %llu bytes, %llu underruns\n"
	    "     Output 0 broadcasts (0 IP multicasts)\n"
	    "     %llu output errors, %llu collisions, 0 interface resets\n"
	    "     %llu unknown protocol drops\n"
	    "     0 babbles, %llu late collision, 0 deferred\n"
	    "     %u lost carrier, 0 no carrier, 0 pause output\n"
	    "     0 output buffer failures, 0 output buffers swapped out\n", N(tx_packets), N(tx_bytes),
	    N(tx_fifo_errors), N(tx_errors), N(collisions), N(rx_nohandler), N(tx_window_errors),
	    l->carrier_lost);
}
#undef N

static void
print_full(const struct net_interface *i, FILE *out)
{
	struct wire w;

	ask_wire(&i->link, &w);
	print_state(i, out);
	print_hardware(i, &w, out);
	if (i->configured && *i->configured->description)
		fprintf(out, "  Description: %s\n", i->configured->description);
	print_address(i, out);
	print_settings(i, &w, out);
	print_queues(&i->link, out);
	print_input(&i->link.n, out);
	print_output(&i->link, out);
}

/* "Gi0/0"; a name of the kernel's stays. */
static void
print_description(const struct net_interface *i, FILE *out)
{
	char name[80];
	size_t letters = strcspn(i->name, "0123456789");

	if (i->configured)
		snprintf(name, sizeof(name), "%.2s%s", i->name, i->name + letters);
	else
		snprintf(name, sizeof(name), "%s", i->name);
	fprintf(out, "%-30s %-14s %-8s %s\n", name, is_up(i) ? "up" : is_shut(i) ? "admin down" : "down",
	    is_up(i) ? "up" : "down", i->configured ? i->configured->description : "");
}

int
show_interfaces(struct session *s, const struct match *m)
{
	bool brief = match_text(m, "description") != NULL;

	if (brief)
		session_print(s, "%-30s %-14s %-8s %s\n", "Interface", "Status", "Protocol", "Description");
	return print_interfaces(s, match_text(m, "name"), brief ? print_description : print_full);
}

/* ---- show ip interface --------------------------------------------------------------------------------------- */

static void
print_ip_brief(const struct net_interface *i, FILE *out)
{
	const struct in_addr *a = i->configured && i->configured->ip.set ? &i->configured->ip.address
	    : !i->configured && i->has_address ? &i->address : NULL;
	char text[INET_ADDRSTRLEN] = "unassigned";

	if (a)
		inet_ntop(AF_INET, a, text, sizeof(text));
	fprintf(out, "%-26s %-15s %-3s %-6s %-21s %s\n", i->name, text, "YES",
	    !a ? "unset" : i->configured ? "manual" : "other",
	    is_up(i) ? "up" : is_shut(i) ? "administratively down" : "down", is_up(i) ? "up" : "down");
}

static void
print_ip(const struct net_interface *i, FILE *out)
{
	char text[INET_ADDRSTRLEN] = "not set";

	print_state(i, out);
	if (!i->has_address && !(i->configured && i->configured->ip.set)) {
		fprintf(out, "  Internet protocol processing disabled\n");
		return;
	}
	print_address(i, out);
	if (i->broadcast.s_addr)
		inet_ntop(AF_INET, &i->broadcast, text, sizeof(text));
	fprintf(out,
	    "  Broadcast address is %s\n"
	    "  Address determined by %s\n"
	    "  MTU is %u bytes\n"
	    "  Helper address is not set\n"
	    "  Directed broadcast forwarding is %s\n"
	    "  Outgoing access list is not set\n"
	    "  Inbound  access list is not set\n"
	    "  Proxy ARP is %s\n", text, i->configured ? "setup command" : "the host", i->link.mtu,
	    setting(&i->link, "conf", "bc_forwarding") ? "enabled" : "disabled",
	    setting(&i->link, "conf", "proxy_arp") ? "enabled" : "disabled");
}

int
show_ip_interface(struct session *s, const struct match *m)
{
	bool brief = match_text(m, "brief") != NULL;

	if (brief)
		session_print(s, "%-26s %-15s %-3s %-6s %-21s %s\n", "Interface", "IP-Address", "OK?",
		    "Method", "Status", "Protocol");
	return print_interfaces(s, match_text(m, "name"), brief ? print_ip_brief : print_ip);
}
