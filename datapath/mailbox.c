/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/mailbox.c -- see mailbox.h.  The queue is Vyukov's intrusive one: a writer takes the
 * head's place with one exchange and then links its predecessor to itself. */
#include "datapath/mailbox.h"

#include <errno.h>
#include <stdbool.h>

static void
push(struct mailbox *m, struct mail *mail)
{
	struct mail *before;

	atomic_store_explicit(&mail->next, NULL, memory_order_relaxed);
	before = atomic_exchange_explicit(&m->head, mail, memory_order_acq_rel);
	atomic_store_explicit(&before->next, mail, memory_order_release);
}

/* NULL: nothing, or a writer stands between its two steps; its wake-up is still to come. */
static struct mail *
pop(struct mailbox *m)
{
	struct mail *tail = m->tail;
	struct mail *next = atomic_load_explicit(&tail->next, memory_order_acquire);

	if (tail == &m->stub) {
		if (!next)
			return NULL;
		m->tail = tail = next;
		next = atomic_load_explicit(&tail->next, memory_order_acquire);
	}
	if (next) {
		m->tail = next;
		return tail;
	}
	if (tail != atomic_load_explicit(&m->head, memory_order_acquire))
		return NULL;
	push(m, &m->stub);
	next = atomic_load_explicit(&tail->next, memory_order_acquire);
	if (!next)
		return NULL;
	m->tail = next;
	return tail;
}

/* false: there may be more than so many. */
static bool
drain(struct mailbox *m, unsigned most)
{
	struct mail *mail;

	for (; most; most--) {
		if (!(mail = pop(m)))
			return true;
		atomic_fetch_sub_explicit(&m->depth, 1, memory_order_relaxed);
		atomic_fetch_sub_explicit(&m->bytes, mail->size, memory_order_relaxed);
		mail->deliver(m->worker, mail);
	}
	return false;
}

static void
on_wake(uv_async_t *wake)
{
	if (!drain(wake->data, MAILBOX_PASS) && !uv_is_closing((uv_handle_t *)wake))
		uv_async_send(wake);
}

int
mailbox_open(struct mailbox *m, uv_loop_t *loop, struct worker *worker)
{
	atomic_init(&m->stub.next, NULL);
	atomic_init(&m->head, &m->stub);
	atomic_init(&m->depth, 0);
	atomic_init(&m->bytes, 0);
	m->tail = &m->stub;
	m->worker = worker;
	m->wake.data = m;
	return uv_async_init(loop, &m->wake, on_wake);
}

void
mailbox_close(struct mailbox *m)
{
	while (!drain(m, MAILBOX_DEPTH))
		;
	uv_close((uv_handle_t *)&m->wake, NULL);
}

int
mailbox_post(struct mailbox *m, struct mail *mail)
{
	bool many = atomic_fetch_add_explicit(&m->depth, 1, memory_order_relaxed) >= MAILBOX_DEPTH;
	bool much = atomic_fetch_add_explicit(&m->bytes, mail->size, memory_order_relaxed) >=
	    MAILBOX_BYTES;

	if (many || (much && mail->size)) {
		atomic_fetch_sub_explicit(&m->depth, 1, memory_order_relaxed);
		atomic_fetch_sub_explicit(&m->bytes, mail->size, memory_order_relaxed);
		return -ENOBUFS;
	}
	push(m, mail);
	uv_async_send(&m->wake);
	return 0;
}
