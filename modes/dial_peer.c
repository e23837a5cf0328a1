/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/dial_peer.c -- `dial-peer voice N voip'. */
#include "modes/kinds.h"

#include <string.h>

/* clang-format off */
static const struct choice protocol_choices[] = {
	[PROTOCOL_CISCO]     = { "cisco",     "Cisco session protocol" },
	[PROTOCOL_SIPV2]     = { "sipv2",     "IETF SIP" },
	[PROTOCOL_MULTICAST] = { "multicast", "Multicast" },
};
static const struct choice dtmf_choices[DTMFS] = {
	[DTMF_RTP_NTE]     = { "rtp-nte",           "RTP named telephone events (RFC 4733)" },
	[DTMF_SIP_NOTIFY]  = { "sip-notify",        "NOTIFY messages" },
	[DTMF_SIP_KPML]    = { "sip-kpml",          "KPML based" },
	[DTMF_SIP_INFO]    = { "sip-info",          "INFO messages" },
	[DTMF_CISCO_RTP]   = { "cisco-rtp",         "Cisco proprietary RTP" },
	[DTMF_H245_ALPHA]  = { "h245-alphanumeric", "H.245 alphanumeric" },
	[DTMF_H245_SIGNAL] = { "h245-signal",       "H.245 signal" },
};
static const struct part dtmf_parts[] = {
	PART_ARRAY(struct dtmf_list, digits), { NULL, 0, 0, 0 }
};
static const struct part codec_class_parts[] = {
	PART(struct voice_class_ref, tag), PART(struct voice_class_ref, offer_all), { NULL, 0, 0, 0 }
};
static const struct part keepalive_parts[] = {
	PART(struct keepalive, up_s), PART(struct keepalive, down_s), PART(struct keepalive, retry),
	{ NULL, 0, 0, 0 }
};
static const struct part codec_choice_parts[] = {
	PART(struct codec_choice, codec), PART(struct codec_choice, bytes),
	PART(struct codec_choice, fixed), { NULL, 0, 0, 0 }
};
/* clang-format on */

static bool
target_has_effect(const void *field)
{
	const struct session_target *t = field;

	return t->type == TARGET_IPV4 || t->type == TARGET_DNS || t->type == TARGET_LOOPBACK;
}

static bool
dtmf_has_effect(const void *field)
{
	const struct dtmf_list *d = field;

	return d->digits[0] == DTMF_RTP_NTE && !d->digits[1];
}

/* Relayed as they are are all codecs; what differs from their usual packets is not repacked. */
static bool
codec_has_effect(const void *field)
{
	const struct codec_choice *c = field;

	return !c->bytes && !c->fixed;
}

/* `no srtp' is a choice of its own here: it overrides the global setting. */
static int
srtp_set(void *object, const struct match *m, char *why, size_t size)
{
	struct dial_peer *p = object;

	if (m->no && !m->dflt) {
		p->srtp = SRTP_OFF;
		return 0;
	}
	return line_set_plain(m, object, why, size);
}

/* `codec' and `voice-class codec' replace each other. */
static int
codec_set(void *object, const struct match *m, char *why, size_t size)
{
	struct dial_peer *p = object;

	if (!m->no && !m->dflt)
		memset(&p->codec_class, 0, sizeof(p->codec_class));
	return line_set_plain(m, object, why, size);
}

static int
codec_class_set(void *object, const struct match *m, char *why, size_t size)
{
	struct dial_peer *p = object;

	if (!m->no && !m->dflt)
		memset(&p->codec, 0, sizeof(p->codec));
	return line_set_plain(m, object, why, size);
}

#define OBJECT struct dial_peer
static const struct line lines[] = { DIAL_PEER_LINES(LINE_ROW) };

const struct mode mode_dial_peer = {
	.name = "dial-peer", .prompt = "(config-dial-peer)", .lines = LINES(lines),
	.size = sizeof(OBJECT)
};
