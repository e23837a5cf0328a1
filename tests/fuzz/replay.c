/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/replay.c -- runs a target over its corpus, then over mutations of it.
 *
 * usage: fuzz_NAME CORPUS-DIRECTORY [SECONDS [SEED]]
 *
 * This is what ctest does (fuzz.NAME): every file of the corpus once, then inputs made of them by
 * changed, dropped, repeated and crossed bytes, for a few seconds and always the same ones (the
 * time only says how many of them).  An input that ends the process is left in the working
 * directory as crash-NAME; a new seed that is worth keeping goes into the corpus.
 *
 * To hunt in earnest, build the same file with clang instead of this one:
 *   clang -g -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. tests/fuzz/NAME.c <the rooms>
 *   ./a.out tests/fuzz/corpus/NAME */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { SEEDS = 256, LARGEST = 1 << 16 };

struct input { uint8_t *bytes; size_t size; };

static struct input seeds[SEEDS];
static size_t count;
static struct input now;                /* under way: what a crash leaves behind */
static char crash[PATH_MAX];
static uint64_t state;

/* A fault ends the process by SIGABRT, so that its input is kept. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *
__asan_default_options(void)
{
	return "abort_on_error=1";
}

const char *
__ubsan_default_options(void)
{
	return "halt_on_error=1:abort_on_error=1:print_stacktrace=1";
}

static uint32_t
chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? (uint32_t)(state >> 16) % below : 0;
}

static void
die(const char *what)
{
	fprintf(stderr, "replay: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void
on_crash(int sig)
{
	int fd = open(crash, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd >= 0 && write(fd, now.bytes, now.size) == (ssize_t)now.size)
		close(fd);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void
read_seed(const char *directory, const char *name)
{
	char path[PATH_MAX];
	struct input *i = &seeds[count];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_RDONLY);
	i->bytes = malloc(LARGEST);
	if (fd < 0 || !i->bytes || (n = read(fd, i->bytes, LARGEST)) < 0)
		die(path);
	close(fd);
	i->size = (size_t)n;
	count++;
}

static void
read_corpus(const char *directory)
{
	struct dirent **list;
	int n = scandir(directory, &list, NULL, alphasort);

	if (n < 0)
		die(directory);
	for (int k = 0; k < n; k++) {
		if (list[k]->d_name[0] != '.' && count < SEEDS)
			read_seed(directory, list[k]->d_name);
		free(list[k]);
	}
	free(list);
	if (!count) {
		errno = ENOENT;
		die("no corpus");
	}
}

/* ---- mutations --------------------------------------------------------------------------- */

static void
drop(struct input *i, size_t at, size_t n)
{
	n = n > i->size - at ? i->size - at : n;
	memmove(i->bytes + at, i->bytes + at + n, i->size - at - n);
	i->size -= n;
}

static void
insert(struct input *i, size_t at, const uint8_t *bytes, size_t n)
{
	static uint8_t copy[LARGEST];

	if (i->size + n > LARGEST)
		return;
	memcpy(copy, bytes, n);
	memmove(i->bytes + at + n, i->bytes + at, i->size - at);
	memcpy(i->bytes + at, copy, n);
	i->size += n;
}

static void
mutate(struct input *i)
{
	static const char *const words[] = { "\r\n", "\r\n\r\n", "\0", " ", "-1", "0", "65536",
		"4294967296", "99999999999999999999", "%s%n",
		"\xff\xff\xff\xff", "=", ";", ":", "<", "\"" };
	size_t at = chance((uint32_t)i->size + 1), n = 1 + chance(16);
	const struct input *other = &seeds[chance((uint32_t)count)];
	const char *word = words[chance(sizeof(words) / sizeof(*words))];
	size_t from = chance((uint32_t)other->size + 1);

	switch (chance(6)) {
	case 0:
		if (at < i->size)
			i->bytes[at] = (uint8_t)chance(256);
		break;
	case 1:
		if (at < i->size)
			i->bytes[at] ^= (uint8_t)(1u << chance(8));
		break;
	case 2:
		drop(i, at, chance(4) ? n : i->size);
		break;
	case 3:
		insert(i, at, (const uint8_t *)word, *word ? strlen(word) : 1);
		break;
	case 4:
		insert(i, at, i->bytes + at, n > i->size - at ? i->size - at : n);
		break;
	case 5:
		n = chance((uint32_t)(other->size - from) + 1);
		insert(i, at, other->bytes + from, n);
		break;
	}
}

/* ---- running ----------------------------------------------------------------------------- */

static void
run(void)
{
	LLVMFuzzerTestOneInput(now.bytes, now.size);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	double until;
	unsigned long rounds = 0;
	const char *name = strrchr(argv[0], '_') ? strrchr(argv[0], '_') + 1 : argv[0];

	if (argc < 2) {
		fprintf(stderr, "usage: %s CORPUS-DIRECTORY [SECONDS [SEED]]\n", argv[0]);
		return 2;
	}
	snprintf(crash, sizeof(crash), "crash-%s", name);
	state = argc > 3 ? strtoull(argv[3], NULL, 10) : 88172645463325252ull;
	read_corpus(argv[1]);
	now.bytes = malloc(LARGEST);
	if (!now.bytes)
		die("memory");
	signal(SIGABRT, on_crash);
	for (size_t i = 0; i < count; i++) {
		memcpy(now.bytes, seeds[i].bytes, now.size = seeds[i].size);
		run();
	}
	until = seconds() + (argc > 2 ? atof(argv[2]) : 0);
	for (; seconds() < until; rounds++) {
		const struct input *seed = &seeds[chance((uint32_t)count)];

		memcpy(now.bytes, seed->bytes, now.size = seed->size);
		for (uint32_t n = 1 + chance(8); n; n--)
			mutate(&now);
		run();
	}
	for (size_t i = 0; i < count; i++)
		free(seeds[i].bytes);
	free(now.bytes);
	printf("fuzz.%s: %zu seeds, %lu mutations\n", name, count, rounds);
	return 0;
}
