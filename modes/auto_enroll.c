/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/auto_enroll.c -- what is enrolled without an operator: requests that wait are asked for again (`enrollment
 * retry'), and certificates are renewed before they end (`auto-enroll').
 *
 * One alarm rings when the first of them is due; a thread does what is due, because a CA may keep one waiting, and
 * alarms may not.  Nothing is remembered but failures: when something is due is told by the certificate and by the
 * file of the request, so that a restart changes nothing. */
#include "modes/box.h"
#include "modes/enrollment.h"
#include "shell/alarm.h"
#include "shell/log.h"
#include "shell/running.h"
#include "shell/secret.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALARM "enrollment"
enum { TRUSTPOINTS = 64, SOON_MS = 1000, LONGEST_S = 3600, FIRST_S = 60, RETRY_LEAST_S = 10, RETRY_MOST_S = 86400 };

struct note { char name[65]; bool busy; int64_t first_s, retry_s, busy_s, shadow_s; };

struct enrollments {
	struct box *box;
	pthread_mutex_t lock;           /* of the notes */
	struct note of[TRUSTPOINTS];
	pthread_t worker;
	bool started;                   /* the alarms' thread alone: `worker' is to be joined */
	atomic_bool busy, closing;
};

/* ---- notes ------------------------------------------------------------------------------------------------------ */

/* Under the lock; NULL: there is no place left. */
static struct note *
note_of(struct enrollments *e, const char *name)
{
	struct note *idle = NULL;

	for (size_t i = 0; i < TRUSTPOINTS; i++) {
		if (!strcmp(e->of[i].name, name))
			return &e->of[i];
		if (!*e->of[i].name && !idle)
			idle = &e->of[i];
	}
	if (idle) {
		*idle = (struct note){ .first_s = time(NULL) };
		snprintf(idle->name, sizeof(idle->name), "%s", name);
	}
	return idle;
}

bool
enrollment_begin(struct box *b, const char *name)
{
	struct note *n;
	bool mine;

	if (!b->enrollments)
		return false;
	pthread_mutex_lock(&b->enrollments->lock);
	n = note_of(b->enrollments, name);
	mine = n && !n->busy;
	if (mine) {
		n->busy = true;
		n->busy_s = time(NULL);
	}
	pthread_mutex_unlock(&b->enrollments->lock);
	return mine;
}

void
enrollment_end(struct box *b, const char *name)
{
	struct note *n;

	pthread_mutex_lock(&b->enrollments->lock);
	if ((n = note_of(b->enrollments, name)))
		n->busy = false;
	pthread_mutex_unlock(&b->enrollments->lock);
}

bool
enrollment_is_asking(struct box *b, const char *name, int64_t *since_s)
{
	bool busy = false;

	if (!b->enrollments)
		return false;
	pthread_mutex_lock(&b->enrollments->lock);
	for (size_t i = 0; i < TRUSTPOINTS && !busy; i++)
		if (b->enrollments->of[i].busy && !strcmp(b->enrollments->of[i].name, name)) {
			busy = true;
			*since_s = b->enrollments->of[i].busy_s;
		}
	pthread_mutex_unlock(&b->enrollments->lock);
	return busy;
}

/* It did not work, and its certificate (0: none) ends then: again after a tenth of what is left, not at once and not
 * next week. */
static int64_t
note_failure(struct enrollments *e, const char *name, bool shadow, int64_t ends_s)
{
	int64_t now = time(NULL), wait = ends_s > now ? (ends_s - now) / 10 : FIRST_S;
	struct note *n;

	wait = wait < RETRY_LEAST_S ? RETRY_LEAST_S : wait > RETRY_MOST_S ? RETRY_MOST_S : wait;
	pthread_mutex_lock(&e->lock);
	if ((n = note_of(e, name)))
		*(shadow ? &n->shadow_s : &n->retry_s) = now + wait;
	pthread_mutex_unlock(&e->lock);
	return wait;
}

static struct note
note_copy(struct enrollments *e, const char *name)
{
	struct note copy = { .first_s = time(NULL) }, *n;

	if (!e)
		return copy;
	pthread_mutex_lock(&e->lock);
	if ((n = note_of(e, name)))
		copy = *n;
	pthread_mutex_unlock(&e->lock);
	return copy;
}

/* ---- what is due ------------------------------------------------------------------------------------------------ */

static bool
life_of(const struct certificate *own, int64_t *from, int64_t *to)
{
	struct pki_cert_info *i = own ? malloc(sizeof(*i)) : NULL;
	bool good = i && pki_cert_info(&(struct der){ (uint8_t *)(uintptr_t)own->der, own->size }, i) == 0;

	if (good) {
		*from = i->not_before;
		*to = i->not_after;
	}
	free(i);
	return good;
}

struct due { const char *what; int64_t at_s; };

static void
sooner(struct due *d, const char *what, int64_t at_s)
{
	if (!d->what || at_s < d->at_s)
		*d = (struct due){ what, at_s };
}

static int64_t
part_of(int64_t from, int64_t to, const struct trustpoint *t)
{
	return from + (to - from) * (t->auto_enroll.percent ? t->auto_enroll.percent : AUTO_ENROLL_PERCENT) / 100;
}

/* Ours is of another CA than the present one: it was changed. */
static bool
is_orphan(const struct config *c, const char *name)
{
	const struct certificate *own = certificate_of(c, name, CERT_OWN), *ca = certificate_of(c, name, CERT_CA);

	return own && ca && !pki_cert_issued_by(&(struct der){ (uint8_t *)(uintptr_t)own->der, own->size },
	    &(struct der){ (uint8_t *)(uintptr_t)ca->der, ca->size });
}

/* Renewal, unless the next one is there already; and what comes after a CA that ends, which only SCEP knows. */
static void
by_itself(struct box *b, const struct config *c, const struct trustpoint *t, struct due *d)
{
	const char *name = t->node.key;
	const struct certificate *own = certificate_of(c, name, CERT_OWN), *next = certificate_of(c, name, CERT_NEXT);
	struct note n = note_copy(b->enrollments, name);
	struct enroll_way w;
	char ignored[200];
	int64_t from, to, at = n.first_s + FIRST_S;

	if (life_of(own, &from, &to))
		at = is_orphan(c, name) ? n.first_s : part_of(from, to, t);
	if (!next)
		sooner(d, "RENEW", n.retry_s > at ? n.retry_s : at);
	if (next || !own || enroll_way(c, t, FOR_CERTIFICATE, &w, ignored, sizeof(ignored)) < 0 || w.by != BY_SCEP ||
	    !life_of(certificate_of(c, name, CERT_CA), &from, &to) || to <= time(NULL))
		return;
	at = part_of(from, to, t);
	sooner(d, "SHADOW", n.shadow_s > at ? n.shadow_s : at);
}

const char *
enrollment_due(struct box *b, const struct config *c, const struct trustpoint *t, int64_t *at_s)
{
	const char *name = t->node.key;
	struct due d = { 0 };
	int64_t from, to;
	struct pending p;

	if (!certificate_of(c, name, CERT_CA))
		return NULL;
	if (certificate_of(c, name, CERT_CA_NEXT) && life_of(certificate_of(c, name, CERT_CA), &from, &to))
		sooner(&d, "ROLLOVER", to);
	if (enrollment_is_network(c, t) && pending_read(b, name, &p)) {
		sooner(&d, "POLL", p.next_s);
		pending_clear(&p);
	} else if (enrollment_is_network(c, t) && t->auto_enroll.set && !certificate_of(c, name, CERT_SELF_SIGNED)) {
		by_itself(b, c, t, &d);
	}
	*at_s = d.at_s;
	return d.what;
}

/* ---- doing it ----------------------------------------------------------------------------------------------------- */

void
enrollment_log(struct box *b, const char *name, int rc, const char *why)
{
	if (rc == ENROLL_PENDING)
		log_put(b->log, 6, "PKI-6-CERTPENDING", "Trustpoint %s: the certificate request waits to be granted by the CA",
		    name);
	else if (rc == -EACCES)
		log_put(b->log, 3, "PKI-3-CERTREJECT", "Certificate enrollment request was rejected by Certificate Authority. "
		    "Trustpoint %s: %s", name, why);
	else if (rc == -EBADMSG)
		log_put(b->log, 3, "PKI-3-CERTBAD", "Trustpoint %s: the answer of the CA was refused: %s", name, why);
	else if (rc == -ENOENT || rc == -EINVAL || rc == -ECANCELED || rc == -ENOSPC || rc == -ENOKEY)
		log_put(b->log, 3, "PKI-3-ENROLL", "Trustpoint %s: nothing was enrolled: %s", name, why);
	else if (rc < 0)
		log_put(b->log, 3, "PKI-3-SOCKETSEND", "Failed to send out message to CA server. Trustpoint %s: %s", name,
		    *why ? why : strerror(-rc));
}

static bool
is_closing(void *arg)
{
	return ((struct enrollments *)arg)->closing;
}

/* The answer to a request that has waited too often is not waited for any more; but a CA that wants to be asked every
 * second is not given up within ten. */
static void
give_up(struct enrollments *e, const struct config *c, const struct trustpoint *t)
{
	unsigned most = t->retry_count ? t->retry_count : RETRY_COUNT;
	struct pending p;
	bool over;

	if (!pending_read(e->box, t->node.key, &p))
		return;
	over = p.polls >= most && time(NULL) - p.since_s >= most * 60LL * (t->retry_min ? t->retry_min : RETRY_MIN);
	pending_clear(&p);
	if (!over)
		return;
	pending_forget(e->box, c, t->node.key);
	log_put(e->box->log, 3, "PKI-3-CERTPENDING", "Trustpoint %s: the CA was asked %u times and has not granted the "
	    "request: 'crypto pki enroll %s' makes another, 'enrollment retry count' more patience", t->node.key, most,
	    t->node.key);
}

static void
poll(struct enrollments *e, const struct config *c, const struct trustpoint *t)
{
	char why[320] = "";
	int rc = enrollment_poll(e->box, c, t->node.key, &(struct enroll_patience){ is_closing, e }, why, sizeof(why));

	if (rc == -EINTR)
		return;
	if (rc != ENROLL_PENDING)
		enrollment_log(e->box, t->node.key, rc, why);
	if (rc == -EACCES)
		note_failure(e, t->node.key, false, 0);
	give_up(e, c, t);
}

static int
need_key(struct enrollments *e, const struct trustpoint *t, struct wish *w, char *why, size_t size)
{
	struct pki_key_info key;

	if (pki_key_find(e->box->pki, w->label, &key)) {
		w->request.usage = key.usage;
		pki_key_info_clear(&key);
		return 0;
	}
	if (t->rsa.set && t->rsa.bits)
		return pki_key_generate(e->box->pki, w->label, PKI_RSA, t->rsa.bits, false, is_closing, e, why, size);
	snprintf(why, size, "key pair %.64s does not exist", w->label);
	return -ENOENT;
}

typedef int ask_h(struct box *, const struct config *, const char *name, struct wish *, const struct enroll_patience *,
    char *why, size_t size);

/* By what the trustpoint says, and nothing that an operator would be asked. */
static int
ask_alone(struct enrollments *e, const struct config *c, const struct trustpoint *t, ask_h *ask, char *why, size_t size)
{
	char password[128] = "";
	struct wish w;
	int rc;

	wish_of(&w, c, t);
	if (t->serial_number == SERIAL_INCLUDED)
		wish_serial(&w);
	if (t->password.set && secret_reveal(&t->password, password, sizeof(password)) == 0 && *password)
		w.request.password = password;
	rc = need_key(e, t, &w, why, size);
	if (rc == 0)
		rc = ask(e->box, c, t->node.key, &w, &(struct enroll_patience){ is_closing, e }, why, size);
	explicit_bzero(password, sizeof(password));
	return rc;
}

/* `of': which certificate's end is what matters. */
static void
say_retry(struct enrollments *e, const struct config *c, const char *name, enum cert_role of)
{
	int64_t from, to = 0, wait;

	life_of(certificate_of(c, name, of), &from, &to);
	wait = note_failure(e, name, of == CERT_CA, to);
	log_put(e->box->log, 4, "PKI-4-CERTRENEWRETRY", "Trustpoint %s: the next attempt is in %lld seconds", name,
	    (long long)wait);
}

static void
renew(struct enrollments *e, const struct config *c, const struct trustpoint *t)
{
	const char *name = t->node.key;
	char why[320] = "";
	int rc;

	log_put(e->box->log, 6, "PKI-6-CERTRENEWAUTO", "Renewing the router certificate for trustpoint %s", name);
	rc = ask_alone(e, c, t, enrollment_ask, why, sizeof(why));
	if (rc == -EINTR)
		return;
	enrollment_log(e->box, name, rc, why);
	if (rc < 0)
		say_retry(e, c, name, CERT_OWN);
}

/* First the CA's next certificate, then ours under it.  That a CA offers none is usual, and no news. */
static void
shadow(struct enrollments *e, const struct config *c, const struct trustpoint *t)
{
	const char *name = t->node.key;
	char why[320] = "";
	int64_t from, to = 0;
	int rc;

	if (certificate_of(c, name, CERT_CA_NEXT))
		rc = ask_alone(e, c, t, enrollment_ask_next, why, sizeof(why));
	else
		rc = enrollment_next_ca(e->box, c, name, &(struct enroll_patience){ is_closing, e }, why, sizeof(why));
	if (rc == -EINTR)
		return;
	if (rc == -ENOTSUP) {
		life_of(certificate_of(c, name, CERT_CA), &from, &to);
		note_failure(e, name, true, to);
		return;
	}
	enrollment_log(e->box, name, rc, why);
	if (rc < 0)
		say_retry(e, c, name, CERT_CA);
}

static void
change(struct enrollments *e, const struct config *c, const struct trustpoint *t)
{
	char why[320] = "";
	int rc = enrollment_change(e->box, t->node.key, why, sizeof(why));

	(void)c;
	if (rc < 0)
		enrollment_log(e->box, t->node.key, rc, *why ? why : strerror(-rc));
}

static void
work(struct enrollments *e, const struct config *c)
{
	int64_t at;

	for (const struct trustpoint *t = map_first(c->trustpoints); t && !e->closing;
	     t = map_after(c->trustpoints, t->node.key)) {
		const char *what = enrollment_due(e->box, c, t, &at);

		if (!what || at > time(NULL) || !enrollment_begin(e->box, t->node.key))
			continue;
		(*what == 'P' ? poll : *what == 'S' ? shadow : !strcmp(what, "ROLLOVER") ? change : renew)(e, c, t);
		enrollment_end(e->box, t->node.key);
	}
}

static void *
worker_main(void *arg)
{
	struct enrollments *e = arg;
	const struct config *c;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	pthread_setname_np(pthread_self(), "Enrollment");
	c = running_hold(e->box->running);
	work(e, c);
	running_drop(c);
	e->busy = false;
	return NULL;
}

/* ---- the alarm ------------------------------------------------------------------------------------------------------ */

static int64_t
next_due(struct enrollments *e)
{
	const struct config *c = running_hold(e->box->running);
	int64_t next = INT64_MAX, at;

	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key))
		if (enrollment_due(e->box, c, t, &at) && at < next)
			next = at;
	running_drop(c);
	return next;
}

static void
start_worker(struct enrollments *e)
{
	pthread_mutex_lock(&e->lock);
	if (!e->closing && !e->busy) {
		if (e->started)
			pthread_join(e->worker, NULL);
		e->busy = true;
		e->started = pthread_create(&e->worker, NULL, worker_main, e) == 0;
		e->busy = e->started;
	}
	pthread_mutex_unlock(&e->lock);
}

static void
on_alarm(void *arg)
{
	struct enrollments *e = arg;
	int64_t next = next_due(e), now = time(NULL);

	if (next <= now)
		start_worker(e);
	if (next < now + LONGEST_S)
		alarm_set(e->box->alarms, ALARM, next <= now ? SOON_MS : (next - now) * 1000, on_alarm, e);
	else if (next < INT64_MAX)
		alarm_set(e->box->alarms, ALARM, LONGEST_S * 1000LL, on_alarm, e);
}

void
enrollments_follow(struct box *b, const struct config *c)
{
	bool any = false;

	for (const struct trustpoint *t = map_first(c->trustpoints); t && !any; t = map_after(c->trustpoints, t->node.key))
		any = enrollment_is_network(c, t);
	if (any && b->enrollments && !b->enrollments->closing)
		alarm_set(b->alarms, ALARM, SOON_MS, on_alarm, b->enrollments);
}

int
enrollments_new(struct enrollments **ep, struct box *b)
{
	struct enrollments *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->box = b;
	pthread_mutex_init(&e->lock, NULL);
	*ep = e;
	return 0;
}

void
enrollments_stop(struct enrollments *e)
{
	if (!e)
		return;
	pthread_mutex_lock(&e->lock);
	e->closing = true;
	pthread_mutex_unlock(&e->lock);
	if (e->started)
		pthread_join(e->worker, NULL);
	e->started = false;
}

void
enrollments_free(struct enrollments *e)
{
	if (!e)
		return;
	enrollments_stop(e);
	pthread_mutex_destroy(&e->lock);
	free(e);
}
