/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdes.h -- the value of a=crypto (RFC 4568): its tag, suite and key. */
#ifndef DATAPATH_MEDIA_SDES_H
#define DATAPATH_MEDIA_SDES_H

#include "datapath/media/suite.h"

/* One line.  Whoever holds one cleanses it (sdes_clear) when done. */
struct sdes {
	uint32_t tag;
	enum suite suite;                 /* SUITE_NONE: not usable, and `bad` says why */
	uint8_t keying[SUITE_KEYING_MAX]; /* master key, then master salt */
	const char *bad;                  /* a fixed text; never anything of the line */
};

/* Reads what follows "a=crypto:".  Never fails: an unusable line has its reason in `bad`. */
void sdes_read(struct sdes *, const char *value);
/* Writes the same back, without lifetime or MKI. */
enum { SDES_TEXT = 160 };
void sdes_write(const struct sdes *, char text[SDES_TEXT]);
/* Fresh random keying for `suite`: 0, or -EIO when the random generator fails. */
int sdes_generate(struct sdes *, uint32_t tag, enum suite);
/* Same suite and same keying (the tag does not matter). */
bool sdes_same(const struct sdes *, const struct sdes *);
void sdes_clear(struct sdes *);

#endif
