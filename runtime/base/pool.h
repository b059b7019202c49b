/* SPDX-License-Identifier: MIT */
/*
 * Blocks of a few sizes, kept by each worker instead of going back to the allocator at once. In an
 * actor system one thread allocates and another frees: blocks that pile up with a consumer go to a
 * shared depot in chains, from where producers take them. Every block comes from rt_alloc and may
 * be freed by any thread, with or without a pool.
 */
#ifndef RACTOR_BASE_POOL_H
#define RACTOR_BASE_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 32, 64, 96, 128, 192, 256, 384, 512, 1024 bytes. */
#define RT_POOL_CLASSES 9
/* Four to each doubling, up to 256 KiB. They are kept by the depot alone, within a limit: the
 * system takes large blocks back at once, and to have their pages again costs more than to fill
 * them. */
#define RT_POOL_LARGE_CLASSES 32
/* The class of a block that is not pooled. */
#define RT_POOL_NONE (RT_POOL_CLASSES + RT_POOL_LARGE_CLASSES)

struct rt_pool_block {
    struct rt_pool_block *next;       /* within a chain */
    struct rt_pool_block *next_chain; /* in the depot: head of the next chain */
};

/* What all pools of a runtime share. */
struct rt_depot {
    pthread_mutex_t lock;
    /* under lock */
    struct {
        struct rt_pool_block *chains;
        uint32_t n_chains;
    } classes[RT_POOL_CLASSES];
    struct rt_pool_block *large[RT_POOL_LARGE_CLASSES];
    size_t large_bytes; /* in all of them */
};

/* One thread's blocks. */
struct rt_pool {
    struct rt_depot *depot;
    struct {
        struct rt_pool_block *blocks;
        uint32_t n_blocks;
    } classes[RT_POOL_CLASSES];
};

bool rt_depot_init(struct rt_depot *depot);
void rt_depot_fini(struct rt_depot *depot);

void rt_pool_init(struct rt_pool *pool, struct rt_depot *depot);
/* Frees what it holds. */
void rt_pool_fini(struct rt_pool *pool);

/* The class whose blocks hold `bytes`. */
uint8_t rt_pool_class(size_t bytes);

/* At least `bytes` uninitialised bytes, aligned to 16, and their class. `pool` may be NULL. */
void *rt_pool_take(struct rt_pool *pool, size_t bytes, uint8_t *size_class);

/* Gives a block back, from whatever pool it came. `pool` may be NULL. */
void rt_pool_give(struct rt_pool *pool, void *block, uint8_t size_class);

#endif
