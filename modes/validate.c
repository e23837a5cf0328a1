/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/validate.c -- `crypto pki validate' and `crypto pki what-if': the verdict of a handshake without a
 * connection, by the code that a handshake runs (pki_judge). */
#include "datapath/sip/identity.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/exec.h"
#include "modes/explain.h"
#include "modes/show.h"
#include "pki/bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { PASTE_MOST = 256 * 1024 };

time_t
read_date(const char *typed)
{
	struct tm tm = { .tm_hour = 12 }, day;
	const char *end = typed ? strptime(typed, "%Y-%m-%d", &tm) : NULL;

	if (!typed || !end || *end)
		return typed ? -1 : 0;
	day = tm;
	return timegm(&tm) > 0 && tm.tm_mday == day.tm_mday ? timegm(&tm) : -1;        /* no February 30 */
}

static int
read_when(struct session *s, const struct match *m, time_t *at)
{
	*at = read_date(match_text(m, "date"));
	if (*at >= 0)
		return 0;
	session_refused(s, "%s is no date: YYYY-MM-DD", match_text(m, "date"));
	return -EINVAL;
}

/* ---- ours ---------------------------------------------------------------------------------------------------- */

static void
print_verdict(struct session *s, const struct pki_verdict *v)
{
	if (v->good)
		session_print(s, "good: it leads to %s %s%s%s%s%s\n",
		    strcmp(v->vouched, PKI_POOL) ? "trustpoint" : "the", *v->vouched ? v->vouched : "(none)",
		    *v->matched ? ", and is for " : "", v->matched, *v->forgiven ? ", though it " : "", v->forgiven);
	else
		session_print(s, "REFUSED: %s\n", v->why);
}

/* Ours is not refused because nobody can be asked about it: what a peer demands is its own affair. */
static void
soften(struct tls_material *m, bool offline)
{
	for (size_t i = 0; i < m->profile.anchorss; i++) {
		uint8_t *methods = m->checks[i].methods;

		if (offline)
			methods[0] = PKI_CHECK_NONE;
		for (int k = 0; k < PKI_CHECKS && methods[k] != PKI_CHECK_NONE; k++)
			if (!methods[k] || k + 1 == PKI_CHECKS)
				methods[k] = PKI_CHECK_NONE;
	}
}

int
judge_own(struct session *s, const struct own_question *q, struct pki_verdict *v, char *why, size_t size)
{
	const struct config *c = session_config(s);
	const struct certificate *ca = certificate_of(c, q->trustpoint, CERT_CA);
	struct tls_identity x = { .server = !q->server, .check_name = q->host != NULL, .at = q->at };
	struct tls_material m;
	struct der own = tls_own(c, q->trustpoint), chain[1 + TLS_ABOVE_MAX] = { own.bytes || !ca ? own : certificate_der(ca) };
	size_t n = 1 + tls_above(c, chain[0], &chain[1]);
	int rc = chain[0].bytes ? tls_material(c, &x, NULL, true, &m, why, size) : -ENOENT;

	if (rc < 0)
		return rc;
	soften(&m, q->offline);
	m.profile.own = own.bytes || pki_cert_is_ca(&chain[0]);
	m.profile.label = NULL;
	m.profile.identity = NULL;
	rc = pki_judge(BOX(s)->pki, &m.profile, chain, n, q->host, q->at, v, why, size);
	tls_material_clear(&m);
	return rc;
}

static int
validate_role(struct session *s, const struct own_question *q)
{
	struct pki_verdict v;
	char why[256] = "";
	int rc = judge_own(s, q, &v, why, sizeof(why));

	session_print(s, "  %s ", q->server ? "As server, where we are called:" : "As client, where we call:");
	if (rc < 0)
		session_print(s, "cannot be said: %s\n", why);
	else
		print_verdict(s, &v);
	return rc < 0 || !v.good ? -EINVAL : 0;
}

/* What the certificate needs beside itself. */
static bool
validate_pair(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	const struct trustpoint *t = map_find(c->trustpoints, name);
	struct der own = tls_own(c, name), chain[1 + TLS_ABOVE_MAX] = { own };
	size_t n = 1 + tls_above(c, own, &chain[1]);
	char label[130], missing[384];
	struct tls_identity x = { .server = true };
	struct tls_material m;
	bool good = pki_key_matches(BOX(s)->pki, trustpoint_label(t, label, sizeof(label)), &own);

	session_print(s, "  Key pair %s: %s\n", label, good ? "good, it is the certificate's"
	    : "REFUSED: it is gone, or not the certificate's: enroll again");
	if (tls_material(c, &x, NULL, true, &m, missing, sizeof(missing)) < 0)
		return good;
	if (pki_missing(chain, n, m.anchors, m.profile.anchorss, missing, sizeof(missing)))
		session_print(s, "  Chain: %s\n", missing);
	else
		session_print(s, "  Chain: complete, %zu certificate%s sent\n", n, n == 1 ? " is" : "s are");
	tls_material_clear(&m);
	return good;
}

bool
identity_is_good(struct session *s, const char *trustpoint)
{
	struct own_question q = { .trustpoint = trustpoint };
	struct der own = tls_own(session_config(s), trustpoint);
	bool good = true;

	if (!own.bytes) {
		session_print(s, "  Trustpoint %s has no certificate of ours\n", trustpoint);
		return false;
	}
	good = validate_pair(s, trustpoint);
	for (int server = 0; server < 2; server++) {
		q.server = server;
		good = validate_role(s, &q) == 0 && good;
	}
	return good;
}

int
pki_validate(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	struct own_question q = { .trustpoint = match_text(m, "trustpoint"), .host = match_text(m, "host") };
	struct der own = tls_own(c, q.trustpoint);
	struct pki_brief brief;
	int rc = read_when(s, m, &q.at);

	if (rc < 0)
		return rc;
	if (!map_find(c->trustpoints, q.trustpoint) || !own.bytes) {
		session_refused(s, map_find(c->trustpoints, q.trustpoint)
		    ? "Trustpoint %s has no certificate of ours" : "Trustpoint %s does not exist", q.trustpoint);
		return -ENOENT;
	}
	pki_brief(&own, &brief);
	session_print(s, "Trustpoint %s: %s (serial %s)\n", q.trustpoint, brief.subject, brief.serial);
	rc = validate_pair(s, q.trustpoint) ? 0 : -EINVAL;
	for (int server = 1; server >= 0; server--) {
		q.server = server;
		if (!match_text(m, server ? "client" : "server") && validate_role(s, &q) < 0)
			rc = -EINVAL;
	}
	if (rc < 0)
		session_refused(s, "The certificate of %s will not do", q.trustpoint);
	return rc;
}

/* ---- theirs ---------------------------------------------------------------------------------------------------- */

static bool
is_end(const char *line)
{
	return !strcasecmp(line, "quit");
}

/* All lines up to `quit'; an empty one is no end, because chains have them. */
static int
read_paste(struct session *s, char **text)
{
	char line[LINE_BYTES];
	size_t size;
	FILE *to = open_memstream(text, &size);
	int rc = to ? 0 : -ENOMEM;

	while (to && (rc = session_ask(s, "", true, line, sizeof(line))) >= 0 && !is_end(line + strspn(line, " \t"))) {
		fprintf(to, "%s\n", line);
		if (ftell(to) > PASTE_MOST) {
			rc = -E2BIG;
			break;
		}
	}
	if (to)
		fclose(to);
	return rc < 0 ? rc : 0;
}

static int
paste_chain(struct session *s, struct pki_bundle *b)
{
	char *text = NULL, why[256] = "";
	int rc;

	session_print(s, "Enter the certificates of the peer.\n"
	    "End with the word \"quit\" on a line by itself\n\n");
	rc = read_paste(s, &text);
	if (rc == 0 && (rc = pki_bundle_read(b, text, strlen(text), PKI_CERTIFICATES, NULL, why, sizeof(why))) < 0)
		session_refused(s, "%s", *why ? why : "The chain cannot be read");
	free(text);
	return rc;
}

/* What `crypto signaling' says of that peer, else of all; where it says nothing: every trustpoint, no name. */
static int
as_configured(struct session *s, const struct match *m, bool server, struct tls_identity *x)
{
	const char *peer = match_text(m, "peer");
	addr_t remote;
	char why[160];

	addr_parse(&remote, peer ? peer : "0.0.0.0", 0);
	if (tls_identity_of(session_config(s), &remote, server, x, why, sizeof(why)) < 0)
		*x = (struct tls_identity){ .server = server };
	if (match_text(m, "host"))
		x->check_name = true;
	return 0;
}

static int
judge_peer(struct session *s, const struct match *m, bool server, const struct der *chain, size_t n, time_t at)
{
	uint16_t profile = (uint16_t)match_number(m, "profile", 0);
	struct tls_identity x;
	struct tls_material material;
	struct pki_verdict v;
	char why[256] = "";
	int rc = profile ? tls_identity_of_profile(session_config(s), profile, server, &x, why, sizeof(why))
	    : as_configured(s, m, server, &x);

	x.at = at;
	if (rc == 0)
		rc = tls_material(session_config(s), &x, NULL, true, &material, why, sizeof(why));
	if (rc == 0) {
		material.profile.label = NULL;
		rc = pki_judge(BOX(s)->pki, &material.profile, chain, n, match_text(m, "host"), at, &v, why, sizeof(why));
		tls_material_clear(&material);
	}
	session_print(s, "%s ", server ? "If it calls us:" : "If we call it:");
	if (rc < 0) {
		session_print(s, "cannot be said: %s\n", why);
		session_refused(s, "The chain was not judged");
		return rc;
	}
	print_verdict(s, &v);
	if (!v.good)
		session_refused(s, "The peer will be refused");
	return v.good ? 0 : -EACCES;
}

/* Before anybody pastes for nothing. */
static int
find_profile(struct session *s, const struct match *m)
{
	uint16_t profile = (uint16_t)match_number(m, "profile", 0);
	struct tls_identity x;
	char why[256];
	int rc = profile ? tls_identity_of_profile(session_config(s), profile, true, &x, why, sizeof(why)) : 0;

	if (rc < 0)
		session_refused(s, "%s", why);
	return rc;
}

int
pki_what_if_chain(struct session *s, const struct match *m)
{
	struct pki_bundle b = { .count = 0 };
	time_t at;
	int rc = read_when(s, m, &at), worst;

	if (rc == 0)
		rc = find_profile(s, m);
	if (rc < 0 || (worst = paste_chain(s, &b)) < 0)
		return rc < 0 ? rc : worst;
	for (int server = 0; server < 2; server++)
		if (!match_text(m, server ? "server" : "client") &&
		    (rc = judge_peer(s, m, server, b.certs, b.count, at)) < 0)
			worst = rc;
	pki_bundle_clear(&b);
	return worst;
}

/* ---- without a trustpoint ----------------------------------------------------------------------------------------- */

/* The peer's last chain, once more. */
static bool
still_good(struct pki *pki, const struct config *c, const struct seen_peer *p, const char *without, struct pki_verdict *v)
{
	struct tls_identity x;
	struct tls_material m;
	char why[256];
	int rc = tls_identity_of(c, &p->remote, !p->outbound, &x, why, sizeof(why));

	x.check_name = false;
	if (rc == 0)
		rc = tls_material(c, &x, without, true, &m, why, sizeof(why));
	if (rc < 0)
		return true;
	m.profile.label = NULL;
	rc = pki_judge(pki, &m.profile, p->chain, p->count, NULL, 0, v, why, sizeof(why));
	tls_material_clear(&m);
	return rc < 0 || v->good;
}

static bool
shows(const struct config *c, const struct dial_peer *p, const char *trustpoint)
{
	struct tls_identity x;
	char why[256];

	return p->transport == TRANSPORT_TLS && p->target.type &&
	    tls_identity_of_peer(c, p, &x, why, sizeof(why)) == 0 && !strcmp(x.trustpoint, trustpoint);
}

static unsigned
print_lost_identity(struct session *s, const char *trustpoint)
{
	const struct config *c = session_config(s);
	unsigned n = 0;

	for (const struct dial_peer *p = map_first(c->dial_peers); p; p = map_after(c->dial_peers, p->node.key)) {
		if (!shows(c, p, trustpoint))
			continue;
		session_print(s, "  dial-peer %s: it calls with the certificate of %s\n", p->node.key, trustpoint);
		n++;
	}
	return n;
}

int
pki_what_if_remove(struct session *s, const struct match *m)
{
	const char *trustpoint = match_text(m, "trustpoint");
	const struct config *c = session_config(s);
	struct seen_peers seen = { .count = 0 };
	char host[ADDR_TEXT];
	struct pki_verdict v;
	unsigned n = 0;

	if (!map_find(c->trustpoints, trustpoint) && strcmp(trustpoint, PKI_POOL)) {
		session_refused(s, "Trustpoint %s does not exist", trustpoint);
		return -ENOENT;
	}
	if (BOX(s)->datapath)
		datapath_seen(BOX(s)->datapath, &seen);
	session_print(s, strcmp(trustpoint, PKI_POOL) ? "Without trustpoint %s:\n" : "Without the %s:\n", trustpoint);
	n += print_lost_identity(s, trustpoint);
	for (size_t i = 0; i < seen.count; i++) {
		if (still_good(BOX(s)->pki, c, &seen.of[i], trustpoint, &v))
			continue;
		session_print(s, "  %s, which %s: %s\n", addr_host(&seen.of[i].remote, host),
		    seen.of[i].outbound ? "we call" : "calls us", v.why);
		n++;
	}
	session_print(s, n ? "" : "  nothing that the box knows of would stop\n");
	seen_peers_clear(&seen);
	return 0;
}
