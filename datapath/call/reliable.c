/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/reliable.c -- provisional responses that the caller acknowledges (RFC 3262), as the
 * side that sends them.
 *
 * One response is out at a time; what comes meanwhile waits for its PRACK, and so does a 2xx while
 * an answer in a provisional response is not acknowledged (section 3).  A refusal waits for nobody. */
#include "datapath/call/room.h"

#include <stdlib.h>
#include <string.h>

enum { WAITING_MAX = 8 };

struct waiting {
	struct waiting *next;
	int status;
	char *more, *body;
};

static void
waiting_free(struct waiting *x)
{
	free(x->more);
	body_free(x->body);
	free(x);
}

void
reliable_clear(struct leg *l)
{
	struct waiting *x;

	while ((x = l->reliable.queue)) {
		l->reliable.queue = x->next;
		waiting_free(x);
	}
	l->reliable.out = l->reliable.with_answer = false;
}

/* Behind the others; false: no room, or no memory. */
static bool
wait_for_prack(struct leg *l, int status, const char *more, const char *body)
{
	struct waiting **at = &l->reliable.queue, *x;
	int n = 0;

	for (; *at; at = &(*at)->next)
		n++;
	if (n >= WAITING_MAX && status < 200)
		return false;
	x = calloc(1, sizeof(*x));
	if (!x)
		return false;
	x->status = status;
	x->more = more ? strdup(more) : NULL;
	x->body = body ? strdup(body) : NULL;
	if ((more && !x->more) || (body && !x->body)) {
		waiting_free(x);
		return false;
	}
	*at = x;
	return true;
}

static void
send_reliably(struct leg *l, int status, const char *more, const char *body)
{
	struct text t = { 0 };

	if (!l->reliable.rseq)
		l->reliable.rseq = (uint32_t)(worker_random(l->call->worker) % 9999);
	l->reliable.rseq++;
	if (!l->reliable.first)
		l->reliable.first = l->reliable.rseq;
	leg_response_headers(l, status, &t);
	text_format(&t, "Require: 100rel\r\nRSeq: %u\r\n", l->reliable.rseq);
	text_add(&t, more);
	l->reliable.out = true;
	l->reliable.with_answer = body != NULL;
	server_respond_reliably(l->invite_in, status, reason_phrase(status), t.bytes,
	    "application/sdp", body);
	text_clear(&t);
}

bool
reliable_respond(struct leg *l, int status, const char *more, const char *body)
{
	if (status >= 300) {
		reliable_clear(l);
		return false;
	}
	if (l->reliable.out && (status < 200 || l->reliable.with_answer))
		return wait_for_prack(l, status, more, body) || status < 200;
	if (status >= 200) {
		reliable_clear(l);
		return false;
	}
	send_reliably(l, status, more, body);
	return true;
}

bool
reliable_pracked(struct leg *l, uint32_t rseq)
{
	if (!l->invite_in || !l->reliable.first || rseq < l->reliable.first ||
	    rseq > l->reliable.rseq)
		return false;
	if (!l->reliable.out || rseq != l->reliable.rseq)
		return true;            /* late, of one that nothing waits for any more */
	server_pracked(l->invite_in);
	l->reliable.out = l->reliable.with_answer = false;
	return true;
}

void
reliable_next(struct leg *l)
{
	struct waiting *x = l->reliable.queue;

	if (!x || l->reliable.out || !l->invite_in)
		return;
	l->reliable.queue = x->next;
	leg_respond(l, l->invite_in, x->status, reason_phrase(x->status), x->more, x->body);
	waiting_free(x);
}
