/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/scep.c -- see scep.h.  A message is CMS SignedData around CMS EnvelopedData around a PKCS#10
 * (or a name to look for); what it is about stands in signed attributes. */
#include "pki/scep.h"
#include "pki/scep_own.h"
#include "pki/cert.h"
#include "pki/key.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>

enum { CERTS_MOST = 8, RECIPIENTS_MOST = 4, REPLY_NONCE = 16 };

OWNER(cms_free, CMS_ContentInfo, CMS_ContentInfo_free)
OWNER(pkcs7_free, PKCS7, PKCS7_free)

static void
certs_free(STACK_OF(X509) * *list)
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

/* ---- words --------------------------------------------------------------------------------- */

const char *
scep_type_name(int type)
{
	switch (type) {
	case SCEP_RENEWAL:
		return "RenewalReq";
	case SCEP_PKCS_REQ:
		return "PKCSReq";
	case SCEP_POLL:
		return "CertPoll";
	case SCEP_GET_CERT:
		return "GetCert";
	case SCEP_GET_CRL:
		return "GetCRL";
	}
	return "unknown";
}

const char *
scep_fail_name(enum scep_fail fail)
{
	static const char *const names[] = {
	    "badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId"};

	return names[fail <= SCEP_BAD_CERT_ID ? fail : SCEP_BAD_REQUEST];
}

void
scep_message_clear(struct scep_message *m)
{
	OPENSSL_cleanse(m->asked.password, sizeof(m->asked.password));
	if (m->request.bytes)
		OPENSSL_cleanse(m->request.bytes, m->request.size);
	der_clear(&m->signer);
	der_clear(&m->request);
}

int
scep_from_base64(const char *text, struct der *to)
{
	size_t n = strlen(text), k = 0;
	char *plus = n && n <= SCEP_MOST / 3 * 4 ? strdup(text) : NULL;
	int size;

	if (!plus)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		if (text[i] != '\n' && text[i] != '\r')
			plus[k++] = text[i] == ' ' ? '+' : text[i];
	n = k;
	to->bytes = malloc(n + 4);
	size = to->bytes ? EVP_DecodeBlock(to->bytes, (const unsigned char *)plus, (int)n) : -1;
	while (n && plus[n - 1] == '=' && size > 0)
		n--, size--;
	free(plus);
	ERR_clear_error();
	if (size <= 0) {
		der_clear(to);
		return -EINVAL;
	}
	to->size = (size_t)size;
	return 0;
}

/* ---- the outer shell ----------------------------------------------------------------------- */

CMS_ContentInfo *
scep_cms(const void *bytes, size_t count, size_t most, int nid)
{
	const unsigned char *p = bytes;
	CMS_ContentInfo *cms = count && count <= most ? d2i_CMS_ContentInfo(NULL, &p, (long)count) : NULL;

	if (cms && (p != (const unsigned char *)bytes + count || OBJ_obj2nid(CMS_get0_type(cms)) != nid)) {
		CMS_ContentInfo_free(cms);
		cms = NULL;
	}
	ERR_clear_error();
	return cms;
}

const ASN1_STRING *
scep_attribute(CMS_SignerInfo *si, const char *oid, int type)
{
	OWNED(object_free) ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	const ASN1_STRING *s = object ? CMS_signed_get0_data_by_OBJ(si, object, -3, type) : NULL;

	ERR_clear_error();
	return s;
}

static bool
printable(const ASN1_STRING *s, char *text, size_t size)
{
	const unsigned char *p = s ? ASN1_STRING_get0_data(s) : NULL;
	int n = s ? ASN1_STRING_length(s) : 0;

	text[0] = '\0';
	if (n <= 0 || (size_t)n >= size)
		return false;
	for (int i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] > '~')
			return false;
	memcpy(text, p, (size_t)n);
	text[n] = '\0';
	return true;
}

static bool
read_attributes(CMS_SignerInfo *si, struct scep_message *to)
{
	const ASN1_STRING *nonce = scep_attribute(si, SENDER_NONCE, V_ASN1_OCTET_STRING);
	int n = nonce ? ASN1_STRING_length(nonce) : 0;
	char type[8];

	if (!printable(scep_attribute(si, MESSAGE_TYPE, V_ASN1_PRINTABLESTRING), type, sizeof(type)) ||
	    !printable(scep_attribute(si, TRANSACTION, V_ASN1_PRINTABLESTRING), to->transaction,
		sizeof(to->transaction)))
		return false;
	to->type = atoi(type);
	if (n > 0 && n <= SCEP_NONCE) {
		memcpy(to->nonce, ASN1_STRING_get0_data(nonce), (size_t)n);
		to->nonce_size = (size_t)n;
	}
	return true;
}

/* No key of them is so long that trying it takes long. */
static bool
certs_are_small(CMS_ContentInfo *cms)
{
	OWNED(certs_free) STACK_OF(X509) *list = CMS_get1_certs(cms);
	int n = list ? sk_X509_num(list) : 0;

	for (int i = 0; i < n; i++) {
		const EVP_PKEY *pkey = X509_get0_pubkey(sk_X509_value(list, i));

		if (!pkey || EVP_PKEY_get_bits(pkey) > CA_LARGEST_RSA ||
		    (!EVP_PKEY_is_a(pkey, "RSA") && !EVP_PKEY_is_a(pkey, "EC")))
			return false;
	}
	return n > 0 && n <= CERTS_MOST;
}

static bool
keep_signer(X509 *x, struct scep_message *to)
{
	OWNED(bytes_free) unsigned char *cert = NULL, *spki = NULL;
	int n = i2d_X509(x, &cert), k = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);

	return n > 0 && k > 0 && der_copy(&to->signer, cert, (size_t)n) == 0 &&
	       EVP_Digest(spki, (size_t)k, to->signer_key, NULL, EVP_sha256(), NULL) == 1;
}

/* What it holds, when the signature is good: of whom is not the question here. */
static BIO *
verified(CMS_ContentInfo *cms, struct scep_message *to)
{
	OWNED(bio_free) BIO *out = BIO_new(BIO_s_mem());
	STACK_OF(X509) * signers;
	BIO *give = NULL;

	if (!out ||
	    CMS_verify(cms, NULL, NULL, NULL, out, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1)
		return NULL;
	signers = CMS_get0_signers(cms);
	if (signers && sk_X509_num(signers) == 1 && keep_signer(sk_X509_value(signers, 0), to)) {
		give = out;
		out = NULL;
	}
	sk_X509_free(signers);
	return give;
}

/* ---- the envelope -------------------------------------------------------------------------- */

static bool
is_for(CMS_ContentInfo *cms, X509 *ca)
{
	STACK_OF(CMS_RecipientInfo) *list = CMS_get0_RecipientInfos(cms);
	int n = list ? sk_CMS_RecipientInfo_num(list) : 0;

	if (n > RECIPIENTS_MOST)
		return false;
	for (int i = 0; i < n; i++) {
		CMS_RecipientInfo *ri = sk_CMS_RecipientInfo_value(list, i);

		if (CMS_RecipientInfo_type(ri) == CMS_RECIPINFO_AGREE)
			return true; /* whose certificate is told by trying */
		if (CMS_RecipientInfo_type(ri) == CMS_RECIPINFO_TRANS &&
		    CMS_RecipientInfo_ktri_cert_cmp(ri, ca) == 0)
			return true;
	}
	return false;
}

/* OpenSSL does not say with what the content is encrypted: the bytes of the OID
 * (1.2.840.113549.3.7) do. */
static bool
is_des3(const char *bytes, long n)
{
	static const uint8_t oid[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07};

	return n > 0 && memmem(bytes, (size_t)n, oid, sizeof(oid));
}

static int
unseal(const struct ca_signer *s, BIO *sealed, bool *des3, struct der *to)
{
	OWNED(x509_free) X509 *ca = cert_open(s->cert->bytes, s->cert->size);
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(s->pki, s->label);
	OWNED(bio_free) BIO *out = BIO_new(BIO_s_mem());
	OWNED(cms_free) CMS_ContentInfo *cms = NULL;
	char *bytes;
	long n = BIO_get_mem_data(sealed, &bytes);

	*des3 = is_des3(bytes, n);
	cms = n > 0 ? scep_cms(bytes, (size_t)n, SCEP_MOST, NID_pkcs7_enveloped) : NULL;
	if (!ca || !pkey || !out || !cms)
		return -EBADMSG;
	if (!is_for(cms, ca))
		return -ENOKEY;
	if (CMS_decrypt(cms, pkey, ca, NULL, out, CMS_BINARY) != 1)
		return -EBADMSG;
	n = BIO_get_mem_data(out, &bytes);
	return n > 0 && der_copy(to, bytes, (size_t)n) == 0 ? 0 : -EBADMSG;
}

static uint64_t
serial_looked_for(const struct der *d)
{
	const unsigned char *p = d->bytes;
	PKCS7_ISSUER_AND_SERIAL *is = d2i_PKCS7_ISSUER_AND_SERIAL(NULL, &p, (long)d->size);
	uint64_t serial = 0;

	if (!is || !ASN1_INTEGER_get_uint64(&serial, is->serial))
		serial = 0;
	PKCS7_ISSUER_AND_SERIAL_free(is);
	return serial;
}

/* One reason for all that can be wrong in there: see the head. */
static int
read_inside(struct scep_message *to, struct der *inside)
{
	char why[160];

	if (to->type == SCEP_PKCS_REQ || to->type == SCEP_RENEWAL) {
		to->request = *inside;
		*inside = (struct der){0};
		return ca_request_read(&to->request, &to->asked, why, sizeof(why)) < 0 ? -EBADMSG
										       : 0;
	}
	if (to->type == SCEP_GET_CERT || to->type == SCEP_GET_CRL)
		to->serial = serial_looked_for(inside);
	return 0;
}

int
scep_read(const struct ca_signer *s, const void *bytes, size_t count, struct scep_message *to,
    char *why, size_t size)
{
	OWNED(cms_free) CMS_ContentInfo *cms = scep_cms(bytes, count, SCEP_MOST, NID_pkcs7_signed);
	STACK_OF(CMS_SignerInfo) *infos = cms ? CMS_get0_SignerInfos(cms) : NULL;
	OWNED(bio_free) BIO *sealed = NULL;
	struct der inside = {0};
	int rc;

	memset(to, 0, sizeof(*to));
	if (!infos || sk_CMS_SignerInfo_num(infos) != 1 || !certs_are_small(cms) ||
	    !read_attributes(sk_CMS_SignerInfo_value(infos, 0), to)) {
		ERR_clear_error();
		return pki_why(why, size, -EINVAL, "this is not a message of SCEP");
	}
	sealed = verified(cms, to);
	rc = sealed ? unseal(s, sealed, &to->des3, &inside) : -EBADMSG;
	if (rc == 0)
		rc = read_inside(to, &inside);
	if (inside.bytes)
		OPENSSL_cleanse(inside.bytes, inside.size);
	der_clear(&inside);
	ERR_clear_error();
	if (rc == -ENOKEY)
		return pki_why(why, size, rc, "the message is sealed for another CA");
	return rc < 0 ? pki_why(why, size, -EBADMSG, "%s",
			    sealed ? "the envelope cannot be opened, or what it holds is broken"
				   : "the signature of the message is not good")
		      : 0;
}

/* ---- answers ------------------------------------------------------------------------------- */

static bool
box_certs(PKCS7 *p, const struct der *certs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		OWNED(x509_free) X509 *x = cert_open(certs[i].bytes, certs[i].size);

		if (!x || !PKCS7_add_certificate(p, x))
			return false;
	}
	return true;
}

/* SignedData without a signer: a box for certificates (RFC 8894, 3.4) or a list. */
static int
box(const struct der *certs, size_t count, const struct der *list, struct der *to)
{
	OWNED(pkcs7_free) PKCS7 *p = PKCS7_new();
	OWNED(bytes_free) unsigned char *bytes = NULL;
	const unsigned char *der = list ? list->bytes : NULL;
	X509_CRL *crl = list ? d2i_X509_CRL(NULL, &der, (long)list->size) : NULL;
	int n = -1;

	if (p && PKCS7_set_type(p, NID_pkcs7_signed) && PKCS7_content_new(p, NID_pkcs7_data) &&
	    box_certs(p, certs, count) && (!crl || PKCS7_add_crl(p, crl)) && (count || crl)) {
		ASN1_OCTET_STRING_free(p->d.sign->contents->d.data);
		p->d.sign->contents->d.data = NULL;
		n = i2d_PKCS7(p, &bytes);
	}
	X509_CRL_free(crl);
	return n > 0 ? der_copy(to, bytes, (size_t)n) : -EINVAL;
}

static int
degenerate(const struct scep_reply *r, struct der *to)
{
	return box(r->cert, r->cert ? 1 : 0, r->crl, to);
}

int
scep_write_certs(const struct der *certs, size_t count, struct der *to)
{
	int rc = box(certs, count, NULL, to);

	ERR_clear_error();
	return rc;
}

static int
seal(const struct scep_message *m, const struct der *inside, struct der *to)
{
	OWNED(bio_free) BIO *in = BIO_new_mem_buf(inside->bytes, (int)inside->size);
	STACK_OF(X509) *who = sk_X509_new_null();
	OWNED(x509_free) X509 *x = cert_open(m->signer.bytes, m->signer.size);
	OWNED(cms_free) CMS_ContentInfo *cms = NULL;
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = -1;

	if (in && who && x && sk_X509_push(who, x))
		cms = CMS_encrypt(
		    who, in, m->des3 ? EVP_des_ede3_cbc() : EVP_aes_128_cbc(), CMS_BINARY);
	if (cms)
		n = i2d_CMS_ContentInfo(cms, &bytes);
	sk_X509_free(who);
	return n > 0 ? der_copy(to, bytes, (size_t)n) : -EINVAL;
}

static bool
add_text(CMS_SignerInfo *si, const char *oid, const char *text)
{
	return CMS_signed_add1_attr_by_txt(
		   si, oid, V_ASN1_PRINTABLESTRING, text, (int)strlen(text)) == 1;
}

static bool
add_bytes(CMS_SignerInfo *si, const char *oid, const uint8_t *bytes, size_t count)
{
	return !count ||
	       CMS_signed_add1_attr_by_txt(si, oid, V_ASN1_OCTET_STRING, bytes, (int)count) == 1;
}

/* m NULL: none. */
static bool
add_attributes(CMS_SignerInfo *si, const struct scep_message *m, const struct scep_reply *r)
{
	char type[8], status[8], fail[8];
	uint8_t nonce[REPLY_NONCE];

	if (!m)
		return true;
	snprintf(type, sizeof(type), "%d", SCEP_CERT_REP);
	snprintf(status, sizeof(status), "%d", (int)r->status);
	snprintf(fail, sizeof(fail), "%d", (int)r->fail);
	return RAND_bytes(nonce, sizeof(nonce)) == 1 && add_text(si, MESSAGE_TYPE, type) &&
	       add_text(si, PKI_STATUS, status) && add_text(si, TRANSACTION, m->transaction) &&
	       add_bytes(si, SENDER_NONCE, nonce, sizeof(nonce)) &&
	       add_bytes(si, RECIPIENT_NONCE, m->nonce, m->nonce_size) &&
	       (r->status != SCEP_FAILURE || add_text(si, FAIL_INFO, fail));
}

/* What has no content has none at all, not an empty one. */
static int
sign(const struct ca_signer *s, const struct scep_message *m, const struct scep_reply *r,
    const struct der *content, struct der *to)
{
	unsigned flags =
	    CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | (content->size ? 0 : CMS_DETACHED);
	OWNED(x509_free) X509 *ca = cert_open(s->cert->bytes, s->cert->size);
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(s->pki, s->label);
	OWNED(bio_free)
	BIO *in = BIO_new_mem_buf(
	    content->size ? content->bytes : (const uint8_t *)"", (int)content->size);
	OWNED(cms_free) CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	OWNED(bytes_free) unsigned char *bytes = NULL;
	CMS_SignerInfo *si =
	    cms && ca && pkey ? CMS_add1_signer(cms, ca, pkey, EVP_sha256(), flags) : NULL;
	int n = -1;

	if (si && in && add_attributes(si, m, r) && CMS_final(cms, in, NULL, flags) == 1)
		n = i2d_CMS_ContentInfo(cms, &bytes);
	return n > 0 ? der_copy(to, bytes, (size_t)n) : -EINVAL;
}

int
scep_write(const struct ca_signer *s, const struct scep_message *m, const struct scep_reply *r,
    struct der *to, char *why, size_t size)
{
	struct der inside = {0}, content = {0};
	int rc = 0;

	if (r->status == SCEP_SUCCESS) {
		rc = degenerate(r, &inside);
		if (rc == 0)
			rc = seal(m, &inside, &content);
	}
	if (rc == 0)
		rc = sign(s, m, r, &content, to);
	der_clear(&inside);
	der_clear(&content);
	return rc < 0 ? openssl_why(why, size, "the answer cannot be made") : 0;
}

int
scep_write_next(const struct ca_signer *s, const struct der *next, struct der *to, char *why, size_t size)
{
	const struct scep_reply r = {.cert = next};
	struct der content = {0};
	int rc = degenerate(&r, &content);

	if (rc == 0)
		rc = sign(s, NULL, &r, &content, to);
	der_clear(&content);
	return rc < 0 ? openssl_why(why, size, "the answer cannot be made") : 0;
}
