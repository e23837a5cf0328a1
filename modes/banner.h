/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/banner.h -- `banner motd|login|exec': a text of several lines between two delimiters. */
#ifndef MODES_BANNER_H
#define MODES_BANNER_H

#include "shell/line.h"
#include "shell/row.h"

struct session;

/* `text' stands between two ^C, as it is printed. */
enum { BANNER_TEXT = 2048 };
struct banner { struct node node; char text[BANNER_TEXT]; };

extern const struct mode mode_banner;
int banner_typed(struct session *, const struct match *);

#define BANNER_LINES(_)                                                                          \
_(struct map *, banners, "banner CHOICE=# LINE=text", NULL,                                      \
  "Define a login banner|Its text between two delimiters, e.g. #text#", .each = &mode_banner,    \
  .parts = banner_parts, .choices = CHOICES(banner_choices), .run = banner_typed,                \
  .negates = true)

/* Say one of them ("motd"), with $(hostname), $(domain) and $(line) filled in; none: nothing. */
void banner_say(struct session *, const char *which);
/* The same as text, of a line ("vty0"); empty: none. */
struct config;
void banner_text(const struct config *, const char *which, const char *tty, char *buf, size_t size);

#endif
