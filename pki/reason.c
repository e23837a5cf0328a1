/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/reason.c -- why a peer's certificate was refused, in a sentence that names the certificate and says what to
 * do, and the command to try.  A new reason is a row of the table. */
#include "pki/verify.h"
#include "pki/cert.h"
#include "pki/name.h"
#include <string.h>

static void
put_name(FILE *out, const X509_NAME *name)
{
	char text[PKI_NAME];

	name_brief(name, text, sizeof(text));
	fputs(text, out);
}

static void
put_cert(FILE *out, X509 *x)
{
	char serial[129];

	cert_serial(x, serial, sizeof(serial));
	put_name(out, X509_get_subject_name(x));
	fprintf(out, " (serial %s)", serial);
}

static void
put_whose(const struct refusal *r)
{
	fputs(!r->trust->own ? "the peer's certificate " : cert_is_ca(r->leaf) ? "the CA certificate " : "our certificate ",
	    r->out);
}

/* "the peer's certificate CN=cucm1 (serial 0A12)", and when one above it is at fault " depends on
 * CN=Sub CA (serial 02), which": what follows is said of the last one. */
static void
put_culprit(const struct refusal *r)
{
	const struct anchor *a;

	put_whose(r);
	put_cert(r->out, r->leaf);
	if (r->depth == 0 || r->cert == r->leaf)
		return;
	fputs(" depends on ", r->out);
	put_cert(r->out, r->cert);
	a = trust_same(r->trust, r->cert, false);
	if (a)
		fprintf(r->out, " of trustpoint %s", a->name);
	fputs(", which", r->out);
}

static void
put_time(FILE *out, time_t t)
{
	struct tm tm;
	char text[64];

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%H:%M:%S UTC %b %e %Y", &tm);
	for (char *blank = strstr(text, "  "); blank; blank = NULL)
		memmove(blank, blank + 1, strlen(blank)); /* "Nov  3" */
	fputs(text, out);
}

/* The first anchor with that subject. */
static const struct anchor *
anchor_named(const struct trust *t, const X509_NAME *subject, bool pinned)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->anchors[i].pinned == pinned &&
		    !X509_NAME_cmp(X509_get_subject_name(t->anchors[i].cert), subject))
			return &t->anchors[i];
	return NULL;
}

/* What an engineer meets most: the peer renewed a certificate that is pinned here, or a CA was
 * made again with its old name. */
static bool
put_hint(const struct refusal *r)
{
	const struct anchor *a = anchor_named(r->trust, X509_get_subject_name(r->leaf), true);
	char serial[129];

	if (a) {
		cert_serial(a->cert, serial, sizeof(serial));
		fprintf(r->out,
		    " (trustpoint %s holds another certificate of that name, serial %s, "
		    "and trusts only that one: was the peer's renewed?)",
		    a->name, serial);
		return true;
	}
	a = anchor_named(r->trust, X509_get_issuer_name(r->cert), false);
	if (a)
		fprintf(r->out,
		    " (trustpoint %s holds a CA of that name, but another key: was the CA "
		    "renewed?)",
		    a->name);
	return a;
}

/* The other way to mend a chain that ends too early, and where its next certificate can be had. */
static void
put_way(const struct refusal *r)
{
	struct pki_cert_info info;

	fputs(", or have the peer send its whole chain", r->out);
	cert_info(r->cert, &info);
	if (info.ca_issuerss)
		fprintf(r->out, " (the missing certificate is at %s)", info.ca_issuers[0]);
}

/* "which no trustpoint holds: authenticate that CA in a trustpoint" */
static void
put_nowhere(const struct refusal *r)
{
	if (r->trust->only)
		fprintf(r->out, ", which trustpoint %s, the only one that counts here (client-vtp), does not hold", r->trust->only);
	else
		fprintf(r->out, ", which %s", r->trust->pool ? "neither a trustpoint nor the trustpool holds"
		    : "no trustpoint holds");
	fputs(r->trust->only ? ": authenticate that CA in it, or take client-vtp away"
	    : ": authenticate that CA in a trustpoint", r->out);
}

static void
say_unknown_issuer(struct refusal *r)
{
	put_culprit(r);
	if (*r->more) {
		fprintf(r->out, " may not vouch alone: %s: authenticate it there", r->more);
		return;
	}
	fputs(" was issued by ", r->out);
	put_name(r->out, X509_get_issuer_name(r->cert));
	put_nowhere(r);
	if (!put_hint(r) && !r->trust->own)
		put_way(r);
}

static void
say_self_signed(struct refusal *r)
{
	put_culprit(r);
	fputs(
	    " is self-signed and no trustpoint holds it: authenticate exactly this certificate in "
	    "a trustpoint",
	    r->out);
	put_hint(r);
}

static void
say_unknown_root(struct refusal *r)
{
	put_whose(r);
	put_cert(r->out, r->leaf);
	fputs(" leads to the root CA ", r->out);
	put_cert(r->out, r->cert);
	put_nowhere(r);
	put_hint(r);
}

static void
say_dates(struct refusal *r)
{
	put_culprit(r);
	fputs(
	    r->error == X509_V_ERR_CERT_HAS_EXPIRED ? " has expired" : " is not valid yet", r->out);
	fputs(": it is valid from ", r->out);
	put_time(r->out, cert_time(X509_get0_notBefore(r->cert)));
	fputs(" to ", r->out);
	put_time(r->out, cert_time(X509_get0_notAfter(r->cert)));
	fputs(r->at ? ", and the question is of " : ", and the clock of this box says ", r->out);
	put_time(r->out, r->at ? r->at : time(NULL));
	fputs(": renew the certificate, or set the clock that is wrong", r->out);
}

static void
say_signature(struct refusal *r)
{
	put_culprit(r);
	fputs(" is not what ", r->out);
	put_name(r->out, X509_get_issuer_name(r->cert));
	fputs(" signed: its signature is wrong, so it is damaged or forged", r->out);
}

static void
say_purpose(struct refusal *r)
{
	struct pki_cert_info info;
	const char *needed = r->as_client ? "Client Auth" : "Server Auth";
	bool lacks = true;

	cert_info(r->cert, &info);
	put_culprit(r);
	for (int i = 0; i < info.ekus; i++)
		lacks = lacks && strcmp(info.eku[i], needed) != 0;
	if (!info.has_eku || !lacks) {
		fprintf(r->out,
		    " has a key usage (%08X) that does not fit a TLS %s: have it reissued "
		    "with Digital Signature and Key Encipherment",
		    info.key_usage, r->as_client ? "client" : "server");
		return;
	}
	fputs(" may not be used as a TLS ", r->out);
	fprintf(r->out, "%s: its extended key usage (", r->as_client ? "client" : "server");
	for (int i = 0; i < info.ekus; i++)
		fprintf(r->out, "%s%s", i ? ", " : "", info.eku[i]);
	fprintf(r->out, ") lacks %s: have it reissued with Server Auth and Client Auth", needed);
}

static void
say_not_ca(struct refusal *r)
{
	put_culprit(r);
	fputs(" is not a CA certificate and may issue none", r->out);
}

void
say_ended(const struct trust *t, enum pki_compat what, FILE *out)
{
	static const char *const names[PKI_COMPATS] = { "rsa-1024", "sha-1", "tls-1.0", "tls-1.1" };
	char day[16] = "";
	struct tm tm;

	if (!t->ended[what])
		return;
	gmtime_r(&t->ended[what], &tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	fprintf(out, "; compatibility %s of voice class tls-profile %u has ended on %s", names[what], t->class_tag, day);
}

static void
say_weak(struct refusal *r)
{
	const EVP_PKEY *pkey = X509_get0_pubkey(r->cert);

	put_culprit(r);
	if (r->error == X509_V_ERR_CA_MD_TOO_WEAK)
		fputs(" is signed with a hash that is too weak (SHA256 is the least)", r->out);
	else
		fprintf(r->out, " has a key of %d bits, which is too weak",
		    pkey ? EVP_PKEY_get_bits(pkey) : 0);
	fprintf(r->out, ": have it reissued, or allow it for that peer alone (compatibility %s, in a voice class "
	    "tls-profile)", r->error == X509_V_ERR_CA_MD_TOO_WEAK ? "sha-1" : "rsa-1024");
	say_ended(r->trust, r->error == X509_V_ERR_CA_MD_TOO_WEAK ? PKI_SHA_1 : PKI_RSA_1024, r->out);
	r->hint = r->error == X509_V_ERR_CA_MD_TOO_WEAK ? HINT_SHA_1 : HINT_RSA_1024;
}

/* "a.example.com, *.b.example.com", else the common name. */
static void
put_names(const struct refusal *r)
{
	struct pki_cert_info info;

	cert_info(r->leaf, &info);
	for (int i = 0; i < info.san_dnss; i++)
		fprintf(r->out, "%s%s", i ? ", " : "", info.san_dns[i]);
	for (int i = 0; i < info.san_ips; i++)
		fprintf(r->out, "%s%s", i || info.san_dnss ? ", " : "", info.san_ip[i]);
	if (!info.san_dnss && !info.san_ips)
		fprintf(r->out, "CN %s alone", *info.common_name ? info.common_name : "(none)");
}

static void
say_name(struct refusal *r)
{
	put_culprit(r);
	fputs(" is for ", r->out);
	put_names(r);
	fputs(", and not for ", r->out);
	if (r->host)
		fprintf(r->out, "%s, which was called", r->host);
	for (size_t i = 0; i < r->trust->names; i++)
		fprintf(r->out, "%s%s", i || r->host ? i + 1 == r->trust->names ? " or " : ", " : "",
		    r->trust->name[i]);
	if (!r->host && !r->trust->names)
		fputs("any name that is configured (cn-san)", r->out);
	fputs(": configure the right name, or have the certificate reissued", r->out);
}

static void
say_revoked(struct refusal *r)
{
	put_culprit(r);
	fprintf(r->out, " is revoked: %s: the peer needs a new one", r->more);
}

static void
say_unchecked(struct refusal *r)
{
	put_culprit(r);
	fprintf(r->out, " may be revoked, which cannot be found out (%s): put that right, or end the revocation-check of ",
	    r->more);
	if (r->anchor && r->anchor->cert)
		fprintf(r->out, "trustpoint %s with none", r->anchor->name);
	else
		fputs("the trustpool policy with none", r->out);
	r->hint = !r->anchor || !r->anchor->cert ? HINT_TRUSTPOOL : strncmp(r->more, "CRL:", 4) ? HINT_TRUSTPOINT
	    : strstr(r->more, "CRL: http") == r->more ? HINT_CRL_FETCH : HINT_CRL_PASTE;
}

/* `more' is the whole of it. */
static void
say_misfit(struct refusal *r)
{
	put_culprit(r);
	fprintf(r->out, " %s: another peer was expected, or the map has to be changed", r->more);
}

static void
say_eku(struct refusal *r)
{
	put_culprit(r);
	fprintf(r->out, " lacks the extended key usage %s: have it reissued, or change match eku there", r->more);
}

static void
say_path_length(struct refusal *r)
{
	put_culprit(r);
	fputs(" has more CAs below it than its path length allows: the CA has to be reissued", r->out);
}

static void
say_constraints(struct refusal *r)
{
	put_whose(r);
	put_cert(r->out, r->leaf);
	fputs(" has a name that its CA may not certify (name constraints of ", r->out);
	put_cert(r->out, r->cert);
	fputs("): have it reissued by a CA that may", r->out);
}

static void
say_critical(struct refusal *r)
{
	put_culprit(r);
	fputs(" has a critical extension that is not understood here, so it may not be used", r->out);
	for (int i = 0; i < X509_get_ext_count(r->cert); i++) {
		X509_EXTENSION *e = X509_get_ext(r->cert, i);
		char oid[80];

		if (!X509_EXTENSION_get_critical(e) || X509_supported_extension(e))
			continue;
		OBJ_obj2txt(oid, sizeof(oid), X509_EXTENSION_get_object(e), 1);
		fprintf(r->out, " (%s)", oid);
	}
}

static void
say_other(struct refusal *r)
{
	put_culprit(r);
	fprintf(r->out, " is refused: %s", X509_verify_cert_error_string(r->error));
}

void
refusal_say(struct refusal *r)
{
	/* clang-format off */
	static const struct reason { int error; void (*words)(struct refusal *); enum hint hint; } reasons[] = {
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,   say_unknown_issuer, HINT_AUTHENTICATE },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,           say_unknown_issuer, HINT_AUTHENTICATE },
		{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,     say_unknown_issuer, HINT_AUTHENTICATE },
		{ X509_V_ERR_CERT_UNTRUSTED,                      say_unknown_issuer, HINT_AUTHENTICATE },
		{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,         say_self_signed,    HINT_AUTHENTICATE },
		{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,           say_unknown_root,   HINT_AUTHENTICATE },
		{ X509_V_ERR_CERT_HAS_EXPIRED,                    say_dates,          HINT_CLOCK },
		{ X509_V_ERR_CERT_NOT_YET_VALID,                  say_dates,          HINT_CLOCK },
		{ X509_V_ERR_CERT_SIGNATURE_FAILURE,              say_signature,      HINT_IF_CLIENT },
		{ X509_V_ERR_INVALID_PURPOSE,                     say_purpose,        HINT_IF_CLIENT },
		{ X509_V_ERR_INVALID_CA,                          say_not_ca,         HINT_IF_CLIENT },
		{ X509_V_ERR_INVALID_NON_CA,                      say_not_ca,         HINT_IF_CLIENT },
		{ X509_V_ERR_KEYUSAGE_NO_CERTSIGN,                say_not_ca,         HINT_IF_CLIENT },
		{ X509_V_ERR_EE_KEY_TOO_SMALL,                    say_weak,           HINT_NONE },
		{ X509_V_ERR_CA_KEY_TOO_SMALL,                    say_weak,           HINT_NONE },
		{ X509_V_ERR_CA_MD_TOO_WEAK,                      say_weak,           HINT_NONE },
		{ X509_V_ERR_PATH_LENGTH_EXCEEDED,                say_path_length,    HINT_IF_CLIENT },
		{ X509_V_ERR_PERMITTED_VIOLATION,                 say_constraints,    HINT_IF_CLIENT },
		{ X509_V_ERR_EXCLUDED_VIOLATION,                  say_constraints,    HINT_IF_CLIENT },
		{ X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,        say_critical,       HINT_IF_CLIENT },
		{ X509_V_ERR_CERT_REVOKED,                        say_revoked,        HINT_CRLS },
		{ X509_V_ERR_UNABLE_TO_GET_CRL,                   say_unchecked,      HINT_NONE },
		{ X509_V_ERR_APPLICATION_VERIFICATION,            say_misfit,         HINT_MAPS },
		{ X509_V_ERR_CERT_REJECTED,                       say_eku,            HINT_TRUSTPOINT },
		{ X509_V_ERR_HOSTNAME_MISMATCH,                   say_name,           HINT_CN_SAN },
	};
	static const struct reason other = { 0, say_other, HINT_IF_CLIENT };
	/* clang-format on */
	const struct reason *why = &other;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].error == r->error)
			why = &reasons[i];
	/* whether what the peer will send once it is mended would do: in the role that it had */
	r->hint = why->hint == HINT_IF_CLIENT && !r->as_client ? HINT_IF_SERVER : why->hint;
	why->words(r);
}
