/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/frame.h -- where one SIP message ends in a stream (RFC 3261 18.3, RFC 5626 3.5.1). */
#ifndef DATAPATH_SIP_FRAME_H
#define DATAPATH_SIP_FRAME_H

#include <stdbool.h>
#include <stddef.h>

enum frame {
	FRAME_MORE,             /* the message is not whole yet */
	FRAME_MESSAGE,          /* *size bytes are one message */
	FRAME_PING,             /* *size bytes are a CRLFCRLF that wants a CRLF back */
	FRAME_PONG,             /* *size bytes are a CRLF: skip it */
	FRAME_BAD               /* not SIP, or too large: close */
};
enum frame frame_next(const char *bytes, size_t have, size_t *size);

/* The value of a header by its full and its compact name, in a message that is not parsed yet;
 * NULL: it is not there.  The value ends at *size, blanks trimmed; folds are left in it. */
const char *frame_header(const char *bytes, size_t have, const char *name, const char *compact,
    size_t *size);
/* A parameter of such a value, `;tag=...' outside of <> and quotes; NULL: none. */
const char *frame_param(const char *value, size_t have, const char *name, size_t *size);
/* Few enough lines, parameters and list items for a parser whose lists are walked from their head:
 * 256 lines, 128 items in one and 1,024 in all. */
bool frame_modest(const char *bytes, size_t have);

#endif
