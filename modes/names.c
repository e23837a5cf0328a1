/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/names.c -- see names.h; and `show hosts': what is configured, and what name servers have said. */
#include "modes/names.h"
#include "datapath/datapath.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/kinds.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows --------------------------------------------------------------------------------------------------- */

const struct mode mode_host = { .name = "ip host", .size = sizeof(struct host) };
const struct mode mode_host_srv = { .name = "ip host srv", .size = sizeof(struct host_srv) };
const struct mode mode_vrf_name = { .name = "vrf", .size = sizeof(struct node) };
const struct mode mode_domain = { .name = "ip domain list", .size = sizeof(struct node) };

#define END_PARTS { NULL, 0, 0, 0 }
const struct part host_parts[] = { PART_ARRAY(struct host, at), END_PARTS };
const struct part host_srv_parts[] = {
	PART(struct host_srv, priority), PART(struct host_srv, weight), PART(struct host_srv, port),
	PART(struct host_srv, target), END_PARTS
};
const struct part name_server_parts[] = { PART_ARRAY(struct name_servers, at), END_PARTS };

static int
host_parse(void *field, size_t size, const char *word)
{
	char *to = field;
	size_t n = strlen(word);
	struct in_addr address;

	if (n >= size || n > 255 || strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_.") != n || inet_pton(AF_INET, word, &address) == 1)
		return -EINVAL;
	for (size_t i = 0; i <= n; i++)
		to[i] = (char)tolower((unsigned char)word[i]);
	return 0;
}

static void
host_print(const void *field, size_t size, FILE *out)
{
	fprintf(out, "%.*s", (int)size, (const char *)field);
}

static const struct choice host_help[] = { { "NAME", "Name of a host" }, { NULL, NULL } };
static const char *const host_samples[] = { "sbc.example.com", "_sip._udp.example.com", NULL };
const struct kind host_kind = { host_help, host_parse, host_print, host_samples };

static size_t
server_count(const struct name_servers *s)
{
	size_t n = 0;

	while (s->set && n < NAME_SERVERS && s->at[n].s_addr)
		n++;
	return n;
}

static int
add_server(struct name_servers *s, struct in_addr who, char *why, size_t size)
{
	size_t n = server_count(s);

	for (size_t i = 0; i < n; i++)
		if (s->at[i].s_addr == who.s_addr)
			return 0;
	if (n == NAME_SERVERS) {
		snprintf(why, size, "Name-server table is full: %d at most", NAME_SERVERS);
		return -EINVAL;
	}
	s->set = 1;
	s->at[n] = who;
	return 0;
}

static void
remove_server(struct name_servers *s, struct in_addr who)
{
	struct name_servers left = { 0 };

	for (size_t i = 0, n = server_count(s), to = 0; i < n; i++)
		if (s->at[i].s_addr != who.s_addr) {
			left.at[to++] = s->at[i];
			left.set = 1;
		}
	*s = left;
}

/* A line adds servers, `no' takes those out that it names (none: all). */
int
name_servers_set(void *object, const struct match *m, char *why, size_t size)
{
	struct name_servers *s = &((struct config *)object)->name_servers, now = *s;
	bool away = m->no || m->dflt, any = false;
	struct in_addr who;

	for (int i = 0; i < m->words->n; i++) {
		if (inet_pton(AF_INET, m->words->w[i], &who) != 1)
			continue;
		any = true;
		if (away)
			remove_server(&now, who);
		else if (add_server(&now, who, why, size) < 0)
			return -EINVAL;
	}
	*s = any ? now : (struct name_servers){ 0 };
	return 0;
}

/* ---- show hosts ------------------------------------------------------------------------------------------------- */

enum { STATIC_TTL = 10 };               /* as IOS says it of what is configured */

/* Without servers of its own the box goes by the host's. */
static void
print_servers(const struct config *c, FILE *out)
{
	FILE *f = c->name_servers.set ? NULL : fopen("/etc/resolv.conf", "r");
	char line[512], server[64];
	unsigned n = 0;

	for (size_t i = 0; i < server_count(&c->name_servers); i++)
		fprintf(out, "%s%s", n++ ? ", " : "Name servers are ",
		    inet_ntop(AF_INET, &c->name_servers.at[i], server, sizeof(server)));
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " nameserver %63s", server) == 1)
			fprintf(out, "%s%s", n++ ? ", " : "Name servers are ", server);
	if (f)
		fclose(f);
	fprintf(out, n ? "\n" : "Name servers are not set\n");
}

static void
print_domains(const struct config *c, FILE *out)
{
	size_t count;
	const struct node **list = (const struct node **)map_by_birth(c->domain_list, &count);

	fprintf(out, "Default domain is %s\n", *c->domain ? c->domain : "not set");
	for (size_t i = 0; list && i < count; i++)
		fprintf(out, "%s%s%s", i ? ", " : "Domain list: ", list[i]->key, i + 1 == count ? "\n" : "");
	free(list);
}

static void
print_record(const char *name, long ttl, const char *type, const char *data, FILE *out)
{
	fprintf(out, " %s   %-7ld IN      %-7s %s\n", name, ttl, type, data);
}

static void
print_static(const struct config *c, FILE *out)
{
	char data[320];

	for (const struct host *h = map_first(c->hosts); h; h = map_after(c->hosts, h->node.key))
		for (size_t i = 0; i < HOST_ADDRESSES && h->at[i].s_addr; i++)
			print_record(h->node.key, STATIC_TTL, "A",
			    inet_ntop(AF_INET, &h->at[i], data, sizeof(data)), out);
	for (const struct host_srv *h = map_first(c->host_srvs); h; h = map_after(c->host_srvs, h->node.key)) {
		char name[KEY_MAX] = "";

		sscanf(h->node.key, "%127s", name);
		snprintf(data, sizeof(data), "%u %u %u %s", h->priority, h->weight, h->port, h->target);
		print_record(name, STATIC_TTL, "SRV", data, out);
	}
}

static int
by_name(const void *a, const void *b)
{
	const struct known_name *x = a, *y = b;
	int c = strcmp(x->host, y->host);

	return c ? c : x->address.s_addr < y->address.s_addr ? -1 : x->address.s_addr > y->address.s_addr;
}

/* Each worker has asked for itself: what several know is said once. */
static void
print_known(struct box *b, FILE *out)
{
	struct known_names k = { 0 };
	char data[INET_ADDRSTRLEN];

	if (!b->datapath || datapath_names(b->datapath, &k) < 0)
		return;
	if (k.count)
		qsort(k.of, k.count, sizeof(*k.of), by_name);
	for (size_t i = 0; i < k.count; i++)
		if (!i || by_name(&k.of[i - 1], &k.of[i]))
			print_record(k.of[i].host, (long)k.of[i].left_s, "A",
			    inet_ntop(AF_INET, &k.of[i].address, data, sizeof(data)), out);
	free(k.of);
}

int
show_hosts(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	FILE *out = session_out(s);

	(void)m;
	print_domains(c, out);
	if (!c->domain_lookup)
		fprintf(out, "Name lookup is off: only what 'ip host' says is known\n");
	print_servers(c, out);
	fprintf(out, "NAME  TTL  CLASS   TYPE      DATA/ADDRESS\n"
	    "-----------------------------------------\n");
	print_static(c, out);
	print_known(BOX(s), out);
	return 0;
}
