/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_box.h -- the rows of `show' that ask for the box as a whole: its process, its chassis, the
 * terminal that asks, and everything at once. */
#ifndef MODES_SHOW_BOX_H
#define MODES_SHOW_BOX_H

#include <stdio.h>

struct match;
struct session;

int show_processes(struct session *, const struct match *);
int show_memory(struct session *, const struct match *);
int show_platform(struct session *, const struct match *);
int show_environment(struct session *, const struct match *);
int show_terminal(struct session *, const struct match *);
int show_sessions(struct session *, const struct match *);
int show_tech_support(struct session *, const struct match *);

/* clang-format off */
#define SHOW_BOX_ROWS                                                                            \
	{ .syntax = "show processes [cpu=cpu [sorted=sorted | history=history] |"                    \
	    " memory=memory [sorted]]",                                                              \
	  .help = SHOW_HELP "|Its threads|Processor time|The busiest first|The last seconds|Memory|" \
	    "The largest first", .run = show_processes },                                            \
	{ .syntax = "show memory [statistics=statistics | summary]",                                 \
	  .help = SHOW_HELP "|Memory|Totals|What it is used for", .run = show_memory },              \
	{ .syntax = "show platform", .help = SHOW_HELP "|The chassis", .run = show_platform },       \
	{ .syntax = "show environment [all]", .help = SHOW_HELP "|Sensors|All of them",              \
	  .run = show_environment },                                                                 \
	{ .syntax = "show terminal", .help = SHOW_HELP "|This terminal line", .run = show_terminal },\
	{ .syntax = "show sessions", .help = SHOW_HELP "|Connections from this terminal",            \
	  .run = show_sessions },                                                                    \
	{ .syntax = "show tech-support [voice=voice]",                                               \
	  .help = SHOW_HELP "|What somebody who helps wants to see|Voice only",                      \
	  .run = show_tech_support, .level = 15 },
/* clang-format on */

/* A configuration's text without its passwords, secrets and keys: `<removed>' stands for each. */
void print_without_secrets(const char *text, FILE *);

#endif
