/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/report.h -- a handshake as it went, told to people: what both sides offered and what of it they share, the
 * chains, the certificate at fault, and who gave up with which alert. */
#ifndef PKI_REPORT_H
#define PKI_REPORT_H

#include "pki/pki.h"

enum { PKI_BRIEFS = 8, PKI_BRIEF_NAME = 128, PKI_SUITES_TEXT = 640, PKI_VERSIONS_TEXT = 48, PKI_ALERT = 48 };

/* All printable. */
struct pki_brief {
	char subject[PKI_BRIEF_NAME], issuer[PKI_BRIEF_NAME], serial[48];
	time_t from, to;
	uint32_t size;                          /* of the DER */
};
struct pki_briefs { uint8_t count; struct pki_brief of[PKI_BRIEFS]; };  /* the end entity's first */

/* "TLS 1.2, TLS 1.3"; suites in the order of preference, OpenSSL's names; "" : not known. */
struct pki_offer { char versions[PKI_VERSIONS_TEXT], suites[PKI_SUITES_TEXT]; };

struct pki_report {
	char why[1024], hint[PKI_HINT];         /* one sentence, and the lines to try ("": none) */
	char alert_sent[PKI_ALERT], alert_received[PKI_ALERT];  /* "unknown CA (48)"; "": none */
	char sni[256];                          /* server_name (RFC 6066) of the client; "": none */
	struct pki_offer ours, theirs, common;
	struct pki_briefs received, sent;       /* chains */
	int culprit;                            /* in `received'; -1: none of it */
	char missing[384];                      /* of what we have sent; "": it is whole */
};

/* Before the handshake: remember what both sides say.  Freed with the SSL.  0; -ENOMEM. */
int  pki_watch(SSL *);
/* For the message callback of the SSL: type as there (22 handshake, 21 alert). */
void pki_saw(SSL *, bool sent, int type, const void *bytes, size_t size);
/* When it has failed; empties OpenSSL's queue of this thread.  otherwise: the reason when TLS has none ("no
 * answer within 20 seconds"), NULL. */
void pki_report(SSL *, const char *otherwise, struct pki_report *);
/* The highest version that a ClientHello leads to on this SSL. */
int  pki_hello_version(const SSL *, const void *bytes, size_t size);

/* Of the certificate that we show on this connection; "": none. */
void pki_own_serial(SSL *, char *text, size_t size);
void pki_peer_serial(SSL *, char *text, size_t size);   /* and of the peer's */
/* The chain of the peer of a handshake that went well. */
void pki_peer_briefs(SSL *, struct pki_briefs *);
/* The certificates themselves, malloc()ed; how many. */
size_t pki_peer_chain(SSL *, struct der chain[PKI_BRIEFS]);
void pki_brief(const struct der *, struct pki_brief *);

/* The lines of each hint that a report can have; NULL: there are no more.  What the reader has to fill in stands in
 * capitals: a trustpoint, the tag of a tls-profile, that of a tls-cipher, a name of the peer, a suite, an address. */
#define PKI_HINT_NAME "NAME"
#define PKI_HINT_NUMBER "NUMBER"
#define PKI_HINT_CLASS "CLASS"
#define PKI_HINT_HOST "HOST"
#define PKI_HINT_SUITE "SUITE"
#define PKI_HINT_URL "URL"
const char *pki_hint(size_t);

/* What is missing in a chain that is sent: above its last certificate.  anchors: all that is known here.
 * false: nothing. */
bool pki_missing(const struct der *chain, size_t count, const struct der *anchors, size_t anchor_count,
         char *text, size_t size);

#endif
