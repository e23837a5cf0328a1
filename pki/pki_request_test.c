/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pki_request_test.c -- the openssl command reads our requests and self-signed certificates. */
#include "pki/ca_test.h"
#include "pki/name.h"
#include <errno.h>

static char dir[64], why[512], said[8192];
static struct pki *pki;

/* What `openssl ARGUMENTS` says about `text`. */
static const char *
openssl(const char *arguments, const char *text)
{
	char path[128], command[512];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/in", dir);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	snprintf(command, sizeof(command), "openssl %s -in %s 2>&1", arguments, path);
	f = popen(command, "r");
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = 0;
	pclose(f);
	return said;
}

static char *
csr(const struct pki_request *r)
{
	struct pki_fingerprints print;
	char *base64 = NULL, *pem = NULL;
	int rc = pki_csr(pki, r, &base64, &print, why, sizeof(why));

	if (rc == 0 && asprintf(&pem,
			   "-----BEGIN CERTIFICATE REQUEST-----\n%s"
			   "-----END CERTIFICATE REQUEST-----\n",
			   base64) < 0)
		pem = NULL;
	CHECK(rc == 0);
	if (rc < 0)
		fprintf(stderr, "%s\n", why);
	free(base64);
	return pem ? pem : strdup("");
}

static void
test_csr(void)
{
	const char *const names[] = {"sip.example.com", "edge1.example.com", NULL};
	struct pki_request r = {.label = "rsa",
	    .subject = "cn=edge1.example.com,o=Example, c=DE",
	    .fqdn = "edge1.example.com",
	    .alt_names = names,
	    .ip = "192.0.2.1",
	    .serial_number = "9ABCDEFGHIJ",
	    .hash = "sha256"};
	char *pem = csr(&r);

	openssl("req -verify -noout -subject", pem);
	CHECK_SAYS(said, "verify OK");
	CHECK_SAYS(said, "subject=C = DE, O = Example, CN = edge1.example.com, serialNumber = "
			 "9ABCDEFGHIJ, unstructuredName = edge1.example.com\n");
	openssl("req -noout -text", pem);
	CHECK_SAYS(said, "DNS:edge1.example.com, DNS:sip.example.com, IP Address:192.0.2.1\n");
	CHECK_SAYS(said, "Digital Signature, Key Encipherment\n");
	CHECK_SAYS(said, "TLS Web Server Authentication, TLS Web Client Authentication");
	CHECK_SAYS(said, "sha256WithRSAEncryption");
	CHECK(strlen(pem) > 64 && pem[strcspn(pem, "\n") + 1 + 64] == '\n');
	free(pem);
	r = (struct pki_request){.label = "ec", .fqdn = "edge1.example.com", .hash = "SHA384"};
	pem = csr(&r);
	openssl("req -verify -noout -subject -text", pem);
	CHECK_SAYS(said, "verify OK");
	CHECK_SAYS(said, "CN = edge1.example.com, unstructuredName = edge1.example.com\n");
	CHECK_SAYS(said, "ecdsa-with-SHA384");
	CHECK_SAYS(said, "Digital Signature, Key Agreement\n");
	free(pem);
}

/* Each pair of `usage-keys' asks for its use and no other. */
static void
test_csr_usage(void)
{
	static const struct { enum pki_key_usage usage; const char *words; } rows[] = {
		{PKI_USAGE_GENERAL, "Key Usage: critical\n                    Digital Signature, Key Encipherment\n"},
		{PKI_USAGE_SIGNATURE, "Key Usage: critical\n                    Digital Signature\n"},
		{PKI_USAGE_ENCRYPTION, "Key Usage: critical\n                    Key Encipherment\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pki_request r = {.label = "rsa", .subject = "cn=x", .hash = "sha256", .usage = rows[i].usage};
		char *pem = csr(&r);

		openssl("req -verify -noout -text", pem);
		CHECK_SAYS(said, "verify OK");
		CHECK_SAYS(said, rows[i].words);
		free(pem);
	}
}

static void
test_csr_print(void)
{
	struct pki_request r = {.label = "rsa", .subject = "cn=x", .hash = "sha256"};
	struct pki_fingerprints print;
	char *base64 = NULL, *pem = NULL, hex[80] = "";
	FILE *f;

	CHECK(pki_csr(pki, &r, &base64, &print, why, sizeof(why)) == 0);
	for (int i = 0; i < 20; i++)
		sprintf(hex + 2 * i, "%02x", print.sha1[i]);
	CHECK(asprintf(&pem, "printf '%%s' '%s' | openssl base64 -d | openssl dgst -sha1", base64) >
	      0);
	f = popen(pem, "r");
	CHECK(f && fgets(said, sizeof(said), f));
	pclose(f);
	CHECK_SAYS(said, hex);
	free(pem);
	free(base64);
}

static void
refuse(const struct pki_request *r, int rc, const char *reason)
{
	struct pki_fingerprints print;
	char *base64 = NULL;

	CHECK(pki_csr(pki, r, &base64, &print, why, sizeof(why)) == rc);
	CHECK(!base64);
	CHECK_SAYS(why, reason);
}

#define REFUSE(rc, reason, ...) refuse(&(struct pki_request){__VA_ARGS__}, rc, reason)

static void
test_refusals(void)
{
	REFUSE(-ENOENT, "no key pair named gone", .label = "gone", .subject = "cn=x");
	REFUSE(-ENOENT, "no key pair", .subject = "cn=x");
	REFUSE(-EINVAL, "neither a subject name nor an fqdn", .label = "rsa");
	REFUSE(-EINVAL, "'sha3' is not a hash", .label = "rsa", .subject = "cn=x", .hash = "sha3");
	REFUSE(-EINVAL, "not TYPE=VALUE", .label = "rsa", .subject = "edge1");
	REFUSE(-EINVAL, "not TYPE=VALUE", .label = "rsa", .subject = "cn=x,");
	REFUSE(-EINVAL, "'zz' is no attribute", .label = "rsa", .subject = "zz=x");
	REFUSE(-EINVAL, "cn has no value", .label = "rsa", .subject = "cn=");
	REFUSE(-EINVAL, "quote", .label = "rsa", .subject = "cn=\"x");
	REFUSE(-EINVAL, "control character", .label = "rsa", .subject = "cn=a\\0Ab");
	REFUSE(-EINVAL, "too long", .label = "rsa", .subject = "c=DEU");
	REFUSE(-EINVAL, "not a host name", .label = "rsa", .subject = "cn=x", .fqdn = "a,email:b");
	REFUSE(-EINVAL, "not an IP address", .label = "rsa", .subject = "cn=x", .ip = "1.2.3");
}

/* Printed most specific first, a subject is what was typed. */
static void
test_subject(void)
{
	static char rdns[PKI_NAMES][PKI_NAME];
	OWNED(name_free) X509_NAME *name = X509_NAME_new();
	int count;

	CHECK(name_parse(name,
		  " CN = edge1 , o=\"Example, Inc. \",OU=a\\,b\\\\ , st = a b,e=x@y,"
		  "DC=example,1.2.3.4=z,hostname=h,l=\xc3\xa9",
		  why, sizeof(why)) == 0);
	count = name_rdns(name, rdns, PKI_NAMES);
	CHECK(count == 9);
	CHECK(!strcmp(rdns[0], "cn=edge1"));
	CHECK(!strcmp(rdns[1], "o=Example, Inc. "));
	CHECK(!strcmp(rdns[2], "ou=a,b\\"));
	CHECK(!strcmp(rdns[3], "st=a b"));
	CHECK(!strcmp(rdns[4], "e=x@y"));
	CHECK(!strcmp(rdns[5], "dc=example"));
	CHECK(!strcmp(rdns[6], "1.2.3.4=z"));
	CHECK(!strcmp(rdns[7], "hostname=h"));
	CHECK(!strcmp(rdns[8], "l=\xc3\xa9"));
	CHECK(name_rdns(name, rdns, 2) == 2);
}

static void
test_self_sign(void)
{
	struct pki_request r = {.label = "ec",
	    .subject = "cn=IOS-Self-Signed-Certificate-1",
	    .fqdn = "edge1.example.com"};
	static struct pki_cert_info info;
	struct der cert = {0};
	char *pem = NULL, command[256];
	size_t size;
	FILE *f;

	CHECK(pki_self_sign(pki, &r, 0, &cert, why, sizeof(why)) == -EINVAL);
	CHECK(pki_self_sign(pki, &r, 3650, &cert, why, sizeof(why)) == 0);
	CHECK(pki_cert_info(&cert, &info) == 0);
	CHECK(info.ca && info.self_signed && strlen(info.serial) == 32 && info.serial[0] < '8');
	CHECK(info.ski_size == 20 && info.aki_size == 20 && !memcmp(info.ski, info.aki, 20));
	CHECK(!strcmp(info.signature, "SHA256 with ECDSA") && info.ekus == 2);
	CHECK(!strcmp(info.subject[0], "hostname=edge1.example.com"));
	CHECK(!strcmp(info.subject[1], "cn=IOS-Self-Signed-Certificate-1"));
	CHECK(info.not_after - info.not_before == 3650L * 86400);
	CHECK(pki_key_matches(pki, "ec", &cert) && !pki_key_matches(pki, "rsa", &cert));
	CHECK(!pki_key_matches(pki, "gone", &cert));
	f = open_memstream(&pem, &size);
	pki_cert_pem(&cert, f);
	fclose(f);
	openssl("x509 -noout -text", pem);
	CHECK_SAYS(said, "CA:TRUE");
	CHECK_SAYS(said, "Digital Signature, Key Agreement, Certificate Sign");
	CHECK_SAYS(said, "Version: 3");
	CHECK_SAYS(said, "DNS:edge1.example.com");
	snprintf(command, sizeof(command),
	    "openssl verify -check_ss_sig -x509_strict -CAfile %s/in "
	    "%s/in >/dev/null",
	    dir, dir);
	CHECK(system(command) == 0);
	free(pem);
	der_clear(&cert);
}

int
main(void)
{
	test_dir_make(dir);
	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	CHECK(
	    pki_key_generate(pki, "rsa", PKI_RSA, 2048, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(pki_key_generate(pki, "ec", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
	test_csr();
	test_csr_usage();
	test_csr_print();
	test_refusals();
	test_subject();
	test_self_sign();
	pki_close(pki);
	test_dir_remove(dir);
	return failures != 0;
}
