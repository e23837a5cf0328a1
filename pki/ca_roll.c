/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_roll.c -- the certificate that follows: see ca_base.h.
 *
 * It becomes the CA by one write, that of NAME.cer.  Before it NAME#.crl, the list that goes with it, is written; after it
 * come NAME.crl and the key pair's name, and NAME#.cer goes last.  So whoever finds NAME#.cer the same as NAME.cer knows
 * that the rest is to be done, and does it. */
#include "pki/ca_own.h"
#include "pki/ca_store.h"
#include "pki/openssl.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NEXT_CERT "#.cer"
#define NEXT_CRL  "#.crl"

static void
label_of(const struct ca *c, char label[CA_NAME + 1])
{
	snprintf(label, CA_NAME + 1, "%.64s#", c->name);
}

struct ca_signer
ca_next_signer(const struct ca *c, char label[CA_NAME + 1])
{
	label_of(c, label);
	return (struct ca_signer){c->pki, label, &c->next, c->rules.hash};
}

static void
remove_own(struct ca *c, const char *ending)
{
	char name[CA_FILE];

	snprintf(name, sizeof(name), "%.64s%s", c->name, ending);
	ca_store_remove(c->dir, name);
}

/* ---- becoming the CA ----------------------------------------------------------------------- */

static bool
is_list_of(const struct der *list, const struct der *cert)
{
	struct ca_crl crl;
	char why[160];
	int rc = list->size ? ca_crl_read(list, cert, &crl, why, sizeof(why)) : -EINVAL;

	if (rc == 0)
		free(crl.of);
	return rc == 0;
}

/* The list of the new one, where it is not in its place yet. */
static int
finish_list(struct ca *c, const struct der *cert, char *why, size_t size)
{
	struct der now = {0}, next = {0};
	int rc = 0;

	if (ca_read_own(c, ".crl", &now, why, size) < 0 || !is_list_of(&now, cert)) {
		rc = ca_read_own(c, NEXT_CRL, &next, why, size);
		if (rc == 0 && !is_list_of(&next, cert))
			rc = pki_why(why, size, -EBADF, "%.64s" NEXT_CRL " is damaged: what is revoked is not known any more",
			    c->name);
		if (rc == 0)
			rc = ca_write_own(c, ".crl", next.bytes, next.size, why, size);
	}
	der_clear(&now);
	der_clear(&next);
	return rc;
}

static int
finish_key(struct ca *c, const struct der *cert, char *why, size_t size)
{
	char label[CA_NAME + 1];

	label_of(c, label);
	if (!pki_key_matches(c->pki, label, cert))
		return 0;
	if (pki_key_matches(c->pki, c->name, cert))
		return pki_key_zeroize(c->pki, label, why, size);
	return pki_key_rename(c->pki, label, c->name, why, size);
}

/* All that comes after NAME.cer is `cert'. */
static int
finish(struct ca *c, const struct der *cert, char *why, size_t size)
{
	int rc = finish_list(c, cert, why, size);

	if (rc == 0)
		rc = finish_key(c, cert, why, size);
	if (rc < 0)
		return rc;
	remove_own(c, NEXT_CRL);
	remove_own(c, NEXT_CERT);
	return 0;
}

/* The same entries under the new key: a serial number that was revoked stays so. */
static int
write_list(struct ca *c, char *why, size_t size)
{
	char label[CA_NAME + 1];
	struct ca_signer s = ca_next_signer(c, label);
	struct ca_crl crl = c->crl;
	struct der der = {0};
	int rc;

	crl.number++;
	crl.this_s = time(NULL);
	crl.next_s = crl.this_s + (c->rules.crl_s < 60 ? 60 : c->rules.crl_s);
	rc = ca_crl_sign(&s, &crl, &der, why, size);
	if (rc == 0)
		rc = ca_write_own(c, NEXT_CRL, der.bytes, der.size, why, size);
	der_clear(&der);
	return rc;
}

int
ca_next_become(struct ca *c, char *why, size_t size)
{
	int rc = ca_enter(c, why, size);

	if (rc < 0)
		return rc;
	if (!c->next.size)
		rc = pki_why(why, size, -ENOENT, "there is no rollover certificate");
	if (rc == 0)
		rc = write_list(c, why, size);
	if (rc == 0)
		rc = ca_write_cert(c, ".cer", &c->next, why, size);
	if (rc == 0) {
		c->over = true;
		rc = finish(c, &c->next, why, size);
	}
	pthread_mutex_unlock(&c->lock);
	return rc;
}

/* ---- what is there ------------------------------------------------------------------------- */

int
ca_roll_load(struct ca *c, char *why, size_t size)
{
	struct der text = {0};
	char label[CA_NAME + 1], unread[160];
	int rc = ca_read_own(c, NEXT_CERT, &text, unread, sizeof(unread));

	if (rc == 0)
		rc = pki_cert_from_text((char *)text.bytes, &c->next, unread, sizeof(unread));
	der_clear(&text);
	if (rc < 0)
		return 0;
	if (c->next.size == c->cert.size && !memcmp(c->next.bytes, c->cert.bytes, c->cert.size)) {
		der_clear(&c->next);
		return finish(c, &c->cert, why, size);
	}
	label_of(c, label);
	if (!pki_key_matches(c->pki, label, &c->next))
		der_clear(&c->next);
	return 0;
}

int
ca_next(struct ca *c, struct der *to, char label[CA_NAME + 1])
{
	int rc = -ENOENT;

	label_of(c, label);
	pthread_mutex_lock(&c->lock);
	if (c->next.size && !c->over)
		rc = der_copy(to, c->next.bytes, c->next.size);
	pthread_mutex_unlock(&c->lock);
	return rc;
}

enum ca_roll
ca_roll_due(struct ca *c, int64_t now_s, int64_t *at_s)
{
	enum ca_roll what = CA_ROLL_NOTHING;

	*at_s = INT64_MAX;
	pthread_mutex_lock(&c->lock);
	if (!c->over && c->next.size)
		what = CA_ROLL_BECOME;
	else if (!c->over && !c->making && c->rules.overlap_s)
		what = CA_ROLL_MAKE;
	if (what != CA_ROLL_NOTHING)
		*at_s = c->end_s - (what == CA_ROLL_MAKE ? c->rules.overlap_s : 0);
	pthread_mutex_unlock(&c->lock);
	return now_s >= *at_s ? what : CA_ROLL_NOTHING;
}

/* ---- making and taking back ---------------------------------------------------------------- */

/* Of the kind of the present one. */
static int
make_key(struct ca *c, bool (*stop)(void *arg), void *arg, char *why, size_t size)
{
	char label[CA_NAME + 1];
	struct pki_key_info now;
	struct pki_key_wish w = {.label = label};

	label_of(c, label);
	if (!pki_key_find(c->pki, c->name, &now))
		return pki_why(why, size, -ENOENT, "there is no key pair named %s", c->name);
	w.type = now.type;
	w.bits = now.bits;
	w.exportable = now.exportable;
	pki_key_info_clear(&now);
	return pki_key_make(c->pki, &w, stop, arg, why, size);
}

static int
make_cert(struct ca *c, char *why, size_t size)
{
	char label[CA_NAME + 1];
	struct ca_signer s = ca_next_signer(c, label);
	struct ca_wish w = {.label = s.label, .hash = s.hash, .lifetime_s = c->rules.ca_s, .after = &c->cert};
	struct der cert = {0};
	int rc = ca_next_serial(c, &w.serial, why, size);

	if (rc == 0)
		rc = ca_self(c->pki, &w, &cert, why, size);
	if (rc == 0)
		rc = ca_keep(c, w.serial, &cert, why, size);
	if (rc == 0)
		rc = ca_write_cert(c, NEXT_CERT, &cert, why, size);
	if (rc < 0)
		der_clear(&cert);
	else
		c->next = cert;
	return rc;
}

/* The key pair takes long, so it is made without the lock; `making' keeps a second one away. */
int
ca_next_make(struct ca *c, bool (*stop)(void *arg), void *arg, char *why, size_t size)
{
	int rc = ca_enter(c, why, size);

	if (rc < 0)
		return rc;
	if (c->next.size || c->making)
		rc = pki_why(why, size, -EEXIST, "there is a rollover certificate already");
	else
		c->making = true;
	pthread_mutex_unlock(&c->lock);
	if (rc < 0)
		return rc;
	rc = make_key(c, stop, arg, why, size);
	pthread_mutex_lock(&c->lock);
	if (rc == 0)
		rc = make_cert(c, why, size);
	c->making = false;
	pthread_mutex_unlock(&c->lock);
	return rc;
}

int
ca_next_cancel(struct ca *c, char *why, size_t size)
{
	char label[CA_NAME + 1];
	int rc = ca_enter(c, why, size);

	if (rc < 0)
		return rc;
	label_of(c, label);
	if (!c->next.size) {
		rc = pki_why(why, size, -ENOENT, "there is no rollover certificate");
	} else {
		remove_own(c, NEXT_CERT);
		der_clear(&c->next);
		rc = pki_key_zeroize(c->pki, label, why, size);
		if (rc == -ENOENT)      /* an operator has been there before */
			rc = 0;
	}
	pthread_mutex_unlock(&c->lock);
	return rc;
}
