/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/session_test.c -- the CLI as its user sees it: talks, filters, files, and what they cost.
 */
#include "shell/test_modes.h"

#include <time.h>

struct talk {
	char *text;
	size_t size;
	FILE *into;
	const char *const *answers;
};

static void
on_text(void *arg, const char *bytes, size_t size)
{
	struct talk *t = arg;

	fwrite(bytes, 1, size, t->into);
}

static int
on_ask(void *arg, const char *prompt, enum ask_for how, char *answer, size_t size)
{
	struct talk *t = arg;

	(void)how;
	fputs(prompt, t->into);
	if (!t->answers || !*t->answers)
		return -EPIPE;
	snprintf(answer, size, "%s", *t->answers++);
	return 0;
}

static struct running *running;
static struct session *session;
static struct talk talk;

static void
begin(int level)
{
	struct session_options o = {.cli = &test_cli, .source = FROM_CONSOLE, .level = level};

	CHECK(running_new(&running, &mode_top, NULL, NULL) == 0);
	talk = (struct talk){0};
	talk.into = open_memstream(&talk.text, &talk.size);
	o.running = running;
	o.terminal = (struct terminal){on_text, on_ask, &talk};
	o.files = "/tmp";
	CHECK(session_new(&session, &o) == 0);
}

static void
finish(void)
{
	session_free(session);
	running_free(running);
	fclose(talk.into);
	free(talk.text);
}

/* Type a line: is this what it says? */
static bool
says(const char *line, const char *expected)
{
	bool same;

	rewind(talk.into);
	session_line(session, line);
	fputc('\0', talk.into);
	fflush(talk.into);
	same = !strcmp(talk.text, expected);
	if (!same)
		printf("--- %s\n%s--- not\n%s", line, talk.text, expected);
	return same;
}

static bool
stands(const char *prompt)
{
	char buf[128];

	session_prompt(session, buf, sizeof(buf));
	if (strcmp(buf, prompt))
		printf("%s, not %s\n", buf, prompt);
	return !strcmp(buf, prompt);
}

#define INVALID "% Invalid input detected at '^' marker.\n\n"

static void
talking(void)
{
	begin(15);
	CHECK(stands("Router#"));
	CHECK(says("sh", "% Type \"show ?\" for a list of subcommands\n"));
	CHECK(says("sh v", "% Ambiguous command:  \"sh v\"\n"));
	CHECK(says("show xyz", "            ^\n" INVALID));
	CHECK(says("conf", "% Incomplete command.\n\n"));
	CHECK(says("conf t", "Enter configuration commands, one per line.  End with CNTL/Z.\n"));
	CHECK(says("hostname cube-with-a-very-long-name", ""));
	CHECK(stands("cube-with-a-very-lon(config)#"));
	CHECK(says("hostname cube", ""));
	CHECK(says("dial-peer voice 100 voip", "") && stands("cube(config-dial-peer)#"));
	CHECK(says("desc to | Webex \\+1", ""));
	CHECK(says("srtp", "% dial-peer 100: srtp needs dtmf-relay\n"));
	CHECK(says("dtmf rtp", "") && says("srtp", ""));
	CHECK(says("preference 11", "                                  ^\n" INVALID));
	CHECK(says("show running-config", "                         ^\n" INVALID));
	CHECK(says("sip-ua", "") && stands("cube(config-sip-ua)#"));
	CHECK(says("timers con 400 ! remark", ""));
	CHECK(says("ip address 10.0.0.1 255.0.0.0!glued", "") && stands("cube(config)#"));
	CHECK(says("cube(config)#dial-peer voice 100 voip", ""));
	CHECK(says("Other-box(config-dial-peer)# no vad", "") && stands("cube(config-dial-peer)#"));
	CHECK(says("do show run | include vad|srtp", " srtp\n no vad\n"));
	CHECK(
	    says("do show run | s dial", "dial-peer voice 100 voip\n description to | Webex \\+1\n"
					 " dtmf-relay rtp-nte\n srtp\n no vad\n"));
	CHECK(says("exit", "") && stands("cube(config)#"));
	CHECK(says("\x1a", "") && stands("cube#"));
	CHECK(says("show run",
	    "hostname cube\nip address 10.0.0.1 255.0.0.0\n!\n"
	    "dial-peer voice 100 voip\n description to | Webex \\+1\n dtmf-relay rtp-nte\n srtp\n"
	    " no vad\n!\nsip-ua \n timers connect 400\n!\n"));
	CHECK(says("undebug", "     ^\n" INVALID));
	CHECK(says("no debug ccsip mess", "debugging is off\n"));
	CHECK(says("exit", "") && session_over(session));
	finish();
}

/* A block of free lines takes what nobody else does. */
static void
free_lines(void)
{
	begin(15);
	says("conf t", "Enter configuration commands, one per line.  End with CNTL/Z.\n");
	CHECK(says("no such line", "                   ^\n" INVALID));
	CHECK(says("note a", "") && stands("Router(config-note)#"));
	CHECK(says("such line", "") && says("no such other", "") && says("one more", ""));
	CHECK(says("hos x", "") && stands("Router(config-note)#"));      /* no abbreviated hostname */
	CHECK(says("no one more", ""));
	CHECK(says("inner b", "") && stands("Router(config-inner)#"));
	CHECK(says("deep | line", "") && says("inner c", "") && stands("Router(config-inner)#"));
	CHECK(says("hostname x", "") && stands("x(config)#"));
	CHECK(says("note a", "") && says("ip dom look", "") && stands("x(config)#"));
	CHECK(says("note a", "") && says("exit", "") && stands("x(config)#"));
	CHECK(says("do show run | s note", "note a\n such line\n no such other\n hos x\n inner b\n"
	    "  deep | line\n inner c\n"));
	finish();
}

/* Where a text is indented, its lines stand in the block that they are under. */
static void
free_lines_indented(void)
{
	struct session_load sum;

	begin(15);
	CHECK(session_load(session, "note a\n inner b\n  deep\n flat\n inner c\n after\n!\nnonsense\n"
	    "note b\nflat\n", NULL, NULL, &sum) == 0);
	CHECK(sum.lines == 9 && sum.refused == 1);
	CHECK(says("show run | s note", "note a\n inner b\n  deep\n flat\n inner c\n after\n"
	    "note b\n flat\n"));
	finish();
}

static void
filtering(void)
{
	begin(15);
	CHECK(says("show big 12 | inc 1", "0000000001\n0000000010\n0000000011\n"));
	CHECK(says("show big 12 | e 0$|1$", "0000000002\n0000000003\n0000000004\n0000000005\n"
					    "0000000006\n0000000007\n0000000008\n0000000009\n"));
	CHECK(says("show big 12 | b 10", "0000000010\n0000000011\n"));
	CHECK(says("show big 12 | count 1", "Number of lines which match regexp = 3\n"));
	CHECK(says("show big 12 | inc 1 | exc 0$", "0000000001\n0000000011\n"));
	CHECK(says("show big 2|inc _0000000001_", "0000000001\n"));
	CHECK(says("show big 12 | inc", "% Incomplete command.\n\n"));
	CHECK(says("show big 12 | xyz 1", "                     ^\n" INVALID));
	CHECK(says("show big 2|inc []_0]1", "0000000001\n"));
	CHECK(says("show big 2|inc [^]_]{", ""));
	CHECK(says("show big 2|inc [(*+]|1", "0000000001\n"));
	CHECK(says("show big 2|inc ((((1*)*)*)*)*", "% Failed to compile regular expression\n"));
	CHECK(says("show big 12 | inc (", "% Failed to compile regular expression\n"));
	CHECK(says("show big 2 | redirect flash:parapet-session-test", ""));
	CHECK(says(
	    "show big 2 | tee /append flash:parapet-session-test", "0000000000\n0000000001\n"));
	CHECK(says("show big 2 | redirect ../x", "% Error opening ../x (Permission denied)\n"));
	remove("/tmp/parapet-session-test");
	finish();
}

static void
privileges(void)
{
	begin(1);
	CHECK(stands("Router>"));
	CHECK(says("show run", "            ^\n" INVALID));
	CHECK(says("configure terminal", "       ^\n" INVALID));
	CHECK(says("sh big 1", "0000000000\n"));
	finish();
}

static void
asking(void)
{
	static const char *const answers[] = {"one", "two", "quit", "perhaps", "y", NULL};

	begin(15);
	session_configure(session);
	talk.answers = answers;
	CHECK(says("crypto pki auth tp",
	    "tp: 2 lines\n% Do you accept? [yes/no]: % Please answer 'yes' or 'no'.\n"
	    "% Do you accept? [yes/no]: "));
	finish();
}

static void
on_said(void *arg, unsigned number, const char *line, const char *why)
{
	fprintf(arg, "%u: %s: %s\n", number, line, why ? why : "stored");
}

static void
loading(void)
{
	struct session_load sum;
	char *said = NULL;
	size_t n;
	FILE *out = open_memstream(&said, &n);

	begin(15);
	CHECK(session_load(session,
		  "Building configuration...\n\nCurrent configuration : 12 bytes\n!\nconf t\n"
		  "hostname box\r\ndial-peer voice 1 voip\n srtp\n dtmf-relay rtp-nte\n"
		  "  preference 99\n voice-class sip\nend\ndial-peer voice 2 voip\n srtp\n"
		  "crypto pki authenticate tp\nAAAA\nquit\nyes\nfoo bar\nshow version\nexit\nexit\n"
		  "no dial-peer voice 7 voip\n",
		  on_said, out, &sum) == 0);
	fclose(out);
	CHECK(!strcmp(said,
	    "10:   preference 99: invalid input at \"99\"\n11:  voice-class sip: stored\n"
	    "19: foo bar: invalid input at \"foo\"\n"
	    "14:  srtp: dial-peer 2: srtp needs dtmf-relay\n"));
	printf("%s", said);
	free(said);
	CHECK(sum.refused == 3 && sum.stored == 1 && sum.lines == 16 && sum.applied == 12);
	CHECK(
	    says("show run", "hostname box\n!\ndial-peer voice 1 voip\n dtmf-relay rtp-nte\n srtp\n"
			     " voice-class sip\n!\ndial-peer voice 2 voip\n!\n"));
	CHECK(running_when(running).changed_s == 0);
	finish();
}

static void
helping(void)
{
	char buf[64];

	begin(15);
	rewind(talk.into);
	session_help(session, "show run ");
	session_help(session, "show run | i");
	fputc('\0', talk.into);
	fflush(talk.into);
	CHECK(!strcmp(talk.text, "  all   Defaults too\n  |     Output modifiers\n  <cr>  <cr>\n\n"
				 "  include   Include lines that match\n\n"));
	CHECK(session_complete(session, "sh run", buf, sizeof(buf)) &&
	      !strcmp(buf, "sh running-config "));
	session_configure(session);
	CHECK(session_complete(session, "do sh run", buf, sizeof(buf)) &&
	      !strcmp(buf, "do sh running-config "));
	finish();
}

/* ---- size ---------------------------------------------------------------------------------- */

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static char *
many(unsigned peers)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	for (unsigned i = 1; i <= peers; i++)
		fprintf(out,
		    "dial-peer voice %u voip\n description peer number %u\n"
		    " destination-pattern 1%u\n session target ipv4:10.0.0.1:5061\n"
		    " session transport tcp tls\n dtmf-relay rtp-nte\n srtp fallback\n no vad\n",
		    i, i, i);
	fclose(out);
	return text;
}

static double
last_edits(unsigned peers)
{
	struct session_load sum;
	char *text = many(peers), line[64];
	double began;

	begin(15);
	began = seconds();
	CHECK(session_load(session, text, NULL, NULL, &sum) == 0);
	printf("%u lines loaded in %.0f ms\n", sum.lines, (seconds() - began) * 1e3);
	CHECK(sum.applied == 8 * peers);
	free(text);
	session_configure(session);
	began = seconds();
	for (unsigned i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "dial-peer voice %u voip", 1 + i % peers);
		CHECK(session_line(session, line) == 0);
		snprintf(line, sizeof(line), "preference %u", i % 10 + 1);
		CHECK(session_line(session, line) == 0);
	}
	began = seconds() - began;
	finish();
	return began;
}

static void
big_output(void)
{
	double began = seconds();

	begin(15);
	rewind(talk.into);
	CHECK(session_line(session, "show big 250000 width 20") == 0);
	fflush(talk.into);
	CHECK(talk.size == 250000 * 21);
	rewind(talk.into);
	CHECK(session_line(session, "show big 2 width 3000000") == 0);
	fflush(talk.into);
	CHECK(talk.text[2999999] == '0' && talk.text[3000000] == '\n');
	finish();
	printf("11 MB of output in %.0f ms\n", (seconds() - began) * 1e3);
}

int
main(void)
{
	double few, lots;

	talking();
	free_lines();
	free_lines_indented();
	filtering();
	privileges();
	asking();
	loading();
	helping();
	big_output();
	few = last_edits(10);
	lots = last_edits(10000);
	printf("200 edits: %.2f ms with 10, %.2f ms with 10000\n", few * 1e3, lots * 1e3);
	CHECK(lots < few * 10 + 0.05);
	return failures != 0;
}
