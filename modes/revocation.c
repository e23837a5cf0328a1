/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/revocation.c -- CRLs as one looks at them: `show crypto pki crls', `crypto pki crl request', and the
 * counters of verification. */
#include "datapath/sip/identity.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/exec.h"
#include "modes/explain.h"
#include "modes/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
	session_print(s, "\n    CRL downloaded at: %s\n", when_pki(c->fetched, when));
	session_print(s, "\n    Retrieved from CRL Distribution Point:\n      %s\n", c->url);
	session_print(s, "\n CRL DER is %zu bytes, %zu certificates are revoked\n"
	    " CRL is stored in parsed CRL cache\n\n", c->bytes, c->entries);
}

int
show_pki_crls(struct session *s, const struct match *m)
{
	struct pki_crl_info *list;
	size_t n = pki_crls(BOX(s)->pki, &list), bytes = 0;

	(void)m;
	for (size_t i = 0; i < n; i++) {
		print_crl(s, &list[i]);
		bytes += list[i].bytes;
	}
	free(list);
	session_print(s, "\nParsed CRL cache current size is %zu bytes\n", bytes);
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

int
show_pki_counters(struct session *s, const struct match *m)
{
	struct pki_counters c = pki_counters(BOX(s)->pki);

	(void)m;
	session_print(s, "PKI Sessions Started: %llu\nPKI Sessions Ended: %llu\nPKI Sessions Active: 0\n"
	    "Successful Validations: %llu\nFailed Validations: %llu\nBypassed Validations: 0\n"
	    "Pending Validations: 0\nCRLs checked: %llu\nCRL - fetch attempts: %llu\n"
	    "CRL - failed attempts: %llu\nCRL - rejected busy fetching: 0\nAAA authorizations: 0\n",
	    (unsigned long long)(c.validations + c.refusals), (unsigned long long)(c.validations + c.refusals),
	    (unsigned long long)c.validations, (unsigned long long)c.refusals, (unsigned long long)c.crls_checked,
	    (unsigned long long)c.fetches, (unsigned long long)c.failures);
	return 0;
}
