/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/hash.h -- a hash of objects that carry their own link: no allocation per entry.
 *
 * Keys are 64-bit hashes of whatever names the object; where two objects can share one, the
 * finder compares.  The table doubles when it is full, so look-up is O(1) whatever the number of
 * calls.  Belongs to one worker. */
#ifndef DATAPATH_HASH_H
#define DATAPATH_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link { struct link *next; uint64_t hash; };
struct hash { struct link **slots; size_t size, count, taken; };   /* taken: hash_take()'s place */

/* FNV-1a of some bytes, to begin with HASH_START; keyed() mixes in the box's own random key. */
#define HASH_START 0xcbf29ce484222325ull
uint64_t hash_bytes(uint64_t from, const void *bytes, size_t size);
uint64_t hash_text(uint64_t from, const char *text);

void hash_clear(struct hash *);                 /* frees the slots, not the objects */
int  hash_add(struct hash *, struct link *, uint64_t hash);     /* -ENOMEM */
void hash_remove(struct hash *, struct link *);                 /* not there: nothing */
/* The first object with this hash, then the next after it; NULL: no more. */
struct link *hash_find(const struct hash *, uint64_t hash);
struct link *hash_next(const struct link *);
/* Every object once: start with NULL.  The current one may be removed meanwhile only if the
 * caller has taken its successor first. */
struct link *hash_walk(const struct hash *, const struct link *after);
/* Take one out, whichever; NULL: it is empty.  Emptying a table so is linear. */
struct link *hash_take(struct hash *);

#define OWNER(link, type, field) \
	((type *)((char *)(link) - offsetof(type, field)))

#endif
