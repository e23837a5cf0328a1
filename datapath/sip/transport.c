/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/transport.c -- listeners, datagrams, and which worker a message leaves from. */
#include "datapath/call/call.h"
#include "datapath/sip/dispatch.h"
#include "datapath/sip/room.h"
#include "datapath/sip/transaction.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- which addresses are ours ----------------------------------------------------------------- */

static bool
interface_address(const struct config *c, const struct interface_ref *bind, addr_t *a)
{
	const struct interface *i = bind->set ? map_find(c->interfaces, bind->name) : NULL;

	if (!i || !i->ip.set || i->shutdown)
		return false;
	*a = addr_ipv4(i->ip.address, 0);
	return true;
}

/* Without a bind: the only interface's address if there is one, else every address. */
static void
unbound_address(const struct config *c, addr_t *a)
{
	*a = addr_ipv4((struct in_addr){ INADDR_ANY }, 0);
	for (const struct interface *i = map_first(c->interfaces); i;
	     i = map_after(c->interfaces, i->node.key)) {
		if (!i->ip.set || i->shutdown)
			continue;
		*a = addr_ipv4(i->ip.address, 0);
		return;
	}
}

struct sip_addresses
datapath_addresses(const struct config *c)
{
	const struct serv_sip *sip = &c->voip.sip;
	struct sip_addresses a = { .port = sip->port, .secure_port = sip->secure_port };

	a.control_bound = interface_address(c, &sip->bind_control, &a.control);
	a.media_bound = interface_address(c, &sip->bind_media, &a.media);
	if (!a.control_bound)
		unbound_address(c, &a.control);
	if (!a.media_bound)
		a.media = a.control;
	return a;
}

/* ---- listeners -------------------------------------------------------------------------------- */

static void
on_udp_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	static _Thread_local char room[SIP_MESSAGE_MOST];

	(void)handle;
	(void)suggested;
	*buf = uv_buf_init(room, sizeof(room));
}

static void
on_datagram(uv_udp_t *udp, ssize_t size, const uv_buf_t *buf, const struct sockaddr *from,
    unsigned flags)
{
	struct listener *l = udp->data;
	struct flow flow = { .transport = TRANSPORT_UDP, .worker = (uint8_t)l->worker->index,
		.local = l->local, .retired = l->retired };

	if (size <= 4 || !from || (flags & UV_UDP_PARTIAL))
		return;                 /* nothing, a keepalive, or cut off */
	memcpy(&flow.remote, from,
	    from->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
	flow.stranger = !trust_allows(l->worker->transport->trust, &flow.remote);
	if (flow.stranger && !dispatch_names_us(l->worker, buf->base, (size_t)size)) {
		stranger_seen(l->worker, &flow.remote, TRANSPORT_UDP);
		return;
	}
	l->worker->transport->udp_in++;
	dispatch_bytes(l->worker, buf->base, (size_t)size, &flow);
}

static void
on_connection(uv_stream_t *server, int status)
{
	if (status == 0)
		conn_accept(server->data);
}

static void
on_listener_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void
listener_close(struct listener *l)
{
	uv_close(&l->uv.handle, on_listener_closed);
}

void
limit_segments(struct worker *w, uv_handle_t *tcp)
{
	int fd, mss = w->config->tcp_mss;

	if (uv_fileno(tcp, &fd) == 0)
		setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &mss, sizeof(mss));
}

/* Every worker listens on the same address: the kernel spreads what comes in. */
static int
share_port(uv_handle_t *handle)
{
	int on = 1, fd, rc = uv_fileno(handle, &fd);

	if (rc == 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) < 0)
		rc = -errno;
	return rc;
}

static int
listen_udp(struct listener *l)
{
	uv_udp_t *u = &l->uv.udp;
	int rc, bytes = 4 << 20;

	if ((rc = share_port(&l->uv.handle)) < 0 ||
	    (rc = uv_udp_bind(u, (struct sockaddr *)&l->local, 0)) < 0)
		return rc;
	uv_recv_buffer_size(&l->uv.handle, &bytes);
	return uv_udp_recv_start(u, on_udp_room, on_datagram);
}

static int
listen_tcp(struct listener *l)
{
	int rc;

	if ((rc = share_port(&l->uv.handle)) < 0 ||
	    (rc = uv_tcp_bind(&l->uv.tcp, (struct sockaddr *)&l->local, 0)) < 0)
		return rc;
	return uv_listen((uv_stream_t *)&l->uv.tcp, 512, on_connection);
}

/* SO_REUSEPORT would let two boxes share a port and half of each other's messages: at boot the
 * first worker asks whether somebody else is there already. */
static int
taken(enum transport transport, const addr_t *local)
{
	int type = transport == TRANSPORT_UDP ? SOCK_DGRAM : SOCK_STREAM, on = 1, rc = 0;
	int s = socket(local->ss_family, type | SOCK_CLOEXEC, 0);

	if (s < 0)
		return 0;
	if (type == SOCK_STREAM)
		setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, (const struct sockaddr *)local, addr_size(local)) < 0 && errno == EADDRINUSE)
		rc = UV_EADDRINUSE;
	close(s);
	return rc;
}

static bool
listens(const struct transport_room *t, enum transport transport, const addr_t *local)
{
	for (size_t i = 0; i < t->listener_count; i++)
		if (t->listeners[i]->transport == transport &&
		    addr_same(&t->listeners[i]->local, local))
			return true;
	return false;
}

/* Before its thread runs (and so before any other does): the first worker asks, the others follow
 * what it got. */
static int
may_listen(struct worker *w, enum transport transport, const addr_t *local)
{
	if (w->thread)
		return 0;
	if (w->index == 0)
		return taken(transport, local);
	return listens(worker_of(w->datapath, 0)->transport, transport, local) ? 0 : UV_EADDRINUSE;
}

static const char *const transport_word[] = { "?", "UDP", "TCP", "TLS" };

/* A bind that fails is told and the box runs on: the address may come later. */
static void
listener_open(struct worker *w, enum transport transport, const addr_t *local)
{
	struct transport_room *t = w->transport;
	struct listener *l = calloc(1, sizeof(*l));
	char host[ADDR_TEXT];
	int rc;

	if (!l || t->listener_count == LISTENERS_MAX) {
		free(l);
		return;
	}
	l->worker = w;
	l->transport = transport;
	l->local = *local;
	if (transport == TRANSPORT_UDP)
		rc = uv_udp_init_ex(&w->loop, &l->uv.udp, local->ss_family);
	else
		rc = uv_tcp_init_ex(&w->loop, &l->uv.tcp, local->ss_family);
	if (rc < 0) {
		free(l);
		return;
	}
	l->uv.handle.data = l;
	rc = may_listen(w, transport, local);
	if (rc == 0)
		rc = transport == TRANSPORT_UDP ? listen_udp(l) : listen_tcp(l);
	if (rc < 0) {
		t->missing = true;
		if (w->index == 0 && !t->retrying)
			event_log(w, 2, "SIP-2-LISTEN_SOCKET", "Failed to open listen socket for "
			    "ip_addr=%s, port=%u, vrf=, transport=%s: %s", addr_host(local, host),
			    addr_port(local), transport_word[transport],
			    rc == UV_EADDRNOTAVAIL ? "this host does not have that address" :
			    uv_strerror(rc));
		listener_close(l);
		return;
	}
	l->id = (uint32_t)t->listener_count + 1;
	t->listeners[t->listener_count++] = l;
	if (t->retrying && w->index == 0)
		event_log(w, 5, "SIP-5-LISTEN_SOCKET", "Listen socket opened now: ip_addr=%s, port=%u, "
		    "transport=%s", addr_host(local, host), addr_port(local),
		    transport_word[transport]);
}

static void
want(struct worker *w, enum transport transport, addr_t local, uint16_t port)
{
	struct transport_room *t = w->transport;

	addr_set_port(&local, port);
	for (size_t i = 0; i < t->listener_count; i++) {
		struct listener *l = t->listeners[i];

		if (l->transport == transport && addr_same(&l->local, &local)) {
			l->wanted = true;
			return;
		}
	}
	listener_open(w, transport, &local);
	if (t->listener_count && addr_same(&t->listeners[t->listener_count - 1]->local, &local))
		t->listeners[t->listener_count - 1]->wanted = true;
}

/* An address that is no longer configured takes nothing new; where calls have said that they are
 * there it is still heard until the last of them has ended.  (Streams keep their connections.) */
static void
close_unwanted(struct worker *w)
{
	struct transport_room *t = w->transport;
	size_t kept = 0;

	for (size_t i = 0; i < t->listener_count; i++) {
		struct listener *l = t->listeners[i];

		l->retired = !l->wanted && l->transport == TRANSPORT_UDP &&
		    calls_live_at(w, &l->local);
		if (l->wanted || l->retired)
			t->listeners[kept++] = l;
		else
			listener_close(l);
	}
	t->listener_count = kept;
}

static void
close_retired(struct worker *w)
{
	for (size_t i = 0; i < w->transport->listener_count; i++)
		if (w->transport->listeners[i]->retired) {
			close_unwanted(w);
			return;
		}
}

static void
match_listeners(struct worker *w)
{
	struct transport_room *t = w->transport;
	const struct config *c = w->config;
	struct sip_addresses a = datapath_addresses(c);
	bool up = c->voip.set || c->sip_ua.set || map_count(c->dial_peers);

	t->missing = false;
	for (size_t i = 0; i < t->listener_count; i++)
		t->listeners[i]->wanted = false;
	if (up && c->sip_ua.udp)
		want(w, TRANSPORT_UDP, a.control, a.port);
	if (up && c->sip_ua.tcp)
		want(w, TRANSPORT_TCP, a.control, a.port);
	if (up && c->sip_ua.tls && (c->sip_ua.by_default.set || map_count(c->sip_ua.remote)))
		want(w, TRANSPORT_TLS, a.control, a.secure_port);
	close_unwanted(w);
	for (size_t i = 0; i < t->listener_count; i++)
		if (t->listeners[i]->transport != TRANSPORT_UDP)
			limit_segments(w, &t->listeners[i]->uv.handle);
}

/* An address that the host did not have may have come since. */
static void
retry_missing(struct worker *w)
{
	if (!w->transport->missing)
		return;
	w->transport->retrying = true;
	match_listeners(w);
	w->transport->retrying = false;
}

void
transport_changed(struct worker *w, const struct config *was)
{
	trust_changed(w->transport->trust, was, w->config);
	tls_changed(w->transport->tls, was, w->config);
	match_listeners(w);
}

/* ---- sending ---------------------------------------------------------------------------------- */

static struct listener *
udp_from(struct transport_room *t, const addr_t *local)
{
	struct listener *any = NULL;

	for (size_t i = 0; i < t->listener_count; i++) {
		struct listener *l = t->listeners[i];

		if (l->transport != TRANSPORT_UDP)
			continue;
		if (addr_same(&l->local, local))
			return l;
		if (!l->retired)
			any = l;
	}
	return any;
}

static int
send_udp(struct worker *w, const struct flow *f, const char *bytes, size_t size)
{
	struct transport_room *t = w->transport;
	struct listener *l = udp_from(t, &f->local);
	uv_buf_t buf = uv_buf_init((char *)bytes, (unsigned)size);
	int rc = UV_ENOTCONN;

	if (l)
		rc = uv_udp_try_send(&l->uv.udp, &buf, 1, (const struct sockaddr *)&f->remote);
	if (rc < 0)
		t->stats[TRANSPORT_UDP].send_failures++;
	else
		t->udp_out++;
	/* No room in the socket is a loss like any other: the retransmission cures it. */
	return rc < 0 && rc != UV_EAGAIN && rc != UV_ENOBUFS ? rc : 0;
}

static int send_by(struct worker *, const struct flow *, const char *bytes, size_t size,
    uint64_t token, unsigned from);

/* The peer's own connection is gone: by the one of ours to where it said that it is. */
static int
send_again(struct worker *w, const struct flow *f, const char *bytes, size_t size, uint64_t token,
    unsigned from)
{
	struct flow ours;

	if (f->outbound || addr_is_any(&f->again))
		return -ENOTCONN;
	transport_flow(w, f->transport, &f->again, &ours);
	ours.tag = f->tag;
	return send_by(w, &ours, bytes, size, token, from);
}

static int
send_stream(struct worker *w, const struct flow *f, const char *bytes, size_t size, uint64_t token,
    unsigned from)
{
	struct conn *c = f->conn ? conn_find(w, f->conn) : NULL;

	if (!c && f->outbound)
		c = conn_to(w, f);
	if (!c || c->closing)
		return send_again(w, f, bytes, size, token, from);
	return conn_send(c, bytes, size, token, from);
}

/* Bytes for a connection that lives on another worker. */
struct letter { struct mail mail; struct flow flow; uint64_t token; uint8_t from; size_t size;
	char bytes[]; };

static void
deliver_letter(struct worker *w, struct mail *mail)
{
	struct letter *l = (struct letter *)mail;

	if (!w->stopping &&
	    send_stream(w, &l->flow, l->bytes, l->size, l->token, l->from) < 0 && l->token)
		transaction_unsent(w, l->from, l->token, "the connection could not be opened");
	secret_free(l, sizeof(*l) + l->size);
}

static int
send_elsewhere(struct worker *w, const struct flow *f, const char *bytes, size_t size,
    uint64_t token, unsigned from)
{
	struct letter *l = malloc(sizeof(*l) + size);
	int rc;

	if (!l)
		return -ENOMEM;
	*l = (struct letter){ .mail.deliver = deliver_letter, .flow = *f, .token = token,
		.from = (uint8_t)from, .size = size };
	memcpy(l->bytes, bytes, size);
	rc = worker_post(worker_of(w->datapath, f->worker), &l->mail);
	if (rc < 0)
		free(l);
	return rc;
}

/* `from': the worker to which `token' means something. */
static int
send_by(struct worker *w, const struct flow *f, const char *bytes, size_t size, uint64_t token,
    unsigned from)
{
	if (f->transport == TRANSPORT_UDP)
		return send_udp(w, f, bytes, size);
	if (f->worker != w->index)
		return send_elsewhere(w, f, bytes, size, token, from);
	return send_stream(w, f, bytes, size, token, from);
}

int
transport_send(struct worker *w, const struct flow *f, const char *bytes, size_t size,
    uint64_t token)
{
	return send_by(w, f, bytes, size, token, w->index);
}

void
transport_local(struct worker *w, enum transport transport, const addr_t *remote, addr_t *local)
{
	struct sip_addresses a = datapath_addresses(w->config);

	*local = a.control;
	/* Bound to every address: the one that the kernel would send from. */
	if (addr_is_any(local)) {
		int s = socket(remote->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		socklen_t size = sizeof(*local);
		addr_t to = *remote;

		addr_set_port(&to, 9);
		if (s >= 0 && connect(s, (struct sockaddr *)&to, addr_size(&to)) == 0)
			(void)!getsockname(s, (struct sockaddr *)local, &size);
		if (s >= 0)
			close(s);
	}
	addr_set_port(local, transport == TRANSPORT_TLS ? a.secure_port : a.port);
}

void
transport_flow(struct worker *w, enum transport transport, const addr_t *remote, struct flow *f)
{
	uint64_t owner = addr_hash_host(remote);
	uint16_t key[2] = { addr_port(remote), transport };

	*f = (struct flow){ .transport = (uint8_t)transport, .remote = *remote, .outbound = true };
	transport_local(w, transport, remote, &f->local);
	if (transport == TRANSPORT_UDP)
		f->worker = (uint8_t)w->index;
	else
		f->worker = (uint8_t)((hash_bytes(owner, key, sizeof(key)) >> 16) %
		    w->datapath->count);
}

bool
transport_alive(struct worker *w, const struct flow *f)
{
	struct conn *c;

	if (f->transport == TRANSPORT_UDP || f->worker != w->index || !f->conn)
		return true;
	c = conn_find(w, f->conn);
	return c && !c->closing;
}

bool
transport_trusts(struct worker *w, const addr_t *a)
{
	return trust_allows(w->transport->trust, a);
}

struct learned { struct mail mail; addr_t addr; };

static void
deliver_learned(struct worker *w, struct mail *mail)
{
	struct learned *l = (struct learned *)mail;

	if (!w->stopping)
		trust_learn(w->transport->trust, &l->addr, worker_now_ms(w));
	free(l);
}

void
transport_learned(struct worker *w, const addr_t *a)
{
	trust_learn(w->transport->trust, a, worker_now_ms(w));
	for (unsigned i = 0; i < w->datapath->count; i++) {
		struct learned *l = i == w->index ? NULL : calloc(1, sizeof(*l));

		if (!l)
			continue;
		l->mail.deliver = deliver_learned;
		l->addr = *a;
		if (worker_post(worker_of(w->datapath, i), &l->mail) < 0)
			free(l);
	}
}

/* ---- show and clear ------------------------------------------------------------------------------ */

static void
add_listeners(struct worker *w, enum transport transport, struct conns *to)
{
	struct transport_room *t = w->transport;

	if (w->index)
		return;                 /* the same ones on every worker: shown once */
	for (size_t i = 0; i < t->listener_count; i++) {
		struct listener *l = t->listeners[i];
		struct listener_info *more;

		if (l->transport != transport || l->retired)
			continue;
		more = realloc(to->listeners, (to->listener_count + 1) * sizeof(*more));
		if (!more)
			return;
		to->listeners = more;
		more[to->listener_count++] =
		    (struct listener_info){ l->id, transport, l->local };
	}
}

static void
describe(struct conn *c, struct conn_info *i)
{
	*i = (struct conn_info){ .id = c->id, .transport = c->transport, .state = c->state,
		.outbound = c->outbound, .remote = c->remote, .local = c->local,
		.queued = (uint32_t)c->queued + c->writing, .messages_in = c->messages_in,
		.messages_out = c->messages_out, .since_s = c->since_s };
	if (c->ssl)
		tls_describe(c, i);
}

static void
add_conns(struct worker *w, enum transport transport, struct conns *to)
{
	for (struct link *l = NULL; (l = hash_walk(&w->transport->by_id, l));) {
		struct conn *c = OWNER(l, struct conn, by_id);
		struct conn_info *more;

		if (c->transport != transport)
			continue;
		more = realloc(to->conns, (to->count + 1) * sizeof(*more));
		if (!more)
			return;
		to->conns = more;
		describe(c, &more[to->count++]);
	}
}

static void
add_failures(struct transport_room *t, struct conns *to)
{
	size_t n = t->failure_count < FAILURES_KEPT ? t->failure_count : FAILURES_KEPT;
	struct tls_failure *more = NULL;

	if (n)
		more = realloc(to->failures, (to->failure_count + n) * sizeof(*more));
	if (!more)
		return;
	to->failures = more;
	for (size_t i = 0; i < n; i++)
		more[to->failure_count++] =
		    t->failures[(t->failure_count - 1 - i) % FAILURES_KEPT];
}

void
transport_conns(struct worker *w, enum transport transport, struct conns *to)
{
	struct transport_room *t = w->transport;

	conn_stats_add(&to->stats, &t->stats[transport]);
	add_listeners(w, transport, to);
	add_conns(w, transport, to);
	if (transport == TRANSPORT_TLS)
		add_failures(t, to);
}

int
transport_clear(struct worker *w, enum transport transport, uint32_t id, const addr_t *remote)
{
	struct link *next;
	int n = 0;

	for (struct link *l = hash_walk(&w->transport->by_id, NULL); l; l = next) {
		struct conn *c = OWNER(l, struct conn, by_id);

		next = hash_walk(&w->transport->by_id, l);
		if (c->transport != transport || c->closing || (id && c->id != id) ||
		    (remote && !addr_same(&c->remote, remote)))
			continue;
		conn_close(c, NULL);
		n++;
	}
	return n;
}

/* ---- the room --------------------------------------------------------------------------------------- */

enum { SWEEP_MS = 10000 };

static void
on_sweep(void *arg)
{
	struct worker *w = arg;

	conn_sweep(w);
	close_retired(w);
	retry_missing(w);
	trust_age(w->transport->trust, worker_now_ms(w));
	timer_start(&w->wheel, &w->transport->sweep, SWEEP_MS, on_sweep, w);
}

/* Handshakes wait their turn: at most so much of their arithmetic before the loop looks at its
 * sockets again, so that no packet waits for a crowd of clients. */
enum { HANDSHAKE_BUDGET_NS = 2000000 };

static void
on_handshaker(uv_idle_t *idle)
{
	struct worker *w = idle->data;
	struct transport_room *t = w->transport;
	uint64_t until = uv_hrtime() + HANDSHAKE_BUDGET_NS;

	while (t->waiting && uv_hrtime() < until) {
		struct conn *c = t->waiting;

		t->waiting = c->next_waiting;
		if (!t->waiting)
			t->waiting_end = &t->waiting;
		c->in_queue = false;
		tls_advance(c);
	}
	if (!t->waiting)
		uv_idle_stop(idle);
}

int
transport_new(struct worker *w)
{
	struct transport_room *t = calloc(1, sizeof(*t));
	int rc;

	if (!t)
		return -ENOMEM;
	w->transport = t;
	t->waiting_end = &t->waiting;
	uv_idle_init(&w->loop, &t->handshaker);
	t->handshaker.data = w;
	if ((rc = trust_new(&t->trust)) < 0 || (rc = tls_new(&t->tls, w)) < 0)
		return rc;
	transport_changed(w, NULL);
	timer_start(&w->wheel, &t->sweep, SWEEP_MS, on_sweep, w);
	return 0;
}

void
transport_wake_handshakes(struct worker *w)
{
	uv_idle_start(&w->transport->handshaker, on_handshaker);
}

void
transport_free(struct worker *w)
{
	struct transport_room *t = w->transport;
	struct link *next;

	if (!t)
		return;
	timer_stop(&w->wheel, &t->sweep);
	for (struct link *l = hash_walk(&t->by_id, NULL); l; l = next) {
		next = hash_walk(&t->by_id, l);
		conn_close(OWNER(l, struct conn, by_id), NULL);
	}
	for (size_t i = 0; i < t->listener_count; i++)
		listener_close(t->listeners[i]);
	t->listener_count = 0;
	uv_close((uv_handle_t *)&t->handshaker, NULL);
	/* The connections' last callbacks still look in here: it goes when the loop has run out. */
}

void
transport_gone(struct worker *w)
{
	struct transport_room *t = w->transport;

	if (!t)
		return;
	hash_clear(&t->by_id);
	hash_clear(&t->by_remote);
	trust_free(t->trust);
	tls_free(t->tls);
	seen_free(t);
	free(t);
	w->transport = NULL;
}
