/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/row.c -- the part of a typed line that fits the screen, and the least that must be written to
 * make it stand there: what is the same in front stays, the rest is written over, what is left of the old is
 * blanked.  readline decides what the line is; this only shows it. */
#include "shell/terminal/row.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 2 * ROW_STEP };          /* columns for the line, however long the prompt is */

struct face { char *text; size_t size, room; };         /* what is to stand behind the prompt */

/* ---- characters ---------------------------------------------------------------------------- */

/* Bytes of the character there, and how many columns it takes. */
static size_t
character(const char *text, size_t size, int *columns)
{
	size_t n = 1;

	*columns = (unsigned char)*text < ' ' || *text == 0x7f ? 2 : 1;
	while (n < size && n < 4 && (text[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Columns of so many bytes. */
static int
columns_of(const char *text, size_t size)
{
	int columns, sum = 0;

	for (size_t i = 0; i < size; sum += columns)
		i += character(text + i, size - i, &columns);
	return sum;
}

/* The byte that is `columns' further, or as far as there are any. */
static size_t
forward(const char *line, size_t size, size_t from, int columns)
{
	int n;

	while (from < size && columns > 0) {
		from += character(line + from, size - from, &n);
		columns -= n;
	}
	return from;
}

static size_t
backward(const char *line, size_t from, int columns)
{
	while (from && columns-- > 0)
		while (--from && (line[from] & 0xc0) == 0x80)
			;
	return from;
}

/* ---- what is on the screen ----------------------------------------------------------------- */

static int
room_of(const struct row *r, const char *prompt)
{
	int room = r->columns - 1 - columns_of(prompt, strlen(prompt)); /* no terminal shall wrap by itself */

	return room < LEAST ? LEAST : room;
}

/* Move the window until the cursor is in it, beside the `$' that may stand at either end. */
static void
follow_cursor(struct row *r, const char *line, size_t point, size_t size, int room)
{
	if (r->first > size)
		r->first = size;
	while (r->first && point < forward(line, size, r->first, 1))
		r->first = backward(line, r->first, ROW_STEP);
	while (r->first < point &&
	    columns_of(line + r->first, point - r->first) >= room - (forward(line, size, r->first, room) < size))
		r->first = forward(line, size, r->first, ROW_STEP);
}

static void
put(struct face *f, const char *bytes, size_t size)
{
	if (size > f->room - f->size)
		return;
	memcpy(f->text + f->size, bytes, size);
	f->size += size;
}

static void
put_character(struct face *f, const char *text, size_t size)
{
	char caret[2] = {'^', (char)(*text ^ 0x40)};

	if ((unsigned char)*text < ' ' || *text == 0x7f)
		put(f, caret, 2);
	else
		put(f, text, size);
}

/* What shall stand there; how far in it the cursor is. */
static int
make_face(const struct row *r, const struct row_line *l, int room, struct face *f)
{
	int used = 0, at = 0, columns;
	size_t n;

	for (size_t i = r->first; i < l->size; i += n, used += columns) {
		n = character(l->text + i, l->size - i, &columns);
		if (i == l->point)
			at = used;
		if (!r->whole && i + n < l->size && used + columns >= room) {
			put(f, "$", 1);
			return at;
		}
		if (i == r->first && i > 0)
			put(f, "$", columns = 1);
		else
			put_character(f, l->text + i, n);
	}
	return l->point >= l->size ? used : at;
}

/* ---- writing it ---------------------------------------------------------------------------- */

static void
go(struct row *r, int to, FILE *out)
{
	size_t from;

	for (; r->at > to; r->at--)
		fputc('\b', out);
	if (r->at < to) {
		from = forward(r->shown, r->size, 0, r->at);
		fwrite(r->shown + from, 1, forward(r->shown, r->size, from, to - r->at) - from, out);
		r->at = to;
	}
}

static size_t
same_in_front(const struct row *r, const struct face *f)
{
	size_t n = 0;

	while (n < r->size && n < f->size && r->shown[n] == f->text[n])
		n++;
	while (n && ((n < r->size && (r->shown[n] & 0xc0) == 0x80) || (n < f->size && (f->text[n] & 0xc0) == 0x80)))
		n--;
	return n;
}

/* Write over what stands there; the cursor is left wherever that ends. */
static void
write_over(struct row *r, const struct face *f, FILE *out)
{
	size_t same = same_in_front(r, f);
	int old = columns_of(r->shown, r->size), now = columns_of(f->text, f->size);

	if (same == f->size && same == r->size)
		return;
	go(r, columns_of(f->text, same), out);
	fwrite(f->text + same, 1, f->size - same, out);
	for (r->at = now; r->at < old; r->at++)
		fputc(' ', out);
}

/* ---- for the console ----------------------------------------------------------------------- */

void
row_fresh(struct row *r)
{
	if (r->shown)
		explicit_bzero(r->shown, r->room); /* it may have been a password */
	free(r->shown);
	r->shown = NULL;
	r->size = r->room = 0;
	r->at = 0;
}

void
row_clear(struct row *r)
{
	row_fresh(r);
	r->first = 0;
}

void
row_draw(struct row *r, const struct row_line *l, bool whole, FILE *out)
{
	const char *last = strrchr(l->prompt, '\n');
	struct face f = {.room = 2 * l->size + 2};
	int room = room_of(r, last ? last + 1 : l->prompt), at, was;

	whole = whole || !r->columns;
	if (r->shown && r->whole && !whole && columns_of(r->shown, r->size) > room) {
		fputc('\n', out); /* it stands on several rows, where we cannot go back */
		row_fresh(r);
	}
	r->whole = whole;
	if (whole)
		r->first = 0;
	else
		follow_cursor(r, l->text, l->point, l->size, room);
	if (!(f.text = malloc(f.room)))
		return; /* the next key draws it */
	at = make_face(r, l, room, &f);
	if (!r->shown)
		fputs(l->prompt, out);
	write_over(r, &f, out);
	was = r->at;
	row_fresh(r);
	r->shown = f.text, r->size = f.size, r->room = f.room, r->at = was;
	go(r, at, out);
}
