/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/text.h -- a message under construction: bytes that grow, and remember that memory ran
 * out instead of asking at every step. */
#ifndef DATAPATH_TEXT_H
#define DATAPATH_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text { char *bytes; size_t size, room; bool failed; };

void text_add(struct text *, const char *);             /* NULL adds nothing */
void text_bytes(struct text *, const char *, size_t);
void text_format(struct text *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A value that came from a peer: control characters, CR and LF above all, become blanks, so that
 * no header can be smuggled through. */
void text_safe(struct text *, const char *);
void text_trim(struct text *);                          /* it is kept: gives back what it has not used */
void text_clear(struct text *);                         /* zeroises and frees: an SDP has keys in it */
void secret_free(void *, size_t size);                  /* the same for other memory; NULL is fine */

#endif
