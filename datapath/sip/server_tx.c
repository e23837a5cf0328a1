/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/server_tx.c -- server transactions (RFC 3261 17.2, RFC 6026 7.1).
 *
 * States: TRYING and PROCEEDING wait for an answer; COMPLETED repeats a final one; ACCEPTED
 * repeats a 2xx until its ACK (RFC 6026; the repetition of 13.3.1.4 lives here too, so that a leg
 * need not know of it); CONFIRMED swallows late ACKs. */
#include "datapath/sip/tx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum server_state { SERVER_TRYING, SERVER_PROCEEDING, SERVER_COMPLETED, SERVER_ACCEPTED,
	SERVER_CONFIRMED };

struct server_tx {
	struct link link, merged;       /* by its key; an INVITE without To tag: by its dialog */
	struct worker *worker;
	enum server_state state;
	enum method method;
	struct flow flow;
	char *key, *head, *to;          /* head: the lines that every response repeats */
	char tag[64];
	bool said_tag;                  /* the request had a To tag: it is used, not added */
	char *last;
	size_t last_size;
	struct timer repeat, end;
	uint64_t interval;
	bool reliable, acked, ended;
	const struct server_user *user;
	void *arg;
	uint32_t call_id;
	char guid[13];
};

/* ---- life ------------------------------------------------------------------------------------------ */

static void
server_free(struct server_tx *s)
{
	const struct server_user *user = s->user;

	timer_stop(&s->worker->wheel, &s->repeat);
	timer_stop(&s->worker->wheel, &s->end);
	hash_remove(&s->worker->transactions->servers, &s->link);
	hash_remove(&s->worker->transactions->merged, &s->merged);
	s->user = NULL;
	if (user && user->on_end)
		user->on_end(s->arg, s, s->acked);
	free(s->key);
	free(s->head);
	free(s->to);
	secret_free(s->last, s->last_size);
	free(s);
}

static void
on_server_end(void *arg)
{
	server_free(arg);
}

static void
end_after(struct server_tx *s, uint64_t ms)
{
	timer_start(&s->worker->wheel, &s->end, ms, on_server_end, s);
}

static bool
is_stream(const struct server_tx *s)
{
	return s->flow.transport != TRANSPORT_UDP;
}

/* RFC 3261 17.2.3: branch, sent-by and method name a transaction; ACK names its INVITE's. */
static char *
key_of(const struct message *m, enum method method)
{
	char *key = NULL, sent_by[192];

	message_sent_by(m, sent_by, sizeof(sent_by));
	if (asprintf(&key, "%s|%s|%d", m->branch, sent_by, (int)method) < 0)
		return NULL;
	return key;
}

static struct server_tx *
server_find(struct worker *w, const char *key)
{
	struct link *l = hash_find(&w->transactions->servers, hash_text(w->datapath->secret, key));

	for (; l; l = hash_next(l))
		if (!strcmp(OWNER(l, struct server_tx, link)->key, key))
			return OWNER(l, struct server_tx, link);
	return NULL;
}

/* The way of the answers: over UDP where the Via asks for them, over a stream the one that is there
 * and, once that is closed, the one that the Via names (RFC 3261 18.2.2). */
static void
come_from(struct server_tx *s, const struct message *m)
{
	s->flow = m->flow;
	message_reply_to(m, is_stream(s) ? &s->flow.again : &s->flow.remote);
}

static struct server_tx *
server_new(struct worker *w, const struct message *m, char *key)
{
	struct server_tx *s = calloc(1, sizeof(*s));
	struct text head = { 0 }, to = { 0 };

	if (!s)
		return NULL;
	s->worker = w;
	s->method = m->method;
	s->key = key;
	come_from(s, m);
	message_response_head(m, &head);
	message_to(m, &to);
	text_trim(&head);
	text_trim(&to);
	s->head = head.bytes;
	s->to = to.bytes;
	s->said_tag = m->to_tag != NULL;
	if (m->to_tag)
		snprintf(s->tag, sizeof(s->tag), "%s", m->to_tag);
	else
		name_tag(w, s->tag);
	if (head.failed || to.failed || !s->head || !s->to ||
	    hash_add(&w->transactions->servers, &s->link, hash_text(w->datapath->secret, key)) < 0) {
		free(s->head);
		free(s->to);
		free(s);
		return NULL;
	}
	return s;
}

/* ---- answering --------------------------------------------------------------------------------------- */

static void
send_last(struct server_tx *s)
{
	tx_sent(s->worker, s->call_id, s->guid, s->last, s->last_size);
	transport_send(s->worker, &s->flow, s->last, s->last_size, 0);
}

static void
on_unacknowledged(void *arg)
{
	struct server_tx *s = arg;

	s->reliable = false;
	if (s->user && s->user->on_unacknowledged)
		s->user->on_unacknowledged(s->arg, s);
}

static void
on_server_repeat(void *arg)
{
	struct server_tx *s = arg;

	s->worker->stats.response_retries++;
	send_last(s);
	if (s->reliable && s->interval >= LIFE / 2) {
		timer_start(&s->worker->wheel, &s->repeat, T1, on_unacknowledged, s);
		return;
	}
	s->interval = s->interval * 2 > T2 && !s->reliable ? T2 : s->interval * 2;
	timer_start(&s->worker->wheel, &s->repeat, s->interval, on_server_repeat, s);
}

static void
repeat_from(struct server_tx *s, uint64_t ms)
{
	s->interval = ms;
	timer_start(&s->worker->wheel, &s->repeat, ms, on_server_repeat, s);
}

static void
build(struct server_tx *s, int status, const char *reason, const char *headers, const char *type,
    const char *body)
{
	struct text t = { 0 };
	bool tag = !s->said_tag && status > 100;

	text_format(&t, "SIP/2.0 %d %s\r\n", status, reason);
	text_add(&t, s->head);
	text_add(&t, "To: ");
	text_safe(&t, s->to);
	if (tag)
		text_format(&t, ";tag=%s", s->tag);
	text_add(&t, "\r\n");
	text_add(&t, headers);
	text_add(&t, "Server: Parapet\r\n");
	if (body && type)
		text_format(&t, "Content-Type: %s\r\n", type);
	text_format(&t, "Content-Length: %zu\r\n\r\n", body ? strlen(body) : (size_t)0);
	text_add(&t, body);
	secret_free(s->last, s->last_size);
	text_trim(&t);
	s->last = t.failed ? NULL : t.bytes;
	s->last_size = t.failed ? 0 : t.size;
	if (t.failed)
		text_clear(&t);
}

static void
after_final(struct server_tx *s, int status)
{
	bool invite = s->method == METHOD_INVITE;

	if (!invite) {
		s->state = SERVER_COMPLETED;
		end_after(s, is_stream(s) ? 0 : LIFE);          /* J */
	} else if (status < 300) {
		s->state = SERVER_ACCEPTED;
		repeat_from(s, T1);
		end_after(s, LIFE);                             /* L */
	} else {
		s->state = SERVER_COMPLETED;
		if (!is_stream(s))
			repeat_from(s, T1);                     /* G */
		end_after(s, LIFE);                             /* H */
	}
}

void
server_respond(struct server_tx *s, int status, const char *reason, const char *headers,
    const char *type, const char *body)
{
	if (server_finished(s))
		return;
	timer_stop(&s->worker->wheel, &s->repeat);
	s->reliable = false;
	build(s, status, reason, headers, type, body);
	if (!s->last) {
		end_after(s, 0);
		return;
	}
	s->worker->stats.responses_out[status % STATUS_MAX]++;
	if (status == 200)
		s->worker->stats.ok_out[s->method]++;
	send_last(s);
	if (status < 200)
		s->state = SERVER_PROCEEDING;
	else
		after_final(s, status);
}

void
server_respond_reliably(struct server_tx *s, int status, const char *reason, const char *headers,
    const char *type, const char *body)
{
	server_respond(s, status, reason, headers, type, body);
	if (s->last && !server_finished(s)) {
		s->reliable = true;
		repeat_from(s, T1);
	}
}

void
server_pracked(struct server_tx *s)
{
	if (!s->reliable)
		return;
	s->reliable = false;
	timer_stop(&s->worker->wheel, &s->repeat);
}

void
server_acked(struct server_tx *s)
{
	s->acked = true;
	timer_stop(&s->worker->wheel, &s->repeat);
}

/* ---- what its user asks -------------------------------------------------------------------------------- */

void
server_take(struct server_tx *s, const struct server_user *user, void *arg)
{
	s->user = user;
	s->arg = arg;
}

void
server_leave(struct server_tx *s)
{
	s->user = NULL;
}

const char *
server_tag(const struct server_tx *s)
{
	return s->tag;
}

const struct flow *
server_flow(const struct server_tx *s)
{
	return &s->flow;
}

enum method
server_method(const struct server_tx *s)
{
	return s->method;
}

bool
server_finished(const struct server_tx *s)
{
	return s->state >= SERVER_COMPLETED;
}

void
server_label(struct server_tx *s, uint32_t call_id, const char *guid)
{
	s->call_id = call_id;
	snprintf(s->guid, sizeof(s->guid), "%s", guid);
}

/* ---- receiving --------------------------------------------------------------------------------------------- */

/* Seen before: what was said last is said again, on the way it came this time. */
static void
again(struct server_tx *s, const struct message *m)
{
	come_from(s, m);
	switch (s->state) {
	case SERVER_TRYING:
	case SERVER_ACCEPTED:                   /* its 2xx is repeated by the clock */
	case SERVER_CONFIRMED:
		break;
	case SERVER_PROCEEDING:
	case SERVER_COMPLETED:
		s->worker->stats.response_retries++;
		if (s->last)
			send_last(s);
		break;
	}
}

static void
ack_of_refusal(struct server_tx *s)
{
	if (s->state != SERVER_COMPLETED)
		return;
	s->acked = true;
	s->state = SERVER_CONFIRMED;
	timer_stop(&s->worker->wheel, &s->repeat);
	end_after(s, is_stream(s) ? 0 : T4);                    /* I */
}

/* RFC 3261 9.2: a CANCEL has its own transaction and the branch of what it cancels. */
static void
cancel(struct worker *w, struct server_tx *s, const struct message *m)
{
	char *key = key_of(m, METHOD_INVITE);
	struct server_tx *of = key ? server_find(w, key) : NULL;

	free(key);
	if (!of) {
		server_respond(s, 481, "Call Leg/Transaction Does Not Exist", NULL, NULL, NULL);
		return;
	}
	server_respond(s, 200, "OK", NULL, NULL, NULL);
	if (!server_finished(of) && of->user && of->user->on_cancel)
		of->user->on_cancel(of->arg, of);
}

/* RFC 3261 8.2.2.2: the same INVITE by another way. */
static bool
is_merged(struct worker *w, struct server_tx *s, const struct message *m)
{
	uint64_t hash = hash_text(w->datapath->secret, m->call_id);

	hash = hash_text(hash, m->from_tag ? m->from_tag : "");
	hash = hash_bytes(hash, &m->cseq, sizeof(m->cseq));
	if (hash_find(&w->transactions->merged, hash))
		return true;
	hash_add(&w->transactions->merged, &s->merged, hash);   /* without memory: not found again */
	return false;
}

struct server_tx *
server_receive(struct worker *w, struct message *m)
{
	char *key = key_of(m, m->method == METHOD_ACK ? METHOD_INVITE : m->method);
	struct server_tx *s = key ? server_find(w, key) : NULL;

	if (s) {
		free(key);
		if (m->method == METHOD_ACK)
			ack_of_refusal(s);
		else
			again(s, m);
		return NULL;
	}
	if (m->method == METHOD_ACK || !key) {
		free(key);
		return NULL;
	}
	s = server_new(w, m, key);
	if (!s) {
		free(key);
		return NULL;
	}
	if (m->method == METHOD_INVITE && !m->to_tag && is_merged(w, s, m)) {
		server_respond(s, 482, "Loop Detected", NULL, NULL, NULL);
		return NULL;
	}
	if (m->method != METHOD_CANCEL)
		return s;
	cancel(w, s, m);
	return NULL;
}

void
servers_quiet(struct worker *w)
{
	for (struct link *l = NULL; (l = hash_walk(&w->transactions->servers, l));)
		OWNER(l, struct server_tx, link)->user = NULL;
}

void
servers_free(struct worker *w)
{
	struct link *l;

	while ((l = hash_take(&w->transactions->servers))) {
		struct server_tx *s = OWNER(l, struct server_tx, link);

		s->user = NULL;
		server_free(s);
	}
	hash_clear(&w->transactions->servers);
	hash_clear(&w->transactions->merged);
}
