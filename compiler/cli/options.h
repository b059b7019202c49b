/* SPDX-License-Identifier: MIT */
/* What the command line asks for. docs/rcgen.md is the reference. */
#ifndef RCGEN_CLI_OPTIONS_H
#define RCGEN_CLI_OPTIONS_H

#include "cli/report.h"
#include "driver/compile.h"

enum rc_cli_action {
    RC_CLI_COMPILE,
    RC_CLI_HELP,
    RC_CLI_VERSION,
    RC_CLI_PRINT_OUTPUTS,
    RC_CLI_USAGE_ERROR
};

struct rc_cli_options {
    struct rc_arena *arena;
    const char *error; /* USAGE_ERROR: what is wrong */
    const struct rc_backend *backend;
    const char *out_dir;
    const char *outputs[RC_MAX_OUTPUTS]; /* exact paths; NULL: from the input's name */
    const char *depfile;
    bool if_changed;
    bool is_print_outputs;
    struct rc_report_style style;
    size_t max_errors;
    struct rc_diag_policy policy;
    struct rc_paths include_dirs;
    RC_LIST(struct rc_job) jobs;
};

extern const char rc_cli_help[];

/* Reads the arguments. */
enum rc_cli_action rc_cli_parse(struct rc_cli_options *options, struct rc_arena *arena, int argc,
                                char **argv);

#endif
