/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/tx.h -- what the two transaction files share.  Private to sip/. */
#ifndef DATAPATH_SIP_TX_H
#define DATAPATH_SIP_TX_H

#include "datapath/sip/transaction.h"
#include "datapath/sip/transport.h"
#include "datapath/worker.h"

/* RFC 3261 17.1.1.1 and table 4, milliseconds. */
enum { T1 = 500, T2 = 4000, T4 = 5000, LIFE = 64 * T1 };

struct transactions { struct hash servers, merged, clients; };

void servers_quiet(struct worker *);
void servers_free(struct worker *);
void clients_free(struct worker *);
void tx_sent(struct worker *, uint32_t call_id, const char *guid, const char *bytes, size_t size);

#endif
