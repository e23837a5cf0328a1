/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ports.h -- the RTP ports of one worker: even numbers, each standing for itself and the odd one
 * after it (RTCP). */
#ifndef DATAPATH_MEDIA_PORTS_H
#define DATAPATH_MEDIA_PORTS_H

#include <stdbool.h>
#include <stdint.h>

/* Embedded; all its fields are private to ports.c but the counts. */
struct ports {
	uint16_t *ring; /* free ports, the longest rested first */
	uint32_t size, head, available, in_use;
	uint16_t min, max;
	uint8_t taken[65536 / 2 / 8]; /* a bit per even port */
};

/* min..max, both included (max may be the even port of the last pair).  0, -EINVAL (no pair in
 * it) or -ENOMEM. */
int ports_init(struct ports *, uint16_t min, uint16_t max);
void ports_clear(struct ports *);
/* Another range from now on; ports in use stay so until given back.  As ports_init(); on failure
 * the old range stands. */
int ports_range(struct ports *, uint16_t min, uint16_t max);
/* The port that has rested longest: 0: none left. */
uint16_t ports_take(struct ports *);
/* Back to the end of the ring, so that it rests before it is used again. */
void ports_give(struct ports *, uint16_t port);

#endif
