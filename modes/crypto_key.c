/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/crypto_key.c -- `crypto key generate | zeroize': key pairs by dialog.  The words are IOS's,
 * which programs wait for. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "pki/pki.h"

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
