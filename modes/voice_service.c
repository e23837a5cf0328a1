/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/voice_service.c -- `voice service voip', its `sip', its trusted list. */
#include "modes/voice_service.h"
#include "modes/kinds.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct choice rel1xx_choices[] = {
	[REL1XX_SUPPORTED] = { "supported \"100rel\"", "Where the peer can" },
	[REL1XX_REQUIRE]   = { "require \"100rel\"",   "Always" },
	[REL1XX_DISABLE]   = { "disable",              "Never" },
};
static const struct choice midcall_choices[] = {
	[1] = { "passthru",              "Pass all of them" },
	[2] = { "passthru media-change", "Pass those that change the media" },
	[3] = { "block",                 "Answer them here" },
	[4] = { "preserve-codec",        "Keep the codec" },
};
static const struct choice nat_choices[] = {
	[NAT_AUTO]     = { "auto",     "Find out which peers are" },
	[NAT_FORCE_ON] = { "force-on", "Take plain RTP from wherever it comes, and answer there" },
};
static const struct choice allow_choices[] = {
	[ALLOW_SIP]  = { "sip",  "SIP" },
	[ALLOW_H323] = { "h323", "H.323" },
};
static const struct part trusted_ipv4_parts[] = {
	PART(struct trusted_ipv4, address), PART(struct trusted_ipv4, mask), { NULL, 0, 0, 0 }
};
static const struct part trusted_ipv6_parts[] = {
	PART(struct trusted_ipv6, prefix), { NULL, 0, 0, 0 }
};
static const struct part min_se_parts[] = {
	PART(struct min_se, min_s), PART(struct min_se, expires_s), { NULL, 0, 0, 0 }
};
static const struct part allow_parts[] = {
	PART(struct allow, from), PART(struct allow, to), { NULL, 0, 0, 0 }
};
static const struct part border_mode_parts[] = {
	PART(struct border_mode, border), PART(struct border_mode, licensed),
	PART(struct border_mode, periodic), PART(struct border_mode, capacity),
	PART(struct border_mode, period), { NULL, 0, 0, 0 }
};
static const struct part port_range_parts[] = {
	PART(struct port_range, min), PART(struct port_range, max), { NULL, 0, 0, 0 }
};
/* clang-format on */

static const struct mode mode_trusted_ipv4 = {
	.name = "trusted-ipv4", .size = sizeof(struct trusted_ipv4)
};
static const struct mode mode_trusted_ipv6 = {
	.name = "trusted-ipv6", .size = sizeof(struct trusted_ipv6)
};
static const struct mode mode_allow = { .name = "allow-connections", .size = sizeof(struct allow) };

static bool
nat_has_effect(const void *field)
{
	return *(const uint8_t *)field != NAT_AUTO;
}

static bool
allow_has_effect(const void *object)
{
	const struct allow *a = object;

	return a->from == ALLOW_SIP && a->to == ALLOW_SIP;
}

/* `bind all' is shown as the two lines that it means. */
static int
bind_all_set(void *object, const struct match *m, char *why, size_t size)
{
	struct serv_sip *s = object;
	int rc = line_set_plain(m, object, why, size);

	if (rc == 0) {
		s->bind_control = s->bind_media = s->bind_all;
		memset(&s->bind_all, 0, sizeof(s->bind_all));
	}
	return rc;
}

static int
voice_service_check(const void *object, const void *config, char *why, size_t size)
{
	const struct voice_service *v = object;

	(void)config;
	if (!v->rtp_ports.set || v->rtp_ports.min < v->rtp_ports.max)
		return 0;
	snprintf(why, size, "rtp-port range: the first port is not below the last");
	return -EINVAL;
}

#define OBJECT struct ip_trust
static const struct line trust_lines[] = { IP_TRUST_LINES(LINE_ROW) };
#undef OBJECT
#define OBJECT struct serv_sip
static const struct line sip_lines[] = { SERV_SIP_LINES(LINE_ROW) };
#undef OBJECT
#define OBJECT struct voice_service
static const struct line lines[] = { VOICE_SERVICE_LINES(LINE_ROW) };

const struct mode mode_ip_trust = {
	.name = "IP Address Trusted List", .prompt = "(cfg-iptrust-list)",
	.lines = LINES(trust_lines), .size = sizeof(struct ip_trust), .parent = &mode_voice_service
};
const struct mode mode_serv_sip = {
	.name = "SERVICE SIP", .prompt = "(conf-serv-sip)", .lines = LINES(sip_lines),
	.size = sizeof(struct serv_sip), .parent = &mode_voice_service
};
const struct mode mode_voice_service = {
	.name = "VOICE SERVICE", .prompt = "(conf-voi-serv)", .lines = LINES(lines),
	.size = sizeof(struct voice_service), .check = voice_service_check
};
