/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/words.c -- a typed line, cut into words, and how well one word fits one atom.
 *
 * Lines come from people, word processors and web pages: tabs, carriage returns and no-break
 * spaces count as blanks, typographic quotes and dashes as plain ones (but not in free text). */
#include "shell/syntax.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *from, *to;
} plain[] = {
    {"\xE2\x80\x9C", "\""},
    {"\xE2\x80\x9D", "\""},
    {"\xE2\x80\x98", "'"},
    {"\xE2\x80\x99", "'"},
    {"\xE2\x80\x93", "-"},
    {"\xE2\x80\x94", "-"},
};

/* Copy, with every kind of blank made one: how many bytes `p` begins with are such a blank. */
static size_t
blank_at(const char *p)
{
	if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
		return 1;
	if (!strncmp(p, "\xC2\xA0", 2))
		return 2;
	return !strncmp(p, "\xE3\x80\x80", 3) ? 3 : 0;
}

static void
make_plain(char *word)
{
	char *to = word;

	if (!strchr(word, '\xE2'))
		return;
	while (*word) {
		size_t i = 0, n = sizeof(plain) / sizeof(*plain);

		while (i < n && strncmp(word, plain[i].from, 3))
			i++;
		if (i < n) {
			*to++ = *plain[i].to;
			word += 3;
		} else {
			*to++ = *word++;
		}
	}
	*to = '\0';
}

static size_t
copy_text(char *to, const char *from)
{
	size_t n = 0, blank;

	if (!strncmp(from, "\xEF\xBB\xBF", 3))
		from += 3;
	while (*from) {
		blank = blank_at(from);
		to[n++] = blank ? ' ' : *from;
		from += blank ? blank : 1;
	}
	while (n && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
	return n;
}

int
words_split(struct words *w, const char *text)
{
	char *p = w->buf;
	size_t n;

	w->n = 0;
	w->text[0] = '\0';
	if (strlen(text) >= LINE_BYTES)
		return -E2BIG;
	n = copy_text(w->text, text);
	memcpy(w->buf, w->text, n + 1);
	while (w->n < WORDS_MAX) {
		p += strspn(p, " ");
		if (!*p)
			return 0;
		w->col[w->n] = (int)(p - w->buf);
		w->w[w->n++] = p;
		if (w->n == WORDS_MAX)
			return 0; /* the rest is one word: nothing is lost */
		p += strcspn(p, " ");
		if (*p)
			*p++ = '\0';
		make_plain(w->w[w->n - 1]);
	}
	return 0;
}

/* ---- one word against one atom ------------------------------------------------------------- */

static enum fit
keyword_fit(const char *keyword, int length, const char *word, int *column)
{
	int i = 0;

	while (i < length && word[i] &&
	       tolower((unsigned char)word[i]) == tolower((unsigned char)keyword[i]))
		i++;
	*column = i;
	if (word[i] || !i)
		return FIT_NO;
	return i == length ? FIT_EXACT : FIT_PREFIX;
}

/* The choice of one word that `word` means; -1: none.  *many: it may mean several. */
int
choice_find(const struct choices *t, const char *word, bool *many)
{
	enum fit f, best = FIT_NO;
	int found = -1, column;

	*many = false;
	for (size_t i = 0; i < t->count; i++) {
		const char *w = t->table[i].words;

		if (!w)
			continue;
		f = keyword_fit(w, (int)strlen(w), word, &column);
		if (f > best) {
			best = f, found = (int)i, *many = false;
		} else if (f == best && f == FIT_PREFIX) {
			*many = true;
		}
	}
	return found;
}

static enum fit
choice_fit(const struct choices *t, const char *word, int *column, bool *many)
{
	int found = choice_find(t, word, many), into;

	*column = 0;
	if (found >= 0)
		return strlen(t->table[found].words) == strlen(word) ? FIT_EXACT : FIT_PREFIX;
	for (size_t i = 0; i < t->count; i++) {
		const char *w = t->table[i].words;

		if (w && (keyword_fit(w, (int)strlen(w), word, &into), into > *column))
			*column = into;
	}
	return FIT_NO;
}

bool
number_parse(const char *word, long long *value)
{
	char *end;

	if (!isdigit((unsigned char)word[*word == '-']))
		return false;
	errno = 0;
	*value = strtoll(word, &end, 10);
	return !errno && !*end;
}

static enum fit
number_fit(const struct atom *a, const char *word, int *column)
{
	size_t digits = strspn(word, "0123456789");
	long long v;

	*column = word[digits] ? (int)digits : 0;
	return number_parse(word, &v) && v >= a->lo && v <= a->hi ? FIT_VALUE : FIT_NO;
}

static enum fit
address_fit(int family, const char *word, int *column)
{
	const char *legal = family == AF_INET ? "0123456789." : "0123456789abcdefABCDEF:.";
	size_t n = strspn(word, legal);
	unsigned char space[sizeof(struct in6_addr)];

	*column = word[n] ? (int)n : 0;
	return inet_pton(family, word, space) == 1 ? FIT_VALUE : FIT_NO;
}

static enum fit
kind_fit(const struct syntax *s, const struct atom *a, const char *word)
{
	_Alignas(max_align_t) unsigned char space[FIELD_MAX] = {0};

	if (strchr(word, ' '))
		return FIT_NO;
	return s->line->kind->parse(space, a->stores ? a->element : sizeof(space), word) == 0
		   ? FIT_VALUE
		   : FIT_NO;
}

static enum fit
type_fit(const struct atom *a, const char *word)
{
	const char *types = a->hashes ? "05789" : "067";

	return word[0] && !word[1] && strchr(types, word[0]) ? FIT_EXACT : FIT_NO;
}

static enum fit
name_fit(const char *word, int *column)
{
	size_t i = 0;

	while (isalnum((unsigned char)word[i]) || (word[i] && strchr("._-", word[i])))
		i++;
	*column = (int)i;
	return word[i] ? FIT_NO : FIT_TEXT;
}

enum fit
atom_fit(const struct syntax *s, const struct atom *a, const char *word, int *column, bool *many)
{
	*column = 0;
	*many = false;
	switch ((enum atom_kind)a->kind) {
	case ATOM_KEYWORD:
		return keyword_fit(a->word, a->length, word, column);
	case ATOM_NUMBER:
		return number_fit(a, word, column);
	case ATOM_IPV4:
		return address_fit(AF_INET, word, column);
	case ATOM_IPV6:
		return address_fit(AF_INET6, word, column);
	case ATOM_WORD:
		return strchr(word, ' ') ? FIT_NO : FIT_TEXT;
	case ATOM_NAME:
		return name_fit(word, column);
	case ATOM_LINE:
		return FIT_TEXT;
	case ATOM_CHOICE:
		return choice_fit(a->choices, word, column, many);
	case ATOM_KIND:
		return kind_fit(s, a, word);
	case ATOM_SECRET_TYPE:
		return type_fit(a, word);
	case ATOM_SECRET:
		return !a->rest && strchr(word, ' ') ? FIT_NO : FIT_TEXT;
	}
	return FIT_NO;
}
