/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_validate.c -- `crypto pki cert validate' in IOS's words, judged as a handshake would be (judge_own); what it
 * finds is said after an import too.  Every finding is one sentence. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/explain.h"
#include "modes/show.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ABOVE_MAX = 8 };

struct findings { struct session *s; int count; bool quiet; };

static void __attribute__((format(printf, 2, 3)))
find(struct findings *f, const char *format, ...)
{
	char text[1100];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	session_print(f->s, "%% %s\n", text);
	f->count++;
}

static void
look_at_pair(struct findings *f, const struct trustpoint *t, const struct der *own)
{
	struct pki_key_info key = { 0 };
	char label[130];

	trustpoint_label(t, label, sizeof(label));
	if (!pki_key_matches(BOX(f->s)->pki, label, own))
		find(f, "key pair %s is missing or is not the one of our certificate", label);
	if (pki_key_find(BOX(f->s)->pki, label, &key) && key.locked)
		find(f, "key pair %s is locked: 'crypto key unlock' makes it usable", label);
	pki_key_info_clear(&key);
}

/* In both roles; what holds for both is said once. */
static void
look_at_roles(struct findings *f, const char *name)
{
	struct own_question q = { .trustpoint = name, .offline = f->quiet };
	struct pki_verdict v[2] = { { .good = true }, { .good = true } };
	char why[256];

	for (int server = 1; server >= 0; server--) {
		q.server = server;
		if (judge_own(f->s, &q, &v[server], why, sizeof(why)) < 0)
			find(f, "it cannot be judged: %s", why);
		else if (!v[server].good && (server || strcmp(v[0].why, v[1].why)))
			find(f, "%s", v[server].why);
	}
}

/* Where the chain ends before a root, which peers may hold.  Under `chain-validation continue' that is a fault, and has been
 * found already. */
static void
look_above(struct findings *f, struct der last)
{
	struct pki_cert_info *i = pki_cert_issued_by(&last, &last) ? NULL : calloc(1, sizeof(*i));

	if (i && pki_cert_info(&last, i) == 0) {
		const char *issuer = i->issuers ? i->issuer[0] : "(no name)";

		session_print(f->s, "%% Peers have to know %s: it is in no trustpoint here\n", issuer);
	}
	free(i);
}

/* All of it; how many certificates the chain has, 0: the trustpoint has none. */
static size_t
look(struct findings *f, const struct trustpoint *t)
{
	const struct config *c = session_config(f->s);
	const struct certificate *own = certificate_own(c, t->node.key), *ca = certificate_of(c, t->node.key, CERT_CA);
	struct der chain[1 + ABOVE_MAX];
	size_t n;

	if (!own && !ca)
		return 0;
	chain[0] = certificate_der(own ? own : ca);
	n = 1 + certificates_above(c, chain[0], &chain[1], ABOVE_MAX);
	if (own)
		look_at_pair(f, t, &chain[0]);
	look_at_roles(f, t->node.key);
	if ((n > 1 || !own) && !f->quiet && t->chain_validation.kind != CHAIN_CONTINUE)
		look_above(f, chain[n - 1]);
	return n;
}

int
crypto_validate(struct session *s, const struct match *m)
{
	const char *name = match_text(m, "name");
	const struct trustpoint *t = map_find(((const struct config *)session_config(s))->trustpoints, name);
	struct findings f = { .s = s };
	size_t n = 0;
	int rc = 0;

	if (!t) {
		session_refused(s, "Certificate Authority (trustpoint) %s is unknown", name);
		rc = -ENOENT;
	} else if (!(n = look(&f, t))) {
		session_refused(s, "Trustpoint %s has no certificates", name);
		rc = -EINVAL;
	}
	if (n) {
		session_print(s, "Chain has %zu certificate%s\n", n, n == 1 ? "" : "s");
		session_print(s, "Certificate chain for %s is %s\n", name, f.count ? "not valid" : "valid");
	}
	return rc;
}

void
crypto_remark(struct session *s, const char *name)
{
	const struct config *c = session_refresh(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	struct findings f = { .s = s, .quiet = true };

	if (t)
		look(&f, t);
}
