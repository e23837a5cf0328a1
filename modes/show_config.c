/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_config.c -- `show running-config' and `show startup-config', and the text that is saved. */
#include "modes/show_config.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/kinds.h"
#include "shell/running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
when(const char *what, int64_t s, const char *by, FILE *out)
{
	char text[64];
	time_t at = s;
	struct tm tm;

	if (!s)
		return;
	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%H:%M:%S UTC %a %b", &tm);
	fprintf(out, "! %s at %s %d %d%s%s\n", what, text, tm.tm_mday, tm.tm_year + 1900,
	    *by ? " by " : "", by);
}

char *
config_text(struct running *running, const void *config, bool all, size_t *size)
{
	struct running_when w = running_when(running);
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (!out)
		return NULL;
	fprintf(out, "!\n");
	if (w.changed_s)
		when("Last configuration change", w.changed_s, w.by, out);
	else
		fprintf(out, "! No configuration change since last restart\n");
	when("NVRAM config last updated", w.saved_s, "", out);
	fprintf(out, "!\nversion 17.9\n");
	mode_write(&mode_config, config, 0, all, out);
	fprintf(out, "end\n");
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* The lines below a heading, and the heading, out of a text; NULL: it is not there. */
static char *
section_of(const char *text, const char *heading)
{
	char *out = NULL;
	const char *p = text;
	size_t size, n = strlen(heading);
	FILE *f;

	while (strncmp(p, heading, n) || p[n] != '\n')
		if (!(p = strchr(p, '\n')) || !*++p)
			return NULL;
	if (!(f = open_memstream(&out, &size)))
		return NULL;
	fprintf(f, "!\n%s\n", heading);
	for (p += n + 1; *p == ' '; p += strcspn(p, "\n") + 1)
		fprintf(f, "%.*s\n", (int)strcspn(p, "\n"), p);
	fprintf(f, "end\n");
	fclose(f);
	return out;
}

static int
show_interface(struct session *s, const char *typed, const char *text)
{
	char name[128], heading[160], *section = NULL;

	if (interface_kind.parse(name, sizeof(text64), typed) == 0) {
		snprintf(heading, sizeof(heading), "interface %s", name);
		section = section_of(text, heading);
	}
	if (!section) {
		session_refused(s, "Invalid interface %s", typed);
		return -ENOENT;
	}
	session_print(s, "Building configuration...\n\nCurrent configuration : %zu bytes\n%s\n",
	    strlen(section), section);
	free(section);
	return 0;
}

/* Without what stands in a certificate chain. */
static void
print_brief(struct session *s, const char *text)
{
	bool inside = false;

	for (; *text; text += strcspn(text, "\n") + 1) {
		int n = (int)strcspn(text, "\n") + 1;

		if (*text != ' ')
			inside = !strncmp(text, "crypto pki certificate chain", 28);
		if (!inside || *text != ' ')
			session_print(s, "%.*s", n, text);
	}
}

int
show_running(struct session *s, const struct match *m)
{
	const char *interface = match_text(m, "interface");
	size_t size;
	char *text = config_text(session_running(s), session_config(s), match_text(m, "all") != NULL,
	    &size);

	int rc = 0;

	if (!text)
		return -ENOMEM;
	if (interface) {
		rc = show_interface(s, interface, text);
		free(text);
		return rc;
	}
	session_print(s, "Building configuration...\n\nCurrent configuration : %zu bytes\n", size);
	if (match_text(m, "brief"))
		print_brief(s, text);
	else
		fputs(text, session_out(s));
	session_print(s, "\n");
	free(text);
	return 0;
}

int
show_startup(struct session *s, const struct match *m)
{
	char *text = BOX(s)->startup(BOX(s));

	(void)m;
	if (!text) {
		session_print(s, "startup-config is not present\n");
		return 0;
	}
	session_print(s, "Using %zu out of 33554432 bytes\n", strlen(text));
	fputs(text, session_out(s));
	session_print(s, "\n");
	free(text);
	return 0;
}
