/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/key.c -- the table of key pairs.
 *
 * The table is sorted by label and guarded by a read-write lock that is held for look-ups and for
 * swapping a pointer, never over a file or a prime search; a mutex puts those who change files one
 * after the other.  A key in use (an SSL_CTX holds it) lives on until its last user lets go, also
 * when it was replaced or zeroised here; OpenSSL clears the private numbers as it frees them. */
#include "pki/key.h"
#include "pki/bundle.h"
#include "pki/pool.h"
#include "pki/revocation.h"
#include "pki/cert.h"
#include "pki/seal.h"
#include <fcntl.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

enum { PKI_MASTER_LEAST = 8 };

struct pki {
	pthread_mutex_t writers; /* taken before `table` */
	pthread_rwlock_t table;
	int dir, top;      /* keys/, and the NVRAM that it is in */
	struct seals seals; /* guarded by `writers' */
	struct key *keys;
	size_t count;
	struct revocations *revocations;
	struct pool *pool;
};

void
key_clear(struct key *k)
{
	EVP_PKEY_free(k->pkey);
	free(k->shut);
	*k = (struct key){0};
}

/* Where `label` is, or should be. */
static size_t
table_index(const struct pki *p, const char *label, bool *found)
{
	size_t i = 0;
	int order = 1;

	while (i < p->count && (order = strcmp(p->keys[i].label, label)) < 0)
		i++;
	*found = i < p->count && order == 0;
	return i;
}

/* Takes `k` over on success. */
static int
table_put(struct pki *p, struct key *k)
{
	bool found;
	size_t i;
	struct key *more;
	int rc = 0;

	pthread_rwlock_wrlock(&p->table);
	i = table_index(p, k->label, &found);
	if (found) {
		key_clear(&p->keys[i]);
		p->keys[i] = *k;
		goto out;
	}
	more = realloc(p->keys, (p->count + 1) * sizeof(*more));
	if (!more) {
		rc = -ENOMEM;
		goto out;
	}
	p->keys = more;
	memmove(more + i + 1, more + i, (p->count++ - i) * sizeof(*more));
	more[i] = *k;
out:
	pthread_rwlock_unlock(&p->table);
	return rc;
}

static void
table_remove(struct pki *p, const char *label)
{
	bool found;
	size_t i;

	pthread_rwlock_wrlock(&p->table);
	i = table_index(p, label, &found);
	if (found) {
		key_clear(&p->keys[i]);
		memmove(p->keys + i, p->keys + i + 1, (--p->count - i) * sizeof(*p->keys));
	}
	pthread_rwlock_unlock(&p->table);
}

/* ---- sealing ---- */

static const struct seal *
seal_now(const struct pki *p)
{
	return p->seals.count && p->seals.sealing ? &p->seals.seal[0] : NULL;
}

/* All files as `seals' wants them; then the older master key has nothing left to open. */
static int
seals_settle(struct pki *p, char *why, size_t size)
{
	int rc = 0;

	for (size_t i = 0; i < p->count && rc == 0; i++)
		rc = key_store_save(p->dir, seal_now(p), &p->keys[i], why, size);
	if (rc == 0)
		rc = key_store_sync(p->dir, why, size);
	if (rc < 0)
		return rc;
	if (p->seals.count > 1) {
		OPENSSL_cleanse(&p->seals.seal[1], sizeof(p->seals.seal[1]));
		p->seals.count = 1;
	}
	return seals_save(&p->seals, p->top, why, size);
}

bool
pki_master_is_set(struct pki *p)
{
	bool set;

	pthread_mutex_lock(&p->writers);
	set = p->seals.count > 0;
	pthread_mutex_unlock(&p->writers);
	return set;
}

bool
pki_master_is_sealing(struct pki *p)
{
	bool sealing;

	pthread_mutex_lock(&p->writers);
	sealing = seal_now(p) != NULL;
	pthread_mutex_unlock(&p->writers);
	return sealing;
}

/* The new one in front of the old, in NVRAM before any file is written with it. */
static int
master_change(struct pki *p, const struct seal *fresh, bool sealing, char *why, size_t size)
{
	struct seals before = p->seals;
	int rc;

	p->seals.seal[1] = p->seals.seal[0];
	p->seals.seal[0] = *fresh;
	p->seals.count = before.count ? 2 : 1;
	p->seals.sealing = sealing;
	rc = seals_save(&p->seals, p->top, why, size);
	if (rc < 0)
		p->seals = before;
	else
		rc = seals_settle(p, why, size);
	seals_clear(&before);
	return rc;
}

int
pki_master_set(struct pki *p, const char *old, const char *fresh, bool sealing, char *why, size_t size)
{
	struct seal s = {0};
	int rc = 0;

	if (strlen(fresh) < PKI_MASTER_LEAST)
		return pki_why(why, size, -EINVAL, "The master key has %d characters at least.", PKI_MASTER_LEAST);
	pthread_mutex_lock(&p->writers);
	if (p->seals.count > 1)
		rc = seals_settle(p, why, size);
	if (rc == 0 && p->seals.count && (!old || !seal_is_from(&p->seals.seal[0], old)))
		rc = pki_why(why, size, -EACCES, "The old master key is another one: nothing was changed.");
	if (rc == 0)
		rc = seal_make(&s, fresh, NULL, why, size);
	if (rc == 0)
		rc = master_change(p, &s, sealing, why, size);
	pthread_mutex_unlock(&p->writers);
	OPENSSL_cleanse(&s, sizeof(s));
	return rc;
}

int
pki_master_seal(struct pki *p, bool sealing, char *why, size_t size)
{
	bool before;
	int rc = 0;

	pthread_mutex_lock(&p->writers);
	before = p->seals.sealing;
	p->seals.sealing = sealing;
	if (p->seals.count && before != sealing)
		rc = seals_settle(p, why, size);
	if (!p->seals.count || rc < 0)
		p->seals.sealing = before;
	pthread_mutex_unlock(&p->writers);
	return rc;
}

int
pki_master_remove(struct pki *p, char *why, size_t size)
{
	int rc = 0;

	pthread_mutex_lock(&p->writers);
	if (!p->seals.count)
		rc = pki_why(why, size, -ENOENT, "No master key is set.");
	p->seals.sealing = false;
	if (rc == 0)
		rc = seals_settle(p, why, size);
	if (rc == 0) {
		seals_clear(&p->seals);
		rc = seals_save(&p->seals, p->top, why, size);
	}
	pthread_mutex_unlock(&p->writers);
	return rc;
}

static int
on_key(struct key *k, void *arg)
{
	return table_put(arg, k);
}

/* Files of both kinds, or two master keys: a change was cut off, or somebody has put a file there. */
static bool
is_mixed(const struct pki *p)
{
	bool mixed = p->seals.count > 1;

	for (size_t i = 0; i < p->count && p->seals.count; i++)
		mixed |= p->keys[i].sealed != (seal_now(p) != NULL);
	return mixed;
}

/* What a crash left half changed is finished; where that cannot be, all stays readable as it is. */
static int
load(struct pki *p, char *why, size_t size)
{
	char master[160] = "", ignored[160];
	int bad = p->top < 0 ? 0 : seals_load(&p->seals, p->top, master, sizeof(master)), rc;

	rc = key_store_load(p->dir, &p->seals, on_key, p, why, size);
	if (rc < 0)
		return rc;
	if (bad < 0)
		return pki_why(why, size, 1, "%s", master);
	if (rc == 0 && is_mixed(p))
		seals_settle(p, ignored, sizeof(ignored));
	return rc;
}

int
pki_open(struct pki **pp, const char *nvram, char *why, size_t size)
{
	struct pki *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return pki_why(why, size, -ENOMEM, "out of memory");
	pthread_mutex_init(&p->writers, NULL);
	pthread_rwlock_init(&p->table, NULL);
	p->dir = -1;
	p->top = open(nvram, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = revocations_new(&p->revocations, nvram);
	if (rc == 0)
		rc = pool_new(&p->pool);
	if (rc == 0)
		rc = key_store_open(&p->dir, nvram, why, size);
	if (rc == 0)
		rc = load(p, why, size);
	if (rc < 0)
		pki_close(p);
	else
		*pp = p;
	return rc;
}

void
pki_close(struct pki *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->count; i++)
		key_clear(&p->keys[i]);
	free(p->keys);
	revocations_free(p->revocations);
	pool_free(p->pool);
	seals_clear(&p->seals);
	if (p->dir >= 0)
		close(p->dir);
	if (p->top >= 0)
		close(p->top);
	pthread_rwlock_destroy(&p->table);
	pthread_mutex_destroy(&p->writers);
	free(p);
}

struct revocations *
pki_revocations(struct pki *p)
{
	return p->revocations;
}

struct pool *
pki_pool(struct pki *p)
{
	return p->pool;
}

static EVP_PKEY *
hold(struct pki *p, const char *label, bool locked_too)
{
	EVP_PKEY *pkey = NULL;
	bool found;
	size_t i;

	pthread_rwlock_rdlock(&p->table);
	i = table_index(p, label, &found);
	if (found && (locked_too || !p->keys[i].locked) && EVP_PKEY_up_ref(p->keys[i].pkey))
		pkey = p->keys[i].pkey;
	pthread_rwlock_unlock(&p->table);
	return pkey;
}

EVP_PKEY *
key_hold(struct pki *p, const char *label)
{
	return hold(p, label, false);
}

/* ---- generating ---- */

struct generation {
	bool (*stop)(void *arg);
	void *arg;
	bool stopped;
};

static bool
should_stop(struct generation *g)
{
	if (!g->stopped && g->stop && g->stop(g->arg))
		g->stopped = true;
	return g->stopped;
}

static int
on_progress(EVP_PKEY_CTX *ctx)
{
	return !should_stop(EVP_PKEY_CTX_get_app_data(ctx));
}

static EVP_PKEY *
rsa_generate(int bits, struct generation *g)
{
	OWNED(pkey_ctx_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	if (!ctx || EVP_PKEY_keygen_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits) <= 0)
		return NULL;
	EVP_PKEY_CTX_set_app_data(ctx, g);
	EVP_PKEY_CTX_set_cb(ctx, on_progress);
	return EVP_PKEY_generate(ctx, &pkey) > 0 ? pkey : NULL;
}

static EVP_PKEY *
ec_generate(int bits)
{
	return EVP_EC_gen(bits == 256 ? "P-256" : bits == 384 ? "P-384" : "P-521");
}

static int
size_check(enum pki_key_type type, int bits, char *why, size_t size)
{
	switch (type) {
	case PKI_RSA:
		if (bits >= 512 && bits <= 4096)
			return 0;
		return pki_why(
		    why, size, -EINVAL, "an RSA modulus has 512 to 4096 bits, not %d", bits);
	case PKI_EC:
		if (bits == 256 || bits == 384 || bits == 521)
			return 0;
		return pki_why(
		    why, size, -EINVAL, "an EC key has 256, 384 or 521 bits, not %d", bits);
	}
	return pki_why(why, size, -EINVAL, "no such kind of key");
}

/* File first: what the table has, NVRAM has.  Takes `k` over on success, and also when only the
 * sync failed (the new key then is the one in both places). */
static int
key_keep(struct pki *p, struct key *k, char *why, size_t size)
{
	int rc;

	pthread_mutex_lock(&p->writers);
	rc = key_store_save(p->dir, seal_now(p), k, why, size);
	if (rc == 0 && (rc = table_put(p, k)) == 0) {
		k->pkey = NULL;
		k->shut = NULL;
		rc = key_store_sync(p->dir, why, size);
	} else if (rc == -ENOMEM) {
		pki_why(why, size, rc, "out of memory");
	}
	pthread_mutex_unlock(&p->writers);
	return rc;
}

int
pki_key_make(struct pki *p, const struct pki_key_wish *w, bool (*stop)(void *arg), void *arg, char *why,
    size_t size)
{
	struct generation g = {.stop = stop, .arg = arg};
	struct key k = {.exportable = w->exportable, .usage = w->usage};
	int rc = key_label_check(w->label, why, size);

	if (rc == 0)
		rc = size_check(w->type, w->bits, why, size);
	if (rc < 0)
		return rc;
	snprintf(k.label, sizeof(k.label), "%s", w->label);
	if (!should_stop(&g))
		k.pkey = w->type == PKI_RSA ? rsa_generate(w->bits, &g) : ec_generate(w->bits);
	if (!k.pkey) {
		rc = openssl_why(why, size, "the key pair cannot be generated");
		return g.stopped ? pki_why(why, size, -EINTR, "stopped: no key was made") : rc;
	}
	k.created = time(NULL);
	rc = key_keep(p, &k, why, size);
	key_clear(&k);
	return rc;
}

int
pki_key_generate(struct pki *p, const char *label, enum pki_key_type type, int bits,
    bool exportable, bool (*stop)(void *arg), void *arg, char *why, size_t size)
{
	struct pki_key_wish w = {label, type, bits, exportable, PKI_USAGE_GENERAL};

	return pki_key_make(p, &w, stop, arg, why, size);
}

int
pki_key_import(struct pki *p, const char *label, const struct pki_bundle *b, bool exportable,
    char *why, size_t size)
{
	struct key k = {.exportable = exportable, .created = time(NULL)};
	int rc = key_label_check(label, why, size);

	if (rc == 0 && !b->key)
		rc = pki_why(why, size, -ENOENT, "there is no private key in it");
	if (rc == 0)
		rc = size_check(EVP_PKEY_is_a(b->key, "RSA") ? PKI_RSA : PKI_EC,
		    EVP_PKEY_get_bits(b->key), why, size);
	if (rc < 0)
		return rc;
	snprintf(k.label, sizeof(k.label), "%s", label);
	if (!EVP_PKEY_up_ref(b->key))
		return pki_why(why, size, -ENOMEM, "out of memory");
	k.pkey = b->key;
	rc = key_keep(p, &k, why, size);
	key_clear(&k);
	return rc;
}

/* -ENOENT, -ENOMEM. */
static int
key_copy(struct pki *p, const char *label, struct key *to)
{
	bool found;
	size_t i;
	int rc = -ENOENT;

	pthread_rwlock_rdlock(&p->table);
	i = table_index(p, label, &found);
	if (found) {
		*to = p->keys[i];
		to->shut = to->shut ? strdup(to->shut) : NULL;
		rc = EVP_PKEY_up_ref(to->pkey) ? 0 : -ENOMEM;
		if (rc == 0 && p->keys[i].shut && !to->shut)
			rc = -ENOMEM;
	}
	pthread_rwlock_unlock(&p->table);
	return rc;
}

int
key_change(struct pki *p, const char *label, int (*change)(struct key *, void *arg, char *why, size_t),
    void *arg, bool save, char *why, size_t size)
{
	struct key k = {0};
	int rc;

	pthread_mutex_lock(&p->writers);
	rc = key_copy(p, label, &k);
	if (rc == -ENOENT)
		pki_why(why, size, rc, "there is no key pair named %s", label);
	else if (rc < 0)
		pki_why(why, size, rc, "out of memory");
	if (rc == 0)
		rc = change(&k, arg, why, size);
	if (rc == 0 && save)
		rc = key_store_save(p->dir, seal_now(p), &k, why, size);
	if (rc == 0 && (rc = table_put(p, &k)) == 0) {
		k = (struct key){0};
		rc = save ? key_store_sync(p->dir, why, size) : 0;
	}
	pthread_mutex_unlock(&p->writers);
	key_clear(&k);
	return rc;
}

static int
lock_in(struct key *k, void *arg, char *why, size_t size)
{
	(void)arg, (void)why, (void)size;
	k->exportable = false;
	return 0;
}

int
pki_key_lock_in(struct pki *p, const char *label, char *why, size_t size)
{
	return key_change(p, label, lock_in, NULL, true, why, size);
}

int
pki_key_zeroize(struct pki *p, const char *label, char *why, size_t size)
{
	bool found;
	int rc;

	pthread_mutex_lock(&p->writers); /* so nobody else changes the table meanwhile */
	table_index(p, label, &found);
	if (!found)
		rc = pki_why(why, size, -ENOENT, "there is no key pair named %s", label);
	else
		rc = key_store_remove(p->dir, label, why, size);
	if (rc == 0) {
		table_remove(p, label);
		rc = key_store_sync(p->dir, why, size);
	}
	pthread_mutex_unlock(&p->writers);
	return rc;
}

int
pki_key_rename(struct pki *p, const char *from, const char *to, char *why, size_t size)
{
	struct key k = {0};
	int rc = key_label_check(to, why, size);

	if (rc < 0)
		return rc;
	pthread_mutex_lock(&p->writers);
	rc = key_copy(p, from, &k);
	if (rc < 0)
		pki_why(why, size, rc, "key pair %s %s", from, rc == -ENOENT ? "is not there" : "cannot be copied");
	snprintf(k.label, sizeof(k.label), "%s", to);
	if (rc == 0)
		rc = key_store_save(p->dir, seal_now(p), &k, why, size);
	if (rc == 0 && (rc = table_put(p, &k)) == 0)
		k = (struct key){0};
	if (rc == 0 && (rc = key_store_remove(p->dir, from, why, size)) == 0) {
		table_remove(p, from);
		rc = key_store_sync(p->dir, why, size);
	}
	pthread_mutex_unlock(&p->writers);
	key_clear(&k);
	return rc;
}

/* ---- looking ---- */

static int
key_info(const struct key *k, struct pki_key_info *info)
{
	OWNED(bytes_free) unsigned char *spki = NULL;
	int size = i2d_PUBKEY(k->pkey, &spki);

	*info = (struct pki_key_info){
	    .created = k->created, .exportable = k->exportable, .usage = k->usage,
	    .guarded = k->shut != NULL, .locked = k->locked};
	memcpy(info->label, k->label, sizeof(info->label));
	info->type = EVP_PKEY_is_a(k->pkey, "RSA") ? PKI_RSA : PKI_EC;
	info->bits = EVP_PKEY_get_bits(k->pkey);
	return size > 0 ? der_copy(&info->spki, spki, (size_t)size) : -ENOMEM;
}

bool
pki_key_find(struct pki *p, const char *label, struct pki_key_info *info)
{
	bool found;
	size_t i;

	pthread_rwlock_rdlock(&p->table);
	i = table_index(p, label, &found);
	if (found)
		found = key_info(&p->keys[i], info) == 0;
	pthread_rwlock_unlock(&p->table);
	return found;
}

size_t
pki_keys(struct pki *p, struct pki_key_info **list)
{
	size_t count = 0;

	pthread_rwlock_rdlock(&p->table);
	*list = calloc(p->count ? p->count : 1, sizeof(**list));
	while (*list && count < p->count && key_info(&p->keys[count], *list + count) == 0)
		count++;
	pthread_rwlock_unlock(&p->table);
	return count;
}

void
pki_key_info_clear(struct pki_key_info *info)
{
	if (info)
		der_clear(&info->spki);
}

bool
pki_key_matches(struct pki *p, const char *label, const struct der *cert)
{
	OWNED(pkey_free) EVP_PKEY *pkey = hold(p, label, true);
	OWNED(x509_free) X509 *x = pkey ? cert_open(cert->bytes, cert->size) : NULL;
	bool same = x && EVP_PKEY_eq(X509_get0_pubkey(x), pkey) == 1;

	ERR_clear_error();
	return same;
}
