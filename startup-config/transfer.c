/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup-config/transfer.c -- the only file that knows libcurl: one transfer at a time, into memory or
 * out of it, bounded in size and in patience. */
#include "startup-config/transfer.h"
#include "modes/box.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

enum { MOST = 64 << 20, CONNECT_S = 10, SILENT_S = 30 };

struct transfer {
	bool (*stop)(void *arg);
	void *arg;
	char *bytes;            /* of a fetch, growing */
	size_t size, room;
	const char *from;       /* of a send */
	size_t left;
	bool too_large;
};

static size_t
on_received(char *bytes, size_t one, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t n = one * count;

	if (n > MOST - t->size) {
		t->too_large = true;
		return 0;
	}
	if (t->size + n + 1 > t->room) {
		size_t room = (t->size + n + 1) * 2;
		char *more = realloc(t->bytes, room);

		if (!more)
			return 0;
		t->bytes = more;
		t->room = room;
	}
	memcpy(t->bytes + t->size, bytes, n);
	t->size += n;
	t->bytes[t->size] = '\0';
	return n;
}

static size_t
on_wanted(char *to, size_t one, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t n = one * count < t->left ? one * count : t->left;

	memcpy(to, t->from, n);
	t->from += n;
	t->left -= n;
	return n;
}

static int
on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct transfer *t = arg;

	(void)a, (void)b, (void)c, (void)d;
	return t->stop && t->stop(t->arg);
}

static int
on_host_key(CURL *curl, const struct curl_khkey *known, const struct curl_khkey *found,
    enum curl_khmatch match, void *arg)
{
	(void)curl, (void)known, (void)found, (void)arg;
	return match == CURLKHMATCH_OK ? CURLKHSTAT_FINE
	    : match == CURLKHMATCH_MISSING ? CURLKHSTAT_FINE_ADD_TO_FILE : CURLKHSTAT_REJECT;
}

/* IOS's words for what engineers know them by; else the library's. */
static int
reason(const struct transfer *t, CURLcode code, const char *detail, char *why, size_t size)
{
	static const struct { CURLcode code; int rc; const char *words; } known[] = {
		{ CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT, "Timed out" },
		{ CURLE_TFTP_NOTFOUND, -ENOENT, "No such file or directory" },
		{ CURLE_REMOTE_FILE_NOT_FOUND, -ENOENT, "No such file or directory" },
		{ CURLE_FTP_COULDNT_RETR_FILE, -ENOENT, "No such file or directory" },
		{ CURLE_TFTP_PERM, -EACCES, "Permission denied" },
		{ CURLE_LOGIN_DENIED, -EACCES, "Permission denied" },
		{ CURLE_REMOTE_ACCESS_DENIED, -EACCES, "Permission denied" },
		{ CURLE_ABORTED_BY_CALLBACK, -EINTR, "Interrupted" },
		{ CURLE_UNSUPPORTED_PROTOCOL, -EPROTONOSUPPORT, "Invalid URL" },
		{ CURLE_COULDNT_CONNECT, -ECONNREFUSED, "Connection refused" },
	};

	if (t->too_large) {
		snprintf(why, size, "File is too large");
		return -EFBIG;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].code != code)
			continue;
		snprintf(why, size, "%s", known[i].words);
		return known[i].rc;
	}
	snprintf(why, size, "%s", *detail ? detail : curl_easy_strerror(code));
	return -EIO;
}

static int
run(struct box *b, CURL *curl, struct transfer *t, const char *url, char *why, size_t size)
{
	char detail[CURL_ERROR_SIZE] = "", known_hosts[PATH_MAX];
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "tftp,ftp,http,https,scp,sftp");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SILENT_S);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	snprintf(known_hosts, sizeof(known_hosts), "%s/known_hosts", b->nvram);
	curl_easy_setopt(curl, CURLOPT_SSH_KNOWNHOSTS, known_hosts);
	curl_easy_setopt(curl, CURLOPT_SSH_KEYFUNCTION, on_host_key);
	curl_easy_setopt(curl, CURLOPT_SSH_AUTH_TYPES, (long)(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD));
	code = curl_easy_perform(curl);
	return code == CURLE_OK ? 0 : reason(t, code, detail, why, size);
}

char *
transfer_fetch(struct box *b, const char *url, bool (*stop)(void *arg), void *arg, size_t *size, char *why,
    size_t why_size)
{
	struct transfer t = { .stop = stop, .arg = arg };
	CURL *curl = curl_easy_init();
	int rc = -ENOMEM;

	if (curl) {
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_received);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, &t);
		rc = run(b, curl, &t, url, why, why_size);
		curl_easy_cleanup(curl);
	}
	if (rc == 0 && !t.bytes)
		t.bytes = calloc(1, 1);         /* an empty file */
	if (rc < 0) {
		free(t.bytes);
		return NULL;
	}
	*size = t.size;
	return t.bytes;
}

int
transfer_send(struct box *b, const char *url, const void *bytes, size_t size, bool (*stop)(void *arg),
    void *arg, char *why, size_t why_size)
{
	struct transfer t = { .stop = stop, .arg = arg, .from = bytes, .left = size };
	CURL *curl = curl_easy_init();
	int rc;

	if (!curl)
		return -ENOMEM;
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_wanted);
	curl_easy_setopt(curl, CURLOPT_READDATA, &t);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
	rc = run(b, curl, &t, url, why, why_size);
	curl_easy_cleanup(curl);
	return rc;
}
