/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/hash.c -- see hash.h. */
#include "datapath/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 64 };

uint64_t
hash_bytes(uint64_t from, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < size; i++)
		from = (from ^ p[i]) * 0x100000001b3ull;
	return from;
}

uint64_t
hash_text(uint64_t from, const char *text)
{
	return text ? hash_bytes(from, text, strlen(text)) : from;
}

/* FNV's low bits are weak for short keys: spread them before they choose a slot. */
static size_t
slot(const struct hash *h, uint64_t hash)
{
	hash ^= hash >> 29;
	return (size_t)((hash * 0x9e3779b97f4a7c15ull) >> 32) & (h->size - 1);
}

static int
grow(struct hash *h)
{
	struct hash bigger = { .size = h->size ? h->size * 2 : FIRST_SIZE, .count = h->count };

	bigger.slots = calloc(bigger.size, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < h->size; i++) {
		struct link *next;

		for (struct link *l = h->slots[i]; l; l = next) {
			size_t s = slot(&bigger, l->hash);

			next = l->next;
			l->next = bigger.slots[s];
			bigger.slots[s] = l;
		}
	}
	free(h->slots);
	*h = bigger;
	return 0;
}

void
hash_clear(struct hash *h)
{
	free(h->slots);
	*h = (struct hash){ 0 };
}

int
hash_add(struct hash *h, struct link *l, uint64_t hash)
{
	size_t s;

	if (h->count >= h->size && grow(h) < 0 && !h->size)
		return -ENOMEM;
	s = slot(h, hash);
	l->hash = hash;
	l->next = h->slots[s];
	h->slots[s] = l;
	h->count++;
	return 0;
}

void
hash_remove(struct hash *h, struct link *l)
{
	struct link **p;

	if (!h->size)
		return;
	for (p = &h->slots[slot(h, l->hash)]; *p; p = &(*p)->next) {
		if (*p == l) {
			*p = l->next;
			l->next = NULL;
			h->count--;
			return;
		}
	}
}

struct link *
hash_next(const struct link *l)
{
	uint64_t hash = l->hash;

	for (l = l->next; l && l->hash != hash; l = l->next)
		;
	return (struct link *)l;
}

struct link *
hash_find(const struct hash *h, uint64_t hash)
{
	struct link *l = h->size ? h->slots[slot(h, hash)] : NULL;

	return !l || l->hash == hash ? l : hash_next(&(struct link){ l, hash });
}

struct link *
hash_walk(const struct hash *h, const struct link *after)
{
	size_t s = 0;

	if (after) {
		if (after->next)
			return after->next;
		s = slot(h, after->hash) + 1;
	}
	for (; s < h->size; s++)
		if (h->slots[s])
			return h->slots[s];
	return NULL;
}

struct link *
hash_take(struct hash *h)
{
	struct link *l;

	if (!h->count)
		return NULL;
	while (!h->slots[h->taken & (h->size - 1)])
		h->taken++;
	l = h->slots[h->taken & (h->size - 1)];
	h->slots[h->taken & (h->size - 1)] = l->next;
	l->next = NULL;
	h->count--;
	return l;
}
