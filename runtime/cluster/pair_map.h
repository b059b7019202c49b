/* SPDX-License-Identifier: MIT */
/*
 * A hash map from a pair of numbers to a pointer: open addressing, no allocation per entry, sized
 * by powers of two. The hash is seeded, so that a peer cannot choose keys that collide. Not
 * thread-safe.
 */
#ifndef RACTOR_CLUSTER_PAIR_MAP_H
#define RACTOR_CLUSTER_PAIR_MAP_H

#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

struct rt_pair {
    uint64_t a, b;
};

struct rt_pair_slot {
    struct rt_pair key;
    void *value; /* NULL: free */
};

struct rt_pair_map {
    struct rt_pair_slot *slots; /* NULL while empty from the start */
    size_t capacity;            /* a power of two */
    size_t count;
    uint64_t seed;
};

void rt_pair_map_init(struct rt_pair_map *map, uint64_t seed);
/* Frees the table; the values are the caller's. */
void rt_pair_map_fini(struct rt_pair_map *map);

/* The value, or NULL. */
void *rt_pair_map_find(const struct rt_pair_map *map, struct rt_pair key);

/* Adds a value that is not NULL. RACTOR_EEXIST: the key has one. RACTOR_ENOMEM. */
ractor_status rt_pair_map_add(struct rt_pair_map *map, struct rt_pair key, void *value);

/* Removes and returns the value, or NULL. */
void *rt_pair_map_take(struct rt_pair_map *map, struct rt_pair key);

/* The next value from `*cursor` on, which starts at 0; NULL at the end. Not across add and take. */
void *rt_pair_map_next(const struct rt_pair_map *map, size_t *cursor);

#endif
