/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/diff.h -- what differs between two configurations, line by line in its context. */
#ifndef MODES_DIFF_H
#define MODES_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum diff_form {
	DIFF_SIGNS,             /* `show archive config differences': +, - and the context */
	DIFF_MISSING,           /* `... incremental-diffs': lines of the first that the second lacks */
	DIFF_COMMANDS           /* what has to be typed to come from the first to the second */
};

/* Texts as `show running-config' prints them: a line's children stand below it and further to the
 * right.  Remarks, heads and `end' are no lines.  How many differences; -ENOMEM. */
long config_diff(const char *from, const char *to, enum diff_form, FILE *);

#endif
