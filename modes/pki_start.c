/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_start.c -- `no shutdown' of a certificate authority: the first time a dialog that makes key, certificate and
 * database, later on no more than opening them; and `shutdown'. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/enrollment.h"
#include "modes/pki_serve.h"
#include "modes/pki_server.h"
#include "shell/door.h"
#include "shell/secret.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PASSPHRASE_LEAST = 8, PASSPHRASE_TRIES = 3, CLOCK_SANE_S = 1577836800 };

struct settle { const char *name; const struct der *cert; bool shutdown; };

static int
settle(void *draft, void *arg, char *why, size_t size)
{
	const struct settle *s = arg;

	return pki_server_settle(draft, s->name, s->cert, why, size);
}

static int
set_shutdown(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	const struct settle *s = arg;
	struct pki_server *o = map_own(&c->pki_servers, s->name);

	if (!o) {
		snprintf(why, size, "Certificate server '%s' is not known", s->name);
		return -ENOENT;
	}
	o->shutdown = s->shutdown;
	if (s->shutdown)
		o->locked = false;
	return 0;
}

/* ---- the first start ------------------------------------------------------------------------------------------ */

/* 1: it was typed twice the same; 0: none, the operator goes; -errno.  It is wiped by who called. */
static int
ask_passphrase(struct session *s, char *text, size_t size)
{
	char again[128];
	int rc;

	session_print(s, "%% Please enter a passphrase to protect the private key\n"
	    "%% or type Return to exit\n");
	for (int i = 0; i < PASSPHRASE_TRIES; i++) {
		if ((rc = session_ask(s, "Password: ", false, text, size)) < 0)
			return rc;
		session_print(s, "\n");
		if (!*text)
			return 0;
		if (strlen(text) < PASSPHRASE_LEAST) {
			session_print(s, "%% The passphrase must have at least %d characters.\n", PASSPHRASE_LEAST);
			continue;
		}
		rc = session_ask(s, "Re-enter password: ", false, again, sizeof(again));
		session_print(s, "\n");
		if (rc == 0 && !strcmp(text, again))
			rc = 1;
		explicit_bzero(again, sizeof(again));
		if (rc)
			return rc;
		session_print(s, "%% Passwords do not match.\n");
	}
	session_refused(s, "No passphrase: the server stays as it was.");
	return -EINVAL;
}

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

static int
need_key(struct session *s, const struct pki_server *o)
{
	struct pki_key_info key;
	char why[160] = "";
	time_t began = time(NULL);
	int rc;

	if (pki_key_find(BOX(s)->pki, o->node.key, &key)) {
		pki_key_info_clear(&key);
		if (key.type != PKI_RSA || key.bits >= CA_SMALLEST_RSA)
			return 0;
		session_refused(s, "Key pair %s has %d bits: a CA needs %d at least.", o->node.key, key.bits,
		    CA_SMALLEST_RSA);
		return -EINVAL;
	}
	session_print(s, "%% Generating %u bit RSA keys, keys will be non-exportable...\n", o->keylength);
	session_flush(s);
	rc = pki_key_generate(BOX(s)->pki, o->node.key, PKI_RSA, o->keylength, false, stop, s, why,
	    sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", why);
	else
		session_print(s, "[OK] (elapsed time was %ld seconds)\n\n", (long)(time(NULL) - began));
	return rc;
}

/* ---- below another CA ----------------------------------------------------------------------------------------- */

static int
set_key(void *draft, void *arg, char *why, size_t size)
{
	const char *name = arg;
	struct trustpoint *t = map_own(&((struct config *)draft)->trustpoints, name);
	char label[130];

	if (!t) {
		snprintf(why, size, "out of memory");
		return -ENOMEM;
	}
	if (!strcmp(trustpoint_label(t, label, sizeof(label)), name))
		return 0;
	if (t->rsa.set || *t->ec) {
		snprintf(why, size, "trustpoint %.64s has key pair %.64s: the server's is 'rsakeypair %.64s'", name, label, name);
		return -EINVAL;
	}
	t->rsa.set = 1;
	snprintf(t->rsa.label, sizeof(t->rsa.label), "%.64s", name);
	return 0;
}

/* By network: the CA above is authenticated and asked.  0: its certificate is there; 1: it is not, and that was said. */
static int
ask_upper(struct session *s, const char *name)
{
	struct enroll_patience patience = { stop, s };
	const struct config *c = session_config(s);
	struct wish w;
	char why[320] = "";
	int rc;

	if (!certificate_of(c, name, CERT_CA) && (rc = authenticate_trustpoint(s, name)) < 0)
		return rc;
	c = session_refresh(s);
	if (!certificate_of(c, name, CERT_CA) || certificate_of(c, name, CERT_OWN))
		return 0;
	if (!enrollment_begin(BOX(s), name)) {
		session_refused(s, "Trustpoint %s is asking its CA at this moment: try again", name);
		return -EBUSY;
	}
	wish_of(&w, c, map_find(c->trustpoints, name));
	session_print(s, "%% Certificate request sent to Certificate Authority\n%% Enrollment in progress...\n");
	session_flush(s);
	rc = enrollment_poll(BOX(s), c, name, &patience, why, sizeof(why));
	if (rc == -ENOENT)      /* none has been sent, or nobody knows of it any more */
		rc = enrollment_ask(BOX(s), c, name, &w, &patience, why, sizeof(why));
	enrollment_end(BOX(s), name);
	enrollments_follow(BOX(s), session_refresh(s));
	if (rc < 0)
		session_refused(s, "The certificate request of trustpoint %s has failed: %s", name, why);
	if (rc == ENROLL_PENDING)
		session_print(s, "%% The CA above has not granted it yet: it is asked again by itself.  'no shutdown' again when "
		    "'show crypto pki certificates %s' has it.\n", name);
	return rc == ENROLL_PENDING ? 1 : rc;
}

static int
make_below(struct session *s, const struct pki_server *o, const char *directory, struct ca **cap, char *why,
    size_t size)
{
	struct ca_rules rules;
	struct der cert;
	int rc = pki_server_upper(BOX(s), session_config(s), o->node.key, &cert, why, size);

	pki_server_rules(o, &rules);
	return rc < 0 ? rc : ca_make_below(cap, BOX(s)->pki, o->node.key, directory, &cert,
	    *o->serial ? strtoull(o->serial, NULL, 0) : 1, &rules, why, size);
}

/* What an operator has to do himself is said before anything is made. */
static int
may_ask_upper(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	char why[300] = "";
	struct der cert;
	int rc = pki_server_upper(BOX(s), c, name, &cert, why, sizeof(why));

	if (rc != -ENODATA || (t && enrollment_is_network(c, t)))
		rc = t ? 0 : rc;
	else if (certificate_of(c, name, CERT_CA))
		rc = 0;         /* authenticated by terminal: the key pair is needed for the request */
	if (rc < 0)
		session_refused(s, "%s", why);
	return rc;
}

/* Each step stays when a later one has to wait: `no shutdown' goes on where it was.  0; 1: it has to wait; *op is that of
 * the configuration as it is then. */
static int
prepare_below(struct session *s, const struct pki_server **op)
{
	char name[KEY_MAX], why[300] = "";
	const struct config *c;
	int rc;

	snprintf(name, sizeof(name), "%s", (*op)->node.key);
	if ((rc = session_edit(s, set_key, name, why, sizeof(why))) < 0) {
		session_refused(s, "%s", why);
		return rc;
	}
	c = session_refresh(s);
	if (enrollment_is_network(c, map_find(c->trustpoints, name)))
		rc = ask_upper(s, name);
	c = session_refresh(s);
	*op = map_find(c->pki_servers, name);
	return *op || rc ? rc : -ENOENT;
}

/* ---- the first start, made --------------------------------------------------------------------------------------- */

static int
make_ca(struct session *s, const struct pki_server *o, const char *directory, const char *passphrase,
    struct ca **cap, char *why, size_t size)
{
	struct ca_rules rules;
	text256 usual;
	struct ca_wish w = { .label = o->node.key, .serial = *o->serial ? strtoull(o->serial, NULL, 0) : 1,
		.lifetime_s = lifetime_s(&o->lifetime_ca), .issuer_name = o->issuer_name };
	int rc;

	pki_server_rules(o, &rules);
	w.hash = rules.hash;
	snprintf(usual, sizeof(usual), "cn=%.200s", o->node.key);
	if (!*o->issuer_name)
		w.issuer_name = usual;
	rc = o->mode != MODE_ROOT ? make_below(s, o, directory, cap, why, size)
	    : ca_make(cap, BOX(s)->pki, o->node.key, directory, &w, &rules, why, size);
	if (rc == 0 && o->archive.form && *passphrase) {
		session_print(s, "%% Exporting Certificate Server signing certificate and keys...\n\n");
		if (ca_archive(*cap, o->archive.form == 1, false, passphrase, why, size) < 0)
			session_print(s, "%% %s\n", why);
	}
	return rc;
}

/* The archive's own password stands for the one that is asked. */
static int
passphrase_of(struct session *s, const struct pki_server *o, char *text, size_t size)
{
	if (o->archive.password.set && secret_reveal(&o->archive.password, text, size) == 0)
		return 1;
	return ask_passphrase(s, text, size);
}

static int
start_new(struct session *s, const struct pki_server *o, const char *directory)
{
	char passphrase[128] = "", why[300] = "";
	struct ca *ca = NULL;
	int rc;

	if (o->mode != MODE_ROOT && (rc = may_ask_upper(s, o->node.key)) < 0)
		return rc;
	session_print(s, "%%Some server settings cannot be changed after CA certificate generation.\n");
	rc = passphrase_of(s, o, passphrase, sizeof(passphrase));
	if (rc == 1)
		rc = need_key(s, o) < 0 ? -EIO : 1;
	if (rc == 1 && o->mode != MODE_ROOT && (rc = prepare_below(s, &o)) >= 0)
		rc = !rc;
	if (rc == 1) {
		rc = make_ca(s, o, directory, passphrase, &ca, why, sizeof(why));
		if (rc == 0)
			rc = session_edit(s, settle, &(struct settle){ o->node.key, ca_certificate(ca), false },
			    why, sizeof(why));
		if (rc < 0)
			session_refused(s, "%s", *why ? why : strerror(-rc));
		else
			session_print(s, "%% Certificate Server enabled.\n");
	}
	explicit_bzero(passphrase, sizeof(passphrase));
	ca_drop(ca);
	return rc;
}

/* ---- later on --------------------------------------------------------------------------------------------------- */

/* With the files that it has. */
static int
start_again(struct session *s, const char *name, struct ca *ca)
{
	char why[256] = "";
	int rc = session_edit(s, settle, &(struct settle){ name, ca_certificate(ca), false }, why, sizeof(why));

	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	else
		session_print(s, "Certificate server 'no shut' event has been queued for processing.\n");
	return rc;
}

static int
start(struct session *s, const struct pki_server *o)
{
	char directory[PATH_MAX], why[256] = "";
	const char *misfit;
	struct ca_rules rules;
	struct ca *ca = NULL;
	int rc = pki_server_directory(BOX(s), o, directory, sizeof(directory));

	if (time(NULL) < CLOCK_SANE_S) {
		session_refused(s, "Please set clock calender-valid or enable NTP");
		return -EINVAL;
	}
	pki_server_rules(o, &rules);
	if (rc == 0)
		rc = ca_open(&ca, BOX(s)->pki, o->node.key, directory, &rules, why, sizeof(why));
	if (rc == -ENOENT)
		return start_new(s, o, directory);
	if (rc == 0 && (misfit = pki_server_misfit(o, ca_certificate(ca)))) {
		snprintf(why, sizeof(why), "the database of server %.64s holds %s", o->node.key, misfit);
		rc = -EINVAL;
	}
	if (rc < 0)
		session_refused(s, "%s", why);
	else
		rc = start_again(s, o->node.key, ca);
	ca_drop(ca);
	return rc;
}

int
pki_server_switch(struct session *s, const char *name, bool shutdown)
{
	const struct config *c = session_config(s);
	const struct pki_server *o = map_find(c->pki_servers, name);
	char why[256] = "";
	int rc;

	if (!o && session_options(s)->source != FROM_FILE) {
		session_refused_as(s, "Certificate server '%s' is not known\n", name);
		return -ENOENT;
	}
	if (!shutdown && session_options(s)->source != FROM_FILE)
		return start(s, o);
	rc = session_edit(s, set_shutdown, &(struct settle){ name, NULL, shutdown }, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	else if (session_options(s)->source != FROM_FILE)
		session_print(s, "Certificate server 'shut' event has been queued for processing.\n");
	return rc;
}
