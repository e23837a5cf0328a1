/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/wire.c -- what a terminal says to the box, in pieces of any size: frames of known
 * types and allowed sizes, or the end of the connection. */
#include "tests/fuzz/fuzz.h"

#include "shell/wire.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_in *in = malloc(sizeof(*in));
	struct wire_frame f;
	char text[WIRE_LINE_MAX + 1];
	size_t at = 1, room, step = size ? data[0] : 1;
	int rc = 0;

	HOLDS(in);
	wire_in_init(in);
	while (at < size && rc >= 0) {
		uint8_t *to = wire_room(in, &room);
		size_t n = 1 + step * step;

		HOLDS(room > 0);
		n = n > size - at ? size - at : n;
		n = n > room ? room : n;
		memcpy(to, data + at, n);
		wire_filled(in, n);
		at += n;
		while ((rc = wire_next(in, &f)) == 1) {
			HOLDS(f.type >= WIRE_HELLO && f.type < WIRE_TYPES && f.size <= WIRE_MAX);
			for (size_t k = 0; k < 12; k++) {
				wire_u8(&f, k);
				wire_u16(&f, k);
				wire_u32(&f, k);
			}
			if (wire_text(&f, 0, text, sizeof(text)) == 0)
				HOLDS(strlen(text) == f.size);
			if (wire_text(&f, 2, text, sizeof(text)) == 0)
				HOLDS(strlen(text) < sizeof(text));
		}
	}
	free(in);
	return 0;
}
