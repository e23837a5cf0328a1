/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/arena.c -- see arena.h. */
#include "datapath/sip/arena.h"

#include <osipparser2/osip_parser.h>
#include <osipparser2/osip_port.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024 };

struct head { uint32_t size, arena; uint64_t align; };

static _Thread_local struct { char *block; size_t used; unsigned depth; } arena;

static void *
from_malloc(size_t size)
{
	struct head *h = malloc(sizeof(*h) + size);

	if (!h)
		return NULL;
	*h = (struct head){ .size = (uint32_t)size };
	return h + 1;
}

static void *
take(size_t size)
{
	size_t whole = sizeof(struct head) + (size + 15) / 16 * 16;
	struct head *h;

	if (!arena.depth || !arena.block || arena.used + whole > BLOCK)
		return from_malloc(size);
	h = (struct head *)(arena.block + arena.used);
	arena.used += whole;
	*h = (struct head){ .size = (uint32_t)size, .arena = 1 };
	return h + 1;
}

static void
give(void *p)
{
	struct head *h = p ? (struct head *)p - 1 : NULL;

	if (h && !h->arena)
		free(h);
}

static void *
retake(void *p, size_t size)
{
	const struct head *h = p ? (struct head *)p - 1 : NULL;
	void *q;

	if (h && h->arena && size <= h->size)
		return p;
	q = take(size);
	if (q && h)
		memcpy(q, p, h->size < size ? h->size : size);
	if (q)
		give(p);
	return q;
}

void
arena_install(void)
{
	osip_set_allocators(take, retake, give);
}

void
arena_begin(void)
{
	if (!arena.block)
		arena.block = aligned_alloc(16, BLOCK);
	arena.depth++;
}

void
arena_end(void)
{
	if (!--arena.depth)
		arena.used = 0;
}

void
arena_free(void)
{
	free(arena.block);
	arena.block = NULL;
}
