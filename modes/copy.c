/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/copy.c -- `copy FROM TO': both may be the running or the startup configuration, a file of the box, or
 * a URL.  What is missing is asked for, in IOS's words; a copy to running-config is one edit that applies
 * what it can and says line by line what it cannot. */
#include "modes/apply.h"
#include "modes/archive.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/files.h"
#include "modes/show_config.h"
#include "modes/store.h"
#include "modes/url.h"
#include "shell/door.h"
#include "shell/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { NAME = 512, ANSWER = 256 };

enum place_kind { PLACE_RUNNING = 1, PLACE_STARTUP, PLACE_FILE, PLACE_NETWORK, PLACE_NOWHERE };

/* One end of a copy.  Of a URL: scheme, user, password, host, path. */
struct place {
	enum place_kind kind;
	char scheme[8], user[65], password[129], host[130], path[NAME];
};

struct copy { struct session *s; struct place from, to; char *bytes; size_t size; };

/* ---- places -------------------------------------------------------------------------------------------------- */

/* "scp://user:password@host/path", "tftp:": what is there of it. */
static void
read_url(struct place *p, const char *rest)
{
	const char *at, *colon;
	size_t n, login;

	if (strncmp(rest, "//", 2)) {
		snprintf(p->path, sizeof(p->path), "%s", rest);
		return;
	}
	rest += 2;
	login = url_login(rest, strlen(rest));
	at = login ? rest + login : NULL;
	colon = at ? memchr(rest, ':', login) : NULL;
	if (at)
		snprintf(p->user, sizeof(p->user), "%.*s", (int)((colon ? colon : at) - rest), rest);
	if (colon)
		snprintf(p->password, sizeof(p->password), "%.*s", (int)(at - colon - 1), colon + 1);
	if (at)
		rest = at + 1;
	n = strcspn(rest, "/");
	snprintf(p->host, sizeof(p->host), "%.*s", (int)n, rest);
	snprintf(p->path, sizeof(p->path), "%s", rest[n] ? rest + n + 1 : "");
}

static bool
is_network(struct session *s, const char *typed, size_t n)
{
	const struct store_system *of;

	for (size_t i = 0; (of = BOX(s)->store->system(i)); i++)
		if (!strcmp(of->type, "network") && strlen(of->prefix) == n + 1 &&
		    !strncasecmp(of->prefix, typed, n))
			return true;
	return false;
}

/* false: it names no file system. */
static bool
read_place(struct session *s, long keyword, const char *typed, struct place *p)
{
	size_t n;

	*p = (struct place){ .kind = (enum place_kind)keyword };
	if (keyword)
		return true;
	if (!strcasecmp(typed, "system:running-config") || !strcasecmp(typed, "nvram:startup-config") ||
	    !strcasecmp(typed, "null:")) {
		p->kind = !strcasecmp(typed, "system:running-config") ? PLACE_RUNNING
		    : !strcasecmp(typed, "null:") ? PLACE_NOWHERE : PLACE_STARTUP;
		return true;
	}
	n = strcspn(typed, ":");
	if (typed[n] && n < sizeof(p->scheme) && is_network(s, typed, n)) {
		p->kind = PLACE_NETWORK;
		snprintf(p->scheme, sizeof(p->scheme), "%.*s", (int)n, typed);
		read_url(p, typed + n + 1);
		return true;
	}
	p->kind = PLACE_FILE;
	return BOX(s)->store->spell(typed, p->path, sizeof(p->path)) == 0;
}

/* How it is said; never with a password. */
static const char *
spell_place(const struct place *p, char *buf, size_t size)
{
	if (p->kind == PLACE_NETWORK)
		snprintf(buf, size, "%s://%s/%s", p->scheme, p->host, p->path);
	else if (p->kind == PLACE_FILE)
		snprintf(buf, size, "%s", p->path);
	else
		snprintf(buf, size, "%s", p->kind == PLACE_RUNNING ? "system:running-config"
		    : p->kind == PLACE_STARTUP ? "nvram:startup-config" : "null:");
	return buf;
}

static const char *
base_name(const struct place *p)
{
	const char *rest, *slash;

	if (p->kind == PLACE_RUNNING)
		return "running-config";
	if (p->kind == PLACE_STARTUP)
		return "startup-config";
	rest = p->kind == PLACE_FILE ? strchr(p->path, ':') + 1 : p->path;
	slash = strrchr(rest, '/');
	return slash ? slash + 1 : rest;
}

/* The library's form: an scp path is of the user's directory, as on IOS, unless it begins with a slash. */
static void
wire_url(const struct place *p, char *url, size_t size)
{
	bool ssh = !strcmp(p->scheme, "scp") || !strcmp(p->scheme, "sftp");
	char user[3 * 65 + 1] = "", password[3 * 129 + 1] = "";
	const char *const from[] = { p->user, p->password };
	char *const to[] = { user, password };

	for (int i = 0; i < 2; i++)
		for (const char *c = from[i]; *c; c++)
			sprintf(to[i] + strlen(to[i]), "%%%02X", (unsigned char)*c);
	snprintf(url, size, "%s://%s%s%s%s%s/%s%s", p->scheme, user, *password ? ":" : "", password,
	    *user ? "@" : "", p->host, ssh && p->path[0] != '/' ? "~/" : "", p->path);
	explicit_bzero(password, sizeof(password));
}

/* ---- questions -------------------------------------------------------------------------------------------------- */

static int
ask(struct session *s, const char *what, const char *known, char *to, size_t size)
{
	char prompt[NAME + 64], answer[ANSWER];
	int rc;

	snprintf(prompt, sizeof(prompt), "%s [%s]? ", what, known);
	if ((rc = session_ask(s, prompt, true, answer, sizeof(answer))) < 0)
		return rc;
	snprintf(to, size, "%.255s", *answer ? answer : known);
	return 0;
}

static int
ask_login(struct session *s, struct place *p)
{
	int rc = 0;

	if (!strcmp(p->scheme, "tftp") || !strncmp(p->scheme, "http", 4) || *p->password)
		return 0;
	if (!strcmp(p->scheme, "ftp") && !*p->user)
		return 0;                       /* anonymous */
	if (!*p->user)
		rc = ask(s, "Destination username", session_options(s)->user, p->user, sizeof(p->user));
	if (rc == 0)
		rc = session_ask(s, "Password: ", false, p->password, sizeof(p->password));
	return rc;
}

static int
need_host(struct copy *c, const struct place *p)
{
	if (*p->host)
		return 0;
	session_refused_as(c->s, "?Invalid host address or name\n");
	return -EINVAL;
}

static int
ask_source(struct copy *c)
{
	int rc = 0;

	if (c->from.kind == PLACE_NETWORK) {
		if (!*c->from.host)
			rc = ask(c->s, "Address or name of remote host", "", c->from.host,
			    sizeof(c->from.host));
		if (rc == 0)
			rc = need_host(c, &c->from);
		if (rc == 0 && !*c->from.path)
			rc = ask(c->s, "Source filename", "", c->from.path, sizeof(c->from.path));
		if (rc == 0)
			rc = ask_login(c->s, &c->from);
	} else if (c->from.kind == PLACE_FILE && !*base_name(&c->from)) {
		char name[ANSWER];

		rc = ask(c->s, "Source filename", "", name, sizeof(name));
		strncat(c->from.path, name, sizeof(c->from.path) - strlen(c->from.path) - 1);
	}
	return rc;
}

/* Into the directory that was named, if one was. */
static int
ask_file_name(struct copy *c)
{
	struct place *to = &c->to;
	char name[ANSWER], suggestion[NAME], joined[NAME];
	const char *rest = strchr(to->path, ':') + 1;
	struct store_file f;
	char why[80];
	bool directory = !*rest || (BOX(c->s)->store->find(BOX(c->s), to->path, &f, why, sizeof(why)) == 0 &&
	    f.directory);
	int rc;

	if (directory)
		snprintf(suggestion, sizeof(suggestion), "%.255s%s%.255s", rest, *rest ? "/" : "",
		    base_name(&c->from));
	else
		snprintf(suggestion, sizeof(suggestion), "%s", rest);
	if ((rc = ask(c->s, "Destination filename", suggestion, name, sizeof(name))) < 0)
		return rc;
	snprintf(joined, sizeof(joined), "%.*s%.255s", (int)(rest - to->path), to->path, name);
	return BOX(c->s)->store->spell(joined, to->path, sizeof(to->path));
}

static int
ask_target(struct copy *c)
{
	struct place *to = &c->to;
	char name[NAME];
	int rc = 0;

	if (to->kind == PLACE_RUNNING || to->kind == PLACE_STARTUP)
		return ask(c->s, "Destination filename", base_name(to), name, sizeof(name));
	if (to->kind == PLACE_FILE)
		return ask_file_name(c);
	if (to->kind != PLACE_NETWORK)
		return 0;
	rc = ask(c->s, "Address or name of remote host", to->host, name, sizeof(to->host));
	if (rc == 0)
		snprintf(to->host, sizeof(to->host), "%.129s", name);
	if (rc == 0)
		rc = need_host(c, to);
	if (rc == 0)
		rc = ask(c->s, "Destination filename", *to->path ? to->path : base_name(&c->from), name,
		    sizeof(name));
	if (rc == 0)
		snprintf(to->path, sizeof(to->path), "%s", name);
	return rc < 0 ? rc : ask_login(c->s, to);
}

/* 1: go on. */
static int
may_overwrite(struct copy *c)
{
	struct store_file f;
	char why[80];

	if (c->to.kind != PLACE_FILE ||
	    BOX(c->s)->store->find(BOX(c->s), c->to.path, &f, why, sizeof(why)) < 0)
		return 1;
	session_print(c->s, "%%Warning:There is a file already existing with this name \n");
	return session_confirm(c->s, "Do you want to over write? [confirm]");
}

/* ---- copying ------------------------------------------------------------------------------------------------------ */

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

static int
opening_failed(struct copy *c, const struct place *p, int rc, const char *why)
{
	char name[2 * NAME];

	session_refused_as(c->s, "%%Error opening %s (%s)\n", spell_place(p, name, sizeof(name)), why);
	return rc;
}

static int
fetch(struct copy *c)
{
	char url[3 * NAME], name[2 * NAME], why[256] = "";

	spell_place(&c->from, name, sizeof(name));
	session_print(c->s, "Accessing %s...\n", name);
	session_flush(c->s);
	wire_url(&c->from, url, sizeof(url));
	c->bytes = BOX(c->s)->store->fetch(BOX(c->s), url, stop, c->s, &c->size, why, sizeof(why));
	explicit_bzero(url, sizeof(url));
	if (!c->bytes)
		return opening_failed(c, &c->from, -EIO, why);
	session_print(c->s, "Loading %s from %s: !\n[OK - %zu bytes]\n", c->from.path, c->from.host, c->size);
	return 0;
}

static int
get(struct copy *c)
{
	char why[256] = "No such file or directory";

	if (c->from.kind == PLACE_NETWORK)
		return fetch(c);
	if (c->from.kind == PLACE_RUNNING) {
		c->bytes = config_text(session_running(c->s), session_config(c->s), false, &c->size);
		return c->bytes ? 0 : -ENOMEM;
	}
	if (c->from.kind == PLACE_STARTUP)
		c->bytes = BOX(c->s)->store->read(BOX(c->s), "nvram:startup-config", &c->size, why, sizeof(why));
	else if (c->from.kind == PLACE_FILE)
		c->bytes = BOX(c->s)->store->read(BOX(c->s), c->from.path, &c->size, why, sizeof(why));
	return c->bytes ? 0 : opening_failed(c, &c->from, -ENOENT, why);
}

/* Nobody is written to while the edit stands: a terminal that does not read would hold up all others. */
static void
on_said(void *arg, unsigned number, const char *line, const char *why)
{
	FILE *said = arg;

	if (why)
		fprintf(said, "%%Line %u was not applied: %s: %s\n", number, line + strspn(line, " "), why);
}

static int
merge(struct copy *c)
{
	const struct session_options *o = session_options(c->s);
	struct session_load sum = { 0 };
	char name[2 * NAME], *text = NULL;
	size_t size;
	FILE *said;
	int rc;

	if (!rollback_may_configure(c->s))
		return -EBUSY;
	if (!(said = open_memstream(&text, &size)))
		return -ENOMEM;
	rc = config_apply(session_running(c->s), BOX(c->s), c->bytes, *o->user ? o->user : "console",
	    on_said, said, &sum);
	fclose(said);
	fputs(text, session_out(c->s));
	free(text);
	if (rc == 0)
		log_put(BOX(c->s)->log, 5, "SYS-5-CONFIG_I", "Configured from %s by %s on %s",
		    spell_place(&c->from, name, sizeof(name)), *o->user ? o->user : "console", o->tty);
	return rc;
}

static int
put(struct copy *c)
{
	const struct store *store = BOX(c->s)->store;
	char url[3 * NAME], why[256] = "";
	int rc = 0;

	if (c->to.kind == PLACE_RUNNING)
		return merge(c);
	if (c->to.kind == PLACE_STARTUP || c->to.kind == PLACE_FILE)
		rc = store->write(BOX(c->s), c->to.kind == PLACE_FILE ? c->to.path : "nvram:startup-config",
		    c->bytes, c->size, why, sizeof(why));
	if (c->to.kind == PLACE_NETWORK) {
		session_print(c->s, "Writing %s ", c->to.path);
		session_flush(c->s);
		wire_url(&c->to, url, sizeof(url));
		rc = store->send(BOX(c->s), url, c->bytes, c->size, stop, c->s, why, sizeof(why));
		explicit_bzero(url, sizeof(url));
		session_print(c->s, rc < 0 ? "\n" : "!\n");
	}
	return rc < 0 ? opening_failed(c, &c->to, rc, why) : 0;
}

static int
copy(struct copy *c)
{
	struct timespec began, now;
	double seconds;
	int rc;

	if ((rc = ask_source(c)) < 0 || (rc = ask_target(c)) < 0)
		return rc;
	if (c->from.kind == PLACE_RUNNING && c->to.kind == PLACE_STARTUP)
		return save_running(c->s);
	if ((rc = may_overwrite(c)) != 1)
		return rc;
	clock_gettime(CLOCK_MONOTONIC, &began);
	if ((rc = get(c)) < 0 || (rc = put(c)) < 0)
		return rc;
	clock_gettime(CLOCK_MONOTONIC, &now);
	seconds = (double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9;
	session_print(c->s, "\n%zu bytes copied in %.3f secs (%.0f bytes/sec)\n", c->size,
	    seconds < 0.001 ? 0.001 : seconds, (double)c->size / (seconds < 0.001 ? 0.001 : seconds));
	return 0;
}

static void
copy_free(struct copy *c)
{
	if (c->bytes)
		explicit_bzero(c->bytes, c->size);      /* a configuration holds passwords */
	free(c->bytes);
	explicit_bzero(c, sizeof(*c));
	free(c);
}

int
merge_startup(struct session *s)
{
	struct copy *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return -ENOMEM;
	*c = (struct copy){ .s = s, .from.kind = PLACE_STARTUP, .to.kind = PLACE_RUNNING };
	if ((rc = get(c)) == 0)
		rc = put(c);
	copy_free(c);
	return rc;
}

int
exec_copy(struct session *s, const struct match *m)
{
	struct copy *c = calloc(1, sizeof(*c));
	int rc = -EINVAL;

	if (!c)
		return -ENOMEM;
	c->s = s;
	if (!read_place(s, match_number(m, "from", 0), match_text(m, "source"), &c->from))
		session_refused_as(s, "%%Error opening %s (Invalid URL or file system)\n", match_text(m, "source"));
	else if (!read_place(s, match_number(m, "to", 0), match_text(m, "target"), &c->to))
		session_refused_as(s, "%%Error opening %s (Invalid URL or file system)\n", match_text(m, "target"));
	else
		rc = copy(c);
	copy_free(c);
	return rc;
}

int
copy_bytes(struct session *s, const void *bytes, size_t size, const char *target)
{
	struct copy *c = calloc(1, sizeof(*c));
	int rc = 0;

	if (!c)
		return -ENOMEM;
	c->s = s;
	if (!read_place(s, 0, target, &c->to) || (c->to.kind != PLACE_FILE && c->to.kind != PLACE_NETWORK) ||
	    !strncmp(c->to.path, "nvram:", 6)) {
		session_refused_as(s, "%%Error opening %s (Invalid URL or file system)\n", target);
		rc = -EINVAL;
	}
	if (rc == 0 && c->to.kind == PLACE_NETWORK && (rc = need_host(c, &c->to)) == 0)
		rc = ask_login(s, &c->to);
	if (rc == 0 && (rc = may_overwrite(c)) == 0)
		rc = -ECANCELED;
	if (rc > 0) {
		c->bytes = (char *)(uintptr_t)bytes;
		c->size = size;
		rc = put(c);
	}
	c->bytes = NULL;                /* they are the caller's */
	copy_free(c);
	return rc;
}
