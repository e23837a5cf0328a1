/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ports_test.c -- the ring of ports: order, exhaustion, and a range that changes under calls. */
#include "datapath/media/ports.h"

#include <stdio.h>

static int failures;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			failures++;                                                                \
			printf("FAIL line %d: %s\n", __LINE__, #cond);                             \
		}                                                                                  \
	} while (0)

int
main(void)
{
	struct ports p;

	CHECK(ports_init(&p, 9, 9) < 0 && ports_init(&p, 10, 8) < 0);
	CHECK(!ports_init(&p, 7, 12) && p.available == 3);
	CHECK(ports_take(&p) == 8 && ports_take(&p) == 10);
	ports_give(&p, 8);
	CHECK(ports_take(&p) == 12 && ports_take(&p) == 8 && ports_take(&p) == 0);
	CHECK(p.in_use == 3 && p.available == 0);
	ports_give(&p, 8);
	ports_give(&p, 8); /* twice, odd, unknown: no effect */
	ports_give(&p, 9);
	ports_give(&p, 40);
	CHECK(p.in_use == 2 && p.available == 1);
	CHECK(!ports_range(&p, 10, 16));
	CHECK(p.available == 2 && p.in_use == 2);
	ports_give(&p, 10);
	CHECK(ports_take(&p) == 14 && ports_take(&p) == 16 && ports_take(&p) == 10);
	CHECK(ports_range(&p, 0, 0) < 0 && p.min == 10);
	CHECK(!ports_range(&p, 65534, 65535) && ports_take(&p) == 65534);
	ports_give(&p, 14);
	CHECK(p.available == 0);
	ports_clear(&p);
	printf("ports: %d failures\n", failures);
	return failures != 0;
}
