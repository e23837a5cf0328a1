/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/events_test.c -- what `debug ccsip messages` shows of a message, and what it must not. */
#include "modes/events.h"

#include <stdlib.h>
#include <string.h>

static unsigned failures;

/* The message as it is printed; "SECRET" is in every key and password here. */
static void
expect(const char *what, const char *message, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	/* A copy of its own, so that a read beyond it is seen. */
	char *copy = malloc(strlen(message) + 1);

	memcpy(copy, message, strlen(message));
	copy = realloc(copy, strlen(message) ? strlen(message) : 1);
	events_print_message(copy, strlen(message), out);
	fclose(out);
	if (strcmp(text, expected) || strstr(text, "SECRET")) {
		printf("%s:\n%s--- not\n%s---\n", what, text, expected);
		failures++;
	}
	free(copy);
	free(text);
}

#define CRYPTO "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "

static void
test_keys(void)
{
	expect("one key", CRYPTO "inline:SECRET|2^20|1:4 WSH=64\r\n",
	    CRYPTO "inline:<masked>|2^20|1:4 WSH=64\n");
	expect("several keys", CRYPTO "inline:SECRET1|2^20;inline:SECRET2;inline:SECRET3 KDR=1\r\n",
	    CRYPTO "inline:<masked>|2^20;inline:<masked>;inline:<masked> KDR=1\n");
	expect("case", "A=CRYPTO:1 X INLINE:SECRET\r\na=crypto:2 x InLine:SECRET",
	    "A=CRYPTO:1 X INLINE:<masked>\na=crypto:2 x InLine:<masked>\n");
	expect("a potential configuration",
	    "a=acap:1 crypto:1 AES_CM_128_HMAC_SHA1_32 inline:SECRET|2^20\r\na=tcap:1 RTP/SAVP\r\n",
	    "a=acap:1 crypto:1 AES_CM_128_HMAC_SHA1_32 inline:<masked>|2^20\na=tcap:1 RTP/SAVP\n");
	expect("k=", "k=base64:SECRET\r\nm=audio 1 RTP/AVP 0\r\nk=clear:SECRET x\r\n",
	    "k=<masked>\nm=audio 1 RTP/AVP 0\nk=<masked>\n");
	expect("MIKEY", "a=key-mgmt:mikey SECRET\r\na=acap:2 key-mgmt:mikey SECRET\r\n",
	    "a=key-mgmt:<masked>\na=acap:2 key-mgmt:<masked>\n");
}

static void
test_line_ends(void)
{
	expect("CR alone", "v=0\rk=clear:SECRET\r" CRYPTO "inline:SECRET\ra=sendrecv\r",
	    "v=0\nk=<masked>\n" CRYPTO "inline:<masked>\na=sendrecv\n");
	expect("LF alone", "v=0\n" CRYPTO "inline:SECRET\na=x",
	    "v=0\n" CRYPTO "inline:<masked>\na=x\n");
	expect("CR and a credential", "To: <sip:x>\rAuthorization: Digest SECRET\rCSeq: 1 BYE\r",
	    "To: <sip:x>\nAuthorization: <masked>\nCSeq: 1 BYE\n");
	expect("empty lines", "a\r\n\r\nb\n\nc\r\rd", "a\n\nb\n\nc\n\nd\n");
	expect("nothing", "", "");
}

static void
test_credentials(void)
{
	expect("a header",
	    "REGISTER sip:x SIP/2.0\r\nauthorization: Digest response=SECRET\r\n\r\n",
	    "REGISTER sip:x SIP/2.0\nauthorization: <masked>\n\n");
	expect("blanks before the colon", "Proxy-Authorization \t: Digest SECRET\r\n",
	    "Proxy-Authorization \t: <masked>\n");
	expect("folded",
	    "Authorization: Digest username=SECRET,\r\n\tnonce=SECRET,\r\n response=SECRET\r\n"
	    "Subject: a\r\n b\r\n",
	    "Authorization: <masked>\n <masked>\n <masked>\nSubject: a\n b\n");
	expect("folded with CR alone", "WWW-Authenticate: Digest\r nonce=SECRET\rVia: x\r",
	    "WWW-Authenticate: <masked>\n <masked>\nVia: x\n");
	expect("another header", "Authorization-Info: shown\r\n", "Authorization-Info: shown\n");
}

/* A line longer than the printer's room is cut, and what comes after it is masked as ever. */
static void
test_long(void)
{
	size_t n = 6000;
	char *message = malloc(n + 64), *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	memset(message, 'x', n);
	strcpy(message + n, "inline:SECRET\r\nk=clear:SECRET\r\n");
	events_print_message(message, strlen(message), out);
	fclose(out);
	if (strstr(text, "SECRET") || !strstr(text, "x\nk=<masked>\n")) {
		printf("a long line: %s\n", text);
		failures++;
	}
	free(message);
	free(text);
}

int
main(void)
{
	test_keys();
	test_line_ends();
	test_credentials();
	test_long();
	printf("events: %u failures\n", failures);
	return failures != 0;
}
