/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_box_test.c -- no secret leaves by `show tech-support', whatever row holds it; and what a
 * network that is known looks like: addresses, routes and sockets are made here, and shown. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEEP = 6 };

static unsigned failures, secrets;

/* ---- secrets -------------------------------------------------------------------------------------------- */

static char *
cleaned(const char *line)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	print_without_secrets(line, out);
	fclose(out);
	return text;
}

static void
expect_cleaned(const char *line, const char *expected)
{
	char *text = cleaned(line);

	if (strcmp(text, expected)) {
		printf("%s--- becomes\n%s--- not\n%s", line, text, expected);
		failures++;
	}
	free(text);
}

static void
test_lines(void)
{
	expect_cleaned("snmp-server host 192.0.2.1 version 2c public\n",
	    "snmp-server host 192.0.2.1 <removed>\n");
	expect_cleaned("snmp-server user u g v3 auth sha A\n", "snmp-server user u g <removed>\n");
	expect_cleaned("enable secret 9 $9$abc$def\n", "enable secret 9 <removed>\n");
	expect_cleaned("username joe password 0 two words", "username joe password 0 <removed>\n");
	expect_cleaned(" path scp://joe:p@ss/word@192.0.2.1/cfg-$h\n boot system http://[::1]/a@b\n",
	    " path scp://<removed>@192.0.2.1/cfg-$h\n boot system http://[::1]/a@b\n");
	expect_cleaned(" password 7\n", " password <removed>\n");
	expect_cleaned(" password 7 0822\n password x\n", " password 7 <removed>\n password <removed>\n");
	expect_cleaned("   key-hash ssh-rsa 0123 joe@desk\n", "   key-hash ssh-rsa <removed>\n");
	expect_cleaned("service password-encryption\n\nhostname secretary\nenable secret\n",
	    "service password-encryption\n\nhostname secretary\nenable secret\n");
}

/* A form may leave the secret out. */
static bool
holds_secret(const struct mode *mode, const char *form)
{
	static struct words w;
	char whole[LINE_BYTES], said[LINE_BYTES];
	struct match m;

	words_split(&w, form);
	m = line_match(mode, &w);
	match_spell(&m, whole, sizeof(whole));
	match_say(&m, said, sizeof(said));
	return strcmp(whole, said) != 0;
}

/* Whatever row takes a secret or a password: its typed forms lose it. */
static void
test_row(const struct mode *mode, const struct line *l)
{
	char form[LINE_BYTES], *text;

	if (!strstr(l->syntax, "SECRET") && !strstr(l->syntax, "PASSWORD"))
		return;
	for (unsigned n = 0; line_sample(mode, l, n, form, sizeof(form)); n++) {
		if (!holds_secret(mode, form))
			continue;
		text = cleaned(form);
		if (!strstr(text, "<removed>")) {
			printf("%s: it can be read: %s", mode->name, text);
			failures++;
		}
		free(text);
		secrets++;
	}
}

static void
test_rows(const struct mode *mode, int depth)
{
	for (size_t i = 0; i < mode->count && depth < DEEP; i++) {
		const struct line *l = &mode->lines[i];

		test_row(mode, l);
		if (l->enter)
			test_rows(l->enter, depth + 1);
	}
}

/* ---- a network -------------------------------------------------------------------------------------------- */

static int
own_network(void)
{
	struct ifreq r = { 0 };
	char map[64];
	FILE *f;
	int fd;

	snprintf(map, sizeof(map), "0 %u 1", (unsigned)getuid());
	if (unshare(CLONE_NEWNET) < 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0 || !(f = fopen("/proc/self/uid_map", "w")))
			return -1;
		fputs(map, f);
		fclose(f);
	}
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	strcpy(r.ifr_name, "lo");
	r.ifr_flags = IFF_UP;
	ioctl(fd, SIOCSIFFLAGS, &r);
	if (ioctl(fd, SIOCBRADDBR, "br0") < 0)
		return -1;
	return fd;
}

static struct sockaddr_in
ipv4(const char *text)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	inet_pton(AF_INET, text, &a.sin_addr);
	return a;
}

static void
address(int fd, const char *name, const char *ip, const char *mask)
{
	struct sockaddr_in a = ipv4(ip), m = ipv4(mask);
	struct ifreq r = { 0 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	memcpy(&r.ifr_addr, &a, sizeof(a));
	failures += ioctl(fd, SIOCSIFADDR, &r) < 0;
	memcpy(&r.ifr_netmask, &m, sizeof(m));
	failures += ioctl(fd, SIOCSIFNETMASK, &r) < 0;
	r.ifr_flags = IFF_UP;
	failures += ioctl(fd, SIOCSIFFLAGS, &r) < 0;
}

static void
route(int fd, const char *to, const char *mask, const char *by, int metric)
{
	struct sockaddr_in a = ipv4(to), m = ipv4(mask), g = ipv4(by);
	struct rtentry r = { .rt_flags = RTF_UP | RTF_GATEWAY, .rt_metric = (short)(metric + 1) };

	memcpy(&r.rt_dst, &a, sizeof(a));
	memcpy(&r.rt_genmask, &m, sizeof(m));
	memcpy(&r.rt_gateway, &g, sizeof(g));
	failures += ioctl(fd, SIOCADDRT, &r) < 0;
}

static const char routes[] =
    "Codes: L - local, C - connected, S - static, R - RIP, B - BGP\n"
    "       D - EIGRP, O - OSPF, i - IS-IS, * - candidate default\n\n"
    "Gateway of last resort is 192.0.2.254 to network 0.0.0.0\n\n"
    "S*    0.0.0.0/0 [1/0] via 192.0.2.254\n"
    "      10.0.0.0/24 is subnetted, 2 subnets\n"
    "S        10.1.1.0/24 [1/5] via 192.0.2.20\n"
    "S        10.1.2.0/24 [1/0] via 192.0.2.20\n"
    "S     172.16.0.0/12 [1/0] via 192.0.2.20\n"
    "      192.0.2.0/24 is variably subnetted, 2 subnets, 2 masks\n"
    "C        192.0.2.0/24 is directly connected, GigabitEthernet0/0\n"
    "L        192.0.2.1/32 is directly connected, GigabitEthernet0/0\n"
    "      203.0.113.0/32 is subnetted, 1 subnets\n"
    "C        203.0.113.1/32 is directly connected, Loopback0\n";
static const char sums[] =
    "connected       1           2           0           0           0\n"
    "static          2           2           0           0           0\n"
    "Total           3           4           0           0           0\n";
static const char listeners[] =
    "127.0.0.1.5061              *.*                         LISTEN\n";
static const char established[] =
    "127.0.0.1.5061              127.0.0.1.5070              ESTAB\n";
static const char datagrams[] =
    "17      --listen--            --any--          5062   0   0     7   0\n"
    "17(v6)  --listen--            --any--          5063   0   0     7   0\n";

/* A socket of ours on that port. */
static int
bound(int family, int type, const char *host, uint16_t port)
{
	struct sockaddr_in a = ipv4(host);
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(family, type, 0);

	a.sin_port = htons(port);
	failures += (family == AF_INET ? bind(fd, (struct sockaddr *)&a, sizeof(a))
	    : bind(fd, (struct sockaddr *)&a6, sizeof(a6))) < 0;
	return fd;
}

static void
make_network(int fd)
{
	struct sockaddr_in to = ipv4("127.0.0.1");
	int server, client;

	address(fd, "br0", "192.0.2.1", "255.255.255.0");
	address(fd, "lo:1", "203.0.113.1", "255.255.255.255");
	route(fd, "0.0.0.0", "0.0.0.0", "192.0.2.254", 0);
	route(fd, "0.0.0.0", "0.0.0.0", "192.0.2.253", 100);
	route(fd, "10.1.1.0", "255.255.255.0", "192.0.2.20", 5);
	route(fd, "10.1.2.0", "255.255.255.0", "192.0.2.20", 0);
	route(fd, "172.16.0.0", "255.240.0.0", "192.0.2.20", 0);
	server = bound(AF_INET, SOCK_STREAM, "127.0.0.1", 5061);
	client = bound(AF_INET, SOCK_STREAM, "127.0.0.1", 5070);
	to.sin_port = htons(5061);
	failures += listen(server, 1) < 0 || connect(client, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    accept(server, NULL, NULL) < 0;
	bound(AF_INET, SOCK_DGRAM, "0.0.0.0", 5062);
	bound(AF_INET6, SOCK_DGRAM, "", 5063);
}

/* ---- what is shown of it ------------------------------------------------------------------------------------- */

static void
on_text(void *arg, const char *bytes, size_t size)
{
	fwrite(bytes, 1, size, arg);
}

static char *
said(struct running *running, struct box *box, const char *const *lines)
{
	struct session_options o = { .cli = &parapet_cli, .running = running, .box = box, .level = 15 };
	struct session *s;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	o.terminal = (struct terminal){ .write = on_text, .arg = out };
	if (session_new(&s, &o) < 0)
		exit(2);
	for (; *lines; lines++)
		session_line(s, *lines);
	session_free(s);
	fclose(out);
	return text;
}

static void
expect(struct running *running, struct box *box, const char *line, const char *expected)
{
	char *text = said(running, box, (const char *const[]){ line, NULL });

	if (!strstr(text, expected)) {
		printf("%s:\n%s--- not\n%s---\n", line, text, expected);
		failures++;
	}
	free(text);
}

static void
test_network(void)
{
	static const char *const typed[] = { "configure terminal", "interface GigabitEthernet0/0",
		"description to them", "ip address 192.0.2.1 255.255.255.0", "interface Loopback0",
		"ip address 203.0.113.1 255.255.255.255", NULL };
	struct running *running;
	struct box box = { 0 };

	if (running_new(&running, &mode_config, NULL, NULL) < 0)
		exit(2);
	box.running = running;
	free(said(running, &box, typed));
	expect(running, &box, "show ip route", routes);
	expect(running, &box, "show ip route summary", sums);
	expect(running, &box, "show tcp brief all", listeners);
	expect(running, &box, "show tcp brief", established);
	expect(running, &box, "show udp", datagrams);
	expect(running, &box, "show interfaces description",
	    "     to them\nLo0                            up             up       \n");
	expect(running, &box, "show interfaces br0", "\n  Hardware is bridge, address is ");
	expect(running, &box, "show ip interface gi0/0", "  Broadcast address is 192.0.2.255\n");
	expect(running, &box, "show ip interface lo0", "  Internet address is 203.0.113.1/32\n");
	running_free(running);
}

int
main(void)
{
	int fd;

	test_lines();
	test_rows(&mode_config, 0);
	if (secrets < 3)
		failures++;
	fd = own_network();
	if (fd < 0) {
		printf("show box: no network of its own: %s\n", strerror(errno));
		failures += errno != ENOPKG && errno != ENOTTY && errno != EOPNOTSUPP; /* no bridges here */
	} else {
		make_network(fd);
		test_network();
	}
	printf("show box: %u secrets, %u failures\n", secrets, failures);
	return failures != 0;
}
