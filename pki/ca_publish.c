/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_publish.c -- what is new of the files of a kind, for those who keep copies elsewhere: see ca_base.h.
 *
 * NAME.pub says, a line for each place, up to which time of writing its files have been handed out. */
#include "pki/ca_own.h"
#include "pki/ca_store.h"
#include "pki/openssl.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct changed {
	char name[CA_FILE];
	int64_t at_ns;
};
struct changes {
	struct ca *ca;
	const char *ending;
	int64_t since_ns;
	struct changed *of;
	size_t count;
};

/* What a CA keeps for itself alone begins otherwise, or has a `#' in its name. */
static bool
is_of_kind(const struct changes *c, const char *name)
{
	size_t n = strlen(name), k = strlen(c->ending);

	return n > k && !strcmp(name + n - k, c->ending) && !strchr(name, '#') && n < CA_FILE;
}

static void
on_name(const char *name, void *arg)
{
	struct changes *c = arg;
	struct changed *more;
	struct stat st;
	int64_t at;

	if (!is_of_kind(c, name) || fstatat(c->ca->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return;
	at = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
	if (at <= c->since_ns || !(more = realloc(c->of, (c->count + 1) * sizeof(*more))))
		return;
	c->of = more;
	snprintf(more[c->count].name, sizeof(more->name), "%s", name);
	more[c->count++].at_ns = at;
}

static int
by_time(const void *a, const void *b)
{
	const struct changed *x = a, *y = b;

	return x->at_ns != y->at_ns ? (x->at_ns > y->at_ns ? 1 : -1) : strcmp(x->name, y->name);
}

/* The line of that place; NULL: none. */
static const char *
mark_of(const char *marks, const char *place)
{
	size_t n = strlen(place);

	for (const char *p = marks; p && *p; p = strchr(p, '\n'), p = p ? p + 1 : NULL) {
		const char *words = strchr(p, ' ');

		if (words && !strncmp(words + 1, place, n) && words[1 + n] == '\n')
			return p;
	}
	return NULL;
}

static int
save_mark(struct ca *c, const struct der *marks, const char *place, int64_t at_ns, char *why, size_t size)
{
	const char *all = marks->bytes ? (const char *)marks->bytes : "", *old = mark_of(all, place);
	char *text = NULL;
	int n = asprintf(&text, "%" PRId64 " %s\n%.*s%s", at_ns, place, old ? (int)(old - all) : (int)strlen(all), all,
	    old && strchr(old, '\n') ? strchr(old, '\n') + 1 : "");
	int rc = n < 0 ? pki_why(why, size, -ENOMEM, "out of memory") : ca_write_own(c, ".pub", text, (size_t)n, why, size);

	if (n >= 0)
		free(text);
	return rc;
}

/* As far as it goes; *done: up to where. */
static int
hand_out(const struct changes *c, ca_put_h *put, void *arg, int64_t *done, char *why, size_t size)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->count; i++) {
		struct der d;

		rc = ca_store_read(c->ca->dir, c->of[i].name, &d, why, size);
		if (rc == -ENOENT) {    /* gone meanwhile */
			rc = 0;
			continue;
		}
		if (rc == 0)
			rc = put(arg, c->of[i].name, &d, why, size);
		if (rc == 0)
			*done = c->of[i].at_ns;
		der_clear(&d);
	}
	return rc;
}

int
ca_publish(struct ca *c, const char *ending, const char *place, ca_put_h *put, void *arg, char *why, size_t size)
{
	struct changes changes = {.ca = c, .ending = ending};
	struct der marks = {0};
	char ignored[160];
	const char *mark;
	int64_t done;
	int rc, kept = 0;

	if (ca_read_own(c, ".pub", &marks, ignored, sizeof(ignored)) == 0 &&
	    (mark = mark_of((const char *)marks.bytes, place)))
		changes.since_ns = strtoll(mark, NULL, 10);
	done = changes.since_ns;
	ca_store_each(c->dir, on_name, &changes);
	if (changes.count)
		qsort(changes.of, changes.count, sizeof(*changes.of), by_time);
	rc = hand_out(&changes, put, arg, &done, why, size);
	if (done != changes.since_ns)
		kept = save_mark(c, &marks, place, done, rc < 0 ? ignored : why, rc < 0 ? sizeof(ignored) : size);
	free(changes.of);
	der_clear(&marks);
	return rc < 0 ? rc : kept;
}
