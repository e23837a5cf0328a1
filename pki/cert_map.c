/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cert_map.c -- see cert_map.h.
 *
 * Names are compared without regard to case, and to blanks around commas and equal signs, because the same name is
 * typed in many ways.  A distinguished name is one text and each of its parts as well: `eq' means any of them.
 * What cannot be judged does not hold, neither does its opposite: a mistake lets nobody in. */
#include "pki/cert_map.h"
#include "pki/cert.h"
#include "pki/name.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WHOLE = PKI_NAMES * PKI_NAME, WANTED = 512 };

OWNER(alt_free, GENERAL_NAMES, GENERAL_NAMES_free)

/* ---- the rows -------------------------------------------------------------------------------------------- */

bool
cert_maps_copy(struct cert_maps *m, const struct pki_profile *p)
{
	*m = (struct cert_maps){ .rules = calloc(p->map_rules_count + 1, sizeof(*m->rules)),
		.matches = calloc(p->matches_count + 1, sizeof(*m->matches)) };
	if (!m->rules || !m->matches)
		return false;
	for (; m->rules_count < p->map_rules_count; m->rules_count++) {
		struct pki_map_rule *to = &m->rules[m->rules_count];

		*to = p->map_rules[m->rules_count];
		to->map = strdup(to->map);
		to->value = strdup(to->value ? to->value : "");
		if (!to->map || !to->value)
			return m->rules_count++, false;
	}
	for (; m->matches_count < p->matches_count; m->matches_count++) {
		struct pki_match *to = &m->matches[m->matches_count];

		*to = p->matches[m->matches_count];
		to->trustpoint = strdup(to->trustpoint);
		to->map = strdup(to->map);
		to->url = to->url ? strdup(to->url) : NULL;
		if (!to->trustpoint || !to->map || (!to->url && p->matches[m->matches_count].url))
			return m->matches_count++, false;
	}
	return true;
}

void
cert_maps_clear(struct cert_maps *m)
{
	for (size_t i = 0; i < m->rules_count; i++) {
		free((char *)m->rules[i].map);
		free((char *)m->rules[i].value);
	}
	for (size_t i = 0; i < m->matches_count; i++) {
		free((char *)m->matches[i].trustpoint);
		free((char *)m->matches[i].map);
		free((char *)m->matches[i].url);
	}
	free(m->rules);
	free(m->matches);
	*m = (struct cert_maps){ .rules = NULL };
}

/* ---- names ----------------------------------------------------------------------------------------------- */

/* In small letters, without the blanks that mean nothing. */
static void
squeeze(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; *from && n + 1 < size; from++) {
		bool mark = *from == ',' || *from == '=';

		if (*from == ' ' && (n == 0 || to[n - 1] == ',' || to[n - 1] == '='))
			continue;
		while (mark && n > 0 && to[n - 1] == ' ')
			n--;
		to[n++] = (char)tolower((unsigned char)*from);
	}
	while (n > 0 && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
}

/* A search through the names of a certificate, and the first of them for the sentence. */
struct search { const char *wanted; bool part; char *found; size_t size; };

static bool
is_wanted(const struct search *s, const char *name)
{
	char plain[WHOLE];

	if (!*s->found)
		snprintf(s->found, s->size, "%s", name);
	squeeze(name, plain, sizeof(plain));
	return s->part ? strstr(plain, s->wanted) != NULL : !strcmp(plain, s->wanted);
}

static bool
in_name(const struct search *s, const X509_NAME *name)
{
	char rdns[PKI_NAMES][PKI_NAME], whole[WHOLE] = "";
	int n = name_rdns(name, rdns, PKI_NAMES);
	size_t used = 0;

	for (int i = 0; i < n && used < sizeof(whole); i++)
		used += (size_t)snprintf(whole + used, sizeof(whole) - used, "%s%s", i ? "," : "", rdns[i]);
	if (n && is_wanted(s, whole))
		return true;
	for (int i = 0; i < n; i++)
		if (is_wanted(s, rdns[i]))
			return true;
	return false;
}

static bool
in_subject(const struct search *s, X509 *x)
{
	return in_name(s, X509_get_subject_name(x));
}

static bool
in_issuer(const struct search *s, X509 *x)
{
	return in_name(s, X509_get_issuer_name(x));
}

static bool
in_unstructured(const struct search *s, X509 *x)
{
	const X509_NAME *name = X509_get_subject_name(x);
	char text[PKI_NAME];

	for (int i = -1; (i = X509_NAME_get_index_by_NID(name, NID_pkcs9_unstructuredName, i)) >= 0;) {
		const ASN1_STRING *a = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i));

		name_escape(ASN1_STRING_get0_data(a), (size_t)ASN1_STRING_length(a), text, sizeof(text));
		if (is_wanted(s, text))
			return true;
	}
	return false;
}

static bool
in_general_name(const struct search *s, const GENERAL_NAME *name)
{
	char text[PKI_NAME];
	int type;
	const ASN1_STRING *a = GENERAL_NAME_get0_value(name, &type);

	if (type == GEN_DIRNAME)
		return in_name(s, name->d.directoryName);
	if (type == GEN_IPADD && (ASN1_STRING_length(a) == 4 || ASN1_STRING_length(a) == 16))
		return inet_ntop(ASN1_STRING_length(a) == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(a), text,
		    sizeof(text)) && is_wanted(s, text);
	if (type != GEN_DNS && type != GEN_URI && type != GEN_EMAIL)
		return false;
	name_escape(ASN1_STRING_get0_data(a), (size_t)ASN1_STRING_length(a), text, sizeof(text));
	return is_wanted(s, text);
}

static bool
in_alternatives(const struct search *s, X509 *x)
{
	OWNED(alt_free) GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		if (in_general_name(s, sk_GENERAL_NAME_value(names, i)))
			return true;
	return false;
}

static bool
in_any(const struct search *s, X509 *x)
{
	return in_subject(s, x) || in_unstructured(s, x) || in_alternatives(s, x);
}

/* Hexadecimal digits without what people put between and before them. */
static void
plain_serial(const char *from, char *to, size_t size)
{
	size_t n = 0;

	if (!strncasecmp(from, "0x", 2))
		from += 2;
	for (; *from && n + 1 < size; from++)
		if (isxdigit((unsigned char)*from))
			to[n++] = (char)tolower((unsigned char)*from);
	to[n] = '\0';
}

static bool
in_serial(const struct search *s, X509 *x)
{
	char serial[129], have[129];
	const char *h = have, *w = s->wanted;

	cert_serial(x, serial, sizeof(serial));
	snprintf(s->found, s->size, "%s", serial);
	plain_serial(serial, have, sizeof(have));
	if (s->part)
		return strstr(have, w);
	h += strspn(h, "0");
	w += strspn(w, "0");
	return !strcmp(h, w);
}

/* ---- dates ----------------------------------------------------------------------------------------------- */

static bool
read_month(const char *word, struct tm *tm)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12 && strlen(word) >= 3; i++)
		if (!strncasecmp(word, months + 3 * i, 3)) {
			tm->tm_mon = i;
			return true;
		}
	return false;
}

/* One word of a date; false: it belongs to none. */
static bool
read_word(const char *word, struct tm *tm)
{
	int h, m, s = 0, used = 0;
	long n = strtol(word, NULL, 10);

	if (sscanf(word, "%2d:%2d%n:%2d%n", &h, &m, &used, &s, &used) >= 2 && !word[used]) {
		tm->tm_hour = h, tm->tm_min = m, tm->tm_sec = s;
		return h >= 0 && h < 24 && m >= 0 && m < 60 && s >= 0 && s <= 60;
	}
	if (isalpha((unsigned char)*word))
		return !strcasecmp(word, "UTC") || !strcasecmp(word, "GMT") || read_month(word, tm);
	if (word[strspn(word, "0123456789")])
		return false;
	if (n >= 1900 && n <= 9999)
		tm->tm_year = (int)n - 1900;
	else if (n >= 1 && n <= 31)
		tm->tm_mday = (int)n;
	else
		return false;
	return true;
}

time_t
cert_map_date(const char *typed)
{
	struct tm tm = { .tm_mon = -1, .tm_year = -1 };
	char text[WANTED], *rest = NULL;

	snprintf(text, sizeof(text), "%.511s", typed);
	for (char *w = strtok_r(text, " ,", &rest); w; w = strtok_r(NULL, " ,", &rest))
		if (!read_word(w, &tm))
			return -1;
	return tm.tm_mon < 0 || tm.tm_year < 0 || !tm.tm_mday ? -1 : timegm(&tm);
}

static bool
date_holds(const struct pki_map_rule *r, const ASN1_TIME *at, char *found, size_t size)
{
	time_t have = cert_time(at), want = cert_map_date(r->value);
	struct tm tm;

	strftime(found, size, "%b %e %H:%M:%S %Y UTC", gmtime_r(&have, &tm));
	if (want < 0)
		snprintf(found, size, "compared with what is no date");
	return want >= 0 &&
	    ((r->relation == PKI_MAP_EQ && have == want) || (r->relation == PKI_MAP_NE && have != want) ||
	    (r->relation == PKI_MAP_LT && have < want) || (r->relation == PKI_MAP_GE && have >= want));
}

/* ---- rules ----------------------------------------------------------------------------------------------- */

static bool (*const places[PKI_MAP_FIELDS])(const struct search *, X509 *) = {
	[PKI_MAP_SUBJECT] = in_subject, [PKI_MAP_ISSUER] = in_issuer, [PKI_MAP_ALT_SUBJECT] = in_alternatives,
	[PKI_MAP_UNSTRUCTURED] = in_unstructured, [PKI_MAP_NAME] = in_any, [PKI_MAP_SERIAL] = in_serial,
};
static const char *const fields[PKI_MAP_FIELDS] = { "", "subject-name", "issuer-name", "alt-subject-name",
	"unstructured-subject-name", "name", "serial-number", "valid-start", "expires-on" };
static const char *const relations[PKI_MAP_RELATIONS] = { "", "co", "nc", "eq", "ne", "lt", "ge" };

bool
cert_map_holds(const struct pki_map_rule *r, X509 *x, char *found, size_t size)
{
	char wanted[WANTED];
	struct search s = { .wanted = wanted, .found = found, .size = size,
		.part = r->relation == PKI_MAP_CO || r->relation == PKI_MAP_NC };
	bool opposite = r->relation == PKI_MAP_NC || r->relation == PKI_MAP_NE;

	*found = '\0';
	if (r->field == PKI_MAP_VALID_START)
		return date_holds(r, X509_get0_notBefore(x), found, size);
	if (r->field == PKI_MAP_EXPIRES)
		return date_holds(r, X509_get0_notAfter(x), found, size);
	if (r->field >= PKI_MAP_FIELDS || !places[r->field] || r->relation < PKI_MAP_CO || r->relation > PKI_MAP_NE) {
		snprintf(found, size, "not compared in that way");
		return false;
	}
	if (r->field == PKI_MAP_SERIAL)
		plain_serial(r->value, wanted, sizeof(wanted));
	else
		squeeze(r->value, wanted, sizeof(wanted));
	return *wanted && places[r->field](&s, x) != opposite;
}

/* The first rule of a sequence that does not hold; NULL: it fits. */
static const struct pki_map_rule *
misfit(const struct cert_maps *m, const struct pki_map_rule *of, X509 *x, char *found, size_t size)
{
	for (const struct pki_map_rule *r = of; r < m->rules + m->rules_count; r++)
		if (r->sequence == of->sequence && !strcmp(r->map, of->map) && r->field &&
		    !cert_map_holds(r, x, found, size))
			return r;
	return NULL;
}

bool
cert_map_fits(const struct cert_maps *m, const char *map, X509 *x, char *why, size_t size)
{
	const struct pki_map_rule *last = NULL;
	unsigned sequences = 0;

	for (const struct pki_map_rule *r = m->rules; r < m->rules + m->rules_count; r++) {
		const struct pki_map_rule *bad;
		char found[PKI_NAME];

		if (strcmp(r->map, map) || (last && last->sequence == r->sequence))
			continue;
		last = r;
		bad = misfit(m, r, x, found, sizeof(found));
		if (!bad)
			return true;
		if (!sequences++)
			snprintf(why, size, "does not fit certificate map %.64s: rule '%s %s %.100s' of sequence %u does "
			    "not hold, for it is %.120s", map, fields[bad->field % PKI_MAP_FIELDS],
			    relations[bad->relation % PKI_MAP_RELATIONS], bad->value, (unsigned)bad->sequence,
			    *found ? found : "not there");
	}
	if (!sequences)
		snprintf(why, size, "has to fit certificate map %.64s, which is not configured", map);
	return false;
}

/* Only the plain ones are asked for: one with an exception is there for those who fit it, and shuts nobody out. */
void
cert_maps_judge(const struct cert_maps *m, const char *trustpoint, X509 *x, struct cert_fate *f)
{
	bool asked = false;

	*f = (struct cert_fate){ .fits = false };
	for (const struct pki_match *i = m->matches; i < m->matches + m->matches_count; i++) {
		char why[sizeof(f->why)];

		if (strcmp(i->trustpoint, trustpoint))
			continue;
		asked = asked || i->allows == PKI_MATCH_ONLY;
		if (!cert_map_fits(m, i->map, x, why, sizeof(why))) {
			if (!*f->why && i->allows == PKI_MATCH_ONLY)
				memcpy(f->why, why, sizeof(f->why));
			continue;
		}
		f->fits = true;
		f->expired_too = f->expired_too || i->allows == PKI_MATCH_EXPIRED;
		f->unchecked = f->unchecked || i->allows == PKI_MATCH_UNCHECKED;
		if (i->allows == PKI_MATCH_CDP)
			f->crl_url = i->url;
		if (i->allows == PKI_MATCH_OCSP)
			f->ocsp_url = i->url;
		if (i->allows == PKI_MATCH_EXPIRED || i->allows == PKI_MATCH_UNCHECKED)
			snprintf(f->map, sizeof(f->map), "%.64s", i->map);
	}
	f->fits = f->fits || !asked;
}

/* ---- usages ---------------------------------------------------------------------------------------------- */

bool
cert_lacks_ekus(X509 *x, uint32_t ekus, char *lacks, size_t size)
{
	static const char *const names[PKI_EKUS] = { "", "Client Auth", "Server Auth", "Code Signing",
		"Email Protection", "IPSEC End System", "IPSEC Tunnel", "IPSEC User", "OCSP Signing", "SSH Client",
		"SSH Server", "Time Stamping" };
	struct pki_cert_info info;
	size_t used = 0;

	if (!ekus)
		return false;
	cert_info(x, &info);
	for (int k = 1; k < PKI_EKUS; k++) {
		bool has = !(ekus & 1u << k);

		for (int i = 0; i < info.ekus && !has; i++)
			has = !strcmp(info.eku[i], names[k]);
		if (!has && used < size)
			used += (size_t)snprintf(lacks + used, size - used, "%s%s", used ? ", " : "", names[k]);
	}
	return used;
}
