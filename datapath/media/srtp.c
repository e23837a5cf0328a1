/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp.c -- ways: one direction of SRTP with one master key, counted, on the implementation that
 * the suite's row names.  Sealing a packet of G.711 costs OpenSSL's ciphers a tenth (AES-CM) or a
 * third (GCM) of what it costs the distribution's libsrtp2 (srtp_test measures it), so calls run
 * on those; libsrtp2 is what they are tested against, and stands ready for suites to come. */
#include "datapath/media/srtp.h"

#include "datapath/media/srtp_common.h"

#include <errno.h>
#include <stdlib.h>

struct srtp_way {
	struct sdes sdes;
	const struct srtp_backend *backend;
	void *context; /* NULL until srtp_way_start() */
	bool outbound;
	unsigned holds;
};

/* clang-format off */
static const struct srtp_backend *const backends[SUITES] = {
	[AEAD_AES_256_GCM]        = &srtp_backend_gcm,
	[AEAD_AES_128_GCM]        = &srtp_backend_gcm,
	[AES_CM_128_HMAC_SHA1_80] = &srtp_backend_evp,
	[AES_CM_128_HMAC_SHA1_32] = &srtp_backend_evp,
};
/* clang-format on */

int
srtp_way_new_on(struct srtp_way **wayp, const struct sdes *sdes, bool outbound,
    const struct srtp_backend *backend)
{
	struct srtp_way *w;

	if (!suite_row(sdes->suite) || !backend)
		return -ENOTSUP;
	if (!(w = calloc(1, sizeof(*w))))
		return -ENOMEM;
	w->sdes = *sdes;
	w->backend = backend;
	w->outbound = outbound;
	w->holds = 1;
	*wayp = w;
	return 0;
}

int
srtp_way_new(struct srtp_way **wayp, const struct sdes *sdes, bool outbound)
{
	if (!suite_row(sdes->suite))
		return -ENOTSUP;
	return srtp_way_new_on(wayp, sdes, outbound, backends[sdes->suite]);
}

int
srtp_way_start(struct srtp_way *w)
{
	int rc;

	if (w->context)
		return 0;
	if ((rc = w->backend->start(&w->context, &w->sdes, w->outbound)))
		return rc;
	if ((rc = sources_reserve(w->backend->sources(w->context)))) {
		w->backend->stop(w->context);
		w->context = NULL;
	}
	return rc;
}

void
srtp_way_reserve(struct srtp_way *w)
{
	if (w && w->context)
		sources_reserve(w->backend->sources(w->context));
}

struct srtp_way *
srtp_way_hold(struct srtp_way *w)
{
	if (w)
		w->holds++;
	return w;
}

void
srtp_way_drop(struct srtp_way *w)
{
	if (!w || --w->holds)
		return;
	if (w->context)
		w->backend->stop(w->context);
	sdes_clear(&w->sdes);
	free(w);
}

const struct sdes *
srtp_way_sdes(const struct srtp_way *w)
{
	return &w->sdes;
}

enum srtp_fate
srtp_open(struct srtp_way *w, uint8_t *packet, int *size)
{
	if (*size < 12 + suite_row(w->sdes.suite)->tag_rtp)
		return SRTP_SHORT;
	return w->backend->open[0](w->context, packet, size);
}

enum srtp_fate
srtp_seal(struct srtp_way *w, uint8_t *packet, int *size)
{
	return *size < 12 ? SRTP_SHORT : w->backend->seal[0](w->context, packet, size);
}

enum srtp_fate
srtp_open_rtcp(struct srtp_way *w, uint8_t *packet, int *size)
{
	if (*size < 8 + 4 + suite_row(w->sdes.suite)->tag_rtcp)
		return SRTP_SHORT;
	return w->backend->open[1](w->context, packet, size);
}

enum srtp_fate
srtp_seal_rtcp(struct srtp_way *w, uint8_t *packet, int *size)
{
	return *size < 8 ? SRTP_SHORT : w->backend->seal[1](w->context, packet, size);
}

uint32_t
srtp_way_roc(const struct srtp_way *w, uint32_t ssrc)
{
	return w && w->context ? w->backend->roc(w->context, ssrc) : 0;
}
