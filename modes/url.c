/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/url.c -- see url.h. */
#include "modes/url.h"

#include <stdio.h>
#include <string.h>

/* The last `@' before the path; where "user:pa/ss@host" has none there, the last of all. */
size_t
url_login(const char *rest, size_t n)
{
	const char *slash = memchr(rest, '/', n);
	size_t authority = slash ? (size_t)(slash - rest) : n, port;
	const char *at = memrchr(rest, '@', authority), *colon;

	if (!at && *rest != '[' && (colon = memchr(rest, ':', authority))) {
		port = strspn(colon + 1, "0123456789");
		if (colon + 1 + port < rest + authority)
			at = memrchr(rest, '@', n);
	}
	return at ? (size_t)(at - rest) : 0;
}

size_t
url_private(const char *rest, size_t n)
{
	size_t login = url_login(rest, n);

	return memchr(rest, ':', login) ? (size_t)((const char *)memrchr(rest, '@', n) - rest) : login;
}

const char *
url_shown(const char *url, char *buf, size_t size)
{
	const char *rest = strstr(url, "//");
	size_t login = rest ? url_private(rest + 2, strlen(rest + 2)) : 0;

	if (login)
		snprintf(buf, size, "%.*s%s", (int)(rest + 2 - url), url, rest + 2 + login + 1);
	else
		snprintf(buf, size, "%s", url);
	return buf;
}
