/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/apply.c -- see apply.h. */
#include "modes/apply.h"
#include "modes/config.h"

#include <errno.h>
#include <stdio.h>

static void
say_nothing(void *arg, const char *bytes, size_t size)
{
	(void)arg;
	(void)bytes;
	(void)size;
}

static int
answer_nothing(void *arg, const char *prompt, enum ask_for how, char *answer, size_t size)
{
	(void)arg;
	(void)prompt;
	(void)how;
	(void)answer;
	(void)size;
	return -EPIPE;
}

typedef int load_h(struct session *, const char *, session_said_h *, void *, struct session_load *);

static int
apply(load_h *load, struct running *running, void *box, const char *text, const char *by,
    session_said_h *said, void *arg, struct session_load *sum)
{
	struct session_options o = { .cli = &parapet_cli, .running = running, .box = box,
		.terminal = { say_nothing, answer_nothing, NULL }, .source = FROM_FILE,
		.tty = "startup", .level = 15 };
	struct session *s;
	int rc;

	snprintf(o.user, sizeof(o.user), "%s", by);
	if ((rc = session_new(&s, &o)) < 0)
		return rc;
	session_configure(s);
	rc = load(s, text, said, arg, sum);
	session_free(s);
	return rc;
}

int
config_apply(struct running *running, void *box, const char *text, const char *by, session_said_h *said,
    void *arg, struct session_load *sum)
{
	return apply(session_load, running, box, text, by, said, arg, sum);
}

int
config_replace(struct running *running, void *box, const char *text, const char *by, session_said_h *said,
    void *arg, struct session_load *sum)
{
	return apply(session_replace, running, box, text, by, said, arg, sum);
}

struct kept { struct running *running; const void *snapshot; const char *by; };

static int
put_kept(void *draft, void *arg, char *why, size_t size)
{
	const struct kept *k = arg;

	(void)why;
	(void)size;
	mode_clear(&mode_config, draft);
	running_by(k->running, k->by);
	return mode_copy(&mode_config, draft, k->snapshot);
}

int
config_revert(struct running *running, const void *snapshot, const char *by)
{
	char why[80];

	return running_edit(running, put_kept, &(struct kept){ running, snapshot, by }, why, sizeof(why));
}
