/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/message.h -- a received SIP message, parsed by libosip2, and what we ask of it. */
#ifndef DATAPATH_SIP_MESSAGE_H
#define DATAPATH_SIP_MESSAGE_H

#include "datapath/sip/flow.h"
#include "datapath/stats.h"
#include "datapath/text.h"

struct worker;
struct osip_message;

struct message {
	struct osip_message *osip;
	struct flow flow;
	enum method method;             /* of the request, or of the CSeq of a response */
	int status;                     /* 0: a request */
	uint32_t cseq;
	/* Owned by `osip': never NULL in a message that message_check() let through. */
	const char *call_id, *from_tag, *to_tag, *branch;
};

/* NULL: not a SIP message (or no memory). */
struct message *message_parse(const char *bytes, size_t size, const struct flow *);
void message_free(struct message *);
/* Is there enough in a request to send any response at all? */
bool message_answerable(const struct message *);
/* What RFC 3261 8.2 asks of every request.  0, or the status to refuse it with. */
int  message_check(const struct message *, const char **why);

/* The value of the first header of that name (compact forms too); NULL: none. */
const char *message_header(const struct message *, const char *name, const char *compact);
/* Does a comma-separated list header (Supported, Require, Allow) hold this word? */
bool message_lists(const struct message *, const char *name, const char *compact, const char *word);
const char *message_body(const struct message *, size_t *size);         /* the SDP part; NULL */
const char *message_any_body(const struct message *, char type[128], size_t *size);
/* User parts, parameters and visual separators removed; "" where there is none. */
void message_number(const struct message *, const char *of, char *buf, size_t size); /* "from",
                                   "to", "request" */
/* The display name of From as a quoted string; "": none. */
void message_display(const struct message *, char *buf, size_t size);
/* "sip:user@host:port;params" of Contact, without display name; false: none. */
bool message_contact(const struct message *, char *buf, size_t size);
const char *message_reason(const struct message *);     /* the phrase of a response */
bool message_request_is_sips(const struct message *);
int  message_max_forwards(const struct message *);      /* -1: none */
/* The Record-Route values as our route set: in order for a server, reversed for a client;
 * "Route: ..." lines ready to be sent. */
void message_routes(const struct message *, bool reversed, struct text *);
/* Via (with received and rport), Record-Route, From, Call-ID, CSeq lines of every response. */
void message_response_head(const struct message *, struct text *);
/* "host:port" of the topmost Via, as RFC 3261 17.2.3 compares it. */
void message_sent_by(const struct message *, char *buf, size_t size);
void message_call_id(const struct message *, char *buf, size_t size);   /* with its host */
/* From (or To) without its parameters: "Name" <sip:...>. */
void message_party(const struct message *, bool from, char *buf, size_t size);
void message_to(const struct message *, struct text *); /* To as it came, with its parameters */
/* Where the answers to a request go; of a stream: once its connection is closed. */
void message_reply_to(const struct message *, addr_t *);
/* Do its names fit into a dialog?  What does not is refused, never cut. */
enum { DIALOG_NAME = 128, DIALOG_URI = 320 };
bool message_fits(const struct message *);
/* Does it require an extension (RFC 3261 8.2.2.3) that is not of these (NULL-terminated)?  Then
 * `unknown' gets their names. */
bool message_requires(const struct message *, const char *const *known, struct text *unknown);

/* host and port of a URI as text; port 0: none said.  sips and transport= too. */
struct uri { char user[128], host[128]; uint16_t port; bool sips; enum transport transport; };
int  uri_parse(const char *text, struct uri *);         /* -EINVAL */
int  message_once(void);                                /* the library's start; from any thread */

#endif
