/* SPDX-License-Identifier: MIT */
#include "driver/compile.h"

#include "driver/output.h"
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

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
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
    const char *name = base_name(input);
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
                strcmp(base_name(a->path), base_name(b->path)) != 0)
                continue;
            struct rc_diag *diag = rc_report(
                &compile->diags, RC_OUTPUT_CLASH, b->span,
                "two imports are called \"%s\", and so would their headers be", base_name(b->path));
            rc_note(diag, a->span, "the other is here");
        }
    }
}

enum rc_outcome rc_compile_check(struct rc_compile *compile, struct rc_job *jobs, size_t n_jobs)
{
    struct rc_sema sema;
    rc_sema_init(&sema, compile->arena, &compile->names, &compile->diags);
    for (size_t i = 0; i < n_jobs; i++)
        jobs[i].loaded = rc_load(&compile->loader, jobs[i].input);
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

/* A path as Make reads it. */
static void add_dep_path(struct rc_buffer *out, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == ' ' || *path == '#' || *path == '\\')
            rc_buffer_puts(out, "\\");
        else if (*path == '$')
            rc_buffer_puts(out, "$");
        rc_buffer_add(out, path, 1);
    }
}

/* All outputs of a job, the last first: what Ninja knows the step by is its first output. */
static void render_targets(struct rc_compile *compile, const struct rc_job *job,
                           struct rc_buffer *out)
{
    for (size_t i = compile->n_backends; i > 0; i--) {
        for (size_t j = compile->backends[i - 1]->n_outputs; j > 0; j--) {
            add_dep_path(out, job->outputs[i - 1][j - 1]);
            rc_buffer_puts(out, i > 1 || j > 1 ? " " : ":");
        }
    }
}

static void render_depfile(struct rc_compile *compile, const struct rc_job *job,
                           struct rc_buffer *out)
{
    struct rc_paths paths = rc_load_dependencies(&compile->loader, job->loaded);
    render_targets(compile, job, out);
    for (size_t i = 0; i < paths.count; i++) {
        rc_buffer_puts(out, " \\\n  ");
        add_dep_path(out, paths.items[i]);
    }
    rc_buffer_puts(out, "\n");
}

/* What is to be written together. */
struct batch {
    struct rc_arena *arena;
    struct rc_output outputs[RC_MAX_BACKENDS * RC_MAX_OUTPUTS + 1];
    size_t count;
};

static void add_output(struct batch *batch, const char *path, const struct rc_buffer *text)
{
    batch->outputs[batch->count++] = (struct rc_output){path, text->data, text->length};
}

static void write_batch(struct rc_compile *compile, struct batch *batch)
{
    if (compile->diags.n_errors != 0)
        return;
    const char *error =
        rc_output_write(batch->arena, batch->outputs, batch->count, compile->if_changed);
    if (error != NULL)
        compile->io_error = rc_arena_printf(compile->arena, "%s", error);
}

static struct rc_backend_input input_of(struct rc_compile *compile, struct rc_arena *arena,
                                        struct rc_intern *names)
{
    rc_intern_init(names, arena);
    return (struct rc_backend_input){.arena = arena,
                                     .names = names,
                                     .diags = &compile->diags,
                                     .run = compile->arena,
                                     .kept = &compile->kept,
                                     .version = compile->version};
}

/* Emits one input by one backend into the batch. */
static void emit_with(struct rc_compile *compile, size_t which, const struct rc_job *job,
                      struct batch *batch)
{
    const struct rc_backend *backend = compile->backends[which];
    struct rc_buffer texts[RC_MAX_OUTPUTS];
    struct rc_intern names;
    struct rc_backend_input input = input_of(compile, batch->arena, &names);
    input.file = job->loaded->file;
    for (size_t i = 0; i < backend->n_outputs; i++) {
        rc_buffer_init(&texts[i], batch->arena);
        input.output_names[i] = base_name(job->outputs[which][i]);
    }
    backend->emit(&input, texts);
    for (size_t i = 0; i < backend->n_outputs; i++)
        add_output(batch, job->outputs[which][i], &texts[i]);
}

/* Emits one input; its memory goes back when it is written. */
static void emit_job(struct rc_compile *compile, const struct rc_job *job, struct rc_arena *arena)
{
    struct batch batch = {.arena = arena};
    struct rc_buffer depfile;
    for (size_t i = 0; i < compile->n_backends; i++)
        emit_with(compile, i, job, &batch);
    rc_buffer_init(&depfile, arena);
    if (job->depfile != NULL) {
        render_depfile(compile, job, &depfile);
        add_output(&batch, job->depfile, &depfile);
    }
    write_batch(compile, &batch);
}

/* What all outputs of a backend share. */
static void emit_shared(struct rc_compile *compile, size_t which, struct rc_arena *arena)
{
    struct batch batch = {.arena = arena};
    struct rc_buffer text;
    struct rc_intern names;
    struct rc_backend_input input = input_of(compile, arena, &names);
    rc_buffer_init(&text, arena);
    compile->backends[which]->emit_shared(&input, &text);
    add_output(&batch, compile->shared[which], &text);
    write_batch(compile, &batch);
}

enum rc_outcome rc_compile_run(struct rc_compile *compile, struct rc_job *jobs, size_t n_jobs)
{
    enum rc_outcome outcome = rc_compile_check(compile, jobs, n_jobs);
    if (outcome != RC_OUTCOME_OK)
        return outcome;
    struct rc_arena arena; /* of one input at a time */
    rc_arena_init(&arena, compile->arena->out_of_memory, compile->arena->user);
    for (size_t i = 0; i < n_jobs + compile->n_backends && compile->io_error == NULL; i++) {
        if (i < n_jobs)
            emit_job(compile, &jobs[i], &arena);
        else if (compile->backends[i - n_jobs]->emit_shared != NULL)
            emit_shared(compile, i - n_jobs, &arena);
        rc_arena_reset(&arena);
    }
    rc_arena_fini(&arena);
    if (compile->io_error != NULL)
        return RC_OUTCOME_IO;
    return compile->diags.n_errors != 0 ? RC_OUTCOME_ERRORS : RC_OUTCOME_OK;
}
