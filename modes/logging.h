/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/logging.h -- `logging ...', `service timestamps', `clock ...': the rows, and how the box
 * follows them. */
#ifndef MODES_LOGGING_H
#define MODES_LOGGING_H

#include "shell/line.h"
#include "shell/row.h"

struct stamps { uint8_t set, datetime, msec, localtime, zone, year, uptime; };
struct logging_to { uint8_t set, level; uint32_t bytes; };      /* level: of level_choices, 0: all */
struct log_rate { uint8_t set, all, console, except; uint16_t per_second; };
struct log_origin { uint8_t set, kind; text64 text; };
enum log_origin_kind { ORIGIN_HOSTNAME = 1, ORIGIN_IP, ORIGIN_STRING };
struct log_host { struct node node; uint8_t transport; uint16_t port; };
struct zone_base { uint8_t set; text32 name; int8_t hours; uint8_t minutes; };
struct zone_summer { uint8_t set; text32 name; text64 rule; };
struct log_source { uint8_t set; text64 name; };

#define STAMPS_SYNTAX                                                                            \
  " [datetime=datetime [msec=msec | localtime=localtime | show-timezone=zone | year=year]* |"    \
  " uptime=uptime]"
#define STAMPS_HELP "|Date and time|Milliseconds|Local time|Name of the zone|Year|"              \
  "Time since the start"
/* As IOS prints them, near the top ... */
#define STAMPS_LINES(_)                                                                          \
_(struct stamps, debug_stamps, "service timestamps debug" STAMPS_SYNTAX, "datetime msec",        \
  "Services|Time stamps|Of debug lines" STAMPS_HELP, .parts = stamps_parts, .always = true,          \
  .off = true)                                                                                   \
_(struct stamps, log_stamps, "service timestamps log" STAMPS_SYNTAX, "datetime msec",            \
  "Services|Time stamps|Of log lines" STAMPS_HELP, .parts = stamps_parts, .always = true,            \
  .off = true)                                                                                   \
_(bool,     sequence, "service sequence-numbers", NULL, "Services|Number the log's lines")
#define LOGGING_LINES(_)                                                                         \
_(bool,     logging, "logging on", "on", "Logging|To all destinations but the console")          \
_(struct log_rate, log_rate, "logging rate-limit [all=all | console=console]"                    \
  " <1-10000>=per_second [except CHOICE=except]", NULL,                                          \
  "Logging|Limit the messages of a second|All, debugs too|Of the console|Number|But for those"   \
  " of this severity and graver", .parts = log_rate_parts, .choices = CHOICES(level_choices))    \
_(struct logging_to, buffered, "logging buffered [<4096-2147483647>=bytes] [CHOICE=level]",      \
  "100000 debugging", "Logging|To the buffer|Bytes", .parts = logging_to_parts, .off = true,     \
  .choices = CHOICES(level_choices))                                                             \
_(struct logging_to, console_log, "logging console [CHOICE=level]", "debugging",                 \
  "Logging|To the console", .parts = logging_to_parts, .choices = CHOICES(level_choices),        \
  .off = true)                                                                                   \
_(struct logging_to, monitor_log, "logging monitor [CHOICE=level]", "debugging",                 \
  "Logging|To terminals that monitor", .parts = logging_to_parts, .off = true,                   \
  .choices = CHOICES(level_choices))                                                             \
_(bool,     userinfo, "logging userinfo", NULL, "Logging|Who has become privileged")
#define CLOCK_LINES(_)                                                                           \
_(struct zone_base, zone, "clock timezone WORD=name <-23-23>=hours [<0-59>=minutes]", NULL,      \
  "Time of day clock|Time zone|Its name|Hours from UTC|And minutes", .parts = zone_base_parts)   \
_(struct zone_summer, summer, "clock summer-time WORD=name recurring [LINE=rule]", NULL,         \
  "Time of day clock|Summer time|Its name|Every year|Week, day, month, hh:mm of its begin and"   \
  " end, and minutes", .parts = zone_summer_parts, .set = summer_set)
/* ... and these near the end. */
#define SYSLOG_LINES(_)                                                                          \
_(struct logging_to, trap, "logging trap [CHOICE=level]", "informational",                       \
  "Logging|To syslog servers", .parts = logging_to_parts, .choices = CHOICES(level_choices),     \
  .off = true)                                                                                   \
_(struct log_origin, origin, "logging origin-id {hostname=kind:1 | ip=kind:2 |"                  \
  " string=kind:3 WORD=text}", NULL,                                                             \
  "Logging|Who says it|The host's name|The address|A text|Text", .parts = log_origin_parts)      \
_(uint8_t,  facility, "logging facility CHOICE", "local7", "Logging|Of syslog",                  \
  .choices = CHOICES(facility_choices))                                                          \
_(struct log_source, log_source, "logging source-interface KIND=name", NULL,                     \
  "Logging|The interface whose address is said", .parts = log_source_parts,                      \
  .kind = &interface_kind)                                                                       \
_(bool,     rfc5424, "logging syslog-format rfc5424", NULL, "Logging|The form of a message|RFC 5424")\
_(struct map *, log_hosts, "logging host WORD=# / [transport {udp=transport:1 |"                 \
  " tcp=transport:2} [port <1-65535>=port]]", NULL,                                              \
  "Logging|A syslog server|Its address or name|Protocol|UDP|TCP|Its port|Port",                  \
  .each = &mode_log_host, .parts = log_host_parts, .by_birth = true)

int summer_set(void *object, const struct match *, char *why, size_t size);

struct box;
struct config;
/* The log as this configuration wants it; called for each new one, from any thread. */
void logging_follow(struct box *, const struct config *);
/* The zone that it says. */
struct zone;
void clock_zone(const struct config *, struct zone *);

#endif
