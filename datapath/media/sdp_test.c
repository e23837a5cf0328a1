/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp_test.c -- the reader of bodies against broken ones: a fixed sequence of mutations (so that a
 * failure repeats), each read alone and put through an exchange; and a=crypto line by line. */
#include "datapath/media/exchange.h"
#include "datapath/media/sdp.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			failures++;                                                                \
			printf("FAIL line %d: %s\n", __LINE__, #cond);                             \
		}                                                                                  \
	} while (0)

#define KEY "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

static const char *const seeds[] = {
    "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/SAVP 0 8 18 96 101\r\na=rtpmap:96 opus/48000/2\r\n"
    "a=fmtp:96 useinbandfec=1\r\na=fmtp:18 annexb=no\r\na=rtpmap:101 telephone-event/8000\r\n"
    "a=fmtp:101 0-15\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20|1:4\r\n"
    "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:" KEY "\r\na=ptime:20\r\na=sendrecv\r\n"
    "a=rtcp:4001 IN IP4 192.0.2.1\r\n",
    "v=0\no=- 1 1 IN IP6 2001:db8::1\ns=x\ni=info\nu=http://x\ne=a@b\np=+1\nc=IN IP6 "
    "2001:db8::1/3\n"
    "b=AS:128\nt=0 0\nr=7d 1h 0 25h\nz=0 0\nk=clear:x\na=inactive\na=group:BUNDLE 1 2\n"
    "m=audio 49170/2 RTP/AVP 0\nc=IN IP6 ::\nb=TIAS:1\nk=prompt\na=rtpmap:0 PCMU/8000\n"
    "m=video 51372 RTP/AVP 99\na=rtpmap:99 h263-1998/90000\nm=image 9 udptl t38\n",
};

static const char *const words[] = {"m=audio ", "a=rtpmap:", "a=crypto:", "a=fmtp:", "c=IN IP4 ",
    "\r\n", "\n", "\r", " ", "=", "/", ":", "999999999999999999999", "-1", "inline:", "0.0.0.0",
    "127", "128", "a=", "v=0\r\n", "\xff", "%s%n", ";", "|"};

static uint32_t state = 20240611;

static uint32_t
dice(uint32_t sides)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % sides;
}

enum { ROOM = 4096 };

static size_t
insert(char *text, size_t n, size_t at, const char *what, size_t size)
{
	if (n + size > ROOM)
		return n;
	memmove(text + at + size, text + at, n - at);
	memcpy(text + at, what, size);
	return n + size;
}

static size_t
mutate(char *text, size_t n)
{
	size_t at = dice((uint32_t)n + 1), size;
	const char *word;

	switch (dice(5)) {
	case 0:
		if (at < n)
			text[at] = (char)dice(256);
		return n;
	case 1:
		size = dice(40);
		if (at + size > n)
			size = n - at;
		memmove(text + at, text + at + size, n - at - size);
		return n - size;
	case 2:
		word = words[dice(sizeof(words) / sizeof(words[0]))];
		return insert(text, n, at, word, strlen(word));
	case 3: {
		char copy[300];

		size = dice(sizeof(copy));
		if (at + size > n)
			size = n - at;
		memcpy(copy, text + at, size);
		return insert(text, n, dice((uint32_t)n + 1), copy, size);
	}
	default:
		return n - (n ? dice(3) % n : 0);
	}
}

static struct media_policy
policy(enum srtp_policy srtp)
{
	struct media_policy p = {.srtp = srtp,
	    .rtp_nte = true,
	    .nte_payload = 101,
	    .vad = true,
	    .secure_signalling = true};
	struct sockaddr_in *in = (struct sockaddr_in *)&p.local;

	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return p;
}

/* As an offer, and as an answer to one of ours. */
static void
through(struct engine *e, const char *body, size_t size)
{
	struct exchange_options o = {.engine = e,
	    .session_name = "box",
	    .policy = {policy(SRTP_FALLBACK), policy(SRTP_FALLBACK)}};
	struct exchange *x;
	struct refusal r;
	char *out = NULL;

	if (exchange_new(&x, &o)) {
		CHECK(false);
		return;
	}
	if (!exchange_offer(x, SIDE_A, body, size, &out, &r)) {
		CHECK(out && !strstr(out, "192.0.2.1"));
		exchange_cancel_offer(x);
	} else {
		CHECK(!out && (r.status == 488 || r.status == 500) && *r.why);
	}
	free(out);
	if (!exchange_invent(x, SIDE_B, &out, &r)) {
		free(out);
		if (!exchange_answer(x, SIDE_B, body, size, &out, &r)) {
			CHECK(!exchange_onward(x, SIDE_A, &out, &r) && out &&
			      !strstr(out, "192.0.2.1"));
			free(out);
		}
	}
	exchange_free(x);
}

static void
test_mutations(int rounds)
{
	uv_loop_t loop;
	struct engine *e;
	int good = 0;

	uv_loop_init(&loop);
	CHECK(!engine_new(&e, &(struct engine_options){&loop, 25000, 25998}));
	for (int i = 0; i < rounds; i++) {
		const char *seed = seeds[dice(2)];
		char *text = malloc(ROOM), why[256] = "";
		size_t n = strlen(seed);
		struct sdp *sdp = NULL;

		memcpy(text, seed, n);
		for (uint32_t k = dice(6); k-- > 0;)
			n = mutate(text, n);
		text = realloc(text, n ? n : 1); /* so that a read beyond it is seen */
		if (!sdp_read(&sdp, text, n, why, sizeof(why)))
			good++;
		else
			CHECK(!sdp && *why);
		sdp_free(sdp);
		if (i % 8 == 0)
			through(e, text, n);
		if (i % 64 == 0)
			uv_run(&loop, UV_RUN_NOWAIT);
		free(text);
	}
	CHECK(good > rounds / 10);
	engine_free(e);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK(!uv_loop_close(&loop));
}

/* The bounds themselves. */
static void
test_bounds(void)
{
	size_t size = SDP_BYTES_MAX + 1, n;
	char *big = malloc(size), why[256];
	struct sdp *sdp = NULL;

	memset(big, 'a', size);
	CHECK(sdp_read(&sdp, big, size, why, sizeof(why)) && strstr(why, "65536"));
	CHECK(sdp_read(&sdp, big, size - 1, why, sizeof(why)));
	n = (size_t)sprintf(big,
	    "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\n"
	    "m=audio 4 RTP/AVP 0");
	while (n + 4 < SDP_BYTES_MAX)
		n += (size_t)sprintf(big + n, " %d", (int)(n % 128));
	CHECK(!sdp_read(&sdp, big, n, why, sizeof(why)));
	CHECK(sdp && sdp->media[0].formats_n <= SDP_FORMATS_MAX);
	sdp_free(sdp);
	memset(big, '\n', size);
	CHECK(sdp_read(&sdp, big, 2000, why, sizeof(why)) && strstr(why, "lines"));
	CHECK(sdp_read(&sdp, "v=0\0x", 5, why, sizeof(why)));
	free(big);
}

static void
test_crypto(void)
{
	/* clang-format off */
	static const struct { const char *line; enum suite suite; const char *why; } rows[] = {
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:" KEY, AES_CM_128_HMAC_SHA1_80, NULL },
		{ "9 aes_cm_128_hmac_sha1_32 inline:" KEY "|2^48", AES_CM_128_HMAC_SHA1_32, NULL },
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|1048576 WSH=128 -X=1", AES_CM_128_HMAC_SHA1_80, NULL },
		{ "1 AEAD_AES_128_GCM inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", AEAD_AES_128_GCM, NULL },
		{ "1 AEAD_AES_128_GCM inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", AEAD_AES_128_GCM, NULL },
		{ "1 AEAD_AES_256_GCM inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", AEAD_AES_256_GCM, NULL },
		{ "1 AEAD_AES_256_GCM inline:" KEY, SUITE_NONE, "length" },
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20|1:4", SUITE_NONE, "MKI" },
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|1:4", SUITE_NONE, "MKI" },
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:" KEY ";inline:" KEY, SUITE_NONE, "several" },
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:" KEY " UNENCRYPTED_SRTCP", SUITE_NONE, "unencrypted" },
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:" KEY " KDR=4", SUITE_NONE, "parameter" },
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|x", SUITE_NONE, "lifetime" },
		{ "1 F8_128_HMAC_SHA1_80 inline:" KEY, SUITE_NONE, "not known" },
		{ "x AES_CM_128_HMAC_SHA1_80 inline:" KEY, SUITE_NONE, "tag" },
		{ "1 AES_CM_128_HMAC_SHA1_80 uri:x", SUITE_NONE, "inline" },
		{ "1 AES_CM_128_HMAC_SHA1_80 inline:**************************************** ", SUITE_NONE, "base64" },
		{ "", SUITE_NONE, "tag" },
	};
	/* clang-format on */
	struct sdes s, again;
	char text[SDES_TEXT];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sdes_read(&s, rows[i].line);
		if (s.suite != rows[i].suite || (rows[i].why && !strstr(s.bad, rows[i].why))) {
			failures++;
			printf("FAIL %s: %d %s\n", rows[i].line, s.suite, s.bad ? s.bad : "");
		}
		if (!s.suite)
			continue;
		sdes_write(&s, text);
		sdes_read(&again, text);
		CHECK(sdes_same(&s, &again) && s.tag == again.tag);
	}
}

static void
test_addresses(void)
{
	CHECK(address_within("host 192.0.2.1 x") && address_within("1.2.3.4"));
	CHECK(address_within("x2001:db8::1") && address_within("1:2:3:4:5:6:7:8"));
	CHECK(!address_within("1.2.3") && !address_within("0-16") && !address_within("yes:no a:b"));
}

int
main(int argc, char **argv)
{
	test_addresses();
	test_crypto();
	test_bounds();
	test_mutations(argc > 1 ? atoi(argv[1]) : 20000);
	printf("sdp: %d failures\n", failures);
	return failures != 0;
}
