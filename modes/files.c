/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/files.c -- what can be done with files in EXEC, with IOS's questions: dir, more, delete, rename,
 * mkdir, rmdir, verify, write, erase.  copy.c has `copy'. */
#include "modes/files.h"
#include "modes/archive.h"
#include "modes/box.h"
#include "modes/exec.h"
#include "modes/store.h"
#include "pki/pki.h"
#include "shell/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { PATH_TEXT = 512 };

static const struct store *
store_of(struct session *s)
{
	return BOX(s)->store;
}

/* As it is written in full; false: it is no path of ours, and that was said. */
static bool
spell(struct session *s, const char *what, const char *typed, char *path, size_t size)
{
	if (store_of(s)->spell(typed, path, size) == 0)
		return true;
	session_refused_as(s, "%%Error %s %s (Invalid URL or file system)\n", what, typed);
	return false;
}

/* `What [x]? ' whose answer is kept as a path in the same file system. */
static int
ask_name(struct session *s, const char *what, char *path, size_t size)
{
	char prompt[PATH_TEXT + 64], answer[PATH_TEXT];
	char *rest = strchr(path, ':') + 1;
	int rc;

	snprintf(prompt, sizeof(prompt), "%s [%s]? ", what, rest);
	if ((rc = session_ask(s, prompt, true, answer, sizeof(answer))) == 0 && *answer)
		snprintf(rest, size - (size_t)(rest - path), "%s", answer);
	return rc;
}

/* "flash:/a.cfg": as IOS says what it has done. */
static const char *
slashed(const char *path, char *buf, size_t size)
{
	const char *colon = strchr(path, ':');

	snprintf(buf, size, "%.*s:/%s", (int)(colon - path), path, colon + 1);
	return buf;
}

static int
failed(struct session *s, const char *what, const char *path, int rc, const char *why)
{
	char full[PATH_TEXT + 2];

	session_refused_as(s, "%%Error %s %s (%s)\n", what, slashed(path, full, sizeof(full)), why);
	return rc;
}

/* ---- looking ------------------------------------------------------------------------------------------------- */

static void
print_file(struct session *s, const struct store_file *f)
{
	char when[64];
	time_t at = f->changed_s;
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(when, sizeof(when), "%b", &tm);
	snprintf(when + strlen(when), sizeof(when) - strlen(when), " %d %d", tm.tm_mday, tm.tm_year + 1900);
	session_print(s, "%5llu  %4s  %15llu  %11s %02d:%02d:%02d +00:00  %s\n",
	    (unsigned long long)f->inode % 100000, f->directory ? "drwx" : "-rw-",
	    (unsigned long long)f->bytes, when, tm.tm_hour, tm.tm_min, tm.tm_sec, f->name);
}

static int
print_directory(struct session *s, const char *path)
{
	const struct store *store = store_of(s);
	struct store_file *list = NULL;
	uint64_t total, free_bytes;
	char why[160] = "", full[PATH_TEXT + 2];
	size_t count = 0;
	int rc = store->list(BOX(s), path, &list, &count, why, sizeof(why));

	if (rc < 0)
		return failed(s, "opening", path, rc, why);
	session_print(s, "Directory of %s\n\n", slashed(path, full, sizeof(full)));
	for (size_t i = 0; i < count; i++)
		print_file(s, &list[i]);
	if (!count)
		session_print(s, "No files in directory\n");
	store->space(BOX(s), path, &total, &free_bytes);
	session_print(s, "\n%llu bytes total (%llu bytes free)\n", (unsigned long long)total,
	    (unsigned long long)free_bytes);
	free(list);
	return 0;
}

int
exec_dir(struct session *s, const struct match *m)
{
	const char *typed = match_text(m, "path");
	char path[PATH_TEXT];
	struct store_file f;
	char why[80];

	if (match_text(m, "all")) {
		print_directory(s, "nvram:");
		session_print(s, "\n");
		return print_directory(s, "flash:");
	}
	if (!spell(s, "opening", typed ? typed : "flash:", path, sizeof(path)))
		return -EINVAL;
	if (strchr(path, ':')[1] && store_of(s)->find(BOX(s), path, &f, why, sizeof(why)) == 0 &&
	    !f.directory) {
		session_print(s, "Directory of %s\n\n", path);
		print_file(s, &f);
		return 0;
	}
	return print_directory(s, path);
}

int
exec_more(struct session *s, const struct match *m)
{
	const char *typed = match_text(m, "path");
	char path[PATH_TEXT], why[160] = "", *text;
	size_t size = 0;

	if (!strcasecmp(typed, "system:running-config"))
		return session_exec(s, "show running-config");
	if (!spell(s, "opening", typed, path, sizeof(path)))
		return -EINVAL;
	text = store_of(s)->read(BOX(s), path, &size, why, sizeof(why));
	if (!text)
		return failed(s, "opening", path, -ENOENT, why);
	fwrite(text, 1, size, session_out(s));
	if (size && text[size - 1] != '\n')
		session_print(s, "\n");
	free(text);
	return 0;
}

static const struct { const char *word, *name; } digests[] = {
	{ "md5", "MD5" }, { "sha256", "SHA256" }, { "sha512", "SHA512" }
};

int
exec_verify(struct session *s, const struct match *m)
{
	const char *wanted = match_text(m, "digest");
	char path[PATH_TEXT], why[160] = "", hex[129] = "", *bytes;
	size_t size = 0, which = 0;

	while (which < 2 && !match_text(m, digests[which].word))
		which++;
	if (!spell(s, "opening", match_text(m, "path"), path, sizeof(path)))
		return -EINVAL;
	bytes = store_of(s)->read(BOX(s), path, &size, why, sizeof(why));
	if (!bytes)
		return failed(s, "opening", path, -ENOENT, why);
	pki_digest(digests[which].name, bytes, size, hex);
	free(bytes);
	session_print(s, "%.*s....Done!\n", (int)(size >> 20 > 60 ? 60 : size >> 20),
	    "............................................................");
	if (!wanted)
		session_print(s, "verify /%s (%s) = %s\n", digests[which].word, path, hex);
	else if (!strcasecmp(wanted, hex))
		session_print(s, "Verified (%s) = %s\n", path, hex);
	else
		session_refused(s, "Error verifying %s\nComputed signature  = %s\nSubmitted signature = %s", path,
		    hex, wanted);
	return 0;
}

int
exec_pwd(struct session *s, const struct match *m)
{
	(void)m;
	session_print(s, "flash:/\n");
	return 0;
}

int
show_file_systems(struct session *s, const struct match *m)
{
	const struct store *store = store_of(s);
	const struct store_system *of;
	uint64_t total, free_bytes;
	char size[24], left[24];

	(void)m;
	session_print(s, "File Systems:\n\n       Size(b)       Free(b)      Type  Flags  Prefixes\n");
	for (size_t i = 0; (of = store->system(i)); i++) {
		store->space(BOX(s), of->prefix, &total, &free_bytes);
		snprintf(size, sizeof(size), "%llu", (unsigned long long)total);
		snprintf(left, sizeof(left), "%llu", (unsigned long long)free_bytes);
		session_print(s, "%c%13s %13s %9s %6s   %s\n", !strcmp(of->prefix, "flash:") ? '*' : ' ',
		    of->local ? size : "-", of->local ? left : "-", of->type, of->flags, of->prefix);
	}
	return 0;
}

/* ---- changing ------------------------------------------------------------------------------------------------- */

/* A directory goes with what is in it. */
static int
remove_tree(struct session *s, const char *path, int depth, char *why, size_t size)
{
	const struct store *store = store_of(s);
	struct store_file *list = NULL;
	size_t count = 0;
	int rc = depth < 8 ? store->list(BOX(s), path, &list, &count, why, size) : -ELOOP;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		char below[2 * PATH_TEXT];

		snprintf(below, sizeof(below), "%.500s/%.255s", path, list[i].name);
		rc = list[i].directory ? remove_tree(s, below, depth + 1, why, size)
		    : store->remove(BOX(s), below, why, size);
	}
	free(list);
	return rc < 0 ? rc : store->remove(BOX(s), path, why, size);
}

int
exec_delete(struct session *s, const struct match *m)
{
	bool force = match_text(m, "force"), recursive = match_text(m, "recursive");
	char path[PATH_TEXT], why[160] = "", full[PATH_TEXT + 2], prompt[PATH_TEXT + 40];
	struct store_file f;
	int rc = 0;

	if (!spell(s, "deleting", match_text(m, "path"), path, sizeof(path)))
		return -EINVAL;
	if (!force && (rc = ask_name(s, "Delete filename", path, sizeof(path))) < 0)
		return rc;
	snprintf(prompt, sizeof(prompt), "Delete %s? [confirm]", slashed(path, full, sizeof(full)));
	if (!force && (rc = session_confirm(s, prompt)) != 1)
		return rc;
	rc = store_of(s)->find(BOX(s), path, &f, why, sizeof(why));
	if (rc == 0 && f.directory && !recursive) {
		snprintf(why, sizeof(why), "Is a directory");
		rc = -EISDIR;
	}
	if (rc == 0)
		rc = f.directory ? remove_tree(s, path, 0, why, sizeof(why))
		    : store_of(s)->remove(BOX(s), path, why, sizeof(why));
	return rc < 0 ? failed(s, "deleting", path, rc, why) : 0;
}

int
exec_rename(struct session *s, const struct match *m)
{
	char path[PATH_TEXT], target[PATH_TEXT], why[160] = "";
	int rc;

	if (!spell(s, "renaming", match_text(m, "path"), path, sizeof(path)) ||
	    !spell(s, "renaming", match_text(m, "target"), target, sizeof(target)))
		return -EINVAL;
	if ((rc = ask_name(s, "Destination filename", target, sizeof(target))) < 0)
		return rc;
	rc = store_of(s)->rename(BOX(s), path, target, why, sizeof(why));
	return rc < 0 ? failed(s, "renaming", path, rc, why) : 0;
}

int
exec_mkdir(struct session *s, const struct match *m)
{
	char path[PATH_TEXT], why[160] = "";
	const char *colon;
	int rc;

	if (!spell(s, "creating dir", match_text(m, "path"), path, sizeof(path)))
		return -EINVAL;
	if ((rc = ask_name(s, "Create directory filename", path, sizeof(path))) < 0)
		return rc;
	rc = store_of(s)->make_directory(BOX(s), path, why, sizeof(why));
	if (rc < 0)
		return failed(s, "Creating dir", path, rc, why);
	colon = strchr(path, ':');
	session_print(s, "Created dir %.*s:/%s\n", (int)(colon - path), path, colon + 1);
	return 0;
}

int
exec_rmdir(struct session *s, const struct match *m)
{
	char path[PATH_TEXT], why[160] = "", full[PATH_TEXT + 2], prompt[PATH_TEXT + 40];
	struct store_file f;
	int rc;

	if (!spell(s, "removing dir", match_text(m, "path"), path, sizeof(path)))
		return -EINVAL;
	if ((rc = ask_name(s, "Remove directory filename", path, sizeof(path))) < 0)
		return rc;
	snprintf(prompt, sizeof(prompt), "Delete %s? [confirm]", slashed(path, full, sizeof(full)));
	if ((rc = session_confirm(s, prompt)) != 1)
		return rc;
	rc = store_of(s)->find(BOX(s), path, &f, why, sizeof(why));
	if (rc == 0 && !f.directory) {
		snprintf(why, sizeof(why), "Not a directory");
		rc = -ENOTDIR;
	}
	if (rc == 0)
		rc = store_of(s)->remove(BOX(s), path, why, sizeof(why));
	if (rc < 0)
		return failed(s, "Removing dir", path, rc, why);
	session_print(s, "Removed dir %s\n", full);
	return 0;
}

/* ---- the configuration ------------------------------------------------------------------------------------------- */

int
save_running(struct session *s)
{
	char why[256] = "";
	int rc;

	session_print(s, "Building configuration...\n");
	rc = BOX(s)->save(BOX(s), why, sizeof(why));
	if (rc < 0) {
		session_refused(s, "Error writing startup-config: %s. The old one is intact.", why);
		return rc;
	}
	session_print(s, "[OK]\n");
	archive_saved(s);
	return 0;
}

int
exec_write(struct session *s, const struct match *m)
{
	(void)m;
	return save_running(s);
}

int
exec_write_network(struct session *s, const struct match *m)
{
	char line[PATH_TEXT + 32];

	snprintf(line, sizeof(line), "copy running-config %.500s",
	    match_text(m, "target") ? match_text(m, "target") : "tftp:");
	return session_exec(s, line);
}

int
exec_erase(struct session *s, const struct match *m)
{
	char why[256] = "";
	int rc;

	(void)m;
	rc = session_confirm(s, "Erasing the nvram filesystem will remove all configuration files! "
	    "Continue? [confirm]");
	if (rc != 1)
		return rc;
	rc = BOX(s)->erase(BOX(s), why, sizeof(why));
	if (rc < 0) {
		session_refused(s, "Error erasing startup-config: %s", why);
		return rc;
	}
	session_print(s, "[OK]\nErase of nvram: complete\n");
	log_put(BOX(s)->log, 7, "SYS-7-NV_BLOCK_INIT", "Initialized the geometry of nvram");
	return 0;
}

int
exec_factory_reset(struct session *s, const struct match *m)
{
	char why[256] = "";
	int rc;

	(void)m;
	session_print(s, "The factory reset operation is irreversible for all operations.\n"
	    "The configuration, all files and all keys will be erased, and the box starts anew.\n");
	rc = session_confirm(s, "Are you sure? [confirm]");
	if (rc != 1)
		return rc;
	if ((rc = store_of(s)->wipe(BOX(s), why, sizeof(why))) < 0) {
		session_refused(s, "Error erasing: %s", why);
		return rc;
	}
	log_put(BOX(s)->log, 5, "SYS-5-RELOAD", "Reload requested. Reload Reason: Factory Reset.");
	BOX(s)->reload(BOX(s));
	session_end(s);
	return 0;
}
