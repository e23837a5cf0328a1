/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_way.h -- by which way a trustpoint comes to certificates: what its own lines say (`enrollment terminal',
 * `enrollment url' ...), or its `enrollment profile'. */
#ifndef MODES_ENROLL_WAY_H
#define MODES_ENROLL_WAY_H

#include "modes/config.h"

/* In this order: what is behind BY_NETWORK asks a server. */
enum enroll_by { BY_NOTHING, BY_TERMINAL, BY_SELFSIGNED, BY_PKCS12, BY_COMMAND, BY_NETWORK, BY_SCEP = BY_NETWORK,
	BY_EST, BY_CMP, BYS };
enum enroll_for { FOR_CA, FOR_CERTIFICATE, FOR_RENEWAL };

struct enroll_way {
	enum enroll_by by;
	const char *url, *source;       /* of a server; our interface: "" any.  Into the configuration */
	const char *credential;         /* the trustpoint whose certificate shows who asks; "": none */
};
/* 0; -EINVAL with a sentence: it cannot be gone, though `by' says what it would be. */
int  enroll_way(const struct config *, const struct trustpoint *, enum enroll_for, struct enroll_way *, char *why,
         size_t size);
/* Does it enroll by a server, though perhaps not as it is configured now? */
bool enrollment_is_network(const struct config *, const struct trustpoint *);
const char *enroll_by_word(enum enroll_by);     /* "SCEP", "EST", "CMP" */

#endif
