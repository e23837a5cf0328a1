/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/sdp.c -- a body that crosses the box, as an offer, as the answer to a good one, and as
 * early media; refused or rewritten, nothing of the peer's address shows on the other side. */
#include "tests/fuzz/fuzz.h"

#include "datapath/media/exchange.h"

#include <arpa/inet.h>

#define GOOD                                                                                       \
	"v=0\r\no=a 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"              \
	"m=audio 6000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"

static uv_loop_t loop;
static struct engine *engine;

static struct media_policy
policy(const char *address, bool srtp)
{
	struct media_policy p = { .srtp = srtp ? SRTP_FALLBACK : SRTP_OFF,
		.suites = { AES_CM_128_HMAC_SHA1_80, AEAD_AES_256_GCM }, .rtp_nte = true,
		.nte_payload = 101, .vad = true, .secure_signalling = true };
	struct sockaddr_in *in = (struct sockaddr_in *)&p.local;

	in->sin_family = AF_INET;
	inet_pton(AF_INET, address, &in->sin_addr);
	return p;
}

static void
start(void)
{
	struct engine_options o = { .loop = &loop, .port_min = 42000, .port_max = 42998 };

	HOLDS(uv_loop_init(&loop) == 0 && engine_new(&engine, &o) == 0);
	o.loop = NULL;
}

static void
check(int rc, const char *out, const struct refusal *r)
{
	HOLDS(rc == 0 || (r->status >= 400 && r->status < 700 && *r->why));
	HOLDS(!out || !strstr(out, "192.0.2.10"));
}

static void
one(const char *body, size_t size, bool srtp)
{
	struct exchange_options o = { .engine = engine, .session_name = "box",
		.policy = { policy("127.0.0.1", srtp), policy("127.0.0.1", srtp) } };
	struct refusal r = { 0 };
	struct exchange *x;
	struct stream_info info;
	char *out = NULL;
	int rc;

	HOLDS(exchange_new(&x, &o) == 0);
	rc = exchange_offer(x, SIDE_A, body, size, &out, &r);
	check(rc, out, &r);
	if (rc == 0 && out) {
		char *back = NULL;

		memset(&r, 0, sizeof(r));
		check(exchange_answer(x, SIDE_B, out, strlen(out), &back, &r), back, &r);
		free(back);
	}
	free(out);
	exchange_cancel_offer(x);
	out = NULL;
	memset(&r, 0, sizeof(r));
	if (exchange_offer(x, SIDE_A, GOOD, strlen(GOOD), &out, &r) == 0) {
		char *back = NULL;

		memset(&r, 0, sizeof(r));
		check(exchange_early(x, SIDE_B, body, size, &back, &r), NULL, &r);
		free(back);
		back = NULL;
		memset(&r, 0, sizeof(r));
		check(exchange_answer(x, SIDE_B, body, size, &back, &r), NULL, &r);
		free(back);
	}
	free(out);
	exchange_info(x, SIDE_A, &info);
	exchange_info(x, SIDE_B, &info);
	exchange_free(x);
	for (int i = 0; i < 3; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *body;

	if (!engine)
		start();
	body = fuzz_text(data, size);
	one(body, size, false);
	one(body, size, true);
	free(body);
	return 0;
}
