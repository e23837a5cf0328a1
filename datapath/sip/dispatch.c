/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/dispatch.c -- see dispatch.h.
 *
 * Which worker a message belongs to is read from a few header lines before anything is parsed:
 * our own tag or branch names it; an initial request goes by hash(Call-ID, From tag), so that its
 * CANCEL, its repetitions and the ACK of a refusal find the same one. */
#include "datapath/sip/dispatch.h"
#include "datapath/call/call.h"
#include "datapath/sip/arena.h"
#include "datapath/sip/frame.h"
#include "datapath/sip/room.h"
#include "datapath/sip/tx.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COOKIE "z9hG4bK"

/* ---- names -------------------------------------------------------------------------------------------- */

void
name_tag(struct worker *w, char tag[NAME_SIZE])
{
	snprintf(tag, NAME_SIZE, "%02X%016llX", w->index & 0xff,
	    (unsigned long long)worker_random(w));
}

void
name_branch(struct worker *w, char branch[NAME_SIZE])
{
	snprintf(branch, NAME_SIZE, COOKIE "%02X%016llX", w->index & 0xff,
	    (unsigned long long)worker_random(w));
}

static int
hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The worker's number that a name of ours carries; -1: not one of ours. */
static int
named(const struct datapath *d, const char *name, size_t size)
{
	int n;

	if (size < 18 || hex(name[0]) < 0 || hex(name[1]) < 0)
		return -1;
	n = hex(name[0]) * 16 + hex(name[1]);
	return (unsigned)n < d->count ? n : -1;
}

static int
owner_of_response(const struct datapath *d, const char *bytes, size_t size)
{
	size_t n, m;
	const char *via = frame_header(bytes, size, "Via", "v", &n);
	const char *branch = via ? frame_param(via, n, "branch", &m) : NULL;

	if (!branch || m < sizeof(COOKIE) - 1 + 18 || strncmp(branch, COOKIE, sizeof(COOKIE) - 1))
		return -1;
	return named(d, branch + sizeof(COOKIE) - 1, m - (sizeof(COOKIE) - 1));
}

static int
owner_of_request(const struct datapath *d, const char *bytes, size_t size)
{
	size_t n, m = 0, c = 0;
	const char *to = frame_header(bytes, size, "To", "t", &n);
	const char *tag = to ? frame_param(to, n, "tag", &m) : NULL;
	const char *from, *call_id;
	uint64_t hash = d->secret;
	int who = tag ? named(d, tag, m) : -1;

	if (who >= 0)
		return who;
	from = frame_header(bytes, size, "From", "f", &n);
	tag = from ? frame_param(from, n, "tag", &m) : NULL;
	call_id = frame_header(bytes, size, "Call-ID", "i", &c);
	hash = hash_bytes(hash, call_id ? call_id : "", call_id ? c : 0);
	hash = hash_bytes(hash, tag ? tag : "", tag ? m : 0);
	return (int)((hash >> 20) % d->count);
}

/* ---- hand-over ------------------------------------------------------------------------------------------ */

static void handle(struct worker *w, const char *bytes, size_t size, const struct flow *flow);

struct parcel { struct mail mail; struct flow flow; size_t size; char bytes[]; };

static void
deliver_parcel(struct worker *w, struct mail *mail)
{
	struct parcel *p = (struct parcel *)mail;

	if (!w->stopping)
		handle(w, p->bytes, p->size, &p->flow);
	secret_free(p, sizeof(*p) + p->size);
}

static void
hand_over(struct worker *to, const char *bytes, size_t size, const struct flow *flow)
{
	struct parcel *p = malloc(sizeof(*p) + size);

	if (!p)
		return;                 /* the peer will repeat it */
	*p = (struct parcel){ .mail.deliver = deliver_parcel, .mail.size = (uint32_t)size, .flow = *flow, .size = size };
	memcpy(p->bytes, bytes, size);
	if (worker_post(to, &p->mail) < 0)
		free(p);
}

bool
dispatch_names_us(const struct worker *w, const char *bytes, size_t size)
{
	size_t n, m;
	const char *to, *tag;

	if (size > 8 && !strncasecmp(bytes, "SIP/2.0 ", 8))
		return owner_of_response(w->datapath, bytes, size) >= 0;
	to = frame_header(bytes, size, "To", "t", &n);
	tag = to ? frame_param(to, n, "tag", &m) : NULL;
	return tag && named(w->datapath, tag, m) >= 0;
}

void
dispatch_bytes(struct worker *w, const char *bytes, size_t size, const struct flow *flow)
{
	struct datapath *d = w->datapath;
	int owner = (int)w->index;

	if (d->count > 1)
		owner = size > 8 && !strncasecmp(bytes, "SIP/2.0 ", 8)
		    ? owner_of_response(d, bytes, size) : owner_of_request(d, bytes, size);
	if (owner < 0)
		return;                 /* a response to something we never asked */
	if ((unsigned)owner == w->index)
		handle(w, bytes, size, flow);
	else
		hand_over(worker_of(d, (unsigned)owner), bytes, size, flow);
}

/* ---- handling --------------------------------------------------------------------------------------------- */

#define ALLOW "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO\r\n"

static void
answer_options(struct server_tx *s)
{
	server_respond(s, 200, "OK", ALLOW "Accept: application/sdp\r\n"
	    "Supported: timer, 100rel\r\n", NULL, NULL);
}

/* An INVITE that opens a call is judged there, so that the call's record says why. */
static bool
refuses_extension(struct worker *w, struct server_tx *s, const struct message *m)
{
	struct text more = { 0 };
	bool any;

	if (m->method == METHOD_INVITE && !m->to_tag)
		return false;
	text_add(&more, "Unsupported: ");
	any = message_requires(m, call_extensions(w->config), &more);
	text_add(&more, "\r\n");
	if (any)
		server_respond(s, 420, "Bad Extension", more.bytes, NULL, NULL);
	text_clear(&more);
	return any;
}

static void
new_request(struct worker *w, struct server_tx *s, struct message *m)
{
	const char *why;
	int status = message_check(m, &why);

	if (status) {
		char warning[160];

		w->stats.malformed++;
		snprintf(warning, sizeof(warning), "Warning: 399 parapet \"%s\"\r\n", why);
		server_respond(s, status, status == 505 ? "Version Not Supported" : "Bad Request",
		    warning, NULL, NULL);
	} else if (refuses_extension(w, s, m)) {
		return;
	} else if (m->to_tag || m->method == METHOD_INVITE) {
		call_request(w, s, m);
	} else if (m->method == METHOD_OPTIONS) {
		answer_options(s);
	} else if (m->method == METHOD_OTHER) {
		server_respond(s, 501, "Not Implemented", ALLOW, NULL, NULL);
	} else if (m->method == METHOD_BYE || m->method == METHOD_PRACK ||
	    m->method == METHOD_UPDATE || m->method == METHOD_INFO) {
		server_respond(s, 481, "Call Leg/Transaction Does Not Exist", NULL, NULL, NULL);
	} else {
		server_respond(s, 405, "Method Not Allowed", ALLOW, NULL, NULL);
	}
}

static void
request_in(struct worker *w, struct message *m)
{
	struct server_tx *s;

	w->stats.requests_in[m->method]++;
	if (!message_answerable(m)) {
		w->stats.malformed++;
		return;                 /* nobody to answer to */
	}
	if (m->flow.retired && !m->to_tag && m->method != METHOD_CANCEL)
		return;                 /* nothing begins where we no longer are */
	s = server_receive(w, m);
	if (m->method == METHOD_ACK && m->to_tag)
		call_ack(w, m);
	if (s)
		new_request(w, s, m);
}

/* What a stranger sent names a transaction or a dialog of ours: then it is the peer's. */
static bool
expected(struct worker *w, const char *bytes, size_t size)
{
	bool response = size > 8 && !strncasecmp(bytes, "SIP/2.0 ", 8);
	const char *name = response ? "Via" : "To", *compact = response ? "v" : "t", *value, *found;
	char text[NAME_SIZE];
	size_t n, m;

	value = frame_header(bytes, size, name, compact, &n);
	found = value ? frame_param(value, n, response ? "branch" : "tag", &m) : NULL;
	if (!found || m >= sizeof(text))
		return false;
	memcpy(text, found, m);
	text[m] = '\0';
	return response ? client_known(w, text) : calls_know(w, text);
}

static void
handle(struct worker *w, const char *bytes, size_t size, const struct flow *flow)
{
	struct message *m;
	const char *why;

	if (flow->stranger && !expected(w, bytes, size)) {
		stranger_seen(w, &flow->remote, flow->transport);
		return;
	}
	if (event_wanted(w, DEBUG_SIP_MESSAGES))
		event_post(w, EVENT_SIP_RECEIVED, 0, NULL, bytes, size, NULL, 0);
	if (!frame_modest(bytes, size)) {
		w->stats.malformed++;
		return;
	}
	arena_begin();
	m = message_parse(bytes, size, flow);
	if (!m) {
		w->stats.malformed++;
		arena_end();
		return;
	}
	if (!m->status)
		request_in(w, m);
	else if (message_check(m, &why) == 0)
		client_receive(w, m);
	else
		w->stats.malformed++;
	message_free(m);
	arena_end();
}
