/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/scep.c -- a CA of the box is asked by SCEP, each kind of message, right and wrong: what becomes of
 * requests that wait, who may ask after them, and what is said when it is none of theirs. */
#include "modes/http.h"
#include "pki/ca_base.h"
#include "pki/scep_test.h"
#include "tests/box_inside.h"

static struct inside in;
static struct session *session;
static struct der root;

static void
on_text(void *arg, const char *bytes, size_t size)
{
	(void)arg, (void)bytes, (void)size;
}

static int
on_ask(void *arg, const char *prompt, enum ask_for how, char *answer, size_t size)
{
	(void)arg, (void)prompt, (void)how;
	snprintf(answer, size, "a-long-passphrase");
	return 0;
}

static void
type(const char *line)
{
	int rc = session_line(session, line);

	if (rc < 0)
		fprintf(stderr, "%s: %s\n", line, strerror(-rc));
	CHECK(rc == 0);
}

static void
begin(void)
{
	struct session_options o = { .cli = &parapet_cli, .box = &in.box, .source = FROM_CONSOLE, .level = 15,
		.terminal = { on_text, on_ask, NULL }, .tty = "con0" };
	struct ca *ca;

	inside_open(&in, false);
	o.running = in.box.running;
	CHECK(session_new(&session, &o) == 0);
	type("configure terminal");
	type("crypto pki server CA");
	type("database level complete");
	type("no shutdown");
	type("end");
	ca = pki_server_hold(&in.box, "CA");
	CHECK(ca && der_copy(&root, ca_certificate(ca)->bytes, ca_certificate(ca)->size) == 0);
	ca_drop(ca);
}

static void
configure(const char *line)
{
	type("crypto pki server CA stop");
	type("configure terminal");
	type("crypto pki server CA");
	type(line);
	type("no shutdown");
	type("end");
}

static struct test_client
client(void)
{
	struct test_client c = { .key = EVP_RSA_gen(2048), .cipher = EVP_aes_128_cbc() };
	const unsigned char *p = root.bytes;

	c.cert = test_issue(c.key, &(struct spec){ .cn = "client" }, NULL, c.key);
	c.ca = d2i_X509(NULL, &p, (long)root.size);
	return c;
}

static void
client_clear(struct test_client *c)
{
	EVP_PKEY_free(c->key);
	X509_free(c->cert);
	X509_free(c->ca);
}

/* ---- answers --------------------------------------------------------------------------------------------------- */

static char
attribute(CMS_SignerInfo *si, const char *oid)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	ASN1_STRING *s = CMS_signed_get0_data_by_OBJ(si, object, -3, V_ASN1_PRINTABLESTRING);
	char c = s ? (char)ASN1_STRING_get0_data(s)[0] : '-';

	ASN1_OBJECT_free(object);
	return c;
}

/* "0-": success; "3-": pending; "24": failure, badCertId.  *to: the first certificate or list that was in it. */
static const char *
read_answer(const struct test_client *c, const struct der *d, struct der *to)
{
	static char said[3];
	const unsigned char *p = d->bytes;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)d->size), *sealed = NULL, *box = NULL;
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	BIO *out = BIO_new(BIO_s_mem()), *inside = BIO_new(BIO_s_mem());
	STACK_OF(X509) *with = sk_X509_new_null(), *certs = NULL;
	STACK_OF(X509_CRL) *lists = NULL;

	said[0] = attribute(si, "2.16.840.1.113733.1.9.3");
	said[1] = attribute(si, "2.16.840.1.113733.1.9.4");
	sk_X509_push(with, c->ca);
	if (said[0] == '0' && CMS_verify(cms, with, NULL, NULL, out, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1)
		sealed = d2i_CMS_bio(out, NULL);
	if (sealed && CMS_decrypt(sealed, c->key, c->cert, NULL, inside, CMS_BINARY) == 1)
		box = d2i_CMS_bio(inside, NULL);
	if (box && (certs = CMS_get1_certs(box)) && sk_X509_num(certs))
		*to = test_der(sk_X509_value(certs, 0));
	if (box && (lists = CMS_get1_crls(box)) && sk_X509_CRL_num(lists))
		to->size = (size_t)i2d_X509_CRL(sk_X509_CRL_value(lists, 0), &to->bytes);
	sk_X509_pop_free(certs, X509_free);
	sk_X509_CRL_pop_free(lists, X509_CRL_free);
	sk_X509_free(with);
	CMS_ContentInfo_free(box);
	CMS_ContentInfo_free(sealed);
	CMS_ContentInfo_free(cms);
	BIO_free(inside);
	BIO_free(out);
	return said;
}

static const char *
ask(const struct test_client *c, const char *kind, const char *transaction, const struct der *inside, struct der *to)
{
	struct der m = test_message(c, kind, transaction, inside), answer = { 0 };
	const char *said = "none";

	if (pki_scep_answer(&in.box, "192.0.2.9", m.bytes, m.size, &answer) == 0)
		said = read_answer(c, &answer, to);
	der_clear(&answer);
	der_clear(&m);
	return said;
}

/* The answer is that, and has something in it exactly when it is a success. */
static struct der
expect(const char *wanted, const struct test_client *c, const char *kind, const char *transaction,
    const struct der *inside)
{
	struct der got = { 0 };
	const char *said = ask(c, kind, transaction, inside, &got);

	if (strcmp(said, wanted) != 0) {
		fprintf(stderr, "%s %s: \"%s\", not \"%s\"\n", kind, transaction, said, wanted);
		failures++;
	}
	CHECK((got.size > 0) == (wanted[0] == '0'));
	return got;
}

static void
refused(const char *wanted, const struct test_client *c, const char *kind, const char *transaction,
    const struct der *inside)
{
	struct der got = expect(wanted, c, kind, transaction, inside);

	der_clear(&got);
}

/* ---- what is asked --------------------------------------------------------------------------------------------- */

static struct der
serial_of(const struct test_client *c, long serial)
{
	PKCS7_ISSUER_AND_SERIAL *is = PKCS7_ISSUER_AND_SERIAL_new();
	struct der d = { 0 };

	X509_NAME_set(&is->issuer, X509_get_subject_name(c->ca));
	ASN1_INTEGER_set(is->serial, serial);
	d.size = (size_t)i2d_PKCS7_ISSUER_AND_SERIAL(is, &d.bytes);
	PKCS7_ISSUER_AND_SERIAL_free(is);
	return d;
}

/* It waits; only who has asked may ask after it; granted, it is there, the same certificate each time. */
static void
test_waiting(void)
{
	struct test_client c = client(), other = client();
	struct der csr = test_request(c.key, "one", NULL), first, again;

	refused("3-", &c, "19", "T-1", &csr);
	refused("3-", &c, "19", "T-1", &csr);
	refused("3-", &c, "20", "T-1", &csr);
	refused("24", &c, "20", "T-2", &csr);
	refused("24", &other, "20", "T-1", &csr);
	refused("22", &other, "19", "T-1", &csr);       /* the request of another, signed by oneself */
	type("crypto pki server CA grant 1");
	first = expect("0-", &c, "20", "T-1", &csr);
	again = expect("0-", &c, "19", "T-1", &csr);
	CHECK(first.size == again.size && !memcmp(first.bytes, again.bytes, first.size));
	CHECK(ca_serial(&first) == 2 && pki_cert_issued_by(&first, &root));
	der_clear(&first);
	der_clear(&again);
	der_clear(&csr);
	csr = test_request(c.key, "two", NULL);
	refused("3-", &c, "19", "T-3", &csr);
	type("crypto pki server CA reject 2");
	refused("22", &c, "20", "T-3", &csr);
	der_clear(&csr);
	client_clear(&c);
	client_clear(&other);
}

static void
test_looking(void)
{
	struct test_client c = client();
	struct der there = serial_of(&c, 2), not_there = serial_of(&c, 77), junk = { (uint8_t *)"junk", 4 }, got;

	got = expect("0-", &c, "21", "G-1", &there);
	CHECK(ca_serial(&got) == 2);
	der_clear(&got);
	refused("24", &c, "21", "G-2", &not_there);
	refused("24", &c, "21", "G-3", &junk);
	refused("0-", &c, "22", "G-4", &there);
	refused("22", &c, "99", "G-5", &there);
	refused("21", &c, "19", "G-6", &junk);          /* no request inside: as any broken envelope */
	OPENSSL_free(there.bytes);
	OPENSSL_free(not_there.bytes);
	client_clear(&c);
}

/* A password in force is needed, and suffices; ten guesses end it. */
static void
test_password(void)
{
	struct test_client c = client();
	char password[33];
	struct der with, without = test_request(c.key, "three", NULL), wrong = test_request(c.key, "three", "guess"), got;

	configure("grant auto");
	CHECK(pki_server_password(&in.box, "CA", 5, password) == 0 && strlen(password) == 32);
	with = test_request(c.key, "three", password);
	refused("3-", &c, "19", "P-1", &without);
	got = expect("0-", &c, "19", "P-2", &with);
	der_clear(&got);
	for (int i = 0; i < 10; i++)
		refused("22", &c, "19", "P-3", &wrong);
	got = expect("0-", &c, "19", "P-4", &wrong);    /* there is none any more: grant auto */
	der_clear(&got);
	configure("grant none");
	refused("22", &c, "19", "P-5", &with);
	der_clear(&with);
	der_clear(&without);
	der_clear(&wrong);
	client_clear(&c);
}

int
main(void)
{
	begin();
	test_waiting();
	test_looking();
	test_password();
	der_clear(&root);
	session_free(session);
	inside_close(&in);
	if (!failures)
		printf("scep: every message was answered as it should be\n");
	return failures != 0;
}
