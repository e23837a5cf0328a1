/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/crypto.h -- the rows of `crypto key ...' and `crypto pki ...' that act, for the top of
 * `configure', and what show shares with them. */
#ifndef MODES_CRYPTO_H
#define MODES_CRYPTO_H

#include "modes/trustpoint.h"
#include "shell/session.h"

struct config;
struct der;

const char *certificate_words(enum cert_role);  /* "", "ca ", "self-signed " */
/* Put a certificate into the chain of trustpoint NAME; an older one of that role goes where there
 * can be one only.  One edit. */
int certificate_store(struct session *, const char *name, enum cert_role, const struct der *,
    char *why, size_t size);
/* The same inside an edit of one's own: `draft` is the configuration. */
int certificate_put(void *draft, const char *name, enum cert_role, const struct der *, char *why,
    size_t size);
/* The first certificate of that role; NULL: none. */
const struct certificate *certificate_of(const struct config *, const char *name, enum cert_role);
/* A trustpoint with `enrollment selfsigned' that has no certificate gets one, as IOS makes its own
 * at boot: for every such trustpoint of the running configuration. */
struct box;
void self_sign_missing(struct box *);
/* Ours: enrolled or self-signed. */
const struct certificate *certificate_own(const struct config *, const char *name);
/* The label of its key pair: eckeypair, rsakeypair, else its own name. */
const char *trustpoint_label(const struct trustpoint *, char *buf, size_t size);

int crypto_key_rsa(struct session *, const struct match *);
int crypto_key_ec(struct session *, const struct match *);
int crypto_key_zeroize(struct session *, const struct match *);
int crypto_authenticate(struct session *, const struct match *);
int crypto_enroll(struct session *, const struct match *);
int crypto_import(struct session *, const struct match *);
int crypto_export(struct session *, const struct match *);
int crypto_trustpoint(struct session *, const struct match *);

/* clang-format off */
#define CRYPTO_ROWS                                                                              \
	{ .syntax = "crypto key generate rsa [general-keys | usage-keys | label NAME=label |"        \
	    " exportable=exportable | modulus <512-4096>=modulus | storage WORD]*",                \
	  .help = "Crypto|Key pairs|Generate|RSA keys|One pair for signing and encryption|"          \
	    "One pair for each|Name of the keys|Label|May be exported|Size|Bits|Where|Device",       \
	  .run = crypto_key_rsa, .level = 15 },                                                      \
	{ .syntax = "crypto key generate ec keysize <256-521>=modulus [label NAME=label |"           \
	    " exportable=exportable]*",                                                            \
	  .help = "Crypto|Key pairs|Generate|EC keys|Size|256, 384 or 521|Name of the keys|Label|"   \
	    "May be exported", .run = crypto_key_ec, .level = 15 },                                  \
	{ .syntax = "crypto key zeroize {rsa=rsa | ec=ec} [NAME=label]",                             \
	  .help = "Crypto|Key pairs|Remove|RSA keys|EC keys|Label",                                  \
	  .run = crypto_key_zeroize, .level = 15 },                                                  \
	{ .syntax = "crypto pki authenticate NAME=name",                                             \
	  .help = "Crypto|Public key components|Get the CA certificate|Trustpoint",                  \
	  .run = crypto_authenticate, .level = 15 },                                                 \
	{ .syntax = "crypto pki enroll NAME=name",                                                   \
	  .help = "Crypto|Public key components|Request a certificate|Trustpoint",                   \
	  .run = crypto_enroll, .level = 15 },                                                       \
	{ .syntax = "crypto pki import NAME=name certificate",                                       \
	  .help = "Crypto|Public key components|Import|Trustpoint|Our certificate",                  \
	  .run = crypto_import, .level = 15 },                                                       \
	{ .syntax = "crypto pki export NAME=name pem terminal",                                      \
	  .help = "Crypto|Public key components|Export|Trustpoint|PEM|To the terminal",              \
	  .run = crypto_export, .level = 15 },
/* clang-format on */

#endif
