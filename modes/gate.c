/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/gate.c -- see gate.h.  The console is never shut: whoever stands there may always try. */
#include "modes/gate.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/show.h"
#include "shell/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FAILURES = 256, KEPT = 50, DELAY_MS = 1000 };

struct failure { char user[65], from[64]; unsigned port, count; int64_t last_s; };

struct gate {
	struct box *box;
	pthread_mutex_t lock;           /* over all that follows */
	int64_t failed_s[FAILURES];     /* monotonic; the last ones, as a ring */
	unsigned failures;              /* of all time */
	unsigned good, bad;             /* attempts since boot */
	int64_t quiet_until_s;          /* monotonic; 0: open */
	struct failure kept[KEPT];
	unsigned keeps;
};

int
gate_new(struct gate **gp, struct box *b)
{
	struct gate *g = calloc(1, sizeof(*g));

	if (!g)
		return -ENOMEM;
	g->box = b;
	pthread_mutex_init(&g->lock, NULL);
	*gp = g;
	return 0;
}

void
gate_free(struct gate *g)
{
	if (!g)
		return;
	pthread_mutex_destroy(&g->lock);
	free(g);
}

static int64_t
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* ---- counting -------------------------------------------------------------------------------------------------- */

/* number: which of its kind it was since boot. */
struct attempt { const char *user, *from; unsigned port; bool good; unsigned number; };

static void
keep_failure(struct gate *g, const struct attempt *a)
{
	struct failure *f = NULL;

	for (unsigned i = 0; i < KEPT && i < g->keeps && !f; i++)
		if (!strcmp(g->kept[i].user, a->user) && !strcmp(g->kept[i].from, a->from) &&
		    g->kept[i].port == a->port)
			f = &g->kept[i];
	if (!f) {
		f = &g->kept[g->keeps++ % KEPT];
		*f = (struct failure){ .port = a->port };
		snprintf(f->user, sizeof(f->user), "%s", a->user);
		snprintf(f->from, sizeof(f->from), "%s", a->from);
	}
	f->count++;
	f->last_s = time(NULL);
}

/* Were there so many failures within so long?  Under the lock. */
static bool
too_many(const struct gate *g, const struct block_for *b, int64_t now)
{
	unsigned attempts = b->attempts < FAILURES ? b->attempts : FAILURES;

	return b->set && g->failures >= attempts &&
	    now - g->failed_s[(g->failures - attempts) % FAILURES] <= b->within;
}

/* true: from now on it is quiet. */
static bool
count(struct gate *g, const struct config *c, struct attempt *a)
{
	int64_t now = now_s();
	bool shut = false;

	pthread_mutex_lock(&g->lock);
	a->number = a->good ? ++g->good : ++g->bad;
	if (!a->good) {
		keep_failure(g, a);
		g->failed_s[g->failures++ % FAILURES] = now;
		shut = !g->quiet_until_s && too_many(g, &c->block_for, now);
		if (shut)
			g->quiet_until_s = now + c->block_for.seconds;
	}
	pthread_mutex_unlock(&g->lock);
	return shut;
}

/* Every so-manieth, if it is asked for. */
static bool
is_told(const struct login_log *l, unsigned number)
{
	return l->set && (l->log || !l->trap) && (!l->every || number % l->every == 0);
}

static void
tell(struct gate *g, const struct config *c, const struct attempt *a)
{
	char when[WHEN];

	when_second(time(NULL), when);
	if (a->good && is_told(&c->login_success, a->number))
		log_put(g->box->log, 5, "SEC_LOGIN-5-LOGIN_SUCCESS", "Login Success [user: %s] [Source: %s] "
		    "[localport: %u] at %s", a->user, a->from, a->port, when);
	if (!a->good && is_told(&c->login_failure, a->number))
		log_put(g->box->log, 4, "SEC_LOGIN-4-LOGIN_FAILED", "Login failed [user: %s] [Source: %s] "
		    "[localport: %u] [Reason: Login Authentication Failed] at %s", a->user, a->from, a->port,
		    when);
}

static void
tried(struct gate *g, const struct config *c, struct attempt *a)
{
	char when[WHEN];
	bool shut = count(g, c, a);
	unsigned delay = c->login_delay ? c->login_delay * 1000u : c->block_for.set ? DELAY_MS : 0;

	tell(g, c, a);
	if (shut)
		log_put(g->box->log, 1, "SEC_LOGIN-1-QUIET_MODE_ON", "Still timeleft for watching failures is 0 "
		    "secs, [user: %s] [Source: %s] [localport: %u] [Reason: Login Authentication Failed] [ACL: %s] "
		    "at %s", a->user, a->from, a->port, *c->quiet_acl ? c->quiet_acl : "sl_def_acl",
		    when_second(time(NULL), when));
	if (!a->good && delay)
		poll(NULL, 0, (int)delay);      /* the guesser's own thread */
}

void
gate_tried(struct session *s, const char *user, bool good)
{
	const struct session_options *o = session_options(s);
	const struct config *c;
	struct attempt a = { user, *o->from ? o->from : "0.0.0.0", o->source == FROM_VTY ? 23 : 0, good, 0 };

	if (!BOX(s) || !BOX(s)->gate)
		return;
	c = running_hold(session_running(s));
	tried(BOX(s)->gate, c, &a);
	running_drop(c);
}

void
gate_tried_ssh(struct box *b, const struct config *c, const char *user, const char *from, bool good)
{
	if (b->gate)
		tried(b->gate, c, &(struct attempt){ user, from, ssh_port(c), good, 0 });
}

/* ---- the door -------------------------------------------------------------------------------------------------- */

/* Seconds that it stays quiet; 0: it is open. */
static int64_t
quiet_s(struct gate *g)
{
	int64_t left = 0, now = now_s();
	bool opens = false;

	pthread_mutex_lock(&g->lock);
	if (g->quiet_until_s > now) {
		left = g->quiet_until_s - now;
	} else if (g->quiet_until_s) {
		g->quiet_until_s = 0;
		g->failures = 0;                /* a new beginning */
		opens = true;
	}
	pthread_mutex_unlock(&g->lock);
	if (opens)
		log_put(g->box->log, 5, "SEC_LOGIN-5-QUIET_MODE_OFF", "Quiet Mode is OFF, because block period "
		    "timed out");
	return left;
}

bool
gate_is_open(struct box *b, const struct config *c, const struct sockaddr *from, unsigned port)
{
	if (!b->gate || !quiet_s(b->gate))
		return true;
	return *c->quiet_acl && acl_permits(c, c->quiet_acl, from, port);
}

/* ---- show ------------------------------------------------------------------------------------------------------ */

static void
show_failures(struct session *s, struct gate *g)
{
	struct failure kept[KEPT];
	unsigned n, total;
	char when[WHEN];

	pthread_mutex_lock(&g->lock);
	memcpy(kept, g->kept, sizeof(kept));
	n = g->keeps < KEPT ? g->keeps : KEPT;
	total = g->bad;
	pthread_mutex_unlock(&g->lock);
	if (!n) {
		session_print(s, "*** No logged failed login attempts with the device.***\n");
		return;
	}
	session_print(s, "Total failed logins: %u\nDetailed information about last %u failures\n\n"
	    "Username        SourceIPAddr    lPort Count TimeStamp\n", total, n);
	for (unsigned i = 0; i < n; i++)
		session_print(s, "%-15s %-15s %-5u %-5u %s\n", kept[i].user, kept[i].from, kept[i].port,
		    kept[i].count, when_second(kept[i].last_s, when));
}

static void
show_block(struct session *s, const struct config *c, struct gate *g)
{
	int64_t quiet = quiet_s(g);
	unsigned bad;

	pthread_mutex_lock(&g->lock);
	bad = g->bad;
	pthread_mutex_unlock(&g->lock);
	session_print(s, "     Router enabled to watch for login Attacks.\n"
	    "     If more than %u login failures occur in %u seconds or less,\n"
	    "     logins will be disabled for %u seconds.\n\n", c->block_for.attempts - 1u,
	    c->block_for.within, c->block_for.seconds);
	if (quiet)
		session_print(s, "     Router presently in Quiet-Mode.\n"
		    "     Will remain in Quiet-Mode for %lld seconds.\n", (long long)quiet);
	else
		session_print(s, "     Router presently in Normal-Mode.\n"
		    "     Total login failures: %u.\n", bad);
}

int
show_login(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	struct gate *g = BOX(s)->gate;

	if (match_text(m, "failures")) {
		show_failures(s, g);
		return 0;
	}
	if (!c->block_for.set && !c->login_delay) {
		session_print(s, "     No login delay has been applied.\n"
		    "     No Quiet-Mode access list has been configured.\n\n"
		    "     Router NOT enabled to watch for login Attacks\n");
		return 0;
	}
	session_print(s, "     A %slogin delay of %u seconds is applied.\n", c->login_delay ? "" : "default ",
	    c->login_delay ? c->login_delay : DELAY_MS / 1000u);
	if (*c->quiet_acl)
		session_print(s, "     Quiet-Mode access list %s is applied.\n\n", c->quiet_acl);
	else
		session_print(s, "     No Quiet-Mode access list has been configured.\n\n");
	if (c->block_for.set)
		show_block(s, c, g);
	return 0;
}
