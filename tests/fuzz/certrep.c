/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/certrep.c -- what a server can answer to one that enrolls by SCEP: the bytes as they are, then the same
 * bytes one and two layers deeper (signed by the CA, and sealed for us), as a list of what the CA can, and as its next
 * certificate.  By CMP: to a request, to one that has waited (the transaction is then that of the bytes), and to a
 * question for the CA's certificates.  What is taken is a certificate of the CA, for our key. */
#include "pki/cmp_client.h"
#include "pki/scep_client.h"
#include "pki/scep_test.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <sys/stat.h>

/* Always the same, so that the messages of the corpus open; it is nobody's. */
static const char key_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAMhKxDvX8fbSyzVz\n"
    "5TZKGwi1F8Sq6whuQwBj0NFdvdTWYR1Q3I9pL+nvb0wir7IP37Lsbw3X91kAwbUc\n"
    "eu7UKMfGA5z352BCfi4mCnT9s6G4gdSMO+EOG8SbFgUvDoaUSxyB13dWTfoNE0yu\n"
    "OiUM2ySeGpKgJqkQ9lc3JNr3viPjAgMBAAECgYEAl+HidsLlcFce05TkDswZPfwd\n"
    "XvyBKC58znHiqrFcP2al1BY6euG3/LydeG2hL/TLnKGgAS5xGePyAEXtjugBV00G\n"
    "nrbee/oceouqlO9KNSO+b0wA6NVC/WXCvAhsctXCRtkc/5OTcObtGmSpJ23WJyez\n"
    "97eBcAvEe6Y+yBOOwNkCQQDkvmSDkJkrufWz2orQL7Pt3lFXPj7vCcH2DkVYxMrf\n"
    "Q1mjld9s9Ayf+6z1zxjmDJ+g4AbtPjb89dhXNzYKdlDlAkEA4Ch7tMo7kgB4jApb\n"
    "+qgaiQellX4ZriLQuwu/bea7DUfHA0333Yy8kKFoMQVQzUkveX2oos3zN9NvjnBh\n"
    "Zdh9JwJALmEMMEDZTaxezSC6lIuXh9tT0sSkLgNkeGdcWCtOlwYo3qo8qvKwvJ9i\n"
    "6lQbUEmu9Ad4YBIFRDT0sHpZUrW6oQJBAIcXvt5JVzd5syzq/V4GO9/DzQZYdg+d\n"
    "ieCAhwEsIiUx0f3q2mwaanZb4FhS1Myzw7nbgmuD5YYKllvo3Loti9cCQQC5A0nc\n"
    "wXun/Xz2ETtWFakPlCwGip6G1K8Yh4dVjsGkZmyJCqwPWyPw6tDwLohCdZgepXCw\n"
    "G452O90aCuQS8xg4\n"
    "-----END PRIVATE KEY-----\n";

#define ID "00112233445566778899AABBCCDDEEFF"
static char dir[64], why[256];
static const uint8_t nonce[16] = "0123456789abcdef";
static struct pki *pki;
static struct der ca, own, csr;
static struct scep_order order;

static void
end(void)
{
	der_clear(&ca);
	der_clear(&own);
	der_clear(&csr);
	pki_close(pki);
	test_dir_remove(dir);
}

static void
put_key(const char *label)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/keys/%s.key", dir, label);
	f = fopen(path, "w");
	HOLDS(f && fputs(key_pem, f) >= 0 && fclose(f) == 0);
}

static void
begin(void)
{
	struct ca_wish w = { .label = "CA", .hash = "sha256", .issuer_name = "cn=CA", .serial = 1, .lifetime_s = 86400 };
	struct pki_request r = { .label = "own", .subject = "cn=own", .hash = "sha256" };
	struct pki_fingerprints print;
	char path[128], *base64 = NULL;

	test_dir_make(dir);
	snprintf(path, sizeof(path), "%s/keys", dir);
	HOLDS(mkdir(path, 0700) == 0);
	put_key("CA");
	put_key("own");
	HOLDS(pki_open(&pki, dir, why, sizeof(why)) == 0);
	HOLDS(ca_self(pki, &w, &ca, why, sizeof(why)) == 0);
	HOLDS(pki_self_sign(pki, &r, 30, &own, why, sizeof(why)) == 0);
	HOLDS(pki_csr(pki, &r, &base64, &print, why, sizeof(why)) == 0);
	HOLDS(ca_request_from_text(base64, &csr, why, sizeof(why)) == 0);
	free(base64);
	order = (struct scep_order){ .pki = pki, .label = "own", .signer = &own, .signer_label = "own", .ca = &ca,
		.transaction = ID };
	atexit(end);
}

static void
hear(const void *bytes, size_t size)
{
	struct scep_answer a;
	int rc;

	why[0] = '\0';
	rc = scep_hear(&order, nonce, bytes, size, &a, why, sizeof(why));
	HOLDS(rc == 0 || (*why && !a.cert.size));
	if (rc == 0 && a.status == SCEP_SUCCESS)
		HOLDS(pki_cert_issued_by(&a.cert, &ca) && pki_key_matches(pki, "own", &a.cert));
	HOLDS(rc < 0 || a.status == SCEP_FAILURE ? *scep_fail_words(a.fail) : 1);
	der_clear(&a.cert);
}

static int
carry(void *arg, const struct der *message, struct der *to, char *w, size_t n)
{
	const struct der *said = arg;

	(void)message, (void)w, (void)n;
	return der_copy(to, said->bytes, said->size);
}

static void
hear_cmp(struct der said)
{
	struct cmp_order o = { .pki = pki, .kind = CMP_IR, .label = "own", .request = &csr, .ca = &ca, .reference = "ref",
		.secret = "a-secret", .carry = carry, .arg = &said };
	struct cmp_answer a;
	struct pki_bundle b;

	for (int i = 0; i < 2; i++) {
		int rc;

		why[0] = '\0';
		rc = cmp_ask(&o, &a, why, sizeof(why));
		HOLDS(rc == 0 ? a.status != CMP_REFUSED || *why : *why && !a.cert.size);
		if (rc == 0 && a.status == CMP_GRANTED)
			HOLDS(pki_cert_issued_by(&a.cert, &ca) && pki_key_matches(pki, "own", &a.cert));
		cmp_answer_clear(&a);
		o.first = o.last = said;
	}
	o.ca = NULL;
	if (cmp_ca(&o, &b, why, sizeof(why)) == 0)
		pki_bundle_clear(&b);
}

static bool
add(CMS_SignerInfo *si, const char *oid, int kind, const void *bytes, size_t count)
{
	return CMS_signed_add1_attr_by_txt(si, oid, kind, bytes, (int)count) == 1;
}

/* An answer of the CA to our message, around any bytes. */
static struct der
answer(const char *status, const void *bytes, size_t count)
{
	unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP;
	const unsigned char *p = ca.bytes;
	X509 *x = d2i_X509(NULL, &p, (long)ca.size);
	BIO *pem = BIO_new_mem_buf(key_pem, -1), *in = BIO_new_mem_buf(bytes, (int)count);
	EVP_PKEY *pkey = PEM_read_bio_PrivateKey(pem, NULL, NULL, NULL);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	CMS_SignerInfo *si = CMS_add1_signer(cms, x, pkey, EVP_sha256(), flags);

	HOLDS(si && add(si, "2.16.840.1.113733.1.9.2", V_ASN1_PRINTABLESTRING, "3", 1) &&
	    add(si, "2.16.840.1.113733.1.9.3", V_ASN1_PRINTABLESTRING, status, strlen(status)) &&
	    add(si, "2.16.840.1.113733.1.9.4", V_ASN1_PRINTABLESTRING, "2", 1) &&
	    add(si, "2.16.840.1.113733.1.9.7", V_ASN1_PRINTABLESTRING, ID, strlen(ID)) &&
	    add(si, "2.16.840.1.113733.1.9.6", V_ASN1_OCTET_STRING, nonce, sizeof(nonce)));
	HOLDS(CMS_final(cms, in, NULL, flags) == 1);
	BIO_free(in);
	BIO_free(pem);
	EVP_PKEY_free(pkey);
	X509_free(x);
	return test_cms(cms);
}

/* Signed; sealed and signed. */
static void
deeper(const uint8_t *data, size_t size)
{
	static const char *const statuses[] = { "0", "0", "0", "2", "3", "1", "x" };
	const unsigned char *p = own.bytes;
	struct test_client us = { .ca = d2i_X509(NULL, &p, (long)own.size), .cipher = EVP_aes_128_cbc() };
	struct der sealed, d = answer(statuses[size % 7], data, size);

	hear(d.bytes, d.size);
	der_clear(&d);
	sealed = test_seal(&us, data, size);
	d = answer("0", sealed.bytes, sealed.size);
	hear(d.bytes, d.size);
	der_clear(&d);
	der_clear(&sealed);
	X509_free(us.ca);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct der *ras[SCEP_RAS];
	struct der whole = { (uint8_t *)(uintptr_t)data, size };
	struct scep_caps caps;
	struct pki_bundle b;

	if (!pki)
		begin();
	hear(data, size);
	if (size)
		hear_cmp(whole);
	if (scep_next_ca(&order, data, size, &b, why, sizeof(why)) == 0)
		pki_bundle_clear(&b);
	if (size && size < 16384)
		deeper(data, size);
	scep_caps_read(&caps, (const char *)data, size);
	HOLDS(scep_ras(&whole, 1, &ca, true, ras) == 0);
	return 0;
}
