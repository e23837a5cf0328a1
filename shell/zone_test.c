/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/zone_test.c -- local times around the turns of summer time, north and south. */
#include "shell/zone.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static unsigned failures;

static const struct row { const char *rule; int offset; int64_t utc; const char *local; } rows[] = {
	/* Berlin: 2026-03-29 01:00 UTC, 2026-10-25 01:00 UTC */
	{ "last Sun Mar 2:00 last Sun Oct 3:00", 60, 1774745999, "01:59:59 29.03. STD" },
	{ "last Sun Mar 2:00 last Sun Oct 3:00", 60, 1774746000, "03:00:00 29.03. SUM" },
	{ "last Sun Mar 2:00 last Sun Oct 3:00 60", 60, 1792889999, "02:59:59 25.10. SUM" },
	{ "last Sunday March 2:00 last Sun October 3:00", 60, 1792890000, "02:00:00 25.10. STD" },
	/* New York: 2026-03-08 07:00 UTC, 2026-11-01 06:00 UTC */
	{ "", -300, 1772953199, "01:59:59 08.03. STD" },
	{ "", -300, 1772953200, "03:00:00 08.03. SUM" },
	{ "", -300, 1793512800, "01:00:00 01.11. STD" },
	/* Sydney: summer from October to April */
	{ "first Sun Oct 2:00 first Sun Apr 3:00", 600, 1768435200, "11:00:00 15.01. SUM" },
	{ "1 Sun Oct 2:00 1 Sun Apr 3:00", 600, 1783900800, "10:00:00 13.07. STD" },
};
static const char *const broken[] = { "2 Sun Mar", "2 Sun Mar 2:00 1 Sun Nov 25:00", "x",
	"6 Sun Mar 2:00 1 Sun Nov 2:00", "2 So Mar 2:00 1 Sun Nov 2:00",
	"2 Sun Mar 2:00 1 Sun Nov 2:00 9999", "2 Sun Mar 2:00 1 Sun Nov 2:00 60 x" };

int
main(void)
{
	char text[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct zone z = { "STD", (int16_t)rows[i].offset, "SUM", 0, { 0 }, { 0 } };
		const char *name;
		struct tm tm;
		int rc = zone_rule(&z, rows[i].rule);

		zone_local(&z, rows[i].utc, &tm, &name);
		snprintf(text, sizeof(text), "%02d:%02d:%02d %02d.%02d. %s", tm.tm_hour, tm.tm_min,
		    tm.tm_sec, tm.tm_mday, tm.tm_mon + 1, name);
		if (rc || strcmp(text, rows[i].local))
			printf("zone: %s: %d, %s, not %s\n", rows[i].rule, rc, text, rows[i].local),
			    failures++;
	}
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		struct zone z = { 0 };

		if (zone_rule(&z, broken[i]) != -EINVAL || z.summer_min)
			printf("zone: %s: taken\n", broken[i]), failures++;
	}
	printf("zone: %u failures\n", failures);
	return failures != 0;
}
