/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/enroll_profile.h -- `crypto pki profile enrollment NAME': how trustpoints with `enrollment profile NAME' come to
 * the certificate of their CA (authentication), to their own (enrollment) and to the next one (reenrollment).
 *
 * Lines of HTTP that an operator writes himself (`command', with its `parameter's) are kept and not carried out: a
 * dialog that would need one says so. */
#ifndef MODES_ENROLL_PROFILE_H
#define MODES_ENROLL_PROFILE_H

#include "modes/kinds.h"
#include "shell/line.h"

/* By the terminal, a server or a command: the last that was typed. */
struct profile_means { uint8_t set, terminal; text256 url; };
struct profile_parameter { struct node node; text256 value, prompt; };

#define ENROLL_PROFILE_LINES(_)                                                                  \
_(struct profile_means, authentication, "authentication {terminal=terminal | url WORD=url}", NULL,\
  "The certificate of the CA|By the terminal (cut-and-paste)|From a server|URL",                 \
  .parts = profile_means_parts, .set = profile_means_set)                                        \
_(text256,  authentication_command, "authentication command LINE", NULL,                         \
  "The certificate of the CA|By a line of HTTP of one's own|The line",                           \
  .set = profile_means_set, .stored = true)                                                      \
_(struct profile_means, enrollment, "enrollment {terminal=terminal | url WORD=url}", NULL,       \
  "Our certificate|By the terminal (cut-and-paste)|From a server|URL",                           \
  .parts = profile_means_parts, .set = profile_means_set)                                        \
_(text256,  enrollment_command, "enrollment command LINE", NULL,                                 \
  "Our certificate|By a line of HTTP of one's own|The line",                                     \
  .set = profile_means_set, .stored = true)                                                      \
_(text64,   credential, "enrollment credential NAME", NULL,                                      \
  "Our certificate|Who asks shows that of another trustpoint|Its name")                          \
_(text256,  reenrollment, "reenrollment url WORD", NULL,                                         \
  "The next certificate|From another server|URL")                                                \
_(bool,     est, "method-est", NULL, "The servers speak EST (https)", .set = method_est_set)     \
_(bool,     cmp, "method-cmp", NULL, "The servers speak CMP", .set = method_cmp_set)             \
_(struct map *, parameters, "parameter <1-8>=# {value WORD=value | prompt LINE=prompt}", NULL,   \
  "A word of a command|Number|Its text|The text|Ask the operator|The question",                         \
  .each = &mode_profile_parameter, .parts = profile_parameter_parts, .stored = true)             \
_(text64,   source, "source-interface KIND", NULL, "Our address is that of an interface",        \
  .kind = &interface_kind)
struct enroll_profile { struct node node; ENROLL_PROFILE_LINES(LINE_FIELD) };

extern const struct mode mode_enroll_profile, mode_profile_parameter;

#endif
