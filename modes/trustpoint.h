/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/trustpoint.h -- what `crypto pki trustpoint NAME` can be told, and the certificates of
 * `crypto pki certificate chain NAME`, which are part of the configuration. */
#ifndef MODES_TRUSTPOINT_H
#define MODES_TRUSTPOINT_H

#include "modes/certificate_map.h"
#include "shell/row.h"

enum serial_number { SERIAL_ASK, SERIAL_INCLUDED, SERIAL_NONE, SERIALS };
enum csr_hash { HASH_DEFAULT, HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512, HASHES };
enum enrollment { ENROLLMENT_NONE, ENROLLMENT_TERMINAL, ENROLLMENT_TERMINAL_PEM,
	ENROLLMENT_SELFSIGNED, ENROLLMENT_PKCS12, ENROLLMENTS };
enum enroll_protocol { PROTOCOL_SCEP = 1, PROTOCOL_EST, PROTOCOL_CMP, PROTOCOLS };
enum revocation { REVOCATION_NONE = 1, REVOCATION_CRL, REVOCATION_OCSP, REVOCATIONS }; /* as pki_check_method */
struct revocation_list { uint8_t set, methods[4]; };
struct key_ref { uint8_t set; text64 label; uint16_t bits, enc_bits; };
struct enroll_url { uint8_t set, pem; text256 url; text64 vrf; };
struct enroll_proxy { uint8_t set; text256 host; uint16_t port; };
struct enroll_http { uint8_t set; text64 user; struct secret password; };
enum usage { USAGE_IKE = 1, USAGE_CLIENT, USAGE_SERVER, USAGES };
struct usage_list { uint8_t set, uses[4]; };
/* Extended key usages, in the typed order: of a request (`eku request'), or those that a peer has to
 * have (`match eku'). */
enum eku { EKU_CLIENT = 1, EKU_SERVER, EKU_CODE, EKU_EMAIL, EKU_IPSEC_END, EKU_IPSEC_TUNNEL,
	EKU_IPSEC_USER, EKU_OCSP, EKU_SSH_CLIENT, EKU_SSH_SERVER, EKU_TIME, EKUS };
struct eku_list { uint8_t set, ekus[12]; };
enum chain_kind { CHAIN_STOP = 1, CHAIN_CONTINUE };
struct chain_validation { uint8_t set, kind; text64 parent; };
struct crl_cache { uint8_t set, none; uint32_t delete_after_min, extend_min; };
struct auto_enroll { uint8_t set, percent, regenerate; };

#define TRUSTPOINT_LINES(_)                                                                      \
_(uint8_t,  enrollment, "enrollment CHOICE", NULL, "Enrollment parameters",                      \
  .choices = CHOICES(enrollment_choices), .set = enrollment_set)                                 \
_(bool,     enrollment_ra, "enrollment mode ra", NULL,                                           \
  "Enrollment parameters|Mode|The server is a registration authority")                           \
_(uint16_t, retry_count, "enrollment retry count <1-100>", NULL,                                 \
  "Enrollment parameters|Polling of a pending request|How often|Number")                         \
_(uint16_t, retry_min, "enrollment retry period <1-60>", NULL,                                   \
  "Enrollment parameters|Polling of a pending request|How long between|Minutes")                 \
_(struct enroll_url, enrollment_url, "enrollment url WORD=url [pem=pem | vrf NAME=vrf]*", NULL,  \
  "Enrollment parameters|CA server|URL|With PEM headers|By a VRF|Its name",                      \
  .parts = enroll_url_parts, .set = enrollment_url_set)                                          \
_(text64,   enrollment_profile, "enrollment profile NAME", NULL,                                 \
  "Enrollment parameters|An enrollment profile|Its name", .set = enrollment_profile_set)                       \
_(uint8_t,  protocol, "enrollment protocol CHOICE", NULL,                                        \
  "Enrollment parameters|What the CA server speaks: by its URL, else", .choices = CHOICES(protocol_choices))\
_(text64,   cmp_reference, "enrollment cmp reference WORD", NULL,                                \
  "Enrollment parameters|CMP|Under which the CA knows our password|The reference")               \
_(bool,     cmp_pkcs10, "enrollment cmp pkcs10", NULL,                                           \
  "Enrollment parameters|CMP|Ask by PKCS#10, for a CA that reads nothing else")                  \
_(struct enroll_proxy, enrollment_proxy, "enrollment http-proxy WORD=host <1-65535>=port", NULL, \
  "Enrollment parameters|HTTP proxy|Its host|Port", .parts = enroll_proxy_parts)                 \
_(struct enroll_http, enrollment_http,                                                           \
  "enrollment http username WORD=user password PASSWORD=password", NULL,                         \
  "Enrollment parameters|HTTP of EST|User|Name|Password", .parts = enroll_http_parts)            \
_(struct usage_list, usage, "usage {CHOICE=uses}+", NULL, "What the certificate is for",         \
  .parts = usage_parts, .choices = CHOICES(usage_choices), .stored = true)                       \
_(uint8_t,  serial_number, "CHOICE", NULL, "", .choices = CHOICES(serial_choices))               \
_(text256,  fqdn, "fqdn WORD", NULL, "Fully-qualified domain name|Name, or none")                \
_(text64,   ip_address, "ip-address WORD", NULL, "IP address of the request|Address, or none")   \
_(struct secret, password, "password PASSWORD", NULL, "Challenge password of the request")       \
_(text256,  fingerprint, "fingerprint LINE", NULL,                                               \
  "Fingerprint of the CA certificate|MD5, SHA1 or SHA256 in hexadecimal", .set = fingerprint_set)\
_(text256,  subject_name, "subject-name LINE", NULL,                                             \
  "Subject name|X.500 name: cn=host,o=org")                                                      \
_(text256,  subject_alt_name, "subject-alt-name LINE", NULL,                                     \
  "Subject alternative names|DNS names, comma between")                                          \
_(struct eku_list, eku, "eku request {CHOICE=ekus}+", NULL,                                      \
  "Extended key usage|In our requests", .parts = eku_parts, .choices = CHOICES(eku_choices))     \
_(struct chain_validation, chain_validation,                                                     \
  "chain-validation / {stop=kind:1 | continue=kind:2 [NAME=parent]}", NULL,                        \
  "Chain validation|Ends here|Goes on to the root|Trustpoint of the CA above",                   \
  .parts = chain_validation_parts)                                               \
_(struct revocation_list, revocation, "revocation-check {CHOICE=methods}+", "crl",               \
  "Revocation checking of peers", .parts = revocation_parts,                                     \
  .choices = CHOICES(revocation_choices), .always = true)                                        \
_(bool,     crl_optional, "crl optional", NULL, "Revocation list|revocation-check crl none",     \
  .set = crl_optional_set, .hidden = true)                                                       \
_(text256,  crl_query, "crl query WORD", NULL, "Revocation list|Ask a directory|URL",            \
  .stored = true)                                                                                \
_(struct crl_cache, crl_cache,                                                                   \
  "crl cache / {none=none | delete-after <1-43200>=delete_after_min | extend <1-43200>=extend_min}",\
  NULL, "Revocation list|How long it is kept|Not|For so long|Minutes|So long behind its end|Minutes",\
  .parts = crl_cache_parts)                                                                      \
_(text256,  ocsp_url, "ocsp url WORD", NULL, "Online status|Of a server|URL")                    \
_(bool,     ocsp_plain, "ocsp disable-nonce", NULL, "Online status|Without a nonce")             \
_(text64,   source, "source interface KIND", NULL, "Our address|Of an interface",                \
  .kind = &interface_kind)                                                                       \
_(text64,   vrf, "vrf NAME", NULL, "Reached by a VRF|Its name", .stored = true)                  \
_(struct map *, matches, MAP_MATCH_SYNTAX, NULL, MAP_MATCH_HELP, .each = &mode_map_match, .parts = map_match_parts,        \
  .by_birth = true)                                                                              \
_(struct eku_list, match_eku, "match eku {CHOICE=ekus}+", NULL,                                  \
  "Match|Extended key usage of peers", .parts = eku_parts, .choices = CHOICES(eku_choices))      \
_(struct key_ref, rsa, "rsakeypair NAME=label [<512-4096>=bits [<512-4096>=enc_bits]]", NULL,    \
  "RSA key pair|Its label|Bits of a key made at enrollment|Bits of the encryption key",          \
  .parts = key_ref_parts)                                                                        \
_(text64,   ec, "eckeypair NAME", NULL, "EC key pair|Its label")                                 \
_(bool,     regenerate, "regenerate", NULL, "A new key pair with each enrollment")               \
_(struct auto_enroll, auto_enroll, "auto-enroll [<1-100>=percent] [regenerate=regenerate]", NULL,\
  "Automatic enrollment|Percent of the lifetime|With a new key pair", .parts = auto_enroll_parts)\
_(uint8_t,  hash, "hash CHOICE", NULL, "Hash of the request", .choices = CHOICES(hash_choices))  \
_(text64,   validation_usage, "validation-usage LINE", NULL, "What peers are validated for|Its words",\
  .stored = true)                                                                                \
_(text64,   storage, "storage WORD", NULL, "Where certificates are kept|File system",            \
  .stored = true)                                                                                \
_(bool,     primary, "primary", NULL, "The primary trustpoint", .stored = true)                  \
_(text64,   on, "on WORD", NULL, "Where the key pair is made|Device", .stored = true)            \
_(text64,   authorization, "authorization list NAME", NULL,                                      \
  "Authorization|By a list of aaa|Its name", .stored = true)                                     \
_(text64,   authorization_name, "authorization username subjectname LINE", NULL,                 \
  "Authorization|User name|Of the subject name|Its parts", .stored = true)

struct trustpoint { struct node node; TRUSTPOINT_LINES(LINE_FIELD) };

/* NEXT, CA_NEXT: of a CA that rolls over, in no use yet.  ENCRYPTION: of the second pair of `usage-keys'; OWN is that of
 * the first then, which signs: the one that TLS shows. */
enum cert_role { CERT_OWN, CERT_CA, CERT_SELF_SIGNED, CERT_NEXT, CERT_CA_NEXT, CERT_ENCRYPTION, CERT_ROLES };
/* One certificate; its DER lies behind the struct.  Key: the words after `certificate`. */
struct certificate { struct node node; uint8_t role; uint32_t size; uint8_t der[]; };

#define CHAIN_LINES(_)                                                                           \
_(struct map *, certificates, "certificate WORD=#serial", NULL,                                  \
  "A certificate|Its serial number in hexadecimal", .each = &mode_certificate,                   \
  .run = chain_certificate, .negates = true, .hidden = true)
struct cert_chain { struct node node; CHAIN_LINES(LINE_FIELD) };

extern const struct mode mode_trustpoint, mode_cert_chain, mode_certificate;

#endif
