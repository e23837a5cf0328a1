/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/ip_ssh.h -- `ip ssh ...': what the box's SSH server offers, and the public keys of its users. */
#ifndef MODES_IP_SSH_H
#define MODES_IP_SSH_H

#include "shell/line.h"
#include "shell/row.h"

struct session;

struct ssh_list { uint8_t set, of[12]; };       /* algorithms, the dearest first */
struct ssh_port { uint8_t set; uint16_t port; uint8_t rotary; };

/* One public key: "ssh-rsa 0123...", by its MD5 fingerprint as on IOS. */
struct ssh_key_hash { struct node node; text256 comment; };
#define SSH_USER_LINES(_)                                                                        \
_(struct map *, hashes, "key-hash CHOICE=# WORD=# / [LINE=comment]", NULL,                       \
  "The fingerprint of a public key|MD5 in hexadecimal|Whose key it is", .each = &mode_key_hash,  \
  .parts = key_hash_parts, .choices = CHOICES(key_type_choices), .by_birth = true)
struct ssh_user { struct node node; SSH_USER_LINES(LINE_FIELD) };

#define PUBKEY_CHAIN_LINES(_)                                                                    \
_(struct map *, users, "username NAME=#", NULL, "The keys of a user|Name of the user",           \
  .enter = &mode_ssh_user, .by_birth = true)
struct pubkey_chain { uint8_t set; PUBKEY_CHAIN_LINES(LINE_FIELD) };

#define SSH_SERVER "ip ssh server algorithm "
#define SSH_SERVER_HELP "Internet Protocol|SSH|The server|Algorithms|"
#define IP_SSH_LINES(_)                                                                          \
_(uint16_t, ssh_timeout, "ip ssh time-out <1-120>", "120",                                       \
  "Internet Protocol|SSH|Time for a login|Seconds")                                              \
_(uint8_t,  ssh_retries, "ip ssh authentication-retries <0-5>", "3",                             \
  "Internet Protocol|SSH|Attempts of a login|Number")                                            \
_(text64,   ssh_rsa, "ip ssh rsa keypair-name NAME", NULL,                                       \
  "Internet Protocol|SSH|RSA host key|By its name|Label")                                        \
_(text64,   ssh_ec, "ip ssh ec keypair-name NAME", NULL,                                         \
  "Internet Protocol|SSH|EC host key|By its name|Label")                                         \
_(struct ssh_port, ssh_port, "ip ssh port <22-65535>=port [rotary <1-127>=rotary]", NULL,        \
  "Internet Protocol|SSH|The server's port|Number|Rotary group|Number", .parts = ssh_port_parts) \
_(text64,   ssh_source, "ip ssh source-interface KIND", NULL,                                    \
  "Internet Protocol|SSH|Where the client comes from", .kind = &interface_kind, .stored = true)  \
_(bool,     ssh_events, "ip ssh logging events", NULL,                                           \
  "Internet Protocol|SSH|Log|Who comes and who may not")                                         \
_(uint8_t,  ssh_version, "ip ssh version <2-2>", NULL,                                           \
  "Internet Protocol|SSH|Version of the protocol|Number")                                        \
_(uint16_t, ssh_dh, "ip ssh dh min size <2048-4096>", "2048",                                    \
  "Internet Protocol|SSH|Diffie-Hellman|Least|Size|Bits")                                        \
_(struct pubkey_chain, pubkeys, "ip ssh pubkey-chain", NULL,                                     \
  "Internet Protocol|SSH|Public keys of the users", .enter = &mode_pubkey_chain)                 \
_(struct ssh_list, ssh_macs, SSH_SERVER "mac {CHOICE=of}+", NULL, SSH_SERVER_HELP "MACs",        \
  .parts = ssh_list_parts, .choices = CHOICES(ssh_mac_choices))                                  \
_(struct ssh_list, ssh_ciphers, SSH_SERVER "encryption {CHOICE=of}+", NULL,                      \
  SSH_SERVER_HELP "Ciphers", .parts = ssh_list_parts, .choices = CHOICES(ssh_cipher_choices))    \
_(struct ssh_list, ssh_kex, SSH_SERVER "kex {CHOICE=of}+", NULL,                                 \
  SSH_SERVER_HELP "Key exchanges", .parts = ssh_list_parts, .choices = CHOICES(ssh_kex_choices)) \
_(struct ssh_list, ssh_hostkeys, SSH_SERVER "hostkey {CHOICE=of}+", NULL,                        \
  SSH_SERVER_HELP "Host keys", .parts = ssh_list_parts, .choices = CHOICES(ssh_hostkey_choices)) \
_(struct ssh_list, ssh_methods, SSH_SERVER "authentication {CHOICE=of}+", NULL,                  \
  SSH_SERVER_HELP "How users log in", .parts = ssh_list_parts,                                   \
  .choices = CHOICES(ssh_method_choices))                                                        \
_(struct ssh_list, ssh_userkeys, SSH_SERVER "publickey {CHOICE=of}+", NULL,                      \
  SSH_SERVER_HELP "Keys of users", .parts = ssh_list_parts,                                      \
  .choices = CHOICES(ssh_userkey_choices))                                                       \
_(text256,  ssh_client, "ip ssh client algorithm LINE", NULL,                                    \
  "Internet Protocol|SSH|The client|Algorithms|Their names", .stored = true)

/* What the rows above refer to. */
extern const struct mode mode_ssh_user, mode_pubkey_chain;
extern const struct part ssh_list_parts[], ssh_port_parts[];
enum { SSH_CIPHERS = 7, SSH_MACS = 4, SSH_KEXES = 9, SSH_HOSTKEYS = 6, SSH_METHODS = 4, SSH_USERKEYS = 7 };
extern const struct choice ssh_cipher_choices[SSH_CIPHERS], ssh_mac_choices[SSH_MACS],
    ssh_kex_choices[SSH_KEXES], ssh_hostkey_choices[SSH_HOSTKEYS], ssh_method_choices[SSH_METHODS],
    ssh_userkey_choices[SSH_USERKEYS];

struct box;
struct config;
struct door_claim;
struct door_ssh;

/* The label of a host key that can be used; false: there is none, and `why' (may be NULL) says it. */
bool ssh_host_key(struct box *, const struct config *, bool ec, char label[65], char *why, size_t size);
uint16_t ssh_port(const struct config *);
/* For door_options. */
bool ssh_offer(void *box, struct door_ssh *);
int  ssh_judge(void *box, const struct door_claim *, int *level);
/* A public key that is typed in lines, of the user that the session stands on. */
int  ssh_key_string(struct session *, const struct match *);

#endif
