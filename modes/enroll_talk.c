/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_talk.c -- one exchange with a CA: a message of SCEP by GET or POST, or a request of EST. */
#include "modes/enroll_talk.h"
#include "modes/box.h"
#include "datapath/datapath.h"
#include "modes/pki_serve.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
pki_request_forget(struct der *d)
{
	if (d->bytes)
		explicit_bzero(d->bytes, d->size);
	der_clear(d);
}

/* ---- what debug says ----------------------------------------------------------------------------------------- */

enum { DUMP_MOST = 4096, DUMP_LINE = 32 };

void
enroll_said(const struct enroll_talk *k, unsigned flag, const char *format, ...)
{
	char text[500];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	pki_debug(k->box, flag, "%s", text);
}

void
enroll_dump(const struct enroll_talk *k, const char *what, const void *bytes, size_t count)
{
	const uint8_t *p = bytes;
	size_t shown = count < DUMP_MOST ? count : DUMP_MOST;
	char line[2 * DUMP_LINE + DUMP_LINE / 4 + 1];

	if (!k->box->datapath || !(datapath_debugging(k->box->datapath) & DEBUG_PKI_MESSAGES))
		return;
	enroll_said(k, DEBUG_PKI_MESSAGES, "CRYPTO_PKI: msg %s of trustpoint %s, %zu bytes:", what, k->name, count);
	for (size_t at = 0; at < shown; at += DUMP_LINE) {
		size_t n = 0;

		for (size_t i = at; i < shown && i < at + DUMP_LINE; i++)
			n += (size_t)sprintf(line + n, i % 4 == 3 ? "%02X " : "%02X", p[i]);
		enroll_said(k, DEBUG_PKI_MESSAGES, "%s", line);
	}
	if (shown < count)
		enroll_said(k, DEBUG_PKI_MESSAGES, "... %zu bytes more", count - shown);
}

/* ---- SCEP ---------------------------------------------------------------------------------------------------- */

static int
get_caps(struct enroll_talk *k, char *why, size_t size)
{
	char *url = scep_get_url(k->url, "GetCACaps", NULL);
	struct fetched answer;
	int rc = url ? enroll_fetch(k, &(struct fetch){ .url = url, .most = 4096 }, &answer, why, size) : -ENOMEM;

	free(url);
	if (rc < 0)
		return rc;
	if (answer.status == 200 && answer.body.size)
		scep_caps_read(&k->caps, (const char *)answer.body.bytes, answer.body.size);
	enroll_said(k, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: Client received GetCACaps:%s%s%s%s%s%s%s", k->caps.post ? " POST" : "",
	    k->caps.aes ? " AES" : "", k->caps.sha256 ? " SHA-256" : "", k->caps.sha1 ? " SHA-1" : "",
	    k->caps.des3 ? " DES3" : "", k->caps.renewal ? " Renewal" : "", k->caps.next ? " GetNextCACert" : "");
	fetched_clear(&answer);
	return 0;
}

int
scep_open(struct enroll_talk *k, char *why, size_t size)
{
	const struct der **found;
	int rc = get_caps(k, why, size);

	if (rc == 0)
		rc = enroll_get_ca(k, &k->certs, why, size);
	if (rc < 0)
		return rc;
	k->ras = calloc(SCEP_RAS, sizeof(*k->ras));
	found = calloc(SCEP_RAS, sizeof(*found));
	if (k->ras && found)
		k->ras_count = scep_ras(k->certs.certs, k->certs.count, &k->ca, k->t->enrollment_ra, found);
	for (size_t i = 0; i < k->ras_count; i++)
		k->ras[i] = *found[i];
	rc = k->ras && found ? 0 : -ENOMEM;
	free(found);
	return rc;
}

void
scep_close(struct enroll_talk *k)
{
	pki_bundle_clear(&k->certs);
	free(k->ras);
	k->ras = NULL;
}

int
scep_carry(struct enroll_talk *k, const struct der *message, struct fetched *answer, char *why, size_t size)
{
	struct fetch f = { .url = k->url };
	char *url;
	int rc;

	enroll_dump(k, "sent", message->bytes, message->size);
	if (k->caps.post) {
		f.type = "application/x-pki-message";
		f.body = message->bytes;
		f.size = message->size;
		url = scep_get_url(k->url, "PKIOperation", NULL);
	} else {
		url = scep_get_url(k->url, "PKIOperation", message);
	}
	f.url = url;
	rc = url ? enroll_fetch(k, &f, answer, why, size) : -ENOMEM;
	free(url);
	if (rc == 0 && answer->status != 200) {
		snprintf(why, size, "the server answers with HTTP status %d", answer->status);
		rc = -EPROTO;
	}
	return rc;
}

int
scep_exchange(struct enroll_talk *k, const struct pending *p, bool poll, struct enroll_answer *to, char *why,
    size_t size)
{
	struct scep_order o = { .pki = k->box->pki, .label = p->label, .request = &p->request, .signer = &p->signer,
		.signer_label = p->signer_label, .ca = k->shadow ? &k->next : &k->ca,
		.now = k->shadow ? &k->ca : NULL, .ras = k->ras, .ras_count = k->ras_count,
		.caps = k->caps, .transaction = p->transaction };
	bool renewal = k->own.size && k->caps.renewal && p->signer.size == k->own.size &&
	    !memcmp(p->signer.bytes, k->own.bytes, k->own.size);
	struct fetched answer = { 0 };
	struct scep_answer said = { 0 };
	struct der message;
	uint8_t nonce[16];
	int rc = scep_ask(&o, poll ? SCEP_POLL : renewal ? SCEP_RENEWAL : SCEP_PKCS_REQ, &message, nonce, why, size);

	if (rc == 0)
		enroll_said(k, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: Client sending %s, transaction %s, %zu bytes",
		    poll ? "GetCertInitial" : renewal ? "RenewalReq" : "PKCSReq", p->transaction, message.size);
	if (rc == 0)
		rc = scep_carry(k, &message, &answer, why, size);
	if (rc == 0)
		rc = scep_hear(&o, nonce, answer.body.bytes, answer.body.size, &said, why, size);
	enroll_said(k, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: Client received CertRep - %s", rc < 0 ? why
	    : said.status == SCEP_SUCCESS ? "GRANTED" : said.status == SCEP_PENDING ? "PENDING" : scep_fail_words(said.fail));
	if (rc == 0 && said.status == SCEP_FAILURE) {
		snprintf(why, size, "the CA refuses the request: %s", scep_fail_words(said.fail));
		to->rc = -EACCES;
	} else if (rc == 0) {
		to->rc = said.status == SCEP_PENDING ? ENROLL_PENDING : ENROLLED;
	}
	to->cert = said.cert;
	der_clear(&message);
	fetched_clear(&answer);
	return rc;
}

/* ---- EST ------------------------------------------------------------------------------------------------------ */

static int
est_take(struct enroll_talk *k, const struct pending *p, const struct fetched *answer, struct enroll_answer *to,
    char *why, size_t size)
{
	struct pki_bundle b;
	int rc = pki_bundle_read(&b, answer->body.bytes ? (const void *)answer->body.bytes : "", answer->body.size,
	    PKI_CERTIFICATES, NULL, why, size), ours;

	if (rc < 0)
		return -EBADMSG;
	ours = scep_find_ours(k->box->pki, p->label, &k->ca, b.certs, b.count, why, size);
	if (ours >= 0) {
		to->rc = ENROLLED;
		to->cert = b.certs[ours];
		b.certs[ours] = (struct der){ 0 };
	}
	pki_bundle_clear(&b);
	return ours < 0 ? -EBADMSG : 0;
}

static const char *
est_words(int status)
{
	switch (status) {
	case 400:
		return "it does not grant this request: perhaps another name, or another kind of key";
	case 401:
		return "it wants another user or password: 'enrollment http username NAME password TEXT'";
	case 403:
		return "we may not have this certificate: ask its administrator";
	case 404:
		return "there is no such label of EST: look at the URL";
	}
	return "its reason is in the log of the server";
}

int
est_exchange(struct enroll_talk *k, const struct pending *p, struct enroll_answer *to, char *why, size_t size)
{
	char url[FETCH_URL + 32], *base64 = NULL;
	size_t length = 0;
	struct fetched answer = { 0 };
	FILE *f = open_memstream(&base64, &length);
	int rc = -ENOMEM;

	if (!f)
		return rc;
	pki_base64(&p->request, f);
	snprintf(url, sizeof(url), "%s/%s", k->url, k->own.size ? "simplereenroll" : "simpleenroll");
	enroll_dump(k, "sent", p->request.bytes, p->request.size);
	if (fclose(f) == 0)
		rc = enroll_fetch(k, &(struct fetch){ .url = url, .type = "application/pkcs10", .body = base64,
		    .size = length }, &answer, why, size);
	free(base64);
	if (rc == 0 && answer.status == 202) {
		to->rc = ENROLL_PENDING;
		to->retry_s = answer.retry_s;
	} else if (rc == 0 && answer.status == 200) {
		rc = est_take(k, p, &answer, to, why, size);
	} else if (rc == 0 && answer.status >= 400 && answer.status < 500) {
		snprintf(why, size, "the CA refuses the request (HTTP status %d): %s", answer.status, est_words(answer.status));
		to->rc = -EACCES;
	} else if (rc == 0) {
		snprintf(why, size, "the server answers with HTTP status %d", answer.status);
		rc = -EPROTO;
	}
	fetched_clear(&answer);
	return rc;
}
