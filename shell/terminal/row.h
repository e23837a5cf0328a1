/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/row.h -- the line that is being typed, on one row of the screen.
 *
 * As IOS shows it: a line that is longer than the row is wide is moved to the left by ten characters at a time;
 * a `$' stands where there is more of it, in front or behind.  A line that comes in one piece, from a program or a
 * paste, is shown whole, for who sends it reads it again: the screen wraps it, or does not.  Only what changes is written, with backspaces and
 * blanks: no control sequence of any terminal.  A byte below blank is shown as ^X, a UTF-8 sequence as one
 * character. */
#ifndef SHELL_TERMINAL_ROW_H
#define SHELL_TERMINAL_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { ROW_LINE = 8192, ROW_STEP = 10 };

struct row {
	int columns;            /* of the screen; 0: a row without an end, nothing is ever moved */
	bool whole;             /* it was shown whole, however long it is */
	size_t first;           /* of the line: the first byte that is on the screen */
	char *shown;            /* what stands behind the prompt, `size' bytes; NULL: no prompt either */
	size_t size, room;      /* room: what `shown' has been given */
	int at;                 /* where the cursor is, in characters behind the prompt */
};

/* The cursor is on a row that is empty: prompt and line are to be written anew. */
void row_fresh(struct row *);
struct row_line { const char *prompt, *text; size_t point, size; };
/* Show the line with the cursor in front of the byte `point'; whole: as if the row had no end. */
void row_draw(struct row *, const struct row_line *, bool whole, FILE *out);
void row_clear(struct row *);

#endif
