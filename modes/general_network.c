/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/general_network.c -- see general_network.h: the words of the rows, and the blocks. */
#include "modes/general_network.h"
#include "modes/general_own.h"
#include "shell/session.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
const struct choice ip_switches[IP_SWITCHES] = {
	{ "cef", "Express forwarding" },
	{ "cef distributed", "Express forwarding" },
	{ "source-route", "Packets that name their way" },
	{ "gratuitous-arps", "ARP that nobody asked for" },
	{ "multicast-routing", "Multicast" },
	{ "multicast-routing distributed", "Multicast" },
	{ "bootp server", "BOOTP server" },
	{ "finger", "Finger server" },
	{ "subnet-zero", "Subnet zero" },
	{ "classless", "Routes without classes" },
	{ "identd", "Identification server" },
	{ "routing", "Routing" },
	{ "arp proxy disable", "No proxy ARP" },
	{ "icmp redirect", "ICMP redirects" },
};

const struct choice ip_dhcp_words[IP_DHCP_WORDS] = {
	{ "excluded-address", "Addresses that are not given out" },
	{ "relay", "Relay" },
	{ "use", "What is used" },
	{ "snooping", "Snooping" },
	{ "bootp", "BOOTP" },
	{ "ping", "Is an address in use?" },
};

const struct choice ipv6_switches[IPV6_SWITCHES] = {
	{ "unicast-routing", "Unicast routing" },
	{ "cef", "Express forwarding" },
	{ "source-route", "Packets that name their way" },
	{ "multicast-routing", "Multicast" },
};

const struct choice ipv6_words[IPV6_WORDS] = {
	{ "route", "A static route" },
	{ "router", "Routing protocol" },
	{ "nd", "Neighbour discovery" },
	{ "dhcp", "DHCP" },
	{ "prefix-list", "A list of prefixes" },
	{ "hop-limit", "Hop limit" },
	{ "host", "A name" },
	{ "icmp", "ICMP" },
	{ "local", "Addresses of the box" },
	{ "general-prefix", "A prefix of the provider" },
	{ "neighbor", "A neighbour" },
	{ "mld", "Listeners" },
	{ "nat", "NAT-PT" },
	{ "inspect", "Inspection" },
};

const struct choice router_words[ROUTER_WORDS] = {
	{ "bgp", "BGP" },
	{ "ospf", "OSPF" },
	{ "ospfv3", "OSPFv3" },
	{ "eigrp", "EIGRP" },
	{ "rip", "RIP" },
	{ "isis", "IS-IS" },
	{ "odr", "On demand" },
	{ "lisp", "LISP" },
	{ "mobile", "Mobile routes" },
};

const struct choice nat_words[NAT_WORDS] = {
	{ "inside", "Inside" },
	{ "outside", "Outside" },
	{ "pool", "A pool of addresses" },
	{ "translation", "Translations" },
	{ "log", "Log" },
	{ "settings", "Settings" },
	{ "portmap", "Ports" },
	{ "create", "Entries" },
};

const struct choice http_switches[HTTP_SWITCHES] = {
	{ "secure-server", "HTTPS server" },
	{ "secure-client-auth", "The client shows a certificate" },
};

const struct choice http_words[HTTP_WORDS] = {
	{ "authentication", "How a user is asked" },
	{ "secure-trustpoint", "Certificate of the server" },
	{ "secure-peer-verify-trustpoint", "Certificates of the clients" },
	{ "secure-port", "Port of HTTPS" },
	{ "access-class ipv6", "Who may come, by IPv6 address" },
	{ "timeout-policy", "How long a connection lasts" },
	{ "max-connections", "How many come at once" },
	{ "tls-version", "Version of TLS" },
	{ "secure-ciphersuite", "Ciphers" },
	{ "secure-ecdhe-curve", "Curves" },
	{ "secure-active-session-modules", "What HTTPS serves" },
	{ "active-session-modules", "What HTTP serves" },
	{ "session-module-list", "A list of modules" },
	{ "session-idle-timeout", "Idle time" },
	{ "path", "Where the pages are" },
	{ "help-path", "Where the help is" },
};

const struct choice http_client_words[HTTP_CLIENT_WORDS] = {
	{ "source-interface", "Where requests come from" },
	{ "proxy-server", "Proxy" },
	{ "secure-trustpoint", "Certificate of the client" },
	{ "secure-ciphersuite", "Ciphers" },
	{ "connection", "Connections" },
	{ "username", "Name of the user" },
};

const struct choice source_words[SOURCE_WORDS] = {
	{ "ftp source-interface", "Where FTP comes from" },
	{ "ftp username", "User of FTP" },
	{ "tftp source-interface", "Where TFTP comes from" },
	{ "telnet source-interface", "Where telnet comes from" },
};

const struct choice sla_words[SLA_WORDS] = {
	{ "schedule", "When" },
	{ "group", "Several of them" },
	{ "reaction-configuration", "What is done about it" },
	{ "reaction-trigger", "What starts another" },
	{ "enable", "What is told" },
	{ "responder", "Answer others" },
	{ "low-memory", "When memory is low" },
	{ "restart", "Begin again" },
	{ "key-chain", "Keys" },
};

const struct choice group_words[GROUP_WORDS] = {
	{ "network", "Addresses" },
	{ "service", "Services" },
	{ "security", "Security groups" },
};

const struct choice rmap_words[RMAP_WORDS] = {
	{ "permit", "Permit" },
	{ "deny", "Deny" },
};

const struct choice snmp_texts[SNMP_TEXTS] = {
	{ "location", "Where the box stands" },
	{ "contact", "Who looks after it" },
	{ "chassis-id", "Its number" },
	{ "trap-source", "Where traps come from" },
	{ "source-interface", "Where messages come from" },
	{ "packetsize", "Largest packet" },
	{ "queue-length", "Messages that wait" },
	{ "trap-timeout", "How often it is tried" },
	{ "tftp-server-list", "Who may be copied to" },
	{ "engineID", "Identity of the engine" },
};

const struct choice snmp_words[SNMP_WORDS] = {
	{ "enable", "Traps" },
	{ "group", "A group of users" },
	{ "view", "A view" },
	{ "context", "A context" },
	{ "ifindex", "Numbers of interfaces" },
	{ "ifmib", "Interface MIB" },
	{ "inform", "Informs" },
	{ "manager", "The manager" },
	{ "mib", "MIBs" },
	{ "system-shutdown", "Reload by SNMP" },
	{ "file-transfer", "Copies by SNMP" },
};

const struct choice aaa_server_words[AAA_SERVER_WORDS] = {
	{ "attribute", "Attributes" },
	{ "dead-criteria", "When a server is dead" },
	{ "deadtime", "How long it stays dead" },
	{ "directed-request", "The user names the server" },
	{ "load-balance", "Among the servers" },
	{ "retransmit", "How often it is tried" },
	{ "source-ports", "Ports" },
	{ "timeout", "How long is waited" },
	{ "unique-ident", "Identifiers" },
	{ "vsa", "Attributes of vendors" },
	{ "packet", "Packets" },
	{ "administration", "Login of the administrator" },
};

const struct choice isakmp_words[ISAKMP_WORDS] = {
	{ "enable", "It is on" },
	{ "keepalive", "Are peers alive?" },
	{ "nat", "NAT traversal" },
	{ "identity", "Who we are" },
	{ "invalid-spi-recovery", "Unknown SPIs" },
	{ "aggressive-mode", "Aggressive mode" },
	{ "xauth", "XAUTH" },
	{ "diagnose", "Errors" },
	{ "fragmentation", "Fragments" },
	{ "peer", "A peer" },
	{ "default", "Policies that are there by themselves" },
};

const struct choice ikev2_words[IKEV2_WORDS] = {
	{ "dpd", "Are peers alive?" },
	{ "nat", "NAT traversal" },
	{ "limit", "Limits" },
	{ "window", "Window" },
	{ "cookie-challenge", "Cookies" },
	{ "diagnose", "Errors" },
	{ "fragmentation", "Fragments" },
	{ "http-url", "Certificates by URL" },
	{ "certificate-cache", "Certificates that are kept" },
	{ "disconnect-revoked-peers", "Peers without a certificate" },
	{ "redirect", "Redirection" },
	{ "name-mangler", "Names" },
	{ "cluster", "Cluster" },
	{ "reconnect", "Reconnection" },
};

const struct choice ipsec_words[IPSEC_WORDS] = {
	{ "security-association", "Security associations" },
	{ "df-bit", "The bit DF" },
	{ "nat-transparency", "NAT traversal" },
	{ "fragmentation", "Fragments" },
	{ "optional", "Clear text is taken" },
	{ "ipv4-deny", "What an access list denies" },
};

const struct part ip_route_parts[] = {
	PART(struct ip_route, dhcp), PART(struct ip_route, distance), PART(struct ip_route, name),
	PART(struct ip_route, track), PART(struct ip_route, tag), PART(struct ip_route, permanent),
	PART(struct ip_route, global), { NULL, 0, 0, 0 }
};
const struct mode mode_ip_route = { .name = "ip route", .size = sizeof(struct ip_route) };

/* ---- the interface of a route ---------------------------------------------------------------------------- */

static const struct choice route_interface_help[] = {
	{ "GigabitEthernet", "GigabitEthernet IEEE 802.3z" },
	{ "TenGigabitEthernet", "Ten Gigabit Ethernet" },
	{ "FastEthernet", "FastEthernet IEEE 802.3" },
	{ "Ethernet", "IEEE 802.3" },
	{ "Loopback", "Loopback interface" },
	{ "Null", "Null interface" },
	{ "Port-channel", "Ethernet Channel of interfaces" },
	{ "Serial", "Serial" },
	{ "Tunnel", "Tunnel interface" },
	{ "Vlan", "Catalyst Vlans" },
	{ "Dialer", "Dialer interface" },
	{ "BDI", "Bridge-Domain interface" },
	{ "Cellular", "Cellular interface" },
	{ "Virtual-Template", "Virtual Template interface" },
	{ "Service-Engine", "Service module" },
	{ NULL, NULL }
};
static const char *const route_interface_samples[] = { "GigabitEthernet0/0/1.20", "Null0",
	"Serial0/1/0:23", NULL };
/* clang-format on */

static int
route_interface_parse(void *field, size_t size, const char *word)
{
	size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
	const char *number = word + letters;

	if (!letters || !isdigit((unsigned char)*number) || number[strspn(number, "0123456789/.:")])
		return -EINVAL;
	for (const struct choice *c = route_interface_help; c->words; c++) {
		if (strncasecmp(c->words, word, letters) || letters > strlen(c->words))
			continue;
		return (size_t)snprintf(field, size, "%s%s", c->words, number) < size ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static void
route_interface_print(const void *field, size_t size, FILE *out)
{
	fprintf(out, "%.*s", (int)size, (const char *)field);
}

const struct kind route_interface_kind = { route_interface_help, route_interface_parse,
	route_interface_print, route_interface_samples };

/* ---- blocks ---------------------------------------------------------------------------------------------- */

/* `exit-address-family' is printed by IOS; typed, it leaves. */
static int
leave_family(struct session *s, const struct match *m)
{
	(void)m;
	session_leave(s);
	return 0;
}

static int
left_already(struct session *s, const struct match *m)
{
	(void)s;
	(void)m;
	return 0;
}

static void
family_write(const void *object, int indent, FILE *out)
{
	const struct stored_line *l = object;

	if (!strncmp(l->node.key, "address-family", 14))
		fprintf(out, "%*sexit-address-family\n", indent - 1, "");
}

/* clang-format off */
#define FAMILY_HELP "Leave the address family"
#define BLOCK struct stored_line

/* vrf definition, router: their address families. */
#define NEIGHBOR_ROW                                                                             \
	KEEPS("neighbor=# WORD=# password=# PASSWORD=secret",                                      \
	    "A neighbour|Its address|Its password", BELOW)
static const struct line family_lines[] = {
	{ .syntax = "exit-address-family", .help = FAMILY_HELP, .run = leave_family },
#define BELOW mode_stored
	NEIGHBOR_ROW,
#undef BELOW
	OTHERS(mode_stored),
};
static const struct mode mode_vrf_family = {
	.name = "address-family", .prompt = "(config-vrf-af)", .lines = LINES(family_lines),
	.size = sizeof(BLOCK), .write = family_write
};
static const struct mode mode_router_family = {
	.name = "router address-family", .prompt = "(config-router-af)",
	.lines = LINES(family_lines), .size = sizeof(BLOCK), .write = family_write
};
static const struct line vrf_lines[] = {
	OPENS("address-family=# LINE=#", "Address family|ipv4 or ipv6", mode_vrf_family),
	{ .syntax = "exit-address-family", .help = FAMILY_HELP, .run = left_already },
	OTHERS(mode_vrf_family),
};
const struct mode mode_vrf = BLOCK_MODE("VRF", "(config-vrf)", vrf_lines);
static const struct line router_lines[] = {
	OPENS("address-family=# LINE=#", "Address family|ipv4 or ipv6", mode_router_family),
	{ .syntax = "exit-address-family", .help = FAMILY_HELP, .run = left_already },
	KEEPS("version=# <1-2>=#", "Version of RIP|Number", mode_router_family),
#define BELOW mode_router_family
	NEIGHBOR_ROW,
#undef BELOW
	OTHERS(mode_router_family),
};
const struct mode mode_router = BLOCK_MODE("Router", "(config-router)", router_lines);

/* key chain */
static const struct line chain_key_lines[] = {
	KEEPS("key-string=# PASSWORD=secret", "The key", mode_stored),
	OTHERS(mode_stored),
};
static const struct mode mode_chain_key = BLOCK_MODE("Keychain-key", "(config-keychain-key)",
    chain_key_lines);
static const struct line key_chain_lines[] = {
	OPENS("key=# <0-2147483647>=#", "A key|Number", mode_chain_key),
	OTHERS(mode_chain_key),
};
const struct mode mode_key_chain = BLOCK_MODE("Keychain", "(config-keychain)", key_chain_lines);

/* policy-map: class: police */
static const struct choice police_words[] = {
	{ "conform-action", "What conforms" }, { "exceed-action", "What exceeds" },
	{ "violate-action", "What violates" },
};
static const struct line police_lines[] = {
	{ .syntax = "CHOICE=# LINE=#", .help = "What is done", ROW_AT, .each = &mode_stored,
	  .choices = CHOICES(police_words) },
};
static const struct mode mode_police = BLOCK_MODE("police", "(config-pmap-c-police)",
    police_lines);
static const struct line policy_class_lines[] = {
	OPENS("police=# [LINE=#]", "Police|Its words", mode_police),
	OTHERS(mode_police),
};
static const struct mode mode_policy_class = BLOCK_MODE("policy-map class", "(config-pmap-c)",
    policy_class_lines);
static const struct line policy_lines[] = {
	OPENS("class=# LINE=#", "A class|Its name", mode_policy_class),
	OTHERS(mode_policy_class),
};
const struct mode mode_policy_map = BLOCK_MODE("policy-map", "(config-pmap)", policy_lines);

/* Blocks with a key. */
static const struct line server_lines[] = {
	KEEPS("key=# PASSWORD=secret", "The key", mode_stored),
	KEEPS("pac=# key=# PASSWORD=secret", "PAC|Its key", mode_stored),
	OTHERS(mode_stored),
};
const struct mode mode_tacacs = BLOCK_MODE("tacacs server", "(config-server-tacacs)",
    server_lines);
const struct mode mode_radius = BLOCK_MODE("radius server", "(config-radius-server)",
    server_lines);
const struct mode mode_isakmp_group = BLOCK_MODE("isakmp group", "(config-isakmp-group)",
    server_lines);
static const struct line keyring_lines[] = {
	KEEPS("pre-shared-key=# {address=# A.B.C.D=# [A.B.C.D=#] | hostname=# WORD=#} key=#"
	    " PASSWORD=secret", "A key that both ends know|Of an address|Address|Mask|Of a name|Name|"
	    "The key", mode_stored),
	OTHERS(mode_stored),
};
const struct mode mode_keyring = BLOCK_MODE("keyring", "(conf-keyring)", keyring_lines);
static const struct line ikev2_peer_lines[] = {
	KEEPS("pre-shared-key=# [local=# | remote=#] PASSWORD=secret",
	    "A key that both ends know|Of this end|Of the other", mode_stored),
	OTHERS(mode_stored),
};
static const struct mode mode_ikev2_peer = BLOCK_MODE("ikev2 peer", "(config-ikev2-keyring-peer)",
    ikev2_peer_lines);
static const struct line ikev2_keyring_lines[] = {
	OPENS("peer=# WORD=#", "A peer|Its name", mode_ikev2_peer),
	OTHERS(mode_ikev2_peer),
};
const struct mode mode_ikev2_keyring = BLOCK_MODE("ikev2 keyring", "(config-ikev2-keyring)",
    ikev2_keyring_lines);
static const struct line ikev2_profile_lines[] = {
	KEEPS("authentication=# {local=# | remote=#} pre-share=# key=# PASSWORD=secret",
	    "Authentication|Of this end|Of the other|By a key|The key", mode_stored),
	KEEPS("authentication=# {local=# | remote=#} pre-share=#",
	    "Authentication|Of this end|Of the other|By a key", mode_stored),
	KEEPS("aaa=# LINE=#", "Authentication, authorization, accounting|Its words", mode_stored),
	OTHERS(mode_stored),
};
const struct mode mode_ikev2_profile = BLOCK_MODE("ikev2 profile", "(config-ikev2-profile)",
    ikev2_profile_lines);

/* ip sla N: what it measures is a block. */
static const struct mode mode_sla_probe = FLAT_MODE("IP SLAs probe", "(config-ip-sla-probe)");
static const struct choice probe_words[] = {
	{ "icmp-echo", "ICMP echo" }, { "icmp-jitter", "ICMP jitter" }, { "udp-echo", "UDP echo" },
	{ "udp-jitter", "UDP jitter" }, { "tcp-connect", "TCP connection" }, { "http", "HTTP" },
	{ "dns", "DNS" }, { "dhcp", "DHCP" }, { "path-echo", "ICMP echo of each hop" },
	{ "voip", "Voice" },
};
static const struct line sla_lines[] = {
	{ .syntax = "CHOICE=# LINE=#", .help = "Its words", ROW_AT, .enter = &mode_sla_probe,
	  .choices = CHOICES(probe_words) },
	OTHERS(mode_sla_probe),
};
const struct mode mode_sla = BLOCK_MODE("IP SLAs", "(config-ip-sla)", sla_lines);

const struct mode mode_dhcp_pool = FLAT_MODE("DHCP pool", "(dhcp-config)");
const struct mode mode_track = FLAT_MODE("Tracking", "(config-track)");
const struct mode mode_class_map = FLAT_MODE("class-map", "(config-cmap)");
const struct mode mode_isakmp_policy = FLAT_MODE("ISAKMP policy", "(config-isakmp)");
const struct mode mode_isakmp_profile = FLAT_MODE("ISAKMP profile", "(conf-isa-prof)");
const struct mode mode_ikev2_proposal = FLAT_MODE("ikev2 proposal", "(config-ikev2-proposal)");
const struct mode mode_ikev2_policy = FLAT_MODE("ikev2 policy", "(config-ikev2-policy)");
const struct mode mode_ikev2_author = FLAT_MODE("ikev2 author policy",
    "(config-ikev2-author-policy)");
const struct mode mode_transform_set = FLAT_MODE("transform-set", "(cfg-crypto-trans)");
const struct mode mode_ipsec_profile = FLAT_MODE("ipsec profile", "(ipsec-profile)");
const struct mode mode_crypto_map = FLAT_MODE("crypto map", "(config-crypto-map)");
const struct mode mode_object_group = FLAT_MODE("object-group", "(config-network-group)");
const struct mode mode_route_map = FLAT_MODE("Route Map", "(config-route-map)");
#undef BLOCK
#define BLOCK struct stored_block
static const struct line control_plane_lines[] = { OTHERS(mode_stored) };
const struct mode mode_control_plane = BLOCK_MODE("Control Plane", "(config-cp)",
    control_plane_lines);
#undef BLOCK
/* clang-format on */
