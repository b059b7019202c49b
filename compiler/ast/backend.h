/* SPDX-License-Identifier: MIT */
/*
 * What a backend is to the driver: it turns one checked file into the text of one or more outputs.
 * The driver writes them, and only when nothing was reported as an error.
 */
#ifndef RCGEN_AST_BACKEND_H
#define RCGEN_AST_BACKEND_H

#include "ast/ast.h"
#include "base/buffer.h"
#include "base/diag.h"
#include "base/intern.h"

#define RC_MAX_OUTPUTS 2

struct rc_backend_input {
    struct rc_arena *arena;
    struct rc_intern *names;
    struct rc_diags *diags;
    const struct rc_file *file;
    struct rc_arena *run;                     /* memory of the whole run, not of this input */
    void **kept;                              /* what backends keep in it; NULL at first */
    const char *version;                      /* rcgen's */
    const char *output_names[RC_MAX_OUTPUTS]; /* without folders, in the order of `suffixes` */
};

struct rc_backend {
    const char *name;
    size_t n_outputs;
    const char *suffixes[RC_MAX_OUTPUTS]; /* added to the schema's name without .ractor */
    /* Fills `outputs`; what it cannot express goes to the diagnostics. */
    void (*emit)(const struct rc_backend_input *input, struct rc_buffer *outputs);
    /* A file that the outputs of all schemas share, written beside them; NULL: none. `file` of its
     * input is NULL. */
    const char *shared_name;
    void (*emit_shared)(const struct rc_backend_input *input, struct rc_buffer *output);
};

#endif
