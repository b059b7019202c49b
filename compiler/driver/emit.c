/* SPDX-License-Identifier: MIT */
#include "driver/emit.h"

#include "base/path.h"
#include "driver/crew.h"
#include "driver/depfile.h"
#include "driver/output.h"

#include <pthread.h>
#include <stdatomic.h>

/* What became of one job. */
struct result {
    struct rc_diags diags;
    const char *io_error; /* NULL: nothing went wrong */
};

struct emission {
    struct rc_compile *compile;
    const struct rc_job *jobs;
    const struct rc_buffer *depfiles;
    struct result *results;
    size_t n_jobs;
    atomic_size_t next;
    atomic_bool is_failed; /* what is not begun is left */
    /* Read: files are being written. A thread that has no memory takes it to write, and so ends the
     * process when none is half-written. */
    pthread_rwlock_t writing;
};

struct worker {
    struct emission *emission;
    struct rc_arena scratch; /* of one job at a time */
    struct rc_arena kept;    /* what outlives it */
    void *backends;          /* what the backends keep between inputs */
};

/* ------------------------------------------------------------------ one job */

/* What is to be written together. */
struct batch {
    struct rc_output outputs[RC_MAX_BACKENDS * RC_MAX_OUTPUTS + 1];
    size_t count;
};

static void add_output(struct batch *batch, const char *path, const struct rc_buffer *text)
{
    batch->outputs[batch->count++] = (struct rc_output){path, text->data, text->length};
}

static void write_batch(struct worker *worker, const struct batch *batch, struct result *result)
{
    struct emission *emission = worker->emission;
    if (result->diags.n_errors != 0) {
        atomic_store(&emission->is_failed, true);
        return;
    }
    struct rc_writing *writing = rc_output_prepare(&worker->scratch, batch->outputs, batch->count,
                                                   emission->compile->if_changed);
    (void)pthread_rwlock_rdlock(&emission->writing);
    rc_output_commit(writing);
    (void)pthread_rwlock_unlock(&emission->writing);
    result->io_error = rc_output_error(&worker->kept, writing);
    if (result->io_error != NULL)
        atomic_store(&emission->is_failed, true);
}

static struct rc_backend_input input_of(struct worker *worker, struct rc_intern *names,
                                        struct rc_diags *diags)
{
    rc_intern_init(names, &worker->scratch);
    return (struct rc_backend_input){.arena = &worker->scratch,
                                     .names = names,
                                     .diags = diags,
                                     .run = &worker->kept,
                                     .kept = &worker->backends,
                                     .version = worker->emission->compile->version};
}

/* Emits one input by one backend into the batch. */
static void emit_with(struct worker *worker, size_t which, const struct rc_job *job,
                      struct rc_diags *diags, struct batch *batch)
{
    const struct rc_backend *backend = worker->emission->compile->backends[which];
    struct rc_buffer texts[RC_MAX_OUTPUTS];
    struct rc_intern names;
    struct rc_backend_input input = input_of(worker, &names, diags);
    input.file = job->loaded->file;
    for (size_t i = 0; i < backend->n_outputs; i++) {
        rc_buffer_init(&texts[i], &worker->scratch);
        input.output_names[i] = rc_base_name(job->outputs[which][i]);
    }
    backend->emit(&input, texts);
    for (size_t i = 0; i < backend->n_outputs; i++)
        add_output(batch, job->outputs[which][i], &texts[i]);
}

static void do_job(struct worker *worker, size_t index)
{
    struct emission *emission = worker->emission;
    const struct rc_job *job = &emission->jobs[index];
    struct result *result = &emission->results[index];
    struct batch batch = {.count = 0};
    rc_diags_init(&result->diags, &worker->kept, emission->compile->diags.max_errors);
    result->diags.policy = emission->compile->diags.policy;
    for (size_t i = 0; i < emission->compile->n_backends; i++)
        emit_with(worker, i, job, &result->diags, &batch);
    if (job->depfile != NULL)
        add_output(&batch, job->depfile, &emission->depfiles[index]);
    write_batch(worker, &batch, result);
    rc_arena_reset(&worker->scratch);
}

/* ------------------------------------------------------------------ sharing out */

/* Takes jobs in order until none is left, or one has failed. */
static void *work(void *worker_)
{
    struct worker *worker = worker_;
    struct emission *emission = worker->emission;
    while (!atomic_load(&emission->is_failed)) {
        size_t index = atomic_fetch_add(&emission->next, 1);
        if (index >= emission->n_jobs)
            break;
        do_job(worker, index);
    }
    return NULL;
}

static void no_memory(void *emission_)
{
    struct emission *emission = emission_;
    (void)pthread_rwlock_wrlock(&emission->writing);
    emission->compile->arena->out_of_memory(emission->compile->arena->user);
}

static void share_out(struct emission *emission)
{
    struct worker workers[RC_CREW_MAX];
    size_t n_workers = rc_crew_size(emission->n_jobs);
    for (size_t i = 0; i < n_workers; i++) {
        workers[i] = (struct worker){.emission = emission};
        rc_arena_init(&workers[i].scratch, no_memory, emission);
        rc_arena_init(&workers[i].kept, no_memory, emission);
    }
    rc_crew_run(workers, n_workers, sizeof *workers, work);
    for (size_t i = 0; i < n_workers; i++) {
        rc_arena_fini(&workers[i].scratch);
        rc_arena_adopt(emission->compile->arena, &workers[i].kept);
    }
}

/* ------------------------------------------------------------------ a run */

/* Gets ready to write what all outputs of a backend share; NULL: nothing, or it is at fault. */
static struct rc_writing *prepare_shared(struct rc_compile *compile, size_t which)
{
    struct rc_buffer text;
    struct rc_intern names;
    void *kept = NULL;
    if (compile->backends[which]->emit_shared == NULL)
        return NULL;
    rc_intern_init(&names, compile->arena);
    rc_buffer_init(&text, compile->arena);
    struct rc_backend_input input = {.arena = compile->arena,
                                     .names = &names,
                                     .diags = &compile->diags,
                                     .run = compile->arena,
                                     .kept = &kept,
                                     .version = compile->version};
    compile->backends[which]->emit_shared(&input, &text);
    if (compile->diags.n_errors != 0)
        return NULL;
    struct rc_output *output = rc_arena_alloc(compile->arena, sizeof *output);
    *output = (struct rc_output){compile->shared[which], text.data, text.length};
    return rc_output_prepare(compile->arena, output, 1, compile->if_changed);
}

/* Before the threads begin: walking the imports leaves marks on them. */
static struct rc_buffer *render_depfiles(struct rc_compile *compile, const struct rc_job *jobs,
                                         size_t n_jobs)
{
    struct rc_buffer *depfiles = rc_arena_array(compile->arena, n_jobs, sizeof *depfiles);
    for (size_t i = 0; i < n_jobs; i++) {
        rc_buffer_init(&depfiles[i], compile->arena);
        if (jobs[i].depfile != NULL)
            rc_depfile_render(compile, &jobs[i], &depfiles[i]);
    }
    return depfiles;
}

static void gather(struct rc_compile *compile, const struct emission *emission)
{
    for (size_t i = 0; i < emission->n_jobs; i++) {
        rc_diags_merge(&compile->diags, &emission->results[i].diags);
        if (compile->io_error == NULL)
            compile->io_error = emission->results[i].io_error;
    }
}

void rc_emit(struct rc_compile *compile, const struct rc_job *jobs, size_t n_jobs)
{
    struct emission emission = {
        .compile = compile,
        .jobs = jobs,
        .depfiles = render_depfiles(compile, jobs, n_jobs),
        .results = rc_arena_array(compile->arena, n_jobs, sizeof *emission.results),
        .n_jobs = n_jobs,
    };
    struct rc_writing *shared[RC_MAX_BACKENDS] = {
        NULL}; /* no memory is needed once jobs are done */
    for (size_t i = 0; i < compile->n_backends; i++)
        shared[i] = prepare_shared(compile, i);
    if (compile->diags.n_errors != 0)
        return;
    (void)pthread_rwlock_init(&emission.writing, NULL); /* cannot fail with no attributes */
    share_out(&emission);
    (void)pthread_rwlock_destroy(&emission.writing);
    gather(compile, &emission);
    for (size_t i = 0; i < compile->n_backends && !atomic_load(&emission.is_failed); i++) {
        if (shared[i] == NULL || compile->io_error != NULL)
            continue;
        rc_output_commit(shared[i]);
        compile->io_error = rc_output_error(compile->arena, shared[i]);
    }
}
