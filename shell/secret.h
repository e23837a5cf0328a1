/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/secret.h -- passwords as IOS keeps them: types 0, 5, 7, 8 and 9 (6 as it stands).
 *
 * struct secret is in shell/row.h, so that a mode's header needs no more than that. */
#ifndef SHELL_SECRET_H
#define SHELL_SECRET_H

#include "shell/row.h"

#include <stdio.h>

/* Store what was typed: `type` as typed, -1 none.  `hashes`: clear text becomes type 9; else it
 * is kept as type 0.  Text of a type that it cannot be is refused with `why` (-EINVAL). */
int  secret_store(struct secret *, bool hashes, int type, const char *text, char *why, size_t size);
/* As it can be typed: "9 $9$...". */
void secret_print(const struct secret *, FILE *);
/* Is `text` the secret?  In constant time for its length; false for types that do not tell. */
bool secret_verify(const struct secret *, const char *text);
/* The clear text of types 0 and 7.  -EINVAL: it is not to be had. */
int  secret_reveal(const struct secret *, char *text, size_t size);
/* Hash clear text to type 5, 8 or 9 with a fresh salt. */
int  secret_hash(int type, const char *text, char *hash, size_t size);
/* Who says so may be anybody: what is no letter, digit or sign of a name becomes `?'. */
void name_clean(char *name);
/* Type 7 both ways (`service password-encryption`). */
int  secret_hide(const char *text, char *hidden, size_t size);
int  secret_unhide(const char *hidden, char *text, size_t size);

#endif
