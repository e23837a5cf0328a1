/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_remove.c -- trustpoints and chains of certificates come and go: `crypto pki trustpoint', `crypto
 * pki certificate chain' and the questions before their `no'. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/pki_server.h"
#include "modes/crypto.h"
#include "modes/enrollment.h"
#include "pki/pki.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct removal { const char *name; bool chain_only; };

static int
remove_trustpoint(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	const struct removal *r = arg;

	(void)why;
	(void)size;
	if (map_find(c->chains, r->name) && map_remove(&c->chains, r->name) == -ENOMEM)
		return -ENOMEM;
	if (!r->chain_only && map_find(c->trustpoints, r->name))
		return map_remove(&c->trustpoints, r->name);
	return 0;
}

/* What NVRAM keeps for it beside the configuration. */
static void
forget_all(struct box *b, const char *name)
{
	request_forget(b, name);
	pki_crl_drop(b->pki, name);
}

static int
remove_by_dialog(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	struct removal r = { .name = name };
	char why[160] = "";
	int rc;

	if (!map_find(c->trustpoints, r.name)) {
		session_refused(s, "Can't find policy %s", r.name);
		return -ENOENT;
	}
	if (pki_server_is_on(c, name)) {
		session_refused(s, "Trustpoint %s is that of the certificate server of this name, which works.", name);
		return -EBUSY;
	}
	if (map_find(c->chains, r.name)) {
		session_print(s, "%% Removing an enrolled trustpoint will destroy all certificates\n"
		    " received from the related Certificate Authority.\n\n");
		rc = session_yes(s, "Are you sure you want to do this? [yes/no]: ", 0);
		if (rc != 1)
			return rc;
		session_print(s, "%% Be sure to ask the CA administrator to revoke your certificates.\n"
		    "%% No enrollment sessions are currently active.\n\n");
	}
	rc = session_edit(s, remove_trustpoint, &r, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	if (rc < 0)
		return rc;
	pending_forget(BOX(s), session_config(s), r.name);
	forget_all(BOX(s), r.name);
	return 0;
}

/* `no crypto pki certificate chain NAME': the certificates go, the trustpoint stays. */
static int
remove_chain(struct session *s, const char *name)
{
	struct removal r = { .name = name, .chain_only = true };
	char why[160] = "";
	int rc;

	if (!map_find(((const struct config *)session_config(s))->chains, name))
		return 0;
	session_print(s, "This will remove all certificates for trustpoint %s\n", name);
	rc = session_yes(s, "Are you sure you want to do this? [yes/no]: ", 0);
	if (rc != 1)
		return rc;
	rc = session_edit(s, remove_trustpoint, &r, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	return rc;
}

static int
make_chain(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	struct cert_chain *chain;

	(void)why;
	(void)size;
	if (map_find(c->chains, arg))
		return 0;
	chain = mode_new(&mode_cert_chain, arg, 0);
	if (!chain || map_put(&c->chains, &chain->node) < 0) {
		mode_drop(chain);
		return -ENOMEM;
	}
	return 0;
}

int
crypto_chain(struct session *s, const struct match *m)
{
	char name[KEY_MAX], why[160] = "";

	line_key(m, name, sizeof(name));
	if (m->no || m->dflt)
		return remove_chain(s, name);
	return session_edit(s, make_chain, name, why, sizeof(why));
}

static int
make_trustpoint(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	const char *name = arg;
	struct trustpoint *t;

	(void)why;
	(void)size;
	if (map_find(c->trustpoints, name))
		return 0;
	t = mode_new(&mode_trustpoint, name, 0);
	if (!t || map_put(&c->trustpoints, &t->node) < 0) {
		mode_drop(t);
		return -ENOMEM;
	}
	return 0;
}

/* The row of `crypto pki trustpoint NAME': its `no' is a dialog, else it would be a plain one. */
int
crypto_trustpoint(struct session *s, const struct match *m)
{
	char name[KEY_MAX], why[160] = "";

	line_key(m, name, sizeof(name));
	if (m->no || m->dflt)
		return remove_by_dialog(s, name);
	return session_edit(s, make_trustpoint, name, why, sizeof(why));
}
