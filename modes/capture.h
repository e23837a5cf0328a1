/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/capture.h -- `monitor capture': packets of an interface, or of all, into memory and from there to a
 * file that tshark reads.
 *
 * A capture is as confidential as the calls: it holds whatever was on the wire, the keys of SRTP in
 * an SDP that no TLS hides and the passwords of others included.  So level 15 alone sees it, it
 * lives in the memory of the box until it is exported, and files are readable by their owner only. */
#ifndef MODES_CAPTURE_H
#define MODES_CAPTURE_H

#include "shell/session.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct box;
struct capture_points;
int  capture_new(struct capture_points **, struct box *);       /* 0; -ENOMEM */
void capture_free(struct capture_points *);                     /* stops what runs, joins its thread */

typedef int capture_run_h(struct session *, const struct match *);
capture_run_h exec_capture, exec_capture_do, exec_capture_export, show_capture;
enum capture_way { CAPTURE_IN = 1, CAPTURE_OUT, CAPTURE_BOTH };
enum capture_protocol { CAPTURE_TCP = 1, CAPTURE_UDP };
extern const struct choice capture_ways[CAPTURE_BOTH + 1], capture_protocols[CAPTURE_UDP + 1];
extern const struct kind capture_net_kind;      /* A.B.C.D/len */

/* clang-format off */
#define CAPTURE_HELP "Monitor different system events|Monitor captured packets|Name, up to 8 of A-Z a-z 0-9 _"
#define CAPTURE_END(end)                                                                         \
	"{any=" end "-any | host A.B.C.D=" end "-host | KIND=" end "-net} [eq <1-65535>=" end "-port]"
#define CAPTURE_END_HELP(end) "|Any " end "|One " end "|Address|Its port|Port"
#define CAPTURE_ROWS                                                                             \
	{ .syntax = "monitor capture WORD=name / [interface=attach / WORD=interface CHOICE=way"       \
	    " | control-plane=attach / CHOICE=way"                                                   \
	    " | match=match / {any=all | ipv4 [protocol CHOICE2=protocol] "                          \
	    CAPTURE_END("from") " " CAPTURE_END("to") " [bidirectional=turned]}"                     \
	    " | access-list=list / WORD=acl"                                                         \
	    " | buffer=buffer / {circular=circular | size <1-100>=size}+"                           \
	    " | limit=limit / {duration=duration / <1-1000000>=seconds |"                   \
	    " packets=packets / <1-100000>=count"                                                    \
	    " | packet-len=length / <64-9500>=bytes}+]*",                                              \
	  .help = CAPTURE_HELP "|Of an interface|Its name"                                           \
	    "|All that the box receives and sends"                                                   \
	    "|Which packets|All of them|IPv4|By protocol" CAPTURE_END_HELP("source")         \
	    CAPTURE_END_HELP("destination") "|The other way too"                                     \
	    "|Which packets, by an access list|Standard list: source or destination fits"            \
	    "|Where they are kept|The oldest make room|Its size|MB"                                  \
	    "|When it ends|Time|Seconds|Number of packets|Packets|What of a packet is kept|Bytes",   \
	  .kind = &capture_net_kind, .choices = CHOICES(capture_ways),                               \
	  .choices2 = CHOICES(capture_protocols), .run = exec_capture, .level = 15, .negates = true },            \
	{ .syntax = "monitor capture WORD=name {start=do:1 | stop=do:2 | clear=do:3}",               \
	  .help = CAPTURE_HELP "|Begin, with an empty buffer|End|Empty the buffer",                  \
	  .run = exec_capture_do, .level = 15 },                                                     \
	{ .syntax = "monitor capture WORD=name export WORD=url",                                     \
	  .help = CAPTURE_HELP "|Write the buffer to a file|flash:NAME or a URL",                    \
	  .run = exec_capture_export, .level = 15 },                                                 \
	{ .syntax = "show monitor capture [WORD=name [buffer=buffer [brief=form:1 | detailed=form:2 |"\
	    " dump=form:3] | parameter=parameter]]",                                                 \
	  .help = SHOW_HELP "|Different system events|Captured packets|Name|What is in the buffer|"  \
	    "A line each|A line and the bytes|The bytes|The commands that make it",                  \
	  .run = show_capture, .level = 15 },
/* clang-format on */

/* ---- capture_ring.c: one capture that was started ------------------------------------------------ */

enum { CAPTURE_SNAP = 65600 };          /* more of a packet is never kept */
enum capture_by { CAPTURE_BY_NOTHING, CAPTURE_BY_ANY, CAPTURE_BY_IPV4, CAPTURE_BY_LIST };

struct capture_end { struct in_addr address, mask; uint16_t port; };    /* mask 0: any; port 0: any */
struct capture_filter {
	uint8_t by, protocol;           /* protocol: of enum capture_protocol; 0: any */
	bool turned;                    /* the other way too */
	struct capture_end from, to;
	char list[65];
};

struct capture_plan {
	char name[9];
	int link;                       /* the kernel's number; 0: all */
	bool ethernet;
	enum capture_way way;
	struct capture_filter filter;
	bool circular;
	size_t bytes;                   /* of the buffer */
	uint32_t seconds, packets, packet_bytes;        /* 0: no limit */
	struct running *running;        /* for an access list: as it is now */
	struct log *log;
};

struct capture_state {
	bool active;
	size_t used;
	uint32_t packets;               /* in the buffer */
	uint64_t received, dropped, oversized;  /* since the start; dropped: by the kernel */
	double seconds;                 /* how long it runs, or ran */
};

/* What was taken of one packet; cooked: behind 16 bytes of Linux's own instead of Ethernet's 14. */
struct capture_packet {
	int64_t us;
	uint32_t length, kept;
	bool cooked;
	uint8_t bytes[CAPTURE_SNAP];
};

/* What a packet says of itself.  type: as Ethernet says it; protocol: of IP. */
struct capture_seen {
	uint16_t type, from_port, to_port;
	uint8_t protocol, dscp;
	int family;                     /* AF_INET, AF_INET6; 0: neither */
	uint8_t from[16], to[16];
	bool ports;
};
void capture_see(const uint8_t *bytes, size_t kept, bool cooked, struct capture_seen *);

struct capture_ring;
/* Memory, socket, thread.  0; -errno with words. */
int  capture_ring_start(struct capture_ring **, const struct capture_plan *, char *why, size_t size);
void capture_ring_stop(struct capture_ring *);  /* joins its thread; the packets stay */
void capture_ring_clear(struct capture_ring *);
struct capture_ring *capture_ring_hold(struct capture_ring *);
void capture_ring_drop(struct capture_ring *);  /* the last one: stopped before */
void capture_ring_look(struct capture_ring *, struct capture_state *);
/* The packet at *at, which goes on to the next one (0: the oldest); false: there is none. */
bool capture_ring_next(struct capture_ring *, uint64_t *at, struct capture_packet *);
/* All of it as a file of libpcap.  0; -ENOMEM. */
int  capture_ring_pcap(struct capture_ring *, void **bytes, size_t *size);
void capture_pcap_free(struct capture_ring *, void *bytes);

#endif
