/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/running.h -- the one running configuration, whatever it is made of.
 *
 * A snapshot is immutable and counted.  An edit makes a draft, checks it and publishes it, or
 * says why not and changes nothing.  Readers take and drop snapshots from any thread. */
#ifndef SHELL_RUNNING_H
#define SHELL_RUNNING_H

#include "shell/map.h"

struct running;

/* Borrow the current snapshot: the root mode's struct.  Hand it back with running_drop(). */
const void *running_hold(struct running *);
const void *running_again(const void *snapshot);        /* one more hold of the same */
void        running_drop(const void *snapshot);
uint64_t    running_version(const void *snapshot);      /* grows with every published edit */

/* Change it: `edit` gets a private draft of the root struct; 0 publishes it.  -errno of `edit`
 * or of a check, with `why`: nothing has changed.  One writer at a time.  The checks are the
 * edit's own: it alone knows what it touched (the session checks the object that a line stands
 * on and those above it; mode_check() does a whole tree).  `why` begins empty. */
typedef int running_edit_h(void *draft, void *arg, char *why, size_t size);
int  running_edit(struct running *, running_edit_h *, void *arg, char *why, size_t size);

/* `published` is told of each new snapshot, on the writer's thread, outside every lock but the
 * writer's. */
int  running_new(struct running **, const struct mode *root,
         void (*published)(void *arg, const void *snapshot), void *arg);
void running_free(struct running *);
const struct mode *running_root(const struct running *);

/* What `! Last configuration change` says: seconds since the epoch, 0: none since boot. */
struct running_when { int64_t changed_s, saved_s; char by[64]; uint64_t saved_version; };
struct running_when running_when(struct running *);
void running_saved(struct running *, const void *snapshot, int64_t at_s);        /* that one was */
/* Who makes the next edit; best called in the edit itself.  An edit that nobody called this for
 * (the boot's load) is no `configuration change`. */
void running_by(struct running *, const char *who);

#endif
