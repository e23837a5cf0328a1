/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/crypto_key_move.c -- key pairs from and to other machines: `crypto key export | import | move'. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/paste.h"
#include "pki/bundle.h"
#include "pki/export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The pair of that label and kind; false: there is none, and that was said. */
static bool
find_pair(struct session *s, const struct match *m, struct pki_key_info *info)
{
	const char *label = match_text(m, "label");
	enum pki_key_type type = match_text(m, "ec") ? PKI_EC : PKI_RSA;
	bool found = pki_key_find(BOX(s)->pki, label, info);

	if (found && info->type == type)
		return true;
	if (found)
		pki_key_info_clear(info);
	session_refused(s, "%s keypair %s not found.", type == PKI_EC ? "EC" : "RSA", label);
	return false;
}

static int
join_url(const char *url, const char *suffix, char *full, size_t size)
{
	const char *last = url + strlen(url) - 1;

	return snprintf(full, size, "%.255s%s", url, *last == ':' || *last == '/' ? "" : suffix);
}

/* ---- export ------------------------------------------------------------------------------------------------------- */

static int
write_pair(struct session *s, const char *url, const char *label, const char *public_pem, const char *pem)
{
	char full[300], name[80];
	int rc;

	snprintf(name, sizeof(name), "%.64s.pub", label);
	join_url(url, ".pub", full, sizeof(full));
	rc = paste_send(s, full, name, public_pem, strlen(public_pem));
	if (rc != 1)
		return rc;
	snprintf(name, sizeof(name), "%.64s.prv", label);
	join_url(url, ".prv", full, sizeof(full));
	rc = paste_send(s, full, name, pem, strlen(pem));
	return rc < 0 ? rc : 0;
}

int
crypto_key_export(struct session *s, const struct match *m)
{
	static const enum pki_cipher ciphers[] = { PKI_CIPHER_AES, PKI_CIPHER_AES, PKI_CIPHER_3DES,
		PKI_CIPHER_DES };
	struct pki_export x = { .label = match_text(m, "label"), .passphrase = match_text(m, "passphrase"),
		.cipher = ciphers[match_number(m, "cipher", 0) & 3] };
	const char *url = match_text(m, "url");
	char why[256] = "", *public_pem = NULL, *pem = NULL;
	struct pki_key_info info;
	int rc = 0;

	if (!find_pair(s, m, &info))
		return -ENOENT;
	rc = pki_key_pem(BOX(s)->pki, &x, &pem, why, sizeof(why));
	if (rc == 0)
		rc = pki_key_public_pem(BOX(s)->pki, x.label, &public_pem, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", why);
	else {
		session_print(s, "%% Key name: %s\n   Usage: %s Key\n", x.label,
		    info.usage == PKI_USAGE_SIGNATURE ? "Signature" : "General Purpose");
		if (url)
			rc = write_pair(s, url, x.label, public_pem, pem);
		else
			session_print(s, "   Key data:\n%s%s\n", public_pem, pem);
	}
	free(public_pem);
	free(pem);
	pki_key_info_clear(&info);
	return rc;
}

/* ---- import ------------------------------------------------------------------------------------------------------- */

static int
get_texts(struct session *s, const char *url, const char *label, struct paste *public_pem, struct paste *pem)
{
	char full[300], name[80];
	int rc;

	if (url) {
		snprintf(name, sizeof(name), "%.64s.pub", label);
		join_url(url, ".pub", full, sizeof(full));
		session_print(s, "%% Importing public key or certificate PEM file...\n");
		if ((rc = paste_fetch(s, full, name, public_pem)) < 0)
			return rc;
		snprintf(name, sizeof(name), "%.64s.prv", label);
		join_url(url, ".prv", full, sizeof(full));
		session_print(s, "%% Importing private key PEM file...\n");
		return paste_fetch(s, full, name, pem);
	}
	session_print(s, "%% Enter PEM-formatted public General Purpose key or certificate.\n"
	    "%% End with a blank line or \"quit\" on a line by itself.\n");
	if ((rc = paste_read(s, PASTE_BLANK, public_pem)) < 0)
		return rc;
	session_print(s, "%% Enter PEM-formatted encrypted private General Purpose key.\n"
	    "%% End with \"quit\" on a line by itself.\n");
	return paste_read(s, PASTE_SECRET, pem);
}

/* The public key, or the certificate in its place, has to be the one of the private key. */
static int
check_public(const struct pki_bundle *b, const struct paste *text, char *why, size_t size)
{
	struct pki_bundle other;
	char ignored[160];
	bool wrong = false;

	if (pki_bundle_read(&other, text->text ? text->text : "", text->size, PKI_KEYS_TOO, NULL, ignored,
		sizeof(ignored)) == 0)
		wrong = other.count ? !pki_bundle_fits(b, &other.certs[0])
		    : other.public_key.size && !pki_bundle_fits_public(b, &other.public_key);
	pki_bundle_clear(&other);
	if (wrong)
		snprintf(why, size, "the public key is not the one of the private key");
	return wrong ? -EINVAL : 0;
}

static int
import_pair(struct session *s, const struct match *m, const struct paste *public_pem, const struct paste *pem,
    char *why, size_t size)
{
	bool exportable = match_text(m, "exportable") || match_text(m, "exportable2");
	struct pki_bundle b;
	int rc = pki_bundle_read(&b, pem->text ? pem->text : "", pem->size, PKI_KEYS_TOO,
	    match_text(m, "passphrase"), why, size);

	if (rc < 0)
		return rc;
	if (b.key && pki_bundle_is_ec(&b) != (match_text(m, "ec") != NULL)) {
		snprintf(why, size, "it is an %s key", match_text(m, "ec") ? "RSA" : "EC");
		rc = -EINVAL;
	}
	if (rc == 0)
		rc = check_public(&b, public_pem, why, size);
	if (rc == 0)
		rc = pki_key_import(BOX(s)->pki, match_text(m, "label"), &b, exportable, why, size);
	pki_bundle_clear(&b);
	return rc;
}

int
crypto_key_import(struct session *s, const struct match *m)
{
	struct paste public_pem = { 0 }, pem = { 0 };
	char why[256] = "";
	int rc = crypto_may_replace(s, match_text(m, "label"), match_text(m, "ec") ? "EC" : "RSA", false);

	if (rc != 1)
		return rc;
	rc = get_texts(s, match_text(m, "url"), match_text(m, "label"), &public_pem, &pem);
	if (rc == 0)
		rc = import_pair(s, m, &public_pem, &pem, why, sizeof(why));
	paste_clear(&public_pem);
	paste_clear(&pem);
	if (rc < 0) {
		session_refused(s, "Key pair import failed.");
		if (*why)
			session_print(s, "%% %s\n", why);
		return rc;
	}
	if (BOX(s)->keys_changed)
		BOX(s)->keys_changed(BOX(s));
	session_print(s, "%% Key pair import succeeded.\n\n");
	return 0;
}

/* ---- the rest ----------------------------------------------------------------------------------------------------- */

int
crypto_key_move(struct session *s, const struct match *m)
{
	struct pki_key_info info;
	char why[160] = "";
	int rc;

	if (!find_pair(s, m, &info))
		return -ENOENT;
	pki_key_info_clear(&info);
	rc = pki_key_lock_in(BOX(s)->pki, match_text(m, "label"), why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", why);
	return rc;
}

int
crypto_key_peers(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "%% There are no public keys of peers in this box.\n");
	return 0;
}
