/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/transfer.h -- a file of the network, for the box on the other end of the wire. */
#ifndef SHELL_TERMINAL_TRANSFER_H
#define SHELL_TERMINAL_TRANSFER_H

#include "shell/terminal/box.h"

/* Do what the box asks for, once.  The exit status. */
int transfer_run(struct box *);

#endif
