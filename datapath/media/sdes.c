/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdes.c -- a=crypto read and written (RFC 4568 9.1, RFC 7714 14).  Anything that would make
 * protection weaker, or that we would have to ignore, makes the line unusable; no text of the
 * line, and so no key, ever gets into a reason. */
#include "datapath/media/sdes.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Copies the next word (up to a blank) and steps over it; false: none, or too long. */
static bool
word(const char **p, char *to, size_t size)
{
	size_t n;

	*p += strspn(*p, " \t");
	n = strcspn(*p, " \t");
	if (!n || n >= size)
		return false;
	memcpy(to, *p, n);
	to[n] = '\0';
	*p += n;
	return true;
}

/* Base64 of exactly `bytes`; padding may be missing, as some peers leave it away. */
static bool
keying(uint8_t *to, size_t bytes, const char *text, size_t size)
{
	char padded[64 + 1];
	uint8_t plain[48];
	size_t want = (bytes + 2) / 3 * 4;
	bool good;

	while (size && text[size - 1] == '=')
		size--;
	if (size != (bytes * 8 + 5) / 6 || want >= sizeof(padded))
		return false;
	memset(padded, '=', want);
	memcpy(padded, text, size);
	padded[want] = '\0';
	good = EVP_DecodeBlock(plain, (unsigned char *)padded, (int)want) >= (int)bytes;
	if (good)
		memcpy(to, plain, bytes);
	OPENSSL_cleanse(padded, sizeof(padded));
	OPENSSL_cleanse(plain, sizeof(plain));
	return good;
}

/* "2^20" or a number: a lifetime.  Anything else after the bar is an MKI. */
static bool
lifetime(const char *p, size_t size)
{
	size_t n = 0;

	if (size > 2 && p[0] == '2' && p[1] == '^')
		n = 2;
	while (n < size && isdigit((unsigned char)p[n]))
		n++;
	return size && n == size;
}

/* What follows the key: |lifetime, |MKI:length, ;another key. */
static const char *
key_tail(const char *p)
{
	while (*p == '|') {
		size_t n = strcspn(++p, "|;");

		if (memchr(p, ':', n))
			return "it uses a master key identifier (MKI), which is not supported";
		if (!lifetime(p, n))
			return "its key lifetime is malformed";
		p += n;
	}
	return *p ? "it has several master keys, which is not supported" : NULL;
}

/* RFC 4568 6.3: a parameter that we do not honour makes the line unusable. */
static const char *
session_parameter(const char *name)
{
	if (!strncasecmp(name, "WSH=", 4) || name[0] == '-')
		return NULL; /* a hint about replay windows; or optional by its name */
	if (!strncasecmp(name, "UNENCRYPTED", 11) || !strncasecmp(name, "UNAUTHENTICATED", 15))
		return "it asks for unencrypted or unauthenticated SRTP, which is never done";
	return "it has a session parameter that is not supported (KDR, FEC or unknown)";
}

static const char *
read_tag(struct sdes *s, const char **p)
{
	char text[16];

	if (!word(p, text, sizeof(text)) || strspn(text, "0123456789") != strlen(text) ||
	    strlen(text) > 9)
		return "its tag is malformed";
	s->tag = (uint32_t)strtoul(text, NULL, 10);
	return NULL;
}

static const char *
read_key(struct sdes *s, enum suite suite, const char **p)
{
	const struct suite_row *row = suite_row(suite);
	char text[256];
	const char *why = NULL, *key = text + 7;
	size_t n;

	if (!word(p, text, sizeof(text)) || strncasecmp(text, "inline:", 7))
		return "it has no inline key";
	n = strcspn(key, "|;");
	if (!keying(s->keying, row->key_bytes + row->salt_bytes, key, n))
		why = "its key has the wrong length or is not base64";
	else
		why = key_tail(key + n);
	OPENSSL_cleanse(text, sizeof(text));
	return why;
}

void
sdes_read(struct sdes *s, const char *value)
{
	enum suite suite;
	char text[64];

	memset(s, 0, sizeof(*s));
	if ((s->bad = read_tag(s, &value)))
		return;
	if (!word(&value, text, sizeof(text)) || !(suite = suite_find(text))) {
		s->bad = "its suite is not known here";
		return;
	}
	s->bad = read_key(s, suite, &value);
	while (!s->bad && value[strspn(value, " \t")])
		s->bad = word(&value, text, sizeof(text)) ? session_parameter(text)
							  : "a session parameter is too long";
	if (!s->bad)
		s->suite = suite;
}

void
sdes_write(const struct sdes *s, char text[SDES_TEXT])
{
	const struct suite_row *row = suite_row(s->suite);
	unsigned char base64[68] = "";

	if (row)
		EVP_EncodeBlock(base64, s->keying, row->key_bytes + row->salt_bytes);
	snprintf(text, SDES_TEXT, "%u %s inline:%s", s->tag, row ? row->name : "none", base64);
	OPENSSL_cleanse(base64, sizeof(base64));
}

int
sdes_generate(struct sdes *s, uint32_t tag, enum suite suite)
{
	const struct suite_row *row = suite_row(suite);

	memset(s, 0, sizeof(*s));
	s->tag = tag;
	s->suite = suite;
	if (!row || RAND_bytes(s->keying, row->key_bytes + row->salt_bytes) != 1)
		return -EIO;
	return 0;
}

bool
sdes_same(const struct sdes *a, const struct sdes *b)
{
	return a->suite == b->suite && !CRYPTO_memcmp(a->keying, b->keying, sizeof(a->keying));
}

void
sdes_clear(struct sdes *s)
{
	OPENSSL_cleanse(s, sizeof(*s));
}
