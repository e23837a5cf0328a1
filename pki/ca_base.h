/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_base.h -- one certificate authority with all that it keeps: its certificate, the last
 * serial number, the requests, what it has issued, the revocation list.
 *
 * It lives in a directory:
 *   NAME.cer         its own certificate (PEM); without it there is no CA
 *   NAME.ser         the last serial number and the last number of a request
 *   NAME.crl         the revocation list (DER), the only record of what is revoked
 *   NAME.pub         what of these has been published where, up to when
 *   NAME#.cer        the certificate that follows (rollover); its key pair is NAME#
 *   NAME#.crl        its first list, while it becomes the CA
 *   N.req            a request: its state, the PKCS#10, and what was issued for it
 *   N.cnm            of an issued certificate: subject and dates (level names and above)
 *   N.crt            the issued certificate (PEM; level complete)       N: hexadecimal serial
 * A serial number is on the disk before a certificate bears it, so none is given twice.
 *
 * Counted; every function locks for itself and may be called from any thread.  0 or -errno with
 * words in `why'. */
#ifndef PKI_CA_BASE_H
#define PKI_CA_BASE_H

#include "pki/ca.h"

struct ca;

enum ca_level { CA_MINIMUM, CA_NAMES, CA_COMPLETE };
enum { CA_REQUESTS_MOST = 500, CA_TRANSACTION = 129 };

/* What the configuration says; copied. */
struct ca_rules {
	enum ca_level level;
	int64_t certificate_s, crl_s, request_s;        /* lifetimes */
	int64_t ca_s;                   /* of a CA certificate that follows this one */
	int64_t overlap_s;              /* `auto-rollover': it is made so long before the end; 0: not by itself */
	char hash[16], cdp[257];
	uint32_t ekus;
	bool ra;                        /* a registration authority: it signs neither certificates nor lists */
};

/* Makes its certificate (the key of w->label exists) and an empty list, then opens it.  -EEXIST:
 * the directory has one already. */
int  ca_make(struct ca **, struct pki *, const char *name, const char *directory,
         const struct ca_wish *w, const struct ca_rules *, char *why, size_t size);
/* -ENOENT: there is no CA yet.  Else -errno: its files, or its key, are not in order. */
int  ca_open(struct ca **, struct pki *, const char *name, const char *directory,
         const struct ca_rules *, char *why, size_t size);
/* The same for one that stands below another: its certificate has come from there, the key pair is NAME.  The first number
 * that it gives is `serial'. */
int  ca_make_below(struct ca **, struct pki *, const char *name, const char *directory, const struct der *cert,
         uint64_t serial, const struct ca_rules *, char *why, size_t size);
/* A newer certificate for the same key pair, from above.  Then as after ca_next_become(). */
int  ca_renew(struct ca *, const struct der *cert, char *why, size_t size);
struct ca *ca_hold(struct ca *);
void ca_drop(struct ca *);
/* The files of one that is not open any more: all of them are removed. */
int  ca_destroy(const char *name, const char *directory);
void ca_follow_rules(struct ca *, const struct ca_rules *);

/* A copy of certificate and key in the directory, NAME_00001.pem or .p12 (RFC 7292), encrypted under
 * the passphrase (AES-256): the one way by which the key leaves the key table, and only so.  next: of the certificate that
 * follows, NAME_00002 (-ENOENT: there is none). */
int  ca_archive(struct ca *, bool pem, bool next, const char *passphrase, char *why, size_t size);

const char *ca_name(const struct ca *);
const struct der *ca_certificate(const struct ca *);    /* lives as long as it is held */
struct pki *ca_pki(const struct ca *);

/* ---- rollover (ca_roll.c) ------------------------------------------------------------------ */

/* The certificate that follows: the same name, a key pair of its own (NAME#), valid from the moment when the present one
 * ends.  Then it becomes the CA: serial numbers, requests and the list of what is revoked go on; its key pair is NAME.
 * Each step is on the disk whole or not at all; a crash between two of them is mended by ca_open(). */
enum ca_roll { CA_ROLL_NOTHING, CA_ROLL_MAKE, CA_ROLL_BECOME };
/* What is due at that time; *at_s: when the next thing is, INT64_MAX: nothing ever. */
enum ca_roll ca_roll_due(struct ca *, int64_t now_s, int64_t *at_s);
/* Makes it.  `stop' (may be NULL) as of pki_key_make().  -EEXIST: there is one. */
int  ca_next_make(struct ca *, bool (*stop)(void *arg), void *arg, char *why, size_t size);
int  ca_next_cancel(struct ca *, char *why, size_t size);       /* -ENOENT: there is none */
/* It becomes the CA.  Afterwards this struct ca signs nothing more (-ESTALE): drop it, and open it again. */
int  ca_next_become(struct ca *, char *why, size_t size);
/* A copy of its certificate, and the label of its key pair.  -ENOENT: there is none. */
int  ca_next(struct ca *, struct der *to, char label[CA_NAME + 1]);

/* ---- requests ------------------------------------------------------------------------------ */

/* Authorized: a registration authority has granted it, and the CA above has not answered yet. */
enum ca_state { CA_PENDING, CA_GRANTED, CA_REJECTED, CA_AUTHORIZED, CA_STATES };
struct ca_request {
	unsigned id;
	enum ca_state state;
	enum ca_kind kind;
	uint8_t md5[16], sha256[32];
	uint8_t key[32];                        /* SHA-256 of the public key of who has sent it */
	char subject[CA_SUBJECT];
	char transaction[CA_TRANSACTION];       /* of SCEP; "": pasted */
	char upper[CA_TRANSACTION];             /* authorized: that with the CA above; "": it has not been sent */
	int64_t again_s;                        /* authorized: not to be asked for before that */
	int64_t since_s;
	struct der csr, cert;                   /* cert: when granted */
	bool next;                              /* for the certificate that follows to sign */
	bool fresh;                             /* ca_submit(): it is new, or was granted now */
};
const char *ca_state_name(enum ca_state);

/* Who has sent it by SCEP: the transaction, and the digest of the key that has signed the message; transaction NULL: it
 * was pasted.  next: the certificate that follows is to sign it.  renewal: what was granted in another transaction is what
 * is to be renewed, so it is no answer. */
struct ca_sender { const char *transaction; const uint8_t *key; bool next, renewal; };
/* A request comes in; the same one again finds its record.  from NULL: it was pasted.  grant: at
 * once.  *to is a copy for ca_request_clear().  -ENOSPC: the queue is full. */
int  ca_submit(struct ca *, const struct der *csr, const struct ca_sender *from, bool grant,
         struct ca_request *to, char *why, size_t size);
/* By number, 0: all that are pending.  How many; -ENOENT; what has failed stays pending. */
int  ca_grant(struct ca *, unsigned id, char *why, size_t size);
int  ca_reject(struct ca *, unsigned id, char *why, size_t size);
int  ca_remove(struct ca *, unsigned id, char *why, size_t size);       /* 0: every one */
/* Of a registration authority: an authorized request goes by that transaction (kept before it is sent), and is not due
 * before again_s; the CA above has answered, cert NULL: by a refusal.  -ENOENT: it is not there any more, or not authorized. */
int  ca_sent(struct ca *, unsigned id, const char *upper, int64_t again_s, char *why, size_t size);
int  ca_answered(struct ca *, unsigned id, const struct der *cert, char *why, size_t size);
/* Copies, by number; free each (ca_request_clear) and the list. */
size_t ca_requests(struct ca *, struct ca_request **list);
/* The latest one of that transaction and of that key (SHA-256 of its SubjectPublicKeyInfo): so nobody
 * finds, or hides, the request of another.  false: none. */
bool ca_find_transaction(struct ca *, const char *transaction, const uint8_t key[32],
         struct ca_request *to);
void ca_request_clear(struct ca_request *);

/* ---- what was issued ----------------------------------------------------------------------- */

struct ca_issued { uint64_t serial; int64_t from_s, to_s; bool revoked; char subject[CA_SUBJECT]; };
/* By serial, as far as the database level has kept it; free(). */
size_t ca_issued(struct ca *, struct ca_issued **list);
int  ca_issued_cert(struct ca *, uint64_t serial, struct der *to, char *why, size_t size);
uint64_t ca_last_serial(struct ca *);
int  ca_revoke(struct ca *, uint64_t serial, char *why, size_t size);
int  ca_unrevoke(struct ca *, uint64_t serial, char *why, size_t size);
bool ca_is_revoked(struct ca *, uint64_t serial);

/* ---- copies elsewhere (ca_publish.c) -------------------------------------------------------- */

/* The files with that ending (".crl", ".crt") that were written since they were last handed out for `place' (a line of text
 * that names it), oldest first.  What `put' refuses (-errno, with words), and all behind it, is handed out the next time.  One
 * thread at a time. */
typedef int ca_put_h(void *arg, const char *file, const struct der *, char *why, size_t size);
int  ca_publish(struct ca *, const char *ending, const char *place, ca_put_h *put, void *arg, char *why, size_t size);

/* ---- the list ------------------------------------------------------------------------------ */

int  ca_crl(struct ca *, struct der *to);               /* a copy of the DER */
int  ca_crl_info(struct ca *, struct ca_crl *to, size_t *bytes); /* free(to->of) */
/* When a list is followed by the next: a tenth of its life before its end. */
int64_t ca_crl_due(const struct ca_crl *);
/* Entries of certificates that had ended when the list was made go (RFC 5280, 3.3): how many.  -ENODATA: the database level
 * keeps no dates. */
int  ca_trim(struct ca *, char *why, size_t size);
/* What time asks for: a new list before the old one ends, requests that nobody wanted go.  How
 * many seconds until it is due again. */
int64_t ca_tick(struct ca *, char *why, size_t size);

#endif
