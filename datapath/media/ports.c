/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ports.c -- a ring of free port pairs, first in first out: taking and giving cost the same
 * whatever the range, and a port rests as long as possible before a late packet of its last call
 * could meet the next one. */
#include "datapath/media/ports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
taken(const struct ports *p, uint16_t port)
{
	return p->taken[port / 16] & (1u << (port / 2 % 8));
}

static void
mark(struct ports *p, uint16_t port, bool is)
{
	uint8_t bit = (uint8_t)(1u << (port / 2 % 8));

	if (is)
		p->taken[port / 16] |= bit;
	else
		p->taken[port / 16] &= (uint8_t)~bit;
}

static void
push(struct ports *p, uint16_t port)
{
	p->ring[(p->head + p->available++) % p->size] = port;
}

int
ports_range(struct ports *p, uint16_t min, uint16_t max)
{
	uint32_t first = (min + 1u) & ~1u, last = max & ~1u, size;
	uint16_t *ring;

	if (!first || first > last)
		return -EINVAL;
	size = (last - first) / 2 + 1;
	if (!(ring = malloc(size * sizeof(*ring))))
		return -ENOMEM;
	free(p->ring);
	p->ring = ring;
	p->size = size;
	p->head = p->available = 0;
	p->min = (uint16_t)first;
	p->max = (uint16_t)last;
	for (uint32_t port = first; port <= last; port += 2)
		if (!taken(p, (uint16_t)port))
			push(p, (uint16_t)port);
	return 0;
}

int
ports_init(struct ports *p, uint16_t min, uint16_t max)
{
	memset(p, 0, sizeof(*p));
	return ports_range(p, min, max);
}

void
ports_clear(struct ports *p)
{
	free(p->ring);
	memset(p, 0, sizeof(*p));
}

uint16_t
ports_take(struct ports *p)
{
	uint16_t port;

	if (!p->available)
		return 0;
	port = p->ring[p->head];
	p->head = (p->head + 1) % p->size;
	p->available--;
	p->in_use++;
	mark(p, port, true);
	return port;
}

void
ports_give(struct ports *p, uint16_t port)
{
	if (!port || port % 2 || !taken(p, port))
		return;
	mark(p, port, false);
	p->in_use--;
	if (port >= p->min && port <= p->max)
		push(p, port);
}
