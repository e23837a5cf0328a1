/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/anchors.c -- who vouches for peers, and what the trustpoints say of judging them: revocation,
 * certificate maps, extended key usages.  All of it becomes flat rows, for pki knows no configuration. */
#include "datapath/sip/identity.h"
#include "modes/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a trustpoint asks of a certificate ---------------------------------------------------------------- */

/* The numbers of the configuration are those of pki. */
_Static_assert((int)REVOCATION_OCSP == (int)PKI_CHECK_OCSP && (int)EKUS == (int)PKI_EKUS &&
    (int)MAP_FIELDS == (int)PKI_MAP_FIELDS && (int)MAP_RELATIONS == (int)PKI_MAP_RELATIONS &&
    (int)MAP_SKIPS_AUTHORIZATION == (int)PKI_MATCH_UNAUTHORIZED, "one numbering");

static uint32_t
eku_bits(const struct eku_list *list)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < sizeof(list->ekus); i++)
		if (list->ekus[i])
			bits |= 1u << list->ekus[i];
	return bits;
}

/* Without a trustpoint (its certificates alone are left): CRL. */
static struct pki_check
check_of(const struct trustpoint *t)
{
	struct pki_check check = { .methods = { PKI_CHECK_CRL } };

	if (!t)
		return check;
	if (t->revocation.set)
		memcpy(check.methods, t->revocation.methods, sizeof(check.methods));
	check.ocsp_url = *t->ocsp_url ? t->ocsp_url : NULL;
	check.onward = t->chain_validation.kind == CHAIN_CONTINUE;
	check.parent = *t->chain_validation.parent ? t->chain_validation.parent : NULL;
	check.ocsp_plain = t->ocsp_plain;
	check.crl_unkept = t->crl_cache.none;
	check.crl_most_s = t->crl_cache.delete_after_min * 60;
	check.crl_extend_s = t->crl_cache.extend_min * 60;
	check.ekus = eku_bits(&t->match_eku);
	return check;
}

/* ---- certificate maps ---------------------------------------------------------------------------------------- */

static size_t
count_rules(const struct config *c)
{
	size_t n = 0;

	for (const struct certificate_map *i = map_first(c->certificate_maps); i;
	     i = map_after(c->certificate_maps, i->node.key))
		n += map_count(i->rules) + 1;
	return n;
}

/* "NAME SEQ" is the key; NAME has no blank. */
static bool
add_rule(struct tls_material *m, const struct certificate_map *i, const struct map_rule *r)
{
	size_t name = strcspn(i->node.key, " ");
	struct pki_map_rule *row = &m->rules[m->profile.map_rules_count++];

	*row = (struct pki_map_rule){ .map = strndup(i->node.key, name), .value = r ? r->value : NULL,
		.sequence = (uint32_t)strtoul(i->node.key + name, NULL, 10), .field = r ? r->field : PKI_MAP_NOTHING,
		.relation = r ? r->relation : 0 };
	return row->map;
}

static bool
add_rules(struct tls_material *m, const struct certificate_map *i)
{
	bool ok = map_count(i->rules) || add_rule(m, i, NULL);

	for (const struct map_rule *r = map_first(i->rules); r && ok; r = map_after(i->rules, r->node.key))
		ok = add_rule(m, i, r);
	return ok;
}

static int
by_sequence(const void *x, const void *y)
{
	const struct pki_map_rule *a = x, *b = y;

	if (a->sequence != b->sequence)
		return a->sequence < b->sequence ? -1 : 1;
	if (strcmp(a->map, b->map))
		return strcmp(a->map, b->map);
	return a->field != b->field ? a->field - b->field : strcmp(a->value ? a->value : "", b->value ? b->value : "");
}

static int
collect_rules(const struct config *c, struct tls_material *m)
{
	m->rules = calloc(count_rules(c) + 1, sizeof(*m->rules));
	if (!m->rules)
		return -ENOMEM;
	for (const struct certificate_map *i = map_first(c->certificate_maps); i;
	     i = map_after(c->certificate_maps, i->node.key))
		if (!add_rules(m, i))
			return -ENOMEM;
	qsort(m->rules, m->profile.map_rules_count, sizeof(*m->rules), by_sequence);
	m->profile.map_rules = m->rules;
	return 0;
}

static struct pki_match
match_of(const char *trustpoint, const struct map_match *i)
{
	return (struct pki_match){ trustpoint, i->node.key, *i->url ? i->url : NULL, i->allows };
}

static int
collect_matches(const struct config *c, struct tls_material *m)
{
	size_t most = map_count(c->trustpool.matches);

	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key))
		most += map_count(t->matches);
	m->matches = calloc(most + 1, sizeof(*m->matches));
	if (!m->matches)
		return -ENOMEM;
	for (const struct trustpoint *t = map_first(c->trustpoints); t; t = map_after(c->trustpoints, t->node.key))
		for (const struct map_match *i = map_first(t->matches); i; i = map_after(t->matches, i->node.key))
			m->matches[m->profile.matches_count++] = match_of(t->node.key, i);
	m->profile.matches = m->matches;
	for (const struct map_match *i = map_first(c->trustpool.matches); i;
	     i = map_after(c->trustpool.matches, i->node.key))
		m->matches[m->profile.matches_count++] = match_of(PKI_POOL, i);
	return 0;
}

/* ---- anchors ------------------------------------------------------------------------------------------------- */

static void
add_anchors(struct tls_material *m, const struct cert_chain *chain, struct pki_check check, bool above)
{
	check.above = above;
	for (const struct certificate *c = map_first(chain->certificates); c;
	     c = map_after(chain->certificates, c->node.key)) {
		struct der der = tls_der(c);

		if ((c->role != CERT_CA && c->role != CERT_SELF_SIGNED) || (above && !pki_cert_is_ca(&der)))
			continue;
		m->anchors[m->profile.anchorss] = der;
		m->checks[m->profile.anchorss] = check;
		m->anchor_names[m->profile.anchorss++] = chain->node.key;
	}
}

static int
room_for_anchors(const struct config *c, struct tls_material *m)
{
	size_t most = 0;

	for (const struct cert_chain *ch = map_first(c->chains); ch; ch = map_after(c->chains, ch->node.key))
		most += map_count(ch->certificates);
	m->anchors = calloc(most + 1, sizeof(*m->anchors));
	m->anchor_names = calloc(most + 1, sizeof(*m->anchor_names));
	m->checks = calloc(most + 1, sizeof(*m->checks));
	m->profile.anchors = m->anchors;
	m->profile.anchor_names = m->anchor_names;
	m->profile.checks = m->checks;
	return m->anchors && m->anchor_names && m->checks ? 0 : -ENOMEM;
}

/* `crypto pki trustpool policy'. */
static void
add_pool(const struct config *c, struct pki_profile *p)
{
	const struct trustpool_policy *of = &c->trustpool;

	p->pool = true;
	p->pool_to_root = of->chain_validation.kind == CHAIN_CONTINUE;
	p->pool_check = (struct pki_check){ .methods = { PKI_CHECK_CRL }, .ocsp_plain = of->ocsp_plain,
		.ocsp_url = *of->ocsp_url ? of->ocsp_url : NULL, .crl_unkept = of->crl_cache.none,
		.crl_most_s = of->crl_cache.delete_after_min * 60,
		.crl_extend_s = of->crl_cache.extend_min * 60 };
	if (of->revocation.set)
		memcpy(p->pool_check.methods, of->revocation.methods, sizeof(p->pool_check.methods));
}

/* Every authenticated trustpoint vouches for peers, unless `client-vtp' narrows it.  Where several hold the same CA,
 * that of our own certificate counts first: its revocation-check is what was meant for this trunk.  Where that one wants its
 * chain to go on, the others may stand above it. */
int
tls_anchors(const struct config *c, const struct tls_identity *x, const char *without, struct tls_material *m)
{
	const char *only = x->client_vtp;
	const struct trustpoint *narrow = *only ? map_find(c->trustpoints, only) : NULL;
	bool upwards = narrow && narrow->chain_validation.kind == CHAIN_CONTINUE;

	m->profile.only = *only ? only : NULL;
	if (room_for_anchors(c, m) < 0 || collect_rules(c, m) < 0 || collect_matches(c, m) < 0)
		return -ENOMEM;
	if (!*only && (!without || strcmp(without, PKI_POOL)))
		add_pool(c, &m->profile);
	for (int others = 0; others < 2; others++)
		for (const struct cert_chain *ch = map_first(c->chains); ch;
		     ch = map_after(c->chains, ch->node.key))
			if (others == !!strcmp(*only ? only : x->trustpoint, ch->node.key) &&
			    (!*only || upwards || !strcmp(only, ch->node.key)) && (!without || strcmp(without, ch->node.key)))
				add_anchors(m, ch, check_of(map_find(c->trustpoints, ch->node.key)),
				    *only && strcmp(only, ch->node.key));
	return 0;
}
