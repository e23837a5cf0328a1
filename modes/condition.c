/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/condition.c -- see condition.h.  Any of the conditions lets a call speak; a message whose numbers
 * cannot be read is not shown while there is one. */
#include "modes/condition.h"
#include "modes/box.h"
#include "modes/exec.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CONDITIONS = 16, NUMBER = 65 };

struct condition { bool set, calling; char number[NUMBER]; unsigned triggered; };
struct conditions { pthread_mutex_t lock; struct condition of[CONDITIONS]; };

int
conditions_new(struct conditions **cp)
{
	struct conditions *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	pthread_mutex_init(&c->lock, NULL);
	*cp = c;
	return 0;
}

void
conditions_free(struct conditions *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* ---- judging --------------------------------------------------------------------------------------------------- */

/* A dot is any character; the number may go on. */
static bool
fits(const char *pattern, const char *number)
{
	for (; *pattern; pattern++, number++)
		if (!*number || (*pattern != '.' && *pattern != *number))
			return false;
	return true;
}

bool
conditions_let(struct conditions *c, const char *called, const char *calling)
{
	bool any = false, let = false;

	if (!c)
		return true;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < CONDITIONS; i++) {
		struct condition *k = &c->of[i];
		const char *number = k->calling ? calling : called;

		any |= k->set;
		if (!k->set || !number || !fits(k->number, number))
			continue;
		k->triggered++;
		let = true;
	}
	pthread_mutex_unlock(&c->lock);
	return let || !any;
}

bool
conditions_any(struct conditions *c)
{
	bool any = false;

	if (!c)
		return false;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < CONDITIONS; i++)
		any |= c->of[i].set;
	pthread_mutex_unlock(&c->lock);
	return any;
}

/* The user of the first header of that name: "sip:1001@" somewhere on its line. */
static bool
header_user(const char *bytes, size_t size, const char *name, const char *compact, char number[NUMBER])
{
	const char *end = bytes + size, *line = bytes, *next, *p, *at;

	for (; line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;
		if (strncasecmp(line, name, strlen(name)) && strncasecmp(line, compact, strlen(compact)))
			continue;
		p = memmem(line, (size_t)(next - line), "sip", 3);
		p = p ? memchr(p, ':', (size_t)(next - p)) : NULL;
		at = p ? memchr(p, '@', (size_t)(next - p)) : NULL;
		if (!at || at - p > NUMBER)
			return false;
		snprintf(number, NUMBER, "%.*s", (int)(at - p - 1), p + 1);
		return true;
	}
	return false;
}

bool
conditions_let_message(struct conditions *c, const char *bytes, size_t size)
{
	char called[NUMBER], calling[NUMBER];
	bool to, from;

	if (!conditions_any(c))
		return true;
	to = header_user(bytes, size, "To:", "t:", called);
	from = header_user(bytes, size, "From:", "f:", calling);
	return conditions_let(c, to ? called : NULL, from ? calling : NULL);
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

/* The condition that the line names; NULL: it is not there. */
static struct condition *
named(struct conditions *c, const struct match *m)
{
	const char *called = match_text(m, "called"), *number = called ? called : match_text(m, "calling");
	long n = match_number(m, "number", 0);

	if (n)
		return c->of[n - 1].set ? &c->of[n - 1] : NULL;
	for (size_t i = 0; number && i < CONDITIONS; i++)
		if (c->of[i].set && c->of[i].calling == !called && !strcmp(c->of[i].number, number))
			return &c->of[i];
	return NULL;
}

int
debug_condition(struct session *s, const struct match *m)
{
	struct conditions *c = BOX(s)->conditions;
	const char *called = match_text(m, "called");
	struct condition *k = NULL;
	size_t i = 0;

	if (m->no || m->dflt)
		return debug_condition_clear(s, m);
	pthread_mutex_lock(&c->lock);
	k = named(c, m);
	while (!k && i < CONDITIONS && c->of[i].set)
		i++;
	if (!k && i < CONDITIONS) {
		k = &c->of[i];
		*k = (struct condition){ .set = true, .calling = !called };
		snprintf(k->number, sizeof(k->number), "%s", called ? called : match_text(m, "calling"));
	}
	pthread_mutex_unlock(&c->lock);
	if (!k) {
		session_refused(s, "There are %d conditions already", CONDITIONS);
		return -ENOSPC;
	}
	session_print(s, "Condition %d set\n", (int)(k - c->of) + 1);
	return 0;
}

int
debug_condition_clear(struct session *s, const struct match *m)
{
	struct conditions *c = BOX(s)->conditions;
	struct condition *k;
	bool all = match_text(m, "all") != NULL;

	pthread_mutex_lock(&c->lock);
	k = all ? NULL : named(c, m);
	for (size_t i = 0; i < CONDITIONS; i++)
		if (all || &c->of[i] == k)
			c->of[i] = (struct condition){ .set = false };
	pthread_mutex_unlock(&c->lock);
	if (all)
		session_print(s, "All conditions have been removed\n");
	else if (k)
		session_print(s, "Condition %d has been removed\n", (int)(k - c->of) + 1);
	else
		session_refused(s, "Condition not found");
	return all || k ? 0 : -ENOENT;
}

/* A number is only for `no': a condition is made of what it says. */
int
debug_condition_no(struct session *s, const struct match *m)
{
	if (m->no || m->dflt)
		return debug_condition_clear(s, m);
	session_refused(s, "A condition says called or calling");
	return -EINVAL;
}

int
show_debug_condition(struct session *s, const struct match *m)
{
	struct conditions *c = BOX(s)->conditions;
	bool any = false;

	(void)m;
	for (size_t i = 0; i < CONDITIONS; i++) {
		struct condition k;

		pthread_mutex_lock(&c->lock);
		k = c->of[i];
		pthread_mutex_unlock(&c->lock);
		if (!k.set)
			continue;
		session_print(s, "Condition %zu: %s %s (%u flags triggered)\n", i + 1,
		    k.calling ? "calling" : "called", k.number, k.triggered);
		any = true;
	}
	if (!any)
		session_print(s, "%% No conditions found\n");
	return 0;
}
