/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_pki_server.c -- `show crypto pki server', its requests, its certificates, its CRL. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/exec.h"
#include "modes/pki_serve.h"
#include "modes/show.h"
#include "modes/url.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOW_REQUESTS = 1, SHOW_CERTIFICATES, SHOW_CRL };

/* ---- the server ------------------------------------------------------------------------------------------------ */

static const char *const grant_words[GRANTS] = {
	[GRANT_ASK] = "manual", [GRANT_AUTO] = "auto", [GRANT_NONE] = "none", [GRANT_RA] = "ra-auto"
};
static const char *const level_words[LEVELS] = {
	[LEVEL_MINIMUM] = "Minimum - no cert data written to storage",
	[LEVEL_NAMES] = "Names - subject name data written as <serialnum>.cnm",
	[LEVEL_COMPLETE] = "Complete - all issued certs written as <serialnum>.cer",
};

static void
print_print(struct session *s, const char *what, const struct der *cert)
{
	struct pki_cert_info *i = calloc(1, sizeof(*i));

	if (i && pki_cert_info(cert, i) == 0) {
		session_print(s, "    %s cert fingerprint: ", what);
		print_groups(i->print.md5, sizeof(i->print.md5), session_out(s));
		session_print(s, "\n");
	}
	free(i);
}

/* Whose certificates are at work.  ca NULL: it is not at work. */
static void
print_owners(struct session *s, const struct pki_server *o, struct ca *ca)
{
	const struct certificate *upper = o->mode == MODE_ROOT ? NULL
	    : certificate_of(session_config(s), o->node.key, CERT_CA);
	struct der above = { 0 };

	if (upper)
		above = (struct der){ (uint8_t *)upper->der, upper->size };
	if (o->mode >= MODE_RA && ca && upper)
		print_print(s, "CA", &above);
	if (o->mode < MODE_RA && ca)
		print_print(s, "CA", ca_certificate(ca));
	if (o->mode == MODE_SUB)
		session_print(s, "    Server configured in subordinate server mode\n");
	if (o->mode == MODE_SUB && upper)
		print_print(s, "Upper CA", &above);
	if (o->mode >= MODE_RA)
		session_print(s, "    Server configured in RA mode\n");
	if (o->mode >= MODE_RA && ca)
		print_print(s, "RA", ca_certificate(ca));
	session_print(s, "    Granting mode is: %s\n", grant_words[o->grant % GRANTS]);
}

/* What a registration authority has not. */
static void
print_working(struct session *s, struct ca *ca)
{
	struct pki_cert_info *i = calloc(1, sizeof(*i));
	struct ca_crl crl = { 0 };
	size_t bytes;
	char when[WHEN];

	if (i && pki_cert_info(ca_certificate(ca), i) == 0 && ca_crl_info(ca, &crl, &bytes) == 0) {
		session_print(s, "    Last certificate issued serial number (hex): %" PRIX64 "\n",
		    ca_last_serial(ca));
		session_print(s, "    CA certificate expiration timer: %s\n", when_pki(i->not_after, when));
		session_print(s, "    CRL NextUpdate timer: %s\n", when_pki(crl.next_s, when));
	}
	free(crl.of);
	free(i);
}

static void
print_issuer(struct session *s, const struct pki_server *o, struct ca *ca)
{
	char subject[CA_SUBJECT];

	if (!ca) {
		session_print(s, "    Issuer name: %s%s\n", *o->issuer_name ? "" : "CN=",
		    *o->issuer_name ? o->issuer_name : o->node.key);
		return;
	}
	ca_subject(ca_certificate(ca), subject, sizeof(subject));
	session_print(s, "    Issuer name: %s\n", *o->issuer_name ? o->issuer_name : subject);
}

/* What follows, or when it is made.  IOS counts whole days only; where there are none, we say more. */
static void
print_rollover(struct session *s, const struct pki_server *o, struct ca *ca)
{
	struct pki_cert_info *i = calloc(1, sizeof(*i));
	int64_t overlap = pki_server_overlap_s(o), at;
	char label[CA_NAME + 1], when[WHEN];
	struct der next = { 0 };
	bool made = i && ca && ca_next(ca, &next, label) == 0 && pki_cert_info(&next, i) == 0;

	if (made) {
		session_print(s, "    Rollover status: available for rollover\n    Rollover CA certificate fingerprint: ");
		print_groups(i->print.md5, sizeof(i->print.md5), session_out(s));
		session_print(s, "\n    Rollover CA certificate expiration time: %s\n", when_pki(i->not_after, when));
	}
	if (overlap >= 86400)
		session_print(s, "    Auto-Rollover configured, overlap period %d days\n", (int)(overlap / 86400));
	else if (overlap)
		session_print(s, "    Auto-Rollover configured, overlap period 0 days %d hours %d minutes\n",
		    (int)(overlap / 3600), (int)(overlap / 60 % 60));
	if (overlap && ca && !made) {
		ca_roll_due(ca, 0, &at);
		session_print(s, "    Autorollover timer: %s\n", when_pki(at, when));
	}
	der_clear(&next);
	free(i);
}

static void
print_places(struct session *s, const char *what, const struct map *lines)
{
	char url[256];

	for (const struct stored_line *l = map_first(lines); l; l = map_after(lines, l->node.key))
		if (server_place_has_effect(l))
			session_print(s, "    Current %s dir for .%.*s files: %s\n", what, (int)strcspn(l->node.key, " "),
			    l->node.key, url_shown(l->text, url, sizeof(url)));
}

static void
print_server(struct session *s, const struct pki_server *o)
{
	struct ca *ca = pki_server_hold(BOX(s), o->node.key);
	const char *state = ca ? "enabled" : "disabled";
	char why[200], url[256];

	pki_server_why(BOX(s), o->node.key, why, sizeof(why));
	if (ca && !pki_key_matches(BOX(s)->pki, o->node.key, ca_certificate(ca)))
		snprintf(why, sizeof(why), "nothing can be signed: key pair %.64s is missing, or is not the one of "
		    "the CA certificate", o->node.key);
	session_print(s, "Certificate Server %s:\n    Status: %s\n    State: %s\n", o->node.key, state, state);
	if (*why)
		session_print(s, "    Reason: %s\n", why);
	if (o->locked)
		session_print(s, "    Server's configuration is locked  (enter \"shut\" to unlock it)\n");
	else
		session_print(s, "    Server's configuration is unlocked  (enter \"no shut\" to lock it)\n");
	print_issuer(s, o, ca);
	print_owners(s, o, ca);
	if (ca && o->mode < MODE_RA)
		print_working(s, ca);
	session_print(s, "    Current primary storage dir: %s\n",
	    pki_server_place(o, url, sizeof(url)));
	print_places(s, "storage", o->database_urls);
	print_places(s, "publish", o->publish_urls);
	session_print(s, "    Database Level: %s\n", level_words[o->level % LEVELS]);
	print_rollover(s, o, ca);
	ca_drop(ca);
}

/* ---- requests --------------------------------------------------------------------------------------------------- */

#define RULE "--------------------------------------------------------------\n"
#define HEAD "ReqID  State      Fingerprint                      SubjectName\n" RULE

static void
print_request(struct session *s, const struct ca_request *r)
{
	session_print(s, "%-6u %-10s ", r->id, ca_state_name(r->state));
	for (size_t k = 0; k < sizeof(r->md5); k++)
		session_print(s, "%02X", r->md5[k]);
	session_print(s, " %s\n", r->subject);
}

static void
print_requests(struct session *s, struct ca *ca)
{
	static const struct { const char *title; enum ca_kind kind; } parts[] = {
		{ "Subordinate CA certificate requests", CA_FOR_CA }, { "RA certificate requests", CA_FOR_RA },
		{ "Router certificates requests", CA_FOR_END },
	};
	struct ca_request *list;
	size_t n = ca_requests(ca, &list);

	session_print(s, "Enrollment Request Database:\n\n");
	for (size_t p = 0; p < sizeof(parts) / sizeof(*parts); p++) {
		session_print(s, "%s:\n" HEAD, parts[p].title);
		for (size_t i = 0; i < n; i++)
			if (list[i].kind == parts[p].kind)
				print_request(s, &list[i]);
		session_print(s, "\n");
	}
	for (size_t i = 0; i < n; i++)
		ca_request_clear(&list[i]);
	free(list);
}

/* ---- certificates ------------------------------------------------------------------------------------------------ */

static void
print_list(struct session *s, struct ca *ca)
{
	struct ca_issued *list;
	size_t n = ca_issued(ca, &list);
	char from[WHEN], to[WHEN];

	session_print(s, "Serial Issued date              Expire date               Subject Name\n");
	for (size_t i = 0; i < n; i++)
		session_print(s, "%-7" PRIX64 " %s %s  %s%s\n", list[i].serial,
		    when_pki(list[i].from_s, from), when_pki(list[i].to_s, to), list[i].subject,
		    list[i].revoked ? " (revoked)" : "");
	free(list);
}

static int
print_one(struct session *s, struct ca *ca, const char *serial, bool pem)
{
	struct shown_certificate *shown;
	struct der der = { 0 };
	char why[200] = "";
	int rc = ca_issued_cert(ca, pki_serial_typed(serial), &der, why, sizeof(why));

	if (rc < 0) {
		session_refused(s, "%s", why);
		return rc;
	}
	if (pem) {
		pki_cert_pem(&der, session_out(s));
	} else if ((shown = calloc(1, sizeof(*shown))) && pki_cert_info(&der, &shown->info) == 0) {
		shown->role = shown->info.ca ? CERT_CA : CERT_OWN;
		snprintf(shown->trustpoints, sizeof(shown->trustpoints), "%s ", ca_name(ca));
		print_certificate(shown, true, session_out(s));
		free(shown);
	}
	der_clear(&der);
	return 0;
}

/* ---- the revocation list ------------------------------------------------------------------------------------------ */

static int
print_crl(struct session *s, struct ca *ca)
{
	char issuer[CA_SUBJECT], when[WHEN], serial[24];
	struct ca_crl crl = { 0 };
	size_t bytes;

	if (ca_crl_info(ca, &crl, &bytes) < 0)
		return -ENOMEM;
	if (!bytes) {
		free(crl.of);
		session_refused(s, "Server %s is a registration authority: the CA above has the list.", ca_name(ca));
		return -ENOENT;
	}
	ca_subject(ca_certificate(ca), issuer, sizeof(issuer));
	session_print(s, "Certificate Revocation List:\n    Issuer: %s\n", issuer);
	session_print(s, "    This Update: %s\n", when_pki(crl.this_s, when));
	session_print(s, "    Next Update: %s\n", when_pki(crl.next_s, when));
	session_print(s, "    Number of CRL entries: %zu\n    CRL size: %zu bytes\n", crl.count, bytes);
	for (size_t i = 0; i < crl.count; i++) {
		snprintf(serial, sizeof(serial), "%" PRIX64, crl.of[i].serial);
		session_print(s, "    Serial Number (hex): %s%s\n    Revocation Date: %s\n",
		    strlen(serial) % 2 ? "0" : "", serial, when_pki(crl.of[i].at_s, when));
	}
	free(crl.of);
	return 0;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static int
show_part(struct session *s, const struct match *m, const struct pki_server *o, long what)
{
	const char *serial = match_text(m, "serial");
	struct ca *ca = pki_server_hold(BOX(s), o->node.key);
	int rc = 0;

	if (!ca) {
		session_refused(s, "Certificate server '%s' is not enabled.", o->node.key);
		return -ENOENT;
	}
	if (what == SHOW_REQUESTS)
		print_requests(s, ca);
	else if (what == SHOW_CRL)
		rc = print_crl(s, ca);
	else if (serial)
		rc = print_one(s, ca, serial, match_text(m, "pem") != NULL);
	else
		print_list(s, ca);
	ca_drop(ca);
	return rc;
}

int
show_pki_server(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *name = match_text(m, "name");
	const struct pki_server *o = name ? map_find(c->pki_servers, name) : NULL;
	long what = match_number(m, "what", 0);

	if (name && !o) {
		session_refused_as(s, "Certificate server '%s' is not known\n", name);
		return -ENOENT;
	}
	if (what)
		return show_part(s, m, o, what);
	for (o = o ? o : map_first(c->pki_servers); o; o = map_after(c->pki_servers, o->node.key)) {
		print_server(s, o);
		if (name)
			break;
	}
	return 0;
}

int
pki_exec_info(struct session *s, const struct match *m)
{
	return show_pki_server(s, m);
}
