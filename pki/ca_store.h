/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_store.h -- the files of a certificate authority: one directory, held open as a descriptor.
 * A write is whole or not at all, and synced when it returns.  Nothing here locks. */
#ifndef PKI_CA_STORE_H
#define PKI_CA_STORE_H

#include "pki/pki.h"

enum { CA_FILE = 160, CA_FILE_MOST = 4 << 20 };

/* Opens (makes, where missing: 0700, its parent too) the directory.  *dirp; 0, -errno. */
int  ca_store_open(int *dirp, const char *path, bool make, char *why, size_t size);
int  ca_store_write(int dir, const char *name, const void *bytes, size_t count, char *why,
         size_t size);
/* -ENOENT: there is none.  to->bytes has a NUL behind it. */
int  ca_store_read(int dir, const char *name, struct der *to, char *why, size_t size);
int  ca_store_remove(int dir, const char *name);
/* Calls `on' with each file name; half-written files of a crash, a minute old, are removed. */
void ca_store_each(int dir, void (*on)(const char *name, void *arg), void *arg);

#endif
