/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/frame.c -- see frame.h.  Looks at bytes only; everything here is bounded by `have'. */
#include "datapath/sip/frame.h"
#include "datapath/sip/flow.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The end of the header block (past its empty line); 0: not there. */
static size_t
header_end(const char *bytes, size_t have)
{
	const char *p = memmem(bytes, have, "\r\n\r\n", 4);

	return p ? (size_t)(p - bytes) + 4 : 0;
}

const char *
frame_header(const char *bytes, size_t have, const char *name, const char *compact, size_t *size)
{
	const char *end = bytes + have, *line = bytes, *next, *colon, *value;
	size_t n;

	for (; line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (!next || next - line <= 1)
			return NULL;            /* the empty line, or a cut one */
		next++;
		colon = memchr(line, ':', (size_t)(next - line));
		if (!colon)
			continue;
		for (n = (size_t)(colon - line); n && (line[n - 1] == ' ' || line[n - 1] == '\t'); n--)
			;
		if (!(n == strlen(name) && !strncasecmp(line, name, n)) &&
		    !(n == strlen(compact) && !strncasecmp(line, compact, n)))
			continue;
		for (value = colon + 1; value < next && (*value == ' ' || *value == '\t'); value++)
			;
		for (n = (size_t)(next - value); n && isspace((unsigned char)value[n - 1]); n--)
			;
		*size = n;
		return value;
	}
	return NULL;
}

static int
content_length(const char *bytes, size_t head, size_t *length)
{
	size_t n, v = 0;
	const char *text = frame_header(bytes, head, "Content-Length", "l", &n);

	*length = 0;
	if (!text)
		return 0;               /* none: no body, in a stream it must be there */
	if (!n || n > 6)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
		v = v * 10 + (size_t)(text[i] - '0');
	}
	*length = v;
	return 0;
}

/* A SIP message begins with a word of letters, or with SIP/2.0. */
static bool
looks_like_sip(const char *bytes, size_t have)
{
	for (size_t i = 0; i < have && i < 20; i++) {
		if (bytes[i] == ' ' || bytes[i] == '/')
			return i > 0;
		if (!isalpha((unsigned char)bytes[i]))
			return false;
	}
	return have < 20;
}

enum frame
frame_next(const char *bytes, size_t have, size_t *size)
{
	size_t head, length;

	*size = 0;
	if (!have)
		return FRAME_MORE;
	if (bytes[0] == '\r' || bytes[0] == '\n') {
		if (have >= 4 && !memcmp(bytes, "\r\n\r\n", 4))
			return *size = 4, FRAME_PING;
		if (have >= 2 && !memcmp(bytes, "\r\n", 2) && (have > 3 || (have > 2 && bytes[2] != '\r')))
			return *size = 2, FRAME_PONG;
		if (bytes[0] == '\n')
			return *size = 1, FRAME_PONG;
		return have < 4 ? FRAME_MORE : FRAME_BAD;
	}
	if (!looks_like_sip(bytes, have))
		return FRAME_BAD;
	head = header_end(bytes, have);
	if (!head)
		return have >= SIP_MESSAGE_MOST ? FRAME_BAD : FRAME_MORE;
	if (content_length(bytes, head, &length) < 0 || head + length > SIP_MESSAGE_MOST)
		return FRAME_BAD;
	*size = head + length;
	return have < *size ? FRAME_MORE : FRAME_MESSAGE;
}
