/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/export.c -- key pairs as PEM for other machines, and the way in for theirs. */
#include "pki/export.h"
#include "pki/key.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

/* Cheap for us, dear for who guesses; OpenSSL's own 2048 is of another age. */
enum { ITERATIONS = 100000 };

static void sig_free(X509_SIG **p) { X509_SIG_free(*p); }
static void cipher_free(EVP_CIPHER **p) { EVP_CIPHER_free(*p); }
static void p8_free(PKCS8_PRIV_KEY_INFO **p) { PKCS8_PRIV_KEY_INFO_free(*p); }

int
export_hold(struct pki *p, const struct pki_export *e, EVP_PKEY **pkey, char *why, size_t size)
{
	struct pki_key_info info;
	bool may;

	if (!pki_key_find(p, e->label, &info))
		return pki_why(why, size, -ENOENT, "there is no key pair named %s", e->label);
	may = info.exportable;
	pki_key_info_clear(&info);
	if (info.locked)
		return pki_why(why, size, -EACCES, "key pair %s is locked: 'crypto key unlock'", e->label);
	if (!may)
		return pki_why(why, size, -EPERM, "%s keypair %s is not exportable.",
		    info.type == PKI_EC ? "EC" : "RSA", e->label);
	if (!e->passphrase || strlen(e->passphrase) < PKI_PASSPHRASE_LEAST)
		return pki_why(why, size, -EINVAL, "Passphrase is too short: it has %d characters at "
		    "least.", PKI_PASSPHRASE_LEAST);
	*pkey = key_hold(p, e->label);
	return *pkey ? 0 : pki_why(why, size, -ENOENT, "there is no key pair named %s", e->label);
}

/* The text of a memory BIO, malloc()ed. */
static char *
bio_text(BIO *bio)
{
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);

	return n > 0 ? strndup(bytes, (size_t)n) : NULL;
}

/* Single DES is in the legacy provider, whose context lives as long as this call. */
struct lib { OSSL_LIB_CTX *ctx; OSSL_PROVIDER *base, *legacy; };

static void
lib_clear(struct lib *l)
{
	if (l->legacy)
		OSSL_PROVIDER_unload(l->legacy);
	if (l->base)
		OSSL_PROVIDER_unload(l->base);
	OSSL_LIB_CTX_free(l->ctx);
}

static X509_SIG *
seal(EVP_PKEY *pkey, const struct pki_export *e, struct lib *lib)
{
	OWNED(p8_free) PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(pkey);
	static const char *const names[] = {"AES-256-CBC", "DES-EDE3-CBC", "DES-CBC"};
	OWNED(cipher_free) EVP_CIPHER *cipher = NULL;
	X509_ALGOR *pbe = NULL;
	X509_SIG *sig;

	if (e->cipher == PKI_CIPHER_DES) {
		lib->ctx = OSSL_LIB_CTX_new();
		lib->base = OSSL_PROVIDER_load(lib->ctx, "default");
		lib->legacy = OSSL_PROVIDER_load(lib->ctx, "legacy");
	}
	cipher = EVP_CIPHER_fetch(lib->ctx, names[e->cipher], NULL);
	if (p8 && cipher)
		pbe = PKCS5_pbe2_set_iv_ex(
		    cipher, ITERATIONS, NULL, 0, NULL, NID_hmacWithSHA256, lib->ctx);
	sig = pbe ? PKCS8_set0_pbe_ex(e->passphrase, (int)strlen(e->passphrase), p8, pbe, lib->ctx, NULL)
		  : NULL;
	if (!sig)
		X509_ALGOR_free(pbe);
	return sig;
}

static int
seal_pem(EVP_PKEY *pkey, const struct pki_export *e, char **pem, char *why, size_t size)
{
	OWNED(lib_clear) struct lib lib = {0};
	OWNED(sig_free) X509_SIG *sig = NULL;
	OWNED(bio_free) BIO *out = BIO_new(BIO_s_mem());

	if (!out)
		return pki_why(why, size, -ENOMEM, "out of memory");
	sig = seal(pkey, e, &lib);
	if (!sig && e->cipher == PKI_CIPHER_DES)
		return ERR_clear_error(), pki_why(why, size, -ENOTSUP, "single DES is in OpenSSL's legacy "
		    "provider, which is not installed here: take aes");
	if (!sig || PEM_write_bio_PKCS8(out, sig) != 1)
		return openssl_why(why, size, "the key pair cannot be written");
	*pem = bio_text(out);
	return *pem ? 0 : pki_why(why, size, -ENOMEM, "out of memory");
}

int
export_seal(EVP_PKEY *pkey, const char *passphrase, char **pem, char *why, size_t size)
{
	return seal_pem(pkey, &(struct pki_export){.passphrase = passphrase}, pem, why, size);
}

int
pki_key_pem(struct pki *p, const struct pki_export *e, char **pem, char *why, size_t size)
{
	OWNED(pkey_free) EVP_PKEY *pkey = NULL;
	int rc = export_hold(p, e, &pkey, why, size);

	return rc < 0 ? rc : seal_pem(pkey, e, pem, why, size);
}

int
pki_key_public_pem(struct pki *p, const char *label, char **pem, char *why, size_t size)
{
	OWNED(pkey_free) EVP_PKEY *pkey = key_hold(p, label);
	OWNED(bio_free) BIO *out = BIO_new(BIO_s_mem());

	if (!pkey)
		return pki_why(why, size, -ENOENT, "there is no key pair named %s", label);
	if (!out || PEM_write_bio_PUBKEY(out, pkey) != 1)
		return openssl_why(why, size, "the public key cannot be written");
	*pem = bio_text(out);
	return *pem ? 0 : pki_why(why, size, -ENOMEM, "out of memory");
}
