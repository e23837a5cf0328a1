/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/syntax.c -- from a row's syntax to a tree of atoms.
 *
 * A recursive descent over the text of the row (the language is in line.h).  What is wrong with
 * a row is kept as words in its `fault`: such a row matches nothing, and the test of all rows
 * prints it.  syntax_follow() then computes which atom may follow which. */
#include "shell/syntax.h"
#include "shell/secret.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	struct syntax *s;
	const char *p, *help;
	struct atom atom[ATOMS_MAX];
	struct tree tree[NODES_MAX];
	int plus; /* how deep in { }+ */
};

static int parse_alternatives(struct parser *, const char *until);

/* ---- pieces -------------------------------------------------------------------------------- */

static int
fault(struct parser *c, const char *words)
{
	if (!c->s->fault)
		c->s->fault = words;
	return -1;
}

static int
tree_new(struct parser *c, enum tree_type type)
{
	struct tree *t = &c->tree[c->s->trees];

	if (c->s->trees == NODES_MAX)
		return fault(c, "more parts than NODES_MAX");
	*t = (struct tree){.type = type, .child = -1, .next = -1, .atom = -1};
	return c->s->trees++;
}

static struct atom *
atom_new(struct parser *c, enum atom_kind kind)
{
	struct atom *a = &c->atom[c->s->atoms];

	if (c->s->atoms == ATOMS_MAX) {
		fault(c, "more words than ATOMS_MAX");
		return NULL;
	}
	*a = (struct atom){.kind = kind, .choice = -1, .plus = c->plus > 0, .value = 1};
	c->s->atoms++;
	return a;
}

/* The next help text. */
static void
take_help(struct parser *c, struct atom *a)
{
	if (!c->help) {
		fault(c, "fewer help texts than words");
		return;
	}
	a->help = c->help;
	a->help_length = (int)strcspn(c->help, "|");
	c->help = c->help[a->help_length] ? c->help + a->help_length + 1 : NULL;
}

static bool
token_is(const char *token, size_t n, const char *word)
{
	return n == strlen(word) && !strncmp(token, word, n);
}

/* ---- where a word goes --------------------------------------------------------------------- */

static const struct part *
part_find(const struct part *parts, const char *name, int length)
{
	for (; parts && parts->name; parts++)
		if (token_is(name, length, parts->name))
			return parts;
	return NULL;
}

/* Elements of a plain array field: as big as its kind, numbers as small as their range. */
static size_t
element_bytes(const struct atom *a)
{
	if (a->kind == ATOM_IPV4)
		return sizeof(struct in_addr);
	if (a->kind == ATOM_IPV6)
		return sizeof(struct in6_addr);
	if (a->kind == ATOM_NUMBER && a->hi > UINT16_MAX)
		return sizeof(uint32_t);
	return a->kind == ATOM_NUMBER && a->hi > UINT8_MAX ? sizeof(uint16_t) : sizeof(uint8_t);
}

/* Resolve the atom's name to a place. */
static void
place_atom(struct parser *c, struct atom *a)
{
	const struct line *l = c->s->line;
	const struct part *part = part_find(l->parts, a->name, a->name_length);
	bool keyword = a->kind == ATOM_KEYWORD && a->choice < 0;

	if (part) {
		a->at = part->at;
		a->size = part->size;
		a->element = part->count ? part->size / part->count : part->size;
		a->stores = true;
	} else if (a->name_length && l->size && !l->set && !l->run && !a->key) {
		fault(c, "names no part of the field");
	} else if (l->size && !line_mode(l) && !l->parts && (!keyword || a->name)) {
		a->size = l->size;
		a->element = a->plus ? element_bytes(a) : l->size;
		a->stores = true;
	} else if (l->size && !line_mode(l) && l->parts && !keyword && !l->set && !l->run) {
		fault(c, "a value without a name among parts");
	}
	if (a->stores && a->size > FIELD_MAX)
		fault(c, "a field larger than FIELD_MAX");
	if (a->stores && a->kind == ATOM_SECRET && a->size != sizeof(struct secret))
		fault(c, "a secret that is no struct secret");
}

/* "=#name:3" behind a word: its marks. */
static void
read_marks(struct atom *a, const char *mark, size_t n)
{
	const char *colon;

	if (!n)
		return;
	mark++, n--;
	if (n && *mark == '#') {
		a->key = true;
		mark++, n--;
	}
	colon = memchr(mark, ':', n);
	a->name = mark;
	a->name_length = (int)(colon ? (size_t)(colon - mark) : n);
	if (colon)
		a->value = strtol(colon + 1, NULL, 10);
}

/* ---- leaves -------------------------------------------------------------------------------- */

/* The words of choices as keywords, one after the other; a choice of one word each stays whole. */
static bool
choices_are_single(const struct choices *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->table[i].words && strchr(t->table[i].words, ' '))
			return false;
	return true;
}

static void
choice_words(struct parser *c, const struct atom *like, size_t index)
{
	const char *w = like->choices->table[index].words;
	struct atom *a;

	while (w && *w) {
		if (!(a = atom_new(c, ATOM_KEYWORD)))
			return;
		a->word = w;
		a->length = (int)strcspn(w, " ");
		a->choice = (int16_t)index;
		a->choices = like->choices;
		a->key = like->key;
		a->name = like->name;
		a->name_length = like->name_length;
		a->help = like->choices->table[index].help;
		a->help_length = a->help ? (int)strlen(a->help) : 0;
		w += a->length + (w[a->length] == ' ');
		a->choice_end = !*w;
		place_atom(c, a);
	}
}

static void
leaf_choice(struct parser *c, const struct choices *choices, const char *mark, size_t n)
{
	struct atom like = {.choices = choices}, *a;

	if (!choices->count) {
		fault(c, "CHOICE without choices");
		return;
	}
	read_marks(&like, mark, n);
	if (!choices_are_single(choices)) {
		for (size_t i = 0; i < choices->count; i++)
			choice_words(c, &like, i);
	} else if ((a = atom_new(c, ATOM_CHOICE))) {
		a->choices = choices;
		read_marks(a, mark, n);
		place_atom(c, a);
	}
}

static const struct choice secret_types[] = {
    {"0", "Specifies an UNENCRYPTED password will follow"},
    {"5", "Specifies a MD5 HASHED secret will follow"},
    {"6", "Specifies an ENCRYPTED password will follow"},
    {"7", "Specifies a HIDDEN password will follow"},
    {"8", "Specifies a PBKDF2 HASHED secret will follow"},
    {"9", "Specifies a SCRYPT HASHED secret will follow"},
};
static const char secret_help[] = "The UNENCRYPTED (cleartext) password";
static const struct choices secret_choices = CHOICES(secret_types);

static void
leaf_secret(struct parser *c, bool hashes, const char *mark, size_t n)
{
	struct atom *a = atom_new(c, ATOM_SECRET_TYPE);

	if (!a)
		return;
	a->choices = &secret_choices;
	a->hashes = hashes;
	if (!(a = atom_new(c, ATOM_SECRET)))
		return;
	a->hashes = hashes;
	a->help = secret_help;
	a->help_length = sizeof(secret_help) - 1;
	read_marks(a, mark, n);
	place_atom(c, a);
}

static bool
read_range(struct atom *a, const char *token, size_t n)
{
	char *end;

	a->lo = strtoll(token + 1, &end, 10);
	if (*end != '-')
		return false;
	a->hi = strtoll(end + 1, &end, 10);
	return end == token + n - 1 && *end == '>' && a->lo <= a->hi;
}

static const struct {
	const char *word;
	enum atom_kind kind;
} values[] = {
    {"A.B.C.D", ATOM_IPV4},
    {"X:X:X:X::X", ATOM_IPV6},
    {"WORD", ATOM_WORD},
    {"NAME", ATOM_NAME},
    {"LINE", ATOM_LINE},
    {"KIND", ATOM_KIND},
};

static void
leaf_plain(struct parser *c, const char *token, size_t n, const char *mark, size_t marks)
{
	enum atom_kind kind = *token == '<' ? ATOM_NUMBER : ATOM_KEYWORD;
	struct atom *a;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (token_is(token, n, values[i].word))
			kind = values[i].kind;
	if (!(a = atom_new(c, kind)))
		return;
	a->word = token;
	a->length = (int)n;
	a->rest = kind == ATOM_LINE;
	if (kind == ATOM_NUMBER && !read_range(a, token, n))
		fault(c, "a range that is none");
	if (kind == ATOM_KIND && !c->s->line->kind)
		fault(c, "KIND without .kind");
	if (kind != ATOM_KIND)
		take_help(c, a);
	read_marks(a, mark, marks);
	place_atom(c, a);
}

static int
parse_leaf(struct parser *c)
{
	size_t n = strcspn(c->p, " []{}|"), word = 0, mark;
	const char *token = c->p;
	int t = tree_new(c, TREE_LEAF), first = c->s->atoms;

	if (t < 0)
		return -1;
	c->p += n;
	if (*token == '<')
		word = strcspn(token, ">");
	while (word < n && token[word] != '=')
		word++;
	mark = n - word;
	if (token_is(token, word, "CHOICE"))
		leaf_choice(c, &c->s->line->choices, token + word, mark);
	else if (token_is(token, word, "CHOICE2"))
		leaf_choice(c, &c->s->line->choices2, token + word, mark);
	else if (token_is(token, word, "SECRET") || token_is(token, word, "PASSWORD"))
		leaf_secret(c, *token == 'S', token + word, mark);
	else
		leaf_plain(c, token, word, token + word, mark);
	c->tree[t].first = (int16_t)first;
	c->tree[t].atoms = (int16_t)(c->s->atoms - first);
	c->tree[t].atom = (int16_t)(c->s->atoms - 1);
	c->tree[t].value = c->tree[t].atoms != 1 || c->atom[first].kind != ATOM_KEYWORD ||
			   c->atom[first].choice >= 0;
	return t;
}

/* ---- groups -------------------------------------------------------------------------------- */

static int
parse_group(struct parser *c)
{
	const char *close = *c->p++ == '[' ? "]" : "}", *end;
	int depth = 1, inner, t;

	for (end = c->p; *end && depth; end++)
		depth += (*end == '[' || *end == '{') - (*end == ']' || *end == '}');
	c->plus += *end == '+';
	inner = parse_alternatives(c, close);
	c->plus -= *end == '+';
	if (*c->p != *close || inner < 0)
		return fault(c, "brackets that do not match");
	c->p++;
	if (*close == '}' && *c->p != '+')
		return inner;
	if (*c->p == '*' && c->tree[inner].type == TREE_ALT) {
		c->tree[inner].type = TREE_ANY;
		c->p++;
		return inner;
	}
	if ((t = tree_new(c, *c->p == '+' ? TREE_PLUS : TREE_OPT)) < 0)
		return -1;
	c->p += *c->p == '+' || *c->p == '*';
	c->tree[t].child = (int16_t)inner;
	return t;
}

static int
parse_one(struct parser *c)
{
	if (*c->p == '[' || *c->p == '{')
		return parse_group(c);
	if (*c->p == '/' && (c->p[1] == ' ' || !c->p[1])) {
		c->p++;
		return tree_new(c, TREE_STOP);
	}
	return parse_leaf(c);
}

static int
parse_sequence(struct parser *c)
{
	int t = tree_new(c, TREE_SEQ), one;
	int16_t *link;

	if (t < 0)
		return -1;
	link = &c->tree[t].child;
	for (;;) {
		c->p += strspn(c->p, " ");
		if (!*c->p || strchr("]}|", *c->p))
			return c->tree[t].child < 0 ? fault(c, "an empty part") : t;
		if ((one = parse_one(c)) < 0)
			return -1;
		*link = (int16_t)one;
		link = &c->tree[one].next;
	}
}

/* `x | y` up to `until`: one tree, an ALT if there are several. */
static int
parse_alternatives(struct parser *c, const char *until)
{
	int first = parse_sequence(c), alt, one;
	int16_t *link;

	if (first < 0 || *c->p != '|')
		return first;
	if ((alt = tree_new(c, TREE_ALT)) < 0)
		return -1;
	c->tree[alt].child = (int16_t)first;
	link = &c->tree[first].next;
	while (*c->p == '|') {
		c->p++;
		if ((one = parse_sequence(c)) < 0)
			return -1;
		*link = (int16_t)one;
		link = &c->tree[one].next;
	}
	return *c->p == *until ? alt : fault(c, "brackets that do not match");
}

/* ---- the whole row ------------------------------------------------------------------------- */

/* Which atoms are the key, which take the rest of the line, what the row is. */
static void
classify(struct syntax *s)
{
	const struct line *l = s->line;
	bool marked = false, binds = false;

	for (int i = 0; i < s->atoms; i++) {
		struct atom *a = &s->atom[i];

		marked |= a->key;
		binds |= a->stores;
		if (a->kind != ATOM_KEYWORD || a->choice >= 0)
			s->values |= 1ull << i;
		if (a->kind == ATOM_SECRET && !a->follow)
			a->rest = true;
		if (a->rest)
			s->rests |= 1ull << i;
		if (a->rest && a->follow)
			s->fault = "something behind LINE";
	}
	s->list = l->each || (l->enter && l->size && (marked || s->values));
	s->sub = l->enter && !s->list;
	s->flag = l->size && !line_mode(l) && !l->parts && !binds;
	for (int i = 0; i < s->atoms; i++) {
		if (s->list && !marked && s->values >> i & 1)
			s->atom[i].key = true;
		if (s->atom[i].key)
			s->keys |= 1ull << i;
	}
	if (s->flag && l->size != sizeof(bool) && !l->set)
		s->fault = "a flag that is no bool";
	if (s->list && l->size != sizeof(struct map *))
		s->fault = "a list that is no map";
}

static void
first_letters(struct syntax *s)
{
	for (int i = 0; i < s->atoms; i++) {
		const struct atom *a = &s->atom[i];

		if (s->first >> i & 1)
			s->letters |= a->kind == ATOM_KEYWORD ? letter_bit(*a->word) : ~0u;
	}
}

static bool
keep(struct syntax *s, const struct parser *c)
{
	s->atom = calloc(s->atoms + 1, sizeof(*s->atom));
	s->tree = calloc(s->trees + 1, sizeof(*s->tree));
	if (!s->atom || !s->tree)
		return false;
	memcpy(s->atom, c->atom, s->atoms * sizeof(*s->atom));
	memcpy(s->tree, c->tree, s->trees * sizeof(*s->tree));
	return true;
}

/* What precedes the default: the keywords at the row's beginning. */
static void
default_line(const struct syntax *s, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (int t = s->tree[s->root].child; t >= 0 && n < size; t = s->tree[t].next) {
		const struct atom *a = &s->atom[s->tree[t].atom];

		if (s->tree[t].type != TREE_LEAF || s->tree[t].value)
			break;
		n += snprintf(buf + n, size - n, "%.*s ", a->length, a->word);
	}
	if (n < size && !(s->flag && !strcmp(s->line->dflt, "on")))
		snprintf(buf + n, size - n, "%s", s->line->dflt);
}

/* The default's bytes: type it into an empty field. */
static int
compile_default(struct syntax *s)
{
	char *space, text[512], why[128] = "";
	struct words *w;
	struct match m;
	int rc = -ENOMEM;

	if (s->fault || !s->line->dflt || !s->line->size || line_mode(s->line))
		return 0;
	default_line(s, text, sizeof(text));
	w = malloc(sizeof(*w));
	space = calloc(1, s->line->at + s->line->size);
	s->dflt = malloc(s->line->size);
	if (!w || !space || !s->dflt)
		goto out;
	rc = 0;
	if (words_split(w, text) == 0)
		m = match_row(s, w);
	else
		m.verdict = LINE_INVALID;
	if (m.verdict != LINE_OK || line_set_plain(&m, space, why, sizeof(why)) < 0)
		s->fault = "a default that cannot be typed";
	memcpy(s->dflt, space + s->line->at, s->line->size);
out:
	free(space);
	free(w);
	return rc;
}

int
syntax_compile(struct syntax *s, const struct mode *m, const struct line *l)
{
	struct parser c = {.s = s, .p = l->syntax, .help = l->help && *l->help ? l->help : NULL};

	*s = (struct syntax){.line = l, .mode = m};
	s->root = parse_alternatives(&c, "");
	if (s->root >= 0 && *c.p)
		fault(&c, "brackets that do not match");
	if (c.help)
		fault(&c, "more help texts than words");
	if (!keep(s, &c))
		return -ENOMEM;
	if (s->fault)
		return 0;
	syntax_follow(s);
	classify(s);
	first_letters(s);
	return compile_default(s);
}

void
syntax_clear(struct syntax *s)
{
	free(s->atom);
	free(s->tree);
	free(s->dflt);
	*s = (struct syntax){0};
}
