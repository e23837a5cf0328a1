/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/relay.c -- CPU time of one relayed packet: 400 calls of G.711, both ways, through a
 * media engine of its own on this thread while another thread plays the telephones.  What is
 * counted is this thread's CPU time alone.  usage: bench-relay [rtp|sha1_80|gcm_256] */
#include "datapath/media/exchange.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 400, PACKET = 172, SECONDS = 4 };

struct phone { int fd; uint16_t port; struct sockaddr_in box; };
struct bench {
	struct engine *engine;
	struct exchange *calls[CALLS];
	struct phone phones[CALLS][SIDES];
	enum suite suite;
	atomic_bool stop;
};

/* The packets of the SRTP side are plain here (its phone has no key): the box opens none of them,
 * so with a suite only the way RTP -> SRTP is played. */
static const struct row { const char *name; enum suite suite; const char *key; } rows[] = {
	{ "rtp", SUITE_NONE, NULL },
	{ "sha1_80", AES_CM_128_HMAC_SHA1_80, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
	{ "gcm_256", AEAD_AES_256_GCM,
	  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
};

static struct media_policy
policy(enum suite suite)
{
	struct media_policy p = { .srtp = suite ? SRTP_ON : SRTP_OFF, .vad = true,
		.secure_signalling = true, .suites = { suite } };
	struct sockaddr_in *in = (struct sockaddr_in *)&p.local;

	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return p;
}

static void
phone_open(struct phone *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (p->fd < 0 || bind(p->fd, (struct sockaddr *)&a, n) < 0 ||
	    getsockname(p->fd, (struct sockaddr *)&a, &n) < 0)
		abort();
	p->port = ntohs(a.sin_port);
}

static void
sdp(const struct phone *p, const struct row *r, char *buf, size_t size)
{
	snprintf(buf, size, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
	    "m=audio %u RTP/%s 0\r\n%s%s%s%s%s", p->port, r->suite ? "SAVP" : "AVP",
	    r->suite ? "a=crypto:1 " : "", r->suite ? suite_name(r->suite) : "",
	    r->suite ? " inline:" : "", r->suite ? r->key : "", r->suite ? "\r\n" : "");
}

static void
aim(struct phone *p, const char *body)
{
	p->box = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)atoi(strstr(body, "m=audio ") + 8)) };
}

static void
call_open(struct bench *b, int i, const struct row *r)
{
	struct exchange_options o = { .engine = b->engine, .session_name = "bench",
		.policy = { policy(SUITE_NONE), policy(r->suite) } };
	struct phone *a = &b->phones[i][SIDE_A], *z = &b->phones[i][SIDE_B];
	struct refusal refusal = { 0 };
	char body[600], *out = NULL;

	phone_open(a);
	phone_open(z);
	sdp(a, &rows[0], body, sizeof(body));
	if (exchange_new(&b->calls[i], &o) < 0 ||
	    exchange_offer(b->calls[i], SIDE_A, body, strlen(body), &out, &refusal) < 0)
		abort();
	aim(z, out);
	free(out);
	sdp(z, r, body, sizeof(body));
	if (exchange_answer(b->calls[i], SIDE_B, body, strlen(body), &out, &refusal) < 0)
		abort();
	aim(a, out);
	free(out);
}

static void
play(struct bench *b, int i, enum side side, uint16_t seq)
{
	struct phone *p = &b->phones[i][side];
	uint8_t packet[PACKET] = { 0x80, 0, (uint8_t)(seq >> 8), (uint8_t)seq }, junk[2048];

	packet[8] = (uint8_t)(i >> 8);
	packet[9] = (uint8_t)i;
	packet[10] = (uint8_t)side;
	if (side == SIDE_A || !b->suite)
		sendto(p->fd, packet, sizeof(packet), 0, (struct sockaddr *)&p->box, sizeof(p->box));
	while (recv(p->fd, junk, sizeof(junk), 0) > 0)
		;
}

/* 20 ms a round, spread: a crowd of telephones does not speak all at once. */
static void *
telephones(void *arg)
{
	struct bench *b = arg;
	uint64_t next = uv_hrtime();

	for (uint16_t seq = 1; !atomic_load(&b->stop); seq++) {
		for (int i = 0; i < CALLS; i++) {
			play(b, i, SIDE_A, seq);
			play(b, i, SIDE_B, seq);
			if (i % 20 == 19) {
				next += 1000000;
				if (next > uv_hrtime())
					usleep((useconds_t)((next - uv_hrtime()) / 1000));
			}
		}
	}
	return NULL;
}

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
report(const struct bench *b, const char *name, double us)
{
	uint64_t in = 0, out = 0;

	for (int i = 0; i < CALLS; i++) {
		for (int side = 0; side < SIDES; side++) {
			struct stream_info info;

			exchange_info(b->calls[i], side, &info);
			in += info.packets_in;
			out += info.packets_out;
		}
	}
	printf("%s %.2f us per relayed packet (%llu of %llu)\n", name, us / (double)out,
	    (unsigned long long)out, (unsigned long long)in);
}

int
main(int argc, char **argv)
{
	static struct bench b;
	const struct row *r = &rows[0];
	pthread_t thread;
	uv_loop_t loop;
	uint64_t end;
	double began;

	for (size_t i = 0; argc > 1 && i < sizeof(rows) / sizeof(*rows); i++)
		if (!strcmp(argv[1], rows[i].name))
			r = &rows[i];
	b.suite = r->suite;
	uv_loop_init(&loop);
	if (engine_new(&b.engine, &(struct engine_options){ &loop, 30000, 39998 }) < 0)
		return 1;
	for (int i = 0; i < CALLS; i++)
		call_open(&b, i, r);
	pthread_create(&thread, NULL, telephones, &b);
	began = cpu_us();
	for (end = uv_hrtime() + SECONDS * 1000000000ull; uv_hrtime() < end;)
		uv_run(&loop, UV_RUN_ONCE);
	report(&b, r->name, cpu_us() - began);
	atomic_store(&b.stop, true);
	pthread_join(thread, NULL);
	return 0;
}
