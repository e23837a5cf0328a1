/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/scep_client.c -- see scep_client.h. */
#include "pki/scep_client.h"
#include "pki/scep_own.h"
#include "pki/bundle.h"
#include "pki/cert.h"
#include "pki/key.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

OWNER(cms_free, CMS_ContentInfo, CMS_ContentInfo_free)

static void
certs_drop(STACK_OF(X509) * *list)
{
	sk_X509_pop_free(*list, X509_free);
}

#define ATTRIBUTE       "2.16.840.1.113733.1.9."
#define MESSAGE_TYPE    ATTRIBUTE "2"
#define PKI_STATUS      ATTRIBUTE "3"
#define FAIL_INFO       ATTRIBUTE "4"
#define SENDER_NONCE    ATTRIBUTE "5"
#define RECIPIENT_NONCE ATTRIBUTE "6"
#define TRANSACTION     ATTRIBUTE "7"
enum { NONCE = 16 };

/* ---- words --------------------------------------------------------------------------------- */

const char *
scep_fail_words(int fail)
{
	static const char *const words[] = {
	    [SCEP_BAD_ALG] = "badAlg: it does not take our algorithms: another 'hash', or another kind of key pair",
	    [SCEP_BAD_MESSAGE] = "badMessageCheck: it could not open or check the message: it is perhaps another CA "
				 "than the one that was authenticated",
	    [SCEP_BAD_REQUEST] = "badRequest: it does not grant this request: ask its administrator for the challenge "
				 "password, and whether this name may have a certificate (or has one already)",
	    [SCEP_BAD_TIME] = "badTime: our clock and that of the CA differ: 'show clock', 'ntp server'",
	    [SCEP_BAD_CERT_ID] = "badCertId: it does not know this request (any more): enroll anew",
	};

	return fail >= 0 && fail <= SCEP_BAD_CERT_ID ? words[fail] : "a reason that RFC 8894 does not know";
}

void
scep_caps_read(struct scep_caps *c, const char *text, size_t size)
{
	const struct { const char *word; bool *to[4]; } rows[] = {
	    {"POSTPKIOperation", {&c->post}}, {"AES", {&c->aes}}, {"SHA-256", {&c->sha256}},
	    {"SHA-512", {&c->sha256}}, {"SHA-1", {&c->sha1}}, {"DES3", {&c->des3}}, {"Renewal", {&c->renewal}},
	    {"GetNextCACert", {&c->next}},
	    {"SCEPStandard", {&c->post, &c->aes, &c->sha256}},
	};

	*c = (struct scep_caps){0};
	for (size_t at = 0; at < size;) {
		size_t n = 0;

		while (at + n < size && (unsigned char)text[at + n] > ' ')
			n++;
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
			if (n == strlen(rows[i].word) && !strncasecmp(text + at, rows[i].word, n))
				for (size_t k = 0; k < 4 && rows[i].to[k]; k++)
					*rows[i].to[k] = true;
		at += n + 1;
	}
}

int
scep_transaction(char id[SCEP_ID])
{
	uint8_t bytes[(SCEP_ID - 1) / 2];

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return -EIO;
	for (size_t i = 0; i < sizeof(bytes); i++)
		sprintf(id + 2 * i, "%02X", bytes[i]);
	return 0;
}

char *
scep_get_url(const char *url, const char *operation, const struct der *message)
{
	size_t room = message ? message->size / 3 * 4 + 8 : 0, n = 0;
	char *base64 = calloc(1, room + 1), *text = calloc(1, strlen(url) + 64 + 3 * room), *p = text;

	if (base64 && text) {
		if (message)
			n = (size_t)EVP_EncodeBlock((unsigned char *)base64, message->bytes, (int)message->size);
		p += sprintf(text, "%s%coperation=%s%s", url, strchr(url, '?') ? '&' : '?', operation,
		    message ? "&message=" : "");
		for (size_t i = 0; i < n; i++)
			p += sprintf(p, strchr("+/=", base64[i]) ? "%%%02X" : "%c", base64[i]);
	} else {
		free(text);
		text = NULL;
	}
	free(base64);
	return text;
}

/* ---- registration authorities ---------------------------------------------------------------- */

#define REQUEST_AGENT "1.3.6.1.4.1.311.20.2.1"

static bool
is_agent(X509 *x)
{
	OWNED(eku_free) EXTENDED_KEY_USAGE *ekus = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
	char oid[64];

	for (int i = 0; ekus && i < sk_ASN1_OBJECT_num(ekus); i++) {
		const ASN1_OBJECT *o = sk_ASN1_OBJECT_value(ekus, i);

		if (OBJ_obj2nid(o) == NID_cmcRA || (OBJ_obj2txt(oid, sizeof(oid), o, 1) > 0 && !strcmp(oid, REQUEST_AGENT)))
			return true;
	}
	return false;
}

size_t
scep_ras(const struct der *certs, size_t count, const struct der *ca, bool any, const struct der **ras)
{
	size_t n = 0;

	for (size_t i = 0; i < count && n < SCEP_RAS; i++) {
		OWNED(x509_free) X509 *x = cert_open(certs[i].bytes, certs[i].size);

		if (x && !cert_is_ca(x) && (any || is_agent(x)) && pki_cert_issued_by(&certs[i], ca) &&
		    X509_cmp_current_time(X509_get0_notAfter(x)) > 0 &&
		    X509_cmp_current_time(X509_get0_notBefore(x)) < 0)
			ras[n++] = &certs[i];
	}
	ERR_clear_error();
	return n;
}

/* The one that messages are sealed for: a registration authority that may decipher keys, else the CA. */
static X509 *
recipient(const struct scep_order *o)
{
	for (size_t i = 0; i < o->ras_count && !o->now; i++) {
		X509 *x = cert_open(o->ras[i].bytes, o->ras[i].size);

		if (x && (X509_get_key_usage(x) & KU_KEY_ENCIPHERMENT))
			return x;
		X509_free(x);
	}
	return cert_open(o->ca->bytes, o->ca->size);
}

/* All whose signature counts. */
static STACK_OF(X509) *
speakers(const struct scep_order *o)
{
	STACK_OF(X509) *list = sk_X509_new_null();
	X509 *x;

	for (size_t i = 0; list && i <= o->ras_count + 1; i++) {
		const struct der *d = i == 0 ? o->ca : i <= o->ras_count ? &o->ras[i - 1] : o->now;

		if (d && (x = cert_open(d->bytes, d->size)) && !sk_X509_push(list, x))
			X509_free(x);
	}
	return list;
}

/* ---- asking -------------------------------------------------------------------------------- */

static const EVP_MD *
digest_of(const struct scep_order *o)
{
	return o->caps.sha256 || !o->caps.sha1 ? EVP_sha256() : EVP_sha1();
}

/* A CA that does not say what it can is of before AES, and of before SHA-256 too. */
static bool
says_nothing(const struct scep_caps *c)
{
	return !c->post && !c->aes && !c->sha256 && !c->sha1 && !c->des3 && !c->renewal;
}

/* What CertPoll asks for: the name of the CA, and ours. */
static int
poll_inside(const struct scep_order *o, struct der *to)
{
	OWNED(x509_free) X509 *ca = cert_open(o->ca->bytes, o->ca->size);
	OWNED(x509_free) X509 *own = cert_open(o->signer->bytes, o->signer->size);
	unsigned char *issuer = NULL, *subject = NULL, *p;
	int a = ca ? i2d_X509_NAME(X509_get_subject_name(ca), &issuer) : -1;
	int b = own ? i2d_X509_NAME(X509_get_subject_name(own), &subject) : -1, n = -1;

	if (a > 0 && b > 0 && (n = ASN1_object_size(1, a + b, V_ASN1_SEQUENCE)) > 0 &&
	    (to->bytes = p = malloc((size_t)n))) {
		to->size = (size_t)n;
		ASN1_put_object(&p, 1, a + b, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
		memcpy(p, issuer, (size_t)a);
		memcpy(p + a, subject, (size_t)b);
	}
	OPENSSL_free(issuer);
	OPENSSL_free(subject);
	return to->bytes ? 0 : -ENOMEM;
}

static int
cms_bytes(CMS_ContentInfo *cms, struct der *to)
{
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = cms ? i2d_CMS_ContentInfo(cms, &bytes) : -1;

	return n > 0 ? der_copy(to, bytes, (size_t)n) : -EINVAL;
}

static int
seal(const struct scep_order *o, const struct der *inside, struct der *to)
{
	const EVP_CIPHER *cipher = says_nothing(&o->caps) || (o->caps.des3 && !o->caps.aes) ? EVP_des_ede3_cbc()
										   : EVP_aes_128_cbc();
	OWNED(bio_free) BIO *in = BIO_new_mem_buf(inside->bytes, (int)inside->size);
	OWNED(certs_drop) STACK_OF(X509) *who = sk_X509_new_null();
	OWNED(cms_free) CMS_ContentInfo *cms = NULL;
	X509 *x = recipient(o);

	if (!who || !x || !sk_X509_push(who, x)) {
		X509_free(x);
		return -ENOMEM;
	}
	cms = in ? CMS_encrypt(who, in, cipher, CMS_BINARY) : NULL;
	return cms_bytes(cms, to);
}

static bool
add(CMS_SignerInfo *si, const char *oid, int kind, const void *bytes, size_t count)
{
	return CMS_signed_add1_attr_by_txt(si, oid, kind, bytes, (int)count) == 1;
}

static int
sign(const struct scep_order *o, enum scep_type type, const struct der *content, const uint8_t nonce[NONCE],
    struct der *to)
{
	unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP;
	OWNED(x509_free) X509 *own = cert_open(o->signer->bytes, o->signer->size);
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(o->pki, o->signer_label);
	OWNED(bio_free) BIO *in = BIO_new_mem_buf(content->bytes, (int)content->size);
	OWNED(cms_free) CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	const EVP_MD *md = says_nothing(&o->caps) ? EVP_sha1() : digest_of(o);
	CMS_SignerInfo *si = cms && own && pkey && in ? CMS_add1_signer(cms, own, pkey, md, flags) : NULL;
	char number[8];

	snprintf(number, sizeof(number), "%d", (int)type);
	if (!si || !add(si, MESSAGE_TYPE, V_ASN1_PRINTABLESTRING, number, strlen(number)) ||
	    !add(si, TRANSACTION, V_ASN1_PRINTABLESTRING, o->transaction, strlen(o->transaction)) ||
	    !add(si, SENDER_NONCE, V_ASN1_OCTET_STRING, nonce, NONCE) || CMS_final(cms, in, NULL, flags) != 1)
		return -EINVAL;
	return cms_bytes(cms, to);
}

int
scep_ask(const struct scep_order *o, enum scep_type type, struct der *message, uint8_t nonce[NONCE], char *why,
    size_t size)
{
	struct der inside = {0}, sealed = {0};
	int rc = RAND_bytes(nonce, NONCE) == 1 ? 0 : -EIO;

	*message = (struct der){0};
	if (rc == 0 && type == SCEP_POLL)
		rc = poll_inside(o, &inside);
	if (rc == 0)
		rc = seal(o, type == SCEP_POLL ? &inside : o->request, &sealed);
	if (rc == 0)
		rc = sign(o, type, &sealed, nonce, message);
	der_clear(&inside);
	der_clear(&sealed);
	return rc < 0 ? openssl_why(why, size, "the message for the CA cannot be made") : 0;
}

/* ---- hearing ------------------------------------------------------------------------------- */

/* A number in decimal digits; -1: there is none. */
static int
number(CMS_SignerInfo *si, const char *oid)
{
	const ASN1_STRING *s = scep_attribute(si, oid, V_ASN1_PRINTABLESTRING);
	int n = s ? ASN1_STRING_length(s) : 0;
	char text[8] = "";

	if (n < 1 || n > 3)
		return -1;
	memcpy(text, ASN1_STRING_get0_data(s), (size_t)n);
	return strspn(text, "0123456789") == (size_t)n ? atoi(text) : -1;
}

static bool
equals(const ASN1_STRING *s, const void *bytes, size_t count)
{
	return s && (size_t)ASN1_STRING_length(s) == count && !memcmp(ASN1_STRING_get0_data(s), bytes, count);
}

/* The signature is good, and that of one who may speak; what it holds, or NULL. */
static BIO *
verified(const struct scep_order *o, CMS_ContentInfo *cms)
{
	OWNED(certs_drop) STACK_OF(X509) *who = speakers(o);
	OWNED(bio_free) BIO *nothing = BIO_new_mem_buf("", 0);
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	BIO *out = BIO_new(BIO_s_mem());

	if (who && out && nothing &&
	    CMS_verify(cms, who, NULL, content && *content ? NULL : nothing, out,
		CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY | CMS_NOINTERN) == 1)
		return out;
	BIO_free(out);
	return NULL;
}

/* ---- the envelope of the answer -------------------------------------------------------------- */

/* Old servers seal by single DES, which OpenSSL has in its legacy provider alone; what is in there is a certificate,
 * no secret.  The context lives for one answer. */
struct old { OSSL_LIB_CTX *lib; OSSL_PROVIDER *base, *legacy; };

static void
old_clear(struct old *o)
{
	if (o->legacy)
		OSSL_PROVIDER_unload(o->legacy);
	if (o->base)
		OSSL_PROVIDER_unload(o->base);
	OSSL_LIB_CTX_free(o->lib);
}

static void
old_open(struct old *o, const char *bytes, long n)
{
	static const uint8_t des[] = {0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x07};

	if (n <= 0 || !memmem(bytes, (size_t)n, des, sizeof(des)) || !(o->lib = OSSL_LIB_CTX_new()))
		return;
	o->base = OSSL_PROVIDER_load(o->lib, "default");
	o->legacy = OSSL_PROVIDER_load(o->lib, "legacy");
}

static bool
decrypt(const struct scep_order *o, OSSL_LIB_CTX *lib, const char *bytes, long n, BIO *out)
{
	OWNED(x509_free) X509 *own = cert_open(o->signer->bytes, o->signer->size);
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(o->pki, o->signer_label);
	OWNED(cms_free) CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(lib, NULL);
	const unsigned char *p = (const unsigned char *)bytes;

	if (!own || !pkey || !cms || n <= 0 || !d2i_CMS_ContentInfo(&cms, &p, n))
		return false;
	return OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_enveloped &&
	       CMS_decrypt(cms, pkey, own, NULL, out, CMS_BINARY) == 1;
}

static int
unseal(const struct scep_order *o, BIO *sealed, struct pki_bundle *b, char *why, size_t size)
{
	OWNED(bio_free) BIO *out = BIO_new(BIO_s_mem());
	OWNED(old_clear) struct old old = {0};
	char *bytes, ignored[160];
	long n = BIO_get_mem_data(sealed, &bytes);

	old_open(&old, bytes, n);
	if (!out || !decrypt(o, old.lib, bytes, n, out))
		return pki_why(why, size, -EBADMSG, "the envelope of the answer cannot be opened with our key%s",
		    old.lib && !old.legacy ? ": it is sealed by single DES, and OpenSSL's legacy provider, which has "
					     "it, is not installed here" : "");
	n = BIO_get_mem_data(out, &bytes);
	if (n <= 0 || pki_bundle_read(b, bytes, (size_t)n, PKI_CERTIFICATES, NULL, ignored, sizeof(ignored)) < 0)
		return pki_why(why, size, -EBADMSG, "the envelope of the answer holds no certificate");
	return 0;
}

int
scep_find_ours(struct pki *p, const char *label, const struct der *ca, const struct der *certs, size_t count,
    char *why, size_t size)
{
	for (size_t i = 0; i < count; i++) {
		if (!pki_key_matches(p, label, &certs[i]))
			continue;
		if (pki_cert_issued_by(&certs[i], ca))
			return (int)i;
		return pki_why(why, size, -ENOENT, "the certificate that came was not issued by the CA of the trustpoint");
	}
	return pki_why(why, size, -ENOENT, "the certificate that came is not for our key %.64s", label);
}

static int
find_theirs(const struct scep_order *o, const struct pki_bundle *b, char *why, size_t size)
{
	const unsigned char *p = o->request->bytes;
	X509_REQ *req = d2i_X509_REQ(NULL, &p, (long)o->request->size);
	int found = -1;

	for (size_t i = 0; req && found < 0 && i < b->count; i++) {
		OWNED(x509_free) X509 *x = cert_open(b->certs[i].bytes, b->certs[i].size);

		if (x && EVP_PKEY_eq(X509_get0_pubkey(x), X509_REQ_get0_pubkey(req)) == 1 &&
		    pki_cert_issued_by(&b->certs[i], o->ca))
			found = (int)i;
	}
	X509_REQ_free(req);
	ERR_clear_error();
	return found >= 0 ? found : pki_why(why, size, -ENOENT, "what came is no certificate of the CA for the key of the request");
}

static int
take(const struct scep_order *o, BIO *sealed, struct scep_answer *to, char *why, size_t size)
{
	struct pki_bundle b;
	int rc = unseal(o, sealed, &b, why, size), ours;

	if (rc < 0)
		return rc;
	ours = o->label ? scep_find_ours(o->pki, o->label, o->ca, b.certs, b.count, why, size)
			: find_theirs(o, &b, why, size);
	if (ours < 0)
		rc = -EBADMSG;
	else
		rc = der_copy(&to->cert, b.certs[ours].bytes, b.certs[ours].size);
	pki_bundle_clear(&b);
	return rc;
}

int
scep_next_ca(const struct scep_order *o, const void *bytes, size_t count, struct pki_bundle *b, char *why, size_t size)
{
	OWNED(cms_free) CMS_ContentInfo *cms = scep_cms(bytes, count, SCEP_ANSWER_MOST, NID_pkcs7_signed);
	OWNED(bio_free) BIO *content = cms ? verified(o, cms) : NULL;
	char *inside, ignored[160];
	long n = content ? BIO_get_mem_data(content, &inside) : -1;
	int rc = 0;

	if (!cms)
		rc = pki_why(why, size, -EBADMSG, "the answer is no message of SCEP");
	else if (!content)
		rc = pki_why(why, size, -EBADMSG, "the next certificate of the CA is not signed by the present one");
	else if (n <= 0 || pki_bundle_read(b, inside, (size_t)n, PKI_CERTIFICATES, NULL, ignored, sizeof(ignored)) < 0)
		rc = pki_why(why, size, -EBADMSG, "the answer holds no certificate");
	ERR_clear_error();
	return rc;
}

static int
check_attributes(const struct scep_order *o, CMS_SignerInfo *si, const uint8_t nonce[NONCE], char *why, size_t size)
{
	if (number(si, MESSAGE_TYPE) != SCEP_CERT_REP)
		return pki_why(why, size, -EBADMSG, "the answer is no CertRep");
	if (!equals(scep_attribute(si, TRANSACTION, V_ASN1_PRINTABLESTRING), o->transaction, strlen(o->transaction)))
		return pki_why(why, size, -EBADMSG, "the answer belongs to another transaction");
	if (!equals(scep_attribute(si, RECIPIENT_NONCE, V_ASN1_OCTET_STRING), nonce, NONCE))
		return pki_why(why, size, -EBADMSG, "the answer is not to this message (its nonce is another one): it is "
		    "perhaps an old one, played back");
	return 0;
}

static int
hear(const struct scep_order *o, CMS_SignerInfo *si, BIO *content, struct scep_answer *to, char *why, size_t size)
{
	switch (number(si, PKI_STATUS)) {
	case SCEP_SUCCESS:
		to->status = SCEP_SUCCESS;
		return take(o, content, to, why, size);
	case SCEP_PENDING:
		to->status = SCEP_PENDING;
		return 0;
	case SCEP_FAILURE:
		to->status = SCEP_FAILURE;
		to->fail = number(si, FAIL_INFO);
		return 0;
	}
	return pki_why(why, size, -EBADMSG, "the answer has no status");
}

int
scep_hear(const struct scep_order *o, const uint8_t nonce[NONCE], const void *bytes, size_t count,
    struct scep_answer *to, char *why, size_t size)
{
	OWNED(cms_free) CMS_ContentInfo *cms = scep_cms(bytes, count, SCEP_ANSWER_MOST, NID_pkcs7_signed);
	STACK_OF(CMS_SignerInfo) *infos = cms ? CMS_get0_SignerInfos(cms) : NULL;
	CMS_SignerInfo *si = infos && sk_CMS_SignerInfo_num(infos) == 1 ? sk_CMS_SignerInfo_value(infos, 0) : NULL;
	OWNED(bio_free) BIO *content = NULL;
	int rc;

	*to = (struct scep_answer){0};
	if (!si)
		rc = pki_why(why, size, -EBADMSG, "the answer is no message of SCEP");
	else if (!(content = verified(o, cms)))
		rc = pki_why(why, size, -EBADMSG, "the answer is not signed by the CA of the trustpoint, nor by a "
		    "registration authority of it ('enrollment mode ra' believes any that it has certified)");
	else if ((rc = check_attributes(o, si, nonce, why, size)) == 0)
		rc = hear(o, si, content, to, why, size);
	ERR_clear_error();
	return rc;
}
