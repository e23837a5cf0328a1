/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cleanse_test.c -- no SRTP key outlives its call: whatever is freed is looked through for the keys
 * of the peers and of the box, as text and as bytes, before it is gone.  The sanitizers' allocators
 * show what is freed; without one there is nothing to see, and the test says so. */
#include "datapath/media/exchange.h"
#include "datapath/media/sdes.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static int failures, leaks, looked;
static size_t leaked_bytes; /* the last one */
static uv_loop_t loop;
static struct engine *engine;
static bool looking;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			failures++;                                                                \
			printf("FAIL line %d: %s\n", __LINE__, #cond);                             \
		}                                                                                  \
	} while (0)

int __sanitizer_install_malloc_and_free_hooks(
    void (*)(const volatile void *, size_t), void (*)(const volatile void *)) __attribute__((weak));
size_t __sanitizer_get_allocated_size(const volatile void *) __attribute__((weak));

#define KEY_A   "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk"
#define KEY_B   "MDEyMzQ1Njc4OUFCQ0RFRkdISUpLTE1OT1BRUlNU"
#define BYTES_A "ABCDEFGHIJKLMNOPQRSTUVWXYZabcd"
#define BYTES_B "0123456789ABCDEFGHIJKLMNOPQRST"

static char own[8][SDES_TEXT]; /* keys of the box, out of its bodies */
static size_t owns;

static void
on_malloc(const volatile void *p, size_t size)
{
	(void)p, (void)size;
}

static bool
holds(const void *p, size_t size, const char *key)
{
	return *key && memmem(p, size, key, strlen(key));
}

static void
on_free(const volatile void *freed)
{
	const void *p = (const void *)(uintptr_t)freed;
	size_t size;
	bool found;

	if (!looking || !p)
		return;
	looked++;
	size = __sanitizer_get_allocated_size(p);
	found = holds(p, size, KEY_A) || holds(p, size, KEY_B) || holds(p, size, BYTES_A) ||
		holds(p, size, BYTES_B);
	for (size_t i = 0; i < owns; i++)
		found |= holds(p, size, own[i]);
	if (found)
		leaked_bytes = size;
	leaks += found;
}

/* Every key of a body of ours is looked for from now on. */
static void
learn(const char *body)
{
	for (; body && (body = strstr(body, "inline:")) && owns < 8; owns++) {
		body += 7;
		snprintf(own[owns], sizeof(own[owns]), "%.*s", (int)strcspn(body, "|\r\n"), body);
	}
}

static struct media_policy
policy(const char *address)
{
	struct media_policy p = {.srtp = SRTP_FALLBACK,
	    .suites = {AES_CM_128_HMAC_SHA1_80},
	    .vad = true,
	    .secure_signalling = true};
	struct sockaddr_in *in = (struct sockaddr_in *)&p.local;

	in->sin_family = AF_INET;
	inet_pton(AF_INET, address, &in->sin_addr);
	return p;
}

#define HEAD(address)                                                                              \
	"v=0\r\no=- 1 1 IN IP4 " address "\r\ns=-\r\nc=IN IP4 " address "\r\nt=0 0\r\n"
#define LINE(tag, key) "a=crypto:" tag " AES_CM_128_HMAC_SHA1_80 inline:" key "\r\n"

/* clang-format off */
/* Keys where they belong and where they do not. */
static const char offer_form[] = HEAD("192.0.2.1")
	"k=base64:" KEY_A "\r\n" LINE("1", KEY_A) "a=key-mgmt:mikey " KEY_A "\r\n"
	"m=audio 4000 RTP/SAVP 0\r\nk=base64:" KEY_A "\r\n"
	LINE("1", KEY_A) LINE("2", KEY_A "|2^20") LINE("x", KEY_A) "a=X-long:%0*d\r\n"
	"a=acap:1 crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY_A "\r\n"
	"m=audio 4002 RTP/AVP 0\r\n" LINE("1", KEY_A);
/* clang-format on */
static const char answer[] = HEAD("192.0.2.2") "m=audio 5000 RTP/SAVP 0\r\n" LINE("1", KEY_B);
static const char plain[] = HEAD("192.0.2.2") "m=audio 5000 RTP/AVP 0\r\n";
static const char other[] =
    HEAD("192.0.2.2") "m=audio 5000 RTP/SAVP 0\r\n" LINE("1", KEY_B) "a=sendonly\r\n";

static char offer[8192]; /* longer than the writer's first buffer */

typedef int step_h(struct exchange *, enum side, const char *, size_t, char **, struct refusal *);

static int
step(struct exchange *x, step_h *act, enum side side, const char *body)
{
	struct refusal r = {0, ""};
	char *out = NULL;
	int rc = act(x, side, body, strlen(body), &out, &r);

	learn(out);
	body_free(out);
	return rc;
}

/* Early and final answers, a second call on the same ports, a refusal, a fallback, another
 * dial-peer, a cancelled re-INVITE. */
static void
test_call(void)
{
	struct exchange_options o = {.engine = engine,
	    .session_name = "box",
	    .policy = {policy("127.0.0.1"), policy("127.0.0.2")}};
	struct exchange *x = NULL;
	struct refusal r;
	char *out;

	CHECK(!exchange_new(&x, &o));
	CHECK(!step(x, exchange_offer, SIDE_A, offer));
	CHECK(!step(x, exchange_early, SIDE_B, other));
	CHECK(!step(x, exchange_early, SIDE_B, answer));
	CHECK(!step(x, exchange_answer, SIDE_B, answer));
	CHECK(!step(x, exchange_offer, SIDE_A, offer));
	CHECK(!step(x, exchange_early, SIDE_B, other));
	exchange_cancel_offer(x);
	CHECK(!step(x, exchange_offer, SIDE_A, offer));
	exchange_free(x); /* with the offer open */
	CHECK(!exchange_new(&x, &o));
	CHECK(!step(x, exchange_offer, SIDE_A, offer));
	CHECK(step(x, exchange_answer, SIDE_B,
	    HEAD("192.0.2.2") "m=audio 1 RTP/SAVP 8\r\n" LINE("1", KEY_B)));
	CHECK(!step(x, exchange_early, SIDE_B, answer));
	CHECK(!exchange_fall_back(x, SIDE_B, &out, &r));
	body_free(out);
	CHECK(!step(x, exchange_early, SIDE_B, plain));
	CHECK(!exchange_retry(x, SIDE_B, END_WIRE, &o.policy[SIDE_B]));
	CHECK(!step(x, exchange_offer, SIDE_A, offer));
	CHECK(!step(x, exchange_early, SIDE_B, answer));
	CHECK(!exchange_early_stands(x, SIDE_B, &out, &r));
	learn(out);
	body_free(out);
	exchange_free(x);
	CHECK(!exchange_new(&x, &o));
	CHECK(!exchange_invent(x, SIDE_B, &out, &r));
	learn(out);
	body_free(out);
	CHECK(!step(x, exchange_answer, SIDE_B, answer));
	exchange_free(x);
}

int
main(void)
{
	char body[] = "a=crypto:1 x inline:" KEY_A, *copy;

	if (!__sanitizer_install_malloc_and_free_hooks || !__sanitizer_get_allocated_size) {
		printf("cleanse: not looked at without a sanitizer\n");
		return 0;
	}
	CHECK(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) > 0);
	uv_loop_init(&loop);
	if (engine_new(&engine,
		&(struct engine_options){.loop = &loop, .port_min = 26000, .port_max = 26999}))
		return 1;
	snprintf(offer, sizeof(offer), offer_form, 5000, 0);
	looking = true;
	copy = strdup(body);
	free(copy);
	CHECK(leaks == 1); /* the test itself: it sees a key */
	leaks = 0;
	copy = strdup(body);
	body_free(copy);
	body_free(NULL);
	CHECK(leaks == 0);
	test_call();
	engine_free(engine);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK(!uv_loop_close(&loop));
	looking = false;
	CHECK(owns >= 4 && looked > 100);
	CHECK(leaks == 0);
	if (leaks)
		printf("%d keys freed, the last in %zu bytes\n", leaks, leaked_bytes);
	printf("cleanse: %d failures\n", failures);
	return failures != 0;
}
