/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_way.c -- see enroll_way.h; and the rows of enrollment profiles. */
#include "modes/enroll_way.h"
#include "modes/crypto.h"
#include "pki/fetch.h"
#include "shell/running.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- `crypto pki profile enrollment' ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct part profile_means_parts[] = {
	PART(struct profile_means, terminal), PART(struct profile_means, url), { NULL, 0, 0, 0 }
};
static const struct part profile_parameter_parts[] = {
	PART(struct profile_parameter, value), PART(struct profile_parameter, prompt), { NULL, 0, 0, 0 }
};
/* clang-format on */

/* Each takes the place of the other. */
static int
profile_means_set(void *object, const struct match *m, char *why, size_t size)
{
	struct enroll_profile *p = object;
	int rc = line_set_plain(m, object, why, size);

	if (rc < 0 || m->no || m->dflt)
		return rc;
	switch (m->line->at) {
	case offsetof(struct enroll_profile, authentication):
		*p->authentication_command = '\0';
		break;
	case offsetof(struct enroll_profile, authentication_command):
		p->authentication = (struct profile_means){ 0 };
		break;
	case offsetof(struct enroll_profile, enrollment):
		*p->enrollment_command = '\0';
		break;
	case offsetof(struct enroll_profile, enrollment_command):
		p->enrollment = (struct profile_means){ 0 };
		break;
	}
	return 0;
}

/* One of both, the last that was typed. */
static int
method_est_set(void *object, const struct match *m, char *why, size_t size)
{
	struct enroll_profile *p = object;
	int rc = line_set_plain(m, object, why, size);

	p->cmp = p->cmp && !p->est;
	return rc;
}

static int
method_cmp_set(void *object, const struct match *m, char *why, size_t size)
{
	struct enroll_profile *p = object;
	int rc = line_set_plain(m, object, why, size);

	p->est = p->est && !p->cmp;
	return rc;
}

#define OBJECT struct enroll_profile
static const struct line lines[] = { ENROLL_PROFILE_LINES(LINE_ROW) };
#undef OBJECT
const struct mode mode_profile_parameter = {
	.name = "ca-profile-enroll parameter", .size = sizeof(struct profile_parameter)
};
const struct mode mode_enroll_profile = {
	.name = "ca-profile-enroll", .prompt = "(ca-profile-enroll)", .lines = LINES(lines),
	.size = sizeof(struct enroll_profile)
};

static int
change_profiles(void *draft, void *arg, char *why, size_t size)
{
	const struct match *m = arg;
	struct config *c = draft;
	struct enroll_profile *p;
	char name[KEY_MAX];

	(void)why;
	(void)size;
	line_key(m, name, sizeof(name));
	if (m->no || m->dflt)
		return map_remove(&c->enroll_profiles, name);
	if (map_find(c->enroll_profiles, name))
		return 0;
	p = mode_new(&mode_enroll_profile, name, 0);
	if (p && map_put(&c->enroll_profiles, &p->node) == 0)
		return 0;
	mode_drop(p);
	return -ENOMEM;
}

/* The row of a profile: `no' of one that is not there is said. */
int
crypto_enroll_profile(struct session *s, const struct match *m)
{
	const struct config *c = session_config(s);
	char name[KEY_MAX], why[160] = "";

	line_key(m, name, sizeof(name));
	if (!m->no && !m->dflt)
		return session_edit(s, change_profiles, (void *)(uintptr_t)m, why, sizeof(why));
	if (!map_find(c->enroll_profiles, name)) {
		session_refused(s, "Enrollment profile %s does not exist", name);
		return -ENOENT;
	}
	return session_edit(s, change_profiles, (void *)(uintptr_t)m, why, sizeof(why));
}

/* ---- the way ------------------------------------------------------------------------------------------------------ */

const char *
enroll_by_word(enum enroll_by by)
{
	static const char *const words[BYS] = { [BY_SCEP] = "SCEP", [BY_EST] = "EST", [BY_CMP] = "CMP" };

	return by < BYS && words[by] ? words[by] : "";
}

static enum enroll_by
by_scheme(const char *url)
{
	return strncasecmp(url, "https://", 8) ? BY_SCEP : BY_EST;
}

static void
by_profile(const struct enroll_profile *p, enum enroll_for what, struct enroll_way *w)
{
	const struct profile_means *m = what == FOR_CA ? &p->authentication : &p->enrollment;
	const char *command = what == FOR_CA ? p->authentication_command : p->enrollment_command;

	if (*p->source)
		w->source = p->source;
	w->credential = what == FOR_CA ? "" : p->credential;
	w->by = m->terminal ? BY_TERMINAL : *command ? BY_COMMAND : BY_NOTHING;
	w->url = what == FOR_RENEWAL && *p->reenrollment ? p->reenrollment : m->url;
	if (*w->url)
		w->by = p->cmp ? BY_CMP : p->est ? BY_EST : by_scheme(w->url);
}

static void
by_trustpoint(const struct trustpoint *t, struct enroll_way *w)
{
	static const enum enroll_by bys[ENROLLMENTS] = { [ENROLLMENT_TERMINAL] = BY_TERMINAL,
		[ENROLLMENT_TERMINAL_PEM] = BY_TERMINAL, [ENROLLMENT_SELFSIGNED] = BY_SELFSIGNED,
		[ENROLLMENT_PKCS12] = BY_PKCS12 };

	static const enum enroll_by by_protocols[PROTOCOLS] = { [PROTOCOL_SCEP] = BY_SCEP, [PROTOCOL_EST] = BY_EST,
		[PROTOCOL_CMP] = BY_CMP };

	w->by = bys[t->enrollment % ENROLLMENTS];
	w->url = t->enrollment_url.url;
	if (t->enrollment == ENROLLMENT_NONE && t->enrollment_url.set)
		w->by = t->protocol ? by_protocols[t->protocol % PROTOCOLS] : by_scheme(w->url);
}

/* What a URL lacks; NULL: nothing. */
static const char *
url_amiss(const struct enroll_way *w)
{
	if (!fetch_is_url(w->url))
		return "Invalid enrollment URL: http://HOST[:PORT][/PATH] is SCEP, "
		    "https://HOST[:PORT]/.well-known/est is EST";
	if (w->by == BY_EST && strncasecmp(w->url, "https://", 8) != 0)
		return "EST is spoken over HTTPS alone: https://HOST[:PORT]/.well-known/est[/LABEL]";
	if (w->by == BY_EST && !strstr(w->url, "/.well-known/est"))
		return "The enrollment URL is not one of EST: https://HOST[:PORT]/.well-known/est[/LABEL]";
	return NULL;
}

int
enroll_way(const struct config *c, const struct trustpoint *t, enum enroll_for what, struct enroll_way *w, char *why,
    size_t size)
{
	const struct enroll_profile *p = NULL;
	const char *amiss = NULL;

	*w = (struct enroll_way){ .url = "", .source = t->source, .credential = "" };
	if (*t->enrollment_profile && !(p = map_find(c->enroll_profiles, t->enrollment_profile))) {
		snprintf(why, size, "Enrollment profile %.64s does not exist", t->enrollment_profile);
		return -EINVAL;
	}
	if (p)
		by_profile(p, what, w);
	else
		by_trustpoint(t, w);
	if (w->by >= BY_NETWORK && (amiss = url_amiss(w)))
		snprintf(why, size, "%s", amiss);
	else if (w->by == BY_COMMAND)
		snprintf(why, size, "The 'command' of enrollment profile %.64s is kept, but not carried out: 'url' and "
		    "'terminal' are", p->node.key);
	else if (p && w->by == BY_NOTHING)
		snprintf(why, size, "Enrollment profile %.64s does not say how: '%s {terminal | url URL}'", p->node.key,
		    what == FOR_CA ? "authentication" : "enrollment");
	else
		return 0;
	return -EINVAL;
}

bool
enrollment_is_network(const struct config *c, const struct trustpoint *t)
{
	struct enroll_way w;
	char ignored[200];

	enroll_way(c, t, FOR_CERTIFICATE, &w, ignored, sizeof(ignored));
	return w.by >= BY_NETWORK;
}
