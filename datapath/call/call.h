/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/call.h -- calls, as the transactions below and the datapath's askers see them. */
#ifndef DATAPATH_CALL_CALL_H
#define DATAPATH_CALL_CALL_H

#include "datapath/datapath.h"

struct message;
struct server_tx;

int  calls_new(struct worker *);
void calls_free(struct worker *);
void calls_changed(struct worker *, const struct config *was);

/* What a request may require of us (RFC 3261 8.2.2.3), NULL-terminated. */
const char *const *call_extensions(const struct config *);
/* A request that opens a dialog (INVITE) or belongs to one (a To tag of ours); it is answered. */
void call_request(struct worker *, struct server_tx *, const struct message *);
/* Is this tag of a dialog of ours? */
bool calls_know(const struct worker *, const char *tag);
/* Does a call say that it is at this address of ours?  O(calls). */
bool calls_live_at(const struct worker *, const addr_t *local);
/* An ACK with a To tag: true when it was of one of our dialogs' 2xx. */
bool call_ack(struct worker *, const struct message *);

#endif
