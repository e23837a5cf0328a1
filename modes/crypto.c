/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/crypto.c -- key pairs and certificates by dialog: `crypto key generate', `crypto pki
 * authenticate | enroll | import | export'.  The words are IOS's, which programs wait for. */
#include "modes/crypto.h"
#include "modes/box.h"
#include "modes/config.h"
#include "pki/pki.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* ---- what is stored ------------------------------------------------------------------------------------- */

const struct certificate *
certificate_of(const struct config *c, const char *name, enum cert_role role)
{
	const struct cert_chain *chain = map_find(c->chains, name);

	for (const struct certificate *i = chain ? map_first(chain->certificates) : NULL; i;
	     i = map_after(chain->certificates, i->node.key))
		if (i->role == role)
			return i;
	return NULL;
}

const struct certificate *
certificate_own(const struct config *c, const char *name)
{
	const struct certificate *own = certificate_of(c, name, CERT_OWN);

	return own ? own : certificate_of(c, name, CERT_SELF_SIGNED);
}

const char *
trustpoint_label(const struct trustpoint *t, char *buf, size_t size)
{
	snprintf(buf, size, "%.64s", *t->ec ? t->ec : t->rsa.set ? t->rsa.label : t->node.key);
	return buf;
}

struct store { const char *name; enum cert_role role; const struct der *der; };

static struct cert_chain *
own_chain(struct config *c, const char *name)
{
	struct cert_chain *chain = map_own(&c->chains, name);

	if (chain || map_find(c->chains, name))
		return chain;
	chain = mode_new(&mode_cert_chain, name, 0);
	if (chain && map_put(&c->chains, &chain->node) < 0) {
		mode_drop(chain);
		return NULL;
	}
	return map_own(&c->chains, name);
}

static void
remove_role(struct cert_chain *chain, enum cert_role role)
{
	const struct certificate *i = map_first(chain->certificates), *next;

	for (; i; i = next) {
		char key[KEY_MAX];

		next = map_after(chain->certificates, i->node.key);
		if (i->role != role)
			continue;
		snprintf(key, sizeof(key), "%s", i->node.key);
		map_remove(&chain->certificates, key);
		next = map_first(chain->certificates);
	}
}

int
certificate_put(void *draft, const char *name, enum cert_role role, const struct der *der, char *why,
    size_t size)
{
	struct pki_cert_info info;
	struct cert_chain *chain;
	struct certificate *c;
	char key[KEY_MAX];

	if (pki_cert_info(der, &info) < 0) {
		snprintf(why, size, "not a certificate");
		return -EINVAL;
	}
	snprintf(key, sizeof(key), "%s%.100s", certificate_words(role), info.serial);
	chain = own_chain(draft, name);
	c = chain ? mode_new(&mode_certificate, key, der->size) : NULL;
	if (!c)
		return -ENOMEM;
	c->role = (uint8_t)role;
	c->size = (uint32_t)der->size;
	memcpy(c->der, der->bytes, der->size);
	if (role != CERT_CA)
		remove_role(chain, role);
	if (map_put(&chain->certificates, &c->node) < 0) {
		mode_drop(c);
		return -ENOMEM;
	}
	return 0;
}

static int
store(void *draft, void *arg, char *why, size_t size)
{
	const struct store *st = arg;

	return certificate_put(draft, st->name, st->role, st->der, why, size);
}

int
certificate_store(struct session *s, const char *name, enum cert_role role, const struct der *der,
    char *why, size_t size)
{
	return session_edit(s, store, &(struct store){ name, role, der }, why, size);
}

/* ---- key pairs --------------------------------------------------------------------------------------------- */

static bool
default_label(struct session *s, char *label, size_t size)
{
	const struct config *c = session_config(s);

	if (!strcmp(c->hostname, "Router")) {
		session_refused(s, "Please define a hostname other than Router.");
		return false;
	}
	if (!*c->domain) {
		session_refused(s, "Please define a domain-name first.");
		return false;
	}
	return (size_t)snprintf(label, size, "%s.%s", c->hostname, c->domain) < size;
}

static int
ask_modulus(struct session *s, long *bits)
{
	char answer[32], *end;

	session_print(s, "Choose the size of the key modulus in the range of 512 to 4096 for your\n"
	    "  General Purpose Keys. Choosing a key modulus greater than 512 may take\n"
	    "  a few minutes.\n\n");
	for (;;) {
		int rc = session_ask(s, "How many bits in the modulus [2048]: ", true, answer,
		    sizeof(answer));

		if (rc < 0)
			return rc;
		*bits = *answer ? strtol(answer, &end, 10) : 2048;
		if (!*answer || (!*end && *bits >= 512 && *bits <= 4096))
			return 0;
		session_print(s, "%% A decimal number between 512 and 4096.\n");
	}
}

/* true: go on. */
static bool
may_replace(struct session *s, const char *label, const char *kind, bool told)
{
	struct pki_key_info old;

	if (!pki_key_find(BOX(s)->pki, label, &old))
		return true;
	pki_key_info_clear(&old);
	session_print(s, "%% You already have %s keys defined named %s.\n", kind, label);
	if (told) {
		session_print(s, "%% They will be replaced.\n\n");
		return true;
	}
	return session_yes(s, "% Do you really want to replace them? [yes/no]: ", 0) == 1;
}

static int
generate(struct session *s, const char *label, enum pki_key_type type, long bits, bool exportable)
{
	char why[160] = "";
	time_t began = time(NULL);
	int rc;

	if (type == PKI_RSA)
		session_print(s, "%% Generating %ld bit RSA keys, keys will be %s...\n", bits,
		    exportable ? "exportable" : "non-exportable");
	rc = pki_key_generate(BOX(s)->pki, label, type, (int)bits, exportable, NULL, NULL, why,
	    sizeof(why));
	if (rc < 0) {
		session_refused(s, "%s", why);
		return rc;
	}
	if (BOX(s)->keys_changed)
		BOX(s)->keys_changed(BOX(s));
	if (type == PKI_RSA)
		session_print(s, "[OK] (elapsed time was %ld seconds)\n", (long)(time(NULL) - began));
	session_print(s, "\n");
	return 0;
}

int
crypto_key_rsa(struct session *s, const struct match *m)
{
	const char *typed = match_text(m, "label");
	long bits = match_number(m, "modulus", 0);
	bool given = bits != 0;
	char label[130];
	int rc;

	if (typed)
		snprintf(label, sizeof(label), "%s", typed);
	else if (!default_label(s, label, sizeof(label)))
		return -EINVAL;
	if (!may_replace(s, label, "RSA", given))
		return 0;
	session_print(s, "The name for the keys will be: %s\n", label);
	if (given)
		session_print(s, "\n%% The key modulus size is %ld bits\n", bits);
	else if ((rc = ask_modulus(s, &bits)) < 0)
		return rc;
	return generate(s, label, PKI_RSA, bits, match_text(m, "exportable") != NULL);
}

int
crypto_key_ec(struct session *s, const struct match *m)
{
	const char *typed = match_text(m, "label");
	long bits = match_number(m, "modulus", 256);
	char label[130];

	if (bits != 256 && bits != 384 && bits != 521) {
		session_refused(s, "The key size of an EC key is 256, 384 or 521.");
		return -EINVAL;
	}
	if (typed)
		snprintf(label, sizeof(label), "%s", typed);
	else if (!default_label(s, label, sizeof(label)))
		return -EINVAL;
	if (!may_replace(s, label, "EC", false))
		return 0;
	session_print(s, "The name for the keys will be: %s\n", label);
	return generate(s, label, PKI_EC, bits, match_text(m, "exportable") != NULL);
}

static int
zeroize_all(struct session *s, enum pki_key_type type)
{
	struct pki_key_info *list;
	size_t n = pki_keys(BOX(s)->pki, &list);
	char why[160];

	for (size_t i = 0; i < n; i++) {
		if (list[i].type == type)
			pki_key_zeroize(BOX(s)->pki, list[i].label, why, sizeof(why));
		pki_key_info_clear(&list[i]);
	}
	free(list);
	return 0;
}

int
crypto_key_zeroize(struct session *s, const struct match *m)
{
	const char *label = match_text(m, "label");
	enum pki_key_type type = match_text(m, "rsa") ? PKI_RSA : PKI_EC;
	struct pki_key_info info;
	char why[160];
	int rc;

	if (label && !pki_key_find(BOX(s)->pki, label, &info)) {
		session_refused(s, "No %s keys named %s in the configuration.",
		    type == PKI_RSA ? "RSA" : "EC", label);
		return -ENOENT;
	}
	if (label)
		session_print(s, "%% Keys to be removed are named '%s'.\n", label);
	else
		session_print(s, "%% All keys will be removed.\n");
	session_print(s, "%% All router certs issued using these keys will also be removed.\n");
	if (label)
		pki_key_info_clear(&info);
	if (session_yes(s, "Do you really want to remove these keys? [yes/no]: ", 0) != 1)
		return 0;
	rc = label ? pki_key_zeroize(BOX(s)->pki, label, why, sizeof(why)) : zeroize_all(s, type);
	if (label && rc < 0)
		session_refused(s, "%s", why);
	if (BOX(s)->keys_changed)
		BOX(s)->keys_changed(BOX(s));
	return rc;
}

/* ---- pasting ------------------------------------------------------------------------------------------------- */

enum { PASTE_MOST = 256 * 1024 };

static bool
append(char **text, size_t *size, const char *line)
{
	size_t n = strlen(line);
	char *more = *size + n + 2 > PASTE_MOST ? NULL : realloc(*text, *size + n + 2);

	if (!more)
		return false;
	memcpy(more + *size, line, n);
	memcpy(more + *size + n, "\n", 2);
	*text = more;
	*size += n + 1;
	return true;
}

static bool
is_quit(const char *line)
{
	return !strcasecmp(line, "quit");
}

/* Lines up to an empty one or `quit'; an empty line in front of the text is passed over. */
static int
paste(struct session *s, char **text)
{
	char line[LINE_BYTES];
	size_t size = 0;
	int rc;

	*text = NULL;
	for (;;) {
		if ((rc = session_ask(s, "", true, line, sizeof(line))) < 0)
			break;
		while (*line && strchr(" \t\r", line[strlen(line) - 1]))
			line[strlen(line) - 1] = '\0';
		if (is_quit(line) || (!*line && size))
			return 0;
		if (*line && !append(text, &size, line)) {
			rc = -E2BIG;
			break;
		}
	}
	free(*text);
	*text = NULL;
	return rc;
}

static void
print_groups(struct session *s, const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		session_print(s, "%s%02X", i && i % 4 == 0 ? " " : "", p[i]);
	session_print(s, " \n");
}

static void
print_attributes(struct session *s, const struct pki_fingerprints *f)
{
	session_print(s, "Certificate has the following attributes:\n       Fingerprint MD5: ");
	print_groups(s, f->md5, sizeof(f->md5));
	session_print(s, "      Fingerprint SHA1: ");
	print_groups(s, f->sha1, sizeof(f->sha1));
	session_print(s, "    Fingerprint SHA256: ");
	print_groups(s, f->sha256, sizeof(f->sha256));
	session_print(s, "\n");
}

/* ---- authenticate ----------------------------------------------------------------------------------------------- */

static int
may_authenticate(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);

	if (!t) {
		session_refused(s, "Certificate Authority (trustpoint) %s is unknown", name);
		return -ENOENT;
	}
	if (t->enrollment != ENROLLMENT_TERMINAL && t->enrollment != ENROLLMENT_TERMINAL_PEM) {
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

static int
accept_ca(struct session *s, const char *name, const struct der *der)
{
	struct pki_cert_info i;
	char why[160] = "";
	int rc;

	if (pki_cert_info(der, &i) < 0) {
		session_refused(s, "Error in saving certificate: status = FAIL");
		return -EINVAL;
	}
	remark_subordinate(s, name, &i);
	print_attributes(s, &i.print);
	rc = session_yes(s, "% Do you accept this certificate? [yes/no]: ", 0);
	if (rc != 1) {
		session_print(s, "%% Certificate not accepted: nothing has changed\n");
		return rc;
	}
	rc = certificate_store(s, name, CERT_CA, der, why, sizeof(why));
	if (rc < 0) {
		session_refused(s, "Error in saving certificate: status = FAIL: %s", why);
		return rc;
	}
	session_print(s, "Trustpoint CA certificate accepted.\n"
	    "%% Certificate successfully imported\n\n");
	return 0;
}

int
crypto_authenticate(struct session *s, const struct match *m)
{
	char name[65], why[256], *text;
	struct der der = { 0 };
	int rc;

	snprintf(name, sizeof(name), "%s", match_text(m, "name"));
	if ((rc = may_authenticate(s, name)) < 0)
		return rc;
	session_print(s, "\nEnter the base 64 encoded CA certificate.\n"
	    "End with a blank line or the word \"quit\" on a line by itself\n\n");
	if ((rc = paste(s, &text)) < 0)
		return rc;
	rc = pki_cert_from_text(text ? text : "", &der, why, sizeof(why));
	free(text);
	session_print(s, "\n");
	if (rc < 0) {
		session_refused(s, "Error in saving certificate: status = FAIL");
		session_print(s, "%% %s\n\n", why);
		return rc;
	}
	rc = accept_ca(s, name, &der);
	der_clear(&der);
	return rc;
}

/* ---- import ------------------------------------------------------------------------------------------------------- */

static int
fits(struct session *s, const char *name, const struct der *der, char *why, size_t size)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	const struct certificate *ca = certificate_of(c, name, CERT_CA);
	struct der above;
	char label[130];

	trustpoint_label(t, label, sizeof(label));
	if (!pki_key_matches(BOX(s)->pki, label, der)) {
		snprintf(why, size, "the certificate is not for our key %.64s: it was made from another "
		    "request, or for another box", label);
		return -EINVAL;
	}
	above = (struct der){ (uint8_t *)ca->der, ca->size };
	if (pki_cert_issued_by(der, &above))
		return 0;
	snprintf(why, size, "the certificate was not issued by the CA of trustpoint %.64s", name);
	return -EINVAL;
}

int
crypto_import(struct session *s, const struct match *m)
{
	char name[65], why[256] = "", *text;
	struct der der = { 0 };
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
	if ((rc = paste(s, &text)) < 0)
		return rc;
	rc = pki_cert_from_text(text ? text : "", &der, why, sizeof(why));
	free(text);
	session_print(s, "\n");
	if (rc == 0)
		rc = fits(s, name, &der, why, sizeof(why));
	if (rc == 0)
		rc = certificate_store(s, name, CERT_OWN, &der, why, sizeof(why));
	der_clear(&der);
	if (rc < 0) {
		session_refused(s, "Failed to parse or verify imported certificate");
		session_print(s, "%% %s\n\n", why);
		return rc;
	}
	session_print(s, "%% Router Certificate successfully imported\n\n");
	return 0;
}

/* ---- export ------------------------------------------------------------------------------------------------------- */

static void
export_one(struct session *s, const char *label, const struct certificate *c)
{
	struct der d = { (uint8_t *)c->der, c->size };

	session_print(s, "%% %s:\n", label);
	pki_cert_pem(&d, session_out(s));
	session_print(s, "\n");
}

int
crypto_export(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *name = match_text(m, "name");
	const struct certificate *ca, *own, *self;

	if (!map_find(c->trustpoints, name)) {
		session_refused(s, "Certificate Authority (trustpoint) %s is unknown", name);
		return -ENOENT;
	}
	ca = certificate_of(c, name, CERT_CA);
	own = certificate_of(c, name, CERT_OWN);
	self = certificate_of(c, name, CERT_SELF_SIGNED);
	if (!ca && !own && !self) {
		session_refused(s, "CA certificate not configured or not valid.");
		return -ENOENT;
	}
	if (self)
		export_one(s, "Self-signed CA certificate", self);
	if (!own && !self)
		session_print(s, "%% The specified trustpoint is not enrolled (%s).\n"
		    "%% Only export the CA certificate in PEM format.\n", name);
	if (ca)
		export_one(s, "CA certificate", ca);
	if (own || self)
		export_one(s, "General Purpose Certificate", own ? own : self);
	return 0;
}
