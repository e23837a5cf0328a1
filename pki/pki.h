/* pki/pki.h -- keys and certificates: what the rest of the box may know of them.
 *
 * Private keys live in NVRAM as 0600 files, one per label, written atomically and synced; they
 * leave this room only as signatures (inside an SSL_CTX, a CSR, a certificate), but for the host key
 * of SSH.  Certificates are
 * plain DER: whoever holds them (the running configuration) passes them in.  Every refusal has
 * words in `why`.  All functions may be called from any thread. */
#ifndef PKI_PKI_H
#define PKI_PKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct pki;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;

struct der { uint8_t *bytes; size_t size; };    /* malloc()ed, owned by who holds the struct */
void der_clear(struct der *);

/* Opens DIR/keys (0700, made when missing) and reads all keys.  A file that cannot be read as a
 * key is left alone and named in `why` (the rest works): 1 then, 0 when all is well. */
int  pki_open(struct pki **, const char *nvram, char *why, size_t size);
void pki_close(struct pki *);                   /* zeroises */

/* ---- key pairs ----------------------------------------------------------------------------- */

enum pki_key_type { PKI_RSA, PKI_EC };
/* `usage-keys' are two pairs: LABEL signs, LABEL+encryption is for enciphering (no label that is typed
 * has a plus). */
enum pki_key_usage { PKI_USAGE_GENERAL, PKI_USAGE_SIGNATURE, PKI_USAGE_ENCRYPTION, PKI_USAGES };
#define PKI_ENCRYPTION_SUFFIX "+encryption"
struct pki_key_info {
	char label[65];
	enum pki_key_type type;
	int bits;                       /* 2048; of an EC key 256, 384, 521 */
	bool exportable;
	enum pki_key_usage usage;
	bool guarded, locked;           /* by a passphrase of its own; and not usable until unlocked */
	time_t created;
	struct der spki;                /* SubjectPublicKeyInfo */
};

/* bits: RSA 512-4096 (below 1024 OpenSSL may refuse), EC 256, 384, 521.  Replaces a key of that
 * label atomically.  `stop` (may be NULL) is polled: true ends it with -EINTR. */
int  pki_key_generate(struct pki *, const char *label, enum pki_key_type, int bits, bool exportable,
         bool (*stop)(void *arg), void *arg, char *why, size_t size);
/* The same for one use. */
struct pki_key_wish { const char *label; enum pki_key_type type; int bits; bool exportable;
	enum pki_key_usage usage; };
int  pki_key_make(struct pki *, const struct pki_key_wish *, bool (*stop)(void *arg), void *arg,
         char *why, size_t size);
int  pki_key_zeroize(struct pki *, const char *label, char *why, size_t size); /* -ENOENT */
/* The pair of `from' becomes that of `to', whose own goes; a power cut leaves `to' the old or the new one, and `from' perhaps
 * still there.  -ENOENT. */
int  pki_key_rename(struct pki *, const char *from, const char *to, char *why, size_t size);
bool pki_key_find(struct pki *, const char *label, struct pki_key_info *);     /* clear after */
size_t pki_keys(struct pki *, struct pki_key_info **list);     /* by label; free each and list */
void pki_key_info_clear(struct pki_key_info *);
bool pki_key_matches(struct pki *, const char *label, const struct der *cert);

/* ---- the master key ------------------------------------------------------------------------- */

bool pki_master_is_set(struct pki *);
/* Sets it, or changes it if `old' is the one before (-EACCES: it is not).  It has 8 characters at least.
 * `sealing': the files of the key pairs are sealed with it; each is readable under one of both master
 * keys at any moment. */
int  pki_master_set(struct pki *, const char *old, const char *fresh, bool sealing, char *why, size_t size);
/* The files are opened, then it goes. */
int  pki_master_remove(struct pki *, char *why, size_t size);
/* `password encryption aes' and its `no': does nothing without a master key. */
int  pki_master_seal(struct pki *, bool sealing, char *why, size_t size);
/* Are the files sealed? */
bool pki_master_is_sealing(struct pki *);

/* The public key as SSH writes it ("ssh-rsa AAAA...").  0; -ENOENT; -E2BIG. */
int  pki_ssh_public(struct pki *, const char *label, char *text, size_t size);
/* The pair itself, in PEM, malloc()ed, for the process that is SSH's server: the one way by which a
 * private key leaves this room.  Who calls has made sure that no certificate is made of it, and
 * wipes it.  0; -ENOENT. */
int  pki_ssh_private(struct pki *, const char *label, char **pem);
/* Of a public key in base 64: its type ("ssh-rsa") and its MD5 fingerprint, the `key-hash' of IOS.
 * -EINVAL: it is none. */
int  pki_ssh_hash(const char *base64, char *type, size_t size, char hex[33]);

/* ---- certificates -------------------------------------------------------------------------- */

/* The one certificate in a text, in any form that pki_bundle_read() takes (bundle.h).  -EINVAL with the reason: there is
 * none, or more than one, or something else (a private key is never repeated in `why'); -ENOMEM. */
int  pki_cert_from_text(const char *text, struct der *, char *why, size_t size);
int  pki_cert_from_der(const uint8_t *, size_t, char *why, size_t size);  /* only checks */
void pki_cert_pem(const struct der *, FILE *);
void pki_base64(const struct der *, FILE *);    /* in lines of 64 characters */

enum { PKI_NAMES = 16, PKI_NAME = 256, PKI_SANS = 32 };
struct pki_fingerprints { uint8_t md5[16], sha1[20], sha256[32]; };
struct pki_cert_info {
	int version;                    /* 3 */
	char serial[129];               /* upper-case hex, an even number of digits, 00 kept */
	/* RDNs as IOS prints them: "cn=Example", lower-case type, most specific first. */
	char issuer[PKI_NAMES][PKI_NAME], subject[PKI_NAMES][PKI_NAME];
	int issuers, subjects;
	char common_name[PKI_NAME];
	char san_dns[PKI_SANS][PKI_NAME], san_ip[PKI_SANS][64];
	int san_dnss, san_ips;
	time_t not_before, not_after;
	char key_algorithm[32];         /* "rsaEncryption", "ecEncryption" */
	enum pki_key_type key_type;
	int key_bits;
	char signature[64];             /* "SHA256 with RSA Encryption" */
	struct pki_fingerprints print;
	bool ca, self_signed, has_basic, has_key_usage, has_eku;
	uint32_t key_usage;             /* left-aligned: digitalSignature 0x80000000 ... */
	char eku[16][48];               /* "Server Auth", "Client Auth", or the OID */
	int ekus;
	uint8_t ski[64], aki[64];
	size_t ski_size, aki_size;
	char crl[4][256], ocsp[4][256], ca_issuers[4][256];
	int crls, ocsps, ca_issuerss;
};
int  pki_cert_info(const struct der *, struct pki_cert_info *);
bool pki_cert_is_ca(const struct der *);  /* may it issue? */
bool pki_cert_issued_by(const struct der *cert, const struct der *ca); /* name and signature */
const char *pki_key_usage_name(int bit);        /* 0: "Digital Signature" ... NULL past the end */

/* ---- requests ------------------------------------------------------------------------------ */

struct pki_request {
	const char *label;              /* of the key */
	const char *subject;            /* "cn=edge1.example.com,o=Example", as typed; NULL: fqdn */
	const char *fqdn;               /* unstructuredName and a DNS SAN; NULL: none */
	const char *const *alt_names;   /* DNS names, NULL-terminated; NULL: none */
	const char *ip;                 /* an IP SAN; NULL: none */
	const char *serial_number;      /* of the box; NULL: none */
	const char *hash;               /* "sha256" */
	const char *ekus;               /* "serverAuth,1.3.6.1.5.5.7.3.2"; NULL: server and client */
	enum pki_key_usage usage;       /* of the key */
	bool ca;                        /* it is for a CA: no EKU, no alternative names */
	const char *password;           /* the challenge for the CA; NULL: none.  Who reads the request reads it */
};
/* A PKCS#10 request (base 64 in 64 columns, without header lines), malloc()ed. */
int  pki_csr(struct pki *, const struct pki_request *, char **base64, struct pki_fingerprints *,
         char *why, size_t size);
/* What a request in PEM says of itself. */
struct pki_request_info { char common_name[PKI_NAME]; struct pki_fingerprints print; };
int  pki_request_info(const char *pem, struct pki_request_info *);
int  pki_self_sign(struct pki *, const struct pki_request *, int days, struct der *, char *why,
         size_t size);

/* ---- TLS ----------------------------------------------------------------------------------- */

/* What a voice class tls-profile can allow to peers that are too old. */
enum pki_compat { PKI_RSA_1024, PKI_SHA_1, PKI_TLS_10, PKI_TLS_11, PKI_COMPATS };
enum { TLS10 = 0x0301, TLS11 = 0x0302, TLS12 = 0x0303, TLS13 = 0x0304 };

/* How it is found out whether a CA has taken a certificate back (`revocation-check'): one after the other, until
 * one knows; NONE is content.  All zero: nothing is asked. */
enum pki_check_method { PKI_CHECK_NONE = 1, PKI_CHECK_CRL, PKI_CHECK_OCSP };
enum { PKI_CHECKS = 4 };
struct pki_check {
	uint8_t methods[PKI_CHECKS];
	const char *ocsp_url, *crl_url; /* NULL: the certificate's */
	bool onward;                    /* `chain-validation continue': the CA vouches only if one above it does */
	const char *parent;             /* and that is of this trustpoint; NULL: of any */
	bool above;                     /* it stands above such a CA, and vouches for no peer */
	bool ocsp_plain;                /* without a nonce */
	bool crl_unkept;                /* fetched whenever it is needed */
	uint32_t crl_most_s;            /* kept for so long at most; 0: until its nextUpdate */
	uint32_t crl_extend_s;          /* and used for so long behind its nextUpdate */
	uint32_t ekus;                  /* `match eku': 1 << pki_eku, which a peer has to have */
};
enum pki_eku { PKI_EKU_CLIENT = 1, PKI_EKU_SERVER, PKI_EKU_CODE, PKI_EKU_EMAIL, PKI_EKU_IPSEC_END,
	PKI_EKU_IPSEC_TUNNEL, PKI_EKU_IPSEC_USER, PKI_EKU_OCSP, PKI_EKU_SSH_CLIENT, PKI_EKU_SSH_SERVER, PKI_EKU_TIME,
	PKI_EKUS };

/* `crypto pki certificate map': the rules of all maps, flat.  A map is fitted by who fits one of its sequences, the
 * rows of one (map, sequence) following each other; a sequence by whom all its rules hold for. */
enum pki_map_field { PKI_MAP_NOTHING, PKI_MAP_SUBJECT, PKI_MAP_ISSUER, PKI_MAP_ALT_SUBJECT, PKI_MAP_UNSTRUCTURED,
	PKI_MAP_NAME, PKI_MAP_SERIAL, PKI_MAP_VALID_START, PKI_MAP_EXPIRES, PKI_MAP_FIELDS };
enum pki_map_relation { PKI_MAP_CO = 1, PKI_MAP_NC, PKI_MAP_EQ, PKI_MAP_NE, PKI_MAP_LT, PKI_MAP_GE,
	PKI_MAP_RELATIONS };
struct pki_map_rule {
	const char *map, *value;        /* field NOTHING: the sequence has no rules, so that all fit it */
	uint32_t sequence;
	uint8_t field, relation;
};
/* `match certificate MAP' of a trustpoint. */
enum pki_match_allows { PKI_MATCH_ONLY, PKI_MATCH_EXPIRED, PKI_MATCH_UNCHECKED, PKI_MATCH_UNAUTHORIZED, PKI_MATCH_CDP,
	PKI_MATCH_OCSP };
/* url: of CDP and OCSP, which is asked in place of the certificate's own; else NULL. */
struct pki_match { const char *trustpoint, *map, *url; uint8_t allows; };

struct pki_profile {                    /* all is copied */
	const char *label;              /* our key; NULL: no identity (client only) */
	const struct der *identity;     /* our certificate */
	const struct der *chain;        /* what stands above it, in order; NULL: none */
	size_t chains;
	const struct der *anchors;      /* whom we trust: a CA for what it issued, any other
	                                   certificate for exactly itself */
	const char *const *anchor_names; /* the trustpoint of each, for the reasons */
	const struct pki_check *checks; /* of what each vouches for; NULL: none of any */
	size_t anchorss;
	const struct pki_map_rule *map_rules; size_t map_rules_count;
	const struct pki_match *matches; size_t matches_count;
	const char *only;               /* `client-vtp': the trustpoint that the anchors are of, for the words; NULL: all */
	bool pool;                      /* where none of them vouches, the trustpool does */
	struct pki_check pool_check;
	bool pool_to_root;              /* `chain-validation continue': its chains end at a root */
	int min_version, max_version;   /* TLS12, TLS13 */
	bool strict_cipher;             /* only TLS_RSA_WITH_AES_128_CBC_SHA, TLS 1.2 at most */
	bool own;                       /* for pki_judge(): the words speak of our certificate */
	bool allow_rsa_1024, allow_sha1;        /* in certificates of peers, whatever the version */
	unsigned class_tag;             /* of the voice class tls-profile that it is made of, for the words; 0: of none */
	time_t ended[PKI_COMPATS];      /* since when that class allows it no more, for the words; 0: it is not so */
	const char *suites, *suites13, *groups; /* in OpenSSL's words; NULL: ours */
	bool check_name;                /* the peer's certificate has to be for the host that was
	                                   called (pki_expect) or for one of `names' */
	const char *const *names; size_t names_count;   /* "sbc1.example.com", "*.example.com" */
	bool server;                    /* else client; both ask for the peer's certificate */
};
/* Counted by OpenSSL (SSL_CTX_free).  Verification happens in here; a peer without certificate,
 * with an unknown issuer, out of its validity ... is refused with a reason for pki_reason(). */
int  pki_ctx(struct pki *, const struct pki_profile *, SSL_CTX **, char *why, size_t size);

/* After a failed handshake: one sentence with the exact certificate and what to do; false: the
 * certificates were not the reason.  After a good one: which trustpoint vouched for the peer. */
bool pki_reason(const SSL *, char *why, size_t size);
const char *pki_vouched(const SSL *);           /* "CCM-cert-02"; NULL: nobody */
/* Whom a client calls, by the name that was configured ("cucm1.example.com", "192.0.2.20"); before the
 * handshake.  0; -ENOMEM. */
int  pki_expect(SSL *, const char *host);
/* Which exception was made for it ("has expired, which certificate map OLD allows"); NULL: none. */
const char *pki_forgiven(const SSL *);
const char *pki_matched(const SSL *);   /* the name of the certificate that fitted; NULL: none was asked for */

/* What a handshake with that peer would come to, without one: the same verification, the same words.
 * `profile' needs no identity; its `server' is our side.  chain: as the peer would send it, its own first.
 * host: whom we call, NULL: nobody; at: when, 0: now.  -EINVAL, -ENOMEM with `why': it cannot be said. */
enum { PKI_HINT = 256 };
struct pki_verdict {
	bool good;
	char why[1024], hint[PKI_HINT];         /* refused: the sentence, and the lines to try */
	char vouched[65], matched[PKI_NAME];    /* accepted: the trustpoint; the name that fitted, or "" */
	char forgiven[PKI_NAME];                /* what was overlooked, or "" */
	int culprit;                            /* which of `chain' was at fault; -1: none of it */
};
int  pki_judge(struct pki *, const struct pki_profile *, const struct der *chain, size_t count, const char *host, time_t at,
         struct pki_verdict *, char *why, size_t size);
/* May verification with this profile wait for a server of CRLs or OCSP?  Then not on a thread that may not. */
bool pki_may_wait(struct pki *, const struct pki_profile *);

/* The trustpool: CAs that vouch under the name PKI_POOL.  Set: what was there goes.  A change is told by another
 * generation; contexts that were made before keep the old one. */
#define PKI_POOL "Trustpool"
struct pki_pool_info { size_t count, ended; struct der soonest; };     /* which ends next; der_clear() */
int      pki_pool_set(struct pki *, const struct der *certs, size_t count);     /* 0; -ENOMEM */
unsigned pki_pool_generation(struct pki *);
bool     pki_pool_look(struct pki *, struct pki_pool_info *);   /* false: it is empty */

/* What is kept of CRLs, malloc()ed; all of it thrown away; that of a certificate fetched anew (-ENOENT, -EIO with
 * why). */
struct pki_crl_info {
	char issuer[PKI_NAMES][PKI_NAME]; int issuers;
	time_t last, next, fetched;     /* next 0: it does not say */
	size_t bytes, entries;
	char url[256];                  /* "": it was imported */
	char name[65];                  /* by which */
};
size_t pki_crls(struct pki *, struct pki_crl_info **list);
void   pki_crls_forget(struct pki *);
size_t pki_crls_room(void);                     /* bytes that those which are fetched can take */
int    pki_crl_request(struct pki *, const struct der *cert, const struct der *ca, char *why, size_t size);
/* A CRL (PEM, base 64 or DER) that the CA has signed and that has not ended (-EINVAL) is kept in NVRAM/crls under that name and answers
 * for the CA until its nextUpdate, without the network.  Dropped: -ENOENT, there is none. */
enum { PKI_CRL_BYTES = 8 << 20 };
int    pki_crl_import(struct pki *, const char *name, const void *bytes, size_t count, const struct der *ca,
           struct pki_crl_info *, char *why, size_t size);
int    pki_crl_drop(struct pki *, const char *name);
/* The CRL of a CA of this box, if that certificate is one: 0, into `crl' (malloc()ed).  It is asked before anything
 * else, on any thread; NULL: nobody any more, and nobody is being asked when that returns. */
typedef int pki_crl_source_h(void *arg, const struct der *ca, struct der *crl);
void   pki_crl_source(struct pki *, pki_crl_source_h *, void *arg);
/* started: peers whose verification has begun; bypassed: accepted for an exception of `match certificate'; waiting: for
 * a server, now. */
struct pki_counters { uint64_t started, validations, refusals, bypassed, crls_checked, fetches, failures, waiting; };
struct pki_counters pki_counters(struct pki *);
/* One server that is asked now for a certificate's state: a CRL, or a responder of OCSP. */
struct pki_session { time_t since; bool ocsp; char url[256], subject[PKI_NAME]; };
enum { PKI_SESSIONS = 64 };
size_t pki_sessions(struct pki *, struct pki_session *, size_t room);
/* A digest ("MD5", "SHA256", "SHA512") in lower-case hexadecimal, 128 characters at most.  false: it
 * cannot be had. */
bool pki_digest(const char *name, const void *bytes, size_t size, char hex[129]);
/* The last OpenSSL error of this thread in words; empties the queue. */
void pki_ssl_error(char *why, size_t size);

#endif
