/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/archive.h -- `archive': copies of the configuration by time, on save and by hand, and the log of who
 * has configured what. */
#ifndef MODES_ARCHIVE_H
#define MODES_ARCHIVE_H

#include "shell/row.h"

#include <stdint.h>

#define ARCHIVE_LOG_LINES(_)                                                                     \
_(bool,     enable, "logging enable", NULL, "Logging|Keep what is configured")                   \
_(uint16_t, size, "logging size <1-1000>", "100", "Logging|How many lines|Number")               \
_(uint8_t,  notify, "notify CHOICE", NULL, "Tell others", .choices = CHOICES(notify_choices))     \
_(bool,     hidekeys, "hidekeys", NULL, "Passwords are not kept")                                \
_(text64,   persistent, "logging persistent LINE", NULL, "Logging|Over a restart|Its words",     \
  .stored = true)
struct archive_log { uint8_t set; ARCHIVE_LOG_LINES(LINE_FIELD) };

#define ARCHIVE_CONFIG_LINES(_)                                                                  \
_(struct archive_log, log, "log config", NULL, "Log|What is configured",                         \
  .enter = &mode_archive_log)                                                                    \
_(text256,  path, "path WORD", NULL, "Where the copies go|URL, $h is the hostname, $t the time") \
_(uint8_t,  maximum, "maximum <1-14>", "10", "How many are kept|Number")                         \
_(bool,     on_write, "write-memory", NULL, "Copy whenever the configuration is saved")          \
_(uint32_t, minutes, "time-period <1-525600>", NULL, "Copy again and again|Minutes")
struct archive_config { uint8_t set; ARCHIVE_CONFIG_LINES(LINE_FIELD) };

extern const struct mode mode_archive, mode_archive_log;

struct archive;
struct box;
struct config;
struct match;
struct session;

int  archive_new(struct archive **, struct box *);      /* 0; -ENOMEM */
void archive_free(struct archive *);                    /* after the box's alarms have stopped */
/* The configuration has become this one. */
void archive_follow(struct box *, const struct config *);
/* It was saved by this operator, who may interrupt the copy. */
void archive_saved(struct session *);
/* An operator has typed a line, so many modes deep, said without its secrets. */
void archive_typed(struct session *, int depth, const char *said);

typedef int archive_run_h(struct session *, const struct match *);
archive_run_h exec_archive, show_archive, show_archive_differences, show_archive_log;

/* clang-format off */
#define ARCHIVE_ROWS                                                                             \
	{ .syntax = "archive config", .help = "Archive|The running configuration",                   \
	  .run = exec_archive, .level = 15 },                                                        \
	{ .syntax = "show archive", .help = SHOW_HELP "|Copies of the configuration",                \
	  .run = show_archive, .level = 15 },                                                        \
	{ .syntax = "show archive config differences [WORD=first [WORD=second]]",                    \
	  .help = SHOW_HELP "|Copies of the configuration|Configurations|What differs|"              \
	    "From this one (else the saved one)|To this one (else the running one)",                 \
	  .run = show_archive_differences, .level = 15 },                                            \
	{ .syntax = "show archive config incremental-diffs=missing WORD=first",                      \
	  .help = SHOW_HELP "|Copies of the configuration|Configurations|Lines that are not in it|"  \
	    "Which one", .run = show_archive_differences, .level = 15 },                             \
	{ .syntax = "show archive log config {all=all | <1-2147483647>=first [<1-2147483647>=last] |"\
	    " user WORD=user}",                                                                      \
	  .help = SHOW_HELP "|Copies of the configuration|The log|What was configured|All of it|"    \
	    "From this number|To this one|Of a user|Name", .run = show_archive_log, .level = 15 },
/* clang-format on */

#endif
