/* SPDX-License-Identifier: MIT */
/*
 * Growable arrays in an arena: a pointer, a count and a capacity in a struct of the user's choice.
 *
 *     RC_LIST(struct rc_field *) fields;      declares the member
 *     *rc_list_add(arena, &fields) = field;   appends
 *     for (size_t i = 0; i < fields.count; i++) ... fields.items[i]
 */
#ifndef RCGEN_BASE_LIST_H
#define RCGEN_BASE_LIST_H

#include "base/arena.h"

#include <stddef.h>

#define RC_LIST(TYPE)                                                                              \
    struct {                                                                                       \
        TYPE *items;                                                                               \
        size_t count;                                                                              \
        size_t capacity;                                                                           \
    }

/* The same as a type with a name, `struct NAME`, where two structs must agree. */
#define RC_LIST_TYPE(NAME, TYPE)                                                                   \
    struct NAME {                                                                                  \
        TYPE *items;                                                                               \
        size_t count;                                                                              \
        size_t capacity;                                                                           \
    }

/* Makes room for one more element; returns the array, moved when it had to grow. */
void *rc_list_grow(struct rc_arena *arena, void *items, size_t count, size_t *capacity,
                   size_t element_bytes);

/* Appends a zeroed element and evaluates to its address. */
#define rc_list_add(arena, list)                                                                   \
    ((list)->items = rc_list_grow((arena), (list)->items, (list)->count, &(list)->capacity,        \
                                  sizeof *(list)->items),                                          \
     &(list)->items[(list)->count++])

#endif
