/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/peer_name.c -- is a certificate for that name? */
#include "pki/verify.h"
#include "pki/name.h"
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* "*.example.com" and "sbc1.example.com": one whole label stands for the asterisk. */
static bool
wildcard_fits(const char *pattern, const char *host)
{
	const char *dot = strchr(host, '.');

	return !strncmp(pattern, "*.", 2) && strchr(pattern + 2, '.') && dot && dot > host &&
	       *host != '*' && !strcasecmp(pattern + 1, dot);
}

static bool
same_host(const char *a, const char *b)
{
	return !strcasecmp(a, b) || wildcard_fits(a, b) || wildcard_fits(b, a);
}

/* A string without a NUL in it: "good.example.com\0.evil.example" is no name. */
static bool
read_text(const ASN1_STRING *from, char *to, size_t size)
{
	int n = ASN1_STRING_length(from);
	const unsigned char *text = ASN1_STRING_get0_data(from);

	if (n <= 0 || (size_t)n >= size || memchr(text, 0, (size_t)n))
		return false;
	memcpy(to, text, (size_t)n);
	to[n] = 0;
	return true;
}

/* RFC 5922 7.1: "sip:example.com", without a user. */
static const char *
sip_host(const char *uri)
{
	const char *host = strncasecmp(uri, "sip:", 4) && strncasecmp(uri, "sips:", 5)
	                       ? NULL : strchr(uri, ':') + 1;

	return host && !strchr(host, '@') ? host : NULL;
}

static bool
same_address(const ASN1_OCTET_STRING *ip, const char *name)
{
	uint8_t bytes[16];
	int size = ASN1_STRING_length(ip);

	return inet_pton(size == 4 ? AF_INET : AF_INET6, name, bytes) == 1 && (size == 4 || size == 16) &&
	       !memcmp(bytes, ASN1_STRING_get0_data(ip), (size_t)size);
}

static bool
general_fits(const GENERAL_NAME *g, const char *name, char *matched, size_t size)
{
	const char *host;

	switch (g->type) {
	case GEN_DNS:
		return read_text(g->d.dNSName, matched, size) && same_host(matched, name);
	case GEN_URI:
		return read_text(g->d.uniformResourceIdentifier, matched, size) &&
		       (host = sip_host(matched)) && same_host(host, name);
	case GEN_IPADD:
		snprintf(matched, size, "%s", name);
		return same_address(g->d.iPAddress, name);
	default:
		return false;
	}
}

bool
peer_name_matches(X509 *x, const char *name, char *matched, size_t size)
{
	OWNED(general_names_free)
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	char common[PKI_NAME];

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		if (general_fits(sk_GENERAL_NAME_value(names, i), name, matched, size))
			return true;
	name_common(X509_get_subject_name(x), common, sizeof(common));
	snprintf(matched, size, "%s", common);
	return *common && same_host(common, name);
}
