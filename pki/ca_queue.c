/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_queue.c -- the requests of a CA: see ca_base.h.  A request is known by the digest of its
 * bytes, so that whoever sends it again, after a restart too, finds it where it was. */
#include "pki/ca_own.h"
#include "pki/ca_store.h"
#include "pki/openssl.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[CA_STATES] = {
    [CA_PENDING] = "pending", [CA_GRANTED] = "granted", [CA_REJECTED] = "rejected",
    [CA_AUTHORIZED] = "authorized"};

const char *
ca_state_name(enum ca_state s)
{
	return s < CA_STATES ? state_names[s] : "malformed";
}

void
ca_request_clear(struct ca_request *r)
{
	der_clear(&r->csr);
	der_clear(&r->cert);
}

void
ca_queue_clear(struct ca *c)
{
	for (size_t i = 0; i < c->count; i++)
		ca_request_clear(&c->requests[i]);
	free(c->requests);
	c->requests = NULL;
	c->count = 0;
}

/* ---- their files --------------------------------------------------------------------------- */

static int
save(struct ca *c, const struct ca_request *r, char *why, size_t size)
{
	char name[CA_FILE], *text = NULL;
	size_t count;
	FILE *out = open_memstream(&text, &count);
	int rc;

	if (!out)
		return pki_why(why, size, -ENOMEM, "out of memory");
	fprintf(out, "state = %s\nsince = %lld\nnext = %d\nupper = %s\ntransaction = %s\nsender = ", state_names[r->state],
	    (long long)r->since_s, r->next, r->upper, r->transaction);
	for (size_t i = 0; i < sizeof(r->key); i++)
		fprintf(out, "%02X", r->key[i]);
	fprintf(out, "\n");
	ca_pem("CERTIFICATE REQUEST", &r->csr, out);
	if (r->state == CA_GRANTED)
		pki_cert_pem(&r->cert, out);
	snprintf(name, sizeof(name), "%u.req", r->id);
	rc = fclose(out) == 0 ? ca_store_write(c->dir, name, text, count, why, size)
			      : pki_why(why, size, -ENOMEM, "out of memory");
	free(text);
	return rc;
}

static void
unsave(struct ca *c, unsigned id)
{
	char name[CA_FILE];

	snprintf(name, sizeof(name), "%u.req", id);
	ca_store_remove(c->dir, name);
}

static void
fill(struct ca_request *r, const struct ca_asked *a)
{
	memcpy(r->md5, a->md5, sizeof(r->md5));
	memcpy(r->sha256, a->sha256, sizeof(r->sha256));
	memcpy(r->key, a->key, sizeof(r->key));
	memcpy(r->subject, a->subject, sizeof(r->subject));
	r->kind = a->kind;
}

static void
parse_head(struct ca_request *r, const char *text)
{
	const char *p = strstr(text, "state = ");

	r->state = CA_STATES;
	for (int i = 0; p && i < CA_STATES; i++)
		if (!strncmp(p + 8, state_names[i], strlen(state_names[i])))
			r->state = (enum ca_state)i;
	if ((p = strstr(text, "\nsince = ")))
		r->since_s = strtoll(p + 9, NULL, 10);
	if ((p = strstr(text, "\nupper = ")))
		snprintf(r->upper, sizeof(r->upper), "%.*s", (int)strcspn(p + 9, "\n"), p + 9);
	r->next = strstr(text, "\nnext = 1\n") != NULL;
	if ((p = strstr(text, "\ntransaction = ")))
		snprintf(r->transaction, sizeof(r->transaction), "%.*s", (int)strcspn(p + 15, "\n"),
		    p + 15);
	p = strstr(text, "\nsender = ");
	for (size_t i = 0; p && i < sizeof(r->key); i++)
		if (sscanf(p + 10 + 2 * i, "%2hhx", &r->key[i]) != 1)
			break;
}

static bool
parse(struct ca_request *r, const char *text)
{
	struct ca_asked a;
	char why[160];

	parse_head(r, text);
	if (r->state == CA_STATES || ca_request_from_text(text, &r->csr, why, sizeof(why)) < 0)
		return false;
	if (ca_request_read(&r->csr, &a, why, sizeof(why)) < 0)
		return false;
	OPENSSL_cleanse(a.password, sizeof(a.password));
	memcpy(a.key, r->key, sizeof(a.key));
	fill(r, &a);
	text = strstr(text, "-----BEGIN CERTIFICATE-----");
	if (r->state == CA_GRANTED)
		return text && pki_cert_from_text(text, &r->cert, why, sizeof(why)) == 0;
	return true;
}

/* Takes *r over; by number. */
static int
put(struct ca *c, struct ca_request *r)
{
	struct ca_request *more = realloc(c->requests, (c->count + 1) * sizeof(*more));
	size_t i;

	if (!more)
		return -ENOMEM;
	c->requests = more;
	for (i = c->count++; i && more[i - 1].id > r->id; i--)
		more[i] = more[i - 1];
	more[i] = *r;
	return 0;
}

static void
on_file(const char *name, void *arg)
{
	struct ca *c = arg;
	struct ca_request r = {0};
	struct der text;
	char why[80], *end;
	unsigned long id = strtoul(name, &end, 10);

	if (end == name || strcmp(end, ".req") != 0 || !id || id > INT32_MAX ||
	    c->count >= CA_REQUESTS_MOST ||
	    ca_store_read(c->dir, name, &text, why, sizeof(why)) < 0)
		return;
	r.id = (unsigned)id;
	if (!parse(&r, (char *)text.bytes) || put(c, &r) < 0)
		ca_request_clear(&r);
	der_clear(&text);
}

void
ca_queue_load(struct ca *c)
{
	ca_store_each(c->dir, on_file, c);
}

uint64_t
ca_queue_serial(const struct ca *c)
{
	uint64_t most = 0, serial;

	for (size_t i = 0; i < c->count; i++)
		if (c->requests[i].state == CA_GRANTED &&
		    (serial = ca_serial(&c->requests[i].cert)) > most)
			most = serial;
	return most;
}

/* ---- the queue ----------------------------------------------------------------------------- */

static struct ca_request *
find(struct ca *c, unsigned id)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->requests[i].id == id)
			return &c->requests[i];
	return NULL;
}

static void
take_out(struct ca *c, struct ca_request *r)
{
	size_t at = (size_t)(r - c->requests);

	unsave(c, r->id);
	ca_request_clear(r);
	memmove(r, r + 1, (--c->count - at) * sizeof(*r));
}

void
ca_queue_expire(struct ca *c, int64_t now_s)
{
	for (size_t i = c->count; i-- > 0;)
		if (c->requests[i].since_s + c->rules.request_s < now_s)
			take_out(c, &c->requests[i]);
}

static int
copy(struct ca_request *to, const struct ca_request *r, char *why, size_t size)
{
	*to = *r;
	to->csr = to->cert = (struct der){0};
	if (der_copy(&to->csr, r->csr.bytes, r->csr.size) == 0 &&
	    (!r->cert.size || der_copy(&to->cert, r->cert.bytes, r->cert.size) == 0))
		return 0;
	ca_request_clear(to);
	return pki_why(why, size, -ENOMEM, "out of memory");
}

/* A registration authority issues nothing: the CA above is to be asked. */
static int
authorize(struct ca *c, struct ca_request *r, char *why, size_t size)
{
	int rc;

	r->state = CA_AUTHORIZED;
	if ((rc = save(c, r, why, size)) < 0)
		r->state = CA_PENDING;
	return rc;
}

/* The request's record is written before the certificate leaves: who asks again gets the same. */
static int
issue(struct ca *c, struct ca_request *r, char *why, size_t size)
{
	char label[CA_NAME + 1];
	struct ca_signer s = r->next && c->next.size ? ca_next_signer(c, label) : ca_signer_of(c);
	struct ca_terms t = {
	    .lifetime_s = c->rules.certificate_s, .ekus = c->rules.ekus | (r->kind == CA_FOR_RA ? CA_EKU_RA : 0), .cdp = c->rules.cdp,
	    .ca = r->kind == CA_FOR_CA};
	struct der cert = {0};
	int rc;

	if (c->rules.ra)
		return authorize(c, r, why, size);
	rc = ca_next_serial(c, &t.serial, why, size);
	if (rc == 0)
		rc = ca_issue(&s, &r->csr, &t, &cert, why, size);
	if (rc == 0)
		rc = ca_keep(c, t.serial, &cert, why, size);
	if (rc < 0) {
		der_clear(&cert);
		return rc;
	}
	r->cert = cert;
	r->state = CA_GRANTED;
	if ((rc = save(c, r, why, size)) < 0) {
		r->state = CA_PENDING;
		der_clear(&r->cert);
	}
	return rc;
}

/* The same bytes again, for the same CA certificate to sign.  A certificate that was revoked is not handed out again: that one begins
 * anew. */
static struct ca_request *
find_same(struct ca *c, const struct ca_asked *a, const struct ca_sender *from)
{
	for (size_t i = c->count; i-- > 0;) {
		struct ca_request *r = &c->requests[i];

		if (r->next != from->next || memcmp(r->sha256, a->sha256, sizeof(r->sha256)) != 0)
			continue;
		if (from->renewal && r->state == CA_GRANTED && strcmp(r->transaction, from->transaction) != 0)
			continue;
		if (r->state != CA_GRANTED || !ca_crl_has(&c->crl, ca_serial(&r->cert)))
			return r;
		take_out(c, r);
		return NULL;
	}
	return NULL;
}

static int
add(struct ca *c, const struct der *csr, const struct ca_asked *a, bool next, struct ca_request **rp,
    char *why, size_t size)
{
	struct ca_request r = {.id = c->last_request + 1, .since_s = time(NULL), .next = next};
	int rc;

	if (c->count >= CA_REQUESTS_MOST)
		return pki_why(
		    why, size, -ENOSPC, "the queue is full: %d requests", CA_REQUESTS_MOST);
	fill(&r, a);
	if (der_copy(&r.csr, csr->bytes, csr->size) < 0)
		return pki_why(why, size, -ENOMEM, "out of memory");
	c->last_request++;
	rc = ca_save_state(c, why, size);
	if (rc == 0)
		rc = save(c, &r, why, size);
	if (rc == 0 && (rc = put(c, &r)) < 0)
		pki_why(why, size, rc, "out of memory");
	if (rc < 0)
		ca_request_clear(&r);
	else
		*rp = find(c, r.id);
	return rc;
}

static int
submit(struct ca *c, const struct der *csr, const struct ca_asked *a, const struct ca_sender *from,
    bool grant, struct ca_request *to, char *why, size_t size)
{
	struct ca_request *r = find_same(c, a, from);
	bool fresh = !r || (grant && r->state == CA_PENDING);
	int rc = 0;

	if (from->next && !c->next.size)
		return pki_why(why, size, -ENOENT, "there is no rollover certificate");
	if (!r)
		rc = add(c, csr, a, from->next, &r, why, size);
	if (rc == 0 && from->transaction && strcmp(r->transaction, from->transaction) != 0) {
		snprintf(r->transaction, sizeof(r->transaction), "%s", from->transaction);
		memcpy(r->key, from->key, sizeof(r->key));
		rc = save(c, r, why, size);
	}
	if (rc == 0 && grant && r->state == CA_PENDING)
		rc = issue(c, r, why, size);
	if (rc == 0)
		rc = copy(to, r, why, size);
	if (rc == 0)
		to->fresh = fresh;
	return rc;
}

int
ca_submit(struct ca *c, const struct der *csr, const struct ca_sender *from, bool grant,
    struct ca_request *to, char *why, size_t size)
{
	static const struct ca_sender nobody;
	struct ca_asked a;
	int rc = ca_request_read(csr, &a, why, size);

	OPENSSL_cleanse(a.password, sizeof(a.password));
	if (rc < 0 || (rc = ca_enter(c, why, size)) < 0)
		return rc;
	rc = submit(c, csr, &a, from ? from : &nobody, grant, to, why, size);
	pthread_mutex_unlock(&c->lock);
	return rc;
}

/* ---- decisions ----------------------------------------------------------------------------- */

typedef int decide_h(struct ca *, struct ca_request *, char *why, size_t size);

static int
reject(struct ca *c, struct ca_request *r, char *why, size_t size)
{
	int rc;

	r->state = CA_REJECTED;
	if ((rc = save(c, r, why, size)) < 0)
		r->state = CA_PENDING;
	return rc;
}

static int
drop_it(struct ca *c, struct ca_request *r, char *why, size_t size)
{
	(void)why, (void)size;
	take_out(c, r);
	return 0;
}

/* Of all: backwards, because one may go away. */
static int
decide_all(struct ca *c, decide_h *decide, char *why, size_t size)
{
	int done = 0, rc = 0, one;

	if (decide == drop_it)
		while (c->count && ++done)
			take_out(c, &c->requests[c->count - 1]);
	for (size_t i = 0; i < c->count; i++) {
		if (c->requests[i].state != CA_PENDING)
			continue;
		if ((one = decide(c, &c->requests[i], why, size)) < 0)
			rc = one;
		else
			done++;
	}
	return rc < 0 ? rc : done;
}

static int
decide_one(struct ca *c, unsigned id, decide_h *decide, char *why, size_t size)
{
	struct ca_request *r = find(c, id);
	int rc;

	if (!r)
		return pki_why(why, size, -ENOENT, "there is no request %u", id);
	if (r->state != CA_PENDING && decide != drop_it)
		return pki_why(
		    why, size, -EINVAL, "request %u is %s already", id, ca_state_name(r->state));
	rc = decide(c, r, why, size);
	return rc < 0 ? rc : 1;
}

static int
decide_by(struct ca *c, unsigned id, decide_h *decide, char *why, size_t size)
{
	int rc = ca_enter(c, why, size);

	if (rc < 0)
		return rc;
	rc = id ? decide_one(c, id, decide, why, size) : decide_all(c, decide, why, size);
	pthread_mutex_unlock(&c->lock);
	return rc;
}

int
ca_grant(struct ca *c, unsigned id, char *why, size_t size)
{
	return decide_by(c, id, issue, why, size);
}

int
ca_reject(struct ca *c, unsigned id, char *why, size_t size)
{
	return decide_by(c, id, reject, why, size);
}

int
ca_remove(struct ca *c, unsigned id, char *why, size_t size)
{
	return decide_by(c, id, drop_it, why, size);
}

/* ---- a registration authority ---------------------------------------------------------------- */

static int
enter_authorized(struct ca *c, unsigned id, struct ca_request **rp, char *why, size_t size)
{
	int rc = ca_enter(c, why, size);

	if (rc < 0)
		return rc;
	*rp = find(c, id);
	if (*rp && (*rp)->state == CA_AUTHORIZED)
		return 0;
	pthread_mutex_unlock(&c->lock);
	return pki_why(why, size, -ENOENT, "request %u is not one that the CA above is asked for", id);
}

int
ca_sent(struct ca *c, unsigned id, const char *upper, int64_t again_s, char *why, size_t size)
{
	struct ca_request *r;
	int rc = enter_authorized(c, id, &r, why, size);

	if (rc < 0)
		return rc;
	r->again_s = again_s;
	if (strcmp(r->upper, upper) != 0) {
		snprintf(r->upper, sizeof(r->upper), "%s", upper);
		rc = save(c, r, why, size);
	}
	pthread_mutex_unlock(&c->lock);
	return rc;
}

int
ca_answered(struct ca *c, unsigned id, const struct der *cert, char *why, size_t size)
{
	struct ca_request *r;
	int rc = enter_authorized(c, id, &r, why, size);

	if (rc < 0)
		return rc;
	if (cert && der_copy(&r->cert, cert->bytes, cert->size) < 0)
		rc = pki_why(why, size, -ENOMEM, "out of memory");
	if (rc == 0) {
		r->state = cert ? CA_GRANTED : CA_REJECTED;
		rc = save(c, r, why, size);
	}
	if (rc < 0) {
		r->state = CA_AUTHORIZED;
		der_clear(&r->cert);
	}
	pthread_mutex_unlock(&c->lock);
	return rc;
}

/* ---- looking ------------------------------------------------------------------------------- */

size_t
ca_requests(struct ca *c, struct ca_request **list)
{
	char why[80];
	size_t n = 0;

	pthread_mutex_lock(&c->lock);
	*list = calloc(c->count ? c->count : 1, sizeof(**list));
	while (*list && n < c->count && copy(*list + n, &c->requests[n], why, sizeof(why)) == 0)
		n++;
	pthread_mutex_unlock(&c->lock);
	return n;
}

bool
ca_find_transaction(
    struct ca *c, const char *transaction, const uint8_t key[32], struct ca_request *to)
{
	char why[80];
	bool found = false;

	pthread_mutex_lock(&c->lock);
	for (size_t i = c->count; !found && *transaction && i-- > 0;)
		if (!strcmp(c->requests[i].transaction, transaction) &&
		    !memcmp(c->requests[i].key, key, sizeof(c->requests[i].key)))
			found = copy(to, &c->requests[i], why, sizeof(why)) == 0;
	pthread_mutex_unlock(&c->lock);
	return found;
}
