/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/kept.h -- files of NVRAM that the box keeps for itself (requests that wait, the trustpool): each is there whole,
 * or as it was before, whenever the power goes. */
#ifndef MODES_KEPT_H
#define MODES_KEPT_H

#include "modes/box.h"

enum { KEPT_PATH = 512 };

/* name: below the NVRAM, in one directory there at most, which is made.  Mode 0600, on the disk when it returns.  0;
 * -errno. */
int  kept_write(const struct box *, const char *name, const char *text, size_t size);
/* 0, also where there is none; -errno. */
int  kept_remove(const struct box *, const char *name);
/* Its text, malloc()ed, with a '\0' behind; *size (may be NULL): without that.  NULL: there is none, it is empty, it has
 * more than `most' bytes, or there is no memory. */
char *kept_read(const struct box *, const char *name, size_t most, size_t *size);

#endif
