/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/secret.c -- hashing, hiding and comparing secrets as IOS does.
 *
 * The only file of this room that knows libcrypto and libcrypt.  Type 5 is md5-crypt, type 8
 * PBKDF2-SHA256 with 20,000 rounds, type 9 scrypt with N=16384, r=1, p=1; both write salt and
 * hash in Cisco's base 64.  Type 7 only hides. */
#include "shell/secret.h"

#include <crypt.h>
#include <ctype.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

enum { SALT = 14, DIGEST = 32, HASH_TEXT = 43 };

static const char alphabet[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* ---- types 5, 8, 9 ------------------------------------------------------------------------- */

static int
salt_new(char *salt, int length)
{
	unsigned char random[SALT];

	if (RAND_bytes(random, length) != 1)
		return -EIO;
	for (int i = 0; i < length; i++)
		salt[i] = alphabet[random[i] & 63];
	salt[length] = '\0';
	return 0;
}

/* Most significant bits first, no padding: 32 bytes are 43 characters. */
static void
encode(const unsigned char *bytes, int n, char *text)
{
	uint32_t bits = 0;
	int have = 0;

	for (int i = 0; i < n; i++) {
		bits = bits << 8 | bytes[i];
		for (have += 8; have >= 6; have -= 6)
			*text++ = alphabet[bits >> (have - 6) & 63];
	}
	if (have)
		*text++ = alphabet[bits << (6 - have) & 63];
	*text = '\0';
}

static int
digest_text(int type, const char *text, const char *salt, unsigned char *digest)
{
	const unsigned char *s = (const unsigned char *)salt;
	size_t n = strlen(text), k = strlen(salt);

	if (type == 8)
		return PKCS5_PBKDF2_HMAC(
			   text, (int)n, s, (int)k, 20000, EVP_sha256(), DIGEST, digest) == 1
			   ? 0
			   : -EIO;
	return EVP_PBE_scrypt(text, n, s, k, 16384, 1, 1, 0, digest, DIGEST) == 1 ? 0 : -EIO;
}

static int
md5_crypt(const char *text, const char *setting, char *hash, size_t size)
{
	struct crypt_data *space = OPENSSL_zalloc(sizeof(*space));
	const char *made;
	int rc = -ENOMEM;

	if (!space)
		return rc;
	made = crypt_r(text, setting, space);
	rc = made && *made != '*' && (size_t)snprintf(hash, size, "%s", made) < size ? 0 : -EINVAL;
	OPENSSL_clear_free(space, sizeof(*space));
	return rc;
}

/* Hash `text` with the given salt: "$9$salt$hash". */
static int
hash_with(int type, const char *text, const char *salt, char *hash, size_t size)
{
	unsigned char digest[DIGEST];
	char encoded[HASH_TEXT + 1], setting[32];
	int rc;

	if (type == 5) {
		snprintf(setting, sizeof(setting), "$1$%.8s$", salt);
		return md5_crypt(text, setting, hash, size);
	}
	if ((rc = digest_text(type, text, salt, digest)) < 0)
		return rc;
	encode(digest, DIGEST, encoded);
	OPENSSL_cleanse(digest, sizeof(digest));
	return (size_t)snprintf(hash, size, "$%d$%s$%s", type, salt, encoded) < size ? 0 : -EINVAL;
}

int
secret_hash(int type, const char *text, char *hash, size_t size)
{
	char salt[SALT + 1];
	int rc;

	if (type != 5 && type != 8 && type != 9)
		return -EINVAL;
	if ((rc = salt_new(salt, type == 5 ? 4 : SALT)) < 0)
		return rc;
	return hash_with(type, text, salt, hash, size);
}

/* Is it "$N$salt$hash"?  Copies the salt. */
static bool
hash_parts(int type, const char *hash, char *salt, size_t size)
{
	int mark = type == 5 ? 1 : type;
	const char *end;

	if (hash[0] != '$' || hash[1] != '0' + mark || hash[2] != '$' ||
	    !(end = strchr(hash + 3, '$')) || (size_t)(end - hash - 3) >= size || end == hash + 3)
		return false;
	memcpy(salt, hash + 3, end - hash - 3);
	salt[end - hash - 3] = '\0';
	return strlen(end + 1) == (type == 5 ? 22u : HASH_TEXT) &&
	       strspn(end + 1, alphabet) == strlen(end + 1);
}

/* ---- type 7 -------------------------------------------------------------------------------- */

static const char hiding[] = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";
enum { HIDING = sizeof(hiding) - 1 };

int
secret_hide(const char *text, char *hidden, size_t size)
{
	size_t n = strlen(text);
	unsigned char seed;

	if (size < 2 * n + 3 || RAND_bytes(&seed, 1) != 1)
		return -EINVAL;
	seed %= 16;
	sprintf(hidden, "%02u", seed);
	for (size_t i = 0; i < n; i++)
		sprintf(hidden + 2 + 2 * i, "%02X",
		    (unsigned char)text[i] ^ (unsigned char)hiding[(seed + i) % HIDING]);
	return 0;
}

static int
hex(char ch)
{
	return isdigit((unsigned char)ch) ? ch - '0' : toupper((unsigned char)ch) - 'A' + 10;
}

int
secret_unhide(const char *hidden, char *text, size_t size)
{
	size_t n = strlen(hidden), seed, i;

	if (n < 4 || n % 2 || n / 2 > size || !isdigit((unsigned char)hidden[0]) ||
	    !isdigit((unsigned char)hidden[1]))
		return -EINVAL;
	for (i = 2; i < n; i++)
		if (!isxdigit((unsigned char)hidden[i]))
			return -EINVAL;
	if ((seed = hex(hidden[0]) * 10 + hex(hidden[1])) >= HIDING)
		return -EINVAL;
	for (i = 0; i + 1 < n / 2; i++)
		text[i] = (char)((hex(hidden[2 + 2 * i]) << 4 | hex(hidden[3 + 2 * i])) ^
				 hiding[(seed + i) % HIDING]);
	text[i] = '\0';
	return 0;
}

/* ---- struct secret ------------------------------------------------------------------------- */

/* Can `text` be of this type? */
static bool
is_of_type(int type, const char *text)
{
	char space[128];
	bool ok = true;

	if (type == 7)
		ok = secret_unhide(text, space, sizeof(space)) == 0;
	else if (type == 5 || type == 8 || type == 9)
		ok = hash_parts(type, text, space, sizeof(space));
	OPENSSL_cleanse(space, sizeof(space));
	return ok;
}

int
secret_store(struct secret *s, bool hashes, int type, const char *text, char *why, size_t size)
{
	int rc = 0;

	memset(s, 0, sizeof(*s));
	if (strlen(text) >= sizeof(s->text)) {
		snprintf(why, size, "a secret longer than %zu characters", sizeof(s->text) - 1);
		return -EINVAL;
	}
	if (type > 0 && !is_of_type(type, text)) {
		snprintf(why, size, "Invalid encrypted password");
		return -EINVAL;
	}
	s->set = 1;
	s->type = (uint8_t)(type > 0 ? type : 0);
	if (hashes && type <= 0) {
		s->type = 9;
		rc = secret_hash(9, text, s->text, sizeof(s->text));
	} else {
		strcpy(s->text, text);
	}
	if (rc < 0)
		memset(s, 0, sizeof(*s));
	return rc;
}

void
secret_print(const struct secret *s, FILE *out)
{
	fprintf(out, "%u %s", s->type, s->text);
}

static bool
same(const char *a, const char *b)
{
	size_t n = strlen(a);

	return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}

int
secret_reveal(const struct secret *s, char *text, size_t size)
{
	if (!s->set || (s->type != 0 && s->type != 7))
		return -EINVAL;
	if (s->type == 7)
		return secret_unhide(s->text, text, size);
	return (size_t)snprintf(text, size, "%s", s->text) < size ? 0 : -EINVAL;
}

bool
secret_verify(const struct secret *s, const char *text)
{
	char salt[64], made[sizeof(s->text)] = "";
	bool ok = false;

	if (!s->set || !text)
		return false;
	if (s->type == 0 || s->type == 7)
		ok = secret_reveal(s, made, sizeof(made)) == 0 && same(made, text);
	else if (s->type == 5)
		ok = md5_crypt(text, s->text, made, sizeof(made)) == 0 && same(made, s->text);
	else if (hash_parts(s->type, s->text, salt, sizeof(salt)))
		ok = hash_with(s->type, text, salt, made, sizeof(made)) == 0 && same(made, s->text);
	OPENSSL_cleanse(made, sizeof(made));
	return ok;
}

void
name_clean(char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name <= ' ' || *name == 0x7f)
			*name = '?';
}
