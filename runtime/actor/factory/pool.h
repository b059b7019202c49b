/* SPDX-License-Identifier: MIT */
/*
 * The workers of a factory, each with the job that it has and those that wait for it, and the keys
 * that have jobs with a worker. Free workers stand in a line, for the routers that use it.
 */
#ifndef RACTOR_ACTOR_FACTORY_POOL_H
#define RACTOR_ACTOR_FACTORY_POOL_H

#include "actor/factory/queue.h"

#include <ractor/factory.h>

#include <stdbool.h>
#include <stdint.h>

struct rt_pool_worker {
    uint32_t number;
    ractor_ref ref;
    struct rt_job *current; /* owned; NULL: none */
    struct rt_job_list queue;
    uint64_t pinged_ns; /* 0: no ping is out */
    bool is_leaving;    /* ends when it has done its jobs */
    bool is_in_line;
    bool is_known_free; /* as a router of the user's was told last */
    struct rt_pool_worker *next_free;
};

struct rt_key;

struct rt_worker_pool {
    struct rt_pool_worker **workers; /* by number; NULL: none */
    uint32_t capacity;
    uint32_t size; /* the wanted number; leaving ones have a number beyond it */
    struct rt_key *keys;
    struct rt_pool_worker *line_first; /* free workers, and some that are free no more */
    struct rt_pool_worker *line_last;
};

/* Room for numbers below `size`. False: no memory. */
bool rt_worker_pool_reserve(struct rt_worker_pool *pool, uint32_t size);
/* Frees all; callers whose jobs are left get `why`. */
void rt_worker_pool_fini(struct rt_worker_pool *pool, ractor_status why);

/* The worker with this number; NULL: none. */
struct rt_pool_worker *rt_worker_pool_at(const struct rt_worker_pool *pool, uint32_t number);
struct rt_pool_worker *rt_worker_pool_find(const struct rt_worker_pool *pool, ractor_ref ref);
/* Takes a worker out, which has no jobs, and frees it. */
void rt_worker_pool_remove(struct rt_worker_pool *pool, struct rt_pool_worker *worker);

static inline bool rt_pool_worker_is_free(const struct rt_pool_worker *worker)
{
    return worker->current == NULL && worker->queue.first == NULL;
}

/* Puts a free worker into the line, once. */
void rt_worker_pool_line_up(struct rt_worker_pool *pool, struct rt_pool_worker *worker);
/* The first in line that is free; NULL: nobody. It is out of the line then. */
struct rt_pool_worker *rt_worker_pool_next_free(struct rt_worker_pool *pool);

/* A job of this key is with a worker from now on, or not any more. False: no memory. */
bool rt_worker_pool_add_key(struct rt_worker_pool *pool, ractor_bytes key, uint32_t worker);
void rt_worker_pool_drop_key(struct rt_worker_pool *pool, ractor_bytes key);
/* The worker that has jobs of this key; NULL: none. */
struct rt_pool_worker *rt_worker_pool_of_key(const struct rt_worker_pool *pool, ractor_bytes key);

/* FNV-1a. */
uint64_t rt_key_hash(ractor_bytes key);

#endif
