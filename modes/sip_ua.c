/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/sip_ua.c -- `sip-ua'. */
#include "modes/sip_ua.h"
#include "shell/line.h"

/* clang-format off */
static const struct choice tls_version_choices[TLS_VERSIONS] = {
	[TLS_VERSION_10]    = { "v1.0",         "TLS 1.0 only: weak, for peers of a tls-profile with it" },
	[TLS_VERSION_11]    = { "v1.1",         "TLS 1.1 only: weak, for peers of a tls-profile with it" },
	[TLS_VERSION_12]    = { "v1.2",         "TLS 1.2 only" },
	[TLS_VERSION_12_UP] = { "v1.2 minimum", "TLS 1.2 and up" },
	[TLS_VERSION_13]    = { "v1.3",         "TLS 1.3 only" },
};
const struct choice cn_san_choices[CN_SANS] = {
	[CN_SAN_SERVER]        = { "server",        "Of servers" },
	[CN_SAN_CLIENT]        = { "client",        "Of clients" },
	[CN_SAN_BIDIRECTIONAL] = { "bidirectional", "Of both" },
};
#define SIGNALING_PARTS(type)                                                                    \
	PART(type, trustpoint), PART(type, client_vtp), PART(type, strict), PART(type, ecdsa),       \
	PART(type, cn_san), PART(type, curve), PART(type, profile), { NULL, 0, 0, 0 }
static const struct part signaling_parts[] = { SIGNALING_PARTS(struct signaling) };
static const struct part signaling_remote_parts[] = {
	PART(struct signaling_remote, address), PART(struct signaling_remote, mask),
	SIGNALING_PARTS(struct signaling_remote)
};
/* clang-format on */

static const struct mode mode_signaling_remote = {
	.name = "crypto-signaling", .size = sizeof(struct signaling_remote)
};

/* A version implies the transport; `no' of it brings back all versions. */
static int
tls_version_set(void *object, const struct match *m, char *why, size_t size)
{
	struct sip_ua *u = object;

	if (!m->no && !m->dflt)
		u->tls = true;
	return line_set_plain(m, object, why, size);
}

/* Without a version it means all of them again; without TLS there is no version. */
static int
tls_set(void *object, const struct match *m, char *why, size_t size)
{
	((struct sip_ua *)object)->tls_version = 0;
	return line_set_plain(m, object, why, size);
}

#define OBJECT struct sip_ua
static const struct line lines[] = { SIP_UA_LINES(LINE_ROW) };

const struct mode mode_sip_ua = {
	.name = "SIP-UA", .prompt = "(config-sip-ua)", .lines = LINES(lines),
	.size = sizeof(struct sip_ua)
};
