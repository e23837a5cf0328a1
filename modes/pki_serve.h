/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_serve.h -- the certificate authorities that work: opened and closed as the configuration
 * says, kept fresh by an alarm, and asked by operators and by SCEP. */
#ifndef MODES_PKI_SERVE_H
#define MODES_PKI_SERVE_H

#include "modes/pki_server.h"
#include "pki/ca_base.h"

enum { PKI_SERVERS_MOST = 8 };
struct pki_servers;

int  pki_servers_new(struct pki_servers **, struct box *);      /* 0; -ENOMEM */
void pki_servers_stop(struct pki_servers *);    /* while all else still works: a CA above may be being asked */
void pki_servers_free(struct pki_servers *);    /* after the box's alarms have stopped */
/* The box stands (before, main.c is still setting it up): from now on the alarm looks after what works. */
void pki_servers_begin(struct box *);
/* The configuration has become this one. */
void pki_servers_follow(struct box *, const struct config *);

/* Something about time has changed: the alarm looks soon. */
void pki_servers_look(struct box *);

/* ---- registration authorities (pki_ra.c) ---------------------------------------------------- */

struct pki_ra;
int  pki_ra_new(struct pki_ra **, struct box *);
void pki_ra_stop(struct pki_ra *);
void pki_ra_free(struct pki_ra *);
struct pki_ra *pki_servers_ra(struct box *);
/* Something has been authorized, or was written that is published: a thread asks the CA above, and puts the copies where they
 * belong, again and again until it is done. */
void pki_ra_look(struct box *);
/* pki_publish.c: what is new goes to the places of `database url KIND'.  false: some of it could not, and the log knows. */
bool pki_publish(struct box *, const struct pki_server *, struct ca *, bool (*stop)(void *arg), void *arg);
/* The CA above of a server that is a registration authority: a copy of its certificate.  -ENOENT: it is none. */
int  pki_ra_upper(struct box *, const char *name, struct der *to);

/* A hold (ca_drop) of the one of that name that works; NULL: none. */
struct ca *pki_server_hold(struct box *, const char *name);
/* The same of the n-th; NULL: there are no more. */
struct ca *pki_server_nth(struct box *, unsigned n);
/* Why it does not work: "" it does, or nobody has asked for it. */
void pki_server_why(struct box *, const char *name, char *why, size_t size);

/* ---- whether a request is granted ---------------------------------------------------------- */

/* Has this certificate been issued by the CA, or by one that it grants to (`grant auto trustpoint'), and is it good
 * today? */
bool pki_server_knows(struct box *, struct ca *, const struct der *cert);

/* The certificate of a registration authority, by its name. */
struct pki_cert_info;
bool pki_server_is_ra(const struct pki_cert_info *);
/* The log hears of the certificate that follows, and `database archive' has its copy. */
void pki_server_say_next(struct box *, struct ca *);

enum request_verdict { REQUEST_WAITS, REQUEST_GRANTED, REQUEST_REFUSED };
struct applicant {
	bool pasted;                    /* by an operator of the box */
	const char *password;           /* "": none */
	const struct der *signer;       /* the certificate that has signed it; NULL: none but its own */
	const char *subject;            /* that is asked for, as ca_subject() writes it */
	bool rollover;                  /* the certificate that follows is to sign it, or it is a renewal */
	enum ca_kind kind;
};
enum request_verdict pki_server_judge(struct box *, const char *name, const struct applicant *, char *why,
    size_t size);
/* A challenge password for so many minutes, one at a time, in memory alone; its text into `text'. */
int  pki_server_password(struct box *, const char *name, int minutes, char text[33]);

/* A line of `debug crypto pki server' (DEBUG_PKI_SERVER) or scep. */
void pki_debug(struct box *, unsigned flag, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
