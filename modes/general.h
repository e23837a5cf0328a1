/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/general.h -- global lines of a router that this box only keeps: hardware, platform, services,
 * management.  They are accepted, printed, saved, and have no effect.
 *
 * A family of free form is one row: its first words from a table, and the rest of the line as it
 * stands.  A block of free lines is a mode with a row of last resort (shell/line.h); before it stand
 * the lines that open a block of their own, hold a secret, or begin like a global line (general.c).
 * The macros are in the order of the running configuration; the network is in general_network.h. */
#ifndef MODES_GENERAL_H
#define MODES_GENERAL_H

#include "shell/line.h"
#include "shell/row.h"

/* A line that is kept, and where it opens a block, the lines of that: of whatever depth. */
struct stored_line {
	struct node node;
	uint8_t denied;                 /* `no LINE' is kept */
	uint32_t number;
	text256 text;                   /* a value: the next one takes its place */
	struct secret secret;
	struct map *lines;
};

/* A block that is there once. */
struct stored_block { uint8_t set; struct map *lines; };

#define STORED        .parts = stored_line_parts, .by_birth = true, .stored = true
#define STORED_LINE   .each = &mode_stored, STORED
#define STORED_SWITCH STORED_LINE, .keeps_no = true

enum { SERVICE_WORDS = 21, BOOT_WORDS = 4, CARD_WORDS = 2, CLOCK_WORDS = 3, HARDWARE_WORDS = 7,
	SWITCH_WORDS = 4, YANG_WORDS = 3, EVENT_WORDS = 5, CONTROLLER_WORDS = 8 };
extern const struct choice service_words[SERVICE_WORDS], boot_words[BOOT_WORDS],
    card_words[CARD_WORDS], network_clock_words[CLOCK_WORDS], hardware_words[HARDWARE_WORDS],
    switch_words[SWITCH_WORDS], yang_words[YANG_WORDS], event_words[EVENT_WORDS], controller_words[CONTROLLER_WORDS];
extern const struct part stored_line_parts[];
extern const struct mode mode_stored, mode_trunk_group, mode_voice_card, mode_transceiver,
    mode_redundancy, mode_controller, mode_call_home, mode_kron_occurrence, mode_kron_policy,
    mode_applet;

/* Behind `service timestamps'. */
#define GENERAL_SERVICE_LINES(_)                                                                 \
_(struct map *, services, "service CHOICE=#", NULL, "Modify use of network based services",      \
  STORED_SWITCH, .choices = CHOICES(service_words))                                              \
_(struct map *, counters, "service counters=# max=# age=# <0-60>=number", NULL,                  \
  "Modify use of network based services|Aging of interface counters|Maximum|Age|Seconds",        \
  STORED_LINE)                                                                                   \
_(struct map *, platforms, "platform LINE=#", NULL, "Platform specific configuration|Its words", \
  STORED_SWITCH)

/* Behind `hostname'. */
#define GENERAL_BOOT_LINES(_)                                                                    \
_(bool,     boot_start, "boot-start-marker", NULL, "Where the boot lines begin", .stored = true) \
_(struct map *, boots, "boot CHOICE=# LINE=#", NULL, "Modify system boot parameters|Its words",  \
  STORED_LINE, .choices = CHOICES(boot_words))                                                   \
_(bool,     boot_end, "boot-end-marker", NULL, "Where the boot lines end", .stored = true)       \
_(struct map *, cards, "card type CHOICE=# <0-15>=# [<0-15>=#]", NULL,                           \
  "Configure a card|Its type|Slot|Bay", STORED_LINE, .choices = CHOICES(card_words))

/* Behind `clock'. */
#define GENERAL_CLOCK_LINES(_)                                                                   \
_(struct map *, network_clocks, "CHOICE=# LINE=#", NULL, "Its words", STORED_SWITCH,             \
  .choices = CHOICES(network_clock_words))

/* Before keys and certificates. */
#define GENERAL_TELEPHONY_LINES(_)                                                               \
_(struct map *, subscribers, "subscriber LINE=#", NULL, "Subscribers|Its words", STORED_LINE)    \
_(struct map *, multilinks, "multilink LINE=#", NULL,                                            \
  "PPP multilink global configuration|Its words", STORED_LINE)                                   \
_(struct map *, isdns, "isdn=# switch-type=# WORD=text", NULL,                                   \
  "ISDN|Type of the switch|Its name", STORED_LINE)                                               \
_(struct map *, trunk_groups, "trunk group NAME=#", NULL, "Trunk group|Trunk group|Its name",    \
  .enter = &mode_trunk_group, STORED)

/* Before `username'. */
#define GENERAL_HARDWARE_LINES(_)                                                                \
_(struct map *, voice_cards, "voice-card WORD=#", NULL, "Configure a voice card|Slot",           \
  .enter = &mode_voice_card, STORED)                                                             \
_(struct map *, hardware, "CHOICE=# LINE=#", NULL, "Its words", STORED_LINE,                     \
  .choices = CHOICES(hardware_words))                                                            \
_(struct map *, switches, "CHOICE=# LINE=#", NULL, "Its words", STORED_SWITCH,                   \
  .choices = CHOICES(switch_words))                                                              \
_(struct map *, transceivers, "transceiver type LINE=#", NULL,                                   \
  "Transceivers|Of a type|all, or its name", .enter = &mode_transceiver, STORED)

/* Behind `username'. */
#define GENERAL_BLOCK_LINES(_)                                                                   \
_(struct stored_block, redundancy, "redundancy", NULL, "Redundancy of this box with another",    \
  .enter = &mode_redundancy, .stored = true)                                                     \
_(struct map *, controllers, "controller CHOICE=# WORD=#", NULL, "Configure a controller|Number", \
  .enter = &mode_controller, STORED, .choices = CHOICES(controller_words))

/* Behind `line'. */
#define GENERAL_END_LINES(_)                                                                     \
_(struct stored_block, call_home, "call-home", NULL, "Messages to the vendor",                   \
  .enter = &mode_call_home, .stored = true)                                                      \
_(struct map *, kron_times, "kron occurrence NAME=# LINE=text", NULL,                            \
  "Commands by the clock|When|Its name|at or in, and how often", .enter = &mode_kron_occurrence, \
  STORED)                                                                                        \
_(struct map *, kron_policies, "kron policy-list NAME=#", NULL,                                  \
  "Commands by the clock|Which|Its name", .enter = &mode_kron_policy, STORED)                    \
_(struct map *, event_variables, "event manager environment WORD=# LINE=text", NULL,             \
  "Event|The event manager|A variable|Its name|Its value", STORED_LINE)                          \
_(struct map *, event_lines, "event manager CHOICE=# LINE=#", NULL,                              \
  "Event|The event manager|Its words", STORED_LINE, .choices = CHOICES(event_words))             \
_(struct map *, applets, "event manager applet NAME=# [LINE=text]", NULL,                        \
  "Event|The event manager|An applet|Its name|Its words", .enter = &mode_applet, STORED)         \
_(struct map *, yangs, "CHOICE=# [LINE=#]", NULL, "Its words", STORED_LINE,                      \
  .choices = CHOICES(yang_words))

#endif
