/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/row.c -- a line that is typed and edited, on a screen of our own: what row.c writes has to make that
 * screen show the prompt and the part of the line where the cursor is, and never leave the row. */
#include "tests/fuzz/fuzz.h"

#include "shell/terminal/row.h"

#include <string.h>

enum { SCREEN = 2048, TEXT = 512 };

struct screen { char cell[SCREEN][5]; int at, widest; };

/* The next bytes of the terminal: text, backspaces, blanks; a new line clears the row. */
static void
show(struct screen *s, const char *bytes, size_t size)
{
	for (size_t i = 0, n; i < size; i += n) {
		n = 1;
		if (bytes[i] == '\b') {
			s->at--;
		} else if (bytes[i] == '\n') {
			memset(s, 0, sizeof(*s));
		} else {
			while (i + n < size && n < 4 && (bytes[i + n] & 0xc0) == 0x80)
				n++;
			HOLDS(s->at < SCREEN);
			memcpy(s->cell[s->at], bytes + i, n);
			s->cell[s->at++][n] = 0;
		}
		HOLDS(s->at >= 0);
		s->widest = s->at > s->widest ? s->at : s->widest;
	}
}

static void
row_text(const struct screen *s, char *text)
{
	*text = 0;
	for (int i = 0; i < s->widest; i++)
		strcat(text, s->cell[i]);
	for (size_t n = strlen(text); n && text[n - 1] == ' '; n--)
		text[n - 1] = 0;
}

static int
columns_of(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

/* What is there is what the row says of itself, and the character at the cursor is the line's. */
static void
look(const struct screen *s, const struct row *r, const struct row_line *l, bool whole)
{
	static char there[5 * SCREEN], meant[5 * SCREEN];
	size_t prompt = strlen(l->prompt), n;
	char here;

	row_text(s, there);
	snprintf(meant, sizeof(meant), "%s%.*s", l->prompt, (int)r->size, r->shown);
	for (n = strlen(meant); n && meant[n - 1] == ' '; n--)
		meant[n - 1] = 0;
	HOLDS(!strcmp(there, meant));
	HOLDS(s->at == (int)prompt + r->at);
	if (!whole && r->columns)
		HOLDS(s->at < r->columns && columns_of(meant) <= r->columns);
	here = l->point < l->size ? l->text[l->point] : ' ';
	if ((unsigned char)here >= ' ' && (unsigned char)here < 0x7f && s->at < s->widest)
		HOLDS(s->cell[s->at][0] == here || s->cell[s->at][0] == '$');
}

static bool
inside(char c)
{
	return (c & 0xc0) == 0x80;
}

/* One key: the byte goes in at the cursor, or moves or deletes. */
static void
type(char *text, size_t *size, size_t *point, uint8_t key)
{
	switch (key) {
	case 1:
		*point = 0;
		return;
	case 2:
		while (*point && inside(text[--*point]))
			;
		return;
	case 5:
		*point = *size;
		return;
	case 11:
		*size = *point;
		return;
	default:
		if (*size >= TEXT || key >= 0x80)
			return;
		memmove(text + *point + 1, text + *point, *size - *point);
		text[(*point)++] = (char)key;
		++*size;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct screen screen;
	static char text[TEXT + 8];
	struct row row = {.columns = size ? data[0] % 3 ? 30 + data[0] : 0 : 0};
	size_t used = 0, point = 0;

	memset(&screen, 0, sizeof(screen));
	for (size_t i = 1; i < size && i < 600; i++) {
		struct row_line l = {.prompt = "edge1#", .text = text};
		bool whole = i % 64 > 48;
		char *out = NULL;
		size_t written = 0;
		FILE *f = open_memstream(&out, &written);

		if (data[i] == 0xff && used + 2 < TEXT) {       /* two bytes that are one character */
			memmove(text + point + 2, text + point, used - point);
			memcpy(text + point, "\xc3\xa9", 2);
			point += 2, used += 2;
		} else {
			type(text, &used, &point, data[i]);
		}
		l.point = point, l.size = used;
		row_draw(&row, &l, whole, f);
		fclose(f);
		show(&screen, out, written);
		look(&screen, &row, &l, whole);
		free(out);
	}
	row_clear(&row);
	return 0;
}
