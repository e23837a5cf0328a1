/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/arena.h -- where libosip2 takes its memory while a message is handled.
 *
 * Parsing one INVITE is some two hundred small allocations that all go at once.  Between begin and
 * end they come from one block per thread, and freeing them costs nothing; outside of it, and
 * beyond the block, they come from malloc().  A block says itself whose it is. */
#ifndef DATAPATH_SIP_ARENA_H
#define DATAPATH_SIP_ARENA_H

void arena_install(void);       /* once per process, before anything is parsed */
void arena_begin(void);         /* may nest */
void arena_end(void);           /* of the outermost: everything taken since is gone */

void arena_free(void);          /* this thread parses no more */

#endif
