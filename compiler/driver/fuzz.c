/* SPDX-License-Identifier: MIT */
#include "driver/fuzz.h"

#include "backend_c/fuzz.h"
#include "driver/output.h"

#include <stdio.h>

/* The header that the C backend makes of the input, without a folder. */
static const char *header_of(struct rc_compile *compile, const struct rc_job *job)
{
    return rc_compile_output_path(compile->arena, NULL, job->input, ".rc.h");
}

static void emit(struct rc_compile *compile, const struct rc_job *job, const struct rc_decl *decl,
                 void **kept, struct rc_output *output)
{
    struct rc_buffer text;
    const struct rc_backend_input input = {.arena = compile->arena,
                                           .names = &compile->names,
                                           .diags = &compile->diags,
                                           .file = job->loaded->file,
                                           .run = compile->arena,
                                           .kept = kept,
                                           .version = compile->version,
                                           .output_names = {header_of(compile, job)}};
    rc_buffer_init(&text, compile->arena);
    rc_c_fuzz(&input, decl, &text);
    output->data = text.data;
    output->length = text.length;
}

enum rc_outcome rc_fuzz_run(struct rc_compile *compile, struct rc_job *job, const char *folder,
                            bool only_names)
{
    RC_LIST(struct rc_output) outputs = {0};
    void *kept = NULL;
    enum rc_outcome outcome = rc_compile_check(compile, job, 1);
    for (size_t i = 0; outcome == RC_OUTCOME_OK && i < job->loaded->file->decls.count; i++) {
        const struct rc_decl *decl = job->loaded->file->decls.items[i];
        if (decl->kind != RC_DECL_ENUM || decl->is_local)
            continue;
        struct rc_output *output = rc_list_add(compile->arena, &outputs);
        output->path = rc_compile_path(
            compile->arena, folder,
            rc_arena_printf(compile->arena, "%s.c", rc_c_fuzz_name(compile->arena, decl)));
        if (only_names)
            (void)puts(output->path);
        else
            emit(compile, job, decl, &kept, output);
    }
    if (outcome != RC_OUTCOME_OK || only_names)
        return outcome;
    if (compile->diags.n_errors != 0)
        return RC_OUTCOME_ERRORS;
    compile->io_error =
        rc_output_write(compile->arena, outputs.items, outputs.count, compile->if_changed);
    return compile->io_error != NULL ? RC_OUTCOME_IO : RC_OUTCOME_OK;
}
