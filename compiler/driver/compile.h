/* SPDX-License-Identifier: MIT */
/*
 * A whole run: load, check, emit, write. Inputs are checked together first; outputs are written
 * only when all of them are free of errors, each input's outputs and depfile together.
 */
#ifndef RCGEN_DRIVER_COMPILE_H
#define RCGEN_DRIVER_COMPILE_H

#include "ast/backend.h"
#include "base/diag.h"
#include "base/intern.h"
#include "driver/load.h"

/* How a run ended, as exit codes. */
enum rc_outcome {
    RC_OUTCOME_OK = 0,
    RC_OUTCOME_ERRORS = 1, /* diagnostics were errors */
    RC_OUTCOME_USAGE = 2,
    RC_OUTCOME_IO = 3 /* an input could not be read, an output not be written */
};

#define RC_MAX_BACKENDS 2

struct rc_compile {
    struct rc_arena *arena;
    struct rc_intern names;
    struct rc_diags diags;
    struct rc_loader loader;
    const struct rc_backend *backends[RC_MAX_BACKENDS];
    const char *shared[RC_MAX_BACKENDS]; /* paths of what each backend's outputs share */
    size_t n_backends;
    const char *version;
    bool if_changed;
    const char *io_error; /* what could not be written; NULL: nothing went wrong */
};

/* One input and where its outputs go. */
struct rc_job {
    const char *input;
    const char *outputs[RC_MAX_BACKENDS][RC_MAX_OUTPUTS];
    const char *depfile; /* NULL: none */
    struct rc_loaded *loaded;
};

void rc_compile_init(struct rc_compile *compile, struct rc_arena *arena, size_t max_errors);

/* Loads and checks the inputs without output. */
enum rc_outcome rc_compile_check(struct rc_compile *compile, struct rc_job *jobs, size_t n_jobs);

/* Checks, emits, writes. Diagnostics stay in `compile->diags` for the caller to show. */
enum rc_outcome rc_compile_run(struct rc_compile *compile, struct rc_job *jobs, size_t n_jobs);

/* A file in a folder; the folder may be NULL. */
const char *rc_compile_path(struct rc_arena *arena, const char *folder, const char *name);

/* Where a backend's output for an input goes: the folder, the input's name, the suffix. */
const char *rc_compile_output_path(struct rc_arena *arena, const char *folder, const char *input,
                                   const char *suffix);

#endif
