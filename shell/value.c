/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/value.c -- one value: from a word into a field, and back.
 *
 * Fields are zeroed before they are written, so that equal values are equal bytes. */
#include "shell/syntax.h"
#include "shell/secret.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
all_zero(const void *bytes, size_t size)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < size; i++)
		if (p[i])
			return false;
	return true;
}

void
number_store(void *field, size_t size, long long v)
{
	uint8_t one = (uint8_t)v;
	uint16_t two = (uint16_t)v;
	uint32_t four = (uint32_t)v;
	uint64_t eight = (uint64_t)v;

	memset(field, 0, size);
	switch (size) {
	case 1:
		memcpy(field, &one, 1);
		break;
	case 2:
		memcpy(field, &two, 2);
		break;
	case 4:
		memcpy(field, &four, 4);
		break;
	default:
		memcpy(field, &eight, size < 8 ? size : 8);
	}
}

static unsigned long long
unsigned_load(const void *field, size_t size)
{
	uint8_t one;
	uint16_t two;
	uint32_t four;
	uint64_t eight = 0;

	switch (size) {
	case 1:
		return memcpy(&one, field, 1), one;
	case 2:
		return memcpy(&two, field, 2), two;
	case 4:
		return memcpy(&four, field, 4), four;
	default:
		return memcpy(&eight, field, size < 8 ? size : 8), eight;
	}
}

long long
number_load(const void *field, size_t size, bool with_sign)
{
	unsigned long long v = unsigned_load(field, size);
	unsigned long long sign = size < 8 ? 1ull << (size * 8 - 1) : 0;

	return with_sign && sign && (v & sign) ? (long long)(v | ~(2 * sign - 1)) : (long long)v;
}

/* ---- storing ------------------------------------------------------------------------------- */

static int
text_store(void *field, size_t size, const char *word, char *why, size_t why_size)
{
	size_t n = strlen(word);

	if (n >= size) {
		snprintf(why, why_size, "\"%.40s%s\" is longer than %zu characters", word,
		    n > 40 ? "..." : "", size - 1);
		return -EINVAL;
	}
	memset(field, 0, size);
	memcpy(field, word, n);
	return 0;
}

int
value_store(const struct syntax *s, const struct atom *a, void *field, const char *word, int type,
    char *why, size_t size)
{
	long long v = 0;
	bool many;

	switch ((enum atom_kind)a->kind) {
	case ATOM_KEYWORD:
		number_store(field, a->element, a->choice >= 0 ? a->choice : a->value);
		return 0;
	case ATOM_CHOICE:
		number_store(field, a->element, choice_find(a->choices, word, &many));
		return 0;
	case ATOM_NUMBER:
		if (!number_parse(word, &v))
			return -EINVAL;
		number_store(field, a->element, v);
		return 0;
	case ATOM_IPV4:
	case ATOM_IPV6:
		memset(field, 0, a->element);
		return inet_pton(a->kind == ATOM_IPV4 ? AF_INET : AF_INET6, word, field) == 1
			   ? 0
			   : -EINVAL;
	case ATOM_KIND:
		memset(field, 0, a->element);
		return s->line->kind->parse(field, a->element, word);
	case ATOM_SECRET:
		return secret_store(field, a->hashes, type, word, why, size);
	case ATOM_WORD:
	case ATOM_NAME:
	case ATOM_LINE:
		return text_store(field, a->element, word, why, size);
	case ATOM_SECRET_TYPE:
		break;
	}
	return 0;
}

/* ---- printing ------------------------------------------------------------------------------ */

static void
choice_print(const struct atom *a, const void *field, FILE *out)
{
	long long v = number_load(field, a->element, false);

	if (v >= 0 && (size_t)v < a->choices->count && a->choices->table[v].words)
		fputs(a->choices->table[v].words, out);
}

void
value_print(const struct syntax *s, const struct atom *a, const void *field, FILE *out)
{
	char text[INET6_ADDRSTRLEN];

	switch ((enum atom_kind)a->kind) {
	case ATOM_KEYWORD:
	case ATOM_CHOICE:
		choice_print(a, field, out);
		break;
	case ATOM_NUMBER:
		fprintf(out, "%lld", number_load(field, a->element, a->lo < 0));
		break;
	case ATOM_IPV4:
	case ATOM_IPV6:
		if (inet_ntop(a->kind == ATOM_IPV4 ? AF_INET : AF_INET6, field, text, sizeof(text)))
			fputs(text, out);
		break;
	case ATOM_KIND:
		s->line->kind->print(field, a->element, out);
		break;
	case ATOM_SECRET:
		secret_print(field, out);
		break;
	case ATOM_WORD:
	case ATOM_NAME:
	case ATOM_LINE:
		fputs(field, out);
		break;
	case ATOM_SECRET_TYPE:
		break;
	}
}

static int
choice_holds(const struct atom *a, const void *field)
{
	long long v = number_load(field, a->element, false);

	if (v < 0 || (size_t)v >= a->choices->count || !a->choices->table[v].words)
		return -1;
	return v > 0;
}

int
value_holds(const struct syntax *s, const struct atom *a, const void *field)
{
	long long v;

	(void)s;
	switch ((enum atom_kind)a->kind) {
	case ATOM_KEYWORD:
	case ATOM_CHOICE:
		return choice_holds(a, field);
	case ATOM_NUMBER:
		v = number_load(field, a->element, a->lo < 0);
		return v < a->lo || v > a->hi ? -1 : v != 0;
	case ATOM_IPV4:
	case ATOM_IPV6:
		return !all_zero(field, a->element);
	case ATOM_KIND:
		return all_zero(field, a->element) ? -1 : 1;
	case ATOM_SECRET:
		return ((const struct secret *)field)->set ? 1 : -1;
	case ATOM_WORD:
	case ATOM_NAME:
	case ATOM_LINE:
		return *(const char *)field ? 1 : -1;
	case ATOM_SECRET_TYPE:
		break;
	}
	return 0;
}

/* ---- a key's word -------------------------------------------------------------------------- */

static int
spell_stored(const struct syntax *s, const struct atom *a, const char *word, char *buf, size_t size)
{
	_Alignas(max_align_t) unsigned char space[FIELD_MAX] = {0};
	struct atom whole = *a;
	char why[8];
	FILE *out;

	whole.element = a->kind == ATOM_IPV4     ? sizeof(struct in_addr)
			: a->kind == ATOM_IPV6   ? sizeof(struct in6_addr)
			: a->kind == ATOM_NUMBER ? sizeof(long long)
			: a->stores              ? a->element
						 : sizeof(space);
	if (value_store(s, &whole, space, word, -1, why, sizeof(why)) < 0 ||
	    !(out = fmemopen(buf, size, "w")))
		return -EINVAL;
	value_print(s, &whole, space, out);
	fputc('\0', out);
	return fclose(out) ? -ENAMETOOLONG : 0;
}

int
value_spell(const struct syntax *s, const struct atom *a, const char *word, char *buf, size_t size)
{
	bool many;
	int n;

	switch ((enum atom_kind)a->kind) {
	case ATOM_NUMBER:
		if (strlen(word) < size && *word != '0' && *word != '-')
			break; /* as it stands: the common case */
		return spell_stored(s, a, word, buf, size);
	case ATOM_IPV4:
	case ATOM_IPV6:
	case ATOM_KIND:
		return spell_stored(s, a, word, buf, size);
	case ATOM_KEYWORD:
		n = snprintf(buf, size, "%.*s", a->length, a->word);
		return (size_t)n < size ? 0 : -ENAMETOOLONG;
	case ATOM_CHOICE:
		word = a->choices->table[choice_find(a->choices, word, &many)].words;
		break;
	default:
		break;
	}
	n = snprintf(buf, size, "%s", word);
	return (size_t)n < size ? 0 : -ENAMETOOLONG;
}
