/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/general_network.h -- global lines of a router's network that this box only keeps: routing,
 * quality of service, tunnels, servers.  The host routes; see general.h for how they are made. */
#ifndef MODES_GENERAL_NETWORK_H
#define MODES_GENERAL_NETWORK_H

#include "modes/general.h"
#include "modes/http.h"

struct ip_route {
	struct node node;
	uint8_t distance, dhcp, permanent, global;
	uint16_t track;
	uint32_t tag;
	text64 name;
};

enum { IP_SWITCHES = 14, IP_DHCP_WORDS = 6, IPV6_SWITCHES = 4, IPV6_WORDS = 14, ROUTER_WORDS = 9,
	NAT_WORDS = 8, HTTP_SWITCHES = 2, HTTP_WORDS = 16, HTTP_CLIENT_WORDS = 6, SOURCE_WORDS = 4,
	SLA_WORDS = 9, GROUP_WORDS = 3, RMAP_WORDS = 2, SNMP_TEXTS = 10, SNMP_WORDS = 11,
	AAA_SERVER_WORDS = 12, ISAKMP_WORDS = 11, IKEV2_WORDS = 14, IPSEC_WORDS = 6 };
extern const struct choice ip_switches[IP_SWITCHES], ip_dhcp_words[IP_DHCP_WORDS],
    ipv6_switches[IPV6_SWITCHES], ipv6_words[IPV6_WORDS], router_words[ROUTER_WORDS],
    nat_words[NAT_WORDS], http_switches[HTTP_SWITCHES], http_words[HTTP_WORDS],
    http_client_words[HTTP_CLIENT_WORDS], source_words[SOURCE_WORDS], sla_words[SLA_WORDS],
    group_words[GROUP_WORDS], rmap_words[RMAP_WORDS], snmp_texts[SNMP_TEXTS],
    snmp_words[SNMP_WORDS], aaa_server_words[AAA_SERVER_WORDS], isakmp_words[ISAKMP_WORDS],
    ikev2_words[IKEV2_WORDS], ipsec_words[IPSEC_WORDS];
extern const struct part ip_route_parts[];
extern const struct kind route_interface_kind;
extern const struct mode mode_vrf, mode_dhcp_pool, mode_key_chain, mode_track, mode_class_map,
    mode_policy_map, mode_isakmp_policy, mode_isakmp_profile, mode_isakmp_group, mode_keyring,
    mode_ikev2_proposal, mode_ikev2_policy, mode_ikev2_profile, mode_ikev2_keyring,
    mode_ikev2_author, mode_transform_set, mode_ipsec_profile, mode_crypto_map, mode_router,
    mode_ip_route, mode_sla, mode_object_group, mode_route_map, mode_tacacs, mode_radius,
    mode_control_plane;

/* Behind the boot lines. */
#define NETWORK_VRF_LINES(_)                                                                     \
_(struct map *, vrfs, "vrf definition NAME=#", NULL, "VRF|Define one|Its name",                  \
  .enter = &mode_vrf, STORED)

/* Behind the names. */
#define NETWORK_IP_LINES(_)                                                                      \
_(struct map *, ip_switches, "ip CHOICE=#", NULL, "Internet Protocol", STORED_SWITCH,            \
  .choices = CHOICES(ip_switches))                                                               \
_(struct map *, dhcp_lines, "ip dhcp CHOICE=# [LINE=#]", NULL, "Internet Protocol|DHCP|Its words", \
  STORED_LINE, .choices = CHOICES(ip_dhcp_words))                                                \
_(struct map *, dhcp_pools, "ip dhcp pool NAME=#", NULL,                                         \
  "Internet Protocol|DHCP|A pool of addresses|Its name", .enter = &mode_dhcp_pool, STORED)       \
_(struct map *, ipv6_switches, "ipv6 CHOICE=#", NULL, "IPv6", STORED_SWITCH,                     \
  .choices = CHOICES(ipv6_switches))                                                             \
_(struct map *, ipv6_lines, "ipv6 CHOICE=# LINE=#", NULL, "IPv6|Its words", STORED_LINE,         \
  .choices = CHOICES(ipv6_words))                                                                \
_(struct map *, key_chains, "key chain NAME=#", NULL, "Keys|A chain of keys|Its name",           \
  .enter = &mode_key_chain, STORED)

/* Behind `controller'. */
#define NETWORK_MAP_LINES(_)                                                                     \
_(struct map *, tracks, "track <1-1000>=# [LINE=text]", NULL,                                    \
  "Track an object|Number|What is tracked", .enter = &mode_track, STORED)                        \
_(struct map *, class_maps, "class-map LINE=#", NULL, "Class of packets|match-any and its name", \
  .enter = &mode_class_map, STORED)                                                              \
_(struct map *, policy_maps, "policy-map LINE=#", NULL, "Policy for classes|Its name",           \
  .enter = &mode_policy_map, STORED)

/* Behind them. */
#define NETWORK_CRYPTO_LINES(_)                                                                  \
_(struct map *, isakmp_lines, "crypto isakmp CHOICE=# [LINE=#]", NULL, "Crypto|ISAKMP|Its words", \
  STORED_SWITCH, .choices = CHOICES(isakmp_words))                                               \
_(struct map *, isakmp_policies, "crypto isakmp policy <1-10000>=#", NULL,                       \
  "Crypto|ISAKMP|A policy|Priority", .enter = &mode_isakmp_policy, STORED)                       \
_(struct map *, isakmp_keys, "crypto isakmp key PASSWORD=secret {address=# A.B.C.D=# [A.B.C.D=#] |" \
  " hostname=# WORD=#} [no-xauth=number]", NULL,                                                 \
  "Crypto|ISAKMP|A key that both ends know|Of an address|Address|Mask|Of a name|Name|"           \
  "Without XAUTH", STORED_LINE)                                                                  \
_(struct map *, isakmp_groups, "crypto isakmp client configuration group NAME=#", NULL,          \
  "Crypto|ISAKMP|Clients|Configuration|A group|Its name", .enter = &mode_isakmp_group, STORED)   \
_(struct map *, keyrings, "crypto keyring LINE=#", NULL, "Crypto|Keys of peers|Its name",        \
  .enter = &mode_keyring, STORED)                                                                \
_(struct map *, isakmp_profiles, "crypto isakmp profile NAME=#", NULL,                           \
  "Crypto|ISAKMP|A profile|Its name", .enter = &mode_isakmp_profile, STORED)                     \
_(struct map *, ikev2_lines, "crypto ikev2 CHOICE=# [LINE=#]", NULL, "Crypto|IKEv2|Its words",   \
  STORED_SWITCH, .choices = CHOICES(ikev2_words))                                                \
_(struct map *, ikev2_authors, "crypto ikev2 authorization policy NAME=#", NULL,                 \
  "Crypto|IKEv2|Authorization|A policy|Its name", .enter = &mode_ikev2_author, STORED)           \
_(struct map *, ikev2_proposals, "crypto ikev2 proposal NAME=#", NULL,                           \
  "Crypto|IKEv2|A proposal|Its name", .enter = &mode_ikev2_proposal, STORED)                     \
_(struct map *, ikev2_policies, "crypto ikev2 policy NAME=#", NULL,                              \
  "Crypto|IKEv2|A policy|Its name", .enter = &mode_ikev2_policy, STORED)                         \
_(struct map *, ikev2_keyrings, "crypto ikev2 keyring NAME=#", NULL,                             \
  "Crypto|IKEv2|Keys of peers|Its name", .enter = &mode_ikev2_keyring, STORED)                   \
_(struct map *, ikev2_profiles, "crypto ikev2 profile NAME=#", NULL,                             \
  "Crypto|IKEv2|A profile|Its name", .enter = &mode_ikev2_profile, STORED)                       \
_(struct map *, ipsec_lines, "crypto ipsec CHOICE=# [LINE=#]", NULL, "Crypto|IPsec|Its words",   \
  STORED_SWITCH, .choices = CHOICES(ipsec_words))                                                \
_(struct map *, transform_sets, "crypto ipsec transform-set NAME=# LINE=text", NULL,             \
  "Crypto|IPsec|A set of transforms|Its name|Transforms", .enter = &mode_transform_set, STORED)  \
_(struct map *, ipsec_profiles, "crypto ipsec profile NAME=#", NULL,                             \
  "Crypto|IPsec|A profile|Its name", .enter = &mode_ipsec_profile, STORED)                       \
_(struct map *, crypto_map_lines, "crypto map NAME=# LINE=#", NULL,                              \
  "Crypto|A map|Its name|Its words", STORED_LINE)                                                \
_(struct map *, dynamic_maps, "crypto dynamic-map NAME=# <1-65535>=#", NULL,                     \
  "Crypto|A map for peers that are not known|Its name|Sequence", .enter = &mode_crypto_map,      \
  STORED)                                                                                        \
_(struct map *, crypto_maps, "crypto map NAME=# <1-65535>=# [LINE=text]", NULL,                  \
  "Crypto|A map|Its name|Sequence|Its words", .enter = &mode_crypto_map, STORED)                 \
_(struct map *, crypto_engines, "crypto engine LINE=#", NULL, "Crypto|Engine|Its words",         \
  STORED_LINE)

/* Behind `interface'. */
#define NETWORK_ROUTE_LINES(_)                                                                   \
_(struct map *, routers, "router CHOICE=# [LINE=#]", NULL, "Routing protocol|Its number",        \
  .enter = &mode_router, STORED, .choices = CHOICES(router_words))                               \
_(struct map *, gateways, "ip=# default-gateway=# WORD=text", NULL,                              \
  "Internet Protocol|The default gateway|Its address", STORED_LINE)                              \
_(struct map *, nat_services, "ip nat service LINE=#", NULL,                                     \
  "Internet Protocol|NAT|Of a service|Its words", STORED_SWITCH)                                 \
_(struct map *, nats, "ip nat CHOICE=# [LINE=#]", NULL, "Internet Protocol|NAT|Its words",       \
  STORED_LINE, .choices = CHOICES(nat_words))                                                    \
_(struct map *, forwards, "ip forward-protocol LINE=#", NULL,                                    \
  "Internet Protocol|What is passed on|Its words", STORED_SWITCH)                                \
HTTP_LINES(_)                                                                                    \
_(struct map *, https, "ip http CHOICE=#", NULL, "Internet Protocol|HTTP", STORED_SWITCH,        \
  .choices = CHOICES(http_switches))                                                             \
_(struct map *, http_lines, "ip http CHOICE=# LINE=text", NULL,                                  \
  "Internet Protocol|HTTP|Its words", STORED_LINE, .choices = CHOICES(http_words))               \
_(struct map *, http_clients, "ip http client CHOICE=# LINE=text", NULL,                         \
  "Internet Protocol|HTTP|The client|Its words", STORED_LINE,                                    \
  .choices = CHOICES(http_client_words))                                                         \
_(struct secret, http_password, "ip http client password PASSWORD", NULL,                        \
  "Internet Protocol|HTTP|The client|Its password", .stored = true)                              \
_(struct map *, ftp_lines, "ip CHOICE=# LINE=text", NULL, "Internet Protocol|Its words",         \
  STORED_LINE, .choices = CHOICES(source_words))                                                 \
_(struct secret, ftp_password, "ip ftp password PASSWORD", NULL,                                 \
  "Internet Protocol|FTP|The password", .stored = true)                                          \
_(bool,     ftp_passive, "ip ftp passive", NULL, "Internet Protocol|FTP|Passive connections",    \
  .stored = true)                                                                                \
_(bool,     scp_server, "ip scp server enable", NULL,                                            \
  "Internet Protocol|SCP|The server|It is on", .stored = true)                                   \
_(struct map *, ip_routes, "ip route [vrf=# NAME=#] A.B.C.D=# A.B.C.D=# {A.B.C.D=# |"            \
  " KIND=# [A.B.C.D=#]} / [dhcp=dhcp] [<1-255>=distance] [name WORD=name |"                      \
  " track <1-1000>=track | tag <1-4294967295>=tag | permanent=permanent | global=global]*", NULL, \
  "Internet Protocol|A static route|Of a VRF|Its name|Prefix|Mask|Next hop|Next hop|"            \
  "Next hop from DHCP|Distance|A name|Name|A tracked object|Number|A tag|Number|"                \
  "It stays when its interface is down|Next hop of the global table",                            \
  .each = &mode_ip_route, .parts = ip_route_parts, .kind = &route_interface_kind,                \
  .by_birth = true, .stored = true)                                                              \
_(struct map *, prefix_lists, "ip prefix-list LINE=#", NULL,                                     \
  "Internet Protocol|A list of prefixes|Its name and words", STORED_LINE)                        \
_(struct map *, slas, "ip sla <1-2147483647>=#", NULL,                                           \
  "Internet Protocol|Measurements|Number", .enter = &mode_sla, STORED)                           \
_(struct map *, sla_lines, "ip sla CHOICE=# [LINE=#]", NULL,                                     \
  "Internet Protocol|Measurements|Its words", STORED_LINE, .choices = CHOICES(sla_words))

/* Behind `logging host'. */
#define NETWORK_SERVER_LINES(_)                                                                  \
_(struct map *, object_groups, "object-group CHOICE=# NAME=#", NULL,                             \
  "A group of objects|Its name", .enter = &mode_object_group, STORED,                            \
  .choices = CHOICES(group_words))                                                               \
_(struct map *, route_maps, "route-map NAME=# [CHOICE=# <0-65535>=#]", NULL,                     \
  "Route map|Its name|Sequence", .enter = &mode_route_map, STORED,                               \
  .choices = CHOICES(rmap_words))                                                                \
_(struct map *, snmp_texts, "snmp-server CHOICE=# LINE=text", NULL, "SNMP|Its words",            \
  STORED_LINE, .choices = CHOICES(snmp_texts))                                                   \
_(struct map *, snmp_communities, "snmp-server community WORD=# / [LINE=text]", NULL,            \
  "SNMP|A community|Its name|RO or RW, a view, an access list", STORED_LINE, .secret = true)     \
_(struct map *, snmp_hosts, "snmp-server host LINE=#", NULL,                                     \
  "SNMP|Who is told|Its address, version and community", STORED_LINE, .secret = true)            \
_(struct map *, snmp_users, "snmp-server user WORD=# LINE=text", NULL,                           \
  "SNMP|A user|Its name|Its group and keys", STORED_LINE, .secret = true)                        \
_(struct map *, snmp_lines, "snmp-server CHOICE=# [LINE=#]", NULL, "SNMP|Its words",             \
  STORED_LINE, .choices = CHOICES(snmp_words))                                                   \
_(struct map *, tftp_files, "tftp-server LINE=#", NULL, "Files that are given out|Its name",     \
  STORED_LINE)                                                                                   \
_(struct secret, tacacs_key, "tacacs-server key PASSWORD", NULL, "TACACS+|The key",              \
  .stored = true)                                                                                \
_(struct map *, tacacs_hosts, "tacacs-server host WORD=# / [LINE=text]", NULL,                   \
  "TACACS+|A server|Its address|Its words", STORED_LINE, .secret = true)                         \
_(struct map *, tacacs_lines, "tacacs-server CHOICE=# [LINE=text]", NULL, "TACACS+|Its words",   \
  STORED_LINE, .choices = CHOICES(aaa_server_words))                                             \
_(struct map *, tacacs, "tacacs server NAME=#", NULL, "TACACS+|A server|Its name",               \
  .enter = &mode_tacacs, STORED)                                                                 \
_(struct secret, radius_key, "radius-server key PASSWORD", NULL, "RADIUS|The key",               \
  .stored = true)                                                                                \
_(struct map *, radius_hosts, "radius-server host WORD=# / [LINE=text]", NULL,                   \
  "RADIUS|A server|Its address|Its words", STORED_LINE, .secret = true)                          \
_(struct map *, radius_lines, "radius-server CHOICE=# [LINE=text]", NULL, "RADIUS|Its words",    \
  STORED_LINE, .choices = CHOICES(aaa_server_words))                                             \
_(struct map *, radius, "radius server NAME=#", NULL, "RADIUS|A server|Its name",                \
  .enter = &mode_radius, STORED)                                                                 \
_(struct stored_block, control_plane, "control-plane", NULL, "Packets to the box itself",        \
  .enter = &mode_control_plane, .stored = true)

#endif
