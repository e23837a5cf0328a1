/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/line.c -- lines typed at a session: run, asked about with `?', completed; a question
 * is answered by the next line.  Whatever was typed, what is printed then loads and prints the
 * same. */
#include "tests/fuzz/fuzz.h"

#include "modes/box.h"
#include "modes/config.h"
#include "modes/show_config.h"
#include "startup-config/startup.h"

#include <errno.h>

static char *rest;

static void
say_nothing(void *arg, const char *bytes, size_t size)
{
	(void)arg;
	HOLDS(size == 0 || bytes);
}

static int
answer_next(void *arg, const char *prompt, enum ask_for how, char *answer, size_t size)
{
	const char *line = strsep(&rest, "\n");

	(void)arg;
	(void)prompt;
	(void)how;
	if (!line)
		return -EPIPE;
	snprintf(answer, size, "%s", line);
	return 0;
}

/* Without the remarks at its head, which hold the time. */
static char *
print(struct running *r)
{
	const void *config = running_hold(r);
	size_t size;
	char *text = config_text(r, config, false, &size), *body;

	running_drop(config);
	HOLDS(text);
	body = strstr(text, "\nversion ");
	HOLDS(body);
	memmove(text, body + 1, strlen(body));
	return text;
}

static void
loads_back(struct running *r)
{
	char *once = print(r), *twice;
	struct running *other;
	struct session_load load;
	struct box b = { 0 };

	HOLDS(running_new(&other, &mode_config, NULL, NULL) == 0);
	HOLDS(startup_load(other, &b, once, NULL, NULL, &load) == 0);
	twice = print(other);
	if (load.refused || strcmp(once, twice))
		fprintf(stderr, "printed:\n%s\nloaded, it prints:\n%s\n", once, twice);
	HOLDS(!load.refused && !strcmp(once, twice));
	free(once);
	free(twice);
	running_free(other);
}

/* Nothing that needs more of the box than its configuration: EXEC is asked about, not run. */
static bool
may_run(const char *line)
{
	return !strstr(line, "do") && !strstr(line, "DO") && !strstr(line, "Do") &&
	    !strstr(line, "dO") && !strstr(line, "key") && !strstr(line, "pki");
}

static void
ask(struct session *s, const char *line)
{
	char done[LINE_BYTES];

	session_help(s, line);
	if (session_complete(s, line, done, sizeof(done)))
		HOLDS(strlen(done) < sizeof(done));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct box b = { 0 };
	struct session_options o = { .cli = &parapet_cli, .box = &b, .level = 15,
		.terminal = { say_nothing, answer_next, NULL } };
	char *text = fuzz_text(data, size), *line;
	struct session *s, *exec;

	HOLDS(running_new(&b.running, &mode_config, NULL, NULL) == 0);
	o.running = b.running;
	HOLDS(session_new(&s, &o) == 0 && session_new(&exec, &o) == 0);
	session_configure(s);
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		ask(exec, line);
		ask(s, line);
		if (may_run(line))
			session_line(s, line);
		if (!session_configuring(s))
			session_configure(s);
	}
	session_free(s);
	session_free(exec);
	loads_back(b.running);
	running_free(b.running);
	free(text);
	return 0;
}
