/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_test.c -- the implementations of SRTP against each other: each opens what the other
 * seals, byte for byte the same, across the roll-over, out of order, replayed and forged. */
#include "datapath/media/srtp_backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failures;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			failures++;                                                                \
			printf("FAIL line %d: %s\n", __LINE__, #cond);                             \
		}                                                                                  \
	} while (0)

enum { ROOM = 2048 };

static struct srtp_way *
way(const struct sdes *sdes, bool outbound, const struct srtp_backend *backend)
{
	struct srtp_way *w = NULL;

	CHECK(!srtp_way_new_on(&w, sdes, outbound, backend) && !srtp_way_start(w));
	return w;
}

/* With CSRCs and an extension now and then, and any payload size. */
static int
rtp(uint8_t *p, uint32_t ssrc, uint16_t sequence)
{
	int n = 12, payload = sequence * 7 % 300;

	memset(p, sequence, ROOM);
	p[0] = 0x80;
	p[1] = 0;
	p[2] = (uint8_t)(sequence >> 8);
	p[3] = (uint8_t)sequence;
	p[8] = (uint8_t)(ssrc >> 24);
	p[9] = (uint8_t)(ssrc >> 16);
	p[10] = (uint8_t)(ssrc >> 8);
	p[11] = (uint8_t)ssrc;
	if (sequence % 3 == 0) {
		p[0] |= 2;
		n += 8;
	}
	if (sequence % 5 == 0) {
		p[0] |= 0x10;
		p[n + 2] = 0;
		p[n + 3] = 1;
		n += 8;
	}
	return n + payload;
}

static void
rtp_across(struct srtp_way *from[2], struct srtp_way *to, uint32_t ssrc, uint16_t sequence)
{
	uint8_t plain[ROOM], one[ROOM], other[ROOM];
	int size = rtp(plain, ssrc, sequence), n = size, m = size;

	memcpy(one, plain, ROOM);
	memcpy(other, plain, ROOM);
	CHECK(
	    srtp_seal(from[0], one, &n) == SRTP_GOOD && srtp_seal(from[1], other, &m) == SRTP_GOOD);
	CHECK(n == m && !memcmp(one, other, (size_t)n));
	one[n - 1] ^= 0x80;
	memcpy(other, one, ROOM);
	CHECK(srtp_open(to, other, &m) == SRTP_FORGED && m == n);
	one[n - 1] ^= 0x80;
	memcpy(other, one, ROOM);
	CHECK(srtp_open(to, one, &n) == SRTP_GOOD && n == size && !memcmp(one, plain, (size_t)n));
	CHECK(srtp_open(to, other, &m) == SRTP_REPLAYED);
}

static void
test_rtp(const struct sdes *sdes, const struct srtp_backend *a, const struct srtp_backend *b)
{
	struct srtp_way *from[2] = {way(sdes, true, a), way(sdes, true, b)};
	struct srtp_way *to = way(sdes, false, b);
	uint8_t p[ROOM];
	int n;

	for (uint32_t i = 65000; i < 66000; i += 1 + i % 3)
		rtp_across(from, to, 0x12345678, (uint16_t)i);
	for (uint16_t i = 100; i < 130; i++)
		rtp_across(from, to, 0x9abcdef0, (uint16_t)(i ^ 7));
	CHECK(srtp_way_roc(to, 0x12345678) == 1 && srtp_way_roc(to, 0x9abcdef0) == 0);
	n = rtp(p, 0x12345678, 200);
	CHECK(srtp_seal(from[0], p, &n) == SRTP_REPLAYED); /* too old */
	n = 15;
	CHECK(srtp_open(to, p, &n) == SRTP_SHORT);
	p[0] = 0x9f;
	n = 40;
	CHECK(srtp_open(to, p, &n) != SRTP_GOOD);
	srtp_way_drop(from[0]);
	srtp_way_drop(from[1]);
	srtp_way_drop(to);
}

/* The next packet of source number `source`. */
static enum srtp_fate
one(struct srtp_way *from, struct srtp_way *to, uint32_t source)
{
	static uint16_t sequence;
	uint8_t p[ROOM];
	int n = rtp(p, source << 16, ++sequence);
	enum srtp_fate fate = srtp_seal(from, p, &n);

	return fate == SRTP_GOOD ? srtp_open(to, p, &n) : fate;
}

/* As many as 1,024 sources, and a bounded number of new ones between two reserves. */
static void
test_sources(const struct sdes *sdes, const struct srtp_backend *a, const struct srtp_backend *b)
{
	struct srtp_way *from = way(sdes, true, a), *to = way(sdes, false, b);
	uint32_t source = 1, full;

	while (source < 2 * SRTP_SOURCES_MAX && one(from, to, source) == SRTP_GOOD)
		source++;
	full = source;
	CHECK(full > 8 && full <= 64);
	srtp_way_reserve(from); /* so that it is the way that opens which is full */
	CHECK(one(from, to, full) == SRTP_FULL);
	for (int i = 0; i < 20; i++) {
		srtp_way_reserve(from);
		srtp_way_reserve(to);
		while (one(from, to, source) == SRTP_GOOD)
			source++;
	}
	CHECK(source == SRTP_SOURCES_MAX + 1 && one(from, to, source) == SRTP_FULL);
	for (uint32_t old = 1; old < source; old++) /* the others go on */
		CHECK(one(from, to, old) == SRTP_GOOD);
	srtp_way_reserve(NULL);
	srtp_way_drop(from);
	srtp_way_drop(to);
}

static void
test_rtcp(const struct sdes *sdes, const struct srtp_backend *a, const struct srtp_backend *b)
{
	struct srtp_way *from = way(sdes, true, a), *to = way(sdes, false, b);

	for (int i = 0; i < 300; i++) {
		uint8_t plain[ROOM] = {0x80, 201, 0, 1, 1, 2, 3, 4, 5, (uint8_t)i}, p[ROOM],
			q[ROOM];
		int size = 8 + i % 40 * 4, n = size, m;

		memcpy(p, plain, ROOM);
		CHECK(srtp_seal_rtcp(from, p, &n) == SRTP_GOOD && n <= size + SRTP_ROOM);
		memcpy(q, p, ROOM);
		m = n;
		q[n - 3] ^= 4;
		CHECK(srtp_open_rtcp(to, q, &m) == SRTP_FORGED);
		memcpy(q, p, ROOM);
		CHECK(srtp_open_rtcp(to, p, &n) == SRTP_GOOD && n == size);
		CHECK(!memcmp(p, plain, (size_t)n));
		CHECK(srtp_open_rtcp(to, q, &m) == SRTP_REPLAYED);
	}
	srtp_way_drop(from);
	srtp_way_drop(to);
}

/* For the reader of the log; nothing is demanded of a shared machine. */
static void
measure(const struct sdes *sdes, const struct srtp_backend *backend, int count)
{
	struct srtp_way *w = way(sdes, true, backend);
	struct timespec from, until;
	uint8_t p[ROOM] = {0x80};

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	for (int i = 0; i < count; i++) {
		int n = 172;

		p[2] = (uint8_t)(i >> 8);
		p[3] = (uint8_t)i;
		srtp_seal(w, p, &n);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &until);
	printf("%s %s: %.0f ns per packet sealed\n", suite_row(sdes->suite)->name, backend->name,
	    ((double)(until.tv_sec - from.tv_sec) * 1e9 + (double)(until.tv_nsec - from.tv_nsec)) /
		count);
	srtp_way_drop(w);
}

int
main(int argc, char **argv)
{
	static const struct srtp_backend *const ours[SUITES] = {
	    [AEAD_AES_256_GCM] = &srtp_backend_gcm,
	    [AEAD_AES_128_GCM] = &srtp_backend_gcm,
	    [AES_CM_128_HMAC_SHA1_80] = &srtp_backend_evp,
	    [AES_CM_128_HMAC_SHA1_32] = &srtp_backend_evp,
	};
	struct sdes sdes;

	for (int s = SUITE_NONE + 1; s < SUITES; s++) {
		const struct srtp_backend *both[] = {&srtp_backend_lib, ours[s]};

		CHECK(!sdes_generate(&sdes, 1, (enum suite)s));
		for (int i = 0; i < 4; i++) {
			test_rtp(&sdes, both[i & 1], both[i >> 1]);
			test_rtcp(&sdes, both[i & 1], both[i >> 1]);
			test_sources(&sdes, both[i & 1], both[i >> 1]);
		}
		for (int i = 0; i < 2; i++)
			measure(&sdes, both[i], argc > 1 ? atoi(argv[1]) : 1000);
	}
	printf("srtp: %d failures\n", failures);
	return failures != 0;
}
