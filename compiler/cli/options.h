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
    const char *out_dir;
    const char *rust_dir; /* NULL: no Rust output */
    const char *c_out;    /* exact paths; NULL: from the input's name */
    const char *h_out;
    struct rc_backends {
        const struct rc_backend *items[RC_MAX_BACKENDS];
        const char *dirs[RC_MAX_BACKENDS];
        const char *shared[RC_MAX_BACKENDS];
        size_t count;
    } backends; /* what to make, and in which folder */
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
