/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/tls_class.h -- `voice class tls-profile' and `voice class tls-cipher': how TLS is spoken with a peer. */
#ifndef MODES_TLS_CLASS_H
#define MODES_TLS_CLASS_H

#include "modes/sip_ua.h"

/* Number, IOS's name, OpenSSL's (of TLS 1.3: "TLS_..."), help. */
/* clang-format off */
#define TLS_SUITE_ROWS(_)                                                                                \
	_(1,  "AES128_GCM_SHA256",             "AES128-GCM-SHA256",             "RSA, no forward secrecy") \
	_(2,  "AES256_GCM_SHA384",             "AES256-GCM-SHA384",             "RSA, no forward secrecy") \
	_(3,  "DHE_RSA_AES128_GCM_SHA256",     "DHE-RSA-AES128-GCM-SHA256",     "Diffie-Hellman, RSA")     \
	_(4,  "DHE_RSA_AES256_GCM_SHA384",     "DHE-RSA-AES256-GCM-SHA384",     "Diffie-Hellman, RSA")     \
	_(5,  "ECDHE_ECDSA_AES128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDSA")                   \
	_(6,  "ECDHE_ECDSA_AES256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDSA")                   \
	_(7,  "ECDHE_ECDSA_CHACHA20_POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDSA")                   \
	_(8,  "ECDHE_RSA_AES128_GCM_SHA256",   "ECDHE-RSA-AES128-GCM-SHA256",   "RSA")                     \
	_(9,  "ECDHE_RSA_AES256_GCM_SHA384",   "ECDHE-RSA-AES256-GCM-SHA384",   "RSA")                     \
	_(10, "ECDHE_RSA_CHACHA20_POLY1305",   "ECDHE-RSA-CHACHA20-POLY1305",   "RSA")                     \
	_(11, "RSA_WITH_AES_128_CBC_SHA",      "AES128-SHA",                    "Weak: CBC, SHA-1")        \
	_(12, "RSA_WITH_AES_256_CBC_SHA",      "AES256-SHA",                    "Weak: CBC, SHA-1")        \
	_(13, "TLS13_AES128_GCM_SHA256",       "TLS_AES_128_GCM_SHA256",        "TLS 1.3")                 \
	_(14, "TLS13_AES256_GCM_SHA384",       "TLS_AES_256_GCM_SHA384",        "TLS 1.3")
/* clang-format on */
enum { TLS_SUITES = 15 };
extern const struct choice tls_suite_choices[TLS_SUITES];

struct tls_preference { struct node node; uint8_t preference, suite; };
#define TLS_CIPHER_LINES(_)                                                                      \
_(struct map *, suites, "cipher <1-13>=#preference CHOICE=suite", NULL,                          \
  "Suite|Order of preference, 1 is best", .each = &mode_tls_preference,                          \
  .parts = tls_preference_parts, .choices = CHOICES(tls_suite_choices))
struct tls_cipher_class { struct node node; TLS_CIPHER_LINES(LINE_FIELD) };

/* client: whose certificate we show where we call; without it one serves both ways. */
struct tls_own { uint8_t set; text64 trustpoint, client; };
struct tls_cipher_ref { uint8_t set, strict, ecdsa; uint16_t class, curve; };
struct tls_name { struct node node; uint8_t index; text256 name; };
/* What a peer that is too old for today needs is named one by one.  until: the moment from which on it is as if the
 * line were not there, in seconds of UTC (the beginning of the day that was typed); 0: for good. */
struct tls_allowance { uint8_t set; uint32_t until; };
#define TLS_OLD "For peers that are too old|Weak: "
#define TLS_UNTIL " [until KIND=until]"
#define TLS_UNTIL_HELP "|Up to a day, and no longer"

#define TLS_PROFILE_LINES(_)                                                                     \
_(text256,  description, "description LINE", NULL, "Description|Its text")                       \
_(struct tls_own, own, "trustpoint NAME=trustpoint [client NAME=client]", NULL,                  \
  "Our certificate|Name of the trustpoint|Another one where we are the client|Its name",         \
  .parts = tls_own_parts)                                                                        \
_(uint8_t,  cn_san, "cn-san validate CHOICE", NULL,                                              \
  "Names in the peer's certificate|Check them", .choices = CHOICES(cn_san_choices))              \
_(struct map *, names, "cn-san <1-10>=#index WORD=name", NULL,                                   \
  "Names in the peer's certificate|Number|Name, or *.domain", .each = &mode_tls_name,            \
  .parts = tls_name_parts)                                                                       \
_(struct tls_cipher_ref, cipher,                                                                 \
  "cipher / {<1-10000>=class | strict-cipher=strict | ecdsa-cipher=ecdsa [curve-size 384=curve:384]}",\
  NULL, "Suites|Those of a voice class tls-cipher|Only TLS_RSA_WITH_AES_128_CBC_SHA|"             \
  "Only ECDSA suites|Size of the curve|P-384", .parts = tls_cipher_ref_parts)                    \
_(text64,   client_vtp, "client-vtp NAME", NULL,                                                 \
  "Trustpoint that the peer is checked with|Its name")                                           \
_(bool,     sni, "sni send", NULL, "Server name indication|Tell whom we call")                   \
_(struct tls_allowance, rsa_1024, "compatibility rsa-1024" TLS_UNTIL, NULL,                      \
  TLS_OLD "RSA keys from 1024 bits" TLS_UNTIL_HELP, .parts = tls_allowance_parts, .kind = &date_kind) \
_(struct tls_allowance, sha_1, "compatibility sha-1" TLS_UNTIL, NULL,                            \
  TLS_OLD "Certificates signed with SHA-1" TLS_UNTIL_HELP, .parts = tls_allowance_parts, .kind = &date_kind) \
_(struct tls_allowance, tls_10, "compatibility tls-1.0" TLS_UNTIL, NULL,                         \
  TLS_OLD "TLS 1.0 and up" TLS_UNTIL_HELP, .parts = tls_allowance_parts, .kind = &date_kind)     \
_(struct tls_allowance, tls_11, "compatibility tls-1.1" TLS_UNTIL, NULL,                         \
  TLS_OLD "TLS 1.1 and up" TLS_UNTIL_HELP, .parts = tls_allowance_parts, .kind = &date_kind)
struct tls_profile { struct node node; TLS_PROFILE_LINES(LINE_FIELD) };

/* Each of the four: what it is in pki/, its field, its name. */
#define TLS_ALLOWANCES(_)                                                                        \
_(PKI_RSA_1024, rsa_1024, "rsa-1024")                                                            \
_(PKI_SHA_1,    sha_1,    "sha-1")                                                               \
_(PKI_TLS_10,   tls_10,   "tls-1.0")                                                             \
_(PKI_TLS_11,   tls_11,   "tls-1.1")

#define TLS_CLASS_LINES(_)                                                                       \
_(struct map *, tls_ciphers, "voice class tls-cipher <1-10000>=#", NULL,                         \
  "Voice|Class|TLS suites by preference|Tag", .enter = &mode_tls_cipher, .by_birth = true)       \
_(struct map *, tls_profiles, "voice class tls-profile <1-10000>=#", NULL,                       \
  "Voice|Class|How TLS is spoken with a peer|Tag", .enter = &mode_tls_profile, .by_birth = true)

extern const struct mode mode_tls_cipher, mode_tls_profile;

#endif
