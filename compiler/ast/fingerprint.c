/* SPDX-License-Identifier: MIT */
/*
 * A text in one canonical form is hashed while it is made, FNV-1a:
 *
 *     enum      Name(types)[>reply];…     by name
 *     struct    #number in its place, and behind all else  number{types}
 *     union     the same, number|Name(types);…  by name
 *
 * Structs and unions are numbered as they are met, so that recursion ends and names do not matter.
 */
#include "ast/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#define OFFSET UINT64_C(14695981039346656037)
#define PRIME UINT64_C(1099511628211)

struct walk {
    struct rc_arena *arena;
    uint64_t hash;
    RC_LIST(const struct rc_decl *) met; /* by number */
    struct rc_map numbers;               /* a declaration's name in full -> its place in `met` */
};

static void put(struct walk *walk, const char *text)
{
    for (; *text != '\0'; text++)
        walk->hash = (walk->hash ^ (unsigned char)*text) * PRIME;
}

static void put_number(struct walk *walk, size_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    put(walk, digits + at);
}

/* The type's text names it uniquely, across files. */
static void put_declared(struct walk *walk, const struct rc_type *type)
{
    const size_t *number = rc_map_find(&walk->numbers, type->text);
    if (number == NULL) {
        size_t *mine = rc_arena_alloc(walk->arena, sizeof *mine);
        *mine = walk->met.count;
        *rc_list_add(walk->arena, &walk->met) = type->decl;
        (void)rc_map_add(&walk->numbers, type->text, mine);
        number = mine;
    }
    put(walk, "#");
    put_number(walk, *number);
}

/* Nesting is bounded by the language. */
static void put_type(struct walk *walk, const struct rc_type *type)
{
    static const char *const names[] = {
#define RC_SPELLING(name, spelling, size) spelling,
        RC_BUILTINS(RC_SPELLING)
#undef RC_SPELLING
            [RC_TYPE_VEC] = "vec",
        [RC_TYPE_OPTION] = "option",
        [RC_TYPE_MAP] = "map",
        [RC_TYPE_RESULT] = "result",
        [RC_TYPE_ACTOR] = "actor",
        [RC_TYPE_PROTO] = "proto ",
        [RC_TYPE_PTR] = "ptr",
    };
    if (type->kind == RC_TYPE_STRUCT || type->kind == RC_TYPE_UNION) {
        put_declared(walk, type);
        return;
    }
    put(walk, names[type->kind]);
    if (type->kind == RC_TYPE_PROTO)
        put(walk, type->target);
    for (size_t i = 0; i < 2 && type->args[i] != NULL && type->kind != RC_TYPE_ACTOR; i++) {
        put(walk, "<");
        put_type(walk, type->args[i]);
        put(walk, ">");
    }
}

static void put_fields(struct walk *walk, const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        put_type(walk, fields->items[i]->type->type);
        put(walk, ",");
    }
}

static int by_name(const void *left, const void *right)
{
    const struct rc_variant *const *a = left;
    const struct rc_variant *const *b = right;
    return strcmp((*a)->name.name->text, (*b)->name.name->text);
}

static void put_variants(struct walk *walk, const struct rc_variants *variants)
{
    struct rc_variant **sorted = rc_arena_array(walk->arena, variants->count + 1, sizeof *sorted);
    if (variants->count != 0)
        memcpy(sorted, variants->items, variants->count * sizeof *sorted);
    qsort(sorted, variants->count, sizeof *sorted, by_name);
    for (size_t i = 0; i < variants->count; i++) {
        put(walk, sorted[i]->name.name->text);
        put(walk, "(");
        put_fields(walk, &sorted[i]->fields);
        put(walk, ")");
        if (sorted[i]->is_rpc)
            put(walk, ">");
        if (sorted[i]->reply != NULL)
            put_type(walk, sorted[i]->reply->type);
        put(walk, ";");
    }
}

uint64_t rc_fingerprint(const struct rc_decl *decl, struct rc_arena *arena)
{
    struct walk walk = {.arena = arena, .hash = OFFSET};
    rc_map_init(&walk.numbers, arena);
    put_variants(&walk, &decl->variants);
    for (size_t i = 0; i < walk.met.count; i++) {
        const struct rc_decl *met = walk.met.items[i];
        put_number(&walk, i);
        put(&walk, met->kind == RC_DECL_UNION ? "|" : "{");
        put_fields(&walk, &met->fields);
        put_variants(&walk, &met->variants);
    }
    return walk.hash != 0 ? walk.hash : 1;
}
