/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/expiry.c -- `show crypto pki expiry': every certificate that a call depends on, ours and those that the
 * peers have shown last, the first casualty first, with what it stops; and the log says so in time. */
#include "modes/expiry.h"
#include "datapath/sip/identity.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/explain.h"
#include "modes/show.h"
#include "shell/alarm.h"
#include "shell/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALARM "expiry"
enum { CERTS_MAX = 1024, DAY_S = 86400, CHECK_S = 3600, FIRST_MS = 60 * 1000, WHAT = PKI_BRIEF_NAME + 64, WHERE = 100,
	STOPS = 160 };

static const int ladder[] = { 1, 3, 7, 14, 30, 60 };    /* days */

struct expiring {
	char what[WHAT];                /* "CN=edge1 (serial 0A12)", "compatibility sha-1" */
	bool allowance;                 /* what a class allows, and no certificate */
	time_t to;
	char where[WHERE];              /* "trustpoint edge", "peer 192.0.2.1" */
	char stops[STOPS];              /* "dial-peers 100 200", "" */
};
struct expirings { struct expiring *of; size_t count; };

/* ---- gathering ------------------------------------------------------------------------------------------------- */

static struct expiring *
add(struct expirings *e)
{
	struct expiring *more = e->count % 64 ? e->of : realloc(e->of, (e->count + 64) * sizeof(*more));

	if (!more || e->count == CERTS_MAX)
		return NULL;
	e->of = more;
	more = &e->of[e->count++];
	*more = (struct expiring){ .where = "" };
	return more;
}

static struct expiring *
add_cert(struct expirings *e, const struct der *der)
{
	struct expiring *one = add(e);
	struct pki_brief b;

	if (!one)
		return NULL;
	pki_brief(der, &b);
	snprintf(one->what, sizeof(one->what), "%s (serial %s)", b.subject, b.serial);
	one->to = b.to;
	return one;
}

static void
add_word(char *to, size_t size, const char *first, const char *word)
{
	size_t used = strlen(to);

	if (used + strlen(word) + 6 < size)
		snprintf(to + used, size - used, "%s%s", used ? " " : first, word);
	else if (used > 3 && strcmp(to + used - 3, "..."))
		snprintf(to + used, size - used, "...");
}

/* Which dial-peers call with that identity, or call that host. */
static void
stopped_peers(const struct config *c, const char *trustpoint, const addr_t *remote, char *to)
{
	for (const struct dial_peer *p = map_first(c->dial_peers); p; p = map_after(c->dial_peers, p->node.key)) {
		addr_t at = addr_ipv4(p->target.type == TARGET_IPV4 ? p->target.ipv4 : (struct in_addr){ 0 }, 0);
		struct tls_identity x;
		char why[160];

		if (p->transport != TRANSPORT_TLS || !p->target.type)
			continue;
		if (remote ? addr_same_host(&at, remote)
		    : tls_identity_of_peer(c, p, &x, why, sizeof(why)) == 0 && !strcmp(x.trustpoint, trustpoint))
			add_word(to, STOPS, "dial-peers ", p->node.key);
	}
}

static void
vouched_peers(const struct seen_peers *seen, const char *trustpoint, char *to)
{
	char host[ADDR_TEXT];

	for (size_t i = 0; i < seen->count; i++)
		if (!strcmp(seen->of[i].vouched, trustpoint))
			add_word(to, STOPS, "peers ", addr_host(&seen->of[i].remote, host));
}

static void
gather_ours(const struct config *c, const struct seen_peers *seen, struct expirings *e)
{
	for (const struct cert_chain *ch = map_first(c->chains); ch; ch = map_after(c->chains, ch->node.key))
		for (const struct certificate *i = map_first(ch->certificates); i;
		     i = map_after(ch->certificates, i->node.key)) {
			struct expiring *one = add_cert(e, &(struct der){ (uint8_t *)i->der, i->size });

			if (!one)
				return;
			snprintf(one->where, sizeof(one->where), "%s%strustpoint %.64s",
			    i->role == CERT_NEXT || i->role == CERT_CA_NEXT ? "rollover of " : "",
			    i->role == CERT_CA || i->role == CERT_CA_NEXT ? "CA of " : "", ch->node.key);
			if (i->role == CERT_NEXT || i->role == CERT_CA_NEXT)
				continue;               /* in no use yet */
			if (i->role == CERT_CA)
				vouched_peers(seen, ch->node.key, one->stops);
			else
				stopped_peers(c, ch->node.key, NULL, one->stops);
		}
}

static void
gather_theirs(const struct config *c, const struct seen_peers *seen, struct expirings *e)
{
	char host[ADDR_TEXT];

	for (size_t i = 0; i < seen->count; i++)
		for (size_t k = 0; k < seen->of[i].count; k++) {
			struct expiring *one = add_cert(e, &seen->of[i].chain[k]);

			if (!one)
				return;
			snprintf(one->where, sizeof(one->where), "%speer %s", k ? "CA of " : "",
			    addr_host(&seen->of[i].remote, host));
			stopped_peers(c, NULL, &seen->of[i].remote, one->stops);
		}
}

/* Of the trustpool the one that ends next, for all of them. */
static void
gather_pool(struct pki *pki, const struct seen_peers *seen, struct expirings *e)
{
	struct pki_pool_info pool;
	struct expiring *one;

	if (pki_pool_look(pki, &pool) && pool.soonest.bytes && (one = add_cert(e, &pool.soonest))) {
		snprintf(one->where, sizeof(one->where), "the next of %zu in the trustpool", pool.count - pool.ended);
		vouched_peers(seen, PKI_POOL, one->stops);
	}
	der_clear(&pool.soonest);
}

/* Which dial-peers call by that class: of its peers that call us nothing is known. */
static void
allowed_peers(const struct config *c, uint16_t tag, char *to)
{
	for (const struct dial_peer *p = map_first(c->dial_peers); p; p = map_after(c->dial_peers, p->node.key)) {
		struct tls_identity x;
		char why[160];

		if (p->transport == TRANSPORT_TLS && p->target.type &&
		    tls_identity_of_peer(c, p, &x, why, sizeof(why)) == 0 && x.profile == tag)
			add_word(to, STOPS, "dial-peers ", p->node.key);
	}
}

/* What a voice class tls-profile allows until a day: `compatibility sha-1 until 2026-12-31'. */
static void
gather_allowances(const struct config *c, const struct tls_profile *p, struct expirings *e)
{
#define ALLOWANCE(what, field, name) { name, &p->field },
	const struct { const char *name; const struct tls_allowance *of; } rows[] = { TLS_ALLOWANCES(ALLOWANCE) };
#undef ALLOWANCE

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct expiring *one = rows[i].of->set && rows[i].of->until ? add(e) : NULL;

		if (!one)
			continue;
		one->allowance = true;
		one->to = rows[i].of->until;
		snprintf(one->what, sizeof(one->what), "compatibility %s", rows[i].name);
		snprintf(one->where, sizeof(one->where), "voice class tls-profile %.12s", p->node.key);
		allowed_peers(c, (uint16_t)strtoul(p->node.key, NULL, 10), one->stops);
	}
}

static int
first_casualty(const void *x, const void *y)
{
	const struct expiring *a = x, *b = y;

	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return strcmp(a->where, b->where) ? strcmp(a->where, b->where) : strcmp(a->what, b->what);
}

static struct expirings
gather(struct box *b, const struct config *c)
{
	struct expirings e = { .count = 0 };
	struct seen_peers seen = { .count = 0 };

	if (b->datapath)
		datapath_seen(b->datapath, &seen);
	gather_ours(c, &seen, &e);
	gather_theirs(c, &seen, &e);
	if (b->pki)
		gather_pool(b->pki, &seen, &e);
	for (const struct tls_profile *p = map_first(c->tls_profiles); p; p = map_after(c->tls_profiles, p->node.key))
		gather_allowances(c, p, &e);
	seen_peers_clear(&seen);
	if (e.count)
		qsort(e.of, e.count, sizeof(*e.of), first_casualty);
	return e;
}

/* ---- show -------------------------------------------------------------------------------------------------------- */

int
show_pki_expiry(struct session *s, const struct match *m)
{
	struct expirings e = gather(BOX(s), session_config(s));
	time_t now = time(NULL);
	char when[WHEN];

	(void)m;
	session_print(s, "   Days  Ends                      Certificate\n");
	for (size_t i = 0; i < e.count; i++) {
		const struct expiring *one = &e.of[i];
		bool over = one->to <= now;
		long long days = ((long long)one->to - now) / DAY_S;

		session_print(s, "%7lld  %-24s  %s, %s%s\n", days, when_pki(one->to, when), one->what, one->where,
		    !over ? "" : one->allowance ? ": ENDED" : ": EXPIRED");
		if (*one->stops)
			session_print(s, "%35s%s %s\n", "", one->allowance ? over ? "may have stopped" : "then may stop"
			    : over ? "has stopped" : "then stops", one->stops);
	}
	if (!e.count)
		session_print(s, "There is no certificate\n");
	free(e.of);
	return 0;
}

/* ---- the log -------------------------------------------------------------------------------------------------------- */

/* Which rung of the ladder was said of a certificate last. */
struct told { char what[WHAT], where[WHERE]; time_t to; int days; };
struct expiry { struct box *box; struct told told[CERTS_MAX]; size_t count; };

static int
rung_of(long long days)
{
	for (size_t i = 0; i < sizeof(ladder) / sizeof(*ladder); i++)
		if (days < ladder[i])
			return ladder[i];
	return 0;
}

/* The place where is kept what was said of it; NULL: there is none left. */
static struct told *
told_of(struct expiry *x, const struct expiring *e)
{
	struct told *t = NULL;

	for (size_t i = 0; i < x->count && !t; i++)
		if (x->told[i].to == e->to && !strcmp(x->told[i].what, e->what) && !strcmp(x->told[i].where, e->where))
			t = &x->told[i];
	if (!t && x->count < CERTS_MAX) {
		t = &x->told[x->count++];
		t->to = e->to;
		memcpy(t->what, e->what, sizeof(t->what));
		memcpy(t->where, e->where, sizeof(t->where));
	}
	return t;
}

static void
tell(struct expiry *x, const struct expiring *e, time_t now)
{
	long long days = ((long long)e->to - now) / DAY_S;
	int rung = e->to <= now ? -1 : rung_of(days);
	struct told *t = rung ? told_of(x, e) : NULL;
	char when[WHEN];

	if (!t || t->days == rung)
		return;
	t->days = rung;
	if (e->allowance && rung < 0)
		log_put(x->box->log, 4, "PKI-4-COMPATIBILITY_ENDED", "%s of %s has ended at %s: peers that need it are "
		    "refused%s%s", e->what, e->where, when_pki(e->to, when), *e->stops ? ", perhaps those of " : "", e->stops);
	else if (e->allowance)
		log_put(x->box->log, 4, "PKI-4-COMPATIBILITY_ENDS", "%s of %s ends in %lld days, at %s%s%s", e->what, e->where,
		    days, when_pki(e->to, when), *e->stops ? ": then may stop " : "", e->stops);
	else if (rung < 0)
		log_put(x->box->log, 2, "PKI-2-CERT_EXPIRED", "%s, %s, has expired at %s%s%s", e->what, e->where,
		    when_pki(e->to, when), *e->stops ? ": stopped are " : "", e->stops);
	else
		log_put(x->box->log, rung <= 7 ? 3 : 4, rung <= 7 ? "PKI-3-CERT_EXPIRY_WARNING"
		    : "PKI-4-CERT_EXPIRY_WARNING", "%s, %s, expires in %lld days, at %s%s%s", e->what, e->where, days,
		    when_pki(e->to, when), *e->stops ? ": then stop " : "", e->stops);
}

static void
on_alarm(void *arg)
{
	struct expiry *x = arg;
	const struct config *c = running_hold(x->box->running);
	struct expirings e = gather(x->box, c);
	time_t now = time(NULL);

	int64_t next_s = CHECK_S;

	for (size_t i = 0; i < e.count; i++) {
		tell(x, &e.of[i], now);
		if (e.of[i].to > now && e.of[i].to - now < next_s)
			next_s = e.of[i].to - now;      /* what ends is said when it does */
	}
	free(e.of);
	running_drop(c);
	alarm_set(x->box->alarms, ALARM, next_s * 1000, on_alarm, x);
}

int
expiry_new(struct expiry **xp, struct box *b)
{
	struct expiry *x = calloc(1, sizeof(*x));

	if (!x)
		return -ENOMEM;
	x->box = b;
	*xp = x;
	return alarm_set(b->alarms, ALARM, FIRST_MS, on_alarm, x);
}

void
expiry_free(struct expiry *x)
{
	free(x);
}
