/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_export.c -- `crypto pki export': certificates for others, and with a passphrase the private
 * key, if it was made exportable. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/paste.h"
#include "pki/export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ABOVE_MAX = 8 };

/* What an export holds; NULL: it is not there. */
struct exported {
	const char *name;
	const struct certificate *ca, *own, *self;
	char label[130];
	char *key;                      /* PEM; NULL: without */
};

static const char *
passphrase_of(const struct match *m)
{
	const char *typed = match_text(m, "passphrase");

	return typed ? typed : match_text(m, "bare");
}

static int
find_exported(struct session *s, const char *name, struct exported *e)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);

	if (!t) {
		session_refused(s, "Certificate Authority (trustpoint) %s is unknown", name);
		return -ENOENT;
	}
	*e = (struct exported){ .name = name, .ca = certificate_of(c, name, CERT_CA),
		.own = certificate_of(c, name, CERT_OWN), .self = certificate_of(c, name, CERT_SELF_SIGNED) };
	trustpoint_label(t, e->label, sizeof(e->label));
	if (e->ca || e->own || e->self)
		return 0;
	session_refused(s, "CA certificate not configured or not valid.");
	return -ENOENT;
}

/* ---- PEM --------------------------------------------------------------------------------------------------------- */

static int
get_key(struct session *s, const struct match *m, struct exported *e)
{
	static const enum pki_cipher ciphers[] = { PKI_CIPHER_AES, PKI_CIPHER_AES, PKI_CIPHER_3DES,
		PKI_CIPHER_DES };
	long cipher = match_number(m, "cipher", 0);
	struct pki_export x = { .label = e->label, .passphrase = passphrase_of(m),
		.cipher = ciphers[cipher & 3] };
	char why[256] = "";
	int rc = 0;

	if (x.passphrase && (e->own || e->self))
		rc = pki_key_pem(BOX(s)->pki, &x, &e->key, why, sizeof(why));
	else if (cipher && !x.passphrase) {
		rc = -EINVAL;
		snprintf(why, sizeof(why), "The private key is exported with a passphrase only: password PASSPHRASE");
	}
	if (rc < 0)
		session_refused(s, "%s", why);
	return rc;
}

static char *
cert_text(const struct certificate *c)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	pki_cert_pem(&(struct der){ (uint8_t *)c->der, c->size }, out);
	return fclose(out) == 0 ? text : NULL;
}

/* A piece of it, to the terminal or into TP.ca, TP.prv, TP.crt.  1: go on. */
static int
put_text(struct session *s, const struct match *m, const char *title, const char *suffix, const char *text)
{
	const char *url = match_text(m, "url"), *last;
	char suggested[80], full[300];

	if (!text)
		return -ENOMEM;
	if (!url) {
		session_print(s, "%% %s:\n%s\n", title, text);
		return 1;
	}
	snprintf(suggested, sizeof(suggested), "%.64s%s", match_text(m, "name"), suffix);
	last = url + strlen(url) - 1;
	snprintf(full, sizeof(full), "%.255s%s", url, *last == ':' || *last == '/' ? "" : suffix);
	session_print(s, "%% Exporting %s...\n", title);
	return paste_send(s, full, suggested, text, strlen(text));
}

static int
put_cert(struct session *s, const struct match *m, const char *title, const char *suffix,
    const struct certificate *c)
{
	char *text;
	int rc;

	if (!c)
		return 1;
	text = cert_text(c);
	rc = put_text(s, m, title, suffix, text);
	free(text);
	return rc;
}

static int
put_key(struct session *s, const struct match *m, const struct exported *e)
{
	char title[200];

	if (!e->key)
		return 1;
	if (match_text(m, "url"))
		snprintf(title, sizeof(title), "private key");
	else
		snprintf(title, sizeof(title), "Key name: %.64s\n   Usage: General Purpose Key", e->label);
	if (match_text(m, "url"))
		return put_text(s, m, title, ".prv", e->key);
	session_print(s, "%% %s\n%s\n", title, e->key);
	return 1;
}

int
crypto_export(struct session *s, const struct match *m)
{
	struct exported e;
	int rc = find_exported(s, match_text(m, "name"), &e);

	if (rc < 0 || (rc = get_key(s, m, &e)) < 0)
		return rc;
	if (!e.own && !e.self)
		session_print(s, "%% The specified trustpoint is not enrolled (%s).\n"
		    "%% Only export the CA certificate in PEM format.\n", e.name);
	rc = put_cert(s, m, "Self-signed CA certificate", ".ca", e.self);
	if (rc == 1)
		rc = put_cert(s, m, "CA certificate", ".ca", e.ca);
	if (rc == 1)
		rc = put_key(s, m, &e);
	if (rc == 1)
		rc = put_cert(s, m, "General Purpose Certificate", ".crt", e.own ? e.own : e.self);
	free(e.key);
	return rc < 0 ? rc : 0;
}

/* ---- PKCS#12 ----------------------------------------------------------------------------------------------------- */

static int
print_pkcs12(struct session *s, const struct der *p12)
{
	session_print(s, "CRYPTO_PKI: Exported pkcs12 follows:\n\n");
	pki_base64(p12, session_out(s));
	session_print(s, "\n---End - This line not part of the pkcs12---\n\n");
	return 0;
}

static int
save_pkcs12(struct session *s, const char *url, const char *name, const struct der *p12)
{
	char suggested[80];
	int rc;

	snprintf(suggested, sizeof(suggested), "%.64s.p12", name);
	rc = paste_send(s, url, suggested, p12->bytes, p12->size);
	if (rc == 1)
		session_print(s, "CRYPTO_PKI: Exported PKCS12 file successfully.\n\n");
	return rc < 0 ? rc : 0;
}

int
crypto_export_pkcs12(struct session *s, const struct match *m)
{
	const char *url = match_text(m, "url");
	const struct certificate *mine;
	struct der own, above[ABOVE_MAX], p12 = { 0 };
	struct exported e;
	char why[256] = "";
	int rc = find_exported(s, match_text(m, "name"), &e);

	if (rc < 0)
		return rc;
	if (!(mine = e.own ? e.own : e.self)) {
		session_refused(s, "The specified trustpoint is not enrolled (%s).", e.name);
		return -ENOENT;
	}
	own = (struct der){ (uint8_t *)mine->der, mine->size };
	struct pki_export x = { .label = e.label, .passphrase = passphrase_of(m), .name = e.name, .own = &own,
		.chain = above, .chains = certificates_above(session_config(s), own, above, ABOVE_MAX) };
	rc = pki_pkcs12(BOX(s)->pki, &x, &p12, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", why);
	else
		rc = url ? save_pkcs12(s, url, e.name, &p12) : print_pkcs12(s, &p12);
	der_clear(&p12);
	return rc;
}
