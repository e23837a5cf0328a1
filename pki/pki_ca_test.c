/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pki_ca_test.c -- a CA issues, revokes, is closed and opened again; OpenSSL's own verification
 * and the openssl command judge what came out. */
#include "pki/ca_base.h"
#include "pki/cert.h"
#include "pki/key.h"
#include "pki/scep_test.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

static char dir[64], base[128], why[512];
static struct pki *pki;
static const struct ca_rules usual = {.level = CA_COMPLETE,
    .certificate_s = 86400,
    .crl_s = 3600,
    .request_s = 3600,
    .hash = "sha256",
    .cdp = "http://192.0.2.1/CA.crl?a=b,c",
    .ekus = CA_EKU_USUAL};

static void
path_of(const char *name, char path[256])
{
	snprintf(path, 256, "%s/%s", base, name);
}

static struct ca *
make(const char *name)
{
	struct ca_wish w = {.label = name,
	    .hash = "sha256",
	    .issuer_name = "cn=Test CA,o=Example",
	    .serial = 1,
	    .lifetime_s = 10 * 86400};
	struct ca *ca = NULL;

	snprintf(base, sizeof(base), "%s/ca/%s", dir, name);
	CHECK(ca_make(&ca, pki, name, base, &w, &usual, why, sizeof(why)) == 0);
	return ca;
}

static struct ca *
reopen(struct ca *ca, const char *name)
{
	struct ca *again = NULL;

	ca_drop(ca);
	CHECK(ca_open(&again, pki, name, base, &usual, why, sizeof(why)) == 0);
	return again;
}

/* 0, or OpenSSL's X509_V_ERR. */
static int
judge(struct ca *ca, const struct der *cert)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509 *root = cert_open(ca_certificate(ca)->bytes, ca_certificate(ca)->size);
	X509 *x = cert_open(cert->bytes, cert->size);
	struct der list;
	const uint8_t *p;
	X509_CRL *crl;
	int rc;

	CHECK(ca_crl(ca, &list) == 0);
	p = list.bytes;
	crl = d2i_X509_CRL(NULL, &p, (long)list.size);
	X509_STORE_add_cert(store, root);
	X509_STORE_add_crl(store, crl);
	X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_X509_STRICT);
	X509_STORE_CTX_init(ctx, store, x, NULL);
	rc = X509_verify_cert(ctx) == 1 ? 0 : X509_STORE_CTX_get_error(ctx);
	X509_CRL_free(crl);
	der_clear(&list);
	X509_free(x);
	X509_free(root);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return rc;
}

static struct ca_request
submit(struct ca *ca, EVP_PKEY *key, const char *cn, bool grant)
{
	struct der csr = test_request(key, cn, NULL);
	struct ca_request r = {0};

	CHECK(ca_submit(ca, &csr, NULL, grant, &r, why, sizeof(why)) == 0);
	der_clear(&csr);
	return r;
}

static void
test_issue_and_revoke(const char *name)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct ca *ca = make(name);
	struct ca_request r = submit(ca, key, "one", true);
	struct pki_cert_info *i = malloc(sizeof(*i));
	struct ca_issued *issued;

	CHECK(r.state == CA_GRANTED && ca_serial(&r.cert) == 2 && judge(ca, &r.cert) == 0);
	CHECK(pki_cert_info(&r.cert, i) == 0 && !i->ca && i->ekus == 3 && i->crls == 1);
	CHECK(!strcmp(i->crl[0], usual.cdp) && i->not_after - i->not_before == 86400);
	CHECK(!strcmp(i->issuer[0], "cn=Test CA") && !strcmp(i->subject[0], "cn=one"));
	CHECK(ca_revoke(ca, 2, why, sizeof(why)) == 0);
	CHECK(judge(ca, &r.cert) == X509_V_ERR_CERT_REVOKED);
	CHECK(ca_revoke(ca, 2, why, sizeof(why)) == -EEXIST);
	CHECK(ca_revoke(ca, 3, why, sizeof(why)) == -ENOENT);
	CHECK(ca_revoke(ca, 1, why, sizeof(why)) == -EINVAL);
	ca = reopen(ca, name);
	CHECK(judge(ca, &r.cert) == X509_V_ERR_CERT_REVOKED && ca_is_revoked(ca, 2));
	CHECK(ca_issued(ca, &issued) == 2 && issued[1].revoked && issued[1].serial == 2);
	free(issued);
	CHECK(ca_unrevoke(ca, 2, why, sizeof(why)) == 0 && judge(ca, &r.cert) == 0);
	CHECK(ca_unrevoke(ca, 2, why, sizeof(why)) == -ENOENT);
	free(i);
	ca_request_clear(&r);
	ca_drop(ca);
	EVP_PKEY_free(key);
}

/* Pending, granted, rejected; and who asks again finds it, also later. */
static void
test_queue(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct ca *ca = make("queue");
	struct der csr = test_request(key, "two", "secret");
	struct ca_request r, *list;

	CHECK(ca_submit(ca, &csr, NULL, false, &r, why, sizeof(why)) == 0);
	CHECK(r.state == CA_PENDING && r.id == 1);
	ca_request_clear(&r);
	ca = reopen(ca, "queue");
	CHECK(ca_requests(ca, &list) == 1 && list[0].state == CA_PENDING);
	CHECK(!strcmp(list[0].subject, "cn=two"));
	ca_request_clear(&list[0]);
	free(list);
	CHECK(
	    ca_grant(ca, 7, why, sizeof(why)) == -ENOENT && ca_grant(ca, 0, why, sizeof(why)) == 1);
	CHECK(ca_grant(ca, 1, why, sizeof(why)) == -EINVAL);
	CHECK_SAYS(why, "request 1 is granted already");
	ca = reopen(ca, "queue");
	CHECK(ca_submit(ca, &csr, NULL, false, &r, why, sizeof(why)) == 0);
	CHECK(r.state == CA_GRANTED && ca_serial(&r.cert) == 2);
	ca_request_clear(&r);
	CHECK(ca_remove(ca, 1, why, sizeof(why)) == 1 && ca_requests(ca, &list) == 0);
	free(list);
	CHECK(ca_submit(ca, &csr, NULL, false, &r, why, sizeof(why)) == 0 && r.id == 2);
	ca_request_clear(&r);
	CHECK(ca_reject(ca, 2, why, sizeof(why)) == 1);
	CHECK(ca_submit(ca, &csr, NULL, true, &r, why, sizeof(why)) == 0 && r.state == CA_REJECTED);
	ca_request_clear(&r);
	ca_drop(ca);
	der_clear(&csr);
	EVP_PKEY_free(key);
}

static void
test_full(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct ca *ca = make("full");
	struct ca_rules short_lived = usual;
	struct der csr = test_request(key, "last", NULL);
	struct ca_request r;

	for (int i = 0; i < CA_REQUESTS_MOST; i++) {
		r = submit(ca, key, "many", false);
		ca_request_clear(&r);
	}
	CHECK(ca_submit(ca, &csr, NULL, false, &r, why, sizeof(why)) == -ENOSPC);
	CHECK_SAYS(why, "the queue is full");
	short_lived.request_s = -10;
	ca_follow_rules(ca, &short_lived);
	CHECK(ca_tick(ca, why, sizeof(why)) > 0);
	CHECK(ca_submit(ca, &csr, NULL, false, &r, why, sizeof(why)) == 0);
	ca_request_clear(&r);
	ca_drop(ca);
	der_clear(&csr);
	EVP_PKEY_free(key);
}

/* What is lost or cannot be written never brings a serial number back. */
static void
test_serials(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct ca *ca = make("serials");
	struct ca_request r = submit(ca, key, "one", true);
	char ser[256], fresh[264], inside[272];

	ca_request_clear(&r);
	path_of("serials.ser", ser);
	CHECK(unlink(ser) == 0);
	ca = reopen(ca, "serials");
	r = submit(ca, key, "two", true);
	CHECK(ca_serial(&r.cert) == 3);
	ca_request_clear(&r);
	/* A directory in the way of the new file: the disk refuses. */
	r = submit(ca, key, "three", false);
	snprintf(fresh, sizeof(fresh), "%s~", ser);
	snprintf(inside, sizeof(inside), "%s/x", fresh);
	CHECK(mkdir(fresh, 0700) == 0 && mkdir(inside, 0700) == 0);
	CHECK(ca_grant(ca, r.id, why, sizeof(why)) < 0 && ca_last_serial(ca) == 3);
	CHECK_SAYS(why, "serials.ser cannot be written");
	CHECK(rmdir(inside) == 0 && rmdir(fresh) == 0);
	CHECK(ca_grant(ca, r.id, why, sizeof(why)) == 1 && ca_last_serial(ca) == 4);
	ca_request_clear(&r);
	ca_drop(ca);
	EVP_PKEY_free(key);
}

static void
test_damage(void)
{
	struct ca *ca = make("damage"), *again = NULL;
	char path[256], away[264];

	ca_drop(ca);
	path_of("damage.crl", path);
	snprintf(away, sizeof(away), "%s.away", path);
	CHECK(rename(path, away) == 0);
	CHECK(ca_open(&again, pki, "damage", base, &usual, why, sizeof(why)) == -EBADF && !again);
	CHECK_SAYS(why, "damage.crl is missing or damaged");
	CHECK(rename(away, path) == 0);
	CHECK(
	    pki_key_generate(pki, "damage", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(ca_open(&again, pki, "damage", base, &usual, why, sizeof(why)) == -EKEYREJECTED);
	CHECK(ca_open(&again, pki, "nobody", base, &usual, why, sizeof(why)) == -ENOENT && !again);
	CHECK(ca_destroy("damage", base) == 0);
	CHECK(access(base, F_OK) < 0 || access(path, F_OK) < 0);
}

/* Nothing outlives the CA, and an expired one signs nothing. */
static void
test_lifetime(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct ca *ca = make("serials2");
	struct ca_rules rules = usual;
	struct ca_request r;
	struct pki_cert_info *i = malloc(2 * sizeof(*i));

	rules.certificate_s = 400 * 86400;
	ca_follow_rules(ca, &rules);
	r = submit(ca, key, "long", true);
	CHECK(pki_cert_info(&r.cert, &i[0]) == 0 && pki_cert_info(ca_certificate(ca), &i[1]) == 0);
	CHECK(i[0].not_after == i[1].not_after);
	free(i);
	ca_request_clear(&r);
	ca_drop(ca);
	EVP_PKEY_free(key);
}

static void
test_archive(void)
{
	struct ca *ca = make("archive");
	char command[1024];

	CHECK(ca_archive(ca, false, false, "passphrase", why, sizeof(why)) == 0);
	CHECK(ca_archive(ca, true, false, "passphrase", why, sizeof(why)) == 0);
	snprintf(command, sizeof(command),
	    "openssl pkcs12 -in %s/archive_00001.p12 -passin pass:passphrase -nodes 2>&1 | grep -q "
	    "'PRIVATE "
	    "KEY' && openssl pkey -in %s/archive_00001.pem -passin pass:passphrase -noout && ! "
	    "openssl "
	    "pkey -in %s/archive_00001.pem -passin pass:wrong -noout 2>/dev/null",
	    base, base, base);
	CHECK(system(command) == 0);
	ca_drop(ca);
}

/* ---- rollover ---- */

static struct ca_rules
rolling(void)
{
	struct ca_rules r = usual;

	r.ca_s = 20 * 86400;
	r.overlap_s = 86400;
	return r;
}

static int64_t
end_of(const struct der *cert, int64_t *begin)
{
	struct pki_cert_info *i = malloc(sizeof(*i));
	int64_t end = 0;

	CHECK(i && pki_cert_info(cert, i) == 0);
	if (i) {
		*begin = i->not_before;
		end = i->not_after;
	}
	free(i);
	return end;
}

/* The whole of it: made before the end, signs for later, taken back, made again, and then the CA. */
static void
test_roll(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct ca *ca = make("roll");
	struct ca_rules rules = rolling();
	struct der next = {0}, csr = test_request(key, "later", NULL);
	struct ca_sender later = {.next = true};
	struct ca_request r = submit(ca, key, "one", true), s;
	char label[CA_NAME + 1], command[400];
	int64_t begin, at, end = end_of(ca_certificate(ca), &begin), from, to;

	CHECK(ca_roll_due(ca, end, &at) == CA_ROLL_NOTHING && at == INT64_MAX);
	CHECK(ca_submit(ca, &csr, &later, true, &s, why, sizeof(why)) == -ENOENT);
	CHECK(ca_next_become(ca, why, sizeof(why)) == -ENOENT && ca_next_cancel(ca, why, sizeof(why)) == -ENOENT);
	ca_follow_rules(ca, &rules);
	CHECK(ca_roll_due(ca, end - 86401, &at) == CA_ROLL_NOTHING && at == end - 86400);
	CHECK(ca_roll_due(ca, end - 86400, &at) == CA_ROLL_MAKE);
	CHECK(ca_revoke(ca, ca_serial(&r.cert), why, sizeof(why)) == 0);
	CHECK(ca_next_make(ca, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(ca_next_make(ca, NULL, NULL, why, sizeof(why)) == -EEXIST);
	CHECK(ca_next_cancel(ca, why, sizeof(why)) == 0 && ca_next(ca, &next, label) == -ENOENT);
	CHECK(ca_next_make(ca, NULL, NULL, why, sizeof(why)) == 0);
	ca_drop(ca);
	CHECK(ca_open(&ca, pki, "roll", base, &rules, why, sizeof(why)) == 0);
	CHECK(ca_next(ca, &next, label) == 0 && !strcmp(label, "roll#"));
	CHECK(ca_archive(ca, false, true, "passphrase", why, sizeof(why)) == 0);
	snprintf(command, sizeof(command), "openssl pkcs12 -in %s/roll_00002.p12 -passin pass:passphrase -nokeys 2>&1 | "
	    "openssl x509 -noout -serial | grep -q =04", base);
	CHECK(system(command) == 0);
	CHECK(end_of(&next, &from) == end + 20 * 86400 && from == end);
	CHECK(ca_roll_due(ca, end - 1, &at) == CA_ROLL_NOTHING && at == end);
	CHECK(ca_roll_due(ca, end, &at) == CA_ROLL_BECOME);
	CHECK(ca_revoke(ca, ca_serial(&next), why, sizeof(why)) == -EINVAL);
	CHECK(ca_submit(ca, &csr, &later, true, &s, why, sizeof(why)) == 0 && s.state == CA_GRANTED);
	CHECK(pki_cert_issued_by(&s.cert, &next) && !pki_cert_issued_by(&s.cert, ca_certificate(ca)));
	to = end_of(&s.cert, &from);
	CHECK(from == end && to == end + 86400);
	CHECK(ca_next_become(ca, why, sizeof(why)) == 0);
	CHECK(ca_revoke(ca, 1, why, sizeof(why)) == -ESTALE && ca_grant(ca, 0, why, sizeof(why)) == -ESTALE);
	ca_drop(ca);
	CHECK(ca_open(&ca, pki, "roll", base, &rules, why, sizeof(why)) == 0);
	CHECK(ca_certificate(ca)->size == next.size && !memcmp(ca_certificate(ca)->bytes, next.bytes, next.size));
	CHECK(ca_is_revoked(ca, ca_serial(&r.cert)) && ca_last_serial(ca) == ca_serial(&s.cert));
	CHECK(!pki_key_matches(pki, "roll#", &next) && pki_key_matches(pki, "roll", &next));
	CHECK(ca_revoke(ca, ca_serial(&s.cert), why, sizeof(why)) == 0 && ca_roll_due(ca, end, &at) == CA_ROLL_NOTHING);
	CHECK(ca_destroy("roll", base) == 0);
	ca_request_clear(&r);
	ca_request_clear(&s);
	der_clear(&next);
	der_clear(&csr);
	ca_drop(ca);
	EVP_PKEY_free(key);
}

/* `file' of the directory becomes that of `from'. */
static void
put_back(const char *from, const char *file)
{
	char command[600];

	snprintf(command, sizeof(command), "cp '%s/%s' '%s/%s'", dir, from, base, file);
	CHECK(system(command) == 0);
}

/* Power is cut after each of the writes by which it becomes the CA: ca_open() goes on where it was. */
static void
test_cut(void)
{
	/* what the disk still has of before: the list, the names of the key pairs */
	static const struct { bool crl, key; } cuts[] = {{true, true}, {false, true}, {false, false}};
	struct ca_rules rules = rolling();
	struct ca *ca;
	char command[1024];

	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
		CHECK(pki_key_generate(pki, "cut", PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
		ca = make("cut");
		ca_follow_rules(ca, &rules);
		CHECK(ca_next_make(ca, NULL, NULL, why, sizeof(why)) == 0);
		snprintf(command, sizeof(command), "rm -rf '%s/was' && mkdir '%s/was' && cp -r '%s'/* '%s/keys' '%s/was/'", dir, dir,
		    base, dir, dir);
		CHECK(system(command) == 0);
		CHECK(ca_next_become(ca, why, sizeof(why)) == 0);
		ca_drop(ca);
		put_back("was/cut#.cer", "cut#.cer");
		snprintf(command, sizeof(command), "cp '%s/cut.crl' '%s/cut#.crl'", base, base);
		CHECK(system(command) == 0);
		if (cuts[i].crl)
			put_back("was/cut.crl", "cut.crl");
		if (cuts[i].key) {
			pki_close(pki);
			snprintf(command, sizeof(command), "cp '%s'/was/keys/* '%s/keys/'", dir, dir);
			CHECK(system(command) == 0 && pki_open(&pki, dir, why, sizeof(why)) == 0);
		}
		CHECK(ca_open(&ca, pki, "cut", base, &rules, why, sizeof(why)) == 0);
		CHECK(pki_key_matches(pki, "cut", ca_certificate(ca)) && !pki_key_matches(pki, "cut#", ca_certificate(ca)));
		CHECK(ca_revoke(ca, 3, why, sizeof(why)) == -ENOENT);
		snprintf(command, sizeof(command), "test ! -e '%s/cut#.cer' && test ! -e '%s/cut#.crl'", base, base);
		CHECK(system(command) == 0);
		ca_drop(ca);
		CHECK(ca_destroy("cut", base) == 0);
	}
}

/* What had ended when the list was made goes off it, and nothing else. */
static void
test_trim(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct ca *ca = make("trim");
	char command[400];

	for (int i = 0; i < 3; i++) {
		struct ca_request r = submit(ca, key, i ? i > 1 ? "three" : "two" : "one", true);

		CHECK(ca_revoke(ca, ca_serial(&r.cert), why, sizeof(why)) == 0);
		ca_request_clear(&r);
	}
	CHECK(ca_trim(ca, why, sizeof(why)) == 0 && ca_is_revoked(ca, 3));
	snprintf(command, sizeof(command), "sed -i 's/^to = .*/to = 1000000000/' '%s/3.cnm'", base);
	CHECK(system(command) == 0);
	CHECK(ca_trim(ca, why, sizeof(why)) == 1 && !ca_is_revoked(ca, 3));
	ca = reopen(ca, "trim");
	CHECK(ca_is_revoked(ca, 2) && !ca_is_revoked(ca, 3) && ca_is_revoked(ca, 4));
	snprintf(command, sizeof(command), "rm '%s'/*.cnm", base);
	CHECK(system(command) == 0 && ca_trim(ca, why, sizeof(why)) == -ENODATA && ca_is_revoked(ca, 2));
	ca_drop(ca);
	EVP_PKEY_free(key);
}

static atomic_bool read_enough;

static void *
read_on(void *arg)
{
	struct ca *ca = arg;

	while (!read_enough) {
		struct ca_issued *list;

		ca_issued(ca, &list);
		free(list);
	}
	return NULL;
}

/* Who looks at what was issued takes nothing away from who issues, half-written as it is; what a crash has left goes. */
static void
test_readers(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct ca *ca = make("readers");
	char old[256], command[400];
	pthread_t reader;

	path_of("9.cnm~", old);
	snprintf(command, sizeof(command), "touch -d '1 hour ago' '%s'", old);
	CHECK(system(command) == 0 && pthread_create(&reader, NULL, read_on, ca) == 0);
	for (int i = 0; i < 40; i++) {
		struct ca_request r;
		char cn[16];

		snprintf(cn, sizeof(cn), "r%d", i);
		r = submit(ca, key, cn, true);
		ca_request_clear(&r);
	}
	read_enough = true;
	pthread_join(reader, NULL);
	CHECK(access(old, F_OK) < 0);
	ca_drop(ca);
	EVP_PKEY_free(key);
}

/* A CA below: as deep as the one above allows, and no deeper. */
static void
test_depth(void)
{
	static const struct { const char *basic, *asked; int rc; long depth; } rows[] = {
	    {"critical,CA:TRUE", "critical,CA:TRUE", 0, -1},
	    {"critical,CA:TRUE", "critical,CA:TRUE,pathlen:3", 0, 3},
	    {"critical,CA:TRUE,pathlen:2", "critical,CA:TRUE", 0, 1},
	    {"critical,CA:TRUE,pathlen:2", "critical,CA:TRUE,pathlen:0", 0, 0},
	    {"critical,CA:TRUE,pathlen:0", "critical,CA:TRUE", -EACCES, 0},
	};
	EVP_PKEY *key = key_hold(pki, "roll");
	struct ca_asked asked;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct spec s = {.cn = "Upper", .basic = rows[i].basic, .usage = "keyCertSign,cRLSign"};
		X509 *upper = test_issue(key, &s, NULL, key), *x;
		struct der ca = test_der(upper), csr = test_request_for(key, "below", NULL, rows[i].asked), cert = {0};
		struct ca_signer signer = {pki, "roll", &ca, "sha256"};
		struct ca_terms t = {.serial = 7, .lifetime_s = 3600, .ca = true, .ekus = CA_EKU_USUAL};

		CHECK(ca_request_read(&csr, &asked, why, sizeof(why)) == 0 && asked.kind == CA_FOR_CA);
		CHECK(ca_issue(&signer, &csr, &t, &cert, why, sizeof(why)) == rows[i].rc);
		x = rows[i].rc == 0 ? cert_open(cert.bytes, cert.size) : NULL;
		CHECK(!x || (cert_is_ca(x) && X509_get_pathlen(x) == rows[i].depth &&
				X509_get_key_usage(x) == (KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN | KU_CRL_SIGN)));
		X509_free(x);
		X509_free(upper);
		der_clear(&ca);
		der_clear(&csr);
		der_clear(&cert);
	}
	EVP_PKEY_free(key);
}

int
main(void)
{
	static const char *const names[] = {
	    "rsa", "ec", "queue", "full", "serials", "damage", "serials2", "archive", "roll", "trim", "readers"};

	test_dir_make(dir);
	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		CHECK(pki_key_generate(pki, names[i], i ? PKI_EC : PKI_RSA, i ? 256 : 2048, false,
			  NULL, NULL, why, sizeof(why)) == 0);
	test_issue_and_revoke("rsa");
	test_issue_and_revoke("ec");
	test_queue();
	test_full();
	test_serials();
	test_damage();
	test_lifetime();
	test_archive();
	test_roll();
	test_cut();
	test_trim();
	test_readers();
	test_depth();
	pki_close(pki);
	test_dir_remove(dir);
	return failures != 0;
}
