/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srtp.h -- one direction of SRTP with one master key: its protection in place, its replay window,
 * its roll-over counters.
 *
 * A way is counted, because the terms before and after an offer share it: a key has one way from
 * its making to its end.  Two ways with one key would use a keystream twice. */
#ifndef DATAPATH_MEDIA_SRTP_H
#define DATAPATH_MEDIA_SRTP_H

#include "datapath/media/sdes.h"

struct srtp_way;

/* What became of a packet. */
enum srtp_fate { SRTP_GOOD, SRTP_FORGED, SRTP_REPLAYED, SRTP_SHORT, SRTP_FULL, SRTP_BROKEN };

/* How many sources (SSRC) one key serves; a packet of one more is SRTP_FULL. */
enum { SRTP_SOURCES_MAX = 1024 };

/* The bytes behind a packet that srtp_seal() may write. */
enum { SRTP_ROOM = 16 + 4 };

/* 0, or -errno.  The keying is copied.  A way that was only offered costs no more than its key. */
int srtp_way_new(struct srtp_way **, const struct sdes *, bool outbound);
/* Before its first packet: 0, -ENOMEM, or -ENOTSUP when the library has not got the suite.  Once
 * done it is done: the roll-over counter of a key never begins again. */
int srtp_way_start(struct srtp_way *);
/* Room for the sources to come, up to SRTP_SOURCES_MAX: called now and then, because packets
 * allocate nothing, and what finds no room is SRTP_FULL until the next time.  NULL, and one not
 * started, are fine; without memory it stays as it is. */
void srtp_way_reserve(struct srtp_way *);
struct srtp_way *srtp_way_hold(struct srtp_way *);
/* The last one zeroises the keying.  NULL is fine. */
void srtp_way_drop(struct srtp_way *);
const struct sdes *srtp_way_sdes(const struct srtp_way *);

/* In place; *size shrinks by the tag when opened and grows when sealed (SRTP_ROOM bytes). */
enum srtp_fate srtp_open(struct srtp_way *, uint8_t *packet, int *size);
enum srtp_fate srtp_seal(struct srtp_way *, uint8_t *packet, int *size);
enum srtp_fate srtp_open_rtcp(struct srtp_way *, uint8_t *packet, int *size);
enum srtp_fate srtp_seal_rtcp(struct srtp_way *, uint8_t *packet, int *size);
/* The roll-over counter of a source; 0 where there is none. */
uint32_t srtp_way_roc(const struct srtp_way *, uint32_t ssrc);

#endif
