/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/hello.c -- see hello.h. */
#include "pki/hello.h"
#include <ctype.h>
#include <string.h>

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, RANDOM = 32, EXT_NAME = 0, EXT_VERSIONS = 43 };

/* What is left to read; nothing of it, once something was too short. */
struct cursor {
	const uint8_t *p;
	size_t left;
	bool bad;
};

static const uint8_t *
take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (c->bad || n > c->left) {
		c->bad = true;
		c->left = 0;
		return NULL;
	}
	c->p += n;
	c->left -= n;
	return p;
}

static unsigned
number(struct cursor *c, size_t bytes)
{
	const uint8_t *p = take(c, bytes);
	unsigned n = 0;

	for (size_t i = 0; p && i < bytes; i++)
		n = n << 8 | p[i];
	return n;
}

/* A vector: its length in so many bytes, and what follows. */
static struct cursor
vector(struct cursor *c, size_t bytes)
{
	size_t n = number(c, bytes);
	const uint8_t *p = take(c, n);

	return (struct cursor){p, p ? n : 0, !p};
}

/* RFC 8701: values that mean nothing, so that nobody gets used to knowing all. */
static bool
is_grease(unsigned n)
{
	return (n & 0x0f0f) == 0x0a0a && n >> 8 == (n & 0xff);
}

static void
add_version(struct hello *h, unsigned version)
{
	if (h->version_count < HELLO_VERSIONS && !is_grease(version))
		h->versions[h->version_count++] = (uint16_t)version;
}

/* 0x00ff and 0x5600 are signals (RFC 5746, RFC 7507), no suites. */
static void
add_suite(struct hello *h, unsigned suite)
{
	if (h->suite_count < HELLO_SUITES && !is_grease(suite) && suite != 0x00ff && suite != 0x5600)
		h->suites[h->suite_count++] = (uint16_t)suite;
}

static void
read_name(struct cursor c, struct hello *h)
{
	struct cursor list = vector(&c, 2), name;

	if (number(&list, 1) != 0) /* host_name, the only kind */
		return;
	name = vector(&list, 2);
	for (size_t i = 0; i < name.left && i + 1 < sizeof(h->sni); i++) {
		h->sni[i] = isprint(name.p[i]) ? (char)name.p[i] : '?';
		h->sni[i + 1] = 0;
	}
}

static void
read_versions(struct cursor c, struct hello *h)
{
	struct cursor list = c;

	if (h->client)
		list = vector(&c, 1);
	h->version_count = 0;
	while (list.left >= 2)
		add_version(h, number(&list, 2));
}

static void
read_extensions(struct cursor *c, struct hello *h)
{
	struct cursor all = vector(c, 2);

	while (all.left) {
		unsigned type = number(&all, 2);
		struct cursor one = vector(&all, 2);

		if (type == EXT_NAME && h->client)
			read_name(one, h);
		else if (type == EXT_VERSIONS)
			read_versions(one, h);
	}
}

bool
hello_read(const uint8_t *bytes, size_t size, struct hello *h)
{
	struct cursor all = {bytes, size, false}, c, suites;
	unsigned type = number(&all, 1);

	if (type != CLIENT_HELLO && type != SERVER_HELLO)
		return false;
	*h = (struct hello){.client = type == CLIENT_HELLO};
	c = vector(&all, 3);
	add_version(h, number(&c, 2));
	take(&c, RANDOM);
	vector(&c, 1); /* session */
	suites = h->client ? vector(&c, 2) : (struct cursor){take(&c, 2), c.bad ? 0 : 2, c.bad};
	while (suites.left >= 2)
		add_suite(h, number(&suites, 2));
	if (h->client)
		vector(&c, 1);
	else
		take(&c, 1); /* compression */
	if (c.left)
		read_extensions(&c, h);
	h->heard = !all.bad && !c.bad;
	return h->heard;
}
