/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/console.c -- the only file that knows GNU readline.
 *
 * The terminal is raw for as long as the console runs, so that nothing typed ahead is echoed,
 * edited or lost between two lines: all bytes go through keys.c, and readline gets its keys from
 * there.  What is echoed is what was typed, byte for byte and at any length: the logical width is
 * beyond any line, and the terminal is a `dumb` one, which is sent no control sequences.
 *
 * There is one loop, pump(), which waits for the terminal and the box at once; whoever needs a key
 * or the box's answer turns it.  readline's functions take no argument, so the console is global:
 * it and readline's own variables are the only mutable globals of this program. */
#include "shell/terminal/console.h"
#include "shell/terminal/keys.h"
#include "shell/terminal/row.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#define CTRL_KEY(letter) ((letter)&0x1f)

enum { HISTORY = 20, WIDTH = 8192, ROWS = 24, ESC_KEY = 0x1b, DEL_KEY = 0x7f, BURST_BYTES = 8,
	BURST_MS = 300 };

struct console {
	struct console_options o;
	struct keys keys;
	uint64_t taken;         /* bytes read from the terminal */
	bool ended, dead;       /* no more keys will come; and nobody sees what we show */
	int lost;               /* -errno: the box is gone; 1: it said BYE */
	bool waiting;           /* for the box: Ctrl-C is for what runs there */
	bool fresh;             /* the cursor is at the begin of a line */
	bool editing;           /* readline has a line under way */
	bool asking;            /* and it is an answer */
	bool aborted, end, cut; /* how it was left: Ctrl-C, Ctrl-Z, not at all */
	enum wire_type said;    /* PROMPT, ASK or COMPLETE: what the box said last; 0: none */
	uint8_t serial, how;
	bool found;
	char prompt[WIRE_PROMPT_MAX + 1];
	char text[WIRE_LINE_MAX + 1]; /* a question, or the completed line */
	struct row row;
	bool told;              /* the box has said how wide a row is */
	bool burst;             /* what is typed comes in pieces that no fingers make */
	int64_t read_ms;        /* when the last of it came */
	FILE *out;
};

static struct console *console;

/* ---- showing ------------------------------------------------------------------------------- */

static void
show(struct console *c, const void *bytes, size_t size)
{
	if (!size)
		return;
	fwrite(bytes, 1, size, c->out);
	c->fresh = ((const char *)bytes)[size - 1] == '\n';
}

/* Prompt and line, on a row that is empty. */
static void
draw_anew(struct console *c)
{
	row_fresh(&c->row);
	rl_forced_update_display();
	c->fresh = false;
}

static void
show_news(struct console *c, const struct wire_frame *f)
{
	bool again = wire_u8(f, 0) && c->editing;

	if (!c->fresh)
		fputc('\n', c->out);
	show(c, f->payload + 1, f->size - 1);
	if (again)
		draw_anew(c);
	fflush(c->out);
}

/* ---- the box ------------------------------------------------------------------------------- */

static void
take_text(struct console *c, const struct wire_frame *f, size_t at, char *text, size_t size)
{
	if (wire_text(f, at, text, size) < 0)
		c->lost = -EPROTO;
	c->said = f->type;
}

static void
take_frame(struct console *c, const struct wire_frame *f)
{
	switch (f->type) {
	case WIRE_OUTPUT:
		show(c, f->payload, f->size);
		box_shown(c->o.box, f->size);
		break;
	case WIRE_LOG:
		show_news(c, f);
		box_shown(c->o.box, f->size - 1);
		break;
	case WIRE_PROMPT:
		take_text(c, f, 1, c->prompt, sizeof(c->prompt));
		break;
	case WIRE_ASK:
		c->serial = wire_u8(f, 0);
		c->how = wire_u8(f, 1);
		take_text(c, f, 2, c->text, sizeof(c->text));
		break;
	case WIRE_COMPLETE:
		c->found = wire_u8(f, 0);
		take_text(c, f, 1, c->text, sizeof(c->text));
		break;
	case WIRE_HISTORY:
		stifle_history(wire_u16(f, 0));
		break;
	case WIRE_WIDTH:
		c->row.columns = wire_u16(f, 0);
		c->told = true;
		break;
	case WIRE_BYE:
		c->lost = 1;
		break;
	default:
		c->lost = -EPROTO;
	}
}

/* Frames up to one that wants something of us: what follows it is for later. */
static void
read_box(struct console *c)
{
	struct wire_frame f;
	int rc = 0;

	while (!c->lost && !c->said && (rc = box_next(c->o.box, &f)) > 0)
		take_frame(c, &f);
	if (rc < 0 && !c->lost)
		c->lost = rc;
	fflush(c->out);
}

/* ---- the terminal -------------------------------------------------------------------------- */

/* Who sends many bytes at once, and does not pause, is a program or a paste. */
static void
follow_pace(struct console *c, ssize_t bytes)
{
	struct timespec t;
	int64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	if (bytes >= BURST_BYTES)
		c->burst = true;
	else if (now - c->read_ms > BURST_MS)
		c->burst = false;
	c->read_ms = now;
}

static void
read_terminal(struct console *c)
{
	unsigned char bytes[4096];
	size_t room = keys_room(&c->keys);
	ssize_t n = read(c->o.in, bytes, room < sizeof(bytes) ? room : sizeof(bytes));

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		c->ended = c->dead = true;
	if (n <= 0)
		return;
	c->taken += n;
	follow_pace(c, n);
	if (keys_feed(&c->keys, bytes, n, c->waiting))
		box_interrupt(c->o.box, false);
	explicit_bzero(bytes, n);
}

static void
tell_size(struct console *c, bool hello)
{
	struct winsize w = {0};

	ioctl(c->o.in, TIOCGWINSZ, &w);
	if (hello)
		box_hello(c->o.box, WIRE_INTERACTIVE, w.ws_row, w.ws_col);
	else
		box_resize(c->o.box, w.ws_row, w.ws_col);
	rl_set_screen_size(w.ws_row ? w.ws_row : ROWS, WIDTH);
	if (!c->told)
		c->row.columns = w.ws_col;
}

static void
read_news(struct console *c)
{
	if (!c->o.news(c->o.arg))
		c->ended = c->dead = true;
	else
		tell_size(c, false);
}

/* Wait once for the terminal or the box, and take what there is. */
static void
pump(struct console *c)
{
	bool room = keys_room(&c->keys) && !c->ended;
	struct pollfd p[] = {{.fd = c->o.box->fd, .events = POLLIN},
	    {.fd = room ? c->o.in : -1, .events = POLLIN},
	    {.fd = c->dead ? -1 : c->o.news_fd, .events = POLLIN}};

	read_box(c); /* there may be frames that were left for later */
	if (c->lost || c->said)
		return;
	if (!c->ended && c->o.ended && c->o.ended(c->o.arg, c->taken)) {
		c->ended = true;
		return;
	}
	if (poll(p, 3, -1) < 0)
		return;
	if (p[2].revents)
		read_news(c);
	if (p[1].revents)
		read_terminal(c);
	if (p[0].revents)
		read_box(c);
}

/* The next key; EOF: there will be none, or the box wants something else by now. */
static int
next_key(struct console *c)
{
	int key;

	while ((key = keys_next(&c->keys)) < 0) {
		if (c->lost || c->ended || c->said)
			return EOF;
		pump(c);
	}
	c->fresh = false;
	return key;
}

/* Turn the loop until the box says what it wants. */
static void
await_box(struct console *c)
{
	c->waiting = true;
	while (!c->said && !c->lost) {
		pump(c);
		if (c->dead)
			c->lost = -EPIPE;
	}
	c->waiting = false;
}

/* ---- readline's functions ------------------------------------------------------------------ */

/* Ctrl-D deletes; on an empty line it is nothing, and not the end. */
static int
on_getc(FILE *in)
{
	int key;

	(void)in;
	while ((key = next_key(console)) == CTRL_KEY('D') && rl_end == 0)
		;
	console->cut |= key == EOF;
	return key;
}

static int
on_available(void)
{
	return keys_any(&console->keys);
}

static void
nothing(int meta)
{
	(void)meta;
}

static void
nothing_either(void)
{
}

static int
on_ignore(int times, int key)
{
	(void)times, (void)key;
	return 0;
}

/* Draw prompt and line again, on a fresh line. */
static int
on_redraw(int times, int key)
{
	(void)times, (void)key;
	if (!console->fresh)
		rl_crlf();
	draw_anew(console);
	return 0;
}

static void
on_draw(void)
{
	const struct row_line line = {.prompt = rl_display_prompt ? rl_display_prompt : "", .text = rl_line_buffer,
	    .point = (size_t)rl_point, .size = (size_t)rl_end};

	row_draw(&console->row, &line, console->burst, console->out);
	fflush(console->out);
}

static char *
before_cursor(void)
{
	char *text = strndup(rl_line_buffer, rl_point);

	return text ? text : strdup("");
}

static int await_prompt(struct console *);

/* `?` helps at once, wherever the cursor is. */
static int
on_help(int times, int key)
{
	struct console *c = console;
	char *text;

	if (c->asking)
		return rl_insert(times, key);
	text = before_cursor();
	fputs("?\n", c->out);
	c->fresh = true;
	box_say(c->o.box, WIRE_HELP, text ? text : "");
	free(text);
	if (await_prompt(c) < 0)
		return 0;
	c->said = 0;
	rl_set_prompt(c->prompt);
	return on_redraw(0, 0);
}

static int
on_tab(int times, int key)
{
	struct console *c = console;
	char *text;

	(void)times, (void)key;
	if (c->asking)
		return 0;
	text = before_cursor();
	box_say(c->o.box, WIRE_COMPLETE, text ? text : "");
	await_box(c);
	if (c->said != WIRE_COMPLETE) {
		free(text);
		return 0;
	}
	c->said = 0;
	if (c->found && text && !strncmp(text, c->text, strlen(text)))
		rl_insert_text(c->text + strlen(text));
	else if (c->found) { /* the case of what was typed may change */
		rl_delete_text(0, rl_point);
		rl_point = 0;
		rl_insert_text(c->text);
	}
	free(text);
	return on_redraw(0, 0);
}

static int
on_abort(int times, int key)
{
	(void)times, (void)key;
	rl_crlf();
	rl_delete_text(0, rl_end);
	rl_point = 0;
	console->aborted = true;
	rl_done = 1;
	return 0;
}

/* The row is ours (row.h): readline would not leave it. */
static int
on_enter(int times, int key)
{
	(void)times, (void)key;
	fputc('\n', console->out);
	rl_done = 1;
	return 0;
}

static int
on_end(int times, int key)
{
	if (console->asking)
		return 0;
	fputs("^Z", console->out);
	console->end = true;
	return on_enter(times, key);
}

/* ---- readline's keys ----------------------------------------------------------------------- */

static const struct {
	int key;
	rl_command_func_t *run;
} bindings[] = {
    {'?', on_help},
    {'\t', on_tab},
    {'\r', on_enter},
    {'\n', on_enter},
    {CTRL_KEY('A'), rl_beg_of_line},
    {CTRL_KEY('B'), rl_backward_char},
    {CTRL_KEY('C'), on_abort},
    {CTRL_KEY('D'), rl_delete},
    {CTRL_KEY('E'), rl_end_of_line},
    {CTRL_KEY('F'), rl_forward_char},
    {CTRL_KEY('H'), rl_rubout},
    {DEL_KEY, rl_rubout},
    {CTRL_KEY('K'), rl_kill_line},
    {CTRL_KEY('L'), on_redraw},
    {CTRL_KEY('R'), on_redraw},
    {CTRL_KEY('N'), rl_get_next_history},
    {CTRL_KEY('P'), rl_get_previous_history},
    {CTRL_KEY('T'), rl_transpose_chars},
    {CTRL_KEY('U'), rl_unix_line_discard},
    {CTRL_KEY('X'), rl_unix_line_discard},
    {CTRL_KEY('V'), rl_quoted_insert},
    {CTRL_KEY('W'), rl_unix_word_rubout},
    {CTRL_KEY('Y'), rl_yank},
    {CTRL_KEY('Z'), on_end},
    {KEY_BREAK2, on_ignore},
};

static const struct {
	const char *keys;
	rl_command_func_t *run;
} sequences[] = {
    {"\033b", rl_backward_word},
    {"\033f", rl_forward_word},
    {"\033d", rl_kill_word},
    {"\033c", rl_capitalize_word},
    {"\033l", rl_downcase_word},
    {"\033u", rl_upcase_word},
    {"\033[A", rl_get_previous_history},
    {"\033[B", rl_get_next_history},
    {"\033[C", rl_forward_char},
    {"\033[D", rl_backward_char},
    {"\033[H", rl_beg_of_line},
    {"\033[F", rl_end_of_line},
    {"\033OA", rl_get_previous_history},
    {"\033OB", rl_get_next_history},
    {"\033OC", rl_forward_char},
    {"\033OD", rl_backward_char},
    {"\033OH", rl_beg_of_line},
    {"\033OF", rl_end_of_line},
    {"\033[1~", rl_beg_of_line},
    {"\033[4~", rl_end_of_line},
    {"\033[3~", rl_delete},
    {"\033[2~", on_ignore},
    {"\033[5~", on_ignore},
    {"\033[6~", on_ignore},
    {"\033[200~", on_ignore},
    {"\033[201~", on_ignore},
};

/* A keymap of our own, so that no key does what IOS does not. */
static void
bind_keys(void)
{
	Keymap map = rl_make_keymap();

	for (size_t i = 0; i < sizeof(bindings) / sizeof(*bindings); i++)
		rl_bind_key_in_map(bindings[i].key, bindings[i].run, map);
	for (size_t i = 0; i < sizeof(sequences) / sizeof(*sequences); i++)
		rl_bind_keyseq_in_map(sequences[i].keys, sequences[i].run, map);
	rl_set_keymap(map);
}

static void
start_readline(struct console *c)
{
	static const char *const settings[][2] = {{"enable-bracketed-paste", "off"},
	    {"bell-style", "none"}, {"convert-meta", "off"}, {"input-meta", "on"},
	    {"output-meta", "on"}, {"echo-control-characters", "off"},
	    {"revert-all-at-newline", "on"}};

	setenv("LC_ALL", "C.UTF-8", 1); /* readline looks there */
	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("INPUTRC", "/dev/null", 1);
	rl_readline_name = "parapet";
	rl_terminal_name = "dumb";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_inhibit_completion = 1;
	rl_instream = stdin;
	rl_outstream = c->out;
	rl_prep_term_function = nothing;
	rl_deprep_term_function = nothing_either;
	rl_getc_function = on_getc;
	rl_redisplay_function = on_draw;
	rl_input_available_hook = on_available;
	rl_initialize();
	rl_tty_set_echoing(1); /* our terminal does not */
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		rl_variable_bind(settings[i][0], settings[i][1]);
	using_history();
	stifle_history(HISTORY);
	bind_keys();
}

/* ---- lines and answers --------------------------------------------------------------------- */

/* Edit one line; malloc()ed.  NULL: the terminal or the box does not wait for it any more. */
static char *
edit(struct console *c, const char *prompt, bool asking)
{
	char *line;

	c->aborted = c->end = c->cut = false;
	c->asking = asking;
	c->editing = true;
	c->fresh = c->fresh && !*prompt;
	row_clear(&c->row);
	line = readline(prompt);
	row_clear(&c->row);
	c->editing = false;
	fflush(c->out);
	if (line && c->cut) {
		explicit_bzero(line, strlen(line));
		free(line);
		return NULL;
	}
	c->fresh = true;
	return line;
}

/* A line that is not to be seen: no readline, which would keep it. */
static bool
read_secret(struct console *c, char *text, size_t size)
{
	size_t n = 0;
	int key;

	show(c, c->text, strlen(c->text));
	fflush(c->out);
	while ((key = next_key(c)) != '\r' && key != EOF && key != KEY_BREAK) {
		if (key == DEL_KEY || key == CTRL_KEY('H'))
			n -= n > 0;
		else if (key == CTRL_KEY('U') || key == CTRL_KEY('X'))
			n = 0;
		else if ((key >= ' ' || key == '\t') && n + 1 < size)
			text[n++] = key;
	}
	text[n] = '\0';
	c->aborted = key == KEY_BREAK;
	if (key != EOF)
		show(c, "\n", 1);
	fflush(c->out);
	return key != EOF;
}

/* One key, at ` --More-- `: the question is wiped out afterwards. */
static bool
read_one_key(struct console *c, char *text)
{
	size_t n = strlen(c->text);
	int key;

	show(c, c->text, n);
	fflush(c->out);
	key = next_key(c);
	for (size_t i = 0; i < 3 * n; i++)
		fputc(i / n == 1 ? ' ' : '\b', c->out);
	c->fresh = true;
	text[0] = key == EOF ? 'q' : key;
	text[1] = '\0';
	c->aborted = key == KEY_BREAK;
	return key != EOF;
}

/* One key, at `[confirm]': it is shown.  An Enter that was typed in one go with it belongs to it, and
 * is no empty line of its own. */
static bool
read_confirmation(struct console *c, char *text)
{
	int key;

	show(c, c->text, strlen(c->text));
	fflush(c->out);
	key = next_key(c);
	text[0] = key > ' ' && key < DEL_KEY ? key : key == '\r' ? '\0' : 'n';
	text[1] = '\0';
	if (text[0] && keys_peek(&c->keys) == '\r')
		keys_next(&c->keys);
	c->aborted = key == KEY_BREAK;
	if (key != EOF && !c->aborted) {
		show(c, text, key > ' ' ? strlen(text) : 0);
		show(c, "\n", 1);
	}
	fflush(c->out);
	return key != EOF;
}

static bool
read_line(struct console *c, char *text, size_t size)
{
	char *line = edit(c, c->text, true);

	snprintf(text, size, "%s", line ? line : "");
	if (line)
		explicit_bzero(line, strlen(line));
	free(line);
	return line != NULL;
}

/* Answer what the box asks. */
static void
answer(struct console *c)
{
	char text[WIRE_LINE_MAX + 1];
	uint8_t serial = c->serial;
	bool got;

	c->said = 0;
	c->aborted = false;
	if (c->how == WIRE_KEY)
		got = read_one_key(c, text);
	else if (c->how == WIRE_CONFIRM)
		got = read_confirmation(c, text);
	else if (c->how == WIRE_SILENT)
		got = read_secret(c, text, sizeof(text));
	else
		got = read_line(c, text, sizeof(text));
	if (c->aborted)
		box_interrupt(c->o.box, false);
	else if (got)
		box_answer(c->o.box, serial, text);
	else if (c->ended)
		c->lost = -EPIPE;
	explicit_bzero(text, sizeof(text));
}

/* Wait for the prompt, answering what is asked before it (inside readline, where `?` was typed,
 * that is the next page only).  0; -EPIPE: it will not come. */
static int
await_prompt(struct console *c)
{
	for (;;) {
		await_box(c);
		if (c->lost)
			return -EPIPE;
		if (c->said == WIRE_PROMPT)
			return 0;
		if (c->said != WIRE_ASK || (c->editing && c->how != WIRE_KEY))
			c->lost = -EPROTO;
		else
			answer(c);
	}
}

static void
say_line(struct console *c, char *line)
{
	size_t n = strlen(line);
	char *z;

	if (c->aborted) {
		box_interrupt(c->o.box, true);
		return;
	}
	if (line[strspn(line, " \t")])
		add_history(line);
	if (!c->end)
		box_say(c->o.box, WIRE_LINE, line);
	else if ((z = malloc(n + 2))) {
		memcpy(z, line, n);
		memcpy(z + n, "\x1a", 2);
		box_say(c->o.box, WIRE_LINE, z);
		free(z);
	}
}

static void
talk(struct console *c)
{
	char *line;

	while (await_prompt(c) == 0) {
		c->said = 0;
		if (!(line = edit(c, c->prompt, false)))
			break;
		say_line(c, line);
		explicit_bzero(line, strlen(line));
		free(line);
	}
	if (c->lost == 0)
		box_say(c->o.box, WIRE_BYE, "");
}

/* ---- the terminal's modes ------------------------------------------------------------------ */

static void
make_raw(int fd, struct termios *was)
{
	struct termios raw;

	if (tcgetattr(fd, was) < 0)
		return;
	raw = *was;
	raw.c_iflag &= ~(ICRNL | INLCR | IGNCR | IXON | IXOFF | ISTRIP | BRKINT | PARMRK);
	raw.c_lflag &= ~(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
	raw.c_oflag |= OPOST | ONLCR;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(fd, TCSADRAIN, &raw);
}

int
console_run(const struct console_options *o)
{
	struct console *c = calloc(1, sizeof(*c));
	struct termios was = {0};
	int rc;

	if (!c || !(c->out = fdopen(dup(o->out), "w"))) {
		free(c);
		return -ENOMEM;
	}
	c->o = *o;
	c->fresh = true;
	console = c;
	make_raw(o->in, &was);
	start_readline(c);
	tell_size(c, true);
	talk(c);
	if (!c->fresh)
		fputc('\n', c->out);
	fclose(c->out);
	if (was.c_cflag)
		tcsetattr(o->in, TCSADRAIN, &was);
	clear_history();
	rc = c->lost > 0 ? 0 : c->lost;
	explicit_bzero(c, sizeof(*c));
	free(c);
	console = NULL;
	return rc;
}
