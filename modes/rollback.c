/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/rollback.c -- see rollback.h.  An established call keeps the configuration that it began with, so
 * that neither a replacement nor a rollback touches it. */
#include "modes/rollback.h"
#include "modes/apply.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/diff.h"
#include "modes/files.h"
#include "modes/show_config.h"
#include "modes/store.h"
#include "modes/url.h"
#include "shell/alarm.h"
#include "shell/door.h"
#include "shell/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ALARM "rollback"
enum { MINUTE_MS = 60000 };

struct rollback {
	struct box *box;
	pthread_mutex_t lock;           /* over all that follows */
	const void *kept;               /* the snapshot to go back to; NULL: nothing is to be confirmed */
	int minutes;                    /* until then */
	bool idle;                      /* of silence */
	bool warned;
	char user[65];
	const struct session *owner;    /* who has locked the configuration; never followed */
	char owner_user[65], owner_tty[16];
};

int
rollback_new(struct rollback **rp, struct box *b)
{
	struct rollback *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->box = b;
	pthread_mutex_init(&r->lock, NULL);
	*rp = r;
	return 0;
}

void
rollback_free(struct rollback *r)
{
	if (!r)
		return;
	running_drop(r->kept);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static const char *
who(const struct session *s)
{
	const struct session_options *o = session_options(s);

	return *o->user ? o->user : "console";
}

/* ---- going back ---------------------------------------------------------------------------------------------- */

static void
go_back(struct rollback *r)
{
	const void *kept;

	pthread_mutex_lock(&r->lock);
	kept = r->kept;
	r->kept = NULL;
	pthread_mutex_unlock(&r->lock);
	if (!kept)
		return;
	log_put(r->box->log, 5, "ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START", "Start rolling back: the "
	    "change was not confirmed");
	if (config_revert(r->box->running, kept, "rollback") < 0)
		log_put(r->box->log, 2, "ARCHIVE_DIFF-2-ROLLBACK_FAILED", "No memory to roll back: the changed "
		    "configuration stays");
	running_drop(kept);
}

static void on_alarm(void *arg);

/* A minute before its end all are warned; under the lock. */
static int
arm(struct rollback *r)
{
	bool warn = !r->idle && r->minutes > 1 && !r->warned;
	int64_t ms = warn ? (r->minutes - 1) * (int64_t)MINUTE_MS
	    : r->warned ? MINUTE_MS : r->minutes * (int64_t)MINUTE_MS;

	return alarm_set(r->box->alarms, ALARM, ms, on_alarm, r);
}

static void
on_alarm(void *arg)
{
	struct rollback *r = arg;
	bool warn;

	pthread_mutex_lock(&r->lock);
	warn = r->kept && !r->idle && r->minutes > 1 && !r->warned;
	if (warn) {
		r->warned = true;
		arm(r);
	}
	pthread_mutex_unlock(&r->lock);
	if (warn)
		log_put(r->box->log, 5, "ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING_ABSTIMER",
		    "Rollback Confirmed Change: rollback will begin in one minute. Enter \"configure confirm\" if "
		    "you wish to keep what you've configured");
	else
		go_back(r);
}

/* From now on what is configured has to be confirmed.  -EBUSY: it has already. */
static int
begin_confirmed(struct session *s, int minutes, bool idle)
{
	struct rollback *r = BOX(s)->rollback;
	int rc = 0;

	pthread_mutex_lock(&r->lock);
	if (r->kept) {
		rc = -EBUSY;
	} else {
		r->kept = running_hold(session_running(s));
		r->minutes = minutes;
		r->idle = idle;
		r->warned = false;
		snprintf(r->user, sizeof(r->user), "%s", who(s));
		rc = arm(r);
	}
	if (rc < 0 && rc != -EBUSY) {           /* no way back: then not forward either */
		running_drop(r->kept);
		r->kept = NULL;
	}
	pthread_mutex_unlock(&r->lock);
	if (rc < 0)
		session_refused(s, rc == -EBUSY ? "Another change waits to be confirmed already"
		    : "Too much is scheduled already: the way back cannot be");
	else
		log_put(BOX(s)->log, 5, "ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER", "User: %s: Scheduled "
		    "to roll back in %d minutes%s", who(s), minutes, idle ? " of idleness" : "");
	return rc;
}

void
rollback_typed(struct session *s)
{
	struct rollback *r = BOX(s) ? BOX(s)->rollback : NULL;

	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	if (r->kept && r->idle)
		arm(r);
	pthread_mutex_unlock(&r->lock);
}

int
exec_confirm(struct session *s, const struct match *m)
{
	struct rollback *r = BOX(s)->rollback;
	const void *kept;

	(void)m;
	alarm_cancel(BOX(s)->alarms, ALARM);
	pthread_mutex_lock(&r->lock);
	kept = r->kept;
	r->kept = NULL;
	pthread_mutex_unlock(&r->lock);
	if (!kept) {
		session_print(s, "%%No Rollback Confirmed Change pending\n");
		return 0;
	}
	running_drop(kept);
	log_put(BOX(s)->log, 5, "ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM", "User: %s: Confirm the configuration "
	    "change", who(s));
	return 0;
}

int
exec_revert(struct session *s, const struct match *m)
{
	struct rollback *r = BOX(s)->rollback;
	bool pending;

	pthread_mutex_lock(&r->lock);
	pending = r->kept != NULL;
	if (pending && !match_text(m, "now")) {
		r->minutes = (int)match_number(m, "minutes", 1);
		r->idle = match_text(m, "idle") != NULL;
		r->warned = false;
		arm(r);
	}
	pthread_mutex_unlock(&r->lock);
	if (!pending) {
		session_print(s, "%%No Rollback Confirmed Change pending\n");
		return 0;
	}
	if (match_text(m, "now")) {
		alarm_cancel(BOX(s)->alarms, ALARM);
		go_back(r);
		session_print(s, "\nTotal number of passes: 1\nRollback Done\n\n");
	}
	return 0;
}

/* ---- who configures ---------------------------------------------------------------------------------------------- */

bool
rollback_may_configure(struct session *s)
{
	struct rollback *r = BOX(s)->rollback;
	char user[65], tty[16];
	bool free;

	if (!r)
		return true;
	pthread_mutex_lock(&r->lock);
	free = !r->owner || r->owner == s;
	memcpy(user, r->owner_user, sizeof(user));
	memcpy(tty, r->owner_tty, sizeof(tty));
	pthread_mutex_unlock(&r->lock);
	if (!free)
		session_refused_as(s, "Configuration mode is locked by process '%d' user '%s' from terminal '%s'. "
		    "Please try later.\n", (int)strlen(tty), user, tty + strcspn(tty, "0123456789"));
	return free;
}

static void
take_lock(struct session *s)
{
	struct rollback *r = BOX(s)->rollback;

	pthread_mutex_lock(&r->lock);
	r->owner = s;
	snprintf(r->owner_user, sizeof(r->owner_user), "%s", who(s));
	snprintf(r->owner_tty, sizeof(r->owner_tty), "%s", session_options(s)->tty);
	pthread_mutex_unlock(&r->lock);
	session_print(s, "Configuration mode locked exclusively. The lock will be cleared once you exit out of "
	    "configuration mode using end/exit\n");
}

void
rollback_left(struct session *s)
{
	struct rollback *r = BOX(s) ? BOX(s)->rollback : NULL;

	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	if (r->owner == s)
		r->owner = NULL;
	pthread_mutex_unlock(&r->lock);
}

/* Where from?  1: the terminal; 0: it was answered otherwise, and done. */
static int
ask_where(struct session *s)
{
	char answer[64];
	int rc = session_ask(s, "Configuring from terminal, memory, or network [terminal]? ", true, answer,
	    sizeof(answer));

	if (rc < 0)
		return rc;
	if (!*answer || !strncmp(answer, "terminal", strlen(answer)))
		return 1;
	if (!strncmp(answer, "memory", strlen(answer)))
		return session_exec(s, "configure memory");
	if (!strncmp(answer, "network", strlen(answer)))
		return session_exec(s, "configure network");
	session_refused_as(s, "?Must be \"terminal\", \"memory\" or \"network\"\n");
	return -EINVAL;
}

int
exec_configure(struct session *s, const struct match *m)
{
	int rc;

	if (match_text(m, "memory"))
		return merge_startup(s);
	if (match_text(m, "network"))
		return session_exec(s, "copy tftp: running-config");
	if (m->words->n == 1 && (rc = ask_where(s)) != 1)
		return rc;
	if (!rollback_may_configure(s))
		return -EBUSY;
	if ((match_text(m, "timer") || match_text(m, "idle")) &&
	    (rc = begin_confirmed(s, (int)match_number(m, "minutes", 1), match_text(m, "idle") != NULL)) < 0)
		return rc;
	if (match_text(m, "lock"))
		take_lock(s);
	session_print(s, "Enter configuration commands, one per line.  End with CNTL/Z.\n");
	session_configure(s);
	return 0;
}

/* ---- configure replace ------------------------------------------------------------------------------------------------- */

static const char warning[] =
    "This will apply all necessary additions and deletions\n"
    "to replace the current running configuration with the\n"
    "contents of the specified configuration file, which is\n"
    "assumed to be a complete configuration, not a partial\n";
static const char question[] = "configuration. Enter Y if you are sure you want to proceed. ? [no]: ";

/* Collected: nobody is written to while the edit stands. */
struct refused { FILE *said; bool any; };

static void
on_said(void *arg, unsigned number, const char *line, const char *why)
{
	struct refused *r = arg;

	if (!why)
		return;
	if (!r->any)
		fputs("\n%The following commands are failed to apply to the IOS image.\n********\n", r->said);
	r->any = true;
	fprintf(r->said, "%s    (line %u: %s)\n", line + strspn(line, " "), number, why);
}

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

static char *
read_source(struct session *s, const char *source)
{
	const struct store *store = BOX(s)->store;
	char path[512], shown[512], why[256] = "", *text;
	size_t size = 0;

	if (store->spell(source, path, sizeof(path)) == 0)
		text = store->read(BOX(s), path, &size, why, sizeof(why));
	else
		text = store->fetch(BOX(s), source, stop, s, &size, why, sizeof(why));
	if (!text)
		session_refused_as(s, "%%Error opening %s (%s)\n", url_shown(source, shown, sizeof(shown)), why);
	else if (strlen(text) != size || !strstr(text, "\nend")) {
		session_refused_as(s, "%%The input file is not a valid config file.\n");
		free(text);
		text = NULL;
	}
	return text;
}

/* The commands that lead from one snapshot to the other. */
static void
list_commands(struct session *s, const void *from, const void *to)
{
	struct running *r = session_running(s);
	size_t size;
	char *old = config_text(r, from, false, &size), *new = config_text(r, to, false, &size);

	if (old && new) {
		session_print(s, "!Pass 1\n!List of Rollback Commands:\n");
		config_diff(old, new, DIFF_COMMANDS, session_out(s));
		session_print(s, "end\n\n");
	}
	free(old);
	free(new);
}

static int
apply(struct session *s, const char *text)
{
	struct refused refused = { NULL, false };
	struct session_load sum = { 0 };
	char *said = NULL;
	size_t size;
	int rc;

	if (!(refused.said = open_memstream(&said, &size)))
		return -ENOMEM;
	rc = config_replace(session_running(s), BOX(s), text, who(s), on_said, &refused, &sum);
	fclose(refused.said);
	fputs(said, session_out(s));
	free(said);
	if (refused.any)
		session_print(s, "********\n");
	return rc;
}

static int
replace(struct session *s, const struct match *m, const char *text)
{
	const void *was = running_hold(session_running(s)), *is;
	char shown[512];
	int rc = apply(s, text);

	if (rc < 0)
		session_refused_as(s, "\nRollback aborted after 1 passes: nothing was changed\n\n");
	if (rc == 0 && match_text(m, "list")) {
		is = running_hold(session_running(s));
		list_commands(s, was, is);
		running_drop(is);
	}
	if (rc == 0) {
		session_print(s, "\nTotal number of passes: 1\nRollback Done\n\n");
		log_put(BOX(s)->log, 5, "SYS-5-CONFIG_I", "Configured from %s by %s on %s",
		    url_shown(match_text(m, "source"), shown, sizeof(shown)), who(s), session_options(s)->tty);
	}
	running_drop(was);
	return rc;
}

int
exec_replace(struct session *s, const struct match *m)
{
	long minutes = match_number(m, "minutes", 0);
	bool armed;
	int rc = 1;
	char *text;

	if (!rollback_may_configure(s))
		return -EBUSY;
	if (!match_text(m, "force")) {
		session_print(s, "%s", warning);
		rc = session_yes(s, question, 'n');
	}
	if (rc != 1)
		return rc;
	if (!(text = read_source(s, match_text(m, "source"))))
		return -ENOENT;
	armed = minutes && begin_confirmed(s, (int)minutes, false) == 0;
	rc = minutes && !armed ? -EBUSY : replace(s, m, text);
	if (rc < 0 && armed)
		exec_confirm(s, m);             /* nothing was changed: nothing is to be confirmed */
	explicit_bzero(text, strlen(text));
	free(text);
	return rc < 0 ? rc : 0;
}
