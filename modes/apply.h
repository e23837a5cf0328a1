/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/apply.h -- a text as configuration: what boots, `copy FILE running-config', `configure replace'. */
#ifndef MODES_APPLY_H
#define MODES_APPLY_H

#include "shell/session.h"

/* Type a text into `running' as one edit; `box' is what its rows work on, `by' (may be "") who is said to
 * have done it.  Each line that is refused or stored is told to `said'.  0; -errno. */
int config_apply(struct running *, void *box, const char *text, const char *by, session_said_h *said,
    void *arg, struct session_load *);
/* The same in the place of all that is configured.  -ECANCELED: a line was refused, nothing changed. */
int config_replace(struct running *, void *box, const char *text, const char *by, session_said_h *said,
    void *arg, struct session_load *);
/* Publish a snapshot that was kept: what did not change since is the very same. */
int config_revert(struct running *, const void *snapshot, const char *by);

#endif
