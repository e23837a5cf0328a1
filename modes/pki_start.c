/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_start.c -- `no shutdown' of a certificate authority: the first time a dialog that makes key, certificate and
 * database, later on no more than opening them; and `shutdown'. */
#include "modes/box.h"
#include "modes/config.h"
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
	rc = ca_make(cap, BOX(s)->pki, o->node.key, directory, &w, &rules, why, size);
	if (rc == 0 && o->archive.form && *passphrase) {
		session_print(s, "%% Exporting Certificate Server signing certificate and keys...\n\n");
		if (ca_archive(*cap, o->archive.form == 1, passphrase, why, size) < 0)
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
	char passphrase[128] = "", why[256] = "";
	struct ca *ca = NULL;
	int rc;

	session_print(s, "%%Some server settings cannot be changed after CA certificate generation.\n");
	rc = passphrase_of(s, o, passphrase, sizeof(passphrase));
	if (rc == 1)
		rc = need_key(s, o) < 0 ? -EIO : 1;
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
