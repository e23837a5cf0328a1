/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/scep.c -- what a network peer can send to a certificate authority: messages of SCEP, then
 * the same bytes one and two layers deeper (signed and sealed by a client that is in order), requests, and
 * revocation lists.  Whatever is accepted can be answered. */
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

static char dir[64], why[256];
static struct pki *pki;
static struct der ca;
static struct ca_signer signer;
static struct test_client client;

static void
end(void)
{
	der_clear(&ca);
	EVP_PKEY_free(client.key);
	X509_free(client.cert);
	X509_free(client.ca);
	pki_close(pki);
	test_dir_remove(dir);
}

static void
begin(void)
{
	struct ca_wish w = { .label = "CA", .hash = "sha256", .issuer_name = "cn=CA", .serial = 1,
		.lifetime_s = 86400 };
	const unsigned char *p;
	char path[128];
	FILE *f;

	test_dir_make(dir);
	snprintf(path, sizeof(path), "%s/keys", dir);
	HOLDS(mkdir(path, 0700) == 0);
	snprintf(path, sizeof(path), "%s/keys/CA.key", dir);
	f = fopen(path, "w");
	HOLDS(f && fputs(key_pem, f) >= 0 && fclose(f) == 0);
	HOLDS(pki_open(&pki, dir, why, sizeof(why)) == 0);
	HOLDS(ca_self(pki, &w, &ca, why, sizeof(why)) == 0);
	signer = (struct ca_signer){ pki, "CA", &ca, "sha256" };
	client.key = EVP_RSA_gen(1024);
	client.cert = test_issue(client.key, &(struct spec){ .cn = "client" }, NULL, client.key);
	client.cipher = EVP_aes_128_cbc();
	p = ca.bytes;
	client.ca = d2i_X509(NULL, &p, (long)ca.size);
	HOLDS(client.ca);
	atexit(end);
}

static void
message(const void *bytes, size_t size)
{
	struct scep_reply failed = { .status = SCEP_FAILURE, .fail = SCEP_BAD_MESSAGE };
	struct scep_reply good = { .cert = &ca };
	struct scep_message m;
	struct der reply = { 0 };
	int rc;

	why[0] = '\0';
	rc = scep_read(&signer, bytes, size, &m, why, sizeof(why));
	HOLDS(rc == 0 || *why);
	if (rc == 0 || rc == -EBADMSG)
		HOLDS(scep_write(&signer, &m, &failed, &reply, why, sizeof(why)) == 0);
	der_clear(&reply);
	if (rc == 0)
		scep_write(&signer, &m, &good, &reply, why, sizeof(why));
	der_clear(&reply);
	scep_message_clear(&m);
}

static void
deeper(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "19", "20", "21", "22", "17" };
	struct der d = test_sign(&client, "19", "T", data, size);
	struct der inside = { (uint8_t *)(uintptr_t)data, size };

	message(d.bytes, d.size);
	der_clear(&d);
	d = test_message(&client, types[size % 5], "T", &inside);
	message(d.bytes, d.size);
	der_clear(&d);
}

static void
request(const struct der *d)
{
	struct ca_terms terms = { .serial = 2, .lifetime_s = 3600, .ekus = CA_EKU_USUAL, .cdp = "http://a/b" };
	struct ca_asked asked;
	struct der cert = { 0 };

	if (ca_request_read(d, &asked, why, sizeof(why)) < 0)
		return;
	if (ca_issue(&signer, d, &terms, &cert, why, sizeof(why)) == 0)
		HOLDS(pki_cert_issued_by(&cert, &ca) && ca_serial(&cert) == 2);
	der_clear(&cert);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct der whole = { (uint8_t *)text, size }, der = { 0 };
	struct ca_crl crl;

	if (!pki)
		begin();
	message(text, size);
	if (size && size < 8192)
		deeper(data, size);
	request(&whole);
	if (ca_request_from_text(text, &der, why, sizeof(why)) == 0)
		request(&der);
	der_clear(&der);
	if (ca_crl_read(&whole, &ca, &crl, why, sizeof(why)) == 0)
		free(crl.of);
	scep_from_base64(text, &der);
	der_clear(&der);
	free(text);
	return 0;
}
