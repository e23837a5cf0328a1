/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/paste.c -- what dialogs about certificates and keys are given, by paste or by URL. */
#include "modes/paste.h"
#include "modes/box.h"
#include "modes/store.h"
#include "pki/pki.h"
#include "shell/door.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PASTE_MOST = 1 << 20, PASTE_LINE = 16 << 10, NAME = 512 };

void
paste_clear(struct paste *p)
{
	if (p->text)
		explicit_bzero(p->text, p->room);
	free(p->text);
	*p = (struct paste){ 0 };
}

/* ---- the terminal --------------------------------------------------------------------------------------------- */

/* By hand, because realloc() would leave the old bytes behind. */
static bool
make_room(struct paste *p, size_t more)
{
	size_t room = p->room ? p->room : 4096;
	char *text;

	while (room < p->size + more)
		room *= 2;
	if (room == p->room)
		return true;
	if (room > PASTE_MOST || !(text = malloc(room)))
		return false;
	if (p->text) {
		memcpy(text, p->text, p->size);
		explicit_bzero(p->text, p->room);
		free(p->text);
	}
	p->text = text;
	p->room = room;
	return true;
}

static bool
append(struct paste *p, const char *line)
{
	size_t n = strlen(line);

	if (!make_room(p, n + 2))
		return false;
	memcpy(p->text + p->size, line, n);
	memcpy(p->text + p->size + n, "\n", 2);
	p->size += n + 1;
	return true;
}

static void
trim(char *line)
{
	size_t n = strlen(line);

	while (n && strchr(" \t\r", line[n - 1]))
		line[--n] = '\0';
}

/* A full line of base 64, behind which more has to come: a terminal that sends CR and LF makes a blank line
 * behind every line, and none of these is the end. */
static bool
is_full(const char *line)
{
	size_t n = strlen(line);

	if (n != 64 && n != 76)
		return false;
	while (n && (isalnum((unsigned char)line[n - 1]) || strchr("+/", line[n - 1])))
		n--;
	return n == 0;
}

static int
read_lines(struct session *s, enum paste_end end, struct paste *p, char *line)
{
	bool inside = false, large = false, more = false;
	int rc;

	for (;;) {
		if ((rc = session_ask(s, "", end != PASTE_SECRET, line, PASTE_LINE)) < 0)
			return rc;
		trim(line);
		if (!strcasecmp(line + strspn(line, " \t"), "quit"))
			return large ? -E2BIG : 0;
		if (strstr(line, "-BEGIN "))
			inside = true;
		if (strstr(line, "-END "))
			inside = false;
		if (!*line && p->size && end == PASTE_BLANK && !inside && !more)
			return large ? -E2BIG : 0;
		more = is_full(line);
		if ((*line || p->size) && !large)
			large = !append(p, line);
	}
}

int
paste_read(struct session *s, enum paste_end end, struct paste *p)
{
	char *line = malloc(PASTE_LINE);
	int rc;

	*p = (struct paste){ 0 };
	if (!line)
		return -ENOMEM;
	rc = read_lines(s, end, p, line);
	explicit_bzero(line, PASTE_LINE);
	free(line);
	if (rc < 0)
		paste_clear(p);
	if (rc == -E2BIG)
		session_refused(s, "The text is larger than 1 MB: nothing of it was used");
	return rc;
}

/* ---- files and URLs ------------------------------------------------------------------------------------------- */

static bool
is_network(struct session *s, const char *url)
{
	const struct store_system *of;
	size_t n = strcspn(url, ":");

	for (size_t i = 0; (of = BOX(s)->store->system(i)); i++)
		if (!strcmp(of->type, "network") && strlen(of->prefix) == n + 1 &&
		    !strncasecmp(of->prefix, url, n))
			return true;
	return false;
}

/* The URL without what its name is, in `head', and that name in `name'. */
static void
split(const char *url, const char *suggested, char head[NAME], char name[NAME])
{
	size_t n = strlen(url);

	while (n && url[n - 1] != ':' && url[n - 1] != '/')
		n--;
	snprintf(head, NAME, "%.*s", (int)(n < NAME ? n : NAME - 1), url);
	snprintf(name, NAME, "%.255s", url[n] ? url + n : suggested);
}

/* "tftp://host/a.p12": how it is said, without user and password. */
static const char *
spell_url(const char *url, char buf[NAME])
{
	const char *slashes = strstr(url, "://"), *at;

	at = slashes ? strchr(slashes + 3, '@') : NULL;
	if (at)
		snprintf(buf, NAME, "%.*s%.400s", (int)(slashes + 3 - url), url, at + 1);
	else
		snprintf(buf, NAME, "%.511s", url);
	return buf;
}

/* The whole URL, its name asked for. */
static int
ask_name(struct session *s, const char *what, const char *url, const char *suggested, char full[2 * NAME])
{
	char head[NAME], name[NAME], prompt[NAME + 64], answer[256];
	int rc;

	split(url, suggested, head, name);
	snprintf(prompt, sizeof(prompt), "%s filename [%s]? ", what, name);
	if ((rc = session_ask(s, prompt, true, answer, sizeof(answer))) < 0)
		return rc;
	snprintf(full, 2 * NAME, "%s%s", head, *answer ? answer : name);
	return 0;
}

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

static int
cannot_open(struct session *s, const char *url, const char *why)
{
	char name[NAME];

	session_refused_as(s, "%%Error opening %s (%s)\n", spell_url(url, name), why);
	session_refused_as(s, "Error: failed to open file.\n");
	return -ENOENT;
}

int
paste_fetch(struct session *s, const char *url, const char *name, struct paste *p)
{
	const struct store *store = BOX(s)->store;
	char full[2 * NAME], path[NAME], said[NAME], why[256] = "Invalid URL or file system";
	int rc = ask_name(s, "Source", url, name, full);

	*p = (struct paste){ 0 };
	if (rc < 0)
		return rc;
	session_print(s, "Reading file from %s\n", spell_url(full, said));
	session_flush(s);
	if (is_network(s, full))
		p->text = store->fetch(BOX(s), full, stop, s, &p->size, why, sizeof(why));
	else if (store->spell(full, path, sizeof(path)) == 0)
		p->text = store->read(BOX(s), path, &p->size, why, sizeof(why));
	p->room = p->size;
	explicit_bzero(full, sizeof(full));     /* of a URL: the password */
	return p->text ? 0 : cannot_open(s, said, why);
}

int
paste_send(struct session *s, const char *url, const char *name, const void *bytes, size_t size)
{
	const struct store *store = BOX(s)->store;
	char full[2 * NAME], path[NAME], said[NAME], why[256] = "Invalid URL or file system";
	struct store_file f;
	int rc = ask_name(s, "Destination", url, name, full);
	bool network;

	if (rc < 0)
		return rc;
	network = is_network(s, full);
	spell_url(full, said);
	if (!network && store->spell(full, path, sizeof(path)) < 0)
		return cannot_open(s, said, why);
	if (!network && store->find(BOX(s), path, &f, why, sizeof(why)) == 0) {
		session_print(s, "%% File '%s' already exists.\n", strchr(path, ':') + 1);
		rc = session_yes(s, "% Do you really want to overwrite it? [yes/no]: ", 0);
		if (rc != 1)
			return rc;
	}
	session_print(s, "Writing file to %s\n", said);
	session_flush(s);
	rc = network ? store->send(BOX(s), full, bytes, size, stop, s, why, sizeof(why))
	    : store->write(BOX(s), path, bytes, size, why, sizeof(why));
	explicit_bzero(full, sizeof(full));
	return rc < 0 ? cannot_open(s, said, why) : 1;
}

/* ---- fingerprints --------------------------------------------------------------------------------------------- */

static void
print_hex(struct session *s, const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		session_print(s, "%s%02X", i && i % 4 == 0 ? " " : "", p[i]);
	session_print(s, " \n");
}

void
print_attributes(struct session *s, const struct pki_fingerprints *f)
{
	session_print(s, "Certificate has the following attributes:\n       Fingerprint MD5: ");
	print_hex(s, f->md5, sizeof(f->md5));
	session_print(s, "      Fingerprint SHA1: ");
	print_hex(s, f->sha1, sizeof(f->sha1));
	session_print(s, "    Fingerprint SHA256: ");
	print_hex(s, f->sha256, sizeof(f->sha256));
	session_print(s, "\n");
}
