/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/bundle.c -- text and files with certificates in them, taken apart and put in order.
 *
 * Text is read leniently, because what goes wrong here is a tired person at a terminal: white space
 * anywhere, header lines that lost dashes, words around them.  It is refused with the reason,
 * never with a piece of it.  The copy that is worked on is cleared: there may be a private key in
 * it, whatever its owner thinks. */
#include "pki/bundle_own.h"
#include "pki/cert.h"
#include "pki/key.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/err.h>
#include <openssl/provider.h>

/* ---- text ---- */

struct text { char *bytes; size_t size, room; }; /* NUL behind it */

static void
text_clear(struct text *t)
{
	OPENSSL_clear_free(t->bytes, t->room);
}

/* A copy as one byte per character: UTF-16 loses its zeroes, a byte order mark goes. */
static bool
text_copy(struct text *t, const uint8_t *bytes, size_t size)
{
	bool wide = size >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) ||
				     (bytes[0] == 0xfe && bytes[1] == 0xff));
	size_t low = wide && bytes[0] == 0xfe; /* where the digit of a pair stands */

	t->room = size + 1;
	t->bytes = OPENSSL_zalloc(t->room);
	if (!t->bytes)
		return false;
	if (size >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
		bytes += 3, size -= 3;
	if (!wide) {
		memcpy(t->bytes, bytes, t->size = size);
		return true;
	}
	for (size_t i = 2 + low; i < size; i += 2)
		t->bytes[t->size++] = (char)bytes[i];
	return true;
}

/* A NUL ends nothing: what is behind it is read as well. */
static void
text_flatten(struct text *t)
{
	for (size_t i = 0; i < t->size; i++)
		if (!t->bytes[i])
			t->bytes[i] = ' ';
}

/* ---- PEM ---- */

struct pem { char label[48]; const char *begin, *end; int line; };

static const char *
find_mark(const char *text, const char *word)
{
	char mark[16];
	const char *plain, *apart;

	snprintf(mark, sizeof(mark), "-%s ", word);
	plain = strstr(text, mark);
	snprintf(mark, sizeof(mark), "- %s ", word);
	apart = strstr(text, mark);
	return !plain || (apart && apart < plain) ? apart : plain;
}

/* The next block from *p on; *p and *line move behind its header, so that one whose END is lost does
 * not swallow the next. */
static bool
next_pem(const char **p, int *line, struct pem *b)
{
	const char *at = find_mark(*p, "BEGIN"), *label, *footer, *next;
	size_t n;

	if (!at)
		return false;
	label = strstr(at, "BEGIN ") + 6;
	label += strspn(label, " \t");
	n = strcspn(label, "-\r\n");
	while (n > 0 && isblank((unsigned char)label[n - 1]))
		n--;
	snprintf(b->label, sizeof(b->label), "%.*s", (int)(n < 47 ? n : 47), label);
	b->begin = label + n + strspn(label + n, "- \t");
	footer = find_mark(b->begin, "END");
	next = find_mark(b->begin, "BEGIN");
	b->end = footer ? footer : b->begin + strlen(b->begin);
	if (next && next < b->end)
		b->end = next;
	while (b->end > b->begin && b->end[-1] == '-')
		b->end--;
	for (const char *c = *p; c < b->begin; c++)
		*line += *c == '\n';
	b->line = *line;
	*p = b->begin;
	return true;
}

/* Its base 64 as DER. */
static int
read_base64(struct bundle_reader *r, const char *begin, const char *end, int line)
{
	size_t room = (size_t)(end - begin) + 1;
	struct der der = {OPENSSL_malloc(room), 0};
	int rc;

	if (!der.bytes)
		return bundle_no_memory(r);
	rc = base64_decode(begin, end, line, &der, r->why, r->size);
	if (rc == 0)
		rc = bundle_der(r, der.bytes, der.size);
	OPENSSL_clear_free(der.bytes, room);
	return rc;
}

/* OpenSSL wants such a block without blanks and in lines of 64: it is written anew. */
static int
read_old_key(struct bundle_reader *r, const struct pem *b)
{
	const char *info = strcasestr(b->begin, "DEK-Info:"), *body;
	size_t room = (size_t)(b->end - b->begin) + 1, n;
	struct der der = {OPENSSL_malloc(room), 0};
	OWNED(bio_free) BIO *out = BIO_new(BIO_s_mem());
	uint8_t line[65];
	char *pem;
	int rc;

	body = info && info < b->end ? info + strcspn(info, "\r\n") : b->end;
	body = body > b->end ? b->end : body;
	if (!der.bytes || !out)
		rc = bundle_no_memory(r);
	else
		rc = base64_decode(body, b->end, b->line + 2, &der, r->why, r->size);
	if (rc == 0 && info) {
		n = strcspn(info, " \t\r\n");
		n += strspn(info + n, " \t");
		n += strcspn(info + n, " \t\r\n");
		BIO_printf(out, "-----BEGIN %s-----\nProc-Type: 4,ENCRYPTED\n%.*s\n\n", b->label,
		    (int)n, info);
		for (size_t i = 0; i < der.size; i += 48) {
			EVP_EncodeBlock(line, der.bytes + i, der.size - i < 48 ? (int)(der.size - i) : 48);
			BIO_printf(out, "%s\n", (char *)line);
		}
		BIO_printf(out, "-----END %s-----\n", b->label);
		n = (size_t)BIO_get_mem_data(out, &pem);
		rc = bundle_old_key(r, pem, n);
	} else if (rc == 0) {
		rc = pki_why(r->why, r->size, -EBADMSG,
		    "the private key is encrypted, and the line that says how (DEK-Info) is missing");
	}
	OPENSSL_clear_free(der.bytes, room);
	return rc;
}

static int
read_pem(struct bundle_reader *r, const struct pem *b)
{
	static const char *const passed[] = {"PARAMETERS", "PUBLIC KEY", "OPENSSH"};
	const char *proc = strcasestr(b->begin, "Proc-Type:");

	if (strstr(b->label, "PRIVATE KEY") && r->want == PKI_CERTIFICATES)
		return pki_why(r->why, r->size, -EINVAL,
		    "this is a private key, not a certificate: it was not kept");
	if (!strcmp(b->label, "PUBLIC KEY"))
		return read_base64(r, b->begin, b->end, b->line);
	if (strstr(b->label, "PUBLIC KEY") && !r->other)
		r->other = "this is a public key, not a certificate";
	if (strstr(b->label, "OPENSSH PRIVATE"))
		return pki_why(r->why, r->size, -EINVAL, "this is a private key in OpenSSH's own "
		    "form: 'ssh-keygen -p -m PKCS8 -f FILE' writes it as PKCS#8");
	for (size_t i = 0; i < sizeof(passed) / sizeof(*passed); i++)
		if (strstr(b->label, passed[i]))
			return 0;
	if (proc && proc < b->end && strstr(b->label, "PRIVATE KEY"))
		return read_old_key(r, b);
	return read_base64(r, b->begin, b->end, b->line);
}

/* Without header lines: the whole of it, less a footer and the word that ended the paste. */
static int
read_bare(struct bundle_reader *r, const char *text)
{
	const char *end = text + strcspn(text, "-"), *last;

	text += strspn(text, " \t\r\n");
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	last = end - 4;
	if (end - text > 4 && last[-1] == '\n' && !strncasecmp(last, "quit", 4))
		end = last;
	if (end <= text)
		return pki_why(r->why, r->size, -EINVAL, "there is no certificate in the text");
	return read_base64(r, text, end, 1);
}

static int
read_text(struct bundle_reader *r, struct text *t)
{
	const char *p = t->bytes;
	struct pem b;
	int line = 1, rc = 0;

	text_flatten(t);
	if (!find_mark(p, "BEGIN"))
		return read_bare(r, p);
	while (rc == 0 && next_pem(&p, &line, &b))
		rc = read_pem(r, &b);
	return rc;
}

/* SEQUENCE, and as long as it says: no text begins so. */
static bool
looks_like_der(const uint8_t *p, size_t size)
{
	return size > 4 && p[0] == 0x30 && (p[1] & 0x80 || (p[1] < 0x80 && size >= 2u + p[1] && p[1] > 9 &&
	    (p[2] == 0x30 || p[2] == 0x02 || p[2] == 0x06)));
}

static int
read_any(struct bundle_reader *r, const uint8_t *bytes, size_t size)
{
	OWNED(text_clear) struct text t = {0};

	if (size > PKI_BUNDLE_BYTES)
		return pki_why(r->why, r->size, -E2BIG, "it is larger than 4 MB");
	if (looks_like_der(bytes, size))
		return bundle_der(r, bytes, size);
	if (!text_copy(&t, bytes, size))
		return bundle_no_memory(r);
	return read_text(r, &t);
}

/* ---- order ---- */

struct order { X509 **x; bool *used, *issues; struct der *to; size_t count, n; const struct der *from; };

/* Who of them has issued `i', not used yet; itself is no answer. */
static size_t
issuer_of(const struct order *o, size_t i)
{
	for (size_t k = 0; k < o->count; k++)
		if (k != i && !o->used[k] && o->x[k] && o->x[i] && cert_issued_by(o->x[i], o->x[k]))
			return k;
	return o->count;
}

static void
take_chain(struct order *o, size_t i)
{
	for (; i < o->count && !o->used[i]; i = issuer_of(o, i)) {
		o->used[i] = true;
		o->to[o->n++] = o->from[i];
	}
}

static void
sort(struct order *o)
{
	for (size_t i = 0; i < o->count; i++)
		for (size_t k = 0; k < o->count; k++)
			if (k != i && o->x[i] && o->x[k] && !o->issues[k] &&
			    cert_issued_by(o->x[i], o->x[k]))
				o->issues[k] = true;
	for (size_t i = 0; i < o->count; i++)
		if (!o->issues[i] && !o->used[i])
			take_chain(o, i);
	for (size_t i = 0; i < o->count; i++)   /* two that have issued each other */
		if (!o->used[i])
			take_chain(o, i);
}

static int
bundle_sort(struct pki_bundle *b)
{
	size_t n = b->count ? b->count : 1;
	struct order o = {.x = calloc(n, sizeof(X509 *)), .used = calloc(n, 1), .issues = calloc(n, 1),
	    .to = calloc(n, sizeof(struct der)), .count = b->count, .from = b->certs};
	int rc = o.x && o.used && o.issues && o.to ? 0 : -ENOMEM;

	for (size_t i = 0; rc == 0 && i < b->count; i++)
		o.x[i] = cert_open(b->certs[i].bytes, b->certs[i].size);
	if (rc == 0 && b->count > 1) {
		sort(&o);
		memcpy(b->certs, o.to, b->count * sizeof(*o.to));
	}
	for (size_t i = 0; o.x && i < b->count; i++)
		X509_free(o.x[i]);
	free(o.x);
	free(o.used);
	free(o.issues);
	free(o.to);
	return rc;
}

/* ---- all of it ---- */

OSSL_LIB_CTX *
bundle_lib(struct bundle_reader *r)
{
	if (r->lib)
		return r->lib;
	r->lib = OSSL_LIB_CTX_new();
	if (!r->lib)
		return NULL;
	r->base = OSSL_PROVIDER_load(r->lib, "default");
	r->legacy = OSSL_PROVIDER_load(r->lib, "legacy");
	ERR_clear_error();
	return r->lib;
}

static void
reader_clear(struct bundle_reader *r)
{
	if (r->legacy)
		OSSL_PROVIDER_unload(r->legacy);
	if (r->base)
		OSSL_PROVIDER_unload(r->base);
	OSSL_LIB_CTX_free(r->lib);
}

int
bundle_no_memory(struct bundle_reader *r)
{
	return pki_why(r->why, r->size, -ENOMEM, "out of memory");
}

int
pki_bundle_read(struct pki_bundle *b, const void *bytes, size_t size, enum pki_bundle_want want,
    const char *passphrase, char *why, size_t why_size)
{
	struct bundle_reader r = {
	    .to = b, .want = want, .passphrase = passphrase, .why = why, .size = why_size};
	int rc;

	*b = (struct pki_bundle){0};
	rc = read_any(&r, bytes, size);
	if (rc == 0 && !b->count && !b->key && (want == PKI_CERTIFICATES || !b->public_key.size))
		rc = pki_why(why, why_size, -EINVAL, "%s",
		    r.other ? r.other : "there is no certificate in the text");
	if (rc == 0 && bundle_sort(b) < 0)
		rc = bundle_no_memory(&r);
	reader_clear(&r);
	ERR_clear_error();
	if (rc < 0)
		pki_bundle_clear(b);
	return rc;
}

void
pki_bundle_clear(struct pki_bundle *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->count; i++)
		der_clear(&b->certs[i]);
	free(b->certs);
	der_clear(&b->crl);
	der_clear(&b->public_key);
	EVP_PKEY_free(b->key);
	*b = (struct pki_bundle){0};
}

/* ---- questions ---- */

bool
pki_bundle_fits(const struct pki_bundle *b, const struct der *cert)
{
	OWNED(x509_free) X509 *x = b->key ? cert_open(cert->bytes, cert->size) : NULL;
	const EVP_PKEY *pkey = x ? X509_get0_pubkey(x) : NULL;
	bool same = pkey && EVP_PKEY_eq(pkey, b->key) == 1;

	ERR_clear_error();
	return same;
}

bool
pki_bundle_fits_public(const struct pki_bundle *b, const struct der *public_key)
{
	const uint8_t *p = public_key->bytes;
	OWNED(pkey_free) EVP_PKEY *pkey = b->key ? d2i_PUBKEY(NULL, &p, (long)public_key->size) : NULL;
	bool same = pkey && EVP_PKEY_eq(pkey, b->key) == 1;

	ERR_clear_error();
	return same;
}

bool
pki_bundle_is_ec(const struct pki_bundle *b)
{
	return b->key && EVP_PKEY_is_a(b->key, "EC");
}

int
pki_bundle_own(const struct pki_bundle *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (pki_bundle_fits(b, &b->certs[i]))
			return (int)i;
	return -ENOENT;
}

int
pki_bundle_ca(const struct pki_bundle *b)
{
	for (size_t i = 0; i < b->count; i++) {
		OWNED(x509_free) X509 *x = cert_open(b->certs[i].bytes, b->certs[i].size);

		if (x && cert_is_ca(x))
			return (int)i;
	}
	return -ENOENT;
}

size_t
pki_bundle_chain(const struct pki_bundle *b, size_t from)
{
	size_t n = 0;

	while (from + n + 1 < b->count &&
	       pki_cert_issued_by(&b->certs[from + n], &b->certs[from + n + 1]))
		n++;
	return n;
}

int
pki_hex_add(struct der *d, const char *line)
{
	for (; *line; line++) {
		unsigned digit;

		if (isspace((unsigned char)*line))
			continue;
		if (!isxdigit((unsigned char)line[0]) || !isxdigit((unsigned char)line[1]))
			return -EINVAL;
		if (d->size % 4096 == 0) {
			uint8_t *more = d->size < 65536 ? realloc(d->bytes, d->size + 4096) : NULL;

			if (!more)
				return d->size < 65536 ? -ENOMEM : -E2BIG;
			d->bytes = more;
		}
		sscanf((char[]){line[0], line[1], 0}, "%x", &digit);
		d->bytes[d->size++] = (uint8_t)digit;
		line++;
	}
	return 0;
}
