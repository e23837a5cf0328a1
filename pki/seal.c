/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/seal.c -- the master key and what it seals. */
#include "pki/seal.h"
#include "pki/key.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/rand.h>

enum { SCRYPT_N = 1 << 14, SCRYPT_R = 8, SCRYPT_P = 1, SCRYPT_MEMORY = 64 << 20, NONCE = 12, TAG = 16,
	FILE_MOST = 1024 };

static const char file[] = "master-key", unfinished[] = "master-key~";

static void ctx_free(EVP_CIPHER_CTX **p) { EVP_CIPHER_CTX_free(*p); }

void
der_wipe(struct der *d)
{
	if (d->bytes)
		OPENSSL_cleanse(d->bytes, d->size);
	der_clear(d);
}

/* ---- one seal ---- */

int
seal_make(struct seal *s, const char *passphrase, const uint8_t *salt, char *why, size_t size)
{
	uint8_t digest[32];

	if (salt)
		memcpy(s->salt, salt, SEAL_SALT);
	else if (RAND_bytes(s->salt, SEAL_SALT) != 1)
		return openssl_why(why, size, "there is no randomness");
	if (!EVP_PBE_scrypt(passphrase, strlen(passphrase), s->salt, SEAL_SALT, SCRYPT_N, SCRYPT_R, SCRYPT_P,
		SCRYPT_MEMORY, s->key, SEAL_KEY))
		return openssl_why(why, size, "the master key cannot be derived");
	if (!EVP_Q_digest(NULL, "SHA256", NULL, s->salt, SEAL_SALT, digest, NULL))
		return openssl_why(why, size, "the master key cannot be named");
	memcpy(s->id, digest, SEAL_ID);
	return 0;
}

bool
seal_is_from(const struct seal *s, const char *passphrase)
{
	struct seal again = {0};
	char why[80];
	bool same = seal_make(&again, passphrase, s->salt, why, sizeof(why)) == 0 &&
		    CRYPTO_memcmp(again.key, s->key, SEAL_KEY) == 0;

	OPENSSL_cleanse(&again, sizeof(again));
	return same;
}

static void
hex_text(const uint8_t *bytes, size_t count, char *text)
{
	for (size_t i = 0; i < count; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

static bool
hex_bytes(const char *text, uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned byte;

		if (sscanf((char[]){text[2 * i], text[2 * i] ? text[2 * i + 1] : 0, 0}, "%2x", &byte) != 1)
			return false;
		bytes[i] = (uint8_t)byte;
	}
	return true;
}

void
seal_id_text(const struct seal *s, char text[2 * SEAL_ID + 1])
{
	hex_text(s->id, SEAL_ID, text);
}

/* ---- the file ---- */

/* "master ID SALT KEY", the newest first; "sealing yes". */
static int
parse(struct seals *all, const char *text)
{
	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		struct seal *s = &all->seal[all->count];

		if (!strncmp(p, "sealing yes", 11))
			all->sealing = true;
		if (strncmp(p, "master ", 7) != 0)
			continue;
		if (all->count == SEALS || strcspn(p, "\n") < 7 + 2 * (SEAL_ID + SEAL_SALT + SEAL_KEY) + 2 ||
		    !hex_bytes(p + 7, s->id, SEAL_ID) ||
		    !hex_bytes(p + 8 + 2 * SEAL_ID, s->salt, SEAL_SALT) ||
		    !hex_bytes(p + 9 + 2 * (SEAL_ID + SEAL_SALT), s->key, SEAL_KEY))
			return -EBADMSG;
		all->count++;
	}
	return all->count ? 0 : -EBADMSG;
}

int
seals_load(struct seals *all, int top, char *why, size_t size)
{
	char text[FILE_MOST] = "";
	int fd, rc;
	ssize_t n;

	*all = (struct seals){0};
	key_file_remove(top, unfinished); /* of a crash before anything was sealed with it */
	fd = openat(top, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : (rc = -errno, pki_why(why, size, rc, "%s: %s", file, strerror(-rc)));
	fchmod(fd, 0600);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	rc = n > 0 ? parse(all, text) : -EBADMSG;
	OPENSSL_cleanse(text, sizeof(text));
	if (rc < 0) {
		seals_clear(all);
		pki_why(why, size, rc, "%s cannot be read: sealed key pairs stay closed", file);
	}
	return rc;
}

int
seals_save(const struct seals *all, int top, char *why, size_t size)
{
	char text[FILE_MOST], id[2 * SEAL_ID + 1], salt[2 * SEAL_SALT + 1], key[2 * SEAL_KEY + 1];
	size_t n;
	int rc;

	n = (size_t)snprintf(text, sizeof(text), "# opens the key pairs of this box\nsealing %s\n",
	    all->sealing ? "yes" : "no");
	for (int i = 0; i < all->count; i++) {
		seal_id_text(&all->seal[i], id);
		hex_text(all->seal[i].salt, SEAL_SALT, salt);
		hex_text(all->seal[i].key, SEAL_KEY, key);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "master %s %s %s\n", id, salt, key);
	}
	rc = all->count ? key_file_replace(top, file, text, n) : key_file_remove(top, file);
	OPENSSL_cleanse(text, sizeof(text));
	OPENSSL_cleanse(key, sizeof(key));
	if (rc == -ENOENT && !all->count)
		rc = 0;
	if (rc == 0 && fsync(top) < 0)
		rc = -errno;
	return rc < 0 ? pki_why(why, size, rc, "the master key cannot be kept in NVRAM: %s", strerror(-rc)) : 0;
}

void
seals_clear(struct seals *all)
{
	OPENSSL_cleanse(all, sizeof(*all));
}

const struct seal *
seals_find(const struct seals *all, const char *id_hex)
{
	char id[2 * SEAL_ID + 1];

	for (int i = 0; i < all->count; i++) {
		seal_id_text(&all->seal[i], id);
		if (!strncmp(id, id_hex, 2 * SEAL_ID))
			return &all->seal[i];
	}
	return NULL;
}

/* ---- contents: nonce, ciphertext, tag ---- */

int
seal_close(const struct seal *s, const char *head, const void *bytes, size_t count, struct der *to)
{
	OWNED(ctx_free) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;

	*to = (struct der){malloc(NONCE + count + TAG), NONCE + count + TAG};
	if (ctx && to->bytes && RAND_bytes(to->bytes, NONCE) == 1 &&
	    EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, s->key, to->bytes) &&
	    EVP_EncryptUpdate(ctx, NULL, &n, (const uint8_t *)head, (int)strlen(head)) &&
	    EVP_EncryptUpdate(ctx, to->bytes + NONCE, &n, bytes, (int)count) &&
	    EVP_EncryptFinal_ex(ctx, to->bytes + NONCE + n, &last) &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, to->bytes + NONCE + count))
		return 0;
	ERR_clear_error();
	der_clear(to);
	return -ENOMEM;
}

int
seal_open(const struct seal *s, const char *head, const struct der *sealed, struct der *to)
{
	OWNED(ctx_free) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	size_t count = sealed->size > NONCE + TAG ? sealed->size - NONCE - TAG : 0;
	int n = 0, last = 0;

	*to = (struct der){count ? calloc(1, count + 1) : NULL, count};
	if (ctx && to->bytes && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, s->key, sealed->bytes) &&
	    EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)head, (int)strlen(head)) &&
	    EVP_DecryptUpdate(ctx, to->bytes, &n, sealed->bytes + NONCE, (int)count) &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, sealed->bytes + NONCE + count) &&
	    EVP_DecryptFinal_ex(ctx, to->bytes + n, &last))
		return 0;
	ERR_clear_error();
	der_wipe(to);
	return -EBADMSG;
}
