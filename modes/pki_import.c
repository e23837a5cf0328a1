/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_import.c -- `crypto pki import': our certificate for a request of ours, or certificate, key
 * and CA of somebody's making, as PEM or PKCS#12.
 *
 * What is pasted is read to its end before anything of it is judged: the lines of a private key whose
 * paste was broken off would be taken for commands, and repeated. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/paste.h"
#include "pki/bundle.h"
#include "shell/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HIGHER_MAX = 8 };

static const char *
passphrase_of(const struct match *m)
{
	const char *typed = match_text(m, "passphrase");

	return typed ? typed : match_text(m, "bare");
}

static void
say_unsaved(struct session *s)
{
	log_put(BOX(s)->log, 4, "PKI-4-NOAUTOSAVE",
	    "Configuration was modified.  Issue \"write memory\" to save new certificate");
}

/* ---- import NAME certificate ---------------------------------------------------------------------------------- */

static int
fits(struct session *s, const char *name, const struct der *der, char *why, size_t size)
{
	const struct certificate *ca = certificate_of(session_config(s), name, CERT_CA);
	struct der above = { (uint8_t *)ca->der, ca->size };
	struct pki_cert_info *i;
	int rc;

	if (pki_cert_issued_by(der, &above))
		return 0;
	if (!(i = calloc(1, sizeof(*i))))
		return -ENOMEM;
	rc = pki_cert_info(der, i);
	snprintf(why, size, "the certificate was not issued by the CA of trustpoint %.64s, but by %.100s", name,
	    rc == 0 && i->issuers ? i->issuer[0] : "another");
	free(i);
	return -EINVAL;
}

/* Which of the pasted ones is for our key, or for that of our encryption pair. */
static int
find_ours(struct session *s, const char *name, const struct pki_bundle *b, enum cert_role *role, char *why, size_t size)
{
	const struct trustpoint *t = map_find(((const struct config *)session_config(s))->trustpoints, name);
	char label[130];

	for (size_t i = 0; i < b->count; i++)
		if ((*role = certificate_role(BOX(s)->pki, session_config(s), name, &b->certs[i])) != CERT_ROLES)
			return (int)i;
	trustpoint_label(t, label, sizeof(label));
	snprintf(why, size, "the certificate is not for our key %.64s: it was made from another request, or "
	    "for another box", label);
	return -EINVAL;
}

static int
import_own(struct session *s, const char *name, const struct paste *p, enum cert_role *role, char *why, size_t size)
{
	struct pki_bundle b;
	int rc = pki_bundle_read(&b, p->text ? p->text : "", p->size, PKI_CERTIFICATES, NULL, why, size), ours;

	if (rc < 0)
		return rc;
	rc = ours = find_ours(s, name, &b, role, why, size);
	if (rc >= 0)
		rc = fits(s, name, &b.certs[ours], why, size);
	if (rc == 0)
		rc = certificate_store(s, name, *role, &b.certs[ours], why, size);
	if (rc == 0 && b.count > 1)
		session_print(s, "%% There are %zu certificates in the text: the one for our key was taken\n",
		    b.count);
	pki_bundle_clear(&b);
	return rc;
}

int
crypto_import(struct session *s, const struct match *m)
{
	char name[65], why[256] = "";
	enum cert_role role = CERT_ROLES;
	struct paste p;
	int rc;

	snprintf(name, sizeof(name), "%s", match_text(m, "name"));
	if (!map_find(((const struct config *)session_config(s))->trustpoints, name)) {
		session_refused(s, "Certificate Authority (trustpoint) %s is unknown", name);
		return -ENOENT;
	}
	if (!certificate_of(session_config(s), name, CERT_CA)) {
		session_refused(s, "You must authenticate the Certificate Authority before\n"
		    "you can import the router's certificate.");
		return -EINVAL;
	}
	session_print(s, "\nEnter the base 64 encoded certificate.\n"
	    "End with a blank line or the word \"quit\" on a line by itself\n\n");
	if ((rc = paste_read(s, PASTE_BLANK, &p)) < 0)
		return rc;
	session_print(s, "\n");
	rc = import_own(s, name, &p, &role, why, sizeof(why));
	paste_clear(&p);
	if (rc < 0) {
		session_refused(s, "Failed to parse or verify imported certificate");
		session_print(s, "%% %s\n\n", why);
		return rc;
	}
	request_done(BOX(s), name, role);
	say_unsaved(s);
	session_print(s, "%% Router Certificate successfully imported\n");
	if (role == CERT_OWN)                   /* no peer is shown the other one */
		crypto_remark(s, name);
	session_print(s, "\n");
	return 0;
}

/* ---- what both others install ----------------------------------------------------------------------------------- */

struct install {
	const char *name;
	char label[65];                 /* of the key pair */
	bool exportable, ec;
	const struct pki_bundle *key;   /* where the private key is */
	const struct der *own;
	const struct der *above[HIGHER_MAX]; /* the issuing CA, then the CAs above it */
	size_t aboves;
	bool higher;                    /* make trustpoints for those */
	uint8_t enrollment;
};

static int
put_higher(struct config *c, const struct install *in, char *why, size_t size)
{
	char name[96];
	int rc = 0;

	for (size_t i = 1; rc == 0 && in->higher && i < in->aboves; i++) {
		struct trustpoint *t;

		snprintf(name, sizeof(name), "%s-rrr%zu", in->name, i);
		if (!(t = trustpoint_own(c, name)))
			return -ENOMEM;
		t->enrollment = ENROLLMENT_PKCS12;
		rc = certificate_put(c, name, CERT_CA, in->above[i], why, size);
	}
	return rc;
}

static int
put_install(void *draft, void *arg, char *why, size_t size)
{
	const struct install *in = arg;
	struct config *c = draft;
	struct trustpoint *t = trustpoint_own(c, in->name);
	bool self = pki_cert_issued_by(in->own, in->own);
	int rc = t ? 0 : -ENOMEM;

	if (rc == 0 && !t->enrollment)
		t->enrollment = in->enrollment;
	if (rc == 0 && in->ec && !*t->ec)
		snprintf(t->ec, sizeof(t->ec), "%s", in->label);
	if (rc == 0 && !in->ec && (!t->rsa.set || *t->ec)) {
		t->rsa = (struct key_ref){ .set = 1 };
		snprintf(t->rsa.label, sizeof(t->rsa.label), "%s", in->label);
		t->ec[0] = '\0';
	}
	if (rc == 0)
		rc = certificate_drop_next(c, in->name);
	if (rc == 0 && in->aboves)
		rc = certificate_put(c, in->name, CERT_CA, in->above[0], why, size);
	if (rc == 0)
		rc = certificate_put(c, in->name, self ? CERT_SELF_SIGNED : CERT_OWN, in->own, why, size);
	return rc == 0 ? put_higher(c, in, why, size) : rc;
}

static int
install(struct session *s, struct install *in, char *why, size_t size)
{
	struct pki_key_info old;
	bool was = pki_key_find(BOX(s)->pki, in->label, &old);
	char ignored[160];
	int rc;

	if (was)
		pki_key_info_clear(&old);
	rc = pki_key_import(BOX(s)->pki, in->label, in->key, in->exportable, why, size);
	if (rc == 0)
		rc = session_edit(s, put_install, in, why, size);
	if (rc < 0 && !was)
		pki_key_zeroize(BOX(s)->pki, in->label, ignored, sizeof(ignored));
	if (rc < 0 && !*why)
		snprintf(why, size, "%s", strerror(-rc));
	if (rc == 0 && BOX(s)->keys_changed)
		BOX(s)->keys_changed(BOX(s));
	if (rc == 0)
		say_unsaved(s);
	return rc;
}

/* Those of a bundle that stand above `der', the issuing CA first. */
static void
climb(struct install *in, const struct pki_bundle *b, const struct der *der)
{
	bool found = true;

	while (found && in->aboves < HIGHER_MAX && !pki_cert_issued_by(der, der)) {
		found = false;
		for (size_t i = 0; i < b->count && !found; i++) {
			found = pki_cert_issued_by(der, &b->certs[i]);
			if (found)
				in->above[in->aboves++] = der = &b->certs[i];
		}
	}
}

/* 1: go on. */
static int
ask_higher(struct session *s, struct install *in)
{
	int rc;

	if (in->aboves < 2)
		return 1;
	session_print(s, "%% Do you also want to create trustpoints for CAs higher in\n");
	rc = session_yes(s, "% the hierarchy? [yes/no]: ", 0);
	in->higher = rc == 1;
	return rc < 0 ? rc : 1;
}

/* 1: the trustpoint may be made or filled, and its key pair written; its label is in *in then. */
static int
may_install(struct session *s, const struct match *m, struct install *in)
{
	const struct config *c = session_config(s);
	const struct cert_chain *chain = map_find(c->chains, match_text(m, "name"));
	const struct trustpoint *t;
	struct pki_key_info old;

	*in = (struct install){ .name = match_text(m, "name"),
		.exportable = match_text(m, "exportable") || match_text(m, "exportable2") };
	t = map_find(c->trustpoints, in->name);
	if (chain && map_count(chain->certificates)) {
		session_refused(s, "Trustpoint '%s' is in use.", in->name);
		session_print(s, "%% Please delete it or use a different label.\n");
		return -EBUSY;
	}
	if (strlen(in->name) > 60) {
		session_refused(s, "The name of the trustpoint has 60 characters at most here");
		return -EINVAL;
	}
	if (t)
		trustpoint_label(t, in->label, sizeof(in->label));
	else
		snprintf(in->label, sizeof(in->label), "%s", in->name);
	if (!pki_key_find(BOX(s)->pki, in->label, &old))
		return 1;
	session_print(s, "%% You already have %s keys named %s.\n", old.type == PKI_EC ? "EC" : "RSA", in->label);
	pki_key_info_clear(&old);
	return session_yes(s, "% Do you really want to replace them? [yes/no]: ", 0);
}

/* Has the trustpoint a key pair of the other kind in its configuration? */
static int
kind_fits(struct session *s, struct install *in, const struct der *own, char *why, size_t size)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, in->name);
	struct pki_cert_info *i = calloc(1, sizeof(*i));

	if (!i || pki_cert_info(own, i) < 0) {
		free(i);
		return -ENOMEM;
	}
	in->ec = i->key_type == PKI_EC;
	free(i);
	if (t && in->ec && t->rsa.set && !*t->ec) {
		snprintf(why, size, "the key is an EC key, and trustpoint %.64s has 'rsakeypair': take that "
		    "away first", in->name);
		return -EINVAL;
	}
	return 0;
}

/* ---- PKCS#12 ----------------------------------------------------------------------------------------------------- */

static int
bundle_install(struct session *s, struct install *in, const struct pki_bundle *b, char *why, size_t size)
{
	int own = pki_bundle_own(b), rc = 0;

	if (!b->key) {
		snprintf(why, size, "there is no private key in it; CA certificates go into a trustpoint by "
		    "'crypto pki authenticate'");
		return -EINVAL;
	}
	if (own < 0) {
		snprintf(why, size, "none of the certificates in it is the one of the private key in it");
		return -EINVAL;
	}
	in->key = b;
	in->own = &b->certs[own];
	if ((rc = kind_fits(s, in, in->own, why, size)) < 0)
		return rc;
	climb(in, b, in->own);
	in->enrollment = in->aboves || pki_cert_issued_by(in->own, in->own) ? ENROLLMENT_PKCS12
	    : ENROLLMENT_TERMINAL;
	if ((rc = ask_higher(s, in)) == 1)
		rc = install(s, in, why, size);
	if (rc == 0 && in->enrollment == ENROLLMENT_TERMINAL)
		session_print(s, "%% There is no CA certificate in it: 'crypto pki authenticate %s' takes one\n",
		    in->name);
	return rc;
}

static int
get_pkcs12(struct session *s, const struct match *m, const char *name, struct paste *p)
{
	const char *url = match_text(m, "url");
	char suggested[80];

	if (url) {
		snprintf(suggested, sizeof(suggested), "%.64s.p12", name);
		session_print(s, "%% Importing pkcs12...\n");
		return paste_fetch(s, url, suggested, p);
	}
	session_print(s, "\nEnter the base 64 encoded pkcs12.\n"
	    "End with a blank line or the word \"quit\" on a line by itself:\n\n");
	return paste_read(s, PASTE_BLANK, p);
}

int
crypto_import_pkcs12(struct session *s, const struct match *m)
{
	struct install in;
	struct pki_bundle b = { 0 };
	struct paste p = { 0 };
	char why[256] = "";
	int rc = may_install(s, m, &in);

	if (rc != 1)
		return rc;
	if ((rc = get_pkcs12(s, m, in.name, &p)) < 0)
		return rc;
	rc = pki_bundle_read(&b, p.text ? p.text : "", p.size, PKI_KEYS_TOO, passphrase_of(m), why, sizeof(why));
	paste_clear(&p);
	if (rc == -EACCES || rc == -EBADMSG) {
		session_refused_as(s, "CRYPTO_PKI: Import PKCS12 operation failed, bad HMAC\n");
		session_print(s, "Possible causes: bad password or corrupted PKCS12\n");
	}
	if (rc == 0)
		rc = bundle_install(s, &in, &b, why, sizeof(why));
	if (rc < 0 && *why)
		session_refused(s, "%s", why);
	if (rc == 0) {
		session_print(s, "CRYPTO_PKI: Imported PKCS12 file successfully.\n");
		crypto_remark(s, match_text(m, "name"));
		session_print(s, "\n");
	}
	pki_bundle_clear(&b);
	return rc;
}

/* ---- PEM --------------------------------------------------------------------------------------------------------- */

enum pem_piece { PEM_CA, PEM_KEY, PEM_OWN, PEM_PIECES };

static const struct {
	const char *asks, *end, *importing, *suffix, *what;
	enum paste_end ends;
	enum pki_bundle_want want;
} pieces[PEM_PIECES] = {
	[PEM_CA]  = { "CA certificate", "a blank line or \"quit\"", "CA certificate", ".ca",
		"the CA certificate", PASTE_BLANK, PKI_CERTIFICATES },
	[PEM_KEY] = { "encrypted private General Purpose key", "\"quit\"", "private key PEM file", ".prv",
		"the private key", PASTE_SECRET, PKI_KEYS_TOO },
	[PEM_OWN] = { "General Purpose certificate", "a blank line or \"quit\"", "certificate PEM file", ".crt",
		"the certificate", PASTE_BLANK, PKI_CERTIFICATES },
};

static int
get_piece(struct session *s, enum pem_piece which, const char *url, const char *name, struct paste *p)
{
	char suggested[80], full[300];
	const char *last;

	if (!url) {
		session_print(s, "%% Enter PEM-formatted %s.\n%% End with %s on a line by itself.\n",
		    pieces[which].asks, pieces[which].end);
		return paste_read(s, pieces[which].ends, p);
	}
	snprintf(suggested, sizeof(suggested), "%.64s%s", name, pieces[which].suffix);
	last = url + strlen(url) - 1;
	snprintf(full, sizeof(full), "%.255s%s", url, *last == ':' || *last == '/' ? "" : pieces[which].suffix);
	session_print(s, "%% Importing %s...\n", pieces[which].importing);
	return paste_fetch(s, full, suggested, p);
}

struct pem { struct paste text[PEM_PIECES]; struct pki_bundle bundle[PEM_PIECES]; };

static void
pem_clear(struct pem *p)
{
	for (int i = 0; i < PEM_PIECES; i++) {
		paste_clear(&p->text[i]);
		pki_bundle_clear(&p->bundle[i]);
	}
}

static int
pem_read(struct pem *p, const char *passphrase, char *why, size_t size)
{
	char reason[200] = "";
	int rc = 0;

	for (int i = 0; i < PEM_PIECES && rc == 0; i++) {
		rc = pki_bundle_read(&p->bundle[i], p->text[i].text ? p->text[i].text : "", p->text[i].size,
		    pieces[i].want, passphrase, reason, sizeof(reason));
		if (rc < 0)
			snprintf(why, size, "%s%s%s", i == PEM_KEY ? "" : pieces[i].what, i == PEM_KEY ? "" : ": ",
			    reason);
	}
	if (rc == 0 && !p->bundle[PEM_KEY].key) {
		snprintf(why, size, "there is no private key in the text");
		rc = -EINVAL;
	}
	return rc;
}

/* The three have to belong together. */
static int
pem_install(struct session *s, struct install *in, struct pem *p, char *why, size_t size)
{
	const struct pki_bundle *own = &p->bundle[PEM_OWN];
	int rc;

	in->key = &p->bundle[PEM_KEY];
	for (size_t i = 0; i < own->count && !in->own; i++)
		if (pki_bundle_fits(in->key, &own->certs[i]))
			in->own = &own->certs[i];
	if (!in->own) {
		snprintf(why, size, "the certificate is not the one of the private key");
		return -EINVAL;
	}
	climb(in, &p->bundle[PEM_CA], in->own);
	if (!in->aboves && !pki_cert_issued_by(in->own, in->own)) {
		snprintf(why, size, "the certificate was not issued by the CA of the CA certificate");
		return -EINVAL;
	}
	if ((rc = kind_fits(s, in, in->own, why, size)) < 0)
		return rc;
	in->enrollment = ENROLLMENT_TERMINAL;
	rc = ask_higher(s, in);
	return rc == 1 ? install(s, in, why, size) : rc;
}

int
crypto_import_pem(struct session *s, const struct match *m)
{
	struct install in;
	struct pem p = { 0 };
	char why[256] = "";
	int rc = may_install(s, m, &in);

	if (rc != 1)
		return rc;
	rc = 0;
	for (int i = 0; rc == 0 && i < PEM_PIECES; i++)
		rc = get_piece(s, i, match_text(m, "url"), in.name, &p.text[i]);
	if (rc == 0)
		rc = pem_read(&p, passphrase_of(m), why, sizeof(why));
	if (rc == 0)
		rc = pem_install(s, &in, &p, why, sizeof(why));
	pem_clear(&p);
	if (rc < 0) {
		session_refused(s, "PEM files import failed.");
		if (*why)
			session_print(s, "%% %s\n", why);
		return rc;
	}
	session_print(s, "%% PEM files import succeeded.\n");
	crypto_remark(s, match_text(m, "name"));
	session_print(s, "\n");
	return 0;
}
