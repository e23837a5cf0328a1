/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/url.h -- URLs as they are typed: `scp://user:password@host/path'.  A password may hold any character,
 * as engineers type it, where RFC 3986 would have `@' and `/' escaped. */
#ifndef MODES_URL_H
#define MODES_URL_H

#include <stddef.h>

/* How many of the `n' bytes behind "//" are the login; an `@' follows them.  0: there is none. */
size_t url_login(const char *rest, size_t n);
/* How many of them are nobody's business.  Where a password is among them and a further `@' follows, it is
 * not certain that the path has begun: all up to the last one is hidden. */
size_t url_private(const char *rest, size_t n);

/* The URL as it may be shown: without its login. */
const char *url_shown(const char *url, char *buf, size_t size);

#endif
