/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup-config/startup.h -- what survives a reboot: NVRAM's startup-config, read and written. */
#ifndef STARTUP_CONFIG_STARTUP_H
#define STARTUP_CONFIG_STARTUP_H

#include "shell/session.h"

struct box;

/* The whole text of a file, NUL-terminated and malloc()ed; NULL with errno. */
char *startup_read(const char *path);
/* Write it whole or not at all: a temporary file beside it, synced, renamed over it, and the
 * directory synced.  A full disk leaves the old file as it was.  -errno with why. */
int  startup_write(const char *path, const char *text, size_t size, char *why, size_t why_size);

/* Type a file into the running configuration as one edit; what it refuses is told line by line. */
int  startup_load(struct running *, void *box, const char *text, session_said_h *, void *arg,
         struct session_load *);

/* The doors that main.c lends to modes/ (struct box). */
int   startup_save(struct box *, char *why, size_t size);
int   startup_erase(struct box *, char *why, size_t size);
char *startup_text(struct box *);
bool  startup_unsaved(struct box *);

#endif
