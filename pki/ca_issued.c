/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_issued.c -- what a CA has issued, as far as its database level keeps it: a file of names
 * and dates, and the certificate, by serial number. */
#include "pki/ca_own.h"
#include "pki/ca_store.h"
#include "pki/openssl.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int
ca_keep(struct ca *c, uint64_t serial, const struct der *cert, char *why, size_t size)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	char name[CA_FILE], text[CA_SUBJECT + 120], subject[CA_SUBJECT];
	int n, rc = 0;

	if (!i || pki_cert_info(cert, i) < 0) {
		free(i);
		return pki_why(why, size, -ENOMEM, "out of memory");
	}
	ca_subject(cert, subject, sizeof(subject));
	n = snprintf(text, sizeof(text), "from = %lld\nto = %lld\nsubject = %s\n",
	    (long long)i->not_before, (long long)i->not_after, subject);
	if (c->rules.level >= CA_NAMES) {
		snprintf(name, sizeof(name), "%" PRIX64 ".cnm", serial);
		rc = ca_store_write(c->dir, name, text, (size_t)n, why, size);
	}
	if (rc == 0 && c->rules.level >= CA_COMPLETE) {
		snprintf(name, sizeof(name), "%" PRIX64 ".crt", serial);
		rc = ca_write_pem(c, name, cert, why, size);
	}
	free(i);
	return rc;
}

struct listing {
	struct ca *ca;
	struct ca_issued *of;
	size_t count, room;
};

static void
read_names(struct listing *l, const char *name, struct ca_issued *to)
{
	struct der d;
	char why[80];
	const char *p;

	if (ca_store_read(l->ca->dir, name, &d, why, sizeof(why)) < 0)
		return;
	if ((p = strstr((char *)d.bytes, "from = ")))
		to->from_s = strtoll(p + 7, NULL, 10);
	if ((p = strstr((char *)d.bytes, "\nto = ")))
		to->to_s = strtoll(p + 6, NULL, 10);
	if ((p = strstr((char *)d.bytes, "\nsubject = ")))
		snprintf(
		    to->subject, sizeof(to->subject), "%.*s", (int)strcspn(p + 11, "\n"), p + 11);
	der_clear(&d);
}

static void
on_issued(const char *name, void *arg)
{
	struct listing *l = arg;
	uint64_t serial = ca_file_serial(name, ".cnm");

	if (!serial)
		return;
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 64;
		struct ca_issued *more = realloc(l->of, room * sizeof(*more));

		if (!more)
			return;
		l->of = more;
		l->room = room;
	}
	l->of[l->count] = (struct ca_issued){.serial = serial};
	read_names(l, name, &l->of[l->count++]);
}

static int
by_serial(const void *a, const void *b)
{
	const struct ca_issued *x = a, *y = b;

	return (x->serial > y->serial) - (x->serial < y->serial);
}

/* Files are written whole, so they are read without the lock. */
size_t
ca_issued(struct ca *c, struct ca_issued **list)
{
	struct listing l = {.ca = c};

	ca_store_each(c->dir, on_issued, &l);
	if (l.count)
		qsort(l.of, l.count, sizeof(*l.of), by_serial);
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < l.count; i++)
		l.of[i].revoked = ca_crl_has(&c->crl, l.of[i].serial);
	pthread_mutex_unlock(&c->lock);
	*list = l.of;
	return l.count;
}

int
ca_issued_cert(struct ca *c, uint64_t serial, struct der *to, char *why, size_t size)
{
	char name[CA_FILE];
	struct der text;
	int rc;

	snprintf(name, sizeof(name), "%" PRIX64 ".crt", serial);
	rc = ca_store_read(c->dir, name, &text, why, size);
	if (rc == -ENOENT)
		return pki_why(why, size, rc,
		    "no certificate of serial number 0x%" PRIX64
		    " is kept (database level complete keeps them)",
		    serial);
	if (rc == 0)
		rc = pki_cert_from_text((char *)text.bytes, to, why, size);
	der_clear(&text);
	return rc;
}

uint64_t
ca_last_serial(struct ca *c)
{
	uint64_t last;

	pthread_mutex_lock(&c->lock);
	last = c->last_serial;
	pthread_mutex_unlock(&c->lock);
	return last;
}
