/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/ca_archive.c -- `database archive': see ca_archive() in ca_base.h. */
#include "pki/ca_own.h"
#include "pki/ca_store.h"
#include "pki/cert.h"
#include "pki/key.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

enum { ARCHIVE_ROUNDS = 100000 };

static bool
write_pem(BIO *out, X509 *x, EVP_PKEY *pkey, const char *passphrase)
{
	return PEM_write_bio_X509(out, x) == 1 &&
	       PEM_write_bio_PKCS8PrivateKey(
		   out, pkey, EVP_aes_256_cbc(), NULL, 0, NULL, (void *)passphrase) == 1;
}

static bool
write_p12(BIO *out, X509 *x, EVP_PKEY *pkey, const char *passphrase, const char *name)
{
	PKCS12 *p = PKCS12_create(passphrase, name, pkey, x, NULL, NID_aes_256_cbc, NID_aes_256_cbc,
	    ARCHIVE_ROUNDS, 0, 0);
	bool good = p && PKCS12_set_mac(p, passphrase, -1, NULL, 0, ARCHIVE_ROUNDS, EVP_sha256()) &&
		    i2d_PKCS12_bio(out, p) == 1;

	PKCS12_free(p);
	return good;
}

int
ca_archive(struct ca *c, bool pem, bool next, const char *passphrase, char *why, size_t size)
{
	char label[CA_NAME + 1], file[CA_FILE], *bytes;
	struct der cert = {0};
	int rc = next ? ca_next(c, &cert, label) : der_copy(&cert, c->cert.bytes, c->cert.size);
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(c->pki, next ? label : c->name);
	OWNED(x509_free) X509 *x = rc == 0 ? cert_open(cert.bytes, cert.size) : NULL;
	OWNED(bio_free) BIO *out = BIO_new(BIO_s_mem());
	long count;

	der_clear(&cert);
	if (rc < 0)
		return pki_why(why, size, rc, "there is no certificate to be archived");
	if (!pkey || !x || !out ||
	    !(pem ? write_pem(out, x, pkey, passphrase)
		  : write_p12(out, x, pkey, passphrase, c->name)))
		return openssl_why(why, size, "the archive cannot be made");
	count = BIO_get_mem_data(out, &bytes);
	snprintf(file, sizeof(file), "%.64s_0000%d.%s", c->name, next ? 2 : 1, pem ? "pem" : "p12");
	return ca_store_write(c->dir, file, bytes, (size_t)count, why, size);
}
