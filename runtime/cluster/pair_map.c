/* SPDX-License-Identifier: MIT */
#include "cluster/pair_map.h"

#include "base/alloc.h"

#define FIRST_SLOTS 16

static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static size_t home_of(const struct rt_pair_map *map, struct rt_pair key)
{
    return (size_t)mix(mix(key.a ^ map->seed) + key.b) & (map->capacity - 1);
}

/* The slot of a key, or the free one where it would go. Needs a free slot. */
static struct rt_pair_slot *seek(const struct rt_pair_map *map, struct rt_pair key)
{
    size_t at = home_of(map, key);
    while (map->slots[at].value != NULL &&
           (map->slots[at].key.a != key.a || map->slots[at].key.b != key.b))
        at = (at + 1) & (map->capacity - 1);
    return &map->slots[at];
}

void rt_pair_map_init(struct rt_pair_map *map, uint64_t seed)
{
    *map = (struct rt_pair_map){.seed = seed};
}

void rt_pair_map_fini(struct rt_pair_map *map)
{
    rt_free(map->slots);
    rt_pair_map_init(map, map->seed);
}

void *rt_pair_map_find(const struct rt_pair_map *map, struct rt_pair key)
{
    return map->count != 0 ? seek(map, key)->value : NULL;
}

static ractor_status grow(struct rt_pair_map *map)
{
    struct rt_pair_map larger = {.seed = map->seed, .count = map->count};
    larger.capacity = map->capacity != 0 ? map->capacity * 2 : FIRST_SLOTS;
    larger.slots = rt_calloc(larger.capacity, sizeof *larger.slots);
    if (larger.slots == NULL)
        return RACTOR_ENOMEM;
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].value != NULL)
            *seek(&larger, map->slots[i].key) = map->slots[i];
    }
    rt_free(map->slots);
    *map = larger;
    return RACTOR_OK;
}

ractor_status rt_pair_map_add(struct rt_pair_map *map, struct rt_pair key, void *value)
{
    if (map->count >= map->capacity / 4 * 3) {
        ractor_status status = grow(map);
        if (status != RACTOR_OK)
            return status;
    }
    struct rt_pair_slot *slot = seek(map, key);
    if (slot->value != NULL)
        return RACTOR_EEXIST;
    slot->key = key;
    slot->value = value;
    map->count++;
    return RACTOR_OK;
}

/* Moves back what stands behind a hole, so that no probe ends too early. */
static void close_hole(struct rt_pair_map *map, size_t hole)
{
    size_t mask = map->capacity - 1;
    for (size_t at = (hole + 1) & mask; map->slots[at].value != NULL; at = (at + 1) & mask) {
        size_t home = home_of(map, map->slots[at].key);
        if (((at - home) & mask) < ((at - hole) & mask))
            continue; /* its home lies behind the hole */
        map->slots[hole] = map->slots[at];
        hole = at;
    }
    map->slots[hole].value = NULL;
}

void *rt_pair_map_take(struct rt_pair_map *map, struct rt_pair key)
{
    if (map->count == 0)
        return NULL;
    struct rt_pair_slot *slot = seek(map, key);
    void *value = slot->value;
    if (value != NULL) {
        map->count--;
        close_hole(map, (size_t)(slot - map->slots));
    }
    return value;
}

void *rt_pair_map_next(const struct rt_pair_map *map, size_t *cursor)
{
    while (*cursor < map->capacity) {
        void *value = map->slots[(*cursor)++].value;
        if (value != NULL)
            return value;
    }
    return NULL;
}
