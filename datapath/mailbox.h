/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/mailbox.h -- how one thread hands a worker something to do: a lock-free queue with
 * many writers and one reader, woken through its loop.  What is posted is delivered once, in the
 * order of each writer; the depth is bounded, and a full box says so to the writer. */
#ifndef DATAPATH_MAILBOX_H
#define DATAPATH_MAILBOX_H

#include <stdatomic.h>
#include <uv.h>

struct worker;

struct mail {
	_Atomic(struct mail *) next;
	void (*deliver)(struct worker *, struct mail *);        /* owns and frees the mail */
};

struct mailbox {
	_Atomic(struct mail *) head;    /* the newest */
	struct mail *tail;              /* the oldest; the reader's own */
	struct mail stub;
	atomic_uint depth;
	uv_async_t wake;
	struct worker *worker;
};

enum { MAILBOX_DEPTH = 65536 };

int  mailbox_open(struct mailbox *, uv_loop_t *, struct worker *);
void mailbox_close(struct mailbox *);           /* uv_close()s; undelivered mail is delivered */
int  mailbox_post(struct mailbox *, struct mail *);     /* -ENOBUFS: full, the mail is yours */

#endif
