/* SPDX-License-Identifier: MIT */
/* What the command line says on standard error, to people or, with --diagnostics=json, to programs.
 */
#ifndef RCGEN_CLI_REPORT_H
#define RCGEN_CLI_REPORT_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>

struct rc_report_style {
    bool is_json; /* then nothing but JSON goes to standard error */
    bool is_colored;
};

/* Out of memory, for an arena; `user` is the `struct rc_report_style`. Ends the process. */
void rc_report_out_of_memory(void *user);

/*
 * Shows the diagnostics, then what the system refused (`io_error`, NULL: nothing), then how many
 * errors there were. `outcome_text` ends the last line: "nothing written".
 */
void rc_report_show(const struct rc_report_style *style, struct rc_diags *diags,
                    const char *io_error, const char *outcome_text);

/* Shows what is wrong with the command line; `program` is "rcgen" or "rcgen fmt". */
void rc_report_usage(const struct rc_report_style *style, struct rc_arena *arena,
                     const char *program, const char *error);

/* Reads an argument of --diagnostics or --color; false when it is none of the known words. */
bool rc_report_set_format(struct rc_report_style *style, const char *format);
bool rc_report_set_color(struct rc_report_style *style, const char *when);

/* How to report when nothing is said about it: text, in colour on a terminal. */
struct rc_report_style rc_report_default(void);

#endif
