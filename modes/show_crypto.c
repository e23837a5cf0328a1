/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_crypto.c -- `show crypto pki certificates'.  A certificate that several trustpoints hold is shown once, with all of them.  What
 * makes one of ours unusable (its key pair is gone) is said where it stands. */
#include "modes/box.h"
#include "modes/crypto.h"
#include "modes/enrollment.h"
#include "modes/exec.h"
#include "modes/show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- pieces -------------------------------------------------------------------------------- */

void
print_groups(const uint8_t *bytes, size_t size, FILE *out)
{
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%02X%s", bytes[i], i % 4 == 3 || i + 1 == size ? " " : "");
}

static void
print_print(const char *indent, const char *name, const uint8_t *bytes, size_t size, FILE *out)
{
	fprintf(out, "%sFingerprint %s: ", indent, name);
	print_groups(bytes, size, out);
	fprintf(out, "\n");
}

void
print_prints(const char *indent, const struct pki_fingerprints *f, bool all, FILE *out)
{
	print_print(indent, "MD5", f->md5, sizeof(f->md5), out);
	print_print(indent, "SHA1", f->sha1, sizeof(f->sha1), out);
	if (all)
		print_print(indent, "SHA256", f->sha256, sizeof(f->sha256), out);
}

void
print_names(const char *indent, const char (*rdns)[PKI_NAME], int count, FILE *out)
{
	for (int i = 0; i < count; i++)
		fprintf(out, "%s%s\n", indent, rdns[i]);
}

/* The value of the RDN that begins with `type'; NULL: there is none. */
static const char *
rdn_value(const struct pki_cert_info *i, const char *type)
{
	for (int k = 0; k < i->subjects; k++)
		if (!strncasecmp(i->subject[k], type, strlen(type)))
			return i->subject[k] + strlen(type);
	return NULL;
}

enum { USES_SIGNING = 0xC6000000u, USES_ENCIPHERMENT = 0x38000000u };

static const char *
usage_words(const struct pki_cert_info *i)
{
	bool sign = i->key_usage & USES_SIGNING, encipher = i->key_usage & USES_ENCIPHERMENT;

	if (!i->has_key_usage)
		return i->ca ? "Not Set" : "General Purpose";
	return sign && encipher ? "General Purpose" : encipher ? "Encryption" : "Signature";
}

/* ---- one certificate ----------------------------------------------------------------------- */

static bool
is_ca(enum cert_role role)
{
	return role == CERT_CA || role == CERT_CA_NEXT;
}

static const char *
heading(enum cert_role role)
{
	return role == CERT_CA            ? "CA Certificate"
	       : role == CERT_CA_NEXT     ? "CA Certificate (Rollover)"
	       : role == CERT_NEXT        ? "Certificate (Rollover)"
	       : role == CERT_SELF_SIGNED ? "Router Self-Signed Certificate"
					  : "Certificate";
}

/* Of ours: who we are, in front of the RDNs. */
static void
print_identity(const struct pki_cert_info *i, FILE *out)
{
	const char *host = rdn_value(i, "hostname="), *ip = rdn_value(i, "ipaddress="),
		   *serial = rdn_value(i, "serialNumber=");

	if (host || *i->common_name)
		fprintf(out, "    Name: %s\n", host ? host : i->common_name);
	if (ip || i->san_ips)
		fprintf(out, "    IP Address: %s\n", ip ? ip : i->san_ip[0]);
	if (serial)
		fprintf(out, "    Serial Number: %s\n", serial);
}

static void
print_key_and_prints(const struct pki_cert_info *i, FILE *out)
{
	fprintf(out,
	    "  Subject Key Info:\n"
	    "    Public Key Algorithm: %s\n"
	    "    %s Public Key: %s(%d bit)\n"
	    "  Signature Algorithm: %s\n",
	    i->key_algorithm, i->key_type == PKI_EC ? "EC" : "RSA",
	    i->key_type == PKI_EC ? " " : "", i->key_bits, i->signature);
	print_prints("  ", &i->print, true, out);
}

static void
print_id(const char *name, const uint8_t *bytes, size_t size, FILE *out)
{
	if (!size)
		return;
	fprintf(out, "    X509v3 %s: ", name);
	print_groups(bytes, size, out);
	fprintf(out, "\n");
}

static void
print_usage(const struct pki_cert_info *i, FILE *out)
{
	if (!i->has_key_usage)
		return;
	fprintf(out, "    X509v3 Key Usage: %08X\n", i->key_usage);
	for (int bit = 0; pki_key_usage_name(bit); bit++)
		if (i->key_usage & 0x80000000u >> bit)
			fprintf(out, "      %s\n", pki_key_usage_name(bit));
}

static void
print_alt_names(const struct pki_cert_info *i, FILE *out)
{
	if (!i->san_dnss && !i->san_ips)
		return;
	fprintf(out, "    X509v3 Subject Alternative Name:\n");
	for (int k = 0; k < i->san_dnss; k++)
		fprintf(out, "        %s\n", i->san_dns[k]);
	for (int k = 0; k < i->san_ips; k++)
		fprintf(out, "        IP Address : %s\n", i->san_ip[k]);
	fprintf(out, "        OtherNames :\n");
}

static void
print_access(const struct pki_cert_info *i, FILE *out)
{
	fprintf(out, "    Authority Info Access:\n");
	for (int k = 0; k < i->ocsps; k++)
		fprintf(out, "        OCSP URL: %s\n", i->ocsp[k]);
	for (int k = 0; k < i->ca_issuerss; k++)
		fprintf(out, "        CA ISSUERS: %s\n", i->ca_issuers[k]);
}

static void
print_extensions(const struct pki_cert_info *i, FILE *out)
{
	if (i->version < 3)
		return;
	fprintf(out, "  X509v3 extensions:\n");
	print_usage(i, out);
	print_id("Subject Key ID", i->ski, i->ski_size, out);
	if (i->has_basic)
		fprintf(out, "    X509v3 Basic Constraints:\n        CA: %s\n",
		    i->ca ? "TRUE" : "FALSE");
	print_alt_names(i, out);
	print_id("Authority Key ID", i->aki, i->aki_size, out);
	print_access(i, out);
	if (i->ekus)
		fprintf(out, "    Extended Key Usage:\n");
	for (int k = 0; k < i->ekus; k++)
		fprintf(out, "        %s\n", i->eku[k]);
}

static void
print_head(const struct shown_certificate *c, bool verbose, FILE *out)
{
	const struct pki_cert_info *i = &c->info;

	fprintf(out, "%s\n  Status: Available\n", heading(c->role));
	if (verbose)
		fprintf(out, "  Version: %d\n", i->version);
	fprintf(out,
	    "  Certificate Serial Number (hex): %s\n"
	    "  Certificate Usage: %s\n"
	    "  Issuer: \n",
	    i->serial, usage_words(i));
	print_names("    ", i->issuer, i->issuers, out);
	fprintf(out, "  Subject:%s\n", is_ca(c->role) ? " " : "");
	if (!is_ca(c->role))
		print_identity(i, out);
	print_names("    ", i->subject, i->subjects, out);
}

/* "nvram:ExampleIssui#94EC.cer": how IOS would call its file. */
static void
print_storage(const struct shown_certificate *c, FILE *out)
{
	const char *serial = c->info.serial + strspn(c->info.serial, "0");
	char name[13] = "";
	size_t n = 0;

	for (int k = 0; k < c->info.issuers && !n; k++)
		if (!strncasecmp(c->info.issuer[k], "cn=", 3))
			for (const char *p = c->info.issuer[k] + 3; *p && n < 12; p++)
				if (*p != ' ')
					name[n++] = *p;
	fprintf(out, "  Storage: nvram:%s#%s%s.cer\n", name, *serial ? serial : "0",
	    c->role == CERT_CA ? "CA" : "");
}

void
print_certificate(const struct shown_certificate *c, bool verbose, FILE *out)
{
	const struct pki_cert_info *i = &c->info;
	char when[WHEN];

	print_head(c, verbose, out);
	if (i->crls)
		fprintf(out, "  CRL Distribution Points: \n");
	for (int k = 0; k < i->crls; k++)
		fprintf(out, "    %s\n", i->crl[k]);
	fprintf(out, "  Validity Date: \n    start date: %s\n", when_pki(i->not_before, when));
	fprintf(out, "    end   date: %s\n", when_pki(i->not_after, when));
	if (verbose) {
		print_key_and_prints(i, out);
		print_extensions(i, out);
	}
	fprintf(out, "  Associated Trustpoints: %s\n", c->trustpoints);
	if (c->saved)
		print_storage(c, out);
	if (verbose && *c->label)
		fprintf(out, "  Key Label: %s\n", c->label);
	if (verbose && *c->label && !c->key_missing)
		fprintf(out, "  Key storage device: private config\n");
	if (c->key_missing)
		fprintf(out,
		    "  Not usable: key pair %s is missing or is not the one of this "
		    "certificate\n",
		    c->label);
}

/* ---- gathering ----------------------------------------------------------------------------- */

struct shown {
	struct shown_certificate *list;
	size_t count;
	const char *only; /* trustpoint; NULL: all */
};

struct der
certificate_der(const struct certificate *c)
{
	return (struct der){(uint8_t *)c->der, c->size};
}

static void
add_trustpoint(struct shown_certificate *to, const char *name)
{
	size_t n = strlen(to->trustpoints);

	if (n + strlen(name) + 2 < sizeof(to->trustpoints))
		sprintf(to->trustpoints + n, "%s ", name);
}

/* The same certificate in the same role under another trustpoint. */
static struct shown_certificate *
find_shown(const struct shown *s, const struct certificate *c, const struct pki_cert_info *i)
{
	for (size_t k = 0; k < s->count; k++)
		if (s->list[k].role == c->role &&
		    !memcmp(s->list[k].info.print.sha256, i->print.sha256, sizeof(i->print.sha256)))
			return &s->list[k];
	return NULL;
}

static void
find_key(struct pki *pki, const struct trustpoint *t, const struct certificate *c,
    struct shown_certificate *to)
{
	struct der der = certificate_der(c);

	if (is_ca(c->role) || c->role == CERT_NEXT || !t)
		return;
	if (c->role == CERT_ENCRYPTION)
		trustpoint_encryption_label(t, to->label, sizeof(to->label));
	else
		trustpoint_label(t, to->label, sizeof(to->label));
	to->key_missing = !pki_key_matches(pki, to->label, &der);
}

static int
add_certificate(struct shown *s, struct box *b, const struct trustpoint *t, const char *name,
    const struct certificate *c)
{
	struct pki_cert_info *info = calloc(1, sizeof(*info));
	struct der der = certificate_der(c);
	struct shown_certificate *to, *more;

	if (!info || pki_cert_info(&der, info) < 0) {
		free(info);
		return info ? 0 : -ENOMEM;
	}
	to = find_shown(s, c, info);
	if (!to && (more = realloc(s->list, (s->count + 1) * sizeof(*more)))) {
		s->list = more;
		to = &more[s->count++];
		*to = (struct shown_certificate){.role = c->role, .info = *info};
		find_key(b->pki, t, c, to);
	}
	free(info);
	if (!to)
		return -ENOMEM;
	add_trustpoint(to, name);
	return 0;
}

/* Ours first, then the CA's. */
static int
add_chain(struct shown *s, struct box *b, const struct config *c, const char *name)
{
	static const enum cert_role order[] = {CERT_OWN, CERT_ENCRYPTION, CERT_SELF_SIGNED, CERT_CA, CERT_NEXT, CERT_CA_NEXT};
	const struct cert_chain *chain = map_find(c->chains, name);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	int rc = 0;

	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		for (const struct certificate *i = chain ? map_first(chain->certificates) : NULL;
		     i && rc == 0; i = map_after(chain->certificates, i->node.key))
			if (i->role == order[k])
				rc = add_certificate(s, b, t, name, i);
	return rc;
}

static int
gather(struct shown *s, struct box *b, const struct config *c)
{
	size_t count;
	const void **chains = map_by_birth(c->chains, &count);
	int rc = chains || !count ? 0 : -ENOMEM;

	if (rc == 0 && s->only) /* its own order: ours, then the CA's */
		rc = add_chain(s, b, c, s->only);
	for (size_t i = 0; chains && i < count && rc == 0; i++)
		if (!s->only || strcmp(s->only, ((const struct node *)chains[i])->key) != 0)
			rc = add_chain(s, b, c, ((const struct node *)chains[i])->key);
	free(chains);
	return rc;
}

static bool
is_of(const struct shown_certificate *c, const char *name)
{
	size_t n = name ? strlen(name) : 0;

	for (const char *p = c->trustpoints; name && *p; p = strchr(p, ' ') + 1)
		if (!strncmp(p, name, n) && p[n] == ' ')
			return true;
	return !name;
}

bool
knows_trustpoint(struct session *s, const char *name)
{
	const struct config *c = session_config(s);

	if (!name || map_find(c->trustpoints, name) || map_find(c->chains, name))
		return true;
	session_refused(s, "Trustpoint policy %s does not exist", name);
	return false;
}

/* ---- a request that waits ------------------------------------------------------------------ */

static void
print_pending_one(const char *name, const char *common_name, const char *usage, const struct pki_fingerprints *print,
    FILE *out)
{
	fprintf(out, "\n\nCertificate\n  Subject:\n    Name: %s\n   Status: Pending\n"
		     "   Key Usage: %s\n",
	    common_name, usage);
	print_print("   Certificate Request ", "MD5", print->md5, sizeof(print->md5), out);
	print_print("   Certificate Request ", "SHA1", print->sha1, sizeof(print->sha1), out);
	fprintf(out, "   Associated Trustpoint: %s \n", name);
}

static void
print_carried(struct session *s, const char *name, enum cert_role role, const char *usage)
{
	char *text = request_pending(BOX(s), name, role);
	struct pki_request_info *i = text ? calloc(1, sizeof(*i)) : NULL;

	if (i && pki_request_info(text, i) == 0)
		print_pending_one(name, i->common_name, usage, &i->print, session_out(s));
	free(i);
	free(text);
}

/* What a pair is for, in the words of a certificate. */
static const char *
usage_of_key(struct session *s, const char *name)
{
	static const char *const words[PKI_USAGES] = { "General Purpose", "Signature", "Encryption" };
	const struct trustpoint *t = map_find(((const struct config *)session_config(s))->trustpoints, name);
	enum pki_key_usage usage = PKI_USAGE_GENERAL;
	struct pki_key_info key;
	char label[130];

	if (t && pki_key_find(BOX(s)->pki, trustpoint_label(t, label, sizeof(label)), &key)) {
		usage = key.usage;
		pki_key_info_clear(&key);
	}
	return words[usage];
}

/* To be carried to the CA, or sent to it. */
static void
print_pending(struct session *s, const char *name)
{
	struct pending p;

	print_carried(s, name, CERT_OWN, usage_of_key(s, name));
	print_carried(s, name, CERT_ENCRYPTION, "Encryption");
	if (!pending_read(BOX(s), name, &p))
		return;
	print_pending_one(name, p.common_name, usage_of_key(s, name), &p.print, session_out(s));
	pending_clear(&p);
}

static void
print_all_pending(struct session *s, const char *only)
{
	const struct config *c = session_config(s);
	size_t count;
	const void **list = map_by_birth(c->trustpoints, &count);

	for (size_t i = 0; list && i < count; i++) {
		const char *name = ((const struct node *)list[i])->key;

		if (!only || !strcmp(only, name))
			print_pending(s, name);
	}
	free(list);
}

/* ---- as PEM -------------------------------------------------------------------------------- */

static void
print_pem(struct session *s, const char *title, const struct certificate *c)
{
	struct der der;

	if (!c)
		return;
	der = certificate_der(c);
	session_print(s, "%% %s:\n", title);
	pki_cert_pem(&der, session_out(s));
	session_print(s, "\n");
}

static int
show_pem(struct session *s, const char *only)
{
	const struct config *c = session_config(s);
	size_t count;
	const void **list = map_by_birth(c->chains, &count);

	for (size_t i = 0; list && i < count; i++) {
		const char *name = ((const struct node *)list[i])->key;

		if (only && strcmp(only, name) != 0)
			continue;
		session_print(s, "------Trustpoint: %s------\n", name);
		print_pem(s, "Self-signed CA certificate", certificate_of(c, name, CERT_SELF_SIGNED));
		print_pem(s, "CA certificate", certificate_of(c, name, CERT_CA));
		print_pem(s, certificate_of(c, name, CERT_ENCRYPTION) ? "Signature Certificate" : "General Purpose Certificate",
		    certificate_own(c, name));
		print_pem(s, "Encryption Certificate", certificate_of(c, name, CERT_ENCRYPTION));
	}
	free(list);
	return list || !count ? 0 : -ENOMEM;
}

int
show_pki_certificates(struct session *s, const struct match *m)
{
	const char *only = match_text(m, "name");
	bool verbose = match_text(m, "verbose") != NULL, any = false;
	struct shown shown = {.only = only};
	int rc;

	if (!knows_trustpoint(s, only))
		return -ENOENT;
	if (match_text(m, "pem"))
		return show_pem(s, only);
	rc = gather(&shown, BOX(s), session_config(s));
	for (size_t i = 0; rc == 0 && i < shown.count; i++) {
		if (!is_of(&shown.list[i], only))
			continue;
		shown.list[i].saved = BOX(s)->unsaved && !BOX(s)->unsaved(BOX(s));
		session_print(s, "%s", any ? "\n" : "");
		print_certificate(&shown.list[i], verbose, session_out(s));
		any = true;
	}
	free(shown.list);
	if (rc == 0)
		print_all_pending(s, only);
	return rc;
}

int
show_pki_storage(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "Certificates will be stored in nvram:\n");
	return 0;
}
