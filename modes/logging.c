/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/logging.c -- `logging', `service timestamps' and `clock': how the log and its syslog follow
 * the configuration, and `show logging'. */
#include "modes/logging.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "shell/log.h"
#include "shell/syslog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYSLOG_PORT = 514, SYSLOG_TCP_PORT = 601 };

/* ---- rows --------------------------------------------------------------------------------------------------- */

/* A rule that cannot be read is refused when it is typed. */
int
summer_set(void *object, const struct match *m, char *why, size_t size)
{
	const char *rule = match_text(m, "rule");
	struct zone z = { 0 };

	if (!m->no && !m->dflt && rule && zone_rule(&z, rule) < 0) {
		snprintf(why, size, "Summer time: week day month hh:mm week day month hh:mm [minutes]");
		return -EINVAL;
	}
	return line_set_plain(m, object, why, size);
}

/* ---- following ------------------------------------------------------------------------------------------------- */

void
clock_zone(const struct config *c, struct zone *z)
{
	int minutes = c->zone.hours * 60;

	*z = (struct zone){ 0 };
	if (c->zone.set) {
		snprintf(z->name, sizeof(z->name), "%.7s", c->zone.name);
		z->offset_min = (int16_t)(minutes + (minutes < 0 ? -c->zone.minutes : c->zone.minutes));
	}
	if (c->summer.set && zone_rule(z, c->summer.rule) == 0)
		snprintf(z->summer, sizeof(z->summer), "%.7s", c->summer.name);
}

static struct log_stamps
stamps_of(const struct stamps *s)
{
	struct log_stamps to = { .kind = LOG_STAMP_NONE, .msec = s->msec, .localtime = s->localtime,
		.zone = s->zone, .year = s->year };

	if (s->set)
		to.kind = s->datetime ? LOG_STAMP_DATETIME : LOG_STAMP_UPTIME;
	return to;
}

/* The choice's number is the severity and one. */
static int
level_of(const struct logging_to *to, bool on)
{
	if (!to->set || !on)
		return LOG_OFF;
	return to->level ? to->level - 1 : LOG_DEBUGGING;
}

static void
follow_levels(struct log *log, const struct config *c)
{
	size_t bytes = c->buffered.bytes ? c->buffered.bytes : LOG_BUFFER_BYTES;
	int except = c->log_rate.except ? c->log_rate.except - 1 : LOG_OFF;

	log_level(log, LOG_TO_BUFFER, level_of(&c->buffered, c->logging));
	log_level(log, LOG_TO_CONSOLE, level_of(&c->console_log, true));
	log_level(log, LOG_TO_MONITOR, level_of(&c->monitor_log, c->logging));
	log_level(log, LOG_TO_TRAP, level_of(&c->trap, c->logging && map_count(c->log_hosts)));
	log_limit(log, c->log_rate.set ? c->log_rate.per_second : 0, except, c->log_rate.all);
	if (c->buffered.set && log_buffer_bytes(log) != bytes)
		log_resize(log, bytes);
}

static void
source_address(const struct config *c, char *buf, size_t size)
{
	const struct interface *i = c->log_source.set ?
	    map_find(c->interfaces, c->log_source.name) : NULL;

	if (!i || !i->ip.set || !inet_ntop(AF_INET, &i->ip.address, buf, (socklen_t)size))
		buf[0] = '\0';
}

static void
follow_syslog(struct syslog *syslog, const struct config *c)
{
	struct syslog_options o = { .facility = c->facility - 1, .rfc5424 = c->rfc5424 };

	for (const struct log_host *h = map_first(c->log_hosts); h && o.count < SYSLOG_HOSTS;
	     h = map_after(c->log_hosts, h->node.key)) {
		struct syslog_host *to = &o.hosts[o.count++];

		snprintf(to->host, sizeof(to->host), "%.64s", h->node.key);
		to->tcp = h->transport == 2;
		to->port = h->port ? h->port : to->tcp ? SYSLOG_TCP_PORT : SYSLOG_PORT;
	}
	source_address(c, o.source, sizeof(o.source));
	snprintf(o.hostname, sizeof(o.hostname), "%.64s", c->hostname);
	if (c->origin.kind == ORIGIN_HOSTNAME)
		snprintf(o.origin, sizeof(o.origin), "%.64s", c->hostname);
	else if (c->origin.kind == ORIGIN_IP)
		snprintf(o.origin, sizeof(o.origin), "%.63s", o.source);
	else if (c->origin.kind == ORIGIN_STRING)
		snprintf(o.origin, sizeof(o.origin), "%s", c->origin.text);
	syslog_set(syslog, &o);
}

void
logging_follow(struct box *b, const struct config *c)
{
	struct log_frame f = { .logs = stamps_of(&c->log_stamps), .debugs = stamps_of(&c->debug_stamps),
		.sequence = c->sequence };

	clock_zone(c, &f.zone);
	log_frame(b->log, &f);
	follow_levels(b->log, c);
	if (b->syslog)
		follow_syslog(b->syslog, c);
}

/* ---- show logging ------------------------------------------------------------------------------------------------- */

static const char *const level_names[] = { "emergencies", "alerts", "critical", "errors", "warnings",
	"notifications", "informational", "debugging" };

static void
print_destination(const char *title, int indent, struct log_counts c, FILE *out)
{
	if (c.level < 0 || c.level > LOG_DEBUGGING) {
		fprintf(out, "    %s disabled%s\n", title, indent == 20 ? ", xml disabled," : "");
		return;
	}
	fprintf(out, "    %s level %s, %llu messages logged, xml disabled,\n%*sfiltering disabled\n",
	    title, level_names[c.level], (unsigned long long)c.logged, indent, "");
}

static void
print_server(const struct syslog_state *to, FILE *out)
{
	fprintf(out,
	    "        Logging to %s  (%s port %u, audit disabled,\n"
	    "              link %s),\n"
	    "              %llu message lines logged,\n"
	    "              0 message lines rate-limited,\n"
	    "              %llu message lines dropped-by-MD,\n"
	    "              xml disabled, sequence number disabled\n"
	    "              filtering disabled\n", to->to.host, to->to.tcp ? "tcp" : "udp", to->to.port,
	    to->up ? "up" : "down", (unsigned long long)to->sent, (unsigned long long)to->dropped);
}

static void
print_trap(const struct config *c, const struct box *b, FILE *out)
{
	struct syslog_state states[SYSLOG_HOSTS];
	size_t n = b->syslog ? syslog_states(b->syslog, states) : 0;
	struct log_counts counts = log_counts(b->log, LOG_TO_TRAP);

	if (!c->trap.set || !c->logging)
		fprintf(out, "    Trap logging: disabled\n");
	else
		fprintf(out, "    Trap logging: level %s, %llu message lines logged\n",
		    level_names[level_of(&c->trap, true)], (unsigned long long)counts.logged);
	for (size_t i = 0; i < n; i++)
		print_server(&states[i], out);
	fprintf(out, "        Logging Source-Interface:       VRF Name:\n");
	if (c->log_source.set)
		fprintf(out, "        %s\n", c->log_source.name);
	fprintf(out, "\n");
}

int
show_logging(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	struct log *log = BOX(s)->log;
	FILE *out = session_out(s);
	uint64_t dropped = 0;
	size_t size = 0;
	char *text = log_copy(log, &size);

	(void)m;
	if (!text)
		return -ENOMEM;
	for (int to = 0; to < LOG_DESTINATIONS; to++)
		dropped += log_counts(log, to).dropped;
	fprintf(out,
	    "Syslog logging: %s (%llu messages dropped, %llu messages rate-limited, 0 flushes, "
	    "0 overruns, xml disabled, filtering disabled)\n\n"
	    "No Active Message Discriminator.\n\n\n\n"
	    "No Inactive Message Discriminator.\n\n\n", c->logging ? "enabled" : "disabled",
	    (unsigned long long)dropped, (unsigned long long)log_limited(log));
	print_destination("Console logging:", 21, log_counts(log, LOG_TO_CONSOLE), out);
	print_destination("Monitor logging:", 21, log_counts(log, LOG_TO_MONITOR), out);
	print_destination("Buffer logging: ", 20, log_counts(log, LOG_TO_BUFFER), out);
	fprintf(out,
	    "    Exception Logging: disabled\n"
	    "    Count and timestamp logging messages: disabled\n"
	    "    Persistent logging: disabled\n\n"
	    "No active filter modules.\n\n");
	print_trap(c, BOX(s), out);
	fprintf(out, "Log Buffer (%zu bytes):\n\n", log_buffer_bytes(log));
	fwrite(text, 1, size, out);
	free(text);
	return 0;
}
