/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/oom.c -- every allocation fails once.
 *
 * A configuration line, a file's load, a print: each is done again and again, the n-th allocation
 * in it failing, for n = 0, 1, 2 ... until it is done without one.  Whenever it says that it has
 * failed, the configuration is the old one; whenever it says that it is done, it is the new one; a
 * snapshot that was held before never changes, and nothing leaks.  (Linked with --wrap: the box's
 * own allocations fail, those inside libraries do not.) */
#include "tests/box_inside.h"

#include <errno.h>
#include <sys/wait.h>

enum { MOST = 200000 };

static long left = -1;                  /* allocations until one fails; -1: none does */
static unsigned failures, failed, rounds;

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
char *__real_strdup(const char *);
char *__real_strndup(const char *, size_t);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
char *__wrap_strdup(const char *);
char *__wrap_strndup(const char *, size_t);

static bool
fails_now(void)
{
	if (left < 0 || left-- > 0)
		return false;
	failed++;
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t n)
{
	return fails_now() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails_now() ? NULL : __real_realloc(p, n);
}

char *
__wrap_strdup(const char *s)
{
	return fails_now() ? NULL : __real_strdup(s);
}

char *
__wrap_strndup(const char *s, size_t n)
{
	return fails_now() ? NULL : __real_strndup(s, n);
}

/* ---- the box ----------------------------------------------------------------------------- */

static const char base[] =
    "hostname edge1\nip domain name example.com\nvoice service voip\n ip address trusted list\n"
    "  ipv4 10.0.0.0 255.0.0.0\n allow-connections sip to sip\n sip\n  early-offer forced\n"
    "dial-peer voice 1 voip\n destination-pattern 1...\n session target ipv4:10.0.0.1\n"
    "dial-peer voice 2 voip\n destination-pattern 2...\n session target ipv4:10.0.0.2\n"
    "sip-ua\n retry invite 3\n";

static void
say_nothing(void *arg, const char *bytes, size_t size)
{
	(void)arg;
	(void)bytes;
	(void)size;
}

static void
fault(const char *what, long n, const char *why, const char *text)
{
	printf("%s: allocation %ld fails: %s\n%s\n", what, n, why, text);
	failures++;
}

static struct running *
new_running(void)
{
	struct running *r;
	struct box b = { 0 };
	struct session_load load;

	if (running_new(&r, &mode_config, NULL, NULL) < 0)
		inside_fail("oom", "no memory indeed");
	b.running = r;
	if (startup_load(r, &b, base, NULL, NULL, &load) < 0 || load.refused)
		inside_fail("oom", "the first configuration is refused");
	return r;
}

/* ---- what is done ------------------------------------------------------------------------ */

/* A session that has typed all but the last of `lines' (parted by ';'); that one into *last. */
static struct session *
stand(struct running *r, struct box *b, const char *lines, char *copy, size_t size, char **last)
{
	struct session_options o = { .cli = &parapet_cli, .running = r, .box = b, .level = 15,
		.terminal = { say_nothing, NULL, NULL } };
	char *rest = copy;
	struct session *s;

	b->running = r;
	if (session_new(&s, &o) < 0)
		inside_fail("oom", "no memory indeed");
	session_configure(s);
	snprintf(copy, size, "%s", lines);
	while ((*last = strsep(&rest, ";")) && rest)
		if (session_line(s, *last) < 0)
			inside_fail(lines, "is refused before anything fails");
	return s;
}

/* One round: the n-th allocation of the last of `lines' fails.  The new text, if it was done;
 * free() it. */
static char *
round_of_lines(const char *lines, long n, bool *through)
{
	struct running *r = new_running();
	struct box b = { 0 };
	char copy[512], *last, *before, *after, *then;
	struct session *s = stand(r, &b, lines, copy, sizeof(copy), &last);
	const void *held = running_hold(r);
	size_t size;
	unsigned was = failed;
	int rc;

	before = inside_print(r, false);
	left = n;
	rc = session_line(s, last);
	left = -1;
	*through = failed == was;
	session_free(s);
	after = inside_print(r, false);
	if (rc < 0 && strcmp(before, after))
		fault(lines, n, "it says that it failed, and something has changed", after);
	if (*through && rc < 0)
		fault(lines, n, "it is refused with all the memory", after);
	then = config_text(r, held, false, &size);
	if (!then || !strstr(then, before))
		fault(lines, n, "the old snapshot is not what it was", then ? then : "");
	free(then);
	running_drop(held);
	running_free(r);
	free(before);
	if (rc == 0)
		return after;
	free(after);
	return NULL;
}

static void
lines_fail(const char *lines)
{
	char *done = NULL, *text;
	bool through = false;
	long n;

	for (n = 0; !through && n < MOST; n++, rounds++) {
		text = round_of_lines(lines, n, &through);
		if (text && done && strcmp(text, done))
			fault(lines, n, "it says that it is done, and is not", text);
		if (done)
			free(text);
		else
			done = text;
	}
	if (!through || n < 3)
		fault(lines, n, "never through, or nothing was allocated", "");
	free(done);
}

/* A load with a line refused for want of memory is published without it; whatever is there has to
 * be whole: it prints, and what it prints loads with nothing refused. */
static void
is_whole(struct running *r, long n)
{
	struct running *other;
	struct session_load load;
	struct box b = { 0 };
	char *once = inside_print(r, true), *twice;

	if (running_new(&other, &mode_config, NULL, NULL) < 0)
		inside_fail("oom", "no memory indeed");
	if (startup_load(other, &b, once, NULL, NULL, &load) < 0 || load.refused)
		fault("load", n, "what is printed then is refused", once);
	twice = inside_print(other, true);
	if (strcmp(once, twice))
		fault("load", n, "what is printed then is torn", once);
	free(once);
	free(twice);
	running_free(other);
}

static void
load_fails(const char *text)
{
	bool through = false;
	long n;

	for (n = 0; !through && n < MOST; n += 1 + n / 200, rounds++) {
		struct running *r = new_running();
		struct box b = { .running = r };
		struct session_load load = { 0 };
		char *before = inside_print(r, false), *after;
		unsigned was = failed;
		int rc;

		left = n;
		rc = startup_load(r, &b, text, NULL, NULL, &load);
		left = -1;
		through = failed == was;
		after = inside_print(r, false);
		if (rc < 0 && strcmp(before, after))
			fault("load", n, "it says that it failed, and something has changed",
			    after);
		if (through && (rc < 0 || load.refused))
			fault("load", n, "it is refused with all the memory", after);
		is_whole(r, n);
		free(before);
		free(after);
		running_free(r);
	}
	if (!through)
		fault("load", n, "never through", "");
}

/* What is made once for a process (the tables of the modes) is made while memory fails: in a
 * process of its own each, which loads, then loads again with all its memory. */
static void
cold(long n)
{
	struct running *r = NULL;
	struct box b = { 0 };
	struct session_load load;
	int rc;

	left = n;
	rc = running_new(&r, &mode_config, NULL, NULL);
	if (rc == 0) {
		b.running = r;
		startup_load(r, &b, base, NULL, NULL, &load);
	}
	left = -1;
	if (rc == 0)
		running_free(r);
	r = new_running();
	is_whole(r, n);
	running_free(r);
	exit(failures ? 1 : failed ? 0 : 42);
}

static void
cold_fails(void)
{
	int status = 0;

	fflush(stdout);
	for (long n = 0; n < MOST && !(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	     n += 1 + n / 40, rounds++) {
		pid_t pid = fork();

		if (pid == 0)
			cold(n);
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			inside_fail("fork", strerror(errno));
		if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 42))
			fault("a first load", n, "the process ended badly", "");
	}
}

static void
save_fails(void)
{
	bool through = false;
	struct inside in;
	char why[160], *first, *now;

	inside_open(&in, false);
	if (startup_save(&in.box, why, sizeof(why)) < 0)
		inside_fail("save", why);
	first = startup_text(&in.box);
	for (long n = 0; !through && n < MOST; n++, rounds++) {
		unsigned was = failed;
		int rc;

		left = n;
		rc = startup_save(&in.box, why, sizeof(why));
		left = -1;
		through = failed == was;
		now = startup_text(&in.box);
		if (!now || (rc < 0 && strcmp(now, first)) || !strstr(now, "\nend\n"))
			fault("save", n, "the file is torn", now ? now : "(gone)");
		free(first);
		first = now;
	}
	free(first);
	inside_close(&in);
}

int
main(void)
{
	static const char *const lines[] = {
		"gateway;timer receive-rtp 60", "line con 0;login local", "hostname edge2",
		"dial-peer voice 3 voip", "dial-peer voice 1 voip;description one",
		"dial-peer voice 1 voip;no destination-pattern", "no dial-peer voice 2 voip",
		"voice class codec 1;codec preference 1 g711ulaw", "default sip-ua",
		"voice service voip;ip address trusted list;ipv4 192.0.2.0 255.255.255.0",
		"voice service voip;sip;no early-offer forced", "username x password 0 y",
		"crypto pki trustpoint tp;enrollment terminal",
		"crypto pki trustpoint tp;match certificate m;eku request server-auth client-auth",
		"crypto pki certificate map m 10;subject-name co cn=x", "crypto pki trustpool policy;vrf x",
		"password encryption aes", "crypto pki certificate chain tp",
		"interface gi0/0;ip address 10.0.0.9 255.0.0.0",
		"sip-ua;crypto signaling remote-addr 10.0.0.0 255.0.0.0 trustpoint tp",
	};

	cold_fails();
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		lines_fail(lines[i]);
	load_fails("hostname other\ndial-peer voice 9 voip\n destination-pattern 9...\n"
	    " dtmf-relay rtp-nte sip-notify\n srtp fallback\nvoice class codec 7\n"
	    " codec preference 1 g711ulaw\n codec preference 2 g729r8 bytes 20\nsip-ua\n"
	    " crypto signaling default trustpoint tp\nno dial-peer voice 1 voip\n");
	save_fails();
	printf("oom: %u rounds, %u allocations failed, %u faults\n", rounds, failed, failures);
	return failures != 0;
}
