/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enrollment.c -- see enrollment.h: the conversation.  Whatever comes from the network is judged in pki/; the
 * certificate goes into the configuration in one edit, which looks whether the trustpoint is still the one that
 * asked. */
#include "modes/enrollment.h"
#include "datapath/event.h"
#include "modes/box.h"
#include "modes/enroll_talk.h"
#include "pki/fetch.h"
#include "shell/log.h"
#include "shell/running.h"
#include "shell/secret.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SIGNER_DAYS = 30, KEYS_MOST = 10 };
#define SCEP_PATH "/cgi-bin/pkiclient.exe"
#define CMP_PATH "/.well-known/cmp"

/* ---- where ------------------------------------------------------------------------------------------------------ */

/* `http://HOST:PORT' stands for the place where IOS looks; of CMP for that of RFC 9811. */
static void
url_of(struct enroll_talk *k)
{
	const char *url = k->way.url, *host = strstr(url, "://"), *path;
	size_t n = strlen(url);

	path = host ? strchr(host + 3, '/') : NULL;
	if (k->way.by == BY_CMP) {
		snprintf(k->url, sizeof(k->url), "%s%s", url, path ? "" : CMP_PATH);
		return;
	}
	if (k->way.by == BY_SCEP) {
		bool bare = !path || !path[1];

		snprintf(k->url, sizeof(k->url), "%.*s%s", (int)(bare && path ? n - 1 : n), url, bare ? SCEP_PATH : "");
		return;
	}
	while (n && url[n - 1] == '/')
		n--;
	snprintf(k->url, sizeof(k->url), "%.*s", (int)n, url);
}

static bool
is_good_today(const struct der *d)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	time_t now = time(NULL);
	bool good = i && pki_cert_info(d, i) == 0 && i->not_before <= now && now < i->not_after;

	free(i);
	return good;
}

/* What the trustpoint has: its CA, and a certificate that can vouch for its own renewal. */
static void
gather(struct enroll_talk *k)
{
	const struct certificate *ca = certificate_of(k->config, k->t->node.key, CERT_CA);
	const struct certificate *own = certificate_of(k->config, k->t->node.key, CERT_OWN);

	trustpoint_label(k->t, k->label, sizeof(k->label));
	if (ca)
		k->ca = (struct der){ (uint8_t *)(uintptr_t)ca->der, ca->size };
	if (!own || !ca)
		return;
	k->own = (struct der){ (uint8_t *)(uintptr_t)own->der, own->size };
	if (!is_good_today(&k->own) || !pki_cert_issued_by(&k->own, &k->ca) ||
	    !pki_key_matches(k->box->pki, k->label, &k->own))
		k->own = (struct der){ 0 };
}

/* Whose certificate and key show who asks. */
static int
find_credential(struct enroll_talk *k, char *why, size_t size)
{
	const struct trustpoint *t = map_find(k->config->trustpoints, k->way.credential);
	const struct certificate *own = t ? certificate_of(k->config, t->node.key, CERT_OWN) : NULL;
	struct pki_key_info key;

	if (own) {
		k->credential = (struct der){ (uint8_t *)(uintptr_t)own->der, own->size };
		trustpoint_label(t, k->credential_label, sizeof(k->credential_label));
	}
	if (!own || !pki_key_find(k->box->pki, k->credential_label, &key)) {
		snprintf(why, size, "trustpoint %.64s, whose certificate is to show who asks ('enrollment credential'), has "
		    "no certificate or no key pair", k->way.credential);
		return -EINVAL;
	}
	pki_key_info_clear(&key);
	return 0;
}

/* The server of EST has to be one that the CA of the trustpoint vouches for; before there is one, anybody. */
static int
open_tls(struct enroll_talk *k, char *why, size_t size)
{
	struct pki_profile p = { .anchors = &k->ca, .anchorss = 1, .anchor_names = &k->name, .min_version = TLS12,
		.max_version = TLS13, .check_name = true };

	if (k->way.by != BY_EST || !k->ca.size)
		return 0;
	if (k->own.size) {
		p.label = k->label;
		p.identity = &k->own;
	} else if (k->credential.size) {
		p.label = k->credential_label;
		p.identity = &k->credential;
	}
	return pki_ctx(k->box->pki, &p, &k->tls, why, size);
}

int
enroll_talk_open(struct enroll_talk *k, struct box *b, const struct config *c, const char *name, enum enroll_for what,
    const struct enroll_patience *patience, char *why, size_t size)
{
	const struct trustpoint *t = map_find(c->trustpoints, name);
	int rc;

	*k = (struct enroll_talk){ .box = b, .config = c, .t = t, .patience = patience };
	if (!t) {
		snprintf(why, size, "trustpoint %.64s does not exist", name);
		return -ENOENT;
	}
	k->name = t->node.key;
	gather(k);
	rc = enroll_way(c, t, what == FOR_CERTIFICATE && k->own.size ? FOR_RENEWAL : what, &k->way, why, size);
	if (rc == 0 && k->way.by < BY_NETWORK) {
		snprintf(why, size, "the trustpoint has no 'enrollment url'");
		rc = -EINVAL;
	}
	if (rc == 0 && *k->way.credential && (rc = find_credential(k, why, size)) < 0 && k->own.size)
		rc = 0;                         /* ours shows who asks */
	if (rc < 0)
		return rc;
	url_of(k);
	if (*k->way.source && !wish_address(c, k->way.source, k->source)) {
		snprintf(why, size, "interface %.40s, the source interface, has no address", k->way.source);
		return -EADDRNOTAVAIL;
	}
	return open_tls(k, why, size);
}

void
enroll_talk_close(struct enroll_talk *k)
{
	fetch_tls_drop(k->tls);
	k->tls = NULL;
}

static void
on_step(void *arg, const char *words)
{
	enroll_said(arg, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: %s", words);
}

int
enroll_fetch(struct enroll_talk *k, struct fetch *f, struct fetched *to, char *why, size_t size)
{
	const struct enroll_http *h = &k->t->enrollment_http;
	char password[160] = "";
	int rc;

	f->source = *k->source ? k->source : NULL;
	f->proxy = k->t->enrollment_proxy.set ? k->t->enrollment_proxy.host : NULL;
	f->proxy_port = k->t->enrollment_proxy.port;
	f->tls = k->tls;
	f->stop = k->patience->stop;
	f->arg = k->patience->arg;
	if (!f->most)
		f->most = SCEP_ANSWER_MOST;
	/* Only to a server that is known. */
	if (k->tls && secret_reveal(h->set ? &h->password : &k->t->password, password, sizeof(password)) == 0 &&
	    *password) {
		f->user = h->set ? h->user : k->name;
		f->password = password;
	}
	f->step = on_step;
	f->step_arg = k;
	rc = fetch(f, to, why, size);
	if (rc < 0)
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: status = FAIL: %s", why);
	else
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: received msg of %zu bytes", to->body.size);
	if (rc == 0)
		enroll_dump(k, "received", to->body.bytes, to->body.size);
	explicit_bzero(password, sizeof(password));
	return rc;
}

/* ---- the CA ------------------------------------------------------------------------------------------------------ */

int
enroll_get_ca(struct enroll_talk *k, struct pki_bundle *b, char *why, size_t size)
{
	struct fetched answer;
	char *url = NULL;
	int rc;

	if (k->way.by == BY_CMP) {
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: Sending CA Certificate Request:");
		return cmp_get_ca(k, b, why, size);
	}
	/* `message' is the name of a CA where a server has several; some want to see one in any case. */
	if (k->way.by == BY_EST ? asprintf(&url, "%s/cacerts", k->url) < 0
	    : asprintf(&url, "%s%coperation=GetCACert&message=%s", k->url, strchr(k->url, '?') ? '&' : '?', k->name) < 0)
		return -ENOMEM;
	enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: Sending CA Certificate Request:");
	rc = enroll_fetch(k, &(struct fetch){ .url = url }, &answer, why, size);
	free(url);
	if (rc == 0 && (answer.status != 200 || !answer.body.size)) {
		snprintf(why, size, "the server gives no CA certificate (HTTP status %d): is the URL that of %s?", answer.status,
		    k->way.by == BY_EST ? "EST" : "SCEP");
		rc = -EPROTO;
	}
	if (rc == 0)
		rc = pki_bundle_read(b, answer.body.bytes, answer.body.size, PKI_CERTIFICATES, NULL, why, size);
	if (rc == 0)
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: CA certificate received: %zu certificates", b->count);
	fetched_clear(&answer);
	return rc;
}

static const char *
api_words(int rc, const char *why)
{
	return rc == ENROLLED ? "done" : rc == ENROLL_PENDING ? "waits" : *why ? why : strerror(-rc);
}

int
enrollment_ca(struct box *b, const struct config *c, const struct trustpoint *t, const struct enroll_patience *patience,
    struct pki_bundle *to, char *why, size_t size)
{
	struct enroll_talk k;
	int rc = enroll_talk_open(&k, b, c, t->node.key, FOR_CA, patience, why, size);

	if (rc == 0)
		rc = enroll_get_ca(&k, to, why, size);
	enroll_said(&k, DEBUG_PKI_API, "CRYPTO_PKI: pki_get_ca of trustpoint %s: %s", t->node.key, api_words(rc, why));
	enroll_talk_close(&k);
	return rc;
}

/* ---- the certificate ------------------------------------------------------------------------------------------------ */

struct install { const struct enroll_talk *k; const char *label; const struct der *cert; };

static int
put_shadow(struct config *c, const struct install *in, char *why, size_t size)
{
	const struct certificate *next = certificate_of(c, in->k->name, CERT_CA_NEXT);

	if (next && next->size == in->k->next.size && !memcmp(next->der, in->k->next.bytes, next->size))
		return certificate_put(c, in->k->name, CERT_NEXT, in->cert, why, size);
	snprintf(why, size, "the CA's next certificate was changed while it was asked: nothing was installed");
	return -ECANCELED;
}

/* In one edit: the certificate, and the key pair that it is for. */
static int
put_certificate(void *draft, void *arg, char *why, size_t size)
{
	const struct install *in = arg;
	struct config *c = draft;
	struct trustpoint *t = map_own(&c->trustpoints, in->k->name);
	const struct certificate *ca = t ? certificate_of(c, in->k->name, CERT_CA) : NULL;
	char label[130];

	if (!ca || ca->size != in->k->ca.size || memcmp(ca->der, in->k->ca.bytes, ca->size) != 0 ||
	    strcmp(trustpoint_label(t, label, sizeof(label)), in->k->label)) {
		snprintf(why, size, "the trustpoint was changed while the CA was asked: nothing was installed");
		return -ECANCELED;
	}
	if (in->k->shadow)                      /* its key pair comes into use with it */
		return put_shadow(c, in, why, size);
	if (strcmp(label, in->label) && certificate_drop(c, in->k->name, CERT_ENCRYPTION) < 0)
		return -ENOMEM;                 /* of the pair beside the old one */
	trustpoint_relabel(t, in->label);
	return certificate_put(c, in->k->name, CERT_OWN, in->cert, why, size);
}

/* And the encryption pair beside it, where it was one of `usage-keys'. */
static void
zeroize_old(struct box *b, const char *label)
{
	char second[150], ignored[160];

	snprintf(second, sizeof(second), "%s%s", label, PKI_ENCRYPTION_SUFFIX);
	pki_key_zeroize(b->pki, label, ignored, sizeof(ignored));
	pki_key_zeroize(b->pki, second, ignored, sizeof(ignored));
}

/* What was saved is saved again, so that a restart finds key and certificate together. */
void
enroll_save(struct box *b, bool unsaved, const char *old, const char *label)
{
	const struct config *c;
	char why[200] = "";

	if (unsaved || !b->save || b->save(b, why, sizeof(why)) < 0) {
		log_put(b->log, 4, "PKI-4-NOAUTOSAVE",
		    "Configuration was modified.  Issue \"write memory\" to save new certificate");
		return;
	}
	log_put(b->log, 6, "PKI-6-AUTOSAVE", "Running configuration saved to NVRAM");
	c = running_hold(b->running);
	if (strcmp(old, label) && !enrollment_key_is_used(c, "", old))
		zeroize_old(b, old);
	running_drop(c);
}

int
enroll_install(struct enroll_talk *k, const char *label, const struct der *cert, char *why, size_t size)
{
	struct install in = { k, label, cert };
	bool unsaved = !k->box->unsaved || k->box->unsaved(k->box);
	char old[130];
	int rc;

	snprintf(old, sizeof(old), "%s", k->label);
	rc = running_edit(k->box->running, put_certificate, &in, why, size);
	if (rc < 0) {
		if (!*why)
			snprintf(why, size, "the certificate was not stored: %s", strerror(-rc));
		return rc;
	}
	log_put(k->box->log, 6, "PKI-6-CERTRET", "Certificate received from Certificate Authority");
	enroll_said(k, DEBUG_PKI_CALLBACKS, "CRYPTO_PKI: certificate callback of trustpoint %s: installed, for key pair %s, "
	    "%zu bytes", k->name, label, cert->size);
	enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: All enrollment requests completed for trustpoint %s.", k->name);
	enroll_save(k->box, unsaved, old, k->shadow ? old : label);
	return 0;
}

bool
enrollment_key_is_used(const struct config *c, const char *name, const char *label)
{
	char other[130];

	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key))
		if (strcmp(t->node.key, name) && !strcmp(trustpoint_label(t, other, sizeof(other)), label))
			return true;
	return map_find(c->pki_servers, label) || !strcmp(c->ssh_rsa, label) || !strcmp(c->ssh_ec, label);
}

/* ---- the key pair ---------------------------------------------------------------------------------------------------- */

/* How long the label is without the ".2" that an earlier renewal has put there. */
static size_t
base_of(const char *label)
{
	size_t n = strlen(label), tail = 0;

	while (tail < n && tail < 2 && isdigit((unsigned char)label[n - 1 - tail]))
		tail++;
	return tail && tail < n && label[n - 1 - tail] == '.' ? n - 1 - tail : n;
}

/* A fresh pair of the same kind, beside the old one: LABEL.1 ...  The old one goes when nothing needs it any more. */
static int
make_fresh(struct enroll_talk *k, char fresh[65], char *why, size_t size)
{
	struct pki_key_info old, other;
	char base[60];
	int rc, n = 0;

	if (!pki_key_find(k->box->pki, k->label, &old))
		return -ENOENT;
	snprintf(base, sizeof(base), "%.*s", (int)base_of(k->label), k->label);
	for (bool taken = true; taken && n <= KEYS_MOST; n++) {
		snprintf(fresh, 65, n ? "%s.%d" : "%s", base, n);
		taken = pki_key_find(k->box->pki, fresh, &other);
		if (taken)
			pki_key_info_clear(&other);
		else
			break;
	}
	rc = n > KEYS_MOST ? -ENOSPC : pki_key_make(k->box->pki, &(struct pki_key_wish){ fresh, old.type, old.bits,
	    old.exportable, old.usage }, k->patience->stop, k->patience->arg, why, size);
	if (rc == -ENOSPC)
		snprintf(why, size, "there are too many key pairs %s.1 ... already: 'crypto key zeroize'", base);
	pki_key_info_clear(&old);
	return rc;
}

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

static void
log_prints(struct box *b, const struct pki_fingerprints *p)
{
	char md5[33], sha1[41];

	for (int i = 0; i < 16; i++)
		sprintf(md5 + 2 * i, "%02X", p->md5[i]);
	for (int i = 0; i < 20; i++)
		sprintf(sha1 + 2 * i, "%02X", p->sha1[i]);
	log_put(b->log, 6, "PKI-6-CSR_FINGERPRINT", "CSR Fingerprint MD5 : %s CSR Fingerprint SHA1: %s", md5, sha1);
}

static int
make_request(struct enroll_talk *k, struct wish *w, struct pending *p, char *why, size_t size)
{
	struct pki_key_info key;
	char *base64 = NULL;
	int rc;

	if (pki_key_find(k->box->pki, p->label, &key)) {        /* a renewal asks for what the first request asked for */
		w->request.usage = key.usage;
		pki_key_info_clear(&key);
	}
	rc = pki_csr(k->box->pki, &w->request, &base64, &p->print, why, size);

	if (rc == 0)
		rc = ca_request_from_text(base64, &p->request, why, size);
	if (base64)
		explicit_bzero(base64, strlen(base64));
	free(base64);
	snprintf(p->common_name, sizeof(p->common_name), "%s", w->request.fqdn ? w->request.fqdn
	    : w->request.subject ? w->request.subject : k->name);
	return rc;
}

/* SCEP: a certificate that signs itself stands for the key; or the one that is to be renewed for its owner, or that of
 * another trustpoint. */
static int
choose_signer(struct enroll_talk *k, struct wish *w, struct pending *p, char *why, size_t size)
{
	struct pki_request r = w->request;

	bool renewal = k->own.size && k->caps.renewal;
	const struct der *with = renewal ? &k->own : &k->credential;

	if (p->by != BY_SCEP)
		return 0;
	if (with->size) {
		snprintf(p->signer_label, sizeof(p->signer_label), "%.64s", renewal ? k->label : k->credential_label);
		p->signer.bytes = malloc(with->size);
		p->signer.size = with->size;
		if (!p->signer.bytes)
			return -ENOMEM;
		memcpy(p->signer.bytes, with->bytes, with->size);
		return 0;
	}
	r.password = NULL;
	snprintf(p->signer_label, sizeof(p->signer_label), "%s", p->label);
	return pki_self_sign(k->box->pki, &r, SIGNER_DAYS, &p->signer, why, size);
}

static int
settle_pending(struct enroll_talk *k, struct pending *p, long retry_s)
{
	unsigned minutes = k->t->retry_min ? k->t->retry_min : RETRY_MIN;

	p->next_s = time(NULL) + (retry_s > 0 && retry_s < 86400 ? retry_s : minutes * 60L);
	if (p->by == BY_SCEP)
		pki_request_forget(&p->request);
	return pending_keep(k->box, k->name, p);
}

/* An answer of the CA, whichever way. */
static int
conclude(struct enroll_talk *k, struct pending *p, struct enroll_answer *a, char *why, size_t size)
{
	int rc = a->rc;

	if (rc == ENROLL_PENDING) {
		rc = settle_pending(k, p, a->retry_s);
		if (rc < 0)
			snprintf(why, size, "the request cannot be kept in NVRAM: %s", strerror(-rc));
		return rc < 0 ? rc : ENROLL_PENDING;
	}
	return rc == ENROLLED ? enroll_install(k, p->label, &a->cert, why, size) : rc;
}

/* In IOS's numbers. */
static void
say_status(struct enroll_talk *k, int rc, const char *why)
{
	if (rc == ENROLLED)
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: status = 100: certificate is granted");
	else if (rc == ENROLL_PENDING)
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: status = 102: certificate request pending");
	else if (rc == -EACCES)
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: status = 101: certificate request is rejected: %s", why);
	else
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: status = FAIL: %s", why);
}

static int
ask_by(struct enroll_talk *k, struct pending *p, bool poll, char *why, size_t size)
{
	struct enroll_answer a = { .rc = -EINVAL };
	int rc = p->by == BY_CMP ? cmp_exchange(k, p, poll, &a, why, size)
	    : p->by == BY_EST ? est_exchange(k, p, &a, why, size) : scep_exchange(k, p, poll, &a, why, size);

	say_status(k, rc < 0 ? rc : a.rc, why);
	if (rc == 0)
		rc = conclude(k, p, &a, why, size);
	der_clear(&a.cert);
	return rc;
}

static int
ask(struct enroll_talk *k, struct wish *w, char *why, size_t size)
{
	struct pending p = { .by = k->way.by, .shadow = k->shadow, .since_s = time(NULL), .transaction = "-" };
	bool fresh = k->own.size && (k->t->regenerate || k->t->auto_enroll.regenerate);
	char ignored[160];
	int rc = 0;

	snprintf(p.label, sizeof(p.label), "%.64s", k->label);
	if (fresh && (rc = make_fresh(k, p.label, why, size)) == 0)
		p.fresh = true;
	w->request.label = p.label;
	if (p.by != BY_SCEP)
		w->request.password = NULL;
	if (rc == 0)
		rc = make_request(k, w, &p, why, size);
	if (rc == 0 && p.by == BY_SCEP && (rc = scep_open(k, why, size)) == 0 && scep_transaction(p.transaction) < 0)
		rc = -EIO;
	if (rc == 0)
		rc = choose_signer(k, w, &p, why, size);
	if (rc == 0) {
		log_prints(k->box, &p.print);
		enroll_said(k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: pki request queued properly: trustpoint %s, key pair %s%s",
		    k->name, p.label, p.fresh ? ", which is new" : "");
		rc = ask_by(k, &p, false, why, size);
	}
	if (rc < 0 && p.fresh)
		pki_key_zeroize(k->box->pki, p.label, ignored, sizeof(ignored));
	pki_request_forget(&p.request);
	pending_clear(&p);
	return rc;
}

static bool
set_shadow(struct enroll_talk *k)
{
	const struct certificate *next = certificate_of(k->config, k->name, CERT_CA_NEXT);

	k->shadow = next != NULL;
	if (next)
		k->next = (struct der){ (uint8_t *)(uintptr_t)next->der, next->size };
	return k->shadow;
}

static int
ask_under(struct box *b, const struct config *c, const char *name, bool shadow, struct wish *w,
    const struct enroll_patience *patience, char *why, size_t size)
{
	struct enroll_talk k;
	int rc = enroll_talk_open(&k, b, c, name, FOR_CERTIFICATE, patience, why, size);

	if (rc == 0 && shadow && !set_shadow(&k)) {
		snprintf(why, size, "the CA's next certificate has gone");
		rc = -ECANCELED;
	}
	if (rc == 0 && !k.ca.size) {
		snprintf(why, size, "the CA is not authenticated: 'crypto pki authenticate %.64s'", name);
		rc = -EINVAL;
	}
	if (rc == 0)
		pending_forget(b, c, name);
	if (rc == 0)
		rc = ask(&k, w, why, size);
	enroll_said(&k, DEBUG_PKI_API, "CRYPTO_PKI: pki_enroll of trustpoint %s: %s", name, api_words(rc, why));
	scep_close(&k);
	enroll_talk_close(&k);
	return rc;
}

int
enrollment_ask(struct box *b, const struct config *c, const char *name, struct wish *w,
    const struct enroll_patience *patience, char *why, size_t size)
{
	return ask_under(b, c, name, false, w, patience, why, size);
}

int
enrollment_ask_next(struct box *b, const struct config *c, const char *name, struct wish *w,
    const struct enroll_patience *patience, char *why, size_t size)
{
	return ask_under(b, c, name, true, w, patience, why, size);
}

int
enrollment_poll(struct box *b, const struct config *c, const char *name, const struct enroll_patience *patience,
    char *why, size_t size)
{
	struct enroll_talk k;
	struct pending p;
	int rc;

	if (!pending_read(b, name, &p)) {
		snprintf(why, size, "no request of trustpoint %.64s waits", name);
		return -ENOENT;
	}
	rc = enroll_talk_open(&k, b, c, name, FOR_CERTIFICATE, patience, why, size);
	p.polls++;
	if (rc == 0)
		enroll_said(&k, DEBUG_PKI_TRANSACTIONS, "CRYPTO_PKI: resend GetCertInitial, %u, of trustpoint %s", p.polls, name);
	if (rc == 0 && !k.ca.size) {
		snprintf(why, size, "the CA certificate has gone: 'crypto pki authenticate %.64s'", name);
		rc = -ENOKEY;
	}
	if (rc == 0 && p.by != k.way.by) {
		snprintf(why, size, "the trustpoint enrolls by %s now: the request by %s is given up", enroll_by_word(k.way.by),
		    enroll_by_word(p.by));
		rc = -ECANCELED;
	}
	if (rc == 0 && p.shadow && !set_shadow(&k)) {
		snprintf(why, size, "the CA's next certificate has gone");
		rc = -ECANCELED;
	}
	if (rc == 0 && p.by == BY_SCEP)
		rc = scep_open(&k, why, size);
	if (rc == 0)
		rc = ask_by(&k, &p, true, why, size);
	if (rc == ENROLLED)
		pending_done(b, name);
	else if (rc == -EACCES || rc == -ECANCELED)
		pending_forget(b, c, name);
	else if (rc < 0)
		settle_pending(&k, &p, 0);
	enroll_said(&k, DEBUG_PKI_API, "CRYPTO_PKI: pki_poll of trustpoint %s: %s", name, api_words(rc, why));
	scep_close(&k);
	enroll_talk_close(&k);
	pending_clear(&p);
	return rc;
}
