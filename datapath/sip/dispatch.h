/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/dispatch.h -- from bytes to whoever they are for. */
#ifndef DATAPATH_SIP_DISPATCH_H
#define DATAPATH_SIP_DISPATCH_H

#include "datapath/sip/flow.h"

struct worker;

/* One whole message has come: to the worker whose call it is, parsed, to its transaction. */
void dispatch_bytes(struct worker *, const char *bytes, size_t size, const struct flow *);

/* Names that carry their worker: tags and branches of ours, NUL-terminated. */
enum { NAME_SIZE = 32 };
void name_tag(struct worker *, char tag[NAME_SIZE]);
void name_branch(struct worker *, char branch[NAME_SIZE]);

/* Does it carry a branch or a To tag that may be ours?  Only such a message of a stranger's is looked
 * at further: a trusted peer may answer from another address (its Contact), and if the name turns out
 * to be none of ours the stranger gets silence all the same. */
bool dispatch_names_us(const struct worker *, const char *bytes, size_t size);

#endif
