/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_network.c -- the dialog of `crypto pki enroll' where the CA is reached over the network. */
#include "modes/box.h"
#include "modes/enroll_own.h"
#include "modes/enrollment.h"
#include "shell/door.h"
#include "shell/log.h"
#include "shell/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PASSWORD = 128, PASSWORD_TRIES = 3 };

bool
enroll_network_waits(struct session *s, const char *name)
{
	struct pending p;
	bool waits = pending_read(BOX(s), name, &p);

	pending_clear(&p);
	return waits;
}

void
enroll_network_cancel(struct session *s, const char *name)
{
	pending_forget(BOX(s), session_config(s), name);
}

/* ---- the challenge password ------------------------------------------------------------------------------------- */

/* 0: typed twice the same (perhaps empty); it is wiped by who called. */
static int
ask_password(struct session *s, char text[PASSWORD])
{
	char again[PASSWORD];
	int rc;

	session_print(s, "%% Create a challenge password. You will need to verbally provide this\n"
	    "   password to the CA Administrator in order to revoke your certificate.\n"
	    "   For security reasons your password will not be saved in the configuration.\n"
	    "   Please make a note of it.\n\n");
	for (int i = 0; i < PASSWORD_TRIES; i++) {
		bool same;

		if ((rc = session_ask(s, "Password: ", false, text, PASSWORD)) < 0)
			return rc;
		session_print(s, "\n");
		rc = session_ask(s, "Re-enter password: ", false, again, sizeof(again));
		session_print(s, "\n");
		same = rc == 0 && !strcmp(text, again);
		explicit_bzero(again, sizeof(again));
		if (rc < 0 || same) {
			session_print(s, "\n");
			return rc;
		}
		session_print(s, "%% Passwords do not match.\n");
	}
	session_refused(s, "No password: nothing was requested.");
	return -EINVAL;
}

/* Of SCEP: the trustpoint's, else the operator's. */
static int
need_password(struct session *s, const struct trustpoint *t, char text[PASSWORD])
{
	struct enroll_way w;
	char ignored[200];

	enroll_way(session_config(s), t, FOR_CERTIFICATE, &w, ignored, sizeof(ignored));
	if (w.by != BY_SCEP)
		return 0;
	if (!t->password.set)
		return ask_password(s, text);
	if (secret_reveal(&t->password, text, PASSWORD) == 0)
		return 0;
	session_refused(s, "The password of trustpoint %s is of a type that cannot be read: type it anew", t->node.key);
	return -EINVAL;
}

/* ---- sending ------------------------------------------------------------------------------------------------------ */

static bool
stop(void *arg)
{
	return door_interrupted(arg);
}

static int
say_outcome(struct session *s, const char *name, int rc, const char *why)
{
	if (rc < 0 && rc != -EACCES) {
		session_refused(s, "The certificate request of trustpoint %s has failed: %s", name, why);
		return rc;
	}
	session_print(s, "%% Certificate request sent to Certificate Authority\n"
	    "%% The 'show crypto pki certificate verbose %s' commandwill show the fingerprint.\n\n", name);
	if (rc == -EACCES)
		session_refused(s, "Certificate request refused: %s", why);
	else if (rc == ENROLL_PENDING)
		session_print(s, "%% The CA has not granted it yet: it is asked again by itself ('show crypto pki timers').\n\n");
	else
		session_print(s, "%% The certificate was received, and is in use.\n\n");
	return rc < 0 ? rc : 0;
}

static int
request(struct session *s, const char *name, struct wish *w)
{
	char why[320] = "";
	int rc = -EBUSY;

	if (!enrollment_begin(BOX(s), name)) {
		session_refused(s, "Trustpoint %s is asking its CA at this moment: try again", name);
		return rc;
	}
	session_flush(s);
	rc = enrollment_ask(BOX(s), session_config(s), name, w, &(struct enroll_patience){ stop, s }, why, sizeof(why));
	enrollment_end(BOX(s), name);
	enrollments_follow(BOX(s), session_refresh(s));
	enrollment_log(BOX(s), name, rc, why);
	rc = say_outcome(s, name, rc, why);
	if (rc == 0)
		crypto_remark(s, name);
	return rc;
}

int
enroll_network(struct session *s, const struct trustpoint *t, struct wish *w)
{
	char name[65], password[PASSWORD] = "";
	int rc;

	snprintf(name, sizeof(name), "%.64s", t->node.key);
	session_print(s, "%%\n%% Start certificate enrollment .. \n");
	if ((rc = need_password(s, t, password)) < 0)
		goto out;
	w->request.password = *password ? password : NULL;
	enroll_say_names(s, w);
	if ((rc = enroll_ask_serial(s, t, w)) < 0 || (rc = enroll_ask_address(s, t, w)) < 0)
		goto out;
	rc = session_yes(s, "Request certificate from CA? [yes/no]: ", 0);
	if (rc == 1)
		rc = request(s, name, w);
out:
	explicit_bzero(password, sizeof(password));
	return rc;
}
