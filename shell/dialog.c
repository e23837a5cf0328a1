/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/dialog.c -- asking the operator: answers, yes or no, passwords.
 *
 * While a file is loaded, its next lines are the answers. */
#include "shell/secret.h"
#include "shell/session_own.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { TRIES = 3, ANSWER = 256 };

static int
ask(struct session *s, const char *prompt, enum ask_for how, char *answer, size_t size)
{
	session_flush(s);
	if (size)
		answer[0] = '\0';
	if (s->load)
		return load_next_line(s->load, answer, size) ? 0 : -EPIPE;
	if (!s->o.terminal.ask)
		return -EPIPE;
	return s->o.terminal.ask(s->o.terminal.arg, prompt, how, answer, size);
}

int
session_ask(struct session *s, const char *prompt, bool echo, char *answer, size_t size)
{
	return ask(s, prompt, echo ? ASK_ECHO : ASK_SILENT, answer, size);
}

static bool
means(const char *answer, const char *word)
{
	answer += strspn(answer, " \t");
	return *answer && !strncasecmp(answer, word, strcspn(answer, " \t\r"));
}

int
session_yes(struct session *s, const char *prompt, char dflt)
{
	char answer[ANSWER], question[ANSWER];
	bool yes;
	int rc;

	if (s->load) /* a question nobody answered in the file is answered no, unless it has a
			default */
		return load_peek_answer(s->load, &yes) ? yes : dflt == 'y';
	snprintf(
	    question, sizeof(question), "%s%s", prompt, strchr(prompt, ']') ? "" : "[yes/no]: ");
	for (;;) {
		if ((rc = session_ask(s, question, true, answer, sizeof(answer))) < 0)
			return rc;
		if (!answer[strspn(answer, " \t\r")] && dflt)
			return dflt == 'y';
		if (means(answer, "yes"))
			return 1;
		if (means(answer, "no"))
			return 0;
		session_print(s, "%% Please answer 'yes' or 'no'.\n");
	}
}

int
session_confirm(struct session *s, const char *prompt)
{
	char answer[ANSWER], question[ANSWER];
	int rc;

	if (s->load)
		return 1;
	snprintf(question, sizeof(question), "%s%s", prompt,
	    strstr(prompt, "[confirm]") ? "" : "[confirm]");
	if ((rc = ask(s, question, ASK_KEY, answer, sizeof(answer))) < 0)
		return rc;
	return !*answer || means(answer, "yes");
}

/* ---- passwords ----------------------------------------------------------------------------- */

struct attempt {
	struct session *s;
	bool user; /* asks for a name too */
	int level;
};

static int
login_once(struct attempt *l, bool *in)
{
	const struct cli *cli = l->s->o.cli;
	char user[65] = "", text[ANSWER];
	const void *config;
	int rc = 0;

	if (l->user)
		rc = session_ask(l->s, "Username: ", true, user, sizeof(user));
	name_clean(user);
	if (rc == 0)
		rc = session_ask(l->s, "Password: ", false, text, sizeof(text));
	if (rc < 0)
		return rc;
	config = running_hold(l->s->o.running);
	*in = cli->password(config, l->s->o.tty, l->user ? user : NULL, text, &l->level);
	running_drop(config);
	explicit_bzero(text, sizeof(text));
	if (cli->tried)
		cli->tried(l->s, user, *in);
	if (*in && l->user)
		memcpy(l->s->o.user, user, sizeof(user));
	return 0;
}

int
session_login(struct session *s)
{
	struct attempt l = {.s = s, .level = 1};
	const void *config = running_hold(s->o.running);
	enum login takes = s->o.cli->login ? s->o.cli->login(config, s->o.tty) : LOGIN_REFUSED;
	bool in = takes == LOGIN_NONE;
	int rc = 0;

	if (in && s->o.cli->line_level)
		s->level = s->o.cli->line_level(config, s->o.tty);
	running_drop(config);
	if (takes == LOGIN_REFUSED) {
		session_print(s, "\nPassword required, but none set\n");
		goto out;
	}
	l.user = takes == LOGIN_LOCAL || takes == LOGIN_AAA;
	if (!in)
		session_print(s, "\nUser Access Verification\n\n");
	for (int i = 0; i < TRIES && !in && rc == 0; i++)
		if ((rc = login_once(&l, &in)) == 0 && !in && l.user)
			session_print(s, takes == LOGIN_AAA ? "%% Authentication failed\n\n"
							    : "%% Login invalid\n\n");
	if (rc == 0 && !in && !l.user)
		session_print(s, "%% Bad passwords\n");
out:
	if (in && takes != LOGIN_NONE)
		s->level = l.level;
	session_flush(s);
	return rc < 0 ? rc : in ? 0 : -EACCES;
}

int
session_enable(struct session *s, int level)
{
	bool (*enable)(const void *, int, const char *) = s->o.cli->enable;
	char text[ANSWER];
	bool ok = level <= s->level;
	int rc = 0;

	if (!ok && (!enable || !enable(session_config(s), level, NULL))) {
		/* without a secret only who is at the box itself gets in */
		if (s->o.source == FROM_VTY) {
			session_refused(s, "No password set");
			return -EACCES;
		}
		ok = true;
	}
	for (int i = 0; i < TRIES && !ok && rc == 0; i++) {
		if ((rc = session_ask(s, "Password: ", false, text, sizeof(text))) == 0)
			ok = enable(session_config(s), level, text);
		explicit_bzero(text, sizeof(text));
	}
	if (ok)
		s->level = level;
	else if (rc == 0)
		session_refused(s, "Bad secrets");
	return rc < 0 ? rc : ok ? 0 : -EACCES;
}
