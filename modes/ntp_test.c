/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/ntp_test.c -- what chronyd is told and how it is shown; the kernel's clock and chronyc are this
 * test's own: nothing of the host is asked or changed. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "shell/alarm.h"
#include "shell/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <unistd.h>

static unsigned failures;
static struct timex kernel = { .status = STA_UNSYNC, .precision = 1, .esterror = 16000000 };
static struct timeval given;
static int refusal;
static char dir[] = "/tmp/parapet-ntp-XXXXXX", told[64];
static struct box box;

/* ---- instead of the C library's ------------------------------------------------------------------------- */

int
adjtimex(struct timex *t)
{
	*t = kernel;
	return 0;
}

int
settimeofday(const struct timeval *to, const struct timezone *zone)
{
	(void)zone;
	given = *to;
	errno = refusal;
	return refusal ? -1 : 0;
}

static const char chronyc[] =
    "#!/bin/sh\n"
    "echo \"$@\" >>%s/told\n"
    "case \"$*\" in\n"
    "*tracking) echo 'C0000202,192.0.2.123,3,1709547312.543,0.0005,0,0,0.023,0,0,0.0012,0.00231,64.0,Normal';;\n"
    "*sources) echo '^,*,192.0.2.123,2,10,377,676,-0.003705,-0.0037,0.00109'\n"
    "  echo '^,?,192.0.2.124,0,10,0,4294967295,0,0,0';;\n"
    "*192.0.2.66*) echo '501 Not authorised'; exit 1;;\n"
    "*192.0.2.77*) exec sleep 60;;\n"
    "esac\n";

static void
make_chronyc(void)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/chronyc", dir);
	if (!(f = fopen(path, "w")))
		exit(2);
	fprintf(f, chronyc, dir);
	fclose(f);
	chmod(path, 0700);
}

/* ---- a session -------------------------------------------------------------------------------------------- */

static void
on_text(void *arg, const char *bytes, size_t size)
{
	fwrite(bytes, 1, size, arg);
}

static char *
said(const char *const *lines)
{
	struct session_options o = { .cli = &parapet_cli, .running = box.running, .box = &box, .level = 15,
		.tty = "vty0", .user = "admin", .from = "192.0.2.10" };
	struct session *s;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	o.terminal = (struct terminal){ .write = on_text, .arg = out };
	if (session_new(&s, &o) < 0)
		exit(2);
	for (; *lines; lines++)
		session_line(s, *lines);
	session_free(s);
	fclose(out);
	return text;
}

static void
expect_in(const char *what, char *text, const char *expected)
{
	if (!text || !strstr(text, expected)) {
		printf("%s:\n%s--- not\n%s---\n", what, text ? text : "", expected);
		failures++;
	}
	free(text);
}

static void
expect(const char *line, const char *expected)
{
	expect_in(line, said((const char *const[]){ line, NULL }), expected);
}

static void
configure(const char *line)
{
	char *text = said((const char *const[]){ "configure terminal", line, NULL });

	if (strchr(text, '%')) {
		printf("%s: %s\n", line, text);
		failures++;
	}
	free(text);
}

static bool
has(const char *path, const char *words)
{
	char text[4096] = "";
	FILE *f = fopen(path, "r");

	if (f) {
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		fclose(f);
	}
	return strstr(text, words) != NULL;
}

static bool
logged(const char *words)
{
	size_t size;
	char *text = log_copy(box.log, &size);
	bool is = text && strstr(text, words);

	free(text);
	return is;
}

/* It is told on a thread of its own. */
static void
expect_soon(bool log, const char *words)
{
	for (int i = 0; i < 600; i++) {
		if (log ? logged(words) : has(told, words))
			return;
		usleep(10000);
	}
	printf("nobody says: %s\n", words);
	failures++;
}

/* ---- tests --------------------------------------------------------------------------------------------------- */

static void
test_alone(void)
{
	setenv("PATH", "/nowhere", 1);
	expect("show ntp status", "%NTP is not enabled.\n");
	expect("show ntp associations", "%NTP is not enabled.\n");
	expect("show clock detail", "\nNo time source\n");
	configure("ntp server 192.0.2.123");
	expect_soon(true, "%NTP-4-NOT_DRIVEN: The 'ntp' lines are only stored: the host keeps the clock, and has no");
	expect("show ntp status", "Clock is unsynchronized, stratum 16, no reference clock\n");
	expect("show ntp associations", "\n ~192.0.2.123     .INIT.          16      -     64     0  0.000   0.000 15937.\n");
	kernel.status = STA_PLL;
	expect("show ntp status", "Clock is synchronized, stratum unknown, reference is the host's\n");
	expect("show clock detail", "\nTime source is NTP\n");
}

static void
test_chrony(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", dir);
	setenv("PATH", path, 1);
	configure("ntp server 192.0.2.124 prefer iburst key 5 minpoll 4");
	expect_soon(false, "add server 192.0.2.124 key 5 minpoll 4 prefer iburst\n");
	expect_soon(false, "add server 192.0.2.123\n");
	configure("ntp peer ntp.example.com");
	expect_soon(false, "add peer ntp.example.com\n");
	configure("no ntp server 192.0.2.124");
	expect_soon(false, "delete 192.0.2.124\n");
	configure("ntp server 192.0.2.123 maxpoll 9");
	expect_soon(false, "delete 192.0.2.123\nadd server 192.0.2.123 maxpoll 9\n");
	configure("ntp master");
	expect_soon(false, "local stratum 8\n");
	configure("no ntp master");
	expect_soon(false, "local off\n");
	configure("ntp server 192.0.2.66");
	expect_soon(true, "%NTP-4-NOT_DRIVEN: chronyc add server 192.0.2.66: 501 Not authorised\n");
	configure("ntp server 192.0.2.77");     /* that one never ends */
	expect_soon(true, "%NTP-4-NOT_DRIVEN: chronyc add server 192.0.2.77: Connection timed out\n");
	expect("show ntp status", "Clock is synchronized, stratum 3, reference is 192.0.2.123\n");
	expect("show ntp status", "reference time is E9901DB0.8B020BFF (10:15:12.543 UTC Mon Mar 4 2024)\n"
	    "clock offset is 0.5000 msec, root delay is 1.20 msec\nroot dispersion is 2.31 msec, peer");
	expect("show ntp associations",
	    "*~192.0.2.123     -                2    676   1024   377  0.000  -3.705  1.090\n"
	    " ~192.0.2.124     .INIT.          16      -   1024     0  0.000   0.000 15937.\n");
}

static void
test_set(void)
{
	kernel.status = STA_UNSYNC;
	refusal = EPERM;
	expect("clock set 10:15:22 4 March 2024",
	    "% The clock is not set: the host keeps it (Operation not permitted)\n");
	given.tv_sec = 0;
	expect("clock set 10:15:22 31 April 2024", "% There is no such time");
	if (given.tv_sec)
		failures++;
	refusal = 0;
	free(said((const char *const[]){ "clock set 10:15:22 mar 4 2024", NULL }));
	if (given.tv_sec != 1709547322) {
		printf("clock set: %lld\n", (long long)given.tv_sec);
		failures++;
	}
	expect_soon(true, " to 10:15:22 UTC Mon Mar 4 2024, configured from console by admin on vty0 (192.0.2.10).\n");
	expect("show clock detail", ".");
	expect("show clock detail", "\nTime source is user configuration\n");
	configure("clock timezone CET 1");
	configure("clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00");
	free(said((const char *const[]){ "clock set 10:15:22 4 July 2024", NULL }));
	if (given.tv_sec != 1720080922) {
		printf("clock set in summer: %lld\n", (long long)given.tv_sec);
		failures++;
	}
	expect_soon(true, " to 10:15:22 CEST Thu Jul 4 2024, configured");
}

static void
on_published(void *arg, const void *snapshot)
{
	ntp_follow(arg, snapshot);
}

int
main(void)
{
	char path[64];

	if (!mkdtemp(dir) || alarms_start(&box.alarms) < 0 || log_new(&box.log, 0) < 0 ||
	    ntp_new(&box.ntp, &box) < 0 || running_new(&box.running, &mode_config, on_published, &box) < 0)
		return 2;
	snprintf(told, sizeof(told), "%s/told", dir);
	make_chronyc();
	test_alone();
	test_chrony();
	test_set();
	alarms_stop(box.alarms);
	ntp_free(box.ntp);
	running_free(box.running);
	log_free(box.log);
	snprintf(path, sizeof(path), "%s/chronyc", dir);
	unlink(path);
	unlink(told);
	rmdir(dir);
	printf("ntp: %u failures\n", failures);
	return failures != 0;
}
