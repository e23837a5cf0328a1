/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_config.c -- `show running-config' and `show startup-config', and the text that is saved. */
#include "modes/show_config.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
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

int
show_running(struct session *s, const struct match *m)
{
	size_t size;
	char *text = config_text(session_running(s), session_config(s), match_text(m, "all") != NULL,
	    &size);

	if (!text)
		return -ENOMEM;
	session_print(s, "Building configuration...\n\nCurrent configuration : %zu bytes\n", size);
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
