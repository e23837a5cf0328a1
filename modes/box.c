/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/box.c -- what the rows' families keep between two lines: made and freed together. */
#include "modes/box.h"
#include "modes/archive.h"
#include "modes/capture.h"
#include "modes/condition.h"
#include "modes/enrollment.h"
#include "modes/expiry.h"
#include "modes/gate.h"
#include "modes/http.h"
#include "modes/ntp.h"
#include "modes/pki_serve.h"
#include "modes/reload.h"
#include "modes/rollback.h"
#include "modes/rollover.h"
#include "shell/alarm.h"

int
box_state_open(struct box *b)
{
	int rc = alarms_start(&b->alarms);

	if (rc == 0)
		rc = rollback_new(&b->rollback, b);
	if (rc == 0)
		rc = archive_new(&b->archive, b);
	if (rc == 0)
		rc = schedule_new(&b->schedule, b);
	if (rc == 0)
		rc = gate_new(&b->gate, b);
	if (rc == 0)
		rc = ntp_new(&b->ntp, b);
	if (rc == 0)
		rc = conditions_new(&b->conditions);
	if (rc == 0)
		rc = capture_new(&b->captures, b);
	if (rc == 0)
		rc = pki_servers_new(&b->servers, b);
	if (rc == 0)
		rc = http_server_new(&b->http, b);
	if (rc == 0)
		rc = rollover_new(&b->rollover);
	if (rc == 0)
		rc = enrollments_new(&b->enrollments, b);
	return rc < 0 ? rc : expiry_new(&b->expiry, b);
}

/* The alarms first: they ring on what follows; then who asks from outside. */
void
box_state_close(struct box *b)
{
	alarms_stop(b->alarms);
	enrollments_free(b->enrollments);
	http_server_free(b->http);
	schedule_free(b->schedule);
	ntp_free(b->ntp);
	pki_servers_free(b->servers);
	archive_free(b->archive);
	rollback_free(b->rollback);
	gate_free(b->gate);
	capture_free(b->captures);
	expiry_free(b->expiry);
	rollover_free(b->rollover);
	conditions_free(b->conditions);
}
