/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/always.c -- what can be typed anywhere below `configure'. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/rollback.h"
#include "shell/log.h"
#include "shell/session.h"

/* Who has configured, when the session is back in EXEC. */
static void
say_configured(struct session *s)
{
	const struct session_options *o = session_options(s);
	struct box *b = session_box(s);

	if (session_configuring(s) || !b || !b->log || o->source == FROM_FILE)
		return;
	rollback_left(s);
	if (o->source == FROM_VTY)
		log_put(b->log, 5, "SYS-5-CONFIG_I", "Configured from console by %s%s%s (%s)", o->user,
		    *o->user ? " on " : "", o->tty, o->from);
	else
		log_put(b->log, 5, "SYS-5-CONFIG_I", "Configured from console by %s",
		    *o->user ? o->user : "console");
}

static int
run_exit(struct session *s, const struct match *m)
{
	(void)m;
	session_leave(s);
	say_configured(s);
	return 0;
}

static int
run_end(struct session *s, const struct match *m)
{
	(void)m;
	session_leave_all(s);
	say_configured(s);
	return 0;
}

static int
run_do(struct session *s, const struct match *m)
{
	return session_exec(s, match_text(m, "command"));
}

static int
run_configure(struct session *s, const struct match *m)
{
	(void)m;
	session_configure(s);
	return 0;
}

static const struct line lines[] = {
	{ .syntax = "exit", .help = "Exit from this configuration mode", .run = run_exit },
	{ .syntax = "end", .help = "Exit to privileged EXEC mode", .run = run_end },
	{ .syntax = "do LINE=command", .help = "To run exec commands in config mode|Exec Command",
	  .run = run_do },
	{ .syntax = "help", .help = "Description of the interactive help system", .run = exec_help,
	  .hidden = true },
	{ .syntax = "list", .help = "All commands of this mode", .run = exec_list, .hidden = true },
	{ .syntax = "configure terminal", .help = "Configuration|From the terminal",
	  .run = run_configure, .hidden = true },
};

const struct mode mode_always = { .name = "always", .prompt = "", .lines = LINES(lines) };
