/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/main.c -- `parapet`: one terminal of the box.
 *
 * Typed by an operator it connects to the box's socket: lines given by -c, -f or a pipe are said
 * one after the other (script.c), a keyboard is edited at (console.c).  Started by the box it is
 * handed its end of a socketpair (--box-fd), and for a network login the connection too
 * (--login-fd for telnet, --ssh-fd), or a file of the network to carry (--transfer-fd): then it gives up root before it does anything else (--drop UID:GID), for what it
 * reads from there is a stranger's. */
#include "shell/terminal/box.h"
#include "shell/terminal/console.h"
#include "shell/terminal/script.h"
#include "shell/terminal/ssh.h"
#include "shell/terminal/telnet.h"
#include "shell/terminal/transfer.h"

#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { ITEMS = 1024 };

struct arguments {
	const char *socket;
	int login_fd, ssh_fd, box_fd, transfer_fd;
	struct script_item item[ITEMS];
	size_t items;
};

static const char usage[] =
    "usage: parapet [--socket PATH] [-c COMMAND]... [-f FILE]...\n"
    "  -c COMMAND  type this line in a privileged session; repeat for more\n"
    "  -f FILE     type a file, up to the first line that is refused\n"
    "  Without either: a terminal, or the lines of standard input.\n";

/* ---- who we are ---------------------------------------------------------------------------- */

/* Become UID:GID for ever.  0; -errno: we are still more than that, and must not go on. */
static int
drop(const char *owner)
{
	unsigned uid, gid;
	char end;

	if (sscanf(owner, "%u:%u%c", &uid, &gid, &end) != 2 || uid == 0 || gid == 0)
		return -EINVAL;
	if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		return -errno;
	if (setuid(0) == 0 || geteuid() != uid || getegid() != gid)
		return -EPERM;
	return 0;
}

/* Passwords and private keys are typed and pasted into every terminal: it leaves no core file. */
static int
close_up(void)
{
	static const struct rlimit none = {0, 0};

#ifndef __SANITIZE_ADDRESS__            /* whose leak check must look inside */
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return -errno;
#endif
	return setrlimit(RLIMIT_CORE, &none) < 0 ? -errno : 0;
}

/* Of a login, besides: nothing is looked at by another process of that uid. */
static int
harden(void)
{
	static const struct rlimit none = {0, 0};

	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    setrlimit(RLIMIT_FSIZE, &none) < 0 || chdir("/") < 0)
		return -errno;
	return 0;
}

/* --drop comes before all else, whatever its place on the command line. */
static int
drop_first(int argc, char *const argv[])
{
	int rc = 0;

	for (int i = 1; i + 1 < argc && rc == 0; i++)
		if (!strcmp(argv[i], "--drop"))
			rc = drop(argv[i + 1]);
	if (rc == 0)
		rc = close_up();
	for (int i = 1; i < argc && rc == 0; i++)
		if (!strcmp(argv[i], "--login-fd") || !strcmp(argv[i], "--ssh-fd") ||
		    !strcmp(argv[i], "--transfer-fd"))
			rc = harden();
	return rc;
}

/* ---- the ways ------------------------------------------------------------------------------ */

/* A change of size goes on, everything else that ends a process ends the session. */
static bool
on_signal(void *arg)
{
	struct signalfd_siginfo info;
	int fd = *(int *)arg;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return true;
	return info.ssi_signo == SIGWINCH;
}

static int
run_keyboard(struct box *b)
{
	struct console_options o = {
	    .box = b, .in = STDIN_FILENO, .out = STDOUT_FILENO, .news = on_signal};
	sigset_t set;
	int fd, rc;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	o.news_fd = fd;
	o.arg = &fd;
	if ((rc = console_run(&o)) < 0)
		fprintf(stderr, "parapet: the box is gone\n");
	close(fd);
	return rc < 0;
}

static int
run_login(struct box *b, int tcp)
{
	struct console_options o = {.box = b, .news = telnet_news, .ended = telnet_ended};
	struct telnet *t = NULL;
	int fd, rc = telnet_open(&t, tcp, &fd);

	if (rc < 0)
		return 1;
	o.in = o.out = fd;
	o.news_fd = telnet_news_fd(t);
	o.arg = t;
	rc = console_run(&o);
	box_close(b); /* whatever the peer still reads, the session is over */
	telnet_close(t, fd);
	return rc < 0;
}

/* The one command of an SSH user: what it says, and answers, goes by our standard descriptors. */
static int
run_command(struct box *b, int fd, const char *command)
{
	const struct script_item item = {.line = command};

	for (int i = 0; i < 3; i++)
		if (dup2(fd, i) < 0)
			return 1;
	if (box_hello(b, 0, 0, 0) < 0)
		return 1;
	return script_run(b, &item, 1);
}

static int
run_ssh(struct box *b, int tcp)
{
	struct console_options o = {.box = b, .news = ssh_news, .ended = ssh_ended};
	const char *command;
	struct ssh *t = NULL;
	int fd, rc = ssh_open(&t, tcp, b, &fd, &command);

	if (rc < 0)
		return 1;
	o.in = o.out = fd;
	o.news_fd = ssh_news_fd(t);
	o.arg = t;
	rc = command ? run_command(b, fd, command) : console_run(&o);
	box_close(b);
	for (int i = 0; command && i < 3; i++)
		close(i); /* copies of fd */
	ssh_close(t, fd, rc != 0);
	return rc != 0;
}

static int
run_script(struct box *b, const struct arguments *a)
{
	if (box_hello(b, WIRE_PRIVILEGED, 0, 0) < 0)
		return 1;
	return script_run(b, a->item, a->items);
}

/* ---- the command line ---------------------------------------------------------------------- */

static const struct option longs[] = {{"socket", required_argument, NULL, 's'},
    {"login-fd", required_argument, NULL, 'L'}, {"ssh-fd", required_argument, NULL, 'S'},
    {"transfer-fd", required_argument, NULL, 'T'},
    {"box-fd", required_argument, NULL, 'B'},
    {"drop", required_argument, NULL, 'D'}, {"help", no_argument, NULL, 'h'}, {0}};

static bool
parse(struct arguments *a, int argc, char *argv[])
{
	int o;

	while ((o = getopt_long(argc, argv, "c:f:h", longs, NULL)) != -1) {
		if ((o == 'c' || o == 'f') && a->items == ITEMS)
			return false;
		if (o == 'c')
			a->item[a->items++].line = optarg;
		else if (o == 'f')
			a->item[a->items++].file = optarg;
		else if (o == 's')
			a->socket = optarg;
		else if (o == 'L')
			a->login_fd = atoi(optarg);
		else if (o == 'S')
			a->ssh_fd = atoi(optarg);
		else if (o == 'T')
			a->transfer_fd = atoi(optarg);
		else if (o == 'B')
			a->box_fd = atoi(optarg);
		else if (o != 'D')
			return false;
	}
	return optind == argc && ((a->login_fd < 0 && a->ssh_fd < 0) || a->box_fd >= 0);
}

int
main(int argc, char *argv[])
{
	struct arguments a = {.socket = "/run/parapet/parapet.sock", .login_fd = -1, .ssh_fd = -1,
	    .box_fd = -1, .transfer_fd = -1};
	struct box b;
	int rc = drop_first(argc, argv);

	if (rc < 0) {
		fprintf(stderr, "parapet: --drop: %s\n", strerror(-rc));
		return 1;
	}
	if (!parse(&a, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	if (a.transfer_fd >= 0) {
		box_open(&b, a.transfer_fd);
		return transfer_run(&b);
	}
	if (a.box_fd >= 0)
		box_open(&b, a.box_fd);
	else if ((rc = box_connect(&b, a.socket)) < 0) {
		fprintf(stderr, "parapet: %s: %s\n", a.socket, strerror(-rc));
		return 1;
	}
	if (a.login_fd >= 0)
		return run_login(&b, a.login_fd);
	if (a.ssh_fd >= 0)
		return run_ssh(&b, a.ssh_fd);
	if (a.box_fd >= 0 || (!a.items && isatty(STDIN_FILENO)))
		return run_keyboard(&b);
	return run_script(&b, &a);
}
