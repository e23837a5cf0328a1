/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/stats.h -- counters as rows: a row makes the field, the sum and what show prints. */
#ifndef DATAPATH_STATS_H
#define DATAPATH_STATS_H

#include <stddef.h>
#include <stdint.h>

/* method, and whether a 200 to it has a counter of its own in show sip-ua statistics */
#define METHODS(_)                                                                               \
	_(INVITE) _(ACK) _(BYE) _(CANCEL) _(OPTIONS) _(PRACK) _(UPDATE) _(SUBSCRIBE) _(NOTIFY)       \
	_(PUBLISH) _(REFER) _(INFO) _(REGISTER) _(MESSAGE)
#define METHOD_ENUM(name) METHOD_##name,
enum method { METHODS(METHOD_ENUM) METHOD_OTHER, METHOD_COUNT };
enum method method_of(const char *name);
const char *method_name(enum method);

enum { STATUS_MAX = 700, TRANSPORT_KINDS = 4 };         /* by enum transport */

struct sip_stats {
	uint64_t requests_in[METHOD_COUNT], requests_out[METHOD_COUNT];
	uint64_t responses_in[STATUS_MAX], responses_out[STATUS_MAX];
	uint64_t ok_in[METHOD_COUNT], ok_out[METHOD_COUNT];     /* 200 by method */
	uint64_t retries[METHOD_COUNT], response_retries;
	uint64_t sdp_parsed, sdp_built, sdp_refused;
	uint64_t untrusted, malformed, calls_refused, calls_in, calls_out, calls_failed;
	/* What is held at the moment of asking; calls that still clear included. */
	uint64_t calls_held, servers_held, clients_held;
};

#define CONN_STATS(_)                                                                            \
	_(send_failures,      "No. of send failures")                                              \
	_(remote_closures,    "No. of remote closures")                                            \
	_(conn_failures,      "No. of conn. failures")                                             \
	_(ageouts,            "No. of inactive conn. ageouts")                                     \
	_(client_handshakes,  "TLS client handshake failures")                                     \
	_(server_handshakes,  "TLS server handshake failures")
#define CONN_STAT_FIELD(name, label) uint64_t name;
struct conn_stats { CONN_STATS(CONN_STAT_FIELD) };

void sip_stats_add(struct sip_stats *sum, const struct sip_stats *);
void conn_stats_add(struct conn_stats *sum, const struct conn_stats *);

#endif
