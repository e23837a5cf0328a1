/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/kinds.h -- values and choices that more than one mode uses. */
#ifndef MODES_KINDS_H
#define MODES_KINDS_H

#include "modes/dial_peer.h"
#include "shell/line.h"

extern const struct kind target_kind;           /* struct session_target */
extern const struct kind interface_kind;        /* text64: gi0/0 is GigabitEthernet0/0 */
extern const struct kind date_kind;             /* uint32_t: YYYY-MM-DD, as seconds of UTC at its beginning */

extern const struct choice transport_choices[TRANSPORTS], srtp_choices[SRTP_PASS_THRU + 1],
    voip_srtp_choices[SRTP_PASS_THRU + 1], codec_choices[CODECS], url_choices[URL_TEL + 1];
extern const struct part early_offer_parts[], interface_ref_parts[], fax_parts[];

/* What of these the box carries out; the rest is stored. */
bool srtp_has_effect(const void *);
bool url_has_effect(const void *);
bool early_offer_has_effect(const void *);

#endif
