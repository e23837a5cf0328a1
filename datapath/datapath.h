/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/datapath.h -- the box at work, as the other rooms see it: started, told of new
 * configurations, and asked.
 *
 * N workers share nothing; a question is put to each of them in turn and answered at the top of
 * its loop into a struct of the asker's, so nobody ever walks live state. */
#ifndef DATAPATH_DATAPATH_H
#define DATAPATH_DATAPATH_H

#include "datapath/addr.h"
#include "datapath/event.h"
#include "datapath/media/exchange.h"
#include "datapath/stats.h"
#include "modes/dial_peer.h"
#include "pki/report.h"

struct config;
struct datapath;
struct pki;
struct running;
struct worker;

struct datapath_options {
	struct running *running;
	struct pki *pki;
	unsigned workers;               /* 0: one per core */
};
int  datapath_start(struct datapath **, const struct datapath_options *, char *why, size_t size);
void datapath_stop(struct datapath *);          /* ends calls without a word; frees all */
void datapath_changed(struct datapath *);       /* a new snapshot was published */
unsigned datapath_workers(const struct datapath *);

void     datapath_debug(struct datapath *, uint32_t set, uint32_t clear);      /* enum debug_flag */
uint32_t datapath_debugging(const struct datapath *);
/* For one reading thread: wait up to `ms' for news, and hand out what there is.  Number read. */
int  datapath_read(struct datapath *, int ms, void (*on)(void *arg, const struct event *), void *arg,
     unsigned *dropped);

/* ---- what can be asked --------------------------------------------------------------------- */

enum conn_state { CONN_CONNECTING, CONN_HANDSHAKE, CONN_ESTABLISHED, CONN_CLOSING };

struct conn_info {
	uint32_t id;
	enum transport transport;
	enum conn_state state;
	bool outbound;
	addr_t remote, local;
	uint32_t queued;                /* bytes that wait */
	char version[12], cipher[64], curve[16];        /* TLS */
	char peer[256], peer_serial[48];        /* of the peer's certificate */
	char vouched[65], matched[256]; /* our trustpoint; the name that was asked for, "": none was */
	char forgiven[256];             /* what was overlooked in it; "": nothing */
	char own[65], own_serial[48];   /* the trustpoint whose certificate we showed, and which one */
	uint64_t messages_in, messages_out;
	int64_t since_s;
};
struct listener_info { uint32_t id; enum transport transport; addr_t local; };
/* Why a handshake failed, in words: the last ones, newest first. */
struct tls_failure { int64_t at_s; addr_t remote, local; bool server; uint32_t tag; struct pki_report report; };

/* Which certificates a peer has shown last: by host and role; malloc()ed.  chain: its own first. */
struct seen_peer {
	addr_t remote; bool outbound; uint32_t tag;     /* tag: of the dial-peer that called it; 0: none */
	int64_t at_s;
	char vouched[65];               /* our trustpoint */
	struct der chain[PKI_BRIEFS]; size_t count;
};
struct seen_peers { struct seen_peer *of; size_t count; };
int  datapath_seen(struct datapath *, struct seen_peers *);
void seen_peers_clear(struct seen_peers *);

/* A handshake as client, now; blocks for ten seconds at most.  0: it went well; -errno: report.why says why. */
struct tls_question {
	addr_t remote;
	char host[257];                 /* for server_name, and the name to check; "": the address */
	uint16_t profile;               /* a voice class tls-profile; 0: what crypto signaling says */
	bool (*stop)(void *arg); void *arg;
};
struct tls_answer {
	char trustpoint[65];            /* our identity */
	char version[12], cipher[64], vouched[65], matched[256], forgiven[256];
	bool checked;                   /* the peer's name was */
	uint32_t ms;
	struct pki_report report;
};
int  datapath_test_tls(struct datapath *, const struct tls_question *, struct tls_answer *);

struct conns {                          /* malloc()ed lists; conns_clear() */
	struct conn_info *conns; size_t count;
	struct listener_info *listeners; size_t listener_count;
	struct tls_failure *failures; size_t failure_count;
	struct conn_stats stats;
};
int  datapath_conns(struct datapath *, enum transport, struct conns *);
void conns_clear(struct conns *);
/* Close: by id (0: any) and remote (NULL: any).  How many were. */
int  datapath_clear_conn(struct datapath *, enum transport, uint32_t id, const addr_t *remote);

struct leg_info {
	uint32_t call_id, peer_tag, index;
	bool originate;                 /* we called: Originate; else Answer */
	char number[65];                /* of the peer: calling of an answered, called of a dialled */
	char sip_call_id[128], session_target[160];
	enum transport transport;
	addr_t signalling;
	struct stream_info stream;
};
enum call_phase { CALL_CONNECTING, CALL_ACTIVE, CALL_DISCONNECTING, CALL_OVER };
struct call_info {
	uint32_t id;                    /* both legs' */
	uint32_t guid[4];
	enum call_phase phase;
	char calling[65], called[65];
	int64_t setup_wall_us;
	uint64_t setup_ms, connect_ms, disconnect_ms;   /* since the box came up; 0: not */
	int legs;
	struct leg_info leg[2];
	uint8_t cause;                  /* Q.850; of an ended call */
	uint16_t status;                /* the final SIP status; 0: none */
	uint8_t release_source;
	char why[256];                  /* in words */
};
struct calls { struct call_info *calls; size_t count; };
enum which_calls { CALLS_ACTIVE, CALLS_HISTORY };
int  datapath_calls(struct datapath *, enum which_calls, struct calls *);
void calls_clear(struct calls *);

int  datapath_sip_stats(struct datapath *, struct sip_stats *);
struct engine_info datapath_ports(struct datapath *);

enum peer_state { PEER_UNPROBED, PEER_UP, PEER_DOWN };
struct peer_status { enum peer_state state; int64_t since_s; char because[192]; };
struct peer_status datapath_peer(struct datapath *, uint32_t tag);
/* Counters of a dial-peer's calls. */
struct peer_calls {
	uint64_t connected, failed, incomplete, accepted, refused, connect_s;
	uint32_t now;
	uint8_t last_cause; char last_text[64];
};
struct peer_calls datapath_peer_calls(struct datapath *, uint32_t tag);

/* The outgoing dial-peers of a number in hunt order, from the current configuration. */
enum { ROUTES_MAX = 16 };
struct routes { size_t count; struct { uint32_t tag; uint16_t digits; } of[ROUTES_MAX]; };
int  datapath_routes(struct datapath *, const char *number, struct routes *);

struct sip_addresses { addr_t control, media; uint16_t port, secure_port; bool control_bound,
	media_bound; };
struct sip_addresses datapath_addresses(const struct config *);
/* May this source speak to us?  Any worker that has resolved its name says yes. */
bool datapath_trusts(struct datapath *, const addr_t *);
/* The last of those who may not, by host and transport; malloc()ed; a host of which several workers
 * know stands there several times. */
struct stranger { addr_t remote; enum transport transport; uint64_t count; int64_t last_s; };
struct strangers { struct stranger *of; size_t count; };
int  datapath_strangers(struct datapath *, struct strangers *);

/* Names that were asked for and still hold; malloc()ed.  Each worker has its own. */
struct known_name { char host[257]; struct in_addr address; uint32_t left_s; };
struct known_names { struct known_name *of; size_t count; };
int  datapath_names(struct datapath *, struct known_names *);

/* csim: place a call from the box itself, which ends `seconds` after its answer.  The call's id
 * (what becomes of it is in the history), or -errno. */
int  datapath_csim(struct datapath *, const char *number, uint32_t seconds);

#endif
