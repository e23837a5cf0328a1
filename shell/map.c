/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/map.c -- ordered maps that share their nodes between versions.
 *
 * A treap whose priorities are the hashes of the keys: so the same set of keys has always the
 * same shape, however it came about, and map_diff() can skip what two versions share.  Every
 * change has two passes: the first makes the path private (it may fail, and then has changed
 * nothing that can be seen), the second cannot fail. */
#include "shell/syntax.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct map {
	atomic_uint holders;
	uint32_t priority;
	size_t count;      /* of this branch */
	uint64_t youngest; /* the greatest birth number in it */
	struct node *object;
	struct map *left, *right;
};

/* ---- keys ---------------------------------------------------------------------------------- */

static bool
is_number(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isdigit((unsigned char)word[i]))
			return false;
	return length > 0;
}

static int
number_compare(const char *a, size_t n, const char *b, size_t k)
{
	while (n > 1 && *a == '0')
		a++, n--;
	while (k > 1 && *b == '0')
		b++, k--;
	return n != k ? (n < k ? -1 : 1) : memcmp(a, b, n);
}

static int
word_compare(const char *a, size_t n, const char *b, size_t k)
{
	bool x = is_number(a, n), y = is_number(b, k);
	int c;

	if (x && y)
		return number_compare(a, n, b, k);
	if (x != y)
		return x ? -1 : 1; /* numbers first: else the order would have circles */
	c = memcmp(a, b, n < k ? n : k);
	return c ? c : (n > k) - (n < k);
}

int
key_compare(const char *a, const char *b)
{
	const char *whole_a = a, *whole_b = b;
	int c;

	while (*a && *b) {
		size_t n = strcspn(a, " "), k = strcspn(b, " ");

		if ((c = word_compare(a, n, b, k)))
			return c;
		a += n + (a[n] == ' ');
		b += k + (b[k] == ' ');
	}
	c = (*a != '\0') - (*b != '\0');
	return c ? c : strcmp(whole_a, whole_b); /* "007" is not "7" */
}

static uint32_t
key_hash(const char *key)
{
	uint32_t h = 2166136261u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	h ^= h >> 16;
	h *= 0x85ebca6bu;
	h ^= h >> 13;
	h *= 0xc2b2ae35u;
	return h ^ h >> 16;
}

/* Does `a` stand above `b`?  A total order, so that the shape is one only. */
static bool
above(const struct map *a, const struct map *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return key_compare(a->object->key, b->object->key) < 0;
}

/* ---- holding and reading ------------------------------------------------------------------- */

struct map *
map_hold(const struct map *m)
{
	struct map *t = (struct map *)m;

	if (t)
		atomic_fetch_add_explicit(&t->holders, 1, memory_order_relaxed);
	return t;
}

void
map_drop(struct map *t)
{
	while (t && atomic_fetch_sub_explicit(&t->holders, 1, memory_order_acq_rel) == 1) {
		struct map *right = t->right;

		map_drop(t->left);
		mode_drop(t->object);
		free(t);
		t = right;
	}
}

size_t
map_count(const struct map *t)
{
	return t ? t->count : 0;
}

const void *
map_find(const struct map *t, const char *key)
{
	int c;

	while (t && (c = key_compare(key, t->object->key)))
		t = c < 0 ? t->left : t->right;
	return t ? t->object : NULL;
}

const void *
map_first(const struct map *t)
{
	while (t && t->left)
		t = t->left;
	return t ? t->object : NULL;
}

const void *
map_after(const struct map *t, const char *key)
{
	const struct node *next = NULL;

	while (t) {
		if (key_compare(key, t->object->key) < 0) {
			next = t->object;
			t = t->left;
		} else {
			t = t->right;
		}
	}
	return next;
}

static size_t
collect(const struct map *t, const void **into, size_t n)
{
	for (; t; t = t->right) {
		n = collect(t->left, into, n);
		into[n++] = t->object;
	}
	return n;
}

static int
by_birth(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;

	return x->born != y->born ? (x->born < y->born ? -1 : 1) : key_compare(x->key, y->key);
}

const void **
map_by_birth(const struct map *t, size_t *count)
{
	const void **all = NULL;

	if ((*count = map_count(t)) && (all = malloc(*count * sizeof(*all)))) {
		collect(t, all, 0);
		qsort(all, *count, sizeof(*all), by_birth);
	}
	return all;
}

/* ---- changing ------------------------------------------------------------------------------ */

static void
update(struct map *t)
{
	t->count = 1 + map_count(t->left) + map_count(t->right);
	t->youngest = t->object->born;
	if (t->left && t->left->youngest > t->youngest)
		t->youngest = t->left->youngest;
	if (t->right && t->right->youngest > t->youngest)
		t->youngest = t->right->youngest;
}

/* Make *tp a node that nobody else holds.  Its parents must be such already. */
static int
own(struct map **tp)
{
	struct map *t = *tp, *mine;

	if (atomic_load_explicit(&t->holders, memory_order_acquire) == 1)
		return 0;
	if (!(mine = malloc(sizeof(*mine))))
		return -ENOMEM;
	atomic_init(&mine->holders, 1);
	mine->priority = t->priority;
	mine->count = t->count;
	mine->youngest = t->youngest;
	mine->object = t->object;
	mode_hold(mine->object);
	mine->left = map_hold(t->left);
	mine->right = map_hold(t->right);
	*tp = mine;
	map_drop(t);
	return 0;
}

/* Own the path down to `key`, or to where it would be.  *foundp: the link to it. */
static int
own_path(struct map **tp, const char *key, struct map ***foundp)
{
	int c, rc;

	*foundp = NULL;
	while (*tp) {
		if ((rc = own(tp)) < 0)
			return rc;
		if (!(c = key_compare(key, (*tp)->object->key))) {
			*foundp = tp;
			return 0;
		}
		tp = c < 0 ? &(*tp)->left : &(*tp)->right;
	}
	return 0;
}

static void
split(struct map *t, const char *key, struct map **less, struct map **more)
{
	if (!t) {
		*less = *more = NULL;
	} else if (key_compare(key, t->object->key) < 0) {
		split(t->left, key, less, &t->left);
		update(t);
		*more = t;
	} else {
		split(t->right, key, &t->right, more);
		update(t);
		*less = t;
	}
}

static struct map *
insert(struct map *t, struct map *n)
{
	if (!t || above(n, t)) {
		split(t, n->object->key, &n->left, &n->right);
		update(n);
		return n;
	}
	if (key_compare(n->object->key, t->object->key) < 0)
		t->left = insert(t->left, n);
	else
		t->right = insert(t->right, n);
	update(t);
	return t;
}

int
map_put(struct map **mp, struct node *object)
{
	struct map **found, *n;
	struct node *was;
	int rc;

	if ((rc = own_path(mp, object->key, &found)) < 0)
		return rc;
	if (found) {
		was = (*found)->object;
		if (!object->born)
			object->born = was->born;
		(*found)->object = object;
		if (was != object || atomic_load(&was->holders) > 1)
			mode_drop(was);
		return 0;
	}
	if (!(n = calloc(1, sizeof(*n))))
		return -ENOMEM;
	if (!object->born)
		object->born = *mp ? (*mp)->youngest + 1 : 1;
	atomic_init(&n->holders, 1);
	n->priority = key_hash(object->key);
	n->object = object;
	*mp = insert(*mp, n);
	return 0;
}

/* Own all that merge() will touch. */
static int
own_seam(struct map **ap, struct map **bp)
{
	int rc = 0;

	while (rc == 0 && *ap && *bp) {
		if (above(*ap, *bp)) {
			if ((rc = own(ap)) == 0)
				ap = &(*ap)->right;
		} else if ((rc = own(bp)) == 0) {
			bp = &(*bp)->left;
		}
	}
	return rc;
}

static struct map *
merge(struct map *a, struct map *b)
{
	if (!a || !b)
		return a ? a : b;
	if (above(a, b)) {
		a->right = merge(a->right, b);
		update(a);
		return a;
	}
	b->left = merge(a, b->left);
	update(b);
	return b;
}

static struct map *
take_out(struct map *t, const char *key)
{
	int c = key_compare(key, t->object->key);
	struct map *rest;

	if (c == 0) {
		rest = merge(t->left, t->right);
		mode_drop(t->object);
		free(t);
		return rest;
	}
	if (c < 0)
		t->left = take_out(t->left, key);
	else
		t->right = take_out(t->right, key);
	update(t);
	return t;
}

int
map_remove(struct map **mp, const char *key)
{
	char copy[KEY_MAX]; /* `key` may be the object's own */
	struct map **found;
	int rc;

	if (!map_find(*mp, key))
		return -ENOENT;
	memcpy(copy, key, strlen(key) + 1);
	if ((rc = own_path(mp, copy, &found)) < 0 ||
	    (rc = own_seam(&(*found)->left, &(*found)->right)) < 0)
		return rc;
	*mp = take_out(*mp, copy);
	return 0;
}

/* The counter is left out: others may be counting while we copy. */
static struct node *
object_clone(const struct node *from)
{
	struct node *to = malloc(from->bytes);

	if (!to)
		return NULL;
	atomic_init(&to->holders, 1);
	memcpy((char *)to + sizeof(to->holders), (const char *)from + sizeof(from->holders),
	    from->bytes - sizeof(from->holders));
	if (to->mode)
		mode_share(to->mode, to);
	return to;
}

void *
map_own(struct map **mp, const char *key)
{
	struct map **found;
	struct node *mine;

	if (!map_find(*mp, key) || own_path(mp, key, &found) < 0)
		return NULL;
	if (atomic_load_explicit(&(*found)->object->holders, memory_order_acquire) > 1) {
		if (!(mine = object_clone((*found)->object)))
			return NULL;
		mode_drop((*found)->object);
		(*found)->object = mine;
	}
	return (*found)->object;
}

/* ---- comparing ----------------------------------------------------------------------------- */

enum { STEPS_MAX = 1024 };

/* A walk in key order that opens a branch only when it must. */
struct walk {
	struct step {
		const struct map *t;
		bool open; /* its own object only: the branches are steps of their own */
	} step[STEPS_MAX];
	int n;
};

static struct step *
walk_top(struct walk *w)
{
	return w->n ? &w->step[w->n - 1] : NULL;
}

static bool
walk_open(struct walk *w)
{
	const struct map *t = w->step[--w->n].t;

	if (w->n + 3 > STEPS_MAX)
		return false;
	if (t->right)
		w->step[w->n++] = (struct step){t->right, false};
	w->step[w->n++] = (struct step){t, true};
	if (t->left)
		w->step[w->n++] = (struct step){t->left, false};
	return true;
}

static const char *
step_least(const struct step *s)
{
	return s->open ? s->t->object->key : ((const struct node *)map_first(s->t))->key;
}

struct differ {
	map_change_h *on;
	void *arg;
};

/* One of both is done, or begins earlier: tell its next object, opening what is closed. */
static bool
tell_alone(const struct differ *d, struct walk *w, bool gone)
{
	struct step *s = walk_top(w);

	if (!s->open)
		return walk_open(w);
	w->n--;
	d->on(d->arg, gone ? s->t->object : NULL, gone ? NULL : s->t->object);
	return true;
}

static bool
tell_both(const struct differ *d, struct walk *a, struct walk *b)
{
	struct step *x = walk_top(a), *y = walk_top(b);
	int c;

	if (!x->open && !y->open && x->t == y->t) {
		a->n--, b->n--;
		return true;
	}
	if (!x->open && !y->open) {
		if (x->t->priority == y->t->priority)
			return walk_open(a) && walk_open(b);
		return walk_open(x->t->priority > y->t->priority ? a : b);
	}
	c = key_compare(step_least(x), step_least(y));
	if (c < 0)
		return tell_alone(d, a, true);
	if (c > 0)
		return tell_alone(d, b, false);
	if (!x->open || !y->open)
		return walk_open(x->open ? b : a);
	a->n--, b->n--;
	if (x->t->object != y->t->object)
		d->on(d->arg, x->t->object, y->t->object);
	return true;
}

void
map_diff(const struct map *old, const struct map *now, map_change_h *on, void *arg)
{
	const struct differ d = {on, arg};
	struct walk a, b;
	bool room = true;

	a.n = b.n = 0;
	if (old)
		a.step[a.n++] = (struct step){old, false};
	if (now)
		b.step[b.n++] = (struct step){now, false};
	while (room && (a.n || b.n)) {
		if (a.n && b.n)
			room = tell_both(&d, &a, &b);
		else
			room = tell_alone(&d, a.n ? &a : &b, a.n > 0);
	}
}
