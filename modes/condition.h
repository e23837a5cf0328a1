/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/condition.h -- `debug condition': of which calls the debugs speak. */
#ifndef MODES_CONDITION_H
#define MODES_CONDITION_H

#include "shell/session.h"

struct box;
struct conditions;

int  conditions_new(struct conditions **);              /* 0; -ENOMEM */
void conditions_free(struct conditions *);
/* Is there none, or does one fit?  Numbers may be NULL: unknown. */
bool conditions_let(struct conditions *, const char *called, const char *calling);
/* The same of a whole SIP message: the users of To and From. */
bool conditions_let_message(struct conditions *, const char *bytes, size_t size);
bool conditions_any(struct conditions *);

typedef int condition_run_h(struct session *, const struct match *);
condition_run_h debug_condition, debug_condition_no, debug_condition_clear, show_debug_condition;
/* clang-format off */
#define CONDITION_WHAT "{called WORD=called | calling WORD=calling}"
#define CONDITION_ROWS                                                                           \
	{ .syntax = "debug condition " CONDITION_WHAT,                                               \
	  .help = "Debugging functions|Of which calls|By their called number|Number, . is any digit|"\
	    "By their calling number|Number, . is any digit",                                        \
	  .run = debug_condition, .level = 15, .negates = true },                                    \
	{ .syntax = "debug condition {<1-16>=number | all=all}",                                     \
	  .help = "Debugging functions|Of which calls|Number of a condition|All of them",            \
	  .run = debug_condition_no, .level = 15, .negates = true },                                 \
	{ .syntax = "undebug condition {<1-16>=number | all=all | called WORD=called |"              \
	    " calling WORD=calling}",                                                                \
	  .help = "Disable debugging functions|Of which calls|Number of a condition|All of them|"    \
	    "By their called number|Number|By their calling number|Number",                          \
	  .run = debug_condition_clear, .level = 15 },                                               \
	{ .syntax = "show debug condition", .help = SHOW_HELP "|Debugs|Of which calls they speak",   \
	  .run = show_debug_condition, .level = 15 },
/* clang-format on */

#endif
