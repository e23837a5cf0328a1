/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/http.c -- see http.h; the only file that knows libmicrohttpd. */
#include "pki/http.h"
#include "pki/openssl.h"
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 32, THREADS = 2, HEADERS_MOST = 32768, NICE = 10 };

struct http {
	struct http_options options;
	struct MHD_Daemon *daemon;
};

/* A request on its way in. */
struct incoming {
	uint8_t *body;
	size_t size;
	time_t began;
};

static const char *
argument(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->own, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result
send_reply(struct MHD_Connection *c, struct http_reply *r)
{
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(r->body.size, r->body.bytes, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result rc;

	if (!response) {
		der_clear(&r->body);
		return MHD_NO;
	}
	MHD_add_response_header(
	    response, MHD_HTTP_HEADER_CONTENT_TYPE, r->type ? r->type : "text/plain");
	rc = MHD_queue_response(c, (unsigned)r->status, response);
	MHD_destroy_response(response);
	return rc;
}

static enum MHD_Result
send_status(struct MHD_Connection *c, int status)
{
	return send_reply(c, &(struct http_reply){.status = status});
}

/* Its bytes are counted before they are kept; what is too long, or takes too long, is cut off. */
static enum MHD_Result
take_body(struct incoming *in, const char *bytes, size_t count)
{
	uint8_t *more;

	if (count > HTTP_BODY_MOST - in->size || time(NULL) - in->began > HTTP_BODY_S)
		return MHD_NO;
	more = realloc(in->body, in->size + count);
	if (!more)
		return MHD_NO;
	memcpy(more + in->size, bytes, count);
	in->body = more;
	in->size += count;
	return MHD_YES;
}

/* The headers are here: what they promise is judged before it comes. */
static enum MHD_Result
begin(struct MHD_Connection *c, const char *method, void **state)
{
	const char *length =
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	struct incoming *in;

	if (length && strtoull(length, NULL, 10) > HTTP_BODY_MOST)
		return send_status(c, MHD_HTTP_CONTENT_TOO_LARGE);
	if (strcmp(method, MHD_HTTP_METHOD_POST) && strcmp(method, MHD_HTTP_METHOD_GET) &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD))
		return send_status(c, MHD_HTTP_METHOD_NOT_ALLOWED);
	in = calloc(1, sizeof(*in));
	if (!in)
		return MHD_NO;
	in->began = time(NULL);
	*state = in;
	return MHD_YES;
}

static enum MHD_Result
answer(struct http *h, struct MHD_Connection *c, const char *path, bool post,
    const struct incoming *in)
{
	const union MHD_ConnectionInfo *who =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct http_request q = {.path = path,
	    .post = post,
	    .from = who ? who->client_addr : NULL,
	    .body = in->body,
	    .size = in->size,
	    .argument = argument,
	    .own = c};
	struct http_reply r = {.status = MHD_HTTP_NOT_FOUND};

	/* Signatures take time: that of calls goes first.  Of this thread only, as Linux has it. */
	if (getpriority(PRIO_PROCESS, 0) < NICE)
		setpriority(PRIO_PROCESS, 0, NICE);
	h->options.answer(h->options.arg, &q, &r);
	return send_reply(c, &r);
}

/* Called with the headers, then with each piece of the body, then with none. */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *path, const char *method,
    const char *version, const char *bytes, size_t *count, void **state)
{
	struct incoming *in = *state;
	size_t n = *count;

	(void)version;
	if (!in)
		return begin(c, method, state);
	if (n) {
		*count = 0;
		return take_body(in, bytes, n);
	}
	return answer(arg, c, path, !strcmp(method, MHD_HTTP_METHOD_POST), in);
}

static void
on_completed(void *arg, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how)
{
	struct incoming *in = *state;

	(void)arg, (void)c, (void)how;
	if (in)
		free(in->body);
	free(in);
	*state = NULL;
}

static enum MHD_Result
on_accept(void *arg, const struct sockaddr *from, socklen_t size)
{
	struct http *h = arg;

	(void)size;
	return !h->options.admit || h->options.admit(h->options.arg, from) ? MHD_YES : MHD_NO;
}

/* Ours, so that what goes wrong has a reason. */
static int
listen_at(const struct sockaddr_in *at, char *why, size_t size)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1, rc;
	char text[INET_ADDRSTRLEN] = "";

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    bind(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	rc = -errno;
	if (fd >= 0)
		close(fd);
	inet_ntop(AF_INET, &at->sin_addr, text, sizeof(text));
	return pki_why(why, size, rc, "%s:%u: %s", text, ntohs(at->sin_port), strerror(-rc));
}

int
http_open(struct http **hp, const struct http_options *o, char *why, size_t size)
{
	struct http *h = calloc(1, sizeof(*h));
	int fd = h ? listen_at(&o->at, why, size) : pki_why(why, size, -ENOMEM, "out of memory");

	if (fd < 0) {
		free(h);
		return fd;
	}
	h->options = *o;
	h->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, 0, on_accept,
	    h, on_request, h, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, THREADS,
	    MHD_OPTION_CONNECTION_LIMIT, HTTP_CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    HTTP_PER_ADDRESS, MHD_OPTION_CONNECTION_TIMEOUT, HTTP_TIMEOUT_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MOST, MHD_OPTION_NOTIFY_COMPLETED,
	    on_completed, h, MHD_OPTION_END);
	if (h->daemon) {
		*hp = h;
		return 0;
	}
	close(fd);
	free(h);
	return pki_why(why, size, -EIO, "the HTTP server does not start");
}

void
http_close(struct http *h)
{
	if (!h)
		return;
	MHD_stop_daemon(h->daemon);
	free(h);
}
