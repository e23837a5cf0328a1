/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/ip_tcp.h -- `ip tcp': of the connections that carry SIP. */
#ifndef MODES_IP_TCP_H
#define MODES_IP_TCP_H

#include "shell/row.h"

#define IP_TCP_LINES(_)                                                                          \
_(uint16_t, tcp_mss, "ip tcp mss <68-10000>", NULL,                                              \
  "Internet Protocol|TCP|Largest segment of a new connection|Bytes")                             \
_(uint16_t, tcp_synwait, "ip tcp synwait-time <5-300>", NULL,                                    \
  "Internet Protocol|TCP|Patience with a connection|Seconds", .stored = true)                    \
_(uint32_t, tcp_window, "ip tcp window-size <68-1073741823>", NULL,                              \
  "Internet Protocol|TCP|Window|Bytes", .stored = true)                                          \
_(bool,     tcp_discovery, "ip tcp path-mtu-discovery", NULL,                                    \
  "Internet Protocol|TCP|Find what fits on the way", .stored = true)                             \
_(bool,     tcp_sack, "ip tcp selective-ack", NULL,                                              \
  "Internet Protocol|TCP|Selective acknowledgement", .stored = true)                             \
_(uint16_t, rtcp_interval, "ip rtcp report interval <1-65535>", NULL,                            \
  "Internet Protocol|RTCP|Reports|How often|Milliseconds", .stored = true)

#endif
