/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup-config/files.h -- the box's file systems: nvram: (startup-config alone) and flash:, a directory
 * of NVRAM. */
#ifndef STARTUP_CONFIG_FILES_H
#define STARTUP_CONFIG_FILES_H

#include "modes/store.h"

extern const struct store box_store;    /* what main.c lends to modes/ */
/* The directory of flash:, made when missing.  0; -errno. */
int files_open(const char *nvram, char *path, size_t size);

#endif
