/* SPDX-License-Identifier: MIT */
/* What the command line asks for. docs/rcgen.md is the reference. */
#ifndef RCGEN_CLI_OPTIONS_H
#define RCGEN_CLI_OPTIONS_H

#include "cli/common.h"
#include "driver/compile.h"

struct rc_cli_options {
    struct rc_cli_common common;
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
    bool is_version;
    size_t max_errors;
    RC_LIST(struct rc_job) jobs;
};

extern const char rc_cli_help[];

/* Reads the arguments into options of which `common` is ready for use. */
void rc_cli_parse(struct rc_cli_options *options, int argc, char **argv);

#endif
