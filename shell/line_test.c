/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/line_test.c -- matching, values, printing: rows of every kind, there and back. */
#include "shell/test_modes.h"

static struct words words;

static struct match
match(const struct mode *m, const char *text)
{
	CHECK(words_split(&words, text) == 0);
	return line_match(m, &words);
}

static int
type(const struct mode *m, void *object, const char *text)
{
	char why[256] = "";
	struct match k = match(m, text);

	return k.verdict == LINE_OK ? line_set(&k, object, why, sizeof(why))
				    : -100 - (int)k.verdict;
}

static char *
show(const struct mode *m, const void *object, bool all)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	mode_write(m, object, 1, all, out);
	fclose(out);
	return text;
}

static bool
shows(const struct mode *m, const void *object, const char *line)
{
	char *text = show(m, object, false);
	bool found = strstr(text, line) != NULL;

	if (!found)
		printf("%s", text);
	free(text);
	return found;
}

static int
column(const struct mode *m, const char *text)
{
	struct match k = match(m, text);

	return k.verdict == LINE_INVALID ? k.column : -(int)k.verdict;
}

static void
verdicts(void)
{
	CHECK(match(&mode_top, "").verdict == LINE_EMPTY);
	CHECK(match(&mode_top, "  ! remark").verdict == LINE_EMPTY);
	CHECK(column(&mode_top, "hostnane S1") == 6);
	CHECK(column(&mode_top, "ipv6 dhcp relay") == 5);
	CHECK(column(&mode_peer, "preference 11") == 11);
	CHECK(column(&mode_peer, "preference 1 2") == 13);
	CHECK(column(&mode_peer, "xyz") == 0);
	CHECK(match(&mode_peer, "d").verdict == LINE_AMBIGUOUS);
	CHECK(match(&mode_peer, "dtmf sip").verdict == LINE_AMBIGUOUS);
	CHECK(match(&mode_peer, "s").verdict == LINE_AMBIGUOUS);
	CHECK(match(&mode_peer, "se").verdict == LINE_INCOMPLETE);
	CHECK(match(&mode_peer, "session").verdict == LINE_INCOMPLETE);
	CHECK(match(&mode_peer, "SESS TAR ipv4:1.2.3.4").verdict == LINE_OK);
	CHECK(match(&mode_peer, "session transport tcp").verdict == LINE_OK);
	CHECK(match(&mode_peer, "session transport tcp tls").verdict == LINE_OK);
	CHECK(match(&mode_peer, "incoming called .T").verdict == LINE_OK);
	CHECK(match(&mode_peer, "incoming called .T ! remark").verdict == LINE_OK);
	CHECK(match(&mode_peer, "incoming called .T ; remark").verdict == LINE_OK);
	CHECK(match(&mode_peer, "no description").verdict == LINE_OK);
	CHECK(match(&mode_peer, "no description two words").verdict == LINE_OK);
	CHECK(match(&mode_peer, "no session").verdict == LINE_INCOMPLETE);
	CHECK(match(&mode_peer, "no session target").verdict == LINE_OK);
	CHECK(match(&mode_top, "no dial-peer voice 7").verdict == LINE_OK);
	CHECK(match(&mode_top, "no dial-peer voice").verdict == LINE_INCOMPLETE);
	CHECK(match(&mode_top, "dial-peer voice 7").verdict == LINE_INCOMPLETE);
	CHECK(match(&mode_ua, "no crypto signaling default").verdict == LINE_OK);
	CHECK(match(&mode_ua, "no crypto signaling remote-addr 1.2.3.0 255.255.255.0").verdict ==
	      LINE_OK);
	CHECK(match(&mode_ua, "crypto sig def trustpoint a strict strict").verdict == LINE_INVALID);
	CHECK(match(&mode_ua, "crypto sig def trustpoint a client b strict").verdict == LINE_OK);
	CHECK(match(&mode_exec, "no show version").verdict == LINE_INVALID);
	CHECK(match(&mode_exec, "no debug ccsip messages").verdict == LINE_OK);
}

static void
spelling(void)
{
	struct match m = match(&mode_peer, "sess\ttran\xC2\xA0tcp tl\r");
	char text[128];

	match_spell(&m, text, sizeof(text));
	CHECK(!strcmp(text, "session transport tcp tls"));
	CHECK(match_number(&m, NULL, -1) == 3);
	m = match(&mode_exec, "sh big 7 wid 9");
	CHECK(match_number(&m, "lines", 0) == 7 && match_number(&m, "width", 0) == 9);
	CHECK(match_number(&m, "none", 42) == 42);
	m = match(&mode_peer, "desc a | b ! c  d");
	CHECK(!strcmp(match_text(&m, NULL), "a | b ! c  d"));
}

static void
peer(void)
{
	struct peer *p = mode_new(&mode_peer, "1", 0);
	char *text;

	CHECK(p->vad && !p->shutdown);
	CHECK(type(&mode_peer, p, "description to | Webex \\+1  ! x") == 0);
	CHECK(shows(&mode_peer, p, " description to | Webex \\+1  ! x\n"));
	CHECK(type(&mode_peer, p, "pref 3") == 0 && p->preference == 3);
	CHECK(type(&mode_peer, p, "no pref") == 0 && p->preference == 0);
	CHECK(type(&mode_peer, p, "no vad") == 0 && shows(&mode_peer, p, " no vad\n"));
	CHECK(type(&mode_peer, p, "default vad") == 0 && p->vad);
	CHECK(type(&mode_peer, p, "session transport tcp tls") == 0 && p->transport == 3);
	CHECK(shows(&mode_peer, p, " session transport tcp tls\n"));
	CHECK(type(&mode_peer, p, "session target ipv4:192.0.2.1:5061") == 0);
	CHECK(shows(&mode_peer, p, " session target ipv4:192.0.2.1:5061\n"));
	CHECK(type(&mode_peer, p, "dtmf-relay rtp-nte sip-k") == 0);
	CHECK(shows(&mode_peer, p, " dtmf-relay rtp-nte sip-kpml\n"));
	CHECK(type(&mode_peer, p, "srtp") == 0 && shows(&mode_peer, p, " srtp\n"));
	CHECK(
	    type(&mode_peer, p, "srtp fallback") == 0 && shows(&mode_peer, p, " srtp fallback\n"));
	CHECK(type(&mode_peer, p, "no srtp") == 0 && p->srtp == 0);
	CHECK(type(&mode_peer, p, "codec g711u bytes 80 fixed") == 0);
	CHECK(shows(&mode_peer, p, " codec g711ulaw bytes 80 fixed-bytes\n"));
	CHECK(type(&mode_peer, p, "destination-pattern 0123456789012345678901234567890123") ==
	      -EINVAL);
	text = show(&mode_peer, p, true);
	CHECK(strstr(text, " preference 0\n") && strstr(text, " no shutdown\n"));
	free(text);
	mode_drop(p);
}

static void
top(void)
{
	struct top *t = calloc(1, sizeof(*t)), copy;
	struct secret *e = &t->enable;

	mode_defaults(&mode_top, t);
	CHECK(!strcmp(t->hostname, "Router") && t->ua.connect == 500);
	CHECK(type(&mode_top, t, "ip name-server 1.1.1.1 2.2.2.2") == 0);
	CHECK(shows(&mode_top, t, " ip name-server 1.1.1.1 2.2.2.2\n"));
	CHECK(type(&mode_top, t, "ip name-server 1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 5.5.5.5") < 0);
	CHECK(type(&mode_top, t, "ip address 10.0.0.1 255.0.0.0") == 0);
	CHECK(shows(&mode_top, t, " ip address 10.0.0.1 255.0.0.0\n"));
	CHECK(type(&mode_top, t, "ipv6 address 2001:DB8:0::1") == 0);
	CHECK(shows(&mode_top, t, " ipv6 address 2001:db8::1\n"));
	CHECK(type(&mode_top, t, "gain -7") == 0 && shows(&mode_top, t, " gain -7\n"));
	CHECK(type(&mode_top, t, "enable secret my words") == 0 && e->type == 9);
	CHECK(type(&mode_top, t, "dial-peer voice 0100 voip") == 0);
	CHECK(map_find(t->peers, "100"));
	CHECK(type(&mode_top, t, "line vty 0 4") == 0 && map_find(t->peers2, "vty 0 4"));
	CHECK(type(&mode_top, t, "line con 0") == 0 && map_find(t->peers2, "con 0"));
	CHECK(shows(&mode_top, t, " line con 0\n") && shows(&mode_top, t, " line vty 0 4\n"));
	CHECK(type(&mode_top, t, "sip-ua") == 0 && shows(&mode_top, t, " sip-ua \n"));
	CHECK(type(&mode_ua, &t->ua, "rule 2 /^9\\(.*\\)/ /\\1/") == 0);
	CHECK(type(&mode_ua, &t->ua,
		  "crypto signaling remote-addr 10.0.0.0 255.0.0.0 trustpoint a strict") == 0);
	CHECK(shows(&mode_top, t, "  rule 2 /^9\\(.*\\)/ /\\1/\n"));
	CHECK(shows(&mode_top, t,
	    "  crypto signaling remote-addr 10.0.0.0 255.0.0.0 trustpoint a strict-cipher\n"));
	CHECK(type(&mode_ua, &t->ua, "crypto signaling default tls-profile 7") == 0);
	CHECK(shows(&mode_top, t, "  crypto signaling default tls-profile 7\n"));
	CHECK(type(&mode_ua, &t->ua, "password 7 070C285F4D06") == 0);
	CHECK(shows(&mode_top, t, "  password 7 070C285F4D06\n"));
	CHECK(type(&mode_ua, &t->ua, "password 7 zz") == -EINVAL);
	CHECK(mode_copy(&mode_top, &copy, t) == 0);
	CHECK(type(&mode_top, &copy, "no sip-ua") == 0 && !copy.ua.set && !copy.ua.rules);
	CHECK(type(&mode_top, &copy, "no dial-peer voice 100 voip") == 0 && !copy.peers);
	CHECK(map_find(t->peers, "100") && map_find(t->ua.rules, "2"));
	mode_clear(&mode_top, &copy);
	mode_clear(&mode_top, t);
	free(t);
}

/* What each row can say is accepted, printed, and typed again gives the same. */
static void
samples(const struct mode *m)
{
	char text[LINE_BYTES], back[64];
	unsigned lines = 0;

	for (size_t i = 0; i < m->count; i++) {
		for (unsigned n = 0; n < 64 && line_sample(m, &m->lines[i], n, text, sizeof(text));
		     n++) {
			void *a = calloc(1, m->size), *b = calloc(1, m->size);
			char *x, *y, *p, *save;

			mode_defaults(m, a);
			mode_defaults(m, b);
			if (m->lines[i].run || type(m, a, text) == -EINVAL)
				goto next; /* refused for its length */
			x = show(m, a, false);
			p = strdup(x);
			for (char *l = strtok_r(p, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
				if (type(m, b, l) != 0 && l[1] != ' ')
					printf("%s: not taken back: %s\n", text, l), failures++;
			y = show(m, b, false);
			if (strcmp(x, y))
				printf("%s\n%s---\n%s", text, x, y), failures++;
			free(x), free(y), free(p);
			lines++;
		next:
			mode_clear(m, a);
			mode_clear(m, b);
			free(a), free(b);
		}
	}
	snprintf(back, sizeof(back), "%s", m->name);
	printf("%s: %u samples\n", back, lines);
	CHECK(lines);
}

static char *
help(const struct mode *m, const char *text)
{
	char *said = NULL;
	size_t n;
	FILE *out = open_memstream(&said, &n);

	line_help((const struct mode *const[]){m, NULL}, text, 15, 80, out);
	fclose(out);
	return said;
}

static bool
helps(const struct mode *m, const char *text, const char *expected)
{
	char *said = help(m, text);
	bool same = !strcmp(said, expected);

	if (!same)
		printf("%s?\n%s", text, said);
	free(said);
	return same;
}

static void
helping(void)
{
	const struct mode *const peers[] = {&mode_peer, NULL};
	char buf[64];

	CHECK(helps(&mode_peer, "session ", "  target     Target\n  transport  Transport\n"));
	CHECK(helps(&mode_peer, "session transport ",
	    "  system  As above\n  tcp     TCP\n  udp     UDP\n"));
	CHECK(helps(&mode_peer, "session transport tcp ", "  tls   TLS\n  <cr>  <cr>\n"));
	CHECK(helps(&mode_peer, "preference ", "  <0-10>  0 is best\n"));
	CHECK(helps(&mode_peer, "sh", "shutdown\n"));
	CHECK(helps(&mode_exec, "show v", "version  voice\n"));
	CHECK(helps(&mode_peer, "xyz ", "% Unrecognized command\n"));
	CHECK(helps(&mode_peer, "d ", "% Ambiguous command:  \"d\"\n"));
	CHECK(helps(&mode_peer, "vad ", "  <cr>  <cr>\n"));
	CHECK(line_complete(peers, "sess", 15, buf, sizeof(buf)) && !strcmp(buf, "session "));
	CHECK(line_complete(peers, "no sess tr", 15, buf, sizeof(buf)) &&
	      !strcmp(buf, "no sess transport "));
	CHECK(!line_complete(peers, "d", 15, buf, sizeof(buf)));
	CHECK(!line_complete(peers, "", 15, buf, sizeof(buf)));
}

int
main(void)
{
	(void)test_cli;
	CHECK(mode_faults(&mode_top, stdout) == 0);
	CHECK(mode_faults(&mode_exec, stdout) == 0);
	verdicts();
	spelling();
	peer();
	top();
	samples(&mode_peer);
	samples(&mode_ua);
	samples(&mode_top);
	helping();
	return failures != 0;
}
