/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enrollment.h -- enrollment over the network: one conversation of a trustpoint with its CA by SCEP (RFC 8894,
 * `enrollment url http://...'), EST (RFC 7030, `enrollment url https://...') or CMP (RFC 9483, `enrollment protocol
 * cmp'), by itself or by its profile (enroll_way.h); what is kept of a request that waits, and what is done without an operator (`auto-enroll',
 * `enrollment retry').
 *
 * Nothing here asks anybody.  What is not granted, or not to be believed, changes nothing of the configuration. */
#ifndef MODES_ENROLLMENT_H
#define MODES_ENROLLMENT_H

#include "modes/enroll_way.h"
#include "modes/enroll_wish.h"
#include "pki/bundle.h"
#include "pki/scep_client.h"

struct enrollments;

/* Asked from time to time while a server keeps us waiting; true: -EINTR. */
struct enroll_patience { bool (*stop)(void *arg); void *arg; };

/* The certificates of the CA, as its server gives them: nobody has judged them.  -errno with words. */
int  enrollment_ca(struct box *, const struct config *, const struct trustpoint *, const struct enroll_patience *,
         struct pki_bundle *, char *why, size_t size);

enum enrolled { ENROLLED, ENROLL_PENDING };
/* Asks for what `wish' says with the key pair of its label (and a fresh one in its place where the trustpoint says
 * `regenerate' and has a certificate).  ENROLLED: the certificate is installed; ENROLL_PENDING: it is kept, and asked
 * for by itself; -EACCES: the CA refuses; -EBADMSG: the answer is not to be believed; other -errno: no answer. */
int  enrollment_ask(struct box *, const struct config *, const char *name, struct wish *, const struct enroll_patience *,
         char *why, size_t size);
/* Asks once more for one that waits; -ENOENT: none does. */
int  enrollment_poll(struct box *, const struct config *, const char *name, const struct enroll_patience *, char *why,
         size_t size);
/* The next certificate of a CA that rolls over: asked for, and kept beside the present one.  -ENOTSUP: it offers none. */
int  enrollment_next_ca(struct box *, const struct config *, const char *name, const struct enroll_patience *, char *why,
         size_t size);
/* As enrollment_ask(), under that certificate: kept beside ours. */
int  enrollment_ask_next(struct box *, const struct config *, const char *name, struct wish *,
         const struct enroll_patience *, char *why, size_t size);
/* They come into use, in one edit. */
int  enrollment_change(struct box *, const char *name, char *why, size_t size);
/* One conversation of a trustpoint at a time.  false: there is one. */
bool enrollment_begin(struct box *, const char *name);
void enrollment_end(struct box *, const char *name);
/* Is it talking to its CA at this moment, and since when? */
bool enrollment_is_asking(struct box *, const char *name, int64_t *since_s);

/* ---- a request that waits (NVRAM/requests/NAME.pending) ---------------------------------------------------- */

struct pending {
	enum enroll_by by;
	bool fresh;                     /* the key pair was made for it alone */
	bool shadow;                    /* under the CA's next certificate */
	char transaction[SCEP_ID], label[65], signer_label[65], common_name[PKI_NAME];
	int64_t since_s, next_s;        /* when it was sent, when it is asked for again */
	unsigned polls;                 /* how often it was */
	struct pki_fingerprints print;  /* of the request; MD5 and SHA1 alone are kept */
	struct der signer, request;     /* whose key opens the answer (SCEP); what is sent again (EST, CMP) */
	unsigned cmp_kind;              /* CMP: enum cmp_kind */
	struct der first, last;         /* CMP: what the CA has answered (pki/cmp_client.h) */
};
int  pending_keep(struct box *, const char *name, const struct pending *);      /* whole and synced */
bool pending_read(struct box *, const char *name, struct pending *);            /* clear it */
void pending_clear(struct pending *);
void pending_done(struct box *, const char *name);      /* it is granted */
/* And the key pair that was made for it alone. */
void pending_forget(struct box *, const struct config *, const char *name);

/* ---- without an operator ---------------------------------------------------------------------------------- */

int  enrollments_new(struct enrollments **, struct box *);
void enrollments_stop(struct enrollments *);            /* while all else still works: it may be at work */
void enrollments_free(struct enrollments *);            /* after the box's alarms have stopped */
void enrollments_follow(struct box *, const struct config *);   /* the configuration has become this one */
/* "RENEW", "POLL", "SHADOW" (what comes after the present CA), "ROLLOVER" (the change to it), and when; NULL: nothing is
 * due for it, ever. */
const char *enrollment_due(struct box *, const struct config *, const struct trustpoint *, int64_t *at_s);
enum { RETRY_MIN = 1, RETRY_COUNT = 10, AUTO_ENROLL_PERCENT = 90 };

/* Does anything but `name' need that key pair? */
bool enrollment_key_is_used(const struct config *, const char *name, const char *label);
/* Log lines of an outcome, for an operator who is not there; rc as of enrollment_ask(). */
void enrollment_log(struct box *, const char *name, int rc, const char *why);

#endif
