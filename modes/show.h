/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show.h -- what the files of show share: times in words, and the printers that need no box
 * to stand behind them.  A show gathers into a struct first and prints that. */
#ifndef MODES_SHOW_H
#define MODES_SHOW_H

#include "datapath/datapath.h"
#include "modes/config.h"
#include "modes/trustpoint.h"
#include "pki/pki.h"

#include <stdio.h>

enum { WHEN = 64 };

/* "13:22:20.797 UTC Mon Mar 4 2024" out of microseconds since the epoch. */
const char *when_clock(int64_t wall_us, char buf[WHEN]);
/* "13:22:20 UTC Mon Mar 4 2024" */
const char *when_second(int64_t s, char buf[WHEN]);
/* "04:21:28 UTC Nov 23 2023": as PKI says it. */
const char *when_pki(int64_t s, char buf[WHEN]);

/* ---- show_crypto.c ------------------------------------------------------------------------- */

/* One certificate and the trustpoints that hold it. */
struct shown_certificate {
	enum cert_role role;
	struct pki_cert_info info;
	char trustpoints[512]; /* "A B " */
	char label[130];       /* of our key pair; "": not ours */
	bool key_missing;      /* ours, but the key pair is gone or another one */
	bool saved;            /* startup-config has it */
};
void print_certificate(const struct shown_certificate *, bool verbose, FILE *);
void print_groups(const uint8_t *bytes, size_t size, FILE *); /* "0123ABCD 0123ABCD " */
void print_prints(const char *indent, const struct pki_fingerprints *, bool all, FILE *);
void print_names(const char *indent, const char (*rdns)[PKI_NAME], int count, FILE *);
struct der certificate_der(const struct certificate *); /* borrowed */
/* NULL, or a trustpoint that is there; else that it is not was said. */
bool knows_trustpoint(struct session *, const char *name);

/* ---- show_sip.c ---------------------------------------------------------------------------- */

/* Sorts the lists of *c. */
void print_conns(struct conns *c, enum transport, bool detail, FILE *);
void print_sip_stats(const struct sip_stats *, FILE *);

/* ---- show_call.c --------------------------------------------------------------------------- */

void print_leg_brief(
    const struct call_info *, const struct leg_info *, bool history, int64_t now_us, FILE *);
void print_leg_compact(
    const struct call_info *, const struct leg_info *, bool history, int64_t now_us, FILE *);
void print_leg_full(
    const struct call_info *, const struct leg_info *, bool history, int64_t now_us, FILE *);
const char *cause_words(uint8_t q850); /* "normal call clearing" */

/* ---- show_dialpeer.c ----------------------------------------------------------------------- */

/* Can calls be matched to it? */
bool dial_peer_up(const struct dial_peer *, enum peer_state);
/* "ipv4:192.0.2.20:5061"; "": none.  Returns buf. */
const char *target_words(const struct session_target *, char *buf, size_t size);

#endif
