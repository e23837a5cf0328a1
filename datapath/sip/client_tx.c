/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/client_tx.c -- client transactions (RFC 3261 17.1, RFC 6026 7.2).
 *
 * States: CALLING (TRYING of a non-INVITE) repeats the request; PROCEEDING waits; COMPLETED
 * swallows repetitions, and for a refused INVITE acknowledges them; ACCEPTED hands every 2xx of an
 * INVITE up, because its ACK is the user's. */
#include "datapath/sip/frame.h"
#include "datapath/sip/tx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum client_state { CLIENT_CALLING, CLIENT_PROCEEDING, CLIENT_COMPLETED, CLIENT_ACCEPTED };

struct client_tx {
	struct link link;
	struct worker *worker;
	enum client_state state;
	enum method method;
	struct flow flow;
	char branch[NAME_SIZE];
	struct text request;
	struct timer repeat, end;
	uint64_t interval, began_ms;
	unsigned sent;
	bool cancel_wanted, cancelled;
	const struct client_user *user;
	void *arg;
	uint32_t call_id;
	char guid[13];
};

/* ---- life ------------------------------------------------------------------------------------------- */

static void
client_free(struct client_tx *c)
{
	const struct client_user *user = c->user;

	timer_stop(&c->worker->wheel, &c->repeat);
	timer_stop(&c->worker->wheel, &c->end);
	hash_remove(&c->worker->transactions->clients, &c->link);
	c->user = NULL;
	if (user && user->on_end)
		user->on_end(c->arg, c);
	text_clear(&c->request);
	free(c);
}

static void
on_client_end(void *arg)
{
	client_free(arg);
}

static void
fail(struct client_tx *c, int status, const char *why)
{
	const struct client_user *user = c->user;

	/* Told once; on_end follows with the memory. */
	if (user && user->on_failed && c->state < CLIENT_COMPLETED)
		user->on_failed(c->arg, c, status, why);
	client_free(c);
}

static void
on_client_timeout(void *arg)
{
	fail(arg, 408, "the peer did not answer");
}

static bool
is_stream(const struct client_tx *c)
{
	return c->flow.transport != TRANSPORT_UDP;
}

/* ---- sending ------------------------------------------------------------------------------------------ */

static void
on_lost(void *arg)
{
	fail(arg, 503, "the request could not be sent");
}

static int
send_request(struct client_tx *c)
{
	c->sent++;
	c->worker->stats.requests_out[c->method]++;
	tx_sent(c->worker, c->call_id, c->guid, c->request.bytes, c->request.size);
	/* A CANCEL shares its INVITE's name, and what becomes of it matters to nobody. */
	return transport_send(c->worker, &c->flow, c->request.bytes, c->request.size,
	    c->method == METHOD_CANCEL ? 0 : c->link.hash);
}

static void
on_client_repeat(void *arg)
{
	struct client_tx *c = arg;
	bool invite = c->method == METHOD_INVITE;

	/* `retry invite': after so many the peer is given up, before timer B would. */
	if (invite && c->sent > c->worker->config->sip_ua.retry_invite) {
		on_client_timeout(c);
		return;
	}
	c->worker->stats.retries[c->method]++;
	send_request(c);
	c->interval *= 2;
	if (!invite && (c->interval > T2 || c->state == CLIENT_PROCEEDING))
		c->interval = T2;
	timer_start(&c->worker->wheel, &c->repeat, c->interval, on_client_repeat, c);
}

struct client_tx *
client_send(struct worker *w, enum method method, const char *branch, const struct flow *flow,
    struct text *request, const struct client_user *user, void *arg, uint32_t call_id,
    const char *guid)
{
	struct client_tx *c = request->failed ? NULL : calloc(1, sizeof(*c));

	if (!c || hash_add(&w->transactions->clients, &c->link, hash_text(HASH_START, branch)) < 0) {
		text_clear(request);
		free(c);
		return NULL;
	}
	c->worker = w;
	c->method = method;
	c->flow = *flow;
	text_trim(request);
	c->request = *request;
	*request = (struct text){ 0 };
	c->user = user;
	c->arg = arg;
	c->call_id = call_id;
	c->began_ms = uv_now(&w->loop);
	snprintf(c->branch, sizeof(c->branch), "%s", branch);
	snprintf(c->guid, sizeof(c->guid), "%s", guid);
	c->interval = method == METHOD_INVITE ? w->config->sip_ua.trying_ms : T1;
	timer_start(&w->wheel, &c->end, LIFE, on_client_timeout, c);    /* B, F */
	if (send_request(c) < 0)
		timer_start(&w->wheel, &c->end, 0, on_lost, c); /* told from the loop, not from here */
	else if (!is_stream(c))
		timer_start(&w->wheel, &c->repeat, c->interval, on_client_repeat, c);
	return c;
}

/* ---- ACK of a refusal, and CANCEL: both are made of the request's own lines --------------------------- */

static void
copy_line(const struct client_tx *c, const char *name, struct text *to)
{
	size_t n;
	const char *value = frame_header(c->request.bytes, c->request.size, name, name, &n);

	if (!value)
		return;
	text_format(to, "%s: ", name);
	text_bytes(to, value, n);
	text_add(to, "\r\n");
}

/* All Route lines, in order. */
static void
copy_routes(const struct client_tx *c, struct text *to)
{
	const char *p = c->request.bytes, *end = p + c->request.size, *next;

	for (; p < end && *p != '\r'; p = next) {
		next = memchr(p, '\n', (size_t)(end - p));
		if (!next++)
			return;
		if (!strncmp(p, "Route: ", 7))
			text_bytes(to, p, (size_t)(next - p));
	}
}

static void
same_branch(const struct client_tx *c, const char *method, const char *to_line, struct text *t)
{
	const char *uri = memchr(c->request.bytes, ' ', c->request.size);
	size_t n = uri ? strcspn(uri + 1, "\r\n") : 0, cseq;
	const char *number = frame_header(c->request.bytes, c->request.size, "CSeq", "CSeq", &cseq);

	text_format(t, "%s %.*s\r\n", method, (int)n, uri ? uri + 1 : "");
	copy_line(c, "Via", t);
	copy_routes(c, t);
	copy_line(c, "Max-Forwards", t);
	copy_line(c, "From", t);
	if (to_line) {
		text_add(t, "To: ");
		text_safe(t, to_line);
		text_add(t, "\r\n");
	} else {
		copy_line(c, "To", t);
	}
	copy_line(c, "Call-ID", t);
	text_format(t, "CSeq: %u %s\r\nContent-Length: 0\r\n\r\n",
	    number ? (unsigned)strtoul(number, NULL, 10) : 0, method);
}

static void
ack_refusal(struct client_tx *c, const struct message *m)
{
	struct text t = { 0 }, to = { 0 };

	message_to(m, &to);
	same_branch(c, "ACK", to.bytes, &t);
	text_clear(&to);
	c->worker->stats.requests_out[METHOD_ACK]++;
	send_ack(c->worker, &c->flow, &t, c->call_id, c->guid);
	text_clear(&t);
}

void
send_ack(struct worker *w, const struct flow *f, const struct text *t, uint32_t call_id,
    const char *guid)
{
	if (t->failed || !t->size)
		return;
	tx_sent(w, call_id, guid, t->bytes, t->size);
	transport_send(w, f, t->bytes, t->size, 0);
}

/* RFC 3261 9.1: only once a provisional response is there; its own outcome matters to nobody. */
void
client_cancel(struct client_tx *c)
{
	static const struct client_user nobody = { 0 };
	struct text t = { 0 };

	c->cancel_wanted = true;
	if (c->cancelled || c->state != CLIENT_PROCEEDING)
		return;
	c->cancelled = true;
	same_branch(c, "CANCEL", NULL, &t);
	/* The same branch: a CANCEL is told from its INVITE by the method. */
	client_send(c->worker, METHOD_CANCEL, c->branch, &c->flow, &t, &nobody, NULL, c->call_id,
	    c->guid);
	timer_start(&c->worker->wheel, &c->end, LIFE, on_client_timeout, c);
}

/* ---- receiving ------------------------------------------------------------------------------------------------ */

static void
tell(struct client_tx *c, const struct message *m)
{
	if (c->user && c->user->on_response)
		c->user->on_response(c->arg, c, m);
}

static void
provisional(struct client_tx *c, const struct message *m)
{
	if (c->state > CLIENT_PROCEEDING)
		return;
	c->state = CLIENT_PROCEEDING;
	if (c->method == METHOD_INVITE) {
		timer_stop(&c->worker->wheel, &c->repeat);
		if (!c->cancelled)                              /* RFC 3261 9.1: 64*T1 from then */
			timer_stop(&c->worker->wheel, &c->end); /* how long it rings is its user's */
	}
	if (c->cancel_wanted)
		client_cancel(c);
	tell(c, m);
}

static void
end_after(struct client_tx *c, uint64_t ms)
{
	timer_stop(&c->worker->wheel, &c->repeat);
	timer_start(&c->worker->wheel, &c->end, ms, on_client_end, c);
}

static void
final(struct client_tx *c, const struct message *m)
{
	bool first = c->state < CLIENT_COMPLETED;

	if (c->method == METHOD_INVITE && m->status >= 300) {
		if (c->state == CLIENT_ACCEPTED)
			return;
		ack_refusal(c, m);
		c->state = CLIENT_COMPLETED;
		if (first)
			end_after(c, is_stream(c) ? 0 : LIFE);          /* D */
	} else if (c->method == METHOD_INVITE) {
		if (c->state == CLIENT_COMPLETED)
			return;
		c->state = CLIENT_ACCEPTED;
		if (first)
			end_after(c, LIFE);                             /* M */
		first = true;                                           /* every 2xx goes up */
	} else {
		c->state = CLIENT_COMPLETED;
		if (first)
			end_after(c, is_stream(c) ? 0 : T4);            /* K */
	}
	if (first)
		tell(c, m);
}

static struct client_tx *
client_find(struct worker *w, const char *branch, enum method method)
{
	struct link *l = hash_find(&w->transactions->clients, hash_text(HASH_START, branch));

	for (; l; l = hash_next(l)) {
		struct client_tx *c = OWNER(l, struct client_tx, link);

		if (!strcmp(c->branch, branch) && c->method == method)
			return c;
	}
	return NULL;
}

bool
client_known(const struct worker *w, const char *branch)
{
	struct link *l = hash_find(&w->transactions->clients, hash_text(HASH_START, branch));

	for (; l; l = hash_next(l))
		if (!strcmp(OWNER(l, struct client_tx, link)->branch, branch))
			return true;
	return false;
}

void
client_receive(struct worker *w, const struct message *m)
{
	struct client_tx *c = client_find(w, m->branch, m->method);

	w->stats.responses_in[m->status]++;     /* message_check(): 100 to 699 */
	if (m->status == 200)
		w->stats.ok_in[m->method]++;
	if (!c)
		return;
	if (m->status < 200)
		provisional(c, m);
	else
		final(c, m);
}

void
client_leave(struct client_tx *c)
{
	c->user = NULL;
}

uint64_t
client_elapsed_ms(const struct client_tx *c)
{
	return uv_now(&c->worker->loop) - c->began_ms;
}

/* ---- a stream that failed ----------------------------------------------------------------------------------------- */

static void
unsent(struct worker *w, uint64_t token, const char *why)
{
	struct link *l = hash_find(&w->transactions->clients, token);

	/* One that was answered has arrived, whatever became of its connection since. */
	if (l && OWNER(l, struct client_tx, link)->state == CLIENT_CALLING)
		fail(OWNER(l, struct client_tx, link), 503, why);
}

struct returned { struct mail mail; uint64_t token; char why[384]; };

static void
deliver_returned(struct worker *w, struct mail *mail)
{
	struct returned *r = (struct returned *)mail;

	if (!w->stopping)
		unsent(w, r->token, r->why);
	free(r);
}

/* Always by mail: the sender may still stand inside client_send(). */
void
transaction_unsent(struct worker *w, unsigned worker, uint64_t token, const char *why)
{
	struct returned *r = calloc(1, sizeof(*r));

	if (!r)
		return;                 /* timer B will say it */
	r->mail.deliver = deliver_returned;
	r->token = token;
	snprintf(r->why, sizeof(r->why), "%s", why);
	if (worker_post(worker_of(w->datapath, worker), &r->mail) < 0)
		free(r);
}

/* ---- the room -------------------------------------------------------------------------------------------------------- */

void
tx_sent(struct worker *w, uint32_t call_id, const char *guid, const char *bytes, size_t size)
{
	if (event_wanted(w, DEBUG_SIP_MESSAGES))
		event_post(w, EVENT_SIP_SENT, call_id, guid, bytes, size, NULL, 0);
}

void
clients_free(struct worker *w)
{
	struct link *l;

	while ((l = hash_take(&w->transactions->clients))) {
		struct client_tx *c = OWNER(l, struct client_tx, link);

		c->user = NULL;
		client_free(c);
	}
	hash_clear(&w->transactions->clients);
}

void
transactions_quiet(struct worker *w)
{
	servers_quiet(w);
	for (struct link *l = NULL; (l = hash_walk(&w->transactions->clients, l));)
		OWNER(l, struct client_tx, link)->user = NULL;
}

void
transactions_held(const struct worker *w, uint64_t *servers, uint64_t *clients)
{
	*servers = w->transactions->servers.count;
	*clients = w->transactions->clients.count;
}

int
transactions_new(struct worker *w)
{
	w->transactions = calloc(1, sizeof(*w->transactions));
	return w->transactions ? message_once() : -ENOMEM;
}

void
transactions_free(struct worker *w)
{
	if (!w->transactions)
		return;
	servers_free(w);
	clients_free(w);
	free(w->transactions);
	w->transactions = NULL;
}
