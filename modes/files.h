/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/files.h -- EXEC commands on files: copy, dir, more, delete and their like. */
#ifndef MODES_FILES_H
#define MODES_FILES_H

#include "shell/session.h"

/* Keep the running configuration as startup-config, and say so as IOS does. */
int save_running(struct session *);
/* `configure memory': type startup-config into it. */
int merge_startup(struct session *);
/* Bytes to a file of the box or a URL, as `copy' does it; only what the URL leaves open is asked for. */
int copy_bytes(struct session *, const void *bytes, size_t size, const char *target);

typedef int file_run_h(struct session *, const struct match *);
file_run_h exec_copy, exec_dir, exec_more, exec_delete, exec_rename, exec_mkdir, exec_rmdir, exec_verify,
    exec_pwd, exec_write, exec_write_network, exec_erase, exec_factory_reset, show_file_systems;

/* clang-format off */
#define FILE_ROWS                                                                                \
	{ .syntax = "copy {running-config=from:1 | startup-config=from:2 | WORD=source}"             \
	    " {running-config=to:1 | startup-config=to:2 | WORD=target}",                            \
	  .help = "Copy|Current configuration|Startup configuration|"                                \
	    "A file or URL: flash:, nvram:, tftp:, ftp:, http:, https:, scp:, sftp:|"                \
	    "To the current configuration|To the startup configuration|To a file or URL",            \
	  .run = exec_copy, .level = 15 },                                                           \
	{ .syntax = "dir [WORD=path]", .help = "List files|File system or directory",                \
	  .run = exec_dir, .level = 15 },                                                            \
	{ .syntax = "dir all-filesystems=all", .help = "List files|Of all file systems",             \
	  .run = exec_dir, .level = 15 },                                                            \
	{ .syntax = "more WORD=path", .help = "Show a file|Its name", .run = exec_more, .level = 15 },\
	{ .syntax = "delete [/force=force | /recursive=recursive]* WORD=path",                       \
	  .help = "Delete a file|Without asking|A directory and what is in it|Its name",             \
	  .run = exec_delete, .level = 15 },                                                         \
	{ .syntax = "rename WORD=path WORD=target", .help = "Rename a file|Its name|The new name",   \
	  .run = exec_rename, .level = 15 },                                                         \
	{ .syntax = "mkdir WORD=path", .help = "Create a directory|Its name", .run = exec_mkdir,     \
	  .level = 15 },                                                                             \
	{ .syntax = "rmdir WORD=path", .help = "Remove a directory|Its name", .run = exec_rmdir,     \
	  .level = 15 },                                                                             \
	{ .syntax = "verify {/md5=md5 | /sha256=sha256 | /sha512=sha512} WORD=path [WORD=digest]",   \
	  .help = "Verify a file|By MD5|By SHA-256|By SHA-512|Its name|What it has to be",           \
	  .run = exec_verify, .level = 15 },                                                         \
	{ .syntax = "pwd", .help = "The current directory", .run = exec_pwd, .level = 15 },          \
	{ .syntax = "write [memory]", .help = "Write running configuration|To non-volatile memory",  \
	  .run = exec_write, .level = 15 },                                                          \
	{ .syntax = "write erase", .help = "Write running configuration|Erase non-volatile memory",  \
	  .run = exec_erase, .level = 15 },                                                          \
	{ .syntax = "write terminal", .help = "Write running configuration|To the terminal",         \
	  .run = show_running, .level = 15 },                                                        \
	{ .syntax = "write network [WORD=target]",                                                   \
	  .help = "Write running configuration|To a server|URL", .run = exec_write_network,          \
	  .level = 15 },                                                                             \
	{ .syntax = "erase {startup-config | nvram:}",                                               \
	  .help = "Erase|Contents of configuration memory|Contents of configuration memory",         \
	  .run = exec_erase, .level = 15 },                                                          \
	{ .syntax = "factory-reset all", .help = "Erase everything and start anew|All of it",        \
	  .run = exec_factory_reset, .level = 15 },                                                  \
	{ .syntax = "show file systems", .help = SHOW_HELP "|Files|The file systems",                \
	  .run = show_file_systems, .level = 15 },
/* clang-format on */

#endif
