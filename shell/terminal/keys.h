/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/keys.h -- what was typed, and not used yet.
 *
 * Bytes of a terminal become keys: CR, LF, CR LF and CR NUL are one Enter ('\r') each; control
 * characters that mean nothing, and bytes that are no UTF-8, are dropped. */
#ifndef SHELL_TERMINAL_KEYS_H
#define SHELL_TERMINAL_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum { KEYS_BYTES = 65536, KEY_BREAK = 3, KEY_BREAK2 = 0x1e };

struct keys {
	size_t head, used;
	bool after_cr;
	unsigned char rune[4];  /* a UTF-8 sequence under way */
	int have, need;
	unsigned char bytes[KEYS_BYTES];
};

void keys_init(struct keys *);
/* How many bytes can be taken now. */
size_t keys_room(const struct keys *);
/* Take bytes, no more than there is room for.  busy: a command is running, so that Ctrl-C breaks
 * it and forgets what was typed before; true: there was one. */
bool keys_feed(struct keys *, const unsigned char *bytes, size_t size, bool busy);
/* The next key; -1: there is none. */
int  keys_next(struct keys *);
/* The same, and it stays; -1: there is none. */
int  keys_peek(const struct keys *);
/* Is there one? */
bool keys_any(const struct keys *);

#endif
