/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_wish.h -- what the request of a trustpoint says, by its configuration: for the dialogs of `crypto pki
 * enroll' and for those who enroll without an operator. */
#ifndef MODES_ENROLL_WISH_H
#define MODES_ENROLL_WISH_H

#include "modes/config.h"
#include "modes/crypto.h"

enum { WISH_ALT_NAMES = 32, WISH_EKU_TEXT = 320 };

struct wish {                           /* the texts behind a struct pki_request, which points into it */
	struct pki_request request;
	char label[130], fqdn[330], ip[64], serial[64], alts[257], ekus[WISH_EKU_TEXT];
	const char *alt[WISH_ALT_NAMES + 1];
};
/* Everything but what the dialogs ask for. */
void wish_of(struct wish *, const struct config *, const struct trustpoint *);
/* The address of an interface by its name; false: it is none, or has none. */
bool wish_address(const struct config *, const char *typed, char ip[64]);
/* The serial number of the box goes in. */
void wish_serial(struct wish *);

#endif
