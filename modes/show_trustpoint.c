/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_trustpoint.c -- `show crypto pki trustpoints', `show crypto pki timers' and `show crypto key
 * mypubkey'.  What is amiss with a trustpoint is said where it stands. */
#include "modes/box.h"
#include "modes/crypto.h"
#include "modes/enrollment.h"
#include "modes/exec.h"
#include "modes/pki_serve.h"
#include "modes/show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* ---- trustpoints --------------------------------------------------------------------------- */

struct shown_trustpoint {
	const struct trustpoint *t;
	const struct certificate *ca, *own; /* NULL: none */
	struct pki_cert_info ca_info, own_info;
	struct enroll_way way;
	char label[130];
	bool key_named, key_there, key_fits, exportable, pending, locked;
	enum pki_key_usage usage;
};

static void
read_certificate(const struct certificate *c, struct pki_cert_info *info)
{
	struct der der;

	if (!c)
		return;
	der = certificate_der(c);
	if (pki_cert_info(&der, info) < 0)
		*info = (struct pki_cert_info){0};
}

static void
gather_trustpoint(struct shown_trustpoint *to, struct box *b, const struct config *c,
    const struct trustpoint *t)
{
	bool carried = request_waits(b, t->node.key);
	struct pending waits;
	struct pki_key_info key;
	char ignored[200];

	*to = (struct shown_trustpoint){.t = t, .key_named = t->rsa.set || *t->ec};
	enroll_way(c, t, FOR_CERTIFICATE, &to->way, ignored, sizeof(ignored));
	to->pending = carried || pending_read(b, t->node.key, &waits);
	if (to->pending && !carried)
		pending_clear(&waits);
	to->ca = certificate_of(c, t->node.key, CERT_CA);
	to->own = certificate_own(c, t->node.key);
	read_certificate(to->ca, &to->ca_info);
	read_certificate(to->own, &to->own_info);
	trustpoint_label(t, to->label, sizeof(to->label));
	to->key_there = pki_key_find(b->pki, to->label, &key);
	if (to->key_there) {
		to->exportable = key.exportable;
		to->usage = key.usage;
		to->locked = key.locked;
		pki_key_info_clear(&key);
	}
	if (to->own) {
		struct der der = certificate_der(to->own);

		to->key_fits = pki_key_matches(b->pki, to->label, &der);
	}
}

/* What is amiss, in words. */
static void
print_amiss(const struct shown_trustpoint *t, const char *indent, FILE *out)
{
	if ((t->key_named || t->own) && !t->key_there)
		fprintf(out, "%sKey pair %s does not exist\n", indent, t->label);
	else if (t->locked)
		fprintf(out, "%sKey pair %s is locked: 'crypto key unlock' makes it usable\n", indent, t->label);
	else if (t->own && !t->key_fits)
		fprintf(out, "%sKey pair %s is not the one of our certificate\n", indent, t->label);
	if (!t->ca && !t->own)
		fprintf(out, "%sNo certificate: not authenticated, not enrolled\n", indent);
}

static void
print_trustpoint(const struct shown_trustpoint *t, FILE *out)
{
	bool self = t->own && t->own->role == CERT_SELF_SIGNED;
	const struct pki_cert_info *i = t->ca ? &t->ca_info : &t->own_info;

	fprintf(out, "Trustpoint %s:\n", t->t->node.key);
	if (t->ca || t->own) {
		fprintf(out, "    Subject Name:\n");
		print_names("    ", i->subject, i->subjects, out);
		fprintf(out, "          Serial Number (hex): %s\n", i->serial);
	}
	if (self)
		fprintf(out,
		    "    Persistent self-signed certificate trust point\n"
		    "    Using key label %s\n",
		    t->label);
	else if (t->ca)
		fprintf(out, "    Certificate configured.\n");
	if (*t->t->enrollment_profile)
		fprintf(out, "    Enrollment profile: %s\n", t->t->enrollment_profile);
	if (*t->way.url)
		fprintf(out, "    %s URL: %s\n", enroll_by_word(t->way.by), t->way.url);
	print_amiss(t, "    ", out);
	fprintf(out, "\n\n");
}

static void
print_configured(const char *what, const struct pki_cert_info *i, FILE *out)
{
	fprintf(out, "  %s certificate configured:\n    Subject Name:\n     ", what);
	for (int k = 0; k < i->subjects; k++)
		fprintf(out, "%s%s", k ? "," : "", i->subject[k]);
	fprintf(out, "\n");
	print_prints("    ", &i->print, false, out);
}

static void
print_status(const struct shown_trustpoint *t, FILE *out)
{
	static const char *const usages[PKI_USAGES] = {"General Purpose", "Signature", "Encryption"};
	bool self = t->own && t->own->role == CERT_SELF_SIGNED;

	fprintf(out, "Trustpoint %s:\n", t->t->node.key);
	if (t->ca || self)
		print_configured("Issuing CA", t->ca ? &t->ca_info : &t->own_info, out);
	else
		fprintf(out, "  Issuing CA certificate not configured.\n");
	if (t->own)
		print_configured("Router General Purpose", &t->own_info, out);
	if (t->pending || (t->own && !self))
		fprintf(out, "  Last enrollment status: %s\n", t->pending ? "Pending" : "Granted");
	fprintf(out, "  State:\n    Keys generated ............. %s", t->key_there ? "Yes (" : "No\n");
	if (t->key_there)
		fprintf(out, "%s, %s)\n", usages[t->usage], t->exportable ? "exportable" : "non-exportable");
	fprintf(out,
	    "    Issuing CA authenticated ....... %s\n"
	    "    Certificate request(s) ..... %s\n",
	    t->ca || self ? "Yes" : "No", t->pending ? "Pending" : t->own ? "Yes" : "None");
	print_amiss(t, "    ", out);
	fprintf(out, "\n\n");
}

int
show_pki_trustpoints(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *only = match_text(m, "name");
	struct shown_trustpoint *t = malloc(sizeof(*t));
	size_t count;
	const void **list = map_by_birth(c->trustpoints, &count);

	if (!t || (!list && count)) {
		free(t);
		free(list);
		return -ENOMEM;
	}
	if (knows_trustpoint(s, only)) {
		for (size_t i = 0; list && i < count; i++) {
			if (only && strcmp(((const struct node *)list[i])->key, only))
				continue;
			gather_trustpoint(t, BOX(s), c, list[i]);
			(match_text(m, "status") ? print_status : print_trustpoint)(
			    t, session_out(s));
		}
	}
	free(list);
	free(t);
	return 0;
}

/* ---- show crypto pki timers ------------------------------------------------------------------ */

/* "303d23:59:25.387", "2:44.780": what leads is left out, not padded. */
static void
left_text(int64_t left_ms, char *text, size_t size)
{
	long long s = left_ms > 0 ? left_ms / 1000 : 0, ms = left_ms > 0 ? left_ms % 1000 : 0;

	if (s >= 86400)
		snprintf(text, size, "%lldd%02lld:%02lld:%02lld.%03lld", s / 86400, s / 3600 % 24, s / 60 % 60,
		    s % 60, ms);
	else if (s >= 3600)
		snprintf(text, size, "%lld:%02lld:%02lld.%03lld", s / 3600, s / 60 % 60, s % 60, ms);
	else
		snprintf(text, size, "%lld:%02lld.%03lld", s / 60, s % 60, ms);
}

static void
print_timer(const char *indent, int64_t now_ms, int64_t at_s, bool detail, const char *name, FILE *out)
{
	char left[40], when[80] = "";
	time_t at = at_s;
	struct tm tm;

	left_text(at_s * 1000 - now_ms, left, sizeof(left));
	gmtime_r(&at, &tm);
	if (detail)
		strftime(when, sizeof(when), "  (%Y-%m-%dT%H:%M:%SZ)", &tm);
	fprintf(out, "%s|%16s%s%s%s\n", indent, left, when, !*name ? "" : detail ? " " : "  ", name);
}

struct expiry { int64_t at_s; char name[80]; };
struct expiries { struct expiry *of; size_t count; };

static int
by_time(const void *a, const void *b)
{
	const struct expiry *x = a, *y = b;

	return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

static struct expiry *
one_more(struct expiries *e)
{
	struct expiry *more = realloc(e->of, (e->count + 1) * sizeof(*more));

	if (!more)
		return NULL;
	e->of = more;
	return &more[e->count++];
}

/* All certificates. */
static void
gather_expiries(const struct config *c, struct expiries *to)
{
	struct pki_cert_info *i = calloc(1, sizeof(*i));

	for (const struct cert_chain *ch = map_first(c->chains); ch && i; ch = map_after(c->chains, ch->node.key))
		for (const struct certificate *k = map_first(ch->certificates); k;
		     k = map_after(ch->certificates, k->node.key)) {
			struct der der = certificate_der(k);
			struct expiry *e = pki_cert_info(&der, i) == 0 ? one_more(to) : NULL;

			if (!e)
				continue;
			e->at_s = i->not_after;
			snprintf(e->name, sizeof(e->name), "%s(%.64s)", k->role == CERT_CA || k->role == CERT_CA_NEXT ? "CA" : "ID", ch->node.key);
		}
	free(i);
}

/* What is enrolled by itself. */
static void
gather_enrollments(struct box *b, const struct config *c, struct expiries *to)
{
	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key)) {
		int64_t at;
		const char *what = enrollment_due(b, c, t, &at);
		struct expiry *e = what ? one_more(to) : NULL;

		if (!e)
			continue;
		e->at_s = at;
		snprintf(e->name, sizeof(e->name), "%s %.64s", what, t->node.key);
	}
}

static void
add_timer(struct expiries *to, int64_t at_s, const char *name)
{
	struct expiry *e = at_s < INT64_MAX ? one_more(to) : NULL;

	if (!e)
		return;
	e->at_s = at_s;
	snprintf(e->name, sizeof(e->name), "%s", name);
}

/* Of the certificate servers that work. */
static void
gather_servers(struct box *b, struct expiries *to)
{
	struct pki_cert_info *i = calloc(1, sizeof(*i));
	struct ca *ca;

	for (unsigned n = 0; i && (ca = pki_server_nth(b, n)); n++) {
		char label[CA_NAME + 1];
		struct ca_crl crl = { 0 };
		struct der next = { 0 };
		size_t bytes;
		int64_t at;

		if (ca_crl_info(ca, &crl, &bytes) == 0 && bytes)
			add_timer(to, ca_crl_due(&crl), "CS CRL UPDATE");
		ca_roll_due(ca, 0, &at);
		if (ca_next(ca, &next, label) < 0)
			add_timer(to, at, "CS SHADOW CERT GENERATION");
		if (pki_cert_info(ca_certificate(ca), i) == 0)
			add_timer(to, i->not_after, "CS CERT EXPIRE");
		der_clear(&next);
		free(crl.of);
		ca_drop(ca);
	}
	free(i);
}

/* The first to ring in front; *e is used up. */
static void
print_group(struct session *s, const char *title, struct expiries *e, bool detail)
{
	struct timespec now;
	int64_t now_ms;

	clock_gettime(CLOCK_REALTIME, &now);
	now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (e->count) {
		qsort(e->of, e->count, sizeof(*e->of), by_time);
		session_print(s, "%s\n", title);
		print_timer("", now_ms, e->of[0].at_s, detail, "", session_out(s));
	}
	for (size_t i = 0; i < e->count; i++)
		print_timer("  ", now_ms, e->of[i].at_s, detail, e->of[i].name, session_out(s));
	free(e->of);
}

int
show_pki_timers(struct session *s, const struct match *m)
{
	bool detail = match_text(m, "detail") != NULL;
	struct expiries timers = { NULL, 0 }, alerts = { NULL, 0 }, servers = { NULL, 0 };

	gather_enrollments(BOX(s), session_config(s), &timers);
	gather_expiries(session_config(s), &alerts);
	print_group(s, "PKI Timers", &timers, detail);
	print_group(s, "Expiry Alert Timers", &alerts, detail);
	gather_servers(BOX(s), &servers);
	print_group(s, "CS Timers", &servers, detail);
	return 0;
}

/* ---- show crypto key mypubkey -------------------------------------------------------------- */

enum which_keys { KEYS_RSA, KEYS_EC, KEYS_ALL };

static void
print_key(const struct pki_key_info *k, FILE *out)
{
	static const char *const uses[PKI_USAGES] = {"General Purpose", "Signature", "Encryption"};
	char when[WHEN], label[sizeof(k->label)];

	snprintf(label, sizeof(label), "%s", k->label);
	label[strcspn(label, "+")] = '\0'; /* PKI_ENCRYPTION_SUFFIX */
	fprintf(out,
	    "%% Key pair was generated at: %s\n"
	    "Key name: %s\n"
	    "Key type: %s KEYS\n"
	    " Storage Device: private-config\n"
	    " Usage: %s Key\n"
	    " Key is %sexportable.\n"
	    "%s"
	    " Key Data:\n",
	    when_pki(k->created, when), label, k->type == PKI_EC ? "EC" : "RSA",
	    k->type == PKI_EC ? "Signature" : uses[k->usage], k->exportable ? "" : "not ",
	    k->locked ? " *** The key is protected and LOCKED. ***\n"
	    : k->guarded ? " *** The key is protected and UNLOCKED. ***\n" : "");
	for (size_t i = 0; i < k->spki.size; i++)
		fprintf(out, "%s%02X%s", i % 32 ? "" : "  ", k->spki.bytes[i],
		    i % 32 == 31            ? " \n"
		    : i + 1 == k->spki.size ? "\n"
		    : i % 4 == 3            ? " "
					    : "");
}

/* The encryption pair of usage keys goes by the label of both. */
static bool
is_pair(const char *label, const char *of)
{
	size_t n = strlen(label);

	return !strncmp(label, of, n) && !strcmp(of + n, PKI_ENCRYPTION_SUFFIX);
}

int
show_mypubkey(struct session *s, const struct match *m)
{
	enum which_keys which = match_number(m, "type", KEYS_ALL);
	const char *label = match_text(m, "label");
	struct pki_key_info *list;
	size_t n = pki_keys(BOX(s)->pki, &list);

	for (size_t i = 0; i < n; i++) {
		bool wanted = which == KEYS_ALL || (which == KEYS_EC) == (list[i].type == PKI_EC);

		if (wanted && (!label || !strcmp(label, list[i].label) || is_pair(label, list[i].label)))
			print_key(&list[i], session_out(s));
		pki_key_info_clear(&list[i]);
	}
	free(list);
	return 0;
}
