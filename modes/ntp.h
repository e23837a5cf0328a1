/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/ntp.h -- `ntp ...' and `clock set': who keeps the clock.
 *
 * The host does, by chronyd where it has one: chronyd is told of the servers and peers that are
 * configured and of `ntp master'; what it does not know of them stays its own.  Without it the rows are
 * stored, and the log says so.  What is shown is what the kernel and chronyd say. */
#ifndef MODES_NTP_H
#define MODES_NTP_H

#include "shell/line.h"
#include "shell/row.h"

/* One of many: its key is its address or name. */
struct ntp_source { struct node node; uint8_t prefer, iburst, burst, minpoll, maxpoll, version;
	uint16_t key; };
struct ntp_key { struct node node; struct secret secret; uint8_t encryption; };
struct ntp_master { uint8_t set, stratum; };
struct ntp_interface { uint8_t set; text64 name; };

#define NTP_OPTIONS                                                                              \
	" / [version <1-4>=version | key <1-65535>=key | minpoll <4-17>=minpoll |"                 \
	" maxpoll <4-17>=maxpoll | prefer=prefer | burst=burst | iburst=iburst]*"
#define NTP_OPTIONS_HELP "|Version of the protocol|Number|Authenticated by a key|Its number|"    \
	"Shortest interval|Power of 2, in seconds|Longest interval|Power of 2, in seconds|"        \
	"Rather than others|Several packets each time|Several packets at first"
#define NTP_LINES(_)                                                                             \
_(bool,     ntp_authenticate, "ntp authenticate", NULL, "NTP|Only from who knows a trusted key", \
  .stored = true)                                                                                \
_(struct map *, ntp_keys, "ntp authentication-key <1-4294967295>=# md5 PASSWORD=secret"          \
  " [<0-7>=encryption]", NULL, "NTP|A key|Its number|MD5|How the key is encrypted",              \
  .each = &mode_ntp_key, .parts = ntp_key_parts, .stored = true)                                 \
_(struct map *, ntp_trusted, "ntp trusted-key <1-4294967295>=#", NULL,                           \
  "NTP|A key that others may know|Its number", .each = &mode_ntp_name, .stored = true)           \
_(uint32_t, ntp_clock_period, "ntp clock-period <1-4294967295>", NULL,                           \
  "NTP|Length of a tick of the hardware|2^-32 seconds", .stored = true)                          \
_(struct ntp_interface, ntp_source, "ntp source KIND=name", NULL,                                \
  "NTP|The interface whose address is used", .parts = ntp_interface_parts,                       \
  .kind = &interface_kind, .stored = true)                                                       \
_(bool,     ntp_logging, "ntp logging", NULL, "NTP|Log what happens", .stored = true)            \
_(bool,     ntp_calendar, "ntp update-calendar", NULL, "NTP|Set the hardware's clock too",       \
  .stored = true)                                                                                \
_(struct ntp_master, ntp_master, "ntp master [<1-15>=stratum]", NULL,                            \
  "NTP|Serve time even without a source|Stratum, 8 by itself", .parts = ntp_master_parts)        \
_(struct map *, ntp_peers, "ntp peer NAME=#" NTP_OPTIONS, NULL,                                  \
  "NTP|A peer|Its address or name" NTP_OPTIONS_HELP, .each = &mode_ntp_source,                   \
  .parts = ntp_source_parts, .by_birth = true)                                                   \
_(struct map *, ntp_servers, "ntp server NAME=#" NTP_OPTIONS, NULL,                              \
  "NTP|A server|Its address or name" NTP_OPTIONS_HELP, .each = &mode_ntp_source,                 \
  .parts = ntp_source_parts, .by_birth = true)                                                   \
_(struct map *, ntp_vrf_servers, "ntp server vrf NAME=# LINE=#", NULL,                           \
  "NTP|A server|Of a VRF|Its name|Address or name, and its words", .each = &mode_ntp_name,       \
  .by_birth = true, .stored = true)

extern const struct mode mode_ntp_source, mode_ntp_key, mode_ntp_name;
extern const struct part ntp_source_parts[], ntp_key_parts[], ntp_master_parts[],
    ntp_interface_parts[];
extern const struct choice month_choices[13];

struct box;
struct config;
struct ntp;
int  ntp_new(struct ntp **, struct box *);      /* 0; -ENOMEM */
void ntp_free(struct ntp *);                    /* after the box's alarms have stopped */
/* The configuration has become this one: chronyd hears of it soon, on the alarms' thread. */
void ntp_follow(struct box *, const struct config *);

/* Who keeps the clock now, in the kernel's words. */
enum clock_kept { CLOCK_BY_NOBODY, CLOCK_BY_USER, CLOCK_WAS_KEPT, CLOCK_KEPT, CLOCK_BY_NTP };
enum clock_kept clock_kept(const struct box *);
/* What `show clock' begins with: "*" nobody knows it, "." known but not kept now, "". */
const char *clock_mark(enum clock_kept);

typedef int ntp_run_h(struct session *, const struct match *);
ntp_run_h show_ntp_status, show_ntp_associations, exec_clock_set;

/* clang-format off */
#define NTP_EXEC_ROWS                                                                            \
	{ .syntax = "show ntp status", .help = SHOW_HELP "|NTP|Is the clock kept",                   \
	  .run = show_ntp_status },                                                                  \
	{ .syntax = "show ntp associations", .help = SHOW_HELP "|NTP|Servers and peers",             \
	  .run = show_ntp_associations },                                                            \
	{ .syntax = "clock set WORD=time {<1-31>=day CHOICE=month | CHOICE=month <1-31>=day}"        \
	    " <1993-2099>=year",                                                                     \
	  .help = "The clock|Set it|hh:mm:ss, in the box's zone|Day|Day|Year",                       \
	  .choices = CHOICES(month_choices), .run = exec_clock_set, .level = 15 },
/* clang-format on */

#endif
