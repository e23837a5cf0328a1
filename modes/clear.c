/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/clear.c -- `clear sip-ua ... connection' and `clear logging'. */
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/kinds.h"
#include "modes/show.h"
#include "shell/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- ipv4:A.B.C.D:PORT --------------------------------------------------------------------- */

static int
peer_parse(void *field, size_t size, const char *word)
{
	struct session_target t = {0};
	addr_t a = {0};

	if (target_kind.parse(&t, sizeof(t), word) < 0 || !t.port)
		return -EINVAL;
	if (t.type == TARGET_IPV4) {
		a = addr_ipv4(t.ipv4, t.port);
	} else if (t.type == TARGET_IPV6) {
		((struct sockaddr_in6 *)&a)->sin6_addr = t.ipv6;
		a.ss_family = AF_INET6;
		addr_set_port(&a, t.port);
	} else {
		return -EINVAL;
	}
	if (field && size >= sizeof(a))
		memcpy(field, &a, sizeof(a));
	return 0;
}

static const struct choice peer_help[] = {
    {"ipv4:A.B.C.D:PORT", "IPv4 address and port of the peer"},
    {"ipv6:[X:X:X:X::X]:PORT", "IPv6 address and port of the peer"}, {NULL, NULL}};
static const char *const peer_samples[] = {"ipv4:192.0.2.1:5061", "ipv6:[2001:db8::1]:5061", NULL};

const struct kind sip_peer_kind = {.help = peer_help, .parse = peer_parse, .samples = peer_samples};

/* ---- clear sip-ua -------------------------------------------------------------------------- */

int
clear_sip_connection(struct session *s, const struct match *m)
{
	static const char *const word[] = {"", "udp", "tcp", "tls"};
	enum transport transport = match_number(m, "transport", TRANSPORT_UDP);
	uint32_t id = (uint32_t)match_number(m, "id", 0);
	const char *target = match_text(m, "target");
	addr_t remote;
	int n;

	if (target && peer_parse(&remote, sizeof(remote), target) < 0)
		return -EINVAL;
	n = datapath_clear_conn(BOX(s)->datapath, transport, id, target ? &remote : NULL);
	if (n < 0)
		return n;
	if (n == 0) {
		session_refused(s, "No %s connection matches", word[transport % TRANSPORTS]);
		return -ENOENT;
	}
	if (id)
		session_print(s, "Purging the entry from sip %s process\n",
		    transport == TRANSPORT_UDP ? "udp" : "tcp");
	if (target)
		session_print(s, "Purging the entry from reusable global connection table\n");
	return 0;
}

/* ---- clear logging ------------------------------------------------------------------------- */

int
clear_logging(struct session *s, const struct match *m)
{
	int rc = session_confirm(s, "Clear logging buffer [confirm]");

	(void)m;
	if (rc != 1)
		return rc;
	log_clear(BOX(s)->log);
	return 0;
}
