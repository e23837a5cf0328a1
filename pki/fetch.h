/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/fetch.h -- one request of HTTP or HTTPS to a server of certificates: what enrollment sends and gets.
 *
 * HTTP/1.0, so that no answer comes in pieces; redirections are not followed (who enrolls goes where it was
 * configured, and nowhere else), and no proxy of the environment is asked.  Everything is bounded: the answer in
 * size, each wait in time. */
#ifndef PKI_FETCH_H
#define PKI_FETCH_H

#include "pki/pki.h"

enum { FETCH_URL = 512, FETCH_S = 10 };

struct fetch {
	const char *url;                /* "http://192.0.2.5:80/cgi-bin/pkiclient.exe?operation=GetCACaps" */
	const char *source;             /* our address, "192.0.2.1"; NULL: any */
	const char *proxy;              /* its host, NULL: none; and its port.  Not with HTTPS */
	unsigned proxy_port;
	SSL_CTX *tls;                   /* of HTTPS: who the server has to be; NULL: anybody (what it says is
	                                   judged by its fingerprint) */
	const char *user, *password;    /* HTTP basic, over HTTPS alone; NULL: none */
	const char *type;               /* of the body that is posted; NULL: GET */
	const void *body;
	size_t size, most;              /* of the body; of the answer */
	unsigned seconds;               /* for all of it; 0: FETCH_S */
	bool (*stop)(void *arg);        /* asked from time to time; true: -EINTR.  NULL: never */
	void *arg;
	/* Told of each step in words ("http connection opened ..."), NULL: nobody.  No body, no password. */
	void (*step)(void *step_arg, const char *words);
	void *step_arg;
};
struct fetched {
	int status;                     /* 200 */
	long retry_s;                   /* what Retry-After says; 0: nothing */
	char type[64];                  /* "application/x-x509-ca-cert", in lower case, without parameters */
	struct der body;
};

/* 0: there is an answer, of whatever status; -errno with words: there is none.  Clear it in any case. */
int  fetch(const struct fetch *, struct fetched *, char *why, size_t size);
void fetched_clear(struct fetched *);           /* wiped: it may be a certificate that nobody else has */
/* One that pki_ctx() has made; NULL: nothing. */
void fetch_tls_drop(SSL_CTX *);
/* A URL of http or https that can be fetched. */
bool fetch_is_url(const char *url);

#endif
