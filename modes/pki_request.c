/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_request.c -- requests that wait for their certificates.  A CA may take days, so they are
 * files: NVRAM/requests/NAME.csr, in PEM, for openssl too. */
#include "modes/box.h"
#include "modes/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 528, REQUEST_MOST = 65536 };

/* The name of a trustpoint is of letters, digits, dots, dashes and underscores: no path of it leaves
 * the directory. */
static void
path_of(const struct box *b, const char *name, const char *suffix, char path[PATH])
{
	snprintf(path, PATH, "%.240s/requests/%.250s.csr%s", b->nvram, name, suffix);
}

static int
write_synced(const char *path, const char *base64)
{
	FILE *f = fopen(path, "we");
	int rc = 0;

	if (!f)
		return -errno;
	if (fprintf(f, "-----BEGIN CERTIFICATE REQUEST-----\n%s-----END CERTIFICATE REQUEST-----\n", base64) < 0 ||
	    fflush(f) != 0 || fsync(fileno(f)) < 0)
		rc = -errno;
	return fclose(f) == 0 ? rc : rc ? rc : -EIO;
}

static void
sync_directory(const struct box *b)
{
	char path[PATH];
	int fd;

	snprintf(path, sizeof(path), "%.240s/requests", b->nvram);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

int
request_keep(struct box *b, const char *name, const char *base64)
{
	char path[PATH], fresh[PATH];
	int rc;

	snprintf(path, sizeof(path), "%.240s/requests", b->nvram);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	path_of(b, name, "", path);
	path_of(b, name, "~", fresh);
	rc = write_synced(fresh, base64);
	if (rc == 0 && rename(fresh, path) < 0)
		rc = -errno;
	if (rc < 0)
		unlink(fresh);
	else
		sync_directory(b);
	return rc;
}

void
request_forget(struct box *b, const char *name)
{
	char path[PATH];

	if (!b->nvram)
		return;
	path_of(b, name, "", path);
	if (unlink(path) == 0)
		sync_directory(b);
}

char *
request_pending(struct box *b, const char *name)
{
	char path[PATH], *text;
	FILE *f;
	size_t n;

	if (!b->nvram)
		return NULL;
	path_of(b, name, "", path);
	f = fopen(path, "re");
	text = f ? calloc(1, REQUEST_MOST) : NULL;
	n = text ? fread(text, 1, REQUEST_MOST - 1, f) : 0;
	if (f)
		fclose(f);
	if (!n) {
		free(text);
		return NULL;
	}
	return text;
}
