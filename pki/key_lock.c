/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/key_lock.c -- key pairs with a passphrase of their own: who reads NVRAM, all of it, has not got them,
 * and after a restart somebody has to unlock them. */
#include "pki/bundle.h"
#include "pki/export.h"
#include "pki/key.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The private half; -EACCES: another passphrase. */
static int
open_shut(const struct key *k, const char *passphrase, EVP_PKEY **pkey, char *why, size_t size)
{
	struct pki_bundle b;
	int rc;

	if (!k->shut)
		return pki_why(why, size, -ENOENT, "key pair %s is not encrypted", k->label);
	rc = pki_bundle_read(&b, k->shut, strlen(k->shut), PKI_KEYS_TOO, passphrase, why, size);
	if (rc < 0)
		return rc;
	*pkey = b.key;
	b.key = NULL;
	pki_bundle_clear(&b);
	return 0;
}

static void
take(struct key *k, EVP_PKEY *pkey, bool locked)
{
	EVP_PKEY_free(k->pkey);
	k->pkey = pkey;
	k->locked = locked;
}

static int
guard(struct key *k, void *arg, char *why, size_t size)
{
	if (k->shut)
		return pki_why(why, size, -EEXIST, "key pair %s is encrypted already", k->label);
	return export_seal(k->pkey, arg, &k->shut, why, size);
}

static int
unguard(struct key *k, void *arg, char *why, size_t size)
{
	EVP_PKEY *pkey = NULL;
	int rc = open_shut(k, arg, &pkey, why, size);

	if (rc < 0)
		return rc;
	take(k, pkey, false);
	free(k->shut);
	k->shut = NULL;
	return 0;
}

static EVP_PKEY *
public_half(const EVP_PKEY *pkey)
{
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = i2d_PUBKEY(pkey, &bytes);
	const uint8_t *p = bytes;

	return n > 0 ? d2i_PUBKEY(NULL, &p, n) : NULL;
}

/* Only who can unlock it may lock it. */
static int
lock(struct key *k, void *arg, char *why, size_t size)
{
	EVP_PKEY *pkey = NULL, *half;
	int rc = open_shut(k, arg, &pkey, why, size);

	EVP_PKEY_free(pkey);
	if (rc < 0)
		return rc;
	half = public_half(k->pkey);
	if (!half)
		return openssl_why(why, size, "key pair %s cannot be locked", k->label);
	take(k, half, true);
	return 0;
}

static int
unlock(struct key *k, void *arg, char *why, size_t size)
{
	EVP_PKEY *pkey = NULL;
	int rc = open_shut(k, arg, &pkey, why, size);

	if (rc == 0)
		take(k, pkey, false);
	return rc;
}

int
pki_key_guard(struct pki *p, const char *label, const char *passphrase, char *why, size_t size)
{
	if (strlen(passphrase) < PKI_PASSPHRASE_LEAST)
		return pki_why(why, size, -EINVAL, "Passphrase is too short: it has %d characters at least.",
		    PKI_PASSPHRASE_LEAST);
	return key_change(p, label, guard, (void *)passphrase, true, why, size);
}

int
pki_key_unguard(struct pki *p, const char *label, const char *passphrase, char *why, size_t size)
{
	return key_change(p, label, unguard, (void *)passphrase, true, why, size);
}

int
pki_key_lock(struct pki *p, const char *label, const char *passphrase, char *why, size_t size)
{
	return key_change(p, label, lock, (void *)passphrase, false, why, size);
}

int
pki_key_unlock(struct pki *p, const char *label, const char *passphrase, char *why, size_t size)
{
	return key_change(p, label, unlock, (void *)passphrase, false, why, size);
}
