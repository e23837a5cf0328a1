/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_base.c -- see ca_base.h: opening and making a CA, its numbers, what it has issued, and the
 * revocation list.  A list that is missing or broken closes the CA: without it everything that was
 * revoked would be good again. */
#include "pki/ca_own.h"
#include "pki/ca_store.h"
#include "pki/openssl.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CRL_SHORTEST_S = 60, CRL_EARLY = 10, RA_TICK_S = 3600 };

const char *
ca_name(const struct ca *c)
{
	return c->name;
}

const struct der *
ca_certificate(const struct ca *c)
{
	return &c->cert;
}

struct pki *
ca_pki(const struct ca *c)
{
	return c->pki;
}

struct ca_signer
ca_signer_of(const struct ca *c)
{
	return (struct ca_signer){c->pki, c->name, &c->cert, c->rules.hash};
}

struct ca *
ca_hold(struct ca *c)
{
	if (c)
		atomic_fetch_add(&c->holders, 1);
	return c;
}

void
ca_drop(struct ca *c)
{
	if (!c || atomic_fetch_sub(&c->holders, 1) > 1)
		return;
	ca_queue_clear(c);
	free(c->crl.of);
	der_clear(&c->crl_der);
	der_clear(&c->cert);
	der_clear(&c->next);
	if (c->dir >= 0)
		close(c->dir);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

int
ca_enter(struct ca *c, char *why, size_t size)
{
	pthread_mutex_lock(&c->lock);
	if (!c->over)
		return 0;
	pthread_mutex_unlock(&c->lock);
	return pki_why(why, size, -ESTALE, "the CA certificate has just been followed by another: try again");
}

void
ca_follow_rules(struct ca *c, const struct ca_rules *r)
{
	pthread_mutex_lock(&c->lock);
	c->rules = *r;
	pthread_mutex_unlock(&c->lock);
}

/* ---- files --------------------------------------------------------------------------------- */

static void
file_of(const struct ca *c, const char *ending, char name[CA_FILE])
{
	snprintf(name, CA_FILE, "%.64s%s", c->name, ending);
}

int
ca_write_own(struct ca *c, const char *ending, const void *bytes, size_t count, char *why, size_t size)
{
	char name[CA_FILE];

	file_of(c, ending, name);
	return ca_store_write(c->dir, name, bytes, count, why, size);
}

int
ca_read_own(struct ca *c, const char *ending, struct der *to, char *why, size_t size)
{
	char name[CA_FILE];

	file_of(c, ending, name);
	return ca_store_read(c->dir, name, to, why, size);
}

int
ca_write_pem(struct ca *c, const char *name, const struct der *cert, char *why, size_t size)
{
	char *text = NULL;
	size_t count;
	FILE *out = open_memstream(&text, &count);
	int rc;

	if (!out)
		return pki_why(why, size, -ENOMEM, "out of memory");
	pki_cert_pem(cert, out);
	rc = fclose(out) == 0 ? ca_store_write(c->dir, name, text, count, why, size)
			      : pki_why(why, size, -ENOMEM, "out of memory");
	free(text);
	return rc;
}

int
ca_write_cert(struct ca *c, const char *ending, const struct der *cert, char *why, size_t size)
{
	char name[CA_FILE];

	file_of(c, ending, name);
	return ca_write_pem(c, name, cert, why, size);
}

/* ---- numbers ------------------------------------------------------------------------------- */

int
ca_save_state(struct ca *c, char *why, size_t size)
{
	char text[160];
	int n = snprintf(text, sizeof(text),
	    "db_version = 1\nlast_issued_serial = 0x%" PRIX64 "\nlast_request = %u\n",
	    c->last_serial, c->last_request);

	return ca_write_own(c, ".ser", text, (size_t)n, why, size);
}

int
ca_next_serial(struct ca *c, uint64_t *serial, char *why, size_t size)
{
	int rc;

	c->last_serial++;
	if ((rc = ca_save_state(c, why, size)) < 0) {
		c->last_serial--;
		return rc;
	}
	*serial = c->last_serial;
	return 0;
}

static void
load_state(struct ca *c)
{
	struct der d;
	char why[80];
	const char *p;

	if (ca_read_own(c, ".ser", &d, why, sizeof(why)) < 0)
		return;
	if ((p = strstr((char *)d.bytes, "last_issued_serial = ")))
		c->last_serial = strtoull(p + 21, NULL, 0);
	if ((p = strstr((char *)d.bytes, "last_request = ")))
		c->last_request = (unsigned)strtoul(p + 15, NULL, 10);
	der_clear(&d);
}

/* The serial of "1A.cnm" or "1A.crt"; 0: it is no such file. */
uint64_t
ca_file_serial(const char *name, const char *ending)
{
	size_t n = strlen(name), k = strlen(ending);
	char *end;
	uint64_t serial;

	if (n <= k || n - k > 16 || strcmp(name + n - k, ending) != 0 ||
	    !isxdigit((unsigned char)*name))
		return 0;
	serial = strtoull(name, &end, 16);
	return end == name + n - k ? serial : 0;
}

static void
on_number(const char *name, void *arg)
{
	struct ca *c = arg;
	uint64_t crt = ca_file_serial(name, ".crt"), cnm = ca_file_serial(name, ".cnm");

	if (crt > c->last_serial)
		c->last_serial = crt;
	if (cnm > c->last_serial)
		c->last_serial = cnm;
}

/* Whatever bears a number says that it is taken: so a lost or old NAME.ser costs nothing. */
static void
find_numbers(struct ca *c)
{
	uint64_t held = ca_queue_serial(c);

	load_state(c);
	ca_store_each(c->dir, on_number, c);
	if (held > c->last_serial)
		c->last_serial = held;
	if (c->cert_serial > c->last_serial)
		c->last_serial = c->cert_serial;
	if (c->next.size && ca_serial(&c->next) > c->last_serial)
		c->last_serial = ca_serial(&c->next);
	for (size_t i = 0; i < c->crl.count; i++)
		if (c->crl.of[i].serial > c->last_serial)
			c->last_serial = c->crl.of[i].serial;
	for (size_t i = 0; i < c->count; i++)
		if (c->requests[i].id > c->last_request)
			c->last_request = c->requests[i].id;
}

/* ---- the list ------------------------------------------------------------------------------ */

/* With these entries; c->crl is as it was unless this succeeds. */
static int
renew_crl(struct ca *c, const struct ca_revoked *of, size_t count, char *why, size_t size)
{
	struct ca_signer s = ca_signer_of(c);
	struct ca_crl next = {.number = c->crl.number + 1, .this_s = time(NULL), .count = count};
	struct der der = {0};
	int64_t lifetime = c->rules.crl_s < CRL_SHORTEST_S ? CRL_SHORTEST_S : c->rules.crl_s;
	int rc;

	next.next_s = next.this_s + lifetime;
	next.of = calloc(count ? count : 1, sizeof(*next.of));
	if (!next.of)
		return pki_why(why, size, -ENOMEM, "out of memory");
	if (count)
		memcpy(next.of, of, count * sizeof(*of));
	rc = ca_crl_sign(&s, &next, &der, why, size);
	if (rc == 0)
		rc = ca_write_own(c, ".crl", der.bytes, der.size, why, size);
	if (rc < 0) {
		free(next.of);
		der_clear(&der);
		return rc;
	}
	free(c->crl.of);
	der_clear(&c->crl_der);
	c->crl = next;
	c->crl_der = der;
	return 0;
}

static int
check_serial(const struct ca *c, uint64_t serial, char *why, size_t size)
{
	if (c->rules.ra)
		return pki_why(why, size, -EINVAL, "a registration authority revokes nothing: the CA above does");
	if (!serial || serial > c->last_serial)
		return pki_why(why, size, -ENOENT,
		    "no certificate of serial number 0x%" PRIX64 " was issued", serial);
	if (serial == c->cert_serial || (c->next.size && serial == ca_serial(&c->next)))
		return pki_why(why, size, -EINVAL,
		    "0x%" PRIX64 " is the certificate of the CA itself", serial);
	return 0;
}

static int
revoke_one(struct ca *c, uint64_t serial, char *why, size_t size)
{
	struct ca_revoked *of;
	size_t n = 0;
	int rc = check_serial(c, serial, why, size);

	if (rc < 0)
		return rc;
	if (ca_crl_has(&c->crl, serial))
		return pki_why(
		    why, size, -EEXIST, "certificate 0x%" PRIX64 " is revoked already", serial);
	of = calloc(c->crl.count + 1, sizeof(*of));
	if (!of)
		return pki_why(why, size, -ENOMEM, "out of memory");
	while (n < c->crl.count && c->crl.of[n].serial < serial) {
		of[n] = c->crl.of[n];
		n++;
	}
	of[n] = (struct ca_revoked){serial, time(NULL)};
	for (; n < c->crl.count; n++)
		of[n + 1] = c->crl.of[n];
	rc = renew_crl(c, of, c->crl.count + 1, why, size);
	free(of);
	return rc;
}

int
ca_revoke(struct ca *c, uint64_t serial, char *why, size_t size)
{
	int rc = ca_enter(c, why, size);

	if (rc < 0)
		return rc;
	rc = revoke_one(c, serial, why, size);
	pthread_mutex_unlock(&c->lock);
	return rc;
}

int
ca_unrevoke(struct ca *c, uint64_t serial, char *why, size_t size)
{
	struct ca_revoked *of;
	size_t n = 0;
	int rc = ca_enter(c, why, size);

	if (rc < 0)
		return rc;
	of = calloc(c->crl.count + 1, sizeof(*of));
	for (size_t i = 0; of && i < c->crl.count; i++)
		if (c->crl.of[i].serial != serial)
			of[n++] = c->crl.of[i];
	if (!of)
		rc = pki_why(why, size, -ENOMEM, "out of memory");
	else if (n == c->crl.count)
		rc =
		    pki_why(why, size, -ENOENT, "certificate 0x%" PRIX64 " is not revoked", serial);
	else
		rc = renew_crl(c, of, n, why, size);
	free(of);
	pthread_mutex_unlock(&c->lock);
	return rc;
}

static bool
has_ended(const struct ca_issued *list, size_t count, uint64_t serial, int64_t at_s)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].serial == serial)
			return list[i].to_s && list[i].to_s < at_s;
	return false;
}

int
ca_trim(struct ca *c, char *why, size_t size)
{
	struct ca_issued *list = NULL;
	size_t known = ca_issued(c, &list), n = 0;
	struct ca_revoked *of;
	int rc = ca_enter(c, why, size);

	if (rc < 0) {
		free(list);
		return rc;
	}
	of = calloc(c->crl.count + 1, sizeof(*of));
	for (size_t i = 0; of && i < c->crl.count; i++)
		if (!has_ended(list, known, c->crl.of[i].serial, c->crl.this_s))
			of[n++] = c->crl.of[i];
	if (!of)
		rc = pki_why(why, size, -ENOMEM, "out of memory");
	else if (!known)
		rc = pki_why(why, size, -ENODATA, "when certificates end is not known: 'database level names' keeps that");
	else if (n < c->crl.count)
		rc = (int)(c->crl.count - n);
	if (rc > 0) {
		int renewed = renew_crl(c, of, n, why, size);

		rc = renewed < 0 ? renewed : rc;
	}
	free(of);
	free(list);
	pthread_mutex_unlock(&c->lock);
	return rc;
}

bool
ca_is_revoked(struct ca *c, uint64_t serial)
{
	bool is;

	pthread_mutex_lock(&c->lock);
	is = ca_crl_has(&c->crl, serial);
	pthread_mutex_unlock(&c->lock);
	return is;
}

int
ca_crl(struct ca *c, struct der *to)
{
	int rc;

	pthread_mutex_lock(&c->lock);
	rc = c->crl_der.size ? der_copy(to, c->crl_der.bytes, c->crl_der.size) : -ENOENT;
	pthread_mutex_unlock(&c->lock);
	return rc;
}

int
ca_crl_info(struct ca *c, struct ca_crl *to, size_t *bytes)
{
	int rc = 0;

	pthread_mutex_lock(&c->lock);
	*to = c->crl;
	*bytes = c->crl_der.size;
	to->of = calloc(c->crl.count ? c->crl.count : 1, sizeof(*to->of));
	if (!to->of)
		rc = -ENOMEM;
	else if (c->crl.count)
		memcpy(to->of, c->crl.of, c->crl.count * sizeof(*to->of));
	pthread_mutex_unlock(&c->lock);
	return rc;
}

int64_t
ca_crl_due(const struct ca_crl *crl)
{
	return crl->next_s - (crl->next_s - crl->this_s) / CRL_EARLY;
}

int64_t
ca_tick(struct ca *c, char *why, size_t size)
{
	int64_t now = time(NULL), due;

	if (size)
		why[0] = '\0';
	pthread_mutex_lock(&c->lock);
	if (!c->over)
		ca_queue_expire(c, now);
	if (c->rules.ra) {              /* only that requests go which nobody wanted */
		pthread_mutex_unlock(&c->lock);
		return RA_TICK_S;
	}
	if (!c->over && (now >= ca_crl_due(&c->crl) || now < c->crl.this_s))
		renew_crl(c, c->crl.of, c->crl.count, why, size);
	due = ca_crl_due(&c->crl) - now;
	pthread_mutex_unlock(&c->lock);
	return due < 1 ? CRL_SHORTEST_S : due;
}

/* ---- opening ------------------------------------------------------------------------------- */

static int
ca_new(struct ca **cp, struct pki *p, const char *name, const char *directory, bool make,
    const struct ca_rules *r, char *why, size_t size)
{
	struct ca *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return pki_why(why, size, -ENOMEM, "out of memory");
	atomic_init(&c->holders, 1);
	pthread_mutex_init(&c->lock, NULL);
	c->pki = p;
	c->rules = *r;
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->dir = -1;
	rc = ca_store_open(&c->dir, directory, make, why, size);
	if (rc < 0)
		ca_drop(c);
	else
		*cp = c;
	return rc;
}

static void
note_cert(struct ca *c)
{
	struct pki_cert_info *i = malloc(sizeof(*i));

	c->end_s = INT64_MAX;
	if (i && pki_cert_info(&c->cert, i) == 0) {
		c->end_s = i->not_after;
		c->cert_serial = i->self_signed ? ca_serial(&c->cert) : 0;     /* else a number of the CA above */
	}
	free(i);
}

static int
load_cert(struct ca *c, char *why, size_t size)
{
	struct der text;
	int rc = ca_read_own(c, ".cer", &text, why, size);

	if (rc < 0)
		return rc;
	rc = pki_cert_from_text((char *)text.bytes, &c->cert, why, size);
	der_clear(&text);
	if (rc < 0)
		return rc == -ENOENT ? -EINVAL : rc;
	note_cert(c);
	rc = ca_roll_load(c, why, size);
	if (rc == 0 && !pki_key_matches(c->pki, c->name, &c->cert))
		return pki_why(why, size, -EKEYREJECTED,
		    "key pair %s is missing, or is not the one of the CA certificate", c->name);
	return rc;
}

static int
load_crl(struct ca *c, char *why, size_t size)
{
	int rc = ca_read_own(c, ".crl", &c->crl_der, why, size);

	if (rc == 0)
		rc = ca_crl_read(&c->crl_der, &c->cert, &c->crl, why, size);
	if (rc < 0)
		return pki_why(why, size, -EBADF,
		    "%.64s.crl is missing or damaged: what is revoked is "
		    "not known any more",
		    c->name);
	return 0;
}

int
ca_open(struct ca **cp, struct pki *p, const char *name, const char *directory,
    const struct ca_rules *r, char *why, size_t size)
{
	struct ca *c = NULL;
	int rc = ca_new(&c, p, name, directory, false, r, why, size);

	if (rc == 0)
		rc = load_cert(c, why, size);
	if (rc == 0 && !r->ra)
		rc = load_crl(c, why, size);
	if (rc < 0) {
		ca_drop(c);
		return rc;
	}
	ca_queue_load(c);
	find_numbers(c);
	*cp = c;
	return 0;
}

static bool
is_there(struct ca *c)
{
	struct der d;
	char why[80];
	int rc = ca_read_own(c, ".cer", &d, why, sizeof(why));

	der_clear(&d);
	return rc != -ENOENT;
}

static int
make_new(struct ca **cp, struct pki *p, const char *name, const char *directory, const struct ca_rules *r, char *why,
    size_t size)
{
	int rc = ca_new(cp, p, name, directory, true, r, why, size);

	if (rc == 0 && is_there(*cp)) {
		rc = pki_why(why, size, -EEXIST, "%s has a CA certificate already", name);
		ca_drop(*cp);
		*cp = NULL;
	}
	return rc;
}

/* c->cert is there.  It is written last: with it, there is a CA. */
static int
make_files(struct ca *c, uint64_t last, char *why, size_t size)
{
	int rc;

	note_cert(c);
	c->last_serial = last;
	rc = ca_save_state(c, why, size);
	if (rc == 0 && !c->rules.ra)
		rc = renew_crl(c, NULL, 0, why, size);
	if (rc == 0 && c->cert_serial)
		rc = ca_keep(c, c->cert_serial, &c->cert, why, size);
	return rc == 0 ? ca_write_cert(c, ".cer", &c->cert, why, size) : rc;
}

static int
made(struct ca **cp, struct ca *c, int rc)
{
	if (rc < 0)
		ca_drop(c);
	else
		*cp = c;
	return rc;
}

int
ca_make(struct ca **cp, struct pki *p, const char *name, const char *directory,
    const struct ca_wish *w, const struct ca_rules *r, char *why, size_t size)
{
	struct ca *c = NULL;
	int rc = make_new(&c, p, name, directory, r, why, size);

	if (rc == 0)
		rc = ca_self(p, w, &c->cert, why, size);
	if (rc == 0)
		rc = make_files(c, w->serial, why, size);
	return made(cp, c, rc);
}

int
ca_make_below(struct ca **cp, struct pki *p, const char *name, const char *directory, const struct der *cert,
    uint64_t serial, const struct ca_rules *r, char *why, size_t size)
{
	struct ca *c = NULL;
	int rc = make_new(&c, p, name, directory, r, why, size);

	if (rc == 0 && der_copy(&c->cert, cert->bytes, cert->size) < 0)
		rc = pki_why(why, size, -ENOMEM, "out of memory");
	if (rc == 0)
		rc = make_files(c, serial - 1, why, size);
	return made(cp, c, rc);
}

int
ca_renew(struct ca *c, const struct der *cert, char *why, size_t size)
{
	int rc = ca_enter(c, why, size);

	if (rc < 0)
		return rc;
	if (!pki_key_matches(c->pki, c->name, cert))
		rc = pki_why(why, size, -EKEYREJECTED, "the certificate is not of key pair %s", c->name);
	if (rc == 0)
		rc = ca_write_cert(c, ".cer", cert, why, size);
	c->over = rc == 0;
	pthread_mutex_unlock(&c->lock);
	return rc;
}

struct removal {
	int dir;
	const char *name;
};

/* Ours by their names; a directory of flash: may hold other files. */
static void
on_destroyed(const char *file, void *arg)
{
	const struct removal *r = arg;
	size_t n = strlen(r->name), digits = strspn(file, "0123456789ABCDEF");
	static const char *const own[] = {".cer", ".ser", ".crl", "#.cer", "#.crl", ".pub", "_00001.pem", "_00001.p12", "_00002.pem", "_00002.p12"},
				 *const numbered[] = {".req", ".cnm", ".crt"};

	bool mine = false;

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		mine |= !strncmp(file, r->name, n) && !strcmp(file + n, own[i]);
	for (size_t i = 0; i < sizeof(numbered) / sizeof(*numbered); i++)
		mine |= digits && !strcmp(file + digits, numbered[i]);
	if (mine)
		unlinkat(r->dir, file, 0);
}

int
ca_destroy(const char *name, const char *directory)
{
	struct removal r = {.name = name};
	char why[80];
	int rc = ca_store_open(&r.dir, directory, false, why, sizeof(why));

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	ca_store_each(r.dir, on_destroyed, &r);
	rc = fsync(r.dir) < 0 ? -errno : 0;
	close(r.dir);
	rmdir(directory);
	return rc;
}
