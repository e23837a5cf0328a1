/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/startup.c -- a startup-config: whatever is in the file, the load ends, counts every
 * line once, and what it made prints. */
#include "tests/fuzz/fuzz.h"

#include "modes/box.h"
#include "modes/config.h"
#include "modes/show_config.h"
#include "startup-config/startup.h"

static unsigned said;

static void
on_said(void *arg, unsigned number, const char *line, const char *why)
{
	(void)arg;
	HOLDS(number > 0 && line && (!why || *why));
	said++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *printed;
	struct session_load load = { 0 };
	struct box b = { 0 };
	const void *config;
	size_t n;

	said = 0;
	HOLDS(running_new(&b.running, &mode_config, NULL, NULL) == 0);
	HOLDS(startup_load(b.running, &b, text, on_said, NULL, &load) == 0);
	HOLDS(load.lines == load.applied + load.stored + load.refused);
	HOLDS(said == load.stored + load.refused);
	config = running_hold(b.running);
	printed = config_text(b.running, config, true, &n);
	HOLDS(printed && strlen(printed) == n);
	running_drop(config);
	free(printed);
	running_free(b.running);
	free(text);
	return 0;
}
