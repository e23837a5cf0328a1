/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/door.h -- how terminals reach the box.
 *
 * Local terminals connect to a Unix socket, whose permissions are the authorisation.  A telnet
 * connection is accepted here and handed, as it is, to a login process of its own (`parapet
 * --login-fd`), which speaks telnet and edits lines, and reaches its session by a socketpair: it
 * is trusted with nothing, its session begins unauthenticated and session_login() alone decides.
 * Every session has one thread; a terminal that is slow, stopped or dead blocks that thread only.
 * A login process is waited for by its pid: the process must not ignore SIGCHLD. */
#ifndef SHELL_DOOR_H
#define SHELL_DOOR_H

#include "shell/session.h"

#include <sys/socket.h>
#include <sys/types.h>

struct door;
struct log;

struct door_options {
	const struct cli *cli;
	struct running *running;
	void *box;                      /* what the rows' handlers work on; first of all hooks */
	struct log *log;                /* NULL: no `terminal monitor` */
	const char *files;              /* session_options.files */
	const char *socket_path;        /* NULL: no local terminals */
	mode_t socket_mode;             /* 0: 0600 */
	gid_t socket_gid;               /* 0: as it comes */
	const char *telnet;             /* "ADDR:PORT", "[ADDR]:PORT"; NULL: none */
	const char *terminal_program;   /* the path of `parapet` */
	uid_t login_uid;                /* what a login process becomes if we are root */
	gid_t login_gid;
	int vtys;                       /* network logins at once; 0: 5 (`line vty 0 4`) */
	int rows;                       /* a screen, for ` --More-- `; 0: no paging until somebody
	                                   says door_rows() */

	/* All of these may be NULL, and but for `admit` run on the session's thread. */
	bool (*admit)(void *box, const struct sockaddr *from);          /* access-class */
	void (*opened)(void *box, struct session *);    /* before its login: the banner */
	void (*entered)(void *box, struct session *, int rc);   /* after: session_login()'s rc */
	void (*closed)(void *box, struct session *);
	/* Seconds without a key after which it is closed; 0: never.  NULL: 600 on a vty. */
	int (*idle_s)(void *box, const struct session *);
	/* The console of door_console() is gone for good (its terminal has ended). */
	void (*console_ended)(void *box);
};

/* Open what the options say.  A telnet address that cannot be bound is told to `why` and the log,
 * and the door is open without it.  0; -errno: the socket cannot be opened, nothing is. */
int  door_open(struct door **, const struct door_options *, char *why, size_t size);
/* No new terminals, hang up on all, wait for their threads. */
void door_close(struct door *);

/* Listen there, or nowhere (NULL), instead; logins that exist stay.  0; -errno with `why`: it does
 * not listen at all. */
int  door_telnet(struct door *, const char *address, char *why, size_t size);
/* How many network logins at once (`line vty 0 N`); those that exist stay. */
void door_vtys(struct door *, int vtys);

/* Start `parapet` on the terminal that is our standard input and output: the console, con0.  When
 * its operator leaves, it waits for RETURN and begins anew.  0; -errno. */
int  door_console(struct door *);

/* Hang up on a line ("vty2"); -ENOENT: nobody is there.  (`clear line`) */
int  door_clear(struct door *, const char *tty);

/* Who is there: `show users`. */
struct door_user {
	char tty[16], user[65], from[64];
	int64_t since_s, idle_s;        /* since: seconds since the epoch */
};
size_t door_users(struct door *, struct door_user *, size_t count);

/* ---- for rows that act, on their session's thread; sessions not of the door take no harm ---- */

/* `terminal monitor`: the log's messages come up on this terminal.  synchronous: what is being
 * typed is drawn again after them.  0; -errno. */
int  door_monitor(struct session *, bool on, bool synchronous);
/* `terminal length N`: rows of a screen; 0: no paging. */
void door_rows(struct session *, int rows);
/* What the terminal says that it has; false: it has not said. */
bool door_screen(struct session *, int *rows, int *columns);
/* Has the operator asked to break the command (Ctrl-C), hung up, or is the door being closed?
 * Long work asks from time to time. */
bool door_interrupted(struct session *);

#endif
