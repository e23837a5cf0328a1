/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/seal.h -- the master key, and files sealed with it (AES-256-GCM).
 *
 * The master key is derived from what was typed (scrypt) and lies in NVRAM/master-key, 0600, because the
 * box boots without a person.  It is never in the configuration.  While it changes the file holds both:
 * a crash in the middle leaves every key pair readable under one of the two. */
#ifndef PKI_SEAL_H
#define PKI_SEAL_H

#include "pki/openssl.h"

enum { SEAL_ID = 8, SEAL_KEY = 32, SEAL_SALT = 16, SEALS = 2 };

struct seal { uint8_t id[SEAL_ID], salt[SEAL_SALT], key[SEAL_KEY]; };

/* The first is the one to seal with, where `sealing' says so; what the second has sealed is to be written
 * anew. */
struct seals { struct seal seal[SEALS]; int count; bool sealing; };

/* A fresh one from a passphrase; the same one again from its salt.  0; -ENOMEM. */
int  seal_make(struct seal *, const char *passphrase, const uint8_t *salt, char *why, size_t size);
bool seal_is_from(const struct seal *, const char *passphrase);

/* NVRAM/master-key of the directory `top': 0, also when there is none; -EBADMSG; -errno. */
int  seals_load(struct seals *, int top, char *why, size_t size);
/* Whole or not at all, and synced; with no seal in it the file is wiped and goes. */
int  seals_save(const struct seals *, int top, char *why, size_t size);
void seals_clear(struct seals *);
const struct seal *seals_find(const struct seals *, const char *id_hex);

/* `head' (a line of the file: label, dates) is bound to the contents.  Both: malloc()ed, wiped by
 * der_wipe(); -EBADMSG: it was changed, or is another's. */
int  seal_close(const struct seal *, const char *head, const void *bytes, size_t count, struct der *);
int  seal_open(const struct seal *, const char *head, const struct der *sealed, struct der *);
void seal_id_text(const struct seal *, char text[2 * SEAL_ID + 1]);
void der_wipe(struct der *);

#endif
