/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_own.h -- the inside of struct ca, for ca_base.c, ca_issued.c, ca_queue.c, ca_roll.c, ca_archive.c.  All functions of this
 * header are called with the lock held. */
#ifndef PKI_CA_OWN_H
#define PKI_CA_OWN_H

#include "pki/ca_base.h"

#include <pthread.h>
#include <stdatomic.h>

struct ca {
	atomic_uint holders;
	pthread_mutex_t lock;
	struct pki *pki;
	char name[CA_NAME];
	int dir;
	struct der cert;
	uint64_t cert_serial;
	int64_t end_s;                  /* of cert */
	struct der next;                /* the certificate that follows; empty: none */
	bool making;                    /* its key pair is being made, without the lock */
	bool over;                      /* it has become the CA: this one is of the past */
	struct ca_rules rules;
	uint64_t last_serial;
	unsigned last_request;
	struct ca_request *requests;    /* by number */
	size_t count;
	struct ca_crl crl;
	struct der crl_der;
};

struct ca_signer ca_signer_of(const struct ca *);
/* Of the certificate that follows; `label' is where its key pair's is put. */
struct ca_signer ca_next_signer(const struct ca *, char label[CA_NAME + 1]);
/* Takes the lock, or -ESTALE with words: see ca_next_become(). */
int  ca_enter(struct ca *, char *why, size_t size);
/* NAME.ENDING of the directory. */
int  ca_write_own(struct ca *, const char *ending, const void *bytes, size_t count, char *why, size_t size);
int  ca_read_own(struct ca *, const char *ending, struct der *to, char *why, size_t size);
int  ca_write_cert(struct ca *, const char *ending, const struct der *cert, char *why, size_t size);
/* ca_roll.c: what is there of a rollover, and what a crash has left undone of it.  c->cert is read, nothing else. */
int  ca_roll_load(struct ca *, char *why, size_t size);
/* The two numbers as they stand, on the disk. */
int  ca_save_state(struct ca *, char *why, size_t size);
/* The next serial number: on the disk when it is handed out. */
int  ca_next_serial(struct ca *, uint64_t *serial, char *why, size_t size);
int  ca_write_pem(struct ca *, const char *name, const struct der *cert, char *why, size_t size);
/* The serial of "1A.cnm" or "1A.crt"; 0: it is no such file. */
uint64_t ca_file_serial(const char *name, const char *ending);

/* ca_issued.c */
/* What the level asks for, of a certificate that was issued. */
int  ca_keep(struct ca *, uint64_t serial, const struct der *cert, char *why, size_t size);

/* ca_queue.c */
void ca_queue_load(struct ca *);
void ca_queue_clear(struct ca *);
void ca_queue_expire(struct ca *, int64_t now_s);
/* No serial number of a certificate that a request still holds is free. */
uint64_t ca_queue_serial(const struct ca *);

#endif
