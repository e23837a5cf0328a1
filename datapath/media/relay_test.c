/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relay_test.c -- packets across a running box: real sockets on the loopback, a libsrtp2 peer at
 * each end, and everything that must not get through. */
#include "datapath/media/exchange.h"
#include "datapath/media/srtp_backend.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <srtp2/srtp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures;
static uv_loop_t loop;
static struct engine *engine;
static const char *test = "";

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			failures++;                                                                \
			printf("FAIL %s line %d: %s\n", test, __LINE__, #cond);                    \
		}                                                                                  \
	} while (0)

/* A phone: two sockets, maybe SRTP, and the last thing that it was sent. */
struct peer {
	int fd[2];
	uint16_t port;
	struct sockaddr_in box[2];
	enum suite suite; /* SUITE_NONE: plain */
	uint8_t keying[44];
	srtp_t in, out;
	uint8_t got[2048];
	uint32_t ssrc, timestamp;
	uint16_t sequence;
	char key_text[80];
};

static void
suite_policy(srtp_policy_t *p, enum suite suite)
{
	memset(p, 0, sizeof(*p));
	if (suite == AEAD_AES_256_GCM)
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&p->rtp);
	else if (suite == AEAD_AES_128_GCM)
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtp);
	else
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p->rtp);
	p->rtcp = p->rtp;
	if (suite == AES_CM_128_HMAC_SHA1_32)
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&p->rtp);
}

static void
peer_open(struct peer *p, enum suite suite, const char *address)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof(a);
	const struct suite_row *row = suite_row(suite);
	srtp_policy_t policy;

	memset(p, 0, sizeof(*p));
	inet_pton(AF_INET, address, &a.sin_addr);
	for (int i = 0; i < 2; i++) {
		p->fd[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		a.sin_port = 0;
		if (i == 1)
			a.sin_port = htons((uint16_t)(p->port + 1));
		if (bind(p->fd[i], (struct sockaddr *)&a, sizeof(a)))
			bind(p->fd[i],
			    (struct sockaddr *)&(struct sockaddr_in){
				.sin_family = AF_INET, .sin_addr = a.sin_addr},
			    sizeof(a));
		getsockname(p->fd[i], (struct sockaddr *)&a, &n);
		if (!i)
			p->port = ntohs(a.sin_port);
	}
	p->suite = suite;
	RAND_bytes((unsigned char *)&p->ssrc, sizeof(p->ssrc));
	p->sequence = 1000;
	if (!row)
		return;
	RAND_bytes(p->keying, sizeof(p->keying));
	EVP_EncodeBlock((unsigned char *)p->key_text, p->keying, row->key_bytes + row->salt_bytes);
	suite_policy(&policy, suite);
	policy.ssrc.type = ssrc_any_outbound;
	policy.key = p->keying;
	CHECK(!srtp_create(&p->out, &policy));
}

static void
peer_close(struct peer *p)
{
	close(p->fd[0]);
	close(p->fd[1]);
	if (p->out)
		srtp_dealloc(p->out);
	if (p->in)
		srtp_dealloc(p->in);
}

static void
peer_body(const struct peer *p, char *body, size_t size, const char *formats, const char *more)
{
	char crypto[160] = "", rtcp[32];
	struct sockaddr_in a;
	socklen_t n = sizeof(a);
	char host[INET_ADDRSTRLEN];

	getsockname(p->fd[1], (struct sockaddr *)&a, &n);
	inet_ntop(AF_INET, &a.sin_addr, host, sizeof(host));
	snprintf(rtcp, sizeof(rtcp), "a=rtcp:%u\r\n", ntohs(a.sin_port));
	if (p->suite)
		snprintf(crypto, sizeof(crypto), "a=crypto:1 %s inline:%s\r\n",
		    suite_name(p->suite), p->key_text);
	snprintf(body, size,
	    "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
	    "m=audio %u RTP/%s %s\r\n%s%s%s",
	    host, host, p->port, p->suite ? "SAVP" : "AVP", formats, crypto, rtcp, more);
}

/* What the box said: where to send, and its key. */
static void
peer_learn(struct peer *p, const char *body, const char *host)
{
	const char *m = strstr(body, "m=audio "), *key = strstr(body, "inline:");
	unsigned port = m ? (unsigned)atoi(m + 8) : 0;

	for (int i = 0; i < 2; i++) {
		p->box[i] = (struct sockaddr_in){
		    .sin_family = AF_INET, .sin_port = htons((uint16_t)(port + (unsigned)i))};
		inet_pton(AF_INET, host, &p->box[i].sin_addr);
	}
	CHECK(!p->suite == !key);
	if (p->suite && key && !p->in) {
		uint8_t keying[64];
		srtp_policy_t policy;
		size_t n = strcspn(key + 7, "\r\n");

		EVP_DecodeBlock(keying, (const unsigned char *)key + 7, (int)n);
		suite_policy(&policy, p->suite);
		policy.ssrc.type = ssrc_any_inbound;
		policy.key = keying;
		CHECK(!srtp_create(&p->in, &policy));
	}
}

/* Builds the next packet, sealed; returns its size. */
static int
peer_packet(struct peer *p, uint8_t *packet, uint8_t payload, const char *text)
{
	uint32_t words[2] = {htonl(p->timestamp += 160), htonl(p->ssrc)};
	int size = 12 + (int)strlen(text);

	packet[0] = 0x80;
	packet[1] = payload;
	packet[2] = (uint8_t)(p->sequence >> 8);
	packet[3] = (uint8_t)p->sequence++;
	memcpy(packet + 4, words, 8);
	memcpy(packet + 12, text, strlen(text));
	if (p->out)
		CHECK(!srtp_protect(p->out, packet, &size));
	return size;
}

static void
send_raw(struct peer *p, int channel, const uint8_t *packet, int size)
{
	CHECK(sendto(p->fd[channel], packet, (size_t)size, 0, (struct sockaddr *)&p->box[channel],
		  sizeof(p->box[channel])) == size);
}

static void
say(struct peer *p, uint8_t payload, const char *text)
{
	uint8_t packet[2048];

	send_raw(p, 0, packet, peer_packet(p, packet, payload, text));
}

static void
pump(int ms)
{
	uint64_t end = uv_hrtime() + (uint64_t)ms * 1000000;

	do {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(200);
	} while (uv_hrtime() < end);
}

/* -1: nothing; -2: does not open. */
static int
hear(struct peer *p, int channel)
{
	ssize_t n;
	int size;

	for (int i = 0; i < 50; i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		if ((n = recv(p->fd[channel], p->got, sizeof(p->got), 0)) >= 0)
			break;
		if (i > 20)
			usleep(200);
	}
	if (n < 0)
		return -1;
	size = (int)n;
	if (p->in && (channel ? srtp_unprotect_rtcp(p->in, p->got, &size)
			      : srtp_unprotect(p->in, p->got, &size)))
		return -2;
	return size;
}

static bool
heard(struct peer *p, uint8_t payload, const char *text)
{
	int n = hear(p, 0);

	return n == 12 + (int)strlen(text) && (p->got[1] & 127) == payload &&
	       !memcmp(p->got + 12, text, strlen(text));
}

static struct media_policy
policy(enum suite suite)
{
	struct media_policy p = {.srtp = suite ? SRTP_ON : SRTP_OFF,
	    .rtp_nte = true,
	    .nte_payload = 101,
	    .vad = true,
	    .secure_signalling = true,
	    .suites = {suite}};
	struct sockaddr_in *in = (struct sockaddr_in *)&p.local;

	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return p;
}

struct call {
	struct peer a, b;
	struct exchange *x;
	struct exchange_options options;
	int silent[SIDES];
};

static void
on_inactive(void *arg, enum side side)
{
	((struct call *)arg)->silent[side]++;
}

static void
call_prepare(struct call *c, enum suite a, enum suite b)
{
	memset(c, 0, sizeof(*c));
	peer_open(&c->a, a, "127.0.0.1");
	peer_open(&c->b, b, "127.0.0.1");
	c->options = (struct exchange_options){.engine = engine,
	    .session_name = "box",
	    .policy = {policy(a), policy(b)},
	    .on_inactive = on_inactive,
	    .arg = c};
}

static char *
act(struct call *c,
    int (*how)(struct exchange *, enum side, const char *, size_t, char **, struct refusal *),
    enum side side, const char *formats, const char *more)
{
	char body[2048], *out = NULL;
	struct refusal r = {0, ""};

	peer_body(side == SIDE_A ? &c->a : &c->b, body, sizeof(body), formats, more);
	if (how(c->x, side, body, strlen(body), &out, &r)) {
		printf("FAIL %s: %d %s\n", test, r.status, r.why);
		failures++;
	}
	return out;
}

#define NTE "a=rtpmap:96 telephone-event/8000\r\n"

/* A offers PCMA, PCMU and events under 96; B takes PCMU and events. */
static void
call_agree(struct call *c)
{
	char *out = act(c, exchange_offer, SIDE_A, "8 0 96", NTE);

	if (out)
		peer_learn(&c->b, out, "127.0.0.1");
	free(out);
	out = act(c, exchange_answer, SIDE_B, "0 101", "a=rtpmap:101 telephone-event/8000\r\n");
	if (out)
		peer_learn(&c->a, out, "127.0.0.1");
	free(out);
}

static void
call_start(struct call *c, enum suite a, enum suite b)
{
	call_prepare(c, a, b);
	CHECK(!exchange_new(&c->x, &c->options));
	call_agree(c);
}

static void
call_end(struct call *c)
{
	exchange_free(c->x);
	peer_close(&c->a);
	peer_close(&c->b);
	pump(1);
}

static struct stream_info
info(const struct call *c, enum side side)
{
	struct stream_info i;

	exchange_info(c->x, side, &i);
	return i;
}

static uint16_t
remote_port(const struct call *c, enum side side)
{
	struct stream_info i = info(c, side);

	return ntohs(((struct sockaddr_in *)&i.remote)->sin_port);
}

static void
rtcp(struct peer *from, struct peer *to)
{
	uint8_t report[64] = {0x80, 201, 0, 1, 0, 0, 0, 7};
	int size = 8;

	if (from->out)
		CHECK(!srtp_protect_rtcp(from->out, report, &size));
	send_raw(from, 1, report, size);
	CHECK(hear(to, 1) == 8 && to->got[1] == 201 && to->got[7] == 7);
}

static void
test_plain(void)
{
	struct call c;
	struct peer other, far;
	uint8_t packet[64] = {0x80, 0};
	uint8_t sr[28] = {0x80, 200, 0, 6, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8};
	uint8_t rr[32] = {0x81, 201, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9};

	test = "plain";
	call_prepare(&c, SUITE_NONE, SUITE_NONE);
	CHECK(!exchange_new(&c.x, &c.options));
	{
		char *out = act(&c, exchange_offer, SIDE_A, "8 0 96", NTE);

		peer_learn(&c.b, out, "127.0.0.1");
		free(out);
		say(&c.b, 0, "before the answer");
		CHECK(hear(&c.a, 0) == -1);
		CHECK(info(&c, SIDE_B).dropped_other == 1);
		out = act(
		    &c, exchange_early, SIDE_B, "0 101", "a=rtpmap:101 telephone-event/8000\r\n");
		peer_learn(&c.a, out, "127.0.0.1");
		free(out);
		say(&c.b, 0, "ringing");
		CHECK(heard(&c.a, 0, "ringing"));
		free(act(
		    &c, exchange_answer, SIDE_B, "0 101", "a=rtpmap:101 telephone-event/8000\r\n"));
	}
	say(&c.a, 0, "hello");
	CHECK(heard(&c.b, 0, "hello"));
	say(&c.a, 96, "5xyz");
	CHECK(heard(&c.b, 101, "5xyz"));
	say(&c.b, 101, "7xyz");
	CHECK(heard(&c.a, 96, "7xyz"));
	CHECK(info(&c, SIDE_A).nte_in == 1 && info(&c, SIDE_A).packets_in == 2);
	CHECK(info(&c, SIDE_B).packets_out == 2 && info(&c, SIDE_B).bytes_out == 9);
	CHECK(info(&c, SIDE_A).ssrc_in == c.a.ssrc && info(&c, SIDE_A).last_in_ms < 5000);
	/* Not agreed, not RTP, too short. */
	say(&c.a, 8, "not answered");
	send_raw(&c.a, 0, packet, 11);
	packet[0] = 0x40;
	send_raw(&c.a, 0, packet, 40);
	packet[0] = 0x9f;
	send_raw(&c.a, 0, packet, 40);
	CHECK(hear(&c.b, 0) == -1 && info(&c, SIDE_A).dropped_other == 4);
	/* Another port, another address: the latch holds. */
	peer_open(&other, SUITE_NONE, "127.0.0.1");
	peer_open(&far, SUITE_NONE, "127.0.0.9");
	other.box[0] = far.box[0] = c.a.box[0];
	other.box[1] = far.box[1] = c.a.box[1];
	say(&other, 0, "other");
	say(&far, 0, "far");
	CHECK(hear(&c.b, 0) == -1 && info(&c, SIDE_A).dropped_source == 2);
	/* Answered again: a port of the same host is latched, another host is not. */
	call_agree(&c);
	say(&far, 0, "far");
	CHECK(hear(&c.b, 0) == -1 && info(&c, SIDE_A).dropped_source == 3);
	say(&other, 0, "moved");
	CHECK(heard(&c.b, 0, "moved"));
	say(&c.b, 0, "as the SDP says");
	CHECK(heard(&c.a, 0, "as the SDP says") && hear(&other, 0) == -1);
	CHECK(remote_port(&c, SIDE_A) == c.a.port);
	say(&c.a, 0, "old");
	CHECK(hear(&c.b, 0) == -1 && info(&c, SIDE_A).dropped_source == 4);
	send_raw(&other, 1, rr, 8); /* the same for RTCP */
	CHECK(hear(&c.b, 1) == 8);
	rtcp(&c.b, &c.a);
	send_raw(&c.a, 1, rr, 8);
	CHECK(hear(&c.b, 1) == -1 && info(&c, SIDE_A).dropped_source == 5);
	/* RTCP and the round trip out of it. */
	call_agree(&c);
	rtcp(&c.a, &c.b);
	rtcp(&c.b, &c.a);
	send_raw(&c.a, 1, sr, sizeof(sr));
	CHECK(hear(&c.b, 1) == 28);
	memcpy(rr + 24, (uint8_t[]){3, 4, 5, 6}, 4);
	pump(5);
	send_raw(&c.b, 1, rr, sizeof(rr));
	CHECK(hear(&c.a, 1) == 32);
	CHECK(info(&c, SIDE_B).rtt_us >= 4000 && info(&c, SIDE_B).rtt_us < 2000000);
	peer_close(&other);
	peer_close(&far);
	call_end(&c);
}

static void
test_any_source(void)
{
	struct call c;
	struct peer far;
	int fd;

	test = "any source";
	call_prepare(&c, SUITE_NONE, SUITE_NONE);
	c.options.policy[SIDE_A].any_source = true;
	CHECK(!exchange_new(&c.x, &c.options));
	call_agree(&c);
	peer_open(&far, SUITE_NONE, "127.0.0.9");
	far.box[0] = c.a.box[0];
	say(&far, 0, "behind a NAT");
	CHECK(heard(&c.b, 0, "behind a NAT"));
	say(&c.b, 0, "back");
	CHECK(heard(&far, 0, "back") && hear(&c.a, 0) == -1);
	CHECK(remote_port(&c, SIDE_A) == far.port);
	peer_close(&far);
	call_end(&c);

	test = "SRTP moves";
	call_start(&c, AEAD_AES_128_GCM, SUITE_NONE);
	peer_open(&far, SUITE_NONE, "127.0.0.9");
	fd = c.a.fd[0];
	c.a.fd[0] = far.fd[0];
	say(&c.a, 0, "with the key");
	CHECK(heard(&c.b, 0, "with the key"));
	say(&c.b, 0, "back");
	CHECK(heard(&c.a, 0, "back") && remote_port(&c, SIDE_A) == far.port);
	c.a.fd[0] = fd;
	peer_close(&far);
	call_end(&c);
}

static void
test_sequence(void)
{
	struct call c;

	test = "sequence";
	call_start(&c, SUITE_NONE, SUITE_NONE);
	c.a.sequence = 65530;
	for (int i = 0; i < 20; i++) {
		if (i == 5 || i == 12)
			c.a.sequence++; /* lost */
		say(&c.a, 0, "0123456789");
		CHECK(heard(&c.b, 0, "0123456789"));
	}
	CHECK(info(&c, SIDE_A).lost == 2 && info(&c, SIDE_A).out_of_order == 0);
	c.a.sequence = (uint16_t)(c.a.sequence - 3);
	say(&c.a, 0, "late");
	CHECK(heard(&c.b, 0, "late"));
	CHECK(info(&c, SIDE_A).out_of_order == 1);
	CHECK(info(&c, SIDE_A).jitter_us < 1000000);
	call_end(&c);
}

static const char frame[] = "0123456789012345678901234567890123456789"
			    "0123456789012345678901234567890123456789";

/* What must not get through an SRTP side. */
static void
attack(struct call *c, struct peer *from, struct peer *to, enum side side)
{
	uint8_t packet[2048], copy[2048];
	int size = peer_packet(from, packet, 0, "guarded");
	struct stream_info before = info(c, side), now;
	srtp_t out = from->out;

	memcpy(copy, packet, sizeof(copy));
	send_raw(from, 0, packet, size);
	CHECK(heard(to, 0, "guarded"));
	send_raw(from, 0, copy, size); /* replayed */
	size = peer_packet(from, packet, 0, "forged");
	packet[size - 1] ^= 1;
	send_raw(from, 0, packet, size);
	from->out = NULL;
	say(from, 0, "x"); /* plain, shorter or longer than a tag */
	say(from, 0, frame);
	from->out = out;
	CHECK(hear(to, 0) == -1);
	now = info(c, side);
	CHECK(now.dropped_replay == before.dropped_replay + 1);
	CHECK(
	    now.dropped_auth + now.dropped_plain == before.dropped_auth + before.dropped_plain + 3);
	CHECK(now.dropped_plain >= before.dropped_plain + 1);
	say(from, 0, "still there");
	CHECK(heard(to, 0, "still there"));
}

static void
test_srtp(void)
{
	char name[64];

	for (int a = SUITE_NONE; a < SUITES; a++)
		for (int b = SUITE_NONE; b < SUITES; b++) {
			struct call c;

			if (!a && !b)
				continue;
			snprintf(name, sizeof(name), "%s to %s", suite_name((enum suite)a),
			    suite_name((enum suite)b));
			test = name;
			call_start(&c, (enum suite)a, (enum suite)b);
			for (int i = 0; i < 3; i++) {
				say(&c.a, 0, frame);
				CHECK(heard(&c.b, 0, frame));
				say(&c.b, 101, "dtmf");
				CHECK(heard(&c.a, 96, "dtmf"));
			}
			rtcp(&c.a, &c.b);
			rtcp(&c.b, &c.a);
			if (a)
				attack(&c, &c.a, &c.b, SIDE_A);
			if (b)
				attack(&c, &c.b, &c.a, SIDE_B);
			CHECK(info(&c, SIDE_A).suite_in == (enum suite)a);
			CHECK(info(&c, SIDE_B).suite_out == (enum suite)b);
			call_end(&c);
		}
	test = "";
}

/* The roll-over counter goes on across a re-INVITE that keeps the keys. */
static void
test_rollover(void)
{
	struct call c;

	test = "roll-over";
	call_start(&c, AES_CM_128_HMAC_SHA1_80, AEAD_AES_256_GCM);
	c.a.sequence = 65530;
	for (int i = 0; i < 20; i++) {
		if (i == 10)
			call_agree(&c); /* the same bodies */
		say(&c.a, 0, frame);
		CHECK(heard(&c.b, 0, frame));
	}
	CHECK(info(&c, SIDE_A).roc_in == 1);
	/* The peer changes its key: both directions begin anew. */
	RAND_bytes(c.a.keying, sizeof(c.a.keying));
	EVP_EncodeBlock((unsigned char *)c.a.key_text, c.a.keying, 30);
	srtp_dealloc(c.a.in);
	srtp_dealloc(c.a.out);
	c.a.in = NULL;
	{
		srtp_policy_t p;

		suite_policy(&p, AES_CM_128_HMAC_SHA1_80);
		p.ssrc.type = ssrc_any_outbound;
		p.key = c.a.keying;
		CHECK(!srtp_create(&c.a.out, &p));
	}
	call_agree(&c);
	say(&c.a, 0, "new key");
	CHECK(heard(&c.b, 0, "new key"));
	say(&c.b, 0, "new key back");
	CHECK(heard(&c.a, 0, "new key back"));
	CHECK(info(&c, SIDE_A).roc_in == 0);
	call_end(&c);
}

/* An early answer to a re-INVITE with a new key, and then a refusal: the old keys go on, in the
 * place where they were. */
static void
test_undo(void)
{
	struct call c;
	char old[80];

	test = "undo";
	call_start(&c, AEAD_AES_256_GCM, AES_CM_128_HMAC_SHA1_80);
	c.a.sequence = 65530;
	for (int i = 0; i < 10; i++) {
		say(&c.a, 0, frame);
		CHECK(heard(&c.b, 0, frame));
	}
	memcpy(old, c.a.key_text, sizeof(old));
	c.a.key_text[0] = c.a.key_text[0] == 'A' ? 'B' : 'A';
	free(act(&c, exchange_offer, SIDE_A, "0", ""));
	free(act(&c, exchange_early, SIDE_B, "0", ""));
	say(&c.a, 0, "old key");
	CHECK(hear(&c.b, 0) == -1);
	exchange_cancel_offer(c.x);
	say(&c.a, 0, "old key");
	CHECK(heard(&c.b, 0, "old key"));
	say(&c.b, 0, "old key back");
	CHECK(heard(&c.a, 0, "old key back"));
	CHECK(info(&c, SIDE_A).roc_in == 1);
	call_end(&c);
}

static void
test_hold(void)
{
	struct call c;
	char *out;

	test = "hold";
	call_start(&c, SUITE_NONE, AES_CM_128_HMAC_SHA1_32);
	out = act(&c, exchange_offer, SIDE_A, "0", "a=sendonly\r\n");
	free(out);
	out = act(&c, exchange_answer, SIDE_B, "0", "a=recvonly\r\n");
	free(out);
	say(&c.a, 0, "music");
	CHECK(heard(&c.b, 0, "music"));
	say(&c.b, 0, "nobody listens");
	CHECK(hear(&c.a, 0) == -1);
	/* An answer without a direction to one who only listens. */
	free(act(&c, exchange_offer, SIDE_A, "0", "a=recvonly\r\n"));
	free(act(&c, exchange_answer, SIDE_B, "0", ""));
	say(&c.a, 0, "not offered");
	CHECK(hear(&c.b, 0) == -1);
	say(&c.b, 0, "offered");
	CHECK(heard(&c.a, 0, "offered"));
	call_agree(&c);
	say(&c.b, 0, "again");
	CHECK(heard(&c.a, 0, "again"));
	call_end(&c);
}

static void
test_endings(void)
{
	struct call c;
	struct refusal r;
	char *out = NULL;
	struct stream_info tone, back;

	test = "loop";
	call_prepare(&c, AEAD_AES_128_GCM, SUITE_NONE);
	c.options.ending[SIDE_B] = END_LOOP;
	CHECK(!exchange_new(&c.x, &c.options));
	CHECK(!act(&c, exchange_offer, SIDE_A, "8 0 96", NTE));
	CHECK(!exchange_self_answer(c.x, SIDE_B, &out, &r) && out);
	peer_learn(&c.a, out, "127.0.0.1");
	free(out);
	say(&c.a, 8, "echo");
	CHECK(heard(&c.a, 8, "echo"));
	say(&c.a, 96, "9");
	CHECK(heard(&c.a, 96, "9"));
	CHECK(info(&c, SIDE_B).packets_in == 2 && info(&c, SIDE_B).packets_out == 2);
	call_end(&c);

	test = "tone";
	call_prepare(&c, SUITE_NONE, AEAD_AES_256_GCM);
	c.options.ending[SIDE_A] = END_TONE;
	CHECK(!exchange_new(&c.x, &c.options));
	CHECK(!exchange_invent(c.x, SIDE_B, &out, &r) && out);
	peer_learn(&c.b, out, "127.0.0.1");
	free(out);
	CHECK(!act(&c, exchange_answer, SIDE_B, "8", ""));
	pump(130);
	for (int i = 0; i < 4; i++)
		CHECK(hear(&c.b, 0) == 172 && (c.b.got[1] & 127) == 8);
	CHECK(c.b.got[12] != c.b.got[20]);
	say(&c.b, 8, frame);
	pump(5);
	tone = info(&c, SIDE_A);
	CHECK(tone.packets_in >= 4 && tone.packets_out == 1 && tone.running);
	call_end(&c);

	test = "tone and loop, no wire";
	call_prepare(&c, SUITE_NONE, SUITE_NONE);
	c.options.ending[SIDE_A] = END_TONE;
	c.options.ending[SIDE_B] = END_LOOP;
	CHECK(!exchange_new(&c.x, &c.options));
	CHECK(!exchange_invent(c.x, SIDE_B, &out, &r) && !out);
	CHECK(!exchange_self_answer(c.x, SIDE_B, &out, &r) && !out);
	pump(110);
	tone = info(&c, SIDE_A);
	back = info(&c, SIDE_B);
	CHECK(tone.packets_in >= 3 && tone.packets_out == tone.packets_in);
	CHECK(back.packets_in == tone.packets_in);
	CHECK(engine_info(engine).ports_in_use == 0);
	call_end(&c);
}

static void
test_inactive(void)
{
	struct call c;

	test = "inactive";
	call_prepare(&c, SUITE_NONE, SUITE_NONE);
	c.options.inactive_s = 1;
	CHECK(!exchange_new(&c.x, &c.options));
	call_agree(&c);
	for (int i = 0; i < 12; i++) {
		say(&c.a, 0, "a talks");
		pump(250);
	}
	CHECK(c.silent[SIDE_A] == 0 && c.silent[SIDE_B] == 1);
	call_end(&c);
}

/* Batches: more than one round's worth at once. */
static void
test_burst(void)
{
	struct call c;
	int n = 0;

	test = "burst";
	call_start(&c, AES_CM_128_HMAC_SHA1_80, SUITE_NONE);
	for (int i = 0; i < 100; i++)
		say(&c.a, 0, frame);
	while (hear(&c.b, 0) > 0)
		n++;
	CHECK(n == 100);
	/* A new source with each packet: not all of them at once, but again after the tick. */
	for (int i = 0; i < 40; i++, c.b.ssrc++)
		say(&c.b, 0, frame);
	pump(1100);
	CHECK(info(&c, SIDE_B).dropped_ssrc > 0 && !info(&c, SIDE_B).dropped_other);
	while (hear(&c.a, 0) > 0)
		;
	say(&c.b, 0, "room again");
	CHECK(heard(&c.a, 0, "room again"));
	call_end(&c);
}

/* libsrtp2 can be started once in a process, and srtp_lib.c does it. */
static void
start_library(void)
{
	struct srtp_way *way;
	struct sdes sdes;

	CHECK(!sdes_generate(&sdes, 1, AEAD_AES_128_GCM));
	CHECK(!srtp_way_new_on(&way, &sdes, true, &srtp_backend_lib) && !srtp_way_start(way));
	srtp_way_drop(way);
}

int
main(void)
{
	uv_loop_init(&loop);
	start_library();
	if (engine_new(&engine,
		&(struct engine_options){.loop = &loop, .port_min = 24000, .port_max = 24999}))
		return 1;
	test_plain();
	test_any_source();
	test_sequence();
	test_srtp();
	test_rollover();
	test_undo();
	test_hold();
	test_endings();
	test_burst();
	test_inactive();
	test = "teardown";
	CHECK(engine_info(engine).ports_in_use == 0);
	engine_free(engine);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK(!uv_loop_close(&loop));
	printf("relay: %d failures\n", failures);
	return failures != 0;
}
