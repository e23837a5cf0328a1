/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/room.h -- a call and its two legs.  Private to call/.
 *
 * A call owns its legs, its media and its snapshot.  Transactions point to their leg; `busy' counts
 * them, and a call that is over goes when the last of them has ended. */
#ifndef DATAPATH_CALL_ROOM_H
#define DATAPATH_CALL_ROOM_H

#include "datapath/call/call.h"
#include "datapath/call/peer.h"
#include "datapath/call/route.h"
#include "datapath/sip/transaction.h"
#include "datapath/sip/transport.h"
#include "datapath/worker.h"

enum leg_state {
	LEG_IDLE,
	LEG_INVITED,            /* its INVITE came and waits for an answer */
	LEG_DIALLING,           /* our INVITE went out */
	LEG_RINGING,            /* and was answered provisionally */
	LEG_ANSWERED,           /* 2xx sent, its ACK has not come; or 2xx came, our ACK is due */
	LEG_TALKING,
	LEG_OVER
};

struct call;

struct leg {
	struct call *call;
	enum side side;
	enum leg_state state;
	bool internal;                  /* csim's or loopback:rtp's: nobody on the wire */
	bool originate;                 /* our INVITE made it */
	bool bye_due;                   /* as soon as the ACK of our 2xx is there */
	bool bye_sent;
	bool has_timer, has_update;
	struct link by_tag;
	uint32_t id;
	char sip_call_id[DIALOG_NAME], local_tag[NAME_SIZE], remote_tag[DIALOG_NAME];
	char local_party[DIALOG_URI], remote_party[DIALOG_URI]; /* From and To, tags aside */
	char target[DIALOG_URI], contact[DIALOG_URI];
	struct text routes;
	uint32_t local_cseq, remote_cseq;
	uint32_t invite_cseq, ack_cseq; /* of our last INVITE, and of the last ACK we made */
	uint32_t their_cseq;            /* of the last INVITE that came */
	uint32_t rack;                  /* RFC 3262: the peer's last RSeq ... */
	uint64_t rack_tag;              /* ... of the dialog with this tag (its hash) */
	uint64_t declined_tag;          /* of the fork whose 2xx was acknowledged and ended last */
	struct {                        /* and what we send to it */
		bool wanted;            /* its INVITE takes reliable responses */
		bool silent;            /* it takes no others, and they would need our offer */
		bool out, with_answer;  /* one waits for its PRACK; it carried SDP */
		uint32_t first, rseq;   /* of the first and of the last one */
		struct waiting *queue;
	} reliable;
	struct flow flow;
	struct server_tx *invite_in;    /* not finished, or its ACK not there */
	struct client_tx *invite_out;
	struct client_tx *refresh_out;  /* an INVITE of the box itself, to keep the session */
	struct timer patience;          /* with an INVITE inside the dialog */
	struct text ack;                /* of the last 2xx, to be repeated */
	const struct dial_peer *peer;   /* of the call's snapshot; NULL: peer 0 */
	uint32_t peer_tag;
	uint8_t transport;
	struct {
		struct timer due;       /* refresh, or the end */
		uint32_t interval_s, min_s;
		bool ours;              /* we refresh */
	} session;
};

/* How the offer of an INVITE travels (RFC 3264, and early-offer forced). */
enum offer { OFFER_EARLY, OFFER_DELAYED, OFFER_INVENTED };

enum call_state { CALL_ROUTING, CALL_DIALLING, CALL_ANSWERED, CALL_TALKING, CALL_ENDED };

struct call {
	struct link link;               /* by id */
	struct worker *worker;
	uint32_t id, guid[4];
	char guid_text[13];
	enum call_state state;
	unsigned busy;                  /* transactions and look-ups that point here */
	const struct config *config;    /* held */
	struct leg leg[SIDES];
	struct exchange *media;
	struct routes routes;
	size_t next_route;
	char calling[65], called[65], display[80];
	char redirected[65];            /* the number that a 3xx named */
	char *offer;                    /* what the caller's INVITE carried; NULL: delayed */
	size_t offer_size;
	int max_forwards;
	bool sips;
	/* The INVITE under way: the first one, or a re-INVITE that crosses the box. */
	struct {
		enum offer offer;
		enum side from;
		bool active, initial, fell_back;
		bool cancelled;         /* the asker has its 487; what the other side says is awaited */
	} invite;
	struct passed *passed;          /* requests that wait for the other side's answer */
	struct timer ring;              /* nobody answers; csim's time is up; the last one */
	uint32_t csim_s;                /* of a call that csim placed: how long it lasts */
	struct resolution *resolving;
	int64_t setup_wall_us;
	uint64_t setup_ms, connect_ms, end_ms;
	uint8_t cause, release_source;
	int status;
	char why[256];
};

enum { HISTORY_KEPT = 512 };
struct call_room {
	struct hash by_id, by_tag;
	struct hash names;              /* resolve.c's */
	uint32_t names_epoch;           /* how often the way of asking has changed */
	struct route *route;
	struct call_info *history;      /* a ring */
	size_t history_count;           /* ever */
};

/* ---- leg.c: one dialog ------------------------------------------------------------------------- */

struct leg *leg_find(struct worker *, const struct message *);  /* by the To tag; NULL */
int  leg_accept(struct leg *, struct server_tx *, const struct message *);
/* The dialog of our INVITE: local names, the flow to `remote'. */
int  leg_dial(struct leg *, const addr_t *remote, const char *host);
void leg_clear(struct leg *);
void leg_enter(struct leg *, enum leg_state);
void leg_learn(struct leg *, const struct message *);   /* tag, target, routes of a response */
void leg_aim_at(struct leg *, const struct message *);  /* target refresh: its Contact, if any */
/* Is this 2xx of another fork than the one that was taken?  Then it is acknowledged and ended
 * (RFC 3261 13.2.2.4). */
bool leg_declines(struct leg *, const struct message *);
void leg_redirect(struct leg *, const char *user);      /* our Contact names this number */
/* A request in this dialog; `more' whole header lines.  Its outcome goes to `user' with the leg. */
struct client_tx *leg_request(struct leg *, enum method, const char *more, const char *type,
    const char *body, const struct client_user *user);
/* The same, its outcome to `arg', which knows its call. */
struct client_tx *leg_request_for(struct leg *, enum method, const char *more, const char *type,
    const char *body, const struct client_user *user, void *arg);
int  leg_invite(struct leg *, const char *body);        /* first or repeated */
void leg_make_ack(struct leg *, uint32_t cseq, const char *body);       /* and send it */
void leg_repeat_ack(struct leg *);
void leg_bye(struct leg *, const char *reason);
void leg_response_headers(const struct leg *, int status, struct text *);
void leg_respond(struct leg *, struct server_tx *, int status, const char *reason,
    const char *more, const char *body);                /* with our Contact; SDP body */
struct leg *leg_other(struct leg *);
extern const struct client_user leg_nobody;             /* counts busy, tells nobody */
const char *reason_phrase(int status);

/* ---- reliable.c: RFC 3262 ------------------------------------------------------------------------ */

/* A response to the INVITE of a leg that takes reliable ones: sent, or kept until the PRACK of what
 * went before.  False: it goes the ordinary way. */
bool reliable_respond(struct leg *, int status, const char *more, const char *body);
bool reliable_pracked(struct leg *, uint32_t rseq);     /* false: nothing of that number is out */
void reliable_next(struct leg *);                       /* what waited for the PRACK */
void reliable_clear(struct leg *);

/* ---- dial.c: from routes to an INVITE ------------------------------------------------------------ */

void call_dial_next(struct call *, int status, const char *why);        /* of the last failure */
int  policy_of(const struct call *, enum side, struct media_policy *, const char **why);

/* ---- invite.c: INVITE and re-INVITE across the box ---------------------------------------------- */

extern const struct client_user invite_user;
extern const struct server_user invite_server;
void invite_self_answered(struct call *);               /* the other side is of the box itself */
void invite_again(struct leg *, struct server_tx *, const struct message *);
void invite_acked(struct leg *, const struct message *);

/* ---- midcall.c ------------------------------------------------------------------------------------- */

void midcall_request(struct leg *, struct server_tx *, const struct message *);
bool midcall_prack(struct leg *, const struct message *);       /* we acknowledge a reliable 1xx;
                                   false: it is only repeated */
bool midcall_busy(const struct call *);                 /* an offer or an INVITE is under way */
bool midcall_refresh(struct leg *);                     /* send one; false: it cannot be now */
/* The peer has taken what the other side has not: say again what holds. */
void midcall_restore(struct leg *);

/* ---- pass.c --------------------------------------------------------------------------------------- */

/* Pass a request on; its answer answers `s'.  False: no memory, or too many wait. */
bool pass_request(struct leg *, struct server_tx *s, enum method, const char *type,
    const char *body, bool offered);
bool pass_offering(const struct call *);                /* one with an offer is under way */
void pass_end(struct call *);                           /* whatever waits is answered 487 */
void pass_clear(struct call *);                         /* the box stops: no answer will come */

/* ---- timing.c: RFC 4028 -------------------------------------------------------------------------- */

/* Of a request: what it asks; 422 is answered and -EINVAL returned. */
int  timing_asked(struct leg *, struct server_tx *, const struct message *);
void timing_headers(const struct leg *, struct text *, bool response);
bool timing_raise(struct leg *, const struct message *);        /* a 422 came: ask for a longer
                                                   interval; false: that is what we did */
void timing_agreed(struct leg *, const struct message *);       /* of a 2xx to us */
void timing_start(struct leg *);
void timing_again(struct leg *);                        /* a refresh was refused: soon again */
void timing_stop(struct leg *);

/* ---- ending.c --------------------------------------------------------------------------------------- */

enum release { RELEASE_CALLING = 2, RELEASE_CALLED = 4, RELEASE_INTERNAL = 6 };

/* End both legs as their states ask; `status' for a caller that still waits. */
void call_end(struct call *, int status, uint8_t cause, enum release, const char *why);
void call_done(struct call *);          /* one transaction less; frees what is over */
void call_idle(struct call *);          /* the same without counting */
uint8_t cause_of_status(int status);    /* RFC 3398 */

/* ---- record.c ---------------------------------------------------------------------------------------- */

void record_keep(struct call *);        /* into the history, and the peers' counters */

/* ---- resolve.c --------------------------------------------------------------------------------------- */

/* A name's address (SRV first where no port is said, RFC 3263): of `ip host', else as a name server
 * has said some seconds ago or, on a thread of the loop's pool, says now.  `on' is told once, from the
 * loop: 0 and the address, or -errno. */
struct resolution *resolve(struct worker *, const char *host, uint16_t port, enum transport,
    void (*on)(void *arg, int rc, const addr_t *), void *arg);
void resolve_forget(struct resolution *);       /* nobody waits for it any more */
void names_free(struct worker *);               /* every call has forgotten its look-up */
void names_changed(struct worker *, const struct config *was);
void names_known(struct worker *, struct known_names *);

#endif
