/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/acl.c -- see acl.h. */
#include "modes/acl.h"
#include "modes/config.h"
#include "modes/exec.h"

#include <arpa/inet.h>
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

/* "ip SOURCE any", "tcp SOURCE any eq 22": what a login can be compared with.  false: it says more. */
static bool
read_rest(const struct ace *a, struct in_addr *address, struct in_addr *wildcard)
{
	struct in_addr to, to_wildcard;
	char copy[257], *p = copy, *word;

	snprintf(copy, sizeof(copy), "%s", a->rest);
	word = strsep(&p, " ");
	if (!word || (strcmp(word, "ip") && strcmp(word, "tcp")) || !read_address(&p, address, wildcard) ||
	    !read_address(&p, &to, &to_wildcard) || to_wildcard.s_addr != INADDR_NONE)
		return false;
	return !p || !*p || !strncmp(p, "log", 3);
}

/* An entry that says more than can be judged here lets nobody in, and keeps its source out. */
static bool
fits(const struct ace *a, struct in_addr from)
{
	struct in_addr address = a->address, wildcard = a->wildcard;

	if (*a->rest && !read_rest(a, &address, &wildcard))
		return a->action == ACL_DENY;
	if (a->any)
		return true;
	return ((address.s_addr ^ from.s_addr) & ~wildcard.s_addr) == 0;
}

static bool
permits(const struct map *lines, const struct sockaddr *from)
{
	if (from->sa_family != AF_INET)
		return false;
	for (const struct ace *a = map_first(lines); a; a = map_after(lines, a->node.key))
		if (a->action && fits(a, ((const struct sockaddr_in *)from)->sin_addr))
			return a->action == ACL_PERMIT;
	return !map_count(lines);
}

bool
acl_permits(const struct config *c, const char *name, const struct sockaddr *from)
{
	const struct standard_acl *s = map_find(c->standard_acls, name);
	const struct extended_acl *e = map_find(c->extended_acls, name);

	return s ? permits(s->lines, from) : e ? permits(e->lines, from) : true;
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
