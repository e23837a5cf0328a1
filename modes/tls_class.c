/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/tls_class.c -- see tls_class.h. */
#include "modes/tls_class.h"
#include "modes/kinds.h"
#include "shell/line.h"
#include "shell/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
#define SUITE_CHOICE(number, name, openssl, help) [number] = { name, help },
#define SUITE_OPENSSL(number, name, openssl, help) [number] = openssl,
const struct choice tls_suite_choices[TLS_SUITES] = { TLS_SUITE_ROWS(SUITE_CHOICE) };
static const char *const openssl_names[TLS_SUITES] = { TLS_SUITE_ROWS(SUITE_OPENSSL) };

#define END_PARTS { NULL, 0, 0, 0 }
static const struct part tls_preference_parts[] = {
	PART(struct tls_preference, preference), PART(struct tls_preference, suite), END_PARTS
};
static const struct part tls_own_parts[] = {
	PART(struct tls_own, trustpoint), PART(struct tls_own, client), END_PARTS
};
static const struct part tls_name_parts[] = {
	PART(struct tls_name, index), PART(struct tls_name, name), END_PARTS
};
static const struct part tls_allowance_parts[] = { PART(struct tls_allowance, until), END_PARTS };
static const struct part tls_cipher_ref_parts[] = {
	PART(struct tls_cipher_ref, class), PART(struct tls_cipher_ref, strict),
	PART(struct tls_cipher_ref, ecdsa), PART(struct tls_cipher_ref, curve), END_PARTS
};
/* clang-format on */

static const struct mode mode_tls_preference = {
	.name = "tls-preference", .size = sizeof(struct tls_preference)
};
static const struct mode mode_tls_name = { .name = "cn-san", .size = sizeof(struct tls_name) };

/* `cn-san-validate server' is how older guides have it. */
static int
old_validate(struct session *s, const struct match *m)
{
	char line[80];

	snprintf(line, sizeof(line), "%scn-san validate %s", m->no ? "no " : "",
	    m->words->n > (m->no ? 2 : 1) ? m->words->w[m->words->n - 1] : "");
	return session_line(s, line);
}

/* And `cipher 1 ECDHE-RSA-AES256-GCM-SHA384' as OpenSSL spells it. */
static int
openssl_suite(struct session *s, const struct match *m)
{
	const char *typed = match_text(m, "suite");
	char line[120];

	for (size_t i = 1; i < TLS_SUITES; i++) {
		if (strcasecmp(typed, openssl_names[i]))
			continue;
		snprintf(line, sizeof(line), "cipher %ld %s", match_number(m, "preference", 1),
		    tls_suite_choices[i].words);
		return session_line(s, line);
	}
	session_refused(s, "There is no suite %s", typed);
	return -EINVAL;
}

/* clang-format off */
#define OBJECT struct tls_cipher_class
static const struct line cipher_lines[] = { TLS_CIPHER_LINES(LINE_ROW)
	{ .syntax = "cipher <1-13>=preference WORD=suite", .help = "Suite|Order of preference|Its name",
	  .run = openssl_suite, .hidden = true },
};
#undef OBJECT
#define OBJECT struct tls_profile
static const struct line profile_lines[] = { TLS_PROFILE_LINES(LINE_ROW)
	{ .syntax = "cn-san-validate [server | client | bidirectional]",
	  .help = "Names in the peer's certificate|Of servers|Of clients|Of both",
	  .run = old_validate, .hidden = true, .negates = true },
};
#undef OBJECT
/* clang-format on */

const struct mode mode_tls_cipher = {
	.name = "VOICECLASS tls-cipher", .prompt = "(config-class)", .lines = LINES(cipher_lines),
	.size = sizeof(struct tls_cipher_class)
};
const struct mode mode_tls_profile = {
	.name = "VOICECLASS tls-profile", .prompt = "(config-class)", .lines = LINES(profile_lines),
	.size = sizeof(struct tls_profile)
};
