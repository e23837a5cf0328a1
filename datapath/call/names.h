/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/names.h -- what a name's address is found by: `ip host' (hosts.c), and name servers
 * (query.c).  Nothing here belongs to a worker; resolve.c does what does. */
#ifndef DATAPATH_CALL_NAMES_H
#define DATAPATH_CALL_NAMES_H

#include "datapath/addr.h"
#include "modes/config.h"

/* What is asked for.  Port 0: that of an SRV record, or the usual one. */
struct asked { text256 host; uint16_t port; enum transport transport; };

uint16_t asked_port(const struct asked *);      /* never 0 */

/* ---- hosts.c ------------------------------------------------------------------------------------- */

enum hosts_say { HOSTS_SILENT, HOSTS_FOUND, HOSTS_REFER };
/* FOUND: *found is it.  REFER: an SRV record of `ip host' names a host that `ip host' does not know;
 * *q now asks for that one.  `dice' decides between equals. */
enum hosts_say hosts_ask(const struct config *, struct asked *q, uint64_t dice, addr_t *found);
bool hosts_know(const struct config *, const char *host, uint16_t port, enum transport);
/* The address of a host itself. */
bool hosts_address(const struct config *, const char *host, uint64_t dice, struct in_addr *);

enum { SRV_MAX = 32 };
struct srv { uint16_t priority, weight, port; text256 target; };
void srv_order(struct srv *, size_t count, uint64_t dice);      /* RFC 2782 */
extern const char *const srv_service[TRANSPORTS];

/* ---- query.c: blocks ------------------------------------------------------------------------------ */

/* 0; -ENOENT; -EAGAIN: no name server has answered. */
int  query(const struct config *, const struct asked *, uint64_t dice, addr_t *found);

#endif
