/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/alias.h -- `alias': a word for the first words of a line; and the help that is not `?'. */
#ifndef MODES_ALIAS_H
#define MODES_ALIAS_H

#include "shell/line.h"
#include "shell/row.h"

struct session;
struct alias { struct node node; text256 text; };
#define ALIAS_LINES(_)                                                                           \
_(struct map *, aliases, "alias CHOICE=# WORD=# / LINE=text", NULL,                              \
  "Create command alias|The alias|What it stands for", .each = &mode_alias,                      \
  .parts = alias_parts, .choices = CHOICES(alias_choices))

enum { ALIAS_MODES = 3 };
extern const struct mode mode_alias;
extern const struct part alias_parts[];
extern const struct choice alias_choices[ALIAS_MODES];

/* For struct cli: what a word stands for; NULL: for itself. */
const char *alias_text(const void *config, bool exec, const char *word);

typedef int alias_run_h(struct session *, const struct match *);
alias_run_h show_aliases, show_history, exec_help, exec_list;
/* clang-format off */
#define ALIAS_ROWS                                                                               \
	{ .syntax = "show aliases", .help = SHOW_HELP "|What words stand for",                       \
	  .run = show_aliases },                                                                     \
	{ .syntax = "show history", .help = SHOW_HELP "|What was typed", .run = show_history },      \
	{ .syntax = "help", .help = "Description of the interactive help system", .run = exec_help },\
	{ .syntax = "list", .help = "All commands of this mode", .run = exec_list },
/* clang-format on */

#endif
