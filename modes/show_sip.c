/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_sip.c -- `show sip-ua ...': connections, status, statistics, timers.  The layouts are
 * IOS's to the column; what IOS does not tell (why a handshake failed, what a connection agreed
 * on) follows behind them. */
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- connections: order -------------------------------------------------------------------- */

static int
compare_host(const addr_t *a, const addr_t *b)
{
	if (a->ss_family != b->ss_family)
		return a->ss_family < b->ss_family ? -1 : 1;
	if (a->ss_family == AF_INET6)
		return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
		    &((const struct sockaddr_in6 *)b)->sin6_addr, sizeof(struct in6_addr));
	return memcmp(&((const struct sockaddr_in *)a)->sin_addr,
	    &((const struct sockaddr_in *)b)->sin_addr, sizeof(struct in_addr));
}

static int
by_agent(const void *a, const void *b)
{
	const struct conn_info *x = a, *y = b;
	int c = compare_host(&x->remote, &y->remote);

	return c ? c : x->id < y->id ? -1 : x->id > y->id;
}

/* Each worker gave its own, newest first; those of one second stay in that order. */
static int
newest_first(const void *a, const void *b)
{
	const struct tls_failure *x = *(const struct tls_failure *const *)a,
				 *y = *(const struct tls_failure *const *)b;

	if (x->at_s != y->at_s)
		return x->at_s > y->at_s ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* ---- connections: IOS's part --------------------------------------------------------------- */

static const char note[] =
    "\n---------Printing Detailed Connection Report---------\n"
    "Note:\n"
    " ** Tuples with no matching socket entry\n"
    "    - Do 'clear sip <tcp[tls]/udp> conn t ipv4:<addr>:<port>'\n"
    "      to overcome this error condition\n"
    " ++ Tuples with mismatched address/port entry\n"
    "    - Do 'clear sip <tcp[tls]/udp> conn t ipv4:<addr>:<port> id <connid>'\n"
    "      to overcome this error condition\n\n";

struct conn_counter {
	const char *label;
	size_t at;
};

static void
print_counters(const struct conns *c, bool tls, FILE *out)
{
#define CONN_COUNTER(field, words) {words, offsetof(struct conn_stats, field)},
	static const struct conn_counter rows[] = {CONN_STATS(CONN_COUNTER)};
	const size_t tls_only = offsetof(struct conn_stats, client_handshakes);

	fprintf(out, "%-30s: %zu\n", "Total active connections", c->count);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (tls || rows[i].at < tls_only)
			fprintf(out, "%-30s: %llu\n", rows[i].label,
			    *(const unsigned long long *)((const char *)&c->stats + rows[i].at));
}

static const char *
state_word(enum conn_state state)
{
	static const char *const words[] = {
	    [CONN_CONNECTING] = "Connecting",
	    [CONN_HANDSHAKE] = "Pending",
	    [CONN_ESTABLISHED] = "Established",
	    [CONN_CLOSING] = "Closing",
	};

	return state <= CONN_CLOSING ? words[state] : "-";
}

/* The connections to one remote address; how many they are. */
static size_t
print_agent(const struct conn_info *c, size_t count, FILE *out)
{
	char host[ADDR_TEXT];
	size_t n = 1;

	while (n < count && addr_same_host(&c[n].remote, &c->remote))
		n++;
	fprintf(out,
	    "Remote-Agent:%s, Connections-Count:%zu\n"
	    "  Remote-Port Conn-Id Conn-State  WriteQ-Size Local-Address\n"
	    "  =========== ======= =========== =========== ===========\n",
	    addr_host(&c->remote, host), n);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%13u %7u %-11s %11u %s\n", addr_port(&c[i].remote), c[i].id,
		    state_word(c[i].state), c[i].queued,
		    addr_is_any(&c[i].local) ? "-" : addr_host(&c[i].local, host));
	fprintf(out, "\n");
	return n;
}

static void
print_listeners(const struct conns *c, FILE *out)
{
	char host[ADDR_TEXT];

	fprintf(out, "-------------- SIP Transport Layer Listen Sockets ---------------\n"
		     "  Conn-Id               Local-Address\n"
		     " ===========    =============================\n");
	for (size_t i = 0; i < c->listener_count; i++)
		fprintf(out, "   %-12u [%s]:%u\n", c->listeners[i].id,
		    addr_host(&c->listeners[i].local, host), addr_port(&c->listeners[i].local));
	fprintf(out, "\n");
}

/* ---- connections: ours --------------------------------------------------------------------- */

static void
explain_conn(const struct conn_info *c, FILE *out)
{
	char remote[ADDR_TEXT];

	fprintf(out, " Conn-Id %u, %s %s\n", c->id, c->outbound ? "client of" : "server for",
	    addr_text(&c->remote, remote));
	fprintf(out, "   %s %s%s%s, peer %s%s%s%s, trusted by %s\n", c->version, c->cipher,
	    *c->curve ? " " : "", c->curve, *c->peer ? c->peer : "without a certificate",
	    *c->peer_serial ? " (serial " : "", c->peer_serial, *c->peer_serial ? ")" : "",
	    *c->vouched ? c->vouched : "no trustpoint");
	if (*c->matched)
		fprintf(out, "   its name was checked: %s\n", c->matched);
	if (*c->forgiven)
		fprintf(out, "   its certificate %s\n", c->forgiven);
	if (*c->own)
		fprintf(out, "   we showed %s (serial %s)\n", c->own, c->own_serial);
}

static void
explain_failures(const struct conns *c, FILE *out)
{
	const struct tls_failure **order = calloc(c->failure_count + 1, sizeof(*order));
	char when[WHEN], remote[ADDR_TEXT];

	if (!order || !c->failure_count) {
		free(order);
		return;
	}
	for (size_t i = 0; i < c->failure_count; i++)
		order[i] = &c->failures[i];
	qsort(order, c->failure_count, sizeof(*order), newest_first);
	fprintf(out, "---------TLS Handshake Failures, newest first---------\n");
	for (size_t i = 0; i < c->failure_count; i++)
		fprintf(out, " %s, remote %s, we were the %s\n   %s\n",
		    when_second(order[i]->at_s, when), addr_text(&order[i]->remote, remote),
		    order[i]->server ? "server" : "client", order[i]->report.why);
	fprintf(out, "\n");
	free(order);
}

static void
explain_conns(const struct conns *c, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < c->count; i++) {
		if (c->conns[i].state != CONN_ESTABLISHED)
			continue;
		fprintf(out, "%s", any ? "" : "---------TLS Connections---------\n");
		explain_conn(&c->conns[i], out);
		any = true;
	}
	fprintf(out, "%s", any ? "\n" : "");
}

void
print_conns(struct conns *c, enum transport transport, bool detail, FILE *out)
{
	bool tls = transport == TRANSPORT_TLS;

	if (c->count)
		qsort(c->conns, c->count, sizeof(*c->conns), by_agent);
	print_counters(c, tls, out);
	fprintf(out, "%s", detail ? note : "\n");
	for (size_t i = 0; detail && i < c->count;)
		i += print_agent(c->conns + i, c->count - i, out);
	print_listeners(c, out);
	if (tls && detail) {
		explain_conns(c, out);
		explain_failures(c, out);
	}
}

int
show_sip_connections(struct session *s, const struct match *m)
{
	enum transport transport = match_number(m, "transport", TRANSPORT_UDP);
	struct conns c;
	int rc = datapath_conns(BOX(s)->datapath, transport, &c);

	if (rc == 0)
		print_conns(&c, transport, match_text(m, "detail") != NULL, session_out(s));
	conns_clear(&c);
	return rc;
}

/* ---- statistics ---------------------------------------------------------------------------- */

#define NONE SIZE_MAX
#define RESPONSE(n)                                                                                \
	offsetof(struct sip_stats, responses_in[n]), offsetof(struct sip_stats, responses_out[n])
#define RESPONSE_IN(n) offsetof(struct sip_stats, responses_in[n]), NONE
#define OKAY(m)                                                                                    \
	offsetof(struct sip_stats, ok_in[METHOD_##m]),                                             \
	    offsetof(struct sip_stats, ok_out[METHOD_##m])
#define REQUEST(m)                                                                                 \
	offsetof(struct sip_stats, requests_in[METHOD_##m]),                                       \
	    offsetof(struct sip_stats, requests_out[METHOD_##m])
#define RETRIES(m)   offsetof(struct sip_stats, retries[METHOD_##m]), NONE
#define COUNT(field) offsetof(struct sip_stats, field), NONE

/* A text, its counter (in/out, or one), and what follows. */
struct stat_row {
	const char *before;
	size_t in, out;
	const char *after;
};

/* clang-format off */
static const struct stat_row stat_rows[] = {
	{ "SIP Response Statistics (Inbound/Outbound)\n"
	  "    Informational:\n", NONE, NONE, "" },
	{ "      Trying ",          RESPONSE(100), "," },
	{ " Ringing ",               RESPONSE(180), ",\n" },
	{ "      Forwarded ",       RESPONSE(181), "," },
	{ " Queued ",                RESPONSE(182), ",\n" },
	{ "      SessionProgress ", RESPONSE(183), "\n" },
	{ "    Success:\n", NONE, NONE, "" },
	{ "      OkInvite ",        OKAY(INVITE),    "," },
	{ " OkBye ",                 OKAY(BYE),       ",\n" },
	{ "      OkCancel ",        OKAY(CANCEL),    "," },
	{ " OkOptions ",             OKAY(OPTIONS),   ",\n" },
	{ "      OkPrack ",         OKAY(PRACK),     "," },
	{ " OkRegister ",            OKAY(REGISTER),  "\n" },
	{ "      OkSubscribe ",     OKAY(SUBSCRIBE), "," },
	{ " OkNotify ",              OKAY(NOTIFY),    "," },
	{ " OkPublish ",             OKAY(PUBLISH),   "\n" },
	{ "      OkInfo ",          OKAY(INFO),      "," },
	{ " OkUpdate ",              OKAY(UPDATE),    ",\n" },
	{ "      202Accepted ",     RESPONSE(202),   "," },
	{ " OkOptions ",             OKAY(OPTIONS),   "\n" },
	{ "    Redirection (Inbound only except for MovedTemp(Inbound/Outbound)) :\n",
	  NONE, NONE, "" },
	{ "      MultipleChoice ",  RESPONSE_IN(300), "," },
	{ " MovedPermanently ",      RESPONSE_IN(301), ",\n" },
	{ "      MovedTemporarily ", RESPONSE(302),   "," },
	{ " UseProxy ",              RESPONSE_IN(305), ",\n" },
	{ "      AlternateService ", RESPONSE_IN(380), "\n" },
	{ "    Client Error:\n", NONE, NONE, "" },
	{ "      BadRequest ",      RESPONSE(400), "," },
	{ " Unauthorized ",          RESPONSE(401), ",\n" },
	{ "      PaymentRequired ", RESPONSE(402), "," },
	{ " Forbidden ",             RESPONSE(403), ",\n" },
	{ "      NotFound ",        RESPONSE(404), "," },
	{ " MethodNotAllowed ",      RESPONSE(405), ",\n" },
	{ "      NotAcceptable ",   RESPONSE(406), "," },
	{ " ProxyAuthReqd ",         RESPONSE(407), ",\n" },
	{ "      ReqTimeout ",      RESPONSE(408), "," },
	{ " Conflict ",              RESPONSE(409), "," },
	{ " Gone ",                  RESPONSE(410), ",\n" },
	{ "      ConditionalRequestFailed ", RESPONSE(412), ",\n" },
	{ "      ReqEntityTooLarge ", RESPONSE(413), "," },
	{ " ReqURITooLarge ",        RESPONSE(414), ",\n" },
	{ "      UnsupportedMediaType ", RESPONSE(415), "," },
	{ " UnsupportedURIScheme ",  RESPONSE(416), ",\n" },
	{ "      BadExtension ",    RESPONSE(420), "," },
	{ " IntervalTooBrief ",      RESPONSE(423), ",\n" },
	{ "      TempNotAvailable ", RESPONSE(480), "," },
	{ " CallLegNonExistent ",    RESPONSE(481), ",\n" },
	{ "      LoopDetected ",    RESPONSE(482), "," },
	{ " TooManyHops ",           RESPONSE(483), ",\n" },
	{ "      AddrIncomplete ",  RESPONSE(484), "," },
	{ " Ambiguous ",             RESPONSE(485), ",\n" },
	{ "      BusyHere ",        RESPONSE(486), "," },
	{ " RequestCancel ",         RESPONSE(487), ",\n" },
	{ "      NotAcceptableMedia ", RESPONSE(488), "," },
	{ " BadEvent ",              RESPONSE(489), ",\n" },
	{ "      SETooSmall ",      RESPONSE(422), "," },
	{ " RequestPending ",        RESPONSE(491), ",\n" },
	{ "      UnsupportedResourcePriority ", RESPONSE(417), ",\n" },
	{ "      Total untrusted Request Consumed ", COUNT(untrusted), "\n" },
	{ "    Server Error:\n", NONE, NONE, "" },
	{ "      InternalError ",   RESPONSE(500), "," },
	{ " NotImplemented ",        RESPONSE(501), ",\n" },
	{ "      BadGateway ",      RESPONSE(502), "," },
	{ " ServiceUnavail ",        RESPONSE(503), ",\n" },
	{ "      GatewayTimeout ",  RESPONSE(504), "," },
	{ " BadSipVer ",             RESPONSE(505), ",\n" },
	{ "      PreCondFailure ",  RESPONSE(580), "\n" },
	{ "    Global Failure:\n", NONE, NONE, "" },
	{ "      BusyEverywhere ",  RESPONSE(600), "," },
	{ " Decline ",               RESPONSE(603), ",\n" },
	{ "      NotExistAnywhere ", RESPONSE(604), "," },
	{ " NotAcceptable ",         RESPONSE(606), "\n" },
	{ "    Miscellaneous counters:\n"
	  "      RedirectRspMappedToClientErr 0,\n", NONE, NONE, "" },
	{ "      MalformedMessages ", COUNT(malformed), "\n" },
	{ "\nSIP Total Traffic Statistics (Inbound/Outbound)\n", NONE, NONE, "" },
	{ "    Invite ",            REQUEST(INVITE),    "," },
	{ " Ack ",                   REQUEST(ACK),       "," },
	{ " Bye ",                   REQUEST(BYE),       ",\n" },
	{ "    Cancel ",            REQUEST(CANCEL),    "," },
	{ " Options ",               REQUEST(OPTIONS),   ",\n" },
	{ "    Prack ",             REQUEST(PRACK),     "," },
	{ " Update ",                REQUEST(UPDATE),    ",\n" },
	{ "    Subscribe ",         REQUEST(SUBSCRIBE), "," },
	{ " Notify ",                REQUEST(NOTIFY),    "," },
	{ " Publish ",               REQUEST(PUBLISH),   "\n" },
	{ "    Refer ",             REQUEST(REFER),     "," },
	{ " Info ",                  REQUEST(INFO),      ",\n" },
	{ "    Register ",          REQUEST(REGISTER),  "\n" },
	{ "\nRetry Statistics\n", NONE, NONE, "" },
	{ "    Invite ",            RETRIES(INVITE), "," },
	{ " Bye ",                   RETRIES(BYE), "," },
	{ " Cancel ",                RETRIES(CANCEL), "," },
	{ " Response ",              COUNT(response_retries), ",\n" },
	{ "    Prack ",             RETRIES(PRACK), "," },
	{ " Notify ",                RETRIES(NOTIFY), "," },
	{ " Info ",                  RETRIES(INFO), "\n" },
	{ "    Register ",          RETRIES(REGISTER), "" },
	{ " Subscribe ",             RETRIES(SUBSCRIBE), "" },
	{ " Update ",                RETRIES(UPDATE), "" },
	{ " Options ",               RETRIES(OPTIONS), "\n" },
	{ "    Publish ",           RETRIES(PUBLISH), "\n" },
	{ "\nCalls since the start\n", NONE, NONE, "" },
	{ "    Received ",          COUNT(calls_in), "," },
	{ " Dialled ",               COUNT(calls_out), "," },
	{ " Refused ",               COUNT(calls_refused), "," },
	{ " Not connected ",         COUNT(calls_failed), "\n" },
	{ "\nHeld now\n", NONE, NONE, "" },
	{ "    Calls ",             COUNT(calls_held), "," },
	{ " ServerTransactions ",    COUNT(servers_held), "," },
	{ " ClientTransactions ",    COUNT(clients_held), "\n" },
	{ "\nLast time SIP Statistics were cleared: <never>\n", NONE, NONE, "" },
};
/* clang-format on */

static unsigned long long
counter(const struct sip_stats *stats, size_t at)
{
	return *(const uint64_t *)((const char *)stats + at);
}

void
print_sip_stats(const struct sip_stats *stats, FILE *out)
{
	for (size_t i = 0; i < sizeof(stat_rows) / sizeof(*stat_rows); i++) {
		const struct stat_row *r = &stat_rows[i];

		fputs(r->before, out);
		if (r->in != NONE)
			fprintf(out, "%llu", counter(stats, r->in));
		if (r->out != NONE)
			fprintf(out, "/%llu", counter(stats, r->out));
		fputs(r->after, out);
	}
}

int
show_sip_statistics(struct session *s, const struct match *m)
{
	struct sip_stats *stats = calloc(1, sizeof(*stats));
	int rc = stats ? datapath_sip_stats(BOX(s)->datapath, stats) : -ENOMEM;

	(void)m;
	if (rc == 0)
		print_sip_stats(stats, session_out(s));
	free(stats);
	return rc;
}

/* ---- status -------------------------------------------------------------------------------- */

enum { SOCKETS_MAX = 32 };
struct sockets {
	size_t count;
	struct {
		addr_t local;
		uint16_t plain, secure;
	} of[SOCKETS_MAX];
};

static void
add_listener(struct sockets *to, const struct listener_info *l)
{
	size_t i = 0;

	while (i < to->count && !addr_same_host(&to->of[i].local, &l->local))
		i++;
	if (i == SOCKETS_MAX)
		return;
	if (i == to->count)
		to->of[to->count++].local = l->local;
	if (l->transport == TRANSPORT_TLS)
		to->of[i].secure = addr_port(&l->local);
	else
		to->of[i].plain = addr_port(&l->local);
}

static int
gather_sockets(struct datapath *d, struct sockets *to)
{
	struct conns c;
	int rc = 0;

	*to = (struct sockets){0};
	for (int t = TRANSPORT_UDP; t <= TRANSPORT_TLS && rc == 0; t++) {
		rc = datapath_conns(d, t, &c);
		for (size_t i = 0; i < c.listener_count; i++)
			add_listener(to, &c.listeners[i]);
		conns_clear(&c);
	}
	return rc;
}

static void
print_port(uint16_t port, int width, FILE *out)
{
	char text[8] = "-";

	if (port)
		snprintf(text, sizeof(text), "%u", port);
	fprintf(out, "%-*s", width, text);
}

static void
print_sockets(const struct sockets *k, FILE *out)
{
	char host[ADDR_TEXT];

	fprintf(out,
	    "Snapshot of SIP listen sockets : %zu\n\n"
	    "                Local Address Listen Port Secure Listen Port\n"
	    "============================= =========== ==================\n",
	    k->count);
	for (size_t i = 0; i < k->count; i++) {
		fprintf(out, "%-33s", addr_host(&k->of[i].local, host));
		print_port(k->of[i].plain, 13, out);
		print_port(k->of[i].secure, 0, out);
		fprintf(out, "\n");
	}
}

static const char *
enabled(bool on)
{
	return on ? "ENABLED" : "DISABLED";
}

static void
print_bind(const char *what, bool bound, const addr_t *a, FILE *out)
{
	char host[ADDR_TEXT];

	fprintf(out, "SIP User Agent bind status(%s): %s%s%s\n", what, enabled(bound),
	    bound ? " " : "", bound ? addr_host(a, host) : "");
}

/* What this version does, whatever is configured. */
static const char fixed_status[] = "Redirection (3xx) message handling: DISABLED\n"
				   "Reason Header will override Response/Request Codes: DISABLED\n"
				   "Out-of-dialog Refer: DISABLED\n"
				   "Presence support is DISABLED\n"
				   "protocol mode is ipv4\n\n"
				   "SDP application configuration:\n"
				   " Version line (v=) required\n"
				   " Owner line (o=) required\n"
				   " Timespec line (t=) required\n"
				   " Media supported: audio\n"
				   " Network types supported: IN\n"
				   " Address types supported: IP4 IP6\n"
				   " Transport types supported: RTP/AVP RTP/SAVP\n";

int
show_sip_status(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	struct sip_addresses a = datapath_addresses(c);
	FILE *out = session_out(s);
	struct sockets sockets;
	int rc = gather_sockets(BOX(s)->datapath, &sockets);

	(void)m;
	if (rc < 0)
		return rc;
	fprintf(out,
	    "SIP User Agent Status\n"
	    "SIP User Agent for UDP : %s\n"
	    "SIP User Agent for TCP : %s\n"
	    "SIP User Agent for TLS over TCP : %s\n",
	    enabled(c->sip_ua.udp), enabled(c->sip_ua.tcp), enabled(c->sip_ua.tls));
	print_bind("signaling", a.control_bound, &a.control, out);
	print_bind("media", a.media_bound, &a.media, out);
	print_sockets(&sockets, out);
	fprintf(out,
	    "SIP early-media for 180 responses with SDP: ENABLED\n"
	    "SIP max-forwards : %u\n"
	    "SIP DNS SRV version: 2 (rfc 2782)\n"
	    "NAT Settings for the SIP-UA\n"
	    "Role in SDP: NONE\n"
	    "Check media source packets: %s\n",
	    c->sip_ua.max_forwards, enabled(c->voip.sip.nat != NAT_FORCE_ON));
	fputs(fixed_status, out);
	return 0;
}

/* ---- small ones ---------------------------------------------------------------------------- */

/* What is not configurable runs on RFC 3261's T1. */
int
show_sip_timers(struct session *s, const struct match *m)
{
	const struct sip_ua *u = &((const struct config *)session_config(s))->sip_ua;

	(void)m;
	session_print(s,
	    "SIP UA Timer Values (millisecs unless noted)\n"
	    "trying %u, expires %u, connect %u, disconnect 500\n"
	    "prack 500, rel1xx 500, notify 500, update 500\n"
	    "refer 500, register 500, info 500, options 500\n"
	    "tcp/udp aging %u minutes\n"
	    "tls aging %u minutes\n"
	    "tls establish %u seconds\n",
	    u->trying_ms, u->expires_ms, u->connect_ms, u->aging_min, u->aging_tls_min,
	    u->establish_s);
	return 0;
}

int
show_sip_retry(struct session *s, const struct match *m)
{
	const struct sip_ua *u = &((const struct config *)session_config(s))->sip_ua;

	(void)m;
	session_print(s,
	    "SIP UA Retry Values\n"
	    "invite retry count = %u response retry count = %u\n"
	    "bye retry count = %u cancel retry count = %u\n"
	    "Only invite has an effect: everything else is sent again until 64*T1 (32 seconds) "
	    "are over.\n",
	    u->retry_invite, u->retry_response, u->retry_bye, u->retry_cancel);
	return 0;
}

int
show_sip_min_se(struct session *s, const struct match *m)
{
	const struct min_se *se = &((const struct config *)session_config(s))->voip.sip.min_se;

	(void)m;
	session_print(s, "SIP UA MIN-SE Value (seconds)\nMin-SE: %u\n", se->set ? se->min_s : 90);
	return 0;
}

int
show_sip_service(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);

	(void)m;
	session_print(s, "%s",
	    c->voip.shutdown ? "SIP service is shut globally\nunder 'voice service voip'\n"
			     : "SIP Service is up\n");
	return 0;
}
