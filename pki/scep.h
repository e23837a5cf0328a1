/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/scep.h -- the messages of SCEP (RFC 8894), as the CA reads and writes them.
 *
 * What comes in is hostile: sizes, keys and the number of certificates are bounded before anything is
 * computed.  Whatever is wrong inside the envelope gives one and the same answer (badMessageCheck), so
 * that nobody learns from it what the envelope of another holds. */
#ifndef PKI_SCEP_H
#define PKI_SCEP_H

#include "pki/ca_base.h"

enum { SCEP_MOST = 65536, SCEP_NONCE = 32 };
enum scep_type { SCEP_CERT_REP = 3, SCEP_RENEWAL = 17, SCEP_PKCS_REQ = 19, SCEP_POLL = 20,
	SCEP_GET_CERT = 21, SCEP_GET_CRL = 22 };
enum scep_status { SCEP_SUCCESS = 0, SCEP_FAILURE = 2, SCEP_PENDING = 3 };
enum scep_fail { SCEP_BAD_ALG = 0, SCEP_BAD_MESSAGE = 1, SCEP_BAD_REQUEST = 2, SCEP_BAD_TIME = 3,
	SCEP_BAD_CERT_ID = 4 };
const char *scep_type_name(int type);           /* "PKCSReq" */
const char *scep_fail_name(enum scep_fail);     /* "badRequest" */

struct scep_message {
	int type;                               /* enum scep_type, or another number */
	char transaction[CA_TRANSACTION];       /* printable; "": could not be read */
	uint8_t nonce[SCEP_NONCE];
	size_t nonce_size;
	struct der signer;                      /* the certificate whose key has signed the message */
	uint8_t signer_key[32];                 /* SHA-256 of that key */
	struct der request;                     /* PKCSReq, RenewalReq: the PKCS#10 */
	struct ca_asked asked;                  /* and what it says; the password is wiped at the end */
	bool des3;                              /* it came sealed so: an old client */
	uint64_t serial;                        /* GetCert: of what is looked for; 0: not one of ours */
};
/* 0; -ENOKEY: it is sealed for another CA; -EINVAL: this is no SCEP message, and nobody can be
 * answered; -EBADMSG: what can be answered is in *to, with badMessageCheck.  Clear in any case. */
int  scep_read(const struct ca_signer *, const void *bytes, size_t count, struct scep_message *to,
         char *why, size_t size);
/* The message of a GET; blanks are what '+' becomes on its way. */
int  scep_from_base64(const char *text, struct der *to);
void scep_message_clear(struct scep_message *);

struct scep_reply {
	enum scep_status status;
	enum scep_fail fail;
	const struct der *cert, *crl;           /* of success: one of them */
};
/* The answer to GetCACert where there are several: those of registration authorities and of their CA. */
int  scep_write_certs(const struct der *certs, size_t count, struct der *to);
/* The answer to GetNextCACert (RFC 8894, 4.7.1): `next' in a box that the present CA has signed. */
int  scep_write_next(const struct ca_signer *, const struct der *next, struct der *to, char *why, size_t size);
/* Signed by the CA; what succeeds is sealed for who has asked. */
int  scep_write(const struct ca_signer *, const struct scep_message *, const struct scep_reply *,
         struct der *to, char *why, size_t size);

#endif
