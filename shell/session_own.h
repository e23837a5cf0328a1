/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/session_own.h -- what the files of a session share; nobody else includes it. */
#ifndef SHELL_SESSION_OWN_H
#define SHELL_SESSION_OWN_H

#include "shell/session.h"
#include "shell/syntax.h"

enum { DEPTH_MAX = 8, WHY = 256 };

struct filter;
struct libcli;

/* A place is a key, never a pointer: the object may be gone by the next line. */
struct place {
	const struct line *by;
	bool list;
	int column, body; /* where its line began, and those of its body (-1: none yet) */
	char key[KEY_MAX];
};

struct load;

struct session {
	struct session_options o;
	bool configuring, over;
	int level, depth;
	int64_t began_s; /* of the monotonic clock */
	struct place at[DEPTH_MAX];
	const void *held; /* session_config(): until the line is done */
	void *draft;      /* inside session_load() */
	struct load *load;
	FILE *out;
	struct filter *filter; /* what is said goes through it */
	struct libcli *libcli;
	bool in_libcli;
	bool refused, told, stored; /* of the line under way; told: the reason was printed */
	char why[WHY];
	int nested; /* session_line() within session_line() */
	char *history[HISTORY_MAX];
	int typed, history_size, width;
	const char *raw; /* the line under way, until it is in the history */
};

const struct mode *session_mode(const struct session *); /* where it stands */
const struct mode *session_mode_at(const struct session *, int depth);

/* The line under way is refused: `print` it as it stands, and remember the reason. */
void session_complain(struct session *, const char *print, const char *reason, ...)
    __attribute__((format(printf, 3, 4)));

/* resolve.c: where the line is valid, and at which depth. */
struct match session_resolve(const struct session *, const struct words *, int *depth);

/* history.c */
void history_add(struct session *, const char *line);
void history_free(struct session *);

/* What its privilege reaches. */
struct reach session_reach(const struct session *);

/* Bytes to the terminal, through the filter if there is one. */
void session_emit(struct session *, const char *bytes, size_t size);

/* As session_line(), but 1 for a line that says nothing (empty, a remark). */
int session_do(struct session *, const char *text);

/* load.c */
bool load_next_line(struct load *, char *line, size_t size);
int load_peek_answer(struct load *, bool *yes); /* is a yes/no the next line?  takes it */

/* edit.c: one matched line, as an edit of the configuration. */
int session_apply(struct session *, const struct match *, int depth);
/* The object at `depth`; `own`: to write in. */
void *session_walk(const struct session *, const void *config, int depth, bool own);

#endif
