/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/chrony.h -- what chronyd is told and asked, by chronyc. */
#ifndef MODES_CHRONY_H
#define MODES_CHRONY_H

#include <stdbool.h>
#include <stddef.h>

/* Run chronyc with these words (argv, NULL at its end; no shell), for a few seconds at most, and keep
 * what it says.  0; -ENOENT: there is no chronyc; -ETIMEDOUT; -EIO: chronyd refuses, or is not there. */
int  chrony_ask(const char *const *words, char *said, size_t size);

/* The fields of a line of `chronyc -c': cut at its commas, in place.  How many. */
size_t chrony_fields(char *line, char **fields, size_t most);

#endif
