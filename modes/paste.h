/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/paste.h -- certificates and keys as text of a terminal, or as a file by its URL. */
#ifndef MODES_PASTE_H
#define MODES_PASTE_H

#include "shell/session.h"

struct pki_fingerprints;

/* It may hold a private key: paste_clear() wipes it. */
struct paste { char *text; size_t size, room; };
void paste_clear(struct paste *);

enum paste_end {
	PASTE_BLANK,    /* a blank line or `quit', but for a blank line within a PEM block, and the first
	                   one behind a full line of base 64 */
	PASTE_QUIT,     /* `quit' alone */
	PASTE_SECRET    /* the same, and it is not echoed: the head of a private key has a blank line behind it */
};
/* Lines of any length up to the end.  A paste that is too large is read to its end as well, so that no
 * key in it is taken for commands.  0; -E2BIG, said; -EPIPE; -EINTR. */
int paste_read(struct session *, enum paste_end, struct paste *);

/* `Source filename [tp.p12]?' and the file, said as IOS does.  `url' as typed ("flash:a.p12",
 * "tftp://host/a.p12"); one that ends in a colon or slash, or in no name, is asked for `name'. */
int paste_fetch(struct session *, const char *url, const char *name, struct paste *);
/* `Destination filename [tp.p12]?', and the question before another file is overwritten.  1: written. */
int paste_send(struct session *, const char *url, const char *name, const void *bytes, size_t size);

/* "Certificate has the following attributes:" and its fingerprints. */
void print_attributes(struct session *, const struct pki_fingerprints *);

#endif
