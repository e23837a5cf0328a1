/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/rollover.h -- a new identity in the place of an old one: `crypto pki rollover'.  Both are trustpoints;
 * what names the one names the other from the next handshake on, in one edit, and back again in one.  No
 * connection and no call ends. */
#ifndef MODES_ROLLOVER_H
#define MODES_ROLLOVER_H

#include "shell/session.h"

struct box;
struct rollover;

int  rollover_new(struct rollover **);          /* 0; -ENOMEM */
void rollover_free(struct rollover *);

typedef int rollover_run_h(struct session *, const struct match *);
rollover_run_h exec_rollover, exec_rollover_back, show_rollover;

/* clang-format off */
#define ROLLOVER_ROWS                                                                            \
	{ .syntax = "crypto pki rollover from NAME=from to NAME=to [force=force]",                   \
	  .help = "Encryption module|Public key components|Change the identity|The old one|"         \
	    "Trustpoint|The new one|Trustpoint|Even if its certificate will not do",                 \
	  .run = exec_rollover, .level = 15 },                                                       \
	{ .syntax = "crypto pki rollover back",                                                      \
	  .help = "Encryption module|Public key components|Change the identity|Back to the old one", \
	  .run = exec_rollover_back, .level = 15 },                                                  \
	{ .syntax = "show crypto pki rollover",                                                      \
	  .help = SHOW_HELP "|Encryption module|Public key components|"                              \
	    "Connections on the old identity and on the new one", .run = show_rollover, .level = 15 },
/* clang-format on */

#endif
