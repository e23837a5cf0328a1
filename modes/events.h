/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/events.h -- what the datapath's news sound like, and the thread that says them. */
#ifndef MODES_EVENTS_H
#define MODES_EVENTS_H

#include <stdio.h>

struct box;
struct events;

/* Start the one thread that reads the workers' news into the log.  -errno. */
int  events_start(struct events **, struct box *);
void events_stop(struct events *);

/* A SIP message for the eyes of an operator: its lines, however they end, without the keys and the
 * credentials in them. */
void events_print_message(const char *bytes, size_t size, FILE *);

#endif
