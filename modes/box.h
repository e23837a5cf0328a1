/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/box.h -- what the rows' handlers work on: made by main.c, borrowed by every session. */
#ifndef MODES_BOX_H
#define MODES_BOX_H

#include "shell/session.h"

#include <stdint.h>

struct datapath;
struct log;
struct door_user;
struct pki;
struct syslog;
struct alarms;
struct store;
struct rollback;
struct archive;
struct schedule;
struct gate;
struct ntp;
struct conditions;
struct capture_points;
struct pki_servers;
struct enrollments;
struct http_server;

struct box {
	struct running *running;
	struct pki *pki;
	struct datapath *datapath;
	struct log *log;
	struct syslog *syslog;          /* NULL: none yet */
	const struct store *store;      /* its file systems */
	struct alarms *alarms;          /* what it does later */
	struct rollback *rollback;      /* these four by alarms; NULL: nothing of the kind */
	struct archive *archive;
	struct schedule *schedule;
	struct conditions *conditions;  /* of the debugs; NULL: none */
	struct gate *gate;              /* NULL: nothing is guarded */
	struct ntp *ntp;
	struct capture_points *captures;
	struct expiry *expiry;          /* certificates that end */
	struct rollover *rollover;      /* the last change of identity */
	struct pki_servers *servers;    /* certificate authorities */
	struct enrollments *enrollments; /* certificates that it asks for by itself */
	struct http_server *http;
	int64_t started_s;              /* when the process came up */
	const char *nvram;              /* its directory */
	const char *terminal;           /* the path of `parapet'; NULL: nothing is started */
	unsigned login_uid, login_gid;  /* what it becomes when strangers speak to it */
	/* startup-config/ stands above this room: main.c lends its doors. */
	int (*save)(struct box *, char *why, size_t size);              /* write memory */
	int (*erase)(struct box *, char *why, size_t size);
	char *(*startup)(struct box *); /* the text of startup-config, malloc()ed; NULL: none */
	bool (*unsaved)(struct box *);
	void (*reload)(struct box *);   /* returns; the process starts anew soon */
	/* And the door's: who is there (door_users()), and hang up on a line ("vty2"; -ENOENT). */
	size_t (*users)(struct box *, struct door_user *, size_t most);
	int (*clear_line)(struct box *, const char *tty);
	void (*keys_changed)(struct box *);     /* a host key may have come or gone; NULL: nobody cares */
};

/* The pointers above from `alarms' on; nothing rings and nobody configures when they are closed.  0;
 * -errno: what was made is still to be closed. */
int  box_state_open(struct box *);
void box_state_close(struct box *);

/* One serial number for all: a software box has none of its own. */
#define BOX_SERIAL "PARAPET0001"
#define PARAPET_VERSION "17.9.1"

#define BOX(session) ((struct box *)session_box(session))

#endif
