/* SPDX-License-Identifier: MIT */
/*
 * What the command lines of all commands have in common: reading options, those that several
 * commands take, help, and complaints.
 */
#ifndef RCGEN_CLI_COMMON_H
#define RCGEN_CLI_COMMON_H

#include "cli/report.h"
#include "driver/compile.h"

#include <getopt.h>

/* Part of each command's options. */
struct rc_cli_common {
    struct rc_arena *arena;
    struct rc_report_style *style;
    struct rc_paths include_dirs; /* -I */
    struct rc_diag_policy policy; /* -W */
    bool is_help;
    const char *error; /* what is wrong with the command line; NULL: nothing */
};

/* A command's own options have other values: letters, or numbers from 256 on. */
enum rc_cli_shared { RC_CLI_COLOR = 1024, RC_CLI_DIAGNOSTICS };

/* Rows of a table for getopt_long. */
#define RC_CLI_HELP_ROW                                                                            \
    {                                                                                              \
        "help", no_argument, NULL, 'h'                                                             \
    }
#define RC_CLI_REPORT_ROWS                                                                         \
    {"color", required_argument, NULL, RC_CLI_COLOR},                                              \
        {"diagnostics", required_argument, NULL, RC_CLI_DIAGNOSTICS}, RC_CLI_HELP_ROW

struct rc_cli_syntax {
    const char *letters; /* as getopt wants them, `:` first */
    const struct option *rows;
    /* Takes one of the command's own options, whose argument is `optarg`; false: it is none. */
    bool (*take)(void *options, int option);
};

/* Reads all options, up to a mistake or a call for help; words stand from `optind` on. `options` is
 * for `take`. */
void rc_cli_read(struct rc_cli_common *common, const struct rc_cli_syntax *syntax, void *options,
                 int argc, char **argv);

/* Gives help or complains, when there is a reason: then true, and how the command ends. */
bool rc_cli_ends(const struct rc_cli_common *common, const char *program, const char *help,
                 enum rc_outcome *outcome);

/* A run with the common options. */
void rc_cli_compile_init(struct rc_compile *compile, const struct rc_cli_common *common,
                         size_t max_errors);

#endif
