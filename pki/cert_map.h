/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cert_map.h -- `crypto pki certificate map' and what a trustpoint makes of it (`match certificate', `match
 * eku'): which peers of a CA are meant, and for whom an exception is made. */
#ifndef PKI_CERT_MAP_H
#define PKI_CERT_MAP_H

#include "pki/openssl.h"

/* The rows of a profile, copied. */
struct cert_maps {
	struct pki_map_rule *rules;
	struct pki_match *matches;
	size_t rules_count, matches_count;
};
bool cert_maps_copy(struct cert_maps *, const struct pki_profile *);
void cert_maps_clear(struct cert_maps *);

/* Does the one rule hold?  One that cannot be judged (`expires-on co', a date that is none) does not; `found': what
 * the certificate has in that place. */
bool cert_map_holds(const struct pki_map_rule *, X509 *, char *found, size_t size);
/* Does a certificate fit one sequence of a map?  Where not, `why' says which rule it was. */
bool cert_map_fits(const struct cert_maps *, const char *map, X509 *, char *why, size_t size);
/* "May 30 12:00:00 2027 UTC", in any order of its words; UTC; without a time midnight.  -1: it is no date. */
time_t cert_map_date(const char *typed);

/* What a trustpoint says of a peer's certificate. */
struct cert_fate {
	bool fits;                      /* it is meant: it fits a map, or none is asked for */
	bool expired_too, unchecked;    /* its dates are forgiven; nobody is asked whether it was revoked */
	const char *crl_url, *ocsp_url; /* asked for it in place of its own (the map's); NULL: its own */
	char map[65];                   /* by which an exception is made */
	char why[400];                  /* !fits: "does not fit certificate map ..." */
};
void cert_maps_judge(const struct cert_maps *, const char *trustpoint, X509 *, struct cert_fate *);

/* Which of these usages it lacks ("Server Auth, Code Signing"); false: none. */
bool cert_lacks_ekus(X509 *, uint32_t ekus, char *lacks, size_t size);

#endif
