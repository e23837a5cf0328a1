/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/hint.c -- what to type when a handshake has failed: lines that can be pasted as they stand.  A new hint is a row
 * here and a name in verify.h; tests/hints.c types them all. */
#include "pki/report.h"
#include "pki/verify.h"
#include <string.h>

#define CONFIGURE "configure terminal\n"
#define PROFILE CONFIGURE "voice class tls-profile " PKI_HINT_NUMBER "\n"

static const char *const hints[HINTS] = {
	[HINT_NONE] = "",
	[HINT_CLOCK] = "show clock",
	[HINT_AUTHENTICATE] = CONFIGURE "crypto pki trustpoint " PKI_HINT_NAME "\n enrollment terminal\n"
	    "crypto pki authenticate " PKI_HINT_NAME,
	[HINT_IF_CLIENT] = "crypto pki what-if peer-chain as client",
	[HINT_IF_SERVER] = "crypto pki what-if peer-chain as server",
	[HINT_RSA_1024] = PROFILE " compatibility rsa-1024",
	[HINT_SHA_1] = PROFILE " compatibility sha-1",
	[HINT_CN_SAN] = PROFILE " cn-san 1 " PKI_HINT_HOST,
	[HINT_CRLS] = "show crypto pki crls",
	[HINT_CRL_FETCH] = CONFIGURE "crypto pki import " PKI_HINT_NAME " crl url " PKI_HINT_URL,
	[HINT_CRL_PASTE] = CONFIGURE "crypto pki import " PKI_HINT_NAME " crl terminal",
	[HINT_TRUSTPOINT] = "show running-config | section trustpoint " PKI_HINT_NAME,
	[HINT_TRUSTPOOL] = "show crypto pki trustpool policy",
	[HINT_MAPS] = "show running-config | section certificate map",
	[HINT_NO_CERTIFICATE] = "show crypto pki trustpoints status",
	[HINT_CHAIN] = "show crypto pki chain",
	[HINT_TLS_10] = PROFILE " compatibility tls-1.0",
	[HINT_TLS_11] = PROFILE " compatibility tls-1.1",
	[HINT_VERSIONS] = "show running-config | section voice class tls",
	[HINT_SUITE] = CONFIGURE "voice class tls-cipher " PKI_HINT_CLASS "\n cipher 1 " PKI_HINT_SUITE,
};

const char *
pki_hint(size_t i)
{
	return i < HINTS ? hints[i] : NULL;
}

void
hint_fill(char text[PKI_HINT], const char *word, const char *value)
{
	char filled[PKI_HINT], *at = value ? strstr(text, word) : NULL;

	while (at && strlen(text) + strlen(value) < PKI_HINT) {
		snprintf(filled, sizeof(filled), "%.*s%s%s", (int)(at - text), text, value, at + strlen(word));
		memcpy(text, filled, sizeof(filled));
		at = strstr(at + strlen(value), word);
	}
}

void
hint_put(enum hint hint, const char *trustpoint, unsigned class_tag, char to[PKI_HINT])
{
	char tag[16];

	snprintf(to, PKI_HINT, "%s", hints[hint]);
	snprintf(tag, sizeof(tag), "%u", class_tag);
	hint_fill(to, PKI_HINT_NAME, trustpoint);
	hint_fill(to, PKI_HINT_NUMBER, class_tag ? tag : NULL);
}
