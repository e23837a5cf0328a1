/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/addr.h -- socket addresses as values: compare, hash, print. */
#ifndef DATAPATH_ADDR_H
#define DATAPATH_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <netinet/in.h>

/* A fifth of a sockaddr_storage: a call holds a dozen.  All zero: no address. */
typedef union { sa_family_t ss_family; struct sockaddr_in in4; struct sockaddr_in6 in6; } addr_t;
enum { ADDR_TEXT = 64 };

addr_t   addr_ipv4(struct in_addr, uint16_t port);
int      addr_parse(addr_t *, const char *host, uint16_t port); /* a literal; -EINVAL */
uint16_t addr_port(const addr_t *);
void     addr_set_port(addr_t *, uint16_t port);
bool     addr_same_host(const addr_t *, const addr_t *);
bool     addr_same(const addr_t *, const addr_t *);     /* host and port */
bool     addr_is_any(const addr_t *);                   /* 0.0.0.0, ::, or nothing at all */
uint64_t addr_hash_host(const addr_t *);
socklen_t addr_size(const addr_t *);
/* "192.0.2.1"; an IPv6 address without brackets.  Returns buf. */
const char *addr_host(const addr_t *, char buf[ADDR_TEXT]);
/* As a URI and a Via say it: IPv6 in brackets, and the port. */
const char *addr_text(const addr_t *, char buf[ADDR_TEXT]);

#endif
