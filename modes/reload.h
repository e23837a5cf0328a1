/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/reload.h -- `reload': now, in a while, at a time; and thinking better of it. */
#ifndef MODES_RELOAD_H
#define MODES_RELOAD_H

#include "shell/session.h"

struct box;
struct schedule;
int  schedule_new(struct schedule **, struct box *);    /* 0; -ENOMEM */
void schedule_free(struct schedule *);                  /* after the box's alarms have stopped */

typedef int reload_run_h(struct session *, const struct match *);
reload_run_h exec_reload, exec_reload_later, exec_reload_cancel, show_reload;

/* clang-format off */
#define RELOAD_ROWS                                                                              \
	{ .syntax = "reload [reason LINE=reason]", .help = "Halt and perform a cold restart|"        \
	    "Why|Text", .run = exec_reload, .level = 15 },                                           \
	{ .syntax = "reload in WORD=in [LINE=reason]",                                               \
	  .help = "Halt and perform a cold restart|After a time|mmm or hhh:mm|Why",                  \
	  .run = exec_reload_later, .level = 15 },                                                   \
	{ .syntax = "reload at WORD=at [LINE=reason]",                                               \
	  .help = "Halt and perform a cold restart|At a time|hh:mm, today or tomorrow|Why",          \
	  .run = exec_reload_later, .level = 15 },                                                   \
	{ .syntax = "reload cancel", .help = "Halt and perform a cold restart|Not after all",        \
	  .run = exec_reload_cancel, .level = 15 },                                                  \
	{ .syntax = "show reload", .help = SHOW_HELP "|When the box will restart",                   \
	  .run = show_reload },
/* clang-format on */

#endif
