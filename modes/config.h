/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/config.h -- the whole configuration: the rows of `configure terminal`, in the order in
 * which `show running-config` prints them. */
#ifndef MODES_CONFIG_H
#define MODES_CONFIG_H

#include "modes/access.h"
#include "modes/acl.h"
#include "modes/alias.h"
#include "modes/archive.h"
#include "modes/banner.h"
#include "modes/dial_peer.h"
#include "modes/enroll_profile.h"
#include "modes/general.h"
#include "modes/general_network.h"
#include "modes/ip_ssh.h"
#include "modes/ip_tcp.h"
#include "modes/logging.h"
#include "modes/names.h"
#include "modes/ntp.h"
#include "modes/pki_server.h"
#include "modes/sip_ua.h"
#include "modes/tls_class.h"
#include "modes/trustpoint.h"
#include "modes/trustpool.h"
#include "modes/voice_service.h"

/* voice class codec N: codecs by preference. */
struct codec_preference { struct node node; uint8_t preference, codec; uint16_t bytes; };
#define CODEC_CLASS_LINES(_)                                                                     \
_(struct map *, codecs,                                                                          \
  "codec preference <1-24>=#preference CHOICE=codec [bytes <10-240>=bytes]", NULL,               \
  "Codec|Order of preference|Number, 1 is best|Payload size|Bytes",                              \
  .each = &mode_codec_preference, .parts = codec_preference_parts,                               \
  .choices = CHOICES(codec_choices))
struct codec_class { struct node node; CODEC_CLASS_LINES(LINE_FIELD) };

/* voice class srtp-crypto N: suites by preference. */
struct crypto_preference { struct node node; uint8_t preference, suite; };
#define SRTP_CLASS_LINES(_)                                                                      \
_(struct map *, suites, "crypto <1-4>=#preference CHOICE=suite", NULL,                           \
  "SRTP suite|Order of preference, 1 is best", .each = &mode_crypto_preference,                  \
  .parts = crypto_preference_parts, .choices = CHOICES(suite_choices))
struct srtp_class { struct node node; SRTP_CLASS_LINES(LINE_FIELD) };

#define INTERFACE_LINES(_)                                                                       \
_(text256,  description, "description LINE", NULL, "Interface specific description|Its text")    \
_(struct ip_mask, ip, "ip address A.B.C.D=address A.B.C.D=mask", NULL,                           \
  "Interface Internet Protocol config commands|Set the IP address of an interface|IP address|"   \
  "IP subnet mask", .parts = ip_mask_parts)                                                      \
_(bool,     shutdown, "shutdown", NULL, "Shutdown the selected interface")                       \
_(text32,   negotiation, "negotiation LINE", NULL, "Autonegotiation|Its words", .stored = true)  \
_(text32,   duplex, "duplex LINE", NULL, "Duplex operation|Its words", .stored = true)           \
_(text32,   speed, "speed LINE", NULL, "Speed operation|Its words", .stored = true)
struct interface { struct node node; INTERFACE_LINES(LINE_FIELD) };

/* UNSAID: a console asks for nothing, a vty for its password. */
enum tty_login { TTY_LOGIN_UNSAID, TTY_LOGIN_PASSWORD, TTY_LOGIN_LOCAL, TTY_LOGIN_NONE, TTY_LOGINS };
enum tty_transport { TTY_INPUT_NONE = 1, TTY_INPUT_TELNET, TTY_INPUT_SSH, TTY_INPUT_ALL,
	TTY_INPUTS };
struct exec_timeout { uint8_t set; uint32_t minutes, seconds; };
struct input_list { uint8_t set, ways[4]; };
#define TTY_LINES(_)                                                                             \
_(struct exec_timeout, exec_timeout, "exec-timeout <0-35791>=minutes [<0-2147483>=seconds]",     \
  "10 0", "Set the EXEC timeout|Timeout in minutes|Timeout in seconds",                            \
  .parts = exec_timeout_parts)                                                   \
_(uint8_t,  privilege, "privilege level <0-15>", "1",                                            \
  "Privilege of who logs in here|Level|Number")                                                  \
_(struct secret, password, "password PASSWORD", NULL, "Set a password")                          \
_(bool,     synchronous, "logging synchronous", NULL, "Log messages|Keep them off the typed line")\
_(uint8_t,  login, "CHOICE", NULL, "", .choices = CHOICES(login_choices), .set = login_set)      \
_(text64,   login_list, "login authentication WORD", NULL,                                       \
  "Enable password checking|By a list of aaa|Its name")                                          \
_(text64,   exec_list, "authorization exec WORD", NULL,                                          \
  "What they may|Privilege|Name of the list", .stored = true)                                    \
_(text64,   acl_in, "access-class WORD in", NULL,                                                \
  "Who may come, by their address|Access list|To this line")                  \
_(text64,   acl_out, "access-class WORD out", NULL,                                              \
  "Who may come, by their address|Access list|From this line", .stored = true)                   \
_(uint16_t, history, "history size <0-256>", "20", "History of what was typed|How much|Lines")   \
_(uint16_t, session_limit, "session-limit <0-65535>", NULL, "Sessions|Number", .stored = true) \
_(text32,   session_timeout, "session-timeout LINE", NULL, "Of a session|Minutes", .stored = true)\
_(uint16_t, absolute_timeout, "absolute-timeout <0-10000>", NULL, "Of a session|Minutes")                                                                                \
_(uint16_t, lines, "length <0-512>", "24", "Number of lines on a screen|Lines, 0: no pause")     \
_(uint16_t, columns, "width <0-512>", "80", "Width of the screen|Columns")                        \
_(struct input_list, input, "transport input {CHOICE=ways}+", NULL, "Transport protocols|To this line", \
  .parts = input_parts, .choices = CHOICES(input_choices))                             \
_(text32,   stopbits, "stopbits WORD", NULL, "Stop bits|Number", .stored = true)
struct tty { struct node node; TTY_LINES(LINE_FIELD) };

#define GATEWAY_LINES(_)                                                                         \
_(uint8_t,  inactivity, "media-inactivity-criteria CHOICE", NULL,                                \
  "What counts as silence", .choices = CHOICES(inactivity_choices), .stored = true)              \
_(uint32_t, rtcp_multiple, "timer receive-rtcp <2-1000>", NULL,                                  \
  "Timers|No RTCP for so many report intervals|Multiple", .stored = true)                        \
_(uint32_t, receive_rtp_s, "timer receive-rtp <30-86400>", "1200",                               \
  "Timers|No packet for so long ends a call|Seconds")
struct gateway { uint8_t set; GATEWAY_LINES(LINE_FIELD) };

#define CONFIG_LINES(_)                                                                          \
_(text32,   version, "version WORD", NULL, "Version of the software|Number", .run = ignore_line) \
STAMPS_LINES(_)                                                                                  \
_(bool,     password_encryption, "service password-encryption", NULL,                            \
  "Services|Do not show passwords in the clear", .stored = true)                                 \
_(bool,     password_aes, "password encryption aes", NULL,                                       \
  "Passwords|Encryption|By AES: the private keys in NVRAM, with the master key",                 \
  .run = password_encryption, .negates = true)                                                   \
GENERAL_SERVICE_LINES(_)                                                                         \
_(text64,   hostname, "hostname WORD", "Router", "Set system's network name|This system's name", \
  .set = hostname_set, .always = true)                                                           \
GENERAL_BOOT_LINES(_)                                                                            \
NETWORK_VRF_LINES(_)                                                                             \
LOGGING_LINES(_)                                                                                 \
ENABLE_LINES(_)                                                                                  \
AAA_LINES(_)                                                                                     \
CLOCK_LINES(_)                                                                                   \
NAMES_LINES(_)                                                                                   \
GENERAL_CLOCK_LINES(_)                                                                           \
_(bool,     domain_lookup, "ip domain lookup", "on",                                             \
  "Internet Protocol|IP DNS resolver|Look names up")                                             \
_(text256,  domain, "ip domain name WORD", NULL,                                                 \
  "Internet Protocol|IP DNS resolver|Default domain name|Domain name")                           \
_(text256,  domain_dash, "ip domain-name WORD", NULL,                                            \
  "Internet Protocol|Default domain name|Domain name", .set = domain_set, .hidden = true)        \
LOGIN_LINES(_)                                                                                   \
NETWORK_IP_LINES(_)                                                                              \
GENERAL_TELEPHONY_LINES(_)                                                                       \
_(struct map *, trustpoints, "crypto {pki | ca} trustpoint NAME=#", NULL,                        \
  "Crypto|Public key components|Certification authority|Define a CA trustpoint|Its name", .enter = &mode_trustpoint,     \
  .by_birth = true, .run = crypto_trustpoint, .negates = true)                                                                              \
PKI_SERVER_TOP(_)                                                                                \
_(struct map *, enroll_profiles, "crypto {pki | ca} profile enrollment NAME=#", NULL,            \
  "Crypto|Public key components|Certification authority|A profile|Of enrollment|Its name",       \
  .enter = &mode_enroll_profile, .by_birth = true, .run = crypto_enroll_profile, .negates = true)                                                         \
_(struct trustpool_policy, trustpool, "crypto {pki | ca} trustpool policy", NULL,                \
  "Crypto|Public key components|Certification authority|CA certificates of a bundle|Its policy", \
  .enter = &mode_trustpool)                                                                      \
_(struct stored_block, certificate_pool, "crypto pki certificate pool", NULL,                    \
  "Crypto|Public key components|Certificates|The trustpool as another box has it",               \
  .enter = &mode_certificate_pool, .stored = true)                                               \
_(bool,     certificate_query, "crypto pki certificate query", NULL,                             \
  "Crypto|Public key components|Certificates|Ask for them when needed",  \
  .stored = true)                                                                                \
_(text64,   certificate_storage, "crypto {pki | ca} certificate storage WORD", NULL,             \
  "Crypto|Public key components|Certification authority|Certificates|Where they are kept|"       \
  "File system", .stored = true)                                                                 \
_(struct map *, pki_lines, "crypto {pki | ca} CHOICE=# LINE=#", NULL,                            \
  "Crypto|Public key components|Certification authority|Its words", STORED_LINE,                 \
  .choices = CHOICES(pki_words))                                                                 \
_(struct map *, certificate_maps, "crypto {pki | ca} certificate map NAME=# <1-65535>=#",  \
  NULL, "Crypto|Public key components|Certification authority|Certificates|What a certificate has to be|Its name|Sequence",    \
  .enter = &mode_certificate_map, .by_birth = true)                                              \
_(struct map *, chains, "crypto {pki | ca} certificate chain NAME=#", NULL,                      \
  "Crypto|Public key components|Certification authority|Certificates|The chain of a trustpoint|Its name",                \
  .enter = &mode_cert_chain, .by_birth = true, .run = crypto_chain, .negates = true)                                                   \
_(struct voice_service, voip, "voice service voip", NULL, "Voice|Global parameters|Voice over IP",\
  .enter = &mode_voice_service)                                                                  \
_(struct map *, codec_classes, "voice class codec <1-10000>=#", NULL,                            \
  "Voice|Class|Codecs by preference|Tag", .enter = &mode_codec_class, .by_birth = true)          \
_(struct map *, srtp_classes, "voice class srtp-crypto <1-10000>=#", NULL,                       \
  "Voice|Class|SRTP suites by preference|Tag", .enter = &mode_srtp_class, .by_birth = true)      \
TLS_CLASS_LINES(_)                                                                               \
USER_LINES(_)                                                                                    \
GENERAL_HARDWARE_LINES(_)                                                                        \
GENERAL_BLOCK_LINES(_)                                                                           \
NETWORK_MAP_LINES(_)                                                                             \
NETWORK_CRYPTO_LINES(_)                                                                          \
_(struct map *, interfaces, "interface KIND=#", NULL, "Select an interface to configure",        \
  .enter = &mode_interface, .kind = &interface_kind, .by_birth = true)                           \
_(struct archive_config, archive, "archive", NULL, "Copies of the configuration",                \
  .enter = &mode_archive)                                                                        \
NETWORK_ROUTE_LINES(_)                                                                           \
IP_TCP_LINES(_)                                                                                  \
IP_SSH_LINES(_)                                                                                  \
ACL_LINES(_)                                                                                     \
SYSLOG_LINES(_)                                                                                  \
NETWORK_SERVER_LINES(_)                                                                          \
_(struct map *, dial_peers, "dial-peer voice <1-1073741823>=# voip", NULL,                       \
  "Dial peers|Voice|Tag|Voice over IP", .enter = &mode_dial_peer, .by_birth = true)              \
_(struct gateway, gateway, "gateway", NULL, "Gateway parameters", .enter = &mode_gateway,        \
  .trail = true)                                                                                 \
_(struct sip_ua, sip_ua, "sip-ua", NULL, "SIP user agent", .enter = &mode_sip_ua, .trail = true) \
ALIAS_LINES(_)                                                                                   \
PRIVILEGE_LINES(_)                                                                               \
BANNER_LINES(_)                                                                                  \
_(struct map *, consoles, "line con <0-0>=#", NULL,                                              \
  "Configure a terminal line|Primary terminal line|Line number", .enter = &mode_tty)             \
_(struct map *, vtys, "line vty <0-98>=# [<0-98>=#]", NULL,                                      \
  "Configure a terminal line|Virtual terminal|First line number|Last line number",               \
  .enter = &mode_tty)                                                                            \
GENERAL_END_LINES(_)                                                                             \
NTP_LINES(_)

struct config { CONFIG_LINES(LINE_FIELD) };

extern const struct mode mode_config, mode_exec, mode_always;
extern const struct mode mode_interface, mode_tty, mode_codec_class, mode_srtp_class, mode_gateway;
extern const struct cli parapet_cli;

/* For the door: after how many idle seconds a line is closed (0: never; exec-timeout, 10 minutes by
 * itself), and how many lines `line vty' has made. */
int tty_idle_s(const struct config *, const char *tty);
/* `absolute-timeout' in seconds, whatever is typed; 0: none. */
int tty_absolute_s(const struct config *, const char *tty);
int vty_count(const struct config *);
/* `length' of a line (0: no pause); is it the one that lines have by themselves?  And `logging
 * synchronous'. */
int tty_rows(const struct config *, const char *tty, bool *by_itself);
/* `width' of a line (0: a row has no end), in the same way. */
int tty_columns(const struct config *, const char *tty, bool *by_itself);
bool tty_synchronous(const struct config *, const char *tty);
int tty_history(const struct config *, const char *tty);        /* `history size' */
/* `transport input' of a vty (-1: of any): does it take that one?  TTY_INPUT_TELNET or _SSH; where
 * the line does not say, `unsaid'. */
bool tty_takes(const struct config *, int vty, enum tty_transport, bool unsaid);
/* What a line asks for by itself, its own password, its `login authentication' ("": default), and the
 * privilege of who logs in there. */
enum login tty_login(const struct config *, const char *tty);
const struct secret *tty_password(const struct config *, const char *tty);
const char *tty_login_list(const struct config *, const char *tty);
int tty_privilege(const struct config *, const char *tty);
/* access-class of a vty: may this address come, by that port of ours? */
bool tty_admits(const struct config *, int vty, const struct sockaddr *from, unsigned port);

#endif
