/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/config_key.c -- `key config-key password-encrypt' and `password encryption aes': the master key, and
 * whether the private keys in NVRAM are encrypted with it. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "pki/pki.h"
#include "shell/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { KEY_TEXT = 256 };

static bool
wants_aes(struct session *s)
{
	return ((const struct config *)session_config(s))->password_aes;
}

/* ---- the master key ----------------------------------------------------------------------------------------------- */

/* `Old key', where there is one; then the new one, twice.  0; -EINVAL, said; -EPIPE. */
static int
ask_keys(struct session *s, bool set, char old[KEY_TEXT], char fresh[KEY_TEXT])
{
	char again[KEY_TEXT] = "";
	int rc = set ? session_ask(s, "Old key: ", false, old, KEY_TEXT) : 0;

	if (rc == 0)
		rc = session_ask(s, "New key: ", false, fresh, KEY_TEXT);
	if (rc == 0 && strlen(fresh) < 8) {
		session_refused(s, "Password length should be at least 8 characters.");
		return -EINVAL;
	}
	if (rc == 0)
		rc = session_ask(s, "Confirm key: ", false, again, KEY_TEXT);
	if (rc == 0 && strcmp(fresh, again)) {
		session_refused(s, "The two keys are not the same: nothing was changed.");
		rc = -EINVAL;
	}
	explicit_bzero(again, sizeof(again));
	return rc;
}

static int
set_key(struct session *s, const char *typed)
{
	char old[KEY_TEXT] = "", fresh[KEY_TEXT] = "", why[256] = "";
	bool set = pki_master_is_set(BOX(s)->pki);
	int rc = 0;

	if (typed && set)
		rc = session_ask(s, "Old key: ", false, old, KEY_TEXT);
	else if (!typed)
		rc = ask_keys(s, set, old, fresh);
	if (typed)
		snprintf(fresh, sizeof(fresh), "%s", typed);
	if (rc == 0) {
		rc = pki_master_set(BOX(s)->pki, set ? old : NULL, fresh, wants_aes(s), why, sizeof(why));
		if (rc < 0)
			session_refused(s, "%s", why);
	}
	explicit_bzero(old, sizeof(old));
	explicit_bzero(fresh, sizeof(fresh));
	if (rc == 0)
		log_put(BOX(s)->log, 5, "PKI-5-MASTER_KEY", "The master key was set by %s",
		    *session_options(s)->user ? session_options(s)->user : "console");
	return rc;
}

static int
remove_key(struct session *s)
{
	char why[256] = "";
	int rc;

	if (!pki_master_is_set(BOX(s)->pki)) {
		session_refused(s, "No master key is set.");
		return 0;
	}
	session_print(s, "WARNING: The private keys in NVRAM will be stored without encryption.\n");
	rc = session_yes(s, "Continue with master key deletion ? [yes/no]: ", 0);
	if (rc != 1)
		return rc;
	rc = pki_master_remove(BOX(s)->pki, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", why);
	return rc;
}

/* In a file, where nobody can be asked, it is passed over: the box has its master key or has it not. */
int
key_config_key(struct session *s, const struct match *m)
{
	if (session_options(s)->source == FROM_FILE || !BOX(s)->pki)
		return 0;
	return m->no || m->dflt ? remove_key(s) : set_key(s, match_text(m, "key"));
}

/* ---- password encryption aes ---------------------------------------------------------------------------------------- */

static int
put_flag(void *draft, void *arg, char *why, size_t size)
{
	(void)why;
	(void)size;
	((struct config *)draft)->password_aes = *(const bool *)arg;
	return 0;
}

int
password_encryption(struct session *s, const struct match *m)
{
	struct pki *pki = BOX(s) ? BOX(s)->pki : NULL;
	bool on = !m->no && !m->dflt;
	char why[256] = "";
	int rc = pki ? pki_master_seal(pki, on, why, sizeof(why)) : 0;

	if (rc == 0)
		rc = session_edit(s, put_flag, &on, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	else if (on && pki && session_options(s)->source != FROM_FILE && !pki_master_is_set(pki))
		session_print(s, "%% There is no master key yet: 'key config-key password-encrypt' sets one\n");
	return rc;
}
