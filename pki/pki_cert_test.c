/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pki_cert_test.c -- what people paste, and what show wants to know of it. */
#include "pki/ca_test.h"
#include <ctype.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>

static char why[512];
static EVP_PKEY *ca_key, *key;
static X509 *ca, *cert;
static struct der der;

static void
setup(void)
{
	struct spec s = {.cn = "edge1.example.com",
	    .basic = "CA:FALSE",
	    .serial = 0x907A,
	    .usage = "digitalSignature,keyEncipherment",
	    .eku = "clientAuth,serverAuth,1.2.3.4",
	    .san = "DNS:edge1.example.com,DNS:edge2.example.com,IP:192.0.2.1,IP:2001:db8::1",
	    .crl = "URI:http://pki.example.com/issuing.crl",
	    .info = "OCSP;URI:http://ocsp.example.com,caIssuers;URI:http://pki.example.com/ca.crt"};

	ca = test_root("Example Root CA", &ca_key);
	key = EVP_RSA_gen(2048);
	cert = test_issue(key, &s, ca, ca_key);
	der = test_der(cert);
}

static void
accept_text(const char *name, const char *text)
{
	struct der out = {0};
	int rc = pki_cert_from_text(text, &out, why, sizeof(why));

	if (rc || out.size != der.size || memcmp(out.bytes, der.bytes, der.size)) {
		fprintf(stderr, "%s: refused (%s)\n%s\n", name, why, text);
		failures++;
	}
	der_clear(&out);
	CHECK(ERR_peek_error() == 0);
}

static void
refuse_text(const char *name, const char *text, const char *reason)
{
	struct der out = {0};

	why[0] = 0;
	if (pki_cert_from_text(text, &out, why, sizeof(why)) != -EINVAL || !strstr(why, reason)) {
		fprintf(stderr, "%s: \"%s\", not \"%s\"\n", name, why, reason);
		failures++;
	}
	CHECK(!out.bytes && ERR_peek_error() == 0);
}

/* `text` with `from` replaced by `to`, everywhere. */
static char *
replaced(const char *text, const char *from, const char *to)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	while (*text) {
		if (!strncmp(text, from, strlen(from))) {
			fputs(to, f);
			text += strlen(from);
		} else {
			fputc(*text++, f);
		}
	}
	fclose(f);
	return out;
}

static char *
body(const char *pem)
{
	const char *begin = strchr(pem, '\n') + 1, *end = strstr(pem, "-----END");

	return strndup(begin, (size_t)(end - begin));
}

static void
test_good_forms(void)
{
	char *pem = TEST_PEM(PEM_write_bio_X509(to, cert)), *raw = body(pem), *text, *other;
	char *root = TEST_PEM(PEM_write_bio_X509(to, ca)), *printed = NULL;
	size_t size;
	FILE *f;

	accept_text("pem", pem);
	accept_text("raw base 64", raw);
	accept_text("CRLF", text = replaced(pem, "\n", "\r\n"));
	free(text);
	accept_text("CR only in raw", text = replaced(raw, "\n", "\r"));
	free(text);
	accept_text("one line", text = replaced(pem, "\n", " "));
	free(text);
	accept_text("raw in one line", text = replaced(raw, "\n", ""));
	free(text);
	accept_text("blanks and tabs", text = replaced(pem, "\n", " \t \n\n  "));
	free(text);
	text = replaced(pem, "A", " A\t");
	other = replaced(text, "CERTIFIC A\tTE", "CERTIFICATE");
	accept_text("blanks inside", other);
	free(text), free(other);
	accept_text("lost dashes", text = replaced(pem, "-----", "--"));
	free(text);
	accept_text("trusted", text = replaced(pem, "CERTIFICATE", "TRUSTED CERTIFICATE"));
	free(text);
	CHECK(asprintf(&text, "subject=CN = x\nBag - Attributes\n%s%s", pem, root) > 0);
	refuse_text("a bundle", text, "one certificate was expected, and there are 2");
	free(text);
	CHECK(asprintf(&text, "%squit\n", raw) > 0);
	accept_text("raw and quit", text);
	free(text);
	text = TEST_PEM(X509_print(to, cert) && PEM_write_bio_X509(to, cert));
	accept_text("openssl x509 -text", text);
	free(text);
	f = open_memstream(&printed, &size);
	pki_cert_pem(&der, f);
	fclose(f);
	CHECK(!strcmp(printed, pem));
	free(printed), free(pem), free(raw), free(root);
}

static void
refuse_pem(const char *name, char *pem, const char *reason)
{
	char *raw = body(pem);

	refuse_text(name, pem, reason);
	refuse_text(name, raw, reason);
	for (size_t i = 0; i + 8 < strlen(raw); i += 16) { /* not even a piece of it is repeated */
		char piece[9] = "";

		memcpy(piece, raw + i, 8);
		CHECK(!strstr(why, piece));
	}
	free(raw);
	free(pem);
}

static void
test_other_things(void)
{
	X509_REQ *req = X509_REQ_new();
	X509_CRL *crl = X509_CRL_new();
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	char *encrypted;

	X509_REQ_set_pubkey(req, key);
	X509_REQ_sign(req, key, EVP_sha256());
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca));
	X509_CRL_set1_lastUpdate(crl, X509_get0_notBefore(ca));
	X509_CRL_sign(crl, ca_key, EVP_sha256());
	refuse_pem("PKCS#8",
	    TEST_PEM(PEM_write_bio_PKCS8PrivateKey(to, key, NULL, NULL, 0, NULL, NULL)),
	    "this is a private key, not a certificate: it was not kept");
	refuse_pem("RSA key",
	    TEST_PEM(PEM_write_bio_PrivateKey_traditional(to, key, NULL, NULL, 0, NULL, NULL)),
	    "private key");
	refuse_pem("EC key",
	    TEST_PEM(PEM_write_bio_PrivateKey_traditional(to, ec, NULL, NULL, 0, NULL, NULL)),
	    "private key");
	encrypted = TEST_PEM(
	    PEM_write_bio_PKCS8PrivateKey(to, key, EVP_aes_256_cbc(), "abcd", 4, NULL, NULL));
	refuse_pem("encrypted key", encrypted, "private key");
	refuse_pem("request", TEST_PEM(PEM_write_bio_X509_REQ(to, req)), "certificate request");
	refuse_pem("public key", TEST_PEM(PEM_write_bio_PUBKEY(to, key)), "public key");
	refuse_pem("CRL", TEST_PEM(PEM_write_bio_X509_CRL(to, crl)), "revocation list");
	X509_REQ_free(req);
	X509_CRL_free(crl);
	EVP_PKEY_free(ec);
}

static void
test_pkcs12(void)
{
	PKCS12 *p12 = PKCS12_create("abcd", "n", key, cert, NULL, 0, 0, 0, 0, 0);
	unsigned char *bytes = NULL;
	int size = i2d_PKCS12(p12, &bytes);
	char *text = malloc((size_t)size * 2);

	EVP_EncodeBlock((unsigned char *)text, bytes, size);
	refuse_text("PKCS#12", text, "PKCS#12");
	PKCS12_free(p12);
	OPENSSL_free(bytes);
	free(text);
}

static void
test_broken(void)
{
	char *pem = TEST_PEM(PEM_write_bio_X509(to, cert)), *raw = body(pem), *text;

	refuse_text("nothing", "", "no certificate in the text");
	refuse_text("blanks", " \r\n\t\n", "no certificate in the text");
	refuse_text("header only", "-----BEGIN CERTIFICATE-----\n", "no");
	refuse_text("words", "show run", "this is not a certificate");
	refuse_text("more words", "show run!", "the base 64 text is broken in line 1");
	raw[70] = '?';
	refuse_text("line 2", raw, "the base 64 text is broken in line 2");
	CHECK(asprintf(&text, "\n-----BEGIN CERTIFICATE-----\n%s", raw) > 0);
	refuse_text("line 4", text, "the base 64 text is broken in line 4");
	free(text);
	pem[400] = 0;
	refuse_text("cut off", pem, "cut off");
	pem[399] = 0;
	pem[398] = 0;
	pem[397] = 0;
	refuse_text("cut in a quantum", pem, "");
	free(pem), free(raw);
	CHECK(pki_cert_from_der(der.bytes, der.size, why, sizeof(why)) == 0);
	CHECK(pki_cert_from_der(der.bytes, der.size - 1, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "cut off");
	CHECK(pki_cert_from_der((const uint8_t *)"", 0, why, sizeof(why)) == -EINVAL);
}

static void
test_info(void)
{
	static struct pki_cert_info info;
	struct der root = test_der(ca);

	CHECK(pki_cert_info(&der, &info) == 0);
	CHECK(info.version == 3 && !strcmp(info.serial, "00907A"));
	CHECK(info.subjects == 3 && !strcmp(info.subject[0], "cn=edge1.example.com"));
	CHECK(!strcmp(info.subject[1], "o=Example") && !strcmp(info.subject[2], "c=DE"));
	CHECK(info.issuers == 3 && !strcmp(info.issuer[0], "cn=Example Root CA"));
	CHECK(!strcmp(info.common_name, "edge1.example.com"));
	CHECK(info.san_dnss == 2 && !strcmp(info.san_dns[1], "edge2.example.com"));
	CHECK(info.san_ips == 2 && !strcmp(info.san_ip[0], "192.0.2.1"));
	CHECK(!strcmp(info.san_ip[1], "2001:db8::1"));
	CHECK(labs((long)(info.not_after - time(NULL)) - 365 * 86400) < 100);
	CHECK(!strcmp(info.key_algorithm, "rsaEncryption") && info.key_bits == 2048);
	CHECK(info.key_type == PKI_RSA && !strcmp(info.signature, "SHA256 with ECDSA"));
	CHECK(
	    !info.ca && !info.self_signed && info.has_basic && info.has_key_usage && info.has_eku);
	CHECK(info.key_usage == 0xA0000000 && info.ekus == 3);
	CHECK(!strcmp(info.eku[0], "Client Auth") && !strcmp(info.eku[2], "1.2.3.4"));
	CHECK(info.ski_size == 20 && info.aki_size == 20);
	CHECK(info.crls == 1 && !strcmp(info.crl[0], "http://pki.example.com/issuing.crl"));
	CHECK(info.ocsps == 1 && !strcmp(info.ocsp[0], "http://ocsp.example.com"));
	CHECK(
	    info.ca_issuerss == 1 && !strcmp(info.ca_issuers[0], "http://pki.example.com/ca.crt"));
	CHECK(pki_cert_issued_by(&der, &root) && !pki_cert_issued_by(&root, &der));
	CHECK(pki_cert_info(&root, &info) == 0 && info.ca && info.self_signed);
	CHECK(info.key_usage == 0x06000000 && info.key_type == PKI_EC && info.key_bits == 256);
	CHECK(!strcmp(info.key_algorithm, "ecEncryption") && info.crls == 0 && !info.has_eku);
	CHECK(!strcmp(pki_key_usage_name(0), "Digital Signature") && !pki_key_usage_name(9));
	CHECK(!strcmp(pki_key_usage_name(6), "CRL Signature") && !pki_key_usage_name(-1));
	der_clear(&root);
}

/* openssl agrees about the fingerprints. */
static void
test_prints(void)
{
	static struct pki_cert_info info;
	char path[] = "/tmp/pki_cert.XXXXXX", command[128], line[256] = "", ours[256] = "";
	int fd = mkstemp(path);
	FILE *f;

	CHECK(write(fd, der.bytes, der.size) == (ssize_t)der.size);
	close(fd);
	CHECK(pki_cert_info(&der, &info) == 0);
	for (int i = 0; i < 32; i++)
		sprintf(ours + strlen(ours), "%02X%s", info.print.sha256[i], i < 31 ? ":" : "\n");
	snprintf(command, sizeof(command),
	    "openssl x509 -inform DER -in %s -noout -fingerprint "
	    "-sha256",
	    path);
	f = popen(command, "r");
	CHECK(f && fgets(line, sizeof(line), f));
	if (f)
		pclose(f);
	CHECK_SAYS(line, ours);
	unlink(path);
}

/* A stranger's name cannot steer the terminal, nor hide behind a NUL. */
static void
test_hostile_name(void)
{
	static struct pki_cert_info info;
	X509 *x = X509_dup(cert);
	X509_NAME *name = X509_get_subject_name(x);
	char many[40 * PKI_NAME];
	struct der d;

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const uint8_t *)"good\0\033[2J\xc2\x9bz\xc3\xa9", 14, -1, 0);
	X509_NAME_add_entry_by_txt(name, "1.2.3.4", MBSTRING_UTF8, (const uint8_t *)"x", 1, -1, -1);
	memset(many, 'm', sizeof(many));
	X509_NAME_add_entry_by_txt(
	    name, "1.2.3.5", MBSTRING_UTF8, (const uint8_t *)many, 5000, -1, 0);
	X509_sign(x, ca_key, EVP_sha256());
	d = test_der(x);
	CHECK(pki_cert_info(&d, &info) == 0);
	CHECK_SAYS(info.common_name, "good\\00\\1B[2J\\C2\\9Bz\xc3\xa9");
	CHECK_SAYS(info.subject[1], "1.2.3.4=x+cn=good");
	CHECK(strlen(info.subject[0]) == PKI_NAME - 1 && info.subjects == 5);
	der_clear(&d);
	X509_free(x);
}

/* Any input at all: the sanitizers look on. */
static void
test_mutations(void)
{
	static struct pki_cert_info info;
	char *pem = TEST_PEM(PEM_write_bio_X509(to, cert));
	size_t size = strlen(pem);
	int kept = 0;

	srand(1);
	for (int i = 0; i < 4000; i++) {
		char *text = strdup(pem);
		struct der out = {0}, bytes = {0};

		for (int n = rand() % 4; n >= 0; n--)
			text[(size_t)rand() % size] =
			    (char)(rand() % 4 ? "A/z9-=\n B"[rand() % 9] : rand());
		if (rand() % 4 == 0)
			text[(size_t)rand() % size] = 0;
		if (pki_cert_from_text(text, &out, why, sizeof(why)) == 0)
			kept += pki_cert_info(&out, &info) == 0;
		der_copy(&bytes, der.bytes, der.size);
		for (int n = rand() % 4; n >= 0; n--)
			bytes.bytes[(size_t)rand() % bytes.size] = (uint8_t)rand();
		if (pki_cert_from_der(bytes.bytes, bytes.size, why, sizeof(why)) == 0)
			kept += pki_cert_info(&bytes, &info) == 0;
		der_clear(&out);
		der_clear(&bytes);
		free(text);
	}
	CHECK(kept > 0 && ERR_peek_error() == 0);
	free(pem);
}

int
main(void)
{
	setup();
	test_good_forms();
	test_other_things();
	test_pkcs12();
	test_broken();
	test_info();
	test_prints();
	test_hostile_name();
	test_mutations();
	der_clear(&der);
	X509_free(cert);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return failures != 0;
}
