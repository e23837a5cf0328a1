/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_net.c -- `show arp', and which sockets this process holds: `show tcp brief',
 * `show udp'. */
#include "modes/box.h"
#include "modes/config.h"
#include "modes/exec.h"
#include "modes/netlink.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- show arp ----------------------------------------------------------------------------------------- */

struct arp { FILE *out; const struct net_interfaces *names; };

static void
print_arp(const struct arp *a, struct in_addr who, const char *age, const uint8_t *mac, const char *name)
{
	char text[INET_ADDRSTRLEN], hardware[16] = "Incomplete";

	if (mac)
		snprintf(hardware, sizeof(hardware), "%02x%02x.%02x%02x.%02x%02x", mac[0], mac[1], mac[2],
		    mac[3], mac[4], mac[5]);
	fprintf(a->out, "%-10s%-15s%10s   %-14s  %-6s %s\n", "Internet",
	    inet_ntop(AF_INET, &who, text, sizeof(text)), age, hardware, "ARPA", name);
}

static void
on_neighbour(void *arg, const struct nlmsghdr *h)
{
	const struct arp *a = arg;
	struct nda_cacheinfo cache;
	struct in_addr who;
	uint8_t mac[6];
	struct ndmsg m;
	char age[16] = "0";

	memcpy(&m, NLMSG_DATA(h), sizeof(m));
	if (h->nlmsg_type != RTM_NEWNEIGH || m.ndm_family != AF_INET || m.ndm_state == NUD_NONE ||
	    m.ndm_state & NUD_NOARP || !netlink_get(h, sizeof(m), NDA_DST, &who, sizeof(who)))
		return;
	if (netlink_get(h, sizeof(m), NDA_CACHEINFO, &cache, sizeof(cache)))
		snprintf(age, sizeof(age), "%ld", cache.ndm_confirmed / sysconf(_SC_CLK_TCK) / 60);
	if (!netlink_get(h, sizeof(m), NDA_LLADDR, mac, sizeof(mac)))
		print_arp(a, who, "0", NULL, "");
	else
		print_arp(a, who, age, mac, net_interface_name(a->names, m.ndm_ifindex));
}

int
show_arp(struct session *s, const struct match *m)
{
	struct net_interfaces *all;
	int rc = net_interfaces_read(&all, session_config(s));
	struct arp a = { session_out(s), all };

	(void)m;
	if (rc < 0)
		return rc;
	session_print(s, "%-10s%-17s%-11s%-16s%-6s %s\n", "Protocol", "Address", "Age (min)",
	    "Hardware Addr", "Type", "Interface");
	for (size_t i = 0; i < all->count; i++)         /* our own never age */
		if (all->at[i].has_address && all->at[i].link.has_mac)
			print_arp(&a, all->at[i].address, "-", all->at[i].link.mac, all->at[i].name);
	rc = netlink_dump(RTM_GETNEIGH, AF_INET, on_neighbour, &a);
	free(all);
	return rc;
}

/* ---- sockets: which are ours ------------------------------------------------------------------------------ */

enum { STATE_CLOSED = 7, STATE_LISTEN = 10 };

struct inodes { size_t count, room; unsigned long *at; };

struct socket {
	bool v6;
	char local[INET6_ADDRSTRLEN], remote[INET6_ADDRSTRLEN];
	unsigned local_port, remote_port, state, in, out;
	unsigned long inode;
};

static int
by_inode(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

static bool
keep_inode(struct inodes *all, unsigned long inode)
{
	size_t room = all->room ? all->room * 2 : 256;
	unsigned long *at;

	if (all->count == all->room) {
		if (!(at = realloc(all->at, room * sizeof(*at))))
			return false;
		all->at = at;
		all->room = room;
	}
	all->at[all->count++] = inode;
	return true;
}

static int
read_inodes(struct inodes *all)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *e;
	unsigned long inode;
	int rc = dir ? 0 : -errno;
	char to[64];

	*all = (struct inodes){ 0 };
	while (rc == 0 && (e = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), e->d_name, to, sizeof(to) - 1);

		to[n > 0 ? n : 0] = '\0';
		if (sscanf(to, "socket:[%lu]", &inode) == 1 && !keep_inode(all, inode))
			rc = -ENOMEM;
	}
	if (dir)
		closedir(dir);
	if (rc == 0 && all->count)
		qsort(all->at, all->count, sizeof(*all->at), by_inode);
	return rc;
}

/* ---- sockets: the kernel's list ------------------------------------------------------------------------------ */

/* "0100007F" and four times that: words of the host's order.  A mapped IPv4 address is one. */
static void
read_address(const char *hex, char *text)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint32_t w[4] = { 0 };
	int n = sscanf(hex, "%8x%8x%8x%8x", &w[0], &w[1], &w[2], &w[3]);

	if (n == 4 && memcmp(w, mapped, sizeof(mapped)))
		inet_ntop(AF_INET6, w, text, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET, n == 4 ? &w[3] : &w[0], text, INET6_ADDRSTRLEN);
}

static bool
read_socket(const char *line, struct socket *k)
{
	char local[40], remote[40];

	if (sscanf(line, " %*u: %39[0-9A-F]:%x %39[0-9A-F]:%x %x %x:%x %*s %*s %*u %*d %lu", local,
	    &k->local_port, remote, &k->remote_port, &k->state, &k->out, &k->in, &k->inode) != 8)
		return false;
	k->v6 = strlen(local) > 8;
	read_address(local, k->local);
	read_address(remote, k->remote);
	return true;
}

typedef void socket_h(const struct socket *, void *arg);

static void
each_socket(const char *path, const struct inodes *ours, socket_h *print, void *arg)
{
	FILE *f = fopen(path, "r");
	struct socket k;
	char line[512];

	while (f && fgets(line, sizeof(line), f))
		if (read_socket(line, &k) && ours->count &&
		    bsearch(&k.inode, ours->at, ours->count, sizeof(*ours->at), by_inode))
			print(&k, arg);
	if (f)
		fclose(f);
}

static int
each_of_ours(const char *v4, const char *v6, socket_h *print, void *arg)
{
	struct inodes ours;
	int rc = read_inodes(&ours);

	if (rc == 0) {
		each_socket(v4, &ours, print, arg);
		each_socket(v6, &ours, print, arg);
	}
	free(ours.at);
	return rc;
}

/* ---- show tcp brief, show udp -------------------------------------------------------------------------------- */

struct tcp { FILE *out; bool all; };

/* As the kernel numbers them. */
static const char *const states[] = { "?", "ESTAB", "SYNSENT", "SYNRCVD", "FINWAIT1", "FINWAIT2",
	"TIMEWAIT", "CLOSED", "CLOSEWAIT", "LASTACK", "LISTEN", "CLOSING", "SYNRCVD" };

/* The number of its inode names it, where IOS has an address in memory. */
static void
print_tcp(const struct socket *k, void *arg)
{
	const struct tcp *t = arg;
	char local[64], remote[64] = "*.*";

	if (k->state == STATE_LISTEN && !t->all)
		return;
	snprintf(local, sizeof(local), "%s.%u", k->local, k->local_port);
	if (k->state != STATE_LISTEN)
		snprintf(remote, sizeof(remote), "%s.%u", k->remote, k->remote_port);
	fprintf(t->out, "%08lX  %-27s %-27s %s\n", k->inode, local, remote,
	    states[k->state < sizeof(states) / sizeof(*states) ? k->state : 0]);
}

int
show_tcp_brief(struct session *s, const struct match *m)
{
	struct tcp t = { session_out(s), match_text(m, "all") != NULL };

	session_print(s, "%-8s  %-27s %-27s %s\n", "TCB", "Local Address", "Foreign Address", "(state)");
	return each_of_ours("/proc/self/net/tcp", "/proc/self/net/tcp6", print_tcp, &t);
}

static bool
is_any(const char *address)
{
	return !strcmp(address, "0.0.0.0") || !strcmp(address, "::");
}

static void
print_udp(const struct socket *k, void *arg)
{
	FILE *out = arg;

	fprintf(out, "%-8s", k->v6 ? "17(v6)" : "17");
	if (k->state == STATE_CLOSED && !k->remote_port)
		fprintf(out, "%-22s", "--listen--");
	else
		fprintf(out, "%-15s %5u ", k->remote, k->remote_port);
	fprintf(out, "%-15s %5u %3u %3u %5u %3u\n", is_any(k->local) ? "--any--" : k->local, k->local_port,
	    k->in, k->out, k->state, 0);
}

int
show_udp(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "Proto        Remote      Port      Local       Port  In Out  Stat TTY OutputIF\n");
	return each_of_ours("/proc/self/net/udp", "/proc/self/net/udp6", print_udp, session_out(s));
}
