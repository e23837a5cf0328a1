/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_chain.c -- `show crypto pki chain': what goes out of a trustpoint in a handshake, and what is missing
 * in it; `show crypto pki usage': who uses which trustpoint, in which role. */
#include "datapath/sip/identity.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/explain.h"
#include "modes/show.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- chain ---------------------------------------------------------------------------------------------------- */

static void
print_link(struct session *s, int depth, const char *what, const struct der *der)
{
	struct pki_brief b;
	char when[WHEN];

	pki_brief(der, &b);
	session_print(s, "%*s%s%s (serial %s)\n%*s%s, valid to %s\n", 2 * depth + 2, "", depth ? "+- " : "", b.subject,
	    b.serial, 2 * depth + 5, "", what, when_pki(b.to, when));
}

/* The root that stands above, which the peer has to hold itself. */
static bool
print_root(struct session *s, int depth, const struct der *last, const struct tls_material *m)
{
	for (size_t i = 0; i < m->profile.anchorss; i++) {
		if (!pki_cert_issued_by(last, &m->anchors[i]) ||
		    !pki_cert_issued_by(&m->anchors[i], &m->anchors[i]))
			continue;
		print_link(s, depth, "not sent: the peer has to hold it", &m->anchors[i]);
		return true;
	}
	return false;
}

static void
print_chain(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	struct der own = tls_own(c, name), chain[1 + TLS_ABOVE_MAX] = { own };
	struct tls_identity x = { .server = true };
	struct tls_material m;
	char missing[384] = "";
	size_t n;

	session_print(s, "Trustpoint %s:\n", name);
	if (!own.bytes) {
		session_print(s, "  no certificate of ours: nothing is sent, its CA vouches for peers\n\n");
		return;
	}
	n = 1 + tls_above(c, own, &chain[1]);
	for (size_t i = 0; i < n; i++)
		print_link(s, (int)i, i ? "sent, intermediate CA" : "sent, our certificate", &chain[i]);
	if (tls_material(c, &x, NULL, true, &m, missing, sizeof(missing)) < 0)
		return;
	if (pki_cert_issued_by(&chain[n - 1], &chain[n - 1]))
		session_print(s, "  It is self-signed: the peer has to hold exactly this certificate\n");
	else if (!print_root(s, (int)n, &chain[n - 1], &m) &&
	    pki_missing(chain, n, m.anchors, m.profile.anchorss, missing, sizeof(missing)))
		session_print(s, "  MISSING: %s\n", missing);
	session_print(s, "\n");
	tls_material_clear(&m);
}

int
show_pki_chain(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *name = match_text(m, "trustpoint");

	if (name && !map_find(c->trustpoints, name)) {
		session_refused(s, "Trustpoint %s does not exist", name);
		return -ENOENT;
	}
	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key))
		if (!name || !strcmp(name, t->node.key))
			print_chain(s, t->node.key);
	return 0;
}

/* ---- usage ------------------------------------------------------------------------------------------------------ */

/* The dial-peers that show the trustpoint's certificate when they call. */
static bool
print_calls(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	bool any = false;

	for (const struct dial_peer *p = map_first(c->dial_peers); p; p = map_after(c->dial_peers, p->node.key)) {
		struct tls_identity x;
		char why[160];

		if (p->transport != TRANSPORT_TLS || !p->target.type ||
		    tls_identity_of_peer(c, p, &x, why, sizeof(why)) < 0 || strcmp(x.trustpoint, name))
			continue;
		session_print(s, "%s%s", any ? " " : "  as client  dial-peers ", p->node.key);
		any = true;
	}
	session_print(s, any ? "\n" : "");
	return any;
}

static bool
serves(const struct config *c, uint16_t profile, const char *trustpoint, const char *name)
{
	struct tls_identity x;
	char why[160];

	return profile ? tls_identity_of_profile(c, profile, true, &x, why, sizeof(why)) == 0 &&
	    !strcmp(x.trustpoint, name) : !strcmp(trustpoint, name);
}

static bool
print_serves(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	const struct signaling *all = &c->sip_ua.by_default;
	char address[INET_ADDRSTRLEN], mask[INET_ADDRSTRLEN];
	bool any = false;

	for (const struct signaling_remote *r = map_first(c->sip_ua.remote); r;
	     r = map_after(c->sip_ua.remote, r->node.key)) {
		if (!serves(c, r->profile, r->trustpoint, name))
			continue;
		inet_ntop(AF_INET, &r->address, address, sizeof(address));
		inet_ntop(AF_INET, &r->mask, mask, sizeof(mask));
		session_print(s, "  as server  peers in %s %s\n", address, mask);
		any = true;
	}
	if (all->set && serves(c, all->profile, all->trustpoint, name)) {
		session_print(s, "  as server  all %s peers\n", map_count(c->sip_ua.remote) ? "other" : "TLS");
		any = true;
	}
	return any;
}

static bool
print_vouches(struct session *s, const char *name, const struct seen_peers *seen)
{
	char host[ADDR_TEXT];
	bool any = false;

	for (size_t i = 0; i < seen->count; i++) {
		if (strcmp(seen->of[i].vouched, name))
			continue;
		session_print(s, "%s%s", any ? " " : "  vouches    for peers ", addr_host(&seen->of[i].remote, host));
		any = true;
	}
	session_print(s, any ? "\n" : "");
	return any;
}

/* The trustpool in one line, however many it holds. */
static void
print_pool(struct session *s, const struct seen_peers *seen)
{
	struct pki_pool_info pool;

	if (!pki_pool_look(BOX(s)->pki, &pool))
		return;
	der_clear(&pool.soonest);
	session_print(s, PKI_POOL ", %zu certificates:\n", pool.count);
	session_print(s, print_vouches(s, PKI_POOL, seen) ? "\n" : "  vouches    for nobody now\n\n");
}

int
show_pki_usage(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	struct seen_peers seen = { .count = 0 };

	(void)m;
	if (BOX(s)->datapath)
		datapath_seen(BOX(s)->datapath, &seen);
	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key)) {
		bool any;

		session_print(s, "Trustpoint %s:\n", t->node.key);
		any = print_calls(s, t->node.key);
		any |= print_serves(s, t->node.key);
		any |= print_vouches(s, t->node.key, &seen);
		session_print(s, any ? "\n" : "  nothing uses it now\n\n");
	}
	print_pool(s, &seen);
	seen_peers_clear(&seen);
	return 0;
}
