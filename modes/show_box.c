/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_box.c -- `show platform', `show environment', `show terminal', `show sessions': what there
 * is of a chassis, and the terminal that asks. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "shell/door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the chassis -------------------------------------------------------------------------------------- */

/* "00:12:31", from a day on "1d02h", from a week on "2w3d". */
static const char *
ago(int64_t s, char buf[32])
{
	int64_t hours = s / 3600, days = hours / 24;

	if (days >= 7)
		snprintf(buf, 32, "%lldw%lldd", (long long)days / 7, (long long)days % 7);
	else if (days)
		snprintf(buf, 32, "%lldd%02lldh", (long long)days, (long long)hours % 24);
	else
		snprintf(buf, 32, "%02lld:%02lld:%02lld", (long long)hours, (long long)s / 60 % 60,
		    (long long)s % 60);
	return buf;
}

int
show_platform(struct session *s, const struct match *m)
{
	char up[32];

	(void)m;
	session_print(s, "Chassis type: PARAPET\n\n"
	    "Slot      Type                State                 Insert time (ago) \n"
	    "--------- ------------------- --------------------- ----------------- \n"
	    "%-9s %-19s %-21s %s\n", "0", "Parapet-software", "ok",
	    ago(time(NULL) - BOX(s)->started_s, up));
	return 0;
}

int
show_environment(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "Number of Critical alarms:  0\n"
	    "Number of Major alarms:     0\n"
	    "Number of Minor alarms:     0\n\n"
	    "A software box has no sensors: no temperature, fan or power supply is measured.\n");
	return 0;
}

/* ---- the terminal -------------------------------------------------------------------------------------- */

struct shown_terminal {
	int line, rows, columns;        /* line: 0 the console, vty N is N + 2 */
	int64_t idle_s, since_s;        /* idle_s: 0: never */
	char input[32];
};

/* Since when somebody is at that line; now: the door does not know them. */
static int64_t
since(struct session *s, const char *tty)
{
	struct door_user *users = calloc(DOOR_USERS_MAX, sizeof(*users));
	int64_t at = time(NULL);
	size_t n = users && BOX(s)->users ? BOX(s)->users(BOX(s), users, DOOR_USERS_MAX) : 0;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(users[i].tty, tty) && !strcmp(users[i].from, session_options(s)->from))
			at = users[i].since_s;
	free(users);
	return at;
}

/* What a vty takes; a console takes nothing. */
static void
name_input(const struct config *c, int vty, char *buf, size_t size)
{
	bool telnet = vty >= 0 && tty_takes(c, vty, TTY_INPUT_TELNET, true);
	bool ssh = vty >= 0 && tty_takes(c, vty, TTY_INPUT_SSH, true);

	snprintf(buf, size, "%s%s%s", telnet ? "telnet" : "", telnet && ssh ? " " : "",
	    ssh ? "ssh" : telnet ? "" : "none");
}

static void
gather(struct session *s, struct shown_terminal *t)
{
	const struct config *c = session_config(s);
	const char *tty = session_options(s)->tty;
	bool by_itself;
	int vty = -1;

	*t = (struct shown_terminal){ .idle_s = tty_idle_s(c, tty) };
	if (sscanf(tty, "vty%d", &vty) == 1)
		t->line = vty + 2;
	t->rows = tty_rows(c, tty, &by_itself);
	t->columns = tty_columns(c, tty, &by_itself);
	if (door_rows_now(s) >= 0)
		t->rows = door_rows_now(s), t->columns = door_columns_now(s);
	t->since_s = time(NULL) - since(s, tty);
	name_input(c, vty, t->input, sizeof(t->input));
}

static const char *
clock_words(int64_t s, char buf[32])
{
	if (!s)
		snprintf(buf, 32, "never");
	else
		snprintf(buf, 32, "%02lld:%02lld:%02lld", (long long)s / 3600, (long long)s / 60 % 60,
		    (long long)s % 60);
	return buf;
}

static void
print_line(const struct shown_terminal *t, FILE *out)
{
	fprintf(out,
	    "Line %d, Location: \"\", Type: \"\"\n"
	    "Length: %d lines, Width: %d columns\n"
	    "Baud rate (TX/RX) is 0/0\n"
	    "Status: PSI Enabled, Ready, Active, Ctrl-c Enabled, Automore %s\n"
	    "Capabilities: none\n"
	    "Modem state: Ready\n"
	    "Special Chars: Escape  Hold  Stop  Start  Disconnect  Activation\n"
	    "                none    none   -     -       none         none\n", t->line, t->rows,
	    t->columns, t->rows ? "On" : "Off");
}

static void
print_timeouts(const struct shown_terminal *t, FILE *out)
{
	char idle[32], since[32];

	fprintf(out,
	    "Timeouts:      Idle EXEC    Idle Session   Modem Answer  Session   Dispatch\n"
	    "               %-8s        never                        none     not set\n"
	    "                            Idle Session Disconnect Warning\n"
	    "                              never\n"
	    "                            Login-sequence User Response\n"
	    "                             00:00:30\n"
	    "                            Autoselect Initial Wait\n"
	    "                              not set\n"
	    "Modem type is unknown.\n"
	    "Session limit is not set.\n"
	    "Time since activation: %s\n", clock_words(t->idle_s, idle), t->since_s
	    ? clock_words(t->since_s, since) : "00:00:00");
}

int
show_terminal(struct session *s, const struct match *m)
{
	struct shown_terminal t;

	(void)m;
	gather(s, &t);
	print_line(&t, session_out(s));
	print_timeouts(&t, session_out(s));
	session_print(s,
	    "Editing is enabled.\n"
	    "History is enabled, history size is %d.\n"
	    "DNS resolution in show commands is disabled\n"
	    "Full user help is disabled\n"
	    "Allowed input transports are %s.\n"
	    "Allowed output transports are none.\n"
	    "Preferred transport is none.\n"
	    "Shell: disabled\n"
	    "Shell trace: off\n"
	    "No output characters are padded\n"
	    "No special data dispatching characters\n", session_history_kept(s), t.input);
	return 0;
}

/* The box is nobody's client. */
int
show_sessions(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "%% No connections open\n");
	return 0;
}
