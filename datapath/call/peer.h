/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/peer.h -- what each worker knows of a dial-peer at run time: whether it answers
 * our OPTIONS (`voice-class sip options-keepalive'), and what became of its calls. */
#ifndef DATAPATH_CALL_PEER_H
#define DATAPATH_CALL_PEER_H

#include "datapath/datapath.h"

int  peers_new(struct worker *);
void peers_free(struct worker *);
void peers_changed(struct worker *, const struct config *was);

bool peer_is_down(struct worker *, uint32_t tag);
/* Counters of its calls on this worker, to write in; NULL: no memory. */
struct peer_calls *peer_counters(struct worker *, uint32_t tag);

#endif
