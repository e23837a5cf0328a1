/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/revocation.c -- see revocation.h.  What cannot be had is not asked for again for a minute, so that a dead
 * server does not hold up every handshake. */
#include "pki/revocation.h"
#include "pki/cert.h"
#include "pki/crl_shelf.h"
#include "pki/fetch.h"
#include "pki/name.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>

enum { ASKED = 64, SERVER_S = 5, CRL_MOST = 8 << 20, OCSP_MOST = 64 << 10, KEPT = 64, RETRY_S = 60, EARLY_S = 3600, SKEW_S = 300 };

OWNER(crl_free, X509_CRL, X509_CRL_free)
OWNER(request_free, OCSP_REQUEST, OCSP_REQUEST_free)
OWNER(response_free, OCSP_RESPONSE, OCSP_RESPONSE_free)
OWNER(basic_free, OCSP_BASICRESP, OCSP_BASICRESP_free)
OWNER(store_free, X509_STORE, X509_STORE_free)

/* One address that was asked: its CRL, or an answer of OCSP about one certificate, or why there is none. */
struct kept {
	char key[512];
	X509_CRL *crl;
	enum revocation_state state;
	char why[256];
	time_t until, fetched, tried;   /* tried: when it was last asked for */
	size_t bytes;
};

struct revocations {
	pthread_mutex_t lock; /* over all that follows */
	struct kept kept[KEPT];
	struct pki_session asked[ASKED];        /* since 0: a free place */
	struct pki_counters counters;
	struct crl_shelf *shelf;        /* has its own lock */
};

int
revocations_new(struct revocations **rp, const char *nvram)
{
	struct revocations *r = calloc(1, sizeof(*r));

	if (!r || crl_shelf_new(&r->shelf, nvram) < 0) {
		free(r);
		return -ENOMEM;
	}
	pthread_mutex_init(&r->lock, NULL);
	*rp = r;
	return 0;
}

static void
kept_clear(struct kept *k)
{
	X509_CRL_free(k->crl);
	*k = (struct kept){.until = 0};
}

void
revocations_free(struct revocations *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < KEPT; i++)
		kept_clear(&r->kept[i]);
	crl_shelf_free(r->shelf);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

struct crl_shelf *
revocations_shelf(struct revocations *r)
{
	return r->shelf;
}

/* ---- what is kept ---- */

/* Of that key, while it holds; under the lock. */
static struct kept *
kept_of(struct revocations *r, const char *key)
{
	time_t now = time(NULL);

	for (size_t i = 0; i < KEPT; i++)
		if (!strcmp(r->kept[i].key, key) && r->kept[i].until > now)
			return &r->kept[i];
	return NULL;
}

/* Takes the CRL over.  The one that ends first makes room. */
static void
keep(struct revocations *r, const char *key, const struct kept *what)
{
	struct kept *place = &r->kept[0];

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < KEPT; i++) {
		struct kept *k = &r->kept[i];

		if (!strcmp(k->key, key)) {
			place = k;
			break;
		}
		if (k->until < place->until)
			place = k;
	}
	kept_clear(place);
	*place = *what;
	place->fetched = place->tried = time(NULL);
	snprintf(place->key, sizeof(place->key), "%s", key);
	pthread_mutex_unlock(&r->lock);
}

/* ---- who is being asked ---- */

/* A place in the list; NULL: it is full, and this one is not shown. */
static struct pki_session *
asking(struct revocations *r, X509 *x, const char *url, bool ocsp)
{
	struct pki_session *a = NULL;

	pthread_mutex_lock(&r->lock);
	r->counters.waiting++;
	for (size_t i = 0; i < ASKED && !a; i++)
		if (!r->asked[i].since)
			a = &r->asked[i];
	if (a) {
		*a = (struct pki_session){.since = time(NULL), .ocsp = ocsp};
		snprintf(a->url, sizeof(a->url), "%s", url);
		name_brief(X509_get_subject_name(x), a->subject, sizeof(a->subject));
	}
	pthread_mutex_unlock(&r->lock);
	return a;
}

static void
asked(struct revocations *r, struct pki_session *a, bool failed)
{
	pthread_mutex_lock(&r->lock);
	r->counters.fetches++;
	r->counters.failures += failed;
	r->counters.waiting--;
	if (a)
		a->since = 0;
	pthread_mutex_unlock(&r->lock);
}

size_t
revocations_asked(struct revocations *r, struct pki_session *list, size_t room)
{
	size_t n = 0;

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < ASKED && n < room; i++)
		if (r->asked[i].since)
			list[n++] = r->asked[i];
	pthread_mutex_unlock(&r->lock);
	return n;
}

/* ---- fetching ---- */

/* The server's answer; body NULL: to a GET.  -errno: there is none, with words. */
static int
ask_server(const char *url, const struct der *body, size_t most, struct fetched *answer, char *why, size_t size)
{
	struct fetch how = {.url = url, .most = most, .seconds = SERVER_S};
	char words[200];
	int rc;

	if (body) {
		how.type = "application/ocsp-request";
		how.body = body->bytes;
		how.size = body->size;
	}
	rc = fetch(&how, answer, words, sizeof(words));
	if (rc == 0 && answer->status != 200)
		rc = pki_why(words, sizeof(words), -EIO, "it answers with HTTP status %d", answer->status);
	if (rc == 0 && !answer->body.size)
		rc = pki_why(words, sizeof(words), -EIO, "its answer is empty");
	if (rc < 0)
		snprintf(why, size, "%.200s: %s", url, words);
	return rc;
}

static X509_CRL *
fetch_crl(struct revocations *r, X509 *x, const char *url, size_t *bytes, char *why, size_t size)
{
	struct pki_session *session = asking(r, x, url, false);
	struct fetched answer = {.status = 0};
	X509_CRL *crl = NULL;
	const uint8_t *at;

	if (ask_server(url, NULL, CRL_MOST, &answer, why, size) == 0) {
		at = answer.body.bytes;
		if (!(crl = d2i_X509_CRL(NULL, &at, (long)answer.body.size)))
			snprintf(why, size, "%.200s: what is there is no CRL in DER", url);
		*bytes = answer.body.size;
	}
	fetched_clear(&answer);
	asked(r, session, !crl);
	ERR_clear_error();
	return crl;
}

/* ---- CRL ---- */

static void
put_reason(X509_REVOKED *entry, X509 *issuer, const char *by, char *why, size_t size)
{
	ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
	char name[PKI_NAME], when[32] = "";
	time_t at = cert_time(X509_REVOKED_get0_revocationDate(entry));
	struct tm tm;

	name_brief(X509_get_subject_name(issuer), name, sizeof(name));
	strftime(when, sizeof(when), "%Y-%m-%d", gmtime_r(&at, &tm));
	snprintf(why, size, "%s has revoked it on %s (%s), says %s", name, when,
	    reason ? OCSP_crl_reason_str(ASN1_ENUMERATED_get(reason)) : "no reason given", by);
	ASN1_ENUMERATED_free(reason);
}

/* Is the CRL what its CA says, and of today? */
static bool
crl_holds(X509_CRL *crl, X509 *issuer, const char *url, const struct pki_check *c, char *why, size_t size)
{
	if (!crl_is_of(crl, issuer)) {
		snprintf(why, size, "%.200s: the CRL there is not signed by this CA", url);
		return false;
	}
	if (crl_has_ended(crl, c->crl_extend_s)) {
		snprintf(why, size, "%.200s: the CRL there has ended: its CA has to publish a new one", url);
		return false;
	}
	return true;
}

/* url: where it is from, or another word for it. */
static enum revocation_state
look_up(X509_CRL *crl, X509 *x, X509 *issuer, const char *url, char *why, size_t size)
{
	X509_REVOKED *entry = NULL;
	int found = X509_CRL_get0_by_cert(crl, &entry, x);
	char by[240];

	if (found != 1) /* 2: removeFromCRL */
		return REVOCATION_GOOD;
	snprintf(by, sizeof(by), "%s%.200s", strncmp(url, "http", 4) ? "" : "the CRL at ", url);
	put_reason(entry, issuer, by, why, size);
	return REVOCATION_REVOKED;
}

/* `crl cache' of a trustpoint.  That nothing came is remembered all the same. */
static bool
too_old(const struct kept *k, const struct pki_check *c)
{
	return k->crl && (c->crl_unkept || (c->crl_most_s && time(NULL) - k->fetched >= c->crl_most_s));
}

/* It holds, but not for long: in the last tenth of its life the next one is asked for, so that its end finds that one
 * here, and a server that is away just then stops nobody.  One asks, the others go on. */
static bool
is_late(struct kept *k)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(k->crl);
	time_t from = cert_time(X509_CRL_get0_lastUpdate(k->crl)), to = next ? cert_time(next) : 0, now = time(NULL);
	time_t early = to > from ? (to - from) / 10 : 0, again;

	early = early > EARLY_S ? EARLY_S : early;
	again = early / 10 < 1 ? 1 : early / 10 > RETRY_S ? RETRY_S : early / 10;
	if (!next || now < to - early || now - k->tried < again)
		return false;
	k->tried = now;
	return true;
}

enum kept_crl { CRL_MISSING, CRL_HOLDS, CRL_LATE };

/* What is kept of the address, judged anew for this certificate.  MISSING: it has to be fetched; LATE: it shall be. */
static enum kept_crl
from_kept_crl(struct revocations *r, const char *url, const struct pki_check *c, X509 *x, X509 *issuer, enum revocation_state *state,
    char *why, size_t size)
{
	enum kept_crl had = CRL_MISSING;
	struct kept *k;

	pthread_mutex_lock(&r->lock);
	k = kept_of(r, url);
	if (k && too_old(k, c))
		k = NULL;
	if (k)
		had = k->crl && is_late(k) ? CRL_LATE : CRL_HOLDS;
	if (k && k->crl) {
		*state = crl_holds(k->crl, issuer, url, c, why, size) ? look_up(k->crl, x, issuer, url, why, size)
								  : REVOCATION_UNKNOWN;
	} else if (k) {
		*state = REVOCATION_UNKNOWN;
		snprintf(why, size, "%s", k->why);
	}
	pthread_mutex_unlock(&r->lock);
	return had;
}

static enum revocation_state
by_crl_at(struct revocations *r, const char *url, const struct pki_check *c, X509 *x, X509 *issuer, char *why, size_t size)
{
	enum revocation_state state = REVOCATION_UNKNOWN;
	struct kept new = {.state = REVOCATION_UNKNOWN, .until = time(NULL) + RETRY_S};
	const ASN1_TIME *next;
	enum kept_crl had;

	if (strncmp(url, "http://", 7)) {
		snprintf(why, size, "%.200s: only http is fetched", url);
		return REVOCATION_UNKNOWN;
	}
	had = from_kept_crl(r, url, c, x, issuer, &state, why, size);
	if (had == CRL_HOLDS)
		return state;
	new.crl = fetch_crl(r, x, url, &new.bytes, new.why, sizeof(new.why));
	if (new.crl && !crl_holds(new.crl, issuer, url, c, new.why, sizeof(new.why))) {
		X509_CRL_free(new.crl);
		new.crl = NULL;
	}
	if (!new.crl && had == CRL_LATE)
		return state;
	if (new.crl) {
		state = look_up(new.crl, x, issuer, url, why, size);
		next = X509_CRL_get0_nextUpdate(new.crl);
		new.until = next ? cert_time(next) + (time_t)c->crl_extend_s : time(NULL) + 3600;
	} else {
		snprintf(why, size, "%s", new.why);
	}
	if (c->crl_unkept && new.crl)
		X509_CRL_free(new.crl);
	else
		keep(r, url, &new);
	return state;
}

/* By a CRL that is here already, which is dropped. */
static enum revocation_state
by_crl_here(X509_CRL *crl, const char *by, X509 *x, X509 *issuer, char *why, size_t size)
{
	enum revocation_state state = look_up(crl, x, issuer, by, why, size);

	X509_CRL_free(crl);
	return state;
}

static enum revocation_state
by_crl(struct revocations *r, const struct pki_check *c, X509 *x, X509 *issuer, char *why, size_t size)
{
	enum revocation_state state = REVOCATION_UNKNOWN;
	struct pki_cert_info info;
	X509_CRL *here = crl_shelf_of(r->shelf, issuer);

	cert_info(x, &info);
	snprintf(why, size, "it names no CRL distribution point");
	if (!here && c->crl_url)
		state = by_crl_at(r, c->crl_url, c, x, issuer, why, size);
	if (here)
		state = by_crl_here(here, "the CRL that was imported", x, issuer, why, size);
	for (int i = 0; i < info.crls && !c->crl_url && state == REVOCATION_UNKNOWN; i++)
		state = by_crl_at(r, info.crl[i], c, x, issuer, why, size);
	pthread_mutex_lock(&r->lock);
	r->counters.crls_checked++;
	pthread_mutex_unlock(&r->lock);
	return state;
}

/* ---- OCSP ---- */

static bool
signed_rightly(OCSP_BASICRESP *basic, X509 *issuer)
{
	OWNED(store_free) X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *certs = sk_X509_new_null();
	bool good = store && certs && sk_X509_push(certs, issuer) > 0 && X509_STORE_add_cert(store, issuer) &&
	            X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) && OCSP_basic_verify(basic, certs, store, 0) > 0;

	sk_X509_free(certs);
	ERR_clear_error();
	return good;
}

static enum revocation_state
single_state(OCSP_BASICRESP *basic, OCSP_CERTID *id, time_t *until, char *why, size_t size)
{
	ASN1_GENERALIZEDTIME *at = NULL, *from = NULL, *next = NULL;
	int status, reason = -1;
	char when[32];
	struct tm tm;
	time_t t;

	if (!OCSP_resp_find_status(basic, id, &status, &reason, &at, &from, &next)) {
		snprintf(why, size, "its answer is about another certificate");
		return REVOCATION_UNKNOWN;
	}
	if (!OCSP_check_validity(from, next, SKEW_S, -1)) {
		ERR_clear_error();
		snprintf(why, size, "its answer is not of today");
		return REVOCATION_UNKNOWN;
	}
	*until = next ? cert_time(next) : time(NULL) + RETRY_S;
	if (status == V_OCSP_CERTSTATUS_GOOD)
		return REVOCATION_GOOD;
	if (status != V_OCSP_CERTSTATUS_REVOKED) {
		snprintf(why, size, "it does not know the certificate");
		return REVOCATION_UNKNOWN;
	}
	t = cert_time(at);
	strftime(when, sizeof(when), "%Y-%m-%d", gmtime_r(&t, &tm));
	snprintf(why, size, "its CA has revoked it on %s (%s)", when,
	    reason >= 0 ? OCSP_crl_reason_str(reason) : "no reason given");
	return REVOCATION_REVOKED;
}

static enum revocation_state
read_response(OCSP_RESPONSE *response, OCSP_REQUEST *asked, OCSP_CERTID *id, X509 *issuer, time_t *until, char *why, size_t size)
{
	OWNED(basic_free) OCSP_BASICRESP *basic = NULL;
	int status = response ? OCSP_response_status(response) : -1;

	if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
		snprintf(why, size, "it answers %s", response ? OCSP_response_status_str(status) : "no OCSP");
		return REVOCATION_UNKNOWN;
	}
	basic = OCSP_response_get1_basic(response);
	if (!basic || !signed_rightly(basic, issuer)) {
		snprintf(why, size, "its answer is not signed by this CA, or by whom it has appointed");
		return REVOCATION_UNKNOWN;
	}
	/* None in the answer is tolerated (RFC 8954 2.1): many responders sign in advance. */
	if (asked && OCSP_check_nonce(asked, basic) == 0) {
		snprintf(why, size, "its answer has another nonce than was asked with: it is an old one that somebody "
		    "sends again, or the responder needs 'ocsp disable-nonce'");
		return REVOCATION_UNKNOWN;
	}
	return single_state(basic, id, until, why, size);
}

enum revocation_state
revocation_read_ocsp(const uint8_t *bytes, size_t n, OCSP_REQUEST *asked, X509 *x, X509 *issuer, time_t *until,
    char *why, size_t size)
{
	OWNED(response_free) OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &bytes, (long)n);
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), x, issuer);
	enum revocation_state state = REVOCATION_UNKNOWN;

	*until = 0;
	snprintf(why, size, "no memory");
	if (id)
		state = read_response(response, asked, id, issuer, until, why, size);
	OCSP_CERTID_free(id);
	ERR_clear_error();
	return state;
}

static OCSP_REQUEST *
make_request(X509 *x, X509 *issuer, bool plain)
{
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), x, issuer);

	if (request && id && OCSP_request_add0_id(request, id)) {
		if (plain || OCSP_request_add1_nonce(request, NULL, -1))
			return request;
		id = NULL; /* the request's */
	}
	OCSP_CERTID_free(id);
	OCSP_REQUEST_free(request);
	return NULL;
}

/* Its answer, judged; *until 0: nothing came. */
static enum revocation_state
ask_responder(const char *url, OCSP_REQUEST *request, X509 *x, X509 *issuer, time_t *until, char *why, size_t size)
{
	struct fetched answer = {.status = 0};
	struct der body = {.bytes = NULL};
	int n = i2d_OCSP_REQUEST(request, &body.bytes);
	enum revocation_state state = REVOCATION_UNKNOWN;
	char said[256];

	*until = 0;
	snprintf(why, size, "no memory");
	body.size = n > 0 ? (size_t)n : 0;
	if (body.size && ask_server(url, &body, OCSP_MOST, &answer, why, size) == 0) {
		state = revocation_read_ocsp(answer.body.bytes, answer.body.size, request, x, issuer, until, said, sizeof(said));
		snprintf(why, size, "%.100s: %s", url, said);
	}
	fetched_clear(&answer);
	OPENSSL_free(body.bytes);
	return state;
}

static enum revocation_state
by_ocsp_at(struct revocations *r, const char *url, const struct pki_check *c, X509 *x, X509 *issuer, char *why, size_t size)
{
	OWNED(request_free) OCSP_REQUEST *request = make_request(x, issuer, c->ocsp_plain);
	struct kept *old, new = {.state = REVOCATION_UNKNOWN};
	struct pki_session *session;
	char serial[129], key[512];

	cert_serial(x, serial, sizeof(serial));
	snprintf(key, sizeof(key), "ocsp %.300s %.129s", url, serial);
	pthread_mutex_lock(&r->lock);
	if ((old = kept_of(r, key))) {
		new = *old;
		snprintf(why, size, "%s", old->why);
	}
	pthread_mutex_unlock(&r->lock);
	if (!old && (!request || strncmp(url, "http://", 7)))
		snprintf(why, size, "%.200s: only http is asked", url);
	if (old || !request || strncmp(url, "http://", 7))
		return new.state;
	session = asking(r, x, url, true);
	new.state = ask_responder(url, request, x, issuer, &new.until, why, size);
	asked(r, session, !new.until);
	if (!new.until || new.state == REVOCATION_UNKNOWN)
		new.until = time(NULL) + RETRY_S;
	snprintf(new.why, sizeof(new.why), "%.255s", why);
	keep(r, key, &new);
	return new.state;
}

static enum revocation_state
by_ocsp(struct revocations *r, const struct pki_check *c, X509 *x, X509 *issuer, char *why, size_t size)
{
	enum revocation_state state = REVOCATION_UNKNOWN;
	struct pki_cert_info info;

	if (c->ocsp_url && *c->ocsp_url)
		return by_ocsp_at(r, c->ocsp_url, c, x, issuer, why, size);
	cert_info(x, &info);
	snprintf(why, size, "it names no OCSP responder");
	for (int i = 0; i < info.ocsps && state == REVOCATION_UNKNOWN; i++)
		state = by_ocsp_at(r, info.ocsp[i], c, x, issuer, why, size);
	return state;
}

/* ---- the methods in their order ---- */

enum revocation_state
revocation_of(struct revocations *r, const struct pki_check *c, X509 *x, X509 *issuer, char *why, size_t size)
{
	static const struct {
		enum revocation_state (*by)(struct revocations *, const struct pki_check *, X509 *, X509 *, char *, size_t);
		const char *name;
	} methods[] = {[PKI_CHECK_CRL] = {by_crl, "CRL"}, [PKI_CHECK_OCSP] = {by_ocsp, "OCSP"}};
	X509_CRL *own = c->methods[0] > PKI_CHECK_NONE ? crl_shelf_own(r->shelf, issuer) : NULL;
	char one[300];
	size_t used = 0;

	why[0] = 0;
	if (own) /* a CA of this box: nobody knows better */
		return by_crl_here(own, "that CA, which is of this box", x, issuer, why, size);
	for (size_t i = 0; i < PKI_CHECKS && c->methods[i]; i++) {
		enum revocation_state state;

		if (c->methods[i] == PKI_CHECK_NONE || c->methods[i] > PKI_CHECK_OCSP)
			return REVOCATION_GOOD;
		state = methods[c->methods[i]].by(r, c, x, issuer, one, sizeof(one));
		if (state == REVOCATION_REVOKED)
			snprintf(why, size, "%s", one);
		if (state != REVOCATION_UNKNOWN)
			return state;
		if (used < size)
			used += (size_t)snprintf(why + used, size - used, "%s%s: %s", used ? "; " : "",
			    methods[c->methods[i]].name, one);
	}
	return used ? REVOCATION_UNKNOWN : REVOCATION_GOOD;
}

/* ---- show ---- */

void
revocations_describe(const X509_CRL *crl, struct pki_crl_info *to)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	const STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED((X509_CRL *)crl);

	*to = (struct pki_crl_info){ .last = cert_time(X509_CRL_get0_lastUpdate(crl)) };
	to->issuers = name_rdns(X509_CRL_get_issuer(crl), to->issuer, PKI_NAMES);
	to->next = next ? cert_time(next) : 0;
	to->bytes = (size_t)i2d_X509_CRL(crl, NULL);
	to->entries = entries ? (size_t)sk_X509_REVOKED_num(entries) : 0;
}

static void
describe(const struct kept *k, struct pki_crl_info *to)
{
	revocations_describe(k->crl, to);
	to->fetched = k->fetched;
	snprintf(to->url, sizeof(to->url), "%.255s", k->key);
}

size_t
revocations_crls(struct revocations *r, struct pki_crl_info **list)
{
	size_t n = 0;

	X509_CRL *crl;
	char name[65];
	time_t since;

	*list = calloc(2 * KEPT, sizeof(**list));
	if (!*list)
		return 0;
	for (; n < KEPT && (crl = crl_shelf_nth(r->shelf, n, name, &since)); n++) {
		revocations_describe(crl, &(*list)[n]);
		(*list)[n].fetched = since;
		memcpy((*list)[n].name, name, sizeof(name));
		X509_CRL_free(crl);
	}
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < KEPT; i++)
		if (r->kept[i].crl)
			describe(&r->kept[i], &(*list)[n++]);
	pthread_mutex_unlock(&r->lock);
	return n;
}

size_t
revocations_room(void)
{
	return (size_t)KEPT * CRL_MOST;
}

void
revocations_forget(struct revocations *r)
{
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < KEPT; i++)
		kept_clear(&r->kept[i]);
	pthread_mutex_unlock(&r->lock);
}

struct pki_counters
revocations_counters(struct revocations *r, const struct pki_counters *more)
{
	struct pki_counters c;

	pthread_mutex_lock(&r->lock);
	r->counters.started += more->started;
	r->counters.validations += more->validations;
	r->counters.refusals += more->refusals;
	r->counters.bypassed += more->bypassed;
	c = r->counters;
	pthread_mutex_unlock(&r->lock);
	return c;
}

int
revocations_request(struct revocations *r, X509 *x, X509 *issuer, char *why, size_t size)
{
	struct pki_cert_info info;

	cert_info(x, &info);
	if (!info.crls) {
		snprintf(why, size, "the certificate names no CRL distribution point");
		return -ENOENT;
	}
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < KEPT; i++)
		if (!strcmp(r->kept[i].key, info.crl[0]))
			kept_clear(&r->kept[i]);
	pthread_mutex_unlock(&r->lock);
	return by_crl_at(r, info.crl[0], &(struct pki_check){ .ocsp_url = NULL }, x, issuer, why, size) == REVOCATION_UNKNOWN ? -EIO : 0;
}
