/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/conn.c -- one TCP or TLS connection: opened or accepted, framed, written, aged.
 *
 * A connection belongs to one worker.  What is sent before it is up waits in its queue; when it
 * fails, every waiting message with a token is given back to its transaction with the reason. */
#include "datapath/sip/dispatch.h"
#include "datapath/sip/frame.h"
#include "datapath/sip/room.h"
#include "datapath/sip/transaction.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUEUE_MOST = 1 << 20, READ_SIZE = 65536, FULL_QUIET_MS = 10000 };

/* ---- life ----------------------------------------------------------------------------------------- */

static uint64_t
remote_hash(enum transport transport, const addr_t *remote)
{
	uint16_t key[2] = { addr_port(remote), transport };

	return hash_bytes(addr_hash_host(remote), key, sizeof(key));
}

struct conn *
conn_find(struct worker *w, uint32_t id)
{
	struct link *l = hash_find(&w->transport->by_id, id);

	return l ? OWNER(l, struct conn, by_id) : NULL;
}

static struct conn *
conn_new(struct worker *w, enum transport transport, bool outbound)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->worker = w;
	c->transport = (uint8_t)transport;
	c->outbound = outbound;
	c->queue_end = &c->queue;
	c->since_s = time(NULL);
	c->used_ms = uv_now(&w->loop);
	c->id = atomic_fetch_add(&w->datapath->next_conn, 1) + 1;
	c->tcp.data = c;
	c->connect.data = c;
	if (w->transport->by_id.count >= CONNS_MAX ||
	    hash_add(&w->transport->by_id, &c->by_id, c->id) < 0) {
		free(c);
		return NULL;
	}
	return c;
}

static void
on_closed(uv_handle_t *handle)
{
	struct conn *c = handle->data;

	if (c->away)
		c->gone = true;
	else
		conn_free(c);
}

void
conn_free(struct conn *c)
{
	tls_finish(c);
	text_clear(&c->input);
	free(c);
}

static void
remember_failure(struct conn *c)
{
	struct transport_room *t = c->worker->transport;
	struct tls_failure *f = &t->failures[t->failure_count++ % FAILURES_KEPT];
	char remote[ADDR_TEXT], local[ADDR_TEXT];

	*f = (struct tls_failure){ .at_s = time(NULL), .remote = c->remote, .local = c->local,
		.server = !c->outbound };
	f->tag = c->tag;
	tls_tell(c, &f->report);
	if (c->outbound)
		t->stats[c->transport].client_handshakes++;
	else
		t->stats[c->transport].server_handshakes++;
	event_log(c->worker, 2, "SIP-2-TLS_HANDSHAKE_FAILED", "TLS handshake failure, Reason: %s, "
	    "Connection ID: %u, local address : %s and remote address : %s", c->why, c->id,
	    addr_text(&c->local, local), addr_text(&c->remote, remote));
	if (event_wanted(c->worker, DEBUG_TLS_ERRORS))
		event_post(c->worker, EVENT_TLS_ERROR, 0, NULL, c->why, strlen(c->why), NULL, 0);
}

static void
drop_queue(struct conn *c)
{
	struct pending *p;

	while ((p = c->queue)) {
		c->queue = p->next;
		if (p->token && !c->worker->stopping)
			transaction_unsent(c->worker, p->from_worker, p->token, c->why);
		secret_free(p, sizeof(*p) + p->size);
	}
	c->queue_end = &c->queue;
	c->queued = 0;
}

/* RFC 3261 17.1.4: a request that went out on a connection that died unheard has failed; its
 * transaction knows whether it was answered since. */
static void
give_back_sent(struct conn *c)
{
	unsigned n = c->sent_count < SENT_KEPT ? c->sent_count : SENT_KEPT;

	for (unsigned i = 0; i < n && !c->worker->stopping; i++)
		transaction_unsent(c->worker, c->sent[i].worker, c->sent[i].token, c->why);
	c->sent_count = 0;
}

static void
leave_handshake(struct conn *c)
{
	struct transport_room *t = c->worker->transport;

	tls_unpark(c);
	if (c->state == CONN_HANDSHAKE)
		t->handshakes--;
	for (struct conn **p = &t->waiting; c->in_queue && *p; p = &(*p)->next_waiting) {
		if (*p != c)
			continue;
		*p = c->next_waiting;
		if (!*p)
			t->waiting_end = p;
		c->in_queue = false;
		break;
	}
}

void
conn_close(struct conn *c, const char *why)
{
	struct worker *w = c->worker;

	if (c->closing)
		return;
	c->closing = true;
	if (why && why != c->why)
		snprintf(c->why, sizeof(c->why), "%s", why);
	timer_stop(&w->wheel, &c->establish);
	if (why && c->state == CONN_HANDSHAKE)
		remember_failure(c);
	else if (why && c->state == CONN_CONNECTING)
		w->transport->stats[c->transport].conn_failures++;
	leave_handshake(c);
	c->state = CONN_CLOSING;
	if (!c->why[0])
		snprintf(c->why, sizeof(c->why), "the connection was closed");
	drop_queue(c);
	give_back_sent(c);
	hash_remove(&w->transport->by_id, &c->by_id);
	if (c->outbound)
		hash_remove(&w->transport->by_remote, &c->by_remote);
	uv_close((uv_handle_t *)&c->tcp, on_closed);
}

/* ---- reading --------------------------------------------------------------------------------------- */

static void
message_in(struct conn *c, const char *bytes, size_t size)
{
	struct flow f = { .transport = c->transport, .worker = (uint8_t)c->worker->index,
		.outbound = c->outbound, .conn = c->id, .remote = c->remote, .local = c->local };

	/* Trust may have ended since it was accepted: its calls live on, nothing new begins. */
	f.retired = !c->outbound && !trust_allows(c->worker->transport->trust, &c->remote);
	c->sent_count = 0;
	c->messages_in++;
	dispatch_bytes(c->worker, bytes, size, &f);
}

static void
answer_ping(struct conn *c)
{
	if (c->transport == TRANSPORT_TLS)
		tls_send(c, "\r\n", 2);
	else
		conn_write(c, strdup("\r\n"), 2);
}

/* Whatever came over the connection, decrypted: cut it into messages. */
void
conn_input(struct conn *c, const char *bytes, size_t size)
{
	size_t at = 0, one;
	enum frame f = FRAME_MORE;

	c->used_ms = uv_now(&c->worker->loop);
	text_bytes(&c->input, bytes, size);
	if (c->input.failed) {
		conn_close(c, "no memory");
		return;
	}
	while (!c->closing && at < c->input.size) {
		f = frame_next(c->input.bytes + at, c->input.size - at, &one);
		if (f == FRAME_MESSAGE)
			message_in(c, c->input.bytes + at, one);
		else if (f == FRAME_PING)
			answer_ping(c);
		else if (f != FRAME_PONG)
			break;
		at += one;
	}
	if (f == FRAME_BAD && !c->closing) {
		c->worker->stats.malformed++;
		conn_close(c, "what came is not SIP");
		return;
	}
	if (c->closing || !at)
		return;
	memmove(c->input.bytes, c->input.bytes + at, c->input.size - at);
	c->input.size -= at;
}

static void
on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	static _Thread_local char room[READ_SIZE];

	(void)handle;
	(void)suggested;
	*buf = uv_buf_init(room, sizeof(room));
}

void
conn_remote_closed(struct conn *c, ssize_t rc)
{
	struct transport_room *t = c->worker->transport;

	if (c->state == CONN_HANDSHAKE) {
		if (tls_hear_out(c))
			return;
		conn_close(c, c->why[0] ? c->why
		    : "the peer closed the connection during the handshake");
		return;
	}
	t->stats[c->transport].remote_closures++;
	snprintf(c->why, sizeof(c->why), "the peer closed the connection%s%s",
	    rc == UV_EOF ? "" : ": ", rc == UV_EOF ? "" : uv_strerror((int)rc));
	conn_close(c, NULL);
}

static void
on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buf)
{
	struct conn *c = stream->data;

	if (c->closing || size == 0)
		return;
	if (size < 0)
		conn_remote_closed(c, size);
	else if (c->transport == TRANSPORT_TLS)
		tls_received(c, buf->base, (size_t)size);
	else
		conn_input(c, buf->base, (size_t)size);
}

/* ---- writing ---------------------------------------------------------------------------------------- */

struct writing { uv_write_t req; struct conn *conn; uint32_t size; char *bytes; };

static void
on_written(uv_write_t *req, int status)
{
	struct writing *wr = (struct writing *)req;
	struct conn *c = wr->conn;

	c->writing -= wr->size;
	if (status < 0 && status != UV_ECANCELED && !c->closing) {
		c->worker->transport->stats[c->transport].send_failures++;
		conn_close(c, uv_strerror(status));
	}
	free(wr->bytes);
	free(wr);
}

int
conn_write(struct conn *c, char *bytes, size_t size)
{
	struct writing *wr = bytes ? malloc(sizeof(*wr)) : NULL;
	uv_buf_t buf = uv_buf_init(bytes, (unsigned)size);
	int rc;

	if (!wr || c->closing || c->writing + size > QUEUE_MOST) {
		c->worker->transport->stats[c->transport].send_failures++;
		free(bytes);
		free(wr);
		return -ENOBUFS;
	}
	rc = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);
	if (rc == (int)size) {
		free(bytes);
		free(wr);
		return 0;
	}
	*wr = (struct writing){ .conn = c, .size = (uint32_t)size, .bytes = bytes };
	c->writing += (uint32_t)size;
	if (rc > 0)
		buf = uv_buf_init(bytes + rc, (unsigned)(size - (size_t)rc));
	rc = uv_write(&wr->req, (uv_stream_t *)&c->tcp, &buf, 1, on_written);
	if (rc < 0) {
		c->writing -= wr->size;
		free(wr->bytes);
		free(wr);
	}
	return rc;
}

static int
write_message(struct conn *c, const char *bytes, size_t size)
{
	char *copy;

	c->messages_out++;
	c->used_ms = uv_now(&c->worker->loop);
	if (c->transport == TRANSPORT_TLS)
		return tls_send(c, bytes, size);
	copy = malloc(size);
	if (copy)
		memcpy(copy, bytes, size);
	return conn_write(c, copy, size);
}

static int
send_now(struct conn *c, const char *bytes, size_t size, uint64_t token, unsigned worker)
{
	int rc = write_message(c, bytes, size);

	if (rc == 0 && token && !c->closing) {
		c->sent[c->sent_count % SENT_KEPT].token = token;
		c->sent[c->sent_count++ % SENT_KEPT].worker = (uint8_t)worker;
	}
	return rc;
}

int
conn_send(struct conn *c, const char *bytes, size_t size, uint64_t token, unsigned worker)
{
	struct pending *p;

	if (c->state == CONN_ESTABLISHED)
		return send_now(c, bytes, size, token, worker);
	if (c->queued + size > QUEUE_MOST || !(p = malloc(sizeof(*p) + size)))
		return -ENOBUFS;
	*p = (struct pending){ .token = token, .from_worker = (uint8_t)worker, .size = size };
	memcpy(p->bytes, bytes, size);
	*c->queue_end = p;
	c->queue_end = &p->next;
	c->queued += size;
	return 0;
}

void
conn_established(struct conn *c)
{
	struct pending *p;

	if (c->transport == TRANSPORT_TLS && c->state == CONN_CONNECTING) {
		c->state = CONN_HANDSHAKE;
		c->worker->transport->handshakes++;
		if (tls_start(c) < 0)
			conn_close(c, c->why);
		return;
	}
	leave_handshake(c);
	c->state = CONN_ESTABLISHED;
	timer_stop(&c->worker->wheel, &c->establish);
	while (!c->closing && (p = c->queue)) {
		c->queue = p->next;
		if (!c->queue)
			c->queue_end = &c->queue;
		c->queued -= p->size;
		if (send_now(c, p->bytes, p->size, p->token, p->from_worker) < 0 && p->token)
			transaction_unsent(c->worker, p->from_worker, p->token, c->why[0] ? c->why
			    : "the connection takes no more");
		secret_free(p, sizeof(*p) + p->size);
	}
}

/* ---- opening ----------------------------------------------------------------------------------------- */

static void
on_establish_timeout(void *arg)
{
	struct conn *c = arg;

	conn_close(c, c->state == CONN_HANDSHAKE ? "the TLS handshake took too long"
	    : "the peer does not answer");
}

static void
opened(struct conn *c)
{
	int size = sizeof(c->local);

	uv_tcp_nodelay(&c->tcp, 1);
	uv_tcp_getsockname(&c->tcp, (struct sockaddr *)&c->local, &size);
	if (uv_read_start((uv_stream_t *)&c->tcp, on_room, on_read) < 0)
		conn_close(c, "the connection cannot be read");
	else
		conn_established(c);
}

static void
on_connected(uv_connect_t *req, int status)
{
	struct conn *c = req->data;

	if (c->closing)
		return;
	if (status < 0)
		conn_close(c, uv_strerror(status));
	else
		opened(c);
}

/* From the address that the configuration binds; the kernel chooses the port. */
static int
bind_local(struct conn *c)
{
	struct sip_addresses a = datapath_addresses(c->worker->config);

	if (addr_is_any(&a.control) || a.control.ss_family != c->remote.ss_family)
		return 0;
	return uv_tcp_bind(&c->tcp, (struct sockaddr *)&a.control, 0);
}

static bool
fits(struct conn *c)
{
	struct sip_addresses a = datapath_addresses(c->worker->config);

	if (c->state == CONN_ESTABLISHED && !addr_is_any(&a.control) &&
	    !addr_same_host(&a.control, &c->local))
		return false;
	return c->transport != TRANSPORT_TLS || tls_fits(c);
}

struct conn *
conn_to(struct worker *w, const struct flow *f)
{
	enum transport transport = f->transport;
	const addr_t *remote = &f->remote;
	uint64_t hash = remote_hash(transport, remote);
	struct conn *c;
	int rc;

	for (struct link *l = hash_find(&w->transport->by_remote, hash); l; l = hash_next(l)) {
		c = OWNER(l, struct conn, by_remote);
		if (c->transport != transport || !addr_same(&c->remote, remote) || !tls_serves(c, f->tag))
			continue;
		if (fits(c))
			return c;
		/* Its calls keep it; new ones get one of the identity that is configured now. */
		hash_remove(&w->transport->by_remote, l);
		break;
	}
	c = conn_new(w, transport, true);
	if (!c)
		return NULL;
	c->remote = *remote;
	c->tag = f->tag;
	rc = hash_add(&w->transport->by_remote, &c->by_remote, hash);
	if (rc == 0 && (rc = uv_tcp_init_ex(&w->loop, &c->tcp, remote->ss_family)) < 0)
		hash_remove(&w->transport->by_remote, &c->by_remote);
	if (rc < 0) {
		hash_remove(&w->transport->by_id, &c->by_id);
		free(c);
		return NULL;
	}
	limit_segments(w, (uv_handle_t *)&c->tcp);
	timer_start(&w->wheel, &c->establish, w->config->sip_ua.establish_s * 1000u,
	    on_establish_timeout, c);
	rc = bind_local(c);
	if (rc == 0)
		rc = uv_tcp_connect(&c->connect, &c->tcp, (const struct sockaddr *)remote,
		    on_connected);
	if (rc < 0) {
		conn_close(c, uv_strerror(rc));
		return NULL;
	}
	return c;
}

static void
on_refused(uv_handle_t *handle)
{
	free(handle);
}

/* Accept and close at once: no byte of a stranger is read, no handshake begins. */
static int
turn_away(struct listener *l)
{
	uv_tcp_t *tcp = malloc(sizeof(*tcp));

	if (!tcp || uv_tcp_init(&l->worker->loop, tcp) < 0) {
		free(tcp);
		return -ENOMEM;
	}
	uv_accept((uv_stream_t *)&l->uv.tcp, (uv_stream_t *)tcp);
	uv_tcp_close_reset(tcp, on_refused);
	return 0;
}

/* Of one host, and how many of them still shake hands.  Only asked for when there are many. */
static unsigned
of_host(struct worker *w, const addr_t *remote, unsigned *handshakes)
{
	unsigned n = 0;

	*handshakes = 0;
	for (struct link *l = NULL; (l = hash_walk(&w->transport->by_id, l));) {
		const struct conn *c = OWNER(l, struct conn, by_id);

		if (c->outbound || !addr_same_host(&c->remote, remote))
			continue;
		n++;
		*handshakes += c->state == CONN_HANDSHAKE;
	}
	return n;
}

/* No host takes all the room: an eighth of the connections and of the handshakes at once is its
 * share, and a quarter of all is left to the connections that we open. */
static bool
has_room(struct conn *c)
{
	struct transport_room *t = c->worker->transport;
	unsigned n, handshakes;

	if (t->by_id.count >= CONNS_MAX / 4 * 3 || t->handshakes >= HANDSHAKES_MAX)
		return false;
	if (t->by_id.count < CONNS_MAX / 8 && t->handshakes < HANDSHAKES_MAX / 8 * 7)
		return true;
	n = of_host(c->worker, &c->remote, &handshakes);
	return n < CONNS_MAX / 8 && (t->handshakes < HANDSHAKES_MAX / 8 * 7 ||
	    handshakes < HANDSHAKES_MAX / 8);
}

static bool
welcome(struct conn *c)
{
	struct worker *w = c->worker;
	int size = sizeof(c->remote);
	char host[ADDR_TEXT];

	if (uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&c->remote, &size) < 0)
		return false;
	if (!trust_allows(w->transport->trust, &c->remote)) {
		stranger_seen(w, &c->remote, c->transport);
		return false;
	}
	if (has_room(c))
		return true;
	w->transport->stats[c->transport].conn_failures++;
	if (worker_now_ms(w) < w->transport->full_quiet_until_ms)
		return false;
	w->transport->full_quiet_until_ms = worker_now_ms(w) + FULL_QUIET_MS;
	event_log(w, 4, "SIP-4-CONNECTIONS", "A connection from %s was refused: it, or all together, "
	    "have too many open", addr_text(&c->remote, host));
	return false;
}

int
conn_accept(struct listener *l)
{
	struct worker *w = l->worker;
	struct conn *c = conn_new(w, l->transport, false);

	if (!c)
		return turn_away(l);
	if (uv_tcp_init(&w->loop, &c->tcp) < 0) {
		hash_remove(&w->transport->by_id, &c->by_id);
		free(c);
		return turn_away(l);
	}
	if (uv_accept((uv_stream_t *)&l->uv.tcp, (uv_stream_t *)&c->tcp) < 0 || !welcome(c)) {
		conn_close(c, NULL);
		return -EACCES;
	}
	timer_start(&w->wheel, &c->establish, w->config->sip_ua.establish_s * 1000u,
	    on_establish_timeout, c);
	opened(c);
	return 0;
}

/* ---- age ------------------------------------------------------------------------------------------------ */

void
conn_sweep(struct worker *w)
{
	uint64_t now = uv_now(&w->loop);
	struct link *next;

	for (struct link *l = hash_walk(&w->transport->by_id, NULL); l; l = next) {
		struct conn *c = OWNER(l, struct conn, by_id);
		uint64_t minutes = c->transport == TRANSPORT_TLS ? w->config->sip_ua.aging_tls_min
		    : w->config->sip_ua.aging_min;

		next = hash_walk(&w->transport->by_id, l);
		if (c->state != CONN_ESTABLISHED || now - c->used_ms < minutes * 60000)
			continue;
		w->transport->stats[c->transport].ageouts++;
		conn_close(c, NULL);
	}
}
