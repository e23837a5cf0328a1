/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cmp_client_test.c -- one that enrolls by CMP against a server of OpenSSL's in the same process: each kind of
 * request, by secret and by certificate; one that waits; and what is not to be believed is not. */
#include "pki/ca.h"
#include "pki/ca_test.h"
#include "pki/cert.h"
#include "pki/cmp_client.h"
#include "pki/key.h"
#include <errno.h>
#include <openssl/cmp.h>
#include <openssl/err.h>

static char dir[64], why[512];
static struct pki *pki;
static struct der ca, stranger, leaf, ra;

static struct server {
	OSSL_CMP_SRV_CTX *srv;
	OSSL_CMP_MSG *kept;                     /* a request that waits */
	X509_EXTENSIONS *asked;                 /* what the last one wanted */
	char subject[200];
	const char *issuer, *key;               /* labels: who signs, whose key is certified */
	int waits, refuses;                     /* so many polls; the bit of failInfo */
	bool ca_certs, confirmed, rejected, breaks;
	unsigned messages, kinds[30];
} server;

/* ---- the server ---------------------------------------------------------------------------- */

static X509 *
issue(const X509_NAME *subject)
{
	const struct der *issuer = !strcmp(server.issuer, "CA") ? &ca : &stranger;
	X509 *x = X509_new(), *up = cert_open(issuer->bytes, issuer->size);
	EVP_PKEY *key = key_hold(pki, server.key), *signer = key_hold(pki, server.issuer);

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 77);
	X509_set_subject_name(x, subject);
	X509_set_issuer_name(x, X509_get_subject_name(up));
	X509_time_adj_ex(X509_getm_notBefore(x), -1, 0, NULL);
	X509_time_adj_ex(X509_getm_notAfter(x), 9, 0, NULL);
	X509_set_pubkey(x, key);
	CHECK(X509_sign(x, signer, EVP_sha256()) > 0);
	EVP_PKEY_free(key);
	EVP_PKEY_free(signer);
	X509_free(up);
	return x;
}

static OSSL_CMP_PKISI *
on_request(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *request, int id, const OSSL_CRMF_MSG *crm, const X509_REQ *p10,
    X509 **cert, STACK_OF(X509) **chain, STACK_OF(X509) **pubs)
{
	const OSSL_CRMF_CERTTEMPLATE *t = crm ? OSSL_CRMF_MSG_get0_tmpl(crm) : NULL;
	const X509_NAME *subject = t ? OSSL_CRMF_CERTTEMPLATE_get0_subject(t) : X509_REQ_get_subject_name(p10);

	(void)srv, (void)id;
	*chain = *pubs = NULL;
	*cert = NULL;
	server.kinds[OSSL_CMP_MSG_get_bodytype(request)]++;
	if (server.refuses)
		return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_rejection, 1 << server.refuses, "not\ntoday");
	if (server.waits > 0 && !server.kept) {
		server.kept = OSSL_CMP_MSG_dup(request);
		return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_waiting, 0, NULL);
	}
	X509_NAME_oneline(subject, server.subject, sizeof(server.subject));
	sk_X509_EXTENSION_pop_free(server.asked, X509_EXTENSION_free);
	server.asked = t ? sk_X509_EXTENSION_deep_copy(OSSL_CRMF_CERTTEMPLATE_get0_extensions(t), X509_EXTENSION_dup,
	    X509_EXTENSION_free) : X509_REQ_get_extensions((X509_REQ *)(uintptr_t)p10);
	*cert = issue(subject);
	return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_accepted, 0, NULL);
}

static int
on_poll(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *poll, int id, OSSL_CMP_MSG **request, int64_t *after)
{
	(void)srv, (void)poll, (void)id;
	*request = NULL;
	*after = 7;
	if (--server.waits > 0)
		return 1;
	*request = server.kept;         /* theirs now */
	server.kept = NULL;
	*after = 0;
	return 1;
}

static int
on_confirm(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *m, int id, const ASN1_OCTET_STRING *hash, const OSSL_CMP_PKISI *si)
{
	char text[200] = "";

	(void)srv, (void)m, (void)id, (void)hash;
	if (si)
		OSSL_CMP_snprint_PKIStatusInfo(si, text, sizeof(text));
	server.confirmed = !si || strstr(text, "accepted");
	server.rejected = strstr(text, "rejection") != NULL;
	return 1;
}

static void
on_error(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *m, const OSSL_CMP_PKISI *si, const ASN1_INTEGER *code,
    const OSSL_CMP_PKIFREETEXT *text)
{
	(void)srv, (void)m, (void)si, (void)code, (void)text;
}

static int
on_general(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *m, const STACK_OF(OSSL_CMP_ITAV) *in, STACK_OF(OSSL_CMP_ITAV) **out)
{
	ASN1_TYPE *value = ASN1_TYPE_new();
	ASN1_STRING *s = ASN1_STRING_new();
	unsigned char *bytes = malloc(ca.size + 8), *p = bytes;

	(void)srv, (void)m, (void)in;
	ASN1_put_object(&p, 1, (int)ca.size, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	memcpy(p, ca.bytes, ca.size);
	ASN1_STRING_set(s, bytes, (int)(p - bytes) + (int)ca.size);
	ASN1_TYPE_set(value, V_ASN1_SEQUENCE, s);
	free(bytes);
	*out = sk_OSSL_CMP_ITAV_new_null();
	sk_OSSL_CMP_ITAV_push(*out, OSSL_CMP_ITAV_create(OBJ_nid2obj(NID_id_it_caCerts), server.ca_certs ? value : NULL));
	if (!server.ca_certs)
		ASN1_TYPE_free(value);
	return 1;
}

/* It signs with that certificate and its key. */
static void
serve(const char *label, const struct der *cert)
{
	OSSL_CMP_CTX *ctx;
	X509_STORE *store = X509_STORE_new();
	X509 *x = cert_open(cert->bytes, cert->size), *root = cert_open(ca.bytes, ca.size);
	EVP_PKEY *key = key_hold(pki, label);

	OSSL_CMP_SRV_CTX_free(server.srv);
	OSSL_CMP_MSG_free(server.kept);
	sk_X509_EXTENSION_pop_free(server.asked, X509_EXTENSION_free);
	server = (struct server){.issuer = "CA", .key = "edge", .srv = OSSL_CMP_SRV_CTX_new(NULL, NULL)};
	ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(server.srv);
	CHECK(OSSL_CMP_SRV_CTX_init(server.srv, NULL, on_request, NULL, on_general, on_error, on_confirm, on_poll) == 1);
	CHECK(OSSL_CMP_CTX_set_log_verbosity(ctx, 0) == 1);
	CHECK(OSSL_CMP_CTX_set1_cert(ctx, x) == 1 && OSSL_CMP_CTX_set1_pkey(ctx, key) == 1);
	X509_STORE_add_cert(store, root);
	CHECK(OSSL_CMP_CTX_set0_trustedStore(ctx, store) == 1);
	X509_free(x);
	X509_free(root);
	EVP_PKEY_free(key);
}

static void
serve_secret(const char *secret)
{
	OSSL_CMP_CTX *ctx;

	serve("CA", &ca);
	ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(server.srv);
	CHECK(OSSL_CMP_CTX_set1_referenceValue(ctx, (const uint8_t *)"ref", 3) == 1);
	CHECK(OSSL_CMP_CTX_set1_secretValue(ctx, (const uint8_t *)secret, (int)strlen(secret)) == 1);
}

static int
carry(void *arg, const struct der *message, struct der *answer, char *w, size_t size)
{
	const unsigned char *p = message->bytes;
	OSSL_CMP_MSG *m = d2i_OSSL_CMP_MSG(NULL, &p, (long)message->size), *said;
	unsigned char *bytes = NULL;
	int n;

	(void)arg, (void)w, (void)size;
	server.messages++;
	CHECK(m);
	for (size_t i = 0; i + 8 <= message->size; i++)
		CHECK(memcmp(message->bytes + i, "a-secret", 8) != 0);
	said = OSSL_CMP_SRV_process_request(server.srv, m);
	OSSL_CMP_MSG_free(m);
	CHECK(said);
	n = i2d_OSSL_CMP_MSG(said, &bytes);
	OSSL_CMP_MSG_free(said);
	CHECK(n > 0 && der_copy(answer, bytes, (size_t)n) == 0);
	if (server.breaks)
		answer->bytes[answer->size - 20] ^= 1;
	OPENSSL_free(bytes);
	ERR_clear_error();
	return 0;
}

/* ---- who asks ------------------------------------------------------------------------------ */

static struct cmp_order
order(enum cmp_kind kind, struct der *request)
{
	struct pki_request r = {.label = "edge", .subject = "cn=edge,o=Example", .fqdn = "edge.example.com"};
	struct pki_fingerprints print;
	char *base64 = NULL;

	CHECK(pki_csr(pki, &r, &base64, &print, why, sizeof(why)) == 0);
	CHECK(ca_request_from_text(base64, request, why, sizeof(why)) == 0);
	free(base64);
	*why = '\0';
	return (struct cmp_order){.pki = pki, .kind = kind, .label = "edge", .request = request, .ca = &ca, .carry = carry};
}

static int
ask_in(struct cmp_order *o, struct cmp_answer *a)
{
	int rc = cmp_ask(o, a, why, sizeof(why));

	CHECK(ERR_peek_error() == 0);
	return rc;
}

static void
is_granted(struct cmp_order *o)
{
	struct cmp_answer a;
	int rc = ask_in(o, &a);

	if (rc < 0 || a.status != CMP_GRANTED)
		fprintf(stderr, "%s: %d %s\n", cmp_kind_word(o->kind), rc, why);
	CHECK(rc == 0 && a.status == CMP_GRANTED && server.confirmed);
	CHECK(a.cert.size && pki_key_matches(pki, "edge", &a.cert) && pki_cert_issued_by(&a.cert, &ca));
	CHECK(strstr(server.subject, "CN=edge") && strstr(server.subject, "O=Example"));
	CHECK(server.asked && X509v3_get_ext_by_NID(server.asked, NID_subject_alt_name, -1) >= 0);
	CHECK(X509v3_get_ext_by_NID(server.asked, NID_ext_key_usage, -1) >= 0);
	cmp_answer_clear(&a);
}

static void
is_refused(struct cmp_order *o, const char *words)
{
	struct cmp_answer a;
	int rc = ask_in(o, &a);

	if (rc != -EBADMSG || !strstr(why, words))
		fprintf(stderr, "%d, status %d: %s\n", rc, a.status, why);
	CHECK(rc == -EBADMSG && !a.cert.size && strstr(why, words));
	cmp_answer_clear(&a);
}

static void
kinds(void)
{
	struct der request;
	struct cmp_order o = order(CMP_IR, &request);

	o.reference = "ref";
	o.secret = "a-secret";
	serve_secret("a-secret");
	is_granted(&o);
	CHECK(server.kinds[OSSL_CMP_IR] == 1 && server.messages == 2);
	o.kind = CMP_P10CR;
	is_granted(&o);
	CHECK(server.kinds[OSSL_CMP_P10CR] == 1);
	o.reference = o.secret = NULL;
	serve("CA", &ca);
	o.signer = leaf;
	o.signer_label = "leaf";
	for (o.kind = CMP_IR; o.kind < CMP_KUR; o.kind++)
		is_granted(&o);
	o.kind = CMP_KUR;
	is_granted(&o);
	CHECK(server.kinds[OSSL_CMP_KUR] == 1);
	serve("ra", &ra);                       /* a registration authority, certified as one */
	is_granted(&o);
	der_clear(&request);
}

static void
not_to_be_believed(void)
{
	struct der request;
	struct cmp_order o = order(CMP_IR, &request);

	o.reference = "ref";
	o.secret = "another-one";
	serve_secret("a-secret");
	is_refused(&o, "neither by our password nor by the CA");
	o.secret = "a-secret";
	server.key = "other";
	is_refused(&o, "is not for our key edge");
	CHECK(server.rejected && !server.confirmed);
	server.key = "edge";
	server.issuer = "other";
	is_refused(&o, "was not issued by the CA of the trustpoint");
	CHECK(server.rejected && !server.confirmed);
	server.issuer = "CA";
	server.breaks = true;
	is_refused(&o, "neither by our password nor by the CA");
	o.secret = NULL;
	o.signer = leaf;
	o.signer_label = "leaf";
	serve("leaf", &leaf);                   /* another client of that CA */
	is_refused(&o, "nor by a registration authority of it (cmcRA");
	o.ra = true;
	is_granted(&o);
	o.ra = false;
	serve("other", &stranger);
	is_refused(&o, "");
	CHECK(!server.confirmed);
	der_clear(&request);
}

static void
refusals(void)
{
	struct der request;
	struct cmp_order o = order(CMP_IR, &request);
	struct cmp_answer a;

	o.reference = "ref";
	o.secret = "a-secret";
	serve_secret("a-secret");
	server.refuses = OSSL_CMP_PKIFAILUREINFO_badCertTemplate;
	CHECK(ask_in(&o, &a) == 0 && a.status == CMP_REFUSED);
	CHECK(strstr(why, "badCertTemplate: it does not grant these names") && strstr(why, "(\"not?today\")"));
	cmp_answer_clear(&a);
	der_clear(&request);
}

/* Each time from nothing but what the answer gave. */
static void
waits(bool secret)
{
	struct der request;
	struct cmp_order o = order(CMP_IR, &request);
	struct cmp_answer a, b = {0};
	int rc, polls = 0;

	o.reference = secret ? "ref" : NULL;
	o.secret = secret ? "a-secret" : NULL;
	if (secret)
		serve_secret("a-secret");
	else
		serve("CA", &ca);
	if (!secret) {
		o.signer = leaf;
		o.signer_label = "leaf";
	}
	server.waits = 4;
	while ((rc = ask_in(&o, &a)) == 0 && a.status == CMP_WAITING && polls++ < 9) {
		CHECK(a.first.size && a.last.size && a.retry_s == 7);
		cmp_answer_clear(&b);
		b = a;
		o.first = b.first;
		o.last = b.last;
	}
	if (rc < 0)
		fprintf(stderr, "%s\n", why);
	CHECK(rc == 0 && a.status == CMP_GRANTED && polls == 3 && server.confirmed);
	CHECK(pki_key_matches(pki, "edge", &a.cert));
	cmp_answer_clear(&a);
	cmp_answer_clear(&b);
	der_clear(&request);
}

static void
ca_certs(void)
{
	struct der request;
	struct cmp_order o = order(CMP_IR, &request);
	struct pki_bundle b;

	o.ca = NULL;
	CHECK(cmp_ca(&o, &b, why, sizeof(why)) == -ENOTSUP && strstr(why, "enrollment cmp reference"));
	o.reference = "ref";
	o.secret = "a-secret";
	serve_secret("a-secret");
	CHECK(cmp_ca(&o, &b, why, sizeof(why)) == -ENOTSUP && strstr(why, "does not give"));
	server.ca_certs = true;
	CHECK(cmp_ca(&o, &b, why, sizeof(why)) == 0 && b.count == 1 && b.certs[0].size == ca.size &&
	    !memcmp(b.certs[0].bytes, ca.bytes, ca.size));
	pki_bundle_clear(&b);
	o.secret = "another-one";
	CHECK(cmp_ca(&o, &b, why, sizeof(why)) == -EBADMSG && strstr(why, "neither by our password"));
	der_clear(&request);
}

/* A certificate of the CA for the key of that label. */
static struct der
certify(const char *label, const char *eku)
{
	struct spec s = {.cn = label, .eku = eku, .usage = "digitalSignature"};
	EVP_PKEY *key = key_hold(pki, label), *signer = key_hold(pki, "CA");
	X509 *up = cert_open(ca.bytes, ca.size), *x = test_issue(key, &s, up, signer);
	struct der d = test_der(x);

	EVP_PKEY_free(key);
	EVP_PKEY_free(signer);
	X509_free(up);
	X509_free(x);
	return d;
}

int
main(void)
{
	struct ca_wish w = {.label = "CA", .hash = "sha256", .issuer_name = "cn=CA", .serial = 1, .lifetime_s = 86400};

	test_dir_make(dir);
	CHECK(pki_open(&pki, dir, why, sizeof(why)) == 0);
	for (const char *const *l = (const char *const[]){"CA", "edge", "other", "leaf", "ra", NULL}; *l; l++)
		CHECK(pki_key_generate(pki, *l, PKI_EC, 256, false, NULL, NULL, why, sizeof(why)) == 0);
	CHECK(ca_self(pki, &w, &ca, why, sizeof(why)) == 0);
	w.label = "other";
	CHECK(ca_self(pki, &w, &stranger, why, sizeof(why)) == 0);
	leaf = certify("leaf", "clientAuth");
	ra = certify("ra", "cmcRA");
	kinds();
	not_to_be_believed();
	refusals();
	waits(true);
	waits(false);
	ca_certs();
	serve("CA", &ca);
	OSSL_CMP_SRV_CTX_free(server.srv);
	der_clear(&ca);
	der_clear(&stranger);
	der_clear(&leaf);
	der_clear(&ra);
	pki_close(pki);
	test_dir_remove(dir);
	return failures != 0;
}
