/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/sip_ua.h -- what `sip-ua` can be told. */
#ifndef MODES_SIP_UA_H
#define MODES_SIP_UA_H

#include "modes/dial_peer.h"
#include "shell/line.h"

enum cn_san { CN_SAN_NONE, CN_SAN_SERVER, CN_SAN_CLIENT, CN_SAN_BIDIRECTIONAL, CN_SANS };
extern const struct choice cn_san_choices[CN_SANS];

/* Which certificate of ours serves a peer, and how the peer's is judged. */
#define SIGNALING_FIELDS                                                                         \
	text64 trustpoint; text64 client_vtp; uint8_t strict, ecdsa, cn_san; uint16_t curve;         \
	uint16_t profile;
struct signaling { uint8_t set; SIGNALING_FIELDS };             /* default */
struct signaling_remote { struct node node; struct in_addr address, mask; SIGNALING_FIELDS };
#define SIGNALING_SYNTAX "{trustpoint NAME=trustpoint [strict-cipher=strict |"                   \
	" ecdsa-cipher=ecdsa [curve-size 384=curve:384] | client-vtp NAME=client_vtp |"            \
	" cn-san-validate CHOICE=cn_san]* | tls-profile <1-10000>=profile}"
#define SIGNALING_HELP "|Our certificate|Name of the trustpoint|Only TLS_RSA_WITH_AES_128_CBC_SHA|"\
	"Only ECDSA suites|Size of the curve|P-384|Trustpoint that the peer is checked with|"      \
	"Its name|Check the names in the peer's certificate|TLS profile|Its tag"

enum tls_version { TLS_VERSION_ANY, TLS_VERSION_10, TLS_VERSION_11, TLS_VERSION_12,
	TLS_VERSION_12_UP, TLS_VERSION_13, TLS_VERSIONS };

#define SIP_UA_LINES(_)                                                                          \
_(bool,     remote_party_id, "remote-party-id", "on", "Send and honour Remote-Party-ID",         \
  .stored = true)                                                                                \
_(uint8_t,  max_forwards, "max-forwards <1-70>", "70", "Max-Forwards of requests|Number")        \
_(uint8_t,  retry_invite, "retry invite <1-10>", "6",                                            \
  "How often a request is sent again|INVITE|Times")                                              \
_(uint8_t,  retry_response, "retry response <1-10>", "6",                                        \
  "How often a request is sent again|Responses|Times", .stored = true)                           \
_(uint8_t,  retry_bye, "retry bye <1-10>", "10",                                                 \
  "How often a request is sent again|BYE|Times", .stored = true)                                 \
_(uint8_t,  retry_cancel, "retry cancel <1-10>", "10",                                           \
  "How often a request is sent again|CANCEL|Times", .stored = true)                              \
_(uint16_t, trying_ms, "timers trying <100-1000>", "500",                                        \
  "SIP timers|Wait for an answer to an INVITE|Milliseconds")                                     \
_(uint16_t, connect_ms, "timers connect <100-1000>", "500",                                      \
  "SIP timers|Wait for the ACK|Milliseconds", .stored = true)                                    \
_(uint32_t, expires_ms, "timers expires <60000-1800000>", "180000",                              \
  "SIP timers|How long an INVITE may ring|Milliseconds")                                         \
_(uint16_t, aging_min, "timers connection aging <5-1440>", "5",                                  \
  "SIP timers|Connections|Close when idle|Minutes")                                              \
_(uint16_t, aging_tls_min, "timers connection aging tls <60-4320>", "60",                        \
  "SIP timers|Connections|Close when idle|TLS|Minutes")                                          \
_(uint8_t,  establish_s, "timers connection establish tls <5-20>", "20",                         \
  "SIP timers|Connections|Give up when not up|TLS|Seconds")                                      \
_(bool,     connection_reuse, "connection-reuse", NULL, "Use the peer's connection (RFC 5923)",  \
  .stored = true)                                                                                \
_(bool,     udp, "transport udp", "on", "Transport of SIP|UDP")                                  \
_(bool,     tcp, "transport tcp", "on", "Transport of SIP|TCP")                                  \
_(bool,     tls, "transport tcp tls", "on", "Transport of SIP|TCP|TLS over TCP", .set = tls_set)  \
_(uint8_t,  tls_version, "transport tcp tls CHOICE", NULL,                                       \
  "Transport of SIP|TCP|TLS over TCP", .choices = CHOICES(tls_version_choices),                  \
  .set = tls_version_set)                                                                        \
_(struct map *, remote,                                                                          \
  "crypto signaling remote-addr A.B.C.D=#address A.B.C.D=#mask / " SIGNALING_SYNTAX, NULL,       \
  "Crypto|Signalling|Peers in a subnet|Its address|Its mask" SIGNALING_HELP,                     \
  .each = &mode_signaling_remote, .parts = signaling_remote_parts,                               \
  .choices = CHOICES(cn_san_choices), .by_birth = true, .trail = true)                           \
_(struct signaling, by_default, "crypto signaling default / " SIGNALING_SYNTAX, NULL,            \
  "Crypto|Signalling|All other peers" SIGNALING_HELP, .parts = signaling_parts,                  \
  .choices = CHOICES(cn_san_choices), .trail = true)

struct sip_ua { uint8_t set; SIP_UA_LINES(LINE_FIELD) };

extern const struct mode mode_sip_ua;

#endif
