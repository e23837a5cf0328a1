/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/alias.c -- see alias.h. */
#include "modes/alias.h"
#include "modes/config.h"
#include "modes/exec.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct choice alias_choices[ALIAS_MODES] = {
	[1] = { "exec", "At the prompt" }, [2] = { "configure", "Below configure" },
};
const struct part alias_parts[] = { PART(struct alias, text), { NULL, 0, 0, 0 } };
const struct mode mode_alias = { .name = "alias", .size = sizeof(struct alias) };

/* Those that everybody has. */
static const struct { const char *word, *text; } by_itself[] = {
	{ "h", "help" }, { "lo", "logout" }, { "s", "show" }, { "u", "undebug" }, { "un", "undebug" },
};

const char *
alias_text(const void *config, bool exec, const char *word)
{
	const struct config *c = config;
	const struct alias *a;
	char key[KEY_MAX];

	snprintf(key, sizeof(key), "%s %.200s", exec ? "exec" : "configure", word);
	if ((a = map_find(c->aliases, key)))
		return a->text;
	for (size_t i = 0; exec && i < sizeof(by_itself) / sizeof(*by_itself); i++)
		if (!strcasecmp(by_itself[i].word, word))
			return by_itself[i].text;
	return NULL;
}

int
show_aliases(struct session *s, const struct match *m)
{
	static const struct { const char *title, *key; } modes[] = {
		{ "Exec mode aliases:", "exec " }, { "Global configuration mode aliases:", "configure " }
	};
	const struct config *c = session_config(s);
	bool any;

	(void)m;
	for (size_t k = 0; k < 2; k++) {
		any = k == 0;
		if (any)
			session_print(s, "%s\n", modes[k].title);
		for (size_t i = 0; k == 0 && i < sizeof(by_itself) / sizeof(*by_itself); i++)
			session_print(s, "  %-21s %s\n", by_itself[i].word, by_itself[i].text);
		for (const struct alias *a = map_first(c->aliases); a; a = map_after(c->aliases, a->node.key)) {
			if (strncmp(a->node.key, modes[k].key, strlen(modes[k].key)))
				continue;
			if (!any)
				session_print(s, "\n%s\n", modes[k].title);
			any = true;
			session_print(s, "  %-21s %s\n", a->node.key + strlen(modes[k].key), a->text);
		}
	}
	return 0;
}

int
show_history(struct session *s, const struct match *m)
{
	const char *const *lines;
	int n = session_history(s, &lines);

	(void)m;
	for (int i = 0; i < n; i++)
		session_print(s, "  %s\n", lines[i]);
	return 0;
}

int
exec_help(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s,
	    "Help may be requested at any point in a command by entering a question\n"
	    "mark '?'. If nothing matches, there is nothing that could follow: go back\n"
	    "until a '?' shows what can be typed.\n"
	    "Two kinds of help are given:\n"
	    "1. What may come next, where a blank stands before the '?'\n"
	    "   ('show ?').\n"
	    "2. The words that begin so, where none does ('show pr?').\n\n");
	return 0;
}

static void
print_row(struct session *s, const struct line *l)
{
	session_print(s, "  ");
	line_write_syntax(l, session_out(s));
	session_print(s, "\n");
}

int
exec_list(struct session *s, const struct match *m)
{
	const struct mode *mode = session_mode_here(s);

	(void)m;
	for (size_t i = 0; i < mode->count; i++)
		if (!mode->lines[i].hidden && (session_level(s) == 15 || mode->lines[i].level <= session_level(s)))
			print_row(s, &mode->lines[i]);
	return 0;
}
