/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/acl.h -- access lists by source address: `ip access-list standard', `access-list N'.  Used by
 * `access-class' of a line and `login quiet-mode'.  Extended lists are kept, and judged as far as a
 * login goes: protocol, source, and the ports of both ends.  An entry that asks more (a destination, DSCP, a
 * time range, an object group) keeps its source out where it denies, and lets nobody in where it permits. */
#ifndef MODES_ACL_H
#define MODES_ACL_H

#include "shell/line.h"
#include "shell/row.h"

#include <sys/socket.h>

struct session;

enum acl_action { ACL_PERMIT = 1, ACL_DENY };

/* One line, by its sequence number. */
struct ace {
	struct node node;
	uint8_t action, any, host, log;
	struct in_addr address, wildcard;
	text256 rest;                   /* of an extended list: all behind permit or deny */
	text256 remark;
};
#define ACE_HELP "Sequence number|Let in|Keep out|Anybody|One address|Address|Address|Bits that may differ|"\
	"To the log|A remark|Text"
#define STANDARD_LINES(_)                                                                        \
_(struct map *, lines, "<1-2147483647>=# / {{permit=action:1 | deny=action:2}"                   \
  " {any=any:1 | host=host:1 A.B.C.D=address | A.B.C.D=address [A.B.C.D=wildcard]} [log=log:1]"  \
  " | remark LINE=remark}", NULL, ACE_HELP, .each = &mode_ace, .parts = ace_parts)
struct standard_acl { struct node node; STANDARD_LINES(LINE_FIELD) };

#define EXTENDED_LINES(_)                                                                        \
_(struct map *, lines, "<1-2147483647>=# / {{permit=action:1 | deny=action:2} LINE=rest |"       \
  " remark LINE=remark}", NULL,                                                                  \
  "Sequence number|Let in|Keep out|Protocol, source, destination|A remark|Text",                 \
  .each = &mode_ace, .parts = ace_parts)
struct extended_acl { struct node node; EXTENDED_LINES(LINE_FIELD) };

#define ACL_LINES(_)                                                                             \
_(struct map *, standard_acls, "ip access-list standard WORD=#", NULL,                           \
  "Internet Protocol|Access lists|By source|Name or number", .enter = &mode_standard_acl,        \
  .by_birth = true)                                                                              \
_(struct map *, extended_acls, "ip access-list extended WORD=#", NULL,                           \
  "Internet Protocol|Access lists|By more than the source|Name or number",                       \
  .enter = &mode_extended_acl, .by_birth = true)

int acl_unnumbered(struct session *, const struct match *);
int acl_numbered(struct session *, const struct match *);
/* For the table of `configure': the old spelling. */
#define ACL_ROWS                                                                                 \
	{ .syntax = "access-list <1-2699>=number [{permit | deny | remark} LINE=line]",              \
	  .help = "Add an access list entry|Number|Let in|Keep out|A remark|Words",                  \
	  .run = acl_numbered, .negates = true, .hidden = true },

extern const struct mode mode_ace, mode_standard_acl, mode_extended_acl;
extern const struct part ace_parts[];

struct config;
/* Does the list let this address in, by that port of ours?  A list that does not exist lets everybody in, as
 * on IOS; the end of one that does, nobody. */
bool acl_permits(const struct config *, const char *name, const struct sockaddr *from, unsigned port);

typedef int acl_run_h(struct session *, const struct match *);
acl_run_h show_access_lists;
#define ACL_EXEC_ROWS                                                                            \
	{ .syntax = "show access-lists [WORD=name]", .help = SHOW_HELP "|Access lists|Name",         \
	  .run = show_access_lists },                                                                \
	{ .syntax = "show ip access-lists [WORD=name]",                                              \
	  .help = SHOW_HELP "|Internet Protocol|Access lists|Name", .run = show_access_lists },

#endif
