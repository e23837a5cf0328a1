/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/hints.c -- what a failed handshake tells people to try, typed: every line of every hint is one that the box
 * knows, in the mode in which the lines before it have left the session.  What stands in capitals is filled in. */
#include "pki/report.h"
#include "tests/box_inside.h"

static char *said;
static size_t said_size;
static FILE *say;
static unsigned failures, lines;

static void
on_text(void *arg, const char *bytes, size_t size)
{
	(void)arg;
	fwrite(bytes, 1, size, say);
}

/* A dialog has begun, so the line was right: it ends here. */
static int
on_ask(void *arg, const char *prompt, enum ask_for how, char *answer, size_t size)
{
	(void)arg, (void)prompt, (void)how, (void)answer, (void)size;
	return -EPIPE;
}

static void
fill_in(const char *hint, char *to, size_t size)
{
	static const struct { const char *word, *value; } values[] = {
		{ PKI_HINT_NAME, "hinted" }, { PKI_HINT_NUMBER, "7" }, { PKI_HINT_HOST, "sbc1.example.com" },
		{ PKI_HINT_CLASS, "8" }, { PKI_HINT_URL, "http://127.0.0.1:9/a.crl" }, { PKI_HINT_SUITE, "AES128_GCM_SHA256" },
	};
	size_t used = 0;

	while (*hint && used + 32 < size) {
		size_t i = 0;

		while (i < 6 && strncmp(hint, values[i].word, strlen(values[i].word)))
			i++;
		used += (size_t)(i < 6 ? snprintf(to + used, size - used, "%s", values[i].value)
		    : snprintf(to + used, size - used, "%c", *hint));
		hint += i < 6 ? strlen(values[i].word) : 1;
	}
	to[used] = '\0';
}

static void
type_line(struct session *s, const char *line)
{
	static const char *const unknown[] = { "% Invalid input", "% Incomplete command", "% Ambiguous", "% Unknown" };

	rewind(say);
	session_line(s, line);
	fputc('\0', say);
	fflush(say);
	lines++;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		if (strstr(said, unknown[i])) {
			printf("%s: %s", line, said);
			failures++;
		}
}

static void
type_hint(struct inside *in, const char *hint)
{
	struct session_options o = { .cli = &parapet_cli, .running = in->box.running, .box = &in->box,
		.source = FROM_CONSOLE, .level = 15, .terminal = { on_text, on_ask, NULL }, .files = in->flash,
		.tty = "con0" };
	struct session *s = NULL;
	char filled[2 * PKI_HINT], *line, *rest = filled;

	if (session_new(&s, &o) < 0)
		inside_fail("session", "no memory");
	fill_in(hint, filled, sizeof(filled));
	while ((line = strsep(&rest, "\n")))
		if (*line)
			type_line(s, line);
	session_free(s);
}

int
main(void)
{
	struct inside in;
	const char *hint;

	inside_own_network();
	inside_open(&in, true);
	say = open_memstream(&said, &said_size);
	for (size_t i = 0; (hint = pki_hint(i)); i++) {
		if (strlen(hint) >= PKI_HINT || (i && !*hint)) {
			printf("hint %zu is %s\n", i, *hint ? "too long" : "empty");
			failures++;
		}
		type_hint(&in, hint);
	}
	fclose(say);
	free(said);
	inside_close(&in);
	printf("hints: %u lines, %u failures\n", lines, failures);
	return failures || !lines;
}
