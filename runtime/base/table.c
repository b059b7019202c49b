/* SPDX-License-Identifier: MIT */
/*
 * Slabs of 1,024 records hang in a directory that is large enough for all indexes and is touched
 * only as far as it is used. Free records sit in the table's list or in a thread's cache, which
 * trades with the list in batches.
 */
#include "base/table.h"

#include "base/alloc.h"

#define CACHE_LIMIT 128
#define CACHE_BATCH 64
#define RECORD_ALIGN 64

int rt_table_init(struct rt_table *table, size_t record_bytes)
{
    table->record_bytes = (record_bytes + RECORD_ALIGN - 1) & ~(size_t)(RECORD_ALIGN - 1);
    table->slabs = rt_calloc(RT_TABLE_MAX_SLABS, sizeof *table->slabs);
    table->free = NULL;
    atomic_init(&table->n_records, 0);
    if (table->slabs == NULL)
        return 0;
    if (pthread_mutex_init(&table->lock, NULL) != 0) {
        rt_free(table->slabs);
        return 0;
    }
    return 1;
}

void rt_table_fini(struct rt_table *table)
{
    uint32_t n_records = atomic_load_explicit(&table->n_records, memory_order_relaxed);
    for (uint32_t slab = 0; slab * RT_TABLE_SLAB_RECORDS < n_records; slab++)
        rt_free(atomic_load_explicit(&table->slabs[slab], memory_order_relaxed));
    rt_free(table->slabs);
    (void)pthread_mutex_destroy(&table->lock);
}

/* Under the lock. Adds one slab to the free list. */
static void add_slab(struct rt_table *table)
{
    uint32_t first = atomic_load_explicit(&table->n_records, memory_order_relaxed);
    uint32_t slab = first / RT_TABLE_SLAB_RECORDS;
    if (slab >= RT_TABLE_MAX_SLABS - 1)
        return;
    unsigned char *memory =
        rt_aligned_calloc(RECORD_ALIGN, table->record_bytes * RT_TABLE_SLAB_RECORDS);
    if (memory == NULL)
        return;
    for (uint32_t i = RT_TABLE_SLAB_RECORDS; i-- > 0;) {
        struct rt_record *record = (void *)(memory + i * table->record_bytes);
        record->next_id = first + i + 1;
        record->next_free = table->free;
        table->free = record;
    }
    atomic_store_explicit(&table->slabs[slab], memory, memory_order_relaxed);
    /* release: pairs with the acquire in rt_table_at; publishes the slab's pointer and content. */
    atomic_store_explicit(&table->n_records, first + RT_TABLE_SLAB_RECORDS, memory_order_release);
}

static struct rt_record *pop(struct rt_record **list)
{
    struct rt_record *record = *list;
    if (record != NULL)
        *list = record->next_free;
    return record;
}

static void push(struct rt_record **list, struct rt_record *record)
{
    record->next_free = *list;
    *list = record;
}

/* Under the lock. */
static struct rt_record *pop_or_grow(struct rt_table *table)
{
    if (table->free == NULL)
        add_slab(table);
    return pop(&table->free);
}

static void refill(struct rt_table *table, struct rt_record_cache *cache)
{
    (void)pthread_mutex_lock(&table->lock);
    while (cache->n_free < CACHE_BATCH) {
        struct rt_record *record = pop_or_grow(table);
        if (record == NULL)
            break;
        push(&cache->free, record);
        cache->n_free++;
    }
    (void)pthread_mutex_unlock(&table->lock);
}

void *rt_table_take(struct rt_table *table, struct rt_record_cache *cache)
{
    if (cache == NULL) {
        (void)pthread_mutex_lock(&table->lock);
        struct rt_record *record = pop_or_grow(table);
        (void)pthread_mutex_unlock(&table->lock);
        return record;
    }
    if (cache->n_free == 0)
        refill(table, cache);
    if (cache->n_free == 0)
        return NULL;
    cache->n_free--;
    return pop(&cache->free);
}

static void spill(struct rt_table *table, struct rt_record_cache *cache)
{
    (void)pthread_mutex_lock(&table->lock);
    while (cache->n_free > CACHE_BATCH) {
        push(&table->free, pop(&cache->free));
        cache->n_free--;
    }
    (void)pthread_mutex_unlock(&table->lock);
}

void rt_table_give(struct rt_table *table, struct rt_record_cache *cache, void *record)
{
    struct rt_record *freed = record;
    freed->next_id += UINT64_C(1) << RT_ID_INDEX_BITS;
    if (cache == NULL) {
        (void)pthread_mutex_lock(&table->lock);
        push(&table->free, freed);
        (void)pthread_mutex_unlock(&table->lock);
        return;
    }
    push(&cache->free, freed);
    if (++cache->n_free > CACHE_LIMIT)
        spill(table, cache);
}

void *rt_table_at(const struct rt_table *table, uint32_t index)
{
    /* acquire: pairs with the release in add_slab. */
    if (index >= atomic_load_explicit(&table->n_records, memory_order_acquire))
        return NULL;
    unsigned char *slab =
        atomic_load_explicit(&table->slabs[index / RT_TABLE_SLAB_RECORDS], memory_order_relaxed);
    return slab + (index % RT_TABLE_SLAB_RECORDS) * table->record_bytes;
}

void *rt_table_find(struct rt_table *table, uint64_t id)
{
    uint64_t position = id & RT_ID_INDEX_MASK;
    if (position == 0)
        return NULL;
    return rt_table_at(table, (uint32_t)(position - 1));
}
