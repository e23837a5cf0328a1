/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/cmp_client.c -- see cmp_client.h; the messages are OpenSSL's.
 *
 * A request that waits is taken up again, over a restart too, by playing the answers back that it has had: OpenSSL's
 * context then stands where it stood, and the next message is a new poll. */
#include "pki/cmp_client.h"
#include "pki/cert.h"
#include "pki/key.h"
#include "pki/scep_client.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/cmp.h>
#include <openssl/err.h>
#include <openssl/pem.h>

OWNER(cmp_ctx_free, OSSL_CMP_CTX, OSSL_CMP_CTX_free)
OWNER(cmp_msg_free, OSSL_CMP_MSG, OSSL_CMP_MSG_free)

enum { POLLREP = 26, MESSAGES_MOST = 16 };

struct talk {
	const struct cmp_order *o;
	struct cmp_answer *to;
	char *why;
	size_t size;
	int carried;                            /* what went wrong on the way; 0: nothing */
	bool stranger, unwanted;                /* who has signed; what was granted */
	unsigned messages, played;
	struct der first, last;                 /* that came now */
};

const char *
cmp_kind_word(enum cmp_kind kind)
{
	static const char *const words[CMP_KINDS] = {"ir", "cr", "p10cr", "kur"};

	return words[kind % CMP_KINDS];
}

void
cmp_answer_clear(struct cmp_answer *a)
{
	der_clear(&a->cert);
	der_clear(&a->first);
	der_clear(&a->last);
}

/* ---- who may answer ------------------------------------------------------------------------ */

static int talk_index = -1;

static void
make_index(void)
{
	talk_index = X509_STORE_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

/* The owner of any certificate of that CA is not the CA. */
static int
on_verify(int good, X509_STORE_CTX *ctx)
{
	struct talk *t = X509_STORE_get_ex_data(X509_STORE_CTX_get0_store(ctx), talk_index);
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	OWNED(x509_free) X509 *ca = NULL;
	OWNED(eku_free) EXTENDED_KEY_USAGE *ekus = NULL;

	if (!good || !t || !x || X509_STORE_CTX_get_error_depth(ctx) != 0 || t->o->ra)
		return good;
	ca = cert_open(t->o->ca->bytes, t->o->ca->size);
	if (ca && X509_cmp(ca, x) == 0)
		return 1;
	ekus = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
	for (int i = 0; ekus && i < sk_ASN1_OBJECT_num(ekus); i++)
		if (OBJ_obj2nid(sk_ASN1_OBJECT_value(ekus, i)) == NID_cmcRA)
			return 1;
	t->stranger = true;
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_INVALID_PURPOSE);
	return 0;
}

static bool
trust(OSSL_CMP_CTX *ctx, struct talk *t)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	OWNED(x509_free) X509 *ca = cert_open(t->o->ca->bytes, t->o->ca->size);
	X509_STORE *store = X509_STORE_new();
	bool good;

	pthread_once(&once, make_index);
	good = store && ca && X509_STORE_add_cert(store, ca) == 1 && X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
	       X509_STORE_set_ex_data(store, talk_index, t) == 1;
	if (good) {
		X509_STORE_set_verify_cb(store, on_verify);
		good = OSSL_CMP_CTX_set0_trustedStore(ctx, store) == 1;
	}
	if (!good) {
		X509_STORE_free(store);
		return false;
	}
	return OSSL_CMP_CTX_set1_recipient(ctx, X509_get_subject_name(ca)) == 1 &&
	       (t->o->ra || OSSL_CMP_CTX_set_option(ctx, OSSL_CMP_OPT_IGNORE_KEYUSAGE, 1) == 1);
}

/* ---- messages ------------------------------------------------------------------------------ */

static OSSL_CMP_MSG *
message_of(const struct der *d)
{
	const unsigned char *p = d->bytes;

	return d->size ? d2i_OSSL_CMP_MSG(NULL, &p, (long)d->size) : NULL;
}

/* An answer of before: it is to the nonce of its own request. */
static OSSL_CMP_MSG *
play(OSSL_CMP_CTX *ctx, struct talk *t, const struct der *old)
{
	OSSL_CMP_MSG *m = message_of(old);

	t->played++;
	if (m && OSSL_CMP_CTX_set1_senderNonce(ctx, OSSL_CMP_HDR_get0_recipNonce(OSSL_CMP_MSG_get0_header(m))) == 1)
		return m;
	OSSL_CMP_MSG_free(m);
	t->carried = pki_why(t->why, t->size, -EBADMSG, "what is kept of the request cannot be read");
	return NULL;
}

static OSSL_CMP_MSG *
transfer(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *request)
{
	struct talk *t = OSSL_CMP_CTX_get_transfer_cb_arg(ctx);
	OWNED(bytes_free) unsigned char *bytes = NULL;
	struct der answer = {0};
	OSSL_CMP_MSG *m;
	int n;

	if (t->played == 0 && t->o->first.size)
		return play(ctx, t, &t->o->first);
	if (t->played == 1 && t->o->last.size)
		return play(ctx, t, &t->o->last);
	n = i2d_OSSL_CMP_MSG(request, &bytes);
	if (n <= 0 || ++t->messages > MESSAGES_MOST) {
		t->carried = pki_why(t->why, t->size, -EPROTO, n <= 0 ? "the message cannot be made" : "the CA asks for too many "
		    "messages");
		return NULL;
	}
	t->carried = t->o->carry(t->o->arg, &(struct der){bytes, (size_t)n}, &answer, t->why, t->size);
	m = t->carried == 0 ? message_of(&answer) : NULL;
	if (t->carried == 0 && !m)
		t->carried = pki_why(t->why, t->size, -EBADMSG, "the answer is no message of CMP: is the URL that of CMP?");
	if (m) {
		struct der *keep = OSSL_CMP_MSG_get_bodytype(m) == POLLREP ? &t->last : t->first.size ? NULL : &t->first;

		if (keep) {
			der_clear(keep);
			*keep = answer;
			answer = (struct der){0};
		}
	}
	der_clear(&answer);
	return m;
}

/* Before it is confirmed: of our CA, for our key. */
static int
on_certificate(OSSL_CMP_CTX *ctx, X509 *cert, int fail, const char **text)
{
	struct talk *t = OSSL_CMP_CTX_get_certConf_cb_arg(ctx);
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = i2d_X509(cert, &bytes);

	if (n > 0 && scep_find_ours(t->o->pki, t->o->label, t->o->ca, &(struct der){bytes, (size_t)n}, 1, t->why, t->size) == 0)
		return fail;
	t->unwanted = true;
	*text = "it is not of our CA, or not for our key";
	return 1 << OSSL_CMP_PKIFAILUREINFO_incorrectData;
}

static int
no_log(const char *function, const char *file, int line, OSSL_CMP_severity level, const char *message)
{
	(void)function, (void)file, (void)line, (void)level, (void)message;
	return 1;
}

/* ---- the context --------------------------------------------------------------------------- */

static bool
set_secret(OSSL_CMP_CTX *ctx, const struct cmp_order *o)
{
	if (!o->secret || !o->reference)
		return true;
	return OSSL_CMP_CTX_set1_referenceValue(ctx, (const unsigned char *)o->reference, (int)strlen(o->reference)) == 1 &&
	       OSSL_CMP_CTX_set1_secretValue(ctx, (const unsigned char *)o->secret, (int)strlen(o->secret)) == 1 &&
	       OSSL_CMP_CTX_set_option(ctx, OSSL_CMP_OPT_MAC_ALGNID, NID_hmacWithSHA256) == 1;
}

static bool
set_signer(OSSL_CMP_CTX *ctx, const struct cmp_order *o)
{
	OWNED(x509_free) X509 *x = o->signer.size ? cert_open(o->signer.bytes, o->signer.size) : NULL;
	OWNED(pkey_free) EVP_PKEY *pkey = o->signer.size ? key_hold(o->pki, o->signer_label) : NULL;

	if (!o->signer.size)
		return true;
	return x && pkey && OSSL_CMP_CTX_set1_cert(ctx, x) == 1 && OSSL_CMP_CTX_set1_pkey(ctx, pkey) == 1 &&
	       (o->kind != CMP_KUR || OSSL_CMP_CTX_set1_oldCert(ctx, x) == 1);
}

/* What is asked for: the names and extensions of the PKCS#10, and its key. */
static bool
set_wish(OSSL_CMP_CTX *ctx, const struct cmp_order *o)
{
	const unsigned char *p = o->request->bytes;
	OWNED(x509_req_free) X509_REQ *request = d2i_X509_REQ(NULL, &p, (long)o->request->size);
	EVP_PKEY *pkey = key_hold(o->pki, o->label);
	X509_EXTENSIONS *extensions = request ? X509_REQ_get_extensions(request) : NULL;
	bool good = request && pkey && OSSL_CMP_CTX_set1_p10CSR(ctx, request) == 1 &&
		    OSSL_CMP_CTX_set1_subjectName(ctx, X509_REQ_get_subject_name(request)) == 1 &&
		    OSSL_CMP_CTX_set_option(ctx, OSSL_CMP_OPT_SUBJECTALTNAME_NODEFAULT, 1) == 1;

	if (!good || OSSL_CMP_CTX_set0_newPkey(ctx, 1, pkey) != 1) {
		EVP_PKEY_free(pkey);
		good = false;
	}
	if (!good || (extensions && OSSL_CMP_CTX_set0_reqExtensions(ctx, extensions) != 1)) {
		sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
		good = false;
	}
	return good;
}

static bool
set_transaction(OSSL_CMP_CTX *ctx, const struct cmp_order *o)
{
	OWNED(cmp_msg_free) OSSL_CMP_MSG *m = message_of(&o->first);

	if (!o->first.size)
		return true;
	return m && OSSL_CMP_CTX_set1_transactionID(ctx, OSSL_CMP_HDR_get0_transactionID(OSSL_CMP_MSG_get0_header(m))) == 1;
}

static OSSL_CMP_CTX *
open_ctx(struct talk *t)
{
	OSSL_CMP_CTX *ctx = OSSL_CMP_CTX_new(NULL, NULL);

	if (ctx && OSSL_CMP_CTX_set_log_cb(ctx, no_log) == 1 && OSSL_CMP_CTX_set_transfer_cb(ctx, transfer) == 1 &&
	    OSSL_CMP_CTX_set_transfer_cb_arg(ctx, t) == 1 && OSSL_CMP_CTX_set_certConf_cb(ctx, on_certificate) == 1 &&
	    OSSL_CMP_CTX_set_certConf_cb_arg(ctx, t) == 1 && set_secret(ctx, t->o) && (!t->o->ca || trust(ctx, t)))
		return ctx;
	OSSL_CMP_CTX_free(ctx);
	return NULL;
}

/* ---- what went wrong ----------------------------------------------------------------------- */

static const char *
fail_words(int bits)
{
	static const struct { int bit; const char *words; } rows[] = {
	    {OSSL_CMP_PKIFAILUREINFO_badMessageCheck, "badMessageCheck: it could not check the message: is the reference "
						      "('enrollment cmp reference') or the password another one?"},
	    {OSSL_CMP_PKIFAILUREINFO_signerNotTrusted, "signerNotTrusted: it does not trust the certificate that we ask with"},
	    {OSSL_CMP_PKIFAILUREINFO_notAuthorized, "notAuthorized: we may not have this certificate: ask its administrator"},
	    {OSSL_CMP_PKIFAILUREINFO_badCertTemplate, "badCertTemplate: it does not grant these names or extensions"},
	    {OSSL_CMP_PKIFAILUREINFO_badPOP, "badPOP: it does not believe that the key is ours: perhaps another kind of key pair"},
	    {OSSL_CMP_PKIFAILUREINFO_badTime, "badTime: our clock and that of the CA differ: 'show clock', 'ntp server'"},
	    {OSSL_CMP_PKIFAILUREINFO_badAlg, "badAlg: it does not take our algorithms: another kind of key pair"},
	    {OSSL_CMP_PKIFAILUREINFO_certRevoked, "certRevoked: the certificate that we ask with is revoked"},
	    {OSSL_CMP_PKIFAILUREINFO_badCertId, "badCertId: it does not know the certificate that is to be renewed"},
	    {OSSL_CMP_PKIFAILUREINFO_duplicateCertReq, "duplicateCertReq: it has such a request already"},
	    {OSSL_CMP_PKIFAILUREINFO_badRequest, "badRequest: it does not grant this kind of request ('enrollment cmp pkcs10' "
						 "is another one)"},
	    {OSSL_CMP_PKIFAILUREINFO_wrongAuthority, "wrongAuthority: it is another CA than the one that was meant"},
	    {OSSL_CMP_PKIFAILUREINFO_systemUnavail, "systemUnavail: it is not available: later, perhaps"},
	    {OSSL_CMP_PKIFAILUREINFO_systemFailure, "systemFailure: something is wrong there: later, perhaps"},
	};

	for (size_t i = 0; bits > 0 && i < sizeof(rows) / sizeof(*rows); i++)
		if (bits & (1 << rows[i].bit))
			return rows[i].words;
	return "it says no reason that is known here";
}

/* The CA's own words behind ours: printable, and not many. */
static int
refused(OSSL_CMP_CTX *ctx, struct talk *t)
{
	OSSL_CMP_PKIFREETEXT *texts = OSSL_CMP_CTX_get0_statusString(ctx);
	ASN1_UTF8STRING *text = texts && sk_ASN1_UTF8STRING_num(texts) ? sk_ASN1_UTF8STRING_value(texts, 0) : NULL;
	char said[100] = "";

	for (int i = 0; text && i < text->length && i < (int)sizeof(said) - 1; i++)
		said[i] = text->data[i] >= ' ' && text->data[i] < 0x7f ? (char)text->data[i] : '?';
	snprintf(t->why, t->size, "the CA refuses the request: %s%s%s%s", fail_words(OSSL_CMP_CTX_get_failInfoCode(ctx)),
	    *said ? " (\"" : "", said, *said ? "\")" : "");
	t->to->status = CMP_REFUSED;
	return 0;
}

/* By what is in OpenSSL's queue: one of these anywhere, else the oldest. */
static int
not_believed(struct talk *t)
{
	static const struct { int reason; const char *words; } rows[] = {
	    {CMP_R_TRANSACTIONID_UNMATCHED, "the answer belongs to another transaction"},
	    {CMP_R_RECIPNONCE_UNMATCHED, "the answer is not to this message (its nonce is another one): it is perhaps an old "
					 "one, played back"},
	    {CMP_R_MISSING_PROTECTION, "the answer bears no protection, neither by our password nor by the CA"},
	    {CMP_R_WRONG_PBM_VALUE, NULL}, {CMP_R_ERROR_VALIDATING_PROTECTION, NULL},
	    {CMP_R_NO_SUITABLE_SENDER_CERT, "the answer is not signed by the CA of the trustpoint, nor by a registration "
					    "authority of it"},
	};
	unsigned long error, oldest = ERR_peek_error();
	size_t found = sizeof(rows) / sizeof(*rows);

	while ((error = ERR_get_error()))
		for (size_t i = 0; ERR_GET_LIB(error) == ERR_LIB_CMP && i < found; i++)
			if (ERR_GET_REASON(error) == rows[i].reason)
				found = i;
	if (found < sizeof(rows) / sizeof(*rows))
		return pki_why(t->why, t->size, -EBADMSG, "%s", rows[found].words ? rows[found].words
		    : "the answer is protected neither by our password nor by the CA: are reference and password those that "
		      "the CA has, and is it the CA that was authenticated?");
	return pki_why(t->why, t->size, -EBADMSG, "the answer cannot be understood: %s",
	    oldest && ERR_reason_error_string(oldest) ? ERR_reason_error_string(oldest) : "no reason");
}

static int
explain(OSSL_CMP_CTX *ctx, struct talk *t)
{
	if (t->carried < 0)
		return t->carried;
	if (t->unwanted)
		return -EBADMSG;
	if (t->stranger)
		return pki_why(t->why, t->size, -EBADMSG, "the answer is not signed by the CA of the trustpoint, nor by a "
		    "registration authority of it (cmcRA; 'enrollment mode ra' believes any that it has certified)");
	if (OSSL_CMP_CTX_get_status(ctx) == OSSL_CMP_PKISTATUS_rejection)
		return refused(ctx, t);
	return not_believed(t);
}

/* ---- asking -------------------------------------------------------------------------------- */

static int
granted(OSSL_CMP_CTX *ctx, struct talk *t)
{
	X509 *x = OSSL_CMP_CTX_get0_newCert(ctx);
	OWNED(bytes_free) unsigned char *bytes = NULL;
	int n = x ? i2d_X509(x, &bytes) : -1;

	t->to->status = CMP_GRANTED;
	return n > 0 ? der_copy(&t->to->cert, bytes, (size_t)n) : -ENOMEM;
}

/* Of a first answer that was played back the CA says nothing new. */
static int
waiting(struct talk *t, int after_s)
{
	int rc = t->first.size ? 0 : der_copy(&t->first, t->o->first.bytes, t->o->first.size);

	if (rc == 0 && !t->last.size && t->o->last.size)
		rc = der_copy(&t->last, t->o->last.bytes, t->o->last.size);
	t->to->status = CMP_WAITING;
	t->to->retry_s = after_s;
	t->to->first = t->first;
	t->to->last = t->last;
	t->first = t->last = (struct der){0};
	return rc;
}

int
cmp_ask(const struct cmp_order *o, struct cmp_answer *to, char *why, size_t size)
{
	static const int kinds[CMP_KINDS] = {OSSL_CMP_IR, OSSL_CMP_CR, OSSL_CMP_P10CR, OSSL_CMP_KUR};
	struct talk t = {.o = o, .to = to, .why = why, .size = size};
	OWNED(cmp_ctx_free) OSSL_CMP_CTX *ctx = open_ctx(&t);
	int after_s = 0, done, rc;

	*to = (struct cmp_answer){0};
	if (!ctx || !set_signer(ctx, o) || !set_wish(ctx, o) || !set_transaction(ctx, o))
		return openssl_why(why, size, "the request cannot be made");
	done = OSSL_CMP_try_certreq(ctx, kinds[o->kind % CMP_KINDS], NULL, &after_s);
	if (done == -1 && t.played && !t.messages)              /* all of it was old */
		done = OSSL_CMP_try_certreq(ctx, kinds[o->kind % CMP_KINDS], NULL, &after_s);
	if (done == 1 && !t.unwanted)
		rc = granted(ctx, &t);
	else if (done == -1)
		rc = waiting(&t, after_s);
	else
		rc = explain(ctx, &t);
	der_clear(&t.first);
	der_clear(&t.last);
	ERR_clear_error();
	return rc;
}

/* ---- the CA -------------------------------------------------------------------------------- */

/* SEQUENCE OF Certificate. */
static int
read_ca_certs(const ASN1_TYPE *value, struct pki_bundle *b, char *why, size_t size)
{
	OWNED(bio_free) BIO *text = BIO_new(BIO_s_mem());
	const unsigned char *p, *end;
	char *pem;
	long inside, n;
	int tag, class;

	if (!value || value->type != V_ASN1_SEQUENCE || !text)
		return pki_why(why, size, -ENOTSUP, "the server does not give the certificate of its CA by CMP");
	p = value->value.sequence->data;
	end = p + value->value.sequence->length;
	if (ASN1_get_object(&p, &inside, &tag, &class, end - p) & 0x80)
		inside = 0;
	end = p + inside;
	while (p < end) {
		OWNED(x509_free) X509 *x = d2i_X509(NULL, &p, end - p);

		if (!x || PEM_write_bio_X509(text, x) != 1)
			break;
	}
	n = BIO_get_mem_data(text, &pem);
	ERR_clear_error();
	if (n <= 0)
		return pki_why(why, size, -ENOTSUP, "the server gives no certificate of its CA by CMP");
	return pki_bundle_read(b, pem, (size_t)n, PKI_CERTIFICATES, NULL, why, size);
}

int
cmp_ca(const struct cmp_order *o, struct pki_bundle *b, char *why, size_t size)
{
	struct cmp_answer nothing = {0};
	struct talk t = {.o = o, .to = &nothing, .why = why, .size = size};
	OWNED(cmp_ctx_free) OSSL_CMP_CTX *ctx = o->secret && o->reference ? open_ctx(&t) : NULL;
	OSSL_CMP_ITAV *ask = ctx ? OSSL_CMP_ITAV_create(OBJ_nid2obj(NID_id_it_caCerts), NULL) : NULL;
	STACK_OF(OSSL_CMP_ITAV) *said = NULL;
	const ASN1_TYPE *value = NULL;
	int rc;

	if (!o->secret || !o->reference)
		return pki_why(why, size, -ENOTSUP, "without 'enrollment cmp reference' and 'password' nothing vouches for what "
		    "the server says of its CA");
	if (!ask || OSSL_CMP_CTX_push0_genm_ITAV(ctx, ask) != 1) {
		OSSL_CMP_ITAV_free(ask);
		return openssl_why(why, size, "the request cannot be made");
	}
	said = OSSL_CMP_exec_GENM_ses(ctx);
	for (int i = 0; said && i < sk_OSSL_CMP_ITAV_num(said); i++)
		if (OBJ_obj2nid(OSSL_CMP_ITAV_get0_type(sk_OSSL_CMP_ITAV_value(said, i))) == NID_id_it_caCerts)
			value = OSSL_CMP_ITAV_get0_value(sk_OSSL_CMP_ITAV_value(said, i));
	rc = said ? read_ca_certs(value, b, why, size) : explain(ctx, &t);
	if (rc == 0 && !said)
		rc = -ENOTSUP;                          /* refused, with words */
	sk_OSSL_CMP_ITAV_pop_free(said, OSSL_CMP_ITAV_free);
	der_clear(&t.first);
	der_clear(&t.last);
	ERR_clear_error();
	return rc;
}
