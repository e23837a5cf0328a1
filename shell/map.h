/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/map.h -- ordered maps whose versions share what they have in common.
 *
 * A map is a value: putting an object into it yields a new map that shares all untouched nodes
 * with the old one, so a snapshot of 10,000 dial-peers costs one pointer and an edit O(log n).
 * While nobody else holds a node, it is changed in place: loading a file is linear (n log n).
 * NULL is the empty map.  Maps are held and dropped from any thread; one thread edits a draft. */
#ifndef SHELL_MAP_H
#define SHELL_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mode;
struct map;

enum { KEY_MAX = 256 };

/* Every object that is one of many begins with this.  It never changes once it is shared. */
struct node {
	atomic_uint holders;
	uint32_t bytes;                 /* of the whole object, what follows the struct included */
	const struct mode *mode;        /* how it is cloned, cleared and printed */
	uint64_t born;                  /* creation order inside its map; 1 is the first */
	char key[KEY_MAX];              /* the words that name it, as printed */
};

/* Keys order by number where both are numbers, else as text.  <0, 0, >0 */
int key_compare(const char *a, const char *b);

struct map *map_hold(const struct map *);
void        map_drop(struct map *);             /* frees what nobody else holds */
size_t      map_count(const struct map *);
const void *map_find(const struct map *, const char *key);      /* NULL: none */
const void *map_first(const struct map *);
const void *map_after(const struct map *, const char *key);     /* the next in key order */

/* All objects by creation order into a malloc()ed array; *count says how many.  NULL: none or
 * no memory (then *count is not 0). */
const void **map_by_birth(const struct map *, size_t *count);

/* Put `object` (one hold of it is taken over) in the place of the one with its key.  -ENOMEM:
 * the map stands as it was and the object is still the caller's. */
int  map_put(struct map **, struct node *object);
int  map_remove(struct map **, const char *key);        /* -ENOENT, -ENOMEM */

/* The object to write in: cloned first where somebody else holds it.  NULL: none or no memory. */
void *map_own(struct map **, const char *key);

/* Call `on` for every key whose object differs (was NULL: new; is NULL: gone), in O(changes
 * log n): shared branches are not walked. */
typedef void map_change_h(void *arg, const void *was, const void *is);
void map_diff(const struct map *old, const struct map *now, map_change_h *on, void *arg);

#endif
