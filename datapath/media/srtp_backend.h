/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp_backend.h -- the implementations of SRTP behind srtp.c: libsrtp2 for every suite, and
 * OpenSSL's ciphers (evp: AES-CM, gcm: AES-GCM).  Each opens what the other seals. */
#ifndef DATAPATH_MEDIA_SRTP_BACKEND_H
#define DATAPATH_MEDIA_SRTP_BACKEND_H

#include "datapath/media/srtp.h"

struct sources; /* srtp_common.h */

/* One direction of one key, in any implementation. */
struct srtp_backend {
	const char *name;
	/* 0 or -errno.  The keying may be forgotten afterwards. */
	int (*start)(void **context, const struct sdes *, bool outbound);
	void (*stop)(void *context);
	/* Index by CHANNEL_RTP, CHANNEL_RTCP of stream.h: 0 and 1. */
	enum srtp_fate (*open[2])(void *context, uint8_t *packet, int *size);
	enum srtp_fate (*seal[2])(void *context, uint8_t *packet, int *size);
	uint32_t (*roc)(const void *context, uint32_t ssrc);
	struct sources *(*sources)(void *context);
};

extern const struct srtp_backend srtp_backend_lib, srtp_backend_evp, srtp_backend_gcm;

/* A way on an implementation of the caller's choice, for the tests that compare the two. */
int srtp_way_new_on(
    struct srtp_way **, const struct sdes *, bool outbound, const struct srtp_backend *);

#endif
