/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_call.c -- `show call active | history voice' and `show voip rtp connections'.
 *
 * What a leg tells is a table of rows: a text, how its value is printed, and where it stands.
 * What IOS measures with a DSP (levels, playout delays) has no row here: this box has none.  Why
 * a call failed is its last line; keys are never shown, suites are. */
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct view {
	const struct call_info *call;
	const struct leg_info *leg;
	bool history;
	int64_t now_us;
};

/* ---- numbers and words --------------------------------------------------------------------- */

struct cause_row {
	uint8_t cause;
	const char *words;
};
static const struct cause_row causes[] = {
    {1, "unassigned number"},
    {2, "no route to specified transit network"},
    {3, "no route to destination"},
    {6, "channel unacceptable"},
    {16, "normal call clearing"},
    {17, "user busy"},
    {18, "no user responding"},
    {19, "no user answer"},
    {20, "subscriber absent"},
    {21, "call rejected"},
    {22, "number changed"},
    {23, "redirection to new destination"},
    {26, "non-selected user clearing"},
    {27, "destination out of order"},
    {28, "invalid number format"},
    {29, "facility rejected"},
    {31, "normal, unspecified"},
    {34, "no circuit"},
    {38, "network out of order"},
    {41, "temporary failure"},
    {42, "switching equipment congestion"},
    {43, "access info discarded"},
    {44, "requested channel not available"},
    {47, "no resource"},
    {50, "facility not subscribed"},
    {55, "incoming calls barred within CUG"},
    {57, "bearer capability not authorized"},
    {58, "bearer capability not available"},
    {63, "service or option not available"},
    {65, "bearer capability not implemented"},
    {79, "service or option not implemented"},
    {87, "user not member of CUG"},
    {88, "incompatible destination"},
    {95, "invalid message"},
    {96, "missing mandatory information element"},
    {102, "recovery on timer expiry"},
    {111, "protocol error"},
    {127, "interworking, unspecified"},
};

const char *
cause_words(uint8_t q850)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++)
		if (causes[i].cause == q850)
			return causes[i].words;
	return "unspecified cause";
}

static bool
has_failed(const struct call_info *c)
{
	return *c->why && (!c->connect_ms || c->cause != 16);
}

/* Seconds of conversation. */
static uint64_t
duration_s(const struct view *v)
{
	const struct call_info *c = v->call;
	int64_t talked_us;

	if (!c->connect_ms)
		return 0;
	if (v->history)
		return (c->disconnect_ms - c->connect_ms) / 1000;
	talked_us = v->now_us - c->setup_wall_us - (int64_t)(c->connect_ms - c->setup_ms) * 1000;
	return talked_us > 0 ? (uint64_t)talked_us / 1000000 : 0;
}

static const char *
remote_host(const struct view *v, char buf[ADDR_TEXT])
{
	if (v->leg->stream.remote.ss_family == AF_UNSPEC)
		return strcpy(buf, "0.0.0.0");
	return addr_host(&v->leg->stream.remote, buf);
}

static unsigned
remote_port(const struct view *v)
{
	return v->leg->stream.remote.ss_family == AF_UNSPEC ? 0 : addr_port(&v->leg->stream.remote);
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

static const char *
codec_word(const struct view *v)
{
	return v->leg->stream.codec == CODEC_NONE ? "None" : codec_name(v->leg->stream.codec);
}

static const char *
phase_word(enum call_phase phase)
{
	static const char *const words[] = {"connecting", "active", "disconnecting", "over"};

	return phase <= CALL_OVER ? words[phase] : "-";
}

/* ---- values -------------------------------------------------------------------------------- */

/* A value: how one thing of a leg is printed. */
#define VALUE(name, format, ...)                                                                   \
	static void name(const struct view *v, FILE *out)                                          \
	{                                                                                          \
		fprintf(out, format, __VA_ARGS__);                                                 \
	}
#define COUNT(name, expression) VALUE(name, "%llu", (unsigned long long)(expression))

/* clang-format off */
COUNT(v_setup,        v->call->setup_ms)
COUNT(v_connect,      v->call->connect_ms)
COUNT(v_disconnect,   v->call->disconnect_ms)
COUNT(v_index,        v->leg->index)
COUNT(v_peer,         v->leg->peer_tag)
COUNT(v_call_id,      v->leg->call_id)
COUNT(v_state,        v->call->phase == CALL_ACTIVE ? 4 : 2)
COUNT(v_origin,       v->leg->originate ? 1 : 2)
COUNT(v_release,      v->call->release_source)
COUNT(v_tx_packets,   v->leg->stream.packets_out)
COUNT(v_tx_bytes,     v->leg->stream.bytes_out)
COUNT(v_rx_packets,   v->leg->stream.packets_in)
COUNT(v_rx_bytes,     v->leg->stream.bytes_in)
COUNT(v_rtt,          v->leg->stream.rtt_us / 1000)
COUNT(v_lost,         v->leg->stream.lost)
COUNT(v_disorder,     v->leg->stream.out_of_order)
COUNT(v_dropped,      v->leg->stream.dropped_source + v->leg->stream.dropped_auth +
    v->leg->stream.dropped_replay + v->leg->stream.dropped_plain + v->leg->stream.dropped_other +
    v->leg->stream.dropped_ssrc)
VALUE(v_tos,          "0x%X", addr_port(&v->leg->stream.local) ? 0xB8u : 0u)
COUNT(v_media_port,   remote_port(v))
COUNT(v_signal_port,  addr_port(&v->leg->signalling))
VALUE(v_number,       "%s", v->leg->number)
VALUE(v_calling,      "%s", v->call->calling)
VALUE(v_called,       "%s", v->call->called)
VALUE(v_cause,        "%-4X", v->call->cause)
VALUE(v_cause_text,   "%s (%u)", cause_words(v->call->cause), v->call->cause)
VALUE(v_guid,         "0x%X 0x%X 0x%X 0x%X", v->call->guid[0], v->call->guid[1],
    v->call->guid[2], v->call->guid[3])
VALUE(v_media_host,   "%s", remote_host(v, (char[ADDR_TEXT]){ 0 }))
VALUE(v_signal_host,  "%s", addr_host(&v->leg->signalling, (char[ADDR_TEXT]){ 0 }))
VALUE(v_srtp,         "%s", v->leg->stream.srtp ? "on" : "off")
VALUE(v_nte,          "%s", v->leg->stream.nte_payload ? "rtp-nte" : "inband-voice")
VALUE(v_sip_call_id,  "%s", v->leg->sip_call_id)
VALUE(v_target,       "%s", v->leg->session_target)
VALUE(v_codec,        "%s", codec_word(v))
VALUE(v_clock,        "%s", when_clock(v->call->setup_wall_us, (char[WHEN]){ 0 }))
/* clang-format on */

static void
v_duration(const struct view *v, FILE *out)
{
	unsigned long long s = duration_s(v);

	fprintf(out, "%02llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
}

/* ---- the full form ------------------------------------------------------------------------- */

struct row {
	const char *before;
	void (*value)(const struct view *, FILE *);
	const char *after;
	enum { ALWAYS, ACTIVE, HISTORY } when;
};

/* clang-format off */
static const struct row full_rows[] = {
	{ " GENERIC:\n",            NULL,           "",       ACTIVE },
	{ "GENERIC:\n",             NULL,           "",       HISTORY },
	{ "SetupTime=",             v_setup,        " ms\n",  ALWAYS },
	{ "Index=",                 v_index,        "\n",     ALWAYS },
	{ "PeerAddress=",           v_number,       "\n",     ALWAYS },
	{ "PeerSubAddress=\nPeerId=", v_peer,       "\n",     ALWAYS },
	{ "LogicalIfIndex=0\n",     NULL,           "",       ALWAYS },
	{ "DisconnectCause=",       v_cause,        "\n",     HISTORY },
	{ "DisconnectText=",        v_cause_text,   "\n",     HISTORY },
	{ "ConnectTime=",           v_connect,      " ms\n",  ALWAYS },
	{ "DisconnectTime=",        v_disconnect,   " ms\n",  HISTORY },
	{ "CallDuration=",          v_duration,     " sec\n", ALWAYS },
	{ "CallState=",             v_state,        "\n",     ACTIVE },
	{ "CallOrigin=",            v_origin,       "\n",     ALWAYS },
	{ "ReleaseSource=",         v_release,      "\n",     HISTORY },
	{ "ChargedUnits=0\nInfoType=speech\n", NULL, "",      ALWAYS },
	{ "TransmitPackets=",       v_tx_packets,   "\n",     ALWAYS },
	{ "TransmitBytes=",         v_tx_bytes,     "\n",     ALWAYS },
	{ "ReceivePackets=",        v_rx_packets,   "\n",     ALWAYS },
	{ "ReceiveBytes=",          v_rx_bytes,     "\n",     ALWAYS },
	{ "VOIP:\nConnectionId[",   v_guid,         "]\n",    ALWAYS },
	{ "IncomingConnectionId[",  v_guid,         "]\n",    ALWAYS },
	{ "CallID=",                v_call_id,      "\n",     ALWAYS },
	{ "RemoteIPAddress=",       v_media_host,   "\n",     ALWAYS },
	{ "RemoteUDPPort=",         v_media_port,   "\n",     ALWAYS },
	{ "RemoteSignallingIPAddress=", v_signal_host, "\n",  ALWAYS },
	{ "RemoteSignallingPort=",  v_signal_port,  "\n",     ALWAYS },
	{ "RemoteMediaIPAddress=",  v_media_host,   "\n",     ALWAYS },
	{ "RemoteMediaPort=",       v_media_port,   "\n",     ALWAYS },
	{ "SRTP = ",                v_srtp,         "\n",     ALWAYS },
};
static const struct row more_rows[] = {
	{ "TextRelay = off\n",      NULL,           "",       ALWAYS },
	{ "RoundTripDelay=",        v_rtt,          " ms\n",  ALWAYS },
	{ "SelectedQoS=best-effort\ntx_DtmfRelay=", v_nte, "\n", ALWAYS },
	{ "FastConnect=FALSE\nAnnexE=FALSE\nSeparate H245 Connection=FALSE\n"
	  "H245 Tunneling=FALSE\nSessionProtocol=sipv2\nProtocolCallId=", v_sip_call_id, "\n", ALWAYS },
	{ "SessionTarget=",         v_target,       "\n",     ALWAYS },
	{ "SafEnabled=FALSE\nTxPakNumber=", v_tx_packets, "\n", ALWAYS },
	{ "RxPakNumber=",           v_rx_packets,   "\n",     ALWAYS },
	{ "RxOutOfSeq=",            v_disorder,     "\n",     ALWAYS },
	{ "ErrRxDrop=",             v_dropped,      "\n",     ALWAYS },
	{ "LostPackets=",           v_lost,         "\n",     ALWAYS },
	{ "EarlyPackets=0\nLatePackets=0\nVAD = disabled\nCoderTypeRate=", v_codec, "\n", ALWAYS },
	{ "Media Setting=flow-through\n", NULL,     "",       ACTIVE },
	{ "MediaSetting=flow-through\n", NULL,      "",       HISTORY },
	{ "OriginalCallingNumber=", v_calling,      "\n",     ALWAYS },
	{ "OriginalCalledNumber=",  v_called,       "\n",     ALWAYS },
	{ "TranslatedCallingNumber=", v_calling,    "\n",     ALWAYS },
	{ "TranslatedCalledNumber=", v_called,      "\n",     ALWAYS },
	{ "GwReceivedCalledNumber=", v_called,      "\n",     ALWAYS },
	{ "GwReceivedCallingNumber=", v_calling,    "\n",     ALWAYS },
};
/* clang-format on */
#define ROWS(table) (table), sizeof(table) / sizeof(*(table))

static void
print_rows(const struct row *rows, size_t count, const struct view *v, FILE *out)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].when != ALWAYS && (rows[i].when == HISTORY) != v->history)
			continue;
		fputs(rows[i].before, out);
		if (rows[i].value)
			rows[i].value(v, out);
		fputs(rows[i].after, out);
	}
}

/* What was dropped, by reason; only what is not 0. */
static void
print_drops(const struct stream_info *i, FILE *out)
{
	const struct {
		uint64_t count;
		const char *words;
	} rows[] = {
	    {i->dropped_source, "from another source"},
	    {i->dropped_auth, "not authentic"},
	    {i->dropped_replay, "replayed"},
	    {i->dropped_plain, "plain RTP where SRTP is agreed"},
	    {i->dropped_ssrc, "too many sources (SSRC) under one key"},
	    {i->dropped_other, "neither RTP nor RTCP of this stream"},
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++)
		if (rows[k].count)
			fprintf(out, "PacketsDropped=%llu %s\n", (unsigned long long)rows[k].count,
			    rows[k].words);
}

void
print_leg_full(
    const struct call_info *c, const struct leg_info *l, bool history, int64_t now_us, FILE *out)
{
	struct view v = {c, l, history, now_us};

	print_rows(ROWS(full_rows), &v, out);
	if (l->stream.srtp)
		fprintf(out, "SRTP suite=%s in, %s out\n", suite_name(l->stream.suite_in),
		    suite_name(l->stream.suite_out));
	print_rows(ROWS(more_rows), &v, out);
	print_drops(&l->stream, out);
	if (history && has_failed(c))
		fprintf(out, "DisconnectReason=%s\n", c->why);
	fprintf(out, "\n");
}

/* ---- brief --------------------------------------------------------------------------------- */

static const char active_legend[] =
    "<ID>: <CallID> <start>ms.<index> (<start>) +<connect> pid:<peer_id> <dir> <addr> <state>\n"
    "  dur hh:mm:ss tx:<packets>/<bytes> rx:<packets>/<bytes> dscp:<packets violation> "
    "media:<packets violation> audio tos:<audio tos value> video tos:<video tos value>\n";
static const char history_legend[] =
    "<ID>: <CallID> <start>ms.<index> (<start>) +<connect> +<disc> pid:<peer_id> <direction> "
    "<addr>\n"
    " dur hh:mm:ss tx:<packets>/<bytes> rx:<packets>/<bytes> <disc-cause>(<text>)\n";
static const char common_legend[] =
    " IP <ip>:<udp> rtt:<time>ms pl:<play>/<gap>ms lost:<lost>/<early>/<late>\n"
    "  delay:<last>/<min>/<max>ms <codec> <textrelay> <transcoded\n\n"
    " media inactive detected:<y/n> media cntrl rcvd:<y/n> timestamp:<time>\n\n"
    " long duration call detected:<y/n> long duration call duration :<sec> timestamp:<time>\n"
    " LostPacketRate:<%> OutOfOrderRate:<%>\n"
    " LocalUUID:<%> RemoteUUID:<%>\n"
    " VRF:<%>\n\n";

/* clang-format off */
static const struct row brief_rows[] = {
	{ " ",        v_call_id,     "",    ALWAYS },
	{ " ",        v_setup,       "ms.", ALWAYS },
	{ "",         v_index,       "",    ALWAYS },
	{ " (*",      v_clock,       ")",   ALWAYS },
};
static const struct row brief_media[] = {
	{ " dur ",    v_duration,    "",    ALWAYS },
	{ " tx:",     v_tx_packets,  "",    ALWAYS },
	{ "/",        v_tx_bytes,    "",    ALWAYS },
	{ " rx:",     v_rx_packets,  "",    ALWAYS },
	{ "/",        v_rx_bytes,    "",    ALWAYS },
	{ " dscp:0 media:0 audio tos:", v_tos, " video tos:0x0\n", ACTIVE },
	{ " ",        v_cause,       "",    HISTORY },
	{ "(",        v_cause_text,  ")\n", HISTORY },
	{ " IP ",     v_media_host,  "",    ALWAYS },
	{ ":",        v_media_port,  "",    ALWAYS },
	{ " SRTP: ",  v_srtp,        "",    ALWAYS },
	{ " rtt:",    v_rtt,         "ms",  ALWAYS },
	{ " pl:0/0ms lost:", v_lost, "/0/0 delay:0/0/0ms", ALWAYS },
	{ " ",        v_codec,       " TextRelay: off Transcoded: No ICE: Off\n", ALWAYS },
	{ " media inactive detected:n media contrl rcvd:n/a timestamp:n/a\n"
	  " long duration call detected:n long duration call duration:n/a timestamp:n/a\n",
	  NULL, "", ALWAYS },
};
/* clang-format on */

/* Milliseconds after the setup; -1: it did not come to that. */
static long long
since_setup(const struct call_info *c, uint64_t ms)
{
	return ms ? (long long)(ms - c->setup_ms) : -1;
}

void
print_leg_brief(
    const struct call_info *c, const struct leg_info *l, bool history, int64_t now_us, FILE *out)
{
	struct view v = {c, l, history, now_us};
	const struct stream_info *i = &l->stream;

	fprintf(out, "%X :", c->id);
	print_rows(ROWS(brief_rows), &v, out);
	fprintf(out, " +%lld", since_setup(c, c->connect_ms));
	if (history)
		fprintf(out, " +%lld", since_setup(c, c->disconnect_ms));
	fprintf(out, " pid:%u %s %s%s%s\n", l->peer_tag, l->originate ? "Originate" : "Answer",
	    l->number, history ? "" : " ", history ? "" : phase_word(c->phase));
	print_rows(ROWS(brief_media), &v, out);
	fprintf(out, " LostPacketRate:%.2f OutOfOrderRate:%.2f\n",
	    percent(i->lost, i->packets_in + i->lost), percent(i->out_of_order, i->packets_in));
	if (!history)
		fprintf(out, " LocalUUID:\n RemoteUUID:\n VRF: NA\n");
	if (history && has_failed(c))
		fprintf(out, " why: %s\n", c->why);
}

/* ---- compact ------------------------------------------------------------------------------- */

void
print_leg_compact(
    const struct call_info *c, const struct leg_info *l, bool history, int64_t now_us, FILE *out)
{
	struct view v = {c, l, history, now_us};
	char host[ADDR_TEXT], remote[ADDR_TEXT + 8];

	snprintf(remote, sizeof(remote), "%s:%u", remote_host(&v, host), remote_port(&v));
	fprintf(out, "%6u %-7s T%-5llu %-11s %-5s P%-17s %-20s ", l->call_id,
	    l->originate ? "ORG" : "ANS", (unsigned long long)duration_s(&v), codec_word(&v),
	    "VOIP", l->number, remote);
	if (history)
		fprintf(out, "D%X\n", c->cause);
	else
		fprintf(out, "NA\n");
}

/* ---- both commands ------------------------------------------------------------------------- */

enum form { FULL, BRIEF, COMPACT, SUMMARY };
typedef void print_leg(const struct call_info *, const struct leg_info *, bool, int64_t, FILE *);

static size_t
count_legs(const struct call_info *calls, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += (size_t)calls[i].legs;
	return n;
}

static void
print_leg_counts(size_t legs, FILE *out)
{
	fprintf(out,
	    "Telephony call-legs: 0\n"
	    "SIP call-legs: %zu\n"
	    "H323 call-legs: 0\n"
	    "Call agent controlled call-legs: 0\n"
	    "SCCP call-legs: 0\n"
	    "STCAPP call-legs: 0\n"
	    "Multicast call-legs: 0\n"
	    "Total call-legs: %zu\n",
	    legs, legs);
}

static void
print_head(enum form form, bool history, size_t legs, FILE *out)
{
	if (form == COMPACT) {
		fprintf(out,
		    "<callID>  A/O FAX  T<sec>  Codec       type  Peer Address       "
		    "IP R<ip>:<udp>    %s\n"
		    "Total call-legs: %zu\n",
		    history ? "disc-cause" : "VRF", legs);
		return;
	}
	if (form == BRIEF) {
		fputs(history ? history_legend : active_legend, out);
		fputs(common_legend, out);
	}
	print_leg_counts(legs, out);
}

/* Its table is of telephony ports, and there are none. */
static void
print_summary(FILE *out)
{
	fprintf(out, "PORT           CODEC     VAD VTSP STATE            VPM STATE\n"
		     "============== ========= === ==================== ======================\n");
}

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
print_calls(const struct call_info *calls, size_t count, enum form form, bool history, FILE *out)
{
	static print_leg *const print[] = {
	    [FULL] = print_leg_full, [BRIEF] = print_leg_brief, [COMPACT] = print_leg_compact};
	size_t legs = count_legs(calls, count);
	int64_t now = now_us();

	print_head(form, history, legs, out);
	if (form == SUMMARY)
		print_summary(out);
	for (size_t i = 0; form != SUMMARY && i < count; i++)
		for (int k = 0; k < calls[i].legs; k++)
			print[form](&calls[i], &calls[i].leg[k], history, now, out);
	if (form == COMPACT)
		return;
	fprintf(out, "%s", form == BRIEF ? "\n" : "");
	print_leg_counts(legs, out);
}

int
show_call_active(struct session *s, const struct match *m)
{
	struct calls calls;
	int rc = datapath_calls(BOX(s)->datapath, CALLS_ACTIVE, &calls);

	if (rc == 0)
		print_calls(
		    calls.calls, calls.count, match_number(m, "form", FULL), false, session_out(s));
	calls_clear(&calls);
	return rc;
}

int
show_call_history(struct session *s, const struct match *m)
{
	struct calls calls;
	int rc = datapath_calls(BOX(s)->datapath, CALLS_HISTORY, &calls);
	size_t last = (size_t)match_number(m, "last", (long)calls.count);

	if (last > calls.count)
		last = calls.count;
	if (rc == 0)
		print_calls(calls.calls + (calls.count - last), last, match_number(m, "form", FULL),
		    true, session_out(s));
	calls_clear(&calls);
	return rc;
}

/* ---- show voip rtp connections ------------------------------------------------------------- */

static void
print_pool(const struct config *c, struct engine_info ports, FILE *out)
{
	const struct port_range *r = &c->voip.rtp_ports;
	unsigned min = r->set ? r->min : 8000, max = r->set ? r->max : 48198;
	static const char ruler[] = "----------------------------------------------------------"
				    "--------------------\n";

	fprintf(out,
	    "VoIP RTP Port Usage Information:\n"
	    "Max Ports Available: %u, Ports Reserved: 0, Ports in Use: %u\n"
	    "Port range %sconfigured\n"
	    "                                        Min   Max   Ports     Ports     Ports\n"
	    "Media-Address Range                     Port  Port  Available Reserved  In-use\n"
	    "%s"
	    "%-39s %-5u %-5u %-9u %-9u %u\n"
	    "%s",
	    ports.ports_available + ports.ports_in_use, ports.ports_in_use, r->set ? "" : "not ",
	    ruler, "Global Media Pool", min, max, ports.ports_available, 0u, ports.ports_in_use,
	    ruler);
}

static bool
has_socket(const struct leg_info *l)
{
	return l->stream.local.ss_family != AF_UNSPEC && addr_port(&l->stream.local);
}

static void
print_rtp_detail(const struct call_info *c, int k, FILE *out)
{
	const struct leg_info *l = &c->leg[k], *other = c->legs > 1 ? &c->leg[!k] : NULL;
	const struct stream_info *i = &l->stream;

	fprintf(out,
	    " callId %u (dir=%d): called=%s calling=%s redirect= loopback=%s "
	    "rtp(tx:%llu/rx:%llu) rtcp(tx:%llu/rx:%llu) MPSS NO VRF NA\n",
	    l->call_id, l->originate ? 2 : 1, c->called, c->calling,
	    other && !has_socket(other) ? "YES" : "NO", (unsigned long long)i->packets_out,
	    (unsigned long long)i->packets_in, (unsigned long long)i->rtcp_out,
	    (unsigned long long)i->rtcp_in);
	if (other)
		fprintf(out, " peer callId %u: called=%s calling=%s redirect=\n", other->call_id,
		    c->called, c->calling);
	print_drops(i, out);
}

static void
print_rtp_row(const struct call_info *c, int k, unsigned number, FILE *out)
{
	const struct leg_info *l = &c->leg[k];
	struct view v = {.call = c, .leg = l};
	char local[ADDR_TEXT], remote[ADDR_TEXT];

	fprintf(out, "%-5u %-10u %-10u %-8u %-8u %-43s %-41s %-5s %s\n", number, l->call_id,
	    c->legs > 1 ? c->leg[!k].call_id : 0, addr_port(&l->stream.local), remote_port(&v),
	    addr_host(&l->stream.local, local), remote_host(&v, remote), "NO", "NA");
}

static void
print_srtp(const struct calls *calls, FILE *out)
{
	static const char ruler[] = "----------------------------------------------------------\n";
	char host[ADDR_TEXT];
	bool any = false;

	for (size_t i = 0; i < calls->count; i++) {
		for (int k = 0; k < calls->calls[i].legs; k++) {
			struct view v = {.call = &calls->calls[i], .leg = &calls->calls[i].leg[k]};
			const struct stream_info *stream = &v.leg->stream;

			if (!stream->srtp || !has_socket(v.leg))
				continue;
			fprintf(out, "%sremote ip = %s, remote port=%u\n",
			    any ? ruler
				: "SRTP information for endpoints:\n"
				  "=========================================================="
				  "\n",
			    remote_host(&v, host), remote_port(&v));
			fprintf(out,
			    " RX SRTP ROC Context (SSRC:ROC): 0x%X:0x%X\n"
			    " Suite: %s in, %s out\n",
			    stream->ssrc_in, stream->roc_in, suite_name(stream->suite_in),
			    suite_name(stream->suite_out));
			any = true;
		}
	}
	fprintf(out, "%s", any ? ruler : "");
}

static unsigned
print_connections(const struct calls *calls, bool detail, FILE *out)
{
	unsigned n = 0;

	for (size_t i = 0; i < calls->count; i++) {
		for (int k = 0; k < calls->calls[i].legs; k++) {
			const struct call_info *c = &calls->calls[i];

			if (!has_socket(&c->leg[k]))
				continue;
			if (!n)
				fprintf(out,
				    "No. CallId     dstCallId  LocalRTP RmtRTP   %-44s"
				    "%-42sMPSS  VRF\n",
				    "LocalIP", "RemoteIP");
			print_rtp_row(c, k, ++n, out);
			if (detail)
				print_rtp_detail(c, k, out);
		}
	}
	return n;
}

int
show_rtp_connections(struct session *s, const struct match *m)
{
	struct engine_info ports = datapath_ports(BOX(s)->datapath);
	FILE *out = session_out(s);
	struct calls calls;
	unsigned n;
	int rc = datapath_calls(BOX(s)->datapath, CALLS_ACTIVE, &calls);

	if (rc == 0) {
		print_pool(session_config(s), ports, out);
		fprintf(out, "VoIP RTP active connections :\n");
		n = print_connections(&calls, match_text(m, "detail") != NULL, out);
		if (match_text(m, "detail"))
			print_srtp(&calls, out);
		if (n)
			fprintf(out, "Found %u active RTP connections\n\n", n);
		else
			fprintf(out, "No active connections found\n\n");
	}
	calls_clear(&calls);
	return rc;
}
