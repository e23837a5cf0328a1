/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/history.c -- the last lines that an operator has typed, for `show history'; what was secret on
 * them is not kept. */
#include "shell/session_own.h"

#include <stdlib.h>
#include <string.h>

static void
forget_oldest(struct session *s, int keep)
{
	while (s->typed > keep) {
		free(s->history[0]);
		memmove(s->history, s->history + 1, (size_t)--s->typed * sizeof(*s->history));
	}
}

void
history_add(struct session *s, const char *line)
{
	char *copy;

	line += strspn(line, " \t");
	if (!*line || !s->history_size || !(copy = strdup(line)))
		return;
	forget_oldest(s, s->history_size - 1);
	s->history[s->typed++] = copy;
}

void
session_history_size(struct session *s, int lines)
{
	s->history_size = lines < 0 ? 0 : lines > HISTORY_MAX ? HISTORY_MAX : lines;
	forget_oldest(s, s->history_size);
}

int
session_history_kept(const struct session *s)
{
	return s->history_size;
}

int
session_history(const struct session *s, const char *const **lines)
{
	*lines = (const char *const *)s->history;
	return s->typed;
}

void
history_free(struct session *s)
{
	forget_oldest(s, 0);
}
