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

enum { MOST = 64 << 20, CONNECT_S = 10, SILENT_S = 30, KEY_TEXT = 4096 };

struct transfer {
	bool (*stop)(void *arg);
	void *arg;
	char *bytes;            /* of a fetch, growing */
	size_t size, room;
	const char *from;       /* of a send */
	size_t left;
	bool too_large;
	char host[256], known_hosts[PATH_MAX];
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

/* NVRAM's known_hosts: "HOST KEY" a line, the key in hexadecimal.  1: it is this one; 0: none is known. */
static int
compare_host_key(const struct transfer *t, const char *key)
{
	char line[KEY_TEXT + 300], host[256], known[KEY_TEXT];
	FILE *f = fopen(t->known_hosts, "re");
	int found = 0;

	while (f && !found && fgets(line, sizeof(line), f))
		if (sscanf(line, "%255s %4095s", host, known) == 2 && !strcmp(host, t->host))
			found = strcmp(known, key) ? -1 : 1;
	if (f)
		fclose(f);
	return found;
}

static int
on_host_key(void *arg, int type, const char *bytes, size_t size)
{
	const struct transfer *t = arg;
	char key[KEY_TEXT] = "";
	int known;
	FILE *f;

	(void)type;
	for (size_t i = 0; i < size && 2 * i + 3 < sizeof(key); i++)
		snprintf(key + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
	known = compare_host_key(t, key);
	if (known < 0)
		return CURLKHMATCH_MISMATCH;
	if (!known && (f = fopen(t->known_hosts, "ae"))) {
		fprintf(f, "%s %s\n", t->host, key);
		fclose(f);
	}
	return CURLKHMATCH_OK;
}

static void
check_host_key(struct box *b, CURL *curl, struct transfer *t, const char *url)
{
	CURLU *parts = curl_url();
	char *host = NULL;

	snprintf(t->known_hosts, sizeof(t->known_hosts), "%s/known_hosts", b->nvram);
	if (parts && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		snprintf(t->host, sizeof(t->host), "%s", host);
	curl_free(host);
	curl_url_cleanup(parts);
	curl_easy_setopt(curl, CURLOPT_SSH_HOSTKEYFUNCTION, on_host_key);
	curl_easy_setopt(curl, CURLOPT_SSH_HOSTKEYDATA, t);
	curl_easy_setopt(curl, CURLOPT_SSH_AUTH_TYPES, (long)(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD));
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
	char detail[CURL_ERROR_SIZE] = "";
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
	check_host_key(b, curl, t, url);
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
