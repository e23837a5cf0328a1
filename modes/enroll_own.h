/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_own.h -- what the dialogs of `crypto pki enroll' share: at the terminal (enroll.c) and over the network
 * (enroll_network.c). */
#ifndef MODES_ENROLL_OWN_H
#define MODES_ENROLL_OWN_H

#include "modes/enroll_wish.h"

/* The names that go in, and what is asked beside them.  0; -errno: the operator has gone. */
void enroll_say_names(struct session *, const struct wish *);
int  enroll_ask_serial(struct session *, const struct trustpoint *, struct wish *);
int  enroll_ask_address(struct session *, const struct trustpoint *, struct wish *);

/* The dialog of a trustpoint with `enrollment url', its CA known and its key pair there. */
int  enroll_network(struct session *, const struct trustpoint *, struct wish *);
/* Is it waiting to be granted?  And `no crypto pki enroll'. */
bool enroll_network_waits(struct session *, const char *name);
void enroll_network_cancel(struct session *, const char *name);

#endif
