/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/log.h -- the box's log: framed lines, a buffer, and terminals that follow it.
 *
 * Any thread may put a message, but never the packet path (it takes a mutex for a moment).  A
 * subscriber has a bounded queue of its own and drains it in its own thread: one that stands
 * still loses its oldest messages and is told how many; it never holds up who logs. */
#ifndef SHELL_LOG_H
#define SHELL_LOG_H

#include "shell/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log;
struct log_sink;

enum log_to { LOG_TO_BUFFER, LOG_TO_CONSOLE, LOG_TO_MONITOR, LOG_TO_TRAP, LOG_DESTINATIONS };
enum { LOG_OFF = -1, LOG_DEBUGGING = 7, LOG_BUFFER_BYTES = 100000 };

struct log_counts {
	int level;              /* LOG_OFF: disabled */
	uint64_t logged, dropped;
};

/* How a line begins (`service timestamps', `service sequence-numbers'). */
enum log_stamp { LOG_STAMP_NONE, LOG_STAMP_UPTIME, LOG_STAMP_DATETIME };
struct log_stamps { enum log_stamp kind; bool msec, localtime, zone, year; };
struct log_frame {
	struct log_stamps logs, debugs;
	bool sequence;
	struct zone zone;
};

int  log_new(struct log **, size_t buffer_bytes);       /* 0: LOG_BUFFER_BYTES */
void log_free(struct log *);                            /* every sink must be gone */

void log_frame(struct log *, const struct log_frame *); /* from now on; at first: date, ms, UTC */
/* `logging rate-limit': of messages less grave than `except' at most so many in a second go to the
 * console (and, if all, anywhere); 0: no limit. */
void log_limit(struct log *, unsigned per_second, int except, bool all);
uint64_t log_limited(struct log *);                     /* how many that was */

/* `*Nov 23 12:42:12.660: %SYS-5-CONFIG_I: text`.  mnemonic: "SYS-5-CONFIG_I". */
void log_put(struct log *, int severity, const char *mnemonic, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A debug line, stamped; raw: without the stamp (what follows in a message of many lines). */
void log_debug(struct log *, const char *text, bool raw);

/* What a destination takes: messages of `level` and graver; LOG_OFF: none.  All begin at 7. */
void log_level(struct log *, enum log_to, int level);
struct log_counts log_counts(struct log *, enum log_to);
size_t log_buffer_bytes(struct log *);
int  log_resize(struct log *, size_t buffer_bytes);     /* what it held is gone */
void log_clear(struct log *);
/* The buffer's text, malloc()ed, NUL behind it; NULL: no memory. */
char *log_copy(struct log *, size_t *size);

/* Follow it.  `wake` is called, on the thread that puts, when the queue was empty and is not any
 * more: it must not block nor call the log (an eventfd is written).  `wake` may be NULL. */
int  log_follow(struct log_sink **, struct log *, enum log_to, size_t queue_bytes,
         void (*wake)(void *arg), void *arg);
void log_unfollow(struct log_sink *);
/* The oldest messages that fit into `buf`, whole, each with its newline; bytes.  0: none left.
 * What was lost is told first: `N messages dropped`. */
size_t log_take(struct log_sink *, char *buf, size_t size);

#endif
