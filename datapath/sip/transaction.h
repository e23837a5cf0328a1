/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/transaction.h -- RFC 3261 section 17 with the corrections of RFC 6026.
 *
 * Our own machines, keyed by branch in a hash: O(1) whatever the number of calls.  A transaction
 * keeps the bytes of its last message for retransmission and nothing of what was parsed. */
#ifndef DATAPATH_SIP_TRANSACTION_H
#define DATAPATH_SIP_TRANSACTION_H

#include "datapath/sip/dispatch.h"
#include "datapath/sip/message.h"
#include "datapath/timer.h"
#include "datapath/hash.h"

struct server_tx;
struct client_tx;

int  transactions_new(struct worker *);
void transactions_free(struct worker *);
void transactions_held(const struct worker *, uint64_t *servers, uint64_t *clients);
void transactions_quiet(struct worker *);       /* they tell nobody anything from now on */

/* ---- server --------------------------------------------------------------------------------------- */

/* What its user learns of a request it has taken; every handler may be called once. */
struct server_user {
	void (*on_cancel)(void *arg, struct server_tx *);       /* a CANCEL came (answered 200) */
	void (*on_unacknowledged)(void *arg, struct server_tx *);       /* no PRACK in 64*T1 */
	void (*on_end)(void *arg, struct server_tx *, bool acked);      /* it is about to go: of a
	                                   2xx, acked false means that no ACK ever came */
};
void server_take(struct server_tx *, const struct server_user *, void *arg);
void server_leave(struct server_tx *);          /* the user goes first */
/* Answer: `headers' are whole lines (may be NULL), body NULL: none.  A final one ends it. */
void server_respond(struct server_tx *, int status, const char *reason, const char *headers,
    const char *type, const char *body);
/* A reliable provisional response goes again until its PRACK came: server_pracked(); none comes
 * for 64*T1: on_unacknowledged, and its user refuses the request (RFC 3262 3). */
void server_respond_reliably(struct server_tx *, int status, const char *reason,
    const char *headers, const char *type, const char *body);
void server_pracked(struct server_tx *);
void server_acked(struct server_tx *);          /* the ACK of its 2xx came */
const char *server_tag(const struct server_tx *);       /* ours, in To */
const struct flow *server_flow(const struct server_tx *);
enum method server_method(const struct server_tx *);
bool server_finished(const struct server_tx *); /* a final response has gone */
/* Debug lines of its messages carry the call's numbers. */
void server_label(struct server_tx *, uint32_t call_id, const char *guid);

/* For dispatch: a request, new or seen before; takes the message over.  A new one that somebody
 * must handle comes out (with its message still alive until message_free). */
struct server_tx *server_receive(struct worker *, struct message *);

/* ---- client --------------------------------------------------------------------------------------- */

struct client_user {
	void (*on_response)(void *arg, struct client_tx *, const struct message *);
	/* No final response: 408 (time) or 503 (transport), and the reason in words. */
	void (*on_failed)(void *arg, struct client_tx *, int status, const char *why);
	void (*on_end)(void *arg, struct client_tx *);          /* it is about to go */
};
/* Sends a request: `bytes' (malloc()ed, taken over) begins with its request line, and its first
 * header is the Via with this branch.  NULL: no memory. */
struct client_tx *client_send(struct worker *, enum method, const char *branch, const struct flow *,
    struct text *request, const struct client_user *, void *arg, uint32_t call_id,
    const char *guid);
void client_cancel(struct client_tx *);         /* once a provisional response is there */
void client_leave(struct client_tx *);          /* the user goes first: nothing more is told */
bool client_known(const struct worker *, const char *branch);  /* a request of ours waits for it */
void client_receive(struct worker *, const struct message *);
/* A stream could not send what `token' names. */
void transaction_unsent(struct worker *, unsigned worker, uint64_t token, const char *why);
uint64_t client_elapsed_ms(const struct client_tx *);

/* Send without a transaction: the ACK of a 2xx. */
void send_ack(struct worker *, const struct flow *, const struct text *, uint32_t call_id,
    const char *guid);

#endif
