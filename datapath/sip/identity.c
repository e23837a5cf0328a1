/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/identity.c -- see identity.h. */
#include "datapath/sip/identity.h"
#include "modes/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- whom do we show ------------------------------------------------------------------------------------- */

static const struct tls_profile *
profile_of(const struct config *c, uint16_t tag)
{
	char key[16];

	snprintf(key, sizeof(key), "%u", tag);
	return map_find(c->tls_profiles, key);
}

/* cn-san validate server: of servers, so where we are the client. */
static bool
checks_name(uint8_t cn_san, bool server)
{
	return cn_san == CN_SAN_BIDIRECTIONAL || cn_san == (server ? CN_SAN_CLIENT : CN_SAN_SERVER);
}

int
tls_identity_of_profile(const struct config *c, uint16_t tag, bool server, struct tls_identity *x, char *why,
    size_t size)
{
	const struct tls_profile *p = profile_of(c, tag);

	*x = (struct tls_identity){ .server = server, .profile = tag };
	if (!p || !p->own.set) {
		snprintf(why, size, p ? "voice class tls-profile %u names no trustpoint"
		    : "voice class tls-profile %u is not configured", tag);
		return -ENOENT;
	}
	snprintf(x->trustpoint, sizeof(x->trustpoint), "%s",
	    !server && *p->own.client ? p->own.client : p->own.trustpoint);
	snprintf(x->client_vtp, sizeof(x->client_vtp), "%s", p->client_vtp);
	x->strict = p->cipher.strict;
	x->ecdsa = p->cipher.ecdsa;
	x->curve = p->cipher.curve;
	x->check_name = checks_name(p->cn_san, server);
	return 0;
}

static const struct signaling_remote *
longest(const struct config *c, const addr_t *remote)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)remote;
	const struct signaling_remote *best = NULL;

	for (const struct signaling_remote *s = map_first(c->sip_ua.remote); s;
	     s = map_after(c->sip_ua.remote, s->node.key)) {
		if (remote->ss_family != AF_INET ||
		    ((in->sin_addr.s_addr ^ s->address.s_addr) & s->mask.s_addr))
			continue;
		if (!best || ntohl(s->mask.s_addr) > ntohl(best->mask.s_addr))
			best = s;
	}
	return best;
}

int
tls_identity_of(const struct config *c, const addr_t *remote, bool server, struct tls_identity *x, char *why,
    size_t size)
{
	const struct signaling_remote *best = longest(c, remote);
	const struct signaling *all = &c->sip_ua.by_default;
	uint16_t profile = best ? best->profile : all->profile;
	uint8_t cn_san = best ? best->cn_san : all->cn_san;

	if (!best && !all->set) {
		snprintf(why, size, "no certificate serves this peer: configure "
		    "'crypto signaling default trustpoint' under sip-ua");
		return -ENOENT;
	}
	if (profile)
		return tls_identity_of_profile(c, profile, server, x, why, size);
	*x = (struct tls_identity){ .server = server, .strict = best ? best->strict : all->strict,
		.ecdsa = best ? best->ecdsa : all->ecdsa, .curve = best ? best->curve : all->curve,
		.check_name = checks_name(cn_san, server) };
	snprintf(x->trustpoint, sizeof(x->trustpoint), "%s", best ? best->trustpoint : all->trustpoint);
	snprintf(x->client_vtp, sizeof(x->client_vtp), "%s", best ? best->client_vtp : all->client_vtp);
	return 0;
}

int
tls_identity_of_peer(const struct config *c, const struct dial_peer *p, struct tls_identity *x, char *why, size_t size)
{
	struct in_addr unknown = { 0 };
	addr_t remote = addr_ipv4(p->target.type == TARGET_IPV4 ? p->target.ipv4 : unknown, 0);

	if (p->tls_profile)
		return tls_identity_of_profile(c, p->tls_profile, false, x, why, size);
	return tls_identity_of(c, &remote, false, x, why, size);
}

/* ---- certificates ------------------------------------------------------------------------------------------ */

struct der
tls_der(const struct certificate *c)
{
	return (struct der){ (uint8_t *)c->der, c->size };
}

struct der
tls_own(const struct config *c, const char *trustpoint)
{
	const struct cert_chain *chain = map_find(c->chains, trustpoint);

	for (const struct certificate *i = chain ? map_first(chain->certificates) : NULL; i;
	     i = map_after(chain->certificates, i->node.key))
		if (i->role == CERT_OWN || i->role == CERT_SELF_SIGNED)
			return tls_der(i);
	return (struct der){ NULL, 0 };
}

bool
tls_issuer(const struct config *c, struct der of, bool root_too, struct der *issuer)
{
	for (const struct cert_chain *ch = map_first(c->chains); ch; ch = map_after(c->chains, ch->node.key))
		for (const struct certificate *i = map_first(ch->certificates); i;
		     i = map_after(ch->certificates, i->node.key)) {
			*issuer = tls_der(i);
			if (i->role == CERT_CA && pki_cert_issued_by(&of, issuer) &&
			    (root_too || !pki_cert_issued_by(issuer, issuer)))
				return true;
		}
	return false;
}

size_t
tls_above(const struct config *c, struct der of, struct der above[TLS_ABOVE_MAX])
{
	size_t n = 0;

	while (n < TLS_ABOVE_MAX && tls_issuer(c, of, false, &above[n]))
		of = above[n++];
	return n;
}

const char *
tls_key_label(const struct trustpoint *t, char *buf, size_t size)
{
	snprintf(buf, size, "%.64s", t->ec[0] ? t->ec : t->rsa.set ? t->rsa.label : t->node.key);
	return buf;
}

/* ---- versions and suites -------------------------------------------------------------------------------------- */

static void
versions(uint8_t configured, struct pki_profile *p)
{
	static const struct { int min, max; } of[TLS_VERSIONS] = {
		[TLS_VERSION_ANY] = { TLS12, TLS13 }, [TLS_VERSION_10] = { TLS10, TLS10 },
		[TLS_VERSION_11] = { TLS11, TLS11 }, [TLS_VERSION_12] = { TLS12, TLS12 },
		[TLS_VERSION_12_UP] = { TLS12, TLS13 }, [TLS_VERSION_13] = { TLS13, TLS13 },
	};

	p->min_version = of[configured % TLS_VERSIONS].min < TLS12 ? TLS12 : of[configured % TLS_VERSIONS].min;
	p->max_version = of[configured % TLS_VERSIONS].max;
}

/* What is older than TLS 1.2 is spoken with the peers of a class that names it, whatever the box says for all. */
static int
check_versions(const struct tls_identity *x, const struct pki_profile *p, char *why, size_t size)
{
	char class[48] = "a voice class tls-profile";

	if (p->max_version >= TLS12 || p->min_version <= p->max_version)
		return 0;
	if (x->profile)
		snprintf(class, sizeof(class), "voice class tls-profile %u", x->profile);
	snprintf(why, size, "'transport tcp tls v1.%d' leaves this peer no TLS version: older ones than 1.2 need "
	    "'compatibility tls-1.%d' of %s", p->max_version - TLS10, p->max_version - TLS10, class);
	return -EACCES;
}

#define SUITE_OPENSSL(number, name, openssl, help) [number] = openssl,
static const char *const suites[TLS_SUITES] = { TLS_SUITE_ROWS(SUITE_OPENSSL) };

static void
add_suite(char *list, size_t size, const char *suite)
{
	size_t used = strlen(list);

	snprintf(list + used, size - used, "%s%s", used ? ":" : "", suite);
}

/* A class without suites of TLS 1.3 ends below it, and the other way round. */
static int
suites_of_class(const struct config *c, uint16_t tag, struct tls_material *m, char *why, size_t size)
{
	const struct tls_cipher_class *class;
	char key[16];

	snprintf(key, sizeof(key), "%u", tag);
	class = map_find(c->tls_ciphers, key);
	for (const struct tls_preference *p = class ? map_first(class->suites) : NULL; p;
	     p = map_after(class->suites, p->node.key)) {
		const char *suite = suites[p->suite % TLS_SUITES];

		if (!strncmp(suite, "TLS_", 4))
			add_suite(m->suites13, sizeof(m->suites13), suite);
		else
			add_suite(m->suites, sizeof(m->suites), suite);
	}
	if (!*m->suites && !*m->suites13) {
		snprintf(why, size, class ? "voice class tls-cipher %u names no suite"
		    : "voice class tls-cipher %u is not configured", tag);
		return -ENOENT;
	}
	if (!*m->suites13 && m->profile.max_version > TLS12)
		m->profile.max_version = TLS12;
	if (!*m->suites)
		m->profile.min_version = TLS13;
	m->profile.suites = *m->suites ? m->suites : NULL;
	m->profile.suites13 = *m->suites13 ? m->suites13 : NULL;
	return 0;
}

static const char ecdsa[] = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";

/* What the class allows at that moment; what has ended is known for the words. */
static void
add_allowances(const struct tls_profile *p, const struct tls_identity *x, struct tls_material *m)
{
#define ALLOWANCE(what, field, name) [what] = &p->field,
	const struct tls_allowance *of[PKI_COMPATS] = { TLS_ALLOWANCES(ALLOWANCE) };
#undef ALLOWANCE
	time_t at = x->at ? x->at : time(NULL);
	bool allows[PKI_COMPATS];

	m->profile.class_tag = x->profile;
	for (int i = 0; i < PKI_COMPATS; i++) {
		allows[i] = of[i]->set && (!of[i]->until || at < of[i]->until);
		if (of[i]->set && !allows[i])
			m->profile.ended[i] = of[i]->until;
		else if (of[i]->until && (!m->until || of[i]->until < m->until))
			m->until = of[i]->until;
	}
	m->profile.allow_rsa_1024 = allows[PKI_RSA_1024];
	m->profile.allow_sha1 = allows[PKI_SHA_1];
	if (allows[PKI_TLS_11])
		m->profile.min_version = TLS11;
	if (allows[PKI_TLS_10])
		m->profile.min_version = TLS10;
}

static int
add_profile(const struct config *c, const struct tls_identity *x, struct tls_material *m, char *why, size_t size)
{
	const struct tls_profile *p = x->profile ? profile_of(c, x->profile) : NULL;
	struct pki_profile *to = &m->profile;

	if (x->ecdsa)
		to->suites = ecdsa;
	if (x->ecdsa && x->curve)
		to->groups = "P-384";
	if (!p)
		return 0;
	for (const struct tls_name *n = map_first(p->names); n && to->names_count < 10;
	     n = map_after(p->names, n->node.key))
		m->names[to->names_count++] = n->name;
	to->names = m->names;
	add_allowances(p, x, m);
	return p->cipher.class ? suites_of_class(c, p->cipher.class, m, why, size) : 0;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static int
add_identity(const struct config *c, const struct tls_identity *x, bool bare, struct tls_material *m, char *why,
    size_t size)
{
	const struct trustpoint *t = map_find(c->trustpoints, x->trustpoint);

	m->identity = tls_own(c, x->trustpoint);
	if (!t && !bare) {
		snprintf(why, size, "trustpoint %s of %s is not configured", x->trustpoint,
		    x->profile ? "the voice class tls-profile" : "crypto signaling");
		return -ENOENT;
	}
	if (!m->identity.bytes && !bare) {
		snprintf(why, size, "trustpoint %s has no certificate of ours: enroll it and import "
		    "the certificate", x->trustpoint);
		return -ENOENT;
	}
	if (!t || !m->identity.bytes)
		return 0;
	m->profile.label = tls_key_label(t, m->label, sizeof(m->label));
	m->profile.identity = &m->identity;
	m->profile.chain = m->above;
	m->profile.chains = tls_above(c, m->identity, m->above);
	return 0;
}

int
tls_material(const struct config *c, const struct tls_identity *x, const char *without, bool bare,
    struct tls_material *m, char *why, size_t size)
{
	int rc;

	*m = (struct tls_material){ .profile = { .strict_cipher = x->strict, .server = x->server,
		.check_name = x->check_name } };
	versions(c->sip_ua.tls_version, &m->profile);
	rc = add_profile(c, x, m, why, size);
	if (rc == 0)
		rc = check_versions(x, &m->profile, why, size);
	if (rc == 0)
		rc = add_identity(c, x, bare, m, why, size);
	if (rc == 0 && (rc = tls_anchors(c, x, without, m)) < 0)
		snprintf(why, size, "no memory");
	if (rc < 0)
		tls_material_clear(m);
	return rc;
}

void
tls_material_clear(struct tls_material *m)
{
	free(m->anchors);
	free(m->anchor_names);
	free(m->checks);
	for (size_t i = 0; m->rules && i < m->profile.map_rules_count; i++)
		free((char *)m->rules[i].map);
	free(m->rules);
	free(m->matches);
	m->checks = NULL;
	m->rules = NULL;
	m->matches = NULL;
	m->anchors = NULL;
	m->anchor_names = NULL;
}
