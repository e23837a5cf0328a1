/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/sip.c -- bytes of a stream: cut into messages, and each parsed and asked all that the
 * box asks of a message. */
#include "tests/fuzz/fuzz.h"

#include "datapath/sip/arena.h"
#include "datapath/sip/frame.h"
#include "datapath/sip/message.h"

static void
ask_all(const struct message *m)
{
	struct text t = { 0 };
	static const char *const known[] = { "timer", NULL };
	struct uri uri;
	addr_t to;
	char buf[512], type[128];
	size_t n;

	message_header(m, "Session-Expires", "x");
	message_lists(m, "supported", "k", "timer");
	message_body(m, &n);
	message_any_body(m, type, &n);
	message_number(m, "from", buf, sizeof(buf));
	message_number(m, "to", buf, sizeof(buf));
	message_number(m, "request", buf, sizeof(buf));
	message_display(m, buf, sizeof(buf));
	if (message_contact(m, buf, sizeof(buf)))
		uri_parse(buf, &uri);
	message_reason(m);
	message_request_is_sips(m);
	message_max_forwards(m);
	message_routes(m, false, &t);
	message_routes(m, true, &t);
	message_response_head(m, &t);
	message_sent_by(m, buf, sizeof(buf));
	message_call_id(m, buf, sizeof(buf));
	message_party(m, true, buf, sizeof(buf));
	message_party(m, false, buf, sizeof(buf));
	message_to(m, &t);
	message_reply_to(m, &to);
	message_fits(m);
	message_requires(m, known, &t);
	text_clear(&t);
}

/* What is not let through is answered if that can be, and asked nothing else. */
static void
ask(const struct message *m)
{
	struct text t = { 0 };
	const char *why = NULL;

	if (message_check(m, &why) == 0) {
		HOLDS(m->call_id && m->branch && (m->from_tag || m->status));
		HOLDS(m->status == 0 || (m->status >= 100 && m->status < 700));
		ask_all(m);
		return;
	}
	HOLDS(why);
	if (message_answerable(m))
		message_response_head(m, &t);
	text_clear(&t);
}

static void
parse(const char *bytes, size_t size)
{
	struct flow flow = { 0 };
	struct message *m;

	if (!frame_modest(bytes, size))
		return;
	arena_begin();
	m = message_parse(bytes, size, &flow);
	if (m)
		ask(m);
	message_free(m);
	arena_end();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size ? size : 1);
	size_t at = 0, n;
	enum frame f;

	HOLDS(bytes && message_once() == 0);
	memcpy(bytes, data, size);
	for (n = 0; at < size; at += n) {
		f = frame_next(bytes + at, size - at, &n);
		if (f == FRAME_MORE || f == FRAME_BAD)
			break;
		HOLDS(n > 0 && n <= size - at);
		if (f == FRAME_MESSAGE)
			parse(bytes + at, n);
	}
	parse(bytes, size);             /* as a datagram */
	frame_header(bytes, size, "Call-ID", "i", &n);
	free(bytes);
	return 0;
}
