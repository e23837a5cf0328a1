/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/certificate_map.h -- `crypto pki certificate map NAME SEQ', and where trustpoints name one.
 *
 * A map is all objects of the same NAME, by rising SEQ: a certificate fits the map when it fits one of
 * them, and fits one when all of its rules hold (none: it fits).  Names are compared without regard to
 * case, over all RDNs as IOS prints them ("cn=edge1,o=Example"); `eq' is the whole of a name or of one
 * RDN, `co' a part of it, `ne' and `nc' their opposites; `lt' and `ge' are for the two dates
 * ("May 30 12:00:00 2027 UTC").  A trustpoint with `match certificate NAME' validates only peers that fit,
 * or, with one of the allowances, lets those that fit pass where it would refuse.  pki/cert_map.c judges. */
#ifndef MODES_CERTIFICATE_MAP_H
#define MODES_CERTIFICATE_MAP_H

#include "shell/row.h"

enum map_field { MAP_SUBJECT = 1, MAP_ISSUER, MAP_ALT_SUBJECT, MAP_UNSTRUCTURED, MAP_NAME, MAP_SERIAL,
	MAP_VALID_START, MAP_EXPIRES, MAP_FIELDS };
enum map_relation { MAP_CO = 1, MAP_NC, MAP_EQ, MAP_NE, MAP_LT, MAP_GE, MAP_RELATIONS };

/* One line; all of it is its key, so the same line typed again is the same rule. */
struct map_rule { struct node node; uint8_t field, relation; text256 value; };

#define CERTIFICATE_MAP_LINES(_)                                                                 \
_(struct map *, rules, "CHOICE=#field CHOICE2=#relation LINE=#value", NULL, "What it has to be", \
  .each = &mode_map_rule, .parts = map_rule_parts, .choices = CHOICES(map_field_choices),        \
  .choices2 = CHOICES(map_relation_choices), .by_birth = true)
struct certificate_map { struct node node; CERTIFICATE_MAP_LINES(LINE_FIELD) };

/* `match certificate NAME [...]' of a trustpoint; key: NAME. */
enum map_allows { MAP_ALLOWS_NOTHING, MAP_ALLOWS_EXPIRED, MAP_SKIPS_REVOCATION, MAP_SKIPS_AUTHORIZATION, MAP_OVERRIDES_CDP,
	MAP_OVERRIDES_OCSP, MAP_ALLOWANCES };
struct map_match { struct node node; uint8_t allows; text256 url; };
/* The values of both rows of it (trustpoint, trustpool). */
#define MAP_MATCH_SYNTAX                                                                         \
	"match certificate NAME=# [allow expired-certificate=allows:1 |"                         \
	" skip revocation-check=allows:2 | skip authorization-check=allows:3 |"                  \
	" override cdp=allows:4 url WORD=url | override ocsp=allows:5 url WORD=url]"
#define MAP_MATCH_HELP                                                                           \
	"Match|A certificate map|Its name|Let pass|One that has expired|Leave out|The revocation check|"\
	"Leave out|The authorization check|Ask elsewhere|For its CRL|At this address|URL|"         \
	"Ask elsewhere|For its state|At this address|URL"

extern const struct mode mode_certificate_map, mode_map_rule, mode_map_match;

#endif
