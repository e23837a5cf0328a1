/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/keys.c -- what comes from a terminal, by telnet, SSH or a pty: bytes become keys that mean
 * something, in order, and no more of them than there is room for. */
#include "tests/fuzz/fuzz.h"

#include "shell/terminal/keys.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct keys keys;
	size_t step = size ? 1 + data[0] % 97 : 1;

	keys_init(&keys);
	for (size_t at = 1; at < size;) {
		size_t n = step < size - at ? step : size - at, room = keys_room(&keys);

		HOLDS(room <= KEYS_BYTES);
		n = n < room ? n : room;
		if (!n) {
			HOLDS(keys_next(&keys) >= 0);   /* it is full: one goes */
			continue;
		}
		keys_feed(&keys, data + at, n, data[0] & 1);
		HOLDS(keys.used <= KEYS_BYTES && keys.head <= keys.used);
		at += n;
		for (size_t k = 0; k < step / 2 && keys_any(&keys); k++) {
			int peeked = keys_peek(&keys), key = keys_next(&keys);

			HOLDS(key == peeked && key > 0 && key < 256 && key != '\n');
		}
	}
	while (keys_any(&keys))
		HOLDS(keys_next(&keys) > 0);
	HOLDS(keys_next(&keys) == -1 && keys_peek(&keys) == -1);
	return 0;
}
