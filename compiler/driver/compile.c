/* SPDX-License-Identifier: MIT */
#include "driver/compile.h"

#include "base/path.h"
#include "driver/ahead.h"
#include "driver/emit.h"
#include "sema/sema.h"

#include <string.h>

#define SUFFIX ".ractor"

void rc_compile_init(struct rc_compile *compile, struct rc_arena *arena, size_t max_errors)
{
    *compile = (struct rc_compile){.arena = arena};
    rc_intern_init(&compile->names, arena);
    rc_diags_init(&compile->diags, arena, max_errors);
    rc_loader_init(&compile->loader, arena, &compile->names, &compile->diags);
}

const char *rc_compile_path(struct rc_arena *arena, const char *folder, const char *name)
{
    if (folder == NULL || folder[0] == '\0')
        return name;
    return rc_arena_printf(arena, "%s/%s", folder, name);
}

const char *rc_compile_output_path(struct rc_arena *arena, const char *folder, const char *input,
                                   const char *suffix)
{
    const char *name = rc_base_name(input);
    size_t length = strlen(name);
    size_t suffix_length = strlen(SUFFIX);
    if (length > suffix_length && strcmp(name + length - suffix_length, SUFFIX) == 0)
        length -= suffix_length;
    return rc_compile_path(arena, folder,
                           rc_arena_printf(arena, "%.*s%s", (int)length, name, suffix));
}

/* Imported schemas whose headers would have one name. */
static void check_header_names(struct rc_compile *compile, const struct rc_file *file)
{
    for (size_t i = 0; i < file->imports.count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct rc_import *a = &file->imports.items[j];
            const struct rc_import *b = &file->imports.items[i];
            if (a->is_proto || b->is_proto || a->file == NULL || b->file == NULL ||
                strcmp(rc_base_name(a->path), rc_base_name(b->path)) != 0)
                continue;
            struct rc_diag *diag =
                rc_report(&compile->diags, RC_OUTPUT_CLASH, b->span,
                          "two imports are called \"%s\", and so would their headers be",
                          rc_base_name(b->path));
            rc_note(diag, a->span, "the other is here");
        }
    }
}

static void load(struct rc_compile *compile, struct rc_job *jobs, size_t n_jobs)
{
    const char **paths = rc_arena_array(compile->arena, n_jobs, sizeof *paths);
    for (size_t i = 0; i < n_jobs; i++)
        paths[i] = jobs[i].input;
    rc_ahead_parse(&compile->loader, paths, n_jobs);
    for (size_t i = 0; i < n_jobs; i++)
        jobs[i].loaded = rc_load(&compile->loader, jobs[i].input);
}

enum rc_outcome rc_compile_check(struct rc_compile *compile, struct rc_job *jobs, size_t n_jobs)
{
    struct rc_sema sema;
    rc_sema_init(&sema, compile->arena, &compile->names, &compile->diags);
    load(compile, jobs, n_jobs);
    for (size_t i = 0; i < compile->loader.ordered.count; i++)
        rc_sema_declare(&sema, compile->loader.ordered.items[i]->file);
    for (size_t i = 0; i < compile->loader.ordered.count; i++) {
        rc_sema_check(&sema, compile->loader.ordered.items[i]->file);
        check_header_names(compile, compile->loader.ordered.items[i]->file);
    }
    if (compile->loader.is_io_failure)
        return RC_OUTCOME_IO;
    return compile->diags.n_errors != 0 ? RC_OUTCOME_ERRORS : RC_OUTCOME_OK;
}

enum rc_outcome rc_compile_run(struct rc_compile *compile, struct rc_job *jobs, size_t n_jobs)
{
    enum rc_outcome outcome = rc_compile_check(compile, jobs, n_jobs);
    if (outcome != RC_OUTCOME_OK)
        return outcome;
    rc_emit(compile, jobs, n_jobs);
    if (compile->io_error != NULL)
        return RC_OUTCOME_IO;
    return compile->diags.n_errors != 0 ? RC_OUTCOME_ERRORS : RC_OUTCOME_OK;
}
