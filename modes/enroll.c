/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll.c -- `crypto pki enroll': a request to be carried to the CA, or a certificate that
 * signs itself; and what goes when a trustpoint goes. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/kinds.h"
#include "pki/pki.h"
#include "shell/log.h"
#include "shell/running.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ALT_NAMES = 32, SELF_SIGNED_DAYS = 3650, EKU_TEXT = 320 };

struct wish {                           /* the texts behind a struct pki_request */
	struct pki_request request;
	char label[130], fqdn[330], ip[64], serial[64], alts[257], ekus[EKU_TEXT];
	const char *alt[ALT_NAMES + 1];
};

static void
split_alts(struct wish *w, const char *typed)
{
	char *rest = w->alts, *one;
	int n = 0;

	snprintf(w->alts, sizeof(w->alts), "%s", typed);
	while ((one = strsep(&rest, ", ")) && n < ALT_NAMES)
		if (*one)
			w->alt[n++] = one;
	w->request.alt_names = n ? w->alt : NULL;
}

static const char *
hash_word(uint8_t hash)
{
	static const char *const words[HASHES] = { "sha256", "md5", "sha1", "sha256", "sha384",
		"sha512" };

	return words[hash % HASHES];
}

/* Of an interface by its name; false: it is none, or has none. */
static bool
address_of(const struct config *c, const char *typed, char ip[64])
{
	const struct interface *i;
	char name[65];

	i = interface_kind.parse(name, sizeof(name), typed) == 0 ? map_find(c->interfaces, name) : NULL;
	return i && i->ip.set && inet_ntop(AF_INET, &i->ip.address, ip, 64);
}

/* `eku request' as OIDs of RFC 5280 and its kin. */
static void
join_ekus(struct wish *w, const struct eku_list *l)
{
	static const char *const oids[EKUS] = { [EKU_CLIENT] = "1.3.6.1.5.5.7.3.2",
		[EKU_SERVER] = "1.3.6.1.5.5.7.3.1", [EKU_CODE] = "1.3.6.1.5.5.7.3.3",
		[EKU_EMAIL] = "1.3.6.1.5.5.7.3.4", [EKU_IPSEC_END] = "1.3.6.1.5.5.7.3.5",
		[EKU_IPSEC_TUNNEL] = "1.3.6.1.5.5.7.3.6", [EKU_IPSEC_USER] = "1.3.6.1.5.5.7.3.7",
		[EKU_TIME] = "1.3.6.1.5.5.7.3.8", [EKU_OCSP] = "1.3.6.1.5.5.7.3.9",
		[EKU_SSH_CLIENT] = "1.3.6.1.5.5.7.3.21", [EKU_SSH_SERVER] = "1.3.6.1.5.5.7.3.22" };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(l->ekus) && l->ekus[i]; i++)
		n += (size_t)snprintf(w->ekus + n, sizeof(w->ekus) - n, "%s%s", n ? "," : "",
		    oids[l->ekus[i] % EKUS]);
	w->request.ekus = n ? w->ekus : NULL;
}

static void
wish_of(struct wish *w, const struct config *c, const struct trustpoint *t)
{
	*w = (struct wish){ 0 };
	trustpoint_label(t, w->label, sizeof(w->label));
	w->request.label = w->label;
	w->request.hash = hash_word(t->hash);
	w->request.subject = *t->subject_name ? t->subject_name : NULL;
	if (*t->fqdn && strcasecmp(t->fqdn, "none"))
		snprintf(w->fqdn, sizeof(w->fqdn), "%s", t->fqdn);
	else if (!*t->fqdn && *c->domain)
		snprintf(w->fqdn, sizeof(w->fqdn), "%s.%s", c->hostname, c->domain);
	else if (!*t->fqdn)
		snprintf(w->fqdn, sizeof(w->fqdn), "%s", c->hostname);
	w->request.fqdn = *w->fqdn ? w->fqdn : NULL;
	if (*t->ip_address && strcasecmp(t->ip_address, "none")) {
		if (!address_of(c, t->ip_address, w->ip))
			snprintf(w->ip, sizeof(w->ip), "%.60s", t->ip_address);
		w->request.ip = w->ip;
	}
	split_alts(w, t->subject_alt_name);
	join_ekus(w, &t->eku);
}

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

static int
ask_serial(struct session *s, const struct trustpoint *t, struct wish *w)
{
	int yes = t->serial_number == SERIAL_INCLUDED;

	if (t->serial_number == SERIAL_ASK)
		yes = session_yes(s, "% Include the router serial number in the subject name? "
		    "[yes/no]: ", 0);
	if (yes != 1)
		return yes;
	snprintf(w->serial, sizeof(w->serial), "%s", BOX_SERIAL);
	w->request.serial_number = w->serial;
	session_print(s, "%% The serial number in the certificate will be: %s\n", w->serial);
	return 0;
}

static int
ask_address(struct session *s, const struct trustpoint *t, struct wish *w)
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
		if (address_of(session_config(s), answer, w->ip))
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
show_request(struct session *s, const struct trustpoint *t, const char *base64)
{
	bool pem = t->enrollment == ENROLLMENT_TERMINAL_PEM;
	int rc = session_yes(s, "Display Certificate Request to terminal? [yes/no]: ", 0);

	while (rc == 1) {
		print_request(s, pem, base64);
		rc = session_yes(s, "Redisplay enrollment request? [yes/no]: ", 0);
	}
	session_print(s, "\n");
	return rc;
}

static void
say_names(struct session *s, const struct wish *w)
{
	static const char includes[] = "% The subject name in the certificate will include: ";

	session_print(s, "%% Start certificate enrollment .. \n\n");
	if (w->request.subject)
		session_print(s, "%s%s\n", includes, w->request.subject);
	if (w->request.fqdn)
		session_print(s, "%s%s\n", includes, w->request.fqdn);
	else
		session_print(s, "%% The fully-qualified domain name will not be included in the "
		    "certificate\n");
}

static int
enroll_terminal(struct session *s, const struct trustpoint *t, struct wish *w)
{
	struct pki_fingerprints print;
	char why[256] = "", *base64 = NULL;
	int rc;

	say_names(s, w);
	if ((rc = ask_serial(s, t, w)) < 0 || (rc = ask_address(s, t, w)) < 0)
		return rc;
	rc = pki_csr(BOX(s)->pki, &w->request, &base64, &print, why, sizeof(why));
	if (rc == 0 && (rc = request_keep(BOX(s), t->node.key, base64)) < 0)
		snprintf(why, sizeof(why), "The request cannot be kept in NVRAM: %s", strerror(-rc));
	if (rc < 0) {
		session_refused(s, "%s", why);
	} else {
		log_put(BOX(s)->log, 6, "PKI-6-CERT_ENROLL_MANUAL", "Manual enrollment for trustpoint %s",
		    t->node.key);
		rc = show_request(s, t, base64);
	}
	free(base64);
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
	char *pending = request_pending(BOX(s), name);

	if (!pending)
		return 1;
	free(pending);
	session_print(s, "%% Trustpoint %s already has a certificate request pending.\n"
	    "%% Generating a new CSR overwrites the existing CSR.\n", name);
	return session_yes(s, "Do you want to continue? [yes/no]: ", 0);
}

static int
cancel(struct session *s, const char *name)
{
	char *pending = request_pending(BOX(s), name);

	if (!pending) {
		session_refused(s, "No enrollment session is currently active for trustpoint %s.", name);
		return 0;
	}
	free(pending);
	request_forget(BOX(s), name);
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
	if (t->enrollment != ENROLLMENT_NONE && t->enrollment != ENROLLMENT_PKCS12)
		return true;
	if (t->enrollment_url.set || *t->enrollment_profile)
		session_refused(s, "Enrollment by a server is not carried out yet: 'enrollment terminal' makes a "
		    "request to be carried there.");
	else
		session_refused(s, "No enrollment method configured for trustpoint %s: 'enrollment "
		    "terminal' or 'enrollment selfsigned'.", t->node.key);
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
	return enroll_terminal(s, t, &w);
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
