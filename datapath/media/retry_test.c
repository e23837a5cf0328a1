/* SPDX-License-Identifier: GPL-3.0-or-later */
/* retry_test.c -- hunting: the second called peer talks to a caller that goes on with the SDP of
 * the first one's early media, and nothing of the first one is left on the called side. */
#include "datapath/media/exchange.h"
#include "datapath/media/srtp.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures;
static uv_loop_t loop;
static struct engine *engine;
static const char *test;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			failures++;                                                                \
			printf("FAIL %s line %d: %s\n", test, __LINE__, #cond);                    \
		}                                                                                  \
	} while (0)

#define KEY_A "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk"
#define KEY_B "MDEyMzQ1Njc4OUFCQ0RFRkdISUpLTE1OT1BRUlNU"
#define SUITE "AES_CM_128_HMAC_SHA1_80 inline:"

/* One who speaks RTP: his socket and, where his side is SRTP, his two ways. */
struct phone {
	int fd;
	uint16_t port, sequence;
	struct srtp_way *in, *out;
	struct sockaddr_in box;
	uint8_t got[2048];
};

static struct phone
phone(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof(at);
	struct phone p = {.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), .sequence = 7};

	CHECK(!bind(p.fd, (struct sockaddr *)&at, sizeof(at)));
	getsockname(p.fd, (struct sockaddr *)&at, &n);
	p.port = ntohs(at.sin_port);
	return p;
}

static void
phone_close(struct phone *p)
{
	close(p->fd);
	srtp_way_drop(p->in);
	srtp_way_drop(p->out);
}

static struct srtp_way *
way(const char *line, bool outbound)
{
	struct srtp_way *w = NULL;
	struct sdes s;
	char text[SDES_TEXT];

	snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\r\n"), line);
	sdes_read(&s, text);
	CHECK(!srtp_way_new(&w, &s, outbound) && !srtp_way_start(w));
	return w;
}

/* What the box said to him; a key is learnt once, so that another one later is noticed. */
static void
phone_learn(struct phone *p, const char *body)
{
	const char *m = strstr(body, "m=audio "), *c = strstr(body, "c=IN IP4 "), *key;
	char host[INET_ADDRSTRLEN];

	CHECK(m && c);
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(c + 9, "\r"), c + 9);
	p->box =
	    (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(m + 8))};
	inet_pton(AF_INET, host, &p->box.sin_addr);
	if ((key = strstr(body, "a=crypto:")) && !p->in) {
		p->in = way(key + 9, false);
		p->out = way("1 " SUITE KEY_A, true);
	}
}

static void
say(struct phone *p, uint32_t ssrc, const char *text)
{
	uint8_t packet[2048] = {0x80, 0, 0, 0};
	int size = 12 + (int)strlen(text);

	packet[3] = (uint8_t)p->sequence++;
	ssrc = htonl(ssrc);
	memcpy(packet + 8, &ssrc, 4);
	memcpy(packet + 12, text, strlen(text));
	if (p->out)
		CHECK(srtp_seal(p->out, packet, &size) == SRTP_GOOD);
	CHECK(sendto(p->fd, packet, (size_t)size, 0, (struct sockaddr *)&p->box, sizeof(p->box)) ==
	      size);
}

static bool
heard(struct phone *p, const char *text)
{
	ssize_t n = -1;
	int size;

	for (int i = 0; i < 50 && n < 0; i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		n = recv(p->fd, p->got, sizeof(p->got), 0);
		if (n < 0)
			usleep(200);
	}
	size = (int)n;
	if (n < 0 || (p->in && srtp_open(p->in, p->got, &size) != SRTP_GOOD))
		return false;
	return size == 12 + (int)strlen(text) && !memcmp(p->got + 12, text, strlen(text));
}

static struct media_policy
policy(const char *address, enum srtp_policy srtp)
{
	struct media_policy p = {.srtp = srtp,
	    .suites = {AES_CM_128_HMAC_SHA1_80},
	    .vad = true,
	    .secure_signalling = true};
	struct sockaddr_in *in = (struct sockaddr_in *)&p.local;

	in->sin_family = AF_INET;
	inet_pton(AF_INET, address, &in->sin_addr);
	return p;
}

static struct exchange *
start(const char *name, enum srtp_policy a, enum srtp_policy b)
{
	struct exchange_options o = {.engine = engine,
	    .session_name = "box",
	    .policy = {policy("127.0.0.1", a), policy("127.0.0.2", b)}};
	struct exchange *x = NULL;

	test = name;
	CHECK(!exchange_new(&x, &o));
	return x;
}

static char *
body(const struct phone *p, const char *key, const char *more)
{
	static char text[1024];

	snprintf(text, sizeof(text),
	    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
	    "m=audio %u RTP/%s 0\r\n%s%s%s%s",
	    p->port, key ? "SAVP" : "AVP", key ? "a=crypto:1 " SUITE : "", key ? key : "",
	    key ? "\r\n" : "", more);
	return text;
}

typedef int step_h(struct exchange *, enum side, const char *, size_t, char **, struct refusal *);

static char *
step(struct exchange *x, step_h *act, enum side side, const char *text)
{
	struct refusal r = {0, ""};
	char *out = NULL;

	if (act(x, side, text, strlen(text), &out, &r)) {
		failures++;
		printf("FAIL %s: %d %s\n", test, r.status, r.why);
	}
	return out;
}

/* The same o= line, whatever its version. */
static bool
same_session(const char *a, const char *b)
{
	const char *p = strstr(a, "o=box "), *q = strstr(b, "o=box ");

	return p && q && !strncmp(p, q, 16);
}

static int
version(const char *text)
{
	const char *p = strstr(text, "o=box ");

	return p ? atoi(p + 6 + strcspn(p + 6, " ")) : -1;
}

static void
retry(struct exchange *x, const char *address, enum srtp_policy srtp)
{
	struct media_policy p = policy(address, srtp);
	struct stream_info info;

	CHECK(!exchange_retry(x, SIDE_B, END_WIRE, &p));
	exchange_info(x, SIDE_B, &info);
	CHECK(!info.running && !info.srtp && !info.packets_in && !info.packets_out &&
	      !info.dropped_other && info.last_in_ms == UINT64_MAX && !info.remote.ss_family);
	exchange_info(x, SIDE_A, &info);
	CHECK(!info.running && !exchange_repeat(x, SIDE_B));
}

/* The first peer plays early media and goes; the second one takes the call. */
static void
test_heard(enum srtp_policy srtp)
{
	struct exchange *x = start(srtp == SRTP_ON ? "SRTP caller" : "plain", srtp, SRTP_OFF);
	struct phone a = phone(), first = phone(), second = phone();
	const char *key = srtp == SRTP_ON ? KEY_A : NULL;
	char *offers[2], *early, *out;
	struct stream_info info;

	offers[0] = step(x, exchange_offer, SIDE_A, body(&a, key, ""));
	phone_learn(&first, offers[0]);
	early = step(x, exchange_early, SIDE_B, body(&first, NULL, ""));
	phone_learn(&a, early);
	say(&first, 1, "first");
	CHECK(heard(&a, "first"));
	say(&a, 9, "to first");
	CHECK(heard(&first, "to first"));
	retry(x, "127.0.0.3", SRTP_OFF);
	say(&first, 1, "gone");
	say(&a, 9, "to nobody");
	CHECK(!heard(&a, "gone") && !heard(&first, "to nobody"));
	offers[1] = step(x, exchange_offer, SIDE_A, body(&a, key, ""));
	CHECK(strstr(offers[1], "c=IN IP4 127.0.0.3") && version(offers[1]) == 1);
	CHECK(!same_session(offers[0], offers[1]));
	phone_learn(&second, offers[1]);
	CHECK(second.box.sin_port != first.box.sin_port);
	out = step(x, exchange_answer, SIDE_B, body(&second, NULL, ""));
	CHECK(!strcmp(out, early)); /* to the byte: port, key, version */
	body_free(out);
	say(&second, 2, "second");
	CHECK(heard(&a, "second"));
	say(&a, 9, "to second");
	CHECK(heard(&second, "to second") && !heard(&first, "to second"));
	exchange_info(x, SIDE_B, &info);
	CHECK(info.running && info.packets_in == 1 && info.packets_out == 1);
	exchange_info(x, SIDE_A, &info);
	CHECK(info.packets_in == 2 && info.packets_out == 2);
	body_free(offers[0]);
	body_free(offers[1]);
	body_free(early);
	exchange_free(x);
	phone_close(&a);
	phone_close(&first);
	phone_close(&second);
}

/* Two peers go, one of them without a word; the third one answers something else. */
static void
test_third(void)
{
	struct exchange *x = start("third", SRTP_ON, SRTP_ON);
	struct phone a = phone(), b = phone();
	char *early, *offers[2], *out, *crypto[2];

	offers[0] = step(x, exchange_offer, SIDE_A, body(&a, KEY_A, ""));
	retry(x, "127.0.0.2", SRTP_ON);
	offers[1] = step(x, exchange_offer, SIDE_A, body(&a, KEY_A, ""));
	crypto[0] = strstr(offers[0], "inline:");
	crypto[1] = strstr(offers[1], "inline:");
	CHECK(crypto[0] && crypto[1] && strncmp(crypto[0], crypto[1], 40));
	early = step(x, exchange_early, SIDE_B, body(&b, KEY_B, ""));
	CHECK(version(early) == 1);
	retry(x, "127.0.0.2", SRTP_OFF);
	body_free(step(x, exchange_offer, SIDE_A, body(&a, KEY_A, "")));
	retry(x, "127.0.0.2", SRTP_OFF);
	body_free(step(x, exchange_offer, SIDE_A, body(&a, KEY_A, "")));
	out = step(x, exchange_answer, SIDE_B, body(&b, NULL, "a=sendonly\r\n"));
	CHECK(same_session(early, out) && version(out) == 2);
	CHECK(!strncmp(strstr(early, "m="), strstr(out, "m="), strcspn(strstr(out, "m="), "\r")));
	CHECK(!strncmp(strstr(early, "inline:"), strstr(out, "inline:"), 47));
	body_free(out);
	body_free(early);
	body_free(offers[0]);
	body_free(offers[1]);
	exchange_free(x);
	phone_close(&a);
	phone_close(&b);
}

/* A caller without an offer; and the last dial-peer is loopback:rtp. */
static void
test_invented(void)
{
	struct exchange *x = start("invented", SRTP_OFF, SRTP_FALLBACK);
	struct phone a = phone(), b = phone();
	struct media_policy p = policy("127.0.0.2", SRTP_OFF);
	struct refusal r;
	char *out;

	CHECK(!exchange_invent(x, SIDE_B, &out, &r));
	body_free(out);
	CHECK(!step(x, exchange_early, SIDE_B, body(&b, KEY_B, "")));
	retry(x, "127.0.0.2", SRTP_OFF);
	CHECK(exchange_onward(x, SIDE_A, &out, &r) && !out);
	CHECK(!exchange_invent(x, SIDE_B, &out, &r) && version(out) == 1);
	body_free(out);
	CHECK(exchange_early_stands(x, SIDE_B, &out, &r) && r.status == 488);
	CHECK(!step(x, exchange_answer, SIDE_B, body(&b, NULL, "")));
	CHECK(!exchange_onward(x, SIDE_A, &out, &r) && version(out) == 1);
	body_free(out);
	exchange_free(x);

	x = start("loop", SRTP_OFF, SRTP_OFF);
	body_free(step(x, exchange_offer, SIDE_A, body(&a, NULL, "")));
	out = step(x, exchange_early, SIDE_B, body(&b, NULL, ""));
	phone_learn(&a, out);
	body_free(out);
	CHECK(!exchange_retry(x, SIDE_B, END_LOOP, &p) && engine_info(engine).ports_in_use == 1);
	CHECK(!step(x, exchange_offer, SIDE_A, body(&a, NULL, "")));
	CHECK(!exchange_self_answer(x, SIDE_B, &out, &r) && out);
	body_free(out);
	say(&a, 3, "echo");
	CHECK(heard(&a, "echo"));
	exchange_free(x);
	phone_close(&a);
	phone_close(&b);
}

static void
test_no_ports(void)
{
	struct exchange *x = start("no ports", SRTP_OFF, SRTP_OFF);
	struct phone a = phone();
	struct media_policy p = policy("127.0.0.2", SRTP_OFF);

	body_free(step(x, exchange_offer, SIDE_A, body(&a, NULL, "")));
	inet_pton(AF_INET, "192.0.2.1", &((struct sockaddr_in *)&p.local)->sin_addr);
	CHECK(exchange_retry(x, SIDE_B, END_WIRE, &p) < 0); /* not an address of this host */
	exchange_free(x);
	phone_close(&a);
}

int
main(void)
{
	uv_loop_init(&loop);
	if (engine_new(&engine,
		&(struct engine_options){.loop = &loop, .port_min = 27000, .port_max = 27999}))
		return 1;
	test_heard(SRTP_OFF);
	test_heard(SRTP_ON);
	test_third();
	test_invented();
	test_no_ports();
	CHECK(engine_info(engine).ports_in_use == 0);
	engine_free(engine);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK(!uv_loop_close(&loop));
	printf("retry: %d failures\n", failures);
	return failures != 0;
}
