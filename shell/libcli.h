/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/libcli.h -- the session's command layer: EXEC rows run through libcli. */
#ifndef SHELL_LIBCLI_H
#define SHELL_LIBCLI_H

#include "shell/line.h"

struct libcli;

/* Run an EXEC row that our matcher resolved.  What the row returns. */
int  libcli_run(struct session *, const struct match *);
/* What the row says meanwhile: whole lines go through cli_print() to the terminal. */
void libcli_write(struct session *, const char *bytes, size_t size);
void libcli_flush(struct session *);    /* a prompt without its end of line too */
void libcli_free(struct libcli *);

#endif
