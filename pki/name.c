/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/name.c -- distinguished names, typed and printed.  One table gives the words of both. */
#include "pki/name.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <openssl/err.h>

/* The first word of a type is the one that is printed; what is not here is its dotted OID. */
static const struct type {
	int nid;
	const char *word, *brief;
} types[] = {
    {NID_commonName, "cn", "CN"},
    {NID_organizationalUnitName, "ou", "OU"},
    {NID_organizationName, "o", "O"},
    {NID_localityName, "l", "L"},
    {NID_stateOrProvinceName, "st", "ST"},
    {NID_countryName, "c", "C"},
    {NID_pkcs9_emailAddress, "e", "E"},
    {NID_serialNumber, "serialNumber", "serialNumber"},
    {NID_pkcs9_unstructuredName, "hostname", "hostname"},
    {NID_pkcs9_unstructuredAddress, "ipaddress", "ipaddress"},
    {NID_domainComponent, "dc", "DC"},
    {NID_stateOrProvinceName, "s", NULL},
    {NID_pkcs9_emailAddress, "email", NULL},
    {NID_pkcs9_emailAddress, "emailAddress", NULL},
    {NID_pkcs9_unstructuredName, "unstructuredName", NULL},
    {NID_pkcs9_unstructuredAddress, "unstructuredAddress", NULL},
};
enum { TYPES = sizeof(types) / sizeof(*types) };

/* ---- printing ---- */

void
name_escape(const uint8_t *bytes, size_t count, char *text, size_t size)
{
	size_t n = 0;
	unsigned long c;

	while (count > 0) {
		int step = UTF8_getc(bytes, count > 6 ? 6 : (int)count, &c);

		if (step <= 0 || c < ' ' || (c >= 0x7f && c < 0xa0)) {
			if (n + 3 >= size)
				break;
			n += (size_t)sprintf(text + n, "\\%02X", *bytes);
			bytes++, count--;
			continue;
		}
		if (n + (size_t)step >= size)
			break;
		memcpy(text + n, bytes, (size_t)step);
		n += (size_t)step, bytes += step, count -= (size_t)step;
	}
	if (size > 0)
		text[n] = 0;
}

static void
value_text(const ASN1_STRING *value, char *text, size_t size)
{
	OWNED(bytes_free) unsigned char *utf8 = NULL;
	int count = ASN1_STRING_to_UTF8(&utf8, value);

	if (count >= 0)
		name_escape(utf8, (size_t)count, text, size);
	else
		name_escape(
		    ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value), text, size);
	ERR_clear_error();
}

static void
type_text(const ASN1_OBJECT *object, bool brief, char *text, size_t size)
{
	int nid = OBJ_obj2nid(object);

	for (size_t i = 0; i < TYPES; i++) {
		if (nid != types[i].nid)
			continue;
		snprintf(text, size, "%s", brief ? types[i].brief : types[i].word);
		return;
	}
	OBJ_obj2txt(text, (int)size, object, 1);
}

/* Appends "type=value". */
static void
entry_text(const X509_NAME_ENTRY *e, bool brief, char *text, size_t size)
{
	char type[80];
	size_t n;

	type_text(X509_NAME_ENTRY_get_object(e), brief, type, sizeof(type));
	n = (size_t)snprintf(text, size, "%s=", type);
	if (n < size)
		value_text(X509_NAME_ENTRY_get_data(e), text + n, size - n);
}

/* The entries [first, end) are one RDN. */
static int
rdn_first(const X509_NAME *name, int end)
{
	int first = end - 1, set = X509_NAME_ENTRY_set(X509_NAME_get_entry(name, first));

	while (first > 0 && X509_NAME_ENTRY_set(X509_NAME_get_entry(name, first - 1)) == set)
		first--;
	return first;
}

static void
rdn_text(const X509_NAME *name, int first, int end, bool brief, char *text, size_t size)
{
	size_t n = 0;

	for (int i = first; i < end && n + 1 < size; i++) {
		if (i > first)
			text[n++] = '+';
		entry_text(X509_NAME_get_entry(name, i), brief, text + n, size - n);
		n += strlen(text + n);
	}
}

int
name_rdns(const X509_NAME *name, char rdns[][PKI_NAME], int max)
{
	int count = 0, first;

	for (int end = X509_NAME_entry_count(name); end > 0 && count < max; end = first) {
		first = rdn_first(name, end);
		rdn_text(name, first, end, false, rdns[count++], PKI_NAME);
	}
	return count;
}

void
name_common(const X509_NAME *name, char *text, size_t size)
{
	text[0] = 0;
	for (int i = X509_NAME_entry_count(name); i-- > 0;) {
		const X509_NAME_ENTRY *e = X509_NAME_get_entry(name, i);

		if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(e)) != NID_commonName)
			continue;
		value_text(X509_NAME_ENTRY_get_data(e), text, size);
		return;
	}
}

void
name_brief(const X509_NAME *name, char *text, size_t size)
{
	char cn[PKI_NAME];
	size_t n = 0;
	int first;

	name_common(name, cn, sizeof(cn));
	if (cn[0]) {
		snprintf(text, size, "CN=%s", cn);
		return;
	}
	snprintf(text, size, "(no name)");
	for (int end = X509_NAME_entry_count(name); end > 0 && n + 2 < size; end = first) {
		first = rdn_first(name, end);
		if (n > 0)
			text[n++] = ',';
		rdn_text(name, first, end, true, text + n, size - n);
		n += strlen(text + n);
	}
}

/* ---- typing ---- */

static ASN1_OBJECT *
type_object(const char *word)
{
	ASN1_OBJECT *object = NULL;

	for (size_t i = 0; i < TYPES; i++)
		if (!strcasecmp(word, types[i].word))
			return OBJ_nid2obj(types[i].nid);
	if (isdigit((unsigned char)*word))
		object = OBJ_txt2obj(word, 1);
	ERR_clear_error();
	return object;
}

static int
entry_put(X509_NAME *name, const char *type, const char *value, int place, char *why, size_t size)
{
	OWNED(object_free) ASN1_OBJECT *object = type_object(type);

	if (!object)
		return pki_why(why, size, -EINVAL, "'%s' is no attribute of a subject name", type);
	if (!*value)
		return pki_why(why, size, -EINVAL, "the subject name's %s has no value", type);
	if (!X509_NAME_add_entry_by_OBJ(
		name, object, MBSTRING_UTF8, (const uint8_t *)value, -1, place, 0))
		return openssl_why(why, size, "the subject name cannot have %s=%s", type, value);
	return 0;
}

int
name_add(X509_NAME *name, const char *type, const char *value, char *why, size_t size)
{
	return entry_put(name, type, value, -1, why, size);
}

/* "type =" at *p; leaves *p behind the '='. */
static int
take_type(const char **p, char *type, size_t type_size, char *why, size_t size)
{
	size_t n;

	*p += strspn(*p, " \t");
	n = strcspn(*p, "=,");
	if ((*p)[n] != '=')
		return pki_why(why, size, -EINVAL, "'%.*s' in the subject name is not TYPE=VALUE",
		    n > 64 ? 64 : (int)n, *p);
	snprintf(type, type_size, "%.*s", (int)n, *p);
	type[strcspn(type, " \t")] = 0;
	*p += n + 1;
	return 0;
}

/* The character behind a backslash: itself, or two hex digits; how many were eaten. */
static int
take_escape(const char *p, char *c)
{
	static const char digits[] = "0123456789abcdef";

	if (isxdigit((unsigned char)p[0]) && isxdigit((unsigned char)p[1])) {
		*c = (char)((strchr(digits, tolower((unsigned char)p[0])) - digits) * 16 +
			    (strchr(digits, tolower((unsigned char)p[1])) - digits));
		return 2;
	}
	*c = *p;
	return *p ? 1 : 0;
}

/* Up to the comma (1: there was one); blanks around it count only in quotes or escaped. */
static int
take_value(const char **pp, char *value, size_t value_size, char *why, size_t size)
{
	const char *p = *pp;
	size_t n = 0, keep = 0;
	bool quoted = false;

	for (p += strspn(p, " \t"); *p && (quoted || *p != ',') && n + 1 < value_size;) {
		if (*p == '"') {
			quoted = !quoted;
			keep = n, p++;
		} else if (*p == '\\') {
			p += 1 + take_escape(p + 1, &value[n]);
			keep = ++n;
		} else {
			value[n++] = *p;
			if (quoted || !isspace((unsigned char)*p))
				keep = n;
			p++;
		}
	}
	value[keep] = 0;
	if (quoted)
		return pki_why(why, size, -EINVAL, "a quote is not closed in the subject name");
	if (*p && *p != ',')
		return pki_why(why, size, -EINVAL, "a value in the subject name is too long");
	for (size_t i = 0; i < keep; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return pki_why(
			    why, size, -EINVAL, "a control character in the subject name");
	*pp = *p ? p + 1 : p;
	return *pp > p;
}

int
name_parse(X509_NAME *name, const char *typed, char *why, size_t size)
{
	char type[80], value[PKI_NAME];
	int rc, more = 0;

	do {
		rc = take_type(&typed, type, sizeof(type), why, size);
		if (rc == 0)
			rc = more = take_value(&typed, value, sizeof(value), why, size);
		if (rc >= 0)
			rc = entry_put(name, type, value, 0, why, size);
	} while (rc == 0 && more > 0);
	return rc;
}
