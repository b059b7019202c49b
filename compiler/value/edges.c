/* SPDX-License-Identifier: MIT */
/*
 * Types that hold others take their edges in turn, so that the number of values never multiplies. A
 * type that holds itself does so through a vec, an option or a map, which end it a few levels down.
 */
#include "value/edges.h"

#include "base/intern.h"

#include <string.h>

#define MAX_DEPTH 4
#define LONG_TEXT 300

struct maker {
    struct rc_arena *arena;
    unsigned depth;
    struct rc_intern names;
    struct rc_map made; /* depth and type -> struct rc_values: each is made once */
};

static struct rc_values edges_of(struct maker *maker, const struct rc_type *type);
static struct rc_values field_edges(struct maker *maker, const struct rc_fields *fields);

static struct rc_value *add(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    struct rc_value *value = rc_value_new(maker->arena, type);
    *rc_list_add(maker->arena, out) = value;
    return value;
}

static void add_number(struct maker *maker, struct rc_values *out, const struct rc_type *type,
                       uint64_t high, uint64_t low)
{
    struct rc_value *value = add(maker, out, type);
    value->high = high;
    value->low = low;
}

static void add_data(struct maker *maker, struct rc_values *out, const struct rc_type *type,
                     const char *data, size_t length)
{
    struct rc_value *value = add(maker, out, type);
    value->data = data;
    value->length = length;
}

/* Least, -1, 0, 1, most: ascending, as a map's keys have to be. */
static void add_integers(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    bool is_signed = type->kind <= RC_TYPE_I128;
    unsigned bits = 8u << (unsigned)(type->kind - (is_signed ? RC_TYPE_I8 : RC_TYPE_U8));
    uint64_t ones = ~UINT64_C(0);
    if (is_signed) {
        unsigned top = (bits - 1) % 64;
        uint64_t least = ones << top;
        add_number(maker, out, type, bits == 128 ? least : ones, bits == 128 ? 0 : least);
        add_number(maker, out, type, ones, ones);
        add_number(maker, out, type, 0, 0);
        add_number(maker, out, type, 0, 1);
        add_number(maker, out, type, bits == 128 ? ~least : 0, bits == 128 ? ones : ~least);
        return;
    }
    add_number(maker, out, type, 0, 0);
    add_number(maker, out, type, 0, 1);
    add_number(maker, out, type, bits == 128 ? ones : 0, bits >= 64 ? ones : ones >> (64 - bits));
}

/* By their bits: 0, -0, 1, the least, the most, infinities, NaN. */
static void add_reals(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    static const uint64_t doubles[] = {0,
                                       UINT64_C(0x8000000000000000),
                                       UINT64_C(0x3FF0000000000000),
                                       1,
                                       UINT64_C(0x7FEFFFFFFFFFFFFF),
                                       UINT64_C(0x7FF0000000000000),
                                       UINT64_C(0xFFF0000000000000),
                                       UINT64_C(0x7FF8000000000000)};
    static const uint64_t singles[] = {0,          0x80000000, 0x3F800000, 1,
                                       0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000};
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++)
        add_number(maker, out, type, 0, type->kind == RC_TYPE_F64 ? doubles[i] : singles[i]);
}

static void add_chars(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    static const uint32_t chars[] = {0, 'A', 0xE4, 0xD7FF, 0xE000, 0x10FFFF};
    for (size_t i = 0; i < sizeof chars / sizeof *chars; i++)
        add_number(maker, out, type, 0, chars[i]);
}

static const char *long_text(struct maker *maker)
{
    char *text = rc_arena_alloc(maker->arena, LONG_TEXT);
    memset(text, 'z', LONG_TEXT);
    return text;
}

/* Ascending. */
static void add_texts(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    add_data(maker, out, type, "", 0);
    add_data(maker, out, type, "a", 1);
    add_data(maker, out, type, "a\0b", 3);
    add_data(maker, out, type, long_text(maker), LONG_TEXT);
    add_data(maker, out, type, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9);
}

static void add_bytes(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    add_data(maker, out, type, "", 0);
    add_data(maker, out, type, "\0", 1);
    add_data(maker, out, type, "\0\xff\x80", 3);
    add_data(maker, out, type, long_text(maker), LONG_TEXT);
}

static void add_vecs(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    (void)add(maker, out, type);
    if (maker->depth >= MAX_DEPTH)
        return;
    struct rc_values items = edges_of(maker, type->args[0]);
    if (items.count == 0)
        return;
    rc_value_add(maker->arena, add(maker, out, type), items.items[items.count - 1]);
    struct rc_value *all = add(maker, out, type);
    for (size_t i = 0; i < items.count; i++)
        rc_value_add(maker->arena, all, items.items[i]);
}

static void add_options(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    (void)add(maker, out, type);
    if (maker->depth >= MAX_DEPTH)
        return;
    struct rc_values items = edges_of(maker, type->args[0]);
    for (size_t i = 0; i < items.count; i++)
        rc_value_add(maker->arena, add(maker, out, type), items.items[i]);
}

/* Keys ascend, each once; values go in turn. */
static void add_maps(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    (void)add(maker, out, type);
    if (maker->depth >= MAX_DEPTH)
        return;
    struct rc_values keys = edges_of(maker, type->args[0]);
    struct rc_values values = edges_of(maker, type->args[1]);
    if (values.count == 0)
        return;
    struct rc_value *map = add(maker, out, type);
    for (size_t i = 0; i < keys.count; i++) {
        rc_value_add(maker->arena, map, keys.items[i]);
        rc_value_add(maker->arena, map, values.items[i % values.count]);
    }
}

static void add_variant(struct maker *maker, struct rc_values *out, const struct rc_type *type,
                        size_t variant)
{
    struct rc_values contents = {0};
    if (type->kind == RC_TYPE_RESULT) {
        struct rc_values items = edges_of(maker, type->args[variant]);
        for (size_t i = 0; i < items.count; i++)
            rc_value_add(maker->arena, add(maker, &contents, type), items.items[i]);
    } else {
        contents = field_edges(maker, rc_value_fields(type, variant));
    }
    for (size_t i = 0; i < contents.count; i++) {
        struct rc_value *value = add(maker, out, type);
        value->variant = variant;
        value->items = contents.items[i]->items;
    }
}

static void add_actors(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    add_data(maker, out, type, "", 0);
    add_data(maker, out, type, "node@host", 9);
    out->items[out->count - 1]->low = UINT64_MAX;
}

static void add_structs(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    struct rc_values contents = field_edges(maker, &type->decl->fields);
    for (size_t i = 0; i < contents.count; i++)
        add(maker, out, type)->items = contents.items[i]->items;
}

static void add_edges(struct maker *maker, struct rc_values *out, const struct rc_type *type)
{
    switch (type->kind) {
    case RC_TYPE_F32:
    case RC_TYPE_F64:
        add_reals(maker, out, type);
        break;
    case RC_TYPE_BOOL:
        add_number(maker, out, type, 0, 0);
        add_number(maker, out, type, 0, 1);
        break;
    case RC_TYPE_CHAR:
        add_chars(maker, out, type);
        break;
    case RC_TYPE_STRING:
        add_texts(maker, out, type);
        break;
    case RC_TYPE_BYTES:
        add_bytes(maker, out, type);
        break;
    case RC_TYPE_UNIT:
        (void)add(maker, out, type);
        break;
    case RC_TYPE_VEC:
        add_vecs(maker, out, type);
        break;
    case RC_TYPE_OPTION:
        add_options(maker, out, type);
        break;
    case RC_TYPE_MAP:
        add_maps(maker, out, type);
        break;
    case RC_TYPE_RESULT:
        add_variant(maker, out, type, 0);
        add_variant(maker, out, type, 1);
        break;
    case RC_TYPE_UNION:
        for (size_t i = 0; i < type->decl->variants.count; i++)
            add_variant(maker, out, type, i);
        break;
    case RC_TYPE_ACTOR:
        add_actors(maker, out, type);
        break;
    case RC_TYPE_STRUCT:
        add_structs(maker, out, type);
        break;
    case RC_TYPE_PROTO:
    case RC_TYPE_ENUM:
    case RC_TYPE_PTR:
        break;
    default:
        add_integers(maker, out, type);
        break;
    }
}

/* More than there is room for are thinned out evenly; the last one stays. */
static void thin_out(struct rc_values *values)
{
    if (values->count <= RC_MAX_EDGES)
        return;
    for (size_t i = 0; i < RC_MAX_EDGES; i++)
        values->items[i] = values->items[i * (values->count - 1) / (RC_MAX_EDGES - 1)];
    values->count = RC_MAX_EDGES;
}

static struct rc_values edges_of(struct maker *maker, const struct rc_type *type)
{
    unsigned level = maker->depth < MAX_DEPTH ? maker->depth : MAX_DEPTH;
    const struct rc_name *key = rc_intern_cstr(
        &maker->names, rc_arena_printf(maker->arena, "%u %s", level, type->text->text));
    struct rc_values *out = rc_map_find(&maker->made, key);
    if (out != NULL)
        return *out;
    out = rc_arena_alloc(maker->arena, sizeof *out);
    maker->depth++;
    add_edges(maker, out, type);
    maker->depth--;
    thin_out(out);
    (void)rc_map_add(&maker->made, key, out);
    return *out;
}

/* The values that `[max = N]` allows. */
static struct rc_values within(struct maker *maker, struct rc_values values, uint64_t max)
{
    struct rc_values kept = {0};
    if (max == 0)
        return values;
    for (size_t i = 0; i < values.count; i++) {
        if (rc_value_count(values.items[i]) <= max)
            *rc_list_add(maker->arena, &kept) = values.items[i];
    }
    return kept;
}

static struct rc_values field_edges(struct maker *maker, const struct rc_fields *fields)
{
    struct rc_values out = {0};
    struct rc_values *edges = rc_arena_array(maker->arena, fields->count + 1, sizeof *edges);
    size_t count = 1;
    for (size_t i = 0; i < fields->count; i++) {
        edges[i] =
            within(maker, edges_of(maker, fields->items[i]->type->type), fields->items[i]->max);
        if (edges[i].count == 0)
            return out;
        count = edges[i].count > count ? edges[i].count : count;
    }
    for (size_t i = 0; i < count; i++) {
        struct rc_value *value = add(maker, &out, NULL);
        for (size_t j = 0; j < fields->count; j++)
            rc_value_add(maker->arena, value, edges[j].items[i % edges[j].count]);
    }
    return out;
}

static struct maker maker_of(struct rc_arena *arena)
{
    struct maker maker = {.arena = arena};
    rc_intern_init(&maker.names, arena);
    rc_map_init(&maker.made, arena);
    return maker;
}

struct rc_values rc_value_edges(struct rc_arena *arena, const struct rc_type *type)
{
    struct maker maker = maker_of(arena);
    return edges_of(&maker, type);
}

struct rc_values rc_value_field_edges(struct rc_arena *arena, const struct rc_fields *fields)
{
    struct maker maker = maker_of(arena);
    return field_edges(&maker, fields);
}
