/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll.c -- `crypto pki enroll': a request to be carried to the CA, or a certificate that
 * signs itself; and what goes when a trustpoint goes. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/enroll_own.h"
#include "modes/enrollment.h"
#include "pki/pki.h"
#include "shell/log.h"
#include "shell/running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SELF_SIGNED_DAYS = 3650 };

/* The key pair that it names; made here where it says how large. */
static int
need_key(struct session *s, const struct trustpoint *t, struct wish *w, char *why, size_t size)
{
	const char *label = w->label;
	struct pki_key_info info;

	if (pki_key_find(BOX(s)->pki, label, &info)) {
		w->request.usage = info.usage;
		pki_key_info_clear(&info);
		return 0;
	}
	if (t->rsa.set && t->rsa.bits) {
		session_print(s, "%% Generating %u bit RSA keys, keys will be non-exportable...\n",
		    t->rsa.bits);
		return pki_key_generate(BOX(s)->pki, label, PKI_RSA, t->rsa.bits, false, NULL, NULL,
		    why, size);
	}
	if (t->enrollment == ENROLLMENT_SELFSIGNED && !t->rsa.set && !*t->ec)
		return pki_key_generate(BOX(s)->pki, label, PKI_RSA, 2048, false, NULL, NULL, why,
		    size);
	snprintf(why, size, "Key pair %.64s does not exist: 'crypto key generate %s label %.64s%s'", label,
	    *t->ec ? "ec keysize 256" : "rsa", label, *t->ec ? "" : " modulus 2048");
	return -ENOENT;
}

/* ---- self-signed ----------------------------------------------------------------------------------------- */

static int
enroll_self_signed(struct session *s, const char *name, struct wish *w)
{
	struct der der = { 0 };
	char why[256] = "";
	int rc;

	if (!w->request.fqdn)
		session_print(s, "%% The fully-qualified domain name will not be included in the "
		    "certificate\n");
	rc = session_yes(s, "Generate Self Signed Router Certificate? [yes/no]: ", 0);
	if (rc != 1)
		return rc;
	rc = pki_self_sign(BOX(s)->pki, &w->request, SELF_SIGNED_DAYS, &der, why, sizeof(why));
	if (rc == 0)
		rc = certificate_store(s, name, CERT_SELF_SIGNED, &der, why, sizeof(why));
	der_clear(&der);
	if (rc < 0)
		session_refused(s, "%s", why);
	else
		session_print(s, "\nRouter Self Signed Certificate successfully created\n\n");
	return rc;
}

/* ---- at boot ------------------------------------------------------------------------------------------------ */

struct missing { const char *name; struct der der; };

static int
store_missing(void *draft, void *arg, char *why, size_t size)
{
	const struct missing *m = arg;

	return certificate_put(draft, m->name, CERT_SELF_SIGNED, &m->der, why, size);
}

static void
self_sign(struct box *b, const struct config *c, const struct trustpoint *t)
{
	struct missing m = { .name = t->node.key };
	struct pki_key_info key;
	struct wish w;
	char why[256] = "";
	int rc = 0;

	wish_of(&w, c, t);
	if (pki_key_find(b->pki, w.label, &key))
		pki_key_info_clear(&key);
	else
		rc = pki_key_generate(b->pki, w.label, *t->ec ? PKI_EC : PKI_RSA,
		    *t->ec ? 256 : t->rsa.set && t->rsa.bits ? t->rsa.bits : 2048, false, NULL, NULL,
		    why, sizeof(why));
	if (rc == 0)
		rc = pki_self_sign(b->pki, &w.request, SELF_SIGNED_DAYS, &m.der, why, sizeof(why));
	if (rc == 0)
		rc = running_edit(b->running, store_missing, &m, why, sizeof(why));
	der_clear(&m.der);
	if (rc < 0)
		log_put(b->log, 3, "PKI-3-SELFSIGNED", "trustpoint %s: %s", t->node.key, why);
	else
		log_put(b->log, 6, "PKI-6-SELFSIGNED", "trustpoint %s: a self-signed certificate was "
		    "made; write memory to keep it", t->node.key);
}

void
self_sign_missing(struct box *b)
{
	const struct config *c = running_hold(b->running);

	for (const struct trustpoint *t = map_first(c->trustpoints); t;
	     t = map_after(c->trustpoints, t->node.key))
		if (t->enrollment == ENROLLMENT_SELFSIGNED && !certificate_own(c, t->node.key))
			self_sign(b, c, t);
	running_drop(c);
}

/* ---- by the terminal ---------------------------------------------------------------------------------------- */

int
enroll_ask_serial(struct session *s, const struct trustpoint *t, struct wish *w)
{
	int yes = t->serial_number == SERIAL_INCLUDED;

	if (t->serial_number == SERIAL_ASK)
		yes = session_yes(s, "% Include the router serial number in the subject name? "
		    "[yes/no]: ", 0);
	if (yes != 1)
		return yes;
	wish_serial(w);
	session_print(s, "%% The serial number in the certificate will be: %s\n", w->serial);
	return 0;
}

int
enroll_ask_address(struct session *s, const struct trustpoint *t, struct wish *w)
{
	char answer[80];
	unsigned char ip[4];
	int rc;

	if (*t->ip_address) {
		if (w->request.ip)
			session_print(s, "%% The IP address in the certificate is %s\n\n", w->ip);
		return 0;
	}
	rc = session_yes(s, "% Include an IP address in the subject name? [no]: ", 'n');
	while (rc == 1) {
		rc = session_ask(s, "Enter Interface name or IP Address[]: ", true, answer,
		    sizeof(answer));
		if (rc < 0)
			return rc;
		w->request.ip = w->ip;
		if (sscanf(answer, "%hhu.%hhu.%hhu.%hhu", &ip[0], &ip[1], &ip[2], &ip[3]) == 4) {
			snprintf(w->ip, sizeof(w->ip), "%.60s", answer);
			return 0;
		}
		if (wish_address(session_config(s), answer, w->ip))
			return 0;
		session_print(s, "%% Bad interface or address. Try again.\n");
		rc = 1;
	}
	return rc;
}

static void
print_request(struct session *s, bool pem, const char *base64)
{
	session_print(s, "Certificate Request follows:\n\n%s%s%s\n---End - This line not part of the "
	    "certificate request---\n\n", pem ? "-----BEGIN CERTIFICATE REQUEST-----\n" : "", base64,
	    pem ? "-----END CERTIFICATE REQUEST-----\n" : "");
}

static int
show_one(struct session *s, bool pem, const char *title, const char *base64)
{
	int rc = 1;

	while (rc == 1) {
		session_print(s, "%s", title);
		print_request(s, pem, base64);
		rc = session_yes(s, "Redisplay enrollment request? [yes/no]: ", 0);
	}
	return rc;
}

/* The requests of a trustpoint: the second one is of the encryption pair of `usage-keys', else NULL. */
enum { REQUESTS = 2 };
static const enum cert_role role_of_request[REQUESTS] = { CERT_OWN, CERT_ENCRYPTION };

static int
show_requests(struct session *s, const struct trustpoint *t, char *const base64[REQUESTS])
{
	bool pem = t->enrollment == ENROLLMENT_TERMINAL_PEM, two = base64[1] != NULL;
	int rc = session_yes(s, "Display Certificate Request to terminal? [yes/no]: ", 0);

	if (rc == 1)
		rc = show_one(s, pem, two ? "Signature key certificate request -\n" : "", base64[0]);
	else
		two = false;
	if (two && rc >= 0)
		rc = show_one(s, pem, "Encryption key certificate request -\n", base64[1]);
	session_print(s, "\n");
	return rc;
}

void
enroll_say_names(struct session *s, const struct wish *w)
{
	static const char includes[] = "% The subject name in the certificate will include: ";

	if (w->request.subject)
		session_print(s, "%s%s\n", includes, w->request.subject);
	if (w->request.fqdn)
		session_print(s, "%s%s\n", includes, w->request.fqdn);
	else
		session_print(s, "%% The fully-qualified domain name will not be included in the "
		    "certificate\n");
}

static bool
has_encryption_pair(struct session *s, const struct trustpoint *t, const struct wish *w)
{
	struct pki_key_info key;
	char label[150];

	if (w->request.usage != PKI_USAGE_SIGNATURE ||
	    !pki_key_find(BOX(s)->pki, trustpoint_encryption_label(t, label, sizeof(label)), &key))
		return false;
	pki_key_info_clear(&key);
	return true;
}

/* All of them, before one is kept. */
static int
make_requests(struct session *s, const struct trustpoint *t, struct wish *w, char *base64[REQUESTS], char *why, size_t size)
{
	bool two = has_encryption_pair(s, t, w);
	struct pki_request second = w->request;
	struct pki_fingerprints print;
	char label[150];
	int rc = pki_csr(BOX(s)->pki, &w->request, &base64[0], &print, why, size);

	second.label = trustpoint_encryption_label(t, label, sizeof(label));
	second.usage = PKI_USAGE_ENCRYPTION;
	return rc == 0 && two ? pki_csr(BOX(s)->pki, &second, &base64[1], &print, why, size) : rc;
}

static int
keep_requests(struct session *s, const char *name, char *const base64[REQUESTS], char *why, size_t size)
{
	int rc = 0;

	request_forget(BOX(s), name);           /* that it is overwritten was said */
	for (int i = 0; i < REQUESTS && rc == 0 && base64[i]; i++)
		rc = request_keep(BOX(s), name, role_of_request[i], base64[i]);
	if (rc < 0)
		snprintf(why, size, "The request cannot be kept in NVRAM: %s", strerror(-rc));
	return rc;
}

static int
enroll_terminal(struct session *s, const struct trustpoint *t, struct wish *w)
{
	char why[256] = "", *base64[REQUESTS] = { NULL };
	int rc;

	session_print(s, "%% Start certificate enrollment .. \n\n");
	enroll_say_names(s, w);
	if ((rc = enroll_ask_serial(s, t, w)) < 0 || (rc = enroll_ask_address(s, t, w)) < 0)
		return rc;
	rc = make_requests(s, t, w, base64, why, sizeof(why));
	if (rc == 0)
		rc = keep_requests(s, t->node.key, base64, why, sizeof(why));
	if (rc < 0) {
		session_refused(s, "%s", why);
	} else {
		log_put(BOX(s)->log, 6, "PKI-6-CERT_ENROLL_MANUAL", "Manual enrollment for trustpoint %s",
		    t->node.key);
		rc = show_requests(s, t, base64);
	}
	for (int i = 0; i < REQUESTS; i++)
		free(base64[i]);
	return rc;
}

static int
may_enroll_again(struct session *s, const char *name)
{
	if (!certificate_own(session_config(s), name))
		return 1;
	session_print(s, "Trustpoint %s has already enrolled and has a router cert issued to it.\n"
	    "If you successfully re-enroll this trustpoint,the existing certificate will be replaced.\n"
	    "\n", name);
	return session_yes(s, "Do you want to continue with re-enrollment? [yes/no]: ", 0);
}

/* Each request is for the same key, but a CA that has signed the older one may not sign another. */
static int
may_request_again(struct session *s, const char *name)
{
	if (!request_waits(BOX(s), name) && !enroll_network_waits(s, name))
		return 1;
	session_print(s, "%% Trustpoint %s already has a certificate request pending.\n"
	    "%% Generating a new CSR overwrites the existing CSR.\n", name);
	return session_yes(s, "Do you want to continue? [yes/no]: ", 0);
}

static int
cancel(struct session *s, const char *name)
{
	if (!request_waits(BOX(s), name) && !enroll_network_waits(s, name)) {
		session_refused(s, "No enrollment session is currently active for trustpoint %s.", name);
		return 0;
	}
	request_forget(BOX(s), name);
	enroll_network_cancel(s, name);
	session_print(s, "%% Cancelling enrollment...\n");
	return 0;
}

/* The dialog of authenticate, where it has not taken place yet.  1: go on. */
static int
need_ca(struct session *s, const char *name)
{
	int rc;

	if (certificate_of(session_config(s), name, CERT_CA))
		return 1;
	session_print(s, "%% You must authenticate the Certificate Authority before you can enroll with it.\n"
	    "%% Attempting authentication first.\n");
	if ((rc = authenticate_trustpoint(s, name)) < 0)
		return rc;
	return certificate_of(session_refresh(s), name, CERT_CA) != NULL;
}

/* Which way it is enrolled; false: none, and that was said. */
static bool
has_way(struct session *s, const struct trustpoint *t)
{
	struct enroll_way w;
	char why[200] = "";

	if (enroll_way(session_config(s), t, FOR_CERTIFICATE, &w, why, sizeof(why)) < 0)
		session_refused(s, "%s", why);
	else if (w.by != BY_NOTHING && w.by != BY_PKCS12)
		return true;
	else
		session_refused(s, "No enrollment method configured for trustpoint %s: 'enrollment "
		    "url', 'enrollment terminal' or 'enrollment selfsigned'.", t->node.key);
	return false;
}

/* The trustpoint as it is now, and what its request will hold: behind each dialog anew. */
static const struct trustpoint *
look_up(struct session *s, const char *name, struct wish *w)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);

	if (t)
		wish_of(w, c, t);
	return t;
}

static int
enroll(struct session *s, const char *name)
{
	const struct trustpoint *t;
	struct wish w;
	char why[256] = "";
	int rc = may_enroll_again(s, name);

	if (rc != 1 || !(t = look_up(s, name, &w)))
		return rc;
	if ((rc = need_key(s, t, &w, why, sizeof(why))) < 0) {
		session_refused(s, "%s", why);
		return rc;
	}
	if (t->enrollment == ENROLLMENT_SELFSIGNED)
		return enroll_self_signed(s, name, &w);
	if ((rc = need_ca(s, name)) != 1 || (rc = may_request_again(s, name)) != 1)
		return rc;
	t = look_up(s, name, &w);
	if (!t || (rc = need_key(s, t, &w, why, sizeof(why))) < 0)
		return rc;
	if (!enrollment_is_network(session_config(s), t))
		return enroll_terminal(s, t, &w);
	if (has_encryption_pair(s, t, &w))
		session_print(s, "%% Over the network the signature key pair is enrolled alone: 'enrollment terminal' enrolls "
		    "both\n");
	return enroll_network(s, t, &w);
}

int
crypto_enroll(struct session *s, const struct match *m)
{
	const char *name = match_text(m, "name");
	const struct trustpoint *t = map_find(((const struct config *)session_config(s))->trustpoints, name);

	if (!t) {
		session_refused(s, "Certificate Authority (trustpoint) %s is unknown", name);
		return -ENOENT;
	}
	if (m->no || m->dflt)
		return cancel(s, name);
	return has_way(s, t) ? enroll(s, name) : -EINVAL;
}
