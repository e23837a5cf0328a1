/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/trustpool.h -- `crypto pki trustpool': the certificates of public CAs, as one bundle.
 *
 * They are a file, NVRAM/trustpool.pem, in the order of the bundle; the policy is configuration.  Where no trustpoint
 * vouches for a peer, and none is named (client-vtp), they do. */
#ifndef MODES_TRUSTPOOL_H
#define MODES_TRUSTPOOL_H

#include "modes/trustpoint.h"

#include <stdio.h>

struct pki_bundle;
struct box;

#define TRUSTPOOL_LINES(_)                                                                       \
_(text256,  cabundle, "cabundle url WORD", NULL, "Bundle of CA certificates|Of a server|URL")    \
_(struct chain_validation, chain_validation,                                                     \
  "chain-validation / {stop=kind:1 | continue=kind:2 [NAME=parent]}", NULL,                        \
  "Chain validation|Ends here|Goes on to the root|Trustpoint of the CA above",                   \
  .parts = chain_validation_parts)                                                               \
_(text256,  crl_query, "crl query WORD", NULL, "Revocation list|Ask a directory|URL",            \
  .stored = true)                                                                                \
_(struct crl_cache, crl_cache,                                                                   \
  "crl cache / {none=none | delete-after <1-43200>=delete_after_min | extend <1-43200>=extend_min}",\
  NULL, "Revocation list|How long it is kept|Not|For so long|Minutes|So long behind its end|Minutes",\
  .parts = crl_cache_parts)                                                                      \
_(struct map *, matches, MAP_MATCH_SYNTAX, NULL, MAP_MATCH_HELP, .each = &mode_map_match,         \
  .parts = map_match_parts,                                                                      \
  .by_birth = true)                                                                              \
_(text256,  ocsp_url, "ocsp url WORD", NULL, "Online status|Of a server|URL")                    \
_(bool,     ocsp_plain, "ocsp disable-nonce", NULL, "Online status|Without a nonce")             \
_(struct revocation_list, revocation, "revocation-check {CHOICE=methods}+", NULL,                \
  "Revocation checking of peers", .parts = revocation_parts,                                     \
  .choices = CHOICES(revocation_choices))                                                        \
_(text64,   source, "source interface KIND", NULL, "Our address|Of an interface",                \
  .kind = &interface_kind, .stored = true)                                                       \
_(text64,   storage, "storage WORD", NULL, "Where the bundle is kept|File system", .stored = true)\
_(text64,   vrf, "vrf NAME", NULL, "Reached by a VRF|Its name", .stored = true)
struct trustpool_policy { uint8_t set; TRUSTPOOL_LINES(LINE_FIELD) };

extern const struct mode mode_trustpool;

/* NVRAM's pool becomes pki's: at the start, and when it has changed.  What cannot be read is logged. */
void trustpool_follow(struct box *);
/* Its certificates, in PEM. */
void trustpool_pem(struct box *, FILE *);

#endif
