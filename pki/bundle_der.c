/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/bundle_der.c -- one piece of DER: a certificate, PKCS#7, PKCS#12, a revocation list, a private
 * key of any form.  What it is, is told by its shape before a decoder sees it. */
#include "pki/bundle_own.h"
#include "pki/cert.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

/* A file may ask for more work than a border element has time for: real ones say 1 to 600,000. */
enum { MOST_ITERATIONS = 5000000, MOST_SCRYPT = 1 << 20 };

static void sig_free(X509_SIG **p) { X509_SIG_free(*p); }
static void p7_free(PKCS7 **p) { PKCS7_free(*p); }
static void crl_free(X509_CRL **p) { X509_CRL_free(*p); }
static void p8_free(PKCS8_PRIV_KEY_INFO **p) { PKCS8_PRIV_KEY_INFO_free(*p); }
static void pbe_free(PBEPARAM **p) { PBEPARAM_free(*p); }
static void pbe2_free(PBE2PARAM **p) { PBE2PARAM_free(*p); }
static void kdf_free(PBKDF2PARAM **p) { PBKDF2PARAM_free(*p); }
static void scrypt_free(SCRYPT_PARAMS **p) { SCRYPT_PARAMS_free(*p); }

/* ---- what is found ---- */

static bool
is_there(const struct pki_bundle *b, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->certs[i].size == size && !memcmp(b->certs[i].bytes, bytes, size))
			return true;
	return false;
}

int
bundle_add(struct bundle_reader *r, const X509 *x)
{
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = i2d_X509(x, &bytes);
	struct der *more;

	if (n <= 0)
		return bundle_no_memory(r);
	if (is_there(r->to, bytes, (size_t)n)) {
		r->to->duplicates++;
		return 0;
	}
	if (r->to->count == PKI_BUNDLE_CERTS)
		return pki_why(r->why, r->size, -E2BIG, "there are more than %d certificates in it",
		    PKI_BUNDLE_CERTS);
	if (pki_cert_from_der(bytes, (size_t)n, r->why, r->size) < 0)
		return -EINVAL;
	more = realloc(r->to->certs, (r->to->count + 1) * sizeof(*more));
	if (!more)
		return bundle_no_memory(r);
	r->to->certs = more;
	if (der_copy(&more[r->to->count], bytes, (size_t)n) < 0)
		return bundle_no_memory(r);
	r->to->count++;
	return 0;
}

int
bundle_add_crl(struct bundle_reader *r, const X509_CRL *crl)
{
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = i2d_X509_CRL(crl, &bytes);

	if (!r->other)
		r->other = "this is a revocation list, not a certificate";
	if (r->to->crl.size)
		return 0;
	return n > 0 && der_copy(&r->to->crl, bytes, (size_t)n) == 0 ? 0 : bundle_no_memory(r);
}

int
bundle_add_key(struct bundle_reader *r, EVP_PKEY *taken)
{
	OWNED(pkey_free) EVP_PKEY *pkey = taken;
	unsigned char *bytes = NULL;
	const uint8_t *p;
	int n;

	if (r->want == PKI_CERTIFICATES)
		return pki_why(r->why, r->size, -EINVAL,
		    "this is a private key, not a certificate: it was not kept");
	if (!EVP_PKEY_is_a(pkey, "RSA") && !EVP_PKEY_is_a(pkey, "EC"))
		return pki_why(r->why, r->size, -EINVAL,
		    "the private key is neither RSA nor EC: no other kind can be used");
	if (r->to->key && EVP_PKEY_eq(r->to->key, pkey) == 1)
		return 0;
	if (r->to->key)
		return pki_why(r->why, r->size, -EINVAL, "there are two private keys in it");
	if ((n = i2d_PrivateKey(pkey, &bytes)) <= 0)
		return openssl_why(r->why, r->size, "the private key cannot be used");
	p = bytes;
	r->to->key = d2i_AutoPrivateKey(NULL, &p, n);
	OPENSSL_clear_free(bytes, (size_t)n);
	return r->to->key ? 0 : openssl_why(r->why, r->size, "the private key cannot be used");
}

/* ---- what a passphrase costs ---- */

static long
asn1_number(const ASN1_INTEGER *i)
{
	int64_t n = 0;

	return i && ASN1_INTEGER_get_int64(&n, i) && n >= 0 && n <= LONG_MAX ? (long)n : LONG_MAX;
}

static const void *
algorithm(const X509_ALGOR *a, int *nid)
{
	const ASN1_OBJECT *object = NULL;
	const void *value = NULL;
	int type = 0;

	X509_ALGOR_get0(&object, &type, &value, a);
	*nid = object ? OBJ_obj2nid(object) : NID_undef;
	return type == V_ASN1_SEQUENCE ? value : NULL;
}

static long
kdf_work(const X509_ALGOR *a)
{
	int nid;
	const ASN1_STRING *value = algorithm(a, &nid);
	OWNED(kdf_free) PBKDF2PARAM *kdf = NULL;
	OWNED(scrypt_free) SCRYPT_PARAMS *scrypt = NULL;

	if (value && nid == NID_id_pbkdf2)
		kdf = ASN1_item_unpack(value, ASN1_ITEM_rptr(PBKDF2PARAM));
	if (value && nid == NID_id_scrypt)
		scrypt = ASN1_item_unpack(value, ASN1_ITEM_rptr(SCRYPT_PARAMS));
	if (scrypt)
		return asn1_number(scrypt->costParameter) <= MOST_SCRYPT &&
			       asn1_number(scrypt->blockSize) <= 32 &&
			       asn1_number(scrypt->parallelizationParameter) <= 16
			   ? 1 : LONG_MAX;
	return kdf ? asn1_number(kdf->iter) : 0;
}

static long
pbe_work(const X509_ALGOR *a)
{
	int nid;
	const ASN1_STRING *value = algorithm(a, &nid);
	OWNED(pbe2_free) PBE2PARAM *two = NULL;
	OWNED(pbe_free) PBEPARAM *one = NULL;

	if (!value)
		return 0;
	if (nid == NID_pbes2) {
		two = ASN1_item_unpack(value, ASN1_ITEM_rptr(PBE2PARAM));
		return two ? kdf_work(two->keyfunc) : 0;
	}
	one = ASN1_item_unpack(value, ASN1_ITEM_rptr(PBEPARAM));
	return one ? asn1_number(one->iter) : 0;
}

int
bundle_cost(struct bundle_reader *r, const X509_ALGOR *a)
{
	long work = a ? pbe_work(a) : 0;

	ERR_clear_error();
	return work <= MOST_ITERATIONS ? 0
	    : pki_why(r->why, r->size, -EBADMSG, "it asks for more work to open it than any real "
	    "file does: it is damaged");
}

int
bundle_locked(struct bundle_reader *r, const char *what)
{
	return r->passphrase
	    ? pki_why(r->why, r->size, -EACCES, "the passphrase does not open %s", what)
	    : pki_why(r->why, r->size, -EACCES, "%s is encrypted, and no passphrase was given", what);
}

/* ---- private keys ---- */

static int
legacy_missing(struct bundle_reader *r)
{
	return pki_why(r->why, r->size, -ENOTSUP, "it is encrypted with an old cipher, and OpenSSL's "
	    "legacy provider, which has it, is not installed here");
}

int
bundle_add_encrypted(struct bundle_reader *r, const X509_SIG *sig)
{
	const X509_ALGOR *a = NULL;
	OWNED(p8_free) PKCS8_PRIV_KEY_INFO *p8 = NULL;
	EVP_PKEY *pkey;
	int rc;

	if (r->want == PKI_CERTIFICATES)
		return pki_why(r->why, r->size, -EINVAL,
		    "this is a private key, not a certificate: it was not kept");
	X509_SIG_get0(sig, &a, NULL);
	if (!r->passphrase)
		return bundle_locked(r, "the private key");
	if (!bundle_lib(r))
		return bundle_no_memory(r);
	if ((rc = bundle_cost(r, a)) < 0)
		return rc;
	p8 = PKCS8_decrypt_ex(sig, r->passphrase, (int)strlen(r->passphrase), r->lib, NULL);
	ERR_clear_error();
	if (!p8)
		return r->legacy ? bundle_locked(r, "the private key") : legacy_missing(r);
	pkey = EVP_PKCS82PKEY_ex(p8, r->lib, NULL);
	if (!pkey)
		return openssl_why(r->why, r->size, "the private key cannot be used");
	r->to->encrypted = true;
	return bundle_add_key(r, pkey);
}

/* The passphrase for OpenSSL, and not a question at the terminal of the process. */
static int
on_passphrase(char *buffer, int size, int writing, void *arg)
{
	const char *text = arg;
	size_t n = text ? strlen(text) : 0;

	(void)writing;
	if (!text || n > (size_t)size)
		return -1;
	memcpy(buffer, text, n);
	return (int)n;
}

int
bundle_old_key(struct bundle_reader *r, const char *pem, size_t size)
{
	OWNED(bio_free) BIO *in = BIO_new_mem_buf(pem, (int)size);
	EVP_PKEY *pkey;

	if (!in || !bundle_lib(r))
		return bundle_no_memory(r);
	if (!r->passphrase)
		return bundle_locked(r, "the private key");
	pkey = PEM_read_bio_PrivateKey_ex(in, NULL, on_passphrase, (void *)r->passphrase, r->lib, NULL);
	ERR_clear_error();
	if (!pkey)
		return r->legacy ? bundle_locked(r, "the private key") : legacy_missing(r);
	r->to->encrypted = true;
	return bundle_add_key(r, pkey);
}

static int
plain_key(struct bundle_reader *r, const uint8_t *bytes, size_t size)
{
	const uint8_t *p = bytes;
	EVP_PKEY *pkey;

	if (r->want == PKI_CERTIFICATES)
		return pki_why(r->why, r->size, -EINVAL,
		    "this is a private key, not a certificate: it was not kept");
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)size);
	ERR_clear_error();
	if (!pkey)
		return pki_why(r->why, r->size, -EBADMSG, "the private key is damaged");
	return bundle_add_key(r, pkey);
}

/* ---- PKCS#7 ---- */

static int
read_pkcs7(struct bundle_reader *r, const uint8_t *bytes, size_t size)
{
	const uint8_t *p = bytes;
	OWNED(p7_free) PKCS7 *p7 = d2i_PKCS7(NULL, &p, (long)size);
	const STACK_OF(X509) *certs = NULL;
	const STACK_OF(X509_CRL) *crls = NULL;
	int rc = 0;

	ERR_clear_error();
	if (!p7)
		return pki_why(r->why, r->size, -EBADMSG, "the PKCS#7 is damaged or cut off");
	if (PKCS7_type_is_signed(p7) && p7->d.sign) {
		certs = p7->d.sign->cert;
		crls = p7->d.sign->crl;
	}
	if (sk_X509_num(certs) <= 0 && sk_X509_CRL_num(crls) <= 0)
		return pki_why(r->why, r->size, -EINVAL, "there is no certificate in the PKCS#7");
	for (int i = 0; rc == 0 && i < sk_X509_num(certs); i++)
		rc = bundle_add(r, sk_X509_value(certs, i));
	for (int i = 0; rc == 0 && i < sk_X509_CRL_num(crls); i++)
		rc = bundle_add_crl(r, sk_X509_CRL_value(crls, i));
	return rc;
}

/* ---- by shape ---- */

enum shape { SHAPE_OTHER, SHAPE_KEY, SHAPE_PKCS12, SHAPE_PKCS7 };

static enum shape
shape_of(const uint8_t *p, size_t size)
{
	static const uint8_t pkcs7[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07};
	const uint8_t *start = p, *end = p + size;
	long inner;
	int tag = 0, class, rc = ASN1_get_object(&p, &inner, &tag, &class, (long)size);

	if (p == start || tag != V_ASN1_SEQUENCE || p >= end) /* cut off: told all the same */
		return SHAPE_OTHER;
	rc = ASN1_get_object(&p, &inner, &tag, &class, end - p);
	if (rc & 0x80 || class != V_ASN1_UNIVERSAL)
		return SHAPE_OTHER;
	if (tag == V_ASN1_INTEGER && inner == 1 && p < end)
		return *p <= 1 ? SHAPE_KEY : *p == 3 ? SHAPE_PKCS12 : SHAPE_OTHER;
	return tag == V_ASN1_OBJECT && inner > 8 && !memcmp(p, pkcs7, sizeof(pkcs7)) ? SHAPE_PKCS7
									      : SHAPE_OTHER;
}

/* A request is one as well by its shape; only the whole structure tells. */
static X509_SIG *
open_sig(const uint8_t *bytes, size_t size)
{
	const uint8_t *p = bytes;
	X509_SIG *sig = d2i_X509_SIG(NULL, &p, (long)size);

	ERR_clear_error();
	return sig;
}

static int
read_other(struct bundle_reader *r, const uint8_t *bytes, size_t size)
{
	const uint8_t *p = bytes;
	OWNED(crl_free) X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)size);
	OWNED(sig_free) X509_SIG *sig = NULL;
	const char *kind;

	ERR_clear_error();
	if (crl)
		return bundle_add_crl(r, crl);
	kind = cert_other_kind(bytes, size);
	if (strstr(kind, "private key") && (sig = open_sig(bytes, size)))
		return bundle_add_encrypted(r, sig);
	if (!strstr(kind, "request") && !strstr(kind, "public key"))
		return pki_why(r->why, r->size, -EINVAL, "%s", kind);
	if (!r->other)
		r->other = kind;
	if (strstr(kind, "public key") && !r->to->public_key.size)
		return der_copy(&r->to->public_key, bytes, size) == 0 ? 0 : bundle_no_memory(r);
	return 0;
}

/* A certificate in front of something else: the trust settings of "TRUSTED CERTIFICATE". */
static int
read_certificate(struct bundle_reader *r, const uint8_t *bytes, size_t size)
{
	const uint8_t *p = bytes;
	OWNED(x509_free) X509 *x = d2i_X509(NULL, &p, (long)size);

	ERR_clear_error();
	return x ? bundle_add(r, x) : read_other(r, bytes, size);
}

int
bundle_der(struct bundle_reader *r, const uint8_t *bytes, size_t size)
{
	enum shape shape = size ? shape_of(bytes, size) : SHAPE_OTHER;

	ERR_clear_error();
	switch (shape) {
	case SHAPE_KEY:
		return plain_key(r, bytes, size);
	case SHAPE_PKCS12:
		return bundle_pkcs12(r, bytes, size);
	case SHAPE_PKCS7:
		return read_pkcs7(r, bytes, size);
	case SHAPE_OTHER:
		break;
	}
	return read_certificate(r, bytes, size);
}
