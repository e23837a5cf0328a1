/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/crl_shelf.c -- see crl_shelf.h.  A file is NAME.crl, in DER; a character that is not plain is %XX in it.
 * A list is verified whenever it is used, so a file that somebody else has put there does no harm. */
#include "pki/crl_shelf.h"
#include "pki/ca_store.h"
#include "pki/cert.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/err.h>

enum { SHELVED = 64, NAME = 65 };

struct shelved { char name[NAME]; X509_CRL *crl; time_t since; };
struct crl_shelf {
	char path[PATH_MAX];
	pthread_mutex_t lock;           /* over `of' */
	struct shelved of[SHELVED];
	size_t count;
	pthread_mutex_t asking;         /* held while the source answers: who takes it away waits */
	pki_crl_source_h *source;
	void *arg;
};

/* ---- files ----------------------------------------------------------------------------------------------- */

static void
file_of(const char *name, char file[CA_FILE])
{
	size_t n = 0;

	for (; *name && n + 8 < CA_FILE; name++)
		if (isalnum((unsigned char)*name) || *name == '-' || *name == '_')
			file[n++] = *name;
		else
			n += (size_t)sprintf(file + n, "%%%02X", (unsigned char)*name);
	strcpy(file + n, ".crl");
}

/* false: the file is none of ours. */
static bool
name_of(const char *file, char name[NAME])
{
	size_t n = 0, end = strlen(file);
	unsigned code;

	if (end < 5 || strcmp(file + end - 4, ".crl"))
		return false;
	for (const char *p = file; p < file + end - 4 && n + 1 < NAME; p++)
		if (*p == '%' && sscanf(p + 1, "%2X", &code) == 1)
			name[n++] = (char)code, p += 2;
		else
			name[n++] = *p;
	name[n] = '\0';
	return n;
}

struct reading { struct crl_shelf *shelf; int dir; };

static void
on_file(const char *file, void *arg)
{
	struct reading *r = arg;
	struct shelved *to = &r->shelf->of[r->shelf->count];
	struct der der = { NULL, 0 };
	const uint8_t *p;
	char why[160];

	if (r->shelf->count == SHELVED || !name_of(file, to->name) ||
	    ca_store_read(r->dir, file, &der, why, sizeof(why)) < 0)
		return;
	p = der.bytes;
	to->crl = d2i_X509_CRL(NULL, &p, (long)der.size);
	to->since = time(NULL);
	if (to->crl)
		r->shelf->count++;
	der_clear(&der);
	ERR_clear_error();
}

int
crl_shelf_new(struct crl_shelf **sp, const char *nvram)
{
	struct crl_shelf *s = calloc(1, sizeof(*s));
	struct reading r = { s, -1 };
	char why[160];

	if (!s)
		return -ENOMEM;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->asking, NULL);
	snprintf(s->path, sizeof(s->path), "%s/crls", nvram);
	if (ca_store_open(&r.dir, s->path, false, why, sizeof(why)) == 0) {
		ca_store_each(r.dir, on_file, &r);
		close(r.dir);
	}
	*sp = s;
	return 0;
}

void
crl_shelf_free(struct crl_shelf *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		X509_CRL_free(s->of[i].crl);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->asking);
	free(s);
}

/* ---- in and out ------------------------------------------------------------------------------------------ */

static struct shelved *
find(struct crl_shelf *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (!strcmp(s->of[i].name, name))
			return &s->of[i];
	return NULL;
}

static int
write_file(struct crl_shelf *s, const char *name, X509_CRL *crl, char *why, size_t size)
{
	OWNED(bytes_free) unsigned char *der = NULL;
	int n = i2d_X509_CRL(crl, &der), dir, rc;
	char file[CA_FILE];

	if (n <= 0)
		return openssl_why(why, size, "the CRL cannot be written");
	if ((rc = ca_store_open(&dir, s->path, true, why, size)) < 0)
		return rc;
	file_of(name, file);
	rc = ca_store_write(dir, file, der, (size_t)n, why, size);
	close(dir);
	return rc;
}

int
crl_shelf_put(struct crl_shelf *s, const char *name, X509_CRL *crl, char *why, size_t size)
{
	struct shelved *to;
	int rc;

	pthread_mutex_lock(&s->lock);
	to = find(s, name);
	if (!to && s->count == SHELVED)
		rc = pki_why(why, size, -ENOSPC, "%d CRLs are kept, and that is all there is room for", SHELVED);
	else if ((rc = write_file(s, name, crl, why, size)) == 0) {
		if (!to)
			to = &s->of[s->count++];
		X509_CRL_free(to->crl);
		X509_CRL_up_ref(crl);
		*to = (struct shelved){ .crl = crl, .since = time(NULL) };
		snprintf(to->name, sizeof(to->name), "%.64s", name);
	}
	pthread_mutex_unlock(&s->lock);
	return rc;
}

int
crl_shelf_drop(struct crl_shelf *s, const char *name)
{
	char file[CA_FILE], why[160];
	struct shelved *it;
	int dir, rc = -ENOENT;

	file_of(name, file);
	pthread_mutex_lock(&s->lock);
	if ((it = find(s, name))) {
		X509_CRL_free(it->crl);
		*it = s->of[--s->count];
		s->of[s->count].crl = NULL;
		if ((rc = ca_store_open(&dir, s->path, false, why, sizeof(why))) == 0) {
			rc = ca_store_remove(dir, file);
			close(dir);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return rc;
}

void
crl_shelf_source(struct crl_shelf *s, pki_crl_source_h *source, void *arg)
{
	pthread_mutex_lock(&s->asking);
	s->source = source;
	s->arg = arg;
	pthread_mutex_unlock(&s->asking);
}

/* ---- of a CA --------------------------------------------------------------------------------------------- */

bool
crl_is_of(X509_CRL *crl, X509 *issuer)
{
	bool is = !X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) &&
	    X509_CRL_verify(crl, X509_get0_pubkey(issuer)) > 0 && (X509_get_key_usage(issuer) & KU_CRL_SIGN);

	ERR_clear_error();
	return is;
}

bool
crl_has_ended(X509_CRL *crl, uint32_t extend_s)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	time_t then = time(NULL) - (time_t)extend_s;

	return next && X509_cmp_time(next, &then) < 0;
}

X509_CRL *
crl_shelf_of(struct crl_shelf *s, X509 *issuer)
{
	X509_CRL *newest = NULL;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->count; i++) {
		X509_CRL *crl = s->of[i].crl;

		if (crl_is_of(crl, issuer) && !crl_has_ended(crl, 0) && (!newest ||
		    cert_time(X509_CRL_get0_lastUpdate(crl)) > cert_time(X509_CRL_get0_lastUpdate(newest))))
			newest = crl;
	}
	if (newest)
		X509_CRL_up_ref(newest);
	pthread_mutex_unlock(&s->lock);
	return newest;
}

X509_CRL *
crl_shelf_own(struct crl_shelf *s, X509 *issuer)
{
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = i2d_X509(issuer, &bytes);
	struct der ca = { bytes, n > 0 ? (size_t)n : 0 }, der = { NULL, 0 };
	X509_CRL *crl = NULL;
	const uint8_t *p;

	pthread_mutex_lock(&s->asking);
	if (s->source && n > 0 && s->source(s->arg, &ca, &der) == 0) {
		p = der.bytes;
		crl = d2i_X509_CRL(NULL, &p, (long)der.size);
	}
	pthread_mutex_unlock(&s->asking);
	der_clear(&der);
	if (crl && (!crl_is_of(crl, issuer) || crl_has_ended(crl, 0))) {
		X509_CRL_free(crl);
		crl = NULL;
	}
	ERR_clear_error();
	return crl;
}

X509_CRL *
crl_shelf_nth(struct crl_shelf *s, size_t n, char name[65], time_t *since)
{
	X509_CRL *crl = NULL;

	pthread_mutex_lock(&s->lock);
	if (n < s->count && X509_CRL_up_ref(s->of[n].crl)) {
		crl = s->of[n].crl;
		snprintf(name, NAME, "%s", s->of[n].name);
		*since = s->of[n].since;
	}
	pthread_mutex_unlock(&s->lock);
	return crl;
}
