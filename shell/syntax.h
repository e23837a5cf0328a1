/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/syntax.h -- a row's syntax, compiled: what the files of the engine share.
 *
 * A syntax becomes a tree (for printing) and a set of at most ATOMS_MAX positions, each with the
 * positions that may follow it (for matching).  Compiled once per mode, kept for the life of the
 * process. */
#ifndef SHELL_SYNTAX_H
#define SHELL_SYNTAX_H

#include "shell/line.h"

enum { NODES_MAX = 96, FIELD_MAX = 4096 };

enum atom_kind {
	ATOM_KEYWORD, /* also a word of a choice of several words */
	ATOM_NUMBER,
	ATOM_IPV4,
	ATOM_IPV6,
	ATOM_WORD,
	ATOM_NAME,
	ATOM_LINE,
	ATOM_CHOICE,
	ATOM_KIND,
	ATOM_SECRET_TYPE,
	ATOM_SECRET
};

struct atom {
	uint8_t kind;
	bool key;     /* belongs to the object's key */
	bool stores;  /* has a place in the field */
	bool hashes;  /* SECRET, not PASSWORD */
	bool rest;    /* takes the rest of the line */
	bool plus;    /* inside { }+ */
	int16_t choice; /* ATOM_KEYWORD of a choice: which; else -1 */
	bool choice_end; /* its last word */
	const char *word;
	int length;
	long long lo, hi; /* ATOM_NUMBER */
	const char *name;
	int name_length;
	long value;              /* a keyword's */
	size_t at, size, element; /* where it is stored; element: bytes of one of an array */
	const struct choices *choices;
	const char *help;
	int help_length;
	uint64_t follow, branch; /* branch: of an any-order group; 0: in none */
};

enum tree_type { TREE_LEAF, TREE_SEQ, TREE_ALT, TREE_OPT, TREE_ANY, TREE_PLUS, TREE_STOP };

struct tree {
	uint8_t type;
	bool value;                   /* a leaf that is a value */
	int16_t child, next;          /* -1: none */
	int16_t atom, first, atoms;   /* a leaf: its main atom, and all of them */
};

struct syntax {
	const struct line *line;
	const struct mode *mode;
	const char *fault; /* NULL: none; else the row cannot be typed */
	struct atom *atom;
	struct tree *tree;
	int atoms, trees, root;
	uint64_t first, last, stops, keys, values, rests;
	uint32_t letters;     /* what its first word may begin with */
	bool nullable, list, flag, sub;
	void *dflt;           /* line->size bytes: the default; NULL: zero */
};

/* A mode's rows, compiled. */
struct grammar {
	const struct mode *mode;
	struct syntax *row;
	int maps, subs; /* rows whose field is a map, an object inside; each place once */
	const struct line **map, **sub;
};

const struct grammar *grammar_of(const struct mode *);  /* NULL: no memory */
/* Compile one row; its fault, if any, is in it.  0; -ENOMEM. */
int  syntax_compile(struct syntax *, const struct mode *, const struct line *);
void syntax_clear(struct syntax *);
void syntax_follow(struct syntax *);                    /* the positions' masks */
uint32_t letter_bit(char);

/* The mode that a row opens or lists; NULL: neither. */
static inline const struct mode *
line_mode(const struct line *l)
{
	return l->enter ? l->enter : l->each;
}

/* ---- match.c ------------------------------------------------------------------------------- */

enum fit { FIT_NO, FIT_TEXT, FIT_VALUE, FIT_HIDDEN, FIT_PREFIX, FIT_EXACT, FITS };

/* Who types: the rows that take more privilege are not there.  level_of NULL: a row's own level. */
struct reach {
	int level;
	int (*level_of)(void *arg, const struct mode *, const struct line *);
	void *arg;
};

/* The same as line_match() over several modes at once, for a privilege. */
struct match match_in(const struct mode *const *modes, const struct words *, const struct reach *);
/* The rows of last resort of one mode, which match_in() leaves out. */
struct match match_last(const struct mode *, const struct words *, const struct reach *);
/* One row alone. */
struct match match_row(const struct syntax *, const struct words *);

/* All rows that what was typed so far (words `from`..`upto`-1) leaves alive. */
struct thread {
	const struct syntax *s;
	uint64_t state, taken;
	bool begun;
};
struct narrowed {
	struct thread thread[2 * LINES_MAX];
	int n, column;
	enum verdict verdict;
	bool no, dflt;
	int used; /* words that are no remark */
};
void match_narrow(struct narrowed *, const struct mode *const *modes, const struct words *,
    int upto, const struct reach *);
/* What may follow: the atoms that may come next in a thread. */
uint64_t thread_next(const struct thread *);
/* All that can come after these atoms, at once or later. */
uint64_t atoms_behind(const struct syntax *, uint64_t atoms);
/* May the line end here? */
bool thread_ends(const struct thread *, bool no);
/* How well `word` fits; *column: how far into it; *many: several words of a choice do. */
enum fit atom_fit(const struct syntax *, const struct atom *, const char *word, int *column,
    bool *many);
int choice_find(const struct choices *, const char *word, bool *many);

/* ---- value.c ------------------------------------------------------------------------------- */

/* Store `word` (for a secret: with its type, -1 none typed) at `field`. */
int  value_store(const struct syntax *, const struct atom *, void *field, const char *word,
    int type, char *why, size_t size);
void value_print(const struct syntax *, const struct atom *, const void *field, FILE *);
/* As it is printed: what becomes of a typed key's word. */
int  value_spell(const struct syntax *, const struct atom *, const char *word, char *buf,
    size_t size);
/* Does it hold something?  1 yes, 0 it may as well, -1 no. */
int  value_holds(const struct syntax *, const struct atom *, const void *field);
long long number_load(const void *field, size_t size, bool with_sign);
void number_store(void *field, size_t size, long long);
bool number_parse(const char *word, long long *);
bool all_zero(const void *, size_t);

/* ---- set.c, print.c ------------------------------------------------------------------------ */

void mode_share(const struct mode *, void *object);     /* one more hold of the maps inside */
struct map **line_map(const struct line *, const void *object);
bool line_is_list(const struct line *, const struct mode *);
void line_default(const struct syntax *, void *field);
/* Can the row say what `object` (of a list: `one`) holds?  And print it. */
bool syntax_says(const struct syntax *, const void *object, const struct node *one);
void syntax_write(const struct syntax *, const void *object, const struct node *one, FILE *);
/* `?` with the `|` of a command whose output can be filtered. */
int  help_list(const struct mode *const *modes, const char *text, const struct reach *, int width,
    bool pipes, FILE *);
/* line_complete() within that reach. */
bool complete_within(const struct mode *const *modes, const char *text, const struct reach *, char *buf,
    size_t size);

#endif
