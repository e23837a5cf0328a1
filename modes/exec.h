/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/exec.h -- the rows of EXEC, a family of commands each; a new command is a row here and its
 * handler in the file of its family. */
#ifndef MODES_EXEC_H
#define MODES_EXEC_H

#include "shell/session.h"

typedef int run_h(struct session *, const struct match *);

/* ---- exec.c: the session itself, the configuration's life -------------------------------------- */

run_h exec_enable, exec_disable, exec_configure, exec_exit, exec_write, exec_erase, exec_reload,
    exec_monitor, exec_terminal, exec_csim;
/* clang-format off */
#define EXEC_ROWS                                                                                \
	{ .syntax = "enable", .help = "Turn on privileged commands", .run = exec_enable },           \
	{ .syntax = "disable", .help = "Turn off privileged commands", .run = exec_disable },        \
	{ .syntax = "exit", .help = "Exit from the EXEC", .run = exec_exit },                        \
	{ .syntax = "logout", .help = "Exit from the EXEC", .run = exec_exit },                      \
	{ .syntax = "quit", .help = "Exit from the EXEC", .run = exec_exit },                        \
	{ .syntax = "configure [terminal]", .help = "Enter configuration mode|From the terminal",    \
	  .run = exec_configure, .level = 15 },                                                      \
	{ .syntax = "write [memory]", .help = "Write running configuration|To non-volatile memory",  \
	  .run = exec_write, .level = 15 },                                                          \
	{ .syntax = "write erase", .help = "Write running configuration|Erase non-volatile memory",  \
	  .run = exec_erase, .level = 15 },                                                          \
	{ .syntax = "erase startup-config", .help = "Erase|Contents of configuration memory",        \
	  .run = exec_erase, .level = 15 },                                                          \
	{ .syntax = "copy running-config=copy startup-config",                                       \
	  .help = "Copy|Current configuration|To the startup configuration",                         \
	  .run = exec_write, .level = 15 },                                                          \
	{ .syntax = "reload", .help = "Halt and perform a cold restart", .run = exec_reload,         \
	  .level = 15 },                                                                             \
	{ .syntax = "terminal monitor", .help = "Terminal|Copy debug output to the current terminal",\
	  .run = exec_monitor },                                                                     \
	{ .syntax = "terminal no=no monitor",                                                        \
	  .help = "Terminal|Negate|Copy debug output to the current terminal",                       \
	  .run = exec_monitor },                                                                     \
	{ .syntax = "terminal {length <0-512>=rows | width <0-512>=columns}",                                             \
	  .help = "Terminal|Lines on a screen|Number|Columns of a screen|Number", .run = exec_terminal },   \
	{ .syntax = "csim start WORD=number [duration <1-3600>=seconds]",                            \
	  .help = "Call simulation|Place a call from this box|Called number|How long it lasts|"      \
	    "Seconds", .run = exec_csim, .level = 15 },
/* clang-format on */

/* ---- show_config.c ------------------------------------------------------------------------------ */

run_h show_running, show_startup;
/* clang-format off */
#define SHOW_CONFIG_ROWS                                                                         \
	{ .syntax = "show running-config [all=all]",                                                 \
	  .help = "Show running system information|Current operating configuration|With defaults",   \
	  .run = show_running, .level = 15 },                                                        \
	{ .syntax = "show startup-config",                                                           \
	  .help = "Show running system information|Contents of startup configuration",               \
	  .run = show_startup, .level = 15 },
/* clang-format on */

#endif
