/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_handshakes.c -- `show sip-ua tls handshake-failures' and `test sip-ua tls': a handshake as it went,
 * in words. */
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/explain.h"
#include "modes/show.h"
#include "shell/door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_COLUMNS = 68 };

/* ---- pieces ------------------------------------------------------------------------------------------------ */

void
print_briefs(const struct pki_briefs *b, int culprit, FILE *out)
{
	char when[WHEN];

	for (int i = 0; i < b->count; i++) {
		const struct pki_brief *c = &b->of[i];

		fprintf(out, "    %s[%d] %s (serial %s)\n        issued by %s, valid to %s\n",
		    i == culprit ? ">>" : "  ", i, c->subject, c->serial, c->issuer, when_pki(c->to, when));
	}
}

/* "a, b, c", folded so that it fits a terminal of 80 columns. */
static void
print_list(const char *list, FILE *out)
{
	int column = 0;

	while (*list) {
		int n = (int)strcspn(list, ",");

		if (column && column + n + 2 > LIST_COLUMNS)
			column = 0;
		fprintf(out, "%s%.*s%s", column ? " " : "\n           ", n, list, list[n] ? "," : "");
		column += n + 2;
		list += n + strspn(list + n, ", ");
	}
	fputc('\n', out);
}

static void
print_offer(const char *label, const struct pki_offer *o, const char *no_version, const char *no_suite, FILE *out)
{
	fprintf(out, "  %-9s%s", label, *o->versions ? o->versions : no_version);
	print_list(*o->suites ? o->suites : no_suite, out);
}

static void
print_offers(const struct pki_report *r, bool server, FILE *out)
{
	bool heard = *r->theirs.versions || *r->theirs.suites;

	if (*r->ours.versions || *r->ours.suites)
		print_offer("Ours:", &r->ours, "-", "-", out);
	if (heard)
		print_offer(server ? "Offered:" : "Chosen:", &r->theirs, "-", "-", out);
	if (heard && server)
		print_offer("Common:", &r->common, "no version", "no suite", out);
}

static void
print_hint(const char *hint, FILE *out)
{
	for (const char *label = "Try:"; *hint; label = "") {
		int n = (int)strcspn(hint, "\n");

		fprintf(out, "  %-4s %.*s\n", label, n, hint);
		hint += n + (hint[n] == '\n');
	}
}

static void
print_alerts(const struct pki_report *r, FILE *out)
{
	if (*r->alert_sent)
		fprintf(out, "  We gave up: alert %s was sent\n", r->alert_sent);
	if (*r->alert_received)
		fprintf(out, "  The peer gave up: alert %s was received\n", r->alert_received);
	if (!*r->alert_sent && !*r->alert_received && *r->ours.versions)
		fprintf(out, "  No alert was sent or received\n");
}

void
print_report(const struct pki_report *r, bool server, FILE *out)
{
	print_alerts(r, out);
	if (*r->sni)
		fprintf(out, "  %s asked for the name %s\n", server ? "The peer" : "We", r->sni);
	if (r->received.count) {
		fprintf(out, "  The peer's chain, as it was received%s:\n",
		    r->culprit >= 0 ? " (>> the certificate that failed)" : "");
		print_briefs(&r->received, r->culprit, out);
	}
	if (r->sent.count && (*r->alert_received || !*r->alert_sent)) {
		fprintf(out, "  Ours, as it was sent:\n");
		print_briefs(&r->sent, -1, out);
		if (*r->missing)
			fprintf(out, "    %s\n", r->missing);
	}
	print_offers(r, server, out);
	print_hint(r->hint, out);
}

/* ---- show sip-ua tls handshake-failures -------------------------------------------------------------------- */

static int
newest_first(const void *a, const void *b)
{
	const struct tls_failure *x = *(const struct tls_failure *const *)a,
	    *y = *(const struct tls_failure *const *)b;

	if (x->at_s != y->at_s)
		return x->at_s > y->at_s ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void
print_role(const struct tls_failure *f, FILE *out)
{
	char remote[ADDR_TEXT];

	if (f->server)
		fprintf(out, "%s called our listener on port %u", addr_text(&f->remote, remote),
		    addr_port(&f->local));
	else
		fprintf(out, "we called %s", addr_text(&f->remote, remote));
	if (f->tag)
		fprintf(out, " for dial-peer %u", f->tag);
}

static void
print_failure(const struct tls_failure *f, unsigned number, bool detail, FILE *out)
{
	char when[WHEN];

	fprintf(out, "%u. %s, ", number, when_second(f->at_s, when));
	print_role(f, out);
	fprintf(out, "\n  %s\n", f->report.why);
	if (detail)
		print_report(&f->report, f->server, out);
	else
		print_hint(f->report.hint, out);
	fputc('\n', out);
}

static bool
is_wanted(const struct tls_failure *f, const char *peer)
{
	char host[ADDR_TEXT];

	return !peer || !strcmp(addr_host(&f->remote, host), peer);
}

int
show_handshake_failures(struct session *s, const struct match *m)
{
	size_t last = (size_t)match_number(m, "last", 1000), shown = 0;
	const struct tls_failure **order;
	struct conns c;
	int rc = datapath_conns(BOX(s)->datapath, TRANSPORT_TLS, &c);

	if (rc < 0)
		return rc;
	order = calloc(c.failure_count + 1, sizeof(*order));
	for (size_t i = 0; order && i < c.failure_count; i++)
		order[i] = &c.failures[i];
	if (order && c.failure_count)
		qsort(order, c.failure_count, sizeof(*order), newest_first);
	session_print(s, "TLS client handshake failures : %llu\nTLS server handshake failures : %llu\n"
	    "Kept : %zu, newest first\n\n", (unsigned long long)c.stats.client_handshakes,
	    (unsigned long long)c.stats.server_handshakes, c.failure_count);
	for (size_t i = 0; order && i < c.failure_count && shown < last; i++)
		if (is_wanted(order[i], match_text(m, "peer")))
			print_failure(order[i], (unsigned)++shown, match_text(m, "detail") != NULL,
			    session_out(s));
	free(order);
	conns_clear(&c);
	return 0;
}

/* ---- test sip-ua tls ------------------------------------------------------------------------------------------ */

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

static void
print_answer(struct session *s, const struct tls_answer *a, int rc)
{
	FILE *out = session_out(s);

	if (rc < 0) {
		session_refused(s, "The handshake failed:");
		fprintf(out, "  %s\n", a->report.why);
		print_report(&a->report, false, out);
		return;
	}
	fprintf(out, "The handshake is good: %s %s in %u ms\n", a->version, a->cipher, a->ms);
	fprintf(out, "  The peer is trusted by %s %s\n",
	    strcmp(a->vouched, PKI_POOL) ? "trustpoint" : "the", *a->vouched ? a->vouched : "(none)");
	if (*a->forgiven)
		fprintf(out, "  Its certificate %s\n", a->forgiven);
	if (a->checked)
		fprintf(out, "  Its name was checked: %s\n", a->matched);
	fprintf(out, "  We showed the certificate of trustpoint %s\n  The peer's chain:\n", a->trustpoint);
	print_briefs(&a->report.received, -1, out);
}

/* A.B.C.D, A.B.C.D:PORT. */
static int
read_target(const char *typed, addr_t *to)
{
	size_t n = strcspn(typed, ":");
	char host[64], *end = "";
	unsigned long port = typed[n] ? strtoul(typed + n + 1, &end, 10) : 5061;

	snprintf(host, sizeof(host), "%.*s", (int)n, typed);
	return *end || !port || port > 65535 ? -EINVAL : addr_parse(to, host, (uint16_t)port);
}

int
test_sip_tls(struct session *s, const struct match *m)
{
	struct tls_question q = { .profile = (uint16_t)match_number(m, "profile", 0), .stop = stop, .arg = s };
	const char *name = match_text(m, "name");
	struct tls_answer *a;
	int rc;

	if (read_target(match_text(m, "target"), &q.remote) < 0) {
		session_refused(s, "%s is no address: A.B.C.D or A.B.C.D:PORT", match_text(m, "target"));
		return -EINVAL;
	}
	snprintf(q.host, sizeof(q.host), "%s", name ? name : "");
	if (!BOX(s)->datapath || !(a = malloc(sizeof(*a))))
		return -ENOMEM;
	session_flush(s);
	rc = datapath_test_tls(BOX(s)->datapath, &q, a);
	print_answer(s, a, rc);
	free(a);
	return rc;
}
