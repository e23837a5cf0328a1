/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_validate.c -- `crypto pki cert validate': what a peer will look at, looked at before the first
 * call.  Every finding is one sentence. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/show.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { ABOVE_MAX = 8 };

struct findings { struct session *s; struct pki_cert_info *i; int count; bool quiet; };

static void __attribute__((format(printf, 2, 3)))
find(struct findings *f, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	session_print(f->s, "%% %s\n", text);
	f->count++;
}

static const char *
subject(const struct pki_cert_info *i)
{
	return i->subjects ? i->subject[0] : "(no name)";
}

static const char *
issuer(const struct pki_cert_info *i)
{
	return i->issuers ? i->issuer[0] : "(no name)";
}

static void
look_at_dates(struct findings *f)
{
	time_t now = time(NULL);
	char when[WHEN];

	if (f->i->not_before > now)
		find(f, "%s is not valid before %s: is the clock right?", subject(f->i),
		    when_pki(f->i->not_before, when));
	if (f->i->not_after < now)
		find(f, "%s has expired on %s", subject(f->i), when_pki(f->i->not_after, when));
}

static void
look_at_uses(struct findings *f)
{
	bool server = !f->i->has_eku, client = !f->i->has_eku;

	for (int k = 0; k < f->i->ekus; k++) {
		server |= !strcmp(f->i->eku[k], "Server Auth");
		client |= !strcmp(f->i->eku[k], "Client Auth");
	}
	if (!server)
		find(f, "%s is not for TLS servers: peers that call us will refuse it", subject(f->i));
	if (!client)
		find(f, "%s is not for TLS clients: peers that we call will refuse it", subject(f->i));
}

static void
look_at_own(struct findings *f, const char *name, const struct der *own)
{
	const struct trustpoint *t = map_find(((const struct config *)session_config(f->s))->trustpoints, name);
	struct pki_key_info key = { 0 };
	char label[130] = "";

	if (t)
		trustpoint_label(t, label, sizeof(label));
	if (!t || !pki_key_matches(BOX(f->s)->pki, label, own))
		find(f, "key pair %s is missing or is not the one of our certificate", label);
	if (t && pki_key_find(BOX(f->s)->pki, label, &key) && key.locked)
		find(f, "key pair %s is locked: 'crypto key unlock' makes it usable", label);
	pki_key_info_clear(&key);
	look_at_dates(f);
	look_at_uses(f);
}

/* Upwards; what is missing is named, and where it can be had.  Without `chain-validation continue' the CA of
 * a trustpoint is the end, as peers may hold the root. */
static size_t
look_above(struct findings *f, struct der last, bool own, bool to_root)
{
	struct der above[ABOVE_MAX];
	size_t n = certificates_above(session_config(f->s), last, above, ABOVE_MAX);

	for (size_t i = 0; i < n; i++)
		if (pki_cert_info(&above[i], f->i) == 0) {
			look_at_dates(f);
			if (!f->i->ca)
				find(f, "%s is not a CA certificate", subject(f->i));
		}
	if (n)
		last = above[n - 1];
	if (pki_cert_issued_by(&last, &last) || pki_cert_info(&last, f->i) < 0)
		return n;
	if ((n || !own) && !to_root && f->quiet)
		return n;
	if ((n || !own) && !to_root)
		session_print(f->s, "%% Peers have to know %s: it is in no trustpoint here\n", issuer(f->i));
	else
		find(f, "the CA certificate %s is in no trustpoint%s%s", issuer(f->i),
		    f->i->ca_issuerss ? ": it is at " : "", f->i->ca_issuerss ? f->i->ca_issuers[0] : "");
	return n;
}

/* All of it; how many certificates the chain has, 0: the trustpoint has none. */
static size_t
look(struct findings *f, const struct trustpoint *t)
{
	const struct config *c = session_config(f->s);
	const char *name = t->node.key;
	const struct certificate *own = certificate_own(c, name), *ca = certificate_of(c, name, CERT_CA);
	struct der der;

	if (!own && !ca)
		return 0;
	der = certificate_der(own ? own : ca);
	if (own && pki_cert_info(&der, f->i) == 0)
		look_at_own(f, name, &der);
	else if (!own && pki_cert_info(&der, f->i) == 0)
		look_at_dates(f);
	return 1 + look_above(f, der, own != NULL, t->chain_validation.kind == CHAIN_CONTINUE);
}

int
crypto_validate(struct session *s, const struct match *m)
{
	const char *name = match_text(m, "name");
	const struct trustpoint *t = map_find(((const struct config *)session_config(s))->trustpoints, name);
	struct findings f = { .s = s, .i = calloc(1, sizeof(*f.i)) };
	size_t n = 0;
	int rc = 0;

	if (!f.i)
		return -ENOMEM;
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
	free(f.i);
	return rc;
}

void
crypto_remark(struct session *s, const char *name)
{
	const struct config *c = session_refresh(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	struct findings f = { .s = s, .i = calloc(1, sizeof(*f.i)), .quiet = true };

	if (f.i && t)
		look(&f, t);
	free(f.i);
}
