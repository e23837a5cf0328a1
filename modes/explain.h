/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/explain.h -- the rows by which TLS and certificates explain themselves: what failed and why, and what
 * would become of a certificate before a call finds out.  All of it is the live code, asked without a call. */
#ifndef MODES_EXPLAIN_H
#define MODES_EXPLAIN_H

#include "pki/pki.h"
#include "pki/report.h"
#include "shell/session.h"

#include <stdio.h>

typedef int explain_run_h(struct session *, const struct match *);
explain_run_h show_handshake_failures, test_sip_tls;                    /* show_handshakes.c */
explain_run_h pki_validate, pki_what_if_remove, pki_what_if_chain;      /* validate.c */
explain_run_h show_pki_chain, show_pki_usage;                           /* show_chain.c */
explain_run_h show_pki_expiry;                                          /* expiry.c */
explain_run_h show_pki_crls, clear_pki_crls, pki_request_crl, show_pki_counters,
    show_pki_sessions;        /* revocation.c */

/* clang-format off */
#define EXPLAIN_PKI "|Encryption module|Public key components"
#define EXPLAIN_ROWS                                                                             \
	{ .syntax = "show {sip | sip-ua} tls handshake-failures"                                     \
	    " [detail=detail | last <1-1000>=last | peer A.B.C.D=peer]*",                            \
	  .help = SHOW_HELP "|SIP commands|SIP user agent|TLS|Handshakes that failed|In full|"         \
	    "The last ones|How many|Of one peer|Its address",                                        \
	  .run = show_handshake_failures, .level = 15 },                                             \
	{ .syntax = "test sip-ua tls WORD=target [profile <1-10000>=profile | name WORD=name]*",     \
	  .help = "Test|SIP user agent|A TLS handshake as client|A.B.C.D:PORT|"                      \
	    "By a voice class tls-profile|Its tag|The name to ask for and to check|Name",            \
	  .run = test_sip_tls, .level = 15 },                                                        \
	{ .syntax = "crypto pki validate NAME=trustpoint"                                            \
	    " [as {server=server | client=client} | name WORD=host | at WORD=date]*",                \
	  .help = "Encryption module|Public key components|Would our certificate do|Trustpoint|"     \
	    "In one role|Where we are called|Where we call|Is it for that name|Name|"                \
	    "At another time|YYYY-MM-DD", .run = pki_validate, .level = 15 },                        \
	{ .syntax = "crypto pki what-if remove NAME=trustpoint",                                     \
	  .help = "Encryption module|Public key components|What would happen|Without a trustpoint|"  \
	    "Its name", .run = pki_what_if_remove, .level = 15 },                                    \
	{ .syntax = "crypto pki what-if peer-chain [as {server=server | client=client} |"            \
	    " name WORD=host | peer A.B.C.D=peer | profile <1-10000>=profile | at WORD=date]*",      \
	  .help = "Encryption module|Public key components|What would happen|"                       \
	    "If a peer had this chain|In one role|The peer is called|The peer calls|"                \
	    "We call it by that name|Name|It has that address|Address|By a voice class tls-profile|Its tag|At another time|"     \
	    "YYYY-MM-DD", .run = pki_what_if_chain, .level = 15 },                                   \
	{ .syntax = "show crypto pki chain [NAME=trustpoint]",                                       \
	  .help = SHOW_HELP EXPLAIN_PKI "|What is sent of a trustpoint|Trustpoint",                  \
	  .run = show_pki_chain, .level = 15 },                                                      \
	{ .syntax = "show crypto pki usage",                                                         \
	  .help = SHOW_HELP EXPLAIN_PKI "|Who uses which trustpoint", .run = show_pki_usage,         \
	  .level = 15 },                                                                             \
	{ .syntax = "show crypto pki crls",                                                          \
	  .help = SHOW_HELP EXPLAIN_PKI "|CRLs that are kept", .run = show_pki_crls, .level = 15 },    \
	{ .syntax = "clear crypto pki crls",                                                         \
	  .help = "Reset functions|Encryption module|Public key components|CRLs that are kept",       \
	  .run = clear_pki_crls, .level = 15 },                                                      \
	{ .syntax = "crypto pki crl request NAME=trustpoint",                                        \
	  .help = "Encryption module|Public key components|CRL|Fetch it anew|Trustpoint",            \
	  .run = pki_request_crl, .level = 15 },                                                     \
	{ .syntax = "show crypto pki counters",                                                      \
	  .help = SHOW_HELP EXPLAIN_PKI "|Counters", .run = show_pki_counters, .level = 15 },         \
	{ .syntax = "show crypto pki sessions",                                                      \
	  .help = SHOW_HELP EXPLAIN_PKI "|Who is asked at this moment", .run = show_pki_sessions,    \
	  .level = 15 },                                                                             \
	{ .syntax = "show crypto pki expiry",                                                        \
	  .help = SHOW_HELP EXPLAIN_PKI "|What ends when, and what it stops",                        \
	  .run = show_pki_expiry, .level = 15 },
/* clang-format on */

/* "  [1] CN=edge1 (serial 0A12), issued by CN=Example CA, valid to ...": a chain, the one at fault marked. */
void print_briefs(const struct pki_briefs *, int culprit, FILE *);
/* What both sides offered, the chains, who gave up; each line behind `indent' blanks. */
void print_report(const struct pki_report *, bool server, FILE *);
/* How a peer that trusts what we trust would see the certificate of a trustpoint (its CA, if we have none there), in one
 * role of ours, by the code of a handshake.  host: for that name, NULL: any; at: when, 0: now; offline: nobody is asked
 * whether it is revoked.  -ENOENT: there is none; -EINVAL, -ENOMEM with `why'. */
struct own_question { const char *trustpoint, *host; bool server, offline; time_t at; };
int  judge_own(struct session *, const struct own_question *, struct pki_verdict *, char *why, size_t size);
/* Would the certificate of a trustpoint do, in both roles?  Says why not. */
bool identity_is_good(struct session *, const char *trustpoint);
/* YYYY-MM-DD, at noon UTC; 0: NULL; -1: it is none. */
time_t read_date(const char *);

#endif
