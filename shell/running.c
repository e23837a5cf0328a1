/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/running.c -- draft, publish; hold and drop.
 *
 * A snapshot is immutable from the moment it is published until its last holder drops it.  Only
 * running_edit() makes new ones, one writer at a time.  The edit itself checks what it touched
 * (the session does): nothing here walks the configuration, so an edit costs the same whatever
 * its size. */
#include "shell/running.h"
#include "shell/line.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct snapshot {
	atomic_uint holders;
	const struct mode *root;
	uint64_t version;
	_Alignas(max_align_t) unsigned char config[];
};

struct running {
	const struct mode *root;
	pthread_mutex_t writer; /* held for a whole edit */
	pthread_mutex_t door;   /* guards what follows */
	struct snapshot *current;
	struct running_when when;
	char by[64]; /* who makes the edit that is under way */
	void (*published)(void *arg, const void *snapshot);
	void *arg;
};

static struct snapshot *
snapshot_of(const void *config)
{
	return (struct snapshot *)((char *)config - offsetof(struct snapshot, config));
}

static struct snapshot *
snapshot_new(const struct mode *root)
{
	struct snapshot *s = calloc(1, sizeof(*s) + root->size);

	if (s) {
		atomic_init(&s->holders, 1);
		s->root = root;
	}
	return s;
}

const void *
running_hold(struct running *r)
{
	const void *config;

	pthread_mutex_lock(&r->door);
	config = running_again(r->current->config);
	pthread_mutex_unlock(&r->door);
	return config;
}

const void *
running_again(const void *config)
{
	atomic_fetch_add_explicit(&snapshot_of(config)->holders, 1, memory_order_relaxed);
	return config;
}

void
running_drop(const void *config)
{
	struct snapshot *s;

	if (!config)
		return;
	s = snapshot_of(config);
	if (atomic_fetch_sub_explicit(&s->holders, 1, memory_order_acq_rel) != 1)
		return;
	mode_clear(s->root, s->config);
	explicit_bzero(s->config, s->root->size);
	free(s);
}

uint64_t
running_version(const void *config)
{
	return snapshot_of(config)->version;
}

static void
publish(struct running *r, struct snapshot *draft)
{
	struct snapshot *old;

	pthread_mutex_lock(&r->door);
	old = r->current;
	draft->version = old->version + 1;
	r->current = draft;
	if (*r->by) {
		r->when.changed_s = time(NULL);
		memcpy(r->when.by, r->by, sizeof(r->by));
	}
	pthread_mutex_unlock(&r->door);
	running_drop(old->config);
	if (r->published)
		r->published(r->arg, draft->config);
}

int
running_edit(struct running *r, running_edit_h *edit, void *arg, char *why, size_t size)
{
	struct snapshot *draft;
	int rc = -ENOMEM;

	pthread_mutex_lock(&r->writer);
	if (!(draft = snapshot_new(r->root)))
		goto out;
	if ((rc = mode_copy(r->root, draft->config, r->current->config)) == 0)
		rc = edit(draft->config, arg, why, size);
	if (rc == 0)
		publish(r, draft);
	else
		running_drop(draft->config);
	running_by(r, "");
out:
	if (rc == -ENOMEM && size && !*why)
		snprintf(why, size, "Cannot allocate memory");
	pthread_mutex_unlock(&r->writer);
	return rc;
}

int
running_new(struct running **rp, const struct mode *root,
    void (*published)(void *arg, const void *snapshot), void *arg)
{
	struct running *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->root = root;
	r->published = published;
	r->arg = arg;
	if (!(r->current = snapshot_new(root))) {
		free(r);
		return -ENOMEM;
	}
	mode_defaults(root, r->current->config);
	pthread_mutex_init(&r->writer, NULL);
	pthread_mutex_init(&r->door, NULL);
	*rp = r;
	return 0;
}

void
running_free(struct running *r)
{
	if (!r)
		return;
	running_drop(r->current->config);
	pthread_mutex_destroy(&r->door);
	pthread_mutex_destroy(&r->writer);
	free(r);
}

const struct mode *
running_root(const struct running *r)
{
	return r->root;
}

struct running_when
running_when(struct running *r)
{
	struct running_when when;

	pthread_mutex_lock(&r->door);
	when = r->when;
	pthread_mutex_unlock(&r->door);
	return when;
}

void
running_saved(struct running *r, const void *snapshot, int64_t at_s)
{
	pthread_mutex_lock(&r->door);
	r->when.saved_s = at_s;
	r->when.saved_version = running_version(snapshot);
	pthread_mutex_unlock(&r->door);
}

void
running_by(struct running *r, const char *who)
{
	pthread_mutex_lock(&r->door);
	snprintf(r->by, sizeof(r->by), "%s", who);
	pthread_mutex_unlock(&r->door);
}
