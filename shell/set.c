/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/set.c -- what a matched line does to an object, and the life of objects.
 *
 * A field is written into a copy first and then put in its place as a whole: a line that is
 * refused in its middle has changed nothing. */
#include "shell/syntax.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- words into a field -------------------------------------------------------------------- */

static const char *
word_text(const struct match *m, int i, const struct atom *a)
{
	return a->rest ? m->words->text + m->words->col[i] : m->words->w[i];
}

/* A choice of several words is stored by its last one. */
static bool
is_told(const struct atom *a)
{
	return a->stores && (a->kind != ATOM_KEYWORD || a->choice < 0 || a->choice_end);
}

/* The next free element of an array; NULL: it is full. */
static void *
element_of(char *base, const struct atom *a, char *why, size_t size)
{
	char *p = base + a->at;

	if (!a->plus)
		return p;
	for (; p + a->element <= base + a->at + a->size; p += a->element)
		if (all_zero(p, a->element))
			return p;
	snprintf(why, size, "more than %zu values", a->size / a->element);
	return NULL;
}

static int
store_words(const struct match *m, char *base, char *why, size_t size)
{
	const struct syntax *s = m->compiled;
	int type = -1, rc;
	void *field;

	for (int i = 0; i < m->words->n; i++) {
		const struct atom *a = m->bound[i] < 0 ? NULL : &s->atom[m->bound[i]];

		if (a && a->kind == ATOM_SECRET_TYPE)
			type = m->words->w[i][0] - '0';
		if (!a || !is_told(a))
			continue;
		if (!(field = element_of(base, a, why, size)))
			return -EINVAL;
		if ((rc = value_store(s, a, field, word_text(m, i, a), type, why, size)) < 0)
			return rc;
		type = -1;
	}
	return 0;
}

void
line_default(const struct syntax *s, void *field)
{
	if (s->dflt)
		memcpy(field, s->dflt, s->line->size);
	else
		memset(field, 0, s->line->size);
}

static int
field_set(const struct match *m, char *field, char *why, size_t size)
{
	const struct syntax *s = m->compiled;
	_Alignas(max_align_t) char space[FIELD_MAX];
	int rc;

	if (s->flag) {
		*(bool *)field = true;
		return 0;
	}
	memset(space, 0, s->line->size);
	if ((rc = store_words(m, space, why, size)) < 0)
		return rc;
	if (s->line->parts)
		space[0] = 1; /* its `set` */
	memcpy(field, space, s->line->size);
	explicit_bzero(space, s->line->size);
	return 0;
}

/* ---- lists --------------------------------------------------------------------------------- */

bool
line_is_list(const struct line *l, const struct mode *in)
{
	const struct grammar *g = grammar_of(in);

	return g && l >= in->lines && l < in->lines + in->count && g->row[l - in->lines].list;
}

struct map **
line_map(const struct line *l, const void *object)
{
	return (struct map **)((char *)object + l->at);
}

const void *
line_find(const struct line *l, const void *object, const char *key)
{
	return map_find(*line_map(l, object), key);
}

void *
line_own(const struct line *l, void *object, const char *key)
{
	return map_own(line_map(l, object), key);
}

int
line_key(const struct match *m, char *key, size_t size)
{
	const struct syntax *s = m->compiled;
	size_t n = 0;
	int rc;

	if (!size)
		return -EINVAL;
	key[0] = '\0';
	for (int i = 0; i < m->words->n; i++) {
		const struct atom *a = m->bound[i] < 0 ? NULL : &s->atom[m->bound[i]];

		if (!a || !a->key)
			continue;
		if (n && n + 1 < size)
			key[n++] = ' ';
		if ((rc = value_spell(s, a, word_text(m, i, a), key + n, size - n)) < 0)
			return rc;
		n += strlen(key + n);
	}
	return n ? 0 : -EINVAL;
}

static bool
is_said(const struct map *map, const char *key)
{
	const struct node *o = map_find(map, key);

	return o && !*(const uint8_t *)(o + 1);
}

/* `no' that is kept: an object that says so. */
static int
list_deny(const struct match *m, struct map **map, const char *key)
{
	struct node *o = mode_new(line_mode(m->line), key, 0);
	int rc;

	if (!o)
		return -ENOMEM;
	*(uint8_t *)(o + 1) = 1;
	if ((rc = map_put(map, o)) < 0)
		mode_drop(o);
	return rc;
}

/* Write the row's other values into the object; `fresh`: it is not in the map yet. */
static int
list_put(const struct match *m, struct map **map, const char *key, char *why, size_t size)
{
	const struct line *l = m->line;
	struct node *o;
	int rc;

	if (l->enter && map_find(*map, key)) {
		if (!(o = map_own(map, key)))
			return -ENOMEM;
		return store_words(m, (char *)o, why, size);
	}
	if (!(o = mode_new(line_mode(l), key, 0)))
		return -ENOMEM;
	if ((rc = store_words(m, (char *)o, why, size)) < 0 || (rc = map_put(map, o)) < 0)
		mode_drop(o);
	return rc;
}

static int
list_set(const struct match *m, void *object, char *why, size_t size)
{
	struct map **map = line_map(m->line, object);
	char key[KEY_MAX];
	int rc;

	if ((rc = line_key(m, key, sizeof(key))) < 0) {
		snprintf(why, size, "a name longer than %d characters", KEY_MAX - 1);
		return -EINVAL;
	}
	if (!m->no && !m->dflt)
		return list_put(m, map, key, why, size);
	if (m->no && m->line->keeps_no && !(m->line->last_resort && is_said(*map, key)))
		return list_deny(m, map, key);
	rc = map_remove(map, key);
	return rc == -ENOENT ? 0 : rc; /* what is not there is gone */
}

/* ---- one line ------------------------------------------------------------------------------ */

static int
sub_set(const struct match *m, char *field)
{
	if (m->no || m->dflt) {
		mode_clear(m->line->enter, field);
		memset(field, 0, m->line->size);
		mode_defaults(m->line->enter, field);
	} else if (m->line->size) {
		*field = 1; /* its `set` */
	}
	return 0;
}

int
line_set(const struct match *m, void *object, char *why, size_t size)
{
	if (m->line->set)
		return m->line->set(object, m, why, size);
	return line_set_plain(m, object, why, size);
}

int
line_set_plain(const struct match *m, void *object, char *why, size_t size)
{
	const struct syntax *s = m->compiled;
	const struct line *l = m->line;
	char *field = (char *)object + l->at;

	if (!l->size)
		return 0;
	if (s->list)
		return list_set(m, object, why, size);
	if (s->sub)
		return sub_set(m, field);
	if (!m->no && !m->dflt)
		return field_set(m, field, why, size);
	if (s->flag && m->no)
		*(bool *)field = false;
	else if (l->off && m->no)
		memset(field, 0, l->size);
	else
		line_default(s, field);
	return 0;
}

bool
line_is_stored(const struct line *l, const void *object)
{
	if (l->stored)
		return true;
	return l->has_effect && l->size &&
	       !l->has_effect(l->each ? object : (const char *)object + l->at);
}

/* ---- objects ------------------------------------------------------------------------------- */

void
mode_defaults(const struct mode *m, void *object)
{
	const struct grammar *g = grammar_of(m);

	for (size_t i = 0; g && i < m->count; i++) {
		const struct syntax *s = &g->row[i];
		char *field = (char *)object + s->line->at;

		if (s->sub && s->line->size)
			mode_defaults(s->line->enter, field);
		else if (s->dflt)
			memcpy(field, s->dflt, s->line->size);
	}
}

void *
mode_new(const struct mode *m, const char *key, size_t extra_bytes)
{
	struct node *o;

	if (!m || m->size < sizeof(*o) || strlen(key) >= KEY_MAX || !grammar_of(m))
		return NULL;
	if (!(o = calloc(1, m->size + extra_bytes)))
		return NULL;
	mode_defaults(m, o);
	atomic_init(&o->holders, 1);
	o->bytes = (uint32_t)(m->size + extra_bytes);
	o->mode = m;
	strcpy(o->key, key);
	return o;
}

void
mode_hold(const void *object)
{
	struct node *o = (struct node *)object;

	if (o)
		atomic_fetch_add_explicit(&o->holders, 1, memory_order_relaxed);
}

void
mode_drop(void *object)
{
	struct node *o = object;

	if (!o || atomic_fetch_sub_explicit(&o->holders, 1, memory_order_acq_rel) != 1)
		return;
	if (o->mode)
		mode_clear(o->mode, o);
	explicit_bzero(o + 1, o->bytes - sizeof(*o)); /* it may hold secrets */
	free(o);
}

void
mode_share(const struct mode *m, void *object)
{
	const struct grammar *g = grammar_of(m);

	for (int i = 0; g && i < g->maps; i++)
		map_hold(*line_map(g->map[i], object));
	for (int i = 0; g && i < g->subs; i++)
		mode_share(g->sub[i]->enter, (char *)object + g->sub[i]->at);
}

int
mode_copy(const struct mode *m, void *to, const void *from)
{
	if (!grammar_of(m))
		return -ENOMEM;
	memcpy(to, from, m->size);
	mode_share(m, to);
	return 0;
}

void
mode_clear(const struct mode *m, void *object)
{
	const struct grammar *g = grammar_of(m);

	for (int i = 0; g && i < g->maps; i++) {
		struct map **map = line_map(g->map[i], object);

		map_drop(*map);
		*map = NULL;
	}
	for (int i = 0; g && i < g->subs; i++)
		mode_clear(g->sub[i]->enter, (char *)object + g->sub[i]->at);
}

/* ---- checks -------------------------------------------------------------------------------- */

int
mode_check(const struct mode *m, const void *object, const void *config, char *why, size_t size)
{
	const struct grammar *g = grammar_of(m);
	int rc = m->check ? m->check(object, config, why, size) : 0;

	for (int i = 0; g && rc == 0 && i < g->maps; i++) {
		const struct map *map = *line_map(g->map[i], object);
		const struct node *o = map_first(map);

		for (; o && rc == 0; o = map_after(map, o->key))
			rc = o->mode ? mode_check(o->mode, o, config, why, size) : 0;
	}
	for (int i = 0; g && rc == 0 && i < g->subs; i++)
		rc = mode_check(
		    g->sub[i]->enter, (const char *)object + g->sub[i]->at, config, why, size);
	return rc;
}
