/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/identity.h -- which certificate of ours serves a peer, how its own is judged, and the SSL_CTX made
 * of that: a function of the configuration alone, so that a handshake, `crypto pki validate' and `test sip-ua tls'
 * cannot differ. */
#ifndef DATAPATH_SIP_IDENTITY_H
#define DATAPATH_SIP_IDENTITY_H

#include "datapath/addr.h"
#include "pki/pki.h"

struct config;
struct trustpoint;
struct certificate;

/* What `crypto signaling' says for a peer, and the side that we take. */
struct tls_identity {
	char trustpoint[65], client_vtp[65];    /* client_vtp "": all trustpoints vouch */
	bool server, strict, ecdsa, check_name;
	uint16_t curve, profile;                /* profile 0: none */
	time_t at;                              /* the moment that is asked for; 0: now */
};

/* `crypto signaling': the longest mask that holds the peer, else default.  0; -ENOENT with why. */
int  tls_identity_of(const struct config *, const addr_t *remote, bool server, struct tls_identity *, char *why,
         size_t size);
/* Of a voice class tls-profile by itself.  0; -ENOENT. */
int  tls_identity_of_profile(const struct config *, uint16_t tag, bool server, struct tls_identity *, char *why,
         size_t size);

/* Where a dial-peer calls: its own tls-profile, else as above by the address of its target (by a name: default). */
struct dial_peer;
int  tls_identity_of_peer(const struct config *, const struct dial_peer *, struct tls_identity *, char *why, size_t size);

enum { TLS_ABOVE_MAX = 8 };
/* What an SSL_CTX is made of; it borrows from the configuration, which has to be held. */
struct tls_material {
	struct pki_profile profile;
	struct der identity, above[TLS_ABOVE_MAX];
	struct der *anchors;
	const char **anchor_names;
	struct pki_check *checks;
	struct pki_map_rule *rules;
	struct pki_match *matches;
	const char *names[10];
	char label[130], suites[512], suites13[160];
	time_t until;                           /* what it is made of holds until then; 0: the clock does not matter */
};
/* without: a trustpoint that shall not count; NULL: all do.  0; -ENOENT, -ENOMEM with why.  The identity may be
 * missing where `bare'. */
int  tls_material(const struct config *, const struct tls_identity *, const char *without, bool bare,
         struct tls_material *, char *why, size_t size);
void tls_material_clear(struct tls_material *);
/* anchors.c, its half: who vouches for peers, and what their trustpoints say of them.  0; -ENOMEM. */
int  tls_anchors(const struct config *, const struct tls_identity *, const char *without, struct tls_material *);
struct der tls_der(const struct certificate *);

/* Of all that the trustpoints hold: what stands above that certificate, up to the root and without it (RFC 8446
 * 4.4.2: a peer may know the root alone).  How many. */
size_t tls_above(const struct config *, struct der of, struct der above[TLS_ABOVE_MAX]);
/* The CA that has issued a certificate, of all that the trustpoints hold. */
bool tls_issuer(const struct config *, struct der of, bool root_too, struct der *issuer);
/* The certificate of ours in a trustpoint; {NULL, 0}: none. */
struct der tls_own(const struct config *, const char *trustpoint);
/* The label of a trustpoint's key pair: eckeypair, rsakeypair, else its own name. */
const char *tls_key_label(const struct trustpoint *, char *buf, size_t size);

#endif
