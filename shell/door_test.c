/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/door_test.c -- a small box with a real door; tests/terminal_test.py comes in by every way.
 *
 * With an argument it only serves: door_test SOCKET ADDR:PORT, until its input ends. */
#include "shell/test_modes.h"
#include "shell/door.h"
#include "shell/log.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct box {
	struct door *door;
	struct log *log;
	int ended[2]; /* a pipe: the console is gone */
};

static int
run_enable(struct session *s, const struct match *m)
{
	(void)m;
	return session_enable(s, 15);
}

static int
run_users(struct session *s, const struct match *m)
{
	struct box *b = session_box(s);
	struct door_user user[64];
	size_t n = door_users(b->door, user, 64);

	(void)m;
	while (n--)
		session_print(s, "%s %s %s\n", user[n].tty, *user[n].user ? user[n].user : "-",
		    *user[n].from ? user[n].from : "-");
	return 0;
}

static int
run_clear(struct session *s, const struct match *m)
{
	struct box *b = session_box(s);

	return door_clear(b->door, match_text(m, "tty"));
}

static int
run_monitor(struct session *s, const struct match *m)
{
	return door_monitor(s, true, match_number(m, "again", 0));
}

static int
run_length(struct session *s, const struct match *m)
{
	door_rows(s, (int)match_number(m, "rows", 0), false);
	return 0;
}

static int
run_width(struct session *s, const struct match *m)
{
	door_columns(s, (int)match_number(m, "columns", 0), false);
	return 0;
}

static int
run_screen(struct session *s, const struct match *m)
{
	int rows = 0, columns = 0;

	(void)m;
	door_screen(s, &rows, &columns);
	session_print(s, "%d rows, %d columns\n", rows, columns);
	return 0;
}

static int
run_log(struct session *s, const struct match *m)
{
	struct box *b = session_box(s);

	for (long i = match_number(m, "count", 1); i > 0; i--)
		log_put(b->log, 5, "SYS-5-TEST", "message %ld", i);
	return 0;
}

/* Long work that says nothing and can be broken. */
static int
run_work(struct session *s, const struct match *m)
{
	const struct timespec moment = {.tv_nsec = 10000000};

	(void)m;
	for (int i = 0; i < 2000; i++) {
		nanosleep(&moment, NULL);
		if (door_interrupted(s))
			return -EINTR;
	}
	session_print(s, "work is done\n");
	return 0;
}

/* clang-format off */
static const struct line door_lines[] = {
	{ .syntax = "configure terminal", .help = "Configure|Terminal", .run = run_configure,
	  .level = 15 },
	{ .syntax = "show running-config [all=all]", .help = "Show|Configuration|Defaults too",
	  .run = run_show, .level = 15 },
	{ .syntax = "show big <1-1000000>=lines [width <1-10000000>=width]",
	  .help = "Show|Much|Lines|Width|Of one", .run = run_big },
	{ .syntax = "show users", .help = "Show|Users", .run = run_users },
	{ .syntax = "show screen", .help = "Show|Its size", .run = run_screen },
	{ .syntax = "clear line WORD=tty", .help = "Clear|Line|Which", .run = run_clear },
	{ .syntax = "enable", .help = "More", .run = run_enable },
	{ .syntax = "terminal width <0-512>=columns", .help = "Terminal|Width|Columns",
	  .run = run_width },
	{ .syntax = "terminal length <0-512>=rows", .help = "Terminal|Length|Rows",
	  .run = run_length },
	{ .syntax = "terminal monitor [synchronous=again]", .help = "Terminal|Monitor|Draw again",
	  .run = run_monitor },
	{ .syntax = "send log <1-100000>=count", .help = "Send|Messages|How many", .run = run_log },
	{ .syntax = "work", .help = "Long", .run = run_work },
	{ .syntax = "exit", .help = "Leave", .run = run_leave },
};
static const struct mode door_exec = { .name = "exec", .prompt = "", LINES(door_lines) };
/* clang-format on */

static enum login
login(const void *config, const char *tty)
{
	(void)config;
	return strncmp(tty, "vty", 3) ? LOGIN_NONE : LOGIN_LOCAL;
}

static bool
password(const void *config, const char *tty, const char *user, const char *text, int *level)
{
	(void)config, (void)tty;
	*level = 1;
	return user && !strcmp(user, "cisco") && !strcmp(text, "s3cret word");
}

static bool
enable(const void *config, int level, const char *text)
{
	(void)config, (void)level;
	return !text || !strcmp(text, "s3cret enable");
}

static const struct cli cli = {.exec = &door_exec,
    .top = &mode_top,
    .always = &mode_always,
    .hostname = top_hostname,
    .login = login,
    .password = password,
    .enable = enable};

/* The program beside ours in the build directory. */
static void
find_terminal(char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 16);

	path[n > 0 ? n : 0] = '\0';
	strcpy(strrchr(path, '/') ? strrchr(path, '/') + 1 : path, "parapet");
}

static unsigned
free_port(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t length = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &in.sin_addr);
	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &length) < 0)
		in.sin_port = 0;
	close(fd);
	return ntohs(in.sin_port);
}

static int
run_script(const char *socket_path, const char *telnet, const char *terminal)
{
	const char *port = strrchr(telnet, ':') + 1;
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execlp("python3", "python3", "tests/terminal_test.py", terminal, socket_path, port,
		    (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void
console_ended(void *arg)
{
	struct box *b = arg;

	close(b->ended[1]);
}

/* Until our input ends; a terminal is the console. */
static int
serve(struct box *b)
{
	bool console = isatty(STDIN_FILENO);
	char byte;

	if (console && door_console(b->door) < 0)
		return 1;
	while (read(console ? b->ended[0] : STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}

int
main(int argc, char *argv[])
{
	char dir[] = "/tmp/door-XXXXXX", path[128], telnet[64], terminal[4096], why[256];
	struct box box = {0};
	struct running *running;
	struct door_options o = {.cli = &cli,
	    .box = &box,
	    .socket_path = path,
	    .at = { [DOOR_TELNET] = telnet },
	    .terminal_program = terminal,
	    .login_uid = 65534,
	    .login_gid = 65534,
	    .console_ended = console_ended};
	time_t began;
	int rc;

	CHECK(mkdtemp(dir) != NULL && pipe2(box.ended, O_CLOEXEC) == 0);
	snprintf(path, sizeof(path), "%s/socket", dir);
	snprintf(telnet, sizeof(telnet), "127.0.0.1:%u", free_port());
	if (argc > 2)
		o.socket_path = argv[1], o.at[DOOR_TELNET] = argv[2];
	find_terminal(terminal, sizeof(terminal));
	CHECK(running_new(&running, &mode_top, NULL, NULL) == 0);
	CHECK(log_new(&box.log, 0) == 0);
	o.running = running;
	o.log = box.log;
	if (door_open(&box.door, &o, why, sizeof(why)) < 0) {
		printf("%s\n", why);
		return 1;
	}
	rc = argc > 2 ? serve(&box) : run_script(path, telnet, terminal);
	began = time(NULL);
	door_close(box.door); /* with whoever is still there */
	CHECK(time(NULL) - began < 5);
	CHECK(access(path, F_OK) < 0);
	running_free(running);
	log_free(box.log);
	rmdir(dir);
	return rc || failures;
}
