/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/voice_service.h -- what `voice service voip`, its `sip` and its trusted list can be told. */
#ifndef MODES_VOICE_SERVICE_H
#define MODES_VOICE_SERVICE_H

#include "modes/dial_peer.h"

struct trusted_ipv4 { struct node node; struct in_addr address, mask; };
struct trusted_ipv6 { struct node node; text64 prefix; };

#define IP_TRUST_LINES(_)                                                                        \
_(struct map *, ipv4, "ipv4 A.B.C.D=#address [A.B.C.D=#mask]", NULL,                             \
  "Trusted IPv4 address|IP address|Network mask", .each = &mode_trusted_ipv4,                    \
  .parts = trusted_ipv4_parts, .by_birth = true)                                                 \
_(struct map *, ipv6, "ipv6 WORD=#prefix", NULL,                                                 \
  "Trusted IPv6 prefix|X:X:X:X::X/<0-128>", .each = &mode_trusted_ipv6,                          \
  .parts = trusted_ipv6_parts, .by_birth = true, .stored = true)

struct ip_trust { uint8_t set; IP_TRUST_LINES(LINE_FIELD) };

struct min_se { uint8_t set; uint32_t min_s, expires_s; };
enum nat { NAT_OFF, NAT_AUTO, NAT_FORCE_ON };
enum rel1xx { REL1XX_SUPPORTED, REL1XX_REQUIRE, REL1XX_DISABLE };

#define SERV_SIP_LINES(_)                                                                        \
_(struct interface_ref, bind_control,                                                            \
  "bind control source-interface KIND=name [ipv4-address WORD=address]", NULL,                   \
  "SIP bind command|Bind only SIP control packets|Specify interface for source address|"         \
  "Address of it|IPv4 address", .parts = interface_ref_parts, .kind = &interface_kind)           \
_(struct interface_ref, bind_media,                                                              \
  "bind media source-interface KIND=name [ipv4-address WORD=address]", NULL,                     \
  "SIP bind command|Bind only media packets|Specify interface for source address|"               \
  "Address of it|IPv4 address", .parts = interface_ref_parts, .kind = &interface_kind)           \
_(struct interface_ref, bind_all, "bind all source-interface KIND=name", NULL,                   \
  "SIP bind command|Bind SIP control and media|Specify interface for source address",            \
  .parts = interface_ref_parts, .kind = &interface_kind, .set = bind_all_set, .hidden = true)    \
_(uint16_t, port, "listen-port non-secure <5000-5500>", "5060",                                  \
  "Change the listen port|Of UDP and TCP|Port")                                                  \
_(uint16_t, secure_port, "listen-port secure <1-65535>", "5061",                                 \
  "Change the listen port|Of TLS|Port")                                                          \
_(struct min_se, min_se, "min-se <90-86400>=min_s [session-expires <90-86400>=expires_s]", NULL, \
  "The smallest session interval|Seconds|The session interval that we ask for|Seconds",          \
  .parts = min_se_parts)                                                                         \
_(uint8_t,  transport, "session transport CHOICE", NULL,                                         \
  "VoIP session|Transport of outbound calls", .choices = CHOICES(transport_choices))             \
_(bool,     session_refresh, "session refresh", NULL,                                            \
  "VoIP session|Originate session timers (RFC 4028)")                                            \
_(bool,     header_passing, "header-passing", NULL, "Pass SIP headers to the application",       \
  .stored = true)                                                                                \
_(bool,     error_passthru, "error-passthru", NULL, "Pass error responses unchanged",            \
  .stored = true)                                                                                \
_(uint8_t,  url, "url CHOICE", NULL, "URI scheme of outgoing requests",                          \
  .choices = CHOICES(url_choices), .has_effect = url_has_effect)                                 \
_(uint8_t,  rel1xx, "rel1xx CHOICE", NULL, "Reliable provisional responses",                     \
  .choices = CHOICES(rel1xx_choices))                                                            \
_(uint8_t,  nat, "nat CHOICE", NULL, "Peers behind NAT", .choices = CHOICES(nat_choices),         \
  .has_effect = nat_has_effect)                                                                  \
_(bool,     keys_in_clear, "srtp keys-in-clear", NULL,                                           \
  "SRTP|Let a=crypto keys travel over signalling that is not TLS")                               \
_(struct early_offer, early_offer,                                                               \
  "early-offer forced=forced [renegotiate=renegotiate [always=renegotiate:2]]", NULL,            \
  "Send the offer in the first INVITE|Always|In mid-call too|Always",                            \
  .parts = early_offer_parts, .has_effect = early_offer_has_effect)                              \
_(uint16_t, srtp_crypto, "srtp-crypto <1-10000>", NULL,                                          \
  "SRTP suites by preference|Tag of the voice class")                                            \
_(uint8_t,  midcall, "midcall-signaling CHOICE", NULL,                                           \
  "How re-INVITE and UPDATE are handled", .choices = CHOICES(midcall_choices), .stored = true)   \
_(uint16_t, options_ping, "options-ping <60-1200>", NULL,                                        \
  "OPTIONS inside active calls|Seconds", .stored = true)                                         \
_(bool,     silent_discard, "silent-discard untrusted", "on",                                    \
  "Discard without an answer|Requests of addresses that are not trusted", .stored = true)

struct serv_sip { uint8_t set; SERV_SIP_LINES(LINE_FIELD) };

enum allowed { ALLOW_SIP = 1, ALLOW_H323 };
struct allow { struct node node; uint8_t from, to; };
struct border_mode { uint8_t set, border, licensed, periodic; uint32_t capacity; text32 period; };
struct port_range { uint8_t set; uint16_t min, max; };

#define VOICE_SERVICE_LINES(_)                                                                   \
_(struct ip_trust, trust, "ip address trusted list", NULL,                                       \
  "IP address|Address options|Trusted addresses|The list of them", .enter = &mode_ip_trust)      \
_(bool,     authenticate, "ip address trusted authenticate", "on",                               \
  "IP address|Address options|Trusted addresses|Check the source of every call")                 \
_(uint8_t,  block_cause, "ip address trusted call-block cause <1-127>", NULL,                    \
  "IP address|Address options|Trusted addresses|Refused calls|Their cause|Q.850 value",          \
  .stored = true)                                                                                \
_(struct port_range, rtp_ports, "rtp-port range <5500-65498>=min <5500-65498>=max", NULL,        \
  "RTP ports|Their range|First port|Last port", .parts = port_range_parts)                       \
_(bool,     address_hiding, "address-hiding", NULL,                                              \
  "Address hiding (SIP-SIP)")                                                                    \
_(struct border_mode, mode,                                                                      \
  "mode border-element=border [license=licensed [capacity <0-999999>=capacity |"                    \
  " periodicity=periodic LINE=period]]", NULL,                                                   \
  "Mode|Border element|Licence|Number of calls|Number|How often it is checked|Its words",        \
  .parts = border_mode_parts)                                                                    \
_(text32,   media_options, "media LINE", NULL, "Media options of all calls|Its words",           \
  .stored = true)                                                                                \
_(uint8_t,  srtp, "CHOICE", NULL, "", .choices = CHOICES(voip_srtp_choices),                     \
  .has_effect = srtp_has_effect)                                                                 \
_(struct map *, allow, "allow-connections CHOICE=#from to CHOICE2=#to", NULL,                    \
  "Allow call connection types|To", .choices = CHOICES(allow_choices),                           \
  .choices2 = CHOICES(allow_choices), .each = &mode_allow, .parts = allow_parts,                 \
  .by_birth = true, .has_effect = allow_has_effect)                                              \
_(bool,     pass_refer, "supplementary-service sip refer", "on",                                 \
  "Supplementary services|Of SIP|Pass REFER on", .stored = true)                                 \
_(bool,     pass_moved, "supplementary-service sip moved-temporarily", "on",                     \
  "Supplementary services|Of SIP|Pass 302 on", .stored = true)                                   \
_(bool,     handle_replaces, "supplementary-service sip handle-replaces", "on",                  \
  "Supplementary services|Of SIP|Handle Replaces", .stored = true)                               \
_(struct fax, fax_protocol, "fax protocol " FAX_SYNTAX,                                          \
  "t38 version 0 ls-redundancy 0 hs-redundancy 0 fallback none", FAX_HELP, .parts = fax_parts,   \
  .always = true, .stored = true)                                                                \
_(bool,     shutdown, "shutdown", NULL, "Refuse all new calls")                                  \
_(struct serv_sip, sip, "sip", NULL, "SIP of this service", .enter = &mode_serv_sip)

struct voice_service { uint8_t set; VOICE_SERVICE_LINES(LINE_FIELD) };

extern const struct mode mode_voice_service, mode_serv_sip, mode_ip_trust;

#endif
