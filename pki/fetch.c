/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/fetch.c -- see fetch.h.  OpenSSL's own client follows redirections and has no way to be stopped while it
 * waits, nor an address to call from; so the socket is ours, and OpenSSL's BIOs make HTTP of TLS. */
#include "pki/fetch.h"
#include "pki/openssl.h"
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/http.h>

enum { ASK_MS = 200, HEAD_MOST = 8192, REQUEST_HEAD = 2048 };

struct place { int tls; char *host, *port, *path, *query; };

struct talk {
	const struct fetch *f;
	struct place to;
	BIO *bio;
	SSL *ssl; /* inside the BIO; NULL: plain */
	int64_t until_ms;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void
step(const struct talk *t, const char *format, ...)
{
	char words[300];
	va_list ap;

	if (!t->f->step)
		return;
	va_start(ap, format);
	vsnprintf(words, sizeof(words), format, ap);
	va_end(ap);
	t->f->step(t->f->step_arg, words);
}

/* ---- the URL ------------------------------------------------------------------------------- */

static void
place_clear(struct place *p)
{
	OPENSSL_free(p->host);
	OPENSSL_free(p->port);
	OPENSSL_free(p->path);
	OPENSSL_free(p->query);
	*p = (struct place){0};
}

static bool
place_of(const char *url, struct place *p)
{
	bool good = !strncasecmp(url, "http://", 7) || !strncasecmp(url, "https://", 8);

	*p = (struct place){0};
	for (const char *c = url; *c && good; c++)
		good = *c > ' ' && *c < 0x7f;
	good = good && OSSL_HTTP_parse_url(url, &p->tls, NULL, &p->host, &p->port, NULL, &p->path, &p->query, NULL) &&
	       p->host && *p->host;
	ERR_clear_error();
	if (!good)
		place_clear(p);
	return good;
}

bool
fetch_is_url(const char *url)
{
	struct place p;
	bool good = place_of(url, &p);

	place_clear(&p);
	return good;
}

/* ---- waiting ------------------------------------------------------------------------------- */

/* 0: something can be done; -EINTR, -ETIMEDOUT. */
static int
wait_for(struct talk *t, int fd, bool write)
{
	struct pollfd p = {.fd = fd, .events = write ? POLLOUT : POLLIN};

	for (;;) {
		if (t->f->stop && t->f->stop(t->f->arg))
			return -EINTR;
		if (now_ms() >= t->until_ms)
			return -ETIMEDOUT;
		if (poll(&p, 1, ASK_MS) > 0)
			return 0;
	}
}

static int
wait_bio(struct talk *t)
{
	int fd = -1;

	if (!BIO_should_retry(t->bio) || BIO_get_fd(t->bio, &fd) < 0)
		return -EPROTO;
	return wait_for(t, fd, BIO_should_write(t->bio));
}

/* ---- the connection ------------------------------------------------------------------------ */

static int
bind_source(int fd, const char *source)
{
	struct sockaddr_in at = {.sin_family = AF_INET};

	if (!source)
		return 0;
	if (inet_pton(AF_INET, source, &at.sin_addr) != 1)
		return -EINVAL;
	return bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ? -errno : 0;
}

static int
connect_one(struct talk *t, const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), rc, error = 0;
	socklen_t size = sizeof(error);

	if (fd < 0)
		return -errno;
	rc = a->ai_family == AF_INET ? bind_source(fd, t->f->source) : 0;
	if (rc == 0 && connect(fd, a->ai_addr, a->ai_addrlen) < 0) {
		rc = errno == EINPROGRESS ? wait_for(t, fd, true) : -errno;
		if (rc == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0)
			rc = -error;
	}
	if (rc < 0)
		close(fd);
	return rc < 0 ? rc : fd;
}

/* The socket; -errno with words. */
static int
connect_any(struct talk *t, char *why, size_t size)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = t->f->source ? AF_INET : AF_UNSPEC};
	const char *host = t->f->proxy ? t->f->proxy : t->to.host;
	struct addrinfo *list = NULL;
	char port[16];
	int rc, fd = -EHOSTUNREACH;

	snprintf(port, sizeof(port), "%u", t->f->proxy_port);
	if ((rc = getaddrinfo(host, t->f->proxy ? port : t->to.port, &hints, &list)) != 0)
		return pki_why(why, size, -EHOSTUNREACH, "%.100s: %s", host, gai_strerror(rc));
	for (struct addrinfo *a = list; a && fd < 0 && fd != -EINTR; a = a->ai_next)
		fd = connect_one(t, a);
	freeaddrinfo(list);
	return fd >= 0 ? fd : pki_why(why, size, fd, "%.100s port %s: %s", host, t->f->proxy ? port : t->to.port,
				  fd == -EINTR ? "stopped" : strerror(-fd));
}

/* TLS over the socket, and the handshake. */
static int
secure(struct talk *t, char *why, size_t size)
{
	OWNED(ssl_ctx_free) SSL_CTX *own = t->f->tls ? NULL : SSL_CTX_new(TLS_client_method());
	BIO *tls = BIO_new(BIO_f_ssl());
	int rc;

	t->ssl = tls ? SSL_new(t->f->tls ? t->f->tls : own) : NULL;
	if (!t->ssl || (t->f->tls && pki_expect(t->ssl, t->to.host) < 0)) {
		SSL_free(t->ssl);
		BIO_free(tls);
		return pki_why(why, size, -ENOMEM, "out of memory");
	}
	if (own)
		SSL_set_min_proto_version(t->ssl, TLS1_2_VERSION);
	SSL_set_tlsext_host_name(t->ssl, t->to.host);
	SSL_set_connect_state(t->ssl);
	BIO_set_ssl(tls, t->ssl, BIO_CLOSE);
	t->bio = BIO_push(tls, t->bio);
	while ((rc = (int)BIO_do_handshake(t->bio)) <= 0)
		if ((rc = wait_bio(t)) < 0)
			break;
	if (rc > 0)
		return 0;
	if (!pki_reason(t->ssl, why, size))
		openssl_why(why, size, "%.100s: no TLS with this server%s", t->to.host,
		    rc == -ETIMEDOUT ? " in time" : "");
	ERR_clear_error();
	return rc < 0 ? rc : -EPROTO;
}

static int
open_talk(struct talk *t, char *why, size_t size)
{
	int fd = connect_any(t, why, size);

	if (fd < 0)
		return fd;
	t->bio = BIO_new_socket(fd, BIO_CLOSE);
	if (!t->bio) {
		close(fd);
		return pki_why(why, size, -ENOMEM, "out of memory");
	}
	step(t, "http connection opened to %.100s port %s", t->to.host, t->to.port);
	return t->to.tls ? secure(t, why, size) : 0;
}

/* ---- the request --------------------------------------------------------------------------- */

static int
put(struct talk *t, const void *bytes, size_t count)
{
	const char *p = bytes;
	int rc = 0;

	while (count && rc == 0) {
		int n = BIO_write(t->bio, p, (int)count);

		if (n > 0)
			p += n, count -= (size_t)n;
		else
			rc = wait_bio(t);
	}
	return rc;
}

static void
put_basic(const struct fetch *f, FILE *out)
{
	char pair[300], text[420];
	int n;

	if (!f->password)
		return;
	n = snprintf(pair, sizeof(pair), "%.100s:%.190s", f->user ? f->user : "", f->password);
	EVP_EncodeBlock((unsigned char *)text, (unsigned char *)pair, n);
	fprintf(out, "Authorization: Basic %s\r\n", text);
	OPENSSL_cleanse(pair, sizeof(pair));
	OPENSSL_cleanse(text, sizeof(text));
}

static int
put_request(struct talk *t)
{
	const struct fetch *f = t->f;
	size_t size = REQUEST_HEAD + strlen(f->url) * 2;
	char *head = calloc(1, size);
	FILE *out = head ? fmemopen(head, size, "w") : NULL;
	bool v6 = strchr(t->to.host, ':') != NULL;
	int rc = -ENOMEM;

	if (out) {
		fprintf(out, "%s ", f->type ? "POST" : "GET");
		if (f->proxy)
			fprintf(out, "http://%s:%s", t->to.host, t->to.port);
		fprintf(out, "%s%s%s HTTP/1.0\r\nHost: %s%s%s:%s\r\n", t->to.path, t->to.query && *t->to.query ? "?" : "",
		    t->to.query ? t->to.query : "", v6 ? "[" : "", t->to.host, v6 ? "]" : "", t->to.port);
		if (t->to.tls)
			put_basic(f, out);
		if (f->type)
			fprintf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n", f->type, f->size);
		if (f->type && !strcmp(f->type, "application/pkcs10"))
			fprintf(out, "Content-Transfer-Encoding: base64\r\n");
		fprintf(out, "\r\n");
		rc = fclose(out) == 0 ? put(t, head, strlen(head)) : -ENOMEM;
	}
	if (rc == 0 && f->type)
		rc = put(t, f->body, f->size);
	if (head)
		OPENSSL_cleanse(head, size);
	free(head);
	return rc;
}

/* ---- the answer ---------------------------------------------------------------------------- */

/* All up to the end of the connection, or to the length that was said; a NUL behind it. */
static int
get_all(struct talk *t, struct der *to, size_t most)
{
	size_t room = 0;

	for (;;) {
		int n;

		if (to->size + 1 >= room) {
			uint8_t *more = to->size > most ? NULL : realloc(to->bytes, room = room * 2 + 4096);

			if (!more)
				return to->size > most ? -EFBIG : -ENOMEM;
			to->bytes = more;
		}
		n = BIO_read(t->bio, to->bytes + to->size, (int)(room - 1 - to->size));
		if (n > 0)
			to->size += (size_t)n;
		to->bytes[to->size] = '\0';
		if (n > 0)
			continue;
		if (!BIO_should_retry(t->bio))
			return 0;
		if ((n = wait_bio(t)) < 0)
			return n;
	}
}

static void
keep_type(const char *value, struct fetched *to)
{
	size_t n = 0;

	while (n < sizeof(to->type) - 1 && (isalnum((unsigned char)value[n]) || (value[n] && strchr("/-.+_", value[n])))) {
		to->type[n] = (char)tolower((unsigned char)value[n]);
		n++;
	}
	to->type[n] = '\0';
}

/* The lines of the head; *length: what it says of the body, -1: nothing. */
static void
read_head(char *head, struct fetched *to, long *length)
{
	for (char *line = strsep(&head, "\n"); line; line = strsep(&head, "\n")) {
		char *value = strchr(line, ':');

		if (!value)
			continue;
		*value++ = '\0';
		value += strspn(value, " \t");
		if (!strcasecmp(line, "Content-Type"))
			keep_type(value, to);
		else if (!strcasecmp(line, "Content-Length"))
			*length = strtol(value, NULL, 10);
		else if (!strcasecmp(line, "Retry-After"))
			to->retry_s = strtol(value, NULL, 10);
	}
}

static int
read_answer(struct talk *t, struct fetched *to, char *why, size_t size)
{
	struct der all = {0};
	int rc = get_all(t, &all, t->f->most + HEAD_MOST);
	char *text = (char *)all.bytes, *end = NULL;
	long length = -1;
	size_t body = 0, skip = 4;

	if (rc < 0)
		goto out;
	rc = -EPROTO;
	if (!text || sscanf(text, "HTTP/1.%*1[01] %3d", &to->status) != 1)
		goto out;
	end = memmem(all.bytes, all.size, "\r\n\r\n", 4);
	if (!end && (end = memmem(all.bytes, all.size, "\n\n", 2)))
		skip = 2;
	if (!end)
		goto out;
	*end = '\0';
	read_head(text, to, &length);
	body = all.size - (size_t)(end + skip - text);
	if (length >= 0 && (size_t)length > body)
		goto out;
	if (length >= 0)
		body = (size_t)length;
	rc = body > t->f->most ? -EFBIG : body ? der_copy(&to->body, end + skip, body) : 0;
out:
	free(all.bytes);
	return rc == 0 ? 0 : pki_why(why, size, rc, "%.100s: %s", t->to.host,
				 rc == -EFBIG ? "the answer is too long" : rc == -EPROTO ? "the answer is no HTTP, or was cut off"
				 : rc == -ETIMEDOUT ? "no answer in time" : strerror(-rc));
}

void
fetched_clear(struct fetched *f)
{
	if (f->body.bytes)
		OPENSSL_cleanse(f->body.bytes, f->body.size);
	der_clear(&f->body);
}

int
fetch(const struct fetch *f, struct fetched *to, char *why, size_t size)
{
	struct talk t = {.f = f, .until_ms = now_ms() + (f->seconds ? f->seconds : FETCH_S) * 1000LL};
	int rc;

	*to = (struct fetched){0};
	if (!place_of(f->url, &t.to))
		return pki_why(why, size, -EINVAL, "%.200s is not a URL of http or https", f->url);
	rc = f->proxy && t.to.tls ? pki_why(why, size, -ENOTSUP, "HTTPS does not go through an http-proxy here")
				  : open_talk(&t, why, size);
	if (rc == 0)
		step(&t, "Sending HTTP message: %s %.120s%s%.80s", f->type ? "POST" : "GET", t.to.path,
		    t.to.query && *t.to.query ? "?" : "", t.to.query ? t.to.query : "");
	if (rc == 0 && (rc = put_request(&t)) < 0)
		pki_why(why, size, rc, "%.100s: the request cannot be sent: %s", t.to.host, strerror(-rc));
	if (rc == 0)
		rc = read_answer(&t, to, why, size);
	if (rc == 0)
		step(&t, "Reply HTTP header: HTTP/1.0 %d, Content-Type: %s", to->status, *to->type ? to->type : "none");
	BIO_free_all(t.bio);
	place_clear(&t.to);
	ERR_clear_error();
	return rc;
}

void
fetch_tls_drop(SSL_CTX *tls)
{
	SSL_CTX_free(tls);
}
