/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/exec.c -- what can be typed at `>' and `#': the table of EXEC, and its own commands. */
#include "modes/exec.h"
#include "datapath/datapath.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/gate.h"
#include "shell/door.h"
#include "shell/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ENABLE_TRIES = 3 };

/* ---- privilege --------------------------------------------------------------------------------------------- */

/* `logging userinfo' wants to know. */
static void
become(struct session *s, int level)
{
	const struct session_options *o = session_options(s);
	const struct config *c = session_config(s);

	session_set_level(s, level);
	if (c->userinfo && BOX(s)->log)
		log_put(BOX(s)->log, 5, "SYS-5-PRIV_AUTH_PASS", "Privilege level set to %d by %s on %s%s%s%s", level,
		    *o->user ? o->user : "unknown", o->tty, *o->from ? " (" : "", o->from, *o->from ? ")" : "");
}

int
exec_enable(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	int level = (int)match_number(m, "level", 15);
	char answer[256];

	if (session_level(s) >= level) {
		session_set_level(s, level);
		return 0;
	}
	if (!parapet_cli.enable(c, level, NULL)) {
		if (session_options(s)->source == FROM_CONSOLE && !parapet_cli.enable(c, 15, NULL)) {
			session_set_level(s, level);
			return 0;
		}
		session_refused(s, c->new_model ? "Error in authentication." : "No password set");
		return -EACCES;
	}
	for (int i = 0; i < ENABLE_TRIES; i++) {
		int rc = session_ask(s, "Password: ", false, answer, sizeof(answer));
		bool good = rc == 0 && parapet_cli.enable(session_refresh(s), level, answer);

		explicit_bzero(answer, sizeof(answer));
		if (rc < 0)
			return rc;
		if (good) {
			become(s, level);
			return 0;
		}
		gate_tried(s, session_options(s)->user, false);
	}
	c = session_refresh(s);
	session_refused(s, c->enable_secret.set ? "Bad secrets" : "Bad passwords");
	session_print(s, "\n");
	return -EACCES;
}

int
exec_disable(struct session *s, const struct match *m)
{
	long level = match_number(m, "level", 1);

	if (level > session_level(s)) {
		session_refused(s, "New privilege level must be less than current privilege level");
		return -EACCES;
	}
	session_set_level(s, (int)level);
	if (level < 15 && session_options(s)->source != FROM_CONSOLE)
		door_monitor(s, false, false);  /* what is logged is not for everybody */
	return 0;
}

int
exec_exit(struct session *s, const struct match *m)
{
	(void)m;
	session_end(s);
	return 0;
}

/* ---- the terminal ---------------------------------------------------------------------------------------------- */

int
exec_terminal(struct session *s, const struct match *m)
{
	const char *tty = session_options(s)->tty;
	long rows = match_number(m, "rows", -1), history = match_number(m, "history", -1);
	long columns = match_number(m, "columns", -1);
	bool high = false, wide = false;

	if (match_text(m, "length"))
		rows = tty_rows(session_config(s), tty, &high);
	if (match_text(m, "width"))
		columns = tty_columns(session_config(s), tty, &wide);
	if (match_text(m, "log"))
		history = tty_history(session_config(s), tty);
	if (rows >= 0)
		door_rows(s, (int)rows, high);
	if (columns >= 0)
		door_columns(s, (int)columns, wide);
	if (history >= 0)
		door_history(s, (int)history);
	return 0;
}

int
exec_monitor(struct session *s, const struct match *m)
{
	bool on = match_text(m, "no") == NULL;
	int rc = door_monitor(s, on, tty_synchronous(session_config(s), session_options(s)->tty));

	if (rc == -ENOTSUP && on)
		session_print(s, "%% Console already monitors\n");
	return rc == -ENOTSUP ? 0 : rc;
}

/* Wait a little for the outcome, so that a refusal is told where it was asked for. */
static bool
csim_outcome(struct session *s, int id)
{
	struct calls calls;
	bool found = false;

	for (int i = 0; i < 20 && !found; i++) {
		usleep(100000);
		if (datapath_calls(BOX(s)->datapath, CALLS_ACTIVE, &calls) < 0)
			return false;
		for (size_t k = 0; k < calls.count; k++)
			found |= calls.calls[k].id == (uint32_t)id && calls.calls[k].phase == CALL_ACTIVE;
		calls_clear(&calls);
		if (found || datapath_calls(BOX(s)->datapath, CALLS_HISTORY, &calls) < 0)
			break;
		for (size_t k = 0; k < calls.count; k++) {
			if (calls.calls[k].id != (uint32_t)id)
				continue;
			session_print(s, "csim: %s\n", calls.calls[k].why);
			calls_clear(&calls);
			return false;
		}
		calls_clear(&calls);
	}
	return true;
}

int
exec_csim(struct session *s, const struct match *m)
{
	long seconds = match_number(m, "seconds", 60);
	int id;
	bool good;

	session_print(s, "csim: called number = %s, loop count = 1 ping count = 0\n",
	    match_text(m, "number"));
	id = datapath_csim(BOX(s)->datapath, match_text(m, "number"), (uint32_t)seconds);
	if (id < 0) {
		session_refused(s, "csim: %s", strerror(-id));
		return id;
	}
	good = csim_outcome(s, id);
	session_print(s, "csim: loop = 1, failed = %d\n", !good);
	if (good)
		session_print(s, "The call lasts %ld seconds: look at it with show call active voice "
		    "brief\n", seconds);
	return 0;
}

static const struct line lines[] = { EXEC_ROWS SHOW_ROWS };

const struct mode mode_exec = { .name = "Exec", .prompt = "", .lines = LINES(lines) };
