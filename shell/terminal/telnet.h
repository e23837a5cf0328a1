/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/telnet.h -- a telnet connection, as a pty. */
#ifndef SHELL_TERMINAL_TELNET_H
#define SHELL_TERMINAL_TELNET_H

#include <stdbool.h>
#include <stdint.h>

struct telnet;

/* Speak telnet on a connected socket, on a thread of its own, and offer it as the terminal *fd.
 * Takes the socket.  0; -errno. */
int  telnet_open(struct telnet **, int tcp, int *fd);
/* Send what is still to be sent (for two seconds at most), hang up; closes `fd` first. */
void telnet_close(struct telnet *, int fd);

/* For console_options: readable when the size has changed or the connection is over. */
int  telnet_news_fd(const struct telnet *);
bool telnet_news(void *telnet);                         /* false: the connection is broken */
bool telnet_ended(void *telnet, uint64_t taken);        /* all that came was taken */

#endif
