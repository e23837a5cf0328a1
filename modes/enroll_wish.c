/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_wish.c -- see enroll_wish.h. */
#include "modes/enroll_wish.h"
#include "modes/box.h"
#include "modes/kinds.h"
#include "modes/pki_server.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void
split_alts(struct wish *w, const char *typed)
{
	char *rest = w->alts, *one;
	int n = 0;

	snprintf(w->alts, sizeof(w->alts), "%s", typed);
	while ((one = strsep(&rest, ", ")) && n < WISH_ALT_NAMES)
		if (*one)
			w->alt[n++] = one;
	w->request.alt_names = n ? w->alt : NULL;
}

static const char *
hash_word(uint8_t hash)
{
	static const char *const words[HASHES] = { "sha256", "md5", "sha1", "sha256", "sha384",
		"sha512" };

	return words[hash % HASHES];
}

/* Of an interface by its name; false: it is none, or has none. */
bool
wish_address(const struct config *c, const char *typed, char ip[64])
{
	const struct interface *i;
	char name[65];

	i = interface_kind.parse(name, sizeof(name), typed) == 0 ? map_find(c->interfaces, name) : NULL;
	return i && i->ip.set && inet_ntop(AF_INET, &i->ip.address, ip, 64);
}

/* `eku request' as OIDs of RFC 5280 and its kin. */
static void
join_ekus(struct wish *w, const struct eku_list *l)
{
	static const char *const oids[EKUS] = { [EKU_CLIENT] = "1.3.6.1.5.5.7.3.2",
		[EKU_SERVER] = "1.3.6.1.5.5.7.3.1", [EKU_CODE] = "1.3.6.1.5.5.7.3.3",
		[EKU_EMAIL] = "1.3.6.1.5.5.7.3.4", [EKU_IPSEC_END] = "1.3.6.1.5.5.7.3.5",
		[EKU_IPSEC_TUNNEL] = "1.3.6.1.5.5.7.3.6", [EKU_IPSEC_USER] = "1.3.6.1.5.5.7.3.7",
		[EKU_TIME] = "1.3.6.1.5.5.7.3.8", [EKU_OCSP] = "1.3.6.1.5.5.7.3.9",
		[EKU_SSH_CLIENT] = "1.3.6.1.5.5.7.3.21", [EKU_SSH_SERVER] = "1.3.6.1.5.5.7.3.22" };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(l->ekus) && l->ekus[i]; i++)
		n += (size_t)snprintf(w->ekus + n, sizeof(w->ekus) - n, "%s%s", n ? "," : "",
		    oids[l->ekus[i] % EKUS]);
	w->request.ekus = n ? w->ekus : NULL;
}

void
wish_of(struct wish *w, const struct config *c, const struct trustpoint *t)
{
	*w = (struct wish){ 0 };
	trustpoint_label(t, w->label, sizeof(w->label));
	w->request.label = w->label;
	w->request.hash = hash_word(t->hash);
	w->request.subject = *t->subject_name ? t->subject_name : NULL;
	if (*t->fqdn && strcasecmp(t->fqdn, "none"))
		snprintf(w->fqdn, sizeof(w->fqdn), "%s", t->fqdn);
	else if (!*t->fqdn && *c->domain)
		snprintf(w->fqdn, sizeof(w->fqdn), "%s.%s", c->hostname, c->domain);
	else if (!*t->fqdn)
		snprintf(w->fqdn, sizeof(w->fqdn), "%s", c->hostname);
	w->request.fqdn = *w->fqdn ? w->fqdn : NULL;
	if (*t->ip_address && strcasecmp(t->ip_address, "none")) {
		if (!wish_address(c, t->ip_address, w->ip))
			snprintf(w->ip, sizeof(w->ip), "%.60s", t->ip_address);
		w->request.ip = w->ip;
	}
	split_alts(w, t->subject_alt_name);
	join_ekus(w, &t->eku);
	pki_server_wish(w, c, t);
}

void
wish_serial(struct wish *w)
{
	snprintf(w->serial, sizeof(w->serial), "%s", BOX_SERIAL);
	w->request.serial_number = w->serial;
}
