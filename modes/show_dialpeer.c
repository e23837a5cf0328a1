/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_dialpeer.c -- `show dial-peer voice', `show dialplan number', the keepalive, and
 * whose calls are trusted.  Of IOS's long block those lines are printed that are true of this
 * box: what is configured, and what it never does. */
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/kinds.h"
#include "modes/show.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- words --------------------------------------------------------------------------------- */

const char *
target_words(const struct session_target *t, char *buf, size_t size)
{
	FILE *out;

	memset(buf, 0, size);
	if (t->type == TARGET_NONE || !(out = fmemopen(buf, size - 1, "w")))
		return buf;
	target_kind.print(t, sizeof(*t), out);
	fclose(out);
	return buf;
}

/* The words of a choice of a dial-peer's row: its table belongs to that row. */
static const char *
choice_words(const char *row, unsigned value)
{
	for (size_t i = 0; i < mode_dial_peer.count; i++) {
		const struct line *l = &mode_dial_peer.lines[i];

		if (strncmp(l->syntax, row, strlen(row)) || value >= l->choices.count)
			continue;
		return l->choices.table[value].words ? l->choices.table[value].words : "";
	}
	return "";
}

bool
dial_peer_up(const struct dial_peer *p, enum peer_state state)
{
	bool goes_out = *p->destination && p->target.type != TARGET_NONE;

	return !p->shutdown && state != PEER_DOWN && (goes_out || *p->incoming || *p->answer);
}

static const char *
up(bool is)
{
	return is ? "up" : "down";
}

static const char *
enabled(bool is)
{
	return is ? "enabled" : "disabled";
}

static uint32_t
tag_of(const struct dial_peer *p)
{
	return (uint32_t)strtoul(p->node.key, NULL, 10);
}

/* ---- calls under way by dial-peer ---------------------------------------------------------- */

struct busy {
	uint32_t *tags; /* of every leg, in order */
	size_t count;
};

static int
by_tag(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int
gather_busy(struct datapath *d, struct busy *b)
{
	struct calls calls;
	int rc = datapath_calls(d, CALLS_ACTIVE, &calls);

	*b = (struct busy){.tags = calloc(2 * calls.count + 1, sizeof(*b->tags))};
	if (rc == 0 && !b->tags)
		rc = -ENOMEM;
	for (size_t i = 0; rc == 0 && i < calls.count; i++)
		for (int k = 0; k < calls.calls[i].legs; k++)
			b->tags[b->count++] = calls.calls[i].leg[k].peer_tag;
	if (b->count)
		qsort(b->tags, b->count, sizeof(*b->tags), by_tag);
	calls_clear(&calls);
	return rc;
}

static size_t
count_busy(const struct busy *b, uint32_t tag)
{
	const uint32_t *found =
	    b->count ? bsearch(&tag, b->tags, b->count, sizeof(tag), by_tag) : NULL;
	const uint32_t *first = found, *last = found;

	if (!found)
		return 0;
	while (first > b->tags && first[-1] == tag)
		first--;
	while (last < b->tags + b->count && *last == tag)
		last++;
	return (size_t)(last - first);
}

/* ---- the block ----------------------------------------------------------------------------- */

struct peer_view {
	const struct config *config;
	const struct dial_peer *p;
	struct peer_status status;
	struct peer_calls calls;
	size_t busy;
	char target[192];
};

static void
view_peer(struct peer_view *v, struct session *s, const struct dial_peer *p, const struct busy *b)
{
	*v = (struct peer_view){.config = session_config(s), .p = p};
	v->status = datapath_peer(BOX(s)->datapath, tag_of(p));
	v->calls = datapath_peer_calls(BOX(s)->datapath, tag_of(p));
	v->busy = count_busy(b, tag_of(p));
	target_words(&p->target, v->target, sizeof(v->target));
}

static void
print_numbers(const struct peer_view *v, FILE *out)
{
	const struct dial_peer *p = v->p;

	fprintf(out,
	    "VoiceOverIpPeer%s\n"
	    "\tpeer type = voice, system default peer = FALSE, information type = voice,\n"
	    "\tdescription = `%s',\n"
	    "\ttag = %s, destination-pattern = `%s',\n"
	    "\tanswer-address = `%s', preference=%u,\n"
	    "\tnumbering Type = `unknown'\n"
	    "\tgroup = %s, Admin state is %s, Operation state is %s,\n"
	    "\tincoming called-number = `%s', connections/maximum = %zu/unlimited,\n"
	    "\tbandwidth/maximum = 0/unlimited,\n",
	    p->node.key, p->description, p->node.key, p->destination, p->answer, p->preference,
	    p->node.key, up(!p->shutdown), up(dial_peer_up(p, v->status.state)), p->incoming,
	    v->busy);
}

static void
print_dtmf(const struct dtmf_list *d, FILE *out)
{
	fprintf(out, "\tDTMF Relay = %s", enabled(d->digits[0]));
	for (size_t i = 0; i < DTMFS && d->digits[i]; i++)
		fprintf(out, "%s%s", i ? " " : ", (", choice_words("dtmf-relay", d->digits[i]));
	fprintf(out, "%s\n", d->digits[0] ? ")" : ",");
}

static void
print_session(const struct peer_view *v, FILE *out)
{
	const struct dial_peer *p = v->p;

	fprintf(out,
	    "\thuntstop = %s,\n"
	    "\tpermission :both\n"
	    "\tincoming COR list:maximum capability\n"
	    "\toutgoing COR list:minimum requirement\n"
	    "\tTranslation profile (Incoming):%s\n"
	    "\tTranslation profile (Outgoing):%s\n"
	    "\ttype = voip, session-target = `%s',\n"
	    "\tsettle-call = disabled\n"
	    "\tip media DSCP = ef,\n"
	    "\tUDP checksum = enabled,\n"
	    "\tsession-protocol = %s, session-transport = %s,\n"
	    "\treq-qos = best-effort, acc-qos = best-effort,\n"
	    "\tRTP dynamic payload type values: NTE = %u\n",
	    enabled(p->huntstop), p->translate_in, p->translate_out, v->target,
	    choice_words("session protocol", p->protocol), transport_choices[p->transport].words,
	    p->nte_payload);
}

static void
print_codec(const struct peer_view *v, FILE *out)
{
	const struct dial_peer *p = v->p;

	if (p->codec_class.set) {
		fprintf(out, "\tvoice class codec = `%u'\n", p->codec_class.tag);
		return;
	}
	fprintf(out, "\tcodec = %s,", codec_choices[p->codec.set ? p->codec.codec : G729R8].words);
	if (p->codec.bytes)
		fprintf(out, "   payload size =  %u bytes,", p->codec.bytes);
	fprintf(out, "\n\tvideo codec = None\n\tvoice class codec = `'\n");
}

static void
print_bind(const char *what, const struct interface_ref *b, const struct config *c, FILE *out)
{
	const struct interface *i = b->set ? map_find(c->interfaces, b->name) : NULL;
	char host[INET_ADDRSTRLEN] = "no address";

	if (i && i->ip.set)
		inet_ntop(AF_INET, &i->ip.address, host, sizeof(host));
	fprintf(out, "\tvoice class sip bind %s = %s%s,\n", what, b->set ? "enabled, " : "system",
	    b->set ? host : "");
}

static const char *
secure_words(uint8_t srtp)
{
	static const char *const words[] = {
	    [SRTP_SYSTEM] = "system (use the global setting)",
	    [SRTP_OFF] = "disabled",
	    [SRTP_ON] = "enabled",
	    [SRTP_FALLBACK] = "enabled, fallback enabled",
	    [SRTP_PASS_THRU] = "pass-thru",
	};

	return srtp <= SRTP_PASS_THRU ? words[srtp] : "";
}

static void
print_sip(const struct peer_view *v, FILE *out)
{
	const struct dial_peer *p = v->p;
	static const char *const probe[] = {
	    [PEER_UNPROBED] = "not probed", [PEER_UP] = "active", [PEER_DOWN] = "busyout"};

	fprintf(out,
	    "\tMedia Setting = flow-through\n"
	    "\tVAD = %s,\n"
	    "\tvoice class sip url = %s,\n"
	    "\tvoice class sip early-offer forced = %s,\n",
	    enabled(p->vad), url_choices[p->url].words, p->early_offer.set ? "enabled" : "system");
	print_bind("control", &p->bind_control, v->config, out);
	print_bind("media", &p->bind_media, v->config, out);
	if (p->srtp_crypto)
		fprintf(out, "\tvoice class sip srtp-crypto = %u,\n", p->srtp_crypto);
	fprintf(out,
	    "\tvoice class sip options-keepalive = %s%s%s,\n"
	    "\tredirect ip2ip = disabled\n"
	    "\tSecure RTP: %s\n",
	    enabled(p->keepalive.set), p->keepalive.set ? ", " : "",
	    p->keepalive.set ? probe[v->status.state % 3] : "", secure_words(p->srtp));
}

static void
print_calls(const struct peer_calls *c, FILE *out)
{
	char cause[8] = "";

	if (c->last_cause)
		snprintf(cause, sizeof(cause), "%-4X", c->last_cause);
	fprintf(out,
	    "\tTime elapsed since last clearing of voice call statistics never\n"
	    "\tConnect Time = %llu, Charged Units = 0,\n"
	    "\tSuccessful Calls = %llu, Failed Calls = %llu, Incomplete Calls = %llu\n"
	    "\tAccepted Calls = %llu, Refused Calls = %llu,\n"
	    "\tLast Disconnect Cause is \"%s\",\n",
	    (unsigned long long)c->connect_s, (unsigned long long)c->connected,
	    (unsigned long long)c->failed, (unsigned long long)c->incomplete,
	    (unsigned long long)c->accepted, (unsigned long long)c->refused, cause);
	if (c->last_cause)
		fprintf(out, "\tLast Disconnect Text is \"%s (%u)\",\n", cause_words(c->last_cause),
		    c->last_cause);
	else
		fprintf(out, "\tLast Disconnect Text is \"\",\n");
	if (*c->last_text)
		fprintf(out, "\tLast Disconnect Reason is \"%s\".\n", c->last_text);
}

static void
print_peer(const struct peer_view *v, FILE *out)
{
	print_numbers(v, out);
	print_dtmf(&v->p->dtmf, out);
	print_session(v, out);
	print_codec(v, out);
	print_sip(v, out);
	print_calls(&v->calls, out);
}

/* ---- show dial-peer voice ------------------------------------------------------------------ */

/* A tag of six digits and more goes on in the next line, as on IOS. */
static void
print_summary_row(const struct dial_peer *p, const struct peer_status *st, FILE *out)
{
	static const char *const keepalive[] = {
	    [PEER_UNPROBED] = "", [PEER_UP] = "active", [PEER_DOWN] = "busyout"};
	char target[192], tag[16];
	bool wraps = strlen(p->node.key) > 6;

	snprintf(tag, sizeof(tag), "%.*s%s", wraps ? 5 : 6, p->node.key, wraps ? "-" : "");
	fprintf(out, "%-6s %-5s %-4s %-4s %-9s %-17s %2u  %-4s %-14s %-4s %-7s %-11s %s\n", tag,
	    "voip", up(!p->shutdown), up(dial_peer_up(p, st->state)), "", p->destination,
	    p->preference, "syst", target_words(&p->target, target, sizeof(target)), "", "",
	    p->keepalive.set ? keepalive[st->state % 3] : "", "NA");
	if (wraps)
		fprintf(out, "%s\n", p->node.key + 5);
}

static int
print_summary(struct session *s)
{
	const struct config *c = session_config(s);
	FILE *out = session_out(s);

	fprintf(out,
	    "dial-peer hunt 0\n"
	    "             AD                                    PRE PASS SESS-SER-GRP\\  OUT\n"
	    "TAG    TYPE  MIN  OPER PREFIX    DEST-PATTERN      FER THRU SESS-TARGET    STAT PORT"
	    "    KEEPALIVE    VRF\n");
	for (const struct dial_peer *p = map_first(c->dial_peers); p;
	     p = map_after(c->dial_peers, p->node.key)) {
		struct peer_status st = datapath_peer(BOX(s)->datapath, tag_of(p));

		print_summary_row(p, &st, out);
	}
	return 0;
}

int
show_dial_peer(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *tag = match_text(m, "tag");
	const struct dial_peer *p = tag ? map_find(c->dial_peers, tag) : map_first(c->dial_peers);
	struct peer_view v;
	struct busy busy;
	int rc;

	if (match_text(m, "summary"))
		return print_summary(s);
	if (tag && !p) {
		session_refused(s, "dial-peer %s does not exist", tag);
		return -ENOENT;
	}
	rc = gather_busy(BOX(s)->datapath, &busy);
	for (; p && rc == 0; p = tag ? NULL : map_after(c->dial_peers, p->node.key)) {
		view_peer(&v, s, p, &busy);
		print_peer(&v, session_out(s));
	}
	free(busy.tags);
	return rc;
}

/* ---- show dialplan number ------------------------------------------------------------------ */

int
show_dialplan(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *number = match_text(m, "number");
	struct routes routes;
	struct peer_view v;
	struct busy busy;
	int rc = datapath_routes(BOX(s)->datapath, number, &routes);

	if (rc < 0)
		return rc;
	session_print(s, "Macro Exp.: %s\n", number);
	if (!routes.count) {
		session_print(s, "No match, result=-1(NO_MATCH)\n");
		return 0;
	}
	rc = gather_busy(BOX(s)->datapath, &busy);
	for (size_t i = 0; i < routes.count && rc == 0; i++) {
		char key[16];
		const struct dial_peer *p;

		snprintf(key, sizeof(key), "%u", routes.of[i].tag);
		if (!(p = map_find(c->dial_peers, key)))
			continue;
		view_peer(&v, s, p, &busy);
		session_print(s, "\n");
		print_peer(&v, session_out(s));
		session_print(s, "Matched: %s   Digits: %u\nTarget: %s\n", number,
		    routes.of[i].digits, v.target);
	}
	free(busy.tags);
	return rc;
}

/* ---- show dial-peer voip keepalive status -------------------------------------------------- */

static void
print_keepalive(struct session *s, const struct dial_peer *p)
{
	static const char *const words[] = {
	    [PEER_UNPROBED] = "not probed", [PEER_UP] = "active", [PEER_DOWN] = "busyout"};
	struct peer_status st = datapath_peer(BOX(s)->datapath, tag_of(p));
	char target[192], when[WHEN];

	session_print(s, " %-10s %-8s %-30s %-12s %-7s %-7s %s\n", p->node.key, "-",
	    target_words(&p->target, target, sizeof(target)), "-", "-", "-", words[st.state % 3]);
	if (st.since_s)
		session_print(s, "            since %s%s%s\n", when_second(st.since_s, when),
		    *st.because ? ": " : "", st.because);
	if (p->target.type != TARGET_IPV4 && p->target.type != TARGET_DNS)
		session_print(s, "            only targets of the forms ipv4: and dns: are probed\n");
}

int
show_keepalive(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *tag = match_text(m, "tag");

	session_print(s, " %-10s %-8s %-30s %-12s %-7s %-7s %s\n", "TAG", "TENANT", "DESTINATION",
	    "OOD-SessID", "PRI", "WT", "STATUS");
	for (const struct dial_peer *p = map_first(c->dial_peers); p;
	     p = map_after(c->dial_peers, p->node.key))
		if (p->keepalive.set && (!tag || !strcmp(tag, p->node.key)))
			print_keepalive(s, p);
	return 0;
}

/* ---- show ip address trusted --------------------------------------------------------------- */

static void
print_targets(struct session *s)
{
	const struct config *c = session_config(s);
	char target[192];

	session_print(s, "VoIP Dial-peer IPv4 and IPv6 Session Targets:\n"
			 "Peer Tag        Oper State      Session Target\n"
			 "--------        ----------      --------------\n");
	for (const struct dial_peer *p = map_first(c->dial_peers); p;
	     p = map_after(c->dial_peers, p->node.key)) {
		struct peer_status st;

		if (p->target.type != TARGET_IPV4 && p->target.type != TARGET_IPV6 &&
		    p->target.type != TARGET_DNS)
			continue;
		st = datapath_peer(BOX(s)->datapath, tag_of(p));
		session_print(s, "%-15s %-15s %s\n", p->node.key,
		    dial_peer_up(p, st.state) ? "UP" : "DOWN",
		    target_words(&p->target, target, sizeof(target)));
	}
}

static void
print_trusted(struct session *s, const struct ip_trust *trust)
{
	size_t count;
	const void **list = map_by_birth(trust->ipv4, &count);

	session_print(s, "\nConfigured IP Address Trusted List:\n");
	for (size_t i = 0; list && i < count; i++)
		session_print(s, " ipv4 %s\n", ((const struct node *)list[i])->key);
	free(list);
	list = map_by_birth(trust->ipv6, &count);
	for (size_t i = 0; list && i < count; i++)
		session_print(s, " ipv6 %s\n", ((const struct node *)list[i])->key);
	free(list);
}

static int
newest_first(const void *a, const void *b)
{
	const struct stranger *x = a, *y = b;

	return (x->last_s < y->last_s) - (x->last_s > y->last_s);
}

/* Ours: IOS only counts them. */
static void
print_strangers(struct session *s)
{
	static const char *const names[TRANSPORTS] = { "", "UDP", "TCP", "TLS" };
	char when[WHEN], host[ADDR_TEXT];
	struct strangers all;

	if (datapath_strangers(BOX(s)->datapath, &all) == 0 && all.count) {
		qsort(all.of, all.count, sizeof(*all.of), newest_first);
		session_print(s, "Last seen                      Transport Count      Address\n"
				 "------------------------------ --------- ---------- -------\n");
	}
	for (size_t i = 0; i < all.count; i++)
		session_print(s, "%-30s %-9s %-10llu %s\n", when_second(all.of[i].last_s, when),
		    names[all.of[i].transport], (unsigned long long)all.of[i].count,
		    addr_host(&all.of[i].remote, host));
	free(all.of);
}

int
show_trusted_list(struct session *s, const struct match *m)
{
	const struct voice_service *v = &((const struct config *)session_config(s))->voip;
	struct sip_stats *stats = calloc(1, sizeof(*stats));
	int rc = stats ? datapath_sip_stats(BOX(s)->datapath, stats) : -ENOMEM;
	uint8_t cause = v->block_cause ? v->block_cause : 21;

	(void)m;
	if (rc == 0) {
		session_print(s,
		    "IP Address Trusted Authentication\n"
		    " Administration State: %s\n"
		    " Operation State:      %s\n\n",
		    v->authenticate ? "UP" : "DOWN", v->authenticate ? "UP" : "DOWN");
		session_print(s, "IP Address Trusted Call Block Cause: %s (%u)\n\n",
		    cause == 21 ? "call-reject" : cause_words(cause), cause);
		print_targets(s);
		print_trusted(s, &v->trust);
		session_print(s, "\nRequests and connections discarded as untrusted: %llu\n",
		    (unsigned long long)stats->untrusted);
		print_strangers(s);
	}
	free(stats);
	return rc;
}

static bool
is_target(const struct config *c, struct in_addr a)
{
	for (const struct dial_peer *p = map_first(c->dial_peers); p;
	     p = map_after(c->dial_peers, p->node.key))
		if (!p->shutdown && p->target.type == TARGET_IPV4 &&
		    p->target.ipv4.s_addr == a.s_addr)
			return true;
	return false;
}

static bool
is_listed(const struct ip_trust *trust, struct in_addr a)
{
	for (const struct trusted_ipv4 *i = map_first(trust->ipv4); i;
	     i = map_after(trust->ipv4, i->node.key)) {
		uint32_t mask = i->mask.s_addr;

		if (!mask && i->address.s_addr)
			mask = UINT32_MAX;
		if ((a.s_addr & mask) == (i->address.s_addr & mask))
			return true;
	}
	return false;
}

/* The datapath judges; the configuration tells why. */
int
show_trusted_check(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	const char *text = match_text(m, "address"), *by = "the address of a name";
	struct in_addr a;
	addr_t addr;

	if (inet_pton(AF_INET, text, &a) != 1)
		return -EINVAL;
	addr = addr_ipv4(a, 0);
	if (!datapath_trusts(BOX(s)->datapath, &addr)) {
		session_print(s, "ip[%s] authentication is FAILED!\n", text);
		return 0;
	}
	if (!c->voip.authenticate)
		by = "no ip address trusted authenticate";
	else if (is_target(c, a))
		by = "peer ip addr";
	else if (is_listed(&c->voip.trust, a))
		by = "trusted list";
	session_print(s, "ip[%s] authenticate is PASSED by %s\n", text, by);
	return 0;
}
