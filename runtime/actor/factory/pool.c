/* SPDX-License-Identifier: MIT */
#include "actor/factory/pool.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

struct rt_key {
    UT_hash_handle hh;
    uint32_t worker;
    uint32_t n_jobs;
    size_t length;
    uint8_t bytes[];
};

bool rt_worker_pool_reserve(struct rt_worker_pool *pool, uint32_t size)
{
    if (size <= pool->capacity)
        return true;
    void *grown = rt_realloc(pool->workers, size * sizeof(struct rt_pool_worker *));
    if (grown == NULL)
        return false;
    pool->workers = grown;
    for (uint32_t i = pool->capacity; i < size; i++)
        pool->workers[i] = NULL;
    pool->capacity = size;
    return true;
}

static void free_jobs(struct rt_pool_worker *worker, ractor_status why)
{
    struct rt_job *job;
    rt_job_free(worker->current, why);
    while ((job = rt_job_list_pop(&worker->queue)) != NULL)
        rt_job_free(job, why);
}

void rt_worker_pool_fini(struct rt_worker_pool *pool, ractor_status why)
{
    struct rt_key *key;
    struct rt_key *next;
    for (uint32_t i = 0; i < pool->capacity; i++) {
        if (pool->workers[i] == NULL)
            continue;
        free_jobs(pool->workers[i], why);
        rt_free(pool->workers[i]);
    }
    rt_free(pool->workers);
    HASH_ITER(hh, pool->keys, key, next)
    {
        HASH_DELETE(hh, pool->keys, key);
        rt_free(key);
    }
}

struct rt_pool_worker *rt_worker_pool_at(const struct rt_worker_pool *pool, uint32_t number)
{
    return number < pool->capacity ? pool->workers[number] : NULL;
}

struct rt_pool_worker *rt_worker_pool_find(const struct rt_worker_pool *pool, ractor_ref ref)
{
    for (uint32_t i = 0; i < pool->capacity; i++)
        if (pool->workers[i] != NULL && ractor_ref_equal(pool->workers[i]->ref, ref))
            return pool->workers[i];
    return NULL;
}

/* ------------------------------------------------------------------ the line */

void rt_worker_pool_line_up(struct rt_worker_pool *pool, struct rt_pool_worker *worker)
{
    if (worker->is_in_line)
        return;
    worker->is_in_line = true;
    worker->next_free = NULL;
    if (pool->line_last != NULL)
        pool->line_last->next_free = worker;
    else
        pool->line_first = worker;
    pool->line_last = worker;
}

struct rt_pool_worker *rt_worker_pool_next_free(struct rt_worker_pool *pool)
{
    struct rt_pool_worker *worker;
    while ((worker = pool->line_first) != NULL) {
        pool->line_first = worker->next_free;
        if (pool->line_first == NULL)
            pool->line_last = NULL;
        worker->is_in_line = false;
        if (!worker->is_leaving && rt_pool_worker_is_free(worker))
            return worker;
    }
    return NULL;
}

void rt_worker_pool_remove(struct rt_worker_pool *pool, struct rt_pool_worker *worker)
{
    struct rt_pool_worker *before = NULL;
    struct rt_pool_worker *at = worker->is_in_line ? pool->line_first : NULL;
    for (; at != NULL && at != worker; at = at->next_free)
        before = at;
    if (at != NULL && before == NULL)
        pool->line_first = worker->next_free;
    else if (at != NULL)
        before->next_free = worker->next_free;
    if (at != NULL && pool->line_last == worker)
        pool->line_last = before;
    pool->workers[worker->number] = NULL;
    rt_free(worker);
}

/* ------------------------------------------------------------------ keys */

static struct rt_key *find_key(const struct rt_worker_pool *pool, ractor_bytes key)
{
    struct rt_key *found = NULL;
    static const uint8_t nothing;
    HASH_FIND(hh, pool->keys, key.length != 0 ? key.data : &nothing, key.length, found);
    return found;
}

bool rt_worker_pool_add_key(struct rt_worker_pool *pool, ractor_bytes key, uint32_t worker)
{
    struct rt_key *entry = find_key(pool, key);
    if (entry != NULL) {
        entry->n_jobs++;
        entry->worker = worker;
        return true;
    }
    entry = rt_calloc(1, sizeof *entry + key.length);
    if (entry == NULL)
        return false;
    entry->worker = worker;
    entry->n_jobs = 1;
    entry->length = key.length;
    if (key.length != 0)
        memcpy(entry->bytes, key.data, key.length);
    HASH_ADD_KEYPTR(hh, pool->keys, entry->bytes, entry->length, entry);
    if (entry->hh.tbl != NULL)
        return true;
    rt_free(entry);
    return false;
}

void rt_worker_pool_drop_key(struct rt_worker_pool *pool, ractor_bytes key)
{
    struct rt_key *entry = find_key(pool, key);
    if (entry == NULL || --entry->n_jobs != 0)
        return;
    HASH_DELETE(hh, pool->keys, entry);
    rt_free(entry);
}

struct rt_pool_worker *rt_worker_pool_of_key(const struct rt_worker_pool *pool, ractor_bytes key)
{
    const struct rt_key *entry = find_key(pool, key);
    return entry != NULL ? rt_worker_pool_at(pool, entry->worker) : NULL;
}

uint64_t rt_key_hash(ractor_bytes key)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < key.length; i++)
        hash = (hash ^ key.data[i]) * UINT64_C(1099511628211);
    return hash;
}
