/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/flow.h -- the way a message came, which is the way its answer goes. */
#ifndef DATAPATH_SIP_FLOW_H
#define DATAPATH_SIP_FLOW_H

#include "datapath/addr.h"
#include "modes/dial_peer.h"

/* A value: copied into transactions and dialogs; never a pointer to a live connection. */
struct flow {
	uint8_t transport;              /* enum transport */
	uint8_t worker;                 /* who owns the connection, of TCP and TLS */
	bool retired;                   /* came to an address that only calls of before use */
	bool stranger;                  /* not trusted: only what belongs to us already is heard */
	bool outbound;                  /* conn 0: the connection that we open to `remote' */
	uint32_t conn;                  /* id; 0: none yet */
	uint32_t tag;                   /* the dial-peer that it serves; 0: none (for SNI) */
	addr_t remote, local;
	addr_t again;                   /* of a stream that the peer has opened: where it can be
	                                   reached once that is closed; none: nowhere */
};

enum { SIP_MESSAGE_MOST = 65536 };

#endif
