/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/crypto.h -- the rows of `crypto key ...' and `crypto pki ...' that act, for the top of
 * `configure', and what show shares with them. */
#ifndef MODES_CRYPTO_H
#define MODES_CRYPTO_H

#include "modes/trustpoint.h"
#include "pki/pki.h"
#include "shell/session.h"

struct box;
struct config;

const char *certificate_words(enum cert_role);  /* "", "ca ", "self-signed "; of OWN and ENCRYPTION the same */
/* Put a certificate into the chain of trustpoint NAME; an older one of that role goes where there
 * can be one only.  One edit. */
int certificate_store(struct session *, const char *name, enum cert_role, const struct der *,
    char *why, size_t size);
/* The same inside an edit of one's own: `draft` is the configuration. */
int certificate_put(void *draft, const char *name, enum cert_role, const struct der *, char *why,
    size_t size);
/* Ours that were made with that key pair go, in all trustpoints: inside an edit. */
int certificate_forget(void *draft, const char *label);
/* All of that role go: inside an edit. */
int certificate_drop(void *draft, const char *name, enum cert_role);
/* What comes after the present CA goes, and ours under it: another CA is in its place. */
int certificate_drop_next(void *draft, const char *name);
/* A copy of its bytes.  0; -ENOMEM. */
int der_copy_of(const struct certificate *, struct der *);
/* The first certificate of that role; NULL: none. */
const struct certificate *certificate_of(const struct config *, const char *name, enum cert_role);
/* The CAs of all trustpoints and of the trustpool, in PEM; malloc()ed.  NULL: no memory. */
char *trusted_pem(struct box *, size_t *size);
/* A trustpoint with `enrollment selfsigned' that has no certificate gets one, as IOS makes its own
 * at boot: for every such trustpoint of the running configuration. */
void self_sign_missing(struct box *);
/* Ours: enrolled or self-signed. */
const struct certificate *certificate_own(const struct config *, const char *name);
/* Of a draft: the trustpoint of that name for writing, made when it is not there.  NULL: no memory. */
struct trustpoint *trustpoint_own(struct config *, const char *name);
/* What stands above `of' in all that the trustpoints hold, the issuer first, the root too; how many. */
size_t certificates_above(const struct config *, struct der of, struct der *above, size_t most);
/* The label of its key pair: eckeypair, rsakeypair, else its own name. */
const char *trustpoint_label(const struct trustpoint *, char *buf, size_t size);

/* That of the encryption pair which `usage-keys' makes beside it. */
const char *trustpoint_encryption_label(const struct trustpoint *, char *buf, size_t size);
/* Which of ours a certificate is, by the key pair that it is for: CERT_OWN, CERT_ENCRYPTION; CERT_ROLES: for none of
 * the trustpoint's pairs, or there is no such trustpoint, or no pairs
 * (NULL: of a configuration that is only looked at). */
enum cert_role certificate_role(struct pki *, const struct config *, const char *name, const struct der *);
/* From now on it uses that pair. */
void trustpoint_relabel(struct trustpoint *, const char *label);

/* A request that waits for its certificate (NVRAM/requests/NAME.csr, PEM; that of an encryption pair is
 * NAME+encryption.csr).  The role is the one that the certificate will have. */
int request_keep(struct box *, const char *name, enum cert_role, const char *base64);
void request_done(struct box *, const char *name, enum cert_role);
void request_forget(struct box *, const char *name);    /* both */
bool request_waits(struct box *, const char *name);     /* one of them, or both */
/* The text, malloc()ed; NULL: none waits. */
char *request_pending(struct box *, const char *name, enum cert_role);

/* "You already have RSA keys": 1: go on. */
int crypto_may_replace(struct session *, const char *label, const char *kind, bool told);

/* The dialog of `crypto pki authenticate'; the configuration is to be read anew behind it. */
int authenticate_trustpoint(struct session *, const char *name);
/* What a peer would refuse of that trustpoint, a sentence each; nothing where all is well. */
void crypto_remark(struct session *, const char *name);

typedef int crypto_run_h(struct session *, const struct match *);
crypto_run_h crypto_key_rsa, crypto_key_ec, crypto_key_zeroize, crypto_key_peers, crypto_key_export,
    crypto_key_import, crypto_key_move, crypto_key_encrypt,
    crypto_key_decrypt, key_config_key, password_encryption, crypto_authenticate, crypto_enroll, crypto_enroll_profile,
    crypto_import, crypto_import_pem, crypto_import_pkcs12,
    crypto_export, crypto_export_pkcs12, crypto_trustpoint,
    pki_import_crl, crypto_chain, crypto_validate, trustpool_import, trustpool_clean;

/* clang-format off */
#define PKI_HELP "Crypto|Public key components|Certification authority"
#define CRYPTO_ROWS                                                                              \
	{ .syntax = "crypto key generate rsa [general-keys | usage-keys=use:1 |"                     \
	    " signature=use:2 | encryption=use:3 | label NAME=label |"                               \
	    " exportable=exportable | modulus <512-4096>=modulus | storage WORD=storage]*",                  \
	  .help = "Crypto|Key pairs|Generate|RSA keys|One pair for signing and encryption|"          \
	    "One pair for each|One for signing|One for encryption|Name of the keys|Label|May be exported|Size|Bits|Where|Device",       \
	  .run = crypto_key_rsa, .level = 15 },                                                      \
	{ .syntax = "crypto key generate ec keysize <256-521>=modulus [label NAME=label |"           \
	    " exportable=exportable]*",                                                            \
	  .help = "Crypto|Key pairs|Generate|EC keys|Size|256, 384 or 521|Name of the keys|Label|"   \
	    "May be exported", .run = crypto_key_ec, .level = 15 },                                  \
	{ .syntax = "crypto key zeroize {rsa=rsa | ec=ec} [NAME=label]",                             \
	  .help = "Crypto|Key pairs|Remove|RSA keys|EC keys|Label",                                  \
	  .run = crypto_key_zeroize, .level = 15 },                                                  \
	{ .syntax = "crypto key zeroize pubkey-chain",                                               \
	  .help = "Crypto|Key pairs|Remove|Keys of peers", .run = crypto_key_peers, .level = 15 },   \
	{ .syntax = "crypto key export {rsa=rsa | ec=ec} NAME=label pem {terminal | url WORD=url}"   \
	    " {aes=cipher:1 | 3des=cipher:2 | des=cipher:3} WORD=passphrase",                        \
	  .help = "Crypto|Key pairs|Export|RSA keys|EC keys|Label|PEM|To the terminal|To files|"     \
	    "URL, without .pub, .prv|Private key by AES|By triple DES|By DES|"                       \
	    "Passphrase, 8 characters at least", .secret = true,                                     \
	  .run = crypto_key_export, .level = 15 },                                                   \
	{ .syntax = "crypto key import {rsa=rsa | ec=ec} NAME=label [pem | general-purpose |"        \
	    " exportable=exportable]* {terminal | url WORD=url} [exportable=exportable2]"            \
	    " WORD=passphrase",                                                                      \
	  .help = "Crypto|Key pairs|Import|RSA keys|EC keys|Label|PEM|For signing and encryption|"   \
	    "May be exported|From the terminal|From files|URL, without .pub, .prv|May be exported|"  \
	    "Passphrase", .secret = true, .run = crypto_key_import, .level = 15 },                   \
	{ .syntax = "crypto key move rsa NAME=label non-exportable",                                 \
	  .help = "Crypto|Key pairs|Move|RSA keys|Label|It may no longer be exported",               \
	  .run = crypto_key_move, .level = 15 },                                                     \
	{ .syntax = "crypto key encrypt [write] {rsa | ec} [name NAME=label] passphrase WORD=passphrase",\
	  .help = "Crypto|Key pairs|Encrypt in NVRAM|Write it|RSA keys|EC keys|Of a label|Label|"    \
	    "Passphrase|Its text, 8 characters at least", .secret = true,                            \
	  .run = crypto_key_encrypt, .level = 15 },                                                  \
	{ .syntax = "crypto key decrypt [write] {rsa | ec} [name NAME=label] passphrase WORD=passphrase",\
	  .help = "Crypto|Key pairs|Decrypt in NVRAM|Write it|RSA keys|EC keys|Of a label|Label|"    \
	    "Passphrase|Its text", .secret = true, .run = crypto_key_decrypt, .level = 15 },         \
	{ .syntax = "key config-key password-encrypt [LINE=key]",                                    \
	  .help = "Keys|The master key of the box|Set it: asked for, or here|Its text",              \
	  .secret = true, .negates = true, .run = key_config_key, .level = 15 },                     \
	{ .syntax = "key config-key password-encryption [LINE=key]",                                 \
	  .help = "Keys|The master key of the box|Set it: asked for, or here|Its text",              \
	  .secret = true, .negates = true, .hidden = true, .run = key_config_key, .level = 15 },     \
	{ .syntax = "crypto {pki | ca} authenticate NAME=name",                                      \
	  .help = PKI_HELP "|Get the CA certificate|Trustpoint",                                     \
	  .run = crypto_authenticate, .level = 15 },                                                 \
	{ .syntax = "crypto {pki | ca} enroll NAME=name",                                            \
	  .help = PKI_HELP "|Request a certificate|Trustpoint",                                      \
	  .run = crypto_enroll, .negates = true, .level = 15 },                                      \
	{ .syntax = "crypto {pki | ca} cert validate NAME=name",                                     \
	  .help = PKI_HELP "|A certificate|Check all that a peer will|Trustpoint",                   \
	  .run = crypto_validate, .level = 15 },                                                     \
	{ .syntax = "crypto {pki | ca} trustpool import {terminal=terminal | url WORD=url |"         \
	    " ca-bundle=bundle}",                                                                    \
	  .help = PKI_HELP "|CA certificates of a bundle|Import|From the terminal|From a file|URL|"  \
	    "As the policy says", .run = trustpool_import, .level = 15 },                            \
	{ .syntax = "crypto {pki | ca} trustpool import clean=clean"                                 \
	    " [terminal=terminal | url WORD=url]",                                                   \
	  .help = PKI_HELP "|CA certificates of a bundle|Import|In the place of all|"                \
	    "From the terminal|From a file|URL", .run = trustpool_import, .level = 15 },             \
	{ .syntax = "crypto {pki | ca} trustpool clean",                                             \
	  .help = PKI_HELP "|CA certificates of a bundle|Remove all", .run = trustpool_clean,        \
	  .level = 15 },                                                                             \
	{ .syntax = "crypto {pki | ca} import NAME=name certificate",                                \
	  .help = PKI_HELP "|Import|Trustpoint|Our certificate",                                     \
	  .run = crypto_import, .level = 15 },                                                       \
	{ .syntax = "crypto {pki | ca} import NAME=trustpoint crl {terminal=terminal | url WORD=url |" \
	    " remove=remove}",                                                                       \
	  .help = PKI_HELP "|Import|Trustpoint|A CRL of its CA|From the terminal|From a file|URL|"   \
	    "Forget it again", .run = pki_import_crl, .level = 15 },                                 \
	{ .syntax = "crypto {pki | ca} import NAME=name pem [exportable=exportable]"                 \
	    " {terminal | url WORD=url} [exportable=exportable2]"                                    \
	    " [password WORD=passphrase | WORD=bare]",                                               \
	  .help = PKI_HELP "|Import|Trustpoint|CA certificate, private key and certificate in PEM|"  \
	    "The key may be exported|From the terminal|From files|URL, without .ca, .prv, .crt|"     \
	    "The key may be exported|Passphrase of the private key|Its text|"                        \
	    "Passphrase of the private key", .secret = true,                                         \
	  .run = crypto_import_pem, .level = 15 },                                                   \
	{ .syntax = "crypto {pki | ca} import NAME=name pkcs12 [exportable=exportable]"              \
	    " {terminal | WORD=url} [exportable=exportable2]"                                        \
	    " [password WORD=passphrase | WORD=bare]",                                               \
	  .help = PKI_HELP "|Import|Trustpoint|A PKCS#12|The key may be exported|"                   \
	    "From the terminal|From a file: its URL|The key may be exported|Passphrase|Its text|"    \
	    "Passphrase", .secret = true, .run = crypto_import_pkcs12, .level = 15 },                \
	{ .syntax = "crypto {pki | ca} export NAME=name pem {terminal | url WORD=url}"               \
	    " [aes=cipher:1 | 3des=cipher:2 | des=cipher:3]"                                         \
	    " [password WORD=passphrase | WORD=bare]",                                               \
	  .help = PKI_HELP "|Export|Trustpoint|PEM|To the terminal|To files|"                        \
	    "URL, without .ca, .prv, .crt|Private key by AES|By triple DES|By DES|"                  \
	    "With the private key: its passphrase|Its text, 8 characters at least|"                  \
	    "Passphrase of the private key", .secret = true,                                         \
	  .run = crypto_export, .level = 15 },                                                       \
	{ .syntax = "crypto {pki | ca} export NAME=name pkcs12 {terminal | WORD=url}"                \
	    " {password WORD=passphrase | WORD=bare}",                                               \
	  .help = PKI_HELP "|Export|Trustpoint|A PKCS#12|To the terminal|To a file: its URL|"        \
	    "Its passphrase|Its text, 8 characters at least|Its passphrase", .secret = true,         \
	  .run = crypto_export_pkcs12, .level = 15 },
/* clang-format on */

#endif
