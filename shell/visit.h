/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/visit.h -- one terminal at the door, its session and its thread.  For door.c only. */
#ifndef SHELL_VISIT_H
#define SHELL_VISIT_H

#include "shell/door.h"
#include "shell/log.h"
#include "shell/wire.h"

#include <pthread.h>
#include <stdatomic.h>

enum visit_way { VISIT_LOCAL, VISIT_LOGIN, VISIT_CONSOLE };
enum { VISIT_CLAIM_TRIES = 32 };        /* claims of one SSH login, whatever is configured */

struct visit {
	struct visit *next;             /* the door's list */
	struct door *door;
	const struct door_options *o;   /* the door's, which do not change */
	pthread_mutex_t *lock;          /* the door's: over `user` and what it reads of others */
	pthread_t thread;
	enum visit_way way;
	int vty;                        /* VISIT_LOGIN: its number */
	int fd, wake;                   /* the wire; an eventfd by which other threads call */
	pid_t child;                    /* its terminal, if we started it; else 0 */
	atomic_bool closing;            /* other threads: hang up */
	atomic_bool done;               /* the thread is at its end */
	void (*on_done)(struct door *);
	struct door_user user;
	_Atomic int64_t key_ms;         /* when it was last heard */

	/* the rest is the thread's own */
	struct session *session;
	struct log_sink *sink;
	bool synchronous;
	bool gone;                      /* hung up; everything said is dropped */
	bool interrupted;               /* since the line under way began */
	bool running;                   /* a line or help is under way */
	bool entered;                   /* past the login */
	bool known;                     /* an SSH login whose user is judged already */
	int level;                      /* what it was granted */
	uint8_t flags, serial;
	int screen_rows, screen_columns;
	uint32_t credit;
	int rows, columns;              /* of a screen; 0: no paging; a row without an end */
	int wraps;                      /* `columns', but 0 where a row has no end */
	int scrolled;                   /* columns where a typed line is scrolled, as the terminal was told; -1: not yet */
	int shown, column;              /* rows that this screen shows, and where on the last one we are */
	bool by_screen, wide_by_screen; /* `rows', `columns' follow the screen */
	bool skip;                      /* the rest of what the line says is not wanted */
	struct wire_in in;
};

/* The whole life of it; frees nothing but what it made. */
void *visit_main(void *visit);
/* Call its thread (any thread). */
void  visit_wake(struct visit *);
int64_t visit_now_ms(void);

/* For ssh.c.  The next frame that asks for something: 1; 0: the time is over (-1: never); -EINTR:
 * break; -EPIPE: gone. */
int  visit_next(struct visit *, struct wire_frame *, int timeout_ms);
/* 0; -EPIPE: gone. */
int  visit_send(struct visit *, struct wire_out *);

/* The SSH part of a login, up to its HELLO, which is in the frame then.  false: nobody came in. */
bool visit_ssh(struct visit *, struct wire_frame *hello);

#endif
