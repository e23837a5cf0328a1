/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_next.c -- a CA that rolls over (RFC 8894 4.7): its next certificate is asked for and kept beside the
 * present one, ours is enrolled under it, and both come into use when the present one ends. */
#include "modes/enroll_talk.h"
#include "datapath/event.h"
#include "modes/box.h"
#include "shell/log.h"
#include "shell/running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the next certificate of the CA ------------------------------------------------------------------------------ */

struct next_ca { const struct enroll_talk *k; const struct der *cert; };

static int
put_next(void *draft, void *arg, char *why, size_t size)
{
	const struct next_ca *n = arg;
	struct config *c = draft;
	const struct certificate *ca = certificate_of(c, n->k->name, CERT_CA);

	if (!ca || ca->size != n->k->ca.size || memcmp(ca->der, n->k->ca.bytes, ca->size) != 0) {
		snprintf(why, size, "the trustpoint was changed while the CA was asked: nothing was installed");
		return -ECANCELED;
	}
	return certificate_put(c, n->k->name, CERT_CA_NEXT, n->cert, why, size);
}

/* A CA, another than the present one, that outlives it. */
static int
judge_next(const struct enroll_talk *k, const struct der *next, char *why, size_t size)
{
	struct pki_cert_info *i = calloc(2, sizeof(*i));
	int rc = i ? -EBADMSG : -ENOMEM;

	if (i && (pki_cert_info(next, &i[0]) < 0 || pki_cert_info(&k->ca, &i[1]) < 0 || !i[0].ca))
		snprintf(why, size, "what the CA names as its next certificate is none of a CA");
	else if (i && !memcmp(i[0].print.sha256, i[1].print.sha256, sizeof(i[0].print.sha256)))
		snprintf(why, size, "what the CA names as its next certificate is the present one");
	else if (i && i[0].not_after <= i[1].not_after)
		snprintf(why, size, "what the CA names as its next certificate ends before the present one");
	else if (i)
		rc = 0;
	free(i);
	return rc;
}

static int
fetch_next(struct enroll_talk *k, char *why, size_t size)
{
	struct scep_order o = { .pki = k->box->pki, .ca = &k->ca };
	char *url = scep_get_url(k->url, "GetNextCACert", NULL);
	struct fetched answer;
	struct pki_bundle b;
	int rc = url ? enroll_fetch(k, &(struct fetch){ .url = url }, &answer, why, size) : -ENOMEM, ca;

	free(url);
	if (rc < 0)
		return rc;
	enroll_said(k, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: Client received GetNextCACert, %zu bytes", answer.body.size);
	if (answer.status != 200) {
		snprintf(why, size, "the server gives no next CA certificate (HTTP status %d)", answer.status);
		rc = -ENOTSUP;
	}
	if (rc == 0)
		rc = scep_next_ca(&o, answer.body.bytes, answer.body.size, &b, why, size);
	fetched_clear(&answer);
	if (rc < 0)
		return rc;
	ca = pki_bundle_ca(&b);
	rc = judge_next(k, &b.certs[ca < 0 ? 0 : ca], why, size);
	if (rc == 0)
		rc = running_edit(k->box->running, put_next, &(struct next_ca){ k, &b.certs[ca < 0 ? 0 : ca] }, why, size);
	pki_bundle_clear(&b);
	if (rc == 0)
		log_put(k->box->log, 6, "PKI-6-SHADOWCA", "Trustpoint %s: the CA's next certificate was received: it comes into "
		    "use when the present one ends", k->name);
	return rc;
}

int
enrollment_next_ca(struct box *b, const struct config *c, const char *name, const struct enroll_patience *patience,
    char *why, size_t size)
{
	bool unsaved = !b->unsaved || b->unsaved(b);
	struct enroll_talk k;
	int rc = enroll_talk_open(&k, b, c, name, FOR_CERTIFICATE, patience, why, size);

	if (rc == 0 && (k.way.by != BY_SCEP || !k.ca.size)) {
		snprintf(why, size, "only by SCEP a CA is asked for its next certificate");
		rc = -ENOTSUP;
	}
	if (rc == 0)
		rc = scep_open(&k, why, size);
	if (rc == 0 && !k.caps.next) {
		snprintf(why, size, "the CA does not offer its next certificate");
		rc = -ENOTSUP;
	}
	if (rc == 0)
		rc = fetch_next(&k, why, size);
	if (rc == 0)
		enroll_save(b, unsaved, k.label, k.label);
	enroll_said(&k, DEBUG_PKI_API, "CRYPTO_PKI: pki_get_next_ca of trustpoint %s: %s", name, rc < 0 ? why : "done");
	scep_close(&k);
	enroll_talk_close(&k);
	return rc;
}

/* ---- the change --------------------------------------------------------------------------------------------------- */

/* Whose pair it is: that of the trustpoint, or one that was made for it.  false: none is here. */
static bool
find_label(struct box *b, const struct trustpoint *t, const struct der *own, char label[130])
{
	struct pki_key_info *keys = NULL;
	size_t count;
	bool found;

	trustpoint_label(t, label, 130);
	if ((found = pki_key_matches(b->pki, label, own)))
		return true;
	count = pki_keys(b->pki, &keys);
	for (size_t i = 0; i < count; i++) {
		if (!found && (found = pki_key_matches(b->pki, keys[i].label, own)))
			snprintf(label, 130, "%.64s", keys[i].label);
		pki_key_info_clear(&keys[i]);
	}
	free(keys);
	return found;
}

struct change { struct box *box; const char *name; bool own; char old[130], label[130]; };

/* In one edit: the CA's, and ours under it where there is one. */
static int
put_change(void *draft, void *arg, char *why, size_t size)
{
	struct change *ch = arg;
	struct config *c = draft;
	struct trustpoint *t = map_own(&c->trustpoints, ch->name);
	const struct certificate *next = certificate_of(c, ch->name, CERT_CA_NEXT), *mine = certificate_of(c, ch->name, CERT_NEXT);
	struct der ca = { 0 }, own = { 0 };
	int rc = t && next ? 0 : -ENOENT;

	if (rc == 0 && (der_copy_of(next, &ca) < 0 || (mine && der_copy_of(mine, &own) < 0)))
		rc = -ENOMEM;
	if (rc == 0) {
		trustpoint_label(t, ch->old, sizeof(ch->old));
		ch->own = own.size && find_label(ch->box, t, &own, ch->label);
		rc = certificate_drop(c, ch->name, CERT_CA);
	}
	if (rc == 0)
		rc = certificate_put(c, ch->name, CERT_CA, &ca, why, size);
	if (rc == 0)                            /* the CA that has issued it is gone */
		rc = certificate_drop(c, ch->name, CERT_ENCRYPTION);
	if (rc == 0 && ch->own)
		rc = certificate_put(c, ch->name, CERT_OWN, &own, why, size);
	if (rc == 0 && ch->own)
		trustpoint_relabel(t, ch->label);
	if (rc == 0)
		rc = certificate_drop_next(c, ch->name);
	der_clear(&ca);
	der_clear(&own);
	return rc;
}

int
enrollment_change(struct box *b, const char *name, char *why, size_t size)
{
	struct change ch = { .box = b, .name = name };
	bool unsaved = !b->unsaved || b->unsaved(b);
	int rc = running_edit(b->running, put_change, &ch, why, size);

	if (rc < 0)
		return rc;
	log_put(b->log, 6, "PKI-6-SHADOWACTIVE", "Trustpoint %s: the CA's next certificate is in use%s", name,
	    ch.own ? ", and ours that it has issued" : ": there is none of ours under it yet");
	enroll_save(b, unsaved, ch.old, ch.own ? ch.label : ch.old);
	return 0;
}
