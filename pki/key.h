/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/key.h -- the inside of the key table: what only this room may see. */
#ifndef PKI_KEY_H
#define PKI_KEY_H

#include "pki/openssl.h"

enum { KEY_LABEL = 65 };

struct key {
	char label[KEY_LABEL];
	EVP_PKEY *pkey; /* one count of it */
	time_t created;
	bool exportable;
	enum pki_key_usage usage;
	/* `crypto key encrypt': the private half as encrypted PEM, which is what NVRAM has; NULL: not so.
	 * While it is locked `pkey' is the public half alone. */
	char *shut;
	bool locked;
	bool sealed; /* its file was, when it was read */
};
void key_clear(struct key *);

/* One key pair as `change' makes it of a copy; `save': its file too.  -ENOENT; what `change' says. */
int key_change(struct pki *, const char *label, int (*change)(struct key *, void *arg, char *why, size_t),
    void *arg, bool save, char *why, size_t size);

/* The one door to a private key, for signing a request, a certificate or a handshake: a count of
 * the pair of that label for EVP_PKEY_free(), NULL when there is none or it is locked.  Users of it only ever
 * sign: give it a provider's key that asks another process, and no caller changes. */
EVP_PKEY *key_hold(struct pki *, const char *label);
struct revocations *pki_revocations(struct pki *);
struct pool *pki_pool(struct pki *);

/* key_store.c: keys as files of one directory, held open as a descriptor.  Nothing here locks. */
int key_store_open(int *dirp, const char *nvram, char *why, size_t size);

/* Reads each key of the directory into `on_key` (which takes it over, 0 or -errno); a file that
 * is no key is named in `why`: 1 then.  Half-written files of a crash are wiped. */
struct seal;
struct seals;
int key_store_load(int dir, const struct seals *, int (*on_key)(struct key *, void *arg), void *arg,
    char *why, size_t size);

/* The old file of that label stands until the new one is complete, then it is wiped. */
int key_store_save(int dir, const struct seal *, const struct key *, char *why, size_t size); /* NULL: plain */
int key_store_remove(int dir, const char *label, char *why, size_t size);

/* The same for one file of one's own, 0600; what was there is wiped.  -errno. */
int key_file_replace(int dir, const char *name, const char *bytes, size_t count);
int key_file_remove(int dir, const char *name);

/* Makes the last save or remove survive a power cut. */
int key_store_sync(int dir, char *why, size_t size);

/* -EINVAL with the reason when `label` cannot name a key. */
int key_label_check(const char *label, char *why, size_t size);

#endif
