/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include "base/alloc.h"

#define CHAIN_BLOCKS 64
#define CACHE_LIMIT (2 * CHAIN_BLOCKS)
#define DEPOT_LIMIT_CHAINS 256
#define LARGE_LIMIT_BYTES ((size_t)2 << 20)

static const uint16_t class_bytes[RT_POOL_CLASSES] = {32, 64, 96, 128, 192, 256, 384, 512, 1024};

/* AddressSanitizer sees a use after free only when blocks go back to the allocator. */
#if defined(__SANITIZE_ADDRESS__)
#define KEEPS_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_BLOCKS 0
#endif
#endif
#ifndef KEEPS_BLOCKS
#define KEEPS_BLOCKS 1
#endif

bool rt_depot_init(struct rt_depot *depot)
{
    for (unsigned i = 0; i < RT_POOL_CLASSES; i++) {
        depot->classes[i].chains = NULL;
        depot->classes[i].n_chains = 0;
    }
    for (unsigned i = 0; i < RT_POOL_LARGE_CLASSES; i++)
        depot->large[i] = NULL;
    depot->large_bytes = 0;
    return pthread_mutex_init(&depot->lock, NULL) == 0;
}

static void free_chain(struct rt_pool_block *block)
{
    while (block != NULL) {
        struct rt_pool_block *next = block->next;
        rt_free(block);
        block = next;
    }
}

void rt_depot_fini(struct rt_depot *depot)
{
    for (unsigned i = 0; i < RT_POOL_CLASSES; i++) {
        struct rt_pool_block *chain = depot->classes[i].chains;
        while (chain != NULL) {
            struct rt_pool_block *next = chain->next_chain;
            free_chain(chain);
            chain = next;
        }
    }
    for (unsigned i = 0; i < RT_POOL_LARGE_CLASSES; i++)
        free_chain(depot->large[i]);
    (void)pthread_mutex_destroy(&depot->lock);
}

void rt_pool_init(struct rt_pool *pool, struct rt_depot *depot)
{
    pool->depot = depot;
    for (unsigned i = 0; i < RT_POOL_CLASSES; i++) {
        pool->classes[i].blocks = NULL;
        pool->classes[i].n_blocks = 0;
    }
}

void rt_pool_fini(struct rt_pool *pool)
{
    for (unsigned i = 0; i < RT_POOL_CLASSES; i++)
        free_chain(pool->classes[i].blocks);
}

/* Of the block sizes between 1 and 256 KiB. */
static size_t large_class_bytes(uint8_t size_class)
{
    unsigned i = size_class - RT_POOL_CLASSES;
    size_t doubling = (size_t)1024 << (i / 4);
    return doubling + (i % 4 + 1) * (doubling / 4);
}

uint8_t rt_pool_class(size_t bytes)
{
    uint8_t size_class = 0;
    while (size_class < RT_POOL_CLASSES && bytes > class_bytes[size_class])
        size_class++;
    while (size_class >= RT_POOL_CLASSES && size_class < RT_POOL_NONE &&
           bytes > large_class_bytes(size_class))
        size_class++;
    return size_class;
}

/* ------------------------------------------------------------------ large blocks */

static void *take_large(struct rt_pool *pool, uint8_t size_class)
{
    struct rt_pool_block *block = NULL;
    size_t bytes = large_class_bytes(size_class);
    if (KEEPS_BLOCKS && pool != NULL) {
        struct rt_depot *depot = pool->depot;
        (void)pthread_mutex_lock(&depot->lock);
        block = depot->large[size_class - RT_POOL_CLASSES];
        if (block != NULL) {
            depot->large[size_class - RT_POOL_CLASSES] = block->next;
            depot->large_bytes -= bytes;
        }
        (void)pthread_mutex_unlock(&depot->lock);
    }
    return block != NULL ? block : rt_alloc(bytes);
}

static void give_large(struct rt_depot *depot, struct rt_pool_block *block, uint8_t size_class)
{
    size_t bytes = large_class_bytes(size_class);
    (void)pthread_mutex_lock(&depot->lock);
    bool has_room = depot->large_bytes + bytes <= LARGE_LIMIT_BYTES;
    if (has_room) {
        block->next = depot->large[size_class - RT_POOL_CLASSES];
        depot->large[size_class - RT_POOL_CLASSES] = block;
        depot->large_bytes += bytes;
    }
    (void)pthread_mutex_unlock(&depot->lock);
    if (!has_room)
        rt_free(block);
}

/* ------------------------------------------------------------------ small blocks */

/* The cache is empty: a chain from the depot, when it has one. */
static void refill(struct rt_pool *pool, uint8_t size_class)
{
    struct rt_depot *depot = pool->depot;
    (void)pthread_mutex_lock(&depot->lock);
    struct rt_pool_block *chain = depot->classes[size_class].chains;
    if (chain != NULL) {
        depot->classes[size_class].chains = chain->next_chain;
        depot->classes[size_class].n_chains--;
        pool->classes[size_class].blocks = chain;
        pool->classes[size_class].n_blocks = CHAIN_BLOCKS;
    }
    (void)pthread_mutex_unlock(&depot->lock);
}

void *rt_pool_take(struct rt_pool *pool, size_t bytes, uint8_t *size_class)
{
    uint8_t wanted = rt_pool_class(bytes);
    *size_class = wanted;
    if (wanted == RT_POOL_NONE)
        return rt_alloc(bytes);
    if (wanted >= RT_POOL_CLASSES)
        return take_large(pool, wanted);
    if (!KEEPS_BLOCKS || pool == NULL)
        return rt_alloc(class_bytes[wanted]);
    if (pool->classes[wanted].n_blocks == 0)
        refill(pool, wanted);
    struct rt_pool_block *block = pool->classes[wanted].blocks;
    if (block == NULL)
        return rt_alloc(class_bytes[wanted]);
    pool->classes[wanted].blocks = block->next;
    pool->classes[wanted].n_blocks--;
    return block;
}

/* The cache is full: its newest blocks, which are `CHAIN_BLOCKS`, become a chain of the depot. */
static void spill(struct rt_pool *pool, uint8_t size_class)
{
    struct rt_pool_block *chain = pool->classes[size_class].blocks;
    struct rt_pool_block *last = chain;
    for (unsigned i = 1; i < CHAIN_BLOCKS; i++)
        last = last->next;
    pool->classes[size_class].blocks = last->next;
    pool->classes[size_class].n_blocks -= CHAIN_BLOCKS;
    last->next = NULL;

    struct rt_depot *depot = pool->depot;
    (void)pthread_mutex_lock(&depot->lock);
    bool has_room = depot->classes[size_class].n_chains < DEPOT_LIMIT_CHAINS;
    if (has_room) {
        chain->next_chain = depot->classes[size_class].chains;
        depot->classes[size_class].chains = chain;
        depot->classes[size_class].n_chains++;
    }
    (void)pthread_mutex_unlock(&depot->lock);
    if (!has_room)
        free_chain(chain);
}

void rt_pool_give(struct rt_pool *pool, void *block, uint8_t size_class)
{
    if (!KEEPS_BLOCKS || pool == NULL || size_class == RT_POOL_NONE) {
        rt_free(block);
        return;
    }
    if (size_class >= RT_POOL_CLASSES) {
        give_large(pool->depot, block, size_class);
        return;
    }
    struct rt_pool_block *freed = block;
    freed->next = pool->classes[size_class].blocks;
    pool->classes[size_class].blocks = freed;
    if (++pool->classes[size_class].n_blocks > CACHE_LIMIT)
        spill(pool, size_class);
}
