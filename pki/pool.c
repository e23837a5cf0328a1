/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pool.c -- see pool.h.  What a context holds of an older pool stays as it was. */
#include "pki/pool.h"
#include "pki/cert.h"
#include "pki/key.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <openssl/err.h>

struct pool {
	pthread_mutex_t lock;           /* over what is below */
	X509_STORE *store;              /* NULL: it is empty */
	X509 *soonest;                  /* which ends next; NULL: all have ended */
	size_t count, ended;
	atomic_uint generation;         /* one more with each change */
};

OWNER(store_free, X509_STORE, X509_STORE_free)

int
pool_new(struct pool **pp)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	pthread_mutex_init(&p->lock, NULL);
	*pp = p;
	return 0;
}

void
pool_free(struct pool *p)
{
	if (!p)
		return;
	X509_STORE_free(p->store);
	X509_free(p->soonest);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* Notes when it ends; takes it over. */
static void
note(struct pool *p, X509 *x, time_t now)
{
	time_t end = cert_time(X509_get0_notAfter(x));

	p->count++;
	if (end <= now)
		p->ended++;
	if (end <= now || (p->soonest && end >= cert_time(X509_get0_notAfter(p->soonest)))) {
		X509_free(x);
		return;
	}
	X509_free(p->soonest);
	p->soonest = x;
}

/* What cannot be read, and what is no CA, vouches for nobody. */
int
pool_set(struct pool *p, const struct der *certs, size_t count)
{
	struct pool fresh = { .count = 0 };
	OWNED(store_free) X509_STORE *store = X509_STORE_new();
	time_t now = time(NULL);

	if (!store)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		X509 *x = cert_open(certs[i].bytes, certs[i].size);

		if (x && cert_is_ca(x) && X509_get0_pubkey(x) && X509_STORE_add_cert(store, x))
			note(&fresh, x, now);
		else
			X509_free(x);
	}
	ERR_clear_error();
	pthread_mutex_lock(&p->lock);
	X509_STORE_free(p->store);
	X509_free(p->soonest);
	p->store = fresh.count ? store : NULL;
	p->soonest = fresh.soonest;
	p->count = fresh.count;
	p->ended = fresh.ended;
	if (fresh.count)
		store = NULL; /* handed over */
	pthread_mutex_unlock(&p->lock);
	atomic_fetch_add(&p->generation, 1);
	return 0;
}

X509_STORE *
pool_hold(struct pool *p)
{
	X509_STORE *store;

	pthread_mutex_lock(&p->lock);
	store = p->store && X509_STORE_up_ref(p->store) ? p->store : NULL;
	pthread_mutex_unlock(&p->lock);
	return store;
}

unsigned
pool_generation(struct pool *p)
{
	return atomic_load(&p->generation);
}

bool
pool_look(struct pool *p, struct pki_pool_info *i)
{
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = 0;

	pthread_mutex_lock(&p->lock);
	*i = (struct pki_pool_info){ .count = p->count, .ended = p->ended };
	if (p->soonest)
		n = i2d_X509(p->soonest, &bytes);
	pthread_mutex_unlock(&p->lock);
	if (n > 0)
		der_copy(&i->soonest, bytes, (size_t)n);
	return i->count;
}

/* ---- the door ---------------------------------------------------------------------------------------------- */

int
pki_pool_set(struct pki *p, const struct der *certs, size_t count)
{
	return pool_set(pki_pool(p), certs, count);
}

unsigned
pki_pool_generation(struct pki *p)
{
	return pool_generation(pki_pool(p));
}

bool
pki_pool_look(struct pki *p, struct pki_pool_info *i)
{
	return pool_look(pki_pool(p), i);
}
