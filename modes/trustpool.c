/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/trustpool.c -- `crypto pki trustpool import | clean', `show crypto pki trustpool'. */
#include "modes/trustpool.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/exec.h"
#include "modes/kept.h"
#include "modes/paste.h"
#include "modes/show.h"
#include "pki/bundle.h"
#include "shell/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_FILE "trustpool.pem"

/* ---- the file ------------------------------------------------------------------------------------------------------ */

/* 0, and an empty bundle where there is no pool. */
static int
pool_read(struct box *b, struct pki_bundle *pool, char *why, size_t size)
{
	size_t n = 0;
	char *text = kept_read(b, POOL_FILE, PKI_BUNDLE_BYTES, &n);
	int rc;

	*pool = (struct pki_bundle){ 0 };
	rc = text ? pki_bundle_read(pool, text, n, PKI_CERTIFICATES, NULL, why, size) : 0;
	free(text);
	return rc;
}

void
trustpool_pem(struct box *b, FILE *out)
{
	struct pki_bundle pool;
	char why[256];

	if (pool_read(b, &pool, why, sizeof(why)) < 0)
		return;
	for (size_t i = 0; i < pool.count; i++)
		pki_cert_pem(&pool.certs[i], out);
	pki_bundle_clear(&pool);
}

void
trustpool_follow(struct box *b)
{
	struct pki_bundle pool = { 0 };
	char why[256] = "";
	int rc = pool_read(b, &pool, why, sizeof(why));

	if (rc == 0 && (rc = pki_pool_set(b->pki, pool.certs, pool.count)) < 0)
		snprintf(why, sizeof(why), "no memory");
	if (rc < 0)
		log_put(b->log, 3, "PKI-3-TRUSTPOOL", "The trustpool vouches for nobody: %s", why);
	pki_bundle_clear(&pool);
}

/* The pool becomes these two lists; NULL: none. */
static int
pool_write(struct box *b, const struct pki_bundle *old, const struct pki_bundle *more)
{
	const struct pki_bundle *const lists[2] = { old, more };
	char *text = NULL;
	size_t size;
	FILE *f;
	int rc;

	if (!old && !more) {
		rc = kept_remove(b, POOL_FILE);
	} else {
		f = open_memstream(&text, &size);
		for (int k = 0; f && k < 2; k++)
			for (size_t i = 0; lists[k] && i < lists[k]->count; i++)
				pki_cert_pem(&lists[k]->certs[i], f);
		rc = f && fclose(f) == 0 ? kept_write(b, POOL_FILE, text, size) : -ENOMEM;
		free(text);
	}
	trustpool_follow(b);
	return rc;
}

/* ---- commands ------------------------------------------------------------------------------------------------------ */

static int
get_bundle(struct session *s, const struct match *m, struct paste *p)
{
	const struct config *c = session_config(s);
	const char *url = match_text(m, "bundle") ? c->trustpool.cabundle : match_text(m, "url");

	if (url && !*url) {
		session_refused(s, "No bundle is configured: 'crypto pki trustpool policy', 'cabundle url URL'.");
		return -ENOENT;
	}
	if (url)
		return paste_fetch(s, url, "ca-bundle.pem", p);
	session_print(s, "%% Enter PEM-formatted CA certificate.\n%% End with \"quit\" on a line by itself.\n");
	return paste_read(s, PASTE_QUIT, p);
}

/* What is there already is not written twice, and what is no CA has no place there. */
static void
drop_known(struct pki_bundle *fresh, const struct pki_bundle *pool, struct pki_cert_info *info)
{
	size_t n = 0;

	for (size_t i = 0; i < fresh->count; i++) {
		bool known = pki_cert_info(&fresh->certs[i], info) < 0 || !info->ca;

		for (size_t k = 0; k < pool->count && !known; k++)
			known = fresh->certs[i].size == pool->certs[k].size &&
			    !memcmp(fresh->certs[i].bytes, pool->certs[k].bytes, pool->certs[k].size);
		if (known)
			der_clear(&fresh->certs[i]);
		else
			fresh->certs[n++] = fresh->certs[i];
	}
	fresh->count = n;
}

static int
take(struct session *s, const struct paste *p, bool clean, char *why, size_t size)
{
	struct pki_cert_info *info = calloc(1, sizeof(*info));
	struct pki_bundle fresh = { 0 }, pool = { 0 };
	int rc = !info ? -ENOMEM : pki_bundle_read(&fresh, p->text ? p->text : "", p->size, PKI_CERTIFICATES, NULL, why, size);

	if (rc == 0 && !clean)
		rc = pool_read(BOX(s), &pool, why, size);
	if (rc == 0) {
		drop_known(&fresh, &pool, info);
		rc = pool_write(BOX(s), &pool, &fresh);
		if (rc < 0)
			snprintf(why, size, "the pool cannot be kept in NVRAM: %s", strerror(-rc));
	}
	if (rc == 0)
		session_print(s, "%% PEM files import succeeded.\n%% CA certificates added: %zu, in the pool: %zu\n",
		    fresh.count, pool.count + fresh.count);
	free(info);
	pki_bundle_clear(&fresh);
	pki_bundle_clear(&pool);
	return rc;
}

int
trustpool_import(struct session *s, const struct match *m)
{
	bool clean = match_text(m, "clean") != NULL;
	struct paste p = { 0 };
	char why[256] = "";
	int rc;

	if (clean && !match_text(m, "url") && !match_text(m, "terminal"))
		return trustpool_clean(s, m);
	if ((rc = get_bundle(s, m, &p)) == 0)
		rc = take(s, &p, clean, why, sizeof(why));
	paste_clear(&p);
	if (rc < 0 && *why) {
		session_refused(s, "No certificates imported%s.", match_text(m, "terminal") ? " from terminal" : "");
		session_print(s, "%% %s\n", why);
	}
	return rc;
}

int
trustpool_clean(struct session *s, const struct match *m)
{
	int rc = pool_write(BOX(s), NULL, NULL);

	(void)m;
	if (rc < 0)
		session_refused(s, "The pool cannot be cleaned: %s", strerror(-rc));
	return rc;
}

/* ---- show ---------------------------------------------------------------------------------------------------------- */

static const char *
checked_by(const struct revocation_list *r)
{
	static const char *const names[REVOCATIONS] = { [REVOCATION_NONE] = "none", [REVOCATION_CRL] = "crl",
		[REVOCATION_OCSP] = "ocsp" };

	return r->set ? names[r->methods[0] % REVOCATIONS] : "crl";
}

static int
show_policy(struct session *s)
{
	const struct trustpool_policy *p = &((const struct config *)session_config(s))->trustpool;

	session_print(s, "Trustpool Policy\n\n  Chain validation will %s\n"
	    "  Trustpool CA certificates will expire when their certificates do\n"
	    "  They vouch for a peer where no trustpoint does, and client-vtp names none\n"
	    "  Certificate matching is %s\n  Revocation is checked by %s\n"
	    "  Policy Overrides: %s\n",
	    p->chain_validation.kind == CHAIN_CONTINUE ? "continue to the root"
	    : "stop at the first CA certificate in the pool",
	    map_count(p->matches) ? "enabled" : "disabled", checked_by(&p->revocation), *p->cabundle ? "" : "none");
	if (*p->cabundle)
		session_print(s, "    CA bundle: %s\n", p->cabundle);
	return 0;
}

int
show_trustpool(struct session *s, const struct match *m)
{
	struct shown_certificate *c = calloc(1, sizeof(*c));
	struct pki_bundle pool = { 0 };
	char why[256] = "";
	int rc = c ? 0 : -ENOMEM;

	if (rc == 0 && match_text(m, "policy")) {
		free(c);
		return show_policy(s);
	}
	if (rc == 0 && (rc = pool_read(BOX(s), &pool, why, sizeof(why))) < 0)
		session_refused(s, "The pool cannot be read: %s", why);
	for (size_t i = 0; rc == 0 && i < pool.count; i++) {
		*c = (struct shown_certificate){ .role = CERT_CA, .trustpoints = "Trustpool " };
		if (pki_cert_info(&pool.certs[i], &c->info) < 0)
			continue;
		session_print(s, "%s", i ? "\n" : "");
		print_certificate(c, match_text(m, "verbose") != NULL, session_out(s));
		session_print(s, "  Trustpool: Downloaded\n");
	}
	pki_bundle_clear(&pool);
	free(c);
	return rc;
}
