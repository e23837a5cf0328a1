/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/general.c -- see general.h: the words of the rows, and the blocks. */
#include "modes/general_own.h"

/* clang-format off */
const struct choice service_words[SERVICE_WORDS] = {
	{ "call-home", "Messages to the vendor" },
	{ "tcp-keepalives-in", "Keepalives on incoming TCP connections" },
	{ "tcp-keepalives-out", "Keepalives on outgoing TCP connections" },
	{ "tcp-small-servers", "Echo, discard and others over TCP" },
	{ "udp-small-servers", "Echo, discard and others over UDP" },
	{ "internal", "Commands of the makers" },
	{ "compress-config", "Compress the saved configuration" },
	{ "dhcp", "DHCP server and relay" },
	{ "pad", "X.3 PAD" },
	{ "unsupported-transceiver", "Transceivers of others" },
	{ "nagle", "Nagle's algorithm" },
	{ "finger", "Finger server" },
	{ "config", "Load configurations from the network" },
	{ "linenumber", "Show the number of the line" },
	{ "hide-telnet-addresses", "Do not show whom telnet calls" },
	{ "password-recovery", "Recover passwords at the console" },
	{ "telnet-zeroidle", "No telnet packets while idle" },
	{ "exec-wait", "Wait before the EXEC prompt" },
	{ "slave-log", "Log of the slaves" },
	{ "alignment", "Fix unaligned reads" },
	{ "prompt", "The prompt of configuration modes" },
};

const struct choice boot_words[BOOT_WORDS] = {
	{ "system", "Image" },
	{ "config", "Configuration" },
	{ "host", "Configuration of this box" },
	{ "network", "Configuration of the network" },
};

const struct choice card_words[CARD_WORDS] = {
	{ "t1", "T1" },
	{ "e1", "E1" },
};

const struct choice network_clock_words[CLOCK_WORDS] = {
	{ "network-clock", "Clock of the network" },
	{ "network-clock-participate", "Who takes part in the network's clock" },
	{ "network-clock-select", "Source of the network's clock" },
};

const struct choice hardware_words[HARDWARE_WORDS] = {
	{ "license", "Licenses" },
	{ "diagnostic", "Diagnostics" },
	{ "memory", "Memory" },
	{ "hw-module", "Hardware modules" },
	{ "scheduler", "Scheduler" },
	{ "exception", "What is done after a crash" },
	{ "errdisable", "Ports that are shut down by themselves" },
};

const struct choice switch_words[SWITCH_WORDS] = {
	{ "cdp", "CDP" },
	{ "lldp", "LLDP" },
	{ "spanning-tree", "Spanning tree" },
	{ "mls", "Multilayer switching" },
};

const struct choice event_words[EVENT_WORDS] = {
	{ "directory", "Where policies stand" },
	{ "policy", "A policy" },
	{ "history", "How much is remembered" },
	{ "scheduler", "How many run at once" },
	{ "session", "The CLI's user" },
};

const struct choice yang_words[YANG_WORDS] = {
	{ "netconf-yang", "NETCONF" },
	{ "restconf", "RESTCONF" },
	{ "threat-visibility", "Threat visibility" },
};

const struct choice controller_words[CONTROLLER_WORDS] = {
	{ "T1", "T1" },
	{ "E1", "E1" },
	{ "T3", "T3" },
	{ "E3", "E3" },
	{ "VDSL", "VDSL" },
	{ "SHDSL", "SHDSL" },
	{ "Cellular", "Cellular" },
	{ "wlan-controller", "WLAN" },
};

const struct part stored_line_parts[] = {
	PART(struct stored_line, number), PART(struct stored_line, text),
	PART(struct stored_line, secret), { NULL, 0, 0, 0 }
};

const struct mode mode_stored = { .name = "stored", .size = sizeof(struct stored_line) };

/* ---- blocks ---------------------------------------------------------------------------------------------- */

#define BLOCK struct stored_line
const struct line flat_lines[1] = { OTHERS(mode_stored) };

const struct mode mode_trunk_group = FLAT_MODE("trunk group", "(config-trunkgroup)");
const struct mode mode_voice_card = FLAT_MODE("voice-card", "(config-voicecard)");
const struct mode mode_transceiver = FLAT_MODE("transceiver type", "(config-xcvr-type)");
const struct mode mode_controller = FLAT_MODE("Controller", "(config-controller)");
const struct mode mode_kron_occurrence = FLAT_MODE("kron occurrence", "(config-kron-occurrence)");
const struct mode mode_kron_policy = FLAT_MODE("kron policy", "(config-kron-policy)");
const struct mode mode_applet = FLAT_MODE("applet", "(config-applet)");

/* redundancy, application redundancy, group and protocol: four deep, as on IOS. */
static const struct line red_group_lines[] = {
	KEEPS("track=# <1-1000>=# LINE=#", "Track an object|Number|What is done", mode_stored),
	KEEPS("authentication=# text=# PASSWORD=secret", "Authentication|Clear text",
	    mode_stored),
	KEEPS("authentication=# md5=# key-string=# PASSWORD=secret",
	    "Authentication|MD5|A key", mode_stored),
	OTHERS(mode_stored),
};
static const struct mode mode_red_group = BLOCK_MODE("redundancy group", "(config-red-app-grp)",
    red_group_lines);
static const struct line red_app_lines[] = {
	OPENS("group=# <1-10>=#", "A group|Number", mode_red_group),
	OPENS("protocol=# <1-8>=#", "A protocol|Number", mode_red_group),
	OTHERS(mode_red_group),
};
static const struct mode mode_red_app = BLOCK_MODE("redundancy application", "(config-red-app)",
    red_app_lines);

static const struct mode mode_call_home_profile = FLAT_MODE("call-home profile",
    "(cfg-call-home-profile)");
#undef BLOCK
#define BLOCK struct stored_block
static const struct line redundancy_lines[] = {
	OPENS("application=# redundancy=#", "Applications|Redundancy", mode_red_app),
	OTHERS(mode_red_app),
};
const struct mode mode_redundancy = BLOCK_MODE("redundancy", "(config-red)", redundancy_lines);

static const struct line call_home_lines[] = {
	OPENS("profile=# WORD=#", "A profile|Its name", mode_call_home_profile),
	OTHERS(mode_call_home_profile),
};
const struct mode mode_call_home = BLOCK_MODE("call-home", "(cfg-call-home)", call_home_lines);
#undef BLOCK
/* clang-format on */
