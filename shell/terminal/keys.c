/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/keys.c -- bytes of a terminal become keys; type-ahead waits here. */
#include "shell/terminal/keys.h"

#include <stdint.h>
#include <string.h>

/* The control characters that mean something: line editing, TAB, Enter, breaks, ESC. */
#define BIT(letter) (1u << ((letter)&0x1f))
static const uint32_t meaningful = BIT('A') | BIT('B') | BIT('C') | BIT('D') | BIT('E') | BIT('F') |
				   BIT('H') | BIT('I') | BIT('K') | BIT('L') | BIT('M') | BIT('N') |
				   BIT('P') | BIT('R') | BIT('T') | BIT('U') | BIT('V') | BIT('W') |
				   BIT('X') | BIT('Y') | BIT('Z') | BIT('[') | BIT('^');

void
keys_init(struct keys *k)
{
	memset(k, 0, sizeof(*k));
}

/* A byte becomes at most one key, but three may be held back for the fourth of a sequence. */
size_t
keys_room(const struct keys *k)
{
	size_t room = sizeof(k->bytes) - (k->used - k->head);

	return room > sizeof(k->rune) ? room - sizeof(k->rune) : 0;
}

static void
put(struct keys *k, unsigned char key)
{
	if (k->used == sizeof(k->bytes) && k->head) {
		memmove(k->bytes, k->bytes + k->head, k->used - k->head);
		k->used -= k->head;
		k->head = 0;
	}
	if (k->used < sizeof(k->bytes))
		k->bytes[k->used++] = key;
}

/* How many bytes follow this first one of a UTF-8 sequence; 0: it cannot be one. */
static int
followers(unsigned char lead)
{
	if (lead >= 0xc2 && lead <= 0xdf)
		return 1;
	if (lead >= 0xe0 && lead <= 0xef)
		return 2;
	return lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
}

static void
put_high(struct keys *k, unsigned char byte)
{
	if ((byte & 0xc0) != 0x80) {
		k->need = followers(byte);
		k->have = 0;
		if (k->need)
			k->rune[k->have++] = byte;
		return;
	}
	if (!k->need)
		return;
	k->rune[k->have++] = byte;
	if (--k->need)
		return;
	for (int i = 0; i < k->have; i++)
		put(k, k->rune[i]);
	k->have = 0;
}

/* true: it broke what is running. */
static bool
take(struct keys *k, unsigned char byte, bool busy)
{
	bool second = k->after_cr && (byte == '\n' || byte == '\0');

	k->after_cr = byte == '\r';
	if (second)
		return false;
	if (byte >= 0x80) {
		put_high(k, byte);
		return false;
	}
	k->need = k->have = 0;
	if (busy && (byte == KEY_BREAK || byte == KEY_BREAK2)) {
		k->head = k->used = 0;
		return true;
	}
	if (byte == '\n')
		byte = '\r';
	if (byte >= ' ' || (meaningful & 1u << byte))
		put(k, byte);
	return false;
}

bool
keys_feed(struct keys *k, const unsigned char *bytes, size_t size, bool busy)
{
	bool broken = false;

	while (size--)
		broken |= take(k, *bytes++, busy);
	return broken;
}

bool
keys_any(const struct keys *k)
{
	return k->head < k->used;
}

int
keys_next(struct keys *k)
{
	int key;

	if (!keys_any(k))
		return -1;
	key = k->bytes[k->head];
	k->bytes[k->head++] = 0; /* it may be of a password */
	if (!keys_any(k))
		k->head = k->used = 0;
	return key;
}

int
keys_peek(const struct keys *k)
{
	return keys_any(k) ? k->bytes[k->head] : -1;
}
