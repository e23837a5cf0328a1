/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/capture_ring.c -- a capture that was started: a packet socket, a thread that reads it and nothing
 * else, and a buffer that is there from the start and never grows.
 *
 * The buffer holds what a file of libpcap holds behind its head, so an export is a copy.  Places in
 * it are counted from the start and wrap where they are used; `tail' is the oldest record.  The
 * lock is over the buffer alone: it is held for a record, or for a copy, and no worker knows it. */
#include "modes/acl.h"
#include "modes/capture.h"
#include "modes/config.h"
#include "shell/log.h"
#include "shell/running.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { COOKED = 16, ETHERNET = 14, TAG = 4, SOCKET_BYTES = 8 << 20, AT_ONCE = 512 };
enum { LINK_ETHERNET = 1, LINK_COOKED = 113 };

struct record { uint32_t s, us, kept, length; };
struct pcap_head { uint32_t magic; uint16_t major, minor; uint32_t zone, digits, snap, link; };

struct capture_ring {
	struct capture_plan plan;
	const void *config;             /* of an access list; NULL: none */
	atomic_uint holds;
	int socket, wake;
	bool cooked, started;           /* started: the thread is to be joined */
	pthread_t thread;
	uint8_t *scratch;               /* the thread's, CAPTURE_SNAP bytes */
	pthread_mutex_t lock;           /* over all that follows */
	uint8_t *buffer;
	uint64_t head, tail;
	uint32_t packets;
	uint64_t received, dropped, oversized;
	int64_t began_us, ended_us;     /* of the monotonic clock; ended 0: it runs */
};

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* ---- what a packet says ------------------------------------------------------------------------------- */

static uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
see_ports(const uint8_t *p, size_t n, struct capture_seen *seen)
{
	seen->ports = n >= 4 && (seen->protocol == IPPROTO_TCP || seen->protocol == IPPROTO_UDP);
	if (!seen->ports)
		return;
	seen->from_port = be16(p);
	seen->to_port = be16(p + 2);
}

/* Of a fragment that is not the first nobody knows the ports. */
static void
see_ipv4(const uint8_t *p, size_t n, struct capture_seen *seen)
{
	size_t head = n ? (p[0] & 15) * 4u : 0;

	if (n < 20 || head < 20)
		return;
	seen->family = AF_INET;
	seen->dscp = p[1] >> 2;
	seen->protocol = p[9];
	memcpy(seen->from, p + 12, 4);
	memcpy(seen->to, p + 16, 4);
	if (head <= n && !(be16(p + 6) & 0x1fff))
		see_ports(p + head, n - head, seen);
}

static void
see_ipv6(const uint8_t *p, size_t n, struct capture_seen *seen)
{
	if (n < 40)
		return;
	seen->family = AF_INET6;
	seen->dscp = (uint8_t)((be16(p) >> 6) & 63);
	seen->protocol = p[6];
	memcpy(seen->from, p + 8, 16);
	memcpy(seen->to, p + 24, 16);
	see_ports(p + 40, n - 40, seen);
}

void
capture_see(const uint8_t *p, size_t kept, bool cooked, struct capture_seen *seen)
{
	size_t head = cooked ? COOKED : ETHERNET;

	*seen = (struct capture_seen){ 0 };
	if (kept < head)
		return;
	seen->type = be16(p + head - 2);
	if (seen->type == ETHERTYPE_VLAN && kept >= head + TAG) {
		head += TAG;
		seen->type = be16(p + head - 2);
	}
	if (seen->type == ETHERTYPE_IP)
		see_ipv4(p + head, kept - head, seen);
	else if (seen->type == ETHERTYPE_IPV6)
		see_ipv6(p + head, kept - head, seen);
}

/* ---- which packets -------------------------------------------------------------------------------------- */

static bool
end_fits(const struct capture_end *e, const uint8_t address[4], const struct capture_seen *seen, uint16_t port)
{
	struct in_addr a;

	memcpy(&a, address, sizeof(a));
	return !((a.s_addr ^ e->address.s_addr) & e->mask.s_addr) &&
	    (!e->port || (seen->ports && e->port == port));
}

static bool
ipv4_fits(const struct capture_filter *f, const struct capture_seen *seen)
{
	static const uint8_t numbers[] = { 0, [CAPTURE_TCP] = IPPROTO_TCP, [CAPTURE_UDP] = IPPROTO_UDP };

	if (f->protocol && numbers[f->protocol] != seen->protocol)
		return false;
	if (end_fits(&f->from, seen->from, seen, seen->from_port) &&
	    end_fits(&f->to, seen->to, seen, seen->to_port))
		return true;
	return f->turned && end_fits(&f->from, seen->to, seen, seen->to_port) &&
	    end_fits(&f->to, seen->from, seen, seen->from_port);
}

static bool
list_lets(const struct capture_ring *r, const uint8_t address[4])
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	memcpy(&a.sin_addr, address, sizeof(a.sin_addr));
	return acl_permits(r->config, r->plan.filter.list, (const struct sockaddr *)&a, 0);
}

static bool
fits(const struct capture_ring *r, const uint8_t *bytes, size_t kept)
{
	struct capture_seen seen;

	if (r->plan.filter.by == CAPTURE_BY_ANY)
		return true;
	capture_see(bytes, kept, r->cooked, &seen);
	if (seen.family != AF_INET)
		return false;
	return r->plan.filter.by == CAPTURE_BY_LIST ? list_lets(r, seen.from) || list_lets(r, seen.to)
	    : ipv4_fits(&r->plan.filter, &seen);
}

/* A loopback shows each packet twice, as it goes out and as it comes in: both is once. */
static bool
goes_that_way(const struct capture_ring *r, const struct sockaddr_ll *from)
{
	bool out = from->sll_pkttype == PACKET_OUTGOING;

	if (r->plan.way == CAPTURE_BOTH)
		return !out || from->sll_hatype != ARPHRD_LOOPBACK;
	return out == (r->plan.way == CAPTURE_OUT);
}

/* ---- the buffer, under its lock ---------------------------------------------------------------------- */

static void
put(struct capture_ring *r, const void *bytes, size_t n)
{
	size_t at = r->head % r->plan.bytes, first = r->plan.bytes - at;

	first = first < n ? first : n;
	memcpy(r->buffer + at, bytes, first);
	memcpy(r->buffer, (const uint8_t *)bytes + first, n - first);
	r->head += n;
}

static void
get(const struct capture_ring *r, uint64_t from, void *to, size_t n)
{
	size_t at = from % r->plan.bytes, first = r->plan.bytes - at;

	first = first < n ? first : n;
	memcpy(to, r->buffer + at, first);
	memcpy((uint8_t *)to + first, r->buffer, n - first);
}

/* false: it is full, and nobody makes room. */
static bool
make_room(struct capture_ring *r, size_t n)
{
	struct record oldest;

	while (r->head - r->tail + n > r->plan.bytes) {
		if (!r->plan.circular)
			return false;
		get(r, r->tail, &oldest, sizeof(oldest));
		r->tail += sizeof(oldest) + oldest.kept;
		r->packets--;
	}
	return true;
}

/* The kernel forgets what it has said. */
static void
count_drops(struct capture_ring *r)
{
	struct tpacket_stats said;
	socklen_t size = sizeof(said);

	if (r->socket >= 0 && getsockopt(r->socket, SOL_PACKET, PACKET_STATISTICS, &said, &size) == 0)
		r->dropped += said.tp_drops;
}

/* ---- the thread ------------------------------------------------------------------------------------------ */

/* Why it ends; NULL: it goes on. */
static const char *
keep(struct capture_ring *r, const struct timeval *at, size_t length, size_t had)
{
	size_t most = r->plan.packet_bytes ? r->plan.packet_bytes : CAPTURE_SNAP;
	struct record one = { (uint32_t)at->tv_sec, (uint32_t)at->tv_usec, (uint32_t)(had < most ? had : most),
		(uint32_t)length };
	const char *why = NULL;

	pthread_mutex_lock(&r->lock);
	if (make_room(r, sizeof(one) + one.kept)) {
		put(r, &one, sizeof(one));
		put(r, r->scratch, one.kept);
		r->packets++;
		r->received++;
		r->oversized += length > had;
		if (r->plan.packets && r->received >= r->plan.packets)
			why = "packet limit reached";
	} else {
		why = "buffer full";
	}
	pthread_mutex_unlock(&r->lock);
	return why;
}

static void
cook(const struct sockaddr_ll *from, uint8_t head[COOKED])
{
	uint16_t words[3] = { htons(from->sll_pkttype), htons(from->sll_hatype), htons(from->sll_halen) };

	memcpy(head, words, sizeof(words));
	memcpy(head + 6, from->sll_addr, 8);
	memcpy(head + 14, &from->sll_protocol, 2);
}

static void
read_time(struct msghdr *m, struct timeval *at)
{
	gettimeofday(at, NULL);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMP)
			memcpy(at, CMSG_DATA(c), sizeof(*at));
}

/* One packet from the socket.  1; 0: there is none; *why: the capture ends. */
static int
take(struct capture_ring *r, const char **why)
{
	size_t head = r->cooked ? COOKED : 0, had;
	_Alignas(struct cmsghdr) char control[128];
	struct sockaddr_ll from = { 0 };
	struct iovec room = { r->scratch + head, CAPTURE_SNAP - head };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &room, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(r->socket, &m, MSG_DONTWAIT | MSG_TRUNC);
	struct timeval at;

	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR && errno != ENETDOWN && errno != ENOBUFS)
			*why = strerror(errno);
		return 0;
	}
	if (!goes_that_way(r, &from))
		return 1;
	if (r->cooked)
		cook(&from, r->scratch);
	had = head + ((size_t)n < room.iov_len ? (size_t)n : room.iov_len);
	if (!fits(r, r->scratch, had))
		return 1;
	read_time(&m, &at);
	*why = keep(r, &at, head + (size_t)n, had);
	return 1;
}

/* Until the time is over; -1: no matter how long. */
static int
wait_ms(const struct capture_ring *r)
{
	int64_t left_us;

	if (!r->plan.seconds)
		return -1;
	left_us = r->began_us + r->plan.seconds * 1000000LL - now_us();
	return left_us <= 0 ? 0 : (int)(left_us / 1000 < 60000 ? left_us / 1000 + 1 : 60000);
}

/* What the socket holds when it is asked to stop belongs to the capture too, but not for ever. */
static const char *
collect(struct capture_ring *r)
{
	struct pollfd fds[] = { { .fd = r->socket, .events = POLLIN }, { .fd = r->wake, .events = POLLIN } };
	const char *why = NULL;
	bool stop = false;

	while (!why && !stop) {
		int wait = wait_ms(r);

		poll(fds, 2, wait);
		stop = fds[1].revents;
		for (int i = 0; !why && i < (stop ? 16 * AT_ONCE : AT_ONCE) && take(r, &why); i++)
			continue;
		if (!why && !stop && wait_ms(r) == 0)
			why = "duration limit reached";
	}
	return why;
}

/* The workers go first: a capture that cannot follow loses packets, not they. */
static void *
run(void *arg)
{
	struct capture_ring *r = arg;
	const char *why;

	pthread_setname_np(pthread_self(), "Capture");
	setpriority(PRIO_PROCESS, (id_t)gettid(), 5);
	why = collect(r);
	pthread_mutex_lock(&r->lock);
	count_drops(r);
	close(r->socket);
	r->socket = -1;
	r->ended_us = now_us();
	pthread_mutex_unlock(&r->lock);
	if (why && r->plan.log)
		log_put(r->plan.log, 6, "BUFCAP-6-DISABLE", "Capture Point %s disabled. Reason : %s", r->plan.name,
		    why);
	return NULL;
}

/* ---- start and stop ---------------------------------------------------------------------------------------- */

static int
open_failed(char *why, size_t size)
{
	int rc = -errno;

	snprintf(why, size, "%s", rc == -EPERM || rc == -EACCES
	    ? "the box may not open packet sockets (it needs CAP_NET_RAW)" : strerror(-rc));
	return rc;
}

/* Ethernet is taken as it is; of all the rest, and of all at once, the kernel strips the head. */
static int
open_socket(struct capture_ring *r, char *why, size_t size)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = r->plan.link };
	int on = 1, bytes = SOCKET_BYTES;

	r->wake = eventfd(0, EFD_CLOEXEC);
	r->socket = socket(AF_PACKET, (r->cooked ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (r->wake < 0 || r->socket < 0)
		return open_failed(why, size);
	setsockopt(r->socket, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on));
	if (setsockopt(r->socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(r->socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return bind(r->socket, (struct sockaddr *)&at, sizeof(at)) < 0 ? open_failed(why, size) : 0;
}

/* Pages of their own, all there before the first packet; they go back whole.  NULL: there are none. */
static void *
pages_new(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

int
capture_ring_start(struct capture_ring **rp, const struct capture_plan *plan, char *why, size_t size)
{
	struct capture_ring *r = calloc(1, sizeof(*r));
	int rc = -ENOMEM;

	snprintf(why, size, "there is not so much memory");
	if (!r)
		return rc;
	*r = (struct capture_ring){ .plan = *plan, .holds = 1, .socket = -1, .wake = -1,
		.cooked = !plan->ethernet };
	pthread_mutex_init(&r->lock, NULL);
	r->buffer = pages_new(plan->bytes);
	r->scratch = pages_new(CAPTURE_SNAP);
	if (!r->buffer || !r->scratch || (rc = open_socket(r, why, size)) < 0)
		goto out;
	if (plan->filter.by == CAPTURE_BY_LIST)
		r->config = running_hold(plan->running);
	r->began_us = now_us();
	rc = -pthread_create(&r->thread, NULL, run, r);
	if (rc < 0)
		snprintf(why, size, "no thread");
	r->started = rc == 0;
out:
	if (rc < 0)
		capture_ring_drop(r);
	else
		*rp = r;
	return rc;
}

static void
let_go(struct capture_ring *r)
{
	if (r->config)
		running_drop(r->config);
	if (r->scratch)
		munmap(r->scratch, CAPTURE_SNAP);
	if (r->wake >= 0)
		close(r->wake);
	r->config = NULL;
	r->scratch = NULL;
	r->wake = -1;
}

void
capture_ring_stop(struct capture_ring *r)
{
	if (!r || !r->started)
		return;
	eventfd_write(r->wake, 1);
	pthread_join(r->thread, NULL);
	r->started = false;
	let_go(r);
}

struct capture_ring *
capture_ring_hold(struct capture_ring *r)
{
	if (r)
		atomic_fetch_add(&r->holds, 1);
	return r;
}

void
capture_ring_drop(struct capture_ring *r)
{
	if (!r || atomic_fetch_sub(&r->holds, 1) != 1)
		return;
	let_go(r);
	if (r->socket >= 0)
		close(r->socket);
	if (r->buffer)
		munmap(r->buffer, r->plan.bytes);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* ---- looking ------------------------------------------------------------------------------------------------ */

void
capture_ring_clear(struct capture_ring *r)
{
	pthread_mutex_lock(&r->lock);
	r->tail = r->head;
	r->packets = 0;
	pthread_mutex_unlock(&r->lock);
}

void
capture_ring_look(struct capture_ring *r, struct capture_state *state)
{
	pthread_mutex_lock(&r->lock);
	count_drops(r);
	*state = (struct capture_state){ .active = !r->ended_us, .used = r->head - r->tail, .packets = r->packets,
		.received = r->received, .dropped = r->dropped, .oversized = r->oversized,
		.seconds = (double)((r->ended_us ? r->ended_us : now_us()) - r->began_us) / 1e6 };
	pthread_mutex_unlock(&r->lock);
}

/* What was overwritten meanwhile is left out. */
bool
capture_ring_next(struct capture_ring *r, uint64_t *at, struct capture_packet *p)
{
	struct record one;
	bool found;

	pthread_mutex_lock(&r->lock);
	if (*at < r->tail)
		*at = r->tail;
	found = *at < r->head;
	if (found) {
		get(r, *at, &one, sizeof(one));
		get(r, *at + sizeof(one), p->bytes, one.kept);
		*at += sizeof(one) + one.kept;
	}
	pthread_mutex_unlock(&r->lock);
	if (!found)
		return false;
	p->us = one.s * 1000000LL + one.us;
	p->kept = one.kept;
	p->length = one.length;
	p->cooked = r->cooked;
	return true;
}

int
capture_ring_pcap(struct capture_ring *r, void **bytes, size_t *size)
{
	struct pcap_head head = { 0xa1b2c3d4, 2, 4, 0, 0, CAPTURE_SNAP, r->cooked ? LINK_COOKED : LINK_ETHERNET };
	size_t room = sizeof(head) + r->plan.bytes;
	uint8_t *p = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -ENOMEM;
	memcpy(p, &head, sizeof(head));
	pthread_mutex_lock(&r->lock);
	*size = sizeof(head) + (r->head - r->tail);
	get(r, r->tail, p + sizeof(head), r->head - r->tail);
	pthread_mutex_unlock(&r->lock);
	*bytes = p;
	return 0;
}

void
capture_pcap_free(struct capture_ring *r, void *bytes)
{
	munmap(bytes, sizeof(struct pcap_head) + r->plan.bytes);
}
