/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_request.c -- requests that wait for their certificates.  A CA may take days, so they are
 * files: NVRAM/requests/NAME.csr, in PEM, for openssl too.  `usage-keys' have two. */
#include "modes/crypto.h"
#include "modes/kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME = 300, REQUEST_MOST = 65536 };

/* The name of a trustpoint is of letters, digits, dots, dashes and underscores: no path of it leaves
 * the directory. */
static const char *
file_of(const char *name, enum cert_role role, char file[NAME])
{
	snprintf(file, NAME, "requests/%.250s%s.csr", name, role == CERT_ENCRYPTION ? PKI_ENCRYPTION_SUFFIX : "");
	return file;
}

int
request_keep(struct box *b, const char *name, enum cert_role role, const char *base64)
{
	char file[NAME], *text;
	int n = asprintf(&text, "-----BEGIN CERTIFICATE REQUEST-----\n%s-----END CERTIFICATE REQUEST-----\n", base64), rc;

	if (n < 0)
		return -ENOMEM;
	rc = kept_write(b, file_of(name, role, file), text, (size_t)n);
	free(text);
	return rc;
}

void
request_done(struct box *b, const char *name, enum cert_role role)
{
	char file[NAME];

	kept_remove(b, file_of(name, role, file));
}

void
request_forget(struct box *b, const char *name)
{
	request_done(b, name, CERT_OWN);
	request_done(b, name, CERT_ENCRYPTION);
}

bool
request_waits(struct box *b, const char *name)
{
	char *own = request_pending(b, name, CERT_OWN), *second = request_pending(b, name, CERT_ENCRYPTION);
	bool waits = own || second;

	free(own);
	free(second);
	return waits;
}

char *
request_pending(struct box *b, const char *name, enum cert_role role)
{
	char file[NAME];

	return kept_read(b, file_of(name, role, file), REQUEST_MOST, NULL);
}
