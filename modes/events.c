/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/events.c -- the datapath's news in IOS's words: SIP messages, TLS handshakes, dial-peer
 * matches, syslog lines.  Keys and credentials are masked here, before anything is written. */
#include "modes/events.h"
#include "datapath/datapath.h"
#include "modes/box.h"
#include "modes/condition.h"
#include "shell/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct events { struct box *box; pthread_t thread; atomic_bool stop; };

/* ---- SIP messages ----------------------------------------------------------------------------------------- */

/* Headers whose value is a credential. */
static const char *const secret_headers[] = { "authorization", "proxy-authorization",
	"www-authenticate", "proxy-authenticate", "authentication-info", NULL };

static bool
is_credential(const char *line)
{
	for (int i = 0; secret_headers[i]; i++) {
		const char *rest = line + strlen(secret_headers[i]);

		if (strncasecmp(line, secret_headers[i], strlen(secret_headers[i])))
			continue;
		rest += strspn(rest, " \t");
		if (*rest == ':' || !*rest)
			return true;
	}
	return false;
}

/* What precedes a key that is all of the rest (RFC 4566 5.12, RFC 4567); 0: nothing such. */
static int
before_key(const char *line)
{
	const char *key = strcasestr(line, "key-mgmt:");

	if (!strncasecmp(line, "k=", 2))
		return 2;
	return key ? (int)(key - line) + 9 : 0;
}

/* Each `inline:KEY' loses its key, whatever the line is: a=crypto, and what hides one. */
static void
write_masked(const char *line, FILE *out)
{
	const char *key;
	int before = before_key(line);

	if (before) {
		fprintf(out, "%.*s<masked>\n", before, line);
		return;
	}
	while ((key = strcasestr(line, "inline:"))) {
		key += 7;
		fprintf(out, "%.*s<masked>", (int)(key - line), line);
		line = key + strcspn(key, "|; \t");
	}
	fprintf(out, "%s\n", line);
}

/* Where the line ends, and past its end: CR LF, or either alone, as lenient peers read them. */
static const char *
line_end(const char *bytes, const char *end, const char **next)
{
	while (bytes < end && *bytes != '\r' && *bytes != '\n')
		bytes++;
	*next = bytes + (bytes < end);
	if (*next < end && *bytes == '\r' && **next == '\n')
		++*next;
	return bytes;
}

void
events_print_message(const char *bytes, size_t size, FILE *out)
{
	const char *end = bytes + size, *next;
	bool credential = false;

	for (; bytes < end; bytes = next) {
		char line[4096];

		snprintf(line, sizeof(line), "%.*s", (int)(line_end(bytes, end, &next) - bytes), bytes);
		credential = is_credential(line) || (credential && (*line == ' ' || *line == '\t'));
		if (!credential)
			write_masked(line, out);
		else if (*line == ' ' || *line == '\t')        /* it goes on: a folded header */
			fprintf(out, " <masked>\n");
		else
			fprintf(out, "%.*s <masked>\n", (int)strcspn(line, ":") + 1, line);
	}
}

static void
say_sip(struct log *log, const struct event *e)
{
	char *text = NULL, head[128];
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	if (e->call_id)
		snprintf(head, sizeof(head), "//%u/%s/SIP/Msg/ccsipDisplayMsg:", e->call_id,
		    *e->guid ? e->guid : "xxxxxxxxxxxx");
	else
		snprintf(head, sizeof(head), "//-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:");
	fprintf(out, "%s\n%s:\n", head, e->kind == EVENT_SIP_RECEIVED ? "Received" : "Sent");
	events_print_message(e->bytes, e->size, out);
	fprintf(out, "\n");
	fclose(out);
	log_debug(log, text, false);
	free(text);
}

/* ---- TLS ----------------------------------------------------------------------------------------------------- */

/* What OpenSSL 3 calls its states, and what engineers know from the days before it: up to TLS 1.2
 * the old names are said, TLS 1.3 has none and keeps OpenSSL's. */
struct state_name { const char *now, *then; };
/* clang-format off */
static const struct state_name accept_names[] = {
	{ "before SSL initialization",          "before/accept initialization" },
	{ "SSLv3/TLS read client hello",        "SSLv3 read client hello A" },
	{ "SSLv3/TLS write server hello",       "SSLv3 write server hello A" },
	{ "SSLv3/TLS write certificate",        "SSLv3 write certificate A" },
	{ "SSLv3/TLS write key exchange",       "SSLv3 write key exchange A" },
	{ "SSLv3/TLS write certificate request", "SSLv3 write certificate request A" },
	{ "SSLv3/TLS write server done",        "SSLv3 flush data" },
	{ "SSLv3/TLS read client certificate",  "SSLv3 read client certificate A" },
	{ "SSLv3/TLS read client key exchange", "SSLv3 read client key exchange A" },
	{ "SSLv3/TLS read certificate verify",  "SSLv3 read certificate verify A" },
	{ "SSLv3/TLS read change cipher spec",  NULL },          /* was no state of its own */
	{ "SSLv3/TLS read finished",            "SSLv3 read finished A" },
	{ "SSLv3/TLS write session ticket",     "SSLv3 write session ticket A" },
	{ "SSLv3/TLS write change cipher spec", "SSLv3 write change cipher spec A" },
	{ "SSLv3/TLS write finished",           "SSLv3 write finished A" },
	{ "SSL negotiation finished successfully", "SSL negotiation finished successfully" },
	{ NULL, NULL }
};
static const struct state_name connect_names[] = {
	{ "before SSL initialization",          "before/connect initialization" },
	{ "SSLv3/TLS write client hello",       "SSLv2/v3 write client hello A" },
	{ "SSLv3/TLS read server hello",        "SSLv3 read server hello A" },
	{ "SSLv3/TLS read server certificate",  "SSLv3 read server certificate A" },
	{ "SSLv3/TLS read server key exchange", "SSLv3 read server key exchange A" },
	{ "SSLv3/TLS read server certificate request", "SSLv3 read server certificate request A" },
	{ "SSLv3/TLS read server done",         "SSLv3 read server done A" },
	{ "SSLv3/TLS read server session ticket", "SSLv3 read server session ticket A" },
	{ "SSLv3/TLS write client certificate", "SSLv3 write client certificate A" },
	{ "SSLv3/TLS write client key exchange", "SSLv3 write client key exchange A" },
	{ "SSLv3/TLS write certificate verify", "SSLv3 write certificate verify A" },
	{ "SSLv3/TLS write change cipher spec", "SSLv3 write change cipher spec A" },
	{ "SSLv3/TLS write finished",           "SSLv3 write finished A" },
	{ "SSLv3/TLS read change cipher spec",  NULL },
	{ "SSLv3/TLS read finished",            "SSLv3 read finished A" },
	{ NULL, NULL }
};
static const char *const handshake_names[256] = {
	[0] = "HelloRequest", [1] = "ClientHello", [2] = "ServerHello", [4] = "NewSessionTicket",
	[5] = "EndOfEarlyData", [8] = "EncryptedExtensions", [11] = "Certificate",
	[12] = "ServerKeyExchange", [13] = "CertificateRequest", [14] = "ServerHelloDone",
	[15] = "CertificateVerify", [16] = "ClientKeyExchange", [20] = "Finished",
	[22] = "CertificateStatus", [24] = "KeyUpdate",
};
static const char *const alert_names[256] = {
	[0] = "close_notify", [10] = "unexpected_message", [20] = "bad_record_mac",
	[22] = "record_overflow", [40] = "handshake_failure", [42] = "bad_certificate",
	[43] = "unsupported_certificate", [44] = "certificate_revoked",
	[45] = "certificate_expired", [46] = "certificate_unknown", [47] = "illegal_parameter",
	[48] = "unknown_ca", [49] = "access_denied", [50] = "decode_error",
	[51] = "decrypt_error", [70] = "protocol_version", [71] = "insufficient_security",
	[80] = "internal_error", [86] = "inappropriate_fallback", [90] = "user_canceled",
	[100] = "no_renegotiation", [109] = "missing_extension",
	[110] = "unsupported_extension", [112] = "unrecognized_name",
	[116] = "certificate_required", [120] = "no_application_protocol",
};
/* clang-format on */

static const char *
old_name(const char *state, bool client)
{
	for (const struct state_name *n = client ? connect_names : accept_names; n->now; n++)
		if (!strcmp(n->now, state))
			return n->then;
	return state;
}

/* "0303 SSL_accept:STATE": the version stands in front, see datapath/sip/tls.c. */
static void
say_state(struct log *log, const struct event *e)
{
	char line[256], out[300];
	unsigned version = 0;
	char *state;
	bool client;

	snprintf(line, sizeof(line), "%.*s", (int)e->size, e->bytes);
	if (sscanf(line, "%4x ", &version) != 1 || strlen(line) < 5)
		return;
	state = strchr(line + 5, ':');
	client = strstr(line, "SSL_connect") != NULL;
	if (!state || version >= 0x0304 || strstr(line, "alert")) {
		log_debug(log, line + 5, false);
		return;
	}
	state += 1 + (state[1] == ' ');
	if (!old_name(state, client))
		return;
	snprintf(out, sizeof(out), "%.*s%s", (int)(state - line - 5), line + 5,
	    old_name(state, client));
	log_debug(log, out, false);
}

static const char *
version_name(unsigned version)
{
	static const char *const names[] = { "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3" };

	return version >= 0x0300 && version <= 0x0304 ? names[version - 0x0300] : "TLS";
}

static void
record_title(const struct tls_record *r, const unsigned char *p, size_t size, char *buf, size_t room)
{
	const char *dir = r->sent ? ">>>" : "<<<", *v = version_name(r->version), *name;

	if (r->type == 20) {
		snprintf(buf, room, "%s %s ChangeCipherSpec [length %04zX]", dir, v, size);
	} else if (r->type == 21 && size >= 2) {
		name = alert_names[p[1]];
		snprintf(buf, room, "%s %s Alert [length %04zX], %s %s", dir, v, size,
		    p[0] == 2 ? "fatal" : "warning", name ? name : "unknown");
	} else {
		name = size ? handshake_names[p[0]] : NULL;
		snprintf(buf, room, "%s %s Handshake [length %04zX], %s", dir, v, size,
		    name ? name : "?");
	}
}

/* A session ticket is a key in disguise: its head is shown, its body is not. */
static size_t
shown_bytes(const struct tls_record *r, const unsigned char *p, size_t size)
{
	return r->type == 22 && size && p[0] == 4 ? 4 : size;
}

static void
say_record(struct log *log, const struct event *e)
{
	struct tls_record r;
	const unsigned char *p = (const unsigned char *)e->bytes + sizeof(r);
	char line[160];
	size_t size, shown;

	if (e->size < sizeof(r))
		return;
	memcpy(&r, e->bytes, sizeof(r));
	size = e->size - sizeof(r);
	shown = shown_bytes(&r, p, size);
	record_title(&r, p, size, line, sizeof(line));
	log_debug(log, line, false);
	for (size_t i = 0; i < shown; i += 16) {
		int n = snprintf(line, sizeof(line), "    ");

		for (size_t k = i; k < i + 16 && k < shown; k++)
			n += snprintf(line + n, sizeof(line) - (size_t)n, "%s%02X", k > i ? " " : "",
			    p[k]);
		log_debug(log, line, false);
	}
	log_debug(log, "", false);
}

static void
say_tls_error(struct log *log, const struct event *e)
{
	char line[512];

	snprintf(line, sizeof(line), "TLS error: %.*s", (int)e->size, e->bytes);
	log_debug(log, line, false);
}

static void
say_pki(struct log *log, const struct event *e)
{
	char line[1200];

	snprintf(line, sizeof(line), "%.*s", (int)e->size, e->bytes);
	log_debug(log, line, false);
}

/* ---- dial-peers, syslog ------------------------------------------------------------------------------------------ */

static void
say_dialpeer(struct log *log, const struct event *e)
{
	struct dialpeer_news n;
	char text[768], list[256] = "", *rest, *one;
	const char *g = *e->guid ? e->guid : "xxxxxxxxxxxx";
	size_t at = 0;
	int i = 0;

	memcpy(&n, e->bytes, sizeof(n));
	if (n.incoming) {
		snprintf(text, sizeof(text), "//-1/%s/DPM/dpAssociateIncomingPeerCore:\n"
		    "   Calling Number=%s, Called Number=%s, Voice-Interface=0x0,\n"
		    "   Timeout=TRUE, Peer Encap Type=ENCAP_VOIP, Peer Search Type=PEER_TYPE_VOICE,\n"
		    "   Peer Info Type=DIALPEER_INFO_SPEECH\n", g, n.calling, n.called);
		log_debug(log, text, false);
		snprintf(text, sizeof(text), "//-1/%s/DPM/dpAssociateIncomingPeerCore:\n"
		    "   Result=%s%s; Incoming Dial-peer=%u\n", g, n.tag ? "Success(0) after " :
		    "NO_MATCH(-1)", n.tag ? n.match : " After All Match Rules Attempt", n.tag);
		log_debug(log, text, false);
		return;
	}
	rest = n.list;
	while ((one = strsep(&rest, " ")) && at < sizeof(list))
		at += (size_t)snprintf(list + at, sizeof(list) - at, "     %d: Dial-peer Tag=%s\n", ++i,
		    one);
	snprintf(text, sizeof(text), "//-1/%s/DPM/dpMatchPeersCore:\n   Calling Number=, Called "
	    "Number=%s, Peer Info Type=DIALPEER_INFO_SPEECH\n", g, n.called);
	log_debug(log, text, false);
	snprintf(text, sizeof(text), "//-1/%s/DPM/dpMatchPeersMoreArg:\n   Result=%s\n%s%s", g,
	    n.tag ? "SUCCESS(0)" : "NO_MATCH(-1)",
	    n.tag ? "   List of Matched Outgoing Dial-peer(s):\n" : "", n.tag ? list : "");
	log_debug(log, text, false);
}

static void
say_log(struct log *log, const struct event *e)
{
	struct log_head h;

	if (e->size < sizeof(h))
		return;
	memcpy(&h, e->bytes, sizeof(h));
	h.mnemonic[sizeof(h.mnemonic) - 1] = '\0';
	log_put(log, h.severity, h.mnemonic, "%.*s", (int)(e->size - sizeof(h)), e->bytes + sizeof(h));
}

/* ---- the thread --------------------------------------------------------------------------------------------------- */

/* `debug condition': of which calls anything is said. */
static bool
is_let(struct conditions *c, const struct event *e)
{
	struct dialpeer_news n;

	if (e->kind == EVENT_SIP_RECEIVED || e->kind == EVENT_SIP_SENT)
		return conditions_let_message(c, e->bytes, e->size);
	if (e->kind != EVENT_DIALPEER)
		return true;
	memcpy(&n, e->bytes, sizeof(n));
	return conditions_let(c, n.called, *n.calling ? n.calling : NULL);
}

static void
on_event(void *arg, const struct event *e)
{
	static void (*const say[])(struct log *, const struct event *) = {
		[EVENT_LOG] = say_log, [EVENT_SIP_RECEIVED] = say_sip, [EVENT_SIP_SENT] = say_sip,
		[EVENT_TLS_STATE] = say_state, [EVENT_TLS_MESSAGE] = say_record,
		[EVENT_TLS_ERROR] = say_tls_error, [EVENT_DIALPEER] = say_dialpeer,
		[EVENT_PKI] = say_pki,
	};
	struct events *ev = arg;

	if (!is_let(ev->box->conditions, e))
		return;
	if (e->kind < sizeof(say) / sizeof(*say) && say[e->kind])
		say[e->kind](ev->box->log, e);
}

static void *
run(void *arg)
{
	struct events *ev = arg;
	unsigned dropped = 0;

	pthread_setname_np(pthread_self(), "Logger");
	while (!atomic_load(&ev->stop)) {
		datapath_read(ev->box->datapath, 200, on_event, ev, &dropped);
		if (dropped)
			log_put(ev->box->log, 4, "SYS-4-EVENTS_DROPPED", "%u messages dropped", dropped);
		dropped = 0;
	}
	return NULL;
}

int
events_start(struct events **ep, struct box *box)
{
	struct events *ev = calloc(1, sizeof(*ev));

	if (!ev)
		return -ENOMEM;
	ev->box = box;
	if (pthread_create(&ev->thread, NULL, run, ev)) {
		free(ev);
		return -EAGAIN;
	}
	*ep = ev;
	return 0;
}

void
events_stop(struct events *ev)
{
	if (!ev)
		return;
	atomic_store(&ev->stop, true);
	pthread_join(ev->thread, NULL);
	free(ev);
}
