/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp.c -- a body read with libosip2 into our model.  The only file of media/ that reads with it;
 * sdp_write.c is the one that writes.  A body is bounded in bytes and lines before the library
 * sees it, because its lists are linear; keys are cleansed wherever a copy of them was made. */
#include "datapath/media/sdp.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <osipparser2/osip_parser.h>
#include <osipparser2/sdp_message.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Attributes that the model reads itself, and those that say how to reach the peer or that bind
 * the two sides' transport together: none is passed on.  Potential configurations (RFC 5939) may
 * hide keys, a=identity and a=zrtp-hash bind to what the other side never sees. */
static const char *const not_kept[] = {"rtpmap", "fmtp", "crypto", "sendrecv", "sendonly",
    "recvonly", "inactive", "ptime", "maxptime", "rtcp", "rtcp-mux", "rtcp-mux-only", "rtcp-rsize",
    "rtcp-fb", "rtcp-xr", "candidate", "end-of-candidates", "remote-candidates", "ice-ufrag",
    "ice-pwd", "ice-options", "ice-lite", "ice-mismatch", "ice-pacing", "fingerprint", "setup",
    "connection", "tls-id", "dtls-id", "identity", "mid", "group", "bundle-only", "msid",
    "msid-semantic", "ssrc", "ssrc-group", "key-mgmt", "source-filter", "sqn", "cdsc", "cpar",
    "cparmin", "cparmax", "alt", "altc", "zrtp-hash", "acap", "tcap", "pcfg", "acfg", "csup",
    "creq", "rid", "simulcast", "depend"};

struct reader {
	struct sdp *sdp;
	const sdp_message_t *osip;
	char *why;
	size_t why_size;
};

__attribute__((format(printf, 2, 3))) static int
refuse(struct reader *r, const char *form, ...)
{
	va_list args;

	va_start(args, form);
	vsnprintf(r->why, r->why_size, form, args);
	va_end(args);
	return -EINVAL;
}

static size_t
list_size(const osip_list_t *list)
{
	int n = osip_list_size(list);

	return n > 0 ? (size_t)n : 0;
}

/* A number from 0 to max; -1: it is none. */
static long
number(const char *text, long max)
{
	char *end;
	long n;

	if (!text || *text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || n > max)
		return -1;
	return *end == '\0' || *end == ' ' || *end == '\r' ? n : -1;
}

static bool
is_kept(const sdp_attribute_t *a)
{
	for (size_t i = 0; i < sizeof(not_kept) / sizeof(not_kept[0]); i++)
		if (!strcasecmp(a->a_att_field, not_kept[i]))
			return false;
	return !address_within(a->a_att_field) &&
	       !(a->a_att_value && address_within(a->a_att_value));
}

/* The writer of the body may say its own address in odd places, and as a host name. */
static bool
names_writer(const struct reader *r, const char *text)
{
	const char *origin = r->osip->o_addr;
	const sdp_connection_t *c = r->osip->c_connection;

	return (origin && *origin && strcasestr(text, origin)) ||
	       (c && c->c_addr && *c->c_addr && strcasestr(text, c->c_addr));
}

static int
keep(struct sdp_kept *to, const char *name, const char *value)
{
	to->name = strdup(name);
	to->value = value ? strdup(value) : NULL;
	return to->name && (to->value || !value) ? 0 : -ENOMEM;
}

static int
read_kept(const struct reader *r, const osip_list_t *from, struct sdp_kept **kept, size_t *n)
{
	osip_list_iterator_t it;
	size_t room = list_size(from);

	if (!room)
		return 0;
	if (!(*kept = calloc(room < SDP_KEPT_MAX ? room : SDP_KEPT_MAX, sizeof(**kept))))
		return -ENOMEM;
	for (sdp_attribute_t *a = osip_list_get_first(from, &it);
	     osip_list_iterator_has_elem(it) && *n < SDP_KEPT_MAX; a = osip_list_get_next(&it)) {
		if (!a->a_att_field || !is_kept(a) || names_writer(r, a->a_att_field) ||
		    (a->a_att_value && names_writer(r, a->a_att_value)))
			continue;
		if (keep(&(*kept)[(*n)++], a->a_att_field, a->a_att_value))
			return -ENOMEM;
	}
	return 0;
}

static int
read_bandwidth(const osip_list_t *from, struct sdp_kept **kept, size_t *n)
{
	osip_list_iterator_t it;
	size_t room = list_size(from);

	if (!room)
		return 0;
	if (!(*kept = calloc(room < SDP_KEPT_MAX ? room : SDP_KEPT_MAX, sizeof(**kept))))
		return -ENOMEM;
	for (sdp_bandwidth_t *b = osip_list_get_first(from, &it);
	     osip_list_iterator_has_elem(it) && *n < SDP_KEPT_MAX; b = osip_list_get_next(&it)) {
		if (!b->b_bwtype || number(b->b_bandwidth, 1000000000) < 0 ||
		    address_within(b->b_bwtype))
			continue;
		if (keep(&(*kept)[(*n)++], b->b_bwtype, b->b_bandwidth))
			return -ENOMEM;
	}
	return 0;
}

/* The media's own word, else the session's. */
static uint8_t
read_direction(const osip_list_t *attributes, uint8_t otherwise)
{
	static const char *const names[] = {"inactive", "sendonly", "recvonly", "sendrecv"};
	osip_list_iterator_t it;

	for (sdp_attribute_t *a = osip_list_get_first(attributes, &it);
	     osip_list_iterator_has_elem(it); a = osip_list_get_next(&it))
		for (uint8_t d = 0; d <= SDP_BOTH; d++)
			if (a->a_att_field && !strcasecmp(a->a_att_field, names[d]))
				return d;
	return otherwise;
}

static const char *
attribute(const osip_list_t *attributes, const char *name)
{
	osip_list_iterator_t it;

	for (sdp_attribute_t *a = osip_list_get_first(attributes, &it);
	     osip_list_iterator_has_elem(it); a = osip_list_get_next(&it))
		if (a->a_att_field && a->a_att_value && !strcasecmp(a->a_att_field, name))
			return a->a_att_value;
	return NULL;
}

/* a=rtpmap and a=fmtp begin with the payload number: what follows it, or NULL. */
static const char *
attribute_of(const osip_list_t *attributes, const char *name, uint8_t payload)
{
	osip_list_iterator_t it;

	for (sdp_attribute_t *a = osip_list_get_first(attributes, &it);
	     osip_list_iterator_has_elem(it); a = osip_list_get_next(&it)) {
		const char *p = a->a_att_value;

		if (!a->a_att_field || !p || strcasecmp(a->a_att_field, name) ||
		    number(p, 127) != payload)
			continue;
		p += strcspn(p, " ");
		return p + strspn(p, " ");
	}
	return NULL;
}

/* "opus/48000/2"; false: nothing that may be passed on. */
static bool
read_rtpmap(struct sdp_format *f, const char *map)
{
	size_t n = strcspn(map, "/");
	long clock, channels = 1;
	char *end;

	if (!n || n >= sizeof(f->encoding) || map[n] != '/' || strcspn(map, " \t") < n ||
	    address_within(map))
		return false;
	memcpy(f->encoding, map, n);
	clock = strtol(map + n + 1, &end, 10);
	if (*end == '/')
		channels = strtol(end + 1, NULL, 10);
	if (clock < 1 || clock > 1000000 || channels < 1 || channels > 16)
		return false;
	f->clock = (uint32_t)clock;
	f->channels = (uint8_t)channels;
	return true;
}

static bool
static_format(struct sdp_format *f)
{
	const struct codec_row *row = codec_row(codec_static(f->payload));

	if (!row && f->payload != 13)
		return false; /* a dynamic number that nobody explained */
	snprintf(f->encoding, sizeof(f->encoding), "%s", row ? row->encoding : "CN");
	f->clock = row ? row->clock : 8000;
	f->channels = row ? row->channels : 1;
	return true;
}

/* 1: a format; 0: one to leave out; -ENOMEM. */
static int
read_format(
    const struct reader *r, struct sdp_format *f, const char *text, const osip_list_t *lines)
{
	long payload = number(text, 127);
	const char *map, *fmtp;

	memset(f, 0, sizeof(*f));
	if (payload < 0)
		return 0;
	f->payload = (uint8_t)payload;
	map = attribute_of(lines, "rtpmap", f->payload);
	if (map ? !read_rtpmap(f, map) || names_writer(r, map) : !static_format(f))
		return 0;
	fmtp = attribute_of(lines, "fmtp", f->payload);
	if (fmtp && (address_within(fmtp) || names_writer(r, fmtp)))
		fmtp = NULL;
	if (!strcasecmp(f->encoding, "telephone-event"))
		f->kind = FORMAT_NTE;
	else if (!strcasecmp(f->encoding, "CN"))
		f->kind = FORMAT_NOISE;
	else
		f->codec = codec_find(f->encoding, f->clock, fmtp);
	if (fmtp && !(f->fmtp = strdup(fmtp)))
		return -ENOMEM;
	return 1;
}

static bool
repeats(const struct sdp_stream *m, uint8_t payload)
{
	for (size_t i = 0; i < m->formats_n; i++)
		if (m->formats[i].payload == payload)
			return true;
	return false;
}

static int
read_formats(const struct reader *r, struct sdp_stream *m, const sdp_media_t *from)
{
	osip_list_iterator_t it;
	size_t room = list_size(&from->m_payloads);

	if (room > SDP_FORMATS_MAX)
		room = SDP_FORMATS_MAX;
	if (room && !(m->formats = calloc(room, sizeof(*m->formats))))
		return -ENOMEM;
	for (const char *text = osip_list_get_first(&from->m_payloads, &it);
	     osip_list_iterator_has_elem(it) && m->formats_n < room;
	     text = osip_list_get_next(&it)) {
		struct sdp_format *f = &m->formats[m->formats_n];
		int rc = read_format(r, f, text, &from->a_attributes);

		if (rc < 0)
			return rc;
		if (rc && repeats(m, f->payload))
			free(f->fmtp); /* its slot is written again, or not counted */
		else
			m->formats_n += (size_t)rc;
	}
	return 0;
}

static int
read_crypto(struct sdp_stream *m, const osip_list_t *lines)
{
	osip_list_iterator_t it;

	if (m->wire != WIRE_SRTP)
		return 0;
	if (!(m->crypto = calloc(SDP_CRYPTO_MAX, sizeof(*m->crypto))))
		return -ENOMEM;
	for (sdp_attribute_t *a = osip_list_get_first(lines, &it);
	     osip_list_iterator_has_elem(it) && m->crypto_n < SDP_CRYPTO_MAX;
	     a = osip_list_get_next(&it))
		if (a->a_att_field && a->a_att_value && !strcasecmp(a->a_att_field, "crypto"))
			sdes_read(&m->crypto[m->crypto_n++], a->a_att_value);
	return 0;
}

/* Sets m->bad where the stream names no address that we can send to. */
static void
read_connection(struct sdp_stream *m, const sdp_connection_t *c)
{
	const char *host = c ? c->c_addr : NULL;
	bool v6 = c && c->c_addrtype && !strcasecmp(c->c_addrtype, "IP6");
	size_t n = host ? strlen(host) : 0;

	if (!host || !c->c_nettype || strcasecmp(c->c_nettype, "IN"))
		m->bad = "it has no connection address (c=IN ...)";
	else if (n > 8 && !strcasecmp(host + n - 8, ".invalid"))
		m->hold_by_address = true; /* RFC 6157 5.1 */
	else if (!address_parse(&m->remote, v6 ? AF_INET6 : AF_INET, host, m->port))
		m->bad = "its connection address (c=) is a host name or malformed, and only "
			 "numeric addresses are taken";
	else if (address_unspecified(&m->remote))
		m->hold_by_address = true;
	else if (!v6 && IN_MULTICAST(ntohl(m->remote.in4.sin_addr.s_addr)))
		m->bad = "its connection address (c=) is a multicast group";
}

/* a=rtcp:PORT; an address after it (RFC 3605) is not looked at: RTCP goes where RTP goes. */
static void
read_rtcp(struct sdp_stream *m, const char *value)
{
	long port = value ? number(value, 65535) : -1;

	if (port < 1)
		port = m->port < 65535 ? m->port + 1 : 0;
	m->rtcp = address_with_port(&m->remote, (uint16_t)port);
}

static enum wire
wire_of(const char *proto)
{
	if (!strcasecmp(proto, "RTP/AVP"))
		return WIRE_RTP;
	return !strcasecmp(proto, "RTP/SAVP") ? WIRE_SRTP : WIRE_NONE;
}

static uint16_t
milliseconds(const char *value)
{
	long ms = value ? number(value, 1000) : -1;

	return ms > 0 ? (uint16_t)ms : 0;
}

static int
read_media(const struct reader *r, struct sdp_stream *m, const sdp_media_t *from)
{
	const char *format = osip_list_get(&from->m_payloads, 0);
	const sdp_connection_t *c = osip_list_get(&from->c_connections, 0);
	const osip_list_t *lines = &from->a_attributes;
	long port = number(from->m_port, 65535);
	int rc;

	snprintf(m->kind, sizeof(m->kind), "%s", from->m_media ? from->m_media : "");
	snprintf(m->proto, sizeof(m->proto), "%s", from->m_proto ? from->m_proto : "");
	snprintf(m->format, sizeof(m->format), "%s", format ? format : "0");
	m->audio = !strcasecmp(m->kind, "audio");
	m->port = port > 0 ? (uint16_t)port : 0;
	if (!m->audio)
		return 0;
	m->wire = wire_of(m->proto);
	read_connection(m, c ? c : r->osip->c_connection);
	read_rtcp(m, attribute(lines, "rtcp"));
	m->direction = read_direction(lines, read_direction(&r->osip->a_attributes, SDP_BOTH));
	if (m->hold_by_address)
		m->direction &= (uint8_t)~SDP_RECEIVES;
	m->ptime_ms = milliseconds(attribute(lines, "ptime"));
	m->maxptime_ms = milliseconds(attribute(lines, "maxptime"));
	if ((rc = read_formats(r, m, from)) || (rc = read_crypto(m, lines)) ||
	    (rc = read_kept(r, lines, &m->kept, &m->kept_n)))
		return rc;
	return read_bandwidth(&from->b_bandwidths, &m->bandwidth, &m->bandwidth_n);
}

static int
read_all(struct reader *r)
{
	osip_list_iterator_t it;
	size_t n = list_size(&r->osip->m_medias);
	int rc;

	if (n > SDP_MEDIA_MAX)
		return refuse(r, "the SDP has %zu m= lines, more than %d", n, SDP_MEDIA_MAX);
	if (n && !(r->sdp->media = calloc(n, sizeof(*r->sdp->media))))
		return -ENOMEM;
	for (sdp_media_t *m = osip_list_get_first(&r->osip->m_medias, &it);
	     osip_list_iterator_has_elem(it) && r->sdp->media_n < n; m = osip_list_get_next(&it))
		if ((rc = read_media(r, &r->sdp->media[r->sdp->media_n++], m)))
			return rc;
	if ((rc = read_kept(r, &r->osip->a_attributes, &r->sdp->kept, &r->sdp->kept_n)))
		return rc;
	return read_bandwidth(&r->osip->b_bandwidths, &r->sdp->bandwidth, &r->sdp->bandwidth_n);
}

/* A NUL-terminated copy that ends in a line end; NULL with why. */
static char *
bounded_copy(const char *body, size_t size, char *why, size_t why_size)
{
	size_t lines = 0;
	char *copy;

	if (!size || size > SDP_BYTES_MAX || memchr(body, '\0', size)) {
		snprintf(why, why_size,
		    "the SDP is empty, longer than %d bytes, or has a zero byte", SDP_BYTES_MAX);
		return NULL;
	}
	for (size_t i = 0; i < size; i++)
		lines +=
		    body[i] == '\n' || (body[i] == '\r' && (i + 1 == size || body[i + 1] != '\n'));
	if (lines > SDP_LINES_MAX) {
		snprintf(
		    why, why_size, "the SDP has %zu lines, more than %d", lines, SDP_LINES_MAX);
		return NULL;
	}
	if (!(copy = malloc(size + 3))) {
		snprintf(why, why_size, "out of memory");
		return NULL;
	}
	memcpy(copy, body, size);
	while (size && (copy[size - 1] == '\n' || copy[size - 1] == '\r' || copy[size - 1] == ' '))
		size--;
	memcpy(copy + size, "\r\n", 3);
	return copy;
}

static void
cleanse_text(char *text)
{
	if (text)
		OPENSSL_cleanse(text, strlen(text));
}

static void
cleanse_lines(const osip_list_t *attributes, const sdp_key_t *key)
{
	osip_list_iterator_t it;

	for (sdp_attribute_t *a = osip_list_get_first(attributes, &it);
	     osip_list_iterator_has_elem(it); a = osip_list_get_next(&it))
		cleanse_text(a->a_att_value);
	if (key)
		cleanse_text(key->k_keydata);
}

/* The library frees without cleansing, so its copies of keys are cleansed before.  All attributes
 * are: keys stand in a=crypto, but in a=acap, a=key-mgmt and misspelt lines as well. */
static void
cleanse_keys(sdp_message_t *osip)
{
	osip_list_iterator_t it;

	cleanse_lines(&osip->a_attributes, osip->k_key);
	for (sdp_media_t *m = osip_list_get_first(&osip->m_medias, &it);
	     osip_list_iterator_has_elem(it); m = osip_list_get_next(&it))
		cleanse_lines(&m->a_attributes, m->k_key);
}

int
sdp_read(struct sdp **sdpp, const char *body, size_t size, char *why, size_t why_size)
{
	char *copy = bounded_copy(body, size, why, why_size);
	struct reader r = {.why = why, .why_size = why_size};
	sdp_message_t *osip = NULL;
	int rc = -EINVAL;

	if (!copy)
		return -EINVAL;
	if (sdp_message_init(&osip) || !(r.sdp = calloc(1, sizeof(*r.sdp)))) {
		rc = -ENOMEM;
		goto out;
	}
	r.osip = osip;
	if (sdp_message_parse(osip, copy))
		refuse(&r, "the SDP cannot be read: a line is missing, out of order or malformed");
	else
		rc = read_all(&r);
out:
	if (rc == -ENOMEM)
		snprintf(why, why_size, "out of memory");
	if (osip) {
		cleanse_keys(osip);
		sdp_message_free(osip);
	}
	OPENSSL_cleanse(copy, strlen(copy));
	free(copy);
	if (rc)
		sdp_free(r.sdp);
	else
		*sdpp = r.sdp;
	return rc;
}

struct sdp *
sdp_made(const struct sdp_format *formats, size_t n, uint8_t direction, uint16_t ptime_ms)
{
	struct sdp *sdp = calloc(1, sizeof(*sdp));
	struct sdp_stream *m = sdp ? calloc(1, sizeof(*m)) : NULL;

	if (!m)
		goto out;
	*m = (struct sdp_stream){.kind = "audio",
	    .proto = "RTP/AVP",
	    .format = "0",
	    .port = 9,
	    .wire = WIRE_RTP,
	    .audio = true,
	    .direction = direction,
	    .ptime_ms = ptime_ms};
	sdp->media = m;
	sdp->media_n = 1;
	if (!(m->formats = calloc(n ? n : 1, sizeof(*m->formats))))
		goto out;
	for (size_t i = 0; i < n; i++) {
		struct sdp_format *f = &m->formats[m->formats_n++];

		*f = formats[i];
		if (f->fmtp && !(f->fmtp = strdup(f->fmtp)))
			goto out;
	}
	return sdp;
out:
	sdp_free(sdp);
	return NULL;
}

static void
free_kept(struct sdp_kept *kept, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(kept[i].name);
		free(kept[i].value);
	}
	free(kept);
}

static void
free_media(struct sdp_stream *m)
{
	for (size_t i = 0; i < m->formats_n; i++)
		free(m->formats[i].fmtp);
	free(m->formats);
	for (size_t i = 0; i < m->crypto_n; i++)
		sdes_clear(&m->crypto[i]);
	free(m->crypto);
	free_kept(m->kept, m->kept_n);
	free_kept(m->bandwidth, m->bandwidth_n);
}

void
sdp_free(struct sdp *sdp)
{
	if (!sdp)
		return;
	for (size_t i = 0; i < sdp->media_n; i++)
		free_media(&sdp->media[i]);
	free(sdp->media);
	free_kept(sdp->kept, sdp->kept_n);
	free_kept(sdp->bandwidth, sdp->bandwidth_n);
	free(sdp);
}
