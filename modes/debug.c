/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/debug.c -- `debug', `undebug' and `show debugging': a row per debug.  The datapath keeps
 * the flags; what it then tells is put into words in events.c. */
#include "modes/box.h"
#include "modes/condition.h"
#include "modes/exec.h"
#include "modes/show.h"

#include <stdio.h>
#include <string.h>

struct debug_row {
	uint32_t flag;
	const char *on, *off; /* the answers to `debug' and `undebug' */
	const char *group;    /* of `show debugging'; NULL: the line is its own */
	const char *shown;
};

/* In the order of `show debugging'; the index is what the rows of EXEC say (DEBUG_ROWS). */
/* clang-format off */
static const struct debug_row rows[] = {
	[DEBUG_ROW_DIALPEER] = { DEBUG_DIALPEER,
	  "voip dialpeer inout debugging is on", "voip dialpeer inout debugging is off",
	  "dial-peer", "debug voip dialpeer inout is ON (filter is OFF)" },
	[DEBUG_ROW_SIP] = { DEBUG_SIP_MESSAGES,
	  "SIP Call messages tracing is enabled", "SIP Call messages tracing is disabled",
	  NULL, "CCSIP SPI: SIP Call Message tracing is enabled  (filter is OFF)" },
	[DEBUG_ROW_TLS_ERRORS] = { DEBUG_TLS_ERRORS,
	  "TLS errors debugging is on", "TLS errors debugging is off",
	  "SSL", "TLS errors debugging is on" },
	[DEBUG_ROW_TLS_MESSAGES] = { DEBUG_TLS_MESSAGES,
	  "TLS msg debugging is on", "TLS msg debugging is off",
	  "SSL", "TLS msg debugging is on" },
	[DEBUG_ROW_TLS_STATES] = { DEBUG_TLS_STATES,
	  "TLS state debugging is on", "TLS state debugging is off",
	  "SSL", "TLS state debugging is on" },
	[DEBUG_ROW_PKI_SERVER] = { DEBUG_PKI_SERVER,
	  "Crypto PKI Certificate Server debugging is on", "Crypto PKI Certificate Server debugging is off",
	  "PKI", "Crypto PKI Certificate Server debugging is on" },
	[DEBUG_ROW_PKI_SCEP] = { DEBUG_PKI_SCEP,
	  "Crypto PKI SCEP debugging is on", "Crypto PKI SCEP debugging is off",
	  "PKI", "Crypto PKI SCEP debugging is on" },
	[DEBUG_ROW_PKI_MESSAGES] = { DEBUG_PKI_MESSAGES,
	  "Crypto PKI Msg debugging is on", "Crypto PKI Msg debugging is off",
	  "PKI", "Crypto PKI Msg debugging is on" },
	[DEBUG_ROW_PKI_TRANSACTIONS] = { DEBUG_PKI_TRANSACTIONS,
	  "Crypto PKI Trans debugging is on", "Crypto PKI Trans debugging is off",
	  "PKI", "Crypto PKI Trans debugging is on" },
	[DEBUG_ROW_PKI_VALIDATION] = { DEBUG_PKI_VALIDATION,
	  "Crypto PKI Validation Path debugging is on", "Crypto PKI Validation Path debugging is off",
	  "PKI", "Crypto PKI Validation Path debugging is on" },
	[DEBUG_ROW_PKI_CALLBACKS] = { DEBUG_PKI_CALLBACKS,
	  "Crypto PKI callbacks debugging is on", "Crypto PKI callbacks debugging is off",
	  "PKI", "Crypto PKI callbacks debugging is on" },
	[DEBUG_ROW_PKI_API] = { DEBUG_PKI_API,
	  "Crypto PKI API debugging is on", "Crypto PKI API debugging is off",
	  "PKI", "Crypto PKI API debugging is on" },
};
/* clang-format on */
enum { ROWS = sizeof(rows) / sizeof(*rows), EVERYTHING = -1 };

static int
turn_off(struct session *s, const struct debug_row *r)
{
	datapath_debug(BOX(s)->datapath, 0, r->flag);
	session_print(s, "%s\n", r->off);
	return 0;
}

/* `debug X', and `no debug X'. */
int
debug_set(struct session *s, const struct match *m)
{
	const struct debug_row *r = &rows[match_number(m, "what", 0) % ROWS];

	if (m->no || m->dflt)
		return turn_off(s, r);
	datapath_debug(BOX(s)->datapath, r->flag, 0);
	session_print(s, "%s\n", r->on);
	return 0;
}

int
debug_clear(struct session *s, const struct match *m)
{
	return turn_off(s, &rows[match_number(m, "what", 0) % ROWS]);
}

int
debug_clear_all(struct session *s, const struct match *m)
{
	(void)m;
	datapath_debug(BOX(s)->datapath, 0, UINT32_MAX);
	session_print(s, "All possible debugging has been turned off\n");
	return 0;
}

/* `debug all', and `no debug all'. */
int
debug_set_all(struct session *s, const struct match *m)
{
	char answer[16];
	int rc;

	if (m->no || m->dflt)
		return debug_clear_all(s, m);
	rc = session_ask(s,
	    "This may severely impact network performance. Continue? (yes/[no]): ", true, answer,
	    sizeof(answer));
	if (rc < 0 || (*answer != 'y' && *answer != 'Y'))
		return rc;
	for (size_t i = 0; i < ROWS; i++)
		datapath_debug(BOX(s)->datapath, rows[i].flag, 0);
	session_print(s, "All possible debugging has been turned on\n");
	return 0;
}

int
show_debugging(struct session *s, const struct match *m)
{
	uint32_t on = datapath_debugging(BOX(s)->datapath);
	bool filtered = conditions_any(BOX(s)->conditions);
	const char *group = NULL;

	(void)m;
	for (size_t i = 0; i < ROWS; i++) {
		const struct debug_row *r = &rows[i];

		if (!(on & r->flag))
			continue;
		if (r->group && (!group || strcmp(group, r->group)))
			session_print(s, "%s:\n", r->group);
		session_print(s, "%s%.*s%s\n", r->group ? "  " : "", (int)strcspn(r->shown, "("), r->shown,
		    !strchr(r->shown, '(') ? "" : filtered ? "(filter is ON)" : "(filter is OFF)");
		group = r->group;
	}
	return 0;
}
