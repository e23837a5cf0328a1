/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_publish.c -- `database url {cnm|crl|crt|p12|pem|ser} [publish] URL': copies of a CA's files of a kind, whenever
 * one was written: in a directory of flash:, or at a server.  `database url URL' of a server: of all kinds.  What a CA works
 * with stays on the box: it does not stand still with somebody else. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/pki_serve.h"
#include "modes/store.h"
#include "modes/url.h"
#include "shell/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct publication { struct box *box; const char *url; bool (*stop)(void *arg); void *arg; };

static bool
is_local(struct box *b, const char *url)
{
	const struct store_system *f;

	for (size_t i = 0; (f = b->store->system(i)); i++)
		if (f->local && !strncmp(f->prefix, url, strlen(f->prefix)))
			return true;
	return false;
}

/* What is there already is no fault, and what cannot be made is one of the file that is written next. */
static void
make_directories(struct box *b, const char *url)
{
	char part[300], ignored[160];

	for (const char *p = strchr(url, ':'); p; p = strchr(p + 1, '/')) {
		size_t n = p[1] ? strcspn(p + 1, "/") : 0;

		snprintf(part, sizeof(part), "%.*s", (int)(p + 1 + n - url), url);
		if (n)
			b->store->make_directory(b, part, ignored, sizeof(ignored));
	}
}

/* ca_put_h */
static int
put(void *arg, const char *file, const struct der *d, char *why, size_t size)
{
	const struct publication *p = arg;
	size_t n = strlen(p->url);
	char path[600];

	snprintf(path, sizeof(path), "%.256s%s%.160s", p->url, n && (p->url[n - 1] == '/' || p->url[n - 1] == ':') ? "" : "/",
	    file);
	if (!is_local(p->box, p->url))
		return p->box->store->send(p->box, path, d->bytes, d->size, p->stop, p->arg, why, size);
	make_directories(p->box, p->url);
	return p->box->store->write(p->box, path, d->bytes, d->size, why, size);
}

/* All that is new of a kind; false: said why not. */
static bool
publish_kind(struct publication *p, struct ca *ca, const char *kind)
{
	/* A URL may hold a password: what is noted of it is its digest. */
	char ending[16], place[200], digest[129], shown[256], why[200] = "";
	int rc;

	if (!pki_digest("SHA256", p->url, strlen(p->url), digest))
		return false;
	snprintf(ending, sizeof(ending), ".%.*s", (int)strcspn(kind, " "), kind);
	snprintf(place, sizeof(place), "%.32s %s", kind, digest);
	rc = ca_publish(ca, ending, place, put, p, why, sizeof(why));
	if (rc < 0 && rc != -EINTR)
		log_put(p->box->log, 3, "PKI-3-CS_PUBLISH", "Certificate server %s: its %s files are not all at %s: %s",
		    ca_name(ca), ending, url_shown(p->url, shown, sizeof(shown)), *why ? why : strerror(-rc));
	return rc == 0;
}

/* Nobody has to write what is there already. */
static bool
is_home(const char *url)
{
	return !strncmp(url, "nvram:", 6);
}

static bool
publish_lines(struct publication *p, struct ca *ca, const struct map *lines)
{
	bool good = true;

	for (const struct stored_line *l = map_first(lines); l; l = map_after(lines, l->node.key)) {
		p->url = l->text;
		if (server_place_has_effect(l) && !is_home(l->text))
			good &= publish_kind(p, ca, l->node.key);
	}
	return good;
}

bool
pki_publish(struct box *b, const struct pki_server *o, struct ca *ca, bool (*stop)(void *arg), void *arg)
{
	static const char *const kinds[] = { "crl", "ser", "cer", "cnm", "crt", "p12", "pem" };
	struct publication p = { b, o->database_url, stop, arg };
	bool good = true;

	for (size_t i = 0; pki_server_is_away(o) && good && i < sizeof(kinds) / sizeof(*kinds); i++)
		good = publish_kind(&p, ca, kinds[i]);
	good &= publish_lines(&p, ca, o->database_urls);
	good &= publish_lines(&p, ca, o->publish_urls);
	return good;
}
