/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/http.c -- see http.h.  What is served: /NAME.crl, /NAME.crt, and /cgi-bin/pkiclient.exe with the
 * operations of SCEP (RFC 8894). */
#include "modes/http.h"
#include "datapath/event.h"
#include "modes/acl.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/pki_serve.h"
#include "pki/http.h"
#include "pki/scep.h"
#include "shell/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OK = 200, BAD = 400, MISSING = 404, BROKEN = 500 };

struct http_server {
	struct box *box;
	pthread_mutex_t lock;           /* over what follows */
	struct http *http;
	uint16_t port;                  /* that was asked for; 0: none */
	bool begun;
};

const struct part http_acl_parts[] = {
	PART(struct http_acl, v4), PART(struct http_acl, name), { NULL, 0, 0, 0 }
};

/* ---- what is answered ------------------------------------------------------------------------------------------ */

/* "CA" of "/CA.crl"; NULL: it ends otherwise. */
static struct ca *
named_by(struct box *b, const char *path, const char *ending)
{
	size_t n = strlen(path), k = strlen(ending);
	char name[CA_NAME];

	if (*path != '/' || n < k + 2 || n - k > sizeof(name) || strcmp(path + n - k, ending) != 0)
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)(n - k - 1), path + 1);
	return pki_server_hold(b, name);
}

static void
give(struct http_reply *r, const char *type, const struct der *d)
{
	r->body.bytes = malloc(d->size ? d->size : 1);
	if (!r->body.bytes) {
		r->status = BROKEN;
		return;
	}
	memcpy(r->body.bytes, d->bytes, d->size);
	r->body.size = d->size;
	r->type = type;
	r->status = OK;
}

static void
give_crl(struct http_reply *r, struct ca *ca)
{
	int rc = ca_crl(ca, &r->body);

	r->status = rc == 0 ? OK : rc == -ENOENT ? MISSING : BROKEN;
	r->type = "application/pkix-crl";
}

static bool
answer_file(struct box *b, const char *path, struct http_reply *r)
{
	static const char *const endings[] = { ".crt", ".cer", ".crl" };

	for (int i = 0; i < 3; i++) {
		struct ca *ca = named_by(b, path, endings[i]);

		if (!ca)
			continue;
		if (i == 2)
			give_crl(r, ca);
		else
			give(r, "application/x-x509-ca-cert", ca_certificate(ca));
		ca_drop(ca);
		return true;
	}
	return false;
}

/* The message of GetCACert and its like names a CA, or nothing that we know: then it is the first one. */
static struct ca *
named_in(struct box *b, const struct http_request *q)
{
	const char *name = q->argument(q, "message");
	struct ca *ca = name ? pki_server_hold(b, name) : NULL;

	return ca ? ca : pki_server_nth(b, 0);
}

/* A registration authority comes with its CA, whose certificate is the one that is authenticated. */
static void
give_ca(struct box *b, struct http_reply *r, struct ca *ca)
{
	struct der both[2] = { *ca_certificate(ca) };

	if (pki_ra_upper(b, ca_name(ca), &both[1]) < 0) {
		give(r, "application/x-x509-ca-cert", ca_certificate(ca));
		return;
	}
	r->status = scep_write_certs(both, 2, &r->body) == 0 ? OK : BROKEN;
	r->type = "application/x-x509-ca-ra-cert";
	der_clear(&both[1]);
}

/* Signed by the CA that is there now, so that it is believed without an operator (RFC 8894, 4.7). */
static void
give_next(struct box *b, struct http_reply *r, struct ca *ca)
{
	struct ca_signer s = { ca_pki(ca), ca_name(ca), ca_certificate(ca), "sha256" };
	char label[CA_NAME + 1], why[160];
	struct der next = { 0 };

	if (ca_next(ca, &next, label) < 0)
		return;
	r->status = scep_write_next(&s, &next, &r->body, why, sizeof(why)) == 0 ? OK : BROKEN;
	r->type = "application/x-x509-next-ca-cert";
	if (r->status == BROKEN)
		pki_debug(b, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: GetNextCACert: %s", why);
	der_clear(&next);
}

static void
answer_ca(struct box *b, const struct http_request *q, struct http_reply *r, const char *operation)
{
	static const char caps[] = "GetNextCACert\nPOSTPKIOperation\nRenewal\nSHA-1\nSHA-256\nSHA-512\nAES\nDES3\n"
	    "SCEPStandard\n";
	const struct der text = { (uint8_t *)(uintptr_t)caps, sizeof(caps) - 1 };
	struct ca *ca = named_in(b, q);

	if (!ca)
		return;
	if (!strcmp(operation, "GetCACert"))
		give_ca(b, r, ca);
	else if (!strcmp(operation, "GetCACaps"))
		give(r, "text/plain", &text);
	else if (!strcmp(operation, "GetNextCACert"))
		give_next(b, r, ca);
	else if (!strcmp(operation, "GetCRL"))
		give_crl(r, ca);
	ca_drop(ca);
}

static void
answer_message(struct box *b, const struct http_request *q, struct http_reply *r, const char *from)
{
	const char *text = q->post ? NULL : q->argument(q, "message");
	struct der message = { 0 };
	int rc = -EINVAL;

	if (text && scep_from_base64(text, &message) == 0)
		rc = pki_scep_answer(b, from, message.bytes, message.size, &r->body);
	else if (q->post)
		rc = pki_scep_answer(b, from, q->body, q->size, &r->body);
	der_clear(&message);
	r->type = rc == 0 ? "application/x-pki-message" : "text/plain";
	r->status = rc == 0 ? OK : rc == -EINVAL ? BAD : BROKEN;
}

static void
address_text(const struct sockaddr *from, char *text, size_t size)
{
	text[0] = '\0';
	if (from && from->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)from)->sin_addr, text, (socklen_t)size);
}

static void
on_request(void *arg, const struct http_request *q, struct http_reply *r)
{
	struct box *b = ((struct http_server *)arg)->box;
	const char *operation = q->argument(q, "operation");
	char from[INET_ADDRSTRLEN];

	r->status = MISSING;
	address_text(q->from, from, sizeof(from));
	if (strcmp(q->path, "/cgi-bin/pkiclient.exe") != 0)
		answer_file(b, q->path, r);
	else if (operation && !strcmp(operation, "PKIOperation"))
		answer_message(b, q, r, from);
	else if (operation)
		answer_ca(b, q, r, operation);
	pki_debug(b, DEBUG_PKI_SCEP, "CRYPTO_PKI_SCEP: HTTP %s from %s, operation %.20s: %d, %zu bytes",
	    q->post ? "POST" : "GET", from, operation ? operation : "-", r->status, r->body.size);
}

static bool
on_admit(void *arg, const struct sockaddr *from)
{
	struct box *b = ((struct http_server *)arg)->box;
	const struct config *c = running_hold(b->running);
	bool good = !c->http_acl.set || acl_permits(c, c->http_acl.name, from, c->http_port);

	running_drop(c);
	return good;
}

/* ---- open and closed ------------------------------------------------------------------------------------------- */

int
http_server_new(struct http_server **hp, struct box *b)
{
	struct http_server *h = calloc(1, sizeof(*h));

	if (!h)
		return -ENOMEM;
	h->box = b;
	pthread_mutex_init(&h->lock, NULL);
	*hp = h;
	return 0;
}

void
http_server_free(struct http_server *h)
{
	if (!h)
		return;
	http_close(h->http);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static void
open_at(struct http_server *h, uint16_t port)
{
	struct http_options o = { .at = { .sin_family = AF_INET, .sin_port = htons(port) },
		.admit = on_admit, .answer = on_request, .arg = h };
	char why[160] = "";

	if (http_open(&h->http, &o, why, sizeof(why)) < 0 && h->box->log)
		log_put(h->box->log, 3, "HTTP-3-LISTEN", "The HTTP server does not listen: %s", why);
}

/* What has failed is tried again when it is configured again. */
void
http_follow(struct box *b, const struct config *c)
{
	struct http_server *h = b->http;
	const struct stored_line *on = map_find(c->http_on, "ip http server");
	uint16_t port = on && !on->denied ? c->http_port : 0;

	if (!h)
		return;
	pthread_mutex_lock(&h->lock);
	if (h->begun && port != h->port) {
		http_close(h->http);
		h->http = NULL;
		h->port = port;
		if (port)
			open_at(h, port);
	}
	pthread_mutex_unlock(&h->lock);
}

void
http_begin(struct box *b)
{
	const struct config *c = running_hold(b->running);

	pthread_mutex_lock(&b->http->lock);
	b->http->begun = true;
	pthread_mutex_unlock(&b->http->lock);
	http_follow(b, c);
	running_drop(c);
}
