/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_test.h -- for the tests of this room: CHECK(), a directory of their own, and a CA that
 * issues whatever a test needs, right or wrong. */
#ifndef PKI_CA_TEST_H
#define PKI_CA_TEST_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pki/openssl.h"

static int failures;

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			failures++;                                                                \
		}                                                                                  \
	} while (0)

/* And what was said instead. */
#define CHECK_SAYS(text, part)                                                                     \
	do {                                                                                       \
		if (!strstr((text), (part))) {                                                     \
			fprintf(stderr, "%s:%d: \"%s\" says not \"%s\"\n", __FILE__, __LINE__,     \
			    (text), (part));                                                       \
			failures++;                                                                \
		}                                                                                  \
	} while (0)

static inline void
test_dir_make(char dir[64])
{
	snprintf(dir, 64, "/tmp/pki_test.XXXXXX");
	if (!mkdtemp(dir))
		abort();
}

static inline void
test_dir_remove(const char *dir)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (system(command) != 0)
		failures++;
}

struct spec {
	const char *cn;
	int from, to;                                       /* days from today; 0: -1 and 365 */
	const char *basic, *usage, *eku, *san, *crl, *info; /* in the words of openssl; NULL: none */
	const EVP_MD *hash;                                 /* NULL: SHA-256 */
	long serial;                                        /* 0: 0x0A12 */
	bool old;                                           /* version 1 */
};

static inline void
test_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *e;
	X509V3_CTX ctx;

	if (!value)
		return;
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	e = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
	if (!e || !X509_add_ext(x, e, -1))
		abort();
	X509_EXTENSION_free(e);
}

/* `issuer` NULL: self-signed by `issuer_key`. */
static inline X509 *
test_issue(EVP_PKEY *key, const struct spec *s, X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);

	if (!issuer)
		issuer = x;
	X509_set_version(x, s->old ? X509_VERSION_1 : X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), s->serial ? s->serial : 0x0A12);
	X509_NAME_add_entry_by_txt(name, "C", MBSTRING_UTF8, (const uint8_t *)"DE", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const uint8_t *)"Example", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)s->cn, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(issuer));
	X509_time_adj_ex(X509_getm_notBefore(x), s->from ? s->from : -1, 0, NULL);
	X509_time_adj_ex(X509_getm_notAfter(x), s->to ? s->to : 365, 0, NULL);
	X509_set_pubkey(x, key);
	test_extension(x, issuer, NID_basic_constraints, s->basic);
	test_extension(x, issuer, NID_key_usage, s->usage);
	test_extension(x, issuer, NID_ext_key_usage, s->eku);
	test_extension(x, issuer, NID_subject_alt_name, s->san);
	test_extension(x, issuer, NID_crl_distribution_points, s->crl);
	test_extension(x, issuer, NID_info_access, s->info);
	if (!s->old)
		test_extension(x, issuer, NID_subject_key_identifier, "hash");
	if (!s->old && X509_get0_subject_key_id(issuer))
		test_extension(x, issuer, NID_authority_key_identifier, "keyid:always");
	if (X509_sign(x, issuer_key, s->hash ? s->hash : EVP_sha256()) <= 0)
		abort();
	return x;
}

/* A root CA and its key. */
static inline X509 *
test_root(const char *cn, EVP_PKEY **key)
{
	struct spec s = {.cn = cn, .basic = "critical,CA:TRUE", .usage = "keyCertSign,cRLSign"};

	*key = EVP_EC_gen("P-256");
	return test_issue(*key, &s, NULL, *key);
}

static inline struct der
test_der(X509 *x)
{
	unsigned char *bytes = NULL;
	int size = i2d_X509(x, &bytes);
	struct der der = {0};

	if (size <= 0 || der_copy(&der, bytes, (size_t)size) < 0)
		abort();
	OPENSSL_free(bytes);
	return der;
}

/* What a PEM writer that is given `to` writes, as text; free(). */
#define TEST_PEM(write_call)                                                                       \
	({                                                                                         \
		BIO *to = BIO_new(BIO_s_mem());                                                   \
		char *bytes_;                                                                      \
		long size_ = (write_call) ? BIO_get_mem_data(to, &bytes_) : 0;                    \
		char *text_ = strndup(size_ > 0 ? bytes_ : "", (size_t)size_);                     \
		BIO_free(to);                                                                     \
		text_;                                                                             \
	})

#endif
