/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup-config/transfer.h -- files of the network, by URL: tftp, ftp, http, https, scp, sftp. */
#ifndef STARTUP_CONFIG_TRANSFER_H
#define STARTUP_CONFIG_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

struct box;

/* See struct store.  A server of https has a certificate of a CA that the box or its host trusts.  The key of an SSH server is kept in NVRAM when it is first met; another one later is
 * refused. */
char *transfer_fetch(struct box *, const char *url, bool (*stop)(void *arg), void *arg, size_t *size,
    char *why, size_t why_size);
int   transfer_send(struct box *, const char *url, const void *bytes, size_t size, bool (*stop)(void *arg),
    void *arg, char *why, size_t why_size);

#endif
