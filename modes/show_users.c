/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_users.c -- who is at the lines: `show users', `who', `show line', `clear line'.  Line 0 is
 * the console, vty N is line N + 2, as on IOS. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "shell/door.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_VTY = 2 };

/* "vty3" as its number; -1: it is the console. */
static int
vty_of(const char *tty)
{
	int n;

	return sscanf(tty, "vty%d", &n) == 1 ? n : -1;
}

static int
by_line(const void *a, const void *b)
{
	const struct door_user *x = a, *y = b;

	return vty_of(x->tty) - vty_of(y->tty);
}

/* All of them by line, malloc()ed; NULL: no memory. */
static struct door_user *
gather(struct session *s, size_t *count)
{
	struct door_user *users = calloc(DOOR_USERS_MAX, sizeof(*users));

	*count = 0;
	if (!users)
		return NULL;
	if (BOX(s)->users)
		*count = BOX(s)->users(BOX(s), users, DOOR_USERS_MAX);
	qsort(users, *count, sizeof(*users), by_line);
	return users;
}

static void
print_user(struct session *s, const struct door_user *u)
{
	bool own = !strcmp(u->tty, session_options(s)->tty) &&
	    !strcmp(u->from, session_options(s)->from);
	int vty = vty_of(u->tty);
	char line[16], idle[32];

	if (vty < 0)
		snprintf(line, sizeof(line), "con 0");
	else
		snprintf(line, sizeof(line), "vty %d", vty);
	snprintf(idle, sizeof(idle), "%02lld:%02lld:%02lld", (long long)u->idle_s / 3600,
	    (long long)u->idle_s / 60 % 60, (long long)u->idle_s % 60);
	session_print(s, "%c%3d %-9s %-10s %-20s %-10s %s\n", own ? '*' : ' ',
	    vty < 0 ? 0 : vty + FIRST_VTY, line, u->user, "idle", idle, u->from);
}

int
show_users(struct session *s, const struct match *m)
{
	size_t count;
	struct door_user *users = gather(s, &count);

	(void)m;
	if (!users)
		return -ENOMEM;
	session_print(s, "    Line       User       Host(s)              Idle       Location\n");
	for (size_t i = 0; i < count; i++)
		print_user(s, &users[i]);
	session_print(s, "\n  Interface    User               Mode         Idle     Peer Address\n\n");
	free(users);
	return 0;
}

static bool
is_used(const struct door_user *users, size_t count, int vty)
{
	for (size_t i = 0; i < count; i++)
		if (vty_of(users[i].tty) == vty)
			return true;
	return false;
}

int
show_line(struct session *s, const struct match *m)
{
	size_t count;
	struct door_user *users = gather(s, &count);
	int vtys = vty_count(session_config(s));

	(void)m;
	if (!users)
		return -ENOMEM;
	session_print(s, "   Tty Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int\n");
	for (int vty = -1; vty < vtys; vty++)
		session_print(s, "%c %5d %-15s-    -      -    -    - %6d %7d     0/0       -\n",
		    is_used(users, count, vty) ? '*' : ' ', vty < 0 ? 0 : vty + FIRST_VTY,
		    vty < 0 ? "CTY" : "VTY", is_used(users, count, vty), 0);
	free(users);
	return 0;
}

int
clear_line(struct session *s, const struct match *m)
{
	int line = (int)match_number(m, "line", 0), vty = (int)match_number(m, "vty", line - FIRST_VTY);
	char tty[16];
	int rc = session_confirm(s, "[confirm]");

	if (rc != 1)
		return rc;
	if (match_text(m, "console") || vty < 0)
		snprintf(tty, sizeof(tty), "con0");
	else
		snprintf(tty, sizeof(tty), "vty%d", vty);
	if (!BOX(s)->clear_line || BOX(s)->clear_line(BOX(s), tty) < 0) {
		session_refused(s, "Not allowed to clear line %d: nobody is there", vty + FIRST_VTY);
		return -ENOENT;
	}
	session_print(s, " [OK]\n");
	return 0;
}
