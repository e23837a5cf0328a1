/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/test_modes.h -- a small box for the unit tests of this room: rows of every kind. */
#ifndef SHELL_TEST_MODES_H
#define SHELL_TEST_MODES_H

#include "shell/session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static unsigned failures __attribute__((unused));
#define CHECK(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			printf("%s:%d: %s\n", __FILE__, __LINE__, #what);                          \
			failures++;                                                                \
		}                                                                                  \
	} while (0)

/* clang-format off */
struct target { uint8_t set; uint16_t port; struct in_addr address; };
struct codec { uint8_t set, codec, fixed; uint16_t bytes; };
struct signaling { uint8_t set; text64 trustpoint, client; uint8_t strict; uint16_t profile; };
struct servers { uint8_t set; struct in_addr server[4]; };
typedef uint8_t dtmf_list[4];

static const struct choice dtmf_choices[] = {
	{ NULL, NULL }, { "rtp-nte", "RFC 4733" }, { "sip-info", "INFO" }, { "sip-kpml", "KPML" } };
static const struct choice transport_choices[] = {
	{ "system", "As above" }, { "udp", "UDP" }, { "tcp", "TCP" }, { "tcp tls", "TLS" } };
static const struct choice codec_choices[] = {
	{ NULL, NULL }, { "g711alaw", "A law" }, { "g711ulaw", "mu law" }, { "g729r8", "8 kbit/s" } };
static const struct choice kind_help[] = { { "ipv4:A.B.C.D[:PORT]", "Address" }, { NULL, NULL } };
static const char *const kind_samples[] = { "ipv4:192.0.2.1", "ipv4:192.0.2.1:5061", NULL };

/* clang-format on */
static int
target_parse(void *field, size_t size, const char *word)
{
	struct target *t = field;
	char text[64], *port;

	(void)size;
	if (strncmp(word, "ipv4:", 5) || strlen(word) >= sizeof(text))
		return -EINVAL;
	strcpy(text, word + 5);
	if ((port = strchr(text, ':'))) {
		*port++ = '\0';
		t->port = (uint16_t)atoi(port);
	}
	t->set = 1;
	return inet_pton(AF_INET, text, &t->address) == 1 ? 0 : -EINVAL;
}

static void
target_print(const void *field, size_t size, FILE *out)
{
	const struct target *t = field;
	char text[INET_ADDRSTRLEN];

	(void)size;
	fprintf(out, "ipv4:%s", inet_ntop(AF_INET, &t->address, text, sizeof(text)));
	if (t->port)
		fprintf(out, ":%u", t->port);
}

/* clang-format off */
static const struct kind target_kind = { kind_help, target_parse, target_print, kind_samples };
static const struct part codec_parts[] = { PART(struct codec, codec), PART(struct codec, bytes),
	PART(struct codec, fixed), { 0 } };
static const struct part signaling_parts[] = { PART(struct signaling, trustpoint),
	PART(struct signaling, client), PART(struct signaling, strict),
	PART(struct signaling, profile), { 0 } };
static const struct part server_parts[] = { PART_ARRAY(struct servers, server), { 0 } };
static const struct part ip_parts[] = { PART(struct ip_mask, address), PART(struct ip_mask, mask),
	{ 0 } };

#define PEER_LINES(_)                                                                            \
_(text64,   description, "description LINE", NULL, "What it is for|Its words")                   \
_(uint8_t,  preference, "preference <0-10>", "0", "Choose among equal matches|0 is best")        \
_(text32,   destination, "destination-pattern WORD", NULL, "Called numbers|Digits")              \
_(struct target, target, "session target KIND", NULL, "Session|Target", .kind = &target_kind)    \
_(uint8_t,  transport, "session transport CHOICE", NULL, "Session|Transport",                    \
  .choices = CHOICES(transport_choices))                                                         \
_(text32,   incoming, "incoming called-number WORD", NULL, "Incoming|Called number|Digits")      \
_(dtmf_list, dtmf, "dtmf-relay {CHOICE}+", NULL, "Digits", .choices = CHOICES(dtmf_choices))     \
_(uint8_t,  srtp, "srtp=:1 [fallback=:2 | pass-thru=:3]", NULL,                                  \
  "Encrypt media|Or not|Pass it")                                                                \
_(struct codec, codec, "codec CHOICE=codec [bytes <10-240>=bytes] [fixed-bytes=fixed]", NULL,    \
  "Codec|Payload size|Bytes|Not negotiated", .choices = CHOICES(codec_choices),                  \
  .parts = codec_parts)                                                                          \
_(bool,     shutdown, "shutdown", NULL, "Take it out of service")                                \
_(bool,     vad, "vad", "on", "Voice activity detection")                                        \
_(bool,     voice_class, "voice-class sip", NULL, "Voice class|SIP", .stored = true)
struct peer { struct node node; PEER_LINES(LINE_FIELD) };

/* clang-format on */
static int
peer_check(const void *object, const void *config, char *why, size_t size)
{
	const struct peer *p = object;

	(void)config;
	if (p->srtp && !p->dtmf[0]) {
		snprintf(why, size, "dial-peer %s: srtp needs dtmf-relay", p->node.key);
		return -EINVAL;
	}
	return 0;
}

/* clang-format off */
#define OBJECT struct peer
static const struct line peer_lines[] = { PEER_LINES(LINE_ROW) };
#undef OBJECT
static const struct mode mode_peer = { .name = "dial-peer", .prompt = "(config-dial-peer)",
	.lines = peer_lines, .count = sizeof(peer_lines) / sizeof(*peer_lines),
	.size = sizeof(struct peer), .check = peer_check };

struct rule { struct node node; text256 text; };
static const struct part rule_parts[] = { PART(struct rule, text), { 0 } };
static const struct mode mode_rule = { .name = "rule", .size = sizeof(struct rule) };
struct remote { struct node node; text64 trustpoint, client; uint8_t strict; uint16_t profile; };
static const struct part remote_parts[] = { PART(struct remote, trustpoint),
	PART(struct remote, client), PART(struct remote, strict), PART(struct remote, profile),
	{ 0 } };
static const struct mode mode_remote = { .name = "remote", .size = sizeof(struct remote) };

#define UA_SYNTAX "{trustpoint NAME=trustpoint [strict-cipher=strict | client-vtp NAME=client]* |" \
	" tls-profile <1-10000>=profile}"
#define UA_HELP "|Trustpoint|Name|Strict|Other|Name|Profile|Tag"
#define UA_LINES(_)                                                                              \
_(uint16_t, connect, "timers connect <100-1000>", "500", "Timers|Connect|Milliseconds")          \
_(struct map *, rules, "rule <1-100>=# LINE=text", NULL, "A rule|Number|Its text",               \
  .each = &mode_rule, .parts = rule_parts)                                                       \
_(struct map *, remotes, "crypto signaling remote-addr A.B.C.D=# A.B.C.D=# / " UA_SYNTAX, NULL,  \
  "Crypto|Signalling|Subnet|Address|Mask" UA_HELP, .each = &mode_remote,                         \
  .parts = remote_parts)                                                                         \
_(struct signaling, by_default, "crypto signaling default / " UA_SYNTAX, NULL,                   \
  "Crypto|Signalling|Default" UA_HELP, .parts = signaling_parts)                                 \
_(struct secret, password, "password PASSWORD", NULL, "Password")
struct ua { uint8_t set; UA_LINES(LINE_FIELD) };
#define OBJECT struct ua
static const struct line ua_lines[] = { UA_LINES(LINE_ROW) };
#undef OBJECT
static const struct mode mode_ua = { .name = "SIP-UA", .prompt = "(config-sip-ua)",
	.lines = ua_lines, .count = sizeof(ua_lines) / sizeof(*ua_lines),
	.size = sizeof(struct ua) };

/* A block of free lines, one of which opens another. */
struct note { struct node node; uint8_t denied; struct map *lines; };
static const struct mode mode_note_line = { .name = "note line", .size = sizeof(struct note) };
#define NOTE_ROW .at = offsetof(struct note, lines), .size = sizeof(struct map *), .by_birth = true
static const struct line inner_lines[] = {
	{ .syntax = "LINE=#", .help = "Its words", NOTE_ROW, .each = &mode_note_line,
	  .last_resort = true, .keeps_no = true },
};
static const struct mode mode_inner = { .name = "inner", .prompt = "(config-inner)",
	.lines = inner_lines, .count = 1, .size = sizeof(struct note) };
static const struct line note_lines[] = {
	{ .syntax = "inner=# WORD=#", .help = "A block within|Its name", NOTE_ROW,
	  .enter = &mode_inner },
	{ .syntax = "LINE=#", .help = "Its words", NOTE_ROW, .each = &mode_inner,
	  .last_resort = true, .keeps_no = true },
};
static const struct mode mode_note = { .name = "note", .prompt = "(config-note)",
	.lines = note_lines, .count = 2, .size = sizeof(struct note) };

static int run_ask(struct session *, const struct match *);

#define TOP_LINES(_)                                                                             \
_(text64,   hostname, "hostname NAME", "Router", "Name|The name", .always = true)                \
_(struct secret, enable, "enable secret SECRET", NULL, "Enable|Secret")                     \
_(struct servers, servers, "ip name-server {A.B.C.D=server}+", NULL, "IP|Servers|Address",       \
  .parts = server_parts)                                                                         \
_(struct ip_mask, net, "ip address A.B.C.D=address A.B.C.D=mask", NULL, "IP|Address|A|Mask",     \
  .parts = ip_parts)                                                                             \
_(struct in6_addr, six, "ipv6 address X:X:X:X::X", NULL, "IPv6|Address|It")                      \
_(int32_t,  gain, "gain <-10-10>", NULL, "Gain|dB")                                              \
_(bool,     lookup, "ip domain lookup", "on", "IP|Domain|Lookup")                                \
_(struct map *, peers, "dial-peer voice <1-2147483647> voip", NULL,                              \
  "Dial peer|Voice|Tag|VoIP", .enter = &mode_peer)                                               \
_(struct map *, peers2, "line {con=# <0-0>=# | vty=# <0-15>=# [<0-15>=#]}", NULL,                \
  "Line|Console|0|Network|First|Last", .enter = &mode_peer)                                      \
_(struct map *, notes, "note NAME=#", NULL, "Free lines|Name", .enter = &mode_note)              \
_(struct ua, ua, "sip-ua", NULL, "SIP user agent", .enter = &mode_ua, .trail = true)             \
_(bool,     acted, "crypto pki authenticate NAME=tp", NULL, "Crypto|PKI|Ask|Name",               \
  .run = run_ask)
struct top { TOP_LINES(LINE_FIELD) };
#define OBJECT struct top
static const struct line top_lines[] = { TOP_LINES(LINE_ROW) };
#undef OBJECT
static const struct mode mode_top = { .name = "global", .prompt = "(config)", .lines = top_lines,
	.count = sizeof(top_lines) / sizeof(*top_lines), .size = sizeof(struct top) };

/* clang-format on */
static int
run_ask(struct session *s, const struct match *m)
{
	char line[256];
	unsigned n = 0;

	while (session_ask(s, "", true, line, sizeof(line)) == 0 && strcmp(line, "quit"))
		n++;
	session_print(s, "%s: %u lines\n", match_text(m, "tp"), n);
	return session_yes(s, "% Do you accept? [yes/no]: ", 0) == 1 ? 0 : -EACCES;
}

static int
run_configure(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "Enter configuration commands, one per line.  End with CNTL/Z.\n");
	session_configure(s);
	return 0;
}

static int
run_show(struct session *s, const struct match *m)
{
	mode_write(&mode_top, session_config(s), 0, match_number(m, "all", 0), session_out(s));
	return 0;
}

static int
run_big(struct session *s, const struct match *m)
{
	long lines = match_number(m, "lines", 1), width = match_number(m, "width", 10);

	for (long i = 0; i < lines; i++)
		session_print(s, "%0*ld\n", (int)width, i);
	return 0;
}

static int
run_debug(struct session *s, const struct match *m)
{
	session_print(s, "debugging is %s\n", m->no ? "off" : "on");
	return 0;
}

static int
run_leave(struct session *s, const struct match *m)
{
	(void)m;
	session_leave(s);
	return 0;
}

static int
run_end(struct session *s, const struct match *m)
{
	(void)m;
	session_leave_all(s);
	return 0;
}

/* clang-format off */
static const struct line exec_lines[] = {
	{ .syntax = "configure terminal", .help = "Configure|Terminal", .run = run_configure,
	  .level = 15 },
	{ .syntax = "show running-config [all=all]", .help = "Show|Configuration|Defaults too",
	  .run = run_show, .level = 15 },
	{ .syntax = "show big <1-1000000>=lines [width <1-10000000>=width]",
	  .help = "Show|Much|Lines|Width|Of one", .run = run_big },
	{ .syntax = "show version", .help = "Show|Version", .run = run_big },
	{ .syntax = "show voice", .help = "Show|Voice", .run = run_big },
	{ .syntax = "debug ccsip messages", .help = "Debug|SIP|Messages", .run = run_debug,
	  .negates = true },
	{ .syntax = "exit", .help = "Leave", .run = run_leave },
};
static const struct line always_lines[] = {
	{ .syntax = "exit", .help = "Leave this mode", .run = run_leave },
	{ .syntax = "end", .help = "Leave configuration", .run = run_end },
};
static const struct mode mode_exec = { .name = "exec", .prompt = "", .lines = exec_lines,
	.count = sizeof(exec_lines) / sizeof(*exec_lines) };
static const struct mode mode_always = { .name = "always", .prompt = "", .lines = always_lines,
	.count = sizeof(always_lines) / sizeof(*always_lines) };

/* clang-format on */
static const char *
top_hostname(const void *config)
{
	return ((const struct top *)config)->hostname;
}

/* clang-format off */
static const struct cli test_cli __attribute__((unused)) = { .exec = &mode_exec, .top = &mode_top,
	.always = &mode_always, .hostname = top_hostname };

#endif
