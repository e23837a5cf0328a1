/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/cert_chain.c -- `crypto pki certificate chain': certificates as part of the configuration, printed as
 * hexadecimal and typed back the same. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "pki/bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const role_words[CERT_ROLES] = { "", "ca ", "self-signed ", "rollover ", "ca rollover ", "" };

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
			bad = pki_hex_add(d, line);
	}
}

/* Two of ours stand in the chain alike: the key pair tells them apart; on a box that does not have it, what the
 * certificate is for. */
static enum cert_role
role_of(struct session *s, const struct der *d)
{
	enum cert_role role = certificate_role(BOX(s)->pki, session_config(s), session_key(s), d);
	struct pki_cert_info *i = role == CERT_ROLES ? calloc(1, sizeof(*i)) : NULL;

	if (role == CERT_ROLES)
		role = i && pki_cert_info(d, i) == 0 && i->has_key_usage && (i->key_usage & 0x20000000) &&
		    !(i->key_usage & 0xC0000000) ? CERT_ENCRYPTION : CERT_OWN;
	free(i);
	return role;
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
	if (rc == 0 && role == CERT_ROLES) {
		rc = -ENOTSUP;
		snprintf(why, sizeof(why), "a certificate of that kind is not kept here");
	}
	if (rc == 0)
		rc = pki_cert_from_der(d.bytes, d.size, why, sizeof(why));
	if (rc == 0)
		rc = certificate_store(s, name, role == CERT_OWN ? role_of(s, &d) : role, &d, why, sizeof(why));
	der_clear(&d);
	if (rc < 0 && rc != -EPIPE)
		session_refused(s, "%s", *why ? why : "the certificate was not stored");
	return rc;
}

/* ---- no certificate SERIAL ---- */

struct removal { const char *name; char key[KEY_MAX]; };

static int
remove_one(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	const struct removal *r = arg;
	struct cert_chain *chain = map_own(&c->chains, r->name);

	(void)why;
	(void)size;
	if (!chain || !map_find(chain->certificates, r->key))
		return 0;
	return map_remove(&chain->certificates, r->key);
}

/* A line of `show startup-config' of another box names a file of that box, where the hexadecimal would be. */
static int
line_of(struct session *s, const struct match *m, enum cert_role role)
{
	const char *file = match_text(m, "file");
	struct removal r = { .name = session_key(s) };
	char why[160] = "";

	if (m->no || m->dflt) {
		snprintf(r.key, sizeof(r.key), "%s%.100s", role < CERT_ROLES ? certificate_words(role) : "",
		    match_text(m, "serial"));
		return session_edit(s, remove_one, &r, why, sizeof(why));
	}
	if (!file)
		return read_certificate(s, role);
	session_refused(s, "%s is a file of the box that this line comes from: its 'show running-config' has the "
	    "certificate", file);
	return -ENOENT;
}

static int
chain_certificate(struct session *s, const struct match *m)
{
	return line_of(s, m, CERT_OWN);
}

static int
chain_ca(struct session *s, const struct match *m)
{
	return line_of(s, m, CERT_CA);
}

static int
chain_self_signed(struct session *s, const struct match *m)
{
	return line_of(s, m, CERT_SELF_SIGNED);
}

static int
chain_next(struct session *s, const struct match *m)
{
	return line_of(s, m, CERT_NEXT);
}

static int
chain_ca_next(struct session *s, const struct match *m)
{
	return line_of(s, m, CERT_CA_NEXT);
}

static int
chain_other(struct session *s, const struct match *m)
{
	return line_of(s, m, CERT_ROLES);
}

#define OBJECT struct cert_chain
static const struct line chain_lines[] = {
	CHAIN_LINES(LINE_ROW)
	{ .syntax = "certificate WORD=serial WORD=file",
	  .help = "A certificate|Its serial number in hexadecimal|File of another box", .run = chain_certificate,
	  .hidden = true },
	{ .syntax = "certificate ca WORD=serial [WORD=file]",
	  .help = "A certificate|Of the CA|Its serial number|File of another box", .run = chain_ca,
	  .negates = true },
	{ .syntax = "certificate self-signed WORD=serial [WORD=file]",
	  .help = "A certificate|Self-signed|Its serial number|File of another box",
	  .run = chain_self_signed, .negates = true },
	{ .syntax = "certificate rollover WORD=serial [WORD=file]",
	  .help = "A certificate|The next one|Its serial number|File of another box", .run = chain_next,
	  .negates = true },
	{ .syntax = "certificate ca rollover WORD=serial [WORD=file]",
	  .help = "A certificate|Of the CA|The next one|Its serial number|File of another box", .run = chain_ca_next,
	  .negates = true },
	{ .syntax = "certificate {ra-sign | ra-encrypt} WORD=serial [WORD=file]",
	  .help = "A certificate|Of a registration authority|Of a registration authority|"
	    "Its serial number|File of another box", .run = chain_other, .negates = true },
};

const struct mode mode_certificate = {
	.name = "certificate", .size = sizeof(struct certificate)
};
const struct mode mode_cert_chain = {
	.name = "cert-chain", .prompt = "(config-cert-chain)", .lines = LINES(chain_lines),
	.size = sizeof(struct cert_chain), .write = chain_write
};
