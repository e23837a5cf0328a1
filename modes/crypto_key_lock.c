/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/crypto_key_lock.c -- `crypto key encrypt | decrypt', and `crypto key lock | unlock' of EXEC: key pairs
 * with a passphrase of their own. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/exec.h"
#include "pki/export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef int key_run_h(struct pki *, const char *label, const char *passphrase, char *why, size_t size);

static const char *
label_of(struct session *s, const struct match *m, char *buf, size_t size)
{
	const struct config *c = session_config(s);
	const char *typed = match_text(m, "label");

	if (typed)
		snprintf(buf, size, "%s", typed);
	else
		snprintf(buf, size, "%.64s.%.64s", c->hostname, c->domain);
	return buf;
}

/* The trustpoints of that key pair are put anew, so that new connections look at it again. */
static int
touch(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	char used[130];

	(void)why;
	(void)size;
	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key)) {
		char name[KEY_MAX];

		snprintf(name, sizeof(name), "%s", t->node.key);
		if (!strcmp(trustpoint_label(t, used, sizeof(used)), arg) && !(t = map_own(&c->trustpoints, name)))
			return -ENOMEM;
	}
	return 0;
}

static int
run(struct session *s, const struct match *m, key_run_h *run_it)
{
	char label[130], why[256] = "";
	int rc;

	label_of(s, m, label, sizeof(label));
	rc = run_it(BOX(s)->pki, label, match_text(m, "passphrase"), why, sizeof(why));
	if (rc == 0)
		rc = session_edit(s, touch, label, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	else if (BOX(s)->keys_changed)
		BOX(s)->keys_changed(BOX(s));
	return rc;
}

int
crypto_key_encrypt(struct session *s, const struct match *m)
{
	int rc = run(s, m, pki_key_guard);

	if (rc == 0)
		session_print(s, "%% After a restart 'crypto key unlock' makes the key usable again\n");
	return rc;
}

int
crypto_key_decrypt(struct session *s, const struct match *m)
{
	return run(s, m, pki_key_unguard);
}

int
exec_key_lock(struct session *s, const struct match *m)
{
	return run(s, m, pki_key_lock);
}

int
exec_key_unlock(struct session *s, const struct match *m)
{
	return run(s, m, pki_key_unlock);
}
