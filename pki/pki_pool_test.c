/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pki_pool_test.c -- a trustpool of a thousand CAs: it vouches, follows its changes, and costs no handshake more
 * than a look-up; and what is on the shelf of CRLs survives a restart. */
#include "pki/ca_test.h"
#include <errno.h>
#include <time.h>
#include <openssl/pem.h>

enum { CROWD = 1000, ROUNDS = 50 };

static char dir[64], why[1024];
static struct pki *pki;
static EVP_PKEY *root_key, *leaf_key;
static X509 *root;
static struct der crowd[CROWD], leaf_der, root_der;

static void
setup(void)
{
	struct spec s = { .cn = "trunk", .usage = "digitalSignature", .eku = "serverAuth,clientAuth" };
	X509 *x;

	root = test_root("Public CA", &root_key);
	leaf_key = EVP_EC_gen("P-256");
	x = test_issue(leaf_key, &s, root, root_key);
	leaf_der = test_der(x);
	root_der = test_der(root);
	X509_free(x);
	for (int i = 0; i < CROWD; i++) {
		char cn[32];
		struct spec ca = { .cn = cn, .basic = "critical,CA:TRUE", .to = i ? 0 : -1, .from = i ? 0 : -9,
			.serial = i + 1 };

		snprintf(cn, sizeof(cn), "Crowd CA %d", i);
		x = test_issue(root_key, &ca, NULL, root_key);
		crowd[i] = test_der(x);
		X509_free(x);
	}
}

static double
judge(struct pki_verdict *v, bool pool, int times)
{
	struct pki_profile p = { .pool = pool, .server = true };
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < times; i++)
		CHECK(pki_judge(pki, &p, &leaf_der, 1, NULL, 0, v, why, sizeof(why)) == 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

static void
test_pool(void)
{
	struct der kept = crowd[CROWD - 1];
	struct pki_pool_info i;
	struct pki_verdict v;
	unsigned generation = pki_pool_generation(pki);
	double one, all;

	CHECK(!pki_pool_look(pki, &i));
	judge(&v, true, 1);
	CHECK(!v.good);
	CHECK_SAYS(v.why, "which no trustpoint holds");
	CHECK(pki_pool_set(pki, &root_der, 1) == 0 && pki_pool_generation(pki) != generation);
	one = judge(&v, true, ROUNDS);
	CHECK(v.good && !strcmp(v.vouched, PKI_POOL));
	judge(&v, false, 1);
	CHECK(!v.good);
	crowd[CROWD - 1] = root_der;
	CHECK(pki_pool_set(pki, crowd, CROWD) == 0);
	all = judge(&v, true, ROUNDS);
	CHECK(v.good && !strcmp(v.vouched, PKI_POOL));
	printf("a verdict: %.2f ms with one, %.2f ms with %d in the pool\n", one * 1e3 / ROUNDS, all * 1e3 / ROUNDS, CROWD);
	CHECK(all < 10 * one + 1); /* a context is made for each, so this is far from what a handshake pays */
	CHECK(pki_pool_look(pki, &i) && i.count == CROWD && i.ended == 1 && i.soonest.size);
	der_clear(&i.soonest);
	crowd[CROWD - 1] = kept;
	CHECK(pki_pool_set(pki, crowd, CROWD) == 0);
	judge(&v, true, 1);
	CHECK(!v.good);
	CHECK_SAYS(v.why, "which neither a trustpoint nor the trustpool holds");
	CHECK(pki_pool_set(pki, NULL, 0) == 0 && !pki_pool_look(pki, &i));
}

/* PEM of a CRL of the root that ends in so many days; free(). */
static char *
make_crl(EVP_PKEY *key, int days)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *t = X509_gmtime_adj(NULL, -100 * 86400);
	BIO *out = BIO_new(BIO_s_mem());
	char *bytes, *text;
	long n;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(root));
	X509_CRL_set1_lastUpdate(crl, t);
	X509_gmtime_adj(t, (long)days * 86400);
	X509_CRL_set1_nextUpdate(crl, t);
	X509_CRL_sign(crl, key, EVP_sha256());
	PEM_write_bio_X509_CRL(out, crl);
	n = BIO_get_mem_data(out, &bytes);
	text = strndup(bytes, (size_t)n);
	BIO_free(out);
	ASN1_TIME_free(t);
	X509_CRL_free(crl);
	return text;
}

static int
import(const char *name, char *text)
{
	struct pki_crl_info info;
	int rc = pki_crl_import(pki, name, text, strlen(text), &root_der, &info, why, sizeof(why));

	free(text);
	return rc;
}

static size_t
shelved(const char *name)
{
	struct pki_crl_info *list;
	size_t n = pki_crls(pki, &list), found = 0;

	for (size_t i = 0; i < n; i++)
		found += !strcmp(list[i].name, name);
	free(list);
	return found;
}

static void
test_shelf(void)
{
	static const char name[] = "root/../a b%";

	CHECK(import(name, make_crl(leaf_key, 9)) == -EINVAL);
	CHECK_SAYS(why, "and not signed by the CA of trustpoint root");
	CHECK(import(name, make_crl(root_key, -9)) == -EINVAL);
	CHECK_SAYS(why, "the CRL has ended");
	CHECK(import(name, strdup("-----BEGIN X509 CRL-----\nAAAA\n")) == -EINVAL);
	CHECK_SAYS(why, "this is no CRL");
	CHECK(import(name, strdup("")) == -EINVAL);
	CHECK(import(name, make_crl(root_key, 9)) == 0 && import(name, make_crl(root_key, 19)) == 0);
	CHECK(shelved(name) == 1);
	pki_close(pki);
	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	CHECK(shelved(name) == 1);
	CHECK(pki_crl_drop(pki, name) == 0 && pki_crl_drop(pki, name) == -ENOENT);
	pki_close(pki);
	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	CHECK(shelved(name) == 0);
}

int
main(void)
{
	test_dir_make(dir);
	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	setup();
	test_pool();
	test_shelf();
	for (int i = 0; i < CROWD; i++)
		der_clear(&crowd[i]);
	der_clear(&leaf_der), der_clear(&root_der);
	X509_free(root);
	EVP_PKEY_free(root_key), EVP_PKEY_free(leaf_key);
	pki_close(pki);
	test_dir_remove(dir);
	return failures != 0;
}
