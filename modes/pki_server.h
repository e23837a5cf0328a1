/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_server.h -- `crypto pki server NAME': what the certificate authority of the box can be told,
 * in configuration and in EXEC.  The work is done in pki/; who is open is kept in pki_serve.h. */
#ifndef MODES_PKI_SERVER_H
#define MODES_PKI_SERVER_H

#include "modes/general.h"
#include "shell/line.h"
#include "shell/row.h"

#include <stdint.h>

/* `mode': alone, or below another CA, or a registration authority of one. */
enum server_mode { MODE_ROOT, MODE_SUB, MODE_RA, MODE_RA_TRANSPARENT };
enum server_grant { GRANT_ASK, GRANT_AUTO, GRANT_NONE, GRANT_RA, GRANTS };
enum server_level { LEVEL_UNSAID, LEVEL_MINIMUM, LEVEL_NAMES, LEVEL_COMPLETE, LEVELS };
enum { SERVER_EKUS = 11, SERVER_KINDS = 6, SERVER_PUBLISHED = 3, SERVER_HASHES = 6 };

struct lifetime { uint8_t set; uint16_t days, hours, minutes; };        /* of a CRL: no days */
struct cs_eku_list { uint8_t set, methods[SERVER_EKUS + 1]; };
struct server_archive { uint8_t set, form; struct secret password; };   /* form 1 pem, 2 pkcs12 */
struct database_user { uint8_t set; text64 name; struct secret password; };

#define DAYS_HOURS "<0-7305>=days [<0-23>=hours [<0-59>=minutes]]"
#define HOURS_MINUTES "<0-1000>=hours [<0-59>=minutes]"
#define SERVER_PLACE .each = &mode_stored, .parts = stored_line_parts, .by_birth = true,             \
	.has_effect = server_place_has_effect, .secret = true
#define ROLLOVER_HELP "Which requests are granted|At once|Of a rollover|"
/* .set of all that cannot be changed under a CA that works. */
#define PKI_SERVER_LINES(_)                                                                      \
_(uint8_t,  level, "database level CHOICE", "minimum", "Database|What is kept",                  \
  .choices = CHOICES(server_levels), .set = server_set)                                          \
_(struct server_archive, archive,                                                                \
  "database archive {pem=form:1 | pkcs12=form:2} [password PASSWORD=password]", NULL,            \
  "Database|A copy of key and certificate|PEM|PKCS#12|Password that protects it",                \
  .parts = server_archive_parts, .set = server_set)                                              \
_(text256,  issuer_name, "issuer-name LINE", NULL,                                               \
  "Issuer name|X.500 name: cn=ca,o=org", .set = server_set)                                      \
_(uint8_t,  grant, "grant CHOICE", NULL, "Which requests are granted",                           \
  .choices = CHOICES(server_grants), .set = server_set)                                           \
_(text64,   grant_trustpoint, "grant auto trustpoint NAME", NULL,                                \
  "Which requests are granted|At once|Those signed by a certificate of a trustpoint|Its name",   \
  .set = server_set)                                                                             \
_(text256,  grant_list, "grant auto tp-list LINE", NULL,                                         \
  "Which requests are granted|At once|Those of trustpoints|Their names", .set = server_set)      \
_(bool,     grant_rollover_ca, "grant auto rollover ca-cert", NULL, ROLLOVER_HELP                \
  "Of a subordinate CA whose certificate is ours", .set = server_set)                            \
_(bool,     grant_rollover_ra, "grant auto rollover ra-cert", NULL, ROLLOVER_HELP                \
  "Of a registration authority whose certificate is ours", .set = server_set)                    \
_(uint8_t,  hash, "hash CHOICE", NULL, "Hash of signatures, sha256 by itself",                   \
  .choices = CHOICES(server_hashes), .set = server_set)                                          \
_(struct lifetime, lifetime_crl, "lifetime crl " HOURS_MINUTES, "6",                             \
  "How long is valid|A revocation list|Hours|Minutes", .parts = lifetime_parts,                  \
  .set = server_set)                                                                             \
_(struct lifetime, lifetime_certificate, "lifetime certificate " DAYS_HOURS, "365",              \
  "How long is valid|What is issued|Days|Hours|Minutes", .parts = lifetime_parts,                \
  .set = server_set)                                                                             \
_(struct lifetime, lifetime_ca, "lifetime ca-certificate " DAYS_HOURS, "1095",                   \
  "How long is valid|The certificate of the CA|Days|Hours|Minutes", .parts = lifetime_parts,     \
  .set = server_set)                                                                             \
_(struct lifetime, lifetime_request, "lifetime enrollment-request " HOURS_MINUTES, "168",        \
  "How long is valid|A request|Hours|Minutes", .parts = lifetime_parts, .set = server_set)       \
_(text32,   serial, "serial-number KIND", NULL, "First serial number",                           \
  .kind = &server_serial_kind, .set = server_set)                                                \
_(text256,  cdp_url, "cdp-url WORD", NULL, "Where the revocation list is|URL", .set = server_set)\
_(uint16_t, keylength, "keylength <1024-4096>", "2048", "Size of the key that is made|Bits",      \
  .set = server_set)                                                                             \
_(struct lifetime, rollover, "auto-rollover [<0-1023>=days [<0-23>=hours [<0-59>=minutes]]]",    \
  NULL, "A new CA certificate before the old one ends|Days before, 30|Hours|Minutes",            \
  .parts = lifetime_parts, .set = server_set)                                                    \
_(struct cs_eku_list, eku, "eku {CHOICE=methods}+", NULL, "Extended key usage of what is issued",   \
  .parts = eku_parts, .choices = CHOICES(server_ekus), .set = server_set)                        \
_(text256,  database_url, "database url WORD", NULL,                                             \
  "Database|Where it is|nvram:, flash:DIRECTORY, or a server, to which copies go",               \
  .has_effect = server_url_has_effect, .set = server_url_set)                                    \
_(struct map *, database_urls, "database url CHOICE=# LINE=text", NULL,                          \
  "Database|Where it is|URL of a directory", SERVER_PLACE, .choices = CHOICES(server_kinds))     \
_(struct map *, publish_urls, "database url CHOICE=# publish=# LINE=text", NULL,                 \
  "Database|Where it is|A copy for others|URL of a directory", SERVER_PLACE,                     \
  .choices = CHOICES(server_published))                                                          \
_(struct database_user, database_user, "database username WORD=name [password PASSWORD=password]", \
  NULL, "Database|Who writes it|Name|Password", .parts = database_user_parts, .stored = true)      \
_(uint8_t,  mode, "mode CHOICE", NULL, "Part of a hierarchy", .choices = CHOICES(server_modes),  \
  .set = server_set)                                                                             \
_(bool,     redundancy, "redundancy", NULL, "Kept in step with a standby box", .stored = true)   \
_(bool,     shutdown, "shutdown", NULL, "Shutdown the server", .run = server_shutdown,           \
  .negates = true)
/* One server.  locked: it works, and what is above stands. */
struct pki_server { struct node node; bool locked; PKI_SERVER_LINES(LINE_FIELD) };

#define PKI_SERVER_TOP(_)                                                                        \
_(struct map *, pki_servers, "crypto pki server NAME=#", NULL,                                   \
  "Crypto|Public key components|A certificate authority|Its name", .enter = &mode_pki_server,    \
  .by_birth = true, .run = crypto_pki_server, .negates = true)

extern const struct mode mode_pki_server;

/* `database url KIND URL': may it be published there?  Its words of login are kept only. */
struct stored_line;
bool server_place_has_effect(const void *line);
/* Is `database url' that of a server?  Then copies go there. */
struct pki_server;
bool pki_server_is_away(const struct pki_server *);
/* "nvram:", or its URL as it may be shown. */
const char *pki_server_place(const struct pki_server *, char *buf, size_t size);

struct box;
struct ca_rules;
struct config;
typedef int pki_run_h(struct session *, const struct match *);
pki_run_h crypto_pki_server;

/* What pki/ is told of it, and where its database is: a directory of the host. */
void pki_server_rules(const struct pki_server *, struct ca_rules *);
int  pki_server_directory(const struct box *, const struct pki_server *, char *path, size_t size);
int64_t lifetime_s(const struct lifetime *);
/* `auto-rollover': how long before the end; 0: it is not configured. */
int64_t pki_server_overlap_s(const struct pki_server *);
/* Its trustpoint and the certificate in it, and the lock: an edit of `draft'. */
struct der;
int  pki_server_settle(void *draft, const char *name, const struct der *cert, char *why, size_t size);
/* Where the server of that name stands below another CA: its own certificate, in the trustpoint of its name, where it is
 * one for a CA that can work today.  Else -errno, with words of what to do. */
struct trustpoint;
struct wish;
int  pki_server_upper(struct box *, const struct config *, const char *name, struct der *cert, char *why, size_t size);
/* Is that the certificate of a server as it is configured?  NULL, or the words that say what it is. */
const char *pki_server_misfit(const struct pki_server *, const struct der *cert);
/* The request of such a trustpoint is for a CA of the server's name. */
void pki_server_wish(struct wish *, const struct config *, const struct trustpoint *);
bool pki_server_is_on(const struct config *, const char *name);      /* it is there, and not shut */
bool pki_server_is_settled(const struct config *, const char *name, const struct der *cert);
/* `no shutdown' and `shutdown' from anywhere. */
int  pki_server_switch(struct session *, const char *name, bool shutdown);

/* ---- EXEC: pki_exec.c, show_pki_server.c --------------------------------------------------- */

/* What was typed of a serial number: "0x1A", or 26.  0: neither. */
uint64_t pki_serial_typed(const char *text);
pki_run_h pki_exec_decide, pki_exec_revoke, pki_exec_info, pki_exec_switch, pki_exec_password,
    pki_exec_request, pki_exec_rollover, pki_exec_trim,
    show_pki_server;
#define PKI_SERVER_HELP "Encryption module|Public key components|Certificate authority|Its name"
/* clang-format off */
#define PKI_SERVER_ROWS                                                                          \
	{ .syntax = "crypto pki server NAME=name {grant=what:1 | reject=what:2 | remove=what:3}"     \
	    " {all=all | <1-2147483647>=id}",                                                        \
	  .help = PKI_SERVER_HELP "|Grant requests|Reject them|Forget them|All|By its number",       \
	  .run = pki_exec_decide, .level = 15 },                                                     \
	{ .syntax = "crypto pki server NAME=name {revoke=what:1 | unrevoke=what:2} WORD=serial",     \
	  .help = PKI_SERVER_HELP "|Revoke a certificate|Take that back|Serial number: 0x1A, or 26", \
	  .run = pki_exec_revoke, .level = 15 },                                                     \
	{ .syntax = "crypto pki server NAME=name trim",                                              \
	  .help = PKI_SERVER_HELP "|Take certificates that have ended off the revocation list",      \
	  .run = pki_exec_trim, .level = 15 },                                                       \
	{ .syntax = "crypto pki server NAME=name info {requests=what:1 | crl=what:3}",               \
	  .help = PKI_SERVER_HELP "|What there is|Requests|The revocation list",                     \
	  .run = pki_exec_info, .level = 15 },                                                       \
	{ .syntax = "crypto pki server NAME=name {start=what:0 | stop=what:1}",                      \
	  .help = PKI_SERVER_HELP "|No shutdown|Shutdown", .run = pki_exec_switch, .level = 15 },    \
	{ .syntax = "crypto pki server NAME=name password generate [<1-1440>=minutes]",              \
	  .help = PKI_SERVER_HELP "|A challenge of SCEP|Make one|Good for so many minutes, 60",   \
	  .run = pki_exec_password, .level = 15 },                                                   \
	{ .syntax = "crypto pki server NAME=name request pkcs10 {terminal=terminal | WORD=url}"      \
	    " [base64 | pem=pem]",                                                                   \
	  .help = PKI_SERVER_HELP "|Take a request|PKCS#10|Pasted|File or URL|Answer in base 64|"    \
	    "Answer in PEM", .run = pki_exec_request, .level = 15 },                                 \
	{ .syntax = "crypto pki server NAME=name rollover [cancel=cancel]",                          \
	  .help = PKI_SERVER_HELP "|Make the CA certificate that follows|Take it back",              \
	  .run = pki_exec_rollover, .level = 15 },                                                   \
	{ .syntax = "crypto pki server NAME=name rollover=rollover request pkcs10"                   \
	    " {terminal=terminal | WORD=url} [base64 | pem=pem]",                                    \
	  .help = PKI_SERVER_HELP "|The CA certificate that follows|Let it sign a request|PKCS#10|Pasted|" \
	    "File or URL|Answer in base 64|Answer in PEM", .run = pki_exec_request, .level = 15 },   \
	{ .syntax = "show crypto pki server [NAME=name [requests=what:1 | crl=what:3 |"              \
	    " certificates=what:2 [WORD=serial [pem=pem]]]]",                                        \
	  .help = SHOW_HELP "|" PKI_SERVER_HELP "|Requests|The revocation list|What was issued|"     \
	    "Serial number: 0x1A, or 26|In PEM", .run = show_pki_server, .level = 15 },
/* clang-format on */

#endif
