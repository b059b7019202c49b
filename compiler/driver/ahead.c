/* SPDX-License-Identifier: MIT */
#include "driver/ahead.h"

#include "driver/crew.h"
#include "driver/schema_file.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct parsing {
    const struct rc_loader *loader;
    const char *const *paths;
    struct rc_ahead *results;
    size_t n_paths;
    atomic_size_t next;
    pthread_mutex_t names;     /* of the loader's table of names */
    pthread_mutex_t no_memory; /* taken for good by the thread that ends the process */
};

struct worker {
    struct parsing *parsing;
    struct rc_arena arena;
    struct rc_intern names;
};

/* Standard input can be read only once, and in the order of the inputs. */
static bool is_ahead(const char *path)
{
    return strcmp(path, "-") != 0;
}

static void parse_one(struct worker *worker, const char *path, struct rc_ahead *result)
{
    const struct rc_loader *loader = worker->parsing->loader;
    struct rc_opened opened;
    rc_diags_init(&result->diags, &worker->arena, loader->diags->max_errors);
    result->diags.policy = loader->diags->policy;
    const struct rc_reader reader = {&worker->arena, &worker->names, &result->diags,
                                     &loader->overlays};
    if (rc_schema_open(&reader, path, &opened, &result->error))
        result->loaded = rc_schema_parse(&reader, &opened, &result->error);
}

static void *work(void *worker_)
{
    struct worker *worker = worker_;
    struct parsing *parsing = worker->parsing;
    for (;;) {
        size_t index = atomic_fetch_add(&parsing->next, 1);
        if (index >= parsing->n_paths)
            return NULL;
        if (is_ahead(parsing->paths[index]))
            parse_one(worker, parsing->paths[index], &parsing->results[index]);
    }
}

static void no_memory(void *parsing_)
{
    struct parsing *parsing = parsing_;
    (void)pthread_mutex_lock(&parsing->no_memory);
    parsing->loader->arena->out_of_memory(parsing->loader->arena->user);
}

static void share_out(struct parsing *parsing, size_t n_workers)
{
    struct worker workers[RC_CREW_MAX];
    for (size_t i = 0; i < n_workers; i++) {
        workers[i].parsing = parsing;
        rc_arena_init(&workers[i].arena, no_memory, parsing);
        rc_intern_front(&workers[i].names, &workers[i].arena, parsing->loader->names,
                        &parsing->names);
    }
    rc_crew_run(workers, n_workers, sizeof *workers, work);
    for (size_t i = 0; i < n_workers; i++)
        rc_arena_adopt(parsing->loader->arena, &workers[i].arena);
}

void rc_ahead_parse(struct rc_loader *loader, const char *const *paths, size_t n_paths)
{
    size_t n_workers = rc_crew_size(n_paths);
    if (n_workers == 1)
        return;
    struct parsing parsing = {
        .loader = loader,
        .paths = paths,
        .results = rc_arena_array(loader->arena, n_paths, sizeof *parsing.results),
        .n_paths = n_paths,
    };
    (void)pthread_mutex_init(&parsing.names, NULL); /* cannot fail with no attributes */
    (void)pthread_mutex_init(&parsing.no_memory, NULL);
    share_out(&parsing, n_workers);
    (void)pthread_mutex_destroy(&parsing.names);
    (void)pthread_mutex_destroy(&parsing.no_memory);
    for (size_t i = 0; i < n_paths; i++) {
        if (is_ahead(paths[i]))
            (void)rc_map_add(&loader->ahead, rc_intern_cstr(loader->names, paths[i]),
                             &parsing.results[i]);
    }
}
