/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/pki_pending.c -- a request that the CA has not granted yet, over a restart: what is needed to ask again.  The
 * request of SCEP is not in it, because it holds the challenge password. */
#include "modes/enrollment.h"
#include "modes/kept.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const by_words[BYS] = { "", "", "", "", "", [BY_SCEP] = "scep", [BY_EST] = "est",
	[BY_CMP] = "cmp" };
enum { NAME = 300, FILE_MOST = 262144, LINE = 400 };

static const char *
file_of(const char *name, char file[NAME])
{
	snprintf(file, NAME, "requests/%.240s.pending", name);
	return file;
}

void
pending_clear(struct pending *p)
{
	der_clear(&p->signer);
	der_clear(&p->request);
	der_clear(&p->first);
	der_clear(&p->last);
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

static void
put_hex(FILE *f, const char *word, const uint8_t *bytes, size_t count)
{
	fprintf(f, "%s ", word);
	for (size_t i = 0; i < count; i++)
		fprintf(f, "%02X", bytes[i]);
	fprintf(f, "\n");
}

static void
put_pending(FILE *f, const struct pending *p)
{
	fprintf(f, "by %s\nfresh %d\ntransaction %s\nkey %s\nsigner-key %s\nsince %" PRId64 "\nnext %" PRId64 "\npolls %u\nname %s\n",
	    by_words[p->by % BYS], p->fresh, *p->transaction ? p->transaction : "-", p->label, p->signer_label, p->since_s,
	    p->next_s, p->polls, p->common_name);
	put_hex(f, "md5", p->print.md5, sizeof(p->print.md5));
	put_hex(f, "sha1", p->print.sha1, sizeof(p->print.sha1));
	if (p->signer.size)
		put_hex(f, "signer", p->signer.bytes, p->signer.size);
	if (p->request.size)
		put_hex(f, "request", p->request.bytes, p->request.size);
	fprintf(f, "kind %u\nshadow %d\n", p->cmp_kind, p->shadow);
	if (p->first.size)
		put_hex(f, "first", p->first.bytes, p->first.size);
	if (p->last.size)
		put_hex(f, "last", p->last.bytes, p->last.size);
}

int
pending_keep(struct box *b, const char *name, const struct pending *p)
{
	char file[NAME], *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int rc = f ? 0 : -ENOMEM;

	if (2 * (p->signer.size + p->request.size + p->first.size + p->last.size) > FILE_MOST - 4096)
		rc = -EFBIG;
	if (f) {
		put_pending(f, p);
		rc = fclose(f) != 0 ? -ENOMEM : rc ? rc : kept_write(b, file_of(name, file), text, size);
	}
	if (text)
		explicit_bzero(text, size);     /* a request may hold a password */
	free(text);
	return rc;
}

void
pending_done(struct box *b, const char *name)
{
	char file[NAME];

	kept_remove(b, file_of(name, file));
}

void
pending_forget(struct box *b, const struct config *c, const char *name)
{
	const struct trustpoint *t = map_find(c->trustpoints, name);
	char label[130] = "", why[160];
	struct pending p;

	if (!pending_read(b, name, &p))
		return;
	if (t)
		trustpoint_label(t, label, sizeof(label));
	if (p.fresh && strcmp(label, p.label) && !enrollment_key_is_used(c, name, p.label))
		pki_key_zeroize(b->pki, p.label, why, sizeof(why));
	pending_clear(&p);
	pending_done(b, name);
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

static bool
get_hex(const char *text, uint8_t *to, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sscanf(text + 2 * i, "%2hhx", &to[i]) != 1)
			return false;
	return true;
}

static bool
get_der(const char *text, struct der *to)
{
	size_t n = strlen(text) / 2;

	free(to->bytes);
	to->size = n;
	to->bytes = malloc(n + 1);
	return to->bytes && get_hex(text, to->bytes, n);
}

static void
get_line(struct pending *p, const char *word, const char *value)
{
	const struct { const char *word; char *to; size_t size; } texts[] = {
		{ "transaction", p->transaction, sizeof(p->transaction) }, { "key", p->label, sizeof(p->label) },
		{ "signer-key", p->signer_label, sizeof(p->signer_label) },
		{ "name", p->common_name, sizeof(p->common_name) },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (!strcmp(word, texts[i].word))
			snprintf(texts[i].to, texts[i].size, "%s", value);
	for (int by = BY_NETWORK; !strcmp(word, "by") && by < BYS; by++)
		if (!strcmp(value, by_words[by]))
			p->by = (enum enroll_by)by;
	if (!strcmp(word, "by"))
		return;
	if (!strcmp(word, "fresh"))
		p->fresh = *value == '1';
	else if (!strcmp(word, "since"))
		p->since_s = strtoll(value, NULL, 10);
	else if (!strcmp(word, "next"))
		p->next_s = strtoll(value, NULL, 10);
	else if (!strcmp(word, "polls"))
		p->polls = (unsigned)strtoul(value, NULL, 10);
	else if (!strcmp(word, "shadow"))
		p->shadow = *value == '1';
	else if (!strcmp(word, "kind"))
		p->cmp_kind = (unsigned)strtoul(value, NULL, 10);
	else if (!strcmp(word, "first"))
		get_der(value, &p->first);
	else if (!strcmp(word, "last"))
		get_der(value, &p->last);
	else if (!strcmp(word, "md5") && strlen(value) == 32)
		get_hex(value, p->print.md5, 16);
	else if (!strcmp(word, "sha1") && strlen(value) == 40)
		get_hex(value, p->print.sha1, 20);
	else if (!strcmp(word, "signer"))
		get_der(value, &p->signer);
	else if (!strcmp(word, "request"))
		get_der(value, &p->request);
}

static bool
has_all(const struct pending *p)
{
	switch (p->by) {
	case BY_SCEP:
		return p->signer.size;
	case BY_EST:
		return p->request.size;
	case BY_CMP:
		return p->request.size && p->first.size;
	default:
		return false;
	}
}

bool
pending_read(struct box *b, const char *name, struct pending *p)
{
	char file[NAME], *text = kept_read(b, file_of(name, file), FILE_MOST, NULL), *rest, *line;

	*p = (struct pending){ 0 };
	for (rest = text; rest && (line = strsep(&rest, "\n"));) {
		char *value = strchr(line, ' ');

		if (value)
			*value++ = '\0';
		if (value)
			get_line(p, line, value);
	}
	free(text);
	if (*p->label && *p->transaction && has_all(p))
		return true;
	pending_clear(p);
	return false;
}
