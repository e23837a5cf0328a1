/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_tech.c -- `show tech-support': what somebody who helps wants to see, in one go.  It is made
 * to be sent away: no secret may stand in it. */
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/show_config.h"
#include "modes/url.h"
#include "shell/door.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- without secrets ------------------------------------------------------------------------------------ */

/* What follows these, to the end of the line, is not for others; `kept' words (an algorithm) and
 * the digit of a type may be seen. */
static const struct hidden { const char *word; int kept; } hidden[] = {
	{ "secret", 0 },   { "password", 0 },   { "key-hash", 1 },  { "key-string", 0 },
	{ "key", 0 },      { "community", 0 },  { "passphrase", 0 },
	{ "challenge", 0 }, { "pre-shared-key", 0 }, { "md5", 0 },  { "authentication-key", 2 },
	{ "authentication text", 0 }, { "snmp-server host", 1 }, { "snmp-server user", 2 },
};

static const struct hidden *
hidden_at(const char *p, const char *end)
{
	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++) {
		size_t n = strlen(hidden[i].word);

		if (n <= (size_t)(end - p) && !strncasecmp(hidden[i].word, p, n) &&
		    (p + n == end || p[n] == ' '))
			return &hidden[i];
	}
	return NULL;
}

/* One word further, and the blanks behind it. */
static const char *
skip_word(const char *p, const char *end)
{
	while (p < end && *p != ' ')
		p++;
	while (p < end && *p == ' ')
		p++;
	return p;
}

/* Where on the line what must be hidden begins; its end: nowhere. */
static const char *
secret_on(const char *line, const char *end)
{
	const struct hidden *h = NULL;
	const char *p = line;

	while (p < end && *p == ' ')
		p++;
	while (p < end && !h) {
		if ((h = hidden_at(p, end)))
			p += strlen(h->word) - 1;
		p = skip_word(p, end);
	}
	for (int i = 0; h && i < h->kept; i++)
		p = skip_word(p, end);
	if (h && end - p > 2 && isdigit((unsigned char)p[0]) && p[1] == ' ')
		p = skip_word(p, end);
	return p;
}

/* The login of a URL is nobody's business either. */
static void
print_words(const char *p, const char *end, FILE *out)
{
	while (p < end) {
		size_t word = strcspn(p, " \n"), login = 0;
		const char *rest;

		if (word > (size_t)(end - p))
			word = (size_t)(end - p);
		rest = memmem(p, word, "://", 3);
		if (rest)
			login = url_private(rest + 3, (size_t)(p + word - rest - 3));
		if (login)
			fprintf(out, "%.*s<removed>%.*s", (int)(rest + 3 - p), p,
			    (int)(p + word - rest - 3 - login), rest + 3 + login);
		else
			fwrite(p, 1, word, out);
		for (p += word; p < end && *p == ' '; p++)
			fputc(' ', out);
	}
}

void
print_without_secrets(const char *text, FILE *out)
{
	while (*text) {
		const char *end = text + strcspn(text, "\n"), *secret = secret_on(text, end);

		print_words(text, secret, out);
		fputs(secret < end ? "<removed>\n" : "\n", out);
		text = end + (*end == '\n');
	}
}

/* ---- the commands ----------------------------------------------------------------------------------------- */

static const struct part_shown { const char *command; bool voice; } parts[] = {
	{ "show clock", false },
	{ "show version", true },
	{ "show running-config", true },
	{ "show inventory", false },
	{ "show platform", false },
	{ "show users", false },
	{ "show line", false },
	{ "show ip ssh", false },
	{ "show ssh", false },
	{ "show interfaces", false },
	{ "show ip interface", false },
	{ "show ip interface brief", false },
	{ "show ip route", false },
	{ "show arp", false },
	{ "show hosts", false },
	{ "show tcp brief all", false },
	{ "show udp", false },
	{ "show processes cpu sorted", false },
	{ "show processes memory sorted", false },
	{ "show memory summary", false },
	{ "show crypto pki trustpoints status", false },
	{ "show crypto pki certificates", false },
	{ "show sip-ua status", true },
	{ "show sip-ua statistics", true },
	{ "show sip-ua connections udp brief", true },
	{ "show sip-ua connections tcp detail", true },
	{ "show sip-ua connections tcp tls detail", true },
	{ "show sip-ua timers", true },
	{ "show sip-ua retry", true },
	{ "show sip-ua min-se", true },
	{ "show sip-ua service", true },
	{ "show ip address trusted list", true },
	{ "show dial-peer voice summary", true },
	{ "show dial-peer voip keepalive status", true },
	{ "show call active voice brief", true },
	{ "show call history voice brief", true },
	{ "show voip rtp connections", true },
	{ "show debugging", true },
	{ "show logging", true },
};

static int
print_running(struct session *s)
{
	size_t size;
	char *text = config_text(session_running(s), session_config(s), false, &size);

	if (!text)
		return -ENOMEM;
	session_print(s, "Building configuration...\n\nCurrent configuration : %zu bytes\n", size);
	print_without_secrets(text, session_out(s));
	session_print(s, "\n");
	free(text);
	return 0;
}

/* A part that fails says so in its place, and the others follow. */
int
show_tech_support(struct session *s, const struct match *m)
{
	bool voice = match_text(m, "voice") != NULL;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (voice && !parts[i].voice)
			continue;
		if (door_interrupted(s))
			return -EINTR;
		session_print(s, "\n------------------ %s ------------------\n\n", parts[i].command);
		if (!strcmp(parts[i].command, "show running-config"))
			print_running(s);
		else
			session_exec(s, parts[i].command);
	}
	return 0;
}
