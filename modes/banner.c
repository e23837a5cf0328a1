/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/banner.c -- see banner.h.  The text is typed as IOS takes it: a delimiter of any kind, then
 * lines until it comes again; from a file they are its next lines. */
#include "modes/banner.h"
#include "modes/config.h"
#include "shell/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK "^C"

struct typed { char key[KEY_MAX], text[BANNER_TEXT]; size_t size; bool too_long; };

static void
add(struct typed *t, const char *text, size_t n)
{
	if (t->size + n + 1 > sizeof(t->text))
		t->too_long = true;
	if (t->too_long)
		return;
	memcpy(t->text + t->size, text, n);
	t->size += n;
	t->text[t->size] = '\0';
}

/* As much of a line as stands before the delimiter; true: there it was. */
static bool
add_until(struct typed *t, const char *line, const char *delimiter)
{
	const char *end = strstr(line, delimiter);

	add(t, line, end ? (size_t)(end - line) : strlen(line));
	return end != NULL;
}

static int
read_text(struct session *s, const char *first, struct typed *t)
{
	char delimiter[3] = { first[0], '\0', '\0' }, line[1024];
	size_t n = 1;
	int rc = 0;
	bool done;

	if (!strncmp(first, MARK, 2)) {
		strcpy(delimiter, MARK);
		n = 2;
	}
	add(t, MARK, 2);
	done = add_until(t, first + n, delimiter);
	if (!done)
		session_print(s, "Enter TEXT message.  End with the character '%s'.\n", delimiter);
	while (!done && (rc = session_ask(s, "", true, line, sizeof(line))) == 0) {
		add(t, "\n", 1);
		done = add_until(t, line, delimiter);
	}
	add(t, MARK, 2);
	return rc;
}

static int
put_banner(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	const struct typed *t = arg;
	struct banner *b = mode_new(&mode_banner, t->key, 0);

	(void)why;
	(void)size;
	if (!b)
		return -ENOMEM;
	memcpy(b->text, t->text, sizeof(b->text));
	if (map_put(&c->banners, &b->node) < 0) {
		mode_drop(b);
		return -ENOMEM;
	}
	return 0;
}

static int
remove_banner(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	int rc = map_remove(&c->banners, ((const struct typed *)arg)->key);

	(void)why;
	(void)size;
	return rc == -ENOENT ? 0 : rc;
}

int
banner_typed(struct session *s, const struct match *m)
{
	const char *first = match_text(m, "text");
	struct typed *t = calloc(1, sizeof(*t));
	char why[160] = "";
	int rc = t ? line_key(m, t->key, sizeof(t->key)) : -ENOMEM;

	if (rc == 0 && (m->no || m->dflt))
		rc = session_edit(s, remove_banner, t, why, sizeof(why));
	else if (rc == 0 && (rc = read_text(s, first, t)) == 0 && t->too_long) {
		session_refused(s, "A banner has at most %d characters", BANNER_TEXT - 1);
		rc = -E2BIG;
	} else if (rc == 0)
		rc = session_edit(s, put_banner, t, why, sizeof(why));
	free(t);
	return rc;
}

/* ---- saying one ------------------------------------------------------------------------------------ */

/* What a token stands for; NULL: it is none, and is said as it is. */
static const char *
token_value(const struct config *c, const char *tty, const char *token, size_t n)
{
	const struct { const char *name, *value; } tokens[] = { { "hostname", c->hostname },
		{ "domain", c->domain }, { "line", tty } };

	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++)
		if (strlen(tokens[i].name) == n && !strncmp(tokens[i].name, token, n))
			return tokens[i].value;
	return NULL;
}

void
banner_text(const struct config *c, const char *which, const char *tty, char *buf, size_t size)
{
	const struct banner *b = map_find(c->banners, which);
	const char *p = b ? b->text + strlen(MARK) : "", *end = p + strlen(p), *close, *value;
	FILE *out = fmemopen(buf, size, "w");

	buf[0] = '\0';
	if (!out)
		return;
	if (b) {
		end -= strlen(MARK);
		fputc('\n', out);
	}
	for (; p < end; p++) {
		close = p[0] == '$' && p[1] == '(' ? strchr(p, ')') : NULL;
		value = close ? token_value(c, tty, p + 2, (size_t)(close - p - 2)) : NULL;
		if (value) {
			fputs(value, out);
			p = close;
		} else {
			fputc(*p, out);
		}
	}
	if (b)
		fputc('\n', out);
	fclose(out);
	buf[size - 1] = '\0';
}

void
banner_say(struct session *s, const char *which)
{
	const struct config *c = running_hold(session_running(s));
	char text[2 * BANNER_TEXT];

	banner_text(c, which, session_options(s)->tty, text, sizeof(text));
	running_drop(c);
	session_print(s, "%s", text);
}
