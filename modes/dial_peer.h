/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/dial_peer.h -- what `dial-peer voice N voip` can be told. */
#ifndef MODES_DIAL_PEER_H
#define MODES_DIAL_PEER_H

#include "modes/media_types.h"

enum transport { TRANSPORT_SYSTEM, TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_TLS, TRANSPORTS };
enum protocol { PROTOCOL_CISCO, PROTOCOL_SIPV2, PROTOCOL_MULTICAST };
enum target_type {
	TARGET_NONE, TARGET_IPV4, TARGET_IPV6, TARGET_DNS, TARGET_SIP_SERVER, TARGET_REGISTRAR,
	TARGET_SIP_URI, TARGET_LOOPBACK, TARGET_RAS
};
enum dtmf { DTMF_NONE, DTMF_RTP_NTE, DTMF_SIP_NOTIFY, DTMF_SIP_KPML, DTMF_SIP_INFO, DTMF_CISCO_RTP,
	DTMF_H245_ALPHA, DTMF_H245_SIGNAL, DTMFS };
enum url { URL_SYSTEM, URL_SIP, URL_SIPS, URL_TEL };

struct session_target {                 /* ipv4:A[:PORT], dns:HOST[:PORT], loopback:rtp ... */
	uint8_t type;                   /* enum target_type */
	uint16_t port;                  /* 0: 5060 or 5061 by transport */
	struct in_addr ipv4;
	struct in6_addr ipv6;
	char host[128];
};

typedef char digits[65];                /* a destination-pattern */
/* enum dtmf in the order of preference, 0 ends it */
struct dtmf_list { uint8_t set, digits[DTMFS]; };

struct codec_choice { uint8_t set, codec; uint8_t fixed; uint16_t bytes; };
struct voice_class_ref { uint8_t set, offer_all; uint16_t tag; };
struct keepalive { uint8_t set; uint16_t up_s, down_s; uint8_t retry; uint16_t profile; };
struct interface_ref { uint8_t set; text64 name; text64 address; };
struct fax { uint8_t set, kind, nse, force, has_version, version, has_ls, ls, has_hs, hs, fallback; };
#define FAX_SYNTAX "{t38=kind:1 [nse=nse [force=force]] [version=has_version <0-3>=version]"     \
	" [ls-redundancy=has_ls <0-5>=ls [hs-redundancy=has_hs <0-2>=hs]] [fallback {none=fallback:1 |" \
	" cisco=fallback:2 | pass-through {g711ulaw=fallback:3 | g711alaw=fallback:4}}] |"         \
	" pass-through {g711ulaw=kind:2 | g711alaw=kind:3} | cisco=kind:4 | none=kind:5 |"         \
	" system=kind:6}"
#define FAX_HELP "Fax|Protocol|T.38|NSE|Force|Version|Number|Low-speed redundancy|Number|"       \
	"High-speed redundancy|Number|When T.38 fails|Nothing|Cisco relay|In band|G.711 u-law|"    \
	"G.711 A-law|In band|G.711 u-law|G.711 A-law|Cisco relay|No fax|As the global setting"
struct early_offer { uint8_t set, forced, renegotiate; };

#define DIAL_PEER_LINES(_)                                                                       \
_(text256,  description, "description LINE", NULL,                                               \
  "Dial peer specific description|Up to 255 characters")                                         \
_(text64,   translate_in, "translation-profile incoming NAME", NULL,                             \
  "Translation profile|For numbers that come in|Its name", .stored = true)                       \
_(text64,   translate_out, "translation-profile outgoing NAME", NULL,                            \
  "Translation profile|For numbers that go out|Its name", .stored = true)                        \
_(bool,     huntstop, "huntstop", NULL, "Stop hunting after this peer has failed")               \
_(uint8_t,  preference, "preference <0-10>", "0",                                                \
  "Configure the preference order of a dial peer|Preference order, 0 is best")                   \
_(uint32_t, max_conn, "max-conn <1-2147483647>", NULL,                                           \
  "Sets the maximum connections per peer|Number of connections", .stored = true)                 \
_(bool,     shutdown, "shutdown", NULL, "Change the Admin State of this peer to down (no->up)")  \
_(digits,   destination, "destination-pattern WORD", NULL,                                       \
  "A full E.164 telephone number prefix|A sequence of digits, + . T [ ] allowed")                \
_(uint8_t,  protocol, "session protocol CHOICE", NULL,                                           \
  "VoIP session|Session protocol of this peer", .choices = CHOICES(protocol_choices))            \
_(struct session_target, target, "session target KIND", NULL,                                    \
  "VoIP session|Where the calls of this peer go", .kind = &target_kind,                          \
  .has_effect = target_has_effect)                                                               \
_(uint8_t,  transport, "session transport CHOICE", NULL,                                         \
  "VoIP session|Transport of this peer", .choices = CHOICES(transport_choices))                  \
_(digits,   incoming, "incoming called-number WORD", NULL,                                       \
  "Incoming dial peer|The called number that selects it|Digits, + . T [ ] allowed")              \
_(digits,   answer, "answer-address WORD", NULL,                                                 \
  "The calling number that selects this peer|Digits, + . T [ ] allowed")                         \
_(struct voice_class_ref, codec_class,                                            \
  "voice-class codec <1-10000>=tag [offer-all=offer_all]", NULL,                                 \
  "Voice class|Codecs by preference|Tag of the class|Offer all of them in every offer",          \
  .parts = codec_class_parts, .set = codec_class_set, .trail = true)                                                     \
_(uint8_t,  url, "voice-class sip url CHOICE", NULL,                                             \
  "Voice class|SIP options of this peer|URI scheme", .choices = CHOICES(url_choices),            \
  .has_effect = url_has_effect)                                                                  \
_(struct early_offer, early_offer,                                                               \
  "voice-class sip early-offer forced=forced [renegotiate=renegotiate [always=renegotiate:2]]",  \
  NULL, "Voice class|SIP options of this peer|Offer in the INVITE|Always|In mid-call too|Always",\
  .parts = early_offer_parts, .has_effect = early_offer_has_effect)                              \
_(uint16_t, srtp_crypto, "voice-class sip srtp-crypto <1-10000>", NULL,                          \
  "Voice class|SIP options of this peer|SRTP suites by preference|Tag of the class")             \
_(uint16_t, tls_profile, "voice-class sip tls-profile <1-10000>", NULL,                          \
  "Voice class|SIP options of this peer|How TLS is spoken with it|Tag of the class")             \
_(struct keepalive, keepalive,                                                                   \
  "voice-class sip options-keepalive"                                                            \
  " [up-interval <5-1200>=up_s | down-interval <5-1200>=down_s | retry <1-10>=retry]*", NULL,    \
  "Voice class|SIP options of this peer|Probe the target with OPTIONS|Between probes while up|"  \
  "Seconds|Between probes while down|Seconds|Failures until it is down|Number",                  \
  .parts = keepalive_parts)                                                                      \
_(uint16_t, keepalive_profile, "voice-class sip options-keepalive profile <1-10000>", NULL,      \
  "Voice class|SIP options of this peer|Probe the target with OPTIONS|A profile|Its tag",        \
  .stored = true)                                                                                \
_(struct interface_ref, bind_control,                                                            \
  "voice-class sip bind control source-interface KIND=name", NULL,                             \
  "Voice class|SIP options of this peer|Local address|Of signalling|Of an interface",   \
  .parts = interface_ref_parts, .kind = &interface_kind, .stored = true)                                                                  \
_(struct interface_ref, bind_media,                                                              \
  "voice-class sip bind media source-interface KIND=name", NULL,                               \
  "Voice class|SIP options of this peer|Local address|Of media|Of an interface",        \
  .parts = interface_ref_parts, .kind = &interface_kind, .stored = true)                                                                  \
_(struct dtmf_list, dtmf, "dtmf-relay {CHOICE=digits}+", NULL,                                                  \
  "Transport of DTMF digits", .parts = dtmf_parts, .choices = CHOICES(dtmf_choices), .has_effect = dtmf_has_effect)   \
_(uint8_t,  nte_payload, "rtp payload-type nte <96-127>", "101",                                 \
  "RTP options|Payload type numbers|Named telephone events|Number")                              \
_(uint8_t,  srtp, "CHOICE", NULL, "", .choices = CHOICES(srtp_choices), .set = srtp_set,           \
  .has_effect = srtp_has_effect)                                                                 \
_(struct codec_choice, codec,                                                                    \
  "codec CHOICE=codec [bytes <10-240>=bytes] [fixed-bytes=fixed]", NULL,                         \
  "Codec of the calls of this peer|Payload size|Bytes|Not negotiated",                           \
  .parts = codec_choice_parts, .choices = CHOICES(codec_choices),                                \
  .has_effect = codec_has_effect, .set = codec_set)                                                                \
_(struct fax, fax_protocol, "fax protocol " FAX_SYNTAX, NULL, FAX_HELP, .parts = fax_parts,      \
  .stored = true)                                                                                \
_(text64,   fax_rate, "fax rate LINE", NULL, "Fax|Rate|Its words", .stored = true)               \
_(bool,     vad, "vad", "on", "Voice activity detection")

/* One of many: its key is its tag. */
struct dial_peer { struct node node; DIAL_PEER_LINES(LINE_FIELD) };

extern const struct mode mode_dial_peer;

#endif
