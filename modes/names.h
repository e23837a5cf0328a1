/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/names.h -- `ip host', `ip name-server', `ip domain': how the box finds the address of a name.
 *
 * Names do not care about case: a host's is kept in small letters, so that it is found by its key.
 * The servers are one line, in the order in which they are asked; a line adds to it, `no' takes out
 * what it names. */
#ifndef MODES_NAMES_H
#define MODES_NAMES_H

#include "shell/line.h"
#include "shell/row.h"

enum { NAME_SERVERS = 6, HOST_ADDRESSES = 8 };

struct name_servers { uint8_t set; struct in_addr at[NAME_SERVERS]; };  /* end before the first 0 */
/* One of many: its key is its name. */
struct host { struct node node; struct in_addr at[HOST_ADDRESSES]; };
/* Its key is "NAME PRIORITY WEIGHT PORT TARGET": those of a name stand together. */
struct host_srv { struct node node; uint16_t priority, weight, port; text256 target; };

#define HOST_HELP "Internet Protocol|A host's name and address"
#define NAMES_LINES(_)                                                                           \
_(struct map *, hosts, "ip host KIND=# {A.B.C.D=at}+", NULL, HOST_HELP "|Address, up to 8",      \
  .each = &mode_host, .parts = host_parts, .kind = &host_kind, .by_birth = true)                 \
_(struct map *, host_srvs,                                                                       \
  "ip host KIND=# srv <0-65535>=#priority <0-65535>=#weight <1-65535>=#port KIND=#target", NULL, \
  HOST_HELP "|A service there|Priority, the lowest first|Weight among those of a priority|Port", \
  .each = &mode_host_srv, .parts = host_srv_parts, .kind = &host_kind, .by_birth = true)         \
_(struct map *, vrf_hosts, "ip host vrf NAME=# LINE=#", NULL,                                    \
  HOST_HELP "|Of a VRF|Its name|Name, and addresses or srv", .each = &mode_vrf_name,             \
  .by_birth = true, .stored = true)                                                              \
_(struct name_servers, name_servers, "ip name-server {A.B.C.D=at}+", NULL,                       \
  "Internet Protocol|Name servers to ask|Address, up to 6", .parts = name_server_parts,          \
  .set = name_servers_set)                                                                       \
_(struct map *, vrf_servers, "ip name-server vrf NAME=# LINE=#", NULL,                           \
  "Internet Protocol|Name servers to ask|Of a VRF|Its name|Addresses", .each = &mode_vrf_name,   \
  .by_birth = true, .stored = true)                                                              \
_(struct map *, domain_list, "ip domain list NAME=#", NULL,                                      \
  "Internet Protocol|IP DNS resolver|Domains that complete a name, in this order|Domain name",   \
  .each = &mode_domain, .by_birth = true)                                                        \
_(bool,     round_robin, "ip domain round-robin", NULL,                                          \
  "Internet Protocol|IP DNS resolver|Any of a name's addresses, not always the first")           \
_(uint16_t, dns_timeout_s, "ip domain timeout <1-3600>", "3",                                    \
  "Internet Protocol|IP DNS resolver|How long a name server may take|Seconds")                   \
_(uint8_t,  dns_retry, "ip domain retry <0-100>", "2",                                           \
  "Internet Protocol|IP DNS resolver|How often it is asked again|Number")

extern const struct mode mode_host, mode_host_srv, mode_vrf_name, mode_domain;
extern const struct part host_parts[], host_srv_parts[], name_server_parts[];
extern const struct kind host_kind;

int name_servers_set(void *object, const struct match *, char *why, size_t size);

#endif
