/* SPDX-License-Identifier: MIT */
/* The command `rcgen fuzz`. */
#ifndef RCGEN_CLI_FUZZ_H
#define RCGEN_CLI_FUZZ_H

#include "cli/report.h"
#include "driver/compile.h"

/* Runs it; argv[0] is the word "fuzz". */
enum rc_outcome rc_cli_fuzz(struct rc_arena *arena, struct rc_report_style *style, int argc,
                            char **argv);

#endif
