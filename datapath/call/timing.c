/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/call/timing.c -- session timers (RFC 4028): what is asked, agreed and kept, so that a call
 * whose peer has vanished ends. */
#include "datapath/call/room.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MIN_SE = 90, MIN_SE_MAX = 86400, SESSION_S = 1800 };

static uint32_t
configured_min(const struct leg *l)
{
	const struct min_se *m = &l->call->config->voip.sip.min_se;

	return m->set ? m->min_s : MIN_SE;
}

static uint32_t
configured_interval(const struct leg *l)
{
	const struct min_se *m = &l->call->config->voip.sip.min_se;
	uint32_t s = m->set && m->expires_s ? m->expires_s : SESSION_S;

	return s < configured_min(l) ? configured_min(l) : s;
}

/* "1800;refresher=uac".  0: none. */
static uint32_t
read_interval(const struct message *m, bool *uac, bool *uas)
{
	const char *text = message_header(m, "session-expires", "x"), *who;

	*uac = *uas = false;
	if (!text)
		return 0;
	who = strcasestr(text, "refresher=");
	*uac = who && !strncasecmp(who + 10, "uac", 3);
	*uas = who && !strncasecmp(who + 10, "uas", 3);
	return (uint32_t)strtoul(text, NULL, 10);
}

int
timing_asked(struct leg *l, struct server_tx *s, const struct message *m)
{
	bool uac, uas;
	uint32_t interval = read_interval(m, &uac, &uas);
	char more[32];

	/* A proxy may have asked for a caller that knows nothing of it (RFC 4028 9). */
	l->has_timer = message_lists(m, "supported", "k", "timer");
	if (l->has_timer && interval && interval < configured_min(l)) {
		snprintf(more, sizeof(more), "Min-SE: %u\r\n", configured_min(l));
		leg_respond(l, s, 422, reason_phrase(422), more, NULL);
		return -EINVAL;
	}
	if (interval)
		l->session.interval_s =
		    interval < configured_min(l) ? configured_min(l) : interval;
	else if (l->call->config->voip.sip.session_refresh && !l->session.interval_s)
		l->session.interval_s = configured_interval(l);
	/* Who asked refreshes, if it can and did not say otherwise. */
	if (l->session.interval_s)
		l->session.ours = uas || !l->has_timer;
	return 0;
}

void
timing_headers(const struct leg *l, struct text *t, bool response)
{
	uint32_t interval = l->session.interval_s;

	if (!response && !interval && l->call->config->voip.sip.session_refresh)
		interval = configured_interval(l);
	if (!interval)
		return;
	if (!response && interval < l->session.min_s)
		interval = l->session.min_s;
	if (response) {
		text_format(t, "%sSession-Expires: %u;refresher=%s\r\n",
		    l->has_timer ? "Require: timer\r\n" : "", interval,
		    l->session.ours ? "uas" : "uac");
		return;
	}
	text_format(t, "Session-Expires: %u%s\r\nMin-SE: %u\r\n", interval,
	    !l->session.interval_s ? "" : l->session.ours ? ";refresher=uac" : ";refresher=uas",
	    l->session.min_s > configured_min(l) ? l->session.min_s : configured_min(l));
}

bool
timing_raise(struct leg *l, const struct message *m)
{
	const char *text = message_header(m, "min-se", NULL);
	unsigned long min_s = text ? strtoul(text, NULL, 10) : 0;

	if (min_s <= l->session.min_s || min_s <= configured_min(l) || min_s > MIN_SE_MAX)
		return false;
	l->session.min_s = (uint32_t)min_s;
	return true;
}

void
timing_agreed(struct leg *l, const struct message *m)
{
	bool uac, uas;
	uint32_t interval = read_interval(m, &uac, &uas);

	if (interval) {
		l->session.interval_s = interval < 30 ? 30 : interval;
		l->session.ours = !uas;
	} else if (l->call->config->voip.sip.session_refresh) {
		/* The peer knows no timers: refreshing alone tells us whether it is there. */
		l->session.interval_s = configured_interval(l);
		l->session.ours = true;
	} else {
		l->session.interval_s = 0;
	}
	timing_start(l);
}

static void
on_due(void *arg)
{
	struct leg *l = arg;

	if (l->call->state == CALL_ENDED)
		return;
	if (!l->session.ours) {
		call_end(l->call, 0, 102, RELEASE_INTERNAL,
		    "the session timer ran out: the peer sent no refresh (RFC 4028)");
		return;
	}
	/* Another request is under way: soon again. */
	if (!midcall_refresh(l))
		timer_start(&l->call->worker->wheel, &l->session.due, 2000, on_due, l);
}

/* Who refreshes does so at half time; who waits gives up a little before the end. */
void
timing_start(struct leg *l)
{
	uint64_t s = l->session.interval_s, spare;

	if (!s || l->internal || l->state == LEG_OVER) {
		timing_stop(l);
		return;
	}
	spare = s / 3 < 32 ? s / 3 : 32;
	timer_start(&l->call->worker->wheel, &l->session.due,
	    (l->session.ours ? s / 2 : s - spare) * 1000, on_due, l);
}

/* A refresh was refused: the owner of the Call-ID waits longer than the other (RFC 3261 14.1). */
void
timing_again(struct leg *l)
{
	uint64_t ms = worker_random(l->call->worker) % 1900 + (l->originate ? 2100 : 100);

	if (l->state != LEG_OVER)
		timer_start(&l->call->worker->wheel, &l->session.due, ms, on_due, l);
}

void
timing_stop(struct leg *l)
{
	timer_stop(&l->call->worker->wheel, &l->session.due);
}
