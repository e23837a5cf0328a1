/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/scep_client_test.c -- one that enrolls against the CA of this room, without a network: what each says the other
 * understands, with RSA and EC keys, and what is not to be believed is not. */
#include "pki/key.h"
#include "pki/scep_client.h"
#include "pki/scep_test.h"
#include <errno.h>
#include <openssl/cms.h>

static char dir[64], why[512];
static struct pki *pki;
static struct der ca, stranger;
static struct ca_signer signer;

struct side { struct scep_order o; struct der request, self; };

static void
side_make(struct side *s, const char *label, struct scep_caps caps)
{
	struct pki_request r = {.label = label, .subject = "cn=edge", .fqdn = "edge.example.com", .password = "a-secret"};
	struct pki_fingerprints print;
	char *base64 = NULL;

	*s = (struct side){.request = {0}};
	CHECK(pki_csr(pki, &r, &base64, &print, why, sizeof(why)) == 0);
	CHECK(ca_request_from_text(base64, &s->request, why, sizeof(why)) == 0);
	CHECK(pki_self_sign(pki, &r, 30, &s->self, why, sizeof(why)) == 0);
	free(base64);
	s->o = (struct scep_order){.pki = pki, .label = label, .request = &s->request, .signer = &s->self,
	    .signer_label = label, .ca = &ca, .caps = caps, .transaction = "0123456789ABCDEF0123456789ABCDEF"};
}

static void
side_clear(struct side *s)
{
	der_clear(&s->request);
	der_clear(&s->self);
}

/* The CA's side: what it says to a message, with that certificate (or another status). */
static struct der
reply_to(const struct der *message, enum scep_status status, const struct der *cert)
{
	struct scep_reply r = {.status = status, .fail = SCEP_BAD_TIME, .cert = cert};
	struct scep_message m;
	struct der reply = {0};

	CHECK(scep_read(&signer, message->bytes, message->size, &m, why, sizeof(why)) == 0);
	CHECK(!strcmp(m.transaction, "0123456789ABCDEF0123456789ABCDEF"));
	CHECK(m.type == SCEP_POLL || !strcmp(m.asked.password, "a-secret"));
	CHECK(scep_write(&signer, &m, &r, &reply, why, sizeof(why)) == 0);
	scep_message_clear(&m);
	return reply;
}

static void
talk(const char *label, struct scep_caps caps)
{
	struct ca_terms terms = {.serial = 7, .lifetime_s = 3600, .ekus = CA_EKU_USUAL};
	struct der message, reply, cert = {0};
	struct scep_answer a;
	struct side s;
	uint8_t nonce[16];

	side_make(&s, label, caps);
	CHECK(ca_issue(&signer, &s.request, &terms, &cert, why, sizeof(why)) == 0);
	CHECK(scep_ask(&s.o, SCEP_PKCS_REQ, &message, nonce, why, sizeof(why)) == 0);
	reply = reply_to(&message, SCEP_SUCCESS, &cert);
	CHECK(scep_hear(&s.o, nonce, reply.bytes, reply.size, &a, why, sizeof(why)) == 0);
	CHECK(a.status == SCEP_SUCCESS && a.cert.size == cert.size && !memcmp(a.cert.bytes, cert.bytes, cert.size));
	der_clear(&a.cert);
	nonce[3] ^= 1;                          /* of another message */
	CHECK(scep_hear(&s.o, nonce, reply.bytes, reply.size, &a, why, sizeof(why)) == -EBADMSG);
	CHECK(strstr(why, "nonce"));
	nonce[3] ^= 1;
	s.o.ca = &stranger;                     /* the trustpoint trusts another CA */
	CHECK(scep_hear(&s.o, nonce, reply.bytes, reply.size, &a, why, sizeof(why)) == -EBADMSG);
	CHECK(strstr(why, "not signed by the CA"));
	s.o.ca = &ca;
	s.o.label = "other";                    /* the certificate is for another key */
	CHECK(scep_hear(&s.o, nonce, reply.bytes, reply.size, &a, why, sizeof(why)) == -EBADMSG);
	CHECK(strstr(why, "not for our key other"));
	der_clear(&reply);
	der_clear(&message);
	der_clear(&cert);
	side_clear(&s);
}

static void
statuses(void)
{
	struct der message, reply;
	struct scep_answer a;
	struct side s;
	uint8_t nonce[16];

	side_make(&s, "rsa", (struct scep_caps){.aes = true, .sha256 = true});
	CHECK(scep_ask(&s.o, SCEP_POLL, &message, nonce, why, sizeof(why)) == 0);
	reply = reply_to(&message, SCEP_PENDING, NULL);
	CHECK(scep_hear(&s.o, nonce, reply.bytes, reply.size, &a, why, sizeof(why)) == 0 && a.status == SCEP_PENDING);
	for (size_t i = 0; i < reply.size; i += 7) {            /* no bit of it but matters, or changes nothing */
		reply.bytes[i] ^= 0x10;
		if (scep_hear(&s.o, nonce, reply.bytes, reply.size, &a, why, sizeof(why)) == 0)
			CHECK(a.status == SCEP_PENDING);
		reply.bytes[i] ^= 0x10;
	}
	der_clear(&reply);
	reply = reply_to(&message, SCEP_FAILURE, NULL);
	CHECK(scep_hear(&s.o, nonce, reply.bytes, reply.size, &a, why, sizeof(why)) == 0);
	CHECK(a.status == SCEP_FAILURE && a.fail == SCEP_BAD_TIME && strstr(scep_fail_words(a.fail), "show clock"));
	der_clear(&reply);
	der_clear(&message);
	CHECK(scep_hear(&s.o, nonce, "", 0, &a, why, sizeof(why)) == -EBADMSG);
	CHECK(scep_hear(&s.o, nonce, ca.bytes, ca.size, &a, why, sizeof(why)) == -EBADMSG);
	side_clear(&s);
}

/* GetNextCACert: `inside' as that certificate and key sign it. */
static struct der
next_by(const struct der *cert, const char *label, const struct der *inside)
{
	const unsigned char *p = cert->bytes;
	X509 *x = d2i_X509(NULL, &p, (long)cert->size);
	EVP_PKEY *key = key_hold(pki, label);
	BIO *in = BIO_new_mem_buf(inside->bytes, (int)inside->size);
	CMS_ContentInfo *cms = CMS_sign(x, key, NULL, in, CMS_BINARY);
	unsigned char *bytes = NULL;
	int n = i2d_CMS_ContentInfo(cms, &bytes);
	struct der d = {0};

	CHECK(n > 0 && der_copy(&d, bytes, (size_t)n) == 0);
	OPENSSL_free(bytes);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	EVP_PKEY_free(key);
	X509_free(x);
	return d;
}

/* Only the CA says what comes after it: not one whom it has certified, and nobody else. */
static void
next_ca(void)
{
	struct ca_terms terms = {.serial = 8, .lifetime_s = 3600, .ekus = CA_EKU_USUAL};
	struct der d, leaf = {0};
	struct pki_bundle b;
	struct side s;

	side_make(&s, "rsa", (struct scep_caps){.post = true});
	CHECK(ca_issue(&signer, &s.request, &terms, &leaf, why, sizeof(why)) == 0);
	d = next_by(&ca, "CA", &stranger);
	CHECK(scep_next_ca(&s.o, d.bytes, d.size, &b, why, sizeof(why)) == 0);
	CHECK(b.count == 1 && b.certs[0].size == stranger.size && !memcmp(b.certs[0].bytes, stranger.bytes, stranger.size));
	pki_bundle_clear(&b);
	d.bytes[d.size - 9] ^= 1;
	CHECK(scep_next_ca(&s.o, d.bytes, d.size, &b, why, sizeof(why)) == -EBADMSG);
	der_clear(&d);
	d = next_by(&leaf, "rsa", &stranger);
	CHECK(scep_next_ca(&s.o, d.bytes, d.size, &b, why, sizeof(why)) == -EBADMSG && strstr(why, "not signed by the present"));
	der_clear(&d);
	d = next_by(&stranger, "other", &stranger);
	CHECK(scep_next_ca(&s.o, d.bytes, d.size, &b, why, sizeof(why)) == -EBADMSG && strstr(why, "not signed by the present"));
	der_clear(&d);
	d = next_by(&ca, "CA", &s.request);
	CHECK(scep_next_ca(&s.o, d.bytes, d.size, &b, why, sizeof(why)) == -EBADMSG && strstr(why, "holds no certificate"));
	der_clear(&d);
	CHECK(scep_next_ca(&s.o, ca.bytes, ca.size, &b, why, sizeof(why)) == -EBADMSG);
	der_clear(&leaf);
	side_clear(&s);
}

/* How many of these may speak for the CA: one of that extended key usage. */
static size_t
ras_with(const char *eku, bool any)
{
	const unsigned char *p = ca.bytes;
	X509 *up = d2i_X509(NULL, &p, (long)ca.size);
	EVP_PKEY *key = key_hold(pki, "rsa"), *by = key_hold(pki, "CA");
	X509 *x = test_issue(key, &(struct spec){.cn = "ra", .eku = eku}, up, by);
	struct der d = test_der(x);
	const struct der *found[SCEP_RAS];
	size_t n = scep_ras(&d, 1, &ca, any, found);

	der_clear(&d);
	X509_free(x);
	X509_free(up);
	EVP_PKEY_free(key);
	EVP_PKEY_free(by);
	return n;
}

static void
ras(void)
{
	CHECK(ras_with("cmcRA", false) == 1);
	CHECK(ras_with("clientAuth,1.3.6.1.4.1.311.20.2.1", false) == 1);
	CHECK(ras_with("clientAuth", false) == 0 && ras_with(NULL, false) == 0);
	CHECK(ras_with("clientAuth", true) == 1);
}

static void
words(void)
{
	struct scep_caps c;
	struct der d = {(uint8_t *)(uintptr_t)"\xfb\xff\xbe", 3};
	char *url;
	static const char some[] = "POSTPKIOperation\r\naes\r\nSHA-512\nRenewalX", page[] = "<html>AESSHA-256</html>";

	scep_caps_read(&c, some, sizeof(some) - 1);
	CHECK(c.post && c.aes && c.sha256 && !c.renewal && !c.des3);
	scep_caps_read(&c, "SCEPStandard", 12);
	CHECK(c.post && c.aes && c.sha256);
	scep_caps_read(&c, page, sizeof(page) - 1);
	CHECK(!c.post && !c.aes && !c.sha256);
	url = scep_get_url("http://a/b", "PKIOperation", &d);
	CHECK(url && !strcmp(url, "http://a/b?operation=PKIOperation&message=%2B%2F%2B%2B"));
	free(url);
}

int
main(void)
{
	struct ca_wish w = {.label = "CA", .hash = "sha256", .issuer_name = "cn=CA", .serial = 1, .lifetime_s = 86400};

	test_dir_make(dir);
	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(pki, "CA", PKI_RSA, 2048, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(pki, "rsa", PKI_RSA, 2048, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(pki, "other", PKI_RSA, 2048, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(pki, "ec", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(ca_self(pki, &w, &ca, why, sizeof(why)) == 0);
	w.label = "other";
	CHECK(ca_self(pki, &w, &stranger, why, sizeof(why)) == 0);
	signer = (struct ca_signer){pki, "CA", &ca, "sha256"};
	talk("rsa", (struct scep_caps){.aes = true, .sha256 = true, .post = true});
	talk("rsa", (struct scep_caps){.des3 = true, .sha1 = true});
	talk("rsa", (struct scep_caps){.post = false});
	talk("ec", (struct scep_caps){.aes = true, .sha256 = true});
	statuses();
	next_ca();
	ras();
	words();
	der_clear(&ca);
	der_clear(&stranger);
	pki_close(pki);
	test_dir_remove(dir);
	return failures != 0;
}
