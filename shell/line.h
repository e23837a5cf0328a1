/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/line.h -- what one command line is.
 *
 * A line is one thing that can be typed in one mode; a mode is a table of lines over one plain C
 * struct.  From a row come the field, parser, range, default, `no`, `default`, abbreviation,
 * ambiguity, caret, `?`, TAB, `show running-config` and the row's own test.  What is printed can
 * be typed.  Nothing here does I/O but into the FILE it is given, or knows a session's state.
 *
 * The syntax of a row, words apart by blanks:
 *   word            a keyword; case does not matter, any unambiguous prefix will do
 *   <1-100>         a number in that range
 *   A.B.C.D         an IPv4 address             X:X:X:X::X   an IPv6 address
 *   WORD            one word                    NAME         one word of [A-Za-z0-9._-]
 *   LINE            the rest of the line as it stands, blanks and all
 *   CHOICE CHOICE2  one of .choices / .choices2: its words may be several ("tcp tls")
 *   KIND            a value with a parser of its own: .kind ("ipv4:A.B.C.D[:PORT]")
 *   SECRET          a secret: `[0|5|7|8|9] TEXT` into a struct secret; clear text is stored as
 *                   its type 9 hash.  TEXT is the rest of the line, or one word if more follows
 *   PASSWORD        the same, but the text is kept (type 0, 6 or 7): what must be shown to a peer
 *   [ x ]           may be left out             { x | y }    one of these
 *   [ x | y ]*      any of these, each once, in any order
 *   { x | y }+      one or more of these, in the typed order (a field that is an array)
 *   /               `no` may stop here (by itself it may stop before the first value; that of
 *                   a list's row where the key is complete)
 * and any of them may say where it goes: WORD=name puts the word into the part `name` of the
 * field (struct part), keyword=name sets the bool part `name`, keyword=name:3 sets it to 3,
 * keyword=:3 the field itself (a number without parts); a value or keyword of a list's row marked
 * =# or =#name belongs to the object's key (no mark at all: all its values are the key).  A row
 * of one value needs no name.  Where the field is a struct with parts, its first member is
 * `uint8_t set`, which the engine writes; the parts of a list's row are those of the object.
 * Printing: what may be left out is printed if something in it is set (a value that is 0 is not:
 * name the keyword before it where 0 means something), an alternative if all its parts hold.
 * A row with .run takes no `no` and no `default` unless it says .negates.
 * Array parts (PART_ARRAY) are filled in the typed order and end before their first 0.
 * Help: one text per keyword or value in the order of the syntax, '|' between; choices, kinds and
 * secrets bring their own and take none. */
#ifndef SHELL_LINE_H
#define SHELL_LINE_H

#include "shell/row.h"

#include <stdio.h>

struct session;
struct match;

enum { LINE_BYTES = 4096, WORDS_MAX = 128, LINES_MAX = 256, ATOMS_MAX = 64 };

struct choice { const char *words, *help; };    /* index: the enumerator; .words NULL: no such */
#define CHOICES(list) { (list), sizeof(list) / sizeof(*(list)) }
struct choices { const struct choice *table; size_t count; };

/* A one-word value with its own form. */
struct kind {
	const struct choice *help;      /* what `?` shows, ended by { NULL, NULL } */
	int (*parse)(void *field, size_t size, const char *word);       /* 0 or -EINVAL */
	void (*print)(const void *field, size_t size, FILE *);          /* as it can be typed */
	const char *const *samples;     /* typed forms for the test of all rows, ended by NULL */
};

/* Where a named value goes inside the field. */
struct part { const char *name; size_t at, size, count; };
#define PART(type, field) { #field, offsetof(type, field), sizeof(((type *)0)->field), 0 }
#define PART_ARRAY(type, field)  /* for { ... }+ */                                              \
	{ #field, offsetof(type, field), sizeof(((type *)0)->field),                               \
	  sizeof(((type *)0)->field) / sizeof(((type *)0)->field[0]) }

struct line {
	const char *syntax, *help;
	const char *dflt;               /* the default as it would be typed after the keywords;
	                                   for a flag "on"; NULL: unset */
	size_t at, size;                /* the field that it sets; size 0: none */
	const struct part *parts;       /* of a field of several values, ended by { NULL } */
	struct choices choices, choices2;
	const struct kind *kind;
	const struct mode *enter;       /* it opens this mode: of one of many (a key in the syntax),
	                                   or of the one struct at `at`, whose first member is
	                                   `uint8_t set`: entering sets it, `no` clears it and
	                                   all below; the block is printed when it is set */
	const struct mode *each;        /* it is itself one of many, and opens no mode */
	int (*run)(struct session *, const struct match *);     /* it acts; 0 or -errno */
	int (*set)(void *object, const struct match *, char *why, size_t size); /* instead of the
	                                   engine's own setting: a form that normalises */
	bool (*has_effect)(const void *field);  /* NULL: yes; see `stored` */
	bool stored;                    /* parsed, printed back, counted by --check: no effect */
	bool hidden;                    /* not in `?`, never printed: an old or foreign spelling */
	bool always;                    /* printed even when it is the default */
	bool off;                       /* `no` switches it off (all zero), where else it would bring
	                                   back the default; printed as `no ...` then */
	bool trail;                     /* printed with a blank at its end, as IOS does */
	bool by_birth;                  /* a list printed in order of creation, not of keys */
	bool keeps_no;                  /* a list's row: `no' of it is kept and printed, `default' takes
	                                   it back; the object's first byte behind its node says so.  A row of
	                                   last resort keeps it only of what is not there */
	bool last_resort;               /* takes what no other row of this mode, of what can always
	                                   be said and of the modes above takes: the free lines of a
	                                   block.  In a text with indentation only what stands
	                                   deeper than the block's own line */
	bool secret;                    /* its values are for nobody else: match_say() hides them */
	bool negates;                   /* .run: takes `no` and `default` too (match.no, .dflt) */
	int level;                      /* the privilege that it takes; 0: any */
};

struct mode {
	const char *name;               /* "dial-peer": what --check, docs and `?` call it */
	const char *prompt;             /* "(config-dial-peer)" */
	const struct line *lines;
	size_t count, size;             /* rows; bytes of one object */
	/* May refuse, must not change: it also sees drafts that are thrown away. */
	int (*check)(const void *object, const void *config, char *why, size_t size);
	const struct mode *parent;      /* where a line is tried next; NULL: the top of `configure` */
	/* Objects that hold more than flat values and maps (a certificate's bytes lie behind the
	 * struct and need none of this) say how to print their body here. */
	void (*write)(const void *object, int indent, FILE *);
	uint8_t indent;                 /* of its body, more than its parent's; 0 means 1 */
};

/* A row's second half: the table's entry. */
#define LINE_ROW(type, name, syntax_, dflt_, help_, ...)                                         \
	{ .syntax = syntax_, .dflt = dflt_, .help = help_, .at = offsetof(OBJECT, name),           \
	  .size = sizeof(type), __VA_ARGS__ },
#define LINES(table)  (table), sizeof(table) / sizeof(*(table))

/* ---- matching ------------------------------------------------------------------------------ */

struct words {                          /* a typed line, cut into words */
	char text[LINE_BYTES];          /* as typed, tabs and CR made blanks */
	char buf[LINE_BYTES], *w[WORDS_MAX];
	int n, col[WORDS_MAX];          /* the column of each */
};

enum verdict { LINE_OK, LINE_EMPTY, LINE_INVALID, LINE_AMBIGUOUS, LINE_INCOMPLETE };

struct match {
	enum verdict verdict;
	int column;                     /* LINE_INVALID: the first character nothing can match */
	bool no, dflt;                  /* `no ...`, `default ...` */
	const struct line *line;
	const struct words *words;
	int bound[WORDS_MAX];           /* for each word the atom that took it */
	void *compiled;                 /* the engine's own */
};

int  words_split(struct words *, const char *text);     /* -E2BIG: longer than LINE_BYTES */
struct match line_match(const struct mode *, const struct words *);

/* What was typed for the value or keyword bound to `name` (rows with .run); NULL: it was not. */
const char *match_text(const struct match *, const char *name);
/* The number of a choice, <lo-hi> or keyword=name:N bound to `name`; `none` if not typed. */
long match_number(const struct match *, const char *name, long none);
/* The whole line spelled out: keywords in full, values as typed. */
void match_spell(const struct match *, char *buf, size_t size);
/* The same for others to read: a secret is `*****'. */
void match_say(const struct match *, char *buf, size_t size);

/* `?` after `text`: what may come next, as IOS prints it (heading aside), or the word list of
 * `sh?`.  `level`: rows above it are not shown.  Modes in order, NULL-terminated. */
int  line_help(const struct mode *const *modes, const char *text, int level, int width, FILE *);
/* TAB: the completed line into `buf` if it can only go on in one way; false: it cannot. */
bool line_complete(const struct mode *const *modes, const char *text, int level, char *buf,
    size_t size);

/* ---- objects ------------------------------------------------------------------------------- */

/* Apply a matched line to `object` (the mode's struct).  0; -EINVAL with `why`; -ENOMEM. */
int  line_set(const struct match *, void *object, char *why, size_t size);
/* The key that a matched list row names, as it is printed. */
int  line_key(const struct match *, char *key, size_t size);
/* The object that `key` of list row `line` names inside `object`; NULL: none. */
const void *line_find(const struct line *, const void *object, const char *key);
/* The same to write in: its own copy (map_own). */
void *line_own(const struct line *, void *object, const char *key);
/* The engine's own setting, for a row's .set that only adds to it. */
int  line_set_plain(const struct match *, void *object, char *why, size_t size);
/* Does what this row holds have no effect (stored)?  `object`: of a row with .each the one of
 * many, which .has_effect is then given; else the mode's struct. */
bool line_is_stored(const struct line *, const void *object);

void mode_defaults(const struct mode *, void *object);
void *mode_new(const struct mode *, const char *key, size_t extra_bytes); /* one of many */
void mode_hold(const void *object);
void mode_drop(void *object);
int  mode_copy(const struct mode *, void *to, const void *from);  /* shares the maps inside */
void mode_clear(const struct mode *, void *object);               /* drops the maps inside */
/* Print an object's lines; `all`: defaults too. */
void mode_write(const struct mode *, const void *object, int indent, bool all, FILE *);
/* Ask the object and all below it whether they refuse; the first refusal wins. */
int  mode_check(const struct mode *, const void *object, const void *config, char *why,
    size_t size);
/* What can be typed for a row: "show login [failures]". */
void line_write_syntax(const struct line *, FILE *);
/* All rows of all modes under `root` as Markdown: the command reference. */
void mode_reference(const struct mode *root, FILE *);

/* ---- for the test of all rows -------------------------------------------------------------- */

/* Print what is wrong with the rows of all modes under `root`; how many faults.  A row with a
 * fault can not be typed. */
unsigned mode_faults(const struct mode *root, FILE *);
/* The `n`th typed form of a row (all alternatives, with and without what may be left out); false:
 * there are no more. */
bool line_sample(const struct mode *, const struct line *, unsigned n, char *buf, size_t size);

#endif
