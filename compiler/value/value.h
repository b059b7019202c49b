/* SPDX-License-Identifier: MIT */
/*
 * Values of a schema's types, known only while rcgen runs: what `decode`, `encode` and `vectors`
 * work on. They hang from an arena.
 *
 *     kind of type            in the value
 *     numbers, bool, char     `low`, `high`: 128 bits, negative ones in two's complement; floats
 *                             their IEEE 754 bits
 *     string, bytes, proto    `data`, `length`
 *     actor                   the node's name in `data`, `length`; the pid in `low`
 *     struct                  `items`: its fields
 *     union, result           `variant`; `items`: the variant's fields
 *     option                  `items`: none or one
 *     vec                     `items`
 *     map                     `items`: key, value, key, value, …
 */
#ifndef RCGEN_VALUE_VALUE_H
#define RCGEN_VALUE_VALUE_H

#include "ast/ast.h"
#include "base/arena.h"
#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

/* How deep values nest, and how many elements one has: what generated code allows. */
#define RC_VALUE_MAX_DEPTH 64
#define RC_VALUE_MAX_ELEMENTS ((size_t)4 << 20)

struct rc_value;

RC_LIST_TYPE(rc_values, struct rc_value *);

struct rc_value {
    const struct rc_type *type; /* NULL: the fields of a message */
    uint64_t low;
    uint64_t high;
    const char *data;
    size_t length;
    size_t variant;
    struct rc_values items;
};

/* One step of the way to a value inside of another. */
struct rc_value_step {
    const struct rc_value_step *outer;
    const char *name; /* of a field; NULL: the element `index` */
    size_t index;
};

/* What a walk over a value carries along. */
struct rc_value_walk {
    struct rc_arena *arena;
    const struct rc_value_step *step; /* where it is */
    uint32_t depth;
    size_t n_elements;
    const char *error; /* what is wrong, with the place; NULL: nothing */
};

struct rc_value *rc_value_new(struct rc_arena *arena, const struct rc_type *type);

/* Appends an item. */
void rc_value_add(struct rc_arena *arena, struct rc_value *value, struct rc_value *item);

/* The fields of a union's variant. */
const struct rc_fields *rc_value_fields(const struct rc_type *type, size_t variant);

/* A variant's name: of a union, or Ok and Err of a result. */
const char *rc_value_variant_name(const struct rc_type *type, size_t variant);

/* The variant with this name; false when there is none. */
bool rc_value_find_variant(const struct rc_type *type, const char *name, size_t length,
                           size_t *variant);

/* A field's name as it is shown: its own, or arg0, arg1, … */
const char *rc_value_field_name(struct rc_arena *arena, const struct rc_fields *fields,
                                size_t index);

/* Whether the fields are written by position. */
static inline bool rc_value_is_unnamed(const struct rc_fields *fields)
{
    return fields->count != 0 && fields->items[0]->name.name == NULL;
}

/* What `[max = N]` counts. */
size_t rc_value_count(const struct rc_value *value);

/* Records an error with the place; false. The first error stays. */
bool rc_value_fail(struct rc_value_walk *walk, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One level down and up again; false with an error when it is too deep. */
bool rc_value_enter(struct rc_value_walk *walk, struct rc_value_step *step, const char *name,
                    size_t index);
void rc_value_leave(struct rc_value_walk *walk, const struct rc_value_step *step);

/* text.c: readable, on one line: Post(from: "ada", text: "hi"). `name` is the message's. */
void rc_value_print(const struct rc_value *value, const char *name, const struct rc_fields *fields,
                    struct rc_buffer *out);
void rc_value_print_type(const struct rc_value *value, struct rc_buffer *out);

/* text.c: 128 bits in decimal. */
const char *rc_value_decimal(struct rc_arena *arena, bool is_negative, uint64_t high, uint64_t low);

/* text.c: an integer value in decimal. */
const char *rc_value_integer_text(struct rc_arena *arena, const struct rc_value *value);

#endif
