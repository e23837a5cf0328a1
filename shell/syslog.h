/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/syslog.h -- the log sent to syslog servers: one thread that follows LOG_TO_TRAP.
 *
 * UDP as IOS frames it (RFC 3164) or RFC 5424; TCP the same, a line each (RFC 6587 3.4.2).  A server
 * that cannot be reached loses its messages, and they are counted; nobody who logs waits. */
#ifndef SHELL_SYSLOG_H
#define SHELL_SYSLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log;
struct syslog;

enum { SYSLOG_HOSTS = 8, SYSLOG_LOCAL7 = 23 };
struct syslog_host { char host[65]; uint16_t port; bool tcp; };
struct syslog_options {
	struct syslog_host hosts[SYSLOG_HOSTS];
	size_t count;
	int facility;                   /* 0-23 */
	char origin[65];                /* `logging origin-id'; "": none */
	char hostname[65];              /* of RFC 5424 */
	char source[64];                /* the address to send from; "": whichever */
	bool rfc5424;
};
int  syslog_start(struct syslog **, struct log *);      /* sends nowhere yet */
void syslog_stop(struct syslog *);
void syslog_set(struct syslog *, const struct syslog_options *);        /* copied; any thread */

struct syslog_state { struct syslog_host to; bool up; uint64_t sent, dropped; };
size_t syslog_states(struct syslog *, struct syslog_state states[SYSLOG_HOSTS]);

#endif
