/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/access.h -- who may come in, and what they may do: users, `enable', aaa with methods of the box
 * itself, `privilege', and the guard against guessing (`login block-for'). */
#ifndef MODES_ACCESS_H
#define MODES_ACCESS_H

#include "shell/line.h"
#include "shell/row.h"

struct session;

struct user {
	struct node node;
	text64 name;
	uint8_t privilege, nopassword;
	struct secret secret, password;
};
struct enable_level { struct node node; struct secret secret; };
struct aaa_list { struct node node; text256 methods; };
struct aaa_note { struct node node; };
struct block_for { uint8_t set; uint16_t seconds, attempts, within; };
struct login_log { uint8_t set, log, trap; uint16_t every; };
struct privilege { struct node node; uint8_t all, level; };

/* Near the head of the configuration ... */
#define ENABLE_LINES(_)                                                                          \
_(struct secret, enable_secret, "enable secret SECRET", NULL,                                    \
  "Modify enable password parameters|Assign the privileged level secret", .level = 15)           \
_(struct map *, enable_levels, "enable secret level <1-14>=# / SECRET=secret", NULL,             \
  "Modify enable password parameters|Assign the privileged level secret|Of a level|Level",       \
  .each = &mode_enable_level, .parts = enable_level_parts, .level = 15)                          \
_(struct secret, enable_password, "enable password PASSWORD", NULL,                              \
  "Modify enable password parameters|Assign the privileged level password", .level = 15)
#define AAA_LINES(_)                                                                             \
_(bool,     new_model, "aaa new-model", NULL, "Authentication, authorization, accounting|On")    \
_(struct map *, aaa_login, "aaa authentication login WORD=# / LINE=methods", NULL,               \
  "Authentication, authorization, accounting|Who they are|At a login|"                           \
  "Name of the list, or default|Methods: local, enable, line, none, group NAME",                 \
  .each = &mode_aaa_list, .parts = aaa_list_parts, .by_birth = true)             \
_(struct map *, aaa_enable, "aaa authentication enable WORD=# / LINE=methods", NULL,             \
  "Authentication, authorization, accounting|Who they are|At enable|default|"                    \
  "Methods: enable, line, none, group NAME", .each = &mode_aaa_list, .parts = aaa_list_parts)    \
_(struct map *, aaa_exec, "aaa authorization exec WORD=# / LINE=methods", NULL,                  \
  "Authentication, authorization, accounting|What they may|Privilege of a login|"                \
  "Name of the list, or default|Methods: local, if-authenticated, none, group NAME",             \
  .each = &mode_aaa_list, .parts = aaa_list_parts, .by_birth = true)             \
_(struct map *, aaa_commands, "aaa authorization commands <0-15>=# WORD=# / LINE=methods", NULL, \
  "Authentication, authorization, accounting|What they may|Commands|Level|Name of the list|"     \
  "Methods", .each = &mode_aaa_list, .parts = aaa_list_parts, .stored = true)                    \
_(bool,     aaa_console, "aaa authorization console", NULL,                                      \
  "Authentication, authorization, accounting|What they may|At the console too", .stored = true)  \
_(struct map *, aaa_accounting, "aaa accounting LINE=#", NULL,                                   \
  "Authentication, authorization, accounting|What they did|Words", .each = &mode_aaa_note,       \
  .by_birth = true, .stored = true)                                                              \
_(uint8_t,  aaa_session, "aaa session-id CHOICE", NULL,                                          \
  "Authentication, authorization, accounting|Number of a session",                               \
  .choices = CHOICES(aaa_session_choices), .stored = true)
#define LOGIN_LINES(_)                                                                           \
_(struct block_for, block_for,                                                                   \
  "login block-for <1-65535>=seconds attempts <1-65535>=attempts within <1-65535>=within", NULL, \
  "Logins|Refuse them|Seconds|After|Failures|Within|Seconds", .parts = block_for_parts)          \
_(text64,   quiet_acl, "login quiet-mode access-class WORD", NULL,                               \
  "Logins|While they are refused|But not from|Access list")                                      \
_(uint8_t,  login_delay, "login delay <1-10>", NULL, "Logins|Wait between attempts|Seconds")     \
_(struct login_log, login_failure, "login on-failure [log=log | trap=trap | every <1-65535>=every]*", NULL, \
  "Logins|That fail|To the log|As a trap|Only each so-manieth|Number",                           \
  .parts = login_log_parts)                                                \
_(struct login_log, login_success, "login on-success [log=log | trap=trap | every <1-65535>=every]*", NULL, \
  "Logins|That succeed|To the log|As a trap|Only each so-manieth|Number",                        \
  .parts = login_log_parts)
/* ... with the users ... */
#define USER_LINES(_)                                                                            \
_(struct map *, users, "username NAME=#name / [privilege <0-15>=privilege]"                      \
  " [secret SECRET=secret | password PASSWORD=password | nopassword=nopassword:1]", NULL,        \
  "Establish user name authentication|User name|Set user privilege level|Level|"                 \
  "Specify the secret for the user|Specify the password for the user|No password is asked for",  \
  .each = &mode_user, .parts = user_parts, .set = user_set, .by_birth = true)
/* ... and at the end. */
#define PRIVILEGE_LINES(_)                                                                       \
_(struct map *, privileges, "privilege CHOICE=# [all=all:1] level <0-15>=level LINE=#", NULL,          \
  "Command privilege parameters|All that begin so|Set the level of a command|Level|"             \
  "Its first words", .each = &mode_privilege, .parts = privilege_parts,                          \
  .choices = CHOICES(privilege_choices), .by_birth = true)

/* Spelled otherwise, in the end the same: for the table of `configure'. */
int secret_by_algorithm(struct session *, const struct match *);
#define ACCESS_ROWS                                                                              \
	{ .syntax = "username NAME=user [privilege <0-15>=level] algorithm-type"                     \
	    " {md5 | sha256 | scrypt} secret WORD=text",                                             \
	  .help = "Establish user name authentication|User name|Set user privilege level|Level|"     \
	    "How the secret is kept: the best that there is|MD5|SHA-256|scrypt|"                     \
	    "Specify the secret for the user|Clear text", .run = secret_by_algorithm, .hidden = true },\
	{ .syntax = "enable algorithm-type {md5 | sha256 | scrypt} secret WORD=text",                \
	  .help = "Modify enable password parameters|How the secret is kept: the best that there is|"\
	    "MD5|SHA-256|scrypt|Assign the privileged level secret|Clear text",                      \
	  .run = secret_by_algorithm, .hidden = true, .level = 15 },

extern const struct mode mode_user, mode_enable_level, mode_aaa_list, mode_aaa_note, mode_privilege;
extern const struct part user_parts[], enable_level_parts[], aaa_list_parts[], block_for_parts[],
    login_log_parts[], privilege_parts[];
enum { PRIVILEGE_MODES = 3, AAA_SESSIONS = 3 };
extern const struct choice privilege_choices[PRIVILEGE_MODES], aaa_session_choices[AAA_SESSIONS];
int user_set(void *object, const struct match *, char *why, size_t size);

struct config;
/* For struct cli. */
enum login access_login(const void *config, const char *tty);
bool access_password(const void *config, const char *tty, const char *user, const char *text, int *level);
bool access_enable(const void *config, int level, const char *text);
int  access_row_level(const void *config, bool exec, const struct line *);
/* The same by SSH, where a name is always said.  With `aaa new-model' the method of the line's list decides:
 * `local', or the password of `enable' or of the line whoever it is; any other lets nobody in. */
bool access_ssh_password(const struct config *, const char *tty, const char *user, const char *text, int *level);
/* Of a user whose public key is known: the level; -1: keys are no way in here (the method is not `local'). */
int  access_ssh_key(const struct config *, const char *tty, const char *user);
/* The privilege of a user on that line; -1: there is no such user. */
int  user_level(const struct config *, const char *tty, const char *user);

#endif
