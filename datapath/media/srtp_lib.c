/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_lib.c -- the only file that knows libsrtp2.  The library keeps one state for the process
 * (its crypto kernel), made on first use under pthread_once and kept to the end; nobody else in
 * the process may start it. */
#include "datapath/media/srtp_backend.h"

#include <errno.h>
#include <pthread.h>
#include <srtp2/srtp.h>

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
	srtp_t srtp = NULL;
	int rc = -ENOTSUP;

	pthread_once(&once, start);
	if (started != srtp_err_status_ok)
		return rc;
	set_policy(sdes->suite, &policy);
	policy.ssrc.type = outbound ? ssrc_any_outbound : ssrc_any_inbound;
	policy.key = copy.keying;
	if (srtp_create(&srtp, &policy) == srtp_err_status_ok) {
		*context = srtp;
		rc = 0;
	}
	sdes_clear(&copy);
	return rc;
}

static void
lib_stop(void *context)
{
	srtp_dealloc(context);
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
lib_open(void *context, uint8_t *packet, int *size)
{
	return fate(srtp_unprotect(context, packet, size));
}

static enum srtp_fate
lib_seal(void *context, uint8_t *packet, int *size)
{
	return fate(srtp_protect(context, packet, size));
}

static enum srtp_fate
lib_open_rtcp(void *context, uint8_t *packet, int *size)
{
	return fate(srtp_unprotect_rtcp(context, packet, size));
}

static enum srtp_fate
lib_seal_rtcp(void *context, uint8_t *packet, int *size)
{
	return fate(srtp_protect_rtcp(context, packet, size));
}

static uint32_t
lib_roc(const void *context, uint32_t ssrc)
{
	uint32_t roc = 0;

	if (srtp_get_stream_roc((srtp_t)context, ssrc, &roc) != srtp_err_status_ok)
		return 0;
	return roc;
}

const struct srtp_backend srtp_backend_lib = {
    .name = "libsrtp2",
    .start = lib_start,
    .stop = lib_stop,
    .open = {lib_open, lib_open_rtcp},
    .seal = {lib_seal, lib_seal_rtcp},
    .roc = lib_roc,
};
