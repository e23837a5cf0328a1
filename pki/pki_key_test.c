/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pki_key_test.c -- keys survive a reboot, a full disk and an impatient operator. */
#include "pki/ca_test.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char dir[64], why[512];

static struct pki *
reopen(struct pki *old, const char *nvram)
{
	struct pki *p = NULL;

	pki_close(old);
	CHECK(pki_open(&p, nvram, why, sizeof(why)) == 0);
	return p;
}

static int
generate(struct pki *p, const char *label, enum pki_key_type type, int bits, bool exportable)
{
	return pki_key_generate(p, label, type, bits, exportable, NULL, NULL, why, sizeof(why));
}

static int
mode_of(const char *path)
{
	char full[256];
	struct stat st;

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	return stat(full, &st) < 0 ? -1 : (int)(st.st_mode & 07777);
}

static void
put_file(const char *path, const char *text)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	f = fopen(full, "w");
	CHECK(f && fputs(text, f) >= 0);
	if (f)
		fclose(f);
}

static void
test_survive(void)
{
	struct pki *p = reopen(NULL, dir);
	struct pki_key_info before, after, *list;

	umask(0);
	CHECK(generate(p, "CUBE-KEY", PKI_RSA, 2048, false) == 0);
	CHECK(generate(p, "a b/../\xc3\xa9%", PKI_EC, 384, true) == 0);
	CHECK(generate(p, "..", PKI_EC, 521, true) == 0);
	umask(022);
	CHECK(pki_key_find(p, "CUBE-KEY", &before));
	p = reopen(p, dir);
	CHECK(pki_keys(p, &list) == 3);
	CHECK(!strcmp(list[0].label, "..") && list[0].bits == 521 && list[0].type == PKI_EC);
	CHECK(!strcmp(list[1].label, "CUBE-KEY") && !list[1].exportable);
	CHECK(!strcmp(list[2].label, "a b/../\xc3\xa9%") && list[2].exportable);
	CHECK(list[2].bits == 384 && list[1].bits == 2048 && list[1].type == PKI_RSA);
	for (int i = 0; i < 3; i++)
		pki_key_info_clear(&list[i]);
	free(list);
	CHECK(pki_key_find(p, "CUBE-KEY", &after));
	CHECK(before.created == after.created && time(NULL) - after.created < 100);
	CHECK(before.spki.size == after.spki.size &&
	      !memcmp(before.spki.bytes, after.spki.bytes, after.spki.size));
	CHECK(mode_of("keys") == 0700 && mode_of("keys/CUBE-KEY.key") == 0600);
	CHECK(mode_of("keys/a%20b%2F..%2F%C3%A9%25.key") == 0600);
	pki_key_info_clear(&before);
	pki_key_info_clear(&after);
	pki_close(p);
}

static void
test_zeroize(void)
{
	struct pki *p = reopen(NULL, dir);
	struct pki_key_info info;

	CHECK(pki_key_zeroize(p, "nobody", why, sizeof(why)) == -ENOENT);
	CHECK_SAYS(why, "no key pair named nobody");
	CHECK(pki_key_zeroize(p, "..", why, sizeof(why)) == 0);
	CHECK(!pki_key_find(p, "..", &info) && mode_of("keys/...key") == -1);
	p = reopen(p, dir);
	CHECK(!pki_key_find(p, "..", &info));
	pki_close(p);
}

static void
test_labels(void)
{
	struct pki *p = reopen(NULL, dir);
	char longest[66];

	memset(longest, '!', sizeof(longest));
	longest[65] = 0;
	CHECK(generate(p, "", PKI_EC, 256, false) == -EINVAL);
	CHECK(generate(p, longest, PKI_EC, 256, false) == -EINVAL);
	CHECK_SAYS(why, "64");
	longest[64] = 0;
	CHECK(generate(p, longest, PKI_EC, 256, false) == 0);
	p = reopen(p, dir);
	CHECK(pki_key_zeroize(p, longest, why, sizeof(why)) == 0);
	CHECK(generate(p, "x", PKI_RSA, 511, false) == -EINVAL);
	CHECK(generate(p, "x", PKI_RSA, 4097, false) == -EINVAL);
	CHECK(generate(p, "x", PKI_EC, 512, false) == -EINVAL);
	CHECK_SAYS(why, "521");
	pki_close(p);
}

/* What is no key stays where it is and is named; a torn write is wiped; too open is closed. */
static void
test_strange_files(void)
{
	struct pki *p = NULL;
	struct pki_key_info info;
	char path[256];

	put_file("keys/torn.key~", "# key pair created=1 exportable=no\n-----BEGIN PRIVATE");
	put_file("keys/junk.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
	snprintf(path, sizeof(path), "%s/keys/CUBE-KEY.key", dir);
	CHECK(chmod(path, 0644) == 0);
	CHECK(pki_open(&p, dir, why, sizeof(why)) == 1);
	CHECK_SAYS(why, "keys/junk.key cannot be read");
	CHECK(pki_key_find(p, "CUBE-KEY", &info));
	pki_key_info_clear(&info);
	CHECK(!pki_key_find(p, "junk", &info) && mode_of("keys/junk.key") != -1);
	CHECK(mode_of("keys/torn.key~") == -1 && mode_of("keys/CUBE-KEY.key") == 0600);
	snprintf(path, sizeof(path), "%s/keys/junk.key", dir);
	unlink(path);
	pki_close(p);
	p = NULL;
	CHECK(pki_open(&p, "/nonexistent", why, sizeof(why)) == -ENOENT && !p);
	CHECK_SAYS(why, "/nonexistent");
}

static bool
on_poll(void *arg)
{
	return ++*(int *)arg > 3;
}

static void
test_interrupt(void)
{
	struct pki *p = reopen(NULL, dir);
	struct pki_key_info info;
	int polls = 0;

	CHECK(pki_key_generate(
		  p, "slow", PKI_RSA, 4096, false, on_poll, &polls, why, sizeof(why)) == -EINTR);
	CHECK(polls == 4 && !pki_key_find(p, "slow", &info) && mode_of("keys/slow.key") == -1);
	pki_close(p);
}

/* The disk fills up, or (without the right to mount one) no file may grow. */
static void
fill(const char *nvram, bool mounted, bool full)
{
	struct rlimit limit = {full ? 100 : RLIM_INFINITY, RLIM_INFINITY};
	char path[128], block[512] = "";
	int fd;

	if (!mounted) {
		CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
		return;
	}
	snprintf(path, sizeof(path), "%s/filler", nvram);
	if (!full) {
		unlink(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
}

static void
test_full_disk(void)
{
	char nvram[64], name[256];
	bool mounted;
	struct pki *p;
	struct pki_key_info before, after;

	test_dir_make(nvram);
	mounted = mount("none", nvram, "tmpfs", 0, "size=64k") == 0;
	p = reopen(NULL, nvram);
	CHECK(generate(p, "K", PKI_RSA, 2048, false) == 0 && pki_key_find(p, "K", &before));
	fill(nvram, mounted, true);
	CHECK(generate(p, "K", PKI_RSA, 2048, true) < 0);
	CHECK_SAYS(why, "cannot be kept in NVRAM");
	CHECK(generate(p, "L", PKI_EC, 256, true) < 0);
	fill(nvram, mounted, false);
	p = reopen(p, nvram);
	CHECK(pki_key_find(p, "K", &after) && !after.exportable);
	CHECK(!memcmp(before.spki.bytes, after.spki.bytes, before.spki.size));
	pki_key_info_clear(&after);
	snprintf(name, sizeof(name), "%s/keys/K.key~", nvram);
	CHECK(access(name, F_OK) < 0);
	CHECK(generate(p, "K", PKI_EC, 256, true) == 0 && pki_key_find(p, "K", &after));
	CHECK(after.type == PKI_EC && after.exportable);
	pki_key_info_clear(&before);
	pki_key_info_clear(&after);
	pki_close(p);
	if (mounted)
		CHECK(umount(nvram) == 0);
	test_dir_remove(nvram);
	printf("full disk: %s\n", mounted ? "tmpfs" : "file size limit");
}

static void *
on_thread(void *arg)
{
	struct pki *p = arg;
	struct pki_key_info info, *list;
	char mine[32], text[256];

	snprintf(mine, sizeof(mine), "t%lx", (unsigned long)pthread_self());
	for (int i = 0; i < 20; i++) {
		pki_key_generate(p, mine, PKI_EC, 256, false, NULL, NULL, text, sizeof(text));
		if (pki_key_find(p, mine, &info))
			pki_key_info_clear(&info);
		for (size_t n = pki_keys(p, &list); n-- > 0;)
			pki_key_info_clear(&list[n]);
		free(list);
		pki_key_zeroize(p, mine, text, sizeof(text));
	}
	return NULL;
}

static void
test_threads(void)
{
	struct pki *p = reopen(NULL, dir);
	pthread_t threads[4];
	struct pki_key_info *list;
	size_t count;

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, on_thread, p);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	count = pki_keys(p, &list);
	CHECK(count == 2);
	while (count-- > 0)
		pki_key_info_clear(&list[count]);
	free(list);
	pki_close(p);
}

int
main(void)
{
	signal(SIGXFSZ, SIG_IGN);
	test_dir_make(dir);
	test_survive();
	test_zeroize();
	test_labels();
	test_strange_files();
	test_interrupt();
	test_full_disk();
	test_threads();
	test_dir_remove(dir);
	return failures != 0;
}
