/* SPDX-License-Identifier: MIT */
#include "base/intern.h"

#include <stdbool.h>
#include <string.h>

#define FIRST_SLOTS 64
#define FIRST_MAP_SLOTS 8 /* there is a map for the fields of each variant */

static uint32_t hash_bytes(const char *text, size_t length)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash ^ (hash >> 15);
}

void rc_intern_init(struct rc_intern *table, struct rc_arena *arena)
{
    *table = (struct rc_intern){.arena = arena, .n_slots = FIRST_SLOTS};
    table->slots = rc_arena_array(arena, FIRST_SLOTS, sizeof *table->slots);
}

void rc_intern_front(struct rc_intern *table, struct rc_arena *arena, struct rc_intern *behind,
                     pthread_mutex_t *lock)
{
    rc_intern_init(table, arena);
    table->behind = behind;
    table->lock = lock;
}

static void intern_grow(struct rc_intern *table)
{
    size_t n_slots = table->n_slots * 2;
    const struct rc_name **slots = rc_arena_array(table->arena, n_slots, sizeof *slots);
    for (size_t i = 0; i < table->n_slots; i++) {
        const struct rc_name *name = table->slots[i];
        if (name == NULL)
            continue;
        size_t at = name->hash & (n_slots - 1);
        while (slots[at] != NULL)
            at = (at + 1) & (n_slots - 1);
        slots[at] = name;
    }
    table->slots = slots;
    table->n_slots = n_slots;
}

static bool is_name(const struct rc_name *name, uint32_t hash, const char *text, size_t length)
{
    return name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0;
}

static const struct rc_name *make_name(struct rc_intern *table, uint32_t hash, const char *text,
                                       size_t length)
{
    struct rc_name *name = rc_arena_alloc(table->arena, sizeof *name + length + 1);
    name->length = (uint32_t)length;
    name->hash = hash;
    memcpy(name->text, text, length);
    return name;
}

static const struct rc_name *name_behind(struct rc_intern *table, const char *text, size_t length)
{
    (void)pthread_mutex_lock(table->lock);
    const struct rc_name *name = rc_intern(table->behind, text, length);
    (void)pthread_mutex_unlock(table->lock);
    return name;
}

const struct rc_name *rc_intern(struct rc_intern *table, const char *text, size_t length)
{
    uint32_t hash = hash_bytes(text, length);
    size_t at = hash & (table->n_slots - 1);
    while (table->slots[at] != NULL) {
        if (is_name(table->slots[at], hash, text, length))
            return table->slots[at];
        at = (at + 1) & (table->n_slots - 1);
    }
    const struct rc_name *name = table->behind != NULL ? name_behind(table, text, length)
                                                       : make_name(table, hash, text, length);
    table->slots[at] = name;
    if (++table->n_names * 2 > table->n_slots)
        intern_grow(table);
    return name;
}

const struct rc_name *rc_intern_cstr(struct rc_intern *table, const char *text)
{
    return rc_intern(table, text, strlen(text));
}

void rc_map_init(struct rc_map *map, struct rc_arena *arena)
{
    *map = (struct rc_map){.arena = arena};
}

static struct rc_map_slot *map_slot(const struct rc_map *map, const struct rc_name *key)
{
    size_t at = key->hash & (map->n_slots - 1);
    while (map->slots[at].key != NULL && map->slots[at].key != key)
        at = (at + 1) & (map->n_slots - 1);
    return &map->slots[at];
}

void *rc_map_find(const struct rc_map *map, const struct rc_name *key)
{
    return map->n_slots != 0 ? map_slot(map, key)->value : NULL;
}

static void map_grow(struct rc_map *map)
{
    struct rc_map old = *map;
    map->n_slots = old.n_slots != 0 ? old.n_slots * 2 : FIRST_MAP_SLOTS;
    map->slots = rc_arena_array(map->arena, map->n_slots, sizeof *map->slots);
    for (size_t i = 0; i < old.n_slots; i++) {
        if (old.slots[i].key != NULL)
            *map_slot(map, old.slots[i].key) = old.slots[i];
    }
}

void *rc_map_add(struct rc_map *map, const struct rc_name *key, void *value)
{
    if ((map->count + 1) * 2 > map->n_slots)
        map_grow(map);
    struct rc_map_slot *slot = map_slot(map, key);
    if (slot->key != NULL)
        return slot->value;
    slot->key = key;
    slot->value = value;
    map->count++;
    return NULL;
}
