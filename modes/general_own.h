/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/general_own.h -- how general.c and general_network.c make blocks of free lines. */
#ifndef MODES_GENERAL_OWN_H
#define MODES_GENERAL_OWN_H

#include "modes/general.h"

/* Rows of a block whose lines are objects of the mode `below': one for all rows of a block, so that
 * they are printed in the order in which they were typed.  BLOCK is the struct it stands in. */
#define ROW_AT .at = offsetof(BLOCK, lines), .size = sizeof(struct map *), STORED
/* Opens a block within the block. */
#define OPENS(syntax_, help_, below) { .syntax = syntax_, .help = help_, ROW_AT, .enter = &below }
/* A line with more to it: a secret, or one that begins like a global one. */
#define KEEPS(syntax_, help_, below) { .syntax = syntax_, .help = help_, ROW_AT, .each = &below }
/* All others. */
#define OTHERS(below)                                                                            \
	{ .syntax = "LINE=#", .help = "A line of this block", ROW_AT, .each = &below,              \
	  .last_resort = true, .keeps_no = true }
#define BLOCK_MODE(name_, prompt_, rows)                                                         \
	{ .name = name_, .prompt = prompt_, .lines = LINES(rows), .size = sizeof(BLOCK) }
/* Of free lines only. */
#define FLAT_MODE(name_, prompt_)                                                                \
	{ .name = name_, .prompt = prompt_, .lines = flat_lines, .count = 1,                       \
	  .size = sizeof(struct stored_line) }
extern const struct line flat_lines[1];

#endif
