/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/pkcs12.c -- PKCS#12 (RFC 7292): what other people's tools export, and ours for them.
 *
 * The file is opened bag by bag in a library context of its own, so that RC2 and triple DES of old
 * files work without becoming available to the rest of the process.  A wrong passphrase and a damaged
 * file look alike to the file's checksum; what decrypts well was opened with the right one. */
#include "pki/bundle_own.h"
#include "pki/cert.h"
#include "pki/export.h"
#include "pki/key.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>

enum { MOST_MAC = 5000000, DEEP = 8 };

static void p12_free(PKCS12 **p) { PKCS12_free(*p); }
static void crl_free(X509_CRL **p) { X509_CRL_free(*p); }
static void certs_free(STACK_OF(X509) **p) { sk_X509_pop_free(*p, X509_free); }
static void safes_free(STACK_OF(PKCS7) **p) { sk_PKCS7_pop_free(*p, PKCS7_free); }
static void bags_free(STACK_OF(PKCS12_SAFEBAG) **p)
{
	sk_PKCS12_SAFEBAG_pop_free(*p, PKCS12_SAFEBAG_free);
}

/* ---- bags ---- */

static int
read_key_bag(struct bundle_reader *r, const PKCS12_SAFEBAG *bag)
{
	EVP_PKEY *pkey;

	if (r->want == PKI_CERTIFICATES)
		return 0; /* what is asked of the file is its certificates; its key stays in it */
	if (PKCS12_SAFEBAG_get_nid(bag) == NID_pkcs8ShroudedKeyBag)
		return bundle_add_encrypted(r, PKCS12_SAFEBAG_get0_pkcs8(bag));
	pkey = EVP_PKCS82PKEY_ex(PKCS12_SAFEBAG_get0_p8inf(bag), bundle_lib(r), NULL);
	return pkey ? bundle_add_key(r, pkey)
		    : openssl_why(r->why, r->size, "the private key cannot be used");
}

static int
read_cert_bag(struct bundle_reader *r, const PKCS12_SAFEBAG *bag)
{
	OWNED(x509_free) X509 *x = PKCS12_SAFEBAG_get1_cert(bag);

	ERR_clear_error();
	return x ? bundle_add(r, x)
		 : pki_why(r->why, r->size, -EBADMSG, "a certificate in the PKCS#12 is damaged");
}

static int
read_bags(struct bundle_reader *r, const STACK_OF(PKCS12_SAFEBAG) *bags, int depth)
{
	int rc = depth < DEEP ? 0 : pki_why(r->why, r->size, -EBADMSG, "the PKCS#12 is damaged");

	for (int i = 0; rc == 0 && i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);
		OWNED(crl_free) X509_CRL *crl = NULL;

		switch (PKCS12_SAFEBAG_get_nid(bag)) {
		case NID_keyBag:
		case NID_pkcs8ShroudedKeyBag:
			rc = read_key_bag(r, bag);
			break;
		case NID_certBag:
			if (PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate)
				rc = read_cert_bag(r, bag);
			break;
		case NID_crlBag:
			crl = PKCS12_SAFEBAG_get1_crl(bag);
			rc = crl ? bundle_add_crl(r, crl) : 0;
			break;
		case NID_safeContentsBag:
			rc = read_bags(r, PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
			break;
		default: /* secrets of applications */
			break;
		}
	}
	return rc;
}

/* ---- safes ---- */

static STACK_OF(PKCS12_SAFEBAG) *
decrypt_safe(struct bundle_reader *r, PKCS7 *p7)
{
	const PKCS7_ENC_CONTENT *c = p7->d.encrypted ? p7->d.encrypted->enc_data : NULL;
	const char *pass = r->passphrase ? r->passphrase : "";

	if (!c || !c->enc_data || bundle_cost(r, c->algorithm) < 0)
		return NULL;
	return PKCS12_item_decrypt_d2i_ex(c->algorithm, ASN1_ITEM_rptr(PKCS12_SAFEBAGS), pass,
	    (int)strlen(pass), c->enc_data, 1, bundle_lib(r), NULL);
}

static int
read_safe(struct bundle_reader *r, PKCS7 *p7)
{
	OWNED(bags_free) STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	bool encrypted = PKCS7_type_is_encrypted(p7);

	if (encrypted)
		bags = decrypt_safe(r, p7);
	else if (PKCS7_type_is_data(p7) && p7->d.data)
		bags = PKCS12_unpack_p7data(p7);
	else
		return pki_why(r->why, r->size, -EINVAL,
		    "the PKCS#12 is made for one recipient's key: only a passphrase can be used");
	ERR_clear_error();
	if (bags)
		return read_bags(r, bags, 0);
	if (!encrypted)
		return pki_why(r->why, r->size, -EBADMSG, "the PKCS#12 is damaged");
	return r->legacy ? bundle_locked(r, "the PKCS#12")
			 : pki_why(r->why, r->size, -ENOTSUP, "the PKCS#12 is encrypted with an old "
			   "cipher, and OpenSSL's legacy provider, which has it, is not installed here");
}

static int
read_safes(struct bundle_reader *r, const PKCS12 *p12)
{
	OWNED(safes_free) STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(p12);
	int rc = safes ? 0 : pki_why(r->why, r->size, -EBADMSG, "the PKCS#12 is damaged");

	for (int i = 0; rc == 0 && i < sk_PKCS7_num(safes); i++)
		rc = read_safe(r, sk_PKCS7_value(safes, i));
	return rc;
}

/* ---- the checksum ---- */

enum mac { MAC_GOOD, MAC_BAD, MAC_NONE, MAC_ABSURD };

static enum mac
check_mac(struct bundle_reader *r, PKCS12 *p12)
{
	const ASN1_INTEGER *iterations = NULL;
	const char *pass = r->passphrase ? r->passphrase : "";
	int64_t n = 1;

	if (!PKCS12_mac_present(p12))
		return MAC_NONE;
	PKCS12_get0_mac(NULL, NULL, NULL, &iterations, p12);
	if (iterations && (!ASN1_INTEGER_get_int64(&n, iterations) || n < 1 || n > MOST_MAC))
		return MAC_ABSURD;
	if (PKCS12_verify_mac(p12, pass, (int)strlen(pass)) ||
	    (!r->passphrase && PKCS12_verify_mac(p12, NULL, 0)))
		return MAC_GOOD;
	return MAC_BAD;
}

/* Tried on an empty bundle, so that nothing of a changed file is kept. */
static int
say_bad(struct bundle_reader *r, const PKCS12 *p12)
{
	struct pki_bundle none = {0}, *kept = r->to;
	int rc;

	r->to = &none;
	rc = read_safes(r, p12);
	pki_bundle_clear(&none);
	r->to = kept;
	if (rc == 0 && r->passphrase)
		return pki_why(r->why, r->size, -EBADMSG, "the PKCS#12 is damaged: the passphrase opens "
		    "it, and its checksum is wrong");
	return rc == -ENOTSUP || rc == -ENOMEM || rc == -EBADMSG ? rc : bundle_locked(r, "the PKCS#12");
}

int
bundle_pkcs12(struct bundle_reader *r, const uint8_t *bytes, size_t size)
{
	const uint8_t *p = bytes;
	OWNED(p12_free) PKCS12 *p12 = d2i_PKCS12(NULL, &p, (long)size);
	enum mac mac;
	int rc;

	ERR_clear_error();
	if (!p12)
		return pki_why(r->why, r->size, -EBADMSG, "the PKCS#12 is damaged or cut off");
	if (!bundle_lib(r))
		return bundle_no_memory(r);
	mac = check_mac(r, p12);
	ERR_clear_error();
	if (mac == MAC_ABSURD)
		return pki_why(r->why, r->size, -EBADMSG, "the PKCS#12 is damaged");
	if (!r->passphrase && mac != MAC_BAD)
		r->passphrase = ""; /* what stands for none in such a file */
	rc = mac == MAC_BAD ? say_bad(r, p12) : read_safes(r, p12);
	if (rc == 0 && !r->to->count && !r->to->key)
		return pki_why(r->why, r->size, -EINVAL,
		    "there is neither a certificate nor a private key in the PKCS#12");
	return rc;
}

/* ---- ours for others ---- */

static X509 *
open_der(const struct der *der)
{
	return der->size ? cert_open(der->bytes, der->size) : NULL;
}

int
pki_pkcs12(struct pki *p, const struct pki_export *e, struct der *to, char *why, size_t size)
{
	OWNED(pkey_free) EVP_PKEY *pkey = NULL;
	OWNED(x509_free) X509 *own = open_der(e->own);
	OWNED(certs_free) STACK_OF(X509) *above = sk_X509_new_null();
	OWNED(p12_free) PKCS12 *p12 = NULL;
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int rc = export_hold(p, e, &pkey, why, size), n;

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < e->chains; i++) {
		X509 *x = open_der(&e->chain[i]);

		if (!x || !above || !sk_X509_push(above, x))
			return X509_free(x), pki_why(why, size, -ENOMEM, "out of memory");
	}
	p12 = PKCS12_create(e->passphrase, e->name, pkey, own, above, NID_aes_256_cbc, NID_aes_256_cbc,
	    100000, 100000, 0);
	n = p12 ? i2d_PKCS12(p12, &bytes) : 0;
	if (n <= 0)
		return openssl_why(why, size, "the PKCS#12 cannot be made");
	return der_copy(to, bytes, (size_t)n) == 0 ? 0 : pki_why(why, size, -ENOMEM, "out of memory");
}
