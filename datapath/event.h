/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/event.h -- the news of a worker: records in a bounded ring, read by one other thread.
 *
 * The datapath never prints: it says what happened, and who reads the ring finds the words.  A
 * full ring loses the newest record and counts it; a disabled debug costs one load. */
#ifndef DATAPATH_EVENT_H
#define DATAPATH_EVENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
	EVENT_LOG,              /* struct log_head, then the text */
	EVENT_SIP_RECEIVED,     /* a whole message */
	EVENT_SIP_SENT,
	EVENT_TLS_STATE,        /* a line of `debug ssl openssl states' */
	EVENT_TLS_MESSAGE,      /* struct tls_record, then its bytes */
	EVENT_TLS_ERROR,        /* a line of `debug ssl openssl errors' */
	EVENT_DIALPEER,         /* struct dialpeer_news */
	EVENT_PKI,              /* a line of `debug crypto pki ...' */
};

enum debug_flag {
	DEBUG_TLS_ERRORS = 1u << 0, DEBUG_TLS_MESSAGES = 1u << 1, DEBUG_TLS_STATES = 1u << 2,
	DEBUG_SIP_MESSAGES = 1u << 3, DEBUG_DIALPEER = 1u << 4,
	/* Not the datapath's own: said by who serves certificates. */
	DEBUG_PKI_SERVER = 1u << 5, DEBUG_PKI_SCEP = 1u << 6, DEBUG_PKI_MESSAGES = 1u << 7,
	DEBUG_PKI_TRANSACTIONS = 1u << 8,
	/* Of verification, by the datapath. */
	DEBUG_PKI_VALIDATION = 1u << 9, DEBUG_PKI_CALLBACKS = 1u << 10, DEBUG_PKI_API = 1u << 11
};

struct event {
	uint32_t mark;                  /* 0; all ones: the rest of the ring is skipped */
	uint32_t size;                  /* of the bytes that follow */
	uint64_t wall_us;               /* since the epoch, UTC */
	uint8_t kind;
	uint32_t call_id;               /* of the leg; 0: none yet */
	char guid[13];                  /* "E28B6D1D8004"; "": none yet */
	char bytes[];
};

struct log_head { uint8_t severity; char mnemonic[46]; };       /* "SIP-2-TLS_HANDSHAKE_FAILED" */
struct tls_record { uint16_t version; uint8_t sent, type; };    /* type: the record layer's */
struct dialpeer_news {
	uint32_t tag;                   /* 0: none matched */
	uint8_t incoming;
	char called[65], calling[65], match[32];        /* "DP_MATCH_INCOMING_DNIS" */
	char list[128];                 /* outgoing: all that match, "200 201" */
};

enum { EVENT_RING = 1 << 21, EVENT_MOST = 1 << 17 };

struct event_ring {
	_Atomic uint64_t head, tail;    /* bytes ever written, ever read */
	atomic_uint dropped;
	char *bytes;
};

struct worker;
int  event_open(struct event_ring *);
void event_close(struct event_ring *);
bool event_wanted(const struct worker *, enum debug_flag);
void event_post(struct worker *, enum event_kind, uint32_t call_id, const char *guid,
    const void *bytes, size_t size, const void *more, size_t more_size);
void event_log(struct worker *, int severity, const char *mnemonic, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The reader's side.  NULL: nothing new.  The record stays until event_done(). */
const struct event *event_next(struct event_ring *);
void event_done(struct event_ring *, const struct event *);

#endif
