/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/access.c -- see access.h.  A method of aaa that the box cannot carry out (a server that it has no
 * client for) counts as one that does not answer: the next one is asked, as on IOS; if there is none,
 * nobody comes in. */
#include "modes/access.h"
#include "modes/config.h"
#include "shell/secret.h"
#include "shell/session.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
#define END_PARTS { NULL, 0, 0, 0 }
const struct part user_parts[] = {
	PART(struct user, name), PART(struct user, privilege), PART(struct user, nopassword),
	PART(struct user, secret), PART(struct user, password), END_PARTS
};
const struct part enable_level_parts[] = { PART(struct enable_level, secret), END_PARTS };
const struct part aaa_list_parts[] = { PART(struct aaa_list, methods), END_PARTS };
const struct part block_for_parts[] = {
	PART(struct block_for, seconds), PART(struct block_for, attempts),
	PART(struct block_for, within), END_PARTS
};
const struct part login_log_parts[] = {
	PART(struct login_log, log), PART(struct login_log, trap), PART(struct login_log, every), END_PARTS
};
const struct part privilege_parts[] = {
	PART(struct privilege, all), PART(struct privilege, level), END_PARTS
};
const struct choice privilege_choices[PRIVILEGE_MODES] = {
	[1] = { "exec", "What is typed at the prompt" },
	[2] = { "configure", "What is typed below configure" },
};
const struct choice aaa_session_choices[AAA_SESSIONS] = {
	[1] = { "common", "The same for all services" }, [2] = { "unique", "One for each" },
};
/* clang-format on */

const struct mode mode_user = { .name = "username", .size = sizeof(struct user) };
const struct mode mode_enable_level = { .name = "enable secret level", .size = sizeof(struct enable_level) };
const struct mode mode_aaa_list = { .name = "aaa", .size = sizeof(struct aaa_list) };
const struct mode mode_aaa_note = { .name = "aaa accounting", .size = sizeof(struct aaa_note) };
const struct mode mode_privilege = { .name = "privilege", .size = sizeof(struct privilege) };

/* ---- users ----------------------------------------------------------------------------------------------------- */

/* What the new line does not say stays as it was; a password and a secret at once are refused. */
static int
merge_user(const struct user *old, struct user *now, char *why, size_t size)
{
	bool says = now->secret.set || now->password.set || now->nopassword;

	if ((old->secret.set && now->password.set) || (old->password.set && now->secret.set)) {
		snprintf(why, size, "Can not have both a user password and a user secret. Please choose one or "
		    "the other.");
		return -EINVAL;
	}
	if (!now->privilege)
		now->privilege = old->privilege;
	if (!says) {
		now->secret = old->secret;
		now->password = old->password;
		now->nopassword = old->nopassword;
	}
	return 0;
}

int
user_set(void *object, const struct match *m, char *why, size_t size)
{
	struct config *c = object;
	char key[KEY_MAX];
	const struct user *found = line_key(m, key, sizeof(key)) == 0 ? map_find(c->users, key) : NULL;
	struct user old = found ? *found : (struct user){ .privilege = 0 }, *now;
	int rc;

	if (m->no || m->dflt || !found)
		return line_set_plain(m, object, why, size);
	rc = line_set_plain(m, object, why, size);
	now = rc == 0 ? map_own(&c->users, key) : NULL;
	if (now && (rc = merge_user(&old, now, why, size)) < 0) {
		now->privilege = old.privilege;
		now->secret = old.secret;
		now->password = old.password;
		now->nopassword = old.nopassword;
	}
	explicit_bzero(&old, sizeof(old));
	return rc;
}

/* `algorithm-type md5' asks for less than we do: every new secret is kept as scrypt. */
int
secret_by_algorithm(struct session *s, const struct match *m)
{
	const char *user = match_text(m, "user"), *level = match_text(m, "level");
	char line[LINE_BYTES];
	int rc;

	if (user)
		snprintf(line, sizeof(line), "username %s%s%s secret 0 %s", user, level ? " privilege " : "",
		    level ? level : "", match_text(m, "text"));
	else
		snprintf(line, sizeof(line), "enable secret 0 %s", match_text(m, "text"));
	rc = session_line(s, line);
	explicit_bzero(line, sizeof(line));
	return rc;
}

/* ---- aaa ------------------------------------------------------------------------------------------------------- */

/* The first method of a list that the box can carry out; "": none can. */
static const char *
first_method(const struct aaa_list *l, const char *const *able, char *buf, size_t size)
{
	char copy[257], *save, *word;

	snprintf(copy, sizeof(copy), "%s", l->methods);
	buf[0] = '\0';
	for (word = strtok_r(copy, " ", &save); word && !*buf; word = strtok_r(NULL, " ", &save))
		for (const char *const *a = able; *a && !*buf; a++)
			if (!strcasecmp(word, *a))
				snprintf(buf, size, "%s", *a);
	return buf;
}

static const char *
login_method(const struct config *c, const char *tty, char *buf, size_t size)
{
	static const char *const able[] = { "local-case", "local", "enable", "line", "none", NULL };
	const char *name = tty_login_list(c, tty);
	const struct aaa_list *l = map_find(c->aaa_login, *name ? name : "default");

	if (l)
		return first_method(l, able, buf, size);
	/* Without a list a vty asks for users and the console for nothing. */
	snprintf(buf, size, "%s", *name ? "" : !strncmp(tty, "con", 3) ? "none" : "local");
	return buf;
}

/* What `aaa authorization exec' says of a user's privilege: without it, that of the line. */
static bool
gives_privilege(const struct config *c)
{
	static const char *const able[] = { "local", "if-authenticated", NULL };
	const struct aaa_list *l = map_find(c->aaa_exec, "default");
	char buf[32];

	return !c->new_model || (l && *first_method(l, able, buf, sizeof(buf)));
}

int
user_level(const struct config *c, const char *tty, const char *name)
{
	const struct user *u = map_find(c->users, name);
	int level = tty_privilege(c, tty);

	if (!u)
		return -1;
	return gives_privilege(c) && u->privilege > level ? u->privilege : level;
}

/* ---- logging in ------------------------------------------------------------------------------------------------ */

/* The secret of a user who does not exist. */
static const struct secret nobody = { .set = 1, .type = 9,
	.text = "$9$nqzdhvNSrFKY8W$OwaULTwE3pEmcIp8IKgLxR2l.sZEIHZj6xipjTTWLLI" };

enum login
access_login(const void *config, const char *tty)
{
	const struct config *c = config;
	char method[32];

	if (!c->new_model)
		return tty_login(c, tty);
	login_method(c, tty, method, sizeof(method));
	if (!strncmp(method, "local", 5))
		return LOGIN_AAA;
	if (!strcmp(method, "none"))
		return LOGIN_NONE;
	return !strcmp(method, "enable") || (!strcmp(method, "line") && tty_password(c, tty)->set)
	    ? LOGIN_PASSWORD : LOGIN_REFUSED;
}

static bool
user_password(const struct config *c, const char *tty, const char *who, const char *text, int *level)
{
	const struct user *u = map_find(c->users, who);

	if (!u || (!u->secret.set && !u->password.set && !u->nopassword)) {
		secret_verify(&nobody, text);   /* that it takes as long tells nobody who exists */
		return false;
	}
	*level = user_level(c, tty, who);
	return (u->nopassword && !u->secret.set && !u->password.set) ||
	    secret_verify(u->secret.set ? &u->secret : &u->password, text);
}

bool
access_password(const void *config, const char *tty, const char *who, const char *text, int *level)
{
	const struct config *c = config;
	char method[32];

	*level = tty_privilege(c, tty);
	if (who)
		return user_password(c, tty, who, text, level);
	if (c->new_model && !strcmp(login_method(c, tty, method, sizeof(method)), "enable"))
		return access_enable(c, 15, text);
	return secret_verify(tty_password(c, tty), text);
}

/* `login_method' of the line: is it `local', so that users are asked for? */
static bool
asks_users(const struct config *c, const char *tty, char *method, size_t size)
{
	return !c->new_model || !strncmp(login_method(c, tty, method, size), "local", 5);
}

bool
access_ssh_password(const struct config *c, const char *tty, const char *who, const char *text, int *level)
{
	char method[32] = "";

	*level = tty_privilege(c, tty);
	if (asks_users(c, tty, method, sizeof(method)))
		return user_password(c, tty, who, text, level);
	if (!strcmp(method, "enable"))
		return access_enable(c, 15, text);
	return !strcmp(method, "line") && tty_password(c, tty)->set && secret_verify(tty_password(c, tty), text);
}

int
access_ssh_key(const struct config *c, const char *tty, const char *who)
{
	char method[32];

	return asks_users(c, tty, method, sizeof(method)) ? user_level(c, tty, who) : -1;
}

/* The secret that opens a level; NULL: none does. */
static const struct secret *
secret_of(const struct config *c, int level)
{
	const struct enable_level *l;
	char key[8];

	if (level == 15)
		return c->enable_secret.set ? &c->enable_secret
		    : c->enable_password.set ? &c->enable_password : NULL;
	snprintf(key, sizeof(key), "%d", level);
	l = map_find(c->enable_levels, key);
	return l ? &l->secret : NULL;
}

bool
access_enable(const void *config, int level, const char *text)
{
	static const char *const able[] = { "enable", "line", "none", NULL };
	const struct config *c = config;
	const struct aaa_list *l = c->new_model ? map_find(c->aaa_enable, "default") : NULL;
	const struct secret *s = secret_of(c, level);
	char method[32];

	if (l && !strcmp(first_method(l, able, method, sizeof(method)), "none"))
		return true;
	return s && (!text || secret_verify(s, text));
}

/* ---- privilege ------------------------------------------------------------------------------------------------- */

/* The next keyword of a row's syntax, whatever brackets stand before it; *p moves behind it.  0: the next is
 * a value, or there is none. */
static size_t
next_keyword(const char **p, const char **word)
{
	size_t n;

	*p += strspn(*p, " [{");
	*word = *p;
	n = strcspn(*p, " =]}*+");
	*p += strcspn(*p, " ");
	return isalpha((unsigned char)**word) && islower((unsigned char)(*word)[n - 1]) ? n : 0;
}

/* How many words of a rule the row begins with; 0: it begins otherwise. */
static int
covers(const char *rule, const char *syntax)
{
	const char *word;
	int words = 0;
	size_t n, k;

	for (; *rule; words++) {
		n = strcspn(rule, " ");
		k = next_keyword(&syntax, &word);
		if (!k || n > k || strncasecmp(rule, word, n))
			return 0;
		rule += n + strspn(rule + n, " ");
	}
	return words;
}

/* The keywords that every line of a row begins with. */
static int
plain_words(const char *syntax)
{
	int words = 0;

	for (const char *word; islower((unsigned char)*syntax) && next_keyword(&syntax, &word); words++)
		syntax += strspn(syntax, " ");
	return words;
}

/* The rule with the most words decides, which without `all' has to name the whole command; a row of the configuration asks for 15 by itself. */
int
access_row_level(const void *config, bool exec, const struct line *l)
{
	const struct config *c = config;
	const char *mode = exec ? "exec " : "configure ";
	int level = exec ? l->level : 15, best = 0, words;

	for (const struct privilege *p = map_first(c->privileges); p; p = map_after(c->privileges, p->node.key)) {
		if (strncmp(p->node.key, mode, strlen(mode)))
			continue;
		words = covers(p->node.key + strlen(mode), l->syntax);
		if (words > best && (p->all || words >= plain_words(l->syntax))) {
			best = words;
			level = p->level;
		}
	}
	return level;
}
