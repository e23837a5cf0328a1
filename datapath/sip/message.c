/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datapath/sip/message.c -- see message.h.  With its transaction and dialog files the only one
 * that knows libosip2; a message is parsed once and read in place. */
#include "datapath/sip/message.h"
#include "datapath/sip/arena.h"

#include <errno.h>
#include <osipparser2/osip_parser.h>
#include <osipparser2/osip_port.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PARTY_URI = 256 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* What a stranger sent wrong is counted; the library need not write it to our stderr. */
static void
say_nothing(const char *file, int line, osip_trace_level_t level, const char *text, va_list args)
{
	(void)file;
	(void)line;
	(void)level;
	(void)text;
	(void)args;
}

static void
start_parser(void)
{
	arena_install();
	parser_init();
	osip_trace_initialize_func(TRACE_LEVEL0, say_nothing);
}

int
message_once(void)
{
	return pthread_once(&once, start_parser);
}

/* ---- parsing ------------------------------------------------------------------------------------------- */

static const char *
tag_of(osip_from_t *f)
{
	osip_generic_param_t *tag = NULL;

	if (!f || osip_from_get_tag(f, &tag) != 0 || !tag || !tag->gvalue)
		return NULL;
	return tag->gvalue;
}

static const char *
top_branch(osip_message_t *m)
{
	osip_via_t *via = osip_list_get(&m->vias, 0);
	osip_generic_param_t *branch = NULL;

	if (!via || osip_via_param_get_byname(via, "branch", &branch) != 0 || !branch)
		return NULL;
	return branch->gvalue;
}

static void
read_fields(struct message *m)
{
	osip_message_t *o = m->osip;
	char *end;

	m->status = MSG_IS_RESPONSE(o) ? o->status_code : 0;
	if (MSG_IS_RESPONSE(o) && (m->status < 100 || m->status > 699))
		m->status = -1;                 /* RFC 3261 7.2; message_check() refuses it */
	if (o->cseq && o->cseq->method)
		m->method = method_of(o->cseq->method);
	else
		m->method = METHOD_OTHER;
	if (!m->status && o->sip_method)
		m->method = method_of(o->sip_method);
	if (o->cseq && o->cseq->number)
		m->cseq = (uint32_t)strtoul(o->cseq->number, &end, 10);
	m->call_id = o->call_id ? o->call_id->number : NULL;
	m->from_tag = tag_of(o->from);
	m->to_tag = tag_of((osip_from_t *)o->to);
	m->branch = top_branch(o);
}

struct message *
message_parse(const char *bytes, size_t size, const struct flow *flow)
{
	struct message *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	if (osip_message_init(&m->osip) != 0) {
		free(m);
		return NULL;
	}
	m->flow = *flow;
	if (osip_message_parse(m->osip, bytes, size) != 0) {
		message_free(m);
		return NULL;
	}
	read_fields(m);
	return m;
}

void
message_free(struct message *m)
{
	if (!m)
		return;
	osip_message_free(m->osip);
	free(m);
}

bool
message_answerable(const struct message *m)
{
	osip_message_t *o = m->osip;

	return m->branch && m->call_id && o->from && o->to && o->cseq && o->cseq->method &&
	    o->cseq->number;
}

static bool
all_digits(const char *text)
{
	return text && *text && !text[strspn(text, "0123456789")];
}

/* RFC 3261 8.1.1.5: below 2^31. */
static bool
good_cseq(const osip_cseq_t *c)
{
	return all_digits(c->number) && strlen(c->number) <= 10 &&
	    strtoull(c->number, NULL, 10) < 1ull << 31;
}

int
message_check(const struct message *m, const char **why)
{
	osip_message_t *o = m->osip;

	*why = NULL;
	if (m->status < 0)
		*why = "no status code of SIP";
	else if (!m->branch)
		*why = "Via without branch";
	else if (!m->call_id || !*m->call_id)
		*why = "no Call-ID";
	else if (!o->from || !o->from->url || !m->from_tag)
		*why = "From without URI or tag";
	else if (!o->to || !o->to->url)
		*why = "no To";
	else if (!o->cseq || !o->cseq->number || !o->cseq->method)
		*why = "no CSeq";
	else if (!good_cseq(o->cseq))
		*why = "CSeq is not a number below 2^31";
	else if (o->content_length && !all_digits(o->content_length->value))
		*why = "Content-Length is not a number";
	else if (!m->status && (!o->req_uri || !o->sip_method))
		*why = "no Request-URI";
	else if (!m->status && strcmp(o->sip_method, o->cseq->method))
		*why = "CSeq is of another method";
	if (*why)
		return 400;
	if (!m->status && o->sip_version && strcasecmp(o->sip_version, "SIP/2.0")) {
		*why = "not SIP/2.0";
		return 505;
	}
	return 0;
}

/* ---- headers -------------------------------------------------------------------------------------------- */

static const char *
other_header(osip_message_t *o, const char *name)
{
	osip_header_t *h = NULL;

	if (osip_message_header_get_byname(o, name, 0, &h) < 0 || !h)
		return NULL;
	return h->hvalue ? h->hvalue : "";
}

const char *
message_header(const struct message *m, const char *name, const char *compact)
{
	char lower[64];
	const char *value;
	size_t i;

	for (i = 0; name[i] && i + 1 < sizeof(lower); i++)
		lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
	lower[i] = '\0';
	value = other_header(m->osip, lower);
	return value || !compact ? value : other_header(m->osip, compact);
}

static bool
list_holds(const char *list, const char *word)
{
	size_t n = strlen(word), len;

	for (; list && *list; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		for (; len && (*list == ' ' || *list == '\t'); list++, len--)
			;
		if (len >= n && !strncasecmp(list, word, n) &&
		    (len == n || strspn(list + n, " \t;") >= 1 || list[n] == ';'))
			return true;
	}
	return false;
}

bool
message_lists(const struct message *m, const char *name, const char *compact, const char *word)
{
	osip_header_t *h = NULL;
	int pos = 0;

	for (int k = 0; k < 2; k++) {
		const char *n = k ? compact : name;

		for (pos = 0; n && (pos = osip_message_header_get_byname(m->osip, n, pos, &h)) >= 0; pos++)
			if (h && list_holds(h->hvalue, word))
				return true;
	}
	if (strcasecmp(name, "allow"))
		return false;
	for (int i = 0; i < osip_list_size(&m->osip->allows); i++) {
		osip_allow_t *a = osip_list_get(&m->osip->allows, i);

		if (a && list_holds(a->value, word))
			return true;
	}
	return false;
}

static bool
is_of(const char *word, size_t n, const char *const *known)
{
	for (; *known; known++)
		if (strlen(*known) == n && !strncasecmp(*known, word, n))
			return true;
	return false;
}

bool
message_requires(const struct message *m, const char *const *known, struct text *unknown)
{
	osip_header_t *h = NULL;
	bool any = false;
	size_t n;

	for (int at = 0; (at = osip_message_header_get_byname(m->osip, "require", at, &h)) >= 0; at++)
		for (const char *r = h->hvalue ? h->hvalue : ""; *r; r += n) {
			r += strspn(r, ", \t");
			n = strcspn(r, ", \t");
			if (!n || is_of(r, n, known))
				continue;
			text_format(unknown, "%s%.*s", any ? ", " : "", (int)(n < 80 ? n : 80), r);
			any = true;
		}
	return any;
}

static bool
is_sdp(const struct message *m)
{
	osip_content_type_t *t = m->osip->content_type;

	return t && t->type && t->subtype && !strcasecmp(t->type, "application") &&
	    !strcasecmp(t->subtype, "sdp");
}

/* The body itself, or the SDP part of a multipart one: osip has cut those into its list. */
const char *
message_body(const struct message *m, size_t *size)
{
	for (int i = 0; i < osip_list_size(&m->osip->bodies); i++) {
		osip_body_t *b = osip_list_get(&m->osip->bodies, i);
		osip_content_type_t *t = b ? b->content_type : NULL;

		if (!b || !b->body || !b->length)
			continue;
		if (t ? (t->subtype && !strcasecmp(t->subtype, "sdp")) : is_sdp(m)) {
			*size = b->length;
			return b->body;
		}
	}
	return NULL;
}

const char *
message_any_body(const struct message *m, char type[128], size_t *size)
{
	osip_content_type_t *t = m->osip->content_type;
	osip_body_t *b = osip_list_get(&m->osip->bodies, 0);

	type[0] = '\0';
	if (t && t->type && t->subtype)
		snprintf(type, 128, "%.60s/%.60s", t->type, t->subtype);
	if (!b || !b->body)
		return NULL;
	*size = b->length;
	return b->body;
}

/* ---- numbers and names ------------------------------------------------------------------------------------ */

/* Telephone numbers lose their visual separators (RFC 3966); names stay as they are. */
static void
number_of(const char *user, char *buf, size_t size)
{
	bool numeric = strspn(user, "0123456789+*#-.() ") == strcspn(user, ";");
	size_t n = 0;

	for (; *user && *user != ';' && n + 1 < size; user++)
		if (!numeric || !strchr("-.() ", *user))
			buf[n++] = *user;
	buf[n] = '\0';
}

void
message_number(const struct message *m, const char *of, char *buf, size_t size)
{
	osip_uri_t *u = *of == 'r' ? m->osip->req_uri : *of == 'f'
	    ? (m->osip->from ? m->osip->from->url : NULL)
	    : (m->osip->to ? m->osip->to->url : NULL);

	buf[0] = '\0';
	if (!u)
		return;
	if (u->username)
		number_of(u->username, buf, size);
	else if (u->scheme && !strcasecmp(u->scheme, "tel") && u->string)
		number_of(u->string, buf, size);
}

/* A display name as a quoted string that fits; one that does not is cut between characters, and its
 * quote closed again.  "": there is none. */
static void
quoted(const char *name, char *buf, size_t size)
{
	size_t n = 0, whole;
	bool was_quoted = name && *name == '"';

	buf[0] = '\0';
	if (!name || !*name || !strcmp(name, "\"\""))
		return;
	buf[n++] = '"';
	for (name += was_quoted; *name && !(was_quoted && *name == '"'); name += whole) {
		bool escape = !was_quoted && (*name == '"' || *name == '\\');

		whole = was_quoted && *name == '\\' && name[1] ? 2 : 1;
		while ((name[whole] & 0xc0) == 0x80)
			whole++;                /* the rest of a character in UTF-8 */
		if (n + escape + whole + 2 > size)
			break;
		if (escape)
			buf[n++] = '\\';
		memcpy(buf + n, name, whole);
		n += whole;
	}
	snprintf(buf + n, size - n, "\"");
}

void
message_display(const struct message *m, char *buf, size_t size)
{
	quoted(m->osip->from ? m->osip->from->displayname : NULL, buf, size);
}

static void
uri_text(osip_uri_t *u, char *buf, size_t size)
{
	char *text = NULL;

	buf[0] = '\0';
	if (u && osip_uri_to_str(u, &text) == 0 && text)
		snprintf(buf, size, "%s", text);
	osip_free(text);
}

bool
message_contact(const struct message *m, char *buf, size_t size)
{
	osip_contact_t *c = osip_list_get(&m->osip->contacts, 0);

	buf[0] = '\0';
	if (!c || !c->url)
		return false;
	uri_text(c->url, buf, size);
	return *buf != '\0';
}

const char *
message_reason(const struct message *m)
{
	return m->osip->reason_phrase ? m->osip->reason_phrase : "";
}

bool
message_request_is_sips(const struct message *m)
{
	osip_uri_t *u = m->osip->req_uri;

	return u && u->scheme && !strcasecmp(u->scheme, "sips");
}

int
message_max_forwards(const struct message *m)
{
	const char *text = message_header(m, "max-forwards", NULL);

	return text ? atoi(text) : -1;
}

static void
from_text(osip_from_t *f, struct text *out)
{
	char *text = NULL;

	if (f && osip_from_to_str(f, &text) == 0 && text)
		text_safe(out, text);
	osip_free(text);
}

void
message_sent_by(const struct message *m, char *buf, size_t size)
{
	osip_via_t *via = osip_list_get(&m->osip->vias, 0);

	snprintf(buf, size, "%s:%s", via && via->host ? via->host : "",
	    via && via->port ? via->port : "");
}

void
message_to(const struct message *m, struct text *out)
{
	from_text((osip_from_t *)m->osip->to, out);
}

/* RFC 3261 18.2.2, RFC 3581 4: where answers to a request go.  With rport (and over a stream that is
 * there) the way that it came, else to the port that its Via says. */
void
message_reply_to(const struct message *m, addr_t *to)
{
	osip_via_t *via = osip_list_get(&m->osip->vias, 0);
	osip_generic_param_t *rport = NULL;
	int port = via && via->port ? atoi(via->port) : 0;

	*to = m->flow.remote;
	if (!via || (m->flow.transport == TRANSPORT_UDP &&
	    osip_via_param_get_byname(via, "rport", &rport) == 0 && rport))
		return;
	if (port <= 0 || port > 65535)
		port = m->flow.transport == TRANSPORT_TLS ? 5061 : 5060;
	addr_set_port(to, (uint16_t)port);
}

void
message_call_id(const struct message *m, char *buf, size_t size)
{
	osip_call_id_t *id = m->osip->call_id;

	snprintf(buf, size, "%s%s%s", id->number, id->host ? "@" : "", id->host ? id->host : "");
}

/* The URI's own parameters belong to it; those behind the bracket (the tag) do not. */
void
message_party(const struct message *m, bool from, char *buf, size_t size)
{
	osip_from_t *f = from ? m->osip->from : (osip_from_t *)m->osip->to;
	char uri[PARTY_URI], name[60];

	uri_text(f->url, uri, sizeof(uri));
	quoted(f->displayname, name, sizeof(name));
	snprintf(buf, size, "%s%s<%s>", name, *name ? " " : "", uri);
}

static bool
uri_fits(osip_uri_t *u, size_t size)
{
	char *text = NULL;
	bool fits = u && osip_uri_to_str(u, &text) == 0 && text && strlen(text) < size;

	osip_free(text);
	return fits;
}

bool
message_fits(const struct message *m)
{
	const osip_message_t *o = m->osip;
	osip_contact_t *c = osip_list_get(&o->contacts, 0);

	return strlen(o->call_id->number) + (o->call_id->host ? strlen(o->call_id->host) : 0) <
	    DIALOG_NAME - 2 && strlen(m->from_tag) < DIALOG_NAME &&
	    uri_fits(o->from->url, PARTY_URI) && uri_fits(o->to->url, PARTY_URI) &&
	    (!c || !c->url || uri_fits(c->url, DIALOG_URI));
}

/* ---- what goes back ------------------------------------------------------------------------------------------ */

static void
add_record_routes(const struct message *m, const char *name, bool reversed, struct text *out)
{
	int n = osip_list_size(&m->osip->record_routes);

	for (int i = 0; i < n; i++) {
		osip_record_route_t *r =
		    osip_list_get(&m->osip->record_routes, reversed ? n - 1 - i : i);
		char *text = NULL;

		if (r && osip_record_route_to_str(r, &text) == 0 && text) {
			text_format(out, "%s: ", name);
			text_safe(out, text);
			text_add(out, "\r\n");
		}
		osip_free(text);
	}
}

void
message_routes(const struct message *m, bool reversed, struct text *out)
{
	add_record_routes(m, "Route", reversed, out);
}

/* RFC 3261 18.2.1 and RFC 3581: the topmost Via gets received and rport. */
static void
stamp_via(const struct message *m, osip_via_t *via)
{
	osip_generic_param_t *p = NULL;
	char host[ADDR_TEXT], port[8];

	addr_host(&m->flow.remote, host);
	if (osip_via_param_get_byname(via, "rport", &p) != 0)
		p = NULL;
	if (p && !p->gvalue) {
		snprintf(port, sizeof(port), "%u", addr_port(&m->flow.remote));
		p->gvalue = osip_strdup(port);
	}
	if (via->host && (p || strcmp(via->host, host)) &&
	    osip_via_param_get_byname(via, "received", &p) != 0)
		osip_via_set_received(via, osip_strdup(host));
}

static void
add_vias(const struct message *m, struct text *out)
{
	for (int i = 0; i < osip_list_size(&m->osip->vias); i++) {
		osip_via_t *via = osip_list_get(&m->osip->vias, i);
		char *text = NULL;

		if (via && i == 0)
			stamp_via(m, via);
		if (via && osip_via_to_str(via, &text) == 0 && text) {
			text_add(out, "Via: ");
			text_safe(out, text);
			text_add(out, "\r\n");
		}
		osip_free(text);
	}
}

void
message_response_head(const struct message *m, struct text *out)
{
	add_vias(m, out);
	add_record_routes(m, "Record-Route", false, out);
	text_add(out, "From: ");
	from_text(m->osip->from, out);
	text_add(out, "\r\nCall-ID: ");
	text_safe(out, m->osip->call_id->number);
	if (m->osip->call_id->host) {
		text_add(out, "@");
		text_safe(out, m->osip->call_id->host);
	}
	text_format(out, "\r\nCSeq: %u ", m->cseq);
	text_safe(out, m->osip->cseq->method);
	text_add(out, "\r\n");
}

/* ---- URIs ------------------------------------------------------------------------------------------------------ */

static enum transport
transport_param(osip_uri_t *u)
{
	osip_uri_param_t *p = NULL;

	if (osip_uri_uparam_get_byname(u, "transport", &p) != 0 || !p || !p->gvalue)
		return TRANSPORT_SYSTEM;
	if (!strcasecmp(p->gvalue, "udp"))
		return TRANSPORT_UDP;
	if (!strcasecmp(p->gvalue, "tls"))
		return TRANSPORT_TLS;
	return strcasecmp(p->gvalue, "tcp") ? TRANSPORT_SYSTEM : TRANSPORT_TCP;
}

int
uri_parse(const char *text, struct uri *to)
{
	osip_uri_t *u = NULL;
	int rc = -EINVAL;

	*to = (struct uri){ 0 };
	if (osip_uri_init(&u) != 0)
		return -ENOMEM;
	if (osip_uri_parse(u, text) == 0 && u->host) {
		snprintf(to->user, sizeof(to->user), "%s", u->username ? u->username : "");
		snprintf(to->host, sizeof(to->host), "%s", u->host);
		to->port = u->port ? (uint16_t)atoi(u->port) : 0;
		to->sips = u->scheme && !strcasecmp(u->scheme, "sips");
		to->transport = transport_param(u);
		rc = 0;
	}
	osip_uri_free(u);
	return rc;
}
