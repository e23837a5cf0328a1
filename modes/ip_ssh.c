/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/ip_ssh.c -- the SSH server as the configuration wants it: what it offers, who may come in, and
 * `show ip ssh', `show ssh'.
 *
 * Its host key is the pair that `ip ssh rsa|ec keypair-name' names, else that of HOSTNAME.DOMAIN; never
 * one that a trustpoint uses, because the login process, which strangers speak to, is given it. */
#include "modes/ip_ssh.h"
#include "modes/box.h"
#include "modes/config.h"
#include "modes/crypto.h"
#include "modes/exec.h"
#include "modes/gate.h"
#include "modes/kinds.h"
#include "pki/pki.h"
#include "shell/door.h"
#include "shell/log.h"
#include "shell/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ----------------------------------------------------------------------------------------------------- */

/* The order is the one in which they are offered where none is configured.  What is weak (CBC, SHA-1,
 * ssh-rsa signatures) is in no table, so that nobody can switch it on. */
/* clang-format off */
const struct choice ssh_cipher_choices[SSH_CIPHERS] = {
	[1] = { "chacha20-poly1305@openssh.com", "ChaCha20 and Poly1305" },
	[2] = { "aes256-gcm", "AES-GCM, 256 bits" },
	[3] = { "aes128-gcm", "AES-GCM, 128 bits" },
	[4] = { "aes256-ctr", "AES-CTR, 256 bits" },
	[5] = { "aes192-ctr", "AES-CTR, 192 bits" },
	[6] = { "aes128-ctr", "AES-CTR, 128 bits" },
};
const struct choice ssh_mac_choices[SSH_MACS] = {
	[1] = { "hmac-sha2-256-etm@openssh.com", "SHA-256, of what was encrypted" },
	[2] = { "hmac-sha2-512-etm@openssh.com", "SHA-512, of what was encrypted" },
	[3] = { "hmac-sha2-256", "SHA-256" },
};
const struct choice ssh_kex_choices[SSH_KEXES] = {
	[1] = { "curve25519-sha256", "Curve 25519" },
	[2] = { "curve25519-sha256@libssh.org", "Curve 25519, by its old name" },
	[3] = { "ecdh-sha2-nistp256", "P-256" },
	[4] = { "ecdh-sha2-nistp384", "P-384" },
	[5] = { "ecdh-sha2-nistp521", "P-521" },
	[6] = { "diffie-hellman-group16-sha512", "4096 bits" },
	[7] = { "diffie-hellman-group18-sha512", "8192 bits" },
	[8] = { "diffie-hellman-group14-sha256", "2048 bits" },
};
const struct choice ssh_hostkey_choices[SSH_HOSTKEYS] = {
	[1] = { "ecdsa-sha2-nistp256", "EC key, P-256" },
	[2] = { "ecdsa-sha2-nistp384", "EC key, P-384" },
	[3] = { "ecdsa-sha2-nistp521", "EC key, P-521" },
	[4] = { "rsa-sha2-512", "RSA key, SHA-512" },
	[5] = { "rsa-sha2-256", "RSA key, SHA-256" },
};
const struct choice ssh_method_choices[SSH_METHODS] = {
	[1] = { "publickey", "A public key" },
	[2] = { "keyboard", "A password that is asked for" },
	[3] = { "password", "A password" },
};
const struct choice ssh_userkey_choices[SSH_USERKEYS] = {
	[1] = { "ssh-ed25519", "Ed25519" },
	[2] = { "ecdsa-sha2-nistp256", "P-256" },
	[3] = { "ecdsa-sha2-nistp384", "P-384" },
	[4] = { "ecdsa-sha2-nistp521", "P-521" },
	[5] = { "rsa-sha2-512", "RSA, SHA-512" },
	[6] = { "rsa-sha2-256", "RSA, SHA-256" },
};
static const struct choice key_type_choices[] = {
	[1] = { "ssh-rsa", "RSA" }, [2] = { "ssh-ed25519", "Ed25519" },
	[3] = { "ecdsa-sha2-nistp256", "P-256" }, [4] = { "ecdsa-sha2-nistp384", "P-384" },
	[5] = { "ecdsa-sha2-nistp521", "P-521" },
};
#define END_PARTS { NULL, 0, 0, 0 }
const struct part ssh_list_parts[] = { PART_ARRAY(struct ssh_list, of), END_PARTS };
const struct part ssh_port_parts[] = {
	PART(struct ssh_port, port), PART(struct ssh_port, rotary), END_PARTS
};
static const struct part key_hash_parts[] = { PART(struct ssh_key_hash, comment), END_PARTS };

static const struct mode mode_key_hash = { .name = "key-hash", .size = sizeof(struct ssh_key_hash) };
#define OBJECT struct ssh_user
static const struct line user_lines[] = { SSH_USER_LINES(LINE_ROW)
	{ .syntax = "key-string [LINE=text]", .help = "A public key|Its text", .run = ssh_key_string,
	  .hidden = true },
};
#undef OBJECT
#define OBJECT struct pubkey_chain
static const struct line chain_lines[] = { PUBKEY_CHAIN_LINES(LINE_ROW) };
#undef OBJECT
/* clang-format on */

const struct mode mode_pubkey_chain = {
	.name = "SSH public keys", .prompt = "(conf-ssh-pubkey)", .lines = LINES(chain_lines),
	.size = sizeof(struct pubkey_chain), .indent = 2
};
const struct mode mode_ssh_user = {
	.name = "SSH public keys of a user", .prompt = "(conf-ssh-pubkey-user)",
	.lines = LINES(user_lines), .size = sizeof(struct ssh_user), .parent = &mode_pubkey_chain
};

/* ---- key-string ----------------------------------------------------------------------------------------------- */

struct new_key { char user[KEY_MAX], key[KEY_MAX]; text256 comment; };

static int
put_key(void *draft, void *arg, char *why, size_t size)
{
	struct config *c = draft;
	const struct new_key *n = arg;
	struct ssh_user *user = map_own(&c->pubkeys.users, n->user);
	struct ssh_key_hash *k = user ? mode_new(&mode_key_hash, n->key, 0) : NULL;

	(void)why;
	(void)size;
	if (!k)
		return -ENOMEM;
	memcpy(k->comment, n->comment, sizeof(k->comment));
	if (map_put(&user->hashes, &k->node) < 0) {
		mode_drop(k);
		return -ENOMEM;
	}
	return 0;
}

/* "ssh-rsa AAAA... whose", the base 64 possibly in pieces; or the base 64 alone. */
static int
read_key(const char *text, struct new_key *n)
{
	char base64[6000] = "", word[6000], type[32], hex[33];
	bool done = false;
	int used;

	for (; sscanf(text, "%5999s%n", word, &used) == 1; text += used) {
		if (!*base64 && (!strncmp(word, "ssh-", 4) || !strncmp(word, "ecdsa-", 6)))
			continue;
		if (done || strlen(base64) + strlen(word) >= sizeof(base64)) {
			snprintf(n->comment, sizeof(n->comment), "%.256s", word);
			continue;
		}
		strcat(base64, word);
		done = pki_ssh_hash(base64, type, sizeof(type), hex) == 0;
	}
	if (!done)
		return -EINVAL;
	snprintf(n->key, sizeof(n->key), "%s %s", type, hex);
	return 0;
}

/* Lines up to `exit' or `quit'. */
static int
ask_key(struct session *s, char *text, size_t size)
{
	const struct config *c = session_config(s);
	char prompt[64], line[1024];
	int rc;

	snprintf(prompt, sizeof(prompt), "%.20s(conf-ssh-pubkey-data)#", c->hostname);
	while ((rc = session_ask(s, prompt, true, line, sizeof(line))) == 0) {
		const char *word = line + strspn(line, " \t");

		if (!strncmp(word, "exit", 4) || !strncmp(word, "quit", 4))
			return 0;
		if (strlen(text) + strlen(word) + 2 > size)
			return -E2BIG;
		strcat(strcat(text, word), " ");
	}
	return rc;
}

int
ssh_key_string(struct session *s, const struct match *m)
{
	char text[8192] = "", why[160] = "";
	struct new_key n = { .comment = "" };
	const char *typed = match_text(m, "text");
	int rc = 0;

	snprintf(n.user, sizeof(n.user), "%s", session_key(s));
	if (typed)
		snprintf(text, sizeof(text), "%s", typed);
	else
		rc = ask_key(s, text, sizeof(text));
	if (rc == 0 && (rc = read_key(text, &n)) < 0)
		session_refused(s, "This is no public key of SSH in base 64.");
	if (rc == 0)
		rc = session_edit(s, put_key, &n, why, sizeof(why));
	return rc;
}

/* ---- what the server offers ------------------------------------------------------------------------------------ */

/* Which trustpoint uses that key pair; NULL: none.  That of a certificate authority is its trustpoint's, also before there
 * is one. */
static const char *
used_by(const struct config *c, const char *label)
{
	char own[65];

	if (map_find(c->pki_servers, label))
		return label;
	for (const struct trustpoint *t = map_first(c->trustpoints); t;
	     t = map_after(c->trustpoints, t->node.key))
		if (!strcmp(trustpoint_label(t, own, sizeof(own)), label))
			return t->node.key;
	return NULL;
}

bool
ssh_host_key(struct box *b, const struct config *c, bool ec, char label[65], char *why, size_t size)
{
	const char *named = ec ? c->ssh_ec : c->ssh_rsa, *user;
	struct pki_key_info info;
	bool found;

	snprintf(label, 65, "%.64s", named);
	if (!*named && (!*c->domain || snprintf(label, 65, "%s.%s", c->hostname, c->domain) >= 65))
		label[0] = '\0';
	found = *label && pki_key_find(b->pki, label, &info);
	if (found) {
		found = (info.type == PKI_EC) == ec;
		pki_key_info_clear(&info);
	}
	user = found ? used_by(c, label) : NULL;
	if (user && why)
		snprintf(why, size, "key pair %s is that of trustpoint %s, which SSH does not touch: make "
		    "another (crypto key generate %s label SSH) and name it (ip ssh %s keypair-name SSH)",
		    label, user, ec ? "ec" : "rsa", ec ? "ec" : "rsa");
	else if (!*label && why)
		snprintf(why, size, "neither `ip ssh %s keypair-name' nor `ip domain name' says which %s key "
		    "pair", ec ? "ec" : "rsa", ec ? "EC" : "RSA");
	else if (!found && why)
		snprintf(why, size, "there is no %s key pair named %s", ec ? "EC" : "RSA", label);
	return found && !user;
}

uint16_t
ssh_port(const struct config *c)
{
	return c->ssh_port.set ? c->ssh_port.port : 22;
}

/* IOS's short names of what OpenSSH has named. */
static const char *
wire_name(const char *name)
{
	return !strcmp(name, "aes256-gcm") ? "aes256-gcm@openssh.com"
	    : !strcmp(name, "aes128-gcm")  ? "aes128-gcm@openssh.com" : name;
}

static void
append(char *to, size_t size, const char *name)
{
	size_t n = strlen(to);

	snprintf(to + n, size - n, "%s%s", n ? "," : "", name);
}

/* The names of a list, or of all choices where none is configured; `takes' (may be NULL) leaves some
 * out. */
struct names { const struct ssh_list *list; const struct choice *all; size_t count; };
#define NAMES(list, choices) { &(list), (choices), sizeof(choices) / sizeof(*(choices)) }

struct wanted { bool rsa; int ec_bits; unsigned dh_bits; };

static bool
takes(const struct wanted *w, const char *name)
{
	if (!strncmp(name, "ecdsa-sha2-nistp", 16))
		return atoi(name + 16) == w->ec_bits;
	if (!strncmp(name, "rsa-", 4))
		return w->rsa;
	return strcmp(name, "diffie-hellman-group14-sha256") != 0 || w->dh_bits <= 2048;
}

static void
join(const struct names *n, const struct wanted *w, bool wire, char *to, size_t size)
{
	to[0] = '\0';
	for (size_t i = 0; i < (n->list->set ? sizeof(n->list->of) : n->count - 1); i++) {
		size_t which = n->list->set ? n->list->of[i] : i + 1;
		const char *name = which && which < n->count ? n->all[which].words : NULL;

		if (name && (!w || takes(w, name)))
			append(to, size, wire ? wire_name(name) : name);
	}
}

static int
methods(const struct ssh_list *l)
{
	static const int bits[SSH_METHODS] = { 0, DOOR_KEY, DOOR_KEYBOARD, DOOR_PASSWORD };
	int set = 0;

	if (!l->set)
		return DOOR_KEY | DOOR_KEYBOARD | DOOR_PASSWORD;
	for (size_t i = 0; i < sizeof(l->of); i++)
		set |= l->of[i] < SSH_METHODS ? bits[l->of[i]] : 0;
	return set;
}

static void
offer_algorithms(const struct config *c, const struct wanted *w, bool wire, struct door_ssh *s)
{
	const struct names lists[] = { NAMES(c->ssh_ciphers, ssh_cipher_choices),
		NAMES(c->ssh_macs, ssh_mac_choices), NAMES(c->ssh_kex, ssh_kex_choices),
		NAMES(c->ssh_hostkeys, ssh_hostkey_choices),
		NAMES(c->ssh_userkeys, ssh_userkey_choices) };

	join(&lists[0], NULL, wire, s->ciphers, sizeof(s->ciphers));
	join(&lists[1], NULL, wire, s->macs, sizeof(s->macs));
	join(&lists[2], w, wire, s->kex, sizeof(s->kex));
	join(&lists[3], w, wire, s->host_algorithms, sizeof(s->host_algorithms));
	join(&lists[4], NULL, wire, s->key_algorithms, sizeof(s->key_algorithms));
	s->methods = methods(&c->ssh_methods);
	s->seconds = c->ssh_timeout;
	s->tries = c->ssh_retries ? c->ssh_retries : 1;
}

static struct wanted
wanted_of(struct box *b, const struct config *c, char rsa[65], char ec[65])
{
	struct wanted w = { .dh_bits = c->ssh_dh };
	struct pki_key_info info;

	w.rsa = ssh_host_key(b, c, false, rsa, NULL, 0);
	if (ssh_host_key(b, c, true, ec, NULL, 0) && pki_key_find(b->pki, ec, &info)) {
		w.ec_bits = info.bits;
		pki_key_info_clear(&info);
	}
	return w;
}

bool
ssh_offer(void *box, struct door_ssh *s)
{
	struct box *b = box;
	const struct config *c = running_hold(b->running);
	char rsa[65], ec[65];
	struct wanted w = wanted_of(b, c, rsa, ec);

	offer_algorithms(c, &w, true, s);
	banner_text(c, "login", "", s->banner, sizeof(s->banner));
	running_drop(c);
	if (w.rsa)
		pki_ssh_private(b->pki, rsa, &s->host_key[0]);
	if (w.ec_bits)
		pki_ssh_private(b->pki, ec, &s->host_key[1]);
	if (*s->host_algorithms && (s->host_key[0] || s->host_key[1]))
		return true;
	log_put(b->log, 4, "SSH-4-NO_HOST_KEY", "Nobody can come in by SSH: there is no host key, see "
	    "show ip ssh");
	return false;
}

/* ---- who may come in ------------------------------------------------------------------------------------------- */

static bool
has_key(const struct config *c, const char *user, const char *key)
{
	const struct ssh_user *u = map_find(c->pubkeys.users, user);
	const char *base64 = strchr(key, ' ');
	char type[32], hex[33], name[KEY_MAX];

	if (!u || !base64 || pki_ssh_hash(base64 + 1, type, sizeof(type), hex) < 0)
		return false;
	snprintf(name, sizeof(name), "%s %s", type, hex);
	return map_find(u->hashes, name) != NULL;
}

static void
log_claim(struct box *b, const struct door_claim *claim, bool good)
{
	const char *mac = strchr(claim->crypto, ' ');

	log_put(b->log, 5, "SSH-5-SSH2_USERAUTH", "User '%s' authentication for SSH2 Session from %s "
	    "(tty = %s) using crypto cipher '%.*s', hmac '%s' %s", claim->user, claim->from,
	    claim->tty + strcspn(claim->tty, "0123456789"),
	    (int)(mac ? mac - claim->crypto : 0), claim->crypto, mac ? mac + 1 : "",
	    good ? "Succeeded" : "Failed");
}

int
ssh_judge(void *box, const struct door_claim *claim, int *level)
{
	struct box *b = box;
	const struct config *c = running_hold(b->running);
	bool good;

	if (claim->by == DOOR_BY_PASSWORD) {
		good = *claim->user &&
		    access_ssh_password(c, claim->tty, claim->user, claim->secret, level);
	} else {
		*level = access_ssh_key(c, claim->tty, claim->user);
		good = *level >= 0 && has_key(c, claim->user, claim->secret);
	}
	if (c->ssh_events && claim->by != DOOR_KEY_OFFERED)
		log_claim(b, claim, good);
	if (claim->by != DOOR_KEY_OFFERED)
		gate_tried_ssh(b, c, claim->user, claim->from, good);
	running_drop(c);
	return good ? 0 : -EACCES;
}

/* ---- show ------------------------------------------------------------------------------------------------------ */

static void
print_host_key(struct session *s, const char *label)
{
	struct pki_key_info info;
	char text[2048];

	if (pki_ssh_public(BOX(s)->pki, label, text, sizeof(text)) < 0 ||
	    !pki_key_find(BOX(s)->pki, label, &info))
		return;
	session_print(s, "IOS Keys in SECSH format(%.*s, base64 encoded): %s\n",
	    (int)strcspn(text, " "), text, label);
	session_print(s, "%s : %d bits\n", info.type == PKI_RSA ? "Modulus Size" : "Curve Size",
	    info.bits);
	session_print(s, "%s\n", text);
	pki_key_info_clear(&info);
}

static void
print_methods(struct session *s, int set)
{
	char names[64] = "";

	if (set & DOOR_KEY)
		append(names, sizeof(names), "publickey");
	if (set & DOOR_KEYBOARD)
		append(names, sizeof(names), "keyboard-interactive");
	if (set & DOOR_PASSWORD)
		append(names, sizeof(names), "password");
	session_print(s, "Authentication methods:%s\n", names);
}

static int
print_disabled(struct session *s, const struct config *c)
{
	char label[65], why[256];

	session_print(s, "SSH Disabled - version 2.0\n"
	    "%%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2).\n");
	for (int ec = 0; ec < 2; ec++) {
		ssh_host_key(BOX(s), c, ec, label, why, sizeof(why));
		session_print(s, "%%%c%s.\n", why[0] - ('a' <= why[0] && why[0] <= 'z' ? 32 : 0),
		    why + 1);
	}
	session_print(s, "Authentication timeout: %u secs; Authentication retries: %u\n",
	    c->ssh_timeout, c->ssh_retries);
	return 0;
}

int
show_ip_ssh(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	struct door_ssh o = { .methods = 0 };
	char rsa[65], ec[65];
	struct wanted w = wanted_of(BOX(s), c, rsa, ec);

	(void)m;
	if (!w.rsa && !w.ec_bits)
		return print_disabled(s, c);
	offer_algorithms(c, &w, false, &o);
	session_print(s, "SSH Enabled - version 2.0\n");
	print_methods(s, o.methods);
	session_print(s, "Authentication Publickey Algorithms:%s\nHostkey Algorithms:%s\n"
	    "Encryption Algorithms:%s\nMAC Algorithms:%s\nKEX Algorithms:%s\n", o.key_algorithms,
	    o.host_algorithms, o.ciphers, o.macs, o.kex);
	session_print(s, "Authentication timeout: %u secs; Authentication retries: %u\n"
	    "Minimum expected Diffie Hellman key size : %u bits\n", c->ssh_timeout, c->ssh_retries,
	    c->ssh_dh);
	if (w.rsa)
		print_host_key(s, rsa);
	if (w.ec_bits)
		print_host_key(s, ec);
	return 0;
}

static void
print_connection(struct session *s, const struct door_user *u)
{
	const char *mac = strchr(u->crypto, ' ');       /* the short names of both */
	int cipher = (int)strcspn(u->crypto, " @");

	for (int out = 0; out < 2; out++)
		session_print(s, "%-10s %-7s %-4s %-11.*s %-13.*s %-20s %s\n", u->tty + 3, "2.0",
		    out ? "OUT" : "IN", cipher, u->crypto,
		    mac ? (int)strcspn(mac + 1, "@") : 0, mac ? mac + 1 : "",
		    u->entered ? "Session started" : "Authenticating", u->user);
}

int
show_ssh(struct session *s, const struct match *m)
{
	struct door_user *users = calloc(DOOR_USERS_MAX, sizeof(*users));
	size_t count = 0, shown = 0;

	(void)m;
	if (!users)
		return -ENOMEM;
	if (BOX(s)->users)
		count = BOX(s)->users(BOX(s), users, DOOR_USERS_MAX);
	for (size_t i = 0; i < count; i++) {
		if (!users[i].ssh)
			continue;
		if (!shown++)
			session_print(s, "Connection Version Mode Encryption  Hmac         State"
			    "                 Username\n");
		print_connection(s, &users[i]);
	}
	if (!shown)
		session_print(s, "%%No SSHv2 server connections running.\n");
	session_print(s, "%%No SSHv1 server connections running.\n");
	free(users);
	return 0;
}

/* `disconnect ssh 3': the connection of vty 3. */
int
exec_disconnect_ssh(struct session *s, const struct match *m)
{
	char tty[16];
	int rc;

	snprintf(tty, sizeof(tty), "vty%.10s", match_text(m, "number"));
	rc = BOX(s)->clear_line ? BOX(s)->clear_line(BOX(s), tty) : -ENOENT;
	if (rc < 0)
		session_refused(s, "No SSH connection %s", tty + 3);
	return rc;
}
