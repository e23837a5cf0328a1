/* SPDX-License-Identifier: GPL-3.0-or-later */
/* suite.c -- the rows of SRTP suites (RFC 4568, 7714) and codecs (RFC 3551, 4856 and the payload
 * format of each).  A suite or a codec more is a row more; nothing else here knows one by name. */
#include "datapath/media/suite.h"

#include "datapath/media/exchange.h"

#include <string.h>
#include <strings.h>

/* clang-format off */
static const struct suite_row suites[SUITES] = {
	/*                          name                       key salt rtp rtcp */
	[AEAD_AES_256_GCM]        = { "AEAD_AES_256_GCM",        32, 12, 16, 16 },
	[AEAD_AES_128_GCM]        = { "AEAD_AES_128_GCM",        16, 12, 16, 16 },
	[AES_CM_128_HMAC_SHA1_80] = { "AES_CM_128_HMAC_SHA1_80", 16, 14, 10, 10 },
	[AES_CM_128_HMAC_SHA1_32] = { "AES_CM_128_HMAC_SHA1_32", 16, 14,  4, 10 },
};

static const struct codec_row codecs[CODECS] = {
	/*                  name             encoding         clock ch   PT  ms 10ms fmtp */
	[G711ULAW]      = { "g711ulaw",      "PCMU",           8000, 1,   0, 20, 80, NULL },
	[G711ALAW]      = { "g711alaw",      "PCMA",           8000, 1,   8, 20, 80, NULL },
	[G722_64]       = { "g722-64",       "G722",           8000, 1,   9, 20, 80, NULL },
	[G729R8]        = { "g729r8",        "G729",           8000, 1,  18, 20,  0, "annexb=no" },
	[G729BR8]       = { "g729br8",       "G729",           8000, 1,  18, 20,  0, "annexb=yes" },
	[G723AR53]      = { "g723ar53",      "G723",           8000, 1,   4, 30,  0, "annexa=yes" },
	[G723AR63]      = { "g723ar63",      "G723",           8000, 1,   4, 30,  0, "annexa=yes" },
	[G723R53]       = { "g723r53",       "G723",           8000, 1,   4, 30,  0, "annexa=no" },
	[G723R63]       = { "g723r63",       "G723",           8000, 1,   4, 30,  0, "annexa=no" },
	[G726R16]       = { "g726r16",       "G726-16",        8000, 1,  -1, 20,  0, NULL },
	[G726R24]       = { "g726r24",       "G726-24",        8000, 1,  -1, 20,  0, NULL },
	[G726R32]       = { "g726r32",       "G726-32",        8000, 1,  -1, 20,  0, NULL },
	[G728]          = { "g728",          "G728",           8000, 1,  15, 20,  0, NULL },
	[ILBC]          = { "ilbc",          "iLBC",           8000, 1,  -1, 20,  0, "mode=20" },
	[ISAC]          = { "isac",          "isac",          16000, 1,  -1, 30,  0, NULL },
	[OPUS]          = { "opus",          "opus",          48000, 2,  -1, 20,  0, NULL },
	[AACLD]         = { "aacld",         "mpeg4-generic", 48000, 1,  -1, 20,  0, NULL },
	[MP4A_LATM]     = { "mp4a-latm",     "MP4A-LATM",     90000, 1,  -1, 20,  0, NULL },
	[CLEAR_CHANNEL] = { "clear-channel", "CLEARMODE",      8000, 1,  -1, 20,  0, NULL },
	[GSMAMR_NB]     = { "gsmamr-nb",     "AMR",            8000, 1,  -1, 20,  0, NULL },
	[GSMFR]         = { "gsmfr",         "GSM",            8000, 1,   3, 20,  0, NULL },
};
/* clang-format on */

const struct suite_row *
suite_row(enum suite suite)
{
	return suite > SUITE_NONE && suite < SUITES ? &suites[suite] : NULL;
}

enum suite
suite_find(const char *name)
{
	for (int s = SUITE_NONE + 1; s < SUITES; s++)
		if (!strcasecmp(suites[s].name, name))
			return (enum suite)s;
	return SUITE_NONE;
}

const char *
suite_name(enum suite suite)
{
	const struct suite_row *row = suite_row(suite);

	return row ? row->name : "none";
}

const struct codec_row *
codec_row(enum codec codec)
{
	return codec > CODEC_NONE && codec < CODECS && codecs[codec].name ? &codecs[codec] : NULL;
}

const char *
codec_name(enum codec codec)
{
	const struct codec_row *row = codec_row(codec);

	if (row)
		return row->name;
	return codec == TRANSPARENT ? "transparent" : "none";
}

/* Annex B of G.729 is on unless the format says no (RFC 4856 2.1.9). */
static enum codec
variant(enum codec first, const char *fmtp)
{
	if (first == G729R8 && !(fmtp && strcasestr(fmtp, "annexb=no")))
		return G729BR8;
	return first;
}

enum codec
codec_find(const char *encoding, uint32_t clock, const char *fmtp)
{
	for (int c = CODEC_NONE + 1; c < CODECS; c++)
		if (codecs[c].name && !strcasecmp(codecs[c].encoding, encoding) &&
		    codecs[c].clock == clock)
			return variant((enum codec)c, fmtp);
	return CODEC_NONE;
}

enum codec
codec_static(uint8_t payload)
{
	for (int c = CODEC_NONE + 1; c < CODECS; c++)
		if (codecs[c].name && codecs[c].payload == payload)
			return (enum codec)c;
	return CODEC_NONE;
}

bool
codec_same_encoding(enum codec a, enum codec b)
{
	const struct codec_row *left = codec_row(a), *right = codec_row(b);

	return left && right && left->clock == right->clock &&
	       !strcmp(left->encoding, right->encoding);
}
