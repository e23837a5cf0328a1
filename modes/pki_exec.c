/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_exec.c -- EXEC's `crypto pki server NAME ...': requests are taken, granted, rejected, and
 * certificates revoked. */
#include "datapath/event.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/pki_serve.h"
#include "modes/show.h"
#include "modes/store.h"
#include "shell/door.h"
#include "shell/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PASTE_MOST = 64 * 1024, PASSWORD_MINUTES = 60 };

/* Of the row; NULL: said why not. */
static struct ca *
server_of(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *name = match_text(m, "name");
	struct ca *ca = pki_server_hold(BOX(s), name);

	if (ca)
		return ca;
	if (!map_find(c->pki_servers, name))
		session_refused_as(s, "Certificate server '%s' is not known\n", name);
	else
		session_refused(s, "Certificate server '%s' is not enabled.", name);
	return NULL;
}

/* "0x1A" or 26; 0: neither. */
uint64_t
pki_serial_typed(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, strncasecmp(text, "0x", 2) ? 10 : 16);

	return *end || *text == '-' ? 0 : n;
}

/* Who decides is kept. */
static void
tell(struct session *s, const struct ca *ca, const char *what, const char *done)
{
	const struct session_options *o = session_options(s);

	log_put(BOX(s)->log, 6, "PKI-6-CS_DECISION", "Certificate server %s: %s %s by %s", ca_name(ca), what,
	    done, *o->user ? o->user : o->tty);
}

/* ---- grant, reject, remove ---------------------------------------------------------------------------------- */

int
pki_exec_decide(struct session *s, const struct match *m)
{
	unsigned id = (unsigned)match_number(m, "id", 0);
	static const struct { const char *done; int (*decide)(struct ca *, unsigned, char *, size_t); } ways[] = {
		{ "granted", ca_grant }, { "rejected", ca_reject }, { "removed", ca_remove }
	};
	long way = (match_number(m, "what", 1) - 1) % 3;
	struct ca *ca = server_of(s, m);
	char why[200] = "", what[48];
	int rc;

	if (!ca)
		return -ENOENT;
	rc = ways[way].decide(ca, id, why, sizeof(why));
	if (id)
		snprintf(what, sizeof(what), "request %u", id);
	else
		snprintf(what, sizeof(what), "all requests");
	if (rc > 0)
		tell(s, ca, what, ways[way].done);
	pki_ra_look(BOX(s));
	ca_drop(ca);
	if (rc < 0)
		session_refused(s, "%s", why);
	return rc < 0 ? rc : 0;
}

int
pki_exec_revoke(struct session *s, const struct match *m)
{
	uint64_t serial = pki_serial_typed(match_text(m, "serial"));
	bool revoke = match_number(m, "what", 1) == 1;
	struct ca *ca = server_of(s, m);
	char why[200] = "", text[24], what[48];
	int rc;

	if (!ca)
		return -ENOENT;
	if (!serial) {
		session_refused(s, "'%s' is not a serial number: 0x1A, or 26.", match_text(m, "serial"));
		ca_drop(ca);
		return -EINVAL;
	}
	rc = revoke ? ca_revoke(ca, serial, why, sizeof(why)) : ca_unrevoke(ca, serial, why, sizeof(why));
	snprintf(what, sizeof(what), "certificate 0x%" PRIX64, serial);
	if (rc == 0)
		tell(s, ca, what, revoke ? "revoked" : "unrevoked");
	pki_ra_look(BOX(s));
	ca_drop(ca);
	if (rc < 0) {
		session_refused(s, "%s", why);
		return rc;
	}
	snprintf(text, sizeof(text), "%" PRIX64, serial);
	session_print(s, "%% Certificate %s%s succesfully %s.\n", strlen(text) % 2 ? "0" : "", text,
	    revoke ? "revoked" : "unrevoked");
	return 0;
}

int
pki_exec_trim(struct session *s, const struct match *m)
{
	struct ca *ca = server_of(s, m);
	char why[200] = "", what[48];
	int rc;

	if (!ca)
		return -ENOENT;
	rc = ca_trim(ca, why, sizeof(why));
	snprintf(what, sizeof(what), "%d entries of the CRL", rc);
	if (rc > 0)
		tell(s, ca, what, "trimmed");
	pki_ra_look(BOX(s));
	ca_drop(ca);
	if (rc < 0)
		session_refused(s, "%s", why);
	else
		session_print(s, "%% %d entries of certificates that have ended were removed from the CRL.\n", rc);
	return rc < 0 ? rc : 0;
}

int
pki_exec_switch(struct session *s, const struct match *m)
{
	return pki_server_switch(s, match_text(m, "name"), match_number(m, "what", 0) == 1);
}

int
pki_exec_password(struct session *s, const struct match *m)
{
	long minutes = match_number(m, "minutes", PASSWORD_MINUTES);
	struct ca *ca = server_of(s, m);
	char text[33];
	int rc;

	if (!ca)
		return -ENOENT;
	rc = pki_server_password(BOX(s), ca_name(ca), (int)minutes, text);
	ca_drop(ca);
	if (rc == 0)
		session_print(s, "Generated password: %s\n%% It is valid for %ld minutes.\n", text,
		    minutes);
	explicit_bzero(text, sizeof(text));
	return rc;
}

/* ---- rollover ------------------------------------------------------------------------------------------------- */

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

static bool
is_below(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	const struct pki_server *o = map_find(c->pki_servers, name);

	return o && o->mode != MODE_ROOT;
}

int
pki_exec_rollover(struct session *s, const struct match *m)
{
	bool cancel = match_text(m, "cancel") != NULL;
	struct ca *ca = server_of(s, m);
	char why[300] = "";
	int rc;

	if (!ca)
		return -ENOENT;
	if (is_below(s, ca_name(ca))) {
		snprintf(why, sizeof(why), "the certificate of server %.64s comes from the CA above: 'crypto pki enroll %.64s'",
		    ca_name(ca), ca_name(ca));
		rc = -EINVAL;
	} else {
		rc = cancel ? ca_next_cancel(ca, why, sizeof(why)) : ca_next_make(ca, stop, s, why, sizeof(why));
	}
	if (rc == 0) {
		tell(s, ca, "rollover", cancel ? "cancelled" : "requested");
		if (!cancel)
			pki_server_say_next(BOX(s), ca);
		pki_servers_look(BOX(s));
	}
	ca_drop(ca);
	if (rc < 0)
		session_refused(s, "%s", why);
	return rc;
}

/* ---- request pkcs10 ------------------------------------------------------------------------------------------- */

static bool
append(char **text, size_t *size, const char *line)
{
	size_t n = strlen(line);
	char *more = *size + n + 2 > PASTE_MOST ? NULL : realloc(*text, *size + n + 2);

	if (!more)
		return false;
	memcpy(more + *size, line, n);
	memcpy(more + *size + n, "\n", 2);
	*text = more;
	*size += n + 1;
	return true;
}

static bool
is_end(const char *line, bool any)
{
	return !strcasecmp(line, "quit") || (!*line && any);
}

/* Up to an empty line or `quit'; empty lines in front are passed over. */
static int
paste(struct session *s, char **text)
{
	char line[LINE_BYTES];
	size_t size = 0;
	int rc;

	*text = NULL;
	while ((rc = session_ask(s, "", true, line, sizeof(line))) == 0) {
		line[strcspn(line, "\r")] = '\0';
		while (*line && strchr(" \t", line[strlen(line) - 1]))
			line[strlen(line) - 1] = '\0';
		if (is_end(line, size))
			break;
		if (*line && !append(text, &size, line)) {
			rc = -E2BIG;
			break;
		}
	}
	if (rc < 0) {
		free(*text);
		*text = NULL;
	}
	return rc;
}

static bool
is_network(struct box *b, const char *url)
{
	const struct store_system *f;

	for (size_t i = 0; (f = b->store->system(i)); i++)
		if (!f->local && !strncmp(f->prefix, url, strlen(f->prefix)))
			return true;
	return false;
}

static char *
read_url(struct session *s, const char *url)
{
	struct box *b = BOX(s);
	char why[160] = "", *text;
	size_t size;

	text = is_network(b, url) ? b->store->fetch(b, url, stop, s, &size, why, sizeof(why))
	    : b->store->read(b, url, &size, why, sizeof(why));
	if (!text)
		session_refused_as(s, "%%Error opening %s (%s)\n", url, why);
	return text;
}

static void
print_granted(struct session *s, const struct der *cert, bool pem)
{
	char *text = NULL, *p;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	session_print(s, "%% Granted certificate:\n");
	if (!out)
		return;
	pki_cert_pem(cert, out);
	fclose(out);
	for (p = text; p && *p; p += strcspn(p, "\n") + 1)
		if (pem || *p != '-')
			session_print(s, "%.*s\n", (int)strcspn(p, "\n"), p);
	session_print(s, "\n");
	free(text);
}

static void
print_answer(struct session *s, const struct ca_request *r, bool pem)
{
	switch (r->state) {
	case CA_GRANTED:
		print_granted(s, &r->cert, pem);
		break;
	case CA_REJECTED:
		session_refused(s, "Enrollment request rejected, reqid=%u", r->id);
		break;
	case CA_PENDING:
	case CA_AUTHORIZED:
	case CA_STATES:
		session_print(s, "%% Enrollment request pending, reqid=%u\n", r->id);
		break;
	}
}

static int
submit(struct session *s, struct ca *ca, const char *text, bool pem, bool next)
{
	struct applicant a = { .pasted = true, .password = "", .rollover = next };
	struct ca_sender from = { .next = next };
	struct der csr = { 0 };
	struct ca_request r;
	char why[200] = "";
	struct ca_asked asked;
	enum request_verdict verdict = REQUEST_WAITS;
	int rc = ca_request_from_text(text, &csr, why, sizeof(why));

	if (rc == 0 && (rc = ca_request_read(&csr, &asked, why, sizeof(why))) == 0) {
		explicit_bzero(asked.password, sizeof(asked.password));
		a.kind = asked.kind;
		verdict = pki_server_judge(BOX(s), ca_name(ca), &a, why, sizeof(why));
	}
	if (rc == 0 && verdict == REQUEST_REFUSED)
		rc = -EACCES;
	if (rc == 0)
		rc = ca_submit(ca, &csr, &from, verdict == REQUEST_GRANTED, &r, why, sizeof(why));
	der_clear(&csr);
	if (rc < 0) {
		session_refused(s, "%s", why);
		return rc;
	}
	pki_debug(BOX(s), DEBUG_PKI_SERVER, "CRYPTO_CS: %s: request %u (%s), pasted: %s", ca_name(ca), r.id,
	    r.subject, ca_state_name(r.state));
	print_answer(s, &r, pem);
	pki_ra_look(BOX(s));
	ca_request_clear(&r);
	return 0;
}

int
pki_exec_request(struct session *s, const struct match *m)
{
	bool pem = match_text(m, "pem") != NULL;
	const char *url = match_text(m, "url");
	struct ca *ca = server_of(s, m);
	char *text = NULL;
	int rc = 0;

	if (!ca)
		return -ENOENT;
	if (url) {
		rc = (text = read_url(s, url)) ? 0 : -ENOENT;
	} else {
		session_print(s, "PKCS10 request in base64 or pem\n\n"
		    "%% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.\n"
		    "%% End with a blank line or \"quit\" on a line by itself.\n");
		rc = paste(s, &text);
	}
	if (rc == 0)
		rc = submit(s, ca, text ? text : "", pem, match_text(m, "rollover") != NULL);
	free(text);
	ca_drop(ca);
	return rc;
}
