/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c -- parapetd: reads its options, builds the box out of its rooms, and waits.  The only file
 * that knows every room, and the owner of all state. */
#include "datapath/datapath.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/enrollment.h"
#include "modes/events.h"
#include "modes/gate.h"
#include "modes/http.h"
#include "modes/pki_serve.h"
#include "modes/rollback.h"
#include "modes/show_box.h"
#include "modes/trustpool.h"
#include "modes/archive.h"
#include "pki/pki.h"
#include "shell/door.h"
#include "shell/log.h"
#include "shell/running.h"
#include "shell/syslog.h"
#include "startup-config/files.h"
#include "startup-config/startup.h"

#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct options {
	const char *nvram, *startup, *socket, *at[DOOR_WAYS], *check;
	bool console;
	unsigned workers;
};

struct parapetd {
	struct options options;
	struct box box;
	struct door *_Atomic door;      /* taken away under `ways' */
	struct events *events;
	char terminal[PATH_MAX];        /* the program beside ours */
	char flash[PATH_MAX];           /* where `| redirect' may write */
	pthread_mutex_t ways;           /* over what follows */
	char now_at[DOOR_WAYS][64];     /* where the configuration's ways in are; empty: nowhere */
	char **argv;
	bool reload;
};

static struct parapetd *
of_box(struct box *b)
{
	return (struct parapetd *)((char *)b - offsetof(struct parapetd, box));
}

/* ---- what a load says -------------------------------------------------------------------------------------- */

/* A line that was refused may hold a secret: the log gets it without. */
struct report { const char *file; FILE *refused; bool check; };

static void
on_said(void *arg, unsigned number, const char *line, const char *why)
{
	struct report *r = arg;

	line += strspn(line, " \t");
	if (r->check)
		printf("%s:%u: %s, %s\n", r->file, number, line, why ? why : "stored without effect");
	else if (why)
		fprintf(r->refused, "%u %s\n%s\n", number, line, why);
}

/* Keys and certificates of a file that is checked go into an NVRAM of its own, which ends with the check. */
static int
check_open(struct box *b, char *nvram)
{
	char flash[PATH_MAX], why[256];
	int rc;

	if (!mkdtemp(nvram))
		return -errno;
	b->nvram = nvram;
	b->store = &box_store;
	if ((rc = files_open(nvram, flash, sizeof(flash))) < 0 || (rc = log_new(&b->log, 0)) < 0)
		return rc;
	rc = pki_open(&b->pki, nvram, why, sizeof(why));
	return rc < 0 ? rc : running_new(&b->running, &mode_config, NULL, NULL);
}

static void
check_close(struct box *b)
{
	char why[256];

	running_free(b->running);
	pki_close(b->pki);
	log_free(b->log);
	if (b->store)
		b->store->wipe(b, why, sizeof(why));
	if (b->nvram)
		rmdir(b->nvram);
}

static int
check(const struct options *o)
{
	struct report r = { .file = o->check, .check = true };
	struct session_load load = { 0 };
	struct box box = { 0 };
	char *text = startup_read(o->check), nvram[] = "/tmp/parapet-check-XXXXXX";
	int rc;

	if (!text) {
		fprintf(stderr, "parapetd: %s: %s\n", o->check, strerror(errno));
		return 2;
	}
	rc = check_open(&box, nvram);
	if (rc == 0)
		rc = startup_load(box.running, &box, text, on_said, &r, &load);
	free(text);
	check_close(&box);
	if (rc < 0) {
		fprintf(stderr, "parapetd: %s: %s\n", o->check, strerror(-rc));
		return 2;
	}
	printf("%u lines: %u applied, %u stored without effect, %u refused\n", load.lines, load.applied,
	    load.stored, load.refused);
	return load.refused ? 1 : 0;
}

/* ---- boot ------------------------------------------------------------------------------------------------------- */

/* "NUMBER LINE" and "WHY" by turns: they are said after the edit, which nothing may hold up. */
static void
log_refused(struct log *log, const char *file, char *said)
{
	char *line, *why, *shown;
	size_t size;
	FILE *out;

	while ((line = strsep(&said, "\n")) && *line && (why = strsep(&said, "\n"))) {
		char *text = line + strcspn(line, " ");

		*text++ = '\0';
		if (!(out = open_memstream(&shown, &size)))
			return;
		print_without_secrets(text, out);
		fclose(out);
		shown[strcspn(shown, "\n")] = '\0';
		log_put(log, 4, "PARSER-4-BADCFG", "%s:%s: %s: %s", file, line, shown, why);
		free(shown);
	}
}

static void
load_startup(struct parapetd *p)
{
	struct report r = { 0 };
	struct session_load load = { 0 };
	char path[PATH_MAX], *text, *refused = NULL;
	size_t size;
	int rc = -ENOMEM;

	snprintf(path, sizeof(path), "%s/startup-config", p->options.nvram);
	r.file = p->options.startup ? p->options.startup : path;
	text = startup_read(r.file);
	if (!text) {
		log_put(p->box.log, 4, "SYS-4-NO_CONFIG", "%s: %s", r.file, strerror(errno));
		return;
	}
	if ((r.refused = open_memstream(&refused, &size))) {
		rc = startup_load(p->box.running, &p->box, text, on_said, &r, &load);
		fclose(r.refused);
		log_refused(p->box.log, r.file, refused);
		explicit_bzero(refused, size);
		free(refused);
	}
	if (rc < 0)
		log_put(p->box.log, 2, "SYS-2-BADCFG", "%s could not be loaded", r.file);
	else
		log_put(p->box.log, 5, "SYS-5-CONFIG_I", "Configured from %s: %u lines: %u applied, %u "
		    "stored without effect, %u refused", r.file, load.lines, load.applied, load.stored,
		    load.refused);
	free(text);
}

/* ---- the ways in -------------------------------------------------------------------------------------------- */

static const enum tty_transport inputs[DOOR_WAYS] = {
	[DOOR_TELNET] = TTY_INPUT_TELNET, [DOOR_SSH] = TTY_INPUT_SSH
};

/* As an access list knows it, wherever an option has put it. */
static unsigned
port_of(const struct config *c, enum door_way way)
{
	return way == DOOR_SSH ? ssh_port(c) : 23;
}

/* Where `line vty' opens this way.  SSH takes a host key too. */
static bool
is_open(struct parapetd *p, const struct config *c, enum door_way way)
{
	char label[65];

	if (!tty_takes(c, -1, inputs[way], false))
		return false;
	return way != DOOR_SSH || ssh_host_key(&p->box, c, false, label, NULL, 0) ||
	    ssh_host_key(&p->box, c, true, label, NULL, 0);
}

static void
follow_way(struct parapetd *p, const struct config *c, enum door_way way)
{
	char at[64] = "", why[160] = "", *now = p->now_at[way];
	bool was = *now, is = is_open(p, c, way);

	if (is)
		snprintf(at, sizeof(at), "0.0.0.0:%u", port_of(c, way));
	if (p->options.at[way] || !strcmp(at, now))
		return;
	strcpy(now, at);
	if (door_listen(p->door, way, *at ? at : NULL, why, sizeof(why)) < 0)
		log_put(p->box.log, 3, way == DOOR_SSH ? "SSH-3-LISTEN" : "SYS-3-TELNET", "%s", why);
	else if (way == DOOR_SSH && was != is)
		log_put(p->box.log, 5, is ? "SSH-5-ENABLED" : "SSH-5-DISABLED", "SSH 2.0 has been %s",
		    is ? "enabled" : "disabled");
}

static void
follow_ways(struct parapetd *p, const struct config *c)
{
	pthread_mutex_lock(&p->ways);
	for (int way = 0; p->door && way < DOOR_WAYS; way++)
		follow_way(p, c, way);
	if (p->door)
		door_vtys(p->door, vty_count(c));
	pthread_mutex_unlock(&p->ways);
}

/* A way that was opened by an option is that of all lines that do not say. */
static bool
admit(void *box, enum door_way way, int vty, const struct sockaddr *from)
{
	struct parapetd *p = of_box(box);
	const void *now = running_hold(p->box.running);
	unsigned port = port_of(now, way);
	bool good = tty_takes(now, vty, inputs[way], p->options.at[way] != NULL) &&
	    tty_admits(now, vty, from, port) && gate_is_open(&p->box, now, from, port);

	running_drop(now);
	return good;
}

static void
keys_changed(struct box *b)
{
	struct parapetd *p = of_box(b);
	const void *now = running_hold(b->running);

	follow_ways(p, now);
	running_drop(now);
}

static void
on_published(void *arg, const void *snapshot)
{
	struct parapetd *p = arg;

	if (p->box.log)
		logging_follow(&p->box, snapshot);
	archive_follow(&p->box, snapshot);
	ntp_follow(&p->box, snapshot);
	pki_servers_follow(&p->box, snapshot);
	enrollments_follow(&p->box, snapshot);
	http_follow(&p->box, snapshot);
	if (p->box.datapath)
		datapath_changed(p->box.datapath);
	follow_ways(p, snapshot);
}

/* `exec-timeout' of the line that the session stands on, or what is left of its `absolute-timeout'. */
static int
idle_s(void *box, const struct session *s)
{
	const void *now = running_hold(((struct box *)box)->running);
	const char *tty = session_options(s)->tty;
	int seconds = tty_idle_s(now, tty), most = tty_absolute_s(now, tty);
	int64_t left = most - session_age_s(s);

	running_drop(now);
	if (!most || (seconds && seconds < left))
		return seconds;
	return left > 0 ? (int)left : 1;
}

/* The banners: of a session that came by a terminal of its own.  An SSH user has seen the login
 * banner already, and is in. */
static void
on_opened(void *box, struct session *s)
{
	(void)box;
	if (session_options(s)->command)
		return;
	banner_say(s, "motd");
	if (session_level(s) < 1 || session_options(s)->source == FROM_CONSOLE)
		banner_say(s, "login");
}

/* The length that is configured, else the screen's own where the terminal says it. */
static void
set_screen(struct session *s, const struct config *c)
{
	const char *tty = session_options(s)->tty;
	bool by_itself;
	int rows = tty_rows(c, tty, &by_itself), columns;

	door_rows(s, rows, by_itself);
	columns = tty_columns(c, tty, &by_itself);
	door_columns(s, columns, by_itself);
	door_history(s, tty_history(c, tty));
	if (session_options(s)->source == FROM_CONSOLE)
		door_monitor(s, true, tty_synchronous(c, tty));
}

static void
on_entered(void *box, struct session *s, int rc)
{
	const void *now;

	if (rc != 0 || session_options(s)->source == FROM_SOCKET || session_options(s)->command)
		return;
	now = running_hold(((struct box *)box)->running);
	set_screen(s, now);
	running_drop(now);
	banner_say(s, "exec");
}

static void
on_closed(void *box, struct session *s)
{
	(void)box;
	rollback_left(s);
}

static size_t
who_is_there(struct box *b, struct door_user *users, size_t most)
{
	struct door *door = of_box(b)->door;

	return door ? door_users(door, users, most) : 0;
}

static int
clear_line(struct box *b, const char *tty)
{
	struct door *door = of_box(b)->door;

	return door ? door_clear(door, tty) : -ENOENT;
}

static void
ask_reload(struct box *b)
{
	of_box(b)->reload = true;
	kill(getpid(), SIGTERM);
}

/* Private keys are in this process: it leaves no core and lets nobody look inside. */
static void
close_up(void)
{
	struct rlimit none = { 0, 0 }, files;

#ifndef __SANITIZE_ADDRESS__            /* whose leak check must look inside */
	prctl(PR_SET_DUMPABLE, 0);
#endif
	setrlimit(RLIMIT_CORE, &none);
	/* A call takes four sockets: as many as we may have. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	umask(077);
}

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "parapetd: %s: %s\n", what, why);
	return 1;
}

static int
open_box(struct parapetd *p)
{
	struct box *b = &p->box;
	struct datapath_options dp = { .workers = p->options.workers };
	char why[256] = "";
	int rc;

	b->nvram = p->options.nvram;
	b->started_s = time(NULL);
	b->save = startup_save;
	b->erase = startup_erase;
	b->startup = startup_text;
	b->unsaved = startup_unsaved;
	b->reload = ask_reload;
	b->store = &box_store;
	b->users = who_is_there;
	b->clear_line = clear_line;
	b->keys_changed = keys_changed;
	if (mkdir(b->nvram, 0700) < 0 && errno != EEXIST)
		return fail(b->nvram, strerror(errno));
	if ((rc = files_open(b->nvram, p->flash, sizeof(p->flash))) < 0)
		return fail("flash", strerror(-rc));
	if ((rc = box_state_open(b)) < 0)
		return fail("start", strerror(-rc));
	if (log_new(&b->log, 0) < 0 || running_new(&b->running, &mode_config, on_published, p) < 0)
		return fail("start", "no memory");
	rc = pki_open(&b->pki, b->nvram, why, sizeof(why));
	if (rc < 0)
		return fail("keys", why);
	if (rc > 0)
		log_put(b->log, 3, "PKI-3-KEY", "%s", why);
	if (syslog_start(&b->syslog, b->log) < 0)
		return fail("syslog", "no thread");
	log_put(b->log, 5, "SYS-5-RESTART", "System restarted -- Parapet " PARAPET_VERSION);
	trustpool_follow(b);
	load_startup(p);
	self_sign_missing(b);
	dp.running = b->running;
	dp.pki = b->pki;
	if (datapath_start(&b->datapath, &dp, why, sizeof(why)) < 0)
		return fail("datapath", why);
	if (events_start(&p->events, b) < 0)
		return fail("events", "no thread");
	pki_servers_begin(b);
	http_begin(b);
	return 0;
}

/* What a network login becomes; root's own uid never serves one. */
static void
login_identity(struct box *b)
{
	const struct passwd *nobody = getpwnam("nobody");

	b->login_uid = nobody ? nobody->pw_uid : 65534;
	b->login_gid = nobody ? nobody->pw_gid : 65534;
}

static int
open_door(struct parapetd *p)
{
	struct door_options o = { .cli = &parapet_cli, .running = p->box.running, .box = &p->box,
		.log = p->box.log, .socket_path = p->options.socket,
		.at = { p->options.at[DOOR_TELNET], p->options.at[DOOR_SSH] },
		.terminal_program = p->terminal, .idle_s = idle_s, .admit = admit, .ssh = ssh_offer,
		.judge = ssh_judge,
		.opened = on_opened, .entered = on_entered, .closed = on_closed, .files = p->flash };
	const void *now = running_hold(p->box.running);
	struct door *door = NULL;
	char why[256] = "";
	int rc;

	login_identity(&p->box);
	o.login_uid = p->box.login_uid;
	o.login_gid = p->box.login_gid;
	p->box.terminal = p->terminal;
	o.vtys = vty_count(now);
	rc = door_open(&door, &o, why, sizeof(why));
	running_drop(now);
	if (rc < 0)
		return fail(p->options.socket, *why ? why : strerror(-rc));
	p->door = door;
	now = running_hold(p->box.running);     /* what was published meanwhile, too */
	follow_ways(p, now);
	running_drop(now);
	if (p->options.console && (rc = door_console(door)) < 0)
		return fail("console", strerror(-rc));
	return 0;
}

static void
close_box(struct parapetd *p)
{
	struct door *door;

	pthread_mutex_lock(&p->ways);   /* an alarm may publish a configuration now */
	door = p->door;
	p->door = NULL;
	pthread_mutex_unlock(&p->ways);
	door_close(door);
	enrollments_stop(p->box.enrollments);
	pki_servers_stop(p->box.servers);
	events_stop(p->events);
	box_state_close(&p->box);
	datapath_stop(p->box.datapath);
	running_free(p->box.running);
	pki_close(p->box.pki);
	syslog_stop(p->box.syslog);
	log_free(p->box.log);
}

static void
wait_for_end(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigwait(&set, &sig);
}

static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* ---- options ------------------------------------------------------------------------------------------------------- */

static int
usage(void)
{
	fprintf(stderr, "usage: parapetd [--nvram DIR] [--startup FILE] [--console] [--socket PATH]\n"
	    "                [--telnet ADDR:PORT] [--ssh ADDR:PORT] [--workers N]\n"
	    "       parapetd --check FILE | --reference | --version\n");
	return 2;
}

enum { OPT_NVRAM = 1, OPT_STARTUP, OPT_CONSOLE, OPT_SOCKET, OPT_TELNET, OPT_SSH, OPT_WORKERS,
	OPT_CHECK, OPT_VERSION, OPT_REFERENCE };

static const struct option long_options[] = {
	{ "nvram", required_argument, NULL, OPT_NVRAM },
	{ "startup", required_argument, NULL, OPT_STARTUP },
	{ "console", no_argument, NULL, OPT_CONSOLE },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "telnet", required_argument, NULL, OPT_TELNET },
	{ "ssh", required_argument, NULL, OPT_SSH },
	{ "workers", required_argument, NULL, OPT_WORKERS },
	{ "check", required_argument, NULL, OPT_CHECK },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "reference", no_argument, NULL, OPT_REFERENCE },
	{ NULL, 0, NULL, 0 }
};

/* -1: go on; else the exit status. */
static int
read_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case OPT_NVRAM:
			o->nvram = optarg;
			break;
		case OPT_STARTUP:
			o->startup = optarg;
			break;
		case OPT_CONSOLE:
			o->console = true;
			break;
		case OPT_SOCKET:
			o->socket = optarg;
			break;
		case OPT_TELNET:
			o->at[DOOR_TELNET] = optarg;
			break;
		case OPT_SSH:
			o->at[DOOR_SSH] = optarg;
			break;
		case OPT_WORKERS:
			o->workers = (unsigned)strtoul(optarg, NULL, 10);
			if (!o->workers || o->workers > 64)
				return usage();
			break;
		case OPT_CHECK:
			o->check = optarg;
			break;
		case OPT_VERSION:
			printf("Parapet " PARAPET_VERSION "\n");
			return 0;
		case OPT_REFERENCE:
			mode_reference(&mode_exec, stdout);
			mode_reference(&mode_config, stdout);
			return 0;
		default:
			return usage();
		}
	}
	return optind < argc ? usage() : -1;
}

static void
find_terminal(struct parapetd *p)
{
	char self[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0)
		snprintf(p->terminal, sizeof(p->terminal), "%.4000s/parapet", dirname(self));
}

int
main(int argc, char **argv)
{
	static struct parapetd p = {
		.options = { .nvram = "/var/lib/parapet", .socket = "/run/parapet/parapet.sock" },
		.ways = PTHREAD_MUTEX_INITIALIZER
	};
	int rc = read_options(argc, argv, &p.options);

	if (rc >= 0)
		return rc;
	if (p.options.check)
		return check(&p.options);
	close_up();
	setenv("UV_THREADPOOL_SIZE", "32", 0);  /* threads that wait for name servers */
	block_signals();
	find_terminal(&p);
	p.argv = argv;
	rc = open_box(&p);
	if (rc == 0)
		rc = open_door(&p);
	if (rc)
		return rc;              /* the process ends: so does what it had opened */
	wait_for_end();
	close_box(&p);
	if (p.reload) {
		execv("/proc/self/exe", argv);
		return fail("reload", strerror(errno));
	}
	return 0;
}
