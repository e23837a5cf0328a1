/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/scep_test.c -- messages of SCEP, there and back: an RSA client with AES, right and wrong. */
#include "pki/cert.h"
#include "pki/scep_test.h"
#include <errno.h>

static char dir[64], why[512];
static struct pki *pki;
static struct der ca;
static struct ca_signer signer;

static struct test_client
client(void)
{
	struct test_client c = {.key = EVP_RSA_gen(2048), .cipher = EVP_aes_256_cbc()};

	c.cert = test_issue(c.key, &(struct spec){.cn = "client"}, NULL, c.key);
	c.ca = cert_open(ca.bytes, ca.size);
	return c;
}

static void
client_clear(struct test_client *c)
{
	EVP_PKEY_free(c->key);
	X509_free(c->cert);
	X509_free(c->ca);
}

/* What the client finds in the answer: the number of certificates; -1: it was none for it. */
static int
opened(const struct test_client *c, const struct der *reply, char *status)
{
	const unsigned char *p = reply->bytes;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)reply->size), *sealed = NULL,
			*box = NULL;
	BIO *out = BIO_new(BIO_s_mem()), *in = BIO_new(BIO_s_mem());
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	ASN1_OBJECT *oid = OBJ_txt2obj("2.16.840.1.113733.1.9.3", 1);
	ASN1_STRING *s = CMS_signed_get0_data_by_OBJ(si, oid, -3, V_ASN1_PRINTABLESTRING);
	STACK_OF(X509) *with = sk_X509_new_null(), *got = NULL;
	int n = -1;

	*status = s ? (char)ASN1_STRING_get0_data(s)[0] : '?';
	sk_X509_push(with, c->ca);
	if (CMS_get0_content(cms) && *CMS_get0_content(cms) &&
	    CMS_verify(cms, with, NULL, NULL, out, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1)
		sealed = d2i_CMS_bio(out, NULL);
	if (sealed && CMS_decrypt(sealed, c->key, c->cert, NULL, in, CMS_BINARY) == 1)
		box = d2i_CMS_bio(in, NULL);
	if (box && (got = CMS_get1_certs(box)))
		n = sk_X509_num(got);
	sk_X509_pop_free(got, X509_free);
	sk_X509_free(with);
	ASN1_OBJECT_free(oid);
	CMS_ContentInfo_free(box);
	CMS_ContentInfo_free(sealed);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(out);
	return n;
}

static void
test_there_and_back(void)
{
	struct test_client c = client(), other = client();
	struct der csr = test_request(c.key, "one", "secret"),
		   m = test_message(&c, "19", "T-1", &csr), reply;
	struct scep_message got;
	char status;

	CHECK(scep_read(&signer, m.bytes, m.size, &got, why, sizeof(why)) == 0);
	CHECK(got.type == SCEP_PKCS_REQ && !strcmp(got.transaction, "T-1") && got.nonce_size == 16);
	CHECK(!memcmp(got.signer_key, got.asked.key, 32) && !strcmp(got.asked.password, "secret"));
	CHECK(got.request.size == csr.size && !memcmp(got.request.bytes, csr.bytes, csr.size));
	CHECK(scep_write(
		  &signer, &got, &(struct scep_reply){.cert = &ca}, &reply, why, sizeof(why)) == 0);
	CHECK(opened(&c, &reply, &status) == 1 && status == '0');
	CHECK(opened(&other, &reply, &status) == -1);
	der_clear(&reply);
	CHECK(scep_write(&signer, &got, &(struct scep_reply){.status = SCEP_PENDING}, &reply, why,
		  sizeof(why)) == 0);
	CHECK(opened(&c, &reply, &status) == -1 && status == '3');
	der_clear(&reply);
	scep_message_clear(&got);
	CHECK(!*got.asked.password);
	der_clear(&m);
	der_clear(&csr);
	client_clear(&c);
	client_clear(&other);
}

/* An old client is answered in what it speaks. */
static void
test_des3(void)
{
	struct test_client c = client();
	struct der csr = test_request(c.key, "old", NULL), m, reply;
	struct scep_message got;
	char status;

	c.cipher = EVP_des_ede3_cbc();
	m = test_message(&c, "19", "T-3", &csr);
	CHECK(scep_read(&signer, m.bytes, m.size, &got, why, sizeof(why)) == 0 && got.des3);
	CHECK(scep_write(
		  &signer, &got, &(struct scep_reply){.cert = &ca}, &reply, why, sizeof(why)) == 0);
	CHECK(opened(&c, &reply, &status) == 1 && status == '0');
	der_clear(&reply);
	scep_message_clear(&got);
	der_clear(&m);
	der_clear(&csr);
	client_clear(&c);
}

static int
read_code(const struct der *m)
{
	struct scep_message got;
	int rc = scep_read(&signer, m->bytes, m->size, &got, why, sizeof(why));

	scep_message_clear(&got);
	return rc;
}

static void
test_wrong(void)
{
	struct test_client c = client(), elsewhere = client();
	struct der csr = test_request(c.key, "one", NULL), m = test_message(&c, "19", "T-1", &csr),
		   bad;
	struct spec root = {.cn = "elsewhere"};

	m.bytes[m.size - 1] ^= 1; /* the signature */
	CHECK(read_code(&m) == -EBADMSG);
	CHECK_SAYS(why, "the signature of the message is not good");
	m.size--;
	CHECK(read_code(&m) == -EINVAL);
	m.size = 0;
	CHECK(read_code(&m) == -EINVAL);
	bad = test_sign(&c, "19", "T-1", "no envelope", 11);
	CHECK(read_code(&bad) == -EBADMSG);
	der_clear(&bad);
	bad = test_message(&c, "19", "T 1", &csr); /* a transaction that no log should see */
	CHECK(read_code(&bad) == -EINVAL);
	der_clear(&bad);
	csr.bytes[csr.size - 1] ^=
	    1; /* proof of possession: the same words as for a broken envelope */
	bad = test_message(&c, "19", "T-1", &csr);
	CHECK(read_code(&bad) == -EBADMSG);
	CHECK_SAYS(why, "the envelope cannot be opened");
	der_clear(&bad);
	X509_free(elsewhere.ca);
	elsewhere.ca = test_issue(elsewhere.key, &root, NULL, elsewhere.key);
	bad = test_message(&elsewhere, "19", "T-1", &csr);
	CHECK(read_code(&bad) == -ENOKEY);
	der_clear(&bad);
	der_clear(&m);
	der_clear(&csr);
	client_clear(&c);
	client_clear(&elsewhere);
}

static void
test_base64(void)
{
	struct der d = {0};

	CHECK(scep_from_base64("AAEC Q==", &d) == 0 && d.size == 4 && d.bytes[2] == 2);
	der_clear(&d);
	CHECK(scep_from_base64("AAEC\nAwQF\r\n", &d) == 0 && d.size == 6);
	der_clear(&d);
	CHECK(scep_from_base64("", &d) < 0 && scep_from_base64("====", &d) < 0);
	CHECK(scep_from_base64("A", &d) < 0 && scep_from_base64("\n", &d) < 0 && !d.bytes);
}

int
main(void)
{
	struct ca_wish w = {.label = "CA",
	    .hash = "sha256",
	    .issuer_name = "cn=CA",
	    .serial = 1,
	    .lifetime_s = 86400};

	test_dir_make(dir);
	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(pki, "CA", PKI_RSA, 2048, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(ca_self(pki, &w, &ca, why, sizeof(why)) == 0);
	signer = (struct ca_signer){pki, "CA", &ca, "sha256"};
	test_there_and_back();
	test_des3();
	test_wrong();
	test_base64();
	der_clear(&ca);
	pki_close(pki);
	test_dir_remove(dir);
	return failures != 0;
}
