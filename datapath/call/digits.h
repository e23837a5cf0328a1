/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/digits.h -- many number patterns, and which of them a number matches.
 *
 * Patterns are IOS's: digits, * # A-D, a leading +, . for one digit, [1-5,7] for one of some,
 * T for the rest, $ for the end, and % ? + after something for any, none or one, one or more of
 * it.  As on IOS a pattern without $ matches every number that begins with it.  They lie in a
 * trie, so a look-up costs what the number is long, however many patterns there are. */
#ifndef DATAPATH_CALL_DIGITS_H
#define DATAPATH_CALL_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digits_trie;
struct digits_match { uint32_t tag; uint16_t explicit_digits; uint8_t preference; };

int  digits_new(struct digits_trie **);
void digits_free(struct digits_trie *);
/* A pattern that is none (it can match no number) is kept out: -EINVAL. */
int  digits_add(struct digits_trie *, const char *pattern, uint32_t tag, uint8_t preference);
void digits_remove(struct digits_trie *, const char *pattern, uint32_t tag);
/* The best `most' of all that match: the most explicitly matched digits first, then preference,
 * then the lower tag.  How many. */
size_t digits_find(const struct digits_trie *, const char *number, struct digits_match *,
    size_t most);

#endif
