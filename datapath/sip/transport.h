/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/transport.h -- sockets: what is listened on, what is sent, who may speak to us.
 *
 * One listener set per worker (SO_REUSEPORT), made anew by comparing what the snapshot wants with
 * what is open.  Sources that are neither trusted nor a session target are dropped before a byte
 * of theirs is read (UDP) or the connection is closed before a handshake (TCP, TLS). */
#ifndef DATAPATH_SIP_TRANSPORT_H
#define DATAPATH_SIP_TRANSPORT_H

#include "datapath/sip/flow.h"
#include "datapath/stats.h"

struct config;
struct conns;
struct seen_peers;
struct strangers;
struct worker;

int  transport_new(struct worker *);
void transport_free(struct worker *);          /* closes; the loop must run out then */
void transport_gone(struct worker *);          /* after that: frees */
void transport_changed(struct worker *, const struct config *was);

/* Send one whole message.  0: sent or queued; -errno: it cannot be.  `token' (0: none) comes back
 * through transaction_unsent() where a stream fails later. */
int  transport_send(struct worker *, const struct flow *, const char *bytes, size_t size,
         uint64_t token);
/* The flow on which requests to `remote' go: for streams the one connection of the whole box to
 * that peer, opened when first used. */
void transport_flow(struct worker *, enum transport, const addr_t *remote, struct flow *);
/* Is the connection of this flow still there (own worker's only; else assumed so)? */
bool transport_alive(struct worker *, const struct flow *);
/* The address and port that Via and Contact say for this transport towards `remote'. */
void transport_local(struct worker *, enum transport, const addr_t *remote, addr_t *local);

void transport_conns(struct worker *, enum transport, struct conns *);  /* adds its own */
int  transport_clear(struct worker *, enum transport, uint32_t id, const addr_t *remote);
void transport_strangers(struct worker *, struct strangers *);  /* adds its own */
void transport_seen(struct worker *, struct seen_peers *);      /* adds its own */
bool transport_trusts(struct worker *, const addr_t *);
/* A name of a session target has this address: every worker trusts it. */
void transport_learned(struct worker *, const addr_t *);

#endif
