/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/capture.c -- see capture.h: the capture points, what can be typed about them, and what show says.
 *
 * A point is what a capture shall be; the ring is one that was started.  The lock is over the points
 * and never held while something is printed: who prints holds the ring. */
#include "modes/capture.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/kinds.h"
#include "modes/store.h"
#include "shell/door.h"
#include "shell/log.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <net/ethernet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { POINTS = 4, NAME = 9, MEGABYTES = 10 };

struct point {
	char name[NAME];                /* "": there is none */
	uint8_t way;                    /* 0: attached to nothing */
	text64 interface;               /* "": to all of the box */
	struct capture_filter filter;
	bool circular;
	uint32_t megabytes, seconds, packets, packet_bytes;
	struct capture_ring *ring;      /* NULL: never started */
};

struct capture_points { struct box *box; pthread_mutex_t lock; struct point at[POINTS]; };

int
capture_new(struct capture_points **cp, struct box *b)
{
	struct capture_points *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->box = b;
	pthread_mutex_init(&c->lock, NULL);
	*cp = c;
	return 0;
}

static void
point_clear(struct point *p)
{
	capture_ring_stop(p->ring);
	capture_ring_drop(p->ring);
	*p = (struct point){ .way = 0 };
}

void
capture_free(struct capture_points *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < POINTS; i++)
		point_clear(&c->at[i]);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* Of that name, ("": a free place); NULL: there is none. */
static struct point *
find(struct capture_points *c, const char *name)
{
	for (size_t i = 0; i < POINTS; i++)
		if (!strcmp(c->at[i].name, name))
			return &c->at[i];
	return NULL;
}

static bool
is_active(const struct point *p)
{
	struct capture_state state = { .active = false };

	if (p->ring)
		capture_ring_look(p->ring, &state);
	return state.active;
}

/* ---- words ----------------------------------------------------------------------------------------------------- */

static const struct choice net_help[] = { { "A.B.C.D/nn", "Network" }, { NULL, NULL } };
static const char *const net_samples[] = { "192.0.2.0/24", NULL };

static int
net_parse(void *field, size_t size, const char *word)
{
	struct capture_end e = { .port = 0 };
	char address[INET_ADDRSTRLEN], *end;
	size_t n = strcspn(word, "/");
	unsigned long bits;

	if (!word[n] || !isdigit((unsigned char)word[n + 1]) || n >= sizeof(address))
		return -EINVAL;
	bits = strtoul(word + n + 1, &end, 10);
	memcpy(address, word, n);
	address[n] = '\0';
	if (*end || bits > 32 || inet_pton(AF_INET, address, &e.address) != 1)
		return -EINVAL;
	e.mask.s_addr = htonl(bits ? ~0u << (32 - bits) : 0);
	e.address.s_addr &= e.mask.s_addr;
	if (size >= sizeof(e))
		memcpy(field, &e, sizeof(e));
	return 0;
}

const struct choice capture_ways[CAPTURE_BOTH + 1] = {
	[CAPTURE_IN] = { "in", "What comes in" },
	[CAPTURE_OUT] = { "out", "What goes out" },
	[CAPTURE_BOTH] = { "both", "What comes in and what goes out" }
};
const struct choice capture_protocols[CAPTURE_UDP + 1] = {
	[CAPTURE_TCP] = { "tcp", "TCP" }, [CAPTURE_UDP] = { "udp", "UDP" }
};
const struct kind capture_net_kind = { .help = net_help, .parse = net_parse, .samples = net_samples };

static bool
is_name(const char *typed)
{
	size_t n = strspn(typed, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n && n < NAME && !typed[n];
}

/* The line's name; NULL: it is none, and that was said. */
static const char *
name_of(struct session *s, const struct match *m)
{
	const char *typed = match_text(m, "name");

	if (typed && !is_name(typed)) {
		session_refused(s, "A capture's name has up to %d letters, digits or _", NAME - 1);
		return NULL;
	}
	return typed;
}

static int
refuse(struct session *s, const char *name, int rc)
{
	if (rc == -ENOENT)
		session_refused(s, "Capture %s does not exist", name);
	else if (rc == -EBUSY)
		session_refused(s, "Capture %s is active: stop it first", name);
	else if (rc == -ENOSPC)
		session_refused(s, "There are %d captures already", POINTS);
	return rc;
}

/* ---- what it shall be ------------------------------------------------------------------------------------------- */

/* The interface by that name, as the configuration or the kernel spells it.  0; -ENOENT. */
static int
find_interface(const struct config *c, const char *typed, text64 name, struct net_link *link)
{
	struct net_interfaces *all;
	text64 full = "";
	int rc = net_interfaces_read(&all, c);

	if (rc < 0)
		return rc;
	if (interface_kind.parse(full, sizeof(full), typed) < 0)
		snprintf(full, sizeof(full), "%s", typed);
	rc = -ENOENT;
	for (size_t i = 0; rc < 0 && i < all->count; i++) {
		if (strcasecmp(full, all->at[i].name) && strcmp(typed, all->at[i].link.name))
			continue;
		snprintf(name, sizeof(text64), "%s", all->at[i].name);
		*link = all->at[i].link;
		rc = 0;
	}
	free(all);
	return rc;
}

static int
read_target(struct session *s, const struct match *m, struct point *p)
{
	const char *typed = match_text(m, "interface");
	struct net_link link;
	int rc = typed && !m->no && !m->dflt ? find_interface(session_config(s), typed, p->interface, &link) : 0;

	p->way = (uint8_t)match_number(m, "way", 0);
	if (rc == -ENOENT)
		session_refused(s, "There is no interface %s", typed);
	return rc;
}

static struct capture_end
read_end(const struct match *m, const char *host, const char *net, const char *port)
{
	struct capture_end e = { .port = 0 };

	if (match_text(m, host)) {
		inet_pton(AF_INET, match_text(m, host), &e.address);
		e.mask.s_addr = INADDR_BROADCAST;
	} else if (match_text(m, net)) {
		net_parse(&e, sizeof(e), match_text(m, net));
	}
	e.port = (uint16_t)match_number(m, port, 0);
	return e;
}

static int
read_filter(struct session *s, const struct match *m, struct point *p)
{
	struct capture_filter *f = &p->filter;
	const char *list = match_text(m, "acl");

	if (list) {
		f->by = CAPTURE_BY_LIST;
		snprintf(f->list, sizeof(f->list), "%s", list);
		return 0;
	}
	f->by = match_text(m, "all") ? CAPTURE_BY_ANY : CAPTURE_BY_IPV4;
	f->protocol = (uint8_t)match_number(m, "protocol", 0);
	f->turned = match_text(m, "turned") != NULL;
	f->from = read_end(m, "from-host", "from-net", "from-port");
	f->to = read_end(m, "to-host", "to-net", "to-port");
	if ((f->from.port || f->to.port) && !f->protocol) {
		session_refused(s, "A port takes `protocol tcp' or `protocol udp'");
		return -EINVAL;
	}
	return 0;
}

static void
merge_limits(struct point *p, const struct match *m, bool no)
{
	static const struct { const char *word, *value; size_t at; } limits[] = {
		{ "duration", "seconds", offsetof(struct point, seconds) },
		{ "packets", "count", offsetof(struct point, packets) },
		{ "length", "bytes", offsetof(struct point, packet_bytes) }
	};
	bool all = true;

	for (size_t i = 0; i < 3; i++)
		all &= !match_text(m, limits[i].word);
	for (size_t i = 0; i < 3; i++)
		if (all || match_text(m, limits[i].word))
			*(uint32_t *)((char *)p + limits[i].at) =
			    no ? 0 : (uint32_t)match_number(m, limits[i].value, 0);
}

/* What was typed becomes part of it. */
static void
merge(struct point *p, const struct point *typed, const struct match *m)
{
	bool no = m->no || m->dflt;

	if (match_text(m, "attach")) {
		p->way = no ? 0 : typed->way;
		memcpy(p->interface, typed->interface, sizeof(p->interface));
	}
	if (match_text(m, "match") || match_text(m, "list"))
		p->filter = no ? (struct capture_filter){ .by = CAPTURE_BY_NOTHING } : typed->filter;
	if (match_text(m, "buffer")) {
		p->circular = !no && (match_text(m, "circular") || p->circular);
		p->megabytes = no ? 0 : (uint32_t)match_number(m, "size", p->megabytes);
	}
	if (match_text(m, "limit"))
		merge_limits(p, m, no);
}

static int
change(struct capture_points *c, const char *name, const struct point *typed, const struct match *m, bool whole)
{
	struct point *p = find(c, name);
	bool no = m->no || m->dflt;

	if (!p && no)
		return -ENOENT;
	if (p && !whole && is_active(p))
		return -EBUSY;
	if (!p && !(p = find(c, "")))
		return -ENOSPC;
	if (whole) {
		point_clear(p);
		return 0;
	}
	snprintf(p->name, sizeof(p->name), "%s", name);
	merge(p, typed, m);
	return 0;
}

int
exec_capture(struct session *s, const struct match *m)
{
	static const char *const parts[] = { "attach", "match", "list", "buffer", "limit" };
	struct capture_points *c = BOX(s)->captures;
	const char *name = name_of(s, m);
	struct point typed = { .way = 0 };
	bool no = m->no || m->dflt, whole = true;
	int rc = name ? 0 : -EINVAL;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		whole &= !match_text(m, parts[i]);
	if (rc == 0 && whole && !no) {
		session_refused(s, "Incomplete command.");
		rc = -EINVAL;
	}
	if (rc == 0)
		rc = read_target(s, m, &typed);
	if (rc == 0 && !no && (match_text(m, "match") || match_text(m, "list")))
		rc = read_filter(s, m, &typed);
	if (rc < 0)
		return rc;
	pthread_mutex_lock(&c->lock);
	rc = change(c, name, &typed, m, whole);
	pthread_mutex_unlock(&c->lock);
	return refuse(s, name, rc);
}

/* ---- start, stop, clear -------------------------------------------------------------------------------------- */

/* What cannot be started says why. */
static int
plan(struct session *s, const struct point *p, struct capture_plan *to, char *why, size_t size)
{
	const struct config *c = session_config(s);
	struct net_link link = { .index = 0 };
	text64 name;

	*to = (struct capture_plan){ .way = p->way, .filter = p->filter, .circular = p->circular,
		.bytes = (size_t)(p->megabytes ? p->megabytes : MEGABYTES) << 20, .seconds = p->seconds,
		.packets = p->packets, .packet_bytes = p->packet_bytes, .running = session_running(s),
		.log = BOX(s)->log };
	memcpy(to->name, p->name, sizeof(to->name));
	if (!p->way)
		snprintf(why, size, "it has no interface and no control-plane");
	else if (!p->filter.by)
		snprintf(why, size, "it has no filter (match any takes everything)");
	else if (p->filter.by == CAPTURE_BY_LIST && !map_find(c->standard_acls, p->filter.list))
		snprintf(why, size, "there is no standard access list %s", p->filter.list);
	else if (*p->interface && (find_interface(c, p->interface, name, &link) < 0 || !link.index))
		snprintf(why, size, "the host has no interface %s", p->interface);
	else
		why[0] = '\0';
	to->link = link.index;
	to->ethernet = link.has_mac;
	return *why ? -EINVAL : 0;
}

static int
start(struct session *s, struct point *p, char *why, size_t size)
{
	struct capture_plan to;
	struct capture_ring *old = p->ring;
	int rc = plan(s, p, &to, why, size);

	if (rc < 0)
		return rc;
	capture_ring_stop(old);         /* it has ended by itself */
	p->ring = NULL;
	capture_ring_drop(old);         /* first: memory for one is enough */
	return capture_ring_start(&p->ring, &to, why, size);
}

static int
do_start(struct session *s, struct point *p)
{
	struct capture_points *c = BOX(s)->captures;
	char why[160] = "", name[NAME];
	int rc = is_active(p) ? -EALREADY : start(s, p, why, sizeof(why));

	memcpy(name, p->name, sizeof(name));
	pthread_mutex_unlock(&c->lock);
	if (rc == -EALREADY) {
		session_refused(s, "Capture %s is active already", name);
	} else if (rc < 0) {
		session_refused(s, "Unable to start capture %s: %s", name, why);
	} else {
		session_print(s, "Started capture point : %s\n", name);
		log_put(BOX(s)->log, 6, "BUFCAP-6-ENABLE", "Capture Point %s enabled.", name);
	}
	return rc;
}

static int
do_stop(struct session *s, struct point *p)
{
	struct capture_points *c = BOX(s)->captures;
	struct capture_state is;
	bool active = is_active(p);
	char name[NAME];

	memcpy(name, p->name, sizeof(name));
	if (active) {
		capture_ring_stop(p->ring);
		capture_ring_look(p->ring, &is);
	}
	pthread_mutex_unlock(&c->lock);
	if (!active) {
		session_refused(s, "Capture %s is not active", name);
		return -EALREADY;
	}
	session_print(s, "Capture statistics collected at software:\n"
	    "        Capture duration - %.0f seconds\n        Packets received - %llu\n"
	    "        Packets dropped - %llu\n        Packets oversized - %llu\n\nBytes dropped in asic - 0\n\n"
	    "Stopped capture point : %s\n", is.seconds, (unsigned long long)is.received,
	    (unsigned long long)is.dropped, (unsigned long long)is.oversized, name);
	log_put(BOX(s)->log, 6, "BUFCAP-6-DISABLE", "Capture Point %s disabled.", name);
	return 0;
}

static int
do_clear(struct session *s, struct point *p)
{
	if (p->ring)
		capture_ring_clear(p->ring);
	pthread_mutex_unlock(&BOX(s)->captures->lock);
	return 0;
}

/* Each of them lets the lock go before it speaks. */
int
exec_capture_do(struct session *s, const struct match *m)
{
	static int (*const verbs[])(struct session *, struct point *) = { NULL, do_start, do_stop, do_clear };
	struct capture_points *c = BOX(s)->captures;
	const char *name = name_of(s, m);
	struct point *p;

	if (!name)
		return -EINVAL;
	pthread_mutex_lock(&c->lock);
	if ((p = find(c, name)))
		return verbs[match_number(m, "do", 1)](s, p);
	pthread_mutex_unlock(&c->lock);
	return refuse(s, name, -ENOENT);
}

/* ---- export ---------------------------------------------------------------------------------------------------- */

/* The ring of that capture, held; NULL: there is none, and that was said. */
static struct capture_ring *
hold_ring(struct session *s, const char *name)
{
	struct capture_points *c = BOX(s)->captures;
	struct capture_ring *r = NULL;
	struct point *p;

	pthread_mutex_lock(&c->lock);
	if ((p = find(c, name)))
		r = capture_ring_hold(p->ring);
	pthread_mutex_unlock(&c->lock);
	if (!p)
		refuse(s, name, -ENOENT);
	else if (!r)
		session_refused(s, "Capture %s was never started", name);
	return r;
}

int
exec_capture_export(struct session *s, const struct match *m)
{
	const char *name = name_of(s, m);
	struct capture_ring *r = name ? hold_ring(s, name) : NULL;
	void *bytes = NULL;
	size_t size;
	int rc;

	if (!r)
		return -ENOENT;
	if ((rc = capture_ring_pcap(r, &bytes, &size)) == 0) {
		rc = copy_bytes(s, bytes, size, match_text(m, "url"));
		capture_pcap_free(r, bytes);
	}
	capture_ring_drop(r);
	if (rc == 0)
		session_print(s, "Exported Successfully\n");
	return rc;
}

/* ---- what is in the buffer --------------------------------------------------------------------------------------- */

static const char *
dscp_name(uint8_t dscp, char name[8])
{
	unsigned level = dscp >> 3, drop = (dscp >> 1) & 3;

	if (dscp == 46 || !dscp)
		return dscp ? "EF" : "BE";
	if (dscp & 1 || (drop && (level < 1 || level > 4)))
		return "";
	snprintf(name, 8, drop ? "AF%u%u" : "CS%u", level, drop);
	return name;
}

static const char *
protocol_name(const struct capture_seen *seen, char name[8])
{
	static const struct { int family; unsigned number; const char *name; } names[] = {
		{ AF_INET, IPPROTO_ICMP, "ICMP" }, { AF_INET6, IPPROTO_ICMPV6, "ICMP" },
		{ AF_INET, IPPROTO_IGMP, "IGMP" }, { 0, ETHERTYPE_ARP, "ARP" }, { 0, 0x88cc, "LLDP" }
	};
	unsigned number = seen->family ? seen->protocol : seen->type;

	if (seen->family && (number == IPPROTO_TCP || number == IPPROTO_UDP))
		return number == IPPROTO_TCP ? "TCP" : "UDP";
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].family == seen->family && names[i].number == number)
			return names[i].name;
	snprintf(name, 8, seen->family ? "%u" : "0x%04x", number);
	return name;
}

/* Who sends it, whom it is for: by IP, else by Ethernet, else nobody knows. */
static void
say_end(const struct capture_packet *p, const struct capture_seen *seen, bool to, char text[INET6_ADDRSTRLEN])
{
	const uint8_t *mac = p->bytes + (to ? 0 : 6);

	if (seen->family)
		inet_ntop(seen->family, to ? seen->to : seen->from, text, INET6_ADDRSTRLEN);
	else if (!p->cooked && p->kept >= 14)
		snprintf(text, INET6_ADDRSTRLEN, "%02x%02x.%02x%02x.%02x%02x", mac[0], mac[1], mac[2], mac[3],
		    mac[4], mac[5]);
	else
		snprintf(text, INET6_ADDRSTRLEN, "-");
}

static void
print_line(FILE *out, unsigned number, int64_t since_us, const struct capture_packet *p)
{
	char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN], dscp[8], protocol[8];
	struct capture_seen seen;

	capture_see(p->bytes, p->kept, p->cooked, &seen);
	say_end(p, &seen, false, from);
	say_end(p, &seen, true, to);
	fprintf(out, "%4u %4u%12.6f   %-16s ->  %-16s %-2u %-4s %s\n", number, p->length, (double)since_us / 1e6,
	    from, to, seen.dscp, dscp_name(seen.dscp, dscp), protocol_name(&seen, protocol));
}

static void
print_bytes(FILE *out, const struct capture_packet *p)
{
	for (uint32_t at = 0; at < p->kept; at += 16) {
		uint32_t n = p->kept - at < 16 ? p->kept - at : 16;

		fprintf(out, "  %04X: ", at);
		for (uint32_t i = 0; i < 16; i++) {
			fputs(i % 4 ? "" : " ", out);
			if (i < n)
				fprintf(out, "%02X", p->bytes[at + i]);
			else
				fputs("  ", out);
		}
		fputs("   ", out);
		for (uint32_t i = 0; i < n; i++)
			fputc(isprint(p->bytes[at + i]) ? p->bytes[at + i] : '.', out);
		fputc('\n', out);
	}
	fputc('\n', out);
}

enum form { FORM_BRIEF = 1, FORM_DETAILED, FORM_DUMP };

static int
print_packets(struct session *s, struct capture_ring *r, enum form form)
{
	static const char rule[] = " ----------------------------------------------------------------------------\n";
	struct capture_packet *p = malloc(sizeof(*p));
	uint64_t at = 0;
	int64_t first_us = 0;
	int rc = 0;

	if (!p)
		return -ENOMEM;
	if (form != FORM_DUMP)
		session_print(s, "%s #   size   timestamp     source             destination      dscp    protocol\n%s",
		    rule, rule);
	for (unsigned n = 0; rc == 0 && r && capture_ring_next(r, &at, p); n++) {
		first_us = n ? first_us : p->us;
		if (form == FORM_DUMP)
			session_print(s, "%u\n", n);
		else
			print_line(session_out(s), n, p->us - first_us, p);
		if (form != FORM_BRIEF)
			print_bytes(session_out(s), p);
		if (n % 64 == 63 && door_interrupted(s))
			rc = -EINTR;
	}
	free(p);
	return rc;
}

static void
print_buffer(struct session *s, const struct point *p)
{
	struct capture_state is = { .active = false };

	if (p->ring)
		capture_ring_look(p->ring, &is);
	session_print(s, " buffer size (KB) : %u\n buffer used (KB) : %zu\n packets in buf   : %u\n"
	    " packets dropped  : %llu\n packets per sec  : %.0f\n", (p->megabytes ? p->megabytes : MEGABYTES) << 10,
	    (is.used + 1023) >> 10, is.packets, (unsigned long long)is.dropped,
	    is.seconds > 0 ? (double)is.received / is.seconds : 0.0);
}

/* ---- what it is ---------------------------------------------------------------------------------------------------- */

static void
say_net(const struct capture_end *e, char *buf, size_t size)
{
	char address[INET_ADDRSTRLEN];
	int bits = __builtin_popcount(e->mask.s_addr);

	inet_ntop(AF_INET, &e->address, address, sizeof(address));
	if (!bits)
		snprintf(buf, size, "any");
	else if (bits == 32)
		snprintf(buf, size, "host %s", address);
	else
		snprintf(buf, size, "%s/%d", address, bits);
	if (e->port)
		snprintf(buf + strlen(buf), size - strlen(buf), " eq %u", e->port);
}

static void
print_filter(struct session *s, const struct capture_filter *f)
{
	char from[48], to[48];

	say_net(&f->from, from, sizeof(from));
	say_net(&f->to, to, sizeof(to));
	session_print(s, "  Filter Details:\n");
	if (f->by == CAPTURE_BY_ANY)
		session_print(s, "    Capture all packets\n");
	else if (f->by == CAPTURE_BY_LIST)
		session_print(s, "    Access-list: %s\n", f->list);
	else if (f->by == CAPTURE_BY_IPV4)
		session_print(s, "   IPv4\n    Source IP:  %s\n    Destination IP:  %s%s\n   Protocol: %s\n", from, to,
		    f->turned ? " (bidirectional)" : "", f->protocol ? capture_protocols[f->protocol].words : "any");
}

static void
print_limit(struct session *s, const char *what, uint32_t limit)
{
	session_print(s, "   %s: %u%s\n", what, limit, limit ? "" : " (no limit)");
}

static void
print_point(struct session *s, const struct point *p)
{
	session_print(s, "Status Information for Capture %s\n  Target Type:\n", p->name);
	if (p->way)
		session_print(s, "   Interface: %s, Direction: %s\n", *p->interface ? p->interface : "Control Plane",
		    capture_ways[p->way].words);
	session_print(s, "   Status : %s\n", is_active(p) ? "Active" : "Inactive");
	print_filter(s, &p->filter);
	session_print(s, "  Buffer Details:\n   Buffer Type: %s\n   Buffer Size (in MB): %u\n  Limit Details:\n",
	    p->circular ? "CIRCULAR" : "LINEAR (default)", p->megabytes ? p->megabytes : MEGABYTES);
	print_limit(s, "Number of Packets to capture", p->packets);
	print_limit(s, "Packet Capture duration", p->seconds);
	print_limit(s, "Packet Size to capture", p->packet_bytes);
	session_print(s, "   Maximum number of packets to capture per second: 0 (no limit)\n"
	    "   Packet sampling rate: 0 (no sampling)\n");
}

static void
print_match(struct session *s, const struct point *p)
{
	const struct capture_filter *f = &p->filter;
	char from[48], to[48];

	say_net(&f->from, from, sizeof(from));
	say_net(&f->to, to, sizeof(to));
	if (f->by == CAPTURE_BY_ANY)
		session_print(s, "   monitor capture %s match any\n", p->name);
	else if (f->by == CAPTURE_BY_LIST)
		session_print(s, "   monitor capture %s access-list %s\n", p->name, f->list);
	else if (f->by == CAPTURE_BY_IPV4)
		session_print(s, "   monitor capture %s match ipv4 %s%s%s%s %s%s\n", p->name,
		    f->protocol ? "protocol " : "", f->protocol ? capture_protocols[f->protocol].words : "",
		    f->protocol ? " " : "", from, to,
		    f->turned ? " bidirectional" : "");
}

/* The commands that make it. */
static void
print_parameter(struct session *s, const struct point *p)
{
	if (p->way)
		session_print(s, "   monitor capture %s %s%s %s\n", p->name, *p->interface ? "interface " : "control-plane",
		    p->interface, capture_ways[p->way].words);
	print_match(s, p);
	session_print(s, "   monitor capture %s buffer %ssize %u\n", p->name, p->circular ? "circular " : "",
	    p->megabytes ? p->megabytes : MEGABYTES);
	if (!p->seconds && !p->packets && !p->packet_bytes)
		return;
	session_print(s, "   monitor capture %s limit", p->name);
	if (p->seconds)
		session_print(s, " duration %u", p->seconds);
	if (p->packets)
		session_print(s, " packets %u", p->packets);
	if (p->packet_bytes)
		session_print(s, " packet-len %u", p->packet_bytes);
	session_print(s, "\n");
}

static int
print_one(struct session *s, const struct match *m, const struct point *p)
{
	int form = (int)match_number(m, "form", 0);

	if (form)
		return print_packets(s, p->ring, form);
	if (match_text(m, "parameter"))
		print_parameter(s, p);
	else if (match_text(m, "buffer"))
		print_buffer(s, p);
	else
		print_point(s, p);
	return 0;
}

int
show_capture(struct session *s, const struct match *m)
{
	struct capture_points *c = BOX(s)->captures;
	const char *name = match_text(m, "name");
	struct point shown[POINTS];
	bool any = false;
	int rc = 0;

	pthread_mutex_lock(&c->lock);
	memcpy(shown, c->at, sizeof(shown));
	for (size_t i = 0; i < POINTS; i++)
		capture_ring_hold(shown[i].ring);
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < POINTS; i++) {
		if (*shown[i].name && (!name || !strcmp(name, shown[i].name))) {
			any = true;
			rc = rc < 0 ? rc : print_one(s, m, &shown[i]);
		}
		capture_ring_drop(shown[i].ring);
	}
	return name && !any ? refuse(s, name, -ENOENT) : rc;
}
