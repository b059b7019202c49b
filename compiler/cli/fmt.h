/* SPDX-License-Identifier: MIT */
/* The command `rcgen fmt`. */
#ifndef RCGEN_CLI_FMT_H
#define RCGEN_CLI_FMT_H

#include "cli/report.h"
#include "driver/compile.h"

/* Runs it; argv[0] is the word "fmt". */
enum rc_outcome rc_cli_fmt(struct rc_arena *arena, struct rc_report_style *style, int argc,
                           char **argv);

#endif
