/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_serve.c -- see pki_serve.h.  A list of eight under one lock, which is never held over an edit of
 * the configuration: what has to be written there is written by the alarm. */
#include "modes/pki_serve.h"
#include "datapath/datapath.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "shell/alarm.h"
#include "shell/log.h"
#include "shell/secret.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define ALARM "pki server"
enum { SOON_MS = 100, LONGEST_S = 3600, WRONG_MOST = 10, DAY_S = 86400, WARN_DAYS = 60, RETRY_S = 300 };

/* A challenge password: its digest alone is kept. */
struct challenge { char digest[129]; int64_t until_s; int wrong; };

struct served {
	char name[CA_NAME], directory[PATH_MAX], why[200];
	struct ca *ca;                  /* NULL: it does not work, see why */
	uint8_t grant, mode;
	bool rollover_ca, rollover_ra;  /* `grant auto rollover' */
	bool failed;                    /* and the log knows */
	int64_t warned_s;               /* when the log was told that the CA certificate ends */
	text64 trustpoint;
	text256 list;
	struct challenge challenge;
};

struct pki_servers {
	struct box *box;
	pthread_mutex_t lock;
	bool begun;
	struct pki_ra *ra;
	struct served of[PKI_SERVERS_MOST];
};

int
pki_servers_new(struct pki_servers **pp, struct box *b)
{
	struct pki_servers *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	if (pki_ra_new(&p->ra, b) < 0) {
		free(p);
		return -ENOMEM;
	}
	p->box = b;
	pthread_mutex_init(&p->lock, NULL);
	*pp = p;
	return 0;
}

struct pki_ra *
pki_servers_ra(struct box *b)
{
	return b->servers ? b->servers->ra : NULL;
}

void
pki_servers_stop(struct pki_servers *p)
{
	if (p)
		pki_ra_stop(p->ra);
}

void
pki_servers_free(struct pki_servers *p)
{
	if (!p)
		return;
	pki_ra_free(p->ra);
	if (p->box->pki)
		pki_crl_source(p->box->pki, NULL, NULL);
	for (int i = 0; i < PKI_SERVERS_MOST; i++)
		ca_drop(p->of[i].ca);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* ---- following ------------------------------------------------------------------------------------------------ */

static struct served *
find(struct pki_servers *p, const char *name)
{
	for (int i = 0; i < PKI_SERVERS_MOST; i++)
		if (*p->of[i].name && !strcmp(p->of[i].name, name))
			return &p->of[i];
	return NULL;
}

static struct served *
find_or_add(struct pki_servers *p, const char *name)
{
	struct served *v = find(p, name);

	for (int i = 0; !v && i < PKI_SERVERS_MOST; i++)
		if (!*p->of[i].name)
			v = &p->of[i];
	if (v && !*v->name)
		snprintf(v->name, sizeof(v->name), "%.64s", name);
	return v;
}

static void
shut(struct box *b, struct served *v)
{
	if (v->ca && b->log)
		log_put(b->log, 6, "PKI-6-CS_DISABLED", "Certificate server now disabled.");
	ca_drop(v->ca);
	memset(v, 0, sizeof(*v));
}

static void
complain(struct box *b, struct served *v, int rc)
{
	if (rc == -ENOENT && v->mode != MODE_ROOT)
		snprintf(v->why, sizeof(v->why), "there is no CA certificate yet: type `no shutdown', which asks the CA "
		    "above for one");
	else if (rc == -ENOENT)
		snprintf(v->why, sizeof(v->why), "there is no CA certificate yet: type `no shutdown', which makes "
		    "one");
	if (!v->failed && b->log)
		log_put(b->log, 3, "PKI-3-CS_NOT_OPEN", "Certificate server %s: %s", v->name, v->why);
	v->failed = true;
}

/* true: it has come up. */
static bool
open_it(struct box *b, struct served *v, const struct pki_server *o, const struct ca_rules *rules)
{
	int rc = ca_open(&v->ca, b->pki, v->name, v->directory, rules, v->why, sizeof(v->why));
	const char *misfit = rc == 0 ? pki_server_misfit(o, ca_certificate(v->ca)) : NULL;

	if (misfit) {
		snprintf(v->why, sizeof(v->why), "the database holds %s", misfit);
		ca_drop(v->ca);
		v->ca = NULL;
		rc = -EINVAL;
	}
	if (rc < 0) {
		complain(b, v, rc);
		return false;
	}
	v->failed = false;
	v->why[0] = '\0';
	if (b->log)
		log_put(b->log, 6, "PKI-6-CS_ENABLED", "Certificate server now enabled.");
	return true;
}

/* What is granted without an operator, and was not before. */
static void
say_grants(struct log *log, const struct served *v, const struct served *was)
{
	if (v->grant == GRANT_AUTO && was->grant != GRANT_AUTO)
		log_put(log, 6, "PKI-6-CS_GRANT_AUTO", "All enrollment requests will be automatically granted.");
	if (v->grant == GRANT_RA && was->grant != GRANT_RA)
		log_put(log, 6, "PKI-6-CS_GRANT_AUTO_RA",
		    "All enrollment requests received from trusted RA will be automatically granted.");
	if (v->rollover_ca && !was->rollover_ca)
		log_put(log, 6, "PKI-6-CS_GRANT_AUTO_CACERT",
		    "All rollover subordinate CA cert requests will be automatically granted.");
	if (v->rollover_ra && !was->rollover_ra)
		log_put(log, 6, "PKI-6-CS_GRANT_AUTO_RACERT",
		    "All rollover RA cert requests will be automatically granted.");
}

/* true: something is left for the alarm. */
static bool
follow_one(struct box *b, struct pki_servers *p, const struct config *c, const struct pki_server *o)
{
	char directory[PATH_MAX];
	struct served *v = find_or_add(p, o->node.key);
	struct ca_rules rules;
	struct served was = { 0 };
	bool opened = false;

	if (v && v->ca)
		was = *v;
	if (!v || pki_server_directory(b, o, directory, sizeof(directory)) < 0)
		return false;
	pki_server_rules(o, &rules);
	if (v->ca && strcmp(v->directory, directory) != 0) {
		ca_drop(v->ca);
		v->ca = NULL;
	}
	snprintf(v->directory, sizeof(v->directory), "%s", directory);
	v->mode = o->mode;
	if (v->ca)
		ca_follow_rules(v->ca, &rules);
	else
		opened = open_it(b, v, o, &rules);
	/* Its trustpoint went another way: it is made again. */
	opened |= v->ca && !pki_server_is_settled(c, v->name, ca_certificate(v->ca));
	v->grant = o->grant;
	v->rollover_ca = o->grant_rollover_ca;
	v->rollover_ra = o->grant_rollover_ra;
	memcpy(v->trustpoint, o->grant_trustpoint, sizeof(v->trustpoint));
	memcpy(v->list, o->grant_list, sizeof(v->list));
	if (v->ca && b->log)
		say_grants(b->log, v, &was);
	return opened;
}

static void on_alarm(void *arg);

void
pki_servers_follow(struct box *b, const struct config *c)
{
	struct pki_servers *p = b->servers;
	bool opened = false;

	if (!p || !b->pki)
		return;
	pthread_mutex_lock(&p->lock);
	for (int i = 0; i < PKI_SERVERS_MOST; i++) {
		const struct pki_server *o = *p->of[i].name ? map_find(c->pki_servers, p->of[i].name) : NULL;

		if (*p->of[i].name && (!o || o->shutdown))
			shut(b, &p->of[i]);
	}
	for (const struct pki_server *o = map_first(c->pki_servers); o;
	     o = map_after(c->pki_servers, o->node.key))
		if (!o->shutdown)
			opened |= follow_one(b, p, c, o);
	opened &= p->begun;
	pthread_mutex_unlock(&p->lock);
	if (opened)
		alarm_set(b->alarms, ALARM, SOON_MS, on_alarm, p);
}

/* pki_crl_source_h: what a CA of this box has issued is judged by its own list. */
static int
own_crl(void *arg, const struct der *cert, struct der *crl)
{
	struct pki_servers *p = arg;
	int rc = -ENOENT;

	pthread_mutex_lock(&p->lock);
	for (int i = 0; i < PKI_SERVERS_MOST && rc == -ENOENT; i++) {
		const struct der *ca = p->of[i].ca ? ca_certificate(p->of[i].ca) : NULL;

		if (ca && ca->size == cert->size && !memcmp(ca->bytes, cert->bytes, ca->size))
			rc = ca_crl(p->of[i].ca, crl);
	}
	pthread_mutex_unlock(&p->lock);
	return rc;
}

void
pki_servers_begin(struct box *b)
{
	pthread_mutex_lock(&b->servers->lock);
	b->servers->begun = true;
	pthread_mutex_unlock(&b->servers->lock);
	pki_crl_source(b->pki, own_crl, b->servers);
	alarm_set(b->alarms, ALARM, SOON_MS, on_alarm, b->servers);
}

void
pki_servers_look(struct box *b)
{
	alarm_set(b->alarms, ALARM, SOON_MS, on_alarm, b->servers);
}

/* ---- looking --------------------------------------------------------------------------------------------------- */

struct ca *
pki_server_hold(struct box *b, const char *name)
{
	struct served *v;
	struct ca *ca;

	if (!b->servers)
		return NULL;
	pthread_mutex_lock(&b->servers->lock);
	v = find(b->servers, name);
	ca = v ? ca_hold(v->ca) : NULL;
	pthread_mutex_unlock(&b->servers->lock);
	return ca;
}

struct ca *
pki_server_nth(struct box *b, unsigned n)
{
	struct ca *ca = NULL;

	if (!b->servers)
		return NULL;
	pthread_mutex_lock(&b->servers->lock);
	for (int i = 0; i < PKI_SERVERS_MOST && !ca; i++)
		if (b->servers->of[i].ca && !n--)
			ca = ca_hold(b->servers->of[i].ca);
	pthread_mutex_unlock(&b->servers->lock);
	return ca;
}

void
pki_server_why(struct box *b, const char *name, char *why, size_t size)
{
	struct served *v;

	why[0] = '\0';
	if (!b->servers)
		return;
	pthread_mutex_lock(&b->servers->lock);
	if ((v = find(b->servers, name)))
		snprintf(why, size, "%s", v->why);
	pthread_mutex_unlock(&b->servers->lock);
}

/* ---- what time asks for ------------------------------------------------------------------------------------------ */

struct settled { struct ca *ca; };

static int
settle(void *draft, void *arg, char *why, size_t size)
{
	const struct settled *s = arg;
	struct config *c = draft;
	const struct pki_server *o = map_find(c->pki_servers, ca_name(s->ca));

	if (!o || o->shutdown)
		return -ECANCELED;
	return pki_server_settle(draft, ca_name(s->ca), ca_certificate(s->ca), why, size);
}

/* Has the log not heard of it today?  Then it does now. */
static bool
may_warn(struct box *b, const char *name)
{
	int64_t now = time(NULL);
	struct served *v;
	bool may;

	pthread_mutex_lock(&b->servers->lock);
	v = find(b->servers, name);
	may = v && now - v->warned_s >= DAY_S;
	if (may)
		v->warned_s = now;
	pthread_mutex_unlock(&b->servers->lock);
	return may;
}

/* What is issued ends with the CA at the latest: two months are left to make another. */
static void
warn_of_end(struct box *b, struct ca *ca)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	char at[32], label[CA_NAME + 1];
	struct der next = { 0 };
	int64_t left = 0;
	struct tm tm;

	if (ca_next(ca, &next, label) == 0)     /* it is followed by another: nobody has to hurry */
		der_clear(&next);
	else if (i && pki_cert_info(ca_certificate(ca), i) == 0)
		left = i->not_after - time(NULL);
	if (left > 0 && left < WARN_DAYS * DAY_S && may_warn(b, ca_name(ca))) {
		gmtime_r(&i->not_after, &tm);
		strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", &tm);
		log_put(b->log, 4, "PKI-4-CERT_EXPIRY_WARNING", "CA Certificate belonging to trustpoint %s will "
		    "expire in %lld Days %lld hours %lld mins %lld secs at %s.", ca_name(ca),
		    (long long)left / DAY_S, (long long)left / 3600 % 24, (long long)left / 60 % 60,
		    (long long)left % 60, at);
	}
	free(i);
}

/* With the files as they are now. */
static void
reopen(struct box *b, const char *name)
{
	const struct config *c = running_hold(b->running);
	const struct pki_server *o = map_find(c->pki_servers, name);
	struct ca_rules rules;
	struct served *v;

	pthread_mutex_lock(&b->servers->lock);
	v = o ? find(b->servers, name) : NULL;
	if (v && v->ca) {
		pki_server_rules(o, &rules);
		ca_drop(v->ca);
		v->ca = NULL;
		if (ca_open(&v->ca, b->pki, v->name, v->directory, &rules, v->why, sizeof(v->why)) < 0)
			complain(b, v, -EIO);
	}
	pthread_mutex_unlock(&b->servers->lock);
	running_drop(c);
}

/* `database archive' of the certificate that follows: nobody is there to be asked for a passphrase. */
static void
archive_next(struct box *b, struct ca *ca)
{
	const struct config *c = running_hold(b->running);
	const struct pki_server *o = map_find(c->pki_servers, ca_name(ca));
	char passphrase[128] = "", why[200] = "it has no password";
	int rc = 0;

	if (o && o->archive.form)
		rc = o->archive.password.set && secret_reveal(&o->archive.password, passphrase, sizeof(passphrase)) == 0
		    ? ca_archive(ca, o->archive.form == 1, true, passphrase, why, sizeof(why)) : -EINVAL;
	explicit_bzero(passphrase, sizeof(passphrase));
	if (rc < 0)
		log_put(b->log, 4, "PKI-4-CS_ARCHIVE", "Certificate server %s: no archive of the rollover CA certificate: %s",
		    ca_name(ca), why);
	running_drop(c);
}

void
pki_server_say_next(struct box *b, struct ca *ca)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	char label[CA_NAME + 1], at[32];
	struct der next = { 0 };
	struct tm tm;

	if (i && ca_next(ca, &next, label) == 0 && pki_cert_info(&next, i) == 0) {
		gmtime_r(&i->not_before, &tm);
		strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", &tm);
		log_put(b->log, 6, "PKI-6-CS_ROLLOVER_AVAILABLE", "Certificate server %s: the rollover CA certificate "
		    "(serial number %s) is made: it is the CA from %s on.", ca_name(ca), i->serial, at);
	}
	der_clear(&next);
	free(i);
	archive_next(b, ca);
}

static void
become(struct box *b, struct ca *ca)
{
	char why[200] = "";
	int rc = ca_next_become(ca, why, sizeof(why));

	if (rc < 0)
		log_put(b->log, 3, "PKI-3-CS_ROLLOVER", "Certificate server %s: rollover: %s", ca_name(ca), why);
	else
		log_put(b->log, 6, "PKI-6-CS_ROLLOVER", "Certificate server %s: the rollover CA certificate is the CA "
		    "certificate now.", ca_name(ca));
	reopen(b, ca_name(ca));
}

/* `auto-rollover'.  How many seconds until there is something to do. */
static int64_t
roll(struct box *b, struct ca *ca)
{
	int64_t now = time(NULL), at;
	char why[200] = "";

	switch (ca_roll_due(ca, now, &at)) {
	case CA_ROLL_BECOME:
		become(b, ca);
		return 1;
	case CA_ROLL_MAKE:
		if (ca_next_make(ca, NULL, NULL, why, sizeof(why)) == 0) {
			pki_server_say_next(b, ca);
			return 1;
		}
		log_put(b->log, 3, "PKI-3-CS_ROLLOVER", "Certificate server %s: no rollover CA certificate: %s",
		    ca_name(ca), why);
		return RETRY_S;
	case CA_ROLL_NOTHING:
		break;
	}
	return at - now;
}

/* Below another CA: has its trustpoint got a newer certificate?  Then it is the one of the server too. */
static void
take_renewed(struct box *b, const struct config *c, struct ca *ca)
{
	const struct pki_server *o = map_find(c->pki_servers, ca_name(ca));
	const struct der *now = ca_certificate(ca);
	char why[300] = "";
	struct der own;

	if (!o || o->mode == MODE_ROOT || pki_server_upper(b, c, ca_name(ca), &own, why, sizeof(why)) < 0 ||
	    (own.size == now->size && !memcmp(own.bytes, now->bytes, own.size)))
		return;
	if (ca_renew(ca, &own, why, sizeof(why)) < 0) {
		log_put(b->log, 3, "PKI-3-CS_ROLLOVER", "Certificate server %s: %s", ca_name(ca), why);
		return;
	}
	log_put(b->log, 6, "PKI-6-CS_ROLLOVER", "Certificate server %s: works with its new certificate of the CA above.",
	    ca_name(ca));
	reopen(b, ca_name(ca));
}

static int64_t
care_for(struct box *b, struct ca *ca)
{
	const struct config *c = running_hold(b->running);
	char why[200] = "";
	bool settled = pki_server_is_settled(c, ca_name(ca), ca_certificate(ca));
	int64_t due, rolls;

	take_renewed(b, c, ca);
	running_drop(c);
	if (!settled)
		running_edit(b->running, settle, &(struct settled){ ca }, why, sizeof(why));
	warn_of_end(b, ca);
	due = ca_tick(ca, why, sizeof(why));
	pki_debug(b, DEBUG_PKI_SERVER, "CRYPTO_CS: %s: looked after, again in %lld seconds", ca_name(ca),
	    (long long)due);
	if (*why)
		log_put(b->log, 3, "PKI-3-CS_CRL", "Certificate server %s: the CRL was not renewed: %s",
		    ca_name(ca), why);
	rolls = roll(b, ca);
	pki_ra_look(b);
	return rolls < due ? rolls : due;
}

static void
on_alarm(void *arg)
{
	struct pki_servers *p = arg;
	int64_t due = LONGEST_S, one;
	bool any = false;
	struct ca *ca;

	for (unsigned n = 0; (ca = pki_server_nth(p->box, n)); n++) {
		any = true;
		if ((one = care_for(p->box, ca)) < due)
			due = one;
		ca_drop(ca);
	}
	if (any)
		alarm_set(p->box->alarms, ALARM, due * 1000, on_alarm, p);
}

/* ---- whether a request is granted ----------------------------------------------------------------------------------- */

int
pki_server_password(struct box *b, const char *name, int minutes, char text[33])
{
	unsigned char random[16];
	struct challenge made = { .until_s = time(NULL) + minutes * 60 };
	struct served *v;
	int rc = -ENOENT;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(text + 2 * i, 3, "%02X", random[i]);
	if (!pki_digest("SHA256", text, 32, made.digest))
		return -EIO;
	pthread_mutex_lock(&b->servers->lock);
	if ((v = find(b->servers, name)) && v->ca) {
		v->challenge = made;
		rc = 0;
	}
	pthread_mutex_unlock(&b->servers->lock);
	return rc;
}

enum challenged { NOT_ASKED, PASSED, FAILED, ABSENT };

/* Ten wrong ones, and there is none any more. */
static enum challenged
challenge(struct served *v, const char *password)
{
	char digest[129];

	if (!*v->challenge.digest || v->challenge.until_s < time(NULL))
		return NOT_ASKED;
	if (!*password)
		return ABSENT;
	if (pki_digest("SHA256", password, strlen(password), digest) && !strcmp(digest, v->challenge.digest))
		return PASSED;
	if (++v->challenge.wrong >= WRONG_MOST)
		memset(&v->challenge, 0, sizeof(v->challenge));
	return FAILED;
}

static bool
is_good_today(const struct der *cert)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	time_t now = time(NULL);
	bool good = i && pki_cert_info(cert, i) == 0 && i->not_before <= now && now <= i->not_after;

	free(i);
	return good;
}

static bool
issued_by(const struct config *c, const char *trustpoint, const struct der *cert)
{
	const struct certificate *ca = certificate_of(c, trustpoint, CERT_CA);
	struct der der;

	if (!ca)
		return false;
	der = (struct der){ (uint8_t *)ca->der, ca->size };
	return pki_cert_issued_by(cert, &der);
}

/* `grant auto trustpoint NAME', `grant auto tp-list A B': who has a certificate of those. */
static bool
is_vouched(struct box *b, const struct served *v, const struct der *signer)
{
	const struct config *c;
	char list[sizeof(v->list)], *rest = list, *name;
	bool good;

	if (!signer || !is_good_today(signer))
		return false;
	c = running_hold(b->running);
	good = *v->trustpoint && issued_by(c, v->trustpoint, signer);
	memcpy(list, v->list, sizeof(list));
	while (!good && (name = strsep(&rest, " ,")))
		good = *name && issued_by(c, name, signer);
	running_drop(c);
	return good;
}

bool
pki_server_knows(struct box *b, struct ca *ca, const struct der *cert)
{
	struct der upper = { 0 };
	struct served *v;
	bool good;

	if (pki_cert_issued_by(cert, ca_certificate(ca)))
		return is_good_today(cert) && !ca_is_revoked(ca, ca_serial(cert));
	if (pki_ra_upper(b, ca_name(ca), &upper) == 0 && pki_cert_issued_by(cert, &upper)) {
		der_clear(&upper);
		return is_good_today(cert);     /* the CA above looks whether it is revoked */
	}
	der_clear(&upper);
	pthread_mutex_lock(&b->servers->lock);
	v = find(b->servers, ca_name(ca));
	good = v && is_vouched(b, v, cert);
	pthread_mutex_unlock(&b->servers->lock);
	return good;
}

/* IOS knows a registration authority by a part of its name, `cn=ioscs RA' or `ou=ioscs RA'. */
bool
pki_server_is_ra(const struct pki_cert_info *i)
{
	for (int k = 0; k < i->subjects; k++)
		if (ca_is_ra_name(i->subject[k]))
			return true;
	return false;
}

/* A certificate vouches for its own name, and for no other. */
static bool
is_same_name(const struct applicant *a)
{
	char subject[CA_SUBJECT];

	if (!a->signer || !a->subject)
		return false;
	ca_subject(a->signer, subject, sizeof(subject));
	return !strcmp(subject, a->subject);
}

/* `grant auto rollover': who is a CA or an RA by a certificate of ours goes on being it under the next one. */
static bool
is_rollover(const struct served *v, const struct applicant *a)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	bool good = false;

	if (i && a->rollover && is_same_name(a) && pki_cert_issued_by(a->signer, ca_certificate(v->ca)) &&
	    is_good_today(a->signer) && !ca_is_revoked(v->ca, ca_serial(a->signer)) && pki_cert_info(a->signer, i) == 0)
		good = (v->rollover_ca && i->ca) || (v->rollover_ra && pki_server_is_ra(i));
	free(i);
	return good;
}

/* `grant ra-auto': a registration authority by a certificate of ours has looked at it. */
static bool
is_of_ra(const struct served *v, const struct applicant *a)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	bool good = i && v->grant == GRANT_RA && a->signer && pki_cert_issued_by(a->signer, ca_certificate(v->ca)) &&
	    is_good_today(a->signer) && !ca_is_revoked(v->ca, ca_serial(a->signer)) &&
	    pki_cert_info(a->signer, i) == 0 && pki_server_is_ra(i);

	free(i);
	return good;
}

static enum request_verdict
judge(struct box *b, struct served *v, const struct applicant *a, char *why, size_t size)
{
	enum challenged passed = a->pasted ? NOT_ASKED : challenge(v, a->password);

	if (v->grant == GRANT_NONE) {
		snprintf(why, size, "the server grants none (grant none)");
		return REQUEST_REFUSED;
	}
	if (passed == FAILED) {
		snprintf(why, size, "the challenge password is wrong");
		return REQUEST_REFUSED;
	}
	if (is_rollover(v, a))
		return REQUEST_GRANTED;
	if (a->kind != CA_FOR_END)      /* who may decide about certificates himself is for an operator to say */
		return REQUEST_WAITS;
	if (passed == PASSED || is_of_ra(v, a) || (is_same_name(a) && is_vouched(b, v, a->signer)))
		return REQUEST_GRANTED;
	return v->grant == GRANT_AUTO && passed != ABSENT ? REQUEST_GRANTED : REQUEST_WAITS;
}

enum request_verdict
pki_server_judge(struct box *b, const char *name, const struct applicant *a, char *why, size_t size)
{
	enum request_verdict verdict = REQUEST_REFUSED;
	struct served *v;

	snprintf(why, size, "the server does not work");
	pthread_mutex_lock(&b->servers->lock);
	if ((v = find(b->servers, name)) && v->ca) {
		why[0] = '\0';
		verdict = judge(b, v, a, why, size);
	}
	pthread_mutex_unlock(&b->servers->lock);
	return verdict;
}

/* ---- debug --------------------------------------------------------------------------------------------------------- */

void
pki_debug(struct box *b, unsigned flag, const char *format, ...)
{
	char text[600];
	va_list ap;

	if (!b->datapath || !b->log || !(datapath_debugging(b->datapath) & flag))
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	log_debug(b->log, text, false);
}
