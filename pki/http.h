/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/http.h -- the small HTTP server by which a certificate authority is reached: what is asked is handed to
 * one function, which answers.  Requests are bounded in size, connections in number and in time. */
#ifndef PKI_HTTP_H
#define PKI_HTTP_H

#include "pki/pki.h"

#include <netinet/in.h>

struct http;
struct sockaddr;

enum { HTTP_BODY_MOST = 65536, HTTP_CONNECTIONS = 64, HTTP_PER_ADDRESS = 16, HTTP_TIMEOUT_S = 10,
	HTTP_BODY_S = 30 };

struct http_request {
	const char *path;               /* "/CA.crl" */
	bool post;
	const struct sockaddr *from;
	const void *body;               /* of a POST */
	size_t size;
	/* An argument of the query, unescaped ('+' is a blank then); NULL: there is none. */
	const char *(*argument)(const struct http_request *, const char *name);
	void *own;
};
struct http_reply {
	int status;                     /* 200 */
	const char *type;               /* a constant */
	struct der body;                /* taken over */
};

struct http_options {
	struct sockaddr_in at;
	bool (*admit)(void *arg, const struct sockaddr *from);
	void (*answer)(void *arg, const struct http_request *, struct http_reply *);
	void *arg;
};

/* Both functions are called on threads of the server, several at once.  0; -errno with words. */
int  http_open(struct http **, const struct http_options *, char *why, size_t size);
void http_close(struct http *);         /* waits for answers under way; NULL: nothing */

#endif
