/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/room.h -- what transport.c, conn.c, tls.c and trust.c share.  Private to sip/. */
#ifndef DATAPATH_SIP_ROOM_H
#define DATAPATH_SIP_ROOM_H

#include "datapath/sip/transport.h"
#include "datapath/text.h"
#include "datapath/worker.h"

#include <openssl/types.h>

enum { LISTENERS_MAX = 32, FAILURES_KEPT = 64, SEEN_KEPT = 64, STRANGERS_KEPT = 16, SENT_KEPT = 32, HANDSHAKES_MAX = 256, AWAY_MOST = 8, CONNS_MAX = 4096 };

struct listener {
	union { uv_handle_t handle; uv_udp_t udp; uv_tcp_t tcp; } uv;
	struct worker *worker;
	uint32_t id;
	uint8_t transport;
	addr_t local;
	bool wanted;
	bool retired;                   /* UDP, no longer configured: for the calls that began here */
};

struct trust;                           /* trust.c */
struct tls_room;                        /* tls.c: the SSL_CTXs of this worker */

struct transport_room {
	struct listener *listeners[LISTENERS_MAX];
	size_t listener_count;
	bool missing, retrying;         /* one could not be opened; it is being tried again */
	struct trust *trust;
	struct tls_room *tls;
	struct hash by_id, by_remote;   /* struct conn */
	struct conn_stats stats[TRANSPORT_KINDS];
	struct tls_failure failures[FAILURES_KEPT];
	size_t failure_count;           /* ever */
	struct seen_peer seen[SEEN_KEPT];
	struct stranger strangers[STRANGERS_KEPT];
	uint64_t strangers_quiet_until_ms, full_quiet_until_ms;
	uv_idle_t handshaker;           /* runs while handshakes wait for their turn */
	struct conn *waiting, **waiting_end;
	unsigned handshakes;            /* under way */
	unsigned away;                  /* of them on libuv's pool, AWAY_MOST at once: names wait there too */
	struct conn *parked, **parked_end;      /* that wait for their turn there */
	uint64_t udp_in, udp_out;
	struct timer sweep;             /* idle connections */
};

void transport_wake_handshakes(struct worker *);

/* ---- trust.c ------------------------------------------------------------------------------------ */

int  trust_new(struct trust **);
void trust_free(struct trust *);
void trust_changed(struct trust *, const struct config *was, const struct config *now);
bool trust_allows(const struct trust *, const addr_t *);
/* Names of session targets were resolved: their addresses are trusted too. */
void trust_learn(struct trust *, const addr_t *, uint64_t now_ms);
void trust_age(struct trust *, uint64_t now_ms);        /* forgets those of yesterday */

/* ---- strangers.c -------------------------------------------------------------------------------- */

void stranger_seen(struct worker *, const addr_t *remote, enum transport);     /* and turned away */

struct conn;

/* ---- seen.c ------------------------------------------------------------------------------------- */

void seen_keep(struct conn *);          /* its handshake went well */
void seen_free(struct transport_room *);

/* ---- conn.c ------------------------------------------------------------------------------------- */

struct pending { struct pending *next; uint64_t token; uint8_t from_worker; size_t size;
	char bytes[]; };

struct conn {
	struct link by_id, by_remote;   /* by_remote: only the outbound ones */
	struct worker *worker;
	uv_tcp_t tcp;
	uv_connect_t connect;
	uint32_t id, tag;               /* tag: of the dial-peer that it was opened for */
	uint8_t transport;
	enum conn_state state;
	bool outbound, closing, in_queue;
	addr_t remote, local;
	SSL *ssl;
	BIO *in, *out;
	struct pki_report *report;      /* of a handshake that failed; NULL: not yet */
	char trustpoint[65];            /* whose certificate we show */
	char host[257];                 /* whom we called; `named': and the certificate has to be for it */
	bool named;
	/* A step of the handshake that may have to wait runs elsewhere: then the SSL is not ours. */
	bool waits, away, gone;         /* gone: closed meanwhile, to be freed when it is back */
	uint8_t step;                   /* enum tls_step */
	uv_work_t work;
	struct text arrived;            /* meanwhile */
	struct late *late, **late_end;  /* what the debugs shall say then */

	int said_state;                 /* of the handshake: what the debug said last */
	struct conn *next_waiting, *next_parked;
	bool is_parked, has_ended;      /* the peer has closed, and its last words are not read yet */
	struct text input;              /* of the message that is not whole yet */
	struct pending *queue, **queue_end;     /* until the connection is up */
	size_t queued;
	uint32_t writing;               /* bytes given to the loop and not gone yet */
	struct timer establish;
	uint64_t used_ms;
	uint64_t messages_in, messages_out;
	/* What was written since the peer was last heard: given back if the connection dies. */
	struct { uint64_t token; uint8_t worker; } sent[SENT_KEPT];
	unsigned sent_count;            /* ever since then */
	int64_t since_s;
	char why[384];                  /* of its failure */
};

/* `ip tcp mss': of a connection that is still to be made, or of all that a listener will accept. */
void limit_segments(struct worker *, uv_handle_t *tcp);
int  conn_accept(struct listener *);                    /* one connection waits there */
struct conn *conn_to(struct worker *, const struct flow *);     /* to its remote: opens it */
struct conn *conn_find(struct worker *, uint32_t id);
int  conn_send(struct conn *, const char *bytes, size_t size, uint64_t token, unsigned worker);
void conn_close(struct conn *, const char *why);        /* why NULL: nobody is to blame */
void conn_established(struct conn *);                   /* TCP is up, or TLS is */
void conn_input(struct conn *, const char *bytes, size_t size);         /* plain text */
int  conn_write(struct conn *, char *bytes, size_t size);       /* takes malloc()ed bytes over */
void conn_remote_closed(struct conn *, ssize_t rc);     /* rc: UV_EOF, or what has failed */
void conn_free(struct conn *);          /* its handles are closed, and no step of it is away */
void conn_sweep(struct worker *);

/* ---- tls.c -------------------------------------------------------------------------------------- */

int  tls_new(struct tls_room **, struct worker *);
void tls_free(struct tls_room *);
void tls_changed(struct tls_room *, const struct config *was, const struct config *now);
int  tls_start(struct conn *);                          /* -errno with c->why */
/* Would a new connection to that peer have the same identity, trust and suites? */
bool tls_fits(struct conn *);
/* May requests of that dial-peer use it, by the name that was checked? */
bool tls_serves(struct conn *, uint32_t tag);
void tls_tell(struct conn *, struct pki_report *);     /* of a handshake that failed with c->why */
void tls_received(struct conn *, const char *bytes, size_t size);
void tls_advance(struct conn *);                        /* one step of the handshake */
/* The peer has closed during the handshake.  true: what it said before, perhaps an alert, is still to be read; the
 * connection closes then. */
bool tls_hear_out(struct conn *);
void tls_unpark(struct conn *);                         /* it is closed, and waits for no turn any more */
int  tls_send(struct conn *, const char *bytes, size_t size);
enum tls_step { TLS_STEP_DONE, TLS_STEP_AGAIN, TLS_STEP_FAILED };
void tls_finish(struct conn *);                         /* frees */
void tls_describe(const struct conn *, struct conn_info *);

/* ---- tls_debug.c ---------------------------------------------------------------------------------- */

struct tls_identity;
void tls_listen(SSL_CTX *);             /* its handshakes are told to the debugs, and to pki_saw() */
void tls_say_state(struct conn *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tls_post_late(struct conn *);      /* what was said while a step was away */
void tls_say_validation(struct conn *, bool good);
void tls_say_context(struct worker *, const struct tls_identity *, const char *why);    /* NULL: made */

#endif
