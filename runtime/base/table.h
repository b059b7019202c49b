/* SPDX-License-Identifier: MIT */
/*
 * Type-stable records, named by ids that are never used twice.
 *
 * A record is recycled but never becomes something else and never leaves its address until the
 * table ends, so a stale pointer to it may always be read: whoever holds one compares the id.
 *
 *   id:  | generation : 36 | index + 1 : 28 |      0 is never an id
 *
 * Each use of a record has a fresh generation. Records in use carry their id where the owner of the
 * table wants it; this file only keeps the memory and the free lists.
 */
#ifndef RACTOR_BASE_TABLE_H
#define RACTOR_BASE_TABLE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define RT_ID_INDEX_BITS 28
#define RT_ID_INDEX_MASK ((UINT64_C(1) << RT_ID_INDEX_BITS) - 1)
#define RT_TABLE_SLAB_RECORDS 1024
#define RT_TABLE_MAX_SLABS ((1u << RT_ID_INDEX_BITS) / RT_TABLE_SLAB_RECORDS)

/* The first member of each record. */
struct rt_record {
    uint64_t next_id;            /* the id of its next use; written while it is free */
    struct rt_record *next_free; /* link of the free list that it is in */
};

struct rt_table {
    /* read-mostly */
    size_t record_bytes; /* a multiple of 64 */
    _Atomic(unsigned char *) *slabs;

    pthread_mutex_t lock;
    /* under lock */
    struct rt_record *free;
    _Atomic uint32_t n_records; /* ever made; read without the lock by visitors */
};

/* A thread's own free records, so that taking and giving need no lock. Zero is empty. */
struct rt_record_cache {
    struct rt_record *free;
    uint32_t n_free;
};

/* Returns false when there is no memory. `record_bytes` is rounded up to cache lines. */
int rt_table_init(struct rt_table *table, size_t record_bytes);

/* Frees all records. None may be in use. */
void rt_table_fini(struct rt_table *table);

/*
 * A record that nobody uses, zeroed at its first use; its `next_id` is the id of this use, and has
 * been advanced when it is given back. NULL: no memory, or 2^28 records in use. `cache` may be
 * NULL.
 */
void *rt_table_take(struct rt_table *table, struct rt_record_cache *cache);

/* Gives a record back. `cache` may be NULL. */
void rt_table_give(struct rt_table *table, struct rt_record_cache *cache, void *record);

/* The record that an id names, in whatever use it is; NULL for an index that was never made. */
void *rt_table_find(struct rt_table *table, uint64_t id);

/* The record at position `index` (0 ... n_records - 1), in use or not; NULL past the end. */
void *rt_table_at(const struct rt_table *table, uint32_t index);

#endif
