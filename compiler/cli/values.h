/* SPDX-License-Identifier: MIT */
/* `rcgen decode`, `rcgen encode` and `rcgen vectors`. */
#ifndef RCGEN_CLI_VALUES_H
#define RCGEN_CLI_VALUES_H

#include "cli/report.h"
#include "driver/compile.h"

/* `argv[0]` is the command's name. */
enum rc_outcome rc_cli_values(struct rc_arena *arena, struct rc_report_style *style, int argc,
                              char **argv);

#endif
