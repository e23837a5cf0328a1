/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup-config/transfer.c -- the box's half of a transfer: a process of its own (`parapet --transfer-fd')
 * speaks to the server, and is told a URL and trusted with bytes.  The keys of SSH servers are judged
 * here. */
#include "startup-config/transfer.h"
#include "modes/box.h"
#include "modes/crypto.h"
#include "shell/spawn.h"
#include "shell/wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 64 << 20, LOOK_MS = 200 };

struct transfer {
	struct box *box;
	bool (*stop)(void *arg);
	void *arg;
	int fd;
	pid_t child;
	struct wire_in in;
	char *bytes;            /* what came */
	size_t size, room;
	int rc;                 /* the outcome; 1: none yet */
	char *why;
	size_t why_size;
};

/* ---- the child ------------------------------------------------------------------------------------------------- */

static int
start(struct transfer *t)
{
	static char *const argv[] = { "parapet", "--transfer-fd", "3", NULL };
	struct spawn s = { .program = t->box->terminal, .argv = argv, .fd = { -1, -1 },
		.uid = t->box->login_uid, .gid = t->box->login_gid };
	int pair[2], rc;

	if (!t->box->terminal)
		return -ENOSYS;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	t->fd = pair[0];
	s.fd[0] = spawn_raise(pair[1]);
	rc = s.fd[0] < 0 ? -EMFILE : spawn_child(&s, &t->child);
	if (s.fd[0] >= 0)
		close(s.fd[0]);
	return rc;
}

static void
end(struct transfer *t)
{
	if (t->fd >= 0)
		close(t->fd);
	if (t->child > 0) {
		kill(t->child, SIGKILL);        /* it is ours until it is waited for */
		while (waitpid(t->child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	explicit_bzero(&t->in, sizeof(t->in));
}

/* 1: it has one of `events'; 0: not yet; -EINTR: the operator does not want to wait. */
static int
wait_for(struct transfer *t, short events)
{
	struct pollfd p = { .fd = t->fd, .events = events };

	if (t->stop && t->stop(t->arg)) {
		snprintf(t->why, t->why_size, "Interrupted");
		return -EINTR;
	}
	return poll(&p, 1, LOOK_MS) > 0;
}

static int
say(struct transfer *t, struct wire_out *out)
{
	int rc;

	while ((rc = wire_flush(out, t->fd)) == 0)
		if ((rc = wait_for(t, POLLOUT)) < 0)
			break;
	explicit_bzero(out->bytes, out->size);
	return rc < 0 ? rc : 0;
}

/* ---- what it asks and tells -------------------------------------------------------------------------------------- */

/* NVRAM's known_hosts: "HOST KEY" a line.  The key of a host that is not there is kept. */
static bool
knows(struct box *b, const char *host, const char *key)
{
	char path[PATH_MAX], line[2 * WIRE_SSH_MAX], known_host[256];
	int found = 0, at = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/known_hosts", b->nvram);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%255s %n", known_host, &at) == 1 && !strcmp(known_host, host))
			found = strcmp(line + at, key) ? -1 : 1;
	}
	if (f)
		fclose(f);
	if (!found && (f = fopen(path, "ae"))) {
		fprintf(f, "%s %s\n", host, key);
		fclose(f);
	}
	return found >= 0;
}

static int
judge_host_key(struct transfer *t, const struct wire_frame *frame)
{
	char text[WIRE_SSH_MAX + 1], *key;
	struct wire_out out;
	bool good = wire_text(frame, 0, text, sizeof(text)) == 0 && (key = strchr(text, ' ')) &&
	    key > text && key[strspn(key, " 0123456789abcdef")] == '\0';

	if (good) {
		*key++ = '\0';
		good = knows(t->box, text, key);
	}
	wire_begin(&out, WIRE_VERDICT);
	wire_put_u8(&out, good ? WIRE_YES : WIRE_NO);
	return say(t, &out);
}

static int
take_data(struct transfer *t, const struct wire_frame *f)
{
	size_t room = t->room ? t->room : 4096;
	char *more;

	if (f->size > MOST - t->size)
		return -EFBIG;
	while (room < t->size + f->size + 1)
		room *= 2;
	if (room != t->room) {
		if (!(more = realloc(t->bytes, room)))
			return -ENOMEM;
		t->bytes = more;
		t->room = room;
	}
	memcpy(t->bytes + t->size, f->payload, f->size);
	t->size += f->size;
	t->bytes[t->size] = '\0';
	return 0;
}

static int
take(struct transfer *t, const struct wire_frame *f)
{
	switch (f->type) {
	case WIRE_DATA:
		return take_data(t, f);
	case WIRE_HOST_KEY:
		return judge_host_key(t, f);
	case WIRE_OUTCOME:
		t->rc = -(int)wire_u16(f, 0);
		if (wire_text(f, 2, t->why, t->why_size) < 0)
			t->why[0] = '\0';
		return 0;
	default:
		return -EPROTO;
	}
}

/* Until it has told the outcome. */
static int
listen_to(struct transfer *t)
{
	struct wire_frame f;
	int rc = 0;

	while (rc >= 0 && t->rc > 0) {
		while (t->rc > 0 && (rc = wire_next(&t->in, &f)) > 0)
			if ((rc = take(t, &f)) < 0)
				return rc;
		if (rc < 0 || t->rc <= 0)
			break;
		if ((rc = wait_for(t, POLLIN)) > 0)
			rc = wire_fill(&t->in, t->fd);
		if (rc == -EAGAIN)
			rc = 0;
	}
	return rc < 0 ? rc : t->rc;
}

/* ---- transfers --------------------------------------------------------------------------------------------------- */

static int
say_pieces(struct transfer *t, enum wire_type type, const char *bytes, size_t size)
{
	struct wire_out out;
	int rc = 0;

	for (size_t at = 0, n; rc == 0 && at < size; at += n) {
		n = size - at < WIRE_MAX ? size - at : WIRE_MAX;
		wire_begin(&out, type);
		wire_put(&out, bytes + at, n);
		rc = say(t, &out);
	}
	return rc;
}

/* Whom we trust: for https, and for http, which may send us there. */
static int
say_trust(struct transfer *t, const char *url)
{
	size_t size = 0;
	char *pem = strncasecmp(url, "http", 4) ? NULL : trusted_pem(t->box, &size);
	int rc = say_pieces(t, WIRE_TRUST, pem, size);

	free(pem);
	return rc;
}

static int
ask(struct transfer *t, const char *url, const char *bytes, size_t size, bool sends)
{
	struct wire_out out;
	int rc = say_trust(t, url);

	if (rc < 0)
		return rc;
	wire_begin(&out, WIRE_URL);
	wire_put_u8(&out, sends);
	wire_put(&out, url, strlen(url));
	rc = say(t, &out);
	if (rc < 0 || !sends || (rc = say_pieces(t, WIRE_DATA, bytes, size)) < 0)
		return rc;
	wire_begin(&out, WIRE_DATA);    /* an empty one: that was all */
	return say(t, &out);
}

static int
carry(struct transfer *t, const char *url, const void *bytes, size_t size, bool sends)
{
	int rc;

	t->why[0] = '\0';
	t->fd = -1;
	t->rc = 1;
	wire_in_init(&t->in);
	if ((rc = start(t)) == 0 && (rc = ask(t, url, bytes, size, sends)) == 0)
		rc = listen_to(t);
	end(t);
	if (rc < 0 && !*t->why)
		snprintf(t->why, t->why_size, "%s", strerror(-rc));
	return rc;
}

char *
transfer_fetch(struct box *b, const char *url, bool (*stop)(void *arg), void *arg, size_t *size, char *why,
    size_t why_size)
{
	struct transfer *t = calloc(1, sizeof(*t));
	char *bytes = NULL;

	if (!t)
		return NULL;
	*t = (struct transfer){ .box = b, .stop = stop, .arg = arg, .why = why, .why_size = why_size };
	if (carry(t, url, NULL, 0, false) == 0) {
		bytes = t->bytes ? t->bytes : calloc(1, 1);     /* an empty file */
		*size = t->size;
	} else {
		if (t->bytes)
			explicit_bzero(t->bytes, t->size);
		free(t->bytes);
	}
	free(t);
	return bytes;
}

int
transfer_send(struct box *b, const char *url, const void *bytes, size_t size, bool (*stop)(void *arg),
    void *arg, char *why, size_t why_size)
{
	struct transfer *t = calloc(1, sizeof(*t));
	int rc;

	if (!t)
		return -ENOMEM;
	*t = (struct transfer){ .box = b, .stop = stop, .arg = arg, .why = why, .why_size = why_size };
	rc = carry(t, url, bytes, size, true);
	free(t->bytes);
	free(t);
	return rc;
}
