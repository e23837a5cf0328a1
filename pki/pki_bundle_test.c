/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pki_bundle_test.c -- files that openssl made (tests/peers/pki), in every dress that people give
 * them; and what we export, read again. */
#include "pki/ca_test.h"
#include "pki/bundle.h"
#include "pki/export.h"
#include <errno.h>
#include <stdio.h>

static const char pass[] = "cisco12345";

/* The file's bytes with a NUL behind them; free(). */
static char *
file(const char *name, size_t *size)
{
	char path[128], *bytes = calloc(1, 65536);
	FILE *in;

	snprintf(path, sizeof(path), "tests/peers/pki/%s", name);
	in = fopen(path, "r");
	if (!in || !bytes)
		abort();
	*size = fread(bytes, 1, 65535, in);
	fclose(in);
	return bytes;
}

static char *
joined(const char *const *names)
{
	char *all = calloc(1, 65536 * 2);

	for (; *names; names++) {
		size_t n;
		char *one = file(*names, &n);

		strcat(all, one);
		free(one);
	}
	return all;
}

static bool
is_named(const struct der *der, const char *cn)
{
	struct pki_cert_info info;

	return pki_cert_info(der, &info) == 0 && !strcmp(info.common_name, cn);
}

static void
check_chain(const struct pki_bundle *b)
{
	CHECK(b->count == 3);
	if (b->count != 3)
		return;
	CHECK(is_named(&b->certs[0], "edge9.example.com"));
	CHECK(is_named(&b->certs[1], "Bundle Issuing CA"));
	CHECK(is_named(&b->certs[2], "Bundle Root CA"));
	CHECK(pki_bundle_ca(b) == 1);
	CHECK(pki_bundle_chain(b, 0) == 2);
}

static void
test_files(void)
{
	/* clang-format off */
	static const struct { const char *name, *pass; size_t certs; bool key; } files[] = {
		{ "chain.p7b", NULL, 3, false },   { "chain.p7", NULL, 3, false },
		{ "new.p12", pass, 3, true },      { "old.p12", pass, 3, true },
		{ "3des.p12", pass, 3, true },     { "empty.p12", NULL, 1, true },
		{ "leaf.pem", NULL, 1, false },    { "leaf.key", NULL, 0, true },
		{ "leaf.p8", pass, 0, true },      { "leaf.ec.enc", pass, 0, true },
		{ "rsa.enc", pass, 0, true },      { "rsa.trad", NULL, 0, true },
		{ "rsa.old8", pass, 0, true },     { "rsa.key", NULL, 0, true },
		{ "ca-chain.pem", NULL, 2, false },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char why[256] = "", *bytes;
		struct pki_bundle b;
		size_t n;

		bytes = file(files[i].name, &n);
		if (pki_bundle_read(&b, bytes, n, PKI_KEYS_TOO, files[i].pass, why, sizeof(why)) < 0)
			fprintf(stderr, "%s: %s\n", files[i].name, why), failures++;
		CHECK(b.count == files[i].certs && !!b.key == files[i].key);
		if (b.count == 3 && strcmp(files[i].name, "3des.p12"))
			check_chain(&b);
		CHECK(!b.key || !b.count || pki_bundle_own(&b) == 0);
		pki_bundle_clear(&b);
		free(bytes);
	}
}

static void
test_refusals(void)
{
	/* clang-format off */
	static const struct { const char *name, *pass, *says; int rc; enum pki_bundle_want want; } files[] = {
		{ "new.p12", "wrong-one", "does not open the PKCS#12", -EACCES, PKI_KEYS_TOO },
		{ "old.p12", "wrong-one", "does not open the PKCS#12", -EACCES, PKI_KEYS_TOO },
		{ "new.p12", NULL, "no passphrase was given", -EACCES, PKI_KEYS_TOO },
		{ "leaf.p8", "wrong-one", "does not open the private key", -EACCES, PKI_KEYS_TOO },
		{ "leaf.p8", NULL, "no passphrase was given", -EACCES, PKI_KEYS_TOO },
		{ "rsa.enc", "wrong-one", "does not open the private key", -EACCES, PKI_KEYS_TOO },
		{ "rsa.enc", NULL, "no passphrase was given", -EACCES, PKI_KEYS_TOO },
		{ "leaf.key", NULL, "this is a private key", -EINVAL, PKI_CERTIFICATES },
		{ "leaf.p8", pass, "this is a private key", -EINVAL, PKI_CERTIFICATES },
		{ "leaf.csr", NULL, "certificate request", -EINVAL, PKI_KEYS_TOO },
		{ "leaf.pub", NULL, "public key", -EINVAL, PKI_CERTIFICATES },
		{ "root.crl", NULL, "revocation list", -EINVAL, PKI_KEYS_TOO },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char why[256] = "", *bytes;
		struct pki_bundle b;
		size_t n;
		int rc;

		bytes = file(files[i].name, &n);
		rc = pki_bundle_read(&b, bytes, n, files[i].want, files[i].pass, why, sizeof(why));
		if (rc != files[i].rc)
			fprintf(stderr, "%s: %d\n", files[i].name, rc), failures++;
		CHECK_SAYS(why, files[i].says);
		CHECK(!b.count && !b.key);
		free(bytes);
	}
}

/* A byte of the file's middle: whatever it hits, damage or a wrong passphrase is said, never success
 * with something else in it. */
static void
test_damage(void)
{
	char why[256] = "", *bytes;
	struct pki_bundle b;
	size_t n;

	bytes = file("new.p12", &n);
	bytes[n - 60] ^= 1;                     /* the checksum */
	CHECK(pki_bundle_read(&b, bytes, n, PKI_KEYS_TOO, pass, why, sizeof(why)) == -EBADMSG);
	CHECK_SAYS(why, "damaged");
	bytes[n - 60] ^= 1;
	CHECK(pki_bundle_read(&b, bytes, n / 2, PKI_KEYS_TOO, pass, why, sizeof(why)) == -EBADMSG);
	CHECK_SAYS(why, "cut off");
	free(bytes);
}

static char *
dressed(const char *text, int how)
{
	char *to = calloc(4, strlen(text) + 100), *out = to;

	if (how == 0)
		out += sprintf(out, "\xef\xbb\xbf");
	for (const char *p = text; *p; p++) {
		if (how == 1 && (p == text || p[-1] == '\n'))
			out += sprintf(out, "   \t");
		if (how == 2 && *p == '\n')
			*out++ = '\r';
		*out++ = *p;
	}
	if (how == 3)
		while (out > to && strchr("\r\n", out[-1]))
			*--out = '\0';
	return to;
}

static void
test_dresses(void)
{
	static const char *const shuffled[] = {"root.pem", "leaf.pem", "sub.pem", "leaf.pem", NULL};
	char *text = joined(shuffled), why[256] = "", wide[65536] = "\xff\xfe";
	struct pki_bundle b;
	size_t n = 2;

	for (int how = 0; how < 4; how++) {
		char *dress = dressed(text, how);

		CHECK(pki_bundle_read(&b, dress, strlen(dress), PKI_CERTIFICATES, NULL, why,
			  sizeof(why)) == 0);
		check_chain(&b);
		CHECK(b.duplicates == 1);
		pki_bundle_clear(&b);
		free(dress);
	}
	for (const char *p = text; *p; p++)
		wide[n++] = *p, wide[n++] = 0;
	CHECK(pki_bundle_read(&b, wide, n, PKI_CERTIFICATES, NULL, why, sizeof(why)) == 0);
	check_chain(&b);
	pki_bundle_clear(&b);
	free(text);
}

static void
test_bare(void)
{
	size_t n;
	char *text = file("leaf.pem", &n), *body = strchr(text, '\n') + 1, why[256] = "";
	struct pki_bundle b;

	*strstr(body, "-----END") = '\0';
	CHECK(pki_bundle_read(&b, body, strlen(body), PKI_CERTIFICATES, NULL, why, sizeof(why)) == 0);
	CHECK(b.count == 1);
	pki_bundle_clear(&b);
	strcat(body, "quit");
	CHECK(pki_bundle_read(&b, body, strlen(body), PKI_CERTIFICATES, NULL, why, sizeof(why)) == 0);
	pki_bundle_clear(&b);
	CHECK(pki_bundle_read(&b, "", 0, PKI_CERTIFICATES, NULL, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "no certificate in the text");
	free(text);
}

/* ---- in and out again ---- */

static void
test_round(void)
{
	char dir[64], why[256] = "", *bytes, *pem = NULL;
	struct pki_bundle b, again;
	struct pki *p = NULL;
	struct der p12 = {0};
	size_t n;

	test_dir_make(dir);
	CHECK(pki_open(&p, dir, why, sizeof(why)) == 0);
	bytes = file("old.p12", &n);
	CHECK(pki_bundle_read(&b, bytes, n, PKI_KEYS_TOO, pass, why, sizeof(why)) == 0);
	CHECK(pki_key_import(p, "k", &b, true, why, sizeof(why)) == 0);
	CHECK(pki_key_matches(p, "k", &b.certs[0]));
	struct pki_export e = {.label = "k", .passphrase = pass, .name = "k", .own = &b.certs[0],
	    .chain = b.certs + 1, .chains = b.count - 1};
	CHECK(pki_pkcs12(p, &e, &p12, why, sizeof(why)) == 0);
	CHECK(pki_bundle_read(&again, p12.bytes, p12.size, PKI_KEYS_TOO, pass, why, sizeof(why)) == 0);
	check_chain(&again);
	CHECK(pki_bundle_own(&again) == 0);
	pki_bundle_clear(&again);
	for (int c = PKI_CIPHER_AES; c <= PKI_CIPHER_DES; c++) {
		e.cipher = c;
		CHECK(pki_key_pem(p, &e, &pem, why, sizeof(why)) == 0);
		CHECK_SAYS(pem, "BEGIN ENCRYPTED PRIVATE KEY");
		CHECK(pki_bundle_read(&again, pem, strlen(pem), PKI_KEYS_TOO, pass, why, sizeof(why)) == 0);
		CHECK(pki_bundle_fits(&again, &b.certs[0]));
		pki_bundle_clear(&again);
		free(pem);
	}
	e.passphrase = "short";
	CHECK(pki_key_pem(p, &e, &pem, why, sizeof(why)) == -EINVAL);
	e.passphrase = pass;
	CHECK(pki_key_import(p, "k", &b, false, why, sizeof(why)) == 0);
	CHECK(pki_key_pem(p, &e, &pem, why, sizeof(why)) == -EPERM);
	CHECK_SAYS(why, "not exportable");
	CHECK(pki_pkcs12(p, &e, &p12, why, sizeof(why)) == -EPERM);
	pki_bundle_clear(&b);
	der_clear(&p12);
	free(bytes);
	pki_close(p);
	test_dir_remove(dir);
}

int
main(void)
{
	test_files();
	test_refusals();
	test_damage();
	test_dresses();
	test_bare();
	test_round();
	if (!failures)
		printf("pki_bundle: all good\n");
	return failures != 0;
}
