/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/gate.h -- the guard against guessing: every attempt to log in is counted, told to the log if that is
 * asked for, and after too many failures nobody may try for a while (`login block-for'). */
#ifndef MODES_GATE_H
#define MODES_GATE_H

#include "shell/session.h"

#include <stdbool.h>
#include <sys/socket.h>

struct box;
struct config;
struct gate;

int  gate_new(struct gate **, struct box *);            /* 0; -ENOMEM */
void gate_free(struct gate *);

/* For struct cli: somebody at a terminal has tried. */
void gate_tried(struct session *, const char *user, bool good);
/* The same by SSH. */
void gate_tried_ssh(struct box *, const struct config *, const char *user, const char *from, bool good);
/* May a login from there begin?  While it is quiet: only from the list of `login quiet-mode'. */
bool gate_is_open(struct box *, const struct config *, const struct sockaddr *from, unsigned port);

typedef int gate_run_h(struct session *, const struct match *);
gate_run_h show_login;
#define GATE_ROWS                                                                                \
	{ .syntax = "show login [failures=failures]",                                                \
	  .help = SHOW_HELP "|The guard of logins|Who has failed", .run = show_login, .level = 15 },

#endif
