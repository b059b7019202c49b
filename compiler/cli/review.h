/* SPDX-License-Identifier: MIT */
/* `rcgen lint` and `rcgen breaking`. */
#ifndef RCGEN_CLI_REVIEW_H
#define RCGEN_CLI_REVIEW_H

#include "cli/report.h"
#include "driver/compile.h"

/* `argv[0]` is the command's name. */
enum rc_outcome rc_cli_review(struct rc_arena *arena, struct rc_report_style *style, int argc,
                              char **argv);

#endif
