/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/terminal/ssh.c -- the only file that knows libssh: a server for one connection, one user and
 * one session channel.
 *
 * ssh_open() runs on the caller's thread: what the box offers, the key exchange, the claims (each is
 * asked of the box) and the request for a shell or a command.  Everything else that SSH can carry is
 * refused: no forwarding, no subsystem, no environment, no second channel.  Then a thread carries
 * bytes and touches nothing else, as telnet.c's does: it reads from either side only while the other
 * has room, so that what it holds is bounded by a channel's window. */
#include "shell/terminal/ssh.h"
#include "shell/terminal/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

/* SLACK_S: the box ends a login that takes too long; this one only when the box does not. */
enum { PIECE = 4096, IN_BYTES = 2 * PIECE, DRAIN_MS = 2000, SLACK_S = 5, CTRL_C = 3 };

struct ssh {
	struct box *box;
	ssh_session session;
	ssh_channel channel;
	ssh_event event;
	struct ssh_server_callbacks_struct server;
	struct ssh_channel_callbacks_struct on_channel;
	pthread_t thread;
	int master, news, status;
	time_t until;
	bool stop;                       /* while it opens: refused for good */
	char user[WIRE_USER_MAX + 2];    /* who was asked for a password; too long: refused */
	bool asked;                      /* a shell or a command was asked for */
	char *command;                   /* NULL: a shell */
	atomic_bool ended, broken, over; /* as telnet.c's */
	_Atomic uint64_t given;
	struct winsize size;
	char banner[WIRE_SSH_MAX + 1];   /* still to be sent */
	struct buffer in;
	char in_bytes[IN_BYTES];
};

static void
tell(struct ssh *t)
{
	uint64_t one = 1;

	if (write(t->news, &one, sizeof(one)) < 0)
		return; /* it is told already */
}

/* ---- what the box offers ------------------------------------------------------------------- */

/* The offers that are one option of libssh each; both directions where there are two. */
static const struct {
	enum ssh_bind_options_e option[2];
	int count;
} options[WIRE_SSH_KINDS] = {
    [WIRE_SSH_CIPHERS] = {{SSH_BIND_OPTIONS_CIPHERS_C_S, SSH_BIND_OPTIONS_CIPHERS_S_C}, 2},
    [WIRE_SSH_MACS] = {{SSH_BIND_OPTIONS_HMAC_C_S, SSH_BIND_OPTIONS_HMAC_S_C}, 2},
    [WIRE_SSH_KEX] = {{SSH_BIND_OPTIONS_KEY_EXCHANGE}, 1},
    [WIRE_SSH_HOST_ALGORITHMS] = {{SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS}, 1},
    [WIRE_SSH_KEY_ALGORITHMS] = {{SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES}, 1},
};

struct offer { ssh_bind bind; int methods, seconds; char *banner; };

static int
take_host_key(ssh_bind bind, const char *pem)
{
	ssh_key key = NULL;

	if (ssh_pki_import_privkey_base64(pem, NULL, NULL, NULL, &key) != SSH_OK)
		return -EINVAL;
	if (ssh_bind_options_set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, key) == SSH_OK)
		return 0; /* the bind owns it now */
	ssh_key_free(key);
	return -EINVAL;
}

static int
take_offer(struct offer *o, enum wire_ssh kind, const char *text)
{
	if (kind == WIRE_SSH_HOST_KEY)
		return take_host_key(o->bind, text);
	if (kind == WIRE_SSH_METHODS)
		o->methods = atoi(text);
	else if (kind == WIRE_SSH_SECONDS)
		o->seconds = atoi(text);
	else if (kind == WIRE_SSH_BANNER)
		strcpy(o->banner, text);
	for (int i = 0; i < options[kind].count; i++)
		if (ssh_bind_options_set(o->bind, options[kind].option[i], text) != SSH_OK)
			return -EINVAL;
	return 0;
}

static int
read_offer(struct box *b, struct offer *o)
{
	char text[WIRE_SSH_MAX + 1];
	struct wire_frame f;
	int rc;

	while ((rc = box_wait(b, &f)) > 0) {
		unsigned kind = wire_u8(&f, 0);

		if (f.type != WIRE_SSH || kind >= WIRE_SSH_KINDS ||
		    wire_text(&f, 1, text, sizeof(text)) < 0)
			return -EPROTO;
		explicit_bzero(f.payload, f.size);
		if (kind == WIRE_SSH_END)
			return 0;
		rc = take_offer(o, kind, text);
		explicit_bzero(text, strlen(text));
		if (rc < 0)
			return rc;
	}
	return rc < 0 ? rc : -EPIPE;
}

/* ---- who it is ----------------------------------------------------------------------------- */

/* The banner goes out once, when the user's login has begun: no client takes it before. */
static void
issue_banner(struct ssh *t)
{
	ssh_string s = *t->banner ? ssh_string_from_char(t->banner) : NULL;

	if (s)
		ssh_send_issue_banner(t->session, s);
	ssh_string_free(s);
	t->banner[0] = '\0';
}

/* What most clients begin with, to learn the methods. */
static int
on_none(ssh_session session, const char *user, void *arg)
{
	(void)session, (void)user;
	issue_banner(arg);
	return SSH_AUTH_DENIED;
}

static int
claim(struct ssh *t, enum wire_claim by, const char *user, const char *secret)
{
	size_t n = strlen(user);
	struct wire_frame f;
	struct wire_out out;
	int rc;

	issue_banner(t);
	if (n > WIRE_USER_MAX || strlen(secret) > WIRE_SSH_MAX)
		return SSH_AUTH_DENIED;
	wire_begin(&out, WIRE_CLAIM);
	wire_put_u8(&out, by);
	wire_put_u8(&out, (uint8_t)n);
	wire_put(&out, user, n);
	wire_put(&out, secret, strlen(secret));
	rc = box_send(t->box, &out);
	explicit_bzero(out.bytes, out.size);
	if (rc < 0 || box_wait(t->box, &f) <= 0 || f.type != WIRE_VERDICT) {
		t->stop = true;
		return SSH_AUTH_DENIED;
	}
	t->stop = wire_u8(&f, 0) == WIRE_NO_MORE;
	return wire_u8(&f, 0) == WIRE_YES ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
}

static int
on_password(ssh_session session, const char *user, const char *password, void *arg)
{
	(void)session;
	return claim(arg, WIRE_PASSWORD, user, password);
}

static int
on_key(ssh_session session, const char *user, ssh_key key, char state, void *arg)
{
	char *base64 = NULL, text[WIRE_SSH_MAX + 1];
	int rc;

	(void)session;
	if (state != SSH_PUBLICKEY_STATE_NONE && state != SSH_PUBLICKEY_STATE_VALID)
		return SSH_AUTH_DENIED;
	if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK)
		return SSH_AUTH_DENIED;
	rc = snprintf(text, sizeof(text), "%s %s", ssh_key_type_to_char(ssh_key_type(key)), base64);
	ssh_string_free_char(base64);
	if (rc >= (int)sizeof(text))
		return SSH_AUTH_DENIED;
	return claim(arg, state == SSH_PUBLICKEY_STATE_VALID ? WIRE_KEY_PROVEN : WIRE_KEY_OFFERED,
	    user, text);
}

/* RFC 4256 with one question.  1: libssh is to refuse it. */
static int
on_interactive(struct ssh *t, ssh_message m)
{
	static const char question[] = "Password: ";
	static char silent[] = {0};
	const char *prompts[] = {question}, *answer, *user = ssh_message_auth_user(m);

	if (!ssh_message_auth_kbdint_is_response(m)) {
		snprintf(t->user, sizeof(t->user), "%s", user ? user : "");
		return ssh_message_auth_interactive_request(m, "", "", 1, prompts, silent) != SSH_OK;
	}
	answer = ssh_userauth_kbdint_getnanswers(t->session) == 1
		     ? ssh_userauth_kbdint_getanswer(t->session, 0)
		     : NULL;
	if (!answer || claim(t, WIRE_PASSWORD, t->user, answer) != SSH_AUTH_SUCCESS)
		return 1;
	return ssh_message_auth_reply_success(m, 0) != SSH_OK;
}

static int
on_message(ssh_session session, ssh_message m, void *arg)
{
	(void)session;
	if (ssh_message_type(m) == SSH_REQUEST_AUTH &&
	    ssh_message_subtype(m) == SSH_AUTH_METHOD_INTERACTIVE)
		return on_interactive(arg, m);
	return 1;
}

/* ---- what it wants ------------------------------------------------------------------------- */

static int
on_pty(ssh_session session, ssh_channel channel, const char *term, int columns, int rows, int px,
    int py, void *arg)
{
	struct ssh *t = arg;

	(void)session, (void)channel, (void)term, (void)px, (void)py;
	t->size.ws_col = (unsigned short)columns;
	t->size.ws_row = (unsigned short)rows;
	return 0;
}

static int
on_resize(ssh_session session, ssh_channel channel, int columns, int rows, int px, int py, void *arg)
{
	struct ssh *t = arg;

	on_pty(session, channel, NULL, columns, rows, px, py, arg);
	if (t->master >= 0 && !t->command) {
		ioctl(t->master, TIOCSWINSZ, &t->size);
		tell(t);
	}
	return 0;
}

static int
on_shell(ssh_session session, ssh_channel channel, void *arg)
{
	struct ssh *t = arg;

	(void)session, (void)channel;
	if (t->asked)
		return 1;
	t->asked = true;
	return 0;
}

static int
on_exec(ssh_session session, ssh_channel channel, const char *command, void *arg)
{
	struct ssh *t = arg;

	(void)session, (void)channel;
	if (t->asked || strlen(command) > WIRE_LINE_MAX || !(t->command = strdup(command)))
		return 1;
	t->asked = true;
	return 0;
}

/* An interrupt of the far terminal is the key. */
static void
on_signal(ssh_session session, ssh_channel channel, const char *signal, void *arg)
{
	struct ssh *t = arg;
	char key = CTRL_C;

	(void)session, (void)channel;
	if (!strcmp(signal, "INT"))
		buffer_put(&t->in, &key, 1);
}

static ssh_channel
on_channel(ssh_session session, void *arg)
{
	struct ssh *t = arg;

	if (t->channel || !(t->channel = ssh_channel_new(session)))
		return NULL;
	t->on_channel.userdata = t;
	t->on_channel.channel_pty_request_function = on_pty;
	t->on_channel.channel_pty_window_change_function = on_resize;
	t->on_channel.channel_shell_request_function = on_shell;
	t->on_channel.channel_exec_request_function = on_exec;
	t->on_channel.channel_signal_function = on_signal;
	ssh_callbacks_init(&t->on_channel);
	ssh_set_channel_callbacks(t->channel, &t->on_channel);
	return t->channel;
}

/* ---- opening ------------------------------------------------------------------------------- */

static bool
goes_on(struct ssh *t)
{
	return !t->stop && time(NULL) < t->until &&
	       !(ssh_get_status(t->session) & (SSH_CLOSED | SSH_CLOSED_ERROR));
}

static int
secured(struct ssh *t)
{
	struct wire_out out;
	char text[256];
	const char *mac = ssh_get_hmac_in(t->session);

	snprintf(text, sizeof(text), "%s %s", ssh_get_cipher_in(t->session), mac ? mac : "");
	wire_begin(&out, WIRE_SECURED);
	wire_put(&out, text, strlen(text));
	return box_send(t->box, &out);
}

/* The first message after the key exchange: the user's login begins. */
static int
on_service(ssh_session session, const char *service, void *arg)
{
	(void)session, (void)arg;
	return strcmp(service, "ssh-userauth") != 0;
}

static int
serve(struct ssh *t, struct offer *o)
{
	int rc;

	t->until = time(NULL) + o->seconds + SLACK_S;
	t->server.userdata = t;
	t->server.auth_none_function = on_none;
	if (o->methods & 1)
		t->server.auth_password_function = on_password;
	if (o->methods & 4)
		t->server.auth_pubkey_function = on_key;
	t->server.service_request_function = on_service;
	t->server.channel_open_request_session_function = on_channel;
	ssh_callbacks_init(&t->server);
	ssh_set_server_callbacks(t->session, &t->server);
	if (o->methods & 2)
		ssh_set_message_callback(t->session, on_message, t);
	ssh_set_auth_methods(t->session, (o->methods & 1 ? SSH_AUTH_METHOD_PASSWORD : 0) |
	    (o->methods & 2 ? SSH_AUTH_METHOD_INTERACTIVE : 0) |
	    (o->methods & 4 ? SSH_AUTH_METHOD_PUBLICKEY : 0));
	ssh_set_blocking(t->session, 0);
	while ((rc = ssh_handle_key_exchange(t->session)) == SSH_AGAIN && goes_on(t))
		poll(&(struct pollfd){.fd = ssh_get_fd(t->session), .events = POLLIN}, 1, 1000);
	if (rc != SSH_OK || ssh_event_add_session(t->event, t->session) != SSH_OK ||
	    secured(t) < 0)
		return -EPROTO;
	while (!t->asked && goes_on(t))
		ssh_event_dopoll(t->event, 1000);
	return t->asked ? 0 : -EACCES;
}

/* The options and host keys are the bind's: the session has taken what it needs. */
static int
accept_on(struct ssh *t, int tcp)
{
	static const bool none = false;
	static const int rsa_bits = 2048;
	struct offer o = {.bind = ssh_bind_new(), .seconds = 120, .banner = t->banner};
	int rc = -ENOMEM;

	if (!o.bind)
		goto out;
	ssh_bind_options_set(o.bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &none);
	ssh_bind_options_set(o.bind, SSH_BIND_OPTIONS_RSA_MIN_SIZE, &rsa_bits);
	ssh_bind_options_set(o.bind, SSH_BIND_OPTIONS_BANNER, "Parapet");
	if ((rc = read_offer(t->box, &o)) < 0)
		goto out;
	rc = -EPROTO;
	if (ssh_bind_accept_fd(o.bind, t->session, tcp) != SSH_OK)
		goto out;
	tcp = -1; /* the session's */
	rc = serve(t, &o);
out:
	if (tcp >= 0)
		close(tcp);
	if (o.bind)
		ssh_bind_free(o.bind);
	return rc;
}

/* ---- carrying ------------------------------------------------------------------------------ */

static void
from_peer(struct ssh *t)
{
	char piece[PIECE];
	int n = ssh_channel_read_nonblocking(t->channel, piece, sizeof(piece), 0);

	if (n > 0) {
		buffer_put(&t->in, piece, (size_t)n);
		explicit_bzero(piece, (size_t)n);
	} else if (n < 0 && n != SSH_AGAIN) {
		t->ended = true;
	}
}

static void
to_console(struct ssh *t)
{
	struct buffer *b = &t->in;
	ssize_t n = write(t->master, b->bytes + b->head, b->used - b->head);

	if (n <= 0)
		return;
	t->given += (uint64_t)n;
	buffer_gone(b, (size_t)n);
}

/* A command's lines end as a terminal's do, whether one was asked for or not, as on IOS. */
static size_t
with_cr(const char *from, size_t n, char *to)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (from[i] == '\n')
			to[k++] = '\r';
		to[k++] = from[i];
	}
	return k;
}

/* false: the console has closed its end and all that it said was read. */
static bool
from_console(struct ssh *t)
{
	char piece[PIECE], wide[2 * PIECE];
	ssize_t n = read(t->master, piece, sizeof(piece));
	size_t size;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	size = t->command ? with_cr(piece, (size_t)n, wide) : (size_t)n;
	if (!t->broken &&
	    ssh_channel_write(t->channel, t->command ? wide : piece, (uint32_t)size) != (int)size)
		t->broken = true; /* there was room for it */
	return true;
}

/* Nothing waits on our side, and the window takes the largest piece. */
static bool
peer_has_room(struct ssh *t)
{
	return t->broken || (!(ssh_get_poll_flags(t->session) & SSH_WRITE_PENDING) &&
	    ssh_channel_window_size(t->channel) >= 2 * PIECE);
}

static bool
has_keys(struct ssh *t)
{
	return !t->ended && !t->broken && buffer_room(&t->in) >= PIECE &&
	       ssh_channel_poll(t->channel, 0) != 0; /* bytes, the end or an error */
}

static void
notice_end(struct ssh *t)
{
	bool over = t->broken || (t->ended && !buffer_any(&t->in));

	if (!over || t->over)
		return;
	t->over = true;
	if (t->command)
		shutdown(t->master, SHUT_WR);
	tell(t);
}

/* A peer that takes nothing while the console has left is waited for a little. */
static bool
gives_up(bool left, bool room, int64_t *since)
{
	struct timespec now;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = now.tv_sec * 1000LL + now.tv_nsec / 1000000;
	if (!left || room)
		*since = ms;
	return ms - *since > DRAIN_MS;
}

/* One turn.  false: the console is done. */
static bool
carry(struct ssh *t, int64_t *stuck)
{
	bool room = peer_has_room(t), more = true;
	bool writes = ssh_get_poll_flags(t->session) & SSH_WRITE_PENDING;
	struct pollfd p[] = {
	    {.fd = t->broken ? -1 : ssh_get_fd(t->session),
		.events = (short)(POLLIN | (writes ? POLLOUT : 0))},
	    {.fd = t->master,
		.events = (short)((room ? POLLIN : 0) | (buffer_any(&t->in) ? POLLOUT : 0))}};

	if (poll(p, 2, has_keys(t) ? 0 : 500) < 0)
		return true;
	if (!t->broken && p[0].revents && ssh_event_dopoll(t->event, 0) == SSH_ERROR)
		t->broken = true;
	if (!t->broken && (ssh_get_status(t->session) & (SSH_CLOSED | SSH_CLOSED_ERROR)))
		t->broken = true;
	if (!t->broken && ssh_channel_is_closed(t->channel))
		t->broken = true;
	if (has_keys(t))
		from_peer(t);
	if (p[1].revents & POLLOUT)
		to_console(t);
	if (room && p[1].revents & (POLLIN | POLLHUP))
		more = from_console(t);
	if (gives_up(p[1].revents & POLLHUP, room, stuck))
		t->broken = true;
	notice_end(t);
	return more;
}

/* What is left to say is said, and the peer may hang up first (its user is told nothing then), but
 * one that does neither is not waited for. */
static void
drain(struct ssh *t)
{
	time_t until = time(NULL) + DRAIN_MS / 1000;

	if (!t->broken) {
		ssh_channel_request_send_exit_status(t->channel, t->status);
		ssh_channel_send_eof(t->channel);
		ssh_channel_close(t->channel);
		while (!(ssh_get_status(t->session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) &&
		       time(NULL) <= until && ssh_event_dopoll(t->event, 200) != SSH_ERROR)
			;
	}
	ssh_disconnect(t->session);
}

static void *
ssh_main(void *arg)
{
	struct ssh *t = arg;
	int64_t stuck = INT64_MAX;

	while (carry(t, &stuck))
		;
	return NULL;
}

/* ---- open and close ------------------------------------------------------------------------ */

static void
bridge_free(struct ssh *t)
{
	if (t->event)
		ssh_event_free(t->event);
	if (t->session)
		ssh_free(t->session); /* and its channel */
	if (t->master >= 0)
		close(t->master);
	if (t->news >= 0)
		close(t->news);
	free(t->command);
	free(t);
	ssh_finalize();
}

/* For a command its end is to be seen: no pty. */
static int
open_stream(int *master, int *slave)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	*master = pair[0];
	*slave = pair[1];
	fcntl(*master, F_SETFL, O_NONBLOCK);
	return 0;
}

static int
start(struct ssh *t, int tcp, int *fd)
{
	int rc;

	t->session = ssh_new();
	if (t->session && (ssh_options_set(t->session, SSH_OPTIONS_COMPRESSION_C_S, "none") != SSH_OK ||
	    ssh_options_set(t->session, SSH_OPTIONS_COMPRESSION_S_C, "none") != SSH_OK)) {
		close(tcp);
		return -EINVAL;
	}
	t->event = ssh_event_new();
	t->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!t->session || !t->event || t->news < 0) {
		close(tcp);
		return -ENOMEM;
	}
	if ((rc = accept_on(t, tcp)) < 0)
		return rc;
	rc = t->command ? open_stream(&t->master, fd) : pty_open(&t->master, fd);
	if (rc == 0 && !t->command)
		ioctl(t->master, TIOCSWINSZ, &t->size);
	return rc < 0 ? rc : -pthread_create(&t->thread, NULL, ssh_main, t);
}

int
ssh_open(struct ssh **tp, int tcp, struct box *b, int *fd, const char **command)
{
	struct ssh *t = calloc(1, sizeof(*t));
	int rc;

	*fd = -1;
	*command = NULL;
	if (!t || ssh_init() != SSH_OK) {
		close(tcp);
		free(t);
		return -ENOMEM;
	}
	t->box = b;
	t->master = t->news = -1;
	t->in = (struct buffer){.bytes = t->in_bytes, .size = sizeof(t->in_bytes)};
	if ((rc = start(t, tcp, fd)) == 0) {
		*command = t->command;
		*tp = t;
		return 0;
	}
	if (t->session && ssh_get_fd(t->session) >= 0)
		ssh_disconnect(t->session);
	if (*fd >= 0)
		close(*fd);
	bridge_free(t);
	return rc;
}

void
ssh_close(struct ssh *t, int fd, int status)
{
	t->status = status;
	close(fd); /* the thread reads what is left and ends */
	pthread_join(t->thread, NULL);
	drain(t);
	bridge_free(t);
}

int
ssh_news_fd(const struct ssh *t)
{
	return t->news;
}

bool
ssh_news(void *arg)
{
	struct ssh *t = arg;
	uint64_t times;

	if (read(t->news, &times, sizeof(times)) < 0)
		times = 0;
	return !t->broken;
}

bool
ssh_ended(void *arg, uint64_t taken)
{
	struct ssh *t = arg;

	return t->over && taken >= t->given;
}
