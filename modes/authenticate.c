/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/authenticate.c -- `crypto pki authenticate': whom a trustpoint trusts.
 *
 * A paste may hold a whole chain.  The trustpoint takes the certificate that its `fingerprint' names,
 * else the CA nearest to the leaf; what stands above goes into the trustpoints that `chain-validation
 * continue' leads to, where they are there and empty; what is left is said. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/enrollment.h"
#include "modes/paste.h"
#include "pki/bundle.h"
#include "shell/door.h"
#include "shell/log.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int
may_authenticate(struct session *s, const char *name, bool *network)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	struct enroll_way w;
	char why[200] = "";

	if (!t) {
		session_refused(s, "Certificate Authority (trustpoint) %s is unknown", name);
		return -ENOENT;
	}
	if (enroll_way(c, t, FOR_CA, &w, why, sizeof(why)) < 0) {
		session_refused(s, "%s", why);
		return -EINVAL;
	}
	*network = w.by >= BY_NETWORK;
	if (w.by != BY_TERMINAL && !*network) {
		session_refused(s, "Trustpoint %s has no 'enrollment terminal': a certificate cannot be "
		    "pasted into it.", name);
		return -EINVAL;
	}
	if (certificate_of(c, name, CERT_CA)) {
		session_refused(s, "Please delete your existing CA certificate first.");
		session_print(s, "%% You must use 'no crypto pki trustpoint <trustpoint-name>' to delete "
		    "the CA certificate.\n");
		return -EEXIST;
	}
	return 0;
}

static void
remark_subordinate(struct session *s, const char *name, const struct pki_cert_info *i)
{
	if (!i->ca)
		session_print(s, "Trustpoint '%s' is a subordinate CA.\n"
		    "but certificate is not a CA certificate.\nManual verification required\n", name);
	else if (!i->self_signed)
		session_print(s, "Trustpoint '%s' is a subordinate CA and holds a non self signed cert\n",
		    name);
}

/* ---- fingerprints --------------------------------------------------------------------------------------------- */

/* MD5, SHA1 or SHA256, told by its length; blanks in it do not matter. */
static bool
is_print(const char *typed, const struct pki_fingerprints *f)
{
	const struct { const uint8_t *bytes; size_t size; } prints[] = {
		{ f->md5, sizeof(f->md5) }, { f->sha1, sizeof(f->sha1) }, { f->sha256, sizeof(f->sha256) }
	};
	char typed_hex[80] = "", hex[80];
	size_t n = 0;

	for (; *typed && n < sizeof(typed_hex) - 1; typed++)
		if (isxdigit((unsigned char)*typed))
			typed_hex[n++] = *typed;
	typed_hex[n] = '\0';
	for (size_t i = 0; i < sizeof(prints) / sizeof(*prints); i++) {
		for (size_t k = 0; k < prints[i].size; k++)
			sprintf(hex + 2 * k, "%02X", prints[i].bytes[k]);
		if (!strcasecmp(hex, typed_hex))
			return true;
	}
	return false;
}

/* 1: accepted; 0: not. */
static int
judge(struct session *s, const struct trustpoint *t, const struct pki_cert_info *i)
{
	int rc;

	remark_subordinate(s, t->node.key, i);
	print_attributes(s, &i->print);
	if (!*t->fingerprint) {
		rc = session_yes(s, "% Do you accept this certificate? [yes/no]: ", 0);
		if (rc == 0)
			session_print(s, "%% Certificate not accepted: nothing has changed\n");
		return rc;
	}
	session_print(s, "Trustpoint Fingerprint: %s\n", t->fingerprint);
	if (is_print(t->fingerprint, &i->print)) {
		session_print(s, "Certificate validated - fingerprints matched.\n");
		return 1;
	}
	session_refused(s, "Fingerprint mismatch: it is not the certificate that trustpoint %s waits for",
	    t->node.key);
	session_print(s, "Trustpoint CA certificate is rejected. Abort.\n\n");
	return -EINVAL;
}

/* ---- which one ------------------------------------------------------------------------------------------------ */

/* The one with the trustpoint's fingerprint; else the CA nearest to a leaf; else the first. */
static size_t
choose(const struct trustpoint *t, const struct pki_bundle *b, struct pki_cert_info *i)
{
	int ca = pki_bundle_ca(b);

	for (size_t k = 0; *t->fingerprint && k < b->count; k++)
		if (pki_cert_info(&b->certs[k], i) == 0 && is_print(t->fingerprint, &i->print))
			return k;
	return ca < 0 ? 0 : (size_t)ca;
}

static const char *
parent_of(const struct config *c, const char *name)
{
	const struct trustpoint *t = map_find(c->trustpoints, name);

	return t && t->chain_validation.kind == CHAIN_CONTINUE && *t->chain_validation.parent
	    ? t->chain_validation.parent : NULL;
}

static const char *
name_of(const struct pki_cert_info *i)
{
	return i->subjects ? i->subject[0] : "(no name)";
}

struct put { const struct pki_bundle *b; size_t first; const char *name; bool *taken, fetched; };

/* One edit for the chain: the trustpoint, then those that its chain-validation leads to. */
static int
put_chain(void *draft, void *arg, char *why, size_t size)
{
	struct put *p = arg;
	struct config *c = draft;
	size_t i = p->first, last = i + pki_bundle_chain(p->b, i);
	const char *name = p->name;
	int rc = certificate_drop_next(c, name);

	if (rc < 0)
		return rc;
	do {
		rc = certificate_put(c, name, CERT_CA, &p->b->certs[i], why, size);
		p->taken[i++] = rc == 0;
		name = parent_of(c, name);
	} while (rc == 0 && name && i <= last && map_find(c->trustpoints, name) &&
	    !certificate_of(c, name, CERT_CA));
	return rc;
}

static void
say_rest(struct session *s, const struct put *p, struct pki_cert_info *i)
{
	const char *name = p->name;

	for (size_t k = p->first + 1; k < p->b->count && p->taken[k]; k++) {
		name = parent_of(session_config(s), name);
		if (name && pki_cert_info(&p->b->certs[k], i) == 0)
			session_print(s, "%% The CA above it, %s, was put into trustpoint %s\n", name_of(i),
			    name);
	}
	for (size_t k = 0; k < p->b->count; k++) {
		if (p->taken[k] || pki_cert_info(&p->b->certs[k], i) < 0)
			continue;
		if (i->ca)
			session_print(s, "%% Not kept: %s, a CA certificate: it needs a trustpoint of its "
			    "own\n", name_of(i));
		else
			session_print(s, "%% Not kept: %s, which is not a CA certificate\n", name_of(i));
	}
}

static int
keep(struct session *s, struct put *p, struct pki_cert_info *i)
{
	char why[160] = "";
	int rc = session_edit(s, put_chain, p, why, sizeof(why));

	if (rc < 0) {
		session_refused(s, "Error in saving certificate: status = FAIL: %s",
		    *why ? why : strerror(-rc));
		return rc;
	}
	session_refresh(s);
	session_print(s, "Trustpoint CA certificate accepted.\n");
	say_rest(s, p, i);
	if (!p->fetched)
		session_print(s, "%% Certificate successfully imported\n");
	crypto_remark(s, p->name);
	session_print(s, "\n");
	return 0;
}

static int
accept_ca(struct session *s, const char *name, const struct pki_bundle *b, bool fetched)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	struct pki_cert_info *i = calloc(1, sizeof(*i));
	struct put p = { .b = b, .name = name, .taken = calloc(b->count, 1),
		.fetched = fetched };
	int rc = i && p.taken && t ? 0 : -ENOMEM;

	if (rc == 0) {
		p.first = choose(t, b, i);
		rc = pki_cert_info(&b->certs[p.first], i);
	}
	if (rc == 0 && b->count > 1)
		session_print(s, "%% There are %zu certificates in the %s; trustpoint %s takes %s\n",
		    b->count, fetched ? "answer" : "text", name, name_of(i));
	if (rc == 0 && (rc = judge(s, t, i)) == 1)
		rc = keep(s, &p, i);
	free(p.taken);
	free(i);
	return rc;
}

/* ---- where it comes from --------------------------------------------------------------------------------------- */

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

enum { PASTE_IT = 1 };

/* 0; PASTE_IT: the server cannot say it so that it can be believed; -errno: neither. */
static int
fetch_ca(struct session *s, const char *name, struct pki_bundle *b)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	struct enroll_way w;
	char why[256] = "", ignored[200];
	int rc;

	session_flush(s);
	rc = enrollment_ca(BOX(s), c, t, &(struct enroll_patience){ stop, s }, b, why, sizeof(why));
	if (rc == 0)
		return 0;
	if (rc == -ENOTSUP && enroll_way(c, t, FOR_CA, &w, ignored, sizeof(ignored)) == 0 && w.by == BY_CMP) {
		session_print(s, "%% The certificate of the CA is to be pasted: %s\n", why);
		return PASTE_IT;
	}
	session_refused(s, "Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0");
	session_print(s, "%% %s\n\n", why);
	log_put(BOX(s)->log, 3, "PKI-3-SOCKETSEND", "Failed to send out message to CA server. Trustpoint %s: %s", name, why);
	return rc;
}

static int
paste_ca(struct session *s, struct pki_bundle *b)
{
	char why[256] = "";
	struct paste p;
	int rc;

	session_print(s, "\nEnter the base 64 encoded CA certificate.\n"
	    "End with a blank line or the word \"quit\" on a line by itself\n\n");
	if ((rc = paste_read(s, PASTE_BLANK, &p)) < 0)
		return rc;
	rc = pki_bundle_read(b, p.text ? p.text : "", p.size, PKI_CERTIFICATES, NULL, why, sizeof(why));
	paste_clear(&p);
	session_print(s, "\n");
	if (rc < 0) {
		session_refused(s, "Error in saving certificate: status = FAIL");
		session_print(s, "%% %s\n\n", why);
	}
	return rc;
}

int
authenticate_trustpoint(struct session *s, const char *typed)
{
	char name[65];
	struct pki_bundle b;
	bool network;
	int rc;

	snprintf(name, sizeof(name), "%s", typed);
	if ((rc = may_authenticate(s, name, &network)) < 0)
		return rc;
	rc = network ? fetch_ca(s, name, &b) : PASTE_IT;
	if (rc == PASTE_IT) {
		network = false;
		rc = paste_ca(s, &b);
	}
	if (rc < 0)
		return rc;
	rc = accept_ca(s, name, &b, network);
	pki_bundle_clear(&b);
	return rc;
}

int
crypto_authenticate(struct session *s, const struct match *m)
{
	return authenticate_trustpoint(s, match_text(m, "name"));
}
