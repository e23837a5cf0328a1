/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/expiry.h -- certificates that end: the log says so 60, 30, 14, 7, 3 and 1 days before. */
#ifndef MODES_EXPIRY_H
#define MODES_EXPIRY_H

struct box;
struct expiry;

int  expiry_new(struct expiry **, struct box *);        /* 0; -ENOMEM, -ENOSPC */
void expiry_free(struct expiry *);                      /* after the box's alarms have stopped */

#endif
