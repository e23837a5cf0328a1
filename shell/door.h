/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/door.h -- how terminals reach the box.
 *
 * Local terminals connect to a Unix socket, whose permissions are the authorisation.  A telnet or
 * SSH connection is accepted here and handed, as it is, to a login process of its own (`parapet
 * --login-fd`), which speaks the protocol and edits lines, and reaches its session by a socketpair:
 * it is trusted with nothing but SSH's host key and the word that a user's signature is good.  Who
 * comes in is decided here: by session_login(), for SSH by the `judge' of the options.
 * Every session has one thread; a terminal that is slow, stopped or dead blocks that thread only.
 * A login process is waited for by its pid: the process must not ignore SIGCHLD. */
#ifndef SHELL_DOOR_H
#define SHELL_DOOR_H

#include "shell/session.h"

#include <sys/socket.h>
#include <sys/types.h>

struct door;
struct log;

enum door_way { DOOR_TELNET, DOOR_SSH, DOOR_WAYS };

/* What an SSH server offers; algorithms are the protocol's names, separated by commas. */
enum { DOOR_HOST_KEYS = 2, DOOR_PASSWORD = 1, DOOR_KEYBOARD = 2, DOOR_KEY = 4 };
struct door_ssh {
	char *host_key[DOOR_HOST_KEYS];         /* private, PEM, malloc()ed; the door wipes them */
	char ciphers[256], macs[256], kex[512], host_algorithms[256], key_algorithms[256];
	char banner[2048];                      /* before the login; may be empty */
	int methods;                            /* DOOR_PASSWORD | ... */
	int seconds;                            /* from the connection to the shell */
	int tries;                              /* claims that may fail */
};

/* Somebody says who they are.  `secret': a password, or a public key ("ssh-rsa AAAA..."): of
 * DOOR_KEY_OFFERED only whether it would do is asked. */
enum door_claims { DOOR_BY_PASSWORD, DOOR_KEY_OFFERED, DOOR_KEY_PROVEN };
struct door_claim { enum door_claims by; const char *user, *secret, *tty, *from, *crypto; };

struct door_options {
	const struct cli *cli;
	struct running *running;
	void *box;                      /* what the rows' handlers work on; first of all hooks */
	struct log *log;                /* NULL: no `terminal monitor` */
	const char *files;              /* session_options.files */
	const char *socket_path;        /* NULL: no local terminals */
	mode_t socket_mode;             /* 0: 0600 */
	gid_t socket_gid;               /* 0: as it comes */
	const char *at[DOOR_WAYS];      /* "ADDR:PORT", "[ADDR]:PORT"; NULL: none */
	const char *terminal_program;   /* the path of `parapet` */
	uid_t login_uid;                /* what a login process becomes if we are root */
	gid_t login_gid;
	int vtys;                       /* network logins at once; 0: 5 (`line vty 0 4`) */
	int rows;                       /* a screen, for ` --More-- `; 0: no paging until somebody
	                                   says door_rows() */

	/* All of these may be NULL, and but for `admit` run on the session's thread. */
	/* May this one come in on that line?  (`transport input', access-class) */
	bool (*admit)(void *box, enum door_way, int vty, const struct sockaddr *from);
	/* false: there is no host key.  And: is it who it says?  0, with its privilege; -EACCES. */
	bool (*ssh)(void *box, struct door_ssh *);
	int (*judge)(void *box, const struct door_claim *, int *level);
	void (*opened)(void *box, struct session *);    /* before its login: the banner */
	void (*entered)(void *box, struct session *, int rc);   /* after: session_login()'s rc */
	void (*closed)(void *box, struct session *);
	/* Seconds without a key after which it is closed; 0: never.  NULL: 600 on a vty. */
	int (*idle_s)(void *box, const struct session *);
	/* The console of door_console() is gone for good (its terminal has ended). */
	void (*console_ended)(void *box);
};

/* Open what the options say.  An address of `at' that cannot be bound is told to `why` and the log,
 * and the door is open without it.  0; -errno: the socket cannot be opened, nothing is. */
int  door_open(struct door **, const struct door_options *, char *why, size_t size);
/* No new terminals, hang up on all, wait for their threads. */
void door_close(struct door *);

/* Listen there, or nowhere (NULL), instead; logins that exist stay.  0; -errno with `why`: it does
 * not listen at all. */
int  door_listen(struct door *, enum door_way, const char *address, char *why, size_t size);
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
	bool ssh, entered;
	char crypto[96];                /* of SSH: the cipher, a blank, the MAC */
};
enum { DOOR_USERS_MAX = 1200 };
size_t door_users(struct door *, struct door_user *, size_t count);

/* ---- for rows that act, on their session's thread; sessions not of the door take no harm ---- */

/* `terminal monitor`: the log's messages come up on this terminal.  synchronous: what is being
 * typed is drawn again after them.  0; -errno. */
int  door_monitor(struct session *, bool on, bool synchronous);
/* `terminal length N`: rows of a screen; 0: no paging.  by_screen: these until the terminal says what
 * it has, and follows it when that changes. */
void door_rows(struct session *, int rows, bool by_screen);
/* `terminal history size N': so many lines are kept, by the session and by the terminal. */
void door_history(struct session *, int lines);
/* `terminal width N': columns of a row; 0, 511 and more: it has no end.  Help is wrapped there, a longer line that is typed is
 * scrolled, one that is printed counts for several rows of a page. */
void door_columns(struct session *, int columns, bool by_screen);
/* The rows of a screen, the columns of a row as they are now; -1: the session is none of the door's. */
int  door_rows_now(struct session *);
int  door_columns_now(struct session *);
/* What the terminal says that it has; false: it has not said. */
bool door_screen(struct session *, int *rows, int *columns);
/* Has the operator asked to break the command (Ctrl-C), hung up, or is the door being closed?
 * Long work asks from time to time. */
bool door_interrupted(struct session *);

#endif
