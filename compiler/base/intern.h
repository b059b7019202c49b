/* SPDX-License-Identifier: MIT */
/*
 * Each distinct string once, so that names compare by address; and a map keyed by such names.
 */
#ifndef RCGEN_BASE_INTERN_H
#define RCGEN_BASE_INTERN_H

#include "base/arena.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* An interned string: terminated, immutable, alive as long as its table's arena. */
struct rc_name {
    uint32_t length;
    uint32_t hash;
    char text[];
};

struct rc_intern {
    struct rc_arena *arena;
    const struct rc_name **slots; /* open addressing, at most half full */
    size_t n_slots;
    size_t n_names;
    struct rc_intern *behind; /* where names are made, under `lock`; NULL: here */
    pthread_mutex_t *lock;
};

void rc_intern_init(struct rc_intern *table, struct rc_arena *arena);

/*
 * A table for one thread, in front of one that several fill: it remembers what it has seen, and
 * has the rest from the one behind, whose names they all share. While there are such tables nobody
 * uses the one behind directly.
 */
void rc_intern_front(struct rc_intern *table, struct rc_arena *arena, struct rc_intern *behind,
                     pthread_mutex_t *lock);

/* The one name with these bytes. */
const struct rc_name *rc_intern(struct rc_intern *table, const char *text, size_t length);

/* The same for a C string. */
const struct rc_name *rc_intern_cstr(struct rc_intern *table, const char *text);

/* From names to pointers. */
struct rc_map {
    struct rc_arena *arena;
    struct rc_map_slot {
        const struct rc_name *key;
        void *value;
    } * slots;
    size_t n_slots;
    size_t count;
};

void rc_map_init(struct rc_map *map, struct rc_arena *arena);

/* What `key` maps to; NULL when it is absent. */
void *rc_map_find(const struct rc_map *map, const struct rc_name *key);

/* Maps an absent `key` to `value`; returns what it was mapped to before, which then stays. */
void *rc_map_add(struct rc_map *map, const struct rc_name *key, void *value);

#endif
