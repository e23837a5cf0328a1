/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/crypto_key.c -- `crypto key generate | zeroize': key pairs by dialog.  The words are IOS's,
 * which programs wait for. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "pki/pki.h"
#include "shell/door.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

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

static const char *const usage_words[PKI_USAGES] = { "General Purpose", "Signature", "Encryption" };

static int
ask_modulus(struct session *s, enum pki_key_usage usage, long *bits)
{
	char answer[32], *end;

	session_print(s, "Choose the size of the key modulus in the range of 512 to 4096 for your\n"
	    "  %s Keys. Choosing a key modulus greater than 512 may take\n"
	    "  a few minutes.\n\n", usage_words[usage]);
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

/* 1: go on. */
int
crypto_may_replace(struct session *s, const char *label, const char *kind, bool told)
{
	struct pki_key_info old;

	if (!pki_key_find(BOX(s)->pki, label, &old))
		return 1;
	pki_key_info_clear(&old);
	session_print(s, "%% You already have %s keys defined named %s.\n", kind, label);
	if (told) {
		session_print(s, "%% They will be replaced.\n\n");
		return 1;
	}
	return session_yes(s, "% Do you really want to replace them? [yes/no]: ", 0);
}

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

static int
generate(struct session *s, const struct pki_key_wish *w)
{
	char why[160] = "";
	time_t began = time(NULL);
	int rc;

	if (w->type == PKI_RSA)
		session_print(s, "%% Generating %d bit RSA keys, keys will be %s...\n", w->bits,
		    w->exportable ? "exportable" : "non-exportable");
	session_flush(s);
	rc = pki_key_make(BOX(s)->pki, w, stop, s, why, sizeof(why));
	if (rc < 0) {
		session_refused(s, "%s", why);
		return rc;
	}
	if (BOX(s)->keys_changed)
		BOX(s)->keys_changed(BOX(s));
	if (w->type == PKI_RSA)
		session_print(s, "[OK] (elapsed time was %ld seconds)\n", (long)(time(NULL) - began));
	session_print(s, "\n");
	return 0;
}

/* A pair of general keys, of one use, or (`usage-keys') one of each, the second under a label that nobody
 * can type. */
static int
generate_rsa(struct session *s, struct pki_key_wish *w, enum pki_key_usage first, enum pki_key_usage last,
    long bits)
{
	char label[130];
	int rc = 0;

	for (int u = first; u <= (int)last && rc == 0; u++) {
		long asked = bits;

		if (!bits && (rc = ask_modulus(s, (enum pki_key_usage)u, &asked)) < 0)
			return rc;
		snprintf(label, sizeof(label), "%.64s%s", w->label,
		    u > (int)first ? PKI_ENCRYPTION_SUFFIX : "");
		rc = generate(s, &(struct pki_key_wish){ label, PKI_RSA, (int)asked, w->exportable,
		    (enum pki_key_usage)u });
	}
	return rc;
}

static void
forget_pair(struct session *s, const char *label)
{
	char other[130], ignored[160];

	snprintf(other, sizeof(other), "%.64s%s", label, PKI_ENCRYPTION_SUFFIX);
	pki_key_zeroize(BOX(s)->pki, other, ignored, sizeof(ignored));
}

int
crypto_key_rsa(struct session *s, const struct match *m)
{
	const char *typed = match_text(m, "label"), *device = match_text(m, "storage");
	long bits = match_number(m, "modulus", 0), use = match_number(m, "use", 0);
	struct pki_key_wish w = { .exportable = match_text(m, "exportable") != NULL };
	char label[130];
	int rc;

	if (device && strncasecmp(device, "nvram", 5) && strcasecmp(device, "private-config")) {
		session_refused(s, "%s cannot hold key pairs: they are kept in nvram:", device);
		return -EINVAL;
	}
	if (typed)
		snprintf(label, sizeof(label), "%s", typed);
	else if (!default_label(s, label, sizeof(label)))
		return -EINVAL;
	if (use && strlen(label) + sizeof(PKI_ENCRYPTION_SUFFIX) > 65) {
		session_refused(s, "The label of usage keys has 52 characters at most.");
		return -EINVAL;
	}
	if ((rc = crypto_may_replace(s, label, "RSA", bits != 0)) != 1)
		return rc;
	session_print(s, "The name for the keys will be: %s\n", label);
	if (bits)
		session_print(s, "\n%% The key modulus size is %ld bits\n", bits);
	w.label = label;
	rc = generate_rsa(s, &w, use == 3 ? PKI_USAGE_ENCRYPTION : use ? PKI_USAGE_SIGNATURE : PKI_USAGE_GENERAL,
	    use == 2 ? PKI_USAGE_SIGNATURE : use ? PKI_USAGE_ENCRYPTION : PKI_USAGE_GENERAL, bits);
	if (rc == 0 && !use)
		forget_pair(s, label);
	return rc;
}

int
crypto_key_ec(struct session *s, const struct match *m)
{
	const char *typed = match_text(m, "label");
	long bits = match_number(m, "modulus", 256);
	char label[130];
	int rc;

	if (bits != 256 && bits != 384 && bits != 521) {
		session_refused(s, "The key size of an EC key is 256, 384 or 521.");
		return -EINVAL;
	}
	if (typed)
		snprintf(label, sizeof(label), "%s", typed);
	else if (!default_label(s, label, sizeof(label)))
		return -EINVAL;
	if ((rc = crypto_may_replace(s, label, "EC", false)) != 1)
		return rc;
	session_print(s, "The name for the keys will be: %s\n", label);
	return generate(s, &(struct pki_key_wish){ label, PKI_EC, (int)bits,
	    match_text(m, "exportable") != NULL, PKI_USAGE_GENERAL });
}

static int
forget_certificates(void *draft, void *arg, char *why, size_t size)
{
	(void)why;
	(void)size;
	return certificate_forget(draft, arg);
}

static int
zeroize(struct session *s, const char *label)
{
	char name[130], why[160] = "";
	int rc;

	snprintf(name, sizeof(name), "%s", label);
	rc = pki_key_zeroize(BOX(s)->pki, name, why, sizeof(why));
	if (rc == 0)
		rc = session_edit(s, forget_certificates, name, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	forget_pair(s, name);
	return rc;
}

/* The second of usage keys has gone with the first. */
static bool
is_there(struct session *s, const char *label)
{
	struct pki_key_info info;

	if (!pki_key_find(BOX(s)->pki, label, &info))
		return false;
	pki_key_info_clear(&info);
	return true;
}

static int
zeroize_all(struct session *s, enum pki_key_type type)
{
	struct pki_key_info *list;
	size_t n = pki_keys(BOX(s)->pki, &list);
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		if (list[i].type == type && rc == 0 && is_there(s, list[i].label))
			rc = zeroize(s, list[i].label);
		pki_key_info_clear(&list[i]);
	}
	free(list);
	return rc;
}

int
crypto_key_zeroize(struct session *s, const struct match *m)
{
	const char *label = match_text(m, "label");
	enum pki_key_type type = match_text(m, "rsa") ? PKI_RSA : PKI_EC;
	struct pki_key_info info;
	bool found = label && pki_key_find(BOX(s)->pki, label, &info);
	int rc;

	if (found)
		pki_key_info_clear(&info);
	if (label && (!found || info.type != type)) {
		session_refused(s, "No %s keys named %s in the configuration.",
		    type == PKI_RSA ? "RSA" : "EC", label);
		return -ENOENT;
	}
	if (label)
		session_print(s, "%% Keys to be removed are named '%s'.\n", label);
	else
		session_print(s, "%% All keys will be removed.\n");
	session_print(s, "%% All router certs issued using these keys will also be removed.\n");
	if (session_yes(s, "Do you really want to remove these keys? [yes/no]: ", 0) != 1)
		return 0;
	rc = label ? zeroize(s, label) : zeroize_all(s, type);
	if (BOX(s)->keys_changed)
		BOX(s)->keys_changed(BOX(s));
	return rc;
}
