/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pki_seal_test.c -- key pairs at rest: sealed files hold no private number, open after a restart, and
 * a change of the master key that is cut off at any file leaves all of them readable. */
#include "pki/ca_test.h"
#include "pki/key.h"
#include "pki/seal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

static const char one[] = "first-master-key", two[] = "second-master-key";

/* How many files of keys/ say that. */
static int
files_with(const char *nvram, const char *text)
{
	char path[320], bytes[16384];
	struct dirent *e;
	int n = 0, fd;
	DIR *d;

	snprintf(path, sizeof(path), "%s/keys", nvram);
	for (d = opendir(path); d && (e = readdir(d));) {
		ssize_t size;

		snprintf(path, sizeof(path), "%s/keys/%s", nvram, e->d_name);
		fd = open(path, O_RDONLY);
		size = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes) - 1);
		if (fd >= 0)
			close(fd);
		bytes[size > 0 ? size : 0] = '\0';
		n += strstr(bytes, text) != NULL;
	}
	closedir(d);
	return n;
}

static struct pki *
open_again(struct pki *p, const char *nvram, size_t keys)
{
	char why[256] = "";
	struct pki_key_info *list;
	size_t n;

	pki_close(p);
	p = NULL;
	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 0);
	n = pki_keys(p, &list);
	CHECK(n == keys);
	for (size_t i = 0; i < n; i++)
		pki_key_info_clear(&list[i]);
	free(list);
	return p;
}

static void
test_life(const char *nvram)
{
	char why[256] = "", path[320];
	struct pki *p = NULL;
	struct stat st;

	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(p, "a", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(p, "b", PKI_RSA, 1024, true, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(files_with(nvram, "PRIVATE KEY") == 2);
	CHECK(pki_master_seal(p, true, why, sizeof(why)) == 0 && !pki_master_is_set(p));
	CHECK(pki_master_set(p, NULL, "short", true, why, sizeof(why)) == -EINVAL);
	CHECK(pki_master_set(p, NULL, one, true, why, sizeof(why)) == 0);
	CHECK(files_with(nvram, "PRIVATE KEY") == 0 && files_with(nvram, "sealed=") == 2);
	snprintf(path, sizeof(path), "%s/master-key~", nvram);
	fclose(fopen(path, "w"));
	p = open_again(p, nvram, 2);
	CHECK(stat(path, &st) < 0);
	path[strlen(path) - 1] = '\0';
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	p = open_again(p, nvram, 2);
	CHECK(pki_master_is_sealing(p));
	CHECK(pki_key_generate(p, "c", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(files_with(nvram, "PRIVATE KEY") == 0);
	CHECK(pki_master_set(p, "wrong", two, true, why, sizeof(why)) == -EACCES);
	CHECK(pki_master_set(p, one, two, true, why, sizeof(why)) == 0);
	p = open_again(p, nvram, 3);
	CHECK(pki_master_seal(p, false, why, sizeof(why)) == 0);
	CHECK(files_with(nvram, "PRIVATE KEY") == 3);
	CHECK(pki_master_seal(p, true, why, sizeof(why)) == 0);
	CHECK(files_with(nvram, "PRIVATE KEY") == 0);
	CHECK(pki_master_remove(p, why, sizeof(why)) == 0);
	CHECK(files_with(nvram, "PRIVATE KEY") == 3 && stat(path, &st) < 0);
	CHECK(pki_master_remove(p, why, sizeof(why)) == -ENOENT);
	p = open_again(p, nvram, 3);
	pki_close(p);
}

static void
copy(const char *from, const char *to, const char *name)
{
	char command[512];

	snprintf(command, sizeof(command), "cp -p %s/%s %s/%s", from, name, to, name);
	CHECK(system(command) == 0);
}

/* A crash in the middle: the new master key and one of two files as after the change, the other as before. */
static void
test_cut(const char *nvram)
{
	char why[256] = "", half[64];
	struct seals both = {0}, before = {0};
	struct pki *p = NULL;
	int top;

	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 0);
	CHECK(pki_master_set(p, NULL, one, true, why, sizeof(why)) == 0);
	pki_close(p);
	test_dir_make(half);
	CHECK(mkdir(strcat(strcpy((char[80]){0}, half), "/keys"), 0700) == 0);
	copy(nvram, half, "keys/a.key");
	copy(nvram, half, "keys/b.key");
	top = open(nvram, O_RDONLY | O_DIRECTORY);
	CHECK(seals_load(&before, top, why, sizeof(why)) == 0);
	close(top);
	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 0);
	CHECK(pki_master_set(p, one, two, true, why, sizeof(why)) == 0);
	pki_close(p);
	copy(nvram, half, "keys/a.key");
	top = open(nvram, O_RDONLY | O_DIRECTORY);
	CHECK(seals_load(&both, top, why, sizeof(why)) == 0);
	close(top);
	both.seal[1] = before.seal[0];
	both.count = 2;
	top = open(half, O_RDONLY | O_DIRECTORY);
	CHECK(seals_save(&both, top, why, sizeof(why)) == 0);
	p = open_again(NULL, half, 2);
	CHECK(seals_load(&both, top, why, sizeof(why)) == 0 && both.count == 1); /* it was finished */
	close(top);
	p = open_again(p, half, 2);
	pki_close(p);
	test_dir_remove(half);
}

/* The first master key, cut off behind the first file. */
static void
test_first_cut(const char *nvram)
{
	char why[256] = "", half[64], path[80];
	struct pki *p = NULL;

	test_dir_make(half);
	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 0);
	CHECK(pki_master_remove(p, why, sizeof(why)) == 0);
	snprintf(path, sizeof(path), "%s/keys", half);
	CHECK(mkdir(path, 0700) == 0);
	copy(nvram, half, "keys/b.key");
	CHECK(pki_master_set(p, NULL, one, true, why, sizeof(why)) == 0);
	pki_close(p);
	copy(nvram, half, "keys/a.key");
	copy(nvram, half, "master-key");
	CHECK(files_with(half, "PRIVATE KEY") == 1);
	p = open_again(NULL, half, 2);
	CHECK(files_with(half, "PRIVATE KEY") == 0);
	pki_close(p);
	test_dir_remove(half);
}

/* A disk that is full at the first byte: nothing is lost, and once there is room it goes on. */
static void
test_full(void)
{
	char nvram[64], path[128], why[256] = "";
	struct pki *p = NULL;
	bool mounted;
	FILE *f;

	test_dir_make(nvram);
	mounted = mount("none", nvram, "tmpfs", 0, "size=64k") == 0;
	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(p, "a", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(p, "b", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(pki_master_set(p, NULL, one, true, why, sizeof(why)) == 0);
	if (mounted) {
		snprintf(path, sizeof(path), "%s/fill", nvram);
		f = fopen(path, "w");
		for (int i = 0; f && i < 70000 && fputc('x', f) >= 0; i++)
			;
		if (f)
			fclose(f);
		CHECK(pki_master_set(p, one, two, true, why, sizeof(why)) < 0);
		CHECK_SAYS(why, "NVRAM");
		CHECK(pki_master_remove(p, why, sizeof(why)) < 0);
		unlink(path);
		p = open_again(p, nvram, 2);
		CHECK(pki_master_set(p, one, two, true, why, sizeof(why)) == 0);
		p = open_again(p, nvram, 2);
	}
	pki_close(p);
	if (mounted)
		CHECK(umount(nvram) == 0);
	test_dir_remove(nvram);
}

/* A sealed file under another name, and one whose head was changed: not opened. */
static void
test_bound(const char *nvram)
{
	char why[256] = "", command[256];
	struct pki *p = NULL;

	snprintf(command, sizeof(command), "cp %s/keys/a.key %s/keys/z.key", nvram, nvram);
	CHECK(system(command) == 0);
	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 1);
	CHECK_SAYS(why, "z.key");
	pki_close(p);
	snprintf(command, sizeof(command), "rm %s/keys/z.key; sed -i 's/exportable=no/exportable=yes/' %s/keys/a.key",
	    nvram, nvram);
	CHECK(system(command) == 0);
	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 1);
	CHECK_SAYS(why, "a.key");
	pki_close(p);
}

int
main(void)
{
	char nvram[64];

	test_dir_make(nvram);
	test_life(nvram);
	test_cut(nvram);
	test_first_cut(nvram);
	test_bound(nvram);
	test_full();
	test_dir_remove(nvram);
	if (!failures)
		printf("pki_seal: all good\n");
	return failures != 0;
}
