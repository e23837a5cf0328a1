/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cert_map_test.c -- every field with every operator, the maps made of them, and what a trustpoint makes of
 * those. */
#include "pki/ca_test.h"
#include "pki/cert_map.h"

static X509 *x;

/* In the numbers of enum pki_map_relation: what is expected of co, nc, eq, ne, lt, ge ('.': it cannot be judged). */
static const struct { int field; const char *value, *expected; } cases[] = {
	{ PKI_MAP_SUBJECT, "cn=EDGE1.example.com", "+-+-.." },
	{ PKI_MAP_SUBJECT, "edge1", "+--+.." },
	{ PKI_MAP_SUBJECT, "cn=edge1.example.com , o = example, c=DE, hostname=BOX7.example.com", "+-+-.." },
	{ PKI_MAP_SUBJECT, "hostname=box,cn=x", "-+-+.." },
	{ PKI_MAP_SUBJECT, " ", "......" },
	{ PKI_MAP_ISSUER, "o=Example", "+-+-.." },
	{ PKI_MAP_ISSUER, "cn=edge1", "-+-+.." },
	{ PKI_MAP_ALT_SUBJECT, "A.example.com", "+-+-.." },
	{ PKI_MAP_ALT_SUBJECT, "192.0.2.7", "+-+-.." },
	{ PKI_MAP_ALT_SUBJECT, "sip:edge1", "+--+.." },
	{ PKI_MAP_ALT_SUBJECT, "edge2", "-+-+.." },
	{ PKI_MAP_UNSTRUCTURED, "box7.example.com", "+-+-.." },
	{ PKI_MAP_UNSTRUCTURED, "edge1", "-+-+.." },
	{ PKI_MAP_NAME, "box7", "+--+.." },
	{ PKI_MAP_NAME, "a.example.com", "+-+-.." },
	{ PKI_MAP_NAME, "cn=root", "-+-+.." },
	{ PKI_MAP_SERIAL, "0A12", "+-+-.." },
	{ PKI_MAP_SERIAL, "0xa12", "+-+-.." },
	{ PKI_MAP_SERIAL, "0A 12", "+-+-.." },
	{ PKI_MAP_SERIAL, "a1", "+--+.." },
	{ PKI_MAP_SERIAL, "12A0", "-+-+.." },
	{ PKI_MAP_SERIAL, "-", "......" },
	{ PKI_MAP_VALID_START, "Jan 1 2020", "..-+-+" },
	{ PKI_MAP_VALID_START, "12:30:00 UTC May 30 2021", "..+--+" },
	{ PKI_MAP_VALID_START, "30 may 2021 12:30", "..+--+" },
	{ PKI_MAP_VALID_START, "Jan 1 2120", "..-++-" },
	{ PKI_MAP_VALID_START, "yesterday", "......" },
	{ PKI_MAP_EXPIRES, "Jan 1 2020", "..-+-+" },
	{ PKI_MAP_EXPIRES, "May 30 12:30:00 2031 GMT", "..+--+" },
	{ PKI_MAP_EXPIRES, "Jan 1 2120", "..-++-" },
	{ PKI_MAP_EXPIRES, "May 2031", "......" },
	{ PKI_MAP_NOTHING, "x", "......" },
	{ PKI_MAP_FIELDS, "x", "......" },
};

static void
test_rules(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (int k = PKI_MAP_CO; k < PKI_MAP_RELATIONS; k++) {
			struct pki_map_rule r = { "m", cases[i].value, 10, (uint8_t)cases[i].field, (uint8_t)k };
			char found[PKI_NAME];
			bool holds = cert_map_holds(&r, x, found, sizeof(found));

			if (holds == (cases[i].expected[k - 1] == '+'))
				continue;
			fprintf(stderr, "field %d, relation %d, \"%s\": %s (%s)\n", cases[i].field, k, cases[i].value,
			    holds ? "holds" : "does not hold", found);
			failures++;
		}
}

static const struct pki_map_rule rules[] = {
	{ "two", "o=Other", 10, PKI_MAP_SUBJECT, PKI_MAP_CO },
	{ "two", "o=Example", 20, PKI_MAP_SUBJECT, PKI_MAP_CO },
	{ "two", "edge", 20, PKI_MAP_SUBJECT, PKI_MAP_CO },
	{ "one", "o=Example", 10, PKI_MAP_SUBJECT, PKI_MAP_CO },
	{ "one", "Jan 1 2030", 10, PKI_MAP_EXPIRES, PKI_MAP_LT },
	{ "all", NULL, 1, PKI_MAP_NOTHING, 0 },
};
static const struct pki_match matches[] = {
	{ "plain", "one", NULL, PKI_MATCH_ONLY }, { "either", "one", NULL, PKI_MATCH_ONLY }, { "either", "two", NULL, PKI_MATCH_ONLY },
	{ "old", "two", NULL, PKI_MATCH_EXPIRED }, { "none", "one", NULL, PKI_MATCH_EXPIRED }, { "gone", "absent", NULL, PKI_MATCH_ONLY },
	{ "every", "all", NULL, PKI_MATCH_UNCHECKED }, { "both", "one", NULL, PKI_MATCH_ONLY }, { "both", "all", NULL, PKI_MATCH_EXPIRED },
};

static void
test_fates(void)
{
	static const struct { const char *trustpoint; bool fits, expired, unchecked; const char *why; } expected[] = {
		{ "plain", false, false, false, "does not fit certificate map one: rule 'expires-on lt Jan 1 2030' of "
		    "sequence 10 does not hold, for it is May 30 12:30:00 2031 UTC" },
		{ "either", true, false, false, NULL }, { "old", true, true, false, NULL },
		{ "none", true, false, false, NULL }, { "every", true, false, true, NULL },
		{ "gone", false, false, false, "has to fit certificate map absent, which is not configured" },
		{ "both", true, true, false, NULL }, { "other", true, false, false, NULL },
	};
	struct pki_profile p = { .map_rules = rules, .map_rules_count = sizeof(rules) / sizeof(*rules),
		.matches = matches, .matches_count = sizeof(matches) / sizeof(*matches) };
	struct cert_maps m;
	struct cert_fate f;

	CHECK(cert_maps_copy(&m, &p));
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		cert_maps_judge(&m, expected[i].trustpoint, x, &f);
		if (f.fits != expected[i].fits || f.expired_too != expected[i].expired ||
		    f.unchecked != expected[i].unchecked) {
			fprintf(stderr, "%s: %d %d %d %s\n", expected[i].trustpoint, f.fits, f.expired_too, f.unchecked,
			    f.why);
			failures++;
		}
		if (expected[i].why)
			CHECK_SAYS(f.why, expected[i].why);
	}
	cert_maps_clear(&m);
}

static void
test_usages(void)
{
	char lacks[200] = "";

	CHECK(!cert_lacks_ekus(x, 0, lacks, sizeof(lacks)));
	CHECK(!cert_lacks_ekus(x, 1u << PKI_EKU_CLIENT | 1u << PKI_EKU_SERVER, lacks, sizeof(lacks)));
	CHECK(cert_lacks_ekus(x, 1u << PKI_EKU_CLIENT | 1u << PKI_EKU_TIME | 1u << PKI_EKU_CODE, lacks, sizeof(lacks)));
	CHECK_SAYS(lacks, "Code Signing, Time Stamping");
}

int
main(void)
{
	struct spec s = { .cn = "edge1.example.com", .eku = "serverAuth,clientAuth",
		.san = "DNS:a.example.com,IP:192.0.2.7,URI:sip:edge1.example.com" };
	EVP_PKEY *key = EVP_EC_gen("P-256"), *root_key;
	X509 *root = test_root("Root", &root_key);

	x = test_issue(key, &s, root, root_key);
	X509_NAME_add_entry_by_NID(X509_get_subject_name(x), NID_pkcs9_unstructuredName, MBSTRING_UTF8,
	    (const uint8_t *)"box7.example.com", -1, 0, 0);
	ASN1_TIME_set_string(X509_getm_notBefore(x), "20210530123000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(x), "20310530123000Z");
	X509_sign(x, root_key, EVP_sha256());
	test_rules();
	test_fates();
	test_usages();
	X509_free(x);
	X509_free(root);
	EVP_PKEY_free(key);
	EVP_PKEY_free(root_key);
	return failures != 0;
}
