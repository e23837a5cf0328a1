/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/rollback.h -- changes as a whole: `configure replace', changes that have to be confirmed
 * (`configure terminal revert timer', `configure confirm'), and who alone may configure (`configure
 * terminal lock').  What a rollback goes back to is a snapshot that was kept. */
#ifndef MODES_ROLLBACK_H
#define MODES_ROLLBACK_H

#include "shell/session.h"

struct box;
struct rollback;

int  rollback_new(struct rollback **, struct box *);    /* 0; -ENOMEM */
void rollback_free(struct rollback *);                  /* after the box's alarms have stopped */

/* May this session configure?  false, and the reason was printed: another one has the lock. */
bool rollback_may_configure(struct session *);
/* The session has left the configuration, or is over: its lock goes. */
void rollback_left(struct session *);
/* It has typed something: what waits for it to be idle waits anew. */
void rollback_typed(struct session *);

typedef int rollback_run_h(struct session *, const struct match *);
rollback_run_h exec_configure, exec_replace, exec_confirm, exec_revert;

/* clang-format off */
#define ROLLBACK_ROWS                                                                            \
	{ .syntax = "configure [terminal [lock=lock | revert {timer=timer <1-120>=minutes |"         \
	    " idle=idle <1-120>=minutes}]*]",                                                        \
	  .help = "Enter configuration mode|From the terminal|Nobody else may meanwhile|"            \
	    "Go back unless confirmed|After so long|Minutes|When nothing was typed for so long|"     \
	    "Minutes", .run = exec_configure, .level = 15 },                                         \
	{ .syntax = "configure {memory=memory | network=network}",                                   \
	  .help = "Enter configuration mode|From non-volatile memory|From a server",                 \
	  .run = exec_configure, .level = 15 },                                                      \
	{ .syntax = "configure replace WORD=source [force=force | list=list | nolock | ignorecase |" \
	    " time <1-120>=minutes | revert trigger error]*",                                        \
	  .help = "Enter configuration mode|Replace the running configuration|"                      \
	    "File or URL of the new one|Without asking|Show what is typed for it|Without the lock|"  \
	    "Letters of both cases are the same|Go back unless confirmed|Minutes|Go back|When|"      \
	    "A line is refused", .run = exec_replace, .level = 15 },                                 \
	{ .syntax = "configure confirm", .help = "Enter configuration mode|Keep what was changed",   \
	  .run = exec_confirm, .level = 15 },                                                        \
	{ .syntax = "configure revert {now=now | timer=timer <1-120>=minutes |"                      \
	    " idle=idle <1-120>=minutes}",                                                           \
	  .help = "Enter configuration mode|Go back|At once|After so long|Minutes|"                  \
	    "When nothing was typed for so long|Minutes", .run = exec_revert, .level = 15 },
/* clang-format on */

#endif
