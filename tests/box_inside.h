/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/box_inside.h -- the whole box inside a test: NVRAM in a directory of its own, log, running
 * configuration, keys, one worker.  As main.c builds it, without a door. */
#ifndef TESTS_BOX_INSIDE_H
#define TESTS_BOX_INSIDE_H

#include "datapath/datapath.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/events.h"
#include "modes/http.h"
#include "modes/pki_serve.h"
#include "modes/show_config.h"
#include "modes/trustpool.h"
#include "pki/pki.h"
#include "shell/log.h"
#include "startup-config/files.h"
#include "startup-config/startup.h"

#include <errno.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct inside {
	struct box box;
	struct events *events;
	char nvram[64], flash[128];
	unsigned reloads;
};

static inline void
inside_published(void *arg, const void *snapshot)
{
	struct inside *in = arg;

	ntp_follow(&in->box, snapshot);
	pki_servers_follow(&in->box, snapshot);
	http_follow(&in->box, snapshot);
	if (in->box.datapath)
		datapath_changed(in->box.datapath);
}

static inline void
inside_reload(struct box *b)
{
	((struct inside *)b)->reloads++;
}

static inline void
inside_fail(const char *what, const char *why)
{
	fprintf(stderr, "the box does not come up: %s: %s\n", what, why);
	exit(2);
}

static inline void
inside_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		inside_fail(path, strerror(errno));
}

/* A network of this process's own: what listens in it meets nobody. */
static inline void
inside_own_network(void)
{
	char map[64];

	setenv("PATH", "/nowhere", 1);  /* no test tells the host's chronyd anything */
	if (unshare(CLONE_NEWNET) == 0)
		return;
	snprintf(map, sizeof(map), "0 %u 1", (unsigned)getuid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		inside_fail("no network of its own", strerror(errno));
	inside_write("/proc/self/setgroups", "deny");
	inside_write("/proc/self/uid_map", map);
}

static inline void
inside_open(struct inside *in, bool datapath)
{
	struct box *b = &in->box;
	struct datapath_options dp = { .workers = 1 };
	char why[256] = "";

	memset(in, 0, sizeof(*in));
	snprintf(in->nvram, sizeof(in->nvram), "/tmp/parapet-test-XXXXXX");
	if (!mkdtemp(in->nvram))
		inside_fail("nvram", in->nvram);
	b->nvram = in->nvram;
	b->started_s = time(NULL);
	b->save = startup_save;
	b->erase = startup_erase;
	b->startup = startup_text;
	b->unsaved = startup_unsaved;
	b->reload = inside_reload;
	b->store = &box_store;
	if (files_open(in->nvram, in->flash, sizeof(in->flash)) < 0 || box_state_open(b) < 0)
		inside_fail("start", "no memory");
	if (log_new(&b->log, 0) < 0 ||
	    running_new(&b->running, &mode_config, inside_published, in) < 0)
		inside_fail("start", "no memory");
	if (pki_open(&b->pki, b->nvram, why, sizeof(why)) != 0)
		inside_fail("keys", why);
	trustpool_follow(b);
	dp.running = b->running;
	dp.pki = b->pki;
	if (datapath && datapath_start(&b->datapath, &dp, why, sizeof(why)) < 0)
		inside_fail("datapath", why);
	if (datapath && events_start(&in->events, b) < 0)
		inside_fail("events", "no thread");
	pki_servers_begin(b);
	http_begin(b);
}

static inline int
inside_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void
inside_close(struct inside *in)
{
	if (in->events)
		events_stop(in->events);
	box_state_close(&in->box);
	if (in->box.datapath)
		datapath_stop(in->box.datapath);
	running_free(in->box.running);
	pki_close(in->box.pki);
	log_free(in->box.log);
	nftw(in->nvram, inside_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The running configuration without the remarks at its head, which hold the time; free() it. */
static inline char *
inside_print(struct running *r, bool all)
{
	const void *config = running_hold(r);
	size_t size;
	char *text = config_text(r, config, all, &size), *body;

	running_drop(config);
	body = text ? strstr(text, "\nversion ") : NULL;
	body = body ? strdup(body + 1) : NULL;
	free(text);
	if (!body)
		inside_fail("print", "nothing printed");
	return body;
}

#endif
