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
	uint32_t size;                  /* what it carries; 0: next to nothing */
};

struct mailbox {
	_Atomic(struct mail *) head;    /* the newest */
	struct mail *tail;              /* the oldest; the reader's own */
	struct mail stub;
	atomic_uint depth;
	_Atomic uint64_t bytes;
	uv_async_t wake;
	struct worker *worker;
};

/* At most so many, and so much in them; and what a pass of the loop delivers before it looks at its
 * sockets again. */
enum { MAILBOX_DEPTH = 65536, MAILBOX_BYTES = 64 << 20, MAILBOX_PASS = 256 };

int  mailbox_open(struct mailbox *, uv_loop_t *, struct worker *);
void mailbox_close(struct mailbox *);           /* uv_close()s; undelivered mail is delivered */
int  mailbox_post(struct mailbox *, struct mail *);     /* -ENOBUFS: full, the mail is yours */

#endif
