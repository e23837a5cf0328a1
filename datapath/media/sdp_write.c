/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp_write.c -- a plan written as a body, with libosip2's sdp_message.  Every line that goes out
 * is made here from the plan: addresses and keys are ours by construction. */
#include "datapath/media/sdp.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <osipparser2/osip_parser.h>
#include <osipparser2/sdp_message.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const protos[WIRES] = {[WIRE_RTP] = "RTP/AVP", [WIRE_SRTP] = "RTP/SAVP"};
static const char *const directions[] = {"inactive", "sendonly", "recvonly", "sendrecv"};

/* The library takes ownership of what it is given, so everything is its own copy. */
static int
add(sdp_message_t *to, int media, const char *name, const char *value)
{
	char *field = osip_strdup(name), *text = value ? osip_strdup(value) : NULL;

	if (!field || (value && !text) || sdp_message_a_attribute_add(to, media, field, text)) {
		osip_free(field);
		osip_free(text);
		return -ENOMEM;
	}
	return 0;
}

static int
add_number(sdp_message_t *to, int media, const char *name, unsigned value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	return value ? add(to, media, name, text) : 0;
}

static int
add_bandwidth(sdp_message_t *to, int media, const struct sdp_kept *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sdp_message_b_bandwidth_add(to, media, osip_strdup(b[i].name),
			osip_strdup(b[i].value ? b[i].value : "0")))
			return -ENOMEM;
	return 0;
}

static int
add_kept(sdp_message_t *to, int media, const struct sdp_kept *k, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++)
		rc = add(to, media, k[i].name, k[i].value);
	return rc;
}

static int
add_format(sdp_message_t *to, int media, const struct sdp_format *f)
{
	char text[640];

	snprintf(text, sizeof(text), "%u", f->payload);
	if (sdp_message_m_payload_add(to, media, osip_strdup(text)))
		return -ENOMEM;
	if (f->channels > 1)
		snprintf(text, sizeof(text), "%u %s/%u/%u", f->payload, f->encoding, f->clock,
		    f->channels);
	else
		snprintf(text, sizeof(text), "%u %s/%u", f->payload, f->encoding, f->clock);
	if (add(to, media, "rtpmap", text))
		return -ENOMEM;
	if (!f->fmtp || strlen(f->fmtp) > sizeof(text) - 8)
		return 0;
	snprintf(text, sizeof(text), "%u %s", f->payload, f->fmtp);
	return add(to, media, "fmtp", text);
}

/* The library grows its text by realloc() and frees without cleansing, so it never sees a key: a
 * place of the same length is kept free for each, which fill_keys() fills in our own copy. */
static int
add_crypto(sdp_message_t *to, int media, const struct sdp_plan *p)
{
	char text[SDES_TEXT];
	int rc = 0;

	for (size_t i = 0; i < p->crypto_n && !rc; i++) {
		sdes_write(&p->crypto[i], text);
		for (char *key = strchr(text, ':') + 1; *key; key++)
			*key = '*';
		rc = add(to, media, "crypto", text);
	}
	return rc;
}

static int
add_audio(sdp_message_t *to, int media, const struct sdp_plan *p)
{
	char port[8];
	int rc = 0;

	snprintf(port, sizeof(port), "%u", address_port(&p->local));
	if (sdp_message_m_media_add(
		to, osip_strdup("audio"), osip_strdup(port), NULL, osip_strdup(protos[p->wire])))
		return -ENOMEM;
	for (size_t i = 0; i < p->formats_n && !rc; i++)
		rc = add_format(to, media, &p->formats[i]);
	if (!rc)
		rc = add_crypto(to, media, p);
	if (!rc)
		rc = add_number(to, media, "ptime", p->ptime_ms);
	if (!rc)
		rc = add_number(to, media, "maxptime", p->maxptime_ms);
	if (!rc)
		rc = add(to, media, directions[p->direction & SDP_BOTH], NULL);
	if (!rc && p->like)
		rc = add_kept(to, media, p->like->kept, p->like->kept_n);
	if (!rc && p->like)
		rc = add_bandwidth(to, media, p->like->bandwidth, p->like->bandwidth_n);
	return rc;
}

static int
add_closed(sdp_message_t *to, int media, const struct sdp_slot *slot)
{
	if (sdp_message_m_media_add(
		to, osip_strdup(slot->kind), osip_strdup("0"), NULL, osip_strdup(slot->proto)) ||
	    sdp_message_m_payload_add(to, media, osip_strdup(slot->format)))
		return -ENOMEM;
	return 0;
}

static int
add_session(sdp_message_t *to, const struct sdp_plan *p)
{
	const char *family = p->local.sa.sa_family == AF_INET6 ? "IP6" : "IP4";
	char address[ADDRESS_TEXT], id[24], version[24];

	address_text(&p->local, address);
	snprintf(id, sizeof(id), "%" PRIu64, p->id);
	snprintf(version, sizeof(version), "%" PRIu64, p->version);
	sdp_message_v_version_set(to, osip_strdup("0"));
	sdp_message_o_origin_set(to, osip_strdup(p->session_name), osip_strdup(id),
	    osip_strdup(version), osip_strdup("IN"), osip_strdup(family), osip_strdup(address));
	sdp_message_s_name_set(to, osip_strdup(p->session_name));
	if (sdp_message_c_connection_add(
		to, -1, osip_strdup("IN"), osip_strdup(family), osip_strdup(address), NULL, NULL) ||
	    sdp_message_t_time_descr_add(to, osip_strdup("0"), osip_strdup("0")))
		return -ENOMEM;
	if (!p->session)
		return 0;
	if (add_bandwidth(to, -1, p->session->bandwidth, p->session->bandwidth_n))
		return -ENOMEM;
	return add_kept(to, -1, p->session->kept, p->session->kept_n);
}

static int
add_all(sdp_message_t *to, const struct sdp_plan *p)
{
	size_t lines = p->slots_n ? p->slots_n : 1;
	int rc = add_session(to, p);

	for (size_t i = 0; i < lines && !rc; i++)
		rc = !p->slots_n || i == p->audio ? add_audio(to, (int)i, p)
						  : add_closed(to, (int)i, &p->slots[i]);
	return rc;
}

static void
fill_keys(char *body, const struct sdp_plan *p)
{
	static const char line[] = "\na=crypto:";
	char text[SDES_TEXT];

	for (size_t i = 0; i < p->crypto_n && (body = strstr(body, line)); i++) {
		sdes_write(&p->crypto[i], text);
		memcpy(body += strlen(line), text, strlen(text));
	}
	OPENSSL_cleanse(text, sizeof(text));
}

int
sdp_write(char **out, const struct sdp_plan *p)
{
	sdp_message_t *osip = NULL;
	char *text = NULL;
	int rc = -ENOMEM;

	if (sdp_message_init(&osip))
		return rc;
	rc = add_all(osip, p);
	if (!rc && sdp_message_to_str(osip, &text))
		rc = -ENOMEM;
	if (!rc && !(*out = strdup(text))) /* theirs may be of another allocator */
		rc = -ENOMEM;
	if (!rc)
		fill_keys(*out, p);
	osip_free(text);
	sdp_message_free(osip);
	return rc;
}
