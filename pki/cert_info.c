/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cert_info.c -- all that `show crypto pki certificates verbose` wants to know of a
 * certificate, in the order and words of IOS.  Text of the certificate is escaped: it was written
 * by a stranger and goes to terminals. */
#include "pki/cert.h"
#include "pki/name.h"
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <openssl/err.h>

/* clang-format off */
static const struct { int nid; const char *name; } signatures[] = {
	{ NID_md5WithRSAEncryption,    "MD5 with RSA Encryption" },
	{ NID_sha1WithRSAEncryption,   "SHA1 with RSA Encryption" },
	{ NID_sha224WithRSAEncryption, "SHA224 with RSA Encryption" },
	{ NID_sha256WithRSAEncryption, "SHA256 with RSA Encryption" },
	{ NID_sha384WithRSAEncryption, "SHA384 with RSA Encryption" },
	{ NID_sha512WithRSAEncryption, "SHA512 with RSA Encryption" },
	{ NID_rsassaPss,               "RSA-PSS" },
	{ NID_ecdsa_with_SHA1,         "SHA1 with ECDSA" },
	{ NID_ecdsa_with_SHA256,       "SHA256 with ECDSA" },
	{ NID_ecdsa_with_SHA384,       "SHA384 with ECDSA" },
	{ NID_ecdsa_with_SHA512,       "SHA512 with ECDSA" },
}, ekus[] = {
	{ NID_server_auth,   "Server Auth" },
	{ NID_client_auth,   "Client Auth" },
	{ NID_ipsecEndSystem, "IPSEC End System" },
	{ NID_ipsecTunnel,   "IPSEC Tunnel" },
	{ NID_ipsecUser,     "IPSEC User" },
	{ NID_sshServer,     "SSH Server" },
	{ NID_sshClient,     "SSH Client" },
	{ NID_code_sign,     "Code Signing" },
	{ NID_email_protect, "Email Protection" },
	{ NID_OCSP_sign,     "OCSP Signing" },
	{ NID_time_stamp,    "Time Stamping" },
};
static const char *const usages[] = {
	"Digital Signature", "Non Repudiation", "Key Encipherment", "Data Encipherment",
	"Key Agreement", "Key Cert Sign", "CRL Signature", "Encipher Only", "Decipher Only",
};
/* clang-format on */
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

const char *
pki_key_usage_name(int bit)
{
	return bit >= 0 && bit < (int)COUNT(usages) ? usages[bit] : NULL;
}

bool
cert_issued_by(X509 *x, X509 *ca)
{
	EVP_PKEY *pkey = X509_get0_pubkey(ca);
	bool ok = pkey && !X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(ca)) &&
		  X509_verify(x, pkey) == 1;

	ERR_clear_error();
	return ok;
}

bool
cert_is_ca(X509 *x)
{
	int kind = X509_check_ca(x); /* 1: says so; 3: self-signed version 1 */

	ERR_clear_error();
	return kind == 1 || kind == 3;
}

bool
pki_cert_is_ca(const struct der *der)
{
	OWNED(x509_free) X509 *x = cert_open(der->bytes, der->size);

	return x && cert_is_ca(x);
}

bool
pki_cert_issued_by(const struct der *cert, const struct der *ca)
{
	OWNED(x509_free) X509 *x = cert_open(cert->bytes, cert->size);
	OWNED(x509_free) X509 *issuer = cert_open(ca->bytes, ca->size);

	return x && issuer && cert_issued_by(x, issuer);
}

static void
hex(const uint8_t *bytes, size_t count, char *text, size_t size)
{
	text[0] = 0;
	for (size_t i = 0; i < count && 2 * i + 2 < size; i++)
		sprintf(text + 2 * i, "%02X", bytes[i]);
}

/* The contents as they are in the DER, so that a leading 00 is kept. */
void
cert_serial(const X509 *x, char *text, size_t size)
{
	OWNED(bytes_free) unsigned char *der = NULL;
	int count = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &der), tag, class;
	const uint8_t *p = der;
	long inner = 0;

	text[0] = 0;
	if (count > 0 && !(ASN1_get_object(&p, &inner, &tag, &class, count) & 0x80))
		hex(p, (size_t)inner, text, size);
}

time_t
cert_time(const ASN1_TIME *t)
{
	struct tm tm = {0};

	return ASN1_TIME_to_tm(t, &tm) ? timegm(&tm) : 0;
}

static void
info_names(X509 *x, struct pki_cert_info *info)
{
	info->issuers = name_rdns(X509_get_issuer_name(x), info->issuer, PKI_NAMES);
	info->subjects = name_rdns(X509_get_subject_name(x), info->subject, PKI_NAMES);
	name_common(X509_get_subject_name(x), info->common_name, sizeof(info->common_name));
}

static void
info_key(X509 *x, struct pki_cert_info *info)
{
	EVP_PKEY *pkey = X509_get0_pubkey(x);
	X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *object = NULL;

	X509_PUBKEY_get0_param(NULL, NULL, NULL, &algorithm, X509_get_X509_PUBKEY(x));
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	OBJ_obj2txt(info->key_algorithm, sizeof(info->key_algorithm), object, 0);
	if (OBJ_obj2nid(object) == NID_X9_62_id_ecPublicKey) {
		snprintf(info->key_algorithm, sizeof(info->key_algorithm), "ecEncryption");
		info->key_type = PKI_EC;
	}
	info->key_bits = pkey ? EVP_PKEY_get_bits(pkey) : 0;
}

static void
info_signature(X509 *x, struct pki_cert_info *info)
{
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *object = NULL;

	X509_get0_signature(NULL, &algorithm, x);
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	OBJ_obj2txt(info->signature, sizeof(info->signature), object, 1);
	for (size_t i = 0; i < COUNT(signatures); i++)
		if (OBJ_obj2nid(object) == signatures[i].nid)
			snprintf(
			    info->signature, sizeof(info->signature), "%s", signatures[i].name);
}

static void
info_prints(X509 *x, struct pki_fingerprints *print)
{
	X509_digest(x, EVP_md5(), print->md5, NULL);
	X509_digest(x, EVP_sha1(), print->sha1, NULL);
	X509_digest(x, EVP_sha256(), print->sha256, NULL);
}

static void
info_usage(X509 *x, struct pki_cert_info *info)
{
	OWNED(bits_free) ASN1_BIT_STRING *bits = X509_get_ext_d2i(x, NID_key_usage, NULL, NULL);

	info->has_key_usage = bits;
	for (int i = 0; bits && i < ASN1_STRING_length(bits) && i < 4; i++)
		info->key_usage |= (uint32_t)ASN1_STRING_get0_data(bits)[i] << (24 - 8 * i);
}

static void
eku_name(const ASN1_OBJECT *object, char *text, size_t size)
{
	OBJ_obj2txt(text, (int)size, object, 1);
	for (size_t i = 0; i < COUNT(ekus); i++)
		if (OBJ_obj2nid(object) == ekus[i].nid)
			snprintf(text, size, "%s", ekus[i].name);
}

static void
info_eku(X509 *x, struct pki_cert_info *info)
{
	OWNED(eku_free)
	EXTENDED_KEY_USAGE *list = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);

	info->has_eku = list;
	for (int i = 0; i < sk_ASN1_OBJECT_num(list) && info->ekus < (int)COUNT(info->eku); i++)
		eku_name(
		    sk_ASN1_OBJECT_value(list, i), info->eku[info->ekus++], sizeof(*info->eku));
}

static void
string_text(const ASN1_STRING *s, char *text, size_t size)
{
	name_escape(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s), text, size);
}

static void
san_ip(const ASN1_OCTET_STRING *ip, struct pki_cert_info *info)
{
	int size = ASN1_STRING_length(ip);

	if (info->san_ips < PKI_SANS && (size == 4 || size == 16) &&
	    inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(ip),
		info->san_ip[info->san_ips], sizeof(*info->san_ip)))
		info->san_ips++;
}

static void
info_san(X509 *x, struct pki_cert_info *info)
{
	OWNED(general_names_free)
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		int type;
		void *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);

		if (type == GEN_DNS && info->san_dnss < PKI_SANS)
			string_text(value, info->san_dns[info->san_dnss++], PKI_NAME);
		else if (type == GEN_IPADD)
			san_ip(value, info);
	}
}

static size_t
id_copy(const ASN1_OCTET_STRING *id, uint8_t bytes[64])
{
	size_t size = id ? (size_t)ASN1_STRING_length(id) : 0;

	if (size > 64)
		size = 64;
	if (size > 0)
		memcpy(bytes, ASN1_STRING_get0_data(id), size);
	return size;
}

/* Adds the name if it is a URL and there is room. */
static void
url_add(const GENERAL_NAME *name, char urls[4][256], int *count)
{
	int type;
	void *value = GENERAL_NAME_get0_value(name, &type);

	if (type == GEN_URI && *count < 4)
		string_text(value, urls[(*count)++], 256);
}

static void
info_crl(X509 *x, struct pki_cert_info *info)
{
	OWNED(crl_points_free)
	CRL_DIST_POINTS *points = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);

	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT_NAME *name = sk_DIST_POINT_value(points, i)->distpoint;

		if (!name || name->type != 0)
			continue;
		for (int j = 0; j < sk_GENERAL_NAME_num(name->name.fullname); j++)
			url_add(
			    sk_GENERAL_NAME_value(name->name.fullname, j), info->crl, &info->crls);
	}
}

static void
info_access(X509 *x, struct pki_cert_info *info)
{
	OWNED(access_free)
	AUTHORITY_INFO_ACCESS *list = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(list); i++) {
		const ACCESS_DESCRIPTION *a = sk_ACCESS_DESCRIPTION_value(list, i);

		if (OBJ_obj2nid(a->method) == NID_ad_OCSP)
			url_add(a->location, info->ocsp, &info->ocsps);
		else if (OBJ_obj2nid(a->method) == NID_ad_ca_issuers)
			url_add(a->location, info->ca_issuers, &info->ca_issuerss);
	}
}

void
cert_info(X509 *x, struct pki_cert_info *info)
{
	*info = (struct pki_cert_info){.version = (int)X509_get_version(x) + 1};
	cert_serial(x, info->serial, sizeof(info->serial));
	info_names(x, info);
	info->not_before = cert_time(X509_get0_notBefore(x));
	info->not_after = cert_time(X509_get0_notAfter(x));
	info_key(x, info);
	info_signature(x, info);
	info_prints(x, &info->print);
	info->ca = cert_is_ca(x);
	info->self_signed = cert_issued_by(x, x);
	info->has_basic = X509_get_ext_by_NID(x, NID_basic_constraints, -1) >= 0;
	info_usage(x, info);
	info_eku(x, info);
	info_san(x, info);
	info->ski_size = id_copy(X509_get0_subject_key_id(x), info->ski);
	info->aki_size = id_copy(X509_get0_authority_key_id(x), info->aki);
	info_crl(x, info);
	info_access(x, info);
	ERR_clear_error();
}

int
pki_cert_info(const struct der *cert, struct pki_cert_info *info)
{
	OWNED(x509_free) X509 *x = cert_open(cert->bytes, cert->size);

	if (!x)
		return -EINVAL;
	cert_info(x, info);
	return 0;
}
