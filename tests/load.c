/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/load.c -- a large configuration: 80,000 lines with 10,000 dial-peers load in one edit and
 * print back; a single line then costs what it costs with 10 dial-peers, and twice the file takes
 * about twice the time.  (The figures themselves are tests/bench's; here only their growth.) */
#include "tests/box_inside.h"

enum { PEERS = 10000, EDITS = 100, TRIES = 5 };

static unsigned published;

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
check(bool holds, const char *what)
{
	if (holds)
		return;
	printf("load: %s\n", what);
	exit(1);
}

static void
on_published(void *arg, const void *snapshot)
{
	(void)arg;
	(void)snapshot;
	published++;
}

static char *
many(unsigned peers)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	for (unsigned i = 1; i <= peers; i++)
		fprintf(out, "dial-peer voice %u voip\n description peer number %u\n"
		    " destination-pattern 1%u\n session protocol sipv2\n"
		    " session target ipv4:10.%u.%u.1:5061\n session transport tcp tls\n"
		    " dtmf-relay rtp-nte\n codec g711ulaw\n", i, i, i, i / 250, i % 250);
	fclose(out);
	return text;
}

static void
say_nothing(void *arg, const char *bytes, size_t size)
{
	(void)arg;
	(void)bytes;
	(void)size;
}

static struct running *
load(unsigned peers, double *took)
{
	struct running *r;
	struct box b = { 0 };
	struct session_load sum;
	char *text = many(peers);
	double began;

	check(running_new(&r, &mode_config, on_published, NULL) == 0, "no memory");
	b.running = r;
	published = 0;
	began = seconds();
	check(startup_load(r, &b, text, NULL, NULL, &sum) == 0, "the load failed");
	*took = seconds() - began;
	check(published == 1, "the load is not one edit");
	check(sum.lines == 8 * peers && sum.applied == sum.lines, "not every line was applied");
	free(text);
	return r;
}

/* The best of several runs: a busy machine only makes them slower. */
static double
edits(struct running *r, unsigned peers)
{
	struct box b = { .running = r };
	struct session_options o = { .cli = &parapet_cli, .running = r, .box = &b, .level = 15,
		.terminal = { say_nothing, NULL, NULL } };
	double best = 1e9, took;
	struct session *s;
	char line[64];

	check(session_new(&s, &o) == 0, "no memory");
	for (int try = 0; try < TRIES; try++) {
		session_configure(s);
		published = 0;
		took = 0;
		for (unsigned i = 0; i < EDITS; i++) {
			double began;

			snprintf(line, sizeof(line), "dial-peer voice %u voip", peers - i % 10);
			check(session_line(s, line) == 0, "a peer is not entered");
			snprintf(line, sizeof(line), "preference %u", (i + try) % 10 + 1);
			began = seconds();
			check(session_line(s, line) == 0, "an edit is refused");
			took += seconds() - began;
		}
		check(published >= EDITS, "an edit was not published");
		best = took < best ? took : best;
	}
	session_free(s);
	return best;
}

static void
prints_back(struct running *r)
{
	struct running *other;
	struct box b = { 0 };
	struct session_load sum;
	char *once = inside_print(r, false), *twice;

	check(running_new(&other, &mode_config, NULL, NULL) == 0, "no memory");
	check(startup_load(other, &b, once, NULL, NULL, &sum) == 0 && !sum.refused,
	    "what is printed is refused");
	twice = inside_print(other, false);
	check(!strcmp(once, twice), "what is printed loads as something else");
	check(strstr(once, "dial-peer voice 10000 voip\n description peer number 10000\n") != NULL,
	    "the last dial-peer is missing");
	free(once);
	free(twice);
	running_free(other);
}

int
main(void)
{
	double ten, half, all, few, lots;
	struct running *small = load(10, &ten), *middle = load(PEERS / 2, &half),
	    *large = load(PEERS, &all);

	few = edits(small, 10);
	lots = edits(large, PEERS);
	printf("load: %u lines in %.0f ms, half of them in %.0f ms; %d edits: %.2f ms with 10 "
	    "dial-peers, %.2f ms with %d\n", 8 * PEERS, all * 1e3, half * 1e3, EDITS, few * 1e3,
	    lots * 1e3, PEERS);
	check(all < half * 4 + 0.2, "twice the file takes far more than twice the time");
	check(lots < few * 10 + 0.01, "an edit costs more with more dial-peers");
	prints_back(large);
	running_free(small);
	running_free(middle);
	running_free(large);
	return 0;
}
