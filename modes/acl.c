/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/acl.c -- see acl.h. */
#include "modes/acl.h"
#include "modes/config.h"
#include "modes/exec.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct part ace_parts[] = {
	PART(struct ace, action), PART(struct ace, any), PART(struct ace, host), PART(struct ace, log),
	PART(struct ace, address), PART(struct ace, wildcard), PART(struct ace, rest),
	PART(struct ace, remark), { NULL, 0, 0, 0 }
};
const struct mode mode_ace = { .name = "access list entry", .size = sizeof(struct ace) };

#define UNNUMBERED                                                                               \
	{ .syntax = "{permit | deny | remark} LINE=line",                                            \
	  .help = "Let in|Keep out|A remark|Words", .run = acl_unnumbered, .hidden = true },
#define OBJECT struct standard_acl
static const struct line standard_lines[] = { STANDARD_LINES(LINE_ROW) UNNUMBERED };
#undef OBJECT
#define OBJECT struct extended_acl
static const struct line extended_lines[] = { EXTENDED_LINES(LINE_ROW) UNNUMBERED };
#undef OBJECT

const struct mode mode_standard_acl = {
	.name = "Standard Access List", .prompt = "(config-std-nacl)", .lines = LINES(standard_lines),
	.size = sizeof(struct standard_acl)
};
const struct mode mode_extended_acl = {
	.name = "Extended Access List", .prompt = "(config-ext-nacl)", .lines = LINES(extended_lines),
	.size = sizeof(struct extended_acl)
};

/* ---- typing ---------------------------------------------------------------------------------------------------- */

/* Where the session stands: both kinds of list begin alike. */
static const struct map *
lines_here(struct session *s)
{
	const struct standard_acl *a = session_object(s, session_refresh(s));

	return a ? a->lines : NULL;
}

/* A line without a number goes to the end, in steps of ten. */
int
acl_unnumbered(struct session *s, const struct match *m)
{
	const struct map *lines = lines_here(s);
	char line[LINE_BYTES];
	long number = 0;

	for (const struct ace *a = map_first(lines); a; a = map_after(lines, a->node.key))
		number = strtol(a->node.key, NULL, 10);
	snprintf(line, sizeof(line), "%ld %s %s", number / 10 * 10 + 10, m->words->w[0], match_text(m, "line"));
	return session_line(s, line);
}

/* `access-list 10 permit any' is a line of `ip access-list standard 10'. */
int
acl_numbered(struct session *s, const struct match *m)
{
	long number = match_number(m, "number", 0);
	const char *kind = number < 100 || (number >= 1300 && number < 2000) ? "standard" : "extended";
	char line[LINE_BYTES];
	int rc;

	snprintf(line, sizeof(line), "%sip access-list %s %ld", m->no ? "no " : "", kind, number);
	rc = session_line(s, line);
	if (rc < 0 || m->no || !match_text(m, "line"))
		return rc;
	snprintf(line, sizeof(line), "%s %s", m->words->w[2], match_text(m, "line"));
	rc = session_line(s, line);
	session_leave(s);
	return rc;
}

/* ---- judging --------------------------------------------------------------------------------------------------- */

/* A login that begins: where it comes from, and the port that it came to. */
struct visitor { struct in_addr from; unsigned from_port, port; };

/* The next address of a rule's text: "any", "host A", "A W".  false: it is none. */
static bool
read_address(char **p, struct in_addr *address, struct in_addr *wildcard)
{
	char *word = strsep(p, " ");

	*address = (struct in_addr){ 0 };
	wildcard->s_addr = INADDR_NONE;
	if (!word)
		return false;
	if (!strcmp(word, "any"))
		return true;
	wildcard->s_addr = 0;
	if (!strcmp(word, "host"))
		return (word = strsep(p, " ")) && inet_pton(AF_INET, word, address) == 1;
	return inet_pton(AF_INET, word, address) == 1 && (word = strsep(p, " ")) &&
	    inet_pton(AF_INET, word, wildcard) == 1;
}

/* MAYBE: the entry asks what is not known of a login.  Such a deny keeps out, such a permit lets nobody in. */
enum fit { FITS_NOT, FITS, FITS_MAYBE };

static enum fit
fits_source(const struct in_addr *address, const struct in_addr *wildcard, struct in_addr from)
{
	return ((address->s_addr ^ from.s_addr) & ~wildcard->s_addr) == 0 ? FITS : FITS_NOT;
}

/* -1: no port that is known by number or name. */
static long
read_port(const char *word)
{
	static const struct { const char *name; long port; } names[] = {
		{ "bgp", 179 }, { "domain", 53 }, { "ftp", 21 }, { "ftp-data", 20 }, { "www", 80 },
		{ "smtp", 25 }, { "telnet", 23 }, { "tacacs", 49 },
	};
	char *end;
	long port = word ? strtol(word, &end, 10) : -1;

	if (!word || (isdigit((unsigned char)*word) && !*end && port <= 65535))
		return port;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i].name, word))
			return names[i].port;
	return -1;
}

/* "eq 22", "range 22 23": is it there, and does it fit?  *p stands behind it. */
static enum fit
fits_port(char **p, unsigned port)
{
	const char *op = *p;
	size_t n = op ? strcspn(op, " ") : 0;
	bool range = n == 5 && !strncmp(op, "range", 5);
	long low, high;

	if (!range && !(n == 2 && (!strncmp(op, "eq", 2) || !strncmp(op, "ne", 2))) &&
	    !(n == 2 && (!strncmp(op, "lt", 2) || !strncmp(op, "gt", 2))))
		return FITS;
	strsep(p, " ");
	low = read_port(strsep(p, " "));
	high = range ? read_port(strsep(p, " ")) : low;
	if (low < 0 || high < 0)
		return FITS_MAYBE;
	return (*op == 'n' ? port != low : *op == 'l' ? port < low : *op == 'g' ? port > low
	    : port >= low && port <= high) ? FITS : FITS_NOT;
}

/* What may follow the addresses and ports: a new connection is not `established'. */
static enum fit
fits_options(char *p)
{
	const char *word;

	while ((word = strsep(&p, " "))) {
		if (!strcmp(word, "established"))
			return FITS_NOT;
		if (*word && strncmp(word, "log", 3))
			return FITS_MAYBE;
	}
	return FITS;
}

/* "ip SOURCE any", "tcp SOURCE [eq PORT] any [eq PORT] [log]".  FITS_NOT goes before FITS_MAYBE: who is not
 * meant at all is not meant perhaps. */
static enum fit
fits_extended(const char *rest, const struct visitor *v)
{
	char copy[257], *p = copy;
	const char *protocol;
	struct in_addr address, wildcard;
	enum fit fit, all = FITS;
	bool tcp;

	snprintf(copy, sizeof(copy), "%s", rest);
	protocol = strsep(&p, " ");
	tcp = !strcmp(protocol, "tcp") || !strcmp(protocol, "6");
	if (!tcp && strcmp(protocol, "ip"))
		return FITS_NOT;
	for (int end = 0; end < 2; end++) {
		if (!read_address(&p, &address, &wildcard))
			return FITS_MAYBE;      /* an object-group: what follows cannot be told apart */
		if (end)                        /* ours: which of them was called is not asked */
			fit = wildcard.s_addr == INADDR_NONE ? FITS : FITS_MAYBE;
		else
			fit = fits_source(&address, &wildcard, v->from);
		if (fit == FITS && tcp)
			fit = fits_port(&p, end ? v->port : v->from_port);
		if (fit == FITS_NOT)
			return fit;
		if (fit == FITS_MAYBE)
			all = fit;
	}
	fit = fits_options(p);
	return fit == FITS ? all : fit;
}

static bool
fits(const struct ace *a, const struct visitor *v)
{
	enum fit fit = *a->rest ? fits_extended(a->rest, v)
	    : a->any ? FITS : fits_source(&a->address, &a->wildcard, v->from);

	return fit == FITS || (fit == FITS_MAYBE && a->action == ACL_DENY);
}

static bool
permits(const struct map *lines, const struct visitor *v)
{
	for (const struct ace *a = map_first(lines); a; a = map_after(lines, a->node.key))
		if (a->action && fits(a, v))
			return a->action == ACL_PERMIT;
	return !map_count(lines);
}

bool
acl_permits(const struct config *c, const char *name, const struct sockaddr *from, unsigned port)
{
	const struct standard_acl *s = map_find(c->standard_acls, name);
	const struct extended_acl *e = map_find(c->extended_acls, name);
	const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)from;
	struct visitor v = { .port = port };

	if (!s && !e)
		return true;
	if (from->sa_family != AF_INET)
		return false;
	v.from = in->sin_addr;
	v.from_port = ntohs(in->sin_port);
	return permits(s ? s->lines : e->lines, &v);
}

/* ---- show ------------------------------------------------------------------------------------------------------ */

static void
print_ace(struct session *s, const struct ace *a)
{
	char address[INET_ADDRSTRLEN], wildcard[INET_ADDRSTRLEN];

	session_print(s, "    %s ", a->node.key);
	if (!a->action) {
		session_print(s, "remark %s\n", a->remark);
		return;
	}
	session_print(s, "%s ", a->action == ACL_PERMIT ? "permit" : "deny");
	inet_ntop(AF_INET, &a->address, address, sizeof(address));
	inet_ntop(AF_INET, &a->wildcard, wildcard, sizeof(wildcard));
	if (*a->rest)
		session_print(s, "%s", a->rest);
	else if (a->any)
		session_print(s, "any");
	else if (a->wildcard.s_addr)
		session_print(s, "%s, wildcard bits %s", address, wildcard);
	else
		session_print(s, "%s", address);
	session_print(s, "%s\n", a->log ? " log" : "");
}

static void
print_acl(struct session *s, const char *kind, const struct node *acl, const struct map *lines)
{
	session_print(s, "%s IP access list %s\n", kind, acl->key);
	for (const struct ace *a = map_first(lines); a; a = map_after(lines, a->node.key))
		print_ace(s, a);
}

int
show_access_lists(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *name = match_text(m, "name");

	for (const struct standard_acl *a = map_first(c->standard_acls); a;
	     a = map_after(c->standard_acls, a->node.key))
		if (!name || !strcmp(name, a->node.key))
			print_acl(s, "Standard", &a->node, a->lines);
	for (const struct extended_acl *a = map_first(c->extended_acls); a;
	     a = map_after(c->extended_acls, a->node.key))
		if (!name || !strcmp(name, a->node.key))
			print_acl(s, "Extended", &a->node, a->lines);
	return 0;
}
