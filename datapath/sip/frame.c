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

/* The line that follows this one, folded continuations (RFC 3261 7.3.1) past; NULL: the headers end,
 * or the line is cut. */
static const char *
next_line(const char *line, const char *end)
{
	const char *next = memchr(line, '\n', (size_t)(end - line));

	if (!next || next - line <= 1)
		return NULL;
	for (next++; next < end && (*next == ' ' || *next == '\t'); next++) {
		next = memchr(next, '\n', (size_t)(end - next));
		if (!next)
			return NULL;
	}
	return next;
}

static bool
is_named(const char *line, const char *colon, const char *name, const char *compact)
{
	size_t n = (size_t)(colon - line);

	for (; n && (line[n - 1] == ' ' || line[n - 1] == '\t'); n--)
		;
	return (n == strlen(name) && !strncasecmp(line, name, n)) ||
	    (n == strlen(compact) && !strncasecmp(line, compact, n));
}

const char *
frame_header(const char *bytes, size_t have, const char *name, const char *compact, size_t *size)
{
	const char *end = bytes + have, *line = bytes, *next, *colon, *value;
	size_t n;

	for (; line < end && (next = next_line(line, end)); line = next) {
		colon = memchr(line, ':', (size_t)(next - line));
		if (!colon || !is_named(line, colon, name, compact))
			continue;
		for (value = colon + 1; value < next && isspace((unsigned char)*value); value++)
			;
		for (n = (size_t)(next - value); n && isspace((unsigned char)value[n - 1]); n--)
			;
		*size = n;
		return value;
	}
	return NULL;
}

/* Blanks and folds inside a header value. */
static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p;
}

/* Past a quoted string that begins here. */
static const char *
skip_quoted(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\';
	return p < end ? p + 1 : end;
}

/* The next `;' outside of <> and quotes. */
static const char *
next_param(const char *p, const char *end)
{
	bool inside = false;

	while (p < end) {
		if (*p == '"' && !inside) {
			p = skip_quoted(p, end);
			continue;
		}
		inside = *p == '<' || (inside && *p != '>');
		if (*p == ';' && !inside)
			return p;
		p++;
	}
	return NULL;
}

const char *
frame_param(const char *value, size_t have, const char *name, size_t *size)
{
	size_t n = strlen(name);
	const char *end = value + have, *p = value, *v;

	while ((p = next_param(p, end))) {
		p = skip_blanks(p + 1, end);
		if ((size_t)(end - p) < n || strncasecmp(p, name, n))
			continue;
		v = skip_blanks(p + n, end);
		if (v == end || *v != '=')
			continue;
		v = skip_blanks(v + 1, end);
		for (*size = 0; v + *size < end && !strchr(";, \t\r\n>", v[*size]); ++*size)
			;
		return v;
	}
	return NULL;
}

bool
frame_modest(const char *bytes, size_t have)
{
	enum { LINES = 256, ITEMS = 128, ALL_ITEMS = 1024 };
	const char *end = bytes + have, *line = bytes, *next;
	unsigned lines = 0, all = 0;

	for (; line < end && (next = next_line(line, end)); line = next) {
		unsigned items = 0;

		for (const char *p = line; p < next; p++)
			items += *p == ';' || *p == ',' || *p == '&';
		all += items;
		if (++lines > LINES || items > ITEMS || all > ALL_ITEMS)
			return false;
	}
	return true;
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
