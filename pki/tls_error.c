/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki/tls_error.c -- OpenSSL's error queue in words for people: what happened, and where it can be
 * changed.  An alert says what the peer dislikes, so it names the peer's side. */
#include "pki/verify.h"
#include <string.h>
#include <openssl/err.h>

/* clang-format off */
static const struct { int reason; const char *words; } reasons[] = {
	{ SSL_R_WRONG_VERSION_NUMBER, "wrong version number: the peer does not speak TLS on this "
	  "connection (plain SIP or HTTP on the TLS port?)" },
	{ SSL_R_HTTP_REQUEST, "the peer sent a plain HTTP request to the TLS port" },
	{ SSL_R_HTTPS_PROXY_REQUEST, "the peer sent a plain HTTP request to the TLS port" },
	{ SSL_R_UNSUPPORTED_PROTOCOL, "the peer's TLS version is not allowed here: compare the TLS "
	  "versions of both sides" },
	{ SSL_R_VERSION_TOO_LOW, "the peer's TLS version is not allowed here: compare the TLS "
	  "versions of both sides" },
	{ SSL_R_NO_PROTOCOLS_AVAILABLE, "no TLS version is left that is allowed here" },
	{ SSL_R_NO_SHARED_CIPHER, "no shared cipher: the peer offers no suite that is allowed here "
	  "and fits the kind of our certificate" },
	{ SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, "the peer accepts no signature that our key can make" },
	{ SSL_R_NO_SUITABLE_GROUPS, "the peer offers no group that is allowed here" },
	{ SSL_R_NO_SUITABLE_KEY_SHARE, "the peer offers no group that is allowed here" },
	{ SSL_R_WRONG_SIGNATURE_TYPE, "the peer signs with an algorithm that is not allowed here" },
	{ SSL_R_BAD_SIGNATURE, "the peer does not have the key of its certificate (bad signature)" },
	{ SSL_R_DH_KEY_TOO_SMALL, "the peer's Diffie-Hellman group is too small" },
	{ SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, verify_no_certificate },
	{ SSL_R_CERTIFICATE_VERIFY_FAILED, "the peer's certificate was refused" },
	{ SSL_R_UNEXPECTED_EOF_WHILE_READING, "the peer closed the connection without a word" },
	{ SSL_R_INAPPROPRIATE_FALLBACK, "the peer fell back to a lower TLS version than it speaks" },
	{ SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED, "the peer does not know secure renegotiation "
	  "(RFC 5746)" },
	{ SSL_R_BAD_RECORD_TYPE, "what the peer sent is not TLS" },
	{ SSL_R_UNEXPECTED_MESSAGE, "the peer sent a handshake message out of turn" },
	{ SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, "a record of the peer was damaged" },
}, alerts[] = {
	{ SSL_AD_HANDSHAKE_FAILURE, "the peer found nothing in common: alert handshake failure "
	  "(compare TLS versions, suites and the kind of certificate; or it wants a certificate)" },
	{ SSL_AD_BAD_CERTIFICATE, "the peer refused our certificate: alert bad certificate" },
	{ SSL_AD_UNSUPPORTED_CERTIFICATE, "the peer refused our certificate: alert unsupported "
	  "certificate (wrong kind, or wrong extended key usage)" },
	{ SSL_AD_CERTIFICATE_REVOKED, "the peer refused our certificate: alert certificate revoked" },
	{ SSL_AD_CERTIFICATE_EXPIRED, "the peer refused our certificate: alert certificate expired "
	  "(or the peer's clock is wrong)" },
	{ SSL_AD_CERTIFICATE_UNKNOWN, "the peer refused our certificate: alert certificate unknown" },
	{ SSL_AD_UNKNOWN_CA, "the peer refused our certificate: alert unknown ca (upload the CA of our "
	  "certificate there)" },
	{ SSL_AD_ACCESS_DENIED, "the peer refused our certificate: alert access denied (is its subject "
	  "configured there?)" },
	{ SSL_AD_CERTIFICATE_REQUIRED, "the peer wants a certificate of us and we have none: alert "
	  "certificate required" },
	{ SSL_AD_PROTOCOL_VERSION, "the peer allows none of our TLS versions: alert protocol version" },
	{ SSL_AD_INSUFFICIENT_SECURITY, "the peer finds our suites too weak: alert insufficient "
	  "security" },
	{ SSL_AD_DECRYPT_ERROR, "the peer could not verify our signature: alert decrypt error" },
	{ SSL_AD_UNRECOGNIZED_NAME, "the peer does not know the name we asked for: alert unrecognized "
	  "name" },
};
/* clang-format on */
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const char *
alert_words(int alert)
{
	for (size_t i = 0; i < COUNT(alerts); i++)
		if (alerts[i].reason == alert)
			return alerts[i].words;
	return NULL;
}

static const char *
reason_words(int reason)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (reasons[i].reason == reason)
			return reasons[i].words;
	return NULL;
}

static void
ssl_words(unsigned long error, char *why, size_t size)
{
	int reason = ERR_GET_REASON(error), alert = reason - SSL_AD_REASON_OFFSET;
	const char *words = alert > 0 ? alert_words(alert) : reason_words(reason);
	const char *text = ERR_reason_error_string(error);

	if (words)
		snprintf(why, size, "%s", words);
	else if (alert > 0)
		snprintf(why, size, "the peer ended the handshake: %s (alert %d)",
		    text ? text : "alert", alert);
	else
		snprintf(why, size, "TLS failed: %s", text ? text : "no reason is known");
}

void
pki_ssl_error(char *why, size_t size)
{
	unsigned long error = ERR_get_error(), next;

	/* the oldest error of libssl itself tells most; those before it are its helpers' */
	while (ERR_GET_LIB(error) != ERR_LIB_SSL && (next = ERR_get_error()))
		if (ERR_GET_LIB(next) == ERR_LIB_SSL || !error)
			error = next;
	ERR_clear_error();
	if (!error)
		snprintf(why, size, "the connection ended, and TLS knows no reason");
	else if (ERR_SYSTEM_ERROR(error))
		snprintf(why, size, "the connection failed: %s", strerror(ERR_GET_REASON(error)));
	else
		ssl_words(error, why, size);
}
