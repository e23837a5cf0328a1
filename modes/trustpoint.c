/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/trustpoint.c -- `crypto pki trustpoint', and `crypto pki certificate chain', whose
 * certificates are part of the configuration: printed as hexadecimal, typed back the same. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "pki/pki.h"

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
static const struct part revocation_parts[] = {
	PART_ARRAY(struct revocation_list, methods), { NULL, 0, 0, 0 }
};
static const struct part key_ref_parts[] = {
	PART(struct key_ref, label), PART(struct key_ref, bits), PART(struct key_ref, enc_bits),
	{ NULL, 0, 0, 0 }
};
/* clang-format on */

#define OBJECT struct trustpoint
static const struct line lines[] = { TRUSTPOINT_LINES(LINE_ROW) };
#undef OBJECT

const struct mode mode_trustpoint = {
	.name = "ca-trustpoint", .prompt = "(ca-trustpoint)", .lines = LINES(lines),
	.size = sizeof(struct trustpoint)
};

/* ---- the chain ------------------------------------------------------------------------------------------ */

static const char *const role_words[CERT_ROLES] = { "", "ca ", "self-signed " };

const char *
certificate_words(enum cert_role role)
{
	return role_words[role];
}

static void
write_hex(const struct certificate *c, int indent, FILE *out)
{
	for (uint32_t i = 0; i < c->size; i++) {
		if (i % 32 == 0)
			fprintf(out, "%s%*s", i ? "\n" : "", indent, "");
		fprintf(out, "%02X%s", c->der[i], i % 4 == 3 ? " " : "");
	}
	fprintf(out, "\n%*s\tquit\n", indent, "");
}

static void
chain_write(const void *object, int indent, FILE *out)
{
	const struct cert_chain *chain = object;
	size_t count;
	const void **all = map_by_birth(chain->certificates, &count);

	for (size_t i = 0; all && i < count; i++) {
		const struct certificate *c = all[i];

		fprintf(out, "%*scertificate %s\n", indent, "", c->node.key);
		write_hex(c, indent + 1, out);
	}
	free(all);
}

/* Hexadecimal digits in groups; anything else is refused with its line. */
static int
add_hex(struct der *d, const char *line)
{
	for (; *line; line++) {
		unsigned digit;

		if (isspace((unsigned char)*line))
			continue;
		if (!isxdigit((unsigned char)line[0]) || !isxdigit((unsigned char)line[1]))
			return -EINVAL;
		if (d->size % 4096 == 0) {
			uint8_t *more = realloc(d->bytes, d->size + 4096);

			if (!more)
				return -ENOMEM;
			d->bytes = more;
		}
		sscanf((char[]){ line[0], line[1], 0 }, "%x", &digit);
		d->bytes[d->size++] = (uint8_t)digit;
		line++;
	}
	return d->size > 65536 ? -E2BIG : 0;
}

static int
read_hex(struct session *s, struct der *d)
{
	char line[LINE_BYTES];
	int rc, bad = 0;

	for (;;) {
		rc = session_ask(s, "", true, line, sizeof(line));
		if (rc < 0)
			return rc;
		if (!strcasecmp(line + strspn(line, " \t"), "quit"))
			return bad;
		/* The rest is read up to its quit, so that it is not taken for commands. */
		if (!bad)
			bad = add_hex(d, line);
	}
}

static int
read_certificate(struct session *s, enum cert_role role)
{
	struct der d = { 0 };
	char why[160] = "";
	const char *name = session_key(s);
	int rc;

	if (session_options(s)->source != FROM_FILE)
		session_print(s, "Enter the certificate in hexidecimal representation....\n");
	rc = read_hex(s, &d);
	if (rc == -EINVAL)
		snprintf(why, sizeof(why), "the text is not hexadecimal");
	if (rc == 0)
		rc = pki_cert_from_der(d.bytes, d.size, why, sizeof(why));
	if (rc == 0)
		rc = certificate_store(s, name, role, &d, why, sizeof(why));
	der_clear(&d);
	if (rc < 0 && rc != -EPIPE)
		session_refused(s, "%s", *why ? why : "the certificate was not stored");
	return rc;
}

static int
chain_certificate(struct session *s, const struct match *m)
{
	(void)m;
	return read_certificate(s, CERT_OWN);
}

static int
chain_ca(struct session *s, const struct match *m)
{
	(void)m;
	return read_certificate(s, CERT_CA);
}

static int
chain_self_signed(struct session *s, const struct match *m)
{
	(void)m;
	return read_certificate(s, CERT_SELF_SIGNED);
}

#define OBJECT struct cert_chain
static const struct line chain_lines[] = {
	CHAIN_LINES(LINE_ROW)
	{ .syntax = "certificate ca WORD", .help = "A certificate|Of the CA|Its serial number",
	  .run = chain_ca },
	{ .syntax = "certificate self-signed WORD",
	  .help = "A certificate|Self-signed|Its serial number", .run = chain_self_signed },
};

const struct mode mode_certificate = {
	.name = "certificate", .size = sizeof(struct certificate)
};
const struct mode mode_cert_chain = {
	.name = "cert-chain", .prompt = "(config-cert-chain)", .lines = LINES(chain_lines),
	.size = sizeof(struct cert_chain), .write = chain_write
};
