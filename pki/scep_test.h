/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/scep_test.h -- a client of SCEP, for the tests: it makes messages, right or wrong. */
#ifndef PKI_SCEP_TEST_H
#define PKI_SCEP_TEST_H

#include "pki/ca_test.h"
#include "pki/scep.h"
#include <openssl/cms.h>

struct test_client {
	EVP_PKEY *key;
	X509 *cert; /* of the key, by whomever */
	X509 *ca;   /* to whom it is sealed */
	const EVP_CIPHER *cipher;
};

static inline struct der
test_cms(CMS_ContentInfo *cms)
{
	unsigned char *bytes = NULL;
	int n = cms ? i2d_CMS_ContentInfo(cms, &bytes) : -1;
	struct der der = {0};

	if (n > 0 && der_copy(&der, bytes, (size_t)n) < 0)
		abort();
	OPENSSL_free(bytes);
	CMS_ContentInfo_free(cms);
	return der;
}

static inline struct der
test_seal(const struct test_client *c, const void *bytes, size_t count)
{
	BIO *in = BIO_new_mem_buf(bytes, (int)count);
	STACK_OF(X509) *who = sk_X509_new_null();
	struct der der;

	sk_X509_push(who, c->ca);
	der = test_cms(CMS_encrypt(who, in, c->cipher, CMS_BINARY));
	sk_X509_free(who);
	BIO_free(in);
	return der;
}

/* SignedData with the attributes of a request around any bytes. */
static inline struct der
test_sign(const struct test_client *c, const char *type, const char *transaction, const void *bytes,
    size_t count)
{
	unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP;
	BIO *in = BIO_new_mem_buf(bytes, (int)count);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	CMS_SignerInfo *si = CMS_add1_signer(cms, c->cert, c->key, EVP_sha256(), flags);

	if (!si ||
	    !CMS_signed_add1_attr_by_txt(si, "2.16.840.1.113733.1.9.2", V_ASN1_PRINTABLESTRING, type,
		(int)strlen(type)) ||
	    !CMS_signed_add1_attr_by_txt(si, "2.16.840.1.113733.1.9.7", V_ASN1_PRINTABLESTRING,
		transaction, (int)strlen(transaction)) ||
	    !CMS_signed_add1_attr_by_txt(si, "2.16.840.1.113733.1.9.5", V_ASN1_OCTET_STRING,
		"0123456789abcdef", 16) ||
	    CMS_final(cms, in, NULL, flags) != 1)
		abort();
	BIO_free(in);
	return test_cms(cms);
}

static inline struct der
test_message(const struct test_client *c, const char *type, const char *transaction,
    const struct der *inside)
{
	struct der sealed = test_seal(c, inside->bytes, inside->size);
	struct der message = test_sign(c, type, transaction, sealed.bytes, sealed.size);

	der_clear(&sealed);
	return message;
}

/* A request for that key; password NULL: without; basic: the constraints that it asks for, in the words of openssl. */
static inline struct der
test_request_for(EVP_PKEY *key, const char *cn, const char *password, const char *basic)
{
	STACK_OF(X509_EXTENSION) *list = basic ? sk_X509_EXTENSION_new_null() : NULL;
	X509_REQ *req = X509_REQ_new();
	unsigned char *bytes = NULL;
	struct der der = {0};
	int n;

	X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN", MBSTRING_UTF8,
	    (const uint8_t *)cn, -1, -1, 0);
	X509_REQ_set_pubkey(req, key);
	if (password)
		X509_REQ_add1_attr_by_NID(req, NID_pkcs9_challengePassword, MBSTRING_UTF8,
		    (const uint8_t *)password, -1);
	if (list && (!sk_X509_EXTENSION_push(list, X509V3_EXT_nconf_nid(NULL, NULL, NID_basic_constraints, basic)) ||
			!X509_REQ_add_extensions(req, list)))
		abort();
	sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
	if (X509_REQ_sign(req, key, EVP_sha256()) <= 0 || (n = i2d_X509_REQ(req, &bytes)) <= 0 ||
	    der_copy(&der, bytes, (size_t)n) < 0)
		abort();
	OPENSSL_free(bytes);
	X509_REQ_free(req);
	return der;
}

static inline struct der
test_request(EVP_PKEY *key, const char *cn, const char *password)
{
	return test_request_for(key, cn, password, NULL);
}

#endif
