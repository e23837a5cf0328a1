/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/stats.c -- see stats.h.  All counters are uint64_t, so a sum is one loop. */
#include "datapath/stats.h"

#include <string.h>

#define METHOD_TEXT(name) #name,
static const char *const names[] = { METHODS(METHOD_TEXT) "?" };

enum method
method_of(const char *name)
{
	for (int i = 0; i < METHOD_OTHER; i++)
		if (!strcmp(names[i], name))
			return i;
	return METHOD_OTHER;
}

const char *
method_name(enum method m)
{
	return names[m];
}

static void
sum_up(uint64_t *sum, const uint64_t *with, size_t size)
{
	for (size_t i = 0; i < size / sizeof(*sum); i++)
		sum[i] += with[i];
}

void
sip_stats_add(struct sip_stats *sum, const struct sip_stats *with)
{
	sum_up((uint64_t *)sum, (const uint64_t *)with, sizeof(*sum));
}

void
conn_stats_add(struct conn_stats *sum, const struct conn_stats *with)
{
	sum_up((uint64_t *)sum, (const uint64_t *)with, sizeof(*sum));
}
