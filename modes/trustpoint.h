/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/trustpoint.h -- what `crypto pki trustpoint NAME` can be told, and the certificates of
 * `crypto pki certificate chain NAME`, which are part of the configuration. */
#ifndef MODES_TRUSTPOINT_H
#define MODES_TRUSTPOINT_H

#include "shell/row.h"

enum serial_number { SERIAL_ASK, SERIAL_INCLUDED, SERIAL_NONE, SERIALS };
enum csr_hash { HASH_DEFAULT, HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512, HASHES };
enum enrollment { ENROLLMENT_NONE, ENROLLMENT_TERMINAL, ENROLLMENT_TERMINAL_PEM,
	ENROLLMENT_SELFSIGNED, ENROLLMENT_PKCS12, ENROLLMENTS };
enum revocation { REVOCATION_NONE = 1, REVOCATION_CRL, REVOCATION_OCSP, REVOCATIONS }; /* as pki_check_method */
struct revocation_list { uint8_t set, methods[4]; };
struct key_ref { uint8_t set; text64 label; uint16_t bits, enc_bits; };

#define TRUSTPOINT_LINES(_)                                                                      \
_(uint8_t,  enrollment, "enrollment CHOICE", NULL, "Enrollment parameters",                      \
  .choices = CHOICES(enrollment_choices))                                                        \
_(text256,  enrollment_url, "enrollment url WORD", NULL, "Enrollment parameters|CA server|URL",  \
  .stored = true)                                                                                \
_(text64,   enrollment_profile, "enrollment profile NAME", NULL,                                 \
  "Enrollment parameters|An enrollment profile|Its name", .stored = true)                        \
_(text64,   usage, "usage LINE", NULL, "Certificate usage|Its words", .stored = true)            \
_(uint8_t,  serial_number, "CHOICE", NULL, "", .choices = CHOICES(serial_choices))               \
_(text256,  fqdn, "fqdn WORD", NULL, "Fully-qualified domain name|Name, or none")                \
_(text64,   ip_address, "ip-address WORD", NULL, "IP address of the request|Address, or none")   \
_(text64,   fingerprint, "fingerprint LINE", NULL, "Fingerprint of the CA|Hexadecimal",          \
  .stored = true)                                                                                \
_(text256,  subject_name, "subject-name LINE", NULL,                                             \
  "Subject name|X.500 name: cn=host,o=org")                                                      \
_(text256,  subject_alt_name, "subject-alt-name LINE", NULL,                                     \
  "Subject alternative names|DNS names, comma between")                                          \
_(text64,   chain_validation, "chain-validation LINE", NULL, "Chain validation|Its words",       \
  .stored = true)                                                                                \
_(struct revocation_list, revocation, "revocation-check {CHOICE=methods}+", "crl",                              \
  "Revocation checking of peers", .parts = revocation_parts, .choices = CHOICES(revocation_choices), .always = true)                                                           \
_(struct key_ref, rsa, "rsakeypair NAME=label [<512-4096>=bits [<512-4096>=enc_bits]]", NULL,    \
  "RSA key pair|Its label|Bits of a key made at enrollment|Bits of the encryption key",          \
  .parts = key_ref_parts)                                                                        \
_(text64,   ec, "eckeypair NAME", NULL, "EC key pair|Its label")                                 \
_(text64,   auto_enroll, "auto-enroll LINE", NULL, "Automatic enrollment|Its words",             \
  .stored = true)                                                                                \
_(uint8_t,  hash, "hash CHOICE", NULL, "Hash of the request", .choices = CHOICES(hash_choices))

struct trustpoint { struct node node; TRUSTPOINT_LINES(LINE_FIELD) };

enum cert_role { CERT_OWN, CERT_CA, CERT_SELF_SIGNED, CERT_ROLES };
/* One certificate; its DER lies behind the struct.  Key: the words after `certificate`. */
struct certificate { struct node node; uint8_t role; uint32_t size; uint8_t der[]; };

#define CHAIN_LINES(_)                                                                           \
_(struct map *, certificates, "certificate WORD=#serial", NULL,                                  \
  "A certificate|Its serial number in hexadecimal", .each = &mode_certificate,                   \
  .run = chain_certificate, .hidden = true)
struct cert_chain { struct node node; CHAIN_LINES(LINE_FIELD) };

extern const struct mode mode_trustpoint, mode_cert_chain, mode_certificate;

#endif
