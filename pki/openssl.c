/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/openssl.c -- words for refusals: ours, and those of OpenSSL's error queue. */
#include "pki/openssl.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>

int
pki_why(char *why, size_t size, int rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
	return rc;
}

int
openssl_why(char *why, size_t size, const char *fmt, ...)
{
	unsigned long error = ERR_get_error();
	const char *reason = error ? ERR_reason_error_string(error) : NULL;
	size_t used;
	va_list ap;

	ERR_clear_error();
	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
	used = size ? strlen(why) : 0;
	if (reason)
		snprintf(why + used, size - used, ": %s", reason);
	return ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE ? -ENOMEM : -EINVAL;
}

int
der_copy(struct der *der, const void *bytes, size_t size)
{
	der->bytes = malloc(size ? size : 1);
	if (!der->bytes)
		return -ENOMEM;
	memcpy(der->bytes, bytes, size);
	der->size = size;
	return 0;
}

void
der_clear(struct der *der)
{
	if (!der)
		return;
	free(der->bytes);
	*der = (struct der){0};
}

bool
pki_digest(const char *name, const void *bytes, size_t size, char hex[129])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t n = 0;

	hex[0] = '\0';
	if (!EVP_Q_digest(NULL, name, NULL, bytes, size, digest, &n)) {
		ERR_clear_error();
		return false;
	}
	for (size_t i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return true;
}
