/* SPDX-License-Identifier: MIT */
/* `rcgen lsp`: schemas in an editor. */
#ifndef RCGEN_CLI_LSP_H
#define RCGEN_CLI_LSP_H

#include "cli/report.h"
#include "driver/compile.h"

enum rc_outcome rc_cli_lsp(struct rc_arena *arena, struct rc_report_style *style, int argc,
                           char **argv);

#endif
