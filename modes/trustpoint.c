/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/trustpoint.c -- the rows of `crypto pki trustpoint', `crypto pki certificate map' and `crypto pki
 * trustpool policy'. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/kinds.h"
#include "modes/trustpool.h"
#include "pki/bundle.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
static const struct choice enrollment_choices[ENROLLMENTS] = {
	[ENROLLMENT_TERMINAL]     = { "terminal",     "Enroll via the terminal (cut-and-paste)" },
	[ENROLLMENT_TERMINAL_PEM] = { "terminal pem", "Enroll via the terminal, with PEM headers" },
	[ENROLLMENT_SELFSIGNED]   = { "selfsigned",   "Enroll this trustpoint with a self-signed cert" },
	[ENROLLMENT_PKCS12]       = { "pkcs12",       "From a PKCS#12 import" },
};
static const struct choice protocol_choices[PROTOCOLS] = {
	[PROTOCOL_SCEP] = { "scep", "SCEP (RFC 8894)" },
	[PROTOCOL_EST]  = { "est",  "EST (RFC 7030)" },
	[PROTOCOL_CMP]  = { "cmp",  "CMP (RFC 4210, RFC 9483)" },
};
static const struct choice serial_choices[SERIALS] = {
	[SERIAL_INCLUDED] = { "serial-number",      "Include serial number" },
	[SERIAL_NONE]     = { "serial-number none", "Do not include it" },
};
static const struct choice hash_choices[HASHES] = {
	[HASH_MD5]    = { "md5",    "MD5" },
	[HASH_SHA1]   = { "sha1",   "SHA-1" },
	[HASH_SHA256] = { "sha256", "SHA-256" },
	[HASH_SHA384] = { "sha384", "SHA-384" },
	[HASH_SHA512] = { "sha512", "SHA-512" },
};
static const struct choice revocation_choices[REVOCATIONS] = {
	[REVOCATION_NONE] = { "none", "Ignore revocation check" },
	[REVOCATION_CRL]  = { "crl",  "Revocation check by CRL" },
	[REVOCATION_OCSP] = { "ocsp", "Revocation check by OCSP" },
};
static const struct choice usage_choices[USAGES] = {
	[USAGE_IKE]    = { "ike",        "IKE" },
	[USAGE_CLIENT] = { "ssl-client", "TLS client" },
	[USAGE_SERVER] = { "ssl-server", "TLS server" },
};
static const struct choice eku_choices[EKUS] = {
	[EKU_CLIENT]       = { "client-auth",      "TLS client" },
	[EKU_SERVER]       = { "server-auth",      "TLS server" },
	[EKU_CODE]         = { "code-signing",     "Code signing" },
	[EKU_EMAIL]        = { "email-protection", "Email protection" },
	[EKU_IPSEC_END]    = { "ipsec-end-system", "IPsec end system" },
	[EKU_IPSEC_TUNNEL] = { "ipsec-tunnel",     "IPsec tunnel" },
	[EKU_IPSEC_USER]   = { "ipsec-user",       "IPsec user" },
	[EKU_OCSP]         = { "ocsp-signing",     "OCSP signing" },
	[EKU_SSH_CLIENT]   = { "ssh-client",       "SSH client" },
	[EKU_SSH_SERVER]   = { "ssh-server",       "SSH server" },
	[EKU_TIME]         = { "time-stamping",    "Time stamping" },
};
static const struct choice map_field_choices[MAP_FIELDS] = {
	[MAP_SUBJECT]      = { "subject-name",              "Subject name" },
	[MAP_ISSUER]       = { "issuer-name",               "Issuer name" },
	[MAP_ALT_SUBJECT]  = { "alt-subject-name",          "Subject alternative name" },
	[MAP_UNSTRUCTURED] = { "unstructured-subject-name", "Unstructured name in the subject" },
	[MAP_NAME]         = { "name",                      "Any of its names" },
	[MAP_SERIAL]       = { "serial-number",             "Serial number" },
	[MAP_VALID_START]  = { "valid-start",               "When it begins to be valid" },
	[MAP_EXPIRES]      = { "expires-on",                "When it expires" },
};
static const struct choice map_relation_choices[MAP_RELATIONS] = {
	[MAP_CO] = { "co", "Contains" },     [MAP_NC] = { "nc", "Does not contain" },
	[MAP_EQ] = { "eq", "Equal to" },     [MAP_NE] = { "ne", "Not equal to" },
	[MAP_LT] = { "lt", "Less than" },    [MAP_GE] = { "ge", "Greater than or equal to" },
};
#define END_PARTS { NULL, 0, 0, 0 }
static const struct part enroll_url_parts[] = {
	PART(struct enroll_url, url), PART(struct enroll_url, pem), PART(struct enroll_url, vrf), END_PARTS
};
static const struct part enroll_proxy_parts[] = {
	PART(struct enroll_proxy, host), PART(struct enroll_proxy, port), END_PARTS
};
static const struct part enroll_http_parts[] = {
	PART(struct enroll_http, user), PART(struct enroll_http, password), END_PARTS
};
static const struct part usage_parts[] = { PART_ARRAY(struct usage_list, uses), END_PARTS };
static const struct part eku_parts[] = { PART_ARRAY(struct eku_list, ekus), END_PARTS };
static const struct part chain_validation_parts[] = {
	PART(struct chain_validation, kind), PART(struct chain_validation, parent), END_PARTS
};
static const struct part crl_cache_parts[] = {
	PART(struct crl_cache, none), PART(struct crl_cache, delete_after_min), PART(struct crl_cache, extend_min), END_PARTS
};
static const struct part auto_enroll_parts[] = {
	PART(struct auto_enroll, percent), PART(struct auto_enroll, regenerate), END_PARTS
};
static const struct part map_rule_parts[] = {
	PART(struct map_rule, field), PART(struct map_rule, relation), PART(struct map_rule, value), END_PARTS
};
static const struct part map_match_parts[] = { PART(struct map_match, allows), PART(struct map_match, url), END_PARTS };
static const struct part revocation_parts[] = {
	PART_ARRAY(struct revocation_list, methods), { NULL, 0, 0, 0 }
};
static const struct part key_ref_parts[] = {
	PART(struct key_ref, label), PART(struct key_ref, bits), PART(struct key_ref, enc_bits),
	{ NULL, 0, 0, 0 }
};
/* clang-format on */

/* Hexadecimal digits of one of the three digests, blanks between as one likes. */
static int
fingerprint_set(void *object, const struct match *m, char *why, size_t size)
{
	struct trustpoint *t = object;
	int rc = line_set_plain(m, object, why, size);
	size_t n = 0;

	for (const char *p = t->fingerprint; rc == 0 && *p; p++)
		if (isxdigit((unsigned char)*p))
			n++;
		else if (!isspace((unsigned char)*p) && *p != ':')
			rc = -EINVAL;
	if (rc == 0 && !m->no && !m->dflt && n != 32 && n != 40 && n != 64)
		rc = -EINVAL;
	if (rc == -EINVAL)
		snprintf(why, size, "A fingerprint has 32 (MD5), 40 (SHA1) or 64 (SHA256) hexadecimal digits.");
	return rc;
}

/* By the terminal or by a server: what is typed last. */
static int
enrollment_set(void *object, const struct match *m, char *why, size_t size)
{
	struct trustpoint *t = object;
	int rc = line_set_plain(m, object, why, size);

	if (rc != 0 || m->no || m->dflt)
		return rc;
	*t->enrollment_profile = '\0';
	if (t->enrollment != ENROLLMENT_PKCS12)
		t->enrollment_url = (struct enroll_url){ 0 };
	return 0;
}

/* IOS writes the port of HTTP, whether it was typed or not. */
static void
say_port(char *url, size_t size)
{
	char *host = url + strlen("http://");
	size_t n;

	if (strncmp(url, "http://", strlen("http://")) || strlen(url) + strlen(":80") >= size)
		return;
	n = strcspn(host, "/?");
	if (!n || memchr(host, ':', n))
		return;
	memmove(host + n + strlen(":80"), host + n, strlen(host + n) + 1);
	memcpy(host + n, ":80", strlen(":80"));
}

static int
enrollment_url_set(void *object, const struct match *m, char *why, size_t size)
{
	struct trustpoint *t = object;
	int rc = line_set_plain(m, object, why, size);

	if (rc != 0 || m->no || m->dflt)
		return rc;
	*t->enrollment_profile = '\0';
	say_port(t->enrollment_url.url, sizeof(t->enrollment_url.url));
	if (t->enrollment != ENROLLMENT_PKCS12)
		t->enrollment = ENROLLMENT_NONE;
	return 0;
}

/* Or by a profile. */
static int
enrollment_profile_set(void *object, const struct match *m, char *why, size_t size)
{
	struct trustpoint *t = object;
	int rc = line_set_plain(m, object, why, size);

	if (rc != 0 || m->no || m->dflt)
		return rc;
	t->enrollment = ENROLLMENT_NONE;
	t->enrollment_url = (struct enroll_url){ 0 };
	return 0;
}

/* The old spelling of `revocation-check crl none'. */
static int
crl_optional_set(void *object, const struct match *m, char *why, size_t size)
{
	struct trustpoint *t = object;
	int rc = line_set_plain(m, object, why, size);

	t->revocation = (struct revocation_list){ 1, { REVOCATION_CRL, REVOCATION_NONE } };
	if (!t->crl_optional)
		t->revocation.methods[1] = 0;
	t->crl_optional = false;
	return rc;
}

#define OBJECT struct certificate_map
static const struct line map_lines[] = { CERTIFICATE_MAP_LINES(LINE_ROW) };
#undef OBJECT

const struct mode mode_map_rule = { .name = "certificate-map rule", .size = sizeof(struct map_rule) };
const struct mode mode_map_match = { .name = "match certificate", .size = sizeof(struct map_match) };
const struct mode mode_certificate_map = {
	.name = "ca-certificate-map", .prompt = "(ca-certificate-map)", .lines = LINES(map_lines),
	.size = sizeof(struct certificate_map)
};

#define OBJECT struct trustpoint
static const struct line lines[] = { TRUSTPOINT_LINES(LINE_ROW) };
#undef OBJECT

const struct mode mode_trustpoint = {
	.name = "ca-trustpoint", .prompt = "(ca-trustpoint)", .lines = LINES(lines),
	.size = sizeof(struct trustpoint)
};

#define OBJECT struct trustpool_policy
static const struct line pool_lines[] = { TRUSTPOOL_LINES(LINE_ROW) };
#undef OBJECT

const struct mode mode_trustpool = {
	.name = "ca-trustpool", .prompt = "(ca-trustpool)", .lines = LINES(pool_lines),
	.size = sizeof(struct trustpool_policy)
};
