/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/exec.h -- the rows of EXEC, a family of commands each; a new command is a row here and its
 * handler in the file of its family. */
#ifndef MODES_EXEC_H
#define MODES_EXEC_H

#include "modes/archive.h"
#include "modes/capture.h"
#include "modes/explain.h"
#include "modes/condition.h"
#include "modes/acl.h"
#include "modes/alias.h"
#include "modes/files.h"
#include "modes/gate.h"
#include "modes/kinds.h"
#include "modes/ntp.h"
#include "modes/pki_server.h"
#include "modes/reload.h"
#include "modes/rollback.h"
#include "modes/rollover.h"
#include "modes/show_box.h"
#include "modes/show_net.h"
#include "shell/session.h"

typedef int run_h(struct session *, const struct match *);

/* ---- exec.c: the session itself, the configuration's life -------------------------------------- */

run_h exec_enable, exec_disable, exec_exit, exec_monitor, exec_terminal, exec_csim;
/* clang-format off */
#define EXEC_ROWS                                                                                \
	{ .syntax = "enable [<0-15>=level]", .help = "Turn on privileged commands|Level",            \
	  .run = exec_enable },           \
	{ .syntax = "disable [<0-15>=level]", .help = "Turn off privileged commands|Level",          \
	  .run = exec_disable },        \
	{ .syntax = "exit", .help = "Exit from the EXEC", .run = exec_exit },                        \
	{ .syntax = "logout", .help = "Exit from the EXEC", .run = exec_exit },                      \
	{ .syntax = "quit", .help = "Exit from the EXEC", .run = exec_exit },                        \
	{ .syntax = "terminal monitor", .help = "Terminal|Copy debug output to the current terminal",\
	  .run = exec_monitor, .level = 15 },                                                                     \
	{ .syntax = "terminal no=no monitor",                                                        \
	  .help = "Terminal|Negate|Copy debug output to the current terminal",                       \
	  .run = exec_monitor, .level = 15 },                                                                     \
	{ .syntax = "terminal {length <0-512>=rows | width <0-512>=columns |"                        \
	    " history [size <0-256>=history]}",                                                      \
	  .help = "Terminal|Lines on a screen|Number|Columns of a screen|Number|What was typed|"     \
	    "How much is kept|Lines", .run = exec_terminal },                                        \
	{ .syntax = "terminal no=no {length=length | width=width | history=log [size]}",             \
	  .help = "Terminal|Back to what the line says|Lines on a screen|Columns of a screen|"       \
	    "What was typed|How much is kept", .run = exec_terminal },                               \
	{ .syntax = "csim start WORD=number [duration <1-3600>=seconds]",                            \
	  .help = "Call simulation|Place a call from this box|Called number|How long it lasts|"      \
	    "Seconds", .run = exec_csim, .level = 15 },
/* clang-format on */

/* ---- show_config.c ------------------------------------------------------------------------------ */

run_h show_running, show_startup;
/* clang-format off */
#define SHOW_CONFIG_ROWS                                                                         \
	{ .syntax = "show running-config [all=all | brief=brief | full | view full |"                \
	    " interface KIND=interface]",                                                            \
	  .help = "Show running system information|Current operating configuration|With defaults|"   \
	    "Without certificates|All that is configured|A view|All that is configured|"             \
	    "Of an interface", .kind = &interface_kind, .run = show_running, .level = 15 },          \
	{ .syntax = "show startup-config",                                                           \
	  .help = "Show running system information|Contents of startup configuration",               \
	  .run = show_startup, .level = 15 },
/* clang-format on */

/* ---- show_crypto.c ------------------------------------------------------------------------------ */

run_h show_pki_certificates, show_pki_storage, show_pki_trustpoints, show_pki_timers, show_trustpool,
    show_mypubkey, exec_key_lock, exec_key_unlock;
/* clang-format off */
#define SHOW_HELP "Show running system information"
#define SHOW_CRYPTO_ROWS                                                                         \
	{ .syntax = "show crypto {pki | ca} certificates [verbose=verbose | pem=pem |"               \
	    " NAME=name]*",                                                                          \
	  .help = SHOW_HELP "|Encryption module|Public key components|Public key components|"        \
	    "Certificates|In full|In PEM|Trustpoint",                                                \
	  .run = show_pki_certificates, .level = 15 },                                               \
	{ .syntax = "show crypto {pki | ca} certificates storage",                                   \
	  .help = SHOW_HELP "|Encryption module|Public key components|Public key components|"        \
	    "Certificates|Where they are kept", .run = show_pki_storage, .level = 15 },              \
	{ .syntax = "show crypto {pki | ca} trustpool [policy=policy | verbose=verbose]",            \
	  .help = SHOW_HELP "|Encryption module|Public key components|Public key components|"        \
	    "CA certificates of a bundle|Their policy|In full", .run = show_trustpool, .level = 15 },\
	{ .syntax = "show crypto {pki | ca} timers [detail=detail]",                                 \
	  .help = SHOW_HELP "|Encryption module|Public key components|Public key components|"        \
	    "When something expires|With dates", .run = show_pki_timers, .level = 15 },              \
	{ .syntax = "show crypto {pki | ca} trustpoints [status=status | NAME=name]*",               \
	  .help = SHOW_HELP "|Encryption module|Public key components|Public key components|"        \
	    "Trustpoints|Their state|Trustpoint",                                                    \
	  .run = show_pki_trustpoints, .level = 15 },                                                \
	{ .syntax = "crypto key lock {rsa | ec} [name NAME=label] passphrase WORD=passphrase",       \
	  .help = "Encryption module|Key pairs|Lock one that is encrypted|RSA|EC|Of a label|Label|"  \
	    "Passphrase|Its text", .secret = true, .run = exec_key_lock, .level = 15 },              \
	{ .syntax = "crypto key unlock {rsa | ec} [name NAME=label] passphrase WORD=passphrase",     \
	  .help = "Encryption module|Key pairs|Make it usable|RSA|EC|Of a label|Label|"              \
	    "Passphrase|Its text", .secret = true, .run = exec_key_unlock, .level = 15 },            \
	{ .syntax = "show crypto key mypubkey {rsa=type:0 | ec=type:1 | all=type:2} [NAME=label]",   \
	  .help = SHOW_HELP "|Encryption module|Key pairs|Our public keys|RSA|EC|All|Label",         \
	  .run = show_mypubkey, .level = 15 },
/* clang-format on */

/* ---- show_sip.c --------------------------------------------------------------------------------- */

run_h show_sip_connections, show_sip_status, show_sip_statistics, show_sip_timers, show_sip_retry,
    show_sip_min_se, show_sip_service;
/* clang-format off */
#define SHOW_SIP SHOW_HELP "|SIP commands|SIP user agent"
#define SHOW_SIP_ROWS                                                                            \
	{ .syntax = "show {sip | sip-ua} connections"                                                \
	    " {udp=transport:1 | tcp=transport:2 [tls=transport:3]} {brief | detail=detail}",        \
	  .help = SHOW_SIP "|Connections|UDP|TCP|TLS over TCP|Counters|Every connection",            \
	  .run = show_sip_connections, .level = 15 },                                                \
	{ .syntax = "show {sip | sip-ua} status", .help = SHOW_SIP "|Status",                        \
	  .run = show_sip_status, .level = 15 },                                                     \
	{ .syntax = "show {sip | sip-ua} statistics", .help = SHOW_SIP "|Counters",                  \
	  .run = show_sip_statistics, .level = 15 },                                                 \
	{ .syntax = "show {sip | sip-ua} timers", .help = SHOW_SIP "|Timers",                        \
	  .run = show_sip_timers, .level = 15 },                                                     \
	{ .syntax = "show {sip | sip-ua} retry", .help = SHOW_SIP "|How often is sent again",        \
	  .run = show_sip_retry, .level = 15 },                                                      \
	{ .syntax = "show {sip | sip-ua} min-se", .help = SHOW_SIP "|The smallest session interval", \
	  .run = show_sip_min_se, .level = 15 },                                                     \
	{ .syntax = "show {sip | sip-ua} service", .help = SHOW_SIP "|Are calls taken",              \
	  .run = show_sip_service, .level = 15 },
/* clang-format on */

/* ---- show_call.c -------------------------------------------------------------------------------- */

run_h show_call_active, show_call_history, show_rtp_connections;
/* clang-format off */
#define SHOW_CALL_ROWS                                                                           \
	{ .syntax = "show call active voice [brief=form:1 | compact=form:2 | summary=form:3]",       \
	  .help = SHOW_HELP "|Calls|Under way|Voice|A few lines each|One line each|Numbers of legs", \
	  .run = show_call_active, .level = 15 },                                                    \
	{ .syntax = "show call history voice [brief=form:1 | compact=form:2] [last <1-100000>=last]",\
	  .help = SHOW_HELP "|Calls|Over|Voice|A few lines each|One line each|The last ones|Calls",  \
	  .run = show_call_history, .level = 15 },                                                   \
	{ .syntax = "show voip rtp connections [detail=detail]",                                     \
	  .help = SHOW_HELP "|Voice over IP|RTP|Active connections|In full",                         \
	  .run = show_rtp_connections, .level = 15 },
/* clang-format on */

/* ---- show_dialpeer.c ---------------------------------------------------------------------------- */

run_h show_dial_peer, show_keepalive, show_dialplan, show_trusted_list, show_trusted_check;
/* clang-format off */
#define SHOW_DIALPEER_ROWS                                                                       \
	{ .syntax = "show dial-peer voice [<1-1073741823>=tag | summary=summary]",                   \
	  .help = SHOW_HELP "|Dial peers|Voice|Tag|One line each",                                   \
	  .run = show_dial_peer, .level = 15 },                                                      \
	{ .syntax = "show dial-peer voip keepalive status [<1-1073741823>=tag]",                     \
	  .help = SHOW_HELP "|Dial peers|Voice over IP|OPTIONS keepalive|Who answers|Tag",           \
	  .run = show_keepalive, .level = 15 },                                                      \
	{ .syntax = "show dialplan number WORD=number",                                              \
	  .help = SHOW_HELP "|Dial plan|The dial peers of a number|Called number",                   \
	  .run = show_dialplan, .level = 15 },                                                       \
	{ .syntax = "show ip address trusted list",                                                  \
	  .help = SHOW_HELP "|Internet Protocol|Addresses|Trusted|The list of them",                 \
	  .run = show_trusted_list, .level = 15 },                                                   \
	{ .syntax = "show ip address trusted check A.B.C.D=address",                                 \
	  .help = SHOW_HELP "|Internet Protocol|Addresses|Trusted|Is it|Address",                    \
	  .run = show_trusted_check, .level = 15 },
/* clang-format on */

/* ---- show_system.c ------------------------------------------------------------------------------ */

run_h show_users, show_line, clear_line, show_ip_ssh, show_ssh, exec_disconnect_ssh;
run_h show_inventory;
run_h show_version, show_clock, show_privilege, show_logging;
/* clang-format off */
#define SHOW_SYSTEM_ROWS                                                                         \
	{ .syntax = "show version", .help = SHOW_HELP "|Software and hardware",                      \
	  .run = show_version },                                                                     \
	{ .syntax = "show clock [detail=detail]", .help = SHOW_HELP "|The clock|And who keeps it",   \
	  .run = show_clock },                                                                       \
	{ .syntax = "show users [all]", .help = SHOW_HELP "|Who is logged in|Lines too where nobody is",\
	  .run = show_users },                                                                       \
	{ .syntax = "who [all]", .help = "Who is logged in|Lines too where nobody is",               \
	  .run = show_users },                                                                       \
	{ .syntax = "show line", .help = SHOW_HELP "|Terminal lines", .run = show_line },            \
	{ .syntax = "clear line {console=console <0-0> | vty <0-999>=vty | <0-1001>=line}",          \
	  .help = "Reset functions|A terminal line|Primary terminal line|Number|Virtual terminal|"   \
	    "Number|Line number", .run = clear_line, .level = 15 },                                  \
	{ .syntax = "show ip ssh", .help = SHOW_HELP "|Internet Protocol|The SSH server",            \
	  .run = show_ip_ssh },                                                                      \
	{ .syntax = "show ssh", .help = SHOW_HELP "|SSH connections", .run = show_ssh },             \
	{ .syntax = "disconnect ssh [vty=vty] <0-999>=number",                                       \
	  .help = "Disconnect|An SSH connection|Virtual terminal|Its number",                        \
	  .run = exec_disconnect_ssh, .level = 15 },                                                 \
	{ .syntax = "show inventory", .help = SHOW_HELP "|What the box is made of",                  \
	  .run = show_inventory },                                                                   \
	{ .syntax = "show privilege", .help = SHOW_HELP "|Current privilege level",                  \
	  .run = show_privilege },                                                                   \
	{ .syntax = "show logging", .help = SHOW_HELP "|The log buffer",                             \
	  .run = show_logging, .level = 15 },
/* clang-format on */

/* ---- debug.c ------------------------------------------------------------------------------------ */

/* The rows of debug.c, as `what' of the rows below names them. */
enum debug_what { DEBUG_ROW_DIALPEER, DEBUG_ROW_SIP, DEBUG_ROW_TLS_ERRORS, DEBUG_ROW_TLS_MESSAGES,
	DEBUG_ROW_TLS_STATES, DEBUG_ROW_PKI_SERVER, DEBUG_ROW_PKI_SCEP, DEBUG_ROW_PKI_MESSAGES,
	DEBUG_ROW_PKI_TRANSACTIONS, DEBUG_ROW_PKI_VALIDATION, DEBUG_ROW_PKI_CALLBACKS, DEBUG_ROW_PKI_API };
run_h debug_set, debug_set_all, debug_clear, debug_clear_all, show_debugging;
/* clang-format off */
#define DEBUG_SSL "ssl openssl {errors=what:2 | msg=what:3 | states=what:4}"
#define DEBUG_SSL_HELP "|TLS|The library|Errors|Messages of the handshake|States of the handshake"
#define DEBUG_PKI "crypto pki {server=what:5 | scep=what:6 | messages=what:7 |"                  \
	" transactions=what:8 | validation=what:9 | callbacks=what:10 | api=what:11}"
#define DEBUG_PKI_HELP "|Cryptography|Public key components|The certificate authority|Messages of SCEP|" \
	"What is sent and received to enroll|Steps of an enrollment|Certificates of peers|"          \
	"Questions about certificates|What is made of trustpoints"
#define DEBUG_ON "Debugging functions"
#define DEBUG_OFF "Disable debugging functions"
#define DEBUG_ROWS                                                                               \
	{ .syntax = "debug " DEBUG_SSL, .help = DEBUG_ON DEBUG_SSL_HELP,                             \
	  .run = debug_set, .level = 15, .negates = true },                                          \
	{ .syntax = "debug ccsip messages=what:1", .help = DEBUG_ON "|SIP|Messages",                 \
	  .run = debug_set, .level = 15, .negates = true },                                          \
	{ .syntax = "debug " DEBUG_PKI, .help = DEBUG_ON DEBUG_PKI_HELP,                             \
	  .run = debug_set, .level = 15, .negates = true },                                          \
	{ .syntax = "undebug " DEBUG_PKI, .help = DEBUG_OFF DEBUG_PKI_HELP,                          \
	  .run = debug_clear, .level = 15 },                                                         \
	{ .syntax = "debug voip dialpeer=what:0 [inout]",                                            \
	  .help = DEBUG_ON "|Voice over IP|Which dial-peers match|In and out",                       \
	  .run = debug_set, .level = 15, .negates = true },                                          \
	{ .syntax = "debug all", .help = DEBUG_ON "|All of them",                                    \
	  .run = debug_set_all, .level = 15, .negates = true },                                      \
	{ .syntax = "undebug " DEBUG_SSL, .help = DEBUG_OFF DEBUG_SSL_HELP,                          \
	  .run = debug_clear, .level = 15 },                                                         \
	{ .syntax = "undebug ccsip messages=what:1", .help = DEBUG_OFF "|SIP|Messages",              \
	  .run = debug_clear, .level = 15 },                                                         \
	{ .syntax = "undebug voip dialpeer=what:0 [inout]",                                          \
	  .help = DEBUG_OFF "|Voice over IP|Which dial-peers match|In and out",                      \
	  .run = debug_clear, .level = 15 },                                                         \
	{ .syntax = "undebug all", .help = DEBUG_OFF "|All of them",                                 \
	  .run = debug_clear_all, .level = 15 },                                                     \
	{ .syntax = "show debugging", .help = SHOW_HELP "|What is debugged",                         \
	  .run = show_debugging, .level = 15 },
/* clang-format on */

/* ---- clear.c ------------------------------------------------------------------------------------ */

run_h clear_sip_connection, clear_logging;
extern const struct kind sip_peer_kind;         /* ipv4:A.B.C.D:PORT */
/* clang-format off */
#define CLEAR_ROWS                                                                               \
	{ .syntax = "clear {sip | sip-ua} {udp=transport:1 | tcp=transport:2 [tls=transport:3]}"     \
	    " connection {id <1-2147483647>=id [target KIND=target] |"                               \
	    " target KIND=target [id <1-2147483647>=id]}",                                           \
	  .help = "Reset functions|SIP commands|SIP user agent|UDP|TCP|TLS over TCP|A connection|"   \
	    "By its number|Conn-Id|By its far end|By its far end|By its number|Conn-Id",             \
	  .run = clear_sip_connection, .kind = &sip_peer_kind, .level = 15 },                        \
	{ .syntax = "clear logging", .help = "Reset functions|The log buffer",                       \
	  .run = clear_logging, .level = 15 },
/* clang-format on */

/* All of them. */
#define SHOW_ROWS                                                                                \
	SHOW_CONFIG_ROWS SHOW_CRYPTO_ROWS EXPLAIN_ROWS ROLLOVER_ROWS SHOW_SIP_ROWS            \
	SHOW_CALL_ROWS SHOW_DIALPEER_ROWS                                                            \
	SHOW_SYSTEM_ROWS DEBUG_ROWS CLEAR_ROWS FILE_ROWS ROLLBACK_ROWS ARCHIVE_ROWS RELOAD_ROWS      \
	SHOW_BOX_ROWS SHOW_NET_ROWS ALIAS_ROWS CONDITION_ROWS ACL_EXEC_ROWS GATE_ROWS NTP_EXEC_ROWS  \
	CAPTURE_ROWS PKI_SERVER_ROWS

#endif
