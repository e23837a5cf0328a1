/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/libcli.c -- the only file that knows libcli.
 *
 * libcli carries a session's privilege, mode and context, and runs its EXEC commands.  It never
 * sees what was typed: it drops backslashes, cuts lines at `|` and has words of its own.  Our
 * matcher resolves the line; libcli is given the row's own first keywords, spelled out, and the
 * handler registered for them finds the match in the context. */
#include "shell/libcli.h"
#include "shell/session_own.h"

#include <errno.h>
#include <libcli.h>
#include <stdlib.h>
#include <string.h>

enum { CHAIN = 512, LONGEST = 2048 };

struct libcli {
	struct cli_def *cli;
	struct session *s;
	const struct match *m; /* of the command under way */
	int rc;
	bool ran;
	char *line; /* said, but without its end yet */
	size_t used, room;
};

/* ---- running ------------------------------------------------------------------------------- */

static int
on_command(struct cli_def *cli, const char *command, char *argv[], int argc)
{
	struct libcli *l = cli_get_context(cli);

	(void)command, (void)argv, (void)argc;
	if (!l->m || l->ran)
		return CLI_ERROR;
	l->ran = true;
	l->rc = l->m->line->run(l->s, l->m);
	return l->rc == 0 ? CLI_OK : CLI_ERROR;
}

/* A line of the command's, or libcli's own words: those are not ours to say. */
static void
on_print(struct cli_def *cli, const char *text)
{
	struct libcli *l = cli_get_context(cli);

	if (!l->ran)
		return;
	session_emit(l->s, text, strlen(text));
	session_emit(l->s, "\n", 1);
}

/* ---- registering --------------------------------------------------------------------------- */

/* The keywords that a row begins with. */
static void
chain_of(const struct syntax *s, char *chain, size_t size)
{
	size_t n = 0;

	chain[0] = '\0';
	for (int t = s->tree[s->root].child; t >= 0 && n < size; t = s->tree[t].next) {
		const struct atom *a = &s->atom[s->tree[t].atom];

		if (s->tree[t].type != TREE_LEAF || s->tree[t].value)
			break;
		n += snprintf(chain + n, size - n, "%s%.*s", n ? " " : "", a->length, a->word);
	}
	if (!n)
		snprintf(chain, size, "parapet"); /* a row that begins with a value */
}

static struct cli_command *
child(struct cli_def *cli, struct cli_command *up, const char *word)
{
	struct cli_command *c = up ? up->children : cli->commands;

	for (; c; c = c->next)
		if (!strcmp(c->command, word))
			return c;
	return cli_register_command(
	    cli, up, word, on_command, PRIVILEGE_UNPRIVILEGED, MODE_EXEC, "");
}

static int
register_row(struct cli_def *cli, const struct syntax *s)
{
	char chain[CHAIN], *p = chain, *word;
	struct cli_command *at = NULL;

	if (s->fault)
		return 0;
	chain_of(s, chain, sizeof(chain));
	while ((word = strsep(&p, " ")))
		if (!(at = child(cli, at, word)))
			return -ENOMEM;
	return 0;
}

/* Its own commands go: ours have the same names.  (Its filters stay; nothing reaches them.) */
static void
drop_own_words(struct cli_def *cli)
{
	static const char *const words[] = {
	    "help", "quit", "logout", "exit", "history", "enable", "disable", "configure"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		cli_unregister_command(cli, words[i]);
}

static struct libcli *
libcli_new(struct session *s)
{
	const struct grammar *g = grammar_of(s->o.cli->exec);
	struct libcli *l = calloc(1, sizeof(*l));

	if (!g || !l || !(l->cli = cli_init())) {
		free(l);
		return NULL;
	}
	l->s = s;
	cli_telnet_protocol(l->cli, 0);
	cli_set_context(l->cli, l);
	cli_print_callback(l->cli, on_print);
	drop_own_words(l->cli);
	for (size_t i = 0; i < g->mode->count; i++) {
		if (register_row(l->cli, &g->row[i]) < 0) {
			libcli_free(l);
			return NULL;
		}
	}
	return l;
}

void
libcli_free(struct libcli *l)
{
	if (!l)
		return;
	cli_done(l->cli);
	free(l->line);
	free(l);
}

int
libcli_run(struct session *s, const struct match *m)
{
	char chain[CHAIN];
	struct libcli *l;

	if (!s->libcli && !(s->libcli = libcli_new(s)))
		return -ENOMEM;
	l = s->libcli;
	l->m = m;
	l->ran = false;
	l->rc = -EIO;
	l->cli->privilege = s->level;
	l->cli->mode = MODE_EXEC;
	chain_of(m->compiled, chain, sizeof(chain));
	fflush(s->out);
	s->in_libcli = true;
	cli_run_command(l->cli, chain);
	session_flush(s);
	s->in_libcli = false;
	l->m = NULL;
	return l->rc;
}

/* ---- what it says -------------------------------------------------------------------------- */

static bool
keep(struct libcli *l, const char *bytes, size_t n)
{
	size_t room = l->room ? l->room : 1024;
	char *line;

	while (room < l->used + n + 1)
		room *= 2;
	if (room != l->room) {
		if (!(line = realloc(l->line, room)))
			return false;
		l->line = line;
		l->room = room;
	}
	memcpy(l->line + l->used, bytes, n);
	l->used += n;
	l->line[l->used] = '\0';
	return true;
}

/* A line whose length libcli's buffers may not hold is handed over beside it. */
static void
say_line(struct libcli *l)
{
	if (l->used < LONGEST) {
		cli_print(l->cli, "%s", l->line);
	} else {
		session_emit(l->s, l->line, l->used);
		session_emit(l->s, "\n", 1);
	}
	l->used = 0;
}

void
libcli_write(struct session *s, const char *bytes, size_t size)
{
	struct libcli *l = s->libcli;
	const char *end;

	while (size) {
		size_t n = (end = memchr(bytes, '\n', size)) ? (size_t)(end - bytes) : size;

		if (!keep(l, bytes, n))
			return;
		if (end)
			say_line(l);
		n += end != NULL;
		bytes += n, size -= n;
	}
}

void
libcli_flush(struct session *s)
{
	struct libcli *l = s->libcli;

	if (!l->used)
		return;
	session_emit(s, l->line, l->used);
	l->used = 0;
}
