/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/visit.c -- one terminal's visit: frames become lines of its session, and answers frames.
 *
 * Everything here runs on the session's own thread, and waits in one place, visit_pause(): for the
 * terminal, for credit, or to be called by another thread (the log has news, the door closes).  No
 * lock is held there.  Once the terminal is gone, what is said is dropped and questions answer
 * -EPIPE, so that the line under way ends at once. */
#include "shell/visit.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	HELLO_MS = 10000,
	ANSWER_MS = 30000, /* of a login's question */
	IDLE_S = 600,
	QUEUE_BYTES = 65536, /* of the log's news for one terminal */
	PART_MS = 2000,      /* for a terminal to end by itself */
	NO_END = 511,        /* columns: programs ask for so many where nothing shall wrap */
	KEY_MORE = ' '
};

int64_t
visit_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void
visit_wake(struct visit *v)
{
	uint64_t one = 1;

	if (write(v->wake, &one, sizeof(one)) < 0)
		return; /* it is full of calls already */
}

static void
wake_by_log(void *arg)
{
	visit_wake(arg);
}

/* ---- waiting ------------------------------------------------------------------------------- */

/* Until the wire has one of `events`, or we are called, or the time is over (-1: never).  The
 * events; 0: called or over; -EPIPE: the terminal is gone. */
static int
visit_pause(struct visit *v, short events, int timeout_ms)
{
	struct pollfd p[] = {{.fd = v->fd, .events = events}, {.fd = v->wake, .events = POLLIN}};
	uint64_t calls;

	if (v->gone)
		return -EPIPE;
	if (poll(p, 2, timeout_ms) < 0 && errno != EINTR)
		v->gone = true;
	if (p[1].revents && read(v->wake, &calls, sizeof(calls)) < 0 && errno != EAGAIN)
		v->gone = true;
	if (v->closing)
		v->gone = true;
	return v->gone ? -EPIPE : p[0].revents;
}

int
visit_send(struct visit *v, struct wire_out *out)
{
	int rc = v->gone ? -EPIPE : 0;

	while (rc == 0 && (rc = wire_flush(out, v->fd)) == 0)
		if ((rc = visit_pause(v, POLLOUT, -1)) > 0)
			rc = 0;
	if (rc < 0)
		v->gone = true;
	return rc < 0 ? -EPIPE : 0;
}

static void
visit_send_text(struct visit *v, enum wire_type type, int flags, const char *text)
{
	struct wire_out out;

	wire_begin(&out, type);
	wire_put_u8(&out, flags);
	wire_put(&out, text, strlen(text));
	visit_send(v, &out);
}

/* Help, pages and the line that is typed go by it.  That line is scrolled only where somebody has said how wide the
 * screen is: a program that has not said it reads what it types, whole. */
static void
set_columns(struct visit *v, int columns, bool said)
{
	struct wire_out out;
	int scrolled;

	v->columns = columns;
	v->wraps = columns < NO_END ? columns : 0;
	scrolled = said ? v->wraps : 0;
	if (v->session)
		session_set_width(v->session, v->wraps);
	if (v->gone || scrolled == v->scrolled)
		return;
	v->scrolled = scrolled;
	wire_begin(&out, WIRE_WIDTH);
	wire_put_u16(&out, (uint16_t)scrolled);
	visit_send(v, &out);
}

static void
follow_screen(struct visit *v)
{
	if (v->by_screen && v->screen_rows)
		v->rows = v->screen_rows;
	if (v->wide_by_screen && v->screen_columns)
		set_columns(v, v->screen_columns, true);
}

/* Frames that may come at any time.  true: it was one. */
static bool
take_aside(struct visit *v, const struct wire_frame *f)
{
	uint32_t more;

	switch (f->type) {
	case WIRE_CREDIT:
		more = wire_u32(f, 0);
		if (more > WIRE_CREDIT_MAX - v->credit)
			more = WIRE_CREDIT_MAX - v->credit;
		v->credit += more;
		return true;
	case WIRE_RESIZE:
		v->screen_rows = wire_u16(f, 0);
		v->screen_columns = wire_u16(f, 2);
		follow_screen(v);
		return true;
	case WIRE_BYE:
		v->gone = true;
		return true;
	case WIRE_INTERRUPT:
		if (wire_u8(f, 0))
			return false;
		v->interrupted |= v->running;
		return true;
	default:
		return false;
	}
}

/* What the log has for us, as far as there is credit. */
static void
tell_news(struct visit *v)
{
	char text[8192];
	struct wire_out out;
	size_t n;

	while (v->sink && !v->gone && v->credit) {
		if (!(n = log_take(v->sink, text, sizeof(text))))
			return;
		wire_begin(&out, WIRE_LOG);
		wire_put_u8(&out, v->synchronous);
		wire_put(&out, text, n);
		v->credit -= n < v->credit ? n : v->credit;
		visit_send(v, &out);
	}
}

/* The next frame, those that come at any time too.  1; 0: called, or the time is over; -EPIPE. */
static int
visit_read(struct visit *v, struct wire_frame *f, int timeout_ms)
{
	int rc;

	while ((rc = wire_next(&v->in, f)) == 0) {
		if ((rc = visit_pause(v, POLLIN, timeout_ms)) <= 0)
			return rc;
		rc = wire_fill(&v->in, v->fd);
		if (rc < 0 && rc != -EAGAIN)
			break;
	}
	if (rc < 0)
		v->gone = true;
	return v->gone ? -EPIPE : 1;
}

int
visit_next(struct visit *v, struct wire_frame *f, int timeout_ms)
{
	int64_t now = visit_now_ms(), until = now + timeout_ms;
	int rc;

	while (timeout_ms < 0 || now <= until) {
		tell_news(v);
		rc = visit_read(v, f, timeout_ms < 0 ? -1 : (int)(until - now));
		if (rc < 0)
			return rc;
		if (rc > 0 && !take_aside(v, f)) {
			v->key_ms = visit_now_ms();
			return 1;
		}
		if (v->gone)
			return -EPIPE;
		if (v->interrupted)
			return -EINTR;
		now = visit_now_ms();
	}
	return 0;
}

/* ---- what the session says ----------------------------------------------------------------- */

/* While a line is under way only the frames that may come at any time make sense; an answer that
 * crossed our change of mind is let go.  false: nothing came. */
static bool
read_meanwhile(struct visit *v, int timeout_ms)
{
	struct wire_frame f;

	if (visit_read(v, &f, timeout_ms) <= 0)
		return false;
	if (take_aside(v, &f))
		return true;
	if (f.type != WIRE_ANSWER)
		v->gone = true;
	explicit_bzero(f.payload, f.size);
	return true;
}

static void
say(struct visit *v, const char *bytes, size_t size)
{
	struct wire_out out;

	while (size && !v->gone && !v->interrupted) {
		size_t n = size < WIRE_MAX ? size : WIRE_MAX;

		if (!v->credit) {
			read_meanwhile(v, -1);
			continue;
		}
		if (n > v->credit)
			n = v->credit;
		wire_begin(&out, WIRE_OUTPUT);
		wire_put(&out, bytes, n);
		v->credit -= n;
		visit_send(v, &out);
		bytes += n, size -= n;
	}
}

static int on_ask(void *arg, const char *prompt, enum ask_for how, char *answer, size_t size);
static int ask(struct visit *, enum wire_ask, const char *prompt, char *answer, size_t size);

/* The screen is full.  false: no more of it. */
static bool
page(struct visit *v)
{
	char key[2] = "";

	if (ask(v, WIRE_KEY, " --More-- ", key, sizeof(key)) < 0)
		return false;
	if (*key == KEY_MORE)
		v->shown = 0;
	else if (*key == '\r')
		v->shown--;
	else
		return false;
	return true;
}

/* How much of it stands on this row of the screen; *full: the next is on the next row. */
static size_t
rest_of_row(struct visit *v, const char *bytes, size_t size, bool *full)
{
	for (size_t i = 0; i < size; i++) {
		bool follows = (bytes[i] & 0xc0) == 0x80; /* within a character of UTF-8 */

		*full = bytes[i] == '\n' || (v->wraps && v->column >= v->wraps && !follows && bytes[i] != '\r');
		if (*full) {
			v->column = 0;
			return i + (bytes[i] == '\n');
		}
		if (bytes[i] == '\t')
			v->column += 8 - v->column % 8;
		else if (bytes[i] == '\r')
			v->column = 0;
		else
			v->column += !follows;
	}
	return size;
}

static void
on_write(void *arg, const char *bytes, size_t size)
{
	struct visit *v = arg;

	while (size && !v->gone && !v->skip && !v->interrupted) {
		bool full = false;
		size_t n = size;

		if (v->rows > 1 && v->running && v->entered && (v->flags & WIRE_INTERACTIVE)) {
			if (v->shown >= v->rows - 1 && !page(v)) {
				v->skip = true;
				return;
			}
			n = rest_of_row(v, bytes, size, &full);
			v->shown += full;
		}
		say(v, bytes, n);
		bytes += n, size -= n;
	}
}

/* ---- what it asks -------------------------------------------------------------------------- */

static int idle_ms(const struct visit *v);

/* How long an answer may take: an operator's as long as a line, then the session is over. */
static int
patience_ms(const struct visit *v)
{
	if (v->entered && v->session)
		return idle_ms(v);
	return v->way == VISIT_CONSOLE ? -1 : ANSWER_MS;
}

/* Wait for the answer to the question with our serial. */
static int
await_answer(struct visit *v, char *answer, size_t size)
{
	struct wire_frame f;
	int rc;

	while ((rc = visit_next(v, &f, patience_ms(v))) > 0) {
		bool ours = f.type == WIRE_ANSWER && wire_u8(&f, 0) == v->serial;

		if (ours && wire_text(&f, 1, answer, size) < 0)
			answer[0] = '\0';
		explicit_bzero(f.payload, f.size); /* it may be a password */
		if (ours)
			return 0;
		if (f.type != WIRE_ANSWER)
			v->gone = true;
	}
	if (rc == 0 && v->entered && v->session) {
		session_end(v->session);
		return -EPIPE;
	}
	return rc == 0 ? -ETIMEDOUT : rc;
}

static int
ask(struct visit *v, enum wire_ask how, const char *prompt, char *answer, size_t size)
{
	struct wire_out out;
	int rc;

	if (v->interrupted)
		return -EINTR;
	wire_begin(&out, WIRE_ASK);
	wire_put_u8(&out, ++v->serial);
	wire_put_u8(&out, how);
	wire_put(&out, prompt, strlen(prompt));
	if ((rc = visit_send(v, &out)) < 0)
		return rc;
	return await_answer(v, answer, size);
}

static int
on_ask(void *arg, const char *prompt, enum ask_for how, char *answer, size_t size)
{
	static const enum wire_ask wired[] = {[ASK_SILENT] = WIRE_SILENT, [ASK_ECHO] = WIRE_ECHO,
	    [ASK_KEY] = WIRE_CONFIRM};
	struct visit *v = arg;
	char said[128];
	int rc;

	v->skip = false;
	rc = ask(v, wired[how], prompt, answer, size);
	v->shown = v->column = 0;
	if (rc == -ETIMEDOUT) {
		snprintf(said, sizeof(said), "\n%% %.64s timeout expired!\n",
		    prompt + strspn(prompt, "\n"));
		say(v, said, strlen(said));
		rc = -EPIPE;
	}
	return rc;
}

/* ---- lines --------------------------------------------------------------------------------- */

static void
begin(struct visit *v)
{
	v->running = true;
	v->interrupted = v->skip = false;
	v->shown = v->column = 0;
}

static void
end(struct visit *v)
{
	v->running = v->interrupted = v->skip = false;
}

static void
complete(struct visit *v, const char *text)
{
	char whole[WIRE_LINE_MAX];
	bool found = session_complete(v->session, text, whole, sizeof(whole));

	visit_send_text(v, WIRE_COMPLETE, found, found ? whole : text);
}

static void
prompt(struct visit *v, bool refused)
{
	char text[WIRE_PROMPT_MAX];

	session_prompt(v->session, text, sizeof(text));
	visit_send_text(v, WIRE_PROMPT, refused ? WIRE_REFUSED : 0, text);
}

/* One frame at the prompt.  *refused: what became of it. */
static void
serve(struct visit *v, struct wire_frame *f, bool *refused)
{
	char text[WIRE_LINE_MAX + 1];

	*refused = false;
	if (f->type == WIRE_ANSWER)
		return; /* to a question that was given up */
	if (f->type != WIRE_INTERRUPT && wire_text(f, 0, text, sizeof(text)) < 0) {
		v->gone = true;
		return;
	}
	explicit_bzero(f->payload, f->size); /* there may be a secret on it */
	begin(v);
	switch (f->type) {
	case WIRE_LINE:
		*refused = session_line(v->session, text) < 0;
		break;
	case WIRE_INTERRUPT:
		session_line(v->session, "\x1a"); /* it leaves the configuration too */
		break;
	case WIRE_HELP:
		session_help(v->session, text);
		break;
	case WIRE_COMPLETE:
		complete(v, text);
		break;
	default:
		v->gone = true;
	}
	end(v);
	explicit_bzero(text, sizeof(text));
	if (f->type != WIRE_COMPLETE && !session_over(v->session))
		prompt(v, *refused);
}

static int
idle_ms(const struct visit *v)
{
	int s = v->way == VISIT_LOGIN ? IDLE_S : 0;

	if (v->o->idle_s)
		s = v->o->idle_s(v->o->box, v->session);
	return s > 0 && s < INT32_MAX / 1000 ? s * 1000 : -1;
}

static void
talk(struct visit *v)
{
	struct wire_frame f;
	bool refused = false;

	prompt(v, false);
	while (!v->gone && !session_over(v->session)) {
		if (visit_next(v, &f, idle_ms(v)) <= 0)
			break; /* idle for too long, or gone */
		serve(v, &f, &refused);
	}
	if (v->way != VISIT_CONSOLE)
		visit_send_text(v, WIRE_BYE, refused ? WIRE_REFUSED : 0, "");
}

/* ---- a session's life ---------------------------------------------------------------------- */

/* What a local terminal's user is called. */
static void
find_user(const struct visit *v, char *name, size_t size)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);
	struct passwd entry, *found = NULL;
	char buf[4096];

	if (v->way != VISIT_LOCAL || getsockopt(v->fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return;
	if (getpwuid_r(peer.uid, &entry, buf, sizeof(buf), &found) == 0 && found)
		snprintf(name, size, "%s", found->pw_name);
}

static int
open_session(struct visit *v)
{
	struct session_options so = {
	    .cli = v->o->cli,
	    .running = v->o->running,
	    .box = v->o->box,
	    .files = v->o->files,
	    .terminal = {.write = on_write, .ask = on_ask, .arg = v},
	    .source = FROM_CONSOLE,
	    .level = 1,
	};

	if (v->way == VISIT_LOGIN) {
		so.source = FROM_VTY;
		so.level = v->known ? v->level : 0; /* nobody yet */
		so.command = v->known && !(v->flags & WIRE_INTERACTIVE);
	} else if (v->way == VISIT_LOCAL && (v->flags & WIRE_PRIVILEGED)) {
		so.source = FROM_SOCKET;
		so.level = 15; /* who may open the socket may do anything */
		find_user(v, so.user, sizeof(so.user));
	}
	pthread_mutex_lock(v->lock);
	memcpy(so.tty, v->user.tty, sizeof(so.tty));
	memcpy(so.from, v->user.from, sizeof(so.from));
	if (v->known)
		memcpy(so.user, v->user.user, sizeof(so.user));
	else
		memcpy(v->user.user, so.user, sizeof(so.user));
	pthread_mutex_unlock(v->lock);
	return session_new(&v->session, &so);
}

/* Who are you?  0: in. */
static int
enter(struct visit *v)
{
	struct session *s = v->session;
	int rc = 0;

	v->entered = session_options(s)->source == FROM_SOCKET;
	if (!v->entered) {
		if (v->o->opened)
			v->o->opened(v->o->box, s);
		v->running = true; /* Ctrl-C at a question is heard */
		rc = v->known ? 0 : session_login(s);
		end(v);
		if (rc == 0 && session_level(s) < 1)
			session_set_level(s, 1);
	}
	v->entered = rc == 0;
	pthread_mutex_lock(v->lock);
	v->user.entered = v->entered;
	snprintf(v->user.user, sizeof(v->user.user), "%s", session_options(s)->user);
	pthread_mutex_unlock(v->lock);
	if (v->o->entered) {
		v->o->entered(v->o->box, s, rc);
		session_flush(s);
	}
	return rc;
}

static void
one_session(struct visit *v)
{
	if (open_session(v) < 0)
		return;
	v->rows = v->o->rows;
	if (enter(v) == 0)
		talk(v);
	else if (v->way != VISIT_CONSOLE)
		visit_send_text(v, WIRE_BYE, WIRE_REFUSED, "");
	if (v->o->closed)
		v->o->closed(v->o->box, v->session);
	if (v->way != VISIT_CONSOLE)
		door_monitor(v->session, false, false);
	session_free(v->session);
	v->session = NULL;
	v->entered = false;
}

/* The console is never closed: it waits for its next operator. */
static void
console_rests(struct visit *v)
{
	const void *config = running_hold(v->o->running);
	char said[256], answer[8];
	int n = snprintf(said, sizeof(said),
	    "\n\n\n%.64s con0 is now available\n\n\n\n\n"
	    "Press RETURN to get started.\n\n\n",
	    v->o->cli->hostname(config));

	running_drop(config);
	say(v, said, n);
	v->running = true;
	while (!v->gone && ask(v, WIRE_SILENT, "", answer, sizeof(answer)) == -EINTR)
		v->interrupted = false;
	end(v);
}

static bool
greet(struct visit *v)
{
	struct wire_frame f;

	if (v->user.ssh ? !visit_ssh(v, &f)
	    : visit_next(v, &f, HELLO_MS) <= 0 || f.type != WIRE_HELLO)
		return false;
	if (wire_u8(&f, 0) != WIRE_VERSION)
		return false;
	v->flags = wire_u8(&f, 1);
	v->screen_rows = wire_u16(&f, 2);
	v->screen_columns = wire_u16(&f, 4);
	v->scrolled = -1;
	v->credit = wire_u32(&f, 6);
	if (v->credit > WIRE_CREDIT_MAX)
		v->credit = WIRE_CREDIT_MAX;
	return true;
}

/* The console shows the log, whether somebody works there or not. */
static void
follow_console(struct visit *v)
{
	if (v->way == VISIT_CONSOLE && v->o->log &&
	    log_follow(&v->sink, v->o->log, LOG_TO_CONSOLE, QUEUE_BYTES, wake_by_log, v) < 0)
		v->sink = NULL;
}

/* Wait for the process that we started; one that hangs is made to end. */
static void
bury(pid_t child)
{
	int fd = pidfd_open(child, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if (fd < 0 || poll(&p, 1, PART_MS) <= 0)
		kill(child, SIGKILL); /* it is ours until it is waited for */
	if (fd >= 0)
		close(fd);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

void *
visit_main(void *arg)
{
	struct visit *v = arg;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are main's */
	pthread_setname_np(pthread_self(), v->user.tty);
	v->key_ms = visit_now_ms();
	if (greet(v)) {
		follow_console(v);
		one_session(v);
		while (v->way == VISIT_CONSOLE && !v->gone) {
			console_rests(v);
			if (!v->gone)
				one_session(v);
		}
	}
	log_unfollow(v->sink);
	shutdown(v->fd, SHUT_RDWR);
	if (v->child)
		bury(v->child);
	if (v->way == VISIT_CONSOLE && v->o->console_ended && !v->closing)
		v->o->console_ended(v->o->box);
	v->done = true;
	v->on_done(v->door);
	return NULL;
}

/* ---- for rows ------------------------------------------------------------------------------ */

static struct visit *
visit_of(const struct session *s)
{
	const struct terminal *t = &session_options(s)->terminal;

	return t->write == on_write ? t->arg : NULL;
}

int
door_monitor(struct session *s, bool on, bool synchronous)
{
	struct visit *v = visit_of(s);
	enum log_to to;

	if (!v || !v->o->log)
		return -ENOTSUP;
	v->synchronous = synchronous;
	if (!on) {
		log_unfollow(v->sink);
		v->sink = NULL;
	}
	if (!on || v->sink)
		return 0;
	to = session_options(s)->source == FROM_CONSOLE ? LOG_TO_CONSOLE : LOG_TO_MONITOR;
	return log_follow(&v->sink, v->o->log, to, QUEUE_BYTES, wake_by_log, v);
}

void
door_rows(struct session *s, int rows, bool by_screen)
{
	struct visit *v = visit_of(s);

	if (!v)
		return;
	v->rows = rows;
	v->by_screen = by_screen;
	follow_screen(v);
}

void
door_columns(struct session *s, int columns, bool by_screen)
{
	struct visit *v = visit_of(s);

	session_set_width(s, columns);
	if (!v)
		return;
	v->wide_by_screen = by_screen;
	if (by_screen && v->screen_columns)
		columns = v->screen_columns;
	set_columns(v, columns, !by_screen || v->screen_columns);
}

bool
door_screen(struct session *s, int *rows, int *columns)
{
	struct visit *v = visit_of(s);

	if (!v || !v->screen_rows)
		return false;
	*rows = v->screen_rows;
	*columns = v->screen_columns;
	return true;
}

bool
door_interrupted(struct session *s)
{
	struct visit *v = visit_of(s);

	if (!v)
		return false;
	while (!v->gone && !v->interrupted && read_meanwhile(v, 0))
		;
	tell_news(v);
	return v->gone || v->interrupted || v->closing || v->skip;
}

void
door_history(struct session *s, int lines)
{
	struct visit *v = visit_of(s);
	struct wire_out out;

	session_history_size(s, lines);
	if (!v)
		return;
	wire_begin(&out, WIRE_HISTORY);
	wire_put_u16(&out, (uint16_t)lines);
	visit_send(v, &out);
}

int
door_rows_now(struct session *s)
{
	struct visit *v = visit_of(s);

	return v ? v->rows : -1;
}

int
door_columns_now(struct session *s)
{
	struct visit *v = visit_of(s);

	return v ? v->columns : -1;
}
