/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/session.h -- one operator at work: where they stand and what they typed.
 *
 * session_line() takes a line and yields text: it is the whole CLI without a terminal.  Startup
 * files, `-c` commands, terminals and tests enter here.  A session belongs to one thread. */
#ifndef SHELL_SESSION_H
#define SHELL_SESSION_H

#include "shell/line.h"
#include "shell/row.h"
#include "shell/running.h"

struct session;

/* What a session can say.  One constant of this type is the whole CLI. */
struct cli {
	const struct mode *exec, *top, *always;
	const char *(*hostname)(const void *config);
	/* What an `enable` or a login takes; see session_login().  level: what it grants. */
	enum login (*login)(const void *config, const char *tty);
	bool (*password)(const void *config, const char *tty, const char *user, const char *text,
	    int *level);
	/* text NULL: is there a secret for that level? */
	bool (*enable)(const void *config, int level, const char *text);
	/* Somebody has tried to log in; may be NULL.  It may take its time: that is a guesser's. */
	void (*tried)(struct session *, const char *user, bool good);
	/* The privilege of who comes in on a line that asks for nothing; NULL: 1. */
	int (*line_level)(const void *config, const char *tty);
	/* What the first word of a line stands for; may be NULL, and answer so: for itself. */
	const char *(*alias)(const void *config, bool exec, const char *word);
	/* The privilege that a row takes; NULL: its own. */
	int (*row_level)(const void *config, bool exec, const struct line *);
	/* A configuration line was carried out, typed by an operator, so many modes deep; may be NULL.
	 * `said': spelled out, without its secrets. */
	void (*configured)(struct session *, int depth, const char *said);
};

/* How it is answered: unseen, seen, or by one key (Enter: an empty answer) where there are keys. */
enum ask_for { ASK_SILENT, ASK_ECHO, ASK_KEY };

/* Who reads what the session says, and answers what it asks. */
struct terminal {
	void (*write)(void *arg, const char *bytes, size_t size);
	/* One line of answer, without its end.  0; -EPIPE: hung up; -EINTR: ^C. */
	int (*ask)(void *arg, const char *prompt, enum ask_for, char *answer, size_t size);
	/* News that cannot wait for the prompt (`terminal monitor`); may be NULL. */
	void *arg;
};

enum session_source { FROM_CONSOLE, FROM_VTY, FROM_SOCKET, FROM_FILE };

struct session_options {
	const struct cli *cli;
	struct running *running;
	void *box;                      /* what the rows' handlers work on */
	struct terminal terminal;
	enum session_source source;
	char tty[16];                   /* "con0", "vty2" */
	char user[65], from[64];        /* who, from which address */
	int level;                      /* the privilege that it starts with */
	bool command;                   /* one command, and nobody who reads banners */
	const char *files;              /* where `| redirect` may write; NULL: nowhere */
};

int  session_new(struct session **, const struct session_options *);
void session_free(struct session *);

/* Run one typed line.  0: done; -errno: it was refused and the reason was printed. */
int  session_line(struct session *, const char *text);
void session_help(struct session *, const char *text);          /* `?` after text */
bool session_complete(struct session *, const char *text, char *buf, size_t size);
void session_prompt(const struct session *, char *buf, size_t size);

/* The login dialog of its line (`User Access Verification`).  0: in; -EACCES: not, and said so. */
int  session_login(struct session *);
bool session_over(const struct session *);                      /* `exit` in EXEC was typed */
void session_end(struct session *);                             /* ask for that */

/* Run one EXEC line from wherever the session stands (`do LINE` does it by itself). */
int   session_exec(struct session *, const char *text);

/* ---- for rows that act -------------------------------------------------------------------- */

void  session_print(struct session *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
FILE *session_out(struct session *);            /* the same as a stream; do not close */
void  session_flush(struct session *);          /* it goes out now: what is said between lines */
/* Ask and wait.  0; -EPIPE; -EINTR. */
int   session_ask(struct session *, const char *prompt, bool echo, char *answer, size_t size);
/* `[yes/no]: ` until answered so.  1 yes, 0 no, -errno.  `dflt` 'y', 'n' or 0: asks again. */
int   session_yes(struct session *, const char *prompt, char dflt);
int   session_confirm(struct session *, const char *prompt);    /* `[confirm]`; 1, 0, -errno */
/* `enable`: ask for the secret (three tries), then work at `level`.  0; -EACCES and said so. */
int   session_enable(struct session *, int level);
void *session_box(struct session *);
struct running *session_running(struct session *);
const void *session_config(struct session *);   /* a snapshot that lives as long as the line */
const void *session_refresh(struct session *);  /* the newest; what pointed into the one before does no more */
const struct session_options *session_options(const struct session *);
int   session_level(const struct session *);
int64_t session_age_s(const struct session *);  /* since it began */
void  session_set_level(struct session *, int level);
void  session_configure(struct session *);      /* `configure terminal` */
void  session_leave(struct session *);          /* `exit` */
void  session_leave_all(struct session *);      /* `end` */
bool  session_configuring(const struct session *);
/* The object that the session stands on, in the given root; NULL: it is gone. */
const void *session_object(const struct session *, const void *config);
/* One edit of the whole configuration by a row that acts (inside session_load(): of its draft). */
int   session_edit(struct session *, running_edit_h *, void *arg, char *why, size_t size);
/* The mode that it stands in; EXEC's where it does not configure. */
const struct mode *session_mode_here(const struct session *);
/* What was typed, the oldest first; how many.  And how many are kept (HISTORY_LINES by itself). */
enum { HISTORY_LINES = 20, HISTORY_MAX = 256 };
int   session_history(const struct session *, const char *const **lines);
void  session_history_size(struct session *, int lines);
/* Columns of the terminal (80 by itself), for what wraps there; 0: nothing does. */
enum { SESSION_WIDTH = 80 };
void  session_set_width(struct session *, int columns);
int   session_history_kept(const struct session *);
/* The key of the object that the session stands on ("100" in dial-peer 100). */
const char *session_key(const struct session *);
void  session_refused(struct session *, const char *format, ...)       /* "% " and the words */
    __attribute__((format(printf, 2, 3)));
/* The same for a text that is printed as it stands, with its line end. */
void  session_refused_as(struct session *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- what a file's load counts (parapetd --check, boot) ------------------------------------ */

struct session_load { unsigned lines, applied, stored, refused; };
/* Type a whole file in one edit.  `said` is told of each refused (why) and stored (why NULL)
 * line.  Inside it session_line() works on the draft.  0, or -errno if nothing could be loaded. */
typedef void session_said_h(void *arg, unsigned number, const char *line, const char *why);
int   session_load(struct session *, const char *text, session_said_h *, void *arg,
          struct session_load *);
/* The same in the place of all that is configured.  -ECANCELED: a line was refused, and nothing has
 * changed. */
int   session_replace(struct session *, const char *text, session_said_h *, void *arg,
          struct session_load *);

#endif
