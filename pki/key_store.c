/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/key_store.c -- key pairs as files: NVRAM/keys/LABEL.key, mode 0600 in a directory of 0700.
 *
 * A file is one line of ours ("# key pair created=1700000000 exportable=no") and PKCS#8 in PEM; a
 * PEM file put there by hand works too (its date is the file's, it is not exportable).  A sealed one
 * says the number of its master key in that line (seal.h), and what follows is base 64.  A key is
 * written beside the old one as LABEL.key~, synced, and renamed over it, so a full disk or a power
 * cut leaves the old key or the new one, never half of either.  What goes away is overwritten
 * first: the best that a file system lets us do. */
#include "pki/key.h"
#include "pki/cert.h"
#include "pki/seal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/pem.h>

enum { FILE_NAME = 3 * KEY_LABEL + 8, FILE_SIZE = 16384 };

enum { HEAD = 320 };

static const char suffix[] = ".key";
static const char *const usage_words[PKI_USAGES] = {"usage=general", "usage=signature",
    "usage=encryption"};
static const char plain_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

static void
fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static void
dir_close(DIR **d)
{
	if (*d)
		closedir(*d);
}

static void
buffer_clear(char **buffer)
{
	OPENSSL_clear_free(*buffer, FILE_SIZE);
}

int
key_label_check(const char *label, char *why, size_t size)
{
	if (!label || !*label)
		return pki_why(why, size, -EINVAL, "a key pair needs a name");
	if (strlen(label) >= KEY_LABEL)
		return pki_why(
		    why, size, -EINVAL, "the name of a key pair has 64 characters at most");
	return 0;
}

/* Injective, so two labels never share a file; '%' and '~' are never plain. */
static void
file_name(const char *label, char name[FILE_NAME])
{
	size_t n = 0;

	for (; *label && n < FILE_NAME - sizeof(suffix) - 3; label++) {
		if (strchr(plain_letters, *label))
			name[n++] = *label;
		else
			n += (size_t)sprintf(name + n, "%%%02X", (unsigned char)*label);
	}
	memcpy(name + n, suffix, sizeof(suffix));
}

/* The label of a file name, false when it is not one that we would write. */
static bool
file_label(const char *name, char label[KEY_LABEL])
{
	size_t n = 0, size = strlen(name);
	char again[FILE_NAME], hex[3] = "";
	const char *whole = name, *end = name + size - (sizeof(suffix) - 1);

	if (size < sizeof(suffix) || strcmp(end, suffix) != 0)
		return false;
	while (name < end && n < KEY_LABEL - 1) {
		if (*name == '%' && end - name > 2) {
			memcpy(hex, name + 1, 2);
			label[n++] = (char)strtoul(hex, NULL, 16);
			name += 3;
		} else {
			label[n++] = *name++;
		}
	}
	label[n] = 0;
	file_name(label, again);
	return n > 0 && strcmp(again, whole) == 0;
}

static int
write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

static int
wipe(int fd)
{
	static const char zeroes[FILE_SIZE];
	struct stat st;
	int rc;

	if (fstat(fd, &st) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	for (off_t left = st.st_size; left > 0; left -= FILE_SIZE) {
		rc = write_all(fd, zeroes, left < FILE_SIZE ? (size_t)left : FILE_SIZE);
		if (rc < 0)
			return rc;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int
file_remove(int dir, const char *name)
{
	OWNED(fd_close) int fd = openat(dir, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		(void)wipe(fd); /* a read-only or broken medium must not keep the name alive */
	return unlinkat(dir, name, 0) < 0 ? -errno : 0;
}

int
key_store_open(int *dirp, const char *nvram, char *why, size_t size)
{
	OWNED(fd_close) int top = open(nvram, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int dir, rc;

	if (top < 0)
		return rc = -errno, pki_why(why, size, rc, "%s: %s", nvram, strerror(-rc));
	if (mkdirat(top, "keys", 0700) == 0)
		fsync(top);
	dir = openat(top, "keys", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return rc = -errno, pki_why(why, size, rc, "%s/keys: %s", nvram, strerror(-rc));
	if (fchmod(dir, 0700) < 0) {
		rc = -errno;
		close(dir);
		return pki_why(why, size, rc, "%s/keys: %s", nvram, strerror(-rc));
	}
	*dirp = dir;
	return 0;
}

/* An encrypted file is not ours, and OpenSSL would ask the terminal for its password. */
static int
on_password(char *buffer, int size, int writing, void *arg)
{
	(void)buffer, (void)size, (void)writing, (void)arg;
	return -1;
}

static void
key_header(struct key *k, const char *text)
{
	const char *created = strstr(text, "created="), *end = strchr(text, '\n');

	if (text[0] != '#' || !end || !created || created > end)
		return;
	k->created = (time_t)strtoll(created + 8, NULL, 10);
	created = strstr(text, "exportable=yes");
	k->exportable = created && created < end;
	for (int u = PKI_USAGE_GENERAL; u < PKI_USAGES; u++)
		if ((created = strstr(text, usage_words[u])) && created < end)
			k->usage = (enum pki_key_usage)u;
}

/* The first line, with the name that binds the contents to this file. */
static void
sealed_head(const char *text, const char *label, char head[HEAD])
{
	snprintf(head, HEAD, "%s\n%.*s", label, (int)strcspn(text, "\n"), text);
}

/* What is sealed behind the first line, opened.  -ENOENT: it is not sealed. */
static int
file_unseal(const struct seals *seals, const char *label, const char *text, struct der *plain)
{
	const char *end = strchr(text, '\n'), *id = strstr(text, "sealed=");
	const struct seal *seal;
	char head[HEAD], why[80];
	struct der sealed;
	int rc;

	if (text[0] != '#' || !end || !id || id > end)
		return -ENOENT;
	if (!(seal = seals_find(seals, id + 7)))
		return -EBADMSG;
	sealed = (struct der){malloc(strlen(end)), 0};
	if (!sealed.bytes)
		return -ENOMEM;
	sealed_head(text, label, head);
	rc = base64_decode(end, end + strlen(end), 1, &sealed, why, sizeof(why));
	if (rc == 0)
		rc = seal_open(seal, head, &sealed, plain);
	der_clear(&sealed);
	return rc;
}

static bool
is_guarded(const char *text)
{
	const char *word = strstr(text, "guarded=yes");

	return text[0] == '#' && word && word < strchr(text, '\n');
}

/* Its public half, and the private one as it is: locked. */
static void
guarded_parse(struct key *k, BIO *in, const char *text)
{
	const char *private = strstr(text, "-----BEGIN ENCRYPTED");

	k->pkey = in ? PEM_read_bio_PUBKEY(in, NULL, NULL, NULL) : NULL;
	k->shut = private ? strdup(private) : NULL;
	k->locked = true;
	if (k->pkey && !k->shut) {
		EVP_PKEY_free(k->pkey);
		k->pkey = NULL;
	}
}

static bool
key_parse(const struct seals *seals, struct key *k, const char *text, size_t size)
{
	OWNED(der_wipe) struct der plain = {0};
	OWNED(bio_free) BIO *in = NULL;
	int rc = file_unseal(seals, k->label, text, &plain);

	if (rc < 0 && rc != -ENOENT)
		return false;
	k->sealed = rc == 0;
	in = rc == 0 ? BIO_new_mem_buf(plain.bytes, (int)plain.size) : BIO_new_mem_buf(text, (int)size);
	key_header(k, text);
	if (is_guarded(text))
		guarded_parse(k, in, rc == 0 ? (char *)plain.bytes : text);
	else
		k->pkey = in ? PEM_read_bio_PrivateKey(in, NULL, on_password, NULL) : NULL;
	ERR_clear_error();
	if (k->pkey && !EVP_PKEY_is_a(k->pkey, "RSA") && !EVP_PKEY_is_a(k->pkey, "EC")) {
		EVP_PKEY_free(k->pkey);
		k->pkey = NULL;
	}
	return k->pkey;
}

/* 0, 1: not a key, -errno. */
static int
file_load(int dir, const struct seals *seals, const char *name, struct key *k)
{
	OWNED(fd_close) int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	OWNED(buffer_clear) char *text = OPENSSL_zalloc(FILE_SIZE);
	struct stat st;
	ssize_t n;

	if (!text)
		return -ENOMEM;
	if (!file_label(name, k->label) || fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 1;
	if (st.st_mode & 077)
		fchmod(fd, 0600);
	n = read(fd, text, FILE_SIZE - 1);
	k->created = st.st_mtime;
	return n > 0 && key_parse(seals, k, text, (size_t)n) ? 0 : 1;
}

static bool
is_unfinished(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && name[n - 1] == '~';
}

static int
entry_load(int dir, const struct seals *seals, const char *name, int (*on_key)(struct key *, void *arg), void *arg)
{
	struct key k = {0};
	int rc;

	if (is_unfinished(name))
		return file_remove(dir, name), 0;
	rc = file_load(dir, seals, name, &k);
	if (rc == 0 && (rc = on_key(&k, arg)) < 0)
		key_clear(&k);
	return rc;
}

int
key_store_load(int dir, const struct seals *seals, int (*on_key)(struct key *, void *arg), void *arg,
    char *why, size_t size)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), bad = 0, rc;
	OWNED(dir_close) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d) {
		rc = -errno;
		if (fd >= 0)
			close(fd);
		return pki_why(why, size, rc, "the keys cannot be listed: %s", strerror(-rc));
	}
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		rc = entry_load(dir, seals, e->d_name, on_key, arg);
		if (rc < 0)
			return pki_why(why, size, rc, "keys/%s: %s", e->d_name, strerror(-rc));
		if (rc > 0 && !bad++)
			pki_why(why, size, 0,
			    "keys/%s cannot be read as a key pair: it was left alone", e->d_name);
	}
	return bad > 0;
}

static int
file_write(int dir, const char *name, const char *bytes, size_t size)
{
	OWNED(fd_close) int fd = -1;
	int rc;

	unlinkat(dir, name, 0);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, bytes, size);
	return rc < 0 ? rc : fsync(fd) < 0 ? -errno : 0;
}

static BIO *
plain_text(const struct key *k)
{
	BIO *out = BIO_new(BIO_s_mem()); /* freed with OPENSSL_clear_free() inside */

	if (out && k->shut && PEM_write_bio_PUBKEY(out, k->pkey) == 1 &&
	    BIO_puts(out, k->shut) == (int)strlen(k->shut))
		return out;
	if (out && !k->shut && PEM_write_bio_PKCS8PrivateKey(out, k->pkey, NULL, NULL, 0, NULL, NULL) == 1)
		return out;
	BIO_free(out);
	return NULL;
}

/* The file's bytes: its line, then the PEM, or the PEM sealed. */
static BIO *
key_text(const struct key *k, const struct seal *seal)
{
	OWNED(bio_free) BIO *plain = plain_text(k);
	OWNED(bio_free) BIO *out = BIO_new(BIO_s_mem());
	char line[HEAD], head[HEAD], id[2 * SEAL_ID + 1] = "", *pem, *text = NULL;
	long count = plain ? BIO_get_mem_data(plain, &pem) : 0;
	struct der sealed = {0};
	size_t size = 0;
	FILE *f;
	BIO *done;

	if (seal)
		seal_id_text(seal, id);
	snprintf(line, sizeof(line), "# key pair created=%lld exportable=%s %s%s%s%s", (long long)k->created,
	    k->exportable ? "yes" : "no", usage_words[k->usage], k->shut ? " guarded=yes" : "", seal ? " sealed=" : "", id);
	sealed_head(line, k->label, head);
	if (!out || count <= 0 || BIO_printf(out, "%s\n", line) <= 0)
		return NULL;
	if (!seal && BIO_write(out, pem, (int)count) != count)
		return NULL;
	if (seal && (seal_close(seal, head, pem, (size_t)count, &sealed) < 0 || !(f = open_memstream(&text, &size))))
		return der_clear(&sealed), NULL;
	if (seal) {
		base64_print(&sealed, f);
		fclose(f);
		der_clear(&sealed);
		if (BIO_write(out, text, (int)size) != (int)size)
			return free(text), NULL;
		free(text);
	}
	done = out;
	out = NULL;
	return done;
}

int
key_file_replace(int dir, const char *name, const char *bytes, size_t count)
{
	OWNED(fd_close) int old = -1;
	char fresh[FILE_NAME + 1];
	int rc;

	snprintf(fresh, sizeof(fresh), "%s~", name);
	rc = file_write(dir, fresh, bytes, count);
	old = openat(dir, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (rc == 0 && renameat(dir, fresh, dir, name) < 0)
		rc = -errno;
	if (rc < 0)
		file_remove(dir, fresh);
	else if (old >= 0)
		(void)wipe(old);
	return rc;
}

int
key_file_remove(int dir, const char *name)
{
	return file_remove(dir, name);
}

int
key_store_save(int dir, const struct seal *seal, const struct key *k, char *why, size_t size)
{
	OWNED(bio_free) BIO *text = key_text(k, seal);
	char name[FILE_NAME], *bytes;
	long count = text ? BIO_get_mem_data(text, &bytes) : 0;
	int rc;

	if (count <= 0)
		return openssl_why(why, size, "the key pair cannot be written");
	file_name(k->label, name);
	rc = key_file_replace(dir, name, bytes, (size_t)count);
	return rc < 0 ? pki_why(why, size, rc, "the key pair cannot be kept in NVRAM: %s", strerror(-rc)) : 0;
}

int
key_store_remove(int dir, const char *label, char *why, size_t size)
{
	char name[FILE_NAME];
	int rc;

	file_name(label, name);
	rc = file_remove(dir, name);
	if (rc < 0 && rc != -ENOENT)
		return pki_why(why, size, rc, "the file of key pair %s cannot be removed: %s",
		    label, strerror(-rc));
	return 0;
}

int
key_store_sync(int dir, char *why, size_t size)
{
	int rc = fsync(dir) < 0 ? -errno : 0;

	if (rc < 0)
		pki_why(
		    why, size, rc, "done, but it may not survive a power cut: %s", strerror(-rc));
	return rc;
}
