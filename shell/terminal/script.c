/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/script.c -- typing lines that come from options, files and pipes. */
#include "shell/terminal/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

struct script {
	struct box *box;
	const struct script_item *item;
	size_t count, at;
	FILE *file;       /* of item[at] */
	unsigned number;  /* of the line under way, in its file */
	const char *name; /* of that file; NULL: it is none */
	char *line;
	size_t room;
};

/* ---- lines --------------------------------------------------------------------------------- */

/* The next line of a stream, without its end.  false: there is none. */
static bool
read_line(struct script *s, FILE *in)
{
	ssize_t n = getline(&s->line, &s->room, in);

	if (n < 0)
		return false;
	while (n > 0 && (s->line[n - 1] == '\n' || s->line[n - 1] == '\r'))
		s->line[--n] = '\0';
	s->number++;
	return true;
}

static bool
open_file(struct script *s)
{
	s->name = s->item[s->at].file;
	s->number = 0;
	s->file = strcmp(s->name, "-") ? fopen(s->name, "re") : stdin;
	if (!s->file)
		fprintf(stderr, "parapet: %s: %s\n", s->name, strerror(errno));
	return s->file != NULL;
}

static void
close_file(struct script *s)
{
	if (s->file && s->file != stdin)
		fclose(s->file);
	s->file = NULL;
}

/* The items' next line into s->line.  1; 0: no more; -1: a file cannot be read. */
static int
next_item_line(struct script *s)
{
	for (; s->at < s->count; s->at++) {
		if (s->item[s->at].line) {
			free(s->line);
			s->line = strdup(s->item[s->at++].line);
			s->room = s->line ? strlen(s->line) + 1 : 0;
			s->name = NULL;
			return s->line ? 1 : -1;
		}
		if (!s->file && !open_file(s))
			return -1;
		if (read_line(s, s->file))
			return 1;
		close_file(s);
	}
	return 0;
}

static int
next_line(struct script *s)
{
	if (s->count)
		return next_item_line(s);
	return read_line(s, stdin);
}

/* A question at a keyboard: its prompt is shown, and an answer that is secret is not. */
static bool
ask_keyboard(struct script *s, const char *question, bool echo)
{
	struct termios was, quiet;
	bool got;

	fputs(question, stderr);
	if (tcgetattr(STDIN_FILENO, &was) < 0)
		return false;
	if (!echo) {
		quiet = was;
		quiet.c_lflag &= ~(ECHO | ECHOE | ECHOK);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	got = read_line(s, stdin);
	if (!echo) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	return got;
}

/* ---- the box ------------------------------------------------------------------------------- */

static bool
answer(struct script *s, const struct wire_frame *f)
{
	char question[WIRE_QUESTION_MAX + 1];
	bool got, tty = s->count && isatty(STDIN_FILENO);
	int rc;

	if (wire_text(f, 2, question, sizeof(question)) < 0)
		return false;
	if (wire_u8(f, 1) == WIRE_KEY) /* nobody is there to press one */
		return box_answer(s->box, wire_u8(f, 0), " ") == 0;
	fflush(stdout);
	got = next_line(s) > 0;
	if (!got && s->count)
		got = tty ? ask_keyboard(s, question, wire_u8(f, 1) == WIRE_ECHO)
			  : read_line(s, stdin);
	if (!got) {
		fprintf(stderr, "parapet: nothing is left to answer: %s\n", question);
		return false;
	}
	rc = box_answer(s->box, wire_u8(f, 0), s->line);
	explicit_bzero(s->line, strlen(s->line)); /* it may be a password */
	return rc == 0;
}

enum ended { AT_PROMPT, OVER, LOST };

/* Print what the box says until it wants the next line.  *refused: what became of the last. */
static enum ended
listen_to(struct script *s, bool *refused)
{
	struct wire_frame f;
	int rc;

	while ((rc = box_wait(s->box, &f)) > 0) {
		switch (f.type) {
		case WIRE_OUTPUT:
			fwrite(f.payload, 1, f.size, stdout);
			if (box_shown(s->box, f.size) < 0)
				return LOST;
			break;
		case WIRE_LOG:
			if (box_shown(s->box, f.size - 1) < 0)
				return LOST;
			break;
		case WIRE_HISTORY:
		case WIRE_WIDTH:
			break;
		case WIRE_ASK:
			if (!answer(s, &f)) {
				*refused = true;
				return OVER;
			}
			break;
		case WIRE_PROMPT:
		case WIRE_BYE:
			*refused = wire_u8(&f, 0) & WIRE_REFUSED;
			return f.type == WIRE_BYE ? OVER : AT_PROMPT;
		default:
			return LOST;
		}
	}
	return LOST;
}

static void
tell_refused(const struct script *s, const char *name, unsigned number)
{
	fflush(stdout);
	if (name)
		fprintf(stderr, "%s:%u: refused\n", name, number);
	else if (!s->count)
		fprintf(stderr, "parapet: line %u: refused\n", number);
}

/* One line, and all that comes of it. */
static enum ended
say_line(struct script *s, bool *refused)
{
	const char *name = s->name;
	unsigned number = s->number;
	enum ended ended = LOST;
	int rc = box_say(s->box, WIRE_LINE, s->line);

	explicit_bzero(s->line, strlen(s->line));
	if (rc == 0)
		ended = listen_to(s, refused);
	if (ended != LOST && *refused)
		tell_refused(s, name, number);
	return ended;
}

int
script_run(struct box *b, const struct script_item *item, size_t count)
{
	struct script s = {.box = b, .item = item, .count = count};
	bool refused = false;
	enum ended ended = listen_to(&s, &refused);
	int rc = 0;

	while (ended == AT_PROMPT && !refused && (rc = next_line(&s)) > 0)
		ended = say_line(&s, &refused);
	if (ended == LOST)
		fprintf(stderr, "parapet: the box is gone\n");
	if (ended == AT_PROMPT)
		box_say(b, WIRE_BYE, "");
	close_file(&s);
	free(s.line);
	if (fflush(stdout) != 0)
		rc = -1;
	return refused || rc < 0 || ended == LOST;
}
