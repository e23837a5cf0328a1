/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/route.h -- which dial-peer a call comes in by, and which ones it may leave by. */
#ifndef DATAPATH_CALL_ROUTE_H
#define DATAPATH_CALL_ROUTE_H

#include "datapath/datapath.h"

struct route;

int  route_new(struct route **);
void route_free(struct route *);
/* Follow the configuration: costs what has changed since the last time. */
void route_follow(struct route *, const struct map *dial_peers);
/* Incoming called-number, answer-address, destination-pattern of the caller; 0: none of them.
 * *how is IOS's word for the match. */
uint32_t route_incoming(const struct route *, const char *called, const char *calling,
    const char **how);
void route_outgoing(const struct route *, const char *number, struct routes *);

#endif
