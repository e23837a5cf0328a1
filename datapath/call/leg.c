/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/leg.c -- one dialog (RFC 3261 12): its names, its requests, its ACKs.
 *
 * Everything that a peer gets to see is ours: Call-ID, tags, Contact and Via are made here, so
 * nothing of one leg shows on the other (address-hiding is not an option but the way it works). */
#include "datapath/call/room.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USER_SIZE = 65 * 3 };

/* ---- names ------------------------------------------------------------------------------------------ */

struct leg *
leg_other(struct leg *l)
{
	return &l->call->leg[l->side == SIDE_A ? SIDE_B : SIDE_A];
}

bool
calls_know(const struct worker *w, const char *tag)
{
	struct link *k = hash_find(&w->calls->by_tag, hash_text(HASH_START, tag));

	for (; k; k = hash_next(k))
		if (!strcmp(OWNER(k, struct leg, by_tag)->local_tag, tag))
			return true;
	return false;
}

struct leg *
leg_find(struct worker *w, const struct message *m)
{
	uint64_t hash = hash_text(HASH_START, m->to_tag);

	for (struct link *k = hash_find(&w->calls->by_tag, hash); k; k = hash_next(k)) {
		struct leg *l = OWNER(k, struct leg, by_tag);

		/* osip cuts a Call-ID at its @: comparing what stands before is enough, the
		 * tag is ours and carries 64 random bits. */
		if (!strcmp(l->local_tag, m->to_tag) &&
		    !strncmp(l->sip_call_id, m->call_id, strlen(m->call_id)))
			return l;
	}
	return NULL;
}

/* `url' is for what we send; to who has called us we answer as we were asked (RFC 3261 12.1.1). */
static const char *
scheme(const struct leg *l)
{
	uint8_t url = l->peer ? l->peer->url : URL_SYSTEM;

	if (!l->originate)
		return l->call->sips ? "sips" : "sip";
	if (url == URL_SYSTEM)
		url = l->call->config->voip.sip.url;
	if (url == URL_SIPS && l->transport == TRANSPORT_TLS)
		return "sips";
	return "sip";
}

static const char *
transport_suffix(const struct leg *l)
{
	switch (l->transport) {
	case TRANSPORT_TCP:
		return ";transport=tcp";
	case TRANSPORT_TLS:
		return ";transport=tls";
	default:
		return "";
	}
}

/* A number as the user part of a URI: what RFC 3261 25.1 does not allow there, or others read as the
 * end of it, goes as %XX. */
static const char *
user_part(const char *number, char out[USER_SIZE])
{
	size_t n = 0;

	for (; *number && n + 3 < USER_SIZE; number++) {
		unsigned char c = (unsigned char)*number;

		if (isalnum(c) || strchr("-_.!~*'()&=+$/", c))
			out[n++] = (char)c;
		else
			n += (size_t)snprintf(out + n, 4, "%%%02X", c);
	}
	out[n] = '\0';
	return out;
}

static void
make_contact(struct leg *l, const char *user)
{
	char host[ADDR_TEXT], part[USER_SIZE];

	addr_text(&l->flow.local, host);
	snprintf(l->contact, sizeof(l->contact), "<%s:%s%s%s%s>", scheme(l),
	    user_part(user, part), *user ? "@" : "", host, transport_suffix(l));
}

void
leg_redirect(struct leg *l, const char *user)
{
	make_contact(l, user);
}

static int
name_leg(struct leg *l)
{
	l->id = atomic_fetch_add(&l->call->worker->datapath->next_leg, 1) + 1;
	return hash_add(&l->call->worker->calls->by_tag, &l->by_tag,
	    hash_text(HASH_START, l->local_tag));
}

/* Signalling that came in over an address of ours goes out from there. */
static void
local_of_flow(struct leg *l)
{
	addr_t local;

	transport_local(l->call->worker, l->transport, &l->flow.remote, &local);
	l->flow.local = local;
}

static void
reopen(struct leg *l, const addr_t *to)
{
	transport_flow(l->call->worker, l->transport, to, &l->flow);
	l->flow.tag = l->peer_tag;              /* whose name TLS says */
}

/* Where a dialog's requests go (RFC 3261 12.2.1.1): the first of the route set, else the peer's
 * Contact.  A stream keeps its connection; a name stays where the messages come from. */
static void
aim(struct leg *l)
{
	const char *route = l->routes.size ? strchr(l->routes.bytes, '<') : NULL;
	char text[320];
	struct uri u;
	addr_t to;

	snprintf(text, sizeof(text), "%.*s", route ? (int)strcspn(route + 1, ">") : 319,
	    route ? route + 1 : l->target);
	if (uri_parse(text, &u) < 0)
		return;
	if (!u.port)
		u.port = l->transport == TRANSPORT_TLS ? 5061 : 5060;
	if (addr_parse(&to, u.host, u.port) < 0)
		return;
	if (l->transport == TRANSPORT_UDP)
		l->flow.remote = to;
	else if (!transport_alive(l->call->worker, &l->flow))
		reopen(l, &to);
	else
		l->flow.again = to;
}

/* A caller without an offer would need ours in the first reliable response (RFC 3262 5): it gets
 * none; one that requires them gets nothing between 100 and the final answer. */
static void
learn_100rel(struct leg *l, const struct message *m)
{
	bool required = message_lists(m, "require", NULL, "100rel"), offered;
	size_t size;

	if (l->call->config->voip.sip.rel1xx == REL1XX_DISABLE)
		return;
	offered = message_body(m, &size) != NULL;
	l->reliable.silent = required && !offered;
	l->reliable.wanted = offered && (required || message_lists(m, "supported", "k", "100rel"));
}

int
leg_accept(struct leg *l, struct server_tx *s, const struct message *m)
{
	struct text routes = { 0 };
	char host[ADDR_TEXT];

	l->transport = m->flow.transport;
	l->flow = m->flow;
	local_of_flow(l);
	l->invite_in = s;
	message_call_id(m, l->sip_call_id, sizeof(l->sip_call_id));
	snprintf(l->local_tag, sizeof(l->local_tag), "%s", server_tag(s));
	snprintf(l->remote_tag, sizeof(l->remote_tag), "%s", m->from_tag);
	message_party(m, true, l->remote_party, sizeof(l->remote_party));
	message_party(m, false, l->local_party, sizeof(l->local_party));
	if (!message_contact(m, l->target, sizeof(l->target)))
		snprintf(l->target, sizeof(l->target), "sip:%s", addr_text(&m->flow.remote, host));
	message_routes(m, false, &routes);
	l->routes = routes;
	aim(l);
	l->remote_cseq = l->their_cseq = m->cseq;
	learn_100rel(l, m);
	l->has_timer = message_lists(m, "supported", "k", "timer");
	l->has_update = message_lists(m, "allow", NULL, "UPDATE");
	make_contact(l, l->call->called);
	leg_enter(l, LEG_INVITED);
	return routes.failed ? -ENOMEM : name_leg(l);
}

int
leg_dial(struct leg *l, const addr_t *remote, const char *host)
{
	struct call *c = l->call;
	char at[ADDR_TEXT], to[200], called[USER_SIZE], calling[USER_SIZE];
	bool first = !*l->local_tag;

	l->originate = true;
	transport_flow(c->worker, l->transport, remote, &l->flow);
	l->flow.tag = l->peer_tag;
	make_contact(l, c->calling);
	snprintf(to, sizeof(to), "%.100s", *host ? host : addr_host(remote, at));
	if (strchr(to, ':') && *to != '[')
		snprintf(to, sizeof(to), "[%s]", addr_host(remote, at));
	user_part(c->called, called);
	user_part(*c->calling ? c->calling : "anonymous", calling);
	snprintf(l->target, sizeof(l->target), "%s:%s@%.90s:%u%s", scheme(l), called, to,
	    addr_port(remote), transport_suffix(l));
	snprintf(l->remote_party, sizeof(l->remote_party), "<%s:%s@%.90s>", scheme(l),
	    called, to);
	snprintf(l->local_party, sizeof(l->local_party), "%s%s<%s:%s@%s>", c->display,
	    *c->display ? " " : "", scheme(l), calling,
	    addr_host(&l->flow.local, at));
	if (!first)
		return 0;
	name_tag(c->worker, l->local_tag);
	snprintf(l->sip_call_id, sizeof(l->sip_call_id), "%08X-%08X-%08X-%08X@%s", c->guid[0],
	    c->guid[1], c->guid[2], (unsigned)worker_random(c->worker), at);
	l->local_cseq = 100;
	return name_leg(l);
}

void
leg_clear(struct leg *l)
{
	timing_stop(l);
	timer_stop(&l->call->worker->wheel, &l->patience);
	if (*l->local_tag)
		hash_remove(&l->call->worker->calls->by_tag, &l->by_tag);
	text_clear(&l->routes);
	text_clear(&l->ack);
	reliable_clear(l);
}

/* The one door through which a leg changes its state. */
void
leg_enter(struct leg *l, enum leg_state next)
{
	l->state = next;
	if (next == LEG_OVER)
		timing_stop(l);
}

void
leg_aim_at(struct leg *l, const struct message *m)
{
	char target[sizeof(l->target)];

	if (message_contact(m, target, sizeof(target)))
		memcpy(l->target, target, sizeof(target));
}

void
leg_learn(struct leg *l, const struct message *m)
{
	struct text routes = { 0 };

	if (!m->to_tag)
		return;
	snprintf(l->remote_tag, sizeof(l->remote_tag), "%s", m->to_tag);
	leg_aim_at(l, m);
	if (message_lists(m, "allow", NULL, "UPDATE"))
		l->has_update = true;
	/* Requests of the dialog go the way its answers come. */
	if (m->flow.transport != TRANSPORT_UDP) {
		l->flow = m->flow;
		l->flow.tag = l->peer_tag;
	}
	local_of_flow(l);
	message_routes(m, true, &routes);
	if (routes.size && !routes.failed) {
		text_clear(&l->routes);
		l->routes = routes;
	} else {
		text_clear(&routes);
	}
	aim(l);
}

/* ---- requests ------------------------------------------------------------------------------------------- */

static void
add_via(struct leg *l, const char *branch, struct text *t)
{
	static const char *const word[TRANSPORTS] = { "UDP", "UDP", "TCP", "TLS" };
	char at[ADDR_TEXT];

	text_format(t, "Via: SIP/2.0/%s %s;branch=%s%s\r\n", word[l->transport % TRANSPORTS],
	    addr_text(&l->flow.local, at), branch, l->transport == TRANSPORT_UDP ? ";rport" : "");
}

static void
add_party(struct text *t, const char *name, const char *party, const char *tag)
{
	text_format(t, "%s: ", name);
	text_safe(t, party);
	if (*tag) {
		text_add(t, ";tag=");
		text_safe(t, tag);
	}
	text_add(t, "\r\n");
}

static void
build(struct leg *l, const char *method, uint32_t cseq, const char *branch, const char *more,
    const char *type, const char *body, struct text *t)
{
	text_format(t, "%s ", method);
	text_safe(t, l->target);
	text_add(t, " SIP/2.0\r\n");
	add_via(l, branch, t);
	text_bytes(t, l->routes.bytes, l->routes.size);
	/* What the caller's request has left counts for the one that it becomes. */
	text_format(t, "Max-Forwards: %d\r\n", *l->remote_tag ?
	    (int)l->call->config->sip_ua.max_forwards : l->call->max_forwards);
	add_party(t, "From", l->local_party, l->local_tag);
	add_party(t, "To", l->remote_party, l->remote_tag);
	text_format(t, "Call-ID: ");
	text_safe(t, l->sip_call_id);
	text_format(t, "\r\nCSeq: %u %s\r\n", cseq, method);
	text_add(t, more);
	text_add(t, "User-Agent: Parapet\r\n");
	if (body && type)
		text_format(t, "Content-Type: %s\r\n", type);
	text_format(t, "Content-Length: %zu\r\n\r\n", body ? strlen(body) : (size_t)0);
	text_add(t, body);
}

struct client_tx *
leg_request(struct leg *l, enum method method, const char *more, const char *type, const char *body,
    const struct client_user *user)
{
	return leg_request_for(l, method, more, type, body, user, l);
}

struct client_tx *
leg_request_for(struct leg *l, enum method method, const char *more, const char *type,
    const char *body, const struct client_user *user, void *arg)
{
	struct call *c = l->call;
	struct text t = { 0 };
	char branch[NAME_SIZE];
	struct client_tx *tx;

	if (*l->remote_tag)
		aim(l);
	name_branch(c->worker, branch);
	build(l, method_name(method), ++l->local_cseq, branch, more, type, body, &t);
	tx = client_send(c->worker, method, branch, &l->flow, &t, user, arg, l->id, c->guid_text);
	if (tx)
		c->busy++;
	return tx;
}

#define ALLOW "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO\r\n"

/* A peer that has said 100 and then nothing: the re-INVITE must not stay open for ever. */
static void
on_invite_late(void *arg)
{
	struct leg *l = arg;

	if (l->invite_out)
		client_cancel(l->invite_out);
}

int
leg_invite(struct leg *l, const char *body)
{
	struct call *c = l->call;
	struct text more = { 0 };
	uint8_t rel1xx = c->config->voip.sip.rel1xx;

	text_format(&more, "Contact: %s\r\n" ALLOW "Supported: timer%s\r\n%s", l->contact,
	    body && rel1xx != REL1XX_DISABLE ? ", 100rel" : "",
	    body && rel1xx == REL1XX_REQUIRE ? "Require: 100rel\r\n" : "");
	timing_headers(l, &more, false);
	l->invite_out = more.failed ? NULL : leg_request(l, METHOD_INVITE, more.bytes,
	    "application/sdp", body, &invite_user);
	text_clear(&more);
	l->invite_cseq = l->local_cseq;
	l->rack = 0;
	if (!c->invite.initial)
		timer_start(&c->worker->wheel, &l->patience, c->config->sip_ua.expires_ms,
		    on_invite_late, l);
	return l->invite_out ? 0 : -ENOMEM;
}

void
leg_make_ack(struct leg *l, uint32_t cseq, const char *body)
{
	struct text t = { 0 };
	char branch[NAME_SIZE];

	name_branch(l->call->worker, branch);
	build(l, "ACK", cseq, branch, NULL, "application/sdp", body, &t);
	text_clear(&l->ack);
	text_trim(&t);
	l->ack = t;
	l->ack_cseq = cseq;
	l->call->worker->stats.requests_out[METHOD_ACK]++;
	leg_repeat_ack(l);
}

void
leg_repeat_ack(struct leg *l)
{
	send_ack(l->call->worker, &l->flow, &l->ack, l->id, l->call->guid_text);
}

void
leg_bye(struct leg *l, const char *reason)
{
	l->bye_sent = true;
	leg_request(l, METHOD_BYE, reason, NULL, NULL, &leg_nobody);
}

bool
leg_declines(struct leg *l, const struct message *m)
{
	struct leg fork = *l;           /* its dialog: the names and the way of this 2xx */
	uint64_t tag = hash_text(HASH_START, m->to_tag ? m->to_tag : "");

	if ((!l->ack.size && l->state != LEG_ANSWERED) || !m->to_tag ||
	    !strcmp(l->remote_tag, m->to_tag))
		return false;
	fork.routes = fork.ack = (struct text){ 0 };
	leg_learn(&fork, m);
	leg_make_ack(&fork, m->cseq, NULL);
	if (l->declined_tag != tag) {
		leg_request_for(&fork, METHOD_BYE, NULL, NULL, NULL, &leg_nobody, l);
		l->local_cseq = fork.local_cseq;
	}
	l->declined_tag = tag;
	text_clear(&fork.routes);
	text_clear(&fork.ack);
	return true;
}

static void
on_nobody_end(void *arg, struct client_tx *tx)
{
	(void)tx;
	call_done(((struct leg *)arg)->call);
}

const struct client_user leg_nobody = { .on_end = on_nobody_end };

/* ---- responses -------------------------------------------------------------------------------------------- */

void
leg_response_headers(const struct leg *l, int status, struct text *t)
{
	if (status > 100 && status < 300)
		text_format(t, "Contact: %s\r\n" ALLOW, l->contact);
}

void
leg_respond(struct leg *l, struct server_tx *s, int status, const char *reason, const char *more,
    const char *body)
{
	struct text t = { 0 };
	if (s == l->invite_in && status > 100 && !server_finished(s) &&
	    ((status < 200 && l->reliable.silent) ||
	    (l->reliable.wanted && reliable_respond(l, status, more, body))))
		return;
	leg_response_headers(l, status, &t);
	text_add(&t, more);
	server_respond(s, status, reason, t.bytes, "application/sdp", body);
	text_clear(&t);
}
