/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/text.c -- see text.h. */
#include "datapath/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
secret_free(void *bytes, size_t size)
{
	if (bytes)
		explicit_bzero(bytes, size);
	free(bytes);
}

static bool
make_room(struct text *t, size_t more)
{
	size_t room = t->room ? t->room : 1024;
	char *bytes;

	if (t->failed)
		return false;
	if (t->size + more + 1 <= t->room)
		return true;
	while (room < t->size + more + 1)
		room *= 2;
	bytes = malloc(room);
	if (!bytes) {
		t->failed = true;
		return false;
	}
	if (t->size)
		memcpy(bytes, t->bytes, t->size + 1);
	secret_free(t->bytes, t->size);
	t->bytes = bytes;
	t->room = room;
	return true;
}

void
text_bytes(struct text *t, const char *bytes, size_t size)
{
	if (!size || !make_room(t, size))
		return;
	memcpy(t->bytes + t->size, bytes, size);
	t->size += size;
	t->bytes[t->size] = '\0';
}

void
text_add(struct text *t, const char *s)
{
	if (s)
		text_bytes(t, s, strlen(s));
}

void
text_safe(struct text *t, const char *s)
{
	size_t from = t->size;

	text_add(t, s);
	for (size_t i = from; i < t->size; i++)
		if ((unsigned char)t->bytes[i] < ' ' || t->bytes[i] == 0x7f)
			t->bytes[i] = ' ';
}

void
text_format(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || !make_room(t, (size_t)n))
		return;
	va_start(args, format);
	vsnprintf(t->bytes + t->size, (size_t)n + 1, format, args);
	va_end(args);
	t->size += (size_t)n;
}

void
text_trim(struct text *t)
{
	char *bytes = t->bytes ? realloc(t->bytes, t->size + 1) : NULL;

	if (!bytes)
		return;
	t->bytes = bytes;
	t->room = t->size + 1;
}

void
text_clear(struct text *t)
{
	secret_free(t->bytes, t->size);
	*t = (struct text){ 0 };
}
