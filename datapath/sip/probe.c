/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/probe.c -- `test sip-ua tls': the client side of a handshake with what the configuration says, on
 * the thread of who asks, with the same identity, verification and words as a call would have.  Nothing of SIP
 * is sent. */
#include "datapath/datapath.h"
#include "datapath/sip/identity.h"
#include "datapath/worker.h"
#include "shell/running.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000, SLICE_MS = 100, AFTER_MS = 400 };

struct probe {
	const struct tls_question *q;
	const struct config *config;
	struct tls_answer *a;
	SSL_CTX *ctx;
	SSL *ssl;
	int socket;
	int64_t began_ms;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void
on_message(int sent, int version, int type, const void *bytes, size_t size, SSL *ssl, void *arg)
{
	(void)version, (void)arg;
	pki_saw(ssl, sent, type, bytes, size);
}

static int
refuse(struct tls_answer *a, int rc, const char *why)
{
	snprintf(a->report.why, sizeof(a->report.why), "%s", why);
	return rc;
}

/* 1: ready; 0: the time is over; -EINTR. */
static int
wait_for(struct probe *p, short what, int64_t until_ms)
{
	struct pollfd fd = { .fd = p->socket, .events = what };

	while (now_ms() < until_ms) {
		if (p->q->stop && p->q->stop(p->q->arg))
			return -EINTR;
		if (poll(&fd, 1, SLICE_MS) > 0)
			return 1;
	}
	return 0;
}

static int
make_context(struct probe *p, struct pki *pki)
{
	struct tls_identity x;
	struct tls_material m;
	char why[256] = "";
	int rc = p->q->profile ? tls_identity_of_profile(p->config, p->q->profile, false, &x, why, sizeof(why))
	    : tls_identity_of(p->config, &p->q->remote, false, &x, why, sizeof(why));

	if (rc == 0)
		rc = tls_material(p->config, &x, NULL, false, &m, why, sizeof(why));
	if (rc == 0) {
		rc = pki_ctx(pki, &m.profile, &p->ctx, why, sizeof(why));
		tls_material_clear(&m);
	}
	snprintf(p->a->trustpoint, sizeof(p->a->trustpoint), "%s", x.trustpoint);
	p->a->checked = x.check_name;
	return rc < 0 ? refuse(p->a, rc, why) : 0;
}

/* From the address that calls go out from. */
static int
dial(struct probe *p)
{
	struct sip_addresses own = datapath_addresses(p->config);
	socklen_t size = p->q->remote.ss_family == AF_INET ? sizeof(struct sockaddr_in)
	    : sizeof(struct sockaddr_in6);
	int rc, error = 0;
	socklen_t n = sizeof(error);
	addr_t from = own.control;

	p->socket = socket(p->q->remote.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->socket < 0)
		return refuse(p->a, -errno, strerror(errno));
	if (!addr_is_any(&from) && from.ss_family == p->q->remote.ss_family &&
	    bind(p->socket, (struct sockaddr *)&from, size) < 0)
		return refuse(p->a, -errno, "the address that signalling is bound to is not there");
	if (connect(p->socket, (const struct sockaddr *)&p->q->remote, size) < 0 && errno != EINPROGRESS)
		return refuse(p->a, -errno, strerror(errno));
	if ((rc = wait_for(p, POLLOUT, p->began_ms + PATIENCE_MS)) <= 0)
		return refuse(p->a, rc < 0 ? rc : -ETIMEDOUT, rc < 0 ? "interrupted"
		    : "the TCP connection got no answer: is the address right, and nothing in between?");
	getsockopt(p->socket, SOL_SOCKET, SO_ERROR, &error, &n);
	if (error == ECONNREFUSED)
		return refuse(p->a, -error, "the TCP connection was refused: nobody listens there");
	return error ? refuse(p->a, -error, strerror(error)) : 0;
}

static int
make_ssl(struct probe *p)
{
	char address[ADDR_TEXT];
	const char *host = *p->q->host ? p->q->host : addr_host(&p->q->remote, address);

	SSL_CTX_set_msg_callback(p->ctx, on_message);
	p->ssl = SSL_new(p->ctx);
	if (!p->ssl || !SSL_set_fd(p->ssl, p->socket) || pki_watch(p->ssl) < 0 ||
	    (p->a->checked && pki_expect(p->ssl, host) < 0))
		return refuse(p->a, -ENOMEM, "no memory");
	if (*p->q->host)
		SSL_set_tlsext_host_name(p->ssl, p->q->host);
	SSL_set_connect_state(p->ssl);
	return 0;
}

/* `step' until it is done.  0; -EIO: TLS has failed; -ETIMEDOUT; -EINTR. */
static int
drive(struct probe *p, int (*step)(SSL *), int64_t until_ms)
{
	for (;;) {
		int rc, error;

		ERR_clear_error();
		if ((rc = step(p->ssl)) > 0)
			return 0;
		error = SSL_get_error(p->ssl, rc);
		if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
			return -EIO;
		rc = wait_for(p, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, until_ms);
		if (rc <= 0)
			return rc < 0 ? rc : -ETIMEDOUT;
	}
}

static int
peek(SSL *ssl)
{
	char byte;

	return SSL_peek(ssl, &byte, 1);
}

/* In TLS 1.3 the server judges our certificate when we are done already: its alert comes a little later. */
static int
shake(struct probe *p)
{
	int rc = drive(p, SSL_do_handshake, p->began_ms + PATIENCE_MS);

	p->a->ms = (uint32_t)(now_ms() - p->began_ms);
	if (rc == 0 && SSL_version(p->ssl) == TLS13 && (rc = drive(p, peek, now_ms() + AFTER_MS)) == -ETIMEDOUT)
		rc = 0;
	if (rc == -EIO)
		pki_report(p->ssl, NULL, &p->a->report);
	else
		pki_report(p->ssl, rc ? rc == -EINTR ? "interrupted"
		    : "the handshake got no answer within ten seconds" : "", &p->a->report);
	return rc;
}

static void
describe(struct probe *p)
{
	const char *vouched = pki_vouched(p->ssl), *matched = pki_matched(p->ssl);
	const char *forgiven = pki_forgiven(p->ssl);

	snprintf(p->a->version, sizeof(p->a->version), "%s", SSL_get_version(p->ssl));
	snprintf(p->a->cipher, sizeof(p->a->cipher), "%s", SSL_get_cipher_name(p->ssl));
	snprintf(p->a->vouched, sizeof(p->a->vouched), "%s", vouched ? vouched : "");
	snprintf(p->a->matched, sizeof(p->a->matched), "%s", matched ? matched : "");
	snprintf(p->a->forgiven, sizeof(p->a->forgiven), "%s", forgiven ? forgiven : "");
	SSL_shutdown(p->ssl);
}

int
datapath_test_tls(struct datapath *d, const struct tls_question *q, struct tls_answer *a)
{
	struct probe p = { .q = q, .a = a, .socket = -1, .began_ms = now_ms() };
	int rc;

	*a = (struct tls_answer){ .report.culprit = -1 };
	p.config = running_hold(d->running);
	rc = make_context(&p, d->pki);
	if (rc == 0)
		rc = dial(&p);
	if (rc == 0)
		rc = make_ssl(&p);
	if (rc == 0 && (rc = shake(&p)) == 0)
		describe(&p);
	SSL_free(p.ssl);
	SSL_CTX_free(p.ctx);
	if (p.socket >= 0)
		close(p.socket);
	running_drop(p.config);
	ERR_clear_error();
	return rc;
}
