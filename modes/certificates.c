/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/certificates.c -- the certificates of trustpoints as the configuration holds them. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "datapath/sip/identity.h"
#include "pki/pki.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct certificate *
certificate_of(const struct config *c, const char *name, enum cert_role role)
{
	const struct cert_chain *chain = map_find(c->chains, name);

	for (const struct certificate *i = chain ? map_first(chain->certificates) : NULL; i;
	     i = map_after(chain->certificates, i->node.key))
		if (i->role == role)
			return i;
	return NULL;
}

const struct certificate *
certificate_own(const struct config *c, const char *name)
{
	const struct certificate *own = certificate_of(c, name, CERT_OWN);

	return own ? own : certificate_of(c, name, CERT_SELF_SIGNED);
}

const char *
trustpoint_label(const struct trustpoint *t, char *buf, size_t size)
{
	snprintf(buf, size, "%.64s", *t->ec ? t->ec : t->rsa.set ? t->rsa.label : t->node.key);
	return buf;
}

const char *
trustpoint_encryption_label(const struct trustpoint *t, char *buf, size_t size)
{
	char label[130];

	snprintf(buf, size, "%s%s", trustpoint_label(t, label, sizeof(label)), PKI_ENCRYPTION_SUFFIX);
	return buf;
}

enum cert_role
certificate_role(struct pki *pki, const struct config *c, const char *name, const struct der *der)
{
	const struct trustpoint *t = pki ? map_find(c->trustpoints, name) : NULL;
	char label[150];

	if (t && pki_key_matches(pki, trustpoint_label(t, label, sizeof(label)), der))
		return CERT_OWN;
	if (t && pki_key_matches(pki, trustpoint_encryption_label(t, label, sizeof(label)), der))
		return CERT_ENCRYPTION;
	return CERT_ROLES;
}

struct store { const char *name; enum cert_role role; const struct der *der; };

static struct cert_chain *
own_chain(struct config *c, const char *name)
{
	struct cert_chain *chain = map_own(&c->chains, name);

	if (chain || map_find(c->chains, name))
		return chain;
	chain = mode_new(&mode_cert_chain, name, 0);
	if (chain && map_put(&c->chains, &chain->node) < 0) {
		mode_drop(chain);
		return NULL;
	}
	return map_own(&c->chains, name);
}

static void
remove_role(struct cert_chain *chain, enum cert_role role)
{
	const struct certificate *i = map_first(chain->certificates), *next;

	for (; i; i = next) {
		char key[KEY_MAX];

		next = map_after(chain->certificates, i->node.key);
		if (i->role != role)
			continue;
		snprintf(key, sizeof(key), "%s", i->node.key);
		map_remove(&chain->certificates, key);
		next = map_first(chain->certificates);
	}
}

int
certificate_forget(void *draft, const char *label)
{
	struct config *c = draft;
	char used[130];
	int rc = 0;

	for (const struct trustpoint *t = map_first(c->trustpoints); t && rc == 0;
	     t = map_after(c->trustpoints, t->node.key)) {
		struct cert_chain *chain;

		if (strcmp(trustpoint_label(t, used, sizeof(used)), label) || (!certificate_own(c, t->node.key) &&
		    !certificate_of(c, t->node.key, CERT_ENCRYPTION)))
			continue;
		chain = map_own(&c->chains, t->node.key);
		if (!chain)
			return -ENOMEM;
		remove_role(chain, CERT_OWN);
		remove_role(chain, CERT_ENCRYPTION);
		remove_role(chain, CERT_SELF_SIGNED);
		if (!map_count(chain->certificates))
			rc = map_remove(&c->chains, t->node.key);
	}
	return rc;
}

int
certificate_drop(void *draft, const char *name, enum cert_role role)
{
	struct config *c = draft;
	struct cert_chain *chain = map_own(&c->chains, name);

	if (!chain)
		return map_find(c->chains, name) ? -ENOMEM : 0;
	remove_role(chain, role);
	return 0;
}

int
certificate_drop_next(void *draft, const char *name)
{
	int rc = certificate_drop(draft, name, CERT_CA_NEXT);

	return rc < 0 ? rc : certificate_drop(draft, name, CERT_NEXT);
}

int
der_copy_of(const struct certificate *c, struct der *to)
{
	to->bytes = malloc(c->size ? c->size : 1);
	to->size = to->bytes ? c->size : 0;
	if (!to->bytes)
		return -ENOMEM;
	memcpy(to->bytes, c->der, c->size);
	return 0;
}

void
trustpoint_relabel(struct trustpoint *t, const char *label)
{
	char now[130];

	if (!strcmp(trustpoint_label(t, now, sizeof(now)), label))
		return;
	if (*t->ec) {
		snprintf(t->ec, sizeof(t->ec), "%.64s", label);
	} else {
		t->rsa.set = 1;
		snprintf(t->rsa.label, sizeof(t->rsa.label), "%.64s", label);
	}
}

int
certificate_put(void *draft, const char *name, enum cert_role role, const struct der *der, char *why,
    size_t size)
{
	struct pki_cert_info info;
	struct cert_chain *chain;
	struct certificate *c;
	char key[KEY_MAX];

	if (pki_cert_info(der, &info) < 0) {
		snprintf(why, size, "not a certificate");
		return -EINVAL;
	}
	snprintf(key, sizeof(key), "%s%.100s", certificate_words(role), info.serial);
	chain = own_chain(draft, name);
	c = chain ? mode_new(&mode_certificate, key, der->size) : NULL;
	if (!c)
		return -ENOMEM;
	c->role = (uint8_t)role;
	c->size = (uint32_t)der->size;
	memcpy(c->der, der->bytes, der->size);
	if (role != CERT_CA)
		remove_role(chain, role);
	if (map_put(&chain->certificates, &c->node) < 0) {
		mode_drop(c);
		return -ENOMEM;
	}
	return 0;
}

static int
store(void *draft, void *arg, char *why, size_t size)
{
	const struct store *st = arg;

	return certificate_put(draft, st->name, st->role, st->der, why, size);
}

struct trustpoint *
trustpoint_own(struct config *c, const char *name)
{
	struct trustpoint *t = map_own(&c->trustpoints, name);

	if (t || map_find(c->trustpoints, name))
		return t;
	t = mode_new(&mode_trustpoint, name, 0);
	if (t && map_put(&c->trustpoints, &t->node) < 0) {
		mode_drop(t);
		return NULL;
	}
	return map_own(&c->trustpoints, name);
}

int
certificate_store(struct session *s, const char *name, enum cert_role role, const struct der *der,
    char *why, size_t size)
{
	return session_edit(s, store, &(struct store){ name, role, der }, why, size);
}

/* ---- what stands above one ------------------------------------------------------------------------------------- */

size_t
certificates_above(const struct config *c, struct der of, struct der *above, size_t most)
{
	size_t n = 0;

	while (n < most && !pki_cert_issued_by(&of, &of) && tls_issuer(c, of, true, &above[n]))
		of = above[n++];
	return n;
}

char *
trusted_pem(struct box *b, size_t *size)
{
	const struct config *c = running_hold(b->running);
	const struct certificate *ca;
	char *pem = NULL;
	FILE *out = open_memstream(&pem, size);

	for (const struct cert_chain *chain = out ? map_first(c->chains) : NULL; chain;
	     chain = map_after(c->chains, chain->node.key))
		if ((ca = certificate_of(c, chain->node.key, CERT_CA))) {
			struct der der = tls_der(ca);

			pki_cert_pem(&der, out);
		}
	running_drop(c);
	if (!out)
		return NULL;
	trustpool_pem(b, out);
	if (fclose(out) == 0)
		return pem;
	free(pem);
	return NULL;
}
