/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_lib.c -- the only file that knows libsrtp2.  The library keeps one state for the process
 * (its crypto kernel), made on first use under pthread_once and kept to the end; nobody else in
 * the process may start it. */
#include "datapath/media/srtp_common.h"

#include <errno.h>
#include <pthread.h>
#include <srtp2/srtp.h>
#include <stdlib.h>

/* The library keeps the sources itself; ours bound their number. */
struct lib {
	srtp_t srtp;
	struct sources sources;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static srtp_err_status_t started;

static void
start(void)
{
	started = srtp_init();
}

/* The 32-bit tag is for RTP only: RTCP keeps 80 bits (RFC 4568 6.2.2). */
static void
set_policy(enum suite suite, srtp_policy_t *p)
{
	switch (suite) {
	case AEAD_AES_256_GCM:
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&p->rtp);
		srtp_crypto_policy_set_aes_gcm_256_16_auth(&p->rtcp);
		break;
	case AEAD_AES_128_GCM:
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p->rtcp);
		break;
	case AES_CM_128_HMAC_SHA1_80:
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p->rtp);
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p->rtcp);
		break;
	case AES_CM_128_HMAC_SHA1_32:
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&p->rtp);
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p->rtcp);
		break;
	case SUITE_NONE:
	case SUITES:
		break;
	}
}

static int
lib_start(void **context, const struct sdes *sdes, bool outbound)
{
	srtp_policy_t policy = {.window_size = 128};
	struct sdes copy = *sdes;
	struct lib *l;
	int rc = -ENOTSUP;

	pthread_once(&once, start);
	if (started != srtp_err_status_ok)
		return rc;
	if (!(l = calloc(1, sizeof(*l))))
		return -ENOMEM;
	set_policy(sdes->suite, &policy);
	policy.ssrc.type = outbound ? ssrc_any_outbound : ssrc_any_inbound;
	policy.key = copy.keying;
	if (srtp_create(&l->srtp, &policy) == srtp_err_status_ok) {
		*context = l;
		rc = 0;
	} else {
		free(l);
	}
	sdes_clear(&copy);
	return rc;
}

static void
lib_stop(void *context)
{
	struct lib *l = context;

	srtp_dealloc(l->srtp);
	sources_clear(&l->sources);
	free(l);
}

static enum srtp_fate
fate(srtp_err_status_t status)
{
	switch ((int)status) {
	case srtp_err_status_ok:
		return SRTP_GOOD;
	case srtp_err_status_auth_fail:
		return SRTP_FORGED;
	case srtp_err_status_replay_fail:
	case srtp_err_status_replay_old:
		return SRTP_REPLAYED;
	default:
		return SRTP_BROKEN;
	}
}

static enum srtp_fate
apply(struct lib *l, const uint8_t *ssrc_at, uint8_t *packet, int *size,
    srtp_err_status_t (*act)(srtp_t, void *, int *))
{
	uint32_t ssrc = srtp_get32(ssrc_at);
	struct source *s = source_find(&l->sources, ssrc);
	enum srtp_fate done;

	if (!s && l->sources.count == l->sources.room)
		return SRTP_FULL;
	done = fate(act(l->srtp, packet, size));
	if (done == SRTP_GOOD)
		source_add(&l->sources, s, ssrc);
	return done;
}

static enum srtp_fate
lib_open(void *context, uint8_t *packet, int *size)
{
	return apply(context, packet + 8, packet, size, srtp_unprotect);
}

static enum srtp_fate
lib_seal(void *context, uint8_t *packet, int *size)
{
	return apply(context, packet + 8, packet, size, srtp_protect);
}

static enum srtp_fate
lib_open_rtcp(void *context, uint8_t *packet, int *size)
{
	return apply(context, packet + 4, packet, size, srtp_unprotect_rtcp);
}

static enum srtp_fate
lib_seal_rtcp(void *context, uint8_t *packet, int *size)
{
	return apply(context, packet + 4, packet, size, srtp_protect_rtcp);
}

static uint32_t
lib_roc(const void *context, uint32_t ssrc)
{
	uint32_t roc = 0;

	if (srtp_get_stream_roc(((const struct lib *)context)->srtp, ssrc, &roc) !=
	    srtp_err_status_ok)
		return 0;
	return roc;
}

static struct sources *
lib_sources(void *context)
{
	return &((struct lib *)context)->sources;
}

const struct srtp_backend srtp_backend_lib = {
    .name = "libsrtp2",
    .start = lib_start,
    .stop = lib_stop,
    .open = {lib_open, lib_open_rtcp},
    .seal = {lib_seal, lib_seal_rtcp},
    .roc = lib_roc,
    .sources = lib_sources,
};
