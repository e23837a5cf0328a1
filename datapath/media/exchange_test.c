/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exchange_test.c -- bodies in, bodies out: what crosses the box and what never does.  Ports, keys
 * and ids are PORT, KEY and ID here; the peers' addresses must not occur on the other side. */
#include "datapath/media/exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

#define KEY_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY_B "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define KEY_C "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"

#define HEAD_A "v=0\r\no=alice 1 1 IN IP4 192.0.2.10\r\ns=call\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
#define HEAD_B "v=0\r\no=bob 7 7 IN IP4 198.51.100.20\r\ns=x\r\nc=IN IP4 198.51.100.20\r\nt=0 0\r\n"
#define OUT_A(version)                                                                             \
	"v=0\no=box ID " version " IN IP4 127.0.0.1\ns=box\nc=IN IP4 127.0.0.1\nt=0 0\n"
#define OUT_B(version)                                                                             \
	"v=0\no=box ID " version " IN IP4 127.0.0.2\ns=box\nc=IN IP4 127.0.0.2\nt=0 0\n"

/* Replaces the run of `set` characters after each `after` by `word`. */
static void
blank(char *text, const char *after, const char *set, const char *word)
{
	for (char *p = text; (p = strstr(p, after));) {
		size_t n;
		char *rest;

		p += strlen(after);
		n = strspn(p, set);
		rest = strdup(p + n);
		memcpy(p, word, strlen(word));
		strcpy(p + strlen(word), rest);
		free(rest);
	}
}

static char *
normal(const char *text)
{
	char *copy = malloc(2 * strlen(text) + 64), *to = copy;

	for (; *text; text++)
		if (*text != '\r')
			*to++ = *text;
	*to = '\0';
	if (!strstr(copy, "m=audio 0"))
		blank(copy, "m=audio ", "0123456789", "PORT");
	blank(copy,
	    "inline:", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", "KEY");
	blank(copy, "o=box ", "0123456789", "ID");
	return copy;
}

static void
same(int line, const char *got, const char *want)
{
	char *copy;

	if (!got) {
		failures++;
		printf("FAIL %s line %d: no body\n", test, line);
		return;
	}
	copy = normal(got);
	if (strcmp(copy, want)) {
		failures++;
		printf("FAIL %s line %d: got\n%s-- want\n%s--\n", test, line, copy, want);
	}
	if (strstr(got, "192.0.2.") || strstr(got, "198.51.100.") || strstr(got, "alice")) {
		failures++;
		printf("FAIL %s line %d: something of the other side leaks\n", test, line);
	}
	free(copy);
}
#define SAME(got, want) same(__LINE__, got, want)

static struct media_policy
policy(const char *address)
{
	struct media_policy p = {.srtp = SRTP_OFF,
	    .rtp_nte = true,
	    .nte_payload = 101,
	    .vad = true,
	    .secure_signalling = true};
	struct sockaddr_in *in = (struct sockaddr_in *)&p.local;

	in->sin_family = AF_INET;
	inet_pton(AF_INET, address, &in->sin_addr);
	return p;
}

static struct exchange_options
options(void)
{
	return (struct exchange_options){.engine = engine,
	    .session_name = "box",
	    .policy = {policy("127.0.0.1"), policy("127.0.0.2")}};
}

static struct exchange *
start(const char *name, const struct exchange_options *o)
{
	struct exchange *x = NULL;

	test = name;
	CHECK(!exchange_new(&x, o));
	return x;
}

/* One step: the body or NULL; the reason goes to `last`. */
static struct refusal last;
typedef int step_h(struct exchange *, enum side, const char *, size_t, char **, struct refusal *);

static char *
step(step_h *act, struct exchange *x, enum side side, const char *body)
{
	char *out = NULL;

	memset(&last, 0, sizeof(last));
	if (act(x, side, body, strlen(body), &out, &last) && out) {
		failures++;
		printf("FAIL %s: refused with a body\n", test);
	}
	return out;
}

static void
expect(
    int line, step_h *act, struct exchange *x, enum side side, const char *body, const char *want)
{
	char *out = step(act, x, side, body);

	if (!out)
		printf("FAIL %s line %d: %d %s\n", test, line, last.status, last.why);
	same(line, out, want);
	free(out);
}
#define OFFER(side, body, want)  expect(__LINE__, exchange_offer, x, side, body, want)
#define ANSWER(side, body, want) expect(__LINE__, exchange_answer, x, side, body, want)
#define EARLY(side, body, want)  expect(__LINE__, exchange_early, x, side, body, want)

static void
expect_refusal(int line, step_h *act, struct exchange *x, enum side side, const char *body,
    int status, const char *word)
{
	char *out = step(act, x, side, body);

	if (out || last.status != status || !strstr(last.why, word)) {
		failures++;
		printf("FAIL %s line %d: wanted %d ...%s..., got %d %s\n", test, line, status, word,
		    last.status, last.why);
	}
	if (strpbrk(last.why, "\"\\\r\n")) {
		failures++;
		printf("FAIL %s line %d: %s does not fit into a quoted string\n", test, line,
		    last.why);
	}
	if (strstr(last.why, KEY_A) || strstr(last.why, KEY_B)) {
		failures++;
		printf("FAIL %s line %d: a key in a reason\n", test, line);
	}
	free(out);
}
#define REFUSED(act, side, body, status, word)                                                     \
	expect_refusal(__LINE__, act, x, side, body, status, word)

static void
test_plain(void)
{
	struct exchange_options o = options();
	struct exchange *x = start("plain", &o);
	struct stream_info info;

	REFUSED(exchange_offer, SIDE_A, HEAD_A "b=AS:99\r\nm=audio 4 RTP/AVP 0\r\n", 488, "order");
	OFFER(SIDE_A,
	    HEAD_A
	    "m=audio 4000 RTP/AVP 8 0 97 96\r\nb=TIAS:64000\r\na=rtpmap:97 opus/48000/2\r\n"
	    "a=fmtp:97 useinbandfec=1\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\n"
	    "a=ptime:30\r\na=X-thing:yes\r\na=X-away:host 192.0.2.10\r\na=rtcp-mux\r\n"
	    "a=candidate:1 1 UDP 1 192.0.2.10 4000 typ host\r\na=ice-ufrag:xx\r\n"
	    "a=rtcp:4001 IN IP4 192.0.2.10\r\na=sendrecv\r\n",
	    OUT_B(
		"1") "m=audio PORT RTP/AVP 8 0 97 101\nb=TIAS:64000\na=rtpmap:8 PCMA/8000\n"
		     "a=rtpmap:0 PCMU/8000\na=rtpmap:97 opus/48000/2\na=fmtp:97 useinbandfec=1\n"
		     "a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\na=ptime:30\na=sendrecv\n"
		     "a=X-thing:yes\n");
	REFUSED(exchange_offer, SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\n", 491, "open");
	REFUSED(exchange_answer, SIDE_A, HEAD_B "m=audio 5000 RTP/AVP 0\r\n", 500, "");
	REFUSED(exchange_answer, SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 18\r\n", 488, "codecs");
	REFUSED(exchange_answer, SIDE_B, HEAD_B "m=audio 0 RTP/AVP 0\r\n", 488, "port 0");
	REFUSED(exchange_answer, SIDE_B, HEAD_B "m=audio 5000 RTP/SAVP 0\r\n", 488, "RTP/SAVP");
	ANSWER(SIDE_B,
	    HEAD_B "m=audio 5000 RTP/AVP 0 100\r\na=rtpmap:100 telephone-event/8000\r\n"
		   "a=fmtp:100 0-16\r\na=X-b:1\r\n",
	    OUT_A("1") "m=audio PORT RTP/AVP 0 96\na=rtpmap:0 PCMU/8000\n"
		       "a=rtpmap:96 telephone-event/8000\na=fmtp:96 0-16\na=sendrecv\na=X-b:1\n");
	exchange_info(x, SIDE_A, &info);
	CHECK(info.running && info.codec == G711ULAW && info.nte_payload == 96 && !info.srtp);
	exchange_info(x, SIDE_B, &info);
	CHECK(info.nte_payload == 101 && info.last_in_ms == UINT64_MAX && !info.held);
	CHECK(ntohs(((struct sockaddr_in *)&info.remote)->sin_port) == 5000);
	/* B holds, by attribute and then by address; and resumes. */
	OFFER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\na=sendonly\r\n",
	    OUT_A("2") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendonly\n");
	ANSWER(SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\na=recvonly\r\n",
	    OUT_B("2") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=recvonly\n");
	exchange_info(x, SIDE_B, &info);
	CHECK(info.held);
	OFFER(SIDE_B,
	    "v=0\r\no=bob 7 9 IN IP4 198.51.100.20\r\ns=x\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
	    "m=audio 5000 RTP/AVP 0\r\n",
	    OUT_A("2") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendonly\n");
	ANSWER(SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\na=inactive\r\n",
	    OUT_B("3") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=inactive\n");
	exchange_info(x, SIDE_B, &info);
	CHECK(info.held && info.remote.ss_family == AF_UNSPEC);
	OFFER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\n",
	    OUT_A("3") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	ANSWER(SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\n",
	    OUT_B("4") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	/* A refresh changes nothing, and a refused offer leaves all as it was. */
	OFFER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\n",
	    OUT_A("3") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	ANSWER(SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\n",
	    OUT_B("4") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	OFFER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 8\r\n",
	    OUT_A("4") "m=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=sendrecv\n");
	exchange_cancel_offer(x);
	SAME(exchange_repeat(x, SIDE_A),
	    OUT_A("3") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	exchange_info(x, SIDE_A, &info);
	CHECK(info.running && info.codec == G711ULAW);
	exchange_free(x);
}

/* RFC 3264 6.1: an answer that says more than was offered is taken for what was offered. */
static void
test_direction(void)
{
	/* clang-format off */
	static const struct { const char *offered, *answered, *told; } rows[] = {
		{ "a=sendonly\r\n", "",               "a=recvonly\r\n" },
		{ "a=sendonly\r\n", "a=sendonly\r\n", "a=inactive\r\n" },
		{ "a=recvonly\r\n", "",               "a=sendonly\r\n" },
		{ "a=inactive\r\n", "a=sendrecv\r\n", "a=inactive\r\n" },
		{ "",               "a=sendonly\r\n", "a=sendonly\r\n" },
	};
	/* clang-format on */
	struct exchange_options o = options();
	struct exchange *x = start("direction", &o);
	struct stream_info info;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char body[512], *out;

		snprintf(
		    body, sizeof(body), HEAD_A "m=audio 4000 RTP/AVP 0\r\n%s", rows[i].offered);
		free(step(exchange_offer, x, SIDE_A, body));
		snprintf(
		    body, sizeof(body), HEAD_B "m=audio 5000 RTP/AVP 0\r\n%s", rows[i].answered);
		out = step(exchange_answer, x, SIDE_B, body);
		if (!out || !strstr(out, rows[i].told)) {
			failures++;
			printf("FAIL direction %zu: %s%s\n", i, out ? out : "", last.why);
		}
		exchange_info(x, SIDE_B, &info);
		CHECK(info.held);
		body_free(out);
	}
	exchange_free(x);
}

static void
test_media_lines(void)
{
	struct exchange_options o = options();
	struct exchange *x = start("media lines", &o);

	OFFER(SIDE_A,
	    HEAD_A "m=video 4002 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n"
		   "m=audio 4000 RTP/AVP 0\r\nm=application 4004 UDP/BFCP *\r\n",
	    OUT_B("1") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	ANSWER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\n",
	    OUT_A("1") "m=video 0 RTP/AVP 97\nm=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"
		       "a=sendrecv\nm=application 0 UDP/BFCP *\n");
	OFFER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 8\r\n",
	    OUT_A("2") "m=video 0 RTP/AVP 97\nm=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\n"
		       "a=sendrecv\nm=application 0 UDP/BFCP *\n");
	ANSWER(SIDE_A,
	    HEAD_A "m=video 0 RTP/AVP 97\r\nm=audio 4000 RTP/AVP 8\r\n"
		   "m=application 0 UDP/BFCP *\r\n",
	    OUT_B("2") "m=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=sendrecv\n");
	REFUSED(exchange_offer, SIDE_B,
	    HEAD_B "m=audio 0 RTP/AVP 0\r\n"
		   "m=image 5002 udptl t38\r\n",
	    488, "T.38");
	REFUSED(exchange_offer, SIDE_B, HEAD_B "m=video 5002 RTP/AVP 97\r\n", 488, "audio");
	REFUSED(exchange_offer, SIDE_B, HEAD_B "m=audio 5002 UDP/TLS/RTP/SAVPF 0\r\n", 488,
	    "UDP/TLS/RTP/SAVPF");
	REFUSED(exchange_offer, SIDE_B, HEAD_B "m=audio 5002 RTP/AVPF 0\r\n", 488, "RTP/AVPF");
	REFUSED(exchange_offer, SIDE_B, HEAD_B "m=audio 5002 A\"B\\C 0\r\n", 488, "A'B?C");
	REFUSED(exchange_offer, SIDE_B, HEAD_B "m=audio 5002 RTP/SAVPF 0\r\n", 488, "RTP/SAVPF");
	REFUSED(exchange_offer, SIDE_B,
	    "v=0\r\no=- 1 1 IN IP4 h.example\r\ns=-\r\n"
	    "c=IN IP4 h.example\r\nt=0 0\r\nm=audio 5002 RTP/AVP 0\r\n",
	    488, "host name");
	REFUSED(exchange_offer, SIDE_B,
	    "v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\n"
	    "c=IN IP6 2001:db8::1\r\nt=0 0\r\nm=audio 5002 RTP/AVP 0\r\n",
	    488, "IPv6");
	REFUSED(exchange_offer, SIDE_B, "rubbish", 488, "SDP");
	REFUSED(exchange_offer, SIDE_B, "", 488, "empty");
	exchange_free(x);
}

static void
test_codecs(void)
{
	struct exchange_options o = options();
	struct exchange *x;

	o.policy[SIDE_A].codecs[0] = G729R8;
	o.policy[SIDE_A].codecs[1] = G711ULAW;
	o.policy[SIDE_B].codecs[0] = G711ULAW;
	o.policy[SIDE_B].codecs[1] = G729R8;
	o.policy[SIDE_B].codecs[2] = ILBC;
	o.policy[SIDE_B].rtp_nte = false;
	o.policy[SIDE_B].vad = false;
	x = start("codecs", &o);
	OFFER(SIDE_A,
	    HEAD_A "m=audio 4000 RTP/AVP 97 8 18 0 13 101\r\na=rtpmap:97 iLBC/8000\r\n"
		   "a=rtpmap:101 telephone-event/8000\r\n",
	    OUT_B("1") "m=audio PORT RTP/AVP 18 0\na=rtpmap:18 G729/8000\na=fmtp:18 annexb=no\n"
		       "a=rtpmap:0 PCMU/8000\na=sendrecv\n");
	ANSWER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 18\r\n",
	    OUT_A("1") "m=audio PORT RTP/AVP 18\na=rtpmap:18 G729/8000\na=fmtp:18 annexb=no\n"
		       "a=sendrecv\n");
	REFUSED(exchange_offer, SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 8 9\r\n", 488, "PCMA G722");
	exchange_free(x);

	/* A number of ours is taken there; and the peer answers in its own. */
	o = options();
	x = start("payload numbers", &o);
	OFFER(SIDE_A,
	    HEAD_A "m=audio 4000 RTP/AVP 101 96\r\na=rtpmap:101 opus/48000/2\r\n"
		   "a=rtpmap:96 telephone-event/8000\r\n",
	    OUT_B("1") "m=audio PORT RTP/AVP 96 101\na=rtpmap:96 opus/48000/2\n"
		       "a=rtpmap:101 telephone-event/8000\na=sendrecv\n");
	ANSWER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 111\r\na=rtpmap:111 OPUS/48000/2\r\n",
	    OUT_A("1") "m=audio PORT RTP/AVP 101\na=rtpmap:101 opus/48000/2\na=sendrecv\n");
	OFFER(SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 opus/48000/2\r\n",
	    OUT_B("2") "m=audio PORT RTP/AVP 0 96\na=rtpmap:0 PCMU/8000\n"
		       "a=rtpmap:96 opus/48000/2\na=sendrecv\n");
	exchange_free(x);
}

static void
test_srtp(void)
{
	struct exchange_options o = options();
	struct exchange *x;
	struct stream_info info;
	char *first, *again;

	o.policy[SIDE_A].srtp = SRTP_ON;
	o.policy[SIDE_A].suites[0] = AES_CM_128_HMAC_SHA1_80;
	o.policy[SIDE_B].srtp = SRTP_ON;
	x = start("srtp", &o);
	REFUSED(exchange_offer, SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\n", 488, "srtp fallback");
	REFUSED(exchange_offer, SIDE_A, HEAD_A "m=audio 4000 RTP/SAVP 0\r\n", 488, "no a=crypto");
	REFUSED(exchange_offer, SIDE_A,
	    HEAD_A "m=audio 4000 RTP/SAVP 0\r\n"
		   "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:" KEY_A "\r\n",
	    488, "srtp-crypto");
	REFUSED(exchange_offer, SIDE_A,
	    HEAD_A "m=audio 4000 RTP/SAVP 0\r\n"
		   "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY_A "|2^20|1:4\r\n",
	    488, "MKI");
	REFUSED(exchange_offer, SIDE_A,
	    HEAD_A "m=audio 4000 RTP/SAVP 0\r\n"
		   "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY_A " UNENCRYPTED_SRTP\r\n",
	    488, "unencrypted");
	REFUSED(exchange_offer, SIDE_A,
	    HEAD_A "m=audio 4000 RTP/SAVP 0\r\n"
		   "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n",
	    488, "length");
	OFFER(SIDE_A,
	    HEAD_A "m=audio 4000 RTP/SAVP 0\r\n"
		   "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:" KEY_A "\r\n"
		   "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" KEY_A "|2^31 WSH=128\r\n",
	    OUT_B("1") "m=audio PORT RTP/SAVP 0\na=rtpmap:0 PCMU/8000\n"
		       "a=crypto:1 AEAD_AES_256_GCM inline:KEY\na=crypto:2 AEAD_AES_128_GCM "
		       "inline:KEY\n"
		       "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:KEY\n"
		       "a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:KEY\na=sendrecv\n");
	CHECK(!exchange_can_fall_back(x, SIDE_B));
	REFUSED(exchange_answer, SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\n", 488, "srtp fallback");
	REFUSED(exchange_answer, SIDE_B,
	    HEAD_B "m=audio 5000 RTP/SAVP 0\r\n"
		   "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY_B "\r\n",
	    488, "tag 1");
	first = step(exchange_answer, x, SIDE_B,
	    HEAD_B "m=audio 5000 RTP/SAVP 0\r\n"
		   "a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:" KEY_B "\r\n");
	SAME(first, OUT_A("1") "m=audio PORT RTP/SAVP 0\na=rtpmap:0 PCMU/8000\n"
			       "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:KEY\na=sendrecv\n");
	CHECK(first && !strstr(first, KEY_A) && !strstr(first, KEY_B));
	exchange_info(x, SIDE_B, &info);
	CHECK(info.srtp && info.suite_in == AES_CM_128_HMAC_SHA1_32);
	/* Session refresh: the same bodies to the byte; then another key of the peer: another of
	 * ours. */
	free(step(exchange_offer, x, SIDE_A,
	    HEAD_A "m=audio 4000 RTP/SAVP 0\r\n"
		   "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" KEY_A "\r\n"));
	again = step(exchange_answer, x, SIDE_B,
	    HEAD_B "m=audio 5000 RTP/SAVP 0\r\n"
		   "a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:" KEY_B "\r\n");
	CHECK(again && first && !strcmp(again, first));
	free(again);
	free(step(exchange_offer, x, SIDE_A,
	    HEAD_A "m=audio 4000 RTP/SAVP 0\r\n"
		   "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" KEY_C "\r\n"));
	again = step(exchange_answer, x, SIDE_B,
	    HEAD_B "m=audio 5000 RTP/SAVP 0\r\n"
		   "a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:" KEY_B "\r\n");
	CHECK(again && first && strcmp(again, first));
	free(again);
	free(first);
	exchange_free(x);
}

static void
test_fallback(void)
{
	struct exchange_options o = options();
	struct exchange *x;
	char *out;
	static const char savp[] = HEAD_A "m=audio 4000 RTP/SAVP 0\r\n"
					  "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY_A "\r\n";
	static const char answer[] = HEAD_B "m=audio 5000 RTP/AVP 0\r\n";

	o.policy[SIDE_A].srtp = o.policy[SIDE_B].srtp = SRTP_FALLBACK;
	o.policy[SIDE_B].suites[0] = AES_CM_128_HMAC_SHA1_80;
	x = start("fallback: RTP stays RTP", &o);
	OFFER(SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\n",
	    OUT_B("1") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	CHECK(!exchange_can_fall_back(x, SIDE_B));
	exchange_free(x);

	x = start("fallback after 488", &o);
	OFFER(SIDE_A, savp,
	    OUT_B("1") "m=audio PORT RTP/SAVP 0\na=rtpmap:0 PCMU/8000\n"
		       "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY\na=sendrecv\n");
	CHECK(exchange_can_fall_back(x, SIDE_B) && !exchange_can_fall_back(x, SIDE_A));
	CHECK(!exchange_fall_back(x, SIDE_B, &out, &last));
	SAME(out, OUT_B("2") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	free(out);
	ANSWER(SIDE_B, answer,
	    OUT_A("1") "m=audio PORT RTP/SAVP 0\na=rtpmap:0 PCMU/8000\n"
		       "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY\na=sendrecv\n");
	OFFER(
	    SIDE_A, savp, OUT_B("2") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	exchange_free(x);

	x = start("fallback: RTP answered", &o);
	free(step(exchange_offer, x, SIDE_A, savp));
	ANSWER(SIDE_B, answer,
	    OUT_A("1") "m=audio PORT RTP/SAVP 0\na=rtpmap:0 PCMU/8000\n"
		       "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY\na=sendrecv\n");
	exchange_free(x);

	x = start("two audio lines", &o);
	o.policy[SIDE_A].srtp = SRTP_OFF;
	exchange_policy(x, SIDE_A, &o.policy[SIDE_A]);
	OFFER(SIDE_A,
	    HEAD_A "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY_A
		   "\r\nm=audio 4002 RTP/AVP 0\r\n",
	    OUT_B("1") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	out = step(exchange_answer, x, SIDE_B, answer);
	CHECK(out && strstr(out, "m=audio 0 RTP/SAVP 0") && strstr(out, " RTP/AVP 0"));
	free(out);
	exchange_free(x);

	x = start("srtp off", &o);
	REFUSED(exchange_offer, SIDE_A, savp, 488, "without 'srtp'");
	o.policy[SIDE_A].srtp = SRTP_ON;
	o.policy[SIDE_A].secure_signalling = false;
	exchange_policy(x, SIDE_A, &o.policy[SIDE_A]);
	REFUSED(exchange_offer, SIDE_A, savp, 488, "travel in clear");
	REFUSED(
	    exchange_offer, SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\n", 488, "travel in clear");
	o.policy[SIDE_A].keys_in_clear = true;
	exchange_policy(x, SIDE_A, &o.policy[SIDE_A]);
	free(step(exchange_offer, x, SIDE_A, savp));
	CHECK(!last.status);
	exchange_cancel_offer(x);
	o.policy[SIDE_B].srtp = SRTP_PASS_THRU;
	exchange_policy(x, SIDE_B, &o.policy[SIDE_B]);
	REFUSED(exchange_offer, SIDE_A, savp, 488, "pass-thru");
	exchange_free(x);
}

static void
test_delayed(void)
{
	struct exchange_options o = options();
	struct exchange *x;
	struct stream_info info;
	char *out;

	x = start("delayed offer passed on", &o);
	OFFER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 8 0\r\n",
	    OUT_A("1") "m=audio PORT RTP/AVP 8 0\na=rtpmap:8 PCMA/8000\na=rtpmap:0 PCMU/8000\n"
		       "a=sendrecv\n");
	ANSWER(SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\n",
	    OUT_B("1") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	exchange_free(x);

	o.policy[SIDE_B].codecs[0] = G711ALAW;
	o.policy[SIDE_B].codecs[1] = G729R8;
	o.policy[SIDE_B].codecs[2] = OPUS;
	x = start("early offer forced", &o);
	CHECK(!exchange_invent(x, SIDE_B, &out, &last));
	SAME(out,
	    OUT_B("1") "m=audio PORT RTP/AVP 8 18 96 101\na=rtpmap:8 PCMA/8000\n"
		       "a=rtpmap:18 G729/8000\na=fmtp:18 annexb=no\na=rtpmap:96 opus/48000/2\n"
		       "a=rtpmap:101 telephone-event/8000\na=fmtp:101 "
		       "0-16\na=ptime:20\na=sendrecv\n");
	free(out);
	CHECK(!step(exchange_answer, x, SIDE_B,
	    HEAD_B "m=audio 5000 RTP/AVP 18 8 101\r\n"
		   "a=rtpmap:101 telephone-event/8000\r\na=fmtp:18 annexb=no\r\na=X-b:2\r\n"));
	CHECK(!last.status);
	CHECK(!exchange_onward(x, SIDE_A, &out, &last));
	SAME(out, OUT_A("1") "m=audio PORT RTP/AVP 18 101\na=rtpmap:18 G729/8000\n"
			     "a=fmtp:18 annexb=no\na=rtpmap:101 "
			     "telephone-event/8000\na=sendrecv\na=X-b:2\n");
	free(out);
	CHECK(!step(exchange_answer, x, SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 18\r\n"));
	CHECK(!last.status);
	exchange_info(x, SIDE_A, &info);
	CHECK(info.running && info.codec == G729R8);
	/* A re-INVITE without a body, answered as before. */
	CHECK(!exchange_invent(x, SIDE_A, &out, &last) && strstr(out, "o=box"));
	free(out);
	CHECK(!step(exchange_answer, x, SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 18\r\n"));
	exchange_info(x, SIDE_A, &info);
	CHECK(info.running && info.codec == G729R8);
	exchange_free(x);
}

static void
test_early(void)
{
	struct exchange_options o = options();
	struct exchange *x = start("early media", &o);
	struct stream_info info;
	static const char early[] = HEAD_B "m=audio 5000 RTP/AVP 0\r\n";
	static const char final[] = HEAD_B "m=audio 6000 RTP/AVP 8\r\n";
	static const char want[] =
	    OUT_A("1") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n";

	free(step(exchange_offer, x, SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 8 0\r\n"));
	EARLY(SIDE_B, early, want);
	exchange_info(x, SIDE_A, &info);
	CHECK(info.running);
	EARLY(SIDE_B, early, want);
	ANSWER(
	    SIDE_B, final, OUT_A("2") "m=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=sendrecv\n");
	exchange_info(x, SIDE_B, &info);
	CHECK(ntohs(((struct sockaddr_in *)&info.remote)->sin_port) == 6000);
	exchange_free(x);

	x = start("early media, then busy", &o);
	free(step(exchange_offer, x, SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 8 0\r\n"));
	EARLY(SIDE_B, early, want);
	exchange_cancel_offer(x);
	exchange_info(x, SIDE_A, &info);
	CHECK(!info.running && !exchange_repeat(x, SIDE_A));
	exchange_free(x);
}

/* A 2xx without a body: the early answer stands, or there is none. */
static void
test_early_stands(void)
{
	struct exchange_options o = options();
	struct exchange *x = start("early answer stands", &o);
	static const char offer[] = HEAD_A "m=audio 4000 RTP/AVP 8 0\r\n";
	static const char early[] = HEAD_B "m=audio 5000 RTP/AVP 0\r\n";
	static const char want[] =
	    OUT_A("1") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n";
	char *out;

	CHECK(exchange_early_stands(x, SIDE_B, &out, &last) && !out && last.status == 500);
	free(step(exchange_offer, x, SIDE_A, offer));
	CHECK(exchange_early_stands(x, SIDE_B, &out, &last) == -ENOENT && !out);
	CHECK(last.status == 488 && !strcmp(last.why, "the called side answered without SDP"));
	EARLY(SIDE_B, early, want);
	CHECK(exchange_early_stands(x, SIDE_A, &out, &last) && !out && last.status == 500);
	CHECK(!exchange_early_stands(x, SIDE_B, &out, &last));
	SAME(out, want);
	free(out);
	OFFER(SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\n", want); /* not 491 */
	ANSWER(SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\n",
	    OUT_B("2") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	CHECK(exchange_early_stands(x, SIDE_A, &out, &last) && !out); /* forgotten */
	exchange_free(x);

	x = start("early answer to an invented offer stands", &o);
	CHECK(!exchange_invent(x, SIDE_B, &out, &last));
	free(out);
	CHECK(!step(exchange_early, x, SIDE_B, early) && !last.status);
	CHECK(!exchange_early_stands(x, SIDE_B, &out, &last) && !out);
	CHECK(!exchange_onward(x, SIDE_A, &out, &last));
	SAME(out, want);
	free(out);
	exchange_free(x);

	o.policy[SIDE_B].srtp = SRTP_FALLBACK;
	x = start("early answer to what is not offered any more", &o);
	CHECK(!exchange_invent(x, SIDE_B, &out, &last));
	free(out);
	CHECK(!step(exchange_early, x, SIDE_B, early) && !last.status);
	CHECK(!exchange_fall_back(x, SIDE_B, &out, &last));
	free(out);
	CHECK(exchange_early_stands(x, SIDE_B, &out, &last) == -ENOENT);
	exchange_free(x);
}

static void
test_endings(void)
{
	struct exchange_options o = options();
	struct exchange *x;
	struct stream_info info;
	char *out;

	o.ending[SIDE_B] = END_LOOP;
	x = start("loop", &o);
	CHECK(!step(exchange_offer, x, SIDE_A,
	    HEAD_A
	    "m=audio 4000 RTP/AVP 97 0 101\r\n"
	    "a=rtpmap:97 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\na=sendonly\r\n"));
	CHECK(!exchange_self_answer(x, SIDE_B, &out, &last));
	SAME(out, OUT_A("1") "m=audio PORT RTP/AVP 97 101\na=rtpmap:97 opus/48000/2\n"
			     "a=rtpmap:101 telephone-event/8000\na=recvonly\n");
	free(out);
	exchange_free(x);

	o.ending[SIDE_A] = END_TONE;
	o.ending[SIDE_B] = END_WIRE;
	x = start("tone", &o);
	CHECK(!exchange_invent(x, SIDE_B, &out, &last));
	SAME(out,
	    OUT_B("1") "m=audio PORT RTP/AVP 0 8 101\na=rtpmap:0 PCMU/8000\n"
		       "a=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\n"
		       "a=ptime:20\na=sendrecv\n");
	free(out);
	CHECK(!step(exchange_answer, x, SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 8\r\n"));
	exchange_info(x, SIDE_A, &info);
	CHECK(info.running && info.codec == G711ALAW);
	CHECK(!step(exchange_offer, x, SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 8\r\na=sendonly\r\n"));
	CHECK(!exchange_self_answer(x, SIDE_A, &out, &last));
	SAME(out, OUT_B("2") "m=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=recvonly\n");
	free(out);
	exchange_free(x);
}

static void
test_ipv6(void)
{
	struct exchange_options o = options();
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&o.policy[SIDE_B].local;
	struct exchange *x = NULL;
	char *out;

	test = "IPv6";
	*in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	if (exchange_new(&x, &o))
		return; /* a machine without IPv6 */
	out = step(exchange_offer, x, SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\n");
	CHECK(out && strstr(out, "c=IN IP6 ::1") && strstr(out, " IN IP6 ::1"));
	free(out);
	REFUSED(exchange_answer, SIDE_B, HEAD_B "m=audio 5000 RTP/AVP 0\r\n", 488, "IPv4");
	ANSWER(SIDE_B,
	    "v=0\r\no=- 1 1 IN IP6 2001:db8::7\r\ns=-\r\nc=IN IP6 2001:db8::7\r\nt=0 0\r\n"
	    "m=audio 5000 RTP/AVP 0\r\na=X-six:at 2001:db8::7\r\n",
	    OUT_A("1") "m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n");
	exchange_free(x);
}

static void
test_ports(void)
{
	struct exchange_options o = options();
	struct exchange *x[3] = {NULL}, *one;
	struct engine_info info;

	test = "ports";
	engine_ports(engine, 23000, 23006);
	CHECK(engine_info(engine).ports_available == 4);
	CHECK(!exchange_new(&x[0], &o) && !exchange_new(&x[1], &o));
	CHECK(exchange_new(&x[2], &o) && engine_info(engine).ports_available == 0);
	exchange_free(x[0]);
	info = engine_info(engine);
	CHECK(info.ports_available == 2 && info.ports_in_use == 2);
	exchange_free(x[1]);
	engine_ports(engine, 23000, 24000);
	o.policy[SIDE_B].local.ss_family = AF_UNSPEC;
	one = start("late address", &o);
	CHECK(engine_info(engine).ports_in_use == 1);
	o.policy[SIDE_B] = policy("127.0.0.3");
	exchange_policy(one, SIDE_B, &o.policy[SIDE_B]);
	{
		char *out = step(exchange_offer, one, SIDE_A, HEAD_A "m=audio 4000 RTP/AVP 0\r\n");

		CHECK(out && strstr(out, "c=IN IP4 127.0.0.3"));
		free(out);
	}
	exchange_free(one);
	CHECK(engine_info(engine).ports_in_use == 0);
}

int
main(void)
{
	uv_loop_init(&loop);
	if (engine_new(&engine,
		&(struct engine_options){.loop = &loop, .port_min = 22000, .port_max = 22999}))
		return 1;
	test_plain();
	test_direction();
	test_media_lines();
	test_codecs();
	test_srtp();
	test_fallback();
	test_delayed();
	test_early();
	test_early_stands();
	test_endings();
	test_ipv6();
	test_ports();
	engine_free(engine);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop)) {
		printf("FAIL: the loop is not empty\n");
		failures++;
	}
	printf("exchange: %d failures\n", failures);
	return failures != 0;
}
