/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/store.h -- the box's file systems as the rows see them.  startup-config/ keeps them and stands
 * above this room: main.c lends its doors (struct box). */
#ifndef MODES_STORE_H
#define MODES_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct box;

enum { STORE_NAME = 256 };

struct store_file { char name[STORE_NAME]; uint64_t bytes, inode; int64_t changed_s; bool directory; };

/* A file system of the box. */
struct store_system { const char *prefix, *type, *flags; bool local; };

/* Paths are as typed: "flash:saved/a.cfg", "bootflash:a.cfg" (the same), "nvram:startup-config"; without
 * a prefix: flash.  None leaves its file system.  Of a failure `why' says the reason in IOS's words
 * ("No such file or directory"). */
struct store {
	/* The whole of a file, malloc()ed, with a NUL behind it.  NULL: not. */
	char *(*read)(struct box *, const char *path, size_t *size, char *why, size_t why_size);
	/* Whole or not at all, and synced.  0; -errno. */
	int (*write)(struct box *, const char *path, const void *bytes, size_t size, char *why,
	    size_t why_size);
	int (*remove)(struct box *, const char *path, char *why, size_t size); /* an empty directory too */
	int (*rename)(struct box *, const char *from, const char *to, char *why, size_t size);
	int (*make_directory)(struct box *, const char *path, char *why, size_t size);
	int (*find)(struct box *, const char *path, struct store_file *, char *why, size_t size);
	/* A directory by name; *list is malloc()ed. */
	int (*list)(struct box *, const char *path, struct store_file **list, size_t *count, char *why,
	    size_t size);
	void (*space)(struct box *, const char *path, uint64_t *total, uint64_t *free);
	/* How a path is written in full: "flash:/saved/a.cfg" is "flash:saved/a.cfg".  -EINVAL: it
	 * leaves its file system, or names none that is known. */
	int (*spell)(const char *path, char *buf, size_t size);
	const struct store_system *(*system)(size_t n);         /* NULL: no more */

	/* A file of the network by its URL (tftp, ftp, http, https, scp, sftp).  `stop' is asked from
	 * time to time, true: -EINTR. */
	char *(*fetch)(struct box *, const char *url, bool (*stop)(void *arg), void *arg, size_t *size, char *why,
	    size_t why_size);
	int (*send)(struct box *, const char *url, const void *bytes, size_t size, bool (*stop)(void *arg), void *arg,
	    char *why, size_t why_size);
	/* Everything that the box has kept, keys too, is overwritten and goes. */
	int (*wipe)(struct box *, char *why, size_t size);
};

#endif
