/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address.h -- an IPv4 or IPv6 address with its port, small enough to copy per packet. */
#ifndef DATAPATH_MEDIA_ADDRESS_H
#define DATAPATH_MEDIA_ADDRESS_H

#include "datapath/addr.h"
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* sa.sa_family is AF_UNSPEC where there is none. */
union address {
	struct sockaddr sa;
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;
};

/* Room for the longest address in text, with its NUL. */
enum { ADDRESS_TEXT = INET6_ADDRSTRLEN };

/* A copy out of the wide type that signalling uses; AF_UNSPEC where it is of another family. */
union address address_from(const addr_t *);
/* The same, back. */
void address_store(const union address *, addr_t *);
/* The bytes that bind() and sendto() want. */
socklen_t address_bytes(const union address *);
uint16_t address_port(const union address *);
/* The same address with another port. */
union address address_with_port(const union address *, uint16_t port);
/* Equal address, whatever the port. */
bool address_same_host(const union address *, const union address *);
/* Equal address and port. */
bool address_same(const union address *, const union address *);
/* 0.0.0.0 or ::, and no address at all. */
bool address_unspecified(const union address *);
/* Reads "192.0.2.1" or "2001:db8::1": true if it is an address of `family`. */
bool address_parse(union address *, int family, const char *text, uint16_t port);
/* Writes it without its port; returns `text`. */
const char *address_text(const union address *, char text[ADDRESS_TEXT]);
/* Does this text carry anything that reads as an IPv4 or IPv6 address?  Errs towards yes. */
bool address_within(const char *text);

#endif
