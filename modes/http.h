/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/http.h -- `ip http server': what others fetch of the box's certificate authorities, and by which they
 * enroll (SCEP).  It serves nothing else. */
#ifndef MODES_HTTP_H
#define MODES_HTTP_H

#include "modes/general.h"

struct http_acl { uint8_t set, v4; text64 name; };

#define HTTP_LINES(_)                                                                            \
_(struct map *, http_on, "ip=# http=# server=#", NULL,                                           \
  "Internet Protocol|HTTP|Certificates, revocation lists and SCEP", .each = &mode_stored,        \
  .parts = stored_line_parts, .keeps_no = true)                                                  \
_(uint16_t, http_port, "ip http port <1-65535>", "80", "Internet Protocol|HTTP|Port|Number")     \
_(struct http_acl, http_acl, "ip http access-class [ipv4=v4] WORD=name", NULL,                   \
  "Internet Protocol|HTTP|Who may come|By IPv4 address|Access list", .parts = http_acl_parts)

extern const struct part http_acl_parts[];

struct box;
struct config;
struct http_server;
int  http_server_new(struct http_server **, struct box *);      /* 0; -ENOMEM */
void http_server_free(struct http_server *);
/* The box stands: the server may open. */
void http_begin(struct box *);
/* The configuration has become this one: the server opens, moves or closes. */
void http_follow(struct box *, const struct config *);

/* pki_scep.c: a message of SCEP, and what is answered.  -EINVAL: it is none. */
struct der;
int  pki_scep_answer(struct box *, const char *from, const void *bytes, size_t count, struct der *to);

#endif
