/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/kinds.c -- see kinds.h. */
#include "modes/kinds.h"
#include "modes/explain.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <strings.h>

/* ---- session target ---------------------------------------------------------------------------------- */

static const struct choice target_help[] = {
	{ "ipv4:A.B.C.D[:PORT]", "Specify IPv4 address of the peer" },
	{ "ipv6:[X:X:X:X::X][:PORT]", "Specify IPv6 address of the peer" },
	{ "dns:HOST[:PORT]", "Specify the name of the peer" },
	{ "sip-server", "Use the SIP server of sip-ua" },
	{ "registrar", "Use the registrar of sip-ua" },
	{ "sip-uri", "Use the host of the request" },
	{ "loopback:rtp", "Answer here and return the media" },
	{ "ras", "Use RAS" },
	{ NULL, NULL }
};
static const char *const target_samples[] = { "ipv4:10.1.2.3", "ipv4:10.1.2.3:5061",
	"dns:cucm.example.com", "dns:cucm.example.com:5070", "ipv6:[2001:db8::1]:5061", "sip-server",
	"loopback:rtp", NULL };

struct plain { const char *word; uint8_t type; };
static const struct plain plains[] = { { "sip-server", TARGET_SIP_SERVER },
	{ "registrar", TARGET_REGISTRAR }, { "sip-uri", TARGET_SIP_URI },
	{ "loopback:rtp", TARGET_LOOPBACK }, { "ras", TARGET_RAS } };

/* The port behind `text', 0 where there is none; false: it is no port. */
static bool
port_of(const char *text, uint16_t *port)
{
	char *end;
	unsigned long n;

	*port = 0;
	if (!*text)
		return true;
	if (*text != ':' || !isdigit((unsigned char)text[1]))
		return false;
	n = strtoul(text + 1, &end, 10);
	*port = (uint16_t)n;
	return !*end && n > 0 && n < 65536;
}

static int
parse_host(struct session_target *t, const char *text)
{
	size_t n = strcspn(text, ":");

	if (!n || n >= sizeof(t->host) || !port_of(text + n, &t->port))
		return -EINVAL;
	memcpy(t->host, text, n);
	return strspn(t->host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_.$") == n ? 0 : -EINVAL;
}

static int
parse_ipv6(struct session_target *t, const char *text)
{
	const char *close = strchr(text, ']');
	char host[64] = "";

	if (*text != '[' || !close || (size_t)(close - text) >= sizeof(host) ||
	    !port_of(close + 1, &t->port))
		return -EINVAL;
	memcpy(host, text + 1, (size_t)(close - text) - 1);
	return inet_pton(AF_INET6, host, &t->ipv6) == 1 ? 0 : -EINVAL;
}

static int
target_parse(void *field, size_t size, const char *word)
{
	struct session_target *t = field;

	(void)size;
	for (size_t i = 0; i < sizeof(plains) / sizeof(*plains); i++) {
		if (strcasecmp(word, plains[i].word))
			continue;
		t->type = plains[i].type;
		return 0;
	}
	if (!strncasecmp(word, "ipv4:", 5)) {
		t->type = TARGET_IPV4;
		if (parse_host(t, word + 5) < 0 || inet_pton(AF_INET, t->host, &t->ipv4) != 1)
			return -EINVAL;
		memset(t->host, 0, sizeof(t->host));
		return 0;
	}
	if (!strncasecmp(word, "dns:", 4)) {
		t->type = TARGET_DNS;
		return parse_host(t, word + 4);
	}
	t->type = TARGET_IPV6;
	return strncasecmp(word, "ipv6:", 5) ? -EINVAL : parse_ipv6(t, word + 5);
}

static void
target_print(const void *field, size_t size, FILE *out)
{
	const struct session_target *t = field;
	char text[INET6_ADDRSTRLEN] = "";

	(void)size;
	for (size_t i = 0; i < sizeof(plains) / sizeof(*plains); i++)
		if (t->type == plains[i].type)
			fputs(plains[i].word, out);
	if (t->type == TARGET_IPV4)
		fprintf(out, "ipv4:%s", inet_ntop(AF_INET, &t->ipv4, text, sizeof(text)));
	else if (t->type == TARGET_IPV6)
		fprintf(out, "ipv6:[%s]", inet_ntop(AF_INET6, &t->ipv6, text, sizeof(text)));
	else if (t->type == TARGET_DNS)
		fprintf(out, "dns:%s", t->host);
	if (t->port)
		fprintf(out, ":%u", t->port);
}

const struct kind target_kind = { target_help, target_parse, target_print, target_samples };

/* ---- interface names ------------------------------------------------------------------------------------ */

static const struct choice interface_help[] = {
	{ "GigabitEthernet", "GigabitEthernet IEEE 802.3z" },
	{ "FastEthernet", "FastEthernet IEEE 802.3" },
	{ "TenGigabitEthernet", "Ten Gigabit Ethernet" },
	{ "Ethernet", "IEEE 802.3" },
	{ "Loopback", "Loopback interface" },
	{ "Port-channel", "Ethernet Channel of interfaces" },
	{ "Vlan", "Catalyst Vlans" },
	{ NULL, NULL }
};
static const char *const interface_samples[] = { "GigabitEthernet0/0", "Loopback0",
	"Port-channel1.20", NULL };

/* The first name of the list that `letters' begins: gi, te, lo0 ... */
static int
interface_parse(void *field, size_t size, const char *word)
{
	size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
	const char *number = word + letters;

	if (!letters || !isdigit((unsigned char)*number) ||
	    number[strspn(number, "0123456789/.:")])
		return -EINVAL;
	for (const struct choice *c = interface_help; c->words; c++) {
		if (strncasecmp(c->words, word, letters) || letters > strlen(c->words))
			continue;
		return (size_t)snprintf(field, size, "%s%s", c->words, number) < size ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static void
interface_print(const void *field, size_t size, FILE *out)
{
	fprintf(out, "%.*s", (int)size, (const char *)field);
}

const struct kind interface_kind = { interface_help, interface_parse, interface_print,
	interface_samples };

enum { DAY_S = 86400 };

/* ---- a day ---------------------------------------------------------------------------------------------------- */

static const struct choice date_help[] = { { "YYYY-MM-DD", "Day, which begins at 00:00 UTC" }, { NULL, NULL } };
static const char *const date_samples[] = { "2026-12-31", "1970-01-02", "2099-02-28", NULL };

static int
date_parse(void *field, size_t size, const char *word)
{
	time_t noon = read_date(word);
	uint32_t day = (uint32_t)(noon - noon % DAY_S);

	if (noon < DAY_S || noon > UINT32_MAX || size != sizeof(day))
		return -EINVAL;
	memcpy(field, &day, sizeof(day));
	return 0;
}

static void
date_print(const void *field, size_t size, FILE *out)
{
	char text[16] = "";
	uint32_t day = 0;
	struct tm tm;
	time_t t;

	memcpy(&day, field, size < sizeof(day) ? size : sizeof(day));
	t = day;
	if (gmtime_r(&t, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	fputs(text, out);
}

const struct kind date_kind = { date_help, date_parse, date_print, date_samples };

/* ---- choices ----------------------------------------------------------------------------------------------- */

/* clang-format off */
const struct choice transport_choices[TRANSPORTS] = {
	[TRANSPORT_SYSTEM] = { "system",  "As the global setting" },
	[TRANSPORT_UDP]    = { "udp",     "UDP" },
	[TRANSPORT_TCP]    = { "tcp",     "TCP" },
	[TRANSPORT_TLS]    = { "tcp tls", "TLS over TCP" },
};

const struct choice srtp_choices[SRTP_PASS_THRU + 1] = {
	[SRTP_SYSTEM]    = { "srtp system",    "Secure RTP as the global setting" },
	[SRTP_OFF]       = { "no srtp",        "No Secure RTP" },
	[SRTP_ON]        = { "srtp",           "Secure RTP only" },
	[SRTP_FALLBACK]  = { "srtp fallback",  "RTP where the far end has no SRTP" },
	[SRTP_PASS_THRU] = { "srtp pass-thru", "Keys pass through unchanged" },
};

const struct choice voip_srtp_choices[SRTP_PASS_THRU + 1] = {
	[SRTP_ON]        = { "srtp",           "Secure RTP only" },
	[SRTP_FALLBACK]  = { "srtp fallback",  "RTP where the far end has no SRTP" },
	[SRTP_PASS_THRU] = { "srtp pass-thru", "Keys pass through unchanged" },
};

const struct choice url_choices[URL_TEL + 1] = {
	[URL_SYSTEM] = { "system", "As the global setting" },
	[URL_SIP]    = { "sip",    "sip:" },
	[URL_SIPS]   = { "sips",   "sips:, over TLS only" },
	[URL_TEL]    = { "tel",    "tel:" },
};

const struct choice codec_choices[CODECS] = {
	[G711ULAW]      = { "g711ulaw",      "G.711 u Law 64000 bps" },
	[G711ALAW]      = { "g711alaw",      "G.711 A Law 64000 bps" },
	[G722_64]       = { "g722-64",       "G722-64K at 64000 bps" },
	[G729R8]        = { "g729r8",        "G.729 8000 bps" },
	[G729BR8]       = { "g729br8",       "G.729 ANNEX-B 8000 bps" },
	[G723AR53]      = { "g723ar53",      "G.723.1 ANNEX-A 5300 bps" },
	[G723AR63]      = { "g723ar63",      "G.723.1 ANNEX-A 6300 bps" },
	[G723R53]       = { "g723r53",       "G.723.1 5300 bps" },
	[G723R63]       = { "g723r63",       "G.723.1 6300 bps" },
	[G726R16]       = { "g726r16",       "G.726 16000 bps" },
	[G726R24]       = { "g726r24",       "G.726 24000 bps" },
	[G726R32]       = { "g726r32",       "G.726 32000 bps" },
	[G728]          = { "g728",          "G.728 16000 bps" },
	[ILBC]          = { "ilbc",          "iLBC 13330 or 15200 bps" },
	[ISAC]          = { "isac",          "iSAC 10 to 32 kbps" },
	[OPUS]          = { "opus",          "Opus" },
	[AACLD]         = { "aacld",         "AACLD 90000 bps" },
	[MP4A_LATM]     = { "mp4a-latm",     "MP4A-LATM" },
	[CLEAR_CHANNEL] = { "clear-channel", "Clear Channel 64000 bps" },
	[GSMAMR_NB]     = { "gsmamr-nb",     "GSM AMR-NB" },
	[GSMFR]         = { "gsmfr",         "GSM full rate 13200 bps" },
	[TRANSPARENT]   = { "transparent",   "Whatever the ends agree on" },
};

const struct part early_offer_parts[] = {
	PART(struct early_offer, forced), PART(struct early_offer, renegotiate), { NULL, 0, 0, 0 }
};
const struct part interface_ref_parts[] = {
	PART(struct interface_ref, name), PART(struct interface_ref, address), { NULL, 0, 0, 0 }
};
#define FAX(name) PART(struct fax, name)
const struct part fax_parts[] = {
	FAX(kind), FAX(nse), FAX(force), FAX(has_version), FAX(version), FAX(has_ls), FAX(ls),
	FAX(has_hs), FAX(hs), FAX(fallback), { NULL, 0, 0, 0 }
};
/* clang-format on */

bool
srtp_has_effect(const void *field)
{
	return *(const uint8_t *)field != SRTP_PASS_THRU;
}

bool
url_has_effect(const void *field)
{
	return *(const uint8_t *)field != URL_TEL;
}

bool
early_offer_has_effect(const void *field)
{
	return !((const struct early_offer *)field)->renegotiate;
}
