/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/transfer.c -- the only file that knows libcurl: one transfer, into memory or out of it,
 * bounded in size and in patience, in a process of its own that has nothing to lose. */
#include "shell/terminal/transfer.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

enum { MOST = 64 << 20, TRUST = 4 << 20, CONNECT_S = 10, SILENT_S = 30, WHOLE_S = 600, KEY_TEXT = 4096 };

struct transfer {
	struct box *box;
	char *bytes;            /* of a fetch: what came; of a send: what goes */
	size_t size, room, sent;
	bool too_large;
	char host[256];
	bool other_key;         /* of that host, than the one that is known */
	char *trust;            /* CA certificates in PEM */
	size_t trusts;
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
	size_t left = t->size - t->sent, n = one * count < left ? one * count : left;

	memcpy(to, t->bytes + t->sent, n);
	t->sent += n;
	return n;
}

/* The box knows which key a host had. */
static int
on_host_key(void *arg, int type, const char *bytes, size_t size)
{
	struct transfer *t = arg;
	struct wire_frame f;
	struct wire_out out;
	char hex[3];

	(void)type;
	wire_begin(&out, WIRE_HOST_KEY);
	wire_put(&out, t->host, strlen(t->host));
	wire_put(&out, " ", 1);
	for (size_t i = 0; i < size; i++) {
		snprintf(hex, sizeof(hex), "%02x", (unsigned char)bytes[i]);
		wire_put(&out, hex, 2);
	}
	if (box_send(t->box, &out) < 0 || box_wait(t->box, &f) <= 0 || f.type != WIRE_VERDICT ||
	    wire_u8(&f, 0) != WIRE_YES)
		t->other_key = true;
	return t->other_key ? CURLKHMATCH_MISMATCH : CURLKHMATCH_OK;
}

static void
check_host_key(CURL *curl, struct transfer *t, const char *url)
{
	CURLU *parts = curl_url();
	char *host = NULL;

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
		{ CURLE_UNSUPPORTED_PROTOCOL, -EPROTONOSUPPORT, "Invalid URL" },
		{ CURLE_COULDNT_CONNECT, -ECONNREFUSED, "Connection refused" },
		{ CURLE_PEER_FAILED_VERIFICATION, -EACCES, "The server's certificate is not to be trusted: its name, or its "
		    "time, is wrong, or no trustpoint and no trustpool holds its CA" },
	};

	if (t->too_large) {
		snprintf(why, size, "File is too large");
		return -EFBIG;
	}
	if (t->other_key) {
		snprintf(why, size, "The key of the server is not the one that it had before");
		return -EACCES;
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
run(CURL *curl, struct transfer *t, const char *url, char *why, size_t size)
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
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)WHOLE_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SILENT_S);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (t->trusts) {        /* and the host's directory of them */
		struct curl_blob trust = { .data = t->trust, .len = t->trusts, .flags = CURL_BLOB_NOCOPY };

		curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &trust);
	}
	check_host_key(curl, t, url);
	code = curl_easy_perform(curl);
	return code == CURLE_OK ? 0 : reason(t, code, detail, why, size);
}

/* ---- the box --------------------------------------------------------------------------------------------------- */

static int
take_trust(struct transfer *t, const struct wire_frame *f)
{
	char *more = f->size < TRUST - t->trusts ? realloc(t->trust, t->trusts + f->size) : NULL;

	if (!more)
		return -ENOMEM;
	t->trust = more;
	memcpy(t->trust + t->trusts, f->payload, f->size);
	t->trusts += f->size;
	return 0;
}

/* Whom to trust, the URL, and all that is to be sent.  -errno: the box is gone, or has no memory for it. */
static int
read_request(struct transfer *t, bool *sends, char *url, size_t size)
{
	struct wire_frame f;
	int rc;

	while ((rc = box_wait(t->box, &f)) > 0 && f.type == WIRE_TRUST)
		if (take_trust(t, &f) < 0)
			return -ENOMEM;
	if (rc <= 0 || f.type != WIRE_URL || wire_text(&f, 1, url, size) < 0)
		return -EPROTO;
	*sends = wire_u8(&f, 0);
	explicit_bzero(f.payload, f.size);
	while (*sends && (rc = box_wait(t->box, &f)) > 0 && f.type == WIRE_DATA && f.size)
		if (!on_received((char *)f.payload, 1, f.size, t))
			return -ENOMEM;
	return rc > 0 ? 0 : -EPIPE;
}

static int
say_data(struct transfer *t)
{
	struct wire_out out;
	int rc = 0;

	for (size_t at = 0; at < t->size && rc == 0;) {
		size_t n = t->size - at < WIRE_MAX ? t->size - at : WIRE_MAX;

		wire_begin(&out, WIRE_DATA);
		wire_put(&out, t->bytes + at, n);
		rc = box_send(t->box, &out);
		at += n;
	}
	return rc;
}

static void
say_outcome(struct transfer *t, int rc, const char *why)
{
	struct wire_out out;

	wire_begin(&out, WIRE_OUTCOME);
	wire_put_u16(&out, (uint16_t)-rc);
	wire_put(&out, why, strlen(why));
	box_send(t->box, &out);
}

int
transfer_run(struct box *b)
{
	struct transfer t = { .box = b };
	char url[WIRE_SSH_MAX + 1], why[256] = "";
	CURL *curl = curl_easy_init();
	bool sends = false;
	int rc;

	if (!curl || read_request(&t, &sends, url, sizeof(url)) < 0)
		return 1;
	if (sends) {
		curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_wanted);
		curl_easy_setopt(curl, CURLOPT_READDATA, &t);
		curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t.size);
	} else {
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_received);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, &t);
	}
	rc = run(curl, &t, url, why, sizeof(why));
	if (rc == 0 && !sends)
		rc = say_data(&t);
	say_outcome(&t, rc, why);
	curl_easy_cleanup(curl);
	free(t.bytes);
	free(t.trust);
	explicit_bzero(url, sizeof(url));
	return rc < 0;
}
