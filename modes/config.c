/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/config.c -- the top of `configure terminal', and the small modes that hang below it. */
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/gate.h"
#include "modes/general_own.h"
#include "modes/kinds.h"
#include "modes/rollback.h"
#include "modes/box.h"
#include "shell/session.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct choice suite_choices[SUITES] = {
	[AEAD_AES_256_GCM]        = { "AEAD_AES_256_GCM",        "AEAD AES 256 GCM" },
	[AEAD_AES_128_GCM]        = { "AEAD_AES_128_GCM",        "AEAD AES 128 GCM" },
	[AES_CM_128_HMAC_SHA1_80] = { "AES_CM_128_HMAC_SHA1_80", "AES CM 128, HMAC SHA1 80" },
	[AES_CM_128_HMAC_SHA1_32] = { "AES_CM_128_HMAC_SHA1_32", "AES CM 128, HMAC SHA1 32" },
};
static const struct choice login_choices[TTY_LOGINS] = {
	[TTY_LOGIN_NONE]     = { "no login",    "No login" },
	[TTY_LOGIN_PASSWORD] = { "login",       "Ask for the line's password" },
	[TTY_LOGIN_LOCAL]    = { "login local", "Ask for a user and the user's password" },
};
static const struct choice input_choices[TTY_INPUTS] = {
	[TTY_INPUT_NONE]   = { "none",   "Nothing" },
	[TTY_INPUT_TELNET] = { "telnet", "TCP/IP Telnet protocol" },
	[TTY_INPUT_SSH]    = { "ssh",    "TCP/IP SSH protocol" },
	[TTY_INPUT_ALL]    = { "all",    "All of them" },
};
static const struct choice inactivity_choices[] = {
	[1] = { "all", "Neither RTP nor RTCP" }, [2] = { "rtcp", "No RTCP" }, [3] = { "rtp", "No RTP" },
};
static const struct choice level_choices[] = {
	[1] = { "emergencies", "Severity 0" },   [2] = { "alerts", "Severity 1" },
	[3] = { "critical", "Severity 2" },      [4] = { "errors", "Severity 3" },
	[5] = { "warnings", "Severity 4" },      [6] = { "notifications", "Severity 5" },
	[7] = { "informational", "Severity 6" }, [8] = { "debugging", "Severity 7" },
};
#define END_PARTS { NULL, 0, 0, 0 }
static const struct part codec_preference_parts[] = {
	PART(struct codec_preference, preference), PART(struct codec_preference, codec),
	PART(struct codec_preference, bytes), END_PARTS
};
static const struct part crypto_preference_parts[] = {
	PART(struct crypto_preference, preference), PART(struct crypto_preference, suite), END_PARTS
};
static const struct part ip_mask_parts[] = {
	PART(struct ip_mask, address), PART(struct ip_mask, mask), END_PARTS
};
static const struct part exec_timeout_parts[] = {
	PART(struct exec_timeout, minutes), PART(struct exec_timeout, seconds), END_PARTS
};
static const struct part input_parts[] = { PART_ARRAY(struct input_list, ways), END_PARTS };
static const struct choice facility_choices[] = {
	[1] = { "kern", "Kernel" }, [2] = { "user", "User process" }, [3] = { "mail", "Mail system" },
	[4] = { "daemon", "System daemons" }, [5] = { "auth", "Authorization system" },
	[6] = { "syslog", "Syslog itself" }, [7] = { "lpr", "Line printer system" },
	[8] = { "news", "USENET news" }, [9] = { "uucp", "Unix-to-Unix copy system" },
	[10] = { "cron", "Cron facility" }, [13] = { "sys9", "System use" },
	[14] = { "sys10", "System use" }, [15] = { "sys11", "System use" },
	[16] = { "sys12", "System use" }, [17] = { "local0", "Local use" },
	[18] = { "local1", "Local use" }, [19] = { "local2", "Local use" },
	[20] = { "local3", "Local use" }, [21] = { "local4", "Local use" },
	[22] = { "local5", "Local use" }, [23] = { "local6", "Local use" },
	[24] = { "local7", "Local use" },
};
static const struct part stamps_parts[] = {
	PART(struct stamps, datetime), PART(struct stamps, msec), PART(struct stamps, localtime),
	PART(struct stamps, zone), PART(struct stamps, year), PART(struct stamps, uptime), END_PARTS
};
static const struct part logging_to_parts[] = {
	PART(struct logging_to, bytes), PART(struct logging_to, level), END_PARTS
};
static const struct choice banner_choices[] = {
	[1] = { "motd",  "Message of the day, first of all" },
	[2] = { "login", "Before the login" },
	[3] = { "exec",  "After the login" },
};
static const struct part banner_parts[] = { PART(struct banner, text), END_PARTS };
static const struct part log_rate_parts[] = {
	PART(struct log_rate, all), PART(struct log_rate, console), PART(struct log_rate, per_second),
	PART(struct log_rate, except), END_PARTS
};
static const struct part log_origin_parts[] = {
	PART(struct log_origin, kind), PART(struct log_origin, text), END_PARTS
};
static const struct part log_source_parts[] = { PART(struct log_source, name), END_PARTS };
static const struct part log_host_parts[] = {
	PART(struct log_host, transport), PART(struct log_host, port), END_PARTS
};
static const struct part zone_base_parts[] = {
	PART(struct zone_base, name), PART(struct zone_base, hours), PART(struct zone_base, minutes),
	END_PARTS
};
static const struct choice pki_words[] = {
	[1] = { "token", "Tokens" }, [2] = { "http", "HTTP" },
};
static const struct part zone_summer_parts[] = {
	PART(struct zone_summer, name), PART(struct zone_summer, rule), END_PARTS
};
/* clang-format on */

/* ---- small modes ------------------------------------------------------------------------------------------ */

static const struct mode mode_codec_preference = {
	.name = "codec-preference", .size = sizeof(struct codec_preference)
};
static const struct mode mode_crypto_preference = {
	.name = "crypto-preference", .size = sizeof(struct crypto_preference)
};
const struct mode mode_banner = { .name = "banner", .size = sizeof(struct banner) };
static const struct mode mode_log_host = { .name = "logging host", .size = sizeof(struct log_host) };

/* An address is a host's: a mask of one run of ones. */
static int
interface_check(const void *object, const void *config, char *why, size_t size)
{
	const struct interface *i = object;
	uint32_t mask = ntohl(i->ip.mask.s_addr);

	(void)config;
	if (!i->ip.set || (mask && !((~mask + 1) & ~mask)))
		return 0;
	snprintf(why, size, "Bad mask 0x%08X for address", mask);
	return -EINVAL;
}

#define OBJECT struct codec_class
static const struct line codec_lines[] = { CODEC_CLASS_LINES(LINE_ROW) };
#undef OBJECT
#define OBJECT struct srtp_class
static const struct line srtp_lines[] = { SRTP_CLASS_LINES(LINE_ROW) };
#undef OBJECT
#define OBJECT struct interface
static const struct line interface_lines[] = { INTERFACE_LINES(LINE_ROW) };
#undef OBJECT
/* `no login' is a word of its own: nobody is asked for anything.  `default login' is what the line is by itself. */
static int
login_set(void *object, const struct match *m, char *why, size_t size)
{
	struct tty *t = object;

	if (!m->no)
		return line_set_plain(m, object, why, size);
	t->login = TTY_LOGIN_NONE;
	return 0;
}

#define OBJECT struct tty
static const struct line tty_lines[] = { TTY_LINES(LINE_ROW) };
#undef OBJECT
#define OBJECT struct gateway
static const struct line gateway_lines[] = { GATEWAY_LINES(LINE_ROW) };
#undef OBJECT

const struct mode mode_codec_class = {
	.name = "VOICECLASS", .prompt = "(config-class)", .lines = LINES(codec_lines),
	.size = sizeof(struct codec_class)
};
const struct mode mode_srtp_class = {
	.name = "VOICECLASS srtp-crypto", .prompt = "(config-class)", .lines = LINES(srtp_lines),
	.size = sizeof(struct srtp_class)
};
const struct mode mode_interface = {
	.name = "Interface", .prompt = "(config-if)", .lines = LINES(interface_lines),
	.size = sizeof(struct interface), .check = interface_check
};
const struct mode mode_tty = {
	.name = "Line", .prompt = "(config-line)", .lines = LINES(tty_lines),
	.size = sizeof(struct tty)
};
#define BLOCK struct stored_block
static const struct line pool_lines[] = { OTHERS(mode_stored) };
static const struct mode mode_certificate_pool =
    BLOCK_MODE("certificate pool", "(config-cert-pool)", pool_lines);
#undef BLOCK
const struct mode mode_gateway = {
	.name = "Gateway", .prompt = "(config-gateway)", .lines = LINES(gateway_lines),
	.size = sizeof(struct gateway)
};

/* ---- the top ------------------------------------------------------------------------------------------------ */

static int
ignore_line(struct session *s, const struct match *m)
{
	(void)s;
	(void)m;
	return 0;
}

static bool
good_hostname(const char *name)
{
	size_t n = strlen(name);

	return n && n <= 63 && isalpha((unsigned char)name[0]) && isalnum((unsigned char)name[n - 1]) &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == n;
}

static int
hostname_set(void *object, const struct match *m, char *why, size_t size)
{
	struct config *c = object;
	int rc = line_set_plain(m, object, why, size);

	if (rc == 0 && !good_hostname(c->hostname)) {
		snprintf(why, size, "Hostname contains one or more illegal characters.");
		return -EINVAL;
	}
	return rc;
}

/* `ip domain-name': the old spelling of `ip domain name'. */
static int
domain_set(void *object, const struct match *m, char *why, size_t size)
{
	struct config *c = object;
	int rc = line_set_plain(m, object, why, size);

	memcpy(c->domain, c->domain_dash, sizeof(c->domain));
	memset(c->domain_dash, 0, sizeof(c->domain_dash));
	return rc;
}

#define OBJECT struct config
static const struct line lines[] = { CONFIG_LINES(LINE_ROW) CRYPTO_ROWS ACCESS_ROWS ACL_ROWS };

const struct mode mode_config = {
	.name = "Configure", .prompt = "(config)", .lines = LINES(lines), .size = sizeof(struct config)
};

enum { TTY_ROWS = 24 };

/* ---- who may come in ----------------------------------------------------------------------------------------- */

/* `line vty 0 4' is one block for five lines: the one that holds this number. */
static const struct tty *
tty_of(const struct config *c, const char *name)
{
	unsigned n = 0, first, last;

	if (!strncmp(name, "con", 3))
		return map_find(c->consoles, "0");
	sscanf(name, "vty%u", &n);
	for (const struct tty *t = map_first(c->vtys); t; t = map_after(c->vtys, t->node.key)) {
		int words = sscanf(t->node.key, "%u %u", &first, &last);

		if (words >= 1 && n >= first && n <= (words == 2 ? last : first))
			return t;
	}
	return NULL;
}

int
tty_idle_s(const struct config *c, const char *name)
{
	const struct tty *t = tty_of(c, name);

	if (!t || !t->exec_timeout.set)
		return 600;
	return (int)(t->exec_timeout.minutes * 60 + t->exec_timeout.seconds);
}

int
tty_absolute_s(const struct config *c, const char *name)
{
	const struct tty *t = tty_of(c, name);

	return t ? t->absolute_timeout * 60 : 0;
}

int
tty_rows(const struct config *c, const char *name, bool *by_itself)
{
	const struct tty *t = tty_of(c, name);
	int rows = t ? t->lines : TTY_ROWS;

	*by_itself = rows == TTY_ROWS;
	return rows;
}

int
tty_columns(const struct config *c, const char *name, bool *by_itself)
{
	const struct tty *t = tty_of(c, name);
	int columns = t ? t->columns : SESSION_WIDTH;

	*by_itself = columns == SESSION_WIDTH;
	return columns;
}

bool
tty_synchronous(const struct config *c, const char *name)
{
	const struct tty *t = tty_of(c, name);

	return t && t->synchronous;
}

int
tty_history(const struct config *c, const char *name)
{
	const struct tty *t = tty_of(c, name);

	return t ? t->history : HISTORY_LINES;
}

int
vty_count(const struct config *c)
{
	unsigned first, last, most = 4;

	for (const struct tty *t = map_first(c->vtys); t; t = map_after(c->vtys, t->node.key)) {
		int words = sscanf(t->node.key, "%u %u", &first, &last);

		if (words >= 1 && (words == 2 ? last : first) > most)
			most = words == 2 ? last : first;
	}
	return (int)most + 1;
}

static bool
takes(const struct tty *t, enum tty_transport way, bool unsaid)
{
	if (!t || !t->input.set)
		return unsaid;
	for (size_t i = 0; i < sizeof(t->input.ways) && t->input.ways[i]; i++)
		if (t->input.ways[i] == way || t->input.ways[i] == TTY_INPUT_ALL)
			return true;
	return false;
}

bool
tty_takes(const struct config *c, int vty, enum tty_transport way, bool unsaid)
{
	char name[16];

	if (vty >= 0) {
		snprintf(name, sizeof(name), "vty%d", vty);
		return takes(tty_of(c, name), way, unsaid);
	}
	for (const struct tty *t = map_first(c->vtys); t; t = map_after(c->vtys, t->node.key))
		if (takes(t, way, unsaid))
			return true;
	return false;
}

static const char *
hostname(const void *config)
{
	return ((const struct config *)config)->hostname;
}

enum login
tty_login(const struct config *c, const char *name)
{
	const struct tty *t = tty_of(c, name);
	enum tty_login asks = t ? t->login : TTY_LOGIN_UNSAID;

	if (asks == TTY_LOGIN_UNSAID)
		asks = !strncmp(name, "con", 3) ? TTY_LOGIN_NONE : TTY_LOGIN_PASSWORD;
	if (asks == TTY_LOGIN_PASSWORD)
		return t && t->password.set ? LOGIN_PASSWORD : LOGIN_REFUSED;
	return asks == TTY_LOGIN_LOCAL ? LOGIN_LOCAL : LOGIN_NONE;
}

const struct secret *
tty_password(const struct config *c, const char *name)
{
	static const struct secret none;
	const struct tty *t = tty_of(c, name);

	return t ? &t->password : &none;
}

const char *
tty_login_list(const struct config *c, const char *name)
{
	const struct tty *t = tty_of(c, name);

	return t ? t->login_list : "";
}

int
tty_privilege(const struct config *c, const char *name)
{
	const struct tty *t = tty_of(c, name);

	return t ? t->privilege : 1;
}

bool
tty_admits(const struct config *c, int vty, const struct sockaddr *from, unsigned port)
{
	const struct tty *t;
	char name[16];

	snprintf(name, sizeof(name), "vty%d", vty);
	t = tty_of(c, name);
	return !t || !*t->acl_in || acl_permits(c, t->acl_in, from, port);
}

static int
line_level(const void *config, const char *tty)
{
	return tty_privilege(config, tty);
}

static void
on_configured(struct session *s, int depth, const char *said)
{
	if (!BOX(s))
		return;
	rollback_typed(s);
	archive_typed(s, depth, said);
}

const struct cli parapet_cli = {
	.exec = &mode_exec, .top = &mode_config, .always = &mode_always, .hostname = hostname,
	.login = access_login, .password = access_password, .enable = access_enable,
	.configured = on_configured, .tried = gate_tried, .row_level = access_row_level,
	.alias = alias_text, .line_level = line_level
};
