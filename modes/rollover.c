/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/rollover.c -- see rollover.h. */
#include "modes/rollover.h"
#include "datapath/sip/identity.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/explain.h"
#include "modes/show.h"
#include "shell/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last one since the box came up: what `back' takes back. */
enum where { IN_DEFAULT, IN_REMOTE, IN_PROFILE, IN_CLIENT };
struct place { enum where where; char key[KEY_MAX]; };
struct places { struct place *of; size_t count; };
struct rollover { pthread_mutex_t lock; text64 from, to, by; int64_t at_s; struct places places; };

int
rollover_new(struct rollover **rp)
{
	struct rollover *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	pthread_mutex_init(&r->lock, NULL);
	*rp = r;
	return 0;
}

void
rollover_free(struct rollover *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r->places.of);
	free(r);
}

/* ---- the edit ------------------------------------------------------------------------------------------------ */

/* only: of a rollover that is taken back, for the new one may have been somewhere before; NULL: everywhere. */
struct change { const char *from, *to; const struct places *only; struct places done; unsigned lines; };

static bool
has_place(const struct places *p, enum where where, const char *key)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->of[i].where == where && !strcmp(p->of[i].key, key))
			return true;
	return false;
}

static int
add_place(struct places *p, enum where where, const char *key)
{
	struct place *more = realloc(p->of, (p->count + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	p->of = more;
	more[p->count].where = where;
	snprintf(more[p->count++].key, KEY_MAX, "%s", key);
	return 0;
}

static void
clear_places(struct places *p)
{
	free(p->of);
	*p = (struct places){ 0 };
}

static bool
is_wanted(const text64 name, enum where where, const char *key, const struct change *ch)
{
	return !strcmp(name, ch->from) && (!ch->only || has_place(ch->only, where, key));
}

/* 1: it was changed; 0; -ENOMEM. */
static int
rename_one(text64 name, enum where where, const char *key, struct change *ch)
{
	if (!is_wanted(name, where, key, ch))
		return 0;
	snprintf(name, sizeof(text64), "%s", ch->to);
	return add_place(&ch->done, where, key) < 0 ? -ENOMEM : 1;
}

static int
change_remotes(struct config *c, struct change *ch)
{
	const struct signaling_remote *r = map_first(c->sip_ua.remote);

	for (char key[KEY_MAX]; r; r = map_after(c->sip_ua.remote, key)) {
		struct signaling_remote *own;

		snprintf(key, sizeof(key), "%s", r->node.key);
		if (!is_wanted(r->trustpoint, IN_REMOTE, key, ch))
			continue;
		if (!(own = map_own(&c->sip_ua.remote, key)) || rename_one(own->trustpoint, IN_REMOTE, key, ch) < 0)
			return -ENOMEM;
		ch->lines++;
	}
	return 0;
}

static int
change_profiles(struct config *c, struct change *ch)
{
	const struct tls_profile *p = map_first(c->tls_profiles);

	for (char key[KEY_MAX]; p; p = map_after(c->tls_profiles, key)) {
		struct tls_profile *own;

		snprintf(key, sizeof(key), "%s", p->node.key);
		if (!is_wanted(p->own.trustpoint, IN_PROFILE, key, ch) && !is_wanted(p->own.client, IN_CLIENT, key, ch))
			continue;
		if (!(own = map_own(&c->tls_profiles, key)) || rename_one(own->own.trustpoint, IN_PROFILE, key, ch) < 0 ||
		    rename_one(own->own.client, IN_CLIENT, key, ch) < 0)
			return -ENOMEM;
		ch->lines++;
	}
	return 0;
}

static int
change(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	struct change *ch = arg;
	int rc;

	clear_places(&ch->done);
	rc = rename_one(c->sip_ua.by_default.trustpoint, IN_DEFAULT, "", ch);
	ch->lines = rc > 0;
	if (rc >= 0)
		rc = change_remotes(c, ch);
	if (rc == 0)
		rc = change_profiles(c, ch);
	if (rc == 0 && !ch->lines) {
		snprintf(why, size, "Nothing of crypto signaling and of the tls-profiles names trustpoint %s", ch->from);
		rc = -ENOENT;
	}
	return rc;
}

/* ---- the commands --------------------------------------------------------------------------------------------- */

static int
roll(struct session *s, const char *from, const char *to, const struct places *only)
{
	const struct session_options *o = session_options(s);
	struct rollover *r = BOX(s)->rollover;
	struct change ch = { .from = from, .to = to, .only = only };
	char why[160] = "";
	int rc = session_edit(s, change, &ch, why, sizeof(why));

	if (rc < 0) {
		session_refused(s, "%s", *why ? why : "no memory");
		clear_places(&ch.done);
		return rc;
	}
	pthread_mutex_lock(&r->lock);
	snprintf(r->from, sizeof(r->from), "%s", from);
	snprintf(r->to, sizeof(r->to), "%s", to);
	snprintf(r->by, sizeof(r->by), "%s", *o->user ? o->user : "console");
	r->at_s = time(NULL);
	clear_places(&r->places);
	r->places = ch.done;
	pthread_mutex_unlock(&r->lock);
	session_print(s, "New handshakes show the certificate of %s; %u line%s of the configuration %s changed.\n", to,
	    ch.lines, ch.lines == 1 ? "" : "s", ch.lines == 1 ? "was" : "were");
	log_put(BOX(s)->log, 5, "PKI-5-ROLLOVER", "The identity %s was changed to %s by %s", from, to,
	    *o->user ? o->user : "console");
	return 0;
}

int
exec_rollover(struct session *s, const struct match *m)
{
	const char *from = match_text(m, "from"), *to = match_text(m, "to");
	const struct config *c = session_config(s);
	const char *const both[] = { from, to };

	for (int i = 0; i < 2; i++)
		if (!map_find(c->trustpoints, both[i])) {
			session_refused(s, "Trustpoint %s does not exist", both[i]);
			return -ENOENT;
		}
	if (!match_text(m, "force") && !identity_is_good(s, to)) {
		session_refused(s, "The identity was not changed (force would)");
		return -EINVAL;
	}
	return roll(s, from, to, NULL);
}

int
exec_rollover_back(struct session *s, const struct match *m)
{
	struct rollover *r = BOX(s)->rollover;
	struct places only = { 0 };
	text64 from, to;
	int rc = 0;

	(void)m;
	pthread_mutex_lock(&r->lock);
	memcpy(from, r->to, sizeof(from));
	memcpy(to, r->from, sizeof(to));
	for (size_t i = 0; i < r->places.count && rc == 0; i++)
		rc = add_place(&only, r->places.of[i].where, r->places.of[i].key);
	pthread_mutex_unlock(&r->lock);
	if (!*from) {
		session_refused(s, "No identity was changed since the box came up");
		rc = -ENOENT;
	}
	if (rc == 0)
		rc = roll(s, from, to, &only);
	clear_places(&only);
	return rc;
}

/* ---- show -------------------------------------------------------------------------------------------------------- */

/* The connections that show the certificate of a trustpoint, by its serial number. */
static void
count_on(struct session *s, const struct conns *all, const char *name)
{
	unsigned counted = 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct conn_info *c = &all->conns[i];
		unsigned n = 0;
		bool first = true;

		if (c->state != CONN_ESTABLISHED || strcmp(c->own, name))
			continue;
		for (size_t k = 0; k < all->count; k++) {
			bool same = all->conns[k].state == CONN_ESTABLISHED && !strcmp(all->conns[k].own, name) &&
			    !strcmp(all->conns[k].own_serial, c->own_serial);

			n += same;
			first = first && !(same && k < i);
		}
		if (first)
			session_print(s, "  %-6u connections show %s, serial %s\n", n, name, c->own_serial);
		counted++;
	}
	if (!counted)
		session_print(s, "  %-6u connections show %s\n", 0, name);
}

int
show_rollover(struct session *s, const struct match *m)
{
	struct rollover *r = BOX(s)->rollover;
	struct conns all = { .count = 0 };
	struct rollover last;
	char when[WHEN];

	(void)m;
	pthread_mutex_lock(&r->lock);
	memcpy(&last, r, sizeof(last)); /* its places are not touched */
	pthread_mutex_unlock(&r->lock);
	if (!*last.from) {
		session_print(s, "No identity was changed since the box came up\n");
		return 0;
	}
	if (BOX(s)->datapath)
		datapath_conns(BOX(s)->datapath, TRANSPORT_TLS, &all);
	session_print(s, "From %s to %s, %s by %s\n", last.from, last.to, when_second(last.at_s, when), last.by);
	count_on(s, &all, last.from);
	count_on(s, &all, last.to);
	session_print(s, "Back: crypto pki rollover back\n");
	conns_clear(&all);
	return 0;
}
