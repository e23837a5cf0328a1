/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/vouch.c -- what stands above the anchor that vouches for a peer, and what the trustpoints ask of all between:
 * `chain-validation continue', revocation. */
#include "pki/revocation.h"
#include "pki/verify.h"
#include <string.h>

/* The anchor of that trustpoint (NULL: any) with this certificate. */
static const struct anchor *
anchor_above(const struct trust *t, X509 *x, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (!t->anchors[i].pinned && (!name || !strcmp(t->anchors[i].name, name)) &&
		    !X509_cmp(t->anchors[i].cert, x))
			return &t->anchors[i];
	return NULL;
}

/* It is known, and not for this peer: as if it were not here. */
static bool
vouches_not(const struct anchor *a, X509_STORE_CTX *ctx)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	int i = 0;

	while (i + 2 < sk_X509_num(chain) && X509_cmp(sk_X509_value(chain, i + 1), a->cert))
		i++;
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	X509_STORE_CTX_set_error_depth(ctx, i);
	X509_STORE_CTX_set_current_cert(ctx, sk_X509_value(chain, i));
	return false;
}

/* `chain-validation continue UP': above each that goes on stands one of the trustpoint that it names. */
bool
vouch_parents(const struct trust *t, const struct anchor *a, X509_STORE_CTX *ctx, char *more, size_t size)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);

	if (a && a->check.above)
		return vouches_not(a, ctx);
	for (int i = 0; a && a->onward && i + 1 < sk_X509_num(chain); i++) {
		const struct anchor *up;

		if (X509_cmp(sk_X509_value(chain, i), a->cert))
			continue;
		up = anchor_above(t, sk_X509_value(chain, i + 1), a->check.parent);
		if (!up && a->check.parent) {
			snprintf(more, size, "trustpoint %s holds no certificate that has issued it (chain-validation continue "
			    "of trustpoint %s)", a->check.parent, a->name);
			X509_STORE_CTX_set_error(ctx, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT);
			X509_STORE_CTX_set_error_depth(ctx, i);
			X509_STORE_CTX_set_current_cert(ctx, sk_X509_value(chain, i));
			return false;
		}
		a = up;
	}
	return true;
}

/* Each certificate below the anchor, by the methods of the anchor's trustpoint; where its chain goes on, the anchor
 * itself by those of the one above it. */
bool
vouch_unrevoked(const struct trust *t, const struct anchor *a, const struct cert_fate *fate, X509_STORE_CTX *ctx, char *more,
    size_t size)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);

	for (int i = 0; a && i + 1 < sk_X509_num(chain); i++) {
		X509 *x = sk_X509_value(chain, i);
		enum revocation_state state;
		struct pki_check check;

		if (a->cert && !X509_cmp(x, a->cert))
			a = a->onward ? anchor_above(t, sk_X509_value(chain, i + 1), a->check.parent) : NULL;
		if (!a)
			break;
		check = a->check;
		if (i == 0 && fate->crl_url)
			check.crl_url = fate->crl_url;
		if (i == 0 && fate->ocsp_url)
			check.ocsp_url = fate->ocsp_url;
		state = check.methods[0] ? revocation_of(t->revocations, &check, x, sk_X509_value(chain, i + 1), more, size)
		    : REVOCATION_GOOD;
		if (state == REVOCATION_GOOD)
			continue;
		X509_STORE_CTX_set_error(ctx, state == REVOCATION_REVOKED ? X509_V_ERR_CERT_REVOKED
		                                                          : X509_V_ERR_UNABLE_TO_GET_CRL);
		X509_STORE_CTX_set_error_depth(ctx, i);
		X509_STORE_CTX_set_current_cert(ctx, x);
		return false;
	}
	return true;
}
