/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_server.c -- the mode `crypto pki server': its rows, what they mean, and how it goes
 * for good. */
#include "modes/pki_server.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/enrollment.h"
#include "modes/pki_serve.h"
#include "modes/url.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows --------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct choice server_levels[LEVELS] = {
	[LEVEL_MINIMUM]  = { "minimum",  "Only what is needed to go on" },
	[LEVEL_NAMES]    = { "names",    "Serial numbers and subjects too" },
	[LEVEL_COMPLETE] = { "complete", "Every certificate too" },
};
static const struct choice server_grants[GRANTS] = {
	[GRANT_AUTO] = { "auto",    "All of them, at once" },
	[GRANT_NONE] = { "none",    "None: every one is refused" },
	[GRANT_RA]   = { "ra-auto", "Those of a registration authority" },
};
static const char *const hash_words[SERVER_HASHES] = { "sha256", "md5", "sha1", "sha256", "sha384", "sha512" };
static const struct choice server_hashes[SERVER_HASHES] = {
	[1] = { "md5", "MD5" }, [2] = { "sha1", "SHA-1" }, [3] = { "sha256", "SHA-256" },
	[4] = { "sha384", "SHA-384" }, [5] = { "sha512", "SHA-512" },
};
static const struct choice server_modes[] = {
	[MODE_SUB] = { "sub-cs", "Below another CA" }, [MODE_RA] = { "ra", "Registration authority" },
	[MODE_RA_TRANSPARENT] = { "ra transparent", "Of a CA that knows its authorities otherwise" },
};
/* One more than the bit of enum ca_eku. */
static const struct choice server_ekus[SERVER_EKUS + 1] = {
	[1]  = { "server-auth",         "TLS server" },
	[2]  = { "client-auth",         "TLS client" },
	[3]  = { "code-signing",        "Signed programs" },
	[4]  = { "email-protection",    "E-mail" },
	[5]  = { "ipsec-end-system",    "IPsec end system" },
	[6]  = { "ipsec-tunnel",        "IPsec tunnel" },
	[7]  = { "ipsec-user",          "IPsec user" },
	[8]  = { "ocsp-signing",        "OCSP answers" },
	[9]  = { "ssh-client",          "SSH client" },
	[10] = { "ssh-server",          "SSH server" },
	[11] = { "time-stamping",       "Time stamps" },
};
static const struct choice server_kinds[SERVER_KINDS] = {
	{ "cnm", "Names" }, { "crl", "Revocation list" }, { "crt", "Certificates" }, { "p12", "PKCS#12" },
	{ "pem", "PEM" }, { "ser", "Serial number" },
};
static const struct choice server_published[SERVER_PUBLISHED] = {
	{ "cnm", "Names" }, { "crl", "Revocation list" }, { "crt", "Certificates" },
};
#define END_PARTS { NULL, 0, 0, 0 }
static const struct part lifetime_parts[] = {
	PART(struct lifetime, days), PART(struct lifetime, hours), PART(struct lifetime, minutes), END_PARTS
};
static const struct part eku_parts[] = { PART_ARRAY(struct cs_eku_list, methods), END_PARTS };
static const struct part server_archive_parts[] = {
	PART(struct server_archive, form), PART(struct server_archive, password), END_PARTS
};
static const struct part database_user_parts[] = {
	PART(struct database_user, name), PART(struct database_user, password), END_PARTS
};
/* clang-format on */

/* "0x1A", or 26: kept as it is shown, "0x1A". */
static int
serial_parse(void *field, size_t size, const char *word)
{
	char *end;
	unsigned long long n = strtoull(word, &end, 0);

	if (*word < '0' || *word > '9' || *end || !n || n > INT64_MAX)
		return -EINVAL;
	snprintf(field, size, "0x%llX", n);
	return 0;
}

static void
serial_print(const void *field, size_t size, FILE *out)
{
	(void)size;
	fputs(field, out);
}

static const struct choice serial_help[] = { { "0xNUMBER", "In hexadecimal" }, { NULL, NULL } };
static const char *const serial_samples[] = { "0x1A", "0x1", NULL };
static const struct kind server_serial_kind = { .help = serial_help, .parse = serial_parse,
	.print = serial_print, .samples = serial_samples };

static bool
begins(const char *url, const char *const *systems)
{
	for (; *systems; systems++)
		if (!strncmp(url, *systems, strlen(*systems)))
			return true;
	return false;
}

static const char *const near[] = { "flash:", "bootflash:", "nvram:", NULL },
    *const far[] = { "tftp:", "ftp:", "http:", "https:", "scp:", "sftp:", NULL };

bool
server_place_has_effect(const void *line)
{
	const struct stored_line *l = line;

	return (begins(l->text, near) || begins(l->text, far)) && !strchr(l->text, ' ');
}

bool
pki_server_is_away(const struct pki_server *o)
{
	return begins(o->database_url, far);
}

static bool
server_url_has_effect(const void *field)
{
	return begins(field, near) || begins(field, far);
}

const char *
pki_server_place(const struct pki_server *o, char *buf, size_t size)
{
	return server_url_has_effect(o->database_url) ? url_shown(o->database_url, buf, size) : "nvram:";
}

/* What stands is not changed under a CA that works; saying it again is no change. */
static int
server_set(void *object, const struct match *m, char *why, size_t size)
{
	struct pki_server *o = object;
	char was[sizeof(*o) - sizeof(o->node)], *now = (char *)object + sizeof(o->node);
	int rc;

	memcpy(was, now, sizeof(was));
	rc = line_set_plain(m, object, why, size);
	if (rc < 0 || !o->locked || !memcmp(was, now, sizeof(was)))
		return rc;
	memcpy(now, was, sizeof(was));
	snprintf(why, size, "Server is enabled. It must be shutdown before changes can be made.");
	return -EINVAL;
}

/* The directory of "flash:pki/ca": "pki/ca"; NULL: it is no URL of flash. */
static const char *
flash_path(const char *url)
{
	if (strncmp(url, "flash:", 6) && strncmp(url, "bootflash:", 10))
		return NULL;
	url = strchr(url, ':') + 1;
	return url + strspn(url, "/");
}

static bool
good_path(const char *p)
{
	for (size_t n; *p; p += n, p += strspn(p, "/")) {
		n = strcspn(p, "/");
		if (*p == '.' || n > 100)
			return false;
	}
	return true;
}

static int
server_url_set(void *object, const struct match *m, char *why, size_t size)
{
	struct pki_server *o = object;
	text256 was;
	int rc;

	memcpy(was, o->database_url, sizeof(was));
	if ((rc = server_set(object, m, why, size)) < 0)
		return rc;
	if (flash_path(o->database_url) && (!*flash_path(o->database_url) ||
	    !good_path(flash_path(o->database_url)))) {
		memcpy(o->database_url, was, sizeof(was));
		snprintf(why, size, "A database of flash: has a directory of its own");
		return -EINVAL;
	}
	return 0;
}

/* "a//b/" and "a/b" are the same. */
static bool
same_path(const char *a, const char *b)
{
	for (;; a += strcspn(a, "/"), b += strcspn(b, "/")) {
		size_t n;

		a += strspn(a, "/");
		b += strspn(b, "/");
		n = strcspn(a, "/");
		if (n != strcspn(b, "/") || strncmp(a, b, n) != 0)
			return false;
		if (!n)
			return true;
	}
}

/* The files of two servers bear the same names. */
static int
server_check(const void *object, const void *config, char *why, size_t size)
{
	const struct pki_server *o = object, *other;
	const struct config *c = config;
	const char *path = flash_path(o->database_url);

	for (other = path ? map_first(c->pki_servers) : NULL; other;
	     other = map_after(c->pki_servers, other->node.key)) {
		if (!strcmp(other->node.key, o->node.key) || !flash_path(other->database_url) ||
		    !same_path(path, flash_path(other->database_url)))
			continue;
		snprintf(why, size, "The database of server %s is there", other->node.key);
		return -EINVAL;
	}
	return 0;
}

static int server_shutdown(struct session *, const struct match *);
static int server_show(struct session *, const struct match *);

#define OBJECT struct pki_server
static const struct line lines[] = {
	PKI_SERVER_LINES(LINE_ROW)
	{ .syntax = "show", .help = "What is configured", .run = server_show },
};

const struct mode mode_pki_server = {
	.name = "cs-server", .prompt = "(cs-server)", .lines = LINES(lines),
	.size = sizeof(struct pki_server), .check = server_check
};

/* ---- what it means ------------------------------------------------------------------------------------------ */

int64_t
lifetime_s(const struct lifetime *l)
{
	return ((l->days * 24ll + l->hours) * 60 + l->minutes) * 60;
}

int64_t
pki_server_overlap_s(const struct pki_server *o)
{
	static const struct lifetime usual = { .days = 30 };

	if (o->mode != MODE_ROOT)       /* there the CA above says how long it lives */
		return 0;
	return !o->rollover.set ? 0 : lifetime_s(&o->rollover) ? lifetime_s(&o->rollover) : lifetime_s(&usual);
}

void
pki_server_rules(const struct pki_server *o, struct ca_rules *to)
{
	memset(to, 0, sizeof(*to));
	to->level = o->level == LEVEL_COMPLETE ? CA_COMPLETE : o->level == LEVEL_NAMES ? CA_NAMES : CA_MINIMUM;
	to->certificate_s = lifetime_s(&o->lifetime_certificate);
	to->crl_s = lifetime_s(&o->lifetime_crl);
	to->request_s = lifetime_s(&o->lifetime_request);
	to->ca_s = lifetime_s(&o->lifetime_ca);
	to->overlap_s = pki_server_overlap_s(o);
	to->ra = o->mode >= MODE_RA;
	snprintf(to->hash, sizeof(to->hash), "%s", hash_words[o->hash % SERVER_HASHES]);
	memcpy(to->cdp, o->cdp_url, sizeof(to->cdp));
	for (size_t i = 0; o->eku.set && i < sizeof(o->eku.methods) && o->eku.methods[i]; i++)
		to->ekus |= 1u << (o->eku.methods[i] - 1);
	if (!to->ekus)
		to->ekus = CA_EKU_USUAL;
}

int
pki_server_directory(const struct box *b, const struct pki_server *o, char *path, size_t size)
{
	const char *flash = flash_path(o->database_url);
	int n = flash ? snprintf(path, size, "%s/flash/%s", b->nvram, flash)
	    : snprintf(path, size, "%s/ca/%s", b->nvram, o->node.key);

	return n > 0 && (size_t)n < size ? 0 : -ENAMETOOLONG;
}

/* ---- into the configuration ---------------------------------------------------------------------------------- */

static bool
holds(const struct config *c, const char *name, enum cert_role role, const struct der *cert)
{
	const struct cert_chain *chain = map_find(c->chains, name);

	for (const struct certificate *i = chain ? map_first(chain->certificates) : NULL; i;
	     i = map_after(chain->certificates, i->node.key))
		if (i->role == role && i->size == cert->size && !memcmp(i->der, cert->bytes, cert->size))
			return true;
	return false;
}

bool
pki_server_is_on(const struct config *c, const char *name)
{
	const struct pki_server *o = map_find(c->pki_servers, name);

	return o && !o->shutdown;
}

bool
pki_server_is_settled(const struct config *c, const char *name, const struct der *cert)
{
	const struct pki_server *o = map_find(c->pki_servers, name);

	return !o || o->shutdown || (o->locked && map_find(c->trustpoints, name) &&
	    holds(c, name, o->mode == MODE_ROOT ? CERT_CA : CERT_OWN, cert));
}

static bool
is_same_subject(const struct pki_cert_info *a, const struct pki_cert_info *b)
{
	bool same = a->subjects == b->subjects;

	for (int i = 0; same && i < a->subjects; i++)
		same = !strcmp(a->subject[i], b->subject[i]);
	return same;
}

/* The certificates of that CA which are over: it has another one. */
static int
drop_old(struct config *c, const char *name, const struct pki_cert_info *now)
{
	const struct cert_chain *chain = map_find(c->chains, name);
	const struct certificate *i = chain ? map_first(chain->certificates) : NULL, *next;
	struct pki_cert_info *old = malloc(sizeof(*old));
	struct cert_chain *own;
	int rc = old ? 0 : -ENOMEM;

	for (; rc == 0 && i; i = next) {
		struct der der = { (uint8_t *)i->der, i->size };
		char key[KEY_MAX];

		snprintf(key, sizeof(key), "%s", i->node.key);
		chain = map_find(c->chains, name);
		next = map_after(chain->certificates, key);
		if (i->role != CERT_CA || pki_cert_info(&der, old) < 0 || !is_same_subject(old, now))
			continue;
		own = map_own(&c->chains, name);
		rc = own ? map_remove(&own->certificates, key) : -ENOMEM;
		next = own ? map_after(own->certificates, key) : NULL;
	}
	free(old);
	return rc;
}

int
pki_server_settle(void *draft, const char *name, const struct der *cert, char *why, size_t size)
{
	struct config *c = draft;
	struct pki_server *o = map_own(&c->pki_servers, name);
	struct trustpoint *t = o ? trustpoint_own(c, name) : NULL;
	struct pki_cert_info *info = malloc(sizeof(*info));
	int rc = -ENOMEM;

	if (t && info && pki_cert_info(cert, info) == 0) {
		o->locked = true;
		o->shutdown = false;
		if (info->key_type == PKI_EC)
			snprintf(t->ec, sizeof(t->ec), "%.64s", name);
		else if (!t->rsa.set) {
			t->rsa.set = 1;
			snprintf(t->rsa.label, sizeof(t->rsa.label), "%.64s", name);
		}
		rc = o->mode != MODE_ROOT || holds(c, name, CERT_CA, cert) ? 0 : drop_old(c, name, info);
		if (rc == 0 && o->mode == MODE_ROOT && !holds(c, name, CERT_CA, cert))
			rc = certificate_put(c, name, CERT_CA, cert, why, size);
	}
	free(info);
	return rc;
}

/* ---- below another CA -------------------------------------------------------------------------------------------- */

static bool
is_below(const struct config *c, const char *name, const struct pki_server **op)
{
	const struct pki_server *o = map_find(c->pki_servers, name);

	*op = o;
	return o && o->mode != MODE_ROOT;
}

void
pki_server_wish(struct wish *w, const struct config *c, const struct trustpoint *t)
{
	const struct pki_server *o;

	if (!is_below(c, t->node.key, &o))
		return;
	w->request.ca = o->mode == MODE_SUB;
	w->request.fqdn = w->request.ip = NULL;
	w->request.alt_names = NULL;
	if (!w->request.subject && *o->issuer_name && o->mode == MODE_SUB)
		w->request.subject = o->issuer_name;
	if (!w->request.subject) {
		snprintf(w->fqdn, sizeof(w->fqdn), "cn=%.200s%s", o->node.key, o->mode == MODE_RA ? ",ou=ioscs RA" : "");
		w->request.subject = w->fqdn;
	}
}

const char *
pki_server_misfit(const struct pki_server *o, const struct der *cert)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	enum server_mode is = MODE_RA;

	if (i && pki_cert_info(cert, i) == 0 && i->ca)
		is = i->self_signed ? MODE_ROOT : MODE_SUB;
	free(i);
	if (is == o->mode || (is == MODE_RA && o->mode == MODE_RA_TRANSPARENT))
		return NULL;
	return is == MODE_RA ? "a registration authority ('mode ra')" : is == MODE_SUB ? "a CA below another one ('mode sub-cs')"
	    : "a root CA ('no mode')";
}

/* Of a certificate that came from above: can a CA work with it? */
static const char *
upper_amiss(struct box *b, const struct pki_server *o, const struct certificate *upper, const struct der *own)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	const struct der above = { (uint8_t *)upper->der, upper->size };
	const char *amiss = NULL;
	time_t now = time(NULL);

	if (!i || pki_cert_info(own, i) < 0)
		amiss = "it cannot be read";
	else if (o->mode >= MODE_RA && i->ca)
		amiss = "it is one for a CA";
	else if (o->mode == MODE_RA && !pki_server_is_ra(i))
		amiss = "its subject has no 'ou=ioscs RA', by which a CA knows a registration authority ('subject-name'; 'mode ra "
		    "transparent' does without)";
	else if (o->mode == MODE_SUB && (!i->ca || (i->has_key_usage && !(i->key_usage & 0x04000000))))
		amiss = "it is not one for a CA";
	else if (!pki_cert_issued_by(own, &above))
		amiss = "it was not issued by the CA certificate of the trustpoint";
	else if (i->not_before > now || i->not_after <= now)
		amiss = "it is not valid today";
	else if (!pki_key_matches(b->pki, o->node.key, own))
		amiss = "it is not of the key pair that bears the name of the server ('rsakeypair')";
	free(i);
	return amiss;
}

int
pki_server_upper(struct box *b, const struct config *c, const char *name, struct der *cert, char *why, size_t size)
{
	const struct certificate *upper = certificate_of(c, name, CERT_CA), *own = certificate_of(c, name, CERT_OWN);
	const struct pki_server *o = map_find(c->pki_servers, name);
	const char *amiss;

	if (!o)
		return -ENOENT;
	if (!map_find(c->trustpoints, name)) {
		snprintf(why, size, "the CA above is not known: make 'crypto pki trustpoint %.64s' with 'enrollment url' or "
		    "'enrollment terminal'", name);
		return -ENOENT;
	}
	if (!upper) {
		snprintf(why, size, "the CA above is not authenticated: 'crypto pki authenticate %.64s'", name);
		return -ENODATA;
	}
	if (!own) {
		snprintf(why, size, "there is no certificate of the CA above yet: 'crypto pki enroll %.64s', and where that is "
		    "by terminal 'crypto pki import %.64s certificate'", name, name);
		return -ENODATA;
	}
	*cert = (struct der){ (uint8_t *)own->der, own->size };
	amiss = upper_amiss(b, o, upper, cert);
	if (amiss)
		snprintf(why, size, "the certificate of trustpoint %.64s will not do: %s", name, amiss);
	return amiss ? -EINVAL : 0;
}

/* `shutdown', `no shutdown', `default shutdown': which is on. */
static int
server_shutdown(struct session *s, const struct match *m)
{
	char name[KEY_MAX];

	snprintf(name, sizeof(name), "%s", session_key(s));
	return pki_server_switch(s, name, !m->no);
}

/* ---- show, in the mode ------------------------------------------------------------------------------------------ */

static int
server_show(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const struct pki_server *o = map_find(c->pki_servers, session_key(s));

	(void)m;
	if (!o)
		return -ENOENT;
	if (!*o->serial)
		session_print(s, " serial-number 0x1\n");
	mode_write(&mode_pki_server, o, 1, true, session_out(s));
	return 0;
}

/* ---- crypto pki server NAME --------------------------------------------------------------------------------------- */

struct naming { const char *name; bool shutdown; };

static int
make_server(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	const struct naming *n = arg;
	struct pki_server *o;

	if (map_find(c->pki_servers, n->name))
		return 0;
	if (strlen(n->name) >= CA_NAME || *n->name == '.') {
		snprintf(why, size, "The name of a server has %d characters at most and begins with no dot",
		    CA_NAME - 1);
		return -EINVAL;
	}
	if (map_count(c->pki_servers) >= PKI_SERVERS_MOST) {
		snprintf(why, size, "There are %d servers already", PKI_SERVERS_MOST);
		return -ENOSPC;
	}
	o = mode_new(&mode_pki_server, n->name, 0);
	if (!o || map_put(&c->pki_servers, &o->node) < 0) {
		mode_drop(o);
		return -ENOMEM;
	}
	((struct pki_server *)map_own(&c->pki_servers, n->name))->shutdown = n->shutdown;
	return 0;
}

static int
remove_server(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	const char *name = arg;

	(void)why;
	(void)size;
	if (map_find(c->chains, name) && map_remove(&c->chains, name) == -ENOMEM)
		return -ENOMEM;
	if (map_find(c->trustpoints, name) && map_remove(&c->trustpoints, name) == -ENOMEM)
		return -ENOMEM;
	return map_remove(&c->pki_servers, name);
}

/* The configuration first: then nobody issues any more. */
static int
destroy(struct session *s, const char *name)
{
	const struct config *c = session_config(s);
	const struct pki_server *o = map_find(c->pki_servers, name);
	char directory[PATH_MAX], why[256] = "";
	char next[KEY_MAX];
	int rc;

	if (!o) {
		session_refused_as(s, "Certificate server '%s' is not known\n", name);
		return -ENOENT;
	}
	rc = session_yes(s, "CA certificate, Keypair, CRL and database files will be deleted. Do you wish to "
	    "continue? [yes/no]: ", 0);
	if (rc != 1)
		return rc;
	if ((rc = pki_server_directory(BOX(s), o, directory, sizeof(directory))) == 0) {
		pending_forget(BOX(s), c, name);        /* what was asked of a CA above */
		rc = session_edit(s, remove_server, (void *)name, why, sizeof(why));
	}
	if (rc == 0)
		rc = ca_destroy(name, directory);
	snprintf(next, sizeof(next), "%.64s#", name);
	if (rc == 0 && (rc = pki_key_zeroize(BOX(s)->pki, next, why, sizeof(why))) == -ENOENT)
		rc = 0, why[0] = '\0';
	if (rc == 0 && (rc = pki_key_zeroize(BOX(s)->pki, name, why, sizeof(why))) == -ENOENT)
		rc = 0;
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	return rc;
}

/* Typed, a new one is shut; in a file, what does not say so is not. */
int
crypto_pki_server(struct session *s, const struct match *m)
{
	bool typed = session_options(s)->source != FROM_FILE;
	char name[KEY_MAX], why[160] = "";
	struct naming n = { name, typed };
	int rc;

	line_key(m, name, sizeof(name));
	if (m->no || m->dflt)
		return destroy(s, name);
	rc = session_edit(s, make_server, &n, why, sizeof(why));
	if (rc < 0)
		session_refused(s, "%s", *why ? why : strerror(-rc));
	return rc;
}
