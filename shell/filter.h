/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/filter.h -- what may stand behind a pipe: include, exclude, begin, section, count, files.
 *
 * A chain of filters between what a command says and its terminal. */
#ifndef SHELL_FILTER_H
#define SHELL_FILTER_H

#include <stddef.h>
#include <stdio.h>

struct filter;
struct session;

typedef void filter_write_h(void *arg, const char *bytes, size_t size);

/* What was wrong with the text after the pipe. */
struct filter_fault {
	enum { FILTER_INVALID, FILTER_AMBIGUOUS, FILTER_INCOMPLETE, FILTER_REFUSED } what;
	int column;             /* FILTER_INVALID: in `text` */
	char why[160];          /* FILTER_REFUSED: the words */
};

/* The chain that `text` (after the first `|`) describes.  files: the directory for files; NULL:
 * none may be written.  0; -EINVAL with *fault; -ENOMEM. */
int  filter_new(struct filter **, const char *text, const char *files, filter_write_h *, void *arg,
         struct filter_fault *);
void filter_feed(struct filter *, const char *bytes, size_t size);
void filter_end(struct filter *);       /* the last line, the count */
void filter_free(struct filter *);
void filter_help(const char *text, FILE *);     /* `?` after the pipe */

/* For session.c: put the chain of `line` from `column` on before the terminal, complaining as the
 * session does; and take it away. */
int  filter_begin(struct session *, const char *line, int column);
void filter_finish(struct session *);

#endif
