/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/row.h -- the little that a mode's header needs to declare its rows. */
#ifndef SHELL_ROW_H
#define SHELL_ROW_H

#include "shell/map.h"

#include <netinet/in.h>

/* A row's first half: the field. */
#define LINE_FIELD(type, name, ...)  type name;

typedef char text32[33];
typedef char text64[65];
typedef char text256[257];

/* A value of several words: every such struct begins with `set`, which the engine writes. */
struct ip_mask { uint8_t set; struct in_addr address, mask; };

/* What a terminal's line asks for: nothing, its own password, a user; LOGIN_AAA: a user, in aaa's words. */
enum login { LOGIN_NONE, LOGIN_REFUSED, LOGIN_PASSWORD, LOGIN_LOCAL, LOGIN_AAA };

/* What SECRET and PASSWORD store: type 0 clear, 5, 7, 8, 9 as on IOS (shell/secret.h). */
struct secret { uint8_t set, type; char text[128]; };

#endif
