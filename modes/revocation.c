/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/revocation.c -- CRLs as one looks at them: `show crypto pki crls', `crypto pki crl request', and the
 * counters of verification. */
#include "datapath/sip/identity.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/enrollment.h"
#include "modes/exec.h"
#include "modes/explain.h"
#include "modes/paste.h"
#include "modes/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
print_crl(struct session *s, const struct pki_crl_info *c)
{
	char when[WHEN];

	session_print(s, "CRL Issuer Name:\n    ");
	for (int i = 0; i < c->issuers; i++)
		session_print(s, "%s%s", i ? "," : "", c->issuer[i]);
	session_print(s, "\n    LastUpdate: %s\n", when_pki(c->last, when));
	if (c->next)
		session_print(s, "    NextUpdate: %s\n", when_pki(c->next, when));
	if (*c->name) {
		session_print(s, "\n    Imported for trustpoint: %s%s\n", c->name,
		    c->next && c->next < time(NULL) ? " (it has ended, and is not used)" : "");
	} else {
		session_print(s, "\n    CRL downloaded at: %s\n", when_pki(c->fetched, when));
		session_print(s, "\n    Retrieved from CRL Distribution Point:\n      %s\n", c->url);
	}
	session_print(s, "\n CRL DER is %zu bytes\n CRL lists %zu revoked certificates\n CRL is stored in %s\n\n", c->bytes,
	    c->entries, *c->name ? "NVRAM" : "parsed CRL cache");
}

int
show_pki_crls(struct session *s, const struct match *m)
{
	struct pki_crl_info *list;
	size_t n = pki_crls(BOX(s)->pki, &list), bytes = 0;

	(void)m;
	for (size_t i = 0; i < n; i++) {
		print_crl(s, &list[i]);
		bytes += *list[i].name ? 0 : list[i].bytes;
	}
	free(list);
	session_print(s, "\nParsed CRL cache current size is %zu bytes\nParsed CRL cache maximum size is %zu bytes\n", bytes,
	    pki_crls_room());
	return 0;
}

int
clear_pki_crls(struct session *s, const struct match *m)
{
	(void)m;
	pki_crls_forget(BOX(s)->pki);
	return 0;
}

/* The CRL of the CA that has issued the trustpoint's own certificate, at the address that this names. */
int
pki_request_crl(struct session *s, const struct match *m)
{
	const char *name = match_text(m, "trustpoint");
	const struct config *c = session_config(s);
	struct der own = tls_own(c, name), issuer;
	char why[400] = "";
	int rc;

	if (!map_find(c->trustpoints, name)) {
		session_refused(s, "Trustpoint %s does not exist", name);
		return -ENOENT;
	}
	if (!own.bytes || !tls_issuer(c, own, true, &issuer)) {
		session_refused(s, "Trustpoint %s has no certificate of ours with its CA, so no address of a CRL is known",
		    name);
		return -ENOENT;
	}
	session_flush(s);
	if ((rc = pki_crl_request(BOX(s)->pki, &own, &issuer, why, sizeof(why))) < 0)
		session_refused(s, "The CRL could not be fetched: %s", why);
	return rc;
}

/* ---- import ------------------------------------------------------------------------------------------------------ */

static int
get_crl(struct session *s, const struct match *m, const char *name, struct paste *p)
{
	const char *url = match_text(m, "url");
	char file[80];

	snprintf(file, sizeof(file), "%.64s.crl", name);
	if (url)
		return paste_fetch(s, url, file, p);
	session_print(s, "\nEnter the CRL in PEM, or base 64 encoded.\n"
	    "End with a blank line or the word \"quit\" on a line by itself\n\n");
	return paste_read(s, PASTE_BLANK, p);
}

static int
remove_crl(struct session *s, const char *name)
{
	int rc = pki_crl_drop(BOX(s)->pki, name);

	if (rc == -ENOENT)
		session_refused(s, "No CRL was imported for %s", name);
	else if (rc < 0)
		session_refused(s, "The file of the CRL cannot be removed: %s", strerror(-rc));
	return rc;
}

/* For a peer whose CA publishes where this box cannot fetch. */
int
pki_import_crl(struct session *s, const struct match *m)
{
	const struct certificate *ca;
	struct pki_crl_info info;
	char name[65], why[256] = "", when[WHEN];
	struct paste p = { 0 };
	int rc;

	snprintf(name, sizeof(name), "%s", match_text(m, "trustpoint"));
	if (match_text(m, "remove"))
		return remove_crl(s, name);
	ca = certificate_of(session_config(s), name, CERT_CA);
	if (!ca) {
		session_refused(s, "Trustpoint %s has no CA certificate: authenticate it first, for the CRL is checked "
		    "against it", name);
		return -ENOENT;
	}
	if ((rc = get_crl(s, m, name, &p)) == 0) {
		ca = certificate_of(session_config(s), name, CERT_CA);
		rc = !ca ? -ENOENT : pki_crl_import(BOX(s)->pki, name, p.text ? p.text : "", p.size,
		    &(struct der){ (uint8_t *)ca->der, ca->size }, &info, why, sizeof(why));
		if (rc < 0)
			session_refused(s, "The CRL is not imported: %s", ca ? why : "the trustpoint is gone");
		else
			session_print(s, "%% The CRL is imported: %zu certificates are revoked; it is used until %s\n",
			    info.entries, info.next ? when_pki(info.next, when) : "another one is");
	}
	paste_clear(&p);
	return rc;
}

/* Nothing is authorized by aaa, and nobody is turned away because a CRL is being fetched: he waits. */
int
show_pki_counters(struct session *s, const struct match *m)
{
	struct pki_counters c = pki_counters(BOX(s)->pki);
	unsigned long long ended = c.validations + c.refusals, active = c.started > ended ? c.started - ended : 0;

	(void)m;
	session_print(s, "PKI Sessions Started: %llu\nPKI Sessions Ended: %llu\nPKI Sessions Active: %llu\n"
	    "Successful Validations: %llu\nFailed Validations: %llu\nBypassed Validations: %llu\n"
	    "Pending Validations: %llu\nCRLs checked: %llu\nCRL - fetch attempts: %llu\n"
	    "CRL - failed attempts: %llu\nCRL - rejected busy fetching: 0\nAAA authorizations: 0\n",
	    (unsigned long long)c.started, ended, active, (unsigned long long)c.validations,
	    (unsigned long long)c.refusals, (unsigned long long)c.bypassed,
	    (unsigned long long)c.waiting, (unsigned long long)c.crls_checked,
	    (unsigned long long)c.fetches, (unsigned long long)c.failures);
	return 0;
}

static void
print_session(FILE *out, const char *kind, int64_t since_s, const char *of, const char *url)
{
	long long age = (long long)(time(NULL) - since_s);

	age = age < 0 ? 0 : age;
	fprintf(out, "%-11s %02lld:%02lld:%02lld  %-32s  %s\n", kind, age / 3600, age / 60 % 60, age % 60, of, url);
}

int
show_pki_sessions(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	struct pki_session *asked = calloc(PKI_SESSIONS, sizeof(*asked));
	size_t n = asked ? pki_sessions(BOX(s)->pki, asked, PKI_SESSIONS) : 0, enrolling = 0;
	int64_t since;

	(void)m;
	if (!asked)
		return -ENOMEM;
	fprintf(session_out(s), "%-11s %-8s  %-32s  %s\n", "Asks for", "Since", "Of", "Server");
	for (size_t i = 0; i < n; i++)
		print_session(session_out(s), asked[i].ocsp ? "OCSP" : "CRL", asked[i].since, asked[i].subject,
		    asked[i].url);
	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key))
		if (enrollment_is_asking(BOX(s), t->node.key, &since)) {
			print_session(session_out(s), "enrollment", since, t->node.key, t->enrollment_url.url);
			enrolling++;
		}
	free(asked);
	session_print(s, "Active sessions: %zu\n", n + enrolling);
	return 0;
}
