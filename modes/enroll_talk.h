/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_talk.h -- the inside of a conversation with a CA (enrollment.h): what SCEP, EST and CMP share. */
#ifndef MODES_ENROLL_TALK_H
#define MODES_ENROLL_TALK_H

#include "modes/enrollment.h"
#include "pki/fetch.h"

struct enroll_talk {
	struct box *box;
	const struct config *config;            /* held by who has opened it */
	const struct trustpoint *t;
	const char *name;
	const struct enroll_patience *patience;
	char url[FETCH_URL], source[64], label[130];
	struct enroll_way way;
	struct der credential;                  /* into the configuration: who asks, where a profile says so */
	char credential_label[130];
	bool shadow;                            /* it enrolls under the CA's next certificate: */
	struct der next;
	struct der ca, own;                     /* into the configuration; own: fit to ask for its renewal */
	SSL_CTX *tls;
	/* SCEP: what the CA can, and those who may speak for it. */
	struct scep_caps caps;
	struct pki_bundle certs;
	struct der *ras;
	size_t ras_count;
};
int  enroll_talk_open(struct enroll_talk *, struct box *, const struct config *, const char *name, enum enroll_for,
         const struct enroll_patience *, char *why, size_t size);
void enroll_talk_close(struct enroll_talk *);
/* With our address, our patience, and the password where the server is known. */
int  enroll_fetch(struct enroll_talk *, struct fetch *, struct fetched *, char *why, size_t size);
int  enroll_get_ca(struct enroll_talk *, struct pki_bundle *, char *why, size_t size);
/* What was saved before is saved again; `old' goes then, where `label' has taken its place. */
void enroll_save(struct box *, bool unsaved, const char *old, const char *label);
int  enroll_install(struct enroll_talk *, const char *label, const struct der *cert, char *why, size_t size);

struct enroll_answer {
	int rc;                                 /* enum enrolled; -EACCES: refused, with words */
	long retry_s;                           /* of ENROLL_PENDING; 0: as configured */
	struct der cert;                        /* of ENROLLED; it is for our key, and of our CA */
};
int  scep_open(struct enroll_talk *, char *why, size_t size);
void scep_close(struct enroll_talk *);
/* A message there, and the answer of status 200; -errno with words. */
int  scep_carry(struct enroll_talk *, const struct der *message, struct fetched *, char *why, size_t size);
int  scep_exchange(struct enroll_talk *, const struct pending *, bool poll, struct enroll_answer *, char *why,
         size_t size);
int  est_exchange(struct enroll_talk *, const struct pending *, struct enroll_answer *, char *why, size_t size);

/* -ENOTSUP: nothing vouches for what the server would say, or it says nothing. */
int  cmp_get_ca(struct enroll_talk *, struct pki_bundle *, char *why, size_t size);
/* What an answer leaves for the next poll goes into the request that waits. */
int  cmp_exchange(struct enroll_talk *, struct pending *, bool poll, struct enroll_answer *, char *why, size_t size);

/* What `debug crypto pki' says of a conversation: a line of that flag (DEBUG_PKI_TRANSACTIONS ...), and a message in
 * hexadecimal for `messages', its first DUMP_MOST bytes.  Who calls gives it nothing that is secret: a request of SCEP
 * only in its envelope. */
void enroll_said(const struct enroll_talk *, unsigned flag, const char *format, ...)
         __attribute__((format(printf, 3, 4)));
void enroll_dump(const struct enroll_talk *, const char *what, const void *bytes, size_t count);

/* A request may hold a password. */
void pki_request_forget(struct der *);

#endif
