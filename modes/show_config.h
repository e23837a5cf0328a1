/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_config.h -- the text of a configuration, as it is shown and saved. */
#ifndef MODES_SHOW_CONFIG_H
#define MODES_SHOW_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct running;

/* From its first `!' to `end'; malloc()ed, *size without the NUL.  NULL: no memory. */
char *config_text(struct running *, const void *config, bool all, size_t *size);

#endif
